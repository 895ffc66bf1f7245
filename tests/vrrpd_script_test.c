/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scripts as trackers in the daemon: when it asks for a run, what it makes of the answer, what a
 * reload leaves alone. Damping of what other trackers say.
 */
#define RIG_SCRIPTS
#include "vrrpd.h"

#include "vrrpd_rig.h"

#define TRACKED(tracks, instances) "tracks = ( " tracks " ); " RIG_FILE(instances)
#define SCRIPT(name, exec, more) \
	"{ name = \"" name "\"; type = \"script\"; exec = " exec "; " more " }"
#define PROBE(more)        SCRIPT("probe", "[ \"/bin/probe\", \"-a\" ]", more)
#define BY(ref, on_down)   "tracks = ( { ref = \"" ref "\"; on_down = \"" on_down "\"; } );"
#define FILE_WITH(more, on_down) TRACKED(PROBE(more), RIG_WEB_WITH(BY("probe", on_down)))

static void start(struct rig *r, const char *text)
{
	rig_open(r);
	rig_write_link(r, ETH0, "eth0", true);
	rig_write_link(r, ETH1, "eth1", true);
	rig_set(r, ETH0, "10.0.0.1/24", 0, true);
	rig_apply(r, text);
	rig_obey(r);
	rig_run(r, SPAN_ZERO);
}

/* The run that was asked for last. */
static const struct rig_op *last(const struct rig *r)
{
	size_t n = rig_count(r, RIG_SCRIPT);

	return n > 0 ? rig_op(r, RIG_SCRIPT, n - 1) : NULL;
}

static void say(struct rig *r, uint32_t run, enum vrrpd_ran_how how, int value, const char *text)
{
	vrrpd_track_ran(r->d, r->now, run, &(struct vrrpd_ran){ how, value, text });
	vrrpd_evaluate(r->d, r->now);
	rig_obey(r);
	rig_run(r, SPAN_ZERO);
}

static void answer(struct rig *r, int status)
{
	say(r, last(r)->run, VRRPD_RAN_EXITED, status, "");
}

/* The next run begins, and ends so. */
static void run(struct rig *r, int status)
{
	size_t n = rig_count(r, RIG_SCRIPT);

	for (unsigned i = 0; i < 1000 && rig_count(r, RIG_SCRIPT) == n; i++)
		rig_run(r, SPAN_MS(100));
	assert_int_equal(rig_count(r, RIG_SCRIPT), n + 1);
	answer(r, status);
}

static uint8_t priority(const struct rig *r)
{
	return rig_router(r, "web")->params.priority;
}

static void nothing_starts_before_the_first_result(void **state)
{
	const char *exec;
	struct rig r;
	size_t len;

	(void)state;
	start(&r, FILE_WITH("rise = 3;", "fault"));
	assert_int_equal(rig_count(&r, RIG_SCRIPT), 1);
	assert_true(last(&r)->on);
	exec = vrrpd_tracker_exec(r.d, last(&r)->tracker, &len);
	assert_memory_equal(exec, "/bin/probe\0-a", 14);
	assert_int_equal(len, 14);
	rig_run(&r, SPAN_S(5));
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_true(rig_says(&r, "waiting", "why=tracker-unknown interface=eth0 tracker=probe"));
	assert_int_equal(rig_count(&r, RIG_SCRIPT), 1); /* the first one still runs */
	answer(&r, 0);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	assert_true(rig_says(&r, "tracker", "tracker=probe state=up why=exit-0"));
	rig_close(&r);
}

static void initially_up_or_down(void **state)
{
	struct rig r;

	(void)state;
	start(&r, FILE_WITH("initial = \"up\"; fall = 2;", "fault"));
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	answer(&r, 1);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	run(&r, 1);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	rig_close(&r);
	start(&r, FILE_WITH("initial = \"down\"; rise = 2;", "priority -60"));
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	assert_int_equal(priority(&r), 40);
	answer(&r, 0);
	assert_int_equal(priority(&r), 40);
	run(&r, 0);
	assert_int_equal(priority(&r), 100);
	rig_close(&r);
}

static void every_way_of_failing_is_bad_and_has_its_name(void **state)
{
	static const struct { enum vrrpd_ran_how how; int value; const char *text, *want;
	} way[] = {
		{ VRRPD_RAN_EXITED, 7, "no answer", "state=down why=exit-7 output=no answer" },
		{ VRRPD_RAN_KILLED, 11, "", "state=down why=signal-11" },
		{ VRRPD_RAN_LATE, 9, "", "state=down why=timeout" },
		{ VRRPD_RAN_NOT, 0, "it is setuid", "state=down why=not-run text=it is setuid" },
	};
	const struct vrrpd_script_counters *c;
	struct rig r;

	(void)state;
	start(&r, FILE_WITH("", "priority -60"));
	answer(&r, 0);
	for (unsigned i = 0; i < sizeof way / sizeof *way; i++) {
		rig_run(&r, SPAN_S(2));
		say(&r, last(&r)->run, way[i].how, way[i].value, way[i].text);
		assert_int_equal(priority(&r), 40);
		assert_true(rig_says(&r, "tracker", way[i].want));
		run(&r, 0);
		assert_int_equal(priority(&r), 100);
	}
	c = vrrpd_script_counters(r.d, 0);
	assert_int_equal(c->runs, 9);
	assert_int_equal(c->good, 5);
	assert_true(c->bad == 1 && c->killed == 1 && c->late == 1 && c->not_run == 1);
	vrrpd_log_counters(r.d, r.now);
	assert_true(rig_says(&r, "counters", "tracker=probe runs=9 good=5 bad=1 killed=1 late=1 "
					     "not_run=1"));
	rig_close(&r);
}

/* A line when it changes, or fails in another way: not one for each run. */
static void the_log_is_not_filled(void **state)
{
	struct rig r;

	(void)state;
	start(&r, FILE_WITH("interval = \"100ms\";", "priority -60"));
	answer(&r, 0);
	rig_forget(&r);
	for (unsigned i = 0; i < 50; i++)
		run(&r, 1);
	assert_int_equal(rig_lines(&r, "tracker"), 1);
	rig_run(&r, SPAN_S(60));
	answer(&r, 1);
	rig_forget(&r);
	for (unsigned i = 0; i < 100; i++) /* 10 s of flapping: 16 at once, then one in 2 s */
		run(&r, (int)i % 2);
	assert_int_equal(rig_lines(&r, "tracker"), 20);
	assert_true(rig_says(&r, "tracker", "suppressed=19"));
	rig_close(&r);
}

static void answers_that_nobody_waits_for(void **state)
{
	struct rig r;
	uint32_t first;

	(void)state;
	start(&r, FILE_WITH("", "priority -60"));
	first = last(&r)->run;
	answer(&r, 0);
	say(&r, first, VRRPD_RAN_EXITED, 1, ""); /* twice */
	say(&r, 0, VRRPD_RAN_EXITED, 1, "");
	say(&r, 99, VRRPD_RAN_EXITED, 1, "");
	assert_int_equal(priority(&r), 100);
	rig_close(&r);
}

/* ---- reload ------------------------------------------------------------------------------- */

static void a_reload_keeps_state_schedule_and_run(void **state)
{
	struct rig r;
	uint32_t running;
	mono_t due;

	(void)state;
	start(&r, FILE_WITH("rise = 2; interval = \"10s\";", "priority -60"));
	answer(&r, 1);
	assert_int_equal(priority(&r), 40);
	rig_run(&r, SPAN_S(3));
	rig_forget(&r);
	rig_apply(&r, FILE_WITH("rise = 2; interval = \"10s\";", "priority -60"));
	rig_run(&r, SPAN_S(6));
	assert_int_equal(priority(&r), 40);
	assert_int_equal(rig_count(&r, RIG_SCRIPT), 0);
	rig_run(&r, SPAN_S(2));
	assert_int_equal(rig_count(&r, RIG_SCRIPT), 1);
	running = last(&r)->run;
	due = last(&r)->at;
	/* In the middle of a run, under another name, with other weights. */
	rig_apply(&r, TRACKED(SCRIPT("other", "[ \"/bin/probe\", \"-a\" ]", "rise = 2; "
				     "interval = \"10s\";"),
			      RIG_WEB_WITH(BY("other", "priority -50"))));
	rig_run(&r, SPAN_ZERO);
	assert_int_equal(rig_count(&r, RIG_SCRIPT), 1);
	assert_int_equal(priority(&r), 50);
	say(&r, running, VRRPD_RAN_EXITED, 0, "");
	assert_int_equal(priority(&r), 50);
	rig_run(&r, SPAN_S(12));
	assert_int_equal(rig_count(&r, RIG_SCRIPT), 2);
	assert_int_equal(last(&r)->at.ns, mono_add(due, SPAN_S(10)).ns);
	answer(&r, 0);
	assert_int_equal(priority(&r), 100);
	rig_close(&r);
}

static void a_reload_ends_what_is_another_program(void **state)
{
	static const char *const others[] = {
		TRACKED(SCRIPT("probe", "[ \"/bin/probe\", \"-b\" ]", ""),
			RIG_WEB_WITH(BY("probe", "priority -60"))),
		TRACKED(SCRIPT("probe", "[ \"/bin/probe\", \"-a\" ]", "user = \"root\";"),
			RIG_WEB_WITH(BY("probe", "priority -60"))),
		RIG_FILE(RIG_WEB),
	};
	struct rig r;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		uint32_t was;

		start(&r, FILE_WITH("", "priority -60"));
		was = last(&r)->run;
		rig_forget(&r);
		rig_apply(&r, others[i]);
		rig_obey(&r);
		rig_run(&r, SPAN_ZERO);
		assert_false(rig_op(&r, RIG_SCRIPT, 0)->on);
		assert_int_equal(rig_op(&r, RIG_SCRIPT, 0)->run, was);
		assert_int_equal(rig_count(&r, RIG_SCRIPT), i < 2 ? 2 : 1);
		say(&r, was, VRRPD_RAN_EXITED, 1, ""); /* it is nobody's */
		assert_int_equal(priority(&r), 100);
		rig_close(&r);
	}
}

/* Two trackers that are one program: one goes on with the run, the other has its own. */
static void a_reload_that_doubles_a_program(void **state)
{
	struct rig r;

	(void)state;
	start(&r, FILE_WITH("", "priority -60"));
	rig_forget(&r);
	rig_apply(&r, TRACKED(PROBE("") ", " SCRIPT("two", "[ \"/bin/probe\", \"-a\" ]", ""),
			      RIG_WEB_WITH(BY("probe", "priority -60"))));
	rig_run(&r, SPAN_S(3));
	assert_int_equal(rig_count(&r, RIG_SCRIPT), 1);
	assert_int_equal(last(&r)->tracker, 1);
	rig_close(&r);
}

/* ---- the end of who runs them ------------------------------------------------------------- */

static void when_nothing_can_be_run_any_more(void **state)
{
	struct rig r;

	(void)state;
	start(&r, FILE_WITH("", "priority -60"));
	answer(&r, 1);
	assert_int_equal(priority(&r), 40);
	rig_run(&r, SPAN_S(1));
	vrrpd_scripts_lost(r.d, r.now);
	assert_int_equal(rig_lines(&r, "scripts-lost"), 1);
	rig_forget(&r);
	rig_run(&r, SPAN_S(20));
	rig_apply(&r, FILE_WITH("interval = \"2s\";", "priority -60"));
	rig_run(&r, SPAN_S(20));
	assert_int_equal(rig_count(&r, RIG_SCRIPT), 0);
	assert_int_equal(priority(&r), 40);
	rig_close(&r);
}

static void one_that_stops_runs_nothing_more(void **state)
{
	struct rig r;

	(void)state;
	start(&r, FILE_WITH("", "priority -60"));
	answer(&r, 0);
	vrrpd_stop(r.d, r.now);
	rig_forget(&r);
	rig_run(&r, SPAN_S(5));
	assert_int_equal(rig_count(&r, RIG_SCRIPT), 0);
	rig_close(&r);
}

/* ---- damping ------------------------------------------------------------------------------ */

#define SLOW_LINK \
	"{ name = \"up\"; type = \"interface\"; interface = \"eth1\"; up_delay = \"2s\"; " \
	"down_delay = \"1s\"; }"

static void v25_a_link_that_flaps(void **state)
{
	struct rig r;

	(void)state;
	start(&r, TRACKED(SLOW_LINK, RIG_WEB_WITH(BY("up", "fault"))));
	rig_link(&r, ETH1, "eth1", true);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	for (unsigned i = 0; i < 100; i++) {
		rig_link(&r, ETH1, "eth1", i % 2 != 0);
		rig_run(&r, SPAN_MS(50));
	}
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	rig_link(&r, ETH1, "eth1", false);
	rig_run(&r, SPAN_MS(999));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	rig_run(&r, SPAN_MS(1));
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	for (unsigned i = 0; i < 100; i++) {
		rig_link(&r, ETH1, "eth1", i % 2 == 0);
		rig_run(&r, SPAN_MS(50));
	}
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	rig_link(&r, ETH1, "eth1", true);
	/* A reload does not begin the time anew. */
	rig_run(&r, SPAN_S(1));
	rig_apply(&r, TRACKED(SLOW_LINK, RIG_WEB_WITH(BY("up", "fault"))));
	rig_obey(&r);
	rig_run(&r, SPAN_MS(999));
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	rig_run(&r, SPAN_MS(1));
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_close(&r);
}

UNIT_MAIN(
	T(nothing_starts_before_the_first_result),
	T(initially_up_or_down),
	T(every_way_of_failing_is_bad_and_has_its_name),
	T(the_log_is_not_filled),
	T(answers_that_nobody_waits_for),
	T(a_reload_keeps_state_schedule_and_run),
	T(a_reload_ends_what_is_another_program),
	T(a_reload_that_doubles_a_program),
	T(when_nothing_can_be_run_any_more),
	T(one_that_stops_runs_nothing_more),
	T(v25_a_link_that_flaps))
