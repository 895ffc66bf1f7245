/* SPDX-License-Identifier: BSD-2-Clause */
/* Taking over a configuration: what goes on, what ends, what is new. */
#include "vrrpd.h"

#include "cf_agree.h"
#include "vrrpd_rig.h"

/* ---- no memory */

static long allocations_left = -1; /* -1: as many as are asked for */

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);

void *__wrap_calloc(size_t n, size_t size)
{
	if (allocations_left == 0)
		return NULL;
	if (allocations_left > 0)
		allocations_left--;
	return __real_calloc(n, size);
}

static void without_memory_the_old_configuration_stays(void **state)
{
	static struct cf_report report;
	struct cf_model m;
	unsigned failed = 0;
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	assert_true(rig_load(RIG_FILE(RIG_SIX), &m, &report));
	for (bool ok = false; !ok; failed += !ok) {
		allocations_left = (long)failed;
		ok = vrrpd_apply(r.d, r.now, &m, &trivet_cf_root(&m)->vrrp);
		allocations_left = -1;
		if (!ok) {
			assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
			assert_int_equal(r.n_ops + r.n_lines, 0);
		}
	}
	assert_true(failed >= 8);
	assert_int_equal(rig_state(&r, "six"), VRRP_INITIALIZE);
	cf_model_free(&m);
	rig_close(&r);
}

static void no_daemon_without_memory(void **state)
{
	(void)state;
	allocations_left = 0;
	assert_null(vrrpd_new(&rig_ops, NULL));
	allocations_left = -1;
	vrrpd_free(NULL);
}

/* ---- what the log says of a reload */

static const char *reload(struct rig *r, const char *text)
{
	rig_forget(r);
	rig_apply(r, text);
	rig_obey(r);
	return rig_line(r, "changed");
}

static void log_names_the_settings_that_changed(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	assert_string_equal(rig_line(&r, "changed"), "");
	assert_string_equal(reload(&r, RIG_FILE(RIG_WEB)), "");
	assert_string_equal(
		reload(&r, RIG_FILE(RIG_WEB_WITH("priority = 120; interval = \"500ms\"; "
						 "preempt = false;"))),
		"changed vrrp=web settings=priority,preempt,interval");
	assert_string_equal(reload(&r, RIG_FILE(RIG_WEB_WITH("priority = 120; preempt = false;"))),
			    "changed vrrp=web settings=interval");
	assert_string_equal(
		reload(&r, RIG_FILE(RIG_WEB_WITH("priority = 120; preempt = false; "
						 "garp = { repeat = 3; delay = \"0s\"; };"))),
		"changed vrrp=web settings=garp.repeat,garp.delay");
	rig_close(&r);
}

static void log_names_a_router_by_its_new_and_its_old_name(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	assert_string_equal(
		reload(&r, RIG_FILE(RIG_ROUTER("shop", "eth0", 51, "", "\"" RIG_WEB_ADDR "\""))),
		"changed vrrp=shop was=web");
	assert_int_equal(rig_state(&r, "shop"), VRRP_BACKUP);
	assert_int_equal(rig_lines(&r, "state"), 0);
	rig_close(&r);
}

#define WEB_HAS(addresses) RIG_FILE(RIG_ROUTER("web", "eth0", 51, "", addresses))

static void log_names_the_addresses_that_came_and_went(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, WEB_HAS("\"10.0.0.100/24\", \"10.0.0.101/24\""));
	assert_string_equal(reload(&r, WEB_HAS("\"10.0.0.100/24\", \"10.0.0.102/24\"")),
			    "changed vrrp=web added=10.0.0.102/24 removed=10.0.0.101/24");
	assert_string_equal(reload(&r, WEB_HAS("\"10.0.0.102/24\", \"10.0.0.100/32\"")),
			    "changed vrrp=web added=10.0.0.100/32 removed=10.0.0.100/24");
	/* Another order only: so they stand in the adverts from now on. */
	assert_string_equal(reload(&r, WEB_HAS("\"10.0.0.100/32\", \"10.0.0.102/24\"")),
			    "changed vrrp=web settings=addresses");
	assert_string_equal(
		reload(&r, WEB_HAS("\"10.0.0.102/24\", \"10.0.1.1\", \"10.0.1.2\", "
				   "\"10.0.1.3\", \"10.0.1.4\", \"10.0.1.5\", \"10.0.1.6\", "
				   "\"10.0.1.7\", \"10.0.1.8\", \"10.0.1.9\"")),
		"changed vrrp=web added=10.0.1.1/32,10.0.1.2/32,10.0.1.3/32,10.0.1.4/32,"
		"10.0.1.5/32,10.0.1.6/32,10.0.1.7/32,10.0.1.8/32 and 1 more removed=10.0.0.100/32");
	rig_close(&r);
}

UNIT_MAIN(
	T(without_memory_the_old_configuration_stays),
	T(no_daemon_without_memory),
	T(log_names_the_settings_that_changed),
	T(log_names_a_router_by_its_new_and_its_old_name),
	T(log_names_the_addresses_that_came_and_went),
)
