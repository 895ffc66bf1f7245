/* SPDX-License-Identifier: BSD-2-Clause */
#include "host_script.h"

#include <string.h>

#include "check.h"
#include "host.h"
#include "world.h"

const struct host_track *host_track(const struct host *h, const char *name)
{
	for (uint32_t i = 0; i < h->n_tracks; i++)
		if (strcmp(h->track[i].name, name) == 0)
			return &h->track[i];
	return NULL;
}

/* As on Linux: every file is read after a configuration was applied, and when one changed. */
void host_read_files(struct host *h)
{
	bool any = false;

	for (uint32_t i = 0; i < vrrpd_trackers(h->d); i++) {
		const struct vrrp_cf_tracker *t = vrrpd_tracker(h->d, i);
		const struct host_track *file = host_track(h, t->name);

		if (t->type != VRRP_TRACK_FILE)
			continue;
		vrrpd_track_value(h->d, host_now(h), i,
				  file ? file->value : t->missing);
		any = true;
	}
	if (any)
		vrrpd_evaluate(h->d, host_now(h));
}

/* A script that does nothing takes this. */
#define TAKES SPAN_MS(1)

void host_script_ask(struct host *h, uint32_t run, uint32_t tracker, bool on)
{
	struct host_scripts *s = &h->scripts;
	const struct vrrp_cf_tracker *cf;
	const struct host_track *t;
	struct host_run *r;
	span_t takes, most;

	for (unsigned i = 0; !on && i < s->n; i++)
		if (s->run[i].run == run) {
			s->run[i] = s->run[--s->n];
			return;
		}
	if (!on)
		return;
	cf = vrrpd_tracker(h->d, tracker);
	t = host_track(h, cf->name);
	takes = t && t->takes.ns > 0 ? t->takes : TAKES;
	most = cf->timeout.ns > 0 ? cf->timeout : cf->interval;
	CHECK(s->n < HOST_RUNS_MAX);
	r = &s->run[s->n++];
	*r = (struct host_run){ .ticket = ++s->tickets, .run = run };
	CHECK(text_copy(r->name, sizeof r->name, cf->name));
	r->ran = (struct vrrpd_ran){ VRRPD_RAN_EXITED, t ? t->value : 0, "" };
	if (most.ns < takes.ns)
		r->ran = (struct vrrpd_ran){ VRRPD_RAN_LATE, 0, "" };
	queue_put(&h->w->queue, mono_add(h->w->now, span_min(takes, most)), QUEUE_KERNEL,
		  WORLD_SCRIPT, h->id, r->ticket);
}

static void note(struct host_scripts *s, const char *name, bool good)
{
	struct host_verdicts *said = NULL;

	for (unsigned i = 0; i < s->n_said; i++)
		if (strcmp(s->said[i].name, name) == 0)
			said = &s->said[i];
	if (!said) {
		CHECK(s->n_said < HOST_RUNS_MAX);
		said = &s->said[s->n_said++];
		*said = (struct host_verdicts){ .n = 0 };
		CHECK(text_copy(said->name, sizeof said->name, name));
	}
	said->good = said->good << 1 | good;
	said->n++;
}

static void tell(struct host *h, unsigned i)
{
	struct host_run r = h->scripts.run[i];

	h->scripts.run[i] = h->scripts.run[--h->scripts.n];
	note(&h->scripts, r.name, r.ran.how == VRRPD_RAN_EXITED && r.ran.value == 0);
	vrrpd_track_ran(h->d, host_now(h), r.run, &r.ran);
	vrrpd_evaluate(h->d, host_now(h));
}

void host_script_over(struct host *h, uint32_t ticket)
{
	for (unsigned i = 0; i < h->scripts.n; i++)
		if (h->scripts.run[i].ticket == ticket) {
			h->scripts.run[i].over = true;
			if (h->daemon == DAEMON_RUNNING || h->daemon == DAEMON_LEAVING)
				tell(h, i);
			return;
		}
}

void host_scripts_tell(struct host *h)
{
	for (unsigned i = 0; i < h->scripts.n;)
		if (h->scripts.run[i].over)
			tell(h, i);
		else
			i++;
}

void host_scripts_end(struct host *h)
{
	h->scripts.n = h->scripts.n_said = 0;
}

const struct host_verdicts *host_verdicts(const struct host *h, const char *name)
{
	for (unsigned i = 0; i < h->scripts.n_said; i++)
		if (strcmp(h->scripts.said[i].name, name) == 0)
			return &h->scripts.said[i];
	return NULL;
}
