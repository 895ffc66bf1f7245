/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel, the port and the rules of fuzz_vrrpd. */
#include "vrrpd_bed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "garp_wire.h"
#include "vrrp_packets.h"

const char *const BED_LINK_NAME[BED_LINKS] = { "eth0", "eth1", "eth2" };

/* ---- memory: only vrrpd_apply() may allocate ----------------------------------------------- */

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);

static bool inside, in_port, may_allocate, ended;
static int left = -1; /* allocations until one fails; negative: none does */

void bed_allow_memory(bool allowed, int until_failure)
{
	may_allocate = allowed;
	left = until_failure;
	ended = false;
}

bool bed_memory_ended(void)
{
	return ended;
}

static bool fails(void)
{
	if (!inside || in_port)
		return false;
	CHECK(may_allocate);
	ended |= left == 0;
	return left >= 0 && left-- == 0;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return fails() ? NULL : __real_realloc(old, size);
}

/* ---- what must hold after each call -------------------------------------------------------- */

static uint64_t sum_drops(const uint64_t drops[VRRP_DROP_N])
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < VRRP_DROP_N; i++)
		sum += drops[i];
	return sum;
}

static void check_counters(const struct bed *b)
{
	const struct vrrpd_totals *t = vrrpd_totals(b->d);
	uint64_t counted = sum_drops(t->drops) + t->retired;

	for (uint32_t i = 0; i < vrrpd_n(b->d); i++) {
		const struct vrrpd_counters *c = vrrpd_counters(b->d, i);

		CHECK(c->drops[VRRP_ACCEPTED] == 0 && c->prio_zero_sent <= c->adverts_sent);
		counted += sum_drops(c->drops) + c->adverts_received + c->ignored;
	}
	CHECK(t->seen == counted && t->drops[VRRP_ACCEPTED] == 0);
}

unsigned bed_link_of(const char *name)
{
	unsigned i = 0;

	while (i < BED_LINKS && strcmp(BED_LINK_NAME[i], name) != 0)
		i++;
	CHECK(i < BED_LINKS);
	return i;
}

static void check_routers(const struct bed *b)
{
	for (uint32_t i = 0; i < vrrpd_n(b->d); i++) {
		const struct vrrp_cf_instance *cf = vrrpd_cf(b->d, i);
		const struct told *told = &b->told[bed_link_of(cf->interface)];
		const struct vrrp *r = vrrpd_router(b->d, i);

		CHECK(mono_is_never(vrrp_deadline(r)) == (r->state == VRRP_INITIALIZE));
		CHECK(r->waits || vrrpd_deadline(b->d).ns <= vrrp_deadline(r).ns);
		/* Before the report that it asked for, it does not decide. */
		if (!b->judged || b->sync_wanted || r->state != VRRP_ACTIVE)
			continue;
		CHECK(!b->stopped && told->ifindex != 0);
		CHECK(told->up || mono_before(b->now, mono_add(told->down_at,
							       cf->link_down_delay)));
	}
}

/* Its state is that of its members: what is in Initialize is all of it, or has just joined. */
static void check_groups(const struct bed *b)
{
	for (uint32_t i = 0; i < vrrpd_groups(b->d); i++) {
		struct vrrpd_group g = vrrpd_group(b->d, i);
		enum vrrp_state highest = VRRP_INITIALIZE;

		for (uint32_t k = 0; k < g.n; k++) {
			const struct vrrp *r = vrrpd_router(b->d, vrrpd_group_member(b->d, i, k));

			highest = r->state > highest ? r->state : highest;
			CHECK(r->state == VRRP_INITIALIZE || r->params.priority == g.priority);
		}
		CHECK(g.state == highest);
	}
}

void bed_enter(void)
{
	CHECK(!inside);
	inside = true;
}

void bed_leave(const struct bed *b)
{
	inside = false;
	check_counters(b);
	check_routers(b);
	check_groups(b);
}

/* ---- the port ------------------------------------------------------------------------------ */

static void called(struct bed *b)
{
	CHECK(inside && !in_port);
	b->asked++;
}

static bool is_told(const struct bed *b, uint32_t ifindex)
{
	for (unsigned i = 0; i < BED_LINKS; i++)
		if (ifindex != 0 && b->told[i].ifindex == ifindex)
			return true;
	return false;
}

static void on_send(void *ctx, uint32_t ifindex, const struct ip_addr *src,
		    const struct ip_addr *dst, const void *bytes, size_t len)
{
	struct vrrp_rx rx = { *src, *dst, VRRP_TTL, bytes, len };
	struct bed *b = ctx;
	struct vrrp_msg msg;

	called(b);
	CHECK(is_told(b, ifindex));
	CHECK(packet_decode(&rx, VRRP_V2_BIT | VRRP_V3_BIT, &msg) == VRRP_ACCEPTED);
	CHECK(msg.count > 0 && msg.interval_cs > 0 && (msg.vrid == 51 || msg.vrid == 52));
}

static void on_send_ah(void *ctx, uint32_t ifindex, const struct ip_addr *src,
		       const struct ip_addr *dst, const void *bytes, size_t len)
{
	CHECK(vrrp_ah_is_vrrp(bytes, len));
	on_send(ctx, ifindex, src, dst, (const uint8_t *)bytes + AH_LEN, len - AH_LEN);
}

/* At most a burst, and then the rate: a bucket that leaks. */
static void check_pace(struct bed *b, struct told *t)
{
	uint64_t passed = mono_since(b->now, t->said_at).ns, gap = 1000000000 / b->garp_rate;

	t->busy_ns = (t->busy_ns > passed ? t->busy_ns - passed : 0) + gap;
	t->said_at = b->now;
	CHECK(t->busy_ns <= b->garp_burst * gap);
}

void bed_set_pace(struct bed *b, uint32_t rate, uint32_t burst)
{
	b->garp_rate = rate;
	b->garp_burst = burst;
	for (unsigned i = 0; i < BED_LINKS; i++)
		b->told[i].busy_ns = 0;
}

static void on_frame(void *ctx, uint32_t ifindex, const void *frame, size_t len)
{
	struct bed *b = ctx;
	struct garp garp;

	called(b);
	CHECK(is_told(b, ifindex) && garp_decode(frame, len, &garp));
	for (unsigned i = 0; i < BED_LINKS; i++)
		if (b->told[i].ifindex == ifindex)
			check_pace(b, &b->told[i]);
}

static void on_addr(void *ctx, uint32_t ifindex, const struct ip_prefix *prefix,
		    const struct ip_attr *attr, bool add)
{
	struct kern_request r = {
		.ifindex = ifindex, .prefix = *prefix, .attr = *attr, .add = add
	};
	struct bed *b = ctx;

	called(b);
	CHECK(ifindex != 0 && ip_is_set(&prefix->addr));
	for (uint32_t i = b->forgiven; i < b->k.n_requests; i++) {
		const struct kern_request *other = &b->k.request[b->k.first_request + i];

		CHECK(!add || !other->add || other->ifindex != ifindex ||
		      other->prefix.len != prefix->len ||
		      !ip_eq(&other->prefix.addr, &prefix->addr));
	}
	in_port = true;
	kern_request_put(&b->k, &r);
	in_port = false;
}

static void on_fib(void *ctx, const struct fib_item *item, bool add)
{
	struct kern_request r = { .is_fib = true, .item = *item, .add = add };
	struct bed *b = ctx;

	called(b);
	CHECK(item->family != IP_NONE);
	for (uint32_t i = b->forgiven; i < b->k.n_requests; i++) {
		const struct kern_request *other = &b->k.request[b->k.first_request + i];

		CHECK(!add || !other->add || !other->is_fib || !fib_same(&other->item, item));
	}
	in_port = true;
	kern_request_put(&b->k, &r);
	in_port = false;
}

static void on_listen(void *ctx, uint32_t ifindex, uint8_t family, bool on)
{
	(void)on;
	called(ctx);
	CHECK(ifindex != 0 && (family == IP_V4 || family == IP_V6));
}

static void on_sync(void *ctx)
{
	struct bed *b = ctx;

	called(b);
	b->sync_wanted = true;
}

static void on_log(void *ctx, const struct log_line *line)
{
	(void)ctx;
	CHECK(inside && !in_port && line->n <= LOG_FIELDS_MAX && !line->values.cut);
	for (unsigned i = 0; i < line->n; i++)
		CHECK(line->field[i].key != NULL && strlen(log_value(line, i)) < 256);
}

const struct vrrpd_ops bed_ops = {
	.send = on_send, .send_ah = on_send_ah, .frame = on_frame, .addr = on_addr,
	.fib = on_fib, .listen = on_listen, .sync = on_sync, .log = on_log,
};

/* ---- telling ------------------------------------------------------------------------------- */

void bed_forgive(struct bed *b)
{
	b->forgiven = b->k.n_requests;
	b->judged = false;
}

static void untell(struct told *t)
{
	t->ifindex = 0;
	t->up = false;
}

void bed_link(struct bed *b, uint32_t ifindex, unsigned link, bool up)
{
	struct vrrpd_link l = {
		.ifindex = ifindex, .name = BED_LINK_NAME[link], .up = up,
		.mac = { 2, 0, 0, 0, 0, (uint8_t)ifindex },
	};
	struct told *t = &b->told[link];

	bed_forgive(b);
	for (unsigned i = 0; i < BED_LINKS; i++)
		if (i != link && b->told[i].ifindex == ifindex)
			untell(&b->told[i]);
	if (t->ifindex != ifindex)
		*t = (struct told){ .ifindex = ifindex };
	if (t->up && !up)
		t->down_at = b->now;
	t->up = up;
	t->seen = true;
	bed_enter();
	vrrpd_link(b->d, b->now, &l);
	bed_leave(b);
}

void bed_link_gone(struct bed *b, uint32_t ifindex)
{
	bed_forgive(b);
	for (unsigned i = 0; i < BED_LINKS; i++)
		if (b->told[i].ifindex == ifindex)
			untell(&b->told[i]);
	bed_enter();
	vrrpd_link_gone(b->d, b->now, ifindex);
	bed_leave(b);
}

void bed_address(struct bed *b, uint32_t ifindex, const struct kern_addr *a, bool secondary,
			 bool present)
{
	struct vrrpd_address report = {
		.ifindex = ifindex, .prefix = a->prefix, .attr = a->attr, .ours = a->ours,
		.secondary = secondary,
		.unusable = a->tentative,
	};

	bed_forgive(b);
	bed_enter();
	vrrpd_address(b->d, b->now, &report, present);
	bed_leave(b);
}

static void bed_fib(struct bed *b, const struct fib_item *item, bool present)
{
	bed_forgive(b);
	bed_enter();
	vrrpd_fib(b->d, b->now, item, true, present);
	bed_leave(b);
}

void bed_evaluate(struct bed *b)
{
	if (!b->syncing)
		b->judged = true;
	bed_enter();
	vrrpd_evaluate(b->d, b->now);
	bed_leave(b);
}

void bed_sync_begin(struct bed *b)
{
	b->syncing = true;
	b->judged = false;
	for (unsigned i = 0; i < BED_LINKS; i++)
		b->told[i].seen = false;
	bed_enter();
	vrrpd_sync_begin(b->d);
	bed_leave(b);
}

void bed_sync_end(struct bed *b)
{
	for (uint32_t i = 0; i < b->k.n_ifaces; i++) {
		const struct kern_iface *iface = &b->k.iface[i];

		if (!iface->exists)
			continue;
		bed_link(b, iface->ifindex, i, iface->up);
		for (uint32_t k = 0; k < iface->n_addrs; k++)
			bed_address(b, iface->ifindex, &iface->addr[k],
				     kern_is_secondary(iface, &iface->addr[k]), true);
	}
	for (unsigned i = 0; i < BED_LINKS; i++)
		if (!b->told[i].seen)
			untell(&b->told[i]);
	for (uint32_t i = 0; i < b->k.fib.n; i++)
		bed_fib(b, &b->k.fib.v[i].item, true);
	bed_forgive(b);
	b->syncing = b->sync_wanted = false;
	b->judged = true;
	bed_enter();
	vrrpd_sync_end(b->d, b->now);
	bed_leave(b);
}

void bed_sync(struct bed *b)
{
	bed_sync_begin(b);
	bed_sync_end(b);
}

/* ---- the kernel ---------------------------------------------------------------------------- */

static void answer_fib(struct bed *b, const struct kern_request *r, int error, bool told)
{
	if (error == 0)
		error = r->add ? kern_fib_add(&b->k, &r->item, true)
			       : kern_fib_del(&b->k, &r->item, true);
	if (!told)
		return;
	if (error == 0) {
		bed_fib(b, &r->item, r->add);
		bed_evaluate(b);
		return;
	}
	bed_forgive(b);
	bed_enter();
	vrrpd_fib_failed(b->d, b->now, &r->item, r->add, error, "refused");
	bed_leave(b);
}

void bed_answer(struct bed *b, int error, bool told)
{
	struct kern_iface *iface;
	struct kern_request r;
	struct kern_addr a;

	if (b->k.n_requests == 0)
		return;
	r = kern_request_take(&b->k);
	b->forgiven -= b->forgiven > 0;
	if (r.is_fib) {
		answer_fib(b, &r, error, told);
		return;
	}
	iface = kern_iface_by_index(&b->k, r.ifindex);
	a = (struct kern_addr){ .prefix = r.prefix, .attr = r.attr, .ours = true };
	if (iface == NULL)
		error = ENODEV;
	else if (error == 0 && r.add)
		error = kern_addr_add(iface, &a);
	else if (error == 0) {
		if (kern_find(iface, &r.prefix) != NULL)
			a = *kern_find(iface, &r.prefix);
		error = kern_addr_del(iface, &r.prefix);
	}
	if (!told)
		return;
	if (error == 0) {
		bed_address(b, r.ifindex, &a, false, r.add);
		bed_evaluate(b);
		return;
	}
	bed_forgive(b);
	bed_enter();
	vrrpd_addr_failed(b->d, b->now, r.ifindex, &r.prefix, r.add, error, "refused");
	bed_leave(b);
}
