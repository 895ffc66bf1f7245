/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linux_script.h - starting one program of the configuration: without a shell, as a user who can do
 * little, and only if nobody else could have put something in its place.
 *
 * A program runs in a session of its own, with /dev/null as its input, one pipe for all it prints,
 * no other file of ours, no capability and no way to any, and a fixed environment.
 */
#ifndef LINUX_SCRIPT_H
#define LINUX_SCRIPT_H

#include <stdbool.h>
#include <sys/types.h>

#include "text.h"

/* Who runs what names nobody: this user, if there is one, else nobody. */
#define SCRIPT_USER "trivet-script"

struct script_user {
	const char *name; /* points into the table of users: gone with the next look */
	uid_t uid;
	gid_t gid;
};

/* The user with this name; "" for the one who runs what names nobody. */
bool script_find_user(const char *name, struct script_user *user, struct text *why);

/*
 * Whether the program may be run: `path` is a whole one, to a regular file that can be executed and
 * is not setuid, and neither it nor any directory or symbolic link on the way belongs to others
 * than root and the user `uid`, or can be written by them. Looks with the rights of the process.
 */
bool script_is_safe(const char *path, uid_t uid, struct text *why);

/* The same for a user by name. */
bool script_check(const char *path, const char *user, struct text *why);

struct script {
	char *const *argv; /* argv[0] is the whole path */
	char *const *env;  /* beside PATH, HOME, USER and LANG */
	const char *user;  /* "": see above */
	int out;           /* what it prints goes here */
	int status;        /* why it could not be started; nothing, closed: it could */
};

/* Forks; the new process, its own group and session, or -1 with errno. The files are >= 4. */
pid_t script_start(const struct script *s);

#endif
