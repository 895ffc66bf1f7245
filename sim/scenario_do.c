/* SPDX-License-Identifier: BSD-2-Clause */
/* What a scenario does to its world. */
#include <string.h>

#include "check.h"
#include "rng.h"
#include "scenario_run.h"
#include "trace.h"

enum { ROLL_CHAOS = 65 };

/* ---- paths -------------------------------------------------------------------------------- */

static void set_fault(const struct run_act *a, struct net_faults *f)
{
	if (a->what == DO_CUT || a->what == DO_HEAL) {
		f->cut = a->what == DO_CUT;
	} else if (a->what == DO_LOSS) {
		f->loss_ppm = a->chance;
	} else if (a->what == DO_BURST) {
		f->burst_ppm = a->chance;
		f->burst_end_ppm = a->chance_end;
	} else if (a->what == DO_DUPLICATE) {
		f->dup_ppm = a->chance;
	} else if (a->what == DO_REORDER) {
		f->reorder_ppm = a->chance;
		f->reorder_by = a->delay;
	} else if (a->what == DO_CORRUPT) {
		f->corrupt_ppm = a->chance;
	} else if (a->what == DO_DELAY) {
		f->delay = a->delay;
		f->jitter = a->jitter;
	}
}

static bool is_in(uint64_t mask, uint32_t port)
{
	return (mask >> port & 1) != 0;
}

static void set_faults(struct run *r, const struct run_act *a)
{
	const char *link = run_step(r, a->step)->link;
	struct world *w = r->w;

	for (uint32_t i = 0; i < w->n_ports; i++)
		for (uint32_t k = 0; k < w->n_ports; k++) {
			struct world_port *p = &w->port[i], *q = &w->port[k];

			if (i == k || p->link != q->link ||
			    (*link && strcmp(p->link->name, link) != 0))
				continue;
			if ((is_in(a->from, i) && is_in(a->to, k)) ||
			    (a->both_ways && is_in(a->from, k) && is_in(a->to, i)))
				set_fault(a, net_faults(p->link, p->place, q->place));
		}
}

static void tell_healed(struct run *r)
{
	for (uint32_t i = 0; i < r->w->n_links; i++) {
		struct net_link *link = r->w->link[i];
		bool cut = false;

		for (uint32_t k = 0; k < link->n_ports * link->n_ports; k++)
			cut |= link->pair[k].faults.cut;
		if (!cut)
			oracle_healed(r->w->oracle, link);
	}
}

/* ---- hosts -------------------------------------------------------------------------------- */

/* Calls `what` with the host's configuration, its priorities replaced for the time of the call: the
 * daemon copies what it is given. */
static void with_config(struct run *r, struct host *h,
			void (*what)(struct host *, const struct cf_model *,
				     const struct vrrp_cf *))
{
	const struct run_config *c = &r->config[h->id];
	const struct cf_model *m = &r->s->model;
	uint8_t saved[WORLD_HOSTS_MAX];
	uint32_t n = c->vrrp->instances.n;

	for (uint32_t i = 0; i < n && c->priority != 0; i++) {
		CHECK(n <= sizeof saved);
		saved[i] = vrrp_cf_instance(m, c->vrrp, i)->priority;
		vrrp_cf_instance(m, c->vrrp, i)->priority = c->priority;
	}
	what(h, m, c->vrrp);
	for (uint32_t i = 0; i < n && c->priority != 0; i++)
		vrrp_cf_instance(m, c->vrrp, i)->priority = saved[i];
}

static void reload(struct run *r, struct host *h, const struct scenario_step *s)
{
	if (s->vrrp.instances.n > 0)
		r->config[h->id].vrrp = &s->vrrp;
	if (s->priority != 0)
		r->config[h->id].priority = s->priority;
	with_config(r, h, host_reload);
}

/* The interface that a step speaks of; the first if the host has no second. */
static uint32_t iface_of(const struct host *h, const struct scenario_step *s)
{
	return h->kern.n_ifaces > 1 && !h->kern.iface[1].device &&
	       strcmp(s->interface, "eth1") == 0;
}

static void do_to_host(struct run *r, const struct run_act *a, struct host *h)
{
	const struct scenario_step *s = run_step(r, a->step);
	uint32_t iface = iface_of(h, s);

	if (a->what == DO_START)
		with_config(r, h, host_start);
	else if (a->what == DO_STOP)
		host_stop(h);
	else if (a->what == DO_KILL)
		host_kill(h);
	else if (a->what == DO_CRASH)
		host_crash(h);
	else if (a->what == DO_PAUSE)
		host_pause(h);
	else if (a->what == DO_RESUME)
		host_resume(h);
	else if (a->what == DO_RELOAD)
		reload(r, h, s);
	else if (a->what == DO_LINK_DOWN || a->what == DO_LINK_UP)
		host_set_link(h, iface, a->what == DO_LINK_UP);
	else if (a->what == DO_REMOVE_INTERFACE)
		host_remove_iface(h, iface);
	else if (a->what == DO_RESTORE_INTERFACE)
		host_restore_iface(h, iface);
	else if (a->what == DO_ADDRESS_ADD || a->what == DO_ADDRESS_REMOVE)
		host_foreign_addr(h, iface, &s->address, a->what == DO_ADDRESS_ADD);
	else if (a->what == DO_REFUSE_ADDRESSES)
		h->kern.refuse = s->count;
	else if (a->what == DO_ROUTE_REMOVE)
		host_remove_routes(h, &s->address);
	else if (a->what == DO_REFUSE_ROUTES)
		h->kern.refuse_routes = s->count;
	else if (a->what == DO_CLOCK_RATE)
		host_set_rate(h, s->both_ways ? (int32_t)s->count : -(int32_t)s->count);
	else if (a->what == DO_DEVICE_DOWN)
		host_meddle(h, VRRPD_DEVICE_DOWN);
	else if (a->what == DO_DEVICE_UP)
		host_meddle(h, VRRPD_DEVICE_UP);
	else if (a->what == DO_DEVICE_REMOVE)
		host_meddle(h, VRRPD_DEVICE_REMOVE);
	else if (a->what == DO_TRACK)
		host_set_track(h, s->track, s->value, s->delay);
	else if (a->what == DO_WALL_CLOCK)
		host_set_wall(h, s->both_ways ? (int64_t)s->delay.ns : -(int64_t)s->delay.ns);
	else if (a->what == DO_REPLAY || a->what == DO_FORGE)
		host_replay(h, a->what == DO_FORGE);
	else if (a->what == DO_READER_GONE || a->what == DO_READER_BACK)
		host_set_reader(h, a->what == DO_READER_GONE);
	else if (a->what == DO_INJECT)
		net_send(r->w, r->w->port[h->kern.iface[0].port].link,
			 r->w->port[h->kern.iface[0].port].place, s->packet.bytes, s->packet.len);
}

static void measure(struct run *r, const char *name)
{
	for (uint32_t i = 0; i < r->w->n_clients; i++)
		if (strcmp(r->w->client[i]->name, name) == 0) {
			r->w->client[i]->longest = SPAN_ZERO;
			r->w->client[i]->doubles = 0;
		}
}

/* Packets that a scenario puts in itself disturb nothing: refusing them is what is judged. Nor does
 * a wall clock. */
static bool disturbs(enum scenario_do what)
{
	return what != DO_INJECT && what != DO_MEASURE && what != DO_WALL_CLOCK &&
	       what != DO_REPLAY && what != DO_FORGE && what != DO_READER_GONE &&
	       what != DO_READER_BACK;
}

/* Whether it comes between hosts, or between a host and its time. */
static bool disturbs_net(const struct run_act *a)
{
	return a->what == DO_LINK_DOWN || a->what == DO_LINK_UP || a->what == DO_CLOCK_RATE ||
	       a->what == DO_REMOVE_INTERFACE || a->what == DO_RESTORE_INTERFACE ||
	       (a->host == RUN_NO_HOST && a->what != DO_MEASURE);
}

void run_act(void *ctx, uint32_t i, uint32_t unused)
{
	struct run *r = ctx;
	struct run_act act = r->act[i];
	const struct scenario_step *s = run_step(r, act.step);
	char what[200];

	(void)unused;
	if (act.what == DO_NOTHING) {
		run_judge_now(r, act.step);
		return;
	}
	snprintf(what, sizeof what, "%s %s", scenario_do_names[act.what],
		 act.host == RUN_NO_HOST ? "" : r->w->host[act.host]->name);
	trace_step(r->w, what);
	if (act.host != RUN_NO_HOST)
		do_to_host(r, &act, r->w->host[act.host]);
	else if (act.what == DO_MEASURE)
		measure(r, s->client);
	else
		set_faults(r, &act);
	if (disturbs(act.what))
		world_disturbed(r->w);
	if (disturbs_net(&act))
		world_net_disturbed(r->w);
	if (act.what == DO_HEAL)
		tell_healed(r);
}

/* ---- chaos -------------------------------------------------------------------------------- */

/* What chaos does and what undoes it. */
static const struct { enum scenario_do begin, end; bool to_host;
} chaos[] = {
	{ DO_CRASH, DO_START, true },
	{ DO_KILL, DO_START, true },
	{ DO_STOP, DO_START, true },
	{ DO_PAUSE, DO_RESUME, true },
	{ DO_PAUSE, DO_RESUME, true },
	{ DO_LINK_DOWN, DO_LINK_UP, true },
	{ DO_REMOVE_INTERFACE, DO_RESTORE_INTERFACE, true },
	{ DO_CUT, DO_HEAL, false },
	{ DO_CUT, DO_HEAL, false },
	{ DO_LOSS, DO_LOSS, false },
	{ DO_BURST, DO_BURST, false },
	{ DO_DUPLICATE, DO_DUPLICATE, false },
	{ DO_REORDER, DO_REORDER, false },
	{ DO_CORRUPT, DO_CORRUPT, false },
};

/* `count` faults at random times within `latest` of the step, each undone before it is over. */
void run_plan_chaos(struct run *r, uint32_t step, mono_t at)
{
	const struct scenario_step *s = run_step(r, step);
	uint64_t length = s->latest.ns, n = 0;

	for (uint32_t i = 0; i < s->count; i++) {
		uint64_t roll[8];
		struct run_act *begin, *end, a = { 0 };
		uint32_t kind;
		span_t from, lasts;

		for (unsigned k = 0; k < 8; k++)
			roll[k] = rng_at(r->w->seed, ROLL_CHAOS, step, n++);
		kind = (uint32_t)rng_below(roll[0], sizeof chaos / sizeof *chaos);
		from = SPAN_NS(rng_below(roll[1], length));
		lasts = SPAN_NS(rng_below(roll[2], length - from.ns));
		a = (struct run_act){
			.step = step,
			.what = chaos[kind].begin,
			.host = chaos[kind].to_host ? (uint32_t)rng_below(roll[3], r->w->n_hosts)
						    : RUN_NO_HOST,
			.from = UINT64_C(1) << rng_below(roll[4], r->w->n_ports),
			.to = roll[5] % 2 == 0
				      ? UINT64_MAX
				      : UINT64_C(1) << rng_below(roll[5] >> 8, r->w->n_ports),
			.both_ways = roll[6] % 2 == 0,
			.chance = (uint32_t)rng_below(roll[6] >> 8, 400000),
			.chance_end = 200000,
			.delay = SPAN_NS(rng_below(roll[7], 50000000)),
		};
		begin = run_plan(r, mono_add(at, from), QUEUE_ACTION);
		*begin = a;
		a.what = chaos[kind].end;
		a.chance = 0;
		end = run_plan(r, mono_add(mono_add(at, from), lasts), QUEUE_ACTION);
		*end = a;
	}
	/* Whatever overlapped: in the end all paths are whole and all hosts run. */
	*run_plan(r, mono_add(at, s->latest), QUEUE_ACTION) = (struct run_act){ .step = step,
										.what = DO_HEAL,
										.host = RUN_NO_HOST,
										.from = UINT64_MAX,
										.to = UINT64_MAX };
	for (uint32_t i = 0; i < r->w->n_hosts; i++) {
		static const enum scenario_do last[] = { DO_RESUME, DO_RESTORE_INTERFACE,
							 DO_LINK_UP, DO_START };

		for (unsigned k = 0; k < sizeof last / sizeof *last; k++)
			*run_plan(r, mono_add(at, s->latest), QUEUE_ACTION) =
				(struct run_act){ .step = step, .what = last[k], .host = i };
	}
}
