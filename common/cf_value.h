/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cf_value.h - one setting: from what stands in the file to the member of a struct and back.
 *
 * What the loader, the dump and the manual page share; see cf.h for the types. Nothing here knows
 * libconfig. A `why` gets a reason in the form "must be 1..255, not 300".
 */
#ifndef CF_VALUE_H
#define CF_VALUE_H

#include "cf.h"

/* The member. */
void *cf_member(const struct cf_field *f, void *obj);
const void *cf_member_of(const struct cf_field *f, const void *obj);

/* CF_BOOL, CF_UINT, CF_SPAN, CF_ENUM: the member as a number. */
uint64_t cf_get(const struct cf_field *f, const void *obj);
void cf_put(const struct cf_field *f, void *obj, uint64_t v);

/* CF_UINT. False when the number is out of range. */
bool cf_set_int(const struct cf_field *f, void *obj, int64_t n, struct text *why);

/* CF_SPAN, CF_TEXT, CF_ENUM, CF_VALUE: from a string of the file, into a member that is zero. */
bool cf_set_string(const struct cf_field *f, void *obj, const char *from, struct text *why);

/* Gives the member its default; a group its fields' defaults. */
void cf_set_default(const struct cf_field *f, void *obj);

/* Whether the setting is at zero and would be so if it were left out. Never for a group, which may
 * have other defaults inside. */
bool cf_may_omit(const struct cf_field *f, const void *obj);

/* The value as it stands in the file, with its quotes. Not for groups and lists. */
void cf_put_value(const struct cf_field *f, const void *obj, struct text *to);

/* What the limits allow: "1..255", "at least 10ms"; nothing when there are none. */
void cf_put_range(const struct cf_field *f, struct text *to);

/* Whether true and false may stand there: of CF_ENUM if those are among its names. */
bool cf_takes_bool(const struct cf_field *f);

/* CF_ENUM: "a", "b" or "c" */
void cf_put_names(const struct cf_field *f, struct text *to);

#endif
