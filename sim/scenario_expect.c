/* SPDX-License-Identifier: BSD-2-Clause */
/* What a scenario expects to see. */
#include <stddef.h>
#include <string.h>

#include "scenario_run.h"

bool run_is_judged_at_end(const struct scenario_step *s)
{
	return s->expect == EXPECT_BECOMES || s->expect == EXPECT_NEVER ||
	       s->expect == EXPECT_CHANGES;
}

static struct scenario_outcome *outcome(struct run *r, uint32_t step)
{
	struct scenario_outcome *o = &r->result->outcome[step];

	o->expectation = true;
	return o;
}

static double seconds(span_t d)
{
	return (double)d.ns / 1e9;
}

/* What is expected, in words. */
static void describe(const struct run *r, const struct scenario_step *s, struct text *t)
{
	text_fmt(t, "%s", *s->host ? s->host : *s->client ? s->client : "all");
	if (*s->router)
		text_fmt(t, " %s", s->router);
	text_fmt(t, ": %s", scenario_expect_names[s->expect]);
	if (s->expect == EXPECT_STATE || s->expect == EXPECT_BECOMES || s->expect == EXPECT_NEVER)
		text_fmt(t, " %s", vrrp_state_name((enum vrrp_state)s->state));
	if (*s->why)
		text_fmt(t, " (%s)", s->why);
	if (s->expect == EXPECT_COUNTER)
		text_fmt(t, " %s", s->counter);
	if (s->expect == EXPECT_OUTAGE)
		text_fmt(t, " %.6fs..%.6fs", seconds(s->min), seconds(s->max));
	if (s->expect == EXPECT_ACTIVES || s->expect == EXPECT_COUNTER ||
	    s->expect == EXPECT_DOUBLES || s->expect == EXPECT_CHANGES)
		text_fmt(t, s->most == UINT32_MAX ? " at least %u" : " %u..%u", s->least, s->most);
	if (run_is_judged_at_end(s))
		text_fmt(t, " between %.9fs and %.9fs", seconds(s->earliest), seconds(s->latest));
	if (*s->after)
		text_fmt(t, " after %s", s->after);
	else
		text_fmt(t, " at %.3fs", seconds(s->at));
	(void)r;
}

/* ---- at a moment -------------------------------------------------------------------------- */

static bool is_of(const char *wanted, const char *name)
{
	return *wanted == '\0' || strcmp(wanted, name) == 0;
}

/* A router that a step speaks of on a host: the first if it does not say which. */
static int router_on(const struct host *h, const char *name)
{
	for (uint32_t i = 0; h->d && i < vrrpd_n(h->d); i++)
		if (is_of(name, vrrpd_name(h->d, i)))
			return (int)i;
	return -1;
}

static const struct host *host_of(const struct run *r, const struct scenario_step *s)
{
	for (uint32_t i = 0; i < r->w->n_hosts; i++)
		if (strcmp(r->w->host[i]->name, s->host) == 0)
			return r->w->host[i];
	return NULL;
}

static uint64_t read_counter(const struct run *r, const struct scenario_step *s)
{
#define COUNTER(member) { #member, offsetof(struct vrrpd_counters, member) }
	static const struct { const char *name; size_t offset;
	} table[] = {
		COUNTER(adverts_sent),	 COUNTER(adverts_received),   COUNTER(ignored),
		COUNTER(prio_zero_sent), COUNTER(prio_zero_received), COUNTER(became_active),
		COUNTER(became_backup),	 COUNTER(became_initialize),  COUNTER(rivals),
		COUNTER(announced),	 COUNTER(addr_failures),      COUNTER(addr_removed),
		COUNTER(announced_late), COUNTER(rival_episodes),
		COUNTER(note_owner),	 COUNTER(note_addresses),     COUNTER(note_interval),
		COUNTER(route_failures), COUNTER(route_removed),
		COUNTER(lease_expired),  COUNTER(csum_message),       COUNTER(csum_pseudo),
		COUNTER(woke_late),
	};
#undef COUNTER
	const struct host *h = host_of(r, s);
	int i = h ? router_on(h, s->router) : -1;
	const struct vrrpd_counters *c;
	uint64_t value;

	if (i < 0)
		return 0;
	if (strcmp(s->counter, "stalls") == 0)
		return vrrpd_totals(h->d)->stalls;
	c = vrrpd_counters(h->d, (uint32_t)i);
	for (unsigned k = 0; k < sizeof table / sizeof *table; k++)
		if (strcmp(table[k].name, s->counter) == 0) {
			memcpy(&value, (const char *)c + table[k].offset, sizeof value);
			return value;
		}
	for (unsigned k = 1; k < VRRP_DROP_N; k++)
		if (strcmp(vrrp_drop_name((enum vrrp_drop)k), s->counter) == 0)
			return c->drops[k] + vrrpd_totals(h->d)->drops[k];
	return UINT64_MAX; /* there is no such counter: never within bounds that somebody set */
}

static unsigned count_actives(const struct run *r, const struct scenario_step *s)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < r->w->n_hosts; i++) {
		const struct host *h = r->w->host[i];
		int k = router_on(h, s->router);

		n += k >= 0 && vrrpd_router(h->d, (uint32_t)k)->state == VRRP_ACTIVE;
	}
	return n;
}

static const struct client *client_of(const struct run *r, const struct scenario_step *s)
{
	for (uint32_t i = 0; i < r->w->n_clients; i++)
		if (strcmp(r->w->client[i]->name, s->client) == 0)
			return r->w->client[i];
	return NULL;
}

static void judge_number(struct scenario_outcome *o, const struct scenario_step *s, uint64_t value,
			 struct text *t)
{
	o->met = value >= s->least && value <= s->most;
	if (!o->met)
		text_fmt(t, "; was %llu", (unsigned long long)value);
}

static void judge_state(struct run *r, struct scenario_outcome *o, const struct scenario_step *s,
			struct text *t)
{
	const struct host *h = host_of(r, s);
	int i = h ? router_on(h, s->router) : -1;
	enum vrrp_state state = i < 0 ? VRRP_INITIALIZE : vrrpd_router(h->d, (uint32_t)i)->state;

	o->met = state == s->state;
	if (!o->met)
		text_fmt(t, "; was %s", vrrp_state_name(state));
}

static void judge_outage(struct run *r, struct scenario_outcome *o, const struct scenario_step *s,
			 struct text *t)
{
	const struct client *c = client_of(r, s);
	span_t longest = c->longest, open = mono_since(r->w->now, c->answered_at);

	if (mono_is_never(c->answered_at) || open.ns > longest.ns)
		longest = mono_is_never(c->answered_at) ? SPAN_NS(r->w->now.ns) : open;
	o->met = longest.ns >= s->min.ns && longest.ns <= s->max.ns;
	text_fmt(t, "; was %.6fs", seconds(longest));
}

void run_judge_now(struct run *r, uint32_t step)
{
	const struct scenario_step *s = run_step(r, step);
	struct scenario_outcome *o = outcome(r, step);
	struct text t = text_open(o->text, sizeof o->text);

	describe(r, s, &t);
	if (s->expect == EXPECT_STATE)
		judge_state(r, o, s, &t);
	else if (s->expect == EXPECT_ACTIVES)
		judge_number(o, s, count_actives(r, s), &t);
	else if (s->expect == EXPECT_COUNTER)
		judge_number(o, s, read_counter(r, s), &t);
	else if (s->expect == EXPECT_DOUBLES)
		judge_number(o, s, client_of(r, s)->doubles, &t);
	else if (s->expect == EXPECT_OUTAGE)
		judge_outage(r, o, s, &t);
}

/* ---- over a time -------------------------------------------------------------------------- */

static bool matches(const struct run *r, const struct scenario_step *s, const struct run_change *c)
{
	return is_of(s->host, r->w->host[c->host]->name) && is_of(s->router, c->router);
}

/* The first time the state is entered after the beginning of the window has to be within it. */
static void judge_becomes(struct run *r, struct scenario_outcome *o, const struct scenario_step *s,
			  mono_t from, struct text *t)
{
	for (uint32_t i = 0; i < r->n_changes; i++) {
		const struct run_change *c = &r->change[i];
		span_t after = mono_since(c->at, from);

		if (mono_before(c->at, from) || !matches(r, s, c) || c->to != s->state)
			continue;
		o->met = after.ns >= s->earliest.ns && after.ns <= s->latest.ns &&
			 is_of(s->why, vrrp_why_name(c->why));
		if (!o->met)
			text_fmt(t, "; was after %.9fs (%s)", seconds(after),
				 vrrp_why_name(c->why));
		return;
	}
	text_put(t, "; did not");
}

static void judge_never(struct run *r, struct scenario_outcome *o, const struct scenario_step *s,
			mono_t from, struct text *t)
{
	mono_t begin = mono_add(from, s->earliest), end = mono_add(from, s->latest);

	o->met = true;
	for (uint32_t i = 0; i < r->n_changes; i++) {
		const struct run_change *c = &r->change[i];

		if (!matches(r, s, c) || c->to != s->state || mono_before(c->at, begin) ||
		    mono_before(end, c->at))
			continue;
		o->met = false;
		text_fmt(t, "; %s did after %.9fs (%s)", r->w->host[c->host]->name,
			 seconds(mono_since(c->at, from)), vrrp_why_name(c->why));
		return;
	}
}

static void judge_changes(struct run *r, struct scenario_outcome *o, const struct scenario_step *s,
			  mono_t from, struct text *t)
{
	mono_t begin = mono_add(from, s->earliest), end = mono_add(from, s->latest);
	uint64_t n = 0;

	for (uint32_t i = 0; i < r->n_changes; i++)
		n += matches(r, s, &r->change[i]) && !mono_before(r->change[i].at, begin) &&
		     !mono_before(end, r->change[i].at);
	judge_number(o, s, n, t);
}

void run_judge_at_end(struct run *r)
{
	for (uint32_t i = 0; i < r->result->n; i++) {
		const struct scenario_step *s = run_step(r, i);
		struct scenario_outcome *o;
		struct text t;

		if (!run_is_judged_at_end(s))
			continue;
		o = outcome(r, i);
		t = text_open(o->text, sizeof o->text);
		describe(r, s, &t);
		if (s->expect == EXPECT_BECOMES)
			judge_becomes(r, o, s, run_step_time(r, i), &t);
		else if (s->expect == EXPECT_NEVER)
			judge_never(r, o, s, run_step_time(r, i), &t);
		else
			judge_changes(r, o, s, run_step_time(r, i), &t);
	}
}
