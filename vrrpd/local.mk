# SPDX-License-Identifier: BSD-2-Clause
# The unit. The directories are known to make only; it is always made, for the test that looks at it.
noinst_DATA += vrrpd/vrrpd.service
vrrpd/vrrpd.service: vrrpd/vrrpd.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) vrrpd && sed -e 's|[@]sbindir@|$(sbindir)|' -e 's|[@]sysconfdir@|$(sysconfdir)|' \
		$(srcdir)/vrrpd/vrrpd.service.in > $@.new && mv $@.new $@
if SYSTEMD
systemdsystemunit_DATA = vrrpd/vrrpd.service
endif
EXTRA_DIST += vrrpd/vrrpd.service.in
CLEANFILES += vrrpd/vrrpd.service vrrpd/vrrpd.service.new

# libvrrp.a: the protocol, pure. libvrrpd.a: the daemon as a value, with its configuration and what it tells
# a service manager. vrrpd: both on Linux.
noinst_LIBRARIES += vrrpd/libvrrp.a vrrpd/libvrrpd.a

vrrpd_libvrrp_a_SOURCES = \
	vrrpd/garp_wire.c vrrpd/garp_wire.h \
	vrrpd/vrrp_announce.c vrrpd/vrrp_announce.h \
	vrrpd/vrrp_auth_wire.c vrrpd/vrrp_auth_wire.h \
	vrrpd/vrrp_core.c vrrpd/vrrp_core.h \
	vrrpd/vrrp_replay.c vrrpd/vrrp_replay.h \
	vrrpd/vrrp_coexist.c vrrpd/vrrp_coexist.h \
	vrrpd/vrrp_group.c vrrpd/vrrp_group.h \
	vrrpd/vrrp_notify.c vrrpd/vrrp_notify.h \
	vrrpd/vrrp_plan.c vrrpd/vrrp_plan.h \
	vrrpd/vrrp_rival.c vrrpd/vrrp_rival.h \
	vrrpd/vrrp_rx.c vrrpd/vrrp_rx.h \
	vrrpd/vrrp_track.c vrrpd/vrrp_track.h \
	vrrpd/vrrp_track_script.c vrrpd/vrrp_track_script.h \
	vrrpd/vrrp_wire.c vrrpd/vrrp_wire.h

vrrpd_libvrrpd_a_SOURCES = \
	vrrpd/vrrp_cf.c vrrpd/vrrp_cf.h \
	vrrpd/vrrp_cf_script.c vrrpd/vrrp_cf_script.h \
	vrrpd/vrrp_cf_route.c vrrpd/vrrp_cf_route.h vrrpd/vrrp_cf_route_check.c \
	vrrpd/vrrp_cf_auth.c vrrpd/vrrp_cf_auth.h \
	vrrpd/vrrp_cf_addr.c vrrpd/vrrp_cf_addr.h \
	vrrpd/vrrp_cf_group.c vrrpd/vrrp_cf_group.h \
	vrrpd/vrrp_cf_keepalived.c vrrpd/vrrp_cf_keepalived.h \
	vrrpd/vrrp_cf_notify.c vrrpd/vrrp_cf_notify.h \
	vrrpd/vrrp_cf_static.c \
	vrrpd/vrrp_cf_strict.c vrrpd/vrrp_cf_strict.h \
	vrrpd/vrrp_cf_track.c vrrpd/vrrp_cf_track.h \
	vrrpd/vrrp_cf_vmac.c vrrpd/vrrp_cf_vmac.h \
	vrrpd/vrrp_lint.c vrrpd/vrrp_lint.h \
	vrrpd/vrrpd.c vrrpd/vrrpd.h vrrpd/vrrpd_state.h \
	vrrpd/vrrpd_accept.c vrrpd/vrrpd_accept.h \
	vrrpd/vrrpd_announce.c \
	vrrpd/vrrpd_apply.c \
	vrrpd/vrrpd_fib.c \
	vrrpd/vrrpd_auth.c \
	vrrpd/vrrpd_group.c \
	vrrpd/vrrpd_hook.c vrrpd/vrrpd_hook.h \
	vrrpd/vrrpd_index.c \
	vrrpd/vrrpd_kernel.c \
	vrrpd/vrrpd_lease.c vrrpd/vrrpd_lease.h \
	vrrpd/vrrpd_obstacle.c \
	vrrpd/vrrpd_rival.c \
	vrrpd/vrrpd_script.c \
	vrrpd/vrrpd_script_check.c vrrpd/vrrpd_script_check.h \
	vrrpd/vrrpd_source.c \
	vrrpd/vrrpd_static.c \
	vrrpd/vrrpd_track.c \
	vrrpd/vrrpd_vmac.c \
	vrrpd/vrrpd_vip.c \
	vrrpd/vrrpd_notify.c vrrpd/vrrpd_notify.h

sbin_PROGRAMS += vrrpd/vrrpd
vrrpd_vrrpd_CPPFLAGS = $(AM_CPPFLAGS) $(NFTABLES_CFLAGS)
vrrpd_vrrpd_SOURCES = \
	vrrpd/main.c \
	vrrpd/vrrpd_fifo_linux.c vrrpd/vrrpd_fifo_linux.h \
	vrrpd/vrrpd_hook_linux.c vrrpd/vrrpd_hook_linux.h \
	vrrpd/vrrpd_lease_linux.c vrrpd/vrrpd_lease_linux.h \
	vrrpd/vrrpd_linux.c vrrpd/vrrpd_linux.h \
	vrrpd/vrrpd_runner.c vrrpd/vrrpd_runner.h \
	vrrpd/vrrpd_track_linux.c vrrpd/vrrpd_track_linux.h \
	vrrpd/vrrpd_conf_linux.c vrrpd/vrrpd_conf_linux.h \
	vrrpd/vrrpd_vmac_linux.c vrrpd/vrrpd_vmac_linux.h
vrrpd_vrrpd_LDADD = vrrpd/libvrrpd.a vrrpd/libvrrp.a common/liblinux.a common/libcommon.a common/libbase.a \
	$(LIBNL_ROUTE_LIBS) $(LIBNL_LIBS) $(CONFIG_LIBS) $(OPENSSL_LIBS) $(JANSSON_LIBS) $(CAPNG_LIBS) $(SECCOMP_LIBS) \
	$(NFTABLES_LIBS)
