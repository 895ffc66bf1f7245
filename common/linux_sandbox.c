/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux_sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <ucontext.h>

/* What any program does: memory, its own signals, asking about itself, ending. mmap() and
 * mprotect() are in limited(). */
static const char *const basic[] = {
	"brk", "madvise", "mremap", "munmap", "futex", "getrandom", "rseq", "set_robust_list",
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigtimedwait", "sigaltstack",
	"sigreturn", "restart_syscall",
	"clock_getres", "clock_gettime", "gettimeofday", "time",
	"getegid", "geteuid", "getgid", "getpid", "getppid", "gettid", "getuid", "uname",
	"getrlimit", "ugetrlimit", "sched_getaffinity", "sched_yield", "sysinfo",
	"exit", "exit_group", "tgkill",
};

/* Files that are there. open() and openat() are limited() in a loader. */
static const char *const reading[] = {
	"close", "read", "readv", "pread64", "write", "writev", "lseek", "_llseek",
	"fcntl", "fcntl64", "fstat", "fstat64", "fstatfs", "lstat", "lstat64", "newfstatat",
	"fstatat64", "stat", "stat64", "statx", "access", "faccessat", "faccessat2",
	"readlink", "readlinkat", "getdents", "getdents64", "getcwd",
};

/* A daemon and its loop. socket(), clone() and ioctl() are in limited(). */
static const char *const daemon_calls[] = {
	"open", "openat", "dup", "dup2", "dup3", "close_range", "pipe", "pipe2",
	"epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2",
	"poll", "ppoll", "ppoll_time64", "select", "pselect6", "_newselect",
	"signalfd", "signalfd4", "timerfd_create", "timerfd_settime", "timerfd_gettime",
	"eventfd", "eventfd2", "nanosleep", "clock_nanosleep",
	"socketpair", "bind", "connect", "listen", "accept", "accept4", "shutdown",
	"send", "sendto", "sendmsg", "sendmmsg", "recv", "recvfrom", "recvmsg", "recvmmsg",
	"recvmmsg_time64", "getsockname", "getpeername", "getsockopt", "setsockopt",
	"inotify_init", "inotify_init1", "inotify_add_watch", "inotify_rm_watch",
	/* Children, and what they give up. */
	"fork", "vfork", "wait4", "waitid", "waitpid", "kill", "set_tid_address",
	"alarm", "setitimer", "setrlimit", "prlimit64", "sched_setscheduler", "prctl",
	"capget", "capset", "seccomp",
	/* A FIFO of its own. mknod() is in limit_daemon(). */
	"fchmod", "unlink", "unlinkat",
};

/* What was refused, by number. Written by a signal handler, so it cannot be anywhere else. */
enum { NUMBERS = 512 };
static volatile uint16_t refused[NUMBERS + 1]; /* the last one: all others */
static volatile sig_atomic_t some_refused;     /* there is something in it */

/* ---- what happens to a call that is not in the list --------------------------------------- */

#if defined(__x86_64__)
#define RESULT_OF(context) (context)->uc_mcontext.gregs[REG_RAX]
#elif defined(__i386__)
#define RESULT_OF(context) (context)->uc_mcontext.gregs[REG_EAX]
#elif defined(__aarch64__)
#define RESULT_OF(context) (context)->uc_mcontext.regs[0]
#elif defined(__riscv)
#define RESULT_OF(context) (context)->uc_mcontext.__gregs[REG_A0]
#endif

#ifdef RESULT_OF
/* The call returns EPERM, as if the kernel had refused it by itself. */
static void on_refused(int sig, siginfo_t *info, void *context)
{
	int nr = info->si_syscall;
	unsigned at = nr >= 0 && nr < NUMBERS ? (unsigned)nr : NUMBERS;

	(void)sig;
	if (refused[at] < UINT16_MAX)
		refused[at]++;
	some_refused = 1;
	RESULT_OF((ucontext_t *)context) = -EPERM;
}

static uint32_t action_of(enum sandbox which)
{
	return which == SANDBOX_DAEMON ? SCMP_ACT_TRAP : SCMP_ACT_KILL_PROCESS;
}

static bool catch_refused(void)
{
	struct sigaction action = { .sa_sigaction = on_refused, .sa_flags = SA_SIGINFO };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGSYS);
	return sigaction(SIGSYS, &action, NULL) == 0 &&
	       sigprocmask(SIG_UNBLOCK, &set, NULL) == 0;
}
#else
/* Where a handler would not know how to make a call fail, only the kernel's log tells. */
static uint32_t action_of(enum sandbox which)
{
	return which == SANDBOX_DAEMON ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_KILL_PROCESS;
}

static bool catch_refused(void)
{
	return true;
}
#endif

unsigned sandbox_refused(struct text *name)
{
	if (some_refused == 0) /* asked in every turn of a loop */
		return 0;
	for (unsigned nr = 0; nr <= NUMBERS; nr++)
		if (refused[nr] > 0) {
			unsigned times = refused[nr];
			char *known = NULL;

			refused[nr] = 0;
			if (nr < NUMBERS)
				known = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE,
									 (int)nr);
			text_put(name, known ? known : "unknown");
			free(known);
			return times;
		}
	some_refused = 0;
	return 0;
}

/* ---- the lists ---------------------------------------------------------------------------- */

/* A call that this architecture has not cannot be made, and needs no rule. */
static int allow(scmp_filter_ctx f, const char *const *name, size_t n)
{
	int error = 0;

	for (size_t i = 0; error == 0 && i < n; i++) {
		int nr = seccomp_syscall_resolve_name(name[i]);

		if (nr >= 0)
			error = seccomp_rule_add(f, SCMP_ACT_ALLOW, nr, 0);
	}
	return error;
}

/* A call whose argument number `arg`, masked, has this value. */
static int allow_if(scmp_filter_ctx f, const char *name, unsigned arg, uint64_t mask,
		    uint64_t value)
{
	int nr = seccomp_syscall_resolve_name(name);

	return nr < 0 ? 0
		      : seccomp_rule_add(f, SCMP_ACT_ALLOW, nr, 1,
					 SCMP_CMP64(arg, SCMP_CMP_MASKED_EQ, mask, value));
}

/* No memory that can be executed: nothing is loaded any more, and nobody brings code along. */
static int allow_data(scmp_filter_ctx f)
{
	int error = allow_if(f, "mmap", 2, PROT_EXEC, 0);

	error = error ? error : allow_if(f, "mmap2", 2, PROT_EXEC, 0);
	return error ? error : allow_if(f, "mprotect", 2, PROT_EXEC, 0);
}

/* O_TMPFILE without O_DIRECTORY; O_CREAT and O_TRUNC write, however a file is opened. */
static int allow_open_to_read(scmp_filter_ctx f)
{
	uint64_t writing = O_ACCMODE | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY);
	int error = allow_if(f, "open", 1, writing, O_RDONLY);

	return error ? error : allow_if(f, "openat", 2, writing, O_RDONLY);
}

/* The families a daemon speaks; children but no namespaces of their own. clone3() hides its flags
 * behind a pointer: the C library does without it when it is told that there is none. The requests
 * of ioctl() are those of if_nametoindex() and if_indextoname(), and of stdio. */
static int limit_daemon(scmp_filter_ctx f)
{
	static const uint64_t families[] = { AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET };
	static const uint64_t requests[] = { SIOCGIFINDEX, SIOCGIFNAME, TCGETS };
	const uint64_t namespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
				    CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
	int nr = seccomp_syscall_resolve_name("clone3");
	int error = nr < 0 ? 0 : seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), nr, 0);

	for (size_t i = 0; error == 0 && i < sizeof families / sizeof *families; i++)
		error = allow_if(f, "socket", 0, UINT32_MAX, families[i]);
	for (size_t i = 0; error == 0 && i < sizeof requests / sizeof *requests; i++)
		error = allow_if(f, "ioctl", 1, UINT32_MAX, requests[i]);
	error = error ? error : allow_if(f, "mknod", 1, S_IFMT, S_IFIFO);
	error = error ? error : allow_if(f, "mknodat", 2, S_IFMT, S_IFIFO);
	return error ? error : allow_if(f, "clone", 0, namespaces, 0);
}

#define ALLOW(f, list) allow(f, list, sizeof(list) / sizeof *(list))

static int fill(scmp_filter_ctx f, enum sandbox which)
{
	int error = ALLOW(f, basic);

	error = error ? error : ALLOW(f, reading);
	error = error ? error : allow_data(f);
	if (which == SANDBOX_LOADER)
		return error ? error : allow_open_to_read(f);
	error = error ? error : ALLOW(f, daemon_calls);
	return error ? error : limit_daemon(f);
}

/* ---- entering ----------------------------------------------------------------------------- */

bool sandbox_is_built_in(void)
{
	return true;
}

bool sandbox_enter(enum sandbox which, struct text *why)
{
	scmp_filter_ctx f = seccomp_init(action_of(which));
	int error = f ? fill(f, which) : -ENOMEM;

	/* The kernel notes what it refuses, where it can; a tree instead of a chain of
	 * comparisons. */
	if (error == 0)
		seccomp_attr_set(f, SCMP_FLTATR_CTL_LOG, 1);
	if (error == 0)
		seccomp_attr_set(f, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (error == 0 && which == SANDBOX_DAEMON && !catch_refused())
		error = -errno;
	if (error == 0)
		error = seccomp_load(f);
	if (f)
		seccomp_release(f);
	if (error != 0)
		text_fmt(why, "the kernel does not take the filter of system calls: %s",
			 strerror(-error));
	return error == 0;
}
