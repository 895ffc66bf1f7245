/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux_fifo.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

static const char *kind(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "a file";
	case S_IFDIR:
		return "a directory";
	case S_IFLNK:
		return "a symbolic link";
	case S_IFSOCK:
		return "a socket";
	default:
		return "a device";
	}
}

static bool fail(struct fifo *f, struct text *why, const char *what)
{
	text_fmt(why, "cannot %s the FIFO %s: %s%s", what, f->path, strerror(errno),
		 errno == EROFS    ? "; as a service vrrpd may write below /run/trivet only, see "
				     "ReadWritePaths in systemd.exec(5)"
		 : errno == EACCES ? "; vrrpd must be allowed to read and write it"
				   : "");
	return false;
}

/* Makes it unless there is something, and looks what there is. */
static bool make(struct fifo *f, mode_t mode, struct stat *st, struct text *why)
{
	if (lstat(f->path, st) < 0) {
		if (errno != ENOENT)
			return fail(f, why, "look for");
		f->made = mkfifo(f->path, mode) == 0;
		if (!f->made && errno != EEXIST)
			return fail(f, why, "make");
		if (lstat(f->path, st) < 0)
			return fail(f, why, "look for");
	}
	if (S_ISFIFO(st->st_mode))
		return true;
	text_fmt(why, "%s is there already, and is %s, not a FIFO: remove it, or name another path",
		 f->path, kind(st->st_mode));
	return false;
}

bool fifo_open(struct fifo *f, const char *path, mode_t mode, struct text *why)
{
	struct stat st, opened;

	*f = (struct fifo){ .fd = -1, .wake = -1 };
	CHECK(text_copy(f->path, sizeof f->path, path));
	if (!make(f, mode, &st, why))
		return false;
	f->fd = open(path, O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	if (f->fd < 0)
		return fail(f, why, "open");
	if (fstat(f->fd, &opened) < 0 || opened.st_dev != st.st_dev ||
	    opened.st_ino != st.st_ino) {
		errno = ESTALE; /* replaced while we looked */
		fail(f, why, "open");
		fifo_close(f);
		return false;
	}
	f->dev = st.st_dev;
	f->ino = st.st_ino;
	if (f->made && fchmod(f->fd, mode) < 0) { /* the umask may have taken from it */
		fail(f, why, "give its mode to");
		fifo_close(f);
		return false;
	}
	return true;
}

void fifo_close(struct fifo *f)
{
	if (f->fd < 0)
		return;
	if (f->made && fifo_is_there(f))
		unlink(f->path);
	close(f->fd);
	if (f->wake >= 0)
		close(f->wake);
	f->fd = f->wake = -1;
}

bool fifo_is_there(const struct fifo *f)
{
	struct stat st;

	return lstat(f->path, &st) == 0 && st.st_dev == f->dev && st.st_ino == f->ino;
}

size_t fifo_room(const struct fifo *f)
{
	return f->fd < 0 ? 0 : sizeof f->batch - f->len;
}

void fifo_put(struct fifo *f, const char *line, size_t len)
{
	CHECK(len <= fifo_room(f));
	memcpy(f->batch + f->len, line, len);
	f->len += len;
}

static bool await_room(struct fifo *f)
{
	struct epoll_event ev = { .events = EPOLLOUT };

	if (f->wake < 0)
		f->wake = epoll_create1(EPOLL_CLOEXEC);
	return f->wake >= 0 &&
	       (epoll_ctl(f->wake, EPOLL_CTL_ADD, f->fd, &ev) == 0 || errno == EEXIST);
}

enum fifo_done fifo_write(struct fifo *f)
{
	ssize_t n;

	if (f->len == 0)
		return FIFO_WRITTEN;
	do
		n = write(f->fd, f->batch, f->len);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN && await_room(f))
		return FIFO_FULL;
	f->len = 0;
	if (f->wake >= 0)
		close(f->wake);
	f->wake = -1;
	return n < 0 ? FIFO_FAILED : FIFO_WRITTEN;
}
