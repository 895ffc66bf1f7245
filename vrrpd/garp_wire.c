/* SPDX-License-Identifier: BSD-2-Clause */
#include "garp_wire.h"

#include "csum.h"
#include "ip_wire.h"
#include "rd.h"
#include "wr.h"

enum {
	ARP_HTYPE_ETHERNET = 1,
	ARP_REQUEST = 1,
	ARP_REPLY = 2,
	ND_ADVERTISEMENT = 136,
	ND_FLAG_ROUTER = 0x80,
	ND_FLAG_SOLICITED = 0x40,
	ND_FLAG_OVERRIDE = 0x20,
	ND_OPT_TARGET_MAC = 2,
	ND_HOP_LIMIT = 255,
	NA_LEN = 24, /* ICMPv6 header, flags, target */
	NA_OPT_LEN = 8,
};

static const struct ip_addr all_nodes = { .family = IP_V6, .b = { 0xff, 0x02, [15] = 0x01 } };

static void put_ethernet(struct wr *w, const uint8_t dst[6], const uint8_t src[6], uint16_t type)
{
	wr_copy(w, dst, 6);
	wr_copy(w, src, 6);
	wr_u16(w, type);
}

static void put_arp(struct wr *w, const struct ip_addr *addr, const uint8_t mac[6])
{
	static const uint8_t broadcast[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	put_ethernet(w, broadcast, mac, ETHERTYPE_ARP4);
	wr_u16(w, ARP_HTYPE_ETHERNET);
	wr_u16(w, ETHERTYPE_IP4);
	wr_u8(w, 6);
	wr_u8(w, 4);
	wr_u16(w, ARP_REQUEST);
	wr_copy(w, mac, 6);
	wr_copy(w, addr->b, 4);
	wr_copy(w, mac, 6);
	wr_copy(w, addr->b, 4);
}

static void put_na(struct wr *w, const struct ip_addr *addr, const uint8_t mac[6])
{
	uint8_t na[NA_LEN + NA_OPT_LEN], group_mac[6], *ip;
	struct wr m = wr_open(na, sizeof na);
	struct ip_packet pkt = {
		.src = *addr, .dst = all_nodes, .ttl = ND_HOP_LIMIT, .proto = IP_PROTO_ICMP6,
		.payload = na, .len = sizeof na,
	};
	uint16_t sum;

	wr_u8(&m, ND_ADVERTISEMENT);
	wr_u8(&m, 0);
	wr_u16(&m, 0);
	wr_u32(&m, (uint32_t)(ND_FLAG_ROUTER | ND_FLAG_OVERRIDE) << 24);
	wr_copy(&m, addr->b, 16);
	wr_u8(&m, ND_OPT_TARGET_MAC);
	wr_u8(&m, NA_OPT_LEN / 8);
	wr_copy(&m, mac, 6);
	sum = csum_fold(csum_add(ip_pseudo_sum(addr, &all_nodes, IP_PROTO_ICMP6, sizeof na), na,
				 sizeof na));
	na[2] = (uint8_t)(sum >> 8);
	na[3] = (uint8_t)sum;

	ip_multicast_mac(&all_nodes, group_mac);
	put_ethernet(w, group_mac, mac, ETHERTYPE_IP6);
	ip = wr_take(w, IP6_HEADER_LEN + sizeof na);
	if (ip)
		ip_encode(&pkt, 0, ip, IP6_HEADER_LEN + sizeof na);
}

size_t garp_encode(const struct ip_addr *addr, const uint8_t mac[6], void *buf, size_t size)
{
	struct wr w = wr_open(buf, size);

	if (addr->family == IP_V4)
		put_arp(&w, addr, mac);
	else
		put_na(&w, addr, mac);
	return wr_len(&w);
}

static bool arp_decode(const struct link_frame *frame, struct garp *garp)
{
	struct rd r = rd_open(frame->payload, frame->len);
	uint16_t htype = rd_u16(&r), ptype = rd_u16(&r), op;
	uint8_t hlen = rd_u8(&r), plen = rd_u8(&r);
	const uint8_t *sender_mac, *sender, *target;

	op = rd_u16(&r);
	sender_mac = rd_take(&r, 6);
	sender = rd_take(&r, 4);
	rd_take(&r, 6);
	target = rd_take(&r, 4);
	if (r.bad || htype != ARP_HTYPE_ETHERNET || ptype != ETHERTYPE_IP4 || hlen != 6 ||
	    plen != 4)
		return false;
	if ((op != ARP_REQUEST && op != ARP_REPLY) || memcmp(sender, target, 4) != 0)
		return false;
	garp->addr = ip_make(IP_V4, sender);
	memcpy(garp->mac, sender_mac, 6);
	return !ip_is_unspecified(&garp->addr);
}

/* All options must be sound (RFC 4861 7.1.2), one of them the target's Ethernet address. */
static bool read_target_mac(struct rd *r, uint8_t mac[6])
{
	bool found = false;

	while (rd_left(r) > 0) {
		uint8_t kind = rd_u8(r), units = rd_u8(r);
		const uint8_t *option = units > 0 ? rd_take(r, units * 8u - 2) : NULL;

		if (!option)
			return false;
		if (kind == ND_OPT_TARGET_MAC && units == 1) {
			memcpy(mac, option, 6);
			found = true;
		}
	}
	return found;
}

static bool na_decode(const struct link_frame *frame, struct garp *garp)
{
	const uint8_t *target;
	struct ip_packet pkt;
	uint32_t flags;
	struct rd r;
	uint8_t type, code;

	if (ip_decode(frame->payload, frame->len, &pkt) != IP_OK || pkt.proto != IP_PROTO_ICMP6)
		return false;
	if (pkt.ttl != ND_HOP_LIMIT || !ip_eq(&pkt.dst, &all_nodes))
		return false;
	if (csum_fold(csum_add(ip_pseudo_sum(&pkt.src, &pkt.dst, IP_PROTO_ICMP6, pkt.len),
			       pkt.payload, pkt.len)) != 0)
		return false;
	r = rd_open(pkt.payload, pkt.len);
	type = rd_u8(&r);
	code = rd_u8(&r);
	rd_u16(&r);
	flags = rd_u32(&r) >> 24;
	target = rd_take(&r, 16);
	if (r.bad || type != ND_ADVERTISEMENT || code != 0)
		return false;
	if ((flags & ND_FLAG_SOLICITED) != 0 || (flags & ND_FLAG_OVERRIDE) == 0)
		return false;
	garp->addr = ip_make(IP_V6, target);
	return !ip_is_multicast(&garp->addr) && read_target_mac(&r, garp->mac);
}

bool garp_decode(const void *bytes, size_t len, struct garp *garp)
{
	struct link_frame frame;

	*garp = (struct garp){ 0 };
	if (!link_decode(LINK_ETHERNET, bytes, len, &frame))
		return false;
	if (frame.ethertype == ETHERTYPE_ARP4)
		return arp_decode(&frame, garp);
	return frame.ethertype == ETHERTYPE_IP6 && na_decode(&frame, garp);
}
