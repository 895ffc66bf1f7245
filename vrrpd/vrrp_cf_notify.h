/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_cf_notify.h - notification in the configuration file: the FIFO of the vrrp section, and what
 * each instance says of what is told of it.
 */
#ifndef VRRP_CF_NOTIFY_H
#define VRRP_CF_NOTIFY_H

#include "cf.h"
#include "vrrp_cf_script.h"

enum { VRRP_FIFO_PATH_SIZE = 256 };

/* Programs that are run: for any change, for a state, and for one more thing that can happen. */
enum vrrp_notify_program {
	VRRP_PROGRAM_ANY,
	VRRP_PROGRAM_ACTIVE,
	VRRP_PROGRAM_BACKUP,
	VRRP_PROGRAM_FAULT,
	VRRP_PROGRAM_STOP,
	VRRP_PROGRAM_LOWER,
	VRRP_PROGRAM_N
};

struct vrrp_cf_fifo {
	char path[VRRP_FIFO_PATH_SIZE]; /* "": there is none */
	uint16_t mode;
	bool lower_active, on_reload;
};

/* The part of an instance. */
struct vrrp_cf_notify {
	struct cf_list program[VRRP_PROGRAM_N]; /* struct vrrp_cf_arg */
	bool priority_changes, deleted, confirm;
};

extern const struct cf_schema vrrp_fifo_schema;

/* The cross checks of it, for an object that has it. */
void vrrp_cf_notify_check(struct cf_load *l, const void *obj, const struct vrrp_cf_notify *cf);

#define VRRP_CF_NOTIFY(T, member, label, kind, ...) \
	{ .name = (label), .type = (kind), .offset = offsetof(T, notify.member), \
	  .size = sizeof(((T *)0)->notify.member), __VA_ARGS__ }

#define VRRP_CF_PROGRAM(T, which, label, text) \
	VRRP_CF_NOTIFY(T, program[which], label, CF_LIST, .of = &vrrp_arg_schema, \
		       .max = VRRP_ARGS_MAX, .doc = text)

/* The rows of it, for the table of a struct T that has it as its member `notify`... */
#define VRRP_CF_NOTIFY_FIELDS(T) \
	VRRP_CF_PROGRAM(T, VRRP_PROGRAM_ANY, "notify", \
			"A program and its arguments, run at every change of state. It gets four " \
			"more arguments, as from keepalived: INSTANCE (or GROUP), the name, " \
			"MASTER, BACKUP, FAULT or STOP, and the priority. See vrrpd(8)."), \
	VRRP_CF_PROGRAM(T, VRRP_PROGRAM_ACTIVE, "notify_active", \
			"A program and its arguments, run on becoming Active, before notify."), \
	VRRP_CF_PROGRAM(T, VRRP_PROGRAM_BACKUP, "notify_backup", \
			"The same on becoming Backup."), \
	VRRP_CF_PROGRAM(T, VRRP_PROGRAM_FAULT, "notify_fault", \
			"The same when it cannot run, and when a reload has removed it."), \
	VRRP_CF_PROGRAM(T, VRRP_PROGRAM_STOP, "notify_stop", "The same when vrrpd stops."), \
	VRRP_CF_NOTIFY(T, deleted, "notify_deleted", CF_BOOL, .def = "false", \
		       .doc = "Whether what a reload has removed is told as DELETED. Otherwise " \
			      "it is FAULT, which is what programs made for keepalived " \
			      "expect unless that has this setting."), \
	VRRP_CF_NOTIFY(T, confirm, "notify_confirm", CF_BOOL, .def = "true", \
		       .doc = "Whether an Active that has heard another one is told as MASTER " \
			      "again once that one is silent. While there were two, both were " \
			      "told as MASTER, and what was done about it may have ended in " \
			      "any order: the one that remains has the last word.")

/* ...and those that only a router has. */
#define VRRP_CF_NOTIFY_ROUTER_FIELDS(T) \
	VRRP_CF_PROGRAM(T, VRRP_PROGRAM_LOWER, "notify_lower_active", \
			"A program and its arguments, run when an Active begins to hear another " \
			"Active of lower priority."), \
	VRRP_CF_NOTIFY(T, priority_changes, "notify_priority_changes", CF_BOOL, .def = "false", \
		       .doc = "Whether a new priority is told too, as MASTER_PRIORITY or " \
			      "BACKUP_PRIORITY.")

#endif
