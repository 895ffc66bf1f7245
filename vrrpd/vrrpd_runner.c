/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrpd_runner.h"

#include <stdlib.h>
#include <string.h>

#include "vrrp_cf.h"

struct vrrpd_runner {
	struct runner_source source;
	struct runner *runner;
	struct loop *loop;
	struct log *log;
	struct vrrpd_runner_ears ears[VRRPD_RUNS_N];
	uint64_t refused[RUNNER_JOBS_MAX]; /* could not even be asked for: said in the next turn */
	unsigned n_refused;
	struct log_line line;
};

/* ---- what may be run ---------------------------------------------------------------------- */

static void permit(void *ctx, const char *args, size_t len, const char *user, bool more)
{
	runner_permit(ctx, &(struct runner_program){ { args, len }, user, more });
}

/* In the runner. */
static void set_rules(const struct cf_model *m, struct runner_rules *r)
{
	const struct trivet_cf *root = trivet_cf_root(m);

	runner_limit(r, root->scripts.max_parallel, root->scripts.user);
	vrrp_cf_programs(m, trivet_cf_vrrp(m), permit, r);
}

/* ---- what it says ------------------------------------------------------------------------- */

static uint64_t id_of(enum vrrpd_runs who, uint32_t id)
{
	return (uint64_t)who << 56 | id;
}

static void tell(struct vrrpd_runner *r, const struct runner_result *result)
{
	uint64_t who = result->id >> 56;

	if (who < VRRPD_RUNS_N && r->ears[who].ended)
		r->ears[who].ended(r->ears[who].ctx, (uint32_t)result->id, result);
}

static void on_ended(void *ctx, const struct runner_result *result)
{
	tell(ctx, result);
}

static void on_loaded(void *ctx, bool ok, const char *text)
{
	struct vrrpd_runner *r = ctx;
	char time[LOG_TIME_SIZE];

	if (ok || !r->log)
		return;
	log_begin(&r->line, LOG_LEVEL_ERROR, "scripts-not-read");
	log_text(&r->line, "error", text);
	log_text(&r->line, "text",
		 "the process that runs scripts could not read the configuration that vrrpd has "
		 "just read: scripts that are new are not run; reload again");
	log_time_now(time);
	log_write(r->log, time, &r->line);
}

static void on_lost(void *ctx)
{
	struct vrrpd_runner *r = ctx;

	if (r->loop)
		loop_unwatch(r->loop, runner_fd(r->runner));
	for (unsigned i = 0; i < VRRPD_RUNS_N; i++)
		if (r->ears[i].lost)
			r->ears[i].lost(r->ears[i].ctx);
}

static const struct runner_events events = { on_ended, on_loaded, on_lost };

static void on_readable(void *ctx, int fd, mono_t now)
{
	struct vrrpd_runner *r = ctx;

	(void)fd;
	(void)now;
	runner_ready(r->runner);
}

/* ---- what is asked of it ------------------------------------------------------------------ */

void vrrpd_runner_listen(struct vrrpd_runner *r, enum vrrpd_runs who,
			 const struct vrrpd_runner_ears *ears)
{
	r->ears[who] = *ears;
}

void vrrpd_runner_run(struct vrrpd_runner *r, enum vrrpd_runs who, uint32_t id,
		      const struct runner_job *job)
{
	struct runner_job j = *job;

	j.id = id_of(who, id);
	if (!runner_run(r->runner, &j) && r->n_refused < RUNNER_JOBS_MAX)
		r->refused[r->n_refused++] = j.id;
}

void vrrpd_runner_cancel(struct vrrpd_runner *r, enum vrrpd_runs who, uint32_t id)
{
	runner_cancel(r->runner, id_of(who, id));
}

void vrrpd_runner_reload(struct vrrpd_runner *r)
{
	runner_reload(r->runner);
}

mono_t vrrpd_runner_turn(struct vrrpd_runner *r)
{
	for (unsigned i = 0, n = r->n_refused; i < n; i++)
		tell(r, &(struct runner_result){
			.id = r->refused[i], .end = RUNNER_NOT_STARTED,
			.text = "too many scripts are waiting to be run" });
	r->n_refused = 0;
	return runner_turn(r->runner, loop_now(r->loop));
}

unsigned vrrpd_runner_busy(const struct vrrpd_runner *r)
{
	return runner_busy(r->runner);
}

/* ---- life --------------------------------------------------------------------------------- */

struct vrrpd_runner *vrrpd_runner_new(const char *file, const struct cf_confine *confine,
				      const struct cf_model *m, struct text *why)
{
	struct vrrpd_runner *r = calloc(1, sizeof *r);

	if (!r) {
		text_put(why, "out of memory");
		return NULL;
	}
	r->source = (struct runner_source){ file, &trivet_schema, trivet_cf_check, *confine,
					    set_rules };
	r->runner = runner_start(&r->source, m, &events, r, why);
	if (r->runner)
		return r;
	free(r);
	return NULL;
}

bool vrrpd_runner_watch(struct vrrpd_runner *r, struct loop *loop, struct log *log)
{
	r->loop = loop;
	r->log = log;
	return loop_watch(loop, runner_fd(r->runner), on_readable, r);
}

void vrrpd_runner_free(struct vrrpd_runner *r)
{
	if (!r)
		return;
	if (r->loop && runner_fd(r->runner) >= 0)
		loop_unwatch(r->loop, runner_fd(r->runner));
	runner_free(r->runner);
	free(r);
}
