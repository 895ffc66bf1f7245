/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrp_cf_group.h"

#include <stdlib.h>

#include "cf_name.h"
#include "vrrp_cf.h"
#include "vrrp_wire.h"

static const struct cf_field member_fields[] = {
	CF(struct vrrp_cf_member, name, CF_TEXT, .required = true, .accept = vrrp_cf_accept_name,
	   .doc = "The name of an instance."),
};

static const struct cf_schema member_schema = {
	.name = "member",
	.doc = "A virtual router of the group. A string alone stands for its name setting.",
	.size = sizeof(struct vrrp_cf_member),
	.field = member_fields,
	.n = sizeof member_fields / sizeof *member_fields,
	.shorthand = "name",
};

static const struct cf_field group_fields[] = {
	CF(struct vrrp_cf_group, name, CF_TEXT, .required = true, .accept = vrrp_cf_accept_name,
	   .doc = "What the group is called in the log and in commands. Unique among groups."),
	CF(struct vrrp_cf_group, members, CF_LIST, .of = &member_schema, .min = 1,
	   .max = VRRP_MEMBERS_MAX, .required = true,
	   .doc = "The instances, each in one group at most. They change their state together: one "
		  "that cannot run stops all, one that gives way to another Active takes all "
		  "along, and all become Active when the last of them may. They all advertise the "
		  "lowest of their priorities, weights of trackers included; so a weight that is "
		  "taken from one is taken from all, and one that is added to a single member "
		  "changes nothing as long as another has less. The longest preempt_delay counts, "
		  "and as long as one does not preempt, none does. Make the same groups on all "
		  "routers. Either all have priority 255 or none. A member that a reload adds "
		  "joins when its own time has come, and the others go on meanwhile."),
	CF(struct vrrp_cf_group, tracks, CF_LIST, .of = &vrrp_use_schema,
	   .max = VRRP_GROUP_USES_MAX,
	   .doc = "The trackers that change the priority of all members, or keep all from "
		  "running: as if each member listed them."),
	VRRP_CF_NOTIFY_FIELDS(struct vrrp_cf_group),
};

const struct cf_schema vrrp_group_schema = {
	.name = "sync group",
	.doc = "Instances that are Active together, or not at all: for example the two sides of a "
	       "firewall, or IPv4 and IPv6 of one network.",
	.size = sizeof(struct vrrp_cf_group),
	.field = group_fields,
	.n = sizeof group_fields / sizeof *group_fields,
};

/* ---- cross checks ------------------------------------------------------------------------- */

struct checking {
	struct cf_load *l;
	const struct cf_model *m;
	const struct vrrp_cf *vrrp;
	const struct vrrp_cf_instance **by_name; /* all instances, sorted */
};

static int by_name(const void *a, const void *b)
{
	const struct vrrp_cf_instance *const *x = a, *const *y = b;
	int c = strcmp((*x)->name, (*y)->name);

	return c != 0 ? c : *x < *y ? -1 : 1; /* in the order of the file */
}

static int is_named(const void *key, const void *element)
{
	const struct vrrp_cf_instance *const *cf = element;

	return strcmp(key, (*cf)->name);
}

/* NULL when there is none. */
static struct vrrp_cf_instance *instance_named(const struct checking *c, const char *name)
{
	const struct vrrp_cf_instance **found =
		bsearch(name, c->by_name, c->vrrp->instances.n, sizeof *c->by_name, is_named);

	if (!found)
		return NULL;
	return vrrp_cf_instance(c->m, c->vrrp,
				(uint32_t)(*found - vrrp_cf_instance(c->m, c->vrrp, 0)));
}

static void no_such_instance(const struct checking *c, const struct vrrp_cf_member *member)
{
	struct cf_name_search s = { .name = member->name };

	for (uint32_t i = 0; i < c->vrrp->instances.n; i++)
		cf_name_look(&s, c->by_name[i]->name);
	if (s.best)
		cf_error(c->l, member, "name", "there is no instance \"%s\"; did you mean \"%s\"?",
			 member->name, s.best);
	else
		cf_error(c->l, member, "name", "there is no instance \"%s\"", member->name);
}

static void join(const struct checking *c, uint32_t group, struct vrrp_cf_member *member)
{
	struct vrrp_cf_instance *cf = instance_named(c, member->name);

	if (!*member->name)
		return;
	if (!cf) {
		no_such_instance(c, member);
	} else if (cf->group == group + 1) {
		cf_error(c->l, member, "name", "\"%s\" is listed twice", member->name);
	} else if (cf->group > 0) {
		cf_error(c->l, member, "name", "\"%s\" is in sync group \"%s\" already",
			 member->name, vrrp_cf_group(c->m, c->vrrp, cf->group - 1)->name);
	} else {
		cf->group = group + 1;
		member->instance = (uint32_t)(cf - vrrp_cf_instance(c->m, c->vrrp, 0));
	}
}

/* Lint: what is taken, and may not be what was meant. */
static void check_alike(const struct checking *c, const struct vrrp_cf_group *g, uint8_t lowest,
			uint8_t highest, bool preempts_differ)
{
	if (lowest != highest)
		cf_warning(c->l, g, "members",
			   "have priorities from %u to %u: all of the group advertise the lowest, "
			   "%u", lowest, highest, lowest);
	if (preempts_differ)
		cf_warning(c->l, g, "members",
			   "differ in preempt: as long as one of them does not preempt, none does");
	if (g->members.n == 1)
		cf_warning(c->l, g, "members", "is a single one: it behaves as without a group");
}

static void check_group(const struct checking *c, uint32_t i)
{
	const struct vrrp_cf_group *g = vrrp_cf_group(c->m, c->vrrp, i);
	const struct vrrp_cf_instance *owner = NULL, *other = NULL;
	uint8_t lowest = UINT8_MAX, highest = 0;
	bool preempts = false, waits = false;

	vrrp_cf_notify_check(c->l, g, &g->notify);
	for (uint32_t k = 0; k < g->members.n; k++)
		join(c, i, vrrp_cf_member(c->m, g, k));
	for (uint32_t k = 0; k < g->members.n; k++) {
		const struct vrrp_cf_instance *cf =
			instance_named(c, vrrp_cf_member(c->m, g, k)->name);

		if (!cf || cf->priority == 0)
			continue;
		lowest = cf->priority < lowest ? cf->priority : lowest;
		highest = cf->priority > highest ? cf->priority : highest;
		*(cf->preempt ? &preempts : &waits) = true;
		*(cf->priority == VRRP_PRIORITY_OWNER ? &owner : &other) = cf;
	}
	if (owner && other)
		cf_error(c->l, g, "members",
			 "\"%s\" has priority 255 and \"%s\" has not: the owner of an address is "
			 "always Active, so a group has owners only, or none",
			 owner->name, other->name);
	else if (highest > 0)
		check_alike(c, g, lowest, highest, preempts && waits && !owner);
	for (uint32_t k = 0; k < i && *g->name; k++)
		if (strcmp(vrrp_cf_group(c->m, c->vrrp, k)->name, g->name) == 0)
			cf_error(c->l, g, "name", "\"%s\" names another sync group already",
				 g->name);
}

void vrrp_cf_group_check(struct cf_load *l, const struct vrrp_cf *vrrp)
{
	uint32_t n = vrrp->instances.n;
	struct checking c = { .l = l, .m = cf_load_model(l), .vrrp = vrrp,
			      .by_name = calloc(n + 1, sizeof *c.by_name) };

	if (!c.by_name) {
		cf_error(l, vrrp, NULL, "out of memory");
		return;
	}
	for (uint32_t i = 0; i < n; i++)
		c.by_name[i] = vrrp_cf_instance(c.m, vrrp, i);
	qsort(c.by_name, n, sizeof *c.by_name, by_name);
	for (uint32_t i = 0; i < vrrp->sync_groups.n; i++)
		check_group(&c, i);
	free(c.by_name);
}
