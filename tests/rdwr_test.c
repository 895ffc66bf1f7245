/* SPDX-License-Identifier: BSD-2-Clause */
#include "rd.h"
#include "wr.h"

#include "bytes.h"
#include "rng.h"
#include "unit.h"

static void integers_are_read_big_endian(void **state)
{
	struct bytes b = bytes_hex("01 8203 84050607 08");
	struct rd r = rd_open(b.p, b.len);

	(void)state;
	assert_int_equal(rd_left(&r), 8);
	assert_int_equal(rd_u8(&r), 0x01);
	assert_int_equal(rd_u16(&r), 0x8203);
	assert_int_equal(rd_u32(&r), 0x84050607);
	assert_int_equal(rd_left(&r), 1);
	assert_int_equal(rd_u8(&r), 0x08);
	assert_int_equal(rd_left(&r), 0);
	assert_false(r.bad);
	free(b.p);
}

static void reading_past_the_end_yields_zero_and_sticks(void **state)
{
	struct bytes b = bytes_hex("ffffff");
	struct rd r = rd_open(b.p, b.len);
	uint8_t copy[2] = { 1, 1 };

	(void)state;
	assert_int_equal(rd_u32(&r), 0);
	assert_true(r.bad);
	/* Three bytes are left, but nothing more is believed. */
	assert_int_equal(rd_u8(&r), 0);
	assert_int_equal(rd_u16(&r), 0);
	assert_null(rd_take(&r, 0));
	rd_copy(&r, copy, sizeof copy);
	assert_int_equal(copy[0] | copy[1], 0);
	assert_true(r.bad);
	free(b.p);
}

static void each_integer_stops_at_the_end(void **state)
{
	(void)state;
	for (size_t len = 0; len < 4; len++) {
		struct bytes b = bytes_copy("\xff\xff\xff\xff", len);
		struct rd r8 = rd_open(b.p, b.len), r16 = r8, r32 = r8;

		assert_int_equal(rd_u8(&r8), len >= 1 ? 0xff : 0);
		assert_int_equal(r8.bad, len < 1);
		assert_int_equal(rd_u16(&r16), len >= 2 ? 0xffff : 0);
		assert_int_equal(r16.bad, len < 2);
		assert_int_equal(rd_u32(&r32), 0);
		assert_true(r32.bad);
		free(b.p);
	}
}

static void taking_all_is_fine_and_one_more_is_not(void **state)
{
	struct bytes b = bytes_hex("0102");
	struct rd r = rd_open(b.p, b.len);

	(void)state;
	assert_ptr_equal(rd_take(&r, 2), b.p);
	assert_ptr_equal(rd_take(&r, 0), b.p + 2);
	assert_false(r.bad);
	assert_null(rd_take(&r, 1));
	assert_true(r.bad);
	r = rd_open(b.p, b.len);
	assert_null(rd_take(&r, SIZE_MAX));
	free(b.p);
}

static void copying_takes_all_or_zeroes(void **state)
{
	struct bytes b = bytes_hex("010203");
	struct rd r = rd_open(b.p, b.len);
	uint8_t to[3] = { 9, 9, 9 };

	(void)state;
	rd_copy(&r, to, 2);
	assert_memory_equal(to, "\1\2\11", 3);
	rd_copy(&r, to, 2);
	assert_memory_equal(to, "\0\0\11", 3);
	assert_true(r.bad);
	free(b.p);
}

static void integers_are_written_big_endian(void **state)
{
	uint8_t *buf = bytes_room(12);
	struct wr w = wr_open(buf, 12);

	(void)state;
	memset(buf, 0x99, 12);
	wr_u8(&w, 0x01);
	wr_u16(&w, 0x8203);
	wr_u32(&w, 0x84050607);
	wr_copy(&w, "ab", 2);
	wr_copy(&w, "c", 1);
	wr_zero(&w, 1);
	wr_zero(&w, 1);
	assert_int_equal(wr_len(&w), 12);
	assert_memory_equal(buf, "\x01\x82\x03\x84\x05\x06\x07" "abc\0\0", 12);
	free(buf);
}

static void what_does_not_fit_leaves_the_writer_bad(void **state)
{
	(void)state;
	for (size_t size = 0; size < 4; size++) {
		uint8_t *buf = bytes_room(size);
		struct wr w[5];

		for (unsigned i = 0; i < 5; i++)
			w[i] = wr_open(buf, size);
		wr_u32(&w[0], 1);
		wr_copy(&w[1], "1234", size + 1);
		wr_zero(&w[2], size + 1);
		assert_null(wr_take(&w[3], size + 1));
		assert_null(wr_take(&w[4], SIZE_MAX));
		for (unsigned i = 0; i < 5; i++) {
			assert_true(w[i].bad);
			assert_int_equal(wr_len(&w[i]), 0);
			/* A byte that would fit now is not written either. */
			wr_u8(&w[i], 1);
			assert_int_equal(wr_len(&w[i]), 0);
		}
		free(buf);
	}
}

static void nothing_is_written_where_it_does_not_fit(void **state)
{
	uint8_t buf[4] = { 9, 9, 9, 9 };
	struct wr w = wr_open(buf, 3);

	(void)state;
	wr_u16(&w, 0x0102);
	wr_u16(&w, 0x0304);
	wr_u8(&w, 5);
	assert_memory_equal(buf, "\1\2\11\11", 4);
	assert_int_equal(wr_len(&w), 0);
}

static void empty_copies_need_no_source(void **state)
{
	uint8_t buf[1];
	struct wr w = wr_open(buf, sizeof buf);

	(void)state;
	wr_copy(&w, NULL, 0);
	wr_zero(&w, 0);
	wr_u8(&w, 7);
	wr_copy(&w, NULL, 0);
	assert_false(w.bad);
	assert_int_equal(wr_len(&w), 1);
}

static void what_was_written_is_read_back(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 100; seed++) {
		uint8_t *buf = bytes_room(400);
		struct wr w = wr_open(buf, 400);
		struct rd r;

		for (uint32_t i = 0; i < 50; i++) {
			uint64_t v = rng_at(seed, 1, i, 0);

			switch (rng_at(seed, 0, i, 0) % 3) {
			case 0: wr_u8(&w, (uint8_t)v); break;
			case 1: wr_u16(&w, (uint16_t)v); break;
			default: wr_u32(&w, (uint32_t)v); break;
			}
		}
		assert_false(w.bad);
		r = rd_open(buf, wr_len(&w));
		for (uint32_t i = 0; i < 50; i++) {
			uint64_t v = rng_at(seed, 1, i, 0);

			switch (rng_at(seed, 0, i, 0) % 3) {
			case 0: assert_int_equal(rd_u8(&r), (uint8_t)v); break;
			case 1: assert_int_equal(rd_u16(&r), (uint16_t)v); break;
			default: assert_int_equal(rd_u32(&r), (uint32_t)v); break;
			}
		}
		assert_false(r.bad);
		assert_int_equal(rd_left(&r), 0);
		free(buf);
	}
}

UNIT_MAIN(T(integers_are_read_big_endian), T(reading_past_the_end_yields_zero_and_sticks),
	  T(each_integer_stops_at_the_end), T(taking_all_is_fine_and_one_more_is_not),
	  T(copying_takes_all_or_zeroes), T(integers_are_written_big_endian),
	  T(what_does_not_fit_leaves_the_writer_bad), T(nothing_is_written_where_it_does_not_fit),
	  T(empty_copies_need_no_source), T(what_was_written_is_read_back))
