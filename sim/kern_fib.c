/* SPDX-License-Identifier: BSD-2-Clause */
#include "kern_fib.h"

#include <errno.h>
#include <stdlib.h>

#include "check.h"
#include "kern.h"

void kern_fib_free(struct kern_fib *f)
{
	free(f->v);
	*f = (struct kern_fib){ 0 };
}

static bool is_within(const struct ip_prefix *net, const struct ip_addr *a)
{
	struct ip_prefix of_a = { .addr = *a, .len = net->len };
	struct ip_prefix x = fib_network(net), y = fib_network(&of_a);

	return net->addr.family == a->family && ip_eq(&x.addr, &y.addr);
}

/* The interface that leads to a next hop: the one that was said, or on whose network it is. */
static uint32_t find_link(const struct kern *k, const struct fib_hop *hop)
{
	for (uint32_t i = 0; i < k->n_ifaces; i++) {
		const struct kern_iface *iface = &k->iface[i];
		bool near = !ip_is_set(&hop->via) || hop->onlink || ip_is_link_local6(&hop->via);

		for (uint32_t a = 0; a < iface->n_addrs; a++)
			near |= is_within(&iface->addr[a].prefix, &hop->via);
		if (iface->exists && iface->up && near &&
		    (hop->ifindex == 0 || hop->ifindex == iface->ifindex))
			return iface->ifindex;
	}
	return 0;
}

static bool is_local(const struct kern *k, const struct ip_addr *addr)
{
	for (uint32_t i = 0; i < k->n_ifaces; i++)
		if (k->iface[i].exists && kern_has(&k->iface[i], addr))
			return true;
	return false;
}

int kern_fib_check(const struct kern *k, struct fib_item *item)
{
	struct fib_route *r = &item->route;

	if (item->kind == FIB_RULE)
		return 0;
	if (ip_is_set(&r->src) && !is_local(k, &r->src))
		return EINVAL;
	for (unsigned i = 0; i < r->n_hops; i++) {
		r->hop[i].ifindex = find_link(k, &r->hop[i]);
		if (r->hop[i].ifindex == 0)
			return ENETUNREACH;
	}
	return 0;
}

static struct kern_fib_entry *find(const struct kern_fib *f, const struct fib_item *item)
{
	for (uint32_t i = 0; i < f->n; i++)
		if (fib_same(&f->v[i].item, item))
			return &f->v[i];
	return NULL;
}

const struct kern_fib_entry *kern_fib_find(const struct kern_fib *f, const struct fib_item *item)
{
	return find(f, item);
}

int kern_fib_add(struct kern *k, const struct fib_item *item, bool ours)
{
	struct kern_fib *f = &k->fib;
	struct kern_fib_entry e = { *item, ours };
	int error = kern_fib_check(k, &e.item);

	if (error != 0)
		return error;
	if (find(f, item))
		return EEXIST;
	if (f->n == f->capacity) {
		f->capacity = f->capacity > 0 ? 2 * f->capacity : 16;
		f->v = realloc(f->v, f->capacity * sizeof *f->v);
		CHECK(f->v);
	}
	f->v[f->n++] = e;
	return 0;
}

int kern_fib_del(struct kern *k, const struct fib_item *item, bool ours)
{
	struct kern_fib_entry *e = find(&k->fib, item);

	if (!e || e->ours != ours)
		return item->kind == FIB_RULE ? ENOENT : ESRCH;
	memmove(e, e + 1, (size_t)(k->fib.v + --k->fib.n - e) * sizeof *e);
	return 0;
}

void kern_fib_flush(struct kern *k)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < k->fib.n; i++) {
		struct fib_item item = k->fib.v[i].item;

		if (kern_fib_check(k, &item) == 0)
			k->fib.v[kept++] = k->fib.v[i];
	}
	k->fib.n = kept;
}
