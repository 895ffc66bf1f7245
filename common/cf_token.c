/* SPDX-License-Identifier: BSD-2-Clause */
#include "cf_token.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_' || c == '*';
}

size_t cf_digits(const char *p)
{
	size_t n = 0;

	while (isdigit((unsigned char)p[n]))
		n++;
	return n;
}

/* The length of e+5 and the like, or 0. */
static size_t exponent(const char *p)
{
	size_t sign = p[0] != '\0' && (p[1] == '+' || p[1] == '-'), n;

	if (p[0] != 'e' && p[0] != 'E')
		return 0;
	n = cf_digits(p + 1 + sign);
	return n == 0 ? 0 : 1 + sign + n;
}

static size_t suffix(const char *p)
{
	return p[0] != 'L' ? 0 : p[1] != 'L' ? 1 : 2;
}

/* The number at p: its length, 0 when there is none. */
static size_t scan_number(const char *p, enum cf_token_kind *kind)
{
	size_t n = 0, whole, fraction, e;

	if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X') && isxdigit((unsigned char)p[2])) {
		for (n = 2; isxdigit((unsigned char)p[n]); n++)
			;
		*kind = suffix(p + n) > 0 ? T_INT64 : T_INT;
		return n + suffix(p + n);
	}
	if (*p == '+' || *p == '-')
		n++;
	whole = cf_digits(p + n);
	n += whole;
	if (p[n] == '.') {
		fraction = cf_digits(p + n + 1);
		*kind = T_FLOAT;
		return n + 1 + fraction + exponent(p + n + 1 + fraction);
	}
	if (whole == 0)
		return 0;
	e = exponent(p + n);
	*kind = e > 0 ? T_FLOAT : suffix(p + n) > 0 ? T_INT64 : T_INT;
	return n + (e > 0 ? e : suffix(p + n));
}

/* The length of the string at p, which ends with its line at the latest. */
static size_t scan_string(const char *p, bool *unclosed)
{
	size_t n = 1;

	while (p[n] != '"' && p[n] != '\n')
		n += p[n] == '\\' && (p[n + 1] == '"' || p[n + 1] == '\\') ? 2 : 1;
	*unclosed = p[n] != '"';
	return n + (p[n] == '"');
}

static size_t scan_word(const char *p, enum cf_token_kind *kind)
{
	size_t n = 1;

	while (is_name(p[n]))
		n++;
	*kind = (n == 4 && strncasecmp(p, "true", n) == 0) ||
				(n == 5 && strncasecmp(p, "false", n) == 0)
			? T_BOOL
			: T_NAME;
	return n;
}

/* Every comment is closed and the last line ends: cf_source.c sees to it. */
static void skip_space(struct cf_scan *s)
{
	const char *p = s->text + s->at, *end;

	for (;;) {
		if (*p == ' ' || *p == '\t' || *p == '\f') {
			p++;
		} else if (*p == '\n') {
			s->line++;
			p++;
		} else if (*p == '#' || (p[0] == '/' && p[1] == '/')) {
			p = strchr(p, '\n');
		} else if (p[0] == '/' && p[1] == '*') {
			end = strstr(p + 2, "*/");
			for (; p < end; p++)
				s->line += *p == '\n';
			p += 2;
		} else {
			break;
		}
	}
	s->at = (size_t)(p - s->text);
}

struct cf_token cf_token_next(struct cf_scan *s)
{
	static const enum cf_token_kind single[256] = {
		['='] = T_EQUALS, [':'] = T_EQUALS, [','] = T_COMMA, [';'] = T_SEMICOLON,
		['{'] = T_OPEN,   ['('] = T_OPEN,   ['['] = T_OPEN,  ['}'] = T_CLOSE,
		[')'] = T_CLOSE,  [']'] = T_CLOSE,
	};
	struct cf_token t = { .kind = T_BAD, .len = 1 };
	const char *p;
	size_t number;

	skip_space(s);
	p = s->text + s->at;
	t.at = s->at;
	t.line = s->line;
	number = scan_number(p, &t.kind);
	if (*p == '\0') {
		t.kind = T_END;
		t.len = 0;
	} else if (number > 0) {
		t.len = number;
	} else if (isalpha((unsigned char)*p) || *p == '*') {
		t.len = scan_word(p, &t.kind);
	} else if (*p == '"') {
		t.kind = T_STRING;
		t.len = scan_string(p, &t.unclosed);
	} else if (single[(unsigned char)*p] != T_END) {
		t.kind = single[(unsigned char)*p];
	}
	s->at += t.len;
	return t;
}
