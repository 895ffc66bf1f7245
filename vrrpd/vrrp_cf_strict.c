/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrp_cf_strict.h"

#include "vrrp_cf.h"

/* ---- what breaks a rule: a setting that was refused by itself is zero, and breaks none ------- */

static bool other_down_adverts(const struct vrrp_cf_instance *cf)
{
	return cf->down_adverts != 0 && cf->down_adverts != 3;
}

static bool delayed_preemption(const struct vrrp_cf_instance *cf)
{
	return cf->preempt_delay.ns > 0;
}

static bool capped_interval(const struct vrrp_cf_instance *cf)
{
	return cf->version == 3 && cf->learned_interval_max.ns > 0;
}

static bool unicast(const struct vrrp_cf_instance *cf)
{
	return cf->unicast.peers.n > 0;
}

static bool sums_version_3_over_ipv4(const struct vrrp_cf_instance *cf)
{
	return cf->version == 3 && cf->family == IP_V4;
}

static bool other_checksum(const struct vrrp_cf_instance *cf)
{
	return sums_version_3_over_ipv4(cf) && cf->checksum == VRRP_CF_CSUM_PSEUDO;
}

static bool other_checksum_accepted(const struct vrrp_cf_instance *cf)
{
	return sums_version_3_over_ipv4(cf) && cf->checksum_accept == VRRP_CSUM_ACCEPT_PSEUDO;
}

static bool authenticated(const struct vrrp_cf_instance *cf)
{
	return cf->auth.type != VRRP_AUTH_NONE || cf->auth.hmac_key != 0;
}

static bool holds_addresses_back(const struct vrrp_cf_instance *cf)
{
	return cf->n_advertised > 0 && cf->n_advertised != cf->addresses.n;
}

/* ---- the rules ---------------------------------------------------------------------------- */

struct rule {
	const char *setting;
	bool (*broken)(const struct vrrp_cf_instance *cf);
	const char *text;
};

static const struct rule rules[] = {
	{ "preempt_delay", delayed_preemption,
	  "a Backup takes over when its timer fires (RFC 9568 6.4.2, RFC 3768 6.4.2)" },
	{ "down_adverts", other_down_adverts,
	  "a Backup waits for three advertisements (RFC 9568 6.1, RFC 3768 6.1)" },
	{ "learned_interval_max", capped_interval,
	  "a Backup follows whatever interval its Active says (RFC 9568 6.4.2)" },
	{ "unicast", unicast,
	  "advertisements go to the multicast group (RFC 9568 5.1.1.2 and 5.1.2.2, RFC 3768 "
	  "5.2.2)" },
	{ "checksum", other_checksum,
	  "in version 3 over IPv4 the sum is of the message alone (RFC 9568 5.2.8)" },
	{ "checksum_accept", other_checksum_accepted,
	  "in version 3 over IPv4 the sum is of the message alone (RFC 9568 5.2.8 and 7.1)" },
	{ "auth", authenticated,
	  "advertisements are not authenticated (RFC 9568 9, RFC 3768 5.3.6)" },
	{ "addresses", holds_addresses_back,
	  "all of them are in the advertisement (RFC 9568 5.2.9, RFC 3768 5.3.9)" },
};

void vrrp_cf_strict_check(struct cf_load *l, struct vrrp_cf_instance *cf)
{
	if (!cf->strict)
		return;
	for (unsigned i = 0; i < sizeof rules / sizeof *rules; i++)
		if (rules[i].broken(cf))
			cf_error(l, cf, rules[i].setting, "not with strict = true: %s",
				 rules[i].text);
	if (cf->checksum == VRRP_CF_CSUM_AUTO)
		cf->checksum = VRRP_CF_CSUM_MESSAGE;
	if (cf->checksum_accept == VRRP_CSUM_ACCEPT_ANY)
		cf->checksum_accept = VRRP_CSUM_ACCEPT_MESSAGE;
}
