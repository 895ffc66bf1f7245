/* SPDX-License-Identifier: BSD-2-Clause */
#include "dlheap.h"

#include <string.h>

#include "rng.h"
#include "unit.h"

#include "check_trap.h"

enum { CAPACITY_MAX = 300 };

/* The heap, and beside it what it should be: the deadlines by number. */
struct both {
	struct dlheap heap;
	struct dlheap_slot slot[CAPACITY_MAX];
	uint32_t where[CAPACITY_MAX];
	uint64_t model[CAPACITY_MAX];
	uint32_t n;
};

static void begin(struct both *b, uint32_t n)
{
	memset(b->where, 0xff, sizeof b->where); /* whatever was there before */
	dlheap_init(&b->heap, b->slot, b->where, n);
	b->n = n;
	for (uint32_t i = 0; i < n; i++)
		b->model[i] = UINT64_MAX;
}

static void set(struct both *b, uint32_t id, uint64_t ns)
{
	dlheap_set(&b->heap, id, (mono_t){ ns });
	b->model[id] = ns;
}

/* The earliest, of equal ones the one with the lowest number; n when there is none. */
static uint32_t model_top(const struct both *b)
{
	uint32_t best = b->n;

	for (uint32_t i = 0; i < b->n; i++)
		if (b->model[i] != UINT64_MAX && (best == b->n || b->model[i] < b->model[best]))
			best = i;
	return best;
}

static void agree(const struct both *b)
{
	uint32_t top = model_top(b);

	if (top == b->n) {
		assert_true(mono_is_never(dlheap_next(&b->heap)));
		return;
	}
	assert_true(dlheap_next(&b->heap).ns == b->model[top]);
	assert_int_equal(dlheap_top(&b->heap), top);
}

static void drain(struct both *b)
{
	for (uint32_t left = b->heap.n; left > 0; left--) {
		agree(b);
		assert_int_equal(b->heap.n, left);
		set(b, dlheap_top(&b->heap), UINT64_MAX);
	}
	agree(b);
	assert_true(mono_is_never(dlheap_next(&b->heap)));
}

static void an_empty_heap_is_never_due(void **state)
{
	struct both b;

	(void)state;
	begin(&b, 0);
	assert_true(mono_is_never(dlheap_next(&b.heap)));
	dlheap_init(&b.heap, NULL, NULL, 0);
	assert_true(mono_is_never(dlheap_next(&b.heap)));
	begin(&b, 5);
	agree(&b);
	set(&b, 3, UINT64_MAX); /* not in it: nothing to take out */
	agree(&b);
}

static void one_object_comes_moves_and_goes(void **state)
{
	struct both b;

	(void)state;
	begin(&b, 1);
	set(&b, 0, 50);
	agree(&b);
	set(&b, 0, 20);
	agree(&b);
	set(&b, 0, 90);
	agree(&b);
	set(&b, 0, 90);
	agree(&b);
	assert_int_equal(b.heap.n, 1);
	set(&b, 0, UINT64_MAX);
	agree(&b);
	set(&b, 0, UINT64_MAX - 1); /* the last instant that is not never */
	agree(&b);
	set(&b, 0, 0);
	agree(&b);
}

static void equal_deadlines_come_in_order_of_number(void **state)
{
	struct both b;

	(void)state;
	for (uint32_t round = 0; round < 50; round++) {
		begin(&b, 100);
		/* Each once, in an order of its own. */
		for (uint32_t i = 0, at = round % 100; i < 100; i++, at = (at + 37) % 100)
			set(&b, at, 7);
		for (uint32_t id = 0; id < 100; id++) {
			assert_int_equal(dlheap_top(&b.heap), id);
			set(&b, id, UINT64_MAX);
		}
	}
}

static void random_operations_agree_with_a_plain_scan(void **state)
{
	static const uint32_t capacity[] = { 1, 2, 3, 4, 5, 6, 17, 21, 64, 85, 257, CAPACITY_MAX };
	static const uint64_t range[] = { 2, 10, 1000, UINT64_MAX };
	struct both b;

	(void)state;
	for (unsigned c = 0; c < sizeof capacity / sizeof *capacity; c++)
		for (uint32_t r = 0; r < sizeof range / sizeof *range; r++) {
			begin(&b, capacity[c]);
			for (uint64_t op = 0; op < 3000; op++) {
				uint32_t id =
					(uint32_t)rng_below(rng_at(capacity[c], 0, r, op), b.n);
				uint64_t ns = rng_below(rng_at(capacity[c], 1, r, op), range[r]);
				/* Phases that fill, that keep and that empty. */
				uint64_t out = rng_below(rng_at(capacity[c], 2, r, op), 8) <
					       op / 500 % 3 * 3;

				set(&b, id, out ? UINT64_MAX : ns);
				agree(&b);
			}
			drain(&b);
		}
}

/* As a daemon uses it: the top is due, and gets a later deadline. */
static void the_top_moves_back_again_and_again(void **state)
{
	struct both b;

	(void)state;
	begin(&b, 90);
	for (uint32_t i = 0; i < b.n; i++)
		set(&b, i, rng_below(rng_at(11, 0, i, 0), 100));
	for (uint64_t step = 0; step < 5000; step++) {
		uint32_t top = dlheap_top(&b.heap);

		set(&b, top, b.model[top] + 1 + rng_below(rng_at(11, 1, top, step), 100));
		agree(&b);
	}
	drain(&b);
}

static void an_unknown_object_fails_a_check(void **state)
{
	struct both b;

	(void)state;
	begin(&b, 4);
	assert_check_fails(dlheap_set(&b.heap, 4, (mono_t){ 1 }));
	assert_check_fails(dlheap_set(&b.heap, UINT32_MAX, MONO_NEVER));
	agree(&b);
}

UNIT_MAIN(T(an_empty_heap_is_never_due), T(one_object_comes_moves_and_goes),
	  T(equal_deadlines_come_in_order_of_number), T(random_operations_agree_with_a_plain_scan),
	  T(the_top_moves_back_again_and_again), T(an_unknown_object_fails_a_check))
