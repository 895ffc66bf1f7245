/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linux_nl_fib.h - routes and rules as rtnetlink messages, and those that wait to be sent.
 */
#ifndef LINUX_NL_FIB_H
#define LINUX_NL_FIB_H

#include <sys/queue.h>

#include "fib.h"

struct nl_msg;
struct nlmsghdr;

/* The request that adds an item, marked with `proto` (rtm_protocol, FRA_PROTOCOL) and not in the
 * place of another, or that removes the one with this mark. NULL without memory. */
struct nl_msg *nl_fib_build(const struct fib_item *item, uint8_t proto, bool add);

/* Reads a message about a route or rule: what the kernel reports, or a request of our own. False
 * when it is about something that this cannot be, such as a rule of another family. */
bool nl_fib_read(struct nlmsghdr *h, struct fib_item *item, uint8_t *proto);

/* Lets a socket receive news of routes only if they bear our mark, or replace one that may: a
 * machine that speaks BGP has a thousand others a second. Other messages pass. False with errno. */
bool nl_fib_filter(int fd, uint8_t proto);

struct nl_fib_waiting {
	struct fib_item item;
	uint8_t proto;
	TAILQ_ENTRY(nl_fib_waiting) line;
	LIST_ENTRY(nl_fib_waiting) alike;
};

enum { NL_FIB_BUCKETS = 1024 };

/* In the order in which they were asked for; an item once at most. */
struct nl_fib_queue {
	TAILQ_HEAD(nl_fib_line, nl_fib_waiting) line;
	LIST_HEAD(nl_fib_alike, nl_fib_waiting) bucket[NL_FIB_BUCKETS];
};

void nl_fib_queue_init(struct nl_fib_queue *q);
void nl_fib_queue_clear(struct nl_fib_queue *q);
/* At the end; in the place of the same item, if that waits. False without memory. */
bool nl_fib_queue_put(struct nl_fib_queue *q, const struct fib_item *item, uint8_t proto);
/* Takes out the first; false when there is none. */
bool nl_fib_queue_take(struct nl_fib_queue *q, struct nl_fib_waiting *first);
/* Takes out this item; false when it does not wait. */
bool nl_fib_queue_cancel(struct nl_fib_queue *q, const struct fib_item *item);

#endif
