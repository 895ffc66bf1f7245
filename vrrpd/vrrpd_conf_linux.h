/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrpd_conf_linux.h - settings of interfaces (net.ipv4.conf) that are made for as long as they are
 * needed, and taken back if it was us who made them.
 */
#ifndef VRRPD_CONF_LINUX_H
#define VRRPD_CONF_LINUX_H

#include "log_line.h"

struct promoted;

/* All zero but for how to write a line of the log. */
struct conf_linux {
	void (*log)(void *ctx, const struct log_line *line);
	void *ctx;
	struct promoted *promoted; /* interfaces where we have set it */
	struct log_line line;      /* scratch */
};

/* Takes everything back. */
void conf_linux_free(struct conf_linux *c);

/*
 * An owner that has no other address advertises with the virtual one as its source. While we serve
 * that address, it is one of our own, and the kernel drops packets with such a source: we would not
 * hear the owner come back, and both would be Active. Whether it was us who set it.
 */
bool conf_accept_local(struct conf_linux *c, uint32_t ifindex);

/* vrrpd_ops.promote. */
void conf_promote(struct conf_linux *c, uint32_t ifindex, bool on);

#endif
