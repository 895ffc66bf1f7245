# SPDX-License-Identifier: BSD-2-Clause
# Every test speaks TAP to automake's driver. One result is one requirement, not one program.
TEST_EXTENSIONS = .sh .py .conf
TAP_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
LOG_DRIVER = $(TAP_DRIVER)
SH_LOG_DRIVER = $(TAP_DRIVER)
PY_LOG_DRIVER = $(TAP_DRIVER)
CONF_LOG_DRIVER = $(TAP_DRIVER)
AM_LOG_DRIVER_FLAGS = --comments
AM_SH_LOG_DRIVER_FLAGS = --comments
AM_PY_LOG_DRIVER_FLAGS = --comments
AM_CONF_LOG_DRIVER_FLAGS = --comments
SH_LOG_COMPILER = $(SHELL)
PY_LOG_COMPILER = python3
AM_TESTS_ENVIRONMENT = TRIVET_UNDER_DRIVER=1 top_srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)'; \
	AWK='$(AWK)' CC='$(CC)' LINT_CPPFLAGS='$(LINT_CPPFLAGS)'; \
	export TRIVET_UNDER_DRIVER top_srcdir top_builddir AWK CC LINT_CPPFLAGS;

# ---- unit tests: tests/MODULE_test.c tests MODULE
UNIT_TESTS = \
	tests/capture_test \
	tests/cf_child_test \
	tests/cf_nomem_test \
	tests/cf_source_test \
	tests/cf_test \
	tests/csum_test \
	tests/digest_test \
	tests/dlheap_test \
	tests/fib_test \
	tests/garp_wire_test \
	tests/ip_test \
	tests/ip_wire_test \
	tests/linux_fifo_test \
	tests/linux_file_test \
	tests/linux_link_test \
	tests/linux_loop_test \
	tests/linux_notify_test \
	tests/linux_runner_test \
	tests/linux_sandbox_test \
	tests/linux_net_test \
	tests/linux_nl_fib_test \
	tests/linux_nl_test \
	tests/linux_proc_test \
	tests/linux_process_test \
	tests/log_test \
	tests/map_test \
	tests/mono_test \
	tests/rdwr_test \
	tests/rng_test \
	tests/text_test \
	tests/vrrp_announce_test \
	tests/vrrp_auth_wire_test \
	tests/vrrp_cf_auth_test \
	tests/vrrp_cf_group_test \
	tests/vrrp_cf_keepalived_test \
	tests/vrrp_cf_strict_test \
	tests/vrrp_cf_route_test \
	tests/vrrp_cf_test \
	tests/vrrp_coexist_test \
	tests/vrrp_core_test \
	tests/vrrp_group_test \
	tests/vrrp_notify_test \
	tests/vrrp_plan_test \
	tests/vrrp_lint_test \
	tests/vrrp_ref_test \
	tests/vrrp_replay_test \
	tests/vrrp_rival_test \
	tests/vrrp_rx_test \
	tests/vrrp_track_script_test \
	tests/vrrp_track_test \
	tests/vrrp_wire_test \
	tests/vrrpd_accept_test \
	tests/vrrpd_addr_test \
	tests/vrrpd_announce_test \
	tests/vrrpd_apply_test \
	tests/vrrpd_auth_test \
	tests/vrrpd_fib_test \
	tests/vrrpd_group_test \
	tests/vrrpd_hook_run_test \
	tests/vrrpd_hook_test \
	tests/vrrpd_kernel_test \
	tests/vrrpd_lease_test \
	tests/vrrpd_noalloc_test \
	tests/vrrpd_notify_test \
	tests/vrrpd_rival_test \
	tests/vrrpd_script_test \
	tests/vrrpd_static_test \
	tests/vrrpd_test \
	tests/vrrpd_track_test \
	tests/vrrpd_unicast_test \
	tests/vrrpd_vmac_test

check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
AM_CPPFLAGS += -I$(srcdir)/tests $(CMOCKA_CFLAGS)
LDADD = vrrpd/libvrrp.a common/libbase.a $(CMOCKA_LIBS)
# Linked with the oracle alone, so that it cannot lean on what it is to judge.
tests_vrrp_ref_test_LDADD = sim/libref.a $(CMOCKA_LIBS)
# Both, to walk side by side.
tests_vrrp_core_test_LDADD = sim/libref.a vrrpd/libvrrp.a common/libbase.a $(CMOCKA_LIBS)
EXTRA_DIST += tests/bytes.h tests/cf_agree.h tests/check_trap.h tests/unit.h tests/vrrp_packets.h

tests_capture_test_LDADD = common/libcapture.a common/libbase.a $(PCAP_LIBS) $(CMOCKA_LIBS)
tests_linux_fifo_test_LDADD = common/liblinux.a common/libbase.a $(CMOCKA_LIBS)
tests_linux_file_test_LDADD = common/liblinux.a common/libbase.a $(CMOCKA_LIBS)
tests_linux_link_test_LDADD = common/liblinux.a common/libbase.a $(LIBNL_ROUTE_LIBS) $(LIBNL_LIBS) \
	$(CMOCKA_LIBS)
tests_linux_loop_test_LDADD = common/liblinux.a common/libbase.a $(CMOCKA_LIBS)
tests_linux_loop_test_LDFLAGS = -Wl,--wrap=epoll_pwait2
tests_linux_net_test_LDADD = common/liblinux.a common/libbase.a $(CMOCKA_LIBS)
tests_linux_net_test_LDFLAGS = -Wl,--wrap=setsockopt
tests_linux_nl_test_LDADD = common/liblinux.a common/libbase.a $(LIBNL_ROUTE_LIBS) $(LIBNL_LIBS) \
	$(CMOCKA_LIBS)
tests_linux_nl_fib_test_CPPFLAGS = $(AM_CPPFLAGS) $(LIBNL_CFLAGS)
tests_linux_nl_fib_test_LDADD = common/liblinux.a common/libcommon.a common/libbase.a $(LIBNL_ROUTE_LIBS) \
	$(LIBNL_LIBS) $(CMOCKA_LIBS)
tests_fib_test_LDADD = common/libcommon.a common/libbase.a $(CMOCKA_LIBS)
tests_linux_proc_test_LDADD = common/liblinux.a common/libbase.a $(CMOCKA_LIBS)
tests_linux_process_test_LDADD = common/liblinux.a common/libbase.a $(CAPNG_LIBS) $(CMOCKA_LIBS)
tests_linux_notify_test_LDADD = common/liblinux.a common/libbase.a $(CMOCKA_LIBS)
tests_linux_sandbox_test_LDADD = common/liblinux.a common/libbase.a $(SECCOMP_LIBS) $(CAPNG_LIBS) $(CMOCKA_LIBS)
tests_log_test_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
tests_log_test_LDADD = common/liblinux.a common/libbase.a $(JANSSON_LIBS) $(CMOCKA_LIBS)

tests_linux_runner_test_LDADD = common/liblinux.a $(CF_LIBS) $(CAPNG_LIBS)

CF_LIBS = common/libcommon.a common/libbase.a $(CONFIG_LIBS) $(OPENSSL_LIBS) $(CMOCKA_LIBS)
tests_cf_child_test_LDADD = $(CF_LIBS)
tests_digest_test_CPPFLAGS = $(AM_CPPFLAGS) $(OPENSSL_CFLAGS)
tests_digest_test_LDADD = $(CF_LIBS)
tests_vrrp_auth_wire_test_LDADD = vrrpd/libvrrp.a $(CF_LIBS)
tests_cf_nomem_test_LDADD = $(CF_LIBS)
tests_cf_nomem_test_LDFLAGS = \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup
tests_cf_source_test_CPPFLAGS = $(AM_CPPFLAGS) $(CONFIG_CFLAGS)
tests_cf_source_test_LDADD = $(CF_LIBS)
tests_cf_test_CPPFLAGS = $(AM_CPPFLAGS) $(CONFIG_CFLAGS)
tests_cf_test_LDADD = $(CF_LIBS)

tests_vrrp_cf_route_test_CPPFLAGS = $(AM_CPPFLAGS) $(CONFIG_CFLAGS)
tests_vrrp_cf_route_test_LDADD = vrrpd/libvrrpd.a vrrpd/libvrrp.a $(CF_LIBS)
tests_vrrp_cf_auth_test_LDADD = $(VRRPD_LIBS)
tests_vrrp_cf_group_test_LDADD = vrrpd/libvrrpd.a vrrpd/libvrrp.a $(CF_LIBS)
tests_vrrp_cf_test_CPPFLAGS = $(AM_CPPFLAGS) $(CONFIG_CFLAGS)
tests_vrrp_cf_test_LDADD = vrrpd/libvrrpd.a vrrpd/libvrrp.a $(CF_LIBS)
tests_vrrpd_noalloc_test_CPPFLAGS = $(AM_CPPFLAGS) $(CONFIG_CFLAGS)
tests_vrrpd_noalloc_test_LDADD = vrrpd/libvrrpd.a vrrpd/libvrrp.a $(CF_LIBS)
tests_vrrpd_noalloc_test_LDFLAGS = \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup,--wrap=free
EXTRA_DIST += tests/vrrpd_rig.h tests/notify_socket.h
VRRPD_LIBS = vrrpd/libvrrpd.a vrrpd/libvrrp.a $(CF_LIBS)
tests_vrrpd_announce_test_LDADD = $(VRRPD_LIBS)
tests_vrrpd_accept_test_LDADD = $(VRRPD_LIBS)
tests_vrrpd_addr_test_LDADD = $(VRRPD_LIBS)
tests_vrrpd_apply_test_LDADD = $(VRRPD_LIBS)
tests_vrrpd_auth_test_LDADD = $(VRRPD_LIBS)
tests_vrrpd_auth_test_LDFLAGS = -Wl,--wrap=free
tests_vrrpd_rival_test_LDADD = $(VRRPD_LIBS)
tests_vrrpd_apply_test_CPPFLAGS = $(AM_CPPFLAGS) $(CONFIG_CFLAGS)
tests_vrrpd_apply_test_LDFLAGS = -Wl,--wrap=calloc
tests_vrrpd_hook_run_test_LDADD = $(VRRPD_LIBS)
tests_vrrpd_static_test_LDADD = $(VRRPD_LIBS)
tests_vrrpd_fib_test_LDADD = $(VRRPD_LIBS)
tests_vrrpd_group_test_LDADD = $(VRRPD_LIBS)
tests_vrrpd_hook_test_LDADD = $(VRRPD_LIBS)
tests_vrrpd_kernel_test_LDADD = $(VRRPD_LIBS)
tests_vrrpd_lease_test_LDADD = $(VRRPD_LIBS)
tests_vrrpd_notify_test_LDADD = vrrpd/libvrrpd.a vrrpd/libvrrp.a common/liblinux.a $(CF_LIBS)
tests_vrrpd_script_test_LDADD = $(VRRPD_LIBS)
tests_vrrpd_test_LDADD = $(VRRPD_LIBS)
tests_vrrpd_track_test_LDADD = $(VRRPD_LIBS)
tests_vrrpd_unicast_test_LDADD = $(VRRPD_LIBS)
tests_vrrpd_vmac_test_LDADD = $(VRRPD_LIBS)
tests_vrrp_cf_keepalived_test_LDADD = $(VRRPD_LIBS)
tests_vrrp_cf_strict_test_LDADD = $(VRRPD_LIBS)
tests_vrrp_lint_test_LDADD = $(VRRPD_LIBS)

# ---- lint: what the house rules say of the sources and the objects; planted.sh tests the others
LINT_CPPFLAGS = $(CPPFLAGS) $(LIBNL_CFLAGS) $(LIBNL_ROUTE_CFLAGS) $(LIBNL_GENL_CFLAGS) $(PCAP_CFLAGS) \
	$(OPENSSL_CFLAGS) $(CONFIG_CFLAGS) $(JANSSON_CFLAGS) $(CAPNG_CFLAGS) $(SECCOMP_CFLAGS) \
	$(NFTABLES_CFLAGS) \
	$(CMOCKA_CFLAGS)
dist_check_SCRIPTS = \
	tests/lint/counters.sh \
	tests/lint/headers.sh \
	tests/lint/layers.sh \
	tests/lint/planted.sh \
	tests/lint/pure.sh \
	tests/lint/rows.sh \
	tests/lint/style.sh
TESTS += $(dist_check_SCRIPTS)
EXTRA_DIST += tests/lint/lint.sh \
	tests/lint/headers.awk \
	tests/lint/layers.awk \
	tests/lint/levels \
	tests/lint/levels.awk \
	tests/lint/pure.awk \
	tests/lint/rows.awk \
	tests/lint/style.awk

# ---- scenarios: each file is a test, run with several seeds, each seed twice
SCENARIOS = \
	sim/scenarios/accept.conf \
	sim/scenarios/address-elsewhere.conf \
	sim/scenarios/address-trouble.conf \
	sim/scenarios/announce-255.conf \
	sim/scenarios/announce-50.conf \
	sim/scenarios/announce-refresh.conf \
	sim/scenarios/auth-ah.conf \
	sim/scenarios/auth-hmac.conf \
	sim/scenarios/auth-rollover.conf \
	sim/scenarios/auth-text.conf \
	sim/scenarios/both-versions.conf \
	sim/scenarios/chaos-versions.conf \
	sim/scenarios/chaos.conf \
	sim/scenarios/chaos-timing.conf \
	sim/scenarios/clean-stop.conf \
	sim/scenarios/corrupt.conf \
	sim/scenarios/crash.conf \
	sim/scenarios/down-adverts.conf \
	sim/scenarios/duplicate-reorder.conf \
	sim/scenarios/equal-priority.conf \
	sim/scenarios/group.conf \
	sim/scenarios/group-chaos.conf \
	sim/scenarios/group-cross.conf \
	sim/scenarios/group-partition.conf \
	sim/scenarios/hooks-chaos.conf \
	sim/scenarios/hooks-fifo.conf \
	sim/scenarios/hooks-programs.conf \
	sim/scenarios/hostile.conf \
	sim/scenarios/interface-gone.conf \
	sim/scenarios/ipv6.conf \
	sim/scenarios/learned-interval.conf \
	sim/scenarios/lease.conf \
	sim/scenarios/learned-interval-max.conf \
	sim/scenarios/leftover.conf \
	sim/scenarios/link-flap.conf \
	sim/scenarios/loss.conf \
	sim/scenarios/nopreempt.conf \
	sim/scenarios/one-way.conf \
	sim/scenarios/owner.conf \
	sim/scenarios/partition-heal.conf \
	sim/scenarios/pause-backup.conf \
	sim/scenarios/pause-bereft.conf \
	sim/scenarios/pause-deaf.conf \
	sim/scenarios/pause-long.conf \
	sim/scenarios/pause-nopreempt.conf \
	sim/scenarios/pause-short.conf \
	sim/scenarios/preempt-delay.conf \
	sim/scenarios/preempt.conf \
	sim/scenarios/reload.conf \
	sim/scenarios/routes-chaos.conf \
	sim/scenarios/routes.conf \
	sim/scenarios/stall.conf \
	sim/scenarios/start-delay-boot.conf \
	sim/scenarios/start-delay.conf \
	sim/scenarios/three-parts.conf \
	sim/scenarios/track-fault.conf \
	sim/scenarios/track-flap.conf \
	sim/scenarios/track-priority.conf \
	sim/scenarios/track-process.conf \
	sim/scenarios/track-script.conf \
	sim/scenarios/two-owners.conf \
	sim/scenarios/unicast-chaos.conf \
	sim/scenarios/unicast-routed.conf \
	sim/scenarios/unicast.conf \
	sim/scenarios/version2.conf \
	sim/scenarios/vmac-chaos.conf \
	sim/scenarios/vmac.conf \
	sim/scenarios/wraps.conf
TESTS += $(SCENARIOS)
EXTRA_DIST += $(SCENARIOS)
CONF_LOG_COMPILER = $(top_builddir)/ctl/trivet
AM_CONF_LOG_FLAGS = sim run --seeds 20

# ---- the lab
EXTRA_DIST += tests/lab/demo.py tests/lab/group.py tests/lab/interop.py tests/lab/lab.py \
	tests/lab/packets.py tests/lab/peers.py tests/lab/pinger.py tests/lab/routers.py \
	tests/lab/tap.py

# ---- real daemons in namespaces
NETNS_TESTS = \
	tests/netns/accept.py \
	tests/netns/addr.py \
	tests/netns/announce.py \
	tests/netns/auth.py \
	tests/netns/config.py \
	tests/netns/failover.py \
	tests/netns/faults.py \
	tests/netns/fire.py \
	tests/netns/group.py \
	tests/netns/interop_frr.py \
	tests/netns/interop_keepalived.py \
	tests/netns/kernel.py \
	tests/netns/lease.py \
	tests/netns/notify.py \
	tests/netns/notify_programs.py \
	tests/netns/privileges.py \
	tests/netns/process.py \
	tests/netns/route.py \
	tests/netns/scale.py \
	tests/netns/script.py \
	tests/netns/stall.py \
	tests/netns/timing.py \
	tests/netns/track.py \
	tests/netns/unicast.py \
	tests/netns/versions.py \
	tests/netns/vmac.py \
	tests/netns/wire.py
TESTS += $(NETNS_TESTS)
EXTRA_DIST += $(NETNS_TESTS)

# ---- what the installed files promise
TESTS += tests/service.sh
EXTRA_DIST += tests/service.sh

# ---- captures of real routers
TESTS += tests/replay.sh tests/usage.sh tests/few_files.sh
EXTRA_DIST += tests/replay.sh tests/usage.sh tests/few_files.sh

# ---- benchmarks: built with the tests, so that they stay what they are; run by hand
EXTRA_DIST += tests/bench/failover.py tests/bench/sim.sh tests/bench/vrrp.py
check_PROGRAMS += tests/bench/load tests/bench/wire
tests_bench_load_LDADD = $(VRRPD_LIBS)
tests_bench_wire_LDADD = vrrpd/libvrrp.a common/libbase.a
