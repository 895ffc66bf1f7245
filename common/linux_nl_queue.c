/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux_nl_queue.h"

#include <stdlib.h>

void nl_queue_init(struct nl_queue *q)
{
	TAILQ_INIT(&q->line);
	for (unsigned i = 0; i < NL_QUEUE_BUCKETS; i++)
		LIST_INIT(&q->bucket[i]);
}

static void drop(struct nl_queue *q, struct nl_queued *w)
{
	TAILQ_REMOVE(&q->line, w, line);
	LIST_REMOVE(w, alike);
	free(w);
}

void nl_queue_clear(struct nl_queue *q)
{
	while (!TAILQ_EMPTY(&q->line))
		drop(q, TAILQ_FIRST(&q->line));
}

static struct nl_queue_alike *bucket_of(struct nl_queue *q, uint32_t ifindex,
					const struct ip_prefix *prefix)
{
	uint32_t h = ifindex * UINT32_C(0x9e3779b1);

	for (size_t i = 0; i < ip_len(prefix->addr.family); i++)
		h = (h ^ prefix->addr.b[i]) * UINT32_C(16777619); /* as FNV does */
	return &q->bucket[(h ^ h >> 16) % NL_QUEUE_BUCKETS];
}

static struct nl_queued *find(struct nl_queue *q, uint32_t ifindex, const struct ip_prefix *prefix)
{
	struct nl_queued *w;

	LIST_FOREACH(w, bucket_of(q, ifindex, prefix), alike)
		if (w->ifindex == ifindex && w->prefix.len == prefix->len &&
		    ip_eq(&w->prefix.addr, &prefix->addr))
			return w;
	return NULL;
}

bool nl_queue_put(struct nl_queue *q, uint32_t ifindex, const struct ip_prefix *prefix,
		  const struct ip_attr *attr, uint8_t proto)
{
	struct nl_queued *w = find(q, ifindex, prefix);

	if (w) {
		w->attr = *attr;
		return true;
	}
	w = calloc(1, sizeof *w);
	if (!w)
		return false;
	w->ifindex = ifindex;
	w->prefix = *prefix;
	w->attr = *attr;
	w->proto = proto;
	TAILQ_INSERT_TAIL(&q->line, w, line);
	LIST_INSERT_HEAD(bucket_of(q, ifindex, prefix), w, alike);
	return true;
}

bool nl_queue_take(struct nl_queue *q, struct nl_queued *first)
{
	struct nl_queued *w = TAILQ_FIRST(&q->line);

	if (!w)
		return false;
	*first = *w;
	drop(q, w);
	return true;
}

bool nl_queue_cancel(struct nl_queue *q, uint32_t ifindex, const struct ip_prefix *prefix)
{
	struct nl_queued *w = find(q, ifindex, prefix);

	if (w)
		drop(q, w);
	return w != NULL;
}
