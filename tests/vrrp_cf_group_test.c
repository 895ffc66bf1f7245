/* SPDX-License-Identifier: BSD-2-Clause */
/* Sync groups in the file: what is taken, what is refused, and in which words. */
#include "vrrp_cf.h"

#include "unit.h"

static struct cf_model model;
static struct cf_report report;

static bool load(const char *tracks, const char *groups, const char *a, const char *b)
{
	static char text[2000];
	struct cf_source source;
	bool good;

	snprintf(text, sizeof text,
		 "tracks = ( %s );\nvrrp = { sync_groups = ( %s ); instances = (\n"
		 "{ name = \"a\"; interface = \"eth0\"; vrid = 51; addresses = ( \"10.0.0.9/24\" "
		 "); %s },\n"
		 "{ name = \"b\"; interface = \"eth1\"; vrid = 51; addresses = ( \"10.1.0.9/24\" "
		 "); %s },\n"
		 "{ name = \"c\"; interface = \"eth2\"; vrid = 51; addresses = ( \"10.2.0.9/24\" "
		 "); } ); };",
		 tracks, groups, a, b);
	cf_model_free(&model);
	cf_source_text(&source, "f", text, strlen(text), &cf_read_file);
	good = cf_load(&source, &trivet_schema, trivet_cf_check, &model, &report);
	cf_source_free(&source);
	return good;
}

static int clean(void **state)
{
	(void)state;
	cf_model_free(&model);
	return 0;
}

static void refuse(const char *tracks, const char *groups, const char *a, const char *b,
		   const char *want)
{
	assert_false(load(tracks, groups, a, b));
	assert_string_equal(report.text, want);
}

static void warn(const char *groups, const char *a, const char *b, const char *want)
{
	assert_true(load("", groups, a, b));
	assert_string_equal(report.text, want);
}

#define AB "{ name = \"edge\"; members = [ \"a\", \"b\" ]; }"
#define T1 "{ name = \"t\"; type = \"file\"; path = \"/t\"; }"

static void a_group_and_its_trackers_are_taken(void **state)
{
	const struct vrrp_cf *vrrp;
	const struct vrrp_cf_group *g;

	(void)state;
	assert_true(load(T1,
			 "{ name = \"edge\"; members = ( \"b\", { name = \"a\"; } ); "
			 "tracks = ( { ref = \"t\"; on_down = \"priority -60\"; } ); }",
			 "", ""));
	assert_string_equal(report.text, "");
	assert_true(cf_model_good(&trivet_schema, &model));
	vrrp = trivet_cf_vrrp(&model);
	g = vrrp_cf_group(&model, vrrp, 0);
	assert_int_equal(vrrp->sync_groups.n, 1);
	assert_string_equal(g->name, "edge");
	assert_int_equal(g->members.n, 2);
	assert_int_equal(vrrp_cf_member(&model, g, 0)->instance, 1);
	assert_int_equal(vrrp_cf_member(&model, g, 1)->instance, 0);
	assert_int_equal(vrrp_cf_group_use(&model, g, 0)->on_down, -60);
	assert_int_equal(vrrp_cf_instance(&model, vrrp, 0)->group, 1);
	assert_int_equal(vrrp_cf_instance(&model, vrrp, 1)->group, 1);
	assert_int_equal(vrrp_cf_instance(&model, vrrp, 2)->group, 0);
}

static void a_member_is_an_instance_and_in_one_group(void **state)
{
	(void)state;
	refuse("", "{ name = \"edge\"; members = [ \"a\", \"bb\" ]; }", "", "",
	       "f:2: vrrp.sync_groups[0].members[1]: there is no instance \"bb\"; did you mean "
	       "\"b\"?\n");
	refuse("", "{ name = \"edge\"; members = [ \"a\", \"b\", \"a\" ]; }", "", "",
	       "f:2: vrrp.sync_groups[0].members[2]: \"a\" is listed twice\n");
	refuse("", AB ", { name = \"core\"; members = [ \"c\", \"b\" ]; }", "", "",
	       "f:2: vrrp.sync_groups[1].members[1]: \"b\" is in sync group \"edge\" already\n");
	refuse("", AB ", { name = \"edge\"; members = [ \"c\" ]; }", "", "",
	       "f:2: vrrp.sync_groups[1].members: warning: is a single one: it behaves as without "
	       "a "
	       "group\n"
	       "f:2: vrrp.sync_groups[1].name: \"edge\" names another sync group already\n");
}

static void owners_are_all_or_none(void **state)
{
	(void)state;
	assert_true(load("", AB, "priority = 255;", "priority = 255;"));
	assert_string_equal(report.text, "");
	refuse("", AB, "priority = 255;", "",
	       "f:2: vrrp.sync_groups[0].members: \"a\" has priority 255 and \"b\" has not: the "
	       "owner "
	       "of an address is always Active, so a group has owners only, or none\n");
}

static void what_differs_is_warned_of(void **state)
{
	(void)state;
	warn(AB, "priority = 200;", "",
	     "f:2: vrrp.sync_groups[0].members: warning: have priorities from 100 to 200: all of "
	     "the "
	     "group advertise the lowest, 100\n");
	warn(AB, "preempt = false;", "",
	     "f:2: vrrp.sync_groups[0].members: warning: differ in preempt: as long as one of them "
	     "does not preempt, none does\n");
	warn("{ name = \"edge\"; members = [ \"a\" ]; }", "", "",
	     "f:2: vrrp.sync_groups[0].members: warning: is a single one: it behaves as without a "
	     "group\n");
}

static void trackers_of_groups_exist_and_are_listed_once(void **state)
{
	(void)state;
	refuse(T1, "{ name = \"edge\"; members = [ \"a\", \"b\" ]; tracks = [ \"u\" ]; }", "", "",
	       "f:2: vrrp.sync_groups[0].tracks[0]: there is no tracker \"u\"; did you mean "
	       "\"t\"?\n");
	refuse(T1, "{ name = \"edge\"; members = [ \"a\", \"b\" ]; tracks = [ \"t\", \"t\" ]; }",
	       "", "", "f:2: vrrp.sync_groups[0].tracks[1]: tracker \"t\" is listed twice\n");
	refuse(T1, "{ name = \"edge\"; members = [ \"a\", \"b\" ]; tracks = [ \"t\" ]; }", "",
	       "tracks = [ \"t\" ];",
	       "f:4: vrrp.instances[1].tracks[0]: tracker \"t\" is listed by sync group \"edge\" "
	       "already, for all of its members\n");
}

/* A group depends on what any of its members depends on. */
static void no_group_waits_for_itself(void **state)
{
	(void)state;
	refuse("{ name = \"t\"; type = \"router\"; router = \"a\"; }",
	       "{ name = \"edge\"; members = [ \"a\", \"b\" ]; tracks = [ \"t\" ]; }", "", "",
	       "f:2: vrrp.sync_groups[0].tracks[0]: tracker \"t\" is about a member of the sync "
	       "group itself\n");
	refuse("{ name = \"t\"; type = \"router\"; router = \"a\"; }", AB, "",
	       "tracks = [ \"t\" ];",
	       "f:4: vrrp.instances[1].tracks[0]: tracker \"t\" is about a member of the sync "
	       "group itself\n");
	refuse("{ name = \"t\"; type = \"router\"; router = \"b\"; }, "
	       "{ name = \"u\"; type = \"router\"; router = \"c\"; }",
	       "{ name = \"edge\"; members = [ \"a\", \"c\" ]; }", "tracks = [ \"t\" ];",
	       "tracks = [ \"u\" ];",
	       "f:4: vrrp.instances[1].tracks[0]: goes round in a circle: instance \"c\", which "
	       "tracker \"u\" is about, depends on this one\n");
	assert_true(load("{ name = \"t\"; type = \"router\"; router = \"c\"; }",
			 "{ name = \"edge\"; members = [ \"a\", \"b\" ]; tracks = [ \"t\" ]; }", "",
			 ""));
}

#define TC(name) cmocka_unit_test_teardown(name, clean)

UNIT_MAIN(TC(a_group_and_its_trackers_are_taken), TC(a_member_is_an_instance_and_in_one_group),
	  TC(owners_are_all_or_none), TC(what_differs_is_warned_of),
	  TC(trackers_of_groups_exist_and_are_listed_once), TC(no_group_waits_for_itself))
