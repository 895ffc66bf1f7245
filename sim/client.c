/* SPDX-License-Identifier: BSD-2-Clause */
#include "client.h"

#include <string.h>

#include "garp_wire.h"
#include "world.h"

/* Whether frames pass between two ports of a link, both ways, as far as cuts go. */
static bool reaches(const struct world *w, const struct client *c, const struct world_port *to)
{
	const struct world_port *me = &w->port[c->port];

	return me->link == to->link && !net_faults(me->link, me->place, to->place)->cut &&
	       !net_faults(me->link, to->place, me->place)->cut;
}

/* Who answers for the address: asks everybody, and believes the first. */
static void look(struct client *c)
{
	unsigned answers = 0;

	for (uint32_t i = 0; i < c->w->n_ports; i++) {
		const struct world_port *p = &c->w->port[i];
		const uint8_t *mac;

		if (!p->host || !reaches(c->w, c, p))
			continue;
		mac = host_mac_of(p->host, p->iface, &c->target);
		if (!mac)
			continue;
		if (answers++ == 0 && !c->knows) {
			memcpy(c->mac, mac, 6);
			c->knows = true;
		}
	}
	if (answers > 1)
		c->doubles++;
}

/* Whether a machine that the entry points to takes the packet and answers. */
static bool probe(const struct client *c)
{
	for (uint32_t i = 0; i < c->w->n_ports; i++) {
		const struct world_port *p = &c->w->port[i];
		const uint8_t *mac = p->host ? host_mac_of(p->host, p->iface, &c->target) : NULL;

		if (mac && memcmp(mac, c->mac, 6) == 0 && reaches(c->w, c, p))
			return true;
	}
	return false;
}

static void note_answer(struct client *c)
{
	span_t gap = mono_since(c->w->now, c->answered_at);

	if (!mono_is_never(c->answered_at) && gap.ns > c->every.ns && gap.ns > c->longest.ns) {
		c->longest = gap;
		c->longest_from = c->answered_at;
		c->longest_to = c->w->now;
	}
	c->answered_at = c->w->now;
	c->answers++;
}

void client_on_probe(struct client *c)
{
	if (c->knows && !mono_is_never(c->answered_at) &&
	    mono_since(c->w->now, c->answered_at).ns > CLIENT_ASK_AGAIN.ns)
		c->knows = false;
	c->probes++;
	look(c);
	if (c->knows && probe(c))
		note_answer(c);
	queue_put(&c->w->queue, mono_add(c->w->now, c->every), QUEUE_ACTION, WORLD_PROBE, c->id, 0);
}

void client_start(struct client *c)
{
	c->answered_at = MONO_NEVER;
	queue_put(&c->w->queue, mono_add(c->w->now, c->every), QUEUE_ACTION, WORLD_PROBE, c->id, 0);
}

void client_on_frame(struct client *c, const void *bytes, size_t len)
{
	struct garp garp;

	if (garp_decode(bytes, len, &garp) && ip_eq(&garp.addr, &c->target)) {
		memcpy(c->mac, garp.mac, 6);
		c->knows = true;
	}
}
