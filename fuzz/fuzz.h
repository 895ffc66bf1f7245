/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz.h - the one function of a fuzz target.
 *
 * A target CHECKs what must hold for every input; a crash is a finding. With --enable-fuzzers
 * libFuzzer calls it, otherwise driver.c does, with the inputs of fuzz/corpus.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
