/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ip.h - IPv4 and IPv6 addresses and prefixes as values. Text is in ip_text.h.
 */
#ifndef IP_H
#define IP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum ip_family { IP_NONE = 0, IP_V4 = 4, IP_V6 = 6 };

/* Bytes are in network order; an IPv4 address uses the first four and the rest are zero, so that
 * two equal addresses are equal byte for byte. A zeroed struct is "no address". */
struct ip_addr {
	uint8_t family; /* enum ip_family */
	uint8_t b[16];
};

struct ip_prefix {
	struct ip_addr addr; /* host bits are kept: 192.0.2.10/24 is an address with its network */
	uint8_t len;         /* 0..32 or 0..128 */
};

/* Bytes of an address of this family: 4, 16, or 0 for IP_NONE. */
static inline size_t ip_len(uint8_t family)
{
	return family == IP_V4 ? 4 : family == IP_V6 ? 16 : 0;
}

static inline struct ip_addr ip_make(enum ip_family family, const void *bytes)
{
	struct ip_addr a = { .family = (uint8_t)family };

	memcpy(a.b, bytes, ip_len(a.family));
	return a;
}

static inline struct ip_addr ip4(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
	return (struct ip_addr){ .family = IP_V4, .b = { a, b, c, d } };
}

/* Order of two addresses: by family, then unsigned in network byte order, which is the order of the
 * VRRP tie-break (RFC 9568 6.4.3). */
static inline int ip_cmp(const struct ip_addr *a, const struct ip_addr *b)
{
	return a->family != b->family ? (a->family < b->family ? -1 : 1) : memcmp(a->b, b->b, 16);
}

static inline bool ip_eq(const struct ip_addr *a, const struct ip_addr *b)
{
	return ip_cmp(a, b) == 0;
}

static inline bool ip_is_set(const struct ip_addr *a)
{
	return a->family != IP_NONE;
}

/* fe80::/10 (RFC 4291 2.5.6); false for IPv4. */
static inline bool ip_is_link_local6(const struct ip_addr *a)
{
	return a->family == IP_V6 && a->b[0] == 0xfe && (a->b[1] & 0xc0) == 0x80;
}

static inline bool ip_is_multicast(const struct ip_addr *a)
{
	return a->family == IP_V4 ? (a->b[0] & 0xf0) == 0xe0
				  : a->family == IP_V6 && a->b[0] == 0xff;
}

static inline bool ip_is_unspecified(const struct ip_addr *a)
{
	static const uint8_t zero[16];

	return memcmp(a->b, zero, 16) == 0;
}

static inline bool ip_is_loopback(const struct ip_addr *a)
{
	static const uint8_t one6[16] = { [15] = 1 };

	return a->family == IP_V4 ? a->b[0] == 127
				  : a->family == IP_V6 && memcmp(a->b, one6, 16) == 0;
}

#endif
