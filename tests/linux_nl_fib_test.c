/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routes and rules as messages: what is built is read back the same, the kernel understands it as
 * it is meant, and bytes from elsewhere do no harm.
 */
#include "linux_nl_fib.h"

#include <errno.h>
#include <netlink/msg.h>
#include <sched.h>

#include "ip_text.h"
#include "linux_nl.h"
#include "rng.h"
#include "unit.h"

enum { OURS = 112, ITEMS_MAX = 128, V0 = 77 };

static struct ip_prefix prefix(const char *text)
{
	struct ip_prefix p;

	assert_true(ip_parse_prefix(text, &p));
	return p;
}

static struct fib_item route(const char *to, const char *via)
{
	struct fib_item item = { .kind = FIB_ROUTE };

	item.route.to = prefix(to);
	item.family = item.route.to.addr.family;
	item.route.table = FIB_TABLE_MAIN;
	item.route.metric = item.family == IP_V6 ? FIB_METRIC_V6 : 0;
	if (via) {
		item.route.hop[0] = (struct fib_hop){ .via = prefix(via).addr, .weight = 1 };
		item.route.n_hops = 1;
	}
	return item;
}

static struct fib_item rule(uint8_t family, uint32_t priority)
{
	struct fib_item item = { .kind = FIB_RULE, .family = family };

	item.rule.priority = priority;
	item.rule.table = FIB_TABLE_MAIN;
	item.rule.suppress_prefixlength = item.rule.suppress_ifgroup = FIB_NONE;
	return item;
}

struct items {
	struct fib_item v[ITEMS_MAX];
	unsigned n;
};

static struct fib_item *put(struct items *all, struct fib_item item)
{
	assert_true(all->n < ITEMS_MAX);
	all->v[all->n] = item;
	return &all->v[all->n++];
}

/* One of each thing that can be said of a route. `ifindex`: of an interface with 192.0.2.1/24 and
 * 2001:db8::1/64. */
static void all_routes(struct items *all, uint32_t ifindex)
{
	struct fib_item *r;
	uint8_t net = 1;

	for (unsigned type = FIB_BLACKHOLE; type < FIB_TYPE_N; type++) {
		r = put(all, route("198.51.100.0/24", NULL));
		r->route.table = 1000 + type;
		r->route.type = (uint8_t)type;
		r = put(all, route("2001:db8:1::/48", NULL));
		r->route.table = 70000 + type;
		r->route.type = (uint8_t)type;
	}
	for (unsigned i = 0; i < FIB_METRIC_N; i++) {
		r = put(all, route("198.51.100.0/24", "192.0.2.254"));
		r->route.to.addr.b[0] = net++;
		r->route.value[i] = i == FIB_QUICKACK || i == FIB_FASTOPEN_NO_COOKIE ? 1 : 100;
		r = put(all, route("2001:db8:1::/48", "2001:db8::ffff"));
		r->route.to.addr.b[5] = net++;
		r->route.value[i] = r[-1].route.value[i];
	}
	put(all, route("203.0.113.0/24", "192.0.2.254"))->route.tos = 0x10;
	put(all, route("203.0.113.0/24", "192.0.2.254"))->route.metric = 77;
	put(all, route("0.0.0.0/0", "192.0.2.254"));
	put(all, route("::/0", "2001:db8::ffff"))->route.pref = 1;
	put(all, route("203.0.113.1/32", "192.0.2.254"))->route.src = prefix("192.0.2.1").addr;
	put(all, route("2001:db8:9::/48", "2001:db8::ffff"))->route.src =
		prefix("2001:db8::1").addr;
	strcpy(put(all, route("203.0.113.2/32", "192.0.2.254"))->route.congctl, "reno");
	put(all, route("203.0.113.3/32", "2001:db8::ffff"))->route.hop[0].ifindex = ifindex;
	r = put(all, route("203.0.113.4/32", "10.1.1.1"));
	r->route.hop[0].ifindex = ifindex;
	r->route.hop[0].onlink = true;
	r = put(all, route("203.0.113.5/32", NULL));
	r->route.n_hops = 1;
	r->route.hop[0] = (struct fib_hop){ .ifindex = ifindex, .weight = 1 };
	r->route.scope = FIB_SCOPE_LINK;
}

static void some_hops(struct items *all)
{
	struct fib_item *four = put(all, route("203.0.113.6/32", "192.0.2.2"));
	struct fib_item *six = put(all, route("2001:db8:a::/48", "2001:db8::2"));

	for (unsigned i = 1; i < FIB_HOPS_MAX; i++) {
		four->route.hop[i] = four->route.hop[0];
		four->route.hop[i].via.b[3] = (uint8_t)(2 + i);
		four->route.hop[i].weight = (uint16_t)(16 * i);
		six->route.hop[i] = six->route.hop[0];
		six->route.hop[i].via.b[15] = (uint8_t)(2 + i);
		six->route.hop[i].weight = (uint16_t)i;
	}
	four->route.n_hops = six->route.n_hops = FIB_HOPS_MAX;
}

static void all_rules(struct items *all)
{
	uint32_t priority = 1000;
	struct fib_item *r;

#define RULE(family, change) put(all, rule(family, priority++))->rule.change
	RULE(IP_V4, from) = prefix("10.0.0.0/8");
	RULE(IP_V6, from) = prefix("2001:db8::/32");
	RULE(IP_V4, to) = prefix("10.1.0.0/16");
	RULE(IP_V4, iif[0]) = 'x';
	RULE(IP_V4, oif[0]) = 'y';
	RULE(IP_V6, tos) = 0x10;
	RULE(IP_V4, ipproto) = 6;
	RULE(IP_V4, suppress_prefixlength) = 0;
	RULE(IP_V6, suppress_ifgroup) = 3;
	RULE(IP_V4, table) = 100000;
	r = put(all, rule(IP_V4, priority++));
	r->rule.mark = 1;
	r->rule.mask = 0xff;
	r = put(all, rule(IP_V6, priority++));
	r->rule.mark = 1;
	r->rule.mask = UINT32_MAX;
	r = put(all, rule(IP_V4, priority++));
	r->rule.ipproto = 17;
	r->rule.sport[0] = 1;
	r->rule.sport[1] = 1000;
	r->rule.dport[0] = r->rule.dport[1] = 53;
	r = put(all, rule(IP_V4, priority++));
	r->rule.uids = true;
	r->rule.uid[1] = 1000;
	r = put(all, rule(IP_V4, priority++));
	r->rule.invert = true;
	r->rule.from = prefix("10.0.0.0/8");
	for (unsigned a = FIB_GOTO; a < FIB_ACTION_N; a++) {
		r = put(all, rule(IP_V4, priority++));
		r->rule.action = (uint8_t)a;
		r->rule.table = 0;
		r->rule.target = a == FIB_GOTO ? 30000 : 0;
	}
}

/* Field by field: what lies between them is nobody's. */
static void assert_same_item(const struct fib_item *a, const struct fib_item *b)
{
	assert_true(fib_same(a, b) && fib_same(b, a));
	assert_true(fib_agrees(a, b) && fib_agrees(b, a));
	assert_int_equal(a->route.n_hops, b->route.n_hops);
	for (unsigned i = 0; i < a->route.n_hops; i++) {
		const struct fib_hop *x = &a->route.hop[i], *y = &b->route.hop[i];

		assert_true(ip_eq(&x->via, &y->via));
		assert_int_equal(x->ifindex, y->ifindex);
		assert_int_equal(x->weight, y->weight);
		assert_int_equal(x->onlink, y->onlink);
	}
}

static void what_is_built_is_read_back(void **state)
{
	struct items all = { .n = 0 };

	(void)state;
	all_routes(&all, 2);
	for (unsigned i = 0; i < all.n; i++) {
		struct nl_msg *msg = nl_fib_build(&all.v[i], OURS, true);
		struct fib_item back;
		uint8_t proto;

		assert_non_null(msg);
		assert_true(nl_fib_read(nlmsg_hdr(msg), &back, &proto));
		assert_same_item(&back, &all.v[i]);
		assert_int_equal(proto, OURS);
		nlmsg_free(msg);
		msg = nl_fib_build(&all.v[i], OURS, false);
		assert_true(nl_fib_read(nlmsg_hdr(msg), &back, &proto));
		assert_true(fib_same(&back, &all.v[i])); /* so a refusal finds what it is about */
		nlmsg_free(msg);
	}
}

static void rules_and_hops_are_read_back(void **state)
{
	struct items all = { .n = 0 };

	(void)state;
	all_rules(&all);
	some_hops(&all);
	for (unsigned i = 0; i < all.n; i++) {
		struct nl_msg *msg = nl_fib_build(&all.v[i], OURS, true);
		struct fib_item back;
		uint8_t proto;

		assert_non_null(msg);
		assert_true(nl_fib_read(nlmsg_hdr(msg), &back, &proto));
		assert_same_item(&back, &all.v[i]);
		nlmsg_free(msg);
	}
}

/* Damaged anywhere, cut anywhere: read or not, but nothing beyond its end. */
static void damaged_messages_do_no_harm(void **state)
{
	struct items all = { .n = 0 };

	(void)state;
	all_rules(&all);
	some_hops(&all);
	all_routes(&all, 2);
	for (uint32_t i = 0; i < 30000; i++) {
		struct nl_msg *msg = nl_fib_build(&all.v[i % all.n], OURS, true);
		struct nlmsghdr *h = nlmsg_hdr(msg), *copy;
		uint64_t roll = rng_at(1, 1, i, 0);
		struct fib_item back;
		uint8_t proto;
		size_t len = NLMSG_HDRLEN + rng_below(roll, h->nlmsg_len - NLMSG_HDRLEN + 1);

		if (roll % 2 == 0)
			len = h->nlmsg_len;
		copy = malloc(len); /* so that a sanitizer sees its end */
		memcpy(copy, h, len);
		copy->nlmsg_len = (uint32_t)len;
		for (unsigned k = 0; k < roll % 5 && len > NLMSG_HDRLEN; k++)
			((uint8_t *)copy)[NLMSG_HDRLEN +
					  rng_below(rng_at(1, 2, i, k), len - NLMSG_HDRLEN)] =
				(uint8_t)rng_at(1, 3, i, k);
		if (nl_fib_read(copy, &back, &proto))
			assert_true(back.kind == FIB_RULE || back.route.n_hops <= FIB_HOPS_MAX);
		free(copy);
		nlmsg_free(msg);
	}
}

/* ---- the kernel --------------------------------------------------------------------------- */

static bool alone; /* in a namespace of our own */

struct world {
	struct netlink *n;
	struct items reported;
	unsigned removed, failed, waits, ended;
	uint8_t proto;
	int error;
	bool quiet;
};

static void on_link(void *ctx, const struct netlink_link *link)
{
	(void)ctx;
	(void)link;
}

static void on_link_gone(void *ctx, uint32_t ifindex)
{
	(void)ctx;
	(void)ifindex;
}

static void on_addr(void *ctx, const struct netlink_addr *a, bool present)
{
	(void)ctx;
	(void)a;
	(void)present;
}

static void on_fib(void *ctx, const struct fib_item *item, uint8_t proto, bool present)
{
	struct world *w = ctx;

	if (proto != OURS && item->kind == FIB_RULE)
		return; /* those that the kernel comes with */
	w->proto = proto;
	w->removed += !present;
	if (present && w->reported.n < ITEMS_MAX)
		put(&w->reported, *item);
}

static void on_fib_failed(void *ctx, const struct fib_item *item, bool add, int error)
{
	struct world *w = ctx;
	char text[200] = "";

	(void)add;
	w->failed++;
	w->error = error;
	if (!w->quiet)
		print_message("# refused: %s family %u priority %u: %s\n",
			      item->kind == FIB_RULE
				      ? "rule"
				      : ip_prefix_string(&item->route.to, text),
			      item->family, item->kind == FIB_RULE ? item->rule.priority : 0,
			      strerror(error));
}

static void on_fib_waits(void *ctx, const struct fib_item *item)
{
	(void)item;
	((struct world *)ctx)->waits++;
}

static void on_begin(void *ctx)
{
	((struct world *)ctx)->reported.n = 0;
}

static void on_end(void *ctx)
{
	((struct world *)ctx)->ended++;
}

static void on_done(void *ctx)
{
	(void)ctx;
}

static const struct netlink_events events = {
	.link = on_link, .link_gone = on_link_gone, .addr = on_addr, .fib = on_fib,
	.fib_failed = on_fib_failed, .fib_waits = on_fib_waits, .fib_proto = OURS,
	.sync_begin = on_begin, .sync_end = on_end, .done = on_done,
};

static void ip(const char *commands)
{
	char line[1000];

	snprintf(line, sizeof line, "(%s) </dev/null >&2", commands);
	assert_int_equal(system(line), 0);
}

static void world_open(struct world *w)
{
	memset(w, 0, sizeof *w);
	ip("ip link add v0 index 77 type veth peer name v1 && ip link set v1 up &&"
	   "ip link set lo up &&"
	   "ip addr add 192.0.2.1/24 dev v0 && ip addr add 2001:db8::1/64 dev v0 nodad &&"
	   "ip link set v0 up");
	w->n = netlink_new(&events, w);
	assert_non_null(w->n);
}

static void world_close(struct world *w)
{
	netlink_free(w->n);
	ip("ip link del v0; ip rule flush; ip -6 rule flush; ip rule add pref 32766 table main;"
	   "ip -6 rule add pref 32766 table main");
}

static void do_all(struct world *w, const struct items *all, bool add)
{
	w->reported.n = w->removed = 0;
	for (unsigned i = 0; i < all->n; i++)
		netlink_fib(w->n, &all->v[i], OURS, add);
	for (unsigned turns = 0; turns < 100 && (turns < 2 || netlink_waiting(w->n)); turns++) {
		netlink_add_some(w->n);
		netlink_ready(w->n);
	}
}

static void assert_has(const struct items *has, const struct items *all)
{
	for (unsigned i = 0; i < all->n; i++) {
		unsigned k = 0;

		while (k < has->n && !(fib_same(&all->v[i], &has->v[k]) &&
				       fib_agrees(&all->v[i], &has->v[k])))
			k++;
		if (k == has->n)
			print_message("# not as it was meant: item %u\n", i);
		assert_true(k < has->n);
	}
}

/* Added, reported as it was meant, found in a complete report, and removed. */
static void there_and_back(struct items *all)
{
	struct world w;

	world_open(&w);
	do_all(&w, all, true);
	assert_int_equal(w.failed, 0);
	assert_int_equal(w.proto, OURS);
	assert_has(&w.reported, all);
	netlink_sync(w.n);
	netlink_run(w.n);
	assert_int_equal(w.ended, 1);
	assert_int_equal(w.reported.n, all->n);
	assert_has(&w.reported, all);
	do_all(&w, all, false);
	assert_int_equal(w.failed, 0);
	assert_int_equal(w.removed, all->n);
	netlink_sync(w.n);
	netlink_run(w.n);
	assert_int_equal(w.reported.n, 0);
	world_close(&w);
}

static void the_kernel_takes_routes_as_they_are_meant(void **state)
{
	struct items all = { .n = 0 };

	(void)state;
	if (!alone) {
		print_message("# skipped: no namespace of our own\n");
		return;
	}
	all_routes(&all, V0);
	there_and_back(&all);
}

static void the_kernel_takes_rules_and_hops_as_they_are_meant(void **state)
{
	struct items all = { .n = 0 };

	(void)state;
	if (!alone)
		return;
	all_rules(&all);
	some_hops(&all);
	there_and_back(&all);
}

/* Nobody else's are reported, and none is replaced: not in news, nor in complete reports. */
static void those_of_others_are_left_alone(void **state)
{
	struct items all = { .n = 0 };
	struct world w;

	(void)state;
	if (!alone)
		return;
	world_open(&w);
	put(&all, route("198.51.100.0/24", "192.0.2.254"));
	ip("ip route add 198.51.100.0/24 via 192.0.2.9 &&"
	   "ip route add 203.0.113.0/24 via 192.0.2.9");
	netlink_ready(w.n);
	assert_int_equal(w.reported.n, 0);
	w.quiet = true;
	do_all(&w, &all, true);
	assert_int_equal(w.failed, 1);
	assert_int_equal(w.error, EEXIST);
	do_all(&w, &all, false);
	assert_int_equal(w.failed, 2);
	assert_int_equal(w.error, ESRCH);
	ip("ip route del 198.51.100.0/24 via 192.0.2.9");
	do_all(&w, &all, true);
	assert_int_equal(w.reported.n, 1);
	/* But what takes the place of ours is. */
	ip("ip route replace 198.51.100.0/24 via 192.0.2.9");
	netlink_ready(w.n);
	assert_int_equal(w.reported.n, 2);
	assert_int_equal(w.proto, 3); /* boot */
	netlink_sync(w.n);
	netlink_run(w.n);
	assert_int_equal(w.reported.n, 0);
	ip("ip route del 198.51.100.0/24 && ip route del 203.0.113.0/24");
	world_close(&w);
}

static void what_waits_can_be_taken_back(void **state)
{
	struct items all = { .n = 0 };
	struct world w;

	(void)state;
	if (!alone)
		return;
	world_open(&w);
	put(&all, route("198.51.100.0/24", "192.0.2.254"));
	netlink_fib(w.n, &all.v[0], OURS, true);
	netlink_sync(w.n);
	netlink_run(w.n);
	assert_int_equal(w.waits, 1);
	netlink_fib(w.n, &all.v[0], OURS, false);
	netlink_run(w.n);
	assert_int_equal(w.removed, 1);
	assert_false(netlink_waiting(w.n));
	netlink_fib(w.n, &all.v[0], OURS, true);
	world_close(&w); /* freed with it */
}

/* ---- those that wait ---------------------------------------------------------------------- */

static void the_queue_keeps_order_and_one_of_each(void **state)
{
	static struct nl_fib_queue q;
	struct fib_item a = route("198.51.100.0/24", "192.0.2.254"), b = a;
	struct nl_fib_waiting w;

	(void)state;
	nl_fib_queue_init(&q);
	for (uint32_t i = 0; i < 5000; i++) {
		a.route.metric = i;
		assert_true(nl_fib_queue_put(&q, &a, OURS));
	}
	b.route.hop[0].via.b[3] = 1; /* metric 0, but another gateway: the later one counts */
	assert_true(nl_fib_queue_put(&q, &b, OURS));
	a.route.metric = 1;
	assert_true(nl_fib_queue_cancel(&q, &a));
	assert_false(nl_fib_queue_cancel(&q, &a));
	assert_true(nl_fib_queue_take(&q, &w));
	assert_int_equal(w.item.route.hop[0].via.b[3], 1);
	for (uint32_t i = 2; i < 5000; i++) {
		assert_true(nl_fib_queue_take(&q, &w));
		assert_int_equal(w.item.route.metric, i);
	}
	assert_false(nl_fib_queue_take(&q, &w));
	nl_fib_queue_put(&q, &a, OURS);
	nl_fib_queue_clear(&q);
	assert_false(nl_fib_queue_take(&q, &w));
}

int main(void)
{
	const struct CMUnitTest unit_tests[] = {
		T(what_is_built_is_read_back),
		T(rules_and_hops_are_read_back),
		T(damaged_messages_do_no_harm),
		T(the_kernel_takes_routes_as_they_are_meant),
		T(the_kernel_takes_rules_and_hops_as_they_are_meant),
		T(those_of_others_are_left_alone),
		T(what_waits_can_be_taken_back),
		T(the_queue_keeps_order_and_one_of_each),
	};
	int failed;

	alone = unshare(CLONE_NEWNET) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0;
	setvbuf(stdout, NULL, _IOLBF, 0);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	failed = cmocka_run_group_tests(unit_tests, NULL, NULL);
	return failed != 0 && getenv("TRIVET_UNDER_DRIVER") == NULL;
}
