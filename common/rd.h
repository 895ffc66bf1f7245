/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rd.h - a bounded reader of network bytes.
 *
 * Past the end every read yields zero and the reader stays bad: read everything, then test `bad`
 * once. Integers are big-endian. The reader borrows the bytes; they must outlive it.
 */
#ifndef RD_H
#define RD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct rd {
	const uint8_t *p, *end;
	bool bad; /* something was read past the end */
};

static inline struct rd rd_open(const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	return (struct rd){ .p = p, .end = len > 0 ? p + len : p };
}

/* Bytes not read yet. */
static inline size_t rd_left(const struct rd *r)
{
	return (size_t)(r->end - r->p);
}

/* The next n bytes, or NULL if there are fewer: then the reader is bad from here on. */
static inline const uint8_t *rd_take(struct rd *r, size_t n)
{
	const uint8_t *p = r->p;

	if (r->bad || rd_left(r) < n) {
		r->bad = true;
		return NULL;
	}
	if (n > 0)
		r->p += n;
	return p;
}

static inline uint8_t rd_u8(struct rd *r)
{
	const uint8_t *p = rd_take(r, 1);

	return p ? p[0] : 0;
}

static inline uint16_t rd_u16(struct rd *r)
{
	const uint8_t *p = rd_take(r, 2);

	return p ? (uint16_t)((unsigned)p[0] << 8 | p[1]) : 0;
}

static inline uint32_t rd_u32(struct rd *r)
{
	const uint8_t *p = rd_take(r, 4);

	return p ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3] : 0;
}

/* Copies n bytes out; zeroes them when there are fewer. */
static inline void rd_copy(struct rd *r, void *to, size_t n)
{
	const uint8_t *p = rd_take(r, n);

	if (p)
		memcpy(to, p, n);
	else
		memset(to, 0, n);
}

#endif
