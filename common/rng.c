/* SPDX-License-Identifier: BSD-2-Clause */
#include "rng.h"

/* The finaliser of splitmix64 (Steele, Lea, Flood 2014), a bijection that mixes all 64 bits. */
static uint64_t mix(uint64_t x)
{
	x ^= x >> 30;
	x *= UINT64_C(0xbf58476d1ce4e5b9);
	x ^= x >> 27;
	x *= UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

uint64_t rng_at(uint64_t seed, uint32_t domain, uint32_t entity, uint64_t ordinal)
{
	uint64_t x = mix(seed + UINT64_C(0x9e3779b97f4a7c15));

	x = mix(x ^ ((uint64_t)domain << 32 | entity));
	return mix(x + ordinal * UINT64_C(0x9e3779b97f4a7c15));
}

uint64_t rng_below(uint64_t bits, uint64_t n)
{
	return bits % n;
}
