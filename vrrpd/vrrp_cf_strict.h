/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_cf_strict.h - strict = true: settings that lead beyond what RFC 9568 (version 3) and RFC
 * 3768 (version 2) allow are mistakes.
 */
#ifndef VRRP_CF_STRICT_H
#define VRRP_CF_STRICT_H

#include "cf.h"

struct vrrp_cf_instance;

/* Reports what a strict instance must not have. Where `auto` or `any` leave a choice to the daemon,
 * it is made here, as the RFC has it. For one that is not strict it does nothing. */
void vrrp_cf_strict_check(struct cf_load *l, struct vrrp_cf_instance *cf);

#endif
