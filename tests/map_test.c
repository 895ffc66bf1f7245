/* SPDX-License-Identifier: BSD-2-Clause */
#include "map.h"

#include "rng.h"
#include "unit.h"

#include "check_trap.h"

enum { SLOTS = 1024 };

static struct map_slot slot[SLOTS];

static void capacity_leaves_half_free(void **state)
{
	(void)state;
	for (uint32_t n = 0; n < 5000; n++) {
		uint32_t capacity = map_capacity(n);

		assert_int_equal(capacity & (capacity - 1), 0);
		assert_true(capacity >= 2 * n);
		assert_true(capacity <= 8 || capacity / 2 < 2 * n);
	}
	assert_int_equal(map_capacity(UINT32_C(1) << 29), UINT32_C(1) << 30);
	assert_check_fails(map_capacity((UINT32_C(1) << 29) + 1));
	assert_check_fails(map_capacity(UINT32_MAX));
}

static void what_was_added_is_found(void **state)
{
	struct map m;
	uint32_t value = 77;

	(void)state;
	map_init(&m, slot, 8);
	assert_false(map_find(&m, 0, &value));
	assert_int_equal(value, 77);
	assert_true(map_add(&m, 0, 5)); /* a key of zero is a key */
	assert_true(map_add(&m, UINT64_MAX, 0));
	assert_true(map_add(&m, UINT64_C(1) << 32, UINT32_MAX));
	assert_int_equal(m.n, 3);
	assert_true(map_find(&m, 0, &value));
	assert_int_equal(value, 5);
	assert_true(map_find(&m, UINT64_MAX, &value));
	assert_int_equal(value, 0);
	assert_true(map_find(&m, UINT64_C(1) << 32, &value));
	assert_int_equal(value, UINT32_MAX);
	assert_false(map_find(&m, 1, &value));
}

static void a_key_keeps_its_first_value(void **state)
{
	struct map m;
	uint32_t value;

	(void)state;
	map_init(&m, slot, 8);
	assert_true(map_add(&m, 9, 1));
	assert_false(map_add(&m, 9, 2));
	assert_int_equal(m.n, 1);
	assert_true(map_find(&m, 9, &value));
	assert_int_equal(value, 1);
}

static void a_map_without_slots_is_empty(void **state)
{
	struct map m;
	uint32_t value;

	(void)state;
	map_init(&m, NULL, 0);
	assert_false(map_find(&m, 0, &value));
	assert_check_fails(map_add(&m, 0, 0));
}

static void init_forgets(void **state)
{
	struct map m;
	uint32_t value;

	(void)state;
	map_init(&m, slot, 8);
	map_add(&m, 1, 1);
	map_init(&m, slot, 8);
	assert_false(map_find(&m, 1, &value));
	assert_int_equal(m.n, 0);
}

static void a_full_map_fails_a_check(void **state)
{
	struct map m;
	uint32_t value;

	(void)state;
	map_init(&m, slot, 8);
	for (uint64_t key = 0; key < 4; key++)
		assert_true(map_add(&m, key, (uint32_t)key));
	assert_check_fails(map_add(&m, 4, 4));
	assert_false(map_find(&m, 4, &value));
	assert_check_fails(map_init(&m, slot, 7));
}

/* Every key wants one slot, the last one: probing has to go around the end. */
static void keys_that_collide_are_all_found(void **state)
{
	struct map m;
	uint32_t value;
	uint64_t key[8], k = 0;

	(void)state;
	for (unsigned n = 0; n < 8; k++) {
		map_init(&m, slot, 16);
		map_add(&m, k, 0);
		if (slot[15].used)
			key[n++] = k;
	}
	map_init(&m, slot, 16);
	for (unsigned i = 0; i < 8; i++)
		assert_true(map_add(&m, key[i], i));
	assert_true(slot[15].used && slot[0].used && slot[6].used && !slot[7].used);
	for (unsigned i = 0; i < 8; i++) {
		assert_true(map_find(&m, key[i], &value));
		assert_int_equal(value, i);
	}
	assert_false(map_find(&m, k + 1000, &value));
}

static void random_keys_agree_with_a_plain_scan(void **state)
{
	(void)state;
	for (uint32_t round = 0; round < 60; round++) {
		uint32_t n = 1 + (uint32_t)rng_below(rng_at(1, 0, round, 0), SLOTS / 2), used = 0;
		uint64_t key[SLOTS / 2], range = UINT64_MAX;
		uint32_t value;
		struct map m;

		if (round % 3 != 0) /* few keys: some come twice */
			range = round % 3 == 1 ? n : 4 * n;
		map_init(&m, slot, map_capacity(n));
		while (used < n) {
			uint64_t k = rng_below(rng_at(1, 1, round, used), range);
			uint32_t i = 0;

			while (i < used && key[i] != k)
				i++;
			assert_int_equal(map_add(&m, k, i), i == used);
			key[used++] = k;
		}
		for (uint32_t i = 0; i < n; i++) {
			uint32_t first = 0;

			while (key[first] != key[i])
				first++;
			assert_true(map_find(&m, key[i], &value));
			assert_int_equal(value, first);
			if (range != UINT64_MAX)
				assert_false(map_find(&m, range + i, &value));
		}
	}
}

UNIT_MAIN(T(capacity_leaves_half_free), T(what_was_added_is_found), T(a_key_keeps_its_first_value),
	  T(a_map_without_slots_is_empty), T(init_forgets), T(a_full_map_fails_a_check),
	  T(keys_that_collide_are_all_found), T(random_keys_agree_with_a_plain_scan))
