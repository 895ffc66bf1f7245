/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_cf_route.h - routes and policy rules in the configuration file: those of an instance, and
 * the static ones of the section.
 */
#ifndef VRRP_CF_ROUTE_H
#define VRRP_CF_ROUTE_H

#include "cf.h"
#include "fib.h"
#include "mono.h"

enum { VRRP_FIB_MAX = 16384 }; /* routes and rules in all, static ones too */

/* A destination or origin. Unset: not said. */
struct vrrp_cf_net {
	struct ip_prefix prefix;
	bool any; /* "default", of whatever family */
};

struct vrrp_cf_hop {
	struct ip_addr via;
	char dev[FIB_NAME_SIZE];
	uint16_t weight;
	bool onlink;
};

struct vrrp_cf_route {
	struct vrrp_cf_net to;
	struct ip_addr via;
	char dev[FIB_NAME_SIZE];
	struct cf_list hops; /* struct vrrp_cf_hop; none: via and dev */
	struct ip_addr src;
	uint32_t table; /* 0: main */
	uint32_t metric;
	uint8_t type;   /* enum fib_type */
	uint8_t scope;  /* of the names in vrrp_cf_route.c */
	uint8_t tos;
	uint8_t pref;
	bool onlink, track;
	uint32_t mtu, advmss, initcwnd, initrwnd, cwnd, ssthresh, window, reordering;
	uint8_t hoplimit;
	span_t rtt, rttvar, rto_min;
	bool quickack, fastopen_no_cookie;
	char congctl[FIB_NAME_SIZE];
	/* Not in the file: follows from it. */
	uint8_t family;
};

struct vrrp_cf_mark {
	uint32_t mark, mask; /* mask 0: not said */
};

struct vrrp_cf_uids {
	uint32_t from, to;
	bool said;
};

struct vrrp_cf_rule {
	uint32_t priority;
	struct vrrp_cf_net from, to;
	char iif[FIB_NAME_SIZE], oif[FIB_NAME_SIZE];
	struct vrrp_cf_mark fwmark;
	uint8_t tos, ipproto;
	uint16_t sport[2], dport[2];
	struct vrrp_cf_uids uidrange;
	bool invert;
	uint8_t action; /* enum fib_action without FIB_NOP: of the names in vrrp_cf_route.c */
	uint32_t table, target;
	bool l3mdev;
	uint32_t suppress_prefixlength, suppress_ifgroup; /* one more than is said; 0: not said */
	uint8_t family; /* of the names in vrrp_cf_route.c */
	bool track;
	uint8_t ip; /* not in the file: enum ip_family */
};

extern const struct cf_schema vrrp_route_schema, vrrp_rule_schema;
/* By enum fib_type; by the action of a rule in the file. */
extern const char *const vrrp_route_types[], *const vrrp_rule_actions[];

struct vrrp_cf;

/* The cross checks of all of them, and what follows from the settings. */
void vrrp_cf_route_check(struct cf_load *l, const struct vrrp_cf *vrrp);

static inline struct vrrp_cf_route *vrrp_cf_route(const struct cf_model *m, struct cf_list routes,
						  uint32_t i)
{
	return cf_at(m, routes, sizeof(struct vrrp_cf_route), i);
}

static inline struct vrrp_cf_hop *vrrp_cf_hop(const struct cf_model *m,
					      const struct vrrp_cf_route *route, uint32_t i)
{
	return cf_at(m, route->hops, sizeof(struct vrrp_cf_hop), i);
}

static inline struct vrrp_cf_rule *vrrp_cf_rule(const struct cf_model *m, struct cf_list rules,
						uint32_t i)
{
	return cf_at(m, rules, sizeof(struct vrrp_cf_rule), i);
}

/* The same as values, without the indices of interfaces: vrrp_cf_route_dev() names them. */
struct fib_item vrrp_cf_route_item(const struct cf_model *m, const struct vrrp_cf_route *route);
struct fib_item vrrp_cf_rule_item(const struct vrrp_cf_rule *rule);
/* The interface of the i-th next hop; "" when none is said. */
const char *vrrp_cf_route_dev(const struct cf_model *m, const struct vrrp_cf_route *route,
			      uint32_t i);

#endif
