/* SPDX-License-Identifier: BSD-2-Clause */
#include "log_line.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void log_begin(struct log_line *l, enum log_level level, const char *event)
{
	l->level = level;
	l->event = event;
	l->n = 0;
	l->values = text_open(l->text, sizeof l->text);
}

/* Claims the next field; its value is what is put into l->values until end_value(). */
static bool begin_value(struct log_line *l, const char *key, bool number)
{
	if (l->n == LOG_FIELDS_MAX || l->values.cut)
		return false;
	l->field[l->n] =
		(struct log_field){ .key = key, .at = (uint16_t)l->values.len, .number = number };
	return true;
}

static void end_value(struct log_line *l)
{
	/* The builder ended the text with a NUL; step over it so that the next value follows. */
	if (l->values.len + 1 >= l->values.size)
		l->values.cut = true;
	else
		l->values.buf[++l->values.len] = '\0';
	l->n++;
}

void log_text(struct log_line *l, const char *key, const char *value)
{
	if (!begin_value(l, key, false))
		return;
	text_put_escaped(&l->values, value, strlen(value));
	end_value(l);
}

void log_fmt(struct log_line *l, const char *key, const char *fmt, ...)
{
	char value[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(value, sizeof value, fmt, ap);
	va_end(ap);
	log_text(l, key, value);
}

void log_uint(struct log_line *l, const char *key, uint64_t value)
{
	if (!begin_value(l, key, true))
		return;
	text_fmt(&l->values, "%llu", (unsigned long long)value);
	end_value(l);
}

bool log_allow(struct log_limit *l, mono_t now, span_t every, uint32_t *suppressed)
{
	if (mono_before(now, l->open_at)) {
		l->suppressed++;
		return false;
	}
	*suppressed = l->suppressed;
	*l = (struct log_limit){ .open_at = mono_add(now, every) };
	return true;
}
