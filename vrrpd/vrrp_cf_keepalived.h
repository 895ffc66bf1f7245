/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_cf_keepalived.h - what to say to somebody who writes a word of keepalived's configuration
 * where a setting is expected.
 */
#ifndef VRRP_CF_KEEPALIVED_H
#define VRRP_CF_KEEPALIVED_H

#include "text.h"

/* What the word is called here, or why there is no such thing. False when it is none of them. */
bool vrrp_cf_keepalived(const char *word, struct text *to);

#endif
