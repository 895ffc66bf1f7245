/* SPDX-License-Identifier: BSD-2-Clause */
/* What trivet check says of a file by itself, and of the files of a group: a row for each rule,
 * with something that just breaks it and something that just does not. */
#include "vrrp_lint.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"
#include "vrrpd_rig.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))
#define V4	     "addresses = ( \"192.0.2.10/24\" );"
#define TWO "addresses = ( \"192.0.2.10/24\", \"192.0.2.11/24\" );"
#define V6	     "addresses = ( \"fe80::1/64\", \"2001:db8::1/64\" );"

enum { FILES = 3, FOUND_MAX = 4096 };

struct files {
	struct cf_model model[FILES];
	struct vrrp_lint_file file[FILES];
	unsigned n;
	struct vrrp_lint_options options;
	char found[FOUND_MAX]; /* a line for each finding: "error file:instance file:instance rule"
				*/
	char text[512];	       /* of the last one */
};

static void on_found(void *ctx, const struct vrrp_lint_finding *f)
{
	struct files *s = ctx;
	size_t n = strlen(s->found);

	n += (size_t)snprintf(s->found + n, sizeof s->found - n, "%s%s:%s",
			      f->error ? "error " : "", f->file[0], f->instance[0]);
	if (f->file[1])
		n += (size_t)snprintf(s->found + n, sizeof s->found - n, " %s:%s", f->file[1],
				      f->instance[1] ? f->instance[1] : "");
	snprintf(s->found + n, sizeof s->found - n, " %s\n", f->rule);
	snprintf(s->text, sizeof s->text, "%s", f->text);
}

static void add_text(struct files *s, const char *name, const char *text)
{
	static struct cf_report report;

	assert_true(s->n < FILES);
	if (!rig_load(text, &s->model[s->n], &report))
		fail_msg("%s", report.text);
	s->file[s->n] = (struct vrrp_lint_file){ name, &s->model[s->n],
						 &trivet_cf_root(&s->model[s->n])->vrrp };
	s->n++;
}

/* A file with one instance. */
static void add(struct files *s, const char *name, const char *settings)
{
	char text[1024];

	snprintf(text, sizeof text,
		 "vrrp = { instances = ( { name = \"w\"; interface = \"eth0\"; vrid = 51; "
		 "%s } ); };",
		 settings);
	add_text(s, name, text);
}

static struct files begin(void)
{
	return (struct files){ .options = { SPAN_MS(1), SPAN_MS(1) } };
}

static void end(struct files *s, const char *want)
{
	s->found[0] = '\0';
	assert_true(vrrp_lint(s->file, s->n, &s->options, on_found, s));
	assert_string_equal(s->found, want);
	while (s->n > 0)
		cf_model_free(&s->model[--s->n]);
}

struct row {
	const char *a, *b, *want; /* NULL: one file; settings; findings */
};

static void expect(const struct row *row, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct files s = begin();

		add(&s, "a", row[i].a);
		if (row[i].b)
			add(&s, "b", row[i].b);
		end(&s, row[i].want);
	}
}

static void a_router_by_itself(void **state)
{
	static const struct row rows[] = {
		{ V4, NULL, "" },
		{ V4 "lease = true; interval = \"90ms\";", NULL, "a:w lease-short\n" },
		{ V4 "lease = true; interval = \"100ms\";", NULL, "" },
		{ V4 "lease = \"auto\"; interval = \"10ms\";", NULL, "" },
		{ V4 "priority = 255; preempt = false;", NULL, "a:w owner-preempt\n" },
		{ V4 "priority = 254; preempt = false;", NULL, "" },
		{ V4 "down_adverts = 2;", NULL, "a:w down-adverts-low\n" },
		{ V4 "down_adverts = 3;", NULL, "" },
	};

	(void)state;
	expect(rows, ARRAY_LEN(rows));
}

static void the_families_of_a_vrid(void **state)
{
	static const char four[] = "{ name = \"f\"; interface = \"e0\"; vrid = 7; " V4 " }, ";
	static const struct {
		const char *six, *want;
	} rows[] = {
		{ "{ name = \"s\"; interface = \"e0\"; vrid = 7; " V6 " }", "" },
		{ "{ name = \"s\"; interface = \"e0\"; vrid = 7; priority = 99; " V6 " }",
		  "a:f a:s families-apart\n" },
		{ "{ name = \"s\"; interface = \"e0\"; vrid = 8; priority = 99; " V6 " }", "" },
		{ "{ name = \"s\"; interface = \"e1\"; vrid = 7; priority = 99; " V6 " }", "" },
	};
	char text[1024];

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		struct files s = begin();

		snprintf(text, sizeof text, "vrrp = { instances = ( %s%s ); };", four, rows[i].six);
		add_text(&s, "a", text);
		end(&s, rows[i].want);
	}
}

#define HIGH V4 "priority = 150;"

static void versions_and_intervals(void **state)
{
	static const struct row rows[] = {
		{ HIGH, V4, "" },
		{ HIGH "version = 2;", V4 "version = 2;", "" },
		{ HIGH "version = 2;", V4, "error a:w b:w version\n" },
		{ HIGH "version = 2;", V4 "version = 2; interval = \"2s\";",
		  "error a:w b:w interval-refused\n" },
		{ HIGH, V4 "interval = \"1010ms\";", "a:w b:w interval\n" },
		/* A wait of 3609.375 ms against adverts each 3.6 and 3.61 s. */
		{ HIGH "interval = \"3.61s\";", V4,
		  "a:w b:w interval\n"
		  "b:w a:w interval-start\n" },
		{ HIGH "interval = \"3.60s\";", V4, "a:w b:w interval\n" },
		{ HIGH "interval = \"1s\"; learned_interval_max = \"1s\";", V4, "" },
		{ HIGH "interval = \"500ms\"; learned_interval_max = \"990ms\";", V4,
		  "a:w b:w interval\na:w b:w interval-cap\n" },
	};

	(void)state;
	expect(rows, ARRAY_LEN(rows));
}

static void row_136_version_2_above_a_faster_router(void **state)
{
	static const struct row rows[] = {
		{ HIGH "version = 2;", V4 "interval = \"990ms\";",
		  "error a:w b:w version\na:w b:w version-2-above\n" },
		{ V4 "interval = \"990ms\";", HIGH "version = 2;",
		  "error a:w b:w version\nb:w a:w version-2-above\n" },
		{ HIGH "version = 2;", V4 "interval = \"1s\";", "error a:w b:w version\n" },
		{ V4 "version = 2;", HIGH "interval = \"990ms\";", "error a:w b:w version\n" },
		/* On the way from one to the other. */
		{ HIGH "version = 2;", V4 "with_version2 = true;", "" },
		{ HIGH "version = 2;", V4 "with_version2 = true; interval = \"990ms\";",
		  "a:w b:w version-2-above\n" },
		{ HIGH "version = 2;", V4 "with_version2 = true; interval = \"1010ms\";",
		  "error a:w b:w interval-refused\n" },
		{ HIGH "version = 2;", TWO "with_version2 = true;",
		  "error a:w b:w addresses-refused\n" },
		{ HIGH "with_version2 = true;", V4, "" },
	};

	(void)state;
	expect(rows, ARRAY_LEN(rows));
}

static void priorities(void **state)
{
	static const struct row rows[] = {
		{ V4 "priority = 255;", V4 "priority = 255;", "error a:w b:w two-owners\n" },
		{ V4 "priority = 255;", V4 "priority = 254;", "" },
		{ V4 "priority = 100;", V4 "priority = 100;", "a:w b:w equal-priority\n" },
		{ HIGH "preempt = false;", V4, "a:w b:w preempt\n" },
		{ HIGH "preempt = false;", V4 "preempt = false;", "" },
		{ V4 "priority = 255;", V4 "preempt = false;", "" },
		{ HIGH "down_adverts = 4;", V4, "a:w b:w down-adverts\n" },
	};

	(void)state;
	expect(rows, ARRAY_LEN(rows));
}

/* B9: (p1 - p2) * A / 256 > w + d + j. A gap of one is 3.906250 ms at one second. */
static void i_8_close_priorities_by_bound_b9(void **state)
{
	static const struct {
		const char *a, *b;
		uint64_t delay_ns, jitter_ns;
		bool close;
	} rows[] = {
		{ V4 "priority = 101;", V4, 1000000, 1906249, false },
		{ V4 "priority = 101;", V4, 1000000, 1906250, true },
		{ V4, V4 "priority = 101;", 1000000, 1906250, true },
		{ V4 "priority = 102;", V4, 1000000, 1906250, false },
		{ V4 "priority = 107; interval = \"100ms\";", V4 "interval = \"100ms\";", 1000000,
		  1000000, true },
		{ V4 "priority = 108; interval = \"100ms\";", V4 "interval = \"100ms\";", 1000000,
		  1000000, false },
		/* Version 2 counts by the second, whatever the interval. */
		{ V4 "version = 2; interval = \"9s\"; priority = 101;",
		  V4 "version = 2; interval = \"9s\";", 1000000, 1906250, true },
		{ V4 "priority = 255;", V4 "priority = 254;", 1000000, 1906250, false },
		{ V4 "priority = 254;", V4 "priority = 253;", 0, 3906250, true },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		struct files s = begin();

		s.options.delay = SPAN_NS(rows[i].delay_ns);
		s.options.jitter = SPAN_NS(rows[i].jitter_ns);
		add(&s, "a", rows[i].a);
		add(&s, "b", rows[i].b);
		end(&s, rows[i].close ? "a:w b:w close-priority\n" : "");
		if (rows[i].close && rows[i].delay_ns > 0 && rows[i].jitter_ns == 1906250)
			assert_string_equal(
				s.text, "priorities 101 and 100 let them take over only 3.906 ms "
					"apart, and 3.906 ms are needed for the first to be heard "
					"in time: when an Active above them fails, both may take "
					"over");
	}
}


static void addresses(void **state)
{
	static const struct row rows[] = {
		{ HIGH, TWO, "a:w b:w addresses\n" },
		{ TWO "priority = 150;", V4, "a:w b:w addresses\n" },
		{ HIGH "version = 2;", TWO "version = 2;", "error a:w b:w addresses-refused\n" },
		{ V4 "version = 2; priority = 255;", TWO "version = 2;", "a:w b:w addresses\n" },
		{ "addresses = ( \"192.0.2.11/24\", \"192.0.2.10/24\" ); priority = 150;", TWO,
		  "" },
		{ V6 "priority = 150;", V6, "" },
	};

	(void)state;
	expect(rows, ARRAY_LEN(rows));
}

#define SENDS(form)   "checksum = \"" form "\";"
#define ACCEPTS(form) "checksum_accept = \"" form "\";"

/* Two routers; in a sync group, or not. */
#define PAIR(groups, high) \
	"vrrp = { " groups " instances = ( { name = \"w\"; interface = \"eth0\"; " \
	"vrid = 51; priority = " high "; " V4 " }, { name = \"x\"; " \
	"interface = \"eth0\"; vrid = 51; priority = 90; " V6 " } ); };"
#define SYNC "sync_groups = ( { name = \"g\"; members = [ \"w\", \"x\" ]; } );"

static void sync_groups(void **state)
{
	struct files s = begin();

	(void)state;
	add_text(&s, "a", PAIR(SYNC, "90"));
	add_text(&s, "b", PAIR("", "90"));
	end(&s, "a:w b:w equal-priority\na:w b:w sync-group\n"
		"a:x b:x equal-priority\na:x b:x sync-group\n");
	s = begin();
	add_text(&s, "a", PAIR(SYNC, "90"));
	add_text(&s, "b", PAIR(SYNC, "90"));
	end(&s, "a:w b:w equal-priority\na:x b:x equal-priority\n");
	/* The families of a group cannot be apart. */
	s = begin();
	add_text(&s, "a", PAIR("", "100"));
	end(&s, "a:w a:x families-apart\n");
	s = begin();
	add_text(&s, "a", PAIR(SYNC, "100"));
	end(&s, "");
}

static void checksums(void **state)
{
	static const struct row rows[] = {
		{ HIGH SENDS("message"), V4 ACCEPTS("any"), "" },
		{ HIGH SENDS("message"), V4 ACCEPTS("message"), "" },
		{ HIGH SENDS("message"), V4 ACCEPTS("pseudo-header"), "error a:w b:w checksum\n" },
		{ V4 ACCEPTS("message"), HIGH SENDS("pseudo-header"), "error b:w a:w checksum\n" },
		/* auto begins with message, and follows whom it hears. */
		{ HIGH, V4 SENDS("message") ACCEPTS("pseudo-header"), "error a:w b:w checksum\n" },
		{ HIGH, V4 SENDS("pseudo-header") ACCEPTS("pseudo-header"), "" },
		{ HIGH ACCEPTS("message"), V4 SENDS("pseudo-header") ACCEPTS("pseudo-header"),
		  "error a:w b:w checksum\nerror b:w a:w checksum\n" },
		{ HIGH "version = 2;" SENDS("message"), V4 "version = 2;" ACCEPTS("pseudo-header"),
		  "" },
		{ V6 "priority = 150;" SENDS("message"), V6 ACCEPTS("pseudo-header"), "" },
	};

	(void)state;
	expect(rows, ARRAY_LEN(rows));
}

#define PEERS(list) "unicast = { peers = ( " list " ); };"

static void unicast(void **state)
{
	static const struct row rows[] = {
		{ HIGH PEERS("\"192.0.2.2\""), V4 PEERS("\"192.0.2.1\""), "" },
		{ HIGH PEERS("\"192.0.2.2\""), V4, "error a:w b:w unicast\n" },
		{ HIGH, V4 PEERS("\"192.0.2.1\""), "error a:w b:w unicast\n" },
		{ HIGH PEERS("\"192.0.2.3\""), V4 PEERS("\"192.0.2.1\"") "source = \"192.0.2.2\";",
		  "error a:w b:w unicast-peers\n" },
		{ HIGH PEERS("\"192.0.2.2\""), V4 PEERS("\"192.0.2.1\"") "source = \"192.0.2.2\";",
		  "" },
		/* b's own address is none of its peers, so it cannot be the one that a lists. */
		{ HIGH PEERS("\"192.0.2.3\""), V4 PEERS("\"192.0.2.1\", \"192.0.2.3\""),
		  "error a:w b:w unicast-peers\n" },
		{ HIGH PEERS("\"192.0.2.2\", \"192.0.2.3\""),
		  V4 PEERS("\"192.0.2.1\", \"192.0.2.3\""), "" },
	};

	(void)state;
	expect(rows, ARRAY_LEN(rows));
}

#define ROUTER(name, iface, addr) \
	"{ name = \"" name "\"; interface = \"" iface "\"; vrid = 51; " \
	"addresses = ( \"" addr "\" ); }"
#define TWO_ROUTERS(left, right) \
	"vrrp = { instances = ( " ROUTER("l", "e0", left) ", " ROUTER("r", "e1", right) " ); };"

/* Which routers are of one group. */
static void who_belongs_together(void **state)
{
	static const char two_networks[] = TWO_ROUTERS("10.1.0.1/16", "192.0.2.1/24");
	struct files s = begin();

	(void)state;
	/* By network, whatever the length, and in whatever order. */
	add_text(&s, "a", two_networks);
	add(&s, "b", "addresses = ( \"192.0.2.9/25\" ); priority = 7;");
	end(&s, "a:l b: alone\na:r b:w addresses\n");
	s = begin();
	add(&s, "b", "addresses = ( \"10.1.200.9/24\" ); priority = 7;");
	add_text(&s, "a", two_networks);
	end(&s, "b:w a:l addresses\na:r b: alone\n");
	/* A bit makes another network. */
	s = begin();
	add_text(&s, "a", two_networks);
	add(&s, "b", "addresses = ( \"10.0.255.1/15\" ); priority = 7;");
	end(&s, "a:l b:w addresses\na:r b: alone\n");
	s = begin();
	add_text(&s, "a", two_networks);
	add(&s, "b", "addresses = ( \"10.3.0.1/15\" ); priority = 7;");
	end(&s, "a:l b: alone\na:r b: alone\nb:w a: alone\n");
	/* Alone in both files: nothing else can be meant. */
	s = begin();
	add(&s, "a", HIGH);
	add(&s, "b", "addresses = ( \"198.51.100.1/24\" );");
	end(&s, "a:w b:w addresses\n");
	/* The families, and other VRIDs, are other groups. */
	s = begin();
	add(&s, "a", HIGH);
	add(&s, "b", V6);
	end(&s, "a:w b: alone\nb:w a: alone\n");
	/* Link-local networks are all alike. */
	s = begin();
	add_text(&s, "a", TWO_ROUTERS("fe80::1/64", "fe80::2/64"));
	add(&s, "b", "addresses = ( \"fe80::2/64\" ); priority = 7;");
	end(&s, "a:l b: alone\n");
	/* Three files: each two of them. */
	s = begin();
	add(&s, "a", V4);
	add(&s, "b", HIGH);
	add(&s, "c", V4);
	end(&s, "a:w c:w equal-priority\n");
	/* The same as many times as there are. */
	s = begin();
	end(&s, "");
}

UNIT_MAIN(T(a_router_by_itself), T(the_families_of_a_vrid), T(versions_and_intervals),
	  T(row_136_version_2_above_a_faster_router), T(priorities),
	  T(i_8_close_priorities_by_bound_b9), T(addresses), T(checksums), T(sync_groups),
	  T(unicast), T(who_belongs_together))
