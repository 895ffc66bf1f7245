/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linux_sandbox.h - a process that may make only the system calls it is known to need (seccomp).
 *
 * A call that is not in the list fails with EPERM, is noted here, and stands in the kernel's log: a
 * list that is too short must neither take a daemon's address away nor go unseen. A loader has
 * nothing to lose: it is ended at once.
 */
#ifndef LINUX_SANDBOX_H
#define LINUX_SANDBOX_H

#include "text.h"

enum sandbox {
	SANDBOX_DAEMON, /* sockets, files, a loop, children; executes nothing */
	SANDBOX_LOADER, /* opens files for reading, and writes to what is open already */
};

/* Whether this build has it: sanitizers make calls of their own, so builds with them have not. */
bool sandbox_is_built_in(void);

/* Shuts the door behind this process; there is no way back, but a tighter one may follow. False,
 * explained in `why`, when the kernel cannot do it: nothing has changed then. */
bool sandbox_enter(enum sandbox which, struct text *why);

/* Puts the name of a system call that was refused since it was last asked about, and returns how
 * often it was; 0 when there is none. */
unsigned sandbox_refused(struct text *name);

#endif
