/* SPDX-License-Identifier: BSD-2-Clause */
#include "ip_attr.h"

/* Of what is unset, only that it is. */
static bool same_addr(const struct ip_addr *a, const struct ip_addr *b)
{
	return ip_is_set(a) == ip_is_set(b) && (!ip_is_set(a) || ip_eq(a, b));
}

static bool same_text(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

static bool same_label(const char *want, const char *has, const char *ifname)
{
	return same_text(want[0] ? want : ifname, has[0] ? has : ifname);
}

bool ip_attr_same(const struct ip_attr *want, const struct ip_attr *has, uint8_t family,
		  const char *ifname)
{
	if (want->no_prefix_route != has->no_prefix_route ||
	    want->deprecated != has->deprecated || !same_addr(&want->peer, &has->peer))
		return false;
	return family != IP_V4 ||
	       (want->scope == has->scope && same_label(want->label, has->label, ifname) &&
		same_addr(&want->broadcast, &has->broadcast));
}
