/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrp_cf_auth.h - authentication in the configuration file: the list `keys` of the vrrp section,
 * and the group `auth` of an instance.
 */
#ifndef VRRP_CF_AUTH_H
#define VRRP_CF_AUTH_H

#include "cf.h"
#include "mono.h"
#include "vrrp_auth_wire.h"

enum {
	VRRP_KEYS_MAX = 64,
	VRRP_SECRET_PATH_SIZE = 256,
};

/* The names of enum vrrp_auth, and of these, are in vrrp_cf_auth.c, in their order. */
enum vrrp_auth_mode {
	VRRP_AUTH_ENFORCE,
	VRRP_AUTH_PERMISSIVE,   /* adverts without a trailer are taken too */
	VRRP_AUTH_RECEIVE_ONLY, /* and none is sent */
};

struct vrrp_cf_secret {
	uint8_t len;
	uint8_t bytes[VRRP_KEY_MAX];
};

struct vrrp_cf_key {
	uint8_t id;
	char file[VRRP_SECRET_PATH_SIZE];
	struct vrrp_cf_secret hex;
	char text[VRRP_KEY_MAX + 1];
	/* Not in the file: follows from it. */
	struct vrrp_cf_secret key;
};

struct vrrp_cf_key_id {
	uint8_t id;
};

struct vrrp_cf_auth {
	uint8_t type; /* enum vrrp_auth */
	char password[CF_NAME_SIZE];
	char password_file[VRRP_SECRET_PATH_SIZE];
	uint8_t hmac_key; /* the id of the key that adverts are sent with; 0: none */
	struct cf_list accept; /* struct vrrp_cf_key_id; none: all */
	uint8_t mode; /* enum vrrp_auth_mode */
	span_t window;
	/* Not in the file: follow from it. */
	uint8_t kind; /* enum vrrp_auth */
	uint8_t secret[VRRP_PASSWORD_LEN];
	span_t fresh; /* how long an advert is */
};

extern const struct cf_schema vrrp_key_schema, vrrp_auth_schema;

struct vrrp_cf;

/* The cross checks of keys and of what instances do with them. */
void vrrp_cf_auth_check(struct cf_load *l, const struct vrrp_cf *vrrp);

#endif
