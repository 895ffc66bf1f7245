/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrpd_bed.h - what fuzz_vrrpd puts a daemon into: a kernel that does what is asked of it when it
 * is told to, the port to it, and what must hold after each call.
 *
 * Every call on the daemon stands between bed_enter() and bed_leave(), which looks at everything.
 */
#ifndef VRRPD_BED_H
#define VRRPD_BED_H

#include "kern.h"
#include "rd.h"
#include "vrrpd.h"

enum { BED_LINKS = 3 };
extern const char *const BED_LINK_NAME[BED_LINKS];

/* What the daemon was last told of a link. */
struct told {
	uint32_t ifindex; /* 0: does not exist */
	bool up, seen;
	mono_t down_at;
	mono_t said_at; /* an announcement; and what that and those before keep the pace busy for */
	uint64_t busy_ns;
};

struct bed {
	struct rd in;
	struct vrrpd *d;
	mono_t now;
	struct kern k;
	uint32_t forgiven; /* of its oldest requests: they may be asked for again */
	struct told told[BED_LINKS];
	unsigned cf;       /* which configuration is in force */
	bool applied, syncing, sync_wanted, stopped;
	uint32_t garp_rate, garp_burst; /* of it */
	bool judged;       /* the daemon has drawn the consequences of what it was told */
	uint64_t asked;    /* calls through the port, but for the log */
};

extern const struct vrrpd_ops bed_ops;

/* Whether the daemon may allocate now, and how many times until it fails once; negative: it does
 * not fail. */
void bed_allow_memory(bool allowed, int until_failure);
/* Whether it has failed since. */
bool bed_memory_ended(void);

void bed_enter(void);
void bed_leave(const struct bed *b);

/* How fast it may announce from now on. What was announced before is forgotten. */
void bed_set_pace(struct bed *b, uint32_t rate, uint32_t burst);

/* The number of a link. */
unsigned bed_link_of(const char *name);

/* What was asked for may be asked for again, and decisions need another look. */
void bed_forgive(struct bed *b);

/* Reports, true or not. */
void bed_link(struct bed *b, uint32_t ifindex, unsigned link, bool up);
void bed_link_gone(struct bed *b, uint32_t ifindex);
void bed_address(struct bed *b, uint32_t ifindex, const struct kern_addr *a, bool secondary,
		 bool present);
void bed_evaluate(struct bed *b);
void bed_sync_begin(struct bed *b);
/* Everything as it is. */
void bed_sync_end(struct bed *b);
void bed_sync(struct bed *b);

/* The kernel does what was asked for first, or fails to; and says so, unless it is not to. */
void bed_answer(struct bed *b, int error, bool told);

#endif
