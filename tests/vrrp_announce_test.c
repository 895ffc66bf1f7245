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

enum { ADDRS_MAX = 1024, SAID_MAX = 20000 };

static const struct vrrp_announce_params plain = {
	.repeat = 3, .interval = { 50 * MS }, .delay = { 5 * SEC }, .refresh_repeat = 1,
};

/* Something that was announced. */
struct said {
	uint64_t at;
	uint32_t addr;
	bool paced;
};

/* An announcer with its memory, and what it has said. */
struct stage {
	struct vrrp_announcer q;
	struct vrrp_announce addr[ADDRS_MAX];
	struct dlheap_slot slot[2 * ADDRS_MAX];
	uint32_t where[2 * ADDRS_MAX];
	struct said said[SAID_MAX];
	unsigned n;
};

static struct stage stage;

/* `n` addresses of one router each, or all of one. */
static struct vrrp_announcer *open_stage(uint32_t n, const struct vrrp_announce_params *p,
					 uint32_t rate, uint32_t burst)
{
	memset(&stage, 0xa5, sizeof stage);
	stage.n = 0;
	vrrp_announcer_init(&stage.q, stage.addr, stage.slot, stage.where, n, rate, burst);
	for (uint32_t i = 0; i < n; i++) {
		stage.addr[i].params = p;
		stage.addr[i].rank = 0;
	}
	return &stage.q;
}

/* One address, and a pace that holds nothing up. */
static struct vrrp_announcer *open_one(const struct vrrp_announce_params *p)
{
	return open_stage(1, p, 100000, 100000);
}

static uint64_t due(const struct vrrp_announcer *q)
{
	return vrrp_announce_deadline(q).ns;
}

/* Whether one is announced now; it is written down. */
static bool serve(struct vrrp_announcer *q, uint64_t at)
{
	struct said *s = &stage.said[stage.n];

	assert_true(stage.n < SAID_MAX);
	s->at = at;
	if (!vrrp_announce_next(q, (mono_t){ at }, &s->addr, &s->paced))
		return false;
	assert_true(s->addr < q->n);
	stage.n++;
	return true;
}

/* Serves each when it is due, until `until`. */
static void run(struct vrrp_announcer *q, uint64_t until)
{
	uint64_t now = 0;

	while (due(q) <= until) {
		now = due(q) > now ? due(q) : now;
		while (serve(q, now))
			;
		assert_true(due(q) > now);
	}
}

static unsigned said_of(uint32_t addr)
{
	unsigned n = 0;

	for (unsigned i = 0; i < stage.n; i++)
		n += stage.said[i].addr == addr;
	return n;
}

/* Serves each announcement of the one address `late` after it is due, and no nanosecond earlier,
 * and compares when they were due, in ms after T0, until none is due any more. */
static void assert_announces(struct vrrp_announcer *q, uint64_t late, const unsigned *ms,
			     unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		uint64_t at = due(q);

		assert_int_equal(at, T0 + ms[i] * MS);
		assert_false(serve(q, at - 1));
		assert_int_equal(due(q), at);
		assert_true(serve(q, at + late));
		assert_false(serve(q, at + late));
	}
	assert_int_equal(due(q), NEVER);
	assert_false(serve(q, NEVER - 1));
}

static void start(struct vrrp_announcer *q, uint32_t i, uint64_t at)
{
	vrrp_announce_start(q, i, (mono_t){ at });
}

static void again(struct vrrp_announcer *q, uint32_t i, uint64_t at)
{
	vrrp_announce_again(q, i, (mono_t){ at });
}

/* The one address has begun at `at`, and said `n` of what is due. */
static struct vrrp_announcer *begun(const struct vrrp_announce_params *p, uint64_t at, unsigned n)
{
	struct vrrp_announcer *q = open_one(p);

	start(q, 0, at);
	while (n-- > 0)
		assert_true(serve(q, due(q) > at ? due(q) : at));
	return q;
}

/* ---- one address -------------------------------------------------------------------------- */

static void nothing_is_due_after_a_stop(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 4; n++) {
		struct vrrp_announcer *q = begun(&plain, T0, n);

		serve(q, T0 - 1); /* what is due may already stand in the queue */
		if (n % 2)
			vrrp_announce_stop(q, 0);
		else
			vrrp_announce_pause(q, 0);
		assert_int_equal(due(q), NEVER);
		assert_false(serve(q, NEVER - 1));
	}
}

static void two_bursts_the_second_after_the_delay(void **state)
{
	static const struct {
		struct vrrp_announce_params p;
		unsigned n, ms[12];
	} rows[] = {
		{ { .repeat = 3, .interval = { 50 * MS }, .delay = { 5 * SEC } }, 6,
		  { 0, 50, 100, 5000, 5050, 5100 } },
		{ { .repeat = 5, .interval = { 1 * MS }, .delay = { 1 * SEC } }, 10,
		  { 0, 1, 2, 3, 4, 1000, 1001, 1002, 1003, 1004 } },
		{ { .repeat = 1, .interval = { 50 * MS }, .delay = { 5 * SEC } }, 2, { 0, 5000 } },
		/* No second one. */
		{ { .repeat = 3, .interval = { 50 * MS } }, 3, { 0, 50, 100 } },
		{ { .repeat = 1, .interval = { 50 * MS } }, 1, { 0 } },
		/* The first is not over when the second begins. */
		{ { .repeat = 3, .interval = { 1 * SEC }, .delay = { 1500 * MS } }, 6,
		  { 0, 1000, 2000, 3000, 4000, 5000 } },
		{ { .repeat = 2, .interval = { 10 * SEC }, .delay = { 10 * SEC } }, 4,
		  { 0, 10000, 20000, 30000 } },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++)
		assert_announces(begun(&rows[i].p, T0, 0), 0, rows[i].ms, rows[i].n);
}

/* Lateness spreads a burst out, it does not close it up; the second follows the first. */
static void late_announcements_stay_apart(void **state)
{
	static const unsigned ms[] = { 0, 80, 160, 5030, 5110, 5190 };
	static const unsigned very[] = { 0, 6050, 12100, 18150, 24200, 30250 };

	(void)state;
	assert_announces(begun(&plain, T0, 0), 30 * MS, ms, ARRAY_LEN(ms));
	assert_announces(begun(&plain, T0, 0), 6 * SEC, very, ARRAY_LEN(very));
}

static void a_start_begins_anew(void **state)
{
	static const unsigned ms[] = { 0, 50, 100, 5000, 5050, 5100 };

	(void)state;
	for (unsigned served = 1; served <= 6; served++) {
		struct vrrp_announcer *q = begun(&plain, T0 - 30 * SEC, served);

		start(q, 0, T0);
		assert_announces(q, 0, ms, ARRAY_LEN(ms));
	}
}

/* What waits for its turn does not lose it. */
static void a_start_does_not_put_off_a_start(void **state)
{
	struct vrrp_announcer *q = begun(&plain, T0, 0);

	(void)state;
	start(q, 0, T0 + 1 * SEC);
	assert_int_equal(due(q), T0);
	assert_false(serve(q, T0 - 1));
	assert_true(serve(q, T0 + 1 * SEC));
}

static void a_rival_long_after_brings_both_bursts_at_once(void **state)
{
	static const unsigned ms[] = { 0, 50, 100, 5000, 5050, 5100 };
	struct vrrp_announcer *q = begun(&plain, T0 - 100 * SEC, 6);

	(void)state;
	again(q, 0, T0);
	assert_announces(q, 0, ms, ARRAY_LEN(ms));

	q = begun(&plain, T0 - 100 * SEC, 6);
	vrrp_announce_stop(q, 0);
	again(q, 0, T0);
	assert_announces(q, 0, ms, ARRAY_LEN(ms));
}

/* A second burst that is still to come, or is going on, makes way for both: what is left of it
 * would not do. */
static void a_rival_after_the_first_burst_begins_anew(void **state)
{
	static const unsigned ms[] = { 0, 50, 100, 5000, 5050, 5100 };

	(void)state;
	for (unsigned served = 3; served < 6; served++) {
		struct vrrp_announcer *q = begun(&plain, T0 - 30 * SEC, served);

		again(q, 0, T0);
		assert_announces(q, 0, ms, ARRAY_LEN(ms));
	}
}

static void a_rival_during_the_first_burst_changes_nothing(void **state)
{
	(void)state;
	for (unsigned served = 0; served < 3; served++) {
		struct vrrp_announcer *q = begun(&plain, T0, served);
		struct vrrp_announce before = stage.addr[0];

		again(q, 0, before.at.ns - 1);
		again(q, 0, before.at.ns);
		assert_memory_equal(&before, &stage.addr[0], sizeof before);
	}
}

/* At most one beginning a second: to the nanosecond. */
static void a_rival_soon_after_waits_for_the_second_to_pass(void **state)
{
	static const unsigned late[] = { 1000, 1050, 1100, 6000, 6050, 6100 };
	struct vrrp_announcer *q;

	(void)state;
	for (uint64_t at = T0 + 200 * MS; at < T0 + SEC; at += 100 * MS) {
		q = begun(&plain, T0, 3);
		again(q, 0, at);
		/* Asked once it comes, and is not put off by being asked for again. */
		again(q, 0, at);
		again(q, 0, T0 + SEC - 1);
		assert_announces(q, 0, late, ARRAY_LEN(late));
	}
	q = begun(&plain, T0, 3);
	again(q, 0, T0 + SEC);
	assert_int_equal(due(q), T0 + SEC);
	q = begun(&plain, T0, 3);
	again(q, 0, T0 + SEC + 1);
	assert_int_equal(due(q), T0 + SEC + 1);
}

/* An address that goes and comes again and again is not announced each time; one that is ours anew
 * is, at once. */
static void an_address_that_flickers_is_announced_once_a_second(void **state)
{
	struct vrrp_announcer *q = begun(&plain, T0, 1);

	(void)state;
	vrrp_announce_pause(q, 0);
	again(q, 0, T0 + 10 * MS);
	assert_int_equal(due(q), T0 + SEC);
	vrrp_announce_stop(q, 0);
	again(q, 0, T0 + 20 * MS);
	assert_int_equal(due(q), T0 + 20 * MS);
	/* However young the clock is. */
	q = open_one(&plain);
	again(q, 0, 5);
	assert_int_equal(due(q), 5);
}

/* I-19: a rival that stays is answered each second, and not more often, however often it is heard,
 * however late we are, and whatever the parameters. Packets come before timers. */
static void a_rival_that_stays_neither_floods_nor_starves_us(void **state)
{
	(void)state;
	for (uint32_t seed = 0; seed < 50; seed++) {
		struct vrrp_announce_params p = {
			.repeat = (uint8_t)(1 + seed % 4), .interval = { 10 * MS },
			.delay = { seed % 3 * SEC }, .refresh = { seed % 2 * 300 * MS },
			.refresh_repeat = 1,
		};
		struct vrrp_announcer *q = open_one(&p);
		uint64_t now = T0, last = T0;
		unsigned n = 0;

		for (uint32_t i = 0; now < T0 + 60 * SEC; i++) {
			uint64_t bits = rng_at(seed, 3, 0, i);

			now += rng_below(bits, 40) * MS;
			again(q, 0, now);
			if (bits >> 63 && serve(q, now)) {
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

/* ---- refreshing --------------------------------------------------------------------------- */

static void refreshing_goes_on_and_on(void **state)
{
	const struct vrrp_announce_params p = {
		.repeat = 3, .interval = { 50 * MS }, .delay = { 5 * SEC },
		.refresh = { 60 * SEC }, .refresh_repeat = 2,
	};
	struct vrrp_announcer *q = begun(&p, T0, 0);

	(void)state;
	run(q, T0 + 3600 * SEC);
	/* Both bursts, and each minute after the second two more. */
	assert_int_equal(stage.n, 6 + 2 * 59);
	for (unsigned i = 0; i < 59; i++) {
		assert_int_equal(stage.said[6 + 2 * i].at, T0 + (65 + 60 * i) * SEC);
		assert_int_equal(stage.said[7 + 2 * i].at, T0 + (65 + 60 * i) * SEC + 50 * MS);
	}
	vrrp_announce_stop(q, 0);
	assert_int_equal(due(q), NEVER);
}

static void refreshing_does_not_wait_for_the_second_burst(void **state)
{
	static const unsigned ms[] = { 0, 50, 100, 2000, 4000, 5000, 5050, 5100, 7000, 9000 };
	const struct vrrp_announce_params p = {
		.repeat = 3, .interval = { 50 * MS }, .delay = { 5 * SEC },
		.refresh = { 2 * SEC }, .refresh_repeat = 1,
	};

	(void)state;
	run(begun(&p, T0, 0), T0 + 10 * SEC);
	assert_int_equal(stage.n, ARRAY_LEN(ms));
	for (unsigned i = 0; i < ARRAY_LEN(ms); i++)
		assert_int_equal(stage.said[i].at, T0 + ms[i] * MS);
}

/* A rival does not wait for a refreshing, and a refreshing not for ever for a rival. */
static void a_rival_interrupts_a_refreshing(void **state)
{
	const struct vrrp_announce_params p = {
		.repeat = 2, .interval = { 50 * MS }, .refresh = { 10 * SEC },
		.refresh_repeat = 3,
	};
	struct vrrp_announcer *q = begun(&p, T0, 3); /* one of the first refreshing */

	(void)state;
	again(q, 0, T0 + 10 * SEC + 20 * MS);
	stage.n = 0;
	run(q, T0 + 21 * SEC);
	assert_int_equal(stage.n, 2 + 3);
	assert_int_equal(stage.said[0].at, T0 + 10 * SEC + 20 * MS);
	assert_int_equal(stage.said[2].at, T0 + 20 * SEC + 20 * MS);
}

/* A reload switches it on and off, and never puts it off. */
static void refreshing_over_reloads(void **state)
{
	struct vrrp_announce_params p = plain;
	struct vrrp_announcer *q = begun(&p, T0, 0);
	uint64_t now = T0;

	(void)state;
	run(q, T0 + 20 * SEC);
	vrrp_announce_renew(q, 0, (mono_t){ T0 + 20 * SEC });
	assert_int_equal(due(q), NEVER);
	p.refresh = SPAN_S(30);
	for (now = T0 + 20 * SEC; now < T0 + 35 * SEC; now += 10 * MS) {
		vrrp_announce_renew(q, 0, (mono_t){ now });
		assert_int_equal(due(q), T0 + 35 * SEC);
	}
	vrrp_announce_renew(q, 0, (mono_t){ now + 10 * MS }); /* it is late already */
	assert_int_equal(due(q), T0 + 35 * SEC);
	assert_true(serve(q, T0 + 36 * SEC));
	p.refresh = SPAN_ZERO;
	vrrp_announce_renew(q, 0, (mono_t){ T0 + 37 * SEC });
	assert_int_equal(due(q), NEVER);
	/* An address that is simply there: not at once. */
	p.refresh = SPAN_S(30);
	q = open_one(&p);
	vrrp_announce_renew(q, 0, (mono_t){ T0 });
	assert_int_equal(due(q), T0 + 30 * SEC);
	/* A burst that goes on is left alone. */
	q = begun(&p, T0, 1);
	vrrp_announce_renew(q, 0, (mono_t){ T0 });
	assert_int_equal(due(q), T0 + 50 * MS);
}

/* ---- many addresses ----------------------------------------------------------------------- */

/* In any stretch of time at most the burst and what the rate gives. */
static void assert_paced(unsigned from, uint32_t rate, uint32_t burst)
{
	uint64_t busy_until = 0, gap = SEC / rate; /* a bucket that leaks */

	for (unsigned i = from; i < stage.n; i++) {
		uint64_t at = stage.said[i].at;

		busy_until = (busy_until > at ? busy_until : at) + gap;
		assert_true(busy_until - at <= burst * gap);
		/* And looked at directly, for some lengths. */
		for (unsigned k = 1; i >= from + k * burst; k++) {
			uint64_t window = at - stage.said[i - k * burst].at;

			assert_true(k * burst + 1 <= burst + window / gap);
		}
	}
}

static void assert_fair_and_whole(uint32_t n, unsigned each)
{
	for (uint32_t i = 0; i < n; i++)
		assert_int_equal(said_of(i), each);
	/* Each has its first word before any has its second, and so on. */
	for (unsigned k = 0; k < stage.n; k++)
		assert_int_equal(stage.said[k].addr, k % n);
}

/* I-19: 1,000 addresses at once. The burst goes at once, the others at the rate. */
static void a_thousand_addresses_at_once(void **state)
{
	struct vrrp_announcer *q = open_stage(1000, &plain, 250, 100);

	(void)state;
	for (uint32_t i = 0; i < 1000; i++)
		start(q, i, T0);
	run(q, T0 + 60 * SEC);
	assert_int_equal(stage.n, 6000);
	assert_paced(0, 250, 100);
	for (unsigned k = 0; k < 1000; k++) {
		assert_int_equal(stage.said[k].at, T0 + (k < 100 ? 0 : (k - 99) * 4 * MS));
		assert_int_equal(stage.said[k].paced, k >= 100);
	}
	assert_fair_and_whole(1000, 6);
	assert_int_equal(due(q), NEVER);
	/* After a while of silence the burst is whole again, and no more than whole. */
	stage.n = 0;
	for (uint32_t i = 0; i < 1000; i++)
		start(q, i, T0 + 3600 * SEC);
	run(q, T0 + 3600 * SEC);
	assert_int_equal(stage.n, 100);
}

/* The kernel is slow: who comes late has its first word before the repetitions of the others, and
 * the whole of its bursts. */
static void an_address_that_comes_late_is_not_late(void **state)
{
	struct vrrp_announcer *q = open_stage(501, &plain, 100, 10);
	unsigned before;

	(void)state;
	for (uint32_t i = 0; i < 500; i++)
		start(q, i, T0);
	run(q, T0 + 8 * SEC); /* among the repetitions */
	before = stage.n;
	assert_true(before > 500);
	again(q, 500, T0 + 8 * SEC);
	run(q, T0 + 120 * SEC);
	assert_int_equal(stage.said[before].addr, 500);
	assert_true(stage.said[before].at <= T0 + 8 * SEC + 10 * MS);
	for (uint32_t i = 0; i <= 500; i++)
		assert_int_equal(said_of(i), 6);
	assert_paced(0, 100, 10);
}

/* A router of many addresses and many of one become Active together, or the former a moment before:
 * nobody has to wait for all of the many. */
static void a_router_of_many_addresses_leaves_room_for_others(void **state)
{
	(void)state;
	for (unsigned lead = 0; lead < 2; lead++) {
		struct vrrp_announcer *q = open_stage(305, &plain, 100, 1);

		for (uint32_t i = 0; i < 255; i++)
			stage.addr[i].rank = (uint8_t)i;
		for (uint32_t i = 0; i < 255; i++)
			start(q, i, T0);
		run(q, T0 + lead * 50 * MS);
		for (uint32_t i = 255; i < 305; i++)
			start(q, i, T0 + lead * 50 * MS);
		run(q, T0 + 600 * MS + lead * 50 * MS);
		for (uint32_t i = 255; i < 305; i++)
			assert_int_equal(said_of(i), 1);
		assert_in_range(said_of(0), 1, 1);
		run(q, T0 + 3600 * SEC);
		for (uint32_t i = 0; i < 305; i++)
			assert_int_equal(said_of(i), 6);
	}
}

/* More is asked for than the pace allows, for good: all get the same, nobody is put off for ever,
 * and not even what was said before with new ones coming and going all the time. */
static void nobody_starves(void **state)
{
	struct vrrp_announce_params p = plain, once = { .repeat = 1, .interval = { 50 * MS } };
	struct vrrp_announcer *q = open_stage(200, &p, 20, 5);
	unsigned least = SAID_MAX, most = 0, repeated;

	(void)state;
	p.refresh = SPAN_S(1);
	for (uint32_t i = 0; i < 200; i++)
		start(q, i, T0);
	run(q, T0 + 600 * SEC);
	assert_paced(0, 20, 5);
	assert_in_range(stage.n, 600 * 20, 600 * 20 + 5);
	for (uint32_t i = 0; i < 200; i++) {
		unsigned n = said_of(i);

		least = n < least ? n : least;
		most = n > most ? n : most;
	}
	assert_in_range(least, most - 2, most);

	/* 100 routers that flap faster than all of them can be announced. */
	q = open_stage(101, &once, 20, 5);
	stage.addr[100].params = &plain;
	start(q, 100, T0);
	for (uint64_t now = T0; now < T0 + 120 * SEC; now += 500 * MS) {
		for (uint32_t i = 0; i < 100; i++)
			start(q, i, now);
		run(q, now + 500 * MS);
	}
	repeated = said_of(100);
	assert_true(repeated >= 4);
}

/* Whatever happens, in whatever order, and however late it is served: the pace holds in every
 * window, and an address that is stopped says nothing. */
static void anything_at_any_time(void **state)
{
	(void)state;
	for (uint32_t seed = 0; seed < 30; seed++) {
		uint32_t n = 1 + seed * 7 % 60, rate = 1 + seed * 13 % 200, burst = 1 + seed % 9;
		struct vrrp_announce_params p = {
			.repeat = (uint8_t)(1 + seed % 3), .interval = { 20 * MS },
			.delay = { seed % 2 * SEC }, .refresh = { seed % 5 * SEC },
			.refresh_repeat = 2,
		};
		struct vrrp_announcer *q = open_stage(n, &p, rate, burst);
		bool on[60] = { false };
		uint64_t now = T0;

		for (uint32_t i = 0; i < 5000; i++) {
			uint64_t bits = rng_at(seed, 4, 0, i);
			uint32_t addr = (uint32_t)(bits >> 8) % n;
			unsigned first = stage.n;

			now += rng_below(bits >> 40, 20) * MS;
			switch (bits % 16) {
			case 0:
				start(q, addr, now);
				on[addr] = true;
				break;
			case 1: case 2:
				if (on[addr])
					again(q, addr, now);
				break;
			case 3:
				vrrp_announce_stop(q, addr);
				on[addr] = false;
				break;
			case 4:
				if (on[addr])
					vrrp_announce_renew(q, addr, (mono_t){ now });
				break;
			default:
				while (serve(q, now))
					assert_true(on[stage.said[stage.n - 1].addr]);
				assert_true(due(q) > now);
			}
			assert_true(first == stage.n || bits % 16 > 4);
		}
		assert_paced(0, rate, burst);
	}
}

/* ---- over a reload ------------------------------------------------------------------------ */

/* The old and the new pace; the announcements said just before count in the new one. */
static void a_reload_gives_no_second_burst(void **state)
{
	static const struct {
		uint32_t rate[2], burst[2];
		uint64_t at; /* of the first one after it, ms */
	} rows[] = {
		{ { 100, 100 }, { 10, 10 }, 10 },
		{ { 1, 100 }, { 10, 10 }, 10 },     /* not ten seconds */
		{ { 100, 1 }, { 10, 10 }, 1000 },
		{ { 100, 100 }, { 10, 1 }, 10 },    /* not a hundred ms */
		{ { 100, 100 }, { 10, 20 }, 0 },    /* there is room for ten more */
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		struct vrrp_announcer *q = open_stage(20, &plain, rows[i].rate[0],
						      rows[i].burst[0]);
		struct vrrp_announcer was;
		struct vrrp_announce addr[20];

		for (uint32_t k = 0; k < 20; k++)
			start(q, k, T0);
		run(q, T0);
		assert_int_equal(stage.n, 10);
		was = *q;
		memcpy(addr, stage.addr, sizeof addr);
		open_stage(20, &plain, rows[i].rate[1], rows[i].burst[1]);
		vrrp_announcer_keep(q, (mono_t){ T0 }, &was);
		for (uint32_t k = 0; k < 20; k++)
			vrrp_announce_keep(q, k, &addr[k]);
		assert_false(serve(q, T0 - 1));
		run(q, T0 + 600 * SEC);
		assert_int_equal(stage.said[0].addr, 10); /* in the order in which they waited */
		assert_int_equal(stage.said[0].at, T0 + rows[i].at * MS);
		assert_int_equal(stage.n, 20 * 6 - 10);
	}
}

UNIT_MAIN(
	T(nothing_is_due_after_a_stop),
	T(two_bursts_the_second_after_the_delay),
	T(late_announcements_stay_apart),
	T(a_start_begins_anew),
	T(a_start_does_not_put_off_a_start),
	T(a_rival_long_after_brings_both_bursts_at_once),
	T(a_rival_after_the_first_burst_begins_anew),
	T(a_rival_during_the_first_burst_changes_nothing),
	T(a_rival_soon_after_waits_for_the_second_to_pass),
	T(an_address_that_flickers_is_announced_once_a_second),
	T(a_rival_that_stays_neither_floods_nor_starves_us),
	T(refreshing_goes_on_and_on),
	T(refreshing_does_not_wait_for_the_second_burst),
	T(a_rival_interrupts_a_refreshing),
	T(refreshing_over_reloads),
	T(a_thousand_addresses_at_once),
	T(an_address_that_comes_late_is_not_late),
	T(a_router_of_many_addresses_leaves_room_for_others),
	T(nobody_starves),
	T(anything_at_any_time),
	T(a_reload_gives_no_second_burst))
