/* SPDX-License-Identifier: BSD-2-Clause */
#include "world.h"

#include <stdlib.h>

#include "check.h"
#include "oracle.h"
#include "text.h"

struct world *world_new(uint64_t seed)
{
	struct world *w = calloc(1, sizeof *w);

	CHECK(w);
	w->seed = seed;
	dlheap_init(&w->wakes, w->wake_slot, w->wake_where, WORLD_HOSTS_MAX);
	return w;
}

void world_free(struct world *w)
{
	for (uint32_t i = 0; i < w->n_hosts; i++)
		host_free(w->host[i]);
	for (uint32_t i = 0; i < w->n_clients; i++)
		free(w->client[i]);
	for (uint32_t i = 0; i < w->n_gateways; i++)
		free(w->gateway[i]);
	for (uint32_t i = 0; i < w->n_links; i++) {
		free(w->link[i]->pair);
		free(w->link[i]);
	}
	queue_free(&w->queue);
	net_pool_free(&w->pool);
	free(w);
}

struct net_link *world_add_link(struct world *w, const char *name)
{
	struct net_link *link = calloc(1, sizeof *link);

	CHECK(link && w->n_links < WORLD_LINKS_MAX);
	CHECK(text_copy(link->name, sizeof link->name, name));
	link->id = w->n_links;
	return w->link[w->n_links++] = link;
}

struct host *world_add_host(struct world *w, const char *name)
{
	struct host *h = calloc(1, sizeof *h);

	CHECK(h && w->n_hosts < WORLD_HOSTS_MAX);
	CHECK(text_copy(h->name, sizeof h->name, name));
	h->w = w;
	h->id = w->n_hosts;
	return w->host[w->n_hosts++] = h;
}

struct client *world_add_client(struct world *w, const char *name)
{
	struct client *c = calloc(1, sizeof *c);

	CHECK(c && w->n_clients < WORLD_CLIENTS_MAX);
	CHECK(text_copy(c->name, sizeof c->name, name));
	c->w = w;
	c->id = w->n_clients;
	return w->client[w->n_clients++] = c;
}

struct gateway *world_add_gateway(struct world *w, const char *name)
{
	struct gateway *g = calloc(1, sizeof *g);

	CHECK(g && w->n_gateways < WORLD_GATEWAYS_MAX);
	CHECK(text_copy(g->name, sizeof g->name, name));
	g->w = w;
	g->id = w->n_gateways;
	return w->gateway[w->n_gateways++] = g;
}

uint32_t world_add_port(struct world *w, struct net_link *link, struct host *host,
			struct client *client, uint32_t iface)
{
	CHECK(w->n_ports < WORLD_PORTS_MAX && link->n_ports < NET_PORTS_MAX);
	w->port[w->n_ports] = (struct world_port){
		.link = link, .place = link->n_ports, .host = host, .client = client, .iface = iface
	};
	link->port[link->n_ports++] = w->n_ports;
	return w->n_ports++;
}

void world_ready(struct world *w)
{
	for (uint32_t i = 0; i < w->n_links; i++) {
		struct net_link *link = w->link[i];

		link->pair = calloc((size_t)link->n_ports * link->n_ports + 1, sizeof *link->pair);
		CHECK(link->pair);
	}
}

void world_set_wake(struct world *w, const struct host *h, mono_t at)
{
	dlheap_set(&w->wakes, h->id, at);
}

static void on_frame(struct world *w, uint32_t port, uint32_t frame)
{
	const struct world_port *p = &w->port[port];

	if (p->host) {
		host_on_frame(p->host, p->iface, frame);
	} else {
		const struct net_frame *f = net_frame(w, frame);

		if (p->gateway)
			gateway_on_frame(p->gateway, p, f);
		else
			client_on_frame(p->client, f->bytes, f->len);
		net_frame_put(w, frame);
	}
}

static void happen(struct world *w, const struct queue_event *e)
{
	switch ((enum world_event)e->kind) {
	case WORLD_FRAME:
		on_frame(w, e->a, e->b);
		break;
	case WORLD_KERNEL:
		host_on_kernel(w->host[e->a]);
		break;
	case WORLD_SYNC:
		host_on_sync(w->host[e->a], e->b);
		break;
	case WORLD_SCRIPT:
		host_on_script(w->host[e->a], e->b);
		break;
	case WORLD_PROBE:
		client_on_probe(w->client[e->a]);
		break;
	case WORLD_ACTION:
		w->action(w->action_ctx, e->a, e->b);
		break;
	case WORLD_READ:
		host_on_read(w->host[e->a]);
		break;
	case WORLD_PROGRAM:
		host_on_program(w->host[e->a], e->b);
		break;
	case WORLD_CHECK:
		oracle_look(w->oracle, e->a);
		break;
	}
}

static void advance(struct world *w, mono_t to)
{
	if (to.ns == w->now.ns)
		return;
	CHECK(mono_before(w->now, to));
	oracle_instant_over(w->oracle);
	w->now = to;
}

void world_run(struct world *w, mono_t until)
{
	for (;;) {
		const struct queue_event *top = queue_top(&w->queue);
		mono_t wake = dlheap_next(&w->wakes), next = top ? top->at : MONO_NEVER;
		bool timer = mono_before(wake, next) ||
			     (wake.ns == next.ns && top && queue_class(top) > QUEUE_TIMERS);
		mono_t at = timer ? wake : next;

		if (mono_before(until, at) || mono_is_never(at))
			break;
		advance(w, at);
		w->events++;
		if (timer) {
			host_on_wake(w->host[dlheap_top(&w->wakes)]);
		} else {
			struct queue_event e = *top;

			queue_pop(&w->queue);
			happen(w, &e);
		}
	}
	advance(w, until);
}
