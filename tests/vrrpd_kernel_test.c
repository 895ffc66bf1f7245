/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel has, as it reports it in any order, and what follows for the routers. */
#include "vrrpd.h"

#include <errno.h>

#include "vrrpd_rig.h"

/* ---- addresses of ours: asked for, answered, refused */

static void v18_removed_by_others_is_put_back_and_announced(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	rig_addr(&r, ETH0, RIG_WEB_ADDR, 0, false);
	assert_true(rig_has(&r, ETH0, RIG_WEB_ADDR));
	assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, true), 1);
	assert_int_equal(rig_announced(&r, "10.0.0.100"), 1);
	assert_int_equal(rig_counters(&r, "web")->addr_removed, 1);
	assert_int_equal(rig_lines(&r, "address-removed"), 1);
	assert_int_equal(rig_lines(&r, "state"), 0);
	rig_close(&r);
}

/* Removes the address so often that the next put-back is due only in twelve seconds. */
static void use_up_put_backs(struct rig *r)
{
	for (unsigned i = 0; i < 6; i++)
		rig_addr(r, ETH0, RIG_WEB_ADDR, 0, false);
	assert_false(rig_has(r, ETH0, RIG_WEB_ADDR));
}

static void comes_back_without_waiting_for_an_old_retry(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	use_up_put_backs(&r);
	rig_hear(&r, 200);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_hear(&r, 0);
	rig_run(&r, SPAN_MS(700));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_true(rig_has(&r, ETH0, RIG_WEB_ADDR));
	rig_close(&r);
}

static void link_that_returns_does_not_wait_for_an_old_retry(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB_WITH("link_down_delay = \"10s\";")));
	rig_activate(&r);
	use_up_put_backs(&r);
	rig_link(&r, ETH0, "eth0", false);
	rig_run(&r, SPAN_S(1));
	assert_false(rig_has(&r, ETH0, RIG_WEB_ADDR));
	rig_link(&r, ETH0, "eth0", true);
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_true(rig_has(&r, ETH0, RIG_WEB_ADDR));
	rig_close(&r);
}

/* Active, and its address has been asked for and not been answered. */
static void start_asking(struct rig *r)
{
	rig_start(r, RIG_FILE(RIG_WEB));
	rig_run(r, SPAN_MS(3600));
	rig_forget(r);
	r->idle = true;
	rig_run(r, SPAN_MS(100));
	assert_int_equal(rig_state(r, "web"), VRRP_ACTIVE);
	assert_int_equal(rig_asked(r, RIG_WEB_ADDR, true), 1);
}

/* It is there, says the kernel, and so the report of it must have been lost. */
static void leaves_without_waiting_for_an_old_retry(void **state)
{
	struct rig r;

	(void)state;
	start_asking(&r);
	rig_refuse(&r, true, EEXIST);
	assert_int_equal(rig_count(&r, RIG_SYNC), 1);
	r.idle = false;
	rig_set(&r, ETH0, RIG_WEB_ADDR, RIG_OURS, true);
	rig_obey(&r);
	rig_hear(&r, 200);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	assert_false(rig_has(&r, ETH0, RIG_WEB_ADDR));
	rig_close(&r);
}

static void refused_three_times_gives_up_for_a_while(void **state)
{
	struct rig r;

	(void)state;
	start_asking(&r);
	for (unsigned i = 1; i < 3; i++) {
		rig_refuse(&r, true, ENOBUFS);
		rig_run(&r, SPAN_MS(999));
		assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, true), i);
		rig_run(&r, SPAN_MS(1));
		assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, true), i + 1);
		assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	}
	rig_forget(&r);
	rig_put(&r, RIG_ADDR, ETH0)->prefix = rig_prefix(RIG_WEB_ADDR);
	r.op[0].on = true;
	rig_refuse(&r, true, ENOBUFS);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_int_equal(rig_router(&r, "web")->why, VRRP_WHY_ADDRESS_FAILED);
	assert_int_equal(rig_sent(&r, 0), 1);
	assert_true(rig_says(&r, "waiting", "why=address-failed"));
	assert_int_equal(rig_counters(&r, "web")->addr_failures, 3);
	rig_run(&r, SPAN_MS(29999));
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, true), 1);
	rig_run(&r, SPAN_MS(1));
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	r.idle = false;
	rig_run(&r, SPAN_S(4));
	assert_true(rig_has(&r, ETH0, RIG_WEB_ADDR));
	rig_close(&r);
}

/* What was refused twice in an earlier life does not count in this one. */
static void refusals_are_counted_in_a_row(void **state)
{
	struct rig r;

	(void)state;
	start_asking(&r);
	rig_refuse(&r, true, ENOBUFS);
	rig_run(&r, SPAN_S(1));
	rig_refuse(&r, true, ENOBUFS);
	r.idle = false;
	rig_run(&r, SPAN_S(1));
	assert_true(rig_has(&r, ETH0, RIG_WEB_ADDR));
	r.idle = true;
	rig_addr(&r, ETH0, RIG_WEB_ADDR, 0, false);
	rig_refuse(&r, true, ENOBUFS);
	rig_run(&r, SPAN_S(1));
	rig_refuse(&r, true, ENOBUFS);
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	rig_hear(&r, 200);
	rig_hear(&r, 0);
	rig_run(&r, SPAN_MS(700));
	rig_refuse(&r, true, ENOBUFS);
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_int_equal(rig_counters(&r, "web")->addr_failures, 5);
	rig_close(&r);
}

static void refused_removal_is_asked_for_again(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	r.idle = true;
	rig_hear(&r, 200);
	for (unsigned i = 1; i < 10; i++) {
		assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, false), i);
		rig_refuse(&r, false, ENOBUFS);
		rig_hear(&r, 200);
		rig_run(&r, SPAN_MS(999));
		assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, false), i);
		rig_run(&r, SPAN_MS(1));
	}
	assert_int_equal(rig_lines(&r, "address-failed"), 1); /* in ten seconds */
	assert_true(rig_says(&r, "address-failed", "op=remove address=10.0.0.100/24"));
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	r.idle = false;
	rig_obey(&r);
	assert_false(rig_has(&r, ETH0, RIG_WEB_ADDR));
	rig_close(&r);
}

/* A request that never got as far as the kernel: the complete report is the answer. */
static void report_answers_what_was_asked_to_be_added(void **state)
{
	struct rig r;

	(void)state;
	start_asking(&r);
	for (unsigned i = 1; i <= 3; i++) {
		assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
		assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, true), i);
		rig_sync(&r);
		assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, true), i); /* not again at once */
		rig_run(&r, SPAN_S(1));
	}
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_int_equal(rig_router(&r, "web")->why, VRRP_WHY_ADDRESS_FAILED);
	assert_true(rig_says(&r, "address-failed", "error=no answer"));
	rig_close(&r);
}

static void report_answers_what_was_asked_to_be_removed(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	r.idle = true;
	rig_hear(&r, 200);
	assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, false), 1);
	rig_sync(&r);
	assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, false), 1);
	rig_run(&r, SPAN_S(1));
	assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, false), 2);
	rig_set(&r, ETH0, RIG_WEB_ADDR, 0, false);
	rig_sync(&r); /* which says that it has been done */
	rig_run(&r, SPAN_S(2));
	assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, false), 2);
	assert_int_equal(rig_counters(&r, "web")->addr_failures, 1);
	rig_close(&r);
}

static void not_there_is_as_good_as_removed(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	r.idle = true;
	rig_hear(&r, 200);
	rig_set(&r, ETH0, RIG_WEB_ADDR, 0, false);
	rig_refuse(&r, false, EADDRNOTAVAIL);
	assert_int_equal(rig_count(&r, RIG_SYNC), 1);
	rig_sync(&r);
	rig_run(&r, SPAN_S(2));
	assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, false), 1);
	assert_int_equal(rig_counters(&r, "web")->addr_failures, 0);
	assert_int_equal(rig_lines(&r, "address-failed"), 0);
	rig_close(&r);
}

/* An answer that comes late, to a request that is no longer open, changes nothing. */
static void answer_of_one_kind_is_not_that_of_another(void **state)
{
	struct ip_prefix vip = rig_prefix(RIG_WEB_ADDR), other = rig_prefix("10.0.0.100/32");
	struct rig r;

	(void)state;
	start_asking(&r);
	vrrpd_addr_failed(r.d, r.now, ETH0, &vip, false, ENOBUFS, "refused");
	vrrpd_addr_failed(r.d, r.now, ETH0, &vip, false, EADDRNOTAVAIL, "refused");
	vrrpd_addr_failed(r.d, r.now, ETH0, &other, true, ENOBUFS, "refused");
	vrrpd_addr_failed(r.d, r.now, ETH1, &vip, true, ENOBUFS, "refused");
	vrrpd_addr_failed(r.d, r.now, 0, &vip, true, ENOBUFS, "refused");
	rig_run(&r, SPAN_S(2));
	assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, true), 1);
	r.idle = false;
	rig_obey(&r);
	assert_true(rig_has(&r, ETH0, RIG_WEB_ADDR));
	r.idle = true;
	rig_hear(&r, 200);
	vrrpd_addr_failed(r.d, r.now, ETH0, &vip, true, ENOBUFS, "refused");
	vrrpd_addr_failed(r.d, r.now, ETH0, &vip, true, EEXIST, "refused");
	rig_run(&r, SPAN_S(2));
	assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, false), 1);
	assert_int_equal(rig_counters(&r, "web")->addr_failures, 0);
	assert_int_equal(rig_count(&r, RIG_SYNC), 0);
	r.idle = false;
	rig_obey(&r);
	assert_false(rig_has(&r, ETH0, RIG_WEB_ADDR));
	vrrpd_addr_failed(r.d, r.now, ETH0, &vip, false, ENOBUFS, "refused");
	assert_int_equal(rig_counters(&r, "web")->addr_failures, 0);
	rig_close(&r);
}

/* Becoming Active again before the removal has been answered: it is added when it has gone. */
static void changes_its_mind_before_the_answer(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	r.idle = true;
	rig_hear(&r, 200);
	rig_hear(&r, 0);
	rig_run(&r, SPAN_S(1));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, true), 0);
	r.idle = false;
	rig_obey(&r);
	assert_true(rig_has(&r, ETH0, RIG_WEB_ADDR));
	assert_int_equal(rig_counters(&r, "web")->addr_removed, 0);
	rig_close(&r);
}

UNIT_MAIN(
	T(v18_removed_by_others_is_put_back_and_announced),
	T(comes_back_without_waiting_for_an_old_retry),
	T(link_that_returns_does_not_wait_for_an_old_retry),
	T(leaves_without_waiting_for_an_old_retry),
	T(refused_three_times_gives_up_for_a_while),
	T(refusals_are_counted_in_a_row),
	T(refused_removal_is_asked_for_again),
	T(report_answers_what_was_asked_to_be_added),
	T(report_answers_what_was_asked_to_be_removed),
	T(not_there_is_as_good_as_removed),
	T(answer_of_one_kind_is_not_that_of_another),
	T(changes_its_mind_before_the_answer),
)
