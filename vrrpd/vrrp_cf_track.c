/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrp_cf_track.h"

#include <stdlib.h>

#include "cf_name.h"
#include "vrrp_cf.h"
#include "vrrp_track.h"

static const char *const type_names[] = { "interface", "file", "router", "script", NULL };
static const char *const initial_names[] = { "unknown", "up", "down", NULL };
static const char *const needs_names[] = { "link", "ipv4", "ipv6", NULL };

bool vrrp_cf_accept_path(const char *text, struct text *why)
{
	bool good = text[0] == '/' && text[strlen(text) - 1] != '/';

	for (const char *p = text; *p; p++)
		good &= (unsigned char)*p >= ' ' && *p != 0x7f;
	if (!good)
		text_put(why, "must be the whole path of a file, beginning with '/'");
	return good;
}

static bool parse_on_down(const char *from, void *to, struct text *why)
{
	static const char word[] = "priority ";
	int16_t weight = 0;
	long value;
	char *end;

	if (strcmp(from, "fault") != 0) {
		bool good = strncmp(from, word, sizeof word - 1) == 0;
		const char *number = good ? from + sizeof word - 1 : "";

		value = strtol(number, &end, 10);
		if ((*number != '-' && *number != '+') || number[1] < '0' || number[1] > '9' ||
		    *end != '\0' || value == 0 || value < -VRRP_TRACK_WEIGHT_MAX ||
		    value > VRRP_TRACK_WEIGHT_MAX) {
			text_fmt(why, "write \"fault\", or \"priority -60\" or \"priority +60\" "
				      "with a number of 1 to %d", VRRP_TRACK_WEIGHT_MAX);
			return false;
		}
		weight = (int16_t)value;
	}
	memcpy(to, &weight, sizeof weight);
	return true;
}

static void print_on_down(const void *from, struct text *to)
{
	int16_t weight;

	memcpy(&weight, from, sizeof weight);
	if (weight == 0)
		text_put(to, "fault");
	else
		text_fmt(to, "priority %+d", weight);
}

static const struct cf_field tracker_fields[] = {
	CF(struct vrrp_cf_tracker, name, CF_TEXT, .required = true, .accept = vrrp_cf_accept_name,
	   .doc = "What instances refer to it by. Unique."),
	CF(struct vrrp_cf_tracker, type, CF_ENUM, .names = type_names, .required = true,
	   .doc = "interface: up while the network interface exists, is up and has carrier. file: "
		  "a number in a file; 0 is up, anything else is down, by that much. router: up "
		  "while another instance is Active. script: up while a program ends with "
		  "status 0."),
	CF(struct vrrp_cf_tracker, interface, CF_TEXT, .accept = vrrp_cf_accept_interface,
	   .doc = "Of type interface: which."),
	CF(struct vrrp_cf_tracker, needs, CF_ENUM, .names = needs_names, .def = "link",
	   .doc = "Of type interface: what it needs besides a link to be up: an IPv4 address, or "
		  "a usable link-local IPv6 address; virtual addresses do not count."),
	CF(struct vrrp_cf_tracker, path, CF_TEXT, .accept = vrrp_cf_accept_path,
	   .doc = "Of type file: the whole path. The file is read when it has been written and "
		  "closed, renamed or removed; an empty one holds 0. Neither it nor its directory "
		  "need be there. One that is not renamed into its place may also be read while it "
		  "is being written. A symbolic link is read through, but changes behind it are "
		  "not seen. As a service vrrpd may not be allowed to read the file, and does not "
		  "see those in /home and /tmp."),
	CF(struct vrrp_cf_tracker, missing, CF_UINT, .max = VRRP_TRACK_VALUE_MAX, .def = "0",
	   .doc = "Of type file: the number that counts while there is no such file, or it cannot "
		  "be read."),
	CF(struct vrrp_cf_tracker, router, CF_TEXT, .accept = vrrp_cf_accept_name,
	   .doc = "Of type router: the name of the instance."),
	CF(struct vrrp_cf_tracker, exec, CF_LIST, .of = &vrrp_arg_schema, .max = VRRP_ARGS_MAX,
	   .doc = "Of type script: the whole path of the program, and its arguments, for example "
		  "[ \"/usr/local/lib/trivet/check-dns\", \"--fast\" ]. Status 0 is good; any "
		  "other, a signal, running out of time, and not being run at all are bad."),
	CF(struct vrrp_cf_tracker, user, CF_TEXT, .accept = vrrp_cf_accept_user,
	   .doc = "Of type script: as whom it runs. Not said: the one in scripts."),
	CF(struct vrrp_cf_tracker, interval, CF_SPAN, .min = 10000000, .max = 3600000000000,
	   .def = "1s",
	   .doc = "Of type script: how often it runs, counted from beginning to beginning. One "
		  "that still runs is not run a second time."),
	CF(struct vrrp_cf_tracker, timeout, CF_SPAN, .max = 3600000000000, .def = "0s",
	   .doc = "Of type script: how long it may run. Then it gets SIGTERM, and SIGKILL 2 s "
		  "later, together with all it has started. 0s: as long as the interval."),
	CF(struct vrrp_cf_tracker, rise, CF_UINT, .min = 1, .max = 255, .def = "1",
	   .doc = "Of type script: after how many good runs in a row it is up."),
	CF(struct vrrp_cf_tracker, fall, CF_UINT, .min = 1, .max = 255, .def = "1",
	   .doc = "Of type script: after how many bad runs in a row it is down."),
	CF(struct vrrp_cf_tracker, initial, CF_ENUM, .names = initial_names, .def = "unknown",
	   .doc = "Of type script: what it is before its first run has ended. While it is unknown, "
		  "no router that uses it starts, and the first run decides alone."),
	CF(struct vrrp_cf_tracker, up_delay, CF_SPAN, .max = 3600000000000, .def = "0s",
	   .doc = "How long it must be up without a break before it counts as up. Against those "
		  "that go up and down all the time, for which a few seconds are enough."),
	CF(struct vrrp_cf_tracker, down_delay, CF_SPAN, .max = 3600000000000, .def = "0s",
	   .doc = "The same for down; so long a failure takes to have consequences."),
};

const struct cf_schema vrrp_tracker_schema = {
	.name = "tracker",
	.doc = "Something that can be up or down.",
	.size = sizeof(struct vrrp_cf_tracker),
	.field = tracker_fields,
	.n = sizeof tracker_fields / sizeof *tracker_fields,
};

static const struct cf_field use_fields[] = {
	CF(struct vrrp_cf_use, ref, CF_TEXT, .required = true, .accept = vrrp_cf_accept_name,
	   .doc = "The name of a tracker in the list tracks of the file."),
	CF(struct vrrp_cf_use, on_down, CF_VALUE, .parse = parse_on_down, .print = print_on_down,
	   .def = "fault",
	   .doc = "What follows while it is down. \"fault\": this router leaves, saying so, and "
		  "stays in Initialize. \"priority -60\": 60 is taken from its priority, times "
		  "the number of a tracked file; a product of 254 and more is a fault. \"priority "
		  "+60\" adds. All is added up, and the sum kept within 1 to 254. The priority of "
		  "an owner, 255, does not change."),
	CF(struct vrrp_cf_use, invert, CF_BOOL, .def = "false",
	   .doc = "Whether up counts as down and down as up, so that \"priority +60\" is added "
		  "while it is up."),
};

const struct cf_schema vrrp_use_schema = {
	.name = "use",
	.doc = "A tracker that an instance uses. A string alone stands for its ref setting.",
	.size = sizeof(struct vrrp_cf_use),
	.field = use_fields,
	.n = sizeof use_fields / sizeof *use_fields,
	.shorthand = "ref",
};

/* ---- cross checks ------------------------------------------------------------------------- */

enum { NOWHERE = UINT32_MAX };

enum mark { NOT_SEEN, ON_THE_WAY, DONE };

struct checking {
	struct cf_load *l;
	bool clean; /* before */
	const struct cf_model *m;
	const struct vrrp_cf *vrrp;
	const struct vrrp_cf_tracker **by_name; /* all trackers, sorted */
	uint32_t *target; /* of each tracker of type router, by index: an instance, or NOWHERE */
	uint8_t *mark;    /* of each instance: enum mark */
};

static int by_name(const void *a, const void *b)
{
	const struct vrrp_cf_tracker *const *x = a, *const *y = b;
	int c = strcmp((*x)->name, (*y)->name);

	return c != 0 ? c : *x < *y ? -1 : 1; /* in the order of the file */
}

/* NULL when there is none. */
static const struct vrrp_cf_tracker *tracker_named(const struct checking *c, const char *name)
{
	uint32_t low = 0, high = c->vrrp->tracks.n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = strcmp(c->by_name[middle]->name, name);

		if (order == 0)
			return c->by_name[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static uint32_t instance_named(const struct checking *c, const char *name)
{
	for (uint32_t i = 0; i < c->vrrp->instances.n; i++)
		if (strcmp(vrrp_cf_instance(c->m, c->vrrp, i)->name, name) == 0)
			return i;
	return NOWHERE;
}

static void no_such_instance(const struct checking *c, const struct vrrp_cf_tracker *t)
{
	struct cf_name_search s = { .name = t->router };

	for (uint32_t i = 0; i < c->vrrp->instances.n; i++)
		cf_name_look(&s, vrrp_cf_instance(c->m, c->vrrp, i)->name);
	if (s.best)
		cf_error(c->l, t, "router", "there is no instance \"%s\"; did you mean \"%s\"?",
			 t->router, s.best);
	else
		cf_error(c->l, t, "router", "there is no instance \"%s\"", t->router);
}

static void no_such_tracker(const struct checking *c, const struct vrrp_cf_use *use)
{
	struct cf_name_search s = { .name = use->ref };

	for (uint32_t i = 0; i < c->vrrp->tracks.n; i++)
		cf_name_look(&s, c->by_name[i]->name);
	if (s.best)
		cf_error(c->l, use, "ref", "there is no tracker \"%s\"; did you mean \"%s\"?",
			 use->ref, s.best);
	else
		cf_error(c->l, use, "ref",
			 "there is no tracker \"%s\" in the list tracks of the file", use->ref);
}

/* Each type has a setting that it cannot do without, and that no other has. */
static void check_settings(const struct checking *c, const struct vrrp_cf_tracker *t)
{
	const char *exec = t->exec.n > 0 ? "some" : "";
	const struct { const char *setting, *value; enum vrrp_track_type type;
	} row[] = {
		{ "interface", t->interface, VRRP_TRACK_INTERFACE },
		{ "path", t->path, VRRP_TRACK_FILE },
		{ "router", t->router, VRRP_TRACK_ROUTER },
		{ "exec", exec, VRRP_TRACK_SCRIPT },
	};

	/* While something was refused it may be the type, or the setting that is missed. */
	if (!c->clean && (t->type == 0 || (!*t->interface && !*t->path && !*t->router && !*exec)))
		return;
	for (unsigned i = 0; i < sizeof row / sizeof *row; i++)
		if (row[i].type == t->type && !*row[i].value)
			cf_error(c->l, t, row[i].setting, "is needed with type \"%s\"",
				 type_names[t->type]);
		else if (row[i].type != t->type && *row[i].value)
			cf_error(c->l, t, row[i].setting, "is for type \"%s\" only",
				 type_names[row[i].type]);
	if (t->type != VRRP_TRACK_INTERFACE && t->needs != VRRP_TRACK_NEEDS_LINK)
		cf_error(c->l, t, "needs", "is for type \"interface\" only");
	if (t->type != VRRP_TRACK_FILE && t->missing != 0)
		cf_error(c->l, t, "missing", "is for type \"file\" only");
}

/* What only a script has; one that is as it would be without being said is not noticed. */
static void check_script(const struct checking *c, const struct vrrp_cf_tracker *t)
{
	struct vrrp_cf_tracker none;
	const char *setting = NULL;

	vrrp_cf_exec_check(c->l, t, "exec", t->exec);
	if (t->type == VRRP_TRACK_SCRIPT || !c->clean)
		return;
	cf_defaults(&vrrp_tracker_schema, &none);
	if (*t->user)
		setting = "user";
	else if (t->interval.ns != none.interval.ns)
		setting = "interval";
	else if (t->timeout.ns != none.timeout.ns)
		setting = "timeout";
	else if (t->rise != none.rise)
		setting = "rise";
	else if (t->fall != none.fall)
		setting = "fall";
	else if (t->initial != none.initial)
		setting = "initial";
	if (setting)
		cf_error(c->l, t, setting, "is for type \"script\" only");
}

static void check_trackers(const struct checking *c)
{
	uint32_t n = c->vrrp->tracks.n;

	for (uint32_t i = 0; i < n; i++) {
		const struct vrrp_cf_tracker *t = vrrp_cf_tracker(c->m, c->vrrp, i);

		c->by_name[i] = t;
		check_settings(c, t);
		check_script(c, t);
		c->target[i] = NOWHERE;
		if (t->type != VRRP_TRACK_ROUTER || !*t->router)
			continue;
		c->target[i] = instance_named(c, t->router);
		if (c->target[i] == NOWHERE)
			no_such_instance(c, t);
	}
	qsort(c->by_name, n, sizeof *c->by_name, by_name);
	for (uint32_t i = 1; i < n; i++)
		if (c->by_name[i]->name[0] && strcmp(c->by_name[i - 1]->name,
						     c->by_name[i]->name) == 0)
			cf_error(c->l, c->by_name[i], "name",
				 "\"%s\" names another tracker already", c->by_name[i]->name);
}

static void check_uses(const struct checking *c, const struct vrrp_cf_instance *cf)
{
	for (uint32_t i = 0; i < cf->tracks.n; i++) {
		const struct vrrp_cf_use *use = vrrp_cf_use(c->m, cf, i);

		if (!*use->ref)
			continue;
		if (!tracker_named(c, use->ref))
			no_such_tracker(c, use);
		for (uint32_t k = 0; k < i; k++)
			if (strcmp(vrrp_cf_use(c->m, cf, k)->ref, use->ref) == 0)
				cf_error(c->l, use, "ref", "tracker \"%s\" is listed twice",
					 use->ref);
		if (cf->priority == VRRP_PRIORITY_OWNER && use->on_down != 0)
			cf_warning(c->l, use, "on_down",
				   "an owner's priority stays 255: only \"fault\" concerns it");
	}
}

static void check_group_uses(const struct checking *c, const struct vrrp_cf_group *g)
{
	for (uint32_t i = 0; i < g->tracks.n; i++) {
		const struct vrrp_cf_use *use = vrrp_cf_group_use(c->m, g, i);

		if (*use->ref && !tracker_named(c, use->ref))
			no_such_tracker(c, use);
		for (uint32_t k = 0; k < i; k++)
			if (strcmp(vrrp_cf_group_use(c->m, g, k)->ref, use->ref) == 0)
				cf_error(c->l, use, "ref", "tracker \"%s\" is listed twice",
					 use->ref);
	}
}

/* Whether the group that the instance is in lists a tracker that it lists itself. */
static void check_member_uses(const struct checking *c, const struct vrrp_cf_instance *cf)
{
	const struct vrrp_cf_group *g = cf->group > 0 ? vrrp_cf_group(c->m, c->vrrp, cf->group - 1)
						      : NULL;

	for (uint32_t i = 0; g && i < cf->tracks.n; i++)
		for (uint32_t k = 0; k < g->tracks.n; k++)
			if (strcmp(vrrp_cf_use(c->m, cf, i)->ref,
				   vrrp_cf_group_use(c->m, g, k)->ref) == 0)
				cf_error(c->l, vrrp_cf_use(c->m, cf, i), "ref",
					 "tracker \"%s\" is listed by sync group \"%s\" already, "
					 "for all of its members",
					 vrrp_cf_use(c->m, cf, i)->ref, g->name);
}

static void check_circle(const struct checking *c, uint32_t i);

static void follow(const struct checking *c, uint32_t i, const struct vrrp_cf_use *use)
{
	const struct vrrp_cf_tracker *t = tracker_named(c, use->ref);
	uint32_t to = t ? c->target[t - vrrp_cf_tracker(c->m, c->vrrp, 0)] : NOWHERE;
	const struct vrrp_cf_instance *cf = vrrp_cf_instance(c->m, c->vrrp, i);

	if (to == NOWHERE)
		return;
	if (cf->group > 0 && vrrp_cf_instance(c->m, c->vrrp, to)->group == cf->group)
		cf_error(c->l, use, "ref",
			 "tracker \"%s\" is about a member of the sync group itself", use->ref);
	else if (to == i)
		cf_error(c->l, use, "ref", "tracker \"%s\" is about this instance itself",
			 use->ref);
	else if (c->mark[to] == ON_THE_WAY)
		cf_error(c->l, use, "ref",
			 "goes round in a circle: instance \"%s\", which tracker \"%s\" is "
			 "about, depends on this one",
			 t->router, use->ref);
	else if (c->mark[to] == NOT_SEEN)
		check_circle(c, to);
}

static void follow_instance(const struct checking *c, uint32_t i)
{
	const struct vrrp_cf_instance *cf = vrrp_cf_instance(c->m, c->vrrp, i);

	for (uint32_t k = 0; k < cf->tracks.n; k++)
		follow(c, i, vrrp_cf_use(c->m, cf, k));
}

/* A member of a group depends on whatever another of it does. */
static void check_group_circle(const struct checking *c, const struct vrrp_cf_group *g, uint32_t i)
{
	for (uint32_t k = 0; k < g->members.n; k++)
		c->mark[vrrp_cf_member(c->m, g, k)->instance] = ON_THE_WAY;
	for (uint32_t k = 0; k < g->members.n; k++)
		follow_instance(c, vrrp_cf_member(c->m, g, k)->instance);
	for (uint32_t k = 0; k < g->tracks.n; k++)
		follow(c, i, vrrp_cf_group_use(c->m, g, k));
	for (uint32_t k = 0; k < g->members.n; k++)
		c->mark[vrrp_cf_member(c->m, g, k)->instance] = DONE;
}

/* Follows what an instance depends on. One that is met again on the way depends on itself: its
 * state would have no beginning, or none that is stable. */
static void check_circle(const struct checking *c, uint32_t i)
{
	uint32_t group = vrrp_cf_instance(c->m, c->vrrp, i)->group;

	if (group > 0) {
		check_group_circle(c, vrrp_cf_group(c->m, c->vrrp, group - 1), i);
		return;
	}
	c->mark[i] = ON_THE_WAY;
	follow_instance(c, i);
	c->mark[i] = DONE;
}

void vrrp_cf_track_check(struct cf_load *l, const struct vrrp_cf *vrrp)
{
	struct checking c = {
		.l = l, .clean = cf_load_clean(l), .m = cf_load_model(l), .vrrp = vrrp,
		.by_name = calloc(vrrp->tracks.n + 1, sizeof *c.by_name),
		.target = calloc(vrrp->tracks.n + 1, sizeof *c.target),
		.mark = calloc(vrrp->instances.n + 1, sizeof *c.mark),
	};

	if (!c.by_name || !c.target || !c.mark) {
		cf_error(l, vrrp, NULL, "out of memory");
		goto out;
	}
	check_trackers(&c);
	for (uint32_t i = 0; i < vrrp->instances.n; i++)
		check_uses(&c, vrrp_cf_instance(c.m, vrrp, i));
	for (uint32_t i = 0; i < vrrp->sync_groups.n; i++)
		check_group_uses(&c, vrrp_cf_group(c.m, vrrp, i));
	for (uint32_t i = 0; i < vrrp->instances.n; i++)
		check_member_uses(&c, vrrp_cf_instance(c.m, vrrp, i));
	for (uint32_t i = 0; i < vrrp->instances.n; i++)
		if (c.mark[i] == NOT_SEEN)
			check_circle(&c, i);
out:
	free(c.by_name);
	free(c.target);
	free(c.mark);
}
