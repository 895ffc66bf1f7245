/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log_line.h - one line of the log as data: an event with its fields.
 *
 * A daemon builds a line and hands it to its backend, which knows the time and the form (log.h).
 * What is said about a peer's bad input goes through a log_limit, one per reason, so that nobody
 * can fill the disk by sending nonsense.
 */
#ifndef LOG_LINE_H
#define LOG_LINE_H

#include <stdint.h>

#include "mono.h"
#include "text.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

enum { LOG_FIELDS_MAX = 64, LOG_TEXT_SIZE = 1200 };

struct log_field {
	const char *key; /* a constant */
	uint16_t at;     /* its value, as text, in log_line.text */
	bool number;     /* an unsigned integer: not quoted in JSON */
};

struct log_line {
	enum log_level level;
	const char *event; /* "state", "drop", ...: a constant */
	unsigned n;
	struct log_field field[LOG_FIELDS_MAX];
	struct text values; /* the values one after the other, each with its NUL */
	char text[LOG_TEXT_SIZE];
};

/* Begins a line. The struct must stay where it is until the line has been written. */
void log_begin(struct log_line *l, enum log_level level, const char *event);

/* A field whose value is formatted, up to 255 bytes; anything not printable is escaped. Fields
 * beyond the limit, and text that does not fit, are left out. */
void log_text(struct log_line *l, const char *key, const char *value);
void log_fmt(struct log_line *l, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void log_uint(struct log_line *l, const char *key, uint64_t value);

static inline const char *log_value(const struct log_line *l, unsigned i)
{
	return l->text + l->field[i].at;
}

struct log_limit {
	mono_t open_at;      /* nothing is written before */
	uint32_t suppressed; /* since the last line written */
};

/* True when a line may be written now; `suppressed` is then how many were not since the last one.
 * At most one line each `every`. */
bool log_allow(struct log_limit *l, mono_t now, span_t every, uint32_t *suppressed);

#endif
