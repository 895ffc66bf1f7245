/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client.h - a machine that uses a virtual address: it probes it at a steady pace, and so measures
 * what a user sees of a failover.
 *
 * It has one neighbour cache entry, for the address. It learns where the address is by asking (ARP,
 * ND) and from announcements; it asks again when nobody has answered for a while. It notes when
 * more than one machine answers.
 */
#ifndef CLIENT_H
#define CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include "ip.h"
#include "mono.h"

struct world;

#define CLIENT_ASK_AGAIN SPAN_S(5) /* without an answer for this long the entry is given up */

struct client {
	struct world *w;
	char name[64];
	uint32_t id, port;
	struct ip_addr target;
	span_t every;          /* between probes */
	uint8_t mac[6];        /* where the address is believed to be */
	bool knows;
	mono_t answered_at;    /* the last probe that was answered; MONO_NEVER: none yet */
	uint64_t probes, answers, doubles; /* doubles: probes for which several machines answered */
	span_t longest;        /* between two answered probes that are not neighbours */
	mono_t longest_from, longest_to;
};

/* Probes from the next event on. */
void client_start(struct client *c);
void client_on_probe(struct client *c);
void client_on_frame(struct client *c, const void *bytes, size_t len);

#endif
