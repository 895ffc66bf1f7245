/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux_net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit.h"

enum { PROTO = 112 };

static bool early; /* send a packet before the socket is bound */

int __real_setsockopt(int fd, int level, int name, const void *value, socklen_t len);
int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t len);

/* A packet of the protocol, to ourselves over lo. */
static void send_over_lo(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, PROTO);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(sendto(fd, "late", 4, 0, (struct sockaddr *)&to, sizeof to), 4);
	close(fd);
}

int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	if (early && level == SOL_SOCKET &&
	    (name == SO_BINDTODEVICE || name == SO_BINDTOIFINDEX)) {
		early = false;
		send_over_lo();
	}
	return __real_setsockopt(fd, level, name, value, len);
}

static uint32_t interface(const char *name)
{
	struct ifreq ifr = { 0 };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	strcpy(ifr.ifr_name, name);
	ifr.ifr_flags = IFF_UP;
	assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &ifr), 0);
	close(fd);
	return net_ifindex(name);
}

static void count(void *ctx, const struct net_packet *p)
{
	unsigned *n = ctx;

	assert_false(p->bad);
	++*n;
}

static void packets_of_the_interface_are_received(void **state)
{
	const struct ip_addr group = ip4(224, 0, 0, 18);
	unsigned n = 0;
	int fd;

	(void)state;
	fd = net_raw_open(interface("lo"), PROTO, 0, &group);
	assert_true(fd >= 0);
	send_over_lo();
	net_raw_drain(fd, IP_V4, PROTO, count, &n);
	assert_int_equal(n, 1);
	close(fd);
}

/* What came in on another interface before the socket was bound to its own. */
static void row_058_a_packet_from_before_the_binding_is_not_received(void **state)
{
	const struct ip_addr group = ip4(224, 0, 0, 18);
	unsigned n = 0;
	int fd;

	(void)state;
	interface("lo");
	early = true;
	fd = net_raw_open(interface("e0"), PROTO, 0, &group);
	assert_true(fd >= 0);
	assert_false(early);
	net_raw_drain(fd, IP_V4, PROTO, count, &n);
	assert_int_equal(n, 0);
	close(fd);
}

static void an_interface_that_does_not_exist_is_an_error(void **state)
{
	const struct ip_addr group = ip4(224, 0, 0, 18);

	(void)state;
	assert_int_equal(net_raw_open(0x7ffffff0, PROTO, 0, &group), -1);
	assert_int_equal(errno, EADDRNOTAVAIL);
	assert_int_equal(net_ifindex("lo"), 1);
	assert_int_equal(net_ifindex("absent"), 0);
	assert_int_equal(errno, ENODEV);
	assert_int_equal(net_ifindex("a-name-that-is-too-long"), 0);
	assert_int_equal(errno, ENODEV);
}

int main(void)
{
	const struct CMUnitTest unit_tests[] = {
		T(packets_of_the_interface_are_received),
		T(row_058_a_packet_from_before_the_binding_is_not_received),
		T(an_interface_that_does_not_exist_is_an_error),
	};
	int failed;

	if ((unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0) ||
	    system("ip link add e0 type veth peer name e1") != 0) {
		puts("1..0 # SKIP needs root, or user namespaces, to make network namespaces");
		return 0;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	failed = cmocka_run_group_tests(unit_tests, NULL, NULL);
	return failed != 0 && getenv("TRIVET_UNDER_DRIVER") == NULL;
}
