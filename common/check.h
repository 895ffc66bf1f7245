/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.h - CHECK() guards what must hold whatever a peer, the kernel or an operator does.
 *
 * It is never compiled out. A failed check ends the process: the supervisor restarts it and peers
 * take over in the meantime, which is better than a router that goes on with a state nobody
 * understands. Bad input is never CHECKed: it is refused with a reason.
 */
#ifndef CHECK_H
#define CHECK_H

/* Prints where and what on stderr, then aborts. The one symbol that pure code may need besides
 * memory moves (see tests/lint/pure). */
_Noreturn void check_fail(const char *file, int line, const char *what);

#define CHECK(expr) ((expr) ? (void)0 : check_fail(__FILE__, __LINE__, #expr))

/* For a switch over an enum, after its last case: reached only if memory is corrupt. */
#define CHECK_UNREACHABLE() check_fail(__FILE__, __LINE__, "unreachable")

#endif
