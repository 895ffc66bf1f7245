/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sync groups in the daemon. Whenever a member has stepped, its timer has run out, or what it needs
 * has changed, vrrp_group.c is asked what the group is to do, and all members do it before the call
 * into the daemon returns: so nobody outside sees one half of it.
 *
 * A member whose timer has run out is told to wait: it stays a Backup that is due. It leaves the
 * queue of deadlines until it steps again, and whichever is the last to be due wakes all.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "vrrpd_state.h"

enum { ROUNDS_MAX = 8 }; /* a decision leads to at most two more */

/* ---- building ----------------------------------------------------------------------------- */

void free_groups(struct setup *s)
{
	free(s->group);
	free(s->member);
}

static struct vrrp_group_key key_of(const struct vr *vr)
{
	return (struct vrrp_group_key){ vr->cf.vrid, vr->sorted[0] };
}

static void build_group(struct setup *s, uint32_t i, const struct cf_model *m,
			const struct vrrp_cf_group *cf)
{
	struct group *g = &s->group[i];

	memcpy(g->name, cf->name, sizeof g->name);
	for (uint32_t k = 0; k < cf->members.n; k++) {
		g->member[g->n++] = vrrp_cf_member(m, cf, k)->instance;
		s->vr[g->member[k]].group = i;
	}
	for (uint32_t k = 0; k < g->n; k++)
		for (uint32_t j = 0; j < g->n; j++) {
			struct vr *vr = &s->vr[g->member[k]];
			struct vrrp_group_key a = key_of(&s->vr[g->member[j]]), b = key_of(vr);
			int order = vrrp_group_order(&a, &b);

			vr->rank += order < 0 || (order == 0 && j < k);
		}
}

bool setup_groups(struct setup *s, const struct cf_model *m, const struct vrrp_cf *vrrp)
{
	uint32_t n = vrrp->sync_groups.n, members = 0;

	for (uint32_t i = 0; i < n; i++)
		members += vrrp_cf_group(m, vrrp, i)->members.n;
	/* With room for one more, so that none is not no memory. */
	s->group = calloc((size_t)n + 1, sizeof *s->group);
	s->member = calloc((size_t)members + 1, sizeof *s->member);
	if (!s->group || !s->member)
		return false;
	s->n_groups = n;
	members = 0;
	for (uint32_t i = 0; i < n; i++) {
		s->group[i].member = s->member + members;
		build_group(s, i, m, vrrp_cf_group(m, vrrp, i));
		members += s->group[i].n;
	}
	return true;
}

/* What the members can is looked for anew; those that run can. The state of a group is that of
 * before, until its members are in another: the log then says so. */
void keep_groups(struct setup *to, const struct setup *from)
{
	for (uint32_t i = 0; i < to->n_groups; i++) {
		struct group *g = &to->group[i];

		g->changed = true;
		for (uint32_t k = 0; k < g->n; k++) {
			struct vr *vr = &to->vr[g->member[k]];

			if (vr->core.state != VRRP_INITIALIZE)
				vr->can = VRRP_GROUP_CAN;
		}
		for (uint32_t k = 0; k < from->n_groups; k++)
			if (strcmp(g->name, from->group[k].name) == 0) {
				g->state = from->group[k].state;
				g->why = from->group[k].why;
				memcpy(g->cause, from->group[k].cause, sizeof g->cause);
			}
	}
}

bool group_reprice(struct vrrpd *d, struct group *g)
{
	uint8_t lowest = UINT8_MAX, was = g->priority;

	for (uint32_t i = 0; i < g->n; i++) {
		uint8_t priority = d->s.vr[g->member[i]].tracked.priority;

		lowest = priority < lowest ? priority : lowest;
	}
	g->priority = lowest;
	return lowest != was;
}

void groups_begin(struct vrrpd *d, mono_t now)
{
	for (uint32_t i = 0; i < d->s.n_groups; i++) {
		struct group *g = &d->s.group[i];

		for (uint32_t k = 0; k < g->n; k++)
			vr_read_trackers(d, &d->s.vr[g->member[k]], now);
		group_reprice(d, g);
	}
}

/* ---- what is known of a member ------------------------------------------------------------ */

static void note(struct vrrpd *d, struct vr *vr, enum vrrp_why trouble, enum vrrp_group_can can)
{
	if (vr->can != can)
		group_of(d, vr)->changed = true;
	vr->trouble = trouble;
	vr->can = can;
}

/* What passes by itself when a router starts does not stop those that run. */
void vr_group_note(struct vrrpd *d, struct vr *vr, enum vrrp_why trouble)
{
	bool soon = trouble == VRRP_WHY_START_DELAY || trouble == VRRP_WHY_TRACKER_UNKNOWN;

	if (vr->group != NOT_FOUND)
		note(d, vr, trouble, trouble == VRRP_WHY_NONE ? VRRP_GROUP_CAN :
				 soon ? VRRP_GROUP_UNKNOWN : VRRP_GROUP_CANNOT);
}

/* One that runs does so on what was known last. */
static void note_unknown(struct vrrpd *d, struct vr *vr)
{
	if (vr->core.state == VRRP_INITIALIZE)
		note(d, vr, VRRP_WHY_NONE, VRRP_GROUP_UNKNOWN);
}

/* ---- moving ------------------------------------------------------------------------------- */

void vr_group_log(const struct vrrpd *d, const struct vr *vr, struct log_line *l,
		  enum vrrp_why why)
{
	const struct group *g = group_of(d, vr);

	if (!g)
		return;
	log_text(l, "group", g->name);
	if (why == VRRP_WHY_GROUP_FAULT || why == VRRP_WHY_GROUP_YIELD)
		log_text(l, "member", g->cause);
}

static void start_member(struct vrrpd *d, struct vr *vr, mono_t now)
{
	struct ip_addr source = pick_source(d, vr);

	if (!ip_is_set(&source)) { /* it has gone since, and is about to be looked at */
		vr_group_note(d, vr, VRRP_WHY_NO_SOURCE);
		return;
	}
	vr->obstacle = VRRP_WHY_NONE;
	vr_step(d, vr, now, &(struct vrrp_ev){ .kind = VRRP_EV_STARTUP, .startup = { source } });
}

static void stop_member(struct vrrpd *d, struct vr *vr, mono_t now)
{
	enum vrrp_why why = vr->trouble != VRRP_WHY_NONE ? vr->trouble :
			    d->stopping ? VRRP_WHY_STOP : VRRP_WHY_GROUP_FAULT;

	if (vr->core.state == VRRP_INITIALIZE)
		return;
	vr_stop(d, vr, now, why);
	if (why == VRRP_WHY_GROUP_FAULT)
		vr->obstacle = why; /* the line about its state has said it */
}

static void move_member(struct vrrpd *d, struct vr *vr, mono_t now, enum vrrp_group_move move)
{
	enum vrrp_state state = vr->core.state;

	switch (move) {
	case VRRP_GROUP_STOP:
		stop_member(d, vr, now);
		break;
	case VRRP_GROUP_START:
		if (state == VRRP_INITIALIZE)
			start_member(d, vr, now);
		break;
	case VRRP_GROUP_YIELD:
		/* What is due comes first, so that the order of two deadlines does not matter. */
		if (state == VRRP_ACTIVE && mono_due(vrrp_deadline(&vr->core), now))
			vr_run_timer(d, vr, now, false);
		if (vr->core.state == VRRP_ACTIVE)
			vr_step(d, vr, now, &(struct vrrp_ev){ .kind = VRRP_EV_YIELD,
				.yield = { VRRP_WHY_GROUP_YIELD } });
		break;
	case VRRP_GROUP_PROMOTE:
		if (state == VRRP_BACKUP)
			vr_run_timer(d, vr, now, false);
		break;
	case VRRP_GROUP_REST:
		break;
	}
}

static struct vrrp_group_view look(const struct vrrpd *d, const struct group *g)
{
	struct vrrp_group_view v = { 0 };

	for (uint32_t i = 0; i < g->n; i++) {
		const struct vr *vr = &d->s.vr[g->member[i]];

		vrrp_group_add(&v, g->member[i], &vr->core, vr->can);
	}
	return v;
}

static void log_group(struct vrrpd *d, const struct group *g, enum vrrp_state from)
{
	log_begin(&d->line, LOG_LEVEL_INFO, "group");
	log_text(&d->line, "group", g->name);
	log_text(&d->line, "from", vrrp_state_name(from));
	log_text(&d->line, "to", vrrp_state_name(g->state));
	log_text(&d->line, "why", vrrp_why_name(g->why));
	log_text(&d->line, "member", g->cause);
	log_uint(&d->line, "prio", g->priority);
	log_uint(&d->line, "members", g->n);
	vrrpd_log(d);
}

/* The member that is the reason: of a stop why it cannot run, else why it changed. */
static void set_cause(struct vrrpd *d, struct group *g, uint32_t who, bool stop)
{
	const struct vr *vr = &d->s.vr[who];

	g->why = stop ? vr->trouble : vr->core.why;
	memcpy(g->cause, vr->cf.name, sizeof g->cause);
}

/* One decision and what follows from it. */
static enum vrrp_group_move move_group(struct vrrpd *d, struct group *g, mono_t now, uint32_t who)
{
	struct vrrp_group_view v = look(d, g);
	enum vrrp_group_move move = vrrp_group_decide(&v, &who);
	bool stop = move == VRRP_GROUP_STOP;

	if (move == VRRP_GROUP_REST)
		return move;
	set_cause(d, g, who, stop); /* for the lines about the members... */
	for (uint32_t i = 0; i < g->n; i++)
		move_member(d, &d->s.vr[g->member[i]], now, move);
	set_cause(d, g, who, stop); /* ...and now that it has stepped itself */
	return move;
}

static void settle(struct vrrpd *d, struct vr *vr, mono_t now)
{
	struct group *g = group_of(d, vr);
	uint32_t who = (uint32_t)(vr - d->s.vr);
	struct vrrp_group_view v;
	enum vrrp_state from;
	unsigned rounds = 0;

	if (!g || g->moving || !g->changed || d->applying)
		return;
	g->moving = true;
	while (move_group(d, g, now, who) != VRRP_GROUP_REST)
		CHECK(++rounds < ROUNDS_MAX);
	g->moving = g->changed = false;
	v = look(d, g);
	from = g->state;
	g->state = vrrp_group_state(&v);
	if (g->state == from)
		return;
	if (rounds == 0)
		set_cause(d, g, who, false);
	log_group(d, g, from);
	group_hook(d, g);
}

void vr_group_stepped(struct vrrpd *d, struct vr *vr, mono_t now, enum vrrp_state from)
{
	struct group *g = group_of(d, vr);

	if (!g)
		return;
	/* One that has joined and now follows somebody changes nothing but the group. */
	if (vr->core.state != from || (vr->core.state == VRRP_BACKUP && g->state == VRRP_ACTIVE))
		g->changed = true;
	settle(d, vr, now);
}

/* All whose timer has run out are told so, each once; then it is seen whether that is all. */
void vr_group_due(struct vrrpd *d, struct vr *vr, mono_t now)
{
	struct group *g = group_of(d, vr);

	if (vr->core.waits || !mono_due(vrrp_deadline(&vr->core), now))
		return;
	g->moving = true;
	for (uint32_t i = 0; i < g->n; i++) {
		struct vr *member = &d->s.vr[g->member[i]];

		if (member->core.state == VRRP_BACKUP && !member->core.waits &&
		    mono_due(vrrp_deadline(&member->core), now))
			vr_run_timer(d, member, now, true);
	}
	g->moving = false;
	g->changed = true;
	settle(d, vr, now);
}

void groups_settle(struct vrrpd *d, mono_t now)
{
	for (uint32_t i = 0; i < d->s.n_groups; i++)
		settle(d, &d->s.vr[d->s.group[i].member[0]], now);
}

/* ---- looking at all of them --------------------------------------------------------------- */

const struct vr *vr_group_culprit(const struct vrrpd *d, const struct vr *vr)
{
	const struct group *g = group_of(d, vr);

	for (uint32_t i = 0; i < g->n; i++)
		if (d->s.vr[g->member[i]].can == VRRP_GROUP_CANNOT)
			return &d->s.vr[g->member[i]];
	return NULL;
}

/* What a member of a group needs, before anything follows from it: so that what has changed for
 * several is one event. */
static void look_at_member(struct vrrpd *d, struct vr *vr, mono_t now)
{
	struct ip_addr source;

	if (vr->group == NOT_FOUND)
		return;
	if (vr->iface_lost) {
		vr_group_note(d, vr, VRRP_WHY_NO_INTERFACE);
		return;
	}
	if (is_unknown(d, vr) && !d->stopping) {
		note_unknown(d, vr);
		return;
	}
	vr_track(d, vr, now);
	source = pick_source(d, vr);
	vr_group_note(d, vr, find_obstacle(d, vr, now, &source));
}

enum vrrp_why vr_group_evaluate(struct vrrpd *d, struct vr *vr, mono_t now,
				const struct ip_addr *source, enum vrrp_why obstacle)
{
	bool running = vr->core.state != VRRP_INITIALIZE;

	vr_group_note(d, vr, obstacle);
	settle(d, vr, now);
	if (running && vr->core.state == VRRP_INITIALIZE) {
		vr->check_at = MONO_NEVER; /* this is the look that a change of state asks for */
		obstacle = find_obstacle(d, vr, now, source);
		vr_group_note(d, vr, obstacle);
	}
	if (obstacle == VRRP_WHY_NONE && vr->core.state == VRRP_INITIALIZE &&
	    vr_group_culprit(d, vr))
		return VRRP_WHY_GROUP_FAULT;
	return obstacle;
}

void groups_evaluate(struct vrrpd *d, mono_t now)
{
	if (d->s.n_groups == 0)
		return;
	for (uint32_t i = 0; i < d->s.n; i++)
		if (d->all_changed || iface_of(d, &d->s.vr[i])->changed)
			look_at_member(d, &d->s.vr[i], now);
	for (uint32_t i = 0; i < d->s.n; i++)
		if (d->all_changed || iface_of(d, &d->s.vr[i])->changed)
			settle(d, &d->s.vr[i], now);
}

/* ---- what members do for each other ------------------------------------------------------- */

bool vr_group_stands(struct vrrpd *d, struct vr *vr, mono_t at, const struct ip_addr *src,
		     const struct vrrp_msg *msg)
{
	const struct vrrp_params *p = &vr->core.params;

	(void)d;
	if (vr->group == NOT_FOUND || vr->core.state != VRRP_ACTIVE ||
	    msg->priority != p->priority || ip_cmp(src, &vr->core.source) <= 0)
		return false;
	return vrrp_group_stands(&vr->tie, at, vr->rank,
				 vrrp_down_interval(p->version, p->priority, msg->interval_cs));
}

void vr_group_announce(struct vrrpd *d, struct vr *vr, mono_t now)
{
	const struct group *g = group_of(d, vr);

	for (uint32_t i = 0; g && i < g->n; i++) {
		struct vr *other = &d->s.vr[g->member[i]];

		if (other != vr && other->core.state == VRRP_ACTIVE)
			vr_announce_again(d, other, now);
	}
}

/* ---- looking at it ------------------------------------------------------------------------ */

uint32_t vrrpd_groups(const struct vrrpd *d)
{
	return d->s.n_groups;
}

struct vrrpd_group vrrpd_group(const struct vrrpd *d, uint32_t i)
{
	const struct group *g = &d->s.group[i];

	return (struct vrrpd_group){ .name = g->name, .n = g->n, .state = g->state, .why = g->why,
				     .cause = g->cause, .priority = g->priority };
}

uint32_t vrrpd_group_member(const struct vrrpd *d, uint32_t i, uint32_t k)
{
	return d->s.group[i].member[k];
}

uint32_t vrrpd_group_of(const struct vrrpd *d, uint32_t router)
{
	return d->s.vr[router].group;
}
