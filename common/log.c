/* SPDX-License-Identifier: BSD-2-Clause */
#include "log.h"

#include <jansson.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

enum { LINE_SIZE = PIPE_BUF };

const char *log_level_name(enum log_level level)
{
	static const char *const name[] = { "error", "warning", "info", "debug" };

	CHECK((unsigned)level < sizeof name / sizeof *name);
	return name[level];
}

/* Values hold no quotes and no backslashes of their own (text_put_escaped()), so quoting is all. */
static bool needs_quotes(const char *value)
{
	return *value == '\0' || strpbrk(value, " =") != NULL;
}

static size_t format_text(const char *time, const struct log_line *line, char *buf, size_t size)
{
	struct text t = text_open(buf, size);

	text_fmt(&t, "%s %s %s", time, log_level_name(line->level), line->event);
	for (unsigned i = 0; i < line->n; i++) {
		const char *value = log_value(line, i), *quote = needs_quotes(value) ? "\"" : "";

		text_fmt(&t, " %s=%s%s%s", line->field[i].key, quote, value, quote);
	}
	text_put(&t, "\n");
	return t.cut ? 0 : t.len;
}

static json_t *json_value(const struct log_line *line, unsigned i)
{
	const char *value = log_value(line, i);

	if (!line->field[i].number)
		return json_string(value);
	return json_integer(strtoll(value, NULL, 10));
}

static size_t format_json(const char *time, const struct log_line *line, char *buf, size_t size)
{
	json_t *object = json_object();
	size_t len;

	json_object_set_new(object, "time", json_string(time));
	json_object_set_new(object, "level", json_string(log_level_name(line->level)));
	json_object_set_new(object, "event", json_string(line->event));
	for (unsigned i = 0; i < line->n; i++)
		json_object_set_new(object, line->field[i].key, json_value(line, i));
	len = json_dumpb(object, buf, size - 1, JSON_COMPACT | JSON_PRESERVE_ORDER);
	json_decref(object);
	if (len == 0 || len > size - 1)
		return 0;
	buf[len] = '\n';
	return len + 1;
}

size_t log_format(enum log_format format, const char *time, const struct log_line *line, char *buf,
		  size_t size)
{
	return format == LOG_FORMAT_JSON ? format_json(time, line, buf, size)
					 : format_text(time, line, buf, size);
}

void log_open(struct log *log, int fd, enum log_format format, enum log_level level)
{
	struct stat st;

	*log = (struct log){ .fd = fd, .format = format, .level = level };
	log->is_socket = fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode);
}

/* A line is no longer than PIPE_BUF: a pipe that can be written to takes it whole. */
static bool write_now(const struct log *log, const char *buf, size_t len)
{
	struct pollfd p = { .fd = log->fd, .events = POLLOUT };

	if (log->is_socket)
		return send(log->fd, buf, len, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)len;
	return poll(&p, 1, 0) == 1 && (p.revents & POLLOUT) != 0 &&
	       write(log->fd, buf, len) == (ssize_t)len;
}

void log_write(struct log *log, const char *time, const struct log_line *line)
{
	struct log_line confession;
	char buf[LINE_SIZE];
	size_t len;

	if (line->level > log->level)
		return;
	if (log->lost > 0) {
		log_begin(&confession, LOG_LEVEL_WARNING, "log-lines-lost");
		log_uint(&confession, "lines", log->lost);
		len = log_format(log->format, time, &confession, buf, sizeof buf);
		if (!write_now(log, buf, len)) {
			log->lost++;
			return;
		}
		log->lost = 0;
	}
	len = log_format(log->format, time, line, buf, sizeof buf);
	if (!write_now(log, buf, len))
		log->lost++;
}

void log_time_now(char buf[LOG_TIME_SIZE])
{
	struct timespec ts;
	struct tm tm;
	size_t n;

	clock_gettime(CLOCK_REALTIME, &ts);
	gmtime_r(&ts.tv_sec, &tm);
	n = strftime(buf, LOG_TIME_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(buf + n, LOG_TIME_SIZE - n, ".%06ldZ", ts.tv_nsec / 1000);
}
