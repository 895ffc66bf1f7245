/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host_program.h - the programs that vrrpd has run on a simulated machine when a router changes:
 * each takes its time, and notes what it was run for.
 */
#ifndef HOST_PROGRAM_H
#define HOST_PROGRAM_H

#include "cf.h"
#include "mono.h"
#include "vrrp_notify.h"
#include "vrrpd_hook.h"

enum { PROGRAM_NAMES_MAX = 64 };

/* One that runs. */
struct host_program {
	bool used, over; /* over: it has ended, and the daemon does not know yet */
	uint32_t id, ticket;
	uint32_t noted;  /* about whom */
};

/* Whom programs were run for. */
struct program_noted {
	bool group;
	char name[CF_NAME_SIZE];
	enum vrrp_notify_state state; /* the last one, of the program for any change */
	bool any;                     /* that was run at all */
	unsigned running;             /* of all programs */
};

struct host_programs {
	span_t take;      /* how long each runs */
	uint32_t tickets;
	struct host_program run[HOOK_RUNS_MAX];
	unsigned running;
	struct program_noted noted[PROGRAM_NAMES_MAX];
	uint32_t n;
	uint64_t bad;     /* run with something that makes no sense, or two at a time */
};

struct host;
struct vrrpd_hook;

/* The daemon wants one to be run; its end is in the world's queue. */
void host_program_start(struct host *h, const struct vrrpd_hook *hook);
/* One has ended; and those that ended while the daemon was paused. True when it was told so. */
bool host_program_ended(struct host *h, uint32_t ticket);
bool host_programs_tell(struct host *h);
/* The daemon is no more, and what it had run is forgotten. */
void host_programs_end(struct host *h);

#endif
