# SPDX-License-Identifier: BSD-2-Clause
# The manual page of the configuration comes from the tables that the loader works with.
dist_man_MANS = doc/trivet.1 doc/vrrpd.8
nodist_man_MANS = doc/trivet.conf.5
noinst_PROGRAMS += doc/conf_manual
doc_conf_manual_SOURCES = doc/conf_manual.c
doc_conf_manual_LDADD = vrrpd/libvrrpd.a vrrpd/libvrrp.a common/libcommon.a common/libbase.a \
	$(CONFIG_LIBS) $(OPENSSL_LIBS)

doc/trivet.conf.5: doc/conf_manual$(EXEEXT)
	$(AM_V_GEN)./doc/conf_manual$(EXEEXT) > $@.new && mv $@.new $@
CLEANFILES += doc/trivet.conf.5 doc/trivet.conf.5.new

EXTRA_DIST += doc/ARCHITECTURE.md doc/conformance-vrrp.md doc/faults-vrrp.md doc/scenarios.md
