/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What trackers say, and what follows for the virtual routers.
 *
 * A tracker is a named source of a state; a router refers to it by name. What an interface or
 * another router is doing is known here; what a file holds comes from outside, by
 * vrrpd_track_value(), and what a script says from vrrpd_script.c. What a tracker says counts after
 * its delays (vrrp_track.h).
 *
 * Whenever a router is looked at (vr_evaluate()), its trackers are read anew and its priority is
 * computed from the configured one: nothing is added to or taken from the priority it had. A
 * changed priority is a VRRP_EV_CONFIGURE, which touches no timer.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "vrrpd_state.h"

enum { NOWHERE = UINT32_MAX };

/* ---- building ----------------------------------------------------------------------------- */

static uint32_t router_named(const struct setup *s, const char *name)
{
	for (uint32_t i = 0; i < s->n; i++)
		if (strcmp(s->vr[i].cf.name, name) == 0)
			return i;
	return NOWHERE;
}

static uint32_t tracker_named(const struct setup *s, const char *name)
{
	for (uint32_t i = 0; i < s->n_trackers; i++)
		if (strcmp(s->tracker[i].cf.name, name) == 0)
			return i;
	return NOWHERE;
}

void free_trackers(struct setup *s)
{
	free(s->exec);
	free(s->tracker);
	free(s->reading);
	free(s->use);
	free(s->share);
}

/* With room for one more, so that none is not no memory. */
static bool alloc_trackers(struct setup *s, uint32_t n, size_t n_uses, size_t n_exec)
{
	s->exec = calloc(n_exec + 1, 1);
	s->n_trackers = n;
	s->tracker = calloc((size_t)n + 1, sizeof *s->tracker);
	s->reading = calloc((size_t)n + 1, sizeof *s->reading);
	s->use = calloc(n_uses + 1, sizeof *s->use);
	s->share = calloc(n_uses + 1, sizeof *s->share);
	return s->exec && s->tracker && s->reading && s->use && s->share;
}

/* What the group of an instance uses, if it is in one. */
static struct cf_list group_uses(const struct cf_model *m, const struct vrrp_cf *vrrp,
				 const struct vrrp_cf_instance *cf)
{
	if (cf->group == 0)
		return (struct cf_list){ 0 };
	return vrrp_cf_group(m, vrrp, cf->group - 1)->tracks;
}

static void add_uses(struct setup *s, struct vr *vr, const struct cf_model *m, struct cf_list list)
{
	for (uint32_t k = 0; k < list.n; k++) {
		const struct vrrp_cf_use *from = cf_at(m, list, sizeof *from, k);
		struct vrrp_track_use *use = &vr->use[vr->n_uses++];

		*use = (struct vrrp_track_use){ tracker_named(s, from->ref), from->on_down,
						from->invert };
		CHECK(use->tracker != NOWHERE); /* the cross checks saw to that */
	}
}

/* Its own, and then those of its group. */
static void build_uses(struct setup *s, const struct cf_model *m, const struct vrrp_cf *vrrp)
{
	struct vrrp_track_use *use = s->use;
	struct vrrp_track_share *share = s->share;

	for (uint32_t i = 0; i < s->n; i++) {
		struct vr *vr = &s->vr[i];
		const struct vrrp_cf_instance *cf = vrrp_cf_instance(m, vrrp, i);

		vr->use = use;
		vr->share = share;
		add_uses(s, vr, m, cf->tracks);
		add_uses(s, vr, m, group_uses(m, vrrp, cf));
		use += vr->n_uses;
		share += vr->n_uses;
	}
}

bool setup_trackers(struct setup *s, const struct cf_model *m, const struct vrrp_cf *vrrp)
{
	size_t n_uses = 0, n_exec = 0;
	char *exec;

	for (uint32_t i = 0; i < s->n; i++)
		n_uses += vrrp_cf_instance(m, vrrp, i)->tracks.n +
			  group_uses(m, vrrp, vrrp_cf_instance(m, vrrp, i)).n;
	for (uint32_t i = 0; i < vrrp->tracks.n; i++)
		n_exec += vrrp_cf_exec(m, vrrp_cf_tracker(m, vrrp, i)->exec, NULL);
	if (!alloc_trackers(s, vrrp->tracks.n, n_uses, n_exec))
		return false;
	exec = s->exec;
	for (uint32_t i = 0; i < s->n_trackers; i++) {
		struct tracker *t = &s->tracker[i];

		t->cf = *vrrp_cf_tracker(m, vrrp, i);
		t->target = NOWHERE;
		t->exec = exec;
		t->exec_len = vrrp_cf_exec(m, t->cf.exec, exec);
		exec += t->exec_len;
		if (t->cf.type == VRRP_TRACK_INTERFACE)
			t->target = iface_named(s, t->cf.interface);
		else if (t->cf.type == VRRP_TRACK_ROUTER)
			t->target = router_named(s, t->cf.router);
	}
	build_uses(s, m, vrrp);
	return true;
}

/* Whether it is the same source, whatever it is called. */
static bool same_source(const struct tracker *a, const struct tracker *b)
{
	return a->cf.type == b->cf.type && strcmp(a->cf.interface, b->cf.interface) == 0 &&
	       a->cf.needs == b->cf.needs && strcmp(a->cf.path, b->cf.path) == 0 &&
	       strcmp(a->cf.router, b->cf.router) == 0 && a->exec_len == b->exec_len &&
	       memcmp(a->exec, b->exec, a->exec_len) == 0 && strcmp(a->cf.user, b->cf.user) == 0;
}

void keep_trackers(struct setup *to, struct setup *from)
{
	for (uint32_t i = 0; i < to->n_trackers; i++)
		for (uint32_t k = 0; k < from->n_trackers; k++)
			if (same_source(&to->tracker[i], &from->tracker[k])) {
				to->reading[i] = from->reading[k];
				to->tracker[i].hold = from->tracker[k].hold;
				script_keep(&to->tracker[i], &from->tracker[k]);
			}
}

bool same_uses(const struct setup *s, const struct vr *vr, const struct setup *of,
	       const struct vr *was)
{
	if (vr->n_uses != was->n_uses)
		return false;
	for (unsigned i = 0; i < vr->n_uses; i++) {
		const struct vrrp_track_use *a = &vr->use[i], *b = &was->use[i];

		if (a->weight != b->weight || a->invert != b->invert ||
		    strcmp(s->tracker[a->tracker].cf.name, of->tracker[b->tracker].cf.name) != 0)
			return false;
	}
	return true;
}

/* ---- reading ------------------------------------------------------------------------------ */

static bool has_address(const struct iface *iface, enum vrrp_track_needs needs)
{
	const struct sources *s = &iface->sources[needs == VRRP_TRACK_NEEDS_IPV6];

	for (unsigned i = 0; i < s->n; i++)
		if (!s->v[i].unusable)
			return true;
	return needs == VRRP_TRACK_NEEDS_LINK;
}

static struct vrrp_track_delays delays_of(const struct tracker *t)
{
	return (struct vrrp_track_delays){ t->cf.up_delay, t->cf.down_delay };
}

void tracker_says(struct vrrpd *d, uint32_t i, mono_t now, int32_t down)
{
	struct tracker *t = &d->s.tracker[i];
	struct vrrp_track_delays delays = delays_of(t);

	vrrp_track_say(&t->hold, now, down, &delays);
	d->s.reading[i] = t->hold.counts;
	d->track_at = mono_min(d->track_at, vrrp_track_deadline(&t->hold, &delays));
}

/* Of an interface that is being reported anew, and of what is not known here, what was known last
 * holds. */
static void read_tracker(struct vrrpd *d, uint32_t i, mono_t now)
{
	const struct tracker *t = &d->s.tracker[i];
	const struct iface *iface;
	bool up;

	switch ((enum vrrp_track_type)t->cf.type) {
	case VRRP_TRACK_INTERFACE:
		iface = &d->s.iface[t->target];
		if (!iface->known || d->syncing)
			return;
		up = iface->up && has_address(iface, (enum vrrp_track_needs)t->cf.needs);
		break;
	case VRRP_TRACK_ROUTER:
		CHECK(t->target != NOWHERE);
		up = d->s.vr[t->target].core.state == VRRP_ACTIVE;
		break;
	case VRRP_TRACK_FILE:
	case VRRP_TRACK_SCRIPT:
	default:
		return;
	}
	tracker_says(d, i, now, !up);
}

void vrrpd_track_timer(struct vrrpd *d, mono_t now)
{
	mono_t at = MONO_NEVER;

	for (uint32_t i = 0; i < d->s.n_trackers; i++) {
		struct tracker *t = &d->s.tracker[i];
		struct vrrp_track_delays delays = delays_of(t);

		if (vrrp_track_settle(&t->hold, now, &delays)) {
			d->s.reading[i] = t->hold.counts;
			d->all_changed = true;
		}
		at = mono_min(at, vrrp_track_deadline(&t->hold, &delays));
		if (t->cf.type != VRRP_TRACK_SCRIPT)
			continue;
		if (mono_due(vrrp_script_deadline(&t->script), now))
			script_run(d, i, now);
		at = mono_min(at, vrrp_script_deadline(&t->script));
	}
	d->track_at = at;
}

/* ---- what follows ------------------------------------------------------------------------- */

const char *vr_tracker(const struct vrrpd *d, const struct vr *vr, int use)
{
	return use < 0 ? "" : d->s.tracker[vr->use[use].tracker].cf.name;
}

/* The trackers whose share is another than it was. */
static void name_changed(struct vrrpd *d, struct vr *vr, struct text *names)
{
	for (unsigned i = 0; i < vr->n_uses; i++) {
		struct vrrp_track_share now = vrrp_track_share(
			vr->cf.priority, &vr->use[i], &d->s.reading[vr->use[i].tracker]);

		if (now.add != vr->share[i].add)
			text_fmt(names, "%s%s", names->len > 0 ? "," : "",
				 vr_tracker(d, vr, (int)i));
		vr->share[i] = now;
	}
}

static void log_priority(struct vrrpd *d, struct vr *vr, uint8_t to, const char *names)
{
	struct log_line *l = vr_log(d, vr, LOG_LEVEL_INFO, "priority");

	log_uint(l, "from", vr->core.params.priority);
	log_uint(l, "to", to);
	log_uint(l, "configured", vr->cf.priority);
	if (*names)
		log_text(l, "tracker", names);
	if (vr->group != NOT_FOUND)
		log_text(l, "group", group_of(d, vr)->name);
	vrrpd_log(d);
}

static bool same_params(const struct vrrp_params *a, const struct vrrp_params *b)
{
	return a->priority == b->priority && a->preempt == b->preempt &&
	       a->interval_cs == b->interval_cs &&
	       a->learned_interval_max_cs == b->learned_interval_max_cs &&
	       a->down_adverts == b->down_adverts && a->preempt_delay.ns == b->preempt_delay.ns;
}

void vr_read_trackers(struct vrrpd *d, struct vr *vr, mono_t now)
{
	for (unsigned i = 0; i < vr->n_uses; i++)
		read_tracker(d, vr->use[i].tracker, now);
	vr->tracked = vrrp_track(vr->cf.priority, vr->use, vr->n_uses, d->s.reading);
}

/* `names` are the trackers that changed the priority. */
static void set_params(struct vrrpd *d, struct vr *vr, mono_t now, const char *names)
{
	const struct vrrp_params *was = &vr->core.params;
	struct vrrp_params params = vrrp_cf_params(&vr->cf);
	const struct group *g = group_of(d, vr);
	uint8_t priority = was->priority;

	params.priority = g ? g->priority : vr->tracked.priority;
	if (same_params(&params, was))
		return;
	if (params.priority != was->priority && (vr->n_uses > 0 || g))
		log_priority(d, vr, params.priority, names);
	vr_step(d, vr, now, &(struct vrrp_ev){ .kind = VRRP_EV_CONFIGURE,
					       .configure = { params } });
	if (params.priority != priority)
		vr_hook_priority(d, vr);
}

void vr_track(struct vrrpd *d, struct vr *vr, mono_t now)
{
	struct group *g = group_of(d, vr);
	char buf[512] = "";
	struct text names = text_open(buf, sizeof buf);
	uint8_t was = vr->tracked.priority;

	vr_read_trackers(d, vr, now);
	name_changed(d, vr, &names);
	set_params(d, vr, now, buf);
	if (!g || vr->tracked.priority == was || !group_reprice(d, g))
		return;
	set_params(d, vr, now, buf);
	for (uint32_t i = 0; i < g->n; i++)
		set_params(d, &d->s.vr[g->member[i]], now, "");
}

/* Those are looked at as soon as what is going on is done. */
void vr_wake_followers(struct vrrpd *d, const struct vr *vr, mono_t now)
{
	uint32_t id = (uint32_t)(vr - d->s.vr);

	for (uint32_t t = 0; t < d->s.n_trackers; t++) {
		if (d->s.tracker[t].cf.type != VRRP_TRACK_ROUTER || d->s.tracker[t].target != id)
			continue;
		for (uint32_t i = 0; i < d->s.n; i++)
			for (unsigned k = 0; k < d->s.vr[i].n_uses; k++)
				if (d->s.vr[i].use[k].tracker == t) {
					d->s.vr[i].check_at = mono_min(d->s.vr[i].check_at, now);
					vr_requeue(d, &d->s.vr[i]);
				}
	}
}

/* ---- from outside ------------------------------------------------------------------------- */

uint32_t vrrpd_trackers(const struct vrrpd *d)
{
	return d->s.n_trackers;
}

const struct vrrp_cf_tracker *vrrpd_tracker(const struct vrrpd *d, uint32_t i)
{
	return &d->s.tracker[i].cf;
}

bool vrrpd_track_known(const struct vrrpd *d, uint32_t i)
{
	return d->s.reading[i].known;
}

void vrrpd_track_value(struct vrrpd *d, mono_t now, uint32_t i, int32_t value)
{
	CHECK(i < d->s.n_trackers && d->s.tracker[i].cf.type == VRRP_TRACK_FILE);
	tracker_says(d, i, now, value);
	d->all_changed = true;
}
