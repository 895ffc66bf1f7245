/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux_runner.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "linux_runner_wire.h"

enum { BUFFER = 1 << 20 };

/* A request that did not fit into the socket. */
struct waiting {
	struct waiting *next;
	size_t len;
	char bytes[];
};

struct runner {
	const struct runner_events *events;
	void *ctx;
	pid_t pid;
	int fd; /* -1: gone */
	unsigned busy;
	struct waiting *first, **last;
};

struct runner *runner_start(const struct runner_source *source, const struct cf_model *m,
			    const struct runner_events *events, void *ctx, struct text *why)
{
	struct runner *r = calloc(1, sizeof *r);
	int end[2] = { -1, -1 }, size = BUFFER;

	if (!r || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, end) < 0)
		goto failed;
	for (int i = 0; i < 2; i++)
		setsockopt(end[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	*r = (struct runner){ .events = events, .ctx = ctx, .fd = end[0], .last = &r->first };
	r->pid = fork();
	if (r->pid == 0)
		runner_main(source, m, end[1]);
	if (r->pid < 0)
		goto failed;
	close(end[1]);
	return r;
failed:
	text_fmt(why, "cannot start the process that runs scripts: %s", strerror(errno));
	for (int i = 0; i < 2; i++)
		if (end[i] >= 0)
			close(end[i]);
	free(r);
	return NULL;
}

static void drop_waiting(struct runner *r)
{
	while (r->first) {
		struct waiting *w = r->first;

		r->first = w->next;
		free(w);
	}
	r->last = &r->first;
}

void runner_free(struct runner *r)
{
	if (!r)
		return;
	drop_waiting(r);
	if (r->fd >= 0)
		close(r->fd);
	waitpid(r->pid, NULL, WNOHANG); /* it may have something to run to its end */
	free(r);
}

/* That the runner has gone is said from runner_ready(), never from within another call. */
static void flush(struct runner *r)
{
	while (r->first && r->fd >= 0) {
		struct waiting *w = r->first;

		if (send(r->fd, w->bytes, w->len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
			if (errno == EINTR)
				continue;
			if (errno != EAGAIN && errno != ENOBUFS && errno != ENOMEM)
				drop_waiting(r);
			return;
		}
		r->first = w->next;
		if (!r->first)
			r->last = &r->first;
		free(w);
	}
}

static bool ask(struct runner *r, const struct runner_request *q, size_t len)
{
	struct waiting *w = r->fd >= 0 ? malloc(sizeof *w + len) : NULL;

	if (!w)
		return false;
	w->next = NULL;
	w->len = len;
	memcpy(w->bytes, q, len);
	*r->last = w;
	r->last = &w->next;
	flush(r);
	return true;
}

static bool put(struct runner_request *q, size_t *at, const struct runner_strings *s, size_t max,
		uint32_t *len)
{
	if (s->len > max)
		return false;
	if (s->len > 0)
		memcpy(q->bytes + *at, s->bytes, s->len);
	*at += s->len;
	*len = (uint32_t)s->len;
	return true;
}

bool runner_run(struct runner *r, const struct runner_job *job)
{
	static struct runner_request q; /* large, and written whole */
	size_t len = 0;

	memset(&q, 0, RUNNER_REQUEST_HEAD);
	q.id = job->id;
	q.timeout_ns = job->timeout.ns;
	q.ask = RUNNER_ASK_RUN;
	q.outlives = job->outlives;
	if (r->busy >= RUNNER_JOBS_MAX || !text_copy(q.user, sizeof q.user, job->program.user) ||
	    !put(&q, &len, &job->program.args, RUNNER_ARGS_SIZE, &q.args_len) ||
	    !put(&q, &len, &job->more, RUNNER_ARGS_SIZE, &q.more_len) ||
	    !put(&q, &len, &job->env, RUNNER_ENV_SIZE, &q.env_len) ||
	    !ask(r, &q, RUNNER_REQUEST_HEAD + len))
		return false;
	r->busy++;
	return true;
}

static void ask_short(struct runner *r, enum runner_ask what, uint64_t id)
{
	struct runner_request q;

	memset(&q, 0, RUNNER_REQUEST_HEAD);
	q.ask = (uint32_t)what;
	q.id = id;
	ask(r, &q, RUNNER_REQUEST_HEAD);
}

void runner_cancel(struct runner *r, uint64_t id)
{
	ask_short(r, RUNNER_ASK_CANCEL, id);
}

void runner_reload(struct runner *r)
{
	ask_short(r, RUNNER_ASK_LOAD, 0);
}

int runner_fd(const struct runner *r)
{
	return r->fd;
}

static void on_reply(struct runner *r, const struct runner_reply *a)
{
	if (a->say == RUNNER_SAY_LOADED) {
		r->events->loaded(r->ctx, a->end != 0, a->text);
		return;
	}
	if (r->busy > 0)
		r->busy--;
	r->events->ended(r->ctx, &(struct runner_result){
		.id = a->id, .end = (enum runner_end)a->end, .value = a->value,
		.waited = SPAN_NS(a->waited_ns), .ran = SPAN_NS(a->ran_ns), .text = a->text });
}

static void lose(struct runner *r)
{
	r->events->lost(r->ctx); /* who may want to know the file still */
	close(r->fd);
	r->fd = -1;
	r->busy = 0;
	drop_waiting(r);
	waitpid(r->pid, NULL, WNOHANG);
}

void runner_ready(struct runner *r)
{
	struct runner_reply a;
	ssize_t n;

	while (r->fd >= 0) {
		n = recv(r->fd, &a, sizeof a, MSG_DONTWAIT);
		if (n == sizeof a) {
			a.text[sizeof a.text - 1] = '\0';
			on_reply(r, &a);
		} else if (n >= 0 || (errno != EINTR && errno != EAGAIN)) {
			lose(r);
		} else if (errno == EAGAIN) {
			break;
		}
	}
	flush(r);
}

mono_t runner_turn(struct runner *r, mono_t now)
{
	flush(r);
	return r->first ? mono_add(now, SPAN_MS(1)) : MONO_NEVER;
}

unsigned runner_busy(const struct runner *r)
{
	return r->busy;
}

pid_t runner_pid(const struct runner *r)
{
	return r->pid;
}
