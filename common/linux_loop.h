/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linux_loop.h - the event loop of a daemon: epoll, one look at the clock per wake-up.
 *
 * Each turn waits until a file is readable or the deadline is due, reads the clock, and calls
 * whoever is readable. Only then does the caller run its deadlines. Since epoll reports what has
 * arrived up to the moment it returns, also when it returns late, a packet that came before a
 * deadline is always seen before the deadline is run, however long the process was kept from
 * running.
 */
#ifndef LINUX_LOOP_H
#define LINUX_LOOP_H

#include <time.h>

#include "mono.h"

struct loop;

/* NULL with errno. */
struct loop *loop_new(void);
void loop_free(struct loop *l);

/* Calls `ready` each time fd is readable (or has an error). It must read all there is. False with
 * errno. */
bool loop_watch(struct loop *l, int fd, void (*ready)(void *ctx, int fd, mono_t now), void *ctx);

/* Before fd is closed. May be called from within `ready`, for any fd. */
void loop_unwatch(struct loop *l, int fd);

/* One turn: waits until `deadline` at the longest, calls who is readable, and returns the time. */
mono_t loop_turn(struct loop *l, mono_t deadline);

/* The time of the last turn. */
mono_t loop_now(const struct loop *l);

/*
 * When something happened that the kernel stamped with CLOCK_REALTIME, on the monotonic clock: not
 * before the previous turn and not after now. When the wall clock was stepped since, it is now: a
 * wall clock must not decide when a router is given up.
 */
mono_t loop_arrival(struct loop *l, const struct timespec *realtime);

/*
 * How late the last turn came: the time from when it was to wake up, at its deadline or because of
 * the first packet that loop_arrival() was asked about in it, to when it did. A process that was
 * stopped, starved or busy is late; one that had nothing to do is not.
 */
span_t loop_gap(const struct loop *l);

/* The same conversion as a function of its inputs, for tests: `offset` is realtime minus
 * monotonic. */
mono_t loop_arrival_at(int64_t realtime_ns, int64_t offset_ns, int64_t offset_before_ns,
		       mono_t before, mono_t now);

#endif
