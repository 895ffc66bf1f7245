/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * garp_wire.h - the two frames that tell a network where an address lives now: gratuitous ARP for
 * IPv4 and unsolicited Neighbor Advertisement for IPv6, as RFC 9568 6.4.1 and 6.4.2 and errata 7947
 * and 7949 ask of a router that becomes Active.
 */
#ifndef GARP_WIRE_H
#define GARP_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "ip.h"

enum {
	GARP_LEN = 42, /* Ethernet and ARP */
	GARP_NA_LEN =
		14 + 40 + 24 + 8, /* Ethernet, IPv6, Neighbor Advertisement, its target option */
	GARP_FRAME_MAX = GARP_NA_LEN,
};

/*
 * The frame that announces `addr` at `mac`, sent from `mac`. ARP: a broadcast request whose sender
 * and target are both the address, and both hardware addresses are `mac`. Neighbor Advertisement:
 * Router and Override set, Solicited not, from the address itself to all nodes, hop limit 255 (RFC
 * 4861 7.2.6). Returns the length, 0 when `size` is too small.
 */
size_t garp_encode(const struct ip_addr *addr, const uint8_t mac[6], void *buf, size_t size);

struct garp {
	struct ip_addr addr;
	uint8_t mac[6]; /* where the sender says the address is */
};

/*
 * Reads a whole Ethernet frame and tells whether it announces an address: an ARP request or reply
 * whose sender and target address are equal, or a Neighbor Advertisement to all nodes that
 * overrides and carries a target link-layer address. False for every other frame, and for damaged
 * ones.
 */
bool garp_decode(const void *frame, size_t len, struct garp *garp);

#endif
