/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses that are more than a prefix: not advertised, on another interface, given with a label
 * or without a route; what becomes of them when that interface, or the configuration, changes.
 */
#include "vrrpd.h"

#define RIG_LEASES
#include "vrrpd_rig.h"

#define WEB(addresses)         RIG_FILE(RIG_ROUTER("web", "eth0", 51, "", addresses))
#define WITH(settings, addresses) RIG_FILE(RIG_ROUTER("web", "eth0", 51, settings, addresses))
#define ONE                    "\"10.0.0.100/24\""
#define HIDDEN                 "{ address = \"10.0.0.101/24\"; advertise = false; }"
#define SIX                    "{ address = \"2001:db8::1/64\"; advertise = false; }"
#define THERE(more)            "{ address = \"10.1.0.1/24\"; dev = \"eth1\"; " more " }"
#define LABEL(text)            "{ address = \"10.0.0.100/24\"; label = \"" text "\"; }"

static void start(struct rig *r, const char *text, bool second)
{
	rig_open(r);
	rig_write_link(r, ETH0, "eth0", true);
	rig_set(r, ETH0, "10.0.0.1/24", 0, true);
	if (second)
		rig_write_link(r, ETH1, "eth1", true);
	rig_apply(r, text);
	rig_obey(r);
}

static void activate(struct rig *r, const char *text)
{
	start(r, text, true);
	rig_run(r, SPAN_S(20));
	assert_int_equal(rig_state(r, "web"), VRRP_ACTIVE);
}

/* The advert sent last. */
static const struct rig_op *advert(const struct rig *r)
{
	const struct rig_op *last = NULL;

	for (size_t i = 0; i < r->n_ops; i++)
		if (r->op[i].kind == RIG_SEND)
			last = &r->op[i];
	assert_non_null(last);
	return last;
}

static const struct rig_op *asked_for(const struct rig *r, const char *text, bool add)
{
	struct ip_prefix prefix = rig_prefix(text);
	const struct rig_op *last = NULL;

	for (size_t i = 0; i < r->n_ops; i++)
		if (r->op[i].kind == RIG_ADDR && r->op[i].on == add &&
		    ip_eq(&r->op[i].prefix.addr, &prefix.addr))
			last = &r->op[i];
	assert_non_null(last);
	return last;
}

/* ---- not advertised ----------------------------------------------------------------------- */

static void row_016_an_advert_carries_only_what_is_advertised(void **state)
{
	struct rig r;

	(void)state;
	activate(&r, WEB(HIDDEN ", " ONE ", " SIX));
	rig_run(&r, SPAN_S(2));
	assert_int_equal(advert(&r)->len, 12);
	assert_int_equal(advert(&r)->bytes[3], 1);
	assert_memory_equal(advert(&r)->bytes + 8, "\x0a\x00\x00\x64", 4);
	assert_true(rig_has(&r, ETH0, "10.0.0.100/24"));
	assert_true(rig_has(&r, ETH0, "10.0.0.101/24"));
	assert_true(rig_has(&r, ETH0, "2001:db8::1/64"));
	assert_true(rig_announced(&r, "10.0.0.100") >= 5);
	assert_int_equal(rig_announced(&r, "10.0.0.101"), rig_announced(&r, "10.0.0.100"));
	assert_int_equal(rig_announced(&r, "2001:db8::1"), rig_announced(&r, "10.0.0.100"));
	vrrpd_stop(r.d, r.now);
	rig_obey(&r);
	assert_false(rig_has(&r, ETH0, "10.0.0.101/24"));
	assert_false(rig_has(&r, ETH0, "2001:db8::1/64"));
	rig_close(&r);
}

/* What others advertise is compared with what we do, not with all we have. */
static void what_is_not_advertised_makes_no_difference_to_others(void **state)
{
	struct rig r;

	(void)state;
	start(&r, WEB(ONE ", " HIDDEN ", " SIX), true);
	rig_hear(&r, 200);
	assert_int_equal(vrrpd_counters(r.d, 0)->note_addresses, 0);
	rig_close(&r);
}

static void all_of_them_are_leased(void **state)
{
	struct rig r;
	unsigned n = 0, six = 0;

	(void)state;
	start(&r, WEB(ONE ", " HIDDEN ", " SIX), true);
	for (size_t i = 0; i < r.n_ops; i++)
		if (r.op[i].kind == RIG_LEASE && r.op[i].lease.kind == LEASE_ADDR) {
			n++;
			six += r.op[i].lease.addr.family == IP_V6;
			assert_int_equal(r.op[i].lease.family, IP_V4);
		}
	assert_int_equal(n, 3);
	assert_int_equal(six, 1);
	rig_close(&r);
}

/* ---- on another interface ----------------------------------------------------------------- */

static void an_address_lives_on_its_device(void **state)
{
	struct garp garp;
	struct rig r;
	bool found = false;

	(void)state;
	activate(&r, WEB(ONE ", " THERE("")));
	assert_true(rig_has(&r, ETH1, "10.1.0.1/24"));
	assert_false(rig_has(&r, ETH0, "10.1.0.1/24"));
	for (size_t i = 0; i < r.n_ops; i++)
		if (r.op[i].kind == RIG_FRAME &&
		    garp_decode(r.op[i].bytes, r.op[i].len, &garp)) {
			bool there = garp.addr.b[1] == 1;

			assert_int_equal(r.op[i].ifindex, there ? ETH1 : ETH0);
			assert_int_equal(garp.mac[5], there ? ETH1 : ETH0);
			found |= there;
		}
	assert_true(found);
	/* Somebody removes it there. */
	rig_addr(&r, ETH1, "10.1.0.1/24", RIG_OURS, false);
	assert_true(rig_has(&r, ETH1, "10.1.0.1/24"));
	assert_true(rig_says(&r, "address-removed", "interface=eth1"));
	rig_close(&r);
}

static void its_lease_is_where_it_lives(void **state)
{
	struct rig r;
	bool found = false;

	(void)state;
	start(&r, WEB(ONE ", " THERE("")), true);
	for (size_t i = 0; i < r.n_ops; i++) {
		const struct lease_change *c = &r.op[i].lease;

		if (r.op[i].kind == RIG_LEASE && c->kind == LEASE_ADDR && c->on == ETH1) {
			assert_int_equal(c->ifindex, ETH0);
			found = true;
		}
	}
	assert_true(found);
	rig_close(&r);
}

/* Nobody is behind a loopback or dummy interface: hosts are told, and kept off, where the router
 * is. */
static void an_address_on_a_dummy_is_met_on_the_interface_of_the_router(void **state)
{
	struct garp garp;
	struct rig r;
	unsigned frames = 0, leases = 0;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH0, "eth0", true);
	rig_set(&r, ETH0, "10.0.0.1/24", 0, true);
	rig_write_link(&r, ETH1, "eth1", true);
	r.link[ETH1].l.alone = true;
	rig_apply(&r, WEB(ONE ", " THERE("")));
	rig_obey(&r);
	rig_run(&r, SPAN_S(5));
	assert_true(rig_has(&r, ETH1, "10.1.0.1/24"));
	for (size_t i = 0; i < r.n_ops; i++) {
		if (r.op[i].kind == RIG_FRAME &&
		    garp_decode(r.op[i].bytes, r.op[i].len, &garp) && garp.addr.b[1] == 1) {
			assert_int_equal(r.op[i].ifindex, ETH0);
			frames++;
		}
		if (r.op[i].kind == RIG_LEASE && r.op[i].lease.kind == LEASE_ADDR) {
			assert_int_equal(r.op[i].lease.on, ETH0);
			leases++;
		}
	}
	assert_true(frames >= 5);
	assert_int_equal(leases, 2);
	rig_close(&r);
}

static void a_router_does_not_run_without_the_device_of_an_address(void **state)
{
	struct rig r;

	(void)state;
	start(&r, WEB(ONE ", " THERE("")), false);
	rig_run(&r, SPAN_S(5));
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_true(rig_says(&r, "waiting",
			     "why=address-interface interface=eth1 address=10.1.0.1/24"));
	rig_link(&r, ETH1, "eth1", false);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	rig_link(&r, ETH1, "eth1", true);
	rig_activate(&r);
	/* Down: it leaves, and can still say so. */
	rig_forget(&r);
	rig_link(&r, ETH1, "eth1", false);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_int_equal(rig_sent(&r, 0), 1);
	assert_false(rig_has(&r, ETH0, "10.0.0.100/24"));
	rig_link(&r, ETH1, "eth1", true);
	rig_activate(&r);
	rig_forget(&r);
	rig_link_gone(&r, ETH1);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_int_equal(rig_sent(&r, 0), 1);
	rig_close(&r);
}

/* As with its own interface: a short interruption has no consequences. */
static void a_short_interruption_of_the_device_is_borne(void **state)
{
	struct rig r;

	(void)state;
	activate(&r, WITH("link_down_delay = \"1s\";", ONE ", " THERE("")));
	rig_link(&r, ETH1, "eth1", false);
	rig_run(&r, SPAN_MS(900));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	rig_link(&r, ETH1, "eth1", true);
	rig_run(&r, SPAN_S(3));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	rig_link(&r, ETH1, "eth1", false);
	rig_run(&r, SPAN_MS(1001));
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	rig_close(&r);
}

static void a_device_that_is_not_tracked_is_done_without(void **state)
{
	struct rig r;

	(void)state;
	start(&r, WEB(ONE ", " THERE("track = false;")), false);
	rig_activate(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	rig_link(&r, ETH1, "eth1", false);
	assert_false(rig_has(&r, ETH1, "10.1.0.1/24"));
	rig_link(&r, ETH1, "eth1", true);
	assert_true(rig_has(&r, ETH1, "10.1.0.1/24"));
	rig_run(&r, SPAN_MS(10));
	assert_true(rig_announced(&r, "10.1.0.1") > 0);
	rig_link_gone(&r, ETH1);
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	rig_link(&r, ETH1, "eth1", true);
	assert_true(rig_has(&r, ETH1, "10.1.0.1/24"));
	/* Nor does it end the router that it cannot be set. */
	rig_addr(&r, ETH1, "10.1.0.1/24", RIG_OURS, false);
	rig_close(&r);
}

/* An address of ours where no router wants one is a leftover, on that interface too. */
static void leftovers_on_the_device_are_taken_over_or_removed(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH0, "eth0", true);
	rig_write_link(&r, ETH1, "eth1", true);
	rig_set(&r, ETH0, "10.0.0.1/24", 0, true);
	rig_set(&r, ETH1, "10.1.0.1/24", RIG_OURS, true);
	rig_set(&r, ETH0, "10.1.0.1/24", RIG_OURS, true);
	rig_apply(&r, WEB(ONE ", " THERE("")));
	rig_obey(&r);
	assert_false(rig_has(&r, ETH0, "10.1.0.1/24"));
	assert_false(rig_has(&r, ETH1, "10.1.0.1/24"));
	rig_close(&r);
}

/* ---- how it is given ---------------------------------------------------------------------- */

static void an_address_is_asked_for_as_it_is_to_be_given(void **state)
{
	const struct rig_op *op;
	struct rig r;

	(void)state;
	activate(&r, WEB("{ address = \"10.0.0.100/24\"; label = \"eth0:v\"; scope = \"link\"; "
			 "prefix_route = false; }"));
	op = asked_for(&r, "10.0.0.100/24", true);
	assert_string_equal(op->attr.label, "eth0:v");
	assert_int_equal(op->attr.scope, IP_SCOPE_LINK);
	assert_true(op->attr.no_prefix_route);
	rig_close(&r);
}

static void v15_a_reload_gives_an_address_otherwise(void **state)
{
	struct rig r;

	(void)state;
	activate(&r, WEB(ONE ", " HIDDEN));
	rig_forget(&r);
	rig_apply(&r, WEB(LABEL("eth0:v") ", " HIDDEN));
	rig_obey(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_int_equal(rig_asked(&r, "10.0.0.100/24", false), 1);
	assert_int_equal(rig_asked(&r, "10.0.0.100/24", true), 1);
	assert_string_equal(asked_for(&r, "10.0.0.100/24", true)->attr.label, "eth0:v");
	assert_int_equal(rig_asked(&r, "10.0.0.101/24", false), 0);
	assert_int_equal(rig_lines(&r, "address-removed"), 0);
	assert_true(rig_says(&r, "changed", "settings=addresses"));
	rig_run(&r, SPAN_MS(10));
	assert_true(rig_announced(&r, "10.0.0.100") > 0);
	/* The same once more changes nothing. */
	rig_forget(&r);
	rig_apply(&r, WEB(LABEL("eth0:v") ", " HIDDEN));
	rig_obey(&r);
	assert_int_equal(rig_count(&r, RIG_ADDR), 0);
	assert_int_equal(rig_lines(&r, "changed"), 0);
	rig_close(&r);
}

/* To advertise one no longer, or from now on, moves no address. */
static void v15_a_reload_advertises_other_addresses(void **state)
{
	struct rig r;

	(void)state;
	activate(&r, WEB(ONE ", \"10.0.0.101/24\""));
	rig_forget(&r);
	rig_apply(&r, WEB(ONE ", " HIDDEN));
	rig_obey(&r);
	rig_run(&r, SPAN_S(2));
	assert_int_equal(advert(&r)->bytes[3], 1);
	assert_int_equal(rig_count(&r, RIG_ADDR), 0);
	assert_true(rig_says(&r, "changed", "settings=addresses"));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	rig_close(&r);
}

static void v15_a_reload_moves_an_address_to_another_device(void **state)
{
	struct rig r;

	(void)state;
	activate(&r, WEB(ONE ", \"10.1.0.1/24\""));
	assert_true(rig_has(&r, ETH0, "10.1.0.1/24"));
	rig_apply(&r, WEB(ONE ", " THERE("")));
	rig_obey(&r);
	assert_false(rig_has(&r, ETH0, "10.1.0.1/24"));
	assert_true(rig_has(&r, ETH1, "10.1.0.1/24"));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	rig_close(&r);
}

/* The kernel does with it what it likes: once is enough. */
static void v18_what_the_kernel_gives_otherwise_is_left_so(void **state)
{
	struct rig r;

	(void)state;
	activate(&r, WEB(LABEL("eth0:v")));
	r.idle = true;
	rig_addr(&r, ETH0, "10.0.0.100/24", RIG_OURS, false); /* somebody removes it */
	assert_int_equal(rig_lines(&r, "address-removed"), 1);
	rig_addr(&r, ETH0, "10.0.0.100/24", RIG_OURS, true); /* and it comes without its label */
	assert_int_equal(rig_lines(&r, "address-odd"), 1);
	for (size_t i = 0; i < r.n_ops; i++)
		r.op[i].done = true;
	r.idle = false;
	rig_forget(&r);
	rig_run(&r, SPAN_S(20));
	assert_int_equal(rig_count(&r, RIG_ADDR), 0);
	rig_close(&r);
}

/* Found after a crash, given otherwise than now configured: set anew, but only once we are Active
 * and it is there. */
static void v28_a_leftover_is_given_as_configured(void **state)
{
	struct rig r;

	(void)state;
	activate(&r, WEB(LABEL("eth0:v")));
	for (size_t i = 0; i < r.n_addrs; i++) /* somebody changes its label behind our back */
		memset(&r.addr[i].a.attr, 0, sizeof r.addr[i].a.attr);
	rig_forget(&r);
	rig_sync(&r);
	rig_obey(&r);
	assert_int_equal(rig_asked(&r, "10.0.0.100/24", false), 1);
	assert_string_equal(asked_for(&r, "10.0.0.100/24", true)->attr.label, "eth0:v");
	assert_true(rig_has(&r, ETH0, "10.0.0.100/24"));
	rig_close(&r);
}

/* ---- secondary addresses ------------------------------------------------------------------ */

/* What was asked for since the last rig_forget(): interfaces, negative: no longer. */
static const char *promoted(const struct rig *r)
{
	static char text[100];
	struct text t = text_open(text, sizeof text);

	for (size_t i = 0; i < r->n_ops; i++)
		if (r->op[i].kind == RIG_PROMOTE)
			text_fmt(&t, "%s%u ", r->op[i].on ? "" : "-", r->op[i].ifindex);
	text[t.len] = '\0';
	return text;
}

static void secondaries_are_promoted_where_addresses_live(void **state)
{
	struct rig r;

	(void)state;
	start(&r, WEB(ONE), true);
	rig_run(&r, SPAN_S(5));
	assert_string_equal(promoted(&r), "");
	rig_apply(&r, WITH("promote_secondaries = true;", ONE ", " THERE("")));
	rig_obey(&r);
	assert_string_equal(promoted(&r), "2 3 ");
	/* Made anew, it is another. */
	rig_forget(&r);
	rig_link_gone(&r, ETH1);
	rig_link(&r, ETH1, "eth1", true);
	assert_string_equal(promoted(&r), "-3 3 ");
	rig_forget(&r);
	rig_apply(&r, WITH("promote_secondaries = true;", ONE));
	rig_obey(&r);
	assert_string_equal(promoted(&r), "-3 ");
	/* At the end, after the addresses. */
	rig_activate(&r);
	rig_forget(&r);
	vrrpd_stop(r.d, r.now);
	assert_string_equal(promoted(&r), "");
	rig_obey(&r);
	assert_string_equal(promoted(&r), "-2 ");
	rig_close(&r);
}

UNIT_MAIN(
	T(row_016_an_advert_carries_only_what_is_advertised),
	T(what_is_not_advertised_makes_no_difference_to_others),
	T(all_of_them_are_leased),
	T(an_address_lives_on_its_device),
	T(its_lease_is_where_it_lives),
	T(an_address_on_a_dummy_is_met_on_the_interface_of_the_router),
	T(a_router_does_not_run_without_the_device_of_an_address),
	T(a_short_interruption_of_the_device_is_borne),
	T(a_device_that_is_not_tracked_is_done_without),
	T(leftovers_on_the_device_are_taken_over_or_removed),
	T(an_address_is_asked_for_as_it_is_to_be_given),
	T(v15_a_reload_gives_an_address_otherwise),
	T(v15_a_reload_advertises_other_addresses),
	T(v15_a_reload_moves_an_address_to_another_device),
	T(v18_what_the_kernel_gives_otherwise_is_left_so),
	T(v28_a_leftover_is_given_as_configured),
	T(secondaries_are_promoted_where_addresses_live))
