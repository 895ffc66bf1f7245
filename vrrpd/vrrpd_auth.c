/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Authentication: what is put into the adverts of a virtual router, and whether one that was
 * received proves where it comes from.
 *
 * It owns the keys of a configuration, and of each router what it has to remember: how far it and
 * others have counted. Those marks survive a reload; a packet that is refused does not touch them.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "ip_text.h"
#include "ip_wire.h"
#include "vrrpd_state.h"

/* ---- what a configuration brings ---------------------------------------------------------- */

static bool make_digest(struct vrrpd *d, enum digest_kind kind)
{
	char text[200];
	struct text why = text_open(text, sizeof text);

	if (!d->digest[kind])
		d->digest[kind] = digest_new(kind, &why);
	return d->digest[kind] != NULL;
}

static unsigned marks_of(const struct vr *vr)
{
	if (vr->cf.auth.kind != VRRP_AUTH_HMAC)
		return 0;
	return vr->n_peers > VRRP_SENDERS_MIN ? vr->n_peers : VRRP_SENDERS_MIN;
}

static void read_keys(struct auth_keys *k, const struct cf_model *m, const struct vrrp_cf *vrrp)
{
	for (uint32_t i = 0; i < vrrp->keys.n && i < VRRP_KEYS_MAX; i++) {
		const struct vrrp_cf_key *key = vrrp_cf_key(m, vrrp, i);

		k->key[i] = key->key;
		if (k->key[i].len > VRRP_KEY_MAX)
			k->key[i].len = VRRP_KEY_MAX;
		k->place[key->id] = (uint8_t)(i + 1);
	}
}

/* The keys that the router takes: all, or those that it lists and the one it uses. */
static void read_accepted(struct vr *vr, const struct cf_model *m)
{
	const struct vrrp_cf_auth *a = &vr->cf.auth;

	if (a->accept.n == 0)
		memset(vr->auth.accepts, 0xff, sizeof vr->auth.accepts);
	for (uint32_t i = 0; i < a->accept.n; i++) {
		uint8_t id = vrrp_cf_key_id(m, a, i)->id;

		vr->auth.accepts[id / 8] |= (uint8_t)(1 << id % 8);
	}
	vr->auth.accepts[a->hmac_key / 8] |= (uint8_t)(1 << a->hmac_key % 8);
}

bool setup_auth(struct vrrpd *d, struct setup *s, const struct cf_model *m,
		const struct vrrp_cf *vrrp)
{
	struct vrrp_mark *mark;
	size_t marks = 0;

	for (uint32_t i = 0; i < s->n; i++) {
		struct vr *vr = &s->vr[i];

		marks += marks_of(vr);
		if ((vr->cf.auth.kind == VRRP_AUTH_AH && !make_digest(d, DIGEST_MD5)) ||
		    (vr->cf.auth.kind == VRRP_AUTH_HMAC && !make_digest(d, DIGEST_SHA256)))
			return false;
	}
	s->keys = calloc(1, sizeof *s->keys);
	s->marks = mark = calloc(marks + 1, sizeof *mark);
	if (!s->keys || !s->marks)
		return false;
	read_keys(s->keys, m, vrrp);
	for (uint32_t i = 0; i < s->n; i++) {
		struct vr *vr = &s->vr[i];

		read_accepted(vr, m);
		vr->auth.replay = (struct vrrp_replay){ .mark = mark, .max = marks_of(vr) };
		mark += marks_of(vr);
		s->has_hmac |= vr->cf.auth.kind == VRRP_AUTH_HMAC;
	}
	return true;
}

void free_auth(struct setup *s)
{
	if (s->keys)
		digest_wipe(s->keys, sizeof *s->keys);
	for (uint32_t i = 0; s->vr && i < s->n; i++)
		digest_wipe(&s->vr[i].cf.auth, sizeof s->vr[i].cf.auth);
	free(s->keys);
	free(s->marks);
}

void auth_keep(struct vr *to, const struct vr *from)
{
	to->auth.sender = from->auth.sender;
	to->auth.ah_seq = from->auth.ah_seq;
	if (to->auth.replay.max > 0)
		vrrp_replay_keep(&to->auth.replay, &from->auth.replay);
}

/* ---- sending ------------------------------------------------------------------------------ */

static const struct vrrp_cf_secret *find_key(const struct setup *s, uint8_t id)
{
	unsigned place = s->keys->place[id];

	return place > 0 ? &s->keys->key[place - 1] : NULL;
}

/* The digest of a message that is followed by a trailer, in which it is zero. */
static void hmac(const struct vrrpd *d, const struct vrrp_cf_secret *key, const struct ip_addr *src,
		 const uint8_t *bytes, size_t len, const uint8_t *trailer,
		 uint8_t mac[VRRP_TRAILER_MAC_LEN])
{
	static const uint8_t zeros[VRRP_TRAILER_MAC_LEN];
	uint8_t pseudo[VRRP_PSEUDO_LEN];
	const struct digest_part part[] = {
		{ pseudo, sizeof pseudo },
		{ bytes, VRRP_CSUM_AT },
		{ zeros, 2 },
		{ bytes + VRRP_HEADER_LEN, len - VRRP_HEADER_LEN },
		{ trailer, VRRP_TRAILER_LEN - VRRP_TRAILER_MAC_LEN },
		{ zeros, sizeof zeros },
	};

	vrrp_trailer_pseudo(bytes[0] >> 4, bytes[1], src, pseudo);
	digest_hmac(d->digest[DIGEST_SHA256], key->bytes, key->len, part,
		    sizeof part / sizeof *part, mac, VRRP_TRAILER_MAC_LEN);
}

static void put_trailer(struct vrrpd *d, struct vr *vr, mono_t now, struct vrrp_msg *msg,
			uint8_t trailer[VRRP_TRAILER_LEN])
{
	const struct vrrp_cf_secret *key = find_key(&d->s, vr->cf.auth.hmac_key);
	struct ip_addr group = vrrp_group(vr->cf.family);
	uint8_t bytes[VRRP_MESSAGE_MAX];
	size_t len = vrrp_encode(msg, &vr->core.source, &group, bytes, sizeof bytes);

	if (!key) /* an old configuration that ends: it has been replaced already */
		return;
	vrrp_trailer_encode(vr->cf.auth.hmac_key,
			    vrrp_sender_next(&vr->auth.sender, &d->clock, now, vr->cf.auth.fresh),
			    trailer);
	hmac(d, key, &vr->core.source, bytes, len, trailer,
	     trailer + VRRP_TRAILER_LEN - VRRP_TRAILER_MAC_LEN);
	msg->trailer = trailer;
}

void vr_auth_sign(struct vrrpd *d, struct vr *vr, mono_t now, struct vrrp_msg *msg,
		  uint8_t trailer[VRRP_TRAILER_LEN])
{
	switch ((enum vrrp_auth)vr->cf.auth.kind) {
	case VRRP_AUTH_NONE:
		break;
	case VRRP_AUTH_TEXT:
		msg->auth_type = 1;
		msg->auth_data = vr->cf.auth.secret;
		break;
	case VRRP_AUTH_AH:
		msg->auth_type = 2;
		/* Every second for 136 years: then adverts are refused. */
		vr->auth.ah_seq += vr->auth.ah_seq < UINT32_MAX;
		break;
	case VRRP_AUTH_HMAC:
		if (vr->cf.auth.mode != VRRP_AUTH_RECEIVE_ONLY)
			put_trailer(d, vr, now, msg, trailer);
		break;
	}
}

static void ah_icv(const struct vrrpd *d, const struct vr *vr, const struct vrrp_ah_ip *ip,
		   const uint8_t *ah, const uint8_t *bytes, size_t len, uint8_t icv[AH_ICV_LEN])
{
	uint8_t cover[AH_COVER_LEN];
	const struct digest_part part[] = { { cover, sizeof cover }, { bytes, len } };

	vrrp_ah_cover(ip, ah, len, cover);
	digest_hmac(d->digest[DIGEST_MD5], vr->cf.auth.secret, sizeof vr->cf.auth.secret, part, 2,
		    icv, AH_ICV_LEN);
}

void vr_send_ah(struct vrrpd *d, struct vr *vr, const struct vrrp_msg *msg,
		const struct ip_addr *dst)
{
	const struct vrrp_ah_ip ip = { .src = vr->core.source, .dst = *dst, .ttl = VRRP_TTL };
	uint8_t bytes[AH_LEN + VRRP_MESSAGE_MAX];
	size_t len = vrrp_encode(msg, &vr->core.source, dst, bytes + AH_LEN, VRRP_MESSAGE_MAX);

	CHECK(len > 0);
	vrrp_ah_encode(&ip.src, vr->auth.ah_seq, bytes);
	ah_icv(d, vr, &ip, bytes, bytes + AH_LEN, len, bytes + AH_ICV_AT);
	len += AH_LEN;
	if (!vmac_send(d, vr, msg->priority, IP_PROTO_AH, dst, bytes, len))
		d->ops->send_ah(d->ctx, iface_of(d, vr)->ifindex, &ip.src, dst, bytes, len);
}

/* ---- receiving ---------------------------------------------------------------------------- */

static enum vrrp_drop judge_ah(const struct vrrpd *d, const struct vr *vr, const struct vrrp_rx *rx,
			       const struct ah_packet *in, struct auth_proof *proof)
{
	const struct vrrp_ah_ip ip = { .src = rx->src, .dst = rx->dst, .ttl = rx->ttl,
				       .id = in->ip_id };
	uint8_t icv[AH_ICV_LEN];
	struct vrrp_ah ah;

	vrrp_ah_decode(in->header, AH_LEN, &ah);
	ah_icv(d, vr, &ip, in->header, rx->bytes, rx->len, icv);
	if (!digest_same(icv, ah.icv, sizeof icv) || ah.spi != vrrp_ah_spi(&rx->src))
		return VRRP_DROP_AUTH_FAILED;
	/* One count for the whole group, what we send in it: who becomes Active goes on with it. */
	if (ah.seq <= vr->auth.ah_seq)
		return VRRP_DROP_AUTH_REPLAY;
	proof->ah_seq = ah.seq;
	return VRRP_ACCEPTED;
}

static enum vrrp_drop judge_trailer(const struct vrrpd *d, const struct vr *vr, mono_t at,
				    const struct vrrp_rx *rx, const struct vrrp_msg *msg,
				    struct auth_proof *proof)
{
	const struct vrrp_cf_secret *key;
	uint8_t mac[VRRP_TRAILER_MAC_LEN];
	struct vrrp_trailer t;

	if (!msg->trailer)
		return vr->cf.auth.mode == VRRP_AUTH_ENFORCE ? VRRP_DROP_AUTH_MISSING
							     : VRRP_ACCEPTED;
	if (!vrrp_trailer_decode(msg->trailer, &t))
		return VRRP_DROP_AUTH_TRAILER;
	key = find_key(&d->s, t.key_id);
	if (!key || (vr->auth.accepts[t.key_id / 8] >> t.key_id % 8 & 1) == 0)
		return VRRP_DROP_AUTH_KEY;
	hmac(d, key, &rx->src, rx->bytes, rx->len - VRRP_TRAILER_LEN, msg->trailer, mac);
	if (!digest_same(mac, t.mac, sizeof mac))
		return VRRP_DROP_AUTH_FAILED;
	proof->has_trailer = true;
	proof->seq = t.seq;
	proof->fresh = vrrp_replay_judge(&vr->auth.replay, &d->clock, &rx->src, t.seq, at,
					 vr->cf.auth.fresh);
	switch (proof->fresh) {
	case VRRP_FRESH:
	case VRRP_FRESH_CORRECTS:
		return VRRP_ACCEPTED;
	case VRRP_STALE:
		return VRRP_DROP_AUTH_STALE;
	case VRRP_REPLAYED:
		return VRRP_DROP_AUTH_REPLAY;
	}
	CHECK_UNREACHABLE();
}

enum vrrp_drop vr_auth_judge(const struct vrrpd *d, const struct vr *vr, mono_t at,
			     const struct vrrp_rx *rx, const struct ah_packet *in,
			     const struct vrrp_msg *msg, struct auth_proof *proof)
{
	*proof = (struct auth_proof){ 0 };
	if (vr->cf.auth.kind == VRRP_AUTH_AH)
		return judge_ah(d, vr, rx, in, proof);
	if (vr->cf.auth.kind == VRRP_AUTH_HMAC)
		return judge_trailer(d, vr, at, rx, msg, proof);
	return VRRP_ACCEPTED;
}

static void log_clock(struct vrrpd *d, enum log_level level, const char *text)
{
	log_begin(&d->line, level, "clock");
	log_text(&d->line, "text", text);
	vrrpd_log(d);
}

void vr_auth_take(struct vrrpd *d, struct vr *vr, mono_t at, const struct vrrp_rx *rx,
		  const struct auth_proof *proof)
{
	if (vr->cf.auth.kind == VRRP_AUTH_AH)
		vr->auth.ah_seq = proof->ah_seq;
	if (!proof->has_trailer)
		return;
	vrrp_replay_take(&vr->auth.replay, &rx->src, proof->seq, at);
	if (proof->fresh != VRRP_FRESH_CORRECTS)
		return;
	vrrp_clock_believe(&d->clock, at);
	log_clock(d, LOG_LEVEL_WARNING,
		  "the wall clock is believed from now on: an authentic advert agrees with it, and "
		  "not with the time before it was stepped");
}

void vrrpd_wall(struct vrrpd *d, mono_t now, uint64_t unix_ns)
{
	enum vrrp_clock_news news = vrrp_clock_wall(&d->clock, now, unix_ns);
	uint32_t suppressed;

	if (!d->s.has_hmac || news == VRRP_CLOCK_AGREES || news == VRRP_CLOCK_DIFFERS ||
	    !log_allow(&d->limit_clock, now, DROP_LOG_EVERY, &suppressed))
		return;
	log_clock(d, LOG_LEVEL_WARNING,
		  news == VRRP_CLOCK_STEPPED
			  ? "the wall clock was stepped: adverts go on by the time before, until "
			    "one that is received agrees with it, or ten minutes have passed"
			  : "the wall clock, which was stepped ten minutes ago, is believed from "
			    "now on");
}

bool vrrpd_hears_ah(const struct vrrpd *d, uint32_t ifindex)
{
	for (uint32_t i = 0; i < d->s.n; i++)
		if (d->s.vr[i].cf.auth.kind == VRRP_AUTH_AH &&
		    d->s.iface[d->s.vr[i].iface].ifindex == ifindex)
			return true;
	return false;
}
