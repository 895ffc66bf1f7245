/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host_port.h - the side of struct vrrpd_ops that a simulated machine has: what a daemon sends goes
 * onto its links, and what it asks of the kernel into the line of requests.
 */
#ifndef HOST_PORT_H
#define HOST_PORT_H

#include "host.h"

extern const struct vrrpd_ops host_ops; /* ctx is the struct host */

/* A frame leaves an interface, by the daemon or by the kernel, if it is up. */
void host_send_frame(struct host *h, const struct kern_iface *iface, const void *bytes, size_t len);

#endif
