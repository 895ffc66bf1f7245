/* SPDX-License-Identifier: BSD-2-Clause */
#include "fib.h"

static bool same_prefix(const struct ip_prefix *a, const struct ip_prefix *b)
{
	return a->len == b->len && ip_eq(&a->addr, &b->addr);
}

static bool same_route(const struct fib_route *a, const struct fib_route *b)
{
	return a->table == b->table && a->metric == b->metric && a->tos == b->tos &&
	       same_prefix(&a->to, &b->to);
}

static bool same_selector(const struct fib_rule *a, const struct fib_rule *b)
{
	return same_prefix(&a->from, &b->from) && same_prefix(&a->to, &b->to) &&
	       strcmp(a->iif, b->iif) == 0 && strcmp(a->oif, b->oif) == 0 && a->mark == b->mark &&
	       a->mask == b->mask && a->tos == b->tos && a->ipproto == b->ipproto &&
	       memcmp(a->sport, b->sport, sizeof a->sport) == 0 &&
	       memcmp(a->dport, b->dport, sizeof a->dport) == 0 && a->uids == b->uids &&
	       memcmp(a->uid, b->uid, sizeof a->uid) == 0 && a->invert == b->invert;
}

static bool same_rule(const struct fib_rule *a, const struct fib_rule *b)
{
	return a->priority == b->priority && a->action == b->action && a->table == b->table &&
	       a->target == b->target && a->l3mdev == b->l3mdev &&
	       a->suppress_prefixlength == b->suppress_prefixlength &&
	       a->suppress_ifgroup == b->suppress_ifgroup && same_selector(a, b);
}

bool fib_same(const struct fib_item *a, const struct fib_item *b)
{
	if (a->kind != b->kind || a->family != b->family)
		return false;
	return a->kind == FIB_ROUTE ? same_route(&a->route, &b->route)
				    : same_rule(&a->rule, &b->rule);
}

/* FNV-1a. */
static uint64_t add(uint64_t h, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < len; i++)
		h = (h ^ p[i]) * UINT64_C(0x100000001b3);
	return h;
}

static const uint64_t nothing = UINT64_C(0xcbf29ce484222325);

uint64_t fib_hash(const struct fib_item *item)
{
	uint64_t h = add(nothing, &item->kind, 1);

	h = add(h, &item->family, 1);
	if (item->kind == FIB_RULE) {
		h = add(h, &item->rule.priority, sizeof item->rule.priority);
		h = add(h, &item->rule.from.addr.b, sizeof item->rule.from.addr.b);
		h = add(h, &item->rule.to.addr.b, sizeof item->rule.to.addr.b);
		return add(h, &item->rule.mark, sizeof item->rule.mark);
	}
	h = add(h, &item->route.table, sizeof item->route.table);
	h = add(h, &item->route.metric, sizeof item->route.metric);
	h = add(h, &item->route.to.len, 1);
	return add(h, item->route.to.addr.b, sizeof item->route.to.addr.b);
}

uint64_t fib_digest(const struct fib_item *item)
{
	return add(nothing, item, sizeof *item);
}

static bool hop_agrees(const struct fib_hop *wanted, const struct fib_hop *has)
{
	return ip_eq(&wanted->via, &has->via) && wanted->weight == has->weight &&
	       wanted->onlink == has->onlink &&
	       (wanted->ifindex == 0 || wanted->ifindex == has->ifindex);
}

/* In whatever order: the kernel does not keep it for IPv6. */
static bool hops_agree(const struct fib_route *wanted, const struct fib_route *has)
{
	uint32_t taken = 0;

	if (wanted->n_hops != has->n_hops)
		return false;
	for (unsigned i = 0; i < wanted->n_hops; i++) {
		unsigned k = 0;

		while (k < has->n_hops &&
		       ((taken >> k & 1) != 0 || !hop_agrees(&wanted->hop[i], &has->hop[k])))
			k++;
		if (k == has->n_hops)
			return false;
		taken |= UINT32_C(1) << k;
	}
	return true;
}

bool fib_agrees(const struct fib_item *wanted, const struct fib_item *reported)
{
	const struct fib_route *a = &wanted->route, *b = &reported->route;

	if (wanted->kind == FIB_RULE)
		return true; /* all of it is what rules are told apart by */
	return a->type == b->type && a->scope == b->scope && a->pref == b->pref &&
	       ip_eq(&a->src, &b->src) && memcmp(a->value, b->value, sizeof a->value) == 0 &&
	       strcmp(a->congctl, b->congctl) == 0 &&
	       (a->type != FIB_UNICAST || hops_agree(a, b));
}

struct ip_prefix fib_network(const struct ip_prefix *prefix)
{
	struct ip_prefix net = *prefix;

	for (unsigned i = 0; i < 16; i++)
		if (8 * i >= prefix->len)
			net.addr.b[i] = 0;
		else if (8 * i + 8 > prefix->len)
			net.addr.b[i] &= (uint8_t)(0xff << (8 * i + 8 - prefix->len));
	return net;
}
