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

/* Of IPv6 the kernel reports a new address only a while after it was added. Removed before that, it
 * is reported as gone and never was as there. */
static void v18_removed_before_it_was_reported_is_put_back(void **state)
{
	struct rig r;

	(void)state;
	start_asking(&r);
	rig_addr(&r, ETH0, RIG_WEB_ADDR, RIG_OURS, false);
	assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, true), 2);
	assert_int_equal(rig_counters(&r, "web")->addr_removed, 1);
	rig_close(&r);
}

static void row_098_went_with_the_link_before_it_was_reported(void **state)
{
	struct rig r;

	(void)state;
	start_asking(&r);
	rig_link(&r, ETH0, "eth0", false);
	rig_addr(&r, ETH0, RIG_WEB_ADDR, RIG_OURS, false);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	rig_link(&r, ETH0, "eth0", true);
	rig_run(&r, SPAN_S(4));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, true), 2);
	assert_int_equal(rig_counters(&r, "web")->addr_removed, 0);
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

static void takes_for_removed(int error)
{
	struct rig r;

	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	r.idle = true;
	rig_hear(&r, 200);
	rig_set(&r, ETH0, RIG_WEB_ADDR, 0, false);
	rig_refuse(&r, false, error);
	assert_int_equal(rig_count(&r, RIG_SYNC), 1);
	rig_sync(&r);
	rig_run(&r, SPAN_S(2));
	assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, false), 1);
	assert_int_equal(rig_counters(&r, "web")->addr_failures, 0);
	assert_int_equal(rig_lines(&r, "address-failed"), 0);
	rig_close(&r);
}

static void not_there_is_as_good_as_removed(void **state)
{
	(void)state;
	takes_for_removed(EADDRNOTAVAIL);
	takes_for_removed(ENODEV);
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

/* Removes the address; how long it stays away. */
static span_t remove_address(struct rig *r)
{
	mono_t gone_at = r->now;

	rig_addr(r, ETH0, RIG_WEB_ADDR, 0, false);
	while (!rig_has(r, ETH0, RIG_WEB_ADDR)) {
		r->now = vrrpd_deadline(r->d);
		assert_false(mono_is_never(r->now));
		vrrpd_timer(r->d, r->now);
		rig_obey(r);
	}
	return mono_since(r->now, gone_at);
}

static void five_put_backs_at_once_and_then_one_each_twelve_seconds(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(remove_address(&r).ns, 0);
	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(remove_address(&r).ns, SPAN_S(12).ns);
	assert_int_equal(rig_counters(&r, "web")->addr_removed, 15);
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_true(rig_says(&r, "address-removed", "more slowly"));
	/* Left in peace for a minute, it is as patient as at first. */
	rig_run(&r, SPAN_S(60));
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(remove_address(&r).ns, 0);
	rig_run(&r, SPAN_S(5));
	assert_int_equal(remove_address(&r).ns, SPAN_S(7).ns);
	rig_close(&r);
}

/* A change of role puts it back at once; but that does not add up to a wait without end. */
static void wait_for_a_put_back_is_bounded(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	for (unsigned i = 0; i < 100; i++) {
		rig_addr(&r, ETH0, RIG_WEB_ADDR, 0, false);
		rig_hear(&r, 200);
		rig_hear(&r, 0);
		rig_run(&r, SPAN_MS(700));
		assert_true(rig_has(&r, ETH0, RIG_WEB_ADDR));
	}
	assert_in_range(remove_address(&r).ns, 0, SPAN_S(12).ns);
	rig_close(&r);
}

/* ---- links that blink, and hardware that is exchanged */

static void set_mac(struct rig *r, uint8_t last)
{
	r->link[ETH0].l.mac[5] = last;
	rig_link(r, ETH0, "eth0", r->link[ETH0].l.up);
}

static void new_mac_address_is_announced(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB "," RIG_SIX));
	rig_activate(&r);
	set_mac(&r, 0x77);
	assert_int_equal(rig_announced(&r, "10.0.0.100"), 1);
	assert_int_equal(rig_announced(&r, "fe80::51"), 1);
	rig_run(&r, SPAN_S(1));
	assert_int_equal(rig_announced(&r, "10.0.0.100"), 5);
	rig_run(&r, SPAN_S(10));
	assert_int_equal(rig_announced(&r, "10.0.0.100"), 10);
	assert_int_equal(rig_announced(&r, "fe80::51"), 10);
	for (size_t i = 0; i < 20; i++) {
		struct garp garp;

		assert_true(garp_decode(rig_op(&r, RIG_FRAME, i)->bytes,
					rig_op(&r, RIG_FRAME, i)->len, &garp));
		assert_int_equal(garp.mac[5], 0x77);
	}
	assert_int_equal(r.n_lines, 0);
	/* The same report once more is no news. */
	rig_forget(&r);
	set_mac(&r, 0x77);
	rig_run(&r, SPAN_S(10));
	assert_int_equal(rig_count(&r, RIG_FRAME), 0);
	rig_close(&r);
}

static void link_that_blinked_is_told_again(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB_WITH("link_down_delay = \"500ms\";")));
	rig_activate(&r);
	rig_link(&r, ETH0, "eth0", false);
	rig_run(&r, SPAN_MS(499));
	assert_int_equal(rig_count(&r, RIG_FRAME), 0);
	rig_link(&r, ETH0, "eth0", true);
	assert_int_equal(rig_announced(&r, "10.0.0.100"), 1);
	rig_run(&r, SPAN_S(10));
	assert_int_equal(rig_announced(&r, "10.0.0.100"), 10);
	assert_int_equal(rig_lines(&r, "state"), 0);
	rig_close(&r);
}

static void new_mac_address_of_a_link_that_is_down_is_announced_when_it_is_up(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB_WITH("link_down_delay = \"500ms\";")));
	rig_activate(&r);
	rig_link(&r, ETH0, "eth0", false);
	set_mac(&r, 0x77);
	assert_int_equal(rig_count(&r, RIG_FRAME), 0);
	rig_link(&r, ETH0, "eth0", true);
	assert_int_equal(rig_announced(&r, "10.0.0.100"), 1);
	rig_close(&r);
}

static void link_that_flaps_does_not_make_a_flood(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB_WITH("link_down_delay = \"500ms\";")));
	rig_activate(&r);
	for (unsigned i = 0; i < 1000; i++) {
		rig_link(&r, ETH0, "eth0", i % 2 != 0);
		rig_run(&r, SPAN_MS(10));
	}
	assert_in_range(rig_announced(&r, "10.0.0.100"), 5, 55);
	rig_close(&r);
}

/* The kernel takes IPv6 addresses away when an interface is taken down: nobody is to blame. */
static void row_098_addresses_that_went_with_the_link_are_set_again(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB_WITH("link_down_delay = \"500ms\";")));
	rig_activate(&r);
	r.idle = true;
	rig_link(&r, ETH0, "eth0", false);
	rig_addr(&r, ETH0, RIG_WEB_ADDR, 0, false);
	r.idle = false;
	rig_link(&r, ETH0, "eth0", true);
	assert_true(rig_has(&r, ETH0, RIG_WEB_ADDR));
	assert_int_equal(rig_counters(&r, "web")->addr_removed, 0);
	assert_int_equal(r.n_lines, 0);
	rig_close(&r);
}

static void backup_announces_nothing_when_its_link_or_hardware_changes(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB_WITH("link_down_delay = \"500ms\";")));
	rig_forget(&r);
	set_mac(&r, 0x77);
	rig_link(&r, ETH0, "eth0", false);
	rig_link(&r, ETH0, "eth0", true);
	rig_run(&r, SPAN_S(3));
	assert_int_equal(r.n_ops + r.n_lines, 0);
	rig_run(&r, SPAN_S(1)); /* and when it becomes Active, just what it always does */
	assert_int_equal(rig_announced(&r, "10.0.0.100"), 5);
	rig_close(&r);
}

/* ---- names */

/* The interface was there under another name, with its addresses; one of them ours, for it had the
 * name once. */
static void interface_that_gets_the_name_is_known_with_its_addresses(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH1, "new", true);
	rig_set(&r, ETH1, "10.0.0.1/24", 0, true);
	rig_apply(&r, RIG_FILE(RIG_WEB));
	rig_obey(&r);
	assert_true(rig_says(&r, "waiting", "why=no-interface"));
	rig_forget(&r);
	rig_link(&r, ETH1, "eth0", true);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	assert_int_equal(rig_lines(&r, "waiting"), 0); /* not even for want of a source */
	assert_int_equal(rig_count(&r, RIG_SYNC), 1);
	rig_activate(&r);
	assert_true(rig_has(&r, ETH1, RIG_WEB_ADDR));
	rig_close(&r);
}

/* Links come first in a report. A name that is given while the addresses are reported comes after
 * addresses that were nobody's then. */
static void name_given_during_a_report_is_followed_by_another(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH1, "new", true);
	rig_set(&r, ETH1, "10.0.0.1/24", 0, true);
	rig_apply(&r, RIG_FILE(RIG_WEB));
	rig_obey(&r);
	rig_forget(&r);
	vrrpd_sync_begin(r.d);
	rig_report_link(&r, ETH1);
	rig_report_addr(&r, &r.addr[0]);
	rig_write_link(&r, ETH1, "eth0", true);
	rig_report_link(&r, ETH1);
	assert_int_equal(rig_count(&r, RIG_SYNC), 1);
	rig_obey(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	assert_int_equal(rig_lines(&r, "waiting"), 0);
	rig_close(&r);
}

static void one_report_is_enough_at_start(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	assert_int_equal(rig_count(&r, RIG_SYNC), 1);
	rig_close(&r);
}

static void interface_that_loses_the_name_gives_the_address_back(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	rig_link(&r, ETH0, "old", true);
	assert_int_equal(rig_router(&r, "web")->why, VRRP_WHY_NO_INTERFACE);
	assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, false), 1);
	assert_false(rig_has(&r, ETH0, RIG_WEB_ADDR));
	assert_int_equal(rig_count(&r, RIG_LISTEN), 1);
	assert_false(rig_op(&r, RIG_LISTEN, 0)->on);
	assert_int_equal(rig_lines(&r, "address-removed"), 0);
	/* And gets it back. */
	rig_link(&r, ETH0, "eth0", true);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_activate(&r);
	assert_true(rig_has(&r, ETH0, RIG_WEB_ADDR));
	rig_close(&r);
}

#define TWO RIG_FILE(RIG_WEB "," RIG_ROUTER("db", "eth1", 52, "", "\"10.1.0.100/24\""))

static void start_two(struct rig *r)
{
	rig_start(r, TWO);
	rig_link(r, ETH1, "eth1", true);
	rig_addr(r, ETH1, "10.1.0.1/24", 0, true);
	rig_activate(r);
	assert_true(rig_has(r, ETH0, RIG_WEB_ADDR));
	assert_true(rig_has(r, ETH1, "10.1.0.100/24"));
}

static void expect_exchanged(struct rig *r)
{
	assert_false(rig_has(r, ETH0, RIG_WEB_ADDR));
	assert_false(rig_has(r, ETH1, "10.1.0.100/24"));
	rig_activate(r);
	assert_true(rig_has(r, ETH1, RIG_WEB_ADDR));
	assert_true(rig_has(r, ETH0, "10.1.0.100/24"));
	assert_int_equal(rig_router(r, "web")->source.b[1], 1);
	assert_int_equal(rig_router(r, "db")->source.b[1], 0);
}

static void two_interfaces_exchange_their_names(void **state)
{
	struct rig r;

	(void)state;
	start_two(&r);
	rig_link(&r, ETH0, "aside", true);
	rig_link(&r, ETH1, "eth0", true);
	rig_link(&r, ETH0, "eth1", true);
	expect_exchanged(&r);
	rig_close(&r);
}

static void two_interfaces_exchange_their_names_while_reports_are_lost(void **state)
{
	struct rig r;

	(void)state;
	start_two(&r);
	rig_write_link(&r, ETH1, "eth0", true);
	rig_write_link(&r, ETH0, "eth1", true);
	rig_sync(&r);
	rig_obey(&r);
	expect_exchanged(&r);
	rig_close(&r);
}

/* Another interface has the name now, and the report that the first lost it was lost. */
static void name_is_taken_over_by_another_interface(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	rig_write_link(&r, ETH0, "old", true);
	rig_set(&r, ETH1, "10.0.0.9/24", 0, true);
	rig_link(&r, ETH1, "eth0", true);
	assert_false(rig_has(&r, ETH0, RIG_WEB_ADDR));
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_activate(&r);
	assert_true(rig_has(&r, ETH1, RIG_WEB_ADDR));
	assert_int_equal(rig_router(&r, "web")->source.b[3], 9);
	rig_close(&r);
}

static void v14_interface_is_removed_and_made_anew(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	rig_link_gone(&r, ETH0);
	assert_int_equal(rig_router(&r, "web")->why, VRRP_WHY_NO_INTERFACE);
	assert_int_equal(rig_count(&r, RIG_SEND), 0);
	assert_int_equal(rig_count(&r, RIG_ADDR), 0);
	rig_link_gone(&r, ETH1); /* of no interest */
	rig_forget(&r);
	rig_write_link(&r, ETH1, "eth0", false);
	rig_set(&r, ETH1, "10.0.0.1/24", 0, true);
	rig_link(&r, ETH1, "eth0", false);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_true(rig_says(&r, "waiting", "why=link-down"));
	rig_link(&r, ETH1, "eth0", true);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_activate(&r);
	assert_true(rig_has(&r, ETH1, RIG_WEB_ADDR));
	rig_close(&r);
}

/* What was asked of the one that has gone is not waited for on the other. */
static void v14_interface_goes_before_it_answers(void **state)
{
	struct rig r;

	(void)state;
	start_asking(&r);
	rig_link_gone(&r, ETH0);
	rig_run(&r, SPAN_S(1));
	rig_forget(&r);
	r.idle = false;
	rig_set(&r, ETH1, "10.0.0.1/24", 0, true);
	rig_link(&r, ETH1, "eth0", true);
	rig_run(&r, SPAN_S(4));
	assert_true(rig_has(&r, ETH1, RIG_WEB_ADDR));
	assert_int_equal(rig_counters(&r, "web")->addr_failures, 0);
	rig_close(&r);
}

/* What comes in its place may be another network: nobody may be Active there unheard. */
static void v14_interface_is_made_anew_within_one_report(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	r.link[ETH0].present = false;
	rig_write_link(&r, ETH1, "eth0", true);
	rig_set(&r, ETH1, "10.0.0.1/24", 0, true);
	rig_sync(&r);
	assert_int_equal(rig_router(&r, "web")->why, VRRP_WHY_NO_INTERFACE);
	rig_run(&r, SPAN_NS(1));
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	assert_true(rig_says(&r, "state", "from=initialize to=backup"));
	assert_int_equal(rig_lines(&r, "state"), 2);
	assert_int_equal(rig_count(&r, RIG_SEND), 0);
	rig_close(&r);
}

static void interface_that_is_in_no_report_is_gone(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	r.link[ETH0].present = false;
	rig_sync(&r);
	assert_int_equal(rig_router(&r, "web")->why, VRRP_WHY_NO_INTERFACE);
	assert_int_equal(rig_count(&r, RIG_LISTEN), 1);
	rig_close(&r);
}

/* ---- the address adverts come from */

/* The n-th address of a crowd. */
static const char *crowd(char text[IP_TEXT_SIZE], const char *form, unsigned n)
{
	snprintf(text, IP_TEXT_SIZE, form, n / 250, 1 + n % 250);
	return text;
}

static void row_018_source_is_link_local_however_many_others_there_are(void **state)
{
	char text[IP_TEXT_SIZE];
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH0, "eth0", true);
	for (unsigned i = 0; i < 300; i++) {
		rig_set(&r, ETH0, crowd(text, "10.1.%u.%u/16", i), 0, true);
		rig_set(&r, ETH0, crowd(text, "2001:db8:%x::%x/64", i), 0, true);
	}
	rig_set(&r, ETH0, "fe80::1/64", 0, true);
	rig_apply(&r, RIG_FILE(RIG_WEB "," RIG_SIX));
	rig_obey(&r);
	rig_activate(&r);
	rig_run(&r, SPAN_S(1));
	assert_int_equal(rig_count(&r, RIG_SEND), 2);
	for (unsigned i = 0; i < 2; i++) {
		const struct rig_op *op = rig_op(&r, RIG_SEND, i);
		struct ip_addr source = rig_ip(op->family == IP_V6 ? "fe80::1" : "10.1.0.1");

		assert_true(ip_eq(&op->src, &source));
	}
	rig_close(&r);
}

/* What is remembered is bounded; when all of it has gone, the rest is asked for. */
static void sources_that_found_no_room_are_found_again(void **state)
{
	char text[IP_TEXT_SIZE];
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH0, "eth0", true);
	for (unsigned i = 0; i < 100; i++)
		rig_set(&r, ETH0, crowd(text, "fe80::5:%x:%x/64", i), 0, true);
	rig_apply(&r, RIG_FILE(RIG_SIX));
	rig_obey(&r);
	rig_activate(&r);
	for (unsigned i = 0; i < 99; i++) {
		rig_addr(&r, ETH0, crowd(text, "fe80::5:%x:%x/64", i), 0, false);
		assert_int_equal(rig_state(&r, "six"), VRRP_ACTIVE);
	}
	assert_in_range(rig_count(&r, RIG_SYNC), 1, 5);
	rig_addr(&r, ETH0, crowd(text, "fe80::5:%x:%x/64", 99), 0, false);
	assert_int_equal(rig_router(&r, "six")->why, VRRP_WHY_NO_SOURCE);
	rig_close(&r);
}

/* All addresses were exchanged while reports were lost. */
static void report_of_other_sources_makes_room_for_them(void **state)
{
	char text[IP_TEXT_SIZE];
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH0, "eth0", true);
	for (unsigned i = 0; i < 40; i++)
		rig_set(&r, ETH0, crowd(text, "10.1.%u.%u/16", i), 0, true);
	rig_apply(&r, RIG_FILE(RIG_WEB));
	rig_obey(&r);
	rig_activate(&r);
	for (unsigned i = 0; i < 40; i++) {
		rig_set(&r, ETH0, crowd(text, "10.1.%u.%u/16", i), 0, false);
		rig_set(&r, ETH0, crowd(text, "10.2.%u.%u/16", i), 0, true);
	}
	rig_sync(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	rig_run(&r, SPAN_S(1));
	assert_int_equal(rig_op(&r, RIG_SEND, 0)->src.b[1], 2);
	rig_close(&r);
}

static void row_017_source_is_the_primary_address(void **state)
{
	struct ip_addr second = ip4(10, 0, 0, 2), third = ip4(10, 0, 0, 3);
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH0, "eth0", true);
	rig_set(&r, ETH0, "10.0.0.5/24", RIG_SECONDARY, true);
	rig_set(&r, ETH0, "10.0.0.4/24", RIG_UNUSABLE, true);
	rig_set(&r, ETH0, "10.0.0.2/24", 0, true);
	rig_set(&r, ETH0, "10.0.0.3/24", 0, true);
	rig_apply(&r, RIG_FILE(RIG_WEB));
	rig_obey(&r);
	assert_true(ip_eq(&rig_router(&r, "web")->source, &second));
	/* It stays as long as it is there, and then another is taken, without a change of state. */
	rig_activate(&r);
	rig_addr(&r, ETH0, "10.0.0.2/24", RIG_SECONDARY, true);
	assert_true(ip_eq(&rig_router(&r, "web")->source, &second));
	rig_addr(&r, ETH0, "10.0.0.2/24", 0, false);
	assert_true(ip_eq(&rig_router(&r, "web")->source, &third));
	rig_addr(&r, ETH0, "10.0.0.3/24", 0, false);
	assert_int_equal(rig_router(&r, "web")->source.b[3], 5);
	assert_int_equal(rig_lines(&r, "state"), 0);
	/* A virtual address is none of them. */
	rig_addr(&r, ETH0, "10.0.0.5/24", 0, false);
	assert_int_equal(rig_router(&r, "web")->why, VRRP_WHY_NO_SOURCE);
	rig_close(&r);
}

/* ---- listening */

/* Whether VRRP of the family is listened to on the interface, by what was asked for last. */
static bool listens(const struct rig *r, uint32_t ifindex, uint8_t family)
{
	bool on = false;

	for (size_t i = 0; i < r->n_ops; i++)
		if (r->op[i].kind == RIG_LISTEN && r->op[i].ifindex == ifindex &&
		    r->op[i].family == family)
			on = r->op[i].on;
	return on;
}

/* Joining ff02::12 fails on an interface without a link-local address. */
static void listens_when_there_is_an_address_to_send_from(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH0, "eth0", true);
	rig_apply(&r, RIG_FILE(RIG_WEB "," RIG_SIX));
	rig_obey(&r);
	assert_int_equal(rig_count(&r, RIG_LISTEN), 0);
	assert_int_equal(rig_lines(&r, "waiting"), 2);
	assert_true(rig_says(&r, "waiting", "vrrp=six why=no-source"));
	rig_addr(&r, ETH0, "fe80::1/64", RIG_UNUSABLE, true);
	rig_addr(&r, ETH0, "2001:db8::1/64", 0, true);
	assert_int_equal(rig_count(&r, RIG_LISTEN), 0);
	rig_addr(&r, ETH0, "fe80::1/64", 0, true);
	assert_int_equal(rig_count(&r, RIG_LISTEN), 1);
	assert_true(listens(&r, ETH0, IP_V6));
	assert_int_equal(rig_state(&r, "six"), VRRP_BACKUP);
	rig_addr(&r, ETH0, "10.0.0.1/24", 0, true);
	assert_true(listens(&r, ETH0, IP_V4));
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	/* Without it, what would come in is ignored anyway. */
	rig_addr(&r, ETH0, "10.0.0.1/24", 0, false);
	assert_false(listens(&r, ETH0, IP_V4));
	assert_true(listens(&r, ETH0, IP_V6));
	rig_addr(&r, ETH0, "10.0.0.1/24", 0, true);
	assert_true(listens(&r, ETH0, IP_V4));
	assert_int_equal(rig_count(&r, RIG_LISTEN), 4);
	rig_close(&r);
}

#define MORE RIG_ROUTER("more", "eth0", 52, "", "\"10.0.0.101/24\"")

static void listens_once_for_all_routers_of_an_interface(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB "," MORE));
	assert_int_equal(rig_count(&r, RIG_LISTEN), 1);
	assert_true(listens(&r, ETH0, IP_V4));
	rig_forget(&r);
	rig_apply(&r, RIG_FILE(MORE));
	rig_obey(&r);
	assert_int_equal(rig_count(&r, RIG_LISTEN), 0);
	rig_apply(&r, RIG_FILE(RIG_SIX));
	rig_obey(&r);
	assert_int_equal(rig_count(&r, RIG_LISTEN), 2);
	assert_true(listens(&r, ETH0, IP_V6));
	assert_false(listens(&r, ETH0, IP_V4));
	rig_apply(&r, RIG_FILE(""));
	rig_obey(&r);
	assert_int_equal(rig_count(&r, RIG_LISTEN), 3);
	assert_false(listens(&r, ETH0, IP_V6));
	rig_close(&r);
}

/* An owner that has no address but the virtual one listens all the same. */
static void row_017_owner_sends_from_the_address_it_owns(void **state)
{
	struct ip_addr source = ip4(10, 0, 0, 100);
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH0, "eth0", true);
	rig_set(&r, ETH0, RIG_WEB_ADDR, 0, true);
	rig_apply(&r, RIG_FILE(RIG_WEB_WITH("priority = 255;")));
	rig_obey(&r);
	assert_true(listens(&r, ETH0, IP_V4));
	assert_int_equal(rig_router(&r, "web")->why, VRRP_WHY_OWNER);
	assert_true(ip_eq(&rig_op(&r, RIG_SEND, 0)->src, &source));
	assert_int_equal(rig_op(&r, RIG_LISTEN, 0) < rig_op(&r, RIG_SEND, 0), 1);
	rig_close(&r);
}

/* Memory was short, for instance: nothing changes by which it would be noticed that it is not. */
static void listening_that_failed_is_tried_again_after_a_while(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB "," MORE "," RIG_SIX));
	rig_forget(&r);
	for (unsigned i = 1; i < 5; i++) {
		vrrpd_listen_failed(r.d, r.now, ETH0, IP_V4, "Cannot allocate memory");
		rig_run(&r, SPAN_MS(29999));
		assert_int_equal(rig_count(&r, RIG_LISTEN), i - 1);
		assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
		assert_int_equal(rig_state(&r, "more"), VRRP_INITIALIZE);
		rig_run(&r, SPAN_MS(1));
		assert_int_equal(rig_count(&r, RIG_LISTEN), i);
		assert_true(listens(&r, ETH0, IP_V4));
		assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
		assert_int_equal(rig_state(&r, "more"), VRRP_BACKUP);
	}
	rig_activate(&r);
	rig_close(&r);
}

static void listening_that_failed_is_tried_again_when_something_changed(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_forget(&r);
	vrrpd_listen_failed(r.d, r.now, ETH0, IP_V4, "No buffer space available");
	assert_int_equal(rig_router(&r, "web")->why, VRRP_WHY_NOT_RECEIVING);
	assert_true(rig_says(&r, "listen-failed", "interface=eth0 family=ipv4 error=No buffer"));
	assert_true(rig_says(&r, "waiting", "why=not-receiving"));
	vrrpd_evaluate(r.d, r.now);
	assert_int_equal(rig_count(&r, RIG_LISTEN), 0);
	rig_addr(&r, ETH0, "fe80::2/64", 0, true); /* that is not it */
	assert_int_equal(rig_count(&r, RIG_LISTEN), 0);
	rig_addr(&r, ETH0, "10.0.0.2/24", 0, true);
	assert_int_equal(rig_count(&r, RIG_LISTEN), 1);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	vrrpd_listen_failed(r.d, r.now, ETH0, IP_V4, "No buffer space available");
	rig_link(&r, ETH0, "eth0", false);
	assert_int_equal(rig_count(&r, RIG_LISTEN), 1);
	rig_link(&r, ETH0, "eth0", true);
	assert_int_equal(rig_count(&r, RIG_LISTEN), 2);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	vrrpd_listen_failed(r.d, r.now, ETH1, IP_V4, "of no interest");
	assert_int_equal(rig_lines(&r, "listen-failed"), 2);
	rig_close(&r);
}

/* ---- what an earlier run has left */

static void v01_address_left_by_a_killed_run_is_removed_and_said_so(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH0, "eth0", true);
	rig_set(&r, ETH0, "10.0.0.1/24", 0, true);
	rig_set(&r, ETH0, RIG_WEB_ADDR, RIG_OURS, true);
	rig_apply(&r, RIG_FILE(RIG_WEB));
	rig_obey(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	assert_false(rig_has(&r, ETH0, RIG_WEB_ADDR));
	assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, false), 1);
	assert_int_equal(rig_lines(&r, "leftover"), 1);
	assert_true(rig_says(&r, "leftover", "vrrp=web address=10.0.0.100/24"));
	assert_true(rig_says(&r, "leftover", "left from an earlier run"));
	assert_int_equal(rig_announced(&r, "10.0.0.100"), 0);
	/* Its own, in this run, are not left over. */
	rig_activate(&r);
	rig_hear(&r, 200);
	assert_false(rig_has(&r, ETH0, RIG_WEB_ADDR));
	assert_int_equal(rig_lines(&r, "leftover"), 0);
	rig_close(&r);
}

/* An owner is Active at once, and keeps it. */
static void v01_address_left_by_a_killed_run_is_kept_by_who_needs_it(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH0, "eth0", true);
	rig_set(&r, ETH0, "10.0.0.1/24", 0, true);
	rig_set(&r, ETH0, RIG_WEB_ADDR, RIG_OURS, true);
	rig_apply(&r, RIG_FILE(RIG_WEB_WITH("priority = 255;")));
	rig_obey(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_true(rig_has(&r, ETH0, RIG_WEB_ADDR));
	assert_int_equal(rig_count(&r, RIG_ADDR), 0);
	assert_int_equal(rig_lines(&r, "leftover"), 0);
	assert_int_equal(rig_announced(&r, "10.0.0.100"), 1);
	vrrpd_stop(r.d, r.now);
	rig_obey(&r);
	assert_false(rig_has(&r, ETH0, RIG_WEB_ADDR));
	assert_int_equal(rig_lines(&r, "leftover"), 0);
	rig_close(&r);
}

static void v19_addresses_of_ours_that_no_router_has_are_removed(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH0, "eth0", true);
	rig_write_link(&r, ETH1, "eth1", true);
	rig_set(&r, ETH0, "10.0.0.1/24", 0, true);
	rig_set(&r, ETH0, "10.0.0.101/24", RIG_OURS, true); /* of no router */
	rig_set(&r, ETH0, "10.0.0.100/32", RIG_OURS, true); /* with another prefix length */
	rig_set(&r, ETH1, RIG_WEB_ADDR, RIG_OURS, true);    /* on an interface we do not use */
	rig_set(&r, ETH1, "fe80::7/64", RIG_OURS, true);
	rig_set(&r, ETH1, "10.9.0.1/24", 0, true);
	rig_apply(&r, RIG_FILE(RIG_WEB));
	rig_obey(&r);
	assert_int_equal(rig_count(&r, RIG_ADDR), 4);
	assert_false(rig_has(&r, ETH0, "10.0.0.101/24"));
	assert_false(rig_has(&r, ETH0, "10.0.0.100/32"));
	assert_false(rig_has(&r, ETH1, RIG_WEB_ADDR));
	assert_false(rig_has(&r, ETH1, "fe80::7/64"));
	assert_true(rig_has(&r, ETH1, "10.9.0.1/24"));
	assert_int_equal(rig_lines(&r, "leftover"), 1); /* in a second */
	assert_true(rig_says(&r, "leftover", "no virtual router configured here"));
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_close(&r);
}

/* ---- addresses that somebody else has set */

/* The owner has the address by itself, and mostly with another prefix length than it is configured
 * with, which is that of the interface. */
static void row_073_owner_announces_the_address_it_owns(void **state)
{
	static const char *const own[] = { "10.0.0.100/24", "10.0.0.100/32", "10.0.0.100/8" };

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct rig r;

		rig_open(&r);
		rig_write_link(&r, ETH0, "eth0", true);
		rig_set(&r, ETH0, own[i], 0, true);
		rig_apply(&r, RIG_FILE(RIG_WEB_WITH("priority = 255;")));
		rig_obey(&r);
		assert_int_equal(rig_router(&r, "web")->why, VRRP_WHY_OWNER);
		assert_int_equal(rig_sent(&r, 255), 1);
		assert_int_equal(rig_announced(&r, "10.0.0.100"), 1);
		rig_run(&r, SPAN_S(10));
		assert_int_equal(rig_announced(&r, "10.0.0.100"), 10);
		rig_sync(&r); /* which brings nothing new */
		rig_addr(&r, ETH0, own[i], 0, true);
		assert_int_equal(rig_announced(&r, "10.0.0.100"), 10);
		/* It is neither added nor removed: it is there by design. */
		vrrpd_stop(r.d, r.now);
		rig_obey(&r);
		assert_int_equal(rig_count(&r, RIG_ADDR), 0);
		assert_int_equal(rig_sent(&r, 0), 1);
		assert_int_equal(rig_lines(&r, "address-foreign"), 0);
		rig_close(&r);
	}
}

static void v19_foreign_address_keeps_a_backup_from_running(void **state)
{
	static const char *const foreign[] = { RIG_WEB_ADDR, "10.0.0.100/32" };
	char command[80];

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct rig r;

		rig_start(&r, RIG_FILE(RIG_WEB));
		rig_addr(&r, ETH0, foreign[i], 0, true);
		assert_int_equal(rig_router(&r, "web")->why, VRRP_WHY_ADDRESS_FOREIGN);
		assert_true(rig_says(&r, "waiting", "why=address-foreign"));
		snprintf(command, sizeof command, "ip address del %s dev eth0", foreign[i]);
		assert_true(rig_says(&r, "waiting", command));
		rig_run(&r, SPAN_S(10));
		assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
		assert_int_equal(rig_count(&r, RIG_ADDR), 0);
		assert_int_equal(rig_lines(&r, "waiting"), 1);
		rig_addr(&r, ETH0, foreign[i], 0, false);
		assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
		rig_close(&r);
	}
}

/* While we are Active it serves; when we are no longer, we may not stay. */
static void v19_foreign_address_serves_an_active_but_not_a_backup(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_run(&r, SPAN_MS(3600));
	r.idle = true;
	rig_run(&r, SPAN_MS(100));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	rig_addr(&r, ETH0, RIG_WEB_ADDR, 0, true);
	rig_refuse(&r, true, EEXIST);
	r.idle = false;
	rig_obey(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_true(rig_says(&r, "address-foreign", "vrrp=web address=10.0.0.100/24"));
	assert_in_range(rig_announced(&r, "10.0.0.100"), 1, 2);
	rig_hear(&r, 200);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_run(&r, SPAN_ZERO);
	assert_int_equal(rig_router(&r, "web")->why, VRRP_WHY_ADDRESS_FOREIGN);
	assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, false), 0);
	assert_true(rig_has(&r, ETH0, RIG_WEB_ADDR));
	rig_close(&r);
}

/* Of IPv4 both may be there. Of IPv6 there is one, whatever its prefix length: it is not asked for
 * in vain. */
static void v19_foreign_address_with_another_prefix_length_serves_too(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB "," RIG_SIX));
	rig_run(&r, SPAN_MS(3600));
	r.idle = true;
	rig_run(&r, SPAN_MS(100));
	assert_int_equal(rig_asked(&r, RIG_SIX_ADDR, true), 1);
	rig_addr(&r, ETH0, "10.0.0.100/32", 0, true);
	rig_addr(&r, ETH0, "fe80::51/128", 0, true);
	vrrpd_addr_failed(r.d, r.now, ETH0, &(struct ip_prefix){ rig_ip("fe80::51"), 64 }, true,
			  EEXIST, "refused");
	rig_sync(&r);
	rig_forget(&r);
	r.idle = false;
	rig_run(&r, SPAN_S(60));
	assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, true), 1);
	assert_int_equal(rig_asked(&r, RIG_SIX_ADDR, true), 0);
	assert_int_equal(rig_count(&r, RIG_SYNC), 0);
	assert_true(rig_announced(&r, "fe80::51") >= 5);
	/* When it goes, ours is set. */
	rig_addr(&r, ETH0, "fe80::51/128", 0, false);
	assert_true(rig_has(&r, ETH0, RIG_SIX_ADDR));
	rig_close(&r);
}

/* It went while reports were lost. */
static void v19_foreign_address_that_is_in_no_report_is_gone(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_addr(&r, ETH0, "10.0.0.100/32", 0, true);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	rig_sync(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	rig_set(&r, ETH0, "10.0.0.100/32", 0, false);
	rig_sync(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_close(&r);
}

/* It is reported anew with each Router Advertisement, for instance. */
static void foreign_address_does_not_fill_the_log(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	for (unsigned i = 0; i < 300; i++) {
		rig_addr(&r, ETH0, "10.0.0.100/32", 0, true);
		rig_run(&r, SPAN_MS(100));
	}
	assert_int_equal(rig_lines(&r, "address-foreign"), 3);
	assert_true(rig_says(&r, "address-foreign", "suppressed=99"));
	rig_close(&r);
}

/* `ip address flush`: as many as a router can have. */
static void addresses_removed_all_at_once_do_not_fill_the_log(void **state)
{
	static char text[16384];
	struct text t = text_open(text, sizeof text);
	struct rig r;

	(void)state;
	text_put(&t, "vrrp = { instances = ( { name = \"web\"; interface = \"eth0\"; vrid = 51; "
		     "addresses = ( \"10.0.1.1\"");
	for (unsigned i = 2; i <= 200; i++)
		text_fmt(&t, ", \"10.0.1.%u\"", i);
	text_put(&t, " ); } ); };");
	rig_start(&r, text);
	rig_activate(&r);
	for (unsigned i = 0; i < r.n_addrs; i++)
		if (r.addr[i].a.ours) {
			r.addr[i].present = false;
			rig_report_addr(&r, &r.addr[i]);
		}
	vrrpd_evaluate(r.d, r.now);
	rig_obey(&r);
	assert_int_equal(rig_counters(&r, "web")->addr_removed, 200);
	assert_int_equal(rig_lines(&r, "address-removed"), 1);
	for (unsigned i = 1; i <= 200; i++) {
		snprintf(text, sizeof text, "10.0.1.%u/32", i);
		assert_true(rig_has(&r, ETH0, text));
	}
	rig_close(&r);
}

/* ---- complete reports, and reports in any order */

static void v20_lost_reports_are_made_good_by_a_complete_one(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	/* Unseen: our address was removed, and the source exchanged. */
	rig_set(&r, ETH0, RIG_WEB_ADDR, 0, false);
	rig_set(&r, ETH0, "10.0.0.1/24", 0, false);
	rig_set(&r, ETH0, "10.0.0.9/24", 0, true);
	rig_sync(&r);
	rig_obey(&r);
	assert_true(rig_has(&r, ETH0, RIG_WEB_ADDR));
	assert_int_equal(rig_router(&r, "web")->source.b[3], 9);
	assert_int_equal(rig_counters(&r, "web")->addr_removed, 1);
	assert_int_equal(rig_lines(&r, "state"), 0);
	/* One that says what is known already is no news. */
	rig_forget(&r);
	rig_sync(&r);
	rig_sync(&r);
	assert_int_equal(r.n_ops + r.n_lines, 0);
	rig_close(&r);
}

/* A report that is broken off by the beginning of another counts for nothing; and nothing is
 * decided, or asked for, before its end. */
static void nothing_is_decided_before_the_end_of_a_report(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_run(&r, SPAN_S(3));
	rig_forget(&r);
	vrrpd_sync_begin(r.d);
	vrrpd_evaluate(r.d, r.now);
	rig_report_link(&r, ETH0);
	vrrpd_sync_begin(r.d);
	vrrpd_evaluate(r.d, r.now);
	/* Time goes on, and the router with it. */
	rig_run(&r, SPAN_S(1));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_int_equal(rig_count(&r, RIG_SEND), 1);
	assert_int_equal(rig_count(&r, RIG_ADDR), 0);
	rig_sync(&r);
	assert_int_equal(rig_count(&r, RIG_ADDR), 1);
	rig_obey(&r);
	assert_int_equal(rig_announced(&r, "10.0.0.100"), 1);
	assert_int_equal(rig_lines(&r, "state"), 1);
	rig_close(&r);
}

/* The addresses before the link they are on, and one of ours among them. */
static void addresses_may_be_reported_before_their_link(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_apply(&r, RIG_FILE(RIG_WEB));
	rig_obey(&r);
	assert_true(rig_says(&r, "waiting", "why=no-interface"));
	rig_set(&r, ETH0, "10.0.0.1/24", 0, true);
	rig_report_addr(&r, &r.addr[0]);
	vrrpd_evaluate(r.d, r.now);
	rig_link(&r, ETH0, "eth0", true);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	/* In a report too. */
	r.link[ETH0].present = false;
	rig_sync(&r);
	rig_run(&r, SPAN_S(1));
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	rig_forget(&r);
	rig_write_link(&r, ETH0, "eth0", true);
	vrrpd_sync_begin(r.d);
	rig_report_addr(&r, &r.addr[0]);
	rig_report_link(&r, ETH0);
	vrrpd_sync_end(r.d, r.now);
	rig_obey(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_close(&r);
}

/* All orders of four reports that come in one batch lead to the same. */
static void order_of_reports_does_not_matter(void **state)
{
	const size_t n = 4;
	size_t order[4];

	(void)state;
	for (size_t code = 0; code < 256; code++) {
		bool used[4] = { false }, whole = true;
		struct rig r;

		for (size_t i = 0; i < n; i++) {
			order[i] = code >> 2 * i & 3;
			whole = whole && !used[order[i]];
			used[order[i]] = true;
		}
		if (!whole)
			continue;
		rig_start(&r, RIG_FILE(RIG_WEB));
		rig_activate(&r);
		for (size_t i = 0; i < n; i++) {
			static const char *const text[] = { "10.0.0.1/24", "10.0.0.9/24",
							    RIG_WEB_ADDR };
			struct ip_prefix prefix = rig_prefix(text[order[i] % 3]);

			if (order[i] == 3)
				rig_write_link(&r, ETH0, "eth0", true);
			if (order[i] == 3)
				rig_report_link(&r, ETH0);
			else
				rig_report_addr(&r, rig_write_addr(&r, ETH0, &prefix, 0,
								   order[i] == 1));
		}
		vrrpd_evaluate(r.d, r.now);
		rig_obey(&r);
		assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
		assert_int_equal(rig_router(&r, "web")->source.b[3], 9);
		assert_true(rig_has(&r, ETH0, RIG_WEB_ADDR));
		assert_int_equal(rig_lines(&r, "state"), 0);
		assert_int_equal(rig_lines(&r, "address-removed"), 1);
		rig_close(&r);
	}
}

/* Removed and set again by somebody within one batch: there is nothing to put back. */
static void removed_and_set_again_within_a_batch_is_no_removal(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	rig_set(&r, ETH0, RIG_WEB_ADDR, RIG_OURS, false);
	rig_report_addr(&r, &r.addr[r.n_addrs - 1]);
	rig_set(&r, ETH0, RIG_WEB_ADDR, RIG_OURS, true);
	rig_report_addr(&r, &r.addr[r.n_addrs - 1]);
	vrrpd_evaluate(r.d, r.now);
	assert_int_equal(rig_count(&r, RIG_ADDR), 0);
	assert_int_equal(rig_counters(&r, "web")->addr_removed, 0);
	assert_int_equal(rig_announced(&r, "10.0.0.100"), 1);
	rig_close(&r);
}

/* ---- why a router waits */

static void row_098_link_down_ends_and_begins_it_without_a_word_to_the_peers(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	rig_link(&r, ETH0, "eth0", false);
	assert_int_equal(rig_router(&r, "web")->why, VRRP_WHY_LINK_DOWN);
	assert_true(rig_says(&r, "waiting", "vrrp=web why=link-down interface=eth0 text="));
	assert_int_equal(rig_count(&r, RIG_SEND), 0);
	assert_false(rig_has(&r, ETH0, RIG_WEB_ADDR));
	assert_true(mono_is_never(vrrpd_deadline(r.d)));
	rig_link(&r, ETH0, "eth0", true);
	assert_int_equal(rig_router(&r, "web")->why, VRRP_WHY_STARTUP);
	rig_close(&r);
}

/* To the nanosecond, and from when it went down, whatever is reported in between. */
static void v16_link_down_delay(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB_WITH("link_down_delay = \"500ms\";")));
	rig_activate(&r);
	rig_link(&r, ETH0, "eth0", false);
	rig_run(&r, SPAN_MS(300));
	rig_link(&r, ETH0, "eth0", false);
	rig_run(&r, SPAN_NS(199999999));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	rig_run(&r, SPAN_NS(1));
	assert_int_equal(rig_router(&r, "web")->why, VRRP_WHY_LINK_DOWN);
	/* Not a grace to start in. */
	rig_link(&r, ETH0, "eth0", true);
	rig_link(&r, ETH0, "eth0", false);
	rig_run(&r, SPAN_S(1));
	rig_addr(&r, ETH0, "10.0.0.9/24", 0, true);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	rig_close(&r);
}

/* An interface that is down at start has not just gone down. */
static void link_that_was_never_up_gives_no_grace(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH0, "eth0", false);
	rig_set(&r, ETH0, "10.0.0.1/24", 0, true);
	rig_apply(&r, RIG_FILE(RIG_WEB_WITH("link_down_delay = \"60s\";")));
	rig_obey(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_true(rig_says(&r, "waiting", "why=link-down"));
	rig_close(&r);
}

static void row_098_source_lost_ends_it_without_a_word(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB "," RIG_SIX));
	rig_activate(&r);
	rig_addr(&r, ETH0, "fe80::1/64", RIG_UNUSABLE, true); /* a duplicate was detected */
	assert_int_equal(rig_router(&r, "six")->why, VRRP_WHY_NO_SOURCE);
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_int_equal(rig_count(&r, RIG_SEND), 0);
	assert_false(rig_has(&r, ETH0, RIG_SIX_ADDR));
	rig_addr(&r, ETH0, "fe80::1/64", 0, true);
	assert_int_equal(rig_state(&r, "six"), VRRP_BACKUP);
	rig_close(&r);
}

/* The reason that is said is the first that an operator has to see to; each is said once. */
static void reasons_come_in_their_order(void **state)
{
	static const char *const why[] = { "no-interface", "link-down", "no-source",
					   "address-foreign" };
	struct rig r;
	char piece[64];

	(void)state;
	rig_open(&r);
	rig_apply(&r, RIG_FILE(RIG_WEB));
	for (unsigned i = 0; i < 4; i++) {
		rig_obey(&r);
		rig_sync(&r);
		rig_run(&r, SPAN_S(1));
		snprintf(piece, sizeof piece, "why=%s", why[i]);
		assert_true(rig_says(&r, "waiting", piece));
		assert_int_equal(rig_lines(&r, "waiting"), i + 1);
		if (i == 0)
			rig_set(&r, ETH0, "10.0.0.100/24", 0, true);
		if (i <= 1)
			rig_link(&r, ETH0, "eth0", i == 1);
		if (i == 2)
			rig_addr(&r, ETH0, "10.0.0.1/24", 0, true);
	}
	rig_addr(&r, ETH0, "10.0.0.100/24", 0, false);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_close(&r);
}

/* Before the first complete report nothing is known, and nothing is said. */
static void nothing_is_said_before_the_first_report(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH0, "eth0", true);
	rig_apply(&r, RIG_FILE(RIG_WEB));
	r.idle = true;
	rig_link(&r, ETH0, "eth0", true);
	rig_addr(&r, ETH0, "10.0.0.1/24", 0, true);
	rig_run(&r, SPAN_S(10));
	assert_int_equal(r.n_lines, 0);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_int_equal(r.n_ops, rig_count(&r, RIG_SYNC));
	rig_sync(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	assert_int_equal(rig_lines(&r, "waiting"), 0);
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
	T(v18_removed_before_it_was_reported_is_put_back),
	T(row_098_went_with_the_link_before_it_was_reported),
	T(report_answers_what_was_asked_to_be_removed),
	T(not_there_is_as_good_as_removed),
	T(answer_of_one_kind_is_not_that_of_another),
	T(changes_its_mind_before_the_answer),
	T(five_put_backs_at_once_and_then_one_each_twelve_seconds),
	T(wait_for_a_put_back_is_bounded),
	T(new_mac_address_is_announced),
	T(link_that_blinked_is_told_again),
	T(new_mac_address_of_a_link_that_is_down_is_announced_when_it_is_up),
	T(link_that_flaps_does_not_make_a_flood),
	T(row_098_addresses_that_went_with_the_link_are_set_again),
	T(backup_announces_nothing_when_its_link_or_hardware_changes),
	T(interface_that_gets_the_name_is_known_with_its_addresses),
	T(name_given_during_a_report_is_followed_by_another),
	T(one_report_is_enough_at_start),
	T(interface_that_loses_the_name_gives_the_address_back),
	T(two_interfaces_exchange_their_names),
	T(two_interfaces_exchange_their_names_while_reports_are_lost),
	T(name_is_taken_over_by_another_interface),
	T(v14_interface_is_removed_and_made_anew),
	T(v14_interface_goes_before_it_answers),
	T(v14_interface_is_made_anew_within_one_report),
	T(interface_that_is_in_no_report_is_gone),
	T(row_018_source_is_link_local_however_many_others_there_are),
	T(sources_that_found_no_room_are_found_again),
	T(report_of_other_sources_makes_room_for_them),
	T(row_017_source_is_the_primary_address),
	T(listens_when_there_is_an_address_to_send_from),
	T(listens_once_for_all_routers_of_an_interface),
	T(row_017_owner_sends_from_the_address_it_owns),
	T(listening_that_failed_is_tried_again_after_a_while),
	T(listening_that_failed_is_tried_again_when_something_changed),
	T(v01_address_left_by_a_killed_run_is_removed_and_said_so),
	T(v01_address_left_by_a_killed_run_is_kept_by_who_needs_it),
	T(v19_addresses_of_ours_that_no_router_has_are_removed),
	T(row_073_owner_announces_the_address_it_owns),
	T(v19_foreign_address_keeps_a_backup_from_running),
	T(v19_foreign_address_serves_an_active_but_not_a_backup),
	T(v19_foreign_address_with_another_prefix_length_serves_too),
	T(v19_foreign_address_that_is_in_no_report_is_gone),
	T(foreign_address_does_not_fill_the_log),
	T(addresses_removed_all_at_once_do_not_fill_the_log),
	T(v20_lost_reports_are_made_good_by_a_complete_one),
	T(nothing_is_decided_before_the_end_of_a_report),
	T(addresses_may_be_reported_before_their_link),
	T(order_of_reports_does_not_matter),
	T(removed_and_set_again_within_a_batch_is_no_removal),
	T(row_098_link_down_ends_and_begins_it_without_a_word_to_the_peers),
	T(v16_link_down_delay),
	T(link_that_was_never_up_gives_no_grace),
	T(row_098_source_lost_ends_it_without_a_word),
	T(reasons_come_in_their_order),
	T(nothing_is_said_before_the_first_report),
)
