/* SPDX-License-Identifier: BSD-2-Clause */
#include "net.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "rng.h"
#include "trace.h"
#include "world.h"

/* Domains of chance (rng.h), one for each kind of thing that can happen. */
enum {
	ROLL_LOSS = 1,
	ROLL_BURST,
	ROLL_DUP,
	ROLL_REORDER,
	ROLL_JITTER,
	ROLL_CORRUPT,
	ROLL_DUP_DELAY
};

struct net_frame *net_frame(struct world *w, uint32_t id)
{
	return w->pool.frame[id];
}

static uint32_t new_frame(struct net_pool *p, const void *bytes, size_t len)
{
	struct net_frame *f;
	uint32_t id;

	if (p->n_free > 0) {
		id = p->free[--p->n_free];
	} else {
		id = p->n++;
		p->frame = realloc(p->frame, p->n * sizeof *p->frame);
		p->free = realloc(p->free, p->n * sizeof *p->free);
		CHECK(p->frame && p->free);
		p->frame[id] = malloc(sizeof **p->frame);
		CHECK(p->frame[id]);
	}
	f = p->frame[id];
	CHECK(len <= NET_FRAME_MAX);
	memcpy(f->bytes, bytes, len);
	f->len = (uint16_t)len;
	f->refs = 0;
	return id;
}

void net_frame_put(struct world *w, uint32_t id)
{
	struct net_pool *p = &w->pool;

	CHECK(p->frame[id]->refs > 0);
	if (--p->frame[id]->refs == 0)
		p->free[p->n_free++] = id;
}

void net_pool_free(struct net_pool *p)
{
	for (uint32_t i = 0; i < p->n; i++)
		free(p->frame[i]);
	free(p->frame);
	free(p->free);
	*p = (struct net_pool){ 0 };
}

static uint64_t roll(const struct world *w, const struct net_link *link, uint32_t entity,
		     unsigned domain, uint64_t ordinal)
{
	return rng_at(w->seed, (link->id << 8) | domain, entity, ordinal);
}

static bool is_lost(const struct world *w, const struct net_link *link, uint32_t entity,
		    struct net_pair *pair)
{
	const struct net_faults *f = &pair->faults;

	if (f->cut)
		return true;
	if (f->burst_ppm > 0) {
		uint32_t change = pair->in_burst ? f->burst_end_ppm : f->burst_ppm;

		if (rng_hit(roll(w, link, entity, ROLL_BURST, pair->sent), change))
			pair->in_burst = !pair->in_burst;
		if (pair->in_burst)
			return true;
	}
	return f->loss_ppm > 0 &&
	       rng_hit(roll(w, link, entity, ROLL_LOSS, pair->sent), f->loss_ppm);
}

static mono_t arrival(struct world *w, const struct net_link *link, uint32_t entity,
		      struct net_pair *pair)
{
	const struct net_faults *f = &pair->faults;
	mono_t at = mono_add(w->now, f->delay);

	if (f->jitter.ns > 0)
		at = mono_add(at, SPAN_NS(rng_below(roll(w, link, entity, ROLL_JITTER, pair->sent),
						    f->jitter.ns + 1)));
	if (f->reorder_ppm > 0 &&
	    rng_hit(roll(w, link, entity, ROLL_REORDER, pair->sent), f->reorder_ppm)) {
		world_net_disturbed(w);
		return mono_add(at, SPAN_NS(rng_below(roll(w, link, entity, ROLL_REORDER,
							   ~pair->sent), f->reorder_by.ns + 1)));
	}
	at = mono_max(at, pair->last_arrival);
	pair->last_arrival = at;
	return at;
}

/* A copy of the frame with one bit flipped or its end cut off. */
static uint32_t damage(struct world *w, const struct net_link *link, uint32_t entity,
		       const struct net_pair *pair, uint32_t frame)
{
	uint64_t chance = roll(w, link, entity, ROLL_CORRUPT, ~pair->sent);
	struct net_frame *f = net_frame(w, frame);
	uint32_t copy = new_frame(&w->pool, f->bytes, f->len);

	f = net_frame(w, copy);
	if (chance % 4 == 0)
		f->len = (uint16_t)rng_below(chance >> 8, f->len);
	else
		f->bytes[(chance >> 8) % f->len] ^= (uint8_t)(1 << (chance >> 5) % 8);
	return copy;
}

static void deliver(struct world *w, mono_t at, uint32_t port, uint32_t frame)
{
	net_frame(w, frame)->refs++;
	queue_put(&w->queue, at, QUEUE_FRAME, WORLD_FRAME, port, frame);
}

static void send_to(struct world *w, struct net_link *link, uint32_t from, uint32_t to,
		    uint32_t frame)
{
	struct net_pair *pair = &link->pair[from * link->n_ports + to];
	uint32_t entity = from << 8 | to, what = frame;
	const struct net_faults *f = &pair->faults;
	mono_t at;

	pair->sent++;
	if (is_lost(w, link, entity, pair)) {
		world_net_disturbed(w);
		return;
	}
	at = arrival(w, link, entity, pair);
	if (f->corrupt_ppm > 0 &&
	    rng_hit(roll(w, link, entity, ROLL_CORRUPT, pair->sent), f->corrupt_ppm)) {
		what = damage(w, link, entity, pair, frame);
		world_net_disturbed(w);
	}
	deliver(w, at, link->port[to], what);
	if (f->dup_ppm > 0 && rng_hit(roll(w, link, entity, ROLL_DUP, pair->sent), f->dup_ppm)) {
		uint64_t later = rng_below(roll(w, link, entity, ROLL_DUP_DELAY, pair->sent),
					   f->delay.ns + f->jitter.ns + 1);

		deliver(w, mono_add(at, SPAN_NS(later)), link->port[to], what);
	}
}

void net_send(struct world *w, struct net_link *link, uint32_t from, const void *bytes, size_t len)
{
	uint32_t frame = new_frame(&w->pool, bytes, len);

	net_frame(w, frame)->refs++;
	trace_frame(w, link, net_frame(w, frame));
	for (uint32_t to = 0; to < link->n_ports; to++)
		if (to != from)
			send_to(w, link, from, to, frame);
	net_frame_put(w, frame);
}
