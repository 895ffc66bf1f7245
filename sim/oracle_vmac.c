/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtual MAC (RFC 9568 7.2, 7.3, 6.4.2): who sends from it, and when the device that has it is
 * up. Written from the RFC: the MAC is put together here once more.
 */
#include "garp_wire.h"
#include "ip_wire.h"
#include "oracle_state.h"

const char *where_addresses(const struct watch *wt)
{
	return wt->device[0] ? wt->device : wt->iface;
}

/* The router that a MAC address is of; NULL when it is of none that has one. */
static struct watch *watch_of_mac(struct oracle *o, struct host *h, const struct kern_iface *iface,
				  const uint8_t mac[6])
{
	static const uint8_t head[4] = { 0x00, 0x00, 0x5e, 0x00 };
	struct watch *wt;

	if (memcmp(mac, head, sizeof head) != 0 || mac[4] < 1 || mac[4] > 2)
		return NULL;
	wt = find_watch(o, h, iface->name, mac[4] == 1 ? IP_V4 : IP_V6, mac[5]);
	return wt && wt->device[0] ? wt : NULL;
}

/* Whether it is an advert, which is taken out of the Authentication Header (RFC 2402 2). */
static bool open_advert(struct ip_packet *ip)
{
	size_t skip = ip->proto == IP_PROTO_AH && ip->len > 2 ? (ip->payload[1] + 2u) * 4 : 0;

	if ((ip->proto != IP_PROTO_VRRP && skip == 0) || ip->len < skip)
		return false;
	ip->payload += skip;
	ip->len -= skip;
	return true;
}

/* What an Active with a virtual MAC sends has to come from it. */
static void judge_source(struct oracle *o, struct host *h, const struct kern_iface *iface,
			 const struct link_frame *link, const struct ip_packet *ip)
{
	struct watch *wt;

	if (ip->len < 2 || !ip_is_multicast(&ip->dst))
		return;
	wt = find_watch(o, h, iface->name, ip->dst.family, ip->payload[1]);
	if (wt && wt->device[0] && real(h, &o->host[h->id], wt)->state == VRRP_ACTIVE)
		judge(o, RULE_VMAC, watch_of_mac(o, h, iface, link->src) == wt,
		      "%s %s sent an advert that is not from its virtual MAC", h->name, wt->name);
}

void oracle_frame(struct oracle *o, struct host *h, const struct kern_iface *iface,
		  const void *frame, size_t len)
{
	struct link_frame link;
	struct ip_packet ip = { 0 };
	struct watch *wt;
	bool leaves, advert;

	if (!o || !link_decode(LINK_ETHERNET, frame, len, &link))
		return;
	advert = ip_decode(link.payload, link.len, &ip) == IP_OK && open_advert(&ip);
	if (advert)
		judge_source(o, h, iface, &link, &ip);
	wt = watch_of_mac(o, h, iface, link.src);
	if (!wt)
		return;
	leaves = advert && ip.len > 2 && ip.payload[2] == 0 && wt->state == VRRP_ACTIVE;
	judge(o, RULE_VMAC, leaves || (h->d && real(h, &o->host[h->id], wt)->state == VRRP_ACTIVE),
	      "%s %s is not Active and a frame left with its virtual MAC", h->name, wt->name);
}

void vmac_judge(struct oracle *o, struct host *h, const struct watch *wt)
{
	const struct kern_iface *device = kern_iface_by_name(&h->kern, wt->device);

	if (!device || !device->exists || h->kern.n_requests > 0)
		return;
	judge(o, RULE_VMAC_UP, device->enabled == (wt->state == VRRP_ACTIVE),
	      "%s %s is %s and its device is %s", h->name, wt->name, vrrp_state_name(wt->state),
	      device->enabled ? "up" : "down");
}
