/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cf_nomem_test.c - loading a configuration when memory ends, at each allocation in turn. Linked
 * with
 * --wrap, which reaches our objects and not libconfig: what libconfig does without memory is the
 * business of cf_child.h.
 */
#include <string.h>

#include "cf.h"
#include "unit.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *s);
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *s);

static long left = -1; /* allocations until one fails; negative: none does */

static bool fails(void)
{
	return left >= 0 && left-- == 0;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return fails() ? NULL : __real_realloc(old, size);
}

char *__wrap_strdup(const char *s)
{
	return fails() ? NULL : __real_strdup(s);
}

struct item {
	uint32_t n;
};

struct config {
	char name[16];
	struct cf_list items;
};

static const struct cf_field ITEM_FIELDS[] = { CF(struct item, n, CF_UINT) };
static const struct cf_schema ITEM = {
	.name = "item",
	.size = sizeof(struct item),
	.field = ITEM_FIELDS,
	.n = 1,
	.shorthand = "n",
};

static const struct cf_field CONFIG_FIELDS[] = {
	CF(struct config, name, CF_TEXT),
	CF(struct config, items, CF_LIST, .of = &ITEM, .defaults = "item"),
};
static const struct cf_schema CONFIG = {
	.name = "file",
	.size = sizeof(struct config),
	.field = CONFIG_FIELDS,
	.n = 2,
};

static char *read_text(void *ctx, const char *path, size_t *len, char *why, size_t why_size)
{
	char *copy = strdup(ctx);

	(void)path;
	if (copy == NULL)
		snprintf(why, why_size, "out of memory");
	else
		*len = strlen(copy);
	return copy;
}

static struct cf_source source;
static struct cf_model model;
static struct cf_report report;

/* Loads with the k-th allocation failing. False when there were fewer. */
static bool load(long k, bool *ok)
{
	char included[] = "item = { n = 5; };\n";
	struct cf_reader reader = { .read = read_text, .ctx = included };
	char text[2048] = "@include \"x\"\nname = \"a\"; items = ( ", *p = text + strlen(text);
	bool failed;

	for (unsigned i = 0; i < 100; i++)
		p += sprintf(p, "%u, { },\n", i);
	strcpy(p, *ok ? "1 );" : "1 ); items = ( yes );");
	left = k;
	cf_source_text(&source, "f", text, strlen(text), &reader);
	*ok = cf_load(&source, &CONFIG, NULL, &model, &report);
	failed = left < 0;
	left = -1;
	return failed;
}

/* Says so, or what it would have said; leaks nothing, as the sanitizers see. */
static void C07_no_memory_is_an_error_like_others(void **state)
{
	(void)state;
	for (unsigned good = 0; good < 2; good++) {
		bool ok, more = true;
		long k = 0;

		for (; more; k++) {
			ok = good;
			more = load(k, &ok);
			assert_int_equal(ok, good && !more);
			assert_int_equal(ok, report.errors == 0);
			if (more)
				assert_non_null(strstr(report.text, good ? "out of memory" : "f"));
			cf_model_free(&model);
			cf_source_free(&source);
		}
		assert_true(k > 15);
	}
}

UNIT_MAIN(T(C07_no_memory_is_an_error_like_others))
