/* SPDX-License-Identifier: BSD-2-Clause */
/* Real files in a directory of the test's own: what they hold, and that no change is missed. */
#include "linux_file.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

static char dir[] = "/tmp/linux_file_test.XXXXXX";
static unsigned changes[4];

static const char *in_dir(const char *name)
{
	static char path[2][200];
	static unsigned turn;
	char *p = path[turn++ % 2];

	snprintf(p, sizeof path[0], "%s/%s", dir, name);
	return p;
}

static void write_to(const char *path, const void *bytes, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static void put(const char *name, const char *text)
{
	write_to(in_dir(name), text, strlen(text));
}

/* ---- numbers ------------------------------------------------------------------------------ */

static void numbers_are_read(void **state)
{
	static const struct { const char *text; int32_t value; } good[] = {
		{ "1", 1 }, { "0\n", 0 }, { "-254\n", -254 }, { "+7", 7 }, { " 12 \r\n\n", 12 },
		{ "", 0 }, { "\n", 0 }, { "2147483647", INT32_MAX }, { "-2147483648", INT32_MIN },
		{ "007", 7 },
	};
	static const char *const bad[] = {
		"x", "1x", "1 2", "0x10", "-", "2147483648", "-2147483649", "1.5", "1\n2\n",
		"99999999999999999999999",
		"                                                                             1",
	};
	int32_t value;

	(void)state;
	for (unsigned i = 0; i < sizeof good / sizeof *good; i++) {
		put("n", good[i].text);
		assert_int_equal(file_read_number(in_dir("n"), &value), FILE_NUMBER);
		assert_int_equal(value, good[i].value);
	}
	for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
		put("n", bad[i]);
		assert_int_equal(file_read_number(in_dir("n"), &value), FILE_NUMBER_BAD);
	}
	write_to(in_dir("n"), "1\0", 2);
	assert_int_equal(file_read_number(in_dir("n"), &value), FILE_NUMBER_BAD);
	unlink(in_dir("n"));
}

static void what_is_no_file_is_missing(void **state)
{
	int32_t value;

	(void)state;
	assert_int_equal(file_read_number(in_dir("none"), &value), FILE_NUMBER_MISSING);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(file_read_number(dir, &value), FILE_NUMBER_MISSING);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(mkfifo(in_dir("fifo"), 0600), 0);
	assert_int_equal(file_read_number(in_dir("fifo"), &value), FILE_NUMBER_MISSING);
	unlink(in_dir("fifo"));
}

/* ---- changes ------------------------------------------------------------------------------ */

static void on_changed(void *ctx, uint32_t id)
{
	assert_ptr_equal(ctx, changes);
	changes[id]++;
}

static struct file_watch *watching(const char *first, const char *second)
{
	struct file_watch *w = file_watch_new(on_changed, changes);

	assert_non_null(w);
	assert_true(file_watch_add(w, in_dir(first), 0));
	if (second)
		assert_true(file_watch_add(w, in_dir(second), 1));
	return w;
}

/* Everything that has been reported; which files it was about, as bits. */
static unsigned changed(struct file_watch *w)
{
	struct pollfd p = { .fd = file_watch_fd(w), .events = POLLIN };
	unsigned which = 0;

	memset(changes, 0, sizeof changes);
	while (poll(&p, 1, 0) > 0)
		file_watch_ready(w);
	for (unsigned i = 0; i < 4; i++)
		which |= changes[i] > 0 ? 1u << i : 0;
	return which;
}

static void writing_renaming_and_removing_are_seen(void **state)
{
	struct file_watch *w = watching("a", "b");
	FILE *f;

	(void)state;
	assert_int_equal(changed(w), 0);
	put("a", "1");
	assert_int_equal(changed(w), 1);
	put("b", "1");
	assert_int_equal(changed(w), 2);
	put("c", "1");
	assert_int_equal(changed(w), 0);
	assert_int_equal(rename(in_dir("c"), in_dir("a")), 0);
	assert_int_equal(changed(w), 1);
	assert_int_equal(rename(in_dir("a"), in_dir("b")), 0);
	assert_int_equal(changed(w), 3);
	assert_int_equal(unlink(in_dir("b")), 0);
	assert_int_equal(changed(w), 2);
	/* Not before it is closed. */
	f = fopen(in_dir("a"), "w");
	assert_non_null(f);
	fputs("1", f);
	fflush(f);
	assert_int_equal(changed(w), 0);
	fclose(f);
	assert_int_equal(changed(w), 1);
	unlink(in_dir("a"));
	file_watch_free(w);
}

static void a_directory_may_come_and_go(void **state)
{
	struct file_watch *w = watching("x/y/a", "b");

	(void)state;
	assert_int_equal(mkdir(in_dir("x"), 0700), 0);
	changed(w);
	assert_int_equal(mkdir(in_dir("x/y"), 0700), 0);
	put("x/y/a", "1");
	assert_true(changed(w) & 1);
	put("x/y/a", "2");
	assert_int_equal(changed(w), 1);
	put("b", "2");
	assert_int_equal(changed(w), 2);
	unlink(in_dir("x/y/a"));
	assert_int_equal(rmdir(in_dir("x/y")), 0);
	assert_true(changed(w) & 1);
	assert_int_equal(rmdir(in_dir("x")), 0);
	changed(w);
	/* All at once, before anything was read. */
	assert_int_equal(mkdir(in_dir("x"), 0700), 0);
	assert_int_equal(mkdir(in_dir("x/y"), 0700), 0);
	put("x/y/a", "3");
	assert_true(changed(w) & 1);
	put("x/y/a", "4");
	assert_int_equal(changed(w), 1);
	/* Replaced by another of the same name. */
	assert_int_equal(rename(in_dir("x/y"), in_dir("x/z")), 0);
	assert_int_equal(mkdir(in_dir("x/y"), 0700), 0);
	assert_true(changed(w) & 1);
	put("x/z/a", "5");
	assert_int_equal(changed(w), 0);
	put("x/y/a", "5");
	assert_int_equal(changed(w), 1);
	unlink(in_dir("x/y/a"));
	unlink(in_dir("x/z/a"));
	rmdir(in_dir("x/y"));
	rmdir(in_dir("x/z"));
	rmdir(in_dir("x"));
	unlink(in_dir("b"));
	file_watch_free(w);
}

static void paths_at_the_root_and_relative_ones(void **state)
{
	struct file_watch *w = file_watch_new(on_changed, changes);

	(void)state;
	assert_non_null(w);
	assert_true(file_watch_add(w, "/no-such-file-of-linux_file_test", 0));
	assert_true(file_watch_add(w, "/no-such/directory/file", 1));
	assert_false(file_watch_add(w, "relative", 2));
	assert_int_equal(errno, EINVAL);
	file_watch_free(w);
	file_watch_free(NULL);
}

static int begin(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	return rmdir(dir);
}

UNIT_MAIN(
	cmocka_unit_test_setup(numbers_are_read, begin),
	T(what_is_no_file_is_missing),
	T(writing_renaming_and_removing_are_seen),
	T(a_directory_may_come_and_go),
	cmocka_unit_test_teardown(paths_at_the_root_and_relative_ones, end))
