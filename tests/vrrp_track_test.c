/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Effective priorities: each rule of the arithmetic with its limits, and that neither order nor
 * history matters.
 */
#include "vrrp_track.h"

#include "rng.h"
#include "unit.h"

#define UP        { .known = true, .down = 0 }
#define DOWN      { .known = true, .down = 1 }
#define HOLDS(n)  { .known = true, .down = (n) }
#define UNKNOWN   { .known = false }

/* One use of one tracker. */
static struct vrrp_track_result one(uint8_t base, int16_t weight, bool invert,
				    struct vrrp_track_reading reading)
{
	struct vrrp_track_use use = { .weight = weight, .invert = invert };

	return vrrp_track(base, &use, 1, &reading);
}

#define READ(...) ((struct vrrp_track_reading)__VA_ARGS__)

static void assert_result(struct vrrp_track_result r, int priority, int fault)
{
	assert_int_equal(r.priority, priority);
	assert_int_equal(r.fault, fault);
	assert_int_equal(r.unknown, VRRP_TRACK_NONE);
}

static void no_trackers_leave_the_priority(void **state)
{
	(void)state;
	assert_result(vrrp_track(100, NULL, 0, NULL), 100, VRRP_TRACK_NONE);
	assert_result(vrrp_track(255, NULL, 0, NULL), 255, VRRP_TRACK_NONE);
	assert_result(vrrp_track(1, NULL, 0, NULL), 1, VRRP_TRACK_NONE);
}

/* keepalived's four: weight -w, w, w reverse, -w reverse. */
static void weights_of_either_sign_and_reversed(void **state)
{
	(void)state;
	assert_result(one(100, -60, false, READ(UP)), 100, VRRP_TRACK_NONE);
	assert_result(one(100, -60, false, READ(DOWN)), 40, VRRP_TRACK_NONE);
	assert_result(one(100, 60, true, READ(UP)), 160, VRRP_TRACK_NONE);
	assert_result(one(100, 60, true, READ(DOWN)), 100, VRRP_TRACK_NONE);
	assert_result(one(100, -60, true, READ(UP)), 40, VRRP_TRACK_NONE);
	assert_result(one(100, -60, true, READ(DOWN)), 100, VRRP_TRACK_NONE);
	assert_result(one(100, 60, false, READ(UP)), 100, VRRP_TRACK_NONE);
	assert_result(one(100, 60, false, READ(DOWN)), 160, VRRP_TRACK_NONE);
}

static void without_a_weight_down_is_a_fault(void **state)
{
	(void)state;
	assert_result(one(100, 0, false, READ(UP)), 100, VRRP_TRACK_NONE);
	assert_result(one(100, 0, false, READ(DOWN)), 100, 0);
	assert_result(one(100, 0, true, READ(UP)), 100, 0);
	assert_result(one(100, 0, true, READ(DOWN)), 100, VRRP_TRACK_NONE);
	assert_result(one(100, 0, false, READ(HOLDS(-5))), 100, 0);
}

static void a_value_is_multiplied(void **state)
{
	(void)state;
	assert_result(one(200, -10, false, READ(HOLDS(3))), 170, VRRP_TRACK_NONE);
	assert_result(one(200, -10, false, READ(HOLDS(-3))), 230, VRRP_TRACK_NONE);
	assert_result(one(200, 1, false, READ(HOLDS(-199))), 1, VRRP_TRACK_NONE);
	/* Inverted, it is a state: of whatever is not zero, only that it is not. */
	assert_result(one(200, -10, true, READ(HOLDS(3))), 200, VRRP_TRACK_NONE);
	assert_result(one(200, -10, true, READ(HOLDS(0))), 190, VRRP_TRACK_NONE);
}

static void a_product_from_254_down_on_is_a_fault(void **state)
{
	(void)state;
	assert_result(one(254, -253, false, READ(DOWN)), 1, VRRP_TRACK_NONE);
	assert_result(one(254, -127, false, READ(HOLDS(2))), 254, 0);
	assert_result(one(254, 1, false, READ(HOLDS(-253))), 1, VRRP_TRACK_NONE);
	assert_result(one(254, 1, false, READ(HOLDS(-254))), 254, 0);
	assert_result(one(254, -253, false, READ(HOLDS(INT32_MAX))), 254, 0);
	assert_result(one(1, -253, false, READ(HOLDS(INT32_MIN))), 254, VRRP_TRACK_NONE);
	assert_result(one(1, 253, false, READ(HOLDS(INT32_MIN))), 1, 0);
}

static void the_sum_stays_between_1_and_254(void **state)
{
	(void)state;
	assert_result(one(100, -99, false, READ(DOWN)), 1, VRRP_TRACK_NONE);
	assert_result(one(100, -100, false, READ(DOWN)), 1, VRRP_TRACK_NONE);
	assert_result(one(100, -253, false, READ(DOWN)), 1, VRRP_TRACK_NONE);
	assert_result(one(100, 154, false, READ(DOWN)), 254, VRRP_TRACK_NONE);
	assert_result(one(100, 155, false, READ(DOWN)), 254, VRRP_TRACK_NONE);
	assert_result(one(254, 253, false, READ(HOLDS(1000))), 254, VRRP_TRACK_NONE);
}

/* Clamped in between, 100 - 250 + 250 would be 251. */
static void the_sum_is_clamped_only_once(void **state)
{
	static const struct vrrp_track_use use[] = { { 0, -250, false }, { 1, 250, false } };
	static const struct vrrp_track_reading both[] = { DOWN, DOWN };

	(void)state;
	assert_result(vrrp_track(100, use, 2, both), 100, VRRP_TRACK_NONE);
}

static void an_owner_stays_255_whatever_the_weights(void **state)
{
	(void)state;
	assert_result(one(255, -60, false, READ(DOWN)), 255, VRRP_TRACK_NONE);
	assert_result(one(255, 60, false, READ(DOWN)), 255, VRRP_TRACK_NONE);
	assert_result(one(255, -127, false, READ(HOLDS(2))), 255, VRRP_TRACK_NONE);
	assert_result(one(255, 0, false, READ(DOWN)), 255, 0);
}

static void the_first_fault_and_the_first_unknown_are_named(void **state)
{
	static const struct vrrp_track_use use[] = {
		{ 0, -1, false }, { 1, 0, false }, { 2, 0, false }, { 3, -5, false },
	};
	static const struct vrrp_track_reading reading[] = { DOWN, UNKNOWN, DOWN, UNKNOWN };
	struct vrrp_track_result r;

	(void)state;
	r = vrrp_track(100, use, 4, reading);
	assert_int_equal(r.priority, 99);
	assert_int_equal(r.fault, 2);
	assert_int_equal(r.unknown, 1);
}

/* Inverting nothing does not make it something. */
static void the_unknown_changes_nothing(void **state)
{
	(void)state;
	for (int16_t weight = -10; weight <= 10; weight += 10)
		for (int invert = 0; invert < 2; invert++) {
			struct vrrp_track_result r = one(100, weight, invert, READ(UNKNOWN));

			assert_int_equal(r.priority, 100);
			assert_int_equal(r.fault, VRRP_TRACK_NONE);
			assert_int_equal(r.unknown, 0);
		}
}

/* Ten thousand changes, then everything up again: the configured priority, exactly; and at each
 * step the same as from the shares one by one. */
static void row_096_priority_does_not_drift(void **state)
{
	enum { USES = 8 };
	struct vrrp_track_use use[USES];
	struct vrrp_track_reading reading[USES];

	(void)state;
	for (uint32_t i = 0; i < USES; i++) {
		use[i] = (struct vrrp_track_use){ i, (int16_t)(40 - 11 * (int)i), i % 3 == 0 };
		reading[i] = (struct vrrp_track_reading){ true, use[i].invert };
	}
	for (uint64_t step = 0; step < 10000; step++) {
		struct vrrp_track_result r;
		int sum = 120;

		reading[rng_below(rng_at(1, 2, 3, step), USES)].down =
			(int32_t)rng_below(rng_at(1, 2, 4, step), 3);
		r = vrrp_track(120, use, USES, reading);
		for (unsigned i = 0; i < USES; i++)
			sum += vrrp_track_share(120, &use[i], &reading[i]).add;
		assert_int_equal(r.priority, sum < 1 ? 1 : sum > 254 ? 254 : sum);
	}
	for (uint32_t i = 0; i < USES; i++)
		reading[i].down = use[i].invert;
	assert_result(vrrp_track(120, use, USES, reading), 120, VRRP_TRACK_NONE);
}

/* ---- damping ------------------------------------------------------------------------------ */

static const mono_t T0 = { 10000000000 };

static mono_t ms(uint64_t n)
{
	return mono_add(T0, SPAN_MS(n));
}

static void assert_counts(const struct vrrp_track_hold *h, int32_t down)
{
	assert_true(h->counts.known);
	assert_int_equal(h->counts.down, down);
}

static void without_delays_all_counts_at_once(void **state)
{
	struct vrrp_track_hold h = { .waits = false };
	struct vrrp_track_delays none = { SPAN_ZERO, SPAN_ZERO };

	(void)state;
	assert_false(h.counts.known);
	for (int32_t i = 0; i < 10; i++) {
		vrrp_track_say(&h, T0, i % 3, &none);
		assert_counts(&h, i % 3);
		assert_true(mono_is_never(vrrp_track_deadline(&h, &none)));
	}
}

static void what_is_said_first_counts_at_once(void **state)
{
	struct vrrp_track_hold h = { .waits = false };
	struct vrrp_track_delays slow = { SPAN_S(2), SPAN_S(5) };

	(void)state;
	vrrp_track_say(&h, T0, 1, &slow);
	assert_counts(&h, 1);
}

static void v25_better_and_worse_have_to_last(void **state)
{
	struct vrrp_track_hold h = { .waits = false };
	struct vrrp_track_delays d = { SPAN_S(2), SPAN_MS(500) };

	(void)state;
	vrrp_track_say(&h, T0, 0, &d);
	vrrp_track_say(&h, ms(1000), 1, &d);
	assert_counts(&h, 0);
	assert_int_equal(vrrp_track_deadline(&h, &d).ns, ms(1500).ns);
	vrrp_track_say(&h, ms(1200), 0, &d); /* it was nothing */
	assert_true(mono_is_never(vrrp_track_deadline(&h, &d)));
	vrrp_track_say(&h, ms(1300), 1, &d);
	vrrp_track_say(&h, ms(1700), 5, &d); /* still worse, and by more: that changes no time */
	assert_int_equal(vrrp_track_deadline(&h, &d).ns, ms(1800).ns);
	assert_false(vrrp_track_settle(&h, ms(1799), &d));
	assert_true(vrrp_track_settle(&h, ms(1800), &d));
	assert_counts(&h, 5);
	vrrp_track_say(&h, ms(3000), 0, &d);
	assert_int_equal(vrrp_track_deadline(&h, &d).ns, ms(5000).ns);
	vrrp_track_say(&h, ms(4000), 7, &d); /* not better, but worse: from now on */
	assert_int_equal(vrrp_track_deadline(&h, &d).ns, ms(4500).ns);
	/* Nobody looked when it was due: that is made up for first. */
	vrrp_track_say(&h, ms(9000), 5, &d);
	assert_int_equal(vrrp_track_deadline(&h, &d).ns, ms(9500).ns);
	assert_counts(&h, 7);
}

static void v25_ten_changes_a_second(void **state)
{
	struct vrrp_track_hold h = { .waits = false };
	struct vrrp_track_delays d = { SPAN_S(2), SPAN_ZERO };
	unsigned changes = 0;

	(void)state;
	vrrp_track_say(&h, T0, 0, &d);
	for (unsigned i = 1; i < 1000; i++) {
		int32_t was = h.counts.down;

		vrrp_track_say(&h, ms(i * 50), i % 2, &d);
		changes += h.counts.down != was;
	}
	assert_int_equal(changes, 1);
	assert_counts(&h, 1);
	vrrp_track_say(&h, ms(50000), 0, &d);
	assert_true(vrrp_track_settle(&h, ms(52000), &d));
	assert_counts(&h, 0);
}

UNIT_MAIN(
	T(no_trackers_leave_the_priority),
	T(weights_of_either_sign_and_reversed),
	T(without_a_weight_down_is_a_fault),
	T(a_value_is_multiplied),
	T(a_product_from_254_down_on_is_a_fault),
	T(the_sum_stays_between_1_and_254),
	T(the_sum_is_clamped_only_once),
	T(an_owner_stays_255_whatever_the_weights),
	T(the_first_fault_and_the_first_unknown_are_named),
	T(the_unknown_changes_nothing),
	T(row_096_priority_does_not_drift),
	T(without_delays_all_counts_at_once),
	T(what_is_said_first_counts_at_once),
	T(v25_better_and_worse_have_to_last),
	T(v25_ten_changes_a_second))
