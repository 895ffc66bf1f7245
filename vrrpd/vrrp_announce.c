/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrp_announce.h"

static const span_t between_starts = { UINT64_C(1000000000) };

void vrrp_announce_stop(struct vrrp_announce *a)
{
	*a = (struct vrrp_announce){ .at = MONO_NEVER };
}

void vrrp_announce_start(struct vrrp_announce *a, mono_t now, const struct vrrp_announce_params *p)
{
	*a = (struct vrrp_announce){
		.at = now, .begun_at = now, .in_burst = p->repeat, .second = p->delay.ns > 0,
	};
}

void vrrp_announce_again(struct vrrp_announce *a, mono_t now, const struct vrrp_announce_params *p)
{
	bool in_burst = !mono_is_never(a->at) && a->in_burst < p->repeat;
	bool asked = a->at.ns == a->begun_at.ns; /* bursts are to begin, but have not yet */

	if (!in_burst && !asked)
		vrrp_announce_start(a, mono_max(now, mono_add(a->begun_at, between_starts)), p);
}

bool vrrp_announce_due(struct vrrp_announce *a, mono_t now, const struct vrrp_announce_params *p)
{
	if (!mono_due(a->at, now))
		return false;
	if (a->in_burst > 1) {
		a->in_burst--;
		a->at = mono_add(now, p->interval);
	} else if (a->second) {
		a->second = false;
		a->in_burst = p->repeat;
		a->at = mono_max(mono_add(a->begun_at, p->delay), mono_add(now, p->interval));
	} else {
		a->at = MONO_NEVER;
	}
	return true;
}
