/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cf_agree.h - for tests: what libconfig itself makes of a text, beside what cf_source.h says of
 * it.
 *
 * Besides cf.c the only place that knows libconfig.
 */
#ifndef CF_AGREE_H
#define CF_AGREE_H

#include <libconfig.h>

#include "cf_source.h"

/* libconfig 1.5 leaks what it has parsed when it finds an error. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libconfig\n";
}

enum cf_agreement { CF_REFUSED, CF_READ_OTHERWISE, CF_READ_THE_SAME };

static inline unsigned cf_agree_kind(const config_setting_t *s)
{
	static const unsigned kind[] = {
		[CONFIG_TYPE_GROUP] = CF_IS_GROUP,   [CONFIG_TYPE_INT] = CF_IS_INT,
		[CONFIG_TYPE_INT64] = CF_IS_INT64,   [CONFIG_TYPE_FLOAT] = CF_IS_FLOAT,
		[CONFIG_TYPE_STRING] = CF_IS_STRING, [CONFIG_TYPE_BOOL] = CF_IS_BOOL,
		[CONFIG_TYPE_ARRAY] = CF_IS_ARRAY,   [CONFIG_TYPE_LIST] = CF_IS_LIST,
	};

	return kind[config_setting_type(s)];
}

/* Walks the tree along the table of values from the n-th on. */
static inline bool cf_agree_values(const struct cf_source *src, const config_setting_t *s,
				   unsigned *n)
{
	for (unsigned i = 0; i < (unsigned)config_setting_length(s); i++) {
		const config_setting_t *e = config_setting_get_elem(s, i);

		if (*n >= src->n_values || src->value[*n].kind != cf_agree_kind(e))
			return false;
		++*n;
		if (config_setting_is_aggregate(e) && !cf_agree_values(src, e, n))
			return false;
	}
	return true;
}

/* Whether libconfig reads from `text` the values that `src` has. */
static inline enum cf_agreement cf_agree(const struct cf_source *src, const char *text)
{
	enum cf_agreement says = CF_REFUSED;
	unsigned n = 0;
	config_t c;

	config_init(&c);
	if (config_read_string(&c, text) == CONFIG_TRUE)
		says = cf_agree_values(src, config_root_setting(&c), &n) && n == src->n_values
			       ? CF_READ_THE_SAME
			       : CF_READ_OTHERWISE;
	config_destroy(&c);
	return says;
}

/* Whether some error is about what libconfig takes without a word. */
static inline bool cf_agree_trap(const struct cf_source *src)
{
	for (unsigned i = 0; i < src->n_errors; i++)
		if (i >= CF_LINT_MAX || src->error[i].trap)
			return true;
	return false;
}

#endif
