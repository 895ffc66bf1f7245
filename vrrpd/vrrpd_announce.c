/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Telling the network where the addresses are: which of them, vrrp_announce.c decides, for all of
 * an interface in one queue; here is what makes it ask, and the frame.
 *
 * Only what the kernel has is announced: an address joins the queue when the kernel reports it, and
 * leaves it when it goes, or when its router is Active no longer.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "garp_wire.h"
#include "vrrpd_state.h"

enum { TURN_MAX = 64 }; /* frames sent before adverts and packets are looked at again */

static struct vrrp_announcer *queue_of(struct vrrpd *d, const struct vip *vip)
{
	return &d->s.announcing.queue[vip_wire(&d->s, vip)];
}

static void requeue(struct vrrpd *d, uint32_t iface)
{
	struct announcing *a = &d->s.announcing;

	dlheap_set(&a->heap, iface, vrrp_announce_deadline(&a->queue[iface]));
}

/* Those its addresses live on. */
static void requeue_all(struct vrrpd *d, const struct vr *vr)
{
	for (unsigned i = 0; i < vr->n_vips; i++)
		if (i == 0 || vr->vip[i].iface != vr->vip[i - 1].iface)
			requeue(d, vip_wire(&d->s, &vr->vip[i]));
}

/* ---- what is to be announced -------------------------------------------------------------- */

void vr_announce_start(struct vrrpd *d, struct vr *vr, mono_t now)
{
	for (unsigned i = 0; i < vr->n_vips; i++)
		if (vip_is_there(&vr->vip[i]))
			vrrp_announce_start(queue_of(d, &vr->vip[i]), vr->vip[i].place, now);
	requeue_all(d, vr);
}

void vr_announce_stop(struct vrrpd *d, struct vr *vr)
{
	for (unsigned i = 0; i < vr->n_vips; i++)
		vrrp_announce_stop(queue_of(d, &vr->vip[i]), vr->vip[i].place);
	requeue_all(d, vr);
}

void vr_announce_again(struct vrrpd *d, struct vr *vr, mono_t now)
{
	for (unsigned i = 0; i < vr->n_vips; i++)
		if (vip_is_there(&vr->vip[i]))
			vrrp_announce_again(queue_of(d, &vr->vip[i]), vr->vip[i].place, now);
	requeue_all(d, vr);
}

void vip_announce(struct vrrpd *d, struct vip *vip, mono_t now)
{
	vrrp_announce_again(queue_of(d, vip), vip->place, now);
	requeue(d, vip_wire(&d->s, vip));
}

void vip_announce_pause(struct vrrpd *d, struct vip *vip)
{
	vrrp_announce_pause(queue_of(d, vip), vip->place);
	requeue(d, vip_wire(&d->s, vip));
}

/* ---- announcing --------------------------------------------------------------------------- */

static void announce(struct vrrpd *d, struct vr *vr, const struct vip *vip, bool paced)
{
	static const uint8_t no_mac[6];
	const struct iface *iface = vip_face(d, vr, vip);
	uint8_t frame[GARP_FRAME_MAX];
	size_t len = garp_encode(&vip->prefix.addr, iface->mac, frame, sizeof frame);

	CHECK(len > 0 && vr->core.state == VRRP_ACTIVE);
	/* The interface, and its addresses, may have gone since the last vrrpd_evaluate(). */
	if (iface->ifindex == 0 || !vip_is_there(vip))
		return;
	/* A tunnel carries no Ethernet. */
	if (vip->iface != vr->iface && memcmp(iface->mac, no_mac, sizeof no_mac) == 0)
		return;
	d->ops->frame(d->ctx, iface->ifindex, frame, len);
	vr->count.announced++;
	vr->count.announced_late += paced;
}

void vrrpd_announce(struct vrrpd *d, mono_t now)
{
	struct announcing *a = &d->s.announcing;
	unsigned said = 0;

	if (mono_before(now, d->announce_at))
		return;
	while (mono_due(dlheap_next(&a->heap), now)) {
		uint32_t iface = dlheap_top(&a->heap), i;
		struct vrrp_announcer *q = &a->queue[iface];
		bool paced;

		if (said++ == TURN_MAX) {
			d->announce_at = mono_add(now, SPAN_NS(1));
			return;
		}
		if (vrrp_announce_next(q, now, &i, &paced)) {
			struct announced who = a->who[(q->addr - a->addr) + i];
			struct vr *vr = &d->s.vr[who.vr];

			announce(d, vr, &vr->vip[who.vip], paced);
		}
		requeue(d, iface);
	}
}

mono_t vrrpd_announce_deadline(const struct vrrpd *d)
{
	return mono_max(dlheap_next(&d->s.announcing.heap), d->announce_at);
}

/* ---- configuration ------------------------------------------------------------------------ */

/* calloc() that does not answer NULL for nothing. */
static void *some(size_t n, size_t size)
{
	return calloc(n > 0 ? n : 1, size);
}

void announcing_free(struct announcing *a)
{
	free(a->queue);
	free(a->addr);
	free(a->who);
	free(a->slot);
	free(a->where);
	free(a->heap_slot);
	free(a->heap_where);
	*a = (struct announcing){ 0 };
}

/* Gives each interface its part of the arrays, and empties it. */
static void share_out(struct setup *s, uint32_t rate, uint32_t burst)
{
	struct announcing *a = &s->announcing;
	uint32_t at = 0;

	for (uint32_t i = 0; i < s->n_vips; i++)
		a->queue[vip_wire(s, &s->vips[i])].n++;
	for (uint32_t i = 0; i < s->n_ifaces; i++) {
		uint32_t n = a->queue[i].n;

		vrrp_announcer_init(&a->queue[i], a->addr + at, a->slot + 2 * (size_t)at,
				    a->where + 2 * (size_t)at, n, rate, burst);
		at += n;
		a->queue[i].n = 0;
	}
}

bool announcing_build(struct setup *s, uint32_t rate, uint32_t burst)
{
	struct announcing *a = &s->announcing;
	bool more = true;

	*a = (struct announcing){
		.queue = some(s->n_ifaces, sizeof *a->queue),
		.addr = some(s->n_vips, sizeof *a->addr),
		.who = some(s->n_vips, sizeof *a->who),
		.slot = some(2 * (size_t)s->n_vips, sizeof *a->slot),
		.where = some(2 * (size_t)s->n_vips, sizeof *a->where),
		.heap_slot = some(s->n_ifaces, sizeof *a->heap_slot),
		.heap_where = some(s->n_ifaces, sizeof *a->heap_where),
	};
	if (!a->queue || !a->addr || !a->who || !a->slot || !a->where || !a->heap_slot ||
	    !a->heap_where)
		return false;
	dlheap_init(&a->heap, a->heap_slot, a->heap_where, s->n_ifaces);
	share_out(s, rate, burst);
	for (uint32_t rank = 0; more; rank++) {
		more = false;
		for (uint32_t i = 0; i < s->n; i++) {
			struct vrrp_announcer *q;

			if (rank >= s->vr[i].n_vips)
				continue;
			q = &a->queue[vip_wire(s, &s->vr[i].vip[rank])];
			s->vr[i].vip[rank].place = q->n;
			q->addr[q->n].params = &s->vr[i].cf.garp;
			q->addr[q->n].rank = (uint8_t)(rank < UINT8_MAX ? rank : UINT8_MAX);
			a->who[(q->addr - a->addr) + q->n] = (struct announced){ i, rank };
			q->n++;
			more = true;
		}
	}
	return true;
}

void announcing_keep_iface(struct setup *to, uint32_t iface, const struct setup *from,
			   uint32_t was, mono_t now)
{
	vrrp_announcer_keep(&to->announcing.queue[iface], now, &from->announcing.queue[was]);
}

void announcing_keep_vip(struct setup *to, const struct vip *vip, const struct setup *from,
			 const struct vip *was)
{
	vrrp_announce_keep(&to->announcing.queue[vip_wire(to, vip)], vip->place,
			   &from->announcing.queue[vip_wire(from, was)].addr[was->place]);
}

/* An address may have moved from one router to another. */
void vrrpd_announce_kept(struct vrrpd *d, mono_t now)
{
	for (uint32_t i = 0; i < d->s.n; i++) {
		struct vr *vr = &d->s.vr[i];

		for (unsigned k = 0; k < vr->n_vips; k++) {
			struct vip *vip = &vr->vip[k];

			if (vr->core.state != VRRP_ACTIVE || !vip_is_there(vip))
				vrrp_announce_stop(queue_of(d, vip), vip->place);
			else
				vrrp_announce_renew(queue_of(d, vip), vip->place, now);
		}
	}
	for (uint32_t i = 0; i < d->s.n_ifaces; i++)
		requeue(d, i);
}
