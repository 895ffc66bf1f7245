/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrp_plan.h"

static bool is_there(const struct vrrp_plan *p)
{
	return p->have == PLAN_THERE || p->have == PLAN_STALE;
}

static enum plan_ask ask(struct vrrp_plan *p, enum plan_ask what)
{
	p->pending = what == PLAN_ADD ? PLAN_ADDING : PLAN_REMOVING;
	return what;
}

enum plan_ask plan_next(struct vrrp_plan *p, bool wanted, mono_t now)
{
	bool remove = is_there(p) && (!wanted || p->have == PLAN_STALE);

	/* One that is still being added must not come after it is not wanted any more. */
	if (p->pending == PLAN_ADDING && !wanted)
		return ask(p, PLAN_REMOVE);
	if (p->pending != PLAN_IDLE || (!remove && (!wanted || p->have != PLAN_ABSENT)))
		return PLAN_NOTHING;
	if (mono_before(now, p->retry_at))
		return PLAN_LATER;
	return ask(p, remove ? PLAN_REMOVE : PLAN_ADD);
}

void plan_reported(struct vrrp_plan *p, enum plan_have have, bool whole)
{
	bool was_there = is_there(p), was_unknown = p->have == PLAN_UNKNOWN;
	bool lost = was_there || (p->pending == PLAN_ADDING && !whole);

	p->have = (uint8_t)have;
	p->seen = true;
	if (have == PLAN_ABSENT) {
		p->leftover = false;
		p->gone |= lost && p->pending != PLAN_REMOVING;
		/* What was added and has gone again is not being added any more. */
		if (p->pending == PLAN_REMOVING || !whole)
			p->pending = PLAN_IDLE;
		return;
	}
	p->leftover |= was_unknown;
	p->gone = false;
	if (p->pending == PLAN_ADDING)
		p->pending = PLAN_IDLE;
	if (have == PLAN_THERE)
		plan_forget_refusals(p);
}

static void fail(struct vrrp_plan *p, bool add, mono_t now)
{
	span_t wait = PLAN_RETRY;

	p->pending = PLAN_IDLE;
	for (unsigned i = 0; add && i < p->failures && wait.ns < PLAN_RETRY_MAX.ns; i++)
		wait = span_mul(wait, 2);
	p->failures = (uint8_t)(p->failures + (add && p->failures < UINT8_MAX));
	p->retry_at = mono_add(now, wait);
}

bool plan_failed(struct vrrp_plan *p, bool add, mono_t now)
{
	if (p->pending != (add ? PLAN_ADDING : PLAN_REMOVING))
		return false;
	fail(p, add, now);
	return true;
}

void plan_report_begins(struct vrrp_plan *p)
{
	p->seen = p->waits = false;
}

bool plan_report_ends(struct vrrp_plan *p, mono_t now)
{
	bool adding, removing;

	if (!p->seen)
		plan_reported(p, PLAN_ABSENT, true);
	adding = p->pending == PLAN_ADDING && !p->waits;
	removing = p->pending == PLAN_REMOVING;
	if (!adding && !removing)
		return false;
	fail(p, adding, now);
	return true;
}

bool plan_gone(struct vrrp_plan *p)
{
	bool gone = p->gone && p->have == PLAN_ABSENT;

	p->gone = false;
	return gone;
}

mono_t plan_back_off(mono_t *budget, mono_t now)
{
	span_t burst = span_mul(PLAN_REMOVALS_EVERY, PLAN_REMOVALS_BURST - 1);
	span_t most = span_add(burst, PLAN_REMOVALS_EVERY);
	span_t used = span_min(mono_since(*budget, now), most);

	*budget = mono_add(mono_add(now, used), PLAN_REMOVALS_EVERY);
	return mono_add(now, SPAN_NS(used.ns > burst.ns ? used.ns - burst.ns : 0));
}

bool plan_put_back(struct vrrp_plan *p, mono_t now)
{
	p->retry_at = plan_back_off(&p->budget, now);
	return mono_due(p->retry_at, now);
}

void plan_forget_refusals(struct vrrp_plan *p)
{
	p->failures = 0;
	p->retry_at = (mono_t){ 0 };
}

bool plan_settled(const struct vrrp_plan *p)
{
	return p->have == PLAN_ABSENT && p->pending == PLAN_IDLE;
}
