/* SPDX-License-Identifier: BSD-2-Clause */
#include "csum.h"

/*
 * The sum is taken over big-endian 32-bit words, which RFC 1071 allows (2^16 = 1 modulo 2^16 - 1):
 * half the additions. 64 bits of sum cannot overflow below 16 GiB of input.
 */
uint64_t csum_add(uint64_t sum, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	for (; len >= 4; len -= 4, p += 4)
		sum += (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	if (len >= 2) {
		sum += (uint32_t)p[0] << 8 | p[1];
		p += 2;
		len -= 2;
	}
	if (len == 1)
		sum += (uint32_t)p[0] << 8;
	return sum;
}

uint16_t csum_fold(uint64_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}
