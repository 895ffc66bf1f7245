/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fib.h - routes and policy rules as values.
 *
 * An item is either. All of it is plain memory: zero it before filling it in, and two items that
 * say the same are equal byte for byte. What is zero is not said, and left to the kernel. Text is
 * in fib_text.h.
 */
#ifndef FIB_H
#define FIB_H

#include "ip.h"

enum {
	FIB_HOPS_MAX = 16,  /* next hops of a route */
	FIB_NAME_SIZE = 16, /* of an interface, of a congestion control */
	FIB_TABLE_DEFAULT = 253,
	FIB_TABLE_MAIN = 254,
	FIB_TABLE_LOCAL = 255,
	FIB_METRIC_V6 = 1024, /* what the kernel gives an IPv6 route that has none */
	FIB_NONE = -1,        /* of the signed members of a rule */
};

enum fib_kind { FIB_ROUTE, FIB_RULE };

enum fib_type {
	FIB_UNICAST, FIB_BLACKHOLE, FIB_UNREACHABLE, FIB_PROHIBIT, FIB_THROW, FIB_TYPE_N
};

/* Numbers of the kernel. */
enum fib_scope { FIB_SCOPE_GLOBAL = 0, FIB_SCOPE_LINK = 253, FIB_SCOPE_HOST = 254 };

/* Properties of a route that the kernel calls metrics. Times are milliseconds. */
enum fib_metric {
	FIB_MTU, FIB_ADVMSS, FIB_INITCWND, FIB_INITRWND, FIB_CWND, FIB_SSTHRESH, FIB_WINDOW,
	FIB_RTT, FIB_RTTVAR, FIB_RTO_MIN, FIB_REORDERING, FIB_HOPLIMIT, FIB_QUICKACK,
	FIB_FASTOPEN_NO_COOKIE,
	FIB_METRIC_N
};

struct fib_hop {
	struct ip_addr via; /* unset: the destination is on the link */
	uint32_t ifindex;   /* 0: the kernel finds it */
	uint16_t weight;    /* 1..256 where there are several; else 1 */
	bool onlink;
};

struct fib_route {
	struct ip_prefix to;
	uint32_t table, metric;
	uint8_t tos;
	/* What the kernel tells routes apart by ends here. */
	uint8_t type, scope;
	uint8_t pref; /* IPv6: 0 medium, 1 high, 3 low (RFC 4191) */
	struct ip_addr src;
	uint32_t value[FIB_METRIC_N]; /* by enum fib_metric */
	char congctl[FIB_NAME_SIZE];
	uint8_t n_hops;
	struct fib_hop hop[FIB_HOPS_MAX];
};

enum fib_action {
	FIB_LOOKUP, FIB_GOTO, FIB_NOP, FIB_RULE_BLACKHOLE, FIB_RULE_UNREACHABLE, FIB_RULE_PROHIBIT,
	FIB_ACTION_N
};

struct fib_rule {
	uint32_t priority;
	uint8_t action;
	uint32_t table;               /* FIB_LOOKUP */
	uint32_t target;              /* FIB_GOTO: a priority */
	struct ip_prefix from, to;    /* unset: any */
	char iif[FIB_NAME_SIZE], oif[FIB_NAME_SIZE];
	uint32_t mark, mask;          /* mask 0: any */
	uint8_t tos, ipproto;
	uint16_t sport[2], dport[2];  /* from, to; 0: any */
	bool uids;
	uint32_t uid[2];
	int32_t suppress_prefixlength, suppress_ifgroup; /* FIB_NONE: not */
	bool l3mdev, invert;
};

struct fib_item {
	uint8_t kind;   /* enum fib_kind */
	uint8_t family; /* enum ip_family */
	union {
		struct fib_route route;
		struct fib_rule rule;
	};
};

/* Whether the kernel would take both for one: of a route destination, table, metric and TOS; of a
 * rule everything. */
bool fib_same(const struct fib_item *a, const struct fib_item *b);

/* Of what fib_same() looks at; and of everything. */
uint64_t fib_hash(const struct fib_item *item);
uint64_t fib_digest(const struct fib_item *item);

/* Whether an item that is the same as the wanted one, as the kernel reports it, also has what was
 * said of it. */
bool fib_agrees(const struct fib_item *wanted, const struct fib_item *reported);

/* The prefix without its host bits. */
struct ip_prefix fib_network(const struct ip_prefix *prefix);

#endif
