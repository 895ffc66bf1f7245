/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_plan.h - one thing that the kernel is to have, or is not to have: what to ask for next.
 *
 * Wanted is an argument, had is what the kernel has said, and the difference is what is asked for.
 * What has been asked for and not been answered is not asked for again. What somebody else takes
 * away is put back: at once a few times, and then at a pace that no fight over it can heat up. What
 * the kernel refuses is tried again later and later.
 *
 * It keeps one plan for each thing, and never knows what the thing is. It asks nobody and reads no
 * clock.
 */
#ifndef VRRP_PLAN_H
#define VRRP_PLAN_H

#include "mono.h"

enum {
	PLAN_REMOVALS_BURST = 5, /* put back at once... */
};
#define PLAN_REMOVALS_EVERY SPAN_S(12) /* ...and one more each 12 s */
/* After the first refusal; then twice as long each time, up to the other. */
#define PLAN_RETRY     SPAN_S(1)
#define PLAN_RETRY_MAX SPAN_S(32)

enum plan_have {
	PLAN_UNKNOWN, /* not reported yet */
	PLAN_ABSENT,
	PLAN_THERE,
	PLAN_STALE, /* there with our mark, but otherwise than it is wanted */
};

enum plan_pending { PLAN_IDLE, PLAN_ADDING, PLAN_REMOVING };

enum plan_ask { PLAN_NOTHING, PLAN_ADD, PLAN_REMOVE, PLAN_LATER };

struct vrrp_plan {
	uint8_t have;     /* enum plan_have */
	uint8_t pending;  /* enum plan_pending: asked for, not answered yet */
	uint8_t failures; /* of adding, in a row */
	bool seen, waits; /* in the report that is going on: reported; still to be sent */
	bool leftover;    /* there when it was first reported */
	bool gone;        /* it has gone without having been asked to, since plan_gone() */
	mono_t retry_at;  /* ask for nothing before; PLAN_LATER */
	mono_t budget;    /* of putting back */
};

/* What to ask for now. When it is not PLAN_NOTHING or PLAN_LATER it counts as asked for. */
enum plan_ask plan_next(struct vrrp_plan *p, bool wanted, mono_t now);

/* The kernel says so; `whole`: within a complete report. `have` is not PLAN_UNKNOWN. */
void plan_reported(struct vrrp_plan *p, enum plan_have have, bool whole);

/* The kernel refused what was asked for. False when nothing of the kind was. */
bool plan_failed(struct vrrp_plan *p, bool add, mono_t now);

/* Around a complete report. The end says that what was not reported is absent; and whether
 * something that was asked for has had no effect: then that has failed. */
void plan_report_begins(struct vrrp_plan *p);
bool plan_report_ends(struct vrrp_plan *p, mono_t now);

/* Whether it has gone although it was not to, since this was last asked. */
bool plan_gone(struct vrrp_plan *p);

/* One more of something has gone, and it was not us. When to put it back: not at once when somebody
 * keeps removing it, which is a fight that only a human can settle. `budget` begins at zero. */
mono_t plan_back_off(mono_t *budget, mono_t now);

/* Somebody else has removed it: when to put it back. That is now, if it does not happen often. */
bool plan_put_back(struct vrrp_plan *p, mono_t now);

/* What was refused before may succeed now. */
void plan_forget_refusals(struct vrrp_plan *p);

/* Nothing is there, or may come. */
bool plan_settled(const struct vrrp_plan *p);

#endif
