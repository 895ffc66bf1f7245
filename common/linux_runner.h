/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linux_runner.h - running programs for a daemon that has given up the right to run any.
 *
 * The runner is a process of its own, made before the daemon gives up its rights. It knows nothing
 * of the network, keeps the right to become another user (CAP_SETUID, CAP_SETGID) and to end what
 * that one runs (CAP_KILL), and talks to the daemon through a pair of sockets.
 *
 * It believes the configuration file, not the daemon: that one reads what strangers send, and may
 * be in their hands one day. So the runner reads the file itself, in a child that can do nothing
 * else, at the start and whenever it is told that the file has changed; and runs what stands there,
 * as the user who stands there, and nothing else. All that the daemon adds are the moment,
 * variables that begin with TRIVET_, and arguments of simple characters where the program takes
 * some.
 *
 * A program runs as linux_script.h says. What it prints is read to the end and forgotten but for
 * the first line. When its time is up, its process group gets SIGTERM, and SIGKILL 2 s later; when
 * it ends, what it left behind in its group gets SIGKILL. No more than so many run at a time; the
 * others wait in the order in which they came.
 */
#ifndef LINUX_RUNNER_H
#define LINUX_RUNNER_H

#include "cf_child.h"
#include "mono.h"
#include "text.h"

enum {
	RUNNER_ARGS_SIZE = 4096,  /* bytes of all arguments of a program with their NULs */
	RUNNER_ENV_SIZE = 2048,   /* of all variables */
	RUNNER_USER_SIZE = 33,    /* a user's name with its NUL */
	RUNNER_JOBS_MAX = 4096,   /* running and waiting */
	RUNNER_PARALLEL_MAX = 256,
	RUNNER_TEXT_SIZE = 240,
};

#define RUNNER_TIMEOUT_MAX SPAN_S(3600)
#define RUNNER_PATIENCE    SPAN_S(2) /* between SIGTERM and SIGKILL */

/* ---- what may be run ---------------------------------------------------------------------- */

/* A list of strings as one piece of memory: one after the other, each with its NUL. */
struct runner_strings {
	const char *bytes;
	size_t len;
};

struct runner_program {
	struct runner_strings args; /* the first one is the whole path */
	const char *user;           /* "": the rules' */
	bool more;                  /* arguments may follow */
};

struct runner_rules;

/* For `rules` below: this may be run. False when there is no room. */
bool runner_permit(struct runner_rules *r, const struct runner_program *p);
/* How many may run at a time, 1 to RUNNER_PARALLEL_MAX [32]; who runs what names no user [""]. */
void runner_limit(struct runner_rules *r, unsigned parallel, const char *user);

/* Where it stands what may be run: a configuration. */
struct runner_source {
	const char *file;
	const struct cf_schema *root;
	void (*check)(struct cf_load *);
	struct cf_confine confine;
	/* Says it, of a model; called in the runner. */
	void (*rules)(const struct cf_model *m, struct runner_rules *r);
};

/* ---- the daemon's side -------------------------------------------------------------------- */

struct runner;

struct runner_job {
	uint64_t id;                /* the caller's; the highest byte says who of several he is */
	struct runner_program program;
	struct runner_strings more; /* arguments: letters, digits and -_.,:/@%+= */
	struct runner_strings env;  /* TRIVET_NAME=value, printable */
	span_t timeout;             /* from its start; up to RUNNER_TIMEOUT_MAX */
	bool outlives;              /* the end of the daemon does not end it */
};

enum runner_end {
	RUNNER_EXITED,      /* value: its exit status */
	RUNNER_SIGNALLED,   /* value: the signal; not one of ours */
	RUNNER_TIMED_OUT,
	RUNNER_NOT_STARTED, /* text: why */
	RUNNER_CANCELLED,
};

struct runner_result {
	uint64_t id;
	enum runner_end end;
	int value;
	span_t waited, ran;
	const char *text; /* the first line that it printed, or why it was not started */
};

struct runner_events {
	void (*ended)(void *ctx, const struct runner_result *result);
	/* The file has been read again, or could not be: then what could be run still can. */
	void (*loaded)(void *ctx, bool ok, const char *text);
	/* The runner has died: nothing can be run any more, and what ran is not told of. Its file
	 * is closed after that. */
	void (*lost)(void *ctx);
};

/* Forks the runner, which may run what the model, already loaded from the file, says. NULL with a
 * reason. The source and the events must stay. */
struct runner *runner_start(const struct runner_source *source, const struct cf_model *m,
			    const struct runner_events *events, void *ctx, struct text *why);
/* It ends what runs but what outlives us, runs that to its end, and goes. */
void runner_free(struct runner *r);

/* The file has changed. Jobs that are not permitted yet wait until it has been read. */
void runner_reload(struct runner *r);

/* Asks for a run; `ended` follows, from runner_ready(). False when the runner is gone or has too
 * many jobs: then it does not. */
bool runner_run(struct runner *r, const struct runner_job *job);
/* It is no longer wanted; `ended` follows all the same. */
void runner_cancel(struct runner *r, uint64_t id);

/* Is readable when runner_ready() is to be called; -1 when the runner is gone. */
int runner_fd(const struct runner *r);
void runner_ready(struct runner *r);
/* Hands over what did not fit, if that is so; MONO_NEVER when nothing is left. */
mono_t runner_turn(struct runner *r, mono_t now);
/* How many jobs have not ended. */
unsigned runner_busy(const struct runner *r);
pid_t runner_pid(const struct runner *r);

#endif
