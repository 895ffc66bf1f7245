/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routes and rules in the daemon: when they come and go, in which order, what is done about others,
 * refusals and silence, and what a reload leaves alone.
 */
#define RIG_ROUTES
#include "vrrpd.h"

#include <errno.h>

#include "fib_text.h"
#include "vrrpd_rig.h"

#define ROUTE(to, more) "{ to = \"" to "\"; via = \"10.0.0.254\"; " more "}"
#define FAR             "{ to = \"10.9.0.0/16\"; via = \"10.1.0.254\"; dev = \"eth1\"; "
#define RULE(n)         "{ priority = " #n "; from = \"10.5.0.0/16\"; table = 7; }"
#define ONE             "routes = ( " ROUTE("10.8.0.0/16", "") " ); "
#define BOTH            ONE "rules = ( " RULE(100) " ); "
#define STATIC(lists)   "vrrp = { " lists " instances = ( " RIG_WEB " ); };"

/* How often the daemon asked for an item, whose text begins so, to be there or to go. */
static unsigned asked(const struct rig *r, const char *begin, bool add)
{
	char text[FIB_TEXT_SIZE];
	unsigned n = 0;

	for (size_t i = 0; i < r->n_ops; i++)
		n += r->op[i].kind == RIG_FIB && r->op[i].on == add &&
		     strncmp(fib_string(&r->op[i].item, text), begin, strlen(begin)) == 0;
	return n;
}

static bool has(const struct rig *r, const char *begin)
{
	char text[FIB_TEXT_SIZE];

	for (size_t i = 0; i < r->n_fib; i++)
		if (strncmp(fib_string(&r->fib[i], text), begin, strlen(begin)) == 0)
			return true;
	return false;
}

/* eth0 and eth1 are there. */
static void start(struct rig *r, const char *text)
{
	rig_open(r);
	rig_write_link(r, ETH0, "eth0", true);
	rig_write_link(r, ETH1, "eth1", true);
	rig_set(r, ETH0, "10.0.0.1/24", 0, true);
	rig_apply(r, text);
	rig_obey(r);
}

static void start_active(struct rig *r, const char *text)
{
	start(r, text);
	rig_activate(r);
	rig_obey(r);
	assert_int_equal(rig_state(r, "web"), VRRP_ACTIVE);
}

static void a_backup_has_none(void **state)
{
	struct rig r;

	(void)state;
	start(&r, RIG_FILE(RIG_WEB_WITH(BOTH)));
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	assert_int_equal(rig_count(&r, RIG_FIB), 0);
	rig_close(&r);
}

static void an_active_has_them_once_its_addresses_are_there(void **state)
{
	struct rig r;

	(void)state;
	start(&r, RIG_FILE(RIG_WEB_WITH(BOTH)));
	r.idle = true;
	rig_run(&r, SPAN_S(5));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_int_equal(rig_count(&r, RIG_ADDR), 1);
	assert_int_equal(rig_count(&r, RIG_FIB), 0);
	r.idle = false;
	rig_obey(&r);
	assert_true(has(&r, "10.8.0.0/16 via 10.0.0.254") && has(&r, "100: from 10.5.0.0/16"));
	assert_int_equal(rig_count(&r, RIG_FIB), 2);
	rig_close(&r);
}

static void they_go_before_the_addresses_last_come_first(void **state)
{
	struct rig r;
	size_t n = 0;

	(void)state;
	start_active(&r, RIG_FILE(RIG_WEB_WITH(BOTH)));
	rig_forget(&r);
	vrrpd_stop(r.d, r.now);
	assert_false(vrrpd_settled(r.d));
	for (size_t i = 0; i < r.n_ops; i++) {
		if (r.op[i].kind != RIG_FIB && r.op[i].kind != RIG_ADDR)
			continue;
		assert_false(r.op[i].on);
		assert_int_equal(r.op[i].kind, n < 2 ? RIG_FIB : RIG_ADDR);
		if (n < 2)
			assert_int_equal(r.op[i].item.kind, n == 0 ? FIB_RULE : FIB_ROUTE);
		n++;
	}
	assert_int_equal(n, 3);
	rig_obey(&r);
	assert_int_equal(r.n_fib, 0);
	assert_true(vrrpd_settled(r.d));
	rig_close(&r);
}

static void v18_removed_by_others_and_put_back(void **state)
{
	struct rig r;

	(void)state;
	start_active(&r, RIG_FILE(RIG_WEB_WITH(ONE)));
	for (unsigned i = 0; i < 5; i++) {
		rig_fib_remove(&r, r.fib[0], true);
		rig_obey(&r);
		assert_int_equal(r.n_fib, 1);
	}
	assert_true(rig_says(&r, "route-removed", "it is put back"));
	rig_fib_remove(&r, r.fib[0], true);
	rig_obey(&r);
	assert_int_equal(r.n_fib, 0); /* not at once any more */
	rig_run(&r, SPAN_MS(11900));
	assert_int_equal(r.n_fib, 0);
	rig_run(&r, SPAN_MS(200));
	assert_int_equal(r.n_fib, 1);
	assert_int_equal(rig_counters(&r, "web")->route_removed, 6);
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	rig_close(&r);
}

static void one_of_somebody_else_in_its_place(void **state)
{
	struct rig r;

	(void)state;
	start_active(&r, RIG_FILE(RIG_WEB_WITH("routes = ( " ROUTE("10.8.0.0/16",
								   "track = false; ") " ); ")));
	vrrpd_fib(r.d, r.now, &r.fib[0], false, true); /* replaced ours */
	r.n_fib = 0;
	r.refuse_fib = EEXIST;
	rig_forget(&r);
	vrrpd_evaluate(r.d, r.now);
	rig_obey(&r);
	assert_true(rig_says(&r, "route-failed", "somebody else"));
	vrrpd_stop(r.d, r.now);
	rig_obey(&r);
	assert_int_equal(asked(&r, "10.8.0.0/16", false), 0); /* not ours to remove */
	rig_close(&r);
}

static void a_refusal_lets_another_try(void **state)
{
	struct rig r;

	(void)state;
	start(&r, RIG_FILE(RIG_WEB_WITH(BOTH)));
	r.refuse_fib = ENETUNREACH;
	rig_run(&r, SPAN_S(4));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	rig_run(&r, SPAN_S(4));
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_true(rig_says(&r, "waiting", "why=route-failed"));
	assert_true(rig_says(&r, "waiting", "route=10.8.0.0/16"));
	assert_false(rig_has(&r, ETH0, RIG_WEB_ADDR));
	assert_int_equal(rig_counters(&r, "web")->route_failures, 5); /* the third ends it */
	r.refuse_fib = 0;
	rig_run(&r, SPAN_S(27));
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	rig_run(&r, SPAN_S(8));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_int_equal(r.n_fib, 2);
	rig_close(&r);
}

static void one_that_is_not_needed_is_tried_for_ever(void **state)
{
	struct rig r;

	(void)state;
	start(&r, RIG_FILE(RIG_WEB_WITH(
			  "routes = ( " ROUTE("10.8.0.0/16", "track = false; ") " ); ")));
	r.refuse_fib = ENETUNREACH;
	rig_activate(&r);
	rig_obey(&r);
	rig_run(&r, SPAN_S(300));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_in_range(asked(&r, "10.8.0.0/16", true), 8, 12); /* later and later */
	r.refuse_fib = 0;
	rig_run(&r, SPAN_S(33));
	assert_int_equal(r.n_fib, 1);
	rig_close(&r);
}

/* Of IPv4 the kernel says nothing. */
static void what_a_link_took_is_looked_for(void **state)
{
	struct rig r;

	(void)state;
	start_active(&r, RIG_FILE(RIG_WEB_WITH("routes = ( " FAR "track = false; } ); ")));
	assert_true(has(&r, "10.9.0.0/16"));
	rig_forget(&r);
	rig_write_link(&r, ETH1, "eth1", false);
	rig_fib_remove(&r, r.fib[0], false);
	rig_report_link(&r, ETH1);
	vrrpd_evaluate(r.d, r.now);
	assert_int_equal(rig_count(&r, RIG_SYNC), 1);
	rig_obey(&r);
	assert_int_equal(asked(&r, "10.9.0.0/16", true), 0); /* not while it is down */
	rig_link(&r, ETH1, "eth1", true);
	assert_true(has(&r, "10.9.0.0/16"));
	assert_int_equal(rig_counters(&r, "web")->route_removed, 0);
	assert_int_equal(rig_counters(&r, "web")->route_failures, 0);
	rig_close(&r);
}

/* So short that nothing of the link was ever seen to be down. */
static void what_an_address_took_is_looked_for(void **state)
{
	struct rig r;

	(void)state;
	start(&r, STATIC("static_routes = ( " ROUTE("10.8.0.0/16", "") " );"));
	rig_addr(&r, ETH0, "10.0.0.7/24", 0, true);
	assert_int_equal(r.n_fib, 1);
	rig_fib_remove(&r, r.fib[0], false);
	rig_addr(&r, ETH0, "10.0.0.7/24", 0, false);
	assert_int_equal(r.n_fib, 1);
	assert_int_equal(vrrpd_totals(r.d)->static_removed, 0);
	rig_close(&r);
}

static void a_needed_interface_that_is_down(void **state)
{
	struct rig r;

	(void)state;
	start_active(&r, RIG_FILE(RIG_WEB_WITH("routes = ( " FAR "} ); ")));
	rig_link(&r, ETH1, "eth1", false);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_true(rig_says(&r, "waiting", "dev=eth1"));
	rig_link(&r, ETH1, "eth1", true);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_link_gone(&r, ETH1);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	rig_link(&r, ETH1 + 1, "eth1", true); /* anew, with another index */
	rig_activate(&r);
	rig_obey(&r);
	assert_int_equal(r.n_fib, 1);
	assert_int_equal(r.fib[0].route.hop[0].ifindex, ETH1 + 1);
	rig_close(&r);
}

/* Its own interface may be down for a while. */
static void link_down_delay_is_for_routes_too(void **state)
{
	struct rig r;

	(void)state;
	start_active(&r, RIG_FILE(RIG_WEB_WITH(
				 "link_down_delay = \"5s\"; "
				 "routes = ( { to = \"10.8.0.0/16\"; dev = \"eth0\"; } ); ")));
	rig_fib_remove(&r, r.fib[0], false);
	rig_link(&r, ETH0, "eth0", false);
	rig_run(&r, SPAN_S(4));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	rig_link(&r, ETH0, "eth0", true);
	assert_int_equal(r.n_fib, 1);
	assert_int_equal(rig_counters(&r, "web")->route_removed, 0);
	rig_close(&r);
}

static void static_ones_are_there_whatever_the_state(void **state)
{
	struct rig r;

	(void)state;
	start(&r, STATIC("static_routes = ( " ROUTE("10.8.0.0/16", "") " ); "
			 "static_rules = ( " RULE(50) " );"));
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	assert_int_equal(r.n_fib, 2);
	rig_fib_remove(&r, r.fib[0], true);
	rig_obey(&r);
	assert_int_equal(r.n_fib, 2);
	assert_int_equal(vrrpd_totals(r.d)->static_removed, 1);
	rig_link(&r, ETH0, "eth0", false);
	assert_int_equal(r.n_fib, 2);
	vrrpd_stop(r.d, r.now);
	rig_obey(&r);
	assert_int_equal(r.n_fib, 0);
	assert_true(vrrpd_settled(r.d));
	rig_close(&r);
}

static void a_static_one_is_tried_again(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	r.refuse_fib = ENETUNREACH;
	rig_write_link(&r, ETH0, "eth0", true);
	rig_set(&r, ETH0, "10.0.0.1/24", 0, true);
	rig_apply(&r, STATIC("static_routes = ( " ROUTE("10.8.0.0/16", "") " );"));
	rig_obey(&r);
	rig_run(&r, SPAN_S(10));
	assert_int_equal(vrrpd_totals(r.d)->static_failures, 4);
	assert_true(rig_says(&r, "route-failed", "error=refused"));
	r.refuse_fib = 0;
	rig_run(&r, SPAN_S(10));
	assert_int_equal(r.n_fib, 1);
	rig_close(&r);
}

/* A route of an earlier run, by its mark. */
static void v19_leftovers(void **state)
{
	struct rig other, r;

	(void)state;
	start_active(&other, "vrrp = { static_routes = ( " ROUTE("10.7.0.0/16", "") ", "
			     ROUTE("10.6.0.0/16", "mtu = 1400; ") " ); instances = ( "
			     RIG_WEB_WITH(BOTH) " ); };");
	assert_int_equal(other.n_fib, 4);
	rig_open(&r);
	memcpy(r.fib, other.fib, sizeof r.fib);
	r.n_fib = other.n_fib;
	rig_close(&other);
	rig_write_link(&r, ETH0, "eth0", true);
	rig_set(&r, ETH0, "10.0.0.1/24", 0, true);
	/* One as it was, one that is to be another; of the router one that it has, one that not. */
	rig_apply(&r, "vrrp = { static_routes = ( " ROUTE("10.7.0.0/16", "") ", "
		      ROUTE("10.6.0.0/16", "mtu = 1300; ") " ); instances = ( "
		      RIG_WEB_WITH(ONE) " ); };");
	rig_obey(&r);
	assert_int_equal(asked(&r, "10.7.0.0/16", false) + asked(&r, "10.7.0.0/16", true), 0);
	assert_int_equal(asked(&r, "10.6.0.0/16", false), 1);
	assert_int_equal(asked(&r, "10.8.0.0/16", false), 1); /* a Backup has none */
	assert_int_equal(asked(&r, "100:", false), 1);
	assert_true(rig_says(&r, "leftover", "not in the configuration") ||
		    rig_says(&r, "leftover", "left from an earlier run"));
	assert_int_equal(r.n_fib, 2);
	for (size_t i = 0; i < r.n_fib; i++)
		if (r.fib[i].route.to.addr.b[1] == 6)
			assert_int_equal(r.fib[i].route.value[FIB_MTU], 1300);
	rig_close(&r);
}

static void v20_an_answer_that_was_lost(void **state)
{
	struct rig r;

	(void)state;
	start(&r, RIG_FILE(RIG_WEB_WITH(ONE)));
	r.idle = true;
	rig_run(&r, SPAN_S(5));
	rig_addr(&r, ETH0, RIG_WEB_ADDR, RIG_OURS, true);
	assert_int_equal(asked(&r, "10.8.0.0/16", true), 1);
	for (size_t i = 0; i < r.n_ops; i++)
		r.op[i].done = true; /* and nothing came of it */
	r.idle = false;
	rig_sync(&r);
	rig_obey(&r);
	assert_true(rig_says(&r, "route-failed", "no answer"));
	rig_run(&r, SPAN_S(2));
	assert_int_equal(r.n_fib, 1);
	rig_close(&r);
}

static void v27_a_reload_touches_what_changed(void **state)
{
	struct rig r;

	(void)state;
	start_active(&r, RIG_FILE(RIG_WEB_WITH(
				 "routes = ( " ROUTE("10.8.0.0/16", "") ", "
				 ROUTE("10.7.0.0/16", "") ", " ROUTE("10.6.0.0/16", "") " ); ")));
	assert_int_equal(r.n_fib, 3);
	rig_forget(&r);
	rig_apply(&r, RIG_FILE(RIG_WEB_WITH(
			      "routes = ( " ROUTE("10.5.0.0/16", "") ", "
			      ROUTE("10.7.0.0/16", "mtu = 1400; ") ", "
			      ROUTE("10.8.0.0/16", "") " ); ")));
	assert_int_equal(asked(&r, "10.6.0.0/16", false), 1); /* before anything is reported */
	rig_obey(&r);
	assert_int_equal(asked(&r, "10.8.0.0/16", true) + asked(&r, "10.8.0.0/16", false), 0);
	assert_int_equal(asked(&r, "10.7.0.0/16", false), 1);
	assert_int_equal(asked(&r, "10.7.0.0/16", true), 1);
	assert_int_equal(asked(&r, "10.6.0.0/16", false), 1);
	assert_int_equal(asked(&r, "10.5.0.0/16", true), 1);
	assert_int_equal(r.n_fib, 3);
	assert_true(rig_says(&r, "changed", "settings=routes or rules"));
	assert_false(rig_says(&r, "leftover", "route="));
	assert_int_equal(rig_counters(&r, "web")->route_removed, 0);
	rig_forget(&r);
	rig_apply(&r, RIG_FILE(RIG_WEB_WITH(
			      "routes = ( " ROUTE("10.5.0.0/16", "") ", "
			      ROUTE("10.7.0.0/16", "mtu = 1400; ") ", "
			      ROUTE("10.8.0.0/16", "") " ); ")));
	rig_obey(&r);
	assert_int_equal(rig_count(&r, RIG_FIB), 0);
	assert_false(rig_says(&r, "changed", "vrrp="));
	rig_close(&r);
}

/* From a router to the static ones: it stays where it is. */
static void one_that_moves_stays(void **state)
{
	struct rig r;

	(void)state;
	start_active(&r, RIG_FILE(RIG_WEB_WITH(ONE)));
	rig_forget(&r);
	rig_apply(&r, STATIC("static_routes = ( " ROUTE("10.8.0.0/16", "") " );"));
	rig_obey(&r);
	assert_int_equal(rig_count(&r, RIG_FIB), 0);
	assert_int_equal(r.n_fib, 1);
	rig_close(&r);
}

static void a_reload_takes_back_what_waits(void **state)
{
	struct rig r;

	(void)state;
	start(&r, RIG_FILE(RIG_WEB_WITH(ONE)));
	r.idle = true;
	rig_run(&r, SPAN_S(5));
	rig_addr(&r, ETH0, RIG_WEB_ADDR, RIG_OURS, true);
	assert_int_equal(asked(&r, "10.8.0.0/16", true), 1);
	rig_apply(&r, RIG_FILE(RIG_WEB));
	assert_int_equal(asked(&r, "10.8.0.0/16", false), 1);
	rig_close(&r);
}

UNIT_MAIN(
	T(a_backup_has_none),
	T(an_active_has_them_once_its_addresses_are_there),
	T(they_go_before_the_addresses_last_come_first),
	T(v18_removed_by_others_and_put_back),
	T(one_of_somebody_else_in_its_place),
	T(a_refusal_lets_another_try),
	T(one_that_is_not_needed_is_tried_for_ever),
	T(what_a_link_took_is_looked_for),
	T(what_an_address_took_is_looked_for),
	T(a_needed_interface_that_is_down),
	T(link_down_delay_is_for_routes_too),
	T(static_ones_are_there_whatever_the_state),
	T(a_static_one_is_tried_again),
	T(v19_leftovers),
	T(v20_an_answer_that_was_lost),
	T(v27_a_reload_touches_what_changed),
	T(one_that_moves_stays),
	T(a_reload_takes_back_what_waits)
)
