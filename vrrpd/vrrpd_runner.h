/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrpd_runner.h - the one process that runs programs for vrrpd (linux_runner.h), shared by those
 * who want some run: each asks under numbers of its own, and hears what came of them.
 */
#ifndef VRRPD_RUNNER_H
#define VRRPD_RUNNER_H

#include "linux_loop.h"
#include "linux_runner.h"
#include "log.h"

/* Who asks. */
enum vrrpd_runs { VRRPD_RUNS_TRACKERS, VRRPD_RUNS_NOTICES, VRRPD_RUNS_N };

struct vrrpd_runner;

/* Starts it, before vrrpd gives up its rights; what it may run stands in the model, which was read
 * from the file, and later in the file. NULL with a reason. The confinement must stay. */
struct vrrpd_runner *vrrpd_runner_new(const char *file, const struct cf_confine *confine,
				      const struct cf_model *m, struct text *why);
void vrrpd_runner_free(struct vrrpd_runner *r);

/* False with errno. */
bool vrrpd_runner_watch(struct vrrpd_runner *r, struct loop *loop, struct log *log);

/* What came of it is told by this; `lost`: of nothing any more. */
struct vrrpd_runner_ears {
	void (*ended)(void *ctx, uint32_t id, const struct runner_result *result);
	void (*lost)(void *ctx);
	void *ctx;
};
void vrrpd_runner_listen(struct vrrpd_runner *r, enum vrrpd_runs who,
			 const struct vrrpd_runner_ears *ears);

/* The job's own id is not used. `ended` follows, never from within this. */
void vrrpd_runner_run(struct vrrpd_runner *r, enum vrrpd_runs who, uint32_t id,
		      const struct runner_job *job);
void vrrpd_runner_cancel(struct vrrpd_runner *r, enum vrrpd_runs who, uint32_t id);
/* The file has been taken over. */
void vrrpd_runner_reload(struct vrrpd_runner *r);

/* To be called in each turn; when it wants to be called again. */
mono_t vrrpd_runner_turn(struct vrrpd_runner *r);
/* How many have not ended. */
unsigned vrrpd_runner_busy(const struct vrrpd_runner *r);

#endif
