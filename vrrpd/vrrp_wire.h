/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_wire.h - the VRRP message: bytes to struct and back. Version 2 is RFC 3768, version 3 is RFC
 * 9568 with its errata 8298..8301.
 *
 * A message that is refused has a reason, one of enum vrrp_drop. What depends on the configuration
 * of the virtual router it is for is checked in vrrp_rx.h.
 */
#ifndef VRRP_WIRE_H
#define VRRP_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ip.h"
#include "vrrp_auth_wire.h"

enum {
	VRRP_TTL = 255,               /* sent, and required on receipt (RFC 5082) */
	VRRP_TYPE_ADVERTISEMENT = 1,  /* the only type there is */
	VRRP_PRIORITY_OWNER = 255,
	VRRP_PRIORITY_LEAVING = 0,
	VRRP_ADDRS_MAX = 255,         /* the count is one byte */
	VRRP_INTERVAL_MAX_CS = 4095,  /* 12 bits of centiseconds, version 3 */
	VRRP_INTERVAL_MAX_S = 255,    /* one byte of seconds, version 2 */
	VRRP_HEADER_LEN = 8,
	VRRP2_AUTH_LEN = 8,           /* always there in version 2, also without authentication */
	VRRP_MESSAGE_MAX = VRRP_HEADER_LEN + 16 * VRRP_ADDRS_MAX + VRRP_TRAILER_LEN,
};

/* Bits of a set of versions. */
enum { VRRP_V2_BIT = 1 << 2, VRRP_V3_BIT = 1 << 3 };

/*
 * Why a packet was refused, in the order of the checks: a packet with several faults is counted
 * under the first (RFC 9568 7.1, RFC 3768 7.1). The names are the names of the counters and in the
 * log.
 */
#define VRRP_DROPS(X)                                                                              \
	X(IP_HEADER, "ip-header", "malformed IP header")                                           \
	X(FRAGMENT, "fragment", "not a whole packet")                                              \
	X(TTL, "ttl", "TTL or Hop Limit too low: forwarded, or forged from elsewhere")             \
	X(DESTINATION, "destination", "not sent to the VRRP group; with peers, not to our source") \
	X(LENGTH, "length", "message shorter than its header says")                                \
	X(VERSION, "version", "VRRP version not spoken here")                                      \
	X(TYPE, "type", "not an advertisement")                                                    \
	X(CHECKSUM, "checksum", "wrong checksum")                                                  \
	X(VRID, "vrid", "VRID not configured on this interface")                                   \
	X(SELF, "self", "our own source address: a loop, or an address used twice")                \
	X(PEER, "peer", "not from one of the unicast peers")                                       \
	X(COUNT, "count", "no address in it")                                                      \
	X(INTERVAL_ZERO, "interval-zero", "advertisement interval of zero")                        \
	X(NOT_LINK_LOCAL, "not-link-local", "first IPv6 address is not link-local")                \
	X(AUTH_TYPE_INVALID, "auth-type-invalid", "unknown authentication type")                   \
	X(AUTH_TYPE_MISMATCH, "auth-type-mismatch", "authentication type differs from ours")       \
	X(AUTH_MISSING, "auth-missing", "not authenticated")                                       \
	X(AUTH_TRAILER, "auth-trailer", "an authentication trailer of an unknown form")            \
	X(AUTH_KEY, "auth-key", "authenticated with a key that is not known here")                 \
	X(AUTH_FAILED, "auth-failed", "wrong password or digest: forged, damaged, or another key") \
	X(AUTH_STALE, "auth-stale", "sent long ago, or the clocks of the routers differ")          \
	X(AUTH_REPLAY, "auth-replay", "heard before, or sent before what was heard last")          \
	X(ADDRESS_LIST, "address-list", "addresses differ from ours (version 2)")                  \
	X(INTERVAL_MISMATCH, "interval-mismatch", "interval differs from ours (version 2)")        \
	X(VERSION2_COPY, "older-copy", "a copy: its sender is also heard in version 3")

enum vrrp_drop {
	VRRP_ACCEPTED,
#define X(id, name, doc) VRRP_DROP_##id,
	VRRP_DROPS(X)
#undef X
	VRRP_DROP_N
};

/* "ttl", "checksum", ...; "accepted" for VRRP_ACCEPTED. */
const char *vrrp_drop_name(enum vrrp_drop drop);
/* The same in words. */
const char *vrrp_drop_doc(enum vrrp_drop drop);

/* A received message with what the IP header said of it. Borrows its bytes. */
struct vrrp_rx {
	struct ip_addr src, dst;
	uint8_t ttl;
	const uint8_t *bytes;
	size_t len; /* from the IP header, not from the frame */
};

/* Which of the two checksums of version 3 over IPv4 a message carries: RFC 9568 5.2.8 sums the
 * message alone; many took RFC 5798 to include the pseudo-header. Version 2 has only the first,
 * IPv6 only the second. */
enum vrrp_csum {
	VRRP_CSUM_MESSAGE,
	VRRP_CSUM_PSEUDO,
	VRRP_CSUM_EITHER, /* received: the pseudo-header happens to sum up to nothing */
};

struct vrrp_msg {
	uint8_t version;      /* 2 or 3 */
	uint8_t vrid;
	uint8_t priority;
	uint8_t auth_type;    /* version 2 */
	uint32_t interval_cs; /* centiseconds; in version 2 a multiple of 100 */
	enum vrrp_csum csum;
	uint8_t family;       /* of the addresses, and of the IP header */
	uint8_t count;
	const uint8_t *addrs; /* count times 4 or 16 bytes, borrowed */
	const uint8_t *auth_data; /* version 2: VRRP2_AUTH_LEN bytes, borrowed; to send: NULL for
				     zeros */
	const uint8_t *trailer; /* VRRP_TRAILER_LEN bytes that follow, borrowed; NULL: there are
				   not just so many, or none are to be sent */
};

/* 224.0.0.18 or ff02::12. */
struct ip_addr vrrp_group(uint8_t family);

/* The virtual router MAC address, 00-00-5E-00-{01,02}-VRID (RFC 9568 7.3). */
void vrrp_mac(uint8_t family, uint8_t vrid, uint8_t mac[6]);

/*
 * Decodes a message and checks what does not depend on local configuration but for the set of
 * versions spoken: TTL, destination, length, version, type, length again, checksum, in this order.
 * `versions` is of VRRP_V2_BIT and VRRP_V3_BIT; over IPv6 only version 3 counts. Returns
 * VRRP_ACCEPTED or a reason; the message is whole only when accepted.
 */
enum vrrp_drop vrrp_decode(const struct vrrp_rx *rx, unsigned versions, struct vrrp_msg *msg);

/* The same for a router that has unicast peers: the destination is its own address, not the group,
 * and the TTL at least ttl_min. With `own` unset, as long as it has none, any but a group is taken.
 */
enum vrrp_drop vrrp_decode_unicast(const struct vrrp_rx *rx, unsigned versions,
				   const struct ip_addr *own, uint8_t ttl_min,
				   struct vrrp_msg *msg);

/* The VRID of a message that may be anything; 0, which is no VRID, when it is too short to have
 * one. */
uint8_t vrrp_peek_vrid(const struct vrrp_rx *rx);

/*
 * Writes a message with its checksum, to be sent from src to dst. interval_cs must be in the range
 * of the version. Returns its length, 0 when it does not fit in `size`.
 */
size_t vrrp_encode(const struct vrrp_msg *msg, const struct ip_addr *src, const struct ip_addr *dst,
		   void *buf, size_t size);

#endif
