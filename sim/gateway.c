/* SPDX-License-Identifier: BSD-2-Clause */
#include "gateway.h"

#include "ip_wire.h"
#include "world.h"

void gateway_join(struct gateway *g, struct net_link *link)
{
	uint32_t id = world_add_port(g->w, link, NULL, NULL, 0);

	g->w->port[id].gateway = g;
}

static void mac_of(const struct world *w, const struct world_port *p, uint8_t mac[6])
{
	if (p->host)
		memcpy(mac, p->host->kern.iface[p->iface].mac, 6);
	else
		memcpy(mac, (uint8_t[]){ 0x02, 0x00, 0x00, 0x01, (uint8_t)p->gateway->id,
					 (uint8_t)(p - w->port) }, 6);
}

static const struct world_port *host_port(const struct world *w, const struct net_link *link,
					  const struct ip_addr *addr)
{
	for (uint32_t i = 0; i < link->n_ports; i++) {
		const struct world_port *p = &w->port[link->port[i]];
		const struct kern_iface *iface = p->host ? &p->host->kern.iface[p->iface] : NULL;

		for (uint32_t k = 0; iface && k < iface->n_addrs; k++)
			if (iface->addr[k].permanent && ip_eq(&iface->addr[k].prefix.addr, addr))
				return p;
	}
	return NULL;
}

/* Another port of the gateway, on whose link the host is. */
static const struct world_port *way_on(const struct world *w, const struct world_port *from,
				       const struct ip_addr *addr)
{
	for (uint32_t i = 0; i < w->n_ports; i++)
		if (w->port[i].gateway == from->gateway && &w->port[i] != from &&
		    host_port(w, w->port[i].link, addr))
			return &w->port[i];
	return NULL;
}

bool neighbour_on_link(const struct world *w, const struct net_link *link,
		       const struct ip_addr *addr)
{
	return host_port(w, link, addr) != NULL;
}

bool neighbour_mac(const struct world *w, const struct net_link *link, const struct ip_addr *addr,
		   uint8_t mac[6])
{
	const struct world_port *p = host_port(w, link, addr);

	for (uint32_t i = 0; !p && i < link->n_ports; i++) {
		const struct world_port *g = &w->port[link->port[i]];

		if (g->gateway && way_on(w, g, addr))
			p = g;
	}
	if (p)
		mac_of(w, p, mac);
	return p != NULL;
}

void gateway_on_frame(struct gateway *g, const struct world_port *port,
		      const struct net_frame *frame)
{
	uint8_t out[NET_FRAME_MAX], mac[6];
	const struct world_port *to;
	struct link_frame link;
	struct ip_packet ip;
	size_t n;

	mac_of(g->w, port, mac);
	if (!link_decode(LINK_ETHERNET, frame->bytes, frame->len, &link) ||
	    memcmp(link.dst, mac, 6) != 0 || ip_decode(link.payload, link.len, &ip) != IP_OK ||
	    ip.proto != IP_PROTO_VRRP || ip.ttl <= 1)
		return;
	to = way_on(g->w, port, &ip.dst);
	if (!to || !neighbour_mac(g->w, to->link, &ip.dst, out))
		return;
	ip.ttl--;
	mac_of(g->w, to, out + 6);
	memcpy(out + 12, frame->bytes + 12, 2);
	n = ip_encode(&ip, IP_TOS_CS6, out + 14, sizeof out - 14);
	if (n > 0)
		net_send(g->w, to->link, to->place, out, 14 + n);
}
