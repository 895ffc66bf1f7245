/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * I-20: what programs outside are told of a router is so when it is told, and the last they are
 * told is what is, whatever came in between.
 */
#include <string.h>

#include "oracle_state.h"

/* Whether one that was told this can be in that state. */
static bool fits(enum vrrp_notify_state told, enum vrrp_state state)
{
	if (state == VRRP_ACTIVE)
		return told == VRRP_NOTIFY_ACTIVE;
	if (state == VRRP_BACKUP)
		return told == VRRP_NOTIFY_BACKUP;
	return told != VRRP_NOTIFY_ACTIVE && told != VRRP_NOTIFY_BACKUP;
}

static const struct watch *watch_named(const struct watched_host *wh, const char *name)
{
	for (uint32_t i = 0; i < wh->n; i++)
		if (strcmp(wh->watch[i].name, name) == 0)
			return &wh->watch[i];
	return NULL;
}

/* While a configuration is applied, names change hands. Members of a group change one after the
 * other: of a group only the last word is looked at. */
void notify_told(struct oracle *o, const struct host *h, const struct reader_heard *heard)
{
	const struct watch *wt = watch_named(&o->host[h->id], heard->name);

	if (!wt || heard->group || o->context == CONTEXT_APPLY)
		return;
	judge(o, RULE_I20, fits(heard->state, real(h, &o->host[h->id], wt)->state),
	      "%s tells %s as %s, which it is not", h->name, wt->name,
	      vrrp_notify_word(heard->state, VRRP_NOTIFY_THIS));
}

/* The same of a program, which is run for one router once at a time. */
void notify_ran(struct oracle *o, const struct host *h, const struct program_noted *noted,
		enum vrrp_notify_state state)
{
	const struct watch *wt = watch_named(&o->host[h->id], noted->name);

	judge(o, RULE_I20, h->programs.bad == 0,
	      "%s runs two programs for %s at a time, or one with what makes no sense", h->name,
	      noted->name);
	if (!wt || noted->group || o->context == CONTEXT_APPLY)
		return;
	judge(o, RULE_I20, fits(state, real(h, &o->host[h->id], wt)->state),
	      "%s runs a program for %s as %s, which it is not", h->name, wt->name,
	      vrrp_notify_word(state, VRRP_NOTIFY_THIS));
}

/* When no program runs, none waits: the last of each was for what is. */
static void check_programs(struct oracle *o, const struct host *h)
{
	const struct watched_host *wh = &o->host[h->id];
	const struct host_programs *p = &h->programs;

	for (uint32_t i = 0; p->running == 0 && i < p->n; i++) {
		const struct watch *wt = watch_named(wh, p->noted[i].name);
		enum vrrp_state state = wt ? real(h, wh, wt)->state : VRRP_INITIALIZE;

		if (!p->noted[i].group && p->noted[i].any)
			judge(o, RULE_I20, fits(p->noted[i].state, state),
			      "%s: the last program run for %s was for %s", h->name,
			      p->noted[i].name,
			      vrrp_notify_word(p->noted[i].state, VRRP_NOTIFY_THIS));
	}
}

static void judge_last(struct oracle *o, const struct host *h, bool group, const char *name,
		       enum vrrp_state state)
{
	const struct reader_heard *heard = reader_heard(&h->reader, group, name);

	judge(o, RULE_I20, heard ? fits(heard->state, state) : state == VRRP_INITIALIZE,
	      "%s: the last told of %s is %s, but it is %s", h->name, name,
	      heard ? vrrp_notify_word(heard->state, VRRP_NOTIFY_THIS) : "nothing",
	      vrrp_state_name(state));
}

static bool exists(const struct watched_host *wh, const struct host *h,
		   const struct reader_heard *heard)
{
	if (!heard->group)
		return watch_named(wh, heard->name) != NULL;
	for (uint32_t i = 0; i < vrrpd_groups(h->d); i++)
		if (strcmp(vrrpd_group(h->d, i).name, heard->name) == 0)
			return true;
	return false;
}

/* At the end of an instant: whatever there was room for has been told. */
void notify_check(struct oracle *o, const struct host *h)
{
	const struct watched_host *wh = &o->host[h->id];
	const struct reader *r = &h->reader;

	check_programs(o, h);
	if (!*vrrpd_fifo(h->d)->path)
		return;
	judge(o, RULE_I20, r->bad == 0, "%s tells what makes no sense", h->name);
	if (reader_room(r) < VRRP_NOTIFY_LINE_MAX)
		return;
	for (uint32_t i = 0; i < wh->n; i++)
		judge_last(o, h, false, wh->watch[i].name, real(h, wh, &wh->watch[i])->state);
	for (uint32_t i = 0; i < vrrpd_groups(h->d); i++)
		judge_last(o, h, true, vrrpd_group(h->d, i).name, vrrpd_group(h->d, i).state);
	for (uint32_t i = 0; i < r->n; i++)
		if (!exists(wh, h, &r->heard[i]))
			judge(o, RULE_I20, fits(r->heard[i].state, VRRP_INITIALIZE),
			      "%s: %s is no more, and was told last as %s", h->name,
			      r->heard[i].name,
			      vrrp_notify_word(r->heard[i].state, VRRP_NOTIFY_THIS));
}

/* It has stopped: that was told, if there was room. */
void notify_stopped(struct oracle *o, const struct host *h)
{
	const struct reader *r = &h->reader;

	for (uint32_t i = 0; *vrrpd_fifo(h->d)->path && i < o->host[h->id].n; i++) {
		const char *name = o->host[h->id].watch[i].name;
		const struct reader_heard *heard = reader_heard(r, false, name);

		if (reader_room(r) >= VRRP_NOTIFY_LINE_MAX)
			judge(o, RULE_I20, heard && heard->state == VRRP_NOTIFY_STOP,
			      "%s has stopped and did not tell so of %s", h->name, name);
	}
}
