/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrpd_track_linux.h"

#include <stdlib.h>
#include <string.h>

#include "linux_proc.h"

struct track_linux {
	struct vrrpd *d;
	struct vrrpd_runner *runner;
	struct loop *loop;
	struct log *log;
	struct proc_watch *watch; /* NULL: no tracker is about processes */
	bool said_blind;
	mono_t again; /* when it wants to be called */
	struct log_line line;
};

/* ---- scripts ------------------------------------------------------------------------------ */

/* "TRIVET_TRACKER=name". */
static size_t put_variable(char *to, size_t size, const char *name)
{
	struct text t = text_open(to, size);

	text_fmt(&t, "TRIVET_TRACKER=%s", name);
	return t.len + 1;
}

void track_linux_script(struct track_linux *x, uint32_t run, uint32_t tracker, bool on)
{
	const struct vrrp_cf_tracker *cf;
	struct runner_job job = { 0 };
	char env[sizeof cf->name + 20];

	if (!on) {
		vrrpd_runner_cancel(x->runner, VRRPD_RUNS_TRACKERS, run);
		return;
	}
	cf = vrrpd_tracker(x->d, tracker);
	job.program.args.bytes = vrrpd_tracker_exec(x->d, tracker, &job.program.args.len);
	job.program.user = cf->user;
	job.env.bytes = env;
	job.env.len = put_variable(env, sizeof env, cf->name);
	job.timeout = cf->timeout.ns > 0 ? cf->timeout : cf->interval;
	vrrpd_runner_run(x->runner, VRRPD_RUNS_TRACKERS, run, &job);
}

static void on_ended(void *ctx, uint32_t run, const struct runner_result *result)
{
	static const enum vrrpd_ran_how how[] = {
		[RUNNER_EXITED] = VRRPD_RAN_EXITED, [RUNNER_SIGNALLED] = VRRPD_RAN_KILLED,
		[RUNNER_TIMED_OUT] = VRRPD_RAN_LATE, [RUNNER_NOT_STARTED] = VRRPD_RAN_NOT,
		[RUNNER_CANCELLED] = VRRPD_RAN_NOT,
	};
	struct track_linux *x = ctx;
	mono_t now = loop_now(x->loop);

	vrrpd_track_ran(x->d, now, run, &(struct vrrpd_ran){
		how[result->end], result->value, result->text });
	vrrpd_evaluate(x->d, now);
}

static void on_lost(void *ctx)
{
	struct track_linux *x = ctx;

	vrrpd_scripts_lost(x->d, loop_now(x->loop));
}

/* ---- processes ---------------------------------------------------------------------------- */

static void on_counted(void *ctx, uint32_t tracker, uint32_t n)
{
	struct track_linux *x = ctx;

	vrrpd_track_count(x->d, loop_now(x->loop), tracker, n);
}

static void on_events(void *ctx, int fd, mono_t now)
{
	struct track_linux *x = ctx;

	(void)fd;
	proc_watch_ready(x->watch);
	vrrpd_evaluate(x->d, now);
}

static void say(struct track_linux *x, enum log_level level, const char *event, const char *text)
{
	char time[LOG_TIME_SIZE];

	log_begin(&x->line, level, event);
	log_text(&x->line, "text", text);
	log_time_now(time);
	log_write(x->log, time, &x->line);
}

static void unwatch(struct track_linux *x)
{
	if (x->watch && proc_watch_fd(x->watch) >= 0)
		loop_unwatch(x->loop, proc_watch_fd(x->watch));
	proc_watch_free(x->watch);
	x->watch = NULL;
	x->again = MONO_NEVER;
}

static bool watch(struct track_linux *x, uint32_t i)
{
	const struct vrrp_cf_tracker *cf = vrrpd_tracker(x->d, i);
	struct proc_kind kind = {
		.name = cf->process, .match = (enum proc_match)cf->arguments_match
	};

	if (cf->arguments.n > 0)
		kind.args = vrrpd_tracker_exec(x->d, i, &kind.args_len);
	if (!x->watch)
		x->watch = proc_watch_new(on_counted, x, false);
	return x->watch && proc_watch_add(x->watch, i, &kind);
}

void track_linux_applied(struct track_linux *x)
{
	bool good = true;
	int fd;

	unwatch(x);
	for (uint32_t i = 0; i < vrrpd_trackers(x->d); i++)
		if (vrrpd_tracker(x->d, i)->type == VRRP_TRACK_PROCESS)
			good &= watch(x, i);
	fd = x->watch ? proc_watch_fd(x->watch) : -1;
	if (fd >= 0)
		good &= loop_watch(x->loop, fd, on_events, x);
	if (!good)
		say(x, LOG_LEVEL_ERROR, "processes-not-watched",
		    "processes cannot be watched: out of memory; reload to try again");
	x->again = loop_now(x->loop);
}

mono_t track_linux_turn(struct track_linux *x)
{
	mono_t now = loop_now(x->loop);

	if (!x->watch)
		return MONO_NEVER;
	if (mono_due(x->again, now)) {
		x->again = proc_watch_turn(x->watch, now);
		vrrpd_evaluate(x->d, now);
	}
	if (proc_watch_is_blind(x->watch) && !x->said_blind) {
		x->said_blind = true;
		say(x, LOG_LEVEL_WARNING, "processes-hidden",
		    "processes of other users cannot be seen here (hidepid, ProtectProc): trackers "
		    "of type process do not count them; mount /proc with gid= of vrrpd's group");
	}
	return x->again;
}

struct track_linux *track_linux_new(struct vrrpd *d, struct vrrpd_runner *runner,
				    struct loop *loop, struct log *log)
{
	struct track_linux *x = calloc(1, sizeof *x);

	if (!x)
		return NULL;
	*x = (struct track_linux){
		.d = d, .runner = runner, .loop = loop, .log = log, .again = MONO_NEVER
	};
	vrrpd_runner_listen(runner, VRRPD_RUNS_TRACKERS,
			    &(struct vrrpd_runner_ears){ on_ended, on_lost, x });
	return x;
}

void track_linux_free(struct track_linux *x)
{
	if (x)
		unwatch(x);
	free(x);
}
