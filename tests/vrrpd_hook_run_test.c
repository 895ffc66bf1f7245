/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs that a daemon has run when a router changes: which, with what, one after the other. */
#include "rng.h"
#include "vrrpd_hook.h"
#include "vrrpd_rig.h"

#define ALL_PROGRAMS \
	"notify = [ \"/n\", \"x y\" ]; notify_active = [ \"/a\" ]; notify_backup = [ \"/b\" ]; " \
	"notify_fault = [ \"/f\" ]; notify_stop = [ \"/s\" ]; notify_lower_active = [ \"/l\" ]; "
#define WEB(settings) RIG_FILE(RIG_WEB_WITH(settings))

/* The only program that was started since, with its arguments; and that it has ended. */
static void ran(struct rig *r, const char *args)
{
	uint32_t id = r->run[0].id;

	assert_int_equal(r->n_runs, 1);
	assert_string_equal(r->run[0].args, args);
	rig_forget(r);
	vrrpd_hook_ended(r->d, r->now, id, true, "");
}

static bool has_env(const struct rig *r, unsigned i, const char *want)
{
	const char *at = strstr(r->run[i].env, want);

	return at && (at == r->run[i].env || at[-1] == ' ') && at[strlen(want)] == ' ';
}

static void a_life_with_programs(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, WEB(ALL_PROGRAMS));
	assert_int_equal(r.run[0].timeout.ns, SPAN_S(30).ns);
	ran(&r, "/b ");
	ran(&r, "/n x y INSTANCE web BACKUP 100 ");
	rig_run(&r, SPAN_S(10));
	assert_true(has_env(&r, 0, "TRIVET_EVENT=state"));
	assert_true(has_env(&r, 0, "TRIVET_TYPE=instance"));
	assert_true(has_env(&r, 0, "TRIVET_NAME=web"));
	assert_true(has_env(&r, 0, "TRIVET_STATE=active"));
	assert_true(has_env(&r, 0, "TRIVET_FROM=backup"));
	assert_true(has_env(&r, 0, "TRIVET_WHY=timeout"));
	assert_true(has_env(&r, 0, "TRIVET_PRIORITY=100"));
	assert_true(has_env(&r, 0, "TRIVET_VRID=51"));
	assert_true(has_env(&r, 0, "TRIVET_INTERFACE=eth0"));
	assert_true(has_env(&r, 0, "TRIVET_FAMILY=ipv4"));
	assert_true(has_env(&r, 0, "TRIVET_ADDRESSES=10.0.0.100/24"));
	ran(&r, "/a ");
	assert_true(has_env(&r, 0, "TRIVET_EVENT=state"));
	assert_true(has_env(&r, 0, "TRIVET_FROM=backup"));
	ran(&r, "/n x y INSTANCE web MASTER 100 ");
	rig_hear(&r, 50);
	assert_true(has_env(&r, 0, "TRIVET_EVENT=lower-active"));
	ran(&r, "/l ");
	rig_run(&r, SPAN_S(5));
	assert_true(has_env(&r, 0, "TRIVET_EVENT=confirm"));
	ran(&r, "/a ");
	ran(&r, "/n x y INSTANCE web MASTER 100 ");
	rig_link(&r, ETH0, "eth0", false);
	assert_true(has_env(&r, 0, "TRIVET_STATE=fault"));
	assert_true(has_env(&r, 0, "TRIVET_WHY=link-down"));
	ran(&r, "/f ");
	ran(&r, "/n x y INSTANCE web FAULT 100 ");
	assert_true(vrrpd_hooks_done(r.d));
	vrrpd_stop(r.d, r.now);
	assert_false(vrrpd_hooks_done(r.d));
	ran(&r, "/s ");
	ran(&r, "/n x y INSTANCE web STOP 100 ");
	assert_true(vrrpd_hooks_done(r.d));
	vrrpd_log_counters(r.d, r.now);
	assert_true(rig_says(&r, "notify-programs", "run=11 merged=0 failed=0 running=0"));
	rig_close(&r);
}

/* I-20: while one runs, changes are merged; the last that is run is for what is. */
static void i20_one_at_a_time_and_the_last_is_what_is(void **state)
{
	uint32_t id;
	struct rig r;

	(void)state;
	rig_start(&r, WEB("notify = [ \"/n\" ]; notify_active = [ \"/a\" ];"));
	assert_int_equal(r.n_runs, 1);
	id = r.run[0].id;
	rig_run(&r, SPAN_S(10));
	rig_hear(&r, 200);
	rig_run(&r, SPAN_S(10));
	rig_hear(&r, 200);
	assert_int_equal(r.n_runs, 1);
	rig_forget(&r);
	vrrpd_hook_ended(r.d, r.now, id, true, "");
	vrrpd_hook_ended(r.d, r.now, id, true, ""); /* it has ended once */
	ran(&r, "/n INSTANCE web BACKUP 100 ");
	assert_true(vrrpd_hooks_done(r.d));
	/* One that fails is not run again for the same. */
	rig_run(&r, SPAN_S(10));
	ran(&r, "/a ");
	id = r.run[0].id;
	rig_hear(&r, 200);
	rig_forget(&r);
	vrrpd_hook_ended(r.d, r.now, id, false, "exit status 1");
	assert_true(rig_says(&r, "notify-failed", "vrrp=web text=exit status 1"));
	ran(&r, "/n INSTANCE web BACKUP 100 ");
	vrrpd_log_counters(r.d, r.now);
	assert_true(rig_says(&r, "notify-programs", "run=5 merged=3 failed=1 running=0"));
	rig_close(&r);
}

static void so_many_at_a_time(void **state)
{
	char text[8192] = "vrrp = { defaults = { notify = [ \"/n\" ]; }; instances = (";
	size_t len = strlen(text);
	unsigned n = HOOK_RUNS_MAX + 3, ended = 0;
	struct rig r;

	(void)state;
	for (unsigned i = 0; i < n; i++)
		len += (size_t)snprintf(text + len, sizeof text - len,
					"%s { name = \"r%u\"; interface = \"eth0\"; vrid = %u; "
					"addresses = ( \"10.0.1.%u/24\" ); }", i == 0 ? "" : ",", i,
					i + 1, i + 1);
	snprintf(text + len, sizeof text - len, "); };");
	rig_start(&r, text);
	assert_int_equal(r.n_runs, HOOK_RUNS_MAX);
	while (ended < r.n_runs)
		vrrpd_hook_ended(r.d, r.now, r.run[ended++].id, true, "");
	assert_int_equal(r.n_runs, n);
	assert_string_equal(r.run[n - 1].args, "/n INSTANCE r18 BACKUP 100 ");
	assert_true(vrrpd_hooks_done(r.d));
	rig_close(&r);
}

static void a_reload_while_one_runs(void **state)
{
	uint32_t id;
	struct rig r;

	(void)state;
	rig_start(&r, WEB("notify = [ \"/n\" ];"));
	id = r.run[0].id;
	rig_run(&r, SPAN_S(10));
	/* Another program, and the router in another place. */
	rig_apply(&r, RIG_FILE(RIG_ROUTER("db", "eth0", 52, "notify = [ \"/m\" ];",
					  "\"10.0.0.101/24\"") ", "
			       RIG_WEB_WITH("notify = [ \"/m\" ];")));
	rig_obey(&r);
	assert_int_equal(r.n_runs, 2);
	assert_string_equal(r.run[1].args, "/m INSTANCE db BACKUP 100 ");
	rig_forget(&r);
	vrrpd_hook_ended(r.d, r.now, id, true, "");
	ran(&r, "/m INSTANCE web MASTER 100 ");
	rig_close(&r);
}

/* It is told of once more, by what it had. */
static void one_that_is_removed(void **state)
{
	uint32_t id;
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB_WITH("notify = [ \"/n\" ]; notify_fault = [ \"/f\" ];")));
	rig_run(&r, SPAN_S(10)); /* Active; the program for Backup still runs */
	id = r.run[0].id;
	rig_forget(&r);
	rig_apply(&r, RIG_FILE(RIG_ROUTER("db", "eth0", 52, "", "\"10.0.0.101/24\"")));
	rig_obey(&r);
	assert_int_equal(r.n_runs, 0);
	assert_false(vrrpd_hooks_done(r.d));
	vrrpd_hook_ended(r.d, r.now, id, true, "");
	assert_true(has_env(&r, 0, "TRIVET_STATE=deleted"));
	assert_true(has_env(&r, 0, "TRIVET_WHY=removed"));
	ran(&r, "/f ");
	ran(&r, "/n INSTANCE web FAULT 100 ");
	assert_true(vrrpd_hooks_done(r.d));
	/* No program any more while one runs. */
	rig_apply(&r, WEB("notify = [ \"/n\" ];"));
	rig_obey(&r);
	id = r.run[0].id;
	rig_forget(&r);
	rig_run(&r, SPAN_S(10));
	rig_apply(&r, WEB(""));
	rig_obey(&r);
	assert_false(vrrpd_hooks_done(r.d));
	vrrpd_hook_ended(r.d, r.now, id, true, "");
	assert_true(vrrpd_hooks_done(r.d));
	assert_int_equal(r.n_runs, 0);
	rig_close(&r);
}

static void a_group_has_programs_too(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, "vrrp = { instances = (" RIG_WEB "); sync_groups = ( { name = \"G\"; "
		      "members = [ \"web\" ]; notify = [ \"/g\" ]; "
		      "notify_active = [ \"/a\" ]; } ); };");
	assert_true(has_env(&r, 0, "TRIVET_TYPE=group"));
	assert_true(has_env(&r, 0, "TRIVET_MEMBER=web"));
	assert_null(strstr(r.run[0].env, "VRID"));
	ran(&r, "/g GROUP G BACKUP 0 ");
	rig_run(&r, SPAN_S(10));
	ran(&r, "/a ");
	ran(&r, "/g GROUP G MASTER 0 ");
	rig_close(&r);
}

static void nobody_runs_programs_any_more(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, WEB("notify = [ \"/n\" ];"));
	rig_run(&r, SPAN_S(10));
	vrrpd_hooks_lost(r.d);
	assert_true(vrrpd_hooks_done(r.d));
	rig_hear(&r, 200);
	assert_int_equal(r.n_runs, 1);
	rig_apply(&r, WEB("notify = [ \"/n\" ]; priority = 101;"));
	rig_obey(&r);
	assert_int_equal(r.n_runs, 1);
	rig_close(&r);
}

static void a_new_priority_for_the_one_that_asks(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, WEB("notify = [ \"/n\" ]; notify_priority_changes = true;"));
	ran(&r, "/n INSTANCE web BACKUP 100 ");
	rig_apply(&r, WEB("notify = [ \"/n\" ]; notify_priority_changes = true; priority = 9;"));
	rig_obey(&r);
	assert_true(has_env(&r, 0, "TRIVET_EVENT=priority"));
	ran(&r, "/n INSTANCE web BACKUP_PRIORITY 9 ");
	rig_close(&r);
}

/* All addresses, or none. */
static void too_many_addresses_for_a_variable(void **state)
{
	char text[8192] = "vrrp = { instances = ( { name = \"web\"; interface = \"eth0\"; "
			  "vrid = 51; notify = [ \"/n\" ]; addresses = ( ";
	size_t len = strlen(text);
	struct rig r;

	(void)state;
	for (unsigned i = 1; i <= 200; i++)
		len += (size_t)snprintf(text + len, sizeof text - len, "%s\"10.0.1.%u/24\"",
					i == 1 ? "" : ", ", i);
	snprintf(text + len, sizeof text - len, "); } ); };");
	rig_start(&r, text);
	assert_int_equal(r.n_runs, 1);
	assert_null(strstr(r.run[0].env, "ADDRESSES"));
	assert_true(has_env(&r, 0, "TRIVET_FAMILY=ipv4"));
	rig_close(&r);
}

static const char *const name[] = { "web", "db" };

/* What the program for any change was told last of each. */
static void note_last(char last[2][100], const char *args)
{
	for (unsigned k = 0; k < 2; k++)
		if (strncmp(args, "/n ", 3) == 0 && strstr(args, name[k]))
			snprintf(last[k], 100, "%s", args);
}

/* I-20: whatever happens, and however long programs run: of each router one at a time, and in the
 * end the last one is for what is. */
static void i20_anything_at_any_time(void **state)
{
	static const char *const file[] = {
		RIG_FILE(RIG_WEB_WITH("notify = [ \"/n\" ];") ", "
			 RIG_ROUTER("db", "eth0", 52, "notify = [ \"/n\" ];", "\"10.0.0.101/24\"")),
		RIG_FILE(RIG_ROUTER("db", "eth0", 52, "notify = [ \"/n\" ];",
				    "\"10.0.0.101/24\"") ", "
			 RIG_WEB_WITH("notify = [ \"/n\" ]; notify_active = [ \"/a\" ];")),
	};
	static const char *const word[VRRP_STATE_N] = { "FAULT", "BACKUP", "MASTER" };

	(void)state;
	for (uint64_t seed = 0; seed < 40; seed++) {
		uint32_t running[4], n = 0;
		char last[2][100] = { "", "" };
		struct rig r;

		rig_start(&r, file[0]);
		for (unsigned step = 0; step < 300; step++) {
			uint64_t roll = rng_at(seed, 5, 0, step);

			if (roll % 8 == 0)
				rig_link(&r, ETH0, "eth0", roll / 8 % 2 == 0);
			else if (roll % 8 < 3)
				rig_hear(&r, 200);
			else if (roll % 8 == 3)
				rig_run(&r, SPAN_MS(roll / 8 % 5000));
			else if (roll % 8 == 4)
				rig_apply(&r, file[roll / 8 % 2]), rig_obey(&r);
			for (unsigned i = 0; i < r.n_runs; i++) {
				assert_true(n < 2);
				running[n++] = r.run[i].id;
				note_last(last, r.run[i].args);
			}
			rig_forget(&r);
			if (n > 0 && (roll % 8 > 4 || step == 299)) {
				vrrpd_hook_ended(r.d, r.now, running[0], roll % 3 != 0, "no");
				memmove(running, running + 1, --n * sizeof *running);
				step -= step == 299 && !vrrpd_hooks_done(r.d);
			}
		}
		for (unsigned k = 0; k < 2 && vrrpd_hooks_done(r.d); k++) {
			char want[100];

			snprintf(want, sizeof want, "/n INSTANCE %s %s 100 ", name[k],
				 word[rig_state(&r, name[k])]);
			assert_string_equal(last[k], want);
		}
		rig_close(&r);
	}
}

UNIT_MAIN(T(a_life_with_programs), T(i20_one_at_a_time_and_the_last_is_what_is),
	  T(so_many_at_a_time), T(a_reload_while_one_runs), T(one_that_is_removed),
	  T(a_group_has_programs_too), T(nobody_runs_programs_any_more),
	  T(a_new_priority_for_the_one_that_asks), T(too_many_addresses_for_a_variable),
	  T(i20_anything_at_any_time))
