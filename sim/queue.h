/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue.h - what is still to happen in the simulated world, in order of time.
 *
 * Within one instant, events come in order of their class, and within a class in the order in which
 * they were put in. So a run does not depend on how the heap is laid out.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mono.h"

/* What happens first within an instant: what is done to the world, then packets, then what kernels
 * answer, then timers (which are not in the queue: world.c), then looking at the result. */
enum queue_class { QUEUE_ACTION, QUEUE_FRAME, QUEUE_KERNEL, QUEUE_TIMERS, QUEUE_CHECK };

struct queue_event {
	mono_t at;
	uint64_t order; /* class in the top byte, then a serial number */
	uint32_t kind;  /* the owner's: world.h */
	uint32_t a, b;
};

struct queue {
	struct queue_event *event;
	uint32_t n, capacity;
	uint64_t serial;
};

void queue_free(struct queue *q);
void queue_put(struct queue *q, mono_t at, enum queue_class class, uint32_t kind, uint32_t a,
	       uint32_t b);

/* The next event; NULL when there is none. Valid until the queue is changed. */
static inline const struct queue_event *queue_top(const struct queue *q)
{
	return q->n > 0 ? &q->event[0] : NULL;
}

static inline enum queue_class queue_class(const struct queue_event *e)
{
	return (enum queue_class)(e->order >> 56);
}

void queue_pop(struct queue *q);

#endif
