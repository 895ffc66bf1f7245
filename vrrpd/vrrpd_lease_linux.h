/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrpd_lease_linux.h - leases as an nftables table, of the netdev family, in the network namespace
 * the daemon runs in. vrrpd_lease.h says what they are for; `nft list table netdev trivet_vrrpd`
 * shows it. Other tables are not touched.
 *
 * Each set of changes is one transaction of nftables, made by a child process: it may take some
 * milliseconds, which must not delay an advert; and the library ends its process when it comes upon
 * what it does not expect in the rules of others.
 */
#ifndef VRRPD_LEASE_LINUX_H
#define VRRPD_LEASE_LINUX_H

#include "linux_loop.h"
#include "vrrpd_lease.h"

#define LEASE_TABLE "trivet_vrrpd" /* of the families netdev (leases) and inet (accept) */

struct lease_linux;

struct lease_events {
	/* Once for each LEASE_COMMIT. */
	void (*done)(void *ctx, bool ok, const char *error_text);
	/* Somebody has removed the table of the leases, or that of what is refused. */
	void (*removed)(void *ctx);
	void (*refusal_removed)(void *ctx);
};

/* The events are called from the loop and from lease_linux_turn(). NULL with errno. */
struct lease_linux *lease_linux_new(struct loop *loop, const struct lease_events *events,
				    void *ctx);
void lease_linux_free(struct lease_linux *x);

/* To be called once in each turn of the loop, when all else has been done. */
void lease_linux_turn(struct lease_linux *x);

void lease_linux_change(struct lease_linux *x, const struct lease_change *change);

#endif
