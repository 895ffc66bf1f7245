/* SPDX-License-Identifier: BSD-2-Clause */
/* vrrpd_hook.h - what the daemon keeps of those that programs outside are told of. */
#ifndef VRRPD_HOOK_H
#define VRRPD_HOOK_H

#include "vrrp_cf.h"
#include "vrrp_notify.h"

enum { HOOKS_GONE_MAX = 1024 }; /* removed, but not told yet */

/* Somebody that is told of: a virtual router, or one that is no longer configured. */
struct hook {
	char name[CF_NAME_SIZE];
	struct vrrp_cf_notify cf;
	bool gone;        /* no longer configured: it waits to be told of for the last time */
	uint8_t state;    /* enum vrrp_notify_state */
	uint8_t priority;
};

/* Nothing but zeros when nobody is to be told anything. */
struct hooks {
	struct vrrp_cf_fifo fifo;
	struct hook *one;       /* the routers as they are configured, then who is gone */
	uint32_t n, n_routers;
	struct vrrp_notify_mark *fifo_mark;
	struct vrrp_notify_sink to_fifo;
	size_t room;            /* bytes that the FIFO takes now */
	uint64_t lost;          /* who was gone, and there were too many */
};

#endif
