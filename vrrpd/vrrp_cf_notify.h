/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_cf_notify.h - notification in the configuration file: the FIFO of the vrrp section, and what
 * each instance says of what is told of it.
 */
#ifndef VRRP_CF_NOTIFY_H
#define VRRP_CF_NOTIFY_H

#include "cf.h"

enum { VRRP_FIFO_PATH_SIZE = 256 };

struct vrrp_cf_fifo {
	char path[VRRP_FIFO_PATH_SIZE]; /* "": there is none */
	uint16_t mode;
	bool lower_active, on_reload;
};

/* The part of an instance. */
struct vrrp_cf_notify {
	bool priority_changes, deleted, confirm;
};

extern const struct cf_schema vrrp_fifo_schema;

#define VRRP_CF_NOTIFY(T, member, label, kind, ...) \
	{ .name = (label), .type = (kind), .offset = offsetof(T, notify.member), \
	  .size = sizeof(((T *)0)->notify.member), __VA_ARGS__ }

/* The rows of it, for the table of a struct T that has it as its member `notify`. */
#define VRRP_CF_NOTIFY_FIELDS(T) \
	VRRP_CF_NOTIFY(T, priority_changes, "notify_priority_changes", CF_BOOL, .def = "false", \
		       .doc = "Whether a new priority is told too, as MASTER_PRIORITY or " \
			      "BACKUP_PRIORITY."), \
	VRRP_CF_NOTIFY(T, deleted, "notify_deleted", CF_BOOL, .def = "false", \
		       .doc = "Whether what a reload has removed is told as DELETED. Otherwise " \
			      "it is FAULT, which is what programs made for keepalived " \
			      "expect unless that has this setting."), \
	VRRP_CF_NOTIFY(T, confirm, "notify_confirm", CF_BOOL, .def = "true", \
		       .doc = "Whether an Active that has heard another one is told as MASTER " \
			      "again once that one is silent. While there were two, both were " \
			      "told as MASTER, and what was done about it may have ended in " \
			      "any order: the one that remains has the last word.")

#endif
