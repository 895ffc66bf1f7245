/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * map.h - from a 64-bit key to a 32-bit value, in storage that the caller owns.
 *
 * Keys are added and found, never removed: the maps of a daemon are rebuilt when a configuration is
 * applied.
 */
#ifndef MAP_H
#define MAP_H

#include <stdbool.h>
#include <stdint.h>

struct map_slot {
	uint64_t key;
	uint32_t value;
	bool used;
};

struct map {
	struct map_slot *slot;
	uint32_t capacity; /* a power of two, or 0: a map that is always empty */
	uint32_t n;
};

/* Slots needed to hold n keys: a power of two that leaves at least half of them free. */
uint32_t map_capacity(uint32_t n);

/* An empty map over `capacity` slots (as map_capacity() said). */
void map_init(struct map *m, struct map_slot *slot, uint32_t capacity);

/* False when the key is there already; its value then stays. */
bool map_add(struct map *m, uint64_t key, uint32_t value);

bool map_find(const struct map *m, uint64_t key, uint32_t *value);

#endif
