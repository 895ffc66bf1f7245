/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_announce.h - when the addresses of a virtual router are announced (gratuitous ARP,
 * unsolicited Neighbor Advertisement): a burst on becoming Active, because one frame may be lost;
 * another burst after a delay, because a switch may just be learning; and the same again whenever
 * another Active was heard, because hosts may have believed that one.
 */
#ifndef VRRP_ANNOUNCE_H
#define VRRP_ANNOUNCE_H

#include "mono.h"

struct vrrp_announce_params {
	uint8_t repeat;  /* announcements in a burst, at least 1 */
	span_t interval; /* between two of a burst */
	span_t delay;    /* from the first burst to the second; zero: no second burst */
};

struct vrrp_announce {
	mono_t at;           /* the next announcement; MONO_NEVER: none is due */
	mono_t begun_at;     /* when the first burst began */
	uint8_t in_burst;    /* announcements left in this burst */
	bool second;         /* a second burst is still to come */
};

/* Nothing to announce. */
void vrrp_announce_stop(struct vrrp_announce *a);

/* Begins anew, the first announcement at once. */
void vrrp_announce_start(struct vrrp_announce *a, mono_t now, const struct vrrp_announce_params *p);

/* Asks for announcements because a rival was heard. Ignored during a burst, and at most one begins
 * in each second: a rival that stays must not make us flood the network. Nor must it silence us: a
 * burst that has been asked for is not put off by asking again. */
void vrrp_announce_again(struct vrrp_announce *a, mono_t now, const struct vrrp_announce_params *p);

/* Whether every address is to be announced now; if so the next time is set. */
bool vrrp_announce_due(struct vrrp_announce *a, mono_t now, const struct vrrp_announce_params *p);

static inline mono_t vrrp_announce_deadline(const struct vrrp_announce *a)
{
	return a->at;
}

#endif
