/* SPDX-License-Identifier: BSD-2-Clause */
#include "text.h"

#include <string.h>

#include "unit.h"

#include "check_trap.h"

static void pieces_follow_each_other(void **state)
{
	char buf[64];
	struct text t = text_open(buf, sizeof buf);

	(void)state;
	assert_string_equal(buf, "");
	text_put(&t, "vrrp=");
	text_put(&t, "");
	text_fmt(&t, "%s prio=%u", "web", 100u);
	text_put_escaped(&t, "!", 1);
	assert_string_equal(buf, "vrrp=web prio=100!");
	assert_int_equal(t.len, 18);
	assert_false(t.cut);
}

/* Every size from too small to just right, through each of the three doors. */
static void what_does_not_fit_is_cut_and_said(void **state)
{
	static const char word[] = "abcdefgh";

	(void)state;
	for (size_t size = 1; size < 12; size++)
		for (unsigned door = 0; door < 3; door++) {
			char *buf = malloc(size);
			struct text t = text_open(buf, size);

			switch (door) {
			case 0: text_put(&t, word); break;
			case 1: text_fmt(&t, "%s", word); break;
			default: text_put_escaped(&t, word, 8); break;
			}
			assert_int_equal(t.cut, size <= 8);
			assert_int_equal(t.len, size <= 8 ? size - 1 : 8);
			assert_int_equal(strlen(buf), t.len);
			assert_memory_equal(buf, word, t.len);
			free(buf);
		}
}

static void a_cut_text_stays_cut(void **state)
{
	char buf[4];
	struct text t = text_open(buf, sizeof buf);

	(void)state;
	text_put(&t, "abc");
	assert_false(t.cut);
	text_put(&t, "");
	text_fmt(&t, "%s", "");
	assert_false(t.cut);
	text_fmt(&t, "%d", 1);
	assert_true(t.cut);
	text_put(&t, "");
	assert_true(t.cut);
	assert_string_equal(buf, "abc");
}

/* A peer's bytes can neither end the line, nor close a quote, nor move the cursor. */
static void strange_bytes_are_escaped(void **state)
{
	char buf[128];
	struct text t = text_open(buf, sizeof buf);

	(void)state;
	text_put_escaped(&t, "a\n\"\\\033[2J\0\x7f\x80\xff ~", 14);
	assert_string_equal(buf, "a\\x0a\\x22\\x5c\\x1b[2J\\x00\\x7f\\x80\\xff ~");
	assert_false(t.cut);
	t = text_open(buf, sizeof buf);
	text_put_escaped(&t, NULL, 0);
	assert_string_equal(buf, "");
}

static void no_escaped_byte_is_unprintable(void **state)
{
	char buf[2048];
	uint8_t all[256];
	struct text t = text_open(buf, sizeof buf);

	(void)state;
	for (unsigned i = 0; i < 256; i++)
		all[i] = (uint8_t)i;
	text_put_escaped(&t, all, sizeof all);
	assert_int_equal(t.len, 4 * (256 - 93) + 93);
	for (size_t i = 0; i < t.len; i++)
		assert_true(buf[i] >= ' ' && buf[i] <= '~' && buf[i] != '"');
}

static void a_string_is_copied_whole_or_not_at_all(void **state)
{
	char to[4] = { 'x', 'x', 'x', 'x' };

	(void)state;
	assert_true(text_copy(to, sizeof to, "abc"));
	assert_string_equal(to, "abc");
	assert_false(text_copy(to, sizeof to, "abcd"));
	assert_string_equal(to, "");
	assert_true(text_copy(to, 1, ""));
	assert_string_equal(to, "");
	assert_false(text_copy(to, 1, "a"));
}

static void a_buffer_without_room_for_the_nul_fails_a_check(void **state)
{
	char buf[1];

	(void)state;
	assert_check_fails(text_open(buf, 0));
	assert_check_fails(text_copy(buf, 0, ""));
}

/* The C locale has no euro sign: the formatting fails instead of coming out short. */
static void a_format_that_fails_fails_a_check(void **state)
{
	char buf[16];
	struct text t = text_open(buf, sizeof buf);

	(void)state;
	assert_check_fails(text_fmt(&t, "%ls", L"\u20ac"));
}

UNIT_MAIN(T(pieces_follow_each_other), T(what_does_not_fit_is_cut_and_said),
	  T(a_cut_text_stays_cut), T(strange_bytes_are_escaped), T(no_escaped_byte_is_unprintable),
	  T(a_string_is_copied_whole_or_not_at_all),
	  T(a_buffer_without_room_for_the_nul_fails_a_check),
	  T(a_format_that_fails_fails_a_check))
