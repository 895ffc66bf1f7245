/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel has: links and addresses as it reports them, and what follows for the virtual
 * routers.
 *
 * Reports are only written down; vrrpd_evaluate() then looks at each virtual router as a whole. So
 * the order of reports does not matter, a burst of them leads to one decision, and a complete
 * report after a lost one (sync) is nothing special.
 *
 * Addresses are a plan carried out: wanted is what the state says, have is what the kernel says,
 * and the difference is asked for. What somebody else set on the interface is never removed.
 */
#include <errno.h>
#include <string.h>

#include "check.h"
#include "ip_text.h"
#include "vrrpd_state.h"

/* ---- writing down what is reported -------------------------------------------------------- */

static struct iface *find_name(struct vrrpd *d, const char *name)
{
	uint32_t i = setup_find_iface(&d->s, name);

	return i != NOT_FOUND ? &d->s.iface[i] : NULL;
}

/* Its routers are to be looked at by vrrpd_evaluate(). With trackers, or addresses on another
 * interface than their router's, those of other interfaces may depend on it too. */
void iface_note_change(struct vrrpd *d, struct iface *iface)
{
	if (d->s.n_trackers > 0 || iface->guests || d->s.fib.any_dev)
		d->all_changed = true;
	if (iface->lower != NOT_FOUND)
		iface = &d->s.iface[iface->lower];
	if (!iface->changed) {
		d->n_changed++;
		d->one_changed = (uint32_t)(iface - d->s.iface);
	}
	iface->changed = true;
}

/* The interface does not exist. Its addresses and sockets went with it. */
static void lose(struct vrrpd *d, mono_t now, struct iface *iface)
{
	iface_note_change(d, iface);
	fib_doubt(d);
	vmac_lose(d, now, iface);
	static_lose(d, iface, false);
	iface_leave(d, iface);
	for (uint32_t i = iface->first; i != NOT_FOUND; i = d->s.vr[i].next) {
		struct vr *vr = &d->s.vr[i];

		vr->iface_lost = true;
		source_lose(vr);
	}
	for (uint32_t i = iface->first_vip; i != NOT_FOUND; i = d->s.vips[i].next) {
		struct vip *vip = &d->s.vips[i];

		vip->have = VIP_ABSENT;
		vip->pending = VIP_IDLE;
		vip->other = vip->differs = vip->odd = false;
	}
	memset(iface->listening, 0, sizeof iface->listening);
	memset(iface->listen_failed, 0, sizeof iface->listen_failed);
	iface_set_index(&d->s, iface, 0);
	iface->up = iface->enabled = iface->ours = false;
	d->lease.dirty = true;
	memset(iface->sources, 0, sizeof iface->sources);
}

/* What is known of an interface is not all there is: no decisions until it has been reported. */
static void look_again(struct vrrpd *d, struct iface *iface)
{
	iface->known = false;
	d->ops->sync(d->ctx);
}

/* It has another name now: what we have set there belongs to nobody any more. */
static void lose_name(struct vrrpd *d, mono_t now, struct iface *iface)
{
	for (uint32_t i = iface->first_vip; i != NOT_FOUND; i = d->s.vips[i].next) {
		const struct vip *vip = &d->s.vips[i];

		if (vip->have == VIP_OURS || vip->pending == VIP_ADDING)
			vip_remove(d, vip);
	}
	static_lose(d, iface, true);
	lose(d, now, iface);
}

static void appear(struct vrrpd *d, struct iface *iface, uint32_t ifindex)
{
	iface_set_index(&d->s, iface, ifindex);
	iface->down_at = (mono_t){ 0 }; /* down until it has been up */
	d->lease.dirty = true;
	/* Its addresses may have been reported while it had another name. */
	if (!d->syncing || d->sync_addrs)
		look_again(d, iface);
}

/* What was refused before may succeed now, and is not waited for. */
static void forget_refusals(struct vip *vip)
{
	vip->retry_at = (mono_t){ 0 };
	vip->failures = 0;
}

/* The interface came up or has another MAC address: switches and hosts have to be told. */
static void on_link_new(struct vrrpd *d, struct iface *iface)
{
	d->fib_again = true;
	memset(iface->listen_failed, 0, sizeof iface->listen_failed);
	for (uint32_t i = iface->first_vip; i != NOT_FOUND; i = d->s.vips[i].next) {
		forget_refusals(&d->s.vips[i]);
		d->s.vips[i].announce_asked = true;
	}
	for (uint32_t i = iface->vmacs ? iface->first : NOT_FOUND; i != NOT_FOUND;
	     i = d->s.vr[i].next)
		vmac_forget_refusal(&d->s.vr[i]);
}

void vrrpd_link(struct vrrpd *d, mono_t now, const struct vrrpd_link *link)
{
	struct iface *iface = iface_by_index(d, link->ifindex);

	if (iface && strcmp(iface->name, link->name) != 0)
		lose_name(d, now, iface);
	iface = find_name(d, link->name);
	if (!iface || iface->up != link->up)
		fib_doubt(d);
	if (vmac_is_leftover(d, now, link) || !iface)
		return;
	iface_note_change(d, iface);
	if (iface->ifindex != link->ifindex) {
		if (iface->ifindex != 0)
			lose_name(d, now, iface);
		appear(d, iface, link->ifindex);
	}
	if (iface->up && !link->up)
		iface->down_at = now;
	if ((!iface->up && link->up) || memcmp(iface->mac, link->mac, sizeof iface->mac) != 0)
		on_link_new(d, iface);
	vmac_link(d, now, link);
	iface->up = link->up;
	d->lease.dirty |= iface->alone != link->alone;
	iface->alone = link->alone;
	iface->seen = true;
	memcpy(iface->mac, link->mac, sizeof iface->mac);
}

void vrrpd_link_gone(struct vrrpd *d, mono_t now, uint32_t ifindex)
{
	struct iface *iface = iface_by_index(d, ifindex);

	if (iface)
		lose(d, now, iface);
}

static struct vip *find_vip(struct vrrpd *d, const struct iface *iface, const struct ip_addr *addr,
			    struct vr **vr)
{
	return setup_find_vip(&d->s, (uint32_t)(iface - d->s.iface), addr, vr);
}

static void on_vip_removed_by_others(struct vrrpd *d, struct vr *vr, struct vip *vip, mono_t now)
{
	char text[IP_TEXT_SIZE];
	struct log_line *l;
	uint32_t suppressed;
	bool put_back;

	vr->count.addr_removed++;
	vip->retry_at = plan_back_off(&vip->removal_budget, now);
	put_back = mono_due(vip->retry_at, now);
	if (!log_allow(&vr->limit.removed, now, SPAN_S(1), &suppressed))
		return;
	l = vr_log(d, vr, put_back ? LOG_LEVEL_WARNING : LOG_LEVEL_ERROR, "address-removed");
	log_text(l, "address", ip_prefix_string(&vip->prefix, text));
	log_text(l, "interface", vip_iface(d, vip)->name);
	if (suppressed > 0)
		log_uint(l, "suppressed", suppressed);
	log_text(l, "text",
		 put_back ? "somebody removed the virtual address; it is put back"
			  : "somebody keeps removing the virtual address; it is put back more "
			    "slowly");
	vrrpd_log(d);
}

/* Those that have gone since the last look, although their router is still Active and may be. */
static void look_for_removed(struct vrrpd *d, struct vr *vr, mono_t now)
{
	for (unsigned i = 0; i < vr->n_vips; i++) {
		struct vip *vip = &vr->vip[i];

		/* Those of IPv6 go with the link. */
		if (vip->removed && vip->have == VIP_ABSENT && vr->core.state == VRRP_ACTIVE &&
		    vip_iface(d, vip)->up)
			on_vip_removed_by_others(d, vr, vip, now);
		vip->removed = false;
	}
}

/* What the kernel has of the address as it is configured, prefix length and all. */
static void on_vip(struct vrrpd *d, struct vr *vr, struct vip *vip, mono_t now, enum vip_have have,
		   const struct ip_attr *attr)
{
	enum vip_have had = vip->have;
	bool active = vr->core.state == VRRP_ACTIVE;

	vip->have = have;
	vip->seen = true;
	vip->leftover = have == VIP_OURS && (vip->leftover || had == VIP_UNKNOWN);
	vip_given(d, vr, vip, attr);
	if (vip->pending == (have == VIP_ABSENT ? VIP_REMOVING : VIP_ADDING)) {
		vip->pending = VIP_IDLE;
	} else if (have == VIP_ABSENT && vip->pending == VIP_ADDING && !d->syncing) {
		/* It was there and has gone: of IPv6 the kernel reports an address only a while
		 * after it was added, and not at all when it does not live that long. */
		vip->pending = VIP_IDLE;
		vip->removed = active;
	} else if (had == VIP_OURS && have == VIP_ABSENT && active) {
		vip->removed = true;
	}
	if (!vip_is_there(vip))
		vip_announce_pause(d, vip);
	if (have == VIP_ABSENT || have == had)
		return;
	vip->failures = 0;
	if (active)
		vip_announce(d, vip, now);
}

/* What somebody else has of it, with another prefix length. */
static void on_other(struct vrrpd *d, struct vr *vr, struct vip *vip, mono_t now,
		     const struct vrrpd_address *a, bool present)
{
	bool was_there = vip_is_there(vip);

	vip->other = vip->other_seen = present;
	vip->other_len = a->prefix.len;
	if (!vip_is_there(vip))
		vip_announce_pause(d, vip);
	else if (!was_there && vr->core.state == VRRP_ACTIVE)
		vip_announce(d, vip, now);
}

static void log_foreign(struct vrrpd *d, struct vr *vr, mono_t now, const struct iface *iface,
			const struct ip_prefix *prefix)
{
	char text[IP_TEXT_SIZE];
	struct log_line *l;
	uint32_t suppressed;

	/* One that is renewed by Router Advertisements is reported with each of them. */
	if (!log_allow(&vr->limit.foreign, now, DROP_LOG_EVERY, &suppressed))
		return;
	l = vr_log(d, vr, LOG_LEVEL_ERROR, "address-foreign");
	log_text(l, "address", ip_prefix_string(prefix, text));
	log_text(l, "interface", iface->name);
	if (suppressed > 0)
		log_uint(l, "suppressed", suppressed);
	log_text(l, "text",
		 "somebody else configured the virtual address on this machine: remove it there");
	vrrpd_log(d);
}

/* An address with our mark that no virtual router has: left by a run that was killed, or by another
 * configuration. */
static void on_leftover(struct vrrpd *d, mono_t now, const struct vrrpd_address *a)
{
	d->ops->addr(d->ctx, a->ifindex, &a->prefix, &a->attr, false);
	vip_log_leftover(d, NULL, now, a->ifindex, &a->prefix,
		     "removed: it bears our mark but belongs to no virtual router configured here");
}

void vrrpd_address(struct vrrpd *d, mono_t now, const struct vrrpd_address *is,
		   bool present)
{
	struct iface *iface = iface_by_index(d, is->ifindex);
	struct vrrpd_address as = *is, *a = &as;
	struct vr *vr;
	struct vip *vip = iface ? find_vip(d, iface, &a->prefix.addr, &vr) : NULL;
	bool exact = vip && vip->prefix.len == a->prefix.len;

	/* To routers a static address is as any other. */
	if (iface && static_note(d, iface, is, present))
		as.ours = false;
	d->sync_addrs = d->syncing;
	if (!present && !a->ours)
		fib_doubt(d);
	if (iface) {
		iface_note_change(d, iface);
		source_note(d, iface, a, present);
	}
	if (exact)
		on_vip(d, vr, vip, now, !present ? VIP_ABSENT : a->ours ? VIP_OURS : VIP_FOREIGN,
		       &a->attr);
	else if (a->ours && present)
		on_leftover(d, now, a);
	else if (vip && !a->ours)
		on_other(d, vr, vip, now, a, present);
	else if (iface && vmac_note_address(d, iface, a, present))
		;
	else if (iface && !sources_note(d, iface, a, present))
		look_again(d, iface);
	if (vip && present && !a->ours && vr->core.state == VRRP_ACTIVE && !is_owner(vr) &&
	    !d->syncing)
		log_foreign(d, vr, now, iface, &a->prefix);
	if (iface && present)
		iface->listen_failed[slot_of(a->prefix.addr.family)] = false;
}

/* ---- what the kernel refused -------------------------------------------------------------- */

static void log_addr_failure(struct vrrpd *d, struct vr *vr, mono_t now, const struct vip *vip,
			     bool add, const char *error_text)
{
	char text[IP_TEXT_SIZE];
	struct log_line *l;
	uint32_t suppressed;

	if (!log_allow(&vr->limit.addr, now, DROP_LOG_EVERY, &suppressed))
		return;
	l = vr_log(d, vr, LOG_LEVEL_ERROR, "address-failed");
	log_text(l, "op", add ? "add" : "remove");
	log_text(l, "address", ip_prefix_string(&vip->prefix, text));
	log_text(l, "interface", vip_iface(d, vip)->name);
	log_text(l, "error", error_text);
	if (suppressed > 0)
		log_uint(l, "suppressed", suppressed);
	vrrpd_log(d);
}

/* What was asked for has not been done. A router whose address cannot be set is not Active,
 * whatever it tells the others: let another try. */
static void on_not_done(struct vrrpd *d, struct vr *vr, struct vip *vip, mono_t now, bool add,
			const char *error_text)
{
	vr->count.addr_failures++;
	log_addr_failure(d, vr, now, vip, add, error_text);
	vip->pending = VIP_IDLE;
	vip->retry_at = mono_add(now, ADDR_RETRY);
	if (add && ++vip->failures >= ADDR_FAILURES_MAX && vr->core.state == VRRP_ACTIVE &&
	    (vip->needs_iface || vip->iface == vr->iface))
		vr->hold_until = mono_add(now, ADDR_HOLD);
}

void vrrpd_addr_failed(struct vrrpd *d, mono_t now, uint32_t ifindex,
		       const struct ip_prefix *prefix, bool add, int error, const char *error_text)
{
	struct iface *iface = iface_by_index(d, ifindex);
	struct vr *vr;
	struct vip *vip = iface ? find_vip(d, iface, &prefix->addr, &vr) : NULL;

	if (iface && !vip)
		static_failed(d, now, iface, prefix, add, error, error_text);
	if (!vip || vip->prefix.len != prefix->len ||
	    vip->pending != (add ? VIP_ADDING : VIP_REMOVING))
		return;
	iface_note_change(d, iface);
	if ((add && error == EEXIST) || (!add && (error == EADDRNOTAVAIL || error == ENODEV))) {
		/* It is as wanted, and we have not been told yet, or have missed something. */
		vip->pending = VIP_IDLE;
		vip->retry_at = mono_add(now, ADDR_RETRY);
		d->ops->sync(d->ctx);
	} else {
		on_not_done(d, vr, vip, now, add, error_text);
	}
	vr_evaluate(d, vr, now);
}

void vrrpd_listen_failed(struct vrrpd *d, mono_t now, uint32_t ifindex, uint8_t family,
			 const char *error_text)
{
	struct iface *iface = iface_by_index(d, ifindex);

	if (!iface)
		return;
	iface_note_change(d, iface);
	iface->listening[slot_of(family)] = false;
	iface->listen_failed[slot_of(family)] = true;
	iface->listen_at[slot_of(family)] = mono_add(now, LISTEN_RETRY);
	log_begin(&d->line, LOG_LEVEL_ERROR, "listen-failed");
	log_text(&d->line, "interface", iface->name);
	log_text(&d->line, "family", family == IP_V4 ? "ipv4" : "ipv6");
	log_text(&d->line, "error", error_text);
	vrrpd_log(d);
	vrrpd_evaluate(d, now);
}

/* ---- complete reports --------------------------------------------------------------------- */

/* Whatever was asked for has had its effect by now, or none. */
static void end_pending(struct vrrpd *d, struct vr *vr, struct vip *vip, mono_t now)
{
	if (vip->pending == VIP_ADDING && vip->waits)
		return;
	if (vip->pending == VIP_ADDING)
		on_not_done(d, vr, vip, now, true, "no answer");
	else if (vip->pending == VIP_REMOVING && vip->have == VIP_OURS)
		on_not_done(d, vr, vip, now, false, "no answer");
	vip->pending = VIP_IDLE;
}

void vrrpd_sync_begin(struct vrrpd *d)
{
	d->syncing = true;
	d->sync_addrs = false;
	for (uint32_t i = 0; i < d->s.n_ifaces; i++) {
		d->s.iface[i].seen = false;
		for (unsigned slot = 0; slot < 2; slot++)
			sources_report_begins(&d->s.iface[i].sources[slot]);
	}
	for (uint32_t i = 0; i < d->s.n_vips; i++)
		d->s.vips[i].seen = d->s.vips[i].other_seen = d->s.vips[i].waits = false;
	for (uint32_t i = 0; i < d->s.n; i++) {
		source_report_begins(&d->s.vr[i]);
		vmac_report_begins(&d->s.vr[i]);
	}
	static_report_begins(d);
	fib_report_begins(d);
}

void vrrpd_addr_waits(struct vrrpd *d, uint32_t ifindex, const struct ip_prefix *prefix)
{
	struct iface *iface = iface_by_index(d, ifindex);
	struct vr *vr;
	struct vip *vip = iface ? find_vip(d, iface, &prefix->addr, &vr) : NULL;

	if (vip && vip->prefix.len == prefix->len)
		vip->waits = true;
	else if (iface)
		static_waits(d, iface, prefix);
}

void vrrpd_sync_end(struct vrrpd *d, mono_t now)
{
	for (uint32_t i = 0; i < d->s.n_ifaces; i++) {
		struct iface *iface = &d->s.iface[i];

		if (!iface->seen && iface->ifindex != 0)
			lose(d, now, iface);
		for (unsigned slot = 0; slot < 2; slot++)
			sources_report_ends(&iface->sources[slot]);
		iface->known = true;
	}
	for (uint32_t i = 0; i < d->s.n; i++) {
		source_report_ends(&d->s.vr[i]);
		vmac_report_ends(&d->s.vr[i]);
		for (unsigned k = 0; k < d->s.vr[i].n_vips; k++) {
			struct vip *vip = &d->s.vr[i].vip[k];

			vip->other = vip->other && vip->other_seen;
			if (!vip->seen)
				on_vip(d, &d->s.vr[i], vip, now, VIP_ABSENT, &vip->attr);
			end_pending(d, &d->s.vr[i], vip, now);
		}
	}
	static_report_ends(d, now);
	fib_report_ends(d, now);
	d->syncing = false;
	d->all_changed = true;
	vrrpd_evaluate(d, now);
}

/* ---- what follows ------------------------------------------------------------------------- */

void vr_stop(struct vrrpd *d, struct vr *vr, mono_t now, enum vrrp_why why)
{
	bool mute = why == VRRP_WHY_LINK_DOWN || why == VRRP_WHY_NO_INTERFACE ||
		    why == VRRP_WHY_NO_SOURCE;

	vr_step(d, vr, now, &(struct vrrp_ev){ .kind = VRRP_EV_SHUTDOWN,
					       .shutdown = { .why = why, .mute = mute } });
}

/* Asks for the difference between what is wanted and what the kernel has. */
static void reconcile(struct vrrpd *d, struct vr *vr, mono_t now)
{
	if (d->syncing || d->applying)
		return;
	vr_fib(d, vr, now); /* they go before the addresses, and come when these are there */
	for (unsigned i = 0; i < vr->n_vips; i++)
		vip_reconcile(d, vr, &vr->vip[i], now);
}

static void listen_as_wanted(struct vrrpd *d, struct iface *iface, unsigned slot)
{
	if (iface->wanted[slot] == iface->listening[slot] || iface->listen_failed[slot])
		return;
	iface->listening[slot] = iface->wanted[slot];
	d->ops->listen(d->ctx, iface->ifindex, slot == slot_of(IP_V6) ? IP_V6 : IP_V4,
		       iface->wanted[slot]);
}

static void retry_listening(struct vrrpd *d, const struct vr *vr, mono_t now)
{
	unsigned slot = slot_of(vr->cf.family);
	struct iface *iface = iface_of(d, vr);

	if (iface->listen_failed[slot] && mono_due(iface->listen_at[slot], now)) {
		iface->listen_failed[slot] = false;
		listen_as_wanted(d, iface, slot);
	}
}

static void announce_as_asked(struct vrrpd *d, struct vr *vr, mono_t now)
{
	for (unsigned i = 0; i < vr->n_vips; i++) {
		struct vip *vip = &vr->vip[i];

		if (vip->announce_asked && vr->core.state == VRRP_ACTIVE &&
		    vip_iface(d, vip)->up && vip_is_there(vip))
			vip_announce(d, vip, now);
		vip->announce_asked = false;
	}
}

void vr_evaluate(struct vrrpd *d, struct vr *vr, mono_t now)
{
	bool running = vr->core.state != VRRP_INITIALIZE, lost = vr->iface_lost;
	struct ip_addr source;
	enum vrrp_why obstacle;

	vr->iface_lost = false;
	vr->check_at = MONO_NEVER;
	if (lost && (running || vr->group != NOT_FOUND)) {
		vr_group_note(d, vr, VRRP_WHY_NO_INTERFACE);
		vr_stop(d, vr, now, VRRP_WHY_NO_INTERFACE);
		vr->check_at = mono_add(now, SPAN_NS(1)); /* whether it can start on another */
		vr_requeue(d, vr);
		return;
	}
	vmac_update(d, vr, now);
	if (is_unknown(d, vr) && !d->stopping) {
		vr_requeue(d, vr);
		return;
	}
	retry_listening(d, vr, now);
	vr_track(d, vr, now);
	source = pick_source(d, vr);
	obstacle = find_obstacle(d, vr, now, &source);
	if (vr->group != NOT_FOUND) {
		obstacle = vr_group_evaluate(d, vr, now, &source, obstacle);
		running &= vr->core.state != VRRP_INITIALIZE;
	} else if (obstacle != VRRP_WHY_NONE && running) {
		vr_stop(d, vr, now, obstacle);
		vr->check_at = MONO_NEVER; /* this is the look that a change of state asks for */
		obstacle = find_obstacle(d, vr, now, &source);
	} else if (obstacle == VRRP_WHY_NONE && !running) {
		vr_step(d, vr, now,
			&(struct vrrp_ev){ .kind = VRRP_EV_STARTUP, .startup = { source } });
		running = false;
	}
	if (obstacle == VRRP_WHY_NONE && running && !ip_eq(&source, &vr->core.source)) {
		vr_step(d, vr, now,
			&(struct vrrp_ev){ .kind = VRRP_EV_SOURCE, .source = { source } });
	}
	if (obstacle != vr->obstacle) {
		vr->obstacle = obstacle;
		if (obstacle != VRRP_WHY_NONE && obstacle != VRRP_WHY_STOP)
			vr_log_obstacle(d, vr, now);
		vr_hook_obstacle(d, vr);
	}
	look_for_removed(d, vr, now);
	vmac_update(d, vr, now);
	reconcile(d, vr, now);
	announce_as_asked(d, vr, now);
	vr_requeue(d, vr);
}

void vr_addrs(struct vrrpd *d, struct vr *vr, mono_t now)
{
	for (unsigned i = 0; i < vr->n_vips; i++) {
		forget_refusals(&vr->vip[i]);
		if (vr->core.state == VRRP_ACTIVE)
			vr->vip[i].leftover = false; /* it is used */
	}
	vr_fib_forget_refusals(d, vr);
	vmac_update(d, vr, now);
	reconcile(d, vr, now);
}

/* Listens on an interface for who is on it. */
static void listen_on(struct vrrpd *d, struct iface *iface)
{
	memset(iface->wanted, 0, sizeof iface->wanted);
	for (uint32_t i = iface->first; i != NOT_FOUND; i = d->s.vr[i].next) {
		const struct vr *vr = &d->s.vr[i];
		struct ip_addr source = pick_source(d, vr);

		/* Without a link-local address the IPv6 group cannot even be joined. With another
		 * source than before, who runs goes on listening while that is looked for. */
		if (ip_is_set(&source) ||
		    (vr->own.reports != SOURCE_KNOWN && vr->core.state != VRRP_INITIALIZE))
			iface->wanted[slot_of(vr->cf.family)] = true;
	}
	for (unsigned s = 0; iface->ifindex != 0 && iface->known && s < 2; s++)
		listen_as_wanted(d, iface, s);
}

static void evaluate_one(struct vrrpd *d, struct iface *iface, mono_t now)
{
	listen_on(d, iface);
	for (uint32_t i = iface->first; i != NOT_FOUND; i = d->s.vr[i].next)
		vr_evaluate(d, &d->s.vr[i], now);
}

static void evaluate_many(struct vrrpd *d, bool all, mono_t now)
{
	for (uint32_t i = 0; i < d->s.n_ifaces; i++)
		if (all || d->s.iface[i].changed)
			listen_on(d, &d->s.iface[i]);
	for (uint32_t i = 0; i < d->s.n; i++)
		if (all || iface_of(d, &d->s.vr[i])->changed)
			vr_evaluate(d, &d->s.vr[i], now);
	for (uint32_t i = 0; i < d->s.n_ifaces; i++)
		d->s.iface[i].changed = false;
}

void vrrpd_evaluate(struct vrrpd *d, mono_t now)
{
	if (d->syncing)
		return;
	fib_evaluate_begins(d);
	groups_evaluate(d, now);
	if (d->all_changed || d->n_changed > 1)
		evaluate_many(d, d->all_changed, now);
	else if (d->n_changed == 1)
		evaluate_one(d, &d->s.iface[d->one_changed], now);
	if (d->n_changed == 1)
		d->s.iface[d->one_changed].changed = false;
	d->n_changed = 0;
	d->all_changed = false;
	promote_update(d);
	refusal_update(d, now);
	fib_evaluate(d, now);
	lease_update(d, now);
	vrrpd_announce(d, now);
}
