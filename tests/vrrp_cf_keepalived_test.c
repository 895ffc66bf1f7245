/* SPDX-License-Identifier: BSD-2-Clause */
/* Somebody who writes the words of keepalived is told what they are here. */
#include "vrrp_cf_keepalived.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"
#include "vrrpd_rig.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))

static struct cf_model model;
static struct cf_report report;

/* The one thing that is said of a setting of an instance. */
static void refuse(const char *setting, const char *want)
{
	char text[1024], all[1024];

	snprintf(text, sizeof text,
		 "vrrp = { instances = ( { name = \"a\"; interface = \"e0\"; vrid = 1;\n"
		 "addresses = ( \"192.0.2.1/24\" );\n%s } ); };", setting);
	snprintf(all, sizeof all, "test:3: vrrp.instances[0].%s\n", want);
	assert_false(rig_load(text, &model, &report));
	assert_string_equal(report.text, all);
}

static void a_word_of_keepalived_is_explained(void **state)
{
	static const struct { const char *setting, *want; } row[] = {
		{ "state = \"MASTER\";",
		  "state: unknown setting; keepalived's state does not exist here: priority alone "
		  "decides who is Active; 255 is for the address owner" },
		{ "virtual_router_id = 51;",
		  "virtual_router_id: unknown setting; keepalived's virtual_router_id is "
		  "vrrp.instances[].vrid here" },
		{ "advert_int = 1;",
		  "advert_int: unknown setting; keepalived's advert_int is "
		  "vrrp.instances[].interval here: a time with its unit, such as interval = "
		  "\"1s\"" },
		{ "nopreempt = true;",
		  "nopreempt: unknown setting; keepalived's nopreempt is "
		  "vrrp.instances[].preempt here: preempt = false" },
		{ "garp_master_delay = 5;",
		  "garp_master_delay: unknown setting; keepalived's garp_master_delay is "
		  "vrrp.instances[].garp.delay here: a time with its unit, such as \"5s\"" },
		{ "vrrp_strict = true;",
		  "vrrp_strict: unknown setting; keepalived's vrrp_strict is "
		  "vrrp.instances[].strict here: set it in defaults for all" },
		/* Not of keepalived, and near to one of ours, or to none. */
		{ "prioritty = 1;", "prioritty: unknown setting; did you mean priority?" },
		{ "vird = 1;", "vird: unknown setting; did you mean vrid?" },
		{ "adresses = ( );", "adresses: unknown setting; did you mean addresses?" },
		{ "quux = 1;", "quux: unknown setting" },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(row); i++)
		refuse(row[i].setting, row[i].want);
	assert_false(rig_load("vrrp_instance = ( );\nglobal_defs = { };", &model, &report));
	assert_string_equal(report.text,
			    "test:1: vrrp_instance: unknown setting; keepalived's vrrp_instance is "
			    "vrrp.instances[] here: an element of this list, with name = \"...\"\n"
			    "test:2: global_defs: unknown setting; keepalived's global_defs does "
			    "not exist here: what concerns VRRP stands in vrrp, or in its "
			    "defaults\n");
}

/* Those that a first configuration has. */
static void every_common_word_is_known(void **state)
{
	static const char *const words[] = {
		"vrrp_instance", "vrrp_sync_group", "vrrp_script", "global_defs", "state",
		"virtual_router_id", "advert_int", "virtual_ipaddress",
		"virtual_ipaddress_excluded", "virtual_routes", "virtual_rules", "nopreempt",
		"authentication", "auth_type", "auth_pass", "notify_master", "notify_backup",
		"notify_fault", "track_script", "track_interface", "track_file", "track_process",
		"unicast_peer", "unicast_src_ip", "mcast_src_ip", "use_vmac", "vmac_xmit_base",
		"garp_master_delay", "garp_master_refresh", "vrrp_garp_interval", "vrrp_strict",
		"vrrp_version", "smtp_alert", "router_id", "dont_track_primary", "virtual_server",
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(words); i++) {
		char buf[300];
		struct text to = text_open(buf, sizeof buf);

		if (!vrrp_cf_keepalived(words[i], &to))
			fail_msg("%s is not explained", words[i]);
		assert_false(to.cut);
		assert_non_null(strstr(buf, words[i]));
	}
}

static void what_is_no_word_of_keepalived_is_not(void **state)
{
	static const char *const words[] = { "", "vrid", "interval", "stat", "states", "vrrp_" };

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(words); i++) {
		char buf[300];
		struct text to = text_open(buf, sizeof buf);

		assert_false(vrrp_cf_keepalived(words[i], &to));
		assert_string_equal(buf, "");
	}
}

UNIT_MAIN(T(a_word_of_keepalived_is_explained), T(every_common_word_is_known),
	  T(what_is_no_word_of_keepalived_is_not))
