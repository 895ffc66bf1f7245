/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_cf_addr.h - the addresses of a virtual router as the configuration says them: what they
 * are, where they live, how they are given there, and whether adverts carry them.
 */
#ifndef VRRP_CF_ADDR_H
#define VRRP_CF_ADDR_H

#include "cf.h"
#include "ip_attr.h"
#include "vrrp_wire.h"

struct vrrp_cf;
struct vrrp_cf_instance;

enum {
	VRRP_IFNAME_SIZE = 16, /* IFNAMSIZ */
	VRRP_VIPS_MAX = 4096, /* addresses of a router, advertised or not */
	VRRP_ADDRS6_MAX = 90, /* what an advert holds in an Ethernet frame: (1500 - 40 - 8) / 16 */
};

struct vrrp_cf_address {
	struct ip_prefix address;
	bool advertise;
	char dev[VRRP_IFNAME_SIZE]; /* "": the interface of the router */
	bool track;                 /* the router needs that interface */
	char label[VRRP_IFNAME_SIZE];
	uint8_t scope; /* enum */
	bool prefix_route, deprecated;
	struct ip_addr broadcast, peer; /* unset: none */
};

extern const struct cf_schema vrrp_address_schema;

/* How it is given on its interface. */
struct ip_attr vrrp_cf_attr(const struct vrrp_cf_address *a);
/* On which. */
const char *vrrp_cf_dev(const struct vrrp_cf_instance *cf, const struct vrrp_cf_address *a);

/* Cross checks: of one address; of one instance, which also fills in its family and how many are
 * advertised; and between all of them. The last is false without memory. */
void vrrp_cf_check_attributes(struct cf_load *l, const struct vrrp_cf_address *a);
void vrrp_cf_check_addresses(struct cf_load *l, struct vrrp_cf_instance *cf);
bool vrrp_cf_check_claims(struct cf_load *l, const struct vrrp_cf *vrrp);

#endif
