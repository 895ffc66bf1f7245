/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wr.h - a bounded writer of network bytes, the counterpart of rd.h.
 *
 * What does not fit is not written and the writer stays bad: write everything, then test once with
 * wr_len(). Integers are big-endian. The writer borrows the buffer.
 */
#ifndef WR_H
#define WR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct wr {
	uint8_t *start, *p, *end;
	bool bad; /* something did not fit */
};

static inline struct wr wr_open(void *buf, size_t size)
{
	uint8_t *p = buf;

	return (struct wr){ .start = p, .p = p, .end = size > 0 ? p + size : p };
}

/* Room for n bytes that the caller fills, or NULL. */
static inline uint8_t *wr_take(struct wr *w, size_t n)
{
	uint8_t *p = w->p;

	if (w->bad || (size_t)(w->end - w->p) < n) {
		w->bad = true;
		return NULL;
	}
	if (n > 0)
		w->p += n;
	return p;
}

static inline void wr_u8(struct wr *w, uint8_t v)
{
	uint8_t *p = wr_take(w, 1);

	if (p)
		p[0] = v;
}

static inline void wr_u16(struct wr *w, uint16_t v)
{
	uint8_t *p = wr_take(w, 2);

	if (p) {
		p[0] = (uint8_t)(v >> 8);
		p[1] = (uint8_t)v;
	}
}

static inline void wr_u32(struct wr *w, uint32_t v)
{
	uint8_t *p = wr_take(w, 4);

	if (p) {
		p[0] = (uint8_t)(v >> 24);
		p[1] = (uint8_t)(v >> 16);
		p[2] = (uint8_t)(v >> 8);
		p[3] = (uint8_t)v;
	}
}

static inline void wr_copy(struct wr *w, const void *from, size_t n)
{
	uint8_t *p = wr_take(w, n);

	if (p && n > 0)
		memcpy(p, from, n);
}

static inline void wr_zero(struct wr *w, size_t n)
{
	uint8_t *p = wr_take(w, n);

	if (p && n > 0)
		memset(p, 0, n);
}

/* Bytes written; 0 when something did not fit. */
static inline size_t wr_len(const struct wr *w)
{
	return w->bad ? 0 : (size_t)(w->p - w->start);
}

#endif
