/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace.h - what leaves a simulated run: a digest of everything that was sent, asked for and
 * logged, so that two runs can be compared; and, if wanted, a capture file and the log for people.
 */
#ifndef TRACE_H
#define TRACE_H

#include <stdint.h>
#include <stdio.h>

#include "log_line.h"
#include "mono.h"

struct capture_writer;
struct host;
struct net_frame;
struct net_link;
struct world;

struct trace {
	uint64_t digest;
	FILE *log;                      /* NULL: no log. Lines are prefixed with "# " */
	struct capture_writer *capture; /* NULL: none */
};

void trace_frame(struct world *w, const struct net_link *link, const struct net_frame *frame);
void trace_log(struct world *w, const struct host *h, const struct log_line *line);
/* Something the scenario did. */
void trace_step(struct world *w, const char *what);

/* Seconds since the beginning with microseconds, "12.345678". */
const char *trace_time(mono_t t, char buf[32]);

#endif
