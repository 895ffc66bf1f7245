/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_vrrpd.c - any sequence of calls on the daemon as a value: links, addresses, packets, time,
 * what the kernel answers and what it does not, complete reports, configurations, and lies.
 *
 * Holds after each call: every packet is counted once; what is refused changes nothing; no router
 * is Active without its link; what is asked for is not asked for twice; nothing is allocated but by
 * vrrpd_apply(), which takes over all or nothing when memory ends. At the end, when everything is
 * answered as it is and nobody else is heard, each router that can run is Active and has its
 * addresses, no other has; and after vrrpd_stop() none is left.
 *
 * The input: operations, each a byte and what it reads.
 */
#include "fuzz.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "digest.h"
#include "fuzz_cf.h"
#include "ip_text.h"
#include "vrrp_packets.h"
#include "vrrpd_bed.h"

enum { OPS_MAX = 300, ROUTERS_MAX = 4, ROUNDS_MAX = 4000 };
#define TIME_MAX (UINT64_C(1) << 61)

enum operation {
	RUN_DUE,     /* time passes until something is due, which is then run */
	PASS_MS,
	HEAR,        /* an advert for one of the routers */
	HEAR_BYTES,  /* anything */
	HEAR_BAD,
	LINK,        /* goes up or down, comes or goes */
	ADDRESS,     /* somebody adds or removes one */
	ANSWER,      /* the kernel does the oldest request */
	REFUSE,
	LOSE,        /* it does it, and the report is lost */
	DROP,        /* the request is lost */
	SYNC,
	SYNC_BEGIN,  /* a report that takes a while */
	APPLY,
	LISTEN_FAILED,
	EVALUATE,
	STOP,
	LIE,         /* a report of what is not so */
	LOG,
	WALL,        /* the wall clock, stepped or right */
	OPERATION_N
};

#define WEB(settings, addresses) \
	"{ name = \"web\"; interface = \"eth0\"; vrid = 51; " settings \
	" addresses = ( " addresses " ); }"
#define FILE_OF(instances) "vrrp = { instances = ( " instances " ); };"
#define GROUPED(members, instances) \
	"vrrp = { sync_groups = ( { name = \"g\"; members = ( " members " ); } ); " \
	"instances = ( " instances " ); };"
#define DB \
	"{ name = \"db\"; interface = \"eth1\"; vrid = 52; addresses = ( \"10.0.1.100/24\" ); }"
#define KEYS_AND(instance) \
	"vrrp = { keys = ( " \
	"{ id = 1; text = \"the first key has thirty-two bytes\"; }, " \
	"{ id = 2; text = \"the second key has thirty-two byte\"; } ); " \
	"instances = ( " instance " ); };"
#define VIP     "\"10.0.0.100/24\""
#define VIP_TWO "\"10.0.0.101/24\""

static const char *const CONFIG[] = {
	FILE_OF(WEB("", VIP)),
	FILE_OF(WEB("priority = 255;", VIP)),
	FILE_OF(WEB("preempt = false; interval = \"3s\";", VIP ", " VIP_TWO)),
	FILE_OF(WEB("version = 2; interval = \"2s\";", VIP)),
	FILE_OF(WEB("", VIP) ", "
		"{ name = \"six\"; interface = \"eth0\"; vrid = 51; "
		"addresses = ( \"fe80::51/64\", \"2001:db8::51/64\" ); }, "
		"{ name = \"db\"; interface = \"eth1\"; vrid = 52; "
		"addresses = ( \"10.0.1.100/24\" ); }"),
	FILE_OF(""),
	FILE_OF("{ name = \"web\"; interface = \"eth1\"; vrid = 51; addresses = ( " VIP " ); }"),
	FILE_OF("{ name = \"www\"; interface = \"eth0\"; vrid = 51; link_down_delay = \"2s\"; "
		"checksum = \"pseudo-header\"; garp = { repeat = 2; delay = \"0s\"; "
		"refresh = \"300ms\"; refresh_repeat = 2; }; "
		"addresses = ( " VIP " ); }"),
	/* Addresses change hands. */
	FILE_OF(WEB("", VIP_TWO) ", "
		"{ name = \"db\"; interface = \"eth0\"; vrid = 52; addresses = ( " VIP " ); }"),
	"vrrp = { start_delay = \"3s\"; garp_rate = 5; garp_burst = 2; instances = ( "
	WEB("preempt_delay = \"5s\"; down_adverts = 2; learned_interval_max = \"2s\";", VIP)
	" ); };",
	/* Peers, and sources that come and go. */
	FILE_OF(WEB("source = \"10.0.0.2\"; unicast = { peers = ( \"10.0.0.3\", \"10.0.0.4\" ); };",
		    VIP) ", "
		"{ name = \"six\"; interface = \"eth0\"; vrid = 51; source = \"2001:db8::51\"; "
		"unicast = { peers = ( \"2001:db8::2\" ); }; addresses = ( \"fe80::51/64\" ); }"),
	FILE_OF(WEB("with_version2 = true;", VIP)),
	/* Sync groups, which a reload makes, changes and ends. */
	GROUPED("\"web\", \"db\"", WEB("", VIP) ", " DB),
	GROUPED("\"db\", \"six\", \"web\"", WEB("priority = 90; preempt = false;", VIP) ", "
		"{ name = \"six\"; interface = \"eth0\"; vrid = 51; preempt_delay = \"2s\"; "
		"addresses = ( \"fe80::51/64\" ); }, " DB),
	/* Authenticated. */
	KEYS_AND(WEB("auth = { hmac_key = 1; };", VIP)),
	KEYS_AND(WEB("auth = { hmac_key = 1; mode = \"permissive\"; accept = [ 2 ]; };", VIP)),
	FILE_OF(WEB("version = 2; auth = { type = \"ah\"; password = \"secret\"; };", VIP)),
	FILE_OF(WEB("version = 2; auth = { type = \"text\"; password = \"secret\"; };", VIP)),
	/* Routes and rules: of a router, static, and one that changes hands. */
	FILE_OF(WEB("routes = ( { to = \"10.8.0.0/16\"; type = \"blackhole\"; }, "
		    "{ to = \"10.9.0.0/16\"; dev = \"eth1\"; track = false; } ); "
		    "rules = ( { priority = 9; table = 9; } );", VIP)),
	"vrrp = { static_routes = ( { to = \"10.8.0.0/16\"; type = \"prohibit\"; } ); "
	"static_rules = ( { priority = 7; table = 7; } ); instances = ( "
	WEB("rules = ( { priority = 9; table = 9; }, { priority = 8; table = 9; } );", VIP)
	" ); };",
};
enum { CONFIGS = sizeof CONFIG / sizeof *CONFIG };

/* Of hosts, of routers, and those of routers with another prefix length. */
static const char *const POOL[] = {
	"10.0.0.1/24", "10.0.0.2/24", "fe80::1/64", "fe80::2/64", "10.0.1.1/24", "10.0.0.100/24",
	"10.0.0.100/32", "10.0.0.101/24", "fe80::51/64", "2001:db8::51/64", "10.0.1.100/24",
	"2001:db8::51/128",
};
enum { POOL_N = sizeof POOL / sizeof *POOL };

/* Made once. */
static struct digest *md5, *sha256;
static struct cf_model model[CONFIGS];
static struct ip_prefix pool[POOL_N];

/* ---- what others do ----------------------------------------------------------------------- */

static void change_link(struct bed *b)
{
	uint8_t which = rd_u8(&b->in), how = rd_u8(&b->in);
	struct kern_iface *iface = &b->k.iface[which % BED_LINKS];

	if (how % 4 == 0 && iface->exists) { /* goes, and what was on it */
		iface->exists = false;
		iface->n_addrs = 0;
		bed_link_gone(b, iface->ifindex);
	} else {
		if (!iface->exists)
			iface->ifindex = ++b->k.next_ifindex;
		iface->exists = true;
		iface->up = how % 4 != 1;
		bed_link(b, iface->ifindex, which % BED_LINKS, iface->up);
	}
	if ((how & 0x80) == 0)
		bed_evaluate(b);
}

static void change_address(struct bed *b)
{
	uint8_t which = rd_u8(&b->in), what = rd_u8(&b->in), how = rd_u8(&b->in);
	struct kern_iface *iface = &b->k.iface[which % BED_LINKS];
	struct kern_addr a = {
		.prefix = pool[what % POOL_N], .ours = (how & 2) != 0, .tentative = (how & 4) != 0,
	};
	bool add = (how & 1) != 0;

	if (!iface->exists)
		return;
	if (!add && kern_find(iface, &a.prefix) != NULL)
		a = *kern_find(iface, &a.prefix);
	if ((add ? kern_addr_add(iface, &a) : kern_addr_del(iface, &a.prefix)) != 0)
		return;
	if ((how & 0x40) == 0)
		bed_address(b, iface->ifindex, &a, (how & 8) != 0, add);
	if ((how & 0x80) == 0)
		bed_evaluate(b);
}

static void lie(struct bed *b)
{
	uint8_t what = rd_u8(&b->in), link = rd_u8(&b->in), how = rd_u8(&b->in);
	struct kern_addr a = { .prefix = pool[link / BED_LINKS % POOL_N], .ours = (how & 2) != 0,
			       .tentative = (how & 4) != 0 };
	uint32_t ifindex = 1 + (how >> 4);

	switch (what % 4) {
	case 0:
		bed_link(b, ifindex, link % BED_LINKS, (how & 1) != 0);
		break;
	case 1:
		bed_link_gone(b, ifindex);
		break;
	case 2:
		bed_address(b, ifindex, &a, (how & 8) != 0, (how & 1) != 0);
		break;
	default:
		bed_forgive(b);
		bed_enter();
		vrrpd_addr_failed(b->d, b->now, ifindex, &a.prefix, (how & 1) != 0,
				  (how & 2) != 0 ? EEXIST : ENOBUFS, "a lie");
		bed_leave(b);
	}
}

/* ---- packets ------------------------------------------------------------------------------- */

static uint64_t dropped(const struct bed *b, enum vrrp_drop drop)
{
	uint64_t n = vrrpd_totals(b->d)->drops[drop];

	for (uint32_t i = 0; i < vrrpd_n(b->d); i++)
		n += vrrpd_counters(b->d, i)->drops[drop];
	return n;
}

/* One packet, one counter; one that is refused changes nothing. */
static void receive(struct bed *b, uint32_t ifindex, const struct vrrp_rx *rx, bool ah,
		    enum vrrp_drop bad)
{
	const uint16_t ip_id = 0, *id = ah ? &ip_id : NULL;
	uint64_t seen = vrrpd_totals(b->d)->seen, asked = b->asked, before[VRRP_DROP_N];
	mono_t at = { b->now.ns - (rd_u8(&b->in) & 7) * UINT64_C(1000000) };
	uint32_t n = vrrpd_n(b->d);
	struct vrrp core[ROUTERS_MAX];
	enum vrrp_drop drop = bad, says = VRRP_ACCEPTED;

	for (unsigned i = 0; i < VRRP_DROP_N; i++)
		before[i] = dropped(b, (enum vrrp_drop)i);
	CHECK(n <= ROUTERS_MAX);
	for (uint32_t i = 0; i < n; i++)
		memcpy(&core[i], vrrpd_router(b->d, i), sizeof *core);
	bed_enter();
	if (rx != NULL)
		says = vrrpd_authentic(b->d, at, ifindex, rx, id);
	if (rx != NULL && ah)
		drop = vrrpd_rx_ah(b->d, at, ifindex, rx, ip_id);
	else if (rx != NULL)
		drop = vrrpd_rx(b->d, at, ifindex, rx);
	else
		vrrpd_rx_bad(b->d, at, ifindex, bad);
	bed_leave(b);
	CHECK(vrrpd_totals(b->d)->seen == seen + 1 && vrrpd_n(b->d) == n);
	for (unsigned i = 1; i < VRRP_DROP_N; i++)
		CHECK(dropped(b, (enum vrrp_drop)i) == before[i] + (i == (unsigned)drop));
	CHECK(says == VRRP_ACCEPTED || says == drop);
	if (drop == VRRP_ACCEPTED)
		return;
	/* It is no other packet for having been refused. */
	CHECK(rx == NULL || vrrpd_authentic(b->d, at, ifindex, rx, id) == says);
	CHECK(b->asked == asked);
	for (uint32_t i = 0; i < n; i++)
		CHECK(memcmp(&core[i], vrrpd_router(b->d, i), sizeof *core) == 0);
}

static struct ip_addr read_source(struct bed *b, uint8_t family)
{
	uint8_t last = rd_u8(&b->in);

	return family == IP_V4 ? ip4(10, 0, 0, last)
			       : (struct ip_addr){ IP_V6, { 0xfe, 0x80, [15] = last } };
}

static uint32_t read_ifindex(struct bed *b)
{
	uint8_t link = rd_u8(&b->in);

	return link < BED_LINKS ? b->k.iface[link].ifindex : link;
}

/* What the calendar shows at the beginning. */
#define EPOCH UINT64_C(1763744400)

/* A trailer that is right but for its number, which is anything near the time. */
static void sign(struct bed *b, const struct vrrp_rx *rx, uint8_t *trailer)
{
	static const uint8_t zeros[VRRP_TRAILER_MAC_LEN];
	const struct vrrp_cf *vrrp = &trivet_cf_root(&model[b->cf])->vrrp;
	uint8_t pseudo[VRRP_PSEUDO_LEN];
	struct digest_part part[] = {
		{ pseudo, sizeof pseudo }, { rx->bytes, VRRP_CSUM_AT }, { zeros, 2 },
		{ rx->bytes + VRRP_HEADER_LEN, rx->len - VRRP_HEADER_LEN },
		{ trailer, VRRP_TRAILER_LEN - VRRP_TRAILER_MAC_LEN }, { zeros, sizeof zeros },
	};
	uint64_t seconds = EPOCH + b->now.ns / 1000000000 + (rd_u8(&b->in) & 15) - 8;
	uint8_t id = (rd_u8(&b->in) & 1) + 1;
	const struct vrrp_cf_secret *key = &vrrp_cf_key(&model[b->cf], vrrp, id - 1u)->key;

	vrrp_trailer_encode(id, seconds << 32 | (uint64_t)rd_u8(&b->in) << 24, trailer);
	vrrp_trailer_pseudo(rx->bytes[0] >> 4, rx->bytes[1], &rx->src, pseudo);
	digest_hmac(sha256, key->bytes, key->len, part, 6,
		    trailer + VRRP_TRAILER_LEN - VRRP_TRAILER_MAC_LEN, VRRP_TRAILER_MAC_LEN);
}

/* The message in a header that is right but for its number. */
static void wrap(struct bed *b, struct vrrp_rx *rx, uint8_t *bytes)
{
	struct vrrp_ah_ip ip = { .src = rx->src, .dst = rx->dst, .ttl = rx->ttl };
	uint8_t cover[AH_COVER_LEN];
	struct digest_part part[] = { { cover, sizeof cover }, { bytes + AH_LEN, rx->len } };

	memmove(bytes + AH_LEN, bytes, rx->len);
	vrrp_ah_encode(&rx->src, rd_u8(&b->in), bytes);
	vrrp_ah_cover(&ip, bytes, rx->len, cover);
	digest_hmac(md5, "secret\0", 8, part, 2, bytes + AH_ICV_AT, AH_ICV_LEN);
	rx->len += AH_LEN;
}

static void hear(struct bed *b)
{
	uint8_t which = rd_u8(&b->in), priority = rd_u8(&b->in), flags = rd_u8(&b->in);
	const struct vrrp_cf_instance *cf;
	uint8_t bytes[512], addrs[64], trailer[VRRP_TRAILER_LEN];
	bool ah = false;
	struct vrrp_msg msg;
	struct ip_addr group;
	struct vrrp_rx rx;

	if (vrrpd_n(b->d) == 0)
		return;
	which = (uint8_t)(which % vrrpd_n(b->d));
	cf = vrrp_cf_instance(&model[b->cf], &trivet_cf_root(&model[b->cf])->vrrp, which);
	msg = (struct vrrp_msg){
		.version = (flags & 1) != 0 ? 3 : cf->version, .vrid = cf->vrid,
		.priority = priority, .interval_cs = cf->interval_cs, .family = cf->family,
		.csum = (flags & 2) != 0 ? VRRP_CSUM_PSEUDO : VRRP_CSUM_MESSAGE,
		.count = (uint8_t)cf->addresses.n, .addrs = addrs,
	};
	if (msg.version == 3 && (flags & 4) != 0)
		msg.interval_cs = 1 + rd_u16(&b->in) % 4095u;
	for (uint32_t i = 0; i < cf->addresses.n; i++)
		memcpy(addrs + i * ip_len(cf->family),
		       vrrp_cf_address(&model[b->cf], cf, i)->address.addr.b, ip_len(cf->family));
	group = vrrp_group(cf->family);
	rx = (struct vrrp_rx){ read_source(b, cf->family), group, VRRP_TTL, bytes, 0 };
	rx.len = vrrp_encode(&msg, &rx.src, &rx.dst, bytes, sizeof bytes);
	CHECK(rx.len > 0);
	if ((flags & 8) != 0)
		rx.ttl--;
	if ((flags & 16) != 0 && cf->auth.kind == VRRP_AUTH_HMAC) {
		sign(b, &rx, trailer);
		msg.trailer = trailer;
		rx.len = vrrp_encode(&msg, &rx.src, &rx.dst, bytes, sizeof bytes);
	} else if ((flags & 16) != 0 && cf->auth.kind != VRRP_AUTH_NONE) {
		msg.auth_type = cf->auth.kind == VRRP_AUTH_AH ? 2 : 1;
		msg.auth_data = cf->auth.secret;
		rx.len = vrrp_encode(&msg, &rx.src, &rx.dst, bytes, sizeof bytes);
		ah = cf->auth.kind == VRRP_AUTH_AH;
	}
	if (ah)
		wrap(b, &rx, bytes);
	receive(b, b->k.iface[bed_link_of(cf->interface)].ifindex, &rx, ah, VRRP_ACCEPTED);
}

static void hear_bytes(struct bed *b)
{
	uint8_t flags = rd_u8(&b->in), len = rd_u8(&b->in);
	uint8_t family = (flags & 1) != 0 ? IP_V6 : IP_V4;
	uint32_t ifindex = read_ifindex(b);
	static struct packet p;
	struct bytes exact;

	p.src = read_source(b, family);
	p.dst = vrrp_group(family);
	p.len = len < rd_left(&b->in) ? len : rd_left(&b->in);
	rd_copy(&b->in, p.bytes, p.len);
	if ((flags & 2) != 0 && p.len >= VRRP_HEADER_LEN)
		packet_reseal(&p);
	exact = bytes_copy(p.bytes, p.len);
	receive(b, ifindex, &(struct vrrp_rx){ p.src, p.dst, VRRP_TTL, exact.p, exact.len },
		family == IP_V4 && (flags & 4) != 0 && vrrp_ah_is_vrrp(exact.p, exact.len),
		VRRP_ACCEPTED);
	free(exact.p);
}

/* ---- the rest ------------------------------------------------------------------------------ */

static void run_timers(struct bed *b)
{
	bed_enter();
	vrrpd_timer(b->d, b->now);
	bed_leave(b);
	CHECK(mono_before(b->now, vrrpd_deadline(b->d)));
}

/* False when nothing will be due any more. */
static bool run_due(struct bed *b)
{
	mono_t deadline = vrrpd_deadline(b->d);

	if (deadline.ns >= TIME_MAX)
		return false;
	b->now = mono_max(b->now, deadline);
	run_timers(b);
	return true;
}

static void apply(struct bed *b)
{
	unsigned cf = rd_u8(&b->in) % CONFIGS, n = vrrpd_n(b->d);
	uint8_t fail = rd_u8(&b->in);
	uint64_t asked = b->asked;
	const struct vrrp *first = n > 0 ? vrrpd_router(b->d, 0) : NULL;
	const struct vrrp_cf *vrrp = &trivet_cf_root(&model[cf])->vrrp;
	uint32_t rate = b->garp_rate, burst = b->garp_burst;
	bool ok;

	if (cf != b->cf || !b->applied)
		bed_set_pace(b, vrrp->garp_rate, vrrp->garp_burst);
	bed_allow_memory(true, fail < 16 ? fail : -1);
	bed_enter();
	ok = vrrpd_apply(b->d, b->now, &model[cf], vrrp);
	CHECK(ok == !bed_memory_ended());
	bed_allow_memory(false, -1);
	if (ok) {
		b->cf = cf;
		b->applied = true;
		b->judged = false;
	} else {
		if (b->applied)
			bed_set_pace(b, rate, burst);
		CHECK(vrrpd_n(b->d) == n && b->asked == asked);
		CHECK(n == 0 || vrrpd_router(b->d, 0) == first);
	}
	bed_leave(b);
	CHECK(!ok || vrrpd_n(b->d) == trivet_cf_root(&model[cf])->vrrp.instances.n);
}

static void listen_failed(struct bed *b)
{
	uint32_t ifindex = read_ifindex(b);
	uint8_t family = (rd_u8(&b->in) & 1) != 0 ? IP_V6 : IP_V4;

	bed_enter();
	vrrpd_listen_failed(b->d, b->now, ifindex, family, "no");
	bed_leave(b);
}

static void stop(struct bed *b)
{
	b->stopped = true;
	b->judged = b->judged || !b->syncing;
	bed_enter();
	vrrpd_stop(b->d, b->now);
	bed_leave(b);
}

static void log_counters(struct bed *b)
{
	bed_enter();
	vrrpd_log_counters(b->d, b->now);
	bed_leave(b);
}

static void pass(struct bed *b)
{
	b->now = mono_add(b->now, SPAN_MS(rd_u16(&b->in)));
	run_timers(b);
}

/* The wall clock shows this: right, or stepped. */
static void tell_wall(struct bed *b)
{
	static const int64_t STEP[] = { 0, 0, 1, -1, 4, 3600, -3600, 315360000 };
	uint64_t seconds = EPOCH + (uint64_t)STEP[rd_u8(&b->in) % 8];

	bed_enter();
	vrrpd_wall(b->d, b->now, seconds * 1000000000 + b->now.ns);
	bed_leave(b);
}

static void refuse(struct bed *b)
{
	static const int ERRORS[] = { ENOBUFS, EEXIST, EADDRNOTAVAIL, EPERM };

	bed_answer(b, ERRORS[rd_u8(&b->in) % 4], true);
}

static void op_run_due(struct bed *b) { run_due(b); }
static void op_answer(struct bed *b) { bed_answer(b, 0, true); }
static void op_lose(struct bed *b) { bed_answer(b, 0, false); }
static void op_drop(struct bed *b) { bed_answer(b, ENOBUFS, false); }

static void hear_bad(struct bed *b)
{
	receive(b, read_ifindex(b), NULL, false, VRRP_DROP_FRAGMENT);
}

static void (*const OPERATION[OPERATION_N])(struct bed *) = {
	[RUN_DUE] = op_run_due, [PASS_MS] = pass, [HEAR] = hear, [HEAR_BYTES] = hear_bytes,
	[HEAR_BAD] = hear_bad, [LINK] = change_link, [ADDRESS] = change_address,
	[ANSWER] = op_answer, [REFUSE] = refuse, [LOSE] = op_lose, [DROP] = op_drop,
	[SYNC] = bed_sync, [SYNC_BEGIN] = bed_sync_begin, [APPLY] = apply,
	[LISTEN_FAILED] = listen_failed, [EVALUATE] = bed_evaluate, [STOP] = stop, [LIE] = lie,
	[LOG] = log_counters, [WALL] = tell_wall,
};

/* ---- the end ------------------------------------------------------------------------------- */

/* Everything that was asked for is done, and said. */
static void settle(struct bed *b)
{
	unsigned rounds = 0;

	while (b->k.n_requests > 0 || b->sync_wanted) {
		if (b->sync_wanted)
			bed_sync(b);
		bed_answer(b, 0, true);
		CHECK(++rounds < ROUNDS_MAX);
	}
}

static bool is_virtual(const struct bed *b, const char *ifname, const struct ip_addr *addr)
{
	const struct vrrp_cf *vrrp = &trivet_cf_root(&model[b->cf])->vrrp;

	for (uint32_t i = 0; i < vrrp->instances.n; i++) {
		const struct vrrp_cf_instance *cf = vrrp_cf_instance(&model[b->cf], vrrp, i);

		for (uint32_t k = 0; k < cf->addresses.n; k++)
			if (strcmp(cf->interface, ifname) == 0 &&
			    ip_eq(&vrrp_cf_address(&model[b->cf], cf, k)->address.addr, addr))
				return true;
	}
	return false;
}

/* What the kernel has that a router must look at. */
struct view {
	bool usable;  /* the link is there and up */
	bool source;  /* an address to send from */
	bool foreign; /* a virtual address that somebody else has set */
	unsigned ours, had; /* how many of its addresses bear our mark, and how many serve */
};

/* One virtual address. That of somebody else with another prefix length serves an owner, and IPv6,
 * where the kernel would refuse the same address a second time. */
static void look_for(const struct kern_iface *iface, const struct vrrp_cf_instance *cf,
		     const struct ip_prefix *vip, struct view *v)
{
	bool serves = cf->family == IP_V6 || cf->priority == VRRP_PRIORITY_OWNER, had = false;

	for (uint32_t i = 0; i < iface->n_addrs; i++) {
		const struct kern_addr *a = &iface->addr[i];

		if (!ip_eq(&vip->addr, &a->prefix.addr))
			continue;
		v->foreign |= !a->ours;
		v->ours += a->ours;
		had |= vip->len == a->prefix.len || (serves && !a->ours);
	}
	v->had += had;
}

static struct view look(const struct bed *b, const struct vrrp_cf_instance *cf)
{
	const struct kern_iface *iface = &b->k.iface[bed_link_of(cf->interface)];
	struct view v = { .usable = iface->exists && iface->up };

	if (!iface->exists)
		return v;
	for (uint32_t i = 0; i < iface->n_addrs; i++) {
		const struct kern_addr *a = &iface->addr[i];

		if (ip_is_set(&cf->source))
			v.source |= !a->ours && !a->tentative &&
				    ip_eq(&cf->source, &a->prefix.addr);
		else
			v.source |= !is_virtual(b, cf->interface, &a->prefix.addr) && !a->ours &&
				    !a->tentative && a->prefix.addr.family == cf->family &&
				    (cf->family == IP_V4 || ip_is_link_local6(&a->prefix.addr));
	}
	for (uint32_t k = 0; k < cf->addresses.n; k++)
		look_for(iface, cf, &vrrp_cf_address(&model[b->cf], cf, k)->address, &v);
	return v;
}

/* Whether it can go on; whether it can begin to. */
static bool may_run(const struct bed *b, const struct vrrp_cf_instance *cf, bool begin)
{
	struct view v = look(b, cf);
	bool source = v.source || (!begin && cf->priority == VRRP_PRIORITY_OWNER);

	return v.usable && source && !(begin && v.foreign);
}

/* The same of all of its group. */
static bool all_may_run(const struct bed *b, const struct vrrp_cf_instance *cf, bool begin)
{
	const struct vrrp_cf *vrrp = &trivet_cf_root(&model[b->cf])->vrrp;
	bool may = may_run(b, cf, begin);

	for (uint32_t i = 0; cf->group > 0 && i < vrrp->instances.n; i++)
		if (vrrp_cf_instance(&model[b->cf], vrrp, i)->group == cf->group)
			may &= may_run(b, vrrp_cf_instance(&model[b->cf], vrrp, i), begin);
	return may;
}

static bool has(const struct bed *b, struct fib_item item)
{
	return kern_fib_find(&b->k.fib, &item) != NULL;
}

/* Whether those of a list are there; how many are. */
static bool are_there(const struct bed *b, struct cf_list routes, struct cf_list rules,
		      bool wanted, uint32_t *n)
{
	const struct cf_model *m = &model[b->cf];
	bool right = true;

	for (uint32_t i = 0; i < routes.n; i++) {
		const struct vrrp_cf_route *cf = vrrp_cf_route(m, routes, i);
		bool there = has(b, vrrp_cf_route_item(m, cf));

		*n += there;
		right &= there == wanted || (!there && *cf->dev);
	}
	for (uint32_t i = 0; i < rules.n; i++) {
		bool there = has(b, vrrp_cf_rule_item(vrrp_cf_rule(m, rules, i)));

		*n += there;
		right &= there == wanted;
	}
	return right;
}

/* Routes and rules where they belong, and no others with our mark. */
static bool fib_is_right(const struct bed *b)
{
	const struct vrrp_cf *vrrp = &trivet_cf_root(&model[b->cf])->vrrp;
	uint32_t n = 0;
	bool right = are_there(b, vrrp->static_routes, vrrp->static_rules, !b->stopped, &n);

	for (uint32_t i = 0; i < vrrp->instances.n; i++) {
		const struct vrrp_cf_instance *cf = vrrp_cf_instance(&model[b->cf], vrrp, i);

		right &= are_there(b, cf->routes, cf->rules,
				   vrrpd_router(b->d, i)->state == VRRP_ACTIVE, &n);
	}
	return right && n == b->k.fib.n;
}

/* Whether all is as it must be when nothing is left to happen. */
static bool is_right(const struct bed *b)
{
	const struct vrrp_cf *vrrp = &trivet_cf_root(&model[b->cf])->vrrp;

	for (uint32_t i = 0; i < vrrp->instances.n; i++) {
		const struct vrrp_cf_instance *cf = vrrp_cf_instance(&model[b->cf], vrrp, i);
		bool active = vrrpd_router(b->d, i)->state == VRRP_ACTIVE;
		struct view v = look(b, cf);

		if (active &&
		    (b->stopped || !all_may_run(b, cf, false) || v.had < cf->addresses.n))
			return false;
		if (!active && v.ours > 0)
			return false;
		if (!active && !b->stopped && all_may_run(b, cf, true))
			return false;
	}
	return fib_is_right(b);
}

/* Nobody else is heard, and nothing fails any more. */
static void come_to_rest(struct bed *b)
{
	mono_t until;

	bed_sync(b);
	settle(b);
	until = mono_add(b->now, SPAN_S(400));
	while (!is_right(b)) {
		CHECK(run_due(b) && mono_before(b->now, until));
		settle(b);
	}
}

static void finish(struct bed *b)
{
	if (!b->applied)
		return;
	come_to_rest(b);
	stop(b);
	settle(b);
	for (unsigned i = 0; !vrrpd_settled(b->d); i++) {
		CHECK(i < ROUNDS_MAX && run_due(b));
		settle(b);
	}
	CHECK(is_right(b));
	for (uint32_t i = 0; i < vrrpd_n(b->d); i++)
		CHECK(vrrpd_router(b->d, i)->state == VRRP_INITIALIZE);
}

/* ---- the beginning ------------------------------------------------------------------------- */

static void prepare(void)
{
	char text[200];
	struct text why = text_open(text, sizeof text);

	if (pool[0].addr.family != IP_NONE)
		return;
	md5 = digest_new(DIGEST_MD5, &why);
	sha256 = digest_new(DIGEST_SHA256, &why);
	CHECK(md5 != NULL && sha256 != NULL);
	for (unsigned i = 0; i < CONFIGS; i++)
		fuzz_cf_load(CONFIG[i], &trivet_schema, trivet_cf_check, &model[i]);
	for (unsigned i = 0; i < POOL_N; i++)
		CHECK(ip_parse_prefix(POOL[i], &pool[i]));
}

static void put_host_addr(struct bed *b, unsigned link, unsigned address)
{
	struct kern_addr a = { .prefix = pool[address] };

	CHECK(kern_addr_add(&b->k.iface[link], &a) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bed b = { .in = rd_open(data, size), .now = { 10000000000 } };
	uint8_t mac[6] = { 2 };

	prepare();
	for (unsigned i = 0; i < BED_LINKS; i++)
		kern_add_iface(&b.k, BED_LINK_NAME[i], mac, 0);
	put_host_addr(&b, 0, 0);
	put_host_addr(&b, 0, 2);
	put_host_addr(&b, 1, 4);
	b.d = vrrpd_new(&bed_ops, &b);
	CHECK(b.d != NULL);
	bed_enter();
	vrrpd_wall(b.d, b.now, EPOCH * 1000000000 + b.now.ns);
	bed_leave(&b);
	for (unsigned i = 0; i < OPS_MAX && rd_left(&b.in) > 0 && b.now.ns < TIME_MAX; i++)
		OPERATION[rd_u8(&b.in) % OPERATION_N](&b);
	finish(&b);
	vrrpd_free(b.d);
	kern_free(&b.k);
	return 0;
}
