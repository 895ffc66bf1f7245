/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.h - a simulated world: hosts with their daemons, links between them, and one time.
 *
 * The world has a true time, in nanoseconds from its beginning; each host has a clock of its own
 * that may run faster or slower (host.h). Everything that happens is an event, and the order of
 * events is a function of the scenario and the seed alone: the same seed gives the same run, byte
 * for byte.
 */
#ifndef WORLD_H
#define WORLD_H

#include "client.h"
#include "dlheap.h"
#include "gateway.h"
#include "host.h"
#include "net.h"
#include "queue.h"

/* What the calendar shows when the world begins, in seconds. */
enum { WORLD_BEGINS = 1763744400 };

enum {
	WORLD_HOSTS_MAX = 64,
	WORLD_LINKS_MAX = 16,
	WORLD_CLIENTS_MAX = 16,
	WORLD_GATEWAYS_MAX = 16,
	WORLD_PORTS_MAX = 256
};

/* Kinds of queue events; what a and b mean. */
enum world_event {
	WORLD_FRAME,  /* a frame reaches a port: port, frame */
	WORLD_KERNEL, /* a kernel has done the oldest thing it was asked for: host */
	WORLD_SYNC,   /* a kernel reports everything: host, serial of its daemon */
	WORLD_PROBE,  /* a client probes: client */
	WORLD_ACTION, /* the scenario acts: number of the step, host or ~0 */
	WORLD_SCRIPT, /* a script has ended: host, its ticket */
	WORLD_READ,   /* a program reads what it is told: host */
	WORLD_PROGRAM, /* one that was run has ended: host, ticket */
	WORLD_CHECK,  /* the oracle looks: number of what it is waiting for */
};

/* Who is attached to a port. */
struct world_port {
	struct net_link *link;
	uint32_t place;        /* on the link */
	struct host *host;     /* one of the three */
	struct client *client;
	struct gateway *gateway;
	uint32_t iface;        /* of the host */
};

struct oracle;
struct trace;

struct world {
	mono_t now;
	uint64_t seed;
	struct queue queue;
	struct net_pool pool;
	uint32_t n_hosts, n_links, n_clients, n_gateways, n_ports;
	struct host *host[WORLD_HOSTS_MAX];
	struct net_link *link[WORLD_LINKS_MAX];
	struct client *client[WORLD_CLIENTS_MAX];
	struct gateway *gateway[WORLD_GATEWAYS_MAX];
	struct world_port port[WORLD_PORTS_MAX];
	struct dlheap wakes; /* when each host's daemon wants to run, in true time */
	struct dlheap_slot wake_slot[WORLD_HOSTS_MAX];
	uint32_t wake_where[WORLD_HOSTS_MAX];
	struct oracle *oracle;
	struct trace *trace;
	/* What the scenario does when one of its steps is due. */
	void (*action)(void *ctx, uint32_t step, uint32_t host);
	void *action_ctx;
	mono_t disturbed_at; /* when chance or the scenario last interfered with anything */
	mono_t net_disturbed_at; /* ...with what passes between hosts */
	uint64_t events;
};

/* An empty world. The oracle and the trace may be NULL; they stay the caller's. */
struct world *world_new(uint64_t seed);
void world_free(struct world *w);

struct net_link *world_add_link(struct world *w, const char *name);
/* NULL when there are too many. */
struct host *world_add_host(struct world *w, const char *name);
struct client *world_add_client(struct world *w, const char *name);
struct gateway *world_add_gateway(struct world *w, const char *name);

/* Gives a link a port; the id of the port. All ports must be there before the first frame is sent.
 */
uint32_t world_add_port(struct world *w, struct net_link *link, struct host *host,
			struct client *client, uint32_t iface);

/* To be called once all links, hosts and ports are there: nothing can be added afterwards. */
void world_ready(struct world *w);

/* Lets everything happen up to and including `until`. */
void world_run(struct world *w, mono_t until);

/* When the host's daemon wants to run next, in true time. */
void world_set_wake(struct world *w, const struct host *h, mono_t at);

static inline const char *world_port_name(const struct world_port *p)
{
	return p->host ? p->host->name : p->client ? p->client->name : p->gateway->name;
}

/* Something interfered: exact bounds do not hold across this moment. */
static inline void world_disturbed(struct world *w)
{
	w->disturbed_at = w->now;
}

static inline void world_net_disturbed(struct world *w)
{
	w->disturbed_at = w->net_disturbed_at = w->now;
}

#endif
