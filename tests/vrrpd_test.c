/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The daemon as a value: packets find their router, routers step, and what they ask for is done
 * through the port. Links and addresses are in vrrpd_kernel_test.c, reloads in vrrpd_apply_test.c.
 */
#include "vrrpd.h"

#include "vrrpd_rig.h"

static void starts_waits_and_becomes_active(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	assert_int_equal(rig_count(&r, RIG_SEND), 0);
	assert_int_equal(rig_count(&r, RIG_ADDR), 0);
	rig_run(&r, SPAN_MS(3609));
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_run(&r, SPAN_MS(1));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_int_equal(rig_sent(&r, 100), 1);
	assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, true), 1);
	assert_int_equal(rig_announced(&r, "10.0.0.100"), 1);
	rig_close(&r);
}

/* ---- the checksum of version 3 over IPv4 */

/* The form of the checksum in the last advert sent: whether the sum over the message is whole. */
static enum vrrp_csum form_sent(const struct rig *r)
{
	const struct rig_op *op = rig_op(r, RIG_SEND, rig_count(r, RIG_SEND) - 1);

	return bytes_sum16(0, op->bytes, op->len) == 0xffff ? VRRP_CSUM_MESSAGE : VRRP_CSUM_PSEUDO;
}

static enum vrrp_drop hear_csum(struct rig *r, enum vrrp_csum csum)
{
	return rig_rx(r, (struct rig_advert){ .priority = 50, .csum = csum });
}

static void row_036_checksum_is_that_of_the_last_peer(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	rig_run(&r, SPAN_S(1));
	assert_int_equal(form_sent(&r), VRRP_CSUM_MESSAGE);
	assert_int_equal(hear_csum(&r, VRRP_CSUM_PSEUDO), VRRP_ACCEPTED);
	assert_int_equal(form_sent(&r), VRRP_CSUM_PSEUDO); /* the answer to a lower priority */
	assert_true(rig_says(&r, "checksum", "form=pseudo-header src=10.0.0.2"));
	rig_run(&r, SPAN_S(60));
	assert_int_equal(form_sent(&r), VRRP_CSUM_PSEUDO);
	hear_csum(&r, VRRP_CSUM_MESSAGE);
	assert_int_equal(form_sent(&r), VRRP_CSUM_MESSAGE);
	assert_true(rig_says(&r, "checksum", "form=message"));
	rig_close(&r);
}

static void row_036_checksum_may_be_fixed(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB_WITH("checksum = \"pseudo-header\";")));
	rig_activate(&r);
	hear_csum(&r, VRRP_CSUM_MESSAGE);
	assert_int_equal(form_sent(&r), VRRP_CSUM_PSEUDO);
	rig_apply(&r, RIG_FILE(RIG_WEB_WITH("checksum = \"message\";")));
	hear_csum(&r, VRRP_CSUM_PSEUDO);
	assert_int_equal(form_sent(&r), VRRP_CSUM_MESSAGE);
	assert_int_equal(rig_lines(&r, "checksum"), 0);
	rig_close(&r);
}

static void row_035_checksum_accepted_may_be_restricted(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB_WITH("checksum_accept = \"message\";")));
	assert_int_equal(hear_csum(&r, VRRP_CSUM_PSEUDO), VRRP_DROP_CHECKSUM);
	assert_int_equal(hear_csum(&r, VRRP_CSUM_MESSAGE), VRRP_ACCEPTED);
	rig_apply(&r, RIG_FILE(RIG_WEB));
	assert_int_equal(hear_csum(&r, VRRP_CSUM_PSEUDO), VRRP_ACCEPTED);
	rig_close(&r);
}

/* Two peers of different forms: the form goes back and forth, the log does not. */
static void changes_of_the_checksum_do_not_fill_the_log(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	for (unsigned i = 0; i < 300; i++) {
		hear_csum(&r, i % 2 == 0 ? VRRP_CSUM_PSEUDO : VRRP_CSUM_MESSAGE);
		rig_run(&r, SPAN_MS(100));
	}
	assert_int_equal(rig_lines(&r, "checksum"), 3);
	assert_true(rig_says(&r, "checksum", "suppressed=99"));
	rig_close(&r);
}

/* ---- stopping */

static void row_085_stop_removes_the_addresses_and_then_says_so_once(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB "," RIG_SIX));
	rig_activate(&r);
	r.idle = true;
	vrrpd_stop(r.d, r.now);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_int_equal(r.op[0].kind, RIG_ADDR);
	assert_int_equal(r.op[1].kind, RIG_SEND);
	assert_int_equal(rig_sent(&r, 0), 2);
	assert_int_equal(rig_count(&r, RIG_SEND), 2);
	assert_int_equal(rig_count(&r, RIG_LISTEN), 0);
	assert_false(vrrpd_settled(r.d));
	r.idle = false;
	rig_obey(&r);
	assert_true(vrrpd_settled(r.d));
	rig_run(&r, SPAN_S(100));
	assert_int_equal(rig_count(&r, RIG_SEND), 2);
	assert_int_equal(rig_lines(&r, "waiting"), 0);
	rig_close(&r);
}

static void row_076_stopping_a_backup_sends_nothing(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	vrrpd_stop(r.d, r.now);
	assert_true(vrrpd_settled(r.d));
	assert_int_equal(rig_count(&r, RIG_SEND), 0);
	assert_true(rig_says(&r, "state", "from=backup to=initialize why=stop"));
	rig_close(&r);
}

/* An owner has no address to remove, but it has to leave all the same: which it does when a
 * report that is going on has come to its end. */
static void is_not_settled_while_a_router_is_active(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH0, "eth0", true);
	rig_set(&r, ETH0, RIG_WEB_ADDR, 0, true);
	rig_apply(&r, RIG_FILE(RIG_WEB_WITH("priority = 255;")));
	rig_obey(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	vrrpd_sync_begin(r.d);
	vrrpd_stop(r.d, r.now);
	assert_false(vrrpd_settled(r.d));
	rig_sync(&r);
	assert_true(vrrpd_settled(r.d));
	assert_int_equal(rig_sent(&r, 0), 1);
	assert_int_equal(rig_count(&r, RIG_ADDR), 0);
	rig_close(&r);
}

/* Stopped before the first report: what an earlier run has left is still there, for all we know. */
static void is_not_settled_while_nothing_is_known(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH0, "eth0", true);
	rig_set(&r, ETH0, RIG_WEB_ADDR, RIG_OURS, true);
	assert_true(vrrpd_settled(r.d)); /* nothing is configured */
	rig_apply(&r, RIG_FILE(RIG_WEB));
	vrrpd_stop(r.d, r.now);
	assert_false(vrrpd_settled(r.d));
	rig_obey(&r);
	assert_false(rig_has(&r, ETH0, RIG_WEB_ADDR));
	assert_true(vrrpd_settled(r.d));
	rig_close(&r);
}

UNIT_MAIN(
	T(starts_waits_and_becomes_active),
	T(row_036_checksum_is_that_of_the_last_peer),
	T(row_036_checksum_may_be_fixed),
	T(row_035_checksum_accepted_may_be_restricted),
	T(changes_of_the_checksum_do_not_fill_the_log),
	T(row_085_stop_removes_the_addresses_and_then_says_so_once),
	T(row_076_stopping_a_backup_sends_nothing),
	T(is_not_settled_while_a_router_is_active),
	T(is_not_settled_while_nothing_is_known),
)
