/* SPDX-License-Identifier: BSD-2-Clause */
/* Who sends version 3, among those that are also heard in version 2 (RFC 9568 8.4.2). */
#include "vrrp_coexist.h"

#include "unit.h"

static mono_t ms(uint64_t n)
{
	return (mono_t){ 1000000000 + n * 1000000 };
}

static struct ip_addr router(uint8_t last)
{
	return (struct ip_addr){ IP_V4, { 10, 0, 0, last } };
}

static void row_134_a_sender_of_version_3_is_remembered_for_four_intervals(void **state)
{
	struct vrrp_coexist c = { 0 };
	struct ip_addr a = router(1), b = router(2);

	(void)state;
	assert_false(vrrp_coexist_sends3(&c, &a, ms(0)));
	vrrp_coexist_heard3(&c, &a, ms(0), 10);
	assert_true(vrrp_coexist_sends3(&c, &a, ms(0)));
	assert_true(vrrp_coexist_sends3(&c, &a, ms(399)));
	assert_false(vrrp_coexist_sends3(&c, &a, ms(400)));
	assert_false(vrrp_coexist_sends3(&c, &b, ms(0)));
	vrrp_coexist_heard3(&c, &a, ms(350), 10);
	assert_true(vrrp_coexist_sends3(&c, &a, ms(749)));
	assert_false(vrrp_coexist_sends3(&c, &a, ms(750)));
}

static void who_was_silent_for_longest_makes_room(void **state)
{
	struct vrrp_coexist c = { 0 };
	struct ip_addr a;

	(void)state;
	for (uint8_t i = 1; i <= VRRP_COEXIST_MAX; i++) {
		a = router(i);
		vrrp_coexist_heard3(&c, &a, ms(i == 3 ? 0 : 10u + i), 100);
	}
	a = router(100);
	vrrp_coexist_heard3(&c, &a, ms(50), 100);
	assert_true(vrrp_coexist_sends3(&c, &a, ms(60)));
	for (uint8_t i = 1; i <= VRRP_COEXIST_MAX; i++) {
		a = router(i);
		assert_int_equal(vrrp_coexist_sends3(&c, &a, ms(60)), i != 3);
	}
}

static void row_135_who_sends_no_version_2_is_told_of_once(void **state)
{
	struct vrrp_coexist c = { 0 };
	struct ip_addr a = router(1);

	(void)state;
	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < VRRP_COEXIST_ALONE; i++)
			assert_false(vrrp_coexist_heard3(&c, &a, ms(i), 100));
		assert_true(vrrp_coexist_heard3(&c, &a, ms(10), 100));
		for (unsigned i = 0; i < 300; i++)
			assert_false(vrrp_coexist_heard3(&c, &a, ms(11 + i), 100));
		vrrp_coexist_heard2(&c, &a);
	}
	for (unsigned i = 0; i < 50; i++) {
		assert_false(vrrp_coexist_heard3(&c, &a, ms(1000 + i), 100));
		vrrp_coexist_heard2(&c, &a);
	}
}

static void row_132_version_2_says_whole_seconds(void **state)
{
	static const struct { uint32_t cs, said; } cases[] = {
		{ 1, 100 }, { 99, 100 }, { 100, 100 }, { 101, 200 }, { 1000, 1000 }, { 4095, 4100 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(vrrp_coexist_interval2(cases[i].cs), cases[i].said);
}

UNIT_MAIN(
	T(row_132_version_2_says_whole_seconds),
	T(row_134_a_sender_of_version_3_is_remembered_for_four_intervals),
	T(row_135_who_sends_no_version_2_is_told_of_once),
	T(who_was_silent_for_longest_makes_room))
