/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cf_token.h - the tokens of libconfig 1.5, cut as it cuts them: the longest match wins, so that
 * `1.5s` is a number and a name, and `1b=2` ends one setting and begins the next.
 */
#ifndef CF_TOKEN_H
#define CF_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

enum cf_token_kind {
	T_END,
	T_NAME,
	T_BOOL,
	T_INT,   /* 32 bits: 5, 0x5 */
	T_INT64, /* 5L, 0x5LL */
	T_FLOAT,
	T_STRING, /* with its quotes */
	T_EQUALS, /* = or : */
	T_COMMA,
	T_SEMICOLON,
	T_OPEN,  /* { ( [ */
	T_CLOSE, /* } ) ] */
	T_BAD,   /* a character that begins none of these */
};

struct cf_token {
	enum cf_token_kind kind;
	size_t at, len;
	unsigned line;
	bool unclosed; /* a string without its closing quote */
};

/* A place in a text that is NUL-terminated, ends with a line end, and closes its comments. */
struct cf_scan {
	const char *text;
	size_t at;
	unsigned line; /* at `at`, from 1 */
};

struct cf_token cf_token_next(struct cf_scan *s);

/* How many digits stand at p. */
size_t cf_digits(const char *p);

#endif
