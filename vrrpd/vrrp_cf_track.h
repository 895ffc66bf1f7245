/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_cf_track.h - trackers in the configuration file: the list `tracks` of the file, and the
 * uses that instances make of it.
 */
#ifndef VRRP_CF_TRACK_H
#define VRRP_CF_TRACK_H

#include "cf.h"
#include "mono.h"
#include "vrrp_cf_script.h"

enum {
	VRRP_TRACKERS_MAX = 1024,
	VRRP_USES_MAX = 32,        /* of one instance */
	VRRP_TRACK_PATH_SIZE = 256,
	VRRP_TRACK_VALUE_MAX = 254,
	VRRP_TRACK_IFNAME_SIZE = 16, /* IFNAMSIZ */
};

/* Where a tracker has its state from. */
enum vrrp_track_type {
	VRRP_TRACK_INTERFACE,
	VRRP_TRACK_FILE,
	VRRP_TRACK_ROUTER,
	VRRP_TRACK_SCRIPT,
};

/* What an interface needs besides a link to be up. */
enum vrrp_track_needs { VRRP_TRACK_NEEDS_LINK, VRRP_TRACK_NEEDS_IPV4, VRRP_TRACK_NEEDS_IPV6 };

struct vrrp_cf_tracker {
	char name[CF_NAME_SIZE];
	uint8_t type;                           /* enum vrrp_track_type */
	char interface[VRRP_TRACK_IFNAME_SIZE]; /* interface */
	uint8_t needs;                          /* interface: enum vrrp_track_needs */
	char path[VRRP_TRACK_PATH_SIZE];        /* file */
	uint8_t missing;                        /* file: its value while there is none */
	char router[CF_NAME_SIZE];              /* router: the name of an instance */
	struct cf_list exec;                    /* script: struct vrrp_cf_arg */
	char user[VRRP_USER_SIZE];              /* script: "": that of all */
	span_t interval, timeout;               /* script; timeout zero: the interval */
	uint8_t rise, fall;                     /* script */
	uint8_t initial;                        /* script: enum vrrp_script_state */
	span_t up_delay, down_delay;
};

struct vrrp_cf_use {
	char ref[CF_NAME_SIZE]; /* name of a tracker */
	int16_t on_down;        /* added to the priority; 0: a fault */
	bool invert;
};

extern const struct cf_schema vrrp_tracker_schema, vrrp_use_schema;

struct vrrp_cf;

/* The cross checks of trackers and their uses. */
void vrrp_cf_track_check(struct cf_load *l, const struct vrrp_cf *vrrp);

#endif
