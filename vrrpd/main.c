/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrpd: arguments, signals, the configuration file, one loop.
 */
#include <errno.h>
#include <getopt.h>
#include <linux/capability.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cf_child.h"
#include "digest.h"
#include "linux_net.h"
#include "linux_process.h"
#include "linux_sandbox.h"
#include "vrrpd_linux.h"
#include "vrrpd_notify.h"
#include "vrrpd_script_check.h"

enum { EXIT_RUNTIME = 1, EXIT_USAGE = 2 };

/* Addresses; raw and packet sockets. All that it keeps. */
static const int needed[] = { CAP_NET_ADMIN, CAP_NET_RAW, -1 };

/* For the kernel to remove the addresses, and for each router a device with a virtual MAC. */
#define STOP_PATIENCE        SPAN_S(1)
#define STOP_PATIENCE_DEVICE SPAN_MS(50)
#define TELL_PATIENCE SPAN_MS(200) /* for who reads the FIFO */
#define RUN_PATIENCE  SPAN_S(5)    /* for programs that are told */

struct program {
	const char *file, *runtime_dir;
	bool check, no_sandbox;
	struct privilege_user user;
	struct log log;
	struct loop *loop;
	struct vrrpd_linux *x;
	struct vrrpd_runner *runner; /* a process that runs scripts */
	struct vrrpd_notify manager;
	int signals;
	struct cf_child child;   /* a reload in progress */
	bool reload_again;       /* asked for while one was in progress */
	bool stopping;
	mono_t stop_by, tell_by, run_by;
	mono_t refused_at; /* not before: a line about what the sandbox refused */
	struct log_line line;
};

static const char usage[] =
	"usage: vrrpd -f FILE [options]\n"
	"Runs the virtual routers of the configuration FILE, in the foreground.\n"
	"\n"
	"  -f, --file FILE        the configuration\n"
	"      --check            check the file, say what is wrong with it, and exit\n"
	"      --runtime-dir DIR  where the daemon keeps what it shares with others [/run/trivet]\n"
	"      --user NAME        run as this user, who must be able to read FILE [unchanged]\n"
	"      --no-sandbox       allow every system call, to look for a fault\n"
	"      --log FORMAT       text (key=value) or json, on standard error [text]\n"
	"      --log-level LEVEL  error, warning, info or debug [info]\n"
	"      --version          say which version this is, and exit\n"
	"      --help             this text\n"
	"\n"
	"Signals: HUP loads the file again (a bad one changes nothing), TERM and INT stop, USR1 "
	"logs\n"
	"the counters. Exit status: 0 stopped as asked, 1 cannot run, 2 bad usage or "
	"configuration.\n";

/* ---- log ---------------------------------------------------------------------------------- */

static struct log_line *say(struct program *p, enum log_level level, const char *event)
{
	log_begin(&p->line, level, event);
	return &p->line;
}

static void said(struct program *p)
{
	char time[LOG_TIME_SIZE];

	log_time_now(time);
	log_write(&p->log, time, &p->line);
}

static int fail(struct program *p, const char *text)
{
	log_text(say(p, LOG_LEVEL_ERROR, "cannot-run"), "text", text);
	said(p);
	return EXIT_RUNTIME;
}

/* The lines of a report, each as a line of the log. */
static void log_report(struct program *p, const struct cf_report *report, enum log_level level)
{
	const char *at = report->text;

	while (*at) {
		size_t len = strcspn(at, "\n");

		log_fmt(say(p, level, "configuration"), "text", "%.*s", (int)len, at);
		said(p);
		at += len + (at[len] == '\n');
	}
}

/* ---- configuration ------------------------------------------------------------------------ */

/* Whether an interface that a configuration names is missing; those in use already may come
 * back. */
static const struct vrrp_cf_instance *missing_interface(struct program *p, const struct cf_model *m)
{
	const struct vrrpd *d = p->x ? vrrpd_linux_daemon(p->x) : NULL;
	const struct vrrp_cf *vrrp = &trivet_cf_root(m)->vrrp;
	const char *last = "";

	for (uint32_t i = 0; i < vrrp->instances.n; i++) {
		const struct vrrp_cf_instance *cf = vrrp_cf_instance(m, vrrp, i);
		bool same = i > 0 && strcmp(cf->interface, last) == 0;

		last = cf->interface;
		if (!same && !(d && vrrpd_uses(d, last)) && net_ifindex(last) == 0)
			return cf;
	}
	return NULL;
}

/* Why the interface of this instance was not found. */
static void explain_missing(const struct vrrp_cf_instance *cf, int error, struct text *why)
{
	if (error != ENODEV) {
		text_fmt(why, "instance \"%s\": cannot look for the interface %s: %s", cf->name,
			 cf->interface, strerror(error));
		return;
	}
	text_fmt(why,
		 "instance \"%s\": there is no interface %s on this machine%s; create it first, or "
		 "correct the name",
		 cf->name, cf->interface,
		 if_nametoindex(cf->interface) != 0 ? " (but one that has it as altname)" : "");
}

/* Takes over what was loaded; false when that cannot be done, and then nothing has changed. */
static bool apply(struct program *p, struct cf_result *r)
{
	const struct vrrp_cf_instance *missing = r->ok ? missing_interface(p, &r->model) : NULL;
	char text[300] = "";
	struct text why = text_open(text, sizeof text);
	struct log_line *l;
	bool ok = r->ok && !missing;

	if (missing)
		explain_missing(missing, errno, &why);
	ok = ok && vrrpd_linux_prepare(p->x, trivet_cf_vrrp(&r->model), &why);
	if (ok) {
		ok = vrrpd_apply(vrrpd_linux_daemon(p->x), loop_now(p->loop), &r->model,
				 trivet_cf_vrrp(&r->model));
		if (!ok)
			text_put(&why, "out of memory");
		vrrpd_linux_applied(p->x, ok);
	}
	if (why.len > 0) {
		log_text(say(p, LOG_LEVEL_ERROR, "configuration"), "text", text);
		said(p);
	}
	if (ok) {
		l = say(p, LOG_LEVEL_INFO, "configured");
		log_text(l, "file", p->file);
		log_uint(l, "instances", trivet_cf_root(&r->model)->vrrp.instances.n);
		log_text(l, "hash", r->hash);
		said(p);
	}
	cf_model_free(&r->model);
	return ok;
}

static void reload(struct program *p, struct cf_result *r)
{
	bool ok;

	log_report(p, &r->report, r->ok ? LOG_LEVEL_WARNING : LOG_LEVEL_ERROR);
	ok = apply(p, r);
	if (ok)
		vrrpd_runner_reload(p->runner);
	if (!ok) {
		log_text(say(p, LOG_LEVEL_ERROR, "reload-refused"), "file", p->file);
		log_text(&p->line, "text",
			 "nothing was changed; the configuration that was running goes on");
		said(p);
	}
	vrrpd_notify_ready(&p->manager, vrrpd_linux_daemon(p->x), loop_now(p->loop), !ok);
}

static void start_reload(struct program *p);

static void on_closing(void *ctx, int fd)
{
	struct program *p = ctx;

	loop_unwatch(p->loop, fd);
}

static void on_child(void *ctx, int fd, mono_t now)
{
	static struct cf_result result;
	struct program *p = ctx;

	(void)fd, (void)now;
	if (!cf_child_read(&p->child, &result))
		return;
	/* What was asked for in the meantime may be of a newer file: that one counts. */
	if (p->reload_again)
		cf_model_free(&result.model);
	else
		reload(p, &result);
	if (p->reload_again)
		start_reload(p);
}

/* Not that of the turn: the signal may have come since. */
static mono_t clock_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (mono_t){ (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec };
}

static void start_reload(struct program *p)
{
	p->reload_again = p->child.fd != 0;
	if (p->reload_again || p->stopping)
		return;
	vrrpd_notify_reloading(&p->manager, clock_now());
	if (!cf_child_start(&p->child, p->file, &trivet_schema, trivet_cf_check) ||
	    !loop_watch(p->loop, p->child.fd, on_child, p)) {
		log_text(say(p, LOG_LEVEL_ERROR, "reload-refused"), "error", strerror(errno));
		said(p);
		vrrpd_notify_ready(&p->manager, vrrpd_linux_daemon(p->x), loop_now(p->loop), true);
		if (p->child.fd != 0)
			cf_child_cancel(&p->child);
	}
}

/* In the child that reads the file, at the start as at every reload: so what can be read once can
 * be read again. It needs no capability, and hardly a system call. */
static bool confine_loader(void *ctx, struct text *why)
{
	static const int none[] = { -1 };
	struct program *p = ctx;
	char unused[300];
	struct text ignored = text_open(unused, sizeof unused);

	if (!privilege_drop(&p->user, none, why))
		return false;
	/* A kernel that has no such thing is the daemon's to complain about. */
	if (!p->no_sandbox)
		sandbox_enter(SANDBOX_LOADER, &ignored);
	return true;
}

/* The file at start-up; an exit status. */
static int load(struct program *p, struct cf_result *r)
{
	const struct vrrp_cf_instance *missing;
	char text[300];
	struct text why = text_open(text, sizeof text);

	cf_child_load_confined(p->file, &trivet_schema, trivet_cf_check, &p->child.confine, r);
	log_report(p, &r->report, r->ok ? LOG_LEVEL_WARNING : LOG_LEVEL_ERROR);
	if (!r->ok)
		return EXIT_USAGE;
	missing = missing_interface(p, &r->model);
	if (missing) {
		explain_missing(missing, errno, &why);
		return fail(p, text);
	}
	return 0;
}

static int check_only(struct program *p)
{
	static struct cf_result r;

	cf_child_load_confined(p->file, &trivet_schema, trivet_cf_check, &p->child.confine, &r);
	fputs(r.report.text, stderr);
	if (!r.ok || !vrrpd_script_check(&r.model, p->file, stderr))
		return EXIT_USAGE;
	printf("%s: ok, virtual routers: %u\n", p->file,
	       trivet_cf_root(&r.model)->vrrp.instances.n);
	cf_model_free(&r.model);
	return 0;
}

/* ---- running ------------------------------------------------------------------------------ */

static void stop(struct program *p, int signal)
{
	if (p->stopping)
		return;
	log_text(say(p, LOG_LEVEL_INFO, "stopping"), "signal", signal == SIGTERM ? "TERM" : "INT");
	said(p);
	vrrpd_notify_stopping(&p->manager);
	p->stopping = true;
	p->stop_by = mono_add(mono_add(loop_now(p->loop), STOP_PATIENCE),
			      span_mul(STOP_PATIENCE_DEVICE, vrrpd_n(vrrpd_linux_daemon(p->x))));
	p->tell_by = mono_add(loop_now(p->loop), TELL_PATIENCE);
	p->run_by = mono_add(loop_now(p->loop), RUN_PATIENCE);
	if (p->child.fd != 0)
		cf_child_cancel(&p->child);
	vrrpd_log_counters(vrrpd_linux_daemon(p->x), loop_now(p->loop));
	vrrpd_stop(vrrpd_linux_daemon(p->x), loop_now(p->loop));
}

static void on_signal(void *ctx, int fd, mono_t now)
{
	struct program *p = ctx;
	int signal;

	while ((signal = process_next_signal(fd)) != 0) {
		if (signal == SIGHUP)
			start_reload(p);
		else if (signal == SIGUSR1)
			vrrpd_log_counters(vrrpd_linux_daemon(p->x), now);
		else
			stop(p, signal);
	}
}

/* Gives up all rights but those of the daemon, for good. */
static bool shut_the_door(struct program *p, struct text *why)
{
	char text[300];
	struct text trouble = text_open(text, sizeof text);

	if (!privilege_drop(&p->user, needed, why))
		return false;
	if (p->no_sandbox || !sandbox_is_built_in() || sandbox_enter(SANDBOX_DAEMON, &trouble))
		return true;
	log_text(say(p, LOG_LEVEL_WARNING, "no-sandbox"), "text", text);
	said(p);
	p->no_sandbox = true;
	return true;
}

/* A call that the sandbox refused is a fault of ours or somebody's attempt: never to be missed.
 * What is refused until the next line adds up. */
static void log_refused(struct program *p)
{
	char name[64];
	struct text t = text_open(name, sizeof name);
	unsigned times = 0;

	if (mono_due(p->refused_at, loop_now(p->loop)))
		times = sandbox_refused(&t);
	if (times == 0)
		return;
	p->refused_at = mono_add(loop_now(p->loop), SPAN_S(1));
	log_text(say(p, LOG_LEVEL_ERROR, "sandbox-refused"), "syscall", name);
	log_uint(&p->line, "times", times);
	log_text(&p->line, "text",
		 "a system call that vrrpd is not known to make was refused: please report it; "
		 "--no-sandbox allows all");
	said(p);
}

/* All is done that a stop has to do; or what is left is to tell somebody who does not listen. What
 * runs is then brought to its end by the runner. */
static bool has_stopped(struct program *p)
{
	const struct vrrpd *d = vrrpd_linux_daemon(p->x);
	mono_t now = loop_now(p->loop);

	if (!p->stopping || !vrrpd_settled(d) ||
	    (!vrrpd_linux_told(p->x) && !mono_due(p->tell_by, now)) ||
	    (!vrrpd_hooks_done(d) && !mono_due(p->run_by, now)))
		return false;
	if (!vrrpd_hooks_done(d)) {
		log_text(say(p, LOG_LEVEL_WARNING, "notify-unfinished"), "text",
			 "programs that are told of the stop still run or have not been run: "
			 "vrrpd does not wait for them any longer");
		said(p);
	}
	return true;
}

static mono_t stop_deadline(const struct program *p)
{
	const mono_t by[] = { p->tell_by, p->stop_by, p->run_by };
	mono_t deadline = MONO_NEVER;

	for (unsigned i = 0; i < sizeof by / sizeof *by; i++)
		if (!mono_due(by[i], loop_now(p->loop)))
			deadline = mono_min(deadline, by[i]);
	return deadline;
}

static int run(struct program *p)
{
	struct vrrpd *d = vrrpd_linux_daemon(p->x);

	for (;;) {
		mono_t deadline;

		log_refused(p);
		vrrpd_linux_turn(p->x);
		vrrpd_notify_turn(&p->manager, d, loop_now(p->loop));
		deadline = vrrpd_runner_turn(p->runner);
		if (has_stopped(p))
			return 0;
		if (p->stopping && !vrrpd_settled(d) && mono_due(p->stop_by, loop_now(p->loop)))
			return fail(p, "the kernel did not remove all virtual addresses in time");
		deadline = mono_min(deadline, vrrpd_deadline(d));
		deadline = mono_min(deadline, vrrpd_notify_deadline(&p->manager, d));
		loop_turn(p->loop, p->stopping ? mono_min(deadline, stop_deadline(p)) : deadline);
	}
}

static int start(struct program *p)
{
	static const int signals[] = { SIGHUP, SIGTERM, SIGINT, SIGUSR1, 0 };
	static struct cf_result r;
	char text[300];
	struct text why = text_open(text, sizeof text);
	int status = load(p, &r);

	if (status != 0)
		return status;
	if (!privilege_has(needed))
		return fail(p, "not permitted: vrrpd needs the capabilities CAP_NET_ADMIN and "
			       "CAP_NET_RAW; run it as root, or as a user who has just these");
	p->runner = vrrpd_runner_new(p->file, &p->child.confine, &r.model, &why);
	if (!p->runner || !process_lock_dir(p->runtime_dir, "vrrpd", &p->user, &why) ||
	    !process_claim("vrrpd", &why) || !shut_the_door(p, &why))
		return fail(p, text);
	if (!notify_open(&p->manager.to, &why)) {
		log_text(say(p, LOG_LEVEL_WARNING, "no-notification"), "text", text);
		said(p);
	}
	p->signals = process_signals(signals);
	p->loop = loop_new();
	if (p->signals < 0 || !p->loop || !loop_watch(p->loop, p->signals, on_signal, p))
		return fail(p, strerror(errno));
	if (!vrrpd_runner_watch(p->runner, p->loop, &p->log))
		return fail(p, strerror(errno));
	p->x = vrrpd_linux_new(p->loop, &p->log, p->runner);
	if (!p->x) {
		text_fmt(&why, "cannot open the sockets that vrrpd needs: %s", strerror(errno));
		return fail(p, text);
	}
	log_text(say(p, LOG_LEVEL_INFO, "started"), "version", TRIVET_VERSION);
	log_uint(&p->line, "pid", (uint64_t)getpid());
	log_uint(&p->line, "uid", (uint64_t)geteuid());
	log_text(&p->line, "sandbox", p->no_sandbox || !sandbox_is_built_in() ? "off" : "on");
	said(p);
	if (!apply(p, &r)) /* an interface that was there a moment ago has gone */
		return fail(p, "the configuration could not be taken over");
	vrrpd_notify_ready(&p->manager, vrrpd_linux_daemon(p->x), loop_now(p->loop), false);
	return run(p);
}

static bool choose(const char *option, const char *value, const char *const *names, int *index)
{
	for (*index = 0; names[*index]; ++*index)
		if (strcmp(value, names[*index]) == 0)
			return true;
	fprintf(stderr, "vrrpd: %s is", option);
	for (int i = 0; names[i]; i++)
		fprintf(stderr, "%s %s", i == 0 ? "" : names[i + 1] ? "," : " or", names[i]);
	fprintf(stderr, ", not \"%s\"\n", value);
	return false;
}

/* An exit status, or -1 to go on. */
static int read_arguments(struct program *p, int argc, char **argv)
{
	static const char *const formats[] = { "text", "json", NULL };
	static const char *const levels[] = { "error", "warning", "info", "debug", NULL };
	enum { OPT_CHECK = 256, OPT_DIR, OPT_USER, OPT_NO_SANDBOX, OPT_LOG, OPT_LEVEL, OPT_VERSION,
	       OPT_HELP };
	static const struct option options[] = {
		{ "file", required_argument, NULL, 'f' },
		{ "check", no_argument, NULL, OPT_CHECK },
		{ "runtime-dir", required_argument, NULL, OPT_DIR },
		{ "user", required_argument, NULL, OPT_USER },
		{ "no-sandbox", no_argument, NULL, OPT_NO_SANDBOX },
		{ "log", required_argument, NULL, OPT_LOG },
		{ "log-level", required_argument, NULL, OPT_LEVEL },
		{ "version", no_argument, NULL, OPT_VERSION },
		{ "help", no_argument, NULL, OPT_HELP },
		{ NULL, 0, NULL, 0 },
	};
	int opt, index;
	bool good = true;

	while (good && (opt = getopt_long(argc, argv, "f:", options, NULL)) != -1) {
		switch (opt) {
		case 'f':
			p->file = optarg;
			break;
		case OPT_CHECK:
			p->check = true;
			break;
		case OPT_DIR:
			p->runtime_dir = optarg;
			break;
		case OPT_USER:
			p->user.name = optarg;
			break;
		case OPT_NO_SANDBOX:
			p->no_sandbox = true;
			break;
		case OPT_LOG:
			good = choose("--log", optarg, formats, &index);
			p->log.format = (enum log_format)index;
			break;
		case OPT_LEVEL:
			good = choose("--log-level", optarg, levels, &index);
			p->log.level = (enum log_level)index;
			break;
		case OPT_VERSION:
			puts("vrrpd (Trivet) " TRIVET_VERSION);
			return 0;
		case OPT_HELP:
			fputs(usage, stdout);
			return 0;
		default:
			good = false;
		}
	}
	if (good && p->file && optind == argc)
		return -1;
	if (good && optind < argc)
		fprintf(stderr, "vrrpd: \"%s\" is no option; a file is named with -f\n",
			argv[optind]);
	else if (good)
		fputs("vrrpd: no configuration file; name one with -f\n", stderr);
	fputs(usage, stderr);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	static struct program p = {
		.runtime_dir = "/run/trivet", .manager.to.fd = -1,
	};
	char text[300];
	struct text why = text_open(text, sizeof text);
	int status;

	log_open(&p.log, STDERR_FILENO, LOG_FORMAT_TEXT, LOG_LEVEL_INFO);
	status = read_arguments(&p, argc, argv);

	digest_prepare();
	p.child.confine = (struct cf_confine){ confine_loader, &p };
	p.child.closing = on_closing;
	p.child.closing_ctx = &p;
	if (status < 0 && p.user.name && !privilege_find_user(p.user.name, &p.user, &why))
		status = fail(&p, text);
	if (status < 0)
		status = p.check ? check_only(&p) : start(&p);
	vrrpd_linux_free(p.x);
	vrrpd_runner_free(p.runner);
	loop_free(p.loop);
	notify_close(&p.manager.to);
	return status;
}
