/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sync groups in the daemon: what one member does, all do before the call returns; what they send
 * and say; what a reload leaves alone.
 */
#include "vrrpd.h"

#include "vrrpd_rig.h"

#define IN(settings)  RIG_ROUTER("in", "eth0", 51, settings, "\"10.0.0.100/24\"")
#define OUT(settings) RIG_ROUTER("out", "eth1", 52, settings, "\"10.1.0.100/24\"")
#define NEW           RIG_ROUTER("new", "eth1", 53, "", "\"10.1.0.101/24\"")
#define GROUPED(group, instances) \
	"tracks = ( { name = \"drain\"; type = \"file\"; path = \"/run/drain\"; } ); " \
	"vrrp = { sync_groups = ( { name = \"edge\"; " group " } ); instances = (" instances "); };"
#define BOTH  "members = [ \"in\", \"out\" ];"
#define ALL   "members = [ \"in\", \"out\", \"new\" ];"
#define APART "vrrp = { instances = (" IN("") ", " OUT("") "); };"
#define EDGE  GROUPED(BOTH, IN("") ", " OUT(""))

static void open_on_two(struct rig *r, const char *text)
{
	rig_open(r);
	rig_write_link(r, ETH0, "eth0", true);
	rig_write_link(r, ETH1, "eth1", true);
	rig_set(r, ETH0, "10.0.0.1/24", 0, true);
	rig_set(r, ETH1, "10.1.0.1/24", 0, true);
	rig_apply(r, text);
	rig_obey(r);
}

static void activate_on_two(struct rig *r, const char *text)
{
	open_on_two(r, text);
	rig_activate(r);
}

static enum vrrp_drop hear_outside(struct rig *r, uint8_t priority, const char *src)
{
	return rig_rx(r, (struct rig_advert){ .priority = priority, .vrid = 52, .ifindex = ETH1,
					      .src = src, .addr = "10.1.0.100" });
}

static void assert_both(const struct rig *r, enum vrrp_state want)
{
	assert_int_equal(rig_state(r, "in"), want);
	assert_int_equal(rig_state(r, "out"), want);
	assert_int_equal(vrrpd_group(r->d, 0).state, want);
}

static size_t sent_on(const struct rig *r, uint32_t ifindex, uint8_t priority)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_ops; i++)
		n += r->op[i].kind == RIG_SEND && r->op[i].ifindex == ifindex &&
		     r->op[i].bytes[2] == priority;
	return n;
}

static void tell(struct rig *r, int32_t value)
{
	vrrpd_track_value(r->d, r->now, 0, value);
	vrrpd_evaluate(r->d, r->now);
	rig_obey(r);
}

/* ---- becoming Active ---------------------------------------------------------------------- */

static void i28_all_become_active_when_the_last_may(void **state)
{
	struct rig r;

	(void)state;
	open_on_two(&r, EDGE);
	assert_both(&r, VRRP_BACKUP);
	rig_run(&r, SPAN_S(2));
	hear_outside(&r, 150, "10.1.0.2");
	rig_run(&r, SPAN_S(3)); /* the inside would be Active by now */
	assert_both(&r, VRRP_BACKUP);
	assert_int_equal(rig_count(&r, RIG_SEND), 0);
	rig_forget(&r);
	rig_run(&r, SPAN_MS(609)); /* 2 s + 3.609375 s */
	assert_both(&r, VRRP_BACKUP);
	rig_run(&r, SPAN_MS(1));
	assert_both(&r, VRRP_ACTIVE);
	assert_int_equal(sent_on(&r, ETH0, 100), 1);
	assert_int_equal(sent_on(&r, ETH1, 100), 1);
	assert_string_equal(rig_line(&r, "group"), "group group=edge from=backup to=active "
						   "why=timeout member=out prio=100 members=2");
	rig_close(&r);
}

/* A daemon that waits does nothing: it is not woken again and again. */
static void waiting_costs_nothing(void **state)
{
	struct rig r;

	(void)state;
	open_on_two(&r, EDGE);
	for (unsigned i = 0; i < 10; i++) {
		rig_run(&r, SPAN_S(1));
		hear_outside(&r, 150, "10.1.0.2");
	}
	assert_true(vrrpd_deadline(r.d).ns >= mono_add(r.now, SPAN_S(3)).ns);
	rig_close(&r);
}

static void owners_are_active_at_once(void **state)
{
	struct rig r;

	(void)state;
	open_on_two(&r, GROUPED(BOTH, IN("priority = 255;") ", " OUT("priority = 255;")));
	assert_both(&r, VRRP_ACTIVE);
	assert_true(rig_says(&r, "group", "from=initialize to=active why=owner"));
	rig_close(&r);
}

/* ---- giving way --------------------------------------------------------------------------- */

static void i28_one_that_gives_way_takes_the_others_along(void **state)
{
	struct rig r;

	(void)state;
	activate_on_two(&r, EDGE);
	assert_both(&r, VRRP_ACTIVE);
	rig_forget(&r);
	rig_hear(&r, 101);
	assert_both(&r, VRRP_BACKUP);
	assert_int_equal(rig_router(&r, "out")->why, VRRP_WHY_GROUP_YIELD);
	assert_int_equal(sent_on(&r, ETH1, 0), 1); /* nobody outranked it there */
	assert_int_equal(sent_on(&r, ETH0, 0), 0);
	assert_false(rig_has(&r, ETH0, "10.0.0.100/24"));
	assert_false(rig_has(&r, ETH1, "10.1.0.100/24"));
	assert_true(rig_says(&r, "state", "why=group-yield"));
	assert_true(rig_says(&r, "state", "group=edge member=in"));
	assert_true(rig_says(&r, "group", "to=backup why=higher-priority member=in"));
	assert_string_equal(vrrpd_group(r.d, 0).cause, "in");
	assert_int_equal(vrrpd_group(r.d, 0).why, VRRP_WHY_HIGHER_PRIORITY);
	/* It lets others go first: an interval more. */
	assert_int_equal(vrrp_deadline(rig_router(&r, "out")).ns,
			 mono_add(r.now, SPAN_NS(4609375000)).ns);
	rig_close(&r);
}

static void i28_of_equals_the_first_member_decides(void **state)
{
	struct rig r;

	(void)state;
	activate_on_two(&r, EDGE);
	hear_outside(&r, 100, "10.1.0.2"); /* is higher, but it is not the turn of that member */
	assert_both(&r, VRRP_ACTIVE);
	rig_run(&r, SPAN_S(1));
	hear_outside(&r, 100, "10.1.0.2");
	assert_both(&r, VRRP_ACTIVE);
	rig_hear(&r, 100);
	assert_both(&r, VRRP_BACKUP);
	assert_true(rig_says(&r, "group", "why=higher-address member=in"));
	rig_close(&r);
}

static void i28_the_next_member_decides_when_the_first_is_silent(void **state)
{
	struct rig r;

	(void)state;
	activate_on_two(&r, EDGE);
	for (unsigned i = 0; i < 4; i++) {
		hear_outside(&r, 100, "10.1.0.2");
		assert_both(&r, VRRP_ACTIVE);
		rig_run(&r, SPAN_S(1));
	}
	hear_outside(&r, 100, "10.1.0.2");
	assert_both(&r, VRRP_BACKUP);
	rig_close(&r);
}

static void all_announce_again_when_one_hears_a_rival(void **state)
{
	struct rig r;

	(void)state;
	activate_on_two(&r, EDGE);
	rig_forget(&r);
	rig_hear(&r, 99);
	rig_run(&r, SPAN_MS(1));
	assert_true(rig_announced(&r, "10.0.0.100") > 0);
	assert_true(rig_announced(&r, "10.1.0.100") > 0);
	rig_close(&r);
}

/* ---- faults ------------------------------------------------------------------------------- */

static void v24_a_fault_of_one_stops_all_in_one_event(void **state)
{
	struct rig r;

	(void)state;
	activate_on_two(&r, EDGE);
	rig_forget(&r);
	rig_write_link(&r, ETH1, "eth1", false);
	rig_report_link(&r, ETH1);
	vrrpd_evaluate(r.d, r.now);
	assert_both(&r, VRRP_INITIALIZE); /* at once, before the kernel has answered anything */
	assert_int_equal(rig_router(&r, "out")->why, VRRP_WHY_LINK_DOWN);
	assert_int_equal(rig_router(&r, "in")->why, VRRP_WHY_GROUP_FAULT);
	assert_int_equal(sent_on(&r, ETH0, 0), 1);
	assert_int_equal(sent_on(&r, ETH1, 0), 0);
	assert_true(rig_says(&r, "group", "to=initialize why=link-down member=out"));
	rig_obey(&r);
	assert_false(rig_has(&r, ETH0, "10.0.0.100/24"));
	rig_run(&r, SPAN_S(30));
	assert_both(&r, VRRP_INITIALIZE);
	assert_int_equal(rig_lines(&r, "waiting"), 1); /* of the one whose fault it is */
	rig_forget(&r);
	rig_link(&r, ETH1, "eth1", true);
	assert_both(&r, VRRP_BACKUP);
	assert_int_equal(rig_lines(&r, "state"), 2);
	rig_close(&r);
}

static void a_group_does_not_start_with_a_member_that_cannot(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH0, "eth0", true);
	rig_set(&r, ETH0, "10.0.0.1/24", 0, true);
	rig_apply(&r, EDGE);
	rig_obey(&r);
	rig_run(&r, SPAN_S(10));
	assert_both(&r, VRRP_INITIALIZE);
	assert_int_equal(rig_lines(&r, "state"), 0);
	assert_true(rig_says(&r, "waiting", "vrrp="));
	assert_int_equal(rig_lines(&r, "waiting"), 2);
	rig_set(&r, ETH1, "10.1.0.1/24", 0, true);
	rig_link(&r, ETH1, "eth1", true);
	rig_run(&r, SPAN_MS(1));
	assert_both(&r, VRRP_BACKUP);
	rig_close(&r);
}

static void an_address_that_is_refused_stops_all(void **state)
{
	struct ip_prefix prefix = rig_prefix("10.1.0.100/24");
	struct rig r;

	(void)state;
	open_on_two(&r, EDGE);
	r.idle = true;
	rig_run(&r, SPAN_S(4));
	for (unsigned i = 0; i < 3; i++) {
		assert_both(&r, VRRP_ACTIVE);
		vrrpd_addr_failed(r.d, r.now, ETH1, &prefix, true, 12, "no memory");
		rig_run(&r, SPAN_MS(1001));
	}
	assert_both(&r, VRRP_INITIALIZE);
	assert_int_equal(rig_router(&r, "out")->why, VRRP_WHY_ADDRESS_FAILED);
	rig_run(&r, SPAN_S(31)); /* and are tried again together */
	assert_true(rig_state(&r, "in") != VRRP_INITIALIZE);
	assert_int_equal(rig_state(&r, "in"), rig_state(&r, "out"));
	rig_close(&r);
}

static void an_interface_that_is_made_anew_is_a_fault_of_all(void **state)
{
	struct rig r;

	(void)state;
	activate_on_two(&r, GROUPED(ALL, IN("") ", " OUT("") ", " NEW));
	rig_forget(&r);
	rig_link_gone(&r, ETH1);
	assert_both(&r, VRRP_INITIALIZE);
	assert_int_equal(rig_router(&r, "out")->why, VRRP_WHY_NO_INTERFACE);
	assert_int_equal(rig_router(&r, "new")->why, VRRP_WHY_NO_INTERFACE);
	assert_int_equal(rig_router(&r, "in")->why, VRRP_WHY_GROUP_FAULT);
	rig_set(&r, 9, "10.1.0.1/24", 0, true);
	rig_link(&r, 9, "eth1", true);
	rig_run(&r, SPAN_MS(1));
	assert_both(&r, VRRP_BACKUP);
	rig_close(&r);
}

/* It is there again before the daemon has looked: all who were on the old one stop for that. */
static void an_interface_that_is_another_at_once_is_a_fault_too(void **state)
{
	struct rig r;

	(void)state;
	activate_on_two(&r, GROUPED(ALL, IN("") ", " OUT("") ", " NEW));
	rig_forget(&r);
	r.link[ETH1].present = false;
	rig_report_link(&r, ETH1);
	rig_set(&r, 9, "10.1.0.1/24", 0, true);
	rig_write_link(&r, 9, "eth1", true);
	rig_report_link(&r, 9);
	vrrpd_evaluate(r.d, r.now);
	assert_both(&r, VRRP_INITIALIZE);
	assert_int_equal(rig_router(&r, "out")->why, VRRP_WHY_NO_INTERFACE);
	assert_int_equal(rig_router(&r, "new")->why, VRRP_WHY_NO_INTERFACE);
	assert_int_equal(rig_router(&r, "in")->why, VRRP_WHY_GROUP_FAULT);
	rig_obey(&r);
	rig_run(&r, SPAN_MS(1));
	assert_both(&r, VRRP_BACKUP);
	rig_close(&r);
}

static void a_stop_is_said_by_every_member(void **state)
{
	struct rig r;

	(void)state;
	activate_on_two(&r, EDGE);
	rig_forget(&r);
	vrrpd_stop(r.d, r.now);
	assert_both(&r, VRRP_INITIALIZE);
	assert_int_equal(sent_on(&r, ETH0, 0), 1);
	assert_int_equal(sent_on(&r, ETH1, 0), 1);
	assert_int_equal(rig_router(&r, "in")->why, VRRP_WHY_STOP);
	assert_int_equal(rig_router(&r, "out")->why, VRRP_WHY_STOP);
	assert_int_equal(rig_lines(&r, "group"), 1);
	rig_obey(&r);
	assert_true(vrrpd_settled(r.d));
	rig_close(&r);
}

/* ---- priorities --------------------------------------------------------------------------- */

static void all_advertise_the_lowest_priority(void **state)
{
	struct rig r;

	(void)state;
	open_on_two(&r, GROUPED(BOTH " tracks = ( { ref = \"drain\"; on_down = "
					 "\"priority -60\"; } );",
					 IN("priority = 200;") ", " OUT("")));
	assert_int_equal(rig_router(&r, "in")->params.priority, 100);
	assert_true(rig_says(&r, "priority", "vrrp=in from=200 to=100 configured=200 group=edge"));
	tell(&r, 1);
	assert_int_equal(rig_router(&r, "in")->params.priority, 40);
	assert_int_equal(rig_router(&r, "out")->params.priority, 40);
	assert_int_equal(vrrpd_group(r.d, 0).priority, 40);
	tell(&r, 0);
	assert_int_equal(rig_router(&r, "out")->params.priority, 100);
	rig_close(&r);
}

static void the_lowest_may_stand_anywhere(void **state)
{
	static const char *const text[] = {
		GROUPED(ALL, IN("priority = 90;") ", " OUT("priority = 200;") ", " NEW),
		GROUPED(ALL, IN("priority = 200;") ", " OUT("priority = 90;") ", " NEW),
		GROUPED("members = [ \"new\", \"out\", \"in\" ];",
			IN("priority = 90;") ", " OUT("priority = 200;") ", " NEW),
	};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct rig r;

		open_on_two(&r, text[i]);
		assert_int_equal(rig_router(&r, "in")->params.priority, 90);
		assert_int_equal(rig_router(&r, "out")->params.priority, 90);
		assert_int_equal(rig_router(&r, "new")->params.priority, 90);
		rig_close(&r);
	}
}

static void a_weight_on_one_counts_for_all(void **state)
{
	struct rig r;

	(void)state;
	open_on_two(&r, GROUPED(BOTH, IN("") ", "
		OUT("tracks = ( { ref = \"drain\"; on_down = \"priority -60\"; } );")));
	tell(&r, 0);
	rig_activate(&r);
	rig_forget(&r);
	tell(&r, 1);
	assert_int_equal(rig_router(&r, "in")->params.priority, 40);
	tell(&r, 0);
	assert_int_equal(rig_router(&r, "in")->params.priority, 100);
	assert_int_equal(rig_lines(&r, "priority"), 4);
	assert_both(&r, VRRP_ACTIVE);
	rig_close(&r);
}

static void a_fault_of_a_tracker_of_the_group_stops_all(void **state)
{
	struct rig r;

	(void)state;
	open_on_two(&r, GROUPED(BOTH " tracks = [ \"drain\" ];", IN("") ", " OUT("")));
	assert_both(&r, VRRP_INITIALIZE); /* it has not been read */
	tell(&r, 0);
	assert_both(&r, VRRP_BACKUP);
	tell(&r, 1);
	assert_both(&r, VRRP_INITIALIZE);
	assert_int_equal(rig_router(&r, "in")->why, VRRP_WHY_TRACKER_DOWN);
	assert_int_equal(rig_router(&r, "out")->why, VRRP_WHY_TRACKER_DOWN);
	rig_close(&r);
}

/* ---- reloads ------------------------------------------------------------------------------ */

static void reload(struct rig *r, const char *text)
{
	rig_forget(r);
	rig_apply(r, text);
	rig_obey(r);
}

static void grouping_what_is_alike_moves_nobody(void **state)
{
	struct vrrp in, out;
	struct rig r;

	(void)state;
	activate_on_two(&r, APART);
	in = *rig_router(&r, "in");
	out = *rig_router(&r, "out");
	reload(&r, EDGE);
	assert_memory_equal(&in, rig_router(&r, "in"), sizeof in);
	assert_memory_equal(&out, rig_router(&r, "out"), sizeof out);
	assert_int_equal(rig_count(&r, RIG_ADDR) + rig_count(&r, RIG_SEND), 0);
	assert_both(&r, VRRP_ACTIVE);
	reload(&r, APART);
	assert_memory_equal(&out, rig_router(&r, "out"), sizeof out);
	assert_int_equal(rig_count(&r, RIG_ADDR) + rig_count(&r, RIG_SEND), 0);
	assert_int_equal(vrrpd_groups(r.d), 0);
	rig_close(&r);
}

static void a_new_member_joins_in_its_own_time(void **state)
{
	struct rig r;

	(void)state;
	activate_on_two(&r, EDGE);
	reload(&r, GROUPED(ALL, IN("") ", " OUT("") ", " NEW));
	assert_int_equal(rig_count(&r, RIG_ADDR) + rig_count(&r, RIG_SEND), 0);
	assert_both(&r, VRRP_ACTIVE);
	assert_int_equal(rig_state(&r, "new"), VRRP_BACKUP);
	rig_run(&r, SPAN_MS(3700));
	assert_both(&r, VRRP_ACTIVE);
	assert_int_equal(rig_state(&r, "new"), VRRP_ACTIVE);
	rig_close(&r);
}

static void one_that_joins_and_follows_somebody_takes_the_others_along(void **state)
{
	struct rig r;

	(void)state;
	activate_on_two(&r, EDGE);
	reload(&r, GROUPED(ALL, IN("") ", " OUT("") ", " NEW));
	rig_rx(&r, (struct rig_advert){ .priority = 99, .vrid = 53, .ifindex = ETH1,
					.src = "10.1.0.2", .addr = "10.1.0.101" });
	assert_both(&r, VRRP_ACTIVE); /* that one will be preempted */
	rig_rx(&r, (struct rig_advert){ .priority = 100, .vrid = 53, .ifindex = ETH1,
					.src = "10.1.0.2", .addr = "10.1.0.101" });
	assert_both(&r, VRRP_BACKUP);
	assert_true(rig_says(&r, "group", "member=new"));
	rig_close(&r);
}

static void a_member_that_goes_is_not_missed(void **state)
{
	struct vrrp in;
	struct rig r;

	(void)state;
	activate_on_two(&r, EDGE);
	in = *rig_router(&r, "in");
	reload(&r, GROUPED("members = [ \"in\", \"new\" ];", IN("") ", " NEW));
	assert_memory_equal(&in, rig_router(&r, "in"), sizeof in);
	assert_int_equal(sent_on(&r, ETH1, 0), 1);
	assert_int_equal(sent_on(&r, ETH0, 0), 0);
	assert_int_equal(rig_asked(&r, "10.0.0.100/24", false), 0);
	assert_int_equal(rig_lines(&r, "state"), 2); /* the one that goes, the one that comes */
	rig_close(&r);
}

/* What is not known yet of one that joins stops nobody; what is known to be down does. */
static void one_that_cannot_start_yet_stops_nobody(void **state)
{
	static const char new[] = RIG_ROUTER("new", "eth1", 53, "tracks = [ \"drain\" ];",
					     "\"10.1.0.101/24\"");
	char text[1000];
	struct rig r;

	(void)state;
	activate_on_two(&r, EDGE);
	snprintf(text, sizeof text, GROUPED(ALL, "%s, %s, %s"), IN(""), OUT(""), new);
	reload(&r, text);
	assert_both(&r, VRRP_ACTIVE);
	assert_int_equal(rig_state(&r, "new"), VRRP_INITIALIZE);
	assert_true(rig_says(&r, "waiting", "why=tracker-unknown"));
	tell(&r, 0);
	assert_int_equal(rig_state(&r, "new"), VRRP_BACKUP);
	assert_both(&r, VRRP_ACTIVE);
	tell(&r, 1);
	assert_both(&r, VRRP_INITIALIZE);
	rig_close(&r);
}

/* A reload in the middle of a complete report, in which nothing else is decided. */
static void a_reload_during_a_report_makes_a_group(void **state)
{
	struct rig r;

	(void)state;
	activate_on_two(&r, APART);
	vrrpd_sync_begin(r.d);
	rig_apply(&r, EDGE);
	assert_both(&r, VRRP_ACTIVE);
	rig_sync(&r);
	rig_obey(&r);
	assert_both(&r, VRRP_ACTIVE);
	rig_close(&r);
}

/* Whether it is there, the kernel has not said yet. */
static void a_new_address_of_a_member_stops_nobody(void **state)
{
	struct rig r;

	(void)state;
	activate_on_two(&r, EDGE);
	rig_forget(&r);
	rig_apply(&r, GROUPED(BOTH, RIG_ROUTER("in", "eth0", 51, "", "\"10.0.0.100/24\", "
					       "\"10.0.0.101/24\"") ", " OUT("")));
	assert_both(&r, VRRP_ACTIVE);
	rig_obey(&r);
	assert_both(&r, VRRP_ACTIVE);
	assert_int_equal(rig_lines(&r, "state"), 0);
	assert_true(rig_has(&r, ETH0, "10.0.0.101/24"));
	rig_close(&r);
}

/* Whoever was waited for is in the group no longer. */
static void a_reload_may_end_the_waiting(void **state)
{
	struct rig r;

	(void)state;
	open_on_two(&r, EDGE);
	for (unsigned i = 0; i < 5; i++) {
		rig_run(&r, SPAN_S(1));
		hear_outside(&r, 150, "10.1.0.2");
	}
	assert_both(&r, VRRP_BACKUP);
	reload(&r, APART);
	rig_run(&r, SPAN_MS(1));
	assert_int_equal(rig_state(&r, "in"), VRRP_ACTIVE);
	assert_int_equal(rig_state(&r, "out"), VRRP_BACKUP);
	/* And back: the group cannot be Active, so the one that is gives way. */
	reload(&r, EDGE);
	assert_both(&r, VRRP_BACKUP);
	assert_int_equal(sent_on(&r, ETH0, 0), 1);
	rig_close(&r);
}

static void groups_can_be_looked_at(void **state)
{
	struct rig r;

	(void)state;
	activate_on_two(&r, GROUPED("members = [ \"out\", \"in\" ];",
				    IN("") ", " OUT("") ", " NEW));
	assert_int_equal(vrrpd_groups(r.d), 1);
	assert_string_equal(vrrpd_group(r.d, 0).name, "edge");
	assert_int_equal(vrrpd_group(r.d, 0).n, 2);
	assert_int_equal(vrrpd_group_member(r.d, 0, 0), 1);
	assert_int_equal(vrrpd_group_member(r.d, 0, 1), 0);
	assert_int_equal(vrrpd_group_of(r.d, 0), 0);
	assert_int_equal(vrrpd_group_of(r.d, 2), UINT32_MAX);
	rig_close(&r);
}

UNIT_MAIN(
	T(i28_all_become_active_when_the_last_may),
	T(waiting_costs_nothing),
	T(owners_are_active_at_once),
	T(i28_one_that_gives_way_takes_the_others_along),
	T(i28_of_equals_the_first_member_decides),
	T(i28_the_next_member_decides_when_the_first_is_silent),
	T(all_announce_again_when_one_hears_a_rival),
	T(v24_a_fault_of_one_stops_all_in_one_event),
	T(a_group_does_not_start_with_a_member_that_cannot),
	T(an_address_that_is_refused_stops_all),
	T(an_interface_that_is_made_anew_is_a_fault_of_all),
	T(an_interface_that_is_another_at_once_is_a_fault_too),
	T(a_stop_is_said_by_every_member),
	T(all_advertise_the_lowest_priority),
	T(the_lowest_may_stand_anywhere),
	T(a_weight_on_one_counts_for_all),
	T(a_fault_of_a_tracker_of_the_group_stops_all),
	T(grouping_what_is_alike_moves_nobody),
	T(a_new_member_joins_in_its_own_time),
	T(one_that_joins_and_follows_somebody_takes_the_others_along),
	T(a_member_that_goes_is_not_missed),
	T(one_that_cannot_start_yet_stops_nobody),
	T(a_reload_during_a_report_makes_a_group),
	T(a_new_address_of_a_member_stops_nobody),
	T(a_reload_may_end_the_waiting),
	T(groups_can_be_looked_at)
)
