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

UNIT_MAIN(
	T(without_memory_the_old_configuration_stays),
	T(no_daemon_without_memory),
)
