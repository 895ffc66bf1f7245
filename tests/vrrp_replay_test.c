/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrp_replay.h"

#include <string.h>

#include "rng.h"
#include "unit.h"

#define EPOCH  UINT64_C(1763744400) /* s: some day */
#define WINDOW SPAN_S(5)

/* A machine: its clock, and what it remembers. Its monotonic clock shows `now`. */
struct machine {
	struct vrrp_clock clock;
	struct vrrp_sender sender;
	struct vrrp_mark mark[4];
	struct vrrp_replay replay;
};

static const struct ip_addr A = { IP_V4, { 10, 0, 0, 1 } }, B = { IP_V4, { 10, 0, 0, 2 } };

static uint64_t wall(mono_t now, int64_t off_s)
{
	return (EPOCH + (uint64_t)off_s) * 1000000000 + now.ns;
}

static mono_t at_s(uint64_t s)
{
	return (mono_t){ s * 1000000000 };
}

/* One that starts now, with a wall clock that is off by so much. */
static void start(struct machine *m, mono_t now, int64_t off_s)
{
	memset(m, 0, sizeof *m);
	m->replay = (struct vrrp_replay){ .mark = m->mark, .max = 4 };
	assert_int_equal(vrrp_clock_wall(&m->clock, now, wall(now, off_s)), VRRP_CLOCK_AGREES);
}

static uint64_t say(struct machine *m, mono_t now)
{
	return vrrp_sender_next(&m->sender, &m->clock, now, WINDOW);
}

static enum vrrp_fresh hear(struct machine *m, const struct ip_addr *src, uint64_t seq, mono_t at)
{
	enum vrrp_fresh fresh = vrrp_replay_judge(&m->replay, &m->clock, src, seq, at, WINDOW);

	if (fresh == VRRP_FRESH || fresh == VRRP_FRESH_CORRECTS)
		vrrp_replay_take(&m->replay, src, seq, at);
	if (fresh == VRRP_FRESH_CORRECTS)
		vrrp_clock_believe(&m->clock, at);
	return fresh;
}

static bool is_taken(enum vrrp_fresh fresh)
{
	return fresh == VRRP_FRESH || fresh == VRRP_FRESH_CORRECTS;
}

/* ---- the number --------------------------------------------------------------------------- */

static void the_number_is_the_time(void **state)
{
	struct machine m;
	uint64_t seq;

	(void)state;
	start(&m, at_s(0), 0);
	seq = say(&m, (mono_t){ 1500000000 });
	assert_int_equal(seq >> 32, EPOCH + 1);
	assert_int_equal(seq >> 16 & 0xffff, 0x8000);
	assert_int_equal(seq & 0xffff, 0);
	assert_int_equal(say(&m, (mono_t){ 1500000000 }), seq + 1); /* within one tick */
}

static void v04_the_number_grows_whatever_the_wall_clock_does(void **state)
{
	static const int64_t step[] = { 3600, -3600, 315360000, -315360000, 1, -1, 0 };
	struct machine m;
	uint64_t last;

	(void)state;
	start(&m, at_s(0), 0);
	last = say(&m, at_s(0));
	for (unsigned i = 0; i < 2000; i++) {
		mono_t now = { i * UINT64_C(250000000) };
		uint64_t seq;

		vrrp_clock_wall(&m.clock, now, wall(now, step[i / 100 % 7]));
		seq = say(&m, now);
		assert_true((int64_t)(seq - last) > 0);
		assert_in_range(seq >> 32, EPOCH + i / 4 - 2, EPOCH + i / 4 + 2);
		last = seq;
	}
}

static void small_differences_are_followed_at_once(void **state)
{
	struct machine m;

	(void)state;
	start(&m, at_s(0), 0);
	for (unsigned i = 1; i <= 1000; i++) /* 400 ppm fast */
		assert_int_equal(vrrp_clock_wall(&m.clock, at_s(i),
						 wall(at_s(i), 0) + i * UINT64_C(400000)),
				 VRRP_CLOCK_AGREES);
	assert_in_range(vrrp_clock_ticks(&m.clock, at_s(1000)), ((EPOCH + 1000) << 16) + 26213,
			((EPOCH + 1000) << 16) + 26215);
}

static void v04_a_step_is_believed_when_it_has_stood_for_long(void **state)
{
	struct machine m;
	uint64_t t;

	(void)state;
	start(&m, at_s(0), 0);
	assert_int_equal(vrrp_clock_wall(&m.clock, at_s(10), wall(at_s(10), 3600)),
			 VRRP_CLOCK_STEPPED);
	for (t = 11; t < 300; t++)
		assert_int_equal(vrrp_clock_wall(&m.clock, at_s(t), wall(at_s(t), 3600)),
				 VRRP_CLOCK_DIFFERS);
	/* Another step: it begins anew. */
	assert_int_equal(vrrp_clock_wall(&m.clock, at_s(300), wall(at_s(300), 3602)),
			 VRRP_CLOCK_STEPPED);
	for (t = 301; t < 900; t++)
		assert_int_equal(vrrp_clock_wall(&m.clock, at_s(t), wall(at_s(t), 3602)),
				 VRRP_CLOCK_DIFFERS);
	assert_int_equal(vrrp_clock_ticks(&m.clock, at_s(900)) >> 16, EPOCH + 900);
	assert_int_equal(vrrp_clock_wall(&m.clock, at_s(900), wall(at_s(900), 3602)),
			 VRRP_CLOCK_BELIEVED);
	assert_int_equal(vrrp_clock_ticks(&m.clock, at_s(900)) >> 16, EPOCH + 900 + 3602);
	assert_int_equal(vrrp_clock_wall(&m.clock, at_s(901), wall(at_s(901), 3602)),
			 VRRP_CLOCK_AGREES);
}

/* A step that is taken back leaves nothing. */
static void v04_a_step_and_back(void **state)
{
	struct machine m;

	(void)state;
	start(&m, at_s(0), 0);
	assert_int_equal(vrrp_clock_wall(&m.clock, at_s(1), wall(at_s(1), -3600)),
			 VRRP_CLOCK_STEPPED);
	assert_int_equal(vrrp_clock_wall(&m.clock, at_s(2), wall(at_s(2), 0)), VRRP_CLOCK_AGREES);
	assert_int_equal(vrrp_clock_wall(&m.clock, at_s(500), wall(at_s(500), -3600)),
			 VRRP_CLOCK_STEPPED);
	assert_int_equal(vrrp_clock_wall(&m.clock, at_s(700), wall(at_s(700), -3600)),
			 VRRP_CLOCK_DIFFERS);
}

/* ---- judging ------------------------------------------------------------------------------ */

static void v07_each_advert_once_and_in_order(void **state)
{
	struct machine a, b;
	uint64_t seq[10];

	(void)state;
	start(&a, at_s(0), 0);
	start(&b, at_s(0), 1);
	for (unsigned i = 0; i < 10; i++)
		seq[i] = say(&a, at_s(i));
	assert_int_equal(hear(&b, &A, seq[0], at_s(0)), VRRP_FRESH);
	assert_int_equal(hear(&b, &A, seq[0], at_s(0)), VRRP_REPLAYED);
	assert_int_equal(hear(&b, &A, seq[3], at_s(3)), VRRP_FRESH);
	assert_int_equal(hear(&b, &A, seq[2], at_s(3)), VRRP_REPLAYED); /* overtaken */
	assert_int_equal(hear(&b, &B, seq[2], at_s(3)), VRRP_FRESH); /* marks are of a sender */
	for (unsigned i = 0; i < 4; i++)
		for (unsigned later = 3; later < 4000; later += 7)
			assert_int_equal(vrrp_replay_judge(&b.replay, &b.clock, &A, seq[i],
							   at_s(later), WINDOW),
					 VRRP_REPLAYED);
}

/* One of whom nothing is known has to agree with the clock. */
static void a_stranger_within_the_window(void **state)
{
	static const struct { int64_t off_s; enum vrrp_fresh want;
	} row[] = {
		{ 0, VRRP_FRESH }, { 5, VRRP_FRESH }, { -5, VRRP_FRESH }, { 6, VRRP_STALE },
		{ -6, VRRP_STALE }, { 3600, VRRP_STALE }, { -3600, VRRP_STALE },
		{ 315360000, VRRP_STALE }, { -(int64_t)EPOCH, VRRP_STALE },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
		struct machine a, b;

		start(&a, at_s(0), row[i].off_s);
		start(&b, at_s(0), 0);
		assert_int_equal(hear(&b, &A, say(&a, at_s(2)), at_s(2)), row[i].want);
	}
}

/* What was kept back on the way for longer than the window is too late, also from one we know. */
static void a_delayed_advert_is_stale(void **state)
{
	struct machine a, b;
	uint64_t seq;

	(void)state;
	start(&a, at_s(0), 0);
	start(&b, at_s(0), 0);
	assert_int_equal(hear(&b, &A, say(&a, at_s(1)), at_s(1)), VRRP_FRESH);
	seq = say(&a, at_s(2));
	assert_int_equal(hear(&b, &A, seq, at_s(8)), VRRP_STALE);
	assert_int_equal(hear(&b, &A, seq, at_s(6)), VRRP_FRESH);
}

/* Either wall clock is stepped, there and back: the group notices nothing. */
static void v04_known_routers_notice_no_step(void **state)
{
	static const int64_t step[] = { 3600, -3600, 315360000, -315360000 };

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		struct machine a, b;

		start(&a, at_s(0), 0);
		start(&b, at_s(0), 0);
		for (unsigned t = 1; t < 1000; t++) {
			int64_t off = t >= 100 && t < 600 ? step[i / 2] : 0;

			vrrp_clock_wall(&a.clock, at_s(t), wall(at_s(t), i % 2 == 0 ? off : 0));
			vrrp_clock_wall(&b.clock, at_s(t), wall(at_s(t), i % 2 != 0 ? off : 0));
			assert_int_equal(hear(&b, &A, say(&a, at_s(t)), at_s(t)), VRRP_FRESH);
		}
	}
}

/* One that started with a wrong clock is refused, and refuses all. When its clock is set, what it
 * hears tells it that the clock is right, and the next it says is taken. */
static void v04_a_wrong_clock_at_the_start_heals_when_it_is_set(void **state)
{
	static const int64_t off[] = { 3600, -3600, -(int64_t)EPOCH + 100 };

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct machine a, b;
		mono_t now;

		start(&a, at_s(0), 0);
		start(&b, at_s(0), off[i]);
		for (unsigned t = 1; t < 100; t++) {
			now = at_s(t);
			vrrp_clock_wall(&b.clock, now, wall(now, off[i]));
			assert_int_equal(hear(&b, &A, say(&a, now), now), VRRP_STALE);
			assert_int_equal(hear(&a, &B, say(&b, now), now), VRRP_STALE);
		}
		now = at_s(100);
		vrrp_clock_wall(&b.clock, now, wall(now, 0));
		assert_int_equal(hear(&b, &A, say(&a, now), now), VRRP_FRESH_CORRECTS);
		assert_int_equal(hear(&a, &B, say(&b, now), now), VRRP_FRESH);
	}
}

/* A router that starts again with a clock that went back is refused until the clock is right again:
 * back by less than the window, until it has caught up with the mark. */
static void a_peer_that_starts_again_with_a_clock_that_went_back(void **state)
{
	struct machine a, b;
	mono_t now = at_s(100);

	(void)state;
	start(&a, at_s(0), 0);
	start(&b, at_s(0), 0);
	assert_int_equal(hear(&b, &A, say(&a, now), now), VRRP_FRESH);
	start(&a, now, -3);
	assert_int_equal(hear(&b, &A, say(&a, at_s(101)), at_s(101)), VRRP_REPLAYED);
	assert_int_equal(hear(&b, &A, say(&a, at_s(102)), at_s(102)), VRRP_REPLAYED);
	assert_int_equal(hear(&b, &A, say(&a, at_s(104)), at_s(104)), VRRP_FRESH);
	start(&a, at_s(105), -3600);
	for (unsigned t = 106; t < 200; t++)
		assert_false(is_taken(hear(&b, &A, say(&a, at_s(t)), at_s(t))));
	start(&a, at_s(200), 0);
	assert_int_equal(hear(&b, &A, say(&a, at_s(201)), at_s(201)), VRRP_FRESH);
}

/* A whole group that had followed a wrong clock, and one of it comes back to the right time. */
static void going_back_needs_a_silent_mark(void **state)
{
	struct machine a, b;
	uint64_t old;

	(void)state;
	start(&a, at_s(0), 0);
	old = say(&a, at_s(1)); /* somebody keeps it */
	start(&a, at_s(0), 3600);
	start(&b, at_s(0), 3600);
	assert_int_equal(hear(&b, &A, say(&a, at_s(3590)), at_s(3590)), VRRP_FRESH);
	/* The receiver is set right, and believes it. */
	vrrp_clock_wall(&b.clock, at_s(3600), wall(at_s(3600), 0));
	vrrp_clock_believe(&b.clock, at_s(3600));
	assert_int_equal(vrrp_clock_ticks(&b.clock, at_s(3600)) >> 16, EPOCH + 3600);
	assert_int_equal(hear(&b, &A, old, at_s(3600)), VRRP_REPLAYED);
	/* As long as the sender goes on, nothing before its mark is taken. */
	assert_int_equal(hear(&b, &A, say(&a, at_s(3601)), at_s(3601)), VRRP_FRESH);
	start(&a, at_s(3602), 0);
	assert_int_equal(hear(&b, &A, say(&a, at_s(3603)), at_s(3603)), VRRP_REPLAYED);
	assert_int_equal(hear(&b, &A, say(&a, at_s(3607)), at_s(3607)), VRRP_FRESH);
}

/* A full table does not give up a mark that still keeps replays out. */
static void the_table_is_full(void **state)
{
	struct machine a, b;

	(void)state;
	start(&a, at_s(0), 0);
	start(&b, at_s(0), 0);
	for (uint8_t i = 0; i < 4; i++)
		assert_int_equal(hear(&b, &(struct ip_addr){ IP_V4, { i } }, say(&a, at_s(i)),
				      at_s(i)), VRRP_FRESH);
	assert_int_equal(hear(&b, &A, say(&a, at_s(10)), at_s(10)), VRRP_REPLAYED);
	assert_int_equal(hear(&b, &A, say(&a, at_s(11)), at_s(11)), VRRP_FRESH);
	assert_int_equal(b.replay.n, 4);
	assert_true(ip_eq(&b.mark[0].src, &A)); /* in place of the oldest */
	assert_int_equal(hear(&b, &B, say(&a, at_s(11)), at_s(11)), VRRP_REPLAYED);
}

static void marks_are_kept(void **state)
{
	struct vrrp_mark few[2] = { 0 };
	struct vrrp_replay r = { .mark = few, .max = 2 };
	struct machine a, b;

	(void)state;
	start(&a, at_s(0), 0);
	start(&b, at_s(0), 0);
	for (uint8_t i = 0; i < 4; i++)
		hear(&b, &(struct ip_addr){ IP_V4, { i } }, say(&a, at_s(i)), at_s(i));
	vrrp_replay_keep(&r, &b.replay);
	assert_int_equal(r.n, 2);
	assert_int_equal(few[0].src.b[0] + few[1].src.b[0], 5); /* the youngest */
}

/* 32 bits of seconds end in 2106: what matters are differences. */
static void the_number_wraps(void **state)
{
	const uint64_t end = UINT64_C(4294967296);
	struct vrrp_mark mark[1];
	struct vrrp_replay r = { .mark = mark, .max = 1 };
	struct vrrp_clock c = { 0 };
	struct vrrp_sender s = { 0 };

	(void)state;
	vrrp_clock_wall(&c, at_s(0), (end - 5) * 1000000000);
	for (unsigned t = 0; t < 20; t++) {
		uint64_t seq = vrrp_sender_next(&s, &c, at_s(t), WINDOW);

		assert_int_equal(seq >> 32, (end - 5 + t) % end);
		assert_int_equal(vrrp_replay_judge(&r, &c, &A, seq, at_s(t), WINDOW), VRRP_FRESH);
		vrrp_replay_take(&r, &A, seq, at_s(t));
	}
}

/* Whatever clocks do: no advert is taken twice, nor one of before the last that was taken, as long
 * as its sender is heard; judging changes nothing; and half a minute after both clocks are right,
 * adverts are taken. */
static void whatever_clocks_do(void **state)
{
	enum { KEPT = 64 };

	(void)state;
	for (uint64_t seed = 0; seed < 300; seed++) {
		struct machine a, b, before;
		uint64_t kept[KEPT], taken = 0;
		int64_t off[2] = { 0 };
		bool any = false;

		start(&a, at_s(0), 0);
		start(&b, at_s(0), 0);
		for (unsigned t = 1; t < 1500; t++) {
			uint64_t roll = rng_at(seed, 0, 0, t), seq;
			enum vrrp_fresh fresh;

			if (roll % 97 == 0)
				off[roll / 97 % 2] = (int64_t)(roll / 1000 % 8000) - 4000;
			if (t >= 800)
				off[0] = off[1] = 0;
			vrrp_clock_wall(&a.clock, at_s(t), wall(at_s(t), off[0]));
			vrrp_clock_wall(&b.clock, at_s(t), wall(at_s(t), off[1]));
			if (t % 3 == 0) /* B answers: both may learn */
				hear(&a, &B, say(&b, at_s(t)), at_s(t));
			seq = kept[t % KEPT] = say(&a, at_s(t));
			fresh = hear(&b, &A, seq, at_s(t));
			assert_false(t > 1450 && !is_taken(fresh));
			if (is_taken(fresh)) {
				taken = seq;
				any = true;
			}
			if (!any || t < KEPT || !is_taken(fresh))
				continue;
			seq = kept[roll / 7 % KEPT];
			before = b;
			fresh = vrrp_replay_judge(&b.replay, &b.clock, &A, seq, at_s(t), WINDOW);
			assert_memory_equal(&before, &b, sizeof b);
			assert_false(is_taken(fresh) && (int64_t)(seq - taken) <= 0);
		}
	}
}

UNIT_MAIN(T(the_number_is_the_time), T(v04_the_number_grows_whatever_the_wall_clock_does),
	  T(small_differences_are_followed_at_once),
	  T(v04_a_step_is_believed_when_it_has_stood_for_long), T(v04_a_step_and_back),
	  T(v07_each_advert_once_and_in_order), T(a_stranger_within_the_window),
	  T(a_delayed_advert_is_stale), T(v04_known_routers_notice_no_step),
	  T(v04_a_wrong_clock_at_the_start_heals_when_it_is_set),
	  T(a_peer_that_starts_again_with_a_clock_that_went_back),
	  T(going_back_needs_a_silent_mark), T(the_table_is_full), T(marks_are_kept),
	  T(the_number_wraps), T(whatever_clocks_do))
