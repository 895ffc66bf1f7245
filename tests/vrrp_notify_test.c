/* SPDX-License-Identifier: BSD-2-Clause */
/* What is still to be told: merged, in order, and in the end what is. */
#include "vrrp_notify.h"

#include <string.h>

#include "rng.h"
#include "unit.h"

enum {
	ROUTERS = 5,
	THIS = VRRP_NOTIFY_THIS,
	ANY = VRRP_NOTIFY_ANY,
	PRIORITY = VRRP_NOTIFY_PRIORITY,
	LOWER = VRRP_NOTIFY_LOWER,
};

struct book {
	struct vrrp_notify_sink s;
	struct vrrp_notify_mark mark[ROUTERS];
	enum vrrp_notify_state now[ROUTERS];
};

static void open_book(struct book *b)
{
	*b = (struct book){ .now = { VRRP_NOTIFY_NONE } };
	vrrp_notify_init(&b->s, b->mark);
}

static void change(struct book *b, uint32_t i, enum vrrp_notify_state state, unsigned bits)
{
	b->now[i] = state;
	vrrp_notify_changed(&b->s, i, bits);
}

/* Tells one thing: of whom, in *what. NOBODY: there is nothing. */
static uint32_t tell(struct book *b, unsigned *what, bool busy)
{
	uint32_t i;

	while ((i = vrrp_notify_next(&b->s)) != VRRP_NOTIFY_NOBODY) {
		*what = vrrp_notify_what(&b->s, i, b->now[i]);
		if (*what == 0)
			continue;
		vrrp_notify_told(&b->s, i, *what, b->now[i], busy);
		return i;
	}
	return i;
}

static void told_in_the_order_of_the_changes(void **state)
{
	struct book b;
	unsigned what;

	(void)state;
	open_book(&b);
	change(&b, 3, VRRP_NOTIFY_BACKUP, THIS);
	change(&b, 1, VRRP_NOTIFY_ACTIVE, THIS);
	change(&b, 4, VRRP_NOTIFY_FAULT, THIS);
	assert_int_equal(tell(&b, &what, false), 3);
	assert_int_equal(what, THIS);
	assert_int_equal(tell(&b, &what, false), 1);
	assert_int_equal(tell(&b, &what, false), 4);
	assert_int_equal(tell(&b, &what, false), VRRP_NOTIFY_NOBODY);
	assert_int_equal(b.s.told, 3);
	assert_int_equal(b.s.merged, 0);
	assert_int_equal(b.mark[1].told, VRRP_NOTIFY_ACTIVE);
}

static void one_that_changes_again_goes_to_the_end(void **state)
{
	struct book b;
	unsigned what;

	(void)state;
	open_book(&b);
	change(&b, 0, VRRP_NOTIFY_ACTIVE, THIS);
	change(&b, 1, VRRP_NOTIFY_ACTIVE, THIS);
	change(&b, 0, VRRP_NOTIFY_BACKUP, THIS);
	assert_int_equal(b.s.merged, 1);
	assert_int_equal(tell(&b, &what, false), 1);
	assert_int_equal(tell(&b, &what, false), 0);
	assert_int_equal(b.mark[0].told, VRRP_NOTIFY_BACKUP);
	assert_int_equal(tell(&b, &what, false), VRRP_NOTIFY_NOBODY);
}

static void both_ways_one_after_the_other(void **state)
{
	struct book b;
	unsigned what;

	(void)state;
	open_book(&b);
	change(&b, 0, VRRP_NOTIFY_ACTIVE, THIS | ANY);
	change(&b, 1, VRRP_NOTIFY_ACTIVE, THIS | ANY);
	assert_int_equal(tell(&b, &what, true), 0);
	assert_int_equal(what, THIS);
	assert_int_equal(b.mark[0].told, VRRP_NOTIFY_NONE); /* only when in both ways */
	/* It is busy: the other's turn. */
	assert_int_equal(tell(&b, &what, true), 1);
	assert_int_equal(tell(&b, &what, true), VRRP_NOTIFY_NOBODY);
	vrrp_notify_done(&b.s, 0);
	assert_int_equal(tell(&b, &what, true), 0);
	assert_int_equal(what, ANY);
	assert_int_equal(b.mark[0].told, VRRP_NOTIFY_ACTIVE);
	vrrp_notify_done(&b.s, 0);
	assert_int_equal(tell(&b, &what, true), VRRP_NOTIFY_NOBODY);
	/* A change while busy: what was still to be told of the old state is skipped. */
	change(&b, 1, VRRP_NOTIFY_BACKUP, ANY);
	assert_int_equal(b.s.merged, 1);
	assert_int_equal(b.mark[1].told, VRRP_NOTIFY_ACTIVE); /* it was, in one way */
	assert_int_equal(tell(&b, &what, true), VRRP_NOTIFY_NOBODY);
	vrrp_notify_done(&b.s, 1);
	assert_int_equal(tell(&b, &what, true), 1);
	assert_int_equal(what, ANY);
	assert_int_equal(b.mark[1].told, VRRP_NOTIFY_BACKUP);
	/* A change that is to be told in no way takes back what was. */
	vrrp_notify_done(&b.s, 1);
	change(&b, 1, VRRP_NOTIFY_ACTIVE, THIS);
	change(&b, 1, VRRP_NOTIFY_BACKUP, 0);
	assert_int_equal(tell(&b, &what, true), VRRP_NOTIFY_NOBODY);
}

static void the_priority_is_told_with_the_state(void **state)
{
	struct book b;
	unsigned what;

	(void)state;
	open_book(&b);
	b.now[0] = VRRP_NOTIFY_BACKUP;
	vrrp_notify_also(&b.s, 0, PRIORITY);
	change(&b, 0, VRRP_NOTIFY_ACTIVE, THIS);
	assert_int_equal(tell(&b, &what, false), 0);
	assert_int_equal(what, THIS);
	assert_int_equal(tell(&b, &what, false), VRRP_NOTIFY_NOBODY);
	assert_int_equal(b.s.merged, 1);
	vrrp_notify_also(&b.s, 0, PRIORITY);
	vrrp_notify_also(&b.s, 0, PRIORITY);
	assert_int_equal(b.s.merged, 2);
	assert_int_equal(tell(&b, &what, false), 0);
	assert_int_equal(what, PRIORITY);
	assert_int_equal(tell(&b, &what, false), VRRP_NOTIFY_NOBODY);
	/* Of one that does not run it means nothing. */
	vrrp_notify_also(&b.s, 0, PRIORITY);
	b.now[0] = VRRP_NOTIFY_FAULT;
	assert_int_equal(tell(&b, &what, false), VRRP_NOTIFY_NOBODY);
	assert_int_equal(b.s.merged, 3);
}

static void only_an_active_hears_a_lower_one(void **state)
{
	struct book b;
	unsigned what;

	(void)state;
	open_book(&b);
	b.now[0] = VRRP_NOTIFY_ACTIVE;
	vrrp_notify_also(&b.s, 0, LOWER);
	vrrp_notify_also(&b.s, 0, LOWER);
	assert_int_equal(tell(&b, &what, false), 0);
	assert_int_equal(what, LOWER);
	vrrp_notify_also(&b.s, 0, LOWER);
	change(&b, 0, VRRP_NOTIFY_BACKUP, THIS);
	assert_int_equal(tell(&b, &what, false), 0);
	assert_int_equal(what, THIS);
	assert_int_equal(tell(&b, &what, false), VRRP_NOTIFY_NOBODY);
	assert_int_equal(b.s.merged, 2);
}

static enum vrrp_notify_state drawn(uint64_t seed, uint64_t k)
{
	return VRRP_NOTIFY_ACTIVE + (enum vrrp_notify_state)rng_below(rng_at(seed, 3, 0, k), 5);
}

/* I-20: random changes and a sink of random slowness. What it is told is what happened, in that
 * order, but for what was skipped; each told thing was so when it was told; nothing is lost without
 * being counted; and the last is what is. */
static void i20_the_last_that_is_told_is_what_is(void **state)
{
	enum { STEPS = 400, SEEDS = 200, CHANGES = STEPS + 1 };

	(void)state;
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		unsigned n_changes = 0, told_at[ROUTERS] = { 0 }, n_told = 0, what;
		unsigned changed_at[ROUTERS] = { 0 }, newest = 0;
		bool busy[ROUTERS] = { false };
		bool slow = seed % 2 == 0;
		struct book b;
		uint32_t i;

		open_book(&b);
		for (unsigned k = 0; k < STEPS; k++) {
			uint64_t roll = rng_at(seed, 1, 0, k);

			i = (uint32_t)rng_below(rng_at(seed, 2, 0, k), ROUTERS);
			if (roll % 100 < (slow ? 70 : 40)) {
				change(&b, i, drawn(seed, k), THIS);
				changed_at[i] = ++n_changes;
			} else if (busy[i]) {
				busy[i] = false;
				vrrp_notify_done(&b.s, i);
			} else if ((i = tell(&b, &what, slow)) != VRRP_NOTIFY_NOBODY) {
				assert_int_equal(what, THIS);
				assert_false(busy[i]);
				assert_int_equal(b.mark[i].told, b.now[i]);
				/* Each change at most once; across routers in order unless one was
				 * busy. */
				assert_true(changed_at[i] > told_at[i]);
				assert_true(slow || changed_at[i] > newest);
				told_at[i] = newest = changed_at[i];
				busy[i] = slow;
				n_told++;
			}
		}
		for (i = 0; i < ROUTERS; i++)
			if (busy[i])
				vrrp_notify_done(&b.s, i);
		while ((i = tell(&b, &what, false)) != VRRP_NOTIFY_NOBODY)
			n_told++;
		for (i = 0; i < ROUTERS; i++)
			assert_int_equal(b.mark[i].told, b.now[i]);
		assert_int_equal(n_told, b.s.told);
		assert_int_equal(n_told + b.s.merged, n_changes);
	}
}

static void states_and_their_words(void **state)
{
	char buf[VRRP_NOTIFY_LINE_MAX], name[64];
	struct text t = text_open(buf, sizeof buf);

	(void)state;
	assert_int_equal(vrrp_notify_state(VRRP_ACTIVE, VRRP_WHY_TIMEOUT), VRRP_NOTIFY_ACTIVE);
	assert_int_equal(vrrp_notify_state(VRRP_BACKUP, VRRP_WHY_STARTUP), VRRP_NOTIFY_BACKUP);
	for (int why = 0; why < VRRP_WHY_N; why++) {
		enum vrrp_notify_state is = vrrp_notify_state(VRRP_INITIALIZE, (enum vrrp_why)why);

		if (why == VRRP_WHY_STOP)
			assert_int_equal(is, VRRP_NOTIFY_STOP);
		else if (why == VRRP_WHY_REMOVED)
			assert_int_equal(is, VRRP_NOTIFY_DELETED);
		else if (why == VRRP_WHY_NONE || why == VRRP_WHY_START_DELAY ||
			 why == VRRP_WHY_TRACKER_UNKNOWN)
			assert_int_equal(is, VRRP_NOTIFY_NONE);
		else
			assert_int_equal(is, VRRP_NOTIFY_FAULT);
	}
	vrrp_notify_line(&t, false, "VI_1", vrrp_notify_word(VRRP_NOTIFY_ACTIVE, THIS), 150);
	assert_string_equal(buf, "INSTANCE \"VI_1\" MASTER 150\n");
	t = text_open(buf, sizeof buf);
	vrrp_notify_line(&t, true, "VG", vrrp_notify_word(VRRP_NOTIFY_FAULT, ANY), 0);
	assert_string_equal(buf, "GROUP \"VG\" FAULT 0\n");
	assert_string_equal(vrrp_notify_word(VRRP_NOTIFY_BACKUP, THIS), "BACKUP");
	assert_string_equal(vrrp_notify_word(VRRP_NOTIFY_STOP, ANY), "STOP");
	assert_string_equal(vrrp_notify_word(VRRP_NOTIFY_DELETED, ANY), "DELETED");
	assert_string_equal(vrrp_notify_word(VRRP_NOTIFY_ACTIVE, PRIORITY), "MASTER_PRIORITY");
	assert_string_equal(vrrp_notify_word(VRRP_NOTIFY_BACKUP, PRIORITY), "BACKUP_PRIORITY");
	/* The longest there can be. */
	memset(name, 'x', 63);
	name[63] = '\0';
	t = text_open(buf, sizeof buf);
	vrrp_notify_line(&t, false, name, vrrp_notify_word(VRRP_NOTIFY_ACTIVE, LOWER), 255);
	assert_false(t.cut);
	assert_non_null(strstr(buf, "\" MASTER_RX_LOWER_PRI 255\n"));
}

UNIT_MAIN(T(told_in_the_order_of_the_changes), T(one_that_changes_again_goes_to_the_end),
	  T(both_ways_one_after_the_other), T(the_priority_is_told_with_the_state),
	  T(only_an_active_hears_a_lower_one), T(i20_the_last_that_is_told_is_what_is),
	  T(states_and_their_words))
