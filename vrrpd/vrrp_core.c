/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One virtual router.
 *
 * What it is. RFC 9568 section 6.4 for version 3 and RFC 3768 section 6.4 for version 2, event by
 * event: three states, one timer, and the rule that the highest (priority, address) is Active.
 * Table rows are cited by the section they stand in.
 *
 * What it owns. Its state and its timer. enter() is the only place that assigns the state.
 *
 * What it never does. It does not read a clock, send, log, or touch an interface: it says what is
 * to be done, and what the kernel answered comes back as another event. It does not look at
 * packets: vrrp_rx.c decides which reach it.
 *
 * Where it goes beyond the RFC, because the letter would hurt:
 *   - A priority of zero never lengthens the time a Backup waits. The letter sets the timer to
 * Skew_Time, so that a station repeating such adverts could keep every Backup from taking over.
 *   - Adverts out of turn (to a lower priority, to a priority of zero) come from a small budget.
 * Without it two routers with equal priority and address answer each other at wire speed.
 *   - An Active that yields sends one more advert. The Active it yields to may have been so all
 * along, on the other side of a partition, and would not know that hosts on this side have to be
 * told where the addresses are now. The most reported outage of VRRP in the field is that nobody
 * does.
 *   - A router with Preempt_Mode false that was frozen for longer than its peers wait has been
 * replaced. It becomes Backup instead of taking the address back.
 *   - A Backup whose timer is served more than an interval late has not been running. Its socket
 * may have overflowed, or the whole machine was suspended: the silence may have been its own. It
 * listens once more, for one interval, in which an Active that lives is heard, and Skew_Time; then
 * it takes over.
 *   - The Adver_Timer is set from when it was due, not from when it was served, so that lateness
 * does not add up.
 *   - One of a sync group gives way when another of the group does (vrrp_group.h): it says that it
 * leaves, as nobody has outranked it here, and waits an interval longer than whoever may follow. A
 * tie may be put up with for a while.
 *   - With preempt_delay, preemption comes so much later than by the letter; a lower Active that
 * leaves or falls silent meanwhile is replaced as any other. A lower priority still never makes a
 * Backup take over earlier, so that it cannot be used against a higher one.
 */
#include "vrrp_core.h"

#include "check.h"
#include "vrrp_wire.h"

enum {
	ACTIVE_DOWN_ADVERTS = 3, /* adverts that may be missed, the 3 in Active_Down_Interval */
	REPLY_BURST = 4,         /* adverts out of turn that may follow each other at once */
};

const char *vrrp_state_name(enum vrrp_state state)
{
	static const char *const name[VRRP_STATE_N] = { "initialize", "backup", "active" };

	CHECK((unsigned)state < VRRP_STATE_N);
	return name[state];
}

const char *vrrp_why_name(enum vrrp_why why)
{
	static const char *const name[VRRP_WHY_N] = {
#define X(id, text, doc) text,
		VRRP_WHYS(X)
#undef X
	};

	CHECK((unsigned)why < VRRP_WHY_N);
	return name[why];
}

const char *vrrp_why_doc(enum vrrp_why why)
{
	static const char *const text[VRRP_WHY_N] = {
#define X(id, name, doc) doc,
		VRRP_WHYS(X)
#undef X
	};

	CHECK((unsigned)why < VRRP_WHY_N);
	return text[why];
}

enum vrrp_new_active vrrp_new_active(enum vrrp_why why)
{
	if (why == VRRP_WHY_OWNER || why == VRRP_WHY_LEFT)
		return VRRP_NEW_ACTIVE_PRIORITY;
	if (why == VRRP_WHY_PREEMPT)
		return VRRP_NEW_ACTIVE_PREEMPTED;
	return why == VRRP_WHY_TIMEOUT ? VRRP_NEW_ACTIVE_NO_RESPONSE : VRRP_NEW_ACTIVE_NEVER;
}

const char *vrrp_new_active_name(enum vrrp_new_active reason)
{
	static const char *const name[] = { "never", "priority", "preempted", "no-response" };

	CHECK((unsigned)reason < sizeof name / sizeof *name);
	return name[reason];
}

static span_t span_cs(uint32_t cs)
{
	return SPAN_MS((uint64_t)cs * 10);
}

/* Version 2: (256 - priority) / 256 seconds, whatever the interval; exact, since 10^9 / 256 is
 * whole. Version 3: the same fraction of the Active's interval. */
span_t vrrp_skew(uint8_t version, uint8_t priority, uint32_t interval_cs)
{
	uint64_t share = 256u - priority;

	return version == 2 ? SPAN_NS(share * 3906250) : SPAN_NS(share * interval_cs * 78125 / 2);
}

/* So many adverts and the Skew_Time. */
static span_t silence(const struct vrrp_params *p, unsigned adverts, uint32_t interval_cs)
{
	return span_add(span_mul(span_cs(interval_cs), adverts),
			vrrp_skew(p->version, p->priority, interval_cs));
}

span_t vrrp_down_interval(uint8_t version, uint8_t priority, uint32_t interval_cs)
{
	struct vrrp_params p = { .version = version, .priority = priority };

	return silence(&p, ACTIVE_DOWN_ADVERTS, interval_cs);
}

static unsigned down_adverts(const struct vrrp *r)
{
	return r->params.down_adverts > 0 ? r->params.down_adverts : ACTIVE_DOWN_ADVERTS;
}

mono_t vrrp_deadline(const struct vrrp *r)
{
	return r->timer_at;
}

bool vrrp_is_patient(const struct vrrp *r)
{
	return r->state == VRRP_BACKUP && mono_before(r->down_at, r->timer_at);
}

static struct vrrp_act *push(struct vrrp_out *out, enum vrrp_act_kind kind)
{
	struct vrrp_act *act = &out->v[out->n];

	CHECK(out->n < VRRP_ACTS_MAX);
	out->n++;
	*act = (struct vrrp_act){ .kind = kind };
	return act;
}

static void advertise(struct vrrp_out *out, uint8_t priority)
{
	push(out, VRRP_ACT_ADVERT)->advert.priority = priority;
}

static void set_addrs(struct vrrp_out *out, bool present)
{
	push(out, VRRP_ACT_ADDRS)->addrs.present = present;
}

static void enter(struct vrrp *r, enum vrrp_state to, enum vrrp_why why, struct vrrp_out *out)
{
	struct vrrp_act *act = push(out, VRRP_ACT_STATE);

	CHECK(to != r->state);
	act->state.from = r->state;
	act->state.to = to;
	act->state.why = why;
	r->state = to;
	r->why = why;
	r->waits = false;
}

static bool preempts(const struct vrrp *r)
{
	return r->params.preempt || r->params.priority == VRRP_PRIORITY_OWNER;
}

/* As the RFC has Preempt_Mode, an owner does not wait. */
static span_t preempt_delay(const struct vrrp *r)
{
	return r->params.priority == VRRP_PRIORITY_OWNER ? SPAN_ZERO : r->params.preempt_delay;
}

/* Active_Down_Timer := Active_Down_Interval. */
static void arm_down_timer(struct vrrp *r, mono_t now)
{
	r->timer_at = r->down_at =
		mono_add(now, silence(&r->params, down_adverts(r), r->active_interval_cs));
	r->lower_heard = false;
	r->active_left = false;
	r->woke_late = r->waits = false;
}

/* 9568 6.4.2, 6.4.3: the Active's interval is learned in version 3; version 2 drops what
 * differs. An interval beyond what the operator allows is taken for the longest that is. */
static uint32_t told_interval(const struct vrrp *r, const struct vrrp_ev *ev)
{
	uint32_t most = r->params.learned_interval_max_cs;

	if (r->params.version != 3)
		return r->active_interval_cs;
	return most > 0 && ev->advert.interval_cs > most ? most : ev->advert.interval_cs;
}

static void learn(struct vrrp *r, const struct vrrp_ev *ev)
{
	r->active_interval_cs = told_interval(r, ev);
	r->active = ev->advert.src;
	r->active_priority = ev->advert.priority;
}

static void follow(struct vrrp *r, mono_t now, const struct vrrp_ev *ev)
{
	learn(r, ev);
	arm_down_timer(r, now);
}

/* A lower priority that is to be preempted. The timer of the RFC, down_at, does not change. What it
 * is put off by is not more than preempt_delay, and not longer than the other is heard; from
 * down_at on that one is followed. */
static void bear(struct vrrp *r, mono_t now, const struct vrrp_ev *ev)
{
	span_t delay = preempt_delay(r);
	span_t down = silence(&r->params, down_adverts(r), told_interval(r, ev));
	mono_t silent_at = mono_add(now, down), preempt_at = mono_add(r->down_at, delay);

	if (delay.ns == 0) {
		r->lower_heard = true;
		return;
	}
	if (mono_due(r->down_at, now))
		learn(r, ev);
	/* A delay that a reload made shorter may be over: then it is now that it is noticed. */
	r->timer_at = mono_max(r->down_at, mono_max(now, mono_min(silent_at, preempt_at)));
	r->lower_heard = !mono_before(r->timer_at, preempt_at);
	r->waits = r->waits && mono_due(r->timer_at, now);
	if (vrrp_is_patient(r))
		r->active_left = false;
}

static void become_active(struct vrrp *r, mono_t now, enum vrrp_why why, struct vrrp_out *out)
{
	advertise(out, r->params.priority);
	set_addrs(out, true);
	r->timer_at = mono_add(now, span_cs(r->params.interval_cs));
	r->active = (struct ip_addr){ 0 };
	enter(r, VRRP_ACTIVE, why, out);
}

/* Takes an advert out of turn from the budget: REPLY_BURST of them, one more for each interval. */
static bool may_reply(struct vrrp *r, mono_t now)
{
	span_t interval = span_cs(r->params.interval_cs);

	if (mono_before(mono_add(now, span_mul(interval, REPLY_BURST - 1)), r->reply_at))
		return false;
	r->reply_at = mono_add(mono_max(r->reply_at, now), interval);
	return true;
}

/* Whether an Active that may not preempt was away for so long that every Backup, even one with the
 * same priority, has stopped waiting for it. */
static bool was_replaced(const struct vrrp *r, mono_t now)
{
	span_t patience = silence(&r->params, down_adverts(r) - 1, r->params.interval_cs);

	return !preempts(r) && mono_since(now, r->timer_at).ns > patience.ns;
}

static void step_down_after_stall(struct vrrp *r, mono_t now, struct vrrp_out *out)
{
	set_addrs(out, false);
	enter(r, VRRP_BACKUP, VRRP_WHY_STALLED, out);
	r->active_interval_cs = r->params.interval_cs;
	arm_down_timer(r, now);
}

/* 6.4.1 */
static void on_startup(struct vrrp *r, mono_t now, const struct vrrp_ev *ev, struct vrrp_out *out)
{
	CHECK(r->state == VRRP_INITIALIZE);
	r->source = ev->startup.source;
	r->active_interval_cs = r->params.interval_cs;
	if (r->params.priority == VRRP_PRIORITY_OWNER) {
		become_active(r, now, VRRP_WHY_OWNER, out);
		return;
	}
	enter(r, VRRP_BACKUP, VRRP_WHY_STARTUP, out);
	arm_down_timer(r, now);
}

/* 6.4.2, 6.4.3. The addresses go before the peers are told: they may take over the moment they
 * hear. */
static void on_shutdown(struct vrrp *r, const struct vrrp_ev *ev, struct vrrp_out *out)
{
	if (r->state == VRRP_INITIALIZE)
		return;
	if (r->state == VRRP_ACTIVE) {
		set_addrs(out, false);
		if (!ev->shutdown.mute)
			advertise(out, VRRP_PRIORITY_LEAVING);
	}
	r->timer_at = MONO_NEVER;
	r->active = (struct ip_addr){ 0 };
	enter(r, VRRP_INITIALIZE, ev->shutdown.why, out);
}

/* The addresses go before the peers are told, as in on_shutdown(). */
static void on_yield(struct vrrp *r, mono_t now, const struct vrrp_ev *ev, struct vrrp_out *out)
{
	if (r->state != VRRP_ACTIVE)
		return;
	set_addrs(out, false);
	advertise(out, VRRP_PRIORITY_LEAVING);
	enter(r, VRRP_BACKUP, ev->yield.why, out);
	r->active_interval_cs = r->params.interval_cs;
	arm_down_timer(r, now);
	r->timer_at = r->down_at = mono_add(r->timer_at, span_cs(r->params.interval_cs));
}

/* 6.4.2 */
static void on_advert_as_backup(struct vrrp *r, mono_t now, const struct vrrp_ev *ev)
{
	if (ev->advert.priority == VRRP_PRIORITY_LEAVING) {
		span_t skew =
			vrrp_skew(r->params.version, r->params.priority, r->active_interval_cs);

		r->timer_at = mono_min(r->timer_at, mono_add(now, skew));
		r->down_at = mono_min(r->down_at, r->timer_at);
		r->active_left = true;
	} else if (ev->advert.priority >= r->params.priority || !preempts(r)) {
		follow(r, now, ev);
	} else {
		bear(r, now, ev);
	}
}

/* 6.4.3. The last advert comes after the addresses have gone: on hearing it the other announces
 * them. */
static void yield(struct vrrp *r, mono_t now, const struct vrrp_ev *ev, struct vrrp_out *out)
{
	bool outranked = ev->advert.priority > r->params.priority;

	set_addrs(out, false);
	if (may_reply(r, now))
		advertise(out, r->params.priority);
	enter(r, VRRP_BACKUP, outranked ? VRRP_WHY_HIGHER_PRIORITY : VRRP_WHY_HIGHER_ADDRESS, out);
	follow(r, now, ev);
}

/* 6.4.3 */
static void on_advert_as_active(struct vrrp *r, mono_t now, const struct vrrp_ev *ev,
				struct vrrp_out *out)
{
	bool lost_tie = ev->advert.priority == r->params.priority &&
			ip_cmp(&ev->advert.src, &r->source) > 0;
	bool stands = lost_tie && ev->advert.stand;

	if (ev->advert.priority == VRRP_PRIORITY_LEAVING) {
		if (may_reply(r, now)) {
			advertise(out, r->params.priority);
			r->timer_at = mono_add(now, span_cs(r->params.interval_cs));
		}
	} else if (ev->advert.priority > r->params.priority || (lost_tie && !stands)) {
		yield(r, now, ev, out);
	} else {
		/* The one sentence in which RFC 9568 differs from its forerunners (1.1 item 5):
		 * assert ourselves at once, so that the other yields without waiting for our next
		 * advert. */
		if (r->params.version == 3 && !stands && may_reply(r, now))
			advertise(out, r->params.priority);
		*push(out, VRRP_ACT_RIVAL) = (struct vrrp_act){
			.kind = VRRP_ACT_RIVAL, .rival = { ev->advert.src, ev->advert.priority,
							   ev->advert.interval_cs },
		};
	}
}

static void on_advert(struct vrrp *r, mono_t now, const struct vrrp_ev *ev, struct vrrp_out *out)
{
	if (r->state == VRRP_ACTIVE && was_replaced(r, now))
		step_down_after_stall(r, now, out);
	switch (r->state) {
	case VRRP_INITIALIZE:
		break;
	case VRRP_BACKUP:
		on_advert_as_backup(r, now, ev);
		break;
	case VRRP_ACTIVE:
		on_advert_as_active(r, now, ev, out);
		break;
	case VRRP_STATE_N:
		CHECK_UNREACHABLE();
	}
}

/* Once: whoever is always late must still take over some time. One that waits was in time. */
static bool listens_again(struct vrrp *r, mono_t now)
{
	span_t late = mono_since(now, r->timer_at);

	if (r->woke_late || r->waits || late.ns <= span_cs(r->active_interval_cs).ns)
		return false;
	r->timer_at = r->down_at =
		mono_add(now, silence(&r->params, 1, r->active_interval_cs));
	r->lower_heard = false;
	r->woke_late = true;
	return true;
}

/* 6.4.2: the Active_Down_Timer fires. */
static void on_down_timer(struct vrrp *r, mono_t now, bool wait, struct vrrp_out *out)
{
	if (listens_again(r, now))
		return;
	r->waits = wait;
	if (wait)
		return;
	become_active(r, now, r->active_left ? VRRP_WHY_LEFT :
			      r->lower_heard ? VRRP_WHY_PREEMPT : VRRP_WHY_TIMEOUT, out);
}

/* 6.4.3: the Adver_Timer fires. */
static void on_advert_timer(struct vrrp *r, mono_t now, struct vrrp_out *out)
{
	span_t interval = span_cs(r->params.interval_cs);

	if (was_replaced(r, now)) {
		step_down_after_stall(r, now, out);
		return;
	}
	advertise(out, r->params.priority);
	r->timer_at = mono_add(r->timer_at, interval);
	if (mono_due(r->timer_at, now))
		r->timer_at = mono_add(now, interval);
}

static void on_timer(struct vrrp *r, mono_t now, bool wait, struct vrrp_out *out)
{
	if (!mono_due(r->timer_at, now))
		return;
	if (r->state == VRRP_BACKUP)
		on_down_timer(r, now, wait, out);
	else
		on_advert_timer(r, now, out);
	CHECK(r->waits || mono_before(now, r->timer_at));
}

void vrrp_init(struct vrrp *r, const struct vrrp_params *params)
{
	*r = (struct vrrp){
		.state = VRRP_INITIALIZE,
		.params = *params,
		.active_interval_cs = params->interval_cs,
		.timer_at = MONO_NEVER,
	};
}

void vrrp_step(struct vrrp *r, mono_t now, const struct vrrp_ev *ev, struct vrrp_out *out)
{
	out->n = 0;
	switch (ev->kind) {
	case VRRP_EV_STARTUP:
		on_startup(r, now, ev, out);
		break;
	case VRRP_EV_SHUTDOWN:
		on_shutdown(r, ev, out);
		break;
	case VRRP_EV_ADVERT:
		on_advert(r, now, ev, out);
		break;
	case VRRP_EV_TIMER:
		on_timer(r, now, ev->timer.wait, out);
		break;
	case VRRP_EV_CONFIGURE:
		/* The RFC is silent. A running timer keeps its end: whoever reloads often must not
		 * keep it from ever firing. The next time it is set, it is set from the new values.
		 */
		CHECK(ev->configure.params.version == r->params.version);
		r->params = ev->configure.params;
		if (r->params.version == 2) /* which learns none: always our own */
			r->active_interval_cs = r->params.interval_cs;
		break;
	case VRRP_EV_SOURCE:
		r->source = ev->source.source;
		break;
	case VRRP_EV_YIELD:
		on_yield(r, now, ev, out);
		break;
	}
}
