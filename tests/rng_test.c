/* SPDX-License-Identifier: BSD-2-Clause */
#include "rng.h"

#include "unit.h"

/* Computed apart from this code. They must never change: a seed means one run, for ever. */
static void the_numbers_are_what_they_always_were(void **state)
{
	(void)state;
	assert_true(rng_at(0, 0, 0, 0) == UINT64_C(0x33fe8bd4f9c57863));
	assert_true(rng_at(1, 0, 0, 0) == UINT64_C(0x0a385ef24fa6a992));
	assert_true(rng_at(1, 2, 3, 4) == UINT64_C(0x0c46b53345288527));
	assert_true(rng_at(42, 7, 1000, 99) == UINT64_C(0x3b5308a797780b1a));
	assert_true(rng_at(UINT64_MAX, UINT32_MAX, UINT32_MAX, UINT64_MAX) ==
		    UINT64_C(0x12b2bf5b9232588d));
}

static unsigned bits(uint64_t v)
{
	unsigned n = 0;

	for (; v != 0; v &= v - 1)
		n++;
	return n;
}

/* One step in any argument changes half of the bits, as two numbers that have nothing to do with
 * each other. */
static void every_argument_counts(void **state)
{
	unsigned changed[4] = { 0 };

	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		uint64_t v = rng_at(i, i, i, i);

		changed[0] += bits(v ^ rng_at(i + 1, i, i, i));
		changed[1] += bits(v ^ rng_at(i, i + 1, i, i));
		changed[2] += bits(v ^ rng_at(i, i, i + 1, i));
		changed[3] += bits(v ^ rng_at(i, i, i, i + 1));
	}
	for (unsigned k = 0; k < 4; k++)
		assert_in_range(changed[k], 31000, 33000);
}

static void domain_and_entity_are_not_confused(void **state)
{
	(void)state;
	for (uint32_t a = 0; a < 20; a++)
		for (uint32_t b = 0; b < 20; b++)
			if (a != b)
				assert_true(rng_at(5, a, b, 0) != rng_at(5, b, a, 0));
}

static void below_stays_below_and_reaches_all(void **state)
{
	(void)state;
	for (uint64_t n = 1; n < 40; n++) {
		uint64_t seen = 0;

		for (uint64_t i = 0; i < 2000; i++) {
			uint64_t v = rng_below(rng_at(9, 0, 0, i), n);

			assert_true(v < n);
			seen |= UINT64_C(1) << v;
		}
		assert_true(seen == (UINT64_C(1) << n) - 1);
	}
	assert_true(rng_below(UINT64_MAX, UINT64_MAX) < UINT64_MAX);
}

/* Part of what a recorded run depends on, like the numbers above. */
static void below_and_hit_are_what_they_always_were(void **state)
{
	(void)state;
	assert_int_equal(rng_below(UINT64_C(0x33fe8bd4f9c57863), 1000), 171);
	assert_int_equal(rng_below(10, 3), 1);
	assert_true(rng_hit(4, 5));
	assert_false(rng_hit(5, 5));
	assert_true(rng_hit(1000000, 1));
	assert_false(rng_hit(999999, 999999));
}

static void a_chance_of_none_or_all_is_certain(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 2000; i++) {
		assert_false(rng_hit(rng_at(3, 0, 0, i), 0));
		assert_true(rng_hit(rng_at(3, 0, 0, i), 1000000));
	}
}

/* 40,000 draws at 5 %: 2000 hits, standard deviation 44. */
static void a_chance_is_hit_as_often_as_it_says(void **state)
{
	unsigned hits = 0;

	(void)state;
	for (uint64_t i = 0; i < 40000; i++)
		hits += rng_hit(rng_at(4, 0, 0, i), 50000) ? 1 : 0;
	assert_in_range(hits, 1800, 2200);
}

UNIT_MAIN(T(the_numbers_are_what_they_always_were), T(every_argument_counts),
	  T(domain_and_entity_are_not_confused), T(below_stays_below_and_reaches_all),
	  T(below_and_hit_are_what_they_always_were),
	  T(a_chance_of_none_or_all_is_certain), T(a_chance_is_hit_as_often_as_it_says))
