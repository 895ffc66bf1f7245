/* SPDX-License-Identifier: BSD-2-Clause */
#include "ip.h"

#include "unit.h"

static struct ip_addr ip6(const char *bytes16)
{
	return ip_make(IP_V6, bytes16);
}

#define FE80_1  "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\1"
#define FF02_12 "\xff\2\0\0\0\0\0\0\0\0\0\0\0\0\0\x12"
#define ZERO16  "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

static void a_family_has_a_length(void **state)
{
	(void)state;
	assert_int_equal(ip_len(IP_V4), 4);
	assert_int_equal(ip_len(IP_V6), 16);
	assert_int_equal(ip_len(IP_NONE), 0);
	assert_int_equal(ip_len(5), 0);
}

/* Addresses are compared and hashed as bytes: what an IPv4 address does not use has to be zero. */
static void an_ipv4_address_leaves_no_bytes_behind(void **state)
{
	struct ip_addr a = ip_make(IP_V4, "\300\0\2\1XXXXXXXXXXXX"), b = ip4(192, 0, 2, 1),
		       zero = { 0 };

	(void)state;
	assert_memory_equal(&a, &b, sizeof a);
	assert_memory_equal(a.b + 4, zero.b, 12);
	assert_true(ip_eq(&a, &b));
}

static void a_zeroed_address_is_none(void **state)
{
	struct ip_addr none = { 0 }, zero4 = ip4(0, 0, 0, 0), zero6 = ip6(ZERO16);

	(void)state;
	assert_false(ip_is_set(&none));
	assert_true(ip_is_set(&zero4));
	assert_true(ip_is_set(&zero6));
	assert_false(ip_eq(&none, &zero4));
	assert_false(ip_eq(&zero4, &zero6));
}

/* The addresses of each line ascend. */
static void addresses_are_ordered_as_unsigned_in_network_order(void **state)
{
	const struct ip_addr order[] = {
		{ .family = IP_NONE },
		ip4(0, 0, 0, 0), ip4(0, 0, 0, 255), ip4(0, 0, 1, 0), ip4(9, 255, 255, 255),
		ip4(10, 0, 0, 1), ip4(10, 0, 0, 2), ip4(10, 0, 0, 127), ip4(10, 0, 0, 128),
		ip4(10, 0, 0, 255), ip4(127, 255, 255, 255), ip4(128, 0, 0, 0), ip4(192, 0, 2, 1),
		ip4(255, 255, 255, 255),
		ip6(ZERO16), ip6("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"),
		ip6("\x7f\xff\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
		ip6("\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), ip6(FE80_1), ip6(FF02_12),
	};

	(void)state;
	for (unsigned i = 0; i < sizeof order / sizeof *order; i++)
		for (unsigned j = 0; j < sizeof order / sizeof *order; j++) {
			int c = ip_cmp(&order[i], &order[j]);

			assert_int_equal(c < 0 ? -1 : c > 0, i < j ? -1 : i > j);
			assert_int_equal(ip_eq(&order[i], &order[j]), i == j);
		}
}

static void link_local_is_fe80_slash_10(void **state)
{
	static const struct {
		uint8_t b0, b1;
		bool is;
	} t[] = {
		{ 0xfe, 0x80, true },  { 0xfe, 0x81, true },  { 0xfe, 0xbf, true },
		{ 0xfe, 0x7f, false }, { 0xfe, 0xc0, false }, { 0xff, 0x80, false },
		{ 0xfd, 0x80, false }, { 0x20, 0x01, false },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof t / sizeof *t; i++) {
		struct ip_addr a = { .family = IP_V6, .b = { t[i].b0, t[i].b1, [15] = 1 } };

		assert_int_equal(ip_is_link_local6(&a), t[i].is);
		a.family = IP_V4;
		assert_false(ip_is_link_local6(&a));
	}
}

static void multicast_is_224_slash_4_and_ff00_slash_8(void **state)
{
	struct ip_addr a;

	(void)state;
	for (unsigned first = 0; first < 256; first++) {
		a = ip4((uint8_t)first, 0, 0, 18);
		assert_int_equal(ip_is_multicast(&a), first >= 224 && first <= 239);
		a = (struct ip_addr){ .family = IP_V6, .b = { (uint8_t)first, 2 } };
		assert_int_equal(ip_is_multicast(&a), first == 255);
		a.family = IP_NONE;
		assert_false(ip_is_multicast(&a));
	}
}

static void unspecified_and_loopback(void **state)
{
	struct ip_addr a;

	(void)state;
	a = ip4(0, 0, 0, 0);
	assert_true(ip_is_unspecified(&a));
	a = ip6(ZERO16);
	assert_true(ip_is_unspecified(&a));
	assert_false(ip_is_loopback(&a));
	a = ip4(0, 0, 0, 1);
	assert_false(ip_is_unspecified(&a));
	assert_false(ip_is_loopback(&a));
	a = ip4(127, 0, 0, 1);
	assert_true(ip_is_loopback(&a));
	a = ip4(127, 255, 255, 254);
	assert_true(ip_is_loopback(&a));
	a = ip4(128, 0, 0, 1);
	assert_false(ip_is_loopback(&a));
	a = ip6("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1");
	assert_true(ip_is_loopback(&a));
	assert_false(ip_is_unspecified(&a));
	a = ip6("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\2");
	assert_false(ip_is_loopback(&a));
}

UNIT_MAIN(T(a_family_has_a_length), T(an_ipv4_address_leaves_no_bytes_behind),
	  T(a_zeroed_address_is_none), T(addresses_are_ordered_as_unsigned_in_network_order),
	  T(link_local_is_fe80_slash_10), T(multicast_is_224_slash_4_and_ff00_slash_8),
	  T(unspecified_and_loopback))
