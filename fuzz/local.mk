# SPDX-License-Identifier: BSD-2-Clause
# Fuzz targets. With --enable-fuzzers each is a libFuzzer program: fuzz/fuzz_config -dict=... CORPUS.
# Otherwise it replays fuzz/corpus/NAME, as a test. To add one: its name here and three lines below.
FUZZ_TARGETS = \
	fuzz/fuzz_config

fuzz_fuzz_config_SOURCES = fuzz/fuzz_config.c $(FUZZ_DRIVER)
fuzz_fuzz_config_CPPFLAGS = $(AM_CPPFLAGS) $(CONFIG_CFLAGS)
fuzz_fuzz_config_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_config_LDADD = common/libcommon.a common/libbase.a $(CONFIG_LIBS)

if FUZZERS
FUZZ_DRIVER =
FUZZ_LINK = -fsanitize=fuzzer
noinst_PROGRAMS += $(FUZZ_TARGETS)
else
FUZZ_DRIVER = fuzz/driver.c
FUZZ_LINK =
check_PROGRAMS += $(FUZZ_TARGETS)
TESTS += $(FUZZ_TARGETS)
endif
EXTRA_DIST += fuzz/fuzz.h fuzz/config.dict fuzz/corpus
