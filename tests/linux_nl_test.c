/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux_nl.h"

#include <sched.h>
#include <stdbool.h>

#include "unit.h"

/* What the kernel said. */
struct said {
	unsigned links, failed, begun, ended, done, added, removed, waits;
	int error;
};

static void on_link(void *ctx, const struct netlink_link *link)
{
	struct said *said = ctx;

	(void)link;
	said->links++;
}

static void on_link_gone(void *ctx, uint32_t ifindex)
{
	(void)ctx;
	(void)ifindex;
}

static void on_addr(void *ctx, const struct netlink_addr *addr, bool present)
{
	struct said *said = ctx;

	(void)addr;
	if (present)
		said->added++;
	else
		said->removed++;
}

static void on_addr_waits(void *ctx, uint32_t ifindex, const struct ip_prefix *prefix)
{
	struct said *said = ctx;

	assert_int_equal(prefix->len, 24);
	assert_true(ifindex > 0);
	assert_int_equal(said->ended, 0);
	said->waits++;
}

static void on_addr_failed(void *ctx, const struct netlink_addr *addr, bool add, int error)
{
	struct said *said = ctx;

	(void)add;
	assert_int_equal(addr->prefix.len, 24);
	said->failed++;
	said->error = error;
}

static void on_sync_begin(void *ctx)
{
	((struct said *)ctx)->begun++;
}

static void on_sync_end(void *ctx)
{
	((struct said *)ctx)->ended++;
}

static void on_done(void *ctx)
{
	((struct said *)ctx)->done++;
}

static const struct netlink_events events = {
	.link = on_link,
	.link_gone = on_link_gone,
	.addr = on_addr,
	.addr_failed = on_addr_failed,
	.addr_waits = on_addr_waits,
	.sync_begin = on_sync_begin,
	.sync_end = on_sync_end,
	.done = on_done,
};

static struct ip_prefix address(unsigned i)
{
	return (struct ip_prefix){ ip4(10, 9, (uint8_t)(i >> 8), (uint8_t)i), 24 };
}

/* Asks for addresses on an interface, or to have them removed. */
static void ask(struct netlink *n, uint32_t ifindex, unsigned times, bool add)
{
	for (unsigned i = 0; i < times; i++) {
		struct ip_prefix p = address(i);

		netlink_addr(n, ifindex, &p, &(struct ip_attr){ 0 }, 112, add);
	}
}

enum { NOWHERE = 0x7ffffff0 }; /* an interface that does not exist */

static void everything_is_reported_on_request(void **state)
{
	struct said said = { 0 };
	struct netlink *n = netlink_new(&events, &said);

	(void)state;
	assert_non_null(n);
	netlink_run(n);
	assert_int_equal(said.done, 0); /* nobody asked */
	netlink_sync(n);
	netlink_run(n);
	assert_int_equal(said.begun, 1);
	assert_int_equal(said.ended, 1);
	assert_true(said.links > 0); /* at least lo */
	netlink_free(n);
}

static void a_refused_address_is_reported(void **state)
{
	struct said said = { 0 };
	struct netlink *n = netlink_new(&events, &said);

	(void)state;
	assert_non_null(n);
	ask(n, NOWHERE, 1, true);
	netlink_ready(n);
	assert_int_equal(said.failed, 0); /* it waits */
	assert_true(netlink_waiting(n));
	netlink_add_some(n);
	assert_false(netlink_waiting(n));
	netlink_ready(n);
	assert_int_equal(said.failed, 1);
	assert_int_not_equal(said.error, 0);
	assert_int_equal(said.begun, 0);
	netlink_free(n);
}

/* More answers than the socket holds: what was lost must not be waited for, so all is looked at
 * again. */
static void lost_answers_lead_to_a_complete_report(void **state)
{
	enum { MANY = 30000 };
	struct said said = { 0 };
	struct netlink *n = netlink_new(&events, &said);

	(void)state;
	assert_non_null(n);
	ask(n, NOWHERE, MANY, false);
	netlink_ready(n);
	assert_true(said.failed > 0);
	assert_true(said.failed < MANY); /* or the test shows nothing */
	assert_true(netlink_overruns(n) > 0);
	assert_int_equal(said.begun, 1);
	assert_int_equal(said.ended, 1);
	netlink_free(n);
}

/* Each turn sends some, and in between there is time for others. */
static void additions_wait_and_are_sent_in_turns(void **state)
{
	enum { MANY = 20000 };
	struct said said = { 0 };
	struct netlink *n = netlink_new(&events, &said);
	unsigned turns = 0, last = 0;

	(void)state;
	assert_non_null(n);
	ask(n, NOWHERE, MANY, true);
	ask(n, NOWHERE, MANY, true); /* no second time */
	for (; netlink_waiting(n); turns++) {
		netlink_add_some(n);
		netlink_ready(n);
		assert_true(said.failed > last); /* at least one */
		last = said.failed;
	}
	print_message("# %u additions in %u turns\n", MANY, turns);
	assert_int_equal(said.failed, MANY);
	assert_true(turns > 1);
	assert_int_equal(netlink_overruns(n), 0);
	netlink_free(n);
}

static void a_removal_takes_back_an_addition_that_waits(void **state)
{
	struct said said = { 0 };
	struct netlink *n = netlink_new(&events, &said);

	(void)state;
	assert_non_null(n);
	ask(n, NOWHERE, 3, true);
	ask(n, NOWHERE, 2, false);
	netlink_run(n);
	assert_int_equal(said.removed, 2);
	assert_int_equal(said.done, 1);
	netlink_add_some(n);
	netlink_ready(n);
	assert_int_equal(said.failed, 1); /* the third; the others were not asked of the kernel */
	assert_false(netlink_waiting(n));
	netlink_free(n);
}

/* Freed with it. */
static void nothing_waits_for_ever(void **state)
{
	struct said said = { 0 };
	struct netlink *n = netlink_new(&events, &said);

	(void)state;
	assert_non_null(n);
	ask(n, NOWHERE, 100, true);
	ask(n, NOWHERE, 50, false);
	netlink_free(n);
	assert_int_equal(said.failed + said.removed, 0);
}

/* Otherwise what waits would be taken for refused. */
static void a_complete_report_names_what_waits(void **state)
{
	struct said said = { 0 };
	struct netlink *n = netlink_new(&events, &said);

	(void)state;
	assert_non_null(n);
	ask(n, NOWHERE, 5, true);
	netlink_sync(n);
	netlink_run(n);
	assert_int_equal(said.ended, 1);
	assert_int_equal(said.waits, 5);
	netlink_free(n);
}

int main(void)
{
	const struct CMUnitTest unit_tests[] = {
		T(everything_is_reported_on_request),
		T(a_refused_address_is_reported),
		T(lost_answers_lead_to_a_complete_report),
		T(additions_wait_and_are_sent_in_turns),
		T(a_removal_takes_back_an_addition_that_waits),
		T(nothing_waits_for_ever),
		T(a_complete_report_names_what_waits),
	};
	int failed;

	/* A namespace of our own where we may, so that nobody else's changes are reported. */
	if (unshare(CLONE_NEWNET) < 0)
		(void)!unshare(CLONE_NEWUSER | CLONE_NEWNET);
	setvbuf(stdout, NULL, _IOLBF, 0);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	failed = cmocka_run_group_tests(unit_tests, NULL, NULL);
	return failed != 0 && getenv("TRIVET_UNDER_DRIVER") == NULL;
}
