/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux_notify.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A path, or with an @ a name in the abstract space, which ends where the address does. */
static bool set_address(struct notify *n, const char *name)
{
	size_t len = strlen(name);

	if ((*name != '/' && *name != '@') || len < 2 || len >= sizeof n->to.sun_path)
		return false;
	n->to.sun_family = AF_UNIX;
	memcpy(n->to.sun_path, name, len);
	if (*name == '@')
		n->to.sun_path[0] = '\0';
	n->to_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + (*name == '/'));
	return true;
}

/* 0 when there is none, or it is meant for another process. */
static span_t read_watchdog(void)
{
	const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	char *end;
	unsigned long long value;

	if (!usec || (pid && strtoll(pid, NULL, 10) != getpid()))
		return SPAN_ZERO;
	errno = 0;
	value = strtoull(usec, &end, 10);
	if (errno != 0 || end == usec || *end != '\0' || *usec == '-' ||
	    value > UINT64_MAX / 1000)
		return SPAN_ZERO;
	return SPAN_NS(value * 1000 / 2);
}

bool notify_open(struct notify *n, struct text *why)
{
	const char *name = getenv("NOTIFY_SOCKET");
	bool good = true;

	*n = (struct notify){ .fd = -1 };
	if (name) {
		good = set_address(n, name);
		if (!good)
			text_put(why, "NOTIFY_SOCKET is neither an absolute path nor @NAME");
	}
	if (name && good) {
		n->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		n->watchdog = read_watchdog();
		good = n->fd >= 0;
		if (!good)
			text_fmt(why, "cannot make a socket: %s", strerror(errno));
	}
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	return good;
}

void notify_close(struct notify *n)
{
	if (n->fd >= 0)
		close(n->fd);
	n->fd = -1;
}

bool notify_send(const struct notify *n, const char *state)
{
	size_t len = strlen(state);

	return n->fd >= 0 && sendto(n->fd, state, len, MSG_NOSIGNAL | MSG_DONTWAIT,
				    (const struct sockaddr *)&n->to, n->to_len) == (ssize_t)len;
}
