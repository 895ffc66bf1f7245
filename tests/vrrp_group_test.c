/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sync groups: each line of the decision, the order of ties, and that random events at random
 * members never leave a group in two states, nor deciding for ever.
 */
#include "vrrp_group.h"

#include "rng.h"
#include "unit.h"

#define NOW ((mono_t){ UINT64_C(1000000000000) })

/* ---- the decision, line by line ----------------------------------------------------------- */

enum stand { INIT, INIT_UNKNOWN, INIT_CANNOT, BACKUP, BACKUP_DUE, BACKUP_FOLLOWS, BACKUP_BEARS,
	     BACKUP_STALLED, ACTIVE, ACTIVE_UNKNOWN, ACTIVE_CANNOT };

static struct vrrp router(enum stand s)
{
	struct vrrp r = { .params = { .version = 3, .priority = 100, .preempt = true,
				      .interval_cs = 100 },
			  .timer_at = mono_add(NOW, SPAN_S(1)) };

	r.state = s <= INIT_CANNOT ? VRRP_INITIALIZE : s < ACTIVE ? VRRP_BACKUP : VRRP_ACTIVE;
	if (r.state == VRRP_INITIALIZE)
		r.timer_at = MONO_NEVER;
	r.waits = s == BACKUP_DUE;
	if (s == BACKUP_FOLLOWS || s == BACKUP_BEARS) {
		r.active = ip4(10, 0, 0, 9);
		r.active_priority = s == BACKUP_FOLLOWS ? 100 : 99;
	}
	if (s == BACKUP_STALLED)
		r.why = VRRP_WHY_STALLED;
	return r;
}

static enum vrrp_group_can can(enum stand s)
{
	return s == INIT_UNKNOWN || s == ACTIVE_UNKNOWN	 ? VRRP_GROUP_UNKNOWN
	       : s == INIT_CANNOT || s == ACTIVE_CANNOT ? VRRP_GROUP_CANNOT
							: VRRP_GROUP_CAN;
}

static struct vrrp_group_view view(const enum stand *s, uint32_t n)
{
	struct vrrp_group_view v = { 0 };

	for (uint32_t i = 0; i < n; i++) {
		struct vrrp r = router(s[i]);

		vrrp_group_add(&v, i, &r, can(s[i]));
	}
	return v;
}

static const uint32_t NOBODY = 77;

static void i28_the_decision_line_by_line(void **state)
{
	static const struct { enum stand s[3]; enum vrrp_group_move move; uint32_t who;
	} row[] = {
		/* One that cannot run stops all; when nobody runs there is nothing to do. */
		{ { ACTIVE, ACTIVE_CANNOT, ACTIVE }, VRRP_GROUP_STOP, 1 },
		{ { BACKUP, BACKUP_DUE, INIT_CANNOT }, VRRP_GROUP_STOP, 2 },
		{ { BACKUP_FOLLOWS, ACTIVE, ACTIVE_CANNOT }, VRRP_GROUP_STOP, 2 },
		{ { INIT, INIT_CANNOT, INIT }, VRRP_GROUP_REST, 1 },
		{ { INIT_UNKNOWN, INIT_CANNOT, INIT }, VRRP_GROUP_REST, 1 },
		/* All start together, when that is known of all. */
		{ { INIT, INIT, INIT }, VRRP_GROUP_START, NOBODY },
		{ { INIT, INIT_UNKNOWN, INIT }, VRRP_GROUP_REST, NOBODY },
		{ { INIT_UNKNOWN, ACTIVE, ACTIVE }, VRRP_GROUP_REST, NOBODY },
		/* One that joins starts, whatever the others do. */
		{ { INIT, ACTIVE, ACTIVE }, VRRP_GROUP_START, NOBODY },
		{ { INIT, BACKUP, BACKUP_DUE }, VRRP_GROUP_START, NOBODY },
		/* One that gave way takes the others along. */
		{ { ACTIVE, BACKUP_FOLLOWS, ACTIVE }, VRRP_GROUP_YIELD, 1 },
		{ { ACTIVE, ACTIVE, BACKUP_STALLED }, VRRP_GROUP_YIELD, 2 },
		{ { ACTIVE, BACKUP_DUE, BACKUP_FOLLOWS }, VRRP_GROUP_YIELD, 2 },
		{ { BACKUP, BACKUP_FOLLOWS, BACKUP }, VRRP_GROUP_REST, NOBODY },
		/* One that joined waits for its own timer... */
		{ { ACTIVE, BACKUP, ACTIVE }, VRRP_GROUP_REST, NOBODY },
		{ { ACTIVE, BACKUP_BEARS, ACTIVE }, VRRP_GROUP_REST, NOBODY },
		{ { ACTIVE, BACKUP_DUE, ACTIVE }, VRRP_GROUP_PROMOTE, NOBODY },
		{ { ACTIVE, BACKUP_DUE, BACKUP }, VRRP_GROUP_REST, NOBODY },
		/* ...and a group for the last of its timers. */
		{ { BACKUP_DUE, BACKUP_DUE, BACKUP_DUE }, VRRP_GROUP_PROMOTE, NOBODY },
		{ { BACKUP_DUE, BACKUP, BACKUP_DUE }, VRRP_GROUP_REST, NOBODY },
		{ { BACKUP_DUE, BACKUP_FOLLOWS, BACKUP_DUE }, VRRP_GROUP_REST, NOBODY },
		{ { BACKUP_DUE, INIT_UNKNOWN, BACKUP_DUE }, VRRP_GROUP_REST, NOBODY },
		/* What is not known of one that runs is no reason. */
		{ { ACTIVE_UNKNOWN, ACTIVE, ACTIVE }, VRRP_GROUP_REST, NOBODY },
		{ { ACTIVE_UNKNOWN, BACKUP_DUE, ACTIVE }, VRRP_GROUP_PROMOTE, NOBODY },
		{ { ACTIVE, ACTIVE, ACTIVE }, VRRP_GROUP_REST, NOBODY },
		{ { BACKUP, BACKUP, BACKUP }, VRRP_GROUP_REST, NOBODY },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
		struct vrrp_group_view v = view(row[i].s, 3);
		uint32_t who = NOBODY;

		if (vrrp_group_decide(&v, &who) != row[i].move || who != row[i].who)
			fail_msg("row %u: who %u", i, who);
	}
}

static void the_state_of_a_group_is_that_of_its_highest(void **state)
{
	static const enum stand all[] = { INIT, BACKUP, ACTIVE };
	struct vrrp_group_view v = view(all, 1);

	(void)state;
	assert_int_equal(vrrp_group_state(&v), VRRP_INITIALIZE);
	v = view(all, 2);
	assert_int_equal(vrrp_group_state(&v), VRRP_BACKUP);
	v = view(all, 3);
	assert_int_equal(vrrp_group_state(&v), VRRP_ACTIVE);
}

static void one_that_does_not_preempt_follows_a_lower_one(void **state)
{
	struct vrrp r = router(BACKUP_BEARS), active = router(ACTIVE);
	struct vrrp_group_view v = { 0 };
	uint32_t who;

	(void)state;
	r.params.preempt = false;
	vrrp_group_add(&v, 0, &active, VRRP_GROUP_CAN);
	vrrp_group_add(&v, 1, &r, VRRP_GROUP_CAN);
	assert_int_equal(vrrp_group_decide(&v, &who), VRRP_GROUP_YIELD);
	assert_int_equal(who, 1);
}

/* ---- ties --------------------------------------------------------------------------------- */

static void members_have_an_order_that_all_machines_know(void **state)
{
	static const struct vrrp_group_key in_order[] = {
		{ 1, { IP_V6, { 0xfe, 0x80 } } },
		{ 51, { IP_V4, { 10, 0, 0, 1 } } },
		{ 51, { IP_V4, { 10, 0, 1, 0 } } },
		{ 51, { IP_V6, { 0xfe, 0x80 } } },
		{ 255, { IP_V4, { 10, 0, 0, 0 } } },
	};

	(void)state;
	for (int i = 0; i < 5; i++)
		for (int k = 0; k < 5; k++) {
			int order = vrrp_group_order(&in_order[i], &in_order[k]);

			assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
		}
}

static void i28_the_first_member_never_stands_the_others_in_their_turn(void **state)
{
	const span_t patience = SPAN_MS(3609);

	(void)state;
	for (uint32_t rank = 0; rank < 4; rank++) {
		struct vrrp_group_tie tie = { 0 };
		mono_t at = NOW, end = mono_add(NOW, span_mul(patience, rank));

		for (; mono_before(at, end); at = mono_add(at, SPAN_MS(1000)))
			assert_true(vrrp_group_stands(&tie, at, rank, patience));
		assert_false(vrrp_group_stands(&tie, at, rank, patience));
	}
}

static void a_duel_begins_anew_after_a_silence(void **state)
{
	const span_t patience = SPAN_S(3);
	struct vrrp_group_tie tie = { 0 };

	(void)state;
	assert_true(vrrp_group_stands(&tie, NOW, 1, patience));
	assert_true(vrrp_group_stands(&tie, mono_add(NOW, SPAN_MS(2999)), 1, patience));
	assert_true(vrrp_group_stands(&tie, mono_add(NOW, SPAN_MS(5999)), 1, patience));
	assert_true(vrrp_group_stands(&tie, mono_add(NOW, SPAN_MS(8000)), 1, patience));
	assert_false(vrrp_group_stands(&tie, mono_add(NOW, SPAN_MS(8999)), 1, patience));
}

/* ---- random events ------------------------------------------------------------------------ */

enum { MEMBERS_MAX = 5 };

struct machine {
	struct vrrp r[MEMBERS_MAX];
	enum vrrp_group_can can[MEMBERS_MAX];
	bool joined[MEMBERS_MAX];
	uint32_t n;
	mono_t now;
	uint64_t seed, rolls;
};

static uint64_t roll(struct machine *m, uint64_t below)
{
	return rng_below(rng_at(m->seed, 1, 2, m->rolls++), below);
}

static void step(struct machine *m, uint32_t i, struct vrrp_ev ev)
{
	struct vrrp_out out;

	vrrp_step(&m->r[i], m->now, &ev, &out);
}

static void move(struct machine *m, enum vrrp_group_move what)
{
	for (uint32_t i = 0; i < m->n; i++) {
		enum vrrp_state s = m->r[i].state;

		if (what == VRRP_GROUP_STOP && s != VRRP_INITIALIZE)
			step(m, i, (struct vrrp_ev){ .kind = VRRP_EV_SHUTDOWN,
						     .shutdown = { VRRP_WHY_GROUP_FAULT, false } });
		else if (what == VRRP_GROUP_START && s == VRRP_INITIALIZE)
			step(m, i, (struct vrrp_ev){ .kind = VRRP_EV_STARTUP,
						     .startup = { ip4(10, 0, (uint8_t)i, 5) } });
		else if (what == VRRP_GROUP_YIELD && s == VRRP_ACTIVE)
			step(m, i, (struct vrrp_ev){ .kind = VRRP_EV_YIELD,
						     .yield = { VRRP_WHY_GROUP_YIELD } });
		else if (what == VRRP_GROUP_PROMOTE && s == VRRP_BACKUP)
			step(m, i, (struct vrrp_ev){ .kind = VRRP_EV_TIMER });
	}
}

static void settle(struct machine *m)
{
	for (unsigned rounds = 0;; rounds++) {
		struct vrrp_group_view v = { 0 };
		enum vrrp_group_move what;
		uint32_t who;

		for (uint32_t i = 0; i < m->n; i++)
			vrrp_group_add(&v, i, &m->r[i], m->can[i]);
		what = vrrp_group_decide(&v, &who);
		if (what == VRRP_GROUP_REST)
			return;
		assert_true(rounds < 3); /* no livelock */
		move(m, what);
	}
}

/* Adverts with a priority around ours, from a source around ours. */
static void hear(struct machine *m, uint32_t i)
{
	static const uint8_t priority[] = { 0, 50, 99, 100, 101, 254 };
	uint8_t last = (uint8_t)(4 + roll(m, 3));

	if (m->r[i].state != VRRP_INITIALIZE && last != 5)
		step(m, i, (struct vrrp_ev){ .kind = VRRP_EV_ADVERT,
			.advert = { ip4(10, 0, (uint8_t)i, last), priority[roll(m, 6)], 100,
				    roll(m, 2) == 0 } });
}

static void event(struct machine *m)
{
	uint32_t i = (uint32_t)roll(m, m->n);

	switch (roll(m, 8)) {
	case 0:
		m->can[i] = (enum vrrp_group_can)(VRRP_GROUP_CANNOT + roll(m, 2));
		break;
	case 1:
		for (uint32_t k = 0; k < m->n; k++)
			m->can[k] = VRRP_GROUP_CAN;
		break;
	case 2: /* a reload makes it anew */
		vrrp_init(&m->r[i], &m->r[i].params);
		m->can[i] = (enum vrrp_group_can)roll(m, 3);
		m->joined[i] = false;
		break;
	case 3:
	case 4:
		hear(m, i);
		break;
	default: /* time, up to the next timer or well beyond */
		m->now = mono_add(m->now, SPAN_MS(1 + roll(m, roll(m, 4) == 0 ? 9000 : 700)));
		for (uint32_t k = 0; k < m->n; k++)
			if (m->r[k].state == VRRP_ACTIVE && mono_due(m->r[k].timer_at, m->now)) {
				step(m, k, (struct vrrp_ev){ .kind = VRRP_EV_TIMER });
				settle(m);
			} else if (m->r[k].state == VRRP_BACKUP) {
				step(m, k, (struct vrrp_ev){ .kind = VRRP_EV_TIMER,
							     .timer = { true } });
			}
	}
	settle(m);
}

static void check_atomic(struct machine *m)
{
	const struct vrrp *joined = NULL;
	bool alike = true;

	for (uint32_t i = 0; i < m->n; i++) {
		alike &= m->r[i].state == m->r[0].state;
		if (m->joined[i] && joined)
			assert_int_equal(m->r[i].state, joined->state);
		if (m->joined[i])
			joined = &m->r[i];
	}
	for (uint32_t i = 0; i < m->n && alike; i++)
		m->joined[i] = true;
}

static void i28_random_events_never_divide_a_group(void **state)
{
	uint64_t active = 0, backup = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 300; seed++) {
		struct machine m = { .n = 1 + (uint32_t)(seed % MEMBERS_MAX), .now = NOW,
				     .seed = seed };

		for (uint32_t i = 0; i < m.n; i++)
			vrrp_init(&m.r[i], &(struct vrrp_params){
				.version = i == 1 ? 2 : 3, .priority = seed % 7 == 0 ? 255 : 100,
				.preempt = (seed >> i & 1) == 0, .interval_cs = 100,
				.preempt_delay = SPAN_MS(i == 2 ? 1500 : 0) });
		for (unsigned k = 0; k < 400; k++) {
			event(&m);
			check_atomic(&m);
			active += m.r[0].state == VRRP_ACTIVE;
			backup += m.r[0].state == VRRP_BACKUP;
		}
	}
	assert_true(active > 10000 && backup > 10000); /* it has been everywhere */
}

UNIT_MAIN(T(i28_the_decision_line_by_line), T(the_state_of_a_group_is_that_of_its_highest),
	  T(one_that_does_not_preempt_follows_a_lower_one),
	  T(members_have_an_order_that_all_machines_know),
	  T(i28_the_first_member_never_stands_the_others_in_their_turn),
	  T(a_duel_begins_anew_after_a_silence), T(i28_random_events_never_divide_a_group))
