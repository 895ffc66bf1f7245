/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ip_wire.h - link-layer and IP headers: from a captured frame to the payload of an IP packet, and
 * back.
 *
 * Decoding borrows the bytes of the frame. Lengths come from the IP header, never from the frame:
 * short packets are padded on Ethernet (60 bytes), and the padding is not part of the message.
 */
#ifndef IP_WIRE_H
#define IP_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "ip.h"

enum {
	ETH_ADDR_LEN = 6,
	ETHERTYPE_IP4 = 0x0800,
	ETHERTYPE_ARP4 = 0x0806,
	ETHERTYPE_IP6 = 0x86dd,
	IP4_HEADER_LEN = 20, /* without options */
	IP6_HEADER_LEN = 40,
	IP_PROTO_AH = 51,
	IP_PROTO_ICMP6 = 58,
	IP_PROTO_VRRP = 112,
	IP_TOS_CS6 = 0xc0,   /* DSCP CS6, network control (RFC 2474) */
};

/* The numbers of the LINKTYPE_ registry that captures use. */
enum link_type {
	LINK_ETHERNET = 1,
	LINK_RAW = 101,
	LINK_LINUX_SLL = 113,
	LINK_LINUX_SLL2 = 276,
};

struct link_frame {
	uint16_t ethertype; /* of the payload, after any VLAN tags */
	uint16_t vlan;      /* VLAN id of the innermost tag, 0 = untagged */
	uint8_t src[ETH_ADDR_LEN], dst[ETH_ADDR_LEN]; /* zero where the link type has none */
	const uint8_t *payload;
	size_t len;
};

enum ip_error {
	IP_OK,
	IP_NOT_IP,   /* not IPv4 or IPv6, or a link type we do not know */
	IP_BAD,      /* header incomplete or inconsistent, or the packet is cut short */
	IP_FRAGMENT, /* only a part of a packet */
};

struct ip_packet {
	struct ip_addr src, dst;
	uint8_t ttl;   /* or Hop Limit */
	uint8_t proto; /* or the Next Header after extension headers */
	const uint8_t *payload;
	size_t len;
};

/* False when the frame is too short for its headers or the link type is unknown. */
bool link_decode(int link_type, const void *bytes, size_t len, struct link_frame *frame);

/* An IPv4 or IPv6 packet, told apart by its version. IPv4 options and the IPv6 hop-by-hop, routing
 * and destination headers are skipped. IPv4's own header checksum is verified. */
enum ip_error ip_decode(const void *bytes, size_t len, struct ip_packet *pkt);

/* Header and payload as one packet. Returns its length, 0 when it does not fit in `size`. */
size_t ip_encode(const struct ip_packet *pkt, uint8_t tos, void *buf, size_t size);

/* The Ethernet address an IP multicast group maps to (RFC 1112 6.4, RFC 2464 7). */
void ip_multicast_mac(const struct ip_addr *group, uint8_t mac[ETH_ADDR_LEN]);

/* The sum of the pseudo-header, to go on with csum_add(). For IPv4 the layout of RFC 793 and the
 * one of RFC 8200 8.1 give the same sum. len is the length of the upper-layer message. */
uint64_t ip_pseudo_sum(const struct ip_addr *src, const struct ip_addr *dst, uint8_t proto,
		       size_t len);

#endif
