/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrp_track_script.h"

void vrrp_script_init(struct vrrp_script *s, mono_t now, const struct vrrp_script_params *params,
		      enum vrrp_script_state state)
{
	*s = (struct vrrp_script){ .params = *params, .state = state, .due = now };
}

/* The next time that is due: what has been missed is not caught up with. */
static void plan(struct vrrp_script *s, mono_t now)
{
	uint64_t late = mono_since(now, s->due).ns, turns = late / s->params.interval.ns + 1;

	if (mono_due(s->due, now))
		s->due = mono_add(s->due, SPAN_NS(turns * s->params.interval.ns));
}

void vrrp_script_configure(struct vrrp_script *s, mono_t now,
			   const struct vrrp_script_params *params)
{
	bool other = s->params.interval.ns != params->interval.ns;

	s->params = *params;
	if (other)
		s->due = s->running ? mono_add(now, params->interval) : now;
}

mono_t vrrp_script_deadline(const struct vrrp_script *s)
{
	return s->running ? MONO_NEVER : s->due;
}

void vrrp_script_begin(struct vrrp_script *s, mono_t now)
{
	s->running = true;
	plan(s, now);
}

void vrrp_script_end(struct vrrp_script *s, mono_t now, bool good)
{
	enum vrrp_script_state says = good ? VRRP_SCRIPT_UP : VRRP_SCRIPT_DOWN;
	uint8_t needed = good ? s->params.rise : s->params.fall;

	s->running = false;
	plan(s, now);
	if (says == s->state) {
		s->streak = 0;
		return;
	}
	if (s->streak < UINT8_MAX)
		s->streak++;
	if (s->state != VRRP_SCRIPT_UNKNOWN && s->streak < needed)
		return;
	s->state = says;
	s->streak = 0;
}
