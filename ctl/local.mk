# SPDX-License-Identifier: BSD-2-Clause
# The trivet command, with the simulator in it.
bin_PROGRAMS += ctl/trivet
ctl_trivet_SOURCES = ctl/ctl.h ctl/ctl_check.c ctl/ctl_replay.c ctl/ctl_sim.c ctl/main.c
ctl_trivet_LDADD = sim/libsim.a sim/libref.a vrrpd/libvrrpd.a vrrpd/libvrrp.a common/libcapture.a \
	common/liblinux.a common/libcommon.a common/libbase.a \
	$(PCAP_LIBS) $(CONFIG_LIBS) $(OPENSSL_LIBS) $(JANSSON_LIBS) $(CAPNG_LIBS)
