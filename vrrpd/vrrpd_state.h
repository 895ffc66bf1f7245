/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrpd_state.h - the inside of struct vrrpd, for the files that make it up: vrrpd.c (packets,
 * time, acts), vrrpd_kernel.c (links and addresses), vrrpd_obstacle.c (what a router needs to run),
 * vrrpd_fib.c (routes and rules), vrrpd_static.c (static addresses), vrrpd_lease.c (leases),
 * vrrpd_source.c (configured source addresses), vrrpd_track.c (trackers), vrrpd_script.c (scripts
 * that are trackers), vrrpd_group.c (sync groups), vrrpd_hook.c (notification), vrrpd_apply.c
 * (configuration). Nobody else includes it.
 */
#ifndef VRRPD_STATE_H
#define VRRPD_STATE_H

#include "digest.h"
#include "dlheap.h"
#include "map.h"
#include "vrrp_coexist.h"
#include "vrrp_group.h"
#include "vrrp_plan.h"
#include "vrrp_replay.h"
#include "vrrp_rival.h"
#include "vrrp_track.h"
#include "vrrp_track_script.h"
#include "vrrpd.h"
#include "vrrpd_accept.h"
#include "vrrpd_hook.h"
#include "vrrpd_lease.h"

enum {
	SOURCES_MAX = 32,            /* addresses of an interface and family that are remembered */
	ADDR_FAILURES_MAX = 3,       /* in a row, before a router gives up being Active */
};
#define ADDR_RETRY          SPAN_S(1)
#define ADDR_HOLD           SPAN_S(30) /* of a router that could not set its address */
#define LISTEN_RETRY        SPAN_S(30)
#define DROP_LOG_EVERY      SPAN_S(10)
#define STALL_MIN           SPAN_MS(10)
#define STALL_MAX           SPAN_MS(100)

#define NOT_FOUND UINT32_MAX

/* What the kernel has, as it last said. */
enum vip_have {
	VIP_UNKNOWN, /* not reported yet */
	VIP_ABSENT,
	VIP_OURS,
	VIP_FOREIGN, /* there, but set by somebody else: used if we own it, never removed */
};

enum vip_pending { VIP_IDLE, VIP_ADDING, VIP_REMOVING };

struct vip {
	struct ip_prefix prefix;
	struct ip_attr attr;      /* how it is to be given */
	struct ip_attr has;       /* OURS: how it is */
	bool needs_iface;         /* its router needs it, other than the router's own */
	uint32_t iface;           /* index of the interface it lives on */
	uint32_t next;            /* address on the same interface, in the order of the
				     configuration; NOT_FOUND: none */
	enum vip_have have;
	enum vip_pending pending; /* asked of the kernel, not answered yet */
	bool seen, other_seen;    /* in the report that is going on */
	bool waits;               /* the same: its turn to be added has not come yet */
	bool other;               /* somebody else has set it with another prefix length... */
	uint8_t other_len;        /* ...this */
	bool differs;             /* OURS, but not given as it is to be */
	bool odd;                 /* it was set as it is to be, and the kernel has it otherwise */
	bool kept;                /* apply(): is in the new setup too */
	bool leftover;            /* of ours, but set before this daemon was */
	bool removed;             /* somebody removed it since the last vr_evaluate() */
	bool announce_asked;      /* its interface came back or has another MAC address */
	uint8_t failures;         /* of adding, in a row */
	uint32_t place;           /* in the announcer of its interface */
	mono_t retry_at;          /* do not add before */
	mono_t removal_budget;    /* see plan_back_off() */
};

/* Whether the address is there, whoever set it, with whatever prefix length. */
static inline bool vip_is_there(const struct vip *vip)
{
	return vip->have == VIP_OURS || vip->have == VIP_FOREIGN || vip->other;
}

struct source {
	struct ip_addr addr;
	bool secondary, unusable, seen;
};

/* The addresses of a family that adverts may come from: of IPv6 only the link-local ones, however
 * many others there are. */
struct sources {
	unsigned n;
	bool more; /* there are some that found no room */
	struct source v[SOURCES_MAX];
};

/* The device that has the virtual MAC of a router: see vrrpd_vmac.c. */
struct vmac {
	uint32_t iface; /* index of the device; NOT_FOUND: the router has none */
	uint8_t mac[6];
	enum vmac_pending { VMAC_IDLE, VMAC_MAKING, VMAC_RAISING, VMAC_LOWERING, VMAC_REMOVING }
		pending;  /* asked of the kernel, not answered yet */
	bool made;        /* it is as it must be: we have seen to that */
	bool failed;      /* it could not be made */
	bool foreign, foreign_seen; /* one of the addresses is on the interface below */
	mono_t lost_at;   /* it went, and we had not asked for that */
	mono_t retry_at;  /* nothing is asked for before */
	mono_t budget;    /* see plan_back_off() */
};

struct iface {
	char name[VRRP_IFNAME_SIZE];
	uint32_t ifindex; /* 0: does not exist */
	bool known;       /* reported, or found missing, by a complete report: whole */
	bool up;
	bool alone;       /* no network is behind it */
	bool seen;
	bool changed;     /* since the last vrrpd_evaluate() */
	uint32_t first;   /* router on it, NOT_FOUND for none; the others: vr.next */
	uint32_t first_vip; /* address on it, of whatever router; the others: vip.next */
	bool promotes;    /* secondary addresses are to be promoted... */
	bool promoted;    /* ...which has been asked for */
	bool guests;      /* some of these are of routers on another interface */
	uint32_t lower;   /* of a device that has a virtual MAC: the interface it stands on... */
	uint32_t vmac_of; /* ...and the router; of others NOT_FOUND */
	bool vmacs;       /* such devices stand on it */
	bool ours, enabled; /* of a device: it bears our mark; it is administratively up */
	mono_t down_at;   /* when it stopped being up */
	uint8_t mac[6];
	bool listening[2], listen_failed[2]; /* by slot_of(family) */
	bool wanted[2];      /* to be listened to */
	mono_t listen_at[2]; /* when listening that failed is tried again */
	struct sources sources[2]; /* by slot_of(family) */
};

/* Whether a configured source address is on the interface; cf.source is unset if there is none. */
struct own_source {
	uint64_t there[3], seen[3]; /* bits: usable, with this prefix length; in the report too */
	enum { SOURCE_KNOWN, SOURCE_ASKED, SOURCE_REPORTED } reports; /* a report is needed first */
};

/* A route or rule that is to be there: of a router, or static (vrrpd_fib.c). */
struct fib_want {
	struct fib_item item;         /* indices of interfaces: when it is asked for */
	uint32_t iface[FIB_HOPS_MAX]; /* of the next hops; NOT_FOUND: none is said */
	uint32_t vr;                  /* whose; NOT_FOUND: static */
	bool track;
	bool changed; /* apply(): the one that runs is to be replaced */
	bool flushed; /* the kernel has taken it away by itself */
	uint64_t as_reported; /* fib_digest() of what the kernel made of it */
	struct vrrp_plan plan;
};

/* An address that is to be there whatever the routers do (vrrpd_static.c). */
struct static_addr {
	struct ip_prefix prefix;
	struct ip_attr attr;
	uint32_t iface;
	bool foreign; /* somebody else has set it: it serves, and is not ours to remove */
	struct vrrp_plan plan;
};

struct static_setup {
	struct static_addr *v;
	uint32_t n;
	struct map by_key; /* hash of interface and prefix -> index */
	struct map_slot *slot;
};

/* Static ones first, then those of each router. */
struct fib_setup {
	struct fib_want *v;
	uint32_t n, n_static;
	bool any_dev; /* some next hop has an interface */
	struct map by_key; /* fib_hash() -> index; those of the same hash one key further each */
	struct map_slot *slot;
};

/* What a router has to remember of authenticated adverts. */
struct vr_auth {
	struct vrrp_sender sender;
	struct vrrp_replay replay;
	uint32_t ah_seq;     /* the highest of the group that was sent or heard */
	uint8_t accepts[32]; /* bits: ids of keys */
};

/* A packet in an Authentication Header: what is before the message. */
struct ah_packet {
	const uint8_t *header; /* AH_LEN bytes */
	uint16_t ip_id;
};

/* What an authentic advert has said. */
struct auth_proof {
	bool has_trailer;
	uint64_t seq;
	uint32_t ah_seq;
	enum vrrp_fresh fresh;
};

/* The keys of a configuration, by their ids: place[] is 0 where there is none. */
struct auth_keys {
	uint8_t place[256];
	struct vrrp_cf_secret key[VRRP_KEYS_MAX];
};

struct vr {
	struct vrrp core;
	struct vrrp_rivals rivals;
	struct vrrp_coexist coexist; /* cf.with_version2: who sends version 3 */
	struct vrrp_cf_instance cf; /* its `addresses` is not used: see vip */
	uint32_t iface;             /* index */
	uint32_t next;              /* router on the same interface, in the order of the
				       configuration; NOT_FOUND: none */
	struct vip *vip;            /* [n_vips], in the order of the configuration */
	unsigned n_vips;
	uint8_t *wire_addrs;        /* [cf.n_advertised] as they stand in an advert */
	struct ip_addr *sorted;     /* the same in the order of ip_cmp() */
	struct ip_addr *peer;       /* [n_peers], who adverts go to; none: to the group */
	unsigned n_peers;
	struct own_source own;
	struct vmac vmac;
	enum vrrp_csum csum;        /* of the adverts we send */
	enum vrrp_why
		obstacle; /* why it is in Initialize; NONE: it is not, or it is not known yet */
	struct vrrp_track_use *use; /* [n_uses], in the order of the configuration */
	struct vrrp_track_share *share; /* [n_uses]: what they said last, for the log */
	unsigned n_uses;
	struct vrrp_track_result tracked;
	mono_t hold_until;          /* not started before */
	mono_t fib_hold_until;      /* the same, for a route or rule that could not be set... */
	uint32_t fib_culprit;       /* ...this one of its own; or one that needs an interface */
	uint32_t first_fib, n_fib;  /* in setup.fib */
	mono_t lease_until;         /* Active: by the advert sent last; zero: it has sent none */
	mono_t check_at;            /* when evaluate() has something to do */
	bool iface_lost;            /* what it started on has gone, whatever is there now */
	bool continued;             /* apply(): lives on in the new setup */
	struct vr_auth auth;
	uint32_t group;             /* index of its sync group; NOT_FOUND: in none. Then: */
	uint32_t rank;              /* among its members, by vrrp_group_order() */
	enum vrrp_why trouble;      /* its own obstacle, whatever the others do */
	enum vrrp_group_can can;    /* what that means to the group */
	struct vrrp_group_tie tie;  /* Active */
	struct vrrpd_counters count;
	struct {
		struct log_limit drop[VRRP_DROP_N];
		struct log_limit owner, addresses, interval, csum, rival, addr, removed, foreign;
		struct log_limit patience, lease, woke_late, no_version2, vmac;
		struct log_limit fib, fib_removed;
	} limit;
};

/* Whose an address of an announcer is. */
struct announced {
	uint32_t vr, vip;
};

/* When addresses are announced (vrrpd_announce.c). Those of an interface are neighbours in the
 * arrays: the first of each of its routers, then the second of each, and so on. */
struct announcing {
	struct vrrp_announcer *queue; /* of each interface */
	struct vrrp_announce *addr;
	struct announced *who;        /* beside addr */
	struct dlheap_slot *slot;     /* two for each address */
	uint32_t *where;
	struct dlheap heap;           /* the deadline of each queue */
	struct dlheap_slot *heap_slot;
	uint32_t *heap_where;
};

struct tracker {
	struct vrrp_cf_tracker cf;
	uint32_t target; /* index of the interface or router */
	struct vrrp_track_hold hold;
	/* Of a script. */
	struct vrrp_script script;
	const char *exec; /* its arguments, each with its NUL */
	size_t exec_len;
	uint32_t run;     /* the number of the run that is going on; 0: none */
	bool known;       /* in the setup before: what ran there goes on */
	struct vrrpd_ran last; /* without its text */
	struct vrrpd_script_counters count;
	struct log_limit limit; /* of lines about processes */
	mono_t log_budget; /* see may_log() */
	uint32_t suppressed;
};

/* A sync group. */
struct group {
	char name[CF_NAME_SIZE];
	uint32_t *member; /* [n] indices of routers, in the order of the configuration */
	uint32_t n;
	uint8_t priority;         /* the lowest of its members' */
	bool changed;             /* something has, since it was last decided on */
	bool moving;              /* its members are stepping now */
	enum vrrp_state state;    /* after its last change... */
	enum vrrp_why why;        /* ...which was for this reason... */
	char cause[CF_NAME_SIZE]; /* ...of this member */
};

/* What a configuration brings, allocated and replaced as one. */
struct setup {
	struct vr *vr;
	uint32_t n;
	struct iface *iface;
	uint32_t n_ifaces;
	struct vip *vips;          /* of all routers */
	uint32_t n_vips;
	struct ip_addr *sorted;
	uint8_t *wire_addrs;
	uint32_t *vip_vr;          /* whose they are */
	struct ip_addr *peers;     /* of all routers */
	bool sources;              /* some router has a configured source */
	struct tracker *tracker;
	struct vrrp_track_reading *reading; /* of each */
	uint32_t n_trackers;
	char *exec;                         /* of all trackers */
	struct vrrp_track_use *use;         /* of all routers */
	struct vrrp_track_share *share;
	struct fib_setup fib;      /* routes and rules */
	struct static_setup fixed; /* static addresses */
	struct auth_keys *keys;
	struct vrrp_mark *marks;   /* of all routers */
	bool has_hmac;             /* some router has a trailer */
	struct group *group;
	uint32_t n_groups;
	uint32_t *member;                   /* of all groups */
	struct map by_key;         /* router_key() -> index in vr */
	struct map by_name;        /* of routers; empty until one is looked for */
	struct map by_ifname;      /* -> index in iface */
	struct map by_addr;        /* and interface -> index in vips */
	struct map_slot *map_slot; /* of all maps */
	uint32_t *by_ifindex;      /* the interfaces that exist, by their index in the kernel */
	uint32_t n_by_ifindex;
	struct dlheap heap;        /* the deadline of each router */
	struct dlheap_slot *heap_slot;
	uint32_t *heap_where;
	struct announcing announcing;
	span_t stall; /* see vrrpd_stall() */
};

struct vrrpd {
	const struct vrrpd_ops *ops;
	void *ctx;
	struct setup s;
	bool syncing;   /* between sync_begin and sync_end */
	bool sync_addrs; /* in it, an address has been reported */
	bool stopping;
	bool all_changed;     /* since the last vrrpd_evaluate()... */
	uint32_t n_changed;   /* ...or so many interfaces, ... */
	uint32_t one_changed; /* ...this one of them */
	bool applying;  /* address changes wait */
	struct lease lease;
	struct refusal refusal;
	bool fib_doubt;   /* routes may have gone without a word: to be looked at... */
	bool fib_doubted; /* ...by the report that has been asked for */
	bool fib_again;   /* what was refused may succeed now */
	mono_t fib_at;    /* when static ones are looked at again */
	struct digest *digest[DIGEST_KINDS]; /* those that were needed */
	struct vrrp_clock clock;
	struct hooks hooks;
	mono_t announce_at; /* nothing is announced before: others have their turn first */
	bool started;   /* a configuration has been applied: at started_at */
	mono_t started_at, start_at; /* no router starts before start_at */
	mono_t track_at;    /* when trackers have something to do, or before */
	uint32_t runs;      /* of scripts: the last number that was given */
	bool scripts_lost;
	bool up_known;               /* the machine was up for... */
	span_t up;                   /* ...so long... */
	mono_t up_at;                /* ...then */
	struct vrrpd_totals total;
	struct log_limit limit[VRRP_DROP_N];
	struct log_limit limit_fib, limit_fib_removed;
	struct log_limit limit_clock;
	struct log_limit limit_leftover, limit_lease, limit_refusal, limit_stall;
	struct log_line line; /* scratch */
};

static inline unsigned slot_of(uint8_t family)
{
	return family == IP_V6;
}

static inline uint64_t router_key(uint32_t iface, uint8_t family, uint8_t vrid)
{
	return (uint64_t)iface << 16 | (uint64_t)family << 8 | vrid;
}

static inline bool is_owner(const struct vr *vr)
{
	return vr->core.params.priority == VRRP_PRIORITY_OWNER;
}

static inline struct iface *iface_of(struct vrrpd *d, const struct vr *vr)
{
	return &d->s.iface[vr->iface];
}

/* Where an address lives: mostly on the interface of its router. */
static inline struct iface *vip_iface(struct vrrpd *d, const struct vip *vip)
{
	return &d->s.iface[vip->iface];
}

/* Whose queue of announcements an address is in: not that of the device that has the virtual MAC
 * but of what it stands on. */
static inline uint32_t vip_wire(const struct setup *s, const struct vip *vip)
{
	uint32_t lower = s->iface[vip->iface].lower;

	return lower != NOT_FOUND ? lower : vip->iface;
}

/* Where the network meets an address: where announcements go, and packets come in. */
static inline struct iface *vip_face(struct vrrpd *d, const struct vr *vr, const struct vip *vip)
{
	return vip_iface(d, vip)->alone ? iface_of(d, vr) : vip_iface(d, vip);
}

/* Where packets for it come in first: what a device stands on, or the interface itself. */
static inline struct iface *on_wire(struct vrrpd *d, struct iface *iface)
{
	return iface->lower != NOT_FOUND ? &d->s.iface[iface->lower] : iface;
}

/* The routers on an interface: for (i = iface->first; i != NOT_FOUND; i = vr[i].next).
 * The addresses on it: for (i = iface->first_vip; i != NOT_FOUND; i = vips[i].next). */

/* vrrpd_index.c */
/* NULL when no router uses it. */
struct iface *iface_by_index(struct vrrpd *d, uint32_t ifindex);
/* It exists under this index from now on; 0: it does not exist. */
void iface_set_index(struct setup *s, struct iface *iface, uint32_t ifindex);
/* NOT_FOUND when no router uses it. */
uint32_t setup_find_iface(const struct setup *s, const char *name);
void setup_add_ifname(struct setup *s, uint32_t iface);
/* A router that is complete but for its place in the list of its interface. */
void setup_add_router(struct setup *s, uint32_t vr);
/* NULL when there is none. */
struct vr *setup_find_name(struct setup *s, const char *name);
/* The virtual address, with whatever prefix length, and whose it is; NULL when it is none. */
struct vip *setup_find_vip(const struct setup *s, uint32_t iface, const struct ip_addr *addr,
			   struct vr **vr);

/* vrrpd.c */
/* Every router has left and every address that was to go has gone. */
bool vrrpd_has_left(const struct vrrpd *d);
void vr_step(struct vrrpd *d, struct vr *vr, mono_t now, const struct vrrp_ev *ev);
/* VRRP_EV_TIMER. */
void vr_run_timer(struct vrrpd *d, struct vr *vr, mono_t now, bool wait);
void vr_requeue(struct vrrpd *d, struct vr *vr);
/* Begins a line about a router in d->line; vr_log_end() writes it. */
struct log_line *vr_log(struct vrrpd *d, const struct vr *vr, enum log_level level,
			const char *event);
void vrrpd_log(struct vrrpd *d);

/* vrrpd_kernel.c */
/* Its routers are to be looked at by vrrpd_evaluate(). */
void iface_note_change(struct vrrpd *d, struct iface *iface);
/* Looks at what a router needs of its interface, starts or stops it, and brings its addresses to
 * where they belong. To be called when anything it depends on has changed. */
void vr_evaluate(struct vrrpd *d, struct vr *vr, mono_t now);
void vr_stop(struct vrrpd *d, struct vr *vr, mono_t now, enum vrrp_why why);
/* The router has become Active, or is no longer: its addresses are to be there, or to go. */
void vr_addrs(struct vrrpd *d, struct vr *vr, mono_t now);

/* vrrpd_vip.c */
/* Asks for the address to go. */
void vip_remove(struct vrrpd *d, const struct vip *vip);
/* Whether it is given as it is to be, after either has changed. */
void vip_compare(struct vip *vip, const char *ifname);
/* The kernel says how it is given; before `pending` is settled. */
void vip_given(struct vrrpd *d, struct vr *vr, struct vip *vip, const struct ip_attr *has);
/* An address whose interface the router needs, and that does not exist or is down; or NULL. Notes
 * when to look again. */
const struct vip *vr_lost_vip(struct vrrpd *d, struct vr *vr, mono_t now);
/* Asks for the difference between what is wanted and what the kernel has. */
void vip_reconcile(struct vrrpd *d, struct vr *vr, struct vip *vip, mono_t now);
/* Has secondary addresses promoted where that is wanted, and no longer where it is not. */
void promote_update(struct vrrpd *d);
/* The interface is left to others. */
void iface_leave(struct vrrpd *d, struct iface *iface);
/* `vr` is NULL when the address belongs to none. */
void vip_log_leftover(struct vrrpd *d, const struct vr *vr, mono_t now, uint32_t ifindex,
		      const struct ip_prefix *prefix, const char *text);

/* vrrpd_obstacle.c */
/* Whether the kernel has not yet said all that the next two need; the address adverts come from;
 * why the router cannot run, or NONE, and, in vr->check_at, when to look again. */
bool is_unknown(struct vrrpd *d, const struct vr *vr);
struct ip_addr pick_source(struct vrrpd *d, const struct vr *vr);
enum vrrp_why find_obstacle(struct vrrpd *d, struct vr *vr, mono_t now,
			    const struct ip_addr *source);
void vr_log_obstacle(struct vrrpd *d, struct vr *vr, mono_t now);

/* vrrpd_announce.c */
/* Announces what is due, as far as the pace allows. To be called with the time it really is. */
void vrrpd_announce(struct vrrpd *d, mono_t now);
mono_t vrrpd_announce_deadline(const struct vrrpd *d);
/* The router has become Active, or is no longer. */
void vr_announce_start(struct vrrpd *d, struct vr *vr, mono_t now);
void vr_announce_stop(struct vrrpd *d, struct vr *vr);
/* Hosts have to be told again where the addresses are. */
void vr_announce_again(struct vrrpd *d, struct vr *vr, mono_t now);
/* One of its addresses is there now, or is not any more. */
void vip_announce(struct vrrpd *d, struct vip *vip, mono_t now);
void vip_announce_pause(struct vrrpd *d, struct vip *vip);
/* For a setup whose routers, interfaces and addresses are there. False without memory. */
bool announcing_build(struct setup *s, uint32_t rate, uint32_t burst);
void announcing_free(struct announcing *a);
/* What was going on in another setup goes on: of an interface, of an address. */
void announcing_keep_iface(struct setup *to, uint32_t iface, const struct setup *from,
			   uint32_t was, mono_t now);
void announcing_keep_vip(struct setup *to, const struct vip *vip, const struct setup *from,
			 const struct vip *was);
/* After that. */
void vrrpd_announce_kept(struct vrrpd *d, mono_t now);

/* vrrpd_rival.c */
/* Another router advertises while we are, and stay, Active. */
void vr_rival_heard(struct vrrpd *d, struct vr *vr, mono_t now, const struct vrrp_act *act);
/* It says that it leaves; has not been heard for so long; we are not Active any more. */
void vr_rival_left(struct vrrpd *d, struct vr *vr, const struct ip_addr *src);
void vr_rivals_silent(struct vrrpd *d, struct vr *vr, mono_t now);
void vr_rivals_end(struct vrrpd *d, struct vr *vr);
/* A line for each that is heard now. */
void vr_log_rivals(struct vrrpd *d, const struct vr *vr);

/* vrrpd_auth.c */
/* What the configuration says of authentication, for a setup whose routers are there. False without
 * memory, or the digest. */
bool setup_auth(struct vrrpd *d, struct setup *s, const struct cf_model *m,
		const struct vrrp_cf *vrrp);
void free_auth(struct setup *s);
void auth_keep(struct vr *to, const struct vr *from);
/* An advert to be sent: authenticates it; the message may borrow the trailer. */
void vr_auth_sign(struct vrrpd *d, struct vr *vr, mono_t now, struct vrrp_msg *msg,
		  uint8_t trailer[VRRP_TRAILER_LEN]);
/* Sends it in an Authentication Header. */
void vr_send_ah(struct vrrpd *d, struct vr *vr, const struct vrrp_msg *msg,
		const struct ip_addr *dst);
/* Whether a sound message is authentic and new; nothing changes. `in` is NULL outside a header. */
enum vrrp_drop vr_auth_judge(const struct vrrpd *d, const struct vr *vr, mono_t at,
			     const struct vrrp_rx *rx, const struct ah_packet *in,
			     const struct vrrp_msg *msg, struct auth_proof *proof);
/* It has been accepted. */
void vr_auth_take(struct vrrpd *d, struct vr *vr, mono_t at, const struct vrrp_rx *rx,
		  const struct auth_proof *proof);

/* vrrpd_source.c */
void source_init(struct vr *vr);
/* The router goes on with another configuration. */
void source_keep(struct vr *to, const struct vr *from);
void source_note(struct vrrpd *d, const struct iface *iface, const struct vrrpd_address *a,
		 bool present);
void source_lose(struct vr *vr); /* with its interface */
bool source_usable(const struct vr *vr);
/* Around a complete report. */
void source_report_begins(struct vr *vr);
void source_report_ends(struct vr *vr);
/* An address of the interface that may be a source. False: none of those that found room is left,
 * but there were more. */
bool sources_note(struct vrrpd *d, struct iface *iface, const struct vrrpd_address *a,
		  bool present);
void sources_report_begins(struct sources *s);
void sources_report_ends(struct sources *s);

/* vrrpd_vmac.c */
/* Of a setup that is being built: gives the router its device, if it is to have one. */
void vmac_build(struct setup *s, struct vr *vr);
/* The router goes on. */
void vmac_keep(struct vr *to, const struct vr *from);
/* Before `next` takes over: devices that no router is to have any more. */
void vmac_remove_orphans(struct vrrpd *d, const struct setup *next);
/* It is a device of ours that nobody is to have, and goes. */
bool vmac_is_leftover(struct vrrpd *d, mono_t now, const struct vrrpd_link *link);
/* A report about a device, or something else. */
void vmac_link(struct vrrpd *d, mono_t now, const struct vrrpd_link *link);
/* A device, or something else, does not exist any more. */
void vmac_lose(struct vrrpd *d, mono_t now, const struct iface *iface);
/* What was refused before may succeed now, and is not waited for. */
void vmac_forget_refusal(struct vr *vr);
/* Around a complete report. */
void vmac_report_begins(struct vr *vr);
void vmac_report_ends(struct vr *vr);
/* An address of an interface on which devices stand. True: it is a virtual address, which must not
 * be there. */
bool vmac_note_address(struct vrrpd *d, const struct iface *iface, const struct vrrpd_address *a,
		       bool present);
/* Asks for what is missing. */
void vmac_update(struct vrrpd *d, struct vr *vr, mono_t now);
/* Nothing can be decided before it is known whether the device can be made. */
bool vmac_unknown(const struct vrrpd *d, const struct vr *vr);
/* Whether the kernel may be asked to add the address, or to remove it. */
bool vmac_allows(const struct vrrpd *d, const struct vr *vr, const struct vip *vip, bool add);
/* After the stop: no device is left. */
bool vmac_gone(const struct vrrpd *d, const struct vr *vr);
/* Whether this advert is to have the virtual MAC; if so it is sent. */
bool vmac_send(struct vrrpd *d, struct vr *vr, uint8_t priority, uint8_t proto,
	       const struct ip_addr *dst, const void *msg, size_t len);

/* vrrpd_track.c */
/* The trackers of a setup, and what its routers, which are all there, use of them. False without
 * memory. */
bool setup_trackers(struct setup *s, const struct cf_model *m, const struct vrrp_cf *vrrp);
void free_trackers(struct setup *s);
void keep_trackers(struct setup *to, struct setup *from);
bool same_uses(const struct setup *s, const struct vr *vr, const struct setup *of,
	       const struct vr *was);
/* Reads the router's trackers: see vr->tracked. */
void vr_read_trackers(struct vrrpd *d, struct vr *vr, mono_t now);
/* The same, and has it configured when that, or a reload, has changed what its
 * state machine works with. */
void vr_track(struct vrrpd *d, struct vr *vr, mono_t now);
/* The state of the router has changed, and others may depend on it. */
void vr_wake_followers(struct vrrpd *d, const struct vr *vr, mono_t now);
/* A tracker says how much is down. */
void tracker_says(struct vrrpd *d, uint32_t i, mono_t now, int32_t down);
/* What is due; to be called when d->track_at is. Others are to be evaluated after it. */
void vrrpd_track_timer(struct vrrpd *d, mono_t now);
/* The name of the tracker of a use; "" for VRRP_TRACK_NONE. */
const char *vr_tracker(const struct vrrpd *d, const struct vr *vr, int use);

/* vrrpd_script.c */
/* For a setup whose trackers are there, before it is taken over: `known` says which go on. */
void scripts_begin(struct vrrpd *d, struct setup *next, mono_t now);
/* It is its turn. */
void script_run(struct vrrpd *d, uint32_t i, mono_t now);
void script_keep(struct tracker *to, struct tracker *from);
void vrrpd_log_scripts(struct vrrpd *d);

/* vrrpd_static.c */
/* The static addresses of a setup. False without memory. */
bool static_build(struct setup *s, const struct cf_model *m, const struct vrrp_cf *vrrp);
void static_free(struct static_setup *fixed);
void static_keep(struct setup *to, const struct setup *from);
void static_remove_orphans(struct vrrpd *d, const struct setup *next);
/* Asks for the difference; when to look again. */
mono_t static_carry_out(struct vrrpd *d, bool wanted, mono_t now);
bool static_settled(const struct vrrpd *d);
/* What the kernel says of an address. Whether that is a static one. */
bool static_note(struct vrrpd *d, const struct iface *iface, const struct vrrpd_address *is,
		 bool present);
void static_failed(struct vrrpd *d, mono_t now, const struct iface *iface,
		   const struct ip_prefix *prefix, bool add, int error, const char *error_text);
void static_waits(struct vrrpd *d, const struct iface *iface, const struct ip_prefix *prefix);
/* The interface does not exist any more, or has another name. */
void static_lose(struct vrrpd *d, const struct iface *iface, bool only_the_name);
void static_report_begins(struct vrrpd *d);
void static_report_ends(struct vrrpd *d, mono_t now);

/* vrrpd_fib.c */
/* How many interfaces routes name, at most. */
uint32_t fib_ifaces(const struct cf_model *m, const struct vrrp_cf *vrrp);
/* The routes and rules of a setup whose routers are there. False without memory. */
bool fib_build(struct setup *s, const struct cf_model *m, const struct vrrp_cf *vrrp);
void fib_free(struct fib_setup *fib);
/* None is wanted after all. */
void fib_forget(struct setup *s);
void fib_keep(struct setup *to, const struct setup *from);
void fib_remove_orphans(struct vrrpd *d, struct setup *next);
bool fib_same_lists(const struct setup *s, const struct vr *vr, const struct setup *of,
		    const struct vr *was);
/* Brings those of a router to where they belong. */
void vr_fib(struct vrrpd *d, struct vr *vr, mono_t now);
void vr_fib_forget_refusals(struct vrrpd *d, struct vr *vr);
/* Whether one keeps the router from running; notes which, and when to look again. And what the log
 * says of it. */
bool vr_fib_obstacle(const struct vrrpd *d, struct vr *vr, mono_t now);
void vr_fib_log_obstacle(struct vrrpd *d, const struct vr *vr);
/* Something has gone that routes may have gone with; a link has come. */
void fib_doubt(struct vrrpd *d);
/* Part of vrrpd_evaluate(): before and after routers are looked at. */
void fib_evaluate_begins(struct vrrpd *d);
void fib_evaluate(struct vrrpd *d, mono_t now);
void fib_timer(struct vrrpd *d, mono_t now);
mono_t fib_deadline(const struct vrrpd *d);
bool fib_settled(const struct vrrpd *d);
void fib_report_begins(struct vrrpd *d);
void fib_report_ends(struct vrrpd *d, mono_t now);
/* vrrpd_group.c */
/* The groups of a setup, whose routers are there. False without memory. */
bool setup_groups(struct setup *s, const struct cf_model *m, const struct vrrp_cf *vrrp);
void free_groups(struct setup *s);
/* The routers that go on have been moved over. */
void keep_groups(struct setup *to, const struct setup *from);
/* A configuration is in force: the priorities of all groups, and then what follows for those whose
 * members were not of one mind before. */
void groups_begin(struct vrrpd *d, mono_t now);
void groups_settle(struct vrrpd *d, mono_t now);
/* Whether the router is in a group; which; NULL. */
static inline struct group *group_of(const struct vrrpd *d, const struct vr *vr)
{
	return vr->group != NOT_FOUND ? &d->s.group[vr->group] : NULL;
}
/* The priority of a member by its own trackers has changed: whether that of the group has. */
bool group_reprice(struct vrrpd *d, struct group *g);
/* Why a member cannot run by itself, or NONE. */
void vr_group_note(struct vrrpd *d, struct vr *vr, enum vrrp_why trouble);
/* A member that cannot run, or NULL. */
const struct vr *vr_group_culprit(const struct vrrpd *d, const struct vr *vr);
/* As vr_group_note(), and what follows: the group decides whether it runs. Returns what keeps it
 * from it. */
enum vrrp_why vr_group_evaluate(struct vrrpd *d, struct vr *vr, mono_t now,
				const struct ip_addr *source, enum vrrp_why obstacle);
/* Before the routers are looked at one by one: members fail or recover together. */
void groups_evaluate(struct vrrpd *d, mono_t now);
/* The router has stepped; its Active_Down_Timer has run out. */
void vr_group_stepped(struct vrrpd *d, struct vr *vr, mono_t now, enum vrrp_state from);
void vr_group_due(struct vrrpd *d, struct vr *vr, mono_t now);
/* Whether an Active stands against this advert: see vrrp_group_stands(). */
bool vr_group_stands(struct vrrpd *d, struct vr *vr, mono_t at, const struct ip_addr *src,
		     const struct vrrp_msg *msg);
/* Hosts have to be told again where the addresses of all members are. */
void vr_group_announce(struct vrrpd *d, struct vr *vr, mono_t now);
/* Adds what a line about the state of the router says of its group. */
void vr_group_log(const struct vrrpd *d, const struct vr *vr, struct log_line *l,
		  enum vrrp_why why);

/* vrrpd_hook.c */
/* What is to be told of a router: its state, why it cannot start, its priority; it is Active and
 * another one was heard, for the first time, and is not any more. */
void vr_hook_state(struct vrrpd *d, const struct vr *vr, enum vrrp_state state, enum vrrp_why why);
void vr_hook_obstacle(struct vrrpd *d, const struct vr *vr);
void vr_hook_priority(struct vrrpd *d, const struct vr *vr);
void vr_hook_lower(struct vrrpd *d, const struct vr *vr);
void vr_hook_confirm(struct vrrpd *d, const struct vr *vr);
/* The state of a group has changed. */
void group_hook(struct vrrpd *d, const struct group *g);
/* For a configuration. False without memory. */
bool hooks_build(struct hooks *k, const struct vrrpd *d, const struct cf_model *m,
		 const struct vrrp_cf *vrrp);
/* From now on; what was to be told before still is. After the setup has been replaced. */
void hooks_replace(struct vrrpd *d, struct hooks *next);
void hooks_free(struct hooks *k);
void vrrpd_log_hooks(struct vrrpd *d);

/* vrrpd_apply.c */
uint32_t iface_named(struct setup *s, const char *name);
void setup_free(struct setup *s);

#endif
