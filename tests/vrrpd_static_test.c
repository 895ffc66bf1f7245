/* SPDX-License-Identifier: BSD-2-Clause */
/* Static addresses in the daemon: whatever the state of its routers, and what others do to them. */
#include "vrrpd.h"

#include <errno.h>

#include "vrrpd_rig.h"

#define FIXED(list) "vrrp = { static_addresses = (" list "); instances = (" RIG_WEB "); };"
#define ON_ETH1(addr, more) "{ address = \"" addr "\"; dev = \"eth1\"; " more "}"

/* How often it was asked for. */
static unsigned asked(const struct rig *r, const char *text, bool add)
{
	struct ip_prefix prefix = rig_prefix(text);
	unsigned n = 0;

	for (size_t i = 0; i < r->n_ops; i++)
		n += r->op[i].kind == RIG_ADDR && r->op[i].on == add &&
		     r->op[i].prefix.len == prefix.len &&
		     ip_eq(&r->op[i].prefix.addr, &prefix.addr);
	return n;
}

static void start(struct rig *r, const char *text)
{
	rig_open(r);
	rig_write_link(r, ETH0, "eth0", true);
	rig_write_link(r, ETH1, "eth1", true);
	rig_set(r, ETH0, "10.0.0.1/24", 0, true);
	rig_apply(r, text);
	rig_obey(r);
}

#define BOTH FIXED(ON_ETH1("10.1.0.1/24", "") ", " ON_ETH1("2001:db8::1/64", ""))

static void there_whatever_the_state(void **state)
{
	struct rig r;

	(void)state;
	start(&r, BOTH);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	assert_true(rig_has(&r, ETH1, "10.1.0.1/24") && rig_has(&r, ETH1, "2001:db8::1/64"));
	assert_int_equal(rig_count(&r, RIG_FRAME), 0); /* nobody announces them */
	rig_activate(&r);
	rig_link(&r, ETH0, "eth0", false);
	assert_true(rig_has(&r, ETH1, "10.1.0.1/24"));
	vrrpd_stop(r.d, r.now);
	assert_false(vrrpd_settled(r.d));
	rig_obey(&r);
	assert_false(rig_has(&r, ETH1, "10.1.0.1/24") || rig_has(&r, ETH1, "2001:db8::1/64"));
	assert_true(vrrpd_settled(r.d));
	rig_close(&r);
}

/* A machine may have no other address. */
static void a_router_sends_from_one(void **state)
{
	struct ip_addr source = rig_ip("10.0.0.7");
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH0, "eth0", true);
	rig_apply(&r, "vrrp = { static_addresses = ( { address = \"10.0.0.7/24\"; "
		      "dev = \"eth0\"; } ); instances = (" RIG_WEB "); };");
	rig_obey(&r);
	rig_run(&r, SPAN_S(5));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_true(ip_eq(&rig_router(&r, "web")->source, &source));
	rig_close(&r);
}

static void v18_removed_by_others_and_put_back(void **state)
{
	struct rig r;

	(void)state;
	start(&r, BOTH);
	for (unsigned i = 0; i < 5; i++) {
		rig_addr(&r, ETH1, "10.1.0.1/24", RIG_OURS, false);
		assert_true(rig_has(&r, ETH1, "10.1.0.1/24"));
	}
	assert_true(rig_says(&r, "address-removed", "static address; it is put back"));
	rig_addr(&r, ETH1, "10.1.0.1/24", RIG_OURS, false);
	assert_false(rig_has(&r, ETH1, "10.1.0.1/24"));
	rig_run(&r, SPAN_S(13));
	assert_true(rig_has(&r, ETH1, "10.1.0.1/24"));
	assert_int_equal(vrrpd_totals(r.d)->static_removed, 6);
	rig_close(&r);
}

static void one_of_somebody_else_serves(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH1, "eth1", true);
	rig_set(&r, ETH1, "10.1.0.1/24", 0, true);
	rig_apply(&r, FIXED(ON_ETH1("10.1.0.1/24", "")));
	rig_obey(&r);
	assert_int_equal(rig_count(&r, RIG_ADDR), 0);
	vrrpd_stop(r.d, r.now);
	rig_obey(&r);
	assert_int_equal(rig_count(&r, RIG_ADDR), 0);
	assert_true(vrrpd_settled(r.d));
	rig_close(&r);
}

static void with_its_interface_it_goes_and_comes(void **state)
{
	struct rig r;

	(void)state;
	start(&r, BOTH);
	rig_link_gone(&r, ETH1);
	rig_forget(&r);
	rig_link(&r, ETH1 + 1, "eth1", true);
	assert_true(rig_has(&r, ETH1 + 1, "10.1.0.1/24"));
	/* Of IPv6 they go with the link. */
	rig_write_link(&r, ETH1 + 1, "eth1", false);
	rig_report_addr(&r, rig_write_addr(&r, ETH1 + 1, &(struct ip_prefix){
		rig_ip("2001:db8::1"), 64 }, RIG_OURS, false));
	rig_link(&r, ETH1 + 1, "eth1", false);
	assert_false(rig_has(&r, ETH1 + 1, "2001:db8::1/64"));
	rig_link(&r, ETH1 + 1, "eth1", true);
	assert_true(rig_has(&r, ETH1 + 1, "2001:db8::1/64"));
	assert_int_equal(vrrpd_totals(r.d)->static_removed, 0);
	rig_close(&r);
}

static void with_another_name_it_is_not_the_interface(void **state)
{
	struct rig r;

	(void)state;
	start(&r, BOTH);
	rig_link(&r, ETH1, "other", true);
	assert_false(rig_has(&r, ETH1, "10.1.0.1/24") || rig_has(&r, ETH1, "2001:db8::1/64"));
	rig_close(&r);
}

static void v19_leftovers(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH1, "eth1", true);
	rig_set(&r, ETH1, "10.1.0.1/24", RIG_OURS, true);
	rig_set(&r, ETH1, "10.1.0.2/24", RIG_OURS, true);
	rig_apply(&r, FIXED(ON_ETH1("10.1.0.1/24", "")));
	rig_obey(&r);
	assert_int_equal(asked(&r, "10.1.0.1/24", true) + asked(&r, "10.1.0.1/24", false), 0);
	assert_int_equal(asked(&r, "10.1.0.2/24", false), 1);
	assert_true(rig_says(&r, "leftover", "10.1.0.2/24"));
	rig_close(&r);
}

static void refused_and_tried_again(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH1, "eth1", true);
	r.idle = true;
	rig_apply(&r, FIXED(ON_ETH1("10.1.0.1/24", "")));
	rig_sync(&r);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(asked(&r, "10.1.0.1/24", true), i + 1);
		vrrpd_addr_failed(r.d, r.now, ETH1, &(struct ip_prefix){ rig_ip("10.1.0.1"), 24 },
				  true, ENOBUFS, "refused");
		rig_run(&r, SPAN_S(1 << i));
	}
	assert_int_equal(vrrpd_totals(r.d)->static_failures, 3);
	assert_true(rig_says(&r, "address-failed", "error=refused"));
	rig_close(&r);
}

static void v27_a_reload_touches_what_changed(void **state)
{
	struct rig r;

	(void)state;
	start(&r, BOTH);
	rig_forget(&r);
	rig_apply(&r, FIXED(ON_ETH1("10.1.0.1/24", "") ", " ON_ETH1("10.1.0.3/24", "")));
	rig_obey(&r);
	assert_int_equal(asked(&r, "10.1.0.1/24", true) + asked(&r, "10.1.0.1/24", false), 0);
	assert_int_equal(asked(&r, "10.1.0.3/24", true), 1);
	assert_int_equal(asked(&r, "2001:db8::1/64", false), 1);
	rig_forget(&r);
	rig_apply(&r, FIXED(ON_ETH1("10.1.0.1/24", "label = \"eth1:x\"; ") ", "
			    ON_ETH1("10.1.0.3/24", "")));
	rig_obey(&r);
	assert_int_equal(asked(&r, "10.1.0.1/24", false), 1);
	assert_int_equal(asked(&r, "10.1.0.1/24", true), 1);
	assert_int_equal(asked(&r, "10.1.0.3/24", true) + asked(&r, "10.1.0.3/24", false), 0);
	rig_forget(&r);
	rig_apply(&r, RIG_FILE(RIG_WEB));
	rig_obey(&r);
	assert_false(rig_has(&r, ETH1, "10.1.0.1/24") || rig_has(&r, ETH1, "10.1.0.3/24"));
	rig_close(&r);
}

/* A virtual address that becomes a static one, and back. */
static void one_that_changes_sides(void **state)
{
	struct rig r;

	(void)state;
	start(&r, FIXED("{ address = \"10.0.0.101/24\"; dev = \"eth0\"; }"));
	rig_apply(&r, RIG_FILE(RIG_ROUTER("web", "eth0", 51, "",
					  "\"10.0.0.100/24\", \"10.0.0.101/24\"")));
	rig_obey(&r);
	assert_false(rig_has(&r, ETH0, "10.0.0.101/24")); /* of a Backup */
	rig_activate(&r);
	rig_obey(&r);
	assert_true(rig_has(&r, ETH0, "10.0.0.101/24"));
	rig_apply(&r, FIXED("{ address = \"10.0.0.101/24\"; dev = \"eth0\"; }"));
	rig_obey(&r);
	assert_true(rig_has(&r, ETH0, "10.0.0.101/24"));
	rig_close(&r);
}

UNIT_MAIN(
	T(there_whatever_the_state),
	T(a_router_sends_from_one),
	T(v18_removed_by_others_and_put_back),
	T(one_of_somebody_else_serves),
	T(with_its_interface_it_goes_and_comes),
	T(with_another_name_it_is_not_the_interface),
	T(v19_leftovers),
	T(refused_and_tried_again),
	T(v27_a_reload_touches_what_changed),
	T(one_that_changes_sides)
)
