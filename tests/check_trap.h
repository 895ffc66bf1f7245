/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_trap.h - for a test that a CHECK() fails: this program's own check_fail() stands in for the
 * one of check.c and comes back to the test. Include it in one file of a program.
 */
#ifndef CHECK_TRAP_H
#define CHECK_TRAP_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "check.h"

static jmp_buf check_trap;
static volatile bool check_trap_set;

void check_fail(const char *file, int line, const char *what)
{
	if (check_trap_set)
		longjmp(check_trap, 1);
	fprintf(stderr, "%s:%d: check failed: %s\n", file, line, what);
	abort();
}

/* The statement must fail a CHECK(). What it changes must be volatile to be read afterwards. */
#define assert_check_fails(statement) \
	do { \
		volatile bool check_failed = true; \
		check_trap_set = true; \
		if (setjmp(check_trap) == 0) { \
			statement; \
			check_failed = false; \
		} \
		check_trap_set = false; \
		assert_true(check_failed); \
	} while (0)

#endif
