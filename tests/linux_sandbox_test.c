/* SPDX-License-Identifier: BSD-2-Clause */
/* Each case in a process of its own: there is no way out of a sandbox. */
#include "linux_sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

/* What becomes of a process that does this in a sandbox: as wait() says. */
static int in(enum sandbox which, int (*what)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		char buf[200];
		struct text why = text_open(buf, sizeof buf);

		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		_exit(sandbox_enter(which, &why) ? what() : 99);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static bool exits_with(int status, int value)
{
	return WIFEXITED(status) && WEXITSTATUS(status) == value;
}

/* A build with sanitizers has none, and says so; the cases below then have nothing to look at. */
static bool none(void)
{
	char buf[200];
	struct text why = text_open(buf, sizeof buf);

	if (sandbox_is_built_in())
		return false;
	assert_false(sandbox_enter(SANDBOX_DAEMON, &why));
	assert_non_null(strstr(buf, "no sandbox"));
	return true;
}

static int daemon_work(void)
{
	char name[IF_NAMESIZE];
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), status;
	void *memory = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			    0);
	struct text none_refused = text_open(name, sizeof name);
	FILE *f = fopen("/proc/self/status", "re");
	pid_t pid = fork();

	if (pid == 0)
		_exit(7);
	return !(fd >= 0 && memory != MAP_FAILED && f && fgets(name, sizeof name, f) &&
		 waitpid(pid, &status, 0) == pid && exits_with(status, 7) &&
		 if_nametoindex("lo") > 0 && sandbox_refused(&none_refused) == 0);
}

static void a_daemon_does_its_work(void **state)
{
	(void)state;
	if (!none())
		assert_true(exits_with(in(SANDBOX_DAEMON, daemon_work), 0));
}

/* Each of these fails with EPERM, and is noted by its name. */
static bool is_refused(long result, const char *name)
{
	int error = errno;
	char noted[64];
	struct text t = text_open(noted, sizeof noted);

	return result == -1 && error == EPERM && sandbox_refused(&t) == 1 &&
	       strcmp(noted, name) == 0;
}

static int daemon_mischief(void)
{
	char path[] = "/bin/true", *const argv[] = { path, NULL };
	char unused[64];
	struct text t = text_open(unused, sizeof unused);

	return !(is_refused(execve(path, argv, argv), "execve") &&
		 is_refused(syscall(SYS_ptrace, 0, 0, 0, 0), "ptrace") &&
		 is_refused(syscall(SYS_mount, "a", "/b", "c", 0, 0), "mount") &&
		 is_refused(syscall(SYS_setns, 0, 0), "setns") &&
		 is_refused(syscall(SYS_unshare, 0), "unshare") &&
		 is_refused(syscall(SYS_bpf, 0, 0, 0), "bpf") &&
		 is_refused(syscall(SYS_setuid, 0), "setuid") &&
		 is_refused(syscall(SYS_linkat, AT_FDCWD, "/a", AT_FDCWD, "/b", 0), "linkat") &&
		 is_refused(syscall(SYS_mknodat, AT_FDCWD, "/none/a", S_IFCHR | 0600, 0),
			    "mknodat") &&
		 syscall(SYS_mknodat, AT_FDCWD, "/none/a", S_IFIFO | 0600, 0) < 0 &&
		 errno == ENOENT &&
		 is_refused(socket(AF_BLUETOOTH, SOCK_RAW, 0), "socket") &&
		 is_refused((long)mmap(NULL, 4096, PROT_READ | PROT_EXEC,
				       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), "mmap") &&
		 is_refused(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0), "clone") &&
		 sandbox_refused(&t) == 0);
}

/* S19 */
static void s19_a_daemon_is_refused_what_it_does_not_need_and_lives(void **state)
{
	(void)state;
	if (!none())
		assert_true(exits_with(in(SANDBOX_DAEMON, daemon_mischief), 0));
}

static int fail_for_good(void)
{
	abort();
}

/* A failed CHECK() still ends a daemon as such. */
static void a_daemon_may_abort(void **state)
{
	int status;

	(void)state;
	if (none())
		return;
	status = in(SANDBOX_DAEMON, fail_for_good);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

static int many_times(void)
{
	char name[64];
	struct text t = text_open(name, sizeof name);

	for (unsigned i = 0; i < 70000; i++)
		syscall(SYS_setuid, 0);
	return !(sandbox_refused(&t) == 65535 && sandbox_refused(&t) == 0);
}

static void refusals_are_counted_up_to_a_limit(void **state)
{
	(void)state;
	if (!none())
		assert_true(exits_with(in(SANDBOX_DAEMON, many_times), 0));
}

static int loader_work(void)
{
	char line[64], *big = malloc(1 << 22);
	FILE *f = fopen("/proc/self/status", "re");

	return !(big && f && fgets(line, sizeof line, f) && fclose(f) == 0 &&
		 access("/nonexistent", R_OK) == -1 && errno == ENOENT);
}

static int open_to_write(void) { return open("/dev/null", O_RDWR | O_CLOEXEC) < 0; }
static int open_to_truncate(void) { return open("/dev/null", O_TRUNC | O_CLOEXEC) < 0; }
static int talk(void) { return socket(AF_UNIX, SOCK_DGRAM, 0) < 0; }
static int multiply(void) { return fork() < 0; }
static int signal_others(void) { return kill(getppid(), 0) < 0; }

/* It has nothing to lose, and whoever waits for it says that it died. */
static void a_loader_reads_or_dies(void **state)
{
	int (*const mischief[])(void) = {
		open_to_write, open_to_truncate, talk, multiply, signal_others,
	};

	(void)state;
	if (none())
		return;
	assert_true(exits_with(in(SANDBOX_LOADER, loader_work), 0));
	for (unsigned i = 0; i < sizeof mischief / sizeof *mischief; i++) {
		int status = in(SANDBOX_LOADER, mischief[i]);

		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGSYS);
	}
}

static int tighten(void)
{
	char buf[200];
	struct text why = text_open(buf, sizeof buf);

	return sandbox_enter(SANDBOX_LOADER, &why) ? multiply() : 98;
}

/* As in every reload. */
static void a_sandbox_can_be_tightened(void **state)
{
	int status;

	(void)state;
	if (none())
		return;
	status = in(SANDBOX_DAEMON, tighten);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSYS);
}

UNIT_MAIN(T(a_daemon_does_its_work), T(s19_a_daemon_is_refused_what_it_does_not_need_and_lives),
	  T(a_daemon_may_abort), T(refusals_are_counted_up_to_a_limit), T(a_loader_reads_or_dies),
	  T(a_sandbox_can_be_tightened))
