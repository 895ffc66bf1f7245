/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Static addresses: on their interface as long as the daemon runs and the interface exists.
 *
 * Each has a plan (vrrp_plan.h). They bear the mark of virtual addresses, but to virtual routers
 * they are as any other address of an interface: one may be sent from. One that somebody else has
 * set serves as well, and is not ours to remove.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "ip_text.h"
#include "vrrpd_state.h"

/* FNV-1a. */
static uint64_t key_of(uint32_t iface, const struct ip_prefix *prefix)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325) ^ iface;

	h = (h ^ prefix->len) * UINT64_C(0x100000001b3);
	for (size_t i = 0; i < ip_len(prefix->addr.family); i++)
		h = (h ^ prefix->addr.b[i]) * UINT64_C(0x100000001b3);
	return h;
}

static struct static_addr *find(const struct setup *s, uint32_t iface,
				const struct ip_prefix *prefix)
{
	uint32_t i;

	for (uint64_t key = key_of(iface, prefix); map_find(&s->fixed.by_key, key, &i); key++) {
		struct static_addr *a = &s->fixed.v[i];

		if (a->iface == iface && a->prefix.len == prefix->len &&
		    ip_eq(&a->prefix.addr, &prefix->addr))
			return a;
	}
	return NULL;
}

static struct static_addr *find_on(struct vrrpd *d, const struct iface *iface,
				   const struct ip_prefix *prefix)
{
	return find(&d->s, (uint32_t)(iface - d->s.iface), prefix);
}

/* ---- a configuration ---------------------------------------------------------------------- */

void static_free(struct static_setup *fixed)
{
	free(fixed->v);
	free(fixed->slot);
	*fixed = (struct static_setup){ 0 };
}

bool static_build(struct setup *s, const struct cf_model *m, const struct vrrp_cf *vrrp)
{
	struct static_setup *fixed = &s->fixed;
	uint32_t n = vrrp->static_addresses.n, capacity = map_capacity(n);

	fixed->v = calloc((size_t)n + 1, sizeof *fixed->v);
	fixed->slot = calloc(capacity, sizeof *fixed->slot);
	if (!fixed->v || !fixed->slot)
		return false;
	map_init(&fixed->by_key, fixed->slot, capacity);
	for (uint32_t i = 0; i < n; i++) {
		const struct vrrp_cf_address *cf = vrrp_cf_static_address(m, vrrp, i);
		struct static_addr *a = &fixed->v[i];
		uint64_t key;

		a->prefix = cf->address;
		a->attr = vrrp_cf_attr(cf);
		a->iface = iface_named(s, cf->dev);
		for (key = key_of(a->iface, &a->prefix); !map_add(&fixed->by_key, key, i); key++)
			;
		fixed->n++;
	}
	return true;
}

static struct static_addr *find_same(const struct setup *in, const struct setup *of,
				     const struct static_addr *a)
{
	uint32_t iface = setup_find_iface(in, of->iface[a->iface].name);

	return iface != NOT_FOUND ? find(in, iface, &a->prefix) : NULL;
}

/* One that is to be given otherwise is found to be so by the report that follows. */
void static_keep(struct setup *to, const struct setup *from)
{
	for (uint32_t i = 0; i < to->fixed.n; i++) {
		struct static_addr *a = &to->fixed.v[i];
		const struct static_addr *was = find_same(from, to, a);

		if (was) {
			a->plan = was->plan;
			a->foreign = was->foreign;
		}
	}
}

static void ask(struct vrrpd *d, const struct static_addr *a, bool add)
{
	d->ops->addr(d->ctx, d->s.iface[a->iface].ifindex, &a->prefix, &a->attr, add);
}

void static_remove_orphans(struct vrrpd *d, const struct setup *next)
{
	for (uint32_t i = 0; i < d->s.fixed.n; i++) {
		const struct static_addr *a = &d->s.fixed.v[i];

		if (find_same(next, &d->s, a) || a->foreign ||
		    d->s.iface[a->iface].ifindex == 0 || a->plan.have == PLAN_UNKNOWN ||
		    a->plan.pending == PLAN_REMOVING || plan_settled(&a->plan))
			continue;
		ask(d, a, false);
	}
}

/* ---- what is asked for -------------------------------------------------------------------- */

static void log_one(struct vrrpd *d, const struct static_addr *a, enum log_level level,
		    const char *event)
{
	char text[IP_TEXT_SIZE];

	log_begin(&d->line, level, event);
	log_text(&d->line, "address", ip_prefix_string(&a->prefix, text));
	log_text(&d->line, "interface", d->s.iface[a->iface].name);
}

static void on_gone(struct vrrpd *d, struct static_addr *a, mono_t now)
{
	bool put_back = plan_put_back(&a->plan, now);
	uint32_t suppressed;

	d->total.static_removed++;
	if (!log_allow(&d->limit_fib_removed, now, SPAN_S(1), &suppressed))
		return;
	log_one(d, a, put_back ? LOG_LEVEL_WARNING : LOG_LEVEL_ERROR, "address-removed");
	if (suppressed > 0)
		log_uint(&d->line, "suppressed", suppressed);
	log_text(&d->line, "text",
		 put_back ? "somebody removed the static address; it is put back"
			  : "somebody keeps removing the static address; it is put back more "
			    "slowly");
	vrrpd_log(d);
}

mono_t static_carry_out(struct vrrpd *d, bool wanted, mono_t now)
{
	mono_t at = MONO_NEVER;

	for (uint32_t i = 0; i < d->s.fixed.n; i++) {
		struct static_addr *a = &d->s.fixed.v[i];
		const struct iface *iface = &d->s.iface[a->iface];
		enum plan_ask what;

		/* Those of IPv6 go with the link. */
		if (plan_gone(&a->plan) && wanted && iface->up)
			on_gone(d, a, now);
		if (iface->ifindex == 0 || (a->foreign && !wanted) ||
		    (wanted && !iface->up && a->plan.pending == PLAN_IDLE))
			continue;
		what = plan_next(&a->plan, wanted, now);
		if (what == PLAN_ADD || what == PLAN_REMOVE)
			ask(d, a, what == PLAN_ADD);
		else if (what == PLAN_LATER)
			at = mono_min(at, a->plan.retry_at);
	}
	return at;
}

bool static_settled(const struct vrrpd *d)
{
	for (uint32_t i = 0; i < d->s.fixed.n; i++) {
		const struct static_addr *a = &d->s.fixed.v[i];

		if (!a->foreign && d->s.iface[a->iface].ifindex != 0 && !plan_settled(&a->plan))
			return false;
	}
	return true;
}

/* ---- what the kernel says ----------------------------------------------------------------- */

bool static_note(struct vrrpd *d, const struct iface *iface, const struct vrrpd_address *is,
		 bool present)
{
	struct static_addr *a = find_on(d, iface, &is->prefix);
	bool as_meant;

	if (!a)
		return false;
	as_meant = !is->ours || a->plan.pending == PLAN_ADDING ||
		   ip_attr_same(&a->attr, &is->attr, is->prefix.addr.family, iface->name);
	a->foreign = present && !is->ours;
	d->fib_again |= present; /* routes may have waited for it */
	plan_reported(&a->plan,
		      !present ? PLAN_ABSENT : as_meant ? PLAN_THERE : PLAN_STALE, d->syncing);
	if (a->foreign)
		a->plan.pending = PLAN_IDLE;
	return true;
}

void static_failed(struct vrrpd *d, mono_t now, const struct iface *iface,
		   const struct ip_prefix *prefix, bool add, int error, const char *error_text)
{
	struct static_addr *a = find_on(d, iface, prefix);
	uint32_t suppressed;

	if (!a)
		return;
	if (!add && (error == EADDRNOTAVAIL || error == ENODEV)) {
		plan_reported(&a->plan, PLAN_ABSENT, false);
	} else if (plan_failed(&a->plan, add, now)) {
		d->total.static_failures++;
		if (log_allow(&d->limit_fib, now, DROP_LOG_EVERY, &suppressed)) {
			log_one(d, a, LOG_LEVEL_ERROR, "address-failed");
			log_text(&d->line, "op", add ? "add" : "remove");
			log_text(&d->line, "error", error_text);
			if (suppressed > 0)
				log_uint(&d->line, "suppressed", suppressed);
			vrrpd_log(d);
		}
		if (add && error == EEXIST && a->plan.failures == 1)
			d->ops->sync(d->ctx);
	}
	vrrpd_evaluate(d, now);
}

void static_waits(struct vrrpd *d, const struct iface *iface, const struct ip_prefix *prefix)
{
	struct static_addr *a = find_on(d, iface, prefix);

	if (a)
		a->plan.waits = true;
}

void static_lose(struct vrrpd *d, const struct iface *iface, bool only_the_name)
{
	for (uint32_t i = 0; i < d->s.fixed.n; i++) {
		struct static_addr *a = &d->s.fixed.v[i];

		if (&d->s.iface[a->iface] != iface)
			continue;
		if (only_the_name && !a->foreign && a->plan.have != PLAN_UNKNOWN &&
		    !plan_settled(&a->plan))
			ask(d, a, false);
		a->plan.have = PLAN_ABSENT;
		a->plan.pending = PLAN_IDLE;
		a->plan.gone = a->foreign = false;
	}
}

void static_report_begins(struct vrrpd *d)
{
	for (uint32_t i = 0; i < d->s.fixed.n; i++)
		plan_report_begins(&d->s.fixed.v[i].plan);
}

void static_report_ends(struct vrrpd *d, mono_t now)
{
	for (uint32_t i = 0; i < d->s.fixed.n; i++)
		if (plan_report_ends(&d->s.fixed.v[i].plan, now))
			d->total.static_failures++;
}
