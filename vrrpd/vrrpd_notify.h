/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrpd_notify.h - what vrrpd tells the service manager: that it is ready, reloads, stops; how many
 * of its routers are Active; and, as long as its loop turns, that it is alive.
 */
#ifndef VRRPD_NOTIFY_H
#define VRRPD_NOTIFY_H

#include "linux_notify.h"
#include "vrrpd.h"

struct vrrpd_notify {
	struct notify to; /* by notify_open() */
	mono_t watchdog_at, status_at; /* not before */
	uint64_t told;  /* vrrpd_totals()->changes, as of the last status */
	bool refused;   /* the last reload was */
};

/* A configuration is in force: the first one, or after a reload that, if refused, changed
 * nothing. */
void vrrpd_notify_ready(struct vrrpd_notify *n, const struct vrrpd *d, mono_t now, bool refused);

/* A reload begins. `now` must not be older than the signal that asked for it. */
void vrrpd_notify_reloading(const struct vrrpd_notify *n, mono_t now);
void vrrpd_notify_stopping(const struct vrrpd_notify *n);

/* To be called in each turn of the loop, and from nowhere else: what is due, a sign of life among
 * it. And when to call again at the latest. */
void vrrpd_notify_turn(struct vrrpd_notify *n, const struct vrrpd *d, mono_t now);
mono_t vrrpd_notify_deadline(const struct vrrpd_notify *n, const struct vrrpd *d);

#endif
