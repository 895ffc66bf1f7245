/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrpd_vmac_linux.h - the devices that have virtual MACs, as macvlans of Linux.
 *
 * What is asked for waits in line, and is done a few at a time in each turn of the loop: to set a
 * device down, or to remove it, takes the kernel milliseconds. A device is marked (ifalias), so
 * that the next run recognises what a killed one left; the mark also keeps what the settings of
 * the interface below were before.
 */
#ifndef VRRPD_VMAC_LINUX_H
#define VRRPD_VMAC_LINUX_H

#include "linux_nl.h"
#include "log.h"
#include "vrrpd.h"

#define VMAC_MARK "trivet vrrpd"
/* Of routes by a device: the kernel's own have 0, and 256 for IPv6. */
enum { VMAC_METRIC = 1024 };

struct vmac_linux;

/* Called from vmac_linux_turn() only. */
struct vmac_events {
	void (*link)(void *ctx, const struct netlink_link *link); /* one that has been made */
	void (*failed)(void *ctx, const char *name, enum vrrpd_device_op op,
		       const char *error_text);
	void (*log)(void *ctx, const struct log_line *line);
};

/* NULL with errno. */
struct vmac_linux *vmac_linux_new(const struct vmac_events *events, void *ctx);
void vmac_linux_free(struct vmac_linux *x);

/* Whether a link is one of ours, by its mark; and whether it is one that has been made or
 * adopted. */
bool vmac_linux_is_ours(const char *mark);
bool vmac_linux_has(const struct vmac_linux *x, uint32_t ifindex);

/* vrrpd_ops.device. */
void vmac_linux_device(struct vmac_linux *x, const struct vrrpd_device *device);

/* To be called in each turn of the loop: does what waits, for a few milliseconds, one at least. */
void vmac_linux_turn(struct vmac_linux *x);
bool vmac_linux_waiting(const struct vmac_linux *x);

#endif
