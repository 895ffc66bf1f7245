/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the operator wants: taking over a configuration.
 *
 * Everything a configuration brings is built anew beside what runs, in one go that either succeeds
 * or leaves the old; then the living state of what goes on is moved over: a virtual router keeps
 * its state, timers and counters, an interface what is known of it, an address whether the kernel
 * has it. So a router that did not change sees nothing, whatever else did.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "ip_text.h"
#include "vrrpd_state.h"

enum { LISTED_MAX = 8 }; /* addresses that a line of the log names */

void setup_free(struct setup *s)
{
	free_auth(s);
	free(s->vr);
	free(s->iface);
	free(s->vips);
	free(s->sorted);
	free(s->wire_addrs);
	free(s->vip_vr);
	free(s->peers);
	free_trackers(s);
	fib_free(&s->fib);
	static_free(&s->fixed);
	free_groups(s);
	free(s->map_slot);
	free(s->by_ifindex);
	free(s->heap_slot);
	free(s->heap_where);
	announcing_free(&s->announcing);
	*s = (struct setup){ 0 };
}

/* calloc() that does not answer NULL for nothing. */
static void *some(size_t n, size_t size)
{
	return calloc(n > 0 ? n : 1, size);
}

static bool setup_alloc(struct setup *s, uint32_t n, uint32_t n_ifaces, uint32_t n_vips,
			uint32_t n_peers)
{
	uint32_t each = map_capacity(n), ifaces = map_capacity(n_ifaces);
	uint32_t addrs = map_capacity(n_vips);

	*s = (struct setup){
		.vr = some(n, sizeof *s->vr), .n = n,
		.iface = some(n_ifaces, sizeof *s->iface),
		.vips = some(n_vips, sizeof *s->vips), .n_vips = n_vips,
		.sorted = some(n_vips, sizeof *s->sorted),
		.wire_addrs = some(n_vips, 16),
		.vip_vr = some(n_vips, sizeof *s->vip_vr),
		.peers = some(n_peers, sizeof *s->peers),
		.map_slot = some((size_t)2 * each + ifaces + addrs, sizeof *s->map_slot),
		.by_ifindex = some(n_ifaces, sizeof *s->by_ifindex),
		.heap_slot = some(n, sizeof *s->heap_slot),
		.heap_where = some(n, sizeof *s->heap_where),
		.stall = STALL_MAX,
	};
	if (!s->vr || !s->iface || !s->vips || !s->sorted || !s->wire_addrs || !s->vip_vr ||
	    !s->peers || !s->map_slot || !s->by_ifindex || !s->heap_slot || !s->heap_where) {
		setup_free(s);
		return false;
	}
	map_init(&s->by_key, s->map_slot, each);
	map_init(&s->by_name, s->map_slot + each, each);
	map_init(&s->by_ifname, s->map_slot + (size_t)2 * each, ifaces);
	map_init(&s->by_addr, s->map_slot + (size_t)2 * each + ifaces, addrs);
	dlheap_init(&s->heap, s->heap_slot, s->heap_where, n);
	return true;
}

uint32_t iface_named(struct setup *s, const char *name)
{
	uint32_t i = setup_find_iface(s, name);

	if (i == NOT_FOUND) {
		i = s->n_ifaces++;
		CHECK(text_copy(s->iface[i].name, sizeof s->iface[i].name, name));
		s->iface[i].first = s->iface[i].first_vip = NOT_FOUND;
		s->iface[i].lower = s->iface[i].vmac_of = NOT_FOUND;
		setup_add_ifname(s, i);
	}
	return i;
}

static int by_addr(const void *a, const void *b)
{
	return ip_cmp(a, b);
}

/* How much of the arrays has been given to routers. */
struct taken {
	uint32_t vips, peers;
};

static void build_peers(struct setup *s, struct vr *vr, const struct cf_model *m,
			const struct vrrp_cf_instance *cf, struct taken *taken)
{
	vr->n_peers = cf->unicast.peers.n;
	vr->peer = s->peers + taken->peers;
	taken->peers += vr->n_peers;
	for (unsigned i = 0; i < vr->n_peers; i++)
		vr->peer[i] = vrrp_cf_peer(m, cf, i)->address;
}

static void build_vips(struct setup *s, struct vr *vr, const struct cf_model *m,
		       const struct vrrp_cf_instance *cf, struct taken *taken)
{
	size_t len = ip_len(cf->family), said = 0;

	vr->n_vips = cf->addresses.n;
	vr->vip = s->vips + taken->vips;
	vr->sorted = s->sorted + taken->vips;
	vr->wire_addrs = s->wire_addrs + (size_t)taken->vips * 16;
	taken->vips += vr->n_vips;
	for (unsigned i = 0; i < vr->n_vips; i++) {
		const struct vrrp_cf_address *a = vrrp_cf_address(m, cf, i);
		struct vip *vip = &vr->vip[i];

		vip->prefix = a->address;
		vip->attr = vrrp_cf_attr(a);
		vip->iface = iface_named(s, vrrp_cf_dev(cf, a));
		vip->needs_iface = a->track && vip->iface != vr->iface &&
				   vip->iface != vr->vmac.iface;
		s->iface[vip->iface].promotes |= cf->promote_secondaries;
		if (!a->advertise)
			continue;
		memcpy(vr->wire_addrs + said * len, a->address.addr.b, len);
		vr->sorted[said++] = a->address.addr;
	}
	CHECK(said == cf->n_advertised);
	qsort(vr->sorted, said, sizeof *vr->sorted, by_addr);
}

static span_t shorter_stall(span_t stall, uint32_t interval_cs)
{
	span_t third = SPAN_US(interval_cs * UINT64_C(10000) / 3);

	return third.ns < STALL_MIN.ns ? STALL_MIN : span_min(stall, third);
}

/* One virtual router from its part of the model, taking its share of the arrays. */
static void build_router(struct setup *s, struct vr *vr, const struct cf_model *m,
			 const struct vrrp_cf_instance *cf, struct taken *taken)
{
	struct vrrp_params params = vrrp_cf_params(cf);

	vr->cf = *cf;
	vr->iface = iface_named(s, cf->interface);
	vmac_build(s, vr);
	build_vips(s, vr, m, cf, taken);
	build_peers(s, vr, m, cf, taken);
	source_init(vr);
	s->sources |= ip_is_set(&cf->source);
	vr->csum = cf->checksum == VRRP_CF_CSUM_PSEUDO ? VRRP_CSUM_PSEUDO : VRRP_CSUM_MESSAGE;
	vr->check_at = MONO_NEVER;
	vr->group = NOT_FOUND;
	vr->tracked = (struct vrrp_track_result){ cf->priority, VRRP_TRACK_NONE, VRRP_TRACK_NONE };
	s->stall = shorter_stall(s->stall, cf->interval_cs);
	vrrp_init(&vr->core, &params);
	setup_add_router(s, (uint32_t)(vr - s->vr));
}

/* What is on each interface, in the order of the configuration. */
static void list_by_iface(struct setup *s)
{
	for (uint32_t i = s->n; i-- > 0;) {
		struct iface *iface = &s->iface[s->vr[i].iface];

		s->vr[i].next = iface->first;
		iface->first = i;
	}
	for (uint32_t i = s->n_vips; i-- > 0;) {
		struct iface *iface = &s->iface[s->vips[i].iface];

		s->vips[i].next = iface->first_vip;
		iface->first_vip = i;
		iface->guests |= vip_wire(s, &s->vips[i]) != s->vr[s->vip_vr[i]].iface;
	}
}

static bool build(struct vrrpd *d, struct setup *s, const struct cf_model *m,
		  const struct vrrp_cf *vrrp)
{
	uint32_t n = vrrp->instances.n, n_ifaces = 0, n_vips = 0, n_peers = 0;
	const char *last = "";
	struct taken taken = { 0 };

	for (uint32_t i = 0; i < n; i++) {
		const struct vrrp_cf_instance *cf = vrrp_cf_instance(m, vrrp, i);

		n_ifaces += strcmp(cf->interface, last) != 0; /* at most so many */
		n_ifaces += cf->vmac_device[0] != '\0';
		last = cf->interface;
		for (uint32_t k = 0; k < cf->addresses.n; k++)
			n_ifaces += vrrp_cf_address(m, cf, k)->dev[0] != '\0';
		n_vips += cf->addresses.n;
		n_peers += cf->unicast.peers.n;
	}
	n_ifaces += vrrp->tracks.n + fib_ifaces(m, vrrp) + vrrp->static_addresses.n;
	if (!setup_alloc(s, n, n_ifaces, n_vips, n_peers))
		return false;
	for (uint32_t i = 0; i < n; i++)
		build_router(s, &s->vr[i], m, vrrp_cf_instance(m, vrrp, i), &taken);
	list_by_iface(s);
	if (!setup_trackers(s, m, vrrp) || !setup_groups(s, m, vrrp) || !fib_build(s, m, vrrp) ||
	    !static_build(s, m, vrrp) ||
	    !setup_auth(d, s, m, vrrp) ||
	    !announcing_build(s, vrrp->garp_rate, vrrp->garp_burst)) {
		setup_free(s);
		return false;
	}
	return true;
}

/* ---- moving over what goes on ------------------------------------------------------------- */

static void keep_ifaces(struct setup *to, const struct setup *from, mono_t now)
{
	for (uint32_t i = 0; i < to->n_ifaces; i++) {
		uint32_t k = setup_find_iface(from, to->iface[i].name);
		struct iface is = to->iface[i];

		if (k == NOT_FOUND)
			continue;
		to->iface[i] = from->iface[k];
		to->iface[i].first = is.first;
		to->iface[i].first_vip = is.first_vip;
		to->iface[i].guests = is.guests;
		to->iface[i].promotes = is.promotes;
		to->iface[i].lower = is.lower;
		to->iface[i].vmac_of = is.vmac_of;
		to->iface[i].vmacs = is.vmacs;
		to->iface[i].ifindex = 0;
		iface_set_index(to, &to->iface[i], from->iface[k].ifindex);
		announcing_keep_iface(to, i, from, k, now);
	}
}

/* The router of the running setup that has the same interface, family, VRID and version. */
static struct vr *find_router(struct setup *in, const struct setup *of, const struct vr *vr)
{
	uint32_t iface = setup_find_iface(in, of->iface[vr->iface].name), i;

	if (iface == NOT_FOUND ||
	    !map_find(&in->by_key, router_key(iface, vr->cf.family, vr->cf.vrid), &i))
		return NULL;
	return in->vr[i].cf.version == vr->cf.version &&
			       strcmp(in->vr[i].cf.vmac_device, vr->cf.vmac_device) == 0
		       ? &in->vr[i]
		       : NULL;
}

static void keep_router(struct vr *to, struct vr *from)
{
	from->continued = true;
	to->core = from->core;
	to->rivals = from->rivals;
	to->coexist = from->coexist;
	to->obstacle = from->obstacle;
	to->hold_until = from->hold_until;
	to->fib_hold_until = from->fib_hold_until;
	to->fib_culprit = from->fib_culprit;
	to->iface_lost = from->iface_lost;
	to->lease_until = from->lease_until;
	auth_keep(to, from);
	to->count = from->count;
	to->limit = from->limit;
	source_keep(to, from);
	vmac_keep(to, from);
	if (to->cf.checksum == VRRP_CF_CSUM_AUTO)
		to->csum = from->csum;
}

static bool same_prefix(const struct ip_prefix *a, const struct ip_prefix *b)
{
	return a->len == b->len && ip_eq(&a->addr, &b->addr);
}

static struct vip *find_vip_of(struct vr *vr, const struct ip_prefix *prefix)
{
	for (unsigned i = 0; i < vr->n_vips; i++)
		if (same_prefix(&vr->vip[i].prefix, prefix))
			return &vr->vip[i];
	return NULL;
}

/* The same address on the same interface in the other setup: mostly of the same router, but it may
 * have moved to another. *owner is whose it is there. */
static struct vip *find_same_vip(struct setup *in, const struct setup *of, const struct vip *vip,
				 struct vr **owner)
{
	uint32_t iface = setup_find_iface(in, of->iface[vip->iface].name);
	struct vip *same = iface != NOT_FOUND
				   ? setup_find_vip(in, iface, &vip->prefix.addr, owner)
				   : NULL;

	return same && same->prefix.len == vip->prefix.len ? same : NULL;
}

/* It is to be given as the new setup says. */
static void keep_attr(const struct setup *to, struct vip *vip, const struct vip *is)
{
	const char *name = to->iface[vip->iface].name;
	uint8_t family = vip->prefix.addr.family;

	vip->odd &= ip_attr_same(&is->attr, &vip->attr, family, name);
	vip->attr = is->attr;
	vip_compare(vip, name);
}

static void keep_vips(struct setup *to, struct setup *from)
{
	for (uint32_t i = 0; i < to->n_vips; i++) {
		struct vip *vip = &to->vips[i], is = *vip;
		struct vr *owner;
		struct vip *same = find_same_vip(from, to, vip, &owner);

		if (!same)
			continue;
		*vip = *same;
		same->kept = true;
		vip->iface = is.iface;
		vip->needs_iface = is.needs_iface;
		vip->next = is.next;
		vip->place = is.place;
		keep_attr(to, vip, &is);
		announcing_keep_vip(to, vip, from, same);
	}
}

/* ---- what ends, what is new --------------------------------------------------------------- */

/* Addresses that no router is to have any more go first, so that a router that ends tells its peers
 * after that. One that goes on with another Active stays. */
static void remove_orphans(struct vrrpd *d, struct setup *next)
{
	for (uint32_t i = 0; i < d->s.n; i++) {
		struct vr *vr = &d->s.vr[i], *owner;

		for (unsigned k = 0; k < vr->n_vips; k++) {
			struct vip *vip = &vr->vip[k], *same;

			if ((vip->have != VIP_OURS && vip->pending != VIP_ADDING) ||
			    vip->pending == VIP_REMOVING || (vip->kept && vr->continued))
				continue;
			same = find_same_vip(next, &d->s, vip, &owner);
			if (same && (vr->continued || owner->core.state == VRRP_ACTIVE))
				continue;
			vip_remove(d, vip);
			if (same)
				same->pending = VIP_REMOVING;
		}
	}
}

static void end_router(struct vrrpd *d, struct vr *vr, mono_t now, struct setup *next)
{
	enum vrrp_why why = setup_find_name(next, vr->cf.name) ? VRRP_WHY_CHANGED
							       : VRRP_WHY_REMOVED;

	vr_step(d, vr, now,
		&(struct vrrp_ev){ .kind = VRRP_EV_SHUTDOWN, .shutdown = { .why = why } });
	d->total.retired += vr->count.adverts_received + vr->count.ignored;
	for (unsigned i = 0; i < VRRP_DROP_N; i++)
		d->total.drops[i] += vr->count.drops[i];
}

/* ---- what changed, for the log ------------------------------------------------------------ */

/* A list in a text; `group` stands before each name. */
struct names {
	struct text t;
	const char *group;
};

static void add_name(struct names *n, const char *name)
{
	text_fmt(&n->t, "%s%s%s%s", n->t.len > 0 ? "," : "", n->group, *n->group ? "." : "", name);
}

static void add_field(void *ctx, const struct cf_field *field)
{
	add_name(ctx, field->name);
}

static void add_setting(void *ctx, const struct cf_field *field)
{
	/* The name is said otherwise. */
	if (field->offset != offsetof(struct vrrp_cf_instance, name))
		add_name(ctx, field->name);
}

static void add_settings(struct names *n, const struct vrrp_cf_instance *was,
			 const struct vrrp_cf_instance *cf)
{
	const struct cf_schema *s = &vrrp_instance_schema;

	cf_diff(s, was, cf, add_setting, n);
	for (unsigned i = 0; i < s->n; i++) {
		const struct cf_field *f = &s->field[i];

		if (f->type != CF_GROUP)
			continue;
		n->group = f->name;
		cf_diff(f->of, (const char *)was + f->offset, (const char *)cf + f->offset,
			add_field, n);
		n->group = "";
	}
}

/* Those of a router that the other has not: the first few, and how many more. */
static void add_addresses(struct names *n, struct vr *of, struct vr *other)
{
	char text[IP_TEXT_SIZE];
	unsigned found = 0;

	for (unsigned i = 0; i < of->n_vips; i++)
		if (!find_vip_of(other, &of->vip[i].prefix) && ++found <= LISTED_MAX)
			add_name(n, ip_prefix_string(&of->vip[i].prefix, text));
	if (found > LISTED_MAX)
		text_fmt(&n->t, " and %u more", found - LISTED_MAX);
}

/* Of as many addresses: the order, where they are and how they are given. */
static bool same_vips(const struct setup *s, const struct vr *vr, const struct setup *of,
		      const struct vr *was)
{
	for (unsigned i = 0; i < vr->n_vips; i++) {
		const struct vip *a = &vr->vip[i], *b = &was->vip[i];
		const char *name = s->iface[a->iface].name;

		if (!same_prefix(&a->prefix, &b->prefix) ||
		    strcmp(name, of->iface[b->iface].name) != 0 ||
		    a->needs_iface != b->needs_iface ||
		    !ip_attr_same(&a->attr, &b->attr, a->prefix.addr.family, name))
			return false;
	}
	return vr->cf.n_advertised == was->cf.n_advertised &&
	       memcmp(vr->wire_addrs, was->wire_addrs,
		      vr->cf.n_advertised * ip_len(vr->cf.family)) == 0;
}

static bool same_peers(const struct vr *a, const struct vr *b)
{
	return a->n_peers == b->n_peers &&
	       (a->n_peers == 0 || memcmp(a->peer, b->peer, a->n_peers * sizeof *a->peer) == 0);
}

/* A router that goes on: what changed for it. */
static void log_changes(struct vrrpd *d, const struct setup *next, struct vr *vr, struct vr *was)
{
	char text[3][512];
	struct names settings = { text_open(text[0], sizeof text[0]), "" };
	struct names added = { text_open(text[1], sizeof text[1]), "" };
	struct names removed = { text_open(text[2], sizeof text[2]), "" };
	bool renamed = strcmp(was->cf.name, vr->cf.name) != 0;
	struct log_line *l;

	add_settings(&settings, &was->cf, &vr->cf);
	add_addresses(&added, vr, was);
	add_addresses(&removed, was, vr);
	if (!same_peers(vr, was))
		add_name(&settings, "unicast.peers");
	if (added.t.len + removed.t.len == 0 && !same_vips(next, vr, &d->s, was))
		add_name(&settings, "addresses");
	if (!same_uses(next, vr, &d->s, was))
		add_name(&settings, "tracks");
	if (!fib_same_lists(next, vr, &d->s, was))
		add_name(&settings, "routes or rules");
	if (!renamed && settings.t.len + added.t.len + removed.t.len == 0)
		return;
	l = vr_log(d, vr, LOG_LEVEL_INFO, "changed");
	if (renamed)
		log_text(l, "was", was->cf.name);
	if (settings.t.len > 0)
		log_text(l, "settings", text[0]);
	if (added.t.len > 0)
		log_text(l, "added", text[1]);
	if (removed.t.len > 0)
		log_text(l, "removed", text[2]);
	vrrpd_log(d);
}

/* ---- taking over -------------------------------------------------------------------------- */

/* A router for which nothing changed gets no event. */
static void configure(struct vrrpd *d, struct vr *vr, mono_t now)
{
	vr_track(d, vr, now);
	vr_requeue(d, vr);
}

static void leave_lost(struct vrrpd *d, const struct setup *next)
{
	for (uint32_t i = 0; i < d->s.n_ifaces; i++) {
		struct iface *old = &d->s.iface[i];

		if (setup_find_iface(next, old->name) == NOT_FOUND)
			iface_leave(d, old);
	}
}

void vrrpd_uptime(struct vrrpd *d, mono_t now, span_t uptime)
{
	d->up_known = true;
	d->up = uptime;
	d->up_at = now;
}

/* When the machine has been up for so long. */
static mono_t up_for(const struct vrrpd *d, span_t uptime)
{
	if (!d->up_known || uptime.ns <= d->up.ns)
		return (mono_t){ 0 };
	return mono_add(d->up_at, SPAN_NS(uptime.ns - d->up.ns));
}

/* The delay counts from the first configuration, or from the boot. One that is over stays so. */
static void set_start_delay(struct vrrpd *d, mono_t now, const struct vrrp_cf *vrrp)
{
	if (!d->started) {
		d->started = true;
		d->started_at = d->start_at = now;
	} else if (mono_due(d->start_at, now)) {
		return;
	}
	d->start_at = mono_max(mono_add(d->started_at, vrrp->start_delay),
			       up_for(d, vrrp->start_delay_after_boot));
}

bool vrrpd_apply(struct vrrpd *d, mono_t now, const struct cf_model *m, const struct vrrp_cf *vrrp)
{
	struct setup next, old;
	struct hooks hooks;

	if (!build(d, &next, m, vrrp))
		return false;
	if (!lease_reserve(&d->lease, next.n_ifaces, next.n, next.n_vips) ||
	    !refusal_reserve(&d->refusal, next.n_vips) ||
	    !hooks_build(&hooks, d, m, vrrp)) {
		setup_free(&next);
		return false;
	}
	if (!d->ops->fib)
		fib_forget(&next);
	set_start_delay(d, now, vrrp);
	keep_ifaces(&next, &d->s, now);
	keep_vips(&next, &d->s);
	keep_trackers(&next, &d->s);
	scripts_begin(d, &next, now);
	fib_keep(&next, &d->s);
	static_keep(&next, &d->s);
	for (uint32_t i = 0; i < next.n; i++) {
		struct vr *was = find_router(&d->s, &next, &next.vr[i]);

		next.vr[i].count.since = now;
		if (was) {
			keep_router(&next.vr[i], was);
			log_changes(d, &next, &next.vr[i], was);
		}
	}
	keep_groups(&next, &d->s);
	d->applying = true;
	fib_remove_orphans(d, &next);
	remove_orphans(d, &next);
	static_remove_orphans(d, &next);
	for (uint32_t i = 0; i < d->s.n; i++)
		if (!d->s.vr[i].continued)
			end_router(d, &d->s.vr[i], now, &next);
	vmac_remove_orphans(d, &next);
	leave_lost(d, &next);
	d->applying = false;
	old = d->s;
	d->s = next;
	setup_free(&old);
	hooks_replace(d, &hooks);
	d->lease.dirty = true;
	groups_begin(d, now);
	for (uint32_t i = 0; i < d->s.n; i++)
		configure(d, &d->s.vr[i], now);
	groups_settle(d, now);
	vrrpd_announce_kept(d, now);
	/* What is known of the kernel goes by what was configured: have it reported again. */
	d->n_changed = 0;
	d->all_changed = true;
	vrrpd_evaluate(d, now);
	d->ops->sync(d->ctx);
	return true;
}
