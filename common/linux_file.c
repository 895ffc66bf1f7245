/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux_file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NUMBER_SIZE = 64, EVENTS_SIZE = 4096 };

/* A file that has just been made (IN_CREATE) is about to be written, and closed. */
#define TOUCHED  (IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE)
#define APPEARED (IN_CREATE | IN_MOVED_TO)
#define GONE     (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT)
#define WATCHED  (TOUCHED | APPEARED | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)

struct file {
	char *path;
	const char *name; /* in it: after the last slash */
	uint32_t id;
	int wd;           /* of its directory, or of one above */
	bool direct;      /* of its directory */
	bool changed;
};

struct file_watch {
	void (*changed)(void *ctx, uint32_t id);
	void *ctx;
	int fd;
	struct file *file;
	uint32_t n;
};

/* ---- reading ------------------------------------------------------------------------------ */

static bool parse(const char *text, int32_t *value)
{
	char *end;
	long n;

	while (isspace((unsigned char)*text))
		text++;
	*value = 0;
	if (*text == '\0')
		return true;
	errno = 0;
	n = strtol(text, &end, 10);
	if (end == text || errno != 0 || n < INT32_MIN || n > INT32_MAX)
		return false;
	*value = (int32_t)n;
	while (isspace((unsigned char)*end))
		end++;
	return *end == '\0';
}

enum file_number file_read_number(const char *path, int32_t *value)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	char text[NUMBER_SIZE + 1] = "";
	struct stat st;
	ssize_t n = -1;

	if (fd < 0)
		return FILE_NUMBER_MISSING;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		n = read(fd, text, NUMBER_SIZE);
	else
		errno = EINVAL;
	if (n < 0) {
		int error = errno;

		close(fd);
		errno = error;
		return FILE_NUMBER_MISSING;
	}
	close(fd);
	if (n == NUMBER_SIZE || memchr(text, '\0', (size_t)n) != NULL)
		return FILE_NUMBER_BAD;
	return parse(text, value) ? FILE_NUMBER : FILE_NUMBER_BAD;
}

/* ---- watching ----------------------------------------------------------------------------- */

/* Watches the nearest directory that there is; its length in the path, or -1. */
static int watch_nearest(int fd, struct file *f)
{
	char *dir = strdup(f->path);
	size_t len = (size_t)(f->name - f->path - 1);

	if (!dir)
		return -1;
	f->direct = true;
	for (;; f->direct = false) {
		dir[len > 0 ? len : 1] = '\0';
		f->wd = inotify_add_watch(fd, dir, WATCHED);
		if (f->wd >= 0 || len == 0)
			break;
		while (len > 0 && dir[--len] != '/')
			;
	}
	free(dir);
	return f->wd >= 0 ? (int)len : -1;
}

static void forget(struct file_watch *w, int wd)
{
	for (uint32_t i = 0; i < w->n; i++)
		if (w->file[i].wd == wd)
			return;
	if (wd >= 0)
		inotify_rm_watch(w->fd, wd);
}

/* Again until the one below is still not there after the watch was set: it cannot have been missed.
 */
static bool place(struct file_watch *w, struct file *f)
{
	int before = -1, now;

	for (;;) {
		int old = f->wd;

		now = watch_nearest(w->fd, f);
		if (f->wd != old)
			forget(w, old);
		if (now < 0 || f->direct || now == before)
			break;
		before = now;
	}
	return now >= 0;
}

struct file_watch *file_watch_new(void (*changed)(void *ctx, uint32_t id), void *ctx)
{
	struct file_watch *w = calloc(1, sizeof *w);

	if (!w)
		return NULL;
	*w = (struct file_watch){ .changed = changed, .ctx = ctx };
	w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (w->fd < 0) {
		free(w);
		return NULL;
	}
	return w;
}

void file_watch_free(struct file_watch *w)
{
	if (!w)
		return;
	for (uint32_t i = 0; i < w->n; i++)
		free(w->file[i].path);
	free(w->file);
	close(w->fd);
	free(w);
}

bool file_watch_add(struct file_watch *w, const char *path, uint32_t id)
{
	struct file *file = realloc(w->file, (w->n + 1) * sizeof *file);
	const char *slash = strrchr(path, '/');

	if (!file)
		return false;
	w->file = file;
	if (!slash || path[0] != '/') {
		errno = EINVAL;
		return false;
	}
	file = &w->file[w->n];
	*file = (struct file){ .path = strdup(path), .id = id, .wd = -1 };
	if (!file->path)
		return false;
	file->name = file->path + (slash - path) + 1;
	w->n++;
	return place(w, file);
}

int file_watch_fd(const struct file_watch *w)
{
	return w->fd;
}

static void on_event(struct file_watch *w, const struct inotify_event *e)
{
	for (uint32_t i = 0; i < w->n; i++) {
		struct file *f = &w->file[i];
		bool lost = (e->mask & IN_Q_OVERFLOW) != 0;

		if (!lost && e->wd != f->wd)
			continue;
		if (lost || (e->mask & GONE) != 0 || (!f->direct && (e->mask & APPEARED) != 0)) {
			if ((e->mask & IN_IGNORED) != 0)
				f->wd = -1;
			place(w, f);
			f->changed = true;
		} else if (f->direct && e->len > 0 && (e->mask & TOUCHED) != 0) {
			f->changed |= strcmp(e->name, f->name) == 0;
		}
	}
}

void file_watch_ready(struct file_watch *w)
{
	char buf[EVENTS_SIZE] __attribute__((aligned(__alignof__(struct inotify_event))));
	ssize_t n = read(w->fd, buf, sizeof buf);

	/* One buffer: what more there is comes with the next turn. */
	for (char *p = buf; n > 0 && p < buf + n;) {
		const struct inotify_event *e = (const void *)p;

		on_event(w, e);
		p += sizeof *e + e->len;
	}
	for (uint32_t i = 0; i < w->n; i++)
		if (w->file[i].changed) {
			w->file[i].changed = false;
			w->changed(w->ctx, w->file[i].id);
		}
}
