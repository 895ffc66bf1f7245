/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_cf.h - for fuzz targets that load a configuration: without files, and written out again.
 */
#ifndef FUZZ_CF_H
#define FUZZ_CF_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cf.h"
#include "check.h"

/* Files that are named in an include do not exist. */
static inline char *fuzz_no_file(void *ctx, const char *path, size_t *len, char *why,
				 size_t why_size)
{
	(void)ctx, (void)path, (void)len;
	snprintf(why, why_size, "No such file or directory");
	return NULL;
}

static const struct cf_reader FUZZ_NO_FILES = { .read = fuzz_no_file };

/* A text of our own, which must be right. */
static inline void fuzz_cf_load(const char *text, const struct cf_schema *schema,
				void (*check)(struct cf_load *l), struct cf_model *m)
{
	static struct cf_report report;
	struct cf_source src;

	CHECK(cf_source_text(&src, "ours", text, strlen(text), &FUZZ_NO_FILES));
	CHECK(cf_load(&src, schema, check, m, &report));
	cf_source_free(&src);
}

static inline void fuzz_cf_check_report(const struct cf_report *r, bool ok)
{
	CHECK(ok == (r->errors == 0));
	CHECK(r->len == strlen(r->text) && (r->len > 0) == (r->errors + r->warnings > 0));
}

/* A model that is written out is read to the same bytes. */
static inline void fuzz_cf_check_dump(const struct cf_schema *schema,
				      void (*check)(struct cf_load *l), const struct cf_model *m)
{
	static struct cf_source src;
	static struct cf_report report;
	struct cf_model again;
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	CHECK(f != NULL);
	cf_dump(schema, m, f);
	fclose(f);
	CHECK(cf_source_text(&src, "dump", text, len, &FUZZ_NO_FILES));
	CHECK(cf_load(&src, schema, check, &again, &report));
	CHECK(again.len == m->len && memcmp(again.bytes, m->bytes, m->len) == 0);
	cf_model_free(&again);
	cf_source_free(&src);
	free(text);
}

#endif
