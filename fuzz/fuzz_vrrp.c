/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_vrrp.c - any bytes as what a network delivers: a VRRP message, an IP packet, a frame.
 *
 * Holds for all: no byte behind the length is read or counts. The receive checks and the reference
 * model name the same reason. An earlier fault hides a later one. What is accepted is written back
 * to the same, and a packet of IP too.
 *
 * The input begins with what the network does not say (struct input, 9 bytes), then for a message
 * alone its source and destination, then our own addresses, then the bytes.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "ip_wire.h"
#include "rd.h"
#include "vrrp_packets.h"
#include "vrrp_ref.h"
#include "vrrp_rx.h"

enum { ADDRS_MAX = 16, PEERS_MAX = 3, JUNK_LEN = 64 };

enum kind { MESSAGE, PACKET, FRAME, KIND_N };

enum {
	FLAG_LOCAL = 1 << 0,  /* there is a virtual router with the VRID */
	FLAG_SEAL = 1 << 1,   /* the checksums are made right, so that the fuzzer need not guess */
	FLAG_PSEUDO = 1 << 2, /* of the message, with the pseudo-header */
	FLAG_SENT = 1 << 3,   /* a message alone: to the group (or a host), TTL 255 */
	FLAG_V6 = 1 << 4,     /* a message alone: came over IPv6 */
	FLAG_MIRROR = 1 << 5, /* our addresses are those of the message */
	FLAG_SELF = 1 << 6,   /* its source is ours */
	FLAG_UNICAST = 1 << 7, /* we have unicast peers */
};

static const int LINK_TYPES[] = { LINK_ETHERNET, LINK_RAW, LINK_LINUX_SLL, LINK_LINUX_SLL2, 147 };

struct input {
	struct rd r;
	uint8_t kind, flags, version, priority, accept;
	uint16_t interval;
	uint8_t n_addrs, ttl_or_link;
	const uint8_t *addrs; /* n_addrs times 4 or 16 bytes */
};

/* ---- bytes behind the end ----------------------------------------------------------------- */

/* The bytes, and behind them others. */
static struct bytes with_junk(const uint8_t *p, size_t len, uint8_t junk)
{
	struct bytes b = { .p = bytes_room(len + JUNK_LEN), .len = len };

	if (len > 0)
		memcpy(b.p, p, len);
	memset(b.p + len, junk, JUNK_LEN);
	return b;
}

static bool same_addrs(const struct vrrp_msg *a, const struct vrrp_msg *b)
{
	return a->count == b->count &&
	       memcmp(a->addrs, b->addrs, a->count * ip_len(a->family)) == 0;
}

static bool same_msg(const struct vrrp_msg *a, const struct vrrp_msg *b)
{
	return a->version == b->version && a->vrid == b->vrid && a->priority == b->priority &&
	       a->auth_type == b->auth_type && a->interval_cs == b->interval_cs &&
	       a->family == b->family && same_addrs(a, b);
}

static void check_junk(const struct vrrp_rx *rx, const struct vrrp_local *local,
		       enum vrrp_drop drop, const struct vrrp_msg *msg, unsigned notes)
{
	for (unsigned junk = 0; junk <= 0xff; junk += 0xff) {
		struct bytes b = with_junk(rx->bytes, rx->len, (uint8_t)junk);
		struct vrrp_rx same = *rx;
		struct vrrp_msg again;
		unsigned notes_again;

		same.bytes = b.p;
		CHECK(vrrp_peek_vrid(&same) == vrrp_peek_vrid(rx));
		CHECK(vrrp_receive(&same, local, &again, &notes_again) == drop);
		CHECK(notes_again == notes);
		if (drop == VRRP_ACCEPTED)
			CHECK(same_msg(msg, &again) && again.csum == msg->csum);
		free(b.p);
	}
}

/* ---- a message that has been accepted ----------------------------------------------------- */

/* Bytes that the message has a right to hold and we do not write. */
static bool is_plain(const struct vrrp_rx *rx, const struct vrrp_msg *msg, size_t need)
{
	if (rx->len != need)
		return false;
	return msg->version == 2 || rx->bytes[4] >> 4 == 0;
}

static void check_encode(const struct vrrp_rx *rx, const struct vrrp_msg *msg)
{
	size_t need = VRRP_HEADER_LEN + msg->count * ip_len(msg->family) +
		      (msg->version == 2 ? (size_t)VRRP2_AUTH_LEN : 0) +
		      (msg->trailer != NULL ? (size_t)VRRP_TRAILER_LEN : 0);
	struct bytes b = { .p = bytes_room(need), .len = need };
	struct vrrp_rx sent = { rx->src, rx->dst, VRRP_TTL, b.p, b.len };
	struct vrrp_msg again;

	CHECK(vrrp_encode(msg, &rx->src, &rx->dst, b.p, need - 1) == 0);
	CHECK(vrrp_encode(msg, &rx->src, &rx->dst, b.p, need) == need);
	CHECK(packet_decode(&sent, 1u << msg->version, &again) == VRRP_ACCEPTED);
	CHECK(same_msg(msg, &again));
	/* Whether the checksum covers a trailer may be ambiguous. */
	CHECK(again.csum == msg->csum || again.csum == VRRP_CSUM_EITHER ||
	      msg->csum == VRRP_CSUM_EITHER || msg->trailer != NULL);
	if (is_plain(rx, msg, need)) {
		CHECK(memcmp(rx->bytes, b.p, 6) == 0);
		CHECK(memcmp(rx->bytes + 8, b.p + 8, need - 8) == 0);
	}
	free(b.p);
}

static bool is_in(const struct ip_addr *addr, const uint8_t *list, unsigned n)
{
	size_t len = ip_len(addr->family);

	for (unsigned i = 0; i < n; i++)
		if (memcmp(addr->b, list + i * len, len) == 0)
			return true;
	return false;
}

/* Ours are distinct: if as many are there and each is, they are the same. */
static bool lists_ours(const struct vrrp_msg *msg, const struct vrrp_local *local)
{
	bool all = local->n_addrs == msg->count;

	for (unsigned i = 0; i < local->n_addrs; i++)
		all = all && is_in(&local->addrs[i], msg->addrs, msg->count);
	return all || local->n_addrs == 0;
}

static void check_accepted(const struct vrrp_rx *rx, const struct vrrp_local *local,
			   const struct vrrp_msg *msg, unsigned notes)
{
	CHECK(local != NULL && msg->family == rx->src.family &&
	      (msg->version == local->version || (local->with_version2 && msg->version == 2)));
	CHECK(msg->vrid == vrrp_peek_vrid(rx) && msg->count > 0 && msg->interval_cs > 0);
	CHECK(msg->version == 3 || local->with_version2 || msg->interval_cs == local->interval_cs);
	CHECK(msg->version == 3 || !local->src_sends_version3);
	CHECK(local->n_peers == 0 ? rx->ttl == VRRP_TTL && ip_is_multicast(&rx->dst)
				  : rx->ttl >= local->ttl_min && !ip_is_multicast(&rx->dst));
	CHECK((notes & ~(unsigned)(VRRP_NOTE_OWNER | VRRP_NOTE_ADDRESSES | VRRP_NOTE_INTERVAL)) ==
	      0);
	CHECK(((notes & VRRP_NOTE_OWNER) != 0) == (local->priority == VRRP_PRIORITY_OWNER));
	if (msg->version == 2)
		CHECK((notes & (VRRP_NOTE_ADDRESSES | VRRP_NOTE_INTERVAL)) == 0);
	else
		CHECK(((notes & VRRP_NOTE_INTERVAL) != 0) ==
			      (msg->interval_cs != local->interval_cs) &&
		      ((notes & VRRP_NOTE_ADDRESSES) != 0) == !lists_ours(msg, local));
}

/* ---- against the reference model ---------------------------------------------------------- */

/* The reasons of both come in one order; the model knows nothing of IP headers. */
static enum vrrp_drop drop_of(enum vrrp_ref_verdict verdict)
{
	enum { AHEAD = VRRP_DROP_TTL - (int)VRRP_REF_TTL };

	_Static_assert((int)VRRP_REF_AUTH_REPLAY + AHEAD == VRRP_DROP_AUTH_REPLAY &&
			       (int)VRRP_REF_COPY + AHEAD == VRRP_DROP_VERSION2_COPY &&
			       (int)VRRP_REF_CHECKSUM + AHEAD == VRRP_DROP_CHECKSUM,
		       "the reasons are no longer in one order");
	if (verdict == VRRP_REF_ACCEPTED)
		return VRRP_ACCEPTED;
	return (enum vrrp_drop)((int)verdict + AHEAD);
}

static enum vrrp_drop ask_model(const struct vrrp_rx *rx, const struct vrrp_local *local,
				uint8_t *priority, uint32_t *interval_cs)
{
	uint8_t addrs[VRRP_ADDRS_MAX * 16], peers[PEERS_MAX * 16];
	struct vrrp_ref_cf cf = { .vrid = vrrp_peek_vrid(rx), .family = rx->src.family };

	if (local != NULL) {
		size_t len = ip_len(cf.family);

		for (unsigned i = 0; i < local->n_addrs; i++)
			memcpy(addrs + i * len, local->addrs[i].b, len);
		cf.version = local->version;
		cf.also_v2 = local->with_version2;
		cf.source_is_v3 = local->src_sends_version3;
		cf.priority = local->priority;
		cf.interval_cs = local->interval_cs;
		cf.has_source = ip_is_set(&local->source);
		memcpy(cf.source, local->source.b, 16);
		cf.csum_accept = (enum vrrp_ref_csum)local->csum_accept;
		cf.n_addrs = local->n_addrs;
		cf.addrs = addrs;
		for (unsigned i = 0; i < local->n_peers; i++)
			memcpy(peers + i * len, local->peers[i].b, len);
		cf.auth = local->auth;
		if (local->secret != NULL)
			memcpy(cf.password, local->secret, sizeof cf.password);
		cf.in_ah = local->in_ah;
		cf.n_peers = local->n_peers;
		cf.peers = peers;
		cf.least_ttl = local->ttl_min;
	}
	return drop_of(vrrp_ref_receive(local != NULL ? &cf : NULL, rx->src.family, rx->src.b,
					rx->dst.b, rx->ttl, rx->bytes, rx->len, priority,
					interval_cs));
}

/* TTL and destination come before everything else. */
static void check_order(const struct vrrp_rx *rx, const struct vrrp_local *local)
{
	bool unicast = local != NULL && local->n_peers > 0;
	struct vrrp_rx bad = *rx;
	struct vrrp_msg msg;
	unsigned notes;

	bad.ttl = (uint8_t)((unicast ? local->ttl_min : VRRP_TTL) - 1);
	CHECK(vrrp_receive(&bad, local, &msg, &notes) == VRRP_DROP_TTL && notes == 0);
	bad.ttl = VRRP_TTL;
	bad.dst = vrrp_group(rx->src.family);
	bad.dst.b[1] ^= 1;
	CHECK(vrrp_receive(&bad, local, &msg, &notes) == VRRP_DROP_DESTINATION && notes == 0);
}

static void check_rx(const struct vrrp_rx *rx, const struct vrrp_local *local)
{
	uint32_t interval_cs = 0;
	uint8_t priority = 0;
	struct vrrp_msg msg;
	unsigned notes;
	enum vrrp_drop drop = vrrp_receive(rx, local, &msg, &notes);

	CHECK(drop < VRRP_DROP_N && drop != VRRP_DROP_IP_HEADER && drop != VRRP_DROP_FRAGMENT);
	CHECK(*vrrp_drop_name(drop) != '\0' && *vrrp_drop_doc(drop) != '\0');
	CHECK(drop == ask_model(rx, local, &priority, &interval_cs));
	check_junk(rx, local, drop, &msg, notes);
	check_order(rx, local);
	if (drop == VRRP_ACCEPTED) {
		CHECK(msg.priority == priority && msg.interval_cs == interval_cs);
		check_accepted(rx, local, &msg, notes);
	} else {
		CHECK(notes == 0);
	}
	if (packet_decode(rx, VRRP_V2_BIT | VRRP_V3_BIT, &msg) == VRRP_ACCEPTED &&
	    msg.interval_cs > 0)
		check_encode(rx, &msg);
}

/* ---- who we are --------------------------------------------------------------------------- */

static int by_addr(const void *a, const void *b)
{
	return ip_cmp(a, b);
}

static unsigned sort_distinct(struct ip_addr *addr, unsigned n)
{
	unsigned kept = 0;

	qsort(addr, n, sizeof *addr, by_addr);
	for (unsigned i = 0; i < n; i++)
		if (kept == 0 || !ip_eq(&addr[kept - 1], &addr[i]))
			addr[kept++] = addr[i];
	return kept;
}

/* Peers near the sender, maybe it among them; mostly our source is what it was sent to. */
static void make_unicast(const struct input *in, const struct vrrp_rx *rx, struct vrrp_local *local,
			 struct ip_addr peer[PEERS_MAX])
{
	static const uint8_t ttl[] = { 255, 254, 64, 1 };
	unsigned choice = in->accept / 3, last = (unsigned)ip_len(rx->src.family) - 1;

	local->peers = peer;
	local->n_peers = 1 + choice % PEERS_MAX;
	local->ttl_min = ttl[choice / 4 % 4];
	for (unsigned i = 0; i < local->n_peers; i++) {
		peer[i] = rx->src;
		peer[i].b[last] ^= (uint8_t)(i + choice / 16 % 2);
	}
	if ((in->flags & FLAG_SELF) == 0 && !ip_is_multicast(&rx->dst))
		local->source = rx->dst;
	if (choice / 32 == 1 || ip_is_multicast(&local->source))
		local->source = (struct ip_addr){ 0 };
}

/* A password is mostly that of the message. */
static void make_auth(const struct input *in, const struct vrrp_rx *rx, struct vrrp_local *local)
{
	size_t at = rx->len > 3 ? VRRP_HEADER_LEN + rx->bytes[3] * (size_t)4 : 0;

	local->auth = in->version / 16 % 4;
	if (local->version == 3 && local->auth != VRRP_AUTH_HMAC)
		local->auth = VRRP_AUTH_NONE;
	local->in_ah = in->version / 64 % 2 != 0;
	local->secret = rx->len >= at + VRRP2_AUTH_LEN && in->version / 128 == 0
				? rx->bytes + at
				: (const uint8_t *)"password";
}

/* As a configuration can have it. */
static void make_local(const struct input *in, const struct vrrp_rx *rx, struct vrrp_local *local,
		       struct ip_addr addr[VRRP_ADDRS_MAX], struct ip_addr peer[PEERS_MAX])
{
	uint8_t family = rx->src.family;
	size_t len = ip_len(family);
	const uint8_t *from = in->addrs;
	unsigned n = in->n_addrs;

	*local = (struct vrrp_local){
		.version = family == IP_V4 && in->version % 2 == 0 ? 2 : 3,
		.priority = in->priority > 0 ? in->priority : 1,
		.csum_accept = (enum vrrp_csum_accept)(in->accept % 3),
		.source = rx->src,
		.addrs = addr,
	};
	local->with_version2 = family == IP_V4 && local->version == 3 && (in->version & 4) != 0;
	local->src_sends_version3 = local->with_version2 && (in->version & 8) != 0;
	local->interval_cs = local->version == 2 ? (1 + in->interval % 255u) * 100
						 : 1 + in->interval % 4095u;
	if ((in->flags & FLAG_SELF) == 0)
		local->source.b[len - 1] ^= 1;
	if ((in->flags & FLAG_MIRROR) != 0 && rx->len >= VRRP_HEADER_LEN) {
		from = rx->bytes + VRRP_HEADER_LEN;
		n = (unsigned)((rx->len - VRRP_HEADER_LEN) / len);
		n = n < rx->bytes[3] ? n : rx->bytes[3];
	}
	for (unsigned i = 0; i < n; i++)
		addr[i] = ip_make(family, from + i * len);
	local->n_addrs = sort_distinct(addr, n);
	if ((in->flags & FLAG_UNICAST) != 0)
		make_unicast(in, rx, local, peer);
	make_auth(in, rx, local);
}

/* ---- the three kinds ---------------------------------------------------------------------- */

static void seal(const struct input *in, const struct vrrp_rx *rx, uint8_t *bytes)
{
	static struct packet p;

	if ((in->flags & FLAG_SEAL) == 0 || rx->len < VRRP_HEADER_LEN || rx->len > sizeof p.bytes)
		return;
	p.src = rx->src;
	p.dst = rx->dst;
	p.len = rx->len;
	memcpy(p.bytes, bytes, p.len);
	packet_seal(&p, in->flags & FLAG_PSEUDO ? VRRP_CSUM_PSEUDO : VRRP_CSUM_MESSAGE);
	memcpy(bytes, p.bytes, p.len);
}

static void run_message(const struct input *in, const struct ip_addr *src,
			const struct ip_addr *dst, uint8_t ttl, const uint8_t *from, size_t len)
{
	struct bytes b = bytes_copy(from, len);
	struct vrrp_rx rx = { *src, *dst, ttl, b.p, b.len };
	struct ip_addr addr[VRRP_ADDRS_MAX], peer[PEERS_MAX];
	struct vrrp_local local;

	seal(in, &rx, b.p);
	make_local(in, &rx, &local, addr, peer);
	check_rx(&rx, in->flags & FLAG_LOCAL ? &local : NULL);
	free(b.p);
}

static bool same_packet(const struct ip_packet *a, const struct ip_packet *b)
{
	return ip_eq(&a->src, &b->src) && ip_eq(&a->dst, &b->dst) && a->ttl == b->ttl &&
	       a->proto == b->proto && a->len == b->len &&
	       (a->len == 0 || memcmp(a->payload, b->payload, a->len) == 0);
}

/* With other bytes behind it, and with a trailer that belongs to the frame. */
static void check_packet_junk(const struct bytes *b, enum ip_error error,
			      const struct ip_packet *pkt)
{
	for (unsigned junk = 0; junk <= 0xff; junk += 0xff) {
		struct bytes more = with_junk(b->p, b->len, (uint8_t)junk);
		struct ip_packet again;

		CHECK(ip_decode(more.p, more.len, &again) == error);
		if (error == IP_OK)
			CHECK(same_packet(pkt, &again));
		CHECK(ip_decode(more.p, more.len + JUNK_LEN, &again) == error || error == IP_BAD ||
		      b->len == 0);
		if (error == IP_OK)
			CHECK(same_packet(pkt, &again));
		free(more.p);
	}
}

/* After eight extension headers a ninth is taken for the payload. */
static bool is_extension(const struct ip_packet *pkt)
{
	return pkt->src.family == IP_V6 && (pkt->proto == 0 || pkt->proto == 43 ||
					    pkt->proto == 44 || pkt->proto == 60);
}

static void check_packet_encode(const struct ip_packet *pkt)
{
	size_t need = pkt->len + (pkt->src.family == IP_V4 ? IP4_HEADER_LEN : IP6_HEADER_LEN);
	uint8_t *buf = bytes_room(need);
	struct ip_packet again;

	CHECK(ip_encode(pkt, IP_TOS_CS6, buf, need - 1) == 0);
	CHECK(ip_encode(pkt, IP_TOS_CS6, buf, need) == need);
	CHECK(ip_decode(buf, need, &again) == IP_OK && same_packet(pkt, &again));
	free(buf);
}

static void seal_ip4(const struct input *in, struct bytes *b)
{
	size_t header = b->len > 0 ? (b->p[0] & 0x0fu) * 4 : 0;
	uint16_t sum;

	if ((in->flags & FLAG_SEAL) == 0 || header < IP4_HEADER_LEN || header > b->len ||
	    b->p[0] >> 4 != 4)
		return;
	b->p[10] = b->p[11] = 0;
	sum = (uint16_t)~bytes_sum16(0, b->p, header);
	b->p[10] = (uint8_t)(sum >> 8);
	b->p[11] = (uint8_t)sum;
}

static void run_packet(const struct input *in, const uint8_t *from, size_t len)
{
	struct bytes b = bytes_copy(from, len);
	struct ip_packet pkt;
	enum ip_error error;

	seal_ip4(in, &b);
	error = ip_decode(b.p, b.len, &pkt);
	check_packet_junk(&b, error, &pkt);
	if (error == IP_OK) {
		CHECK(pkt.payload >= b.p + (pkt.src.family == IP_V4 ? 20 : 40) &&
		      pkt.payload + pkt.len <= b.p + b.len);
		CHECK(pkt.src.family == b.p[0] >> 4 && pkt.dst.family == pkt.src.family);
		if (!is_extension(&pkt))
			check_packet_encode(&pkt);
		if (pkt.proto == IP_PROTO_VRRP)
			run_message(in, &pkt.src, &pkt.dst, pkt.ttl, pkt.payload, pkt.len);
	}
	free(b.p);
}

static void run_frame(const struct input *in, const uint8_t *from, size_t len)
{
	int type = LINK_TYPES[in->ttl_or_link % (sizeof LINK_TYPES / sizeof *LINK_TYPES)];
	struct bytes b = bytes_copy(from, len);
	struct link_frame frame;

	if (link_decode(type, b.p, b.len, &frame)) {
		CHECK(type != 147 && frame.vlan < 4096);
		CHECK(frame.payload + frame.len == b.p + b.len);
		run_packet(in, frame.payload, frame.len);
	}
	free(b.p);
}

static struct ip_addr read_addr(struct input *in)
{
	struct ip_addr a = { .family = in->flags & FLAG_V6 ? IP_V6 : IP_V4 };

	rd_copy(&in->r, a.b, ip_len(a.family));
	return a;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { .r = rd_open(data, size) };
	struct ip_addr src, dst;
	uint8_t ttl;

	in.kind = rd_u8(&in.r) % KIND_N;
	in.flags = rd_u8(&in.r);
	in.version = rd_u8(&in.r);
	in.priority = rd_u8(&in.r);
	in.accept = rd_u8(&in.r);
	in.interval = rd_u16(&in.r);
	in.n_addrs = rd_u8(&in.r) % ADDRS_MAX;
	in.ttl_or_link = rd_u8(&in.r);
	src = read_addr(&in);
	dst = read_addr(&in);
	ttl = in.ttl_or_link;
	if ((in.flags & FLAG_SENT) != 0) {
		if ((in.flags & FLAG_UNICAST) == 0 || ip_is_multicast(&dst))
			dst = vrrp_group(src.family);
		ttl = VRRP_TTL;
	}
	in.addrs = rd_take(&in.r, in.n_addrs * (size_t)16);
	if (in.r.bad)
		return 0;
	if (in.kind == MESSAGE)
		run_message(&in, &src, &dst, ttl, in.r.p, rd_left(&in.r));
	else if (in.kind == PACKET)
		run_packet(&in, in.r.p, rd_left(&in.r));
	else
		run_frame(&in, in.r.p, rd_left(&in.r));
	return 0;
}
