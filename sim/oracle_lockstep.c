/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * In lockstep with the reference model: before the daemon gets a packet or the time, the model gets
 * it; after the daemon has done what it does, both must agree.
 *
 * When a virtual router starts or stops because of its interface is not the protocol's business:
 * there the model follows the daemon, and other rules look at whether it was right (USABLE, V9,
 * V12).
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "oracle_state.h"

static void lockstep_peers(struct watch *wt, const struct vrrp_cf_instance *cf,
			   const struct cf_model *m, struct vrrp_ref_cf *ref)
{
	size_t len = ip_len(cf->family);

	free(wt->ref_peers);
	wt->ref_peers = malloc(cf->unicast.peers.n * len + 1);
	CHECK(wt->ref_peers);
	for (uint32_t i = 0; i < cf->unicast.peers.n; i++)
		memcpy(wt->ref_peers + i * len, vrrp_cf_peer(m, cf, i)->address.b, len);
	ref->n_peers = cf->unicast.peers.n;
	ref->peers = wt->ref_peers;
	ref->least_ttl = cf->unicast.ttl_min;
}

void lockstep_configure(struct watch *wt, const struct vrrp_cf_instance *cf,
			const struct cf_model *m, bool is_new)
{
	size_t len = ip_len(cf->family), said = 0;
	struct vrrp_ref_cf ref = {
		.version = cf->version,
		.family = cf->family,
		.vrid = cf->vrid,
		.priority = cf->priority,
		.interval_cs = cf->interval_cs,
		.preempt = cf->preempt,
		.n_addrs = cf->n_advertised,
		.csum_accept = (enum vrrp_ref_csum)cf->checksum_accept,
		.down_adverts = cf->down_adverts,
		.learned_max_cs = (uint32_t)(cf->learned_interval_max.ns / 10000000),
		.preempt_delay_ns = cf->preempt_delay.ns,
		.also_v2 = cf->with_version2,
	};

	/* What its trackers make of a new priority is known only then: see track_follow(). */
	if (!is_new && (wt->n_tracks > 0 || *wt->group))
		ref.priority = wt->ref.cf.priority;
	lockstep_peers(wt, cf, m, &ref);
	free(wt->ref_addrs);
	wt->ref_addrs = malloc(cf->n_advertised * len);
	CHECK(wt->ref_addrs);
	for (uint32_t i = 0; i < cf->addresses.n; i++)
		if (vrrp_cf_address(m, cf, i)->advertise)
			memcpy(wt->ref_addrs + said++ * len,
			       vrrp_cf_address(m, cf, i)->address.addr.b, len);
	ref.addrs = wt->ref_addrs;
	if (is_new) {
		vrrp_ref_init(&wt->ref, &ref);
		return;
	}
	ref.has_source = wt->ref.cf.has_source;
	memcpy(ref.source, wt->ref.cf.source, 16);
	vrrp_ref_configure(&wt->ref, 0, &ref);
}

/* What the model does not know: what digests say. Whether that is right, the truth tells. */
static void lockstep_auth(struct oracle *o, struct host *h, struct watch *wt,
			  const struct vrrp_rx *rx, bool ah, enum vrrp_drop auth)
{
	const struct vrrp_cf_instance *cf =
		vrrpd_cf(h->d, (uint32_t)(wt - o->host[h->id].watch));
	struct vrrp_ref_cf *ref = &wt->ref.cf;
	enum vrrp_ref_verdict before;
	uint32_t interval_cs;
	uint8_t priority;

	ref->auth = VRRP_REF_AUTH_NONE;
	if (cf->auth.kind == VRRP_AUTH_TEXT)
		ref->auth = VRRP_REF_AUTH_TEXT;
	if (cf->auth.kind == VRRP_AUTH_AH)
		ref->auth = VRRP_REF_AUTH_AH;
	if (cf->auth.kind == VRRP_AUTH_HMAC)
		ref->auth = VRRP_REF_AUTH_HMAC;
	memcpy(ref->password, cf->auth.secret, sizeof ref->password);
	ref->in_ah = ah;
	ref->digest_says = VRRP_REF_ACCEPTED;
	if (cf->auth.kind != VRRP_AUTH_AH && cf->auth.kind != VRRP_AUTH_HMAC)
		return;
	/* Only where the model comes as far as that. */
	before = vrrp_ref_receive(ref, rx->src.family, rx->src.b, rx->dst.b, rx->ttl, rx->bytes,
				  rx->len, &priority, &interval_cs);
	if (before != VRRP_REF_ACCEPTED && before < VRRP_REF_ADDRESS_LIST)
		return;
	auth_judge(o, h, cf, rx, auth);
	if (auth != VRRP_ACCEPTED)
		ref->digest_says = VRRP_REF_AUTH_MISSING + (int)(auth - VRRP_DROP_AUTH_MISSING);
}

static struct v3_sender *v3_sender(struct watch *wt, const struct ip_addr *src)
{
	for (unsigned i = 0; i < wt->n_v3; i++)
		if (ip_eq(&wt->v3[i].addr, src))
			return &wt->v3[i];
	return NULL;
}

static bool is_heard_in_v3(struct watch *wt, const struct vrrp_rx *rx, mono_t at)
{
	const struct v3_sender *s = v3_sender(wt, &rx->src);

	return s && mono_before(at, s->until);
}

/* Of whom a version 2 advert is only a copy, for four of its intervals. */
static void note_v3(struct watch *wt, const struct vrrp_rx *rx, mono_t at, uint32_t interval_cs)
{
	struct v3_sender *s = v3_sender(wt, &rx->src);

	if (!wt->ref.cf.also_v2)
		return;
	if (!s) {
		CHECK(wt->n_v3 < sizeof wt->v3 / sizeof *wt->v3);
		s = &wt->v3[wt->n_v3++];
		s->addr = rx->src;
	}
	s->until = mono_add(at, SPAN_MS(4 * 10 * (uint64_t)interval_cs));
}

void lockstep_receives(struct oracle *o, struct host *h, const struct kern_iface *iface, mono_t at,
		       const struct vrrp_rx *rx, bool ah, enum vrrp_drop auth)
{
	struct watch *wt = find_watch(o, h, iface->name, rx->src.family, vrrp_peek_vrid(rx));
	enum vrrp_ref_state was;
	uint32_t interval_cs;
	uint8_t priority;

	if (wt)
		wt->ref.cf.source_is_v3 = is_heard_in_v3(wt, rx, at);
	o->rx_watch = wt;
	o->rx_at = at;
	if (wt)
		lockstep_auth(o, h, wt, rx, ah, auth);
	o->rx_verdict =
		vrrp_ref_receive(wt ? &wt->ref.cf : NULL, rx->src.family, rx->src.b, rx->dst.b,
				 rx->ttl, rx->bytes, rx->len, &priority, &interval_cs);
	if (o->rx_verdict != VRRP_REF_ACCEPTED) {
		if (wt) {
			o->rx_core = *real(h, &o->host[h->id], wt);
			o->rx_count = *vrrpd_counters(h->d, (uint32_t)(wt - o->host[h->id].watch));
		}
		o->rx_total = *vrrpd_totals(h->d);
		return;
	}
	auth_taken(o, h, rx);
	if (rx->bytes[0] >> 4 == 3)
		note_v3(wt, rx, at, interval_cs);
	if (wt->ref.state == VRRP_REF_INITIALIZE)
		return;
	was = wt->ref.state;
	group_hears(o, h, wt, priority, interval_cs, &rx->src);
	vrrp_ref_advert(&wt->ref, at.ns, priority, interval_cs, rx->src.b, &wt->expected);
	group_heard(o, h, wt, was, priority);
	windows_accepted(o, h, wt, priority, interval_cs);
}

void lockstep_timers(struct oracle *o, struct host *h)
{
	struct watched_host *wh = &o->host[h->id];
	mono_t local = host_now(h);

	group_wait(wh, local.ns);
	for (uint32_t i = 0; i < wh->n; i++) {
		struct watch *wt = &wh->watch[i];
		enum vrrp_ref_state was = wt->ref.state;

		if (vrrp_ref_deadline(&wt->ref) > local.ns ||
		    (was == VRRP_REF_BACKUP && !group_may(wh, wt)))
			continue;
		vrrp_ref_timer(&wt->ref, local.ns, &wt->expected);
		group_timed(o, h, wt, was, local.ns);
	}
}

static bool is_mute(enum vrrp_why why)
{
	return why == VRRP_WHY_LINK_DOWN || why == VRRP_WHY_NO_INTERFACE ||
	       why == VRRP_WHY_NO_SOURCE;
}

/* The interface made the daemon start or stop a router: the model does likewise. */
static void follow(struct oracle *o, struct host *h, struct watch *wt, const struct vrrp *core)
{
	bool started = core->state != VRRP_INITIALIZE, model = wt->ref.state != VRRP_REF_INITIALIZE;
	mono_t local = host_now(h);

	if (o->context == CONTEXT_RX)
		return;
	if (!ip_eq(&core->source, &(struct ip_addr){ 0 }))
		wt->ref.cf.has_source = true;
	memcpy(wt->ref.cf.source, core->source.b, 16);
	if (started && !model)
		vrrp_ref_startup(&wt->ref, local.ns, &wt->expected);
	else if (!started && model)
		vrrp_ref_shutdown(&wt->ref, local.ns, !is_mute(core->why), &wt->expected);
	else
		group_follow(o, h, wt, core);
}

static bool same_adverts(const struct watch *wt)
{
	return wt->sent == wt->expected.n_adverts && wt->sent <= SENT_MAX &&
	       memcmp(wt->sent_priority, wt->expected.advert_priority, wt->sent) == 0;
}

void lockstep_after(struct oracle *o, struct host *h, struct watch *wt, const struct vrrp *core)
{
	track_follow(o, h, wt, core);
	follow(o, h, wt, core);
	judge(o, RULE_LOCKSTEP, (unsigned)core->state == (unsigned)wt->ref.state,
	      "%s %s is %s, the model says %u", h->name, wt->name, vrrp_state_name(core->state),
	      wt->ref.state);
	judge(o, RULE_LOCKSTEP, vrrp_deadline(core).ns == vrrp_ref_deadline(&wt->ref),
	      "%s %s is due at %llu, the model at %llu", h->name, wt->name,
	      (unsigned long long)vrrp_deadline(core).ns,
	      (unsigned long long)vrrp_ref_deadline(&wt->ref));
	judge(o, RULE_COEXIST, wt->copies == (wt->ref.cf.also_v2 ? wt->sent : 0),
	      "%s %s sent %u adverts and %u copies in version 2", h->name, wt->name, wt->sent,
	      wt->copies);
	judge(o, RULE_LOCKSTEP, same_adverts(wt), "%s %s sent %u adverts (%u), the model %u (%u)",
	      h->name, wt->name, wt->sent, wt->sent_priority[0], wt->expected.n_adverts,
	      wt->expected.advert_priority[0]);
}

/* Which counter goes up for a verdict of the model. */
static enum vrrp_drop drop_of(enum vrrp_ref_verdict verdict)
{
	static const enum vrrp_drop of[] = {
		[VRRP_REF_ACCEPTED] = VRRP_ACCEPTED,
		[VRRP_REF_DESTINATION] = VRRP_DROP_DESTINATION,
		[VRRP_REF_TTL] = VRRP_DROP_TTL,
		[VRRP_REF_LENGTH] = VRRP_DROP_LENGTH,
		[VRRP_REF_VERSION] = VRRP_DROP_VERSION,
		[VRRP_REF_TYPE] = VRRP_DROP_TYPE,
		[VRRP_REF_CHECKSUM] = VRRP_DROP_CHECKSUM,
		[VRRP_REF_VRID] = VRRP_DROP_VRID,
		[VRRP_REF_SELF] = VRRP_DROP_SELF,
		[VRRP_REF_PEER] = VRRP_DROP_PEER,
		[VRRP_REF_COUNT] = VRRP_DROP_COUNT,
		[VRRP_REF_INTERVAL_ZERO] = VRRP_DROP_INTERVAL_ZERO,
		[VRRP_REF_NOT_LINK_LOCAL] = VRRP_DROP_NOT_LINK_LOCAL,
		[VRRP_REF_AUTH_TYPE_INVALID] = VRRP_DROP_AUTH_TYPE_INVALID,
		[VRRP_REF_AUTH_TYPE_MISMATCH] = VRRP_DROP_AUTH_TYPE_MISMATCH,
		[VRRP_REF_AUTH_MISSING] = VRRP_DROP_AUTH_MISSING,
		[VRRP_REF_AUTH_TRAILER] = VRRP_DROP_AUTH_TRAILER,
		[VRRP_REF_AUTH_KEY] = VRRP_DROP_AUTH_KEY,
		[VRRP_REF_AUTH_FAILED] = VRRP_DROP_AUTH_FAILED,
		[VRRP_REF_AUTH_STALE] = VRRP_DROP_AUTH_STALE,
		[VRRP_REF_AUTH_REPLAY] = VRRP_DROP_AUTH_REPLAY,
		[VRRP_REF_ADDRESS_LIST] = VRRP_DROP_ADDRESS_LIST,
		[VRRP_REF_INTERVAL_MISMATCH] = VRRP_DROP_INTERVAL_MISMATCH,
		[VRRP_REF_COPY] = VRRP_DROP_VERSION2_COPY,
	};

	return of[verdict];
}

/* A refused packet: the router is as it was, to the bit, and exactly one counter went up, the one
 * of the model's verdict. */
void lockstep_refused(struct oracle *o, struct host *h)
{
	enum vrrp_drop drop = drop_of(o->rx_verdict);
	struct vrrpd_totals total = o->rx_total;

	total.seen++;
	if (o->rx_watch) {
		uint32_t i = (uint32_t)(o->rx_watch - o->host[h->id].watch);

		o->rx_count.drops[drop]++;
		judge(o, RULE_V13,
		      memcmp(&o->rx_core, vrrpd_router(h->d, i), sizeof o->rx_core) == 0,
		      "%s %s changed because of a packet refused as %s", h->name, o->rx_watch->name,
		      vrrp_drop_name(drop));
		judge(o, RULE_V13,
		      memcmp(&o->rx_count, vrrpd_counters(h->d, i), sizeof o->rx_count) == 0,
		      "%s %s: a packet to be refused as %s was counted otherwise", h->name,
		      o->rx_watch->name, vrrp_drop_name(drop));
	} else {
		total.drops[drop]++;
	}
	judge(o, RULE_V13, memcmp(&total, vrrpd_totals(h->d), sizeof total) == 0,
	      "%s: a packet to be refused as %s was counted otherwise", h->name,
	      vrrp_drop_name(drop));
}
