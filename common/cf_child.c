/* SPDX-License-Identifier: BSD-2-Clause */
#include "cf_child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "digest.h"

enum { MAGIC = 0x54434631, PIPE_FD = 3, READS_PER_CALL = 16, SIGNALS = 64 };

/* What goes over the pipe: this, the report, the model, and nothing more. */
struct head {
	uint32_t magic, ok, errors, warnings, report_len, model_len;
	char hash[CF_HASH_SIZE];
};

struct cf_child_buffer {
	const struct cf_schema *root;
	char *path;
	size_t have; /* bytes received */
	bool bad;    /* they are no result */
	struct head head;
	char *model;
	char report[CF_REPORT_MAX];
};

/* ---- the child */

/* Memory on top of what the parent had, as that is the child's too (under AddressSanitizer it is 20
 * TB). */
static void limit_memory(void)
{
	FILE *f = fopen("/proc/self/statm", "re");
	unsigned long pages = 0;
	rlim_t bytes;

	if (f == NULL)
		return;
	if (fscanf(f, "%lu", &pages) == 1) {
		bytes = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) +
			(rlim_t)CF_CHILD_MEMORY_MB * 1024 * 1024;
		setrlimit(RLIMIT_AS, &(struct rlimit){ bytes, bytes });
	}
	fclose(f);
}

/* Leaves behind what the daemon has: its signals, its real-time priority, its descriptors. */
static void detach(int fd)
{
	sigset_t none;
	int null;

	for (int sig = 1; sig <= SIGNALS; sig++)
		signal(sig, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	sched_setscheduler(0, SCHED_OTHER, &(struct sched_param){ 0 });
	if (fd != PIPE_FD)
		dup2(fd, PIPE_FD);
	close_range(PIPE_FD + 1, ~0U, 0);
	null = open("/dev/null", O_RDWR);
	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		if (null > STDOUT_FILENO)
			close(null);
	}
}

static void limit(void)
{
	setrlimit(RLIMIT_CPU, &(struct rlimit){ CF_CHILD_CPU_S, CF_CHILD_CPU_S + 1 });
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	prctl(PR_SET_DUMPABLE, 0); /* a core handler behind a pipe does not ask for the limit */
	limit_memory();
	alarm(CF_CHILD_WALL_S);
}

static void send_bytes(const void *bytes, size_t len)
{
	const char *p = bytes;
	ssize_t n;

	while (len > 0) {
		n = write(PIPE_FD, p, len);
		if (n < 0 && errno != EINTR)
			_exit(EXIT_FAILURE);
		p += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
}

static void put_hash(const struct cf_source *src, char hash[CF_HASH_SIZE])
{
	uint8_t digest[DIGEST_MAX];

	if (src->text == NULL)
		return;
	digest_name(src->text, src->len, digest);
	for (size_t i = 0; i < (CF_HASH_SIZE - 1) / 2; i++)
		snprintf(hash + 2 * i, 3, "%02x", digest[i]);
}

static bool confine_child(const struct cf_confine *confine, const char *path,
			  struct cf_report *report)
{
	struct text t = text_open(report->text, sizeof report->text);

	if (confine->enter == NULL)
		return true;
	text_put_escaped(&t, path, strlen(path));
	text_put(&t, ": not read: ");
	if (confine->enter(confine->ctx, &t))
		return true;
	text_put(&t, "\n");
	report->len = t.len;
	report->errors = 1;
	return false;
}

_Noreturn static void run(const char *path, const struct cf_schema *root,
			  void (*check)(struct cf_load *), const struct cf_confine *confine)
{
	struct cf_source *src = malloc(sizeof *src);
	struct cf_report *report = calloc(1, sizeof *report);
	struct head head = { .magic = MAGIC };
	struct cf_model model = { 0 };

	CHECK(src != NULL && report != NULL);
	if (confine_child(confine, path, report)) {
		cf_source_read(src, path, &cf_read_file);
		put_hash(src, head.hash);
		head.ok = cf_load(src, root, check, &model, report);
	}
	head.errors = report->errors;
	head.warnings = report->warnings;
	head.report_len = (uint32_t)report->len;
	head.model_len = (uint32_t)model.len;
	send_bytes(&head, sizeof head);
	send_bytes(report->text, report->len);
	send_bytes(model.bytes, model.len);
	_exit(EXIT_SUCCESS);
}

/* ---- the parent */

static void release(struct cf_child *c)
{
	if (c->buffer != NULL) {
		free(c->buffer->path);
		if (c->buffer->model != NULL)
			explicit_bzero(c->buffer->model, c->buffer->head.model_len);
		free(c->buffer->model);
	}
	free(c->buffer);
	*c = (struct cf_child){
		.confine = c->confine, .closing = c->closing, .closing_ctx = c->closing_ctx,
	};
}

/* A pipe whose ends are not 0: that says "none" in struct cf_child. */
static bool open_pipe(int end[2])
{
	if (pipe2(end, O_CLOEXEC) < 0)
		return false;
	for (int i = 0; i < 2; i++) {
		int moved = end[i] >= PIPE_FD ? end[i] : fcntl(end[i], F_DUPFD_CLOEXEC, PIPE_FD);

		if (moved < 0) {
			close(end[0]);
			close(end[1]);
			return false;
		}
		if (moved != end[i])
			close(end[i]);
		end[i] = moved;
	}
	fcntl(end[0], F_SETFL, O_NONBLOCK);
	return true;
}

bool cf_child_start(struct cf_child *c, const char *path, const struct cf_schema *root,
		    void (*check)(struct cf_load *))
{
	int end[2], error;

	CHECK(c->buffer == NULL);
	c->buffer = calloc(1, sizeof *c->buffer);
	if (c->buffer != NULL)
		c->buffer->path = strdup(path);
	if (c->buffer == NULL || c->buffer->path == NULL || !open_pipe(end)) {
		error = errno;
		release(c);
		errno = error;
		return false;
	}
	c->buffer->root = root;
	c->fd = end[0];
	c->pid = fork();
	if (c->pid == 0) {
		detach(end[1]);
		limit();
		run(path, root, check, &c->confine);
	}
	error = errno;
	close(end[1]);
	if (c->pid < 0) {
		close(end[0]);
		release(c);
		errno = error;
		return false;
	}
	return true;
}

static bool is_good_head(struct cf_child_buffer *b)
{
	const struct head *h = &b->head;

	if (h->magic != MAGIC || h->ok > 1 || h->report_len >= CF_REPORT_MAX ||
	    h->model_len > CF_MODEL_MAX || memchr(h->hash, '\0', sizeof h->hash) == NULL)
		return false;
	if (h->ok == 0)
		return h->model_len == 0 && h->report_len > 0 && h->errors > 0;
	b->model = malloc(h->model_len);
	return h->model_len >= b->root->size && h->errors == 0 && b->model != NULL;
}

/* Where the next bytes belong, and how many. None: all is there. */
static char *next_place(struct cf_child_buffer *b, size_t *size)
{
	size_t report = sizeof b->head, model = report + b->head.report_len,
	       end = model + b->head.model_len;

	if (b->have < report) {
		*size = report - b->have;
		return (char *)&b->head + b->have;
	}
	if (b->have < model) {
		*size = model - b->have;
		return b->report + (b->have - report);
	}
	*size = end - b->have;
	return *size == 0 ? NULL : b->model + (b->have - model);
}

/* What came of a child that has not said it itself. `status` is NULL when another has taken it. */
static void put_death(const struct cf_child_buffer *b, const int *status, struct text *to)
{
	int sig = status != NULL && WIFSIGNALED(*status) ? WTERMSIG(*status) : 0;

	text_put_escaped(to, b->path, strlen(b->path));
	text_put(to, ": the configuration loader ");
	if (b->bad)
		text_put(to, "sent what is no result");
	else if (sig == SIGXCPU)
		text_fmt(to, "took more than %d s of processor time", CF_CHILD_CPU_S);
	else if (sig == SIGALRM)
		text_fmt(to, "did not finish within %d s", CF_CHILD_WALL_S);
	else if (sig == SIGSYS)
		text_put(to, "was ended by its sandbox: it made a system call that reading a file "
			     "does not take (the kernel's log says which); --no-sandbox allows "
			     "all");
	else if (sig != 0)
		text_fmt(to, "died (signal %d)", sig);
	else
		text_put(to, "ended without a result");
	if (!b->bad && status != NULL && WIFEXITED(*status))
		text_fmt(to, " (exit status %d)", WEXITSTATUS(*status));
	text_put(to, "; nothing was changed\n");
}

static void close_pipe(struct cf_child *c)
{
	if (c->closing)
		c->closing(c->closing_ctx, c->fd);
	close(c->fd);
}

static void finish(struct cf_child *c, struct cf_result *result)
{
	struct cf_child_buffer *b = c->buffer;
	struct cf_model model = { .bytes = b->model, .len = b->head.model_len };
	int status = 0;
	pid_t reaped;
	struct text t;
	size_t missing;

	if (b->bad)
		kill(c->pid, SIGKILL);
	close_pipe(c);
	do
		reaped = waitpid(c->pid, &status, 0);
	while (reaped < 0 && errno == EINTR);
	memset(result, 0, sizeof *result);
	b->bad = b->bad || (b->head.ok == 1 && next_place(b, &missing) == NULL &&
			    !cf_model_good(b->root, &model));
	if (b->bad || b->have < sizeof b->head || next_place(b, &missing) != NULL) {
		t = text_open(result->report.text, sizeof result->report.text);
		put_death(b, reaped < 0 ? NULL : &status, &t);
		result->report.len = t.len;
		result->report.errors = 1;
	} else {
		result->ok = b->head.ok == 1;
		memcpy(result->hash, b->head.hash, sizeof result->hash);
		memcpy(result->report.text, b->report, b->head.report_len);
		result->report.len = b->head.report_len;
		result->report.errors = b->head.errors;
		result->report.warnings = b->head.warnings;
	}
	if (result->ok) {
		result->model = model;
		b->model = NULL;
	}
	release(c);
}

bool cf_child_read(struct cf_child *c, struct cf_result *result)
{
	struct cf_child_buffer *b = c->buffer;
	bool had_head, ended = false;
	char extra, *place;
	size_t size;
	ssize_t n;

	/* A large model comes in many pieces: the daemon has other things to do in between. */
	for (unsigned i = 0; i < READS_PER_CALL && !ended && !b->bad; i++) {
		place = next_place(b, &size);
		n = place != NULL ? read(c->fd, place, size) : read(c->fd, &extra, 1);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return false;
		had_head = b->have >= sizeof b->head;
		b->bad = n < 0 || (n > 0 && place == NULL);
		b->have += n > 0 && place != NULL ? (size_t)n : 0;
		if (!had_head && b->have >= sizeof b->head)
			b->bad = b->bad || !is_good_head(b);
		ended = n == 0;
	}
	if (!ended && !b->bad)
		return false;
	finish(c, result);
	return true;
}

void cf_child_cancel(struct cf_child *c)
{
	if (c->buffer == NULL)
		return;
	kill(c->pid, SIGKILL);
	close_pipe(c);
	while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
		;
	release(c);
}

void cf_child_load(const char *path, const struct cf_schema *root, void (*check)(struct cf_load *),
		   struct cf_result *result)
{
	cf_child_load_confined(path, root, check, &(struct cf_confine){ 0 }, result);
}

void cf_child_load_confined(const char *path, const struct cf_schema *root,
			    void (*check)(struct cf_load *), const struct cf_confine *confine,
			    struct cf_result *result)
{
	struct cf_child c = { .confine = *confine };

	if (!cf_child_start(&c, path, root, check)) {
		memset(result, 0, sizeof *result);
		result->report.errors = 1;
		result->report.len =
			(size_t)snprintf(result->report.text, sizeof result->report.text,
					 "%.4096s: cannot start the configuration loader: %s\n",
					 path, strerror(errno));
		return;
	}
	while (!cf_child_read(&c, result))
		poll(&(struct pollfd){ .fd = c.fd, .events = POLLIN }, 1, -1);
}
