/* SPDX-License-Identifier: BSD-2-Clause */
#include "map.h"

#include <string.h>

#include "check.h"

uint32_t map_capacity(uint32_t n)
{
	uint32_t capacity = 8;

	CHECK(n <= UINT32_C(1) << 29);
	while (capacity < 2 * n)
		capacity *= 2;
	return capacity;
}

void map_init(struct map *m, struct map_slot *slot, uint32_t capacity)
{
	CHECK((capacity & (capacity - 1)) == 0);
	*m = (struct map){ .slot = slot, .capacity = capacity };
	if (capacity > 0)
		memset(slot, 0, capacity * sizeof *slot);
}

/* The slot that holds the key, or the free one where it belongs. */
static struct map_slot *probe(const struct map *m, uint64_t key)
{
	uint64_t h = key * UINT64_C(0x9e3779b97f4a7c15);
	uint32_t i = (uint32_t)(h >> 32) & (m->capacity - 1);

	while (m->slot[i].used && m->slot[i].key != key)
		i = (i + 1) & (m->capacity - 1);
	return &m->slot[i];
}

bool map_add(struct map *m, uint64_t key, uint32_t value)
{
	struct map_slot *s;

	CHECK(m->capacity > 0);
	s = probe(m, key);
	if (s->used)
		return false;
	CHECK(2 * (m->n + 1) <= m->capacity);
	*s = (struct map_slot){ .key = key, .value = value, .used = true };
	m->n++;
	return true;
}

bool map_find(const struct map *m, uint64_t key, uint32_t *value)
{
	const struct map_slot *s;

	if (m->capacity == 0)
		return false;
	s = probe(m, key);
	if (s->used)
		*value = s->value;
	return s->used;
}
