/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_config.c - any bytes as a configuration file.
 *
 * Holds for all: what cf_source.h finds nothing wrong with, libconfig reads to the end and to the
 * same values; what it finds wrong, libconfig refuses too, or it is one of the known traps; what it
 * mends, libconfig reads. A file that is taken gives a model that is dumped and loaded to the same
 * bytes. Files that are named in an include do not exist.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cf.h"
#include "cf_agree.h"
#include "check.h"
#include "fuzz_cf.h"
#include "mono.h"

struct point {
	uint8_t x, y;
};

struct leaf {
	struct point at;
	char text[12];
	bool on;
};

struct inner {
	span_t wait;
	uint8_t colour;
	struct cf_list leaves;
};

struct node {
	char name[8];
	uint8_t small;
	uint16_t medium;
	uint32_t large;
	uint64_t huge;
	struct inner inner;
	struct cf_list leaves, ports;
};

struct port {
	uint16_t number;
};

struct root {
	span_t interval;
	bool flag;
	struct inner only;
	struct cf_list nodes;
};

static bool parse_point(const char *from, void *to, struct text *why)
{
	struct point *p = to;
	unsigned x, y;
	char end;

	if (sscanf(from, "%3u,%3u%c", &x, &y, &end) != 2 || x > 255 || y > 255) {
		text_put(why, "not a point, such as \"3,4\"");
		return false;
	}
	*p = (struct point){ (uint8_t)x, (uint8_t)y };
	return true;
}

static void print_point(const void *from, struct text *to)
{
	const struct point *p = from;

	text_fmt(to, "%u,%u", p->x, p->y);
}

static bool accept_name(const char *from, struct text *why)
{
	if (from[0] != '-')
		return true;
	text_put(why, "must not begin with '-'");
	return false;
}

static const char *const COLOUR[] = { "red", "green", "blue", NULL };

#define SCHEMA(T, fields, ...) \
	{ \
		.name = #T, .size = sizeof(struct T), .field = (fields), \
		.n = sizeof(fields) / sizeof *(fields), __VA_ARGS__ \
	}

static const struct cf_field LEAF_FIELDS[] = {
	CF(struct leaf, at, CF_VALUE, .required = true, .parse = parse_point, .print = print_point),
	CF(struct leaf, text, CF_TEXT, .def = "none"),
	CF(struct leaf, on, CF_BOOL),
};
static const struct cf_schema LEAF = SCHEMA(leaf, LEAF_FIELDS, .shorthand = "at");

static const struct cf_field PORT_FIELDS[] = {
	CF(struct port, number, CF_UINT, .required = true, .min = 1),
};
static const struct cf_schema PORT = SCHEMA(port, PORT_FIELDS, .shorthand = "number");

static const struct cf_field INNER_FIELDS[] = {
	CF(struct inner, wait, CF_SPAN, .required = true, .max = 60000000000),
	CF(struct inner, colour, CF_ENUM, .names = COLOUR, .def = "green"),
	CF(struct inner, leaves, CF_LIST, .of = &LEAF, .defaults = "leaf"),
};
static const struct cf_schema INNER = SCHEMA(inner, INNER_FIELDS);

static const struct cf_field NODE_FIELDS[] = {
	CF(struct node, name, CF_TEXT, .required = true, .accept = accept_name),
	CF(struct node, small, CF_UINT, .min = 1, .max = 254, .def = "100"),
	CF(struct node, medium, CF_UINT, .min = 5),
	CF(struct node, large, CF_UINT),
	CF(struct node, huge, CF_UINT),
	CF(struct node, inner, CF_GROUP, .of = &INNER),
	CF(struct node, leaves, CF_LIST, .of = &LEAF, .min = 1, .max = 3),
	CF(struct node, ports, CF_LIST, .of = &PORT),
};
static const struct cf_schema NODE = SCHEMA(node, NODE_FIELDS);

static const struct cf_field ROOT_FIELDS[] = {
	CF(struct root, interval, CF_SPAN, .min = 1000, .def = "1s"),
	CF(struct root, flag, CF_BOOL, .def = "true"),
	CF(struct root, only, CF_GROUP, .of = &INNER),
	CF(struct root, nodes, CF_LIST, .of = &NODE, .defaults = "node"),
};
static const struct cf_schema ROOT = SCHEMA(root, ROOT_FIELDS);

static void check_against_libconfig(const struct cf_source *src)
{
	if (src->n_errors == 0) {
		CHECK(!src->broken && src->mended == NULL);
		CHECK(cf_agree(src, src->text) == CF_READ_THE_SAME);
	} else if (!cf_agree_trap(src)) {
		CHECK(cf_agree(src, src->text) == CF_REFUSED);
	}
	if (src->n_errors > 0 && !src->broken)
		CHECK(cf_agree(src, src->mended != NULL ? src->mended : src->text) ==
		      CF_READ_THE_SAME);
}

/* A cross check that looks at everything there is. */
static void remark(struct cf_load *l)
{
	const struct root *root = cf_load_model(l)->bytes;

	for (uint32_t i = 0; i < root->nodes.n; i++) {
		const struct node *n = cf_at(cf_load_model(l), root->nodes, sizeof *n, i);

		if (n->small == 13)
			cf_warning(l, n, "small", "unlucky");
		if (n->huge == 13)
			cf_error(l, &n->inner, NULL, "unlucky");
		for (uint32_t k = 0; k < n->leaves.n; k++)
			if (((const struct leaf *)cf_at(cf_load_model(l), n->leaves,
							sizeof(struct leaf), k))
				    ->on)
				cf_warning(l,
					   cf_at(cf_load_model(l), n->leaves, sizeof(struct leaf),
						 k),
					   "on", "on");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct cf_source src;
	static struct cf_report report;
	struct cf_model model;
	bool ok;

	CHECK(cf_source_text(&src, "f", (const char *)data, size, &FUZZ_NO_FILES) ==
	      (src.text != NULL));
	if (src.text != NULL)
		check_against_libconfig(&src);
	ok = cf_load(&src, &ROOT, remark, &model, &report);
	fuzz_cf_check_report(&report, ok);
	if (ok) {
		CHECK(cf_model_good(&ROOT, &model));
		fuzz_cf_check_dump(&ROOT, NULL, &model);
	}
	cf_model_free(&model);
	cf_source_free(&src);
	return 0;
}
