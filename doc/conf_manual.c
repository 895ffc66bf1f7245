/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes trivet.conf(5): an introduction, then what the tables say of each setting. */
#include <stdio.h>

#include "vrrp_cf.h"

static const char head[] =
	".TH TRIVET.CONF 5 \"\" \"Trivet " TRIVET_VERSION "\"\n"
	".SH NAME\n"
	"trivet.conf \\- configuration of Trivet's daemons\n"
	".SH DESCRIPTION\n"
	"One file for all daemons, in the syntax of libconfig: settings are\n"
	".IR name \" = \" value ;\n"
	"groups stand in braces, lists in parentheses. Comments begin with # or //, or stand "
	"between\n"
	"/* and */. Lengths of time are strings with a unit: ns, us, ms, s, m or h.\n"
	".PP\n"
	".B @include \\(dqfile\\(dq\n"
	"on a line of its own puts another file in its place; a relative name counts from the "
	"file\n"
	"that has it.\n"
	".PP\n"
	"A file is taken as a whole or not at all. Every mistake is reported with file, line and\n"
	"setting;\n"
	".B trivet check\n"
	"reports them without running anything. On reload (SIGHUP) a file with a mistake changes\n"
	"nothing.\n"
	".PP\n"
	"The smallest useful file:\n"
	".PP\n"
	".nf\n"
	"vrrp = { instances = (\n"
	"  { name = \"web\"; interface = \"eth0\"; vrid = 51; priority = 150;\n"
	"    addresses = ( \"192.0.2.10/24\" ); }\n"
	"); };\n"
	".fi\n"
	".SH SETTINGS\n";

static const char tail[] =
	".SH SEE ALSO\n"
	".BR trivet (1),\n"
	".BR vrrpd (8)\n";

int main(void)
{
	fputs(head, stdout);
	cf_manual(&trivet_schema, stdout);
	fputs(tail, stdout);
	return fflush(stdout) != 0;
}
