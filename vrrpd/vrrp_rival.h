/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_rival.h - the other Actives that an Active hears.
 *
 * Two Actives are the fault that VRRP is there to prevent. Each advert of another while we are, and
 * stay, Active belongs to an episode: it begins with the first of them and ends when that router
 * yields, leaves or is silent for as long as a Backup would wait for it, or when we are Active no
 * longer. A table of fixed size holds those that go on; a router that finds no place in it, which
 * takes somebody who makes up addresses, is not an episode.
 */
#ifndef VRRP_RIVAL_H
#define VRRP_RIVAL_H

#include "ip.h"
#include "log_line.h"
#include "mono.h"

enum { VRRP_RIVALS_MAX = 4 };

struct vrrp_rival {
	struct ip_addr addr;
	uint8_t priority;   /* of its last advert */
	bool here;          /* the episode goes on; else the last one's values stand */
	bool told;          /* for the caller: its beginning has been logged */
	uint32_t adverts;   /* in this episode */
	mono_t since, last; /* its first and its last advert */
	mono_t until;       /* the episode ends when nothing more is heard */
	struct log_limit limit; /* for the caller, about this place in the table */
};

struct vrrp_rivals {
	uint8_t n; /* that are here */
	struct vrrp_rival v[VRRP_RIVALS_MAX];
};

/* An advert of another Active, whose silence for longer than `patience` ends the episode. NULL when
 * there is no place for it. It is the first of the episode when `adverts` is 1. */
struct vrrp_rival *vrrp_rival_heard(struct vrrp_rivals *r, mono_t now, const struct ip_addr *addr,
				    uint8_t priority, span_t patience);

/* These end an episode and return it, or NULL when there is none: that of a router that says it
 * leaves; one that is over by now; any. */
struct vrrp_rival *vrrp_rival_left(struct vrrp_rivals *r, const struct ip_addr *addr);
struct vrrp_rival *vrrp_rival_silent(struct vrrp_rivals *r, mono_t now);
struct vrrp_rival *vrrp_rival_end(struct vrrp_rivals *r);

/* When to ask vrrp_rival_silent(). */
mono_t vrrp_rival_deadline(const struct vrrp_rivals *r);

#endif
