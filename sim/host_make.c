/* SPDX-License-Identifier: BSD-2-Clause */
/* A simulated machine: its clock, what it is made of, and what it answers for. */
#include <stdlib.h>

#include "host.h"
#include "kern_device.h"
#include "world.h"

#define PPM 1000000

/* ---- clock -------------------------------------------------------------------------------- */

static uint64_t scale(uint64_t value, uint64_t num, uint64_t den, bool up)
{
	/* A product of 64 and 20 bits in two halves: exact without a wider type. */
	uint64_t whole = value / den, rest = value % den;

	return whole * num + (rest * num + (up ? den - 1 : 0)) / den;
}

mono_t host_local(const struct host *h, mono_t true_time)
{
	const struct host_clock *c = &h->clock;
	uint64_t passed = mono_since(true_time, c->true_at).ns;

	if (c->ppm != 0)
		passed = scale(passed, (uint64_t)(PPM + c->ppm), PPM, false);
	return mono_add(c->local_at, SPAN_NS(passed));
}

mono_t host_true(const struct host *h, mono_t local)
{
	const struct host_clock *c = &h->clock;
	uint64_t passed = mono_since(local, c->local_at).ns;

	if (mono_is_never(local))
		return MONO_NEVER;
	if (c->ppm != 0)
		passed = scale(passed, PPM, (uint64_t)(PPM + c->ppm), true);
	return mono_add(c->true_at, SPAN_NS(passed));
}

mono_t host_now(const struct host *h)
{
	return host_local(h, h->w->now);
}

/* ---- building ----------------------------------------------------------------------------- */

uint32_t host_add_iface(struct host *h, const char *name, struct net_link *link)
{
	uint32_t i = h->kern.n_ifaces;
	uint8_t mac[6] = { 0x02, 0x00, 0x00, 0x00, (uint8_t)h->id, (uint8_t)i };

	return kern_add_iface(&h->kern, name, mac, world_add_port(h->w, link, h, NULL, i));
}

void host_configure_addr(struct host *h, uint32_t iface, const struct ip_prefix *prefix)
{
	kern_addr_add(&h->kern.iface[iface],
		      &(struct kern_addr){ .prefix = *prefix, .permanent = true });
}

void host_free(struct host *h)
{
	vrrpd_free(h->d);
	kern_free(&h->kern);
	free(h);
}

const uint8_t *host_mac_of(const struct host *h, uint32_t iface, const struct ip_addr *addr)
{
	const struct kern_iface *i = &h->kern.iface[iface];
	const struct kern_lease_router *r = kern_lease_of(&h->kern.lease, i->ifindex, addr);
	const struct kern_iface *taker = h->powered && i->up ? kern_taker(&h->kern, i, addr) : NULL;

	return taker && (!r || mono_before(host_now(h), r->until)) ? taker->mac : NULL;
}

bool host_answers(const struct host *h, uint32_t iface, const struct ip_addr *addr)
{
	return host_mac_of(h, iface, addr) != NULL;
}
