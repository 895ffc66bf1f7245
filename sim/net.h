/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net.h - the simulated network: links with ports, and what can happen to a frame between two
 * ports.
 *
 * A link is a segment: a frame sent into it reaches every other port. Each ordered pair of ports
 * has its own faults, so that a path may be broken in one direction only. Chance comes from the
 * seed and the number of the frame on its pair (rng.h): changing one fault leaves the others as
 * they were.
 */
#ifndef NET_H
#define NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mono.h"

enum { NET_PORTS_MAX = 64, NET_FRAME_MAX = 1518 };

struct world;

/* What happens to frames from one port to another. Chances are in parts per million. */
struct net_faults {
	span_t delay;         /* of every frame */
	span_t jitter;        /* added, uniform in [0, jitter]; the order of frames is kept */
	uint32_t loss_ppm;    /* lost, each by itself */
	uint32_t burst_ppm;   /* a burst of losses begins... */
	uint32_t burst_end_ppm; /* ...and ends, at each frame (Gilbert-Elliott) */
	uint32_t dup_ppm;     /* arrives twice */
	uint32_t reorder_ppm; /* arrives later by up to reorder_by: others overtake it */
	span_t reorder_by;
	uint32_t corrupt_ppm; /* one bit is flipped, or the end is cut off */
	bool cut;             /* nothing arrives */
};

struct net_pair {
	struct net_faults faults;
	uint64_t sent;       /* frames so far */
	mono_t last_arrival; /* for keeping the order */
	bool in_burst;
};

struct net_link {
	char name[64];
	uint32_t id;
	uint32_t n_ports;
	uint32_t port[NET_PORTS_MAX]; /* ids of the world's ports */
	struct net_pair *pair;        /* [n_ports * n_ports], from * n_ports + to */
};

/* A frame in flight, shared by all its receivers. */
struct net_frame {
	uint32_t refs;
	uint16_t len;
	uint8_t bytes[NET_FRAME_MAX];
};

struct net_pool {
	struct net_frame **frame;
	uint32_t *free;
	uint32_t n, n_free;
};

/* Sends a frame from port `from` (its place on the link) to all others. Ports that are down neither
 * send nor receive; the caller sees to the sending side. */
void net_send(struct world *w, struct net_link *link, uint32_t from, const void *bytes, size_t len);

/* What the pair of places on the link does to frames, for setting faults. */
static inline struct net_faults *net_faults(struct net_link *link, uint32_t from, uint32_t to)
{
	return &link->pair[from * link->n_ports + to].faults;
}

struct net_frame *net_frame(struct world *w, uint32_t id);
void net_frame_put(struct world *w, uint32_t id);
void net_pool_free(struct net_pool *p);

#endif
