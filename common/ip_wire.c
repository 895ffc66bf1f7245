/* SPDX-License-Identifier: BSD-2-Clause */
#include "ip_wire.h"

#include "csum.h"
#include "rd.h"
#include "wr.h"

enum {
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_QINQ = 0x88a8,
	VLAN_TAGS_MAX = 2,
	IP6_HOP_BY_HOP = 0,
	IP6_ROUTING = 43,
	IP6_FRAGMENT = 44,
	IP6_DESTINATION = 60,
	IP6_EXTENSIONS_MAX = 8,
};

/* LINKTYPE_RAW has no type field: the version of the IP header tells. */
static uint16_t raw_ethertype(const uint8_t *p, size_t len)
{
	if (len == 0)
		return 0;
	return p[0] >> 4 == 4 ? ETHERTYPE_IP4 : p[0] >> 4 == 6 ? ETHERTYPE_IP6 : 0;
}

bool link_decode(int link_type, const void *bytes, size_t len, struct link_frame *frame)
{
	struct rd r = rd_open(bytes, len);

	*frame = (struct link_frame){ 0 };
	switch (link_type) {
	case LINK_ETHERNET:
		rd_copy(&r, frame->dst, ETH_ADDR_LEN);
		rd_copy(&r, frame->src, ETH_ADDR_LEN);
		frame->ethertype = rd_u16(&r);
		break;
	case LINK_LINUX_SLL: /* packet type, ARPHRD, address length, address (8), protocol */
		rd_take(&r, 6);
		rd_copy(&r, frame->src, ETH_ADDR_LEN);
		rd_take(&r, 2);
		frame->ethertype = rd_u16(&r);
		break;
	case LINK_LINUX_SLL2: /* protocol, reserved, ifindex, ARPHRD, packet type, length, address
				 (8) */
		frame->ethertype = rd_u16(&r);
		rd_take(&r, 10);
		rd_copy(&r, frame->src, ETH_ADDR_LEN);
		rd_take(&r, 2);
		break;
	case LINK_RAW:
		frame->ethertype = raw_ethertype(bytes, len);
		break;
	default:
		return false;
	}
	for (unsigned tags = 0; tags < VLAN_TAGS_MAX; tags++) {
		if (frame->ethertype != ETHERTYPE_VLAN && frame->ethertype != ETHERTYPE_QINQ)
			break;
		frame->vlan = rd_u16(&r) & 0xfff;
		frame->ethertype = rd_u16(&r);
	}
	frame->payload = r.p;
	frame->len = rd_left(&r);
	return !r.bad;
}

static enum ip_error ip4_decode(const uint8_t *bytes, size_t len, struct ip_packet *pkt)
{
	struct rd r = rd_open(bytes, len);
	size_t header = (size_t)(rd_u8(&r) & 0x0f) * 4, total;
	uint16_t fragment;

	rd_u8(&r);
	total = rd_u16(&r);
	rd_u16(&r);
	fragment = rd_u16(&r);
	pkt->ttl = rd_u8(&r);
	pkt->proto = rd_u8(&r);
	rd_u16(&r);
	pkt->src.family = pkt->dst.family = IP_V4;
	rd_copy(&r, pkt->src.b, 4);
	rd_copy(&r, pkt->dst.b, 4);
	if (r.bad || header < IP4_HEADER_LEN || total < header || total > len)
		return IP_BAD;
	if (csum_fold(csum_add(0, bytes, header)) != 0)
		return IP_BAD;
	if ((fragment & 0x3fff) != 0) /* more fragments, or an offset */
		return IP_FRAGMENT;
	pkt->payload = bytes + header;
	pkt->len = total - header;
	return IP_OK;
}

static enum ip_error ip6_decode(const uint8_t *bytes, size_t len, struct ip_packet *pkt)
{
	struct rd r = rd_open(bytes, len);
	size_t payload;

	rd_u32(&r);
	payload = rd_u16(&r);
	pkt->proto = rd_u8(&r);
	pkt->ttl = rd_u8(&r);
	pkt->src.family = pkt->dst.family = IP_V6;
	rd_copy(&r, pkt->src.b, 16);
	rd_copy(&r, pkt->dst.b, 16);
	if (r.bad || payload > rd_left(&r))
		return IP_BAD;
	r = rd_open(r.p, payload);
	for (unsigned n = 0; n < IP6_EXTENSIONS_MAX; n++) {
		bool fragment = pkt->proto == IP6_FRAGMENT;

		if (!fragment && pkt->proto != IP6_HOP_BY_HOP && pkt->proto != IP6_ROUTING &&
		    pkt->proto != IP6_DESTINATION)
			break;
		pkt->proto = rd_u8(&r);
		if (!fragment) {
			rd_take(&r, (size_t)rd_u8(&r) * 8 + 6);
		} else {
			rd_u8(&r);
			/* An atomic fragment (RFC 6946) has no offset and nothing follows it. */
			if ((rd_u16(&r) & 0xfff9) != 0)
				return IP_FRAGMENT;
			rd_u32(&r);
		}
		if (r.bad)
			return IP_BAD;
	}
	pkt->payload = r.p;
	pkt->len = rd_left(&r);
	return IP_OK;
}

enum ip_error ip_decode(const void *bytes, size_t len, struct ip_packet *pkt)
{
	const uint8_t *p = bytes;

	*pkt = (struct ip_packet){ 0 };
	if (len == 0)
		return IP_NOT_IP;
	switch (p[0] >> 4) {
	case 4:
		return ip4_decode(p, len, pkt);
	case 6:
		return ip6_decode(p, len, pkt);
	default:
		return IP_NOT_IP;
	}
}

static void ip4_encode(struct wr *w, const struct ip_packet *pkt, uint8_t tos)
{
	uint8_t *start = wr_take(w, 0);
	uint16_t sum;

	wr_u8(w, 0x45);
	wr_u8(w, tos);
	wr_u16(w, (uint16_t)(IP4_HEADER_LEN + pkt->len));
	wr_u32(w, 0x4000); /* identification, DF, offset: an atomic packet (RFC 6864 4.1) */
	wr_u8(w, pkt->ttl);
	wr_u8(w, pkt->proto);
	wr_u16(w, 0);
	wr_copy(w, pkt->src.b, 4);
	wr_copy(w, pkt->dst.b, 4);
	if (w->bad)
		return;
	sum = csum_fold(csum_add(0, start, IP4_HEADER_LEN));
	start[10] = (uint8_t)(sum >> 8);
	start[11] = (uint8_t)sum;
}

static void ip6_encode(struct wr *w, const struct ip_packet *pkt, uint8_t tos)
{
	wr_u32(w, UINT32_C(6) << 28 | (uint32_t)tos << 20);
	wr_u16(w, (uint16_t)pkt->len);
	wr_u8(w, pkt->proto);
	wr_u8(w, pkt->ttl);
	wr_copy(w, pkt->src.b, 16);
	wr_copy(w, pkt->dst.b, 16);
}

size_t ip_encode(const struct ip_packet *pkt, uint8_t tos, void *buf, size_t size)
{
	struct wr w = wr_open(buf, size);

	if (pkt->len > (pkt->src.family == IP_V4 ? UINT16_MAX - IP4_HEADER_LEN : UINT16_MAX))
		return 0;
	if (pkt->src.family == IP_V4)
		ip4_encode(&w, pkt, tos);
	else
		ip6_encode(&w, pkt, tos);
	wr_copy(&w, pkt->payload, pkt->len);
	return wr_len(&w);
}

void ip_multicast_mac(const struct ip_addr *group, uint8_t mac[ETH_ADDR_LEN])
{
	if (group->family == IP_V4) {
		mac[0] = 0x01;
		mac[1] = 0x00;
		mac[2] = 0x5e;
		mac[3] = group->b[1] & 0x7f;
		mac[4] = group->b[2];
		mac[5] = group->b[3];
	} else {
		mac[0] = mac[1] = 0x33;
		memcpy(mac + 2, group->b + 12, 4);
	}
}

uint64_t ip_pseudo_sum(const struct ip_addr *src, const struct ip_addr *dst, uint8_t proto,
		       size_t len)
{
	uint64_t sum = csum_add(0, src->b, ip_len(src->family));

	return csum_add(sum, dst->b, ip_len(dst->family)) + proto + len;
}
