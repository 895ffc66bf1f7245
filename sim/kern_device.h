/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kern_device.h - devices of the simulated kernel that have a MAC address of their own, on top of
 * an interface: as macvlans of Linux in what matters.
 *
 * One that is down sends and takes nothing, and loses its IPv6 addresses. One that is up says to
 * the network what groups it is a member of (MLD) whenever an IPv6 address of it comes or goes. It
 * goes with the interface below it.
 */
#ifndef KERN_DEVICE_H
#define KERN_DEVICE_H

#include "kern.h"
#include "vrrpd.h"

enum { KERN_MLD_SIZE = 14 + 40 + 8 };

/* Does what the daemon asks for. 0, or an errno. *iface is the device; after a REMOVE it does not
 * exist any more. */
int kern_device_do(struct kern *k, const struct kern_request *r, struct kern_iface **iface);
/* An interface has changed: devices on it follow, or go. */
void kern_device_follow(struct kern *k, const struct kern_iface *lower);
/* Somebody sets it up or down. */
void kern_device_enable(struct kern *k, struct kern_iface *device, bool on);
/* What the device tells the network when an address comes or goes; the length, 0 for nothing. */
size_t kern_device_says(const struct kern_iface *device, const struct ip_addr *addr,
			uint8_t frame[KERN_MLD_SIZE]);
/* Where frames of the interface meet the network: what a device stands on, or the interface. */
const struct kern_iface *kern_wire(const struct kern *k, const struct kern_iface *iface);
/* Who takes packets to the address that come in on the interface: it, or a device on it; NULL:
 * nobody. */
const struct kern_iface *kern_taker(const struct kern *k, const struct kern_iface *iface,
				    const struct ip_addr *addr);

#endif
