/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trivet sim run: runs a scenario file and prints TAP: a point for each expectation and for each
 * rule of the oracle that there was something to judge by.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "capture.h"
#include "ctl.h"
#include "scenario.h"

const char ctl_sim_usage[] =
	"usage: trivet sim run FILE [options]\n"
	"Runs a scenario in virtual time and prints the outcome as TAP.\n"
	"\n"
	"  --seed N     what chance is drawn from [1]\n"
	"  --seeds N    run N times, with seeds from --seed on; a point fails if it fails once\n"
	"  --pcap OUT   write all frames to a capture file (of the first run)\n"
	"  --verbose    show what happens, as comments\n"
	"  --once       do not run everything twice to see that the same comes out\n"
	"  --speed      show how fast it ran\n"
	"  --unjudged   with --speed: without the oracle, to see what judging costs\n"
	"\n"
	"Exit status: 0 all as expected, 1 not, 2 the file is not a scenario.\n";

struct options {
	const char *file, *pcap;
	unsigned long long seed, seeds;
	int verbose, once, speed, unjudged, help;
};

/* What came of one point over all seeds. */
struct point {
	bool used, ok;
	unsigned long long seed; /* the first with which it failed */
	uint64_t judged;
	char text[700];
};

struct tally {
	struct point *step;     /* one for each step of the timeline */
	struct point rule[RULE_N];
	struct point repeat;    /* the same seed, the same run */
	uint64_t events;
};

static void note(struct point *p, bool ok, unsigned long long seed, const char *text)
{
	if (!p->used) {
		p->used = p->ok = true;
		snprintf(p->text, sizeof p->text, "%s", text);
	}
	if (!ok && p->ok) {
		p->ok = false;
		p->seed = seed;
		snprintf(p->text, sizeof p->text, "%s", text);
	}
}

static void note_result(struct tally *t, const struct scenario_result *r, unsigned long long seed)
{
	char text[600];

	for (uint32_t i = 0; i < r->n; i++)
		if (r->outcome[i].expectation)
			note(&t->step[i], r->outcome[i].met, seed, r->outcome[i].text);
	for (unsigned i = 0; i < RULE_N; i++) {
		const struct oracle_verdict *v = &r->verdict[i];

		if (v->judged == 0)
			continue;
		snprintf(text, sizeof text, "%s %s%s%s", oracle_rule_name((enum oracle_rule)i),
			 oracle_rule_doc((enum oracle_rule)i), v->failed > 0 ? ": " : "", v->first);
		note(&t->rule[i], v->failed == 0, seed, text);
		t->rule[i].judged += v->judged;
	}
	t->events += r->events;
}

static void print_point(const struct options *o, const struct point *p, unsigned *n)
{
	if (!p->used)
		return;
	/* "#" would begin a directive in TAP. */
	printf("%s %u - %s", p->ok ? "ok" : "not ok", ++*n, p->text);
	if (p->judged > 0)
		printf(" (%llu times)", (unsigned long long)p->judged);
	putchar('\n');
	if (!p->ok)
		printf("# repro: trivet sim run %s --seed %llu --verbose\n", o->file, p->seed);
}

static bool print_tally(const struct options *o, const struct tally *t, uint32_t steps)
{
	bool ok = true;
	unsigned n = 0;

	for (uint32_t i = 0; i < steps; i++) {
		print_point(o, &t->step[i], &n);
		ok &= !t->step[i].used || t->step[i].ok;
	}
	for (unsigned i = 0; i < RULE_N; i++) {
		print_point(o, &t->rule[i], &n);
		ok &= !t->rule[i].used || t->rule[i].ok;
	}
	print_point(o, &t->repeat, &n);
	printf("1..%u\n", n);
	return ok && (!t->repeat.used || t->repeat.ok);
}

static void run_seed(const struct options *o, const struct scenario *s, unsigned long long seed,
		     struct capture_writer *capture, struct tally *t)
{
	struct scenario_options options = {
		.seed = seed, .log = o->verbose ? stdout : NULL, .capture = capture,
		.unjudged = o->unjudged != 0,
	};
	struct scenario_result first, second;

	scenario_run(s, &options, &first);
	note_result(t, &first, seed);
	if (!o->once) {
		options.log = NULL;
		options.capture = NULL;
		scenario_run(s, &options, &second);
		note(&t->repeat, first.digest == second.digest, seed,
		     "the same seed gives the same run, byte for byte");
		t->events += second.events;
		scenario_result_free(&second);
	}
	scenario_result_free(&first);
}

static void print_speed(const struct options *o, const struct scenario *s, const struct tally *t,
			const struct timespec *begun)
{
	struct timespec now;
	double took, runs = (double)o->seeds * (o->once ? 1 : 2);

	clock_gettime(CLOCK_MONOTONIC, &now);
	took = (double)(now.tv_sec - begun->tv_sec) + (double)(now.tv_nsec - begun->tv_nsec) / 1e9;
	printf("# speed: %llu events in %.3f s: %.2f million a second; %.0f virtual seconds a "
	       "second\n",
	       (unsigned long long)t->events, took, (double)t->events / took / 1e6,
	       runs * (double)s->cf->length.ns / 1e9 / took);
}

static int run(const struct options *o, const struct scenario *s)
{
	struct tally t = { .step = calloc(s->cf->timeline.n + 1, sizeof *t.step) };
	struct capture_writer *capture = NULL;
	char error[300];
	struct text why = text_open(error, sizeof error);
	struct timespec begun;
	bool ok;

	if (o->pcap && !(capture = capture_create(o->pcap, &why))) {
		fprintf(stderr, "%s: %s\n", o->pcap, error);
		free(t.step);
		return CTL_USAGE;
	}
	printf("# %s\n", s->cf->name);
	clock_gettime(CLOCK_MONOTONIC, &begun);
	for (unsigned long long i = 0; i < o->seeds; i++)
		run_seed(o, s, o->seed + i, i == 0 ? capture : NULL, &t);
	if (o->speed)
		print_speed(o, s, &t, &begun);
	ok = print_tally(o, &t, s->cf->timeline.n);
	if (capture && !capture_finish(capture)) {
		fprintf(stderr, "%s: could not be written\n", o->pcap);
		ok = false;
	}
	free(t.step);
	return ok ? CTL_OK : CTL_FAILED;
}

static bool read_number(const char *option, const char *from, unsigned long long *value)
{
	if (ctl_number(from, value))
		return true;
	fprintf(stderr, "trivet sim run: %s is a number, not \"%s\"\n", option, from);
	return false;
}

static bool read_options(struct options *o, int argc, char **argv)
{
	enum { OPT_SEED = 256, OPT_SEEDS, OPT_PCAP };
	const struct option options[] = {
		{ "seed", required_argument, NULL, OPT_SEED },
		{ "seeds", required_argument, NULL, OPT_SEEDS },
		{ "pcap", required_argument, NULL, OPT_PCAP },
		{ "verbose", no_argument, &o->verbose, 1 },
		{ "once", no_argument, &o->once, 1 },
		{ "speed", no_argument, &o->speed, 1 },
		{ "unjudged", no_argument, &o->unjudged, 1 },
		{ "help", no_argument, &o->help, 1 },
		{ NULL, 0, NULL, 0 },
	};
	bool good = true;
	int opt;

	while (good && (opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (opt == OPT_SEED)
			good = read_number("--seed", optarg, &o->seed);
		else if (opt == OPT_SEEDS)
			good = read_number("--seeds", optarg, &o->seeds);
		else if (opt == OPT_PCAP)
			o->pcap = optarg;
		else
			good = opt == 0;
	}
	if (!good || o->help)
		return good;
	if (o->seeds == 0 || optind + 1 != argc) {
		fprintf(stderr, "trivet sim run: %s\n",
			o->seeds == 0	 ? "--seeds is 1 or more"
			: optind == argc ? "which scenario?"
					 : "one scenario at a time");
		return false;
	}
	o->file = argv[optind];
	return true;
}

int ctl_sim(int argc, char **argv)
{
	struct options o = { .seed = 1, .seeds = 1 };
	static struct cf_report report;
	struct scenario s;
	static char name[] = "trivet sim run"; /* which getopt puts before what it says */
	int status;

	if (argc >= 2 && strcmp(argv[1], "run") == 0)
		argv[1] = name;
	if (argc < 2 || argv[1] != name || !read_options(&o, argc - 1, argv + 1)) {
		fputs(ctl_sim_usage, stderr);
		return CTL_USAGE;
	}
	if (o.help) {
		fputs(ctl_sim_usage, stdout);
		return CTL_OK;
	}
	if (!scenario_load(o.file, &s, &report)) {
		fputs(report.text, stderr);
		return CTL_USAGE;
	}
	fputs(report.text, stderr);
	status = run(&o, &s);
	scenario_free(&s);
	return status;
}
