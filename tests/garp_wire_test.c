/* SPDX-License-Identifier: BSD-2-Clause */
#include "garp_wire.h"

#include "bytes.h"
#include "ip_wire.h"
#include "rng.h"
#include "unit.h"

#define FE80_9_1  "fe800000000000000000000000090001"
#define FD00_9_1  "fd000000000000000000000000090001"
#define ALL_NODES "ff020000000000000000000000000001"
#define NA_HEADER "6000000000203aff" /* IPv6 with 32 bytes of ICMPv6 */

static const uint8_t vmac4[6] = { 0x00, 0x00, 0x5e, 0x00, 0x01, 0x33 };
static const uint8_t vmac6[6] = { 0x00, 0x00, 0x5e, 0x00, 0x02, 0x33 };
static const struct ip_addr vip4 = { IP_V4, { 10, 0, 9, 1 } };
static const struct ip_addr vip6 = { IP_V6, { 0xfd, [13] = 9, [15] = 1 } };
static const struct ip_addr vip6_ll = { IP_V6, { 0xfe, 0x80, [13] = 9, [15] = 1 } };

static bool decode(const struct bytes *b, struct garp *garp)
{
	struct bytes exact = bytes_copy(b->p, b->len);
	bool is = garp_decode(exact.p, exact.len, garp);

	free(exact.p);
	return is;
}

static void frame_says(const char *hex, const struct ip_addr *addr, const uint8_t *mac)
{
	struct bytes b = bytes_hex(hex);
	struct garp garp;

	assert_int_equal(decode(&b, &garp), addr != NULL);
	if (addr != NULL) {
		assert_true(ip_eq(&garp.addr, addr));
		assert_memory_equal(garp.mac, mac, 6);
	}
	free(b.p);
}

/* ---- what we send */

static void row_101_gratuitous_arp_is_a_broadcast_with_the_address_twice(void **state)
{
	struct bytes want = bytes_hex("ffffffffffff 00005e000133 0806"
				      "0001 0800 06 04 0001"
				      "00005e000133 0a000901 00005e000133 0a000901");
	uint8_t buf[GARP_FRAME_MAX];

	(void)state;
	assert_int_equal(garp_encode(&vip4, vmac4, buf, sizeof buf), GARP_LEN);
	assert_int_equal(want.len, GARP_LEN);
	assert_memory_equal(buf, want.p, want.len);
	free(want.p);
}

static void row_102_gratuitous_arp_is_a_request_and_either_opcode_is_understood(void **state)
{
	uint8_t buf[GARP_FRAME_MAX];

	(void)state;
	garp_encode(&vip4, vmac4, buf, sizeof buf);
	assert_int_equal(buf[20] << 8 | buf[21], 1);
	for (unsigned op = 0; op < 10; op++) {
		struct bytes b = { buf, GARP_LEN };
		struct garp garp;

		buf[21] = (uint8_t)op;
		assert_int_equal(decode(&b, &garp), op == 1 || op == 2);
	}
	/* keepalived and FRR: a request, the target's hardware address all ones. */
	frame_says("ffffffffffff00005e00013308060001080006040001"
		   "00005e0001330a000901ffffffffffff0a000901", &vip4, vmac4);
	/* IOS: a reply. */
	frame_says("ffffffffffff00005e00013308060001080006040002"
		   "00005e0001330a000901ffffffffffff0a000901", &vip4, vmac4);
}

static void row_103_the_ethernet_source_is_the_virtual_mac(void **state)
{
	uint8_t buf[GARP_FRAME_MAX];

	(void)state;
	garp_encode(&vip4, vmac4, buf, sizeof buf);
	assert_memory_equal(buf + 6, vmac4, 6);
	garp_encode(&vip6, vmac6, buf, sizeof buf);
	assert_memory_equal(buf + 6, vmac6, 6);
}

/* FRR sends the very same bytes. */
static void row_104_unsolicited_na_for_all_nodes(void **state)
{
	static const char *const want[] = {
		"333300000001 00005e000233 86dd 60000000 0020 3a ff" FE80_9_1 ALL_NODES
		"88 00 7956 a0000000" FE80_9_1 "02 01 00005e000233",
		"333300000001 00005e000233 86dd 60000000 0020 3a ff" FD00_9_1 ALL_NODES
		"88 00 7c56 a0000000" FD00_9_1 "02 01 00005e000233",
	};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct bytes b = bytes_hex(want[i]);
		uint8_t buf[GARP_FRAME_MAX];

		assert_int_equal(garp_encode(i == 0 ? &vip6_ll : &vip6, vmac6, buf, sizeof buf),
				 GARP_NA_LEN);
		assert_int_equal(b.len, GARP_NA_LEN);
		assert_memory_equal(buf, b.p, b.len);
		free(b.p);
	}
}

static void row_105_each_address_has_a_frame_of_its_own(void **state)
{
	(void)state;
	for (uint32_t round = 0; round < 500; round++) {
		uint8_t raw[16], mac[6], buf[GARP_FRAME_MAX];
		struct ip_addr addr;
		struct garp garp;
		size_t len;

		for (uint32_t i = 0; i < 16; i++)
			raw[i] = (uint8_t)rng_at(1, 0, round, i) & 0x7f; /* no multicast */
		for (uint32_t i = 0; i < 6; i++)
			mac[i] = (uint8_t)rng_at(1, 1, round, i);
		addr = ip_make(round % 2 == 0 ? IP_V4 : IP_V6, raw);
		len = garp_encode(&addr, mac, buf, sizeof buf);
		assert_int_equal(len, round % 2 == 0 ? GARP_LEN : GARP_NA_LEN);
		assert_true(garp_decode(buf, len, &garp));
		assert_true(ip_eq(&garp.addr, &addr));
		assert_memory_equal(garp.mac, mac, 6);
	}
}

static void a_frame_that_does_not_fit_is_not_written(void **state)
{
	(void)state;
	for (unsigned v = 0; v < 2; v++) {
		size_t whole = v == 0 ? GARP_LEN : GARP_NA_LEN;

		for (size_t size = 0; size <= whole; size++) {
			uint8_t *buf = bytes_room(size);

			assert_int_equal(garp_encode(v == 0 ? &vip4 : &vip6, v == 0 ? vmac4 : vmac6,
						     buf, size),
					 size < whole ? 0 : whole);
			free(buf);
		}
	}
}

/* ---- what we understand */

static void other_routers_announcements_are_understood(void **state)
{
	(void)state;
	/* keepalived: Override, but not Router. */
	frame_says("333300000001 00005e000233 86dd" NA_HEADER FE80_9_1 ALL_NODES
		   "8800f95620000000" FE80_9_1 "020100005e000233", &vip6_ll, vmac6);
	/* FRR to itself, through the other interface. */
	frame_says("00005e000133 00005e000133 0806 0001080006040002"
		   "00005e000133 0a000901 00005e000133 0a000901", &vip4, vmac4);
}

static void says_nothing(const char *hex)
{
	frame_says(hex, NULL, NULL);
}

static void questions_and_answers_announce_nothing(void **state)
{
	(void)state;
	/* Who has 10.0.9.1, tell 10.0.0.3. */
	says_nothing("ffffffffffff e656ed7bdcfe 0806 0001080006040001"
		     "e656ed7bdcfe 0a000003 000000000000 0a000901");
	/* 10.0.0.2 is at ... */
	says_nothing("7e794c4078fe 1a1131e2cbab 0806 0001080006040002"
		     "1a1131e2cbab 0a000002 7e794c4078fe 0a000001");
	/* A neighbor solicitation. */
	says_nothing("3333ff090001 4a1ab31b810a 86dd" NA_HEADER "fd00000000000000481ab3fffe1b810a"
		     "ff0200000000000000000001ff090001"
		     "8700860800000000" FD00_9_1 "01014a1ab31b810a");
	/* Solicited advertisements, with the option and without. */
	says_nothing("e644e2a7b269 1a4302ec9f08 86dd" NA_HEADER "fd000000000000000000000000000002"
		     "fd000000000000000000000000000001"
		     "8800626460000000 fd000000000000000000000000000002 02011a4302ec9f08");
	says_nothing("1a4302ec9f08 e644e2a7b269 86dd 6000000000183aff"
		     "fd000000000000000000000000000001 fe80000000000000184302fffeec9f08"
		     "880085f040000000 fd000000000000000000000000000001");
	/* An advert of VRRP. */
	says_nothing("01005e000012 7e5d2d3e8d2c 0800 45c0002800010000ff70d0910a000001e0000012"
		     "21339601000135c90a0009010000000000000000");
}

/* An ARP frame with one byte of its header changed is about something else. */
static void the_arp_header_must_be_of_ethernet_and_ipv4(void **state)
{
	(void)state;
	for (unsigned at = 12; at < 22; at++) {
		uint8_t buf[GARP_LEN];
		struct bytes b = { buf, sizeof buf };
		struct garp garp;

		garp_encode(&vip4, vmac4, buf, sizeof buf);
		buf[at] ^= 0x10;
		assert_false(decode(&b, &garp));
	}
}

static void sender_and_target_must_be_one_address(void **state)
{
	(void)state;
	for (unsigned bit = 0; bit < 32; bit++) {
		uint8_t buf[GARP_LEN];
		struct bytes b = { buf, sizeof buf };
		struct garp garp;

		garp_encode(&vip4, vmac4, buf, sizeof buf);
		buf[38 + bit / 8] ^= (uint8_t)(1u << (bit % 8));
		assert_false(decode(&b, &garp));
	}
}

/* A Neighbor Advertisement to edit: the checksum is made anew before it is decoded. */
static bool na_decodes(uint8_t *frame, size_t len)
{
	struct bytes b = { frame, len };
	uint8_t pseudo[40] = { [35] = (uint8_t)(len - 54), [39] = 58 };
	struct garp garp;
	uint16_t sum;

	memcpy(pseudo, frame + 22, 32);
	frame[19] = (uint8_t)(len - 54);
	frame[56] = frame[57] = 0;
	sum = (uint16_t)~bytes_sum16(bytes_sum16(0, pseudo, 40), frame + 54, len - 54);
	frame[56] = (uint8_t)(sum >> 8);
	frame[57] = (uint8_t)sum;
	return decode(&b, &garp);
}

static void only_an_overriding_unsolicited_na_announces(void **state)
{
	static const struct { size_t at; uint8_t value; bool is; } t[] = {
		{ 58, 0xa0, true },  { 58, 0x3f, true },  { 58, 0x80, false }, { 58, 0x00, false },
		{ 58, 0xe0, false }, { 58, 0x60, false }, { 54, 135, false },  { 54, 134, false },
		{ 55, 1, false },    { 21, 254, false },  { 21, 64, false },   { 20, 17, false },
		{ 53, 2, false },    { 38, 0xfe, false }, { 78, 1, false },    { 79, 0, false },
		{ 79, 2, false },    { 79, 255, false },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof t / sizeof *t; i++) {
		uint8_t buf[GARP_NA_LEN];

		garp_encode(&vip6, vmac6, buf, sizeof buf);
		buf[t[i].at] = t[i].value;
		assert_int_equal(na_decodes(buf, sizeof buf), t[i].is);
	}
}

static void the_target_option_is_found_among_others(void **state)
{
	uint8_t buf[GARP_NA_LEN + 24];

	(void)state;
	garp_encode(&vip6, vmac6, buf, sizeof buf);
	/* a nonce of 16 bytes before it */
	memcpy(buf + 94, buf + 78, 8);
	memset(buf + 78, 0, 16);
	buf[78] = 14;
	buf[79] = 2;
	assert_true(na_decodes(buf, GARP_NA_LEN + 16));
	/* no target option at all */
	assert_false(na_decodes(buf, GARP_NA_LEN + 8));
	assert_false(na_decodes(buf, GARP_NA_LEN - 8));
	/* an option of length zero would never end */
	buf[79] = 0;
	assert_false(na_decodes(buf, GARP_NA_LEN + 16));
}

static void a_frame_cut_anywhere_is_not_understood(void **state)
{
	(void)state;
	for (unsigned v = 0; v < 2; v++) {
		uint8_t buf[GARP_FRAME_MAX];
		struct bytes b = { buf,
				   garp_encode(v == 0 ? &vip4 : &vip6, vmac4, buf, sizeof buf) };
		struct garp garp;

		assert_true(decode(&b, &garp));
		while (b.len > 0) {
			b.len--;
			assert_false(decode(&b, &garp));
		}
	}
}

static void padding_behind_the_frame_does_no_harm(void **state)
{
	uint8_t buf[GARP_FRAME_MAX + 30];
	struct garp garp;

	(void)state;
	memset(buf, 0x99, sizeof buf);
	garp_encode(&vip4, vmac4, buf, sizeof buf);
	assert_true(garp_decode(buf, 60, &garp));
	garp_encode(&vip6, vmac6, buf, sizeof buf);
	assert_true(garp_decode(buf, sizeof buf, &garp));
}

/* From the payload length on, where only traffic class and flow label are behind. */
static void one_wrong_bit_in_an_na_is_never_accepted(void **state)
{
	uint8_t buf[GARP_NA_LEN];
	struct bytes b = { buf, sizeof buf };
	struct garp garp;

	(void)state;
	garp_encode(&vip6, vmac6, buf, sizeof buf);
	for (unsigned bit = 8 * 18; bit < 8 * GARP_NA_LEN; bit++) {
		buf[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		assert_false(decode(&b, &garp));
		buf[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	}
	assert_true(decode(&b, &garp));
}

UNIT_MAIN(T(row_101_gratuitous_arp_is_a_broadcast_with_the_address_twice),
	  T(row_102_gratuitous_arp_is_a_request_and_either_opcode_is_understood),
	  T(row_103_the_ethernet_source_is_the_virtual_mac),
	  T(row_104_unsolicited_na_for_all_nodes), T(row_105_each_address_has_a_frame_of_its_own),
	  T(a_frame_that_does_not_fit_is_not_written),
	  T(other_routers_announcements_are_understood), T(questions_and_answers_announce_nothing),
	  T(the_arp_header_must_be_of_ethernet_and_ipv4), T(sender_and_target_must_be_one_address),
	  T(only_an_overriding_unsolicited_na_announces),
	  T(the_target_option_is_found_among_others), T(a_frame_cut_anywhere_is_not_understood),
	  T(padding_behind_the_frame_does_no_harm), T(one_wrong_bit_in_an_na_is_never_accepted))
