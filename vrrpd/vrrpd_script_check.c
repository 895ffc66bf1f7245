/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrpd_script_check.h"

#include "linux_script.h"
#include "vrrp_cf.h"

struct looking {
	const char *file, *user;
	FILE *to;
	bool good;
};

static void look(void *ctx, const char *args, size_t len, const char *user, bool more)
{
	char text[300];
	struct text why = text_open(text, sizeof text);
	struct looking *l = ctx;

	(void)len;
	(void)more;
	if (script_check(args, user[0] ? user : l->user, &why))
		return;
	l->good = false;
	fprintf(l->to, "%s: script \"%s\" would not be run: %s\n", l->file, args, text);
}

bool vrrpd_script_check(const struct cf_model *m, const char *file, FILE *to)
{
	struct looking l = { file, trivet_cf_root(m)->scripts.user, to, true };

	vrrp_cf_programs(m, trivet_cf_vrrp(m), look, &l);
	return l.good;
}
