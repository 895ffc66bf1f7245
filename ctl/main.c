/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"

static const struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *usage, *about;
} verbs[] = {
	{ "check", ctl_check, ctl_check_usage, "check a configuration file" },
	{ "replay", ctl_replay, ctl_replay_usage, "show what a router makes of captured packets" },
	{ "sim", ctl_sim, ctl_sim_usage, "run a scenario in virtual time" },
};

enum { VERBS = sizeof verbs / sizeof *verbs };

static void usage(FILE *to)
{
	fputs("usage: trivet VERB [arguments]\n\n", to);
	for (unsigned i = 0; i < VERBS; i++)
		fprintf(to, "  %-8s %s\n", verbs[i].name, verbs[i].about);
	fputs("\n`trivet VERB --help' says more; `trivet --version' says which version this is.\n",
	      to);
}

int ctl_number(const char *from, unsigned long long *value)
{
	char *end;

	errno = 0;
	*value = strtoull(from, &end, 0);
	return errno == 0 && end != from && *end == '\0' && *from != '-';
}

int main(int argc, char **argv)
{
	if (argc >= 2 && strcmp(argv[1], "--version") == 0) {
		puts("trivet " TRIVET_VERSION);
		return CTL_OK;
	}
	if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)) {
		usage(stdout);
		return CTL_OK;
	}
	for (unsigned i = 0; argc >= 2 && i < VERBS; i++) {
		if (strcmp(argv[1], verbs[i].name) != 0)
			continue;
		if (argc == 3 && strcmp(argv[2], "--help") == 0) {
			fputs(verbs[i].usage, stdout);
			return CTL_OK;
		}
		return verbs[i].run(argc - 1, argv + 1);
	}
	if (argc >= 2)
		fprintf(stderr, "trivet: there is no verb \"%s\"\n", argv[1]);
	usage(stderr);
	return CTL_USAGE;
}
