/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cf_source.h - the bytes of a configuration, read once.
 *
 * Reads a file, puts the files it includes in their place, and looks for what libconfig 1.5 would
 * take without a word or answer by ending the process: a comment that is never closed (it swallows
 * the rest of the file), a string with a raw line break, an integer that does not fit and wraps, a
 * NUL byte, an include that is a directory. What is checked and what is parsed are the same bytes:
 * the files are never opened a second time.
 *
 * `@include "path"` stands on a line of its own. A relative path is taken from the directory of the
 * file that names it. No wildcards.
 */
#ifndef CF_SOURCE_H
#define CF_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

enum {
	CF_SOURCE_MAX = 16 * 1024 * 1024, /* bytes, includes expanded */
	CF_INCLUDE_DEPTH = 10,            /* files open inside each other */
	CF_INCLUDES_MAX = 4096,           /* @include lines followed */
	CF_FILES_MAX = 256,
	CF_NEST_MAX = 64,      /* groups, lists and arrays inside each other */
	CF_MEMBERS_MAX = 1000, /* settings in one group: libconfig needs the square of it */
	CF_VALUES_MAX = 1000000,
	CF_LINT_MAX = 100, /* lint errors kept */
};

/* Where a file's bytes come from. read() returns a malloc'ed block and its length, or NULL with a
 * reason in `why` ("No such file or directory", "is a directory", ...). */
struct cf_reader {
	char *(*read)(void *ctx, const char *path, size_t *len, char *why, size_t why_size);
	void *ctx;
};

/* Reads regular files only (not directories, FIFOs or devices), up to CF_SOURCE_MAX bytes. */
extern const struct cf_reader cf_read_file;

struct cf_source_error {
	unsigned line; /* in the expanded text, from 1; 0: about the whole */
	bool trap;     /* libconfig would have taken it without a word, or not lived to say one */
	char text[320];
};

enum cf_kind {
	CF_IS_BOOL,
	CF_IS_INT,
	CF_IS_INT64,
	CF_IS_FLOAT,
	CF_IS_STRING,
	CF_IS_GROUP,
	CF_IS_ARRAY,
	CF_IS_LIST
};

/* A value as it stands in the text. libconfig gives a string in a list the line of what follows it.
 */
struct cf_value {
	unsigned line;      /* of the setting's name, or of the element of a list */
	unsigned char kind; /* enum cf_kind */
	bool wrong;  /* has an error in error[]; what libconfig reads in its place means nothing */
	bool joined; /* two or more strings side by side, which make one */
};

struct cf_source {
	char *text; /* expanded, NUL-terminated, without a byte order mark, lines end in \n */
	size_t len;
	unsigned n_files;
	char *file[CF_FILES_MAX]; /* names as given, the main file first */
	/* Line i + 1 of the text is line line[i] of file[file_of[i]]. */
	unsigned n_lines;
	unsigned *line;
	unsigned char *file_of;
	/* Every value in the text, the outer before the inner; settings given twice are not among
	 * them. */
	unsigned n_values;
	struct cf_value *value;
	unsigned n_errors; /* beyond CF_LINT_MAX only counted */
	struct cf_source_error error[CF_LINT_MAX];
	/* The text with something harmless of the same length where there are errors, so that the
	 * rest can be checked too; NULL when there was nothing to mend, or when it cannot be mended
	 * (`broken`). */
	char *mended;
	bool broken;
};

/* Reads `path` and all it includes. True when there is text to parse, although there may be errors;
 * false when there is none (the reason is then error[0]). Free with cf_source_free() in any case.
 */
bool cf_source_read(struct cf_source *src, const char *path, const struct cf_reader *reader);

/* The same for text that is in memory; `name` stands for the file. Its includes go through
 * `reader`. */
bool cf_source_text(struct cf_source *src, const char *name, const char *text, size_t len,
		    const struct cf_reader *reader);

/* File and line that a line of the expanded text came from; the main file and 0 for line 0. */
void cf_source_where(const struct cf_source *src, unsigned text_line, const char **file,
		     unsigned *line);

void cf_source_free(struct cf_source *src);

#endif
