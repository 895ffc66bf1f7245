/* SPDX-License-Identifier: BSD-2-Clause */
/* trivet check: what the daemons would say of a configuration file. */
#include <stdio.h>
#include <string.h>

#include "cf_child.h"
#include "ctl.h"
#include "digest.h"
#include "vrrp_cf.h"

const char ctl_check_usage[] =
	"usage: trivet check FILE\n"
	"Checks a configuration as the daemons do when they load it, and says all that is wrong.\n"
	"Exit status: 0 it is good, 2 it is not.\n";

int ctl_check(int argc, char **argv)
{
	static struct cf_result r;

	if (argc != 2 || argv[1][0] == '-') {
		fputs(ctl_check_usage, stderr);
		return CTL_USAGE;
	}
	digest_prepare();
	cf_child_load(argv[1], &trivet_schema, trivet_cf_check, &r);
	fputs(r.report.text, stderr);
	if (!r.ok)
		return CTL_USAGE;
	printf("%s: ok, virtual routers: %u\n", argv[1],
	       trivet_cf_root(&r.model)->vrrp.instances.n);
	cf_model_free(&r.model);
	return CTL_OK;
}
