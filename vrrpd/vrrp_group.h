/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_group.h - sync groups: virtual routers of one machine that are Active together or not at
 * all.
 *
 * What is here decides; vrrpd_group.c asks after each event that may matter, and does it. The
 * decision looks at how the members stand now, and at nothing before: so it cannot be told a wrong
 * history, and asking once more changes nothing.
 *
 * The rule, in this order:
 *
 *   stop     A member cannot run (no link, no source, a tracker, a refused address...): all stop.
 *   start    All can run, and some do not: those start, as Backups (owners as Actives).
 *   yield    Some are Active and another had to give way, or follows somebody since it joined: the
 *            Actives become Backups. They say that they leave (priority 0), since on their networks
 *            nobody has outranked them, and whoever is next there need not wait.
 *   promote  The Active_Down_Timer of every Backup has run out: all become Active. As long as one
 *            has not, those whose timer has run out wait for it.
 *
 * A member whose timer has run out while another still hears somebody stays a Backup, and its
 * network without an Active, however long that lasts. That is what a group is for.
 *
 * Why it comes to rest. All members advertise the same priority, the lowest of theirs (weights of
 * trackers included), so that of two groups one is higher everywhere, and no two can each be higher
 * somewhere. Take the machines in the order of that priority. The first yields to nobody, and
 * nobody keeps it from becoming Active but who does not let itself be preempted; so in the end it
 * is Active for good or Backup for good. Whoever hears it being Active is Backup for good. Then
 * the next machine has nobody left above it that changes, and so on. This needs no path to work
 * both ways and no network to be whole. Machines of equal priority do not preempt each other. When
 * several are Active at once, as after a partition, the source address decides, and that one may be
 * higher here and the other there. So the members are put into an order that all machines know, by
 * their VRIDs and addresses, and have their say one after the other: at the first, the lower
 * source yields at once; at the next, only if it has been heard for a whole Active_Down_Interval,
 * which it is not when the first has settled it; at the one after, for two. Thus two machines never
 * both give way. Against routers without this rule (others, or members that differ in kind), both
 * may; then who yielded waits an interval longer than they do, and finds them Active.
 *
 * The cost of a network that fails in part, with the higher machine H and the lower L:
 *
 *   no member hears H any more   both are Active, as without groups; on healing L yields all at
 *                                the first advert
 *   some members do not hear H   L stays Backup; on its side of those networks nobody serves
 *   a link of H fails            H stops all; L is told of those that can still speak, and waits
 *                                for the one that cannot: 3 intervals and its Skew_Time for all
 *   groups of several machines   first the highest is Active, then the highest of those that share
 *   that share some networks     no network with it, and so on
 */
#ifndef VRRP_GROUP_H
#define VRRP_GROUP_H

#include "ip.h"
#include "mono.h"
#include "vrrp_core.h"

enum vrrp_group_can {
	VRRP_GROUP_UNKNOWN, /* whether it can run */
	VRRP_GROUP_CANNOT,
	VRRP_GROUP_CAN,
};

/* How a group stands: begin with zeros, add each member, ask. `who` is the caller's. */
struct vrrp_group_view {
	uint32_t n, in[VRRP_STATE_N];
	uint32_t can[VRRP_GROUP_CAN + 1];
	uint32_t wait;    /* Backups whose Active_Down_Timer has run out */
	uint32_t follows; /* Backups that gave way, or follow somebody */
	uint32_t cannot_who, follows_who; /* one of them */
};

void vrrp_group_add(struct vrrp_group_view *v, uint32_t who, const struct vrrp *r,
		    enum vrrp_group_can can);

enum vrrp_group_move {
	VRRP_GROUP_REST,
	VRRP_GROUP_STOP,    /* all that run; because of *who */
	VRRP_GROUP_START,   /* all that do not run */
	VRRP_GROUP_YIELD,   /* all Actives; because of *who */
	VRRP_GROUP_PROMOTE, /* all Backups */
};

enum vrrp_group_move vrrp_group_decide(const struct vrrp_group_view *v, uint32_t *who);

/* The state of the group: that of its members. One that has joined a group and waits for its own
 * timer stands below the others; the group is in theirs. */
enum vrrp_state vrrp_group_state(const struct vrrp_group_view *v);

/* The order of members that is the same on all machines: by VRID, then by the lowest of their
 * addresses. */
struct vrrp_group_key {
	uint8_t vrid;
	struct ip_addr lowest;
};

int vrrp_group_order(const struct vrrp_group_key *a, const struct vrrp_group_key *b);

/* An equal Active with a higher source is heard, at the member with this rank in the order. */
struct vrrp_group_tie {
	mono_t since, until; /* it is still the same duel until then */
};

/* Whether the member stays Active at this advert of it. `patience` is the Active_Down_Interval. */
bool vrrp_group_stands(struct vrrp_group_tie *t, mono_t at, uint32_t rank, span_t patience);

#endif
