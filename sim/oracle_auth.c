/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Authentication, judged by what really happened: the simulator knows which advert a host has sent,
 * whatever digests say. Nobody may accept one that no host of the world has sent as it is, nor one
 * twice in the life of a daemon, nor one that is older than the window; and who sends in order, to
 * hosts that hear it, is accepted.
 */
#include <string.h>

#include "oracle_state.h"

/* What a digest covers of a message: all but the checksum, and where it comes from. */
static uint64_t hash_of(const struct ip_addr *src, const uint8_t *bytes, size_t len)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < ip_len(src->family); i++)
		h = (h ^ src->b[i]) * UINT64_C(0x100000001b3);
	for (size_t i = 0; i < len; i++)
		if (i != VRRP_CSUM_AT && i != VRRP_CSUM_AT + 1)
			h = (h ^ bytes[i]) * UINT64_C(0x100000001b3);
	return h;
}

void auth_sent(struct oracle *o, const struct host *h, const struct ip_addr *src, const void *msg,
	       size_t len)
{
	uint64_t hash = hash_of(src, msg, len);
	struct truth *last = &o->truth[(o->n_truths + TRUTHS - 1) % TRUTHS];

	if (o->n_truths > 0 && last->hash == hash && last->at.ns == o->w->now.ns)
		return; /* the same to another peer */
	o->truth[o->n_truths++ % TRUTHS] = (struct truth){ hash, o->w->now, h->id, 0 };
}

static struct truth *find_truth(struct oracle *o, uint64_t hash)
{
	for (uint64_t i = o->n_truths; i-- > 0 && i + TRUTHS >= o->n_truths;)
		if (o->truth[i % TRUTHS].hash == hash)
			return &o->truth[i % TRUTHS];
	return NULL;
}

/* Whether the host has taken it, or a later one of the same sender. */
static bool took_one(const struct oracle *o, const struct truth *t, uint32_t host)
{
	for (uint64_t i = o->n_truths; i-- > 0 && i + TRUTHS >= o->n_truths;) {
		const struct truth *other = &o->truth[i % TRUTHS];

		if (other->host == t->host && (other->taken >> host & 1) != 0)
			return true;
		if (other == t)
			return false;
	}
	return true;
}

void auth_judge(struct oracle *o, struct host *h, const struct vrrp_cf_instance *cf,
		const struct vrrp_rx *rx, enum vrrp_drop says)
{
	struct truth *t = find_truth(o, hash_of(&rx->src, rx->bytes, rx->len));
	bool late;

	if (cf->auth.mode != VRRP_AUTH_ENFORCE)
		return;
	late = t && mono_since(o->w->now, t->at).ns > cf->auth.fresh.ns + 1000000000;
	judge(o, RULE_AUTH, says != VRRP_ACCEPTED || t, "%s accepts an advert that nobody sent",
	      h->name);
	judge(o, RULE_AUTH, says != VRRP_ACCEPTED || !t || (t->taken >> h->id & 1) == 0,
	      "%s accepts an advert for the second time", h->name);
	if (cf->auth.kind != VRRP_AUTH_HMAC || !t)
		return;
	judge(o, RULE_AUTH, says != VRRP_ACCEPTED || !late, "%s accepts an old advert", h->name);
	if ((says == VRRP_DROP_AUTH_STALE || says == VRRP_DROP_AUTH_REPLAY) && !o->clocks_wrong)
		judge(o, RULE_AUTH, late || took_one(o, t, h->id),
		      "%s refuses an advert as %s that it had to take", h->name,
		      vrrp_drop_name(says));
}

void auth_taken(struct oracle *o, const struct host *h, const struct vrrp_rx *rx)
{
	struct truth *t = find_truth(o, hash_of(&rx->src, rx->bytes, rx->len));

	if (t)
		t->taken |= UINT64_C(1) << h->id;
}

/* A new daemon remembers nothing. */
void auth_forget(struct oracle *o, const struct host *h)
{
	for (unsigned i = 0; i < TRUTHS; i++)
		o->truth[i].taken &= ~(UINT64_C(1) << h->id);
}
