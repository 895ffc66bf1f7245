/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_cf_script.h - programs in the configuration file: the group `scripts`, who runs them, and
 * lists of arguments.
 */
#ifndef VRRP_CF_SCRIPT_H
#define VRRP_CF_SCRIPT_H

#include "cf.h"

enum {
	VRRP_ARGS_MAX = 64,
	VRRP_ARG_SIZE = 512,
	VRRP_EXEC_SIZE = 4096, /* of all arguments of a program, each with its NUL */
	VRRP_USER_SIZE = 33,
	VRRP_PARALLEL_MAX = 256,
};

/* `exec = [ "/path", "argument" ]` is a list of these. */
struct vrrp_cf_arg {
	char arg[VRRP_ARG_SIZE];
};

struct vrrp_cf_scripts {
	char user[VRRP_USER_SIZE]; /* "": nobody is named */
	uint16_t max_parallel;
};

extern const struct cf_schema vrrp_arg_schema, vrrp_scripts_schema;

/* For the `accept` of a setting that names a user. */
bool vrrp_cf_accept_user(const char *text, struct text *why);

/* That what `field` of `obj` lists can be run. */
void vrrp_cf_exec_check(struct cf_load *l, const void *obj, const char *field,
			struct cf_list exec);

/* The arguments one after the other, each with its NUL; their length. `to` is NULL, or has
 * VRRP_EXEC_SIZE bytes, or as many as this returns without it. */
size_t vrrp_cf_exec(const struct cf_model *m, struct cf_list exec, char *to);

/* What the file has run, and as whom: each program once for each place where it stands, but for one
 * that is the same as the one before; `more`: arguments may be added. */
struct vrrp_cf;
void vrrp_cf_programs(const struct cf_model *m, const struct vrrp_cf *vrrp,
		      void (*each)(void *ctx, const char *args, size_t len, const char *user,
				   bool more),
		      void *ctx);

#endif
