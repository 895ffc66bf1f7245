/* SPDX-License-Identifier: BSD-2-Clause */
/* scenario_run.h - one run of a scenario: shared by scenario.c (building and planning),
 * scenario_do.c (what is done) and scenario_expect.c (what is expected). */
#ifndef SCENARIO_RUN_H
#define SCENARIO_RUN_H

#include "scenario.h"
#include "world.h"

enum { RUN_NO_HOST = UINT32_MAX };

/* Something to do at a planned time: a step of the timeline for one host, or part of a chaos. */
struct run_act {
	uint32_t step;
	enum scenario_do what;
	uint32_t host;      /* RUN_NO_HOST: none in particular */
	uint64_t from, to;  /* bit per port */
	bool both_ways;
	uint32_t chance, chance_end;
	span_t delay, jitter;
};

struct run_change {
	mono_t at;
	uint32_t host;
	char router[CF_NAME_SIZE];
	enum vrrp_state from, to;
	enum vrrp_why why;
};

struct run_config {
	const struct vrrp_cf *vrrp;
	uint8_t priority; /* in place of those in vrrp; 0: not */
};

struct run {
	const struct scenario *s;
	struct scenario_result *result;
	struct world *w;
	struct run_config config[WORLD_HOSTS_MAX]; /* what each host's daemon is started with */
	struct run_act *act;
	uint32_t n_acts, acts_capacity;
	struct run_change *change;
	uint32_t n_changes, changes_capacity;
};

const struct scenario_step *run_step(const struct run *r, uint32_t i);
mono_t run_step_time(const struct run *r, uint32_t i);
struct run_act *run_plan(struct run *r, mono_t at, enum queue_class class);

/* scenario_do.c */
void run_act(void *ctx, uint32_t act, uint32_t unused);
void run_plan_chaos(struct run *r, uint32_t step, mono_t at);

/* scenario_expect.c */
bool run_is_judged_at_end(const struct scenario_step *s);
void run_judge_now(struct run *r, uint32_t step);
void run_judge_at_end(struct run *r);

#endif
