/* SPDX-License-Identifier: BSD-2-Clause */
/* What routes and rules of the configuration mean, and which make no sense. */
#include <stdlib.h>

#include "vrrp_cf.h"

/* In the order of the names in vrrp_cf_route.c. */
static const uint8_t scopes[] = { 0, FIB_SCOPE_GLOBAL, FIB_SCOPE_LINK, FIB_SCOPE_HOST };
static const uint8_t prefs[] = { 0, 1, 3 };
static const uint8_t actions[] = {
	FIB_LOOKUP, FIB_GOTO, FIB_RULE_BLACKHOLE, FIB_RULE_UNREACHABLE, FIB_RULE_PROHIBIT
};
enum { SCOPE_AUTO };
enum { FAMILY_AUTO, FAMILY_IPV4 };
enum { ACTION_LOOKUP, ACTION_GOTO };

/* ---- as values ---------------------------------------------------------------------------- */

const char *vrrp_cf_route_dev(const struct cf_model *m, const struct vrrp_cf_route *route,
			      uint32_t i)
{
	return route->hops.n > 0 ? vrrp_cf_hop(m, route, i)->dev : route->dev;
}

static void put_hops(const struct cf_model *m, const struct vrrp_cf_route *cf, struct fib_route *r)
{
	for (uint32_t i = 0; i < cf->hops.n && i < FIB_HOPS_MAX; i++) {
		const struct vrrp_cf_hop *hop = vrrp_cf_hop(m, cf, i);

		r->hop[i].via = hop->via;
		r->hop[i].weight = hop->weight;
		r->hop[i].onlink = hop->onlink;
	}
	r->n_hops = (uint8_t)(cf->hops.n < FIB_HOPS_MAX ? cf->hops.n : FIB_HOPS_MAX);
	if (cf->hops.n > 0 || cf->type != FIB_UNICAST)
		return;
	r->n_hops = 1;
	r->hop[0].via = cf->via;
	r->hop[0].weight = 1;
	r->hop[0].onlink = cf->onlink;
}

static void put_metrics(const struct vrrp_cf_route *cf, uint32_t value[FIB_METRIC_N])
{
	value[FIB_MTU] = cf->mtu;
	value[FIB_ADVMSS] = cf->advmss;
	value[FIB_INITCWND] = cf->initcwnd;
	value[FIB_INITRWND] = cf->initrwnd;
	value[FIB_CWND] = cf->cwnd;
	value[FIB_SSTHRESH] = cf->ssthresh;
	value[FIB_WINDOW] = cf->window;
	value[FIB_REORDERING] = cf->reordering;
	value[FIB_HOPLIMIT] = cf->hoplimit;
	value[FIB_RTT] = (uint32_t)(cf->rtt.ns / 1000000);
	value[FIB_RTTVAR] = (uint32_t)(cf->rttvar.ns / 1000000);
	value[FIB_RTO_MIN] = (uint32_t)(cf->rto_min.ns / 1000000);
	value[FIB_QUICKACK] = cf->quickack;
	value[FIB_FASTOPEN_NO_COOKIE] = cf->fastopen_no_cookie;
}

static struct ip_prefix net_of(const struct vrrp_cf_net *net, uint8_t family)
{
	return net->any ? (struct ip_prefix){ .addr.family = family } : net->prefix;
}

/* Without a next router the destination is on the link. */
static uint8_t scope_of(const struct vrrp_cf_route *cf, const struct fib_route *r)
{
	bool near = cf->type == FIB_UNICAST && r->n_hops > 0 && !ip_is_set(&r->hop[0].via);

	if (cf->family == IP_V6)
		return FIB_SCOPE_GLOBAL;
	return cf->scope != SCOPE_AUTO ? scopes[cf->scope]
	       : near                  ? FIB_SCOPE_LINK
				       : FIB_SCOPE_GLOBAL;
}

struct fib_item vrrp_cf_route_item(const struct cf_model *m, const struct vrrp_cf_route *cf)
{
	struct fib_item item;
	struct fib_route *r = &item.route;

	memset(&item, 0, sizeof item);
	item.kind = FIB_ROUTE;
	item.family = cf->family;
	r->to = net_of(&cf->to, cf->family);
	r->table = cf->table > 0 ? cf->table : FIB_TABLE_MAIN;
	r->metric = cf->metric > 0 ? cf->metric : cf->family == IP_V6 ? FIB_METRIC_V6 : 0;
	r->tos = cf->tos;
	r->type = cf->type;
	r->pref = prefs[cf->pref];
	r->src = cf->src;
	put_hops(m, cf, r);
	r->scope = scope_of(cf, r);
	put_metrics(cf, r->value);
	memcpy(r->congctl, cf->congctl, sizeof r->congctl);
	return item;
}

struct fib_item vrrp_cf_rule_item(const struct vrrp_cf_rule *cf)
{
	struct fib_item item;
	struct fib_rule *r = &item.rule;

	memset(&item, 0, sizeof item);
	item.kind = FIB_RULE;
	item.family = cf->ip;
	r->priority = cf->priority;
	r->action = actions[cf->action];
	r->table = cf->table;
	r->target = cf->target;
	r->from = cf->from.prefix;
	r->to = cf->to.prefix;
	/* The kernel does not tell "all" from not said. */
	if (r->from.len == 0)
		r->from = (struct ip_prefix){ 0 };
	if (r->to.len == 0)
		r->to = (struct ip_prefix){ 0 };
	memcpy(r->iif, cf->iif, sizeof r->iif);
	memcpy(r->oif, cf->oif, sizeof r->oif);
	r->mark = cf->fwmark.mark;
	r->mask = cf->fwmark.mask;
	r->tos = cf->tos;
	r->ipproto = cf->ipproto;
	memcpy(r->sport, cf->sport, sizeof r->sport);
	memcpy(r->dport, cf->dport, sizeof r->dport);
	r->uids = cf->uidrange.said;
	r->uid[0] = cf->uidrange.from;
	r->uid[1] = cf->uidrange.to;
	r->suppress_prefixlength = (int32_t)cf->suppress_prefixlength - 1;
	r->suppress_ifgroup = (int32_t)cf->suppress_ifgroup - 1;
	r->l3mdev = cf->l3mdev;
	r->invert = cf->invert;
	return item;
}

/* ---- cross checks: a setting that was refused by itself is zero --------------------------- */

/* One of those that the checks compare with each other. */
struct entry {
	uint64_t hash;
	const void *cf;    /* struct vrrp_cf_route or vrrp_cf_rule */
	const char *owner; /* the instance; NULL: static */
	bool is_rule;
};

struct checking {
	struct cf_load *l;
	const struct cf_model *m;
	struct entry *entry;
	uint32_t n;
	const struct vrrp_cf_instance *of; /* whose are looked at; NULL: static ones */
	bool clean;                        /* before these checks */
};

static uint8_t family_of_route(const struct checking *c, const struct vrrp_cf_route *r)
{
	if (!r->to.any)
		return r->to.prefix.addr.family;
	if (ip_is_set(&r->via))
		return r->via.family;
	if (ip_is_set(&r->src))
		return r->src.family;
	if (r->hops.n > 0 && ip_is_set(&vrrp_cf_hop(c->m, r, 0)->via))
		return vrrp_cf_hop(c->m, r, 0)->via.family;
	return c->of ? c->of->family : IP_NONE;
}

/* A next hop: of the route itself, or of its list. */
static void check_hop(const struct checking *c, const struct vrrp_cf_route *r, const void *obj,
		      const struct ip_addr *via, const char *dev, bool onlink)
{
	if (!ip_is_set(via) && !*dev)
		cf_error(c->l, obj, NULL, "needs via, dev or both: where do the packets go?");
	if (ip_is_set(via) && via->family == IP_V4 && r->family == IP_V6)
		cf_error(c->l, obj, "via", "is IPv4: an IPv6 route has an IPv6 next hop");
	if (ip_is_set(via) && ip_is_link_local6(via) && !*dev)
		cf_error(c->l, obj, "via",
			 "is link-local, which every link has: say the interface with dev");
	if (onlink && (!ip_is_set(via) || !*dev))
		cf_error(c->l, obj, "onlink", "needs both via and dev");
}

static void check_where(const struct checking *c, const struct vrrp_cf_route *r)
{
	bool single = ip_is_set(&r->via) || *r->dev || r->onlink;

	if (r->type != FIB_UNICAST) {
		if (single || r->hops.n > 0 || ip_is_set(&r->src))
			cf_error(c->l, r, "type", "%s leads nowhere: leave out via, dev, hops, "
				 "onlink and src", vrrp_route_types[r->type]);
		return;
	}
	if (r->hops.n == 0) {
		if (c->clean || single)
			check_hop(c, r, r, &r->via, r->dev, r->onlink);
		return;
	}
	if (single)
		cf_error(c->l, r, "hops", "replaces via, dev and onlink: put them into the list");
	if (r->hops.n == 1)
		cf_error(c->l, r, "hops", "has one next hop only: use via and dev");
	for (uint32_t i = 0; i < r->hops.n; i++) {
		const struct vrrp_cf_hop *h = vrrp_cf_hop(c->m, r, i);

		check_hop(c, r, h, &h->via, h->dev, h->onlink);
		for (uint32_t k = 0; k < i; k++)
			if (ip_eq(&vrrp_cf_hop(c->m, r, k)->via, &h->via) &&
			    strcmp(vrrp_cf_hop(c->m, r, k)->dev, h->dev) == 0)
				cf_error(c->l, h, NULL, "is the same next hop as hops[%u]: give "
					 "that a weight instead", k);
	}
}

static void check_millis(const struct checking *c, const struct vrrp_cf_route *r, const char *name,
			 span_t span)
{
	if (span.ns % 1000000 != 0)
		cf_error(c->l, r, name, "must be whole milliseconds");
}

static void check_route(const struct checking *c, struct vrrp_cf_route *r)
{
	if (!r->to.any && !ip_is_set(&r->to.prefix.addr))
		return; /* refused, or missing */
	r->family = family_of_route(c, r);
	if (r->family == IP_NONE) {
		if (!c->of)
			cf_error(c->l, r, "to", "could be IPv4 or IPv6: write \"0.0.0.0/0\" or "
				 "\"::/0\"");
		return;
	}
	check_where(c, r);
	if (ip_is_set(&r->src) && r->src.family != r->family)
		cf_error(c->l, r, "src", "is not of the family of the destination");
	if (r->family == IP_V6 && r->tos != 0)
		cf_error(c->l, r, "tos", "is for IPv4 only; IPv6 uses a rule with tos");
	if (r->family == IP_V6 && r->scope != SCOPE_AUTO)
		cf_error(c->l, r, "scope", "is for IPv4 only");
	if (r->family == IP_V4 && r->pref != 0)
		cf_error(c->l, r, "pref", "is for IPv6 only");
	if (r->tos % 4 != 0)
		cf_error(c->l, r, "tos", "must be a multiple of 4: the last two bits are ECN");
	check_millis(c, r, "rtt", r->rtt);
	check_millis(c, r, "rttvar", r->rttvar);
	check_millis(c, r, "rto_min", r->rto_min);
}

static uint8_t family_of_rule(const struct checking *c, const struct vrrp_cf_rule *r)
{
	if (r->family != FAMILY_AUTO)
		return r->family == FAMILY_IPV4 ? IP_V4 : IP_V6;
	if (ip_is_set(&r->from.prefix.addr))
		return r->from.prefix.addr.family;
	if (ip_is_set(&r->to.prefix.addr))
		return r->to.prefix.addr.family;
	return c->of ? c->of->family : IP_V4;
}

static void check_action(const struct checking *c, const struct vrrp_cf_rule *r)
{
	if (r->action == ACTION_LOOKUP) {
		if (r->table != 0 && r->l3mdev)
			cf_error(c->l, r, "l3mdev", "finds the table itself: leave out table");
		else if (r->table == 0 && !r->l3mdev && c->clean)
			cf_error(c->l, r, "table", "is needed: the table to look in");
	} else if (r->table != 0 || r->l3mdev || r->suppress_prefixlength != 0 ||
		   r->suppress_ifgroup != 0) {
		cf_error(c->l, r, "action",
			 "%s looks in no table: leave out table, l3mdev, suppress_prefixlength and "
			 "suppress_ifgroup", vrrp_rule_actions[r->action]);
	}
	if (r->action == ACTION_GOTO && r->target <= r->priority && (c->clean || r->target != 0))
		cf_error(c->l, r, "target", "must be a priority behind that of this rule: rules "
			 "are gone through once");
	if (r->action != ACTION_GOTO && r->target != 0)
		cf_error(c->l, r, "target", "is for action \"goto\" only");
}

static void check_rule(const struct checking *c, struct vrrp_cf_rule *r)
{
	uint8_t family = family_of_rule(c, r);
	bool any = !*r->iif && !*r->oif && r->fwmark.mask == 0 && r->tos == 0 && r->ipproto == 0 &&
		   r->sport[0] == 0 && r->dport[0] == 0 && !r->uidrange.said &&
		   r->from.prefix.len == 0 && r->to.prefix.len == 0;

	if (ip_is_set(&r->from.prefix.addr) && r->from.prefix.addr.family != family)
		cf_error(c->l, r, "from", "is not of the family of the rule");
	if (ip_is_set(&r->to.prefix.addr) && r->to.prefix.addr.family != family)
		cf_error(c->l, r, "to", "is not of the family of the rule");
	if (r->tos % 4 != 0)
		cf_error(c->l, r, "tos", "must be a multiple of 4: the last two bits are ECN");
	if (r->invert && any && c->clean)
		cf_error(c->l, r, "invert", "of a rule for all packets leaves none");
	if ((family == IP_V4 ? 32u : 128u) + 1 < r->suppress_prefixlength)
		cf_error(c->l, r, "suppress_prefixlength", "is longer than an address");
	check_action(c, r);
	r->ip = family;
}

/* ---- all against all ---------------------------------------------------------------------- */

static struct fib_item item_of(const struct checking *c, const struct entry *e)
{
	return e->is_rule ? vrrp_cf_rule_item(e->cf) : vrrp_cf_route_item(c->m, e->cf);
}

static void note(struct checking *c, const void *cf, bool is_rule)
{
	struct entry *e = &c->entry[c->n];
	struct fib_item item;

	*e = (struct entry){ .cf = cf, .owner = c->of ? c->of->name : NULL, .is_rule = is_rule };
	item = item_of(c, e);
	e->hash = fib_hash(&item);
	c->n += item.family != IP_NONE;
}

static void check_list(struct checking *c, struct cf_list routes, struct cf_list rules)
{
	for (uint32_t i = 0; i < routes.n; i++) {
		check_route(c, vrrp_cf_route(c->m, routes, i));
		note(c, vrrp_cf_route(c->m, routes, i), false);
	}
	for (uint32_t i = 0; i < rules.n; i++) {
		check_rule(c, vrrp_cf_rule(c->m, rules, i));
		if (vrrp_cf_rule(c->m, rules, i)->priority != 0)
			note(c, vrrp_cf_rule(c->m, rules, i), true);
	}
}

static int by_hash(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->cf < y->cf ? -1 : x->cf > y->cf; /* in the order of the file */
}

/* Which of two is the one too many: that of an instance, or the later one. */
static const struct entry *later(const struct entry *a, const struct entry *b)
{
	if ((a->owner == NULL) != (b->owner == NULL))
		return a->owner ? a : b;
	return a->cf < b->cf ? b : a;
}

static void check_pair(const struct checking *c, const struct entry *a, const struct entry *b)
{
	struct fib_item x = item_of(c, a), y = item_of(c, b);
	const struct entry *e = later(a, b), *first = e == a ? b : a;
	char buf[100];
	struct text where = text_open(buf, sizeof buf);

	if (a->hash != b->hash || !fib_same(&x, &y))
		return;
	if (first->owner)
		text_fmt(&where, "in instance \"%s\"", first->owner);
	else
		text_put(&where, "among the static ones");
	if (e->is_rule)
		cf_error(c->l, e->cf, NULL, "the same rule is %s already", buf);
	else
		cf_error(c->l, e->cf, "to",
			 "a route with this destination, table, metric and tos is %s already; give "
			 "this one another metric", buf);
}

static void check_pairs(const struct checking *c)
{
	qsort(c->entry, c->n, sizeof *c->entry, by_hash);
	for (uint32_t i = 1; i < c->n; i++)
		check_pair(c, &c->entry[i - 1], &c->entry[i]);
}

void vrrp_cf_route_check(struct cf_load *l, const struct vrrp_cf *vrrp)
{
	struct checking c = { .l = l, .m = cf_load_model(l), .clean = cf_load_clean(l) };
	size_t n = (size_t)vrrp->static_routes.n + vrrp->static_rules.n;

	for (uint32_t i = 0; i < vrrp->instances.n; i++) {
		const struct vrrp_cf_instance *cf = vrrp_cf_instance(c.m, vrrp, i);

		n += (size_t)cf->routes.n + cf->rules.n;
	}
	if (n > VRRP_FIB_MAX) {
		cf_error(l, vrrp, NULL, "%zu routes and rules in all are more than %u", n,
			 (unsigned)VRRP_FIB_MAX);
		return;
	}
	c.entry = calloc(n + 1, sizeof *c.entry);
	if (!c.entry) {
		cf_error(l, vrrp, NULL, "out of memory");
		return;
	}
	check_list(&c, vrrp->static_routes, vrrp->static_rules);
	for (uint32_t i = 0; i < vrrp->instances.n; i++) {
		c.of = vrrp_cf_instance(c.m, vrrp, i);
		check_list(&c, c.of->routes, c.of->rules);
	}
	check_pairs(&c);
	free(c.entry);
}
