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

/* While a configuration is applied, names change hands. */
void notify_told(struct oracle *o, const struct host *h, const struct reader_heard *heard)
{
	const struct watch *wt = watch_named(&o->host[h->id], heard->name);

	if (!wt || o->context == CONTEXT_APPLY)
		return;
	judge(o, RULE_I20, fits(heard->state, real(h, &o->host[h->id], wt)->state),
	      "%s tells %s as %s, which it is not", h->name, wt->name,
	      vrrp_notify_word(heard->state, VRRP_NOTIFY_THIS));
}

/* At the end of an instant: whatever there was room for has been told. */
void notify_check(struct oracle *o, const struct host *h)
{
	const struct watched_host *wh = &o->host[h->id];
	const struct reader *r = &h->reader;

	if (!*vrrpd_fifo(h->d)->path)
		return;
	judge(o, RULE_I20, r->bad == 0, "%s tells what makes no sense", h->name);
	if (reader_room(r) < VRRP_NOTIFY_LINE_MAX)
		return;
	for (uint32_t i = 0; i < wh->n; i++) {
		const struct reader_heard *heard = reader_heard(r, wh->watch[i].name);
		enum vrrp_state state = real(h, wh, &wh->watch[i])->state;

		judge(o, RULE_I20,
		      heard ? fits(heard->state, state) : state == VRRP_INITIALIZE,
		      "%s: the last told of %s is %s, but it is %s", h->name, wh->watch[i].name,
		      heard ? vrrp_notify_word(heard->state, VRRP_NOTIFY_THIS) : "nothing",
		      vrrp_state_name(state));
	}
	for (uint32_t i = 0; i < r->n; i++)
		if (!watch_named(wh, r->heard[i].name))
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
		const struct reader_heard *heard = reader_heard(r, o->host[h->id].watch[i].name);

		if (reader_room(r) >= VRRP_NOTIFY_LINE_MAX)
			judge(o, RULE_I20, heard && heard->state == VRRP_NOTIFY_STOP,
			      "%s has stopped and did not tell so of %s", h->name,
			      o->host[h->id].watch[i].name);
	}
}
