/* SPDX-License-Identifier: BSD-2-Clause */
/* Sync groups: the decision. Why it is as it is stands in vrrp_group.h. */
#include "vrrp_group.h"

#include "vrrp_wire.h"

/* A Backup that is one because of somebody else's advert. One of lower priority that it puts up
 * with for its preempt_delay is not followed. A frozen one that steps down has been replaced. */
static bool follows(const struct vrrp *r)
{
	bool preempts = r->params.preempt || r->params.priority == VRRP_PRIORITY_OWNER;

	if (r->why == VRRP_WHY_STALLED && !ip_is_set(&r->active))
		return true;
	return ip_is_set(&r->active) && !(preempts && r->active_priority < r->params.priority);
}

void vrrp_group_add(struct vrrp_group_view *v, uint32_t who, const struct vrrp *r,
		    enum vrrp_group_can can)
{
	v->n++;
	v->in[r->state]++;
	v->can[can]++;
	if (can == VRRP_GROUP_CANNOT)
		v->cannot_who = who;
	if (r->state != VRRP_BACKUP)
		return;
	if (r->waits) {
		v->wait++;
	} else if (follows(r)) {
		v->follows++;
		v->follows_who = who;
	}
}

enum vrrp_group_move vrrp_group_decide(const struct vrrp_group_view *v, uint32_t *who)
{
	uint32_t running = v->n - v->in[VRRP_INITIALIZE];

	if (v->can[VRRP_GROUP_CANNOT] > 0) {
		*who = v->cannot_who;
		return running > 0 ? VRRP_GROUP_STOP : VRRP_GROUP_REST;
	}
	if (v->in[VRRP_INITIALIZE] > 0 && v->can[VRRP_GROUP_UNKNOWN] == 0)
		return VRRP_GROUP_START;
	if (v->in[VRRP_ACTIVE] > 0 && v->follows > 0) {
		*who = v->follows_who;
		return VRRP_GROUP_YIELD;
	}
	if (v->in[VRRP_INITIALIZE] == 0 && v->wait > 0 && v->wait == v->in[VRRP_BACKUP])
		return VRRP_GROUP_PROMOTE;
	return VRRP_GROUP_REST;
}

enum vrrp_state vrrp_group_state(const struct vrrp_group_view *v)
{
	return v->in[VRRP_ACTIVE] > 0 ? VRRP_ACTIVE :
	       v->in[VRRP_BACKUP] > 0 ? VRRP_BACKUP : VRRP_INITIALIZE;
}

int vrrp_group_order(const struct vrrp_group_key *a, const struct vrrp_group_key *b)
{
	return a->vrid != b->vrid ? a->vrid - b->vrid : ip_cmp(&a->lowest, &b->lowest);
}

bool vrrp_group_stands(struct vrrp_group_tie *t, mono_t at, uint32_t rank, span_t patience)
{
	if (mono_due(t->until, at))
		t->since = at;
	t->until = mono_add(at, patience);
	return mono_since(at, t->since).ns < span_mul(patience, rank).ns;
}
