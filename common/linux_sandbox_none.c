/* SPDX-License-Identifier: BSD-2-Clause */
/* linux_sandbox.h where it was left out by configure. */
#include "linux_sandbox.h"

bool sandbox_is_built_in(void)
{
	return false;
}

bool sandbox_enter(enum sandbox which, struct text *why)
{
	(void)which;
	text_put(why, "this build has no sandbox");
	return false;
}

unsigned sandbox_refused(struct text *name)
{
	(void)name;
	return 0;
}
