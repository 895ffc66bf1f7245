/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finding things: interfaces by name and by index, addresses and routers, however many there are.
 *
 * Names and addresses do not change while a configuration runs, so they are in maps that are made
 * with it. The index of an interface does: those that exist are in a sorted array.
 */
#include <string.h>

#include "check.h"
#include "vrrpd_state.h"

/* ---- names and addresses: by their hash; those of the same hash one key further each ------ */

/* FNV-1a. */
static uint64_t hash(uint64_t h, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < len; i++)
		h = (h ^ p[i]) * UINT64_C(0x100000001b3);
	return h;
}

static uint64_t hash_name(const char *name)
{
	return hash(UINT64_C(0xcbf29ce484222325), name, strlen(name));
}

static uint64_t hash_addr(uint32_t iface, const struct ip_addr *addr)
{
	uint64_t h = hash(UINT64_C(0xcbf29ce484222325), &iface, sizeof iface);

	return hash(h, addr->b, ip_len(addr->family));
}

static void add(struct map *m, uint64_t key, uint32_t value)
{
	while (!map_add(m, key, value))
		key++;
}

uint32_t setup_find_iface(const struct setup *s, const char *name)
{
	uint32_t i;

	for (uint64_t key = hash_name(name); map_find(&s->by_ifname, key, &i); key++)
		if (strcmp(s->iface[i].name, name) == 0)
			return i;
	return NOT_FOUND;
}

void setup_add_ifname(struct setup *s, uint32_t iface)
{
	add(&s->by_ifname, hash_name(s->iface[iface].name), iface);
}

struct vr *setup_find_name(struct setup *s, const char *name)
{
	uint32_t i;

	for (i = s->by_name.n; i < s->n; i++)
		add(&s->by_name, hash_name(s->vr[i].cf.name), i);
	for (uint64_t key = hash_name(name); map_find(&s->by_name, key, &i); key++)
		if (strcmp(s->vr[i].cf.name, name) == 0)
			return &s->vr[i];
	return NULL;
}

void setup_add_router(struct setup *s, uint32_t vr)
{
	struct vr *r = &s->vr[vr];

	CHECK(map_add(&s->by_key, router_key(r->iface, r->cf.family, r->cf.vrid), vr));
	for (unsigned i = 0; i < r->n_vips; i++) {
		uint32_t vip = (uint32_t)(&r->vip[i] - s->vips);

		s->vip_vr[vip] = vr;
		add(&s->by_addr, hash_addr(r->vip[i].iface, &r->vip[i].prefix.addr), vip);
	}
}

struct vip *setup_find_vip(const struct setup *s, uint32_t iface, const struct ip_addr *addr,
			   struct vr **vr)
{
	uint32_t i;

	for (uint64_t key = hash_addr(iface, addr); map_find(&s->by_addr, key, &i); key++) {
		*vr = &s->vr[s->vip_vr[i]];
		if (s->vips[i].iface == iface && ip_eq(&s->vips[i].prefix.addr, addr))
			return &s->vips[i];
	}
	return NULL;
}

/* ---- the index of an interface ------------------------------------------------------------ */

/* Where it is in by_ifindex, or belongs. */
static uint32_t place_of(const struct setup *s, uint32_t ifindex)
{
	uint32_t from = 0, to = s->n_by_ifindex;

	while (from < to) {
		uint32_t mid = from + (to - from) / 2;

		if (s->iface[s->by_ifindex[mid]].ifindex < ifindex)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

struct iface *iface_by_index(struct vrrpd *d, uint32_t ifindex)
{
	uint32_t at = place_of(&d->s, ifindex);
	struct iface *iface;

	if (ifindex == 0 || at == d->s.n_by_ifindex)
		return NULL;
	iface = &d->s.iface[d->s.by_ifindex[at]];
	return iface->ifindex == ifindex ? iface : NULL;
}

void iface_set_index(struct setup *s, struct iface *iface, uint32_t ifindex)
{
	uint32_t *v = s->by_ifindex, at;

	if (iface->ifindex != 0) {
		at = place_of(s, iface->ifindex);
		s->n_by_ifindex--;
		memmove(v + at, v + at + 1, (s->n_by_ifindex - at) * sizeof *v);
	}
	if (ifindex != 0) {
		at = place_of(s, ifindex);
		memmove(v + at + 1, v + at, (s->n_by_ifindex - at) * sizeof *v);
		v[at] = (uint32_t)(iface - s->iface);
		s->n_by_ifindex++;
	}
	iface->ifindex = ifindex;
}
