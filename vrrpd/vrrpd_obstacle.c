/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a virtual router needs of its surroundings to run: whether all of it is known, which address
 * it sends from, and what is in its way.
 */
#include "ip_text.h"
#include "vrrpd_state.h"

/* Whether somebody else has set the address here, with whatever prefix length. */
static bool is_foreign(const struct vip *vip)
{
	return vip->have == VIP_FOREIGN || vip->other;
}

/*
 * The address adverts come from (7.2): the configured one; or else of IPv4 the primary address of
 * the interface, of IPv6 its link-local one; never a virtual address, unless this router owns it
 * and there is no other. One that is in use stays in use as long as it is there.
 */
struct ip_addr pick_source(struct vrrpd *d, const struct vr *vr)
{
	const struct sources *s = &iface_of(d, vr)->sources[slot_of(vr->cf.family)];
	const struct source *best = NULL;

	if (ip_is_set(&vr->cf.source))
		return source_usable(vr) ? vr->cf.source : (struct ip_addr){ 0 };
	for (unsigned i = 0; i < s->n; i++) {
		const struct source *a = &s->v[i];

		if (a->unusable)
			continue;
		if (ip_eq(&a->addr, &vr->core.source))
			return a->addr;
		if (!best || (best->secondary && !a->secondary))
			best = a;
	}
	if (best)
		return best->addr;
	for (unsigned i = 0; is_owner(vr) && i < vr->n_vips; i++)
		if (is_foreign(&vr->vip[i]) && vr->vip[i].iface == vr->iface)
			return vr->vip[i].prefix.addr;
	return (struct ip_addr){ 0 };
}

/* A virtual address that somebody else has set here. While we are Active it serves; but a Backup
 * must not answer for it, and it is not ours to remove. */
static const struct vip *foreign_vip(const struct vr *vr)
{
	if (is_owner(vr) || vr->core.state == VRRP_ACTIVE)
		return NULL;
	for (unsigned i = 0; i < vr->n_vips; i++)
		if (is_foreign(&vr->vip[i]))
			return &vr->vip[i];
	return NULL;
}

/* Why the router cannot run, or NONE. Notes when to look again. */
enum vrrp_why find_obstacle(struct vrrpd *d, struct vr *vr, mono_t now,
			    const struct ip_addr *source)
{
	const struct iface *iface = iface_of(d, vr);
	unsigned slot = slot_of(vr->cf.family);

	if (d->stopping)
		return VRRP_WHY_STOP;
	if (iface->ifindex == 0)
		return VRRP_WHY_NO_INTERFACE;
	if (!iface->up) {
		mono_t lost_at = mono_add(iface->down_at, vr->cf.link_down_delay);

		if (vr->core.state == VRRP_INITIALIZE || mono_due(lost_at, now))
			return VRRP_WHY_LINK_DOWN;
		vr->check_at = mono_min(vr->check_at, lost_at);
	}
	if (vr_lost_vip(d, vr, now))
		return VRRP_WHY_ADDRESS_INTERFACE;
	if (iface->listen_failed[slot]) {
		vr->check_at = mono_min(vr->check_at, iface->listen_at[slot]);
		return VRRP_WHY_NOT_RECEIVING;
	}
	if (!ip_is_set(source))
		return VRRP_WHY_NO_SOURCE;
	if (vr_not_refusing(d, vr))
		return VRRP_WHY_NOT_REFUSING;
	if (foreign_vip(vr) || (vr->vmac.foreign && vr->core.state != VRRP_ACTIVE))
		return VRRP_WHY_ADDRESS_FOREIGN;
	if (vr->vmac.failed) /* vmac_update() tries again */
		return VRRP_WHY_VIRTUAL_MAC;
	if (mono_before(now, d->start_at) && vr->core.state == VRRP_INITIALIZE) {
		vr->check_at = mono_min(vr->check_at, d->start_at);
		return VRRP_WHY_START_DELAY;
	}
	if (mono_before(now, vr->hold_until)) {
		vr->check_at = mono_min(vr->check_at, vr->hold_until);
		return VRRP_WHY_ADDRESS_FAILED;
	}
	if (vr->tracked.fault != VRRP_TRACK_NONE)
		return VRRP_WHY_TRACKER_DOWN;
	if (vr->tracked.unknown != VRRP_TRACK_NONE && vr->core.state == VRRP_INITIALIZE)
		return VRRP_WHY_TRACKER_UNKNOWN;
	if (vr_fib_obstacle(d, vr, now))
		return VRRP_WHY_ROUTE_FAILED;
	return VRRP_WHY_NONE;
}

void vr_log_obstacle(struct vrrpd *d, struct vr *vr, mono_t now)
{
	const struct vip *foreign = foreign_vip(vr), *lost = vr_lost_vip(d, vr, now);
	char text[IP_TEXT_SIZE];
	struct log_line *l = vr_log(d, vr, LOG_LEVEL_WARNING, "waiting");

	log_text(l, "why", vrrp_why_name(vr->obstacle));
	if (vr->obstacle == VRRP_WHY_ADDRESS_INTERFACE && lost) {
		log_text(l, "interface", vip_iface(d, lost)->name);
		log_text(l, "address", ip_prefix_string(&lost->prefix, text));
	} else {
		log_text(l, "interface", vr->cf.interface);
	}
	if (vr->obstacle == VRRP_WHY_TRACKER_DOWN)
		log_text(l, "tracker", vr_tracker(d, vr, vr->tracked.fault));
	if (vr->obstacle == VRRP_WHY_TRACKER_UNKNOWN)
		log_text(l, "tracker", vr_tracker(d, vr, vr->tracked.unknown));
	if (vr->obstacle == VRRP_WHY_ROUTE_FAILED)
		vr_fib_log_obstacle(d, vr);
	if (vr->obstacle == VRRP_WHY_GROUP_FAULT)
		log_text(l, "member", vr_group_culprit(d, vr)->cf.name);
	if (vr->obstacle == VRRP_WHY_NO_SOURCE && ip_is_set(&vr->cf.source))
		log_text(l, "source", ip_string(&vr->cf.source, text));
	if (vr->obstacle == VRRP_WHY_ADDRESS_FOREIGN && foreign) {
		struct ip_prefix prefix = foreign->prefix;

		if (foreign->have != VIP_FOREIGN)
			prefix.len = foreign->other_len;
		log_fmt(l, "text",
			"the virtual address was set by somebody else; remove it there, or: ip "
			"address del %s dev %s",
			ip_prefix_string(&prefix, text), vip_iface(d, foreign)->name);
	} else {
		log_text(l, "text", vrrp_why_doc(vr->obstacle));
	}
	vrrpd_log(d);
}

/* Whether the kernel has not yet said all that the decision needs. */
bool is_unknown(struct vrrpd *d, const struct vr *vr)
{
	if (d->syncing || !iface_of(d, vr)->known || vr->own.reports != SOURCE_KNOWN ||
	    vmac_unknown(d, vr))
		return true;
	for (unsigned i = 0; i < vr->n_vips; i++) {
		const struct iface *iface = vip_iface(d, &vr->vip[i]);

		if (!iface->known || (vr->vip[i].have == VIP_UNKNOWN && iface->ifindex != 0))
			return true;
	}
	return false;
}
