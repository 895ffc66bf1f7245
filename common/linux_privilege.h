/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linux_privilege.h - giving up what a daemon does not need: it becomes another user if so asked,
 * keeps a few capabilities, and can gain none any more. Errors are explained in `why`.
 */
#ifndef LINUX_PRIVILEGE_H
#define LINUX_PRIVILEGE_H

#include <stdbool.h>
#include <sys/types.h>

#include "text.h"

/* Who a process is to be. All zero: who it is already. */
struct privilege_user {
	const char *name; /* as given; NULL: no change */
	uid_t uid;
	gid_t gid; /* the user's primary group */
};

/* Looks the user up. False when there is none of this name, or it is root, who gives nothing up. */
bool privilege_find_user(const char *name, struct privilege_user *user, struct text *why);

/* Whether the process has these capabilities, or may take them. The list ends with -1. */
bool privilege_has(const int *capabilities);

/*
 * Becomes the user, with the groups it is a member of, and keeps the capabilities in the list
 * (ending with -1) and no others: none in the ambient set, and where the process may do that, none
 * in the bounding set either and root's uid worth nothing (securebits). From here on no program it
 * executes gains any (no_new_privs). May be called again, to keep less.
 */
bool privilege_drop(const struct privilege_user *user, const int *keep, struct text *why);

#endif
