/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_replay.h - whether an authentic advert is a new one.
 *
 * Each advert says when it was sent (draft-cassen-vrrp-auth-hmac): seconds since 1970, a fraction,
 * and a counter, together a number that grows with each advert. A receiver keeps the highest of
 * each sender, its mark, and takes none that is not higher; one that it has no mark of has to agree
 * with its clock, within the window.
 *
 * The wall clock of a machine may be stepped, by an hour or by years, and whoever went by it would
 * refuse everybody from then on. So time here goes by the monotonic clock, and the wall clock only
 * says where it began (struct vrrp_clock). Small differences are followed at once. A step is not
 * believed: not before it has stood for CLOCK_PATIENCE, or an authentic advert has come that agrees
 * with the wall clock and not with us. In the same way a sender of which there is a mark may go on
 * from that mark as time goes on, whatever our wall clock says.
 *
 * It owns marks and clocks. It checks no digest: what is handed in is authentic.
 */
#ifndef VRRP_REPLAY_H
#define VRRP_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "ip.h"
#include "mono.h"

enum { VRRP_SENDERS_MIN = 16 }; /* marks of a group without listed peers */

#define CLOCK_STEP     SPAN_MS(500) /* a larger difference is a step */
#define CLOCK_PATIENCE SPAN_S(600)

/* Instants of the calendar count in ticks, 2^-16 s since 1970; those of the network wrap after 48
 * bits. */
struct vrrp_clock {
	bool set;
	mono_t at;
	uint64_t ticks; /* what it showed then */
	int64_t ahead;  /* so far the wall clock was ahead when we were told last: a step */
	mono_t since;   /* when it was stepped */
};

enum vrrp_clock_news {
	VRRP_CLOCK_AGREES,
	VRRP_CLOCK_STEPPED,  /* the wall clock has just been */
	VRRP_CLOCK_DIFFERS,  /* it was before */
	VRRP_CLOCK_BELIEVED, /* it was long ago: we follow */
};

/* What the wall clock shows, in nanoseconds since 1970. The first time, it is believed. */
enum vrrp_clock_news vrrp_clock_wall(struct vrrp_clock *c, mono_t now, uint64_t unix_ns);
/* Follows the wall clock now. */
void vrrp_clock_believe(struct vrrp_clock *c, mono_t now);
uint64_t vrrp_clock_ticks(const struct vrrp_clock *c, mono_t now);

/* Of one sender: ourselves. */
struct vrrp_sender {
	bool sent;
	uint64_t seq;
};

/* The number of the next advert: higher than the one before, unless the clock has gone back by more
 * than the window: then receivers would not take it before they have given up the old one. */
uint64_t vrrp_sender_next(struct vrrp_sender *s, const struct vrrp_clock *c, mono_t now,
			  span_t window);

struct vrrp_mark {
	struct ip_addr src;
	uint64_t seq; /* the highest */
	mono_t at;    /* when it came */
};

/* The marks of a virtual router. */
struct vrrp_replay {
	struct vrrp_mark *mark; /* [max], borrowed */
	unsigned n, max;
};

enum vrrp_fresh {
	VRRP_FRESH,
	VRRP_FRESH_CORRECTS, /* and agrees with the wall clock, not with ours: believe that one */
	VRRP_STALE,          /* sent at another time than now, by all that is known */
	VRRP_REPLAYED,       /* not after the last one of its sender */
};

/* An advert that came at `at` with this number. Nothing changes. */
enum vrrp_fresh vrrp_replay_judge(const struct vrrp_replay *r, const struct vrrp_clock *c,
				  const struct ip_addr *src, uint64_t seq, mono_t at,
				  span_t window);
/* It has been accepted. */
void vrrp_replay_take(struct vrrp_replay *r, const struct ip_addr *src, uint64_t seq, mono_t at);
/* Takes over the marks of another, the youngest if not all have room. */
void vrrp_replay_keep(struct vrrp_replay *r, const struct vrrp_replay *from);

#endif
