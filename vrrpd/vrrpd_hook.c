/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Telling programs outside what the virtual routers are: which of them has something to be told is
 * in the books (vrrp_notify.h); here it is put into words and handed to the port.
 *
 * There are two ways. A FIFO: the backend says how much it takes. Up to that, each change is told
 * at once and in its order; beyond, it waits in the book, where a later change of the same router
 * takes its place. And programs that are run: of each router one at a time, so that what was begun
 * for an old state is over before the new one is told; and of all routers no more than some.
 *
 * What is said of a router here goes for a sync group too. Both are told of, first the members.
 *
 * A router is known by its name, since that is what is told. So one that goes on under another name
 * is one that is gone and one that is new, whatever it was before.
 */
#include "vrrpd_hook.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "ip_text.h"
#include "vrrpd_state.h"

static enum vrrp_notify_state state_of(const struct hook *h)
{
	return (enum vrrp_notify_state)h->state;
}

/* Unless asked for, programs of keepalived's users do not know the word. */
static const char *word_of(const struct hook *h, unsigned what)
{
	if (h->state == VRRP_NOTIFY_DELETED && !h->deleted)
		return vrrp_notify_word(VRRP_NOTIFY_FAULT, what);
	return vrrp_notify_word(state_of(h), what);
}

static bool has_fifo(const struct hooks *k)
{
	return *k->fifo.path != '\0';
}

/* Groups have none for keepalived. */
static unsigned told_priority(const struct hook *h)
{
	return h->group ? 0 : h->priority;
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
		vrrp_notify_line(&t, h->group, h->name, word_of(h, what), told_priority(h));
		CHECK(!t.cut);
		d->ops->fifo(d->ctx, line, t.len);
		k->room -= t.len;
		vrrp_notify_told(&k->to_fifo, i, what, state_of(h), false);
	}
}

/* ---- programs ----------------------------------------------------------------------------- */

static enum vrrp_notify_program program_of(enum vrrp_notify_state state)
{
	switch (state) {
	case VRRP_NOTIFY_ACTIVE:
		return VRRP_PROGRAM_ACTIVE;
	case VRRP_NOTIFY_BACKUP:
		return VRRP_PROGRAM_BACKUP;
	case VRRP_NOTIFY_STOP:
		return VRRP_PROGRAM_STOP;
	case VRRP_NOTIFY_FAULT:
	case VRRP_NOTIFY_DELETED:
		return VRRP_PROGRAM_FAULT;
	case VRRP_NOTIFY_NONE:
	case VRRP_NOTIFY_STATE_N:
		break;
	}
	CHECK_UNREACHABLE();
}

/* How its state is to be told by programs. */
static unsigned ways_of(const struct hook *h)
{
	unsigned own = h->program[program_of(state_of(h))].len > 0 ? VRRP_NOTIFY_THIS : 0;

	return own | (h->program[VRRP_PROGRAM_ANY].len > 0 ? VRRP_NOTIFY_ANY : 0);
}

static const char *our_word(enum vrrp_notify_state state)
{
	static const char *const word[VRRP_NOTIFY_STATE_N] = {
		"", "active", "backup", "fault", "stop", "deleted"
	};

	return word[state];
}

static const char *event_of(const struct hook *h, unsigned what, enum vrrp_notify_state from)
{
	if (what == VRRP_NOTIFY_LOWER)
		return "lower-active";
	if (what == VRRP_NOTIFY_PRIORITY)
		return "priority";
	return from == state_of(h) ? "confirm" : "state";
}

/* A string of a list: its NUL is between it and the next. */
static void put_string(struct text *t, const char *prefix, const char *value)
{
	text_fmt(t, "%s%s", prefix, value);
	CHECK(!t->cut && t->len + 1 < t->size);
	t->buf[++t->len] = '\0';
}

static void put_number(struct text *t, const char *prefix, unsigned value)
{
	char number[12];
	struct text n = text_open(number, sizeof number);

	text_fmt(&n, "%u", value);
	put_string(t, prefix, number);
}

/* All of them, or nothing: who gets some would take them for all. */
static void put_addresses(const struct vrrpd *d, const struct hook *h, struct text *t)
{
	const struct vr *vr = h->gone || h->group ? NULL : &d->s.vr[h - d->hooks.one];
	size_t begin = t->len;
	char text[IP_TEXT_SIZE];

	for (unsigned i = 0; vr && i < vr->n_vips; i++)
		text_fmt(t, "%s%s", i == 0 ? "TRIVET_ADDRESSES=" : " ",
			 ip_prefix_string(&vr->vip[i].prefix, text));
	if (t->len == begin)
		return;
	if (t->cut || t->len + 1 >= t->size) {
		t->len = begin;
		t->buf[begin] = '\0';
		t->cut = false;
		return;
	}
	t->buf[++t->len] = '\0';
}

static void put_env(const struct vrrpd *d, const struct hook *h, unsigned what,
		    enum vrrp_notify_state from, struct text *t)
{
	put_string(t, "TRIVET_EVENT=", event_of(h, what, from));
	put_string(t, "TRIVET_TYPE=", h->group ? "group" : "instance");
	put_string(t, "TRIVET_NAME=", h->name);
	put_string(t, "TRIVET_STATE=", our_word(state_of(h)));
	put_string(t, "TRIVET_FROM=", our_word(from));
	put_string(t, "TRIVET_WHY=", vrrp_why_name((enum vrrp_why)h->why));
	put_number(t, "TRIVET_PRIORITY=", h->priority);
	if (h->group && !h->gone)
		put_string(t, "TRIVET_MEMBER=",
			   d->s.group[h - d->hooks.one - d->hooks.n_routers].cause);
	if (h->group)
		return;
	put_number(t, "TRIVET_VRID=", h->vrid);
	put_string(t, "TRIVET_INTERFACE=", h->interface);
	put_string(t, "TRIVET_FAMILY=", h->family == IP_V4 ? "ipv4" : "ipv6");
	put_addresses(d, h, t);
}

static uint32_t id_of(const struct hooks *k, uint32_t slot)
{
	return k->run[slot].serial * HOOK_RUNS_MAX + slot;
}

static void start(struct vrrpd *d, uint32_t who, unsigned what)
{
	struct hooks *k = &d->hooks;
	const struct hook *h = &k->one[who];
	enum vrrp_notify_program which = what == VRRP_NOTIFY_LOWER  ? VRRP_PROGRAM_LOWER
					 : what == VRRP_NOTIFY_THIS ? program_of(state_of(h))
								    : VRRP_PROGRAM_ANY;
	char more[HOOK_MORE_SIZE], env[HOOK_ENV_SIZE];
	struct text m = text_open(more, sizeof more), e = text_open(env, sizeof env);
	uint32_t slot = 0;

	while (k->run[slot].used)
		slot++;
	k->run[slot] = (struct hook_run){ true, who, k->serial++ };
	k->running++;
	put_env(d, h, what, (enum vrrp_notify_state)k->run_mark[who].told, &e);
	if (which == VRRP_PROGRAM_ANY) {
		put_string(&m, "", h->group ? "GROUP" : "INSTANCE");
		put_string(&m, "", h->name);
		put_string(&m, "", word_of(h, what));
		put_number(&m, "", told_priority(h));
	}
	vrrp_notify_told(&k->to_run, who, what, state_of(h), true);
	d->ops->hook(d->ctx, &(struct vrrpd_hook){
		.id = id_of(k, slot), .args = k->args + h->program[which].at,
		.args_len = h->program[which].len, .more = more, .more_len = m.len,
		.env = env, .env_len = e.len, .user = k->user, .timeout = k->timeout });
}

static void start_programs(struct vrrpd *d)
{
	struct hooks *k = &d->hooks;
	uint32_t i;

	while (k->n > 0 && k->running < HOOK_RUNS_MAX && !k->no_runner &&
	       (i = vrrp_notify_next(&k->to_run)) != VRRP_NOTIFY_NOBODY) {
		unsigned what = vrrp_notify_what(&k->to_run, i, state_of(&k->one[i]));

		if (what != 0)
			start(d, i, what);
	}
}

static void end_run(struct vrrpd *d, uint32_t slot)
{
	struct hooks *k = &d->hooks;

	k->run[slot].used = false;
	k->running--;
	if (k->run[slot].who != NOT_FOUND && k->n > 0)
		vrrp_notify_done(&k->to_run, k->run[slot].who);
}

void vrrpd_hook_ended(struct vrrpd *d, mono_t now, uint32_t id, bool good, const char *text)
{
	struct hooks *k = &d->hooks;
	uint32_t slot = id % HOOK_RUNS_MAX, who = k->run[slot].who, suppressed;

	if (!k->run[slot].used || id_of(k, slot) != id)
		return;
	k->failed += !good;
	if (!good && log_allow(&k->limit, now, DROP_LOG_EVERY, &suppressed)) {
		log_begin(&d->line, LOG_LEVEL_WARNING, "notify-failed");
		log_text(&d->line, "vrrp", who != NOT_FOUND && k->n > 0 ? k->one[who].name : "");
		if (suppressed > 0)
			log_uint(&d->line, "suppressed", suppressed);
		log_text(&d->line, "text", text);
		vrrpd_log(d);
	}
	end_run(d, slot);
	start_programs(d);
}

void vrrpd_hooks_lost(struct vrrpd *d)
{
	d->hooks.no_runner = true;
	for (uint32_t slot = 0; slot < HOOK_RUNS_MAX; slot++)
		if (d->hooks.run[slot].used)
			end_run(d, slot);
}

bool vrrpd_hooks_done(const struct vrrpd *d)
{
	const struct hooks *k = &d->hooks;

	return k->running == 0 && (k->n == 0 || k->no_runner ||
				   vrrp_notify_next(&k->to_run) == VRRP_NOTIFY_NOBODY);
}

/* ---- the FIFO ----------------------------------------------------------------------------- */

void vrrpd_fifo_room(struct vrrpd *d, size_t bytes)
{
	d->hooks.room = bytes;
	fill_fifo(d);
}

static void all_again(struct hooks *k)
{
	for (uint32_t i = 0; i < k->n && has_fifo(k); i++)
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

static void tell(struct vrrpd *d)
{
	fill_fifo(d);
	start_programs(d);
}

static void mark_changed(struct hooks *k, uint32_t i)
{
	if (has_fifo(k))
		vrrp_notify_changed(&k->to_fifo, i, VRRP_NOTIFY_THIS);
	vrrp_notify_changed(&k->to_run, i, ways_of(&k->one[i]));
}

static void changed(struct vrrpd *d, uint32_t i, uint8_t priority, enum vrrp_notify_state state,
		    enum vrrp_why why)
{
	struct hook *h = &d->hooks.one[i];

	h->state = (uint8_t)state;
	h->why = (uint8_t)why;
	h->priority = priority;
	mark_changed(&d->hooks, i);
	tell(d);
}

static void router_changed(struct vrrpd *d, const struct vr *vr, enum vrrp_notify_state state,
			   enum vrrp_why why)
{
	changed(d, (uint32_t)(vr - d->s.vr), vr->core.params.priority, state, why);
}

static void group_changed(struct vrrpd *d, const struct group *g, enum vrrp_notify_state state,
			  enum vrrp_why why)
{
	changed(d, d->hooks.n_routers + (uint32_t)(g - d->s.group), g->priority, state, why);
}

void vr_hook_state(struct vrrpd *d, const struct vr *vr, enum vrrp_state state, enum vrrp_why why)
{
	enum vrrp_notify_state is = vrrp_notify_state(state, why);

	if (d->hooks.n > 0 && is != VRRP_NOTIFY_NONE)
		router_changed(d, vr, is, why);
}

void group_hook(struct vrrpd *d, const struct group *g)
{
	enum vrrp_notify_state is = vrrp_notify_state(g->state, g->why);

	if (d->hooks.n > 0 && is != VRRP_NOTIFY_NONE)
		group_changed(d, g, is, g->why);
}

/* One that has not begun, or has stopped already, and cannot run; and the group with it. */
void vr_hook_obstacle(struct vrrpd *d, const struct vr *vr)
{
	enum vrrp_notify_state is = vrrp_notify_state(VRRP_INITIALIZE, vr->obstacle);
	const struct group *g = group_of(d, vr);
	struct hooks *k = &d->hooks;

	if (k->n == 0 || vr->core.state != VRRP_INITIALIZE || is == VRRP_NOTIFY_NONE)
		return;
	if (k->one[vr - d->s.vr].state != is)
		router_changed(d, vr, is, vr->obstacle);
	if (g && g->state == VRRP_INITIALIZE && k->one[k->n_routers + (g - d->s.group)].state != is)
		group_changed(d, g, is, vr->obstacle);
}

static bool has_rivals(const struct vrrpd *d, const struct group *g)
{
	for (uint32_t i = 0; i < g->n; i++)
		if (d->s.vr[g->member[i]].rivals.n > 0)
			return true;
	return false;
}

void vr_hook_confirm(struct vrrpd *d, const struct vr *vr)
{
	const struct group *g = group_of(d, vr);
	const struct hooks *k = &d->hooks;

	if (k->n == 0 || vr->core.state != VRRP_ACTIVE)
		return;
	if (vr->cf.notify.confirm)
		router_changed(d, vr, VRRP_NOTIFY_ACTIVE, vr->core.why);
	if (g && g->state == VRRP_ACTIVE && k->one[k->n_routers + (g - d->s.group)].confirm &&
	    !has_rivals(d, g))
		group_changed(d, g, VRRP_NOTIFY_ACTIVE, g->why);
}

void vr_hook_priority(struct vrrpd *d, const struct vr *vr)
{
	uint32_t i = (uint32_t)(vr - d->s.vr);

	if (d->hooks.n == 0)
		return;
	d->hooks.one[i].priority = vr->core.params.priority;
	if (!vr->cf.notify.priority_changes || vr->core.state == VRRP_INITIALIZE)
		return;
	if (has_fifo(&d->hooks))
		vrrp_notify_also(&d->hooks.to_fifo, i, VRRP_NOTIFY_PRIORITY);
	if (d->hooks.one[i].program[VRRP_PROGRAM_ANY].len > 0)
		vrrp_notify_also(&d->hooks.to_run, i, VRRP_NOTIFY_PRIORITY);
	tell(d);
}

void vr_hook_lower(struct vrrpd *d, const struct vr *vr)
{
	uint32_t i = (uint32_t)(vr - d->s.vr);

	if (d->hooks.n == 0)
		return;
	if (has_fifo(&d->hooks) && d->hooks.fifo.lower_active)
		vrrp_notify_also(&d->hooks.to_fifo, i, VRRP_NOTIFY_LOWER);
	if (d->hooks.one[i].program[VRRP_PROGRAM_LOWER].len > 0)
		vrrp_notify_also(&d->hooks.to_run, i, VRRP_NOTIFY_LOWER);
	tell(d);
}

/* ---- configuration ------------------------------------------------------------------------ */

void hooks_free(struct hooks *k)
{
	free(k->one);
	free(k->args);
	free(k->moved);
	free(k->fifo_mark);
	free(k->run_mark);
	*k = (struct hooks){ 0 };
}

static size_t args_of(const struct cf_model *m, const struct vrrp_cf_notify *cf)
{
	size_t len = 0;

	for (unsigned p = 0; p < VRRP_PROGRAM_N; p++)
		len += vrrp_cf_exec(m, cf->program[p], NULL);
	return len;
}

/* What the programs of all need, and of those that are told of now, in case they go. */
static size_t args_needed(const struct cf_model *m, const struct vrrp_cf *vrrp,
			  const struct hooks *was)
{
	size_t len = 0;

	for (uint32_t i = 0; i < vrrp->instances.n; i++)
		len += args_of(m, &vrrp_cf_instance(m, vrrp, i)->notify);
	for (uint32_t i = 0; i < vrrp->sync_groups.n; i++)
		len += args_of(m, &vrrp_cf_group(m, vrrp, i)->notify);
	for (uint32_t i = 0; len < UINT32_MAX && i < was->n; i++)
		for (unsigned p = 0; p < VRRP_PROGRAM_N; p++)
			len += was->one[i].program[p].len;
	return len;
}

static bool hooks_alloc(struct hooks *k, size_t n, size_t n_was, size_t args)
{
	k->one = calloc(n + 1, sizeof *k->one);
	k->fifo_mark = calloc(n + 1, sizeof *k->fifo_mark);
	k->run_mark = calloc(n + 1, sizeof *k->run_mark);
	k->moved = calloc(n_was + 1, sizeof *k->moved);
	k->args = calloc(args + 1, 1);
	return k->one && k->fifo_mark && k->run_mark && k->moved && k->args;
}

static struct hook *build_hook(struct hooks *k, const struct cf_model *m, const char *name,
			       const struct vrrp_cf_notify *cf)
{
	struct hook *h = &k->one[k->n++];

	CHECK(text_copy(h->name, sizeof h->name, name));
	h->priority_changes = cf->priority_changes;
	h->deleted = cf->deleted;
	h->confirm = cf->confirm;
	for (unsigned p = 0; p < VRRP_PROGRAM_N; p++) {
		h->program[p].at = k->args_len;
		h->program[p].len =
			(uint32_t)vrrp_cf_exec(m, cf->program[p], k->args + k->args_len);
		k->args_len += h->program[p].len;
	}
	return h;
}

static void build_hooks(struct hooks *k, const struct cf_model *m, const struct vrrp_cf *vrrp)
{
	for (uint32_t i = 0; i < vrrp->instances.n; i++) {
		const struct vrrp_cf_instance *cf = vrrp_cf_instance(m, vrrp, i);
		struct hook *h = build_hook(k, m, cf->name, &cf->notify);

		CHECK(text_copy(h->interface, sizeof h->interface, cf->interface));
		h->vrid = cf->vrid;
		h->family = cf->family;
	}
	k->n_routers = k->n;
	for (uint32_t i = 0; i < vrrp->sync_groups.n; i++) {
		const struct vrrp_cf_group *cf = vrrp_cf_group(m, vrrp, i);

		build_hook(k, m, cf->name, &cf->notify)->group = true;
	}
	k->n_live = k->n;
}

bool hooks_build(struct hooks *k, const struct vrrpd *d, const struct cf_model *m,
		 const struct vrrp_cf *vrrp)
{
	size_t n = (size_t)vrrp->instances.n + vrrp->sync_groups.n;
	uint32_t gone = d->hooks.n < HOOKS_GONE_MAX ? d->hooks.n : HOOKS_GONE_MAX;
	size_t args = args_needed(m, vrrp, &d->hooks);

	*k = (struct hooks){ .timeout = vrrp->notify_timeout };
	/* A port without a way has nobody to tell. */
	if (d->ops->fifo)
		k->fifo = vrrp->notify_fifo;
	if (!has_fifo(k) && (args == 0 || !d->ops->hook))
		return true;
	CHECK(text_copy(k->user, sizeof k->user, vrrp->notify_user));
	if (args > UINT32_MAX || !hooks_alloc(k, n + gone, d->hooks.n, args)) {
		hooks_free(k);
		return false;
	}
	vrrp_notify_init(&k->to_fifo, k->fifo_mark);
	vrrp_notify_init(&k->to_run, k->run_mark);
	build_hooks(k, m, vrrp);
	return true;
}

/* ---- what was to be told before ----------------------------------------------------------- */

/* One that is gone: with its programs, since there is one more thing to be told. */
static uint32_t add_gone(struct hooks *to, const struct hooks *from, uint32_t i)
{
	struct hook *h = &to->one[to->n];

	if (to->n - to->n_live == HOOKS_GONE_MAX) {
		to->lost++;
		return NOT_FOUND;
	}
	*h = from->one[i];
	h->gone = true;
	for (unsigned p = 0; p < VRRP_PROGRAM_N; p++) {
		memcpy(to->args + to->args_len, from->args + h->program[p].at, h->program[p].len);
		h->program[p].at = to->args_len;
		to->args_len += h->program[p].len;
	}
	return to->n++;
}

/* Who has this name from now on; NOT_FOUND for nobody. */
static uint32_t find_hook(const struct hooks *k, struct setup *s, const struct hook *like)
{
	const struct vr *vr;

	if (!like->group) {
		vr = setup_find_name(s, like->name);
		return vr ? (uint32_t)(vr - s->vr) : NOT_FOUND;
	}
	for (uint32_t i = k->n_routers; i < k->n_live; i++)
		if (strcmp(k->one[i].name, like->name) == 0)
			return i;
	return NOT_FOUND;
}

/* Where each is told of from now on: under its name; or, if something is still to be told or is
 * being told, among those that are gone. */
static void find_places(struct hooks *to, struct setup *next, struct hooks *from)
{
	for (uint32_t i = 0; i < from->n; i++) {
		bool waits = from->fifo_mark[i].bits != 0 || from->run_mark[i].bits != 0 ||
			     from->run_mark[i].busy;
		uint32_t at = find_hook(to, next, &from->one[i]);

		if (at != NOT_FOUND) {
			to->one[at].state = from->one[i].state;
			to->one[at].why = from->one[i].why;
		} else if (waits) {
			at = add_gone(to, from, i);
		}
		to->moved[i] = at;
	}
}

static void mark_bits(struct vrrp_notify_sink *to, uint32_t at, unsigned bits)
{
	const unsigned state = VRRP_NOTIFY_THIS | VRRP_NOTIFY_ANY;

	if ((bits & state) != 0)
		vrrp_notify_changed(to, at, bits & state);
	if ((bits & VRRP_NOTIFY_PRIORITY) != 0)
		vrrp_notify_also(to, at, VRRP_NOTIFY_PRIORITY);
	if ((bits & VRRP_NOTIFY_LOWER) != 0)
		vrrp_notify_also(to, at, VRRP_NOTIFY_LOWER);
}

/* What waits is told in the order in which it was to be; what is being told goes on. */
static void move_marks(struct vrrp_notify_sink *to, struct vrrp_notify_sink *from, uint32_t n,
		       const uint32_t *moved)
{
	uint32_t i;

	to->told = from->told;
	to->merged = from->merged;
	for (i = 0; i < n; i++) {
		const struct vrrp_notify_mark *m = &from->mark[i];

		if (moved[i] == NOT_FOUND)
			continue;
		to->mark[moved[i]].busy = m->busy;
		if (m->busy)
			mark_bits(to, moved[i], m->bits);
	}
	while ((i = vrrp_notify_next(from)) != VRRP_NOTIFY_NOBODY) {
		if (moved[i] != NOT_FOUND)
			mark_bits(to, moved[i], from->mark[i].bits);
		vrrp_notify_drop(from, i);
	}
	for (i = 0; i < n; i++)
		if (moved[i] != NOT_FOUND) {
			to->mark[moved[i]].told = from->mark[i].told;
			to->mark[moved[i]].half = from->mark[i].half;
		}
}

/* Without a program, or without a FIFO, nothing of it can be told any more. */
static void drop_what_has_no_way(struct hooks *k)
{
	for (uint32_t i = 0; i < k->n; i++) {
		const struct hook *h = &k->one[i];
		unsigned bits = k->run_mark[i].bits;
		unsigned ways = h->state != VRRP_NOTIFY_NONE ? ways_of(h) : 0;

		if (!has_fifo(k))
			vrrp_notify_drop(&k->to_fifo, i);
		if (h->program[VRRP_PROGRAM_ANY].len > 0)
			ways |= VRRP_NOTIFY_PRIORITY;
		if (h->program[VRRP_PROGRAM_LOWER].len > 0)
			ways |= VRRP_NOTIFY_LOWER;
		if ((bits & ~ways) != 0) {
			vrrp_notify_drop(&k->to_run, i);
			mark_bits(&k->to_run, i, bits & ways);
		}
	}
}

/* Those that went on, but not under this name, are gone too; and so are groups that nobody ends. */
static void end_missing(struct hooks *from, const struct hooks *to, struct setup *next)
{
	for (uint32_t i = 0; i < from->n_live; i++) {
		struct hook *h = &from->one[i];

		if (h->state == VRRP_NOTIFY_NONE || h->state == VRRP_NOTIFY_DELETED ||
		    find_hook(to, next, h) != NOT_FOUND)
			continue;
		h->state = VRRP_NOTIFY_DELETED;
		h->why = VRRP_WHY_REMOVED;
		mark_changed(from, i);
	}
}

/* Who has this name now may be another than before. */
static void look_at(struct hooks *k, uint32_t i, enum vrrp_state state, enum vrrp_why why)
{
	enum vrrp_notify_state is = vrrp_notify_state(state, why);

	if (is == VRRP_NOTIFY_NONE || is == state_of(&k->one[i]))
		return;
	k->one[i].state = (uint8_t)is;
	k->one[i].why = (uint8_t)why;
	mark_changed(k, i);
}

static void look_at_all(struct hooks *k, const struct setup *s)
{
	for (uint32_t i = 0; i < k->n_routers; i++) {
		const struct vr *vr = &s->vr[i];
		bool runs = vr->core.state != VRRP_INITIALIZE;

		k->one[i].priority = vr->core.params.priority;
		look_at(k, i, vr->core.state, runs ? vr->core.why : vr->obstacle);
	}
	for (uint32_t i = k->n_routers; i < k->n_live; i++) {
		const struct group *g = &s->group[i - k->n_routers];

		k->one[i].priority = g->priority;
		look_at(k, i, g->state, g->why);
	}
}

static void keep_runs(struct hooks *to, const struct hooks *from)
{
	memcpy(to->run, from->run, sizeof to->run);
	to->running = from->running;
	to->serial = from->serial;
	to->no_runner = from->no_runner;
	to->failed = from->failed;
	to->limit = from->limit;
	for (uint32_t slot = 0; slot < HOOK_RUNS_MAX; slot++) {
		struct hook_run *run = &to->run[slot];

		if (run->used && run->who != NOT_FOUND)
			run->who = to->n > 0 && from->n > 0 ? to->moved[run->who] : NOT_FOUND;
	}
}

void hooks_replace(struct vrrpd *d, struct hooks *next)
{
	struct hooks *was = &d->hooks;
	bool other = strcmp(was->fifo.path, next->fifo.path) != 0;

	if (was->n > 0 && next->n > 0) {
		next->lost = was->lost;
		end_missing(was, next, &d->s);
		find_places(next, &d->s, was);
		move_marks(&next->to_fifo, &was->to_fifo, was->n, next->moved);
		move_marks(&next->to_run, &was->to_run, was->n, next->moved);
		drop_what_has_no_way(next);
	}
	keep_runs(next, was);
	look_at_all(next, &d->s);
	next->room = other ? 0 : was->room;
	if (other || next->fifo.on_reload)
		all_again(next);
	hooks_free(was);
	*was = *next;
	tell(d);
}

void vrrpd_log_hooks(struct vrrpd *d)
{
	const struct hooks *k = &d->hooks;

	if (has_fifo(k)) {
		log_begin(&d->line, LOG_LEVEL_INFO, "notify-fifo");
		log_text(&d->line, "path", k->fifo.path);
		log_uint(&d->line, "told", k->to_fifo.told);
		log_uint(&d->line, "merged", k->to_fifo.merged);
		log_uint(&d->line, "lost", k->lost);
		vrrpd_log(d);
	}
	if (k->n > 0 && k->args_len > 0) {
		log_begin(&d->line, LOG_LEVEL_INFO, "notify-programs");
		log_uint(&d->line, "run", k->to_run.told);
		log_uint(&d->line, "merged", k->to_run.merged);
		log_uint(&d->line, "failed", k->failed);
		log_uint(&d->line, "running", k->running);
		vrrpd_log(d);
	}
}
