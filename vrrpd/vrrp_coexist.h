/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_coexist.h - which routers send version 3, for a virtual router that speaks both versions
 * (RFC 9568 8.4.2).
 *
 * A router that speaks both sends each advert twice. The copy of version 2 is not looked at where
 * that of version 3 comes too: it says less (whole seconds). Remembers a few routers, as a group
 * has a few, and of each for four of its intervals: that is when its silence would have been
 * noticed. Pure; time is an argument.
 */
#ifndef VRRP_COEXIST_H
#define VRRP_COEXIST_H

#include "ip.h"
#include "mono.h"

/* Remembered at once; the one that was silent for longest makes room. */
enum { VRRP_COEXIST_MAX = 8 };
/* Adverts of version 3 in a row without a copy in version 2, from which on it is missed. */
enum { VRRP_COEXIST_ALONE = 4 };

struct vrrp_coexist {
	struct vrrp_coexist_router {
		struct ip_addr addr; /* unset: free */
		mono_t until;
		uint8_t alone;       /* adverts of version 3 since the last copy */
	} v[VRRP_COEXIST_MAX];
};

/* An advert of version 3 was accepted, which says this interval. True when the router turns out not
 * to send version 2 as well (once, until it has done so). */
bool vrrp_coexist_heard3(struct vrrp_coexist *c, const struct ip_addr *src, mono_t at,
			 uint32_t interval_cs);

/* Whether a router sends version 3. */
bool vrrp_coexist_sends3(const struct vrrp_coexist *c, const struct ip_addr *src, mono_t at);

/* A copy in version 2 has come. */
void vrrp_coexist_heard2(struct vrrp_coexist *c, const struct ip_addr *src);

/* What the interval is in version 2: whole seconds, rounded up, in centiseconds. */
uint32_t vrrp_coexist_interval2(uint32_t interval_cs);

#endif
