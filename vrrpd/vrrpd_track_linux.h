/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrpd_track_linux.h - trackers that are scripts, on Linux.
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

#endif
