/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_ref.h - one VRRP virtual router, read off RFC 9568 (errata 8298-8301 applied) and RFC 3768.
 *
 * This is the second opinion: an oracle that runs beside the product's state machine and decoder in
 * the simulator and under the fuzzers. It shares no code with them, on purpose, and prefers the
 * wording of the RFC to speed. Where the RFC is silent, or harms, it follows the decisions of the
 * project, marked D1..D19 in vrrp_ref.c.
 *
 * Times are nanoseconds of one monotonic clock, at most 2^63, and never run backwards from one call
 * to the next. What comes first within one instant is the caller's business: an advert counts even
 * if the timer is due and has not run. Nothing here allocates, reads a clock or reports an error:
 * arguments are taken to be in range.
 */
#ifndef VRRP_REF_H
#define VRRP_REF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* RFC 9568 6.3. Initialize is zero: a cleared struct has not started. */
enum vrrp_ref_state { VRRP_REF_INITIALIZE, VRRP_REF_BACKUP, VRRP_REF_ACTIVE };

/* Which checksum of version 3 over IPv4 is believed: of the message alone (RFC 9568 5.2.8), of the
 * message with a pseudo-header (a deployed reading of RFC 5798), or either. Version 2 has only the
 * first form, IPv6 only the second. */
enum vrrp_ref_csum { VRRP_REF_CSUM_ANY, VRRP_REF_CSUM_MESSAGE, VRRP_REF_CSUM_PSEUDO };

/* What the virtual router is told, RFC 9568 6.1. */
struct vrrp_ref_cf {
	uint8_t version;      /* 2 (IPv4 only) or 3 */
	uint8_t family;       /* 4 or 6 */
	uint8_t vrid;         /* 1..255 */
	uint8_t priority;     /* 1..255; 255 is the owner */
	uint32_t interval_cs; /* 1..4095; version 2: whole seconds, 100..25500 */
	bool preempt;         /* counts as true for the owner (D5) */
	bool has_source;      /* false: no packet can be from ourselves */
	uint8_t source[16];   /* network order; IPv4 in the first 4; all zero if there is none */
	enum vrrp_ref_csum csum_accept;
	unsigned n_addrs;     /* 0: any received address list is right */
	const uint8_t *addrs; /* [n_addrs * (4 or 16)], any order; borrowed */
	/* Beyond the RFC; zero is as the RFC has it. */
	unsigned down_adverts;         /* adverts of Active_Down_Interval; 0: 3 (D13) */
	uint32_t learned_max_cs;       /* 0: an interval of any length is learned (D14) */
	uint64_t preempt_delay_ns;     /* no preemption before this has passed too (D15) */
	bool stand;                    /* an Active does not give way to an equal (D18) */
	/* Unicast (rows 38, 58, 145): if there are peers, packets are from one of them, and come to
	 * our source address with at least this TTL. While there is no source, to any address but
	 * a multicast one. */
	unsigned n_peers;     /* 0: multicast */
	const uint8_t *peers; /* [n_peers * (4 or 16)], borrowed */
	uint8_t least_ttl;
	/* Authentication (rows 51, 52, 139 to 147). Digests are somebody else's business: he says
	 * what they say of the packet at hand, and it has its place in the order. */
	enum { VRRP_REF_AUTH_NONE, VRRP_REF_AUTH_TEXT, VRRP_REF_AUTH_AH, VRRP_REF_AUTH_HMAC } auth;
	uint8_t password[8]; /* VRRP_REF_AUTH_TEXT */
	bool in_ah;          /* the packet came in an Authentication Header */
	int digest_says;     /* enum vrrp_ref_verdict */
	/* Both versions at once (RFC 9568 8.4.2; version 3, IPv4), and whether the source of the
	 * packet that is judged was heard in version 3 less than four of its intervals ago. */
	bool also_v2, source_is_v3;
};

/* One virtual router. It may be copied with =. From outside only `state` is to be read. */
struct vrrp_ref {
	struct vrrp_ref_cf cf;
	enum vrrp_ref_state state;
	uint32_t active_adver_interval_cs; /* version 3, Backup: the Active's, as learned */
	uint64_t active_down_timer;        /* when it expires; UINT64_MAX outside Backup */
	uint64_t tolerate_until;           /* Backup: not to act on it before (D15); 0: at once */
	bool second_chance;                /* Backup: given since an Active was heard (D16) */
	bool noted;                        /* Backup: it was seen in time that it expired (D19) */
	uint64_t adver_timer;              /* when it expires; UINT64_MAX outside Active */
	uint64_t tat;                      /* the rate cap's theoretical arrival time (D2) */
};

/* What one call did. Every call that takes it clears it first. */
struct vrrp_ref_out {
	unsigned n_adverts;
	uint8_t advert_priority[4]; /* [n_adverts] */
	bool addresses_added, addresses_removed;
	bool rival;                 /* Active heard another Active that has to give way */
	enum vrrp_ref_state from, to;
};

/* In Initialize, with no timer armed. */
void vrrp_ref_init(struct vrrp_ref *r, const struct vrrp_ref_cf *cf);

/* Startup: the interface is up and has its source. Ignored outside Initialize. */
void vrrp_ref_startup(struct vrrp_ref *r, uint64_t now_ns, struct vrrp_ref_out *out);

/* Shutdown. can_send false: the interface is down or its source is lost, no advert leaves. */
void vrrp_ref_shutdown(struct vrrp_ref *r, uint64_t now_ns, bool can_send,
		       struct vrrp_ref_out *out);

/* An advert that vrrp_ref_receive() accepts: its priority 0..255, its interval (1..4095, looked at
 * in version 3 only) and the source address of its packet. */
void vrrp_ref_advert(struct vrrp_ref *r, uint64_t now_ns, uint8_t priority, uint32_t interval_cs,
		     const uint8_t src[16], struct vrrp_ref_out *out);

/* Time has reached now_ns; before the deadline this does nothing. */
void vrrp_ref_timer(struct vrrp_ref *r, uint64_t now_ns, struct vrrp_ref_out *out);

/* Time has reached now_ns, but another of its group has to wait: a Backup whose timer has expired
 * notes that, and goes on when vrrp_ref_timer() is called (D19). */
void vrrp_ref_wait(struct vrrp_ref *r, uint64_t now_ns, struct vrrp_ref_out *out);

/* One of a group gives way because another of it has (D17). Ignored outside Active. */
void vrrp_ref_yield(struct vrrp_ref *r, uint64_t now_ns, struct vrrp_ref_out *out);

/* Priority, interval, preemption, addresses or source have changed (rows 96, 97). A running timer
 * keeps its deadline; the next to be armed uses the new values. Version, family and VRID stay. */
void vrrp_ref_configure(struct vrrp_ref *r, uint64_t now_ns, const struct vrrp_ref_cf *cf);

/* When the armed timer expires; UINT64_MAX if none is. */
uint64_t vrrp_ref_deadline(const struct vrrp_ref *r);

/* What becomes of a received packet: the first of its faults in this order, or accepted. A body too
 * short for its count (and its authentication data) is LENGTH too, but comes after TYPE. */
enum vrrp_ref_verdict {
	VRRP_REF_ACCEPTED,
	VRRP_REF_TTL,                /* not 255; unicast: too low */
	VRRP_REF_DESTINATION,        /* not 224.0.0.18 or ff02::12; unicast: not our source */
	VRRP_REF_LENGTH,             /* fewer than 8 bytes */
	VRRP_REF_VERSION,            /* not the one spoken here */
	VRRP_REF_TYPE,               /* not 1 */
	VRRP_REF_CHECKSUM,
	VRRP_REF_VRID,               /* nobody here has it */
	VRRP_REF_SELF,               /* the source is our own */
	VRRP_REF_PEER,               /* unicast: the source is no peer's */
	VRRP_REF_COUNT,              /* no address */
	VRRP_REF_INTERVAL_ZERO,      /* version 3 */
	VRRP_REF_NOT_LINK_LOCAL,     /* IPv6: the first address */
	VRRP_REF_AUTH_TYPE_INVALID,  /* version 2: none of 0, 1, 2 */
	VRRP_REF_AUTH_TYPE_MISMATCH, /* version 2: not ours; in an Authentication Header */
	VRRP_REF_AUTH_MISSING,       /* no Authentication Header, no trailer */
	VRRP_REF_AUTH_TRAILER,       /* no trailer that is known */
	VRRP_REF_AUTH_KEY,           /* no key that is known */
	VRRP_REF_AUTH_FAILED,        /* another password, a wrong digest */
	VRRP_REF_AUTH_STALE,
	VRRP_REF_AUTH_REPLAY,
	VRRP_REF_ADDRESS_LIST,       /* version 2: another set than ours, and not from the owner */
	VRRP_REF_INTERVAL_MISMATCH,  /* version 2 */
	VRRP_REF_COPY                /* version 2, of who sends version 3 too (row 134) */
};

/* Judges the VRRP message `bytes` (all that follows the IP header) of an IP packet of that family.
 * cf NULL: nobody here has its VRID; versions 2 and 3 are spoken, over IPv6 only 3. A cf of the
 * other family counts as none: one VRID over IPv4 and over IPv6 is two virtual routers (row 15).
 * *priority and *interval_cs are set if, and only if, the verdict is VRRP_REF_ACCEPTED. */
enum vrrp_ref_verdict vrrp_ref_receive(const struct vrrp_ref_cf *cf, uint8_t family,
				       const uint8_t src[16], const uint8_t dst[16], uint8_t ttl,
				       const uint8_t *bytes, size_t len, uint8_t *priority,
				       uint32_t *interval_cs);

#endif
