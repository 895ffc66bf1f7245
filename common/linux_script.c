/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux_script.h"

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "linux_privilege.h"

enum { LINKS_MAX = 40, SIGNALS = 64, STATUS_FD = 3, WHY_SIZE = 300, ENV_MAX = 64 };

/* ---- the user ----------------------------------------------------------------------------- */

static bool find(const char *name, struct script_user *user)
{
	const struct passwd *pw = getpwnam(name);

	if (pw)
		*user = (struct script_user){ pw->pw_name, pw->pw_uid, pw->pw_gid };
	return pw != NULL;
}

bool script_find_user(const char *name, struct script_user *user, struct text *why)
{
	errno = 0;
	if (name[0] ? find(name, user) : find(SCRIPT_USER, user) || find("nobody", user))
		return true;
	text_fmt(why, "there is no user %s%s%s", name[0] ? name : SCRIPT_USER " or nobody",
		 errno != 0 ? ": " : "", errno != 0 ? strerror(errno) : "");
	return false;
}

/* ---- the path ----------------------------------------------------------------------------- */

/* A path that is walked along: what is behind us, free of links, and what is left. */
struct walk {
	char at[PATH_MAX], left[PATH_MAX];
	unsigned links;
};

/* What is there may be trusted: nobody but root and the user has it in his hands. In a directory
 * like /tmp others can write, but not replace what is not theirs. */
static bool trusted(const char *path, const struct stat *st, uid_t uid, struct text *why)
{
	bool sticky = S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX) != 0;

	if (st->st_uid != 0 && st->st_uid != uid)
		text_fmt(why, "%s belongs to user %u: it must be root's, or that of the user who "
			      "runs the script", path, (unsigned)st->st_uid);
	else if (!S_ISLNK(st->st_mode) && !sticky && (st->st_mode & S_IWOTH) != 0)
		text_fmt(why, "%s can be written by everybody: chmod o-w", path);
	else if (!S_ISLNK(st->st_mode) && !sticky && (st->st_mode & S_IWGRP) != 0)
		text_fmt(why, "%s can be written by group %u: chmod g-w", path,
			 (unsigned)st->st_gid);
	else
		return true;
	return false;
}

/* The target of a link takes its place in what is left. */
static bool follow(struct walk *w, struct text *why)
{
	char target[PATH_MAX], left[PATH_MAX];
	ssize_t n = readlink(w->at, target, sizeof target - 1);
	int len;

	if (n < 0) {
		text_fmt(why, "%s: %s", w->at, strerror(errno));
		return false;
	}
	target[n] = '\0';
	len = snprintf(left, sizeof left, "%s/%s", target, w->left);
	if (++w->links > LINKS_MAX || len < 0 || (size_t)len >= sizeof left) {
		text_fmt(why, "%s: %s", w->at, strerror(ELOOP));
		return false;
	}
	strcpy(w->left, left);
	w->at[target[0] == '/' ? 0 : strrchr(w->at, '/') - w->at] = '\0';
	return true;
}

/* Takes the next name of what is left; false when that would be too long. "." and an empty one are
 * no step. */
static bool step(struct walk *w, bool *moved)
{
	size_t len = strcspn(w->left, "/"), at = strlen(w->at);
	char *rest = w->left + len + (w->left[len] == '/');

	*moved = false;
	if (len == 2 && memcmp(w->left, "..", 2) == 0) {
		if (at > 0)
			*strrchr(w->at, '/') = '\0';
	} else if (len > 0 && !(len == 1 && w->left[0] == '.')) {
		if (at + 1 + len >= sizeof w->at)
			return false;
		w->at[at] = '/';
		memcpy(w->at + at + 1, w->left, len);
		w->at[at + 1 + len] = '\0';
		*moved = true;
	}
	memmove(w->left, rest, strlen(rest) + 1);
	return true;
}

static bool is_program(const char *path, const struct stat *st, struct text *why)
{
	if (!S_ISREG(st->st_mode))
		text_fmt(why, "%s is not a file", path);
	else if ((st->st_mode & (S_ISUID | S_ISGID)) != 0)
		text_fmt(why, "%s is setuid or setgid: chmod ug-s", path);
	else if ((st->st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0)
		text_fmt(why, "%s cannot be executed: chmod +x", path);
	else
		return true;
	return false;
}

bool script_is_safe(const char *path, uid_t uid, struct text *why)
{
	struct walk w = { .at = "" };
	struct stat st;
	bool moved;

	if (path[0] != '/') {
		text_fmt(why, "%s is not a whole path, beginning with '/'", path);
		return false;
	}
	if (lstat("/", &st) < 0 || !text_copy(w.left, sizeof w.left, path)) {
		text_fmt(why, "%s: %s", path, strerror(ENAMETOOLONG));
		return false;
	}
	if (!trusted("/", &st, uid, why))
		return false;
	while (w.left[0]) {
		if (!step(&w, &moved)) {
			text_fmt(why, "%s: %s", path, strerror(ENAMETOOLONG));
			return false;
		}
		if (!moved)
			continue;
		if (lstat(w.at, &st) < 0) {
			text_fmt(why, "%s: %s", w.at, strerror(errno));
			return false;
		}
		if (!trusted(w.at, &st, uid, why) || (S_ISLNK(st.st_mode) && !follow(&w, why)))
			return false;
	}
	return is_program(w.at[0] ? w.at : "/", &st, why);
}

bool script_check(const char *path, const char *user, struct text *why)
{
	struct script_user who;

	return script_find_user(user, &who, why) && script_is_safe(path, who.uid, why);
}

/* ---- starting it: the rest is in the new process ------------------------------------------ */

_Noreturn static void give_up(const struct text *why)
{
	ssize_t n = write(STATUS_FD, why->buf, why->len);

	_exit(n < 0 ? 126 : 127);
}

/* Nothing of ours goes along: signals, files, priority, where we are. */
static void detach(const struct script *s)
{
	sigset_t none;
	int null = open("/dev/null", O_RDONLY);

	setsid();
	for (int sig = 1; sig <= SIGNALS; sig++)
		signal(sig, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	sched_setscheduler(0, SCHED_OTHER, &(struct sched_param){ 0 });
	dup2(null, STDIN_FILENO);
	dup2(s->out, STDOUT_FILENO);
	dup2(s->out, STDERR_FILENO);
	dup2(s->status, STATUS_FD);
	fcntl(STATUS_FD, F_SETFD, FD_CLOEXEC);
	close_range(STATUS_FD + 1, ~0U, 0);
	umask(077);
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
}

/* A service manager may have asked the kernel to spare the daemon: not what it runs. */
static void be_as_mortal_as_others(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? write(fd, "0", 1) : 0;

	(void)n; /* it was above zero */
	if (fd >= 0)
		close(fd);
}

static bool take_user(const struct script_user *user, struct text *why)
{
	static const int needed[] = { CAP_SETUID, CAP_SETGID, -1 };

	/* Who is that user already, and has no way to another, stays as he is. */
	if (!privilege_has(needed)) {
		if (geteuid() == user->uid && geteuid() != 0)
			return true;
		text_fmt(why, "cannot become user %s: vrrpd was started without the capabilities "
			      "CAP_SETUID and CAP_SETGID", user->name);
		return false;
	}
	if (initgroups(user->name, user->gid) == 0 &&
	    setresgid(user->gid, user->gid, user->gid) == 0 &&
	    setresuid(user->uid, user->uid, user->uid) == 0)
		return true;
	text_fmt(why, "cannot become user %s: %s", user->name, strerror(errno));
	return false;
}

static bool give_up_rights(struct text *why)
{
	capng_clear(CAPNG_SELECT_BOTH);
	if (capng_apply(CAPNG_SELECT_CAPS) == 0 && capng_get_caps_process() == 0 &&
	    capng_have_capabilities(CAPNG_SELECT_CAPS) == CAPNG_NONE &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && chdir("/") == 0)
		return true;
	text_fmt(why, "cannot give up capabilities: %s", strerror(errno));
	return false;
}

static void set_environment(char **env, const struct script *s, const char *user)
{
	static char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
	static char home[] = "HOME=/", lang[] = "LANG=C", who[80];
	unsigned n = 0;

	snprintf(who, sizeof who, "USER=%s", user);
	env[n++] = path;
	env[n++] = home;
	env[n++] = lang;
	env[n++] = who;
	for (char *const *more = s->env; *more && n < ENV_MAX; more++)
		env[n++] = *more;
	env[n] = NULL;
}

/* The path is looked at by the user who runs it, right before he does. Whoever could put something
 * else there afterwards is root or himself. */
_Noreturn static void run(const struct script *s)
{
	char text[WHY_SIZE], *env[ENV_MAX + 1];
	struct text why = text_open(text, sizeof text);
	struct script_user user;

	detach(s);
	be_as_mortal_as_others();
	if (!script_find_user(s->user, &user, &why) || !take_user(&user, &why))
		give_up(&why);
	set_environment(env, s, user.name);
	if (!give_up_rights(&why) || !script_is_safe(s->argv[0], user.uid, &why))
		give_up(&why);
	execve(s->argv[0], s->argv, env);
	text_fmt(&why, "%s: %s", s->argv[0], strerror(errno));
	if (errno == ENOENT)
		text_put(&why, " (of its interpreter?)");
	give_up(&why);
}

pid_t script_start(const struct script *s)
{
	pid_t pid;

	CHECK(s->out > STATUS_FD && s->status > STATUS_FD);
	pid = fork();
	if (pid == 0)
		run(s);
	return pid;
}
