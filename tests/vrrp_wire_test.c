/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrp_wire.h"

#include "ip_wire.h"
#include "rng.h"
#include "unit.h"
#include "vrrp_packets.h"

#include "check_trap.h"

enum { BOTH = VRRP_V2_BIT | VRRP_V3_BIT };

/* Decodes from memory that ends where the message ends. The addresses are copied to `addrs`, if
 * any. */
static enum vrrp_drop decode_to(const struct packet *p, unsigned versions, struct vrrp_msg *msg,
				uint8_t *addrs)
{
	struct bytes b = bytes_copy(p->bytes, p->len);
	struct vrrp_rx rx = {
		.src = p->src, .dst = p->dst, .ttl = p->ttl, .bytes = b.p, .len = b.len
	};
	enum vrrp_drop drop = vrrp_decode(&rx, versions, msg);

	if (drop == VRRP_ACCEPTED && addrs != NULL)
		memcpy(addrs, msg->addrs, msg->count * ip_len(msg->family));
	msg->addrs = msg->auth_data = NULL;
	msg->trailer = NULL;
	free(b.p);
	return drop;
}

static enum vrrp_drop decode(const struct packet *p)
{
	struct vrrp_msg msg;

	return decode_to(p, BOTH, &msg, NULL);
}

static struct packet with_byte(struct packet p, size_t at, uint8_t value)
{
	p.bytes[at] = value;
	packet_reseal(&p);
	return p;
}

static const uint8_t vips4[] = { 192, 0, 2, 1, 192, 0, 2, 2 };

/* A message as vrrp_encode() wants it, of version 2 or 3 over IPv4. */
static struct vrrp_msg message(uint8_t version)
{
	return (struct vrrp_msg){ .version = version,
				  .vrid = 10,
				  .priority = 200,
				  .interval_cs = 100,
				  .family = IP_V4,
				  .count = 2,
				  .addrs = vips4 };
}

static size_t encode(const struct vrrp_msg *msg, struct packet *p)
{
	*p = (struct packet){ .ttl = 255 };
	if (msg->family == IP_V4) {
		p->src = ip4(192, 0, 2, 251);
		p->dst = GROUP4;
	} else {
		p->src = (struct ip_addr){ IP_V6, { 0xfe, 0x80, [15] = 0xc8 } };
		p->dst = GROUP6;
	}
	p->len = vrrp_encode(msg, &p->src, &p->dst, p->bytes, sizeof p->bytes);
	return p->len;
}

/* ---- worked examples */

static void the_examples_are_encoded_and_decoded(void **state)
{
	static const uint8_t vips6[] = { 0xfe, 0x80, [15] = 1, 0x20, 0x01, 0x0d, 0xb8, [31] = 1 };
	const struct { struct packet want; struct vrrp_msg msg; } t[] = {
#define EXAMPLE(version, priority, csum, family, addrs) \
	{ version, 10, priority, 0, 100, csum, family, 2, addrs, NULL, NULL }
		{ packet_v2(), EXAMPLE(2, 200, VRRP_CSUM_MESSAGE, IP_V4, vips4) },
		{ packet_v3(), EXAMPLE(3, 200, VRRP_CSUM_MESSAGE, IP_V4, vips4) },
		{ packet_v3_pseudo(), EXAMPLE(3, 200, VRRP_CSUM_PSEUDO, IP_V4, vips4) },
		{ packet_v6(), EXAMPLE(3, 100, VRRP_CSUM_PSEUDO, IP_V6, vips6) },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof t / sizeof *t; i++) {
		uint8_t addrs[32];
		struct vrrp_msg msg;
		struct packet p;

		assert_int_equal(encode(&t[i].msg, &p), t[i].want.len);
		assert_memory_equal(p.bytes, t[i].want.bytes, p.len);
		assert_int_equal(decode_to(&t[i].want, BOTH, &msg, addrs), VRRP_ACCEPTED);
		assert_int_equal(msg.version, t[i].msg.version);
		assert_int_equal(msg.vrid, t[i].msg.vrid);
		assert_int_equal(msg.priority, t[i].msg.priority);
		assert_int_equal(msg.auth_type, 0);
		assert_int_equal(msg.interval_cs, t[i].msg.interval_cs);
		assert_int_equal(msg.csum, t[i].msg.csum);
		assert_int_equal(msg.family, t[i].msg.family);
		assert_int_equal(msg.count, t[i].msg.count);
		assert_memory_equal(addrs, t[i].msg.addrs, msg.count * ip_len(msg.family));
	}
}

/* Reads a captured frame down to its message; the message is copied. */
static struct packet captured_packet(const struct captured *c)
{
	struct bytes b = bytes_hex(c->frame);
	struct packet p = { 0 };
	struct link_frame f;
	struct ip_packet ip;

	assert_true(link_decode(LINK_ETHERNET, b.p, b.len, &f));
	assert_int_equal(ip_decode(f.payload, f.len, &ip), IP_OK);
	assert_int_equal(ip.proto, IP_PROTO_VRRP);
	p = (struct packet){ .src = ip.src, .dst = ip.dst, .ttl = ip.ttl, .len = ip.len };
	memcpy(p.bytes, ip.payload, ip.len);
	free(b.p);
	return p;
}

static void captured_packets_say_what_their_senders_meant(void **state)
{
	(void)state;
	for (unsigned i = 0; i < CAPTURED_N; i++) {
		const struct captured *c = &captured[i];
		struct packet p = captured_packet(c);
		struct bytes want = bytes_hex(c->addrs);
		struct vrrp_msg msg;
		uint8_t addrs[32];

		assert_true(ip_eq(&p.src, &c->src));
		assert_true(ip_eq(&p.dst, &c->dst));
		assert_int_equal(p.ttl, c->ttl);
		assert_int_equal(decode_to(&p, BOTH, &msg, addrs), VRRP_ACCEPTED);
		assert_int_equal(msg.version, c->version);
		assert_int_equal(msg.vrid, 51);
		assert_int_equal(msg.priority, c->priority);
		assert_int_equal(msg.auth_type, c->auth_type);
		assert_int_equal(msg.interval_cs, c->interval_cs);
		assert_int_equal(msg.csum, c->csum);
		assert_int_equal(msg.family, c->src.family);
		assert_int_equal(msg.count, c->count);
		assert_int_equal(msg.count * ip_len(msg.family), want.len);
		assert_memory_equal(addrs, want.p, want.len);
		free(want.p);
	}
}

static void captured_messages_are_encoded_to_the_same_bytes(void **state)
{
	(void)state;
	for (unsigned i = 0; i < CAPTURED_N + CAPTURED_UNICAST_N; i++) {
		const struct captured *c =
			i < CAPTURED_N ? &captured[i] : &captured_unicast[i - CAPTURED_N];
		struct packet want = captured_packet(c);
		struct bytes addrs = bytes_hex(c->addrs);
		struct vrrp_msg msg = { .version = c->version,
					.vrid = 51,
					.priority = c->priority,
					.interval_cs = c->interval_cs,
					.csum = c->csum,
					.family = c->src.family,
					.count = c->count,
					.addrs = addrs.p };
		uint8_t buf[64];

		if (c->auth_type == 0) { /* we write no authentication data */
			assert_int_equal(vrrp_encode(&msg, &c->src, &c->dst, buf, sizeof buf),
					 want.len);
			assert_memory_equal(buf, want.bytes, want.len);
		}
		free(addrs.p);
	}
}

/* ---- 1.1 packet format */

static void row_001_first_byte_is_version_and_type(void **state)
{
	struct vrrp_msg msg = message(2);
	struct packet p;

	(void)state;
	encode(&msg, &p);
	assert_int_equal(p.bytes[0], 0x21);
	msg.version = 3;
	encode(&msg, &p);
	assert_int_equal(p.bytes[0], 0x31);
	for (unsigned version = 0; version < 16; version++) {
		p = with_byte(packet_v2(), 0, (uint8_t)(version << 4 | 1));
		assert_int_equal(decode(&p),
				 version == 2 || version == 3 ? VRRP_ACCEPTED : VRRP_DROP_VERSION);
		p = with_byte(packet_v6(), 0, (uint8_t)(version << 4 | 1));
		assert_int_equal(decode(&p), version == 3 ? VRRP_ACCEPTED : VRRP_DROP_VERSION);
	}
}

static void row_002_only_type_1_is_an_advertisement(void **state)
{
	(void)state;
	for (uint8_t type = 0; type < 16; type++) {
		struct packet p[] = { packet_v2(), packet_v3(), packet_v6() };

		for (unsigned i = 0; i < 3; i++) {
			p[i] = with_byte(p[i], 0, (uint8_t)((p[i].bytes[0] & 0xf0) | type));
			assert_int_equal(decode(&p[i]), type == 1 ? VRRP_ACCEPTED : VRRP_DROP_TYPE);
		}
	}
}

static void row_003_vrid_is_byte_1(void **state)
{
	(void)state;
	for (unsigned vrid = 0; vrid < 256; vrid++) {
		struct packet p = with_byte(packet_v3(), 1, (uint8_t)vrid);
		struct vrrp_rx rx = { .bytes = p.bytes, .len = p.len };
		struct vrrp_msg msg;

		assert_int_equal(decode_to(&p, BOTH, &msg, NULL), VRRP_ACCEPTED);
		assert_int_equal(msg.vrid, vrid);
		assert_int_equal(vrrp_peek_vrid(&rx), vrid);
		msg.addrs = vips4;
		encode(&msg, &p);
		assert_int_equal(p.bytes[1], vrid);
	}
}

/* Zero is no VRID, so it finds no virtual router. */
static void row_003_a_message_too_short_for_a_vrid_has_none(void **state)
{
	(void)state;
	for (size_t len = 0; len < 4; len++) {
		struct bytes b = bytes_copy("\x31\x0a\xc8\x02", len);
		struct vrrp_rx rx = { .bytes = b.p, .len = b.len };

		assert_int_equal(vrrp_peek_vrid(&rx), len < 2 ? 0 : 10);
		free(b.p);
	}
}

static void row_004_priority_is_byte_2(void **state)
{
	(void)state;
	assert_int_equal(VRRP_PRIORITY_OWNER, 255);
	assert_int_equal(VRRP_PRIORITY_LEAVING, 0);
	for (unsigned priority = 0; priority < 256; priority++) {
		struct packet p = with_byte(packet_v2(), 2, (uint8_t)priority);
		struct vrrp_msg msg;

		assert_int_equal(decode_to(&p, BOTH, &msg, NULL), VRRP_ACCEPTED);
		assert_int_equal(msg.priority, priority);
		msg.addrs = vips4;
		encode(&msg, &p);
		assert_int_equal(p.bytes[2], priority);
	}
}

static void row_005_byte_3_counts_the_addresses(void **state)
{
	uint8_t addrs[4 * 255];

	(void)state;
	memset(addrs, 7, sizeof addrs);
	for (unsigned count = 1; count < 256; count++) {
		struct vrrp_msg msg = message(3), got;
		struct packet p;

		msg.count = (uint8_t)count;
		msg.addrs = addrs;
		encode(&msg, &p);
		assert_int_equal(p.bytes[3], count);
		assert_int_equal(decode_to(&p, BOTH, &got, NULL), VRRP_ACCEPTED);
		assert_int_equal(got.count, count);
	}
}

static void row_006_version_2_says_seconds_in_byte_5(void **state)
{
	(void)state;
	for (unsigned s = 0; s < 256; s++) {
		struct packet p = with_byte(packet_v2(), 5, (uint8_t)s);
		struct vrrp_msg msg;

		assert_int_equal(decode_to(&p, BOTH, &msg, NULL), VRRP_ACCEPTED);
		assert_int_equal(msg.interval_cs, 100 * s);
		assert_int_equal(msg.auth_type, 0);
		p = with_byte(p, 4, (uint8_t)s);
		assert_int_equal(decode_to(&p, BOTH, &msg, NULL), VRRP_ACCEPTED);
		assert_int_equal(msg.auth_type, s);
		if (s > 0) {
			msg.auth_type = 0;
			msg.addrs = vips4;
			encode(&msg, &p);
			assert_int_equal(p.bytes[4], 0);
			assert_int_equal(p.bytes[5], s);
		}
	}
}

static void row_007_version_3_says_centiseconds_in_12_bits(void **state)
{
	(void)state;
	for (unsigned cs = 0; cs < 4096; cs++) {
		struct packet p = packet_v3();
		struct vrrp_msg msg;

		p.bytes[4] = (uint8_t)(cs >> 8);
		p = with_byte(p, 5, (uint8_t)cs);
		assert_int_equal(decode_to(&p, BOTH, &msg, NULL), VRRP_ACCEPTED);
		assert_int_equal(msg.interval_cs, cs);
		if (cs > 0) {
			msg.addrs = vips4;
			encode(&msg, &p);
			assert_int_equal(p.bytes[4] << 8 | p.bytes[5], cs);
		}
	}
}

static void never_sent(struct vrrp_msg *msg)
{
	struct packet p;

	assert_check_fails(encode(msg, &p));
}

static void row_007_an_interval_out_of_range_is_never_sent(void **state)
{
	static const struct {
		uint8_t version;
		uint32_t cs;
		bool fits;
	} t[] = {
		{ 3, 0, false },   { 3, 1, true },     { 3, 4095, true },    { 3, 4096, false },
		{ 2, 0, false },   { 2, 100, true },   { 2, 25500, true },   { 2, 25600, false },
		{ 2, 99, false },  { 2, 150, false },  { 2, 1, false },      { 2, 4095, false },
		{ 3, 8192, false }, { 3, UINT32_MAX, false }, { 2, UINT32_MAX, false },
	};
	struct packet p;

	(void)state;
	for (unsigned i = 0; i < sizeof t / sizeof *t; i++) {
		struct vrrp_msg msg = message(t[i].version);

		msg.interval_cs = t[i].cs;
		if (t[i].fits)
			assert_int_not_equal(encode(&msg, &p), 0);
		else
			never_sent(&msg);
	}
}

/* f064 is 100 cs; the checksum is over the bytes as they came. */
static void row_008_reserved_bits_are_ignored(void **state)
{
	(void)state;
	for (unsigned nibble = 0; nibble < 16; nibble++) {
		struct packet p = with_byte(packet_v3(), 4, (uint8_t)(nibble << 4));
		struct vrrp_msg msg;

		assert_int_equal(decode_to(&p, BOTH, &msg, NULL), VRRP_ACCEPTED);
		assert_int_equal(msg.interval_cs, 100);
		p = with_byte(packet_v6(), 4, (uint8_t)(nibble << 4));
		assert_int_equal(decode_to(&p, BOTH, &msg, NULL), VRRP_ACCEPTED);
		assert_int_equal(msg.interval_cs, 100);
	}
}

static void row_009_checksum_is_in_bytes_6_and_7(void **state)
{
	struct packet p[] = { packet_v2(), packet_v3(), packet_v3_pseudo(), packet_v6() };

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct packet wrong = p[i];

		/* Left out, or computed with something else than zero in the field. */
		wrong.bytes[6] = wrong.bytes[7] = 0;
		assert_int_equal(decode(&wrong), VRRP_DROP_CHECKSUM);
		wrong = p[i];
		wrong.bytes[7] ^= 1;
		assert_int_equal(decode(&wrong), VRRP_DROP_CHECKSUM);
		wrong = p[i];
		wrong.bytes[6] = p[i].bytes[7];
		wrong.bytes[7] = p[i].bytes[6];
		assert_int_equal(decode(&wrong), VRRP_DROP_CHECKSUM);
	}
}

static void row_010_addresses_are_of_the_family_of_the_ip_header(void **state)
{
	struct packet p = packet_v6();
	struct vrrp_msg msg;
	uint8_t addrs[32];

	(void)state;
	assert_int_equal(decode_to(&p, BOTH, &msg, addrs), VRRP_ACCEPTED);
	assert_int_equal(msg.family, IP_V6);
	assert_memory_equal(addrs, p.bytes + 8, 32);
	p = packet_v3();
	assert_int_equal(decode_to(&p, BOTH, &msg, addrs), VRRP_ACCEPTED);
	assert_int_equal(msg.family, IP_V4);
	assert_memory_equal(addrs, p.bytes + 8, 8);
	/* Two IPv4 addresses in an IPv6 packet are not even one IPv6 address. */
	p.src = packet_v6().src;
	p.dst = GROUP6;
	packet_reseal(&p);
	assert_int_equal(decode(&p), VRRP_DROP_LENGTH);
}

static void row_011_version_2_ends_with_8_bytes_of_zero(void **state)
{
	struct vrrp_msg msg = message(2);
	struct packet p;

	(void)state;
	memset(&p, 0xff, sizeof p);
	assert_int_equal(encode(&msg, &p), 24);
	assert_memory_equal(p.bytes + 16, "\0\0\0\0\0\0\0\0", 8);
	/* Without them the message is not whole, even if its checksum is right. */
	for (size_t missing = 1; missing <= 8; missing++) {
		p = packet_v2();
		p.len -= missing;
		packet_reseal(&p);
		assert_int_equal(decode(&p), VRRP_DROP_LENGTH);
	}
}

static void row_012_lengths_follow_from_the_count(void **state)
{
	uint8_t addrs[16 * 20] = { 0xfe, 0x80 };
	struct packet p;

	(void)state;
	for (uint8_t count = 1; count <= 20; count++) {
		struct vrrp_msg msg = message(2);

		msg.count = count;
		msg.addrs = addrs;
		assert_int_equal(encode(&msg, &p), 16 + 4 * count);
		assert_int_equal(decode(&p), VRRP_ACCEPTED);
		msg.version = 3;
		assert_int_equal(encode(&msg, &p), 8 + 4 * count);
		assert_int_equal(decode(&p), VRRP_ACCEPTED);
		msg.family = IP_V6;
		assert_int_equal(encode(&msg, &p), 8 + 16 * count);
		assert_int_equal(decode(&p), VRRP_ACCEPTED);
	}
}

static void row_016_as_many_addresses_as_the_field_and_the_mtu_hold(void **state)
{
	static uint8_t addrs[16 * VRRP_ADDRS_MAX];
	struct vrrp_msg msg = message(3), got;
	struct packet p;

	(void)state;
	for (unsigned i = 0; i < sizeof addrs; i++)
		addrs[i] = (uint8_t)(i * 7);
	msg.count = 255;
	msg.addrs = addrs;
	assert_int_equal(encode(&msg, &p), 1028);
	assert_int_equal(decode_to(&p, BOTH, &got, NULL), VRRP_ACCEPTED);
	assert_int_equal(got.count, 255);
	msg.version = 2;
	assert_int_equal(encode(&msg, &p), 1036);
	assert_int_equal(decode(&p), VRRP_ACCEPTED);
	msg.version = 3;
	msg.family = IP_V6;
	assert_int_equal(encode(&msg, &p), VRRP_MESSAGE_MAX - VRRP_TRAILER_LEN);
	assert_int_equal(decode(&p), VRRP_ACCEPTED);
	/* An IPv6 packet of 1500 bytes has room for 90. */
	msg.count = 90;
	assert_int_equal(vrrp_encode(&msg, &p.src, &p.dst, p.bytes, 1500 - IP6_HEADER_LEN), 1448);
	msg.count = 91;
	assert_int_equal(vrrp_encode(&msg, &p.src, &p.dst, p.bytes, 1500 - IP6_HEADER_LEN), 0);
}

/* ---- 1.2 IP and link header */

static void row_019_groups_and_their_ethernet_addresses(void **state)
{
	struct ip_addr group4 = vrrp_group(IP_V4), group6 = vrrp_group(IP_V6), want4 = GROUP4,
		       want6 = GROUP6;
	uint8_t mac[6];

	(void)state;
	assert_true(ip_eq(&group4, &want4));
	assert_true(ip_eq(&group6, &want6));
	ip_multicast_mac(&group4, mac);
	assert_memory_equal(mac, "\x01\x00\x5e\x00\x00\x12", 6);
	ip_multicast_mac(&group6, mac);
	assert_memory_equal(mac, "\x33\x33\x00\x00\x00\x12", 6);
}

static void row_021_ttl_is_255_or_the_packet_is_refused(void **state)
{
	(void)state;
	assert_int_equal(VRRP_TTL, 255);
	for (unsigned ttl = 0; ttl < 256; ttl++) {
		struct packet p[] = { packet_v2(), packet_v3(), packet_v6() };

		for (unsigned i = 0; i < 3; i++) {
			p[i].ttl = (uint8_t)ttl;
			assert_int_equal(decode(&p[i]), ttl == 255 ? VRRP_ACCEPTED : VRRP_DROP_TTL);
		}
	}
}

static void row_024_virtual_mac_holds_family_and_vrid(void **state)
{
	(void)state;
	for (unsigned vrid = 1; vrid < 256; vrid++) {
		uint8_t mac[6], want[6] = { 0x00, 0x00, 0x5e, 0x00, 0x01, (uint8_t)vrid };

		vrrp_mac(IP_V4, (uint8_t)vrid, mac);
		assert_memory_equal(mac, want, 6);
		want[4] = 0x02;
		vrrp_mac(IP_V6, (uint8_t)vrid, mac);
		assert_memory_equal(mac, want, 6);
	}
}

/* ---- 1.3 checksum */

static void row_029_version_2_sums_the_message_with_its_authentication_data(void **state)
{
	struct packet p = packet_v2();

	(void)state;
	p.bytes[16] = 0x5a; /* summed although it is ignored otherwise */
	assert_int_equal(decode(&p), VRRP_DROP_CHECKSUM);
	packet_seal(&p, VRRP_CSUM_MESSAGE);
	assert_int_equal(decode(&p), VRRP_ACCEPTED);
	packet_seal(&p, VRRP_CSUM_PSEUDO);
	assert_int_equal(decode(&p), VRRP_DROP_CHECKSUM);
}

static void row_030_ipv6_sums_the_pseudo_header_too(void **state)
{
	struct packet p = packet_v6();
	struct vrrp_msg msg;

	(void)state;
	assert_int_equal(decode_to(&p, BOTH, &msg, NULL), VRRP_ACCEPTED);
	assert_int_equal(msg.csum, VRRP_CSUM_PSEUDO);
	packet_seal(&p, VRRP_CSUM_MESSAGE);
	assert_int_equal(decode(&p), VRRP_DROP_CHECKSUM);
	/* Asked for or not: over IPv6 there is one form. */
	msg.addrs = p.bytes + 8;
	msg.csum = VRRP_CSUM_MESSAGE;
	encode(&msg, &p);
	assert_int_equal(decode(&p), VRRP_ACCEPTED);
}

static void row_031_version_3_over_ipv4_sums_the_message_alone(void **state)
{
	struct vrrp_msg msg = message(3), got;
	struct packet p;

	(void)state;
	encode(&msg, &p);
	assert_int_equal(bytes_sum16(0, p.bytes, p.len), 0xffff);
	assert_int_equal(decode_to(&p, BOTH, &got, NULL), VRRP_ACCEPTED);
	assert_int_equal(got.csum, VRRP_CSUM_MESSAGE);
}

static void row_032_version_3_over_ipv4_may_sum_the_pseudo_header(void **state)
{
	struct vrrp_msg msg = message(3), got;
	struct packet p;

	(void)state;
	msg.csum = VRRP_CSUM_PSEUDO;
	encode(&msg, &p);
	assert_int_equal(bytes_sum16(packet_pseudo_sum(&p), p.bytes, p.len), 0xffff);
	assert_int_equal(decode_to(&p, BOTH, &got, NULL), VRRP_ACCEPTED);
	assert_int_equal(got.csum, VRRP_CSUM_PSEUDO);
}

/* No legal message has an odd length, but an odd one must not be mistaken for an even one. */
static void row_033_an_odd_message_is_summed_to_its_end(void **state)
{
	struct packet p = packet_v3();

	(void)state;
	p.bytes[p.len++] = 0x77;
	assert_int_equal(decode(&p), VRRP_DROP_CHECKSUM);
	packet_reseal(&p);
	assert_int_equal(decode(&p), VRRP_ACCEPTED);
	p.len--;
	assert_int_equal(decode(&p), VRRP_DROP_CHECKSUM);
}

/* The message but for its checksum sums to ffff: both zeros are right (RFC 1071). */
static void row_034_a_checksum_of_zero_may_be_sent_as_either_zero(void **state)
{
	struct packet p = packet_v2();
	uint16_t rest;

	(void)state;
	p.bytes[6] = p.bytes[7] = p.bytes[16] = p.bytes[17] = 0;
	rest = (uint16_t)~bytes_sum16(0, p.bytes, p.len);
	p.bytes[16] = (uint8_t)(rest >> 8);
	p.bytes[17] = (uint8_t)rest;
	assert_int_equal(decode(&p), VRRP_ACCEPTED);
	p.bytes[6] = p.bytes[7] = 0xff;
	assert_int_equal(decode(&p), VRRP_ACCEPTED);
}

/* A unicast packet: the pseudo-header has the address it went to, as the peer's captured packet
 * shows. */
static void row_038_pseudo_header_has_the_real_destination(void **state)
{
	struct vrrp_msg msg = message(3);
	struct ip_addr peer = ip4(192, 0, 2, 252);
	struct packet p;

	(void)state;
	msg.csum = VRRP_CSUM_PSEUDO;
	encode(&msg, &p);
	p.dst = peer;
	vrrp_encode(&msg, &p.src, &peer, p.bytes, sizeof p.bytes);
	assert_int_equal(bytes_sum16(packet_pseudo_sum(&p), p.bytes, p.len), 0xffff);
	/* That sum does not fit the group. */
	p.dst = GROUP4;
	assert_int_equal(decode(&p), VRRP_DROP_CHECKSUM);
	for (unsigned i = 1; i < CAPTURED_UNICAST_N; i++) {
		p = captured_packet(&captured_unicast[i]);
		assert_int_equal(bytes_sum16(packet_pseudo_sum(&p), p.bytes, p.len), 0xffff);
	}
}

/* ---- hostile input */

static void row_043_a_message_cut_anywhere_is_too_short(void **state)
{
	struct packet p[4 + CAPTURED_N] = { packet_v2(), packet_v3(), packet_v3_pseudo(),
					    packet_v6() };

	(void)state;
	for (unsigned i = 0; i < CAPTURED_N; i++)
		p[4 + i] = captured_packet(&captured[i]);
	for (unsigned i = 0; i < 4 + CAPTURED_N; i++)
		for (assert_int_equal(decode(&p[i]), VRRP_ACCEPTED); p[i].len > 0;) {
			p[i].len--;
			assert_int_equal(decode(&p[i]), VRRP_DROP_LENGTH);
		}
}

static void row_045_one_wrong_bit_is_never_accepted(void **state)
{
	struct packet p[4 + CAPTURED_N] = { packet_v2(), packet_v3(), packet_v3_pseudo(),
					    packet_v6() };

	(void)state;
	for (unsigned i = 0; i < CAPTURED_N; i++)
		p[4 + i] = captured_packet(&captured[i]);
	for (unsigned i = 0; i < 4 + CAPTURED_N; i++)
		for (unsigned bit = 0; bit < 8 * p[i].len; bit++) {
			p[i].bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
			assert_int_not_equal(decode(&p[i]), VRRP_ACCEPTED);
			p[i].bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		}
}

/* What the pseudo-header covers besides: where the packet says it comes from. */
static void row_045_one_wrong_bit_of_the_source_is_never_accepted(void **state)
{
	struct packet p[2 + CAPTURED_N] = { packet_v3_pseudo(), packet_v6() };

	(void)state;
	for (unsigned i = 0; i < CAPTURED_N; i++)
		p[2 + i] = captured_packet(&captured[i]);
	for (unsigned i = 0; i < 2 + CAPTURED_N; i++)
		for (unsigned bit = 0; bit < 8 * ip_len(p[i].src.family); bit++) {
			if (p[i].bytes[0] == 0x21)
				break;
			p[i].src.b[bit / 8] ^= (uint8_t)(1u << (bit % 8));
			assert_int_equal(decode(&p[i]), VRRP_DROP_CHECKSUM);
			p[i].src.b[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		}
}

/* Whatever the bytes, there is an answer, and an accepted message lies within them. */
static void random_bytes_are_survived(void **state)
{
	unsigned accepted = 0;

	(void)state;
	for (uint32_t round = 0; round < 20000; round++) {
		struct packet p = round % 2 == 0 ? packet_v3() : packet_v6();
		struct vrrp_msg msg;
		uint8_t addrs[16 * 255];

		p.len = rng_at(1, 0, round, 0) % 70;
		for (uint32_t i = 0; i < p.len; i++)
			p.bytes[i] = (uint8_t)rng_at(1, 1, round, i);
		if (p.len >= 8) {
			if (rng_at(1, 2, round, 0) % 4 != 0)
				p.bytes[0] = round % 4 < 2 ? 0x31 : 0x21;
			p.bytes[3] %= 8;
			packet_reseal(&p);
		}
		if (decode_to(&p, BOTH, &msg, addrs) == VRRP_ACCEPTED) {
			accepted++;
			assert_true(8 + msg.count * ip_len(msg.family) <= p.len);
		}
	}
	assert_in_range(accepted, 1000, 19000); /* the test reaches both outcomes */
}

/* ---- there and back */

static void what_was_encoded_decodes_to_the_same(void **state)
{
	static uint8_t addrs[16 * 255], got_addrs[16 * 255];

	(void)state;
	for (uint32_t i = 0; i < sizeof addrs; i++)
		addrs[i] = (uint8_t)rng_at(7, 0, 0, i);
	for (uint32_t round = 0; round < 3000; round++) {
		uint64_t v = rng_at(7, 1, round, 0);
		struct vrrp_msg msg = { .version = round % 3 == 0 ? 2 : 3,
					.vrid = (uint8_t)v,
					.priority = (uint8_t)(v >> 8),
					.count = (uint8_t)(v >> 16),
					.addrs = addrs,
					.family = round % 3 == 1 ? IP_V6 : IP_V4 };
		struct vrrp_msg got;
		struct packet p;

		msg.interval_cs = round % 3 == 0 ? 100 * (1 + (uint32_t)(v >> 24) % 255)
						 : 1 + (uint32_t)(v >> 24) % 4095;
		if (msg.version == 3)
			msg.csum = msg.family == IP_V6 || (v >> 63) != 0 ? VRRP_CSUM_PSEUDO
									 : VRRP_CSUM_MESSAGE;
		encode(&msg, &p);
		assert_int_equal(decode_to(&p, 1u << msg.version, &got, got_addrs), VRRP_ACCEPTED);
		assert_int_equal(got.version, msg.version);
		assert_int_equal(got.vrid, msg.vrid);
		assert_int_equal(got.priority, msg.priority);
		assert_int_equal(got.auth_type, 0);
		assert_int_equal(got.interval_cs, msg.interval_cs);
		assert_int_equal(got.family, msg.family);
		assert_int_equal(got.count, msg.count);
		assert_int_equal(got.csum, msg.csum);
		assert_memory_equal(got_addrs, addrs, msg.count * ip_len(msg.family));
	}
}

static void a_message_that_does_not_fit_is_not_written(void **state)
{
	struct packet src = packet_v3();

	(void)state;
	for (uint8_t version = 2; version <= 3; version++) {
		struct vrrp_msg msg = message(version);
		size_t whole = version == 2 ? 24 : 16;

		for (size_t size = 0; size <= whole; size++) {
			uint8_t *buf = bytes_room(size);

			assert_int_equal(vrrp_encode(&msg, &src.src, &src.dst, buf, size),
					 size < whole ? 0 : whole);
			free(buf);
		}
	}
}

/* ---- names */

static void every_reason_has_a_name_of_its_own(void **state)
{
	(void)state;
	assert_string_equal(vrrp_drop_name(VRRP_ACCEPTED), "accepted");
	assert_string_equal(vrrp_drop_name(VRRP_DROP_TTL), "ttl");
	assert_string_equal(vrrp_drop_name(VRRP_DROP_INTERVAL_MISMATCH), "interval-mismatch");
	for (unsigned i = 0; i < VRRP_DROP_N; i++) {
		const char *name = vrrp_drop_name((enum vrrp_drop)i);

		assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz-"), strlen(name));
		assert_true(strlen(vrrp_drop_doc((enum vrrp_drop)i)) > 3);
		for (unsigned j = 0; j < i; j++)
			assert_string_not_equal(name, vrrp_drop_name((enum vrrp_drop)j));
	}
	assert_check_fails(vrrp_drop_name(VRRP_DROP_N));
	assert_check_fails(vrrp_drop_doc(VRRP_DROP_N));
}

/* From this source the pseudo-header sums up to nothing: both forms fit, and neither is to be read
 * into it. */
static void row_035_a_packet_that_fits_both_forms_says_so(void **state)
{
	static const uint8_t addr[4] = { 192, 0, 2, 1 };
	struct ip_addr src = ip4(10, 0, 0x15, 0x71), group = vrrp_group(IP_V4);
	struct vrrp_msg msg = { .version = 3, .vrid = 1, .priority = 100, .interval_cs = 100,
				.family = IP_V4, .count = 1, .addrs = addr }, got;
	uint8_t bytes[VRRP_MESSAGE_MAX];
	struct vrrp_rx rx = { .src = src, .dst = group, .ttl = 255, .bytes = bytes };

	(void)state;
	rx.len = vrrp_encode(&msg, &src, &group, bytes, sizeof bytes);
	assert_int_equal(vrrp_decode(&rx, VRRP_V3_BIT, &got), VRRP_ACCEPTED);
	assert_int_equal(got.csum, VRRP_CSUM_EITHER);
}

UNIT_MAIN(T(row_035_a_packet_that_fits_both_forms_says_so),
	  T(the_examples_are_encoded_and_decoded), T(captured_packets_say_what_their_senders_meant),
	  T(captured_messages_are_encoded_to_the_same_bytes),
	  T(row_001_first_byte_is_version_and_type), T(row_002_only_type_1_is_an_advertisement),
	  T(row_003_vrid_is_byte_1), T(row_003_a_message_too_short_for_a_vrid_has_none),
	  T(row_004_priority_is_byte_2), T(row_005_byte_3_counts_the_addresses),
	  T(row_006_version_2_says_seconds_in_byte_5),
	  T(row_007_version_3_says_centiseconds_in_12_bits),
	  T(row_007_an_interval_out_of_range_is_never_sent), T(row_008_reserved_bits_are_ignored),
	  T(row_009_checksum_is_in_bytes_6_and_7),
	  T(row_010_addresses_are_of_the_family_of_the_ip_header),
	  T(row_011_version_2_ends_with_8_bytes_of_zero), T(row_012_lengths_follow_from_the_count),
	  T(row_016_as_many_addresses_as_the_field_and_the_mtu_hold),
	  T(row_019_groups_and_their_ethernet_addresses),
	  T(row_021_ttl_is_255_or_the_packet_is_refused),
	  T(row_024_virtual_mac_holds_family_and_vrid),
	  T(row_029_version_2_sums_the_message_with_its_authentication_data),
	  T(row_030_ipv6_sums_the_pseudo_header_too),
	  T(row_031_version_3_over_ipv4_sums_the_message_alone),
	  T(row_032_version_3_over_ipv4_may_sum_the_pseudo_header),
	  T(row_033_an_odd_message_is_summed_to_its_end),
	  T(row_034_a_checksum_of_zero_may_be_sent_as_either_zero),
	  T(row_038_pseudo_header_has_the_real_destination),
	  T(row_043_a_message_cut_anywhere_is_too_short),
	  T(row_045_one_wrong_bit_is_never_accepted),
	  T(row_045_one_wrong_bit_of_the_source_is_never_accepted), T(random_bytes_are_survived),
	  T(what_was_encoded_decodes_to_the_same), T(a_message_that_does_not_fit_is_not_written),
	  T(every_reason_has_a_name_of_its_own))
