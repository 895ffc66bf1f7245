/* SPDX-License-Identifier: BSD-2-Clause */
/* A FIFO with and without a reader. */
#include "linux_fifo.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

static char dir[64], path[128], said[600];

static int make_dir(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/trivet-fifo-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/f", dir);
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(dir);
}

static bool open_it(struct fifo *f, mode_t mode)
{
	struct text why = text_open(said, sizeof said);

	return fifo_open(f, path, mode, &why);
}

static bool exists(void)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static bool is_readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

static void made_with_its_mode_and_removed(void **state)
{
	mode_t was = umask(077);
	struct stat st;
	struct fifo f;

	(void)state;
	assert_true(open_it(&f, 0644));
	umask(was);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode, S_IFIFO | 0644);
	assert_true(f.made && fifo_is_there(&f));
	fifo_close(&f);
	assert_false(exists());
	fifo_close(&f); /* once more: nothing */
}

static void one_that_is_there_is_used_and_stays(void **state)
{
	struct stat st;
	struct fifo f;

	(void)state;
	assert_int_equal(mkfifo(path, 0620), 0);
	assert_int_equal(chmod(path, 0620), 0);
	assert_true(open_it(&f, 0600));
	assert_false(f.made);
	fifo_close(&f);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode, S_IFIFO | 0620);
}

static void anything_else_is_refused(void **state)
{
	struct fifo f;

	(void)state;
	assert_int_equal(close(open(path, O_CREAT | O_WRONLY, 0600)), 0);
	assert_false(open_it(&f, 0600));
	assert_non_null(strstr(said, path));
	assert_non_null(strstr(said, "is a file, not a FIFO: remove it, or name another path"));
	fifo_close(&f);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/tmp/elsewhere", path), 0);
	assert_false(open_it(&f, 0600));
	assert_non_null(strstr(said, "is a symbolic link, not a FIFO"));
	fifo_close(&f);
	assert_true(exists());
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_false(open_it(&f, 0600));
	assert_non_null(strstr(said, "is a directory"));
	assert_int_equal(rmdir(path), 0);
}

static void a_directory_that_is_not_there(void **state)
{
	struct text why = text_open(said, sizeof said);
	struct fifo f;

	(void)state;
	assert_false(fifo_open(&f, "/nowhere/at/all", 0600, &why));
	assert_string_equal(said, "cannot make the FIFO /nowhere/at/all: No such file or "
				  "directory");
	fifo_close(&f);
}

static void one_that_was_replaced_is_not_removed(void **state)
{
	struct fifo f;

	(void)state;
	assert_true(open_it(&f, 0600));
	assert_int_equal(unlink(path), 0);
	assert_false(fifo_is_there(&f));
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_false(fifo_is_there(&f));
	fifo_close(&f);
	assert_true(exists());
}

static void lines_wait_for_a_reader(void **state)
{
	char got[100];
	struct fifo f;
	int fd;

	(void)state;
	assert_true(open_it(&f, 0600));
	assert_int_equal(fifo_write(&f), FIFO_WRITTEN); /* nothing */
	fifo_put(&f, "one\n", 4);
	fifo_put(&f, "two\n", 4);
	assert_int_equal(fifo_room(&f), FIFO_BATCH - 8);
	assert_int_equal(fifo_write(&f), FIFO_WRITTEN);
	assert_int_equal(fifo_room(&f), FIFO_BATCH);
	fd = open(path, O_RDONLY | O_NONBLOCK);
	assert_int_equal(read(fd, got, sizeof got), 8);
	assert_memory_equal(got, "one\ntwo\n", 8);
	close(fd);
	/* It goes, and another comes. */
	fifo_put(&f, "three\n", 6);
	assert_int_equal(fifo_write(&f), FIFO_WRITTEN);
	fd = open(path, O_RDONLY | O_NONBLOCK);
	assert_int_equal(read(fd, got, sizeof got), 6);
	close(fd);
	fifo_close(&f);
}

/* Never waits, keeps what did not fit whole, and says when there is room. */
static void a_full_one(void **state)
{
	char batch[FIFO_BATCH], got[FIFO_BATCH];
	unsigned written = 0;
	struct fifo f;
	int fd;

	(void)state;
	memset(batch, 'x', sizeof batch);
	assert_true(open_it(&f, 0600));
	for (;;) {
		batch[0] = (char)('a' + written);
		fifo_put(&f, batch, sizeof batch);
		if (fifo_write(&f) == FIFO_FULL)
			break;
		written++;
		assert_true(written < 1000);
	}
	assert_true(written >= 1);
	assert_int_equal(fifo_room(&f), 0);
	assert_false(is_readable(f.wake));
	assert_int_equal(fifo_write(&f), FIFO_FULL);
	fd = open(path, O_RDONLY | O_NONBLOCK);
	assert_int_equal(read(fd, got, sizeof got), sizeof got);
	assert_int_equal(got[0], 'a');
	assert_true(is_readable(f.wake));
	assert_int_equal(fifo_write(&f), FIFO_WRITTEN);
	assert_int_equal(f.wake, -1);
	for (unsigned i = 1; i <= written; i++) {
		assert_int_equal(read(fd, got, sizeof got), sizeof got);
		assert_int_equal(got[0], 'a' + i);
	}
	close(fd);
	fifo_close(&f);
}

#define TD(name) cmocka_unit_test_setup_teardown(name, make_dir, remove_dir)

UNIT_MAIN(TD(made_with_its_mode_and_removed), TD(one_that_is_there_is_used_and_stays),
	  TD(anything_else_is_refused), TD(a_directory_that_is_not_there),
	  TD(one_that_was_replaced_is_not_removed), TD(lines_wait_for_a_reader), TD(a_full_one))
