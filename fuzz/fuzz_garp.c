/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_garp.c - any bytes as a frame that may announce an address, and any address announced.
 *
 * Holds for all: what garp_encode() writes is what RFC 5227 and RFC 4861 say, to the byte, and
 * garp_decode() reads it back. No byte behind a frame is read or counts. Of an untagged ARP frame
 * the answer is that of a plain comparison; a Neighbor Advertisement that is taken is sound.
 *
 * The input: a byte of flags, and then a frame, or an address (its family by a flag) and a MAC.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "check.h"
#include "garp_wire.h"
#include "rd.h"

enum {
	FLAG_ENCODE = 1 << 0,
	FLAG_V6 = 1 << 1,
	FLAG_SEAL = 1 << 2, /* make the checksum right where a Neighbor Advertisement has it */
};

enum { JUNK_LEN = 64, ETHERNET_LEN = 14, NA_AT = ETHERNET_LEN + 40 };

static const uint8_t ALL_NODES[16] = { 0xff, 0x02, [15] = 0x01 };

static bool same(const struct garp *a, const struct garp *b)
{
	return ip_eq(&a->addr, &b->addr) && memcmp(a->mac, b->mac, 6) == 0;
}

/* The sum of an ICMPv6 message of a packet without extension headers: 0xffff if it is right. */
static uint16_t icmp6_sum(const uint8_t *frame, size_t len)
{
	uint8_t pseudo[40] = { [39] = 58 };
	size_t n = len - NA_AT;

	memcpy(pseudo, frame + ETHERNET_LEN + 8, 32);
	pseudo[34] = (uint8_t)(n >> 8);
	pseudo[35] = (uint8_t)n;
	return bytes_sum16(bytes_sum16(0, pseudo, sizeof pseudo), frame + NA_AT, n);
}

static void seal(uint8_t *frame, size_t len)
{
	uint16_t sum;

	if (len < NA_AT + 8)
		return;
	frame[NA_AT + 2] = frame[NA_AT + 3] = 0;
	sum = (uint16_t)~icmp6_sum(frame, len);
	frame[NA_AT + 2] = (uint8_t)(sum >> 8);
	frame[NA_AT + 3] = (uint8_t)sum;
}

/* ---- encoding ----------------------------------------------------------------------------- */

static void check_arp(const uint8_t *f, const struct ip_addr *addr, const uint8_t mac[6])
{
	static const uint8_t fixed[] = { 0x08, 0x06, 0, 1, 0x08, 0x00, 6, 4, 0, 1 };

	for (unsigned i = 0; i < 6; i++)
		CHECK(f[i] == 0xff);
	CHECK(memcmp(f + 6, mac, 6) == 0 && memcmp(f + 12, fixed, sizeof fixed) == 0);
	CHECK(memcmp(f + 22, mac, 6) == 0 && memcmp(f + 28, addr->b, 4) == 0);
	CHECK(memcmp(f + 32, mac, 6) == 0 && memcmp(f + 38, addr->b, 4) == 0);
}

static void check_na(const uint8_t *f, const struct ip_addr *addr, const uint8_t mac[6])
{
	static const uint8_t to[] = { 0x33, 0x33, 0, 0, 0, 1 }, head[] = { 0, 32, 58, 255 },
			     option[] = { 2, 1 };

	CHECK(memcmp(f, to, 6) == 0 && memcmp(f + 6, mac, 6) == 0);
	CHECK(f[12] == 0x86 && f[13] == 0xdd && f[14] >> 4 == 6);
	CHECK(memcmp(f + 18, head, sizeof head) == 0);
	CHECK(memcmp(f + 22, addr->b, 16) == 0 && memcmp(f + 38, ALL_NODES, 16) == 0);
	CHECK(f[54] == 136 && f[55] == 0 && f[58] == 0xa0);
	CHECK(f[59] == 0 && f[60] == 0 && f[61] == 0);
	CHECK(memcmp(f + 62, addr->b, 16) == 0 && memcmp(f + 78, option, 2) == 0);
	CHECK(memcmp(f + 80, mac, 6) == 0);
	CHECK(icmp6_sum(f, GARP_NA_LEN) == 0xffff);
}

static void check_encode(const struct ip_addr *addr, const uint8_t mac[6])
{
	size_t need = addr->family == IP_V4 ? (size_t)GARP_LEN : (size_t)GARP_NA_LEN;
	uint8_t *buf = bytes_room(need);
	struct garp garp;

	for (size_t size = 0; size < need; size += 7)
		CHECK(garp_encode(addr, mac, buf, size) == 0);
	CHECK(garp_encode(addr, mac, buf, need - 1) == 0);
	CHECK(garp_encode(addr, mac, buf, need) == need);
	if (addr->family == IP_V4)
		check_arp(buf, addr, mac);
	else
		check_na(buf, addr, mac);
	if (addr->family == IP_V4 ? ip_is_unspecified(addr) : ip_is_multicast(addr)) {
		CHECK(!garp_decode(buf, need, &garp));
	} else {
		CHECK(garp_decode(buf, need, &garp));
		CHECK(ip_eq(&garp.addr, addr) && memcmp(garp.mac, mac, 6) == 0);
	}
	free(buf);
}

/* ---- decoding ----------------------------------------------------------------------------- */

static bool is_untagged_arp(const uint8_t *f, size_t len)
{
	return len >= ETHERNET_LEN && f[12] == 0x08 && f[13] == 0x06;
}

static bool announces(const uint8_t *f, size_t len)
{
	static const uint8_t fixed[] = { 0, 1, 0x08, 0x00, 6, 4, 0 }, none[4];

	return len >= GARP_LEN && memcmp(f + 14, fixed, sizeof fixed) == 0 &&
	       (f[21] == 1 || f[21] == 2) && memcmp(f + 28, f + 38, 4) == 0 &&
	       memcmp(f + 28, none, 4) != 0;
}

/* A whole one in its simplest form: nothing between Ethernet, IPv6 and ICMPv6, nothing behind. */
static bool is_simple_na(const uint8_t *f, size_t len)
{
	return len >= NA_AT + 24 && f[12] == 0x86 && f[13] == 0xdd && f[20] == 58 &&
	       (size_t)(f[18] << 8 | f[19]) == len - NA_AT;
}

/* The last target link-layer address of one unit among options that are all whole. */
static bool options_give(const uint8_t *option, size_t len, const uint8_t mac[6])
{
	const uint8_t *last = NULL;

	while (len > 0) {
		size_t n = len > 1 ? option[1] * (size_t)8 : 0;

		if (n == 0 || n > len)
			return false;
		if (option[0] == 2 && n == 8)
			last = option + 2;
		option += n;
		len -= n;
	}
	return last != NULL && memcmp(last, mac, 6) == 0;
}

static void check_taken(const uint8_t *f, size_t len, const struct garp *garp)
{
	CHECK(garp->addr.family == IP_V4 || garp->addr.family == IP_V6);
	if (is_untagged_arp(f, len)) {
		CHECK(memcmp(garp->addr.b, f + 28, 4) == 0 && memcmp(garp->mac, f + 22, 6) == 0);
	} else if (is_simple_na(f, len)) {
		CHECK(f[21] == 255 && memcmp(f + 38, ALL_NODES, 16) == 0);
		CHECK(icmp6_sum(f, len) == 0xffff && f[54] == 136 && f[55] == 0);
		CHECK((f[58] & 0x60) == 0x20 && memcmp(garp->addr.b, f + 62, 16) == 0);
		CHECK(options_give(f + NA_AT + 24, len - NA_AT - 24, garp->mac));
	}
	check_encode(&garp->addr, garp->mac);
}

static void check_decode(const uint8_t *from, size_t len, bool sealed)
{
	struct bytes b = bytes_copy(from, len), more;
	struct garp garp, again;
	bool taken;

	if (sealed)
		seal(b.p, b.len);
	taken = garp_decode(b.p, b.len, &garp);
	for (unsigned junk = 0; junk <= 0xff; junk += 0xff) {
		more = (struct bytes){ .p = bytes_room(len + JUNK_LEN), .len = len };
		memcpy(more.p, b.p, len);
		memset(more.p + len, (int)junk, JUNK_LEN);
		CHECK(garp_decode(more.p, len, &again) == taken && same(&garp, &again));
		free(more.p);
	}
	if (taken)
		check_taken(b.p, b.len, &garp);
	if (is_untagged_arp(b.p, b.len))
		CHECK(taken == announces(b.p, b.len));
	free(b.p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rd r = rd_open(data, size);
	uint8_t flags = rd_u8(&r), mac[6];
	struct ip_addr addr = { .family = flags & FLAG_V6 ? IP_V6 : IP_V4 };

	if (r.bad)
		return 0;
	if ((flags & FLAG_ENCODE) == 0) {
		check_decode(r.p, rd_left(&r), (flags & FLAG_SEAL) != 0);
		return 0;
	}
	rd_copy(&r, addr.b, ip_len(addr.family));
	rd_copy(&r, mac, 6);
	check_encode(&addr, mac);
	return 0;
}
