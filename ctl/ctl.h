/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ctl.h - the `trivet` command: one function for each of its verbs, each in a file of its own.
 *
 * A verb gets its own arguments (argv[0] is the verb) and returns the exit status: 0 all is well, 1
 * it is not, 2 wrong usage or unreadable input.
 */
#ifndef CTL_H
#define CTL_H

enum { CTL_OK = 0, CTL_FAILED = 1, CTL_USAGE = 2 };

int ctl_check(int argc, char **argv);
int ctl_replay(int argc, char **argv);
int ctl_sim(int argc, char **argv);

extern const char ctl_check_usage[], ctl_replay_usage[], ctl_sim_usage[];

/* A whole number with an optional 0x; false when it is not one. */
int ctl_number(const char *from, unsigned long long *value);

#endif
