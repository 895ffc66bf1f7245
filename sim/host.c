/* SPDX-License-Identifier: BSD-2-Clause */
#include "host.h"

#include <errno.h>
#include <stdlib.h>

#include "check.h"
#include "garp_wire.h"
#include "host_port.h"
#include "ip_wire.h"
#include "kern_device.h"
#include "oracle.h"
#include "rng.h"
#include "trace.h"
#include "world.h"

enum { ROLL_LATE = 32 };

static void requeue(struct host *h)
{
	mono_t at = MONO_NEVER;

	if (h->daemon == DAEMON_RUNNING || h->daemon == DAEMON_LEAVING)
		at = host_true(h, vrrpd_deadline(h->d));
	if (h->late.ns > 0)
		at = mono_add(at, SPAN_NS(rng_below(rng_at(h->w->seed, ROLL_LATE, h->id, h->wakes),
						    h->late.ns + 1)));
	world_set_wake(h->w, h, mono_max(at, h->w->now));
}

void host_set_rate(struct host *h, int32_t ppm)
{
	h->clock = (struct host_clock){ h->w->now, host_now(h), ppm };
	requeue(h);
}

/* ---- after anything the daemon did -------------------------------------------------------- */

static void end_daemon(struct host *h)
{
	if (h->daemon == DAEMON_LEAVING)
		oracle_stopped(h->w->oracle, h);
	oracle_daemon_gone(h->w->oracle, h);
	vrrpd_free(h->d);
	h->d = NULL;
	host_scripts_end(h);
	h->daemon = DAEMON_NONE;
	h->reader.used = h->reader.n = 0; /* the next one tells it anew */
	host_programs_end(h);
	h->serial++;
	for (uint32_t i = 0; i < h->n_waiting; i++)
		net_frame_put(h->w, h->waiting[i].frame);
	h->n_waiting = 0;
	for (uint32_t i = 0; i < h->kern.n_ifaces; i++)
		memset(h->kern.iface[i].listening, 0, sizeof h->kern.iface[i].listening);
	requeue(h);
}

static void settle(struct host *h)
{
	while (h->lease_asked) {
		h->lease_asked = false;
		vrrpd_lease_done(h->d, host_now(h), true, "");
	}
	oracle_after(h->w->oracle, h);
	host_let_read(h);
	if (h->daemon == DAEMON_LEAVING && vrrpd_settled(h->d) && vrrpd_hooks_done(h->d))
		end_daemon(h);
	else
		requeue(h);
}

void host_on_program(struct host *h, uint32_t ticket)
{
	if (host_program_ended(h, ticket))
		settle(h);
}

static bool is_awake(const struct host *h)
{
	return h->daemon == DAEMON_RUNNING || h->daemon == DAEMON_LEAVING;
}

/* ---- its wall clock ----------------------------------------------------------------------- */

/* Right but for what was done to it, whatever its other clock does: NTP sees to that. */
static void tell_wall(struct host *h)
{
	const uint64_t second = 1000000000;

	vrrpd_wall(h->d, host_now(h),
		   WORLD_BEGINS * second + h->w->now.ns + (uint64_t)h->wall_ahead);
}

void host_set_wall(struct host *h, int64_t ahead_ns)
{
	h->wall_ahead = ahead_ns;
	oracle_clock_stepped(h->w->oracle);
}

/* ---- what reaches the daemon -------------------------------------------------------------- */

/* Whether a packet is for this machine: by its Ethernet address and by its IP address. */
static bool is_for_us(const struct kern_iface *iface, const struct link_frame *link,
		      const struct ip_packet *ip)
{
	uint8_t group_mac[6];

	if (!ip_is_multicast(&ip->dst))
		return memcmp(link->dst, iface->mac, 6) == 0 && kern_has(iface, &ip->dst);
	ip_multicast_mac(&ip->dst, group_mac);
	return memcmp(link->dst, group_mac, 6) == 0 || memcmp(link->dst, iface->mac, 6) == 0;
}

/* What the kernel passes on to the raw socket: whole, undamaged IP packets of the protocol, sent to
 * the group or to us. */
static bool to_socket(const struct host *h, const struct kern_iface *iface,
		      const struct net_frame *f, struct vrrp_rx *rx, bool *ah)
{
	struct link_frame link;
	struct ip_packet ip;

	if (!link_decode(LINK_ETHERNET, f->bytes, f->len, &link) ||
	    ip_decode(link.payload, link.len, &ip) != IP_OK)
		return false;
	*ah = ip.proto == IP_PROTO_AH && ip.src.family == IP_V4 &&
	      vrrpd_hears_ah(h->d, iface->ifindex) && vrrp_ah_is_vrrp(ip.payload, ip.len);
	if (ip.proto != IP_PROTO_VRRP && !*ah)
		return false;
	if (link.ethertype != (ip.src.family == IP_V4 ? ETHERTYPE_IP4 : ETHERTYPE_IP6))
		return false;
	if (!is_for_us(iface, &link, &ip))
		return false;
	*rx = (struct vrrp_rx){
		.src = ip.src, .dst = ip.dst, .ttl = ip.ttl, .bytes = ip.payload, .len = ip.len
	};
	return iface->listening[ip.src.family == IP_V6];
}

static void receive(struct host *h, uint32_t i, uint32_t frame, mono_t at)
{
	struct kern_iface *iface = &h->kern.iface[i];
	const uint16_t ip_id = 0; /* of whatever is sent in this world */
	struct vrrp_rx rx, inner;
	enum vrrp_drop auth;
	bool ah;

	if (!to_socket(h, iface, net_frame(h->w, frame), &rx, &ah))
		return;
	tell_wall(h);
	inner = rx;
	inner.bytes += ah ? AH_LEN : 0;
	inner.len -= ah ? AH_LEN : 0;
	auth = vrrpd_authentic(h->d, at, iface->ifindex, &rx, ah ? &ip_id : NULL);
	oracle_receives(h->w->oracle, h, iface, at, &inner, ah, auth);
	if (ah)
		vrrpd_rx_ah(h->d, at, iface->ifindex, &rx, ip_id);
	else
		vrrpd_rx(h->d, at, iface->ifindex, &rx);
	settle(h);
}

void host_on_frame(struct host *h, uint32_t i, uint32_t frame)
{
	if (!h->powered || !h->kern.iface[i].up || h->daemon == DAEMON_NONE) {
		net_frame_put(h->w, frame);
	} else if (is_awake(h)) {
		receive(h, i, frame, host_now(h));
		net_frame_put(h->w, frame);
	} else if (h->n_waiting < HOST_WAITING_MAX) {
		h->waiting[h->n_waiting++] = (struct host_waiting){ i, frame, host_now(h) };
	} else {
		h->overflowed++;
		world_net_disturbed(h->w);
		net_frame_put(h->w, frame);
	}
}

static void report_addr(struct host *h, const struct kern_iface *iface, const struct kern_addr *a,
			bool present)
{
	vrrpd_address(h->d, host_now(h), &(struct vrrpd_address){
		.ifindex = iface->ifindex, .prefix = a->prefix, .attr = a->attr, .ours = a->ours,
		.secondary = present && kern_is_secondary(iface, a), .unusable = a->tentative },
		present);
}

static void report_link(struct host *h, const struct kern_iface *iface)
{
	struct vrrpd_link l = {
		.ifindex = iface->ifindex, .name = iface->name, .up = iface->up,
		.enabled = iface->enabled, .ours = iface->device,
		.lower = iface->device ? kern_wire(&h->kern, iface)->ifindex : 0,
	};

	memcpy(l.mac, iface->mac, 6);
	vrrpd_link(h->d, host_now(h), &l);
}

static void sync(struct host *h)
{
	vrrpd_sync_begin(h->d);
	for (uint32_t i = 0; i < h->kern.n_ifaces; i++)
		if (h->kern.iface[i].exists)
			report_link(h, &h->kern.iface[i]);
	for (uint32_t i = 0; i < h->kern.n_ifaces; i++)
		for (uint32_t k = 0; h->kern.iface[i].exists && k < h->kern.iface[i].n_addrs; k++)
			report_addr(h, &h->kern.iface[i], &h->kern.iface[i].addr[k], true);
	for (uint32_t i = 0; i < h->kern.fib.n; i++)
		if (h->kern.fib.v[i].ours)
			vrrpd_fib(h->d, host_now(h), &h->kern.fib.v[i].item, true, true);
	for (uint32_t i = 0; i < h->kern.n_requests; i++) {
		const struct kern_request *r = &h->kern.request[h->kern.first_request + i];

		if (r->is_fib && r->add)
			vrrpd_fib_waits(h->d, &r->item);
	}
	vrrpd_sync_end(h->d, host_now(h));
	settle(h);
}

void host_on_sync(struct host *h, uint32_t serial)
{
	if (serial != h->serial)
		return;
	if (is_awake(h))
		sync(h);
	else
		h->sync_wanted = true;
}

/* The kernel has changed something: the daemon hears of it now, or all at once when it runs again.
 */
static void tell_addr(struct host *h, const struct kern_iface *iface, const struct kern_addr *a,
		      bool present)
{
	oracle_kernel_changed(h->w->oracle, h);
	if (is_awake(h)) {
		report_addr(h, iface, a, present);
		vrrpd_evaluate(h->d, host_now(h));
		settle(h);
	} else {
		h->sync_wanted = true;
	}
}

static int do_request(struct host *h, const struct kern_request *r, struct kern_iface *iface,
		      struct kern_addr *a)
{
	const struct kern_addr *had;

	*a = (struct kern_addr){ .prefix = r->prefix, .attr = r->attr, .ours = true };
	if (!iface)
		return ENODEV;
	if (r->add && h->kern.refuse > 0) {
		h->kern.refuse--;
		return ENOBUFS;
	}
	if (r->add)
		return kern_addr_add(iface, a);
	had = kern_find(iface, &r->prefix);
	if (had)
		*a = *had;
	return kern_addr_del(iface, &r->prefix);
}

/* Something has become of a device; `gone` are addresses that it had before. */
static void tell_device(struct host *h, const struct kern_iface *device,
			const struct kern_addr *gone, uint32_t n_gone)
{
	oracle_kernel_changed(h->w->oracle, h);
	if (!is_awake(h)) {
		h->sync_wanted = true;
		return;
	}
	if (device->exists)
		report_link(h, device);
	else
		vrrpd_link_gone(h->d, host_now(h), device->ifindex);
	for (uint32_t i = 0; device->exists && i < n_gone; i++)
		if (!kern_find(device, &gone[i].prefix))
			report_addr(h, device, &gone[i], false);
	vrrpd_evaluate(h->d, host_now(h));
	settle(h);
}

static void do_device(struct host *h, const struct kern_request *r)
{
	struct kern_iface *device = kern_iface_by_index(&h->kern, r->ifindex);
	uint32_t n = device ? device->n_addrs : 0;
	struct kern_addr *had = calloc(n + 1, sizeof *had);
	int error;

	CHECK(had);
	if (n > 0)
		memcpy(had, device->addr, n * sizeof *had);
	error = kern_device_do(&h->kern, r, &device);
	if (error == 0) {
		tell_device(h, device, had, n);
	} else if (is_awake(h)) {
		vrrpd_device_failed(h->d, host_now(h), r->name, (enum vrrpd_device_op)r->op,
				    "refused");
		settle(h);
	} else {
		h->sync_wanted = true;
	}
	free(had);
}

/* Tells the daemon of a route or rule, or has it ask when it runs again. */
static void tell_fib(struct host *h, const struct fib_item *item, bool present)
{
	oracle_kernel_changed(h->w->oracle, h);
	if (is_awake(h)) {
		vrrpd_fib(h->d, host_now(h), item, true, present);
		vrrpd_evaluate(h->d, host_now(h));
		settle(h);
	} else {
		h->sync_wanted = true;
	}
}

static void do_fib_request(struct host *h, const struct kern_request *r)
{
	int error = 0;

	if (r->add && h->kern.refuse_routes > 0) {
		h->kern.refuse_routes--;
		error = ENOBUFS;
	}
	if (error == 0)
		error = r->add ? kern_fib_add(&h->kern, &r->item, true)
			       : kern_fib_del(&h->kern, &r->item, true);
	if (error == 0) {
		tell_fib(h, r->add ? &kern_fib_find(&h->kern.fib, &r->item)->item : &r->item,
			 r->add);
	} else if (is_awake(h)) {
		vrrpd_fib_failed(h->d, host_now(h), &r->item, r->add, error, "refused");
		settle(h);
	} else {
		h->sync_wanted = true;
	}
}

void host_remove_routes(struct host *h, const struct ip_prefix *to)
{
	for (uint32_t i = h->kern.fib.n; h->powered && i-- > 0;) {
		struct kern_fib_entry e = h->kern.fib.v[i];

		if (e.item.kind != FIB_ROUTE || e.item.route.to.len != to->len ||
		    !ip_eq(&e.item.route.to.addr, &to->addr))
			continue;
		kern_fib_del(&h->kern, &e.item, e.ours);
		if (e.ours)
			tell_fib(h, &e.item, false);
	}
}

void host_on_kernel(struct host *h)
{
	struct kern_request r;
	struct kern_iface *iface;
	struct kern_addr a, *where;
	int error;

	if (h->kern.n_requests == 0)
		return; /* the machine was off in between */
	r = kern_request_take(&h->kern);
	if (r.device || r.is_fib) {
		if (r.device)
			do_device(h, &r);
		else
			do_fib_request(h, &r);
		return;
	}
	iface = kern_iface_by_index(&h->kern, r.ifindex);
	error = do_request(h, &r, iface, &a);
	kern_fib_flush(&h->kern);
	if (error == 0) {
		uint8_t frame[KERN_MLD_SIZE];
		size_t len = kern_device_says(iface, &r.prefix.addr, frame);

		if (len > 0)
			host_send_frame(h, iface, frame, len);
		where = r.add ? &iface->addr[iface->n_addrs - 1] : &a;
		tell_addr(h, iface, where, r.add);
	} else if (is_awake(h)) {
		vrrpd_addr_failed(h->d, host_now(h), r.ifindex, &r.prefix, r.add, error, "refused");
		settle(h);
	} else {
		h->sync_wanted = true;
	}
}

void host_on_script(struct host *h, uint32_t ticket)
{
	host_script_over(h, ticket);
	if (is_awake(h))
		settle(h);
}

void host_on_wake(struct host *h)
{
	h->wakes++;
	tell_wall(h);
	oracle_timers(h->w->oracle, h);
	vrrpd_timer(h->d, host_now(h));
	settle(h);
}

/* ---- what is done to the machine ---------------------------------------------------------- */

static void power_on(struct host *h)
{
	h->powered = true;
	h->booted_at = host_now(h);
	for (uint32_t i = 0; i < h->kern.n_ifaces; i++) {
		struct kern_iface *iface = &h->kern.iface[i];
		uint32_t kept = 0;

		for (uint32_t k = 0; k < iface->n_addrs; k++)
			if (iface->addr[k].permanent)
				iface->addr[kept++] = iface->addr[k];
		iface->n_addrs = kept;
		iface->exists = iface->up = !iface->device;
		iface->enabled = false;
	}
	h->kern.n_requests = 0;
	kern_lease_free(&h->kern.lease);
	kern_fib_free(&h->kern.fib);
	oracle_kernel_changed(h->w->oracle, h);
}

void host_set_track(struct host *h, const char *name, int32_t value, span_t takes)
{
	struct host_track *file = (struct host_track *)host_track(h, name);

	if (!file) {
		CHECK(h->n_tracks < HOST_TRACKS_MAX);
		file = &h->track[h->n_tracks++];
		CHECK(text_copy(file->name, sizeof file->name, name));
	}
	file->value = value;
	file->takes = takes;
	oracle_kernel_changed(h->w->oracle, h);
	if (is_awake(h)) {
		host_read_files(h);
		settle(h);
	}
}

void host_start(struct host *h, const struct cf_model *m, const struct vrrp_cf *vrrp)
{
	if (!h->powered)
		power_on(h);
	/* Nobody waits for its programs. */
	if (h->daemon == DAEMON_LEAVING && vrrpd_settled(h->d))
		end_daemon(h);
	if (h->d)
		return;
	h->d = vrrpd_new(&host_ops, h);
	CHECK(h->d);
	h->daemon = DAEMON_RUNNING;
	h->sync_wanted = false;
	oracle_daemon_starts(h->w->oracle, h);
	tell_wall(h);
	vrrpd_uptime(h->d, host_now(h), mono_since(host_now(h), h->booted_at));
	CHECK(vrrpd_apply(h->d, host_now(h), m, vrrp));
	oracle_applied(h->w->oracle, h, m, vrrp);
	host_read_files(h);
	settle(h);
}

void host_reload(struct host *h, const struct cf_model *m, const struct vrrp_cf *vrrp)
{
	if (h->daemon != DAEMON_RUNNING)
		return;
	oracle_applies(h->w->oracle, h);
	CHECK(vrrpd_apply(h->d, host_now(h), m, vrrp));
	oracle_applied(h->w->oracle, h, m, vrrp);
	host_read_files(h);
	settle(h);
}

void host_stop(struct host *h)
{
	if (h->daemon == DAEMON_PAUSED)
		host_resume(h);
	if (h->daemon != DAEMON_RUNNING)
		return;
	h->daemon = DAEMON_LEAVING;
	oracle_stops(h->w->oracle, h);
	vrrpd_stop(h->d, host_now(h));
	settle(h);
}

void host_kill(struct host *h)
{
	if (h->d) {
		oracle_dies(h->w->oracle, h);
		end_daemon(h);
	}
}

void host_crash(struct host *h)
{
	host_kill(h);
	h->powered = false;
	for (uint32_t i = 0; i < h->kern.n_ifaces; i++) {
		h->kern.iface[i].up = false;
		h->kern.iface[i].exists &= !h->kern.iface[i].device;
	}
}

void host_pause(struct host *h)
{
	if (h->daemon == DAEMON_RUNNING) {
		h->daemon = DAEMON_PAUSED;
		requeue(h);
	}
}

void host_resume(struct host *h)
{
	mono_t due;

	if (h->daemon != DAEMON_PAUSED)
		return;
	due = vrrpd_deadline(h->d);
	h->daemon = DAEMON_RUNNING;
	oracle_resumes(h->w->oracle, h);
	for (uint32_t i = 0; i < h->n_waiting; i++) {
		due = mono_min(due, h->waiting[i].at);
		receive(h, h->waiting[i].iface, h->waiting[i].frame, h->waiting[i].at);
		net_frame_put(h->w, h->waiting[i].frame);
	}
	h->n_waiting = 0;
	if (h->sync_wanted) {
		h->sync_wanted = false;
		sync(h);
	}
	if (vrrpd_trackers(h->d) > 0) {
		host_read_files(h);
		host_scripts_tell(h);
		settle(h);
	}
	host_programs_tell(h);
	host_let_read(h);
	vrrpd_gap(h->d, host_now(h), mono_since(host_now(h), due));
	requeue(h);
}

static void tell_links(struct host *h)
{
	kern_fib_flush(&h->kern); /* without a word */
	oracle_kernel_changed(h->w->oracle, h);
	if (!is_awake(h)) {
		h->sync_wanted = true;
		return;
	}
	sync(h);
}

void host_set_link(struct host *h, uint32_t i, bool up)
{
	if (h->powered && h->kern.iface[i].up != up) {
		h->kern.iface[i].up = up;
		kern_device_follow(&h->kern, &h->kern.iface[i]);
		tell_links(h);
	}
}

void host_remove_iface(struct host *h, uint32_t i)
{
	struct kern_iface *iface = &h->kern.iface[i];

	if (!iface->exists)
		return;
	iface->exists = iface->up = false;
	kern_device_follow(&h->kern, iface);
	memset(iface->listening, 0, sizeof iface->listening);
	tell_links(h);
}

void host_restore_iface(struct host *h, uint32_t i)
{
	struct kern_iface *iface = &h->kern.iface[i];
	uint32_t kept = 0;

	if (iface->exists)
		return;
	iface->exists = iface->up = true;
	iface->ifindex = ++h->kern.next_ifindex;
	for (uint32_t k = 0; k < iface->n_addrs; k++)
		if (iface->addr[k].permanent)
			iface->addr[kept++] = iface->addr[k];
	iface->n_addrs = kept;
	tell_links(h);
}

void host_meddle(struct host *h, enum vrrpd_device_op op)
{
	for (uint32_t i = 0; h->powered && i < h->kern.n_ifaces; i++) {
		struct kern_iface *device = &h->kern.iface[i];
		struct kern_request r = { .op = (int)op, .ifindex = device->ifindex };

		if (device->device && device->exists)
			kern_device_do(&h->kern, &r, &device);
	}
	tell_links(h);
}

void host_foreign_addr(struct host *h, uint32_t i, const struct ip_prefix *prefix, bool add)
{
	struct kern_iface *iface = &h->kern.iface[i];
	const struct kern_addr *had = kern_find(iface, prefix);
	struct kern_addr a = { .prefix = *prefix };

	if (!h->powered || !iface->exists)
		return;
	if (!add && had)
		a = *had;
	if ((add ? kern_addr_add(iface, &a) : kern_addr_del(iface, prefix)) != 0)
		return;
	kern_fib_flush(&h->kern);
	tell_addr(h, iface, add ? kern_find(iface, prefix) : &a, add);
}
