/* SPDX-License-Identifier: BSD-2-Clause */
#include "host_program.h"

#include <string.h>

#include "check.h"
#include "host.h"
#include "oracle.h"
#include "rng.h"
#include "world.h"

enum { ROLL_TAKES = 33 };

/* The value of a variable in a list of strings; "" when it is not there. */
static const char *value_of(const struct vrrpd_hook *hook, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = hook->env; at < hook->env + hook->env_len; at += strlen(at) + 1)
		if (strncmp(at, name, len) == 0 && at[len] == '=')
			return at + len + 1;
	return "";
}

/* By the words of the manual. */
static bool read_state(const char *word, enum vrrp_notify_state *state)
{
	static const char *const words[VRRP_NOTIFY_STATE_N] = {
		"none", "active", "backup", "fault", "stop", "deleted"
	};

	for (unsigned i = 0; i < VRRP_NOTIFY_STATE_N; i++)
		if (strcmp(words[i], word) == 0) {
			*state = (enum vrrp_notify_state)i;
			return true;
		}
	return false;
}

static struct program_noted *noted_of(struct host_programs *p, bool group, const char *name)
{
	struct program_noted *n;

	for (uint32_t i = 0; i < p->n; i++)
		if (p->noted[i].group == group && strcmp(p->noted[i].name, name) == 0)
			return &p->noted[i];
	CHECK(p->n < PROGRAM_NAMES_MAX);
	n = &p->noted[p->n++];
	*n = (struct program_noted){ .group = group };
	CHECK(text_copy(n->name, sizeof n->name, name));
	return n;
}

void host_program_start(struct host *h, const struct vrrpd_hook *hook)
{
	struct host_programs *p = &h->programs;
	bool group = strcmp(value_of(hook, "TRIVET_TYPE"), "group") == 0;
	struct program_noted *noted = noted_of(p, group, value_of(hook, "TRIVET_NAME"));
	uint64_t takes = rng_below(rng_at(h->w->seed, ROLL_TAKES, h->id, p->tickets),
				   p->take.ns + 1);
	enum vrrp_notify_state state = VRRP_NOTIFY_NONE;
	uint32_t slot = 0;

	while (p->run[slot].used)
		CHECK(++slot < HOOK_RUNS_MAX);
	p->bad += !read_state(value_of(hook, "TRIVET_STATE"), &state) || noted->running > 0;
	if (hook->more_len > 0) {
		noted->state = state;
		noted->any = true;
	}
	noted->running++;
	p->running++;
	p->run[slot] = (struct host_program){ .used = true, .id = hook->id, .ticket = ++p->tickets,
					      .noted = (uint32_t)(noted - p->noted) };
	queue_put(&h->w->queue, mono_add(h->w->now, SPAN_NS(takes)), QUEUE_KERNEL, WORLD_PROGRAM,
		  h->id, p->tickets);
	oracle_ran(h->w->oracle, h, noted, state);
}

static void tell_end(struct host *h, struct host_program *run)
{
	uint32_t id = run->id;

	h->programs.noted[run->noted].running--;
	h->programs.running--;
	*run = (struct host_program){ 0 };
	oracle_read(h->w->oracle, h);
	vrrpd_hook_ended(h->d, host_now(h), id, true, "");
}

bool host_programs_tell(struct host *h)
{
	bool any = false;

	for (uint32_t i = 0; i < HOOK_RUNS_MAX; i++)
		if (h->programs.run[i].over) {
			tell_end(h, &h->programs.run[i]);
			any = true;
		}
	return any;
}

bool host_program_ended(struct host *h, uint32_t ticket)
{
	for (uint32_t i = 0; i < HOOK_RUNS_MAX; i++)
		if (h->programs.run[i].used && h->programs.run[i].ticket == ticket)
			h->programs.run[i].over = true;
	if (h->daemon != DAEMON_RUNNING && h->daemon != DAEMON_LEAVING)
		return false;
	return host_programs_tell(h);
}

void host_programs_end(struct host *h)
{
	struct host_programs *p = &h->programs;

	memset(p->run, 0, sizeof p->run);
	p->running = p->n = 0;
}
