/* SPDX-License-Identifier: BSD-2-Clause */
/* ip_text.h - addresses and prefixes as text. */
#ifndef IP_TEXT_H
#define IP_TEXT_H

#include "ip.h"
#include "text.h"

enum { IP_TEXT_SIZE = 50 }; /* the longest address with prefix length, and NUL */

/* "192.0.2.1", "fe80::1": false when it is anything else (a zone such as %eth0 included). */
bool ip_parse(const char *from, struct ip_addr *addr);

/* "192.0.2.1/24"; without a length the whole address: /32 or /128. */
bool ip_parse_prefix(const char *from, struct ip_prefix *prefix);

/* "none" for no address. */
void ip_print(const struct ip_addr *addr, struct text *to);
void ip_print_prefix(const struct ip_prefix *prefix, struct text *to);

/* The same into a buffer of its own; returns it. */
const char *ip_string(const struct ip_addr *addr, char buf[IP_TEXT_SIZE]);
const char *ip_prefix_string(const struct ip_prefix *prefix, char buf[IP_TEXT_SIZE]);

#endif
