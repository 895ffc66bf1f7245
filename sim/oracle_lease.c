/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The window of the lease: when a Backup has taken over because it heard nothing, a daemon that is
 * frozen or dead does not answer for the address any more.
 *
 * That is so when the Backup heard the last advert of the other: so only where the network has lost
 * nothing since the Backup began to wait. And it is so for clocks that run alike.
 */
#include <stdlib.h>

#include "kern_device.h"
#include "oracle_state.h"

enum { PPM_APART = 1000 };

static bool is_dead(const struct host *h)
{
	return h->powered && (h->daemon == DAEMON_PAUSED || h->daemon == DAEMON_NONE);
}

static void judge_beside(struct oracle *o, const struct host *h, const struct watch *wt,
			 const struct world_port *p, const struct ip_addr *addr)
{
	const struct kern_iface *iface = &p->host->kern.iface[p->iface];
	const struct kern_lease_router *r =
		kern_lease_of(&p->host->kern.lease, iface->ifindex, addr);

	unsigned adverts = wt->ref.cf.down_adverts > 0 ? wt->ref.cf.down_adverts : 3;

	/* Who started meanwhile with a shorter interval of its own, or does not take the other's
	 * word for it, does not wait for as long as it was told to. */
	if (!r || !kern_taker(&p->host->kern, iface, addr) ||
	    wt->wait.ns < span_mul(r->told, adverts).ns)
		return;
	judge(o, RULE_LEASE, !host_answers(p->host, p->iface, addr),
	      "%s is Active for %s, and %s, which does not run, answers as well", h->name, wt->name,
	      p->host->name);
}

void lease_judge(struct oracle *o, struct host *h, struct watch *wt, const struct vrrp *core)
{
	const struct world_port *mine = port_of(h, wt);
	size_t len = ip_len(wt->family);

	if (!mine || core->state != VRRP_ACTIVE || core->why != VRRP_WHY_TIMEOUT ||
	    !mono_before(o->w->net_disturbed_at, host_true(h, wt->armed_at)))
		return;
	for (uint32_t i = 0; i < o->w->n_ports; i++) {
		const struct world_port *p = &o->w->port[i];

		if (p->link != mine->link || !p->host || p->host == h || !is_dead(p->host) ||
		    abs(p->host->clock.ppm) + abs(h->clock.ppm) > PPM_APART)
			continue;
		for (unsigned k = 0; k < wt->ref.cf.n_addrs; k++) {
			struct ip_addr addr = ip_make(wt->family, wt->ref_addrs + k * len);

			judge_beside(o, h, wt, p, &addr);
		}
	}
}
