/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linux_process.h - what a daemon does once: its place in the file system and in the network
 * namespace, its signals. Errors are explained in `why`, in words that say what to do.
 */
#ifndef LINUX_PROCESS_H
#define LINUX_PROCESS_H

#include "linux_privilege.h"
#include "text.h"

/* Makes the runtime directory if need be (mode 0750) and locks NAME.lock in it until the process
 * ends. What it makes belongs to `owner`. False when it cannot be used or another process holds the
 * lock. */
bool process_lock_dir(const char *dir, const char *name, const struct privilege_user *owner,
		      struct text *why);

/* Claims `name` in this network namespace until the process ends, through an abstract socket. False
 * when another process has it; one that is neither ours nor root's is not believed. */
bool process_claim(const char *name, struct text *why);

/* A file that becomes readable when one of the signals arrives; they are blocked from now on. -1
 * with errno. The list ends with 0. */
int process_signals(const int *signals);

/* The next signal that arrived, 0 when there is none. */
int process_next_signal(int fd);

#endif
