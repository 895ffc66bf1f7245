/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrp_cf_notify.h"

#include <stdlib.h>
#include <string.h>

#include "vrrp_cf.h"

/* What others may do with a file, in octal as chmod(1) has it. */
static bool parse_mode(const char *from, void *to, struct text *why)
{
	char *end;
	unsigned long value = strtoul(from, &end, 8);
	uint16_t mode = (uint16_t)value;

	if (*from < '0' || *from > '7' || *end != '\0' || (value & ~0666UL) != 0 ||
	    (value & 0600) != 0600) {
		text_put(why, "not a mode; write \"0600\", \"0640\" or \"0644\": the owner can "
			      "read and write, and nobody can execute it");
		return false;
	}
	memcpy(to, &mode, sizeof mode);
	return true;
}

static void print_mode(const void *from, struct text *to)
{
	uint16_t mode;

	memcpy(&mode, from, sizeof mode);
	text_fmt(to, "0%03o", mode);
}

static const struct cf_field fifo_fields[] = {
	CF(struct vrrp_cf_fifo, path, CF_TEXT, .required = true, .accept = vrrp_cf_accept_path,
	   .doc = "The whole path. If there is nothing, a FIFO is made, and removed when the "
		  "daemon stops; one that is there is used as it is, and stays. Anything else "
		  "there is refused. As a service vrrpd may write below /run/trivet only."),
	CF(struct vrrp_cf_fifo, mode, CF_VALUE, .parse = parse_mode, .print = print_mode,
	   .def = "0600",
	   .doc = "Who may read and write a FIFO that is made here, as with chmod(1). It belongs "
		  "to the user that vrrpd runs as. For other owners make it beforehand, for "
		  "example with tmpfiles.d(5)."),
	CF(struct vrrp_cf_fifo, lower_active, CF_BOOL, .def = "false",
	   .doc = "Whether it is told, as MASTER_RX_LOWER_PRI, when a router that is Active begins "
		  "to hear another Active of lower priority."),
	CF(struct vrrp_cf_fifo, on_reload, CF_BOOL, .def = "false",
	   .doc = "Whether every reload tells all states again, not only those that changed."),
};

const struct cf_schema vrrp_fifo_schema = {
	.name = "notify_fifo",
	.doc = "A FIFO into which a line is written whenever a router changes its state, in the "
	       "form and with the words of keepalived: INSTANCE \"web\" MASTER 150. See vrrpd(8).",
	.size = sizeof(struct vrrp_cf_fifo),
	.field = fifo_fields,
	.n = sizeof fifo_fields / sizeof *fifo_fields,
};

static const char *const program_names[VRRP_PROGRAM_N] = {
	"notify", "notify_active", "notify_backup", "notify_fault", "notify_stop",
	"notify_lower_active",
};

void vrrp_cf_notify_check(struct cf_load *l, const void *obj, const struct vrrp_cf_notify *cf)
{
	for (unsigned i = 0; i < VRRP_PROGRAM_N; i++)
		vrrp_cf_exec_check(l, obj, program_names[i], cf->program[i]);
}
