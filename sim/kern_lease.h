/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kern_lease.h - what the kernel does with the leases of the virtual addresses (vrrpd_lease.h): it
 * survives the daemon, and goes by the machine's own clock.
 *
 * A lease lasts to the nanosecond here. Linux counts jiffies and ends it a little earlier.
 */
#ifndef KERN_LEASE_H
#define KERN_LEASE_H

#include "vrrpd_lease.h"

struct kern_lease_router {
	uint32_t ifindex;
	uint8_t family, vrid, version;
	span_t term;
	mono_t until; /* it may answer before; local time */
	span_t told;  /* the interval in the advert that left last */
};

struct kern_lease {
	struct kern_lease_router *router;
	struct lease_addr *addr;
	uint32_t n_routers, n_addrs, router_capacity, addr_capacity;
	uint64_t begun; /* adverts that found no lease running */
	struct lease_addr *refused; /* of these: on and addr */
	uint32_t n_refused, refused_capacity;
};

void kern_lease_free(struct kern_lease *l);

void kern_lease_change(struct kern_lease *l, mono_t now, const struct lease_change *c);

/* A VRRP message leaves the interface. */
void kern_lease_sent(struct kern_lease *l, mono_t now, uint32_t ifindex, uint8_t family,
		     const uint8_t *msg, size_t len);

/* The router whose address it is; NULL when the address is not guarded on that interface. */
const struct kern_lease_router *kern_lease_of(const struct kern_lease *l, uint32_t on,
					      const struct ip_addr *addr);

/* Whether packets to the address that come in there are refused (vrrpd_accept.h). */
bool kern_refuses(const struct kern_lease *l, uint32_t on, const struct ip_addr *addr);

#endif
