/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * accept = false: no address is set before packets to it are refused, no router runs while they
 * cannot be, and nothing is left of it at the end.
 */
#include "vrrpd_accept.h"

#define RIG_LEASES
#include "vrrpd_rig.h"

#define SHUT RIG_FILE(RIG_WEB_WITH("accept = false;"))
#define OPEN RIG_FILE(RIG_WEB)

/* The transactions about it since the last rig_forget(), in letters: 0 nothing is refused, [ these
 * are, each an a, | with a link, ] that was all. */
static const char *asked(const struct rig *r)
{
	static char text[200];
	struct text t = text_open(text, sizeof text);
	bool in = false;

	for (size_t i = 0; i < r->n_ops; i++) {
		const struct lease_change *c = &r->op[i].lease;

		if (r->op[i].kind != RIG_LEASE)
			continue;
		if (c->kind == LEASE_REFUSAL)
			text_fmt(&t, "%c", c->add ? '[' : '0');
		in |= c->kind == LEASE_REFUSAL;
		if (c->kind == LEASE_REFUSED)
			text_fmt(&t, "%c", c->on != 0 ? '|' : 'a');
		if (c->kind == LEASE_COMMIT && in)
			text_fmt(&t, "]");
		in &= c->kind != LEASE_COMMIT;
	}
	text[t.len] = '\0';
	return text;
}

/* Where in the list of what was asked for something is, counted from 1; 0: nowhere. */
static size_t place(const struct rig *r, enum rig_kind kind, enum lease_kind lease)
{
	for (size_t i = 0; i < r->n_ops; i++)
		if (r->op[i].kind == kind && (kind != RIG_LEASE || r->op[i].lease.kind == lease))
			return i + 1;
	return 0;
}

static void row_117_packets_are_refused_before_the_address_is_set(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, SHUT);
	rig_run(&r, SPAN_S(5));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_string_equal(asked(&r), "[a]");
	assert_true(place(&r, RIG_LEASE, LEASE_REFUSED) > 0);
	assert_true(place(&r, RIG_LEASE, LEASE_REFUSED) < place(&r, RIG_ADDR, 0));
	rig_close(&r);
}

static void row_117_packets_are_accepted_unless_told_otherwise(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, OPEN);
	rig_run(&r, SPAN_S(5));
	assert_string_equal(asked(&r), "");
	rig_close(&r);
}

static void row_117_an_owner_always_accepts(void **state)
{
	static struct cf_report report;
	struct cf_model m;
	struct rig r;

	(void)state;
	assert_true(rig_load(RIG_FILE(RIG_WEB_WITH("accept = false; priority = 255;")), &m,
			     &report));
	assert_non_null(strstr(report.text, "accept: warning: has no effect: with priority 255"));
	rig_open(&r);
	rig_write_link(&r, ETH0, "eth0", true);
	rig_set(&r, ETH0, "10.0.0.1/24", 0, true);
	assert_true(vrrpd_apply(r.d, r.now, &m, &trivet_cf_root(&m)->vrrp));
	cf_model_free(&m);
	rig_obey(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_string_equal(asked(&r), "");
	rig_close(&r);
}

static void a_router_does_not_run_where_packets_cannot_be_refused(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	r.no_leases = true;
	rig_write_link(&r, ETH0, "eth0", true);
	rig_set(&r, ETH0, "10.0.0.1/24", 0, true);
	rig_apply(&r, RIG_FILE(RIG_WEB_WITH("accept = false;") ","
			       RIG_ROUTER("db", "eth0", 52, "", "\"10.0.0.101/24\"")));
	rig_obey(&r);
	rig_run(&r, SPAN_S(30));
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_int_equal(rig_state(&r, "db"), VRRP_ACTIVE);
	assert_true(rig_says(&r, "waiting", "why=not-refusing"));
	assert_int_equal(rig_lines(&r, "accept-failed"), 1);
	assert_false(rig_has(&r, ETH0, RIG_WEB_ADDR));
	/* As soon as it can be, it runs. */
	r.no_leases = false;
	rig_run(&r, SPAN_S(15));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	rig_close(&r);
}

static void who_runs_stops_when_they_cannot_be_refused_any_more(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, SHUT);
	rig_activate(&r);
	r.no_leases = true;
	vrrpd_refusal_removed(r.d, r.now);
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE); /* it is being made again */
	rig_obey(&r);
	assert_int_equal(rig_lines(&r, "accept-removed"), 1);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_int_equal(rig_sent(&r, 0), 1);
	assert_false(rig_has(&r, ETH0, RIG_WEB_ADDR));
	rig_close(&r);
}

static void what_somebody_removes_is_made_again(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, SHUT);
	rig_activate(&r);
	vrrpd_refusal_removed(r.d, r.now);
	rig_obey(&r);
	assert_string_equal(asked(&r), "[a]");
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	/* Both tables, in either order. */
	rig_forget(&r);
	rig_run(&r, SPAN_S(2));
	vrrpd_lease_removed(r.d, r.now);
	vrrpd_refusal_removed(r.d, r.now);
	rig_obey(&r);
	assert_string_equal(asked(&r), "[a]");
	assert_true(place(&r, RIG_LEASE, LEASE_FRESH) > 0);
	/* Somebody who keeps doing it does not make us run in circles. */
	rig_forget(&r);
	for (unsigned i = 0; i < 20; i++) {
		vrrpd_refusal_removed(r.d, r.now);
		rig_obey(&r);
	}
	assert_string_equal(asked(&r), "");
	rig_run(&r, SPAN_S(1));
	assert_string_equal(asked(&r), "[a]");
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	rig_close(&r);
}

static void v15_a_reload_changes_what_is_refused_and_nobody_leaves(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, OPEN);
	rig_activate(&r);
	rig_apply(&r, SHUT);
	rig_obey(&r);
	assert_string_equal(asked(&r), "[a]");
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_int_equal(rig_count(&r, RIG_ADDR), 0);
	/* One more address: it is not set before it is refused. */
	rig_forget(&r);
	r.idle = true;
	rig_apply(&r, RIG_FILE(RIG_ROUTER("web", "eth0", 51, "accept = false;",
					  "\"" RIG_WEB_ADDR "\", \"10.0.0.101/24\"")));
	rig_sync(&r);
	assert_int_equal(place(&r, RIG_ADDR, 0), 0);
	r.idle = false;
	rig_obey(&r);
	assert_string_equal(asked(&r), "[aa]");
	assert_true(place(&r, RIG_LEASE, LEASE_REFUSED) < place(&r, RIG_ADDR, 0));
	assert_true(rig_has(&r, ETH0, "10.0.0.101/24"));
	rig_forget(&r);
	rig_apply(&r, SHUT);
	rig_obey(&r);
	assert_string_equal(asked(&r), "[a]");
	rig_forget(&r);
	rig_apply(&r, OPEN);
	rig_obey(&r);
	assert_string_equal(asked(&r), "0]");
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	rig_close(&r);
}

/* The same link-local address may be on two links, shut on one and open on the other. */
static void a_link_local_address_is_refused_on_its_link(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_ROUTER("six", "eth0", 51, "accept = false;",
					  "\"fe80::51/64\", \"2001:db8::51/64\"")));
	rig_run(&r, SPAN_S(5));
	assert_string_equal(asked(&r), "[a|]");
	/* Its interface is made anew. */
	rig_forget(&r);
	rig_link_gone(&r, ETH0);
	assert_string_equal(asked(&r), "[a]");
	rig_write_link(&r, ETH1, "eth0", true);
	rig_set(&r, ETH1, "fe80::1/64", 0, true);
	rig_report_link(&r, ETH1);
	vrrpd_evaluate(r.d, r.now);
	rig_obey(&r);
	rig_run(&r, SPAN_S(5));
	assert_string_equal(asked(&r), "[a][a|]");
	assert_int_equal(rig_state(&r, "six"), VRRP_ACTIVE);
	rig_close(&r);
}

static void at_the_end_nothing_is_refused(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, SHUT);
	rig_activate(&r);
	vrrpd_stop(r.d, r.now);
	assert_false(vrrpd_settled(r.d));
	assert_string_equal(asked(&r), ""); /* the address goes first */
	rig_obey(&r);
	assert_string_equal(asked(&r), "0]");
	assert_true(vrrpd_settled(r.d));
	rig_close(&r);
}

UNIT_MAIN(
	T(row_117_packets_are_refused_before_the_address_is_set),
	T(row_117_packets_are_accepted_unless_told_otherwise),
	T(row_117_an_owner_always_accepts),
	T(a_router_does_not_run_where_packets_cannot_be_refused),
	T(who_runs_stops_when_they_cannot_be_refused_any_more),
	T(what_somebody_removes_is_made_again),
	T(v15_a_reload_changes_what_is_refused_and_nobody_leaves),
	T(a_link_local_address_is_refused_on_its_link),
	T(at_the_end_nothing_is_refused))
