/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Announcements: that every address of an Active is announced, as often as it is to be, and again
 * after a heal; and that an interface says no more than it may.
 *
 * The pace is judged by a bucket that leaks, on the host's own clock: each announcement puts a gap
 * of time in, time takes it out, and more than `burst` gaps never are in it. Whatever window one
 * looks at then holds at most `burst` announcements and what the rate gives.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "oracle_state.h"

enum {
	AT_ONCE = 64, /* announcements that may be expected at the same instant */
	WATCH_BITS = 16,
};

#define SLACK SPAN_MS(1)

static uint64_t gap_of(const struct watched_host *wh)
{
	return 1000000000 / wh->garp_rate;
}

/* What is in the bucket of an interface now, in nanoseconds. */
static uint64_t level(const struct watched_host *wh, uint32_t iface, mono_t local)
{
	const struct pace *p = &wh->pace[iface];
	uint64_t passed = mono_since(local, p->at).ns;

	return p->level > passed ? p->level - passed : 0;
}

static uint32_t index_of(const struct host *h, const struct kern_iface *iface)
{
	return (uint32_t)(iface - h->kern.iface);
}

void announce_configure(struct watched_host *wh, const struct host *h, const struct vrrp_cf *vrrp)
{
	uint64_t was = wh->garp_rate > 0 ? gap_of(wh) : 0;

	if (wh->garp_rate == vrrp->garp_rate && wh->garp_burst == vrrp->garp_burst)
		return;
	wh->garp_rate = vrrp->garp_rate;
	wh->garp_burst = vrrp->garp_burst;
	for (uint32_t i = 0; i < KERN_IFACES_MAX; i++) {
		uint64_t said = was > 0 ? level(wh, i, host_now(h)) / was : 0;

		said = said < wh->garp_burst ? said : wh->garp_burst;
		wh->pace[i] = (struct pace){ host_now(h), said * gap_of(wh) };
	}
}

void announce_watch(struct watch *wt, bool same_addresses, uint32_t n)
{
	if (same_addresses)
		return;
	free(wt->told);
	wt->told = calloc(n + 1, sizeof *wt->told);
	CHECK(wt->told);
	wt->n_told = n;
	wt->untold = n;
	wt->told_whole = wt->state != VRRP_ACTIVE; /* or some may have been announced before */
}

/* Before the router is Active. */
void announce_forget(struct watch *wt)
{
	for (uint32_t i = 0; i < wt->n_told; i++)
		wt->told[i] = (struct told){ 0 };
	wt->untold = wt->n_told;
	wt->told_whole = true;
}

/* Of the router, and of others whose rivals make it announce. */
static uint64_t rivals_of(const struct host *h, const struct watched_host *wh,
			  const struct watch *wt)
{
	uint64_t n = vrrpd_counters(h->d, (uint32_t)(wt - wh->watch))->rivals;

	for (uint32_t i = 0; *wt->group && i < wh->n; i++)
		if (&wh->watch[i] != wt && strcmp(wh->watch[i].group, wt->group) == 0)
			n += vrrpd_counters(h->d, i)->rivals;
	return n;
}

static bool undisturbed_since(const struct oracle *o, mono_t t)
{
	return !mono_before(t, o->w->disturbed_at);
}

/* Whether what was said of it since it became Active is all there was, and nobody interfered. */
static bool is_plain(const struct oracle *o, const struct host *h, const struct watched_host *wh,
		     const struct watch *wt)
{
	return wt->state == VRRP_ACTIVE && wt->told_whole && undisturbed_since(o, wt->active_at) &&
	       rivals_of(h, wh, wt) == wt->rivals_before;
}

static void check_pace(struct oracle *o, struct host *h, uint32_t iface)
{
	struct watched_host *wh = &o->host[h->id];
	mono_t local = host_now(h);

	wh->pace[iface] = (struct pace){ local, level(wh, iface, local) + gap_of(wh) };
	judge(o, RULE_V16, wh->pace[iface].level <= wh->garp_burst * gap_of(wh),
	      "%s announces faster than %u a second", h->name, wh->garp_rate);
}

/* The word is a repetition: then no other of the interface still waits for its first. */
static void check_repetition(struct oracle *o, struct host *h, const struct watch *said)
{
	const struct watched_host *wh = &o->host[h->id];

	if (!is_plain(o, h, wh, said) || said->guests)
		return;
	for (uint32_t i = 0; i < wh->n; i++) {
		const struct watch *wt = &wh->watch[i];

		if (strcmp(wt->iface, said->iface) == 0 && is_plain(o, h, wh, wt) && !wt->guests &&
		    mono_before(wt->active_at, o->w->now) && h->kern.delay.ns == 0)
			judge(o, RULE_V17, wt->untold == 0,
			      "%s %s repeats itself while %s waits for the first word", h->name,
			      said->name, wt->name);
	}
}

void announce_said(struct oracle *o, struct host *h, const struct kern_iface *iface,
		   struct watch *wt, uint32_t addr)
{
	struct watched_host *wh = &o->host[h->id];
	struct told *told = &wt->told[addr];

	if (wh->said_at.ns != o->w->now.ns)
		wh->said = 0;
	wh->said_at = o->w->now;
	wh->said++;
	check_pace(o, h, index_of(h, iface));
	if (told->n++ == 0)
		wt->untold--;
	else
		check_repetition(o, h, wt);
	told->last = o->w->now;
}

bool announce_may_wait(const struct oracle *o, const struct host *h, const struct kern_iface *iface)
{
	const struct watched_host *wh = &o->host[h->id];
	/* A nanosecond for each: divisions are not exact. */
	uint64_t full = level(wh, index_of(h, iface), host_now(h)) + gap_of(wh) + wh->garp_burst;

	return full > wh->garp_burst * gap_of(wh) ||
	       (wh->said_at.ns == o->w->now.ns && wh->said >= AT_ONCE);
}

/* ---- looks at what must have been said by then -------------------------------------------- */

/* How long all that the interface may have to say takes, at its pace, in true time. */
static span_t whole_queue(const struct host *h, const struct watched_host *wh,
			  const struct watch *wt)
{
	uint64_t words = 0, ns;

	for (uint32_t i = 0; i < wh->n; i++) {
		const struct vrrp_cf_instance *cf = vrrpd_cf(h->d, i);

		if (wt->guests || wh->watch[i].guests ||
		    strcmp(wh->watch[i].iface, wt->iface) == 0)
			words += wh->watch[i].n_told * 2u *
				 (cf->garp.repeat + cf->garp.refresh_repeat);
	}
	ns = words * (gap_of(wh) + h->late.ns + 1);
	return SPAN_NS(ns + ns / 20);
}

/* Returns when. */
static mono_t look_later(struct oracle *o, const struct host *h, const struct watch *wt,
			 span_t after, uint32_t kind)
{
	mono_t at = mono_add(o->w->now, SPAN_NS(after.ns + after.ns / 20 + SLACK.ns));
	uint32_t i = (uint32_t)(wt - o->host[h->id].watch);

	CHECK(i < 1u << WATCH_BITS && h->id < 1u << (29 - WATCH_BITS));
	queue_put(&o->w->queue, at, QUEUE_CHECK, WORLD_CHECK, kind | h->id << WATCH_BITS | i, 0);
	return at;
}

static const struct vrrp_announce_params *garp_of(const struct host *h,
						  const struct watched_host *wh,
						  const struct watch *wt)
{
	return &vrrpd_cf(h->d, (uint32_t)(wt - wh->watch))->garp;
}

void announce_active(struct oracle *o, struct host *h, struct watch *wt)
{
	const struct watched_host *wh = &o->host[h->id];
	const struct vrrp_announce_params *p = garp_of(h, wh, wt);
	span_t after = span_add(span_mul(p->interval, 2u * p->repeat), p->delay);

	wt->rivals_before = rivals_of(h, wh, wt);
	wt->rival_at = MONO_NEVER;
	after = span_add(after, span_add(h->kern.delay, whole_queue(h, wh, wt)));
	wt->look_bursts_at = look_later(o, h, wt, after, ANNOUNCE_LOOK_BURSTS);
}

void announce_rival(struct oracle *o, struct host *h, struct watch *wt)
{
	const struct watched_host *wh = &o->host[h->id];
	span_t after = span_add(SPAN_S(1), span_mul(garp_of(h, wh, wt)->interval, 2));

	if (wt->state != VRRP_ACTIVE || !mono_is_never(wt->rival_at))
		return; /* one look at a time */
	wt->rival_at = o->w->now;
	after = span_add(after, whole_queue(h, wh, wt));
	wt->look_rival_at = look_later(o, h, wt, after, ANNOUNCE_LOOK_RIVAL);
}

static void look_at_bursts(struct oracle *o, const struct host *h, const struct watched_host *wh,
			   const struct watch *wt)
{
	const struct vrrp_announce_params *p = garp_of(h, wh, wt);
	uint32_t words = p->repeat * (p->delay.ns > 0 ? 2u : 1u);

	if (wt->state != VRRP_ACTIVE || !wt->told_whole || !undisturbed_since(o, wt->active_at))
		return;
	for (uint32_t i = 0; i < wt->n_told; i++)
		judge(o, RULE_V18,
		      wt->told[i].n == words ||
			      (wt->told[i].n > words &&
			       (p->refresh.ns > 0 || !is_plain(o, h, wh, wt))),
		      "%s %s announced its address number %u %u times, not %u", h->name, wt->name,
		      i + 1, wt->told[i].n, words);
}

static void look_at_rival(struct oracle *o, const struct host *h, struct watch *wt)
{
	mono_t since = wt->rival_at;

	wt->rival_at = MONO_NEVER;
	if (wt->state != VRRP_ACTIVE || mono_is_never(since) || !undisturbed_since(o, since))
		return;
	for (uint32_t i = 0; i < wt->n_told; i++)
		judge(o, RULE_V19, !mono_before(wt->told[i].last, since),
		      "%s %s did not announce its address number %u again", h->name, wt->name,
		      i + 1);
}

void announce_look(struct oracle *o, uint32_t what)
{
	const struct host *h = o->w->host[(what & ~(uint32_t)ANNOUNCE_LOOK_MASK) >> WATCH_BITS];
	struct watched_host *wh = &o->host[h->id];
	uint32_t i = what & ((1u << WATCH_BITS) - 1);
	mono_t now = o->w->now;

	/* A router that has gone, or changed its place, since: others of the same kind are seen. */
	if (h->daemon != DAEMON_RUNNING || i >= wh->n)
		return;
	if ((what & ANNOUNCE_LOOK_BURSTS) && now.ns == wh->watch[i].look_bursts_at.ns)
		look_at_bursts(o, h, wh, &wh->watch[i]);
	if ((what & ANNOUNCE_LOOK_RIVAL) && now.ns == wh->watch[i].look_rival_at.ns)
		look_at_rival(o, h, &wh->watch[i]);
}
