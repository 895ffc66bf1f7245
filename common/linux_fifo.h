/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linux_fifo.h - writing lines into a FIFO that somebody else reads, or does not.
 *
 * What is written never waits, and comes whole: batches of at most PIPE_BUF bytes, and nothing in
 * between. It is open for reading here too, so that lines outlive a reader that goes and comes
 * back. When nobody reads, the kernel keeps 64 KiB; after that it is full until somebody does.
 */
#ifndef LINUX_FIFO_H
#define LINUX_FIFO_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "text.h"

enum { FIFO_BATCH = PIPE_BUF };

struct fifo {
	char path[256];
	int fd;         /* -1: there is none */
	int wake;       /* readable when it has room again; -1 while it is not full */
	bool made;      /* by us: ours to remove */
	dev_t dev;
	ino_t ino;
	size_t len;     /* of what has not been written yet */
	char batch[FIFO_BATCH];
};

/* Opens what is there, or makes it with this mode. False, explained in `why`, when that cannot be
 * done or it is something else. */
bool fifo_open(struct fifo *f, const char *path, mode_t mode, struct text *why);
/* Removes it if it was made here and is still there. One that is not open: nothing. */
void fifo_close(struct fifo *f);

/* Whether the path still leads to what is open. */
bool fifo_is_there(const struct fifo *f);

/* Adds to the batch what fits: fifo_room() bytes. */
size_t fifo_room(const struct fifo *f);
void fifo_put(struct fifo *f, const char *line, size_t len);

enum fifo_done {
	FIFO_WRITTEN, /* the batch is empty */
	FIFO_FULL,    /* `wake` becomes readable when there may be room */
	FIFO_FAILED,  /* errno; the batch is lost */
};
enum fifo_done fifo_write(struct fifo *f);

#endif
