/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linux_net.h - raw IP sockets on one interface, and a packet socket for whole Ethernet frames.
 *
 * Every function that can fail returns -1, 0 or false with errno, and never blocks.
 */
#ifndef LINUX_NET_H
#define LINUX_NET_H

#include <stdint.h>
#include <time.h>

#include "ip.h"

/* The index of an interface; 0 with errno, which is ENODEV when there is none of this name. */
uint32_t net_ifindex(const char *name);

/*
 * A raw socket for an IP protocol, bound to an interface: receives packets of that protocol that
 * come in there, to the multicast group it joins or to this machine, and sends to the group with
 * TTL 255, the given type of service, and without hearing itself. What it sends is never in
 * fragments: the identification of an IPv4 packet is then 0.
 */
int net_raw_open(uint32_t ifindex, uint8_t proto, uint8_t tos, const struct ip_addr *group);

bool net_raw_send(int fd, uint32_t ifindex, const struct ip_addr *src, const struct ip_addr *dst,
		  const void *bytes, size_t len);

/*
 * Packets that go out together: one call to the kernel for many, which takes an eighth off what a
 * packet costs. Those that are added wait until net_batch_send(), or until one is added that they
 * cannot wait for (to another socket, too long, too many); they leave in the order in which they
 * were added.
 */
struct net_batch;
struct net_batch *net_batch_new(void);
void net_batch_free(struct net_batch *b);
/* Both return how many were refused meanwhile, with the errno of the last of them. */
unsigned net_batch_add(struct net_batch *b, int fd, uint32_t ifindex, const struct ip_addr *src,
		       const struct ip_addr *dst, const void *bytes, size_t len);
unsigned net_batch_send(struct net_batch *b);

/* A packet as the kernel gave it. */
struct net_packet {
	struct ip_addr src, dst;
	uint8_t ttl;
	uint16_t id; /* IPv4: its identification */
	bool bad; /* IPv4: the header was not sound; nothing else is set but `arrival` */
	const uint8_t *bytes;  /* of the IP payload; valid during the call */
	size_t len;
	struct timespec arrival; /* CLOCK_REALTIME */
};

/* Hands all packets that are waiting to `packet`, in order of arrival. */
void net_raw_drain(int fd, uint8_t family, uint8_t proto,
		   void (*packet)(void *ctx, const struct net_packet *p), void *ctx);

/* A socket that sends Ethernet frames on any interface, and receives none. */
int net_frame_open(void);
bool net_frame_send(int fd, uint32_t ifindex, const void *frame, size_t len);

#endif
