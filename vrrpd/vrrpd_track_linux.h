/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrpd_track_linux.h - trackers that are scripts or processes, on Linux.
 */
#ifndef VRRPD_TRACK_LINUX_H
#define VRRPD_TRACK_LINUX_H

#include "vrrpd.h"
#include "vrrpd_runner.h"

/* For the op of the same name. */
void track_linux_script(struct vrrpd *d, struct vrrpd_runner *r, uint32_t run, uint32_t tracker,
			bool on);
/* What came of it. */
void track_linux_ran(struct vrrpd *d, mono_t now, uint32_t run, const struct runner_result *result);

struct track_linux;

struct track_linux *track_linux_new(struct vrrpd *d, struct loop *loop, struct log *log);
void track_linux_free(struct track_linux *x);
/* The trackers may be others. */
void track_linux_applied(struct track_linux *x);
/* To be called in each turn; when it wants to be called again. */
mono_t track_linux_turn(struct track_linux *x);

#endif
