/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrp_replay.h"

#include "check.h"

enum { WIRE_BITS = 48, COUNT_BITS = 16 };

static uint64_t ticks_of(uint64_t ns)
{
	const uint64_t second = 1000000000;

	return (ns / second << 16) + (ns % second << 16) / second;
}

/* How far a is after b, both of 48 bits. */
static int64_t apart(uint64_t a, uint64_t b)
{
	return (int64_t)((a - b) << (64 - WIRE_BITS)) >> (64 - WIRE_BITS);
}

static bool within(int64_t distance, uint64_t most)
{
	return (distance < 0 ? -(uint64_t)distance : (uint64_t)distance) <= most;
}

/* ---- the clock ---------------------------------------------------------------------------- */

uint64_t vrrp_clock_ticks(const struct vrrp_clock *c, mono_t now)
{
	return c->ticks + ticks_of(mono_since(now, c->at).ns);
}

static uint64_t wall_ticks(const struct vrrp_clock *c, mono_t now)
{
	return vrrp_clock_ticks(c, now) + (uint64_t)c->ahead;
}

void vrrp_clock_believe(struct vrrp_clock *c, mono_t now)
{
	*c = (struct vrrp_clock){ .set = true, .at = now, .ticks = wall_ticks(c, now) };
}

enum vrrp_clock_news vrrp_clock_wall(struct vrrp_clock *c, mono_t now, uint64_t unix_ns)
{
	uint64_t wall = ticks_of(unix_ns), step = ticks_of(CLOCK_STEP.ns);
	int64_t ahead = c->set ? (int64_t)(wall - vrrp_clock_ticks(c, now)) : 0;
	bool is_new = !within((int64_t)((uint64_t)ahead - (uint64_t)c->ahead), step);

	if (within(ahead, step)) {
		*c = (struct vrrp_clock){ .set = true, .at = now, .ticks = wall };
		return VRRP_CLOCK_AGREES;
	}
	c->ahead = ahead;
	if (is_new) {
		c->since = now;
		return VRRP_CLOCK_STEPPED;
	}
	if (mono_since(now, c->since).ns < CLOCK_PATIENCE.ns)
		return VRRP_CLOCK_DIFFERS;
	vrrp_clock_believe(c, now);
	return VRRP_CLOCK_BELIEVED;
}

/* ---- sending ------------------------------------------------------------------------------ */

static bool is_after(uint64_t a, uint64_t b)
{
	return (int64_t)(a - b) > 0;
}

uint64_t vrrp_sender_next(struct vrrp_sender *s, const struct vrrp_clock *c, mono_t now,
			  span_t window)
{
	uint64_t seq = vrrp_clock_ticks(c, now) << COUNT_BITS;
	int64_t back = apart(s->seq >> COUNT_BITS, seq >> COUNT_BITS);

	if (!s->sent || is_after(seq, s->seq) || back > (int64_t)ticks_of(window.ns))
		s->seq = seq;
	else
		s->seq++;
	s->sent = true;
	return s->seq;
}

/* ---- receiving ---------------------------------------------------------------------------- */

static const struct vrrp_mark *mark_of(const struct vrrp_replay *r, const struct ip_addr *src)
{
	for (unsigned i = 0; i < r->n; i++)
		if (ip_eq(&r->mark[i].src, src))
			return &r->mark[i];
	return NULL;
}

static struct vrrp_mark *oldest(const struct vrrp_replay *r)
{
	struct vrrp_mark *old = r->mark;

	for (unsigned i = 1; i < r->n; i++)
		if (mono_before(r->mark[i].at, old->at))
			old = &r->mark[i];
	return old;
}

/* What an instant agrees with. */
struct agrees {
	bool ours, wall;
};

static struct agrees agrees(const struct vrrp_clock *c, uint64_t ticks, mono_t at, uint64_t window)
{
	return (struct agrees){ within(apart(ticks, vrrp_clock_ticks(c, at)), window),
				within(apart(ticks, wall_ticks(c, at)), window) };
}

enum vrrp_fresh vrrp_replay_judge(const struct vrrp_replay *r, const struct vrrp_clock *c,
				  const struct ip_addr *src, uint64_t seq, mono_t at, span_t window)
{
	const struct vrrp_mark *m = mark_of(r, src);
	uint64_t most = ticks_of(window.ns), said = seq >> COUNT_BITS, expected;
	struct agrees now = agrees(c, said, at, most), then;
	enum vrrp_fresh fresh = now.wall && !now.ours ? VRRP_FRESH_CORRECTS : VRRP_FRESH;

	if (!m) {
		if (!now.ours && !now.wall)
			return VRRP_STALE;
		/* A mark that may still keep a replay out is not given up for another. */
		if (r->n == r->max && mono_since(at, oldest(r)->at).ns <= 2 * window.ns)
			return VRRP_REPLAYED;
		return fresh;
	}
	expected = (m->seq >> COUNT_BITS) + ticks_of(mono_since(at, m->at).ns);
	if (is_after(seq, m->seq)) {
		if (now.ours || now.wall)
			return fresh;
		return within(apart(said, expected), most) ? VRRP_FRESH : VRRP_STALE;
	}
	/* Back behind the mark leads one way: the mark is of a time that no clock here knows, and
	 * its sender has fallen silent. */
	then = agrees(c, expected, at, most);
	if ((now.ours || now.wall) && !then.ours && !then.wall &&
	    mono_since(at, m->at).ns > window.ns)
		return fresh;
	return VRRP_REPLAYED;
}

void vrrp_replay_take(struct vrrp_replay *r, const struct ip_addr *src, uint64_t seq, mono_t at)
{
	struct vrrp_mark *m = (struct vrrp_mark *)mark_of(r, src);

	CHECK(r->max > 0);
	if (!m)
		m = r->n < r->max ? &r->mark[r->n++] : oldest(r);
	*m = (struct vrrp_mark){ *src, seq, at };
}

void vrrp_replay_keep(struct vrrp_replay *r, const struct vrrp_replay *from)
{
	for (unsigned i = 0; i < from->n; i++) {
		const struct vrrp_mark *m = &from->mark[i];

		if (r->n < r->max || mono_before(oldest(r)->at, m->at))
			vrrp_replay_take(r, &m->src, m->seq, m->at);
	}
}
