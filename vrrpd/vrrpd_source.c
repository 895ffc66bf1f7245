/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A source address that the operator has chosen: whether the interface has it. It may be any there
 * is, so it is looked for by itself, beside the addresses that one may be chosen from.
 */
#include "vrrpd_state.h"

#include <string.h>

void source_init(struct vr *vr)
{
	vr->own.reports = ip_is_set(&vr->cf.source) ? SOURCE_ASKED : SOURCE_KNOWN;
}

void source_keep(struct vr *to, const struct vr *from)
{
	if (ip_eq(&to->cf.source, &from->cf.source))
		to->own = from->own;
}

/* The same address may be there with several prefix lengths: it is, until the last one goes. */
static void note(struct own_source *own, uint8_t len, bool usable)
{
	uint64_t bit = UINT64_C(1) << len % 64;

	if (usable) {
		own->there[len / 64] |= bit;
		own->seen[len / 64] |= bit;
	} else {
		own->there[len / 64] &= ~bit;
		own->seen[len / 64] &= ~bit;
	}
}

void source_note(struct vrrpd *d, const struct iface *iface, const struct vrrpd_address *a,
		 bool present)
{
	uint32_t id = (uint32_t)(iface - d->s.iface);
	/* One of ours comes and goes with the state of a router. */
	bool usable = present && !a->unusable && !a->ours;

	for (uint32_t i = 0; d->s.sources && i < d->s.n; i++) {
		struct vr *vr = &d->s.vr[i];

		if (vr->iface == id && ip_eq(&vr->cf.source, &a->prefix.addr))
			note(&vr->own, a->prefix.len, usable);
	}
}

void source_lose(struct vr *vr)
{
	memset(vr->own.there, 0, sizeof vr->own.there);
}

bool source_usable(const struct vr *vr)
{
	return (vr->own.there[0] | vr->own.there[1] | vr->own.there[2]) != 0;
}

void source_report_begins(struct vr *vr)
{
	memset(vr->own.seen, 0, sizeof vr->own.seen);
	if (vr->own.reports == SOURCE_ASKED)
		vr->own.reports = SOURCE_REPORTED;
}

void source_report_ends(struct vr *vr)
{
	memcpy(vr->own.there, vr->own.seen, sizeof vr->own.there);
	if (vr->own.reports == SOURCE_REPORTED)
		vr->own.reports = SOURCE_KNOWN;
}
