/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text.h - building a string in a buffer of fixed size.
 *
 * Always NUL-terminated. What does not fit is left out and `cut` says so; nothing is ever truncated
 * silently. The buffer belongs to the caller.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct text {
	char *buf;
	size_t size, len; /* len < size */
	bool cut;         /* something did not fit */
};

/* size > 0. */
struct text text_open(char *buf, size_t size);

void text_put(struct text *t, const char *s);
void text_fmt(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Bytes from elsewhere (a peer, a file): everything that is not printable ASCII, and the quote and
 * the backslash, comes as \xNN, so that it can neither forge a log line nor move a terminal's
 * cursor. */
void text_put_escaped(struct text *t, const void *bytes, size_t len);

/* Copies a string whole, or returns false and leaves `to` empty. */
bool text_copy(char *to, size_t size, const char *from);

#endif
