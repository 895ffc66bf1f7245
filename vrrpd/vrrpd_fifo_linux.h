/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrpd_fifo_linux.h - the FIFO of a configuration: opening and replacing it, and how much the
 * daemon may put into it. What is put there, the daemon decides (vrrpd_hook.c).
 */
#ifndef VRRPD_FIFO_LINUX_H
#define VRRPD_FIFO_LINUX_H

#include "linux_loop.h"
#include "log.h"
#include "vrrpd.h"

struct fifo_linux;

/* NULL without memory. It tells the daemon what room there is. */
struct fifo_linux *fifo_linux_new(struct loop *loop, struct log *log, struct vrrpd *d);
/* Removes the FIFO if it was made here. */
void fifo_linux_free(struct fifo_linux *x);

/* Before a configuration is applied: opens the FIFO it names, beside the one in use. False with a
 * reason when that cannot be done. After that: takes it, or, if the configuration was not taken,
 * gives it up. */
bool fifo_linux_prepare(struct fifo_linux *x, const struct vrrp_cf_fifo *cf, struct text *why);
void fifo_linux_take(struct fifo_linux *x, bool taken);

void fifo_linux_put(struct fifo_linux *x, const char *line, size_t len);
/* To be called in each turn of the loop: writes what was put. */
void fifo_linux_turn(struct fifo_linux *x);
/* Nothing waits to be written. */
bool fifo_linux_written(const struct fifo_linux *x);

#endif
