/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sync groups: that the members of one are in one state after every call into the daemon, and that
 * in the end every group that could be Active is.
 *
 * What makes the members follow each other is told to the models here, from the words of the
 * manual: each model is a router by itself.
 */
#include <string.h>

#include "oracle_state.h"

/* ---- what a group is ---------------------------------------------------------------------- */

static uint64_t print(uint64_t h, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < len; i++)
		h = (h ^ p[i]) * UINT64_C(0x100000001b3);
	return h;
}

static uint64_t print_uses(uint64_t h, const struct cf_model *m, struct cf_list list)
{
	for (uint32_t i = 0; i < list.n; i++) {
		const struct vrrp_cf_use *use = cf_at(m, list, sizeof *use, i);

		h = print(h, use->ref, strlen(use->ref) + 1);
		h = print(h, &use->on_down, sizeof use->on_down);
	}
	return h;
}

static const struct vrrp_cf_group *group_in(const struct vrrp_cf_instance *cf,
					    const struct cf_model *m, const struct vrrp_cf *vrrp)
{
	for (uint32_t i = 0; i < vrrp->sync_groups.n; i++) {
		const struct vrrp_cf_group *g = vrrp_cf_group(m, vrrp, i);

		for (uint32_t k = 0; k < g->members.n; k++)
			if (strcmp(vrrp_cf_member(m, g, k)->name, cf->name) == 0)
				return g;
	}
	return NULL;
}

/* What may make a difference to a member. */
static uint64_t print_group(const struct vrrp_cf_group *g, const struct cf_model *m,
			    const struct vrrp_cf *vrrp)
{
	uint64_t h = print_uses(1, m, g->tracks);

	for (uint32_t i = 0; i < vrrp->instances.n; i++) {
		const struct vrrp_cf_instance *cf = vrrp_cf_instance(m, vrrp, i);

		if (group_in(cf, m, vrrp) != g)
			continue;
		h = print(h, cf->name, strlen(cf->name) + 1);
		h = print(h, &cf->priority, 1);
		h = print_uses(h, m, cf->tracks);
	}
	return h;
}

bool group_same(const struct watch *wt, const struct vrrp_cf_instance *cf,
		const struct cf_model *m, const struct vrrp_cf *vrrp)
{
	const struct vrrp_cf_group *g = group_in(cf, m, vrrp);

	return g ? strcmp(g->name, wt->group) == 0 && print_group(g, m, vrrp) == wt->group_print
		 : *wt->group == '\0';
}

void group_configure(struct watch *wt, const struct vrrp_cf_instance *cf,
		     const struct cf_model *m, const struct vrrp_cf *vrrp)
{
	const struct vrrp_cf_group *g = group_in(cf, m, vrrp);

	if (!group_same(wt, cf, m, vrrp))
		wt->was_out = true; /* what is due now may have been so for long */
	if (!g || strcmp(g->name, wt->group) != 0)
		wt->joined = false;
	memset(wt->group, 0, sizeof wt->group);
	if (g)
		memcpy(wt->group, g->name, sizeof wt->group);
	wt->group_print = g ? print_group(g, m, vrrp) : 0;
}

struct watch *group_next(struct watched_host *wh, const struct watch *of, struct watch *wt)
{
	for (wt = wt ? wt + 1 : wh->watch; *of->group && wt < wh->watch + wh->n; wt++)
		if (strcmp(wt->group, of->group) == 0)
			return wt;
	return NULL;
}

/* ---- the models --------------------------------------------------------------------------- */

/* Which of the members has its say before this one: by VRID, then by family and the lowest
 * address. */
static const uint8_t *lowest(const struct watch *wt)
{
	size_t len = ip_len(wt->family);
	const uint8_t *best = wt->ref_addrs;

	for (unsigned i = 1; i < wt->ref.cf.n_addrs; i++)
		if (memcmp(wt->ref_addrs + i * len, best, len) < 0)
			best = wt->ref_addrs + i * len;
	return best;
}

static bool is_before(const struct watch *a, const struct watch *b)
{
	if (a->vrid != b->vrid)
		return a->vrid < b->vrid;
	if (a->family != b->family)
		return a->family < b->family;
	return memcmp(lowest(a), lowest(b), ip_len(a->family)) < 0;
}

void group_hears(struct oracle *o, struct host *h, struct watch *wt, uint8_t priority,
		 uint32_t interval_cs, const struct ip_addr *src)
{
	const struct vrrp_ref_cf *cf = &wt->ref.cf;
	uint64_t part = 256u - cf->priority, patience, rank = 0;

	wt->ref.cf.stand = false;
	if (!*wt->group || wt->ref.state != VRRP_REF_ACTIVE || priority != cf->priority ||
	    memcmp(src->b, cf->source, ip_len(wt->family)) <= 0)
		return;
	patience = UINT64_C(30000000) * interval_cs;
	patience += part * (cf->version == 2 ? 1000000000 : interval_cs * UINT64_C(10000000)) / 256;
	for (struct watch *w = NULL; (w = group_next(&o->host[h->id], wt, w));)
		rank += is_before(w, wt);
	if (wt->duel_until.ns <= o->rx_at.ns)
		wt->duel_at = o->rx_at;
	wt->duel_until = mono_add(o->rx_at, SPAN_NS(patience));
	wt->ref.cf.stand = o->rx_at.ns - wt->duel_at.ns < rank * patience;
}

/* What the model did is more than it did before in this call. Nothing can be sent where the daemon
 * has not heard yet, having been frozen, that the interface is gone or another. */
static void also(const struct host *h, struct watch *wt, const struct vrrp_ref_out *out)
{
	const struct kern_iface *iface = kern_iface_by_name((struct kern *)&h->kern, wt->iface);

	if (!iface || !iface->listening[wt->family == IP_V6])
		return;
	for (unsigned i = 0; i < out->n_adverts && wt->expected.n_adverts < 4; i++)
		wt->expected.advert_priority[wt->expected.n_adverts++] = out->advert_priority[i];
}

/* One gave way: the others do too, after what is due. */
static void give_way(struct oracle *o, struct host *h, const struct watch *but, uint64_t local)
{
	struct vrrp_ref_out out;

	for (struct watch *w = NULL; (w = group_next(&o->host[h->id], but, w));) {
		if (w == but || w->ref.state != VRRP_REF_ACTIVE)
			continue;
		if (vrrp_ref_deadline(&w->ref) <= local) {
			vrrp_ref_timer(&w->ref, local, &out);
			also(h, w, &out);
		}
		if (w->ref.state != VRRP_REF_ACTIVE)
			continue;
		vrrp_ref_yield(&w->ref, local, &out);
		also(h, w, &out);
	}
}

void group_heard(struct oracle *o, struct host *h, struct watch *wt, enum vrrp_ref_state was,
		 uint8_t priority)
{
	bool lost = was == VRRP_REF_ACTIVE && wt->ref.state == VRRP_REF_BACKUP;
	bool preempts = wt->ref.cf.preempt || wt->ref.cf.priority == 255;
	bool follows = priority > 0 && (priority >= wt->ref.cf.priority || !preempts);

	if (lost || (was == VRRP_REF_BACKUP && follows))
		give_way(o, h, wt, o->rx_at.ns);
}

void group_wait(struct watched_host *wh, uint64_t local)
{
	struct vrrp_ref_out out;

	for (uint32_t i = 0; i < wh->n; i++)
		if (*wh->watch[i].group)
			vrrp_ref_wait(&wh->watch[i].ref, local, &out);
}

bool group_may(struct watched_host *wh, struct watch *wt)
{
	for (struct watch *w = NULL; (w = group_next(wh, wt, w));)
		if (w->ref.state == VRRP_REF_INITIALIZE ||
		    (w->ref.state == VRRP_REF_BACKUP && !w->ref.noted))
			return false;
	return true;
}

void group_timed(struct oracle *o, struct host *h, struct watch *wt, enum vrrp_ref_state was,
		 uint64_t local)
{
	if (was == VRRP_REF_ACTIVE && wt->ref.state == VRRP_REF_BACKUP)
		give_way(o, h, wt, local);
}

/* A reload may bring members together that stand apart, or take away the one that was waited for.
 */
void group_follow(struct oracle *o, struct host *h, struct watch *wt, const struct vrrp *core)
{
	uint64_t local = host_now(h).ns;
	struct vrrp_ref_out out;

	if (!*wt->group || o->context != CONTEXT_NONE)
		return;
	if (core->state == VRRP_BACKUP && wt->ref.state == VRRP_REF_ACTIVE &&
	    core->why == VRRP_WHY_GROUP_YIELD) {
		vrrp_ref_yield(&wt->ref, local, &out);
		also(h, wt, &out);
	} else if (core->state == VRRP_ACTIVE && wt->ref.state == VRRP_REF_BACKUP &&
		   vrrp_ref_deadline(&wt->ref) <= local) {
		vrrp_ref_timer(&wt->ref, local, &out);
		also(h, wt, &out);
	}
}

/* ---- after every call --------------------------------------------------------------------- */

static bool is_first(struct watched_host *wh, const struct watch *wt)
{
	return *wt->group && group_next(wh, wt, NULL) == wt;
}

static void judge_one(struct oracle *o, struct host *h, struct watched_host *wh, struct watch *of)
{
	const struct watch *joined = NULL;
	bool all_alike = true;

	for (struct watch *w = NULL; (w = group_next(wh, of, w));) {
		all_alike &= w->state == of->state;
		if (!w->joined)
			continue;
		if (joined)
			judge(o, RULE_GROUP, w->state == joined->state,
			      "%s: of the group %s %s is %s and %s is %s", h->name, of->group,
			      joined->name, vrrp_state_name(joined->state), w->name,
			      vrrp_state_name(w->state));
		joined = w;
	}
	for (struct watch *w = NULL; all_alike && (w = group_next(wh, of, w));)
		w->joined = true;
}

/* What the daemon says of the group to others. */
static void judge_accessor(struct oracle *o, struct host *h, struct watched_host *wh,
			   const struct watch *of)
{
	uint32_t i = vrrpd_group_of(h->d, (uint32_t)(of - wh->watch));
	enum vrrp_state highest = VRRP_INITIALIZE;

	for (struct watch *w = NULL; (w = group_next(wh, of, w));)
		highest = w->state > highest ? w->state : highest;
	judge(o, RULE_GROUP,
	      i < vrrpd_groups(h->d) && strcmp(vrrpd_group(h->d, i).name, of->group) == 0 &&
		      vrrpd_group(h->d, i).state == highest,
	      "%s: the group %s is not said to be %s", h->name, of->group,
	      vrrp_state_name(highest));
}

void group_judge(struct oracle *o, struct host *h)
{
	struct watched_host *wh = &o->host[h->id];

	for (uint32_t i = 0; i < wh->n; i++)
		if (is_first(wh, &wh->watch[i])) {
			judge_one(o, h, wh, &wh->watch[i]);
			judge_accessor(o, h, wh, &wh->watch[i]);
		}
}

/* ---- when all is quiet -------------------------------------------------------------------- */

/* What a member hears: the highest priority, 0 for nobody; whether it has to give way to it. */
struct heard {
	unsigned priority;
	bool yields;
	bool unsure; /* somebody there does not run as he seems to */
};

static void listen_at(struct oracle *o, struct host *h, struct watch *wt, struct heard *heard)
{
	const struct world_port *port = port_of(h, wt);
	struct member m[WORLD_HOSTS_MAX], me = { h, wt, port };
	unsigned n;

	if (!port) {
		heard->unsure = true;
		return;
	}
	n = members(o, port->link, wt->family, wt->vrid, m);
	heard->unsure |= !all_run(m, n) || wt->ref.cf.n_peers > 0;
	for (unsigned i = 0; i < n; i++) {
		const struct vrrp_ref_cf *cf = &m[i].wt->ref.cf;
		int tie = memcmp(cf->source, wt->ref.cf.source, 16);

		if (m[i].wt == wt || m[i].wt->state != VRRP_ACTIVE ||
		    !hears(port->link, &m[i], &me))
			continue;
		heard->priority = cf->priority > heard->priority ? cf->priority : heard->priority;
		heard->yields |= cf->priority > wt->ref.cf.priority ||
				 (cf->priority == wt->ref.cf.priority && tie > 0);
	}
}

/* One that is Active has nobody above it; one that is not hears somebody who keeps it from being
 * so, at one of its members: and who preempts is kept by nobody lower. */
static void judge_quiet(struct oracle *o, struct host *h, struct watched_host *wh,
			struct watch *of)
{
	bool preempts = true, alike = true;
	struct heard heard = { 0 };

	for (struct watch *w = NULL; (w = group_next(wh, of, w));) {
		listen_at(o, h, w, &heard);
		preempts &= w->ref.cf.preempt;
		alike &= w->state == of->state;
	}
	if (heard.unsure)
		return;
	judge(o, RULE_GROUP, alike, "%s: the members of %s stay apart", h->name, of->group);
	if (of->state == VRRP_ACTIVE)
		judge(o, RULE_V12, !heard.yields, "%s %s stays Active beside a higher one", h->name,
		      of->group);
	if (of->state != VRRP_BACKUP)
		return;
	judge(o, RULE_V12, heard.priority > 0, "%s %s is not Active and hears nobody", h->name,
	      of->group);
	if (preempts && heard.priority > 0)
		judge(o, RULE_V11, heard.priority >= of->ref.cf.priority,
		      "%s %s is not Active and hears nobody higher", h->name, of->group);
}

void group_quiet(struct oracle *o)
{
	for (uint32_t i = 0; i < o->w->n_hosts; i++) {
		struct watched_host *wh = &o->host[i];

		for (uint32_t k = 0; o->w->host[i]->daemon == DAEMON_RUNNING && k < wh->n; k++)
			if (is_first(wh, &wh->watch[k]))
				judge_quiet(o, o->w->host[i], wh, &wh->watch[k]);
	}
}
