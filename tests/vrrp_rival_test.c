/* SPDX-License-Identifier: BSD-2-Clause */
/* Which other Actives are heard: a table of fixed size. */
#include "vrrp_rival.h"

#include "rng.h"
#include "unit.h"

#define MS UINT64_C(1000000)
#define T0 (1000000 * MS)

static struct ip_addr peer(uint8_t last)
{
	return (struct ip_addr){ IP_V4, { 10, 0, 0, last } };
}

static struct vrrp_rival *hear(struct vrrp_rivals *r, uint8_t last, uint64_t ms)
{
	struct ip_addr addr = peer(last);

	return vrrp_rival_heard(r, (mono_t){ T0 + ms * MS }, &addr, last, SPAN_S(3));
}

static uint64_t deadline(const struct vrrp_rivals *r)
{
	return (vrrp_rival_deadline(r).ns - T0) / MS;
}

static void an_episode_begins_goes_on_and_ends(void **state)
{
	struct vrrp_rivals r = { 0 };
	struct vrrp_rival *v;

	(void)state;
	assert_true(mono_is_never(vrrp_rival_deadline(&r)));
	v = hear(&r, 2, 0);
	assert_int_equal(v->adverts, 1);
	assert_int_equal(v->priority, 2);
	assert_int_equal(r.n, 1);
	assert_int_equal(deadline(&r), 3000);
	for (unsigned i = 1; i <= 10; i++)
		assert_int_equal(hear(&r, 2, 1000 * i)->adverts, i + 1);
	assert_int_equal(deadline(&r), 13000);
	assert_null(vrrp_rival_silent(&r, (mono_t){ T0 + 13000 * MS - 1 }));
	assert_ptr_equal(vrrp_rival_silent(&r, (mono_t){ T0 + 13000 * MS }), v);
	assert_int_equal(mono_since(v->last, v->since).ns, 10000 * MS);
	assert_int_equal(r.n, 0);
	assert_true(mono_is_never(vrrp_rival_deadline(&r)));
	assert_null(vrrp_rival_silent(&r, MONO_NEVER));
	/* The next is another episode, in the same place. */
	assert_ptr_equal(hear(&r, 2, 20000), v);
	assert_int_equal(v->adverts, 1);
}

static void one_that_leaves_ends_its_own(void **state)
{
	struct ip_addr two = peer(2), nine = peer(9);
	struct vrrp_rivals r = { 0 };
	struct vrrp_rival *v = hear(&r, 2, 0);

	(void)state;
	hear(&r, 3, 1);
	assert_null(vrrp_rival_left(&r, &nine));
	assert_ptr_equal(vrrp_rival_left(&r, &two), v);
	assert_null(vrrp_rival_left(&r, &two));
	assert_int_equal(r.n, 1);
	assert_int_equal(deadline(&r), 3001);
	assert_non_null(vrrp_rival_end(&r));
	assert_null(vrrp_rival_end(&r));
	assert_int_equal(r.n, 0);
}

/* Nobody is put out of the table; who finds no place gets one when there is. */
static void the_table_is_full(void **state)
{
	struct vrrp_rivals r = { 0 };

	(void)state;
	for (uint8_t i = 0; i < VRRP_RIVALS_MAX; i++)
		assert_non_null(hear(&r, (uint8_t)(10 + i), i));
	assert_null(hear(&r, 99, 100));
	assert_int_equal(r.n, VRRP_RIVALS_MAX);
	assert_int_equal(hear(&r, 10, 100)->adverts, 2);
	assert_int_equal(vrrp_rival_silent(&r, (mono_t){ T0 + 3001 * MS })->addr.b[3], 11);
	assert_int_equal(hear(&r, 99, 3001)->adverts, 1);
	/* A place that was used long ago is taken before one just left. */
	assert_int_equal(vrrp_rival_silent(&r, (mono_t){ T0 + 3002 * MS })->addr.b[3], 12);
	assert_int_equal(vrrp_rival_silent(&r, (mono_t){ T0 + 3100 * MS })->addr.b[3], 10);
	assert_ptr_equal(hear(&r, 50, 3200), &r.v[2]);
	assert_ptr_equal(hear(&r, 10, 3200), &r.v[0]);
}

/* Packets carry the time of their arrival, which need not be the last one seen. */
static void time_that_runs_backwards_ends_nothing_early(void **state)
{
	struct vrrp_rivals r = { 0 };

	(void)state;
	hear(&r, 2, 100);
	hear(&r, 2, 50);
	assert_int_equal(deadline(&r), 3100);
}

/* Whatever happens, `n` is how many are here, and the deadline is the first of theirs. */
static void anything_at_any_time(void **state)
{
	struct vrrp_rivals r = { 0 };
	uint64_t ms = 0;

	(void)state;
	for (uint32_t i = 0; i < 20000; i++) {
		uint64_t bits = rng_at(1, 5, 0, i), first = UINT64_MAX;
		struct ip_addr addr = peer((uint8_t)(bits >> 8 & 7));
		unsigned n = 0;

		ms += rng_below(bits >> 16, 500);
		if (bits % 8 == 0)
			vrrp_rival_left(&r, &addr);
		else if (bits % 8 == 1)
			vrrp_rival_end(&r);
		else
			hear(&r, (uint8_t)(bits >> 8 & 7), ms);
		while (vrrp_rival_silent(&r, (mono_t){ T0 + ms * MS }))
			;
		for (unsigned k = 0; k < VRRP_RIVALS_MAX; k++) {
			n += r.v[k].here;
			if (r.v[k].here && r.v[k].until.ns < first)
				first = r.v[k].until.ns;
			for (unsigned j = 0; j < k; j++)
				assert_false(r.v[k].here && r.v[j].here &&
					     ip_eq(&r.v[k].addr, &r.v[j].addr));
		}
		assert_int_equal(r.n, n);
		assert_int_equal(vrrp_rival_deadline(&r).ns, first);
		assert_true(first > T0 + ms * MS);
	}
}

UNIT_MAIN(
	T(an_episode_begins_goes_on_and_ends),
	T(one_that_leaves_ends_its_own),
	T(the_table_is_full),
	T(time_that_runs_backwards_ends_nothing_early),
	T(anything_at_any_time))
