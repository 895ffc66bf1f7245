/* SPDX-License-Identifier: BSD-2-Clause */
/* fib_text.h - routes and rules as text, in the words of ip(8). */
#ifndef FIB_TEXT_H
#define FIB_TEXT_H

#include "fib.h"
#include "text.h"

enum { FIB_TEXT_SIZE = 160 };

/* What tells it apart, and where it leads: "198.51.100.0/24 via 192.0.2.254 table 100". Interfaces
 * are left out. */
const char *fib_string(const struct fib_item *item, char buf[FIB_TEXT_SIZE]);

/* "main", "local", "default", or the number. */
void fib_print_table(uint32_t table, struct text *to);

#endif
