/* SPDX-License-Identifier: BSD-2-Clause */
#include "cf_secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Why a file is none for a secret; NULL: it is one. */
static const char *unfit(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return "is not a regular file";
	if ((st->st_mode & S_IRWXO) != 0)
		return "may be read or written by others: chmod o= it";
	if ((st->st_mode & S_IWGRP) != 0)
		return "may be written by its group: chmod g-w it";
	return NULL;
}

bool cf_secret_read(const char *path, char *to, size_t *len, struct text *why)
{
	/* Nothing that could block, or have an effect, is opened for longer than to look at it. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	const char *reason = NULL;
	struct stat st;
	ssize_t n = -1;

	if (fd < 0 || fstat(fd, &st) < 0)
		reason = strerror(errno);
	else
		reason = unfit(&st);
	if (!reason && (n = read(fd, to, CF_SECRET_MAX)) < 0)
		reason = strerror(errno);
	else if (n == CF_SECRET_MAX)
		reason = "is too long for a secret";
	if (fd >= 0)
		close(fd);
	if (reason) {
		text_put(why, reason);
		return false;
	}
	if (n > 0 && to[n - 1] == '\n')
		n--;
	*len = (size_t)n;
	return true;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 'a' - 'A';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool cf_secret_hex(const char *from, size_t from_len, void *to, size_t size, size_t *len)
{
	unsigned char *p = to;

	if (from_len % 2 != 0 || from_len / 2 > size)
		return false;
	for (size_t i = 0; i < from_len / 2; i++) {
		int high = digit(from[2 * i]), low = digit(from[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		p[i] = (unsigned char)(high << 4 | low);
	}
	*len = from_len / 2;
	return true;
}
