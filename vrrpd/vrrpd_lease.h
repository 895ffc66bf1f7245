/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrpd_lease.h - the virtual addresses as a lease that the kernel enforces.
 *
 * Each advert that leaves an interface renews the lease of its virtual router for lease_ms(). While
 * a router has no lease the kernel passes on no ARP request, no Neighbor Solicitation and no packet
 * for its addresses that comes in on the interface, and lets nothing but adverts leave from its
 * virtual MAC. So a daemon that is frozen or dead stops
 * answering by itself, before its peers take over.
 *
 * Which leases there are to be follows from the configuration and the interfaces; the difference to
 * what the kernel has is handed to vrrpd_ops.lease as changes, one by one.
 */
#ifndef VRRPD_LEASE_H
#define VRRPD_LEASE_H

#include <stddef.h>
#include <stdint.h>

#include "ip.h"
#include "mono.h"
#include "vrrp_cf.h"

struct vrrpd;
struct vr;

/* The shortest interval at which there is a lease unasked: at 10 ms an ordinary process on a busy
 * machine comes late often enough to lose its lease now and then, for some milliseconds. */
enum { LEASE_AUTO_CS = 10 };

enum lease_kind {
	LEASE_BEGIN,  /* changes follow */
	LEASE_FRESH,  /* whatever there is of ours goes first, from whatever run it is */
	LEASE_IFACE,  /* an interface with leases, or guarded addresses; only after LEASE_FRESH */
	LEASE_ROUTER, /* a virtual router: new, or with another term or version; or it goes */
	LEASE_ADDR,   /* an address of a router that is there: it is guarded now; or no longer */
	LEASE_COMMIT, /* that was all: now all of it, or nothing; then vrrpd_lease_done() */
	/* Of vrrpd_accept.h, in a transaction of its own: all that is refused, anew... */
	LEASE_REFUSAL, /* ...add: some addresses follow; else nothing is */
	LEASE_REFUSED, /* ...an address */
};

struct lease_change {
	enum lease_kind kind;
	bool add; /* LEASE_ROUTER, LEASE_ADDR: false: remove */
	uint32_t ifindex;
	const char *ifname;   /* LEASE_IFACE; borrowed */
	uint8_t family, vrid; /* of the router */
	uint32_t on;          /* LEASE_ADDR: where the address lives; ifindex is its router's;
				 LEASE_REFUSED: where packets come in, 0: anywhere */
	uint8_t version;
	uint32_t term_ms;     /* what an advert renews it for */
	uint32_t left_ms;     /* it has a lease already, with so much left; 0: none */
	bool vmac;            /* LEASE_ROUTER: what leaves from its virtual MAC needs it as well */
	struct ip_addr addr;  /* LEASE_ADDR, LEASE_REFUSED */
};

/* A router as the kernel is to know it, and an address: sorted, so that two sets can be compared.
 */
struct lease_router {
	uint32_t ifindex, term_ms;
	uint8_t family, vrid, version;
	bool vmac;
};

struct lease_addr {
	uint32_t on;      /* where the address lives */
	uint32_t ifindex; /* of its router, as the rest */
	uint8_t family, vrid;
	struct ip_addr addr;
};

struct lease_iface {
	uint32_t ifindex;
	char name[VRRP_IFNAME_SIZE];
};

struct lease_set {
	struct lease_iface *iface;
	struct lease_router *router;
	struct lease_addr *addr;
	uint32_t n_ifaces, n_routers, n_addrs;
};

struct lease {
	struct lease_set had, asked; /* what the kernel has; what has been asked for */
	bool known;   /* `had` is right; otherwise a fresh start is asked for */
	bool busy;    /* asked, not answered yet */
	bool dirty;   /* something it follows from may have changed */
	bool failed;  /* the last attempt; has been said */
	mono_t retry_at;
	mono_t removed_at; /* by somebody else, the last time */
};

/*
 * How long an advert keeps the lease, in milliseconds.
 *
 * A Backup of priority p that hears it takes over down_adverts * interval + Skew_Time(p) after it
 * came (down_adverts: 3, or what all routers of the group have instead), and the smallest Skew_Time
 * there is is that of priority 255. So the lease must end within that; it is as long as it can be,
 * so that adverts that are late, or one or two that could not be sent, do no harm. What remains in
 * hand is for the clocks of two machines, which do not run alike:
 *   version 3: 3 * interval, so Skew_Time(255) = interval / 256 is in hand: 1300 ppm of the term;
 *   version 2, where Skew_Time does not grow with the interval (1/256 s), and more than three
 *   adverts: if that is less than 1000 ppm of the term, the difference is taken off.
 * The kernel counts in jiffies and rounds down, never up; with intervals of a few jiffies that
 * takes up to two of them: at 10 ms and 250 Hz, 30 ms are 24 to 28.
 */
uint32_t lease_ms(uint8_t version, uint8_t down_adverts, uint32_t interval_cs);

/* False without memory. Makes room for this many, keeping what the kernel has. */
bool lease_reserve(struct lease *l, uint32_t n_ifaces, uint32_t n_routers, uint32_t n_addrs);
void lease_free(struct lease *l);

/* Asks for what is missing. To be called whenever `dirty` may have been set. */
void lease_update(struct vrrpd *d, mono_t now);
mono_t lease_deadline(const struct vrrpd *d);
/* After the stop: whether nothing of it is left in the kernel, or nothing can be done about it. */
bool lease_settled(const struct vrrpd *d);

/* An advert of the router has just been given to the kernel. */
void lease_advert(struct vrrpd *d, struct vr *vr, mono_t now, uint8_t priority);
/* It is no longer Active. */
void lease_end(struct vrrpd *d, struct vr *vr, mono_t now);

#endif
