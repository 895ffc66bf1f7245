/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What leases there are to be, and the difference to those the kernel has.
 *
 * The kernel is asked only when the configuration or an interface has changed, never when a router
 * becomes Active or sends: the adverts themselves do all the rest, without us.
 */
#include "vrrpd_lease.h"

#include <stdlib.h>
#include <string.h>

#include "vrrp_wire.h"
#include "vrrpd_state.h"

#define RETRY_SOON  SPAN_S(1)
#define RETRY_LATER SPAN_S(60)

uint32_t lease_ms(uint8_t version, uint8_t down_adverts, uint32_t interval_cs)
{
	uint64_t silence = down_adverts * SPAN_MS((uint64_t)interval_cs * 10).ns;
	uint64_t shortest = silence + vrrp_skew(version, VRRP_PRIORITY_OWNER, interval_cs).ns;
	uint64_t in_hand = silence / 1000;

	return (uint32_t)((shortest - in_hand < silence ? shortest - in_hand : silence) / 1000000);
}

/* ---- sets --------------------------------------------------------------------------------- */

static void set_free(struct lease_set *s)
{
	free(s->iface);
	free(s->router);
	free(s->addr);
	*s = (struct lease_set){ 0 };
}

static bool set_grow(struct lease_set *s, uint32_t n_ifaces, uint32_t n_routers, uint32_t n_addrs)
{
	/* Each in turn: what has been enlarged stays so, and is as good as before. */
	struct lease_iface *iface = realloc(s->iface, (n_ifaces + 1) * sizeof *iface);
	struct lease_router *router = realloc(s->router, (n_routers + 1) * sizeof *router);
	struct lease_addr *addr = realloc(s->addr, (n_addrs + 1) * sizeof *addr);

	s->iface = iface ? iface : s->iface;
	s->router = router ? router : s->router;
	s->addr = addr ? addr : s->addr;
	return iface && router && addr;
}

bool lease_reserve(struct lease *l, uint32_t n_ifaces, uint32_t n_routers, uint32_t n_addrs)
{
	uint32_t ifaces = n_ifaces, routers = n_routers, addrs = n_addrs;
	const struct lease_set *set[2] = { &l->had, &l->asked };

	for (unsigned i = 0; i < 2; i++) {
		ifaces = set[i]->n_ifaces > ifaces ? set[i]->n_ifaces : ifaces;
		routers = set[i]->n_routers > routers ? set[i]->n_routers : routers;
		addrs = set[i]->n_addrs > addrs ? set[i]->n_addrs : addrs;
	}
	return set_grow(&l->had, ifaces, routers, addrs) &&
	       set_grow(&l->asked, ifaces, routers, addrs);
}

void lease_free(struct lease *l)
{
	set_free(&l->had);
	set_free(&l->asked);
}

static int compare(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int by_router(const void *a, const void *b)
{
	const struct lease_router *x = a, *y = b;
	int c = compare(x->ifindex, y->ifindex);

	if (c == 0)
		c = compare(x->family, y->family);
	return c != 0 ? c : compare(x->vrid, y->vrid);
}

static int by_addr(const void *a, const void *b)
{
	const struct lease_addr *x = a, *y = b;
	int c = compare(x->on, y->on);

	return c != 0 ? c : ip_cmp(&x->addr, &y->addr);
}

static int by_index(const void *a, const void *b)
{
	const struct lease_iface *x = a, *y = b;

	return compare(x->ifindex, y->ifindex);
}

static bool is_leased(struct vrrpd *d, const struct vr *vr)
{
	/* One advert must not have to come to the jiffy. */
	if (iface_of(d, vr)->ifindex == 0 || vr->cf.down_adverts < 2)
		return false;
	/* The kernel looks for adverts in IP protocol 112. */
	if (vr->cf.auth.kind == VRRP_AUTH_AH)
		return false;
	/* An owner's addresses are the machine's own: an operator who wants to lose them with the
	 * daemon has to say so. And one who is sure that adverts leave to the millisecond. */
	if (vr->cf.lease == VRRP_CF_LEASE_AUTO)
		return vr->cf.priority != VRRP_PRIORITY_OWNER &&
		       vr->cf.interval_cs >= LEASE_AUTO_CS;
	return vr->cf.lease == VRRP_CF_LEASE_ON;
}

static void add_iface(struct lease_set *s, const struct iface *iface)
{
	for (uint32_t i = 0; i < s->n_ifaces; i++)
		if (s->iface[i].ifindex == iface->ifindex)
			return;
	s->iface[s->n_ifaces].ifindex = iface->ifindex;
	memcpy(s->iface[s->n_ifaces].name, iface->name, sizeof iface->name);
	s->n_ifaces++;
}

/* What of its addresses is guarded: those that are where there is an interface. */
static void add_addrs(struct vrrpd *d, struct lease_set *s, const struct vr *vr)
{
	for (unsigned i = 0; i < vr->n_vips; i++) {
		const struct vip *vip = &vr->vip[i];
		const struct iface *iface = on_wire(d, vip_face(d, vr, vip));

		if (iface->ifindex == 0)
			continue;
		if (iface != iface_of(d, vr))
			add_iface(s, iface);
		s->addr[s->n_addrs++] = (struct lease_addr){
			iface->ifindex, iface_of(d, vr)->ifindex, vr->cf.family, vr->cf.vrid,
			vip->prefix.addr };
	}
}

/* Two may meet the network in one place. */
static void drop_doubles(struct lease_set *s)
{
	uint32_t n = s->n_addrs;

	s->n_addrs = 0;
	for (uint32_t i = 0; i < n; i++)
		if (s->n_addrs == 0 || by_addr(&s->addr[s->n_addrs - 1], &s->addr[i]) != 0)
			s->addr[s->n_addrs++] = s->addr[i];
}

static void fill(struct vrrpd *d, struct lease_set *s)
{
	s->n_ifaces = s->n_routers = s->n_addrs = 0;
	for (uint32_t i = 0; i < d->s.n && !d->stopping; i++) {
		struct vr *vr = &d->s.vr[i];
		uint32_t ifindex = iface_of(d, vr)->ifindex;

		if (!is_leased(d, vr))
			continue;
		add_iface(s, iface_of(d, vr));
		s->router[s->n_routers++] = (struct lease_router){
			ifindex,
			lease_ms(vr->cf.version, vr->cf.down_adverts, vr->cf.interval_cs),
			vr->cf.family, vr->cf.vrid, vr->cf.version,
			vr->vmac.iface != NOT_FOUND };
		add_addrs(d, s, vr);
	}
	qsort(s->iface, s->n_ifaces, sizeof *s->iface, by_index);
	qsort(s->router, s->n_routers, sizeof *s->router, by_router);
	qsort(s->addr, s->n_addrs, sizeof *s->addr, by_addr);
	drop_doubles(s);
}

static bool same_ifaces(const struct lease_set *a, const struct lease_set *b)
{
	if (a->n_ifaces != b->n_ifaces)
		return false;
	for (uint32_t i = 0; i < a->n_ifaces; i++)
		if (a->iface[i].ifindex != b->iface[i].ifindex ||
		    strcmp(a->iface[i].name, b->iface[i].name) != 0)
			return false;
	return true;
}

/* ---- the difference ----------------------------------------------------------------------- */

/* Hands changes on; LEASE_BEGIN before the first. */
struct changes {
	struct vrrpd *d;
	mono_t now;
	bool any;
};

static void put(struct changes *c, const struct lease_change *change)
{
	if (!c->any)
		c->d->ops->lease(c->d->ctx, &(struct lease_change){ .kind = LEASE_BEGIN });
	c->any = true;
	c->d->ops->lease(c->d->ctx, change);
}

/* What a router that is Active has left of the advert it sent last. */
static uint32_t left_ms(const struct changes *c, const struct lease_router *r)
{
	const struct setup *s = &c->d->s;
	const struct iface *iface = iface_by_index(c->d, r->ifindex);
	uint32_t i;

	if (!iface || !map_find(&s->by_key,
				router_key((uint32_t)(iface - s->iface), r->family, r->vrid), &i))
		return 0;
	return (uint32_t)(mono_since(s->vr[i].lease_until, c->now).ns / 1000000);
}

static void put_router(struct changes *c, const struct lease_router *r, bool add)
{
	put(c, &(struct lease_change){
		.kind = LEASE_ROUTER, .add = add, .ifindex = r->ifindex, .family = r->family,
		.vrid = r->vrid, .version = r->version, .term_ms = r->term_ms, .vmac = r->vmac,
		.left_ms = add ? left_ms(c, r) : 0 });
}

static void put_addr(struct changes *c, const struct lease_addr *a, bool add)
{
	put(c, &(struct lease_change){
		.kind = LEASE_ADDR, .add = add, .on = a->on, .ifindex = a->ifindex,
		.family = a->family, .vrid = a->vrid, .addr = a->addr });
}

static bool same_router(const struct lease_router *a, const struct lease_router *b)
{
	return a->term_ms == b->term_ms && a->version == b->version;
}

/* Routers of `a` that `b` has not, or, to add, has otherwise. */
static void diff_routers(struct changes *c, const struct lease_set *a, const struct lease_set *b,
			 bool add)
{
	uint32_t k = 0;

	for (uint32_t i = 0; i < a->n_routers; i++) {
		while (k < b->n_routers && by_router(&b->router[k], &a->router[i]) < 0)
			k++;
		if (k == b->n_routers || by_router(&b->router[k], &a->router[i]) != 0 ||
		    (add && !same_router(&b->router[k], &a->router[i])))
			put_router(c, &a->router[i], add);
	}
}

static bool same_guard(const struct lease_addr *a, const struct lease_addr *b)
{
	return by_addr(a, b) == 0 && a->ifindex == b->ifindex && a->family == b->family &&
	       a->vrid == b->vrid;
}

/* Addresses of `a` that `b` has not, or has for another router. */
static void diff_addrs(struct changes *c, const struct lease_set *a, const struct lease_set *b,
		       bool add)
{
	uint32_t k = 0;

	for (uint32_t i = 0; i < a->n_addrs; i++) {
		while (k < b->n_addrs && by_addr(&b->addr[k], &a->addr[i]) < 0)
			k++;
		if (k == b->n_addrs || !same_guard(&b->addr[k], &a->addr[i]))
			put_addr(c, &a->addr[i], add);
	}
}

/* An address goes before its router, and comes after it. */
static void put_difference(struct changes *c, const struct lease_set *had,
			   const struct lease_set *want, bool fresh)
{
	static const struct lease_set none;

	if (fresh) {
		put(c, &(struct lease_change){ .kind = LEASE_FRESH });
		for (uint32_t i = 0; i < want->n_ifaces; i++)
			put(c, &(struct lease_change){ .kind = LEASE_IFACE,
						       .ifindex = want->iface[i].ifindex,
						       .ifname = want->iface[i].name });
		had = &none;
	}
	diff_addrs(c, had, want, false);
	diff_routers(c, had, want, false);
	diff_routers(c, want, had, true);
	diff_addrs(c, want, had, true);
}

/* Whether a router that is in both has a virtual MAC in both or in none. */
static bool same_vmacs(const struct lease_set *a, const struct lease_set *b)
{
	uint32_t k = 0;

	for (uint32_t i = 0; i < a->n_routers; i++) {
		while (k < b->n_routers && by_router(&b->router[k], &a->router[i]) < 0)
			k++;
		if (k < b->n_routers && by_router(&b->router[k], &a->router[i]) == 0 &&
		    b->router[k].vmac != a->router[i].vmac)
			return false;
	}
	return true;
}

/* Whether there is something to find out first. */
static bool must_wait(const struct vrrpd *d, mono_t now)
{
	if (d->lease.busy || d->refusal.busy || d->syncing || mono_before(now, d->lease.retry_at))
		return true;
	if (d->stopping) /* what guards the addresses goes after them */
		return !vrrpd_has_left(d);
	for (uint32_t i = 0; i < d->s.n_ifaces; i++)
		if (!d->s.iface[i].known)
			return true;
	return false;
}

void lease_update(struct vrrpd *d, mono_t now)
{
	struct lease *l = &d->lease;
	struct changes c = { .d = d, .now = now };

	if (!d->ops->lease || !l->dirty || must_wait(d, now))
		return;
	l->dirty = false;
	fill(d, &l->asked);
	put_difference(&c, &l->had, &l->asked,
		       !l->known || !same_ifaces(&l->had, &l->asked) ||
			       !same_vmacs(&l->had, &l->asked));
	if (!c.any)
		return;
	l->busy = true;
	d->ops->lease(d->ctx, &(struct lease_change){ .kind = LEASE_COMMIT });
}

/* ---- what became of it -------------------------------------------------------------------- */

static void log_failure(struct vrrpd *d, const char *error_text)
{
	bool asked_for = false;

	for (uint32_t i = 0; i < d->s.n; i++)
		asked_for |= d->s.vr[i].cf.lease == VRRP_CF_LEASE_ON;
	log_begin(&d->line, asked_for ? LOG_LEVEL_ERROR : LOG_LEVEL_WARNING, "lease-failed");
	log_text(&d->line, "error", error_text);
	log_text(&d->line, "text",
		 "the kernel does not enforce the leases of the virtual addresses; everything else "
		 "works without them, and it is tried again");
	vrrpd_log(d);
}

static void on_done(struct vrrpd *d)
{
	struct lease *l = &d->lease;
	struct lease_set was = l->had;

	l->had = l->asked;
	l->asked = was;
	l->known = true;
	if (l->failed) {
		log_begin(&d->line, LOG_LEVEL_INFO, "lease-works");
		vrrpd_log(d);
	}
	l->failed = false;
	l->retry_at = (mono_t){ 0 };
}

static void on_failed(struct vrrpd *d, mono_t now, const char *error_text)
{
	struct lease *l = &d->lease;

	d->total.lease_failures++;
	/* A configuration without leases is not in need of a kernel that can. */
	if (!l->failed && l->asked.n_routers > 0)
		log_failure(d, error_text);
	l->retry_at = mono_add(now, l->failed || l->asked.n_routers == 0 ? RETRY_LATER
									 : RETRY_SOON);
	l->known = false;
	l->failed = l->asked.n_routers > 0;
	l->dirty = true;
}

void vrrpd_lease_done(struct vrrpd *d, mono_t now, bool ok, const char *error_text)
{
	if (d->refusal.busy) {
		refusal_done(d, now, ok, error_text);
		return;
	}
	d->lease.busy = false;
	if (ok)
		on_done(d);
	else
		on_failed(d, now, error_text);
	refusal_update(d, now);
	lease_update(d, now);
}

void vrrpd_lease_removed(struct vrrpd *d, mono_t now)
{
	struct lease *l = &d->lease;
	uint32_t suppressed;

	if (!l->known || l->had.n_ifaces == 0 || d->stopping)
		return;
	l->known = false;
	l->dirty = true;
	/* At once, but not in a fight with somebody who keeps removing it. */
	if (mono_before(now, mono_add(l->removed_at, RETRY_SOON)))
		l->retry_at = mono_add(now, RETRY_SOON);
	l->removed_at = now;
	if (log_allow(&d->limit_lease, now, DROP_LOG_EVERY, &suppressed)) {
		log_begin(&d->line, LOG_LEVEL_WARNING, "lease-removed");
		if (suppressed > 0)
			log_uint(&d->line, "suppressed", suppressed);
		log_text(&d->line, "text",
			 "somebody removed our nftables table; it is made again");
		vrrpd_log(d);
	}
	lease_update(d, now);
}

mono_t lease_deadline(const struct vrrpd *d)
{
	bool waits = d->ops->lease && d->lease.dirty && !d->lease.busy;

	return waits && d->lease.retry_at.ns > 0 ? d->lease.retry_at : MONO_NEVER;
}

bool lease_settled(const struct vrrpd *d)
{
	const struct lease *l = &d->lease;

	return !d->ops->lease || (!l->busy && (!l->known || l->had.n_ifaces == 0));
}

/* ---- adverts ------------------------------------------------------------------------------ */

static void check_expired(struct vrrpd *d, struct vr *vr, mono_t now)
{
	struct log_line *l;
	uint32_t suppressed;

	if (vr->lease_until.ns == 0 || !mono_due(vr->lease_until, now) || !d->ops->lease ||
	    d->lease.failed || !is_leased(d, vr))
		return;
	vr->count.lease_expired++;
	if (!log_allow(&vr->limit.lease, now, DROP_LOG_EVERY, &suppressed))
		return;
	l = vr_log(d, vr, LOG_LEVEL_WARNING, "lease-expired");
	log_uint(l, "ms", mono_since(now, vr->lease_until).ns / 1000000);
	if (suppressed > 0)
		log_uint(l, "suppressed", suppressed);
	log_text(l, "text",
		 "no advert had left for too long; the kernel has not answered for the "
		 "virtual addresses since");
	vrrpd_log(d);
}

void lease_advert(struct vrrpd *d, struct vr *vr, mono_t now, uint8_t priority)
{
	if (vr->core.state != VRRP_ACTIVE || priority == VRRP_PRIORITY_LEAVING)
		return;
	check_expired(d, vr, now);
	vr->lease_until = mono_add(now, SPAN_MS(lease_ms(vr->cf.version, vr->cf.down_adverts,
							 vr->core.params.interval_cs)));
}

void lease_end(struct vrrpd *d, struct vr *vr, mono_t now)
{
	check_expired(d, vr, now);
	vr->lease_until = (mono_t){ 0 };
}
