/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux_net.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ip_wire.h"
#include "text.h"

enum {
	BATCH = 32,
	BATCH_OUT = 64,
	BATCH_OUT_SIZE = 256, /* an advert with 60 addresses of IPv4 */
	DRAIN_MAX = 256,       /* batches: a flood must not keep us from the timers for ever */
	PACKET_SIZE = 8192,    /* above the largest message with IP options */
	RECEIVE_BUFFER = 1 << 20,
	PRIORITY_CONTROL = 7,  /* TC_PRIO_CONTROL */
};

static bool set_int(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof value) == 0;
}

/* Not if_nametoindex(): what that leaves in errno when it lacks a file is not why it failed. */
uint32_t net_ifindex(const char *name)
{
	struct ifreq ifr = { 0 };
	int fd, error;

	if (!text_copy(ifr.ifr_name, sizeof ifr.ifr_name, name)) {
		errno = ENODEV;
		return 0;
	}
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return 0;
	if (ioctl(fd, SIOCGIFINDEX, &ifr) < 0)
		ifr.ifr_ifindex = 0;
	error = errno;
	/* The kernel takes an alternative name too, but does not report it with the link. */
	if (ifr.ifr_ifindex > 0 &&
	    (ioctl(fd, SIOCGIFNAME, &ifr) < 0 || strcmp(ifr.ifr_name, name) != 0)) {
		ifr.ifr_ifindex = 0;
		error = ENODEV;
	}
	close(fd);
	errno = error;
	return (uint32_t)ifr.ifr_ifindex;
}

/* Between socket() and the binding, packets of every interface came in. */
static void discard_waiting(int fd)
{
	char byte;

	for (unsigned i = 0; i < BATCH * DRAIN_MAX; i++)
		if (recv(fd, &byte, 1, MSG_DONTWAIT) < 0 && errno != EINTR)
			break;
}

static bool set_up_common(int fd, uint32_t ifindex)
{
	if (!set_int(fd, SOL_SOCKET, SO_BINDTOIFINDEX, (int)ifindex))
		return false;
	discard_waiting(fd);
	/* Beyond the system's limit if we may. */
	if (!set_int(fd, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER))
		set_int(fd, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER);
	return set_int(fd, SOL_SOCKET, SO_PRIORITY, PRIORITY_CONTROL) &&
	       set_int(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);
}

static bool set_up_ip4(int fd, uint32_t ifindex, uint8_t tos, const struct ip_addr *group)
{
	struct ip_mreqn mreq = { .imr_ifindex = (int)ifindex };

	memcpy(&mreq.imr_multiaddr, group->b, 4);
	return set_int(fd, IPPROTO_IP, IP_MULTICAST_ALL, 0) &&
	       set_int(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO) &&
	       set_int(fd, IPPROTO_IP, IP_MULTICAST_LOOP, 0) &&
	       set_int(fd, IPPROTO_IP, IP_MULTICAST_TTL, 255) &&
	       set_int(fd, IPPROTO_IP, IP_TTL, 255) && set_int(fd, IPPROTO_IP, IP_TOS, tos) &&
	       setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &mreq, sizeof mreq) == 0 &&
	       setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &mreq, sizeof mreq) == 0;
}

static bool set_up_ip6(int fd, uint32_t ifindex, uint8_t tos, const struct ip_addr *group)
{
	struct ipv6_mreq mreq = { .ipv6mr_interface = ifindex };

	memcpy(&mreq.ipv6mr_multiaddr, group->b, 16);
	return set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0) &&
	       set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0) &&
	       set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 255) &&
	       set_int(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 255) &&
	       set_int(fd, IPPROTO_IPV6, IPV6_TCLASS, tos) &&
	       set_int(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1) &&
	       set_int(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1) &&
	       set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int)ifindex) &&
	       setsockopt(fd, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &mreq, sizeof mreq) == 0;
}

int net_raw_open(uint32_t ifindex, uint8_t proto, uint8_t tos, const struct ip_addr *group)
{
	bool v4 = group->family == IP_V4;
	int fd = socket(v4 ? AF_INET : AF_INET6, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, proto),
	    error;

	if (fd < 0)
		return -1;
	if (set_up_common(fd, ifindex) &&
	    (v4 ? set_up_ip4(fd, ifindex, tos, group) : set_up_ip6(fd, ifindex, tos, group)))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

union control {
	size_t align; /* as that of a struct cmsghdr, which may not stand in another struct */
	char buf[CMSG_SPACE(sizeof(struct timespec)) + CMSG_SPACE(sizeof(struct in6_pktinfo)) +
		 CMSG_SPACE(sizeof(int)) + 64];
};

static void put_cmsg(struct msghdr *msg, int level, int type, const void *data, size_t len)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(msg);

	c->cmsg_level = level;
	c->cmsg_type = type;
	c->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(c), data, len);
	msg->msg_controllen = CMSG_SPACE(len);
}

/* What sendmsg() needs for one packet, without its bytes. */
struct envelope {
	union { struct sockaddr_in v4; struct sockaddr_in6 v6; } to;
	/* A union control, which ends in an array without a length and so cannot stand here. */
	_Alignas(union control) uint8_t control[sizeof(union control)];
	struct iovec iov;
};

static struct msghdr address(struct envelope *e, uint32_t ifindex, const struct ip_addr *src,
			     const struct ip_addr *dst, const void *bytes, size_t len)
{
	struct msghdr msg = {
		.msg_name = &e->to,
		.msg_iov = &e->iov,
		.msg_iovlen = 1,
		.msg_control = e->control,
		.msg_controllen = sizeof e->control,
	};

	memset(e, 0, sizeof *e);
	e->iov = (struct iovec){ (void *)bytes, len };
	if (dst->family == IP_V4) {
		struct in_pktinfo info = { .ipi_ifindex = (int)ifindex };

		e->to.v4.sin_family = AF_INET;
		memcpy(&e->to.v4.sin_addr, dst->b, 4);
		memcpy(&info.ipi_spec_dst, src->b, 4);
		msg.msg_namelen = sizeof e->to.v4;
		put_cmsg(&msg, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
	} else {
		struct in6_pktinfo info = { .ipi6_ifindex = ifindex };

		e->to.v6.sin6_family = AF_INET6;
		e->to.v6.sin6_scope_id = ifindex;
		memcpy(&e->to.v6.sin6_addr, dst->b, 16);
		memcpy(&info.ipi6_addr, src->b, 16);
		msg.msg_namelen = sizeof e->to.v6;
		put_cmsg(&msg, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info);
	}
	return msg;
}

bool net_raw_send(int fd, uint32_t ifindex, const struct ip_addr *src, const struct ip_addr *dst,
		  const void *bytes, size_t len)
{
	struct envelope e;
	struct msghdr msg = address(&e, ifindex, src, dst, bytes, len);

	return sendmsg(fd, &msg, 0) == (ssize_t)len;
}

struct net_batch {
	int fd;
	unsigned n;
	struct mmsghdr msgs[BATCH_OUT];
	struct envelope envelope[BATCH_OUT];
	uint8_t bytes[BATCH_OUT][BATCH_OUT_SIZE];
};

struct net_batch *net_batch_new(void)
{
	return calloc(1, sizeof(struct net_batch));
}

void net_batch_free(struct net_batch *b)
{
	free(b);
}

unsigned net_batch_send(struct net_batch *b)
{
	unsigned refused = 0;
	int error = 0;

	for (unsigned i = 0; i < b->n;) {
		int n = sendmmsg(b->fd, b->msgs + i, b->n - i, 0);

		if (n > 0) {
			i += (unsigned)n;
		} else { /* the first of them: the next may go out all the same */
			error = errno;
			refused++;
			i++;
		}
	}
	b->n = 0;
	errno = error;
	return refused;
}

unsigned net_batch_add(struct net_batch *b, int fd, uint32_t ifindex, const struct ip_addr *src,
		       const struct ip_addr *dst, const void *bytes, size_t len)
{
	unsigned refused = 0, i;

	if (b->n > 0 && (b->fd != fd || b->n == BATCH_OUT || len > BATCH_OUT_SIZE))
		refused = net_batch_send(b);
	if (len > BATCH_OUT_SIZE)
		return refused + !net_raw_send(fd, ifindex, src, dst, bytes, len);
	i = b->n++;
	b->fd = fd;
	memcpy(b->bytes[i], bytes, len);
	b->msgs[i].msg_hdr = address(&b->envelope[i], ifindex, src, dst, b->bytes[i], len);
	return refused;
}

static void read_cmsgs(struct msghdr *msg, struct net_packet *p)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		struct in6_pktinfo info;
		int hops;

		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
			memcpy(&p->arrival, CMSG_DATA(c), sizeof p->arrival);
		} else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
			memcpy(&info, CMSG_DATA(c), sizeof info);
			p->dst = ip_make(IP_V6, &info.ipi6_addr);
		} else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_HOPLIMIT) {
			memcpy(&hops, CMSG_DATA(c), sizeof hops);
			p->ttl = (uint8_t)hops;
		}
	}
}

/* Of IPv4 the kernel hands over the whole packet; of IPv6 the payload, with the rest beside it. */
static void read_packet(uint8_t family, uint8_t proto, struct msghdr *msg, size_t len,
			struct net_packet *p)
{
	const struct sockaddr_in6 *from = msg->msg_name;
	const uint8_t *bytes = msg->msg_iov->iov_base;
	struct ip_packet ip;

	*p = (struct net_packet){ .bytes = bytes, .len = len };
	read_cmsgs(msg, p);
	if (family == IP_V6) {
		p->src = ip_make(IP_V6, &from->sin6_addr);
		p->bad = (msg->msg_flags & MSG_TRUNC) != 0;
		return;
	}
	p->bad = ip_decode(bytes, len, &ip) != IP_OK || ip.src.family != IP_V4 || ip.proto != proto;
	if (p->bad)
		return;
	p->src = ip.src;
	p->dst = ip.dst;
	p->ttl = ip.ttl;
	p->id = (uint16_t)(bytes[4] << 8 | bytes[5]);
	p->bytes = ip.payload;
	p->len = ip.len;
}

void net_raw_drain(int fd, uint8_t family, uint8_t proto,
		   void (*packet)(void *ctx, const struct net_packet *p), void *ctx)
{
	static _Thread_local uint8_t bytes[BATCH][PACKET_SIZE];
	struct sockaddr_in6 from[BATCH];
	union control control[BATCH];
	struct mmsghdr msgs[BATCH];
	struct iovec iov[BATCH];
	int n = BATCH;

	for (unsigned round = 0; round < DRAIN_MAX && n == BATCH; round++) {
		for (unsigned i = 0; i < BATCH; i++) {
			iov[i] = (struct iovec){ bytes[i], PACKET_SIZE };
			msgs[i].msg_hdr = (struct msghdr){
				.msg_name = &from[i], .msg_namelen = sizeof from[i],
				.msg_iov = &iov[i], .msg_iovlen = 1,
				.msg_control = &control[i], .msg_controllen = sizeof control[i],
			};
		}
		n = recvmmsg(fd, msgs, BATCH, MSG_DONTWAIT, NULL);
		for (int i = 0; i < n; i++) {
			struct net_packet p;

			read_packet(family, proto, &msgs[i].msg_hdr, msgs[i].msg_len, &p);
			packet(ctx, &p);
		}
	}
}

int net_frame_open(void)
{
	return socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

bool net_frame_send(int fd, uint32_t ifindex, const void *frame, size_t len)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = (int)ifindex };

	return sendto(fd, frame, len, 0, (struct sockaddr *)&to, sizeof to) == (ssize_t)len;
}
