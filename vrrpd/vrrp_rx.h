/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_rx.h - whether a received packet may reach the state machine: the receive checks of RFC
 * 9568 7.1 and RFC 3768 7.1, in their order, with one named reason per refusal.
 */
#ifndef VRRP_RX_H
#define VRRP_RX_H

#include "vrrp_wire.h"

/* Which checksums of version 3 over IPv4 are taken. */
enum vrrp_csum_accept { VRRP_CSUM_ACCEPT_ANY, VRRP_CSUM_ACCEPT_MESSAGE, VRRP_CSUM_ACCEPT_PSEUDO };

/* What the checks need to know of the virtual router that has the packet's VRID. */
struct vrrp_local {
	uint8_t version;
	uint8_t priority;
	enum vrrp_csum_accept csum_accept;
	uint32_t interval_cs;
	struct ip_addr source; /* address our own adverts come from; unset when there is none */
	const struct ip_addr *addrs;     /* in the order of ip_cmp(); borrowed */
	unsigned n_addrs;                /* 0: whatever is advertised is taken (a listener) */
	/* Unicast: nobody else is heard. Packets then come to `source`, with at least this TTL. */
	const struct ip_addr *peers;     /* borrowed */
	unsigned n_peers;                /* 0: packets come to the group, with TTL 255 */
	uint8_t ttl_min;
	uint8_t auth;          /* enum vrrp_auth */
	bool in_ah;            /* this packet came in an Authentication Header */
	const uint8_t *secret; /* VRRP_AUTH_TEXT: VRRP2_AUTH_LEN bytes, borrowed */
	/* Version 3: version 2 is spoken too (8.4.2); and whether the packet's source is known to
	 * send version 3. */
	bool with_version2, src_sends_version3;
};

/* Oddities that do not refuse a packet; bits of vrrp_receive()'s notes. Each is worth a log
 * line. */
enum {
	VRRP_NOTE_OWNER = 1 << 0, /* somebody advertises although we own the address (EID 8298) */
	VRRP_NOTE_ADDRESSES = 1 << 1, /* version 3: the addresses differ from ours (9568 7.1) */
	VRRP_NOTE_INTERVAL = 1 << 2,  /* version 3: the interval differs from ours (9568 7.1) */
};

/* The two halves of vrrp_receive(). Between them comes the digest of VRRP_AUTH_AH and
 * VRRP_AUTH_HMAC, for those that have it (rows 52, 56): the second half is for what is
 * authentic. */
enum vrrp_drop vrrp_receive_sound(const struct vrrp_rx *rx, const struct vrrp_local *local,
				  struct vrrp_msg *msg);
enum vrrp_drop vrrp_receive_agrees(const struct vrrp_local *local, const struct vrrp_msg *msg,
				   unsigned *notes);

/*
 * Checks a packet whose IP header was sound, but for digests. `local` is the virtual router with
 * the packet's VRID (vrrp_peek_vrid()) on the interface and for the family it came in with, or
 * NULL. Returns VRRP_ACCEPTED and the message, or why not.
 */
enum vrrp_drop vrrp_receive(const struct vrrp_rx *rx, const struct vrrp_local *local,
			    struct vrrp_msg *msg, unsigned *notes);

#endif
