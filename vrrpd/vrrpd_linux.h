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

/* To be called after each vrrpd_apply(): the trackers may be others. */
void vrrpd_linux_applied(struct vrrpd_linux *x);

/* To be called before each loop_turn(): does what is due, at the time of the last turn. */
void vrrpd_linux_turn(struct vrrpd_linux *x);

#endif
