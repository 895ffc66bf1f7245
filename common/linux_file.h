/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linux_file.h - small files that somebody else writes: what number they hold, and when that may
 * have changed (inotify).
 *
 * Watched is the directory of a file, so that the file may be replaced, removed and made again. A
 * directory that is not there is waited for in the nearest one above that is.
 */
#ifndef LINUX_FILE_H
#define LINUX_FILE_H

#include <stdbool.h>
#include <stdint.h>

enum file_number {
	FILE_NUMBER,         /* or nothing but blanks: 0 */
	FILE_NUMBER_MISSING, /* no such file, or it cannot be read: errno says why */
	FILE_NUMBER_BAD,     /* it holds something else */
};

/* Never waits, and reads no more than a number can be long. */
enum file_number file_read_number(const char *path, int32_t *value);

struct file_watch;

/* Calls `changed` with the id of each file that was written and closed, renamed, or removed, from
 * within file_watch_ready(); sometimes when nothing has changed. It must not free the watch. NULL
 * with errno. */
struct file_watch *file_watch_new(void (*changed)(void *ctx, uint32_t id), void *ctx);
void file_watch_free(struct file_watch *w);

/* From now on; whoever reads it afterwards misses nothing. False with errno. */
bool file_watch_add(struct file_watch *w, const char *path, uint32_t id);

/* Is readable when file_watch_ready() is to be called. */
int file_watch_fd(const struct file_watch *w);
void file_watch_ready(struct file_watch *w);

#endif
