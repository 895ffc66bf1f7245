/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_vrrp_events.c - any events in any order for one virtual router, in lockstep with the
 * reference model.
 *
 * Holds after each event: the state, the deadline, the adverts, the addresses and the rival are the
 * model's; a timer is armed if and only if the router runs, and after it was served it is due
 * later; the acts are in the order in which they are to be done; enter() was the only door.
 *
 * The input: version, begin, settings (9 bytes), then events, each a byte and what its kind reads.
 */
#include "fuzz.h"

#include <string.h>

#include "check.h"
#include "rd.h"
#include "vrrp_core.h"
#include "vrrp_ref.h"
#include "vrrp_wire.h"

enum { EVENTS_MAX = 400 };
#define TIME_MAX (UINT64_C(1) << 62)

enum kind {
	TO_DEADLINE,    /* time passes: to the deadline and then a signed byte of nanoseconds */
	TO_DEADLINE_MS, /* the same and then milliseconds, which a late daemon would be */
	TO_PATIENCE,    /* to when an Active that does not preempt must have been replaced */
	PASS_MS,
	PASS_LONG,
	PASS_INTERVALS, /* so many, and a signed byte of nanoseconds */
	TIMER,
	STARTUP,
	SHUTDOWN,
	ADVERT,
	ADVERT_LEAVING,
	CONFIGURE,
	SOURCE,
	YIELD,         /* as one of a sync group */
	WAIT,          /* the timer is served, but others of the group have to wait */
	ADVERT_EQUAL,  /* of our priority, and we stand, as one of a sync group may */
	KIND_N
};

struct router {
	struct rd in;
	struct vrrp core;
	struct vrrp_ref ref;
	mono_t now;
	bool two; /* version 2 */
	uint8_t family;
};

/* ---- values in the ranges that configuration and receive checks let through ---------------- */

static uint32_t read_interval(struct router *t)
{
	uint16_t n = rd_u16(&t->in);

	return t->two ? (1 + n % 255u) * 100 : 1 + n % 4095u;
}

static struct ip_addr read_source(struct router *t)
{
	uint8_t last = rd_u8(&t->in);

	if (t->family == IP_V4)
		return ip4(192, 0, 2, last);
	return (struct ip_addr){ IP_V6, { 0xfe, 0x80, [8] = last, [15] = 1 } };
}

static struct vrrp_params read_params(struct router *t)
{
	static const uint64_t delay_ms[] = { 0, 1, 2000, 1000000 };
	static const uint8_t adverts[] = { 3, 1, 2, 100 };
	uint8_t priority = rd_u8(&t->in), flags = rd_u8(&t->in);

	return (struct vrrp_params){
		.version = t->two ? 2 : 3,
		.priority = priority > 0 ? priority : 1,
		.preempt = (flags & 1) != 0,
		.interval_cs = read_interval(t),
		.preempt_delay = SPAN_MS(delay_ms[flags >> 1 & 3]),
		.down_adverts = adverts[flags >> 3 & 3],
		.learned_interval_max_cs = flags >> 5 == 7 ? 4095 : (flags >> 5) * 100u,
	};
}

static void tell_model(struct router *t, const struct vrrp_params *params,
		       const struct ip_addr *source)
{
	struct vrrp_ref_cf cf = t->ref.cf;

	cf.priority = params->priority;
	cf.preempt = params->preempt;
	cf.interval_cs = params->interval_cs;
	cf.preempt_delay_ns = params->preempt_delay.ns;
	cf.down_adverts = params->down_adverts;
	cf.learned_max_cs = params->learned_interval_max_cs;
	cf.has_source = ip_is_set(source);
	memcpy(cf.source, source->b, 16);
	vrrp_ref_configure(&t->ref, t->now.ns, &cf);
}

/* ---- what must hold ------------------------------------------------------------------------ */

/* The place of an act in a step: what is not there has none. */
struct order {
	unsigned n[VRRP_ACT_RIVAL + 1], at[VRRP_ACT_RIVAL + 1];
};

static struct order order_of(const struct vrrp_out *out)
{
	struct order o = { 0 };

	CHECK(out->n <= VRRP_ACTS_MAX);
	for (unsigned i = 0; i < out->n; i++) {
		CHECK(out->v[i].kind <= VRRP_ACT_RIVAL);
		o.n[out->v[i].kind]++;
		o.at[out->v[i].kind] = i;
	}
	return o;
}

/* An address is there when the advert has been sent that says so, and has gone before the one that
 * says that; a change of state is the last there is. */
static void check_order(const struct router *t, const struct vrrp *was, const struct vrrp_out *out)
{
	struct order o = order_of(out);
	bool changed = o.n[VRRP_ACT_STATE] > 0;

	for (unsigned kind = 0; kind <= VRRP_ACT_RIVAL; kind++)
		CHECK(o.n[kind] <= 1);
	CHECK(changed == (was->state != t->core.state));
	CHECK((o.n[VRRP_ACT_ADDRS] > 0) ==
	      (changed && (was->state == VRRP_ACTIVE || t->core.state == VRRP_ACTIVE)));
	if (changed) {
		const struct vrrp_act *act = &out->v[out->n - 1];

		CHECK(act->kind == VRRP_ACT_STATE && act->state.from == was->state);
		CHECK(act->state.to == t->core.state && act->state.why == t->core.why);
		CHECK(t->core.why > VRRP_WHY_NONE && t->core.why < VRRP_WHY_N);
		CHECK(o.n[VRRP_ACT_RIVAL] == 0);
	} else {
		CHECK(t->core.why == was->why);
	}
	if (o.n[VRRP_ACT_ADDRS] > 0 && o.n[VRRP_ACT_ADVERT] > 0)
		CHECK(out->v[o.at[VRRP_ACT_ADDRS]].addrs.present ==
		      (o.at[VRRP_ACT_ADVERT] < o.at[VRRP_ACT_ADDRS]));
	if (o.n[VRRP_ACT_RIVAL] > 0)
		CHECK(t->core.state == VRRP_ACTIVE && o.at[VRRP_ACT_RIVAL] == out->n - 1);
	CHECK(o.n[VRRP_ACT_ADVERT] == 0 || was->state == VRRP_ACTIVE ||
	      t->core.state == VRRP_ACTIVE);
}

static void check_state(const struct router *t)
{
	const struct vrrp *r = &t->core;

	CHECK(r->state < VRRP_STATE_N);
	CHECK(mono_is_never(vrrp_deadline(r)) == (r->state == VRRP_INITIALIZE));
	CHECK(r->state == VRRP_BACKUP || !ip_is_set(&r->active));
	CHECK(r->state == VRRP_INITIALIZE || ip_is_set(&r->source));
}

static void check_model(const struct router *t, const struct vrrp_out *out,
			const struct vrrp_ref_out *expected)
{
	bool added = false, removed = false, rival = false;
	unsigned adverts = 0;

	for (unsigned i = 0; i < out->n; i++) {
		const struct vrrp_act *act = &out->v[i];

		if (act->kind == VRRP_ACT_ADVERT)
			CHECK(adverts < expected->n_adverts &&
			      act->advert.priority == expected->advert_priority[adverts++]);
		added |= act->kind == VRRP_ACT_ADDRS && act->addrs.present;
		removed |= act->kind == VRRP_ACT_ADDRS && !act->addrs.present;
		rival |= act->kind == VRRP_ACT_RIVAL;
	}
	CHECK(adverts == expected->n_adverts);
	CHECK(added == expected->addresses_added && removed == expected->addresses_removed);
	CHECK(rival == expected->rival);
	CHECK((unsigned)t->core.state == (unsigned)t->ref.state);
	CHECK(vrrp_deadline(&t->core).ns == vrrp_ref_deadline(&t->ref));
}

static void step(struct router *t, const struct vrrp_ev *ev, const struct vrrp_ref_out *expected)
{
	struct vrrp was = t->core;
	struct vrrp_out out;

	vrrp_step(&t->core, t->now, ev, &out);
	check_state(t);
	check_order(t, &was, &out);
	check_model(t, &out, expected);
	if (ev->kind == VRRP_EV_TIMER && !ev->timer.wait)
		CHECK(mono_before(t->now, vrrp_deadline(&t->core)));
	if (ev->kind == VRRP_EV_CONFIGURE || ev->kind == VRRP_EV_SOURCE)
		CHECK(out.n == 0 && vrrp_deadline(&t->core).ns == vrrp_deadline(&was).ns);
}

/* ---- the events ---------------------------------------------------------------------------- */

static void pass(struct router *t, mono_t to)
{
	if (to.ns < TIME_MAX)
		t->now = mono_max(t->now, to);
}

static void advert(struct router *t, uint8_t priority, bool stand)
{
	struct vrrp_ev ev = { .kind = VRRP_EV_ADVERT };
	struct vrrp_ref_out expected;

	ev.advert.priority = priority;
	ev.advert.stand = t->ref.cf.stand = stand;
	ev.advert.src = read_source(t);
	/* Of version 2 another interval is refused on receipt. */
	ev.advert.interval_cs = t->two ? t->core.params.interval_cs : read_interval(t);
	vrrp_ref_advert(&t->ref, t->now.ns, priority, ev.advert.interval_cs, ev.advert.src.b,
			&expected);
	step(t, &ev, &expected);
}

static void timer(struct router *t)
{
	struct vrrp_ref_out expected;

	vrrp_ref_timer(&t->ref, t->now.ns, &expected);
	step(t, &(struct vrrp_ev){ .kind = VRRP_EV_TIMER }, &expected);
}

static void startup(struct router *t)
{
	struct vrrp_ev ev = { .kind = VRRP_EV_STARTUP, .startup = { read_source(t) } };
	struct vrrp_ref_out expected;

	if (t->core.state != VRRP_INITIALIZE)
		return;
	tell_model(t, &t->core.params, &ev.startup.source);
	vrrp_ref_startup(&t->ref, t->now.ns, &expected);
	step(t, &ev, &expected);
}

static void stop(struct router *t)
{
	uint8_t flags = rd_u8(&t->in);
	struct vrrp_ev ev = {
		.kind = VRRP_EV_SHUTDOWN,
		.shutdown = { .why = VRRP_WHY_STOP, .mute = (flags & 1) != 0 },
	};
	struct vrrp_ref_out expected;

	vrrp_ref_shutdown(&t->ref, t->now.ns, !ev.shutdown.mute, &expected);
	step(t, &ev, &expected);
}

/* Of one that is Active there is nothing to wait for. */
static void wait_on(struct router *t)
{
	struct vrrp_ev ev = { .kind = VRRP_EV_TIMER, .timer = { .wait = true } };
	struct vrrp_ref_out expected;

	if (t->core.state == VRRP_ACTIVE)
		return;
	vrrp_ref_wait(&t->ref, t->now.ns, &expected);
	step(t, &ev, &expected);
}

static void yield(struct router *t)
{
	struct vrrp_ev ev = { .kind = VRRP_EV_YIELD, .yield = { VRRP_WHY_GROUP_YIELD } };
	struct vrrp_ref_out expected;

	vrrp_ref_yield(&t->ref, t->now.ns, &expected);
	step(t, &ev, &expected);
}

static void configure(struct router *t)
{
	struct vrrp_ev ev = { .kind = VRRP_EV_CONFIGURE, .configure = { read_params(t) } };

	tell_model(t, &ev.configure.params, &t->core.source);
	step(t, &ev, &(struct vrrp_ref_out){ 0 });
}

static void change_source(struct router *t)
{
	struct vrrp_ev ev = { .kind = VRRP_EV_SOURCE, .source = { read_source(t) } };

	tell_model(t, &t->core.params, &ev.source.source);
	step(t, &ev, &(struct vrrp_ref_out){ 0 });
}

static mono_t nudge(struct router *t, mono_t to)
{
	return (mono_t){ to.ns + (uint64_t)(int64_t)(int8_t)rd_u8(&t->in) };
}

static void run(struct router *t, enum kind kind)
{
	const struct vrrp_params *p = &t->core.params;
	mono_t deadline = vrrp_deadline(&t->core);
	span_t interval = SPAN_MS((uint64_t)p->interval_cs * 10);
	span_t skew = vrrp_skew(p->version, p->priority, p->interval_cs);

	switch (kind) {
	case TO_DEADLINE:
		pass(t, nudge(t, deadline));
		break;
	case TO_PATIENCE:
		pass(t, nudge(t, mono_add(deadline, span_add(span_mul(interval, 2), skew))));
		break;
	case PASS_INTERVALS:
		pass(t, nudge(t, mono_add(t->now, span_mul(interval, rd_u8(&t->in)))));
		break;
	case TO_DEADLINE_MS:
		pass(t, mono_add(deadline, SPAN_MS(rd_u16(&t->in))));
		break;
	case PASS_MS:
		pass(t, mono_add(t->now, SPAN_MS(rd_u16(&t->in))));
		break;
	case PASS_LONG:
		pass(t, mono_add(t->now, SPAN_NS((uint64_t)rd_u32(&t->in) << 24)));
		break;
	case TIMER:
		timer(t);
		break;
	case STARTUP:
		startup(t);
		break;
	case SHUTDOWN:
		stop(t);
		break;
	case ADVERT:
		advert(t, rd_u8(&t->in), false);
		break;
	case ADVERT_LEAVING:
		advert(t, VRRP_PRIORITY_LEAVING, false);
		break;
	case CONFIGURE:
		configure(t);
		break;
	case SOURCE:
		change_source(t);
		break;
	case YIELD:
		yield(t);
		break;
	case WAIT:
		wait_on(t);
		break;
	case ADVERT_EQUAL:
		advert(t, p->priority, true);
		break;
	case KIND_N:
		CHECK_UNREACHABLE();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct router t = { .in = rd_open(data, size) };
	uint8_t version = rd_u8(&t.in) % 3;
	struct vrrp_params params;

	t.two = version == 0;
	t.family = version == 2 ? IP_V6 : IP_V4;
	t.now = (mono_t){ (uint64_t)rd_u32(&t.in) << 29 };
	params = read_params(&t);
	vrrp_init(&t.core, &params);
	vrrp_ref_init(&t.ref, &(struct vrrp_ref_cf){ .version = params.version,
						     .family = t.family, .vrid = 1 });
	tell_model(&t, &params, &t.core.source);
	for (unsigned i = 0; i < EVENTS_MAX && rd_left(&t.in) > 0; i++)
		run(&t, rd_u8(&t.in) % KIND_N);
	return 0;
}
