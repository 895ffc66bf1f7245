/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel alone takes to carry adverts, and a witness of who sends them. For
 * tests/bench/vrrp.py, which starts it in namespaces.
 *
 *	wire send INTERVAL_US N SOURCE... where SOURCE is INTERFACE=ADDRESS
 *		sends N adverts on each interface each interval, all at once, as routers do that
 *		were started together: the floor of an Active
 *	wire receive INTERFACE...
 *		takes adverts and looks at nothing: the floor of a Backup
 *	wire watch INTERFACE...
 *		says for each virtual router, as a line at SIGUSR1 which also forgets it: adverts of
 *		its higher (200 and more) and of its lower priority (100), and of these while the
 *		higher still advertised; when the last of the higher, the first of the lower and the
 *		first of the higher came, in seconds
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "vrrp_wire.h"

enum { PROTO = 112, IFACES_MAX = 16, BATCH = 64, PACKET = 128, HIGH = 200, LOW = 100 };

static volatile sig_atomic_t asked;

static void on_signal(int number)
{
	(void)number;
	asked = 1;
}

static void bail(const char *what)
{
	perror(what);
	exit(1);
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int raw_socket(const char *interface)
{
	int fd = socket(AF_INET, SOCK_RAW, PROTO);
	struct ip_mreqn group = { .imr_ifindex = (int)if_nametoindex(interface) };
	int ttl = 255, off = 0, tos = 0xc0;

	group.imr_multiaddr.s_addr = htonl(0xe0000012);
	if (fd < 0 || group.imr_ifindex == 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface)) ||
	    setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &group, sizeof group) ||
	    setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &ttl, sizeof ttl) ||
	    setsockopt(fd, IPPROTO_IP, IP_MULTICAST_LOOP, &off, sizeof off) ||
	    setsockopt(fd, IPPROTO_IP, IP_TOS, &tos, sizeof tos) ||
	    setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group))
		bail(interface);
	return fd;
}

/* ---- the floor of an Active --------------------------------------------------------------- */

struct outlet {
	int fd;
	unsigned n;
	size_t len[255];
	uint8_t message[255][32];
};

static void open_outlet(struct outlet *o, char *argument, unsigned n, uint32_t interval_cs)
{
	char *equals = strchr(argument, '=');
	struct ip_addr source = { .family = IP_V4 }, group = vrrp_group(IP_V4);
	unsigned least = 0;

	if (!equals || inet_pton(AF_INET, equals + 1, source.b) != 1)
		bail(argument);
	*equals = '\0';
	o->fd = raw_socket(argument);
	/* Not to hear others: it only sends. */
	setsockopt(o->fd, SOL_SOCKET, SO_RCVBUF, &least, sizeof least);
	o->n = n;
	for (unsigned i = 0; i < n; i++) {
		uint8_t address[4] = { 10, 99, 0, (uint8_t)i };
		struct vrrp_msg m = { .version = 3, .vrid = (uint8_t)(i + 1), .priority = HIGH,
				      .interval_cs = interval_cs, .family = IP_V4, .count = 1,
				      .addrs = address };

		o->len[i] = vrrp_encode(&m, &source, &group, o->message[i], sizeof o->message[i]);
	}
}

static void send_all(struct outlet *o)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	struct sockaddr *group = (struct sockaddr *)&to;

	to.sin_addr.s_addr = htonl(0xe0000012);
	for (unsigned i = 0; i < o->n; i++)
		(void)!sendto(o->fd, o->message[i], o->len[i], 0, group, sizeof to);
}

static int do_send(int argc, char **argv)
{
	static struct outlet outlet[IFACES_MAX];
	uint64_t interval = strtoull(argv[2], NULL, 10) * 1000, next;
	unsigned n = (unsigned)strtoul(argv[3], NULL, 10), ifaces = 0;

	for (int i = 4; i < argc && ifaces < IFACES_MAX; i++)
		open_outlet(&outlet[ifaces++], argv[i], n, (uint32_t)(interval / 10000000));
	for (next = now_ns(); !asked; next += interval) {
		struct timespec at = { .tv_sec = (time_t)(next / 1000000000u),
				       .tv_nsec = (long)(next % 1000000000u) };

		while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR)
			;
		for (unsigned i = 0; i < ifaces; i++)
			send_all(&outlet[i]);
	}
	return 0;
}

/* ---- the floor of a Backup ---------------------------------------------------------------- */

static int do_receive(int argc, char **argv)
{
	struct pollfd fds[IFACES_MAX];
	nfds_t n = 0;
	char buf[2048];

	for (int i = 2; i < argc && n < IFACES_MAX; i++)
		fds[n++] = (struct pollfd){ .fd = raw_socket(argv[i]), .events = POLLIN };
	while (!asked && (poll(fds, n, -1) > 0 || errno == EINTR))
		for (nfds_t i = 0; i < n; i++)
			while (fds[i].revents & POLLIN &&
			       recv(fds[i].fd, buf, sizeof buf, MSG_DONTWAIT) > 0)
				;
	return 0;
}

/* ---- the witness -------------------------------------------------------------------------- */

struct seen {
	uint32_t high, low, both;
	double last_high, first_low, first_high;
};

struct tap {
	int fd;
	struct seen vr[256];
};

static int packet_socket(const char *interface)
{
	/* IPv4 of protocol 112, seen from the Ethernet header on. */
	static struct sock_filter code[] = {
		{ BPF_LD | BPF_H | BPF_ABS, 0, 0, 12 },
		{ BPF_JMP | BPF_JEQ | BPF_K, 0, 3, ETHERTYPE_IP },
		{ BPF_LD | BPF_B | BPF_ABS, 0, 0, 23 },
		{ BPF_JMP | BPF_JEQ | BPF_K, 0, 1, PROTO },
		{ BPF_RET | BPF_K, 0, 0, PACKET },
		{ BPF_RET | BPF_K, 0, 0, 0 },
	};
	struct sock_fprog program = { .len = sizeof code / sizeof *code, .filter = code };
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
				  .sll_ifindex = (int)if_nametoindex(interface) };
	int fd = socket(AF_PACKET, SOCK_RAW, 0), on = 1, size = 8 << 20;

	if (fd < 0 || at.sll_ifindex == 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) ||
	    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) ||
	    bind(fd, (struct sockaddr *)&at, sizeof at))
		bail(interface);
	return fd;
}

static double stamp(struct msghdr *m)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
			struct timespec t;

			memcpy(&t, CMSG_DATA(c), sizeof t);
			return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
		}
	return 0;
}

static void note(struct tap *tap, const uint8_t *frame, size_t len, double at)
{
	const uint8_t *message = frame + 14 + 20;
	struct seen *s;

	if (len < 14 + 20 + 8)
		return;
	s = &tap->vr[message[1]];
	if (message[2] >= HIGH) {
		s->first_high = s->high++ == 0 ? at : s->first_high;
		s->last_high = at;
		s->both = s->low; /* all there were until now came while this one lived */
	} else if (message[2] == LOW) {
		s->first_low = s->low++ == 0 ? at : s->first_low;
	}
}

static void drain(struct tap *tap)
{
	static uint8_t bytes[BATCH][PACKET], control[BATCH][64];
	struct iovec iov[BATCH];
	struct mmsghdr m[BATCH];
	int n;

	do {
		for (unsigned i = 0; i < BATCH; i++) {
			iov[i] = (struct iovec){ bytes[i], PACKET };
			m[i].msg_hdr = (struct msghdr){ .msg_iov = &iov[i], .msg_iovlen = 1,
				.msg_control = control[i], .msg_controllen = sizeof control[i] };
		}
		n = recvmmsg(tap->fd, m, BATCH, MSG_DONTWAIT, NULL);
		for (int i = 0; i < n; i++)
			note(tap, bytes[i], m[i].msg_len, stamp(&m[i].msg_hdr));
	} while (n == BATCH);
}

static void say(struct tap *tap, char **name, nfds_t n)
{
	const char *comma = "";

	printf("[");
	for (nfds_t i = 0; i < n; i++)
		for (unsigned v = 0; v < 256; v++) {
			const struct seen *s = &tap[i].vr[v];

			if (s->high + s->low == 0)
				continue;
			printf("%s[\"%s\",%u,%u,%u,%u,%.6f,%.6f,%.6f]", comma, name[i], v, s->high,
			       s->low, s->both, s->last_high, s->first_low, s->first_high);
			comma = ",";
		}
	printf("]\n");
	fflush(stdout);
	for (nfds_t i = 0; i < n; i++)
		memset(tap[i].vr, 0, sizeof tap[i].vr);
}

static int do_watch(int argc, char **argv)
{
	static struct tap tap[IFACES_MAX];
	struct pollfd fds[IFACES_MAX];
	nfds_t n = 0;

	for (int i = 2; i < argc && n < IFACES_MAX; i++, n++) {
		tap[n].fd = packet_socket(argv[i]);
		fds[n] = (struct pollfd){ .fd = tap[n].fd, .events = POLLIN };
	}
	printf("ready\n");
	fflush(stdout);
	for (;;) {
		if (poll(fds, n, 100) < 0 && errno != EINTR)
			return 1;
		for (nfds_t i = 0; i < n; i++)
			drain(&tap[i]);
		if (asked) {
			asked = 0;
			say(tap, argv + 2, n);
		}
	}
}

int main(int argc, char **argv)
{
	signal(SIGUSR1, on_signal);
	if (argc > 4 && strcmp(argv[1], "send") == 0)
		return do_send(argc, argv);
	if (argc > 2 && strcmp(argv[1], "receive") == 0)
		return do_receive(argc, argv);
	if (argc > 2 && strcmp(argv[1], "watch") == 0)
		return do_watch(argc, argv);
	fprintf(stderr, "usage: wire send INTERVAL_US N INTERFACE=ADDRESS... | "
			"receive INTERFACE... | watch INTERFACE...\n");
	return 2;
}
