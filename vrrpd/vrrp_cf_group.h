/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_cf_group.h - sync groups in the configuration file: the list `sync_groups` of the vrrp
 * section.
 */
#ifndef VRRP_CF_GROUP_H
#define VRRP_CF_GROUP_H

#include "cf.h"
#include "vrrp_cf_notify.h"

enum {
	VRRP_GROUPS_MAX = 1024,
	VRRP_MEMBERS_MAX = 256, /* of one group */
	VRRP_GROUP_USES_MAX = 32,
};

struct vrrp_cf_member {
	char name[CF_NAME_SIZE]; /* of an instance */
	/* Not in the file: follows from it. */
	uint32_t instance; /* index */
};

struct vrrp_cf_group {
	char name[CF_NAME_SIZE];
	struct cf_list members; /* struct vrrp_cf_member */
	struct cf_list tracks;  /* struct vrrp_cf_use */
	struct vrrp_cf_notify notify;
};

extern const struct cf_schema vrrp_group_schema;

struct vrrp_cf;

/* The cross checks of groups. They fill in which group an instance is in. */
void vrrp_cf_group_check(struct cf_load *l, const struct vrrp_cf *vrrp);

#endif
