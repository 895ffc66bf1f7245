/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrpd.h - the VRRP daemon as a value.
 *
 * All of vrrpd but its surroundings: it knows which virtual routers there are, finds the one a
 * packet is for, lets it step, and does what the step asks for through a narrow port, struct
 * vrrpd_ops. The port has two sides: vrrpd_linux.c, and the simulator. A daemon has no globals and
 * reads no clock, so a hundred of them live in one process of the simulator.
 *
 * What the surroundings tell it (links, addresses, packets, time) comes in through the functions
 * below. They may be called in any order, but never from within an op.
 *
 * Memory is allocated by vrrpd_new() and vrrpd_apply() only.
 */
#ifndef VRRPD_H
#define VRRPD_H

#include "fib.h"
#include "ip_attr.h"
#include "log_line.h"
#include "mono.h"
#include "vrrp_cf.h"
#include "vrrp_wire.h"

/* What the kernel marks our addresses with (IFA_PROTO, Linux 5.18), so that they are recognised
 * after a crash: VRRP's protocol number. */
enum { VRRPD_ADDR_PROTO = 112 };
/* The same for routes (rtm_protocol) and rules (FRA_PROTOCOL): no other program is known to use
 * this number there. */
enum { VRRPD_FIB_PROTO = 112 };

struct lease_change;

/* A program that is to be told something, by running it. Lists are strings one after the other,
 * each with its NUL. */
struct vrrpd_hook {
	uint32_t id;
	const char *args; /* as configured; the first is its path */
	const char *more; /* arguments that follow, or none */
	const char *env;  /* NAME=value, beside what it has anyway */
	size_t args_len, more_len, env_len;
	const char *user; /* "": whoever runs what names nobody */
	span_t timeout;
};

/* What is to be done with the device that has the virtual MAC of a router (vrrpd_vmac.h). */
struct vrrpd_device {
	enum vrrpd_device_op {
		VRRPD_DEVICE_MAKE,   /* or, of an earlier run, adopt; with all its settings */
		VRRPD_DEVICE_UP,
		VRRPD_DEVICE_DOWN,   /* it sends and receives nothing; its IPv6 addresses go */
		VRRPD_DEVICE_REMOVE,
	} op;
	uint32_t ifindex;    /* of the device; 0 for MAKE */
	const char *name;    /* borrowed */
	uint32_t lower;      /* MAKE: the index of the interface it stands on */
	uint8_t family;      /* MAKE: of the router */
	uint8_t mac[6];      /* MAKE */
};

/* Does not return a result: what the kernel answers comes back as a call to one of the functions
 * below, after the op has returned. */
struct vrrpd_ops {
	/* Send a VRRP message on an interface, to the group or to a unicast peer: IP protocol 112,
	 * TTL 255, DSCP CS6. */
	void (*send)(void *ctx, uint32_t ifindex, const struct ip_addr *src,
		     const struct ip_addr *dst, const void *msg, size_t len);
	/* The same in an Authentication Header, which `msg` begins with: IP protocol 51, the
	 * identification of the IPv4 packet is 0. Only where a configuration has it. */
	void (*send_ah)(void *ctx, uint32_t ifindex, const struct ip_addr *src,
			const struct ip_addr *dst, const void *msg, size_t len);
	/* Send an Ethernet frame as it is. */
	void (*frame)(void *ctx, uint32_t ifindex, const void *frame, size_t len);
	/* Add an address, given like this, marked VRRPD_ADDR_PROTO and without duplicate address
	 * detection, or remove it, given like this. When it has been done vrrpd_address() says so;
	 * when not, vrrpd_addr_failed(). Adding may take its time. Removing takes back an addition
	 * that has not been done; that is answered as a removal is. */
	void (*addr)(void *ctx, uint32_t ifindex, const struct ip_prefix *prefix,
		     const struct ip_attr *attr, bool add);
	/* Add a route or rule, marked VRRPD_FIB_PROTO and in the place of no other, or remove it.
	 * As with addresses: vrrpd_fib() or vrrpd_fib_failed() answers, adding may take its time,
	 * removing takes that back. NULL: there are none. */
	void (*fib)(void *ctx, const struct fib_item *item, bool add);
	/* Receive VRRP packets of a family on an interface from now on (and those in Authentication
	 * Headers where vrrpd_hears_ah()), those to the group
	 * (joining it) and those to this machine, or stop. When it cannot be done,
	 * vrrpd_listen_failed(). */
	void (*listen)(void *ctx, uint32_t ifindex, uint8_t family, bool on);
	/* Report everything there is about links and addresses: vrrpd_sync_begin(), vrrpd_link()
	 * and vrrpd_address() for each, vrrpd_sync_end(). */
	void (*sync)(void *ctx);
	/* Do something with a device that has a virtual MAC, in the order of the calls, and before
	 * addresses that are asked for and not there yet. When it has been done vrrpd_link() or
	 * vrrpd_link_gone() says so, of a MAKE in any case; when not, vrrpd_device_failed(). */
	void (*device)(void *ctx, const struct vrrpd_device *device);
	/* A change of the leases (vrrpd_lease.h); NULL: there are none. */
	void (*lease)(void *ctx, const struct lease_change *change);
	/* Run the script of a tracker; what came of it, vrrpd_track_ran() says, with the number of
	 * this run. Not `on`: what is running under this number is no longer wanted, and there is
	 * no answer. NULL: scripts are not run. */
	void (*script)(void *ctx, uint32_t run, uint32_t tracker, bool on);
	/* Write a line into the FIFO that the configuration names: as many bytes as
	 * vrrpd_fifo_room() has said. NULL: there is none. */
	void (*fifo)(void *ctx, const char *line, size_t len);
	/* Have the kernel promote secondary addresses on an interface, or have it as it was. NULL:
	 * there is no such thing. */
	void (*promote)(void *ctx, uint32_t ifindex, bool on);
	/* Run a program; when it has ended, vrrpd_hook_ended(). NULL: they are not run. */
	void (*hook)(void *ctx, const struct vrrpd_hook *hook);
	/* Write a line of the log. */
	void (*log)(void *ctx, const struct log_line *line);
};

/* A change of state. */
struct vrrpd_change {
	enum vrrp_state from, to;
	enum vrrp_why why; /* VRRP_WHY_NONE: there has been none */
	mono_t at;
};

/* What a daemon counts for each virtual router, and what happened to it last. doc/vrrpd.8 says
 * which of it is which leaf of RFC 8347. A router that goes on after a reload goes on counting. */
struct vrrpd_counters {
	mono_t since;                            /* counted since then: the discontinuity time */
	struct vrrpd_change last;
	enum vrrp_new_active new_active;         /* why it became Active the last time */
	uint64_t adverts_sent;                   /* to all peers: one */
	uint64_t adverts_received;               /* accepted, in Backup or Active */
	uint64_t ignored;                        /* sound, but in Initialize */
	uint64_t prio_zero_sent, prio_zero_received;
	uint64_t became_active, became_backup, became_initialize;
	uint64_t rivals;                         /* adverts of a lower Active while Active */
	uint64_t rival_episodes;                 /* that these were, see vrrp_rival.h */
	uint64_t announced;                      /* gratuitous ARPs and Neighbor Advertisements */
	uint64_t announced_late;                 /* of these, such as the pace made wait */
	uint64_t addr_failures;                  /* address operations the kernel refused */
	uint64_t addr_removed;                   /* virtual addresses that somebody else removed */
	uint64_t device_failures;                /* refusals about the device of the virtual MAC */
	uint64_t route_failures;                 /* operations on routes and rules refused */
	uint64_t route_removed;                  /* of these, such as somebody else removed */
	uint64_t note_owner, note_addresses, note_interval; /* see vrrp_rx.h */
	uint64_t csum_message, csum_pseudo;      /* version 3 over IPv4: accepted in this form */
	uint64_t lease_expired;                  /* times that the lease ended under an Active */
	uint64_t woke_late;                      /* a Backup so late that it listened once more */
	uint64_t drops[VRRP_DROP_N];
};

/* For packets that belong to no virtual router, and for all. Conservation (row 60): seen is the sum
 * of the drops here and, over all virtual routers past and present, of drops, adverts_received and
 * ignored. */
struct vrrpd_totals {
	uint64_t seen;
	uint64_t drops[VRRP_DROP_N]; /* of no router, or of one that is no longer configured */
	uint64_t static_failures, static_removed; /* as route_...: of static routes and rules */
	uint64_t lease_failures; /* refusals of the kernel to set up leases */
	uint64_t retired; /* accepted or ignored by routers that are no longer configured */
	uint64_t send_failures; /* adverts and announcements that could not be sent */
	uint64_t changes;   /* of the state of a router */
	uint64_t stalls;    /* gaps longer than vrrpd_stall() */
	span_t longest_gap; /* of all that vrrpd_gap() was told */
};

struct vrrpd;

/* A daemon without virtual routers. NULL without memory. */
struct vrrpd *vrrpd_new(const struct vrrpd_ops *ops, void *ctx);
void vrrpd_free(struct vrrpd *d);

/* How long the machine has been up. To be said before the first configuration; else nothing is
 * known of it, and start_delay_after_boot has no effect. */
void vrrpd_uptime(struct vrrpd *d, mono_t now, span_t uptime);

/*
 * Takes over a configuration: a vrrp section, checked, in its model; copied. A virtual router that
 * is in both configurations, by interface, VRID, family and version, goes on: it notices nothing
 * but what changed. False without memory: the old configuration then stays.
 */
bool vrrpd_apply(struct vrrpd *d, mono_t now, const struct cf_model *m, const struct vrrp_cf *vrrp);

/* Every virtual router leaves: Actives remove their addresses and say so. The daemon is
 * then idle. */
void vrrpd_stop(struct vrrpd *d, mono_t now);

/* Whether every router has left and every address that was to go has gone. */
bool vrrpd_settled(const struct vrrpd *d);

/* An interface as it is now. Interfaces that no virtual router uses are ignored. */
struct vrrpd_link {
	uint32_t ifindex;
	const char *name;
	bool up; /* administratively up and with carrier */
	bool alone; /* no network is behind it: loopback, dummy */
	uint8_t mac[6];
	bool enabled;   /* administratively up */
	bool ours;      /* a device that bears our mark: see vrrpd_ops.device... */
	uint32_t lower; /* ...and stands on this one */
};
void vrrpd_link(struct vrrpd *d, mono_t now, const struct vrrpd_link *link);
void vrrpd_link_gone(struct vrrpd *d, mono_t now, uint32_t ifindex);

/* An address as it is now, or has been removed (present false). */
struct vrrpd_address {
	uint32_t ifindex;
	struct ip_prefix prefix;
	struct ip_attr attr;
	bool ours;      /* marked VRRPD_ADDR_PROTO */
	bool secondary; /* IPv4: another address of the subnet is the primary one */
	bool unusable;  /* IPv6: tentative, or failed duplicate address detection */
};
void vrrpd_address(struct vrrpd *d, mono_t now, const struct vrrpd_address *a, bool present);

/* To be called after links and addresses have been handed in: draws the consequences. */
void vrrpd_evaluate(struct vrrpd *d, mono_t now);

/* The kernel refused to add or remove an address. `error` is an errno. */
void vrrpd_addr_failed(struct vrrpd *d, mono_t now, uint32_t ifindex,
		       const struct ip_prefix *prefix, bool add, int error, const char *error_text);
/* A route or rule as it is now, or has been removed (present false). `ours`: marked
 * VRRPD_FIB_PROTO; others matter only if they have taken the place of one of ours. */
void vrrpd_fib(struct vrrpd *d, mono_t now, const struct fib_item *item, bool ours, bool present);
void vrrpd_fib_failed(struct vrrpd *d, mono_t now, const struct fib_item *item, bool add, int error,
		      const char *error_text);
/* As vrrpd_addr_waits(). */
void vrrpd_fib_waits(struct vrrpd *d, const struct fib_item *item);

void vrrpd_listen_failed(struct vrrpd *d, mono_t now, uint32_t ifindex, uint8_t family,
			 const char *error_text);

/* The kernel refused something of a device. */
void vrrpd_device_failed(struct vrrpd *d, mono_t now, const char *name, enum vrrpd_device_op op,
			 const char *error_text);

/* The changes up to LEASE_COMMIT are in force, or, not ok, none of them is. */
void vrrpd_lease_done(struct vrrpd *d, mono_t now, bool ok, const char *error_text);
/* Somebody has removed all of it. */
void vrrpd_lease_removed(struct vrrpd *d, mono_t now);
/* The same of what refuses packets (vrrpd_accept.h). */
void vrrpd_refusal_removed(struct vrrpd *d, mono_t now);

/* The trackers of the configuration, in its order. What a file holds is not known here: whoever
 * applies a configuration says it of each tracker of that type before the interfaces are reported,
 * and again when it changes, and then has it evaluated. Until then it says nothing. */
uint32_t vrrpd_trackers(const struct vrrpd *d);
const struct vrrp_cf_tracker *vrrpd_tracker(const struct vrrpd *d, uint32_t i);
void vrrpd_track_value(struct vrrpd *d, mono_t now, uint32_t i, int32_t value);
bool vrrpd_track_known(const struct vrrpd *d, uint32_t i);

/* So many processes there are that a tracker of type process is about; as with files, to be said
 * when it is known and when it changes. */
void vrrpd_track_count(struct vrrpd *d, mono_t now, uint32_t i, uint32_t n);

/* The program of a tracker of type script with its arguments, or the arguments of one of type
 * process: one after the other, each with its NUL. */
const char *vrrpd_tracker_exec(const struct vrrpd *d, uint32_t i, size_t *len);

/* What came of a run. */
enum vrrpd_ran_how {
	VRRPD_RAN_EXITED, /* value: its exit status */
	VRRPD_RAN_KILLED, /* value: the signal */
	VRRPD_RAN_LATE,   /* it was ended since its time was up */
	VRRPD_RAN_NOT,    /* text: why it was not run */
};
struct vrrpd_ran {
	enum vrrpd_ran_how how;
	int value;
	const char *text; /* what it printed first */
};
void vrrpd_track_ran(struct vrrpd *d, mono_t now, uint32_t run, const struct vrrpd_ran *ran);
/* Whoever runs scripts is gone for good: what they said last counts. */
void vrrpd_scripts_lost(struct vrrpd *d, mono_t now);

/* What came of the runs of a tracker's script. */
struct vrrpd_script_counters {
	uint64_t runs, good, bad, killed, late, not_run;
};
const struct vrrpd_script_counters *vrrpd_script_counters(const struct vrrpd *d, uint32_t i);

/* The FIFO that programs are told through; its path is "" when there is none, and not before a
 * configuration is applied. Whoever applies one that has another path says then what room there is
 * in it, and again whenever there is more: a number of bytes, nothing at first. */
const struct vrrp_cf_fifo *vrrpd_fifo(const struct vrrpd *d);
void vrrpd_fifo_room(struct vrrpd *d, size_t bytes);
/* Who reads it may be new: all states are to be told. */
void vrrpd_fifo_again(struct vrrpd *d);
/* Whether everything has been told that way. */
bool vrrpd_told(const struct vrrpd *d);

/* A program has ended, or could not be run: well, or not, and `text` says what was wrong. */
void vrrpd_hook_ended(struct vrrpd *d, mono_t now, uint32_t id, bool good, const char *text);
/* Whoever runs programs is gone for good; those that ran count as ended. */
void vrrpd_hooks_lost(struct vrrpd *d);
/* Whether none runs or is to be run. */
bool vrrpd_hooks_done(const struct vrrpd *d);

/* Something could not be sent. Only counts, so that an op may call it. */
void vrrpd_send_failed(struct vrrpd *d);

/* In a complete report: the address is not there because its turn to be added has not come yet. */
void vrrpd_addr_waits(struct vrrpd *d, uint32_t ifindex, const struct ip_prefix *prefix);

/* A complete report begins: what is not reported until its end is gone. The end draws the
 * consequences. */
void vrrpd_sync_begin(struct vrrpd *d);
void vrrpd_sync_end(struct vrrpd *d, mono_t now);

/* A packet of IP protocol 112 came in at the instant `at`, which may lie before now: all packets
 * that have arrived are handed in before vrrpd_timer() is called. Returns what became of it, for
 * whoever looks on. */
enum vrrp_drop vrrpd_rx(struct vrrpd *d, mono_t at, uint32_t ifindex, const struct vrrp_rx *rx);
/* One of IP protocol 51 for which vrrp_ah_is_vrrp(): rx->bytes begins with the Authentication
 * Header. ip_id is the identification of the IPv4 packet. */
enum vrrp_drop vrrpd_rx_ah(struct vrrpd *d, mono_t at, uint32_t ifindex, const struct vrrp_rx *rx,
			   uint16_t ip_id);
/* What the digests would say of a packet, without any consequence: VRRP_ACCEPTED, or one of the
 * reasons VRRP_DROP_AUTH_...; ip_id is NULL unless it came in an Authentication Header, which
 * rx->bytes then begins with. */
enum vrrp_drop vrrpd_authentic(const struct vrrpd *d, mono_t at, uint32_t ifindex,
			       const struct vrrp_rx *rx, const uint16_t *ip_id);
/* Whether a router on the interface takes packets in Authentication Headers. It may change when a
 * configuration is applied. */
bool vrrpd_hears_ah(const struct vrrpd *d, uint32_t ifindex);
/* What the wall clock shows, in nanoseconds since 1970: to be told in every turn, and before the
 * first configuration. It is looked at for authentication only. */
void vrrpd_wall(struct vrrpd *d, mono_t now, uint64_t unix_ns);
/* One whose IP header was not sound: VRRP_DROP_IP_HEADER or VRRP_DROP_FRAGMENT. */
void vrrpd_rx_bad(struct vrrpd *d, mono_t at, uint32_t ifindex, enum vrrp_drop drop);

/* How late the daemon was woken up: `gap` after a deadline or the arrival of a packet. To be called
 * before vrrpd_timer(). A gap longer than vrrpd_stall() is counted and logged, so that whoever
 * looks for the reason of a failover sees that this machine, not the network, was it. */
void vrrpd_gap(struct vrrpd *d, mono_t now, span_t gap);
/* A third of the shortest interval of all virtual routers, but not less than 10 ms (that is how
 * late a busy machine may be) nor more than 100 ms. */
span_t vrrpd_stall(const struct vrrpd *d);

/* Runs whatever is due, and says when to call again. */
void vrrpd_timer(struct vrrpd *d, mono_t now);
mono_t vrrpd_deadline(const struct vrrpd *d);

/* Writes a line with the counters of each virtual router, and one of the totals, to the log. */
void vrrpd_log_counters(struct vrrpd *d, mono_t now);

/* For looking at it, from the simulator and from tests. Indices run from 0 to vrrpd_n() - 1, in the
 * order of the configuration. */
uint32_t vrrpd_n(const struct vrrpd *d);
const char *vrrpd_name(const struct vrrpd *d, uint32_t i);
/* Whether a virtual router is on the interface. */
bool vrrpd_uses(const struct vrrpd *d, const char *interface);
const struct vrrp *vrrpd_router(const struct vrrpd *d, uint32_t i);
const struct vrrp_cf_instance *vrrpd_cf(const struct vrrpd *d, uint32_t i);
const struct vrrpd_counters *vrrpd_counters(const struct vrrpd *d, uint32_t i);
const struct vrrpd_totals *vrrpd_totals(const struct vrrpd *d);
/* The sync groups, in the order of the configuration. */
struct vrrpd_group {
	const char *name;
	uint32_t n;            /* members */
	enum vrrp_state state; /* theirs; a member that has just joined may stand below it, and
				  while they step, in the order of their lines in the log, it is
				  that of before */
	enum vrrp_why why;     /* of its last change: that of the member that caused it... */
	const char *cause;     /* ...whose name this is; "" if there was none */
	uint8_t priority;      /* what all members advertise */
};
uint32_t vrrpd_groups(const struct vrrpd *d);
struct vrrpd_group vrrpd_group(const struct vrrpd *d, uint32_t i);
/* The number of a member, 0 to n - 1, as a router; of the group a router is in, UINT32_MAX for
 * none. */
uint32_t vrrpd_group_member(const struct vrrpd *d, uint32_t i, uint32_t k);
uint32_t vrrpd_group_of(const struct vrrpd *d, uint32_t router);
/* How many other routers an Active hears as Active now. */
unsigned vrrpd_rivals_here(const struct vrrpd *d, uint32_t i);

#endif
