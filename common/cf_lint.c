/* SPDX-License-Identifier: BSD-2-Clause */
#include "cf_lint.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cf_token.h"
#include "text.h"

/* A name given in a group that is still open. */
struct name {
	size_t at, len;
	unsigned line;
};

/* A step of the path to the value that is looked at. */
struct step {
	struct cf_token name; /* of a setting; len 0: an element of a list */
	unsigned index;
};

struct lint {
	struct cf_source *src;
	const char *text;
	struct cf_scan scan;       /* behind the token */
	struct cf_token tok, last; /* what is looked at, and what came before it */
	struct name *names;
	unsigned n_names, names_size, values_size;
	struct step step[CF_NEST_MAX + 1];
	unsigned n_steps, depth;
	unsigned dropping; /* inside settings that are given a second time */
	bool lost_quote;   /* a string that was not closed may have swallowed brackets and commas */
	bool stop;         /* an error says why */
};

enum place { IN_GROUP, IN_LIST, IN_ARRAY };

enum { NOT_NOTED = CF_VALUES_MAX, SHOWN_MAX = 40 };

static void next(struct lint *l)
{
	l->last = l->tok;
	l->tok = cf_token_next(&l->scan);
}

static enum cf_token_kind peek(const struct lint *l)
{
	struct cf_scan ahead = l->scan;

	return cf_token_next(&ahead).kind;
}

static size_t end_of(struct cf_token t)
{
	return t.at + t.len;
}

/* ---- what is found */

/* Bytes of the text for a message. */
struct shown {
	char s[4 * SHOWN_MAX + 4];
};

static struct shown show(const struct lint *l, size_t at, size_t len)
{
	struct shown shown;
	struct text t = text_open(shown.s, sizeof shown.s);

	text_put_escaped(&t, l->text + at, len < SHOWN_MAX ? len : SHOWN_MAX);
	if (len > SHOWN_MAX)
		text_put(&t, "...");
	return shown;
}

/* Adds an error with the path of the value in front. */
static void complain(struct lint *l, unsigned line, bool trap, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

static void complain(struct lint *l, unsigned line, bool trap, const char *fmt, ...)
{
	char path[120] = "", message[200];
	struct text t = text_open(path, sizeof path);
	va_list ap;

	for (unsigned i = 0; i < l->n_steps; i++) {
		const struct step *step = &l->step[i];

		if (step->name.len == 0)
			text_fmt(&t, "[%u]", step->index);
		else
			text_fmt(&t, "%s%.*s", i == 0 ? "" : ".", (int)step->name.len,
				 l->text + step->name.at);
	}
	va_start(ap, fmt);
	vsnprintf(message, sizeof message, fmt, ap);
	va_end(ap);
	cf_complain(l->src, line, trap, "%s%s%s%s", path, t.cut ? "..." : "",
		    l->n_steps == 0 ? "" : ": ", message);
}

/* What libconfig calls a syntax error: the text cannot be parsed, not even mended. Where a string
 * was not closed, the errors behind it are mostly its own. */
#define SYNTAX(l, line, ...) \
	do { \
		(l)->src->broken = true; \
		if (!(l)->lost_quote) \
			complain(l, line, false, __VA_ARGS__); \
	} while (0)

/* Ends the search: there is no sense in what follows, or no end to it. */
#define STOP(l, line, trap, ...) \
	do { \
		(l)->src->broken = true; \
		(l)->stop = true; \
		complain(l, line, trap, __VA_ARGS__); \
	} while (0)

/* Puts something harmless in the place of what is wrong. */
static void mend(struct lint *l, size_t at, size_t len, const char *with)
{
	struct cf_source *src = l->src;

	if (src->broken)
		return;
	if (src->mended == NULL)
		src->mended = strdup(src->text);
	if (src->mended == NULL || strlen(with) > len) {
		src->broken = true;
		return;
	}
	for (size_t i = at; i < at + len; i++)
		if (src->text[i] != '\n')
			src->mended[i] = ' ';
	memcpy(src->mended + at, with, strlen(with));
}

/* Adds a value to the table. */
static unsigned note(struct lint *l, unsigned line, enum cf_kind kind)
{
	struct cf_source *src = l->src;
	unsigned size = l->values_size == 0 ? 256 : l->values_size * 2;
	struct cf_value *more;

	if (l->dropping > 0)
		return NOT_NOTED;
	if (src->n_values == CF_VALUES_MAX) {
		STOP(l, line, true, "more than %d values", CF_VALUES_MAX);
		return NOT_NOTED;
	}
	if (src->n_values == l->values_size) {
		more = realloc(src->value, size * sizeof *more);
		if (more == NULL) {
			STOP(l, line, true, "out of memory");
			return NOT_NOTED;
		}
		src->value = more;
		l->values_size = size;
	}
	src->value[src->n_values] = (struct cf_value){ .line = line, .kind = (unsigned char)kind };
	return src->n_values++;
}

static void mark_wrong(struct lint *l, unsigned value, enum cf_kind kind)
{
	if (value == NOT_NOTED)
		return;
	l->src->value[value].wrong = true;
	l->src->value[value].kind = (unsigned char)kind;
}

/* ---- one value */

/* Whether the integer is read as it is written. */
static bool check_integer(struct lint *l, struct cf_token t)
{
	const char *p = l->text + t.at;
	bool hex = t.len > 1 && (p[1] == 'x' || p[1] == 'X'), small = t.kind == T_INT;
	struct shown shown = show(l, t.at, t.len);
	long long n;
	bool fits;

	errno = 0;
	n = strtoll(p, NULL, hex ? 16 : 10);
	fits = errno != ERANGE;
	if (fits && (!small || (n >= INT32_MIN && n <= INT32_MAX)))
		return true;
	if (fits)
		complain(l, t.line, true,
			 "%s needs an L at its end: write %sL. Without it only 32 bits are read",
			 shown.s, shown.s);
	else
		complain(l, t.line, true, "%s is beyond 64 bits: integers end at %lld", shown.s,
			 *p == '-' ? LLONG_MIN : LLONG_MAX);
	mend(l, t.at, t.len, small ? "0" : "0L");
	return false;
}

static bool check_float(struct lint *l, struct cf_token t)
{
	if (!isinf(strtod(l->text + t.at, NULL)))
		return true;
	complain(l, t.line, true, "%s is beyond what a number can be", show(l, t.at, t.len).s);
	mend(l, t.at, t.len, ".");
	return false;
}

static bool check_closed(struct lint *l, struct cf_token t)
{
	if (!t.unclosed)
		return true;
	complain(l, t.line, true,
		 "the string opened here is not closed on its line "
		 "(a line break inside a string is written \\n)");
	l->lost_quote = true;
	mend(l, t.at, t.len, "\"\"");
	return false;
}

static bool check_string(struct lint *l, struct cf_token t)
{
	const char *p = l->text + t.at;

	if (!check_closed(l, t))
		return false;
	for (size_t i = 1; i + 1 < t.len; i++) {
		if (p[i] != '\\')
			continue;
		i++;
		if ((p[i] == 'x' || p[i] == 'X') && p[i + 1] == '0' && p[i + 2] == '0') {
			complain(l, t.line, true,
				 "\\x00 cannot be part of a string: it would be left out");
			mend(l, t.at, t.len, "\"\"");
			return false;
		}
	}
	return true;
}

static bool check_scalar(struct lint *l, struct cf_token t)
{
	if (t.kind == T_INT || t.kind == T_INT64)
		return check_integer(l, t);
	if (t.kind == T_FLOAT)
		return check_float(l, t);
	return t.kind != T_STRING || check_string(l, t);
}

/* Whether the token may stand behind a value. What is wrong in a list is told by elements(). */
static bool fits_behind(const struct lint *l, enum place in)
{
	enum cf_token_kind k = l->tok.kind;

	return k == T_COMMA || k == T_SEMICOLON || k == T_CLOSE || k == T_END ||
	       (in == IN_GROUP && k == T_NAME && peek(l) == T_EQUALS);
}

static bool is_unit(const char *p, size_t len)
{
	static const char *const unit[] = { "ns", "us", "ms", "s", "m", "h" };

	for (size_t i = 0; i < sizeof unit / sizeof *unit; i++)
		if (strlen(unit[i]) == len && memcmp(p, unit[i], len) == 0)
			return true;
	return false;
}

/* 10ms, 1.5 s */
static bool is_duration(const char *p, size_t len, size_t *number)
{
	size_t n = cf_digits(p), blanks;

	if (p[n] == '.')
		n += 1 + cf_digits(p + n + 1);
	*number = n;
	for (blanks = 0; p[n + blanks] == ' ' || p[n + blanks] == '\t'; blanks++)
		;
	return n > 0 && n + blanks < len && is_unit(p + n + blanks, len - n - blanks);
}

static bool is_word(const char *p, size_t len, const char *const *word)
{
	for (; *word != NULL; word++)
		if (strlen(*word) == len && strncasecmp(p, *word, len) == 0)
			return true;
	return false;
}

/* Says what is wrong with a value that lacks its quotes. It may be a password: it is not shown. */
static void complain_bare(struct lint *l, unsigned line, size_t at, size_t len)
{
	static const char *const yes[] = { "yes", "on", "enable", "enabled", NULL };
	static const char *const no[] = { "no", "off", "disable", "disabled", NULL };
	const char *p = l->text + at;
	size_t number, unit = len;

	if (memmem(p, len, "\xc2\xa0", 2) != NULL)
		complain(l, line, false,
			 "a no-break space (U+00A0) stands here; was this copied from elsewhere?");
	else if (*p == '\'' || memmem(p, len, "\xe2\x80", 2) != NULL)
		complain(l, line, false, "a string stands in plain double quotes: \"...\"");
	else if (is_word(p, len, yes) || is_word(p, len, no))
		complain(l, line, false, "%.*s is not a truth value: write %s", (int)len, p,
			 is_word(p, len, yes) ? "true" : "false");
	else if (is_duration(p, len, &number)) {
		while (isalpha((unsigned char)p[unit - 1]))
			unit--;
		complain(l, line, false,
			 "write a length of time as a string with a unit: \"%.*s%.*s\"",
			 (int)number, p, (int)(len - unit), p + unit);
	} else if (len >= 8 && memcmp(p, "@include", 8) == 0)
		complain(l, line, false, "an @include stands on a line of its own");
	else
		complain(l, line, false,
			 "the value must stand in double quotes, "
			 "unless it is a number, true or false");
}

/* The text from `at` that was meant to be one value. */
static size_t bare_length(const char *p)
{
	size_t n = 0;

	do
		n++;
	while (strchr(" \t\f\n;,(){}[]\"#=", p[n]) == NULL &&
	       !(p[n] == '/' && (p[n + 1] == '/' || p[n + 1] == '*')));
	return n;
}

/* A value that began at `at` and makes no sense to libconfig, as it lacks its quotes. */
static void bare(struct lint *l, struct cf_token start, unsigned value, enum place in)
{
	size_t len = bare_length(l->text + start.at), number;

	if (l->last.at == start.at && l->tok.kind == T_NAME &&
	    is_duration(l->text + start.at, end_of(l->tok) - start.at, &number))
		len = end_of(l->tok) - start.at;
	complain_bare(l, start.line, start.at, len);
	l->tok = start;
	l->tok.len = len;
	l->scan.at = start.at + len;
	l->scan.line = start.line;
	next(l);
	/* several words */
	while (in == IN_GROUP && l->tok.line == start.line && !fits_behind(l, in) &&
	       l->tok.kind != T_OPEN) {
		len = end_of(l->tok) - start.at;
		check_closed(l, l->tok);
		next(l);
	}
	mend(l, start.at, len, "\"\"");
	mark_wrong(l, value, CF_IS_STRING);
}

static void describe(const struct lint *l, struct text *to)
{
	const char *p = l->text + l->tok.at;

	if (l->tok.kind == T_END)
		text_put(to, "the end of the file");
	else if (memcmp(p, "\xc2\xa0", 2) == 0)
		text_put(to, "a no-break space (U+00A0); was this copied from elsewhere?");
	else if (strncmp(p, "@include", 8) == 0)
		text_put(to, "@include, which stands on a line of its own");
	else if (l->tok.kind == T_STRING)
		text_put(to, "a string");
	else
		text_fmt(to, "'%s'", show(l, l->tok.at, l->tok.len).s);
}

static void expected(struct lint *l, const char *what)
{
	char found[200];
	struct text t = text_open(found, sizeof found);

	describe(l, &t);
	SYNTAX(l, l->tok.line, "expected %s, found %s", what, found);
}

/* Goes to where the next setting of this group may begin. */
static void resync(struct lint *l)
{
	unsigned depth = 0;
	bool block = false;

	while (l->tok.kind != T_END && (depth > 0 || l->tok.kind != T_CLOSE)) {
		if (depth == 0 && (l->tok.kind == T_SEMICOLON || l->tok.kind == T_COMMA)) {
			next(l);
			return;
		}
		if (depth == 0 && (block || (l->tok.kind == T_NAME && peek(l) == T_EQUALS)))
			return;
		depth += l->tok.kind == T_OPEN;
		depth -= l->tok.kind == T_CLOSE;
		block = l->tok.kind == T_CLOSE && depth == 0;
		check_closed(l, l->tok);
		next(l);
	}
}

static enum cf_kind kind_of(struct cf_token t)
{
	static const enum cf_kind kind[] = {
		[T_BOOL] = CF_IS_BOOL,   [T_INT] = CF_IS_INT,       [T_INT64] = CF_IS_INT64,
		[T_FLOAT] = CF_IS_FLOAT, [T_STRING] = CF_IS_STRING,
	};

	return kind[t.kind];
}

static void scalar(struct lint *l, unsigned line, enum place in)
{
	struct cf_token start = l->tok;
	unsigned value = note(l, line, kind_of(start));
	bool right;

	next(l);
	if (start.kind != T_STRING && !fits_behind(l, in) &&
	    (l->tok.at == end_of(start) || (l->tok.kind == T_NAME && l->tok.line == start.line &&
					    is_unit(l->text + l->tok.at, l->tok.len)))) {
		bare(l, start, value, in);
		return;
	}
	right = check_scalar(l, start);
	while (start.kind == T_STRING && l->tok.kind == T_STRING) {
		right = check_string(l, l->tok) && right;
		if (value != NOT_NOTED)
			l->src->value[value].joined = true;
		next(l);
	}
	if (!right)
		mark_wrong(l, value, kind_of(start));
	if (start.kind == T_STRING && in == IN_GROUP && l->tok.line == l->last.line &&
	    !fits_behind(l, in)) {
		SYNTAX(l, l->tok.line,
		       "text behind a string; a quote inside a string is written \\\"");
		resync(l);
	}
}

/* ---- groups, lists, arrays */

static void value(struct lint *l, unsigned line, enum place in);

static bool same_name(const struct lint *l, struct name a, struct cf_token b)
{
	return a.len == b.len && memcmp(l->text + a.at, l->text + b.at, b.len) == 0;
}

static void push_name(struct lint *l, struct cf_token t)
{
	unsigned size = l->names_size == 0 ? 64 : l->names_size * 2;
	struct name *more;

	if (l->n_names == l->names_size) {
		more = realloc(l->names, size * sizeof *more);
		if (more == NULL) {
			STOP(l, t.line, true, "out of memory");
			return;
		}
		l->names = more;
		l->names_size = size;
	}
	l->names[l->n_names++] = (struct name){ .at = t.at, .len = t.len, .line = t.line };
}

static void expected_equals(struct lint *l, struct cf_token name)
{
	if (l->tok.kind == T_STRING && name.len == 7 &&
	    memcmp(l->text + name.at, "include", 7) == 0)
		SYNTAX(l, name.line, "an include is written: @include \"file\"");
	else
		SYNTAX(l, name.line, "expected '=' after '%s'", show(l, name.at, name.len).s);
	resync(l);
}

/* Remembers the name in the group that begins at names[group]. False when it is there already. */
static bool is_new(struct lint *l, struct cf_token name, unsigned group)
{
	const char *file;
	unsigned line;

	for (unsigned i = group; i < l->n_names; i++)
		if (same_name(l, l->names[i], name)) {
			cf_source_where(l->src, l->names[i].line, &file, &line);
			complain(l, name.line, false,
				 "set twice in this group; the first is at %.100s:%u", file, line);
			return false;
		}
	push_name(l, name);
	return true;
}

static void setting(struct lint *l, unsigned group)
{
	struct cf_token name = l->tok;
	bool twice;

	next(l);
	if (l->tok.kind != T_EQUALS) {
		expected_equals(l, name);
		return;
	}
	l->step[l->n_steps++] = (struct step){ .name = name };
	twice = !is_new(l, name, group);
	l->dropping += twice;
	next(l);
	value(l, name.line, IN_GROUP);
	if (l->tok.kind == T_SEMICOLON || l->tok.kind == T_COMMA)
		next(l);
	if (twice) {
		l->dropping--;
		mend(l, name.at, end_of(l->last) - name.at, "");
	}
	l->n_steps--;
}

static void settings(struct lint *l)
{
	unsigned group = l->n_names;

	while (!l->stop && l->tok.kind != T_END && l->tok.kind != T_CLOSE) {
		if (l->n_names - group == CF_MEMBERS_MAX) {
			STOP(l, l->tok.line, true, "more than %d settings in one group",
			     CF_MEMBERS_MAX);
		} else if (l->tok.kind == T_NAME) {
			setting(l, group);
		} else if (l->tok.kind == T_SEMICOLON || l->tok.kind == T_COMMA) {
			complain(l, l->tok.line, false, "there is no setting before this '%c'",
				 l->text[l->tok.at]);
			mend(l, l->tok.at, 1, "");
			next(l);
		} else {
			if (l->tok.kind == T_STRING && peek(l) == T_EQUALS)
				SYNTAX(l, l->tok.line,
				       "the name of a setting stands without quotes");
			else if (l->tok.kind == T_OPEN)
				expected(l, "a name and '=' before it");
			else
				expected(l, "the name of a setting");
			resync(l);
		}
	}
	l->n_names = group;
}

/* Takes the separator behind an element of a list. False when there is none. */
static bool separator(struct lint *l)
{
	struct cf_token t = l->tok;

	if (t.kind != T_COMMA && t.kind != T_SEMICOLON)
		return false;
	next(l);
	if (l->tok.kind == T_CLOSE) {
		complain(l, t.line, false, "remove this '%c': no other element follows",
			 l->text[t.at]);
		mend(l, t.at, 1, "");
	} else if (t.kind == T_SEMICOLON) {
		complain(l, t.line, false,
			 "the elements of a list are separated by ',', not by ';'");
		mend(l, t.at, 1, ",");
	}
	return true;
}

/* Whether libconfig can hold the element in one array with the first. It can where an error was
 * mended if the array becomes a list. */
static bool fits_array(struct lint *l, unsigned array, unsigned element, bool told)
{
	const struct cf_value *v = l->src->value;

	if (element >= l->src->n_values || v[element].wrong)
		return l->dropping > 0;
	if (v[element].kind >= CF_IS_GROUP) {
		if (!told)
			complain(l, v[element].line, false,
				 "an array [ ] holds plain values only: make it a list ( )");
		return false;
	}
	if (v[element].kind == v[array + 1].kind || v[array + 1].wrong)
		return true;
	if (!told)
		complain(l, v[element].line, false,
			 "the elements of an array [ ] are all of one kind: make it a list ( )");
	return false;
}

static void elements(struct lint *l, unsigned array, size_t open)
{
	bool is_array = l->text[open] == '[', is_list = !is_array;
	unsigned element, index = 0;

	while (l->tok.kind != T_CLOSE && l->tok.kind != T_END) {
		if (l->tok.kind == T_NAME && peek(l) == T_EQUALS) {
			SYNTAX(l, l->tok.line,
			       "settings stand in a group { }; this is a list: "
			       "write ( { ... }, { ... } )");
			settings(l);
			return;
		}
		element = l->src->n_values;
		l->step[l->n_steps++] = (struct step){ .index = index++ };
		value(l, l->tok.line, is_array ? IN_ARRAY : IN_LIST);
		l->n_steps--;
		if (l->stop)
			return;
		if (is_array && !fits_array(l, array, element, is_list))
			is_list = true;
		if (!separator(l) && l->tok.kind != T_CLOSE && l->tok.kind != T_END)
			SYNTAX(l, l->tok.line, "a comma is missing before this element");
	}
	if (is_array && is_list && l->tok.kind == T_CLOSE && array != NOT_NOTED) {
		mend(l, open, 1, "(");
		mend(l, l->tok.at, 1, ")");
		l->src->value[array].kind = CF_IS_LIST;
	}
}

static void mismatch(struct lint *l, struct cf_token open)
{
	const char *file;
	unsigned line;

	cf_source_where(l->src, open.line, &file, &line);
	SYNTAX(l, l->tok.line, "found '%c', but the '%c' opened at %.100s:%u is not closed yet",
	       l->text[l->tok.at], l->text[open.at], file, line);
}

static void aggregate(struct lint *l, unsigned line)
{
	static const char open[] = "{([", close[] = "})]";
	static const enum cf_kind kind[] = { CF_IS_GROUP, CF_IS_LIST, CF_IS_ARRAY };
	struct cf_token start = l->tok;
	size_t which = (size_t)(strchr(open, l->text[start.at]) - open);
	unsigned noted;

	if (l->depth == CF_NEST_MAX) {
		STOP(l, start.line, true, "nested deeper than %d levels", CF_NEST_MAX);
		return;
	}
	l->depth++;
	noted = note(l, line, kind[which]);
	next(l);
	if (kind[which] == CF_IS_GROUP)
		settings(l);
	else
		elements(l, noted, start.at);
	l->depth--;
	if (l->stop)
		return;
	if (l->tok.kind == T_CLOSE && l->text[l->tok.at] == close[which]) {
		next(l);
		return;
	}
	if (l->tok.kind == T_END)
		SYNTAX(l, start.line, "the '%c' opened here is never closed", open[which]);
	else
		mismatch(l, start);
	l->stop = true;
}

/* The value of a setting, or an element. `line` is where it is said to stand. */
static void value(struct lint *l, unsigned line, enum place in)
{
	const char *p = l->text + l->tok.at;

	if (l->tok.kind == T_EQUALS && !(p[0] == ':' && p[1] == ':')) {
		expected(l, "a value");
		while (l->tok.kind == T_EQUALS)
			next(l);
	}
	switch (l->tok.kind) {
	case T_BOOL:
	case T_INT:
	case T_INT64:
	case T_FLOAT:
	case T_STRING:
		scalar(l, line, in);
		break;
	case T_OPEN:
		aggregate(l, line);
		break;
	case T_NAME:
		if (l->tok.line != l->last.line && peek(l) == T_EQUALS) {
			SYNTAX(l, l->last.line, "a value is missing here");
			break;
		}
		bare(l, l->tok, note(l, line, CF_IS_STRING), in);
		break;
	case T_BAD:
	case T_EQUALS:
		bare(l, l->tok, note(l, line, CF_IS_STRING), in);
		break;
	case T_COMMA:
	case T_SEMICOLON:
	case T_CLOSE:
	case T_END:
		SYNTAX(l, l->last.line, "a value is missing here");
		break;
	}
}

void cf_lint(struct cf_source *src)
{
	struct lint l = { .src = src, .text = src->text, .scan = { .text = src->text, .line = 1 } };

	next(&l);
	while (!l.stop && l.tok.kind != T_END) {
		settings(&l);
		if (!l.stop && l.tok.kind == T_CLOSE) {
			SYNTAX(&l, l.tok.line, "this '%c' closes nothing", l.text[l.tok.at]);
			next(&l);
		}
	}
	free(l.names);
}
