/* SPDX-License-Identifier: BSD-2-Clause */
/* trivet check: what the daemons would say of a configuration file, and whether the routers of a
 * group go together. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cf_child.h"
#include "ctl.h"
#include "digest.h"
#include "vrrp_lint.h"
#include "vrrpd_script_check.h"

const char ctl_check_usage[] =
	"usage: trivet check FILE [PEERFILE...] [options]\n"
	"Checks a configuration as the daemons do when they load it, and says all that is wrong.\n"
	"With the configurations of the other routers of the group it also says what these cannot\n"
	"do well together.\n"
	"\n"
	"  --delay TIME   how long an advert takes at most on its way [1ms]\n"
	"  --jitter TIME  how late a router acts at most [1ms]\n"
	"  --strict       take warnings for errors\n"
	"\n"
	"Exit status: 0 all is good, though there may be warnings; 1 the routers do not go "
	"together,\n"
	"or there are warnings and --strict; 2 a file is not good, or cannot be read.\n";

enum { FILES_MAX = 64 };

struct checking {
	struct vrrp_lint_file file[FILES_MAX];
	struct cf_model model[FILES_MAX];
	unsigned n;
	unsigned errors, warnings; /* of the lint; warnings of the loads too */
	bool strict, help;
	struct vrrp_lint_options options;
};

static bool read_span(const char *option, const char *from, span_t *to)
{
	uint64_t ns;

	if (!cf_parse_span(from, &ns) || ns > UINT64_C(3600000000000)) {
		fprintf(stderr,
			"trivet check: --%s is a time up to 1h, such as 500us, not \"%s\"\n",
			option, from);
		return false;
	}
	*to = SPAN_NS(ns);
	return true;
}

static bool read_options(struct checking *c, int argc, char **argv)
{
	static const struct option options[] = {
		{ "delay", required_argument, NULL, 'd' },
		{ "jitter", required_argument, NULL, 'j' },
		{ "strict", no_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (opt) {
		case 'd':
			if (!read_span("delay", optarg, &c->options.delay))
				return false;
			break;
		case 'j':
			if (!read_span("jitter", optarg, &c->options.jitter))
				return false;
			break;
		case 's':
			c->strict = true;
			break;
		case 'h':
			c->help = true;
			return true;
		default:
			return false;
		}
	if (argc - optind > FILES_MAX)
		fprintf(stderr, "trivet check: no more than %d files at a time\n", FILES_MAX);
	return optind < argc && argc - optind <= FILES_MAX;
}

/* False when the file is not good. */
static bool load(struct checking *c, const char *path)
{
	static struct cf_result r;

	cf_child_load(path, &trivet_schema, trivet_cf_check, &r);
	fputs(r.report.text, stderr);
	c->warnings += r.report.warnings;
	/* The first file is of this machine, and so are the scripts that it names. */
	if (!r.ok || (c->n == 0 && !vrrpd_script_check(&r.model, path, stderr)))
		return false;
	c->model[c->n] = r.model;
	c->file[c->n] = (struct vrrp_lint_file){
		path,
		&c->model[c->n],
		&trivet_cf_root(&c->model[c->n])->vrrp,
	};
	c->n++;
	return true;
}

static void on_found(void *ctx, const struct vrrp_lint_finding *f)
{
	struct checking *c = ctx;

	if (f->error)
		c->errors++;
	else
		c->warnings++;
	fprintf(stderr, "%s: \"%s\"", f->file[0], f->instance[0]);
	if (f->file[1] && f->instance[1] && f->file[0] != f->file[1])
		fprintf(stderr, " and %s: \"%s\"", f->file[1], f->instance[1]);
	else if (f->instance[1])
		fprintf(stderr, " and \"%s\"", f->instance[1]);
	else if (f->file[1])
		fprintf(stderr, " and %s", f->file[1]);
	fprintf(stderr, ": %s: %s (%s)\n", f->error ? "error" : "warning", f->text, f->rule);
}

static int check(struct checking *c, int n, char **path)
{
	bool good = true;

	for (int i = 0; i < n; i++)
		good &= load(c, path[i]);
	if (!good)
		return CTL_USAGE;
	if (!vrrp_lint(c->file, c->n, &c->options, on_found, c)) {
		fputs("trivet check: out of memory\n", stderr);
		return CTL_USAGE;
	}
	if (c->errors > 0 || (c->strict && c->warnings > 0))
		return CTL_FAILED;
	for (unsigned i = 0; i < c->n; i++)
		printf("%s: ok, virtual routers: %u\n", c->file[i].name,
		       c->file[i].vrrp->instances.n);
	return CTL_OK;
}

int ctl_check(int argc, char **argv)
{
	static char name[] = "trivet check"; /* which getopt puts before what it says */
	static struct checking c = { .options = { SPAN_MS(1), SPAN_MS(1) } };
	int status;

	argv[0] = name;
	if (!read_options(&c, argc, argv)) {
		fputs(ctl_check_usage, stderr);
		return CTL_USAGE;
	}
	if (c.help) {
		fputs(ctl_check_usage, stdout);
		return CTL_OK;
	}
	digest_prepare();
	status = check(&c, argc - optind, argv + optind);
	for (unsigned i = 0; i < c.n; i++)
		cf_model_free(&c.model[i]);
	return status;
}
