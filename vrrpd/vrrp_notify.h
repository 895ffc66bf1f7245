/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_notify.h - what is still to be told, and to whom.
 *
 * Programs outside want to know what a virtual router is: through a FIFO, or by being run. They are
 * told of states, not sent messages. A router has a state; a sink (who is told) has a mark for each
 * router, which says what of it has not been told yet. A change sets bits of the mark; telling
 * takes them off. So a sink that is slow, or not there, costs nothing: what changes again before it
 * is told is told once, as it is then, and what was skipped is counted. However slow a sink is, the
 * last that it is told is what is.
 *
 * Marks wait in the order of their last change: so what a sink is told is what happened, in the
 * order in which it happened, but for what was skipped.
 *
 * This is the book alone. It sends nothing and runs nothing, and knows routers by their numbers.
 */
#ifndef VRRP_NOTIFY_H
#define VRRP_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "text.h"
#include "vrrp_core.h"

/* What is told of a router, or of a group of them. */
enum vrrp_notify_state {
	VRRP_NOTIFY_NONE, /* nothing: it has not begun */
	VRRP_NOTIFY_ACTIVE,
	VRRP_NOTIFY_BACKUP,
	VRRP_NOTIFY_FAULT,
	VRRP_NOTIFY_STOP,
	VRRP_NOTIFY_DELETED,
	VRRP_NOTIFY_STATE_N
};

/* What a state of a router, entered for this reason, is told as. NONE: not at all. */
enum vrrp_notify_state vrrp_notify_state(enum vrrp_state state, enum vrrp_why why);

/* Bits of a mark: what is to be told. The state may have to be told in two ways: to the program
 * that is for this state alone, and to the one for all. */
enum {
	VRRP_NOTIFY_THIS = 1,     /* its state */
	VRRP_NOTIFY_ANY = 2,      /* the same, in the other way */
	VRRP_NOTIFY_PRIORITY = 4, /* its priority, which every telling of the state has with it */
	VRRP_NOTIFY_LOWER = 8,    /* that it is Active and hears another */
};

#define VRRP_NOTIFY_NOBODY UINT32_MAX

struct vrrp_notify_mark {
	uint32_t prev, next; /* in the order of the last change */
	uint8_t bits;        /* to be told; 0: it does not wait */
	bool busy;           /* it is being told something, and has to wait for the end of that */
	uint8_t told;        /* enum vrrp_notify_state: what it was told last, in all ways... */
	uint8_t half;        /* ...and in the first of two, but not yet in the other; or NONE */
};

struct vrrp_notify_sink {
	struct vrrp_notify_mark *mark; /* of each router; the caller's */
	uint32_t first, last;          /* of those that wait and are not busy */
	uint64_t told, merged;         /* tellings; changes that were never told by themselves */
};

/* `mark` is an array of zeros. */
void vrrp_notify_init(struct vrrp_notify_sink *s, struct vrrp_notify_mark *mark);

/* The router's state has changed, or is to be told again: in these ways, THIS and ANY, or none.
 * What was to be told before is not any more. */
void vrrp_notify_changed(struct vrrp_notify_sink *s, uint32_t i, unsigned bits);
/* PRIORITY or LOWER. */
void vrrp_notify_also(struct vrrp_notify_sink *s, uint32_t i, unsigned bit);

/* Nothing is to be told of it. */
void vrrp_notify_drop(struct vrrp_notify_sink *s, uint32_t i);

/* Who is next, VRRP_NOTIFY_NOBODY for nobody; and what is to be told of it, one bit, by what its
 * state is now. 0: nothing that is still true, and it does not wait any more. */
uint32_t vrrp_notify_next(const struct vrrp_notify_sink *s);
unsigned vrrp_notify_what(struct vrrp_notify_sink *s, uint32_t i, enum vrrp_notify_state now);
/* That has been told, or with `busy` is being told until vrrp_notify_done(). */
void vrrp_notify_told(struct vrrp_notify_sink *s, uint32_t i, unsigned bit,
		      enum vrrp_notify_state now, bool busy);
void vrrp_notify_done(struct vrrp_notify_sink *s, uint32_t i);

/* The words that programs of keepalived's users know: "MASTER" for Active. `bit` says of what. */
const char *vrrp_notify_word(enum vrrp_notify_state state, unsigned bit);
/* A line as keepalived writes it into its FIFO, with its end. */
void vrrp_notify_line(struct text *t, bool group, const char *name, const char *word,
		      unsigned priority);

enum { VRRP_NOTIFY_LINE_MAX = 128 }; /* with a name of CF_NAME_SIZE */

#endif
