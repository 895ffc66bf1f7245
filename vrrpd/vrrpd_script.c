/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scripts that are trackers: when they run, what came of it, what the log says of it.
 *
 * Each run has a number, by which the backend says what came of it; so what a reload has made
 * meaningless is recognised. One that goes on in another configuration, the same program as the
 * same user, keeps its state, its schedule, and the run that is under way.
 */
#include <string.h>

#include "check.h"
#include "vrrpd_state.h"

/* Lines about a script: some at once, and then one each so long. */
enum { SCRIPT_LOG_BURST = 16 };
#define SCRIPT_LOG_EVERY SPAN_S(2)

static struct vrrp_script_params params_of(const struct vrrp_cf_tracker *cf)
{
	return (struct vrrp_script_params){ cf->interval, cf->rise, cf->fall };
}

/* Two that are the same program share what is known, but not the run that is under way. */
void script_keep(struct tracker *to, struct tracker *from)
{
	if (to->cf.type != VRRP_TRACK_SCRIPT || to->known)
		return;
	to->script = from->script;
	to->last = from->last;
	to->count = from->count;
	to->known = true;
	to->run = from->run;
	if (from->run == 0)
		to->script.running = false;
	from->run = 0;
}

void scripts_begin(struct vrrpd *d, struct setup *next, mono_t now)
{
	for (uint32_t i = 0; i < d->s.n_trackers; i++)
		if (d->s.tracker[i].run != 0)
			d->ops->script(d->ctx, d->s.tracker[i].run, i, false);
	d->track_at = next->n_trackers > 0 ? now : MONO_NEVER;
	for (uint32_t i = 0; i < next->n_trackers; i++) {
		struct tracker *t = &next->tracker[i];
		struct vrrp_script_params params = params_of(&t->cf);
		enum vrrp_script_state state = (enum vrrp_script_state)t->cf.initial;

		if (t->cf.type != VRRP_TRACK_SCRIPT)
			continue;
		if (t->known) {
			vrrp_script_configure(&t->script, now, &params);
			continue;
		}
		vrrp_script_init(&t->script, now, &params, state);
		if (state == VRRP_SCRIPT_UNKNOWN)
			continue;
		t->hold.counts.known = true;
		t->hold.counts.down = state == VRRP_SCRIPT_DOWN;
		next->reading[i] = t->hold.counts;
	}
}

void script_run(struct vrrpd *d, uint32_t i, mono_t now)
{
	struct tracker *t = &d->s.tracker[i];

	vrrp_script_begin(&t->script, now);
	if (!d->ops->script || d->scripts_lost || d->stopping)
		return; /* and stays so */
	d->runs += d->runs + 1 == 0 ? 2 : 1;
	t->run = d->runs;
	t->count.runs++;
	d->ops->script(d->ctx, t->run, i, true);
}

static void count(struct tracker *t, const struct vrrpd_ran *ran)
{
	switch (ran->how) {
	case VRRPD_RAN_EXITED:
		if (ran->value == 0)
			t->count.good++;
		else
			t->count.bad++;
		break;
	case VRRPD_RAN_KILLED:
		t->count.killed++;
		break;
	case VRRPD_RAN_LATE:
		t->count.late++;
		break;
	case VRRPD_RAN_NOT:
		t->count.not_run++;
		break;
	}
}

static void log_why(struct log_line *l, const struct vrrpd_ran *ran)
{
	switch (ran->how) {
	case VRRPD_RAN_EXITED:
		log_fmt(l, "why", "exit-%d", ran->value);
		break;
	case VRRPD_RAN_KILLED:
		log_fmt(l, "why", "signal-%d", ran->value);
		break;
	case VRRPD_RAN_LATE:
		log_text(l, "why", "timeout");
		break;
	case VRRPD_RAN_NOT:
		log_text(l, "why", "not-run");
		break;
	}
	if (ran->text && ran->text[0])
		log_text(l, ran->how == VRRPD_RAN_NOT ? "text" : "output", ran->text);
}

/* `suppressed` is how many there would have been since the last line. */
static bool may_log(struct tracker *t, mono_t now, uint32_t *suppressed)
{
	mono_t full = mono_add(now, span_mul(SCRIPT_LOG_EVERY, SCRIPT_LOG_BURST - 1));

	*suppressed = t->suppressed;
	if (mono_before(full, t->log_budget)) {
		t->suppressed++;
		return false;
	}
	t->suppressed = 0;
	t->log_budget = mono_add(mono_max(t->log_budget, now), SCRIPT_LOG_EVERY);
	return true;
}

/* That it is up or down now; and that it fails in another way than it did. */
static void log_result(struct vrrpd *d, struct tracker *t, mono_t now, bool changed,
		       const struct vrrpd_ran *ran)
{
	static const char *const names[] = { "unknown", "up", "down" };
	bool other = t->last.how != ran->how || t->last.value != ran->value;
	bool good = ran->how == VRRPD_RAN_EXITED && ran->value == 0;
	struct log_line *l = &d->line;
	uint32_t suppressed;

	if ((!changed && (!other || good)) || !may_log(t, now, &suppressed))
		return;
	log_begin(l, changed && good ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING, "tracker");
	log_text(l, "tracker", t->cf.name);
	log_text(l, "state", names[t->script.state]);
	log_why(l, ran);
	if (suppressed > 0)
		log_uint(l, "suppressed", suppressed);
	vrrpd_log(d);
}

void vrrpd_track_ran(struct vrrpd *d, mono_t now, uint32_t run, const struct vrrpd_ran *ran)
{
	bool good = ran->how == VRRPD_RAN_EXITED && ran->value == 0;
	enum vrrp_script_state was;
	struct tracker *t;
	uint32_t i = 0;

	while (i < d->s.n_trackers && (run == 0 || d->s.tracker[i].run != run))
		i++;
	if (i == d->s.n_trackers)
		return; /* it was another configuration's */
	t = &d->s.tracker[i];
	t->run = 0;
	was = t->script.state;
	count(t, ran);
	vrrp_script_end(&t->script, now, good);
	log_result(d, t, now, t->script.state != was, ran);
	t->last = (struct vrrpd_ran){ .how = ran->how, .value = ran->value };
	d->track_at = mono_min(d->track_at, vrrp_script_deadline(&t->script));
	if (t->script.state == VRRP_SCRIPT_UNKNOWN || t->script.state == was)
		return;
	tracker_says(d, i, now, t->script.state == VRRP_SCRIPT_DOWN);
	d->all_changed = true;
}

/* Whoever is ended because the runner has ended would be so on all routers at once. */
void vrrpd_scripts_lost(struct vrrpd *d, mono_t now)
{
	struct log_line *l = &d->line;

	(void)now;
	d->scripts_lost = true;
	for (uint32_t i = 0; i < d->s.n_trackers; i++)
		d->s.tracker[i].run = 0;
	log_begin(l, LOG_LEVEL_ERROR, "scripts-lost");
	log_text(l, "text",
		 "the process that runs scripts has died, and cannot be made anew: what they said "
		 "last goes on to count until vrrpd is restarted; please report it");
	vrrpd_log(d);
}

const char *vrrpd_tracker_exec(const struct vrrpd *d, uint32_t i, size_t *len)
{
	CHECK(i < d->s.n_trackers);
	*len = d->s.tracker[i].exec_len;
	return d->s.tracker[i].exec;
}

const struct vrrpd_script_counters *vrrpd_script_counters(const struct vrrpd *d, uint32_t i)
{
	return &d->s.tracker[i].count;
}

void vrrpd_log_scripts(struct vrrpd *d)
{
	struct log_line *l = &d->line;

	for (uint32_t i = 0; i < d->s.n_trackers; i++) {
		const struct tracker *t = &d->s.tracker[i];

		if (t->cf.type != VRRP_TRACK_SCRIPT)
			continue;
		log_begin(l, LOG_LEVEL_INFO, "counters");
		log_text(l, "tracker", t->cf.name);
		log_uint(l, "runs", t->count.runs);
		log_uint(l, "good", t->count.good);
		log_uint(l, "bad", t->count.bad);
		log_uint(l, "killed", t->count.killed);
		log_uint(l, "late", t->count.late);
		log_uint(l, "not_run", t->count.not_run);
		vrrpd_log(d);
	}
}
