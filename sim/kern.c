/* SPDX-License-Identifier: BSD-2-Clause */
#include "kern.h"

#include <errno.h>
#include <stdlib.h>

#include "check.h"
#include "text.h"

void kern_free(struct kern *k)
{
	for (uint32_t i = 0; i < k->n_ifaces; i++)
		free(k->iface[i].addr);
	free(k->request);
	kern_lease_free(&k->lease);
	kern_fib_free(&k->fib);
}

uint32_t kern_add_iface(struct kern *k, const char *name, const uint8_t mac[6], uint32_t port)
{
	struct kern_iface *iface = &k->iface[k->n_ifaces];

	CHECK(k->n_ifaces < KERN_IFACES_MAX);
	*iface = (struct kern_iface){
		.exists = true, .up = true, .ifindex = ++k->next_ifindex, .port = port
	};
	CHECK(text_copy(iface->name, sizeof iface->name, name));
	memcpy(iface->mac, mac, 6);
	return k->n_ifaces++;
}

struct kern_iface *kern_iface_by_index(struct kern *k, uint32_t ifindex)
{
	for (uint32_t i = 0; i < k->n_ifaces; i++)
		if (k->iface[i].exists && k->iface[i].ifindex == ifindex)
			return &k->iface[i];
	return NULL;
}

struct kern_iface *kern_iface_by_name(struct kern *k, const char *name)
{
	for (uint32_t i = 0; i < k->n_ifaces; i++)
		if (strcmp(k->iface[i].name, name) == 0)
			return &k->iface[i];
	return NULL;
}

static struct kern_addr *find(const struct kern_iface *iface, const struct ip_prefix *prefix)
{
	for (uint32_t i = 0; i < iface->n_addrs; i++)
		if (iface->addr[i].prefix.len == prefix->len &&
		    ip_eq(&iface->addr[i].prefix.addr, &prefix->addr))
			return &iface->addr[i];
	return NULL;
}

const struct kern_addr *kern_find(const struct kern_iface *iface, const struct ip_prefix *prefix)
{
	return find(iface, prefix);
}

bool kern_has(const struct kern_iface *iface, const struct ip_addr *addr)
{
	for (uint32_t i = 0; i < iface->n_addrs; i++)
		if (ip_eq(&iface->addr[i].prefix.addr, addr))
			return true;
	return false;
}

int kern_addr_add(struct kern_iface *iface, const struct kern_addr *addr)
{
	if (find(iface, &addr->prefix))
		return EEXIST;
	if (iface->n_addrs == iface->capacity) {
		iface->capacity = iface->capacity > 0 ? 2 * iface->capacity : 8;
		iface->addr = realloc(iface->addr, iface->capacity * sizeof *iface->addr);
		CHECK(iface->addr);
	}
	iface->addr[iface->n_addrs++] = *addr;
	return 0;
}

int kern_addr_del(struct kern_iface *iface, const struct ip_prefix *prefix)
{
	struct kern_addr *a = find(iface, prefix);

	if (!a)
		return EADDRNOTAVAIL;
	memmove(a, a + 1, (size_t)(iface->addr + --iface->n_addrs - a) * sizeof *a);
	return 0;
}

static bool same_subnet(const struct ip_prefix *a, const struct ip_prefix *b)
{
	unsigned whole = a->len / 8, rest = a->len % 8;

	return a->len == b->len && memcmp(a->addr.b, b->addr.b, whole) == 0 &&
	       (rest == 0 || (a->addr.b[whole] ^ b->addr.b[whole]) >> (8 - rest) == 0);
}

bool kern_is_secondary(const struct kern_iface *iface, const struct kern_addr *addr)
{
	for (const struct kern_addr *a = iface->addr; a < addr; a++)
		if (a->prefix.addr.family == IP_V4 && addr->prefix.addr.family == IP_V4 &&
		    same_subnet(&a->prefix, &addr->prefix))
			return true;
	return false;
}

void kern_request_put(struct kern *k, const struct kern_request *r)
{
	uint32_t at;

	if (k->first_request > 0 && k->n_requests == 0)
		k->first_request = 0;
	if (k->first_request + k->n_requests == k->request_capacity) {
		k->request_capacity = k->request_capacity > 0 ? 2 * k->request_capacity : 16;
		k->request = realloc(k->request, k->request_capacity * sizeof *k->request);
		CHECK(k->request);
	}
	for (at = k->first_request + k->n_requests++; at > k->first_request; at--) {
		if (!r->device || k->request[at - 1].device)
			break;
		k->request[at] = k->request[at - 1];
	}
	k->request[at] = *r;
}

struct kern_request kern_request_take(struct kern *k)
{
	CHECK(k->n_requests > 0);
	k->n_requests--;
	return k->request[k->first_request++];
}
