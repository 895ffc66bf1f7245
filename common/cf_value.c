/* SPDX-License-Identifier: BSD-2-Clause */
#include "cf_value.h"

#include <inttypes.h>
#include <string.h>

#include "check.h"
#include "mono.h"

static const struct {
	const char *name;
	uint64_t ns;
} UNIT[] = {
	{ "h", UINT64_C(3600000000000) },
	{ "m", UINT64_C(60000000000) },
	{ "s", 1000000000 },
	{ "ms", 1000000 },
	{ "us", 1000 },
	{ "ns", 1 },
};

enum { N_UNITS = sizeof UNIT / sizeof UNIT[0] };

/* ---- lengths of time */

/* number * unit + fraction, all exact. */
static bool parse_fraction(const char **from, uint64_t unit, uint64_t *ns)
{
	uint64_t scale = unit;

	for (*ns = 0; **from >= '0' && **from <= '9'; (*from)++) {
		if (scale % 10 != 0 && **from != '0')
			return false;
		scale /= 10;
		*ns += scale * (uint64_t)(**from - '0');
	}
	return true;
}

bool cf_parse_span(const char *from, uint64_t *ns)
{
	const char *p = from, *point = NULL, *unit;
	uint64_t whole = 0, fraction = 0;
	unsigned u = 0;

	for (; *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(whole, 10, &whole) ||
		    __builtin_add_overflow(whole, (uint64_t)(*p - '0'), &whole))
			return false;
	if (p == from)
		return false;
	if (*p == '.') {
		point = ++p;
		while (*p >= '0' && *p <= '9')
			p++;
		if (p == point)
			return false;
	}
	for (unit = p; *unit == ' '; unit++)
		;
	while (u < N_UNITS && strcmp(UNIT[u].name, unit) != 0)
		u++;
	if (u == N_UNITS || (point != NULL && !parse_fraction(&point, UNIT[u].ns, &fraction)))
		return false;
	return !__builtin_mul_overflow(whole, UNIT[u].ns, ns) &&
	       !__builtin_add_overflow(*ns, fraction, ns) && *ns <= INT64_MAX;
}

void cf_print_span(uint64_t ns, struct text *to)
{
	unsigned u = 0;

	while (UNIT[u].ns > 1 && (ns == 0 || ns % UNIT[u].ns != 0))
		u++;
	text_fmt(to, "%" PRIu64 "%s", ns == 0 ? 0 : ns / UNIT[u].ns, ns == 0 ? "s" : UNIT[u].name);
}

/* ---- members */

void *cf_member(const struct cf_field *f, void *obj)
{
	return (char *)obj + f->offset;
}

const void *cf_member_of(const struct cf_field *f, const void *obj)
{
	return (const char *)obj + f->offset;
}

uint64_t cf_get(const struct cf_field *f, const void *obj)
{
	const void *p = cf_member_of(f, obj);
	uint8_t a;
	uint16_t b;
	uint32_t c;
	uint64_t d;

	switch (f->size) {
	case 1:
		memcpy(&a, p, 1);
		return a;
	case 2:
		memcpy(&b, p, 2);
		return b;
	case 4:
		memcpy(&c, p, 4);
		return c;
	default:
		CHECK(f->size == 8);
		memcpy(&d, p, 8);
		return d;
	}
}

void cf_put(const struct cf_field *f, void *obj, uint64_t v)
{
	void *p = cf_member(f, obj);
	uint8_t a = (uint8_t)v;
	uint16_t b = (uint16_t)v;
	uint32_t c = (uint32_t)v;

	switch (f->size) {
	case 1:
		memcpy(p, &a, 1);
		break;
	case 2:
		memcpy(p, &b, 2);
		break;
	case 4:
		memcpy(p, &c, 4);
		break;
	default:
		CHECK(f->size == 8);
		memcpy(p, &v, 8);
	}
}

/* ---- limits */

/* libconfig has no integer, and the model no length of time, beyond INT64_MAX. */
static uint64_t limit(const struct cf_field *f)
{
	if (f->max != 0)
		return f->max;
	return f->type == CF_UINT && f->size < 8 ? (UINT64_C(1) << (8 * f->size)) - 1 : INT64_MAX;
}

static void put_number(const struct cf_field *f, uint64_t v, struct text *to)
{
	if (f->type == CF_SPAN)
		cf_print_span(v, to);
	else
		text_fmt(to, "%" PRIu64, v);
}

void cf_put_range(const struct cf_field *f, struct text *to)
{
	if (f->type != CF_UINT && f->type != CF_SPAN && f->type != CF_LIST)
		return;
	if (f->type == CF_LIST && f->max != 0 && f->min == 0) {
		text_fmt(to, "at most %" PRIu64, f->max);
	} else if (f->max != 0 || (f->type == CF_UINT && f->size < 8)) {
		put_number(f, f->min, to);
		text_put(to, "..");
		put_number(f, limit(f), to);
	} else if (f->min != 0) {
		text_put(to, "at least ");
		put_number(f, f->min, to);
	}
}

static bool in_range(const struct cf_field *f, uint64_t v)
{
	return v >= f->min && v <= limit(f);
}

static void put_must_be(const struct cf_field *f, struct text *why)
{
	text_put(why, "must be ");
	cf_put_range(f, why);
}

/* Those two are written as libconfig writes them, without quotes. */
static bool is_bool_name(const char *name)
{
	return strcmp(name, "true") == 0 || strcmp(name, "false") == 0;
}

bool cf_takes_bool(const struct cf_field *f)
{
	for (unsigned i = 0; f->type == CF_ENUM && f->names[i] != NULL; i++)
		if (is_bool_name(f->names[i]))
			return true;
	return f->type == CF_BOOL;
}

void cf_put_names(const struct cf_field *f, struct text *to)
{
	for (unsigned i = 0; f->names[i] != NULL; i++) {
		const char *quote = is_bool_name(f->names[i]) ? "" : "\"";

		text_fmt(to, "%s%s%s%s",
			 i == 0                    ? ""
			 : f->names[i + 1] == NULL ? " or "
						   : ", ",
			 quote, f->names[i], quote);
	}
}

/* ---- from the file */

bool cf_set_int(const struct cf_field *f, void *obj, int64_t n, struct text *why)
{
	if (n >= 0 && in_range(f, (uint64_t)n)) {
		cf_put(f, obj, (uint64_t)n);
		return true;
	}
	if (limit(f) == INT64_MAX && f->min == 0)
		text_put(why, "must not be negative");
	else
		put_must_be(f, why);
	if (!f->secret)
		text_fmt(why, ", not %" PRId64, n);
	return false;
}

static bool set_span(const struct cf_field *f, void *obj, const char *from, struct text *why)
{
	uint64_t ns;

	if (!cf_parse_span(from, &ns)) {
		text_put(why, "must be a number with one of the units ns, us, ms, s, m, h, "
			      "such as \"250ms\"");
	} else if (!in_range(f, ns)) {
		put_must_be(f, why);
	} else {
		cf_put(f, obj, ns);
		return true;
	}
	if (!f->secret) {
		text_put(why, ", not \"");
		text_put_escaped(why, from, strnlen(from, 40));
		text_put(why, "\"");
	}
	return false;
}

static bool set_text(const struct cf_field *f, void *obj, const char *from, struct text *why)
{
	if (from[0] == '\0' && f->required) {
		text_put(why, "must not be empty");
		return false;
	}
	if (strlen(from) >= f->size) {
		text_fmt(why, "is %zu bytes long; at most %zu fit", strlen(from), f->size - 1);
		return false;
	}
	if (f->accept != NULL && !f->accept(from, why))
		return false;
	memcpy(cf_member(f, obj), from, strlen(from));
	return true;
}

static bool set_enum(const struct cf_field *f, void *obj, const char *from, struct text *why)
{
	for (unsigned i = 0; f->names[i] != NULL; i++)
		if (strcmp(f->names[i], from) == 0) {
			cf_put(f, obj, i);
			return true;
		}
	text_put(why, "must be ");
	cf_put_names(f, why);
	if (!f->secret) {
		text_put(why, ", not \"");
		text_put_escaped(why, from, strnlen(from, 40));
		text_put(why, "\"");
	}
	return false;
}

bool cf_set_string(const struct cf_field *f, void *obj, const char *from, struct text *why)
{
	switch (f->type) {
	case CF_SPAN:
		return set_span(f, obj, from, why);
	case CF_TEXT:
		return set_text(f, obj, from, why);
	case CF_ENUM:
		return set_enum(f, obj, from, why);
	case CF_VALUE:
		return f->parse(from, cf_member(f, obj), why);
	case CF_BOOL:
	case CF_UINT:
	case CF_GROUP:
	case CF_LIST:
		break;
	}
	CHECK_UNREACHABLE();
}

static void set_default_int(const struct cf_field *f, void *obj, struct text *why)
{
	int64_t n = 0;

	for (const char *p = f->def; *p != '\0'; p++) {
		CHECK(*p >= '0' && *p <= '9' && n < INT64_MAX / 10);
		n = n * 10 + (*p - '0');
	}
	CHECK(cf_set_int(f, obj, n, why));
}

void cf_set_default(const struct cf_field *f, void *obj)
{
	char buf[200];
	struct text why = text_open(buf, sizeof buf);

	memset(cf_member(f, obj), 0, f->size);
	if (f->type == CF_GROUP)
		cf_defaults(f->of, cf_member(f, obj));
	if (f->def == NULL)
		return;
	switch (f->type) {
	case CF_BOOL:
		CHECK(strcmp(f->def, "true") == 0 || strcmp(f->def, "false") == 0);
		cf_put(f, obj, f->def[0] == 't');
		break;
	case CF_UINT:
		set_default_int(f, obj, &why);
		break;
	case CF_SPAN:
	case CF_TEXT:
	case CF_ENUM:
	case CF_VALUE:
		CHECK(cf_set_string(f, obj, f->def, &why));
		break;
	case CF_GROUP:
	case CF_LIST:
		CHECK_UNREACHABLE();
	}
}

void cf_defaults(const struct cf_schema *s, void *obj)
{
	memset(obj, 0, s->size);
	for (unsigned i = 0; i < s->n; i++)
		cf_set_default(&s->field[i], obj);
}

/* ---- to the file */

bool cf_may_omit(const struct cf_field *f, const void *obj)
{
	const unsigned char *p = cf_member_of(f, obj);

	if (f->required || f->def != NULL || f->type == CF_GROUP)
		return false;
	for (size_t i = 0; i < f->size; i++)
		if (p[i] != 0)
			return false;
	return true;
}

static void put_quoted(const char *s, size_t max, struct text *to)
{
	static const char plain[] = "\n\r\t\f\"\\", letter[] = "nrtf\"\\";
	const char *found;

	text_put(to, "\"");
	for (size_t i = 0; i < max && s[i] != '\0'; i++) {
		found = strchr(plain, s[i]);
		if (found != NULL)
			text_fmt(to, "\\%c", letter[found - plain]);
		else if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f)
			text_fmt(to, "\\x%02x", (unsigned char)s[i]);
		else
			text_fmt(to, "%c", s[i]);
	}
	text_put(to, "\"");
}

static void put_printed(const struct cf_field *f, const void *obj, struct text *to)
{
	char buf[1024];
	struct text t = text_open(buf, sizeof buf);

	f->print(cf_member_of(f, obj), &t);
	CHECK(!t.cut);
	put_quoted(buf, sizeof buf, to);
}

void cf_put_value(const struct cf_field *f, const void *obj, struct text *to)
{
	unsigned names = 0;

	switch (f->type) {
	case CF_BOOL:
		text_put(to, cf_get(f, obj) != 0 ? "true" : "false");
		break;
	case CF_UINT:
		text_fmt(to, "%" PRIu64 "%s", cf_get(f, obj),
			 cf_get(f, obj) > INT32_MAX ? "L" : "");
		break;
	case CF_SPAN:
		text_put(to, "\"");
		cf_print_span(cf_get(f, obj), to);
		text_put(to, "\"");
		break;
	case CF_TEXT:
		put_quoted(cf_member_of(f, obj), f->size, to);
		break;
	case CF_ENUM:
		while (f->names[names] != NULL)
			names++;
		CHECK(cf_get(f, obj) < names);
		if (is_bool_name(f->names[cf_get(f, obj)]))
			text_put(to, f->names[cf_get(f, obj)]);
		else
			put_quoted(f->names[cf_get(f, obj)], CF_NAME_SIZE, to);
		break;
	case CF_VALUE:
		put_printed(f, obj, to);
		break;
	case CF_GROUP:
	case CF_LIST:
		CHECK_UNREACHABLE();
	}
}
