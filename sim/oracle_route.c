/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where routes and rules must be: with the Active, and with nobody else; static ones wherever the
 * daemon runs.
 *
 * What must not be there is judged at the end of every instant, and so is what a new Active must
 * have at once. What somebody removed, or the kernel refused, may come later, but not much: that is
 * judged once it has been possible for so long without a break.
 */
#include <stdlib.h>

#include "check.h"
#include "oracle_state.h"

/* The longest wait between two tries, after a refusal or a fight. */
#define LONGEST_WAIT SPAN_S(61)

static void put(struct watch_route *to, struct fib_item item)
{
	*to = (struct watch_route){ .item = item, .missing_since = MONO_NEVER };
}

static struct watch_route *make(const struct cf_model *m, struct cf_list routes,
				struct cf_list rules, uint32_t *n)
{
	struct watch_route *v = calloc((size_t)routes.n + rules.n + 1, sizeof *v);

	CHECK(v);
	*n = 0;
	for (uint32_t i = 0; i < routes.n; i++)
		put(&v[(*n)++], vrrp_cf_route_item(m, vrrp_cf_route(m, routes, i)));
	for (uint32_t i = 0; i < rules.n; i++)
		put(&v[(*n)++], vrrp_cf_rule_item(vrrp_cf_rule(m, rules, i)));
	return v;
}

void route_configure(struct watched_routes *r, const struct cf_model *m, struct cf_list routes,
		     struct cf_list rules)
{
	free(r->v);
	r->v = make(m, routes, rules, &r->n);
}

void route_forget(struct watched_routes *r)
{
	free(r->v);
	*r = (struct watched_routes){ 0 };
}

/* Whether the daemon could have it there. */
static bool possible(const struct host *h, const struct fib_item *item)
{
	const struct kern_fib_entry *there = kern_fib_find(&h->kern.fib, item);
	struct fib_item copy = *item;

	return kern_fib_check(&h->kern, &copy) == 0 && (!there || there->ours);
}

static bool is_there(const struct host *h, const struct fib_item *item)
{
	const struct kern_fib_entry *there = kern_fib_find(&h->kern.fib, item);

	return there && there->ours;
}

static bool in_peace(const struct host *h)
{
	return h->kern.n_requests == 0 && h->kern.refuse == 0 && h->kern.refuse_routes == 0 &&
	       h->late.ns == 0 && h->kern.delay.ns == 0;
}

static void judge_wanted(struct oracle *o, struct host *h, const char *who, struct watch_route *r,
			 bool at_once)
{
	bool there = is_there(h, &r->item), can = possible(h, &r->item);

	if (there || !can || h->kern.n_requests > 0)
		r->missing_since = MONO_NEVER;
	else if (mono_is_never(r->missing_since))
		r->missing_since = o->w->now;
	if (at_once && can && in_peace(h))
		judge(o, RULE_ROUTES, there, "%s %s became Active and has not all its routes",
		      h->name, who);
	else if (there || (!mono_is_never(r->missing_since) &&
			   mono_since(o->w->now, r->missing_since).ns > LONGEST_WAIT.ns))
		judge(o, RULE_ROUTES, there, "%s %s has not got a route back", h->name, who);
}

void route_judge(struct oracle *o, struct host *h, struct watch *wt)
{
	bool at_once = wt->active_at.ns == o->w->now.ns;

	for (uint32_t i = 0; i < wt->routes.n; i++) {
		struct watch_route *r = &wt->routes.v[i];

		if (wt->state == VRRP_ACTIVE) {
			judge_wanted(o, h, wt->name, r, at_once);
			continue;
		}
		r->missing_since = MONO_NEVER;
		if (h->kern.n_requests == 0 && h->kern.delay.ns == 0)
			judge(o, RULE_ROUTES, !is_there(h, &r->item),
			      "%s %s is not Active and has a route", h->name, wt->name);
	}
}

void route_judge_static(struct oracle *o, struct host *h, struct watched_routes *r)
{
	for (uint32_t i = 0; i < r->n; i++)
		judge_wanted(o, h, "static", &r->v[i], false);
}

/* A machine whose daemon has ended as it should keeps nothing. */
void route_judge_left(struct oracle *o, const struct host *h)
{
	if (h->powered && h->kern.n_requests == 0)
		for (uint32_t i = 0; i < h->kern.fib.n; i++)
			judge(o, RULE_ROUTES, !h->kern.fib.v[i].ours,
			      "%s has a route of a daemon that has left", h->name);
}
