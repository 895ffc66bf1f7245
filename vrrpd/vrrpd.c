/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The VRRP daemon without its surroundings: packets find their virtual router here, virtual routers
 * step, and what they ask for is done through the port.
 *
 * It owns the virtual routers, their deadlines and their counters. It never blocks, reads no clock
 * and keeps nothing outside struct vrrpd. What the kernel has is in vrrpd_kernel.c, what the
 * operator wants in vrrpd_apply.c.
 */
#include "vrrpd.h"

#include <stdlib.h>

#include "check.h"
#include "ip_text.h"
#include "ip_wire.h"
#include "vrrpd_state.h"

struct vrrpd *vrrpd_new(const struct vrrpd_ops *ops, void *ctx)
{
	struct vrrpd *d = calloc(1, sizeof *d);

	if (d) {
		d->ops = ops;
		d->ctx = ctx;
		d->track_at = MONO_NEVER;
	}
	return d;
}

void vrrpd_free(struct vrrpd *d)
{
	if (d) {
		setup_free(&d->s);
		lease_free(&d->lease);
		refusal_free(&d->refusal);
		for (unsigned i = 0; i < DIGEST_KINDS; i++)
			digest_free(d->digest[i]);
		hooks_free(&d->hooks);
		free(d);
	}
}

/* ---- log ---------------------------------------------------------------------------------- */

void vrrpd_log(struct vrrpd *d)
{
	d->ops->log(d->ctx, &d->line);
}

struct log_line *vr_log(struct vrrpd *d, const struct vr *vr, enum log_level level,
			const char *event)
{
	log_begin(&d->line, level, event);
	log_text(&d->line, "vrrp", vr->cf.name);
	return &d->line;
}

static void log_state(struct vrrpd *d, const struct vr *vr, const struct vrrp_act *act)
{
	struct log_line *l = vr_log(d, vr, LOG_LEVEL_INFO, "state");
	char text[IP_TEXT_SIZE];

	log_text(l, "from", vrrp_state_name(act->state.from));
	log_text(l, "to", vrrp_state_name(act->state.to));
	log_text(l, "why", vrrp_why_name(act->state.why));
	log_uint(l, "prio", vr->core.params.priority);
	if (ip_is_set(&vr->core.active)) {
		log_text(l, "active", ip_string(&vr->core.active, text));
		log_uint(l, "active_prio", vr->core.active_priority);
	}
	log_text(l, "interface", vr->cf.interface);
	log_uint(l, "vrid", vr->cf.vrid);
	log_text(l, "family", vr->cf.family == IP_V4 ? "ipv4" : "ipv6");
	vr_group_log(d, vr, l, act->state.why);
	vrrpd_log(d);
}

static void add_suppressed(struct log_line *l, uint32_t suppressed)
{
	if (suppressed > 0)
		log_uint(l, "suppressed", suppressed);
}

/* `vr` is NULL when the packet belongs to none. */
static void log_drop(struct vrrpd *d, struct vr *vr, mono_t at, enum vrrp_drop drop,
		     const struct iface *iface, const struct vrrp_rx *rx)
{
	/* Other groups on the network, and adverts in both versions, are nothing to worry about. */
	bool normal = drop == VRRP_DROP_VRID || drop == VRRP_DROP_VERSION2_COPY;
	enum log_level level = normal ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARNING;
	struct log_line *l = &d->line;
	char text[IP_TEXT_SIZE];
	uint32_t suppressed;

	if (!log_allow(vr ? &vr->limit.drop[drop] : &d->limit[drop], at, DROP_LOG_EVERY,
		       &suppressed))
		return;
	if (vr)
		vr_log(d, vr, level, "drop");
	else
		log_begin(l, level, "drop");
	log_text(l, "reason", vrrp_drop_name(drop));
	if (iface)
		log_text(l, "interface", iface->name);
	if (rx) {
		log_text(l, "src", ip_string(&rx->src, text));
		log_uint(l, "vrid", vrrp_peek_vrid(rx));
		log_uint(l, "ttl", rx->ttl);
		log_uint(l, "len", rx->len);
	}
	add_suppressed(l, suppressed);
	log_text(l, "text", vrrp_drop_doc(drop));
	vrrpd_log(d);
}

/* ---- acts --------------------------------------------------------------------------------- */

static void send_to(struct vrrpd *d, struct vr *vr, const struct vrrp_msg *msg,
		    const struct ip_addr *dst)
{
	uint8_t bytes[VRRP_MESSAGE_MAX];
	size_t len;

	if (vr->cf.auth.kind == VRRP_AUTH_AH) {
		vr_send_ah(d, vr, msg, dst);
		return;
	}
	len = vrrp_encode(msg, &vr->core.source, dst, bytes, sizeof bytes);
	CHECK(len > 0);
	if (!vmac_send(d, vr, msg->priority, IP_PROTO_VRRP, dst, bytes, len))
		d->ops->send(d->ctx, iface_of(d, vr)->ifindex, &vr->core.source, dst, bytes, len);
}

/* To the group, or to each of the peers: their checksums may differ. */
static void send_to_all(struct vrrpd *d, struct vr *vr, mono_t now, struct vrrp_msg *msg)
{
	struct ip_addr group = vrrp_group(vr->cf.family);
	uint8_t trailer[VRRP_TRAILER_LEN];

	vr_auth_sign(d, vr, now, msg, trailer);
	for (unsigned i = 0; i < vr->n_peers; i++)
		send_to(d, vr, msg, &vr->peer[i]);
	if (vr->n_peers == 0)
		send_to(d, vr, msg, &group);
	msg->trailer = NULL;
}

static void send_advert(struct vrrpd *d, struct vr *vr, mono_t now, uint8_t priority)
{
	struct vrrp_msg msg = {
		.version = vr->cf.version,
		.vrid = vr->cf.vrid,
		.priority = priority,
		.interval_cs = vr->core.params.interval_cs,
		.csum = vr->csum,
		.family = vr->cf.family,
		.count = (uint8_t)vr->cf.n_advertised,
		.addrs = vr->wire_addrs,
	};

	if (iface_of(d, vr)->ifindex == 0) /* gone, and not looked at yet: nobody would hear it */
		return;
	send_to_all(d, vr, now, &msg);
	if (vr->cf.with_version2) {
		msg.version = 2;
		msg.interval_cs = vrrp_coexist_interval2(msg.interval_cs);
		msg.csum = VRRP_CSUM_MESSAGE;
		send_to_all(d, vr, now, &msg);
	}
	vr->count.adverts_sent++;
	if (priority == VRRP_PRIORITY_LEAVING)
		vr->count.prio_zero_sent++;
}

static void on_state(struct vrrpd *d, struct vr *vr, mono_t now, const struct vrrp_act *act)
{
	/* A Backup may not run where somebody else has set its address; an Active may. */
	if (act->state.from == VRRP_ACTIVE) {
		vr->check_at = now;
		vr_rivals_end(d, vr);
	}
	switch (act->state.to) {
	case VRRP_INITIALIZE:
		vr->count.became_initialize++;
		break;
	case VRRP_BACKUP:
		vr->count.became_backup++;
		break;
	case VRRP_ACTIVE:
		vr->count.became_active++;
		break;
	case VRRP_STATE_N:
		CHECK_UNREACHABLE();
	}
	vr->count.last = (struct vrrpd_change){ act->state.from, act->state.to, act->state.why,
						now };
	if (act->state.to == VRRP_ACTIVE)
		vr->count.new_active = vrrp_new_active(act->state.why);
	d->total.changes++;
	log_state(d, vr, act);
	vr_hook_state(d, vr, act->state.to, act->state.why);
	vr_wake_followers(d, vr, now);
}

static void perform(struct vrrpd *d, struct vr *vr, mono_t now, const struct vrrp_out *out)
{
	for (unsigned i = 0; i < out->n; i++) {
		const struct vrrp_act *act = &out->v[i];

		switch (act->kind) {
		case VRRP_ACT_ADVERT:
			send_advert(d, vr, now, act->advert.priority);
			lease_advert(d, vr, now, act->advert.priority);
			break;
		case VRRP_ACT_ADDRS:
			vr_addrs(d, vr, now);
			if (act->addrs.present) {
				vr_announce_start(d, vr, now);
			} else {
				vr_announce_stop(d, vr);
				lease_end(d, vr, now);
			}
			break;
		case VRRP_ACT_STATE:
			on_state(d, vr, now, act);
			break;
		case VRRP_ACT_RIVAL:
			vr_rival_heard(d, vr, now, act);
			vr_announce_again(d, vr, now); /* not more often than it allows */
			vr_group_announce(d, vr, now);
			break;
		}
	}
}

void vr_step(struct vrrpd *d, struct vr *vr, mono_t now, const struct vrrp_ev *ev)
{
	enum vrrp_state from = vr->core.state;
	struct vrrp_out out;

	vrrp_step(&vr->core, now, ev, &out);
	perform(d, vr, now, &out);
	vr_requeue(d, vr);
	vr_group_stepped(d, vr, now, from);
}

/* ---- packets ------------------------------------------------------------------------------ */

static struct vr *vr_of_packet(struct vrrpd *d, const struct iface *iface, const struct vrrp_rx *rx)
{
	uint32_t i;

	if (!iface || !map_find(&d->s.by_key,
				router_key((uint32_t)(iface - d->s.iface), rx->src.family,
					   vrrp_peek_vrid(rx)),
				&i))
		return NULL;
	return &d->s.vr[i];
}

static void count_drop(struct vrrpd *d, struct vr *vr, mono_t at, enum vrrp_drop drop,
		       const struct iface *iface, const struct vrrp_rx *rx)
{
	if (vr)
		vr->count.drops[drop]++;
	else
		d->total.drops[drop]++;
	log_drop(d, vr, at, drop, iface, rx);
}

static void log_note(struct vrrpd *d, struct vr *vr, mono_t at, struct log_limit *limit,
		     const char *event, const struct vrrp_rx *rx, const struct vrrp_msg *msg,
		     const char *text)
{
	char src[IP_TEXT_SIZE];
	struct log_line *l;
	uint32_t suppressed;

	if (!log_allow(limit, at, DROP_LOG_EVERY, &suppressed))
		return;
	l = vr_log(d, vr, LOG_LEVEL_WARNING, event);
	log_text(l, "src", ip_string(&rx->src, src));
	log_uint(l, "src_prio", msg->priority);
	log_fmt(l, "src_interval", "%u.%02us", msg->interval_cs / 100, msg->interval_cs % 100);
	log_uint(l, "src_count", msg->count);
	add_suppressed(l, suppressed);
	log_text(l, "text", text);
	vrrpd_log(d);
}

static void take_notes(struct vrrpd *d, struct vr *vr, mono_t at, unsigned notes,
		       const struct vrrp_rx *rx, const struct vrrp_msg *msg)
{
	if (notes & VRRP_NOTE_OWNER) {
		vr->count.note_owner++;
		if (msg->priority == VRRP_PRIORITY_OWNER)
			log_note(d, vr, at, &vr->limit.owner, "two-owners", rx, msg,
				 "another router also has priority 255, that of the address "
				 "owner: correct one of them");
	}
	if (notes & VRRP_NOTE_ADDRESSES) {
		vr->count.note_addresses++;
		log_note(d, vr, at, &vr->limit.addresses, "addresses-differ", rx, msg,
			 "another router of the group has other addresses");
	}
	if (notes & VRRP_NOTE_INTERVAL) {
		vr->count.note_interval++;
		log_note(d, vr, at, &vr->limit.interval, "interval-differs", rx, msg,
			 "another router of the group has another interval; a Backup follows that "
			 "of its Active");
	}
}

/* A peer that sums the pseudo-header may refuse what we send without it, and the reverse. */
static void mirror_csum(struct vrrpd *d, struct vr *vr, mono_t at, const struct vrrp_rx *rx,
			const struct vrrp_msg *msg)
{
	char src[IP_TEXT_SIZE];
	struct log_line *l;
	uint32_t suppressed;

	if (vr->cf.checksum != VRRP_CF_CSUM_AUTO || msg->version != 3 || vr->cf.family != IP_V4 ||
	    msg->csum == vr->csum || msg->csum == VRRP_CSUM_EITHER)
		return;
	vr->csum = msg->csum;
	/* Two peers of different forms change it with every advert. */
	if (!log_allow(&vr->limit.csum, at, DROP_LOG_EVERY, &suppressed))
		return;
	l = vr_log(d, vr, LOG_LEVEL_INFO, "checksum");
	log_text(l, "form", msg->csum == VRRP_CSUM_PSEUDO ? "pseudo-header" : "message");
	log_text(l, "src", ip_string(&rx->src, src));
	add_suppressed(l, suppressed);
	log_text(l, "text", "adverts carry this checksum from now on, as those of that router do");
	vrrpd_log(d);
}

/* A Backup that could take over and does not yet: an operator who waits for it wants to know. */
static void log_patience(struct vrrpd *d, struct vr *vr, mono_t at, const struct vrrp_rx *rx,
			 const struct vrrp_msg *msg)
{
	char text[IP_TEXT_SIZE];
	struct log_line *l;
	uint32_t suppressed;

	if (!log_allow(&vr->limit.patience, at, DROP_LOG_EVERY, &suppressed))
		return;
	l = vr_log(d, vr, LOG_LEVEL_INFO, "preempt-delay");
	log_text(l, "active", ip_string(&rx->src, text));
	log_uint(l, "active_prio", msg->priority);
	log_uint(l, "prio", vr->core.params.priority);
	log_fmt(l, "delay_ms", "%llu",
		(unsigned long long)(vr->core.params.preempt_delay.ns / 1000000));
	add_suppressed(l, suppressed);
	log_text(l, "text",
		 "an Active of lower priority is heard, and taken over from after the delay");
	vrrpd_log(d);
}

/* Who speaks version 3 of those that version 2 may be heard from (8.4.2). */
static void note_version(struct vrrpd *d, struct vr *vr, mono_t at, const struct vrrp_rx *rx,
			 const struct vrrp_msg *msg)
{
	char src[IP_TEXT_SIZE];
	struct log_line *l;
	uint32_t suppressed;

	if (msg->version == 2 || !vr->cf.with_version2 ||
	    !vrrp_coexist_heard3(&vr->coexist, &rx->src, at, msg->interval_cs) ||
	    !log_allow(&vr->limit.no_version2, at, DROP_LOG_EVERY, &suppressed))
		return;
	l = vr_log(d, vr, LOG_LEVEL_WARNING, "no-version2");
	log_text(l, "src", ip_string(&rx->src, src));
	add_suppressed(l, suppressed);
	log_text(l, "text",
		 "this Active does not send version 2 as well: who speaks only that does not hear "
		 "it");
	vrrpd_log(d);
}

static struct vrrp_local local_of(const struct vr *vr, mono_t at, const struct vrrp_rx *rx,
				  bool in_ah)
{
	return (struct vrrp_local){
		.version = vr->cf.version, .priority = vr->cf.priority,
		.csum_accept = vr->cf.checksum_accept, .interval_cs = vr->cf.interval_cs,
		.source = vr->core.source, .addrs = vr->sorted,
		.n_addrs = vr->cf.n_advertised,
		.peers = vr->peer, .n_peers = vr->n_peers, .ttl_min = vr->cf.unicast.ttl_min,
		.with_version2 = vr->cf.with_version2,
		.src_sends_version3 = vr->cf.with_version2 &&
			vrrp_coexist_sends3(&vr->coexist, &rx->src, at),
		.auth = vr->cf.auth.kind, .in_ah = in_ah, .secret = vr->cf.auth.secret,
	};
}

/* All checks, in their order. Nothing changes. */
static enum vrrp_drop check(const struct vrrpd *d, const struct vr *vr, mono_t at,
			    const struct vrrp_rx *rx, const struct ah_packet *in,
			    struct vrrp_msg *msg, struct auth_proof *proof, unsigned *notes)
{
	struct vrrp_local local;
	enum vrrp_drop drop;

	if (!vr)
		return vrrp_receive_sound(rx, NULL, msg);
	local = local_of(vr, at, rx, in != NULL);
	drop = vrrp_receive_sound(rx, &local, msg);
	if (drop == VRRP_ACCEPTED)
		drop = vr_auth_judge(d, vr, at, rx, in, msg, proof);
	if (drop == VRRP_ACCEPTED)
		drop = vrrp_receive_agrees(&local, msg, notes);
	return drop;
}

static enum vrrp_drop receive(struct vrrpd *d, mono_t at, uint32_t ifindex,
			      const struct vrrp_rx *rx, const struct ah_packet *in)
{
	const struct iface *iface = iface_by_index(d, ifindex);
	struct vr *vr = vr_of_packet(d, iface, rx);
	struct auth_proof proof;
	enum vrrp_drop drop;
	struct vrrp_msg msg;
	bool was_patient;
	unsigned notes;

	d->total.seen++;
	drop = check(d, vr, at, rx, in, &msg, &proof, &notes);
	if (drop != VRRP_ACCEPTED) {
		if (drop == VRRP_DROP_VERSION2_COPY)
			vrrp_coexist_heard2(&vr->coexist, &rx->src);
		count_drop(d, vr, at, drop, iface, rx);
		return drop;
	}
	vr_auth_take(d, vr, at, rx, &proof);
	note_version(d, vr, at, rx, &msg);
	if (vr->core.state == VRRP_INITIALIZE) {
		vr->count.ignored++;
		return VRRP_ACCEPTED;
	}
	vr->count.adverts_received++;
	if (msg.version == 3 && msg.family == IP_V4) {
		vr->count.csum_message += msg.csum != VRRP_CSUM_PSEUDO;
		vr->count.csum_pseudo += msg.csum == VRRP_CSUM_PSEUDO;
	}
	if (msg.priority == VRRP_PRIORITY_LEAVING) {
		vr->count.prio_zero_received++;
		vr_rival_left(d, vr, &rx->src);
	}
	if (notes != 0)
		take_notes(d, vr, at, notes, rx, &msg);
	mirror_csum(d, vr, at, rx, &msg);
	was_patient = vrrp_is_patient(&vr->core);
	vr_step(d, vr, at, &(struct vrrp_ev){ .kind = VRRP_EV_ADVERT, .advert = {
		.src = rx->src, .priority = msg.priority, .interval_cs = msg.interval_cs,
		.stand = vr_group_stands(d, vr, at, &rx->src, &msg) } });
	if (!was_patient && vrrp_is_patient(&vr->core))
		log_patience(d, vr, at, rx, &msg);
	return VRRP_ACCEPTED;
}

enum vrrp_drop vrrpd_rx(struct vrrpd *d, mono_t at, uint32_t ifindex, const struct vrrp_rx *rx)
{
	return receive(d, at, ifindex, rx, NULL);
}

/* The message behind the header. */
static struct vrrp_rx in_ah(const struct vrrp_rx *rx)
{
	struct vrrp_rx inner = *rx;

	CHECK(vrrp_ah_is_vrrp(rx->bytes, rx->len));
	inner.bytes += AH_LEN;
	inner.len -= AH_LEN;
	return inner;
}

enum vrrp_drop vrrpd_rx_ah(struct vrrpd *d, mono_t at, uint32_t ifindex, const struct vrrp_rx *rx,
			   uint16_t ip_id)
{
	struct vrrp_rx inner = in_ah(rx);

	return receive(d, at, ifindex, &inner, &(struct ah_packet){ rx->bytes, ip_id });
}

enum vrrp_drop vrrpd_authentic(const struct vrrpd *d, mono_t at, uint32_t ifindex,
			       const struct vrrp_rx *rx, const uint16_t *ip_id)
{
	struct vrrp_rx inner = ip_id ? in_ah(rx) : *rx;
	struct ah_packet in = { rx->bytes, ip_id ? *ip_id : 0 };
	struct vrrpd *unchanged = (struct vrrpd *)d;
	const struct vr *vr = vr_of_packet(unchanged, iface_by_index(unchanged, ifindex), &inner);
	struct auth_proof proof;
	struct vrrp_msg msg;
	unsigned notes;
	enum vrrp_drop drop =
		check(d, vr, at, &inner, ip_id ? &in : NULL, &msg, &proof, &notes);

	return drop >= VRRP_DROP_AUTH_MISSING && drop <= VRRP_DROP_AUTH_REPLAY ? drop
									       : VRRP_ACCEPTED;
}

void vrrpd_rx_bad(struct vrrpd *d, mono_t at, uint32_t ifindex, enum vrrp_drop drop)
{
	CHECK(drop == VRRP_DROP_IP_HEADER || drop == VRRP_DROP_FRAGMENT);
	d->total.seen++;
	count_drop(d, NULL, at, drop, iface_by_index(d, ifindex), NULL);
}

void vrrpd_send_failed(struct vrrpd *d)
{
	d->total.send_failures++;
}

/* ---- time --------------------------------------------------------------------------------- */

void vr_requeue(struct vrrpd *d, struct vr *vr)
{
	bool waits = vr->core.waits && vr->group != NOT_FOUND;
	mono_t timer_at = waits ? MONO_NEVER : vrrp_deadline(&vr->core);
	mono_t at = mono_min(timer_at, vrrp_rival_deadline(&vr->rivals));

	dlheap_set(&d->s.heap, (uint32_t)(vr - d->s.vr), mono_min(at, vr->check_at));
}

/* A Backup that could have taken over long ago, and does not know what it missed. */
static void note_woke_late(struct vrrpd *d, struct vr *vr, mono_t now)
{
	struct log_line *l;
	uint32_t suppressed;

	vr->count.woke_late++;
	if (!log_allow(&vr->limit.woke_late, now, DROP_LOG_EVERY, &suppressed))
		return;
	l = vr_log(d, vr, LOG_LEVEL_WARNING, "woke-late");
	log_uint(l, "listens_ms", mono_since(vr->core.timer_at, now).ns / 1000000);
	add_suppressed(l, suppressed);
	log_text(l, "text",
		 "this process did not run when the Active was due: it listens for one more "
		 "advertisement before it takes over");
	vrrpd_log(d);
}

void vr_run_timer(struct vrrpd *d, struct vr *vr, mono_t now, bool wait)
{
	bool was_late = vr->core.woke_late;

	vr_step(d, vr, now, &(struct vrrp_ev){ .kind = VRRP_EV_TIMER, .timer = { wait } });
	if (vr->core.woke_late && !was_late)
		note_woke_late(d, vr, now);
}

void vrrpd_timer(struct vrrpd *d, mono_t now)
{
	if (mono_due(d->track_at, now)) {
		vrrpd_track_timer(d, now);
		if (d->all_changed)
			vrrpd_evaluate(d, now);
	}
	while (mono_due(dlheap_next(&d->s.heap), now)) {
		struct vr *vr = &d->s.vr[dlheap_top(&d->s.heap)];

		if (vr->group != NOT_FOUND && vr->core.state == VRRP_BACKUP)
			vr_group_due(d, vr, now);
		else if (mono_due(vrrp_deadline(&vr->core), now))
			vr_run_timer(d, vr, now, false);
		vr_rivals_silent(d, vr, now);
		if (mono_due(vr->check_at, now))
			vr_evaluate(d, vr, now);
		vr_requeue(d, vr);
		CHECK(!mono_due(vr->check_at, now));
	}
	vrrpd_announce(d, now); /* after the adverts of all */
	refusal_update(d, now);
	fib_timer(d, now);
	lease_update(d, now);
}

span_t vrrpd_stall(const struct vrrpd *d)
{
	return d->s.n > 0 ? d->s.stall : STALL_MAX;
}

void vrrpd_gap(struct vrrpd *d, mono_t now, span_t gap)
{
	struct log_line *l = &d->line;
	uint32_t suppressed;

	if (gap.ns > d->total.longest_gap.ns)
		d->total.longest_gap = gap;
	if (gap.ns <= vrrpd_stall(d).ns)
		return;
	d->total.stalls++;
	if (!log_allow(&d->limit_stall, now, DROP_LOG_EVERY, &suppressed))
		return;
	log_begin(l, LOG_LEVEL_WARNING, "stall");
	log_uint(l, "gap_us", gap.ns / 1000);
	log_uint(l, "limit_us", vrrpd_stall(d).ns / 1000);
	add_suppressed(l, suppressed);
	log_text(l, "text",
		 "this process was stopped, busy or not scheduled for so long after it had "
		 "something to do");
	vrrpd_log(d);
}

mono_t vrrpd_deadline(const struct vrrpd *d)
{
	mono_t soon = mono_min(mono_min(lease_deadline(d), refusal_deadline(d)),
			       vrrpd_announce_deadline(d));

	soon = mono_min(soon, d->track_at);
	soon = mono_min(soon, fib_deadline(d));

	return mono_min(dlheap_next(&d->s.heap), soon);
}

void vrrpd_stop(struct vrrpd *d, mono_t now)
{
	d->stopping = true;
	d->all_changed = true;
	d->lease.dirty = true;
	vrrpd_evaluate(d, now);
}

bool vrrpd_settled(const struct vrrpd *d)
{
	return vrrpd_has_left(d) && lease_settled(d) && refusal_settled(d);
}

bool vrrpd_has_left(const struct vrrpd *d)
{
	for (uint32_t i = 0; i < d->s.n; i++)
		if (d->s.vr[i].core.state == VRRP_ACTIVE || !vmac_gone(d, &d->s.vr[i]))
			return false;
	for (uint32_t i = 0; i < d->s.n_vips; i++) {
		const struct vip *vip = &d->s.vips[i];

		if (vip->have == VIP_OURS || vip->have == VIP_UNKNOWN || vip->pending != VIP_IDLE)
			return false;
	}
	return fib_settled(d);
}

/* ---- looking at it ------------------------------------------------------------------------ */

static void log_drops(struct log_line *l, const uint64_t drops[VRRP_DROP_N])
{
	for (unsigned i = VRRP_ACCEPTED + 1; i < VRRP_DROP_N; i++)
		if (drops[i] > 0)
			log_uint(l, vrrp_drop_name((enum vrrp_drop)i), drops[i]);
}

static void log_last_change(struct log_line *l, const struct vr *vr, mono_t now)
{
	const struct vrrpd_counters *c = &vr->count;

	log_uint(l, "counting_ms", mono_since(now, c->since).ns / 1000000);
	log_text(l, "new_active", vrrp_new_active_name(c->new_active));
	if (c->last.why == VRRP_WHY_NONE)
		return;
	log_text(l, "last_from", vrrp_state_name(c->last.from));
	log_text(l, "last_to", vrrp_state_name(c->last.to));
	log_text(l, "last_why", vrrp_why_name(c->last.why));
	log_uint(l, "last_ms", mono_since(now, c->last.at).ns / 1000000);
}

static void log_vr_counters(struct vrrpd *d, const struct vr *vr, mono_t now)
{
	struct log_line *l = vr_log(d, vr, LOG_LEVEL_INFO, "counters");
	const struct vrrpd_counters *c = &vr->count;
	const struct { const char *key; uint64_t value;
	} row[] = {
		{ "adverts_sent", c->adverts_sent },
		{ "adverts_received", c->adverts_received },
		{ "ignored", c->ignored },
		{ "prio_zero_sent", c->prio_zero_sent },
		{ "prio_zero_received", c->prio_zero_received },
		{ "became_active", c->became_active },
		{ "became_backup", c->became_backup },
		{ "became_initialize", c->became_initialize },
		{ "rivals", c->rivals },
		{ "rival_episodes", c->rival_episodes },
		{ "rivals_here", vr->rivals.n },
		{ "announced", c->announced },
		{ "announced_late", c->announced_late },
		{ "addr_failures", c->addr_failures },
		{ "addr_removed", c->addr_removed },
		{ "device_failures", c->device_failures },
		{ "route_failures", c->route_failures },
		{ "route_removed", c->route_removed },
		{ "owner_seen", c->note_owner },
		{ "addresses_differ", c->note_addresses },
		{ "interval_differs", c->note_interval },
		{ "csum_message", c->csum_message },
		{ "csum_pseudo", c->csum_pseudo },
		{ "lease_expired", c->lease_expired },
		{ "woke_late", c->woke_late },
	};

	log_text(l, "state", vrrp_state_name(vr->core.state));
	for (unsigned i = 0; i < sizeof row / sizeof *row; i++)
		log_uint(l, row[i].key, row[i].value);
	log_last_change(l, vr, now);
	log_drops(l, c->drops);
	vrrpd_log(d);
}

void vrrpd_log_counters(struct vrrpd *d, mono_t now)
{
	for (uint32_t i = 0; i < d->s.n; i++) {
		log_vr_counters(d, &d->s.vr[i], now);
		vr_log_rivals(d, &d->s.vr[i]);
	}
	vrrpd_log_scripts(d);
	vrrpd_log_hooks(d);
	log_begin(&d->line, LOG_LEVEL_INFO, "totals");
	log_uint(&d->line, "seen", d->total.seen);
	log_uint(&d->line, "retired", d->total.retired);
	log_uint(&d->line, "static_failures", d->total.static_failures);
	log_uint(&d->line, "static_removed", d->total.static_removed);
	log_uint(&d->line, "lease_failures", d->total.lease_failures);
	log_uint(&d->line, "send_failures", d->total.send_failures);
	log_uint(&d->line, "stalls", d->total.stalls);
	log_uint(&d->line, "longest_gap_us", d->total.longest_gap.ns / 1000);
	log_drops(&d->line, d->total.drops);
	vrrpd_log(d);
}

uint32_t vrrpd_n(const struct vrrpd *d)
{
	return d->s.n;
}

bool vrrpd_uses(const struct vrrpd *d, const char *interface)
{
	return setup_find_iface(&d->s, interface) != NOT_FOUND;
}

const char *vrrpd_name(const struct vrrpd *d, uint32_t i)
{
	return d->s.vr[i].cf.name;
}

const struct vrrp *vrrpd_router(const struct vrrpd *d, uint32_t i)
{
	return &d->s.vr[i].core;
}

const struct vrrp_cf_instance *vrrpd_cf(const struct vrrpd *d, uint32_t i)
{
	return &d->s.vr[i].cf;
}

const struct vrrpd_counters *vrrpd_counters(const struct vrrpd *d, uint32_t i)
{
	return &d->s.vr[i].count;
}

const struct vrrpd_totals *vrrpd_totals(const struct vrrpd *d)
{
	return &d->total;
}
