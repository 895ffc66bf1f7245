/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_capture.c - any bytes as a capture file, and its frames through the decoders of `trivet
 * replay`.
 *
 * Holds for all: reading ends, and tells why when it is not at the end of the file; read again it
 * is the same; every byte a packet claims is there; what was read can be written, and is read back.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "bytes.h"
#include "capture.h"
#include "check.h"
#include "garp_wire.h"
#include "ip_wire.h"
#include "vrrp_wire.h"

enum { WHY_SIZE = 300, WRITER_MAX = 65535 };

/* What a file was read as. */
struct reading {
	bool open;
	int link_type;
	uint64_t packets, digest;
	bool damaged;
	bool writable; /* a capture_writer can hold all of it */
};

static uint64_t mix(uint64_t digest, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < len; i++)
		digest = (digest ^ p[i]) * UINT64_C(0x100000001b3);
	return (digest ^ len) * UINT64_C(0x100000001b3);
}

static void decode(int link_type, const uint8_t *frame, size_t len)
{
	struct link_frame link;
	struct ip_packet ip;
	struct vrrp_msg msg;
	struct garp garp;
	struct vrrp_rx rx;

	if (link_type == LINK_ETHERNET)
		garp_decode(frame, len, &garp);
	if (!link_decode(link_type, frame, len, &link))
		return;
	CHECK(link.payload + link.len == frame + len);
	if (ip_decode(link.payload, link.len, &ip) != IP_OK)
		return;
	CHECK(ip.payload + ip.len <= frame + len);
	rx = (struct vrrp_rx){ ip.src, ip.dst, ip.ttl, ip.payload, ip.len };
	if (vrrp_decode(&rx, VRRP_V2_BIT | VRRP_V3_BIT, &msg) == VRRP_ACCEPTED)
		CHECK(msg.count == 0 || msg.addrs + msg.count * ip_len(msg.family) <= frame + len);
}

static void take(struct reading *r, const struct capture_packet *p, struct capture_writer *w)
{
	struct bytes b = bytes_copy(p->bytes, p->len);

	r->packets++;
	r->digest = mix(mix(r->digest, &p->ns, sizeof p->ns), b.p, b.len);
	r->writable = r->writable && p->len <= WRITER_MAX && p->ns / 1000000000 <= UINT32_MAX;
	decode(r->link_type, b.p, b.len);
	if (w != NULL)
		capture_write(w, p->ns, b.p, b.len);
	free(b.p);
}

/* Takes the stream. */
static struct reading read_stream(FILE *from, size_t size, struct capture_writer *w)
{
	char reason[WHY_SIZE] = "";
	struct text why = text_open(reason, sizeof reason);
	struct capture *c = capture_open_stream(from, &why);
	struct reading r = { .open = c != NULL, .digest = 1, .writable = true };
	enum capture_result result = CAPTURE_END;
	struct capture_packet p;

	if (c == NULL) {
		CHECK(reason[0] != '\0');
		return r;
	}
	r.link_type = capture_link_type(c);
	while (r.packets <= size && (result = capture_next(c, &p, &why)) == CAPTURE_PACKET)
		take(&r, &p, w);
	CHECK(r.packets <= size);
	r.damaged = result == CAPTURE_ERROR;
	CHECK(r.damaged == (reason[0] != '\0'));
	capture_close(c);
	return r;
}

static struct reading read_bytes(const uint8_t *data, size_t size, struct capture_writer *w)
{
	FILE *f = fmemopen((void *)(uintptr_t)data, size, "rb");

	CHECK(f != NULL);
	return read_stream(f, size, w);
}

/* A file without a directory entry, to write to by name. */
static const char *scratch(void)
{
	static char path[64];

	if (path[0] == '\0') {
		int fd = memfd_create("fuzz_capture", 0);

		CHECK(fd >= 0);
		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	}
	return path;
}

static void check_writing(const uint8_t *data, size_t size, const struct reading *first)
{
	char reason[WHY_SIZE] = "";
	struct text why = text_open(reason, sizeof reason);
	struct capture_writer *w = capture_create(scratch(), &why);
	struct reading again;
	FILE *f;

	CHECK(w != NULL);
	read_bytes(data, size, w);
	CHECK(capture_finish(w));
	f = fopen(scratch(), "rb");
	CHECK(f != NULL);
	again = read_stream(f, size, NULL);
	CHECK(again.open && !again.damaged && again.link_type == LINK_ETHERNET);
	CHECK(again.packets == first->packets && again.digest == first->digest);
}

static uint32_t u32(const uint8_t *p, bool little)
{
	return little ? (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0]
		      : (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Of a plain pcap file of version 2.4 (older ones had the lengths the other way round): it is sound
 * only if its records end where it ends. */
static void check_end(const uint8_t *data, size_t size, const struct reading *r)
{
	bool little = data[0] != 0xa1;
	uint32_t magic = u32(data, little);
	uint64_t at = 24, n = 0;

	if ((magic != 0xa1b2c3d4 && magic != 0xa1b23c4d) ||
	    u32(data + 4, little) != (little ? 0x00040002u : 0x00020004u))
		return;
	while (at + 16 <= size && at + 16 + u32(data + at + 8, little) <= size) {
		at += 16 + u32(data + at + 8, little);
		n++;
	}
	CHECK(r->packets <= n && (r->damaged || (r->packets == n && at == size)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reading first, again;

	if (size == 0)
		return 0;
	first = read_bytes(data, size, NULL);
	again = read_bytes(data, size, NULL);
	CHECK(first.open == again.open && first.packets == again.packets);
	CHECK(first.digest == again.digest && first.damaged == again.damaged);
	if (first.open)
		check_end(data, size, &first);
	if (first.packets > 0 && first.writable)
		check_writing(data, size, &first);
	return 0;
}
