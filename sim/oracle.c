/* SPDX-License-Identifier: BSD-2-Clause */
#include "oracle.h"

#include <stdarg.h>
#include <stdlib.h>

#include "check.h"
#include "garp_wire.h"
#include "kern_device.h"
#include "oracle_state.h"

const char *oracle_rule_name(enum oracle_rule rule)
{
	static const char *const name[RULE_N] = {
#define X(id, doc) #id,
		ORACLE_RULES(X)
#undef X
	};

	return name[rule];
}

const char *oracle_rule_doc(enum oracle_rule rule)
{
	static const char *const text[RULE_N] = {
#define X(id, doc) doc,
		ORACLE_RULES(X)
#undef X
	};

	return text[rule];
}

struct oracle *oracle_new(struct world *w)
{
	struct oracle *o = calloc(1, sizeof *o);

	CHECK(o);
	o->w = w;
	o->quiet_since = MONO_NEVER;
	return o;
}

static void drop_watches(struct watched_host *wh)
{
	for (uint32_t i = 0; i < wh->n; i++) {
		free(wh->watch[i].ref_addrs);
		free(wh->watch[i].told);
		free(wh->watch[i].addr);
		free(wh->watch[i].track);
		free(wh->watch[i].ref_peers);
		route_forget(&wh->watch[i].routes);
	}
	free(wh->watch);
	wh->watch = NULL;
	wh->n = 0;
}

void oracle_free(struct oracle *o)
{
	if (!o)
		return;
	for (uint32_t i = 0; i < WORLD_HOSTS_MAX; i++) {
		route_forget(&o->host[i].routes);
		drop_watches(&o->host[i]);
	}
	free(o);
}

const struct oracle_verdict *oracle_verdict(const struct oracle *o, enum oracle_rule rule)
{
	return &o->verdict[rule];
}

void judge_failed(struct oracle *o, enum oracle_rule rule, const char *fmt, ...)
{
	struct oracle_verdict *v = &o->verdict[rule];
	va_list ap;
	int n;

	if (v->failed++ > 0)
		return;
	n = snprintf(v->first, sizeof v->first, "at %.6fs: ", (double)o->w->now.ns / 1e9);
	va_start(ap, fmt);
	vsnprintf(v->first + n, sizeof v->first - (size_t)n, fmt, ap);
	va_end(ap);
}

struct watch *find_watch(struct oracle *o, const struct host *h, const char *iface, uint8_t family,
			 uint8_t vrid)
{
	struct watched_host *wh = &o->host[h->id];

	for (uint32_t i = 0; i < wh->n; i++) {
		struct watch *wt = &wh->watch[i];

		if (wt->vrid == vrid && wt->family == family && strcmp(wt->iface, iface) == 0)
			return wt;
	}
	return NULL;
}

const struct vrrp *real(const struct host *h, const struct watched_host *wh, const struct watch *wt)
{
	return vrrpd_router(h->d, (uint32_t)(wt - wh->watch));
}

struct world_port *port_of(const struct host *h, const struct watch *wt)
{
	for (uint32_t i = 0; i < h->kern.n_ifaces; i++)
		if (h->kern.iface[i].up && strcmp(h->kern.iface[i].name, wt->iface) == 0)
			return &h->w->port[h->kern.iface[i].port];
	return NULL;
}

void oracle_on_change(struct oracle *o, void (*changed)(void *ctx, const struct oracle_change *c),
		      void *ctx)
{
	o->changed = changed;
	o->changed_ctx = ctx;
}

/* ---- around a call into the daemon -------------------------------------------------------- */

void oracle_receives(struct oracle *o, struct host *h, const struct kern_iface *iface, mono_t at,
		     const struct vrrp_rx *rx, bool ah, enum vrrp_drop auth)
{
	if (!o)
		return;
	o->context = CONTEXT_RX;
	lockstep_receives(o, h, iface, at, rx, ah, auth);
}

void oracle_timers(struct oracle *o, struct host *h)
{
	if (!o)
		return;
	o->context = CONTEXT_TIMER;
	lockstep_timers(o, h);
}

void oracle_stops(struct oracle *o, struct host *h)
{
	if (!o)
		return;
	o->context = CONTEXT_STOP;
	windows_leaves(o, h, RULE_V2);
}

void oracle_resumes(struct oracle *o, struct host *h)
{
	for (uint32_t i = 0; o && i < o->host[h->id].n; i++)
		o->host[h->id].watch[i].was_out = true;
}

/* Whether the packet goes to the peer whose turn it is, and another one is still to come. */
static bool is_one_of_several(struct oracle *o, const struct host *h, struct watch *wt,
			      const struct ip_addr *dst, uint8_t priority)
{
	size_t len = ip_len(wt->family);
	unsigned i = wt->sent_to;

	if (wt->ref.cf.n_peers == 0)
		return false;
	judge(o, RULE_LOCKSTEP,
	      memcmp(dst->b, wt->ref_peers + i * len, len) == 0 &&
		      (i == 0 || priority == wt->sent_to_priority),
	      "%s %s did not send its advert to peer %u", h->name, wt->name, i);
	wt->sent_to = (i + 1) % wt->ref.cf.n_peers;
	wt->sent_to_priority = priority;
	return wt->sent_to != 0;
}

void oracle_signed(struct oracle *o, const struct host *h, const struct ip_addr *src,
		   const void *msg, size_t len)
{
	if (o)
		auth_sent(o, h, src, msg, len);
}

void oracle_clock_stepped(struct oracle *o)
{
	if (o)
		o->clocks_wrong = true;
}

/* Version 2 beside version 3: the same said again, with the interval in whole seconds (row 132). */
static void copied(struct oracle *o, const struct host *h, struct watch *wt, const uint8_t *p)
{
	unsigned seconds = (wt->ref.cf.interval_cs + 99) / 100;

	wt->copies++;
	judge(o, RULE_COEXIST,
	      wt->copies == wt->sent && p[2] == wt->sent_priority[wt->sent - 1] &&
		      p[5] == seconds,
	      "%s %s said in version 2 priority %u, %u s", h->name, wt->name, p[2], p[5]);
}

void oracle_sent(struct oracle *o, struct host *h, const struct kern_iface *iface,
		 const struct ip_addr *dst, const void *msg, size_t len)
{
	const uint8_t *p = msg;
	struct watch *wt;

	if (!o || !iface || len < 3)
		return;
	wt = find_watch(o, h, iface->name, dst->family, p[1]);
	if (!wt) /* of a router that a reload removes: its watch goes with it */
		return;
	if (is_one_of_several(o, h, wt, dst, p[2]))
		return;
	if (wt->ref.cf.also_v2 && p[0] >> 4 == 2) {
		copied(o, h, wt, p);
		return;
	}
	if (wt->sent < SENT_MAX)
		wt->sent_priority[wt->sent] = p[2];
	wt->sent++;
	windows_advertised(o, h, wt, p[2]);
}

void oracle_announced(struct oracle *o, struct host *h, const struct kern_iface *iface,
		      const void *frame, size_t len)
{
	struct watch *wt;
	struct garp garp;
	uint32_t which;

	if (!o || !iface || !garp_decode(frame, len, &garp))
		return;
	wt = addr_watch(o, h, iface->name, &garp.addr, &which);
	if (!wt)
		return;
	wt->announced++;
	announce_said(o, h, kern_wire(&h->kern, iface), wt, which);
	judge(o, RULE_V10, real(h, &o->host[h->id], wt)->state == VRRP_ACTIVE,
	      "%s %s announced an address and is not Active", h->name, wt->name);
}

void oracle_asked(struct oracle *o, struct host *h)
{
	if (o) {
		o->host[h->id].asked = true;
		o->host[h->id].dirty = true;
	}
}

static void note_change(struct oracle *o, struct host *h, struct watch *wt, const struct vrrp *core)
{
	enum vrrp_state from = wt->state;
	struct oracle_change c = {
		.at = o->w->now,
		.host = h,
		.router = wt->name,
		.from = from,
		.to = core->state,
		.why = core->why,
	};

	wt->state = core->state;
	o->host[h->id].dirty = true;
	windows_changed(o, h, wt, core, from);
	if (from == VRRP_ACTIVE)
		announce_forget(wt);
	else if (core->state == VRRP_ACTIVE)
		announce_active(o, h, wt);
	if (o->changed)
		o->changed(o->changed_ctx, &c);
}

static void compare(struct oracle *o, struct host *h, struct watch *wt)
{
	const struct vrrp *core = real(h, &o->host[h->id], wt);

	lockstep_after(o, h, wt, core);
	if (core->state != wt->state)
		note_change(o, h, wt, core);
	judge(o, RULE_LOCKSTEP, wt->sent_to == 0, "%s %s did not send its advert to peer %u",
	      h->name, wt->name, wt->sent_to);
	wt->expected.n_adverts = 0;
	wt->sent = wt->sent_to = wt->copies = 0;
}

/* What one of a sync group hears, all announce. */
static void announce_rival_all(struct oracle *o, struct host *h, struct watch *wt)
{
	announce_rival(o, h, wt);
	for (struct watch *w = NULL; (w = group_next(&o->host[h->id], wt, w));)
		if (w != wt)
			announce_rival(o, h, w);
}

void oracle_after(struct oracle *o, struct host *h)
{
	struct watched_host *wh;

	if (!o)
		return;
	wh = &o->host[h->id];
	if (o->context == CONTEXT_RX) {
		if (o->rx_verdict != VRRP_REF_ACCEPTED)
			lockstep_refused(o, h);
		if (o->rx_watch && o->rx_watch->expected.rival)
			announce_rival_all(o, h, o->rx_watch);
		if (o->rx_watch)
			compare(o, h, o->rx_watch);
		for (struct watch *w = NULL; o->rx_watch && (w = group_next(wh, o->rx_watch, w));)
			if (w != o->rx_watch)
				compare(o, h, w);
	} else {
		for (uint32_t i = 0; i < wh->n; i++)
			compare(o, h, &wh->watch[i]);
	}
	group_judge(o, h);
	wh->asked = false;
	o->context = CONTEXT_NONE;
}

/* ---- configuration ------------------------------------------------------------------------ */

void oracle_applies(struct oracle *o, struct host *h)
{
	struct watched_host *wh;

	if (!o)
		return;
	wh = &o->host[h->id];
	o->context = CONTEXT_APPLY;
	for (uint32_t i = 0; i < wh->n; i++) {
		wh->watch[i].core_before = *vrrpd_router(h->d, i);
		wh->watch[i].cf_before = *vrrpd_cf(h->d, i);
		wh->watch[i].before_known = true;
	}
}

static bool same_settings(struct vrrp_cf_instance a, struct vrrp_cf_instance b)
{
	a.addresses = b.addresses = (struct cf_list){ 0 };
	return cf_diff(&vrrp_instance_schema, &a, &b, NULL, NULL) < 0;
}

/* A router whose settings are all the same must not have noticed. */
static void check_unchanged(struct oracle *o, struct host *h, const struct watch *wt,
			    const struct vrrp_cf_instance *cf, const struct cf_model *m, uint32_t i)
{
	if (!wt->before_known || !same_settings(wt->cf_before, *cf) || !addr_same(wt, cf, m))
		return;
	judge(o, RULE_V15,
	      wt->sent == 0 &&
		      memcmp(&wt->core_before, vrrpd_router(h->d, i), sizeof wt->core_before) == 0,
	      "%s %s was touched by a reload that changed nothing for it", h->name, wt->name);
}

/* The start_delay counts from the first configuration, the other from the boot. Once over, it is
 * over. */
static void note_start(struct watched_host *wh, mono_t now, mono_t booted,
		       const struct vrrp_cf *vrrp)
{
	span_t delay = vrrp->start_delay, by_boot = vrrp->start_delay_after_boot;
	bool first = !wh->began;

	if (first)
		wh->began_at = now;
	wh->began = true;
	if (first || mono_before(now, wh->starts_at)) {
		mono_t a = mono_add(wh->began_at, delay), b = mono_add(booted, by_boot);

		wh->starts_at = delay.ns > 0 ? a : (mono_t){ 0 };
		if (by_boot.ns > 0 && !mono_due(b, wh->began_at))
			wh->starts_at = mono_max(wh->starts_at, b);
	}
}

void oracle_applied(struct oracle *o, struct host *h, const struct cf_model *m,
		    const struct vrrp_cf *vrrp)
{
	struct watched_host *wh, next = { 0 };

	if (!o)
		return;
	wh = &o->host[h->id];
	next = *wh;
	note_start(&next, host_now(h), h->booted_at, vrrp);
	next.n = vrrp->instances.n;
	next.watch = calloc(next.n + 1, sizeof *next.watch);
	CHECK(next.watch);
	for (uint32_t i = 0; i < next.n; i++) {
		const struct vrrp_cf_instance *cf = vrrp_cf_instance(m, vrrp, i);
		struct watch *was = find_watch(o, h, cf->interface, cf->family, cf->vrid);
		struct watch *wt = &next.watch[i];
		bool same = false;

		if (was && was->version == cf->version) {
			if (next.starts_at.ns == wh->starts_at.ns && track_same(was, cf, m, vrrp) &&
			    group_same(was, cf, m, vrrp))
				check_unchanged(o, h, was, cf, m, i);
			same = addr_same(was, cf, m);
			*wt = *was;
			was->ref_addrs = was->ref_peers = NULL;
			was->told = NULL;
			was->addr = NULL;
			was->track = NULL;
			was->routes.v = NULL;
		}
		announce_watch(wt, same, cf->addresses.n);
		track_configure(wt, cf, m, vrrp);
		route_configure(&wt->routes, m, cf->routes, cf->rules);
		group_configure(wt, cf, m, vrrp);
		lockstep_configure(wt, cf, m, wt->vrid == 0);
		addr_configure(wt, cf, m);
		CHECK(text_copy(wt->name, sizeof wt->name, cf->name));
		CHECK(text_copy(wt->iface, sizeof wt->iface, cf->interface));
		CHECK(text_copy(wt->device, sizeof wt->device, cf->vmac_device));
		wt->family = cf->family;
		wt->vrid = cf->vrid;
		wt->version = cf->version;
	}
	drop_watches(wh);
	next.routes = wh->routes;
	route_configure(&next.routes, m, vrrp->static_routes, vrrp->static_rules);
	*wh = next;
	announce_configure(wh, h, vrrp);
	o->context = CONTEXT_NONE;
}

/* ---- life and death ----------------------------------------------------------------------- */

void oracle_daemon_starts(struct oracle *o, struct host *h)
{
	if (o) {
		drop_watches(&o->host[h->id]);
		o->host[h->id].garp_rate = 0; /* it knows of no announcements */
		o->host[h->id].began = false;
		auth_forget(o, h);
	}
}

/* Row 60: what came in was accepted, ignored or refused, and each was counted once. */
static void check_conserved(struct oracle *o, const struct host *h)
{
	const struct vrrpd_totals *t = vrrpd_totals(h->d);
	uint64_t sum = t->retired;

	for (unsigned i = 0; i < VRRP_DROP_N; i++)
		sum += t->drops[i];
	for (uint32_t i = 0; i < vrrpd_n(h->d); i++) {
		const struct vrrpd_counters *c = vrrpd_counters(h->d, i);

		sum += c->adverts_received + c->ignored;
		for (unsigned k = 0; k < VRRP_DROP_N; k++)
			sum += c->drops[k];
	}
	judge(o, RULE_CONSERVED, sum == t->seen, "%s saw %llu packets and counted %llu", h->name,
	      (unsigned long long)t->seen, (unsigned long long)sum);
}

void oracle_dies(struct oracle *o, struct host *h)
{
	if (o)
		windows_leaves(o, h, RULE_V1);
}

void oracle_daemon_gone(struct oracle *o, struct host *h)
{
	struct watched_host *wh;

	if (!o)
		return;
	wh = &o->host[h->id];
	check_conserved(o, h);
	if (h->daemon == DAEMON_LEAVING)
		route_judge_left(o, h);
	route_forget(&wh->routes);
	for (uint32_t i = 0; i < wh->n; i++) {
		struct oracle_change c = {
			.at = o->w->now, .host = h, .router = wh->watch[i].name,
			.from = wh->watch[i].state, .to = VRRP_INITIALIZE, .why = VRRP_WHY_STOP,
		};

		if (o->changed && wh->watch[i].state != VRRP_INITIALIZE)
			o->changed(o->changed_ctx, &c);
	}
	drop_watches(wh);
	wh->dirty = false;
}

void oracle_kernel_changed(struct oracle *o, struct host *h)
{
	if (o)
		o->host[h->id].dirty = true;
}

/* ---- at the end of each instant ----------------------------------------------------------- */

static void check_addresses(struct oracle *o, struct host *h, struct watch *wt)
{
	const struct kern_iface *iface = kern_iface_by_name(&h->kern, where_addresses(wt));

	if (!iface || !iface->exists || h->kern.n_requests > 0 || h->kern.refuse > 0)
		return;
	addr_check(o, h, wt);
	if (wt->state == VRRP_ACTIVE && h->kern.delay.ns == 0 && wt->active_at.ns == o->w->now.ns)
		judge(o, RULE_V8,
		      wt->announced >= wt->n_addr || wt->guests ||
			      announce_may_wait(o, h, kern_wire(&h->kern, iface)),
		      "%s %s became Active and announced %llu of %u addresses", h->name, wt->name,
		      (unsigned long long)wt->announced, wt->n_addr);
}

static void check_usable(struct oracle *o, struct host *h, const struct watch *wt)
{
	const struct kern_iface *iface = kern_iface_by_name(&h->kern, wt->iface);
	const struct vrrp_cf_instance *cf;

	if (wt->state == VRRP_INITIALIZE)
		return;
	cf = vrrpd_cf(h->d, (uint32_t)(wt - o->host[h->id].watch));
	judge(o, RULE_USABLE,
	      iface && iface->exists && (iface->up || cf->link_down_delay.ns > 0) &&
		      !addr_lost(h, wt) && wt->ref.cf.has_source,
	      "%s %s runs without an interface", h->name, wt->name);
	if (o->host[h->id].starts_at.ns > 0)
		judge(o, RULE_START, !mono_before(host_now(h), o->host[h->id].starts_at),
		      "%s %s runs before it should", h->name, wt->name);
}

void oracle_told(struct oracle *o, struct host *h, const struct reader_heard *heard)
{
	if (!o)
		return;
	o->host[h->id].dirty = true;
	if (heard)
		notify_told(o, h, heard);
}

void oracle_stopped(struct oracle *o, struct host *h)
{
	if (o)
		notify_stopped(o, h);
}

void oracle_ran(struct oracle *o, struct host *h, const struct program_noted *noted,
		enum vrrp_notify_state state)
{
	if (!o)
		return;
	o->host[h->id].dirty = true;
	notify_ran(o, h, noted, state);
}

void oracle_read(struct oracle *o, struct host *h)
{
	if (o)
		o->host[h->id].dirty = true;
}

void oracle_instant_over(struct oracle *o)
{
	if (!o)
		return;
	for (uint32_t i = 0; i < o->w->n_hosts; i++) {
		struct host *h = o->w->host[i];
		struct watched_host *wh = &o->host[i];

		if (!wh->dirty)
			continue;
		wh->dirty = false;
		if (h->daemon == DAEMON_RUNNING) {
			route_judge_static(o, h, &wh->routes);
			notify_check(o, h);
		}
		for (uint32_t k = 0; h->daemon == DAEMON_RUNNING && k < wh->n; k++) {
			check_addresses(o, h, &wh->watch[k]);
			check_usable(o, h, &wh->watch[k]);
			vmac_judge(o, h, &wh->watch[k]);
			track_check(o, h, &wh->watch[k]);
			route_judge(o, h, &wh->watch[k]);
			lease_judge(o, h, &wh->watch[k], real(h, wh, &wh->watch[k]));
		}
	}
	windows_quiet(o);
}

/* What has been missing until the end, with nothing more to happen, is looked at once more. */
static void judge_routes_at_end(struct oracle *o, struct host *h)
{
	struct watched_host *wh = &o->host[h->id];

	if (h->daemon != DAEMON_RUNNING)
		return;
	for (uint32_t i = 0; i < wh->n; i++)
		route_judge(o, h, &wh->watch[i]);
	route_judge_static(o, h, &wh->routes);
}

void oracle_look(struct oracle *o, uint32_t what)
{
	if (o && (what & ANNOUNCE_LOOK_MASK))
		announce_look(o, what);
	else if (o)
		windows_look(o, what);
}

void oracle_end(struct oracle *o)
{
	for (uint32_t i = 0; i < o->w->n_hosts; i++) {
		judge_routes_at_end(o, o->w->host[i]);
		if (o->w->host[i]->d)
			check_conserved(o, o->w->host[i]);
	}
}
