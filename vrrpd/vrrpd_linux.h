/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrpd_linux.h - the Linux side of vrrpd's port: sockets, netlink, the log. Thin on purpose:
 * nothing is decided here.
 */
#ifndef VRRPD_LINUX_H
#define VRRPD_LINUX_H

#include "linux_loop.h"
#include "log.h"
#include "vrrpd.h"
#include "vrrpd_runner.h"

struct vrrpd_linux;

/* A daemon on this machine, watched by the loop. NULL when a socket cannot be had; errno
 * says why. */
struct vrrpd_linux *vrrpd_linux_new(struct loop *loop, struct log *log,
				    struct vrrpd_runner *runner);
void vrrpd_linux_free(struct vrrpd_linux *x);

struct vrrpd *vrrpd_linux_daemon(struct vrrpd_linux *x);

/* To be called before each vrrpd_apply(), and after it, with whether it was done: the FIFO and the
 * trackers may be others. False with a reason when the configuration cannot be taken. */
bool vrrpd_linux_prepare(struct vrrpd_linux *x, const struct vrrp_cf *vrrp, struct text *why);
void vrrpd_linux_applied(struct vrrpd_linux *x, bool done);

/* Whether all that was to be told to programs outside has been. */
bool vrrpd_linux_told(const struct vrrpd_linux *x);

/* To be called before each loop_turn(): does what is due, at the time of the last turn. */
void vrrpd_linux_turn(struct vrrpd_linux *x);

#endif
