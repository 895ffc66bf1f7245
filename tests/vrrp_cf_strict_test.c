/* SPDX-License-Identifier: BSD-2-Clause */
/* strict = true: each setting that leads beyond the RFC is refused, with the section it breaks. */
#include "vrrp_cf_strict.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"
#include "vrrpd_rig.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))
#define BASE4 "name = \"a\"; interface = \"eth0\"; vrid = 1; addresses = ( \"192.0.2.1/24\" );"
#define BASE6 "name = \"a\"; interface = \"eth0\"; vrid = 1; addresses = ( \"fe80::1/64\" );"
#define PSEUDO_HEADER "in version 3 over IPv4 the sum is of the message alone (RFC 9568 5.2.8"

static struct cf_model model;
static struct cf_report report;

/* An instance; on line 2 the settings. */
static bool load(const char *base, const char *strict, const char *settings)
{
	char text[1024];
	bool ok;

	snprintf(text, sizeof text, "vrrp = { instances = ( { %s %s\n%s } ); };", base, strict,
		 settings);
	ok = rig_load(text, &model, &report);
	return ok;
}

static const struct vrrp_cf_instance *instance(void)
{
	return vrrp_cf_instance(&model, &trivet_cf_root(&model)->vrrp, 0);
}

static void what_leads_beyond_the_rfc_is_refused(void **state)
{
	static const struct { const char *base, *settings, *setting, *text; } row[] = {
		{ BASE4, "preempt_delay = \"1s\";", "preempt_delay",
		  "a Backup takes over when its timer fires (RFC 9568 6.4.2, RFC 3768 6.4.2)" },
		{ BASE4, "version = 2; preempt_delay = \"1s\";", "preempt_delay",
		  "a Backup takes over when its timer fires (RFC 9568 6.4.2, RFC 3768 6.4.2)" },
		{ BASE4, "down_adverts = 2;", "down_adverts",
		  "a Backup waits for three advertisements (RFC 9568 6.1, RFC 3768 6.1)" },
		{ BASE6, "down_adverts = 4;", "down_adverts",
		  "a Backup waits for three advertisements (RFC 9568 6.1, RFC 3768 6.1)" },
		{ BASE6, "learned_interval_max = \"2s\";", "learned_interval_max",
		  "a Backup follows whatever interval its Active says (RFC 9568 6.4.2)" },
		{ BASE4, "unicast = { peers = ( \"192.0.2.9\" ); };", "unicast",
		  "advertisements go to the multicast group (RFC 9568 5.1.1.2 and 5.1.2.2, RFC "
		  "3768 5.2.2)" },
		{ BASE4, "checksum = \"pseudo-header\";", "checksum", PSEUDO_HEADER ")" },
		{ BASE4, "checksum_accept = \"pseudo-header\";", "checksum_accept",
		  PSEUDO_HEADER " and 7.1)" },
		{ BASE4, "version = 2; auth = { type = \"text\"; password = \"x\"; };", "auth",
		  "advertisements are not authenticated (RFC 9568 9, RFC 3768 5.3.6)" },
		{ "name = \"a\"; interface = \"eth0\"; vrid = 1;",
		  "addresses = ( \"192.0.2.1\", { address = \"192.0.2.2\"; advertise = false; } );",
		  "addresses",
		  "all of them are in the advertisement (RFC 9568 5.2.9, RFC 3768 5.3.9)" },
	};
	char want[512];

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(row); i++) {
		snprintf(want, sizeof want,
			 "test:2: vrrp.instances[0].%s: not with strict = true: %s\n",
			 row[i].setting, row[i].text);
		assert_false(load(row[i].base, "strict = true;", row[i].settings));
		assert_int_equal(report.errors, 1);
		assert_memory_equal(report.text, want, strlen(want)); /* warnings may follow */
		assert_true(load(row[i].base, "", row[i].settings));
		cf_model_free(&model);
	}
}

static void what_the_rfc_allows_is_taken(void **state)
{
	static const struct { const char *base, *settings; } row[] = {
		{ BASE4, "" },
		{ BASE6, "" },
		{ BASE4, "version = 2; interval = \"255s\"; priority = 254;" },
		{ BASE4, "down_adverts = 3; preempt_delay = \"0s\"; checksum = \"message\";" },
		{ BASE4, "preempt = false; interval = \"10ms\"; priority = 255;" },
		/* Of these, version 2 and IPv6 have one form, whatever is said. */
		{ BASE4, "version = 2; checksum = \"pseudo-header\";" },
		{ BASE6, "checksum_accept = \"pseudo-header\";" },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(row); i++) {
		assert_true(load(row[i].base, "strict = true;", row[i].settings));
		assert_string_equal(report.text, "");
		cf_model_free(&model);
	}
}

static void row_036_strict_leaves_no_choice_of_checksum(void **state)
{
	(void)state;
	assert_true(load(BASE4, "", "strict = true;"));
	assert_int_equal(instance()->checksum, VRRP_CF_CSUM_MESSAGE);
	assert_int_equal(instance()->checksum_accept, VRRP_CSUM_ACCEPT_MESSAGE);
	cf_model_free(&model);
	assert_true(load(BASE4, "", "strict = false;"));
	assert_int_equal(instance()->checksum, VRRP_CF_CSUM_AUTO);
	assert_int_equal(instance()->checksum_accept, VRRP_CSUM_ACCEPT_ANY);
	cf_model_free(&model);
}

/* All that is wrong is said at once, and where it was set for all. */
static void strict_for_all_virtual_routers(void **state)
{
	(void)state;
	assert_false(rig_load("vrrp = { defaults = { strict = true; interface = \"eth0\";\n"
			      "down_adverts = 5; };\n"
			      "instances = ( { name = \"a\"; vrid = 1;\n"
			      "addresses = ( \"192.0.2.1\" ); preempt_delay = \"1s\"; },\n"
			      "{ name = \"b\"; vrid = 2; addresses = ( \"192.0.2.2\" );\n"
			      "strict = false; } ); };",
			      &model, &report));
	assert_string_equal(report.text,
			    "test:2: vrrp.instances[0].down_adverts: not with strict = true: a "
			    "Backup waits for three advertisements (RFC 9568 6.1, RFC 3768 6.1)\n"
			    "test:4: vrrp.instances[0].preempt_delay: not with strict = true: a "
			    "Backup takes over when its timer fires (RFC 9568 6.4.2, RFC 3768 "
			    "6.4.2)\n");
}

UNIT_MAIN(T(what_leads_beyond_the_rfc_is_refused), T(what_the_rfc_allows_is_taken),
	  T(row_036_strict_leaves_no_choice_of_checksum), T(strict_for_all_virtual_routers))
