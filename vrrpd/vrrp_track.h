/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_track.h - what trackers make of a virtual router: its effective priority, or a fault.
 *
 * A tracker is a named source of a state: an interface, a file, another router. What it says is a
 * number, how much is down: 0 for up, 1 for down, and of a file its value. A router uses trackers;
 * each use says what follows while its tracker is down. The result is computed from all uses each
 * time, never from the one before: so it cannot drift, whatever was lost or came twice.
 */
#ifndef VRRP_TRACK_H
#define VRRP_TRACK_H

#include <stdbool.h>
#include <stdint.h>

#include "mono.h"

enum {
	VRRP_TRACK_WEIGHT_MAX = 253, /* either sign; more than that down is a fault */
	VRRP_TRACK_NONE = -1,
};

struct vrrp_track_reading {
	bool known; /* until then it neither adds nor takes away, and no router starts */
	int32_t down;
};

struct vrrp_track_use {
	uint32_t tracker; /* index of its reading */
	int16_t weight;   /* added to the priority for each that is down; 0: a fault */
	bool invert;      /* down is up and up is down */
};

/* What one use says. */
struct vrrp_track_share {
	bool known, fault;
	int16_t add;
};

struct vrrp_track_result {
	uint8_t priority; /* the effective one */
	int fault;        /* the first use that keeps the router from running, or VRRP_TRACK_NONE */
	int unknown;      /* the first use of which nothing is known yet, or VRRP_TRACK_NONE */
};

struct vrrp_track_share vrrp_track_share(uint8_t base, const struct vrrp_track_use *use,
					 const struct vrrp_track_reading *reading);

/* `base` is the configured priority. The owner's, 255, is not changed by weights: only a use
 * without one concerns an owner. Any other stays within 1..254. */
struct vrrp_track_result vrrp_track(uint8_t base, const struct vrrp_track_use *use, unsigned n,
				    const struct vrrp_track_reading *reading);

/*
 * Damping: a tracker that says something else must go on saying so for a time before it counts.
 * What it says first counts at once. Better is up, that is 0; everything else is worse.
 */
struct vrrp_track_delays {
	span_t up, down; /* before it counts as better, as worse */
};

/* Zero: nothing has been said. */
struct vrrp_track_hold {
	bool waits;                    /* it says something else than what counts */
	int32_t says;                  /* this */
	mono_t since;                  /* for so long that it is better, or worse */
	struct vrrp_track_reading counts;
};

/* It says `down` now. */
void vrrp_track_say(struct vrrp_track_hold *h, mono_t now, int32_t down,
		    const struct vrrp_track_delays *delays);
/* True when something else counts from now on. */
bool vrrp_track_settle(struct vrrp_track_hold *h, mono_t now,
		       const struct vrrp_track_delays *delays);
/* When that will be, if it goes on saying so. */
mono_t vrrp_track_deadline(const struct vrrp_track_hold *h,
			   const struct vrrp_track_delays *delays);

#endif
