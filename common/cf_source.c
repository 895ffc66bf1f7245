/* SPDX-License-Identifier: BSD-2-Clause */
#include "cf_source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cf_lint.h"
#include "text.h"

enum { PATH_SIZE = 4096, LINES_FIRST = 256, TEXT_FIRST = 16 * 1024 };

/* A source being read. */
struct expansion {
	struct cf_source *src;
	const struct cf_reader *reader;
	size_t text_size;
	unsigned lines_size;
	struct {
		char *bytes;
		size_t len;
	} content[CF_FILES_MAX]; /* each file is read once, however often it is included */
	/* Files that include each other, the main file first. */
	unsigned chain[CF_INCLUDE_DEPTH], depth;
	unsigned n_includes;
	bool stop; /* an error says why */
};

/* Whether a comment is open, and since which line of the text. */
struct comment {
	bool open;
	unsigned since;
};

void cf_complain(struct cf_source *src, unsigned line, bool trap, const char *fmt, ...)
{
	struct cf_source_error *e;
	va_list ap;

	if (src->n_errors++ >= CF_LINT_MAX)
		return;
	e = &src->error[src->n_errors - 1];
	e->line = line;
	e->trap = trap;
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof e->text, fmt, ap);
	va_end(ap);
}

/* ---- reading one file */

static const char *kind_of_file(mode_t mode)
{
	if (S_ISDIR(mode))
		return "is a directory";
	if (S_ISFIFO(mode))
		return "is a FIFO, not a file";
	if (S_ISSOCK(mode))
		return "is a socket, not a file";
	return S_ISREG(mode) ? NULL : "is a device, not a file";
}

/* Reads until the end or one byte beyond the limit. NULL with errno. */
static char *read_all(int fd, size_t expected, size_t *len)
{
	size_t size = expected + 1, have = 0;
	char *bytes = malloc(size), *more;
	ssize_t n = 1;

	while (bytes != NULL && n != 0 && have <= CF_SOURCE_MAX) {
		if (have == size) {
			more = realloc(bytes, size * 2);
			if (more == NULL)
				break;
			bytes = more;
			size *= 2;
		}
		n = read(fd, bytes + have, size - have);
		if (n < 0 && errno != EINTR)
			break;
		have += n > 0 ? (size_t)n : 0;
	}
	*len = have;
	if (bytes != NULL && n != 0 && have <= CF_SOURCE_MAX) {
		free(bytes);
		return NULL;
	}
	return bytes;
}

static char *refuse(char *why, size_t why_size, const char *reason)
{
	snprintf(why, why_size, "%s", reason);
	return NULL;
}

static char *read_open_file(int fd, const struct stat *before, size_t *len, char *why,
			    size_t why_size)
{
	struct stat after;
	char *bytes = NULL;

	if (before->st_size <= CF_SOURCE_MAX) {
		bytes = read_all(fd, (size_t)before->st_size, len);
		if (bytes == NULL)
			return refuse(why, why_size, strerror(errno));
	}
	if (bytes == NULL || *len > CF_SOURCE_MAX) {
		free(bytes);
		snprintf(why, why_size, "is larger than %d MiB", CF_SOURCE_MAX / (1024 * 1024));
		return NULL;
	}
	/* Half of what an editor is about to write may well be a valid configuration. A size of 0
	 * is that of a file in /proc. */
	if (fstat(fd, &after) < 0 || after.st_size != before->st_size ||
	    after.st_mtim.tv_sec != before->st_mtim.tv_sec ||
	    after.st_mtim.tv_nsec != before->st_mtim.tv_nsec ||
	    (after.st_size > 0 && (size_t)after.st_size != *len)) {
		free(bytes);
		return refuse(why, why_size, "was being written while it was read; try again");
	}
	return bytes;
}

static char *read_file(void *ctx, const char *path, size_t *len, char *why, size_t why_size)
{
	struct stat st;
	char *bytes;
	int fd;

	(void)ctx;
	/* Look before opening: opening a device may do something. And do not wait for a FIFO's
	 * writer. */
	if (stat(path, &st) < 0)
		return refuse(why, why_size, strerror(errno));
	if (kind_of_file(st.st_mode) != NULL)
		return refuse(why, why_size, kind_of_file(st.st_mode));
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return refuse(why, why_size, strerror(errno));
	if (fstat(fd, &st) < 0)
		bytes = refuse(why, why_size, strerror(errno));
	else if (kind_of_file(st.st_mode) != NULL)
		bytes = refuse(why, why_size, kind_of_file(st.st_mode));
	else
		bytes = read_open_file(fd, &st, len, why, why_size);
	close(fd);
	return bytes;
}

const struct cf_reader cf_read_file = { .read = read_file };

/* ---- the text grows */

static void out_of_memory(struct expansion *x)
{
	cf_complain(x->src, 0, true, "out of memory");
	x->src->broken = true;
	x->stop = true;
}

static bool room_for_text(struct expansion *x, size_t want)
{
	struct cf_source *src = x->src;
	size_t size = x->text_size;
	char *more;

	if (want > CF_SOURCE_MAX) {
		cf_complain(src, src->n_lines, true,
			    "here the configuration with all it includes gets larger than %d MiB",
			    CF_SOURCE_MAX / (1024 * 1024));
		src->broken = true;
		x->stop = true;
		return false;
	}
	while (size < want + 1)
		size = size == 0 ? TEXT_FIRST : size * 2;
	if (size == x->text_size)
		return true;
	more = realloc(src->text, size);
	if (more == NULL) {
		out_of_memory(x);
		return false;
	}
	src->text = more;
	x->text_size = size;
	return true;
}

static bool room_for_line(struct expansion *x)
{
	struct cf_source *src = x->src;
	unsigned size = x->lines_size == 0 ? LINES_FIRST : x->lines_size * 2, *line;
	unsigned char *file_of;

	if (src->n_lines < x->lines_size)
		return true;
	line = realloc(src->line, size * sizeof *line);
	if (line != NULL)
		src->line = line;
	file_of = realloc(src->file_of, size * sizeof *file_of);
	if (file_of != NULL)
		src->file_of = file_of;
	if (line == NULL || file_of == NULL) {
		out_of_memory(x);
		return false;
	}
	x->lines_size = size;
	return true;
}

static void add_line(struct expansion *x, unsigned file, unsigned line, const char *bytes,
		     size_t len)
{
	struct cf_source *src = x->src;

	if (x->stop || !room_for_line(x) || !room_for_text(x, src->len + len + 1))
		return;
	src->line[src->n_lines] = line;
	src->file_of[src->n_lines++] = (unsigned char)file;
	memcpy(src->text + src->len, bytes, len);
	src->len += len;
	src->text[src->len++] = '\n';
	src->text[src->len] = '\0';
}

/* ---- files */

/* Takes over the bytes. -1 when there is no memory. */
static int add_file(struct expansion *x, const char *name, char *bytes, size_t len)
{
	struct cf_source *src = x->src;
	char *copy = strdup(name);

	if (copy == NULL) {
		free(bytes);
		return -1;
	}
	src->file[src->n_files] = copy;
	x->content[src->n_files].bytes = bytes;
	x->content[src->n_files].len = len;
	return (int)src->n_files++;
}

static int find_file(const struct cf_source *src, const char *name)
{
	for (unsigned i = 0; i < src->n_files; i++)
		if (strcmp(src->file[i], name) == 0)
			return (int)i;
	return -1;
}

/* A NUL would end the text for libconfig, whatever follows. */
static bool is_text(struct expansion *x, unsigned file)
{
	const char *bytes = x->content[file].bytes;
	const char *nul = memchr(bytes, '\0', x->content[file].len);
	unsigned line = 1;
	bool utf16;

	if (nul == NULL)
		return true;
	for (const char *p = bytes; p < nul; p++)
		line += *p == '\n';
	add_line(x, file, line, "", 0);
	utf16 = x->content[file].len >= 2 &&
		(memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0);
	cf_complain(x->src, x->src->n_lines, true, "%s",
		    utf16 ? "the file is UTF-16; it must be plain text (ASCII or UTF-8)"
			  : "a NUL byte: this is not a text file, or it is damaged");
	x->src->broken = true;
	return false;
}

/* ---- @include */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\f';
}

static const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && is_blank(*p))
		p++;
	return p;
}

static bool starts_with(const char *p, const char *end, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(end - p) >= n && memcmp(p, word, n) == 0;
}

/* Reads the path between quotes at `p`. Returns what follows the closing quote, NULL when there is
 * none. */
static const char *read_path(const char *p, const char *end, struct text *path)
{
	if (p == end || *p != '"')
		return NULL;
	for (p++; p < end && *p != '"'; p++) {
		if (*p == '\\' && p + 1 < end && (p[1] == '"' || p[1] == '\\'))
			p++;
		text_fmt(path, "%c", *p);
	}
	return p == end || path->cut || path->len == 0 ? NULL : p + 1;
}

/* A relative path is taken from the directory of the file that names it. */
static bool resolve(const char *from, const char *path, struct text *to)
{
	const char *slash = strrchr(from, '/');

	if (path[0] != '/' && slash != NULL)
		text_fmt(to, "%.*s", (int)(slash - from + 1), from);
	text_put(to, path);
	return !to->cut;
}

/* The file to include at the last line of the text, -1 with an error. */
static int open_include(struct expansion *x, const char *path)
{
	struct cf_source *src = x->src;
	char why[128] = "", *bytes;
	int file = find_file(src, path);
	size_t len;

	for (unsigned i = 0; i < x->depth; i++)
		if (file >= 0 && x->chain[i] == (unsigned)file) {
			cf_complain(src, src->n_lines, true, "%.120s includes itself", path);
			return -1;
		}
	if (x->depth == CF_INCLUDE_DEPTH) {
		cf_complain(src, src->n_lines, true, "includes are nested deeper than %d files",
			    CF_INCLUDE_DEPTH);
		return -1;
	}
	if (++x->n_includes > CF_INCLUDES_MAX) {
		cf_complain(src, src->n_lines, true, "more than %d includes", CF_INCLUDES_MAX);
		x->stop = true;
		return -1;
	}
	if (file >= 0)
		return file;
	if (src->n_files == CF_FILES_MAX) {
		cf_complain(src, src->n_lines, true, "cannot include %.100s: more than %d files",
			    path, CF_FILES_MAX);
		return -1;
	}
	bytes = x->reader->read(x->reader->ctx, path, &len, why, sizeof why);
	if (bytes == NULL) {
		cf_complain(src, src->n_lines, true, "cannot include %.100s: %s%s", path, why,
			    strchr(path, '*') != NULL ? " (wildcards are not expanded)" : "");
		return -1;
	}
	file = add_file(x, path, bytes, len);
	if (file < 0)
		out_of_memory(x);
	return file;
}

static void expand(struct expansion *x, unsigned file);

/* Follows the include on this line, which leaves an empty line in the text for errors to stand on.
 * Returns the comment that may stand behind it, to be treated as a line. */
static const char *include(struct expansion *x, unsigned file, unsigned line, const char *p,
			   const char *end)
{
	char word[PATH_SIZE], path[PATH_SIZE];
	struct text said = text_open(word, sizeof word), found = text_open(path, sizeof path);
	const char *quote = skip_blanks(p + strlen("@include"), end), *rest;
	int included;

	rest = quote == p + strlen("@include") ? NULL : read_path(quote, end, &said);
	add_line(x, file, line, "", 0);
	if (x->stop)
		return end;
	if (rest == NULL || !resolve(x->src->file[file], word, &found)) {
		cf_complain(x->src, x->src->n_lines, true,
			    "an include is written: @include \"file\"");
		x->src->broken = true;
		return end;
	}
	rest = skip_blanks(rest, end);
	if (rest < end && *rest != '#' && !starts_with(rest, end, "//") &&
	    !starts_with(rest, end, "/*")) {
		cf_complain(x->src, x->src->n_lines, true,
			    "nothing but a comment may stand behind an @include, not even a ';'");
		rest = end;
	}
	included = open_include(x, path);
	if (included < 0)
		x->src->broken = true;
	else if (is_text(x, (unsigned)included))
		expand(x, (unsigned)included);
	return rest;
}

/* Follows comments and strings over a line that becomes the text's line `at`. A string ends with
 * the line: where it should not, cf_lint() says so. */
static void scan_line(struct comment *comment, unsigned at, const char *p, const char *end)
{
	bool string = false;

	for (; p < end; p++) {
		if (comment->open) {
			if (starts_with(p, end, "*/")) {
				comment->open = false;
				p++;
			}
		} else if (string) {
			if (*p == '\\' && p + 1 < end && (p[1] == '"' || p[1] == '\\'))
				p++;
			else if (*p == '"')
				string = false;
		} else if (*p == '"') {
			string = true;
		} else if (*p == '#' || starts_with(p, end, "//")) {
			return;
		} else if (starts_with(p, end, "/*")) {
			*comment = (struct comment){ .open = true, .since = at };
			p++;
		}
	}
}

static void expand(struct expansion *x, unsigned file)
{
	const char *p = x->content[file].bytes, *end = p + x->content[file].len, *eol, *start;
	struct comment comment = { 0 };
	unsigned line = 0;

	x->chain[x->depth++] = file;
	if (starts_with(p, end, "\xef\xbb\xbf"))
		p += 3;
	for (; p < end && !x->stop; p = eol + (starts_with(eol, end, "\r\n") ? 2 : eol < end)) {
		line++;
		for (eol = p; eol < end && *eol != '\n' && *eol != '\r'; eol++)
			;
		start = skip_blanks(p, eol);
		if (!comment.open && starts_with(start, eol, "@include")) {
			p = include(x, file, line, start, eol);
			if (p == eol)
				continue;
		}
		add_line(x, file, line, p, (size_t)(eol - p));
		scan_line(&comment, x->src->n_lines, p, eol);
	}
	if (comment.open && !x->stop) {
		cf_complain(x->src, comment.since, true,
			    "the comment opened here is never closed: "
			    "all that follows it would be ignored");
		x->src->broken = true;
		add_line(x, file, line, "*/", 2);
	}
	x->depth--;
}

/* ---- the whole */

static void take(struct expansion *x, const char *name, char *bytes, size_t len)
{
	struct cf_source *src = x->src;

	if (add_file(x, name, bytes, len) < 0 || !room_for_text(x, 0)) {
		if (!x->stop)
			out_of_memory(x);
		return;
	}
	src->text[0] = '\0';
	if (is_text(x, 0))
		expand(x, 0);
	if (!x->stop)
		cf_lint(src);
}

static bool finish(struct expansion *x)
{
	bool ok = x->src->text != NULL;

	for (unsigned i = 0; i < x->src->n_files; i++)
		free(x->content[i].bytes);
	free(x);
	return ok;
}

static struct expansion *begin(struct cf_source *src, const struct cf_reader *reader)
{
	struct expansion *x = calloc(1, sizeof *x);

	memset(src, 0, sizeof *src);
	if (x == NULL) {
		cf_complain(src, 0, true, "out of memory");
		src->broken = true;
		return NULL;
	}
	x->src = src;
	x->reader = reader;
	return x;
}

bool cf_source_read(struct cf_source *src, const char *path, const struct cf_reader *reader)
{
	struct expansion *x = begin(src, reader);
	char why[128] = "", *bytes;
	size_t len = 0;

	if (x == NULL)
		return false;
	bytes = reader->read(reader->ctx, path, &len, why, sizeof why);
	if (bytes == NULL) {
		cf_complain(src, 0, true, "cannot read it: %s", why);
		src->broken = true;
		if (add_file(x, path, NULL, 0) < 0)
			out_of_memory(x);
		return finish(x);
	}
	take(x, path, bytes, len);
	return finish(x);
}

bool cf_source_text(struct cf_source *src, const char *name, const char *text, size_t len,
		    const struct cf_reader *reader)
{
	struct expansion *x = begin(src, reader);
	char *copy = malloc(len + 1);

	if (x == NULL || copy == NULL) {
		free(copy);
		if (x != NULL)
			out_of_memory(x);
		return x != NULL && finish(x);
	}
	memcpy(copy, text, len);
	take(x, name, copy, len);
	return finish(x);
}

void cf_source_where(const struct cf_source *src, unsigned text_line, const char **file,
		     unsigned *line)
{
	bool known = text_line > 0 && text_line <= src->n_lines;

	*file = src->n_files == 0 ? "" : src->file[known ? src->file_of[text_line - 1] : 0];
	*line = known ? src->line[text_line - 1] : 0;
}

void cf_source_free(struct cf_source *src)
{
	for (unsigned i = 0; i < src->n_files; i++)
		free(src->file[i]);
	free(src->text);
	free(src->line);
	free(src->file_of);
	free(src->value);
	free(src->mended);
	memset(src, 0, sizeof *src);
}
