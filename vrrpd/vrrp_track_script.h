/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_track_script.h - a script as a tracker: when it is run, and what its results make of it.
 *
 * Runs begin at fixed intervals after the first one, however long each takes: so what is said of a
 * machine does not depend on how busy it is. While one goes on, the next does not begin; its turn
 * is left out. So many good results in a row make it up, so many bad ones down; the first one
 * decides alone when nothing was known before.
 *
 * It runs nothing itself: whoever owns it asks it when, and tells it what came of it.
 */
#ifndef VRRP_TRACK_SCRIPT_H
#define VRRP_TRACK_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

#include "mono.h"

enum vrrp_script_state { VRRP_SCRIPT_UNKNOWN, VRRP_SCRIPT_UP, VRRP_SCRIPT_DOWN };

struct vrrp_script_params {
	span_t interval; /* > 0 */
	uint8_t rise, fall; /* > 0 */
};

struct vrrp_script {
	struct vrrp_script_params params;
	enum vrrp_script_state state;
	uint8_t streak; /* results in a row that speak against it */
	bool running;
	mono_t due;     /* when the next run may begin */
};

/* The first run is due now. */
void vrrp_script_init(struct vrrp_script *s, mono_t now, const struct vrrp_script_params *params,
		      enum vrrp_script_state state);
/* Other settings: what is known holds, and the schedule unless the interval is another. */
void vrrp_script_configure(struct vrrp_script *s, mono_t now,
			   const struct vrrp_script_params *params);
/* MONO_NEVER while it runs. */
mono_t vrrp_script_deadline(const struct vrrp_script *s);
/* It begins to run. */
void vrrp_script_begin(struct vrrp_script *s, mono_t now);
/* It has ended, well or not. */
void vrrp_script_end(struct vrrp_script *s, mono_t now, bool good);

#endif
