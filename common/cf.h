/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cf.h - the configuration: one row per setting.
 *
 * A module describes its part of the file as a table of struct cf_field. From the row come the
 * parsing, the default, the range check, the error message, what a reload must do when it changes,
 * the dump and the manual page. A file is taken whole or not at all: cf_load() reports every error
 * it finds, each with file, line and the path of the setting, and gives a model only if there was
 * none.
 *
 * The model is one block of memory without pointers: the root struct at its start, then the
 * elements of its lists, which are found by offset. So it can be checked in a child process, handed
 * over a pipe, and compared with memcmp.
 *
 * Sources: cf_source.h reads the bytes, expands includes and finds what libconfig would let pass.
 * libconfig parses. cf.c walks its tree, and is the only file that includes <libconfig.h>.
 */
#ifndef CF_H
#define CF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "cf_source.h"
#include "text.h"

enum {
	CF_NAME_SIZE = 64,               /* a name in the file, with its NUL */
	CF_MODEL_MAX = 64 * 1024 * 1024, /* bytes */
};

enum cf_type {
	CF_BOOL,  /* bool; true or false */
	CF_UINT,  /* uint8_t .. uint64_t by size; an integer in min..max */
	CF_SPAN,  /* span_t; a string with a unit, "250ms"; min..max in nanoseconds */
	CF_TEXT,  /* char[size]; a string, not empty if required */
	CF_ENUM,  /* uint8_t .. by size: index into names[] */
	CF_VALUE, /* anything written as a string: parse() and print() know it */
	CF_GROUP, /* a struct, { ... } */
	CF_LIST,  /* struct cf_list of structs, ( ... ); min..max elements */
};

/* What a reload must do when the setting has changed. */
enum cf_reload {
	CF_LIVE,           /* taken over by the running object */
	CF_RESTART_OBJECT, /* the object is stopped and made anew */
	CF_RESTART_DAEMON, /* refused on reload: needs a restart */
};

struct cf_schema;

struct cf_field {
	const char *name;
	enum cf_type type;
	enum cf_reload reload;
	size_t offset, size; /* of the member */
	uint64_t min, max;   /* max 0: the type's own limit */
	/* The default as it would stand in the file, without quotes: "100", "1s", "true". NULL:
	 * none, the member is zero. */
	const char *def;
	bool required;            /* absent is an error, unless the group around it is absent too */
	bool secret;              /* never printed */
	bool number;              /* CF_VALUE: may be written as an integer too, without quotes */
	const char *const *names; /* CF_ENUM: NULL-terminated */
	/* CF_VALUE: false and a reason when the text is not one; `to` is the member, of `size` zero
	 * bytes. The reason must not repeat the text if the setting is secret. What print() writes,
	 * parse() reads to the same bytes. */
	bool (*parse)(const char *from, void *to, struct text *why);
	void (*print)(const void *from, struct text *to);
	/* CF_TEXT, optional: false and a reason when the string is not acceptable. */
	bool (*accept)(const char *text, struct text *why);
	const struct cf_schema *of; /* CF_GROUP, CF_LIST: the struct */
	/* CF_LIST, optional: the name of a group beside the list, of the same schema. What an
	 * element leaves out is taken from there; in groups, what the element's group leaves out.
	 * Declare no field for it. */
	const char *defaults;
	const char *doc; /* one or two sentences for the manual page */
};

struct cf_schema {
	const char *name; /* of the struct, for the manual page */
	const char *doc;
	size_t size;
	const struct cf_field *field;
	unsigned n;
	/* Optional: the field that a plain value in a list stands for: "192.0.2.1/24" instead of
	 * { address = "192.0.2.1/24"; }. Such a list may be written ( ) or [ ]. */
	const char *shorthand;
	/* The root, optional: what to say of a name that is unknown here and that somebody may know
	 * from another program. False: nothing. */
	bool (*foreign)(const char *name, struct text *to);
};

/* One row: CF(struct vrrp_cf, priority, CF_UINT, .min = 1, .max = 255, .def = "100", ...) */
#define CF(T, member, kind, ...) \
	{ .name = #member, .type = (kind), .offset = offsetof(T, member), \
	  .size = sizeof(((T *)0)->member), __VA_ARGS__ }

/* A list in the model: n elements of its schema's size, beginning `at` bytes into the model. */
struct cf_list {
	uint32_t at, n;
};

struct cf_model {
	void *bytes; /* the root struct, then the list elements; malloc'ed, 8-aligned */
	size_t len;
};

/* The i-th element of a list. */
static inline void *cf_at(const struct cf_model *m, struct cf_list list, size_t size, uint32_t i)
{
	return (char *)m->bytes + list.at + size * i;
}

void cf_model_free(struct cf_model *m);

/* Whether bytes that come from elsewhere have the form of a model of this schema: its lists lie
 * inside, its strings end, its enums have a name. `m->bytes` must be 8-aligned. */
bool cf_model_good(const struct cf_schema *root, const struct cf_model *m);

/* One load in progress: the model as far as it got, the errors so far, and where each object stood
 * in the file. Opaque; exists while cf_load() runs and is handed to the cross checks. */
struct cf_load;

/* Reports an error about `field` (or about the object itself: NULL) of `obj`, an object in the
 * model of this load, with the file, line and path where it stood; what was taken from defaults
 * stands there, a field left out at its object's line. Where a struct begins with a group, both are
 * at one address: then the one that has the field is meant, without a field the group. Any number
 * of errors may be reported; beyond CF_ERRORS_MAX they are only counted. */
void cf_error(struct cf_load *l, const void *obj, const char *field, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* A remark in the same form that does not refuse the file. */
void cf_warning(struct cf_load *l, const void *obj, const char *field, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
const struct cf_model *cf_load_model(const struct cf_load *l);
/* Whether no error has been found so far. While there is one, a setting that was refused, or is
 * required and missing, is zero, and so is a list with a wrong number of elements. */
bool cf_load_clean(const struct cf_load *l);

enum { CF_ERRORS_MAX = 100, CF_REPORT_MAX = 64 * 1024 };

/* The outcome of a load in words: lines "file:line: path: message", errors and warnings in the
 * order of the file, warnings with "warning: " before the message. Without ":line" where it is
 * about the whole. If not all fit, the last line is "... and 5 more". */
struct cf_report {
	unsigned errors, warnings;
	size_t len;
	char text[CF_REPORT_MAX];
};

/*
 * Loads a source against a schema. `check`, if any, then looks at the whole model and may report
 * more errors; it may also complete the model (derived members). It is called when settings were
 * refused too, so that one load tells all that is wrong, but not when the file could not be read as
 * one. On success returns true and a model the caller frees with cf_model_free(). On failure
 * returns false, and the report says why; `model` is empty. A source without any setting is
 * refused: it has been cut off. The source must have been read by cf_source_read(); errors found
 * there are part of the report.
 */
bool cf_load(const struct cf_source *src, const struct cf_schema *root,
	     void (*check)(struct cf_load *), struct cf_model *model, struct cf_report *report);

/* A struct with nothing but defaults (for tests and for building a model by hand). */
void cf_defaults(const struct cf_schema *s, void *obj);

/* Which settings of two structs of one schema differ, lists and groups aside: calls `changed` for
 * each and returns the worst reload class among them, or -1 when none differs. */
int cf_diff(const struct cf_schema *s, const void *a, const void *b,
	    void (*changed)(void *ctx, const struct cf_field *f), void *ctx);

/* Writes the model as a configuration file that loads to the same model, byte for byte; secrets are
 * left out, and so is what only a cross check has set. */
void cf_dump(const struct cf_schema *root, const struct cf_model *m, FILE *to);

/* Writes the settings of a schema and of those below it as man(7) source, for the manual page. */
void cf_manual(const struct cf_schema *root, FILE *to);

/* A number, maybe with a fraction, and a unit: ns us ms s m h. False when it is something else, not
 * a whole number of nanoseconds, or 2^63 of them and more. */
bool cf_parse_span(const char *from, uint64_t *ns);
void cf_print_span(uint64_t ns, struct text *to);

#endif
