/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an address needs beyond being there or not: how it is given (label, scope, ...), and the
 * interface it lives on, where that is not its router's.
 *
 * The kernel cannot give another label or scope to an address that is there. So one that is given
 * otherwise than it is to be is removed, and set again when it has gone: that is a difference
 * between wanted and had like any other.
 */
#include "ip_text.h"
#include "vrrpd_state.h"

void vip_remove(struct vrrpd *d, const struct vip *vip)
{
	d->ops->addr(d->ctx, vip_iface(d, vip)->ifindex, &vip->prefix,
		     vip->have == VIP_OURS ? &vip->has : &vip->attr, false);
}

void vip_compare(struct vip *vip, const char *ifname)
{
	vip->differs = vip->have == VIP_OURS && !vip->odd &&
		       !ip_attr_same(&vip->attr, &vip->has, vip->prefix.addr.family, ifname);
}

/* One that we have just set and that is otherwise will not become better by setting it again. */
void vip_given(struct vrrpd *d, struct vr *vr, struct vip *vip, const struct ip_attr *has)
{
	char text[IP_TEXT_SIZE];
	struct log_line *l;

	vip->odd = vip->odd && vip->have == VIP_OURS;
	if (vip->have == VIP_OURS)
		vip->has = *has;
	vip_compare(vip, vip_iface(d, vip)->name);
	if (!vip->differs || vip->pending != VIP_ADDING)
		return;
	vip->odd = true;
	vip->differs = false;
	l = vr_log(d, vr, LOG_LEVEL_WARNING, "address-odd");
	log_text(l, "address", ip_prefix_string(&vip->prefix, text));
	log_text(l, "interface", vip_iface(d, vip)->name);
	log_text(l, "text",
		 "the kernel has set the virtual address otherwise than it is configured (label, "
		 "scope, prefix_route, deprecated, broadcast or peer)");
	vrrpd_log(d);
}

/* To be Active without it would be to tell the others that it is served. */
const struct vip *vr_lost_vip(struct vrrpd *d, struct vr *vr, mono_t now)
{
	for (unsigned i = 0; i < vr->n_vips; i++) {
		const struct vip *vip = &vr->vip[i];
		const struct iface *iface = vip_iface(d, vip);
		mono_t lost_at = mono_add(iface->down_at, vr->cf.link_down_delay);

		if (!vip->needs_iface || iface->up)
			continue;
		if (iface->ifindex == 0 || vr->core.state == VRRP_INITIALIZE ||
		    mono_due(lost_at, now))
			return vip;
		vr->check_at = mono_min(vr->check_at, lost_at);
	}
	return NULL;
}

void vip_log_leftover(struct vrrpd *d, const struct vr *vr, mono_t now, uint32_t ifindex,
		      const struct ip_prefix *prefix, const char *text)
{
	char address[IP_TEXT_SIZE];
	uint32_t suppressed;

	if (!log_allow(&d->limit_leftover, now, SPAN_S(1), &suppressed))
		return;
	if (vr)
		vr_log(d, vr, LOG_LEVEL_WARNING, "leftover");
	else
		log_begin(&d->line, LOG_LEVEL_WARNING, "leftover");
	log_text(&d->line, "address", ip_prefix_string(prefix, address));
	log_uint(&d->line, "ifindex", ifindex);
	if (suppressed > 0)
		log_uint(&d->line, "suppressed", suppressed);
	log_text(&d->line, "text", text);
	vrrpd_log(d);
}

/* Whether the address is there with another prefix length, and need not be added: it is the owner's
 * own, or the kernel would refuse the same address a second time. */
static bool other_serves(const struct vr *vr, const struct vip *vip)
{
	return vip->other && (is_owner(vr) || vip->prefix.addr.family == IP_V6);
}

void vip_reconcile(struct vrrpd *d, struct vr *vr, struct vip *vip, mono_t now)
{
	const struct iface *iface = vip_iface(d, vip);
	bool active = vr->core.state == VRRP_ACTIVE;
	/* One that is given otherwise than it is to be goes, and comes back when it has gone. */
	bool want = active && !vip->differs;

	if (iface->ifindex == 0 || !vmac_allows(d, vr, vip, want))
		return;
	/* One that is still being added must not come after we have left. */
	if (vip->pending == VIP_ADDING && !active) {
		vip->pending = VIP_REMOVING;
		vip_remove(d, vip);
	}
	if (vip->pending != VIP_IDLE)
		return;
	if (want ? vip->have != VIP_ABSENT || other_serves(vr, vip) : vip->have != VIP_OURS)
		return;
	/* It would not stay, and the router runs without it. */
	if (want && vip->iface != vr->iface && !iface->up)
		return;
	if (want && !vip_may_be_set(d, vr, vip))
		return;
	if (mono_before(now, vip->retry_at)) {
		vr->check_at = mono_min(vr->check_at, vip->retry_at);
		return;
	}
	vip->pending = want ? VIP_ADDING : VIP_REMOVING;
	if (want)
		d->ops->addr(d->ctx, iface->ifindex, &vip->prefix, &vip->attr, true);
	else
		vip_remove(d, vip);
	if (vip->leftover)
		vip_log_leftover(d, vr, now, iface->ifindex, &vip->prefix,
			     "removed: it was left from an earlier run, and this router "
			     "is not Active");
	vip->leftover = false;
}

/* ---- secondary addresses ------------------------------------------------------------------ */

static void promote(struct vrrpd *d, struct iface *iface, bool on)
{
	if (iface->promoted == on || !d->ops->promote)
		return;
	iface->promoted = on;
	d->ops->promote(d->ctx, iface->ifindex, on);
}

/* At the end for as long as there are addresses. */
void promote_update(struct vrrpd *d)
{
	bool left = d->stopping && vrrpd_has_left(d);

	for (uint32_t i = 0; i < d->s.n_ifaces; i++)
		if (d->s.iface[i].ifindex != 0)
			promote(d, &d->s.iface[i], d->s.iface[i].promotes && !left);
}

void iface_leave(struct vrrpd *d, struct iface *iface)
{
	for (unsigned s = 0; s < 2; s++)
		if (iface->listening[s])
			d->ops->listen(d->ctx, iface->ifindex, s == slot_of(IP_V6) ? IP_V6 : IP_V4,
				       false);
	promote(d, iface, false);
}
