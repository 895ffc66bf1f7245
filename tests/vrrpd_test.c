/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The daemon as a value: packets find their router, routers step, and what they ask for is done
 * through the port. Links and addresses are in vrrpd_kernel_test.c, reloads in vrrpd_apply_test.c.
 */
#include "vrrpd.h"

#include "vrrpd_rig.h"

static void starts_waits_and_becomes_active(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	assert_int_equal(rig_count(&r, RIG_SEND), 0);
	assert_int_equal(rig_count(&r, RIG_ADDR), 0);
	rig_run(&r, SPAN_MS(3609));
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_run(&r, SPAN_MS(1));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_int_equal(rig_sent(&r, 100), 1);
	assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, true), 1);
	assert_int_equal(rig_announced(&r, "10.0.0.100"), 1);
	rig_close(&r);
}

UNIT_MAIN(
	T(starts_waits_and_becomes_active),
)
