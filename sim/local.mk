# SPDX-License-Identifier: BSD-2-Clause
# libref.a: the second opinion on VRRP, independent of vrrpd/.
noinst_LIBRARIES += sim/libref.a

sim_libref_a_SOURCES = sim/vrrp_ref.c sim/vrrp_ref.h

# The simulator, over the same daemon values as Linux.
noinst_LIBRARIES += sim/libsim.a
sim_libsim_a_SOURCES = \
	sim/client.c sim/client.h \
	sim/gateway.c sim/gateway.h \
	sim/host.c sim/host.h \
	sim/host_make.c \
	sim/host_port.c sim/host_port.h \
	sim/host_program.c sim/host_program.h \
	sim/host_replay.c \
	sim/host_script.c sim/host_script.h \
	sim/kern.c sim/kern.h \
	sim/kern_device.c sim/kern_device.h \
	sim/kern_fib.c sim/kern_fib.h \
	sim/kern_lease.c sim/kern_lease.h \
	sim/net.c sim/net.h \
	sim/oracle.c sim/oracle.h sim/oracle_state.h \
	sim/oracle_addr.c \
	sim/oracle_announce.c \
	sim/oracle_auth.c \
	sim/oracle_group.c \
	sim/oracle_lease.c \
	sim/oracle_lockstep.c \
	sim/oracle_notify.c \
	sim/oracle_route.c \
	sim/oracle_track.c \
	sim/oracle_vmac.c \
	sim/oracle_windows.c \
	sim/queue.c sim/queue.h \
	sim/reader.c sim/reader.h \
	sim/scenario.c sim/scenario.h sim/scenario_run.h \
	sim/scenario_cf.c sim/scenario_cf.h \
	sim/scenario_do.c \
	sim/scenario_expect.c \
	sim/trace.c sim/trace.h \
	sim/world.c sim/world.h
