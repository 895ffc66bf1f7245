/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The addresses that adverts may come from: those of an interface, as far as there is room; and one
 * that the operator has chosen, whether the interface has it. That may be any there is, so it is
 * looked for by itself.
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
	/* One of ours comes and goes with the state of a router. */
	bool usable = present && !a->unusable && !a->ours;

	for (uint32_t i = d->s.sources ? iface->first : NOT_FOUND; i != NOT_FOUND;
	     i = d->s.vr[i].next) {
		struct vr *vr = &d->s.vr[i];

		if (ip_eq(&vr->cf.source, &a->prefix.addr))
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

/* ---- those to choose from ------------------------------------------------------------ */

/* The place of an address, or one for it; NULL when there is none. What a report that is going on
 * has not confirmed makes room. */
static struct source *source_place(struct vrrpd *d, struct sources *s, const struct ip_addr *addr)
{
	struct source *free = s->n < SOURCES_MAX ? &s->v[s->n] : NULL;

	for (unsigned i = 0; i < s->n; i++) {
		if (ip_eq(&s->v[i].addr, addr))
			return &s->v[i];
		if (!free && d->syncing && !s->v[i].seen)
			free = &s->v[i];
	}
	return free;
}

bool sources_note(struct vrrpd *d, struct iface *iface, const struct vrrpd_address *a,
		  bool present)
{
	struct sources *s = &iface->sources[slot_of(a->prefix.addr.family)];
	struct source *at = source_place(d, s, &a->prefix.addr), *end = s->v + s->n;
	bool was_last = false;

	if (a->prefix.addr.family == IP_V6 && !ip_is_link_local6(&a->prefix.addr))
		return true;
	if (present && !at) {
		s->more = true; /* there is plenty to choose from */
	} else if (present) {
		s->n += at == end;
		*at = (struct source){ a->prefix.addr, a->secondary, a->unusable, true };
	} else if (at && at < end && ip_eq(&at->addr, &a->prefix.addr)) {
		memmove(at, at + 1, (size_t)(end - at - 1) * sizeof *at);
		was_last = --s->n == 0;
	}
	return !was_last || !s->more;
}

void sources_report_begins(struct sources *s)
{
	s->more = false;
	for (unsigned i = 0; i < s->n; i++)
		s->v[i].seen = false;
}

void sources_report_ends(struct sources *s)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < s->n; i++)
		if (s->v[i].seen)
			s->v[kept++] = s->v[i];
	s->n = kept;
}
