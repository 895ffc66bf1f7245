/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A source address that the operator has chosen: whether the interface has it. It may be any there
 * is, so it is looked for by itself, beside the addresses that one may be chosen from.
 */
#include "vrrpd_state.h"

void source_init(struct vr *vr)
{
	vr->own.reports = ip_is_set(&vr->cf.source) ? SOURCE_ASKED : SOURCE_KNOWN;
}

void source_keep(struct vr *to, const struct vr *from)
{
	if (ip_eq(&to->cf.source, &from->cf.source))
		to->own = from->own;
}

void source_note(struct vrrpd *d, const struct iface *iface, const struct vrrpd_address *a,
		 bool present)
{
	uint32_t id = (uint32_t)(iface - d->s.iface);

	if (a->ours) /* it comes and goes with the state of a router */
		return;
	for (uint32_t i = 0; i < d->s.n; i++) {
		struct vr *vr = &d->s.vr[i];

		if (vr->iface != id || !ip_eq(&vr->cf.source, &a->prefix.addr))
			continue;
		vr->own.usable = present && !a->unusable;
		vr->own.seen = present;
	}
}

void source_lose(struct vr *vr)
{
	vr->own.usable = false;
}

void source_report_begins(struct vr *vr)
{
	vr->own.seen = false;
	if (vr->own.reports == SOURCE_ASKED)
		vr->own.reports = SOURCE_REPORTED;
}

void source_report_ends(struct vr *vr)
{
	if (!vr->own.seen)
		vr->own.usable = false;
	if (vr->own.reports == SOURCE_REPORTED)
		vr->own.reports = SOURCE_KNOWN;
}
