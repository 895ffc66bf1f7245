/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bytes.h - bytes for tests: written as hex, or copied, into memory that ends exactly where they
 * end, so that AddressSanitizer sees the first byte read past them. And the Internet checksum as
 * slowly and as plainly as RFC 1071 puts it, to hold csum.c against.
 */
#ifndef BYTES_H
#define BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct bytes {
	uint8_t *p; /* malloc'ed: the caller's to free */
	size_t len;
};

/* Through a pointer that hides it: or the compiler warns of what a bounded reader never does. */
static void *(*volatile bytes_malloc)(size_t) = malloc;

/* Room for exactly `len` bytes. */
static inline uint8_t *bytes_room(size_t len)
{
	uint8_t *p = bytes_malloc(len);

	if (p == NULL)
		abort();
	return p;
}

static inline struct bytes bytes_copy(const void *from, size_t len)
{
	struct bytes b = { .p = bytes_room(len), .len = len };

	if (len > 0)
		memcpy(b.p, from, len);
	return b;
}

static inline unsigned bytes_digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a' + 10);
	abort();
}

/* Pairs of lower-case digits; blanks between pairs are skipped. Writes at most `size` bytes. */
static inline size_t bytes_from_hex(const char *hex, uint8_t *to, size_t size)
{
	size_t n = 0;

	while (*hex != '\0') {
		if (*hex == ' ') {
			hex++;
			continue;
		}
		if (n == size)
			abort();
		to[n++] = (uint8_t)(bytes_digit(hex[0]) << 4 | bytes_digit(hex[1]));
		hex += 2;
	}
	return n;
}

static inline struct bytes bytes_hex(const char *hex)
{
	uint8_t buf[4096];

	return bytes_copy(buf, bytes_from_hex(hex, buf, sizeof buf));
}

/* Adds 16-bit words with end-around carry; an odd last byte is the high half of a word. The sum is
 * not complemented. */
static inline uint16_t bytes_sum16(uint16_t sum, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i += 2) {
		uint32_t next = sum + ((uint32_t)p[i] << 8 | (i + 1 < len ? p[i + 1] : 0u));

		sum = (uint16_t)(next > 0xffff ? next - 0xffff : next);
	}
	return sum;
}

#endif
