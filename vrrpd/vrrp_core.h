/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_core.h - one virtual router: the state machine of RFC 9568 6.4 and RFC 3768 6.4.
 *
 * A value without pointers. One event and the time go in; at most VRRP_ACTS_MAX acts come out, in
 * the order in which they are to be done. After each step vrrp_deadline() says when the next timer
 * is due.
 */
#ifndef VRRP_CORE_H
#define VRRP_CORE_H

#include "ip.h"
#include "mono.h"

enum vrrp_state { VRRP_INITIALIZE, VRRP_BACKUP, VRRP_ACTIVE, VRRP_STATE_N };

/* Why a state was entered: what the log says, and what an operator asks first. */
#define VRRP_WHYS(X)                                                                               \
	X(NONE, "none", "has not changed yet")                                                     \
	X(STARTUP, "startup", "started")                                                           \
	X(OWNER, "owner", "started as the owner of the address")                                   \
	X(TIMEOUT, "timeout", "the Active was not heard for the Active_Down_Interval")             \
	X(LEFT, "active-left", "the Active said that it leaves")                                   \
	X(PREEMPT, "preempt", "only lower priorities were heard for the Active_Down_Interval")     \
	X(HIGHER_PRIORITY, "higher-priority", "another Active has a higher priority")              \
	X(HIGHER_ADDRESS, "higher-address",                                                        \
	  "another Active has the same priority and a higher address")                             \
	X(STALLED, "stalled", "did not run for so long that another must have taken over")         \
	X(STOP, "stop", "the daemon stops")                                                        \
	X(REMOVED, "removed", "no longer in the configuration")                                    \
	X(CHANGED, "changed", "a setting changed that needs a new start")                          \
	X(LINK_DOWN, "link-down", "the interface is down or has no carrier")                       \
	X(NO_INTERFACE, "no-interface", "the interface does not exist")                            \
	X(NO_SOURCE, "no-source", "the interface has no usable address to send from")              \
	X(NOT_RECEIVING, "not-receiving", "the interface cannot be listened on")                   \
	X(START_DELAY, "start-delay", "waits for the start_delay of the daemon")                   \
	X(ADDRESS_FAILED, "address-failed", "the kernel refused the virtual address")              \
	X(VIRTUAL_MAC, "virtual-mac", "the device that has the virtual MAC cannot be made")        \
	X(ADDRESS_FOREIGN, "address-foreign",                                                      \
	  "somebody else configured the virtual address on this machine")                          \
	X(NOT_REFUSING, "not-refusing",                                                            \
	  "accept is false, and the kernel does not refuse packets to its addresses")             \
	X(ADDRESS_INTERFACE, "address-interface",                                                  \
	  "the interface of one of its addresses does not exist or is down")                       \
	X(ROUTE_FAILED, "route-failed",                                                            \
	  "a route or rule that it needs cannot be set")                                           \
	X(TRACKER_DOWN, "tracker-down", "something that it tracks is down")                        \
	X(TRACKER_UNKNOWN, "tracker-unknown", "nothing is known yet of something that it tracks") \
	X(GROUP_FAULT, "group-fault", "another member of its sync group cannot run")               \
	X(GROUP_YIELD, "group-yield", "another member of its sync group gave way")

enum vrrp_why {
#define X(id, name, doc) VRRP_WHY_##id,
	VRRP_WHYS(X)
#undef X
	VRRP_WHY_N
};

const char *vrrp_state_name(enum vrrp_state state); /* "initialize", "backup", "active" */
const char *vrrp_why_name(enum vrrp_why why);
const char *vrrp_why_doc(enum vrrp_why why);

/* What management calls the reason for having become Active: RFC 6527's vrrpv3StatisticsNewMaster-
 * Reason and RFC 8347's new-master-reason, with their numbers. */
enum vrrp_new_active {
	VRRP_NEW_ACTIVE_NEVER,       /* notMaster, not-master: it never was */
	VRRP_NEW_ACTIVE_PRIORITY,    /* priority: it is the owner, or the Active left */
	VRRP_NEW_ACTIVE_PREEMPTED,   /* preempted: it took over from a lower priority */
	VRRP_NEW_ACTIVE_NO_RESPONSE, /* masterNoResponse, no-response */
};

/* Of a reason that enter()ing Active can have; NEVER for all others. */
enum vrrp_new_active vrrp_new_active(enum vrrp_why why);
const char *vrrp_new_active_name(enum vrrp_new_active reason); /* "never", "priority", ... */

/* What the configuration says of a virtual router, as far as the state machine cares. What stands
 * after interval_cs goes beyond the RFC, which is followed where it is zero. */
struct vrrp_params {
	uint8_t version;      /* 2 or 3; fixed for the life of the router */
	uint8_t priority;     /* 1..255; 255 is the owner */
	bool preempt;         /* Preempt_Mode; an owner preempts anyway */
	uint32_t interval_cs; /* Advertisement_Interval; in version 2 a multiple of 100 */
	uint32_t learned_interval_max_cs; /* no more than this is learned; 0: whatever is said */
	uint8_t down_adverts;             /* the 3 in Active_Down_Interval, 1..100; 0: 3 */
	span_t preempt_delay;             /* an Active of lower priority is put up with so long */
};

struct vrrp {
	enum vrrp_state state;
	enum vrrp_why why;
	struct vrrp_params params;
	struct ip_addr source;       /* of our adverts, and our side of the tie-break */
	uint32_t active_interval_cs; /* Active_Adver_Interval; in version 2 always our own */
	/* Adver_Timer in Active, Active_Down_Timer in Backup: never both (6.2). */
	mono_t timer_at;
	mono_t down_at;              /* Backup: timer_at but for what preempt_delay adds to it */
	mono_t reply_at;             /* when the budget for adverts out of turn is whole again */
	bool lower_heard; /* Backup: a lower priority is heard, and will be when the timer fires */
	bool active_left;            /* Backup: the timer was shortened by a priority of zero */
	bool waits;                  /* Backup: the timer has run out, but that of another of its
					group has not: see VRRP_EV_TIMER */
	bool woke_late;              /* Backup: has woken up too late, and waits once more */
	struct ip_addr active;       /* Backup: who was last accepted as Active; unset if nobody */
	uint8_t active_priority;
};

enum vrrp_ev_kind {
	VRRP_EV_STARTUP,   /* configured, and the interface is usable; only in Initialize */
	VRRP_EV_SHUTDOWN,  /* to be stopped, or the interface has become unusable */
	VRRP_EV_ADVERT,    /* an advert that vrrp_receive() accepted */
	VRRP_EV_TIMER,     /* time has passed */
	VRRP_EV_CONFIGURE, /* priority, preempt or interval changed */
	VRRP_EV_SOURCE,    /* the source address changed */
	VRRP_EV_YIELD,     /* in Active: to be Backup, for another reason than an advert */
};

struct vrrp_ev {
	enum vrrp_ev_kind kind;
	union {
		struct { struct ip_addr source; } startup, source;
		struct {
			enum vrrp_why why;
			bool mute; /* nothing can be sent any more */
		} shutdown;
		struct {
			struct ip_addr src;
			uint8_t priority;
			uint32_t interval_cs;
			bool stand; /* Active: do not yield to an equal priority (vrrp_group.h) */
		} advert;
		struct { struct vrrp_params params; } configure;
		struct { bool wait; } timer; /* Backup: not to become Active yet, but at the next
						VRRP_EV_TIMER, however late that is */
		struct { enum vrrp_why why; } yield;
	};
};

enum vrrp_act_kind {
	VRRP_ACT_ADVERT, /* send an advert with this priority */
	VRRP_ACT_ADDRS,	 /* the virtual addresses are to be on the interface, or not */
	VRRP_ACT_STATE,	 /* the state has changed */
	VRRP_ACT_RIVAL,	 /* another router advertises while we are, and stay, Active: count it, say
			    so, and  announce the addresses again: the network may have learned them
			    elsewhere */
};

struct vrrp_act {
	enum vrrp_act_kind kind;
	union {
		struct { uint8_t priority; } advert;
		struct { bool present; } addrs;
		struct { enum vrrp_state from, to; enum vrrp_why why; } state;
		struct { struct ip_addr src; uint8_t priority; uint32_t interval_cs; } rival;
	};
};

enum { VRRP_ACTS_MAX = 4 };

struct vrrp_out {
	unsigned n;
	struct vrrp_act v[VRRP_ACTS_MAX];
};

/* A virtual router in Initialize. */
void vrrp_init(struct vrrp *r, const struct vrrp_params *params);

/* Takes one event. `now` must not run backwards, but for a packet it is the time it arrived. */
void vrrp_step(struct vrrp *r, mono_t now, const struct vrrp_ev *ev, struct vrrp_out *out);

/* When to send VRRP_EV_TIMER; MONO_NEVER in Initialize. After a VRRP_EV_TIMER it is later than
 * `now`. */
mono_t vrrp_deadline(const struct vrrp *r);

/* A Backup that would be Active by now, and puts up with one of lower priority for its
 * preempt_delay. */
bool vrrp_is_patient(const struct vrrp *r);

/* Skew_Time and Active_Down_Interval (RFC 9568 6.1, RFC 3768 6.1), exact to the nanosecond. */
span_t vrrp_skew(uint8_t version, uint8_t priority, uint32_t interval_cs);
span_t vrrp_down_interval(uint8_t version, uint8_t priority, uint32_t interval_cs);

#endif
