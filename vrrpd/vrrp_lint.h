/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_lint.h - what configurations that are right, each by itself, cannot do well together: for
 * `trivet check`, which is given those of all routers of a group.
 *
 * Routers of different files are of one group when they have the same VRID and family and an
 * address, or the network of one, in common; or when each file has just one of that VRID and
 * family. They are compared two by two by a table of rules. A rule is an error when the two are
 * sure to be Active both, or to refuse what the other sends; else a warning.
 *
 * Allocates for the time of the call. Knows nothing of files: whoever calls has read them.
 */
#ifndef VRRP_LINT_H
#define VRRP_LINT_H

#include <stdint.h>

#include "cf.h"
#include "mono.h"
#include "vrrp_cf.h"

struct vrrp_lint_file {
	const char *name;
	const struct cf_model *model;
	const struct vrrp_cf *vrrp; /* in the model */
};

/* What the network and the machines are taken to be (bound B9). */
struct vrrp_lint_options {
	span_t delay;  /* of an advert on its way, at most, and how much two of them differ */
	span_t jitter; /* how late a timer is run, at most */
};

struct vrrp_lint_finding {
	const char *rule; /* its name: a constant */
	bool error;
	/* The first is whom it is about; the second, if it has a file, who does not go with it. Of
	 * a finding that no router has a counterpart, the second has a file and no instance. */
	const char *file[2], *instance[2];
	const char *text;
};

typedef void vrrp_lint_fn(void *ctx, const struct vrrp_lint_finding *finding);

/* Within each file, and between each two of them. False without memory. */
bool vrrp_lint(const struct vrrp_lint_file *file, unsigned n,
	       const struct vrrp_lint_options *options, vrrp_lint_fn *found, void *ctx);

#endif
