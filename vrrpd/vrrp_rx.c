/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrp_rx.h"

enum { AUTH_NONE = 0, AUTH_SIMPLE_TEXT = 1, AUTH_IP_AH = 2 };

/* Index of the address in the sorted list, or -1. */
static int find(const struct vrrp_local *local, const struct ip_addr *addr)
{
	unsigned lo = 0, hi = local->n_addrs;

	while (lo < hi) {
		unsigned mid = (lo + hi) / 2;
		int c = ip_cmp(addr, &local->addrs[mid]);

		if (c == 0)
			return (int)mid;
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return -1;
}

/* The lists are compared as sets: all routers SHOULD use one order (5.2.9), but need not. */
static bool same_addresses(const struct vrrp_local *local, const struct vrrp_msg *msg)
{
	uint8_t seen[(VRRP_ADDRS_MAX + 7) / 8] = { 0 };
	size_t len = ip_len(msg->family);

	if (local->n_addrs == 0)
		return true;
	if (local->n_addrs != msg->count)
		return false;
	for (unsigned i = 0; i < msg->count; i++) {
		struct ip_addr addr = ip_make(msg->family, msg->addrs + i * len);
		int at = find(local, &addr);

		if (at < 0 || (seen[at / 8] >> (at % 8) & 1) != 0)
			return false;
		seen[at / 8] |= (uint8_t)(1 << (at % 8));
	}
	return true;
}

static bool csum_taken(const struct vrrp_local *local, const struct vrrp_msg *msg)
{
	if (msg->version != 3 || msg->family != IP_V4)
		return true;
	switch (local->csum_accept) {
	case VRRP_CSUM_ACCEPT_ANY:
		return true;
	case VRRP_CSUM_ACCEPT_MESSAGE:
		return msg->csum != VRRP_CSUM_PSEUDO;
	case VRRP_CSUM_ACCEPT_PSEUDO:
		return msg->csum != VRRP_CSUM_MESSAGE;
	}
	return false;
}

/* Takes as long wherever the first difference is. */
static bool same_secret(const uint8_t *a, const uint8_t *b)
{
	unsigned different = 0;

	for (unsigned i = 0; i < VRRP2_AUTH_LEN; i++)
		different |= a[i] ^ b[i];
	return different == 0;
}

/* Version 2 has a field for it (RFC 2338 5.3.6); what version 3 adds is not said in the header. */
static enum vrrp_drop check_auth_type(const struct vrrp_local *local, const struct vrrp_msg *msg)
{
	uint8_t ours = local->auth == VRRP_AUTH_TEXT ? AUTH_SIMPLE_TEXT
		       : local->auth == VRRP_AUTH_AH ? AUTH_IP_AH
						     : AUTH_NONE;

	if (msg->version == 2 && msg->auth_type != AUTH_NONE &&
	    msg->auth_type != AUTH_SIMPLE_TEXT && msg->auth_type != AUTH_IP_AH)
		return VRRP_DROP_AUTH_TYPE_INVALID;
	if ((msg->version == 2 && msg->auth_type != ours) ||
	    (local->in_ah && local->auth != VRRP_AUTH_AH))
		return VRRP_DROP_AUTH_TYPE_MISMATCH;
	if (local->auth == VRRP_AUTH_AH && !local->in_ah)
		return VRRP_DROP_AUTH_MISSING;
	if (local->auth == VRRP_AUTH_TEXT && !same_secret(msg->auth_data, local->secret))
		return VRRP_DROP_AUTH_FAILED;
	return VRRP_ACCEPTED;
}

/* Version 2 after the checks that both versions share (3768 7.1). */
static enum vrrp_drop receive2(const struct vrrp_local *local, const struct vrrp_msg *msg)
{
	if (!same_addresses(local, msg) && msg->priority != VRRP_PRIORITY_OWNER)
		return VRRP_DROP_ADDRESS_LIST;
	/* Who speaks both versions is led by the interval of the Active, as in version 3. */
	if (!local->with_version2 && msg->interval_cs != local->interval_cs)
		return VRRP_DROP_INTERVAL_MISMATCH;
	if (local->with_version2 && local->src_sends_version3)
		return VRRP_DROP_VERSION2_COPY;
	return VRRP_ACCEPTED;
}

static unsigned notes3(const struct vrrp_local *local, const struct vrrp_msg *msg)
{
	unsigned notes = 0;

	if (!same_addresses(local, msg))
		notes |= VRRP_NOTE_ADDRESSES;
	if (msg->interval_cs != local->interval_cs)
		notes |= VRRP_NOTE_INTERVAL;
	return notes;
}

static bool is_peer(const struct vrrp_local *local, const struct ip_addr *addr)
{
	for (unsigned i = 0; i < local->n_peers; i++)
		if (ip_eq(&local->peers[i], addr))
			return true;
	return false;
}

static enum vrrp_drop decode(const struct vrrp_rx *rx, const struct vrrp_local *local,
			     struct vrrp_msg *msg)
{
	/* A stranger's VRID is refused as such whatever version it speaks. */
	unsigned versions = local ? 1u << local->version : VRRP_V2_BIT | VRRP_V3_BIT;

	if (local && local->with_version2)
		versions |= VRRP_V2_BIT;
	if (local && local->n_peers > 0)
		return vrrp_decode_unicast(rx, versions, &local->source, local->ttl_min, msg);
	return vrrp_decode(rx, versions, msg);
}

enum vrrp_drop vrrp_receive_sound(const struct vrrp_rx *rx, const struct vrrp_local *local,
				  struct vrrp_msg *msg)
{
	enum vrrp_drop drop = decode(rx, local, msg);

	if (drop != VRRP_ACCEPTED)
		return drop;
	if (local && !csum_taken(local, msg))
		return VRRP_DROP_CHECKSUM;
	if (!local)
		return VRRP_DROP_VRID;
	if (ip_eq(&rx->src, &local->source))
		return VRRP_DROP_SELF;
	if (local->n_peers > 0 && !is_peer(local, &rx->src))
		return VRRP_DROP_PEER;
	if (msg->count == 0)
		return VRRP_DROP_COUNT;
	if ((msg->version == 3 || local->with_version2) && msg->interval_cs == 0)
		return VRRP_DROP_INTERVAL_ZERO;
	if (msg->family == IP_V6) {
		struct ip_addr first = ip_make(IP_V6, msg->addrs);

		if (!ip_is_link_local6(&first))
			return VRRP_DROP_NOT_LINK_LOCAL;
	}
	return check_auth_type(local, msg);
}

enum vrrp_drop vrrp_receive_agrees(const struct vrrp_local *local, const struct vrrp_msg *msg,
				   unsigned *notes)
{
	enum vrrp_drop drop;

	*notes = 0;
	if (msg->version == 2) {
		drop = receive2(local, msg);
		if (drop != VRRP_ACCEPTED)
			return drop;
	} else {
		*notes = notes3(local, msg);
	}
	if (local->priority == VRRP_PRIORITY_OWNER)
		*notes |= VRRP_NOTE_OWNER;
	return VRRP_ACCEPTED;
}

enum vrrp_drop vrrp_receive(const struct vrrp_rx *rx, const struct vrrp_local *local,
			    struct vrrp_msg *msg, unsigned *notes)
{
	enum vrrp_drop drop = vrrp_receive_sound(rx, local, msg);

	*notes = 0;
	return drop != VRRP_ACCEPTED ? drop : vrrp_receive_agrees(local, msg, notes);
}
