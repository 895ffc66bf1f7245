/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Real processes, under a name that nobody else has: counted by what the kernel tells, and by
 * looking through /proc.
 */
#include "linux_proc.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "unit.h"

enum { PATIENCE_S = 30, MANY = 300 };

static char dir[] = "/tmp/linux_proc_test.XXXXXX";
static char name[40], path[100];
static uint32_t count[4];
static unsigned told[4];

/* ---- of which kind ------------------------------------------------------------------------ */

static void names_and_arguments(void **state)
{
#define IS(comm, cmdline) proc_is(&k, comm, cmdline, sizeof cmdline - 1)
	struct proc_kind k = { .name = "haproxy" };

	(void)state;
	assert_true(IS("haproxy", "/usr/sbin/haproxy\0-Ws\0"));
	assert_true(IS("x", "haproxy\0"));
	assert_true(IS("haproxy", ""));
	assert_true(IS("haproxy", "another name\0"));
	assert_false(IS("x", "/usr/sbin/haproxy2\0"));
	assert_false(IS("x", "/haproxy/x\0"));
	assert_false(IS("haprox", "xhaproxy\0"));
	assert_false(IS("x", "x\0haproxy\0"));
	k = (struct proc_kind){ "p", "-a\0bc\0", 6, PROC_MATCH_EXACT };
	assert_true(IS("p", "p\0-a\0bc\0"));
	assert_false(IS("p", "p\0-a\0bc\0d\0"));
	assert_false(IS("p", "p\0-a\0bcd\0"));
	assert_false(IS("p", "p\0-a\0"));
	assert_false(IS("p", ""));
	k.match = PROC_MATCH_INITIAL;
	assert_true(IS("p", "p\0-a\0bc\0d\0"));
	assert_false(IS("p", "p\0-a\0bcd\0"));
	assert_false(IS("p", "p\0bc\0-a\0"));
	k.match = PROC_MATCH_PARTIAL;
	assert_true(IS("p", "p\0-a\0bcd\0"));
	assert_true(IS("p", "p\0-a\0bc\0d\0"));
	assert_false(IS("p", "p\0-ab\0bcd\0"));
	k = (struct proc_kind){ "p", "", 0, PROC_MATCH_EXACT };
	assert_true(IS("p", "p\0"));
	assert_false(IS("p", "p\0x\0"));
}

/* ---- how many ----------------------------------------------------------------------------- */

static void on_counted(void *ctx, uint32_t id, uint32_t n)
{
	assert_ptr_equal(ctx, count);
	count[id] = n;
	told[id]++;
}

static mono_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (mono_t){ (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec };
}

static void turn(struct proc_watch *w)
{
	struct pollfd p = { .fd = proc_watch_fd(w), .events = POLLIN };
	span_t left = mono_since(proc_watch_turn(w, now()), now());

	if (poll(&p, 1, (int)(span_min(left, SPAN_MS(100)).ns / 1000000)) > 0)
		proc_watch_ready(w);
}

static void wait_for(struct proc_watch *w, uint32_t id, uint32_t n)
{
	mono_t until = mono_add(now(), SPAN_S(PATIENCE_S));

	while ((told[id] == 0 || count[id] != n) && mono_before(now(), until))
		turn(w);
	if (told[id] == 0 || count[id] != n)
		fail_msg("%u of kind %u, not %u", count[id], id, n);
}

static pid_t start(const char *argument)
{
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execl(path, name, argument, NULL);
		_exit(127);
	}
	return pid;
}

static void end_of(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static struct proc_watch *watching(bool by_looking)
{
	static struct proc_kind any, some;
	struct proc_watch *w = proc_watch_new(on_counted, count, by_looking);

	any = (struct proc_kind){ .name = name };
	some = (struct proc_kind){ name, "1001", 5, PROC_MATCH_EXACT };
	assert_non_null(w);
	memset(count, 0xff, sizeof count);
	memset(told, 0, sizeof told);
	assert_true(proc_watch_add(w, 0, &any));
	assert_true(proc_watch_add(w, 1, &some));
	return w;
}

static void they_come_and_go(bool by_looking)
{
	pid_t first = start("1000"), second, third;
	struct proc_watch *w = watching(by_looking);

	wait_for(w, 0, 1);
	wait_for(w, 1, 0);
	second = start("1001");
	wait_for(w, 0, 2);
	wait_for(w, 1, 1);
	third = start("1001");
	wait_for(w, 1, 2);
	kill(third, SIGSTOP); /* it is there */
	end_of(second);
	wait_for(w, 1, 1);
	end_of(first);
	end_of(third);
	wait_for(w, 0, 0);
	wait_for(w, 1, 0);
	assert_false(proc_watch_is_blind(w));
	if (by_looking)
		assert_false(proc_watch_is_told(w));
	else
		print_message("# the kernel %s of processes here\n",
			      proc_watch_is_told(w) ? "tells" : "does not tell");
	proc_watch_free(w);
}

static void told_by_the_kernel(void **state)
{
	(void)state;
	they_come_and_go(false);
}

static void by_looking_through_proc(void **state)
{
	(void)state;
	they_come_and_go(true);
}

/* More is told than fits: then all are looked at. */
static void what_was_missed_is_made_up_for(void **state)
{
	static pid_t pid[MANY];
	struct proc_watch *w = watching(false);
	int small = 2048;

	(void)state;
	wait_for(w, 0, 0);
	for (unsigned i = 0; i < 50; i++) /* the kernel may not have answered yet */
		turn(w);
	if (proc_watch_fd(w) >= 0)
		setsockopt(proc_watch_fd(w), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
	for (unsigned i = 0; i < MANY; i++)
		pid[i] = start("1000");
	wait_for(w, 0, MANY);
	for (unsigned i = 0; i < MANY; i++)
		kill(pid[i], SIGKILL);
	for (unsigned i = 0; i < MANY; i++)
		waitpid(pid[i], NULL, 0);
	wait_for(w, 0, 0);
	proc_watch_free(w);
}

static void one_that_becomes_another(void **state)
{
	struct proc_watch *w = watching(false);
	int go[2];
	char c;
	pid_t pid;

	(void)state;
	wait_for(w, 0, 0);
	assert_int_equal(pipe(go), 0);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, name);
		if (read(go[0], &c, 1) == 1)
			execl("/bin/sleep", "sleep", "1000", NULL);
		_exit(127);
	}
	wait_for(w, 0, 1);
	assert_int_equal(write(go[1], "", 1), 1);
	wait_for(w, 0, 0);
	end_of(pid);
	close(go[0]);
	close(go[1]);
	proc_watch_free(w);
}

static int begin(void **state)
{
	char command[200];

	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(name, sizeof name, "p%s", strrchr(dir, '.') + 1);
	snprintf(path, sizeof path, "%s/%s", dir, name);
	snprintf(command, sizeof command, "cp /bin/sleep %s", path);
	return system(command);
}

static int end(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(dir);
}

UNIT_MAIN(
	cmocka_unit_test_setup(names_and_arguments, begin),
	T(told_by_the_kernel),
	T(by_looking_through_proc),
	T(what_was_missed_is_made_up_for),
	cmocka_unit_test_teardown(one_that_becomes_another, end))
