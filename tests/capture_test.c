/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture.h"

#include <string.h>
#include <unistd.h>

#include "ip_wire.h"
#include "unit.h"

static char why_text[300];

static struct text why(void)
{
	return text_open(why_text, sizeof why_text);
}

static void what_is_written_is_read_back(void **state)
{
	static const uint8_t frame[60] = { 1, 2, 3 };
	char path[] = "capture-test-XXXXXX";
	struct capture_writer *w;
	struct capture_packet p;
	struct capture *c;
	struct text t = why();

	(void)state;
	close(mkstemp(path));
	w = capture_create(path, &t);
	assert_non_null(w);
	capture_write(w, 1700000000123456789, frame, sizeof frame);
	capture_write(w, 1700000001000000001, frame, 14);
	capture_write(w, 4000000000000000002, frame, 14); /* after 2038 */
	assert_true(capture_finish(w));
	c = capture_open(path, &t);
	assert_non_null(c);
	assert_int_equal(capture_link_type(c), LINK_ETHERNET);
	assert_int_equal(capture_next(c, &p, &t), CAPTURE_PACKET);
	assert_int_equal(p.ns, 1700000000123456789);
	assert_int_equal(p.len, 60);
	assert_int_equal(p.wire_len, 60);
	assert_memory_equal(p.bytes, frame, 60);
	assert_int_equal(capture_next(c, &p, &t), CAPTURE_PACKET);
	assert_int_equal(p.ns, 1700000001000000001);
	assert_int_equal(p.len, 14);
	assert_int_equal(capture_next(c, &p, &t), CAPTURE_PACKET);
	assert_int_equal(p.ns, 4000000000000000002);
	assert_int_equal(capture_next(c, &p, &t), CAPTURE_END);
	capture_close(c);
	unlink(path);
}

static void what_is_no_capture_is_refused_with_a_reason(void **state)
{
	static char nonsense[] = "this is not a capture, whatever it says";
	struct text t = why();

	(void)state;
	assert_null(capture_open("/nonexistent/file", &t));
	assert_true(t.len > 0);
	t = why();
	assert_null(capture_open_stream(fmemopen(nonsense, sizeof nonsense, "r"), &t));
	assert_true(t.len > 0);
}

/* A classic pcap header, and a packet whose length says more than there is. */
static void a_damaged_capture_ends_in_an_error(void **state)
{
	static uint8_t bytes[] = {
		0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4,   0, 0, 0, 0, 0, 0, 0, 0,
		0,    0xff, 0xff, 0,	0, 1, 0,   0, 0, 1, 0, 0, 0, 0, 0,
		0,    0,    100,  0,	0, 0, 100, 0, 0, 0, 1, 2, 3,
	};
	struct capture_packet p;
	struct text t = why();
	struct capture *c = capture_open_stream(fmemopen(bytes, sizeof bytes, "r"), &t);

	(void)state;
	assert_non_null(c);
	assert_int_equal(capture_next(c, &p, &t), CAPTURE_ERROR);
	assert_true(t.len > 0);
	capture_close(c);
}

static void a_capture_cannot_be_written_where_there_is_no_directory(void **state)
{
	struct text t = why();

	(void)state;
	assert_null(capture_create("/nonexistent/file", &t));
	assert_true(t.len > 0);
}

UNIT_MAIN(T(what_is_written_is_read_back), T(what_is_no_capture_is_refused_with_a_reason),
	  T(a_damaged_capture_ends_in_an_error),
	  T(a_capture_cannot_be_written_where_there_is_no_directory))
