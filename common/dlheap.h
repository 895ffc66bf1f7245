/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dlheap.h - which object is due next: an exact heap of one deadline per object.
 *
 * Objects are numbered 0..capacity-1. After each step of an object its owner calls dlheap_set()
 * with the object's deadline; there is nothing to register or to cancel. Equal deadlines come in
 * order of number, so the order of a run never depends on its history. The arrays belong to the
 * caller.
 */
#ifndef DLHEAP_H
#define DLHEAP_H

#include <stdint.h>

#include "mono.h"

struct dlheap_slot {
	mono_t at;
	uint32_t id;
};

struct dlheap {
	struct dlheap_slot *slot; /* [capacity], heap order */
	uint32_t *where;          /* [capacity], id -> index in slot + 1, 0 = not queued */
	uint32_t n, capacity;
};

/* Empties the heap over the given arrays of `capacity` elements each. */
void dlheap_init(struct dlheap *h, struct dlheap_slot *slot, uint32_t *where, uint32_t capacity);

/* Sets the deadline of object `id`; MONO_NEVER takes it out. */
void dlheap_set(struct dlheap *h, uint32_t id, mono_t at);

/* The earliest deadline, MONO_NEVER when there is none. */
static inline mono_t dlheap_next(const struct dlheap *h)
{
	return h->n > 0 ? h->slot[0].at : MONO_NEVER;
}

/* The object that has it; call only when dlheap_next() is not MONO_NEVER. */
static inline uint32_t dlheap_top(const struct dlheap *h)
{
	return h->slot[0].id;
}

#endif
