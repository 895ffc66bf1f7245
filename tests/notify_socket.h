/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * notify_socket.h - for tests: a service manager's socket, and what was told to it.
 */
#ifndef NOTIFY_SOCKET_H
#define NOTIFY_SOCKET_H

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "unit.h"

/* Binds a datagram socket to a path, or with an @ to an abstract name. */
static inline int notify_socket(const char *name)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0 && strlen(name) < sizeof at.sun_path);
	memcpy(at.sun_path, name, strlen(name));
	if (*name == '@')
		at.sun_path[0] = '\0';
	assert_int_equal(bind(fd, (struct sockaddr *)&at,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name) +
					  (*name != '@'))),
			 0);
	return fd;
}

/* The next thing it was told; empty when there is none. */
static inline const char *notify_heard(int fd)
{
	static char buf[512];
	ssize_t n = recv(fd, buf, sizeof buf - 1, 0);

	buf[n > 0 ? n : 0] = '\0';
	return buf;
}

#endif
