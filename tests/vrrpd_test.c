/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The daemon as a value: packets find their router, routers step, and what they ask for is done
 * through the port. Links and addresses are in vrrpd_kernel_test.c, reloads in vrrpd_apply_test.c.
 */
#include "vrrpd.h"

#include "vrrp_packets.h"
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
	rig_apply(&r, RIG_FILE(RIG_WEB_WITH("priority = 120;")));
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

/* ---- packets find their router */

/* The virtual router of the worked examples: VRID 10, 192.0.2.1 and 192.0.2.2 or their like. */
#define EXAMPLE(version, settings) \
	RIG_FILE(RIG_ROUTER("example", "eth0", 10, "version = " version "; " settings, \
			    "\"192.0.2.1/24\", \"192.0.2.2/24\""))
#define EXAMPLE_SIX RIG_FILE(RIG_ROUTER("example", "eth0", 10, "", \
					"\"fe80::1/64\", \"2001:db8::1/64\""))

static void start_example(struct rig *r, const char *text)
{
	rig_open(r);
	rig_write_link(r, ETH0, "eth0", true);
	rig_set(r, ETH0, "192.0.2.252/24", 0, true);
	rig_set(r, ETH0, "fe80::c9/64", 0, true);
	rig_apply(r, text);
	rig_obey(r);
	assert_int_equal(rig_state(r, "example"), VRRP_BACKUP);
	rig_forget(r);
}

static enum vrrp_drop rx_packet(struct rig *r, const struct packet *p, uint32_t ifindex)
{
	struct bytes b = bytes_copy(p->bytes, p->len);
	struct vrrp_rx rx = {
		.src = p->src, .dst = p->dst, .ttl = p->ttl, .bytes = b.p, .len = b.len
	};
	enum vrrp_drop drop = vrrpd_rx(r->d, r->now, ifindex, &rx);

	free(b.p);
	return drop;
}

static void row_015_families_are_two_routers(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB "," RIG_SIX));
	for (unsigned i = 0; i < 10; i++) {
		rig_hear(&r, 200);
		rig_run(&r, SPAN_S(1));
	}
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	assert_int_equal(rig_state(&r, "six"), VRRP_ACTIVE);
	rig_rx(&r, (struct rig_advert){ .priority = 200, .src = "fe80::2" });
	assert_int_equal(rig_state(&r, "six"), VRRP_BACKUP);
	assert_int_equal(rig_counters(&r, "web")->adverts_received, 10);
	assert_int_equal(rig_counters(&r, "six")->adverts_received, 1);
	rig_close(&r);
}

static void row_046_packet_finds_its_router_by_interface_family_and_vrid(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB "," RIG_ROUTER("db", "eth1", 51, "", "\"10.0.0.100/24\"") ","
			       RIG_ROUTER("mail", "eth0", 52, "", "\"10.0.0.101/24\"")));
	rig_link(&r, ETH1, "eth1", true);
	rig_addr(&r, ETH1, "10.1.0.1/24", 0, true);
	assert_int_equal(rig_rx(&r, (struct rig_advert){ .priority = 9 }), VRRP_ACCEPTED);
	assert_int_equal(rig_rx(&r, (struct rig_advert){ .priority = 9, .ifindex = ETH1 }),
			 VRRP_ACCEPTED);
	assert_int_equal(rig_rx(&r, (struct rig_advert){ .priority = 9, .vrid = 52 }),
			 VRRP_ACCEPTED);
	assert_int_equal(rig_counters(&r, "web")->adverts_received, 1);
	assert_int_equal(rig_counters(&r, "db")->adverts_received, 1);
	assert_int_equal(rig_counters(&r, "mail")->adverts_received, 1);
	/* Another VRID, another family, another interface, or one that we do not use. */
	assert_int_equal(rig_rx(&r, (struct rig_advert){ .priority = 9, .vrid = 50 }),
			 VRRP_DROP_VRID);
	assert_int_equal(rig_rx(&r, (struct rig_advert){ .priority = 9, .src = "fe80::2" }),
			 VRRP_DROP_VRID);
	assert_int_equal(
		rig_rx(&r, (struct rig_advert){ .priority = 9, .vrid = 52, .ifindex = ETH1 }),
		VRRP_DROP_VRID);
	assert_int_equal(rig_rx(&r, (struct rig_advert){ .priority = 9, .ifindex = 7 }),
			 VRRP_DROP_VRID);
	assert_int_equal(vrrpd_totals(r.d)->drops[VRRP_DROP_VRID], 4);
	assert_int_equal(vrrpd_totals(r.d)->seen, 7);
	rig_close(&r);
}

/* An interface that has gone has no index, and a packet without one is nobody's. */
static void packet_without_an_interface_is_nobodys(void **state)
{
	struct packet p = packet_v3();
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_link_gone(&r, ETH0);
	p.bytes[1] = 51;
	packet_reseal(&p);
	assert_int_equal(rx_packet(&r, &p, 0), VRRP_DROP_VRID);
	assert_int_equal(vrrpd_totals(r.d)->drops[VRRP_DROP_VRID], 1);
	rig_close(&r);
}

static void row_075_ignored_in_initialize(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_link(&r, ETH0, "eth0", false);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	rig_forget(&r);
	assert_int_equal(rig_hear(&r, 200), VRRP_ACCEPTED);
	assert_int_equal(rig_hear(&r, 0), VRRP_ACCEPTED);
	assert_int_equal(rig_counters(&r, "web")->ignored, 2);
	assert_int_equal(rig_counters(&r, "web")->adverts_received, 0);
	assert_int_equal(rig_counters(&r, "web")->prio_zero_received, 0);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_int_equal(r.n_ops + r.n_lines, 0);
	rig_close(&r);
}

/* ---- packets that are refused */

static struct packet faulty(enum vrrp_drop fault)
{
	bool v2 = fault >= VRRP_DROP_AUTH_TYPE_INVALID;
	struct packet p = v2 ? packet_v2() :
			  fault == VRRP_DROP_NOT_LINK_LOCAL ? packet_v6() : packet_v3();

	switch ((unsigned)fault) {
	case VRRP_DROP_TTL:
		p.ttl = 254;
		break;
	case VRRP_DROP_DESTINATION:
		p.dst = ip4(192, 0, 2, 252);
		break;
	case VRRP_DROP_LENGTH:
		p.len -= 4;
		break;
	case VRRP_DROP_VERSION:
		p.bytes[0] = 0x41;
		break;
	case VRRP_DROP_TYPE:
		p.bytes[0] = 0x32;
		break;
	case VRRP_DROP_VRID:
		p.bytes[1] = 11;
		break;
	case VRRP_DROP_SELF:
		p.src = ip4(192, 0, 2, 252);
		break;
	case VRRP_DROP_PEER:
		p.dst = ip4(192, 0, 2, 252);
		break;
	case VRRP_DROP_COUNT:
		p.bytes[3] = 0;
		break;
	case VRRP_DROP_INTERVAL_ZERO:
		p.bytes[4] = p.bytes[5] = 0;
		break;
	case VRRP_DROP_NOT_LINK_LOCAL:
		p.bytes[8] = 0x20;
		break;
	case VRRP_DROP_AUTH_TYPE_INVALID:
		p.bytes[4] = 254;
		break;
	case VRRP_DROP_AUTH_TYPE_MISMATCH:
		p.bytes[4] = 1;
		break;
	case VRRP_DROP_ADDRESS_LIST:
		p.bytes[11] ^= 0x80;
		break;
	case VRRP_DROP_INTERVAL_MISMATCH:
		p.bytes[5] = 2;
		break;
	default:
		break;
	}
	packet_reseal(&p);
	if (fault == VRRP_DROP_CHECKSUM)
		p.bytes[7] ^= 1;
	return p;
}

static void start_for_fault(struct rig *r, enum vrrp_drop fault)
{
	struct packet whole = packet_v3();

	if (fault == VRRP_DROP_VERSION2_COPY) {
		start_example(r, EXAMPLE("3", "with_version2 = true;"));
		assert_int_equal(rx_packet(r, &whole, ETH0), VRRP_ACCEPTED);
		rig_forget(r);
	} else if (fault >= VRRP_DROP_AUTH_TYPE_INVALID) {
		start_example(r, EXAMPLE("2", ""));
	} else if (fault == VRRP_DROP_NOT_LINK_LOCAL) {
		start_example(r, EXAMPLE_SIX);
	} else if (fault == VRRP_DROP_PEER) {
		start_example(r, EXAMPLE("3", "unicast = { peers = (\"192.0.2.250\"); };"));
	} else {
		start_example(r, EXAMPLE("3", ""));
	}
}

/* Each reason has a counter and a line of its own; nothing else changes. */
static void row_055_each_refusal_has_its_counter_and_its_line(void **state)
{
	(void)state;
	for (unsigned fault = VRRP_DROP_TTL; fault < VRRP_DROP_N; fault++) {
		struct packet p = faulty((enum vrrp_drop)fault);
		bool stranger = fault == VRRP_DROP_VRID, copy = fault == VRRP_DROP_VERSION2_COPY;
		const uint64_t *drops;
		struct vrrp before;
		char piece[64];
		struct rig r;

		/* Those of authentication are in vrrpd_auth_test.c. */
		if (fault >= VRRP_DROP_AUTH_MISSING && fault <= VRRP_DROP_AUTH_REPLAY)
			continue;
		start_for_fault(&r, (enum vrrp_drop)fault);
		before = *rig_router(&r, "example");
		assert_int_equal(rx_packet(&r, &p, ETH0), fault);
		drops = stranger ? vrrpd_totals(r.d)->drops : rig_counters(&r, "example")->drops;
		for (unsigned k = 0; k < VRRP_DROP_N; k++)
			assert_int_equal(drops[k], k == fault);
		assert_int_equal(vrrpd_totals(r.d)->seen, copy ? 2 : 1);
		assert_memory_equal(&before, rig_router(&r, "example"), sizeof before);
		assert_int_equal(r.n_ops, 0);
		assert_int_equal(r.n_lines, 1);
		snprintf(piece, sizeof piece, "reason=%s interface=eth0 src=",
			 vrrp_drop_name((enum vrrp_drop)fault));
		assert_true(rig_says(&r, "drop", piece));
		assert_int_equal(rig_says(&r, "drop", "vrrp=example"), !stranger);
		assert_int_equal(r.line[0].level,
				 stranger || copy ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARNING);
		rig_close(&r);
	}
}

static void row_055_lines_about_refusals_are_limited(void **state)
{
	struct packet ttl = faulty(VRRP_DROP_TTL), csum = faulty(VRRP_DROP_CHECKSUM);
	struct rig r;

	(void)state;
	start_example(&r, EXAMPLE("3", ""));
	for (unsigned i = 0; i < 300; i++) {
		rx_packet(&r, &ttl, ETH0);
		rx_packet(&r, &csum, ETH0);
		rig_run(&r, SPAN_MS(100));
	}
	assert_int_equal(rig_lines(&r, "drop"), 6); /* one of each in ten seconds */
	assert_true(rig_says(&r, "drop", "reason=checksum"));
	assert_true(rig_says(&r, "drop", "suppressed=99"));
	assert_int_equal(rig_counters(&r, "example")->drops[VRRP_DROP_TTL], 300);
	/* A reload does not lift the limit. */
	rig_forget(&r);
	rig_run(&r, SPAN_S(1));
	rx_packet(&r, &ttl, ETH0);
	rig_apply(&r, EXAMPLE("3", "priority = 120;"));
	rx_packet(&r, &ttl, ETH0);
	assert_int_equal(rig_lines(&r, "drop"), 1);
	rig_close(&r);
}

/* Each router has limits of its own: what one hears does not silence another. */
static void row_055_lines_about_refusals_are_limited_for_each_router(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB "," RIG_ROUTER("db", "eth0", 52, "", "\"10.0.0.101/24\"")));
	for (unsigned i = 0; i < 3; i++) {
		rig_rx(&r, (struct rig_advert){ .priority = 9, .ttl = 1 });
		rig_rx(&r, (struct rig_advert){ .priority = 9, .ttl = 1, .vrid = 52 });
		rig_rx(&r, (struct rig_advert){ .priority = 9, .ttl = 1, .vrid = 53 });
	}
	assert_int_equal(rig_lines(&r, "drop"), 3);
	rig_close(&r);
}

static void row_028_what_was_no_whole_ip_packet_is_counted(void **state)
{
	struct rig r;

	(void)state;
	start_example(&r, EXAMPLE("3", ""));
	vrrpd_rx_bad(r.d, r.now, ETH0, VRRP_DROP_IP_HEADER);
	vrrpd_rx_bad(r.d, r.now, ETH0, VRRP_DROP_FRAGMENT);
	vrrpd_rx_bad(r.d, r.now, 7, VRRP_DROP_FRAGMENT);
	assert_int_equal(vrrpd_totals(r.d)->seen, 3);
	assert_int_equal(vrrpd_totals(r.d)->drops[VRRP_DROP_IP_HEADER], 1);
	assert_int_equal(vrrpd_totals(r.d)->drops[VRRP_DROP_FRAGMENT], 2);
	assert_int_equal(rig_lines(&r, "drop"), 2);
	assert_true(rig_says(&r, "drop", "reason=fragment interface=eth0"));
	rig_close(&r);
}

/* CARP: 36 bytes, the first of them 0x21, the fourth 7. */
static void row_062_carp_is_refused_as_too_short(void **state)
{
	struct packet p = packet_v2();
	struct rig r;

	(void)state;
	start_example(&r, EXAMPLE("2", ""));
	p.len = 36;
	p.bytes[3] = 7;
	packet_reseal(&p);
	assert_int_equal(rx_packet(&r, &p, ETH0), VRRP_DROP_LENGTH);
	rig_close(&r);
}

static void row_138_versions_do_not_mix(void **state)
{
	struct packet v2 = packet_v2(), v3 = packet_v3();
	struct rig r;

	(void)state;
	start_example(&r, EXAMPLE("3", ""));
	assert_int_equal(rx_packet(&r, &v2, ETH0), VRRP_DROP_VERSION);
	assert_int_equal(rx_packet(&r, &v3, ETH0), VRRP_ACCEPTED);
	rig_close(&r);
	start_example(&r, EXAMPLE("2", ""));
	assert_int_equal(rx_packet(&r, &v3, ETH0), VRRP_DROP_VERSION);
	assert_int_equal(rx_packet(&r, &v2, ETH0), VRRP_ACCEPTED);
	rig_close(&r);
}

/* ---- packets that are taken, with a remark */

static void row_047_owner_that_hears_an_advert_counts_it_and_goes_on(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB_WITH("priority = 255;")));
	assert_int_equal(rig_hear(&r, 100), VRRP_ACCEPTED);
	assert_int_equal(rig_counters(&r, "web")->note_owner, 1);
	assert_int_equal(rig_lines(&r, "two-owners"), 0);
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	rig_close(&r);
}

/* Erratum 8298: two owners are settled by address, and the log says who. */
static void row_094_of_two_owners_the_higher_address_stays(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB_WITH("priority = 255;")));
	rig_rx(&r, (struct rig_advert){ .priority = 255, .src = "10.0.0.0" });
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_true(rig_says(&r, "two-owners", "vrrp=web src=10.0.0.0 src_prio=255"));
	rig_rx(&r, (struct rig_advert){ .priority = 255 });
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	assert_int_equal(rig_lines(&r, "two-owners"), 1);
	assert_int_equal(rig_counters(&r, "web")->note_owner, 2);
	rig_close(&r);
}

static void row_053_other_addresses_are_logged_and_taken(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	for (unsigned i = 0; i < 20; i++) {
		assert_int_equal(rig_rx(&r, (struct rig_advert){ .priority = 200,
								 .addr = "10.0.0.99" }),
				 VRRP_ACCEPTED);
		rig_run(&r, SPAN_S(1));
	}
	assert_int_equal(rig_counters(&r, "web")->note_addresses, 20);
	assert_int_equal(rig_lines(&r, "addresses-differ"), 2);
	assert_true(rig_says(&r, "addresses-differ", "src=10.0.0.2 src_prio=200"));
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_close(&r);
}

static void row_054_other_interval_is_logged_and_taken(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	for (unsigned i = 0; i < 20; i++) {
		assert_int_equal(rig_rx(&r, (struct rig_advert){ .priority = 200,
								 .interval_cs = 205 }),
				 VRRP_ACCEPTED);
		rig_run(&r, SPAN_S(1));
	}
	assert_int_equal(rig_counters(&r, "web")->note_interval, 20);
	assert_int_equal(rig_lines(&r, "interval-differs"), 2);
	assert_true(rig_says(&r, "interval-differs", "src_interval=2.05s"));
	assert_int_equal(rig_router(&r, "web")->active_interval_cs, 205);
	rig_close(&r);
}

/* ---- counters */

static void row_059_what_happens_is_counted(void **state)
{
	const struct vrrpd_counters *c;
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_run(&r, SPAN_S(6));  /* Active at 3.6, then adverts at 4.6 and 5.6 */
	rig_hear(&r, 50);        /* answered */
	rig_hear(&r, 0);         /* answered */
	rig_hear(&r, 200);       /* yields, with a last advert */
	rig_hear(&r, 0);
	rig_run(&r, SPAN_S(1));  /* Active again */
	vrrpd_stop(r.d, r.now);
	c = rig_counters(&r, "web");
	assert_int_equal(c->adverts_sent, 3 + 2 + 1 + 1 + 1);
	assert_int_equal(c->adverts_sent, rig_count(&r, RIG_SEND));
	assert_int_equal(c->adverts_received, 4);
	assert_int_equal(c->prio_zero_received, 2);
	assert_int_equal(c->prio_zero_sent, 1);
	assert_int_equal(c->became_active, 2);
	assert_int_equal(c->became_backup, 2);
	assert_int_equal(c->became_initialize, 1);
	assert_int_equal(c->rivals, 1);
	assert_int_equal(c->announced, rig_count(&r, RIG_FRAME));
	vrrpd_log_counters(r.d, r.now);
	assert_true(rig_says(&r, "counters", "vrrp=web state=initialize adverts_sent=8 "
					     "adverts_received=4 ignored=0 prio_zero_sent=1"));
	assert_true(rig_says(&r, "totals", "seen=4 retired=0"));
	rig_close(&r);
}

static void row_059_a_reload_does_not_reset_what_is_counted(void **state)
{
	mono_t began;
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	began = rig_counters(&r, "web")->since;
	assert_int_equal(began.ns, r.now.ns);
	rig_run(&r, SPAN_S(6));
	rig_apply(&r, RIG_FILE(RIG_WEB_WITH("priority = 150;")));
	assert_int_equal(rig_counters(&r, "web")->since.ns, began.ns);
	assert_int_equal(rig_counters(&r, "web")->became_active, 1);
	vrrpd_log_counters(r.d, r.now);
	assert_true(rig_says(&r, "counters", "counting_ms=6000 new_active=no-response"));
	/* Another router. */
	rig_apply(&r, RIG_FILE(RIG_WEB_WITH("version = 2;")));
	assert_int_equal(rig_counters(&r, "web")->since.ns, r.now.ns);
	assert_int_equal(rig_counters(&r, "web")->became_active, 0);
	assert_int_equal(rig_counters(&r, "web")->new_active, VRRP_NEW_ACTIVE_NEVER);
	rig_close(&r);
}

static void row_035_each_form_is_counted(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB "," RIG_SIX));
	for (unsigned i = 0; i < 5; i++)
		rig_rx(&r, (struct rig_advert){ .priority = 200,
						.csum = i < 2 ? VRRP_CSUM_MESSAGE
							      : VRRP_CSUM_PSEUDO });
	assert_int_equal(rig_counters(&r, "web")->csum_message, 2);
	assert_int_equal(rig_counters(&r, "web")->csum_pseudo, 3);
	assert_int_equal(rig_counters(&r, "web")->adverts_received, 5);
	/* Of IPv6 there is one form only. */
	rig_rx(&r, (struct rig_advert){ .src = "fe80::99", .priority = 200 });
	assert_int_equal(rig_counters(&r, "six")->adverts_received, 1);
	assert_int_equal(rig_counters(&r, "six")->csum_pseudo, 0);
	rig_close(&r);
}

/* V03: what a stall is depends on the shortest interval: a third of it, from 10 ms to 100 ms. */
static void v03_what_counts_as_a_stall(void **state)
{
	static const struct { const char *file; uint64_t us;
	} row[] = {
		{ RIG_FILE(RIG_WEB), 100000 },
		{ RIG_FILE(RIG_WEB_WITH("interval = \"300ms\";")), 100000 },
		{ RIG_FILE(RIG_WEB_WITH("interval = \"50ms\";") "," RIG_SIX), 16666 },
		{ RIG_FILE(RIG_WEB_WITH("interval = \"10ms\";")), 10000 },
	};
	struct rig r;

	(void)state;
	for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
		rig_start(&r, row[i].file);
		assert_int_equal(vrrpd_stall(r.d).ns / 1000, row[i].us);
		vrrpd_gap(r.d, r.now, vrrpd_stall(r.d));
		assert_int_equal(vrrpd_totals(r.d)->stalls, 0);
		vrrpd_gap(r.d, r.now, span_add(vrrpd_stall(r.d), SPAN_NS(1)));
		assert_int_equal(vrrpd_totals(r.d)->stalls, 1);
		rig_close(&r);
	}
}

static void v03_stalls_are_counted_and_lines_about_them_limited(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	vrrpd_gap(r.d, r.now, SPAN_S(6));
	assert_true(rig_says(&r, "stall", "gap_us=6000000 limit_us=100000 text="));
	vrrpd_gap(r.d, r.now, SPAN_S(7));
	vrrpd_gap(r.d, r.now, SPAN_MS(150));
	assert_false(rig_says(&r, "stall", "gap_us=7000000"));
	r.now = mono_add(r.now, SPAN_S(11));
	vrrpd_gap(r.d, r.now, SPAN_MS(200));
	assert_true(rig_says(&r, "stall", "gap_us=200000 limit_us=100000 suppressed=2"));
	assert_int_equal(vrrpd_totals(r.d)->stalls, 4);
	vrrpd_log_counters(r.d, r.now);
	assert_true(rig_says(&r, "totals", "stalls=4 longest_gap_us=7000000"));
	rig_close(&r);
}

/* V05, I-22: the clock of a machine that was suspended has gone on, and its socket is empty. */
static void v05_a_suspended_backup_listens_before_it_takes_over(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_hear(&r, 200);
	for (unsigned i = 0; i < 3; i++) {
		r.now = mono_add(r.now, SPAN_S(3600));
		vrrpd_gap(r.d, r.now, SPAN_S(3596));
		vrrpd_timer(r.d, r.now);
		rig_obey(&r);
		assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
		assert_int_equal(rig_counters(&r, "web")->woke_late, i + 1);
		rig_run(&r, SPAN_S(1));
		rig_hear(&r, 200);
	}
	assert_int_equal(rig_count(&r, RIG_SEND), 0);
	assert_int_equal(rig_lines(&r, "woke-late"), 3);
	assert_true(rig_says(&r, "woke-late", "vrrp=web listens_ms=1609 text="));
	/* Nobody is heard any more. */
	r.now = mono_add(r.now, SPAN_S(3600));
	vrrpd_timer(r.d, r.now);
	rig_run(&r, SPAN_MS(1609));
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_run(&r, SPAN_MS(1));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	rig_close(&r);
}

/* V02, I-23: whoever took over hears us before hosts do. */
static void v02_i_23_a_frozen_active_advertises_before_it_does_anything_else(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	rig_forget(&r);
	r.now = mono_add(r.now, SPAN_S(6));
	rig_hear(&r, 50); /* it was replaced, and takes it back */
	vrrpd_gap(r.d, r.now, SPAN_S(6));
	vrrpd_timer(r.d, r.now);
	rig_obey(&r);
	assert_true(r.n_ops > 2);
	assert_int_equal(r.op[0].kind, RIG_SEND);
	assert_int_equal(r.op[1].kind, RIG_SEND); /* the one that was due */
	assert_true(rig_announced(&r, "10.0.0.100") > 0);
	/* Nobody was heard: its advert is still the first thing. */
	rig_run(&r, SPAN_S(30));
	rig_forget(&r);
	r.now = mono_add(r.now, SPAN_S(6));
	vrrpd_timer(r.d, r.now);
	assert_true(r.n_ops > 0);
	assert_int_equal(r.op[0].kind, RIG_SEND);
	rig_close(&r);
}

static uint64_t sum_of_drops(const uint64_t drops[VRRP_DROP_N])
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < VRRP_DROP_N; i++)
		sum += drops[i];
	return sum;
}

static void expect_conserved(const struct rig *r, uint64_t seen)
{
	const struct vrrpd_totals *t = vrrpd_totals(r->d);
	uint64_t sum = t->retired + sum_of_drops(t->drops);

	for (uint32_t i = 0; i < vrrpd_n(r->d); i++) {
		const struct vrrpd_counters *c = vrrpd_counters(r->d, i);

		sum += sum_of_drops(c->drops) + c->adverts_received + c->ignored;
	}
	assert_int_equal(t->seen, seen);
	assert_int_equal(sum, seen);
}

static void row_060_every_packet_is_counted_once(void **state)
{
	uint64_t seen = 0;
	struct rig r;

	(void)state;
	start_example(&r, EXAMPLE("3", ""));
	for (unsigned round = 0; round < 4; round++) {
		for (unsigned fault = VRRP_ACCEPTED; fault < VRRP_DROP_N; fault++) {
			struct packet p = faulty((enum vrrp_drop)fault);

			rx_packet(&r, &p, ETH0);
			seen++;
		}
		vrrpd_rx_bad(r.d, r.now, ETH0, VRRP_DROP_IP_HEADER);
		expect_conserved(&r, ++seen);
		/* Through states and reloads: in Initialize, version 2 (a new router), nothing
		 * at all, and back again. */
		if (round == 0)
			rig_link(&r, ETH0, "eth0", false);
		else
			rig_apply(&r, round == 1 ? EXAMPLE("2", "") : round == 2 ? RIG_FILE("") :
								       EXAMPLE("3", ""));
		expect_conserved(&r, seen);
	}
	assert_true(vrrpd_totals(r.d)->retired > 0);
	assert_int_equal(rig_counters(&r, "example")->adverts_received, 0);
	vrrpd_log_counters(r.d, r.now);
	assert_false(rig_says(&r, "totals", "retired=0"));
	assert_true(rig_says(&r, "totals", "ip-header="));
	rig_close(&r);
}

static void row_060_drops_of_a_removed_router_stay_counted_by_reason(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	assert_int_equal(rig_rx(&r, (struct rig_advert){ .priority = 200, .ttl = 254 }),
			 VRRP_DROP_TTL);
	rig_hear(&r, 200);
	assert_int_equal(vrrpd_totals(r.d)->drops[VRRP_DROP_TTL], 0);
	rig_apply(&r, RIG_FILE(""));
	assert_int_equal(vrrpd_totals(r.d)->drops[VRRP_DROP_TTL], 1);
	assert_int_equal(vrrpd_totals(r.d)->retired, 1);
	expect_conserved(&r, 2);
	rig_close(&r);
}

/* ---- what is sent */

static void expect_sent(struct rig *r, const char *hex, const char *src)
{
	uint8_t want[RIG_BYTES_MAX];
	size_t len = bytes_from_hex(hex, want, sizeof want);
	struct ip_addr source = rig_ip(src), group = vrrp_group(source.family);
	const struct rig_op *op;

	rig_forget(r);
	rig_run(r, SPAN_S(5));
	op = rig_op(r, RIG_SEND, 0);
	assert_non_null(op);
	assert_int_equal(op->len, len);
	assert_memory_equal(op->bytes, want, len);
	assert_int_equal(op->ifindex, ETH0);
	assert_true(ip_eq(&op->src, &source));
	assert_true(ip_eq(&op->dst, &group));
}

/* The worked examples, as a daemon sends them. */
static void row_012_adverts_are_those_of_the_worked_examples(void **state)
{
	struct rig r;

	(void)state;
	start_example(&r, EXAMPLE("2", "priority = 200;"));
	expect_sent(&r, EXAMPLE_V2, "192.0.2.252");
	rig_close(&r);
	start_example(&r, EXAMPLE("3", "priority = 200;"));
	expect_sent(&r, EXAMPLE_V3_MESSAGE, "192.0.2.252");
	rig_close(&r);
	start_example(&r, EXAMPLE("3", "priority = 200; checksum = \"pseudo-header\";"));
	rig_addr(&r, ETH0, "192.0.2.251/24", 0, true);
	rig_addr(&r, ETH0, "192.0.2.252/24", 0, false);
	expect_sent(&r, EXAMPLE_V3_PSEUDO, "192.0.2.251");
	rig_close(&r);
	start_example(&r, EXAMPLE_SIX);
	rig_addr(&r, ETH0, "fe80::c8/64", 0, true);
	rig_addr(&r, ETH0, "fe80::c9/64", 0, false);
	expect_sent(&r, EXAMPLE_V6, "fe80::c8");
	rig_close(&r);
}

static void row_084_active_advertises_at_its_interval(void **state)
{
	struct rig r;
	mono_t from;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB_WITH("interval = \"300ms\";")));
	rig_activate(&r);
	from = rig_router(&r, "web")->timer_at;
	for (unsigned i = 0; i < 100; i++) {
		rig_until(&r, mono_add(from, SPAN_MS(300 * i + 299)));
		assert_int_equal(rig_count(&r, RIG_SEND), i + 1);
	}
	rig_close(&r);
}

/* The advert before the announcements, and these before anything that waits for the kernel; one for
 * each address, in a burst and in a second one. */
static void row_077_becoming_active_in_its_order(void **state)
{
	struct rig r;

	(void)state;
	start_example(&r, EXAMPLE("3", ""));
	rig_run(&r, SPAN_MS(3610));
	assert_int_equal(r.op[0].kind, RIG_SEND);
	assert_int_equal(r.op[1].kind, RIG_ADDR);
	assert_int_equal(r.op[2].kind, RIG_ADDR);
	assert_int_equal(rig_count(&r, RIG_FRAME), 2);
	assert_int_equal(rig_announced(&r, "192.0.2.1"), 1);
	assert_int_equal(rig_announced(&r, "192.0.2.2"), 1);
	rig_run(&r, SPAN_MS(200));
	assert_int_equal(rig_announced(&r, "192.0.2.1"), 5);
	rig_run(&r, SPAN_S(5));
	assert_int_equal(rig_announced(&r, "192.0.2.1"), 10);
	assert_int_equal(rig_announced(&r, "192.0.2.2"), 10);
	rig_run(&r, SPAN_S(60));
	assert_int_equal(rig_count(&r, RIG_FRAME), 20);
	rig_close(&r);
}

/* Only what the kernel has is announced. */
static void nothing_is_announced_before_it_is_there(void **state)
{
	struct rig r;

	(void)state;
	start_example(&r, EXAMPLE("3", ""));
	r.idle = true;
	rig_run(&r, SPAN_S(4));
	assert_int_equal(rig_state(&r, "example"), VRRP_ACTIVE);
	assert_int_equal(rig_count(&r, RIG_FRAME), 0);
	rig_addr(&r, ETH0, "192.0.2.2/24", RIG_OURS, true);
	assert_int_equal(rig_announced(&r, "192.0.2.2"), 1);
	assert_int_equal(rig_announced(&r, "192.0.2.1"), 0);
	/* The burst is over when the other comes: it gets one of its own. */
	rig_run(&r, SPAN_S(10));
	rig_forget(&r);
	rig_addr(&r, ETH0, "192.0.2.1/24", RIG_OURS, true);
	assert_int_equal(rig_announced(&r, "192.0.2.1"), 1);
	rig_run(&r, SPAN_S(1));
	assert_int_equal(rig_announced(&r, "192.0.2.1"), 5);
	rig_close(&r);
}

/* Its addresses go before the winner hears the last advert, on which it announces them. */
static void row_087_yielding_in_its_order(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	r.idle = true;
	rig_hear(&r, 200);
	assert_int_equal(r.op[0].kind, RIG_ADDR);
	assert_false(r.op[0].on);
	assert_int_equal(r.op[1].kind, RIG_SEND);
	assert_true(rig_says(&r, "state", "from=active to=backup why=higher-priority prio=100 "
					  "active=10.0.0.2 active_prio=200 interface=eth0 vrid=51 "
					  "family=ipv4"));
	rig_run(&r, SPAN_S(3));
	assert_int_equal(rig_count(&r, RIG_FRAME), 0);
	rig_close(&r);
}

static void row_087_yielding_ends_the_announcements(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_run(&r, SPAN_MS(3700));
	assert_true(rig_announced(&r, "10.0.0.100") > 0);
	r.idle = true; /* the address is there for a while yet */
	rig_hear(&r, 200);
	rig_forget(&r);
	rig_run(&r, SPAN_S(3));
	assert_int_equal(rig_count(&r, RIG_FRAME), 0);
	rig_close(&r);
}

/* A rival is told off, counted, logged within limits; and hosts are told where the address is. */
static void row_090_rival_is_answered_and_hosts_are_told_again(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	rig_hear(&r, 50);
	assert_int_equal(rig_sent(&r, 100), 1);
	rig_run(&r, SPAN_ZERO);
	assert_int_equal(rig_announced(&r, "10.0.0.100"), 1);
	assert_true(rig_says(&r, "rival", "vrrp=web src=10.0.0.2 rival_prio=50 prio=100"));
	rig_run(&r, SPAN_S(11));
	assert_int_equal(rig_announced(&r, "10.0.0.100"), 10);
	rig_forget(&r);
	for (unsigned i = 0; i < 300; i++) {
		rig_hear(&r, 50);
		rig_run(&r, SPAN_MS(100));
	}
	assert_int_equal(rig_counters(&r, "web")->rivals, 301);
	assert_int_equal(rig_lines(&r, "rival"), 1); /* of them all */
	assert_in_range(rig_announced(&r, "10.0.0.100"), 100, 160);
	assert_in_range(rig_count(&r, RIG_SEND), 30, 70);
	rig_close(&r);
}

static void row_061_reason_for_becoming_active_is_recorded(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_run(&r, SPAN_S(4));
	assert_true(rig_says(&r, "state", "to=active why=timeout"));
	rig_hear(&r, 200);
	rig_hear(&r, 0);
	rig_run(&r, SPAN_S(1));
	assert_true(rig_says(&r, "state", "to=active why=active-left"));
	rig_hear(&r, 200);
	for (unsigned i = 0; i < 4; i++) {
		rig_hear(&r, 50);
		rig_run(&r, SPAN_S(1));
	}
	assert_true(rig_says(&r, "state", "to=active why=preempt"));
	rig_close(&r);
}

static void expect_last(const struct rig *r, enum vrrp_state from, enum vrrp_why why, uint64_t ms,
			enum vrrp_new_active new_active)
{
	const struct vrrpd_counters *c = rig_counters(r, "web");

	assert_int_equal(c->last.from, from);
	assert_int_equal(c->last.to, rig_state(r, "web"));
	assert_int_equal(c->last.why, why);
	assert_int_equal(mono_since(r->now, c->last.at).ns / 1000000, ms);
	assert_int_equal(c->new_active, new_active);
}

static void row_061_the_last_change_and_the_last_takeover_are_kept(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	expect_last(&r, VRRP_INITIALIZE, VRRP_WHY_STARTUP, 0, VRRP_NEW_ACTIVE_NEVER);
	rig_run(&r, SPAN_MS(3609));
	vrrpd_log_counters(r.d, r.now);
	assert_true(rig_says(&r, "counters", "new_active=never last_from=initialize last_to=backup "
					     "last_why=startup last_ms=3609"));
	rig_run(&r, SPAN_MS(1001));
	expect_last(&r, VRRP_BACKUP, VRRP_WHY_TIMEOUT, 1000, VRRP_NEW_ACTIVE_NO_RESPONSE);
	rig_hear(&r, 200);
	rig_run(&r, SPAN_MS(5));
	/* Why it was Active stays known when it is no longer. */
	expect_last(&r, VRRP_ACTIVE, VRRP_WHY_HIGHER_PRIORITY, 5, VRRP_NEW_ACTIVE_NO_RESPONSE);
	rig_hear(&r, 0);
	rig_run(&r, SPAN_S(1));
	expect_last(&r, VRRP_BACKUP, VRRP_WHY_LEFT, 390, VRRP_NEW_ACTIVE_PRIORITY);
	rig_hear(&r, 200);
	for (unsigned i = 0; i < 4; i++) {
		rig_hear(&r, 50);
		rig_run(&r, SPAN_S(1));
	}
	expect_last(&r, VRRP_BACKUP, VRRP_WHY_PREEMPT, 390, VRRP_NEW_ACTIVE_PREEMPTED);
	rig_close(&r);
}

/* Packets are handed in before timers run: one that arrived in time counts, however late it is. */
static void packet_that_arrived_in_time_counts(void **state)
{
	struct vrrp_rx rx;
	struct packet p = packet_v3();
	struct rig r;
	mono_t in_time;

	(void)state;
	start_example(&r, EXAMPLE("3", ""));
	in_time = mono_add(r.now, SPAN_MS(3600));
	r.now = mono_add(r.now, SPAN_S(5));
	rx = (struct vrrp_rx){
		.src = p.src, .dst = p.dst, .ttl = p.ttl, .bytes = p.bytes, .len = p.len
	};
	assert_int_equal(vrrpd_rx(r.d, in_time, ETH0, &rx), VRRP_ACCEPTED);
	vrrpd_timer(r.d, r.now);
	assert_int_equal(rig_state(&r, "example"), VRRP_BACKUP);
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
	T(row_015_families_are_two_routers),
	T(row_046_packet_finds_its_router_by_interface_family_and_vrid),
	T(packet_without_an_interface_is_nobodys),
	T(row_075_ignored_in_initialize),
	T(row_055_each_refusal_has_its_counter_and_its_line),
	T(row_055_lines_about_refusals_are_limited),
	T(row_055_lines_about_refusals_are_limited_for_each_router),
	T(row_028_what_was_no_whole_ip_packet_is_counted),
	T(row_062_carp_is_refused_as_too_short),
	T(row_138_versions_do_not_mix),
	T(row_047_owner_that_hears_an_advert_counts_it_and_goes_on),
	T(row_094_of_two_owners_the_higher_address_stays),
	T(row_053_other_addresses_are_logged_and_taken),
	T(row_054_other_interval_is_logged_and_taken),
	T(row_059_what_happens_is_counted),
	T(row_059_a_reload_does_not_reset_what_is_counted),
	T(row_035_each_form_is_counted),
	T(v03_what_counts_as_a_stall),
	T(v05_a_suspended_backup_listens_before_it_takes_over),
	T(v02_i_23_a_frozen_active_advertises_before_it_does_anything_else),
	T(v03_stalls_are_counted_and_lines_about_them_limited),
	T(row_060_every_packet_is_counted_once),
	T(row_060_drops_of_a_removed_router_stay_counted_by_reason),
	T(row_012_adverts_are_those_of_the_worked_examples),
	T(row_084_active_advertises_at_its_interval),
	T(row_077_becoming_active_in_its_order),
	T(nothing_is_announced_before_it_is_there),
	T(row_087_yielding_in_its_order),
	T(row_087_yielding_ends_the_announcements),
	T(row_090_rival_is_answered_and_hosts_are_told_again),
	T(row_061_reason_for_becoming_active_is_recorded),
	T(row_061_the_last_change_and_the_last_takeover_are_kept),
	T(packet_that_arrived_in_time_counts),
)
