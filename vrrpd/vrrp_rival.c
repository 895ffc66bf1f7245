/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrp_rival.h"

#include "check.h"

/* Its place, or the one to give it: best one of its own, then one that has been free for longest.
 * NULL when all go on. */
static struct vrrp_rival *place_of(struct vrrp_rivals *r, const struct ip_addr *addr)
{
	struct vrrp_rival *free = NULL;

	for (unsigned i = 0; i < VRRP_RIVALS_MAX; i++) {
		struct vrrp_rival *v = &r->v[i];

		if (ip_eq(&v->addr, addr))
			return v;
		if (!v->here && (!free || mono_before(v->last, free->last)))
			free = v;
	}
	return free;
}

struct vrrp_rival *vrrp_rival_heard(struct vrrp_rivals *r, mono_t now, const struct ip_addr *addr,
				    uint8_t priority, span_t patience)
{
	struct vrrp_rival *v = place_of(r, addr);

	if (!v)
		return NULL;
	if (!v->here) {
		*v = (struct vrrp_rival){
			.addr = *addr, .here = true, .since = now, .limit = v->limit,
		};
		r->n++;
	}
	v->priority = priority;
	v->last = mono_max(v->last, now);
	v->until = mono_add(v->last, patience);
	if (v->adverts < UINT32_MAX)
		v->adverts++;
	return v;
}

static struct vrrp_rival *end(struct vrrp_rivals *r, struct vrrp_rival *v)
{
	CHECK(v->here && r->n > 0);
	v->here = false;
	r->n--;
	return v;
}

struct vrrp_rival *vrrp_rival_left(struct vrrp_rivals *r, const struct ip_addr *addr)
{
	for (unsigned i = 0; r->n > 0 && i < VRRP_RIVALS_MAX; i++)
		if (r->v[i].here && ip_eq(&r->v[i].addr, addr))
			return end(r, &r->v[i]);
	return NULL;
}

struct vrrp_rival *vrrp_rival_silent(struct vrrp_rivals *r, mono_t now)
{
	for (unsigned i = 0; r->n > 0 && i < VRRP_RIVALS_MAX; i++)
		if (r->v[i].here && mono_due(r->v[i].until, now))
			return end(r, &r->v[i]);
	return NULL;
}

struct vrrp_rival *vrrp_rival_end(struct vrrp_rivals *r)
{
	return vrrp_rival_silent(r, MONO_NEVER);
}

mono_t vrrp_rival_deadline(const struct vrrp_rivals *r)
{
	mono_t at = MONO_NEVER;

	for (unsigned i = 0; r->n > 0 && i < VRRP_RIVALS_MAX; i++)
		if (r->v[i].here)
			at = mono_min(at, r->v[i].until);
	return at;
}
