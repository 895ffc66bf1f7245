/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reader.h - the program on a simulated machine that reads what vrrpd tells through its FIFO, or
 * does not, or slowly; and what it has read last of each router.
 */
#ifndef READER_H
#define READER_H

#include "cf.h"
#include "mono.h"
#include "vrrp_notify.h"

/* The FIFO is small, so that it is full soon. */
enum { READER_FIFO = 512, READER_NAMES_MAX = 64 };

struct reader_heard {
	bool group;
	char name[CF_NAME_SIZE];
	enum vrrp_notify_state state;
	uint64_t lines;
};

struct reader {
	bool gone;     /* nobody reads */
	span_t every;  /* it reads all there is so often; zero: at once */
	size_t used;   /* bytes in the FIFO */
	bool waits;    /* the next reading is in the world's queue */
	uint64_t bad;  /* lines that make no sense */
	struct reader_heard heard[READER_NAMES_MAX];
	uint32_t n;
};

/* A line is written: it is as good as read, since lines cannot overtake each other. What was heard;
 * NULL: nothing that makes sense. */
const struct reader_heard *reader_put(struct reader *r, const char *line, size_t len);
size_t reader_room(const struct reader *r);
/* NULL: nothing yet. */
const struct reader_heard *reader_heard(const struct reader *r, bool group, const char *name);

#endif
