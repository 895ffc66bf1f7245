/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Trackers in the daemon: what an interface, a file and another router do to a virtual router, and
 * what a reload leaves alone.
 */
#include "vrrpd.h"

#include "cf_agree.h"
#include "vrrpd_rig.h"

#define TRACKED(tracks, instances) "tracks = ( " tracks " ); " RIG_FILE(instances)
#define UPLINK "{ name = \"uplink\"; type = \"interface\"; interface = \"eth1\"; }"
#define DRAIN  "{ name = \"drain\"; type = \"file\"; path = \"/run/drain\"; }"
#define LEAD   "{ name = \"lead\"; type = \"router\"; router = \"db\"; }"
#define DB     RIG_ROUTER("db", "eth0", 52, "", "\"10.0.0.101/24\"")
#define BY(ref, on_down)         "tracks = ( { ref = \"" ref "\"; on_down = \"" on_down "\"; } );"
#define ON_UPLINK(on_down, more) TRACKED(UPLINK, RIG_WEB_WITH(BY("uplink", on_down) more))
#define ON_DRAIN(on_down, more)  TRACKED(DRAIN, RIG_WEB_WITH(BY("drain", on_down) more))

static void tell(struct rig *r, const char *name, int32_t value)
{
	uint32_t i = 0;

	while (i < vrrpd_trackers(r->d) && strcmp(vrrpd_tracker(r->d, i)->name, name) != 0)
		i++;
	assert_true(i < vrrpd_trackers(r->d));
	vrrpd_track_value(r->d, r->now, i, value);
	vrrpd_evaluate(r->d, r->now);
	rig_obey(r);
}

static void start(struct rig *r, const char *text)
{
	rig_open(r);
	rig_write_link(r, ETH0, "eth0", true);
	rig_write_link(r, ETH1, "eth1", true);
	rig_set(r, ETH0, "10.0.0.1/24", 0, true);
	rig_apply(r, text);
}

/* One that has become Active with its file at 0. */
static void start_drained(struct rig *r, const char *text)
{
	start(r, text);
	tell(r, "drain", 0);
	rig_obey(r);
	rig_activate(r);
}

static uint8_t priority(const struct rig *r)
{
	return rig_router(r, "web")->params.priority;
}

/* ---- weights ------------------------------------------------------------------------------ */

static void row_096_a_tracker_changes_the_priority_and_no_timer(void **state)
{
	struct rig r;
	mono_t due;

	(void)state;
	start_drained(&r, ON_DRAIN("priority -60", ""));
	due = vrrp_deadline(rig_router(&r, "web"));
	rig_run(&r, SPAN_MS(10));
	tell(&r, "drain", 1);
	assert_int_equal(priority(&r), 40);
	assert_int_equal(vrrp_deadline(rig_router(&r, "web")).ns, due.ns);
	assert_int_equal(rig_count(&r, RIG_SEND), 0);
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_string_equal(rig_line(&r, "priority"),
			    "priority vrrp=web from=100 to=40 configured=100 tracker=drain");
	rig_run(&r, SPAN_S(1));
	assert_int_equal(rig_sent(&r, 40), 1);
	tell(&r, "drain", 0);
	assert_int_equal(priority(&r), 100);
	assert_int_equal(rig_lines(&r, "priority"), 2);
	rig_close(&r);
}

/* As in the capture of a real router with a tracked priority: it falls, a Backup of more takes
 * over; it rises again, and it preempts. */
static void row_096_a_lowered_active_yields_and_comes_back(void **state)
{
	struct rig r;

	(void)state;
	start_drained(&r, ON_DRAIN("priority -10", " priority = 105;"));
	rig_hear(&r, 100);
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	tell(&r, "drain", 1);
	rig_hear(&r, 100);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	assert_true(rig_says(&r, "state", "why=higher-priority prio=95"));
	tell(&r, "drain", 0);
	for (unsigned i = 0; i < 4; i++) {
		rig_run(&r, SPAN_MS(910)); /* in all more than 3 s + 161/256 s */
		rig_hear(&r, 100);
	}
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_true(rig_says(&r, "state", "why=preempt prio=105"));
	rig_close(&r);
}

static void a_value_says_how_much(void **state)
{
	struct rig r;

	(void)state;
	start_drained(&r, ON_DRAIN("priority -20", ""));
	tell(&r, "drain", 2);
	assert_int_equal(priority(&r), 60);
	tell(&r, "drain", 5);
	assert_int_equal(priority(&r), 1);
	tell(&r, "drain", -4);
	assert_int_equal(priority(&r), 180);
	tell(&r, "drain", 1000);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	rig_close(&r);
}

static void an_owner_keeps_its_priority(void **state)
{
	struct rig r;

	(void)state;
	start_drained(&r, ON_DRAIN("priority -20", " priority = 255;"));
	tell(&r, "drain", 100);
	assert_int_equal(priority(&r), 255);
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_int_equal(r.n_lines, 0);
	rig_close(&r);
}

/* ---- faults ------------------------------------------------------------------------------- */

static void a_fault_ends_it_with_a_word_to_the_peers(void **state)
{
	struct rig r;

	(void)state;
	start_drained(&r, ON_DRAIN("fault", ""));
	tell(&r, "drain", 1);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_int_equal(rig_sent(&r, 0), 1);
	assert_false(rig_has(&r, ETH0, RIG_WEB_ADDR));
	assert_true(rig_says(&r, "state", "to=initialize why=tracker-down"));
	assert_true(rig_says(&r, "waiting", "why=tracker-down interface=eth0 tracker=drain"));
	rig_run(&r, SPAN_S(60));
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_int_equal(rig_lines(&r, "waiting"), 1);
	tell(&r, "drain", 0);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_close(&r);
}

static void a_fault_ends_an_owner_too(void **state)
{
	struct rig r;

	(void)state;
	start_drained(&r, ON_DRAIN("fault", " priority = 255;"));
	tell(&r, "drain", 1);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_int_equal(rig_sent(&r, 0), 1);
	rig_close(&r);
}

/* Nothing starts, to end a moment later, because a tracker has not been read yet. */
static void nothing_starts_before_its_trackers_are_known(void **state)
{
	struct rig r;

	(void)state;
	start(&r, ON_DRAIN("fault", ""));
	rig_obey(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_true(rig_says(&r, "waiting", "why=tracker-unknown interface=eth0 tracker=drain"));
	tell(&r, "drain", 1);
	assert_int_equal(rig_lines(&r, "state"), 0);
	tell(&r, "drain", 0);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_close(&r);
}

/* ---- interfaces --------------------------------------------------------------------------- */

static void an_interface_counts_by_its_link(void **state)
{
	struct rig r;

	(void)state;
	start(&r, ON_UPLINK("priority -60", ""));
	rig_obey(&r);
	rig_activate(&r);
	assert_int_equal(priority(&r), 100);
	rig_link(&r, ETH1, "eth1", false);
	assert_int_equal(priority(&r), 40);
	assert_true(rig_says(&r, "priority", "tracker=uplink"));
	rig_link(&r, ETH1, "eth1", true);
	assert_int_equal(priority(&r), 100);
	rig_link_gone(&r, ETH1);
	assert_int_equal(priority(&r), 40);
	/* Under another index, and it is reported anew. */
	rig_link(&r, 9, "eth1", true);
	assert_int_equal(priority(&r), 100);
	assert_int_equal(rig_lines(&r, "priority"), 4);
	assert_int_equal(rig_count(&r, RIG_LISTEN), 0);
	rig_close(&r);
}

static void an_interface_that_does_not_exist_is_down(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH0, "eth0", true);
	rig_set(&r, ETH0, "10.0.0.1/24", 0, true);
	rig_apply(&r, ON_UPLINK("fault", ""));
	rig_obey(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_int_equal(rig_lines(&r, "state"), 0);
	rig_link(&r, ETH1, "eth1", true);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_close(&r);
}

static void an_interface_may_need_an_address(void **state)
{
	static const char four[] = TRACKED(
		"{ name = \"uplink\"; type = \"interface\"; interface = \"eth1\"; "
		"needs = \"ipv4\"; }", RIG_WEB_WITH(BY("uplink", "priority -60")));
	static const char six[] = TRACKED(
		"{ name = \"uplink\"; type = \"interface\"; interface = \"eth1\"; "
		"needs = \"ipv6\"; }", RIG_WEB_WITH(BY("uplink", "priority -60")));
	struct rig r;

	(void)state;
	start(&r, four);
	rig_obey(&r);
	assert_int_equal(priority(&r), 40);
	rig_addr(&r, ETH1, "fe80::7/64", 0, true);
	assert_int_equal(priority(&r), 40);
	rig_addr(&r, ETH1, "192.0.2.7/24", 0, true);
	assert_int_equal(priority(&r), 100);
	rig_link(&r, ETH1, "eth1", false);
	assert_int_equal(priority(&r), 40);
	rig_link(&r, ETH1, "eth1", true);
	rig_addr(&r, ETH1, "192.0.2.7/24", 0, false);
	assert_int_equal(priority(&r), 40);
	rig_apply(&r, six);
	rig_obey(&r);
	assert_int_equal(priority(&r), 100);
	rig_addr(&r, ETH1, "fe80::7/64", RIG_UNUSABLE, true);
	assert_int_equal(priority(&r), 40);
	rig_close(&r);
}

/* Its own interface may be tracked too; a link that is down sends nothing. */
static void its_own_link_is_silent_when_it_goes(void **state)
{
	struct rig r;

	(void)state;
	start(&r, TRACKED("{ name = \"own\"; type = \"interface\"; interface = \"eth0\"; }",
			  RIG_WEB_WITH(BY("own", "fault"))));
	rig_obey(&r);
	rig_activate(&r);
	rig_link(&r, ETH0, "eth0", false);
	assert_true(rig_says(&r, "state", "why=link-down"));
	assert_int_equal(rig_count(&r, RIG_SEND), 0);
	rig_close(&r);
}

/* ---- routers ------------------------------------------------------------------------------ */

static void a_router_is_up_while_it_is_active(void **state)
{
	struct rig r;

	(void)state;
	start(&r, TRACKED(LEAD, RIG_WEB_WITH(BY("lead", "priority -60")) ", " DB));
	rig_obey(&r);
	assert_int_equal(priority(&r), 40);
	rig_activate(&r);
	assert_int_equal(priority(&r), 100);
	r.idle = true; /* no report of an address has everything looked at */
	rig_rx(&r, (struct rig_advert){ .priority = 200, .vrid = 52, .addr = "10.0.0.101" });
	assert_int_equal(rig_state(&r, "db"), VRRP_BACKUP);
	rig_run(&r, SPAN_ZERO);
	assert_int_equal(priority(&r), 40);
	rig_close(&r);
}

/* Also along a chain, and whatever the order in the file. */
static void a_fault_follows_a_chain(void **state)
{
	static const char chain[] = TRACKED(
		DRAIN ", { name = \"a\"; type = \"router\"; router = \"web\"; }, "
		"{ name = \"b\"; type = \"router\"; router = \"db\"; }",
		RIG_ROUTER("last", "eth0", 53, BY("b", "fault"), "\"10.0.0.102/24\"") ", "
		RIG_ROUTER("db", "eth0", 52, BY("a", "fault"), "\"10.0.0.101/24\"") ", "
		RIG_WEB_WITH(BY("drain", "fault")));
	struct rig r;

	(void)state;
	start_drained(&r, chain);
	tell(&r, "drain", 1);
	rig_run(&r, SPAN_ZERO);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_int_equal(rig_state(&r, "db"), VRRP_INITIALIZE);
	assert_int_equal(rig_state(&r, "last"), VRRP_INITIALIZE);
	assert_int_equal(rig_sent(&r, 0), 3);
	vrrpd_stop(r.d, r.now);
	rig_obey(&r);
	rig_run(&r, SPAN_ZERO);
	assert_true(vrrpd_settled(r.d));
	rig_close(&r);
}

/* ---- reloads ------------------------------------------------------------------------------ */

static void a_reload_keeps_what_a_tracker_said(void **state)
{
	struct rig r;

	(void)state;
	start_drained(&r, ON_DRAIN("priority -60", ""));
	tell(&r, "drain", 1);
	rig_forget(&r);
	rig_apply(&r, ON_DRAIN("priority -60", ""));
	assert_int_equal(priority(&r), 40);
	assert_int_equal(r.n_lines, 0);
	/* Under another name, and with one more beside it. */
	rig_apply(&r, TRACKED("{ name = \"file\"; type = \"file\"; path = \"/run/drain\"; }, "
			      UPLINK,
			      RIG_WEB_WITH(BY("file", "priority -60"))));
	assert_int_equal(priority(&r), 40);
	assert_string_equal(rig_line(&r, "changed"), "changed vrrp=web settings=tracks");
	assert_int_equal(rig_lines(&r, "priority"), 0);
	rig_obey(&r);
	assert_int_equal(rig_lines(&r, "state"), 0);
	rig_close(&r);
}

static void a_reload_changes_what_follows(void **state)
{
	struct rig r;

	(void)state;
	start_drained(&r, ON_DRAIN("priority -60", ""));
	tell(&r, "drain", 1);
	rig_apply(&r, ON_DRAIN("priority -10", ""));
	assert_int_equal(priority(&r), 90);
	assert_true(rig_says(&r, "changed", "settings=tracks"));
	rig_apply(&r, ON_DRAIN("priority -10", " priority = 150;"));
	assert_int_equal(priority(&r), 140);
	assert_true(rig_says(&r, "priority", "from=90 to=140 configured=150"));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	rig_apply(&r, ON_DRAIN("fault", ""));
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_int_equal(rig_sent(&r, 0), 1);
	rig_apply(&r, RIG_FILE(RIG_WEB));
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	assert_int_equal(priority(&r), 100);
	rig_close(&r);
}

/* A tracker that is new says nothing until it is read: an Active stays what it is. */
static void a_new_tracker_of_a_running_router_waits(void **state)
{
	struct rig r;

	(void)state;
	start(&r, RIG_FILE(RIG_WEB));
	rig_obey(&r);
	rig_activate(&r);
	rig_apply(&r, ON_DRAIN("fault", ""));
	rig_obey(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	tell(&r, "drain", 0);
	assert_int_equal(rig_lines(&r, "state"), 0);
	tell(&r, "drain", 1);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	rig_close(&r);
}

UNIT_MAIN(
	T(row_096_a_tracker_changes_the_priority_and_no_timer),
	T(row_096_a_lowered_active_yields_and_comes_back),
	T(a_value_says_how_much),
	T(an_owner_keeps_its_priority),
	T(a_fault_ends_it_with_a_word_to_the_peers),
	T(a_fault_ends_an_owner_too),
	T(nothing_starts_before_its_trackers_are_known),
	T(an_interface_counts_by_its_link),
	T(an_interface_that_does_not_exist_is_down),
	T(an_interface_may_need_an_address),
	T(its_own_link_is_silent_when_it_goes),
	T(a_router_is_up_while_it_is_active),
	T(a_fault_follows_a_chain),
	T(a_reload_keeps_what_a_tracker_said),
	T(a_reload_changes_what_follows),
	T(a_new_tracker_of_a_running_router_waits))
