/* SPDX-License-Identifier: BSD-2-Clause */
/* Which leases are asked for, when, and what is made of the answer. */
#include "vrrpd_lease.h"

#include "vrrp_core.h"
#define RIG_LEASES
#include "vrrpd_rig.h"

/* ---- how long */

static void a_lease_ends_before_any_backup_takes_over(void **state)
{
	(void)state;
	for (uint32_t cs = 1; cs <= VRRP_INTERVAL_MAX_CS; cs++) {
		uint64_t ns = lease_ms(3, 3, cs) * UINT64_C(1000000);

		/* The shortest wait there is, on a clock that is 1000 ppm faster. */
		assert_true(ns < vrrp_down_interval(3, 255, cs).ns / 1001 * 1000);
		assert_int_equal(ns, 3 * cs * UINT64_C(10000000));
	}
	for (uint32_t s = 1; s <= VRRP_INTERVAL_MAX_S; s++) {
		uint64_t ns = lease_ms(2, 3, s * 100) * UINT64_C(1000000);

		assert_true(ns < vrrp_down_interval(2, 255, s * 100).ns / 1001 * 1000 + 1000000);
		assert_true(ns > 299 * s * UINT64_C(10000000));
	}
	assert_int_equal(lease_ms(3, 3, 1), 30);
	assert_int_equal(lease_ms(2, 3, 100), 3000);
	assert_int_equal(lease_ms(2, 3, 25500), 764238);
	assert_int_equal(lease_ms(3, 2, 100), 2000);
	assert_int_equal(lease_ms(3, 4, 100), 3999);
}

/* ---- what is asked for */

/* The changes asked for since the last rig_forget(), in letters: [ begin, F fresh, I interface, R r
 * router, A a address (capital: add), ] commit. */
static const char *asked(const struct rig *r)
{
	static char text[200];
	struct text t = text_open(text, sizeof text);

	for (size_t i = 0; i < r->n_ops; i++) {
		const struct lease_change *c = &r->op[i].lease;

		if (r->op[i].kind == RIG_LEASE)
			text_fmt(&t, "%c", (c->add ? "[FIRA]" : "[FIra]")[c->kind]);
	}
	text[t.len] = '\0';
	return text;
}

static const struct lease_change *change(const struct rig *r, enum lease_kind kind, size_t n)
{
	for (size_t i = 0; i < r->n_ops; i++)
		if (r->op[i].kind == RIG_LEASE && r->op[i].lease.kind == kind && n-- == 0)
			return &r->op[i].lease;
	fail_msg("no such change");
	return NULL;
}

static void all_is_asked_for_at_once_when_it_is_known(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB "," RIG_SIX));
	assert_string_equal(asked(&r), "[FIRRAA]");
	assert_int_equal(change(&r, LEASE_IFACE, 0)->ifindex, ETH0);
	assert_int_equal(change(&r, LEASE_ROUTER, 0)->term_ms, 3000);
	assert_int_equal(change(&r, LEASE_ROUTER, 0)->left_ms, 0);
	assert_int_equal(change(&r, LEASE_ROUTER, 0)->vrid, 51);
	assert_int_equal(change(&r, LEASE_ROUTER, 0)->version, 3);
	rig_forget(&r);
	rig_run(&r, SPAN_S(20)); /* becomes Active, advertises: nothing to ask for */
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_string_equal(asked(&r), "");
	assert_int_equal(rig_counters(&r, "web")->lease_expired, 0);
	rig_close(&r);
}

static void a_reload_asks_for_the_difference(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB "," RIG_SIX));
	rig_activate(&r);
	rig_apply(&r, RIG_FILE(RIG_WEB "," RIG_SIX));
	rig_obey(&r);
	assert_string_equal(asked(&r), "");
	rig_apply(&r, RIG_FILE(RIG_ROUTER("web", "eth0", 51, "interval = \"2s\";",
					  "\"10.0.0.100/24\", \"10.0.0.101/24\"") "," RIG_SIX));
	rig_obey(&r);
	assert_string_equal(asked(&r), "[RA]");
	assert_int_equal(change(&r, LEASE_ROUTER, 0)->term_ms, 6000);
	/* What the last advert left it. */
	assert_in_range(change(&r, LEASE_ROUTER, 0)->left_ms, 2000, 3000);
	rig_forget(&r);
	rig_apply(&r, RIG_FILE(RIG_ROUTER("web", "eth0", 51, "interval = \"2s\";",
					  "\"10.0.0.101/24\"")));
	rig_obey(&r);
	assert_string_equal(asked(&r), "[aar]");
	rig_forget(&r);
	/* To another router: it goes from the one before it comes to the other. */
	rig_apply(&r, RIG_FILE(RIG_ROUTER("new", "eth0", 52, "", "\"10.0.0.101/24\"")));
	rig_obey(&r);
	assert_string_equal(asked(&r), "[arRA]");
	rig_forget(&r);
	rig_apply(&r, RIG_FILE(RIG_ROUTER("new", "eth0", 52, "lease = false;",
					  "\"10.0.0.101/24\"")));
	rig_obey(&r);
	assert_string_equal(asked(&r), "[F]");
	rig_close(&r);
}

static void an_interface_that_returns_is_a_fresh_start(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	rig_link_gone(&r, ETH0);
	assert_string_equal(asked(&r), "[F]");
	rig_forget(&r);
	rig_link(&r, ETH1, "eth0", true);
	assert_string_equal(asked(&r), "[FIRA]");
	assert_int_equal(change(&r, LEASE_IFACE, 0)->ifindex, ETH1);
	assert_int_equal(change(&r, LEASE_ROUTER, 0)->left_ms, 0);
	rig_close(&r);
}

static void an_owner_has_a_lease_only_if_asked_for(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB_WITH("priority = 255;")));
	assert_string_equal(asked(&r), "[F]"); /* leftovers of an earlier run go */
	rig_forget(&r);
	rig_apply(&r, RIG_FILE(RIG_WEB_WITH("priority = 255; lease = true;")));
	rig_obey(&r);
	assert_string_equal(asked(&r), "[FIRA]");
	assert_in_range(change(&r, LEASE_ROUTER, 0)->left_ms, 1, 3000);
	rig_close(&r);
}

static void the_table_goes_after_the_addresses(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	r.idle = true;
	vrrpd_stop(r.d, r.now);
	assert_string_equal(asked(&r), "");
	assert_false(vrrpd_settled(r.d));
	r.idle = false;
	rig_obey(&r);
	assert_string_equal(asked(&r), "[F]");
	assert_true(vrrpd_settled(r.d));
	rig_close(&r);
}

/* ---- what becomes of it */

static void only_one_thing_is_asked_at_a_time(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_forget(&r);
	r.idle = true;
	rig_apply(&r, RIG_FILE(RIG_WEB "," RIG_SIX));
	rig_sync(&r);
	rig_apply(&r, RIG_FILE(RIG_SIX));
	rig_sync(&r);
	assert_string_equal(asked(&r), "[RA]");
	rig_forget(&r);
	vrrpd_lease_done(r.d, r.now, true, "");
	assert_string_equal(asked(&r), "[ar]");
	rig_close(&r);
}

static void a_refusal_is_said_once_and_tried_again(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	r.no_leases = true;
	rig_write_link(&r, ETH0, "eth0", true);
	rig_set(&r, ETH0, "10.0.0.1/24", 0, true);
	rig_apply(&r, RIG_FILE(RIG_WEB_WITH("lease = true;")));
	rig_obey(&r);
	assert_string_equal(asked(&r), "[FIRA]");
	rig_run(&r, SPAN_S(200));
	assert_string_equal(asked(&r), "[FIRA][FIRA][FIRA][FIRA][FIRA]");
	assert_int_equal(rig_lines(&r, "lease-failed"), 1);
	assert_int_equal(vrrpd_totals(r.d)->lease_failures, 5);
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	r.no_leases = false;
	rig_run(&r, SPAN_S(60));
	assert_int_equal(rig_lines(&r, "lease-works"), 1);
	assert_in_range(change(&r, LEASE_ROUTER, 5)->left_ms, 2000, 3000);
	rig_forget(&r);
	rig_run(&r, SPAN_S(200));
	assert_string_equal(asked(&r), "");
	rig_close(&r);
}

static void an_end_of_the_lease_is_counted(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	r.now = mono_add(r.now, SPAN_MS(1900)); /* did not run; the last advert was 1 s before */
	rig_run(&r, SPAN_ZERO);
	assert_int_equal(rig_counters(&r, "web")->lease_expired, 0);
	rig_run(&r, SPAN_S(10));
	assert_int_equal(rig_lines(&r, "lease-expired"), rig_counters(&r, "web")->lease_expired);
	r.now = mono_add(r.now, SPAN_S(5));
	rig_run(&r, SPAN_S(10));
	assert_true(rig_counters(&r, "web")->lease_expired >= 1);
	assert_true(rig_lines(&r, "lease-expired") >= 1);
	rig_close(&r);
	/* One that does not preempt steps down at once. */
	rig_start(&r, RIG_FILE(RIG_WEB_WITH("preempt = false;")));
	rig_activate(&r);
	r.now = mono_add(r.now, SPAN_S(9));
	rig_run(&r, SPAN_ZERO);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	assert_int_equal(rig_counters(&r, "web")->lease_expired, 1);
	rig_run(&r, SPAN_S(20));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_int_equal(rig_counters(&r, "web")->lease_expired, 1);
	rig_close(&r);
}

UNIT_MAIN(
	T(a_lease_ends_before_any_backup_takes_over),
	T(all_is_asked_for_at_once_when_it_is_known),
	T(a_reload_asks_for_the_difference),
	T(an_interface_that_returns_is_a_fresh_start),
	T(an_owner_has_a_lease_only_if_asked_for),
	T(the_table_goes_after_the_addresses),
	T(only_one_thing_is_asked_at_a_time),
	T(a_refusal_is_said_once_and_tried_again),
	T(an_end_of_the_lease_is_counted),
)
