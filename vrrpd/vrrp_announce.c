/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrp_announce.h"

#include "check.h"

enum { RANKS = 256 }; /* addresses of a router, at most */

#define SECOND         SPAN_S(1)
#define BETWEEN_STARTS SECOND     /* of an address */
#define PATIENCE       SPAN_S(10) /* of a repetition with first words that come after it */

/* ---- the queue ---------------------------------------------------------------------------- */

void vrrp_announcer_init(struct vrrp_announcer *q, struct vrrp_announce *addr,
			 struct dlheap_slot *slot, uint32_t *where, uint32_t n, uint32_t rate,
			 uint32_t burst)
{
	CHECK(rate > 0 && burst > 0);
	*q = (struct vrrp_announcer){ .addr = addr, .n = n };
	q->gap = SPAN_NS((SECOND.ns + rate - 1) / rate);
	q->credit = span_mul(q->gap, burst - 1);
	dlheap_init(&q->waiting, slot, where, n);
	dlheap_init(&q->ready, slot + n, where + n, n);
	for (uint32_t i = 0; i < n; i++)
		addr[i] = (struct vrrp_announce){ .at = MONO_NEVER };
}

void vrrp_announcer_keep(struct vrrp_announcer *q, mono_t now, const struct vrrp_announcer *was)
{
	uint64_t said = (mono_since(was->paid_until, now).ns + was->gap.ns - 1) / was->gap.ns;
	uint64_t most = q->credit.ns / q->gap.ns + 1;

	if (said > 0)
		q->paid_until = mono_add(now, SPAN_NS((said < most ? said : most) * q->gap.ns));
}

/* When the pace lets the next announcement go. */
static mono_t open_at(const struct vrrp_announcer *q)
{
	return (mono_t){ mono_since(q->paid_until, (mono_t){ q->credit.ns }).ns };
}

/*
 * The place of an address in the queue, an instant: when it was due. But with its first word, later
 * by a step of the pace for each address of its router that is before it, so that a router of many
 * addresses does not go before one of few; and with another, later than any first word due then.
 */
static mono_t turn_of(const struct vrrp_announcer *q, const struct vrrp_announce *a)
{
	bool first = a->phase == VRRP_ANNOUNCE_FIRST && !a->begun;
	mono_t turn = mono_add(a->at, span_mul(q->gap, first ? a->rank : RANKS));

	return mono_min(first ? turn : mono_add(turn, PATIENCE), (mono_t){ MONO_NEVER.ns - 1 });
}

static void requeue(struct vrrp_announcer *q, uint32_t i)
{
	dlheap_set(&q->ready, i, MONO_NEVER);
	dlheap_set(&q->waiting, i, q->addr[i].at);
}

static void look_for_due(struct vrrp_announcer *q, mono_t now)
{
	while (mono_due(dlheap_next(&q->waiting), now)) {
		uint32_t i = dlheap_top(&q->waiting);

		dlheap_set(&q->waiting, i, MONO_NEVER);
		dlheap_set(&q->ready, i, turn_of(q, &q->addr[i]));
	}
}

/* ---- an address --------------------------------------------------------------------------- */

static void begin(struct vrrp_announcer *q, uint32_t i, mono_t at)
{
	struct vrrp_announce *a = &q->addr[i];

	a->at = at;
	a->phase = VRRP_ANNOUNCE_FIRST;
	a->left = a->params->repeat;
	a->begun = false;
	a->second = a->params->delay.ns > 0;
	requeue(q, i);
}

void vrrp_announce_start(struct vrrp_announcer *q, uint32_t i, mono_t now)
{
	const struct vrrp_announce *a = &q->addr[i];

	if (a->phase != VRRP_ANNOUNCE_FIRST || a->begun || mono_before(now, a->at))
		begin(q, i, now);
}

void vrrp_announce_again(struct vrrp_announcer *q, uint32_t i, mono_t now)
{
	const struct vrrp_announce *a = &q->addr[i];

	if (a->phase == VRRP_ANNOUNCE_FIRST)
		return;
	begin(q, i, a->known ? mono_max(now, mono_add(a->begun_at, BETWEEN_STARTS)) : now);
}

static void go_quiet(struct vrrp_announce *a)
{
	a->at = MONO_NEVER;
	a->phase = VRRP_ANNOUNCE_QUIET;
	a->begun = a->second = false;
}

/* What comes after a burst, not before `soonest`. */
static void plan(struct vrrp_announce *a, mono_t soonest)
{
	const struct vrrp_announce_params *p = a->params;
	mono_t second = MONO_NEVER, refresh = MONO_NEVER;

	if (a->second)
		second = mono_max(mono_add(a->begun_at, p->delay), soonest);
	if (p->refresh.ns > 0)
		refresh = mono_max(mono_add(a->spoke_at, p->refresh), soonest);
	a->begun = false;
	if (a->second && !mono_before(refresh, second)) {
		a->at = second;
		a->phase = VRRP_ANNOUNCE_SECOND;
		a->left = p->repeat;
		a->second = false;
	} else if (p->refresh.ns > 0) {
		a->at = refresh;
		a->phase = VRRP_ANNOUNCE_REFRESH;
		a->left = p->refresh_repeat;
	} else {
		go_quiet(a);
	}
}

void vrrp_announce_renew(struct vrrp_announcer *q, uint32_t i, mono_t now)
{
	struct vrrp_announce *a = &q->addr[i];
	mono_t soonest = mono_min(mono_add(now, a->params->interval), a->at);

	if (a->phase != VRRP_ANNOUNCE_QUIET && (a->phase != VRRP_ANNOUNCE_REFRESH || a->begun))
		return;
	if (!a->known)
		a->begun_at = a->spoke_at = now;
	a->known = true;
	plan(a, soonest);
	requeue(q, i);
}

void vrrp_announce_pause(struct vrrp_announcer *q, uint32_t i)
{
	go_quiet(&q->addr[i]);
	requeue(q, i);
}

void vrrp_announce_stop(struct vrrp_announcer *q, uint32_t i)
{
	vrrp_announce_pause(q, i);
	q->addr[i].known = false;
}

void vrrp_announce_keep(struct vrrp_announcer *q, uint32_t i, const struct vrrp_announce *was)
{
	struct vrrp_announce *a = &q->addr[i];
	const struct vrrp_announce_params *params = a->params;
	uint8_t rank = a->rank;

	*a = *was;
	a->params = params;
	a->rank = rank;
	requeue(q, i);
}

static void on_said(struct vrrp_announce *a, mono_t now)
{
	mono_t soonest = mono_add(now, a->params->interval);

	if (!a->begun) {
		a->begun = true;
		a->spoke_at = now;
		if (a->phase == VRRP_ANNOUNCE_FIRST) {
			a->begun_at = now;
			a->known = true;
		}
	}
	if (--a->left > 0)
		a->at = soonest;
	else
		plan(a, soonest);
}

bool vrrp_announce_next(struct vrrp_announcer *q, mono_t now, uint32_t *i, bool *paced)
{
	struct vrrp_announce *a;

	look_for_due(q, now);
	if (q->ready.n == 0 || mono_before(now, open_at(q)))
		return false;
	*i = dlheap_top(&q->ready);
	a = &q->addr[*i];
	*paced = mono_before(a->at, open_at(q));
	q->paid_until = mono_add(mono_max(q->paid_until, now), q->gap);
	on_said(a, now);
	requeue(q, *i);
	return true;
}

mono_t vrrp_announce_deadline(const struct vrrp_announcer *q)
{
	if (q->ready.n > 0)
		return open_at(q);
	return mono_max(dlheap_next(&q->waiting), open_at(q));
}
