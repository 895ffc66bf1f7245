/* SPDX-License-Identifier: BSD-2-Clause */
/* What somebody does who has recorded the adverts of a machine. */
#include <string.h>

#include "host.h"
#include "ip_wire.h"
#include "world.h"

/* The message in a recorded frame says another priority, and a number that is higher, as whoever
 * wants to be Active would have it. */
static void forge(struct host_said *s)
{
	const struct host_said recorded = *s;
	struct vrrp_rx rx;
	struct link_frame link;
	struct ip_packet ip;
	uint8_t trailer[VRRP_TRAILER_LEN], *bytes;
	struct vrrp_msg msg;
	bool ah;

	if (!link_decode(LINK_ETHERNET, recorded.bytes, recorded.len, &link) ||
	    ip_decode(link.payload, link.len, &ip) != IP_OK)
		return;
	ah = ip.proto == IP_PROTO_AH;
	rx = (struct vrrp_rx){ .src = ip.src, .dst = ip.dst, .ttl = ip.ttl, .bytes = ip.payload,
			       .len = ip.len };
	rx.bytes += ah ? AH_LEN : 0;
	rx.len -= ah ? AH_LEN : 0;
	if (vrrp_decode(&rx, VRRP_V2_BIT | VRRP_V3_BIT, &msg) != VRRP_ACCEPTED)
		return;
	msg.priority = msg.priority == 255 ? 0 : 255;
	bytes = s->bytes + (rx.bytes - recorded.bytes);
	if (msg.trailer) {
		memcpy(trailer, msg.trailer, sizeof trailer);
		trailer[7] += 4; /* seconds */
		msg.trailer = trailer;
	}
	if (ah)
		bytes[10 - AH_LEN]++;
	vrrp_encode(&msg, &ip.src, &ip.dst, bytes, rx.len);
}

void host_replay(struct host *h, bool forged)
{
	const struct world_port *port = &h->w->port[h->kern.iface[0].port];
	uint32_t n = h->n_said < HOST_SAID_MAX ? h->n_said : HOST_SAID_MAX;

	for (uint32_t i = h->n_said - n; i < h->n_said; i++) {
		struct host_said s = h->said[i % HOST_SAID_MAX];

		if (forged)
			forge(&s);
		net_send(h->w, port->link, port->place, s.bytes, s.len);
	}
}
