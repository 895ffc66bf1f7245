/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux_nl.h"

#include <sched.h>
#include <stdbool.h>

#include "unit.h"

/* What the kernel said. */
struct said {
	unsigned links, failed, begun, ended, done;
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
	(void)ctx;
	(void)addr;
	(void)present;
}

static void on_addr_failed(void *ctx, const struct netlink_addr *addr, bool add, int error)
{
	struct said *said = ctx;

	assert_true(add);
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
	.sync_begin = on_sync_begin,
	.sync_end = on_sync_end,
	.done = on_done,
};

/* Asks for addresses on an interface that does not exist: nothing can come of it. */
static void ask(struct netlink *n, unsigned times)
{
	for (unsigned i = 0; i < times; i++) {
		struct ip_prefix p = { ip4(192, 0, (uint8_t)(i >> 8), (uint8_t)i), 24 };

		netlink_addr(n, 0x7ffffff0, &p, 112, true);
	}
}

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
	ask(n, 1);
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
	ask(n, MANY);
	netlink_ready(n);
	assert_true(said.failed > 0);
	assert_true(said.failed < MANY); /* or the test shows nothing */
	assert_true(netlink_overruns(n) > 0);
	assert_int_equal(said.begun, 1);
	assert_int_equal(said.ended, 1);
	netlink_free(n);
}

int main(void)
{
	const struct CMUnitTest unit_tests[] = {
		T(everything_is_reported_on_request),
		T(a_refused_address_is_reported),
		T(lost_answers_lead_to_a_complete_report),
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
