/* SPDX-License-Identifier: BSD-2-Clause */
#include "cf_name.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

enum { ELSEWHERE_DEPTH = 8 };

unsigned cf_name_index(const struct cf_schema *s, const char *name)
{
	unsigned i = 0;

	while (i < s->n && strcmp(s->field[i].name, name) != 0)
		i++;
	return i;
}

/* Insertions, deletions, substitutions and swaps of neighbours from one name to the other. */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[3][CF_NAME_SIZE], best, m = (unsigned)strlen(a), n = (unsigned)strlen(b);

	if (m >= CF_NAME_SIZE || n >= CF_NAME_SIZE)
		return UINT_MAX;
	for (unsigned i = 0; i <= m; i++)
		for (unsigned j = 0; j <= n; j++) {
			unsigned *now = row[i % 3], *above = row[(i + 2) % 3],
				 *above2 = row[(i + 1) % 3];

			if (i == 0 || j == 0) {
				now[j] = i + j;
				continue;
			}
			best = above[j - 1] + (tolower((unsigned char)a[i - 1]) !=
					  tolower((unsigned char)b[j - 1]));
			best = above[j] + 1 < best ? above[j] + 1 : best;
			best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    above2[j - 2] + 1 < best)
				best = above2[j - 2] + 1;
			now[j] = best;
		}
	return row[m % 3][n];
}

void cf_name_look(struct cf_name_search *s, const char *known)
{
	/* One mistake in every four letters. */
	unsigned near = ((unsigned)strlen(s->name) + 3) / 4 + 1, d = distance(s->name, known);

	if (d < (s->best ? s->distance : near)) {
		s->best = known;
		s->distance = d;
	}
}

const char *cf_name_nearest(const struct cf_schema *s, const char *name)
{
	struct cf_name_search search = { .name = name };

	for (unsigned i = 0; i < s->n; i++)
		cf_name_look(&search, s->field[i].name);
	for (unsigned i = 0; i < s->n; i++)
		if (s->field[i].defaults)
			cf_name_look(&search, s->field[i].defaults);
	return search.best;
}

static bool elsewhere(const struct cf_schema *s, const char *name, unsigned depth,
		      struct text *path)
{
	size_t len = path->len;

	for (unsigned i = 0; i < s->n && depth < ELSEWHERE_DEPTH; i++) {
		const struct cf_field *f = &s->field[i];

		if (f->of == NULL)
			continue;
		text_fmt(path, "%s%s%s", len == 0 ? "" : ".", f->name,
			 f->type == CF_LIST ? "[]" : "");
		if (cf_name_index(f->of, name) < f->of->n ||
		    elsewhere(f->of, name, depth + 1, path))
			return true;
		path->len = len;
		path->buf[len] = '\0';
	}
	return false;
}

bool cf_name_elsewhere(const struct cf_schema *root, const char *name, struct text *path)
{
	return elsewhere(root, name, 0, path);
}

bool cf_name_known(const struct cf_schema *s, const char *name)
{
	for (unsigned i = 0; i < s->n; i++)
		if (strcmp(s->field[i].name, name) == 0 ||
		    (s->field[i].defaults != NULL && strcmp(s->field[i].defaults, name) == 0))
			return true;
	return false;
}
