/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where addresses are: an Active has all of its own, each on its interface and given as configured,
 * and who is not Active has none.
 */
#include <stdlib.h>

#include "check.h"
#include "oracle_state.h"

static const struct kern_iface *dev_of(const struct host *h, const struct watch_addr *a)
{
	const struct kern_iface *i = kern_iface_by_name((struct kern *)&h->kern, a->dev);

	return i && i->exists ? i : NULL;
}

static struct watch_addr make(const struct vrrp_cf_instance *cf, const struct vrrp_cf_address *a)
{
	struct watch_addr w = { .prefix = a->address, .attr = vrrp_cf_attr(a) };

	bool vmac = cf->vmac_device[0] && !a->dev[0] && a->address.addr.family == cf->family;

	CHECK(text_copy(w.dev, sizeof w.dev,
			a->dev[0] ? a->dev : vmac ? cf->vmac_device : cf->interface));
	w.needs_dev = a->track && !vmac && strcmp(w.dev, cf->interface) != 0;
	return w;
}

bool addr_same(const struct watch *wt, const struct vrrp_cf_instance *cf,
	       const struct cf_model *m)
{
	if (wt->n_addr != cf->addresses.n)
		return false;
	for (uint32_t i = 0; i < wt->n_addr; i++) {
		struct watch_addr a = make(cf, vrrp_cf_address(m, cf, i));
		const struct watch_addr *was = &wt->addr[i];

		if (!ip_eq(&a.prefix.addr, &was->prefix.addr) || strcmp(a.dev, was->dev) != 0 ||
		    !ip_attr_same(&a.attr, &was->attr, a.prefix.addr.family, a.dev))
			return false;
	}
	return true;
}

void addr_configure(struct watch *wt, const struct vrrp_cf_instance *cf,
		    const struct cf_model *m)
{
	free(wt->addr);
	wt->n_addr = cf->addresses.n;
	wt->addr = calloc(wt->n_addr + 1, sizeof *wt->addr);
	CHECK(wt->addr);
	wt->guests = false;
	wt->refuses = !cf->accept && cf->priority != VRRP_PRIORITY_OWNER;
	for (uint32_t i = 0; i < wt->n_addr; i++) {
		wt->addr[i] = make(cf, vrrp_cf_address(m, cf, i));
		wt->guests |= strcmp(wt->addr[i].dev, cf->interface) != 0 &&
			      strcmp(wt->addr[i].dev, cf->vmac_device) != 0;
	}
}

struct watch *addr_watch(struct oracle *o, const struct host *h, const char *iface,
			 const struct ip_addr *addr, uint32_t *which)
{
	struct watched_host *wh = &o->host[h->id];

	for (uint32_t i = 0; i < wh->n; i++) {
		struct watch *wt = &wh->watch[i];

		for (*which = 0; *which < wt->n_addr; ++*which)
			if (ip_eq(&wt->addr[*which].prefix.addr, addr) &&
			    strcmp(wt->addr[*which].dev, iface) == 0)
				return wt;
	}
	return NULL;
}

/* The address as vrrpd has set it. */
static const struct kern_addr *own(const struct host *h, const struct watch_addr *a)
{
	const struct kern_iface *iface = dev_of(h, a);

	for (uint32_t i = 0; iface && i < iface->n_addrs; i++)
		if (iface->addr[i].ours && ip_eq(&iface->addr[i].prefix.addr, &a->prefix.addr))
			return &iface->addr[i];
	return NULL;
}

bool has_own_address(const struct host *h, const struct watch *wt)
{
	for (uint32_t i = 0; i < wt->n_addr; i++)
		if (own(h, &wt->addr[i]))
			return true;
	return false;
}

void addr_check(struct oracle *o, struct host *h, const struct watch *wt)
{
	if (wt->state != VRRP_ACTIVE) {
		judge(o, RULE_V9, !has_own_address(h, wt), "%s %s is not Active and has an address",
		      h->name, wt->name);
		return;
	}
	for (uint32_t i = 0; i < wt->n_addr; i++) {
		const struct watch_addr *a = &wt->addr[i];
		const struct kern_iface *iface = dev_of(h, a);
		const struct kern_addr *mine = own(h, a);
		/* Packets to it are refused from the first moment, or accepted. */
		bool refused = mine && kern_refuses(&h->kern.lease, iface->ifindex,
						    &a->prefix.addr);
		bool excused = strcmp(a->dev, wt->iface) != 0 &&
			       strcmp(a->dev, wt->device) != 0 && (!iface || !iface->up);

		judge(o, RULE_V9, excused || (iface && kern_has(iface, &a->prefix.addr)),
		      "%s %s is Active without one of its addresses", h->name, wt->name);
		judge(o, RULE_V9, !mine || refused == wt->refuses,
		      "%s %s has an address, and packets to it are %s", h->name, wt->name,
		      refused ? "refused" : "accepted");
		judge(o, RULE_V9,
		      excused || !mine || ip_attr_same(&a->attr, &mine->attr,
						       a->prefix.addr.family, a->dev),
		      "%s %s has an address that is given otherwise than configured", h->name,
		      wt->name);
	}
}

bool addr_lost(const struct host *h, const struct watch *wt)
{
	for (uint32_t i = 0; i < wt->n_addr; i++) {
		const struct kern_iface *iface = dev_of(h, &wt->addr[i]);

		if (wt->addr[i].needs_dev && (!iface || !iface->up))
			return true;
	}
	return false;
}
