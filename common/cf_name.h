/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cf_name.h - the names of settings, and what somebody may have meant who wrote another.
 */
#ifndef CF_NAME_H
#define CF_NAME_H

#include "cf.h"

/* The field of that name, s->n when there is none. */
unsigned cf_name_index(const struct cf_schema *s, const char *name);

/* Whether the name may stand in a group of this schema, as a setting or as the defaults of a list.
 */
bool cf_name_known(const struct cf_schema *s, const char *name);

/* The known name that is nearest, or NULL when none is near. */
const char *cf_name_nearest(const struct cf_schema *s, const char *name);

/* The same among any names: begin with { .name = name }, look at each, and find it in `best`. */
struct cf_name_search {
	const char *name, *best;
	unsigned distance; /* of best */
};
void cf_name_look(struct cf_name_search *s, const char *known);

/* Puts the path of a group somewhere below the root that does have such a setting. */
bool cf_name_elsewhere(const struct cf_schema *root, const char *name, struct text *path);

#endif
