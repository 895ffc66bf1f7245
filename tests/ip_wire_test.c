/* SPDX-License-Identifier: BSD-2-Clause */
#include "ip_wire.h"

#include "bytes.h"
#include "rng.h"
#include "unit.h"

/* An IPv4 packet from 192.0.2.251 to 224.0.0.18, TTL 255, protocol 112, with a payload of four
 * bytes. */
#define IP4_PACKET "45c00018 00000000 ff70 17a8 c00002fb e0000012 a1a2a3a4"
#define IP6_SRC    "fe8000000000000000000000000000c8"
#define IP6_DST    "ff020000000000000000000000000012"
#define IP6_PACKET "6c000000 0004 70 ff " IP6_SRC IP6_DST "a1a2a3a4"

static const uint8_t payload[] = { 0xa1, 0xa2, 0xa3, 0xa4 };

static enum ip_error decode_hex(const char *hex, struct ip_packet *pkt)
{
	struct bytes b = bytes_hex(hex);
	enum ip_error error = ip_decode(b.p, b.len, pkt);

	if (error == IP_OK && pkt->len == sizeof payload)
		pkt->payload = memcmp(pkt->payload, payload, sizeof payload) == 0 ? payload : NULL;
	free(b.p);
	return error;
}

/* The checksum of an IPv4 header, made anew after an edit. */
static void reseal(uint8_t *ip)
{
	size_t header = (size_t)(ip[0] & 15) * 4;
	uint16_t sum;

	ip[10] = ip[11] = 0;
	sum = (uint16_t)~bytes_sum16(0, ip, header);
	ip[10] = (uint8_t)(sum >> 8);
	ip[11] = (uint8_t)sum;
}

/* ---- link layer */

static void frame_is(int link, const char *hex, uint16_t type, uint16_t vlan, const char *src,
		     size_t len)
{
	struct bytes b = bytes_hex(hex), mac = bytes_hex(src);
	struct link_frame f;

	assert_true(link_decode(link, b.p, b.len, &f));
	assert_int_equal(f.ethertype, type);
	assert_int_equal(f.vlan, vlan);
	assert_memory_equal(f.src, mac.p, 6);
	assert_int_equal(f.len, len);
	assert_ptr_equal(f.payload, b.p + b.len - len);
	/* Not one byte less of the header will do. */
	for (size_t n = 0; n < b.len - len; n++) {
		struct bytes cut = bytes_copy(b.p, n);

		if (link != LINK_RAW)
			assert_false(link_decode(link, cut.p, cut.len, &f));
		free(cut.p);
	}
	free(b.p);
	free(mac.p);
}

static void each_link_type_is_read(void **state)
{
	(void)state;
	frame_is(LINK_ETHERNET, "01005e000012 00005e00010a 0800 4500", 0x0800, 0, "00005e00010a",
		 2);
	frame_is(LINK_ETHERNET, "01005e000012 00005e00010a 0806", 0x0806, 0, "00005e00010a", 0);
	frame_is(LINK_LINUX_SLL, "0002 0001 0006 00005e00010a0000 0800 4500", 0x0800, 0,
		 "00005e00010a", 2);
	frame_is(LINK_LINUX_SLL2, "86dd 0000 00000005 0001 02 06 00005e00010a0000 60000000", 0x86dd,
		 0, "00005e00010a", 4);
	frame_is(LINK_RAW, "4500", ETHERTYPE_IP4, 0, "000000000000", 2);
	frame_is(LINK_RAW, "60", ETHERTYPE_IP6, 0, "000000000000", 1);
	frame_is(LINK_RAW, "50", 0, 0, "000000000000", 1);
	frame_is(LINK_RAW, "", 0, 0, "000000000000", 0);
}

static void vlan_tags_are_taken_off(void **state)
{
	(void)state;
	frame_is(LINK_ETHERNET, "01005e000012 00005e00010a 8100 a01e 0800 4500", 0x0800, 30,
		 "00005e00010a", 2);
	frame_is(LINK_ETHERNET, "01005e000012 00005e00010a 88a8 0064 8100 0fff 86dd 60", 0x86dd,
		 4095, "00005e00010a", 1);
	frame_is(LINK_LINUX_SLL, "0002 0001 0006 00005e00010a0000 8100 001e 0800 4500", 0x0800, 30,
		 "00005e00010a", 2);
	/* A third tag is nothing we know. */
	frame_is(LINK_ETHERNET, "01005e000012 00005e00010a 8100 0001 8100 0002 8100 0003 0800",
		 0x8100, 2, "00005e00010a", 4);
}

static void the_destination_of_an_ethernet_frame_is_kept(void **state)
{
	struct bytes b = bytes_hex("01005e000012 00005e00010a 0800");
	struct link_frame f;

	(void)state;
	assert_true(link_decode(LINK_ETHERNET, b.p, b.len, &f));
	assert_memory_equal(f.dst, b.p, 6);
	free(b.p);
}

static void an_unknown_link_type_is_refused(void **state)
{
	struct bytes b = bytes_hex("01005e000012 00005e00010a 0800 4500");
	struct link_frame f;

	(void)state;
	assert_false(link_decode(0, b.p, b.len, &f));
	assert_false(link_decode(107, b.p, b.len, &f));
	assert_false(link_decode(-1, b.p, b.len, &f));
	free(b.p);
}

/* ---- IPv4 */

static void an_ipv4_header_is_read(void **state)
{
	struct ip_addr src = ip4(192, 0, 2, 251), dst = ip4(224, 0, 0, 18);
	struct ip_packet pkt;

	(void)state;
	assert_int_equal(decode_hex(IP4_PACKET, &pkt), IP_OK);
	assert_true(ip_eq(&pkt.src, &src));
	assert_true(ip_eq(&pkt.dst, &dst));
	assert_int_equal(pkt.ttl, 255);
	assert_int_equal(pkt.proto, 112);
	assert_int_equal(pkt.len, 4);
	assert_ptr_equal(pkt.payload, payload);
}

static void row_027_ipv4_options_are_skipped(void **state)
{
	(void)state;
	for (unsigned words = 5; words <= 15; words++) {
		uint8_t ip[64] = { 0 };
		struct bytes b;
		struct ip_packet pkt;

		bytes_from_hex("4500 0000 0000 0000 ff70 0000 c00002fb e0000012", ip, sizeof ip);
		ip[0] = (uint8_t)(0x40 | words);
		ip[3] = (uint8_t)(4 * words + 4);
		memset(ip + 20, 1, 4 * words - 20); /* no-operation options */
		memcpy(ip + 4 * words, payload, 4);
		reseal(ip);
		b = bytes_copy(ip, 4 * words + 4);
		assert_int_equal(ip_decode(b.p, b.len, &pkt), IP_OK);
		assert_int_equal(pkt.len, 4);
		assert_memory_equal(pkt.payload, payload, 4);
		free(b.p);
	}
}

static void row_028_fragments_are_not_packets(void **state)
{
	static const struct { uint16_t field; enum ip_error is; } t[] = {
		{ 0x0000, IP_OK },       { 0x4000, IP_OK },       { 0x8000, IP_OK },
		{ 0x2000, IP_FRAGMENT }, { 0x6000, IP_FRAGMENT }, { 0x0001, IP_FRAGMENT },
		{ 0x2001, IP_FRAGMENT }, { 0x1fff, IP_FRAGMENT }, { 0x0100, IP_FRAGMENT },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof t / sizeof *t; i++) {
		struct bytes b = bytes_hex(IP4_PACKET);
		struct ip_packet pkt;

		b.p[6] = (uint8_t)(t[i].field >> 8);
		b.p[7] = (uint8_t)t[i].field;
		reseal(b.p);
		assert_int_equal(ip_decode(b.p, b.len, &pkt), t[i].is);
		free(b.p);
	}
}

/* 14 + 24 bytes, padded to the shortest Ethernet frame. */
static void row_028a_padding_is_no_part_of_the_packet(void **state)
{
	static const char *const ip[] = { IP4_PACKET, IP6_PACKET };
	static const char *const type[] = { "0800", "86dd" };

	(void)state;
	for (unsigned v = 0; v < 2; v++) {
		uint8_t frame[80];
		size_t n = bytes_from_hex("01005e000012 00005e00010a", frame, sizeof frame);
		struct link_frame f;
		struct ip_packet pkt;

		n += bytes_from_hex(type[v], frame + n, sizeof frame - n);
		n += bytes_from_hex(ip[v], frame + n, sizeof frame - n);
		memset(frame + n, 0xee, sizeof frame - n);
		for (; n <= sizeof frame; n++) {
			assert_true(link_decode(LINK_ETHERNET, frame, n, &f));
			assert_int_equal(ip_decode(f.payload, f.len, &pkt), IP_OK);
			assert_int_equal(pkt.len, 4);
			assert_memory_equal(pkt.payload, payload, 4);
		}
	}
}

static void inconsistent_ipv4_headers_are_bad(void **state)
{
	static const struct {
		uint8_t first, total;
		enum ip_error is;
	} t[] = {
		{ 0x45, 24, IP_OK },  { 0x45, 20, IP_OK },  { 0x45, 19, IP_BAD },
		{ 0x45, 0, IP_BAD },  { 0x45, 25, IP_BAD }, { 0x44, 24, IP_BAD },
		{ 0x40, 24, IP_BAD }, { 0x47, 24, IP_BAD }, { 0x4f, 24, IP_BAD },
		{ 0x46, 24, IP_OK },  { 0x46, 23, IP_BAD },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof t / sizeof *t; i++) {
		struct bytes b = bytes_hex(IP4_PACKET);
		struct ip_packet pkt;

		b.p[0] = t[i].first;
		b.p[3] = t[i].total;
		if ((t[i].first & 15) <= 6)
			reseal(b.p);
		assert_int_equal(ip_decode(b.p, b.len, &pkt), t[i].is);
		free(b.p);
	}
}

static void a_damaged_ipv4_header_is_bad(void **state)
{
	struct bytes b = bytes_hex(IP4_PACKET);
	struct ip_packet pkt;

	(void)state;
	for (unsigned bit = 0; bit < 8 * IP4_HEADER_LEN; bit++) {
		b.p[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		assert_int_not_equal(ip_decode(b.p, b.len, &pkt), IP_OK);
		b.p[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	}
	assert_int_equal(ip_decode(b.p, b.len, &pkt), IP_OK);
	free(b.p);
}

/* ---- IPv6 */

static void an_ipv6_header_is_read(void **state)
{
	struct ip_packet pkt;
	struct bytes src = bytes_hex(IP6_SRC), dst = bytes_hex(IP6_DST);

	(void)state;
	assert_int_equal(decode_hex(IP6_PACKET, &pkt), IP_OK);
	assert_int_equal(pkt.src.family, IP_V6);
	assert_int_equal(pkt.dst.family, IP_V6);
	assert_memory_equal(pkt.src.b, src.p, 16);
	assert_memory_equal(pkt.dst.b, dst.p, 16);
	assert_int_equal(pkt.ttl, 255);
	assert_int_equal(pkt.proto, 112);
	assert_int_equal(pkt.len, 4);
	assert_ptr_equal(pkt.payload, payload);
	free(src.p);
	free(dst.p);
}

#define HEAD6(length, next) "60000000 " length next "ff" IP6_SRC IP6_DST
#define HOP_BY_HOP(next)    next "00 010400000000"
#define DESTINATION(next)   next "00 010400000000"
#define ROUTING16(next)     next "01 0400 000000000000000000000000"
#define FRAGMENT(next, at)  next "00" at "00000001"

static void extension_headers_are_skipped(void **state)
{
	struct ip_packet pkt;

	(void)state;
	assert_int_equal(decode_hex(HEAD6("000c", "00") HOP_BY_HOP("70") "a1a2a3a4", &pkt), IP_OK);
	assert_int_equal(pkt.proto, 112);
	assert_ptr_equal(pkt.payload, payload);
	assert_int_equal(decode_hex(HEAD6("0024", "00") HOP_BY_HOP("2b") ROUTING16("3c")
				    DESTINATION("70") "a1a2a3a4", &pkt), IP_OK);
	assert_int_equal(pkt.proto, 112);
	assert_ptr_equal(pkt.payload, payload);
}

static void an_extension_header_cut_short_is_bad(void **state)
{
	struct ip_packet pkt;

	(void)state;
	assert_int_equal(decode_hex(HEAD6("0000", "00"), &pkt), IP_BAD);
	assert_int_equal(decode_hex(HEAD6("0001", "00") "70", &pkt), IP_BAD);
	assert_int_equal(decode_hex(HEAD6("0007", "00") "70 00 0104000000", &pkt), IP_BAD);
	assert_int_equal(decode_hex(HEAD6("000c", "00") "70 01 010400000000 a1a2a3a4", &pkt),
			 IP_BAD);
	/* It may not reach beyond the payload length, even if the frame goes on. */
	assert_int_equal(decode_hex(HEAD6("0007", "3c") "70 00 010400000000 a1a2a3a4", &pkt),
			 IP_BAD);
	assert_int_equal(decode_hex(HEAD6("0008", "3c") "70 00 010400000000 a1a2a3a4", &pkt),
			 IP_OK);
	assert_int_equal(pkt.len, 0);
}

static void row_028_ipv6_fragments_are_not_packets(void **state)
{
	struct ip_packet pkt;

	(void)state;
	assert_int_equal(decode_hex(HEAD6("000c", "2c") FRAGMENT("70", "0001") "a1a2a3a4", &pkt),
			 IP_FRAGMENT);
	assert_int_equal(decode_hex(HEAD6("000c", "2c") FRAGMENT("70", "0008") "a1a2a3a4", &pkt),
			 IP_FRAGMENT);
	assert_int_equal(decode_hex(HEAD6("0014", "00") HOP_BY_HOP("2c") FRAGMENT("70", "0001")
				    "a1a2a3a4", &pkt), IP_FRAGMENT);
}

/* The work is bounded: behind more than eight no VRRP is looked for. */
static void endless_extension_headers_end(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= 20; n++) {
		uint8_t ip[40 + 8 * 20] = { 0 };
		struct ip_packet pkt;
		struct bytes b;

		bytes_from_hex(HEAD6("0000", "3c"), ip, sizeof ip);
		ip[5] = (uint8_t)(8 * n);
		for (unsigned i = 0; i < n; i++)
			ip[40 + 8 * i] = i + 1 < n ? 60 : 112;
		b = bytes_copy(ip, 40 + 8 * n);
		assert_int_equal(ip_decode(b.p, b.len, &pkt), IP_OK);
		assert_int_equal(pkt.proto, n <= 8 ? 112 : 60);
		assert_int_equal(pkt.len, n <= 8 ? 0 : 8 * (n - 8));
		free(b.p);
	}
}

static void the_ipv6_payload_length_rules(void **state)
{
	struct ip_packet pkt;

	(void)state;
	assert_int_equal(decode_hex(HEAD6("0005", "70") "a1a2a3a4", &pkt), IP_BAD);
	assert_int_equal(decode_hex(HEAD6("ffff", "70") "a1a2a3a4", &pkt), IP_BAD);
	assert_int_equal(decode_hex(HEAD6("0003", "70") "a1a2a3a4", &pkt), IP_OK);
	assert_int_equal(pkt.len, 3);
	assert_int_equal(decode_hex(HEAD6("0000", "70") "a1a2a3a4", &pkt), IP_OK);
	assert_int_equal(pkt.len, 0);
}

/* ---- both */

static void neither_ipv4_nor_ipv6_is_not_ip(void **state)
{
	struct ip_packet pkt;

	(void)state;
	assert_int_equal(decode_hex("", &pkt), IP_NOT_IP);
	assert_int_equal(decode_hex("45", &pkt), IP_BAD);
	assert_int_equal(decode_hex("60", &pkt), IP_BAD);
	for (unsigned version = 0; version < 16; version++) {
		struct bytes b = bytes_hex(IP4_PACKET);

		b.p[0] = (uint8_t)(version << 4 | 5);
		if (version != 4 && version != 6)
			assert_int_equal(ip_decode(b.p, b.len, &pkt), IP_NOT_IP);
		free(b.p);
	}
}

static void a_packet_cut_anywhere_is_refused(void **state)
{
	static const char *const whole[] = {
		IP4_PACKET, IP6_PACKET, HEAD6("000c", "00") "70 00 010400000000 a1a2a3a4",
	};

	(void)state;
	for (unsigned i = 0; i < sizeof whole / sizeof *whole; i++) {
		struct bytes b = bytes_hex(whole[i]);
		struct ip_packet pkt;

		for (size_t n = 0; n < b.len; n++) {
			struct bytes cut = bytes_copy(b.p, n);

			assert_int_not_equal(ip_decode(cut.p, cut.len, &pkt), IP_OK);
			free(cut.p);
		}
		free(b.p);
	}
}

/* What IP4_PACKET says. */
static struct ip_packet a_packet(void)
{
	return (struct ip_packet){ .src = ip4(192, 0, 2, 251),
				   .dst = ip4(224, 0, 0, 18),
				   .ttl = 255,
				   .proto = IP_PROTO_VRRP,
				   .payload = payload,
				   .len = sizeof payload };
}

static void headers_are_written_as_they_stand_above(void **state)
{
	struct ip_packet pkt = a_packet();
	struct bytes want = bytes_hex(IP6_PACKET);
	uint8_t buf[64];

	(void)state;
	assert_int_equal(ip_encode(&pkt, IP_TOS_CS6, buf, sizeof buf), 24);
	assert_int_equal(buf[0], 0x45);
	assert_int_equal(buf[1], IP_TOS_CS6);
	assert_int_equal(buf[2] << 8 | buf[3], 24);
	assert_memory_equal(buf + 4, "\0\0\x40\0", 4); /* DF: atomic */
	assert_int_equal(buf[8], 255);
	assert_int_equal(bytes_sum16(0, buf, 20), 0xffff);
	assert_memory_equal(buf + 12, "\300\0\2\373\340\0\0\22\241\242\243\244", 12);

	pkt.src = ip_make(IP_V6, want.p + 8);
	pkt.dst = ip_make(IP_V6, want.p + 24);
	assert_int_equal(ip_encode(&pkt, IP_TOS_CS6, buf, sizeof buf), want.len);
	assert_memory_equal(buf, want.p, want.len);
	free(want.p);
}

static void row_022_vrrp_is_protocol_112(void **state)
{
	struct ip_packet pkt = a_packet();
	uint8_t buf[64];

	(void)state;
	assert_int_equal(ip_encode(&pkt, 0, buf, sizeof buf), 24);
	assert_int_equal(buf[9], 112);
	pkt.src.family = pkt.dst.family = IP_V6;
	assert_int_equal(ip_encode(&pkt, 0, buf, sizeof buf), 44);
	assert_int_equal(buf[6], 112);
}

static void what_was_encoded_decodes_to_the_same(void **state)
{
	uint8_t body[100], buf[160];

	(void)state;
	for (uint32_t round = 0; round < 500; round++) {
		struct ip_packet in, out;
		uint8_t src[16], dst[16];
		size_t len;

		for (uint32_t i = 0; i < sizeof body; i++)
			body[i] = (uint8_t)rng_at(1, 0, round, i);
		for (uint32_t i = 0; i < 16; i++) {
			src[i] = (uint8_t)rng_at(1, 1, round, i);
			dst[i] = (uint8_t)rng_at(1, 2, round, i);
		}
		in = (struct ip_packet){ .ttl = (uint8_t)rng_at(1, 3, round, 0),
					 .proto = 112,
					 .payload = body,
					 .len = rng_at(1, 3, round, 1) % (sizeof body + 1) };
		in.src = ip_make(round % 2 == 0 ? IP_V4 : IP_V6, src);
		in.dst = ip_make(round % 2 == 0 ? IP_V4 : IP_V6, dst);
		len = ip_encode(&in, (uint8_t)rng_at(1, 3, round, 2), buf, sizeof buf);
		assert_int_equal(len, in.len + (round % 2 == 0 ? 20 : 40));
		assert_int_equal(ip_decode(buf, len, &out), IP_OK);
		assert_true(ip_eq(&in.src, &out.src));
		assert_true(ip_eq(&in.dst, &out.dst));
		assert_int_equal(in.ttl, out.ttl);
		assert_int_equal(in.proto, out.proto);
		assert_int_equal(in.len, out.len);
		assert_memory_equal(body, out.payload, in.len);
	}
}

static void a_packet_that_does_not_fit_is_not_written(void **state)
{
	struct ip_packet pkt = a_packet();
	uint8_t *big = calloc(1, 70000), *body = calloc(1, 65536);

	(void)state;
	for (unsigned v = 0; v < 2; v++) {
		size_t whole = v == 0 ? 24 : 44;

		pkt.src.family = pkt.dst.family = v == 0 ? IP_V4 : IP_V6;
		for (size_t size = 0; size < whole; size++) {
			uint8_t *buf = bytes_room(size);

			assert_int_equal(ip_encode(&pkt, 0, buf, size), 0);
			free(buf);
		}
		assert_int_equal(ip_encode(&pkt, 0, big, whole), whole);
	}
	/* Sixteen bits of length. */
	pkt.src.family = pkt.dst.family = IP_V4;
	pkt.payload = body;
	pkt.len = 65536 - 20;
	assert_int_equal(ip_encode(&pkt, 0, big, 70000), 0);
	pkt.len = 65535 - 20;
	assert_int_equal(ip_encode(&pkt, 0, big, 70000), 65535);
	free(body);
	free(big);
}

static void a_group_maps_to_an_ethernet_address(void **state)
{
	struct ip_addr group4 = ip4(239, 255, 1, 2),
		       group6 = { .family = IP_V6, .b = { 0xff, 5, [12] = 1, 2, 3, 4 } };
	uint8_t mac[6];

	(void)state;
	ip_multicast_mac(&group4, mac);
	assert_memory_equal(mac, "\x01\x00\x5e\x7f\x01\x02", 6); /* 23 bits of it */
	ip_multicast_mac(&group6, mac);
	assert_memory_equal(mac, "\x33\x33\x01\x02\x03\x04", 6);
}

/* RFC 793 writes zero, protocol and a length of 16 bits; RFC 8200 8.1 a length of 32 bits, zeros,
 * protocol. */
static void row_037_both_layouts_of_the_pseudo_header_sum_alike(void **state)
{
	(void)state;
	for (uint32_t round = 0; round < 1000; round++) {
		uint8_t old[12], new[16], a4[8];
		size_t len = rng_at(3, 0, round, 0) % 65536;
		uint64_t sum;

		for (uint32_t i = 0; i < 8; i++)
			a4[i] = (uint8_t)rng_at(3, 1, round, i);
		memcpy(old, a4, 8);
		memcpy(new, a4, 8);
		memcpy(old + 8, (uint8_t[]){ 0, 112, (uint8_t)(len >> 8), (uint8_t)len }, 4);
		memcpy(new + 8,
		       (uint8_t[]){ 0, 0, (uint8_t)(len >> 8), (uint8_t)len, 0, 0, 0, 112 }, 8);
		sum = ip_pseudo_sum(&(struct ip_addr){ IP_V4, { a4[0], a4[1], a4[2], a4[3] } },
				    &(struct ip_addr){ IP_V4, { a4[4], a4[5], a4[6], a4[7] } }, 112,
				    len);
		while (sum >> 16 != 0)
			sum = (sum >> 16) + (sum & 0xffff);
		assert_int_equal(sum, bytes_sum16(0, old, sizeof old));
		assert_int_equal(sum, bytes_sum16(0, new, sizeof new));
	}
}

UNIT_MAIN(T(each_link_type_is_read), T(vlan_tags_are_taken_off),
	  T(the_destination_of_an_ethernet_frame_is_kept), T(an_unknown_link_type_is_refused),
	  T(an_ipv4_header_is_read), T(row_027_ipv4_options_are_skipped),
	  T(row_028_fragments_are_not_packets), T(row_028a_padding_is_no_part_of_the_packet),
	  T(inconsistent_ipv4_headers_are_bad), T(a_damaged_ipv4_header_is_bad),
	  T(an_ipv6_header_is_read), T(extension_headers_are_skipped),
	  T(an_extension_header_cut_short_is_bad), T(row_028_ipv6_fragments_are_not_packets),
	  T(endless_extension_headers_end), T(the_ipv6_payload_length_rules),
	  T(neither_ipv4_nor_ipv6_is_not_ip), T(a_packet_cut_anywhere_is_refused),
	  T(headers_are_written_as_they_stand_above), T(row_022_vrrp_is_protocol_112),
	  T(what_was_encoded_decodes_to_the_same), T(a_packet_that_does_not_fit_is_not_written),
	  T(a_group_maps_to_an_ethernet_address),
	  T(row_037_both_layouts_of_the_pseudo_header_sum_alike))
