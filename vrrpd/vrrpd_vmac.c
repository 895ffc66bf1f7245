/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtual MAC: a device (macvlan) that has it, on top of the interface of a router.
 *
 * The virtual addresses live on the device, and the kernel answers for them from there. It exists
 * as long as the configuration says so, and is up exactly while the router is Active: one that is
 * down sends nothing and takes nothing, whatever happens to its addresses and groups, and that is
 * all it takes to keep a Backup silent. Adverts leave the interface below, as frames with the
 * virtual MAC: so they come from the address of the machine, and renew the lease.
 *
 * As with addresses: wanted is what the state says, had is what the kernel reports, the difference
 * is asked for, whoever made it.
 */
#include <string.h>

#include "check.h"
#include "ip_wire.h"
#include "vrrpd_state.h"

#define VMAC_RETRY SPAN_S(30)

static struct iface *device_of(const struct vrrpd *d, const struct vr *vr)
{
	return vr->vmac.iface != NOT_FOUND ? &d->s.iface[vr->vmac.iface] : NULL;
}

/* ---- configuration ------------------------------------------------------------------------ */

void vmac_build(struct setup *s, struct vr *vr)
{
	struct iface *device;

	vr->vmac.iface = NOT_FOUND;
	if (!vr->cf.vmac_device[0])
		return;
	vr->vmac.iface = iface_named(s, vr->cf.vmac_device);
	vrrp_mac(vr->cf.family, vr->cf.vrid, vr->vmac.mac);
	device = &s->iface[vr->vmac.iface];
	device->lower = vr->iface;
	device->vmac_of = (uint32_t)(vr - s->vr);
	s->iface[vr->iface].vmacs = true;
}

void vmac_keep(struct vr *to, const struct vr *from)
{
	uint32_t iface = to->vmac.iface;

	to->vmac = from->vmac;
	to->vmac.iface = iface;
}

static void ask(struct vrrpd *d, const struct vr *vr, enum vrrpd_device_op op)
{
	const struct iface *device = device_of(d, vr);
	struct vrrpd_device what = {
		.op = op, .ifindex = op == VRRPD_DEVICE_MAKE ? 0 : device->ifindex,
		.name = device->name, .lower = d->s.iface[vr->iface].ifindex,
		.family = vr->cf.family,
	};

	memcpy(what.mac, vr->vmac.mac, sizeof what.mac);
	d->ops->device(d->ctx, &what);
}

void vmac_remove_orphans(struct vrrpd *d, const struct setup *next)
{
	for (uint32_t i = 0; i < d->s.n; i++) {
		const struct vr *vr = &d->s.vr[i];
		const struct iface *device = device_of(d, vr);
		uint32_t k = device ? setup_find_iface(next, device->name) : NOT_FOUND;

		if (!device || device->ifindex == 0 || !device->ours)
			continue;
		if (k == NOT_FOUND || next->iface[k].vmac_of == NOT_FOUND ||
		    strcmp(next->iface[next->iface[k].lower].name, iface_of(d, vr)->name) != 0)
			ask(d, vr, VRRPD_DEVICE_REMOVE);
	}
}

/* ---- what is reported --------------------------------------------------------------------- */

static void log_device(struct vrrpd *d, struct vr *vr, mono_t now, enum log_level level,
		       const char *event, const char *text)
{
	struct log_line *l;
	uint32_t suppressed;

	if (!log_allow(&vr->limit.vmac, now, SPAN_S(1), &suppressed))
		return;
	l = vr_log(d, vr, level, event);
	log_text(l, "device", vr->cf.vmac_device);
	log_text(l, "interface", vr->cf.interface);
	if (suppressed > 0)
		log_uint(l, "suppressed", suppressed);
	log_text(l, "text", text);
	vrrpd_log(d);
}

/* Somebody has changed, or removed, what is ours. It is put right: not at once, when he does not
 * stop. */
static void on_changed_by_others(struct vrrpd *d, struct vr *vr, mono_t now, const char *text)
{
	vr->vmac.retry_at = plan_back_off(&vr->vmac.budget, now);
	log_device(d, vr, now, LOG_LEVEL_WARNING, "virtual-mac-changed", text);
}

static void on_leftover(struct vrrpd *d, mono_t now, const struct vrrpd_link *link)
{
	uint32_t suppressed;

	d->ops->device(d->ctx, &(struct vrrpd_device){
		.op = VRRPD_DEVICE_REMOVE, .ifindex = link->ifindex, .name = link->name });
	if (!log_allow(&d->limit_leftover, now, SPAN_S(1), &suppressed))
		return;
	log_begin(&d->line, LOG_LEVEL_WARNING, "leftover");
	log_text(&d->line, "device", link->name);
	log_uint(&d->line, "ifindex", link->ifindex);
	if (suppressed > 0)
		log_uint(&d->line, "suppressed", suppressed);
	log_text(&d->line, "text",
		 "removed: it bears our mark but belongs to no virtual router configured here");
	vrrpd_log(d);
}

static struct vr *router_of(struct vrrpd *d, const char *name)
{
	uint32_t i = setup_find_iface(&d->s, name);

	return i != NOT_FOUND && d->s.iface[i].vmac_of != NOT_FOUND
		       ? &d->s.vr[d->s.iface[i].vmac_of]
		       : NULL;
}

bool vmac_is_leftover(struct vrrpd *d, mono_t now, const struct vrrpd_link *link)
{
	if (!link->ours || router_of(d, link->name))
		return false;
	on_leftover(d, now, link);
	return true;
}

void vmac_link(struct vrrpd *d, mono_t now, const struct vrrpd_link *link)
{
	struct vr *vr = router_of(d, link->name);
	struct iface *device = vr ? device_of(d, vr) : NULL;
	struct vmac *v = vr ? &vr->vmac : NULL;
	bool fits;

	if (!vr)
		return;
	fits = link->lower == iface_of(d, vr)->ifindex && memcmp(link->mac, v->mac, 6) == 0;
	if (v->pending == VMAC_MAKING && link->ours && fits) {
		v->pending = VMAC_IDLE;
		v->made = true;
		v->failed = false;
	} else if (v->made && !fits) {
		v->made = false;
		on_changed_by_others(d, vr, now, "somebody changed the device that has the "
						 "virtual MAC: it is made again");
	} else if (v->pending == (link->enabled ? VMAC_RAISING : VMAC_LOWERING)) {
		v->pending = VMAC_IDLE;
	} else if (v->made && v->pending == VMAC_IDLE && device->enabled != link->enabled &&
		   !d->syncing) {
		on_changed_by_others(d, vr, now,
				     link->enabled ? "somebody set the device of a router that is "
						     "not Active up: it is set down"
						   : "somebody set the device of the Active down: "
						     "it is set up");
	}
	device->enabled = link->enabled;
	device->ours = link->ours || v->made;
}

void vmac_lose(struct vrrpd *d, mono_t now, const struct iface *iface)
{
	struct vr *vr = iface->vmac_of != NOT_FOUND ? &d->s.vr[iface->vmac_of] : NULL;

	if (!vr)
		return;
	if (vr->vmac.made && vr->vmac.pending != VMAC_REMOVING && iface_of(d, vr)->ifindex != 0 &&
	    !d->stopping)
		vr->vmac.lost_at = now;
	vr->vmac.made = false;
	vr->vmac.pending = VMAC_IDLE;
}

void vrrpd_device_failed(struct vrrpd *d, mono_t now, const char *name, enum vrrpd_device_op op,
			 const char *error_text)
{
	static const char *const what[] = { "make", "up", "down", "remove" };
	static const enum vmac_pending asked[] = {
		VMAC_MAKING, VMAC_RAISING, VMAC_LOWERING, VMAC_REMOVING
	};
	struct vr *vr = router_of(d, name);
	struct log_line *l;
	uint32_t suppressed;

	if (!vr || vr->vmac.pending != asked[op]) /* of one that has gone since */
		return;
	vr->vmac.pending = VMAC_IDLE;
	if (op == VRRPD_DEVICE_MAKE || op == VRRPD_DEVICE_UP) {
		vr->vmac.made = false;
		vr->vmac.failed = true;
		vr->vmac.retry_at = mono_add(now, VMAC_RETRY);
	} else {
		vr->vmac.retry_at = mono_add(now, ADDR_RETRY);
		d->ops->sync(d->ctx); /* it may be gone */
	}
	vr->count.device_failures++;
	if (log_allow(&vr->limit.vmac, now, DROP_LOG_EVERY, &suppressed)) {
		l = vr_log(d, vr, LOG_LEVEL_ERROR, "virtual-mac-failed");
		log_text(l, "op", what[op]);
		log_text(l, "device", name);
		log_text(l, "interface", vr->cf.interface);
		log_text(l, "error", error_text);
		if (suppressed > 0)
			log_uint(l, "suppressed", suppressed);
		vrrpd_log(d);
	}
	vr_evaluate(d, vr, now);
}

/* ---- virtual addresses below -------------------------------------------------------------- */

/*
 * A virtual address that somebody has set on the interface below would be answered for with the MAC
 * of that. So it is an obstacle, even where it is the owner's, and no source for adverts.
 */
bool vmac_note_address(struct vrrpd *d, const struct iface *iface, const struct vrrpd_address *a,
		       bool present)
{
	struct vr *vr;

	if (!iface->vmacs || a->ours)
		return false;
	for (uint32_t i = iface->first; i != NOT_FOUND; i = vr->next) {
		vr = &d->s.vr[i];
		for (unsigned k = 0; vr->vmac.iface != NOT_FOUND && k < vr->n_vips; k++) {
			if (vr->vip[k].iface != vr->vmac.iface ||
			    !ip_eq(&vr->vip[k].prefix.addr, &a->prefix.addr))
				continue;
			/* There may be another, or the same with another prefix length. */
			if (vr->vmac.foreign && !present && !d->syncing)
				d->ops->sync(d->ctx);
			vr->vmac.foreign = vr->vmac.foreign_seen = present;
			return true;
		}
	}
	return false;
}

void vmac_report_begins(struct vr *vr)
{
	vr->vmac.foreign_seen = false;
}

void vmac_report_ends(struct vr *vr)
{
	vr->vmac.foreign = vr->vmac.foreign_seen;
	/* What was asked for has been done by now, or is asked for again: that does no harm. */
	vr->vmac.pending = VMAC_IDLE;
}

void vmac_forget_refusal(struct vr *vr)
{
	vr->vmac.failed = false;
	vr->vmac.retry_at = (mono_t){ 0 };
}

/* ---- what follows ------------------------------------------------------------------------- */

static void want(struct vrrpd *d, struct vr *vr, enum vmac_pending pending, enum vrrpd_device_op op)
{
	vr->vmac.pending = pending;
	ask(d, vr, op);
}

/* It was there a moment ago, and it was not us. */
static void look_for_removed(struct vrrpd *d, struct vr *vr, mono_t now)
{
	bool gone = vr->vmac.lost_at.ns != 0 && device_of(d, vr)->ifindex == 0;

	vr->vmac.lost_at = (mono_t){ 0 };
	if (gone && iface_of(d, vr)->ifindex != 0)
		on_changed_by_others(d, vr, now, "somebody removed the device that has the "
						 "virtual MAC: it is made again");
}

void vmac_update(struct vrrpd *d, struct vr *vr, mono_t now)
{
	struct iface *device = device_of(d, vr);
	struct vmac *v = &vr->vmac;
	bool active = vr->core.state == VRRP_ACTIVE, up;

	if (!device || d->applying)
		return;
	up = v->pending == VMAC_RAISING || (v->pending == VMAC_IDLE && device->enabled);
	if (device->ifindex == 0)
		up = false;
	look_for_removed(d, vr, now);
	if (iface_of(d, vr)->ifindex == 0 || (d->stopping && !active)) {
		if (device->ifindex != 0 && device->ours && v->pending != VMAC_REMOVING)
			want(d, vr, VMAC_REMOVING, VRRPD_DEVICE_REMOVE);
	} else if (mono_before(now, v->retry_at)) {
		vr->check_at = mono_min(vr->check_at, v->retry_at);
	} else if (up && !active && device->ours) {
		want(d, vr, VMAC_LOWERING, VRRPD_DEVICE_DOWN);
	} else if (!v->made && v->pending == VMAC_IDLE && !d->syncing && !d->stopping) {
		want(d, vr, VMAC_MAKING, VRRPD_DEVICE_MAKE);
	} else if (v->made && !up && active) {
		want(d, vr, VMAC_RAISING, VRRPD_DEVICE_UP);
	}
}

bool vmac_unknown(const struct vrrpd *d, const struct vr *vr)
{
	const struct vmac *v = &vr->vmac;

	return v->iface != NOT_FOUND && !v->made && !v->failed &&
	       vr->core.state == VRRP_INITIALIZE && d->s.iface[vr->iface].ifindex != 0;
}

bool vmac_allows(const struct vrrpd *d, const struct vr *vr, const struct vip *vip, bool add)
{
	const struct iface *device = device_of(d, vr);

	if (!device || vip->iface != vr->vmac.iface)
		return true;
	/* The kernel says so to the network when an IPv6 address goes (MLD). So that of a Backup
	 * goes with the device. */
	return add ? vr->vmac.made && device->enabled
		   : vr->core.state == VRRP_ACTIVE || vip->prefix.addr.family == IP_V4 ||
			     !device->enabled;
}

bool vmac_gone(const struct vrrpd *d, const struct vr *vr)
{
	const struct iface *device = device_of(d, vr);

	return !device || device->ifindex == 0 || !device->ours;
}

bool vmac_send(struct vrrpd *d, struct vr *vr, uint8_t priority, uint8_t proto,
	       const struct ip_addr *dst, const void *msg, size_t len)
{
	uint16_t type = dst->family == IP_V4 ? ETHERTYPE_IP4 : ETHERTYPE_IP6;
	uint8_t frame[14 + IP6_HEADER_LEN + AH_LEN + VRRP_MESSAGE_MAX];
	struct ip_packet pkt = {
		.src = vr->core.source, .dst = *dst, .ttl = VRRP_TTL, .proto = proto,
		.payload = msg, .len = len,
	};
	size_t n;

	/* To a peer it may go by a router: the kernel has to find the way. The last word of one
	 * that yields, which has the winner announce the addresses, must not lead switches back
	 * here. */
	if (vr->vmac.iface == NOT_FOUND || !ip_is_multicast(dst) ||
	    (vr->core.state != VRRP_ACTIVE && priority != VRRP_PRIORITY_LEAVING))
		return false;
	ip_multicast_mac(dst, frame);
	memcpy(frame + 6, vr->vmac.mac, 6);
	frame[12] = (uint8_t)(type >> 8);
	frame[13] = (uint8_t)type;
	n = ip_encode(&pkt, IP_TOS_CS6, frame + 14, sizeof frame - 14);
	CHECK(n > 0);
	d->ops->frame(d->ctx, iface_of(d, vr)->ifindex, frame, 14 + n);
	return true;
}
