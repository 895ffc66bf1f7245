/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrpd_track_linux.h"

#include <string.h>

/* "TRIVET_TRACKER=name". */
static size_t put_variable(char *to, size_t size, const char *name)
{
	struct text t = text_open(to, size);

	text_fmt(&t, "TRIVET_TRACKER=%s", name);
	return t.len + 1;
}

void track_linux_script(struct vrrpd *d, struct vrrpd_runner *r, uint32_t run, uint32_t tracker,
			bool on)
{
	const struct vrrp_cf_tracker *cf;
	struct runner_job job = { 0 };
	char env[sizeof cf->name + 20];

	if (!on) {
		vrrpd_runner_cancel(r, VRRPD_RUNS_TRACKERS, run);
		return;
	}
	cf = vrrpd_tracker(d, tracker);
	job.program.args.bytes = vrrpd_tracker_exec(d, tracker, &job.program.args.len);
	job.program.user = cf->user;
	job.env.bytes = env;
	job.env.len = put_variable(env, sizeof env, cf->name);
	job.timeout = cf->timeout.ns > 0 ? cf->timeout : cf->interval;
	vrrpd_runner_run(r, VRRPD_RUNS_TRACKERS, run, &job);
}

void track_linux_ran(struct vrrpd *d, mono_t now, uint32_t run, const struct runner_result *result)
{
	static const enum vrrpd_ran_how how[] = {
		[RUNNER_EXITED] = VRRPD_RAN_EXITED, [RUNNER_SIGNALLED] = VRRPD_RAN_KILLED,
		[RUNNER_TIMED_OUT] = VRRPD_RAN_LATE, [RUNNER_NOT_STARTED] = VRRPD_RAN_NOT,
		[RUNNER_CANCELLED] = VRRPD_RAN_NOT,
	};

	vrrpd_track_ran(d, now, run, &(struct vrrpd_ran){
		how[result->end], result->value, result->text });
	vrrpd_evaluate(d, now);
}
