/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrp_wire.h"

#include "check.h"
#include "csum.h"
#include "ip_wire.h"
#include "rd.h"
#include "wr.h"

const char *vrrp_drop_name(enum vrrp_drop drop)
{
	static const char *const name[VRRP_DROP_N] = {
		"accepted",
#define X(id, text, doc) text,
		VRRP_DROPS(X)
#undef X
	};

	CHECK((unsigned)drop < VRRP_DROP_N);
	return name[drop];
}

const char *vrrp_drop_doc(enum vrrp_drop drop)
{
	static const char *const text[VRRP_DROP_N] = {
		"accepted",
#define X(id, name, doc) doc,
		VRRP_DROPS(X)
#undef X
	};

	CHECK((unsigned)drop < VRRP_DROP_N);
	return text[drop];
}

struct ip_addr vrrp_group(uint8_t family)
{
	if (family == IP_V4)
		return ip4(224, 0, 0, 18);
	return (struct ip_addr){ .family = IP_V6, .b = { 0xff, 0x02, [15] = 0x12 } };
}

void vrrp_mac(uint8_t family, uint8_t vrid, uint8_t mac[6])
{
	memcpy(mac, (uint8_t[]){ 0x00, 0x00, 0x5e, 0x00, family == IP_V4 ? 0x01 : 0x02, vrid }, 6);
}

/* Whether so much of the message sums up to zero, on top of `sum`. */
static bool sums_up(uint64_t sum, const struct vrrp_rx *rx, size_t len)
{
	return csum_fold(csum_add(sum, rx->bytes, len)) == 0;
}

/* Finds the form of checksum that fits the first `len` bytes. */
static bool find_csum(const struct vrrp_rx *rx, size_t len, struct vrrp_msg *msg)
{
	uint64_t pseudo = ip_pseudo_sum(&rx->src, &rx->dst, IP_PROTO_VRRP, len);
	bool alone = msg->family == IP_V4 && sums_up(0, rx, len);
	bool with_pseudo = msg->version == 3 && sums_up(pseudo, rx, len);

	msg->csum = alone && with_pseudo ? VRRP_CSUM_EITHER
		    : with_pseudo	 ? VRRP_CSUM_PSEUDO
					 : VRRP_CSUM_MESSAGE;
	return alone || with_pseudo;
}

/* All bytes of the message count, also any after the last address or the authentication data: they
 * are part of the message, and some routers put a digest there. But a trailer over IPv4 does not
 * count. */
static bool check_csum(const struct vrrp_rx *rx, struct vrrp_msg *msg)
{
	return find_csum(rx, rx->len, msg) ||
	       (msg->trailer && msg->family == IP_V4 &&
		find_csum(rx, rx->len - VRRP_TRAILER_LEN, msg));
}

/* All that does not depend on how the packet came. */
static enum vrrp_drop decode_message(const struct vrrp_rx *rx, unsigned versions,
				     struct vrrp_msg *msg)
{
	struct rd r = rd_open(rx->bytes, rx->len);
	uint8_t first, type;
	size_t need;

	first = rd_u8(&r);
	type = first & 0x0f;
	*msg = (struct vrrp_msg){ .version = first >> 4, .family = rx->src.family };
	msg->vrid = rd_u8(&r);
	msg->priority = rd_u8(&r);
	msg->count = rd_u8(&r);
	if (msg->version == 2) {
		msg->auth_type = rd_u8(&r);
		msg->interval_cs = rd_u8(&r) * 100u;
	} else {
		msg->interval_cs = rd_u16(&r) & 0x0fff; /* the reserved bits are ignored: 5.2.6 */
	}
	rd_u16(&r); /* the checksum is verified over the bytes */
	if (msg->family == IP_V6)
		versions &= VRRP_V3_BIT;

	if (r.bad)
		return VRRP_DROP_LENGTH;
	if ((versions >> msg->version & 1) == 0)
		return VRRP_DROP_VERSION;
	if (type != VRRP_TYPE_ADVERTISEMENT)
		return VRRP_DROP_TYPE;
	need = msg->count * ip_len(msg->family);
	msg->addrs = rd_take(&r, need);
	if (msg->version == 2)
		msg->auth_data = rd_take(&r, VRRP2_AUTH_LEN);
	msg->trailer = rd_left(&r) == VRRP_TRAILER_LEN ? r.p : NULL;
	if (r.bad)
		return VRRP_DROP_LENGTH;
	if (!check_csum(rx, msg))
		return VRRP_DROP_CHECKSUM;
	return VRRP_ACCEPTED;
}

enum vrrp_drop vrrp_decode(const struct vrrp_rx *rx, unsigned versions, struct vrrp_msg *msg)
{
	struct ip_addr group = vrrp_group(rx->src.family);

	*msg = (struct vrrp_msg){ 0 };
	if (rx->ttl != VRRP_TTL)
		return VRRP_DROP_TTL;
	if (!ip_eq(&rx->dst, &group))
		return VRRP_DROP_DESTINATION;
	return decode_message(rx, versions, msg);
}

enum vrrp_drop vrrp_decode_unicast(const struct vrrp_rx *rx, unsigned versions,
				   const struct ip_addr *own, uint8_t ttl_min, struct vrrp_msg *msg)
{
	*msg = (struct vrrp_msg){ 0 };
	if (rx->ttl < ttl_min)
		return VRRP_DROP_TTL;
	if (ip_is_set(own) ? !ip_eq(&rx->dst, own) : ip_is_multicast(&rx->dst))
		return VRRP_DROP_DESTINATION;
	return decode_message(rx, versions, msg);
}

uint8_t vrrp_peek_vrid(const struct vrrp_rx *rx)
{
	return rx->len >= 2 ? rx->bytes[1] : 0;
}

size_t vrrp_encode(const struct vrrp_msg *msg, const struct ip_addr *src, const struct ip_addr *dst,
		   void *buf, size_t size)
{
	bool pseudo = msg->version == 3 && (msg->family == IP_V6 || msg->csum == VRRP_CSUM_PSEUDO);
	struct wr w = wr_open(buf, size);
	uint64_t sum;
	uint8_t *p;
	size_t len, summed;

	CHECK(msg->version == 3 || (msg->version == 2 && msg->family == IP_V4));
	CHECK(src->family == msg->family && dst->family == msg->family);
	wr_u8(&w, (uint8_t)(msg->version << 4 | VRRP_TYPE_ADVERTISEMENT));
	wr_u8(&w, msg->vrid);
	wr_u8(&w, msg->priority);
	wr_u8(&w, msg->count);
	if (msg->version == 2) {
		CHECK(msg->interval_cs % 100 == 0 &&
		      msg->interval_cs / 100 - 1 < VRRP_INTERVAL_MAX_S);
		wr_u8(&w, msg->auth_type);
		wr_u8(&w, (uint8_t)(msg->interval_cs / 100));
	} else {
		CHECK(msg->interval_cs - 1 < VRRP_INTERVAL_MAX_CS);
		wr_u16(&w, (uint16_t)msg->interval_cs);
	}
	wr_u16(&w, 0);
	wr_copy(&w, msg->addrs, msg->count * ip_len(msg->family));
	if (msg->version == 2 && msg->auth_data)
		wr_copy(&w, msg->auth_data, VRRP2_AUTH_LEN);
	else if (msg->version == 2)
		wr_zero(&w, VRRP2_AUTH_LEN);
	summed = wr_len(&w);
	if (msg->trailer)
		wr_copy(&w, msg->trailer, VRRP_TRAILER_LEN);
	len = wr_len(&w);
	if (len == 0)
		return 0;
	if (msg->family == IP_V6)
		summed = len;
	p = buf;
	sum = pseudo ? ip_pseudo_sum(src, dst, IP_PROTO_VRRP, summed) : 0;
	sum = csum_fold(csum_add(sum, p, summed));
	p[6] = (uint8_t)(sum >> 8);
	p[7] = (uint8_t)sum;
	return len;
}
