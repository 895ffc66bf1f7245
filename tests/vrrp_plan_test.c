/* SPDX-License-Identifier: BSD-2-Clause */
/* What to ask the kernel for: each way a thing can come, go, be refused, lost or taken away. */
#include "vrrp_plan.h"

#include "rng.h"
#include "unit.h"

static mono_t at(uint64_t s)
{
	return (mono_t){ (s + 1000) * 1000000000 };
}

static struct vrrp_plan absent(void)
{
	struct vrrp_plan p = { 0 };

	plan_reported(&p, PLAN_ABSENT, true);
	return p;
}

static struct vrrp_plan there(void)
{
	struct vrrp_plan p = absent();

	assert_int_equal(plan_next(&p, true, at(0)), PLAN_ADD);
	plan_reported(&p, PLAN_THERE, false);
	return p;
}

static void nothing_before_the_kernel_has_spoken(void **state)
{
	struct vrrp_plan p = { 0 };

	(void)state;
	assert_int_equal(plan_next(&p, true, at(0)), PLAN_NOTHING);
	assert_int_equal(plan_next(&p, false, at(0)), PLAN_NOTHING);
	assert_false(plan_settled(&p));
}

static void asked_for_once(void **state)
{
	struct vrrp_plan p = absent();

	(void)state;
	assert_int_equal(plan_next(&p, false, at(0)), PLAN_NOTHING);
	assert_true(plan_settled(&p));
	assert_int_equal(plan_next(&p, true, at(0)), PLAN_ADD);
	assert_int_equal(plan_next(&p, true, at(9)), PLAN_NOTHING);
	assert_false(plan_settled(&p));
	plan_reported(&p, PLAN_THERE, false);
	assert_int_equal(plan_next(&p, true, at(9)), PLAN_NOTHING);
	assert_int_equal(plan_next(&p, false, at(9)), PLAN_REMOVE);
	assert_int_equal(plan_next(&p, false, at(99)), PLAN_NOTHING);
	plan_reported(&p, PLAN_ABSENT, false);
	assert_false(plan_gone(&p));
	assert_true(plan_settled(&p));
}

static void taken_back_while_it_is_added(void **state)
{
	struct vrrp_plan p = absent();

	(void)state;
	assert_int_equal(plan_next(&p, true, at(0)), PLAN_ADD);
	assert_int_equal(plan_next(&p, false, at(0)), PLAN_REMOVE);
	assert_int_equal(plan_next(&p, true, at(0)), PLAN_NOTHING); /* until that is answered */
	plan_reported(&p, PLAN_ABSENT, false);
	assert_int_equal(plan_next(&p, true, at(0)), PLAN_ADD);
}

static void one_of_another_kind_is_replaced(void **state)
{
	struct vrrp_plan p = { 0 };

	(void)state;
	plan_reported(&p, PLAN_STALE, true);
	assert_true(p.leftover);
	assert_int_equal(plan_next(&p, true, at(0)), PLAN_REMOVE);
	plan_reported(&p, PLAN_ABSENT, false);
	assert_false(plan_gone(&p));
	assert_int_equal(plan_next(&p, true, at(0)), PLAN_ADD);
}

static void a_leftover_is_used_or_removed(void **state)
{
	struct vrrp_plan p = { 0 };

	(void)state;
	plan_reported(&p, PLAN_THERE, true);
	assert_true(p.leftover);
	assert_int_equal(plan_next(&p, true, at(0)), PLAN_NOTHING);
	assert_int_equal(plan_next(&p, false, at(0)), PLAN_REMOVE);
	p = there();
	assert_false(p.leftover);
}

static void what_is_refused_is_tried_later_and_later(void **state)
{
	static const unsigned wait[] = { 1, 2, 4, 8, 16, 32, 32, 32 };
	struct vrrp_plan p = absent();
	uint64_t t = 0;

	(void)state;
	for (unsigned i = 0; i < 300; i++) {
		unsigned w = i < 8 ? wait[i] : 32;

		assert_int_equal(plan_next(&p, true, at(t)), PLAN_ADD);
		assert_true(plan_failed(&p, true, at(t)));
		assert_int_equal(p.failures, i < 254 ? i + 1 : 255);
		assert_int_equal(plan_next(&p, true, at(t + w - 1)), PLAN_LATER);
		t += w;
		assert_true(mono_due(p.retry_at, at(t)));
	}
	plan_forget_refusals(&p);
	assert_int_equal(plan_next(&p, true, at(t - 1)), PLAN_ADD);
	assert_false(plan_failed(&p, false, at(t))); /* nothing was to be removed */
}

static void success_ends_the_refusals(void **state)
{
	struct vrrp_plan p = absent();

	(void)state;
	plan_next(&p, true, at(0));
	plan_failed(&p, true, at(0));
	plan_next(&p, true, at(1));
	plan_reported(&p, PLAN_THERE, false);
	assert_int_equal(p.failures, 0);
}

static void what_cannot_be_removed_is_tried_again(void **state)
{
	struct vrrp_plan p = there();

	(void)state;
	assert_int_equal(plan_next(&p, false, at(0)), PLAN_REMOVE);
	assert_true(plan_failed(&p, false, at(0)));
	assert_int_equal(p.failures, 0);
	assert_int_equal(plan_next(&p, false, at(0)), PLAN_LATER);
	assert_int_equal(plan_next(&p, false, at(1)), PLAN_REMOVE);
}

static void v18_what_others_remove_is_put_back_at_a_pace(void **state)
{
	struct vrrp_plan p = there();

	(void)state;
	for (unsigned i = 0; i < PLAN_REMOVALS_BURST; i++) {
		plan_reported(&p, PLAN_ABSENT, false);
		assert_true(plan_gone(&p));
		assert_false(plan_gone(&p)); /* asked once */
		assert_true(plan_put_back(&p, at(0)));
		assert_int_equal(plan_next(&p, true, at(0)), PLAN_ADD);
		plan_reported(&p, PLAN_THERE, false);
	}
	plan_reported(&p, PLAN_ABSENT, false);
	assert_false(plan_put_back(&p, at(0)));
	assert_int_equal(plan_next(&p, true, at(11)), PLAN_LATER);
	assert_int_equal(plan_next(&p, true, at(12)), PLAN_ADD);
	plan_reported(&p, PLAN_THERE, false);
	plan_reported(&p, PLAN_ABSENT, false);
	assert_false(plan_put_back(&p, at(12)));
	assert_int_equal(plan_next(&p, true, at(23)), PLAN_LATER);
	/* A quiet minute, and it is as if nothing had been. */
	assert_true(plan_put_back(&p, at(100)));
}

static void gone_before_its_coming_was_reported(void **state)
{
	struct vrrp_plan p = absent();

	(void)state;
	plan_next(&p, true, at(0));
	plan_reported(&p, PLAN_ABSENT, false);
	assert_true(plan_gone(&p));
	assert_int_equal(plan_next(&p, true, at(0)), PLAN_ADD);
}

static void a_report_says_what_is_absent(void **state)
{
	struct vrrp_plan p = there();

	(void)state;
	plan_report_begins(&p);
	plan_reported(&p, PLAN_THERE, true);
	assert_false(plan_report_ends(&p, at(0)));
	assert_int_equal(p.have, PLAN_THERE);
	plan_report_begins(&p);
	assert_false(plan_report_ends(&p, at(0)));
	assert_true(plan_gone(&p));
	assert_int_equal(plan_next(&p, true, at(0)), PLAN_ADD);
}

static void v20_an_answer_that_was_lost_has_failed(void **state)
{
	struct vrrp_plan p = absent();

	(void)state;
	plan_next(&p, true, at(0));
	plan_report_begins(&p);
	assert_true(plan_report_ends(&p, at(0)));
	assert_int_equal(p.failures, 1);
	assert_int_equal(plan_next(&p, true, at(1)), PLAN_ADD);
	plan_report_begins(&p);
	p.waits = true; /* it has not been sent */
	assert_false(plan_report_ends(&p, at(1)));
	assert_int_equal(p.pending, PLAN_ADDING);
	p = there();
	plan_next(&p, false, at(0));
	plan_report_begins(&p);
	plan_reported(&p, PLAN_THERE, true);
	assert_true(plan_report_ends(&p, at(0)));
	assert_int_equal(plan_next(&p, false, at(1)), PLAN_REMOVE);
}

/* Against a kernel that refuses, loses and forgets at random, and a wish that changes: when that
 * ends, what is there is what is wanted, soon. */
static void whatever_happens_it_gets_there(void **state)
{
	(void)state;
	for (uint32_t seed = 0; seed < 2000; seed++) {
		struct vrrp_plan p = { 0 };
		bool has = false, wanted = false, asked = false, add = false;
		uint64_t t = 0;

		for (uint32_t step = 0; step < 400; step++) {
			uint64_t roll = rng_at(seed, 7, step, 0);
			bool calm = step >= 300;
			enum plan_ask what;

			t += roll % 2;
			if (!calm && roll >> 8 & 1)
				wanted = roll >> 9 & 1;
			if (!calm && (roll >> 10) % 8 == 0)
				has = roll >> 14 & 1; /* somebody else, and it is not said */
			if (asked && (calm || roll >> 15 & 1)) {
				asked = false;
				if (!calm && roll >> 16 & 1) {
					plan_failed(&p, add, at(t));
				} else {
					has = add;
					if (calm || roll >> 17 & 1)
						plan_reported(&p, has ? PLAN_THERE : PLAN_ABSENT,
							      false);
				}
			}
			if (step == 310 || (!calm && (roll >> 20) % 8 == 0)) {
				plan_report_begins(&p);
				if (has)
					plan_reported(&p, roll >> 24 & 1 ? PLAN_THERE : PLAN_STALE,
						      true);
				plan_report_ends(&p, at(t));
				asked = false;
			}
			if (plan_gone(&p))
				plan_put_back(&p, at(t));
			if (step == 320)
				t += 200;
			what = plan_next(&p, wanted, at(t));
			assert_true(what != PLAN_ADD || wanted);
			if (what == PLAN_ADD || what == PLAN_REMOVE) {
				asked = true;
				add = what == PLAN_ADD;
			}
		}
		assert_int_equal(has, wanted);
		assert_int_equal(p.have, wanted ? PLAN_THERE : PLAN_ABSENT);
	}
}

UNIT_MAIN(
	T(nothing_before_the_kernel_has_spoken),
	T(asked_for_once),
	T(taken_back_while_it_is_added),
	T(one_of_another_kind_is_replaced),
	T(a_leftover_is_used_or_removed),
	T(what_is_refused_is_tried_later_and_later),
	T(success_ends_the_refusals),
	T(what_cannot_be_removed_is_tried_again),
	T(v18_what_others_remove_is_put_back_at_a_pace),
	T(gone_before_its_coming_was_reported),
	T(a_report_says_what_is_absent),
	T(v20_an_answer_that_was_lost_has_failed),
	T(whatever_happens_it_gets_there)
)
