/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_announce.h - when the addresses of an interface are announced (gratuitous ARP, unsolicited
 * Neighbor Advertisement).
 *
 * Each address by itself: a burst when it is there, because one frame may be lost; another burst
 * after a delay, because a switch may just be learning; the same again when another Active was
 * heard, because hosts may have believed that one; and, if wanted, once in a while, because hosts
 * may have heard somebody who told us nothing.
 *
 * All of an interface together: switches throttle, or shut a port that says too much. So there is
 * one queue for an interface, whatever routers its addresses belong to, and it is paced: at most
 * `burst` announcements at once, and `rate` a second, in whatever stretch of time one looks at.
 * What is due waits for its turn: the first word about an address goes before the repetition of any
 * other, the first address of a router before the second of another, and otherwise those that have
 * waited longest. Nothing is put off for ever: a place in the queue is an instant, which those that
 * come later can only be given later ones.
 *
 * A step costs O(log n), n being the addresses that have something to say; one that has nothing to
 * say costs nothing. Memory is the caller's.
 */
#ifndef VRRP_ANNOUNCE_H
#define VRRP_ANNOUNCE_H

#include "dlheap.h"
#include "mono.h"

struct vrrp_announce_params {
	uint8_t repeat;         /* announcements in a burst, at least 1 */
	span_t interval;        /* between two of a burst */
	span_t delay;           /* from the first burst to the second; zero: no second burst */
	span_t refresh;         /* from one refreshing to the next; zero: none */
	uint8_t refresh_repeat; /* announcements in each, at least 1 */
};

enum vrrp_announce_phase {
	VRRP_ANNOUNCE_QUIET,
	VRRP_ANNOUNCE_FIRST,   /* the first burst; what is said next is of it, and so on */
	VRRP_ANNOUNCE_SECOND,
	VRRP_ANNOUNCE_REFRESH,
};

/* An address. */
struct vrrp_announce {
	const struct vrrp_announce_params *params; /* of its router; the caller's */
	mono_t at;       /* when the next announcement is due; MONO_NEVER: none is */
	mono_t begun_at; /* when the last first burst began */
	mono_t spoke_at; /* when the last burst, or refreshing, began */
	uint8_t phase;   /* enum vrrp_announce_phase, of the next announcement */
	uint8_t left;    /* announcements left in this phase */
	uint8_t rank;    /* its number among the addresses of its router; beyond 255 of them: 255 */
	bool begun;      /* of this phase something was said */
	bool second;     /* a second burst is still to come */
	bool known;      /* begun_at holds */
};

/* The addresses of an interface. */
struct vrrp_announcer {
	struct vrrp_announce *addr; /* [n] */
	uint32_t n;
	struct dlheap waiting; /* addresses that have nothing due yet, by when they have */
	struct dlheap ready;   /* those that have, in the order in which their turn comes */
	span_t gap;            /* of the pace: a second / rate */
	span_t credit;         /* how far ahead of the pace a burst may run */
	mono_t paid_until;     /* what was said keeps the pace busy until here */
};

/* An announcer of `n` quiet addresses, over arrays of n, 2n and 2n. Each still needs its `params`
 * and `rank`. `rate` and `burst` are at least 1. */
void vrrp_announcer_init(struct vrrp_announcer *q, struct vrrp_announce *addr,
			 struct dlheap_slot *slot, uint32_t *where, uint32_t n, uint32_t rate,
			 uint32_t burst);

/* The interface goes on under another configuration: what was said before counts. */
void vrrp_announcer_keep(struct vrrp_announcer *q, mono_t now, const struct vrrp_announcer *was);

/* Address i goes on where another one left off. */
void vrrp_announce_keep(struct vrrp_announcer *q, uint32_t i, const struct vrrp_announce *was);

/* Begins anew, the first announcement as soon as may be. */
void vrrp_announce_start(struct vrrp_announcer *q, uint32_t i, mono_t now);

/* Asks for announcements, because a rival was heard or the network has changed. Ignored during a
 * first burst, and at most one begins in each second: a rival that stays must not make us flood the
 * network. Nor must it silence us: what has been asked for is not put off by asking again. */
void vrrp_announce_again(struct vrrp_announcer *q, uint32_t i, mono_t now);

/* The address is in use, and nothing has to be said but what its `params`, which may have changed,
 * say of refreshing. */
void vrrp_announce_renew(struct vrrp_announcer *q, uint32_t i, mono_t now);

/* Nothing more to say: the address is not there for now... */
void vrrp_announce_pause(struct vrrp_announcer *q, uint32_t i);
/* ...or is not ours any more: when it is, vrrp_announce_again() begins at once. */
void vrrp_announce_stop(struct vrrp_announcer *q, uint32_t i);

/* Whether an address is to be announced now, and which; to be called until none is. *paced tells
 * that the pace made it wait. */
bool vrrp_announce_next(struct vrrp_announcer *q, mono_t now, uint32_t *i, bool *paced);

/* When to ask vrrp_announce_next() again; MONO_NEVER when there is nothing to say. */
mono_t vrrp_announce_deadline(const struct vrrp_announcer *q);

#endif
