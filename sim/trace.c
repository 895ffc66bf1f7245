/* SPDX-License-Identifier: BSD-2-Clause */
#include "trace.h"

#include <string.h>

#include "capture.h"
#include "log.h"
#include "world.h"

static uint64_t mix(uint64_t digest, uint64_t word)
{
	digest = (digest ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return digest ^ digest >> 29;
}

static uint64_t mix_bytes(uint64_t digest, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	uint64_t word;

	for (; len >= 8; len -= 8, p += 8) {
		memcpy(&word, p, 8);
		digest = mix(digest, word);
	}
	word = len;
	memcpy(&word, p, len);
	return mix(digest, word);
}

void trace_frame(struct world *w, const struct net_link *link, const struct net_frame *frame)
{
	struct trace *t = w->trace;

	if (!t)
		return;
	t->digest = mix(t->digest, w->now.ns);
	t->digest = mix(t->digest, link->id);
	t->digest = mix_bytes(t->digest, frame->bytes, frame->len);
	if (t->capture)
		capture_write(t->capture, WORLD_BEGINS * UINT64_C(1000000000) + w->now.ns,
			      frame->bytes, frame->len);
}

const char *trace_time(mono_t t, char buf[32])
{
	snprintf(buf, 32, "%llu.%06llu", (unsigned long long)(t.ns / 1000000000),
		 (unsigned long long)(t.ns % 1000000000 / 1000));
	return buf;
}

void trace_log(struct world *w, const struct host *h, const struct log_line *line)
{
	struct trace *t = w->trace;
	char time[32], text[2048];

	if (!t)
		return;
	t->digest = mix(t->digest, w->now.ns);
	t->digest = mix(t->digest, h->id);
	t->digest = mix_bytes(t->digest, line->event, strlen(line->event));
	t->digest = mix_bytes(t->digest, line->text, line->values.len);
	if (!t->log || line->level > LOG_LEVEL_INFO)
		return;
	log_format(LOG_FORMAT_TEXT, trace_time(w->now, time), line, text, sizeof text);
	fprintf(t->log, "# %-4s %s", h->name, text);
}

void trace_step(struct world *w, const char *what)
{
	struct trace *t = w->trace;
	char time[32];

	if (!t)
		return;
	t->digest = mix(t->digest, w->now.ns);
	t->digest = mix_bytes(t->digest, what, strlen(what));
	if (t->log)
		fprintf(t->log, "# ---- %s %s\n", trace_time(w->now, time), what);
}
