/* SPDX-License-Identifier: BSD-2-Clause */
/* Announcements of a whole daemon: which address, when, and how fast. */
#include "vrrpd_rig.h"

#include <stdio.h>

enum { TEXT_SIZE = 200000 };

/* The configuration of `routers` routers of `addrs` addresses each, on eth0: 10.1.R.A. */
static const char *many(unsigned routers, unsigned addrs, const char *vrrp, const char *garp)
{
	static char text[TEXT_SIZE];
	size_t n = (size_t)snprintf(text, sizeof text, "vrrp = { %s instances = (", vrrp);

	for (unsigned r = 0; r < routers; r++) {
		n += (size_t)snprintf(text + n, sizeof text - n,
				      "%s{ name = \"r%u\"; interface = \"eth0\"; vrid = %u; garp = "
				      "{ %s }; addresses = (",
				      r > 0 ? "," : "", r, r + 1, garp);
		for (unsigned a = 0; a < addrs; a++)
			n += (size_t)snprintf(text + n, sizeof text - n, "%s\"10.1.%u.%u/24\"",
					      a > 0 ? "," : "", r, a + 1);
		n += (size_t)snprintf(text + n, sizeof text - n, "); }");
	}
	snprintf(text + n, sizeof text - n, "); };");
	return text;
}

/* The announcements, in order: which router, which of its addresses (from 0), when. */
struct said {
	unsigned router, addr;
	mono_t at;
};

static unsigned listen_to(const struct rig *r, struct said *said, unsigned max)
{
	unsigned n = 0;

	for (size_t i = 0; i < r->n_ops; i++) {
		struct garp garp;

		if (r->op[i].kind != RIG_FRAME)
			continue;
		assert_true(garp_decode(r->op[i].bytes, r->op[i].len, &garp) && n < max);
		said[n++] = (struct said){ garp.addr.b[2], garp.addr.b[3] - 1u, r->op[i].at };
	}
	return n;
}

/* At most `burst` and what the rate gives, in every window that begins with an announcement. */
static void assert_paced(const struct said *said, unsigned n, unsigned rate, unsigned burst)
{
	for (unsigned i = 0; i < n; i++)
		for (unsigned k = i; k < n; k++) {
			double window = (double)(said[k].at.ns - said[i].at.ns) / 1e9;

			assert_true(k - i + 1 <= burst + window * rate + 1e-6);
		}
}

static struct said said[8000];

/* All the addresses of one router at once. */
static void i_19_255_addresses_each_have_all_their_bursts(void **state)
{
	struct rig r;
	unsigned n;

	(void)state;
	rig_start(&r, many(1, 255, "garp_rate = 200; garp_burst = 40;", ""));
	rig_run(&r, SPAN_S(4));
	rig_run(&r, SPAN_S(60));
	n = listen_to(&r, said, 8000);
	assert_int_equal(n, 255 * 10);
	for (unsigned i = 0; i < n; i++)
		assert_int_equal(said[i].addr, i % 255); /* nobody twice before all once */
	assert_paced(said, n, 200, 40);
	assert_int_equal(rig_counters(&r, "r0")->announced, n);
	assert_in_range(rig_counters(&r, "r0")->announced_late, n - 300, n - 40);
	rig_close(&r);
}

/* The kernel does all it was asked for, and then says so in one report. */
static void obey_at_once(struct rig *r)
{
	for (size_t i = 0; i < r->n_ops; i++)
		if (r->op[i].kind == RIG_ADDR)
			rig_write_addr(r, r->op[i].ifindex, &r->op[i].prefix, RIG_OURS,
				       r->op[i].on);
	for (size_t i = 0; i < r->n_ops; i++)
		r->op[i].done = true;
	r->idle = false;
	rig_sync(r);
}

/* Routers that become Active together share the pace: each has its first word early. */
static void i_19_50_routers_share_the_pace(void **state)
{
	struct rig r;
	unsigned n;

	(void)state;
	rig_start(&r, many(50, 20, "garp_rate = 100; garp_burst = 50;", "repeat = 2;"));
	r.idle = true;
	rig_run(&r, SPAN_MS(3610));
	obey_at_once(&r);
	rig_run(&r, SPAN_S(60));
	n = listen_to(&r, said, 8000);
	assert_int_equal(n, 50 * 20 * 4);
	for (unsigned i = 0; i < 1000; i++) {
		assert_int_equal(said[i].router, i % 50);
		assert_int_equal(said[i].addr, i / 50);
	}
	assert_paced(said, n, 100, 50);
	rig_close(&r);
}

/* Also where the kernel takes one router after the other. */
static void i_19_routers_that_come_later_do_not_wait_for_all(void **state)
{
	unsigned n, heard = 0;
	struct rig r;

	(void)state;
	rig_start(&r, many(50, 20, "garp_rate = 100; garp_burst = 50;", "repeat = 2;"));
	rig_run(&r, SPAN_MS(3610));
	rig_run(&r, SPAN_MS(500));
	n = listen_to(&r, said, 8000);
	for (unsigned i = 0; i < n; i++)
		heard += said[i].addr == 0;
	assert_int_equal(heard, 50);
	rig_close(&r);
}

/* The adverts of all go out when they are due, however much there is to announce. */
static void v23_adverts_do_not_wait_for_announcements(void **state)
{
	struct rig r;
	mono_t first;

	(void)state;
	rig_start(&r, many(20, 50, "garp_rate = 100000; garp_burst = 100000;", "delay = \"0s\";"));
	rig_run(&r, SPAN_MS(3609));
	rig_forget(&r);
	r.idle = true; /* the kernel reports all addresses in one go */
	rig_run(&r, SPAN_US(375));
	assert_int_equal(rig_count(&r, RIG_SEND), 20);
	r.idle = false;
	first = r.now;
	rig_obey(&r);
	vrrpd_timer(r.d, r.now);
	/* Others have their turn between. */
	assert_true(mono_before(r.now, vrrpd_deadline(r.d)));
	rig_run(&r, SPAN_MS(1));
	assert_int_equal(rig_count(&r, RIG_FRAME), 1000);
	rig_run(&r, SPAN_MS(999));
	rig_run(&r, SPAN_MS(10));
	assert_int_equal(rig_count(&r, RIG_SEND), 40);
	for (unsigned i = 20; i < 40; i++)
		assert_int_equal(rig_op(&r, RIG_SEND, i)->at.ns, first.ns + 1000000000);
	rig_close(&r);
}

/* I-19: an address that the kernel is slow to set has a burst of its own, and the second one. */
static void i_19_slow_address_has_both_bursts(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, many(1, 2, "", ""));
	r.idle = true;
	rig_run(&r, SPAN_S(4));
	rig_addr(&r, ETH0, "10.1.0.1/24", RIG_OURS, true);
	rig_run(&r, SPAN_MS(170));
	assert_int_equal(rig_announced(&r, "10.1.0.1"), 4);
	rig_addr(&r, ETH0, "10.1.0.2/24", RIG_OURS, true);
	assert_int_equal(rig_announced(&r, "10.1.0.2"), 1);
	rig_run(&r, SPAN_MS(200));
	assert_int_equal(rig_announced(&r, "10.1.0.1"), 5);
	assert_int_equal(rig_announced(&r, "10.1.0.2"), 5);
	rig_run(&r, SPAN_S(60));
	assert_int_equal(rig_announced(&r, "10.1.0.1"), 10);
	assert_int_equal(rig_announced(&r, "10.1.0.2"), 10);
	rig_close(&r);
}

/* Whatever waits for its turn is forgotten the moment the router is Active no longer; others of the
 * interface go on. */
static void leaving_empties_the_queue(void **state)
{
	struct rig r;
	unsigned before;

	(void)state;
	rig_start(&r, many(2, 100, "garp_rate = 20; garp_burst = 5;", ""));
	rig_run(&r, SPAN_S(5));
	assert_int_equal(rig_state(&r, "r0"), VRRP_ACTIVE);
	r.idle = true; /* the addresses stay for a while */
	assert_int_equal(rig_rx(&r, (struct rig_advert){ .priority = 200, .vrid = 1,
							 .addr = "10.1.0.1" }), VRRP_ACCEPTED);
	assert_int_equal(rig_state(&r, "r0"), VRRP_BACKUP);
	rig_forget(&r);
	rig_run(&r, SPAN_S(3));
	before = listen_to(&r, said, 8000);
	assert_in_range(before, 59, 61); /* as fast as ever, and all of r1 */
	for (unsigned i = 0; i < before; i++)
		assert_int_equal(said[i].router, 1);
	vrrpd_stop(r.d, r.now);
	rig_forget(&r);
	rig_run(&r, SPAN_S(10));
	assert_int_equal(rig_count(&r, RIG_FRAME), 0);
	rig_close(&r);
}

/* An address that goes while it waits is not announced; when it comes back it is. */
static void address_that_goes_leaves_the_queue(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, many(1, 20, "garp_rate = 10; garp_burst = 1;", "delay = \"0s\";"));
	rig_run(&r, SPAN_MS(3700));
	assert_int_equal(rig_announced(&r, "10.1.0.20"), 0);
	r.idle = true;
	rig_addr(&r, ETH0, "10.1.0.20/24", 0, false);
	rig_run(&r, SPAN_S(60));
	assert_int_equal(rig_announced(&r, "10.1.0.20"), 0);
	assert_int_equal(rig_announced(&r, "10.1.0.19"), 5);
	r.idle = false;
	rig_obey(&r);
	rig_run(&r, SPAN_S(60));
	assert_int_equal(rig_announced(&r, "10.1.0.20"), 5);
	rig_close(&r);
}

/* An address that keeps going and coming is announced once a second. */
static void address_that_flickers_makes_no_flood(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_ROUTER("web", "eth0", 51, "", "\"10.0.0.100/24\"")));
	rig_activate(&r);
	r.idle = true;
	for (unsigned i = 0; i < 1000; i++) {
		rig_addr(&r, ETH0, "10.0.0.100/24", RIG_OURS, i % 2 != 0);
		rig_run(&r, SPAN_MS(10));
	}
	assert_in_range(rig_announced(&r, "10.0.0.100"), 9, 11);
	rig_close(&r);
}

/* The winner of a split whose loser yields without a word does not know: refreshing covers it. */
static void refresh_announces_again_and_again(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, many(1, 2, "", "refresh = \"30s\"; refresh_repeat = 2;"));
	rig_run(&r, SPAN_S(10));
	rig_forget(&r);
	rig_run(&r, SPAN_S(300));
	assert_int_equal(rig_announced(&r, "10.1.0.1"), 20);
	assert_int_equal(rig_announced(&r, "10.1.0.2"), 20);
	rig_rx(&r, (struct rig_advert){ .priority = 200, .vrid = 1, .addr = "10.1.0.1" });
	rig_forget(&r);
	rig_run(&r, SPAN_S(3));
	assert_true(vrrpd_deadline(r.d).ns < MONO_NEVER.ns);
	assert_int_equal(rig_count(&r, RIG_FRAME), 0);
	rig_close(&r);
}

/* A Backup, and an Active that has said all, have nothing in the queue. */
static void nothing_to_say_costs_nothing(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, many(1, 255, "", "delay = \"0s\";"));
	rig_activate(&r);
	rig_forget(&r);
	for (unsigned i = 0; i < 100; i++) {
		r.now = mono_max(r.now, vrrpd_deadline(r.d));
		vrrpd_timer(r.d, r.now);
		assert_int_equal(rig_count(&r, RIG_SEND), i + 1); /* it only woke for an advert */
	}
	assert_int_equal(rig_count(&r, RIG_FRAME), 0);
	rig_close(&r);
}

/* ---- over a reload ------------------------------------------------------------------------ */

static void reload_switches_refreshing_on_and_off(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, many(1, 1, "", ""));
	rig_activate(&r);
	rig_run(&r, SPAN_S(100));
	assert_int_equal(rig_count(&r, RIG_FRAME), 0);
	for (unsigned i = 0; i < 605; i++) { /* it does not matter how often */
		rig_apply(&r, many(1, 1, "", "refresh = \"30s\";"));
		rig_obey(&r);
		rig_run(&r, SPAN_MS(100));
	}
	assert_in_range(rig_count(&r, RIG_FRAME), 2, 3);
	rig_apply(&r, many(1, 1, "", ""));
	rig_obey(&r);
	rig_forget(&r);
	rig_run(&r, SPAN_S(100));
	assert_int_equal(rig_count(&r, RIG_FRAME), 0);
	rig_close(&r);
}

/* The pace and the places in the queue go on; a new pace counts at once. */
static void reload_keeps_the_queue(void **state)
{
	struct rig r;
	unsigned n;

	(void)state;
	rig_start(&r, many(3, 50, "garp_rate = 50; garp_burst = 10;", "repeat = 2;"));
	for (unsigned i = 0; i < 200; i++) {
		rig_run(&r, SPAN_MS(100));
		rig_apply(&r, many(3, 50, "garp_rate = 50; garp_burst = 10;", "repeat = 2;"));
		rig_obey(&r);
	}
	n = listen_to(&r, said, 8000);
	assert_int_equal(n, 150 * 4);
	assert_paced(said, n, 50, 10);
	for (unsigned i = 0; i < 3; i++) {
		unsigned each = 0;

		for (unsigned k = 0; k < n; k++)
			each += said[k].router == i;
		assert_int_equal(each, 50 * 4);
	}
	rig_close(&r);

	rig_start(&r, many(1, 100, "garp_rate = 1; garp_burst = 1;",
			   "repeat = 1; delay = \"0s\";"));
	rig_run(&r, SPAN_S(5));
	assert_in_range(rig_count(&r, RIG_FRAME), 1, 3);
	rig_apply(&r, many(1, 100, "garp_rate = 1000; garp_burst = 1;",
			   "repeat = 1; delay = \"0s\";"));
	rig_obey(&r);
	rig_run(&r, SPAN_MS(105));
	assert_int_equal(rig_count(&r, RIG_FRAME), 100);
	rig_close(&r);
}

/* An address that another router takes over is announced by the one that has it, or not at all. */
static void address_that_changes_its_router(void **state)
{
#define OF_A(more) \
	RIG_ROUTER("a", "eth0", 1, "garp = { delay = \"60s\"; };", "\"10.0.0.7/24\"" more)
#define OF_B(settings, more) RIG_ROUTER("b", "eth0", 2, settings, "\"10.0.0.8/24\"" more)
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(OF_A(", \"10.0.0.9/24\"") "," OF_B("", "")));
	rig_activate(&r);
	rig_apply(&r, RIG_FILE(OF_A("") "," OF_B("", ", \"10.0.0.9/24\"")));
	rig_obey(&r);
	rig_run(&r, SPAN_S(100));
	assert_int_equal(rig_announced(&r, "10.0.0.9"), 5); /* what was to come came */
	rig_close(&r);

	rig_start(&r, RIG_FILE(OF_A(", \"10.0.0.9/24\"") "," OF_B("", "")));
	rig_activate(&r);
	rig_rx(&r, (struct rig_advert){ .priority = 200, .vrid = 2, .addr = "10.0.0.8",
					.interval_cs = 4000 });
	r.idle = true; /* it is still there for a while */
	rig_apply(&r, RIG_FILE(OF_A("") "," OF_B("garp = { refresh = \"1s\"; };",
						 ", \"10.0.0.9/24\"")));
	rig_forget(&r);
	rig_run(&r, SPAN_S(100));
	assert_int_equal(rig_state(&r, "b"), VRRP_BACKUP);
	assert_int_equal(rig_announced(&r, "10.0.0.9"), 0);
	rig_close(&r);
}

UNIT_MAIN(
	T(i_19_255_addresses_each_have_all_their_bursts),
	T(i_19_50_routers_share_the_pace),
	T(i_19_routers_that_come_later_do_not_wait_for_all),
	T(v23_adverts_do_not_wait_for_announcements),
	T(i_19_slow_address_has_both_bursts),
	T(leaving_empties_the_queue),
	T(address_that_goes_leaves_the_queue),
	T(address_that_flickers_makes_no_flood),
	T(refresh_announces_again_and_again),
	T(nothing_to_say_costs_nothing),
	T(reload_switches_refreshing_on_and_off),
	T(reload_keeps_the_queue),
	T(address_that_changes_its_router),
)
