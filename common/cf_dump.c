/* SPDX-License-Identifier: BSD-2-Clause */
#include "cf.h"

#include <stdlib.h>
#include <string.h>

#include "cf_value.h"
#include "check.h"

enum { VALUE_SIZE = 20 * 1024, SCHEMAS_MAX = 64, PATH_SIZE = 200 };

static struct cf_list list_of(const struct cf_field *f, const void *obj)
{
	struct cf_list list;

	memcpy(&list, cf_member_of(f, obj), sizeof list);
	return list;
}

/* ---- whether bytes from elsewhere are a model */

static bool is_good(const struct cf_schema *s, const struct cf_model *m, size_t at, size_t *left,
		    unsigned depth);

static bool is_good_list(const struct cf_field *f, const struct cf_model *m, const void *obj,
			 size_t *left, unsigned depth)
{
	struct cf_list list = list_of(f, obj);

	if (list.n == 0)
		return list.at == 0;
	/* The elements of all lists together are not more than the model holds: so this ends. */
	if (list.at % 8 != 0 || list.at > m->len || list.n > (m->len - list.at) / f->of->size ||
	    list.n > *left / f->of->size)
		return false;
	*left -= list.n * f->of->size;
	for (uint32_t i = 0; i < list.n; i++)
		if (!is_good(f->of, m, list.at + i * f->of->size, left, depth + 1))
			return false;
	return true;
}

static bool is_good_field(const struct cf_field *f, const struct cf_model *m, size_t at,
			  size_t *left, unsigned depth)
{
	const void *obj = (const char *)m->bytes + at;
	unsigned names = 0;

	switch (f->type) {
	case CF_BOOL:
		return cf_get(f, obj) <= 1;
	case CF_TEXT:
		return memchr(cf_member_of(f, obj), '\0', f->size) != NULL;
	case CF_ENUM:
		while (f->names[names] != NULL)
			names++;
		return cf_get(f, obj) < names;
	case CF_GROUP:
		return is_good(f->of, m, at + f->offset, left, depth + 1);
	case CF_LIST:
		return is_good_list(f, m, obj, left, depth);
	case CF_UINT:
	case CF_SPAN:
	case CF_VALUE:
		break;
	}
	return true;
}

static bool is_good(const struct cf_schema *s, const struct cf_model *m, size_t at, size_t *left,
		    unsigned depth)
{
	for (unsigned i = 0; i < s->n; i++)
		if (depth > CF_NEST_MAX || !is_good_field(&s->field[i], m, at, left, depth))
			return false;
	return true;
}

bool cf_model_good(const struct cf_schema *root, const struct cf_model *m)
{
	size_t left;

	if (m->len < root->size || m->len > CF_MODEL_MAX)
		return false;
	left = m->len - root->size;
	return is_good(root, m, 0, &left, 0);
}

/* ---- what has changed */

static bool differs(const struct cf_field *f, const void *a, const void *b)
{
	const void *x = cf_member_of(f, a), *y = cf_member_of(f, b);

	return f->type == CF_TEXT ? strncmp(x, y, f->size) != 0 : memcmp(x, y, f->size) != 0;
}

int cf_diff(const struct cf_schema *s, const void *a, const void *b,
	    void (*changed)(void *ctx, const struct cf_field *f), void *ctx)
{
	int worst = -1;

	for (unsigned i = 0; i < s->n; i++) {
		const struct cf_field *f = &s->field[i];

		if (f->type == CF_GROUP || f->type == CF_LIST || !differs(f, a, b))
			continue;
		if ((int)f->reload > worst)
			worst = (int)f->reload;
		if (changed != NULL)
			changed(ctx, f);
	}
	return worst;
}

/* ---- the file */

static void indent(FILE *to, unsigned depth)
{
	while (depth-- > 0)
		fputc('\t', to);
}

static void dump_fields(const struct cf_schema *s, const struct cf_model *m, const void *obj,
			FILE *to, unsigned depth);

/* Whether the group holds nothing but defaults. */
static bool is_default(const struct cf_schema *s, const void *group)
{
	void *defaults = malloc(s->size);
	bool same = false;

	if (defaults != NULL) {
		cf_defaults(s, defaults);
		same = memcmp(defaults, group, s->size) == 0;
	}
	free(defaults);
	return same;
}

/* A group that was left out, and could not be written: something it requires is missing. */
static bool is_absent(const struct cf_field *f, const void *obj)
{
	bool requires = false;

	for (unsigned i = 0; i < f->of->n; i++)
	requires = requires || f->of->field[i].required;
	return !f->required && requires && is_default(f->of, cf_member_of(f, obj));
}

static void dump_list(const struct cf_field *f, const struct cf_model *m, struct cf_list list,
		      FILE *to, unsigned depth)
{
	fprintf(to, "%s = (", f->name);
	for (uint32_t i = 0; i < list.n; i++) {
		fputs(i == 0 ? "\n" : ",\n", to);
		indent(to, depth + 1);
		fputs("{\n", to);
		dump_fields(f->of, m, cf_at(m, list, f->of->size, i), to, depth + 2);
		indent(to, depth + 1);
		fputs("}", to);
	}
	if (list.n > 0) {
		fputs("\n", to);
		indent(to, depth);
	}
	fputs(");\n", to);
}

static void dump_field(const struct cf_field *f, const struct cf_model *m, const void *obj,
		       FILE *to, unsigned depth)
{
	char buf[VALUE_SIZE];
	struct text t = text_open(buf, sizeof buf);

	if (cf_may_omit(f, obj) || (f->type == CF_GROUP && is_absent(f, obj)))
		return;
	indent(to, depth);
	if (f->secret) {
		fprintf(to, "# %s is not shown\n", f->name);
	} else if (f->type == CF_GROUP) {
		fprintf(to, "%s = {\n", f->name);
		dump_fields(f->of, m, cf_member_of(f, obj), to, depth + 1);
		indent(to, depth);
		fputs("};\n", to);
	} else if (f->type == CF_LIST) {
		dump_list(f, m, list_of(f, obj), to, depth);
	} else {
		cf_put_value(f, obj, &t);
		CHECK(!t.cut);
		fprintf(to, "%s = %s;\n", f->name, buf);
	}
}

static void dump_fields(const struct cf_schema *s, const struct cf_model *m, const void *obj,
			FILE *to, unsigned depth)
{
	CHECK(depth <= 2 * CF_NEST_MAX);
	for (unsigned i = 0; i < s->n; i++)
		dump_field(&s->field[i], m, obj, to, depth);
}

void cf_dump(const struct cf_schema *root, const struct cf_model *m, FILE *to)
{
	dump_fields(root, m, m->bytes, to, 0);
}

/* ---- the manual page */

struct manual {
	FILE *to;
	struct {
		const struct cf_schema *s;
		char path[PATH_SIZE];
	} done[SCHEMAS_MAX]; /* and still to do, in order */
	unsigned n;
};

/* Text that roff takes as it is; what may be typed keeps its ASCII minus. */
static void put_roff(FILE *to, const char *s, bool prose)
{
	bool line_start = true;

	for (; *s != '\0'; s++) {
		if (line_start && (*s == '.' || *s == '\''))
			fputs("\\&", to);
		if (*s == '\\')
			fputs("\\e", to);
		else if (*s == '-' && !prose)
			fputs("\\-", to);
		else
			fputc(*s, to);
		line_start = *s == '\n';
	}
}

static const char *type_name(const struct cf_field *f)
{
	switch (f->type) {
	case CF_BOOL:
		return "true or false";
	case CF_UINT:
		return "integer";
	case CF_SPAN:
		return "length of time";
	case CF_VALUE:
		return f->number ? "integer or string" : "string";
	case CF_TEXT:
		return "string";
	case CF_ENUM:
		return "one of";
	case CF_GROUP:
		return "group";
	case CF_LIST:
		return "list";
	}
	CHECK_UNREACHABLE();
}

/* "integer 1..255, default 100": what a value may be. */
static void put_facts(const struct cf_field *f, FILE *to)
{
	char buf[1024];
	struct text t = text_open(buf, sizeof buf);
	size_t before;

	text_put(&t, type_name(f));
	text_put(&t, f->type == CF_LIST ? ", " : " ");
	before = t.len;
	if (f->type == CF_ENUM)
		cf_put_names(f, &t);
	else
		cf_put_range(f, &t);
	if (t.len == before)
		t.len = strlen(type_name(f));
	else if (f->type == CF_LIST)
		text_put(&t, " elements");
	t.buf[t.len] = '\0';
	if (f->type == CF_TEXT)
		text_fmt(&t, ", at most %zu bytes", f->size - 1);
	if (f->required)
		text_put(&t, ", required");
	if (f->def != NULL) {
		bool quoted = f->type != CF_BOOL && f->type != CF_UINT;

		text_fmt(&t, ", default %s%s%s", quoted ? "\"" : "", f->def, quoted ? "\"" : "");
	}
	CHECK(!t.cut);
	put_roff(to, buf, false);
}

/* The path under which a schema is described; it is described once. */
static const char *described_at(struct manual *m, const struct cf_schema *s, const char *below,
				const struct cf_field *f)
{
	struct text t;

	for (unsigned i = 0; i < m->n; i++)
		if (m->done[i].s == s)
			return m->done[i].path;
	CHECK(m->n < SCHEMAS_MAX);
	t = text_open(m->done[m->n].path, PATH_SIZE);
	text_fmt(&t, "%s%s%s%s", below, below[0] == '\0' ? "" : ".", f->name,
		 f->type == CF_LIST ? "[]" : "");
	CHECK(!t.cut);
	m->done[m->n].s = s;
	return m->done[m->n++].path;
}

static void put_field(struct manual *m, const char *path, const struct cf_field *f)
{
	static const char *const change[] = {
		[CF_RESTART_OBJECT] = "A change stops what it belongs to and starts it anew.",
		[CF_RESTART_DAEMON] = "A change is refused on reload: it needs a restart.",
	};

	fputs(".TP\n.B ", m->to);
	put_roff(m->to, f->name, false);
	fputs("\n(", m->to);
	put_facts(f, m->to);
	fputs(")\n", m->to);
	if (f->doc != NULL) {
		put_roff(m->to, f->doc, true);
		fputc('\n', m->to);
	}
	if (f->of != NULL) {
		fputs("See ", m->to);
		put_roff(m->to, described_at(m, f->of, path, f), false);
		fputs(" below.\n", m->to);
	}
	if (f->defaults != NULL) {
		fputs("What an element leaves out is taken from the group ", m->to);
		put_roff(m->to, f->defaults, false);
		fputs(" beside the list, if there is one.\n", m->to);
	}
	if (f->of != NULL && f->of->shorthand != NULL) {
		fputs("A plain value stands for the element\\(aqs ", m->to);
		put_roff(m->to, f->of->shorthand, false);
		fputs(".\n", m->to);
	}
	if (f->reload != CF_LIVE)
		fprintf(m->to, "%s\n", change[f->reload]);
}

void cf_manual(const struct cf_schema *root, FILE *to)
{
	struct manual m = { .to = to, .n = 1 };

	m.done[0].s = root;
	for (unsigned i = 0; i < m.n; i++) {
		const struct cf_schema *s = m.done[i].s;

		fputs(".SS ", to);
		put_roff(to, i == 0 ? s->name : m.done[i].path, false);
		fputc('\n', to);
		if (s->doc != NULL) {
			put_roff(to, s->doc, true);
			fputc('\n', to);
		}
		for (unsigned k = 0; k < s->n; k++)
			put_field(&m, m.done[i].path, &s->field[k]);
	}
}
