/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kern_fib.h - the routes and rules of a simulated kernel.
 *
 * As Linux does: a route whose next hop is on no link that is up, or whose source is no address of
 * the machine, is refused; and when the link goes down or the address goes, the route goes too.
 */
#ifndef KERN_FIB_H
#define KERN_FIB_H

#include "fib.h"

struct kern;

struct kern_fib_entry {
	struct fib_item item; /* with the interfaces that the next hops were found on */
	bool ours;            /* marked as vrrpd marks its own */
};

struct kern_fib {
	struct kern_fib_entry *v;
	uint32_t n, capacity;
};

void kern_fib_free(struct kern_fib *f);

/* 0, or the errno with which the kernel would refuse it now; resolves the next hops. */
int kern_fib_check(const struct kern *k, struct fib_item *item);

/* 0 or an errno. */
int kern_fib_add(struct kern *k, const struct fib_item *item, bool ours);
int kern_fib_del(struct kern *k, const struct fib_item *item, bool ours);
const struct kern_fib_entry *kern_fib_find(const struct kern_fib *f, const struct fib_item *item);

/* Takes away the routes that could not be set any more. */
void kern_fib_flush(struct kern *k);

#endif
