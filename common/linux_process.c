/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { CLAIM_TRIES = 20 };

/* What a user is to work with must be its own; nothing to do where it is ours anyway. */
static bool give(int fd, const struct privilege_user *owner)
{
	return !owner->name || owner->uid == geteuid() || fchown(fd, owner->uid, owner->gid) == 0;
}

/* The directory, made if need be; -1 with a reason. */
static int open_dir(const char *dir, const struct privilege_user *owner, struct text *why)
{
	bool made = mkdir(dir, 0750) == 0;
	int at;

	if (!made && errno != EEXIST) {
		text_fmt(why,
			 "cannot make the runtime directory %s: %s; choose another with "
			 "--runtime-dir",
			 dir, strerror(errno));
		return -1;
	}
	at = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (at >= 0 && (!made || give(at, owner)))
		return at;
	text_fmt(why, "cannot use the runtime directory %s: %s", dir, strerror(errno));
	if (at >= 0)
		close(at);
	return -1;
}

/* The directory may belong to somebody who is not root: a link to another's file must not be given
 * away. */
static bool give_lock(int fd, const struct privilege_user *owner)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return false;
	if (S_ISREG(st.st_mode) && st.st_nlink == 1)
		return give(fd, owner);
	errno = EMLINK;
	return false;
}

bool process_lock_dir(const char *dir, const char *name, const struct privilege_user *owner,
		      struct text *why)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int at = open_dir(dir, owner, why), fd;
	char file[64];

	if (at < 0)
		return false;
	snprintf(file, sizeof file, "%s.lock", name);
	fd = openat(at, file, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0640);
	close(at);
	if (fd < 0 || !give_lock(fd, owner)) {
		text_fmt(why, "cannot open %s/%s: %s", dir, file, strerror(errno));
		if (fd >= 0)
			close(fd);
		return false;
	}
	if (fcntl(fd, F_SETLK, &lock) == 0)
		return true; /* the file stays open: the lock is held until the process ends */
	if (fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK)
		text_fmt(why,
			 "another %s (pid %ld) uses the runtime directory %s; stop it, or choose "
			 "another with --runtime-dir",
			 name, (long)lock.l_pid, dir);
	else
		text_fmt(why, "cannot lock %s/%s", dir, file);
	close(fd);
	return false;
}

/* Who listens on the abstract socket; false with errno when nobody does, or it cannot be told. */
static bool connect_to_holder(const struct sockaddr_un *addr, socklen_t len, struct ucred *cred)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	socklen_t size = sizeof *cred;
	bool found;
	int error;

	if (fd < 0)
		return false;
	found = connect(fd, (const struct sockaddr *)addr, len) == 0 &&
		getsockopt(fd, SOL_SOCKET, SO_PEERCRED, cred, &size) == 0;
	error = errno;
	close(fd);
	errno = error;
	return found;
}

/* Whether the name is held by one of ours, or by somebody who cannot be told. A daemon listens as
 * soon as it has bound its name: who does not listen after some time is none. */
static bool is_held(const struct sockaddr_un *addr, socklen_t len, struct ucred *cred)
{
	const struct timespec nap = { .tv_nsec = 5000000 };

	for (unsigned i = 0; i < CLAIM_TRIES; i++) {
		if (connect_to_holder(addr, len, cred))
			return cred->uid == 0 || cred->uid == geteuid();
		if (errno != ECONNREFUSED)
			return true;
		nanosleep(&nap, NULL);
	}
	return false;
}

bool process_claim(const char *name, struct text *why)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct ucred cred = { 0 };
	socklen_t len;

	len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
			  (size_t)snprintf(addr.sun_path + 1, sizeof addr.sun_path - 1, "trivet/%s",
					   name));
	if (fd >= 0 && bind(fd, (struct sockaddr *)&addr, len) == 0 && listen(fd, SOMAXCONN) == 0)
		return true; /* and stays open; those who look are not accepted: room for many */
	if (fd >= 0)
		close(fd);
	if (errno != EADDRINUSE) {
		text_fmt(why, "cannot make a socket: %s", strerror(errno));
		return false;
	}
	if (!is_held(&addr, len, &cred))
		return true;
	text_fmt(why, "another %s", name);
	if (cred.pid > 0)
		text_fmt(why, " (pid %ld)", (long)cred.pid);
	text_put(why, " runs in this network namespace; stop it, or add what is missing to its "
		      "configuration");
	return false;
}

int process_signals(const int *signals)
{
	sigset_t set;

	sigemptyset(&set);
	for (; *signals != 0; signals++)
		sigaddset(&set, *signals);
	signal(SIGPIPE, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -1;
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

int process_next_signal(int fd)
{
	struct signalfd_siginfo info;

	return read(fd, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}
