/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel has, as it reports it in any order, and what follows for the routers. */
#include "vrrpd.h"

#include <errno.h>

#include "vrrpd_rig.h"

/* ---- addresses of ours: asked for, answered, refused */

static void v18_removed_by_others_is_put_back_and_announced(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	rig_addr(&r, ETH0, RIG_WEB_ADDR, 0, false);
	assert_true(rig_has(&r, ETH0, RIG_WEB_ADDR));
	assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, true), 1);
	assert_int_equal(rig_announced(&r, "10.0.0.100"), 1);
	assert_int_equal(rig_counters(&r, "web")->addr_removed, 1);
	assert_int_equal(rig_lines(&r, "address-removed"), 1);
	assert_int_equal(rig_lines(&r, "state"), 0);
	rig_close(&r);
}

UNIT_MAIN(
	T(v18_removed_by_others_is_put_back_and_announced),
)
