/* SPDX-License-Identifier: BSD-2-Clause */
#include "scenario.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "rng.h"
#include "scenario_run.h"
#include "trace.h"

enum { ROLL_SPREAD = 64 };

bool scenario_load(const char *path, struct scenario *s, struct cf_report *report)
{
	struct cf_source src;
	bool ok;

	cf_source_read(&src, path, &cf_read_file);
	ok = cf_load(&src, &scenario_schema, scenario_cf_check, &s->model, report);
	cf_source_free(&src);
	s->cf = s->model.bytes;
	return ok;
}

void scenario_free(struct scenario *s)
{
	cf_model_free(&s->model);
}

/* ---- building the world ------------------------------------------------------------------- */

static struct net_link *link_named(struct run *r, const char *name)
{
	for (uint32_t i = 0; i < r->w->n_links; i++)
		if (strcmp(r->w->link[i]->name, name) == 0)
			return r->w->link[i];
	return r->w->link[0];
}

static void give_addresses(struct run *r, struct host *h, uint32_t iface, struct cf_list list)
{
	for (uint32_t i = 0; i < list.n; i++) {
		const struct vrrp_cf_address *a = cf_at(&r->s->model, list, sizeof *a, i);

		host_configure_addr(h, iface, &a->address);
	}
}

static void build_host(struct run *r, const struct scenario_host *cf)
{
	struct host *h = world_add_host(r->w, cf->name);
	int32_t rate = cf->clock.fast ? (int32_t)cf->clock.rate : -(int32_t)cf->clock.rate;

	h->clock = (struct host_clock){ { 0 }, { cf->clock.start.ns }, rate };
	h->late = cf->late;
	h->kern.delay = cf->kernel_delay;
	h->reader.every = cf->reads_every;
	h->programs.take = cf->programs_take;
	host_add_iface(h, "eth0", link_named(r, cf->link));
	if (*cf->second_link)
		host_add_iface(h, "eth1", link_named(r, cf->second_link));
	give_addresses(r, h, 0, cf->addresses);
	if (*cf->second_link)
		give_addresses(r, h, 1, cf->second_addresses);
	r->config[h->id] = (struct run_config){ &cf->vrrp, cf->priority };
}

static void build_client(struct run *r, const struct scenario_client *cf)
{
	struct client *c = world_add_client(r->w, cf->name);

	c->target = cf->target;
	c->every = cf->every;
	c->port = world_add_port(r->w, link_named(r, cf->link), NULL, c, 0);
}

static void build_gateway(struct run *r, const struct scenario_gateway *cf)
{
	struct gateway *g = world_add_gateway(r->w, cf->name);

	for (uint32_t i = 0; i < cf->links.n; i++) {
		const struct scenario_name *n = cf_at(&r->s->model, cf->links, sizeof *n, i);

		gateway_join(g, link_named(r, n->name));
	}
}

static void build_links(struct run *r)
{
	const struct scenario_cf *cf = r->s->cf;

	world_ready(r->w);
	for (uint32_t i = 0; i < cf->links.n; i++) {
		const struct scenario_link *l = cf_at(&r->s->model, cf->links, sizeof *l, i);
		struct net_link *link = r->w->link[i];

		for (uint32_t k = 0; k < link->n_ports * link->n_ports; k++) {
			link->pair[k].faults.delay = l->delay;
			link->pair[k].faults.jitter = l->jitter;
		}
	}
}

static void build(struct run *r)
{
	const struct scenario_cf *cf = r->s->cf;
	const struct cf_model *m = &r->s->model;

	for (uint32_t i = 0; i < cf->links.n; i++)
		world_add_link(r->w, cf_at(m, cf->links, sizeof(struct scenario_link), i));
	for (uint32_t i = 0; i < cf->hosts.n; i++)
		build_host(r, cf_at(m, cf->hosts, sizeof(struct scenario_host), i));
	for (uint32_t i = 0; i < cf->clients.n; i++)
		build_client(r, cf_at(m, cf->clients, sizeof(struct scenario_client), i));
	for (uint32_t i = 0; i < cf->gateways.n; i++)
		build_gateway(r, cf_at(m, cf->gateways, sizeof(struct scenario_gateway), i));
	build_links(r);
	for (uint32_t i = 0; i < r->w->n_clients; i++)
		client_start(r->w->client[i]);
}

/* ---- planning ----------------------------------------------------------------------------- */

const struct scenario_step *run_step(const struct run *r, uint32_t i)
{
	return cf_at(&r->s->model, r->s->cf->timeline, sizeof(struct scenario_step), i);
}

static uint32_t host_named(const struct run *r, const char *name)
{
	for (uint32_t i = 0; i < r->w->n_hosts; i++)
		if (strcmp(r->w->host[i]->name, name) == 0)
			return i;
	return RUN_NO_HOST;
}

static span_t spread_of(const struct run *r, const struct scenario_step *s, uint32_t step,
			uint32_t host)
{
	return SPAN_NS(rng_below(rng_at(r->w->seed, ROLL_SPREAD, step, host), s->spread.ns + 1));
}

/* A step without `after`, which others may come after, has one time. */
static mono_t base_time(const struct run *r, uint32_t i)
{
	const struct scenario_step *s = run_step(r, i);

	return mono_add(mono_add((mono_t){ 0 }, s->at), spread_of(r, s, i, 0));
}

mono_t run_step_time(const struct run *r, uint32_t i)
{
	const struct scenario_step *s = run_step(r, i);

	if (*s->after == '\0')
		return base_time(r, i);
	for (uint32_t k = 0; k < r->s->cf->timeline.n; k++)
		if (strcmp(run_step(r, k)->as, s->after) == 0 && *run_step(r, k)->after == '\0')
			return mono_add(mono_add(base_time(r, k), s->at), spread_of(r, s, i, 0));
	CHECK_UNREACHABLE();
}

static uint64_t port_mask(const struct run *r, struct cf_list names)
{
	uint64_t mask = 0;

	if (names.n == 0)
		return UINT64_MAX;
	for (uint32_t i = 0; i < names.n; i++) {
		const struct scenario_name *n = cf_at(&r->s->model, names, sizeof *n, i);

		for (uint32_t p = 0; p < r->w->n_ports; p++) {
			if (strcmp(world_port_name(&r->w->port[p]), n->name) == 0)
				mask |= UINT64_C(1) << p;
		}
	}
	return mask;
}

struct run_act *run_plan(struct run *r, mono_t at, enum queue_class class)
{
	struct run_act *a;

	if (r->n_acts == r->acts_capacity) {
		r->acts_capacity = r->acts_capacity > 0 ? 2 * r->acts_capacity : 64;
		r->act = realloc(r->act, r->acts_capacity * sizeof *r->act);
		CHECK(r->act);
	}
	a = &r->act[r->n_acts];
	*a = (struct run_act){ .host = RUN_NO_HOST, .from = UINT64_MAX, .to = UINT64_MAX };
	queue_put(&r->w->queue, at, class, WORLD_ACTION, r->n_acts++, 0);
	return a;
}

static void plan_for_host(struct run *r, uint32_t i, uint32_t host, mono_t at)
{
	const struct scenario_step *s = run_step(r, i);
	struct run_act *a = run_plan(r, at, s->what == DO_NOTHING ? QUEUE_CHECK : QUEUE_ACTION);

	a->step = i;
	a->what = (enum scenario_do)s->what;
	a->host = host;
	a->from = port_mask(r, s->from);
	a->to = port_mask(r, s->to);
	a->both_ways = s->both_ways;
	a->chance = s->chance;
	a->chance_end = s->chance_end;
	a->delay = s->delay;
	a->jitter = s->jitter;
}

static void plan_once(struct run *r, uint32_t i, mono_t at)
{
	const struct scenario_step *s = run_step(r, i);
	mono_t base = { at.ns - spread_of(r, s, i, 0).ns };

	for (uint32_t k = 0; k < s->hosts.n; k++) {
		const struct scenario_name *n = cf_at(&r->s->model, s->hosts, sizeof *n, k);

		plan_for_host(r, i, host_named(r, n->name), mono_add(base, spread_of(r, s, i, k)));
	}
	if (s->hosts.n == 0)
		plan_for_host(r, i, host_named(r, s->host), at);
}

static void plan_step(struct run *r, uint32_t i)
{
	const struct scenario_step *s = run_step(r, i);
	mono_t at = run_step_time(r, i);

	if (s->what == DO_NOTHING && (s->expect == EXPECT_NOTHING || run_is_judged_at_end(s)))
		return;
	if (s->what == DO_CHAOS) {
		run_plan_chaos(r, i, at);
		return;
	}
	for (uint32_t n = 0; n < s->times; n++)
		plan_once(r, i, mono_add(at, span_mul(s->every, n)));
}

/* ---- running ------------------------------------------------------------------------------ */

static void on_change(void *ctx, const struct oracle_change *c)
{
	struct run *r = ctx;

	if (r->n_changes == r->changes_capacity) {
		r->changes_capacity = r->changes_capacity > 0 ? 2 * r->changes_capacity : 256;
		r->change = realloc(r->change, r->changes_capacity * sizeof *r->change);
		CHECK(r->change);
	}
	r->change[r->n_changes] =
		(struct run_change){ c->at, c->host->id, "", c->from, c->to, c->why };
	CHECK(text_copy(r->change[r->n_changes].router, CF_NAME_SIZE, c->router));
	r->n_changes++;
}

void scenario_run(const struct scenario *s, const struct scenario_options *options,
		  struct scenario_result *result)
{
	struct trace trace = { .log = options->log, .capture = options->capture };
	struct run run = { .s = s, .result = result }, *r = &run;

	*result = (struct scenario_result){ .n = s->cf->timeline.n };
	result->outcome = calloc(result->n + 1, sizeof *result->outcome);
	CHECK(result->outcome);
	r->w = world_new(options->seed);
	r->w->trace = &trace;
	if (!options->unjudged) {
		r->w->oracle = oracle_new(r->w);
		oracle_on_change(r->w->oracle, on_change, r);
	}
	r->w->action = run_act;
	r->w->action_ctx = r;
	build(r);
	for (uint32_t i = 0; i < s->cf->timeline.n; i++)
		plan_step(r, i);
	world_run(r->w, (mono_t){ s->cf->length.ns });
	result->events = r->w->events;
	result->digest = trace.digest;
	if (r->w->oracle) {
		oracle_end(r->w->oracle);
		run_judge_at_end(r);
		for (unsigned i = 0; i < RULE_N; i++)
			result->verdict[i] = *oracle_verdict(r->w->oracle, (enum oracle_rule)i);
	}
	oracle_free(r->w->oracle);
	world_free(r->w);
	free(r->act);
	free(r->change);
}

void scenario_result_free(struct scenario_result *r)
{
	free(r->outcome);
	*r = (struct scenario_result){ 0 };
}

bool scenario_ok(const struct scenario_result *r)
{
	for (uint32_t i = 0; i < r->n; i++)
		if (r->outcome[i].expectation && !r->outcome[i].met)
			return false;
	for (unsigned i = 0; i < RULE_N; i++)
		if (r->verdict[i].failed > 0)
			return false;
	return true;
}
