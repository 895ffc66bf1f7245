/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * csum.h - the Internet checksum (RFC 1071), in parts.
 *
 * Start with 0, add each part, then fold. Every part but the last must have an even length; an odd
 * last part is padded with a zero byte, as RFC 1071 says.
 */
#ifndef CSUM_H
#define CSUM_H

#include <stddef.h>
#include <stdint.h>

uint64_t csum_add(uint64_t sum, const void *bytes, size_t len);

/* The checksum to put into the packet, host order. Over a packet that holds its own checksum, the
 * result is 0 if the checksum is right. */
uint16_t csum_fold(uint64_t sum);

#endif
