# SPDX-License-Identifier: BSD-2-Clause
# Fuzz targets. With --enable-fuzzers each is a libFuzzer program: fuzz/fuzz_config -dict=... CORPUS.
# Otherwise it replays fuzz/corpus/NAME, as a test. To add one: its name here and three lines below.
FUZZ_TARGETS = \
	fuzz/fuzz_capture \
	fuzz/fuzz_config \
	fuzz/fuzz_garp \
	fuzz/fuzz_scenario \
	fuzz/fuzz_vrrp \
	fuzz/fuzz_vrrp_events \
	fuzz/fuzz_vrrpd

fuzz_fuzz_config_SOURCES = fuzz/fuzz_config.c $(FUZZ_DRIVER)
fuzz_fuzz_config_CPPFLAGS = $(AM_CPPFLAGS) $(CONFIG_CFLAGS)
fuzz_fuzz_config_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_config_LDADD = common/libcommon.a common/libbase.a $(CONFIG_LIBS)

fuzz_fuzz_capture_SOURCES = fuzz/fuzz_capture.c $(FUZZ_DRIVER)
fuzz_fuzz_capture_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_capture_LDADD = common/libcapture.a vrrpd/libvrrp.a common/libbase.a $(PCAP_LIBS)

fuzz_fuzz_garp_SOURCES = fuzz/fuzz_garp.c $(FUZZ_DRIVER)
fuzz_fuzz_garp_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_garp_LDADD = vrrpd/libvrrp.a common/libbase.a

fuzz_fuzz_scenario_SOURCES = fuzz/fuzz_scenario.c $(FUZZ_DRIVER)
fuzz_fuzz_scenario_CPPFLAGS = $(AM_CPPFLAGS) $(CONFIG_CFLAGS)
fuzz_fuzz_scenario_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_scenario_LDADD = sim/libsim.a sim/libref.a vrrpd/libvrrpd.a vrrpd/libvrrp.a \
	common/libcapture.a common/liblinux.a common/libcommon.a common/libbase.a \
	$(PCAP_LIBS) $(CONFIG_LIBS) $(OPENSSL_LIBS) $(JANSSON_LIBS)

fuzz_fuzz_vrrp_SOURCES = fuzz/fuzz_vrrp.c $(FUZZ_DRIVER)
fuzz_fuzz_vrrp_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_vrrp_LDADD = vrrpd/libvrrp.a sim/libref.a common/libbase.a

fuzz_fuzz_vrrp_events_SOURCES = fuzz/fuzz_vrrp_events.c $(FUZZ_DRIVER)
fuzz_fuzz_vrrp_events_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_vrrp_events_LDADD = vrrpd/libvrrp.a sim/libref.a common/libbase.a

fuzz_fuzz_vrrpd_SOURCES = fuzz/fuzz_vrrpd.c fuzz/vrrpd_bed.c fuzz/vrrpd_bed.h $(FUZZ_DRIVER)
fuzz_fuzz_vrrpd_CPPFLAGS = $(AM_CPPFLAGS) $(CONFIG_CFLAGS)
fuzz_fuzz_vrrpd_LDFLAGS = $(FUZZ_LINK) -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
fuzz_fuzz_vrrpd_LDADD = sim/libsim.a vrrpd/libvrrpd.a vrrpd/libvrrp.a common/libcommon.a \
	common/libbase.a $(CONFIG_LIBS) $(OPENSSL_LIBS)

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
EXTRA_DIST += fuzz/README.md fuzz/run fuzz/seeds.py fuzz/fuzz.h fuzz/fuzz_cf.h fuzz/config.dict \
	fuzz/scenario.dict fuzz/corpus
