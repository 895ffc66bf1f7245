/* SPDX-License-Identifier: BSD-2-Clause */
#include "mono.h"
#include "unit.h"

static mono_t at(uint64_t ns)
{
	return (mono_t){ ns };
}

static void units_are_nanoseconds(void **state)
{
	(void)state;
	assert_int_equal(SPAN_ZERO.ns, 0);
	assert_int_equal(SPAN_NS(7).ns, 7);
	assert_int_equal(SPAN_US(7).ns, 7000);
	assert_int_equal(SPAN_MS(7).ns, 7000000);
	assert_int_equal(SPAN_S(7).ns, UINT64_C(7000000000));
	/* Beyond 32 bits although the argument is an int: the longest v3 interval, and a day. */
	assert_int_equal(SPAN_MS(40950).ns, UINT64_C(40950000000));
	assert_int_equal(SPAN_S(86400).ns, UINT64_C(86400000000000));
}

static void an_instant_moves_by_a_length(void **state)
{
	(void)state;
	assert_int_equal(mono_add(at(100), SPAN_NS(23)).ns, 123);
	assert_int_equal(mono_add(at(100), SPAN_ZERO).ns, 100);
}

static void nothing_is_later_than_never(void **state)
{
	(void)state;
	assert_true(mono_is_never(MONO_NEVER));
	assert_false(mono_is_never(at(0)));
	assert_false(mono_is_never(at(UINT64_MAX - 1)));
	assert_true(mono_is_never(mono_add(MONO_NEVER, SPAN_NS(1))));
	assert_true(mono_is_never(mono_add(MONO_NEVER, SPAN_ZERO)));
	assert_true(mono_is_never(mono_add(at(10), SPAN_NS(UINT64_MAX))));
	assert_int_equal(mono_add(at(10), SPAN_NS(UINT64_MAX - 11)).ns, UINT64_MAX - 1);
	assert_true(mono_is_never(mono_add(at(10), SPAN_NS(UINT64_MAX - 10))));
	assert_true(mono_is_never(mono_add(at(10), SPAN_NS(UINT64_MAX - 9))));
}

static void a_length_is_never_negative(void **state)
{
	(void)state;
	assert_int_equal(mono_since(at(50), at(20)).ns, 30);
	assert_int_equal(mono_since(at(20), at(20)).ns, 0);
	assert_int_equal(mono_since(at(20), at(50)).ns, 0);
	assert_int_equal(mono_since(at(0), MONO_NEVER).ns, 0);
}

static void a_deadline_is_due_at_its_instant(void **state)
{
	(void)state;
	assert_false(mono_due(at(100), at(99)));
	assert_true(mono_due(at(100), at(100)));
	assert_true(mono_due(at(100), at(101)));
	assert_false(mono_due(MONO_NEVER, at(UINT64_MAX - 1)));
}

static void instants_are_ordered(void **state)
{
	(void)state;
	assert_true(mono_before(at(1), at(2)));
	assert_false(mono_before(at(2), at(2)));
	assert_false(mono_before(at(3), at(2)));
	assert_int_equal(mono_min(at(1), at(2)).ns, 1);
	assert_int_equal(mono_min(at(2), at(1)).ns, 1);
	assert_int_equal(mono_min(at(2), MONO_NEVER).ns, 2);
	assert_int_equal(mono_max(at(1), at(2)).ns, 2);
	assert_int_equal(mono_max(at(2), at(1)).ns, 2);
}

static void lengths_saturate(void **state)
{
	(void)state;
	assert_int_equal(span_add(SPAN_NS(3), SPAN_NS(4)).ns, 7);
	assert_int_equal(span_add(SPAN_NS(UINT64_MAX - 3), SPAN_NS(3)).ns, UINT64_MAX);
	assert_int_equal(span_add(SPAN_NS(UINT64_MAX - 3), SPAN_NS(4)).ns, UINT64_MAX);
	assert_int_equal(span_min(SPAN_NS(3), SPAN_NS(4)).ns, 3);
	assert_int_equal(span_min(SPAN_NS(4), SPAN_NS(3)).ns, 3);
	assert_int_equal(span_mul(SPAN_MS(1000), 3).ns, SPAN_S(3).ns);
	assert_int_equal(span_mul(SPAN_S(1), 0).ns, 0);
	assert_int_equal(span_mul(SPAN_NS(UINT64_MAX / 3), 3).ns, UINT64_MAX / 3 * 3);
	assert_int_equal(span_mul(SPAN_NS(UINT64_MAX / 3 + 1), 3).ns, UINT64_MAX);
}

UNIT_MAIN(T(units_are_nanoseconds), T(an_instant_moves_by_a_length), T(nothing_is_later_than_never),
	  T(a_length_is_never_negative), T(a_deadline_is_due_at_its_instant),
	  T(instants_are_ordered), T(lengths_saturate))
