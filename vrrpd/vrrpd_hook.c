/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Telling programs outside what the virtual routers are: which of them has something to be told is
 * in the books (vrrp_notify.h); here it is put into words and handed to the port.
 *
 * The backend says how much the FIFO takes. Up to that, each change is told at once and in its
 * order; beyond, it waits in the book, where a later change of the same router takes its place.
 *
 * A router is known by its name, since that is what is told. So one that goes on under another name
 * is one that is gone and one that is new, whatever it was before.
 */
#include "vrrpd_hook.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "vrrpd_state.h"

static enum vrrp_notify_state state_of(const struct hook *h)
{
	return (enum vrrp_notify_state)h->state;
}

/* Unless asked for, programs of keepalived's users do not know the word. */
static const char *word_of(const struct hook *h, unsigned what)
{
	if (h->state == VRRP_NOTIFY_DELETED && !h->cf.deleted)
		return vrrp_notify_word(VRRP_NOTIFY_FAULT, what);
	return vrrp_notify_word(state_of(h), what);
}

static void fill_fifo(struct vrrpd *d)
{
	struct hooks *k = &d->hooks;
	char line[VRRP_NOTIFY_LINE_MAX];
	uint32_t i;

	while (k->n > 0 && k->room >= sizeof line &&
	       (i = vrrp_notify_next(&k->to_fifo)) != VRRP_NOTIFY_NOBODY) {
		const struct hook *h = &k->one[i];
		unsigned what = vrrp_notify_what(&k->to_fifo, i, state_of(h));
		struct text t = text_open(line, sizeof line);

		if (what == 0)
			continue;
		vrrp_notify_line(&t, false, h->name, word_of(h, what), h->priority);
		CHECK(!t.cut);
		d->ops->fifo(d->ctx, line, t.len);
		k->room -= t.len;
		vrrp_notify_told(&k->to_fifo, i, what, state_of(h), false);
	}
}

void vrrpd_fifo_room(struct vrrpd *d, size_t bytes)
{
	d->hooks.room = bytes;
	fill_fifo(d);
}

static void all_again(struct hooks *k)
{
	for (uint32_t i = 0; i < k->n; i++)
		if (k->one[i].state != VRRP_NOTIFY_NONE && !k->one[i].gone)
			vrrp_notify_changed(&k->to_fifo, i, VRRP_NOTIFY_THIS);
}

void vrrpd_fifo_again(struct vrrpd *d)
{
	all_again(&d->hooks);
	fill_fifo(d);
}

const struct vrrp_cf_fifo *vrrpd_fifo(const struct vrrpd *d)
{
	return &d->hooks.fifo;
}

bool vrrpd_told(const struct vrrpd *d)
{
	return d->hooks.n == 0 || vrrp_notify_next(&d->hooks.to_fifo) == VRRP_NOTIFY_NOBODY;
}

/* ---- what happens to a router ------------------------------------------------------------- */

static void changed(struct vrrpd *d, uint32_t i, enum vrrp_notify_state state, uint8_t priority)
{
	struct hooks *k = &d->hooks;

	k->one[i].state = (uint8_t)state;
	k->one[i].priority = priority;
	vrrp_notify_changed(&k->to_fifo, i, VRRP_NOTIFY_THIS);
	fill_fifo(d);
}

void vr_hook_state(struct vrrpd *d, const struct vr *vr, enum vrrp_state state, enum vrrp_why why)
{
	enum vrrp_notify_state is = vrrp_notify_state(state, why);

	if (d->hooks.n > 0 && is != VRRP_NOTIFY_NONE)
		changed(d, (uint32_t)(vr - d->s.vr), is, vr->core.params.priority);
}

/* One that has not begun, or has stopped already, and cannot run. */
void vr_hook_obstacle(struct vrrpd *d, const struct vr *vr)
{
	enum vrrp_notify_state is = vrrp_notify_state(VRRP_INITIALIZE, vr->obstacle);
	uint32_t i = (uint32_t)(vr - d->s.vr);

	if (d->hooks.n > 0 && vr->core.state == VRRP_INITIALIZE && is != VRRP_NOTIFY_NONE &&
	    d->hooks.one[i].state != is)
		changed(d, i, is, vr->core.params.priority);
}

void vr_hook_confirm(struct vrrpd *d, const struct vr *vr)
{
	if (d->hooks.n > 0 && vr->cf.notify.confirm && vr->core.state == VRRP_ACTIVE)
		changed(d, (uint32_t)(vr - d->s.vr), VRRP_NOTIFY_ACTIVE, vr->core.params.priority);
}

void vr_hook_priority(struct vrrpd *d, const struct vr *vr)
{
	uint32_t i = (uint32_t)(vr - d->s.vr);

	if (d->hooks.n == 0)
		return;
	d->hooks.one[i].priority = vr->core.params.priority;
	if (!vr->cf.notify.priority_changes || vr->core.state == VRRP_INITIALIZE)
		return;
	vrrp_notify_also(&d->hooks.to_fifo, i, VRRP_NOTIFY_PRIORITY);
	fill_fifo(d);
}

void vr_hook_lower(struct vrrpd *d, const struct vr *vr)
{
	if (d->hooks.n == 0 || !d->hooks.fifo.lower_active)
		return;
	vrrp_notify_also(&d->hooks.to_fifo, (uint32_t)(vr - d->s.vr), VRRP_NOTIFY_LOWER);
	fill_fifo(d);
}

/* ---- configuration ------------------------------------------------------------------------ */

void hooks_free(struct hooks *k)
{
	free(k->one);
	free(k->fifo_mark);
	*k = (struct hooks){ 0 };
}

bool hooks_build(struct hooks *k, const struct vrrpd *d, const struct vrrp_cf *vrrp,
		 const struct setup *next)
{
	uint32_t gone = d->hooks.n < HOOKS_GONE_MAX ? d->hooks.n : HOOKS_GONE_MAX;

	*k = (struct hooks){ .fifo = vrrp->notify_fifo };
	/* A port without one has nobody to tell. */
	if (!*k->fifo.path || !d->ops->fifo)
		return true;
	k->one = calloc((size_t)next->n + gone + 1, sizeof *k->one);
	k->fifo_mark = calloc((size_t)next->n + gone + 1, sizeof *k->fifo_mark);
	if (!k->one || !k->fifo_mark) {
		hooks_free(k);
		return false;
	}
	vrrp_notify_init(&k->to_fifo, k->fifo_mark);
	k->n = k->n_routers = next->n;
	for (uint32_t i = 0; i < next->n; i++) {
		struct hook *h = &k->one[i];

		CHECK(text_copy(h->name, sizeof h->name, next->vr[i].cf.name));
		h->cf = next->vr[i].cf.notify;
	}
	return true;
}

/* Where what is told under this name is told of from now on; NOT_FOUND: nowhere. */
static uint32_t place_of(struct hooks *to, struct setup *next, const struct hooks *from, uint32_t i)
{
	const struct hook *h = &from->one[i];
	const struct vr *vr = setup_find_name(next, h->name);
	uint32_t at = to->n;

	if (vr)
		return (uint32_t)(vr - next->vr);
	if (at - to->n_routers == HOOKS_GONE_MAX) {
		to->lost++;
		return NOT_FOUND;
	}
	to->one[at] = *h;
	to->one[at].gone = true;
	to->n++;
	return at;
}

/* What is still to be told is told in the order in which it was to be. */
static void move_waiting(struct hooks *to, struct setup *next, struct hooks *from)
{
	uint32_t i;

	while ((i = vrrp_notify_next(&from->to_fifo)) != VRRP_NOTIFY_NOBODY) {
		unsigned bits = from->fifo_mark[i].bits;
		uint32_t at = place_of(to, next, from, i);

		vrrp_notify_drop(&from->to_fifo, i);
		if (at == NOT_FOUND)
			continue;
		if ((bits & VRRP_NOTIFY_THIS) != 0)
			vrrp_notify_changed(&to->to_fifo, at, VRRP_NOTIFY_THIS);
		if ((bits & VRRP_NOTIFY_PRIORITY) != 0)
			vrrp_notify_also(&to->to_fifo, at, VRRP_NOTIFY_PRIORITY);
		if ((bits & VRRP_NOTIFY_LOWER) != 0)
			vrrp_notify_also(&to->to_fifo, at, VRRP_NOTIFY_LOWER);
	}
}

/* Those that went on, but not under this name, are gone too. */
static void end_renamed(struct hooks *from, struct setup *next)
{
	for (uint32_t i = 0; i < from->n_routers; i++) {
		struct hook *h = &from->one[i];

		if (h->state == VRRP_NOTIFY_NONE || h->state == VRRP_NOTIFY_DELETED ||
		    setup_find_name(next, h->name))
			continue;
		h->state = VRRP_NOTIFY_DELETED;
		vrrp_notify_changed(&from->to_fifo, i, VRRP_NOTIFY_THIS);
	}
}

/* The router that has this name now may be another than before. */
static void look_at(struct hooks *k, uint32_t i, const struct vr *vr)
{
	bool runs = vr->core.state != VRRP_INITIALIZE;
	enum vrrp_notify_state is =
		vrrp_notify_state(vr->core.state, runs ? vr->core.why : vr->obstacle);

	k->one[i].priority = vr->core.params.priority;
	if (is == VRRP_NOTIFY_NONE || is == state_of(&k->one[i]))
		return;
	k->one[i].state = (uint8_t)is;
	vrrp_notify_changed(&k->to_fifo, i, VRRP_NOTIFY_THIS);
}

void hooks_replace(struct vrrpd *d, struct hooks *next)
{
	struct hooks *was = &d->hooks;
	struct setup *setup = &d->s;
	bool other = strcmp(was->fifo.path, next->fifo.path) != 0;

	if (was->n > 0 && next->n > 0) {
		next->lost = was->lost;
		next->to_fifo.told = was->to_fifo.told;
		next->to_fifo.merged = was->to_fifo.merged;
		for (uint32_t i = 0; i < was->n_routers; i++) {
			const struct vr *vr = setup_find_name(setup, was->one[i].name);

			if (vr)
				next->one[vr - setup->vr].state = was->one[i].state;
		}
		end_renamed(was, setup);
		move_waiting(next, setup, was);
	}
	for (uint32_t i = 0; i < next->n_routers; i++)
		look_at(next, i, &setup->vr[i]);
	next->room = other ? 0 : was->room;
	if (other || next->fifo.on_reload)
		all_again(next);
	hooks_free(was);
	*was = *next;
	fill_fifo(d);
}

void vrrpd_log_hooks(struct vrrpd *d)
{
	const struct hooks *k = &d->hooks;

	if (k->n == 0)
		return;
	log_begin(&d->line, LOG_LEVEL_INFO, "notify-fifo");
	log_text(&d->line, "path", k->fifo.path);
	log_uint(&d->line, "told", k->to_fifo.told);
	log_uint(&d->line, "merged", k->to_fifo.merged);
	log_uint(&d->line, "lost", k->lost);
	vrrpd_log(d);
}
