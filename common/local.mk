# SPDX-License-Identifier: BSD-2-Clause
# libbase.a: levels 0 and 1, pure: no clock, no allocation, no system call.
# libcommon.a: configuration and log. liblinux.a: what talks to Linux.
noinst_LIBRARIES += common/libbase.a common/libcommon.a common/liblinux.a common/libcapture.a

common_libbase_a_SOURCES = \
	common/check.c common/check.h \
	common/csum.c common/csum.h \
	common/dlheap.c common/dlheap.h \
	common/fib.c common/fib.h \
	common/ip.h \
	common/ip_attr.c common/ip_attr.h \
	common/ip_wire.c common/ip_wire.h \
	common/log_line.c common/log_line.h \
	common/map.c common/map.h \
	common/mono.h \
	common/rd.h \
	common/rng.c common/rng.h \
	common/text.c common/text.h \
	common/wr.h

common_libcommon_a_CPPFLAGS = $(AM_CPPFLAGS) $(CONFIG_CFLAGS) $(OPENSSL_CFLAGS)
common_libcommon_a_SOURCES = \
	common/cf.c common/cf.h \
	common/cf_child.c common/cf_child.h \
	common/cf_dump.c \
	common/cf_lint.c common/cf_lint.h \
	common/cf_name.c common/cf_name.h \
	common/cf_secret.c common/cf_secret.h \
	common/cf_source.c common/cf_source.h \
	common/cf_token.c common/cf_token.h \
	common/cf_value.c common/cf_value.h \
	common/digest.c common/digest.h \
	common/fib_text.c common/fib_text.h \
	common/ip_text.c common/ip_text.h

common_liblinux_a_CPPFLAGS = $(AM_CPPFLAGS) $(LIBNL_CFLAGS) $(LIBNL_ROUTE_CFLAGS) $(JANSSON_CFLAGS) \
	$(CAPNG_CFLAGS) $(SECCOMP_CFLAGS)
common_liblinux_a_SOURCES = \
	common/linux_fifo.c common/linux_fifo.h \
	common/linux_file.c common/linux_file.h \
	common/linux_link.c common/linux_link.h \
	common/linux_loop.c common/linux_loop.h \
	common/linux_net.c common/linux_net.h \
	common/linux_nl.c common/linux_nl.h \
	common/linux_nl_fib.c common/linux_nl_fib.h \
	common/linux_nl_queue.c common/linux_nl_queue.h \
	common/linux_notify.c common/linux_notify.h \
	common/linux_privilege.c common/linux_privilege.h \
	common/linux_process.c common/linux_process.h \
	common/linux_runner.c common/linux_runner.h common/linux_runner_wire.h \
	common/linux_runner_process.c \
	common/linux_sandbox.h \
	common/linux_script.c common/linux_script.h \
	common/log.c common/log.h
if SANDBOX
common_liblinux_a_SOURCES += common/linux_sandbox.c
else
common_liblinux_a_SOURCES += common/linux_sandbox_none.c
endif

common_libcapture_a_CPPFLAGS = $(AM_CPPFLAGS) $(PCAP_CFLAGS)
common_libcapture_a_SOURCES = common/capture.c common/capture.h
