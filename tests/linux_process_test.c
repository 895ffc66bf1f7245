/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux_process.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

/* Claims a name that no other test has; the reason if that is refused. */
static bool claim(const char *name, char why[300])
{
	struct text t = text_open(why, 300);
	char own[40];

	snprintf(own, sizeof own, "test-%ld-%s", (long)getpid(), name);
	return process_claim(own, &t);
}

/* Binds the same name as claim(), without listening. */
static int squat(const char *name)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int n = snprintf(addr.sun_path + 1, sizeof addr.sun_path - 1, "trivet/test-%ld-%s",
			 (long)getpid(), name);

	assert_int_equal(bind(fd, (struct sockaddr *)&addr,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1) +
				      (socklen_t)n),
			 0);
	return fd;
}

/* However often somebody tries: nobody accepts those who only look. */
static void a_name_is_claimed_once_and_says_who_has_it(void **state)
{
	char why[300], pid[40];

	(void)state;
	snprintf(pid, sizeof pid, "(pid %ld) runs", (long)getpid());
	assert_true(claim("once", why));
	for (unsigned i = 0; i < 20; i++) {
		assert_false(claim("once", why));
		assert_non_null(strstr(why, pid));
	}
}

/* Any user can bind an abstract name. That must not keep a router from starting. */
static void a_name_that_nobody_listens_on_is_not_held(void **state)
{
	char why[300];
	int fd = squat("squat");

	(void)state;
	assert_true(claim("squat", why));
	close(fd);
}

static void a_stranger_is_not_believed(void **state)
{
	char why[300];
	int fd, ready[2];
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		return; /* there is no other user to be */
	fd = squat("stranger");
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		if (setuid(65534) == 0 && listen(fd, 1) == 0 && write(ready[1], "", 1) == 1)
			pause();
		_exit(1);
	}
	close(fd);
	close(ready[1]);
	assert_int_equal(read(ready[0], why, 1), 1);
	assert_true(claim("stranger", why));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(ready[0]);
}

UNIT_MAIN(T(a_name_is_claimed_once_and_says_who_has_it),
	  T(a_name_that_nobody_listens_on_is_not_held), T(a_stranger_is_not_believed))
