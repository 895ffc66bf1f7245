/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What trackers must make of a router's priority, from what the scenario did to the machine.
 *
 * The arithmetic is the oracle's own, from the words of the manual: nothing is asked of the daemon.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "oracle_state.h"
#include "vrrp_track_script.h"

static struct watch_track make(const struct vrrp_cf_use *use, const struct cf_model *m,
			       const struct vrrp_cf *vrrp)
{
	struct watch_track t = { .weight = use->on_down, .invert = use->invert };

	for (uint32_t i = 0; i < vrrp->tracks.n; i++)
		if (strcmp(vrrp_cf_tracker(m, vrrp, i)->name, use->ref) == 0)
			t.source = *vrrp_cf_tracker(m, vrrp, i);
	return t;
}

static bool same_tracker(const struct vrrp_cf_tracker *a, const struct vrrp_cf_tracker *b)
{
	return cf_diff(&vrrp_tracker_schema, a, b, NULL, NULL) < 0;
}

/* The number i of its own uses and then those of its group. */
static const struct vrrp_cf_use *use_of(const struct vrrp_cf_instance *cf, const struct cf_model *m,
					const struct vrrp_cf *vrrp, uint32_t i)
{
	if (i < cf->tracks.n)
		return vrrp_cf_use(m, cf, i);
	return vrrp_cf_group_use(m, vrrp_cf_group(m, vrrp, cf->group - 1), i - cf->tracks.n);
}

static uint32_t uses_of(const struct vrrp_cf_instance *cf, const struct cf_model *m,
			const struct vrrp_cf *vrrp)
{
	return cf->tracks.n +
	       (cf->group > 0 ? vrrp_cf_group(m, vrrp, cf->group - 1)->tracks.n : 0);
}

bool track_same(const struct watch *wt, const struct vrrp_cf_instance *cf,
		const struct cf_model *m, const struct vrrp_cf *vrrp)
{
	if (wt->n_tracks != uses_of(cf, m, vrrp))
		return false;
	for (uint32_t i = 0; i < wt->n_tracks; i++) {
		struct watch_track t = make(use_of(cf, m, vrrp, i), m, vrrp);

		if (t.weight != wt->track[i].weight || t.invert != wt->track[i].invert ||
		    !same_tracker(&t.source, &wt->track[i].source))
			return false;
	}
	return true;
}

void track_configure(struct watch *wt, const struct vrrp_cf_instance *cf,
		     const struct cf_model *m, const struct vrrp_cf *vrrp)
{
	free(wt->track);
	wt->configured = cf->priority;
	wt->n_tracks = uses_of(cf, m, vrrp);
	wt->track = calloc(wt->n_tracks + 1, sizeof *wt->track);
	CHECK(wt->track);
	for (uint32_t i = 0; i < wt->n_tracks; i++)
		wt->track[i] = make(use_of(cf, m, vrrp, i), m, vrrp);
}

static bool interface_is_up(const struct host *h, const struct vrrp_cf_tracker *t)
{
	const struct kern_iface *iface = kern_iface_by_name((struct kern *)&h->kern, t->interface);

	if (!iface || !iface->exists || !iface->up)
		return false;
	for (uint32_t i = 0; i < iface->n_addrs; i++) {
		const struct kern_addr *a = &iface->addr[i];

		if (!a->ours && !a->tentative &&
		    (t->needs == VRRP_TRACK_NEEDS_IPV6 ? ip_is_link_local6(&a->prefix.addr)
						       : a->prefix.addr.family == IP_V4))
			return true;
	}
	return t->needs == VRRP_TRACK_NEEDS_LINK;
}

static bool router_is_active(const struct oracle *o, const struct host *h, const char *name)
{
	const struct watched_host *wh = &o->host[h->id];

	for (uint32_t i = 0; i < wh->n; i++)
		if (strcmp(wh->watch[i].name, name) == 0)
			return real(h, wh, &wh->watch[i])->state == VRRP_ACTIVE;
	return false;
}

/* The newest so many results that agree decide; if there were none yet, the first one alone. */
static int64_t script_is_down(const struct host *h, const struct vrrp_cf_tracker *t)
{
	const struct host_verdicts *said = host_verdicts(h, t->name);
	unsigned n = said ? said->n : 0;

	for (unsigned from = 0; from < n && from < 64; from++) {
		unsigned good = 0, bad = 0;

		while (from + good < n && from + good < 64 &&
		       (said->good >> (from + good) & 1) == 1)
			good++;
		while (from + bad < n && from + bad < 64 && (said->good >> (from + bad) & 1) == 0)
			bad++;
		if (good >= t->rise || bad >= t->fall)
			return good < t->rise;
	}
	if (t->initial != VRRP_SCRIPT_UNKNOWN || n == 0)
		return t->initial == VRRP_SCRIPT_DOWN;
	return (said->good >> (n - 1) & 1) == 0;
}

/* How much is down. */
static int64_t is_down(const struct oracle *o, const struct host *h, const struct watch_track *t)
{
	const struct host_track *file;
	int64_t down = 0;

	switch ((enum vrrp_track_type)t->source.type) {
	case VRRP_TRACK_INTERFACE:
		down = !interface_is_up(h, &t->source);
		break;
	case VRRP_TRACK_ROUTER:
		down = !router_is_active(o, h, t->source.router);
		break;
	case VRRP_TRACK_SCRIPT:
		down = script_is_down(h, &t->source);
		break;
	case VRRP_TRACK_FILE:
		file = host_track(h, t->source.name);
		down = file ? file->value : t->source.missing;
		break;
	}
	if (t->invert)
		down = down == 0 ? 1 : 0;
	return down;
}

/* What the priority must be, and whether the router must not run. */
static int must_be(const struct oracle *o, const struct host *h, const struct watch *wt,
		   bool *fault)
{
	int64_t sum = wt->configured;

	*fault = false;
	for (unsigned i = 0; i < wt->n_tracks; i++) {
		int64_t down = is_down(o, h, &wt->track[i]), add = down * wt->track[i].weight;

		if (wt->track[i].weight == 0)
			*fault |= down != 0;
		else if (wt->configured == 255)
			continue;
		else if (add <= -254)
			*fault = true;
		else
			sum += add > 253 ? 253 : add;
	}
	if (wt->configured != 255)
		sum = sum > 254 ? 254 : sum < 1 ? 1 : sum;
	return (int)sum;
}

/* Members of a sync group all have the lowest, and the fault of one is that of all. */
static int group_must_be(struct oracle *o, const struct host *h, const struct watch *wt,
			 bool *fault)
{
	int lowest = must_be(o, h, wt, fault);

	for (struct watch *w = NULL; (w = group_next(&o->host[h->id], wt, w));) {
		bool of_one;
		int one = must_be(o, h, w, &of_one);

		lowest = one < lowest ? one : lowest;
		*fault |= of_one;
	}
	return lowest;
}

void track_follow(struct oracle *o, const struct host *h, struct watch *wt,
		  const struct vrrp *core)
{
	struct vrrp_ref_cf cf = wt->ref.cf;

	if (wt->n_tracks == 0 && !*wt->group && core->params.priority != wt->configured)
		judge(o, RULE_TRACK, false, "%s %s has priority %u without a tracker", h->name,
		      wt->name, core->params.priority);
	/* What a tracker ends or lets start may be long after what the scenario did. */
	if ((wt->n_tracks > 0 || *wt->group) &&
	    (core->state == VRRP_INITIALIZE) != (wt->state == VRRP_INITIALIZE))
		world_disturbed(o->w);
	if (core->params.priority == cf.priority)
		return;
	cf.priority = core->params.priority;
	vrrp_ref_configure(&wt->ref, host_now(h).ns, &cf);
	o->host[h->id].dirty = true;
	world_disturbed(o->w);
}

/* At the end of an instant in which something changed: unless something is still under way. */
void track_check(struct oracle *o, const struct host *h, const struct watch *wt)
{
	const struct vrrp *core = real(h, &o->host[h->id], wt);
	bool fault;
	int priority;

	for (unsigned i = 0; i < wt->n_tracks; i++)
		if (wt->track[i].source.up_delay.ns + wt->track[i].source.down_delay.ns > 0)
			return; /* what counts lags behind: the scenario says by how much */
	if ((wt->n_tracks == 0 && !*wt->group) || h->late.ns > 0 || h->kern.delay.ns > 0 ||
	    h->kern.n_requests > 0)
		return;
	priority = group_must_be(o, h, wt, &fault);
	judge(o, RULE_TRACK, core->params.priority == priority,
	      "%s %s has priority %u, its trackers say %d", h->name, wt->name,
	      core->params.priority, priority);
	judge(o, RULE_TRACK, !fault || core->state == VRRP_INITIALIZE,
	      "%s %s runs although something it tracks is down", h->name, wt->name);
}
