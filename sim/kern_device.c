/* SPDX-License-Identifier: BSD-2-Clause */
#include "kern_device.h"

#include <errno.h>
#include <string.h>

#include "check.h"
#include "ip_wire.h"
#include "text.h"

static const struct kern_iface *lower_of(const struct kern *k, const struct kern_iface *device)
{
	return &k->iface[device->lower];
}

const struct kern_iface *kern_wire(const struct kern *k, const struct kern_iface *iface)
{
	return iface->device ? lower_of(k, iface) : iface;
}

static void flush(struct kern_iface *device, bool all)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < device->n_addrs && !all; i++)
		if (device->addr[i].prefix.addr.family == IP_V4)
			device->addr[kept++] = device->addr[i];
	device->n_addrs = kept;
}

static void vanish(struct kern_iface *device)
{
	flush(device, true);
	device->exists = device->up = device->enabled = false;
}

void kern_device_enable(struct kern *k, struct kern_iface *device, bool on)
{
	device->enabled = on;
	device->up = on && lower_of(k, device)->up;
	if (!on)
		flush(device, false);
}

void kern_device_follow(struct kern *k, const struct kern_iface *lower)
{
	for (uint32_t i = 0; i < k->n_ifaces; i++) {
		struct kern_iface *device = &k->iface[i];

		if (!device->device || !device->exists || lower_of(k, device) != lower)
			continue;
		if (!lower->exists)
			vanish(device);
		else
			device->up = device->enabled && lower->up;
	}
}

static struct kern_iface *place_for(struct kern *k, const char *name)
{
	struct kern_iface *iface = kern_iface_by_name(k, name);

	if (!iface) {
		iface = &k->iface[kern_add_iface(k, name, (uint8_t[6]){ 0 }, UINT32_MAX)];
		iface->exists = iface->up = false;
		iface->device = true;
	}
	return iface;
}

/* As the daemon of Linux does it: what fits is used, and the rest is made anew. */
static int make(struct kern *k, const struct kern_request *r, struct kern_iface **iface)
{
	struct kern_iface *lower = kern_iface_by_index(k, r->lower);
	struct kern_iface *device;
	uint32_t index;

	if (!lower || lower->device)
		return ENODEV;
	device = place_for(k, r->name);
	index = (uint32_t)(lower - k->iface);
	if (!device->device)
		return EEXIST;
	*iface = device;
	if (device->exists && device->lower == index && memcmp(device->mac, r->mac, 6) == 0)
		return 0;
	vanish(device);
	device->exists = true;
	device->lower = index;
	device->ifindex = ++k->next_ifindex;
	memcpy(device->mac, r->mac, 6);
	return 0;
}

int kern_device_do(struct kern *k, const struct kern_request *r, struct kern_iface **iface)
{
	if (r->op == VRRPD_DEVICE_MAKE)
		return make(k, r, iface);
	*iface = kern_iface_by_index(k, r->ifindex);
	if (!*iface)
		return ENODEV;
	if (r->op == VRRPD_DEVICE_REMOVE)
		vanish(*iface);
	else
		kern_device_enable(k, *iface, r->op == VRRPD_DEVICE_UP);
	return 0;
}

/* The frame is as long as such a report, and no more like it than the oracle needs: it looks at the
 * source. */
size_t kern_device_says(const struct kern_iface *device, const struct ip_addr *addr,
			uint8_t frame[KERN_MLD_SIZE])
{
	static const uint8_t to[6] = { 0x33, 0x33, 0, 0, 0, 0x16 };
	struct ip_addr all = { IP_V6, { 0xff, 0x02, [15] = 0x16 } }, none = { .family = IP_V6 };
	uint8_t report[8] = { 143 };
	struct ip_packet pkt = { .src = none, .dst = all, .ttl = 1, .proto = IP_PROTO_ICMP6,
				 .payload = report, .len = sizeof report };

	if (!device->device || !device->up || addr->family != IP_V6)
		return 0;
	memcpy(frame, to, 6);
	memcpy(frame + 6, device->mac, 6);
	frame[12] = ETHERTYPE_IP6 >> 8;
	frame[13] = ETHERTYPE_IP6 & 0xff;
	return 14 + ip_encode(&pkt, 0, frame + 14, KERN_MLD_SIZE - 14);
}

const struct kern_iface *kern_taker(const struct kern *k, const struct kern_iface *iface,
				    const struct ip_addr *addr)
{
	if (iface->up && kern_has(iface, addr))
		return iface;
	for (uint32_t i = 0; i < k->n_ifaces; i++)
		if (k->iface[i].device && k->iface[i].up && lower_of(k, &k->iface[i]) == iface &&
		    kern_has(&k->iface[i], addr))
			return &k->iface[i];
	return NULL;
}
