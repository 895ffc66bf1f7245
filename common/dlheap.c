/* SPDX-License-Identifier: BSD-2-Clause */
#include "dlheap.h"

#include <stdbool.h>
#include <string.h>

#include "check.h"

enum { FANOUT = 4 }; /* shallower than a binary heap, and four slots share a cache line */

static bool earlier(const struct dlheap_slot *a, const struct dlheap_slot *b)
{
	return a->at.ns != b->at.ns ? a->at.ns < b->at.ns : a->id < b->id;
}

static void put(struct dlheap *h, uint32_t i, struct dlheap_slot s)
{
	h->slot[i] = s;
	h->where[s.id] = i + 1;
}

static void sift_up(struct dlheap *h, uint32_t i, struct dlheap_slot s)
{
	while (i > 0) {
		uint32_t parent = (i - 1) / FANOUT;

		if (!earlier(&s, &h->slot[parent]))
			break;
		put(h, i, h->slot[parent]);
		i = parent;
	}
	put(h, i, s);
}

static void sift_down(struct dlheap *h, uint32_t i, struct dlheap_slot s)
{
	for (;;) {
		uint32_t first = i * FANOUT + 1, best = first;

		if (first >= h->n)
			break;
		for (uint32_t c = first + 1; c < first + FANOUT && c < h->n; c++)
			if (earlier(&h->slot[c], &h->slot[best]))
				best = c;
		if (!earlier(&h->slot[best], &s))
			break;
		put(h, i, h->slot[best]);
		i = best;
	}
	put(h, i, s);
}

static void sift(struct dlheap *h, uint32_t i, struct dlheap_slot s)
{
	if (i > 0 && earlier(&s, &h->slot[(i - 1) / FANOUT]))
		sift_up(h, i, s);
	else
		sift_down(h, i, s);
}

void dlheap_init(struct dlheap *h, struct dlheap_slot *slot, uint32_t *where, uint32_t capacity)
{
	*h = (struct dlheap){ .slot = slot, .where = where, .capacity = capacity };
	if (capacity > 0)
		memset(where, 0, capacity * sizeof *where);
}

void dlheap_set(struct dlheap *h, uint32_t id, mono_t at)
{
	struct dlheap_slot s = { at, id }, last;
	uint32_t i;

	CHECK(id < h->capacity);
	i = h->where[id];
	if (i == 0) {
		if (!mono_is_never(at))
			sift_up(h, h->n++, s);
		return;
	}
	i--;
	if (!mono_is_never(at)) {
		if (h->slot[i].at.ns != at.ns)
			sift(h, i, s);
		return;
	}
	h->where[id] = 0;
	last = h->slot[--h->n];
	if (i < h->n)
		sift(h, i, last);
}
