/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * driver.c - replays inputs through a fuzz target, for compilers without libFuzzer.
 *
 * Arguments are files and directories; without one it is the target's corpus in the source tree.
 * Speaks TAP: one point for each argument. A finding ends the process, as with libFuzzer.
 */
#include "fuzz.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_SIZE = 4096 };

static bool replay_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *bytes = NULL;
	struct stat st;
	bool ok;

	if (f == NULL)
		return false;
	ok = fstat(fileno(f), &st) == 0 && (bytes = malloc((size_t)st.st_size + 1)) != NULL &&
	     fread(bytes, 1, (size_t)st.st_size, f) == (size_t)st.st_size;
	fclose(f);
	if (ok)
		LLVMFuzzerTestOneInput(bytes, (size_t)st.st_size);
	free(bytes);
	return ok;
}

/* The number of inputs, -1 when one cannot be read. */
static int replay(const char *path)
{
	struct dirent **entry;
	char file[PATH_SIZE];
	int n = scandir(path, &entry, NULL, alphasort), replayed = 0;

	if (n < 0)
		return replay_file(path) ? 1 : -1;
	for (int i = 0; i < n; i++) {
		snprintf(file, sizeof file, "%s/%s", path, entry[i]->d_name);
		if (entry[i]->d_name[0] != '.' && replayed >= 0)
			replayed = replay_file(file) ? replayed + 1 : -1;
		free(entry[i]);
	}
	free(entry);
	return replayed;
}

static void tell(int number, const char *path)
{
	int n = replay(path);

	printf("%sok %d - replays %d inputs of %s\n", n > 0 ? "" : "not ", number, n,
	       strrchr(path, '/') + 1);
}

int main(int argc, char **argv)
{
	const char *top = getenv("top_srcdir"), *name = strstr(argv[0], "fuzz_");
	char corpus[PATH_SIZE];

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 2 && name != NULL) {
		snprintf(corpus, sizeof corpus, "%s/fuzz/corpus/%s", top != NULL ? top : ".",
			 name + strlen("fuzz_"));
		printf("1..1\n");
		tell(1, corpus);
		return 0;
	}
	printf("1..%d\n", argc - 1);
	for (int i = 1; i < argc; i++)
		tell(i, argv[i]);
	return 0;
}
