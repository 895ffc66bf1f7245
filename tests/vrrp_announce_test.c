/* SPDX-License-Identifier: BSD-2-Clause */
/* When addresses are announced: instants in, instants out. */
#include "vrrp_announce.h"

#include <string.h>

#include "rng.h"
#include "unit.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))
#define NEVER        UINT64_MAX
#define MS           UINT64_C(1000000)
#define SEC          UINT64_C(1000000000)
#define T0           (1000 * SEC)

static const struct vrrp_announce_params plain = {
	.repeat = 3, .interval = { 50 * MS }, .delay = { 5 * SEC },
};

static uint64_t due(const struct vrrp_announce *a)
{
	return vrrp_announce_deadline(a).ns;
}

static void assert_same(const struct vrrp_announce *a, const struct vrrp_announce *b)
{
	assert_int_equal(a->at.ns, b->at.ns);
	assert_int_equal(a->begun_at.ns, b->begun_at.ns);
	assert_int_equal(a->in_burst, b->in_burst);
	assert_int_equal(a->second, b->second);
}

/* Serves each announcement `late` after it is due, and no nanosecond earlier, and compares when
 * they were due, in ms after T0, until none is due any more. */
static void assert_announces(struct vrrp_announce *a, const struct vrrp_announce_params *p,
			     uint64_t late, const unsigned *ms, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct vrrp_announce before = *a;

		assert_int_equal(due(a), T0 + ms[i] * MS);
		assert_false(vrrp_announce_due(a, (mono_t){ due(a) - 1 }, p));
		assert_same(a, &before);
		assert_true(vrrp_announce_due(a, (mono_t){ due(a) + late }, p));
	}
	assert_int_equal(due(a), NEVER);
	assert_false(vrrp_announce_due(a, (mono_t){ NEVER - 1 }, p));
}

static struct vrrp_announce begun(const struct vrrp_announce_params *p, uint64_t at)
{
	struct vrrp_announce a;

	memset(&a, 0xa5, sizeof a);
	vrrp_announce_start(&a, (mono_t){ at }, p);
	return a;
}

static void again(struct vrrp_announce *a, uint64_t at, const struct vrrp_announce_params *p)
{
	vrrp_announce_again(a, (mono_t){ at }, p);
}

static void serve(struct vrrp_announce *a, unsigned n, const struct vrrp_announce_params *p)
{
	while (n-- > 0)
		assert_true(vrrp_announce_due(a, (mono_t){ due(a) }, p));
}

static void nothing_is_due_after_a_stop(void **state)
{
	struct vrrp_announce a = begun(&plain, T0);

	(void)state;
	serve(&a, 2, &plain);
	vrrp_announce_stop(&a);
	assert_int_equal(due(&a), NEVER);
	assert_false(vrrp_announce_due(&a, (mono_t){ NEVER - 1 }, &plain));
}

static void two_bursts_the_second_after_the_delay(void **state)
{
	static const struct {
		struct vrrp_announce_params p;
		unsigned n, ms[12];
	} rows[] = {
		{ { 3, { 50 * MS }, { 5 * SEC } }, 6, { 0, 50, 100, 5000, 5050, 5100 } },
		{ { 5, { 1 * MS }, { 1 * SEC } }, 10,
		  { 0, 1, 2, 3, 4, 1000, 1001, 1002, 1003, 1004 } },
		{ { 1, { 50 * MS }, { 5 * SEC } }, 2, { 0, 5000 } },
		/* No second one. */
		{ { 3, { 50 * MS }, { 0 } }, 3, { 0, 50, 100 } },
		{ { 1, { 50 * MS }, { 0 } }, 1, { 0 } },
		/* The first is not over when the second begins. */
		{ { 3, { 1 * SEC }, { 1500 * MS } }, 6, { 0, 1000, 2000, 3000, 4000, 5000 } },
		{ { 2, { 10 * SEC }, { 10 * SEC } }, 4, { 0, 10000, 20000, 30000 } },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		struct vrrp_announce a = begun(&rows[i].p, T0);

		assert_announces(&a, &rows[i].p, 0, rows[i].ms, rows[i].n);
	}
}

/* Lateness spreads a burst out, it does not close it up; the second keeps its time. */
static void late_announcements_stay_apart(void **state)
{
	static const unsigned ms[] = { 0, 80, 160, 5000, 5080, 5160 };
	static const unsigned very[] = { 0, 6050, 12100, 18150, 24200, 30250 };
	struct vrrp_announce a = begun(&plain, T0);

	(void)state;
	assert_announces(&a, &plain, 30 * MS, ms, ARRAY_LEN(ms));
	a = begun(&plain, T0);
	assert_announces(&a, &plain, 6 * SEC, very, ARRAY_LEN(very));
}

static void a_start_begins_anew(void **state)
{
	static const unsigned ms[] = { 0, 50, 100, 5000, 5050, 5100 };

	(void)state;
	for (unsigned served = 0; served <= 6; served++) {
		struct vrrp_announce a = begun(&plain, T0 - 3 * SEC);

		serve(&a, served, &plain);
		vrrp_announce_start(&a, (mono_t){ T0 }, &plain);
		assert_announces(&a, &plain, 0, ms, ARRAY_LEN(ms));
	}
}

static void a_rival_long_after_brings_both_bursts_at_once(void **state)
{
	static const unsigned ms[] = { 0, 50, 100, 5000, 5050, 5100 };
	struct vrrp_announce a = begun(&plain, T0 - 100 * SEC);

	(void)state;
	serve(&a, 6, &plain);
	again(&a, T0, &plain);
	assert_announces(&a, &plain, 0, ms, ARRAY_LEN(ms));

	vrrp_announce_stop(&a);
	again(&a, T0, &plain);
	assert_announces(&a, &plain, 0, ms, ARRAY_LEN(ms));
}

/* A second burst that is still to come makes way for both. */
static void a_rival_between_the_bursts_begins_anew(void **state)
{
	static const unsigned ms[] = { 0, 50, 100, 5000, 5050, 5100 };
	struct vrrp_announce a = begun(&plain, T0 - 2 * SEC);

	(void)state;
	serve(&a, 3, &plain);
	again(&a, T0, &plain);
	assert_announces(&a, &plain, 0, ms, ARRAY_LEN(ms));
}

static void a_rival_during_a_burst_changes_nothing(void **state)
{
	static const unsigned during[] = { 1, 2, 4, 5 };

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(during); i++) {
		struct vrrp_announce a = begun(&plain, T0), before;

		serve(&a, during[i], &plain);
		before = a;
		again(&a, due(&a) - 1, &plain);
		assert_same(&a, &before);
		again(&a, due(&a), &plain);
		assert_same(&a, &before);
	}
}

/* At most one beginning a second: to the nanosecond. */
static void a_rival_soon_after_waits_for_the_second_to_pass(void **state)
{
	static const unsigned late[] = { 1000, 1050, 1100, 6000, 6050, 6100 };
	struct vrrp_announce a, before;

	(void)state;
	for (uint64_t at = T0 + 200 * MS; at < T0 + SEC; at += 100 * MS) {
		a = begun(&plain, T0);
		serve(&a, 3, &plain);
		again(&a, at, &plain);
		before = a;
		/* Asked once it comes, and is not put off by being asked for again. */
		again(&a, at, &plain);
		again(&a, T0 + SEC - 1, &plain);
		assert_same(&a, &before);
		assert_announces(&a, &plain, 0, late, ARRAY_LEN(late));
	}
	a = begun(&plain, T0);
	serve(&a, 3, &plain);
	again(&a, T0 + SEC, &plain);
	assert_int_equal(due(&a), T0 + SEC);
	a = begun(&plain, T0);
	serve(&a, 3, &plain);
	again(&a, T0 + SEC + 1, &plain);
	assert_int_equal(due(&a), T0 + SEC + 1);
}

/* Asked for and due, but not yet served, when the rival is heard once more: it comes now. To put it
 * off would put it off for ever. */
static void a_burst_that_is_due_is_not_put_off(void **state)
{
	struct vrrp_announce a = begun(&plain, T0), before = a;

	(void)state;
	again(&a, T0, &plain);
	assert_same(&a, &before);
	again(&a, T0 + 300 * MS, &plain);
	assert_same(&a, &before);

	serve(&a, 3, &plain);
	again(&a, T0 + 500 * MS, &plain);
	before = a;
	for (uint64_t at = T0 + SEC; at < T0 + 5 * SEC; at += 100 * MS) {
		again(&a, at, &plain);
		assert_same(&a, &before);
	}
}

/* I-19: a rival that stays is answered each second, and not more often, however often it is heard,
 * however late we are, and whatever the parameters. Packets come before timers. */
static void a_rival_that_stays_neither_floods_nor_starves_us(void **state)
{
	(void)state;
	for (uint32_t seed = 0; seed < 50; seed++) {
		struct vrrp_announce_params p = {
			.repeat = (uint8_t)(1 + seed % 4), .interval = { 10 * MS },
			.delay = { seed % 3 * SEC },
		};
		struct vrrp_announce a;
		uint64_t now = T0, last = T0;
		unsigned n = 0;

		vrrp_announce_stop(&a);
		for (uint32_t i = 0; now < T0 + 60 * SEC; i++) {
			uint64_t bits = rng_at(seed, 3, 0, i);

			now += rng_below(bits, 40) * MS;
			again(&a, now, &p);
			if (bits >> 63 && vrrp_announce_due(&a, (mono_t){ now }, &p)) {
				/* Asked for, waited for a second, and served at every other
				 * chance. */
				assert_true(now - last < SEC + SEC / 2);
				last = now;
				n++;
			}
		}
		assert_in_range(n, 60 * p.repeat * 6 / 10, 61 * p.repeat);
	}
}

UNIT_MAIN(
	T(nothing_is_due_after_a_stop),
	T(two_bursts_the_second_after_the_delay),
	T(late_announcements_stay_apart),
	T(a_start_begins_anew),
	T(a_rival_long_after_brings_both_bursts_at_once),
	T(a_rival_between_the_bursts_begins_anew),
	T(a_rival_during_a_burst_changes_nothing),
	T(a_rival_soon_after_waits_for_the_second_to_pass),
	T(a_burst_that_is_due_is_not_put_off),
	T(a_rival_that_stays_neither_floods_nor_starves_us))
