/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cf_child.h - loading a configuration in a child process, so that nothing a file can do to
 * libconfig or to us (an exit, a crash, an endless loop, a leak) reaches the daemon that runs. The
 * child reads, checks and builds the model; the parent gets its bytes over a pipe and applies
 * exactly those.
 */
#ifndef CF_CHILD_H
#define CF_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "cf.h"

enum {
	CF_CHILD_CPU_S = 5,        /* processor time */
	CF_CHILD_WALL_S = 20,      /* time altogether: a file on a dead network file system */
	CF_CHILD_MEMORY_MB = 1024, /* on top of what the parent has */
	CF_HASH_SIZE = 17,
};

/* What came of it. */
struct cf_result {
	bool ok;
	struct cf_model model;   /* when ok; the receiver's to free */
	char hash[CF_HASH_SIZE]; /* the first 8 bytes of SHA-256 over the expanded source, in hex */
	struct cf_report report; /* errors and warnings; always says something when not ok */
};

/* What the child does before it reads the first byte: gives up rights that reading does not need.
 * False, explained in `why`, is an error of the load. No `enter`: it keeps what it has. */
struct cf_confine {
	bool (*enter)(void *ctx, struct text *why);
	void *ctx;
};

/* A load in progress. Zero-initialise; `fd` is 0 when none runs. */
struct cf_child {
	int fd; /* becomes readable when the child has something to say: watch it */
	pid_t pid;
	struct cf_confine confine; /* set before cf_child_start(); stays for the next one */
	/* Optional, the same: fd is about to be closed. Whoever watches it stops here: afterwards
	 * an epoll set cannot be told, and as long as another child has inherited it, it reports.
	 */
	void (*closing)(void *ctx, int fd);
	void *closing_ctx;
	struct cf_child_buffer *buffer; /* private */
};

/* Starts a load. False with errno when no child can be made. `root` must stay. */
bool cf_child_start(struct cf_child *c, const char *path, const struct cf_schema *root,
		    void (*check)(struct cf_load *));

/* Call when fd is readable, and again as long as it is. Never blocks. True when the load has ended,
 * one way or another: `result` is then filled, the child reaped and fd closed. */
bool cf_child_read(struct cf_child *c, struct cf_result *result);

/* Ends a load whose result is no longer wanted; nothing to do when none runs. */
void cf_child_cancel(struct cf_child *c);

/* Start and read in one, blocking: for start-up and for `trivet check`. */
void cf_child_load(const char *path, const struct cf_schema *root, void (*check)(struct cf_load *),
		   struct cf_result *result);
void cf_child_load_confined(const char *path, const struct cf_schema *root,
			    void (*check)(struct cf_load *), const struct cf_confine *confine,
			    struct cf_result *result);

#endif
