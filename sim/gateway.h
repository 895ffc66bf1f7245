/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gateway.h - a router between links of the simulated network, of the ordinary kind: it forwards IP
 * packets of VRRP to the host that has their address, one less of TTL each, and knows every host.
 * And how hosts find each other: who has which address is a table, not a protocol.
 */
#ifndef GATEWAY_H
#define GATEWAY_H

#include "ip.h"

enum { GATEWAY_NAME_SIZE = 64 };

struct net_frame;
struct net_link;
struct world;
struct world_port;

struct gateway {
	struct world *w;
	char name[GATEWAY_NAME_SIZE];
	uint32_t id;
};

/* Gives it a port on a link. */
void gateway_join(struct gateway *g, struct net_link *link);
/* A frame has reached one of its ports. */
void gateway_on_frame(struct gateway *g, const struct world_port *port,
		      const struct net_frame *frame);

/* The Ethernet address to which a packet for this address goes on a link: that of the host that the
 * network configuration gives it, whether or not it runs, or that of a gateway to its link. False
 * when there is none. */
bool neighbour_mac(const struct world *w, const struct net_link *link, const struct ip_addr *addr,
		   uint8_t mac[6]);
/* Whether a host with the address is on the link itself. */
bool neighbour_on_link(const struct world *w, const struct net_link *link,
		       const struct ip_addr *addr);

#endif
