/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linux_notify.h - telling the service manager how it goes: sd_notify(3), as datagrams to the
 * socket that NOTIFY_SOCKET names. Where there is none, nothing is sent.
 */
#ifndef LINUX_NOTIFY_H
#define LINUX_NOTIFY_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "mono.h"
#include "text.h"

struct notify {
	int fd; /* -1: nobody to tell */
	struct sockaddr_un to;
	socklen_t to_len;
	span_t watchdog; /* how often it wants to hear WATCHDOG=1: half of what WATCHDOG_USEC says;
			    0: never */
};

/* Takes NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID out of the environment. False,
 * explained in `why`, when there is a socket that cannot be used; then nobody is told. */
bool notify_open(struct notify *n, struct text *why);
void notify_close(struct notify *n);

/* Sends a state, "READY=1" or several lines of that kind. Never waits: one that does not fit is
 * lost. True when it was sent. */
bool notify_send(const struct notify *n, const char *state);

#endif
