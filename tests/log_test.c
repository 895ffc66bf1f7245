/* SPDX-License-Identifier: BSD-2-Clause */
#include "log.h"

#include <fcntl.h>
#include <jansson.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit.h"

#define TIME "2026-11-21T10:00:00.123456Z"

static struct log_line line;

static void example(void)
{
	log_begin(&line, LOG_LEVEL_INFO, "state");
	log_text(&line, "vrrp", "web");
	log_uint(&line, "prio", 150);
	log_text(&line, "text", "two words");
	log_text(&line, "empty", "");
}

static void text_is_keys_and_values(void **state)
{
	char buf[512];
	size_t len;

	(void)state;
	example();
	len = log_format(LOG_FORMAT_TEXT, TIME, &line, buf, sizeof buf);
	buf[len] = '\0';
	assert_string_equal(buf, TIME " info state vrrp=web prio=150 text=\"two words\" "
				      "empty=\"\"\n");
}

static void json_is_one_object_a_line(void **state)
{
	char buf[512];
	size_t len;

	(void)state;
	example();
	len = log_format(LOG_FORMAT_JSON, TIME, &line, buf, sizeof buf);
	buf[len] = '\0';
	assert_string_equal(buf, "{\"time\":\"" TIME "\",\"level\":\"info\",\"event\":\"state\","
				 "\"vrrp\":\"web\",\"prio\":150,\"text\":\"two "
				 "words\",\"empty\":\"\"}\n");
}

/* T14: what comes from elsewhere can neither begin a line nor end a value. */
static void nothing_from_outside_forges_a_line(void **state)
{
	static const char nasty[] = "a\nlevel=error \"x\" \\ \x1b[2J \xc3\xa9";
	char buf[512];
	json_t *object;
	size_t len;

	(void)state;
	log_begin(&line, LOG_LEVEL_INFO, "drop");
	log_text(&line, "name", nasty);
	len = log_format(LOG_FORMAT_TEXT, TIME, &line, buf, sizeof buf);
	assert_ptr_equal(memchr(buf, '\n', len), buf + len - 1);
	assert_null(memchr(buf, '\x1b', len));
	len = log_format(LOG_FORMAT_JSON, TIME, &line, buf, sizeof buf);
	object = json_loadb(buf, len, 0, NULL);
	assert_non_null(object);
	assert_int_equal(json_object_size(object), 4);
	json_decref(object);
}

static void a_line_that_does_not_fit_is_left_out(void **state)
{
	char buf[64];

	(void)state;
	example();
	assert_int_equal(log_format(LOG_FORMAT_TEXT, TIME, &line, buf, sizeof buf), 0);
	assert_int_equal(log_format(LOG_FORMAT_JSON, TIME, &line, buf, sizeof buf), 0);
}

static void fields_beyond_the_limit_are_left_out(void **state)
{
	char buf[8192];

	(void)state;
	log_begin(&line, LOG_LEVEL_INFO, "x");
	for (unsigned i = 0; i < 2 * LOG_FIELDS_MAX; i++)
		log_uint(&line, "n", i);
	assert_int_equal(line.n, LOG_FIELDS_MAX);
	log_begin(&line, LOG_LEVEL_INFO, "x");
	for (unsigned i = 0; i < LOG_FIELDS_MAX; i++)
		log_fmt(&line, "s", "%0200u", i);
	assert_true(line.n < LOG_FIELDS_MAX);
	assert_true(log_format(LOG_FORMAT_TEXT, TIME, &line, buf, sizeof buf) > 0);
}

static size_t drain(int fd, char *buf, size_t size)
{
	size_t have = 0;
	ssize_t n;

	while (have < size - 1 && (n = read(fd, buf + have, size - 1 - have)) > 0)
		have += (size_t)n;
	buf[have] = '\0';
	return have;
}

static void lines_are_lost_not_waited_for(int to, int from)
{
	static char buf[1 << 20];
	struct log log;
	uint64_t lost;

	fcntl(from, F_SETFL, O_NONBLOCK);
	log_open(&log, to, LOG_FORMAT_TEXT, LOG_LEVEL_INFO);
	example();
	for (unsigned i = 0; i < 20000; i++)
		log_write(&log, TIME, &line);
	assert_true(log.lost > 0);
	lost = log.lost;
	assert_true(drain(from, buf, sizeof buf) > 0);
	log_write(&log, TIME, &line);
	assert_int_equal(log.lost, 0);
	drain(from, buf, sizeof buf);
	assert_non_null(strstr(buf, "log-lines-lost"));
	assert_int_equal(strtoull(strstr(buf, "lines=") + 6, NULL, 10), lost);
	assert_non_null(strstr(buf, "vrrp=web"));
}

static void S02_a_pipe_that_nobody_reads_stops_nothing(void **state)
{
	int fd[2];

	(void)state;
	assert_int_equal(pipe(fd), 0);
	lines_are_lost_not_waited_for(fd[1], fd[0]);
	close(fd[0]);
	close(fd[1]);
}

static void S02_a_socket_that_nobody_reads_stops_nothing(void **state)
{
	int fd[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	lines_are_lost_not_waited_for(fd[1], fd[0]);
	close(fd[0]);
	close(fd[1]);
}

static void less_important_lines_are_left_out(void **state)
{
	struct log log;
	char buf[512];
	int fd[2];

	(void)state;
	assert_int_equal(pipe2(fd, O_NONBLOCK), 0);
	log_open(&log, fd[1], LOG_FORMAT_TEXT, LOG_LEVEL_WARNING);
	example();
	log_write(&log, TIME, &line);
	assert_int_equal(drain(fd[0], buf, sizeof buf), 0);
	line.level = LOG_LEVEL_ERROR;
	log_write(&log, TIME, &line);
	assert_true(drain(fd[0], buf, sizeof buf) > 0);
	close(fd[0]);
	close(fd[1]);
}

static void S13_a_limit_lets_one_line_through_and_counts_the_rest(void **state)
{
	struct log_limit limit = { 0 };
	mono_t t = { 5000000000 };
	uint32_t suppressed = 99;

	(void)state;
	assert_true(log_allow(&limit, t, SPAN_S(10), &suppressed));
	assert_int_equal(suppressed, 0);
	for (unsigned i = 0; i < 1000; i++)
		assert_false(log_allow(&limit, mono_add(t, SPAN_MS(i)), SPAN_S(10), &suppressed));
	assert_false(log_allow(&limit, mono_add(t, SPAN_NS(9999999999)), SPAN_S(10), &suppressed));
	assert_true(log_allow(&limit, mono_add(t, SPAN_S(10)), SPAN_S(10), &suppressed));
	assert_int_equal(suppressed, 1001);
}

static void time_is_iso_8601_in_utc(void **state)
{
	char time[LOG_TIME_SIZE];

	(void)state;
	log_time_now(time);
	assert_int_equal(strlen(time), strlen(TIME));
	assert_int_equal(time[10], 'T');
	assert_int_equal(time[26], 'Z');
}

UNIT_MAIN(T(text_is_keys_and_values), T(json_is_one_object_a_line),
	  T(nothing_from_outside_forges_a_line), T(a_line_that_does_not_fit_is_left_out),
	  T(fields_beyond_the_limit_are_left_out), T(S02_a_pipe_that_nobody_reads_stops_nothing),
	  T(S02_a_socket_that_nobody_reads_stops_nothing), T(less_important_lines_are_left_out),
	  T(S13_a_limit_lets_one_line_through_and_counts_the_rest), T(time_is_iso_8601_in_utc))
