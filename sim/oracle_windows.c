/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Windows: what a reader of the RFC computes on paper of the whole network.
 *
 * A is the interval of the Active, Skew and Down are those of the router in question, d- and d+ the
 * least and the greatest delay of a frame on the link. Intervals pass on the clock of the host that
 * waits, so each is converted from its local time to true time.
 *
 * The formulas here are the oracle's own: neither the daemon's nor the reference model's.
 */
#include <string.h>

#include "oracle_state.h"

enum { LOOK_QUIET = 0, LOOK_WINDOW = 1 /* and up: the number of the window */ };

static span_t interval(uint32_t cs)
{
	return SPAN_MS((uint64_t)cs * 10);
}

static span_t skew(const struct watch *wt, uint32_t cs)
{
	uint64_t part = 256u - wt->ref.cf.priority;

	return wt->version == 2 ? SPAN_NS(part * 1000000000 / 256)
				: SPAN_NS(part * cs * 10000000 / 256);
}

/* Active_Down_Interval: of 3 adverts, or as many as this router was told. */
static span_t down(const struct watch *wt, uint32_t cs)
{
	return span_add(span_mul(interval(cs), wt->ref.cf.down_adverts), skew(wt, cs));
}

/* What a router makes of the interval that another says. */
static uint32_t heard_cs(const struct watch *wt, uint32_t cs)
{
	uint32_t cap = wt->ref.cf.learned_max_cs;

	if (wt->version == 2)
		return wt->ref.cf.interval_cs;
	return cap > 0 && cap < cs ? cap : cs;
}

static span_t preempt_delay(const struct watch *wt)
{
	return SPAN_NS(wt->ref.cf.priority == 255 ? 0 : wt->ref.cf.preempt_delay_ns);
}

/* On this host's clock, in true time. */
static span_t true_span(const struct host *h, span_t local)
{
	int64_t ppm = h->clock.ppm;

	if (ppm == 0)
		return local;
	return SPAN_NS((uint64_t)((double)local.ns * 1e6 / (double)(1000000 + ppm)));
}

/* The interval a router counts its Active's absence by. */
static uint32_t active_cs(const struct watch *wt)
{
	return wt->version == 2 ? wt->ref.cf.interval_cs : wt->ref.active_adver_interval_cs;
}

unsigned members(struct oracle *o, const struct net_link *link, uint8_t family, uint8_t vrid,
		 struct member *m)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < o->w->n_hosts; i++)
		for (uint32_t k = 0; k < o->host[i].n; k++) {
			struct watch *wt = &o->host[i].watch[k];
			const struct world_port *port = port_of(o->w->host[i], wt);

			if (wt->vrid == vrid && wt->family == family && port && port->link == link)
				m[n++] = (struct member){ o->w->host[i], wt, port };
		}
	return n;
}

/* Whether one hears the other, if nothing is cut: both multicast, or each a peer of the other. */
static bool lists(const struct watch *wt, const struct watch *other)
{
	size_t len = ip_len(wt->family);

	for (unsigned i = 0; i < wt->ref.cf.n_peers; i++)
		if (memcmp(wt->ref_peers + i * len, other->ref.cf.source, len) == 0)
			return true;
	return false;
}

/* Whether the routers are a group by themselves, in which everybody hears everybody: with unicast
 * they may list others than those, and have peers elsewhere. Such are not judged as a group. */
static bool is_closed(const struct oracle *o, const struct net_link *link, const struct member *m,
		      unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		const struct watch *wt = m[i].wt;
		size_t len = ip_len(wt->family);

		for (unsigned k = 0; k < wt->ref.cf.n_peers; k++) {
			struct ip_addr peer = ip_make(wt->family, wt->ref_peers + k * len);

			if (!neighbour_on_link(o->w, link, &peer))
				return false;
		}
		for (unsigned j = 0; j < n; j++)
			if (j != i && wt->ref.cf.n_peers + m[j].wt->ref.cf.n_peers > 0 &&
			    !lists(wt, m[j].wt))
				return false;
	}
	return true;
}

static bool any_grouped(const struct member *m, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (*m[i].wt->group)
			return true;
	return false;
}

static bool runs(const struct member *m)
{
	return m->h->daemon == DAEMON_RUNNING && m->wt->state != VRRP_INITIALIZE;
}

bool all_run(const struct member *m, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (m[i].h->daemon != DAEMON_RUNNING)
			return false;
	return true;
}

bool hears(struct net_link *link, const struct member *from, const struct member *to)
{
	return !net_faults(link, from->port->place, to->port->place)->cut;
}

static span_t greatest_delay(struct net_link *link)
{
	span_t most = SPAN_ZERO;

	for (uint32_t i = 0; i < link->n_ports * link->n_ports; i++) {
		span_t d = span_add(link->pair[i].faults.delay, link->pair[i].faults.jitter);

		if (d.ns > most.ns)
			most = d;
	}
	return most;
}

static span_t least_delay(const struct net_link *link)
{
	span_t least = { UINT64_MAX };

	for (uint32_t i = 0; i < link->n_ports * link->n_ports; i++)
		if (i / link->n_ports != i % link->n_ports)
			least = span_min(least, link->pair[i].faults.delay);
	return least.ns == UINT64_MAX ? SPAN_ZERO : least;
}

/* A clock that is not true counts true nanoseconds by more or less than one. */
static span_t grain(const struct host *h)
{
	return span_add(h->late, SPAN_NS(h->clock.ppm != 0));
}

/* How late a timer may be served. */
static span_t lateness(const struct oracle *o)
{
	span_t most = SPAN_ZERO;

	for (uint32_t i = 0; i < o->w->n_hosts; i++)
		if (o->w->host[i]->late.ns > most.ns)
			most = o->w->host[i]->late;
	return most;
}

static bool undisturbed_since(const struct oracle *o, mono_t t)
{
	return !mono_before(t, o->w->disturbed_at);
}

/* ---- one router: V3, V4, V7 --------------------------------------------------------------- */

/* `was_out` ends with the first thing that happens in its own time again. */
static void begin_wait(const struct host *h, struct watch *wt, mono_t at, uint32_t cs)
{
	if (at.ns == host_now(h).ns)
		wt->was_out = false;
	wt->armed_at = at;
	wt->wait = down(wt, cs);
	wt->shortened_to = MONO_NEVER;
	wt->lower_until = (mono_t){ 0 };
	wt->lower_delay = SPAN_ZERO;
	wt->shrunk_at = (mono_t){ 0 };
}

/* When the RFC would have it take over. */
static mono_t rfc_due(const struct watch *wt)
{
	return mono_min(mono_add(wt->armed_at, wt->wait), wt->shortened_to);
}

/* When it may, with preempt_delay: not while somebody lower is heard, but for the delay at most. */
mono_t takeover_due(const struct watch *wt)
{
	mono_t rfc = rfc_due(wt);
	mono_t at = mono_max(rfc, mono_min(wt->lower_until, mono_add(rfc, wt->lower_delay)));

	return mono_max(at, wt->shrunk_at); /* it may have been over by then */
}

void windows_accepted(struct oracle *o, const struct host *h, struct watch *wt, uint8_t priority,
		      uint32_t interval_cs)
{
	uint32_t cs = heard_cs(wt, interval_cs);

	if (wt->ref.state != VRRP_REF_BACKUP)
		return;
	if (priority == 0) {
		mono_t soon = mono_add(o->rx_at, skew(wt, active_cs(wt)));

		wt->shortened_to = mono_min(wt->shortened_to, soon);
		wt->lower_until = mono_min(wt->lower_until, soon);
	} else if (wt->state == VRRP_ACTIVE || priority >= wt->ref.cf.priority ||
		   (!wt->ref.cf.preempt && wt->ref.cf.priority != 255)) {
		begin_wait(h, wt, o->rx_at, cs);
	} else if (preempt_delay(wt).ns > 0) {
		if (preempt_delay(wt).ns < wt->lower_delay.ns)
			wt->shrunk_at = o->rx_at;
		wt->lower_until = mono_add(o->rx_at, down(wt, cs));
		wt->lower_delay = preempt_delay(wt);
	}
}

/* One of a sync group waits for the last of it, which may have been away. */
static mono_t group_due(struct oracle *o, const struct host *h, const struct watch *wt, bool *out)
{
	struct watched_host *wh = &o->host[h->id];
	mono_t due = takeover_due(wt);

	*out = wt->was_out;
	for (struct watch *w = NULL; (w = group_next(wh, wt, w));) {
		due = mono_max(due, takeover_due(w));
		*out |= w->was_out;
	}
	return due;
}

static void check_wait(struct oracle *o, struct host *h, const struct watch *wt, enum vrrp_why why)
{
	bool out;
	mono_t due = group_due(o, h, wt, &out), local = host_now(h);
	enum oracle_rule rule = why == VRRP_WHY_PREEMPT ? RULE_V4 : RULE_V3;

	judge(o, rule, !mono_before(local, due), "%s %s took over %llu ns early", h->name, wt->name,
	      (unsigned long long)mono_since(due, local).ns);
	if (!out)
		judge(o, rule, !mono_before(mono_add(due, grain(h)), local),
		      "%s %s took over %llu ns late", h->name, wt->name,
		      (unsigned long long)mono_since(local, due).ns);
}

void windows_advertised(struct oracle *o, struct host *h, struct watch *wt, uint8_t priority)
{
	mono_t local = host_now(h), due = wt->advert_due;
	span_t own = interval(wt->ref.cf.interval_cs);

	if (priority == 0) {
		wt->zeros++;
		/* Whoever hears it may take over at once: the addresses must be on their way out.
		 */
		judge(o, RULE_V9, o->host[h->id].asked || h->kern.n_requests > 0 ||
			      !has_own_address(h, wt),
		      "%s %s says that it leaves, and keeps an address", h->name, wt->name);
		return;
	}
	if (wt->state != VRRP_ACTIVE) { /* becoming Active */
		wt->advert_due = mono_add(local, own);
		return;
	}
	if (o->context ==
	    CONTEXT_RX) { /* out of turn; the answer to a priority of zero restarts the timer */
		if (wt->expected.n_adverts > 0 && !wt->expected.rival)
			wt->advert_due = mono_add(o->rx_at, own);
		return;
	}
	judge(o, RULE_V7, !mono_before(local, due), "%s %s advertised %llu ns early", h->name,
	      wt->name, (unsigned long long)mono_since(due, local).ns);
	if (!wt->was_out)
		judge(o, RULE_V7, !mono_before(mono_add(due, grain(h)), local),
		      "%s %s advertised %llu ns late", h->name, wt->name,
		      (unsigned long long)mono_since(local, due).ns);
	wt->was_out = false;
	wt->advert_due = mono_add(due, own);
	if (mono_due(wt->advert_due, local))
		wt->advert_due = mono_add(local, own);
}

/* ---- takeovers: V1, V2, V5, V6 ------------------------------------------------------------ */

static unsigned actives_in_group(const struct member *m, unsigned n)
{
	unsigned actives = 0;

	for (unsigned i = 0; i < n; i++)
		actives += m[i].wt->state == VRRP_ACTIVE;
	return actives;
}

static struct window *open_window(struct oracle *o, enum oracle_rule rule, struct net_link *link,
				  const struct watch *wt)
{
	for (unsigned i = 0; i < WINDOWS_MAX; i++) {
		struct window *win = &o->window[i];

		if (win->open)
			continue;
		*win = (struct window){
			.open = true,
			.rule = rule,
			.link = link,
			.family = wt->family,
			.vrid = wt->vrid,
			.since = o->w->now,
		};
		return win;
	}
	return NULL; /* so many at once that one more is not missed */
}

static void look_after(struct oracle *o, const struct window *win, mono_t at)
{
	queue_put(&o->w->queue, at, QUEUE_CHECK, WORLD_CHECK,
		  (uint32_t)(win - o->window) + LOOK_WINDOW, 0);
}

/* The only Active of its group is gone at this moment. The next in line has to follow within the
 * window that `shortest` and `longest` of its wait leave, plus the delay. */
static void expect_successor(struct oracle *o, struct host *h, struct watch *wt,
			     enum oracle_rule rule)
{
	const struct world_port *port = port_of(h, wt);
	span_t own_interval = interval(wt->ref.cf.interval_cs);
	span_t quiet = span_mul(own_interval, 5); /* all have settled */
	span_t settle = span_add(down(wt, wt->ref.cf.interval_cs), own_interval);
	struct member m[WORLD_HOSTS_MAX];
	mono_t after = MONO_NEVER, by = MONO_NEVER;
	struct window *win;
	unsigned n;

	if (!port || wt->state != VRRP_ACTIVE)
		return;
	quiet.ns = settle.ns > quiet.ns ? settle.ns : quiet.ns;
	n = members(o, port->link, wt->family, wt->vrid, m);
	if (any_grouped(m, n) || !is_closed(o, port->link, m, n) || actives_in_group(m, n) != 1 ||
	    mono_before(o->w->now, (mono_t){ quiet.ns }) ||
	    !undisturbed_since(o, (mono_t){ o->w->now.ns - quiet.ns }))
		return;
	for (unsigned i = 0; i < n; i++) {
		span_t own = true_span(h, interval(wt->ref.cf.interval_cs));
		span_t s = true_span(m[i].h, skew(m[i].wt, active_cs(m[i].wt)));
		span_t full = true_span(m[i].h, down(m[i].wt, active_cs(m[i].wt)));
		mono_t from, to;

		if (m[i].wt == wt || m[i].h->daemon != DAEMON_RUNNING ||
		    m[i].wt->state != VRRP_BACKUP)
			continue;
		if (!hears(port->link, &(struct member){ h, wt, port }, &m[i]) ||
		    m[i].wt->lower_until.ns > 0)
			return; /* it may be about to take over anyway */
		if (rule == RULE_V2) {
			from = to = mono_add(o->w->now, s);
		} else {
			to = mono_add(o->w->now, full);
			from = (mono_t){ to.ns - own.ns };
		}
		after = mono_min(after, mono_add(from, least_delay(port->link)));
		by = mono_min(by, mono_add(to, greatest_delay(port->link)));
	}
	if (mono_is_never(by))
		return;
	win = open_window(o, rule, port->link, wt);
	if (!win)
		return;
	/* Conversions between clocks are exact to a nanosecond each. */
	win->after = (mono_t){ after.ns - 2 };
	win->by = mono_add(mono_add(by, lateness(o)), SPAN_NS(2));
	look_after(o, win, win->by);
}

void windows_leaves(struct oracle *o, struct host *h, enum oracle_rule rule)
{
	struct watched_host *wh = &o->host[h->id];

	for (uint32_t i = 0; i < wh->n; i++)
		expect_successor(o, h, &wh->watch[i], rule);
}

/* What the scenario does at this moment is what the window is about: it is judged although the
 * world was disturbed now, but not if it is disturbed later. */
static void on_new_active(struct oracle *o, const struct net_link *link, const struct watch *wt)
{
	for (unsigned i = 0; i < WINDOWS_MAX; i++) {
		struct window *win = &o->window[i];

		if (!win->open || (win->rule != RULE_V1 && win->rule != RULE_V2) ||
		    win->link != link || win->family != wt->family || win->vrid != wt->vrid)
			continue;
		if (undisturbed_since(o, win->since))
			judge(o, win->rule,
			      mono_before(win->after, o->w->now) &&
				      !mono_before(win->by, o->w->now),
			      "%s took over at %.9fs, outside (%.9f, %.9f]", wt->name,
			      (double)o->w->now.ns / 1e9, (double)win->after.ns / 1e9,
			      (double)win->by.ns / 1e9);
		win->open = false;
	}
}

/* Two take over on the same silence: only when their waits end so close together that the advert of
 * the first could not arrive in time. */
static void check_double(struct oracle *o, struct host *h, struct watch *wt, struct net_link *link)
{
	struct member m[WORLD_HOSTS_MAX], me = { h, wt, port_of(h, wt) };
	unsigned n = members(o, link, wt->family, wt->vrid, m);
	span_t d = greatest_delay(link), least = least_delay(link);
	uint64_t allowed = 2 * d.ns - least.ns + lateness(o).ns;
	mono_t armed = host_true(h, wt->armed_at);

	if (any_grouped(m, n) || !is_closed(o, link, m, n))
		return;
	for (unsigned i = 0; i < n; i++) {
		uint64_t a = down(wt, active_cs(wt)).ns, b = down(m[i].wt, active_cs(m[i].wt)).ns;
		mono_t other = host_true(m[i].h, m[i].wt->armed_at);
		uint64_t apart = armed.ns > other.ns ? armed.ns - other.ns : other.ns - armed.ns;

		/* Both began to wait with the same advert, and nothing has happened since. */
		if (m[i].wt == wt || m[i].wt->state != VRRP_ACTIVE ||
		    m[i].h->clock.ppm != h->clock.ppm || apart > d.ns - least.ns ||
		    !undisturbed_since(o, armed) || !hears(link, &m[i], &me) ||
		    mono_before(m[i].wt->active_at, armed) || wt->lower_until.ns > 0 ||
		    m[i].wt->lower_until.ns > 0)
			continue;
		judge(o, RULE_V6, (a > b ? a - b : b - a) <= allowed, "%s %s took over beside %s",
		      h->name, wt->name, m[i].h->name);
	}
}

void windows_changed(struct oracle *o, struct host *h, struct watch *wt, const struct vrrp *core,
		     enum vrrp_state from)
{
	const struct world_port *port = port_of(h, wt);

	if (from == VRRP_INITIALIZE) {
		wt->was_out = false;
		wt->zeros = 0;
		begin_wait(h, wt, host_now(h), wt->ref.cf.interval_cs);
	}
	if (core->state == VRRP_ACTIVE) {
		wt->active_at = o->w->now;
		wt->zeros = 0;
		if (from == VRRP_BACKUP)
			check_wait(o, h, wt, core->why);
		if (port) {
			on_new_active(o, port->link, wt);
			if (core->why == VRRP_WHY_TIMEOUT)
				check_double(o, h, wt, port->link);
		}
	} else if (from == VRRP_ACTIVE) {
		wt->announced = 0;
		if (core->why == VRRP_WHY_GROUP_YIELD) { /* and lets others go before */
			begin_wait(h, wt, o->context == CONTEXT_RX ? o->rx_at : host_now(h),
				   wt->ref.cf.interval_cs);
			wt->wait = span_add(wt->wait, interval(wt->ref.cf.interval_cs));
		}
		if (core->why == VRRP_WHY_STALLED)
			begin_wait(h, wt, o->context == CONTEXT_RX ? o->rx_at : host_now(h),
				   wt->ref.cf.interval_cs);
		if (core->why == VRRP_WHY_STOP)
			judge(o, RULE_V2, wt->zeros == 1, "%s %s said %llu times that it leaves",
			      h->name, wt->name, (unsigned long long)wt->zeros);
	}
}

void oracle_healed(struct oracle *o, struct net_link *link)
{
	struct member m[WORLD_HOSTS_MAX];
	span_t d = greatest_delay(link);

	for (uint32_t i = 0; o && i < o->w->n_hosts; i++)
		for (uint32_t k = 0; k < o->host[i].n; k++) {
			struct watch *wt = &o->host[i].watch[k];
			unsigned n = members(o, link, wt->family, wt->vrid, m);
			span_t longest = SPAN_ZERO;
			struct window *win;

			/* Once for each group: at its first member. */
			if (n == 0 || m[0].wt != wt || any_grouped(m, n) ||
			    !is_closed(o, link, m, n) || actives_in_group(m, n) < 2 ||
			    !all_run(m, n))
				continue;
			for (unsigned j = 0; j < n; j++) {
				span_t a = true_span(m[j].h, interval(m[j].wt->ref.cf.interval_cs));

				if (m[j].wt->state == VRRP_ACTIVE && a.ns > longest.ns)
					longest = a;
			}
			win = open_window(o, RULE_V5, link, wt);
			if (!win)
				continue;
			win->by = mono_add(mono_add(o->w->now, longest),
					   span_add(span_mul(d, 2), lateness(o)));
			look_after(o, win, win->by);
		}
}

static void look_at_window(struct oracle *o, struct window *win)
{
	struct member m[WORLD_HOSTS_MAX];
	unsigned n, actives;

	if (!win->open || mono_before(o->w->now, win->by))
		return;
	win->open = false;
	n = members(o, win->link, win->family, win->vrid, m);
	actives = actives_in_group(m, n);
	if (undisturbed_since(o, win->since) && is_closed(o, win->link, m, n))
		judge(o, win->rule, actives == 1, "%u are Active at %.9fs", actives,
		      (double)o->w->now.ns / 1e9);
}

/* ---- when all is quiet: V11, V12 ---------------------------------------------------------- */

/* The size of the sync group that a router is in. */
static uint32_t mates(struct oracle *o, uint32_t host, const struct watch *wt)
{
	uint32_t n = 0;

	for (struct watch *w = NULL; (w = group_next(&o->host[host], wt, w));)
		n++;
	return n;
}

/* After the last fault: the longest anybody waits, before it starts and before it takes over, an
 * advert of the slowest, and there and back. */
static span_t patience(struct oracle *o)
{
	span_t longest = SPAN_ZERO, start = SPAN_ZERO, advert = SPAN_ZERO, delay = SPAN_ZERO;
	uint32_t grouped = 0;

	for (uint32_t i = 0; i < o->w->n_hosts; i++)
		for (uint32_t k = 0; k < o->host[i].n; k++) {
			const struct watch *wt = &o->host[i].watch[k];
			uint32_t cs = active_cs(wt) > wt->ref.cf.interval_cs
					      ? active_cs(wt)
					      : wt->ref.cf.interval_cs;
			span_t w = true_span(o->w->host[i],
					     span_add(down(wt, cs), preempt_delay(wt)));
			span_t a = true_span(o->w->host[i], interval(wt->ref.cf.interval_cs));

			grouped = mates(o, i, wt) > grouped ? mates(o, i, wt) : grouped;
			longest = w.ns > longest.ns ? w : longest;
			advert = a.ns > advert.ns ? a : advert;
		}
	for (uint32_t i = 0; i < o->w->n_hosts; i++) {
		const struct host *h = o->w->host[i];
		span_t s = true_span(h, mono_since(o->host[i].starts_at, host_now(h)));

		start = s.ns > start.ns ? s : start;
	}
	for (uint32_t i = 0; i < o->w->n_links; i++) {
		span_t d = greatest_delay(o->w->link[i]);

		delay = d.ns > delay.ns ? d : delay;
	}
	/* Sync groups follow one after the other, and their members have their say likewise. */
	if (grouped > 0)
		longest = span_mul(span_add(longest, advert), grouped + o->w->n_hosts);
	return span_add(span_add(span_add(start, longest), advert),
			span_add(span_mul(delay, 2), span_mul(lateness(o), 3)));
}

static const struct member *best_of(const struct member *m, const unsigned *part, unsigned n,
				    unsigned id)
{
	const struct member *best = NULL;

	for (unsigned i = 0; i < n; i++) {
		const struct vrrp_ref_cf *a = &m[i].wt->ref.cf,
					 *b = best ? &best->wt->ref.cf : NULL;

		if (part[i] != id || !runs(&m[i]))
			continue;
		if (!b || a->priority > b->priority ||
		    (a->priority == b->priority && memcmp(a->source, b->source, 16) > 0))
			best = &m[i];
	}
	return best;
}

/* Judges one part of a group: routers that all hear each other. */
static void judge_part(struct oracle *o, const struct member *m, const unsigned *part, unsigned n,
		       unsigned id)
{
	const struct member *best = best_of(m, part, n, id), *active = NULL;
	unsigned actives = 0;
	bool all_preempt = true;

	if (!best)
		return;
	for (unsigned i = 0; i < n; i++) {
		if (part[i] != id || !runs(&m[i]))
			continue;
		all_preempt &= m[i].wt->ref.cf.preempt || m[i].wt->ref.cf.priority == 255;
		if (m[i].wt->state == VRRP_ACTIVE) {
			actives++;
			active = &m[i];
		}
	}
	judge(o, RULE_V12, actives == 1, "%u of %s are Active although all has been quiet", actives,
	      best->wt->name);
	if (actives == 1 && all_preempt && active != best &&
	    active->wt->ref.cf.priority == best->wt->ref.cf.priority)
		return; /* an equal Active is not preempted (6.4.2): the address decides only a duel
			 */
	if (actives == 1 && all_preempt)
		judge(o, RULE_V11, active == best, "%s is Active, not %s", active->h->name,
		      best->h->name);
}

/* Divides a group into parts that hear each other; false when some path works one way only: then
 * nothing can be said. */
static bool divide(struct net_link *link, const struct member *m, unsigned n, unsigned *part)
{
	for (unsigned i = 0; i < n; i++)
		part[i] = i;
	for (unsigned i = 0; i < n; i++)
		for (unsigned j = 0; j < i; j++) {
			bool to = hears(link, &m[i], &m[j]), from = hears(link, &m[j], &m[i]);

			if (to != from)
				return false;
			for (unsigned k = 0, was = part[i]; to && k < n; k++)
				if (part[k] == was)
					part[k] = part[j];
		}
	/* Every two of a part must hear each other, not only by way of a third. */
	for (unsigned i = 0; i < n; i++)
		for (unsigned j = 0; j < i; j++)
			if (part[i] == part[j] && !hears(link, &m[i], &m[j]))
				return false;
	return true;
}

static void judge_group(struct oracle *o, struct net_link *link, const struct member *m, unsigned n)
{
	unsigned part[WORLD_HOSTS_MAX];

	if (any_grouped(m, n) || !all_run(m, n) || !is_closed(o, link, m, n) ||
	    !divide(link, m, n, part))
		return;
	for (unsigned i = 0; i < n; i++)
		if (part[i] == i)
			judge_part(o, m, part, n, i);
}

static void look_at_quiet(struct oracle *o)
{
	struct member m[WORLD_HOSTS_MAX];

	o->quiet_pending = false;
	if (!undisturbed_since(o, o->quiet_since))
		return; /* windows_quiet() asks for another look */
	for (uint32_t i = 0; i < o->w->n_hosts; i++)
		for (uint32_t k = 0; k < o->host[i].n; k++) {
			struct watch *wt = &o->host[i].watch[k];
			const struct world_port *port = port_of(o->w->host[i], wt);
			unsigned n;

			if (!port)
				continue;
			n = members(o, port->link, wt->family, wt->vrid, m);
			if (n > 0 && m[0].wt == wt)
				judge_group(o, port->link, m, n);
		}
	group_quiet(o);
}

/* Whenever something was disturbed, a look is due once it has been quiet for long enough. */
void windows_quiet(struct oracle *o)
{
	if (o->quiet_pending || o->quiet_since.ns == o->w->disturbed_at.ns)
		return;
	o->quiet_since = o->w->disturbed_at;
	o->quiet_pending = true;
	queue_put(&o->w->queue, mono_add(o->w->now, patience(o)), QUEUE_CHECK, WORLD_CHECK,
		  LOOK_QUIET, 0);
}

void windows_look(struct oracle *o, uint32_t what)
{
	if (what == LOOK_QUIET)
		look_at_quiet(o);
	else
		look_at_window(o, &o->window[what - LOOK_WINDOW]);
}
