/* SPDX-License-Identifier: BSD-2-Clause */
/* oracle_state.h - the inside of the oracle: oracle.c and oracle_*.c. */
#ifndef ORACLE_STATE_H
#define ORACLE_STATE_H

#include "oracle.h"
#include "vrrp_ref.h"

enum { SENT_MAX = 8, WINDOWS_MAX = 64 };

/* What was announced of an address. */
struct told {
	uint32_t n;
	mono_t last; /* true time */
};

/* A tracker that a router uses. Nothing but zeros where it has no setting. */
struct watch_track {
	struct vrrp_cf_tracker source;
	int32_t weight;
	bool invert;
};

/* An address, as the configuration has it. */
struct watch_addr {
	char dev[VRRP_IFNAME_SIZE];
	struct ip_prefix prefix;
	struct ip_attr attr;
	bool needs_dev; /* another interface than that of its router, which must be up */
};

/* A router that was heard in version 3, where version 2 is spoken too. */
struct v3_sender {
	struct ip_addr addr;
	mono_t until;
};

/* A route or rule that is to be there. */
struct watch_route {
	struct fib_item item;
	mono_t missing_since; /* true time: although it could be there; MONO_NEVER: it is not */
};

struct watched_routes {
	struct watch_route *v;
	uint32_t n;
};

/* What is watched of one virtual router of one host. */
struct watch {
	char name[CF_NAME_SIZE];
	char iface[VRRP_IFNAME_SIZE];
	char device[VRRP_IFNAME_SIZE]; /* that has its virtual MAC; "" */
	uint8_t family, vrid, version;
	struct vrrp_ref ref;
	uint8_t *ref_addrs;           /* what ref.cf.addrs points to: those that are advertised */
	struct watch_addr *addr;      /* [n_addr], all of them */
	uint32_t n_addr;
	bool refuses;                 /* accept is false, and it is not the owner */
	bool guests;                  /* some live on another interface than its own */
	uint8_t configured;           /* its priority without trackers */
	struct watched_routes routes;
	struct watch_track *track;
	unsigned n_tracks;
	uint8_t *ref_peers;           /* what ref.cf.peers points to */
	struct vrrp_ref_out expected; /* of the call that is going on */
	unsigned sent;                /* adverts in this call */
	uint8_t sent_priority[SENT_MAX];
	unsigned sent_to;             /* unicast: to so many peers, of an advert that goes on */
	uint8_t sent_to_priority;
	unsigned copies;              /* of these in version 2 */
	struct v3_sender v3[16];
	unsigned n_v3;
	enum vrrp_state state;        /* after the last call */
	/* Its sync group: see oracle_group.c. */
	char group[CF_NAME_SIZE];     /* "": in none */
	uint64_t group_print;         /* of all that the group is */
	bool joined;                  /* it has stood with the others since it is in the group */
	mono_t duel_at, duel_until;   /* with an equal that should win */
	/* Kept apart from both state machines, for the windows. Local time. */
	mono_t armed_at;              /* when the wait for the Active last began anew */
	span_t wait;                  /* the Active_Down_Interval it began with */
	mono_t shortened_to;          /* by a priority of zero */
	mono_t lower_until;           /* an Active of lower priority counts as alive; 0: none */
	span_t lower_delay;           /* ...the preempt_delay when it was heard last */
	mono_t shrunk_at;             /* ...and when it was less than before; 0: never */
	mono_t advert_due;
	bool was_out;                 /* out of turn: it may have been paused or late */
	/* True time. */
	mono_t active_at;
	uint64_t announced;           /* since then */
	uint64_t zeros;               /* adverts of priority zero since Active */
	struct told *told;            /* [n_told], in the order of addr: since then */
	uint32_t n_told, untold;      /* untold: those with n == 0 */
	bool told_whole;              /* `told` knows all of it */
	uint64_t rivals_before;       /* the counter, when it became Active */
	mono_t rival_at;              /* a rival was heard, and a look is due; or MONO_NEVER */
	mono_t look_bursts_at, look_rival_at; /* the looks that count: others are of before */
	/* For V15. */
	struct vrrp core_before;
	struct vrrp_cf_instance cf_before;
	bool before_known;
};

/* The announcements of an interface: see oracle_announce.c. Local time. */
struct pace {
	mono_t at;
	uint64_t level;
};

struct watched_host {
	struct watch *watch;
	uint32_t n;
	struct watched_routes routes; /* static ones */
	uint32_t garp_rate, garp_burst;
	struct pace pace[KERN_IFACES_MAX];
	mono_t said_at; /* true time */
	unsigned said;  /* announcements at that instant */
	bool began;                 /* the daemon has had a configuration... */
	mono_t began_at, starts_at; /* ...since; no router starts before. Local time */
	bool dirty; /* its addresses or states changed at this instant */
	bool asked; /* it asked the kernel for something in this call */
};

enum context { CONTEXT_NONE, CONTEXT_RX, CONTEXT_TIMER, CONTEXT_STOP, CONTEXT_APPLY };

/* Somebody is expected to become Active in a group: (after, by]. */
struct window {
	bool open;
	enum oracle_rule rule;
	const struct net_link *link;
	uint8_t family, vrid;
	mono_t since, after, by; /* true time; since: it must not have been disturbed */
};

/* An advert that a host has sent: see oracle_auth.c. */
struct truth {
	uint64_t hash;
	mono_t at; /* true time */
	uint32_t host;
	uint64_t taken; /* bit per host: its daemon has accepted it */
};

enum { TRUTHS = 1024 };

struct oracle {
	struct world *w;
	struct oracle_verdict verdict[RULE_N];
	struct watched_host host[WORLD_HOSTS_MAX];
	enum context context;
	struct host *current;
	/* CONTEXT_RX: what was predicted, and what was before. */
	struct watch *rx_watch;
	enum vrrp_ref_verdict rx_verdict;
	struct vrrp rx_core;
	struct vrrpd_counters rx_count;
	struct vrrpd_totals rx_total;
	mono_t rx_at;
	struct window window[WINDOWS_MAX];
	mono_t quiet_since, quiet_look_at; /* for V11 and V12 */
	bool quiet_pending;
	void (*changed)(void *ctx, const struct oracle_change *c);
	void *changed_ctx;
	struct truth truth[TRUTHS]; /* a ring */
	uint64_t n_truths;
	bool clocks_wrong;
};

/* oracle.c */
void judge_failed(struct oracle *o, enum oracle_rule rule, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* One judgement of a rule; the words are for when it failed. A macro, so that they cost nothing
 * when it did not. */
#define judge(o, rule, ok, ...) \
	((o)->verdict[rule].judged++, (ok) ? (void)0 : judge_failed(o, rule, __VA_ARGS__))
struct watch *find_watch(struct oracle *o, const struct host *h, const char *iface, uint8_t family,
			 uint8_t vrid);
const struct vrrp *real(const struct host *h, const struct watched_host *wh,
			const struct watch *wt);
/* The link a router's interface is on; NULL when it is down or gone. */
struct world_port *port_of(const struct host *h, const struct watch *wt);

/* oracle_auth.c */
void auth_sent(struct oracle *o, const struct host *h, const struct ip_addr *src, const void *msg,
	       size_t len);
void auth_judge(struct oracle *o, struct host *h, const struct vrrp_cf_instance *cf,
		const struct vrrp_rx *rx, enum vrrp_drop says);
void auth_taken(struct oracle *o, const struct host *h, const struct vrrp_rx *rx);
void auth_forget(struct oracle *o, const struct host *h);
/* oracle_addr.c */
/* Whether the addresses are those that are watched. */
bool addr_same(const struct watch *wt, const struct vrrp_cf_instance *cf,
	       const struct cf_model *m);
void addr_configure(struct watch *wt, const struct vrrp_cf_instance *cf,
		    const struct cf_model *m);
/* The router one of whose addresses this is, and its number. */
struct watch *addr_watch(struct oracle *o, const struct host *h, const char *iface,
			 const struct ip_addr *addr, uint32_t *which);
/* Whether the kernel has an address of the router that vrrpd has set. */
bool has_own_address(const struct host *h, const struct watch *wt);
void addr_check(struct oracle *o, struct host *h, const struct watch *wt);
/* Whether one of the interfaces of its addresses is missing or down, and needed. */
bool addr_lost(const struct host *h, const struct watch *wt);

/* oracle_group.c */
/* Whether the group of the router's new configuration, if any, is the same in every detail. */
bool group_same(const struct watch *wt, const struct vrrp_cf_instance *cf,
		const struct cf_model *m, const struct vrrp_cf *vrrp);
void group_configure(struct watch *wt, const struct vrrp_cf_instance *cf,
		     const struct cf_model *m, const struct vrrp_cf *vrrp);
/* The next of the group after `wt`, or the first after NULL; NULL at the end. */
struct watch *group_next(struct watched_host *wh, const struct watch *of, struct watch *wt);
/* The model of one hears an advert: before and after it steps. */
void group_hears(struct oracle *o, struct host *h, struct watch *wt, uint8_t priority,
		 uint32_t interval_cs, const struct ip_addr *src);
void group_heard(struct oracle *o, struct host *h, struct watch *wt, enum vrrp_ref_state was,
		 uint8_t priority);
/* The models of those that are due are told so; whether one of them may become Active. */
void group_wait(struct watched_host *wh, uint64_t local);
bool group_may(struct watched_host *wh, struct watch *wt);
void group_timed(struct oracle *o, struct host *h, struct watch *wt, enum vrrp_ref_state was,
		 uint64_t local);
void group_follow(struct oracle *o, struct host *h, struct watch *wt, const struct vrrp *core);
/* After a call into the daemon; when all is quiet. */
void group_judge(struct oracle *o, struct host *h);
void group_quiet(struct oracle *o);

/* oracle_lease.c */
void lease_judge(struct oracle *o, struct host *h, struct watch *wt, const struct vrrp *core);

/* oracle_lockstep.c */
void lockstep_receives(struct oracle *o, struct host *h, const struct kern_iface *iface, mono_t at,
		       const struct vrrp_rx *rx, bool ah, enum vrrp_drop auth);
void lockstep_timers(struct oracle *o, struct host *h);
void lockstep_after(struct oracle *o, struct host *h, struct watch *wt, const struct vrrp *core);
void lockstep_refused(struct oracle *o, struct host *h);
void lockstep_configure(struct watch *wt, const struct vrrp_cf_instance *cf,
			const struct cf_model *m, bool is_new);

/* oracle_route.c */
void route_configure(struct watched_routes *r, const struct cf_model *m, struct cf_list routes,
		     struct cf_list rules);
void route_forget(struct watched_routes *r);
void route_judge(struct oracle *o, struct host *h, struct watch *wt);
void route_judge_static(struct oracle *o, struct host *h, struct watched_routes *r);
void route_judge_left(struct oracle *o, const struct host *h);
/* oracle_notify.c */
void notify_told(struct oracle *o, const struct host *h, const struct reader_heard *heard);
void notify_ran(struct oracle *o, const struct host *h, const struct program_noted *noted,
		enum vrrp_notify_state state);
void notify_check(struct oracle *o, const struct host *h);
void notify_stopped(struct oracle *o, const struct host *h);

/* oracle_track.c */
/* Whether the router of this configuration has the trackers that are watched. */
bool track_same(const struct watch *wt, const struct vrrp_cf_instance *cf,
		const struct cf_model *m, const struct vrrp_cf *vrrp);
void track_configure(struct watch *wt, const struct vrrp_cf_instance *cf,
		     const struct cf_model *m, const struct vrrp_cf *vrrp);
/* Its priority has changed: the model is told. Whether it is right, track_check() says. */
void track_follow(struct oracle *o, const struct host *h, struct watch *wt,
		  const struct vrrp *core);
void track_check(struct oracle *o, const struct host *h, const struct watch *wt);

/* oracle_vmac.c */
void vmac_judge(struct oracle *o, struct host *h, const struct watch *wt);
/* Where its addresses are. */
const char *where_addresses(const struct watch *wt);

/* oracle_windows.c */
/* The routers of one VRID and family on one link. */
struct member {
	struct host *h;
	struct watch *wt;
	const struct world_port *port;
};
unsigned members(struct oracle *o, const struct net_link *link, uint8_t family, uint8_t vrid,
		 struct member *m);
/* Whether everybody's daemon runs; whether a frame of one may reach the other. */
bool all_run(const struct member *m, unsigned n);
bool hears(struct net_link *link, const struct member *from, const struct member *to);
/* When it may take over by its own timer. */
mono_t takeover_due(const struct watch *wt);
void windows_changed(struct oracle *o, struct host *h, struct watch *wt, const struct vrrp *core,
		     enum vrrp_state from);
void windows_accepted(struct oracle *o, const struct host *h, struct watch *wt, uint8_t priority,
		      uint32_t interval_cs);
void windows_advertised(struct oracle *o, struct host *h, struct watch *wt, uint8_t priority);
void windows_leaves(struct oracle *o, struct host *h, enum oracle_rule rule);
void windows_quiet(struct oracle *o);
void windows_look(struct oracle *o, uint32_t what);

/* oracle_announce.c */
enum {
	ANNOUNCE_LOOK_BURSTS = 1 << 30,
	ANNOUNCE_LOOK_RIVAL = 1 << 29,
	ANNOUNCE_LOOK_MASK = ANNOUNCE_LOOK_BURSTS | ANNOUNCE_LOOK_RIVAL,
};
void announce_configure(struct watched_host *wh, const struct host *h, const struct vrrp_cf *vrrp);
void announce_watch(struct watch *wt, bool same_addresses, uint32_t n);
void announce_forget(struct watch *wt);
void announce_said(struct oracle *o, struct host *h, const struct kern_iface *iface,
		   struct watch *wt, uint32_t addr);
/* Whether an announcement that is due now may have to wait. */
bool announce_may_wait(const struct oracle *o, const struct host *h,
		       const struct kern_iface *iface);
void announce_active(struct oracle *o, struct host *h, struct watch *wt);
void announce_rival(struct oracle *o, struct host *h, struct watch *wt);
void announce_look(struct oracle *o, uint32_t what);

#endif
