/* SPDX-License-Identifier: BSD-2-Clause */
/* vrrpd_hook.h - what the daemon keeps of those that programs outside are told of. */
#ifndef VRRPD_HOOK_H
#define VRRPD_HOOK_H

#include "log_line.h"
#include "vrrp_cf.h"
#include "vrrp_notify.h"

enum {
	HOOKS_GONE_MAX = 1024, /* removed, but not told of yet */
	HOOK_RUNS_MAX = 16,    /* programs at a time, whatever else is run on this machine */
	HOOK_MORE_SIZE = 128,  /* arguments that are added */
	HOOK_ENV_SIZE = 2048,
};

/* The arguments of a program in hooks.args. */
struct hook_program {
	uint32_t at, len; /* 0: there is none */
};

/* Somebody that is told of: a virtual router, a sync group, or one that is no longer configured. */
struct hook {
	char name[CF_NAME_SIZE];
	bool group;
	bool priority_changes, deleted, confirm; /* see vrrp_cf_notify.h */
	struct hook_program program[VRRP_PROGRAM_N];
	bool gone;        /* no longer configured: it waits to be told of for the last time */
	uint8_t state;    /* enum vrrp_notify_state */
	uint8_t why;      /* enum vrrp_why, of its last change */
	uint8_t priority;
	uint8_t vrid, family; /* of a router, as is... */
	char interface[VRRP_IFNAME_SIZE];
};

/* A program that runs. */
struct hook_run {
	bool used;
	uint32_t who;    /* NOT_FOUND: nobody is interested in it any more */
	uint32_t serial; /* part of its id */
};

/* Nothing but zeros when nobody is to be told anything. */
struct hooks {
	struct vrrp_cf_fifo fifo;
	span_t timeout;
	char user[VRRP_USER_SIZE];
	struct hook *one;       /* the routers as they are configured, the groups, who is gone */
	uint32_t n, n_routers, n_live; /* live: routers and groups */
	char *args;             /* of all programs */
	uint32_t args_len;
	uint32_t *moved;        /* while a configuration is applied: where the old ones went */
	struct vrrp_notify_mark *fifo_mark, *run_mark;
	struct vrrp_notify_sink to_fifo, to_run;
	size_t room;            /* bytes that the FIFO takes now */
	struct hook_run run[HOOK_RUNS_MAX];
	unsigned running;
	uint32_t serial;
	bool no_runner;         /* whoever ran programs is gone */
	uint64_t lost;          /* who was gone, and there were too many */
	uint64_t failed;        /* runs */
	struct log_limit limit;
};

#endif
