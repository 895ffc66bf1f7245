/* SPDX-License-Identifier: BSD-2-Clause */
#include "host_port.h"

#include "check.h"
#include "garp_wire.h"
#include "ip_wire.h"
#include "kern_device.h"
#include "oracle.h"
#include "trace.h"
#include "world.h"

void host_send_frame(struct host *h, const struct kern_iface *iface, const void *bytes,
		     size_t len)
{
	const struct kern_iface *wire = kern_wire(&h->kern, iface);
	const struct world_port *port = &h->w->port[wire->port];

	if (!iface->up)
		return;
	oracle_frame(h->w->oracle, h, wire, bytes, len);
	if (wire->up)
		net_send(h->w, port->link, port->place, bytes, len);
}

/* Whoever listens on the link may record it. */
static void record(struct host *h, const uint8_t *frame, size_t len)
{
	struct host_said *s = &h->said[h->n_said % HOST_SAID_MAX];

	if (len > sizeof s->bytes)
		return;
	h->n_said++;
	s->len = (uint32_t)len;
	memcpy(s->bytes, frame, len);
}

static void send_ip(struct host *h, uint8_t proto, uint32_t ifindex, const struct ip_addr *src,
		    const struct ip_addr *dst, const uint8_t *msg, size_t len)
{
	const uint8_t *inner = proto == IP_PROTO_AH ? msg + AH_LEN : msg;
	size_t inner_len = proto == IP_PROTO_AH ? len - AH_LEN : len;
	struct ip_packet pkt = {
		.src = *src,
		.dst = *dst,
		.ttl = VRRP_TTL,
		.proto = proto,
		.payload = msg,
		.len = len,
	};
	struct kern_iface *iface = kern_iface_by_index(&h->kern, ifindex);
	const struct net_link *link = iface ? h->w->port[iface->port].link : NULL;
	uint16_t type = src->family == IP_V4 ? ETHERTYPE_IP4 : ETHERTYPE_IP6;
	uint8_t frame[NET_FRAME_MAX];
	size_t n;

	/* On Linux it is the socket that is listened on that sends. */
	if (!iface || !iface->listening[dst->family == IP_V6])
		return;
	oracle_signed(h->w->oracle, h, src, inner, inner_len);
	oracle_sent(h->w->oracle, h, iface, dst, inner, inner_len);
	if (ip_is_multicast(dst))
		ip_multicast_mac(dst, frame);
	else if (!neighbour_mac(h->w, link, dst, frame))
		return;
	memcpy(frame + 6, iface->mac, 6);
	frame[12] = (uint8_t)(type >> 8);
	frame[13] = (uint8_t)type;
	n = ip_encode(&pkt, IP_TOS_CS6, frame + 14, sizeof frame - 14);
	CHECK(n > 0);
	if (iface->up)
		kern_lease_sent(&h->kern.lease, host_now(h), ifindex, dst->family, inner,
				inner_len);
	record(h, frame, 14 + n);
	host_send_frame(h, iface, frame, 14 + n);
}

static void op_send(void *ctx, uint32_t ifindex, const struct ip_addr *src,
		    const struct ip_addr *dst, const void *msg, size_t len)
{
	send_ip(ctx, IP_PROTO_VRRP, ifindex, src, dst, msg, len);
}

static void op_send_ah(void *ctx, uint32_t ifindex, const struct ip_addr *src,
		       const struct ip_addr *dst, const void *msg, size_t len)
{
	send_ip(ctx, IP_PROTO_AH, ifindex, src, dst, msg, len);
}

/* An advert with a MAC address of its own. */
static bool send_advert(struct host *h, const struct kern_iface *iface, const void *frame,
			size_t len)
{
	struct link_frame link;
	struct ip_packet ip;

	size_t skip;

	if (!link_decode(LINK_ETHERNET, frame, len, &link) ||
	    ip_decode(link.payload, link.len, &ip) != IP_OK ||
	    (ip.proto != IP_PROTO_VRRP && ip.proto != IP_PROTO_AH))
		return false;
	skip = ip.proto == IP_PROTO_AH ? AH_LEN : 0;
	oracle_signed(h->w->oracle, h, &ip.src, ip.payload + skip, ip.len - skip);
	oracle_sent(h->w->oracle, h, iface, &ip.dst, ip.payload + skip, ip.len - skip);
	if (iface->up)
		kern_lease_sent(&h->kern.lease, host_now(h), iface->ifindex, ip.dst.family,
				ip.payload + skip, ip.len - skip);
	record(h, frame, len);
	return true;
}

static void op_frame(void *ctx, uint32_t ifindex, const void *frame, size_t len)
{
	struct host *h = ctx;
	struct kern_iface *iface = kern_iface_by_index(&h->kern, ifindex);

	if (iface && !send_advert(h, iface, frame, len))
		oracle_announced(h->w->oracle, h, iface, frame, len);
	if (iface)
		host_send_frame(h, iface, frame, len);
}

static void op_addr(void *ctx, uint32_t ifindex, const struct ip_prefix *prefix,
		    const struct ip_attr *attr, bool add)
{
	struct host *h = ctx;

	oracle_asked(h->w->oracle, h);
	kern_request_put(&h->kern, &(struct kern_request){
		.ifindex = ifindex, .prefix = *prefix, .attr = *attr, .add = add });
	queue_put(&h->w->queue, mono_add(h->w->now, h->kern.delay), QUEUE_KERNEL, WORLD_KERNEL,
		  h->id, 0);
}

static void op_fib(void *ctx, const struct fib_item *item, bool add)
{
	struct host *h = ctx;

	oracle_asked(h->w->oracle, h);
	kern_request_put(&h->kern,
			 &(struct kern_request){ .is_fib = true, .item = *item, .add = add });
	queue_put(&h->w->queue, mono_add(h->w->now, h->kern.delay), QUEUE_KERNEL, WORLD_KERNEL,
		  h->id, 0);
}

static void op_device(void *ctx, const struct vrrpd_device *device)
{
	struct host *h = ctx;
	struct kern_request r = { .device = true, .op = (int)device->op,
				  .ifindex = device->ifindex, .lower = device->lower };

	oracle_asked(h->w->oracle, h);
	CHECK(text_copy(r.name, sizeof r.name, device->name));
	memcpy(r.mac, device->mac, sizeof r.mac);
	kern_request_put(&h->kern, &r);
	queue_put(&h->w->queue, mono_add(h->w->now, h->kern.delay), QUEUE_KERNEL, WORLD_KERNEL,
		  h->id, 0);
}

static void op_listen(void *ctx, uint32_t ifindex, uint8_t family, bool on)
{
	struct host *h = ctx;
	struct kern_iface *iface = kern_iface_by_index(&h->kern, ifindex);

	if (iface)
		iface->listening[family == IP_V6] = on;
}

static void op_sync(void *ctx)
{
	struct host *h = ctx;

	queue_put(&h->w->queue, mono_add(h->w->now, h->kern.delay), QUEUE_KERNEL, WORLD_SYNC, h->id,
		  h->serial);
}

static void op_lease(void *ctx, const struct lease_change *change)
{
	struct host *h = ctx;

	/* As vrrpd_lease_linux.c does with its first transaction. */
	if (change->kind == LEASE_FRESH && h->cleaned != h->serial + 1)
		h->kern.lease.n_refused = 0;
	if (change->kind == LEASE_COMMIT)
		h->cleaned = h->serial + 1;
	kern_lease_change(&h->kern.lease, host_now(h), change);
	h->lease_asked |= change->kind == LEASE_COMMIT;
}

static void op_script(void *ctx, uint32_t run, uint32_t tracker, bool on)
{
	host_script_ask(ctx, run, tracker, on);
}

static void op_fifo(void *ctx, const char *line, size_t len)
{
	struct host *h = ctx;

	oracle_told(h->w->oracle, h, reader_put(&h->reader, line, len));
}

static void op_hook(void *ctx, const struct vrrpd_hook *hook)
{
	host_program_start(ctx, hook);
}

static void op_log(void *ctx, const struct log_line *line)
{
	struct host *h = ctx;

	trace_log(h->w, h, line);
}

const struct vrrpd_ops host_ops = {
	.send = op_send, .send_ah = op_send_ah, .frame = op_frame, .addr = op_addr,
	.fib = op_fib,
	.listen = op_listen, .sync = op_sync, .device = op_device, .lease = op_lease,
	.script = op_script, .fifo = op_fifo, .hook = op_hook, .log = op_log,
};
