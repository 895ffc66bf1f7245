/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrpd_script_check.h - whether what a configuration has run may be, as things stand on this
 * machine: for those who only look at a file. vrrpd itself looks before each run.
 */
#ifndef VRRPD_SCRIPT_CHECK_H
#define VRRPD_SCRIPT_CHECK_H

#include <stdbool.h>
#include <stdio.h>

#include "cf.h"

/* Writes a line about each that may not, beginning with the name of the file; false when there are
 * any. */
bool vrrpd_script_check(const struct cf_model *m, const char *file, FILE *to);

#endif
