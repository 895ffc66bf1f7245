/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_auth_wire.h - what authentication adds to a VRRP message: where its bytes lie, and what is
 * digested. No digest is computed here, and no key is known.
 *
 * The trailer of draft-cassen-vrrp-auth-hmac follows the message: HMAC-SHA-256, cut to 16 bytes,
 * over a pseudo-header and the message with its trailer, in which the checksum and the digest count
 * as zero. Over IPv4 the VRRP checksum ends before the trailer, over IPv6 the trailer is part of
 * it.
 *
 * The Authentication Header (RFC 2402) of RFC 2338 5.3.6.3 lies between the IPv4 header and the
 * message: HMAC-MD5, cut to 12 bytes (RFC 2403). The field knows one way of it, keepalived's: the
 * Security Parameters Index is the source address, and the TTL counts as it is for a group, where
 * RFC 2402 has every TTL count as zero.
 */
#ifndef VRRP_AUTH_WIRE_H
#define VRRP_AUTH_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ip.h"

/* How a virtual router's adverts prove where they come from. */
enum vrrp_auth {
	VRRP_AUTH_NONE,
	VRRP_AUTH_TEXT, /* version 2: a password in each advert (RFC 2338 5.3.6.2) */
	VRRP_AUTH_AH,   /* version 2: an IP Authentication Header (RFC 2338 5.3.6.3) */
	VRRP_AUTH_HMAC, /* a trailer */
};

enum {
	VRRP_TRAILER_LEN = 28,
	VRRP_TRAILER_MAC_LEN = 16,
	VRRP_TRAILER_SHA256 = 1, /* the only type there is */
	VRRP_PSEUDO_LEN = 20,
	VRRP_KEY_MIN = 32,       /* bytes */
	VRRP_KEY_MAX = 64,
	VRRP_CSUM_AT = 6,        /* in the message: two bytes */
	AH_LEN = 24,
	AH_ICV_LEN = 12,
	AH_ICV_AT = 12,          /* in the header */
	AH_COVER_LEN = 20 + AH_LEN,
	VRRP_PASSWORD_LEN = 8,   /* of both kinds of version 2 */
};

struct vrrp_trailer {
	uint8_t type, key_id;
	uint16_t reserved;
	uint64_t seq; /* 32 bits of seconds, 16 of their fraction, 16 that count within it */
	const uint8_t *mac; /* VRRP_TRAILER_MAC_LEN bytes, borrowed */
};

/* Reads VRRP_TRAILER_LEN bytes. False: of a type that is not known, or not as that type is. */
bool vrrp_trailer_decode(const uint8_t *bytes, struct vrrp_trailer *t);
/* Writes them, with zeros for the digest. */
void vrrp_trailer_encode(uint8_t key_id, uint64_t seq, uint8_t *bytes);
/* What is digested before the message: VRRP_PSEUDO_LEN bytes. */
void vrrp_trailer_pseudo(uint8_t version, uint8_t vrid, const struct ip_addr *src,
			 uint8_t *pseudo);

struct vrrp_ah {
	uint8_t next;    /* the IP protocol that follows */
	uint32_t spi, seq;
	const uint8_t *icv;     /* AH_ICV_LEN bytes, borrowed */
	const uint8_t *message; /* what follows */
	size_t len;
};

/* The packet that an Authentication Header is part of, as far as the digest covers it. */
struct vrrp_ah_ip {
	struct ip_addr src, dst;
	uint8_t ttl;
	uint16_t id;
};

/* Reads what follows the IPv4 header. False: too short, or with a digest of another length. */
bool vrrp_ah_decode(const uint8_t *bytes, size_t len, struct vrrp_ah *ah);
/* Whether this is a VRRP message in such a header: there are other uses of protocol 51. */
bool vrrp_ah_is_vrrp(const uint8_t *bytes, size_t len);
/* Writes AH_LEN bytes, with zeros for the digest. */
void vrrp_ah_encode(const struct ip_addr *src, uint32_t seq, uint8_t *bytes);
/* The index that goes with a source. */
uint32_t vrrp_ah_spi(const struct ip_addr *src);
/* The IPv4 header and the Authentication Header as they are digested, before a message of `len`
 * bytes: AH_COVER_LEN bytes. `ah` is the header as received or written. */
void vrrp_ah_cover(const struct vrrp_ah_ip *ip, const uint8_t *ah, size_t len,
		   uint8_t *cover);

#endif
