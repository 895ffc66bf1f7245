/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * While the FIFO is full, it has no room: so the daemon merges what it has to tell, and only the
 * one batch that did not fit any more waits here. One that has been full for long is read, if ever,
 * by somebody who was not there before, to whom what is in it is history: he is told all states.
 *
 * Somebody may remove the FIFO while we run, or put another in its place. Before each batch we look
 * whether it is still there, and open or make it anew if not.
 */
#include "vrrpd_fifo_linux.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "linux_fifo.h"

enum { BATCHES = 16 }; /* in one turn: the adverts of others have their turn too */
#define FULL_LONG     SPAN_S(5)
#define TROUBLE_EVERY SPAN_S(10)

struct fifo_linux {
	struct loop *loop;
	struct log *log;
	struct vrrpd *d;
	struct vrrp_cf_fifo cf, next_cf; /* path "": there is none */
	struct fifo fifo, next; /* next: of the configuration that is being applied */
	bool has_next;
	bool full;
	mono_t full_since;
	struct log_limit limit_full, limit_lost;
	struct log_line line; /* scratch */
};

static void on_room(void *ctx, int fd, mono_t now);

struct fifo_linux *fifo_linux_new(struct loop *loop, struct log *log, struct vrrpd *d)
{
	struct fifo_linux *x = calloc(1, sizeof *x);

	if (!x)
		return NULL;
	x->loop = loop;
	x->log = log;
	x->d = d;
	x->fifo.fd = x->next.fd = x->fifo.wake = x->next.wake = -1;
	return x;
}

static void not_full(struct fifo_linux *x)
{
	if (x->full)
		loop_unwatch(x->loop, x->fifo.wake);
	x->full = false;
}

void fifo_linux_free(struct fifo_linux *x)
{
	if (!x)
		return;
	not_full(x);
	fifo_close(&x->fifo);
	fifo_close(&x->next);
	free(x);
}

/* ---- which one ---------------------------------------------------------------------------- */

static bool is_in_use(const struct fifo_linux *x, const struct vrrp_cf_fifo *cf)
{
	return x->fifo.fd >= 0 && strcmp(x->fifo.path, cf->path) == 0 && fifo_is_there(&x->fifo);
}

bool fifo_linux_prepare(struct fifo_linux *x, const struct vrrp_cf_fifo *cf, struct text *why)
{
	x->next_cf = *cf;
	x->has_next = *cf->path && !is_in_use(x, cf);
	if (x->has_next && !fifo_open(&x->next, cf->path, cf->mode, why)) {
		x->has_next = false;
		return false;
	}
	return true;
}

/* Another one, which has been told nothing. */
static void replace(struct fifo_linux *x, const struct fifo *by)
{
	not_full(x);
	fifo_close(&x->fifo);
	x->fifo = *by;
}

void fifo_linux_take(struct fifo_linux *x, bool taken)
{
	bool again = x->has_next && strcmp(x->fifo.path, x->next.path) == 0;

	if (!taken)
		fifo_close(&x->next);
	else if (x->has_next || !*x->next_cf.path) /* the latter: there is none any more */
		replace(x, &x->next);
	x->next = (struct fifo){ .fd = -1, .wake = -1 };
	x->has_next = false;
	if (!taken)
		return;
	x->cf = x->next_cf;
	if (!x->full)
		vrrpd_fifo_room(x->d, fifo_room(&x->fifo));
	if (again)
		vrrpd_fifo_again(x->d);
}

/* ---- writing ------------------------------------------------------------------------------ */

static void trouble(struct fifo_linux *x, struct log_limit *limit, const char *text)
{
	char time[LOG_TIME_SIZE];
	uint32_t suppressed;

	if (!log_allow(limit, loop_now(x->loop), TROUBLE_EVERY, &suppressed))
		return;
	log_begin(&x->line, LOG_LEVEL_WARNING, "notify-fifo");
	log_text(&x->line, "path", x->fifo.path);
	if (suppressed > 0)
		log_uint(&x->line, "suppressed", suppressed);
	log_text(&x->line, "text", text);
	log_time_now(time);
	log_write(x->log, time, &x->line);
}

/* Somebody has removed it. What was in the batch is told again, with all states. */
static void find_again(struct fifo_linux *x)
{
	char text[400];
	struct text why = text_open(text, sizeof text);
	struct fifo other;

	if (!fifo_open(&other, x->fifo.path, x->cf.mode, &why)) {
		trouble(x, &x->limit_lost, text);
		return;
	}
	trouble(x, &x->limit_lost,
		"the FIFO was removed or replaced: the new one is told all states");
	replace(x, &other);
	vrrpd_fifo_room(x->d, fifo_room(&x->fifo));
	vrrpd_fifo_again(x->d);
}

static void is_full(struct fifo_linux *x)
{
	x->full = loop_watch(x->loop, x->fifo.wake, on_room, x);
	x->full_since = loop_now(x->loop);
	vrrpd_fifo_room(x->d, 0);
	trouble(x, &x->limit_full,
		"the FIFO is full: nobody reads it, or too slowly; when there is room, it is told "
		"what the states are then");
}

/* True while there may be more to write. */
static bool write_batch(struct fifo_linux *x)
{
	if (x->full || x->fifo.len == 0)
		return false;
	if (!fifo_is_there(&x->fifo))
		find_again(x);
	switch (fifo_write(&x->fifo)) {
	case FIFO_FULL:
		is_full(x);
		return false;
	case FIFO_FAILED:
		trouble(x, &x->limit_lost, strerror(errno));
		break;
	case FIFO_WRITTEN:
		break;
	}
	vrrpd_fifo_room(x->d, fifo_room(&x->fifo));
	return x->fifo.len > 0;
}

void fifo_linux_turn(struct fifo_linux *x)
{
	unsigned n = 0;

	while (n < BATCHES && write_batch(x))
		n++;
	if (n == BATCHES)
		loop_hurry(x->loop);
}

static void on_room(void *ctx, int fd, mono_t now)
{
	struct fifo_linux *x = ctx;
	bool again = mono_due(mono_add(x->full_since, FULL_LONG), now);

	(void)fd;
	not_full(x);
	fifo_linux_turn(x);
	if (again && !x->full)
		vrrpd_fifo_again(x->d);
}

void fifo_linux_put(struct fifo_linux *x, const char *line, size_t len)
{
	fifo_put(&x->fifo, line, len);
}

bool fifo_linux_written(const struct fifo_linux *x)
{
	return x->fifo.len == 0;
}
