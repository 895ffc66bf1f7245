/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_cf_vmac.h - what the virtual_mac setting of instances asks for: the name of each device.
 */
#ifndef VRRP_CF_VMAC_H
#define VRRP_CF_VMAC_H

struct cf_load;
struct vrrp_cf;

/* Names the devices (vmac_device), and checks that no two are alike. */
void vrrp_cf_vmac_check(struct cf_load *l, const struct vrrp_cf *vrrp);

#endif
