/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ip_attr.h - how an address is given on an interface, beyond its prefix length. All zero is how
 * an address comes that nobody said anything about.
 */
#ifndef IP_ATTR_H
#define IP_ATTR_H

#include "ip.h"

/* As the kernel numbers them (RT_SCOPE_). */
enum {
	IP_SCOPE_GLOBAL = 0,
	IP_SCOPE_SITE = 200,
	IP_SCOPE_LINK = 253,
	IP_SCOPE_HOST = 254,
	IP_SCOPE_NOWHERE = 255,
};

struct ip_attr {
	char label[16];           /* IPv4; "": the name of the interface */
	uint8_t scope;            /* IPv4; of IPv6 it follows from the address */
	bool no_prefix_route;     /* no route to its subnet comes with it */
	bool deprecated;          /* not chosen as a source */
	struct ip_addr broadcast; /* IPv4; unset: none */
	struct ip_addr peer;      /* the other end, which the prefix length is about; unset: none */
};

/* Whether an address of this family, given as `has` on this interface, is as `want` says. */
bool ip_attr_same(const struct ip_attr *want, const struct ip_attr *has, uint8_t family,
		  const char *ifname);

#endif
