/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How the daemon grows with its configuration: for each number of virtual routers (arguments; 1000,
 * 5000, 10000 and 20000 without), what loading the file takes, and how long the daemon is in each
 * of the calls during which its loop does nothing else. In CPU time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cf.h"
#include "cf_source.h"
#include "check.h"
#include "text.h"
#include "vrrpd.h"

enum { PER_IFACE = 255, BATCH = 100 };

struct wish {
	uint32_t ifindex;
	struct ip_prefix prefix;
	bool add;
};

/* What the daemon asked for. */
struct surroundings {
	struct wish *wish;
	size_t n, size;
	uint64_t adverts, frames;
	bool sync;
};

static void on_send(void *ctx, uint32_t ifindex, const struct ip_addr *src,
		    const struct ip_addr *dst, const void *msg, size_t len)
{
	(void)ifindex, (void)src, (void)dst, (void)msg, (void)len;
	((struct surroundings *)ctx)->adverts++;
}

static void on_frame(void *ctx, uint32_t ifindex, const void *frame, size_t len)
{
	(void)ifindex, (void)frame, (void)len;
	((struct surroundings *)ctx)->frames++;
}

static void on_addr(void *ctx, uint32_t ifindex, const struct ip_prefix *prefix,
		    const struct ip_attr *attr, bool add)
{
	struct surroundings *s = ctx;

	(void)attr;
	if (s->n == s->size) {
		s->size = s->size == 0 ? 1024 : 2 * s->size;
		s->wish = realloc(s->wish, s->size * sizeof *s->wish);
		CHECK(s->wish);
	}
	s->wish[s->n++] = (struct wish){ ifindex, *prefix, add };
}

static void on_listen(void *ctx, uint32_t ifindex, uint8_t family, bool on)
{
	(void)ctx, (void)ifindex, (void)family, (void)on;
}

static void on_sync(void *ctx)
{
	((struct surroundings *)ctx)->sync = true;
}

static void on_log(void *ctx, const struct log_line *line)
{
	(void)ctx, (void)line;
}

static const struct vrrpd_ops ops = {
	.send = on_send, .frame = on_frame, .addr = on_addr, .listen = on_listen,
	.sync = on_sync, .log = on_log,
};

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static char *write_file(unsigned n, const char *settings, const char *last)
{
	size_t size = (size_t)n * 200 + 200;
	char *text = malloc(size);
	struct text t;

	CHECK(text);
	t = text_open(text, size);
	text_put(&t, "vrrp = { instances = (\n");
	for (unsigned i = 0; i < n; i++)
		text_fmt(&t,
			 "%s{ name = \"r%u\"; interface = \"e%u\"; vrid = %u; %s addresses = "
			 "( \"10.%u.%u.%u/24\" ); }\n",
			 i > 0 ? "," : "", i, i / PER_IFACE, 1 + i % PER_IFACE,
			 i + 1 == n ? last : settings, i / PER_IFACE, i % PER_IFACE, 2);
	text_put(&t, "); };\n");
	CHECK(!t.cut);
	return text;
}

static struct cf_model load(const char *text)
{
	static struct cf_report report;
	static struct cf_source src;
	struct cf_model m;

	CHECK(cf_source_text(&src, "bench", text, strlen(text), &cf_read_file));
	if (!cf_load(&src, &trivet_schema, trivet_cf_check, &m, &report)) {
		fputs(report.text, stderr);
		exit(1);
	}
	cf_source_free(&src);
	return m;
}

struct run {
	struct vrrpd *d;
	struct surroundings s;
	unsigned n;
	mono_t now;
};

static double apply(struct run *r, const struct cf_model *m)
{
	double at = now_ms();

	CHECK(vrrpd_apply(r->d, r->now, m, &trivet_cf_root(m)->vrrp));
	return now_ms() - at;
}

static void report_address(struct run *r, const struct wish *w, bool present)
{
	vrrpd_address(r->d, r->now, &(struct vrrpd_address){
		.ifindex = w->ifindex, .prefix = w->prefix, .ours = true }, present);
}

/* A complete report: all links, an address each, and the virtual ones `there`. */
static double sync_all(struct run *r, const struct wish *there, size_t n)
{
	unsigned ifaces = (r->n + PER_IFACE - 1) / PER_IFACE;
	double at = now_ms();
	char name[16];

	r->s.sync = false;
	vrrpd_sync_begin(r->d);
	for (unsigned i = 0; i < ifaces; i++) {
		snprintf(name, sizeof name, "e%u", i);
		vrrpd_link(r->d, r->now, &(struct vrrpd_link){
			.ifindex = i + 1, .name = name, .up = true });
	}
	for (unsigned i = 0; i < ifaces; i++) {
		struct vrrpd_address a = { .ifindex = i + 1, .prefix = {
			{ IP_V4, { 10, (uint8_t)i, 255, 1 } }, 24 } };

		vrrpd_address(r->d, r->now, &a, true);
	}
	for (size_t i = 0; i < n; i++)
		report_address(r, &there[i], true);
	vrrpd_sync_end(r->d, r->now);
	return now_ms() - at;
}

static void run_for(struct run *r, span_t span)
{
	mono_t until = mono_add(r->now, span);

	while (mono_due(vrrpd_deadline(r->d), until)) {
		r->now = mono_max(r->now, vrrpd_deadline(r->d));
		vrrpd_timer(r->d, r->now);
	}
	r->now = until;
}

/* The addresses that were asked for are reported; the longest time over a batch of reports. */
static double report_wishes(struct run *r, double *all)
{
	double worst = 0, begun = now_ms();

	for (size_t i = 0; i < r->s.n; i += BATCH) {
		double at = now_ms();

		for (size_t k = i; k < i + BATCH && k < r->s.n; k++)
			report_address(r, &r->s.wish[k], r->s.wish[k].add);
		vrrpd_evaluate(r->d, r->now);
		at = now_ms() - at;
		worst = at > worst ? at : worst;
	}
	*all = now_ms() - begun;
	return worst;
}

static void measure(unsigned n)
{
	struct run r = { .n = n, .now = { 1000000000 } };
	char *text = write_file(n, "", ""), *one = write_file(n, "", "priority = 90;"),
	     *every = write_file(n, "priority = 90;", "");
	double at = now_ms(), loading, all;
	struct cf_model m = load(text), m_one, m_all;

	loading = now_ms() - at;
	m_one = load(one);
	m_all = load(every);
	r.d = vrrpd_new(&ops, &r.s);
	CHECK(r.d);
	printf("%6u: load %.1f ms; apply at start %.1f", n, loading, apply(&r, &m));
	printf(", first report %.1f", sync_all(&r, NULL, 0));
	at = now_ms();
	run_for(&r, SPAN_S(4));
	printf(", to Active %.1f", now_ms() - at);
	CHECK(r.s.n == n);
	at = report_wishes(&r, &all);
	printf(", their addresses %.1f (%u reports: %.1f at most)", all, BATCH, at);
	run_for(&r, SPAN_S(20));
	printf("; apply unchanged %.1f", apply(&r, &m));
	printf(", report after %.1f", sync_all(&r, r.s.wish, n));
	printf("; apply one changed %.1f", apply(&r, &m_one));
	sync_all(&r, r.s.wish, n);
	printf("; apply all changed %.1f", apply(&r, &m_all));
	sync_all(&r, r.s.wish, n);
	at = now_ms();
	vrrpd_evaluate(r.d, r.now);
	printf("; evaluate with no news %.2f", now_ms() - at);
	at = now_ms();
	vrrpd_stop(r.d, r.now);
	printf("; stop %.1f\n", now_ms() - at);
	CHECK(r.s.n == 2 * (size_t)n);
	vrrpd_free(r.d);
	cf_model_free(&m);
	cf_model_free(&m_one);
	cf_model_free(&m_all);
	free(r.s.wish);
	free(text);
	free(one);
	free(every);
}

int main(int argc, char **argv)
{
	static const unsigned sizes[] = { 1000, 5000, 10000, 20000 };

	for (int i = 1; i < argc; i++)
		measure((unsigned)strtoul(argv[i], NULL, 10));
	for (size_t i = 0; argc == 1 && i < sizeof sizes / sizeof *sizes; i++)
		measure(sizes[i]);
	return 0;
}
