/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The runner: a process between a daemon that may run nothing and the programs of its
 * configuration. One loop over poll(): requests, ends of programs, what they print, and time.
 *
 * What comes from the daemon is checked as if it came from a stranger.
 */
#include "linux_runner_wire.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "linux_privilege.h"
#include "linux_script.h"

enum {
	STRINGS_MAX = 128,    /* arguments, and variables, of a program */
	READ_SIZE = 65536,    /* of what a program prints, at a time */
	PARALLEL = 32,        /* unless the rules say otherwise */
};
#define READ_PAUSE SPAN_MS(10) /* after so much: who prints without end does not keep us busy */

struct permit {
	char *args;
	size_t len;
	char user[RUNNER_USER_SIZE];
	bool more;
};

struct runner_rules {
	struct permit *permit;
	size_t n;
	unsigned parallel;
	char user[RUNNER_USER_SIZE];
};

enum stage { NOT_ASKED, ASKED_TO_END, KILLED };

struct job {
	struct job *next;
	uint64_t id;
	uint32_t args_len, more_len, env_len;
	bool outlives, timed_out, cancelled, line_ends;
	span_t timeout;
	mono_t queued_at, started_at, due; /* due: to be asked to end, or killed */
	mono_t read_at;                    /* what it prints is not read before */
	enum stage stage;
	pid_t pid;
	int out, status;
	char user[RUNNER_USER_SIZE], line[RUNNER_TEXT_SIZE];
	size_t line_len;
	char bytes[]; /* arguments, those that follow, variables */
};

struct reply {
	struct reply *next;
	struct runner_reply r;
};

struct process {
	const struct runner_source *source;
	struct runner_rules rules;
	struct cf_child child; /* reads the file */
	bool load_again;
	bool alone;            /* the daemon has gone */
	int signals;
	struct job *first, **last; /* waiting, in the order in which they came */
	unsigned n_waiting;
	struct job *running[RUNNER_PARALLEL_MAX];
	unsigned n_running;
	struct reply *reply, **last_reply; /* that did not fit */
	mono_t now;
};

static void look_at_clock(struct process *p)
{
	struct timespec ts;

	CHECK(clock_gettime(CLOCK_MONOTONIC, &ts) == 0);
	p->now = (mono_t){ (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec };
}

/* ---- what may be run ---------------------------------------------------------------------- */

/* Strings, each with its NUL, and no more of them than fit; `good` of each, if any. */
static bool well_formed(const char *bytes, size_t len, bool (*good)(const char *text))
{
	unsigned n = 0;

	if (len > 0 && bytes[len - 1] != '\0')
		return false;
	for (size_t at = 0; at < len; at += strlen(bytes + at) + 1)
		if (++n > STRINGS_MAX || (good && !good(bytes + at)))
			return false;
	return true;
}

bool runner_permit(struct runner_rules *r, const struct runner_program *p)
{
	struct permit *all = realloc(r->permit, (r->n + 1) * sizeof *all);
	struct permit *one;

	if (!all)
		return false;
	r->permit = all;
	one = &all[r->n];
	*one = (struct permit){ .len = p->args.len, .more = p->more };
	if (p->args.len == 0 || p->args.len > RUNNER_ARGS_SIZE ||
	    !well_formed(p->args.bytes, p->args.len, NULL) ||
	    !text_copy(one->user, sizeof one->user, p->user))
		return false;
	one->args = malloc(p->args.len);
	if (!one->args)
		return false;
	memcpy(one->args, p->args.bytes, p->args.len);
	r->n++;
	return true;
}

void runner_limit(struct runner_rules *r, unsigned parallel, const char *user)
{
	if (parallel >= 1 && parallel <= RUNNER_PARALLEL_MAX)
		r->parallel = parallel;
	text_copy(r->user, sizeof r->user, user);
}

static void set_rules(struct process *p, const struct cf_model *m)
{
	for (size_t i = 0; i < p->rules.n; i++)
		free(p->rules.permit[i].args);
	free(p->rules.permit);
	p->rules = (struct runner_rules){ .parallel = PARALLEL };
	if (m->bytes && p->source->rules)
		p->source->rules(m, &p->rules);
}

static bool permitted(const struct process *p, const struct job *j)
{
	for (size_t i = 0; i < p->rules.n; i++) {
		const struct permit *r = &p->rules.permit[i];

		if (r->len == j->args_len && memcmp(r->args, j->bytes, r->len) == 0 &&
		    strcmp(r->user, j->user) == 0 && (r->more || j->more_len == 0))
			return true;
	}
	return false;
}

static bool is_plain(const char *text)
{
	for (; *text; text++)
		if (!((*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') ||
		      (*text >= '0' && *text <= '9') || strchr("-_.,:/@%+=", *text)))
			return false;
	return true;
}

static bool is_variable(const char *text)
{
	static const char begin[] = "TRIVET_";

	if (strncmp(text, begin, sizeof begin - 1) != 0)
		return false;
	for (; *text != '='; text++)
		if (!((*text >= 'A' && *text <= 'Z') || (*text >= '0' && *text <= '9') ||
		      *text == '_'))
			return false;
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

/* ---- what is said to the daemon ----------------------------------------------------------- */

static void send_replies(struct process *p)
{
	while (p->reply) {
		struct reply *r = p->reply;

		if (!p->alone &&
		    send(RUNNER_FD, &r->r, sizeof r->r, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 &&
		    errno != EPIPE && errno != ECONNRESET)
			return;
		p->reply = r->next;
		if (!p->reply)
			p->last_reply = &p->reply;
		free(r);
	}
}

static void say(struct process *p, const struct runner_reply *r)
{
	struct reply *copy = malloc(sizeof *copy);

	CHECK(copy);
	*copy = (struct reply){ .r = *r };
	*p->last_reply = copy;
	p->last_reply = &copy->next;
	send_replies(p);
}

/* The job has ended, and is freed. */
static void tell_end(struct process *p, struct job *j, enum runner_end end, int value,
		     const char *text)
{
	bool ran = j->started_at.ns > 0;
	struct runner_reply r = {
		.say = RUNNER_SAY_ENDED, .id = j->id, .end = (uint32_t)end, .value = value,
		.waited_ns = mono_since(ran ? j->started_at : p->now, j->queued_at).ns,
		.ran_ns = ran ? mono_since(p->now, j->started_at).ns : 0,
	};

	for (size_t i = 0; text[i] && i < sizeof r.text - 1; i++)
		r.text[i] = text[i];
	say(p, &r);
	free(j);
}

/* ---- a program runs ----------------------------------------------------------------------- */

static void split(char *bytes, size_t len, char **to)
{
	for (size_t at = 0; at < len; at += strlen(bytes + at) + 1)
		*to++ = bytes + at;
	*to = NULL;
}

static void close_files(struct job *j)
{
	if (j->out >= 0)
		close(j->out);
	if (j->status >= 0)
		close(j->status);
	j->out = j->status = -1;
}

/* Its pid, or -1 with errno. */
static pid_t start(struct process *p, struct job *j)
{
	char *argv[2 * STRINGS_MAX + 1], *env[STRINGS_MAX + 1];
	int out[2] = { -1, -1 }, status[2] = { -1, -1 }, error;
	struct script s = {
		.argv = argv, .env = env, .user = j->user[0] ? j->user : p->rules.user,
	};

	split(j->bytes, j->args_len + j->more_len, argv);
	split(j->bytes + j->args_len + j->more_len, j->env_len, env);
	if (pipe2(out, O_CLOEXEC) < 0 || pipe2(status, O_CLOEXEC) < 0) {
		error = errno;
		if (out[0] >= 0) {
			close(out[0]);
			close(out[1]);
		}
		errno = error;
		return -1;
	}
	s.out = out[1];
	s.status = status[1];
	j->pid = script_start(&s);
	error = errno;
	close(out[1]);
	close(status[1]);
	fcntl(out[0], F_SETFL, O_NONBLOCK);
	fcntl(status[0], F_SETFL, O_NONBLOCK);
	j->out = out[0];
	j->status = status[0];
	if (j->pid < 0)
		close_files(j);
	errno = error;
	return j->pid;
}

/* Of those that wait. */
static struct job *take_out(struct process *p, struct job **at)
{
	struct job *j = *at;

	*at = j->next;
	if (p->last == &j->next)
		p->last = at;
	p->n_waiting--;
	return j;
}

static void start_some(struct process *p)
{
	struct job **at = &p->first;

	while (*at && p->n_running < p->rules.parallel) {
		struct job *j = *at;
		const char *why = NULL;

		if (!permitted(p, j)) {
			if (p->child.fd != 0) { /* it may stand in the file that is being read */
				at = &j->next;
				continue;
			}
			why = "the configuration, as the runner has read it, does not list it";
		}
		take_out(p, at);
		if (!why && start(p, j) < 0)
			why = strerror(errno);
		if (why) {
			tell_end(p, j, RUNNER_NOT_STARTED, 0, why);
			continue;
		}
		j->started_at = p->now;
		j->due = mono_add(p->now, j->timeout);
		p->running[p->n_running++] = j;
	}
}

/* The first line that is not empty. */
static void take_line(struct job *j, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n && !j->line_ends; i++) {
		if (bytes[i] == '\n' && j->line_len == 0)
			continue;
		if (bytes[i] == '\n' || bytes[i] == '\0' || j->line_len == sizeof j->line - 1)
			j->line_ends = true;
		else
			j->line[j->line_len++] = bytes[i];
	}
}

static void read_output(struct process *p, struct job *j)
{
	static char buf[READ_SIZE];
	ssize_t n = j->out >= 0 ? read(j->out, buf, sizeof buf) : -1;

	if (n > 0)
		take_line(j, buf, (size_t)n);
	if (n == (ssize_t)sizeof buf)
		j->read_at = mono_add(p->now, READ_PAUSE);
	if (n == 0) {
		close(j->out);
		j->out = -1;
	}
}

/* Its leader is dead, but not reaped: so the number of its group is nobody else's yet. */
static void end_job(struct process *p, struct job *j)
{
	char why[RUNNER_TEXT_SIZE];
	enum runner_end end;
	int status = 0, value;
	ssize_t n;

	kill(-j->pid, SIGKILL);
	while (waitpid(j->pid, &status, 0) < 0 && errno == EINTR)
		;
	read_output(p, j);
	n = read(j->status, why, sizeof why - 1);
	close_files(j);
	value = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
	end = WIFSIGNALED(status) ? RUNNER_SIGNALLED : RUNNER_EXITED;
	if (n > 0)
		end = RUNNER_NOT_STARTED;
	else if (j->cancelled)
		end = RUNNER_CANCELLED;
	else if (j->timed_out)
		end = RUNNER_TIMED_OUT;
	why[n > 0 ? n : 0] = '\0';
	tell_end(p, j, end, value, n > 0 ? why : j->line);
}

static void reap(struct process *p)
{
	siginfo_t info;

	for (unsigned i = 0; i < p->n_running;) {
		struct job *j = p->running[i];

		info.si_pid = 0;
		if (waitid(P_PID, (id_t)j->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
		    info.si_pid == 0) {
			i++;
			continue;
		}
		p->running[i] = p->running[--p->n_running];
		end_job(p, j);
	}
	/* Those whose parents have died are ours; the loader is its reader's. */
	for (;;) {
		bool known = false;

		info.si_pid = 0;
		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid == 0)
			return;
		for (unsigned i = 0; i < p->n_running; i++)
			known |= p->running[i]->pid == info.si_pid;
		if (known || (p->child.fd != 0 && info.si_pid == p->child.pid))
			return;
		waitpid(info.si_pid, NULL, WNOHANG);
	}
}

static void ask_to_end(struct process *p, struct job *j)
{
	if (kill(-j->pid, SIGTERM) < 0)
		kill(j->pid, SIGTERM); /* it has not made its group yet */
	j->stage = ASKED_TO_END;
	j->due = mono_add(p->now, RUNNER_PATIENCE);
}

static void run_timers(struct process *p)
{
	for (unsigned i = 0; i < p->n_running; i++) {
		struct job *j = p->running[i];

		if (!mono_due(j->due, p->now))
			continue;
		if (j->stage == NOT_ASKED) {
			j->timed_out = true;
			ask_to_end(p, j);
		} else {
			kill(-j->pid, SIGKILL);
			j->stage = KILLED;
			j->due = MONO_NEVER;
		}
	}
}

/* ---- requests ----------------------------------------------------------------------------- */

static void enqueue(struct process *p, const struct runner_request *q)
{
	size_t len = (size_t)q->args_len + q->more_len + q->env_len;
	const char *more = q->bytes + q->args_len, *env = more + q->more_len;
	struct job *j = malloc(sizeof *j + len);

	CHECK(j);
	*j = (struct job){
		.id = q->id, .args_len = q->args_len, .more_len = q->more_len,
		.env_len = q->env_len, .outlives = q->outlives != 0,
		.timeout = span_min(SPAN_NS(q->timeout_ns), RUNNER_TIMEOUT_MAX),
		.queued_at = p->now, .out = -1, .status = -1,
	};
	memcpy(j->user, q->user, sizeof j->user);
	memcpy(j->bytes, q->bytes, len);
	if (p->n_waiting + p->n_running >= RUNNER_JOBS_MAX) {
		tell_end(p, j, RUNNER_NOT_STARTED, 0, "too many scripts are waiting to be run");
	} else if (q->args_len == 0 || !well_formed(q->bytes, q->args_len, NULL) ||
		   !well_formed(more, q->more_len, is_plain) ||
		   !well_formed(env, q->env_len, is_variable)) {
		tell_end(p, j, RUNNER_NOT_STARTED, 0,
			 "an argument or variable has characters that it must not have");
	} else {
		*p->last = j;
		p->last = &j->next;
		p->n_waiting++;
	}
}

static void cancel(struct process *p, uint64_t id)
{
	for (struct job **at = &p->first; *at; at = &(*at)->next)
		if ((*at)->id == id) {
			tell_end(p, take_out(p, at), RUNNER_CANCELLED, 0, "");
			return;
		}
	for (unsigned i = 0; i < p->n_running; i++) {
		struct job *j = p->running[i];

		if (j->id != id || j->stage != NOT_ASKED)
			continue;
		j->cancelled = true;
		ask_to_end(p, j);
	}
}

static void load(struct process *p)
{
	const struct runner_source *s = p->source;

	p->load_again = p->child.fd != 0;
	if (!p->load_again && !cf_child_start(&p->child, s->file, s->root, s->check))
		say(p, &(struct runner_reply){
			.say = RUNNER_SAY_LOADED,
			.text = "cannot start the process that reads the configuration" });
}

static void on_child(struct process *p)
{
	static struct cf_result result;
	struct runner_reply r = { .say = RUNNER_SAY_LOADED };

	if (!cf_child_read(&p->child, &result))
		return;
	r.end = result.ok;
	for (size_t i = 0; !result.ok && result.report.text[i] != '\0' &&
			   result.report.text[i] != '\n' && i < sizeof r.text - 1; i++)
		r.text[i] = result.report.text[i];
	if (result.ok && !p->load_again)
		set_rules(p, &result.model);
	cf_model_free(&result.model);
	if (p->load_again)
		load(p);
	else
		say(p, &r);
}

/* Nobody asks any more: what was to outlive the daemon is run to its end. */
static void be_alone(struct process *p)
{
	p->alone = true;
	send_replies(p);
	for (struct job **at = &p->first; *at;)
		if ((*at)->outlives)
			at = &(*at)->next;
		else
			free(take_out(p, at));
	for (unsigned i = 0; i < p->n_running; i++)
		if (!p->running[i]->outlives) {
			p->running[i]->stage = KILLED;
			p->running[i]->due = MONO_NEVER;
			if (kill(-p->running[i]->pid, SIGKILL) < 0)
				kill(p->running[i]->pid, SIGKILL);
		}
}

static bool is_request(const struct runner_request *q, ssize_t n)
{
	return n >= (ssize_t)RUNNER_REQUEST_HEAD && q->args_len <= RUNNER_ARGS_SIZE &&
	       q->more_len <= RUNNER_ARGS_SIZE && q->env_len <= RUNNER_ENV_SIZE &&
	       (size_t)n == RUNNER_REQUEST_HEAD + q->args_len + q->more_len + q->env_len &&
	       memchr(q->user, '\0', sizeof q->user) != NULL;
}

static void on_request(struct process *p)
{
	static struct runner_request q;
	ssize_t n = recv(RUNNER_FD, &q, sizeof q, MSG_DONTWAIT);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		be_alone(p);
		return;
	}
	if (!is_request(&q, n))
		_exit(EXIT_FAILURE); /* who speaks like that is not the daemon we know */
	if (q.ask == RUNNER_ASK_RUN)
		enqueue(p, &q);
	else if (q.ask == RUNNER_ASK_CANCEL)
		cancel(p, q.id);
	else if (q.ask == RUNNER_ASK_LOAD)
		load(p);
}

/* ---- the loop ----------------------------------------------------------------------------- */

static int poll_timeout(const struct process *p)
{
	mono_t due = MONO_NEVER;
	uint64_t ms;

	for (unsigned i = 0; i < p->n_running; i++) {
		const struct job *j = p->running[i];

		due = mono_min(due, j->due);
		if (mono_before(p->now, j->read_at))
			due = mono_min(due, j->read_at);
	}
	if (mono_is_never(due))
		return -1;
	ms = (mono_since(due, p->now).ns + 999999) / 1000000;
	return ms > 60000 ? 60000 : (int)ms;
}

enum { AT_REQUESTS, AT_SIGNALS, AT_CHILD, AT_OUT, AT_N = AT_OUT + RUNNER_PARALLEL_MAX };

static void turn(struct process *p)
{
	struct signalfd_siginfo info;
	struct pollfd fd[AT_N];
	unsigned n = p->n_running;

	/* A negative file is left out. While the daemon does not listen, it is not listened to. */
	fd[AT_REQUESTS] = (struct pollfd){
		p->alone ? -1 : RUNNER_FD, p->reply ? POLLOUT : POLLIN, 0
	};
	fd[AT_SIGNALS] = (struct pollfd){ p->signals, POLLIN, 0 };
	fd[AT_CHILD] = (struct pollfd){ p->child.fd != 0 ? p->child.fd : -1, POLLIN, 0 };
	for (unsigned i = 0; i < n; i++) {
		const struct job *j = p->running[i];

		fd[AT_OUT + i] = (struct pollfd){
			mono_due(j->read_at, p->now) ? j->out : -1, POLLIN, 0
		};
	}
	if (poll(fd, AT_OUT + n, poll_timeout(p)) < 0 && errno != EINTR)
		_exit(EXIT_FAILURE);
	look_at_clock(p);
	for (unsigned i = 0; i < n; i++)
		if (fd[AT_OUT + i].revents != 0)
			read_output(p, p->running[i]);
	while (read(p->signals, &info, sizeof info) > 0)
		;
	reap(p);
	if (fd[AT_CHILD].revents != 0)
		on_child(p);
	send_replies(p);
	if (fd[AT_REQUESTS].revents != 0 && !p->reply)
		on_request(p);
	run_timers(p);
	start_some(p);
}

static void keep_files(int fd)
{
	int null = open("/dev/null", O_RDWR);

	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(fd, RUNNER_FD);
	fcntl(RUNNER_FD, F_SETFD, FD_CLOEXEC);
	close_range(RUNNER_FD + 1, ~0U, 0);
}

/* Only what becoming another user takes, and only if we have it. */
static void give_up_rights(void)
{
	static const int wanted[] = { CAP_SETUID, CAP_SETGID, CAP_KILL };
	int keep[4], n = 0;
	char text[RUNNER_TEXT_SIZE];
	struct text why = text_open(text, sizeof text);

	for (unsigned i = 0; i < sizeof wanted / sizeof *wanted; i++)
		if (privilege_has((const int[]){ wanted[i], -1 }))
			keep[n++] = wanted[i];
	keep[n] = -1;
	if (!privilege_drop(&(struct privilege_user){ 0 }, keep, &why))
		_exit(EXIT_FAILURE);
	prctl(PR_SET_DUMPABLE, 0);
}

/* The daemon's signals are not ours: we end when it does. */
static int take_signals(void)
{
	static const int ignored[] = {
		SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGPIPE
	};
	sigset_t set;

	for (unsigned i = 0; i < sizeof ignored / sizeof *ignored; i++)
		signal(ignored[i], SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_SETMASK, &set, NULL);
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

_Noreturn void runner_main(const struct runner_source *s, const struct cf_model *m, int fd)
{
	static struct process p;

	keep_files(fd);
	give_up_rights();
	prctl(PR_SET_NAME, "trivet-runner");
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	p = (struct process){ .source = s, .child.confine = s->confine, .signals = take_signals() };
	if (p.signals < 0)
		_exit(EXIT_FAILURE);
	p.last = &p.first;
	p.last_reply = &p.reply;
	set_rules(&p, m);
	look_at_clock(&p);
	while (!p.alone || p.n_waiting + p.n_running > 0)
		turn(&p);
	_exit(EXIT_SUCCESS);
}
