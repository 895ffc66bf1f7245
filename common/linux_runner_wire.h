/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linux_runner_wire.h - what the daemon (linux_runner.c) and the runner (linux_runner_process.c)
 * say to each other. Both are the same program, so structs go as they are.
 */
#ifndef LINUX_RUNNER_WIRE_H
#define LINUX_RUNNER_WIRE_H

#include <stdint.h>

#include "linux_runner.h"

enum runner_ask { RUNNER_ASK_RUN = 1, RUNNER_ASK_CANCEL, RUNNER_ASK_LOAD };

/* With the bytes of the arguments, those that follow, and the variables behind it. */
struct runner_request {
	uint64_t id, timeout_ns;
	uint32_t ask; /* enum runner_ask */
	uint32_t args_len, more_len, env_len;
	uint32_t outlives;
	char user[RUNNER_USER_SIZE];
	char bytes[2 * RUNNER_ARGS_SIZE + RUNNER_ENV_SIZE];
};

#define RUNNER_REQUEST_HEAD offsetof(struct runner_request, bytes)

enum runner_say { RUNNER_SAY_ENDED = 1, RUNNER_SAY_LOADED };

struct runner_reply {
	uint64_t id, waited_ns, ran_ns;
	uint32_t say; /* enum runner_say */
	uint32_t end; /* enum runner_end; LOADED: whether it could be */
	int32_t value;
	char text[RUNNER_TEXT_SIZE];
};

/* Where the runner has its end of the sockets. */
enum { RUNNER_FD = 3 };

/* The runner. `s` and `m` are as they were before the fork. Does not return. */
_Noreturn void runner_main(const struct runner_source *s, const struct cf_model *m, int fd);

#endif
