/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrpd_accept.h"

#include <stdlib.h>

#include "vrrpd_state.h"

#define RETRY_SOON  SPAN_S(1)
#define RETRY_LATER SPAN_S(10)

bool refusal_reserve(struct refusal *r, uint32_t n_addrs)
{
	uint32_t room = n_addrs;
	struct refused *had, *asked;

	room = r->n_had > room ? r->n_had : room;
	room = r->n_asked > room ? r->n_asked : room;
	/* Each in turn: what has been enlarged stays so, and is as good as before. */
	had = realloc(r->had, (room + 1) * sizeof *had);
	r->had = had ? had : r->had;
	asked = realloc(r->asked, (room + 1) * sizeof *asked);
	r->asked = asked ? asked : r->asked;
	return had && asked;
}

void refusal_free(struct refusal *r)
{
	free(r->had);
	free(r->asked);
	*r = (struct refusal){ 0 };
}

/* ---- what is to be refused ---------------------------------------------------------------- */

static bool refuses(const struct vr *vr)
{
	return !vr->cf.accept && vr->cf.priority != VRRP_PRIORITY_OWNER;
}

static struct refused entry(struct vrrpd *d, const struct vr *vr, const struct vip *vip)
{
	const struct ip_addr *addr = &vip->prefix.addr;

	return (struct refused){ ip_is_link_local6(addr) ? vip_face(d, vr, vip)->ifindex : 0,
				 *addr };
}

static int compare(const void *a, const void *b)
{
	const struct refused *x = a, *y = b;

	return x->on != y->on ? x->on < y->on ? -1 : 1 : ip_cmp(&x->addr, &y->addr);
}

/* One whose interface does not exist cannot be refused, nor set. */
static bool is_nowhere(struct vrrpd *d, const struct vr *vr, const struct vip *vip)
{
	return ip_is_link_local6(&vip->prefix.addr) && vip_face(d, vr, vip)->ifindex == 0;
}

static void fill(struct vrrpd *d)
{
	struct refusal *r = &d->refusal;
	uint32_t n = 0;

	for (uint32_t i = 0; i < d->s.n && !d->stopping; i++) {
		const struct vr *vr = &d->s.vr[i];

		for (unsigned k = 0; k < vr->n_vips && refuses(vr); k++)
			if (!is_nowhere(d, vr, &vr->vip[k]))
				r->asked[n++] = entry(d, vr, &vr->vip[k]);
	}
	qsort(r->asked, n, sizeof *r->asked, compare);
	r->n_asked = 0;
	for (uint32_t i = 0; i < n; i++)
		if (r->n_asked == 0 || compare(&r->asked[r->n_asked - 1], &r->asked[i]) != 0)
			r->asked[r->n_asked++] = r->asked[i];
}

static bool is_same(const struct refusal *r)
{
	if (r->n_had != r->n_asked)
		return false;
	for (uint32_t i = 0; i < r->n_had; i++)
		if (compare(&r->had[i], &r->asked[i]) != 0)
			return false;
	return true;
}

static bool is_refused(struct vrrpd *d, const struct vr *vr, const struct vip *vip)
{
	const struct refusal *r = &d->refusal;
	struct refused e = entry(d, vr, vip);

	return r->known && r->n_had > 0 && bsearch(&e, r->had, r->n_had, sizeof e, compare);
}

bool vip_may_be_set(struct vrrpd *d, const struct vr *vr, const struct vip *vip)
{
	return !refuses(vr) || is_refused(d, vr, vip);
}

bool vr_not_refusing(struct vrrpd *d, const struct vr *vr)
{
	if (!refuses(vr))
		return false;
	if (vr->core.state != VRRP_INITIALIZE)
		return d->refusal.failed;
	for (unsigned i = 0; i < vr->n_vips; i++)
		if (!is_nowhere(d, vr, &vr->vip[i]) && !is_refused(d, vr, &vr->vip[i]))
			return true;
	return false;
}

/* ---- having it refused -------------------------------------------------------------------- */

static bool must_wait(const struct vrrpd *d, mono_t now)
{
	if (d->refusal.busy || d->lease.busy || d->syncing ||
	    mono_before(now, d->refusal.retry_at))
		return true;
	if (d->stopping)
		return !vrrpd_has_left(d);
	for (uint32_t i = 0; i < d->s.n_ifaces; i++)
		if (!d->s.iface[i].known)
			return true;
	return false;
}

void refusal_update(struct vrrpd *d, mono_t now)
{
	struct refusal *r = &d->refusal;

	r->dirty |= d->lease.dirty; /* it follows from the same */
	if (!d->ops->lease || !r->dirty || must_wait(d, now))
		return;
	r->dirty = false;
	fill(d);
	/* Where nothing takes its place, what an earlier run has left goes with the first leases.
	 */
	if ((r->known || r->n_had == 0) && is_same(r)) {
		r->known = true;
		r->failed = false;
		return;
	}
	r->busy = true;
	d->ops->lease(d->ctx, &(struct lease_change){ .kind = LEASE_BEGIN });
	d->ops->lease(d->ctx, &(struct lease_change){ .kind = LEASE_REFUSAL,
						      .add = r->n_asked > 0 });
	for (uint32_t i = 0; i < r->n_asked; i++)
		d->ops->lease(d->ctx, &(struct lease_change){ .kind = LEASE_REFUSED, .add = true,
							      .on = r->asked[i].on,
							      .addr = r->asked[i].addr });
	d->ops->lease(d->ctx, &(struct lease_change){ .kind = LEASE_COMMIT });
}

static void log_failure(struct vrrpd *d, const char *error_text)
{
	log_begin(&d->line, LOG_LEVEL_ERROR, "accept-failed");
	log_text(&d->line, "error", error_text);
	log_text(&d->line, "text",
		 "the kernel does not refuse packets to virtual addresses: routers with accept = "
		 "false do not run; it is tried again");
	vrrpd_log(d);
}

void refusal_done(struct vrrpd *d, mono_t now, bool ok, const char *error_text)
{
	struct refusal *r = &d->refusal;
	struct refused *was = r->had;

	r->busy = false;
	r->known = ok;
	if (ok) {
		r->had = r->asked;
		r->n_had = r->n_asked;
		r->asked = was;
		r->retry_at = (mono_t){ 0 };
	} else {
		if (!r->failed)
			log_failure(d, error_text);
		r->retry_at = mono_add(now, r->failed ? RETRY_LATER : RETRY_SOON);
		r->dirty = true;
	}
	r->failed = !ok;
	d->all_changed = true; /* addresses may be set now, and routers may run, or not */
	vrrpd_evaluate(d, now);
}

void vrrpd_refusal_removed(struct vrrpd *d, mono_t now)
{
	struct refusal *r = &d->refusal;
	uint32_t suppressed;

	if (!r->known || r->n_had == 0 || d->stopping)
		return;
	r->known = false;
	r->dirty = true;
	/* At once, but not in a fight with somebody who keeps removing it. */
	if (mono_before(now, mono_add(r->removed_at, RETRY_SOON)))
		r->retry_at = mono_add(now, RETRY_SOON);
	r->removed_at = now;
	if (log_allow(&d->limit_refusal, now, DROP_LOG_EVERY, &suppressed)) {
		log_begin(&d->line, LOG_LEVEL_WARNING, "accept-removed");
		if (suppressed > 0)
			log_uint(&d->line, "suppressed", suppressed);
		log_text(&d->line, "text",
			 "somebody removed our nftables table, which refuses packets to virtual "
			 "addresses; it is made again");
		vrrpd_log(d);
	}
	refusal_update(d, now);
}

mono_t refusal_deadline(const struct vrrpd *d)
{
	bool waits = d->ops->lease && d->refusal.dirty && !d->refusal.busy;

	return waits && d->refusal.retry_at.ns > 0 ? d->refusal.retry_at : MONO_NEVER;
}

bool refusal_settled(const struct vrrpd *d)
{
	const struct refusal *r = &d->refusal;

	return !d->ops->lease || (!r->busy && (!r->known || r->n_had == 0));
}
