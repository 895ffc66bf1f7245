/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_packets.h - VRRP packets for tests: the worked examples of the requirements, and frames
 * captured from other routers.
 *
 * A struct packet is a message that a test may edit before it seals it with a checksum; the
 * checksum is computed here, word by word, and not by the code under test.
 */
#ifndef VRRP_PACKETS_H
#define VRRP_PACKETS_H

#include "bytes.h"
#include "ip.h"
#include "vrrp_wire.h"

struct packet {
	struct ip_addr src, dst;
	uint8_t ttl;
	uint8_t bytes[VRRP_MESSAGE_MAX + 64];
	size_t len;
};

#define GROUP4 ((struct ip_addr){ IP_V4, { 224, 0, 0, 18 } })
#define GROUP6 ((struct ip_addr){ IP_V6, { 0xff, 0x02, [15] = 0x12 } })

static inline struct packet packet_make(struct ip_addr src, struct ip_addr dst, const char *hex)
{
	struct packet p = { .src = src, .dst = dst, .ttl = 255 };

	p.len = bytes_from_hex(hex, p.bytes, sizeof p.bytes);
	return p;
}

/* VRID 10, priority 200, one second, 192.0.2.1 and 192.0.2.2, from 192.0.2.251. Version 3 in both
 * forms of the checksum. */
#define EXAMPLE_V2         "210ac802000192edc0000201c00002020000000000000000"
#define EXAMPLE_V3_MESSAGE "310ac8020064828ac0000201c0000202"
#define EXAMPLE_V3_PSEUDO  "310ac8020064defbc0000201c0000202"
/* VRID 10, priority 100, one second, fe80::1 and 2001:db8::1, from fe80::c8. */
#define EXAMPLE_V6 \
	"310a640200643f5dfe80000000000000000000000000000120010db8000000000000000000000001"

static inline struct packet packet_v2(void)
{
	return packet_make(ip4(192, 0, 2, 251), GROUP4, EXAMPLE_V2);
}

static inline struct packet packet_v3(void)
{
	return packet_make(ip4(192, 0, 2, 251), GROUP4, EXAMPLE_V3_MESSAGE);
}

static inline struct packet packet_v3_pseudo(void)
{
	return packet_make(ip4(192, 0, 2, 251), GROUP4, EXAMPLE_V3_PSEUDO);
}

static inline struct packet packet_v6(void)
{
	return packet_make((struct ip_addr){ IP_V6, { 0xfe, 0x80, [15] = 0xc8 } }, GROUP6,
			   EXAMPLE_V6);
}

/* The sum over the pseudo-header of RFC 8200 8.1 (IPv6) or RFC 793 (IPv4), written out. */
static inline uint16_t packet_pseudo_sum(const struct packet *p)
{
	uint8_t header[40] = { 0 };
	size_t n = ip_len(p->src.family);

	memcpy(header, p->src.b, n);
	memcpy(header + n, p->dst.b, n);
	if (p->src.family == IP_V4) {
		header[9] = 112;
		header[10] = (uint8_t)(p->len >> 8);
		header[11] = (uint8_t)p->len;
		return bytes_sum16(0, header, 12);
	}
	header[34] = (uint8_t)(p->len >> 8);
	header[35] = (uint8_t)p->len;
	header[39] = 112;
	return bytes_sum16(0, header, 40);
}

/* Puts the right checksum in, over the message alone or with the pseudo-header before it. */
static inline void packet_seal(struct packet *p, enum vrrp_csum form)
{
	uint16_t sum = form == VRRP_CSUM_PSEUDO ? packet_pseudo_sum(p) : 0;

	p->bytes[6] = p->bytes[7] = 0;
	sum = (uint16_t)~bytes_sum16(sum, p->bytes, p->len);
	p->bytes[6] = (uint8_t)(sum >> 8);
	p->bytes[7] = (uint8_t)sum;
}

/* The form that the version and the family call for; the message alone for version 3 over IPv4. */
static inline void packet_reseal(struct packet *p)
{
	packet_seal(p, p->src.family == IP_V6 ? VRRP_CSUM_PSEUDO : VRRP_CSUM_MESSAGE);
}

/* As the one takes it to whom it was sent: the group, or a host. */
static inline enum vrrp_drop packet_decode(const struct vrrp_rx *rx, unsigned versions,
					   struct vrrp_msg *msg)
{
	if (ip_is_multicast(&rx->dst))
		return vrrp_decode(rx, versions, msg);
	return vrrp_decode_unicast(rx, versions, &rx->dst, VRRP_TTL, msg);
}

/*
 * Whole Ethernet frames, captured between keepalived 2.2.7 and FRR 8.4.4 in network namespaces. All
 * are of VRID 51; the expectations were read off by hand beside a packet analyser's.
 */
struct captured {
	const char *from, *frame;
	struct ip_addr src, dst;
	uint8_t ttl;
	uint8_t version, priority, auth_type, count;
	uint32_t interval_cs;
	enum vrrp_csum csum;
	const char *addrs;
};

#define VIP4   "0a000901"
#define VIP6   "fe800000000000000000000000090001 fd000000000000000000000000090001"
#define R4(n)  { IP_V4, { 10, 0, 0, (n) } }
#define GROUP4_INIT { IP_V4, { 224, 0, 0, 18 } }
#define GROUP6_INIT { IP_V6, { 0xff, 0x02, [15] = 0x12 } }

static const struct captured captured[] = {
	{ "keepalived, version 2",
	  "01005e0000127e5d2d3e8d2c0800 45c0002800010000ff70d0910a000001e0000012"
	  "21339601000135c90a0009010000000000000000",
	  R4(1), GROUP4_INIT, 255, 2, 150, 0, 1, 100, VRRP_CSUM_MESSAGE, VIP4 },
	{ "keepalived, version 2, leaving",
	  "01005e0000127e5d2d3e8d2c0800 45c0002800030000ff70d08f0a000001e0000012"
	  "213300010001cbc90a0009010000000000000000",
	  R4(1), GROUP4_INIT, 255, 2, 0, 0, 1, 100, VRRP_CSUM_MESSAGE, VIP4 },
	{ "keepalived, version 2, from the virtual MAC",
	  "01005e00001200005e0001330800 45c0002800010000ff70d0910a000001e0000012"
	  "21339601000135c90a0009010000000000000000",
	  R4(1), GROUP4_INIT, 255, 2, 150, 0, 1, 100, VRRP_CSUM_MESSAGE, VIP4 },
	{ "keepalived, version 2, simple text authentication",
	  "01005e000012661d3078ba980800 45c0002800010000ff70d0910a000001e0000012"
	  "2133960101012aaf0a0009017333637233740000",
	  R4(1), GROUP4_INIT, 255, 2, 150, 1, 1, 100, VRRP_CSUM_MESSAGE, VIP4 },
	{ "keepalived, version 3 over IPv4",
	  "01005e0000124a08537cbac10800 45c0002000010000ff70d0990a000001e0000012"
	  "3133960100643ad60a000901",
	  R4(1), GROUP4_INIT, 255, 3, 150, 0, 1, 100, VRRP_CSUM_PSEUDO, VIP4 },
	{ "keepalived, version 3 over IPv4, 10 cs",
	  "01005e00001266760aa3a8de0800 45c0002000010000ff70d0990a000001e0000012"
	  "31339601000a3b300a000901",
	  R4(1), GROUP4_INIT, 255, 3, 150, 0, 1, 10, VRRP_CSUM_PSEUDO, VIP4 },
	{ "keepalived, version 3 over IPv6",
	  "3333000000122af2a16c7b7f86dd 6c02aa09002870fffe8000000000000028f2a1fffe6c7b7f"
	  "ff020000000000000000000000000012 313396020064f9c3"
	  "fe800000000000000000000000090001fd000000000000000000000000090001",
	  { IP_V6, { 0xfe, 0x80, [8] = 0x28, 0xf2, 0xa1, 0xff, 0xfe, 0x6c, 0x7b, 0x7f } },
	  GROUP6_INIT,
	  255, 3, 150, 0, 2, 100, VRRP_CSUM_PSEUDO, VIP6 },
	{ "FRR, version 3 over IPv4",
	  "01005e00001200005e0001330800 45c00020c58e4000ff70cb0b0a000001e0000012"
	  "3133960100643ad60a000901",
	  R4(1), GROUP4_INIT, 255, 3, 150, 0, 1, 100, VRRP_CSUM_PSEUDO, VIP4 },
	{ "FRR, version 3 over IPv4, leaving",
	  "01005e00001200005e0001330800 45c00020c6ac4000ff70c9ed0a000001e0000012"
	  "313300010064d0d60a000901",
	  R4(1), GROUP4_INIT, 255, 3, 0, 0, 1, 100, VRRP_CSUM_PSEUDO, VIP4 },
	{ "FRR, version 3 over IPv6",
	  "33330000001200005e00023386dd 6c05f218002870fffe800000000000000000000000090001"
	  "ff020000000000000000000000000012 3133960200643e98"
	  "fe800000000000000000000000090001fd000000000000000000000000090001",
	  { IP_V6, { 0xfe, 0x80, [13] = 0x09, 0x00, 0x01 } },
	  GROUP6_INIT,
	  255, 3, 150, 0, 2, 100, VRRP_CSUM_PSEUDO, VIP6 },
};

/* The same between two routers that were told each other's address. */
static const struct captured captured_unicast[] = {
	{ "keepalived, version 2, unicast",
	  "1a1131e2cbab7e794c4078fe0800 45c0002800010000ff70a6a20a0000010a000002"
	  "21339601000135c90a0009010000000000000000",
	  R4(1), R4(2), 255, 2, 150, 0, 1, 100, VRRP_CSUM_MESSAGE, VIP4 },
	{ "keepalived, version 3 over IPv4, unicast",
	  "4e2a8b11d923a22bbecfff7b0800 45c0002000010000ff70a6aa0a0000010a000002"
	  "31339601006410e70a000901",
	  R4(1), R4(2), 255, 3, 150, 0, 1, 100, VRRP_CSUM_PSEUDO, VIP4 },
	{ "keepalived, version 3 over IPv6, unicast",
	  "1a4302ec9f08e644e2a7b26986dd 6c08467e00287040fd000000000000000000000000000001"
	  "fd000000000000000000000000000002 3133960200644233"
	  "fe800000000000000000000000090001fd000000000000000000000000090001",
	  { IP_V6, { 0xfd, [15] = 1 } }, { IP_V6, { 0xfd, [15] = 2 } }, 64,
	  3, 150, 0, 2, 100, VRRP_CSUM_PSEUDO, VIP6 },
};

/* keepalived, version 2 behind an IP authentication header (RFC 2338 5.3.6.3), protocol 51. */
#define CAPTURED_AH \
	"01005e000012a2d4642e9b090800 45c0004000010000ff33d0b60a000001e0000012" \
	"700400000a000001000000011e4c2c5d772843b9639ab583 21339601020133c90a0009010000000000000000"

enum {
	CAPTURED_N = sizeof captured / sizeof *captured,
	CAPTURED_UNICAST_N = sizeof captured_unicast / sizeof *captured_unicast,
};

#endif
