/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log.h - writes log lines: `key=value` for people and grep, or one JSON object a line for
 * programs.
 *
 *   2026-11-21T10:00:00.123456Z info state vrrp=web from=backup to=active why=timeout
 *   {"time":"2026-11-21T10:00:00.123456Z","level":"info","event":"state","vrrp":"web",...}
 */
#ifndef LOG_H
#define LOG_H

#include <stddef.h>

#include "log_line.h"

enum log_format { LOG_FORMAT_TEXT, LOG_FORMAT_JSON };

struct log {
	int fd;
	enum log_format format;
	enum log_level level; /* lines of a higher number are left out */
	bool is_socket;
	uint64_t lost; /* lines that could not be written since the last one that could */
};

void log_open(struct log *log, int fd, enum log_format format, enum log_level level);

/* Never waits: when whoever reads the log does not keep up, lines are lost, and the next one that
 * is written says how many. `time` is a text that the caller made (log_time_now(), or virtual
 * time). */
void log_write(struct log *log, const char *time, const struct log_line *line);

/* The line as text, with its line feed; the length, 0 if it does not fit. */
size_t log_format(enum log_format format, const char *time, const struct log_line *line, char *buf,
		  size_t size);

enum { LOG_TIME_SIZE = 32 };

/* UTC with microseconds, ISO 8601. */
void log_time_now(char buf[LOG_TIME_SIZE]);

const char *log_level_name(enum log_level level);

#endif
