/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Real programs that do what programs should not, and a runner of their own. C08 and C09 are of the
 * fault catalogue. Needs root, to become another user: without, nothing is tested.
 */
#include "linux_runner.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "linux_script.h"
#include "unit.h"

enum { PATIENCE_MS = 30000, RESULTS_MAX = 700 };

/* ---- a configuration ---------------------------------------------------------------------- */

struct program {
	char line[200]; /* arguments with blanks between them */
	char user[RUNNER_USER_SIZE];
	bool more;
};

struct config {
	struct cf_list programs;
	uint8_t parallel;
	char user[RUNNER_USER_SIZE];
};

static const struct cf_field PROGRAM_FIELDS[] = {
	CF(struct program, line, CF_TEXT),
	CF(struct program, user, CF_TEXT),
	CF(struct program, more, CF_BOOL),
};
static const struct cf_schema PROGRAM = {
	.name = "program", .size = sizeof(struct program), .field = PROGRAM_FIELDS, .n = 3
};
static const struct cf_field CONFIG_FIELDS[] = {
	CF(struct config, programs, CF_LIST, .of = &PROGRAM, .max = 100),
	CF(struct config, parallel, CF_UINT, .def = "32"),
	CF(struct config, user, CF_TEXT),
};
static const struct cf_schema CONFIG = {
	.name = "file", .size = sizeof(struct config), .field = CONFIG_FIELDS, .n = 3
};

/* "a b" as two strings; the length. */
static size_t pack(char *to, const char *line)
{
	size_t n = strlen(line) + 1;

	memcpy(to, line, n);
	for (size_t i = 0; i < n; i++)
		if (to[i] == ' ')
			to[i] = '\0';
	return n > 1 ? n : 0;
}

static void rules(const struct cf_model *m, struct runner_rules *r)
{
	const struct config *cf = m->bytes;
	char args[RUNNER_ARGS_SIZE];

	runner_limit(r, cf->parallel, cf->user);
	for (uint32_t i = 0; i < cf->programs.n; i++) {
		const struct program *p = cf_at(m, cf->programs, sizeof *p, i);

		runner_permit(r, &(struct runner_program){
			{ args, pack(args, p->line) }, p->user, p->more });
	}
}

/* ---- files -------------------------------------------------------------------------------- */

static char dir[] = "/tmp/linux_runner_test.XXXXXX";
static char file[80];

static const char *in_dir(const char *name)
{
	static char path[4][200];
	static unsigned turn;
	char *p = path[turn++ % 4];

	snprintf(p, sizeof path[0], "%s/%s", dir, name);
	return p;
}

static void put(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(path, mode), 0);
}

static const char *script(const char *name, const char *text)
{
	char all[2000];

	snprintf(all, sizeof all, "#!/bin/sh\ncd %s/out\n%s\n", dir, text);
	put(in_dir(name), all, 0755);
	return in_dir(name);
}

/* What a script has written into the directory in which it may. */
static const char *written(const char *name)
{
	static char text[4000];
	char path[200];
	FILE *f;
	size_t n;

	snprintf(path, sizeof path, "%s/out/%s", dir, name);
	f = fopen(path, "r");
	if (!f)
		return "";
	n = fread(text, 1, sizeof text - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

static const char *of_process(pid_t pid, const char *name, const char *key)
{
	static char line[300];
	char path[80];
	FILE *f;

	snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, name);
	f = fopen(path, "r");
	assert_non_null(f);
	line[0] = '\0';
	while (fgets(line, sizeof line, f) && strncmp(line, key, strlen(key)) != 0)
		;
	fclose(f);
	line[strcspn(line, "\n")] = '\0';
	return line + strlen(key);
}

/* ---- a runner ----------------------------------------------------------------------------- */

struct seen {
	struct runner_result r;
	char text[RUNNER_TEXT_SIZE];
};

static struct runner *runner;
static struct seen seen[RESULTS_MAX];
static unsigned n_seen, n_lost, n_loaded;
static bool load_ok;

static void on_ended(void *ctx, const struct runner_result *r)
{
	(void)ctx;
	assert_true(n_seen < RESULTS_MAX);
	seen[n_seen].r = *r;
	strcpy(seen[n_seen++].text, r->text);
}

static void on_loaded(void *ctx, bool ok, const char *text)
{
	(void)ctx;
	assert_true(ok == (text[0] == '\0'));
	n_loaded++;
	load_ok = ok;
}

static void on_lost(void *ctx)
{
	(void)ctx;
	n_lost++;
}

static const struct runner_events events = { on_ended, on_loaded, on_lost };

static void begin(const char *config)
{
	static struct runner_source source = { file, &CONFIG, NULL, { 0 }, rules };
	static struct cf_result result;
	char text[300];
	struct text why = text_open(text, sizeof text);

	put(file, config, 0644);
	cf_child_load(file, &CONFIG, NULL, &result);
	assert_true(result.ok);
	n_seen = n_lost = n_loaded = 0;
	runner = runner_start(&source, &result.model, &events, NULL, &why);
	assert_non_null(runner);
	cf_model_free(&result.model);
}

/* With this program alone, and settings before it. */
static void begin_with(const char *settings, const char *line)
{
	char config[600];

	snprintf(config, sizeof config, "%s\nprograms = ( { line = \"%s\"; } );\n", settings, line);
	begin(config);
}

/* Until so many results, loads or losses are there. */
static void wait_for(const unsigned *what, unsigned n)
{
	struct pollfd p = { .fd = runner_fd(runner), .events = POLLIN };

	while (*what < n) {
		assert_true(n_lost == 0);
		runner_turn(runner, (mono_t){ 1 });
		assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
		runner_ready(runner);
	}
}

/* What has been killed is gone a moment later. */
static bool has_children(void)
{
	char name[60];

	snprintf(name, sizeof name, "task/%ld/children", (long)runner_pid(runner));
	for (unsigned ms = 0; ms < PATIENCE_MS; ms += 10) {
		if (of_process(runner_pid(runner), name, "")[0] == '\0')
			return false;
		usleep(10000);
	}
	return true;
}

/* Nothing is left of what ran, and the runner goes. */
static void end(void)
{
	pid_t pid = runner_pid(runner);

	if (n_lost == 0) {
		assert_int_equal(runner_busy(runner), 0);
		assert_false(has_children());
	}
	runner_free(runner);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static bool ask(uint64_t id, const char *line, const char *more, const char *env, span_t timeout,
		bool outlives)
{
	static char a[RUNNER_ARGS_SIZE], b[RUNNER_ARGS_SIZE], c[RUNNER_ARGS_SIZE];
	struct runner_job job = {
		.id = id, .program = { { a, pack(a, line) }, "", false },
		.more = { b, pack(b, more) }, .env = { c, pack(c, env) }, .timeout = timeout,
		.outlives = outlives,
	};

	return runner_run(runner, &job);
}

/* One run, from beginning to end. */
static const struct seen *run(const char *line, span_t timeout)
{
	unsigned before = n_seen;

	assert_true(ask(77, line, "", "", timeout, false));
	wait_for(&n_seen, before + 1);
	assert_int_equal(seen[before].r.id, 77);
	return &seen[before];
}

/* A script, alone in the configuration, which runs once. */
static const struct seen *run_script(const char *text, span_t timeout)
{
	const char *path = script("it", text);

	begin_with("", path);
	return run(path, timeout);
}

static void expect(const struct seen *s, enum runner_end how, int value)
{
	if (s->r.end != how || s->r.value != value)
		print_error("end %d value %d text %s\n", (int)s->r.end, s->r.value, s->text);
	assert_int_equal(s->r.end, how);
	assert_int_equal(s->r.value, value);
}

/* ---- how a program runs ------------------------------------------------------------------- */

static void exit_status_and_first_line(void **state)
{
	const struct seen *s;

	(void)state;
	s = run_script("exit 0", SPAN_S(20));
	expect(s, RUNNER_EXITED, 0);
	assert_string_equal(s->text, "");
	end();
	s = run_script("echo; echo first; echo second >&2; exit 7", SPAN_S(20));
	expect(s, RUNNER_EXITED, 7);
	assert_string_equal(s->text, "first");
	end();
	s = run_script("echo to the other >&2; exit 255", SPAN_S(20));
	expect(s, RUNNER_EXITED, 255);
	assert_string_equal(s->text, "to the other");
	end();
}

/* What it has of us: nothing. */
static void a_program_can_do_little(void **state)
{
	const struct passwd *pw;
	char wanted[100];
	const char *text;

	(void)state;
	pw = getpwnam(SCRIPT_USER);
	pw = pw ? pw : getpwnam("nobody");
	assert_non_null(pw);
	expect(run_script("cat /proc/self/status >status; ls /proc/self/fd >fds; env >env\n"
			  "read x <&0; echo \"$x\" >in; ulimit -c >core; cat /proc/$$/stat >stat\n"
			  "cat /proc/self/oom_score_adj >oom; cat /proc/$$/comm >comm",
			  SPAN_S(20)),
	       RUNNER_EXITED, 0);
	text = written("status");
	snprintf(wanted, sizeof wanted, "\nUid:\t%1$u\t%1$u\t%1$u\t%1$u\n", pw->pw_uid);
	assert_non_null(strstr(text, wanted));
	for (unsigned i = 0; i < 5; i++) {
		static const char *const sets[] = { "Inh", "Prm", "Eff", "Bnd", "Amb" };

		snprintf(wanted, sizeof wanted, "\nCap%s:\t0000000000000000\n", sets[i]);
		assert_non_null(strstr(text, wanted));
	}
	assert_non_null(strstr(text, "\nNoNewPrivs:\t1\n"));
	assert_non_null(strstr(text, "\nSigBlk:\t0000000000000000\n"));
	/* The C library keeps two signals to itself, and leaves them as they were. */
	assert_non_null(strstr(text, "\nSigIgn:\t"));
	assert_int_equal(strtoull(strstr(text, "\nSigIgn:\t") + 9, NULL, 16) & 0x7fffffff, 0);
	assert_string_equal(written("fds"), "0\n1\n2\n3\n"); /* 3: ls has the directory open */
	assert_string_equal(written("in"), "\n");
	assert_string_equal(written("core"), "0\n");
	assert_string_equal(written("oom"), "0\n");
	assert_null(strstr(written("env"), "TRIVET"));
	assert_non_null(strstr(written("env"), "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:"));
	assert_null(strstr(written("env"), "top_srcdir"));
	end();
}

static void variables_and_more_arguments(void **state)
{
	char config[300];
	const char *path = script("it", "echo \"$# $1 $2 $3 $TRIVET_A $TRIVET_B_2\"");
	char line[200];

	(void)state;
	snprintf(line, sizeof line, "%s one", path);
	snprintf(config, sizeof config, "programs = ( { line = \"%s\"; more = true; } );\n", line);
	begin(config);
	ask(1, line, "two 3:a/b", "TRIVET_A=x TRIVET_B_2=y=z", SPAN_S(20), false);
	wait_for(&n_seen, 1);
	expect(&seen[0], RUNNER_EXITED, 0);
	assert_string_equal(seen[0].text, "3 one two 3:a/b x y=z");
	end();
}

static void root_only_where_the_file_says_so(void **state)
{
	const char *path =
		script("it", "grep -e Uid -e CapEff -e CapPrm /proc/self/status | tr '\\n' ' '");

	(void)state;
	begin_with("user = \"root\";", path);
	expect(run(path, SPAN_S(20)), RUNNER_EXITED, 0);
	assert_non_null(strstr(seen[0].text, "Uid:\t0\t0\t0\t0 CapPrm:\t0000000000000000 "
					     "CapEff:\t0000000000000000"));
	end();
}

/* ---- programs that misbehave -------------------------------------------------------------- */

static void c08_hangs(void **state)
{
	const struct seen *s = run_script("sleep 1000", SPAN_MS(100));

	(void)state;
	assert_int_equal(s->r.end, RUNNER_TIMED_OUT);
	assert_true(s->r.ran.ns >= SPAN_MS(100).ns);
	end();
}

static void c08_ignores_sigterm(void **state)
{
	const struct seen *s =
		run_script("trap '' TERM; echo on; while :; do sleep 1; done", SPAN_MS(100));

	(void)state;
	assert_int_equal(s->r.end, RUNNER_TIMED_OUT);
	assert_int_equal(s->r.value, SIGKILL);
	assert_true(s->r.ran.ns >= SPAN_MS(2100).ns);
	end();
}

static bool exists(const char *pid)
{
	assert_true(strlen(pid) > 0);
	for (unsigned ms = 0; ms < PATIENCE_MS; ms += 10) {
		if (kill((pid_t)strtol(pid, NULL, 10), 0) < 0)
			return false;
		usleep(10000);
	}
	return true;
}

/* Whatever it does to its children: they do not survive it. */
static void c08_grandchildren(void **state)
{
	(void)state;
	run_script("trap '' TERM; (sleep 1001 & echo $! >one; sleep 1000) & sleep 1000",
		   SPAN_MS(200));
	assert_int_equal(seen[0].r.end, RUNNER_TIMED_OUT);
	assert_true(strlen(written("one")) > 0);
	assert_false(exists(written("one")));
	end();
	run_script("sleep 1002 >/dev/null 2>&1 & echo $! >two; exit 3", SPAN_S(20));
	expect(&seen[0], RUNNER_EXITED, 3);
	assert_false(exists(written("two")));
	end();
	/* It still holds what the script printed to. */
	run_script("sleep 1003 & echo $! >three; exit 4", SPAN_S(20));
	expect(&seen[0], RUNNER_EXITED, 4);
	assert_false(exists(written("three")));
	end();
	/* A session of its own: it is left alone, but no zombie stays when it ends. */
	run_script("(setsid sleep 0.2 &) ; exit 0", SPAN_S(20));
	expect(&seen[0], RUNNER_EXITED, 0);
	end();
}

static void c08_floods(void **state)
{
	unsigned long before, after;
	const char *path =
		script("it", "yes 0123456789 | head -c 5000000; echo; echo done >flooded");

	(void)state;
	begin_with("", path);
	run(path, SPAN_S(60));
	before = strtoul(of_process(runner_pid(runner), "status", "VmRSS:"), NULL, 10);
	expect(run(path, SPAN_S(60)), RUNNER_EXITED, 0);
	after = strtoul(of_process(runner_pid(runner), "status", "VmRSS:"), NULL, 10);
	assert_string_equal(seen[1].text, "0123456789");
	assert_string_equal(written("flooded"), "done\n");
	print_message("# 5 MB printed: %lu kB before, %lu kB after\n", before, after);
	assert_true(after < before + 1000);
	end();
	/* Without end, and without a line. */
	assert_int_equal(run_script("cat /dev/zero", SPAN_MS(300))->r.end, RUNNER_TIMED_OUT);
	assert_string_equal(seen[0].text, "");
	end();
	run_script("head -c 100000 /dev/zero | tr '\\0' x", SPAN_S(20));
	assert_int_equal(strlen(seen[0].text), RUNNER_TEXT_SIZE - 1);
	end();
}

static void c08_ends_by_a_signal(void **state)
{
	(void)state;
	expect(run_script("kill -SEGV $$", SPAN_S(20)), RUNNER_SIGNALLED, SIGSEGV);
	end();
	expect(run_script("kill -KILL $$", SPAN_S(20)), RUNNER_SIGNALLED, SIGKILL);
	end();
	expect(run_script("kill -TERM $$", SPAN_S(20)), RUNNER_SIGNALLED, SIGTERM);
	end();
}

static void not_started(const struct seen *s, const char *why)
{
	if (s->r.end != RUNNER_NOT_STARTED || !strstr(s->text, why))
		print_error("end %d text %s, not %s\n", (int)s->r.end, s->text, why);
	assert_int_equal(s->r.end, RUNNER_NOT_STARTED);
	assert_non_null(strstr(s->text, why));
}

/* It is looked at before each run, not only before the first. */
static void c08_replaced_between_runs(void **state)
{
	const char *path = script("it", "exit 5");

	(void)state;
	begin_with("", path);
	expect(run(path, SPAN_S(20)), RUNNER_EXITED, 5);
	script("it", "exit 6");
	expect(run(path, SPAN_S(20)), RUNNER_EXITED, 6);
	chmod(path, 0757);
	not_started(run(path, SPAN_S(20)), "can be written by everybody");
	chmod(path, 0644);
	not_started(run(path, SPAN_S(20)), "cannot be executed");
	chmod(path, 0700);
	not_started(run(path, SPAN_S(20)), "Permission denied");
	unlink(path);
	not_started(run(path, SPAN_S(20)), "No such file");
	put(path, "#!/no/such/interpreter\n", 0755);
	not_started(run(path, SPAN_S(20)), "interpreter");
	put(path, "\177ELF, but not really", 0755);
	not_started(run(path, SPAN_S(20)), "Exec format error");
	script("it", "exit 7");
	chown(path, 12345, 12345);
	not_started(run(path, SPAN_S(20)), "belongs to user 12345");
	chown(path, 0, 0);
	expect(run(path, SPAN_S(20)), RUNNER_EXITED, 7);
	end();
}

/* ---- what is safe ------------------------------------------------------------------------- */

static bool safe(const char *path, uid_t uid, char why[300])
{
	struct text t = text_open(why, 300);

	why[0] = '\0';
	return script_is_safe(path, uid, &t);
}

static void s06_paths_that_others_could_change(void **state)
{
	char why[300];
	char target[200];

	(void)state;
	script("it", "exit 0");
	assert_true(safe(in_dir("it"), 65534, why));
	assert_true(safe(in_dir(".//it"), 65534, why));
	assert_false(safe(in_dir("out/../it"), 65534, why)); /* by way of what others can write */
	assert_true(safe("/bin/sh", 65534, why)); /* by way of links */
	assert_false(safe("bin/sh", 65534, why));
	assert_false(safe(in_dir(""), 65534, why));
	assert_non_null(strstr(why, "not a file"));
	assert_false(safe("/", 65534, why));
	assert_false(safe(in_dir("it/more"), 65534, why));
	chmod(in_dir("it"), 04755);
	assert_false(safe(in_dir("it"), 65534, why));
	assert_non_null(strstr(why, "setuid"));
	chmod(in_dir("it"), 02755);
	assert_false(safe(in_dir("it"), 65534, why));
	chmod(in_dir("it"), 0775);
	assert_false(safe(in_dir("it"), 65534, why));
	assert_non_null(strstr(why, "group 0"));
	chmod(in_dir("it"), 0755);
	/* A directory on the way. */
	mkdir(in_dir("d"), 0755);
	assert_int_equal(link(in_dir("it"), in_dir("d/it")), 0);
	assert_true(safe(in_dir("d/it"), 65534, why));
	assert_true(safe(in_dir("d/../d/it"), 65534, why));
	chmod(in_dir("d"), 0777);
	assert_false(safe(in_dir("d/it"), 65534, why));
	assert_non_null(strstr(why, "/d can be written by everybody"));
	chmod(in_dir("d"), 01777); /* what others own there, they can replace */
	assert_true(safe(in_dir("d/it"), 65534, why));
	chown(in_dir("d/it"), 12345, 0);
	assert_false(safe(in_dir("d/it"), 65534, why));
	assert_true(safe(in_dir("d/it"), 12345, why));
	assert_false(safe(in_dir("d/it"), 0, why)); /* root runs nobody else's */
	chown(in_dir("d/it"), 0, 0);
	chmod(in_dir("d"), 0755);
	/* Links: they and where they lead. */
	snprintf(target, sizeof target, "%s", in_dir("d"));
	assert_int_equal(symlink(target, in_dir("l")), 0);
	assert_true(safe(in_dir("l/it"), 65534, why));
	lchown(in_dir("l"), 12345, 0);
	assert_false(safe(in_dir("l/it"), 65534, why));
	assert_non_null(strstr(why, "/l belongs"));
	lchown(in_dir("l"), 0, 0);
	chmod(in_dir("d"), 0775);
	assert_false(safe(in_dir("l/it"), 65534, why));
	assert_int_equal(symlink("self", in_dir("self")), 0);
	assert_false(safe(in_dir("self"), 65534, why));
	assert_int_equal(symlink("d/it", in_dir("rel")), 0);
	chmod(in_dir("d"), 0755);
	assert_true(safe(in_dir("rel"), 65534, why));
	unlink(in_dir("rel"));
	unlink(in_dir("self"));
	unlink(in_dir("l"));
	unlink(in_dir("d/it"));
	rmdir(in_dir("d"));
}

/* ---- what is permitted -------------------------------------------------------------------- */

static void only_what_the_file_says(void **state)
{
	const char *path = script("it", "exit 0");
	char line[200];

	(void)state;
	snprintf(line, sizeof line, "%s one", path);
	begin_with("", line);
	not_started(run("/bin/sh -c true", SPAN_S(20)), "does not list it");
	not_started(run(path, SPAN_S(20)), "does not list it");
	ask(2, line, "more", "", SPAN_S(20), false);
	wait_for(&n_seen, 3);
	not_started(&seen[2], "does not list it");
	ask(3, line, "", "LD_PRELOAD=/tmp/x.so", SPAN_S(20), false);
	ask(4, line, "", "TRIVET_A", SPAN_S(20), false);
	ask(5, line, "", "TRIVET_A=\n", SPAN_S(20), false);
	ask(6, line, "$(id)", "", SPAN_S(20), false);
	ask(7, "", "", "", SPAN_S(20), false);
	wait_for(&n_seen, 8);
	for (unsigned i = 3; i < 8; i++)
		not_started(&seen[i], "characters");
	/* As somebody else. */
	runner_run(runner, &(struct runner_job){
		.program = { { line, pack(line, line) }, "root", false }, .timeout = SPAN_S(20) });
	wait_for(&n_seen, 9);
	not_started(&seen[8], "does not list it");
	end();
}

static void a_changed_file(void **state)
{
	char config[400], old[200], new[200];

	(void)state;
	strcpy(old, script("it", "exit 1"));
	strcpy(new, script("new", "exit 2"));
	begin_with("", old);
	not_started(run(new, SPAN_S(20)), "does not list it");
	put(file, "programs = nonsense\n", 0644);
	runner_reload(runner);
	wait_for(&n_loaded, 1);
	assert_false(load_ok);
	expect(run(old, SPAN_S(20)), RUNNER_EXITED, 1);
	/* What is asked for right after it waits until the file has been read. */
	snprintf(config, sizeof config, "programs = ( { line = \"%s\"; } );\n", new);
	put(file, config, 0644);
	runner_reload(runner);
	expect(run(new, SPAN_S(20)), RUNNER_EXITED, 2);
	not_started(run(old, SPAN_S(20)), "does not list it");
	wait_for(&n_loaded, 2);
	assert_true(load_ok);
	end();
}

static void users_that_there_are_not(void **state)
{
	const char *path = script("it", "exit 0");

	(void)state;
	begin_with("user = \"no-such-user\";", path);
	not_started(run(path, SPAN_S(20)), "there is no user no-such-user");
	end();
}

/* ---- many --------------------------------------------------------------------------------- */

/* 500 at once: no more than three run at a time. */
static void c09_many_at_once(void **state)
{
	const char *path = script("it", "echo b >>log; echo e >>log");
	int depth = 0, most = 0;
	span_t waited = SPAN_ZERO;

	(void)state;
	begin_with("parallel = 3;", path);
	for (unsigned i = 0; i < 500; i++)
		assert_true(ask(i, path, "", "", SPAN_S(60), false));
	wait_for(&n_seen, 500);
	for (unsigned i = 0; i < 500; i++) {
		expect(&seen[i], RUNNER_EXITED, 0);
		waited = seen[i].r.waited.ns > waited.ns ? seen[i].r.waited : waited;
	}
	for (const char *c = written("log"); *c; c++) {
		depth += *c == 'b';
		depth -= *c == 'e';
		most = depth > most ? depth : most;
	}
	assert_int_equal(depth, 0);
	assert_true(most <= 3);
	print_message("# 500 scripts, 3 at a time: the last one waited %lu ms\n",
		      (unsigned long)(waited.ns / 1000000));
	end();
}

static void c09_in_the_order_in_which_they_came(void **state)
{
	const char *path = script("it", "exit 0");

	(void)state;
	begin_with("parallel = 1;", path);
	for (unsigned i = 0; i < 60; i++)
		assert_true(ask(i * 37 % 60, path, "", "", SPAN_S(60), false));
	wait_for(&n_seen, 60);
	for (unsigned i = 0; i < 60; i++)
		assert_int_equal(seen[i].r.id, i * 37 % 60);
	end();
}

static void too_many_are_refused(void **state)
{
	const char *path = script("it", "sleep 1000");
	unsigned n = 0;

	(void)state;
	begin_with("parallel = 1;", path);
	while (ask(1, path, "", "", SPAN_S(60), false))
		n++;
	assert_int_equal(n, RUNNER_JOBS_MAX);
	runner_free(runner); /* with all of it waiting */
	while (waitpid(-1, NULL, 0) < 0 && errno == EINTR)
		;
}

static void those_that_are_not_wanted_any_more(void **state)
{
	const char *path = script("it", "sleep 1000");

	(void)state;
	begin_with("parallel = 1;", path);
	for (unsigned i = 1; i <= 3; i++)
		assert_true(ask(i, path, "", "", SPAN_S(600), false));
	runner_cancel(runner, 2);
	wait_for(&n_seen, 1);
	assert_int_equal(seen[0].r.id, 2);
	runner_cancel(runner, 1);
	wait_for(&n_seen, 2);
	assert_int_equal(seen[1].r.id, 1);
	runner_cancel(runner, 99);
	runner_cancel(runner, 3);
	wait_for(&n_seen, 3);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(seen[i].r.end, RUNNER_CANCELLED);
	end();
}

/* ---- ends --------------------------------------------------------------------------------- */

/* The daemon goes: what outlives it is done to the end, the rest is not. */
static void the_daemon_ends(void **state)
{
	const char *path = script("it", "sleep 0.3; echo done >>outlived");
	char config[400], other[200];
	pid_t pid;

	(void)state;
	strcpy(other, script("other", "echo $$ >other; sleep 1000"));
	snprintf(config, sizeof config,
		 "parallel = 2;\nprograms = ( { line = \"%s\"; }, { line = \"%s\"; } );\n", path,
		 other);
	begin(config);
	ask(1, other, "", "", SPAN_S(600), false);
	for (unsigned i = 0; i < 3; i++)
		ask(2 + i, path, "", "", SPAN_S(60), true);
	ask(9, path, "", "", SPAN_S(60), false);
	while (strlen(written("other")) == 0)
		usleep(10000);
	pid = runner_pid(runner);
	runner_free(runner);
	assert_true(waitpid(pid, NULL, 0) == pid || errno == ECHILD);
	assert_string_equal(written("outlived"), "done\ndone\ndone\n");
	assert_false(exists(written("other")));
}

static void the_runner_dies(void **state)
{
	const char *path = script("it", "exit 0");

	(void)state;
	begin_with("", path);
	expect(run(path, SPAN_S(20)), RUNNER_EXITED, 0);
	kill(runner_pid(runner), SIGKILL);
	wait_for(&n_lost, 1);
	assert_int_equal(runner_fd(runner), -1);
	assert_false(ask(1, path, "", "", SPAN_S(20), false));
	runner_cancel(runner, 1);
	runner_reload(runner);
	runner_ready(runner);
	assert_int_equal(n_lost, 1);
	assert_true(mono_is_never(runner_turn(runner, (mono_t){ 5 })));
	end();
}

/* It survives what is meant for the daemon, and does not go on with who makes no sense. */
static void signals_and_nonsense(void **state)
{
	const char *path = script("it", "exit 0");

	(void)state;
	begin_with("", path);
	expect(run(path, SPAN_S(20)), RUNNER_EXITED, 0); /* it has come so far */
	kill(runner_pid(runner), SIGTERM);
	kill(runner_pid(runner), SIGINT);
	kill(runner_pid(runner), SIGHUP);
	expect(run(path, SPAN_S(20)), RUNNER_EXITED, 0);
	assert_int_equal(send(runner_fd(runner), "nonsense", 8, 0), 8);
	wait_for(&n_lost, 1);
	end();
}

/* ---- */

static int make_dir(void **state)
{
	(void)state;
	umask(022);
	/* What scripts leave behind, when runners have gone before, is ours. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (!mkdtemp(dir) || chmod(dir, 0755) != 0)
		return -1;
	snprintf(file, sizeof file, "%s/config", dir);
	return mkdir(in_dir("out"), 0755) == 0 && chmod(in_dir("out"), 0777) == 0 ? 0 : -1;
}

static int remove_dir(void **state)
{
	char command[100];

	(void)state;
	snprintf(command, sizeof command, "rm -r %s", dir);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(exit_status_and_first_line),
		T(a_program_can_do_little),
		T(variables_and_more_arguments),
		T(root_only_where_the_file_says_so),
		T(c08_hangs),
		T(c08_ignores_sigterm),
		T(c08_grandchildren),
		T(c08_floods),
		T(c08_ends_by_a_signal),
		T(c08_replaced_between_runs),
		T(s06_paths_that_others_could_change),
		T(only_what_the_file_says),
		T(a_changed_file),
		T(users_that_there_are_not),
		T(c09_many_at_once),
		T(c09_in_the_order_in_which_they_came),
		T(too_many_are_refused),
		T(those_that_are_not_wanted_any_more),
		T(the_daemon_ends),
		T(the_runner_dies),
		T(signals_and_nonsense),
	};
	int failed;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (geteuid() != 0) {
		puts("1..0 # SKIP becoming another user takes root");
		return 0;
	}
	cmocka_set_message_output(CM_OUTPUT_TAP);
	failed = cmocka_run_group_tests(tests, make_dir, remove_dir);
	return failed != 0 && getenv("TRIVET_UNDER_DRIVER") == NULL;
}
