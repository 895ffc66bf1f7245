/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_cf.h - the `vrrp` section of the configuration file as structs.
 */
#ifndef VRRP_CF_H
#define VRRP_CF_H

#include "cf.h"
#include "ip.h"
#include "mono.h"
#include "vrrp_announce.h"
#include "vrrp_cf_auth.h"
#include "vrrp_cf_addr.h"
#include "vrrp_cf_route.h"
#include "vrrp_cf_group.h"
#include "vrrp_cf_notify.h"
#include "vrrp_cf_script.h"
#include "vrrp_cf_strict.h"
#include "vrrp_cf_track.h"
#include "vrrp_core.h"
#include "vrrp_rx.h"

enum {
	VRRP_INSTANCES_MAX = 32768,
	VRRP_PEERS_MAX = 64,
};

/* What checksum adverts of version 3 over IPv4 carry (vrrp_wire.h). AUTO: RFC 9568's, until a
 * router is heard that uses the other: then that one's, since it may understand no other. */
enum vrrp_cf_csum { VRRP_CF_CSUM_AUTO, VRRP_CF_CSUM_MESSAGE, VRRP_CF_CSUM_PSEUDO };

/* Whether the addresses are a lease that the kernel ends when no advert leaves (vrrpd_lease.h).
 * AUTO: where the kernel can, and the addresses are not the machine's own. In the order of the
 * names in vrrp_cf.c. */
enum vrrp_cf_lease { VRRP_CF_LEASE_AUTO, VRRP_CF_LEASE_ON, VRRP_CF_LEASE_OFF };

struct vrrp_cf_peer {
	struct ip_addr address;
};

struct vrrp_cf_unicast {
	struct cf_list peers; /* struct vrrp_cf_peer; none: adverts go to the group */
	uint8_t ttl_min;
};

struct vrrp_cf_instance {
	char name[CF_NAME_SIZE];
	char interface[VRRP_IFNAME_SIZE];
	uint8_t vrid;
	uint8_t version;
	uint8_t priority;
	bool preempt;
	span_t interval;
	uint8_t checksum;        /* enum vrrp_cf_csum */
	uint8_t checksum_accept; /* enum vrrp_csum_accept */
	span_t link_down_delay;
	uint8_t lease;           /* enum vrrp_cf_lease */
	span_t preempt_delay;
	uint8_t down_adverts;
	span_t learned_interval_max; /* zero: none */
	bool with_version2;
	struct ip_addr source; /* unset: chosen among those of the interface */
	struct vrrp_cf_unicast unicast;
	struct vrrp_cf_auth auth;
	bool virtual_mac;
	char virtual_mac_device[VRRP_IFNAME_SIZE]; /* "": see vmac_device */
	bool strict;
	struct vrrp_announce_params garp;
	struct cf_list addresses; /* struct vrrp_cf_address */
	bool accept, promote_secondaries;
	struct cf_list tracks;    /* struct vrrp_cf_use */
	struct cf_list routes;    /* struct vrrp_cf_route */
	struct cf_list rules;     /* struct vrrp_cf_rule */
	struct vrrp_cf_notify notify;
	/* Not in the file: follow from it. */
	uint8_t family;           /* of the addresses that are advertised... */
	uint32_t n_advertised;    /* ...and how many they are */
	uint32_t interval_cs, learned_interval_max_cs;
	char vmac_device[VRRP_IFNAME_SIZE]; /* what has the virtual MAC; "": nothing */
	uint32_t group; /* 1 + its index; 0: in none */
};

struct vrrp_cf {
	struct cf_list instances; /* struct vrrp_cf_instance */
	struct cf_list keys;      /* struct vrrp_cf_key */
	uint32_t garp_rate, garp_burst; /* of each interface: see vrrp_announcer_init() */
	span_t start_delay;
	span_t start_delay_after_boot;
	struct cf_list static_addresses; /* struct vrrp_cf_address, of some interface */
	struct cf_list static_routes; /* struct vrrp_cf_route */
	struct cf_list static_rules;  /* struct vrrp_cf_rule */
	struct cf_list sync_groups; /* struct vrrp_cf_group */
	struct vrrp_cf_fifo notify_fifo;
	span_t notify_timeout;
	char notify_user[VRRP_USER_SIZE]; /* "": as all scripts */
	/* Not in the section: those of the file, see trivet_cf_vrrp(). */
	struct cf_list tracks; /* struct vrrp_cf_tracker */
};

/* The whole file, as far as this version knows it. */
struct trivet_cf {
	uint8_t version;
	struct cf_list tracks; /* struct vrrp_cf_tracker */
	struct vrrp_cf_scripts scripts;
	struct vrrp_cf vrrp;
};

extern const struct cf_schema trivet_schema;        /* of the file */
extern const struct cf_schema vrrp_schema;          /* of its vrrp section */
extern const struct cf_schema vrrp_instance_schema;

/* The cross checks that go with trivet_schema (see cf_load()), and those of a vrrp section alone,
 * wherever it stands in a model. They also fill in what follows from the settings. */
void trivet_cf_check(struct cf_load *l);
void vrrp_cf_check(struct cf_load *l, const struct vrrp_cf *vrrp);
/* The part of it that is about static addresses. */
void vrrp_cf_static_check(struct cf_load *l, const struct vrrp_cf *vrrp);

static inline struct trivet_cf *trivet_cf_root(const struct cf_model *m)
{
	return m->bytes;
}

static inline struct vrrp_cf_instance *vrrp_cf_instance(const struct cf_model *m,
							const struct vrrp_cf *vrrp, uint32_t i)
{
	return cf_at(m, vrrp->instances, sizeof(struct vrrp_cf_instance), i);
}

static inline struct vrrp_cf_address *
vrrp_cf_address(const struct cf_model *m, const struct vrrp_cf_instance *cf, uint32_t i)
{
	return cf_at(m, cf->addresses, sizeof(struct vrrp_cf_address), i);
}

static inline struct vrrp_cf_address *
vrrp_cf_static_address(const struct cf_model *m, const struct vrrp_cf *vrrp, uint32_t i)
{
	return cf_at(m, vrrp->static_addresses, sizeof(struct vrrp_cf_address), i);
}

static inline struct vrrp_cf_peer *
vrrp_cf_peer(const struct cf_model *m, const struct vrrp_cf_instance *cf, uint32_t i)
{
	return cf_at(m, cf->unicast.peers, sizeof(struct vrrp_cf_peer), i);
}

/* The vrrp section with the trackers of the file. */
static inline struct vrrp_cf *trivet_cf_vrrp(const struct cf_model *m)
{
	struct trivet_cf *root = trivet_cf_root(m);

	root->vrrp.tracks = root->tracks;
	return &root->vrrp;
}

static inline struct vrrp_cf_tracker *vrrp_cf_tracker(const struct cf_model *m,
						      const struct vrrp_cf *vrrp, uint32_t i)
{
	return cf_at(m, vrrp->tracks, sizeof(struct vrrp_cf_tracker), i);
}

static inline struct vrrp_cf_key *vrrp_cf_key(const struct cf_model *m, const struct vrrp_cf *vrrp,
					      uint32_t i)
{
	return cf_at(m, vrrp->keys, sizeof(struct vrrp_cf_key), i);
}

static inline struct vrrp_cf_key_id *vrrp_cf_key_id(const struct cf_model *m,
						    const struct vrrp_cf_auth *auth, uint32_t i)
{
	return cf_at(m, auth->accept, sizeof(struct vrrp_cf_key_id), i);
}

static inline struct vrrp_cf_use *vrrp_cf_use(const struct cf_model *m,
					      const struct vrrp_cf_instance *cf, uint32_t i)
{
	return cf_at(m, cf->tracks, sizeof(struct vrrp_cf_use), i);
}

static inline struct vrrp_cf_group *vrrp_cf_group(const struct cf_model *m,
						  const struct vrrp_cf *vrrp, uint32_t i)
{
	return cf_at(m, vrrp->sync_groups, sizeof(struct vrrp_cf_group), i);
}

static inline struct vrrp_cf_member *
vrrp_cf_member(const struct cf_model *m, const struct vrrp_cf_group *g, uint32_t i)
{
	return cf_at(m, g->members, sizeof(struct vrrp_cf_member), i);
}

/* A tracker that a group uses for all its members. */
static inline struct vrrp_cf_use *
vrrp_cf_group_use(const struct cf_model *m, const struct vrrp_cf_group *g, uint32_t i)
{
	return cf_at(m, g->tracks, sizeof(struct vrrp_cf_use), i);
}

/* What a name, and the name of an interface, may look like: for the `accept` of a field. */
bool vrrp_cf_accept_name(const char *text, struct text *why);
bool vrrp_cf_accept_interface(const char *text, struct text *why);
/* An address that a host can have; its text. */
bool vrrp_cf_accept_host(const struct ip_addr *addr, struct text *why);
bool vrrp_cf_parse_host(const char *from, void *to, struct text *why);
void vrrp_cf_print_host(const void *from, struct text *to);
/* The whole path of a file. */
bool vrrp_cf_accept_path(const char *text, struct text *why);

/* The part the state machine works with. */
struct vrrp_params vrrp_cf_params(const struct vrrp_cf_instance *cf);

#endif
