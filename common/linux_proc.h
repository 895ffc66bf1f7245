/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linux_proc.h - how many processes there are of a kind, and when that changes.
 *
 * The kernel tells of each that begins, becomes another program, or ends (the process connector of
 * netlink), where it is asked in the first network, process and user namespace, and by one who has
 * CAP_NET_ADMIN. Elsewhere, and as long as it has not answered, /proc is looked through every
 * second; and once whenever something was missed. A few processes are looked at in each turn, since
 * who looks has other things to do.
 */
#ifndef LINUX_PROC_H
#define LINUX_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mono.h"

/* How the arguments of a process, without its name, have to agree. */
enum proc_match {
	PROC_MATCH_EXACT,
	PROC_MATCH_INITIAL, /* more may follow */
	PROC_MATCH_PARTIAL, /* more may follow, and the last one need only begin so */
};

struct proc_kind {
	const char *name; /* the last part of argv[0], or what the kernel calls it (comm) */
	const char *args; /* each with its NUL; NULL: whatever they are */
	size_t args_len;
	enum proc_match match;
};

/* Whether what /proc says of a process is of this kind: comm without its line feed, and cmdline. */
bool proc_is(const struct proc_kind *kind, const char *comm, const char *cmdline, size_t len);

struct proc_watch;

/* Calls `counted` with the id of a kind when all have been looked at for the first time, and when
 * there are more or less than before; from within the functions below. `poll`: do not even ask the
 * kernel. NULL without memory. */
struct proc_watch *proc_watch_new(void (*counted)(void *ctx, uint32_t id, uint32_t n), void *ctx,
				  bool poll);
void proc_watch_free(struct proc_watch *w);

/* Before the first turn. What `kind` points to must stay. False without memory. */
bool proc_watch_add(struct proc_watch *w, uint32_t id, const struct proc_kind *kind);

/* Is readable when proc_watch_ready() is to be called; -1: never. */
int proc_watch_fd(const struct proc_watch *w);
void proc_watch_ready(struct proc_watch *w);

/* Looks at some more; when it wants to be called again. */
mono_t proc_watch_turn(struct proc_watch *w, mono_t now);

/* Whether the kernel tells, or /proc is looked through again and again. */
bool proc_watch_is_told(const struct proc_watch *w);
/* Whether there are processes that cannot be seen (hidepid): those that are counted may not be all.
 */
bool proc_watch_is_blind(const struct proc_watch *w);

#endif
