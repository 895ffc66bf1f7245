/* SPDX-License-Identifier: BSD-2-Clause */
#include "queue.h"

#include <stdlib.h>

#include "check.h"

enum { FANOUT = 4 };

static bool earlier(const struct queue_event *a, const struct queue_event *b)
{
	return a->at.ns != b->at.ns ? a->at.ns < b->at.ns : a->order < b->order;
}

void queue_free(struct queue *q)
{
	free(q->event);
	*q = (struct queue){ 0 };
}

static void grow(struct queue *q)
{
	q->capacity = q->capacity > 0 ? 2 * q->capacity : 256;
	q->event = realloc(q->event, q->capacity * sizeof *q->event);
	CHECK(q->event);
}

void queue_put(struct queue *q, mono_t at, enum queue_class class, uint32_t kind, uint32_t a,
	       uint32_t b)
{
	struct queue_event e = { at, (uint64_t)class << 56 | q->serial++, kind, a, b };
	uint32_t i;

	if (q->n == q->capacity)
		grow(q);
	for (i = q->n++; i > 0 && earlier(&e, &q->event[(i - 1) / FANOUT]); i = (i - 1) / FANOUT)
		q->event[i] = q->event[(i - 1) / FANOUT];
	q->event[i] = e;
}

void queue_pop(struct queue *q)
{
	struct queue_event last;
	uint32_t i = 0;

	CHECK(q->n > 0);
	last = q->event[--q->n];
	for (;;) {
		uint32_t first = i * FANOUT + 1, best = first;

		if (first >= q->n)
			break;
		for (uint32_t c = first + 1; c < first + FANOUT && c < q->n; c++)
			if (earlier(&q->event[c], &q->event[best]))
				best = c;
		if (!earlier(&q->event[best], &last))
			break;
		q->event[i] = q->event[best];
		i = best;
	}
	q->event[i] = last;
}
