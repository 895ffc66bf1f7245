/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrpd_accept.h - addresses whose packets are refused (accept = false; RFC 9568's Accept_Mode).
 *
 * The kernel refuses what comes in from a network for such an address and would be delivered to
 * this machine, but for Neighbor Solicitations and Advertisements; ARP is not concerned. What is
 * forwarded, or redirected before, passes. The list is in force before an address is set, and as
 * long as it cannot be, the router does not run.
 *
 * It goes to the kernel as a whole, through vrrpd_ops.lease, whenever it has changed.
 */
#ifndef VRRPD_ACCEPT_H
#define VRRPD_ACCEPT_H

#include <stddef.h>
#include <stdint.h>

#include "ip.h"
#include "mono.h"

struct vip;
struct vr;
struct vrrpd;

/* A link-local address is one only together with its link. */
struct refused {
	uint32_t on; /* index of the interface; 0: wherever packets come in */
	struct ip_addr addr;
};

struct refusal {
	struct refused *had, *asked; /* what the kernel has; what has been asked for: sorted */
	uint32_t n_had, n_asked;
	bool known;   /* `had` is right */
	bool busy;    /* asked, not answered yet */
	bool dirty;   /* something it follows from may have changed */
	bool failed;  /* the last attempt */
	mono_t retry_at;
	mono_t removed_at; /* by somebody else, the last time */
};

/* False without memory. Makes room for this many, keeping what the kernel has. */
bool refusal_reserve(struct refusal *r, uint32_t n_addrs);
void refusal_free(struct refusal *r);

/* Asks for what is missing. */
void refusal_update(struct vrrpd *d, mono_t now);
/* The answer to that. */
void refusal_done(struct vrrpd *d, mono_t now, bool ok, const char *error_text);
mono_t refusal_deadline(const struct vrrpd *d);
/* After the stop: whether nothing of it is left in the kernel. */
bool refusal_settled(const struct vrrpd *d);

/* Whether the address may be set: packets to it are accepted, or refused already. */
bool vip_may_be_set(struct vrrpd *d, const struct vr *vr, const struct vip *vip);
/* Whether packets to its addresses are to be refused, and are not: before the router runs, as soon
 * as that is not certain; when it runs, when it is certain that they are not. */
bool vr_not_refusing(struct vrrpd *d, const struct vr *vr);

#endif
