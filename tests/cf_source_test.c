/* SPDX-License-Identifier: BSD-2-Clause */
#include "cf_source.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cf_agree.h"
#include "rng.h"
#include "text.h"
#include "unit.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))

/* ---- files in memory */

struct file {
	const char *path, *text;
};

static char *read_memory(void *ctx, const char *path, size_t *len, char *why, size_t why_size)
{
	const struct file *f = ctx;
	char *copy;

	for (; f != NULL && f->path != NULL; f++)
		if (strcmp(f->path, path) == 0) {
			*len = strlen(f->text);
			copy = malloc(*len + 1);
			assert_non_null(copy);
			return memcpy(copy, f->text, *len + 1);
		}
	snprintf(why, why_size, "No such file or directory");
	return NULL;
}

static struct cf_source source;
static char found[64 * 1024];

/* All errors, one a line: "file:line: text". */
static const char *errors(void)
{
	struct text t = text_open(found, sizeof found);
	const char *file;
	unsigned line;

	for (unsigned i = 0; i < source.n_errors && i < CF_LINT_MAX; i++) {
		cf_source_where(&source, source.error[i].line, &file, &line);
		text_fmt(&t, "%s:%u: %s\n", file, line, source.error[i].text);
	}
	assert_false(t.cut);
	return found;
}

/* Reads text as file "m" with includes from `files`; the errors. */
static const char *read_len(const char *text, size_t len, const struct file *files)
{
	struct cf_reader reader = { .read = read_memory, .ctx = (void *)(uintptr_t)files };

	cf_source_free(&source);
	cf_source_text(&source, "m", text, len, &reader);
	return errors();
}

static const char *read_text(const char *text)
{
	return read_len(text, strlen(text), NULL);
}

static const char *read_with(const struct file *files)
{
	struct cf_reader reader = { .read = read_memory, .ctx = (void *)(uintptr_t)files };

	cf_source_free(&source);
	cf_source_read(&source, files[0].path, &reader);
	return errors();
}

static int free_source(void **state)
{
	(void)state;
	cf_source_free(&source);
	return 0;
}

static enum cf_agreement libconfig_says(const char *text)
{
	return cf_agree(&source, text);
}

/* ---- what is good stays good */

static const char *const GOOD[] = {
	"",
	"\n",
	" \t\f\n",
	"# only a comment",
	"a = 1",
	"a = 1;",
	"a : 1,",
	"a = 1 b = 2",
	"a = 1, b = 2; c = 3",
	"a=1b=2",
	"a=1e5x=3",
	"a=0x5Lx=2",
	"a = 2147483647; b = -2147483648; c = +5; d = 010; e = 0x7fffffff; f = 0X1f;",
	"a = 2147483648L; b = -9223372036854775808L; c = 9223372036854775807LL; d = "
	"0x7fffffffffffffffL;",
	"a = 1.; b = .5; c = -.5e-3; d = 1e5; e = +1.5E+3; f = .; g = 1e-400; h = 1.e5;",
	"a = true; b = FALSE; c = tRuE; trueish = 1; false-1 = 2; tru = 3;",
	"a-b_* = 1; * = 2; A9 = 3;",
	"a = \"\"; b = \"x\"; c = \"\\\"\\\\\\n\\r\\t\\f\\x41\\q\\xZ\"; d = \"a\\\\\";",
	"a = \"one\" \"two\"\n  \"three\";",
	"a = \"/* no comment */ # none // none\";",
	"a = 1; // comment \"\n# comment /*\n/* comment\n # \" // \n"
	" */ b = 2 /**/ /***/ /*/*/;",
	"a = ( ); b = [ ]; c = { };",
	"a = ( 1, \"x\", true, 1.5, ( 2, [ 3 ] ), { b = 1; c = ( { d = 2 } ) } );",
	"a = [ 1, 0x5, -3 ]; b = [ 1L, 5L ]; c = [ \"x\", \"y\" \"z\" ]; d = [ true, "
	"false ]; e = [ 1.5, . ];",
	"a = { b = 1; }; c = { b = 1; };",
	"a =\n{\n  b\n  :\n  1\n}\n",
	"a = \"caf\xc3\xa9 \xff\"; # \xc2\xa0 \xe2\x80\x9c\n",
	"a = ( { name = \"x\" }, { name = \"y\" } )",
	"interval = \"1.5s\"; yes = true; s = 1; ms = 2;",
	"a = 1 s = 2",
	"include = \"x\";",
	"a = \"\ttab and \x01\";",
	"a = \"@include \\\"x\\\"\";",
	"/* @include \"x\"\n@include \"y\"\n*/ a = 1;",
	"# @include \"x\"\na = 1;",
	"a = \"x\"; /*\n@include \"y\"\n*/",
};

static void accepts_what_libconfig_reads_well(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(GOOD); i++) {
		assert_string_equal(read_text(GOOD[i]), "");
		assert_false(source.broken);
		assert_null(source.mended);
		assert_int_equal(libconfig_says(source.text), CF_READ_THE_SAME);
	}
}

static const char *const TOKEN[] = {
	"a",
	"b",
	"c = ",
	"d = ",
	"e : ",
	"f=",
	"=",
	";",
	";",
	",",
	",",
	"{",
	"}",
	"(",
	")",
	"[",
	"]",
	" ",
	"\n",
	"1",
	"-2",
	"0x1f",
	"5L",
	"3000000000",
	"1.5",
	".",
	"1e400",
	"ms",
	"true",
	"no",
	"\"x\"",
	"\"",
	"\\",
	"/* x */",
	"# y\n",
	"@",
	"'",
	"L",
	"g = 1;",
	"h = \"z\";",
	"i = { ",
	"};",
	"j = ( ",
	");",
	"k = [ ",
	"];",
	"l = ( 1, 2 );",
	"m = [ 1, 2 ];",
	"n = { a = 1; };",
	"o = 10ms;",
	"/",
	"*/",
	"x=\n",
	"\xc2\xa0",
};

/* Tokens thrown together at random: lint and libconfig agree on every text, both ways. */
static void agrees_with_libconfig_on_random_tokens(void **state)
{
	unsigned accepted = 0, refused = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 60000; seed++) {
		char buf[256];
		struct text t = text_open(buf, sizeof buf);
		uint64_t n = 1 + rng_below(rng_at(seed, 1, 0, 0), 12);
		enum cf_agreement says;

		for (uint64_t i = 0; i < n; i++)
			text_put(&t, TOKEN[rng_below(rng_at(seed, 2, 0, i), ARRAY_LEN(TOKEN))]);
		read_text(buf);
		says = libconfig_says(source.text);
		if (cf_agree_trap(&source))
			continue;
		accepted += source.n_errors == 0;
		refused += source.n_errors > 0;
		if (says != (source.n_errors == 0 ? CF_READ_THE_SAME : CF_REFUSED))
			fail_msg("seed %llu: %s libconfig: %d, found: %s", (unsigned long long)seed,
				 buf, says, errors());
		if (source.n_errors > 0 && !source.broken)
			assert_int_equal(libconfig_says(source.mended != NULL ? source.mended
									      : source.text),
					 CF_READ_THE_SAME);
	}
	assert_true(accepted > 1000 && refused > 1000);
}

/* ---- what libconfig takes without a word */

/* Each of these libconfig 1.5 accepts, and reads something else than what stands there, or nothing.
 */
static const struct {
	const char *text, *error;
} TRAP[] = {
	{ "a = 1;\n/* b = 2;\n",
	  "m:2: the comment opened here is never closed: all that follows it would be "
	  "ignored\n" },
	{ "a = 1; \"abc",
	  "m:1: expected the name of a setting, found a string\n"
	  "m:1: the string opened here is not closed on its line (a line break inside a "
	  "string is written \\n)\n" },
	{ "a = \"x\ny\";",
	  "m:1: a: the string opened here is not closed on its line (a line break inside "
	  "a string "
	  "is written \\n)\n"
	  "m:2: the string opened here is not closed on its line (a line break inside a "
	  "string "
	  "is written \\n)\n" },
	{ "a = 4294967295;",
	  "m:1: a: 4294967295 needs an L at its end: write 4294967295L. Without it only "
	  "32 bits are "
	  "read\n" },
	{ "a = 2147483648;",
	  "m:1: a: 2147483648 needs an L at its end: write 2147483648L. Without it only "
	  "32 bits are "
	  "read\n" },
	{ "a = -2147483649;",
	  "m:1: a: -2147483649 needs an L at its end: write -2147483649L. Without it only "
	  "32 bits "
	  "are read\n" },
	{ "a = 0x80000000;",
	  "m:1: a: 0x80000000 needs an L at its end: write 0x80000000L. Without it only "
	  "32 bits are "
	  "read\n" },
	{ "a = 0x100000000;",
	  "m:1: a: 0x100000000 needs an L at its end: write 0x100000000L. Without it only "
	  "32 bits "
	  "are read\n" },
	{ "a = 9223372036854775808;",
	  "m:1: a: 9223372036854775808 is beyond 64 bits: integers end at "
	  "9223372036854775807\n" },
	{ "a = 9223372036854775808L;",
	  "m:1: a: 9223372036854775808L is beyond 64 bits: integers end at "
	  "9223372036854775807\n" },
	{ "a = -9223372036854775809L;",
	  "m:1: a: -9223372036854775809L is beyond 64 bits: integers end at "
	  "-9223372036854775808\n" },
	{ "a = 0x8000000000000000L;",
	  "m:1: a: 0x8000000000000000L is beyond 64 bits: integers end at "
	  "9223372036854775807\n" },
	{ "a = 1e400;", "m:1: a: 1e400 is beyond what a number can be\n" },
	{ "a = -1e400;", "m:1: a: -1e400 is beyond what a number can be\n" },
	{ "a = \"x\\x00y\";", "m:1: a: \\x00 cannot be part of a string: it would be left out\n" },
};

static void S07_traps_of_libconfig_are_errors(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(TRAP); i++) {
		assert_string_equal(read_text(TRAP[i].text), TRAP[i].error);
		assert_true(source.error[source.n_errors - 1].trap);
		assert_int_not_equal(libconfig_says(TRAP[i].text), CF_REFUSED);
	}
}

/* ---- what libconfig calls a syntax error */

static const struct {
	const char *text, *error;
} WRONG[] = {
	{ "t = 10ms;", "m:1: t: write a length of time as a string with a unit: \"10ms\"\n" },
	{ "t = 1.5s", "m:1: t: write a length of time as a string with a unit: \"1.5s\"\n" },
	{ "t = 2 h;", "m:1: t: write a length of time as a string with a unit: \"2h\"\n" },
	{ "a = ( 5s, 6 s );",
	  "m:1: a[0]: write a length of time as a string with a unit: \"5s\"\n"
	  "m:1: a[1]: write a length of time as a string with a unit: \"6s\"\n" },
	{ "a = yes;", "m:1: a: yes is not a truth value: write true\n" },
	{ "a = { b = Off; }", "m:1: a.b: Off is not a truth value: write false\n" },
	{ "a = web1;",
	  "m:1: a: the value must stand in double quotes, unless it is a number, true or "
	  "false\n" },
	{ "a = 10.0.0.1/24;\nb = fe80::1;\nc = ::1;\nd = /etc/x;\ne = hello big world;\n"
	  "f = 2001:db8::1;",
	  "m:1: a: the value must stand in double quotes, unless it is a number, true or "
	  "false\n"
	  "m:2: b: the value must stand in double quotes, unless it is a number, true or "
	  "false\n"
	  "m:3: c: the value must stand in double quotes, unless it is a number, true or "
	  "false\n"
	  "m:4: d: the value must stand in double quotes, unless it is a number, true or "
	  "false\n"
	  "m:5: e: the value must stand in double quotes, unless it is a number, true or "
	  "false\n"
	  "m:6: f: the value must stand in double quotes, unless it is a number, true or "
	  "false\n" },
	{ "a = 'x y';", "m:1: a: a string stands in plain double quotes: \"...\"\n" },
	{ "a = \xe2\x80\x9cx\xe2\x80\x9d;",
	  "m:1: a: a string stands in plain double quotes: \"...\"\n" },
	{ "a = 5\xc2\xa0;", "m:1: a: a no-break space (U+00A0) stands here; was this copied from "
			    "elsewhere?\n" },
	{ "\xc2\xa0"
	  "a = 5;",
	  "m:1: expected the name of a setting, found a no-break space (U+00A0); was this "
	  "copied from elsewhere?\n" },
	{ "a = ( 1, 2, );", "m:1: a: remove this ',': no other element follows\n" },
	{ "a = [ 1, ]", "m:1: a: remove this ',': no other element follows\n" },
	{ "a = ( { }; { } );",
	  "m:1: a: the elements of a list are separated by ',', not by ';'\n" },
	{ "a = ( { }; );", "m:1: a: remove this ';': no other element follows\n" },
	{ "a = ( { } { } );", "m:1: a: a comma is missing before this element\n" },
	{ "a = (\n1\n2 );", "m:3: a: a comma is missing before this element\n" },
	{ "a = ( b = 1; );",
	  "m:1: a: settings stand in a group { }; this is a list: write ( { ... }, { ... "
	  "} )\n" },
	{ "a = [ 1, \"x\" ];",
	  "m:1: a: the elements of an array [ ] are all of one kind: make it a list ( "
	  ")\n" },
	{ "a = [ 1, 5L ];",
	  "m:1: a: the elements of an array [ ] are all of one kind: make it a list ( "
	  ")\n" },
	{ "a = [ { b = 1; } ];",
	  "m:1: a: an array [ ] holds plain values only: make it a list ( )\n" },
	{ "a = 1;;", "m:1: there is no setting before this ';'\n" },
	{ "a 5;\nb = 6;", "m:1: expected '=' after 'a'\n" },
	{ "vrrp_instance V1 {\n a 5\n}\nb = 6; c 7", "m:1: expected '=' after 'vrrp_instance'\n"
						     "m:4: expected '=' after 'c'\n" },
	{ "a = ;", "m:1: a: a value is missing here\n" },
	{ "a =\nb = 5;", "m:1: a: a value is missing here\n" },
	{ "a = (,1)", "m:1: a[0]: a value is missing here\n" },
	{ "a == 5;", "m:1: a: expected a value, found '='\n" },
	{ "\"a\" = 5;", "m:1: the name of a setting stands without quotes\n" },
	{ "true = 1;", "m:1: expected the name of a setting, found 'true'\n" },
	{ "10 = 1;", "m:1: expected the name of a setting, found '10'\n" },
	{ "a = \"say \"hi\" there\";",
	  "m:1: a: text behind a string; a quote inside a string is written \\\"\n" },
	{ "a = {\n b = (\n 1,\n", "m:2: a.b: the '(' opened here is never closed\n" },
	{ "a = {\n b = 1;\n", "m:1: a: the '{' opened here is never closed\n" },
	{ "a = (\n { b = 1; );",
	  "m:2: a[0]: found ')', but the '{' opened at m:2 is not closed yet\n" },
	{ "a = { b = 1; }\n}\nc = 1;", "m:2: this '}' closes nothing\n" },
	{ "a = (\n{ b = 1;\n{ b = 2; } );",
	  "m:3: a[0]: expected a name and '=' before it, found '{'\n"
	  "m:3: a[0]: found ')', but the '{' opened at m:2 is not closed yet\n" },
	{ "a = 1; @", "m:1: expected the name of a setting, found '@'\n" },
	{ "include \"x\"", "m:1: an include is written: @include \"file\"\n" },
	{ "a = { @include \"x\" }",
	  "m:1: a: expected the name of a setting, found @include, which stands on a line "
	  "of "
	  "its own\n" },
	{ "a = @include \"x\"", "m:1: a: an @include stands on a line of its own\n" },
	{ "a = 1;\n\nb = 2;\na = 3;", "m:4: a: set twice in this group; the first is at m:1\n" },
	{ "a = ( { b = { c = 1;\nc = 2; } } );",
	  "m:2: a[0].b.c: set twice in this group; the first is at m:1\n" },
};

static void says_what_is_wrong_and_how_to_write_it(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(WRONG); i++) {
		assert_string_equal(read_text(WRONG[i].text), WRONG[i].error);
		assert_false(source.error[0].trap);
		assert_int_equal(libconfig_says(WRONG[i].text), CF_REFUSED);
	}
}

static void does_not_repeat_what_may_be_a_password(void **state)
{
	(void)state;
	assert_null(strstr(read_text("password = hunter2;"), "hunter2"));
	assert_null(strstr(read_text("password = 'hunter2';"), "hunter2"));
	assert_null(strstr(read_text("password = \"hunter2;"), "hunter2"));
	assert_null(strstr(read_text("password \"hunter2\";"), "hunter2"));
}

/* One error does not bring others, and does not hide them. */
static void goes_on_after_an_error(void **state)
{
	(void)state;
	assert_string_equal(
		read_text("a = yes;\n"
			  "b = \"open;\n"
			  "c = 10s;\n"
			  "d = ( 1, );\n"
			  "e = [ \"x\", no ];\n"
			  "f = 3000000000;\n"
			  "f = 1;\n"
			  "g = { h = { f = 1; }; f = bare; };\n"),
		"m:1: a: yes is not a truth value: write true\n"
		"m:2: b: the string opened here is not closed on its line (a line break inside a "
		"string is "
		"written \\n)\n"
		"m:3: c: write a length of time as a string with a unit: \"10s\"\n"
		"m:4: d: remove this ',': no other element follows\n"
		"m:5: e[1]: no is not a truth value: write false\n"
		"m:6: f: 3000000000 needs an L at its end: write 3000000000L. Without it only 32 "
		"bits are read\n"
		"m:7: f: set twice in this group; the first is at m:6\n"
		"m:8: g.f: the value must stand in double quotes, unless it is a number, true or "
		"false\n");
	assert_false(source.broken);
	assert_int_equal(libconfig_says(source.mended), CF_READ_THE_SAME);
	assert_string_equal(source.mended, "a = \"\" ;\n"
					   "b = \"\"    \n"
					   "c = \"\" ;\n"
					   "d = ( 1  );\n"
					   "e = ( \"x\", \"\" );\n"
					   "f = 0         ;\n"
					   "      \n"
					   "g = { h = { f = 1; }; f = \"\"  ; };\n");
}

/* What is dropped as given twice may end where something else has been mended. */
static void mends_inside_what_it_drops(void **state)
{
	(void)state;
	assert_string_equal(read_text("a = true;\na = -@// \"x\n"),
			    "m:2: a: set twice in this group; the first is at m:1\n"
			    "m:2: a: the value must stand in double quotes, unless it is a number, "
			    "true or false\n");
	assert_string_equal(source.mended, "a = true;\n      // \"x\n");
	assert_int_equal(libconfig_says(source.mended), CF_READ_THE_SAME);
	assert_string_equal(read_text("a = true;\na = {\n b = 1; };\nc = 1;\n"),
			    "m:2: a: set twice in this group; the first is at m:1\n");
	assert_string_equal(source.mended, "a = true;\n     \n          \nc = 1;\n");
}

static void counts_errors_it_cannot_keep(void **state)
{
	char buf[4096];
	struct text t = text_open(buf, sizeof buf);

	(void)state;
	for (unsigned i = 0; i < CF_LINT_MAX + 50; i++)
		text_fmt(&t, "a%u = no;\n", i);
	read_text(buf);
	assert_int_equal(source.n_errors, CF_LINT_MAX + 50);
}

/* ---- values know their lines */

static void each_value_has_its_own_line(void **state)
{
	static const struct {
		unsigned line, kind;
	} expected[] = {
		{ 1, CF_IS_GROUP },  { 2, CF_IS_INT },   { 4, CF_IS_LIST }, { 5, CF_IS_STRING },
		{ 7, CF_IS_STRING }, { 8, CF_IS_GROUP }, { 9, CF_IS_BOOL },
	};

	(void)state;
	assert_string_equal(read_text("a = {\n"
				      "  b\n"
				      "    = 1;\n"
				      "  c = (\n"
				      "    \"x\"\n"
				      "    ,\n"
				      "    \"y\" \"z\"\n"
				      "    , {\n"
				      "      d = true; }\n"
				      "  ); }\n"),
			    "");
	assert_int_equal(source.n_values, ARRAY_LEN(expected));
	for (unsigned i = 0; i < ARRAY_LEN(expected); i++) {
		assert_int_equal(source.value[i].line, expected[i].line);
		assert_int_equal(source.value[i].kind, expected[i].kind);
		assert_false(source.value[i].wrong);
		assert_int_equal(source.value[i].joined, i == 4);
	}
}

/* ---- bytes */

static void S07_crlf_and_a_byte_order_mark_are_harmless(void **state)
{
	(void)state;
	assert_string_equal(read_text("\xef\xbb\xbf"
				      "a = 1;\r\n# x\r\nb = \"y\";\r\n"),
			    "");
	assert_string_equal(source.text, "a = 1;\n# x\nb = \"y\";\n");
	assert_string_equal(read_text("a = 1; # x\rb = yes;\r"),
			    "m:2: b: yes is not a truth value: write true\n");
	assert_string_equal(read_text("a = \"x\r\ny\";"),
			    "m:1: a: the string opened here is not closed on its line (a line "
			    "break inside a string is written \\n)\n"
			    "m:2: the string opened here is not closed on its line (a line "
			    "break inside a string is written \\n)\n");
}

static void S07_a_nul_byte_is_refused(void **state)
{
	static const struct file files[] = { { "m", "@include \"n\"\n" }, { 0 } };
	static const char text[] = "a = 1;\nb = 2;\0c = 3;\n";

	(void)state;
	assert_string_equal(read_len(text, sizeof text - 1, files),
			    "m:2: a NUL byte: this is not a text file, or it is damaged\n");
	assert_true(source.broken);
	assert_string_equal(read_len("\xff\xfe"
				     "a\0=\0"
				     "1\0",
				     8, files),
			    "m:1: the file is UTF-16; it must be plain text (ASCII or UTF-8)\n");
}

/* ---- includes */

static void includes_stand_in_place(void **state)
{
	static const struct file files[] = {
		{ "/etc/m.conf", "a = 1;\n  @include \"d/x.conf\"  # why\nd = {\n"
				 "@include \"/abs \\\"y\\\"\" /* two\nlines */\n};" },
		{ "/etc/d/x.conf", "b = 2;\n@include \"z.conf\"" },
		{ "/etc/d/z.conf", "c = yes;" },
		{ "/abs \"y\"", "e = 1;\r\nf = no;\r\n@include \"/etc/d/z.conf\"\n" },
		{ 0 },
	};

	(void)state;
	assert_string_equal(read_with(files),
			    "/etc/d/z.conf:1: c: yes is not a truth value: write true\n"
			    "/abs \"y\":2: d.f: no is not a truth value: write false\n"
			    "/etc/d/z.conf:1: d.c: yes is not a truth value: write true\n");
	assert_string_equal(
		source.text,
		"a = 1;\n\nb = 2;\n\nc = yes;\n# why\nd = {\n\ne = 1;\nf = no;\n\nc = yes;\n"
		"/* two\nlines */\n};\n");
	assert_int_equal(source.n_files, 4);
}

static void S07_an_include_that_is_missing(void **state)
{
	static const struct file files[] = { { "/etc/m", "a = 1;\n@include \"x\"\nb = yes;\n" },
					     { 0 } };

	(void)state;
	assert_string_equal(read_with(files),
			    "/etc/m:2: cannot include /etc/x: No such file or directory\n"
			    "/etc/m:3: b: yes is not a truth value: write true\n");
	assert_true(source.broken);
	assert_string_equal(
		read_text("@include \"conf.d/*.conf\""),
		"m:1: cannot include conf.d/*.conf: No such file or directory (wildcards are not "
		"expanded)\n");
}

static void an_include_is_written_in_one_way(void **state)
{
	static const struct file files[] = { { "x", "" }, { 0 } };
	static const char *const wrong[] = {
		"@include",      "@include x",   "@include \"x",    "@include\"x\"",
		"@include \"\"", "@include <x>", "@includes \"x\"",
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(wrong); i++)
		assert_string_equal(read_len(wrong[i], strlen(wrong[i]), files),
				    "m:1: an include is written: @include \"file\"\n");
	assert_string_equal(
		read_len("@include \"x\";", 13, files),
		"m:1: nothing but a comment may stand behind an @include, not even a ';'\n");
	assert_string_equal(
		read_len("@include \"x\" a = 1", 18, files),
		"m:1: nothing but a comment may stand behind an @include, not even a ';'\n");
}

static void S07_an_include_of_itself(void **state)
{
	static const struct file one[] = { { "m", "\n@include \"m\"\n" }, { 0 } };
	static const struct file two[] = { { "m", "@include \"x\"\n" },
					   { "x", "a = 1;\n@include \"m\"\n" },
					   { 0 } };

	(void)state;
	assert_string_equal(read_with(one), "m:2: m includes itself\n");
	assert_string_equal(read_with(two), "x:2: m includes itself\n");
}

static void S07_includes_too_deep(void **state)
{
	static char name[CF_INCLUDE_DEPTH + 2][8], text[CF_INCLUDE_DEPTH + 2][32];
	struct file files[CF_INCLUDE_DEPTH + 2] = { 0 };

	(void)state;
	for (unsigned i = 0; i <= CF_INCLUDE_DEPTH; i++) {
		snprintf(name[i], sizeof name[i], "f%u", i);
		snprintf(text[i], sizeof text[i], "@include \"f%u\"\n", i + 1);
		files[i] = (struct file){ name[i], text[i] };
	}
	assert_string_equal(read_with(files), "f9:1: includes are nested deeper than 10 files\n");
	files[CF_INCLUDE_DEPTH - 1].text = "a = 1;";
	assert_string_equal(read_with(files), "");
}

/* Ten files of ten includes each are ten thousand million, though no text at all. */
static void S07_an_include_bomb(void **state)
{
	static char name[CF_INCLUDE_DEPTH][8], text[CF_INCLUDE_DEPTH][256];
	struct file files[CF_INCLUDE_DEPTH + 1] = { 0 };

	(void)state;
	for (unsigned i = 0; i < CF_INCLUDE_DEPTH; i++) {
		struct text t = text_open(text[i], sizeof text[i]);

		snprintf(name[i], sizeof name[i], "f%u", i);
		for (unsigned k = 0; k < 10 && i + 1 < CF_INCLUDE_DEPTH; k++)
			text_fmt(&t, "@include \"f%u\"\n", i + 1);
		files[i] = (struct file){ name[i], text[i] };
	}
	read_with(files);
	assert_int_equal(source.n_errors, 1);
	assert_string_equal(source.error[0].text, "more than 4096 includes");
}

static void S07_too_many_files(void **state)
{
	static char main_text[CF_FILES_MAX * 24], name[CF_FILES_MAX + 1][8];
	struct file files[CF_FILES_MAX + 2] = { { "m", main_text } };
	struct text t = text_open(main_text, sizeof main_text);

	(void)state;
	for (unsigned i = 1; i <= CF_FILES_MAX; i++) {
		snprintf(name[i], sizeof name[i], "f%u", i);
		files[i] = (struct file){ name[i], "" };
		text_fmt(&t, "@include \"f%u\"\n", i);
	}
	assert_string_equal(read_with(files), "m:256: cannot include f256: more than 256 files\n");
}

/* An unterminated comment in an included file does not reach the file that includes it. */
static void S07_a_comment_ends_with_its_file(void **state)
{
	static const struct file files[] = { { "m", "@include \"x\"\na = yes;" },
					     { "x", "\n\n/* open\n" },
					     { 0 } };

	(void)state;
	assert_string_equal(
		read_with(files),
		"x:3: the comment opened here is never closed: all that follows it would be "
		"ignored\n"
		"m:2: a: yes is not a truth value: write true\n");
}

static void names_the_file_of_the_first_of_two(void **state)
{
	static const struct file files[] = { { "m", "@include \"x\"\na = 2;" },
					     { "x", "\na = 1;" },
					     { 0 } };

	(void)state;
	assert_string_equal(read_with(files),
			    "m:2: a: set twice in this group; the first is at x:2\n");
}

/* ---- limits */

static void S07_nesting_has_a_limit(void **state)
{
	static char text[4 * 5000 + 16];
	static const unsigned depth[] = { CF_NEST_MAX, CF_NEST_MAX + 1, 5000 };

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(depth); i++) {
		struct text t = text_open(text, sizeof text);

		text_put(&t, "a = ");
		for (unsigned k = 0; k < depth[i]; k++)
			text_put(&t, "(");
		for (unsigned k = 0; k < depth[i]; k++)
			text_put(&t, ")");
		read_text(text);
		assert_int_equal(source.n_errors, i > 0);
		if (i > 0)
			assert_non_null(strstr(errors(), ": nested deeper than 64 levels\n"));
		else
			assert_int_equal(libconfig_says(source.text), CF_READ_THE_SAME);
	}
}

/* libconfig looks through a whole group for each new name. */
static void S07_a_group_has_a_limit(void **state)
{
	static char text[(CF_MEMBERS_MAX + 1) * 16];
	struct text t = text_open(text, sizeof text);

	(void)state;
	for (unsigned i = 0; i < CF_MEMBERS_MAX; i++)
		text_fmt(&t, "n%u = 1;\n", i);
	assert_string_equal(read_text(text), "");
	text_put(&t, "more = 1;\n");
	assert_string_equal(read_text(text), "m:1001: more than 1000 settings in one group\n");
}

static void S07_a_million_values_is_the_limit(void **state)
{
	size_t size = 2 * CF_VALUES_MAX + 16;
	char *text = malloc(size);
	struct text t;

	(void)state;
	assert_non_null(text);
	t = text_open(text, size);
	text_put(&t, "a=[1");
	for (unsigned i = 2; i < CF_VALUES_MAX; i++)
		memcpy(text + t.len + 2 * (i - 2), ",1", 2);
	t.len += 2 * (CF_VALUES_MAX - 2);
	memcpy(text + t.len, "]", 2);
	assert_string_equal(read_text(text), "");
	assert_int_equal(source.n_values, CF_VALUES_MAX);
	memcpy(text + t.len, ",1]", 4);
	assert_string_equal(read_text(text), "m:1: a[999999]: more than 1000000 values\n");
	free(text);
}

static void S07_too_much_text_by_includes(void **state)
{
	size_t half = CF_SOURCE_MAX / 2;
	char *text = malloc(half + 1);
	struct file files[] = { { "m", "@include \"x\"\n@include \"x\"\n" }, { "x", text }, { 0 } };

	(void)state;
	assert_non_null(text);
	memset(text, ' ', half);
	text[half - 1] = '\n';
	text[half] = '\0';
	read_with(files);
	assert_int_equal(source.n_errors, 1);
	assert_string_equal(source.error[0].text,
			    "here the configuration with all it includes gets larger than 16 MiB");
	assert_true(source.broken);
	free(text);
}

/* ---- real files */

static char dir[64];

static int make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof dir, "/tmp/cf_source_test.XXXXXX");
	return mkdtemp(dir) == NULL;
}

static int remove_dir(void **state)
{
	static const char *const name[] = { "main", "pipe", "sub", "big", "x" };
	char path[128];

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(name); i++) {
		snprintf(path, sizeof path, "%s/%s", dir, name[i]);
		if (unlink(path) < 0)
			rmdir(path);
	}
	cf_source_free(&source);
	return rmdir(dir);
}

static const char *in_dir(const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return path;
}

static void write_file(const char *name, const char *text)
{
	FILE *f = fopen(in_dir(name), "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* The errors, without the directory's name. */
static const char *read_real(const char *name, bool *ok)
{
	char *at;

	cf_source_free(&source);
	*ok = cf_source_read(&source, in_dir(name), &cf_read_file);
	errors();
	while ((at = strstr(found, dir)) != NULL)
		memmove(at, at + strlen(dir), strlen(at + strlen(dir)) + 1);
	return found;
}

static void reads_a_file_and_its_includes(void **state)
{
	bool ok;

	(void)state;
	write_file("main", "a = 1;\n@include \"x\"\n");
	write_file("x", "b = no;\n");
	assert_string_equal(read_real("main", &ok),
			    "/x:1: b: no is not a truth value: write false\n");
	assert_true(ok);
	assert_string_equal(source.text, "a = 1;\n\nb = no;\n");
}

static void S07_a_file_that_is_missing_a_directory_or_a_fifo(void **state)
{
	bool ok;

	(void)state;
	assert_int_equal(mkdir(in_dir("sub"), 0700), 0);
	assert_int_equal(mkfifo(in_dir("pipe"), 0600), 0);
	assert_string_equal(read_real("none", &ok),
			    "/none:0: cannot read it: No such file or directory\n");
	assert_false(ok);
	assert_true(source.broken);
	assert_string_equal(read_real("sub", &ok), "/sub:0: cannot read it: is a directory\n");
	assert_string_equal(read_real("pipe", &ok),
			    "/pipe:0: cannot read it: is a FIFO, not a file\n");
	write_file("main", "@include \"sub\"\n\n@include \"pipe\"\n@include \"/dev/zero\"\n");
	assert_string_equal(read_real("main", &ok),
			    "/main:1: cannot include /sub: is a directory\n"
			    "/main:3: cannot include /pipe: is a FIFO, not a file\n"
			    "/main:4: cannot include /dev/zero: is a device, not a file\n");
	assert_true(ok);
	assert_true(source.broken);
}

/* A socket cannot be opened at all. */
static void S07_a_socket_is_no_file(void **state)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	bool ok;

	(void)state;
	strcpy(addr.sun_path, in_dir("x"));
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof addr), 0);
	assert_string_equal(read_real("x", &ok), "/x:0: cannot read it: is a socket, not a file\n");
	close(fd);
}

/* Another process makes the file longer and shorter all the time. */
static void S08_a_file_that_is_being_written(void **state)
{
	pid_t writer;
	bool ok = true;

	(void)state;
	write_file("big", "a = 1;\n");
	writer = fork();
	if (writer == 0)
		for (off_t size = 1; getppid() != 1; size ^= 1)
			if (truncate(in_dir("big"), 4096 * 1024 + size) < 0)
				_exit(1);
	assert_true(writer > 0);
	for (unsigned i = 0; i < 100000 && ok; i++)
		ok = strstr(read_real("big", &ok), "was being written while it was read") == NULL;
	kill(writer, SIGKILL);
	waitpid(writer, NULL, 0);
	assert_false(ok);
	assert_string_equal(found, "/big:0: cannot read it: was being written while it was read; "
				   "try again\n");
}

static void S07_a_file_of_100_megabytes(void **state)
{
	bool ok;

	(void)state;
	write_file("big", "a = 1;\n");
	assert_int_equal(truncate(in_dir("big"), 100 * 1000 * 1000), 0);
	assert_string_equal(read_real("big", &ok),
			    "/big:0: cannot read it: is larger than 16 MiB\n");
	assert_false(ok);
}

/* Files in /proc say they are empty. */
static void reads_a_file_that_does_not_know_its_size(void **state)
{
	(void)state;
	cf_source_free(&source);
	assert_true(cf_source_read(&source, "/proc/self/stat", &cf_read_file));
	assert_true(source.len > 10);
}

static void says_nothing_of_where_when_it_is_about_the_whole(void **state)
{
	const char *file;
	unsigned line;

	(void)state;
	read_text("a = 1;\nb = 2;\n");
	cf_source_where(&source, 0, &file, &line);
	assert_string_equal(file, "m");
	assert_int_equal(line, 0);
	cf_source_where(&source, 2, &file, &line);
	assert_int_equal(line, 2);
	cf_source_where(&source, 3, &file, &line);
	assert_int_equal(line, 0);
}

#define F(name) cmocka_unit_test_teardown(name, free_source)
#define D(name) cmocka_unit_test_setup_teardown(name, make_dir, remove_dir)

UNIT_MAIN(F(accepts_what_libconfig_reads_well), F(agrees_with_libconfig_on_random_tokens),
	  F(S07_traps_of_libconfig_are_errors), F(says_what_is_wrong_and_how_to_write_it),
	  F(does_not_repeat_what_may_be_a_password), F(goes_on_after_an_error),
	  F(mends_inside_what_it_drops), F(counts_errors_it_cannot_keep),
	  F(each_value_has_its_own_line), F(S07_crlf_and_a_byte_order_mark_are_harmless),
	  F(S07_a_nul_byte_is_refused), F(includes_stand_in_place),
	  F(S07_an_include_that_is_missing), F(an_include_is_written_in_one_way),
	  F(S07_an_include_of_itself), F(S07_includes_too_deep), F(S07_an_include_bomb),
	  F(S07_too_many_files), F(S07_a_comment_ends_with_its_file),
	  F(names_the_file_of_the_first_of_two), F(S07_nesting_has_a_limit),
	  F(S07_a_group_has_a_limit), F(S07_a_million_values_is_the_limit),
	  F(S07_too_much_text_by_includes), D(reads_a_file_and_its_includes),
	  D(S07_a_file_that_is_missing_a_directory_or_a_fifo), D(S07_a_socket_is_no_file),
	  D(S08_a_file_that_is_being_written), D(S07_a_file_of_100_megabytes),
	  F(reads_a_file_that_does_not_know_its_size),
	  F(says_nothing_of_where_when_it_is_about_the_whole))
