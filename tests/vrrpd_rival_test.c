/* SPDX-License-Identifier: BSD-2-Clause */
/* Two Actives: what is said and counted of it. */
#include "vrrpd_rig.h"

#include <stdio.h>

static enum vrrp_drop hear_from(struct rig *r, const char *src, uint8_t priority)
{
	return rig_rx(r, (struct rig_advert){ .priority = priority, .src = src });
}

static unsigned here(const struct rig *r)
{
	return vrrpd_rivals_here(r->d, 0);
}

/* V08: one episode, two lines, however many adverts. */
static void v08_an_episode_has_a_beginning_and_an_end(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	for (unsigned i = 0; i < 30; i++) {
		hear_from(&r, "10.0.0.2", 50);
		assert_int_equal(here(&r), 1);
		rig_run(&r, SPAN_S(1));
	}
	assert_int_equal(rig_lines(&r, "rival"), 1);
	assert_true(rig_says(&r, "rival", "vrrp=web src=10.0.0.2 rival_prio=50 prio=100"));
	assert_int_equal(rig_lines(&r, "rival-gone"), 0);
	vrrpd_log_counters(r.d, r.now);
	assert_true(rig_says(&r, "counters", "rivals=30 rival_episodes=1 rivals_here=1"));
	assert_true(rig_says(&r, "rival-here", "vrrp=web src=10.0.0.2 rival_prio=50 prio=100 "
					       "adverts=30"));
	/* Silent for the Active_Down_Interval since its last advert: 3.609375 s. */
	rig_run(&r, SPAN_MS(2609));
	assert_int_equal(here(&r), 1);
	rig_run(&r, SPAN_MS(1));
	assert_int_equal(here(&r), 0);
	assert_int_equal(rig_lines(&r, "rival-gone"), 1);
	assert_true(rig_says(&r, "rival-gone", "src=10.0.0.2 rival_prio=50 prio=100 why=silent "
					       "duration=29.000s adverts=30"));
	rig_forget(&r);
	vrrpd_log_counters(r.d, r.now);
	assert_true(rig_says(&r, "counters", "rivals=30 rival_episodes=1 rivals_here=0"));
	assert_int_equal(rig_lines(&r, "rival-here"), 0);
	rig_close(&r);
}

static void each_peer_has_its_own(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	hear_from(&r, "10.0.0.2", 50);
	hear_from(&r, "10.0.0.3", 60);
	assert_int_equal(here(&r), 2);
	assert_int_equal(rig_lines(&r, "rival"), 2);
	assert_int_equal(hear_from(&r, "10.0.0.2", 0), VRRP_ACCEPTED);
	assert_int_equal(here(&r), 1);
	assert_true(rig_says(&r, "rival-gone", "src=10.0.0.2 rival_prio=50 prio=100 why=left"));
	/* One stronger: then it is we who are not Active any more. */
	hear_from(&r, "10.0.0.4", 200);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	assert_int_equal(here(&r), 0);
	assert_true(rig_says(&r, "rival-gone", "src=10.0.0.3 rival_prio=60 prio=100 "
					       "why=not-active duration=0.000s adverts=1"));
	assert_int_equal(rig_lines(&r, "rival-gone"), 2);
	/* What a Backup hears is none. */
	hear_from(&r, "10.0.0.2", 50);
	assert_int_equal(here(&r), 0);
	assert_int_equal(rig_counters(&r, "web")->rival_episodes, 2);
	rig_close(&r);
}

/* A peer's own interval says how long its silence is one. */
static void slow_peer_is_waited_for(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	for (unsigned i = 0; i < 5; i++) {
		rig_rx(&r, (struct rig_advert){ .priority = 50, .interval_cs = 1000 });
		rig_run(&r, SPAN_S(10));
	}
	assert_int_equal(rig_counters(&r, "web")->rival_episodes, 1);
	rig_close(&r);
}

/* One that comes and goes is told once in ten seconds; one whose beginning was not told has no end
 * either. */
static void rivals_that_come_and_go_do_not_fill_the_log(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	for (unsigned i = 0; i < 100; i++) {
		hear_from(&r, "10.0.0.2", 50);
		rig_run(&r, SPAN_S(1));
		hear_from(&r, "10.0.0.2", 0);
	}
	assert_int_equal(rig_counters(&r, "web")->rival_episodes, 100);
	assert_in_range(rig_lines(&r, "rival"), 9, 11);
	assert_int_equal(rig_lines(&r, "rival-gone"), rig_lines(&r, "rival"));
	assert_true(rig_says(&r, "rival", "suppressed=9"));
	rig_close(&r);
}

/* Somebody who makes up addresses: memory and log stay small, and service goes on. */
static void made_up_addresses(void **state)
{
	struct rig r;
	char src[32];

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	for (unsigned i = 0; i < 2000; i++) {
		snprintf(src, sizeof src, "10.0.%u.%u", i / 200 + 1, i % 200 + 1);
		hear_from(&r, src, 50);
		rig_run(&r, SPAN_MS(10));
	}
	assert_int_equal(rig_counters(&r, "web")->rivals, 2000);
	assert_in_range(here(&r), 1, 4);
	assert_in_range(rig_lines(&r, "rival") + rig_lines(&r, "rival-gone"), 5, 30);
	assert_in_range(rig_sent(&r, 100), 20, 50);
	rig_close(&r);
}

/* A reload in between is no end. */
static void reload_ends_no_episode(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	hear_from(&r, "10.0.0.2", 50);
	rig_apply(&r, RIG_FILE(RIG_WEB_WITH("priority = 120;")));
	rig_obey(&r);
	hear_from(&r, "10.0.0.2", 50);
	assert_int_equal(here(&r), 1);
	assert_int_equal(rig_counters(&r, "web")->rival_episodes, 1);
	rig_apply(&r, "vrrp = { };");
	assert_true(rig_says(&r, "rival-gone", "why=not-active duration=0.000s adverts=2"));
	rig_close(&r);
}

UNIT_MAIN(
	T(v08_an_episode_has_a_beginning_and_an_end),
	T(each_peer_has_its_own),
	T(slow_peer_is_waited_for),
	T(rivals_that_come_and_go_do_not_fill_the_log),
	T(made_up_addresses),
	T(reload_ends_no_episode),
)
