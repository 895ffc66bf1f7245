/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrpd_noalloc_test.c - a running daemon allocates nothing. It is driven through start, packets
 * good and bad, timers, links that flap, interfaces that go, a kernel that refuses, and a stop;
 * with malloc() and its like wrapped by the linker, every call between one configuration and the
 * next is counted.
 */
#include <errno.h>
#include <string.h>

#include "rng.h"
#include "unit.h"
#include "vrrp_packets.h"
#include "vrrpd.h"
#include "vrrpd_lease.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))

/* ---- counting ------------------------------------------------------------------------------- */

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *s);
void __wrap_free(void *p);
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *s);
void __real_free(void *p);

static unsigned long calls;

void *__wrap_malloc(size_t size)
{
	calls++;
	return __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	calls++;
	return __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	calls++;
	return __real_realloc(old, size);
}

char *__wrap_strdup(const char *s)
{
	calls++;
	return __real_strdup(s);
}

void __wrap_free(void *p)
{
	calls++;
	__real_free(p);
}

/* ---- a kernel that keeps what it is told in arrays ------------------------------------------- */

enum { IFACES = 3, ADDRS_MAX = 200, REQUESTS_MAX = 1000, HOOKS_MAX = 16, ROUTERS_MAX = 64 };

struct port {
	char name[VRRP_IFNAME_SIZE];
	uint32_t ifindex; /* 0: does not exist */
	bool up;
	unsigned n;
	struct vrrpd_address addr[ADDRS_MAX];
};

struct request {
	uint32_t ifindex;
	struct ip_prefix prefix;
	bool add;
};

struct surroundings {
	struct port port[IFACES];
	struct request request[REQUESTS_MAX];
	unsigned n_requests;
	uint32_t next_ifindex;
	bool sync_wanted, lease_asked;
	unsigned long sent, frames, listens, lines, leases, told, hooks;
	uint32_t hook[HOOKS_MAX];
	unsigned n_hooks;
	uint64_t seed, n;
	mono_t now;
	struct vrrpd *d;
};

static struct surroundings s;

static uint32_t pick(uint32_t n)
{
	return (uint32_t)rng_below(rng_at(s.seed, 9, 0, s.n++), n);
}

static void op_send(void *ctx, uint32_t ifindex, const struct ip_addr *src,
		    const struct ip_addr *dst, const void *msg, size_t len)
{
	(void)ctx, (void)ifindex, (void)src, (void)dst, (void)msg;
	assert_true(len >= VRRP_HEADER_LEN);
	s.sent++;
}

static void op_frame(void *ctx, uint32_t ifindex, const void *frame, size_t len)
{
	(void)ctx, (void)ifindex, (void)frame, (void)len;
	s.frames++;
}

static void op_addr(void *ctx, uint32_t ifindex, const struct ip_prefix *prefix,
		    const struct ip_attr *attr, bool add)
{
	(void)ctx, (void)attr;
	assert_true(s.n_requests < REQUESTS_MAX);
	s.request[s.n_requests++] = (struct request){ ifindex, *prefix, add };
}

static void op_listen(void *ctx, uint32_t ifindex, uint8_t family, bool on)
{
	(void)ctx, (void)ifindex, (void)family, (void)on;
	s.listens++;
}

static void op_sync(void *ctx)
{
	(void)ctx;
	s.sync_wanted = true;
}

static void op_log(void *ctx, const struct log_line *line)
{
	(void)ctx;
	assert_non_null(line->event);
	s.lines++;
}

/* It is full most of the time. */
static void op_fifo(void *ctx, const char *line, size_t len)
{
	(void)ctx, (void)line;
	assert_true(len > 0);
	s.told++;
}

/* They run for a while. */
static void op_hook(void *ctx, const struct vrrpd_hook *hook)
{
	(void)ctx;
	assert_true(s.n_hooks < HOOKS_MAX);
	s.hook[s.n_hooks++] = hook->id;
	s.hooks++;
}

static void op_lease(void *ctx, const struct lease_change *change)
{
	(void)ctx;
	s.lease_asked |= change->kind == LEASE_COMMIT;
}

static const struct vrrpd_ops ops = {
	.send = op_send, .send_ah = op_send, .frame = op_frame, .addr = op_addr,
	.listen = op_listen, .sync = op_sync, .lease = op_lease, .fifo = op_fifo,
	.hook = op_hook, .log = op_log,
};

static struct port *port_by_name(const char *name)
{
	for (unsigned i = 0; i < IFACES; i++)
		if (strcmp(s.port[i].name, name) == 0)
			return &s.port[i];
	fail();
	return NULL;
}

static struct port *port_by_index(uint32_t ifindex)
{
	for (unsigned i = 0; i < IFACES; i++)
		if (s.port[i].ifindex == ifindex && ifindex != 0)
			return &s.port[i];
	return NULL;
}

static void report_link(const struct port *p)
{
	struct vrrpd_link link = { .ifindex = p->ifindex, .name = p->name, .up = p->up,
				   .mac = { 2, 0, 0, 0, 0, 1 } };

	if (p->ifindex != 0)
		vrrpd_link(s.d, s.now, &link);
}

static void report_everything(void)
{
	s.sync_wanted = false;
	vrrpd_sync_begin(s.d);
	for (unsigned i = 0; i < IFACES; i++) {
		report_link(&s.port[i]);
		for (unsigned k = 0; s.port[i].ifindex != 0 && k < s.port[i].n; k++)
			vrrpd_address(s.d, s.now, &s.port[i].addr[k], true);
	}
	vrrpd_sync_end(s.d, s.now);
}

static void add_addr(struct port *p, struct ip_addr addr, uint8_t len, bool ours)
{
	assert_true(p->n < ADDRS_MAX);
	p->addr[p->n] = (struct vrrpd_address){
		.ifindex = p->ifindex, .prefix = { addr, len }, .ours = ours,
	};
	p->n++;
}

static void remove_addr(struct port *p, unsigned k)
{
	p->addr[k] = p->addr[--p->n];
}

static void answer(const struct request *r)
{
	struct port *p = port_by_index(r->ifindex);
	struct vrrpd_address a = { .ifindex = r->ifindex, .prefix = r->prefix, .ours = true };
	unsigned k = 0;

	if (p == NULL || pick(50) == 0) {
		vrrpd_addr_failed(s.d, s.now, r->ifindex, &r->prefix, r->add,
				  pick(4) == 0 ? EEXIST : ENOBUFS, "refused");
		return;
	}
	while (k < p->n && !ip_eq(&p->addr[k].prefix.addr, &r->prefix.addr))
		k++;
	if (r->add && k == p->n)
		add_addr(p, r->prefix.addr, r->prefix.len, true);
	else if (!r->add && k < p->n)
		remove_addr(p, k);
	vrrpd_address(s.d, s.now, &a, r->add);
	vrrpd_evaluate(s.d, s.now);
}

/* Until nothing more is asked of the kernel. */
static void settle(void)
{
	while (s.n_requests > 0 || s.sync_wanted || s.lease_asked) {
		struct request r = s.request[0];

		if (s.lease_asked) {
			s.lease_asked = false;
			s.leases++;
			vrrpd_lease_done(s.d, s.now, pick(8) > 0, "refused");
			continue;
		}
		if (s.n_requests > 0) {
			memmove(s.request, s.request + 1, --s.n_requests * sizeof r);
			answer(&r);
		} else {
			report_everything();
		}
	}
}

/* ---- what happens to it ---------------------------------------------------------------------- */

/* An advert for some router, or for none, from a peer; as it should be, or with a fault. */
static void a_packet_comes(void)
{
	static const uint8_t priorities[] = { 0, 1, 99, 100, 100, 101, 254, 255 };
	const struct vrrp_cf_instance *cf = vrrpd_cf(s.d, pick(vrrpd_n(s.d)));
	struct ip_addr src = cf->family == IP_V4 ? ip4(10, 0, 0, (uint8_t)(1 + pick(250)))
						 : (struct ip_addr){ IP_V6, { 0xfe, 0x80 } };
	struct ip_addr group = vrrp_group(cf->family);
	uint8_t bytes[VRRP_MESSAGE_MAX + 1], addrs[32] = { 10, 0, 1, cf->vrid };
	struct vrrp_msg msg = {
		.version = cf->version, .vrid = cf->vrid, .interval_cs = cf->interval_cs,
		.priority = priorities[pick(ARRAY_LEN(priorities))],
		.csum = cf->family == IP_V6 || pick(2) ? VRRP_CSUM_PSEUDO : VRRP_CSUM_MESSAGE,
		.family = cf->family, .count = 1, .addrs = addrs,
	};
	struct vrrp_rx rx = { .dst = group, .ttl = 255, .bytes = bytes };

	if (cf->version == 2)
		msg.csum = VRRP_CSUM_MESSAGE;
	if (cf->family == IP_V6) {
		memcpy(addrs, (uint8_t[]){ 0xfe, 0x80, [15] = cf->vrid }, 16);
		src.b[15] = (uint8_t)(1 + pick(250));
	}
	rx.src = src;
	rx.len = vrrp_encode(&msg, &src, &group, bytes, sizeof bytes);
	assert_true(rx.len > 0);
	switch (pick(12)) {
	case 0:
		bytes[pick((uint32_t)rx.len)] ^= (uint8_t)(1 + pick(255));
		break;
	case 1:
		rx.len = pick((uint32_t)rx.len);
		break;
	case 2:
		rx.ttl = (uint8_t)pick(256);
		break;
	default:
		break;
	}
	vrrpd_rx(s.d, s.now, pick(20) == 0 ? pick(9) : port_by_name(cf->interface)->ifindex, &rx);
	if (pick(50) == 0)
		vrrpd_rx_bad(s.d, s.now, 1, pick(2) ? VRRP_DROP_IP_HEADER : VRRP_DROP_FRAGMENT);
}

static void a_link_changes(struct port *p)
{
	if (p->ifindex == 0) {
		p->ifindex = s.next_ifindex++;
		p->up = true;
		for (unsigned k = 0; k < p->n; k++)
			p->addr[k].ifindex = p->ifindex;
	} else if (p->up && pick(3) == 0) {
		uint32_t gone = p->ifindex;

		p->ifindex = 0;
		for (unsigned k = p->n; k-- > 0;)
			if (p->addr[k].ours)
				remove_addr(p, k);
		vrrpd_link_gone(s.d, s.now, gone);
	} else {
		p->up = !p->up;
	}
	if (!p->up && pick(2)) {
		report_link(p);
		p->up = true;
	}
	report_link(p);
	vrrpd_evaluate(s.d, s.now);
}

static void report_addr(struct vrrpd_address a, bool present)
{
	vrrpd_address(s.d, s.now, &a, present);
}

/* Somebody removes a virtual address, sets another beside ours, or moves the one that adverts come
 * from: those are the first two. */
static void an_address_changes(struct port *p)
{
	unsigned k = 2 + pick(p->n);

	if (p->ifindex == 0)
		return;
	if (k < p->n) {
		report_addr(p->addr[k], false);
		remove_addr(p, k);
	} else if (pick(2)) {
		k = pick(2);
		report_addr(p->addr[k], false);
		p->addr[k].prefix.addr.b[k == 0 ? 3 : 15] ^= 1;
		report_addr(p->addr[k], true);
	} else {
		add_addr(p, ip4(10, 0, pick(2) == 0, (uint8_t)(1 + pick(250))), 24, pick(2));
		report_addr(p->addr[p->n - 1], true);
	}
	vrrpd_evaluate(s.d, s.now);
}

static void something_happens(void)
{
	uint32_t kind = pick(1000);
	struct port *p = &s.port[pick(IFACES)];

	s.now = mono_add(s.now, SPAN_MS(pick(kind < 900 ? 20 : 3000)));
	if (kind < 700)
		a_packet_comes();
	else if (kind < 950)
		(void)0; /* time passes */
	else if (kind < 965)
		a_link_changes(p);
	else if (kind < 985)
		an_address_changes(p);
	else if (kind < 990)
		vrrpd_listen_failed(s.d, s.now, p->ifindex, pick(2) ? IP_V4 : IP_V6, "refused");
	else if (kind < 995)
		s.sync_wanted = true;
	else
		vrrpd_log_counters(s.d, s.now);
	settle();
	vrrpd_fifo_room(s.d, pick(2) == 0 ? 0 : pick(4096));
	if (s.n_hooks > 0 && pick(2) == 0)
		vrrpd_hook_ended(s.d, s.now, s.hook[--s.n_hooks], pick(3) > 0, "no");
	/* Woken for its deadline, sooner or later. */
	if (mono_due(vrrpd_deadline(s.d), s.now))
		vrrpd_timer(s.d, s.now);
	settle();
}

/* ---- the test -------------------------------------------------------------------------------- */

/* So many of each kind on each interface: version 2, version 3, an owner, IPv6. */
static struct cf_model configuration(unsigned each)
{
	static char text[65536];
	struct cf_model model;
	static struct cf_report report;
	static struct cf_source source;
	static const char *const kinds[] = {
		"version = 2; addresses = ( \"10.0.1.%u/24\" );",
		"interval = \"100ms\"; addresses = ( \"10.0.1.%u/24\" ); preempt = false;",
		"priority = 255; addresses = ( \"10.0.1.%u/24\" );",
		"interval = \"250ms\"; addresses = ( \"fe80::%x/64\", \"2001:db8::%x/64\" );",
	};
	size_t n = (size_t)snprintf(text, sizeof text,
				    "vrrp = { notify_fifo = { path = \"/run/f\"; }; "
				    "defaults = { notify = [ \"/n\", \"x\" ]; }; instances = (");
	unsigned id = 0;

	for (unsigned i = 0; i < IFACES * ARRAY_LEN(kinds) * each; i++) {
		id++;
		n += (size_t)snprintf(text + n, sizeof text - n,
				      "%s{ name = \"n%u\"; interface = \"eth%u\"; vrid = %u; ",
				      i == 0 ? "" : ", ", id, i % IFACES, id);
		n += (size_t)snprintf(text + n, sizeof text - n, kinds[i / IFACES % 4], id, id);
		n += (size_t)snprintf(text + n, sizeof text - n, " }");
	}
	snprintf(text + n, sizeof text - n, " ); };");
	cf_source_text(&source, "f", text, strlen(text), &cf_read_file);
	cf_load(&source, &trivet_schema, trivet_cf_check, &model, &report);
	assert_string_equal(report.text, "");
	cf_source_free(&source);
	return model;
}

static void apply(unsigned each)
{
	struct cf_model model = configuration(each);
	unsigned long before = calls;

	assert_true(vrrpd_apply(s.d, s.now, &model, &trivet_cf_root(&model)->vrrp));
	assert_true(calls > before);
	cf_model_free(&model);
}

static void start(uint64_t seed)
{
	s = (struct surroundings){ .seed = seed, .now = { 1000000000 }, .next_ifindex = 1 };
	for (unsigned i = 0; i < IFACES; i++) {
		struct port *p = &s.port[i];

		snprintf(p->name, sizeof p->name, "eth%u", i);
		p->ifindex = s.next_ifindex++;
		p->up = true;
		add_addr(p, ip4(10, 0, 0, 251), 24, false);
		add_addr(p, (struct ip_addr){ IP_V6, { 0xfe, 0x80, [15] = 251 } }, 64, false);
	}
	s.d = vrrpd_new(&ops, &s);
	assert_non_null(s.d);
}

/* What it did, summed up over its virtual routers. */
static struct vrrpd_counters sum(void)
{
	struct vrrpd_counters t = { 0 };

	for (uint32_t i = 0; i < vrrpd_n(s.d); i++) {
		const struct vrrpd_counters *c = vrrpd_counters(s.d, i);

		t.adverts_received += c->adverts_received;
		t.ignored += c->ignored;
		t.became_active += c->became_active;
		t.became_backup += c->became_backup;
		t.became_initialize += c->became_initialize;
		t.rivals += c->rivals;
		t.addr_failures += c->addr_failures;
		t.addr_removed += c->addr_removed;
		for (unsigned k = 0; k < VRRP_DROP_N; k++)
			t.drops[k] += c->drops[k];
	}
	return t;
}

static void a_running_daemon_allocates_nothing(void **state)
{
	struct vrrpd_counters did;
	unsigned long before;

	(void)state;
	start(1);
	for (unsigned each = 5; each >= 4; each--) { /* and after a reload */
		apply(each);
		before = calls;
		report_everything();
		for (unsigned i = 0; i < 40000; i++)
			something_happens();
		assert_int_equal(calls, before);
		did = sum();
		assert_true(did.adverts_received > 1000 && did.ignored > 100);
		assert_true(did.became_active > 100 && did.became_backup > 100);
		assert_true(did.became_initialize > 100 && did.rivals > 100);
		assert_true(did.addr_failures > 10 && did.addr_removed > 10);
		assert_true(did.drops[VRRP_DROP_CHECKSUM] > 10 && did.drops[VRRP_DROP_TTL] > 10);
		assert_true(s.sent > 10000 && s.frames > 10000 && s.lines > 1000 && s.listens > 10);
		assert_true(s.leases > 10 && s.told > 100 && s.hooks > 100);
	}
	before = calls;
	vrrpd_stop(s.d, s.now);
	for (unsigned i = 0; i < 1000 && !vrrpd_settled(s.d); i++) {
		settle();
		s.now = mono_add(s.now, SPAN_S(1));
		vrrpd_timer(s.d, s.now);
	}
	assert_true(vrrpd_settled(s.d));
	assert_int_equal(calls, before);
	vrrpd_free(s.d);
	assert_true(calls > before);
}

UNIT_MAIN(T(a_running_daemon_allocates_nothing))
