/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux_loop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "check.h"

enum {
	EVENTS_MAX = 256,
	ROUNDS_MAX = 64, /* in a turn: files that stay readable must not keep us from the timers */
};

#define STEP_NS 1000000 /* the wall clock drifts less than this between two turns; more is a step */

struct watch {
	int fd; /* -1: no longer watched */
	void (*ready)(void *ctx, int fd, mono_t now);
	void *ctx;
	struct watch *next;
};

struct loop {
	int epoll;
	struct watch *watches;
	bool hurry;                      /* do not wait in the next turn */
	mono_t now, before;              /* of this turn and the one before */
	int64_t offset, offset_before;   /* realtime - monotonic, ns */
	mono_t due; /* when the last turn was to wake up */
};

static int64_t read_clock(clockid_t id)
{
	struct timespec ts;

	CHECK(clock_gettime(id, &ts) == 0);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static void look_at_clock(struct loop *l)
{
	int64_t monotonic = read_clock(CLOCK_MONOTONIC);

	l->before = l->now;
	l->offset_before = l->offset;
	l->now = (mono_t){ (uint64_t)monotonic };
	l->offset = read_clock(CLOCK_REALTIME) - monotonic;
}

struct loop *loop_new(void)
{
	struct loop *l = calloc(1, sizeof *l);

	if (!l)
		return NULL;
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (l->epoll < 0) {
		free(l);
		return NULL;
	}
	look_at_clock(l);
	look_at_clock(l);
	l->due = MONO_NEVER;
	return l;
}

static void free_watches(struct loop *l, bool all)
{
	struct watch **at = &l->watches, *w;

	while ((w = *at) != NULL) {
		if (all || w->fd < 0) {
			*at = w->next;
			free(w);
		} else {
			at = &w->next;
		}
	}
}

void loop_free(struct loop *l)
{
	if (l) {
		free_watches(l, true);
		close(l->epoll);
		free(l);
	}
}

bool loop_watch(struct loop *l, int fd, void (*ready)(void *ctx, int fd, mono_t now), void *ctx)
{
	struct watch *w = calloc(1, sizeof *w);
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = w };

	if (!w || epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &ev) < 0) {
		free(w);
		return false;
	}
	*w = (struct watch){ fd, ready, ctx, l->watches };
	l->watches = w;
	return true;
}

void loop_unwatch(struct loop *l, int fd)
{
	for (struct watch *w = l->watches; w; w = w->next)
		if (w->fd == fd) {
			/* One that is closed already may live on in a child process, and with it
			 * its events. */
			CHECK(epoll_ctl(l->epoll, EPOLL_CTL_DEL, fd, NULL) == 0);
			w->fd = -1; /* freed at the end of the turn: an event for it may be pending
				     */
		}
}

static int wait_for_events(struct loop *l, mono_t deadline, struct epoll_event *ev)
{
	mono_t now = { (uint64_t)read_clock(CLOCK_MONOTONIC) };
	span_t left = mono_since(deadline, now);
	struct timespec ts = {
		.tv_sec = (time_t)(left.ns / 1000000000), .tv_nsec = (long)(left.ns % 1000000000),
	};
	int n;

	if (l->hurry)
		ts = (struct timespec){ 0 };
	n = epoll_pwait2(l->epoll, ev, EVENTS_MAX,
			 mono_is_never(deadline) && !l->hurry ? NULL : &ts, NULL);
	l->hurry = false;
	CHECK(n >= 0 || errno == EINTR);
	/* Whoever is stopped (SIGSTOP) while it waits is interrupted when it goes on, and has not
	 * been told what arrived meanwhile. */
	return n >= 0 ? n : epoll_wait(l->epoll, ev, EVENTS_MAX, 0);
}

mono_t loop_turn(struct loop *l, mono_t deadline)
{
	struct epoll_event ev[EVENTS_MAX];
	int n = wait_for_events(l, deadline, ev);

	look_at_clock(l);
	/* We may have been stopped since the wait ended: what arrived until now comes before what
	 * is due by now. What was ready is so still. */
	if (mono_due(deadline, l->now))
		n = epoll_wait(l->epoll, ev, EVENTS_MAX, 0);
	l->due = deadline;
	for (unsigned round = 0; n > 0 && round < ROUNDS_MAX; round++) {
		for (int i = 0; i < n; i++) {
			struct watch *w = ev[i].data.ptr;

			if (w->fd >= 0)
				w->ready(w->ctx, w->fd, l->now);
		}
		/* More were ready than fitted: the rest also comes before any deadline. */
		n = n == EVENTS_MAX ? epoll_wait(l->epoll, ev, EVENTS_MAX, 0) : 0;
	}
	free_watches(l, false);
	return l->now;
}

void loop_hurry(struct loop *l)
{
	l->hurry = true;
}

mono_t loop_now(const struct loop *l)
{
	return l->now;
}

mono_t loop_arrival_at(int64_t realtime_ns, int64_t offset_ns, int64_t offset_before_ns,
		       mono_t before, mono_t now)
{
	int64_t drift = offset_ns - offset_before_ns, at = realtime_ns - offset_ns;

	if (drift > STEP_NS || drift < -STEP_NS || at > (int64_t)now.ns)
		return now;
	return at < (int64_t)before.ns ? before : (mono_t){ (uint64_t)at };
}

mono_t loop_arrival(struct loop *l, const struct timespec *realtime)
{
	int64_t ns = (int64_t)realtime->tv_sec * 1000000000 + realtime->tv_nsec;
	mono_t at = loop_arrival_at(ns, l->offset, l->offset_before, l->before, l->now);

	l->due = mono_min(l->due, at);
	return at;
}

span_t loop_gap(const struct loop *l)
{
	return mono_since(l->now, l->due);
}
