/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rng.h - random numbers that are a function of what they are for.
 *
 * There is no stream and no state: the n-th number for entity e in domain d under seed s is always
 * the same, whatever else was drawn. Removing one fault or one host from a scenario therefore
 * leaves every other draw as it was. Not for secrets.
 */
#ifndef RNG_H
#define RNG_H

#include <stdint.h>

/* 64 random bits for (seed, domain, entity, ordinal). */
uint64_t rng_at(uint64_t seed, uint32_t domain, uint32_t entity, uint64_t ordinal);

/* Uniform in [0, n); n > 0. The bias is below n / 2^64. */
uint64_t rng_below(uint64_t bits, uint64_t n);

/* True with probability ppm / 1,000,000. */
static inline int rng_hit(uint64_t bits, uint32_t ppm)
{
	return rng_below(bits, 1000000) < ppm;
}

#endif
