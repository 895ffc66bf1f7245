/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux_privilege.h"

#include <cap-ng.h>
#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

bool privilege_find_user(const char *name, struct privilege_user *user, struct text *why)
{
	const struct passwd *pw;

	errno = 0;
	pw = getpwnam(name);
	if (!pw) {
		text_fmt(why, "there is no user %s%s%s; make it first, or correct --user", name,
			 errno != 0 ? ": " : "", errno != 0 ? strerror(errno) : "");
		return false;
	}
	if (pw->pw_uid == 0) {
		text_fmt(why, "user %s is root: leave out --user", name);
		return false;
	}
	*user = (struct privilege_user){ name, pw->pw_uid, pw->pw_gid };
	return true;
}

static bool has(capng_type_t set, int capability)
{
	return capng_have_capability(set, (unsigned)capability) == 1;
}

bool privilege_has(const int *capabilities)
{
	bool all = capng_get_caps_process() == 0;

	for (; all && *capabilities >= 0; capabilities++)
		all = has(CAPNG_PERMITTED, *capabilities);
	return all;
}

static void select_capabilities(const int *keep)
{
	capng_clear(CAPNG_SELECT_ALL);
	for (; *keep >= 0; keep++)
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, (unsigned)*keep);
}

/* Those of the process, and nothing else, are in the three sets that matter. */
static bool is_done(const int *keep)
{
	unsigned wanted = 0, found = 0;

	if (capng_get_caps_process() != 0)
		return false;
	for (; *keep >= 0; keep++, wanted++)
		if (!has(CAPNG_EFFECTIVE, *keep) || !has(CAPNG_PERMITTED, *keep))
			return false;
	for (int c = 0; capng_capability_to_name((unsigned)c); c++)
		found += has(CAPNG_PERMITTED, c) || has(CAPNG_AMBIENT, c) ||
			 has(CAPNG_INHERITABLE, c);
	return found == wanted;
}

static bool become(const struct privilege_user *user, struct text *why)
{
	capng_flags_t flags = CAPNG_INIT_SUPP_GRP | CAPNG_CLEAR_AMBIENT;

	if (capng_change_id((int)user->uid, (int)user->gid, flags) == 0 &&
	    geteuid() == user->uid && getegid() == user->gid)
		return true;
	text_fmt(why, "cannot become user %s: that takes the rights of root", user->name);
	return false;
}

bool privilege_drop(const struct privilege_user *user, const int *keep, struct text *why)
{
	bool may_lock;

	if (capng_get_caps_process() != 0) {
		text_put(why, "cannot read the capabilities of this process");
		return false;
	}
	may_lock = has(CAPNG_EFFECTIVE, CAP_SETPCAP);
	select_capabilities(keep);
	if (may_lock && (capng_lock() != 0 || capng_apply(CAPNG_SELECT_BOUNDS) != 0)) {
		text_put(why, "cannot give up the bounding set of capabilities");
		return false;
	}
	select_capabilities(keep);
	if (user->name && geteuid() != user->uid && !become(user, why))
		return false;
	select_capabilities(keep);
	capng_apply(CAPNG_SELECT_AMBIENT);
	if (capng_apply(CAPNG_SELECT_CAPS) != 0 || !is_done(keep) ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
		text_fmt(why, "cannot give up capabilities: %s", strerror(errno));
		return false;
	}
	return true;
}
