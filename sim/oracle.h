/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * oracle.h - what must be true of a simulated run, looked at as it happens.
 *
 * Two kinds of judgement. In lockstep: a second state machine and decoder, written from the RFC by
 * somebody else (vrrp_ref.h), gets the same packets and the same time, and must agree on every
 * verdict, state, deadline and advert. And windows: what an RFC reader computes on paper of the
 * whole network
 * - how long after a crash somebody takes over, and who - evaluated with the delays, clock rates
 * and intervals of the run; exact, not "about three seconds".
 *
 * An exact window holds only while chance and the scenario keep still (world_disturbed()); across
 * such a moment the window is not judged, and not counted as judged.
 */
#ifndef ORACLE_H
#define ORACLE_H

#include <stdint.h>

#include "host.h"
#include "world.h"

#define ORACLE_RULES(X) \
	X(LOCKSTEP, "agrees with the reference model in verdict, state, deadline and adverts") \
	X(V1, "a crash is made up for within (2A+Skew, 3A+Skew] of the next in line") \
	X(V2, "a clean stop is made up for after the Skew of the next in line") \
	X(V3, "nobody takes over before the Active_Down_Interval since the last advert, or later") \
	X(V4, "a higher priority takes over after exactly its Active_Down_Interval and delay") \
	X(V5, "after a heal there is one Active within min(A_H, A_L + d) + d") \
	X(V6, "two take over only where their Skew_Times are closer than the delay") \
	X(V7, "an Active advertises at exactly its interval") \
	X(V8, "a new Active advertises and announces every address at once, as the pace allows") \
	X(V9, "an address is on the interface exactly while its router is Active") \
	X(V10, "who is not Active announces nothing") \
	X(V11, "the Active has the highest priority, then address, of those that preempt") \
	X(V12, "after the last fault there is one Active in each part of the network, in time") \
	X(V13, "a refused packet changes nothing but one counter") \
	X(TRACK, "the priority is what the trackers make of it, and none at fault runs") \
	X(COEXIST, "with version 2 beside version 3, each advert is said in both (8.4.2)") \
	X(V15, "a reload that changes nothing for a router does nothing to it") \
	X(V16, "an interface announces no faster than its pace") \
	X(V17, "nobody is announced twice while another waits for its first word") \
	X(V18, "every address of a new Active has all of both its bursts, and no more") \
	X(V19, "an Active that hears another announces every address again") \
	X(AUTH, "no advert is accepted that is not authentic and new, and every one that is") \
	X(ROUTES, "routes and rules are where they belong: with the Active, or static") \
	X(LEASE, "who is frozen or dead does not answer when its successor does") \
	X(I20, "what is told of a router is so, and the last that is told is what it is") \
	X(CONSERVED, "every packet is counted once") \
	X(USABLE, "nobody is Active without an interface and a source address")                    \
	X(VMAC, "only an Active sends from a virtual MAC, and its adverts come from no other")     \
	X(VMAC_UP, "the device with the virtual MAC is up exactly while its router is Active")     \
	X(START, "no router starts before the start_delay of its daemon is over")                  \
	X(GROUP, "members of a sync group are in one state after every event (I-28)")

enum oracle_rule {
#define X(id, doc) RULE_##id,
	ORACLE_RULES(X)
#undef X
	RULE_N
};

const char *oracle_rule_name(enum oracle_rule rule); /* "V1" */
const char *oracle_rule_doc(enum oracle_rule rule);

struct oracle_verdict {
	uint64_t judged, failed;
	char first[300]; /* the first failure, in words */
};

struct oracle;

struct oracle *oracle_new(struct world *w);
void oracle_free(struct oracle *o);
const struct oracle_verdict *oracle_verdict(const struct oracle *o, enum oracle_rule rule);

/* When a router last entered a state, and how often, for the expectations of a scenario. */
struct oracle_change {
	mono_t at; /* true time */
	const struct host *host;
	const char *router; /* name of the virtual router */
	enum vrrp_state from, to;
	enum vrrp_why why;
};
/* Told of every change of state. */
void oracle_on_change(struct oracle *o, void (*changed)(void *ctx, const struct oracle_change *c),
		      void *ctx);

/* All may be called with NULL for the oracle: then nothing is judged. The first group is called by
 * host.c around each call into the daemon: before it with what goes in, from within with what comes
 * out, and after it. */
/* ah: the message came in an Authentication Header; auth: what the daemon is going to say of it. */
void oracle_receives(struct oracle *o, struct host *h, const struct kern_iface *iface, mono_t at,
		     const struct vrrp_rx *rx, bool ah, enum vrrp_drop auth);
void oracle_timers(struct oracle *o, struct host *h);
void oracle_stops(struct oracle *o, struct host *h);
void oracle_resumes(struct oracle *o, struct host *h);
void oracle_applies(struct oracle *o, struct host *h);
void oracle_applied(struct oracle *o, struct host *h, const struct cf_model *m,
		    const struct vrrp_cf *vrrp);
void oracle_sent(struct oracle *o, struct host *h, const struct kern_iface *iface,
		 const struct ip_addr *dst, const void *msg, size_t len);
/* What its digest covers, before that. */
void oracle_signed(struct oracle *o, const struct host *h, const struct ip_addr *src,
		   const void *msg, size_t len);
/* Some wall clock is not right any more, and may never be as it was. */
void oracle_clock_stepped(struct oracle *o);
void oracle_announced(struct oracle *o, struct host *h, const struct kern_iface *iface,
		      const void *frame, size_t len);
/* Whatever leaves an interface, by the daemon or by the kernel. */
void oracle_frame(struct oracle *o, struct host *h, const struct kern_iface *iface,
		  const void *frame, size_t len);
void oracle_asked(struct oracle *o, struct host *h);
void oracle_ran(struct oracle *o, struct host *h, const struct program_noted *noted,
		enum vrrp_notify_state state);
void oracle_told(struct oracle *o, struct host *h, const struct reader_heard *heard);
void oracle_after(struct oracle *o, struct host *h);

/* The daemon begins and ends its life; it is about to be killed with all it knows. */
void oracle_daemon_starts(struct oracle *o, struct host *h);
void oracle_dies(struct oracle *o, struct host *h);
void oracle_daemon_gone(struct oracle *o, struct host *h);
void oracle_stopped(struct oracle *o, struct host *h);
/* Who reads what it tells has read, or is there again. */
void oracle_read(struct oracle *o, struct host *h);
void oracle_kernel_changed(struct oracle *o, struct host *h);

/* The scenario has made the link whole again. */
void oracle_healed(struct oracle *o, struct net_link *link);

/* Called by the world: nothing more happens at this instant; a look that was asked for is due. */
void oracle_instant_over(struct oracle *o);
void oracle_look(struct oracle *o, uint32_t what);

/* At the end of a run. */
void oracle_end(struct oracle *o);

#endif
