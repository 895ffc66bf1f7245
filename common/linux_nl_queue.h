/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linux_nl_queue.h - addresses that wait to be added, in the order in which they were asked for.
 *
 * An address waits once at most, however often it is asked for, so a queue holds no more than are
 * configured. Finding one to take it back does not depend on how many wait.
 */
#ifndef LINUX_NL_QUEUE_H
#define LINUX_NL_QUEUE_H

#include <stdbool.h>
#include <sys/queue.h>

#include "ip_attr.h"

enum { NL_QUEUE_BUCKETS = 1024 };

struct nl_queued {
	uint32_t ifindex;
	struct ip_prefix prefix;
	struct ip_attr attr;
	uint8_t proto;
	TAILQ_ENTRY(nl_queued) line;
	LIST_ENTRY(nl_queued) alike;
};

/* Too large for the stack. */
struct nl_queue {
	TAILQ_HEAD(nl_queue_line, nl_queued) line;
	LIST_HEAD(nl_queue_alike, nl_queued) bucket[NL_QUEUE_BUCKETS];
};

void nl_queue_init(struct nl_queue *q);
void nl_queue_clear(struct nl_queue *q);

/* At the end, if it is not there already. False without memory. */
bool nl_queue_put(struct nl_queue *q, uint32_t ifindex, const struct ip_prefix *prefix,
		  const struct ip_attr *attr, uint8_t proto);

/* The first, or NULL. */
static inline const struct nl_queued *nl_queue_first(const struct nl_queue *q)
{
	return TAILQ_FIRST(&q->line);
}

/* Takes out the first; false when there is none. */
bool nl_queue_take(struct nl_queue *q, struct nl_queued *first);

/* Takes out this address; false when it does not wait. */
bool nl_queue_cancel(struct nl_queue *q, uint32_t ifindex, const struct ip_prefix *prefix);

#endif
