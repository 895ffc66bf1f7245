/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linux_nl.h - rtnetlink: watching links, addresses, routes and rules, and adding and removing all
 * but links.
 *
 * What the kernel reports is handed on as it comes, one report a call. When the kernel had more to
 * say than the socket could hold (ENOBUFS), or a dump was interrupted by a change, everything is
 * reported anew; the caller sees a sync_begin in between and need not care why.
 *
 * The kernel adds an address while we send the request, and with thousands of them on an interface
 * it takes milliseconds over each. So additions wait, and are sent a few in a turn of the loop;
 * packets, signals and timers come in between. Removals are sent at once.
 */
#ifndef LINUX_NL_H
#define LINUX_NL_H

#include "fib.h"
#include "ip_attr.h"

struct netlink_link {
	uint32_t ifindex;
	const char *name;
	bool up; /* administratively up and operational (IFF_UP, IFF_RUNNING) */
	bool alone; /* no network is behind it: loopback, dummy */
	uint8_t mac[6];
	bool enabled;     /* administratively up */
	uint32_t lower;   /* of one on top of another in this namespace: that one; otherwise 0 */
	const char *mark; /* IFLA_IFALIAS, "" for none; borrowed like the name */
};

struct netlink_addr {
	uint32_t ifindex;
	struct ip_prefix prefix;
	struct ip_attr attr;
	uint8_t proto; /* IFA_PROTO; 0 where the kernel does not say */
	bool secondary, unusable; /* unusable: tentative, or failed duplicate address detection */
};

struct netlink_events {
	void (*link)(void *ctx, const struct netlink_link *link);
	void (*link_gone)(void *ctx, uint32_t ifindex);
	void (*addr)(void *ctx, const struct netlink_addr *addr, bool present);
	void (*addr_failed)(void *ctx, const struct netlink_addr *addr, bool add, int error);
	/* Before sync_end: it is not there because it has not been asked for yet. */
	void (*addr_waits)(void *ctx, uint32_t ifindex, const struct ip_prefix *prefix);
	/* Routes and rules; with NULL there are none. Of routes only those marked `fib_proto` are
	 * reported, and those that may have taken the place of one. */
	void (*fib)(void *ctx, const struct fib_item *item, uint8_t proto, bool present);
	void (*fib_failed)(void *ctx, const struct fib_item *item, bool add, int error);
	void (*fib_waits)(void *ctx, const struct fib_item *item);
	uint8_t fib_proto;
	/* With what metric the route to its subnet comes when an address is added to this
	 * interface; 0, or NULL: the kernel's own. */
	uint32_t (*metric)(void *ctx, uint32_t ifindex);
	void (*sync_begin)(void *ctx);
	void (*sync_end)(void *ctx);
	void (*done)(void *ctx); /* all that was waiting has been handed on */
};

struct netlink;

/* NULL with errno. The events are called from netlink_ready() and netlink_run() only. */
struct netlink *netlink_new(const struct netlink_events *events, void *ctx);
void netlink_free(struct netlink *n);

/* Two files to watch: reports, and answers to what was asked. */
int netlink_watch_fd(const struct netlink *n);
int netlink_command_fd(const struct netlink *n);

/* Reads what is waiting on either file. */
void netlink_ready(struct netlink *n);

/* Asks for a complete report, which begins at the next netlink_run(). */
void netlink_sync(struct netlink *n);

/* To be called once in each turn of the loop: begins the report that was asked for, if any. */
void netlink_run(struct netlink *n);

/* Asks to add or remove an address; addresses are added without duplicate address detection and
 * marked with `proto`. Refusal comes as addr_failed, success as addr. An addition waits until
 * netlink_add_some(); a removal has been done when this returns, and takes back an addition of the
 * same address that waits: then that is all. Of the attributes a removal goes by the peer. */
void netlink_addr(struct netlink *n, uint32_t ifindex, const struct ip_prefix *prefix,
		  const struct ip_attr *attr, uint8_t proto, bool add);

/* The same of a route or a rule: reported as fib, refused as fib_failed. Additions wait behind
 * those of addresses. */
void netlink_fib(struct netlink *n, const struct fib_item *item, uint8_t proto, bool add);

/* To be called once in each turn of the loop, after what is urgent: sends additions that wait, for
 * a few milliseconds, one at least. */
void netlink_add_some(struct netlink *n);

/* Whether there is more to do, so that the next turn is not to wait for anything. */
bool netlink_waiting(const struct netlink *n);

enum netlink_set { NETLINK_SET_FAILED, NETLINK_SET_ALREADY, NETLINK_SET_CHANGED };

/* Whether IPv4 packets whose source is an address of this machine are accepted on an interface
 * (net.ipv4.conf.IFACE.accept_local; the kernel comes with false). Waits for the kernel's answer;
 * to be called when something is set up. FAILED with errno. */
enum netlink_set netlink_accept_local(uint32_t ifindex, bool on);
/* The same for net.ipv4.conf.IFACE.promote_secondaries: whether another address of a subnet takes
 * the place of the primary one when that is removed, or all of them go with it. */
enum netlink_set netlink_promote_secondaries(uint32_t ifindex, bool on);

/* How often reports or answers were lost and everything was asked for anew. */
uint64_t netlink_overruns(const struct netlink *n);

#endif
