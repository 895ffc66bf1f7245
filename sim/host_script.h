/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host_script.h - what the trackers of a simulated machine read and run: its files, and its
 * scripts. Each of these takes as long, and ends with the status, that the scenario has given it,
 * and is ended when its time is up.
 */
#ifndef HOST_SCRIPT_H
#define HOST_SCRIPT_H

#include "mono.h"
#include "vrrpd.h"

enum { HOST_RUNS_MAX = 64 };

/* One that runs. */
struct host_run {
	uint32_t ticket, run; /* ours, which no other run ever has; the daemon's */
	char name[CF_NAME_SIZE];
	bool over;            /* the daemon has not been told: it does not run */
	struct vrrpd_ran ran;
};

/* What it has said to the daemon that runs now, for the oracle: a bit for each run, the newest the
 * lowest. */
struct host_verdicts {
	char name[CF_NAME_SIZE];
	uint64_t good;
	unsigned n;
};

struct host_scripts {
	uint32_t tickets;
	struct host_run run[HOST_RUNS_MAX];
	unsigned n;
	struct host_verdicts said[HOST_RUNS_MAX];
	unsigned n_said;
};

struct host;

/* The files of trackers are read, as after a configuration was applied, and when one changed. */
void host_read_files(struct host *h);
/* The daemon wants it run, or not any more. */
void host_script_ask(struct host *h, uint32_t run, uint32_t tracker, bool on);
/* It is over: the daemon is told now, or when it runs again. */
void host_script_over(struct host *h, uint32_t ticket);
/* It runs again. */
void host_scripts_tell(struct host *h);
/* The daemon has gone. */
void host_scripts_end(struct host *h);
/* NULL when it has said nothing. */
const struct host_verdicts *host_verdicts(const struct host *h, const char *name);

#endif
