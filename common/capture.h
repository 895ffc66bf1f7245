/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * capture.h - reading and writing packet captures (pcap; pcapng is read too), by libpcap.
 */
#ifndef CAPTURE_H
#define CAPTURE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "text.h"

struct capture_packet {
	uint64_t ns;          /* since the epoch */
	const uint8_t *bytes; /* valid until the next one is read */
	size_t len;           /* bytes captured, which may be fewer than were on the wire */
	size_t wire_len;
};

struct capture;

/* NULL with a reason. */
struct capture *capture_open(const char *path, struct text *why);
/* The same from an open file, which is closed with the capture. */
struct capture *capture_open_stream(FILE *from, struct text *why);
void capture_close(struct capture *c);

/* The kind of link, as link_decode() takes it. */
int capture_link_type(const struct capture *c);

enum capture_result { CAPTURE_PACKET, CAPTURE_END, CAPTURE_ERROR };

/* The next packet; on CAPTURE_ERROR (the file is damaged) a reason. */
enum capture_result capture_next(struct capture *c, struct capture_packet *p, struct text *why);

struct capture_writer;

/* A capture of Ethernet frames with time in nanoseconds. NULL with a reason. */
struct capture_writer *capture_create(const char *path, struct text *why);
void capture_write(struct capture_writer *w, uint64_t ns, const void *bytes, size_t len);
/* False when not everything could be written. */
bool capture_finish(struct capture_writer *w);

#endif
