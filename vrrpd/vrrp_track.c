/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Trackers: sums.
 *
 * The arithmetic is that of keepalived, whose users bring their weights along: what is added up is
 * clamped once, at the end, so that 50 more and 250 less are 200 less in whatever order they come;
 * a file's value times its weight is a fault from 254 down on.
 */
#include "vrrp_track.h"

#include "vrrp_wire.h"

enum { PRIORITY_MIN = 1, PRIORITY_MAX = VRRP_PRIORITY_OWNER - 1 };

struct vrrp_track_share vrrp_track_share(uint8_t base, const struct vrrp_track_use *use,
					 const struct vrrp_track_reading *reading)
{
	struct vrrp_track_share share = { .known = reading->known };
	int32_t down = use->invert ? reading->down == 0 : reading->down;
	int64_t add = (int64_t)down * use->weight;

	if (!reading->known)
		return share;
	if (use->weight == 0) {
		share.fault = down != 0;
	} else if (base != VRRP_PRIORITY_OWNER) {
		share.fault = add < -VRRP_TRACK_WEIGHT_MAX;
		if (add > VRRP_TRACK_WEIGHT_MAX)
			add = VRRP_TRACK_WEIGHT_MAX;
		if (!share.fault)
			share.add = (int16_t)add;
	}
	return share;
}

struct vrrp_track_result vrrp_track(uint8_t base, const struct vrrp_track_use *use, unsigned n,
				    const struct vrrp_track_reading *reading)
{
	struct vrrp_track_result r = { .fault = VRRP_TRACK_NONE, .unknown = VRRP_TRACK_NONE };
	int32_t sum = base;

	for (unsigned i = 0; i < n; i++) {
		struct vrrp_track_share share =
			vrrp_track_share(base, &use[i], &reading[use[i].tracker]);

		sum += share.add;
		if (share.fault && r.fault == VRRP_TRACK_NONE)
			r.fault = (int)i;
		if (!share.known && r.unknown == VRRP_TRACK_NONE)
			r.unknown = (int)i;
	}
	if (base != VRRP_PRIORITY_OWNER)
		sum = sum < PRIORITY_MIN ? PRIORITY_MIN : sum > PRIORITY_MAX ? PRIORITY_MAX : sum;
	r.priority = (uint8_t)sum;
	return r;
}

/* ---- damping ------------------------------------------------------------------------------ */

mono_t vrrp_track_deadline(const struct vrrp_track_hold *h,
			   const struct vrrp_track_delays *delays)
{
	if (!h->waits)
		return MONO_NEVER;
	return mono_add(h->since, h->says == 0 ? delays->up : delays->down);
}

bool vrrp_track_settle(struct vrrp_track_hold *h, mono_t now,
		       const struct vrrp_track_delays *delays)
{
	if (!mono_due(vrrp_track_deadline(h, delays), now))
		return false;
	h->waits = false;
	h->counts.down = h->says;
	return true;
}

void vrrp_track_say(struct vrrp_track_hold *h, mono_t now, int32_t down,
		    const struct vrrp_track_delays *delays)
{
	vrrp_track_settle(h, now, delays); /* somebody may be late */
	if (!h->counts.known || down == h->counts.down) {
		h->counts = (struct vrrp_track_reading){ .known = true, .down = down };
		h->waits = false;
		return;
	}
	if (!h->waits || (down == 0) != (h->says == 0))
		h->since = now;
	h->waits = true;
	h->says = down;
	vrrp_track_settle(h, now, delays);
}
