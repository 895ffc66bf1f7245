/* SPDX-License-Identifier: BSD-2-Clause */
#include "kern_lease.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"

void kern_lease_free(struct kern_lease *l)
{
	free(l->router);
	free(l->addr);
	free(l->refused);
	*l = (struct kern_lease){ 0 };
}

static struct kern_lease_router *find_router(const struct kern_lease *l, uint32_t ifindex,
					     uint8_t family, uint8_t vrid)
{
	for (uint32_t i = 0; i < l->n_routers; i++)
		if (l->router[i].ifindex == ifindex && l->router[i].family == family &&
		    l->router[i].vrid == vrid)
			return &l->router[i];
	return NULL;
}

static struct lease_addr *find_addr(const struct kern_lease *l, uint32_t on,
				    const struct ip_addr *addr)
{
	for (uint32_t i = 0; i < l->n_addrs; i++)
		if (l->addr[i].on == on && ip_eq(&l->addr[i].addr, addr))
			return &l->addr[i];
	return NULL;
}

static void *room(void *at, uint32_t n, uint32_t *capacity, size_t size)
{
	if (n < *capacity)
		return at;
	*capacity = *capacity > 0 ? 2 * *capacity : 8;
	at = realloc(at, *capacity * size);
	CHECK(at);
	return at;
}

/* As with nftables, what is removed or moved must be there, and an address needs its router. */
static void change_router(struct kern_lease *l, mono_t now, const struct lease_change *c)
{
	struct kern_lease_router *r = find_router(l, c->ifindex, c->family, c->vrid);

	if (!c->add) {
		CHECK(r);
		for (uint32_t i = 0; i < l->n_addrs; i++)
			CHECK(l->addr[i].ifindex != c->ifindex || l->addr[i].vrid != c->vrid ||
			      l->addr[i].family != c->family);
		*r = l->router[--l->n_routers];
		return;
	}
	if (!r) {
		l->router = room(l->router, l->n_routers, &l->router_capacity, sizeof *l->router);
		r = &l->router[l->n_routers++];
		*r = (struct kern_lease_router){
			.ifindex = c->ifindex, .family = c->family, .vrid = c->vrid
		};
	}
	r->version = c->version;
	r->term = SPAN_MS(c->term_ms);
	if (c->left_ms > 0)
		r->until = mono_add(now, SPAN_MS(c->left_ms));
}

static void change_addr(struct kern_lease *l, const struct lease_change *c)
{
	struct lease_addr *a = find_addr(l, c->on, &c->addr);

	CHECK(c->add ? !a && find_router(l, c->ifindex, c->family, c->vrid) : a != NULL);
	if (!c->add) {
		*a = l->addr[--l->n_addrs];
		return;
	}
	l->addr = room(l->addr, l->n_addrs, &l->addr_capacity, sizeof *l->addr);
	l->addr[l->n_addrs++] = (struct lease_addr){ c->on, c->ifindex, c->family, c->vrid,
						    c->addr };
}

void kern_lease_change(struct kern_lease *l, mono_t now, const struct lease_change *c)
{
	switch (c->kind) {
	case LEASE_FRESH:
		l->n_routers = l->n_addrs = 0;
		break;
	case LEASE_ROUTER:
		change_router(l, now, c);
		break;
	case LEASE_ADDR:
		change_addr(l, c);
		break;
	case LEASE_REFUSAL:
		l->n_refused = 0;
		break;
	case LEASE_REFUSED:
		l->refused = room(l->refused, l->n_refused, &l->refused_capacity,
				  sizeof *l->refused);
		l->refused[l->n_refused++] = (struct lease_addr){ .on = c->on, .addr = c->addr };
		break;
	case LEASE_BEGIN:
	case LEASE_IFACE:
	case LEASE_COMMIT:
		break;
	}
}

bool kern_refuses(const struct kern_lease *l, uint32_t on, const struct ip_addr *addr)
{
	for (uint32_t i = 0; i < l->n_refused; i++)
		if ((l->refused[i].on == 0 || l->refused[i].on == on) &&
		    ip_eq(&l->refused[i].addr, addr))
			return true;
	return false;
}

void kern_lease_sent(struct kern_lease *l, mono_t now, uint32_t ifindex, uint8_t family,
		     const uint8_t *msg, size_t len)
{
	struct kern_lease_router *r = len >= 3 ? find_router(l, ifindex, family, msg[1]) : NULL;

	if (!r || msg[0] != (r->version << 4 | 1))
		return;
	if (msg[2] == 0) {
		r->until = (mono_t){ 0 };
		return;
	}
	l->begun += mono_due(r->until, now);
	r->until = mono_add(now, r->term);
	if (len >= 6)
		r->told = r->version == 2 ? SPAN_S(msg[5])
					  : SPAN_MS(((msg[4] & 15u) << 8 | msg[5]) * 10u);
}

const struct kern_lease_router *kern_lease_of(const struct kern_lease *l, uint32_t on,
					      const struct ip_addr *addr)
{
	const struct lease_addr *a = find_addr(l, on, addr);

	return a ? find_router(l, a->ifindex, a->family, a->vrid) : NULL;
}
