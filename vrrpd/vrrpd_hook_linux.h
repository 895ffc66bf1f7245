/* SPDX-License-Identifier: BSD-2-Clause */
/* vrrpd_hook_linux.h - programs that are told what routers are, run by vrrpd's runner. */
#ifndef VRRPD_HOOK_LINUX_H
#define VRRPD_HOOK_LINUX_H

#include "vrrpd.h"
#include "vrrpd_runner.h"

/* The end of each comes to hook_linux_ended(), by way of vrrpd_runner_listen(). */
void hook_linux_run(struct vrrpd_runner *r, const struct vrrpd_hook *hook);
void hook_linux_ended(struct vrrpd *d, mono_t now, uint32_t id,
		      const struct runner_result *result);

#endif
