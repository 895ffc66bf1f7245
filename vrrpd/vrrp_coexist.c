/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrp_coexist.h"

enum { FORGOTTEN_AFTER = 4 /* intervals */, CS_NS = 10000000 };

static struct vrrp_coexist_router *find(struct vrrp_coexist *c, const struct ip_addr *src)
{
	for (unsigned i = 0; i < VRRP_COEXIST_MAX; i++)
		if (ip_eq(&c->v[i].addr, src))
			return &c->v[i];
	return NULL;
}

/* A place for one more. */
static struct vrrp_coexist_router *make_room(struct vrrp_coexist *c)
{
	struct vrrp_coexist_router *oldest = &c->v[0];

	for (unsigned i = 0; i < VRRP_COEXIST_MAX; i++) {
		if (!ip_is_set(&c->v[i].addr))
			return &c->v[i];
		if (mono_before(c->v[i].until, oldest->until))
			oldest = &c->v[i];
	}
	return oldest;
}

bool vrrp_coexist_heard3(struct vrrp_coexist *c, const struct ip_addr *src, mono_t at,
			 uint32_t interval_cs)
{
	struct vrrp_coexist_router *r = find(c, src);

	if (!r) {
		r = make_room(c);
		*r = (struct vrrp_coexist_router){ .addr = *src };
	}
	r->until = mono_add(at, SPAN_NS((uint64_t)interval_cs * CS_NS * FORGOTTEN_AFTER));
	if (r->alone > VRRP_COEXIST_ALONE)
		return false;
	return ++r->alone > VRRP_COEXIST_ALONE;
}

bool vrrp_coexist_sends3(const struct vrrp_coexist *c, const struct ip_addr *src, mono_t at)
{
	for (unsigned i = 0; i < VRRP_COEXIST_MAX; i++)
		if (ip_eq(&c->v[i].addr, src))
			return mono_before(at, c->v[i].until);
	return false;
}

void vrrp_coexist_heard2(struct vrrp_coexist *c, const struct ip_addr *src)
{
	struct vrrp_coexist_router *r = find(c, src);

	if (r)
		r->alone = 0;
}

uint32_t vrrp_coexist_interval2(uint32_t interval_cs)
{
	return (interval_cs + 99) / 100 * 100;
}
