/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux_loop.h"

#include <signal.h>
#include <sys/eventfd.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "check_trap.h"
#include "unit.h"

#define S INT64_C(1000000000)

/* A wall clock that is 1,700,000,000 s ahead of the monotonic one, as they are. */
static const int64_t ahead = 1700000000 * S;

static void a_stamp_is_moved_to_the_monotonic_clock(void **state)
{
	mono_t before = { 100 * S }, now = { 101 * S };

	(void)state;
	assert_int_equal(loop_arrival_at(ahead + 100 * S + 7, ahead, ahead, before, now).ns,
			 100 * S + 7);
	/* The two clocks drift a little against each other. */
	assert_int_equal(loop_arrival_at(ahead + 100 * S + 7, ahead + 1000, ahead, before, now).ns,
			 100 * S); /* not before the previous turn */
}

static void a_stamp_lies_between_the_last_turn_and_now(void **state)
{
	mono_t before = { 100 * S }, now = { 101 * S };

	(void)state;
	assert_int_equal(loop_arrival_at(ahead + 50 * S, ahead, ahead, before, now).ns, before.ns);
	assert_int_equal(loop_arrival_at(ahead + 200 * S, ahead, ahead, before, now).ns, now.ns);
	assert_int_equal(loop_arrival_at(0, ahead, ahead, before, now).ns, before.ns);
}

/* I-21: a wall clock that is stepped decides nothing. */
static void V04_a_step_of_the_wall_clock_moves_no_arrival_into_the_past(void **state)
{
	static const int64_t steps[] = { 3600 * S,	 -3600 * S, 315360000 * S,
					 -315360000 * S, 2000000,   -2000000 };
	mono_t before = { 100 * S }, now = { 103 * S };

	(void)state;
	for (unsigned i = 0; i < sizeof steps / sizeof *steps; i++) {
		/* Stamped before the step, looked at after it, and the reverse. */
		assert_int_equal(
			loop_arrival_at(ahead + 102 * S, ahead + steps[i], ahead, before, now).ns,
			now.ns);
		assert_int_equal(loop_arrival_at(ahead + steps[i] + 102 * S, ahead + steps[i],
						 ahead, before, now)
					 .ns,
				 now.ns);
	}
}

struct seen {
	unsigned calls;
	struct loop *loop;
	int other;
};

static void on_ready(void *ctx, int fd, mono_t now)
{
	struct seen *s = ctx;
	char buf[8];

	(void)now;
	s->calls++;
	assert_int_equal(read(fd, buf, sizeof buf), 1);
	if (s->other >= 0)
		loop_unwatch(s->loop, s->other);
}

static void who_is_readable_is_called(void **state)
{
	struct loop *loop = loop_new();
	struct seen s = { .loop = loop, .other = -1 };
	int fd[2];

	(void)state;
	assert_non_null(loop);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	assert_true(loop_watch(loop, fd[0], on_ready, &s));
	loop_turn(loop, loop_now(loop));
	assert_int_equal(s.calls, 0);
	assert_int_equal(write(fd[1], "x", 1), 1);
	loop_turn(loop, MONO_NEVER);
	assert_int_equal(s.calls, 1);
	loop_unwatch(loop, fd[0]);
	assert_int_equal(write(fd[1], "x", 1), 1);
	loop_turn(loop, loop_now(loop));
	assert_int_equal(s.calls, 1);
	loop_free(loop);
	close(fd[0]);
	close(fd[1]);
}

/* A child that was forked has it too: closed here, it would go on giving events, for a watch that
 * is no more. So it must not be closed before its watch ends. */
static void what_is_closed_before_its_watch_ends_is_noticed(void **state)
{
	struct loop *loop = loop_new();
	struct seen s = { .loop = loop, .other = -1 };
	int fd[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	assert_true(loop_watch(loop, fd[0], on_ready, &s));
	close(fd[0]);
	assert_check_fails(loop_unwatch(loop, fd[0]));
	loop_free(loop);
	close(fd[1]);
}

/* One handler ends the watch of another whose event has been fetched already. */
static void a_watch_that_ends_within_the_turn_is_not_called(void **state)
{
	struct loop *loop = loop_new();
	struct seen a = { .loop = loop }, b = { .loop = loop };
	int fa[2], fb[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fa), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fb), 0);
	a.other = fb[0];
	b.other = fa[0];
	assert_true(loop_watch(loop, fa[0], on_ready, &a));
	assert_true(loop_watch(loop, fb[0], on_ready, &b));
	assert_int_equal(write(fa[1], "x", 1), 1);
	assert_int_equal(write(fb[1], "x", 1), 1);
	loop_turn(loop, MONO_NEVER);
	assert_int_equal(a.calls + b.calls, 1);
	loop_free(loop);
	for (unsigned i = 0; i < 2; i++) {
		close(fa[i]);
		close(fb[i]);
	}
}

static void only_count(void *ctx, int fd, mono_t now)
{
	unsigned *calls = ctx;

	(void)now;
	(void)fd;
	++*calls;
}

/* More files than are fetched at a time: all are served in one turn. Such as stay readable whatever
 * is done, as a socket in error may, do not keep it from ending. */
static void a_turn_serves_all_and_ends(void **state)
{
	enum { FILES = 600 };
	struct loop *loop = loop_new();
	unsigned calls[FILES] = { 0 };
	int fd[FILES];

	(void)state;
	for (unsigned i = 0; i < FILES; i++) {
		fd[i] = eventfd(1, EFD_CLOEXEC);
		assert_true(loop_watch(loop, fd[i], only_count, &calls[i]));
	}
	loop_turn(loop, MONO_NEVER);
	for (unsigned i = 0; i < FILES; i++) {
		assert_true(calls[i] > 0);
		close(fd[i]);
	}
	loop_free(loop);
}

static void a_turn_ends_at_the_deadline_and_not_before(void **state)
{
	struct loop *loop = loop_new();
	mono_t due = mono_add(loop_now(loop), SPAN_MS(5));

	(void)state;
	assert_true(mono_due(due, loop_turn(loop, due)));
	loop_free(loop);
}

/* Were it not so, this would hang. */
static void a_turn_in_a_hurry_does_not_wait(void **state)
{
	struct loop *loop = loop_new();
	mono_t due;

	(void)state;
	loop_hurry(loop);
	loop_turn(loop, MONO_NEVER);
	due = mono_add(loop_now(loop), SPAN_MS(5));
	assert_true(mono_due(due, loop_turn(loop, due))); /* only once */
	loop_free(loop);
}

static void the_gap_is_how_long_the_deadline_had_passed(void **state)
{
	struct loop *loop = loop_new();
	mono_t now = loop_now(loop), due = { now.ns - 7000000 };

	(void)state;
	assert_int_equal(loop_gap(loop).ns, 0); /* no turn yet */
	now = loop_turn(loop, due);
	assert_int_equal(loop_gap(loop).ns, mono_since(now, due).ns);
	loop_free(loop);
}

struct arrival {
	struct loop *loop;
	mono_t at;
};

static void on_arrival(void *ctx, int fd, mono_t now)
{
	struct arrival *a = ctx;
	struct timespec stamp;
	char byte;

	(void)now;
	assert_int_equal(read(fd, &byte, 1), 1);
	clock_gettime(CLOCK_REALTIME, &stamp);
	loop_arrival(a->loop, &stamp); /* of later than the turn: no gap */
	assert_int_equal(loop_gap(a->loop).ns, 0);
	stamp.tv_sec -= 1000; /* before the last turn: the gap is the time since that */
	a->at = loop_arrival(a->loop, &stamp);
}

/* A packet that waited counts like a deadline that passed; who slept because there was nothing to
 * do was not late. */
static void the_gap_counts_from_the_first_arrival(void **state)
{
	struct arrival a = { .loop = loop_new() };
	mono_t now;
	int fd[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	assert_true(loop_watch(a.loop, fd[0], on_arrival, &a));
	assert_int_equal(write(fd[1], "x", 1), 1);
	usleep(2000);
	now = loop_turn(a.loop, MONO_NEVER);
	assert_true(mono_since(now, a.at).ns >= 2000000);
	assert_int_equal(loop_gap(a.loop).ns, mono_since(now, a.at).ns);
	loop_free(a.loop);
	close(fd[0]);
	close(fd[1]);
}

static int to_itself[2];

static void on_alarm(int number)
{
	(void)number;
	(void)!write(to_itself[1], "x", 1);
}

static void count_byte(void *ctx, int fd, mono_t now)
{
	char byte;

	(void)now;
	assert_int_equal(read(fd, &byte, 1), 1);
	++*(unsigned *)ctx;
}

/* V02: a wait that a signal ends, as that of a process that was stopped and goes on, returns
 * nothing. What is there by then must be seen before deadlines are run. */
static void v02_what_came_before_an_interruption_is_seen(void **state)
{
	const struct itimerval soon = { .it_value.tv_usec = 2000 };
	struct loop *loop = loop_new();
	unsigned seen = 0;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, to_itself), 0);
	assert_true(loop_watch(loop, to_itself[0], count_byte, &seen));
	assert_true(signal(SIGALRM, on_alarm) != SIG_ERR);
	assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
	loop_turn(loop, MONO_NEVER);
	assert_int_equal(seen, 1);
	signal(SIGALRM, SIG_DFL);
	loop_free(loop);
	close(to_itself[0]);
	close(to_itself[1]);
}

int __real_epoll_pwait2(int fd, struct epoll_event *ev, int n, const struct timespec *timeout,
			const sigset_t *signals);
int __wrap_epoll_pwait2(int fd, struct epoll_event *ev, int n, const struct timespec *timeout,
			const sigset_t *signals);

static bool late; /* a byte arrives after the wait has ended */

int __wrap_epoll_pwait2(int fd, struct epoll_event *ev, int n, const struct timespec *timeout,
			const sigset_t *signals)
{
	int got = __real_epoll_pwait2(fd, ev, n, timeout, signals);

	if (late)
		assert_int_equal(write(to_itself[1], "x", 1), 1);
	late = false;
	return got;
}

/* V02: stopped between the wait and the look at the clock, which then shows that something is due:
 * what arrived while it was stopped is seen first. */
static void v02_what_came_before_the_look_at_the_clock_is_seen(void **state)
{
	struct loop *loop = loop_new();
	unsigned seen = 0;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, to_itself), 0);
	assert_true(loop_watch(loop, to_itself[0], count_byte, &seen));
	late = true;
	loop_turn(loop, loop_now(loop));
	assert_false(late);
	assert_int_equal(seen, 1);
	loop_free(loop);
	close(to_itself[0]);
	close(to_itself[1]);
}

UNIT_MAIN(T(a_stamp_is_moved_to_the_monotonic_clock), T(a_stamp_lies_between_the_last_turn_and_now),
	  T(V04_a_step_of_the_wall_clock_moves_no_arrival_into_the_past),
	  T(who_is_readable_is_called), T(what_is_closed_before_its_watch_ends_is_noticed),
	  T(a_watch_that_ends_within_the_turn_is_not_called),
	  T(a_turn_serves_all_and_ends), T(a_turn_ends_at_the_deadline_and_not_before),
	  T(a_turn_in_a_hurry_does_not_wait), T(v02_what_came_before_an_interruption_is_seen),
	  T(v02_what_came_before_the_look_at_the_clock_is_seen),
	  T(the_gap_is_how_long_the_deadline_had_passed),
	  T(the_gap_counts_from_the_first_arrival))
