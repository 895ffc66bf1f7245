/* SPDX-License-Identifier: BSD-2-Clause */
#include "cf_child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

enum { PIPE_FD = 3, MIB = 1024 * 1024 };

struct item {
	char text[60];
	uint32_t n;
};

struct config {
	char name[16];
	uint32_t n;
	uint8_t colour;
	struct cf_list items;
};

static const char *const COLOUR[] = { "red", "green", NULL };

static const struct cf_field ITEM_FIELDS[] = {
	CF(struct item, text, CF_TEXT),
	CF(struct item, n, CF_UINT),
};
static const struct cf_schema ITEM = {
	.name = "item", .size = sizeof(struct item), .field = ITEM_FIELDS, .n = 2
};

static const struct cf_field CONFIG_FIELDS[] = {
	CF(struct config, name, CF_TEXT, .required = true),
	CF(struct config, n, CF_UINT, .max = 10),
	CF(struct config, colour, CF_ENUM, .names = COLOUR),
	CF(struct config, items, CF_LIST, .of = &ITEM),
};
static const struct cf_schema CONFIG = {
	.name = "file", .size = sizeof(struct config), .field = CONFIG_FIELDS, .n = 4
};

static const char GOOD[] = "name = \"a\";\nn = 5;\n", GOOD_HASH[] = "0de00e926063899d";

/* ---- a file */

static char dir[64], path[128];
static struct cf_result result;

static int make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof dir, "/tmp/cf_child_test.XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(path, sizeof path, "%s/f", dir);
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	cf_model_free(&result.model);
	if (unlink(path) < 0)
		rmdir(path);
	return rmdir(dir);
}

static void write_file(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* Without the directory's name. */
static const char *said(void)
{
	char *at;

	assert_int_equal(result.report.len, strlen(result.report.text));
	while ((at = strstr(result.report.text, dir)) != NULL)
		memmove(at, at + strlen(dir) + 1, strlen(at + strlen(dir) + 1) + 1);
	return result.report.text;
}

/* What comes of a good file when the cross checks, which run in the child, do this. */
static const char *load_with(void (*check)(struct cf_load *))
{
	cf_model_free(&result.model);
	cf_child_load(path, &CONFIG, check, &result);
	assert_true(result.ok ? result.model.bytes != NULL : result.model.bytes == NULL);
	return said();
}

static void assert_no_child_is_left(void)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* ---- results */

static void gives_the_model_and_the_hash_of_its_source(void **state)
{
	const struct config *c;

	(void)state;
	write_file(GOOD);
	assert_string_equal(load_with(NULL), "");
	assert_true(result.ok);
	c = result.model.bytes;
	assert_string_equal(c->name, "a");
	assert_int_equal(c->n, 5);
	assert_string_equal(result.hash, GOOD_HASH);
	assert_no_child_is_left();
}

static void warn(struct cf_load *l)
{
	cf_warning(l, cf_load_model(l)->bytes, "n", "is odd");
}

static void gives_the_report(void **state)
{
	(void)state;
	write_file("name = \"a\";\nn = 11;\nm = 5;\n");
	assert_string_equal(
		load_with(NULL),
		"f:2: n: must be 0..10, not 11\nf:3: m: unknown setting; did you mean n?\n");
	assert_false(result.ok);
	assert_int_equal(result.report.errors, 2);
	write_file(GOOD);
	assert_string_equal(load_with(warn), "f:2: n: warning: is odd\n");
	assert_true(result.ok);
	assert_int_equal(result.report.warnings, 1);
}

static void S07_a_file_that_cannot_be_read(void **state)
{
	(void)state;
	assert_string_equal(load_with(NULL), "f: cannot read it: No such file or directory\n");
	assert_int_equal(mkdir(path, 0700), 0);
	assert_string_equal(load_with(NULL), "f: cannot read it: is a directory\n");
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_string_equal(load_with(NULL), "f: cannot read it: is a FIFO, not a file\n");
	assert_int_equal(unlink(path), 0);
	write_file("@include \"/tmp\"\n");
	assert_string_equal(load_with(NULL), "f:1: cannot include /tmp: is a directory\n");
	write_file("name = \"a\";\n/* n = 5;\n");
	assert_string_equal(
		load_with(NULL),
		"f:2: the comment opened here is never closed: all that follows it would be "
		"ignored\n");
	assert_no_child_is_left();
}

static void replace_file(struct cf_load *l)
{
	(void)l;
	unlink(path);
	write_file("name = \"b\";\nn = 6;\n");
}

/* The file is another when the load ends: what is applied is what was checked. */
static void S08_applies_the_bytes_that_were_checked(void **state)
{
	const struct config *c;

	(void)state;
	write_file(GOOD);
	assert_string_equal(load_with(replace_file), "");
	c = result.model.bytes;
	assert_string_equal(c->name, "a");
	assert_int_equal(c->n, 5);
	assert_string_equal(result.hash, GOOD_HASH);
	assert_string_equal(load_with(NULL), "");
	assert_string_not_equal(result.hash, GOOD_HASH);
}

static void write_big_file(unsigned n)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fprintf(f, "name = \"big\"; items = (");
	for (unsigned i = 0; i < n; i++)
		fprintf(f, "%s{ text = \"item %u\"; n = %u; }", i == 0 ? "" : ",\n", i, i);
	fprintf(f, ");\n");
	assert_int_equal(fclose(f), 0);
}

/* More than one call's worth of data: each call takes a part and returns. */
static void takes_a_large_model_in_parts(void **state)
{
	enum { N = 40000 };
	struct cf_child c = { 0 };
	unsigned calls = 1;
	const struct config *config;

	(void)state;
	write_big_file(N);
	assert_true(cf_child_start(&c, path, &CONFIG, NULL));
	assert_true(c.fd >= PIPE_FD);
	while (!cf_child_read(&c, &result)) {
		poll(&(struct pollfd){ .fd = c.fd, .events = POLLIN }, 1, -1);
		calls++;
	}
	assert_string_equal(said(), "");
	assert_true(result.ok);
	assert_true(calls > 2);
	assert_int_equal(c.fd, 0);
	config = result.model.bytes;
	assert_int_equal(config->items.n, N);
	for (uint32_t i = 0; i < N; i++)
		assert_int_equal(((struct item *)cf_at(&result.model, config->items,
						       sizeof(struct item), i))
					 ->n,
				 i);
	assert_no_child_is_left();
}

/* ---- children that come to harm */

static void crash(struct cf_load *l)
{
	(void)l;
	raise(SIGSEGV);
}

static void leave(struct cf_load *l)
{
	(void)l;
	_exit(2);
}

static void leave_in_peace(struct cf_load *l)
{
	(void)l;
	_exit(0);
}

static void S07_a_loader_that_dies_is_a_report(void **state)
{
	(void)state;
	write_file(GOOD);
	assert_string_equal(load_with(crash),
			    "f: the configuration loader died (signal 11); nothing was changed\n");
	assert_false(result.ok);
	assert_int_equal(result.report.errors, 1);
	assert_string_equal(
		load_with(leave),
		"f: the configuration loader ended without a result (exit status 2); nothing was "
		"changed\n");
	assert_string_equal(load_with(leave_in_peace),
			    "f: the configuration loader ended without a result (exit status 0); "
			    "nothing was changed\n");
	assert_no_child_is_left();
}

static void spin(struct cf_load *l)
{
	volatile bool for_ever = true;

	(void)l;
	setrlimit(RLIMIT_CPU, &(struct rlimit){ 1, 2 });
	while (for_ever)
		;
}

static void time_out(struct cf_load *l)
{
	(void)l;
	raise(SIGALRM);
}

static void S07_a_loader_that_takes_too_long(void **state)
{
	(void)state;
	write_file(GOOD);
	assert_string_equal(
		load_with(spin),
		"f: the configuration loader took more than 5 s of processor time; nothing was "
		"changed\n");
	assert_string_equal(
		load_with(time_out),
		"f: the configuration loader did not finish within 20 s; nothing was changed\n");
	assert_no_child_is_left();
}

static void tell_limits(struct cf_load *l)
{
	const void *root = cf_load_model(l)->bytes;
	struct rlimit cpu, core;
	bool large = mmap(NULL, (size_t)2 * CF_CHILD_MEMORY_MB * MIB, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != MAP_FAILED;
	bool small = mmap(NULL, (size_t)CF_CHILD_MEMORY_MB / 4 * MIB, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != MAP_FAILED;

	getrlimit(RLIMIT_CPU, &cpu);
	getrlimit(RLIMIT_CORE, &core);
	cf_error(l, root, NULL, "cpu %lu, core %lu, dumpable %d, alarm %d, large %d, small %d",
		 (unsigned long)cpu.rlim_cur, (unsigned long)core.rlim_max, prctl(PR_GET_DUMPABLE),
		 alarm(0) > 0, large, small);
}

static void S07_a_loader_has_limits(void **state)
{
	(void)state;
	write_file(GOOD);
	assert_string_equal(load_with(tell_limits),
			    "f: cpu 5, core 0, dumpable 0, alarm 1, large 0, small 1\n");
}

static void tell_leftovers(struct cf_load *l)
{
	const void *root = cf_load_model(l)->bytes;
	struct stat out, null;
	struct sigaction term, usr1;
	sigset_t blocked;
	int fds = 0;

	for (int fd = 0; fd < 256; fd++)
		fds += fcntl(fd, F_GETFD) >= 0;
	sigprocmask(SIG_SETMASK, NULL, &blocked);
	sigaction(SIGTERM, NULL, &term);
	sigaction(SIGUSR1, NULL, &usr1);
	fstat(STDOUT_FILENO, &out);
	stat("/dev/null", &null);
	cf_error(
		l, root, NULL,
		"descriptors %d, output to null %d, term blocked %d, usr1 default %d, scheduler %d",
		fds, out.st_rdev == null.st_rdev, sigismember(&blocked, SIGTERM),
		usr1.sa_handler == SIG_DFL, sched_getscheduler(0));
}

static void leaves_behind_what_the_daemon_has(void **state)
{
	sigset_t term;
	int fd[5];

	(void)state;
	write_file(GOOD);
	for (unsigned i = 0; i < 5; i++)
		fd[i] = open("/dev/null", O_RDONLY);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	signal(SIGUSR1, SIG_IGN);
	sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){ 0 });
	assert_string_equal(
		load_with(tell_leftovers),
		"f: descriptors 4, output to null 1, term blocked 0, usr1 default 1, scheduler "
		"0\n");
	sigprocmask(SIG_UNBLOCK, &term, NULL);
	signal(SIGUSR1, SIG_DFL);
	sched_setscheduler(0, SCHED_OTHER, &(struct sched_param){ 0 });
	for (unsigned i = 0; i < 5; i++)
		close(fd[i]);
}

/* ---- children that talk nonsense */

/* And then stays, if it is not killed. */
static void send_garbage(struct cf_load *l)
{
	char garbage[200];

	(void)l;
	memset(garbage, 0x5a, sizeof garbage);
	alarm(0);
	while (write(PIPE_FD, garbage, sizeof garbage) > 0)
		pause();
}

static void send_too_little(struct cf_load *l)
{
	(void)l;
	if (write(PIPE_FD, "1FCT", 4) > 0)
		_exit(0);
}

/* Something else says one byte more, after the result. */
static void send_too_much(struct cf_load *l)
{
	pid_t parent = getpid();

	(void)l;
	if (fork() > 0)
		return;
	while (getppid() == parent)
		usleep(1000);
	_exit(write(PIPE_FD, "x", 1) != 1);
}

static void break_model(struct cf_load *l)
{
	struct config *c = cf_load_model(l)->bytes;

	c->colour = 2;
}

static void takes_nothing_but_a_result(void **state)
{
	static const char expected[] =
		"f: the configuration loader sent what is no result; nothing was changed\n";

	(void)state;
	write_file(GOOD);
	assert_string_equal(load_with(send_garbage), expected);
	assert_false(result.ok);
	assert_string_equal(load_with(send_too_much), expected);
	assert_string_equal(load_with(break_model), expected);
	assert_string_equal(load_with(send_too_little),
			    "f: the configuration loader ended without a result (exit status 0); "
			    "nothing was changed\n");
	assert_no_child_is_left();
}

/* ---- the parent */

static void wait_for_ever(struct cf_load *l)
{
	(void)l;
	for (;;)
		pause();
}

static void does_not_wait_for_the_child(void **state)
{
	struct cf_child c = { 0 };
	pid_t pid;

	(void)state;
	write_file(GOOD);
	assert_true(cf_child_start(&c, path, &CONFIG, wait_for_ever));
	pid = c.pid;
	for (unsigned i = 0; i < 10; i++)
		assert_false(cf_child_read(&c, &result));
	cf_child_cancel(&c);
	assert_int_equal(kill(pid, 0), -1);
	assert_int_equal(c.fd, 0);
	assert_no_child_is_left();
	cf_child_cancel(&c);
	assert_true(cf_child_start(&c, path, &CONFIG, NULL));
	cf_child_cancel(&c);
	assert_no_child_is_left();
}

static bool enter(void *ctx, struct text *why)
{
	if (ctx != NULL)
		text_fmt(why, "cannot become %s", (const char *)ctx);
	return ctx == NULL;
}

static bool enter_and_die(void *ctx, struct text *why)
{
	(void)ctx;
	(void)why;
	raise(SIGSYS);
	return true;
}

/* What the child gives up it gives up before it reads; when it cannot, it does not read. */
static void a_child_is_confined_or_does_not_read(void **state)
{
	static char name[] = "nobody";
	struct cf_confine confine = { enter, NULL };

	(void)state;
	write_file(GOOD);
	cf_model_free(&result.model);
	cf_child_load_confined(path, &CONFIG, NULL, &confine, &result);
	assert_true(result.ok);
	assert_string_equal(said(), "");
	cf_model_free(&result.model);
	confine.ctx = name;
	cf_child_load_confined(path, &CONFIG, NULL, &confine, &result);
	assert_false(result.ok);
	assert_int_equal(result.report.errors, 1);
	assert_string_equal(said(), "f: not read: cannot become nobody\n");
	confine.enter = enter_and_die;
	cf_child_load_confined(path, &CONFIG, NULL, &confine, &result);
	assert_false(result.ok);
	assert_non_null(strstr(said(), "f: the configuration loader was ended by its sandbox"));
	assert_no_child_is_left();
}

/* The next load of the same struct is confined, too. */
static void confinement_stays(void **state)
{
	struct cf_child c = { .confine = { enter_and_die, NULL } };

	(void)state;
	write_file(GOOD);
	for (unsigned i = 0; i < 2; i++) {
		assert_true(cf_child_start(&c, path, &CONFIG, NULL));
		while (!cf_child_read(&c, &result))
			usleep(1000);
		assert_non_null(strstr(said(), "sandbox"));
	}
}

/* Somebody else has taken the child's status: the result counts. */
static void does_without_the_status_of_the_child(void **state)
{
	(void)state;
	write_file(GOOD);
	signal(SIGCHLD, SIG_IGN);
	assert_string_equal(load_with(NULL), "");
	assert_true(result.ok);
	assert_string_equal(
		load_with(leave),
		"f: the configuration loader ended without a result; nothing was changed\n");
	signal(SIGCHLD, SIG_DFL);
}

static void on_closing(void *ctx, int fd)
{
	assert_true(fcntl(fd, F_GETFD) >= 0);
	++*(unsigned *)ctx;
}

/* Once its end of the pipe is closed nobody can take it out of an epoll set, where it stays for as
 * long as some other child has it. */
static void s12_says_so_before_it_closes_its_pipe(void **state)
{
	unsigned closed = 0;
	struct cf_child c = { .closing = on_closing, .closing_ctx = &closed };

	(void)state;
	write_file(GOOD);
	assert_true(cf_child_start(&c, path, &CONFIG, NULL));
	cf_child_cancel(&c);
	assert_int_equal(closed, 1);
	assert_true(cf_child_start(&c, path, &CONFIG, NULL));
	while (!cf_child_read(&c, &result))
		assert_int_equal(closed, 1);
	assert_int_equal(closed, 2);
	cf_model_free(&result.model);
	cf_child_cancel(&c); /* there is none */
	assert_int_equal(closed, 2);
}

static void works_without_standard_input(void **state)
{
	int kept = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10);
	struct cf_child c = { 0 };

	(void)state;
	write_file(GOOD);
	close(STDIN_FILENO);
	assert_true(cf_child_start(&c, path, &CONFIG, NULL));
	assert_true(c.fd >= PIPE_FD);
	cf_child_cancel(&c);
	assert_string_equal(load_with(NULL), "");
	assert_true(result.ok);
	if (kept >= 0)
		dup2(kept, STDIN_FILENO);
	close(kept);
}

static void says_when_no_child_can_be_made(void **state)
{
	struct cf_child c = { 0 };
	struct rlimit before;

	(void)state;
	write_file(GOOD);
	getrlimit(RLIMIT_NOFILE, &before);
	setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 3, before.rlim_max });
	errno = 0;
	assert_false(cf_child_start(&c, path, &CONFIG, NULL));
	assert_int_equal(errno, EMFILE);
	assert_int_equal(c.fd, 0);
	assert_string_equal(load_with(NULL),
			    "f: cannot start the configuration loader: Too many open files\n");
	assert_false(result.ok);
	assert_int_equal(result.report.errors, 1);
	setrlimit(RLIMIT_NOFILE, &before);
	assert_no_child_is_left();
}

static unsigned open_descriptors(void)
{
	unsigned n = 0;

	for (int fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void leaves_no_descriptor_open(void **state)
{
	unsigned before = open_descriptors();

	(void)state;
	write_file(GOOD);
	load_with(NULL);
	load_with(crash);
	load_with(send_garbage);
	assert_int_equal(open_descriptors(), before);
}

#define F(name) cmocka_unit_test_setup_teardown(name, make_dir, remove_dir)

UNIT_MAIN(F(gives_the_model_and_the_hash_of_its_source), F(gives_the_report),
	  F(S07_a_file_that_cannot_be_read), F(S08_applies_the_bytes_that_were_checked),
	  F(takes_a_large_model_in_parts), F(S07_a_loader_that_dies_is_a_report),
	  F(S07_a_loader_that_takes_too_long), F(S07_a_loader_has_limits),
	  F(leaves_behind_what_the_daemon_has), F(takes_nothing_but_a_result),
	  F(does_not_wait_for_the_child), F(a_child_is_confined_or_does_not_read),
	  F(confinement_stays), F(does_without_the_status_of_the_child),
	  F(s12_says_so_before_it_closes_its_pipe),
	  F(works_without_standard_input), F(says_when_no_child_can_be_made),
	  F(leaves_no_descriptor_open))
