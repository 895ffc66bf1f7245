/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scenario.h - runs a scenario: builds its world, does to it what the timeline says, and compares
 * what is seen with what is expected, and with the rules of the oracle.
 */
#ifndef SCENARIO_H
#define SCENARIO_H

#include <stdio.h>

#include "oracle.h"
#include "scenario_cf.h"

struct capture_writer;

struct scenario {
	struct cf_model model;
	const struct scenario_cf *cf;
};

/* False when the file is not a scenario; the report says why. */
bool scenario_load(const char *path, struct scenario *s, struct cf_report *report);
void scenario_free(struct scenario *s);

struct scenario_options {
	uint64_t seed;
	FILE *log;                      /* what happens, in lines that begin with "# "; or NULL */
	struct capture_writer *capture; /* all frames; or NULL */
	bool unjudged;                  /* without oracle: to see what judging costs */
};

struct scenario_outcome {
	bool expectation; /* this step expects something */
	bool met;
	char text[320];   /* what was expected; and if it was not met, what was seen */
};

struct scenario_result {
	uint64_t digest, events;
	uint32_t n;                       /* steps */
	struct scenario_outcome *outcome; /* [n] */
	struct oracle_verdict verdict[RULE_N];
};

void scenario_run(const struct scenario *s, const struct scenario_options *options,
		  struct scenario_result *result);
void scenario_result_free(struct scenario_result *r);

/* Whether everything expected was seen and no rule was broken. */
bool scenario_ok(const struct scenario_result *r);

#endif
