/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrp_cf_script.h"

#include <string.h>

#include "vrrp_cf.h"

bool vrrp_cf_accept_user(const char *text, struct text *why)
{
	bool good = text[0] != '-' && text[0] != '.';

	for (const char *p = text; *p; p++)
		good &= (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
			(*p >= '0' && *p <= '9') || *p == '_' || *p == '-' || *p == '.';
	if (!good)
		text_put(why, "not the name of a user");
	return good;
}

static const struct cf_field arg_fields[] = {
	CF(struct vrrp_cf_arg, arg, CF_TEXT, .doc = "An argument, as it is: there is no shell."),
};

const struct cf_schema vrrp_arg_schema = {
	.name = "argument",
	.doc = "An argument of a program. A string alone stands for its arg setting.",
	.size = sizeof(struct vrrp_cf_arg),
	.field = arg_fields,
	.n = sizeof arg_fields / sizeof *arg_fields,
	.shorthand = "arg",
};

static const struct cf_field scripts_fields[] = {
	CF(struct vrrp_cf_scripts, user, CF_TEXT, .accept = vrrp_cf_accept_user,
	   .doc = "As whom they run where nothing else is said. Not said: trivet-script, if there "
		  "is such a user, else nobody. With \"root\" a script has root's files, but no "
		  "capability."),
	CF(struct vrrp_cf_scripts, max_parallel, CF_UINT, .min = 1, .max = VRRP_PARALLEL_MAX,
	   .def = "32",
	   .doc = "How many run at a time; the others wait in the order in which they came."),
};

const struct cf_schema vrrp_scripts_schema = {
	.name = "scripts",
	.doc = "Programs that are run, all of them: without a shell, with /dev/null as input, "
	       "without capabilities, in a process group of their own that does not outlive them. "
	       "What they print is thrown away but for the first line. One that others than root "
	       "and its user could change, it or a directory on the way, is not run.",
	.size = sizeof(struct vrrp_cf_scripts),
	.field = scripts_fields,
	.n = sizeof scripts_fields / sizeof *scripts_fields,
};

static const char *arg(const struct cf_model *m, struct cf_list exec, uint32_t i)
{
	return ((const struct vrrp_cf_arg *)cf_at(m, exec, sizeof(struct vrrp_cf_arg), i))->arg;
}

size_t vrrp_cf_exec(const struct cf_model *m, struct cf_list exec, char *to)
{
	size_t len = 0;

	for (uint32_t i = 0; i < exec.n; i++) {
		size_t n = strlen(arg(m, exec, i)) + 1;

		if (to)
			memcpy(to + len, arg(m, exec, i), n);
		len += n;
	}
	return len;
}

void vrrp_cf_exec_check(struct cf_load *l, const void *obj, const char *field,
			struct cf_list exec)
{
	const struct cf_model *m = cf_load_model(l);
	const char *path;

	if (exec.n == 0)
		return;
	path = arg(m, exec, 0);
	if (path[0] != '/' || path[strlen(path) - 1] == '/')
		cf_error(l, obj, field,
			 "begins with the whole path of a program, for example "
			 "[ \"/usr/local/lib/trivet/check\", \"--fast\" ]");
	if (vrrp_cf_exec(m, exec, NULL) > VRRP_EXEC_SIZE)
		cf_error(l, obj, field, "is longer than %d bytes: write a script", VRRP_EXEC_SIZE);
}

/* Programs of notify. Many routers have the same, from `defaults`: one after the other. */
struct notices {
	char args[VRRP_PROGRAM_N][VRRP_EXEC_SIZE];
	size_t len[VRRP_PROGRAM_N];
};

static void add_notices(struct notices *n, const struct cf_model *m, const struct vrrp_cf *vrrp,
			const struct vrrp_cf_notify *cf,
			void (*each)(void *ctx, const char *args, size_t len, const char *user,
				     bool more),
			void *ctx)
{
	for (unsigned i = 0; i < VRRP_PROGRAM_N; i++) {
		char args[VRRP_EXEC_SIZE];
		size_t len = vrrp_cf_exec(m, cf->program[i], args);

		if (len == 0 || (len == n->len[i] && memcmp(args, n->args[i], len) == 0))
			continue;
		memcpy(n->args[i], args, len);
		n->len[i] = len;
		each(ctx, args, len, vrrp->notify_user, i == VRRP_PROGRAM_ANY);
	}
}

void vrrp_cf_programs(const struct cf_model *m, const struct vrrp_cf *vrrp,
		      void (*each)(void *ctx, const char *args, size_t len, const char *user,
				   bool more),
		      void *ctx)
{
	struct notices notices = { .len = { 0 } };
	char args[VRRP_EXEC_SIZE];

	for (uint32_t i = 0; i < vrrp->tracks.n; i++) {
		const struct vrrp_cf_tracker *t = vrrp_cf_tracker(m, vrrp, i);

		if (t->exec.n > 0)
			each(ctx, args, vrrp_cf_exec(m, t->exec, args), t->user, false);
	}
	for (uint32_t i = 0; i < vrrp->instances.n; i++)
		add_notices(&notices, m, vrrp, &vrrp_cf_instance(m, vrrp, i)->notify, each, ctx);
	for (uint32_t i = 0; i < vrrp->sync_groups.n; i++)
		add_notices(&notices, m, vrrp, &vrrp_cf_group(m, vrrp, i)->notify, each, ctx);
}
