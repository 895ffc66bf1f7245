/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

enum { SNAPLEN = 65535 };

struct capture {
	pcap_t *pcap;
};

struct capture_writer {
	pcap_t *pcap;
	pcap_dumper_t *dumper;
};

static struct capture *wrap(pcap_t *pcap, const char *error, struct text *why)
{
	struct capture *c;

	if (!pcap) {
		text_put(why, error);
		return NULL;
	}
	c = malloc(sizeof *c);
	if (!c) {
		pcap_close(pcap);
		text_put(why, "out of memory");
		return NULL;
	}
	c->pcap = pcap;
	return c;
}

struct capture *capture_open(const char *path, struct text *why)
{
	char error[PCAP_ERRBUF_SIZE] = "";

	return wrap(
		pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, error),
		error, why);
}

struct capture *capture_open_stream(FILE *from, struct text *why)
{
	char error[PCAP_ERRBUF_SIZE] = "";
	pcap_t *pcap = pcap_fopen_offline_with_tstamp_precision(from, PCAP_TSTAMP_PRECISION_NANO,
								error);

	if (!pcap)
		fclose(from);
	return wrap(pcap, error, why);
}

void capture_close(struct capture *c)
{
	if (c) {
		pcap_close(c->pcap);
		free(c);
	}
}

int capture_link_type(const struct capture *c)
{
	int dlt = pcap_datalink(c->pcap);

	/* The file's LINKTYPE_ numbers and libpcap's DLT_ numbers are the same where it matters,
	 * but for raw IP. */
	return dlt == DLT_RAW ? 101 : dlt;
}

/* A pcap file counts seconds without a sign until 2106. libpcap 1.10 reads a file of our own byte
 * order with one, of the other without. With the precision asked for tv_usec holds nanoseconds. */
static uint64_t epoch_ns(const struct timeval *ts)
{
	uint64_t sec = ts->tv_sec < 0 ? (uint32_t)ts->tv_sec : (uint64_t)ts->tv_sec;

	return sec * 1000000000 + (uint32_t)ts->tv_usec;
}

enum capture_result capture_next(struct capture *c, struct capture_packet *p, struct text *why)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int result = pcap_next_ex(c->pcap, &header, &bytes);

	if (result == PCAP_ERROR_BREAK)
		return CAPTURE_END;
	if (result != 1) {
		text_put(why, pcap_geterr(c->pcap));
		return CAPTURE_ERROR;
	}
	*p = (struct capture_packet){
		.ns = epoch_ns(&header->ts), .bytes = bytes,
		.len = header->caplen, .wire_len = header->len,
	};
	return CAPTURE_PACKET;
}

struct capture_writer *capture_create(const char *path, struct text *why)
{
	struct capture_writer *w = calloc(1, sizeof *w);

	if (!w) {
		text_put(why, "out of memory");
		return NULL;
	}
	w->pcap = pcap_open_dead_with_tstamp_precision(DLT_EN10MB, SNAPLEN,
						       PCAP_TSTAMP_PRECISION_NANO);
	w->dumper = w->pcap ? pcap_dump_open(w->pcap, path) : NULL;
	if (w->dumper)
		return w;
	text_put(why, w->pcap ? pcap_geterr(w->pcap) : strerror(errno));
	if (w->pcap)
		pcap_close(w->pcap);
	free(w);
	return NULL;
}

void capture_write(struct capture_writer *w, uint64_t ns, const void *bytes, size_t len)
{
	struct pcap_pkthdr header = {
		.ts = { (time_t)(ns / 1000000000), (suseconds_t)(ns % 1000000000) },
		.caplen = (bpf_u_int32)len, .len = (bpf_u_int32)len,
	};

	pcap_dump((u_char *)w->dumper, &header, bytes);
}

bool capture_finish(struct capture_writer *w)
{
	bool ok = pcap_dump_flush(w->dumper) == 0;

	pcap_dump_close(w->dumper);
	pcap_close(w->pcap);
	free(w);
	return ok;
}
