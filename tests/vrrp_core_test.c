/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state machine, event by event. What a step asks for is compared as a line of text, so that
 * the order of the acts is part of every test; what must hold after any step whatever is checked
 * after each.
 */
#include "vrrp_core.h"

#include <string.h>

#include "check_trap.h"
#include "rng.h"
#include "unit.h"
#include "vrrp_packets.h"
#include "vrrp_ref.h"
#include "vrrp_rx.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))
#define NEVER        UINT64_MAX
#define MS           UINT64_C(1000000)
#define CS           (10 * MS)
#define SEC          UINT64_C(1000000000)
#define T0           (1000 * SEC)

/* Of the router that plain() describes. */
#define A SEC
#define S (609375 * MS / 1000)
#define D (3 * A + S)

static const struct ip_addr own = { IP_V4, { 192, 0, 2, 100 } };
static const struct ip_addr low = { IP_V4, { 192, 0, 2, 99 } };
static const struct ip_addr high = { IP_V4, { 192, 0, 2, 101 } };

#define PARAMS(v, prio, mode, cs) \
	{ .version = (v), .priority = (prio), .preempt = (mode), .interval_cs = (cs) }

static struct vrrp_params plain(void)
{
	return (struct vrrp_params){
		.version = 3, .priority = 100, .preempt = true, .interval_cs = 100,
	};
}

static struct vrrp_params plain_v2(void)
{
	return (struct vrrp_params){
		.version = 2, .priority = 100, .preempt = true, .interval_cs = 100,
	};
}

static struct vrrp_params without_preempt(struct vrrp_params p)
{
	p.preempt = false;
	return p;
}

static struct vrrp_params with_priority(struct vrrp_params p, uint8_t priority)
{
	p.priority = priority;
	return p;
}

static struct vrrp_params with_interval(struct vrrp_params p, uint32_t cs)
{
	p.interval_cs = cs;
	return p;
}

/* ---- steps ---------------------------------------------------------------------------------- */

static struct vrrp_out out; /* of the last step */

/* The acts of the last step: "addresses off; advert 0; active to initialize: stop". */
static const char *acts(void)
{
	static char text[400];
	size_t n = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < out.n; i++) {
		const struct vrrp_act *act = &out.v[i];
		char *at = text + n;
		size_t size = sizeof text - n;

		if (act->kind == VRRP_ACT_ADVERT)
			snprintf(at, size, "; advert %u", act->advert.priority);
		else if (act->kind == VRRP_ACT_ADDRS)
			snprintf(at, size, "; addresses %s", act->addrs.present ? "on" : "off");
		else if (act->kind == VRRP_ACT_STATE)
			snprintf(at, size, "; %s to %s: %s", vrrp_state_name(act->state.from),
				 vrrp_state_name(act->state.to), vrrp_why_name(act->state.why));
		else
			snprintf(at, size, "; rival %u .%u", act->rival.priority,
				 act->rival.src.b[3]);
		n += strlen(at);
	}
	return n > 0 ? text + 2 : text;
}

/* The only acts that may follow each other: addresses go before anything is sent, an advert goes
 * out before they come (6.4.2), and that the state has changed is said after both. */
static void assert_acts_are_in_order(const struct vrrp *r, enum vrrp_state from)
{
	unsigned states = 0, changes = 0, adverts = 0;

	assert_true(out.n <= VRRP_ACTS_MAX);
	for (unsigned i = 0; i < out.n; i++) {
		const struct vrrp_act *act = &out.v[i];

		switch (act->kind) {
		case VRRP_ACT_ADVERT:
			adverts++;
			assert_true(act->advert.priority == r->params.priority ||
				    (act->advert.priority == 0 && (r->state == VRRP_INITIALIZE ||
						r->why == VRRP_WHY_GROUP_YIELD)));
			assert_int_equal(states, 0);
			break;
		case VRRP_ACT_ADDRS:
			changes++;
			assert_int_equal(states, 0);
			assert_int_equal(adverts, act->addrs.present ? 1 : 0);
			assert_true(act->addrs.present ? r->state == VRRP_ACTIVE
						       : from == VRRP_ACTIVE);
			break;
		case VRRP_ACT_STATE:
			states++;
			assert_int_equal(act->state.from, from);
			assert_int_equal(act->state.to, r->state);
			assert_int_equal(act->state.why, r->why);
			break;
		case VRRP_ACT_RIVAL:
			assert_int_equal(r->state, VRRP_ACTIVE);
			assert_int_equal(from, VRRP_ACTIVE);
			break;
		}
	}
	assert_int_equal(states, from != r->state);
	assert_int_equal(changes, from != r->state && (from == VRRP_ACTIVE ||
						       r->state == VRRP_ACTIVE));
	assert_true(adverts <= 1);
}

/* Every step of every test goes through here. Row 71, I-7: a timer runs in Backup and in Active,
 * and never in Initialize. */
static void step(struct vrrp *r, uint64_t at, struct vrrp_ev ev)
{
	enum vrrp_state from = r->state;

	memset(&out, 0xa5, sizeof out);
	vrrp_step(r, (mono_t){ at }, &ev, &out);
	assert_acts_are_in_order(r, from);
	assert_int_equal(mono_is_never(vrrp_deadline(r)), r->state == VRRP_INITIALIZE);
	if (ev.kind == VRRP_EV_TIMER && !ev.timer.wait)
		assert_true(vrrp_deadline(r).ns > at);
}

static void startup(struct vrrp *r, uint64_t at)
{
	step(r, at, (struct vrrp_ev){ .kind = VRRP_EV_STARTUP, .startup = { own } });
}

static void shut_down(struct vrrp *r, uint64_t at, enum vrrp_why why, bool mute)
{
	step(r, at, (struct vrrp_ev){ .kind = VRRP_EV_SHUTDOWN, .shutdown = { why, mute } });
}

static void advert(struct vrrp *r, uint64_t at, unsigned priority, uint32_t cs, struct ip_addr src)
{
	step(r, at, (struct vrrp_ev){ .kind = VRRP_EV_ADVERT,
				      .advert = { src, (uint8_t)priority, cs, false } });
}

/* As one of a sync group that may put up with an equal. */
static void standing_advert(struct vrrp *r, uint64_t at, unsigned priority, struct ip_addr src)
{
	step(r, at, (struct vrrp_ev){ .kind = VRRP_EV_ADVERT,
				      .advert = { src, (uint8_t)priority, 100, true } });
}

static void give_way(struct vrrp *r, uint64_t at)
{
	step(r, at, (struct vrrp_ev){ .kind = VRRP_EV_YIELD, .yield = { VRRP_WHY_GROUP_YIELD } });
}

/* It is due, and others of its group are not. */
static void wait_on(struct vrrp *r, uint64_t at)
{
	step(r, at, (struct vrrp_ev){ .kind = VRRP_EV_TIMER, .timer = { true } });
}

static void timer(struct vrrp *r, uint64_t at)
{
	step(r, at, (struct vrrp_ev){ .kind = VRRP_EV_TIMER });
}

/* Never an act, never another end of a running timer. */
static void configure(struct vrrp *r, uint64_t at, struct vrrp_params params)
{
	uint64_t end = vrrp_deadline(r).ns;

	step(r, at, (struct vrrp_ev){ .kind = VRRP_EV_CONFIGURE, .configure = { params } });
	assert_string_equal(acts(), "");
	assert_int_equal(vrrp_deadline(r).ns, end);
}

static void set_source(struct vrrp *r, uint64_t at, struct ip_addr source)
{
	step(r, at, (struct vrrp_ev){ .kind = VRRP_EV_SOURCE, .source = { source } });
}

static uint64_t due(const struct vrrp *r)
{
	return vrrp_deadline(r).ns;
}

static struct vrrp initialized(struct vrrp_params params)
{
	struct vrrp r;

	memset(&r, 0xa5, sizeof r);
	vrrp_init(&r, &params);
	return r;
}

/* Backup since T0, or the owner as Active. */
static struct vrrp started(struct vrrp_params params)
{
	struct vrrp r = initialized(params);

	startup(&r, T0);
	return r;
}

/* Active since T0; in its time as Backup it has learned an interval that is not its own. */
static struct vrrp active(struct vrrp_params params)
{
	struct vrrp r = initialized(params);

	if (params.priority == 255) {
		startup(&r, T0);
	} else {
		startup(&r, T0 - 900 * SEC);
		advert(&r, T0 - 900 * SEC, 255, 7, low);
		/* Once more, so that it is due at T0. */
		advert(&r, T0 - (due(&r) - (T0 - 900 * SEC)), 255, 7, low);
		timer(&r, T0);
	}
	assert_int_equal(r.state, VRRP_ACTIVE);
	assert_int_equal(due(&r), T0 + params.interval_cs * CS);
	return r;
}

/* Nothing asked for, nothing changed. */
static void assert_ignored(const struct vrrp *r, const struct vrrp *before)
{
	assert_string_equal(acts(), "");
	assert_memory_equal(r, before, sizeof *r);
}

/* Nothing happens a nanosecond before the timer is due; then the timer is served at its time. */
static void run_timer(struct vrrp *r)
{
	struct vrrp before = *r;
	uint64_t at = due(r);

	timer(r, at - 1);
	assert_ignored(r, &before);
	timer(r, at);
}

/* ---- Skew_Time and Active_Down_Interval ------------------------------------------------------ */

/* (256 - Priority) / 256 of the interval or, in version 2, of a second; rounded down. */
static uint64_t skew_by_formula(uint8_t version, unsigned priority, uint64_t cs)
{
	unsigned __int128 of = version == 2 ? SEC : cs * CS;

	return (uint64_t)(of * (256 - priority) / 256);
}

static void check_timers(uint8_t version, uint32_t cs)
{
	for (unsigned priority = 1; priority < 256; priority++) {
		uint64_t skew = skew_by_formula(version, priority, cs);

		assert_int_equal(vrrp_skew(version, (uint8_t)priority, cs).ns, skew);
		assert_int_equal(vrrp_down_interval(version, (uint8_t)priority, cs).ns,
				 3 * cs * CS + skew);
		/* I-7 */
		assert_true(skew > 0 && 3 * cs * CS + skew <= 765 * SEC + SEC);
	}
}

/* Every interval there is, with every priority. */
static void row_063_timers_are_exact_over_both_ranges(void **state)
{
	(void)state;
	for (uint32_t s = 1; s <= VRRP_INTERVAL_MAX_S; s++)
		check_timers(2, s * 100);
	for (uint32_t cs = 1; cs <= VRRP_INTERVAL_MAX_CS; cs++)
		check_timers(3, cs);
}

static const struct {
	uint8_t version;
	uint32_t cs;
	uint8_t priority;
	uint64_t skew, down;
} golden[] = {
	{ 2, 100, 254, 7812500, 3007812500 },
	{ 2, 100, 200, 218750000, 3218750000 },
	{ 2, 100, 100, 609375000, 3609375000 },
	{ 2, 100, 1, 996093750, 3996093750 },
	{ 2, 1000, 254, 7812500, 30007812500 },
	{ 2, 1000, 200, 218750000, 30218750000 },
	{ 2, 1000, 105, 589843750, 30589843750 },
	{ 2, 1000, 100, 609375000, 30609375000 },
	{ 2, 1000, 1, 996093750, 30996093750 },
	{ 2, 25500, 1, 996093750, 765996093750 },
	{ 3, 100, 255, 3906250, 3003906250 },
	{ 3, 100, 254, 7812500, 3007812500 },
	{ 3, 100, 200, 218750000, 3218750000 },
	{ 3, 100, 100, 609375000, 3609375000 },
	{ 3, 100, 1, 996093750, 3996093750 },
	{ 3, 1000, 254, 78125000, 30078125000 },
	{ 3, 1000, 200, 2187500000, 32187500000 },
	{ 3, 1000, 105, 5898437500, 35898437500 },
	{ 3, 1000, 100, 6093750000, 36093750000 },
	{ 3, 1000, 95, 6289062500, 36289062500 },
	{ 3, 1000, 1, 9960937500, 39960937500 },
	{ 3, 10, 254, 781250, 300781250 },
	{ 3, 10, 200, 21875000, 321875000 },
	{ 3, 10, 100, 60937500, 360937500 },
	{ 3, 10, 1, 99609375, 399609375 },
	{ 3, 5, 254, 390625, 150390625 },
	{ 3, 5, 200, 10937500, 160937500 },
	{ 3, 5, 100, 30468750, 180468750 },
	{ 3, 5, 1, 49804687, 199804687 },
	{ 3, 1, 254, 78125, 30078125 },
	{ 3, 1, 253, 117187, 30117187 },
	{ 3, 1, 200, 2187500, 32187500 },
	{ 3, 1, 100, 6093750, 36093750 },
	{ 3, 1, 1, 9960937, 39960937 },
	{ 3, 4095, 254, 319921875, 123169921875 },
	{ 3, 4095, 200, 8957812500, 131807812500 },
	{ 3, 4095, 100, 24953906250, 147803906250 },
	{ 3, 4095, 1, 40790039062, 163640039062 },
};

/* As a Backup waits it, after an advert of priority 0. */
static void row_064_skew_time(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(golden); i++) {
		struct vrrp_params p = PARAMS(golden[i].version, golden[i].priority, true,
					      golden[i].cs);
		struct vrrp r;

		assert_int_equal(vrrp_skew(p.version, p.priority, p.interval_cs).ns,
				 golden[i].skew);
		if (p.priority == 255)
			continue;
		r = started(p);
		advert(&r, T0, 0, p.interval_cs, high);
		assert_int_equal(due(&r), T0 + golden[i].skew);
		run_timer(&r);
		assert_int_equal(r.state, VRRP_ACTIVE);
	}
}

/* As a Backup waits it, after startup and after an advert. */
static void row_065_active_down_interval(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(golden); i++) {
		struct vrrp_params p = PARAMS(golden[i].version, golden[i].priority, true,
					      golden[i].cs);
		struct vrrp r;

		assert_int_equal(vrrp_down_interval(p.version, p.priority, p.interval_cs).ns,
				 golden[i].down);
		if (p.priority == 255)
			continue;
		r = started(p);
		assert_int_equal(due(&r), T0 + golden[i].down);
		advert(&r, T0 + SEC, 255, p.interval_cs, high);
		assert_int_equal(due(&r), T0 + SEC + golden[i].down);
		run_timer(&r);
		assert_int_equal(r.state, VRRP_ACTIVE);
	}
}

/* Version 2 has no Active_Adver_Interval: a Backup waits by its own interval, the one it has now.
 * (Adverts of another interval are refused before they come here.) */
static void row_065_version_2_backup_waits_by_its_present_interval(void **state)
{
	struct vrrp r = started(plain_v2());

	(void)state;
	assert_int_equal(due(&r), T0 + D);
	configure(&r, T0 + 1, with_interval(plain_v2(), 1000));
	advert(&r, T0 + 2, 200, 1000, high);
	assert_int_equal(due(&r), T0 + 2 + 30 * SEC + S);
	configure(&r, T0 + 3, with_interval(plain_v2(), 200));
	advert(&r, T0 + 4, 200, 200, high);
	assert_int_equal(due(&r), T0 + 4 + 6 * SEC + S);

	/* The same when it comes to it by yielding. */
	r = active(plain_v2());
	configure(&r, T0 + 1, with_interval(plain_v2(), 300));
	advert(&r, T0 + 2, 200, 300, high);
	assert_int_equal(r.state, VRRP_BACKUP);
	assert_int_equal(due(&r), T0 + 2 + 9 * SEC + S);
}

/* What an earlier life has learned is forgotten. */
static void row_066_active_adver_interval_begins_as_our_own(void **state)
{
	struct vrrp r = initialized(with_interval(plain(), 200));

	(void)state;
	assert_int_equal(r.active_interval_cs, 200);
	startup(&r, T0);
	assert_int_equal(r.active_interval_cs, 200);
	advert(&r, T0, 200, 4095, high);
	assert_int_equal(r.active_interval_cs, 4095);
	shut_down(&r, T0, VRRP_WHY_LINK_DOWN, true);
	startup(&r, T0 + SEC);
	assert_int_equal(r.active_interval_cs, 200);
	assert_int_equal(due(&r), T0 + SEC + 2 * D);

	/* Whatever was configured in between. */
	shut_down(&r, T0, VRRP_WHY_LINK_DOWN, true);
	configure(&r, T0, plain());
	startup(&r, T0 + SEC);
	assert_int_equal(due(&r), T0 + SEC + D);
}

/* 9568 6.4.2: Skew_Time too is of the interval just learned, longer or shorter. */
static void row_067_backup_learns_the_interval_with_each_advert(void **state)
{
	static const uint32_t intervals[] = { 1000, 1, 4095, 5, 100 };
	struct vrrp r = started(plain()), r2;

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(intervals); i++) {
		uint64_t at = T0 + i, cs = intervals[i];

		advert(&r, at, 200, intervals[i], high);
		assert_string_equal(acts(), "");
		assert_int_equal(r.active_interval_cs, intervals[i]);
		assert_int_equal(due(&r), at + 3 * cs * CS + cs * CS * 156 / 256);
		/* The skew of what was learned, after the Active has left. */
		r2 = r;
		advert(&r2, at, 0, 77, high);
		assert_int_equal(due(&r2), at + cs * CS * 156 / 256);
	}
}

/* Version 2 learns nothing: an advert of another interval is refused before it comes here. */
static void row_067_version_2_does_not_learn(void **state)
{
	struct vrrp r = started(plain_v2());

	(void)state;
	advert(&r, T0 + 1, 200, 25500, high);
	assert_int_equal(due(&r), T0 + 1 + D);
	r = active(plain_v2());
	advert(&r, T0 + 1, 200, 25500, high);
	assert_int_equal(due(&r), T0 + 1 + D);
}

static void row_068_yielding_active_learns_the_interval(void **state)
{
	struct vrrp r = active(plain());

	(void)state;
	advert(&r, T0 + 1, 101, 1000, low);
	assert_int_equal(r.state, VRRP_BACKUP);
	assert_int_equal(r.active_interval_cs, 1000);
	assert_int_equal(due(&r), T0 + 1 + 10 * D);
	r = active(plain());
	advert(&r, T0 + 1, 100, 10, high);
	assert_int_equal(due(&r), T0 + 1 + D / 10);
}

static void row_069_active_sends_at_its_own_interval(void **state)
{
	struct vrrp r = started(plain());
	uint64_t at;

	(void)state;
	advert(&r, T0, 200, 4095, high);
	run_timer(&r);
	assert_int_equal(r.state, VRRP_ACTIVE);
	for (unsigned i = 0; i < 10; i++) {
		at = due(&r);
		run_timer(&r);
		assert_string_equal(acts(), "advert 100");
		assert_int_equal(due(&r), at + A);
	}
	/* Nor does it learn from whom it outranks. */
	at = due(&r);
	advert(&r, at - 1, 50, 7, low);
	run_timer(&r);
	assert_int_equal(due(&r), at + A);
}

static void row_070_nothing_is_learned_from_priority_zero(void **state)
{
	struct vrrp r = started(plain());

	(void)state;
	advert(&r, T0, 200, 1000, high);
	advert(&r, T0, 0, 1, high);
	assert_int_equal(r.active_interval_cs, 1000);
	assert_int_equal(due(&r), T0 + 10 * S);
	r = active(plain());
	advert(&r, T0, 0, 1, high);
	assert_int_equal(due(&r), T0 + A);
}

static void row_071_one_timer_in_backup_and_active_and_none_in_initialize(void **state)
{
	struct vrrp r = initialized(plain());

	(void)state;
	assert_int_equal(due(&r), NEVER);
	startup(&r, T0);
	assert_int_equal(due(&r), T0 + D);
	timer(&r, T0 + D);
	assert_int_equal(due(&r), T0 + D + A);
	advert(&r, T0 + D, 200, 100, high);
	assert_int_equal(due(&r), T0 + D + D);
	shut_down(&r, T0 + D, VRRP_WHY_STOP, false);
	assert_int_equal(due(&r), NEVER);
	startup(&r, T0 + D);
	timer(&r, due(&r));
	shut_down(&r, due(&r), VRRP_WHY_STOP, false);
	assert_int_equal(due(&r), NEVER);
}

/* Two Backups at 10 ms whose priorities differ by one do not fire together. */
static void row_072_skew_is_finer_than_a_centisecond(void **state)
{
	(void)state;
	for (uint8_t priority = 1; priority < 255; priority++) {
		uint64_t gap = vrrp_skew(3, priority, 1).ns -
			       vrrp_skew(3, (uint8_t)(priority + 1), 1).ns;

		assert_true(gap == 39062 || gap == 39063);
	}
}

/* ---- Initialize ----------------------------------------------------------------------------- */

static void row_073_owner_starts_as_active(void **state)
{
	struct vrrp r = initialized(with_priority(plain(), 255));

	(void)state;
	startup(&r, T0);
	assert_string_equal(acts(), "advert 255; addresses on; initialize to active: owner");
	assert_int_equal(due(&r), T0 + A);
	assert_true(ip_eq(&r.source, &own));
	r = initialized(with_interval(with_priority(plain_v2(), 255), 25500));
	startup(&r, T0);
	assert_string_equal(acts(), "advert 255; addresses on; initialize to active: owner");
	assert_int_equal(due(&r), T0 + 255 * SEC);
}

static void row_074_others_start_as_backup(void **state)
{
	(void)state;
	for (unsigned priority = 1; priority < 255; priority++) {
		struct vrrp r = initialized(with_priority(plain(), (uint8_t)priority));

		startup(&r, T0);
		assert_string_equal(acts(), "initialize to backup: startup");
		assert_int_equal(due(&r), T0 + 3 * SEC + (256 - priority) * UINT64_C(3906250));
		assert_true(ip_eq(&r.source, &own));
		assert_false(ip_is_set(&r.active));
	}
}

static void row_075_initialize_ignores_every_packet(void **state)
{
	struct vrrp r = initialized(plain()), before = r;

	(void)state;
	for (unsigned priority = 0; priority < 256; priority++) {
		advert(&r, T0, priority, 100, high);
		assert_ignored(&r, &before);
		advert(&r, T0, priority, 1, low);
		assert_ignored(&r, &before);
	}
	timer(&r, T0);
	assert_ignored(&r, &before);
	timer(&r, NEVER - 1);
	assert_ignored(&r, &before);
	shut_down(&r, T0, VRRP_WHY_STOP, false);
	assert_ignored(&r, &before);
}

/* ---- Backup --------------------------------------------------------------------------------- */

static void row_076_backup_shuts_down_without_a_word(void **state)
{
	(void)state;
	for (unsigned mute = 0; mute < 2; mute++) {
		struct vrrp r = started(plain());

		advert(&r, T0, 200, 100, high);
		shut_down(&r, T0 + 1, VRRP_WHY_REMOVED, mute);
		assert_string_equal(acts(), "backup to initialize: removed");
		assert_int_equal(due(&r), NEVER);
		assert_false(ip_is_set(&r.active));
	}
}

/* The advert goes out before the addresses are announced (6.4.2). */
static void row_077_backup_takes_over_when_its_timer_fires(void **state)
{
	struct vrrp r = started(plain());

	(void)state;
	advert(&r, T0, 200, 1000, high);
	run_timer(&r);
	assert_string_equal(acts(), "advert 100; addresses on; backup to active: timeout");
	assert_int_equal(due(&r), T0 + 10 * D + A);
	assert_false(ip_is_set(&r.active));

	/* Served late it counts from when it was served. */
	r = started(plain_v2());
	timer(&r, T0 + D + SEC);
	assert_string_equal(acts(), "advert 100; addresses on; backup to active: timeout");
	assert_int_equal(due(&r), T0 + D + 2 * SEC);
}

static void row_078_backup_waits_skew_time_after_priority_zero(void **state)
{
	struct vrrp r = started(plain());

	(void)state;
	advert(&r, T0 + SEC, 0, 100, low);
	assert_string_equal(acts(), "");
	assert_int_equal(due(&r), T0 + SEC + S);
	run_timer(&r);
	assert_string_equal(acts(), "advert 100; addresses on; backup to active: active-left");

	/* In version 2 a part of a second, whatever the interval. */
	r = started(with_interval(plain_v2(), 1000));
	advert(&r, T0, 0, 1000, high);
	assert_int_equal(due(&r), T0 + S);
	/* Whoever may not preempt waits likewise. */
	r = started(without_preempt(plain()));
	advert(&r, T0, 0, 100, high);
	assert_int_equal(due(&r), T0 + S);
}

/* I-11, beyond the letter: adverts of priority zero, repeated for ever, put nothing off. */
static void i_11_priority_zero_never_lengthens_the_wait(void **state)
{
	struct vrrp r = started(plain());

	(void)state;
	advert(&r, T0, 0, 100, high);
	for (uint64_t at = T0; at < T0 + S; at += S / 10) {
		advert(&r, at, 0, 100, high);
		assert_int_equal(due(&r), T0 + S);
	}
	timer(&r, T0 + S);
	assert_int_equal(r.state, VRRP_ACTIVE);

	/* To the nanosecond: what is left of the timer, or Skew_Time. */
	r = started(plain());
	advert(&r, T0 + D - S - 1, 0, 100, high);
	assert_int_equal(due(&r), T0 + D - 1);
	r = started(plain());
	advert(&r, T0 + D - S, 0, 100, high);
	assert_int_equal(due(&r), T0 + D);
	r = started(plain());
	advert(&r, T0 + D - S + 1, 0, 100, high);
	assert_int_equal(due(&r), T0 + D);
}

static void row_079_backup_follows_a_higher_priority(void **state)
{
	(void)state;
	for (unsigned preempt = 0; preempt < 2; preempt++) {
		struct vrrp_params p = plain();
		struct vrrp r;

		p.preempt = preempt;
		r = started(p);
		for (unsigned priority = 101; priority < 256; priority++) {
			advert(&r, T0 + priority, priority, 10, low);
			assert_string_equal(acts(), "");
			assert_int_equal(due(&r), T0 + priority + D / 10);
			assert_true(ip_eq(&r.active, &low));
			assert_int_equal(r.active_priority, priority);
		}
	}
}

/* A timer that is due but was not served yet is put off: what came in time counts (I-9). */
static void row_079_an_advert_at_the_deadline_counts(void **state)
{
	struct vrrp r = started(plain());

	(void)state;
	advert(&r, T0 + D, 200, 100, high);
	timer(&r, T0 + D);
	assert_string_equal(acts(), "");
	assert_int_equal(r.state, VRRP_BACKUP);
	assert_int_equal(due(&r), T0 + D + D);
}

/* After the Active has left another speaks up: the wait is whole again, and its end a timeout. */
static void row_079_an_advert_after_priority_zero_is_followed(void **state)
{
	struct vrrp r = started(plain());

	(void)state;
	advert(&r, T0, 0, 100, high);
	advert(&r, T0 + 1, 150, 100, low);
	assert_int_equal(due(&r), T0 + 1 + D);
	run_timer(&r);
	assert_string_equal(acts(), "advert 100; addresses on; backup to active: timeout");
}

static void row_080_without_preempt_backup_follows_a_lower_priority(void **state)
{
	struct vrrp r = started(without_preempt(plain()));

	(void)state;
	for (unsigned priority = 1; priority < 100; priority++) {
		advert(&r, T0 + priority, priority, 1000, low);
		assert_string_equal(acts(), "");
		assert_int_equal(due(&r), T0 + priority + 10 * D);
		assert_true(ip_eq(&r.active, &low));
	}
	run_timer(&r);
	assert_string_equal(acts(), "advert 100; addresses on; backup to active: timeout");
}

/* I-10: neither the timer nor the interval, however many there are. */
static void row_081_with_preempt_backup_ignores_a_lower_priority(void **state)
{
	struct vrrp r = started(plain());

	(void)state;
	advert(&r, T0, 200, 200, high);
	for (uint64_t i = 0; i < 2 * D; i += D / 100) {
		advert(&r, T0 + i, 1 + (unsigned)(i % 99), 1, low);
		assert_string_equal(acts(), "");
		assert_int_equal(due(&r), T0 + 2 * D);
		assert_int_equal(r.active_interval_cs, 200);
		assert_true(ip_eq(&r.active, &high));
	}
	run_timer(&r);
	assert_string_equal(acts(), "advert 100; addresses on; backup to active: preempt");

	/* Unless one that is followed comes after it. */
	r = started(plain());
	advert(&r, T0, 50, 100, low);
	advert(&r, T0 + 1, 200, 100, high);
	run_timer(&r);
	assert_string_equal(acts(), "advert 100; addresses on; backup to active: timeout");
}

static void row_082_backup_follows_its_own_priority_whatever_the_address(void **state)
{
	(void)state;
	for (unsigned preempt = 0; preempt < 2; preempt++) {
		struct vrrp_params p = plain();
		struct vrrp r;

		p.preempt = preempt;
		r = started(p);
		advert(&r, T0 + 1, 100, 100, low);
		assert_int_equal(due(&r), T0 + 1 + D);
		advert(&r, T0 + 2, 100, 100, own);
		assert_int_equal(due(&r), T0 + 2 + D);
		advert(&r, T0 + 3, 100, 100, high);
		assert_int_equal(due(&r), T0 + 3 + D);
		assert_string_equal(acts(), "");
	}
}

static void row_083_owner_in_backup_follows_an_owner(void **state)
{
	struct vrrp r = active(with_priority(plain(), 255));

	(void)state;
	advert(&r, T0 + 1, 255, 100, high);
	assert_int_equal(r.state, VRRP_BACKUP);
	advert(&r, T0 + 2, 255, 10, low);
	assert_string_equal(acts(), "");
	assert_int_equal(due(&r), T0 + 2 + 300 * MS + 390625);
	advert(&r, T0 + 3, 254, 100, high);
	assert_int_equal(due(&r), T0 + 2 + 300 * MS + 390625);
	run_timer(&r);
	assert_string_equal(acts(), "advert 255; addresses on; backup to active: preempt");
}

/* ---- Active --------------------------------------------------------------------------------- */

static void row_084_active_advertises_when_its_timer_fires(void **state)
{
	static const struct vrrp_params params[] = {
		PARAMS(3, 100, true, 1), PARAMS(3, 255, true, 4095), PARAMS(3, 1, false, 100),
		PARAMS(2, 254, true, 100), PARAMS(2, 100, false, 25500),
	};

	(void)state;
	for (unsigned k = 0; k < ARRAY_LEN(params); k++) {
		struct vrrp r = active(params[k]);
		uint64_t interval = params[k].interval_cs * CS;
		char want[16];

		snprintf(want, sizeof want, "advert %u", params[k].priority);
		for (unsigned i = 1; i <= 20; i++) {
			assert_int_equal(due(&r), T0 + i * interval);
			run_timer(&r);
			assert_string_equal(acts(), want);
		}
	}
}

/* Beyond the letter: from when it was due, so that lateness does not add up; but never two at
 * once. */
static void row_084_lateness_does_not_add_up(void **state)
{
	struct vrrp r = active(plain());

	(void)state;
	for (unsigned i = 1; i <= 100; i++) {
		timer(&r, T0 + i * A + 400 * MS);
		assert_string_equal(acts(), "advert 100");
		assert_int_equal(due(&r), T0 + (i + 1) * A);
	}
	r = active(plain());
	timer(&r, T0 + 2 * A - 1);
	assert_int_equal(due(&r), T0 + 2 * A);
	r = active(plain());
	timer(&r, T0 + 2 * A);
	assert_int_equal(due(&r), T0 + 3 * A);
	r = active(plain());
	timer(&r, T0 + 50 * A + 1);
	assert_string_equal(acts(), "advert 100");
	assert_int_equal(due(&r), T0 + 51 * A + 1);
}

/* The addresses first: whoever hears the advert may take them over at once. */
static void row_085_active_leaves_with_one_priority_zero(void **state)
{
	struct vrrp r = active(plain());

	(void)state;
	shut_down(&r, T0 + 1, VRRP_WHY_STOP, false);
	assert_string_equal(acts(), "addresses off; advert 0; active to initialize: stop");
	shut_down(&r, T0 + 2, VRRP_WHY_STOP, false);
	assert_string_equal(acts(), "");
	r = active(with_priority(plain_v2(), 255));
	shut_down(&r, T0 + 1, VRRP_WHY_CHANGED, false);
	assert_string_equal(acts(), "addresses off; advert 0; active to initialize: changed");
}

static void row_086_active_answers_priority_zero(void **state)
{
	(void)state;
	for (uint8_t version = 2; version <= 3; version++) {
		struct vrrp_params p = PARAMS(version, 100, true, 100);
		struct vrrp r = active(p);

		advert(&r, T0 + 300 * MS, 0, 100, high);
		assert_string_equal(acts(), "advert 100");
		assert_int_equal(due(&r), T0 + 300 * MS + A);
		run_timer(&r);
		assert_string_equal(acts(), "advert 100");
	}
}

/* What follows "addresses off" is for the winner: it may have been Active all along, beyond a
 * partition, and announces its addresses when it hears a lower priority. */
static void row_087_active_yields_to_higher_priority(void **state)
{
	(void)state;
	for (unsigned priority = 101; priority < 256; priority++) {
		struct vrrp r = active(plain()), r2 = active(plain_v2());

		advert(&r, T0 + 1, priority, 100, low);
		assert_string_equal(acts(), "addresses off; advert 100; active to backup: "
					    "higher-priority");
		assert_int_equal(due(&r), T0 + 1 + D);
		assert_true(ip_eq(&r.active, &low));
		assert_int_equal(r.active_priority, priority);
		advert(&r2, T0 + 1, priority, 100, low);
		assert_string_equal(acts(), "addresses off; advert 100; active to backup: "
					    "higher-priority");
	}
}

/* The whole address, unsigned, in network byte order. */
static void row_088_active_yields_to_a_higher_address(void **state)
{
	static const struct { struct ip_addr source, src; bool yields; } rows[] = {
		{ { IP_V4, { 192, 0, 2, 100 } }, { IP_V4, { 192, 0, 2, 101 } }, true },
		{ { IP_V4, { 192, 0, 2, 100 } }, { IP_V4, { 192, 0, 2, 99 } }, false },
		{ { IP_V4, { 192, 0, 2, 100 } }, { IP_V4, { 192, 0, 2, 100 } }, false },
		{ { IP_V4, { 10, 0, 0, 127 } }, { IP_V4, { 10, 0, 0, 128 } }, true },
		{ { IP_V4, { 127, 0, 0, 1 } }, { IP_V4, { 128, 0, 0, 0 } }, true },
		{ { IP_V4, { 10, 0, 0, 255 } }, { IP_V4, { 10, 0, 1, 0 } }, true },
		{ { IP_V4, { 10, 0, 1, 0 } }, { IP_V4, { 10, 0, 0, 255 } }, false },
		{ { IP_V4, { 1, 0, 0, 200 } }, { IP_V4, { 200, 0, 0, 1 } }, true },
		{ { IP_V6, { 0xfe, 0x80, [15] = 1 } }, { IP_V6, { 0xfe, 0x80, [15] = 2 } }, true },
		{ { IP_V6, { 0xfe, 0x80, [15] = 2 } }, { IP_V6, { 0xfe, 0x80, [15] = 1 } }, false },
		{ { IP_V6, { 0xfe, 0x80, [8] = 0x7f, [15] = 9 } },
		  { IP_V6, { 0xfe, 0x80, [8] = 0x80, [15] = 1 } }, true },
		{ { IP_V6, { 0xfe, 0x80, [8] = 1 } }, { IP_V6, { 0xfe, 0x80, [15] = 0xff } },
		  false },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		struct vrrp r = active(plain());

		set_source(&r, T0, rows[i].source);
		advert(&r, T0 + 1, 100, 1000, rows[i].src);
		assert_int_equal(r.state, rows[i].yields ? VRRP_BACKUP : VRRP_ACTIVE);
		if (!rows[i].yields)
			continue;
		assert_string_equal(acts(), "addresses off; advert 100; active to backup: "
					    "higher-address");
		assert_int_equal(due(&r), T0 + 1 + 10 * D);
		assert_true(ip_eq(&r.active, &rows[i].src));
	}
}

/* I-14: of two routers that hear each other exactly one goes on, unless they are the same. */
static void row_088_exactly_one_of_two_yields(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 2000; i++) {
		uint64_t bits = rng_at(1, 1, 0, i);
		struct vrrp_params p = with_priority(plain(), (uint8_t)(100 + bits % 3));
		struct vrrp_params q = with_priority(plain(), (uint8_t)(100 + bits / 3 % 3));
		struct ip_addr x = ip4(10, (uint8_t)(bits >> 8 & 129), 0, (uint8_t)(bits >> 16));
		struct ip_addr y = ip4(10, (uint8_t)(bits >> 24 & 129), 0, (uint8_t)(bits >> 32));
		struct vrrp a = active(p), b = active(q);

		set_source(&a, T0, x);
		set_source(&b, T0, y);
		advert(&a, T0, q.priority, 100, y);
		advert(&b, T0, p.priority, 100, x);
		if (p.priority == q.priority && ip_eq(&x, &y))
			assert_true(a.state == VRRP_ACTIVE && b.state == VRRP_ACTIVE);
		else
			assert_true((a.state == VRRP_ACTIVE) != (b.state == VRRP_ACTIVE));
	}
}

/* 9568 1.1 item 5: asserts itself at once; the Adver_Timer runs on. */
static void row_089_active_asserts_itself_against_a_lower_address(void **state)
{
	struct vrrp r = active(plain());

	(void)state;
	advert(&r, T0 + 300 * MS, 100, 7, low);
	assert_string_equal(acts(), "advert 100; rival 100 .99");
	assert_int_equal(due(&r), T0 + A);

	/* 3768 only discards. */
	r = active(plain_v2());
	advert(&r, T0 + 300 * MS, 100, 100, low);
	assert_string_equal(acts(), "rival 100 .99");
	assert_int_equal(due(&r), T0 + A);
}

static void row_090_active_asserts_itself_against_a_lower_priority(void **state)
{
	(void)state;
	for (unsigned priority = 1; priority < 100; priority++) {
		struct vrrp r = active(plain()), r2 = active(plain_v2());
		char want[64];

		advert(&r, T0 + 300 * MS, priority, 7, high);
		snprintf(want, sizeof want, "advert 100; rival %u .101", priority);
		assert_string_equal(acts(), want);
		assert_int_equal(due(&r), T0 + A);
		advert(&r2, T0 + 300 * MS, priority, 100, high);
		assert_string_equal(acts(), want + strlen("advert 100; "));
		assert_int_equal(due(&r2), T0 + A);
	}
}

static void row_091_active_stays_when_even_the_address_is_equal(void **state)
{
	struct vrrp r = active(plain());

	(void)state;
	advert(&r, T0 + 1, 100, 100, own);
	assert_string_equal(acts(), "advert 100; rival 100 .100");
	assert_int_equal(due(&r), T0 + A);
}

static void row_092_preempt_mode_does_not_matter_in_active(void **state)
{
	struct vrrp r = active(without_preempt(plain()));

	(void)state;
	advert(&r, T0 + 1, 99, 100, high);
	assert_string_equal(acts(), "advert 100; rival 99 .101");
	advert(&r, T0 + 2, 100, 100, low);
	assert_string_equal(acts(), "advert 100; rival 100 .99");
	advert(&r, T0 + 3, 101, 100, low);
	assert_string_equal(acts(), "addresses off; advert 100; active to backup: "
				    "higher-priority");
}

static void row_093_owner_preempts_whatever_preempt_mode_says(void **state)
{
	struct vrrp r = active(without_preempt(with_priority(plain(), 255)));

	(void)state;
	advert(&r, T0 + 1, 255, 100, high);
	assert_int_equal(r.state, VRRP_BACKUP);
	for (unsigned i = 0; i < 100; i++)
		advert(&r, T0 + 2 + i, 254, 100, high);
	assert_int_equal(due(&r), T0 + 1 + 3 * SEC + 3906250);
	run_timer(&r);
	assert_string_equal(acts(), "advert 255; addresses on; backup to active: preempt");
}

/* Erratum 8298. */
static void row_094_two_owners_are_settled_by_address(void **state)
{
	struct vrrp r = active(with_priority(plain(), 255));

	(void)state;
	advert(&r, T0 + 1, 255, 100, low);
	assert_string_equal(acts(), "advert 255; rival 255 .99");
	advert(&r, T0 + 2, 255, 100, high);
	assert_string_equal(acts(), "addresses off; advert 255; active to backup: higher-address");
	assert_int_equal(due(&r), T0 + 2 + 3 * SEC + 3906250);
}

static void row_095_without_preempt_backup_replaces_a_silent_active(void **state)
{
	struct vrrp r = started(without_preempt(plain()));

	(void)state;
	advert(&r, T0 + SEC, 1, 100, low);
	run_timer(&r);
	assert_string_equal(acts(), "advert 100; addresses on; backup to active: timeout");
}

/* The reasons of RFC 6527's vrrpv3StatisticsNewMasterReason: the owner's priority, preempted (also
 * where the Active has left), no response; and why it is no longer Active. */
/* RFC 6527 vrrpv3StatisticsNewMasterReason: notMaster 0, priority 1, preempted 2,
 * masterNoResponse 3. */
static void row_061_reason_in_the_words_of_the_mib(void **state)
{
	static const unsigned number[VRRP_WHY_N] = {
		[VRRP_WHY_OWNER] = 1, [VRRP_WHY_LEFT] = 1, [VRRP_WHY_PREEMPT] = 2,
		[VRRP_WHY_TIMEOUT] = 3,
	};

	(void)state;
	for (unsigned why = 0; why < VRRP_WHY_N; why++)
		assert_int_equal(vrrp_new_active((enum vrrp_why)why), number[why]);
	assert_string_equal(vrrp_new_active_name(VRRP_NEW_ACTIVE_NEVER), "never");
	assert_string_equal(vrrp_new_active_name(VRRP_NEW_ACTIVE_NO_RESPONSE), "no-response");
	assert_check_fails(vrrp_new_active_name((enum vrrp_new_active)4));
}

static void row_061_the_reason_of_the_last_change_is_kept(void **state)
{
	struct vrrp r = initialized(with_priority(plain(), 255));

	(void)state;
	assert_int_equal(r.why, VRRP_WHY_NONE);
	startup(&r, T0);
	assert_int_equal(r.why, VRRP_WHY_OWNER);
	advert(&r, T0, 255, 100, high);
	assert_int_equal(r.why, VRRP_WHY_HIGHER_ADDRESS);
	timer(&r, due(&r));
	assert_int_equal(r.why, VRRP_WHY_TIMEOUT);
	shut_down(&r, due(&r), VRRP_WHY_ADDRESS_FAILED, false);
	assert_int_equal(r.why, VRRP_WHY_ADDRESS_FAILED);
	configure(&r, T0, plain());
	startup(&r, T0);
	assert_int_equal(r.why, VRRP_WHY_STARTUP);
	advert(&r, T0 + 1, 99, 100, high);
	assert_int_equal(r.why, VRRP_WHY_STARTUP);
	timer(&r, due(&r));
	assert_int_equal(r.why, VRRP_WHY_PREEMPT);
	advert(&r, due(&r) - 1, 101, 100, low);
	assert_int_equal(r.why, VRRP_WHY_HIGHER_PRIORITY);
	/* That it leaves says more than that a lower one was heard before. */
	advert(&r, due(&r) - D + 1, 50, 100, low);
	advert(&r, due(&r) - D + 2, 0, 100, low);
	timer(&r, due(&r));
	assert_int_equal(r.why, VRRP_WHY_LEFT);
}

/* ---- reload --------------------------------------------------------------------------------- */

static void row_096_new_priority_leaves_the_running_timer(void **state)
{
	struct vrrp r = started(plain());

	(void)state;
	configure(&r, T0 + 1, with_priority(plain(), 200));
	assert_int_equal(due(&r), T0 + D);
	/* What comes next is judged by it. */
	advert(&r, T0 + 2, 150, 100, high);
	assert_int_equal(due(&r), T0 + D);
	advert(&r, T0 + 3, 200, 100, high);
	assert_int_equal(due(&r), T0 + 3 + 3 * SEC + 218750000);
	configure(&r, T0 + 4, with_priority(plain(), 1));
	advert(&r, T0 + 5, 0, 100, high);
	assert_int_equal(due(&r), T0 + 5 + 996093750);
	run_timer(&r);
	assert_string_equal(acts(), "advert 1; addresses on; backup to active: active-left");

	configure(&r, T0 + 6 * SEC, with_priority(plain(), 77));
	run_timer(&r);
	assert_string_equal(acts(), "advert 77");
	configure(&r, due(&r) - 1, with_priority(plain(), 255));
	advert(&r, due(&r) - 1, 254, 100, high);
	assert_string_equal(acts(), "advert 255; rival 254 .101");
}

/* Becoming or ceasing to be the owner does not change the state by itself. */
static void row_096_new_owner_waits_for_its_timer(void **state)
{
	struct vrrp r = started(without_preempt(plain()));

	(void)state;
	advert(&r, T0, 200, 100, high);
	configure(&r, T0 + 1, without_preempt(with_priority(plain(), 255)));
	assert_int_equal(r.state, VRRP_BACKUP);
	advert(&r, T0 + 2, 200, 100, high);
	run_timer(&r);
	assert_string_equal(acts(), "advert 255; addresses on; backup to active: preempt");
	assert_int_equal(due(&r), T0 + D + A);
}

static void row_097_new_interval_leaves_the_running_timer(void **state)
{
	struct vrrp r = active(plain());

	(void)state;
	configure(&r, T0 + 1, with_interval(plain(), 10));
	run_timer(&r);
	assert_int_equal(due(&r), T0 + A + A / 10);
	configure(&r, T0 + A, with_interval(plain(), 4095));
	run_timer(&r);
	assert_int_equal(due(&r), T0 + A + A / 10 + 4095 * CS);

	/* A Backup of version 3 waits by the Active's. */
	r = started(plain());
	advert(&r, T0, 200, 100, high);
	configure(&r, T0 + 1, with_interval(plain(), 1000));
	advert(&r, T0 + 2, 200, 100, high);
	assert_int_equal(due(&r), T0 + 2 + D);
	run_timer(&r);
	assert_int_equal(due(&r), T0 + 2 + D + 10 * SEC);
}

/* Fault R2: whoever reloads often does not keep a Backup from taking over, nor an Active from
 * sending. */
static void row_097_reloads_do_not_put_a_timer_off(void **state)
{
	struct vrrp r = started(plain());
	unsigned sent = 0;

	(void)state;
	for (uint64_t at = T0; at < T0 + D; at += D / 200)
		configure(&r, at, with_interval(plain(), at % 2 ? 100 : 200));
	assert_int_equal(due(&r), T0 + D);
	run_timer(&r);
	assert_string_equal(acts(), "advert 100; addresses on; backup to active: timeout");
	configure(&r, T0 + D, plain());
	for (uint64_t at = T0 + D; at < T0 + D + 10 * A; at += A / 100) {
		configure(&r, at, plain());
		timer(&r, at);
		sent += out.n;
	}
	assert_int_equal(sent, 9);
}

static void row_097_new_preempt_mode_and_source_count_at_once(void **state)
{
	struct vrrp r = started(plain()), before;

	(void)state;
	configure(&r, T0, without_preempt(plain()));
	advert(&r, T0 + 1, 50, 100, high);
	assert_int_equal(due(&r), T0 + 1 + D);
	configure(&r, T0 + 2, plain());
	advert(&r, T0 + 3, 50, 100, high);
	assert_int_equal(due(&r), T0 + 1 + D);

	before = r;
	set_source(&r, T0 + 4, high);
	before.source = high;
	assert_ignored(&r, &before);
	timer(&r, due(&r));
	advert(&r, due(&r) - 1, 100, 100, own);
	assert_int_equal(r.state, VRRP_ACTIVE);
	set_source(&r, due(&r) - 1, low);
	advert(&r, due(&r) - 1, 100, 100, own);
	assert_int_equal(r.state, VRRP_BACKUP);
}

/* Version and the like make another virtual router: that is not for a CONFIGURE to change. */
static void a_new_version_is_not_a_change(void **state)
{
	struct vrrp r = started(plain());
	struct vrrp_ev ev = { .kind = VRRP_EV_CONFIGURE, .configure = { plain_v2() } };
	struct vrrp_ev start = { .kind = VRRP_EV_STARTUP, .startup = { own } };

	(void)state;
	assert_check_fails(vrrp_step(&r, (mono_t){ T0 }, &ev, &out));
	assert_check_fails(vrrp_step(&r, (mono_t){ T0 }, &start, &out));
}

/* ---- the interface -------------------------------------------------------------------------- */

static void row_098_a_lost_interface_is_a_silent_shutdown(void **state)
{
	static const enum vrrp_why whys[] = {
		VRRP_WHY_LINK_DOWN, VRRP_WHY_NO_INTERFACE, VRRP_WHY_NO_SOURCE,
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(whys); i++) {
		struct vrrp r = active(plain());
		char want[80];

		shut_down(&r, T0 + 1, whys[i], true);
		snprintf(want, sizeof want, "addresses off; active to initialize: %s",
			 vrrp_why_name(whys[i]));
		assert_string_equal(acts(), want);
		assert_int_equal(due(&r), NEVER);
		startup(&r, T0 + SEC);
		assert_string_equal(acts(), "initialize to backup: startup");
		assert_int_equal(due(&r), T0 + SEC + D);
	}
}

/* Erratum 8301: with an interval of zero Skew_Time and Active_Down_Interval would be zero, and
 * every Backup Active at once. So none comes this far: the packet that would depose an Active, with
 * nothing wrong but that. */
static void row_099_an_interval_of_zero_deposes_nobody(void **state)
{
	struct vrrp r = active(plain()), before = r;
	struct packet p = packet_v3();
	struct vrrp_local local = {
		.version = 3, .priority = 100, .interval_cs = 100, .source = own,
	};
	struct vrrp_rx rx;
	struct vrrp_msg msg;
	unsigned notes;

	(void)state;
	for (unsigned good = 0; good < 2; good++) {
		p.bytes[5] = good ? 1 : 0;
		packet_reseal(&p);
		rx = (struct vrrp_rx){ p.src, p.dst, p.ttl, p.bytes, p.len };
		if (vrrp_receive(&rx, &local, &msg, &notes) == VRRP_ACCEPTED)
			advert(&r, T0, msg.priority, msg.interval_cs, rx.src);
		if (!good)
			assert_memory_equal(&r, &before, sizeof r);
	}
	assert_int_equal(r.state, VRRP_BACKUP);
}

/* 5.2.7: it may go Active before it has heard the slow one, and yields to its first advert. */
static void row_100_a_fast_newcomer_yields_to_a_slow_active(void **state)
{
	struct vrrp r = started(with_interval(plain(), 10));

	(void)state;
	run_timer(&r);
	assert_string_equal(acts(), "advert 100; addresses on; backup to active: timeout");
	for (unsigned i = 0; i < 5; i++)
		run_timer(&r);
	advert(&r, due(&r) - 1, 200, 1000, high);
	assert_string_equal(acts(), "addresses off; advert 100; active to backup: "
				    "higher-priority");
	assert_int_equal(r.active_interval_cs, 1000);
	/* And does not come back between two of them (B20). */
	for (unsigned i = 0; i < 10; i++) {
		uint64_t at = due(&r) - 10 * D + 10 * SEC;

		timer(&r, at);
		assert_string_equal(acts(), "");
		advert(&r, at, 200, 1000, high);
		assert_int_equal(r.state, VRRP_BACKUP);
	}
}

/* ---- beyond the letter ---------------------------------------------------------------------- */

/* How many of the adverts heard, one every `gap` from `from` to `until`, were answered. */
static unsigned answers(struct vrrp *r, uint64_t from, uint64_t until, uint64_t gap,
			unsigned priority)
{
	unsigned n = 0;

	for (uint64_t at = from; at <= until; at += gap) {
		advert(r, at, priority, 100, low);
		assert_int_equal(r->state, VRRP_ACTIVE);
		for (unsigned i = 0; i < out.n; i++)
			n += out.v[i].kind == VRRP_ACT_ADVERT;
	}
	return n;
}

/* Four at once, then one in each interval; an answer that is not given is a rival all the same. */
static void i_12_adverts_out_of_turn_are_capped(void **state)
{
	struct vrrp r = active(plain());

	(void)state;
	assert_int_equal(answers(&r, T0, T0 + 4, 1, 50), 4);
	assert_string_equal(acts(), "rival 50 .99");
	assert_int_equal(answers(&r, T0 + A - 1, T0 + A - 1, 1, 50), 0);
	assert_int_equal(answers(&r, T0 + A, T0 + A, 1, 50), 1);
	assert_int_equal(answers(&r, T0 + A, T0 + 2 * A - 1, A / 50, 50), 0);
	assert_int_equal(answers(&r, T0 + 2 * A, T0 + 2 * A, 1, 50), 1);
	/* Saved up again, but never more than four. */
	assert_int_equal(answers(&r, T0 + 5 * A - 1, T0 + 5 * A - 1, 1, 50), 1);
	assert_int_equal(answers(&r, T0 + 100 * A, T0 + 100 * A + 20, 1, 50), 4);
	/* In the long run one an interval. */
	assert_int_equal(answers(&r, T0 + 200 * A, T0 + 299 * A, A / 100, 50), 4 + 99);
}

/* Two routers with one priority and one address, that hear each other at once, would answer each
 * other at wire speed (rows 57 and 91). */
static void i_12_two_equal_routers_do_not_flood(void **state)
{
	struct vrrp r[2] = { active(plain()), active(plain()) };
	unsigned sent = 0;

	(void)state;
	for (uint64_t at = T0, tick = 10 * MS; at < T0 + 100 * A; at += tick) {
		bool heard[2] = { at == T0, false };

		for (unsigned round = 0; round < 100; round++) {
			unsigned to = round % 2;

			if (!heard[to])
				continue;
			advert(&r[to], at, 100, 100, own);
			heard[1 - to] = out.n > 1;
			sent += heard[1 - to];
		}
		for (unsigned i = 0; i < 2; i++) {
			timer(&r[i], at);
			if (out.n > 0)
				advert(&r[1 - i], at, 100, 100, own);
			sent += out.n > 1;
		}
	}
	/* B19: the rate is bounded by that of the adverts in turn, and the burst. */
	assert_in_range(sent, 4, 2 * 100 + 2 * 4);
}

/* One budget for all kinds, and for all lives of the router. */
static void i_12_the_budget_is_shared_and_outlives_states(void **state)
{
	struct vrrp r = active(plain());

	(void)state;
	assert_int_equal(answers(&r, T0, T0, 1, 50), 1);
	assert_int_equal(answers(&r, T0, T0, 1, 0), 1);
	assert_int_equal(answers(&r, T0, T0, 1, 100), 1);
	advert(&r, T0, 200, 100, high);
	assert_string_equal(acts(), "addresses off; advert 100; active to backup: "
				    "higher-priority");
	shut_down(&r, T0, VRRP_WHY_LINK_DOWN, true);
	configure(&r, T0, with_priority(plain(), 255));
	startup(&r, T0);
	assert_int_equal(answers(&r, T0 + A - 1, T0 + A - 1, 1, 50), 0);
	advert(&r, T0 + A - 1, 255, 100, high);
	assert_string_equal(acts(), "addresses off; active to backup: higher-address");
}

/* An answer to priority 0 that is not given does not put our own advert off. */
static void i_12_priority_zero_is_answered_within_the_cap(void **state)
{
	(void)state;
	for (uint8_t version = 2; version <= 3; version++) {
		struct vrrp_params p = PARAMS(version, 100, true, 100);
		struct vrrp r = active(p);

		assert_int_equal(answers(&r, T0, T0 + 3, 1, 0), 4);
		assert_int_equal(due(&r), T0 + 3 + A);
		assert_int_equal(answers(&r, T0 + 4, T0 + 900 * MS, 100 * MS, 0), 0);
		assert_string_equal(acts(), "");
		assert_int_equal(due(&r), T0 + 3 + A);
	}
}

/* I-23: frozen for longer than any Backup waits, it has been replaced, and Preempt_Mode false says
 * that it does not take the addresses back. Its peers, the most patient of them with its own
 * priority, wait Active_Down_Interval from its last advert: that is two intervals and Skew_Time
 * from when it was due to send. */
static void a_stalled_active_without_preempt_steps_back(void **state)
{
	static const struct { struct vrrp_params params; uint64_t patience, down; } rows[] = {
		{ PARAMS(3, 100, false, 100), 2 * A + S, D },
		{ PARAMS(3, 100, false, 10), (2 * A + S) / 10, D / 10 },
		{ PARAMS(2, 100, false, 1000), 20 * SEC + S, 30 * SEC + S },
		{ PARAMS(3, 254, false, 4095), 2 * 4095 * CS + 319921875, 123169921875 },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		uint64_t last = T0 + rows[i].params.interval_cs * CS + rows[i].patience;
		struct vrrp r = active(rows[i].params);

		timer(&r, last);
		assert_int_equal(r.state, VRRP_ACTIVE);
		assert_int_equal(out.n, 1);
		r = active(rows[i].params);
		timer(&r, last + 1);
		assert_string_equal(acts(), "addresses off; active to backup: stalled");
		assert_int_equal(r.active_interval_cs, rows[i].params.interval_cs);
		assert_int_equal(due(&r), last + 1 + rows[i].down);
		run_timer(&r);
		assert_int_equal(r.state, VRRP_ACTIVE);
	}
}

static void a_stalled_active_that_preempts_goes_on(void **state)
{
	struct vrrp r = active(plain());

	(void)state;
	timer(&r, T0 + 1000 * SEC);
	assert_string_equal(acts(), "advert 100");
	r = active(without_preempt(with_priority(plain(), 255)));
	timer(&r, T0 + 1000 * SEC);
	assert_string_equal(acts(), "advert 255");
	advert(&r, T0 + 5000 * SEC, 254, 100, low);
	assert_string_equal(acts(), "advert 255; rival 254 .99");
}

/* What it then hears it hears as a Backup. */
static void a_stalled_active_hears_as_a_backup(void **state)
{
	const uint64_t late = T0 + A + 2 * A + S;
	struct vrrp r = active(without_preempt(plain()));

	(void)state;
	advert(&r, late, 50, 100, low);
	assert_string_equal(acts(), "advert 100; rival 50 .99");
	r = active(without_preempt(plain()));
	advert(&r, late + 1, 50, 10, low);
	assert_string_equal(acts(), "addresses off; active to backup: stalled");
	assert_int_equal(due(&r), late + 1 + D / 10);
	assert_true(ip_eq(&r.active, &low));
	r = active(without_preempt(plain()));
	advert(&r, late + 1, 0, 10, low);
	assert_string_equal(acts(), "addresses off; active to backup: stalled");
	assert_int_equal(due(&r), late + 1 + S);
}

/* A packet counts from when it arrived, which may be before what was done since. */
static void an_advert_counts_from_when_it_arrived(void **state)
{
	struct vrrp r = started(plain());

	(void)state;
	timer(&r, T0 + SEC);
	advert(&r, T0 + SEC - 5, 200, 100, high);
	assert_int_equal(due(&r), T0 + SEC - 5 + D);
	advert(&r, T0 + SEC - 4, 0, 100, high);
	assert_int_equal(due(&r), T0 + SEC - 4 + S);
	timer(&r, due(&r));
	advert(&r, due(&r) - A - 3, 200, 1000, high);
	assert_int_equal(due(&r), T0 + SEC - 4 + S - 3 + 10 * D);
}

/* Fault S17: instants beyond 2^32 ms, 2^31 and 2^32 s, and 2^63 ns are like others. */
static void S17_timers_are_right_across_wraps(void **state)
{
	static const uint64_t wraps[] = {
		(UINT64_C(1) << 32) * MS, (UINT64_C(1) << 31) * SEC, (UINT64_C(1) << 32) * SEC,
		UINT64_C(1) << 63,
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(wraps); i++) {
		struct vrrp r = initialized(plain());

		startup(&r, wraps[i] - 1);
		assert_int_equal(due(&r), wraps[i] - 1 + D);
		run_timer(&r);
		assert_int_equal(r.state, VRRP_ACTIVE);
		r = active(plain());
		timer(&r, wraps[i] - 1);
		run_timer(&r);
		assert_int_equal(due(&r), wraps[i] - 1 + 2 * A);
	}
}

/* ---- preempt_delay -------------------------------------------------------------------------- */

static struct vrrp_params with_delay(struct vrrp_params p, uint64_t ns)
{
	p.preempt_delay = SPAN_NS(ns);
	return p;
}

/* Adverts of priority 50 every A from `from` on, as long as the timer lets them. */
static void hear_lower_until(struct vrrp *r, uint64_t from, uint64_t until)
{
	for (uint64_t at = from; at < until; at += A) {
		assert_true(due(r) > at);
		advert(r, at, 50, 100, low);
		assert_string_equal(acts(), "");
	}
}

/* To the nanosecond: what the RFC waits, and the delay. In both versions. */
static void row_081_preempt_delay_is_added_to_the_wait(void **state)
{
	static const uint64_t delays[] = { 1, A, 5 * SEC, 7 * SEC + 123456789, 1000 * SEC };

	(void)state;
	for (unsigned i = 0; i < 2 * ARRAY_LEN(delays); i++) {
		uint64_t delay = delays[i / 2];
		struct vrrp r = started(with_delay(i % 2 == 0 ? plain() : plain_v2(), delay));

		assert_int_equal(due(&r), T0 + D);
		hear_lower_until(&r, T0 + A / 2, T0 + D + delay);
		assert_int_equal(due(&r), T0 + D + delay);
		run_timer(&r);
		assert_string_equal(acts(), "advert 100; addresses on; backup to active: preempt");
	}
}

/* Who has heard nobody, or nobody any more, does not wait. */
static void preempt_delay_is_not_for_a_silent_active(void **state)
{
	struct vrrp r = started(with_delay(plain(), 1000 * SEC));

	(void)state;
	run_timer(&r);
	assert_string_equal(acts(), "advert 100; addresses on; backup to active: timeout");
	assert_int_equal(due(&r), T0 + D + A);
	/* It fell silent while it was put up with: as any Backup waits for any Active. */
	r = started(with_delay(plain(), 1000 * SEC));
	hear_lower_until(&r, T0, T0 + 100 * SEC);
	assert_true(vrrp_is_patient(&r));
	assert_int_equal(due(&r), T0 + 99 * SEC + D);
	run_timer(&r);
	assert_string_equal(acts(), "advert 100; addresses on; backup to active: timeout");
	/* It fell silent before: at the time of the RFC. */
	r = started(with_delay(plain(), 1000 * SEC));
	advert(&r, T0, 50, 10, low);
	assert_false(vrrp_is_patient(&r));
	assert_int_equal(due(&r), T0 + D);
	run_timer(&r);
	assert_string_equal(acts(), "advert 100; addresses on; backup to active: timeout");
}

static void preempt_delay_is_not_for_an_active_that_leaves(void **state)
{
	struct vrrp r = started(with_delay(plain(), 1000 * SEC));

	(void)state;
	hear_lower_until(&r, T0, T0 + 100 * SEC);
	advert(&r, T0 + 100 * SEC, 0, 100, low);
	assert_int_equal(due(&r), T0 + 100 * SEC + S);
	run_timer(&r);
	assert_string_equal(acts(), "advert 100; addresses on; backup to active: active-left");
	/* Before the time of the RFC, too. */
	r = started(with_delay(plain(), 1000 * SEC));
	advert(&r, T0, 50, 100, low);
	advert(&r, T0 + 5, 0, 100, low);
	assert_int_equal(due(&r), T0 + 5 + S);
	/* But another of lower priority that goes on is put up with. */
	advert(&r, T0 + 6, 60, 100, low);
	assert_int_equal(due(&r), T0 + 6 + D);
	run_timer(&r);
	assert_string_equal(acts(), "advert 100; addresses on; backup to active: timeout");
}

/* I-10: whatever a lower priority says, nobody takes over from a higher one because of it. */
static void i_10_a_lower_priority_never_hastens_a_takeover(void **state)
{
	struct vrrp r = started(with_delay(plain(), 5 * SEC));

	(void)state;
	advert(&r, T0 + A, 200, 100, high);
	advert(&r, T0 + A + 1, 50, 1, low);
	assert_int_equal(due(&r), T0 + A + D);
	assert_int_equal(r.active_interval_cs, 100);
	assert_true(ip_eq(&r.active, &high));
	/* Nor puts it off for longer than the delay, with the longest interval there is. */
	advert(&r, T0 + A + 2, 50, 4095, low);
	assert_int_equal(due(&r), T0 + A + D + 5 * SEC);
	/* A higher one is followed as ever. */
	advert(&r, T0 + 2 * A, 200, 100, high);
	assert_int_equal(due(&r), T0 + 2 * A + D);
	assert_false(vrrp_is_patient(&r));
}

/* The delay counts anew once somebody was heard who may be Active. */
static void preempt_delay_begins_anew_after_a_higher_priority(void **state)
{
	struct vrrp r = started(with_delay(plain(), 10 * SEC));
	const uint64_t t = T0 + 12 * SEC;

	(void)state;
	hear_lower_until(&r, T0, t);
	advert(&r, t, 100, 100, high);
	assert_int_equal(due(&r), t + D);
	hear_lower_until(&r, t, t + D + 10 * SEC);
	assert_int_equal(due(&r), t + D + 10 * SEC);
}

/* While it is put up with, a lower Active is followed: its interval is learned, and counts. */
static void a_tolerated_active_is_followed(void **state)
{
	struct vrrp r = started(with_delay(plain(), 1000 * SEC));

	(void)state;
	advert(&r, T0 + D - 1, 50, 1000, low);
	assert_int_equal(r.active_interval_cs, 100);
	assert_false(ip_is_set(&r.active));
	assert_int_equal(due(&r), T0 + D - 1 + 10 * D);
	advert(&r, T0 + D, 50, 1000, low);
	assert_int_equal(r.active_interval_cs, 1000);
	assert_true(ip_eq(&r.active, &low));
	assert_int_equal(r.active_priority, 50);
	assert_int_equal(due(&r), T0 + D + 10 * D);
	advert(&r, T0 + D + A, 0, 10, low);
	assert_int_equal(due(&r), T0 + D + A + 10 * S);
}

static void preempt_delay_is_not_for_an_owner(void **state)
{
	struct vrrp r = started(plain());

	(void)state;
	configure(&r, T0, with_delay(with_priority(plain(), 255), 5 * SEC));
	advert(&r, T0 + 1, 254, 100, low);
	assert_int_equal(due(&r), T0 + D);
	run_timer(&r);
	assert_string_equal(acts(), "advert 255; addresses on; backup to active: preempt");
}

static void preempt_delay_means_nothing_without_preempt(void **state)
{
	struct vrrp r = started(with_delay(without_preempt(plain()), 5 * SEC));

	(void)state;
	for (uint64_t at = T0 + A; at < T0 + 100 * A; at += A) {
		advert(&r, at, 50, 100, low);
		assert_int_equal(due(&r), at + D);
		assert_false(vrrp_is_patient(&r));
	}
}

/* As row 97 has it of other settings: no running timer ends otherwise, the next one does. */
static void row_097_a_new_preempt_delay_counts_from_the_next_advert(void **state)
{
	struct vrrp r = started(with_delay(plain(), 10 * SEC));

	(void)state;
	hear_lower_until(&r, T0, T0 + D + 9 * SEC);
	assert_int_equal(due(&r), T0 + D + 10 * SEC);
	configure(&r, T0 + D + 9 * SEC, with_delay(plain(), 20 * SEC));
	hear_lower_until(&r, T0 + D + 9 * SEC, T0 + D + 20 * SEC);
	assert_int_equal(due(&r), T0 + D + 20 * SEC);
	/* A delay that is over already: at once. */
	r = started(with_delay(plain(), 10 * SEC));
	hear_lower_until(&r, T0, T0 + D + 5 * SEC);
	configure(&r, T0 + D + 5 * SEC, with_delay(plain(), 2 * SEC));
	advert(&r, T0 + D + 6 * SEC, 50, 100, low);
	assert_int_equal(due(&r), T0 + D + 6 * SEC);
	timer(&r, T0 + D + 6 * SEC);
	assert_string_equal(acts(), "advert 100; addresses on; backup to active: preempt");
}

/* Two Backups that differ in preempt_delay alone hear the same. As long as neither has acted, the
 * one is due no earlier than the other, and by no more than the delay later. */
static void hear_the_same(uint64_t seed, uint64_t delay)
{
	struct vrrp at_once = started(plain()), later = started(with_delay(plain(), delay));
	uint64_t now = T0;

	for (unsigned i = 0; i < 50; i++) {
		static const uint8_t priorities[] = { 0, 1, 50, 99, 99, 99, 100, 200 };
		uint64_t roll = rng_at(seed, 8, 0, i);
		uint8_t priority = priorities[roll % ARRAY_LEN(priorities)];
		uint32_t cs = 1 + (uint32_t)(roll >> 8 & 0x1ff);

		now += (roll >> 20) % (2 * A);
		if (now >= due(&at_once))
			break;
		advert(&at_once, now, priority, cs, high);
		advert(&later, now, priority, cs, high);
		assert_in_range(due(&later), due(&at_once), due(&at_once) + delay);
		assert_int_equal(later.active_interval_cs, at_once.active_interval_cs);
	}
	timer(&later, due(&at_once) - 1);
	assert_string_equal(acts(), "");
}

static void preempt_delay_adds_nothing_but_itself(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 20000; seed++)
		hear_the_same(seed, seed % 5 * seed * MS + seed % 2);
}

/* ---- down_adverts --------------------------------------------------------------------------- */

static struct vrrp_params with_adverts(struct vrrp_params p, uint8_t adverts)
{
	p.down_adverts = adverts;
	return p;
}

static void row_065_down_adverts_takes_the_place_of_three(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= 100; n++) {
		struct vrrp r = started(with_adverts(plain(), (uint8_t)n));

		assert_int_equal(due(&r), T0 + n * A + S);
		advert(&r, T0 + A, 200, 1000, high);
		assert_int_equal(due(&r), T0 + A + 10 * (n * A + S));
		/* Skew_Time is Skew_Time. */
		advert(&r, T0 + A, 0, 1000, high);
		assert_int_equal(due(&r), T0 + A + 10 * S);
		r = started(with_adverts(plain_v2(), (uint8_t)n));
		assert_int_equal(due(&r), T0 + n * A + S);
		r = started(with_adverts(with_interval(with_priority(plain(), 1), 4095),
					 (uint8_t)n));
		assert_int_equal(due(&r), T0 + n * 4095 * CS + 40790039062);
	}
}

static void row_097_new_down_adverts_leave_the_running_timer(void **state)
{
	struct vrrp r = started(plain());

	(void)state;
	configure(&r, T0 + A, with_adverts(plain(), 10));
	assert_int_equal(due(&r), T0 + D);
	advert(&r, T0 + 2 * A, 200, 100, high);
	assert_int_equal(due(&r), T0 + 2 * A + 10 * A + S);
}

/* An Active that may not preempt gives its peers as many adverts as it allows itself. */
static void a_stalled_active_counts_down_adverts_too(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= 100; n += 33) {
		struct vrrp_params p = with_adverts(without_preempt(plain()), (uint8_t)n);
		uint64_t last = T0 + A + (n - 1) * A + S;
		struct vrrp r = active(p);

		timer(&r, last);
		assert_string_equal(acts(), "advert 100");
		r = active(p);
		timer(&r, last + 1);
		assert_string_equal(acts(), "addresses off; active to backup: stalled");
		assert_int_equal(due(&r), last + 1 + n * A + S);
	}
}

/* ---- learned_interval_max ------------------------------------------------------------------- */

static struct vrrp_params with_cap(struct vrrp_params p, uint32_t cs)
{
	p.learned_interval_max_cs = cs;
	return p;
}

/* I-24: an advert of 40.95 s makes a Backup wait for 148 s, unless the operator says otherwise. */
static void i_24_no_longer_interval_is_learned_than_allowed(void **state)
{
	struct vrrp r = started(plain());

	(void)state;
	advert(&r, T0, 200, 4095, high);
	assert_int_equal(due(&r), T0 + 147803906250);
	for (uint32_t cap = 1; cap <= VRRP_INTERVAL_MAX_CS; cap += 89) {
		r = started(with_cap(plain(), cap));
		assert_int_equal(due(&r), T0 + D); /* our own is ours to choose */
		advert(&r, T0, 200, cap, high);
		assert_int_equal(due(&r), T0 + 3 * cap * CS + skew_by_formula(3, 100, cap));
		advert(&r, T0, 200, cap + 1, high);
		assert_int_equal(r.active_interval_cs, cap);
		assert_int_equal(due(&r), T0 + 3 * cap * CS + skew_by_formula(3, 100, cap));
		advert(&r, T0, 0, 4095, high);
		assert_int_equal(due(&r), T0 + skew_by_formula(3, 100, cap));
		r = active(with_cap(plain(), cap));
		advert(&r, T0, 200, 4095, high); /* yielding */
		assert_int_equal(r.active_interval_cs, cap);
		assert_int_equal(due(&r), T0 + 3 * cap * CS + skew_by_formula(3, 100, cap));
	}
}

static void i_24_shorter_intervals_are_learned_as_they_are(void **state)
{
	struct vrrp r = started(with_cap(plain(), 500));

	(void)state;
	for (uint32_t cs = 1; cs <= 500; cs += 7) {
		advert(&r, T0, 200, cs, high);
		assert_int_equal(r.active_interval_cs, cs);
	}
}

static void i_24_a_tolerated_active_is_capped_too(void **state)
{
	struct vrrp r = started(with_cap(with_delay(plain(), 1000 * SEC), 100));

	(void)state;
	advert(&r, T0 + A, 50, 4095, low);
	assert_int_equal(due(&r), T0 + A + D);
	advert(&r, T0 + D, 50, 4095, low);
	assert_int_equal(r.active_interval_cs, 100);
	assert_int_equal(due(&r), T0 + D + D);
}

/* ---- words ---------------------------------------------------------------------------------- */

/* ---- asleep --------------------------------------------------------------------------------- */

/* I-22: more than an interval late, it was not running, and may have missed what was sent. */
static void i_22_a_backup_that_overslept_listens_once_more(void **state)
{
	const uint64_t late = T0 + D + A;
	struct vrrp r = started(plain());

	(void)state;
	timer(&r, late); /* B1: just as late as is taken for lateness */
	assert_string_equal(acts(), "advert 100; addresses on; backup to active: timeout");
	r = started(plain());
	timer(&r, late + 1);
	assert_string_equal(acts(), "");
	assert_true(r.woke_late);
	assert_int_equal(due(&r), late + 1 + A + S);
	run_timer(&r);
	assert_string_equal(acts(), "advert 100; addresses on; backup to active: timeout");
	/* Once: it may be late again. */
	r = started(plain());
	timer(&r, late + 1);
	timer(&r, T0 + 1000 * SEC);
	assert_string_equal(acts(), "advert 100; addresses on; backup to active: timeout");
	/* But once for each time that it was heard. */
	r = started(plain());
	timer(&r, late + 1);
	advert(&r, late + A, 200, 100, high);
	assert_int_equal(due(&r), late + A + D);
	timer(&r, T0 + 1000 * SEC);
	assert_string_equal(acts(), "");
	assert_int_equal(due(&r), T0 + 1000 * SEC + A + S);
}

/* Whenever the Active sends next: it is in time, for every priority and version. */
static void i_22_an_active_that_lives_is_heard_in_that_time(void **state)
{
	(void)state;
	for (unsigned priority = 1; priority <= 254; priority += 23)
		for (unsigned version = 2; version <= 3; version++) {
			const uint64_t woke = T0 + 60 * SEC;
			struct vrrp_params p = version == 2 ? plain_v2() : plain();
			struct vrrp r = started(with_priority(p, (uint8_t)priority));

			timer(&r, woke);
			assert_string_equal(acts(), "");
			assert_true(due(&r) > woke + A);
			timer(&r, woke + A);
			advert(&r, woke + A, 255, 100, high);
			assert_int_equal(r.state, VRRP_BACKUP);
			assert_true(due(&r) > woke + 4 * A);
		}
}

static void i_22_the_wait_follows_the_interval_of_the_active(void **state)
{
	struct vrrp r = started(plain());

	(void)state;
	advert(&r, T0, 200, 1000, high);
	timer(&r, T0 + 10 * D + 10 * A);
	assert_int_equal(r.state, VRRP_ACTIVE);
	r = started(plain());
	advert(&r, T0, 200, 1000, high);
	timer(&r, T0 + 10 * D + 10 * A + 1);
	assert_int_equal(due(&r), T0 + 10 * D + 10 * A + 1 + 10 * (A + S));
	/* However many adverts may be missed, one is waited for. */
	r = started(with_adverts(plain(), 10));
	timer(&r, T0 + 1000 * SEC);
	assert_int_equal(due(&r), T0 + 1001 * SEC + S);
}

static void i_22_what_is_heard_meanwhile_counts_as_ever(void **state)
{
	const uint64_t woke = T0 + 60 * SEC;
	struct vrrp r = started(plain());

	(void)state;
	timer(&r, woke);
	advert(&r, woke + A / 2, 0, 100, high); /* it leaves */
	assert_int_equal(due(&r), woke + A / 2 + S);
	run_timer(&r);
	assert_string_equal(acts(), "advert 100; addresses on; backup to active: active-left");
	/* A lower priority is preempted, and touches nothing. */
	r = started(plain());
	timer(&r, woke);
	advert(&r, woke + A / 2, 50, 100, low);
	assert_int_equal(due(&r), woke + A + S);
	run_timer(&r);
	assert_string_equal(acts(), "advert 100; addresses on; backup to active: preempt");
	/* preempt_delay begins when it has listened. */
	r = started(with_delay(plain(), 10 * SEC));
	timer(&r, woke);
	hear_lower_until(&r, woke, woke + 12 * SEC);
	assert_int_equal(due(&r), woke + A + S + 10 * SEC);
}

/* I-23: an Active that was frozen for more than 2A + S_min may have been replaced. When nothing
 * says so it tells the others that it is there; what it hears of a successor it answers at once. */
static void i_23_a_late_active_advertises_before_anything_else(void **state)
{
	const uint64_t woke = T0 + A + 2 * A + 2 * A / 256 + 1;
	struct vrrp r = active(plain());

	(void)state;
	timer(&r, woke);
	assert_string_equal(acts(), "advert 100");
	assert_int_equal(due(&r), woke + A);
	/* Packets are handed in before the time. */
	r = active(plain());
	advert(&r, woke, 99, 100, high);
	assert_string_equal(acts(), "advert 100; rival 99 .101");
	timer(&r, woke);
	assert_string_equal(acts(), "advert 100");
	r = active(plain());
	advert(&r, woke, 101, 100, low);
	assert_string_equal(acts(),
			    "addresses off; advert 100; active to backup: higher-priority");
	timer(&r, woke);
	assert_string_equal(acts(), "");
}

static void states_and_reasons_have_names(void **state)
{
	static const char *const states[] = { "initialize", "backup", "active" };

	(void)state;
	for (unsigned i = 0; i < VRRP_STATE_N; i++)
		assert_string_equal(vrrp_state_name((enum vrrp_state)i), states[i]);
	assert_string_equal(vrrp_why_name(VRRP_WHY_NONE), "none");
	assert_string_equal(vrrp_why_name(VRRP_WHY_ADDRESS_FOREIGN), "address-foreign");
	assert_string_equal(vrrp_why_doc(VRRP_WHY_LEFT), "the Active said that it leaves");
	for (unsigned i = 0; i < VRRP_WHY_N; i++) {
		for (unsigned k = 0; k < i; k++)
			assert_string_not_equal(vrrp_why_name((enum vrrp_why)i),
						vrrp_why_name((enum vrrp_why)k));
		assert_true(strlen(vrrp_why_doc((enum vrrp_why)i)) > 0);
	}
	assert_check_fails(vrrp_state_name(VRRP_STATE_N));
	assert_check_fails(vrrp_why_name(VRRP_WHY_N));
	assert_check_fails(vrrp_why_doc(VRRP_WHY_N));
}

/* ---- as one of a sync group ------------------------------------------------------------------ */

/* It says that it leaves, for nobody here has outranked it, and waits an interval more. */
static void i28_one_of_a_group_gives_way_for_another(void **state)
{
	struct vrrp r = active(plain()), before;

	(void)state;
	give_way(&r, T0 + A / 2);
	assert_string_equal(acts(), "addresses off; advert 0; active to backup: group-yield");
	assert_int_equal(due(&r), T0 + A / 2 + A + D);
	assert_false(vrrp_is_patient(&r));
	before = r;
	give_way(&r, T0 + A);
	assert_ignored(&r, &before);
	advert(&r, T0 + A, 200, 100, high);
	assert_int_equal(due(&r), T0 + A + D);
	shut_down(&r, T0 + A, VRRP_WHY_STOP, false);
	before = r;
	give_way(&r, T0 + A);
	assert_ignored(&r, &before);
}

static void i28_one_of_a_group_may_put_up_with_an_equal(void **state)
{
	struct vrrp r = active(plain());

	(void)state;
	standing_advert(&r, T0, 100, high);
	assert_string_equal(acts(), "rival 100 .101"); /* and does not answer */
	assert_int_equal(due(&r), T0 + A);
	standing_advert(&r, T0, 101, low);
	assert_int_equal(r.state, VRRP_BACKUP);
	assert_int_equal(r.why, VRRP_WHY_HIGHER_PRIORITY);
}

/* However long another of the group makes it wait, it did not oversleep. */
static void i28_a_backup_may_wait_beyond_its_timer(void **state)
{
	struct vrrp r = started(plain());

	(void)state;
	wait_on(&r, T0 + D - 1);
	assert_false(r.waits);
	wait_on(&r, T0 + D);
	assert_string_equal(acts(), "");
	assert_true(r.waits);
	advert(&r, T0 + 9 * D, 99, 100, low);
	advert(&r, T0 + 9 * D, 0, 100, low);
	assert_int_equal(due(&r), T0 + D);
	timer(&r, T0 + 10 * D);
	assert_int_equal(r.state, VRRP_ACTIVE);
	/* Who has to be followed ends it. */
	r = started(plain());
	wait_on(&r, T0 + D);
	advert(&r, T0 + 2 * D, 100, 100, low);
	assert_false(r.waits);
	assert_int_equal(due(&r), T0 + 3 * D);
}

/* One that is told too late listens once more, as without a group. */
static void i28_one_that_overslept_does_not_wait_yet(void **state)
{
	struct vrrp r = started(plain());

	(void)state;
	wait_on(&r, T0 + D + A + 1);
	assert_false(r.waits);
	assert_int_equal(due(&r), T0 + D + A + 1 + A + S);
	wait_on(&r, due(&r));
	assert_true(r.waits);
}

static void i28_the_delay_of_preemption_comes_before_the_waiting(void **state)
{
	struct vrrp_params p = plain();
	struct vrrp r;

	(void)state;
	p.preempt_delay = SPAN_S(10);
	r = started(p);
	wait_on(&r, T0 + D);
	advert(&r, T0 + D + 1, 50, 100, low);
	assert_false(r.waits);
	assert_true(due(&r) > T0 + D + A);
}

/* ---- side by side with the reference model -------------------------------------------------- */

/*
 * The same events for both. They differ in three things, which are not the protocol's: a shutdown
 * in Initialize asks for nothing in either; a startup elsewhere is a CHECK() in the one and ignored
 * in the other, so there is none here; the model does not say in which order its acts are done,
 * which assert_acts_are_in_order() looks at.
 */
struct walk {
	struct vrrp r;
	struct vrrp_ref ref;
	struct vrrp_ref_out want;
	struct ip_addr addr[4]; /* two of them may be ours in turn */
	uint64_t now, seed, n, changes, acts, patient, preempted;
};

static uint32_t pick(struct walk *w, uint32_t n)
{
	return (uint32_t)rng_below(rng_at(w->seed, 7, 0, w->n++), n);
}

static struct vrrp_params random_params(struct walk *w, uint8_t version)
{
	static const uint8_t priorities[] = { 1, 99, 100, 100, 101, 254, 255 };
	static const uint32_t intervals[] = { 1, 3, 10, 100, 100, 101, 1000, 4095 };
	static const uint32_t seconds[] = { 1, 1, 2, 10, 255 };
	static const uint8_t adverts[] = { 0, 0, 1, 2, 3, 10, 100 };
	static const uint64_t delays[] = { 0, 0, 1, 20 * MS, 5 * SEC, 5 * SEC, 1000 * SEC };
	static const uint32_t caps[] = { 0, 0, 1, 100, 500, 4095 };

	return (struct vrrp_params){
		.version = version,
		.priority = priorities[pick(w, ARRAY_LEN(priorities))],
		.preempt = pick(w, 2),
		.interval_cs = version == 2 ? seconds[pick(w, ARRAY_LEN(seconds))] * 100
					    : intervals[pick(w, ARRAY_LEN(intervals))],
		.down_adverts = adverts[pick(w, ARRAY_LEN(adverts))],
		.preempt_delay = { delays[pick(w, ARRAY_LEN(delays))] },
		.learned_interval_max_cs = caps[pick(w, ARRAY_LEN(caps))],
	};
}

static struct vrrp_ref_cf ref_cf(const struct vrrp_params *p, const struct ip_addr *source)
{
	struct vrrp_ref_cf cf = {
		.version = p->version, .family = source->family, .vrid = 1,
		.priority = p->priority, .interval_cs = p->interval_cs, .preempt = p->preempt,
		.has_source = true, .down_adverts = p->down_adverts,
		.learned_max_cs = p->learned_interval_max_cs,
		.preempt_delay_ns = p->preempt_delay.ns,
	};

	memcpy(cf.source, source->b, 16);
	return cf;
}

/* Some time from now: often none or little, sometimes to the deadline and beyond. */
static void let_time_pass(struct walk *w)
{
	uint64_t end = due(&w->r);

	switch (pick(w, 8)) {
	case 0:
		break;
	case 1:
		w->now += 1;
		break;
	case 2:
		if (end != NEVER && end > w->now)
			w->now = end - 1;
		break;
	case 3:
	case 4:
		if (end != NEVER && end > w->now)
			w->now = end;
		break;
	case 5:
		w->now += pick(w, 10000000) * UINT64_C(1000);
		break;
	default:
		w->now += pick(w, 100) * MS;
	}
}

static void walk_advert(struct walk *w)
{
	uint8_t p = w->r.params.priority;
	const uint8_t priorities[] = {
		0, 1, (uint8_t)(p - 1), p, p, (uint8_t)(p + 1), 254, 255, (uint8_t)pick(w, 256),
	};
	struct ip_addr src = w->addr[pick(w, ARRAY_LEN(w->addr))];
	uint8_t priority = priorities[pick(w, ARRAY_LEN(priorities))];
	struct vrrp_params like = random_params(w, w->r.params.version);
	uint32_t cs = like.version == 2 ? w->r.params.interval_cs : like.interval_cs;

	w->ref.cf.stand = pick(w, 4) == 0;
	step(&w->r, w->now, (struct vrrp_ev){ .kind = VRRP_EV_ADVERT,
					      .advert = { src, priority, cs, w->ref.cf.stand } });
	vrrp_ref_advert(&w->ref, w->now, priority, cs, src.b, &w->want);
}

static void walk_change(struct walk *w)
{
	struct vrrp_params p = random_params(w, w->r.params.version);
	struct vrrp_ref_cf cf;

	if (pick(w, 2)) {
		configure(&w->r, w->now, p);
	} else {
		p = w->r.params;
		set_source(&w->r, w->now, w->addr[pick(w, 2)]);
	}
	cf = ref_cf(&p, &w->r.source);
	vrrp_ref_configure(&w->ref, w->now, &cf);
	memset(&w->want, 0, sizeof w->want);
	w->want.from = w->want.to = w->ref.state;
}

static void walk_shut_down(struct walk *w)
{
	bool mute = pick(w, 2);

	shut_down(&w->r, w->now, VRRP_WHY_LINK_DOWN, mute);
	vrrp_ref_shutdown(&w->ref, w->now, !mute, &w->want);
}

static void walk_event(struct walk *w)
{
	uint32_t kind = pick(w, 100);

	let_time_pass(w);
	if (w->r.state == VRRP_INITIALIZE && kind < 50) {
		startup(&w->r, w->now);
		w->ref.cf = ref_cf(&w->r.params, &own);
		vrrp_ref_startup(&w->ref, w->now, &w->want);
	} else if (kind < 8 && w->r.state == VRRP_BACKUP) {
		wait_on(&w->r, w->now);
		vrrp_ref_wait(&w->ref, w->now, &w->want);
	} else if (kind < 50) {
		timer(&w->r, w->now);
		vrrp_ref_timer(&w->ref, w->now, &w->want);
	} else if (kind < 92) {
		walk_advert(w);
	} else if (kind < 93) {
		give_way(&w->r, w->now);
		vrrp_ref_yield(&w->ref, w->now, &w->want);
	} else if (kind < 98) {
		walk_change(w);
	} else {
		walk_shut_down(w);
	}
}

static void compare(struct walk *w)
{
	unsigned adverts = 0;
	bool on = false, off = false, rival = false;

	for (unsigned i = 0; i < out.n; i++) {
		const struct vrrp_act *act = &out.v[i];

		if (act->kind == VRRP_ACT_ADVERT) {
			assert_true(adverts < w->want.n_adverts);
			assert_int_equal(act->advert.priority, w->want.advert_priority[adverts]);
			adverts++;
		}
		on |= act->kind == VRRP_ACT_ADDRS && act->addrs.present;
		off |= act->kind == VRRP_ACT_ADDRS && !act->addrs.present;
		rival |= act->kind == VRRP_ACT_RIVAL;
		w->changes += act->kind == VRRP_ACT_STATE;
	}
	assert_int_equal(adverts, w->want.n_adverts);
	assert_int_equal(on, w->want.addresses_added);
	assert_int_equal(off, w->want.addresses_removed);
	assert_int_equal(rival, w->want.rival);
	assert_int_equal((unsigned)w->r.state, (unsigned)w->ref.state);
	assert_int_equal(due(&w->r), vrrp_ref_deadline(&w->ref));
	if (w->r.params.version == 3 && w->r.state == VRRP_BACKUP)
		assert_int_equal(w->r.active_interval_cs, w->ref.active_adver_interval_cs);
	w->acts += out.n;
	w->patient += vrrp_is_patient(&w->r);
	w->preempted += out.n > 0 && w->r.why == VRRP_WHY_PREEMPT;
}

static void walk(uint64_t seed, unsigned steps, uint64_t *patient, uint64_t *preempted)
{
	struct walk w = { .seed = seed, .now = T0, .addr = { own, high, low, own } };
	uint8_t version = pick(&w, 3) == 0 ? 2 : 3;
	struct vrrp_params p = random_params(&w, version);
	struct vrrp_ref_cf cf = ref_cf(&p, &own);

	w.addr[3].b[0] = 0x3f;
	vrrp_init(&w.r, &p);
	vrrp_ref_init(&w.ref, &cf);
	for (unsigned i = 0; i < steps; i++) {
		walk_event(&w);
		compare(&w);
	}
	/* It went somewhere. */
	assert_true(w.changes > steps / 100);
	assert_true(w.acts > steps / 20);
	*patient += w.patient;
	*preempted += w.preempted;
}

static void walks_with_the_reference_model(void **state)
{
	uint64_t patient = 0, preempted = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 200; seed++)
		walk(seed, 5000, &patient, &preempted);
	assert_true(patient > 5000);
	assert_true(preempted > 1000);
}

UNIT_MAIN(
	T(row_063_timers_are_exact_over_both_ranges),
	T(row_064_skew_time),
	T(row_065_active_down_interval),
	T(row_065_version_2_backup_waits_by_its_present_interval),
	T(row_066_active_adver_interval_begins_as_our_own),
	T(row_067_backup_learns_the_interval_with_each_advert),
	T(row_067_version_2_does_not_learn),
	T(row_068_yielding_active_learns_the_interval),
	T(row_069_active_sends_at_its_own_interval),
	T(row_070_nothing_is_learned_from_priority_zero),
	T(row_071_one_timer_in_backup_and_active_and_none_in_initialize),
	T(row_072_skew_is_finer_than_a_centisecond),
	T(row_073_owner_starts_as_active),
	T(row_074_others_start_as_backup),
	T(row_075_initialize_ignores_every_packet),
	T(row_076_backup_shuts_down_without_a_word),
	T(row_077_backup_takes_over_when_its_timer_fires),
	T(row_078_backup_waits_skew_time_after_priority_zero),
	T(i_11_priority_zero_never_lengthens_the_wait),
	T(row_079_backup_follows_a_higher_priority),
	T(row_079_an_advert_at_the_deadline_counts),
	T(row_079_an_advert_after_priority_zero_is_followed),
	T(row_080_without_preempt_backup_follows_a_lower_priority),
	T(row_081_with_preempt_backup_ignores_a_lower_priority),
	T(row_082_backup_follows_its_own_priority_whatever_the_address),
	T(row_083_owner_in_backup_follows_an_owner),
	T(row_084_active_advertises_when_its_timer_fires),
	T(row_084_lateness_does_not_add_up),
	T(row_085_active_leaves_with_one_priority_zero),
	T(row_086_active_answers_priority_zero),
	T(row_087_active_yields_to_higher_priority),
	T(row_088_active_yields_to_a_higher_address),
	T(row_088_exactly_one_of_two_yields),
	T(row_089_active_asserts_itself_against_a_lower_address),
	T(row_090_active_asserts_itself_against_a_lower_priority),
	T(row_091_active_stays_when_even_the_address_is_equal),
	T(row_092_preempt_mode_does_not_matter_in_active),
	T(row_093_owner_preempts_whatever_preempt_mode_says),
	T(row_094_two_owners_are_settled_by_address),
	T(row_095_without_preempt_backup_replaces_a_silent_active),
	T(row_061_the_reason_of_the_last_change_is_kept),
	T(row_061_reason_in_the_words_of_the_mib),
	T(row_096_new_priority_leaves_the_running_timer),
	T(row_096_new_owner_waits_for_its_timer),
	T(row_097_new_interval_leaves_the_running_timer),
	T(row_097_reloads_do_not_put_a_timer_off),
	T(row_097_new_preempt_mode_and_source_count_at_once),
	T(a_new_version_is_not_a_change),
	T(row_098_a_lost_interface_is_a_silent_shutdown),
	T(row_099_an_interval_of_zero_deposes_nobody),
	T(row_100_a_fast_newcomer_yields_to_a_slow_active),
	T(i_12_adverts_out_of_turn_are_capped),
	T(i_12_two_equal_routers_do_not_flood),
	T(i_12_the_budget_is_shared_and_outlives_states),
	T(i_12_priority_zero_is_answered_within_the_cap),
	T(a_stalled_active_without_preempt_steps_back),
	T(a_stalled_active_that_preempts_goes_on),
	T(a_stalled_active_hears_as_a_backup),
	T(an_advert_counts_from_when_it_arrived),
	T(i_22_a_backup_that_overslept_listens_once_more),
	T(i_22_an_active_that_lives_is_heard_in_that_time),
	T(i_22_the_wait_follows_the_interval_of_the_active),
	T(i_22_what_is_heard_meanwhile_counts_as_ever),
	T(i_23_a_late_active_advertises_before_anything_else),
	T(S17_timers_are_right_across_wraps),
	T(row_081_preempt_delay_is_added_to_the_wait),
	T(preempt_delay_is_not_for_a_silent_active),
	T(preempt_delay_is_not_for_an_active_that_leaves),
	T(i_10_a_lower_priority_never_hastens_a_takeover),
	T(preempt_delay_begins_anew_after_a_higher_priority),
	T(a_tolerated_active_is_followed),
	T(preempt_delay_is_not_for_an_owner),
	T(preempt_delay_means_nothing_without_preempt),
	T(row_097_a_new_preempt_delay_counts_from_the_next_advert),
	T(preempt_delay_adds_nothing_but_itself),
	T(row_065_down_adverts_takes_the_place_of_three),
	T(row_097_new_down_adverts_leave_the_running_timer),
	T(a_stalled_active_counts_down_adverts_too),
	T(i_24_no_longer_interval_is_learned_than_allowed),
	T(i_24_shorter_intervals_are_learned_as_they_are),
	T(i_24_a_tolerated_active_is_capped_too),
	T(states_and_reasons_have_names),
	T(i28_one_of_a_group_gives_way_for_another),
	T(i28_one_of_a_group_may_put_up_with_an_equal),
	T(i28_a_backup_may_wait_beyond_its_timer),
	T(i28_one_that_overslept_does_not_wait_yet),
	T(i28_the_delay_of_preemption_comes_before_the_waiting),
	T(walks_with_the_reference_model))
