/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrp_auth_wire.h"

#include <string.h>

#include "ip_wire.h"
#include "rd.h"

enum { AH_WORDS = AH_LEN / 4 - 2 }; /* its length as it says it: RFC 2402 2.2 */

bool vrrp_trailer_decode(const uint8_t *bytes, struct vrrp_trailer *t)
{
	struct rd r = rd_open(bytes, VRRP_TRAILER_LEN);

	t->type = rd_u8(&r);
	t->key_id = rd_u8(&r);
	t->reserved = rd_u16(&r);
	t->seq = (uint64_t)rd_u32(&r) << 32;
	t->seq |= rd_u32(&r);
	t->mac = rd_take(&r, VRRP_TRAILER_MAC_LEN);
	return t->type == VRRP_TRAILER_SHA256 && t->reserved == 0;
}

static void put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, (uint16_t)(v >> 16));
	put16(p + 2, (uint16_t)v);
}

void vrrp_trailer_encode(uint8_t key_id, uint64_t seq, uint8_t *bytes)
{
	memset(bytes, 0, VRRP_TRAILER_LEN);
	bytes[0] = VRRP_TRAILER_SHA256;
	bytes[1] = key_id;
	put32(bytes + 4, (uint32_t)(seq >> 32));
	put32(bytes + 8, (uint32_t)seq);
}

void vrrp_trailer_pseudo(uint8_t version, uint8_t vrid, const struct ip_addr *src, uint8_t *pseudo)
{
	memset(pseudo, 0, VRRP_PSEUDO_LEN);
	pseudo[0] = src->family == IP_V4 ? 4 : 6;
	pseudo[1] = version;
	pseudo[2] = vrid;
	memcpy(pseudo + 4, src->b, ip_len(src->family));
}

bool vrrp_ah_decode(const uint8_t *bytes, size_t len, struct vrrp_ah *ah)
{
	struct rd r = rd_open(bytes, len);
	uint8_t words;

	ah->next = rd_u8(&r);
	words = rd_u8(&r);
	rd_u16(&r); /* reserved */
	ah->spi = rd_u32(&r);
	ah->seq = rd_u32(&r);
	ah->icv = rd_take(&r, AH_ICV_LEN);
	ah->message = r.p;
	ah->len = rd_left(&r);
	return !r.bad && words == AH_WORDS;
}

bool vrrp_ah_is_vrrp(const uint8_t *bytes, size_t len)
{
	struct vrrp_ah ah;

	return vrrp_ah_decode(bytes, len, &ah) && ah.next == IP_PROTO_VRRP;
}

void vrrp_ah_encode(const struct ip_addr *src, uint32_t seq, uint8_t *bytes)
{
	memset(bytes, 0, AH_LEN);
	bytes[0] = IP_PROTO_VRRP;
	bytes[1] = AH_WORDS;
	put32(bytes + 4, vrrp_ah_spi(src));
	put32(bytes + 8, seq);
}

uint32_t vrrp_ah_spi(const struct ip_addr *src)
{
	struct rd r = rd_open(src->b, 4);

	return rd_u32(&r);
}

/* What routers may change counts as zero: type of service, flags and offset, checksum. */
void vrrp_ah_cover(const struct vrrp_ah_ip *ip, const uint8_t *ah, size_t len, uint8_t *cover)
{
	memset(cover, 0, AH_COVER_LEN);
	cover[0] = 0x45;
	put16(cover + 2, (uint16_t)(AH_COVER_LEN + len));
	put16(cover + 4, ip->id);
	cover[8] = ip_is_multicast(&ip->dst) ? ip->ttl : 0;
	cover[9] = IP_PROTO_AH;
	memcpy(cover + 12, ip->src.b, 4);
	memcpy(cover + 16, ip->dst.b, 4);
	memcpy(cover + IP4_HEADER_LEN, ah, AH_ICV_AT);
}
