/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cf_lint.h - the grammar of libconfig once more, with the messages it lacks.
 *
 * libconfig 1.5 says "syntax error" and a line, and lets some mistakes pass (5000000000 reads as
 * 705032704). This scanner knows the same tokens and the same grammar, and goes on after an error.
 * It accepts every text that libconfig reads as it is meant, except where a limit of cf_source.h is
 * exceeded. Used by cf_source.c only.
 */
#ifndef CF_LINT_H
#define CF_LINT_H

#include "cf_source.h"

/* Looks through src->text; fills value, error, mended and broken. */
void cf_lint(struct cf_source *src);

/* Adds an error; see struct cf_source_error. What does not fit is cut at the end. */
void cf_complain(struct cf_source *src, unsigned line, bool trap, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif
