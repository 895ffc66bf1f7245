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

#include "text.h"
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

static void note_bytes(void *ctx, const struct net_packet *p)
{
	struct text *t = ctx;

	assert_false(p->bad);
	text_fmt(t, "%.*s(%zu) ", p->len < 6 ? (int)p->len : 1, (const char *)p->bytes, p->len);
}

/* What has come to a socket that listens on lo. */
static const char *received(int fd)
{
	static char bytes[4096];
	struct text t = text_open(bytes, sizeof bytes);

	net_raw_drain(fd, IP_V4, PROTO, note_bytes, &t);
	return bytes;
}

static void a_batch_leaves_in_order_when_it_has_to(void **state)
{
	const struct ip_addr group = ip4(224, 0, 0, 18), lo = ip4(127, 0, 0, 1),
			     broadcast = ip4(255, 255, 255, 255);
	struct net_batch *b = net_batch_new();
	uint32_t on = interface("lo");
	int fd = net_raw_open(on, PROTO, 0, &group), other;
	static const uint8_t large[400] = { 'L' };

	(void)state;
	assert_non_null(b);
	assert_true(fd >= 0);
	other = dup(fd);
	assert_int_equal(net_batch_send(b), 0);
	assert_int_equal(net_batch_add(b, fd, on, &lo, &lo, "one", 3), 0);
	assert_int_equal(net_batch_add(b, fd, on, &lo, &lo, "two", 3), 0);
	assert_string_equal(received(fd), "");
	assert_int_equal(net_batch_send(b), 0);
	assert_string_equal(received(fd), "one(3) two(3) ");
	assert_int_equal(net_batch_send(b), 0);
	/* Another socket, and one that is too long to wait. */
	assert_int_equal(net_batch_add(b, fd, on, &lo, &lo, "three", 5), 0);
	assert_int_equal(net_batch_add(b, other, on, &lo, &lo, "four", 4), 0);
	assert_string_equal(received(fd), "three(5) ");
	assert_int_equal(net_batch_add(b, other, on, &lo, &lo, large, sizeof large), 0);
	assert_string_equal(received(fd), "four(4) L(400) ");
	/* One that is refused takes no other with it. */
	assert_int_equal(net_batch_add(b, fd, on, &lo, &broadcast, "bad", 3), 0);
	assert_int_equal(net_batch_add(b, fd, on, &lo, &lo, "good", 4), 0);
	assert_int_equal(net_batch_add(b, fd, on, &lo, &broadcast, "bad", 3), 0);
	assert_int_equal(net_batch_send(b), 2);
	assert_int_not_equal(errno, 0);
	assert_string_equal(received(fd), "good(4) ");
	close(other);
	close(fd);
	net_batch_free(b);
}

static void a_full_batch_leaves_by_itself(void **state)
{
	const struct ip_addr group = ip4(224, 0, 0, 18), lo = ip4(127, 0, 0, 1);
	struct net_batch *b = net_batch_new();
	uint32_t on = interface("lo");
	int fd = net_raw_open(on, PROTO, 0, &group);
	unsigned n = 0;

	(void)state;
	assert_true(b && fd >= 0);
	for (unsigned i = 0; i < 65; i++)
		assert_int_equal(net_batch_add(b, fd, on, &lo, &lo, "x", 1), 0);
	net_raw_drain(fd, IP_V4, PROTO, count, &n);
	assert_int_equal(n, 64);
	assert_int_equal(net_batch_send(b), 0);
	net_raw_drain(fd, IP_V4, PROTO, count, &n);
	assert_int_equal(n, 65);
	close(fd);
	net_batch_free(b);
}

int main(void)
{
	const struct CMUnitTest unit_tests[] = {
		T(packets_of_the_interface_are_received),
		T(row_058_a_packet_from_before_the_binding_is_not_received),
		T(an_interface_that_does_not_exist_is_an_error),
		T(a_batch_leaves_in_order_when_it_has_to),
		T(a_full_batch_leaves_by_itself),
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
