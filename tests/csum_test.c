/* SPDX-License-Identifier: BSD-2-Clause */
#include "csum.h"

#include "bytes.h"
#include "rng.h"
#include "unit.h"

/* The example of RFC 1071 3: 00 01 f2 03 f4 f5 f6 f7 sums to ddf2, the checksum is the opposite. */
static void sums_the_example_of_rfc_1071(void **state)
{
	static const uint8_t bytes[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };

	(void)state;
	assert_int_equal(csum_fold(csum_add(0, bytes, sizeof bytes)), 0xffff & ~0xddf2);
}

static void row_033_odd_length_is_padded_with_zero(void **state)
{
	static const uint8_t odd[] = { 0x12, 0x34, 0x56 }, even[] = { 0x12, 0x34, 0x56, 0x00 };

	(void)state;
	assert_int_equal(csum_fold(csum_add(0, odd, 3)), csum_fold(csum_add(0, even, 4)));
}

static void row_033_no_length_reads_past_the_end(void **state)
{
	(void)state;
	for (size_t len = 0; len < 20; len++) {
		struct bytes b = bytes_copy("abcdefghijklmnopqrstuvwxyz", len);

		assert_int_equal(csum_fold(csum_add(0, b.p, b.len)),
				 0xffff & ~bytes_sum16(0, b.p, b.len));
		free(b.p);
	}
}

/* RFC 1071: both are zero in one's complement. The words beside the checksum add up to ffff. */
static void row_034_zero_and_all_ones_are_both_zero(void **state)
{
	uint8_t packet[] = { 0x12, 0x34, 0xed, 0xcb, 0x00, 0x00 };

	(void)state;
	assert_int_equal(csum_fold(csum_add(0, packet, sizeof packet)), 0);
	packet[4] = packet[5] = 0xff;
	assert_int_equal(csum_fold(csum_add(0, packet, sizeof packet)), 0);
}

static void parts_sum_like_the_whole(void **state)
{
	uint8_t bytes[64];

	(void)state;
	for (unsigned i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(i * 37 + 200);
	for (unsigned cut = 0; cut <= sizeof bytes; cut += 2)
		assert_int_equal(csum_fold(csum_add(csum_add(0, bytes, cut), bytes + cut,
						    sizeof bytes - cut)),
				 csum_fold(csum_add(0, bytes, sizeof bytes)));
}

static void agrees_with_a_plain_sum_of_words(void **state)
{
	uint8_t bytes[300];

	(void)state;
	for (uint32_t round = 0; round < 2000; round++) {
		size_t start = rng_at(1, 0, round, 0) % 4,
		       len = rng_at(1, 1, round, 0) % (sizeof bytes - 3);

		/* Mostly ff and 00: there the carries are. */
		for (uint32_t i = 0; i < sizeof bytes; i++) {
			uint64_t v = rng_at(1, 2, round, i);

			bytes[i] = (uint8_t)(v % 3 == 0 ? v >> 8 : v % 3 == 1 ? 0xff : 0);
		}
		assert_int_equal(csum_fold(csum_add(0, bytes + start, len)),
				 0xffff & ~bytes_sum16(0, bytes + start, len));
	}
}

static void a_packet_with_its_checksum_sums_to_zero(void **state)
{
	(void)state;
	for (uint32_t round = 0; round < 2000; round++) {
		uint8_t bytes[40];
		uint16_t sum;

		for (uint32_t i = 0; i < sizeof bytes; i++)
			bytes[i] = (uint8_t)rng_at(2, 0, round, i);
		bytes[6] = bytes[7] = 0;
		sum = csum_fold(csum_add(0, bytes, sizeof bytes));
		bytes[6] = (uint8_t)(sum >> 8);
		bytes[7] = (uint8_t)sum;
		assert_int_equal(csum_fold(csum_add(0, bytes, sizeof bytes)), 0);
		bytes[round % sizeof bytes] ^= (uint8_t)(1u << (round / sizeof bytes % 8));
		assert_int_not_equal(csum_fold(csum_add(0, bytes, sizeof bytes)), 0);
	}
}

static void carries_fold_until_none_is_left(void **state)
{
	(void)state;
	assert_int_equal(csum_fold(0), 0xffff);
	assert_int_equal(csum_fold(0xffff), 0);
	assert_int_equal(csum_fold(0x1fffe), 0);
	assert_int_equal(csum_fold(0x10000), 0xfffe);
	assert_int_equal(csum_fold(0x1ffff), 0xfffe);
	assert_int_equal(csum_fold(UINT64_MAX), 0);
	assert_int_equal(csum_fold(UINT64_C(0x0001000100010001)), 0xffff & ~4);
}

static void the_largest_packet_does_not_overflow(void **state)
{
	uint8_t *bytes = malloc(65535);

	(void)state;
	memset(bytes, 0xff, 65535);
	assert_int_equal(csum_fold(csum_add(0, bytes, 65534)), 0);
	assert_int_equal(csum_fold(csum_add(0, bytes, 65535)), 0xffff & ~0xff00);
	free(bytes);
}

UNIT_MAIN(T(sums_the_example_of_rfc_1071), T(row_033_odd_length_is_padded_with_zero),
	  T(row_033_no_length_reads_past_the_end), T(row_034_zero_and_all_ones_are_both_zero),
	  T(parts_sum_like_the_whole), T(agrees_with_a_plain_sum_of_words),
	  T(a_packet_with_its_checksum_sums_to_zero), T(carries_fold_until_none_is_left),
	  T(the_largest_packet_does_not_overflow))
