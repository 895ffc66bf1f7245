/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux_notify.h"

#include <string.h>

#include "notify_socket.h"

static char said[300];

/* Opens it with these in the environment; NULL: not there. */
static bool open_with(struct notify *n, const char *name, const char *usec, const char *pid)
{
	const struct { const char *key, *value;
	} env[] = {
		{ "NOTIFY_SOCKET", name }, { "WATCHDOG_USEC", usec }, { "WATCHDOG_PID", pid },
	};
	struct text why = text_open(said, sizeof said);
	bool good;

	for (unsigned i = 0; i < 3; i++) {
		unsetenv(env[i].key);
		if (env[i].value)
			setenv(env[i].key, env[i].value, 1);
	}
	good = notify_open(n, &why);
	for (unsigned i = 0; i < 3; i++)
		assert_null(getenv(env[i].key));
	return good;
}

static void a_path_and_an_abstract_name(void **state)
{
	char path[] = "/tmp/trivet-notify-XXXXXX", file[64], name[64];
	const char *both[] = { file, name };

	(void)state;
	assert_non_null(mkdtemp(path));
	snprintf(file, sizeof file, "%s/socket", path);
	snprintf(name, sizeof name, "@%s", path);
	for (unsigned i = 0; i < 2; i++) {
		int fd = notify_socket(both[i]);
		struct notify n;

		assert_true(open_with(&n, both[i], NULL, NULL));
		assert_true(notify_send(&n, "READY=1\nSTATUS=1 Active, 0 Backup"));
		assert_string_equal(notify_heard(fd), "READY=1\nSTATUS=1 Active, 0 Backup");
		assert_int_equal(n.watchdog.ns, 0);
		notify_close(&n);
		close(fd);
	}
	unlink(file);
	rmdir(path);
}

static void without_a_socket_nothing_is_sent(void **state)
{
	struct notify n;

	(void)state;
	assert_true(open_with(&n, NULL, "1000000", NULL));
	assert_int_equal(n.fd, -1);
	assert_int_equal(n.watchdog.ns, 0);
	assert_false(notify_send(&n, "READY=1"));
	notify_close(&n);
}

static void a_name_that_is_none_is_refused(void **state)
{
	char longest[200];
	const char *names[] = { "", "/", "@", "run/systemd/notify", "vsock:2:1234", longest };
	struct notify n;

	(void)state;
	memset(longest, 'x', sizeof longest - 1);
	longest[0] = '/';
	longest[sizeof longest - 1] = '\0';
	for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
		assert_false(open_with(&n, names[i], "1000000", NULL));
		assert_non_null(strstr(said, "NOTIFY_SOCKET"));
		assert_int_equal(n.fd, -1);
	}
	/* One where nobody listens is nothing to complain about: it may come back. */
	assert_true(open_with(&n, "/nonexistent/notify", NULL, NULL));
	assert_false(notify_send(&n, "READY=1"));
	notify_close(&n);
}

static void the_watchdog_is_fed_twice_as_often_as_it_wants(void **state)
{
	char own[32], other[32];
	const struct { const char *usec, *pid; uint64_t ns;
	} row[] = {
		{ "3000000", NULL, 1500000000 }, { "3000000", own, 1500000000 },
		{ "3000000", other, 0 }, { "0", NULL, 0 }, { "", NULL, 0 }, { "-1", NULL, 0 },
		{ "3s", NULL, 0 }, { "18446744073709551615", NULL, 0 },
		{ "99999999999999999999", NULL, 0 }, { NULL, own, 0 },
	};
	struct notify n;

	(void)state;
	snprintf(own, sizeof own, "%ld", (long)getpid());
	snprintf(other, sizeof other, "%ld", (long)getppid());
	for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
		assert_true(open_with(&n, "/nonexistent/notify", row[i].usec, row[i].pid));
		assert_int_equal(n.watchdog.ns, row[i].ns);
		notify_close(&n);
	}
}

/* A manager that does not read must not hold up a router. */
static void a_full_socket_is_not_waited_for(void **state)
{
	char name[64];
	struct notify n;
	int fd, sent = 0;

	(void)state;
	snprintf(name, sizeof name, "@trivet-notify-full-%ld", (long)getpid());
	fd = notify_socket(name);
	assert_true(open_with(&n, name, NULL, NULL));
	while (sent < 100000 && notify_send(&n, "WATCHDOG=1"))
		sent++;
	assert_in_range(sent, 1, 99999);
	assert_string_equal(notify_heard(fd), "WATCHDOG=1");
	assert_true(notify_send(&n, "WATCHDOG=1"));
	notify_close(&n);
	close(fd);
}

UNIT_MAIN(T(a_path_and_an_abstract_name), T(without_a_socket_nothing_is_sent),
	  T(a_name_that_is_none_is_refused), T(the_watchdog_is_fed_twice_as_often_as_it_wants),
	  T(a_full_socket_is_not_waited_for))
