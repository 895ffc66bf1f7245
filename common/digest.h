/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * digest.h - keyed digests (HMAC, RFC 2104) by OpenSSL, and what belongs to keys: comparing in
 * constant time, and wiping.
 *
 * This is the only file that knows whose implementation it is. A struct digest is made once, when a
 * configuration is applied; computing with it allocates nothing.
 */
#ifndef DIGEST_H
#define DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text.h"

enum digest_kind { DIGEST_MD5, DIGEST_SHA256, DIGEST_KINDS };

enum { DIGEST_BLOCK = 64, DIGEST_MAX = 32 }; /* of both kinds; bytes of the longest */

struct digest;

/* A piece of what is digested. */
struct digest_part {
	const void *p;
	size_t len;
};

/* Lets the library read the system's configuration, which it does once: before a sandbox is closed,
 * and before a child is made that is to know it. */
void digest_prepare(void);

/* NULL, explained in `why`, when this system does not have it: MD5 may be forbidden (FIPS). */
struct digest *digest_new(enum digest_kind kind, struct text *why);
void digest_free(struct digest *d);

/* HMAC over the parts, one after the other, cut to out_len bytes. The key has at most DIGEST_BLOCK
 * bytes. */
void digest_hmac(struct digest *d, const void *key, size_t key_len, const struct digest_part *part,
		 unsigned n, void *out, size_t out_len);

/* SHA-256 without a key, whatever the configuration of the library forbids: to name what was read,
 * not to protect it. */
void digest_name(const void *p, size_t len, uint8_t out[DIGEST_MAX]);

/* Takes as long wherever the first difference is. */
bool digest_same(const void *a, const void *b, size_t len);

/* Overwrites what was secret, which a compiler must not leave out. */
void digest_wipe(void *p, size_t len);

#endif
