/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrpd_track_linux.h - trackers that are scripts or processes, on Linux.
 */
#ifndef VRRPD_TRACK_LINUX_H
#define VRRPD_TRACK_LINUX_H

#include "vrrpd.h"
#include "vrrpd_runner.h"

struct track_linux;

/* NULL without memory. The runner tells it what came of its scripts. */
struct track_linux *track_linux_new(struct vrrpd *d, struct vrrpd_runner *runner,
				    struct loop *loop, struct log *log);
void track_linux_free(struct track_linux *x);
/* For the op of the same name. */
void track_linux_script(struct track_linux *x, uint32_t run, uint32_t tracker, bool on);
/* The trackers may be others. */
void track_linux_applied(struct track_linux *x);
/* To be called in each turn; when it wants to be called again. */
mono_t track_linux_turn(struct track_linux *x);

#endif
