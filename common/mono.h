/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mono.h - instants and lengths of time, in nanoseconds.
 *
 * Two one-field structs, so that adding two instants, or passing a length where an instant is due,
 * does not compile. An instant means something only on the clock it came from: CLOCK_MONOTONIC in a
 * daemon, a host's virtual clock in the simulator. Nothing here reads a clock.
 */
#ifndef MONO_H
#define MONO_H

#include <stdbool.h>
#include <stdint.h>

typedef struct { uint64_t ns; } mono_t; /* an instant */
typedef struct { uint64_t ns; } span_t; /* a length; never negative */

#define MONO_NEVER ((mono_t){ UINT64_MAX })
#define SPAN_ZERO  ((span_t){ 0 })
#define SPAN_NS(n) ((span_t){ (uint64_t)(n) })
#define SPAN_US(n) ((span_t){ (uint64_t)(n) * 1000u })
#define SPAN_MS(n) ((span_t){ (uint64_t)(n) * 1000000u })
#define SPAN_S(n)  ((span_t){ (uint64_t)(n) * 1000000000u })

/* The instant d after t. Saturates: nothing is later than MONO_NEVER. */
static inline mono_t mono_add(mono_t t, span_t d)
{
	return (mono_t){ t.ns > UINT64_MAX - d.ns ? UINT64_MAX : t.ns + d.ns };
}

/* The length from `from` to `to`; zero when `to` is not later. */
static inline span_t mono_since(mono_t to, mono_t from)
{
	return (span_t){ to.ns > from.ns ? to.ns - from.ns : 0 };
}

static inline bool   mono_due(mono_t deadline, mono_t now) { return deadline.ns <= now.ns; }
static inline bool   mono_before(mono_t a, mono_t b)       { return a.ns < b.ns; }
static inline bool   mono_is_never(mono_t t)               { return t.ns == UINT64_MAX; }
static inline mono_t mono_min(mono_t a, mono_t b)          { return a.ns < b.ns ? a : b; }
static inline mono_t mono_max(mono_t a, mono_t b)          { return a.ns > b.ns ? a : b; }

static inline span_t span_add(span_t a, span_t b)
{
	return (span_t){ a.ns > UINT64_MAX - b.ns ? UINT64_MAX : a.ns + b.ns };
}
static inline span_t span_min(span_t a, span_t b)     { return a.ns < b.ns ? a : b; }
static inline span_t span_mul(span_t a, uint32_t n)
{
	return (span_t){ n != 0 && a.ns > UINT64_MAX / n ? UINT64_MAX : a.ns * n };
}

#endif
