/* SPDX-License-Identifier: BSD-2-Clause */
/* Taking over a configuration: what goes on, what ends, what is new. */
#include "vrrpd.h"

#include <errno.h>
#include <time.h>

#include "cf_agree.h"
#include "vrrpd_rig.h"

/* ---- no memory */

static long allocations_left = -1; /* -1: as many as are asked for */

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);

void *__wrap_calloc(size_t n, size_t size)
{
	if (allocations_left == 0)
		return NULL;
	if (allocations_left > 0)
		allocations_left--;
	return __real_calloc(n, size);
}

static void without_memory_the_old_configuration_stays(void **state)
{
	static struct cf_report report;
	struct cf_model m;
	unsigned failed = 0;
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	assert_true(rig_load(RIG_FILE(RIG_SIX), &m, &report));
	for (bool ok = false; !ok; failed += !ok) {
		allocations_left = (long)failed;
		ok = vrrpd_apply(r.d, r.now, &m, &trivet_cf_root(&m)->vrrp);
		allocations_left = -1;
		if (!ok) {
			assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
			assert_int_equal(r.n_ops + r.n_lines, 0);
		}
	}
	assert_true(failed >= 8);
	assert_int_equal(rig_state(&r, "six"), VRRP_INITIALIZE);
	cf_model_free(&m);
	rig_close(&r);
}

static void no_daemon_without_memory(void **state)
{
	(void)state;
	allocations_left = 0;
	assert_null(vrrpd_new(&rig_ops, NULL));
	allocations_left = -1;
	vrrpd_free(NULL);
}

/* ---- what the log says of a reload */

static const char *reload(struct rig *r, const char *text)
{
	rig_forget(r);
	rig_apply(r, text);
	rig_obey(r);
	return rig_line(r, "changed");
}

static void log_names_the_settings_that_changed(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	assert_string_equal(rig_line(&r, "changed"), "");
	assert_string_equal(reload(&r, RIG_FILE(RIG_WEB)), "");
	assert_string_equal(
		reload(&r, RIG_FILE(RIG_WEB_WITH("priority = 120; interval = \"500ms\"; "
						 "preempt = false;"))),
		"changed vrrp=web settings=priority,preempt,interval");
	assert_string_equal(reload(&r, RIG_FILE(RIG_WEB_WITH("priority = 120; preempt = false;"))),
			    "changed vrrp=web settings=interval");
	assert_string_equal(
		reload(&r, RIG_FILE(RIG_WEB_WITH("priority = 120; preempt = false; "
						 "garp = { repeat = 3; delay = \"0s\"; };"))),
		"changed vrrp=web settings=garp.repeat,garp.delay");
	rig_close(&r);
}

static void log_names_a_router_by_its_new_and_its_old_name(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	assert_string_equal(
		reload(&r, RIG_FILE(RIG_ROUTER("shop", "eth0", 51, "", "\"" RIG_WEB_ADDR "\""))),
		"changed vrrp=shop was=web");
	assert_int_equal(rig_state(&r, "shop"), VRRP_BACKUP);
	assert_int_equal(rig_lines(&r, "state"), 0);
	rig_close(&r);
}

#define WEB_HAS(addresses) RIG_FILE(RIG_ROUTER("web", "eth0", 51, "", addresses))

static void log_names_the_addresses_that_came_and_went(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, WEB_HAS("\"10.0.0.100/24\", \"10.0.0.101/24\""));
	assert_string_equal(reload(&r, WEB_HAS("\"10.0.0.100/24\", \"10.0.0.102/24\"")),
			    "changed vrrp=web added=10.0.0.102/24 removed=10.0.0.101/24");
	assert_string_equal(reload(&r, WEB_HAS("\"10.0.0.102/24\", \"10.0.0.100/32\"")),
			    "changed vrrp=web added=10.0.0.100/32 removed=10.0.0.100/24");
	/* Another order only: so they stand in the adverts from now on. */
	assert_string_equal(reload(&r, WEB_HAS("\"10.0.0.100/32\", \"10.0.0.102/24\"")),
			    "changed vrrp=web settings=addresses");
	assert_string_equal(
		reload(&r, WEB_HAS("\"10.0.0.102/24\", \"10.0.1.1\", \"10.0.1.2\", "
				   "\"10.0.1.3\", \"10.0.1.4\", \"10.0.1.5\", \"10.0.1.6\", "
				   "\"10.0.1.7\", \"10.0.1.8\", \"10.0.1.9\"")),
		"changed vrrp=web added=10.0.1.1/32,10.0.1.2/32,10.0.1.3/32,10.0.1.4/32,"
		"10.0.1.5/32,10.0.1.6/32,10.0.1.7/32,10.0.1.8/32 and 1 more removed=10.0.0.100/32");
	rig_close(&r);
}

/* ---- what goes on */

/* The whole of what goes on is as it was: state, timers, source, counters; nothing is sent or asked
 * but for the report that every reload asks for. */
static void unchanged_router_notices_nothing(void **state)
{
	struct vrrp web, six;
	struct vrrpd_counters count;
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB "," RIG_SIX));
	rig_activate(&r);
	rig_rx(&r, (struct rig_advert){ .priority = 200, .src = "fe80::2", .interval_cs = 77 });
	rig_run(&r, SPAN_MS(123));
	web = *rig_router(&r, "web");
	six = *rig_router(&r, "six");
	count = *rig_counters(&r, "web");
	rig_forget(&r);
	/* In another order, and beside a new one. */
	rig_apply(&r, RIG_FILE(RIG_SIX "," RIG_ROUTER("new", "eth0", 9, "", "\"10.0.0.9/24\"") ","
			       RIG_WEB));
	rig_obey(&r);
	assert_memory_equal(&web, rig_router(&r, "web"), sizeof web);
	assert_memory_equal(&six, rig_router(&r, "six"), sizeof six);
	assert_memory_equal(&count, rig_counters(&r, "web"), sizeof count);
	assert_int_equal(r.n_ops, rig_count(&r, RIG_SYNC));
	assert_int_equal(r.n_lines, 1);
	assert_true(rig_says(&r, "state", "vrrp=new from=initialize to=backup"));
	rig_close(&r);
}

/* A burst of announcements goes on too. */
static void announcements_go_on_over_a_reload(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_run(&r, SPAN_MS(3700));
	assert_in_range(rig_announced(&r, "10.0.0.100"), 2, 3);
	for (unsigned i = 0; i < 100; i++) {
		rig_apply(&r, RIG_FILE(RIG_WEB));
		rig_obey(&r);
		rig_run(&r, SPAN_MS(100));
	}
	assert_int_equal(rig_announced(&r, "10.0.0.100"), 10);
	rig_close(&r);
}

/* Nothing is decided while a report is going on, but time goes on. */
static void timers_run_on_when_a_reload_meets_a_report(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	r.idle = true;
	vrrpd_sync_begin(r.d);
	rig_apply(&r, RIG_FILE(RIG_WEB));
	rig_run(&r, SPAN_S(3));
	assert_int_equal(rig_sent(&r, 100), 3);
	rig_close(&r);
}

/* Between a report and what follows from it: neither it nor the next is lost. */
static void news_are_not_forgotten_when_a_reload_comes_first(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_write_link(&r, ETH0, "eth0", false);
	rig_report_link(&r, ETH0);
	r.idle = true;
	rig_apply(&r, RIG_FILE(RIG_WEB));
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	rig_link(&r, ETH0, "eth0", true);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_close(&r);
}

static void router_that_could_not_set_its_address_is_held_over_a_reload(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	r.idle = true;
	rig_run(&r, SPAN_MS(3610));
	for (unsigned i = 0; i < 3; i++) {
		rig_refuse(&r, true, ENOBUFS);
		rig_run(&r, SPAN_S(1));
	}
	assert_int_equal(rig_router(&r, "web")->why, VRRP_WHY_ADDRESS_FAILED);
	r.idle = false;
	rig_apply(&r, RIG_FILE(RIG_WEB_WITH("priority = 120;")));
	rig_obey(&r);
	rig_run(&r, SPAN_S(28));
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	rig_run(&r, SPAN_S(1));
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_close(&r);
}

static void row_096_priority_changes_without_touching_a_timer(void **state)
{
	mono_t due;
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_hear(&r, 200);
	due = rig_router(&r, "web")->timer_at;
	rig_run(&r, SPAN_S(1));
	rig_apply(&r, RIG_FILE(RIG_WEB_WITH("priority = 254;")));
	rig_obey(&r);
	assert_int_equal(rig_router(&r, "web")->timer_at.ns, due.ns);
	rig_until(&r, due);
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_int_equal(rig_sent(&r, 254), 1);
	rig_close(&r);
}

static void row_097_interval_changes_from_the_next_advert_on(void **state)
{
	struct rig r;
	mono_t due;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB_WITH("interval = \"10s\";")));
	rig_run(&r, SPAN_S(40));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	due = rig_router(&r, "web")->timer_at;
	rig_forget(&r);
	rig_apply(&r, RIG_FILE(RIG_WEB));
	rig_until(&r, mono_add(due, SPAN_S(2)));
	assert_int_equal(rig_count(&r, RIG_SEND), 3);
	assert_int_equal(rig_op(&r, RIG_SEND, 0)->bytes[5], 100);
	rig_close(&r);
}

/* keepalived forgets on a reload how long it has waited. */
static void preempt_delay_goes_on_over_a_reload(void **state)
{
	static const char with[] = RIG_FILE(RIG_WEB_WITH("preempt_delay = \"10s\";"));
	struct rig r;
	mono_t end;

	(void)state;
	rig_start(&r, with);
	end = mono_add(rig_router(&r, "web")->timer_at, SPAN_S(10));
	rig_hear(&r, 50);
	while (mono_before(mono_add(r.now, SPAN_S(1)), end)) {
		rig_run(&r, SPAN_S(1));
		rig_hear(&r, 50);
		rig_apply(&r, with);
		rig_obey(&r);
	}
	assert_int_equal(rig_lines(&r, "preempt-delay"), 1);
	assert_true(rig_says(&r, "preempt-delay", "active=10.0.0.2 active_prio=50 prio=100 "
						  "delay_ms=10000"));
	assert_int_equal(rig_router(&r, "web")->timer_at.ns, end.ns);
	rig_until(&r, end);
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_int_equal(rig_router(&r, "web")->why, VRRP_WHY_PREEMPT);
	rig_close(&r);
}

/* Each is taken over by a router that runs, for the next time its timer is set. */
static void settings_of_waiting_are_live(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_apply(&r, RIG_FILE(RIG_WEB_WITH("down_adverts = 9;")));
	rig_hear(&r, 200);
	assert_int_equal(mono_since(rig_router(&r, "web")->timer_at, r.now).ns, 9609375000);
	rig_apply(&r, RIG_FILE(RIG_WEB_WITH("learned_interval_max = \"2s\";")));
	rig_rx(&r, (struct rig_advert){ .priority = 200, .interval_cs = 4095 });
	assert_int_equal(mono_since(rig_router(&r, "web")->timer_at, r.now).ns, 7218750000);
	rig_apply(&r, RIG_FILE(RIG_WEB_WITH("preempt_delay = \"2s\";")));
	rig_rx(&r, (struct rig_advert){ .priority = 50, .interval_cs = 4095 });
	assert_int_equal(mono_since(rig_router(&r, "web")->timer_at, r.now).ns, 9218750000);
	assert_true(rig_says(&r, "changed", "settings=preempt_delay,learned_interval_max"));
	rig_close(&r);
}

/* ---- start_delay */

#define DELAYED(delay, instances) \
	"vrrp = { start_delay = \"" delay "\"; instances = (" instances "); };"

static void no_router_starts_before_the_start_delay_is_over(void **state)
{
	static const char with[] = DELAYED("20s", RIG_WEB "," RIG_SIX);
	struct rig r;

	(void)state;
	rig_start(&r, with);
	assert_int_equal(rig_lines(&r, "waiting"), 2);
	assert_true(rig_says(&r, "waiting", "vrrp=six why=start-delay"));
	for (unsigned i = 0; i < 19; i++) {
		rig_run(&r, SPAN_S(1));
		rig_hear(&r, 200);
		rig_apply(&r, with); /* a reload takes nothing off it, and adds nothing */
		rig_obey(&r);
	}
	assert_int_equal(rig_counters(&r, "web")->ignored, 19);
	rig_run(&r, SPAN_NS(999999999));
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_int_equal(rig_lines(&r, "state"), 0);
	rig_run(&r, SPAN_NS(1));
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	assert_int_equal(rig_state(&r, "six"), VRRP_BACKUP);
	assert_int_equal(mono_since(rig_router(&r, "web")->timer_at, r.now).ns, 3609375000);
	rig_close(&r);
}

static void a_start_delay_that_is_over_stays_so(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, DELAYED("1s", RIG_WEB));
	rig_run(&r, SPAN_S(1));
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_apply(&r, DELAYED("1h", RIG_WEB "," RIG_SIX));
	rig_obey(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	assert_int_equal(rig_state(&r, "six"), VRRP_BACKUP);
	rig_link(&r, ETH0, "eth0", false);
	rig_link(&r, ETH0, "eth0", true);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	/* There was none: the same. */
	rig_close(&r);
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_apply(&r, DELAYED("1h", RIG_WEB));
	rig_obey(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_close(&r);
}

/* It counts from the start of the daemon, whenever its length is changed. */
static void a_start_delay_may_be_changed_while_it_runs(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, DELAYED("10s", RIG_WEB));
	rig_run(&r, SPAN_S(4));
	rig_apply(&r, DELAYED("30s", RIG_WEB));
	rig_run(&r, SPAN_S(24));
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	rig_apply(&r, DELAYED("29s", RIG_WEB));
	rig_run(&r, SPAN_NS(999999999));
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	rig_run(&r, SPAN_NS(1));
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_close(&r);
	rig_start(&r, DELAYED("1h", RIG_WEB));
	rig_run(&r, SPAN_S(4));
	rig_apply(&r, RIG_FILE(RIG_WEB));
	rig_obey(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_close(&r);
}

static void the_start_delay_may_count_from_the_boot(void **state)
{
#define AFTER_BOOT(boot, delay) \
	"vrrp = { start_delay_after_boot = \"" boot "\"; start_delay = \"" delay \
	"\"; instances = (" RIG_WEB "); };"
	/* Up for 70 s when the daemon starts. */
	static const struct { const char *file; uint64_t ns; } row[] = {
		{ AFTER_BOOT("69s", "0s"), 0 },
		{ AFTER_BOOT("70s", "0s"), 0 },
		{ AFTER_BOOT("71s", "0s"), 1000000000 },
		{ AFTER_BOOT("1000s", "0s"), 930000000000 },
		{ AFTER_BOOT("71s", "5s"), 5000000000 }, /* the later one */
		{ AFTER_BOOT("77s", "5s"), 7000000000 },
	};
	struct rig r;

	(void)state;
	for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
		rig_open(&r);
		rig_write_link(&r, ETH0, "eth0", true);
		rig_set(&r, ETH0, "10.0.0.1/24", 0, true);
		vrrpd_uptime(r.d, r.now, SPAN_S(70));
		rig_apply(&r, row[i].file);
		rig_obey(&r);
		if (row[i].ns > 0) {
			rig_run(&r, SPAN_NS(row[i].ns - 1));
			assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
			assert_true(rig_says(&r, "waiting", "why=start-delay"));
			rig_run(&r, SPAN_NS(1));
		}
		assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
		/* It is over. */
		rig_apply(&r, AFTER_BOOT("24h", "1h"));
		assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
		rig_close(&r);
	}
	/* Who cannot say how long the machine has been up does not wait. */
	rig_start(&r, AFTER_BOOT("24h", "0s"));
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_close(&r);
}

static void stopped_during_the_start_delay_it_just_ends(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, DELAYED("1h", RIG_WEB));
	vrrpd_stop(r.d, r.now);
	assert_true(vrrpd_settled(r.d));
	assert_int_equal(rig_count(&r, RIG_SEND), 0);
	rig_close(&r);
}

/* ---- addresses that come and go */

static void addresses_of_an_active_come_and_go_without_a_change_of_state(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, WEB_HAS("\"10.0.0.100/24\", \"10.0.0.101/24\""));
	rig_activate(&r);
	rig_apply(&r, WEB_HAS("\"10.0.0.101/24\", \"10.0.0.102/24\""));
	rig_obey(&r);
	assert_false(rig_has(&r, ETH0, "10.0.0.100/24"));
	assert_true(rig_has(&r, ETH0, "10.0.0.102/24"));
	assert_int_equal(rig_count(&r, RIG_ADDR), 2);
	assert_int_equal(rig_announced(&r, "10.0.0.102"), 1);
	rig_run(&r, SPAN_S(1));
	assert_int_equal(rig_announced(&r, "10.0.0.102"), 5);
	assert_int_equal(rig_announced(&r, "10.0.0.100"), 0);
	assert_int_equal(rig_lines(&r, "state"), 0);
	assert_int_equal(rig_counters(&r, "web")->addr_removed, 0);
	/* The adverts say so. */
	assert_int_equal(rig_op(&r, RIG_SEND, 0)->bytes[3], 2);
	assert_int_equal(rig_op(&r, RIG_SEND, 0)->bytes[11], 101);
	assert_int_equal(rig_op(&r, RIG_SEND, 0)->bytes[15], 102);
	rig_close(&r);
}

/* It was asked for, but the kernel has not answered when it is no longer wanted. */
static void address_that_is_being_added_when_it_goes_is_removed(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, WEB_HAS("\"10.0.0.100/24\", \"10.0.0.101/24\""));
	rig_run(&r, SPAN_MS(3600));
	r.idle = true;
	rig_run(&r, SPAN_MS(100));
	assert_int_equal(rig_asked(&r, "10.0.0.101/24", true), 1);
	rig_apply(&r, WEB_HAS("\"10.0.0.100/24\""));
	assert_int_equal(rig_asked(&r, "10.0.0.101/24", false), 1);
	r.idle = false;
	rig_obey(&r);
	assert_false(rig_has(&r, ETH0, "10.0.0.101/24"));
	assert_true(rig_has(&r, ETH0, "10.0.0.100/24"));
	assert_int_equal(rig_asked(&r, "10.0.0.100/24", true), 1);
	rig_close(&r);
}

/* The Active loses it to one that is Backup, and the reverse. */
static void address_moves_to_another_router(void **state)
{
	static const char with_web[] =
		RIG_FILE(RIG_ROUTER("web", "eth0", 51, "", "\"10.0.0.100/24\", \"10.0.0.7/24\"") ","
			 RIG_ROUTER("db", "eth0", 52, "", "\"10.0.0.101/24\""));
	static const char with_db[] =
		RIG_FILE(RIG_WEB "," RIG_ROUTER("db", "eth0", 52, "",
						"\"10.0.0.101/24\", \"10.0.0.7/24\""));
	struct rig r;

	(void)state;
	rig_start(&r, with_web);
	rig_activate(&r);
	rig_rx(&r, (struct rig_advert){ .priority = 200, .vrid = 52, .addr = "10.0.0.101" });
	assert_true(rig_has(&r, ETH0, "10.0.0.7/24"));
	rig_apply(&r, with_db);
	rig_obey(&r);
	assert_false(rig_has(&r, ETH0, "10.0.0.7/24"));
	assert_int_equal(rig_lines(&r, "leftover"), 0);
	rig_forget(&r);
	rig_apply(&r, with_web);
	rig_obey(&r);
	assert_true(rig_has(&r, ETH0, "10.0.0.7/24"));
	assert_int_equal(rig_announced(&r, "10.0.0.7"), 1);
	assert_int_equal(rig_lines(&r, "state"), 0);
	rig_close(&r);
}

static void address_moves_between_two_actives_untouched(void **state)
{
	static const char db[] = RIG_FILE(
		RIG_WEB ","
			RIG_ROUTER("db", "eth0", 52, "", "\"10.0.0.101/24\", \"10.0.0.7/24\""));
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(
		RIG_ROUTER("web", "eth0", 51, "", "\"10.0.0.100/24\", \"10.0.0.7/24\"") ","
		RIG_ROUTER("db", "eth0", 52, "", "\"10.0.0.101/24\"")));
	rig_activate(&r);
	rig_apply(&r, db);
	rig_obey(&r);
	assert_int_equal(rig_count(&r, RIG_ADDR), 0);
	assert_true(rig_has(&r, ETH0, "10.0.0.7/24"));
	rig_close(&r);
}

static void address_of_a_router_that_ends_goes_on_with_an_active(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB "," RIG_ROUTER("db", "eth0", 52, "", "\"10.0.0.7/24\"")));
	rig_activate(&r);
	rig_apply(&r, WEB_HAS("\"10.0.0.100/24\", \"10.0.0.7/24\""));
	rig_obey(&r);
	assert_int_equal(rig_count(&r, RIG_ADDR), 0);
	assert_true(rig_has(&r, ETH0, "10.0.0.7/24"));
	assert_int_equal(rig_sent(&r, 0), 1);
	rig_close(&r);
}

/* ---- what ends, what is new */

static void removed_router_takes_its_addresses_away_and_then_leaves(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB "," RIG_SIX));
	rig_activate(&r);
	r.idle = true;
	rig_apply(&r, RIG_FILE(RIG_SIX));
	assert_int_equal(r.op[0].kind, RIG_ADDR);
	assert_false(r.op[0].on);
	assert_int_equal(r.op[1].kind, RIG_SEND);
	assert_int_equal(rig_sent(&r, 0), 1);
	assert_int_equal(rig_count(&r, RIG_ADDR), 1);
	assert_true(rig_says(&r, "state", "vrrp=web from=active to=initialize why=removed"));
	r.idle = false;
	rig_obey(&r);
	assert_false(rig_has(&r, ETH0, RIG_WEB_ADDR));
	assert_int_equal(rig_state(&r, "six"), VRRP_ACTIVE);
	assert_int_equal(rig_lines(&r, "leftover"), 0);
	rig_run(&r, SPAN_S(10));
	assert_int_equal(rig_sent(&r, 0), 1);
	rig_close(&r);
}

static void removed_backup_says_nothing_to_its_peers(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_apply(&r, RIG_FILE(""));
	assert_int_equal(rig_count(&r, RIG_SEND), 0);
	assert_true(rig_says(&r, "state", "from=backup to=initialize why=removed"));
	assert_int_equal(vrrpd_n(r.d), 0);
	assert_true(mono_is_never(vrrpd_deadline(r.d)));
	rig_close(&r);
}

/* Whoever changes what makes it this router starts it anew: it leaves first. */
static void changed_identity_is_a_new_start(void **state)
{
	static const char *const other[] = {
		RIG_FILE(RIG_WEB_WITH("version = 2;")),
		RIG_FILE(RIG_ROUTER("web", "eth0", 52, "", "\"" RIG_WEB_ADDR "\"")),
		RIG_FILE(RIG_ROUTER("web", "eth0", 51, "", "\"" RIG_SIX_ADDR "\"")),
	};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct rig r;

		rig_start(&r, RIG_FILE(RIG_WEB));
		rig_activate(&r);
		rig_apply(&r, other[i]);
		assert_int_equal(r.op[0].kind, RIG_ADDR);
		assert_int_equal(r.op[1].kind, RIG_SEND);
		rig_obey(&r);
		assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, false), 1);
		assert_int_equal(rig_sent(&r, 0), 1);
		assert_int_equal(rig_op(&r, RIG_SEND, 0)->bytes[0], 0x31);
		assert_int_equal(rig_op(&r, RIG_SEND, 0)->bytes[1], 51);
		assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
		assert_false(rig_has(&r, ETH0, RIG_WEB_ADDR));
		assert_int_equal(rig_lines(&r, "state"), 2);
		assert_true(strstr(r.line[0].text, "to=initialize why=changed") != NULL);
		assert_int_equal(rig_counters(&r, "web")->became_active, 0);
		rig_activate(&r);
		rig_close(&r);
	}
}

static void router_moves_to_another_interface(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_link(&r, ETH1, "eth1", true);
	rig_activate(&r);
	rig_addr(&r, ETH1, "10.0.0.11/24", 0, true);
	rig_apply(&r, RIG_FILE(RIG_ROUTER("web", "eth1", 51, "", "\"" RIG_WEB_ADDR "\"")));
	rig_obey(&r);
	assert_int_equal(rig_sent(&r, 0), 1);
	assert_int_equal(rig_op(&r, RIG_SEND, 0)->ifindex, ETH0);
	assert_false(rig_has(&r, ETH0, RIG_WEB_ADDR));
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	assert_int_equal(rig_lines(&r, "waiting"), 0);
	rig_activate(&r);
	assert_true(rig_has(&r, ETH1, RIG_WEB_ADDR));
	rig_close(&r);
}

/* ---- what went wrong elsewhere (keepalived, measured) */

/* An error in the file ended the daemon without an advert, and its address stayed. */
static void r1_bad_file_changes_nothing(void **state)
{
	static struct cf_report report;
	struct vrrp before;
	struct cf_model m;
	struct rig r;
	mono_t due;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	before = *rig_router(&r, "web");
	assert_false(rig_load(RIG_FILE(RIG_ROUTER("web", "eth0", 256, "", "\"10.0.0.1/24\"")), &m,
			      &report));
	assert_int_equal(report.errors, 1);
	assert_memory_equal(&before, rig_router(&r, "web"), sizeof before);
	due = before.timer_at;
	rig_until(&r, due);
	assert_int_equal(rig_sent(&r, 100), 1);
	assert_true(rig_has(&r, ETH0, RIG_WEB_ADDR));
	rig_close(&r);
}

/* Each reload restarted the wait for the Active: with one every 2.5 s, a Backup never took over. */
static void r2_reloads_do_not_put_off_the_takeover(void **state)
{
	struct rig r;
	mono_t heard_at;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_hear(&r, 200);
	heard_at = r.now;
	for (unsigned i = 0; i < 3609; i += 10) {
		rig_until(&r, mono_add(heard_at, SPAN_MS(i)));
		rig_apply(&r, i % 20 == 0 ? RIG_FILE(RIG_WEB_WITH("preempt = false;")) :
					    RIG_FILE(RIG_WEB));
		rig_obey(&r);
		assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	}
	rig_until(&r, mono_add(heard_at, SPAN_US(3609375)));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	rig_close(&r);
}

enum { MANY = 4096 };

static char *many_routers(void)
{
	size_t size = MANY * 160 + 100;
	char *text = malloc(size);
	struct text t = text_open(text, size);

	assert_non_null(text);
	text_put(&t, "vrrp = { instances = (");
	for (unsigned i = 0; i < MANY; i++)
		text_fmt(&t,
			 "%s { name = \"r%u\"; interface = \"e%u\"; vrid = %u; "
			 "addresses = ( \"10.%u.%u.%u/24\" ); }",
			 i > 0 ? "," : "", i, i / 250, 1 + i % 250, 100 + i / 250, i % 250, 1);
	text_put(&t, "); };");
	assert_false(t.cut);
	return text;
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Reloading many routers took so long that the peers took them over. Here no router notices. */
static void r3_reload_of_many_routers_moves_none(void **state)
{
	const unsigned n_ifaces = (MANY + 249) / 250;
	char *text = many_routers();
	struct vrrp *before = malloc(MANY * sizeof *before);
	char name[VRRP_IFNAME_SIZE];
	double at[3];
	struct rig r;

	(void)state;
	assert_non_null(before);
	rig_open(&r);
	for (unsigned i = 0; i < n_ifaces; i++) {
		char address[IP_TEXT_SIZE];

		snprintf(name, sizeof name, "e%u", i);
		snprintf(address, sizeof address, "10.%u.250.1/16", 100 + i);
		rig_write_link(&r, i + 1, name, true);
		rig_set(&r, i + 1, address, 0, true);
	}
	rig_apply(&r, text);
	rig_obey(&r);
	rig_activate(&r);
	for (uint32_t i = 0; i < MANY; i++)
		before[i] = *vrrpd_router(r.d, i);
	at[0] = seconds();
	rig_apply(&r, text);
	at[1] = seconds();
	rig_obey(&r);
	at[2] = seconds();
	print_message("# %u routers: loaded and applied in %.0f ms, %u addresses reported in "
		      "%.0f ms\n", MANY, (at[1] - at[0]) * 1e3, (unsigned)r.n_addrs,
		      (at[2] - at[1]) * 1e3);
	for (uint32_t i = 0; i < MANY; i++)
		assert_memory_equal(&before[i], vrrpd_router(r.d, i), sizeof *before);
	assert_int_equal(r.n_ops, rig_count(&r, RIG_SYNC));
	assert_int_equal(r.n_lines, 0);
	rig_run(&r, SPAN_S(1));
	assert_int_equal(rig_sent(&r, 100), MANY);
	assert_int_equal(rig_lines(&r, "state"), 0);
	rig_close(&r);
	free(before);
	free(text);
}

UNIT_MAIN(
	T(without_memory_the_old_configuration_stays),
	T(no_daemon_without_memory),
	T(log_names_the_settings_that_changed),
	T(log_names_a_router_by_its_new_and_its_old_name),
	T(log_names_the_addresses_that_came_and_went),
	T(unchanged_router_notices_nothing),
	T(announcements_go_on_over_a_reload),
	T(timers_run_on_when_a_reload_meets_a_report),
	T(news_are_not_forgotten_when_a_reload_comes_first),
	T(router_that_could_not_set_its_address_is_held_over_a_reload),
	T(row_096_priority_changes_without_touching_a_timer),
	T(row_097_interval_changes_from_the_next_advert_on),
	T(preempt_delay_goes_on_over_a_reload),
	T(settings_of_waiting_are_live),
	T(no_router_starts_before_the_start_delay_is_over),
	T(a_start_delay_that_is_over_stays_so),
	T(a_start_delay_may_be_changed_while_it_runs),
	T(stopped_during_the_start_delay_it_just_ends),
	T(the_start_delay_may_count_from_the_boot),
	T(addresses_of_an_active_come_and_go_without_a_change_of_state),
	T(address_that_is_being_added_when_it_goes_is_removed),
	T(address_moves_to_another_router),
	T(address_moves_between_two_actives_untouched),
	T(address_of_a_router_that_ends_goes_on_with_an_active),
	T(removed_router_takes_its_addresses_away_and_then_leaves),
	T(removed_backup_says_nothing_to_its_peers),
	T(changed_identity_is_a_new_start),
	T(router_moves_to_another_interface),
	T(r1_bad_file_changes_nothing),
	T(r2_reloads_do_not_put_off_the_takeover),
	T(r3_reload_of_many_routers_moves_none),
)
