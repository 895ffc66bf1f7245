/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * unit.h - what every unit test includes: cmocka with the headers it wants, and a main that prints
 * TAP.
 *
 * One test program is one group. Name a test that proves a requirement after its row, for example
 * row_087_active_yields_to_higher_priority, or after its row of the fault catalogue, V13_... Never
 * print to stdout from a test: it is the protocol. cmocka 1.1.5 reports skip() as a failure, so do
 * not use it.
 */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* A failure is one TAP line already; a non-zero exit as well would count it twice under
 * automake. */
#define UNIT_MAIN(...) \
	int main(void) \
	{ \
		const struct CMUnitTest unit_tests[] = { __VA_ARGS__ }; \
		int failed; \
		setvbuf(stdout, NULL, _IOLBF, 0); \
		cmocka_set_message_output(CM_OUTPUT_TAP); \
		failed = cmocka_run_group_tests(unit_tests, NULL, NULL); \
		return failed != 0 && getenv("TRIVET_UNDER_DRIVER") == NULL; \
	}

#define T(name) cmocka_unit_test(name)

#endif
