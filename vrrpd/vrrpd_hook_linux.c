/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrpd_hook_linux.h"

#include <string.h>

/* What has begun is brought to its end, whatever becomes of vrrpd: half of a change of an address
 * somewhere else is worse than none. */
void hook_linux_run(struct vrrpd_runner *r, const struct vrrpd_hook *hook)
{
	vrrpd_runner_run(r, VRRPD_RUNS_NOTICES, hook->id, &(struct runner_job){
		.program = { { hook->args, hook->args_len }, hook->user, hook->more_len > 0 },
		.more = { hook->more, hook->more_len }, .env = { hook->env, hook->env_len },
		.timeout = hook->timeout, .outlives = true });
}

void hook_linux_ended(struct vrrpd *d, mono_t now, uint32_t id,
		      const struct runner_result *result)
{
	bool good = result->end == RUNNER_EXITED && result->value == 0;
	char text[RUNNER_TEXT_SIZE + 80];
	struct text t = text_open(text, sizeof text);

	switch (result->end) {
	case RUNNER_EXITED:
		text_fmt(&t, "exit status %d", result->value);
		break;
	case RUNNER_SIGNALLED:
		text_fmt(&t, "ended by signal %d (%s)", result->value, strsignal(result->value));
		break;
	case RUNNER_TIMED_OUT:
		text_put(&t, "was ended: it took longer than notify_timeout");
		break;
	case RUNNER_NOT_STARTED:
	case RUNNER_CANCELLED:
		text_put(&t, "not run");
		break;
	}
	if (*result->text)
		text_fmt(&t, ": %s", result->text);
	vrrpd_hook_ended(d, now, id, good, text);
}
