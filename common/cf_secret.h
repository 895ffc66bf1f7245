/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cf_secret.h - keys and passwords that stand in a file of their own, apart from the configuration.
 */
#ifndef CF_SECRET_H
#define CF_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

enum { CF_SECRET_MAX = 256 }; /* bytes of such a file */

/* Reads a regular file that others may not read, and nobody but its owner write; a line break at
 * its end is none of the secret. False, explained in `why` without what it holds, when it is not
 * there or not like that. `to` has CF_SECRET_MAX bytes. */
bool cf_secret_read(const char *path, char *to, size_t *len, struct text *why);

/* Hexadecimal digits, two for each byte. False when it is something else, or more than `size`. */
bool cf_secret_hex(const char *from, size_t from_len, void *to, size_t size, size_t *len);

#endif
