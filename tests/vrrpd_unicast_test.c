/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unicast peers and a source of one's own choice, as the daemon goes about them: who it sends to
 * and hears, what a reload makes of them, and how it waits for the address.
 */
#include "vrrpd.h"

#include "unit.h"
#include "vrrp_packets.h"
#include "vrrpd_rig.h"

#define PEERS(list)    "unicast = { peers = (" list "); };"
#define TWO            PEERS("\"10.0.0.2\", \"10.0.0.3\"")
#define WEB(settings)  RIG_FILE(RIG_WEB_WITH(settings))
#define SIX_ADDRESSES  "\"fe80::51/64\", \"2001:db8::51/64\""
#define SIX(settings)  RIG_FILE(RIG_ROUTER("six", "eth0", 51, settings, SIX_ADDRESSES))
#define SIX_PEERS      PEERS("\"2001:db8::2\", \"2001:db8::3\"")

/* eth0 with 10.0.0.1, 10.0.0.9 (secondary), fe80::1 and 2001:db8::1. */
static void start(struct rig *r, const char *text)
{
	rig_open(r);
	rig_write_link(r, ETH0, "eth0", true);
	rig_set(r, ETH0, "10.0.0.1/24", 0, true);
	rig_set(r, ETH0, "10.0.0.9/24", 0, true);
	rig_set(r, ETH0, "fe80::1/64", 0, true);
	rig_set(r, ETH0, "2001:db8::1/64", 0, true);
	rig_apply(r, text);
	rig_obey(r);
}

/* An advert of a priority from one host to another, as it stands in the IP packet. */
static enum vrrp_drop hear(struct rig *r, const char *from, const char *to, uint8_t priority,
			   uint8_t ttl)
{
	struct ip_addr src = rig_ip(from), dst = rig_ip(to);
	struct ip_addr addr = rig_ip(src.family == IP_V4 ? "10.0.0.100" : "fe80::51");
	struct vrrp_msg msg = {
		.version = 3, .vrid = 51, .priority = priority, .interval_cs = 100,
		.csum = VRRP_CSUM_PSEUDO, .family = src.family, .count = 1, .addrs = addr.b,
	};
	uint8_t bytes[64];
	struct vrrp_rx rx = { .src = src, .dst = dst, .ttl = ttl, .bytes = bytes };
	enum vrrp_drop drop;

	rx.len = vrrp_encode(&msg, &src, &dst, bytes, sizeof bytes);
	assert_true(rx.len > 0);
	drop = vrrpd_rx(r->d, r->now, ETH0, &rx);
	rig_obey(r);
	return drop;
}

static void expect_sent(const struct rig *r, size_t n, const char *src, const char *dst)
{
	const struct rig_op *op = rig_op(r, RIG_SEND, n);
	struct ip_addr from = rig_ip(src), to = rig_ip(dst);
	struct vrrp_msg msg;
	struct vrrp_rx rx;

	assert_non_null(op);
	assert_true(ip_eq(&op->src, &from));
	assert_true(ip_eq(&op->dst, &to));
	assert_int_equal(op->ifindex, ETH0);
	/* As the peer sees it; the checksum is over the destination it went to. */
	rx = (struct vrrp_rx){ op->src, op->dst, 255, op->bytes, op->len };
	assert_int_equal(vrrp_decode_unicast(&rx, VRRP_V2_BIT | VRRP_V3_BIT, &to, 255, &msg),
			 VRRP_ACCEPTED);
}

static void sends_to_each_peer_and_to_no_group(void **state)
{
	static const char *const settings[] = {
		TWO, "version = 2;" TWO, "checksum = \"message\";" TWO,
		"checksum = \"pseudo-header\";" TWO,
	};
	struct rig r;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		char text[300];

		snprintf(text, sizeof text, WEB("%s"), settings[i]);
		start(&r, text);
		assert_int_equal(rig_count(&r, RIG_SEND), 0);
		rig_run(&r, SPAN_MS(3650)); /* Active_Down_Interval, at most, and no interval */
		assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
		assert_int_equal(rig_count(&r, RIG_SEND), 2);
		expect_sent(&r, 0, "10.0.0.1", "10.0.0.2");
		expect_sent(&r, 1, "10.0.0.1", "10.0.0.3");
		assert_int_equal(rig_counters(&r, "web")->adverts_sent, 1);
		rig_forget(&r);
		vrrpd_stop(r.d, r.now);
		assert_int_equal(rig_sent(&r, 0), 2);
		assert_int_equal(rig_counters(&r, "web")->prio_zero_sent, 1);
		rig_close(&r);
	}
}

/* Over the destination of each: two that differ, with the pseudo-header. */
static void row_038_each_peer_gets_its_own_checksum(void **state)
{
	struct rig r;

	(void)state;
	start(&r, WEB("checksum = \"pseudo-header\";" TWO));
	rig_activate(&r);
	rig_run(&r, SPAN_S(1));
	for (unsigned i = 0; i < 2; i++) {
		const struct rig_op *op = rig_op(&r, RIG_SEND, i);
		struct packet p = { .src = op->src, .dst = op->dst, .len = op->len };

		memcpy(p.bytes, op->bytes, op->len);
		packet_seal(&p, VRRP_CSUM_PSEUDO);
		assert_memory_equal(p.bytes, op->bytes, op->len);
	}
	assert_memory_not_equal(rig_op(&r, RIG_SEND, 0)->bytes, rig_op(&r, RIG_SEND, 1)->bytes,
				rig_op(&r, RIG_SEND, 0)->len);
	rig_close(&r);
}

static void row_145_hears_its_peers_only(void **state)
{
	struct rig r;

	(void)state;
	start(&r, WEB(TWO));
	rig_forget(&r);
	assert_int_equal(hear(&r, "10.0.0.2", "10.0.0.1", 200, 255), VRRP_ACCEPTED);
	assert_int_equal(hear(&r, "10.0.0.3", "10.0.0.1", 200, 255), VRRP_ACCEPTED);
	assert_int_equal(hear(&r, "10.0.0.4", "10.0.0.1", 200, 255), VRRP_DROP_PEER);
	assert_true(rig_says(&r, "drop", "reason=peer interface=eth0 src=10.0.0.4"));
	assert_int_equal(hear(&r, "10.0.0.2", "10.0.0.1", 200, 254), VRRP_DROP_TTL);
	assert_int_equal(hear(&r, "10.0.0.2", "10.0.0.9", 200, 255), VRRP_DROP_DESTINATION);
	assert_int_equal(hear(&r, "10.0.0.2", "224.0.0.18", 200, 255), VRRP_DROP_DESTINATION);
	assert_int_equal(hear(&r, "10.0.0.1", "10.0.0.1", 200, 255), VRRP_DROP_SELF);
	assert_int_equal(rig_counters(&r, "web")->drops[VRRP_DROP_PEER], 1);
	assert_int_equal(rig_counters(&r, "web")->adverts_received, 2);
	rig_close(&r);
}

static void a_lower_ttl_lets_routed_peers_in(void **state)
{
	struct rig r;

	(void)state;
	start(&r, WEB("unicast = { peers = (\"172.16.0.2\"); ttl_min = 253; };"));
	assert_int_equal(hear(&r, "172.16.0.2", "10.0.0.1", 200, 253), VRRP_ACCEPTED);
	assert_int_equal(hear(&r, "172.16.0.2", "10.0.0.1", 200, 252), VRRP_DROP_TTL);
	rig_activate(&r);
	rig_run(&r, SPAN_S(1));
	expect_sent(&r, 0, "10.0.0.1", "172.16.0.2");
	rig_close(&r);
}

/* Peers come and go: the state, the timers and the socket stay as they are. */
static void peers_change_without_a_change_of_state(void **state)
{
	struct vrrp before;
	struct rig r;

	(void)state;
	start(&r, WEB(TWO));
	rig_activate(&r);
	before = *rig_router(&r, "web");
	rig_apply(&r, WEB(PEERS("\"10.0.0.4\", \"10.0.0.3\"")));
	rig_obey(&r);
	assert_memory_equal(&before, rig_router(&r, "web"), sizeof before);
	assert_true(rig_says(&r, "changed", "settings=unicast.peers"));
	assert_int_equal(rig_count(&r, RIG_SEND) + rig_count(&r, RIG_LISTEN), 0);
	assert_int_equal(rig_lines(&r, "state"), 0);
	rig_forget(&r);
	rig_run(&r, SPAN_S(1));
	assert_int_equal(rig_count(&r, RIG_SEND), 2);
	expect_sent(&r, 0, "10.0.0.1", "10.0.0.4");
	expect_sent(&r, 1, "10.0.0.1", "10.0.0.3");
	assert_int_equal(hear(&r, "10.0.0.2", "10.0.0.1", 200, 255), VRRP_DROP_PEER);
	assert_int_equal(hear(&r, "10.0.0.4", "10.0.0.1", 50, 255), VRRP_ACCEPTED);
	rig_forget(&r);
	rig_apply(&r, WEB(PEERS("\"10.0.0.4\", \"10.0.0.3\"")));
	rig_obey(&r);
	assert_int_equal(rig_lines(&r, "changed"), 0);
	rig_close(&r);
}

static void between_multicast_and_unicast_without_a_change_of_state(void **state)
{
	struct ip_addr group = vrrp_group(IP_V4);
	struct rig r;

	(void)state;
	start(&r, WEB(""));
	rig_activate(&r);
	rig_apply(&r, WEB("unicast = { peers = (\"10.0.0.2\"); ttl_min = 9; };"));
	rig_obey(&r);
	assert_true(rig_says(&r, "changed", "settings=unicast.ttl_min,unicast.peers"));
	rig_run(&r, SPAN_S(1));
	assert_int_equal(rig_count(&r, RIG_SEND), 1);
	expect_sent(&r, 0, "10.0.0.1", "10.0.0.2");
	rig_forget(&r);
	rig_apply(&r, WEB(""));
	rig_obey(&r);
	rig_run(&r, SPAN_S(1));
	assert_int_equal(rig_count(&r, RIG_SEND), 1);
	assert_true(ip_eq(&rig_op(&r, RIG_SEND, 0)->dst, &group));
	assert_int_equal(rig_count(&r, RIG_LISTEN), 0);
	assert_int_equal(rig_lines(&r, "state"), 0);
	rig_close(&r);
}

/* ---- the source */

static void row_017_configured_source_is_used(void **state)
{
	struct ip_addr source = rig_ip("10.0.0.9");
	struct rig r;

	(void)state;
	start(&r, WEB("source = \"10.0.0.9\";" TWO)); /* a secondary address */
	rig_activate(&r);
	rig_run(&r, SPAN_S(1));
	expect_sent(&r, 0, "10.0.0.9", "10.0.0.2");
	assert_int_equal(hear(&r, "10.0.0.2", "10.0.0.9", 50, 255), VRRP_ACCEPTED);
	assert_int_equal(hear(&r, "10.0.0.2", "10.0.0.1", 50, 255), VRRP_DROP_DESTINATION);
	rig_close(&r);
	start(&r, WEB("source = \"10.0.0.9\";"));
	rig_activate(&r);
	rig_run(&r, SPAN_S(1));
	assert_true(ip_eq(&rig_op(&r, RIG_SEND, 0)->src, &source));
	rig_close(&r);
}

static void row_018_unicast_of_ipv6_may_come_from_a_global_address(void **state)
{
	struct rig r;

	(void)state;
	start(&r, SIX("source = \"2001:db8::1\";" SIX_PEERS));
	rig_activate(&r);
	rig_run(&r, SPAN_S(1));
	assert_int_equal(rig_count(&r, RIG_SEND), 2);
	expect_sent(&r, 0, "2001:db8::1", "2001:db8::2");
	expect_sent(&r, 1, "2001:db8::1", "2001:db8::3");
	assert_int_equal(hear(&r, "2001:db8::3", "2001:db8::1", 50, 255), VRRP_ACCEPTED);
	assert_int_equal(hear(&r, "2001:db8::3", "fe80::1", 50, 255), VRRP_DROP_DESTINATION);
	assert_int_equal(hear(&r, "fe80::3", "2001:db8::1", 50, 255), VRRP_DROP_PEER);
	rig_close(&r);
	start(&r, SIX(PEERS("\"fe80::2\"")));
	rig_activate(&r);
	rig_run(&r, SPAN_S(1));
	expect_sent(&r, 0, "fe80::1", "fe80::2");
	rig_close(&r);
}

/* It waits, says for which address, and starts when that is there and usable. */
static void v17_waits_for_its_source(void **state)
{
	struct rig r;

	(void)state;
	start(&r, SIX("source = \"2001:db8::77\";" SIX_PEERS));
	assert_int_equal(rig_state(&r, "six"), VRRP_INITIALIZE);
	assert_true(rig_says(&r, "waiting",
			     "why=no-source interface=eth0 source=2001:db8::77"));
	assert_int_equal(rig_count(&r, RIG_LISTEN), 0);
	rig_run(&r, SPAN_S(20));
	assert_int_equal(rig_state(&r, "six"), VRRP_INITIALIZE);
	vrrpd_address(r.d, r.now, &(struct vrrpd_address){ .ifindex = ETH0,
			.prefix = rig_prefix("2001:db8::77/64"), .unusable = true }, true);
	vrrpd_evaluate(r.d, r.now);
	assert_int_equal(rig_state(&r, "six"), VRRP_INITIALIZE);
	rig_addr(&r, ETH0, "2001:db8::77/64", 0, true);
	assert_int_equal(rig_state(&r, "six"), VRRP_BACKUP);
	assert_int_equal(rig_count(&r, RIG_LISTEN), 1);
	rig_close(&r);
}

static void v17_stops_when_its_source_has_gone(void **state)
{
	struct rig r;

	(void)state;
	start(&r, WEB("source = \"10.0.0.9\";" TWO));
	rig_activate(&r);
	rig_addr(&r, ETH0, "10.0.0.9/24", 0, false);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_int_equal(rig_router(&r, "web")->why, VRRP_WHY_NO_SOURCE);
	assert_int_equal(rig_sent(&r, 0), 0); /* there is no address to say it from */
	assert_false(rig_has(&r, ETH0, RIG_WEB_ADDR));
	rig_addr(&r, ETH0, "10.0.0.9/24", 0, true);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_close(&r);
}

/* With two prefix lengths it is there until both have gone. */
static void v17_source_that_is_there_twice(void **state)
{
	struct rig r;

	(void)state;
	start(&r, WEB("source = \"10.0.0.9\";" TWO));
	rig_addr(&r, ETH0, "10.0.0.9/32", 0, true);
	rig_addr(&r, ETH0, "10.0.0.9/24", 0, false);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_sync(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_addr(&r, ETH0, "10.0.0.9/32", 0, false);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	rig_close(&r);
}

/* Lost reports: what a complete one does not have is gone. */
static void v17_source_is_missing_in_a_complete_report(void **state)
{
	struct rig r;

	(void)state;
	start(&r, WEB("source = \"10.0.0.9\";" TWO));
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_set(&r, ETH0, "10.0.0.9/24", 0, false);
	rig_sync(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	rig_set(&r, ETH0, "10.0.0.9/24", 0, true);
	rig_sync(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_link_gone(&r, ETH0);
	assert_int_equal(rig_router(&r, "web")->why, VRRP_WHY_NO_INTERFACE);
	rig_close(&r);
}

/* However many others the interface has: it is not among those that are remembered. */
static void v17_source_is_found_among_hundreds(void **state)
{
	char text[32];
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH0, "eth0", true);
	for (unsigned i = 1; i < 250; i++) {
		snprintf(text, sizeof text, "10.0.1.%u/16", i);
		rig_set(&r, ETH0, text, 0, true);
	}
	rig_apply(&r, WEB("source = \"10.0.1.249\";" TWO));
	rig_obey(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_close(&r);
}

/* A reload with another source: nobody notices but by the address. Whether it is there has to be
 * asked first, and nothing is decided before. */
static void another_source_without_a_change_of_state(void **state)
{
	struct rig r;

	(void)state;
	start(&r, SIX(PEERS("\"fe80::2\"")));
	rig_activate(&r);
	r.idle = true;
	rig_apply(&r, SIX("source = \"2001:db8::1\";" SIX_PEERS));
	vrrpd_evaluate(r.d, r.now);
	assert_int_equal(rig_state(&r, "six"), VRRP_ACTIVE);
	assert_int_equal(rig_count(&r, RIG_LISTEN), 0);
	r.idle = false;
	rig_obey(&r);
	rig_run(&r, SPAN_S(1));
	assert_int_equal(rig_state(&r, "six"), VRRP_ACTIVE);
	assert_int_equal(rig_lines(&r, "state"), 0);
	assert_int_equal(rig_count(&r, RIG_LISTEN), 0);
	expect_sent(&r, 0, "2001:db8::1", "2001:db8::2");
	rig_forget(&r);
	rig_apply(&r, SIX(PEERS("\"fe80::2\"")));
	rig_obey(&r);
	rig_run(&r, SPAN_S(1));
	assert_int_equal(rig_lines(&r, "state"), 0);
	expect_sent(&r, 0, "fe80::1", "fe80::2");
	rig_close(&r);
}

/* A report was under way: what it said before the reload says nothing of the new source. */
static void another_source_during_a_report(void **state)
{
	struct rig r;

	(void)state;
	start(&r, SIX(PEERS("\"fe80::2\"")));
	rig_activate(&r);
	r.idle = true;
	vrrpd_sync_begin(r.d);
	rig_report_link(&r, ETH0);
	for (size_t i = 0; i < r.n_addrs; i++)
		rig_report_addr(&r, &r.addr[i]);
	rig_apply(&r, SIX("source = \"2001:db8::1\";" SIX_PEERS));
	vrrpd_sync_end(r.d, r.now);
	assert_int_equal(rig_state(&r, "six"), VRRP_ACTIVE);
	r.idle = false;
	rig_obey(&r);
	rig_run(&r, SPAN_S(1));
	assert_int_equal(rig_lines(&r, "state"), 0);
	expect_sent(&r, 0, "2001:db8::1", "2001:db8::2");
	rig_close(&r);
}

/* What is known of a source goes on being known: it is acted on before the next report. */
static void the_same_source_needs_no_report(void **state)
{
	struct rig r;

	(void)state;
	start(&r, WEB("source = \"10.0.0.9\";" TWO));
	rig_activate(&r);
	r.idle = true;
	rig_apply(&r, WEB("source = \"10.0.0.9\"; priority = 50;" TWO));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	rig_addr(&r, ETH0, "10.0.0.9/24", 0, false);
	assert_int_equal(rig_router(&r, "web")->why, VRRP_WHY_NO_SOURCE);
	rig_close(&r);
}

/* To one that is not there: then it waits. */
static void another_source_that_is_not_there(void **state)
{
	struct rig r;

	(void)state;
	start(&r, WEB(""));
	rig_activate(&r);
	rig_apply(&r, WEB("source = \"10.0.0.77\";"));
	rig_obey(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_int_equal(rig_router(&r, "web")->why, VRRP_WHY_NO_SOURCE);
	rig_apply(&r, WEB("source = \"10.0.0.9\";"));
	rig_obey(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_close(&r);
}

UNIT_MAIN(
	T(sends_to_each_peer_and_to_no_group),
	T(row_038_each_peer_gets_its_own_checksum),
	T(row_145_hears_its_peers_only),
	T(a_lower_ttl_lets_routed_peers_in),
	T(peers_change_without_a_change_of_state),
	T(between_multicast_and_unicast_without_a_change_of_state),
	T(row_017_configured_source_is_used),
	T(row_018_unicast_of_ipv6_may_come_from_a_global_address),
	T(v17_waits_for_its_source),
	T(v17_stops_when_its_source_has_gone),
	T(v17_source_that_is_there_twice),
	T(v17_source_is_missing_in_a_complete_report),
	T(v17_source_is_found_among_hundreds),
	T(another_source_without_a_change_of_state),
	T(another_source_during_a_report),
	T(the_same_source_needs_no_report),
	T(another_source_that_is_not_there),
)
