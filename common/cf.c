/* SPDX-License-Identifier: BSD-2-Clause */
#include "cf.h"

#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <libconfig.h>

#include "cf_name.h"
#include "cf_value.h"
#include "check.h"

enum { PATH_SIZE = 256, NO_INDEX = -1, REPORT_TAIL = 64 };

/* A struct in the model and where it came from. Object 0 is the root. */
struct object {
	const struct cf_schema *s;
	size_t at;         /* in the model */
	unsigned parent;   /* object */
	const char *name;  /* in the parent */
	long index;        /* in a list, or NO_INDEX */
	bool plain;        /* stands as the plain value of its shorthand */
	unsigned line;     /* of the text; 0: the whole */
	size_t field_line; /* in cf_load.field_line: the lines of its settings, 0 when left out */
};

struct message {
	unsigned line, found; /* in the text; the how many-th */
	bool warning;
	char text[PATH_SIZE + 256];
};

struct cf_load {
	const struct cf_source *src;
	struct cf_model model;
	size_t model_size;
	struct object *object;
	size_t n_objects, objects_size;
	unsigned *field_line;
	size_t n_field_lines, field_lines_size;
	unsigned quiet;      /* inside settings taken from a defaults group: their errors have been
				reported there */
	unsigned n[2], kept; /* errors and warnings found; messages kept */
	struct message message[2 * CF_ERRORS_MAX];
	bool given_up; /* an error says why */
};

/* ---- messages */

/* One step of a path: ".name" or ".name[3]". */
static void put_step(struct text *to, const char *name, long index)
{
	text_fmt(to, "%s%s", to->len == 0 ? "" : ".", name);
	if (index != NO_INDEX)
		text_fmt(to, "[%ld]", index);
}

static void put_path(const struct cf_load *l, unsigned object, const char *name, struct text *to)
{
	unsigned chain[CF_NEST_MAX + 1], n = 0;

	for (unsigned i = object; i != 0; i = l->object[i].parent) {
		CHECK(n <= CF_NEST_MAX);
		chain[n++] = i;
	}
	while (n-- > 0)
		put_step(to, l->object[chain[n]].name, l->object[chain[n]].index);
	if (name != NULL)
		put_step(to, name, NO_INDEX);
}

/* Keeps a message about the setting `name` of an object, or about the object (NULL). */
static void vsay(struct cf_load *l, bool warning, unsigned line, unsigned object, const char *name,
		 const char *fmt, va_list ap)
{
	struct message *m;
	struct text t;

	if (++l->n[warning] > CF_ERRORS_MAX)
		return;
	m = &l->message[l->kept];
	m->found = l->kept++;
	m->line = line;
	m->warning = warning;
	t = text_open(m->text, PATH_SIZE);
	if (l->n_objects > 0)
		put_path(l, object, name, &t);
	if (t.len > 0)
		text_put(&t, ": ");
	t.size = sizeof m->text;
	if (warning)
		text_put(&t, "warning: ");
	vsnprintf(m->text + t.len, sizeof m->text - t.len, fmt, ap);
}

static void say(struct cf_load *l, bool warning, unsigned line, unsigned object, const char *name,
		const char *fmt, ...) __attribute__((format(printf, 6, 7)));

static void say(struct cf_load *l, bool warning, unsigned line, unsigned object, const char *name,
		const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsay(l, warning, line, object, name, fmt, ap);
	va_end(ap);
}

static void take_source_errors(struct cf_load *l)
{
	unsigned n = l->src->n_errors;

	for (unsigned i = 0; i < n && i < CF_LINT_MAX; i++)
		say(l, false, l->src->error[i].line, 0, NULL, "%s", l->src->error[i].text);
	if (n > CF_LINT_MAX)
		l->n[false] += n - CF_LINT_MAX;
}

/* The object at this address; of two at one, that which has the setting. */
static unsigned find_object(const struct cf_load *l, const void *obj, const char *field)
{
	size_t at = (size_t)((const char *)obj - (const char *)l->model.bytes);
	unsigned found = UINT_MAX;

	for (unsigned i = 0; i < l->n_objects; i++)
		if (l->object[i].at == at &&
		    (field == NULL || cf_name_index(l->object[i].s, field) < l->object[i].s->n))
			found = i;
	CHECK(found != UINT_MAX);
	return found;
}

static void cross_check(struct cf_load *l, bool warning, const void *obj, const char *field,
			const char *fmt, va_list ap)
{
	unsigned object, line;
	const struct object *o;

	if (l->n[warning] >= CF_ERRORS_MAX) {
		l->n[warning]++;
		return;
	}
	object = find_object(l, obj, field);
	o = &l->object[object];
	line = field == NULL ? 0 : l->field_line[o->field_line + cf_name_index(o->s, field)];
	if (o->plain && field != NULL && strcmp(o->s->shorthand, field) == 0)
		field = NULL;
	vsay(l, warning, line == 0 ? o->line : line, object, field, fmt, ap);
}

void cf_error(struct cf_load *l, const void *obj, const char *field, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	cross_check(l, false, obj, field, fmt, ap);
	va_end(ap);
}

void cf_warning(struct cf_load *l, const void *obj, const char *field, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	cross_check(l, true, obj, field, fmt, ap);
	va_end(ap);
}

const struct cf_model *cf_load_model(const struct cf_load *l)
{
	return &l->model;
}

/* ---- the model grows */

static void give_up(struct cf_load *l, const char *why)
{
	if (!l->given_up)
		say(l, false, 0, 0, NULL, "%s", why);
	l->given_up = true;
}

/* The block with room for `want` of `each` bytes; NULL when there is no memory. */
static void *grow(struct cf_load *l, void *block, size_t *size, size_t want, size_t each)
{
	size_t bigger = *size == 0 ? 64 : *size;
	void *more;

	if (want <= *size)
		return block;
	while (bigger < want)
		bigger *= 2;
	more = realloc(block, bigger * each);
	if (more == NULL)
		give_up(l, "out of memory");
	else
		*size = bigger;
	return more;
}

/* Zeroed bytes at the end of the model, 8-aligned. */
static bool add_bytes(struct cf_load *l, size_t n, size_t *at)
{
	size_t from = (l->model.len + 7) & ~(size_t)7;
	void *more;

	if (n > CF_MODEL_MAX || from + n > CF_MODEL_MAX) {
		give_up(l, "the configuration is too large for the model");
		return false;
	}
	more = grow(l, l->model.bytes, &l->model_size, from + n, 1);
	if (more == NULL)
		return false;
	l->model.bytes = more;
	memset((char *)more + l->model.len, 0, from + n - l->model.len);
	l->model.len = from + n;
	*at = from;
	return true;
}

/* Remembers where a struct of the model stood in the file. */
static bool add_object(struct cf_load *l, struct object o, unsigned *object)
{
	struct object *more = grow(l, l->object, &l->objects_size, l->n_objects + 1, sizeof *more);
	unsigned *lines;

	if (more == NULL)
		return false;
	l->object = more;
	lines = grow(l, l->field_line, &l->field_lines_size, l->n_field_lines + o.s->n,
		     sizeof *lines);
	if (lines == NULL)
		return false;
	l->field_line = lines;
	o.field_line = l->n_field_lines;
	memset(lines + l->n_field_lines, 0, o.s->n * sizeof *lines);
	l->n_field_lines += o.s->n;
	*object = (unsigned)l->n_objects++;
	l->object[*object] = o;
	return true;
}

static void *bytes_of(const struct cf_load *l, unsigned object)
{
	return (char *)l->model.bytes + l->object[object].at;
}

/* ---- libconfig's tree */

static enum cf_kind kind_of(const config_setting_t *s)
{
	switch (config_setting_type(s)) {
	case CONFIG_TYPE_BOOL:
		return CF_IS_BOOL;
	case CONFIG_TYPE_INT:
		return CF_IS_INT;
	case CONFIG_TYPE_INT64:
		return CF_IS_INT64;
	case CONFIG_TYPE_FLOAT:
		return CF_IS_FLOAT;
	case CONFIG_TYPE_STRING:
		return CF_IS_STRING;
	case CONFIG_TYPE_ARRAY:
		return CF_IS_ARRAY;
	case CONFIG_TYPE_LIST:
		return CF_IS_LIST;
	default:
		return CF_IS_GROUP;
	}
}

/* Hangs what cf_source.h knows about each value on the setting that libconfig made of it. False
 * when the two have not read the same: then libconfig has not taken the text as it is meant. */
static bool attach(const struct cf_source *src, config_setting_t *root)
{
	struct {
		config_setting_t *s;
		unsigned next;
	} stack[CF_NEST_MAX + 2] = { { root, 0 } }, *top;
	unsigned depth = 1, n = 0;
	config_setting_t *s;

	while (depth > 0) {
		top = &stack[depth - 1];
		if (top->next == (unsigned)config_setting_length(top->s)) {
			depth--;
			continue;
		}
		s = config_setting_get_elem(top->s, top->next++);
		if (n == src->n_values || depth == CF_NEST_MAX + 2 ||
		    kind_of(s) != src->value[n].kind)
			return false;
		config_setting_set_hook(s, &src->value[n++]);
		if (config_setting_is_aggregate(s)) {
			stack[depth].s = s;
			stack[depth++].next = 0;
		}
	}
	return n == src->n_values;
}

static const struct cf_value *value_of(const config_setting_t *s)
{
	return config_setting_get_hook(s);
}

static unsigned line_of(const config_setting_t *s)
{
	return s == NULL ? 0 : value_of(s)->line;
}

static config_setting_t *member(config_setting_t *group, const char *name)
{
	if (group == NULL || !config_setting_is_group(group))
		return NULL;
	return config_setting_get_member(group, name);
}

static const char *string_of(const config_setting_t *s)
{
	const char *string = config_setting_get_string(s);

	return string == NULL ? "" : string;
}

static long long integer_of(const config_setting_t *s)
{
	return kind_of(s) == CF_IS_INT ? config_setting_get_int(s) : config_setting_get_int64(s);
}

/* What stands there, in words. */
static void put_found(const config_setting_t *s, bool secret, struct text *to)
{
	static const char *const name[] = {
		[CF_IS_BOOL] = "true or false", [CF_IS_INT] = "an integer",
		[CF_IS_INT64] = "an integer",   [CF_IS_FLOAT] = "a number",
		[CF_IS_STRING] = "a string",    [CF_IS_GROUP] = "a group { }",
		[CF_IS_ARRAY] = "an array [ ]", [CF_IS_LIST] = "a list ( )",
	};
	enum cf_kind kind = kind_of(s);

	if (secret || config_setting_is_aggregate(s)) {
		text_put(to, name[kind]);
	} else if (kind == CF_IS_BOOL) {
		text_put(to, config_setting_get_bool(s) ? "true" : "false");
	} else if (kind == CF_IS_FLOAT) {
		text_fmt(to, "the number %g", config_setting_get_float(s));
	} else if (kind == CF_IS_STRING) {
		text_put(to, "the string \"");
		text_put_escaped(to, string_of(s), strnlen(string_of(s), 40));
		text_put(to, "\"");
	} else {
		text_fmt(to, "the integer %lld", integer_of(s));
	}
}

/* ---- a setting that is not what it should be */

static void put_expected(const struct cf_field *f, struct text *to)
{
	switch (f->type) {
	case CF_BOOL:
		text_put(to, "true or false");
		break;
	case CF_UINT:
		text_fmt(to, "an integer, such as %s = ", f->name);
		if (f->def != NULL)
			text_put(to, f->def);
		else
			text_fmt(to, "%" PRIu64, f->min);
		break;
	case CF_SPAN:
		text_fmt(to, "a length of time with its unit, such as %s = \"", f->name);
		if (f->def != NULL)
			text_put(to, f->def);
		else
			cf_print_span(f->min == 0 ? 1000000000 : f->min, to);
		text_put(to, "\"");
		break;
	case CF_ENUM:
		cf_put_names(f, to);
		break;
	case CF_TEXT:
	case CF_VALUE:
		text_fmt(to, "a %sstring, such as %s = \"%s\"", f->number ? "number or a " : "",
			 f->name, f->def != NULL ? f->def : "...");
		break;
	case CF_GROUP:
		text_fmt(to, "a group: %s = { ... }", f->name);
		break;
	case CF_LIST:
		text_fmt(to, "a list: %s = %s", f->name,
			 f->of->shorthand != NULL ? "( ... )" : "( { ... }, { ... } )");
		break;
	}
}

static void wrong_type(struct cf_load *l, unsigned object, const char *name,
		       const struct cf_field *f, const config_setting_t *s)
{
	char expected[200], found[256];
	struct text e = text_open(expected, sizeof expected), t = text_open(found, sizeof found);

	if (l->quiet > 0 || value_of(s)->wrong)
		return;
	put_expected(f, &e);
	put_found(s, f->secret, &t);
	say(l, false, line_of(s), object, name, "expected %s; found %s", expected, found);
}

static void unknown(struct cf_load *l, unsigned object, const config_setting_t *s)
{
	const char *name = config_setting_name(s),
		   *near = cf_name_nearest(l->object[object].s, name);
	char buf[PATH_SIZE], what[300];
	struct text path = text_open(buf, sizeof buf), foreign = text_open(what, sizeof what);
	const struct cf_schema *root = l->object[0].s;

	if (root->foreign != NULL && root->foreign(name, &foreign))
		say(l, false, line_of(s), object, name, "unknown setting; %s", what);
	else if (near != NULL)
		say(l, false, line_of(s), object, name, "unknown setting; did you mean %s?", near);
	else if (cf_name_elsewhere(root, name, &path))
		say(l, false, line_of(s), object, name, "unknown setting here; there is one in %s",
		    buf);
	else
		say(l, false, line_of(s), object, name, "unknown setting");
}

/* ---- from the tree to the model */

static void load_group(struct cf_load *l, unsigned object, config_setting_t *own,
		       config_setting_t *fallback, bool demand);

/* A scalar into its member. `name` is NULL where it stands for the whole object. */
static void load_scalar(struct cf_load *l, unsigned object, const char *name,
			const struct cf_field *f, const config_setting_t *s)
{
	enum cf_kind kind = kind_of(s);
	void *obj = bytes_of(l, object);
	char buf[256], digits[24];
	struct text why = text_open(buf, sizeof buf);
	bool ok;

	if (value_of(s)->wrong)
		return;
	if (f->type == CF_BOOL && kind == CF_IS_BOOL) {
		cf_put(f, obj, (uint64_t)config_setting_get_bool(s));
		return;
	}
	if (kind == CF_IS_BOOL && cf_takes_bool(f)) {
		ok = cf_set_string(f, obj, config_setting_get_bool(s) ? "true" : "false", &why);
	} else if (f->type == CF_UINT && (kind == CF_IS_INT || kind == CF_IS_INT64)) {
		ok = cf_set_int(f, obj, integer_of(s), &why);
	} else if (f->number && (kind == CF_IS_INT || kind == CF_IS_INT64)) {
		snprintf(digits, sizeof digits, "%lld", (long long)integer_of(s));
		ok = cf_set_string(f, obj, digits, &why);
	} else if (f->type != CF_BOOL && f->type != CF_UINT && kind == CF_IS_STRING) {
		ok = cf_set_string(f, obj, string_of(s), &why);
	} else {
		wrong_type(l, object, name, f, s);
		return;
	}
	if (!ok && l->quiet == 0)
		say(l, false, line_of(s), object, name, "%s", buf);
}

static void load_element(struct cf_load *l, unsigned object, const struct cf_field *list,
			 config_setting_t *s, config_setting_t *defaults)
{
	bool plain = list->of->shorthand != NULL && !config_setting_is_aggregate(s);
	char found[256];
	struct text t = text_open(found, sizeof found);

	if (plain && value_of(s)->joined && l->quiet == 0)
		say(l, true, line_of(s), object, NULL,
		    "strings side by side are read as one; is a comma missing?");
	if (plain || config_setting_is_group(s)) {
		l->object[object].plain = plain;
		load_group(l, object, s, defaults, true);
	} else if (l->quiet == 0 && !value_of(s)->wrong) {
		put_found(s, false, &t);
		say(l, false, line_of(s), object, NULL, "expected a group { ... }%s; found %s",
		    list->of->shorthand != NULL ? " or a plain value" : "", found);
	}
}

static bool check_count(struct cf_load *l, unsigned object, const struct cf_field *f,
			const config_setting_t *s)
{
	unsigned n = (unsigned)config_setting_length(s);
	char range[64];
	struct text t = text_open(range, sizeof range);

	if (n >= f->min && (f->max == 0 || n <= f->max))
		return true;
	cf_put_range(f, &t);
	if (l->quiet == 0)
		say(l, false, line_of(s), object, f->name, "must have %s elements, not %u", range,
		    n);
	return false;
}

static void load_list(struct cf_load *l, unsigned object, const struct cf_field *f,
		      config_setting_t *s, config_setting_t *defaults)
{
	unsigned n, element;
	struct cf_list list;
	size_t at;

	if (!config_setting_is_list(s) &&
	    !(config_setting_is_array(s) && f->of->shorthand != NULL)) {
		wrong_type(l, object, f->name, f, s);
		return;
	}
	n = (unsigned)config_setting_length(s);
	if (!check_count(l, object, f, s) || n == 0 || !add_bytes(l, n * f->of->size, &at))
		return;
	list = (struct cf_list){ .at = (uint32_t)at, .n = n };
	memcpy(cf_member(f, bytes_of(l, object)), &list, sizeof list);
	for (unsigned i = 0; i < n && !l->given_up; i++) {
		config_setting_t *e = config_setting_get_elem(s, i);
		struct object o = { .s = f->of,
				    .at = at + i * f->of->size,
				    .parent = object,
				    .name = f->name,
				    .index = (long)i,
				    .line = line_of(e) };

		if (add_object(l, o, &element))
			load_element(l, element, f, e, defaults);
	}
}

/* A group in a struct: what stands in it, and what a defaults group has for it. */
static void load_inner(struct cf_load *l, unsigned object, const struct cf_field *f,
		       config_setting_t *own, config_setting_t *fallback, bool demand)
{
	const config_setting_t *from = own != NULL ? own : fallback;
	struct object o = { .s = f->of,
			    .at = l->object[object].at + f->offset,
			    .parent = object,
			    .name = f->name,
			    .index = NO_INDEX,
			    .line = from != NULL ? line_of(from) : l->object[object].line };
	unsigned inner;

	if (own != NULL && !config_setting_is_group(own))
		wrong_type(l, object, f->name, f, own);
	if (from == NULL || !config_setting_is_group(from))
		demand = false;
	if (add_object(l, o, &inner))
		load_group(l, inner, own, fallback, demand);
}

/* Checks a group of defaults by itself, so that its errors are told once, and even if nobody uses
 * them. */
static void check_defaults(struct cf_load *l, unsigned object, const struct cf_field *list,
			   config_setting_t *s)
{
	struct cf_field group = { .name = list->defaults, .type = CF_GROUP };
	struct object o = { .s = list->of,
			    .parent = object,
			    .name = list->defaults,
			    .index = NO_INDEX,
			    .line = line_of(s) };
	size_t len = l->model.len, objects = l->n_objects, field_lines = l->n_field_lines;
	unsigned scratch;

	if (!config_setting_is_group(s)) {
		wrong_type(l, object, list->defaults, &group, s);
		return;
	}
	if (add_bytes(l, list->of->size, &o.at) && add_object(l, o, &scratch))
		load_group(l, scratch, s, NULL, false);
	l->model.len = len;
	l->n_objects = objects;
	l->n_field_lines = field_lines;
}

static void load_field(struct cf_load *l, unsigned object, const struct cf_field *f,
		       config_setting_t *own, config_setting_t *fallback, bool demand)
{
	const struct cf_schema *schema = l->object[object].s;
	bool whole = own != NULL && !config_setting_is_aggregate(own) &&
		     schema->shorthand != NULL && strcmp(schema->shorthand, f->name) == 0;
	config_setting_t *mine = whole ? own : member(own, f->name), *defaults = NULL;
	config_setting_t *theirs = member(fallback, f->name), *s = mine != NULL ? mine : theirs;

	l->field_line[l->object[object].field_line + (size_t)(f - schema->field)] = line_of(s);
	if (s == NULL && f->required && demand && l->quiet == 0)
		say(l, false, l->object[object].line, object, f->name, "is missing");
	if (f->defaults != NULL) {
		defaults = member(own, f->defaults);
		if (defaults != NULL)
			check_defaults(l, object, f, defaults);
		else
			defaults = member(fallback, f->defaults);
	}
	l->quiet += mine == NULL && f->type != CF_GROUP;
	if (f->type == CF_GROUP)
		load_inner(l, object, f, mine, theirs, demand);
	else if (s == NULL)
		cf_set_default(f, bytes_of(l, object));
	else if (f->type == CF_LIST)
		load_list(l, object, f, s, defaults);
	else
		load_scalar(l, object, whole ? NULL : f->name, f, s);
	l->quiet -= mine == NULL && f->type != CF_GROUP;
}

/* Fills an object from a group, or from the plain value that stands for it. A setting that is not
 * there is taken from `fallback`. `demand`: what is required must be there. */
static void load_group(struct cf_load *l, unsigned object, config_setting_t *own,
		       config_setting_t *fallback, bool demand)
{
	const struct cf_schema *s = l->object[object].s;
	int n = own != NULL && config_setting_is_group(own) && l->quiet == 0
			? config_setting_length(own)
			: 0;

	for (int i = 0; i < n; i++) {
		const config_setting_t *given = config_setting_get_elem(own, (unsigned)i);

		if (!cf_name_known(s, config_setting_name(given)))
			unknown(l, object, given);
	}
	for (unsigned i = 0; i < s->n && !l->given_up; i++)
		load_field(l, object, &s->field[i], own, fallback, demand);
}

/* ---- the whole */

bool cf_load_clean(const struct cf_load *l)
{
	return l->n[false] == 0;
}

/* The text's line, without its indentation. */
static void put_line(const struct cf_source *src, unsigned line, struct text *to)
{
	const char *p = src->text;

	while (line > 1 && p != NULL) {
		p = strchr(p, '\n');
		p += p != NULL;
		line--;
	}
	if (p == NULL)
		return;
	p += strspn(p, " \t");
	text_put_escaped(to, p, strcspn(p, "\n"));
}

static void syntax_error(struct cf_load *l, const config_t *config)
{
	unsigned line = (unsigned)config_error_line(config);
	char buf[100];
	struct text t = text_open(buf, sizeof buf);

	put_line(l->src, line, &t);
	say(l, false, line, 0, NULL, "%s near: %s%s", config_error_text(config), buf,
	    t.cut ? "..." : "");
}

/* Whether there is a model to look at, with whatever errors. */
static bool parse(struct cf_load *l, const struct cf_schema *root)
{
	const char *text = l->src->mended != NULL ? l->src->mended : l->src->text;
	struct object o = { .s = root, .index = NO_INDEX };
	bool walked = false;
	config_t config;
	unsigned object;

	config_init(&config);
	if (config_read_string(&config, text) != CONFIG_TRUE)
		syntax_error(l, &config);
	else if (!attach(l->src, config_root_setting(&config)))
		say(l, false, 0, 0, NULL,
		    "libconfig reads this file in another way than it is meant; "
		    "is it a version that was never tried?");
	else if (add_bytes(l, root->size, &o.at) && add_object(l, o, &object)) {
		load_group(l, object, config_root_setting(&config), NULL, true);
		walked = !l->given_up;
	}
	config_destroy(&config);
	return walked;
}

/* By line, and on one line as they were found. */
static int in_file_order(const void *a, const void *b)
{
	const struct message *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return x->found < y->found ? -1 : x->found > y->found;
}

static void put_message(const struct cf_load *l, const struct message *m, struct text *to)
{
	const char *file;
	unsigned line;

	cf_source_where(l->src, m->line, &file, &line);
	text_put_escaped(to, file, strlen(file));
	if (line > 0)
		text_fmt(to, ":%u", line);
	text_fmt(to, ": %s\n", m->text);
}

static void write_report(struct cf_load *l, struct cf_report *report)
{
	struct text t = text_open(report->text, sizeof report->text);
	unsigned told = 0;

	qsort(l->message, l->kept, sizeof l->message[0], in_file_order);
	t.size -= REPORT_TAIL;
	for (; told < l->kept; told++) {
		size_t len = t.len;

		put_message(l, &l->message[told], &t);
		if (t.cut) {
			t.len = len;
			t.buf[len] = '\0';
			break;
		}
	}
	t.size += REPORT_TAIL;
	if (told < l->n[false] + l->n[true])
		text_fmt(&t, "... and %u more\n", l->n[false] + l->n[true] - told);
	report->errors = l->n[false];
	report->warnings = l->n[true];
	report->len = t.len;
}

bool cf_load(const struct cf_source *src, const struct cf_schema *root,
	     void (*check)(struct cf_load *), struct cf_model *model, struct cf_report *report)
{
	struct cf_load *l = calloc(1, sizeof *l);
	bool ok;

	*model = (struct cf_model){ 0 };
	memset(report, 0, sizeof *report);
	if (l == NULL) {
		report->errors = 1;
		report->len =
			(size_t)snprintf(report->text, sizeof report->text, "out of memory\n");
		return false;
	}
	CHECK(src->n_errors > 0 || (src->text != NULL && !src->broken));
	l->src = src;
	take_source_errors(l);
	/* What an editor or a full disk leaves behind. On reload it would end everything. */
	if (!src->broken && src->n_values == 0)
		say(l, false, 0, 0, NULL, "there is not one setting in it: was the file cut off?");
	else if (!src->broken && parse(l, root) && check != NULL)
		check(l);
	ok = l->n[false] == 0;
	write_report(l, report);
	if (ok)
		*model = l->model;
	else
		cf_model_free(&l->model);
	free(l->object);
	free(l->field_line);
	free(l);
	return ok;
}

/* There may be secrets in it. */
void cf_model_free(struct cf_model *m)
{
	if (m->bytes != NULL)
		explicit_bzero(m->bytes, m->len);
	free(m->bytes);
	*m = (struct cf_model){ 0 };
}
