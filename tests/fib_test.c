/* SPDX-License-Identifier: BSD-2-Clause */
/* Routes and rules as values: when two are one, and when what the kernel has is what was meant. */
#include "fib.h"

#include "fib_text.h"
#include "ip_text.h"
#include "unit.h"

static struct fib_item route(const char *to)
{
	struct fib_item item = { .kind = FIB_ROUTE };

	assert_true(ip_parse_prefix(to, &item.route.to));
	item.family = item.route.to.addr.family;
	item.route.table = FIB_TABLE_MAIN;
	return item;
}

static struct fib_item via(const char *to, const char *gateway)
{
	struct fib_item item = route(to);

	assert_true(ip_parse(gateway, &item.route.hop[0].via));
	item.route.hop[0].weight = 1;
	item.route.n_hops = 1;
	return item;
}

static struct fib_item rule(uint32_t priority)
{
	struct fib_item item = { .kind = FIB_RULE, .family = IP_V4 };

	item.rule.priority = priority;
	item.rule.table = 100;
	item.rule.suppress_prefixlength = item.rule.suppress_ifgroup = FIB_NONE;
	return item;
}

static void the_kernel_tells_routes_apart_by_four_things(void **state)
{
	struct fib_item a = via("198.51.100.0/24", "192.0.2.254"), b = a;

	(void)state;
	b.route.hop[0].via = ip4(192, 0, 2, 1);
	b.route.type = FIB_BLACKHOLE;
	b.route.value[FIB_MTU] = 1400;
	assert_true(fib_same(&a, &b));
	assert_true(fib_hash(&a) == fib_hash(&b));
	assert_false(fib_digest(&a) == fib_digest(&b));
	b = a;
	b.route.table = 100;
	assert_false(fib_same(&a, &b));
	b = a;
	b.route.metric = 1;
	assert_false(fib_same(&a, &b));
	b = a;
	b.route.tos = 4;
	assert_false(fib_same(&a, &b));
	b = a;
	b.route.to.len = 25;
	assert_false(fib_same(&a, &b));
}

static void everything_tells_rules_apart(void **state)
{
	struct fib_item a = rule(100), b = a;

	(void)state;
	assert_true(fib_same(&a, &b));
	assert_true(fib_hash(&a) == fib_hash(&b));
	b.family = IP_V6;
	assert_false(fib_same(&a, &b));
#define DIFFERS(change) \
	do { \
		b = a; \
		b.rule.change; \
		assert_false(fib_same(&a, &b)); \
	} while (0)
	DIFFERS(priority = 101);
	DIFFERS(action = FIB_RULE_PROHIBIT);
	DIFFERS(table = 101);
	DIFFERS(target = 1);
	DIFFERS(from.addr = ip4(10, 0, 0, 1));
	DIFFERS(to.len = 1);
	DIFFERS(iif[0] = 'x');
	DIFFERS(oif[0] = 'x');
	DIFFERS(mark = 1);
	DIFFERS(mask = 1);
	DIFFERS(tos = 4);
	DIFFERS(ipproto = 6);
	DIFFERS(sport[0] = 1);
	DIFFERS(dport[1] = 1);
	DIFFERS(uids = true);
	DIFFERS(uid[1] = 1);
	DIFFERS(suppress_prefixlength = 0);
	DIFFERS(suppress_ifgroup = 0);
	DIFFERS(l3mdev = true);
	DIFFERS(invert = true);
}

static void a_route_agrees_in_what_was_said(void **state)
{
	struct fib_item a = via("198.51.100.0/24", "192.0.2.254"), b = a;

	(void)state;
	b.route.hop[0].ifindex = 7; /* the kernel found it */
	assert_true(fib_agrees(&a, &b));
	a.route.hop[0].ifindex = 8;
	assert_false(fib_agrees(&a, &b));
	a.route.hop[0].ifindex = 7;
#define DISAGREES(change) \
	do { \
		struct fib_item c = b; \
		c.route.change; \
		assert_false(fib_agrees(&a, &c)); \
	} while (0)
	DISAGREES(hop[0].via.b[3]++);
	DISAGREES(hop[0].onlink = true);
	DISAGREES(type = FIB_PROHIBIT);
	DISAGREES(scope = FIB_SCOPE_LINK);
	DISAGREES(pref = 1);
	DISAGREES(src = ip4(192, 0, 2, 1));
	DISAGREES(value[FIB_METRIC_N - 1] = 1);
	DISAGREES(congctl[0] = 'r');
	DISAGREES(n_hops = 2);
}

static void the_order_of_next_hops_says_nothing(void **state)
{
	struct fib_item a = via("2001:db8:1::/48", "2001:db8::1"), b;

	(void)state;
	a.route.n_hops = 3;
	a.route.hop[1] = a.route.hop[2] = a.route.hop[0];
	a.route.hop[1].weight = 2;
	a.route.hop[2].weight = 3;
	b = a;
	b.route.hop[0] = a.route.hop[2];
	b.route.hop[2] = a.route.hop[0];
	assert_true(fib_agrees(&a, &b));
	b.route.hop[0] = b.route.hop[1]; /* one twice is not the other */
	assert_false(fib_agrees(&a, &b));
}

static void a_route_without_next_hops_has_none_to_agree_in(void **state)
{
	struct fib_item a = route("2001:db8:1::/48"), b;

	(void)state;
	a.route.type = FIB_BLACKHOLE;
	b = a;
	b.route.n_hops = 1; /* the kernel says lo */
	b.route.hop[0].ifindex = 1;
	assert_true(fib_agrees(&a, &b));
}

static void host_bits_are_cut(void **state)
{
	static const char *const row[][2] = {
		{ "192.0.2.255/24", "192.0.2.0/24" }, { "192.0.2.255/25", "192.0.2.128/25" },
		{ "192.0.2.255/32", "192.0.2.255/32" }, { "192.0.2.255/0", "0.0.0.0/0" },
		{ "192.0.2.255/31", "192.0.2.254/31" }, { "2001:db8::ff/121", "2001:db8::80/121" },
		{ "2001:db8::ff/64", "2001:db8::/64" },
	};
	char text[IP_TEXT_SIZE];

	(void)state;
	for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
		struct ip_prefix p, net;

		assert_true(ip_parse_prefix(row[i][0], &p));
		net = fib_network(&p);
		assert_string_equal(ip_prefix_string(&net, text), row[i][1]);
	}
}

static void text_is_that_of_ip(void **state)
{
	char text[FIB_TEXT_SIZE];
	struct fib_item item = via("198.51.100.0/24", "192.0.2.254");

	(void)state;
	assert_string_equal(fib_string(&item, text),
			    "198.51.100.0/24 via 192.0.2.254 table main");
	item.route.n_hops = 3;
	item.route.metric = 5;
	item.route.table = 100;
	assert_string_equal(fib_string(&item, text),
			    "198.51.100.0/24 via 192.0.2.254 and 2 more table 100 metric 5");
	item = route("::/0");
	item.route.type = FIB_UNREACHABLE;
	item.route.table = FIB_TABLE_DEFAULT;
	assert_string_equal(fib_string(&item, text), "unreachable ::/0 table default");
	item = rule(99);
	item.rule.invert = true;
	item.rule.from = (struct ip_prefix){ ip4(10, 0, 0, 0), 8 };
	item.rule.mark = item.rule.mask = 0xff;
	assert_string_equal(fib_string(&item, text),
			    "99: not from 10.0.0.0/8 fwmark 0xff/0xff lookup 100");
	item = rule(99);
	item.rule.action = FIB_GOTO;
	item.rule.target = 200;
	assert_string_equal(fib_string(&item, text), "99: from all goto 200");
}

UNIT_MAIN(
	T(the_kernel_tells_routes_apart_by_four_things),
	T(everything_tells_rules_apart),
	T(a_route_agrees_in_what_was_said),
	T(the_order_of_next_hops_says_nothing),
	T(a_route_without_next_hops_has_none_to_agree_in),
	T(host_bits_are_cut),
	T(text_is_that_of_ip)
)
