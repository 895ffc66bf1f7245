/* SPDX-License-Identifier: BSD-2-Clause */
#include "text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "check.h"

struct text text_open(char *buf, size_t size)
{
	CHECK(size > 0);
	buf[0] = '\0';
	return (struct text){ .buf = buf, .size = size };
}

static void put_bytes(struct text *t, const char *s, size_t n)
{
	size_t room = t->size - t->len - 1;

	if (n > room) {
		t->cut = true;
		n = room;
	}
	memcpy(t->buf + t->len, s, n);
	t->len += n;
	t->buf[t->len] = '\0';
}

void text_put(struct text *t, const char *s)
{
	put_bytes(t, s, strlen(s));
}

void text_fmt(struct text *t, const char *fmt, ...)
{
	size_t room = t->size - t->len;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(t->buf + t->len, room, fmt, ap);
	va_end(ap);
	CHECK(n >= 0);
	if ((size_t)n >= room) {
		t->cut = true;
		t->len = t->size - 1;
	} else {
		t->len += (size_t)n;
	}
}

void text_put_escaped(struct text *t, const void *bytes, size_t len)
{
	static const char hex[] = "0123456789abcdef";
	const uint8_t *p = bytes;

	for (size_t i = 0; i < len; i++) {
		bool escape = p[i] < 0x20 || p[i] > 0x7e || p[i] == '"' || p[i] == '\\';

		if (t->size - t->len - 1 < (escape ? 4u : 1u)) { /* half an escape would mislead */
			t->cut = true;
			return;
		}
		if (escape)
			put_bytes(t, (char[]){ '\\', 'x', hex[p[i] >> 4], hex[p[i] & 15] }, 4);
		else
			put_bytes(t, (const char *)&p[i], 1);
	}
}

bool text_copy(char *to, size_t size, const char *from)
{
	size_t len = strlen(from);

	CHECK(size > 0);
	to[0] = '\0';
	if (len >= size)
		return false;
	memcpy(to, from, len + 1);
	return true;
}
