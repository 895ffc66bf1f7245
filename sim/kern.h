/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kern.h - the part of a kernel that vrrpd deals with: interfaces that go up and down, and their
 * addresses.
 *
 * It behaves as Linux does where that matters: an address that is there is refused (EEXIST), one
 * that is not there cannot be removed (EADDRNOTAVAIL), the first address of an IPv4 subnet is the
 * primary one, IPv6 addresses go when the interface is taken down, and all of it survives the death
 * of the daemon.
 */
#ifndef KERN_H
#define KERN_H

#include "ip_attr.h"
#include "kern_fib.h"
#include "kern_lease.h"
#include "mono.h"

enum { KERN_IFACES_MAX = 24, KERN_IFNAME_SIZE = 16 };

struct kern_addr {
	struct ip_prefix prefix;
	struct ip_attr attr;
	bool ours;      /* marked as vrrpd marks its addresses */
	bool permanent; /* put back by the network configuration when the interface comes up */
	bool tentative;
};

struct kern_iface {
	char name[KERN_IFNAME_SIZE];
	bool exists, up;
	uint32_t ifindex; /* changes when the interface is made anew */
	uint8_t mac[6];
	uint32_t port; /* of the world */
	bool device, enabled; /* see kern_device.h; it is administratively up */
	uint32_t lower;       /* of a device: the number of the interface below it */
	struct kern_addr *addr;
	uint32_t n_addrs, capacity;
	bool listening[2]; /* the daemon receives VRRP of IPv4, IPv6 */
};

/* Something the daemon asked for and the kernel has not done yet. */
struct kern_request {
	uint32_t ifindex;
	struct ip_prefix prefix;
	struct ip_attr attr;
	bool add;
	bool is_fib;          /* about this, not an address */
	struct fib_item item;
	/* Of a device: */
	bool device;
	int op; /* enum vrrpd_device_op */
	uint32_t lower;
	char name[KERN_IFNAME_SIZE];
	uint8_t mac[6];
};

struct kern {
	struct kern_iface iface[KERN_IFACES_MAX];
	uint32_t n_ifaces, next_ifindex;
	struct kern_request *request; /* a queue: n from first on */
	uint32_t n_requests, first_request, request_capacity;
	span_t delay;   /* between asking and having it done */
	struct kern_lease lease;
	struct kern_fib fib;
	uint32_t refuse_routes; /* the same for routes and rules */
	uint32_t refuse; /* so many requests to add are refused with ENOBUFS */
};

void kern_free(struct kern *k);

/* The number of the interface. */
uint32_t kern_add_iface(struct kern *k, const char *name, const uint8_t mac[6], uint32_t port);
struct kern_iface *kern_iface_by_index(struct kern *k, uint32_t ifindex);
struct kern_iface *kern_iface_by_name(struct kern *k, const char *name);

/* 0 or an errno. */
int kern_addr_add(struct kern_iface *iface, const struct kern_addr *addr);
int kern_addr_del(struct kern_iface *iface, const struct ip_prefix *prefix);
const struct kern_addr *kern_find(const struct kern_iface *iface, const struct ip_prefix *prefix);
/* Whether the address is there with any prefix length. */
bool kern_has(const struct kern_iface *iface, const struct ip_addr *addr);
/* IPv4: another address of the subnet came first. */
bool kern_is_secondary(const struct kern_iface *iface, const struct kern_addr *addr);

/* What is asked of devices goes before what is asked of addresses. */
void kern_request_put(struct kern *k, const struct kern_request *r);
struct kern_request kern_request_take(struct kern *k);

#endif
