/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routes and policy rules: those of a router while it is Active, static ones as long as the daemon
 * runs.
 *
 * Each has a plan (vrrp_plan.h) and a place in a map, so what the kernel reports finds it however
 * many there are. What bears our mark and belongs to nobody is removed, what bears another's is
 * never touched. A router's are asked for when all its addresses are there, and given back before
 * these go.
 *
 * Linux takes IPv4 routes away without a word when a link goes down or an address goes that they
 * need. So after such news they are in doubt, and a complete report is asked for.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fib_text.h"
#include "vrrpd_state.h"

static bool is_static(const struct fib_want *w)
{
	return w->vr == NOT_FOUND;
}

static struct fib_want *find(const struct setup *s, const struct fib_item *item)
{
	uint32_t i;

	for (uint64_t key = fib_hash(item); map_find(&s->fib.by_key, key, &i); key++)
		if (fib_same(&s->fib.v[i].item, item))
			return &s->fib.v[i];
	return NULL;
}

/* ---- building ----------------------------------------------------------------------------- */

void fib_free(struct fib_setup *fib)
{
	free(fib->v);
	free(fib->slot);
	*fib = (struct fib_setup){ 0 };
}

static struct fib_want *put(struct setup *s, const struct fib_item *item, uint32_t vr, bool track)
{
	struct fib_want *w = &s->fib.v[s->fib.n];
	uint64_t key = fib_hash(item);

	*w = (struct fib_want){ .item = *item, .vr = vr, .track = track };
	for (unsigned i = 0; i < FIB_HOPS_MAX; i++)
		w->iface[i] = NOT_FOUND;
	while (!map_add(&s->fib.by_key, key, s->fib.n))
		key++;
	s->fib.n++;
	return w;
}

/* Routes before rules, which lead to them. */
static void put_all(struct setup *s, const struct cf_model *m, struct cf_list routes,
		    struct cf_list rules, uint32_t vr)
{
	for (uint32_t i = 0; i < routes.n; i++) {
		const struct vrrp_cf_route *cf = vrrp_cf_route(m, routes, i);
		struct fib_item item = vrrp_cf_route_item(m, cf);
		struct fib_want *w = put(s, &item, vr, cf->track && vr != NOT_FOUND);

		for (unsigned k = 0; k < item.route.n_hops; k++)
			if (*vrrp_cf_route_dev(m, cf, k))
				w->iface[k] = iface_named(s, vrrp_cf_route_dev(m, cf, k));
	}
	for (uint32_t i = 0; i < rules.n; i++) {
		const struct vrrp_cf_rule *cf = vrrp_cf_rule(m, rules, i);
		struct fib_item item = vrrp_cf_rule_item(cf);

		put(s, &item, vr, cf->track && vr != NOT_FOUND);
	}
}

uint32_t fib_ifaces(const struct cf_model *m, const struct vrrp_cf *vrrp)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i <= vrrp->instances.n; i++) {
		struct cf_list routes = i < vrrp->instances.n
						? vrrp_cf_instance(m, vrrp, i)->routes
						: vrrp->static_routes;

		for (uint32_t k = 0; k < routes.n; k++) {
			const struct vrrp_cf_route *cf = vrrp_cf_route(m, routes, k);

			n += cf->hops.n > 0 ? cf->hops.n : *cf->dev != '\0';
		}
	}
	return n;
}

bool fib_build(struct setup *s, const struct cf_model *m, const struct vrrp_cf *vrrp)
{
	uint32_t n = vrrp->static_routes.n + vrrp->static_rules.n, capacity;

	for (uint32_t i = 0; i < s->n; i++) {
		const struct vrrp_cf_instance *cf = vrrp_cf_instance(m, vrrp, i);

		n += cf->routes.n + cf->rules.n;
	}
	capacity = map_capacity(n);
	s->fib.v = calloc((size_t)n + 1, sizeof *s->fib.v);
	s->fib.slot = calloc(capacity, sizeof *s->fib.slot);
	if (!s->fib.v || !s->fib.slot)
		return false;
	map_init(&s->fib.by_key, s->fib.slot, capacity);
	put_all(s, m, vrrp->static_routes, vrrp->static_rules, NOT_FOUND);
	s->fib.n_static = s->fib.n;
	for (uint32_t i = 0; i < s->n; i++) {
		const struct vrrp_cf_instance *cf = vrrp_cf_instance(m, vrrp, i);

		s->vr[i].first_fib = s->fib.n;
		put_all(s, m, cf->routes, cf->rules, i);
		s->vr[i].n_fib = s->fib.n - s->vr[i].first_fib;
	}
	for (uint32_t i = 0; i < s->fib.n; i++)
		for (unsigned k = 0; k < FIB_HOPS_MAX; k++)
			s->fib.any_dev |= s->fib.v[i].iface[k] != NOT_FOUND;
	return true;
}

void fib_forget(struct setup *s)
{
	fib_free(&s->fib);
	for (uint32_t i = 0; i < s->n; i++)
		s->vr[i].n_fib = 0;
}

/* ---- another configuration ---------------------------------------------------------------- */

/* But for the indices that interfaces have now, which the kernel may have changed. */
static bool same_body(const struct setup *s, const struct fib_want *a, const struct setup *of,
		      const struct fib_want *b)
{
	struct fib_item x = a->item, y = b->item;

	for (unsigned i = 0; i < FIB_HOPS_MAX && x.kind == FIB_ROUTE; i++) {
		const char *p = a->iface[i] != NOT_FOUND ? s->iface[a->iface[i]].name : "";
		const char *q = b->iface[i] != NOT_FOUND ? of->iface[b->iface[i]].name : "";

		x.route.hop[i].ifindex = y.route.hop[i].ifindex = 0;
		if (strcmp(p, q) != 0)
			return false;
	}
	return fib_digest(&x) == fib_digest(&y);
}

void fib_keep(struct setup *to, const struct setup *from)
{
	for (uint32_t i = 0; i < to->fib.n; i++) {
		struct fib_want *w = &to->fib.v[i], *was = find(from, &w->item);

		if (!was)
			continue;
		w->plan = was->plan;
		w->as_reported = was->as_reported;
		w->changed = !same_body(to, w, from, was);
	}
}

bool fib_same_lists(const struct setup *s, const struct vr *vr, const struct setup *of,
		    const struct vr *was)
{
	for (uint32_t i = 0; i < vr->n_fib && vr->n_fib == was->n_fib; i++) {
		const struct fib_want *a = &s->fib.v[vr->first_fib + i];
		const struct fib_want *b = &of->fib.v[was->first_fib + i];

		if (a->track != b->track || !fib_same(&a->item, &b->item) ||
		    !same_body(s, a, of, b))
			return false;
	}
	return vr->n_fib == was->n_fib;
}

static void ask(struct vrrpd *d, struct fib_want *w, bool add)
{
	for (unsigned i = 0; add && w->item.kind == FIB_ROUTE && i < FIB_HOPS_MAX; i++)
		if (w->iface[i] != NOT_FOUND)
			w->item.route.hop[i].ifindex = d->s.iface[w->iface[i]].ifindex;
	d->ops->fib(d->ctx, &w->item, add);
}

/* Those that are there, or on their way, and are not to be as they are. */
void fib_remove_orphans(struct vrrpd *d, struct setup *next)
{
	for (uint32_t i = d->s.fib.n; i-- > 0;) {
		struct fib_want *w = &d->s.fib.v[i], *same = find(next, &w->item);

		if (same && !same->changed)
			continue;
		if (w->plan.pending == PLAN_REMOVING || w->plan.have == PLAN_UNKNOWN ||
		    plan_settled(&w->plan))
			continue;
		ask(d, w, false);
		if (same)
			same->plan.pending = PLAN_REMOVING;
	}
}

/* ---- what is asked for -------------------------------------------------------------------- */

/* An interface that it needs and that is not there, or down; NULL when there is none. */
static const struct iface *missing_iface(const struct vrrpd *d, const struct fib_want *w)
{
	for (unsigned i = 0; i < FIB_HOPS_MAX; i++)
		if (w->iface[i] != NOT_FOUND && (d->s.iface[w->iface[i]].ifindex == 0 ||
						 !d->s.iface[w->iface[i]].up))
			return &d->s.iface[w->iface[i]];
	return NULL;
}

static struct log_line *begin_line(struct vrrpd *d, const struct fib_want *w, enum log_level level,
				   const char *event)
{
	char text[FIB_TEXT_SIZE];

	if (w && !is_static(w))
		vr_log(d, &d->s.vr[w->vr], level, event);
	else
		log_begin(&d->line, level, event);
	if (w)
		log_text(&d->line, w->item.kind == FIB_ROUTE ? "route" : "rule",
			 fib_string(&w->item, text));
	return &d->line;
}

static void end_line(struct vrrpd *d, uint32_t suppressed, const char *text)
{
	if (suppressed > 0)
		log_uint(&d->line, "suppressed", suppressed);
	log_text(&d->line, "text", text);
	vrrpd_log(d);
}

static struct log_limit *limit_of(struct vrrpd *d, const struct fib_want *w, bool removed)
{
	if (is_static(w))
		return removed ? &d->limit_fib_removed : &d->limit_fib;
	return removed ? &d->s.vr[w->vr].limit.fib_removed : &d->s.vr[w->vr].limit.fib;
}

/* It has gone, and it was not us: somebody else, or the kernel, with what the route needs. */
static void on_gone(struct vrrpd *d, struct fib_want *w, mono_t now)
{
	bool route = w->item.kind == FIB_ROUTE, put_back;
	uint32_t suppressed;

	if (is_static(w))
		d->total.static_removed++;
	else
		d->s.vr[w->vr].count.route_removed++;
	put_back = plan_put_back(&w->plan, now);
	if (!log_allow(limit_of(d, w, true), now, SPAN_S(1), &suppressed))
		return;
	begin_line(d, w, put_back ? LOG_LEVEL_WARNING : LOG_LEVEL_ERROR,
		   route ? "route-removed" : "rule-removed");
	end_line(d, suppressed,
		 put_back ? "somebody else removed it; it is put back"
			  : "somebody else keeps removing it; it is put back more slowly");
}

static void log_leftover(struct vrrpd *d, const struct fib_item *item, mono_t now,
			 const char *why)
{
	char text[FIB_TEXT_SIZE];
	uint32_t suppressed;

	if (!log_allow(&d->limit_leftover, now, SPAN_S(1), &suppressed))
		return;
	log_begin(&d->line, LOG_LEVEL_WARNING, "leftover");
	log_text(&d->line, item->kind == FIB_ROUTE ? "route" : "rule", fib_string(item, text));
	end_line(d, suppressed, why);
}

/* Asks for what the plan says; when to look again. */
static mono_t carry_out(struct vrrpd *d, struct fib_want *w, bool wanted, bool may_add, mono_t now)
{
	bool gone = plan_gone(&w->plan);

	/* With what it needs, and in a complete report that was asked for because of doubt, it is
	 * the kernel that has taken it away: that is no fight. */
	if (gone && may_add && !w->flushed)
		on_gone(d, w, now);
	w->flushed = false;
	if (wanted && w->plan.have == PLAN_THERE)
		w->plan.leftover = false; /* it is used */
	if (wanted && !may_add && w->plan.pending == PLAN_IDLE && w->plan.have == PLAN_ABSENT)
		return MONO_NEVER; /* what it waits for will be reported */
	switch (plan_next(&w->plan, wanted, now)) {
	case PLAN_NOTHING:
		break;
	case PLAN_ADD:
		ask(d, w, true);
		break;
	case PLAN_REMOVE:
		ask(d, w, false);
		if (w->plan.leftover)
			log_leftover(d, &w->item, now,
				     wanted ? "replaced: it was left from an earlier run, and is "
					      "to be another"
					    : "removed: it was left from an earlier run, and its "
					      "router is not Active");
		w->plan.leftover = false;
		break;
	case PLAN_LATER:
		return w->plan.retry_at;
	}
	return MONO_NEVER;
}

/* Routes may need any of the addresses: as source, or to reach the next hop. But not one that its
 * router does without, because its interface is not there or down. */
static bool has_addresses(struct vrrpd *d, const struct vr *vr)
{
	for (unsigned i = 0; i < vr->n_vips; i++)
		if (!vip_is_there(&vr->vip[i]) && vip_iface(d, &vr->vip[i])->up)
			return false;
	return true;
}

void vr_fib(struct vrrpd *d, struct vr *vr, mono_t now)
{
	bool want = vr->core.state == VRRP_ACTIVE, may_add;
	uint32_t n = vr->n_fib;

	if (n == 0 || d->syncing || d->applying)
		return;
	may_add = want && iface_of(d, vr)->up && has_addresses(d, vr);
	for (uint32_t i = 0; i < n; i++) {
		/* What came last goes first. */
		struct fib_want *w = &d->s.fib.v[vr->first_fib + (want ? i : n - 1 - i)];
		bool add = may_add && !missing_iface(d, w);

		vr->check_at = mono_min(vr->check_at, carry_out(d, w, want, add, now));
	}
}

void vr_fib_forget_refusals(struct vrrpd *d, struct vr *vr)
{
	for (uint32_t i = 0; i < vr->n_fib; i++)
		plan_forget_refusals(&d->s.fib.v[vr->first_fib + i].plan);
}

static void do_static(struct vrrpd *d, mono_t now)
{
	uint32_t n = d->s.fib.n_static;
	bool want = !d->stopping;

	/* Routes may need the addresses. */
	d->fib_at = want ? static_carry_out(d, true, now) : MONO_NEVER;
	for (uint32_t i = 0; i < n; i++) {
		struct fib_want *w = &d->s.fib.v[want ? i : n - 1 - i];
		bool add = want && !missing_iface(d, w);

		d->fib_at = mono_min(d->fib_at, carry_out(d, w, want, add, now));
	}
	if (!want)
		d->fib_at = mono_min(d->fib_at, static_carry_out(d, false, now));
}

void fib_evaluate(struct vrrpd *d, mono_t now)
{
	if (d->syncing || d->s.fib.n + d->s.fixed.n == 0)
		return;
	do_static(d, now);
	if (d->fib_doubt) {
		d->fib_doubt = false;
		d->fib_doubted = true; /* until the end of the report */
		d->ops->sync(d->ctx);
	}
}

mono_t fib_deadline(const struct vrrpd *d)
{
	bool any = d->s.fib.n_static + d->s.fixed.n > 0;

	return any && !d->syncing ? d->fib_at : MONO_NEVER;
}

void fib_timer(struct vrrpd *d, mono_t now)
{
	if (mono_due(fib_deadline(d), now))
		do_static(d, now);
}

bool fib_settled(const struct vrrpd *d)
{
	for (uint32_t i = 0; i < d->s.fib.n; i++)
		if (!plan_settled(&d->s.fib.v[i].plan))
			return false;
	return static_settled(d);
}

/* ---- what follows for a router ------------------------------------------------------------ */

bool vr_fib_obstacle(const struct vrrpd *d, struct vr *vr, mono_t now)
{
	if (vr->n_fib > 0 && mono_before(now, vr->fib_hold_until)) {
		vr->check_at = mono_min(vr->check_at, vr->fib_hold_until);
		return true;
	}
	for (uint32_t i = 0; i < vr->n_fib; i++) {
		const struct fib_want *w = &d->s.fib.v[vr->first_fib + i];
		const struct iface *missing = w->track ? missing_iface(d, w) : NULL;

		/* Its own interface it looks at by itself, and not so quickly. */
		if (missing && missing->known && missing != &d->s.iface[vr->iface]) {
			vr->fib_culprit = i;
			return true;
		}
	}
	return false;
}

void vr_fib_log_obstacle(struct vrrpd *d, const struct vr *vr)
{
	const struct fib_want *w = &d->s.fib.v[vr->first_fib + vr->fib_culprit % vr->n_fib];
	const struct iface *missing = missing_iface(d, w);
	char text[FIB_TEXT_SIZE];

	log_text(&d->line, w->item.kind == FIB_ROUTE ? "route" : "rule",
		 fib_string(&w->item, text));
	if (missing)
		log_text(&d->line, "dev", missing->name);
}

/* ---- what the kernel says ----------------------------------------------------------------- */

void fib_doubt(struct vrrpd *d)
{
	/* A report that is going on has the routes still to come. */
	if (d->syncing)
		d->fib_doubted = true;
	else if (d->s.fib.n > 0)
		d->fib_doubt = true;
}

void fib_evaluate_begins(struct vrrpd *d)
{
	bool again = d->fib_again;

	d->fib_again = false;
	for (uint32_t i = 0; again && i < d->s.fib.n; i++)
		if (d->s.fib.v[i].plan.failures > 0)
			d->s.fib.v[i].plan.retry_at = (mono_t){ 0 };
}

/* Its router is to be looked at. */
static void note_change(struct vrrpd *d, const struct fib_want *w)
{
	if (!is_static(w))
		iface_note_change(d, &d->s.iface[d->s.vr[w->vr].iface]);
}

static void on_leftover(struct vrrpd *d, mono_t now, const struct fib_item *item)
{
	d->ops->fib(d->ctx, item, false);
	log_leftover(d, item, now, "removed: it bears our mark but is not in the configuration");
}

void vrrpd_fib(struct vrrpd *d, mono_t now, const struct fib_item *item, bool ours, bool present)
{
	struct fib_want *w = find(&d->s, item);
	enum plan_have have = PLAN_ABSENT;

	if (!w) {
		if (ours && present)
			on_leftover(d, now, item);
		return;
	}
	if (!ours && !present)
		return;
	/* One of somebody else that is reported has taken the place of ours. */
	if (ours && present) {
		bool answer = w->plan.pending == PLAN_ADDING && !d->syncing;

		/* What the kernel made of what we asked for is what there is to have. */
		if (answer)
			w->as_reported = fib_digest(item);
		have = answer || fib_agrees(&w->item, item) || fib_digest(item) == w->as_reported
			       ? PLAN_THERE
			       : PLAN_STALE;
	}
	note_change(d, w);
	plan_reported(&w->plan, have, d->syncing);
}

static void log_failure(struct vrrpd *d, const struct fib_want *w, mono_t now, bool add,
			const char *error_text)
{
	struct log_line *l;
	uint32_t suppressed;

	if (!log_allow(limit_of(d, w, false), now, DROP_LOG_EVERY, &suppressed))
		return;
	l = begin_line(d, w, LOG_LEVEL_ERROR,
		       w->item.kind == FIB_ROUTE ? "route-failed" : "rule-failed");
	log_text(l, "op", add ? "add" : "remove");
	log_text(l, "error", error_text);
	if (suppressed > 0)
		log_uint(l, "suppressed", suppressed);
	vrrpd_log(d);
}

/* A router that needs it is not what it should be: let another try. */
static void on_not_done(struct vrrpd *d, struct fib_want *w, mono_t now, bool add,
			const char *error_text)
{
	struct vr *vr = is_static(w) ? NULL : &d->s.vr[w->vr];

	log_failure(d, w, now, add, error_text);
	if (!vr) {
		d->total.static_failures++;
		return;
	}
	vr->count.route_failures++;
	if (add && w->track && w->plan.failures >= ADDR_FAILURES_MAX &&
	    vr->core.state == VRRP_ACTIVE) {
		vr->fib_hold_until = mono_add(now, ADDR_HOLD);
		vr->fib_culprit = (uint32_t)(w - d->s.fib.v) - vr->first_fib;
	}
}

void vrrpd_fib_failed(struct vrrpd *d, mono_t now, const struct fib_item *item, bool add, int error,
		      const char *error_text)
{
	struct fib_want *w = find(&d->s, item);

	if (!w)
		return;
	if (!add && (error == ESRCH || error == ENOENT || error == ENODEV)) {
		if (w->plan.pending == PLAN_REMOVING)
			plan_reported(&w->plan, PLAN_ABSENT, false);
	} else if (plan_failed(&w->plan, add, now)) {
		/* It may be one of ours that we have not been told of. */
		if (add && error == EEXIST && w->plan.failures == 1)
			d->ops->sync(d->ctx);
		on_not_done(d, w, now, add,
			    add && error == EEXIST
				    ? "File exists: somebody else has set one that differs in "
				      "nothing the kernel tells them apart by; it is left alone"
				    : error_text);
	}
	if (is_static(w))
		fib_evaluate(d, now);
	else
		vr_evaluate(d, &d->s.vr[w->vr], now);
}

void vrrpd_fib_waits(struct vrrpd *d, const struct fib_item *item)
{
	struct fib_want *w = find(&d->s, item);

	if (w)
		w->plan.waits = true;
}

void fib_report_begins(struct vrrpd *d)
{
	for (uint32_t i = 0; i < d->s.fib.n; i++)
		plan_report_begins(&d->s.fib.v[i].plan);
}

void fib_report_ends(struct vrrpd *d, mono_t now)
{
	for (uint32_t i = 0; i < d->s.fib.n; i++) {
		struct fib_want *w = &d->s.fib.v[i];
		bool adding = w->plan.pending == PLAN_ADDING, was_gone = w->plan.gone;

		if (plan_report_ends(&w->plan, now))
			on_not_done(d, w, now, adding, "no answer");
		w->flushed = d->fib_doubted && !was_gone && w->plan.gone;
	}
	d->fib_doubted = false;
}
