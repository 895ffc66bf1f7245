/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routes and rules in the configuration file: what is taken and what it means, what is refused and
 * in which words.
 */
#include "vrrp_cf_route.h"

#include <string.h>

#include "cf_agree.h"
#include "fib_text.h"
#include "ip_text.h"
#include "unit.h"
#include "vrrp_cf.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))

static struct cf_source source;
static struct cf_model model;
static struct cf_report report;

static bool load(const char *text)
{
	cf_source_free(&source);
	cf_model_free(&model);
	cf_source_text(&source, "f", text, strlen(text), &cf_read_file);
	return cf_load(&source, &trivet_schema, trivet_cf_check, &model, &report);
}

static int clean(void **state)
{
	(void)state;
	cf_source_free(&source);
	cf_model_free(&model);
	return 0;
}

/* A file with these settings of the section on line 1, and on line 2 those of its one instance. */
static const char *file(const char *section, const char *instance)
{
	static char text[20000];

	snprintf(text, sizeof text, "vrrp = { %s instances = (\n{ name = \"web\"; interface = "
		 "\"eth0\"; vrid = 51; addresses = ( \"192.0.2.10/24\" ); %s } ); };",
		 section, instance);
	return text;
}

static const char *with_route(const char *settings)
{
	static char list[4000];

	snprintf(list, sizeof list, "routes = (\n{ %s } );", settings);
	return file("", list);
}

static const char *with_rule(const char *settings)
{
	static char list[4000];

	snprintf(list, sizeof list, "rules = (\n{ %s } );", settings);
	return file("", list);
}

static void take(const char *text)
{
	load(text);
	assert_string_equal(report.text, "");
	assert_true(cf_model_good(&trivet_schema, &model));
}

static struct vrrp_cf *vrrp(void)
{
	return &trivet_cf_root(&model)->vrrp;
}

static struct fib_item route(const char *settings)
{
	take(with_route(settings));
	return vrrp_cf_route_item(&model, vrrp_cf_route(&model,
							vrrp_cf_instance(&model, vrrp(), 0)->routes,
							0));
}

static struct fib_item rule(const char *settings)
{
	take(with_rule(settings));
	return vrrp_cf_rule_item(
		vrrp_cf_rule(&model, vrrp_cf_instance(&model, vrrp(), 0)->rules, 0));
}

/* The message of the one error, without file and line. */
static void refuse(const char *text, const char *want)
{
	const char *message;

	assert_false(load(text));
	message = strchr(report.text, ' ');
	assert_non_null(message);
	assert_int_equal(report.errors, 1);
	assert_true(strlen(message + 1) > 0);
	if (strncmp(message + 1, want, strlen(want)) != 0)
		assert_string_equal(message + 1, want);
	assert_null(model.bytes);
}

static void says(const struct fib_item *item, const char *want)
{
	char text[FIB_TEXT_SIZE];

	assert_string_equal(fib_string(item, text), want);
}

static void a_route_and_its_defaults(void **state)
{
	struct fib_item r = route("to = \"198.51.100.0/24\"; via = \"192.0.2.254\";");
	const struct vrrp_cf_route *cf;

	(void)state;
	says(&r, "198.51.100.0/24 via 192.0.2.254 table main");
	assert_int_equal(r.family, IP_V4);
	assert_int_equal(r.route.type, FIB_UNICAST);
	assert_int_equal(r.route.scope, FIB_SCOPE_GLOBAL);
	assert_int_equal(r.route.n_hops, 1);
	assert_int_equal(r.route.hop[0].weight, 1);
	for (unsigned i = 0; i < FIB_METRIC_N; i++)
		assert_int_equal(r.route.value[i], 0);
	cf = vrrp_cf_route(&model, vrrp_cf_instance(&model, vrrp(), 0)->routes, 0);
	assert_true(cf->track);
	assert_string_equal(vrrp_cf_route_dev(&model, cf, 0), "");
	r = route("to = \"2001:db8::/32\"; dev = \"eth1\";");
	assert_int_equal(r.route.metric, FIB_METRIC_V6); /* as the kernel will report it */
	assert_int_equal(r.route.scope, FIB_SCOPE_GLOBAL);
	cf = vrrp_cf_route(&model, vrrp_cf_instance(&model, vrrp(), 0)->routes, 0);
	assert_string_equal(vrrp_cf_route_dev(&model, cf, 0), "eth1");
	r = route("to = \"198.51.100.0/24\"; dev = \"eth1\";");
	assert_int_equal(r.route.scope, FIB_SCOPE_LINK);
	r = route("to = \"198.51.100.7\"; dev = \"eth1\"; scope = \"host\";");
	assert_int_equal(r.route.scope, FIB_SCOPE_HOST);
	says(&r, "198.51.100.7/32 table main");
}

static void default_is_of_some_family(void **state)
{
	struct fib_item r = route("to = \"default\"; via = \"fe80::1\"; dev = \"eth0\";");

	(void)state;
	says(&r, "::/0 via fe80::1 table main metric 1024");
	r = route("to = \"default\"; dev = \"eth0\"; src = \"2001:db8::1\";");
	assert_int_equal(r.family, IP_V6);
	r = route("to = \"default\"; dev = \"eth0\";"); /* of the instance */
	assert_int_equal(r.family, IP_V4);
	r = route("to = \"default\"; hops = ( { via = \"2001:db8::1\"; }, "
		  "{ via = \"2001:db8::2\"; weight = 256; } );");
	assert_int_equal(r.family, IP_V6);
	assert_int_equal(r.route.n_hops, 2);
	assert_int_equal(r.route.hop[1].weight, 256);
	refuse(file("static_routes = ( { to = \"default\"; dev = \"eth0\"; } );", ""),
	       "vrrp.static_routes[0].to: could be IPv4 or IPv6: write \"0.0.0.0/0\" or \"::/0\"");
	take(file("static_routes = ( { to = \"::/0\"; dev = \"eth0\"; } );", ""));
}

static void tables_have_numbers_and_names(void **state)
{
	static const struct { const char *said; uint32_t table; } row[] = {
		{ "table = 100;", 100 }, { "table = \"100\";", 100 }, { "table = \"main\";", 254 },
		{ "table = \"local\";", 255 }, { "table = \"default\";", 253 }, { "", 254 },
		{ "table = 4294967295L;", UINT32_MAX }, { "table = \"0x10\";", 16 },
	};
	static const char *const bad[] = { "table = 0;", "table = -1;", "table = 4294967296L;",
					   "table = \"12x\";" };
	char text[200];

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(row); i++) {
		struct fib_item r;

		snprintf(text, sizeof text, "to = \"10.0.0.0/8\"; dev = \"eth0\"; %s", row[i].said);
		r = route(text);
		assert_int_equal(r.route.table, row[i].table);
	}
	for (unsigned i = 0; i < ARRAY_LEN(bad); i++) {
		snprintf(text, sizeof text, "to = \"10.0.0.0/8\"; dev = \"eth0\"; %s", bad[i]);
		refuse(with_route(text), "vrrp.instances[0].routes[0].table: must be "
					 "1..4294967295, or a name\n");
	}
	refuse(with_route("to = \"10.0.0.0/8\"; dev = \"eth0\"; table = \"nowhere\";"),
	       "vrrp.instances[0].routes[0].table: not a number, and no table of this name is in "
	       "/etc/iproute2/rt_tables\n");
	refuse(with_route("to = \"10.0.0.0/8\"; dev = \"eth0\"; table = true;"),
	       "vrrp.instances[0].routes[0].table: expected a number or a string, such as table = "
	       "\"...\"; found true\n");
}

static void everything_arrives(void **state)
{
	struct fib_item r = route(
		"to = \"10.0.0.0/8\"; via = \"192.0.2.1\"; dev = \"eth0\"; onlink = true; "
		"src = \"192.0.2.10\"; metric = 5; tos = 16; mtu = 1; advmss = 2; initcwnd = 3; "
		"initrwnd = 4; cwnd = 5; ssthresh = 6; window = 7; rtt = \"8ms\"; "
		"rttvar = \"9ms\"; rto_min = \"10ms\"; reordering = 11; hoplimit = 12; "
		"quickack = true; fastopen_no_cookie = true; congctl = \"bbr\";");

	(void)state;
	for (unsigned i = 0; i < FIB_QUICKACK; i++)
		assert_int_equal(r.route.value[i], i + 1);
	assert_int_equal(r.route.value[FIB_QUICKACK], 1);
	assert_int_equal(r.route.value[FIB_FASTOPEN_NO_COOKIE], 1);
	assert_string_equal(r.route.congctl, "bbr");
	assert_int_equal(r.route.tos, 16);
	assert_int_equal(r.route.metric, 5);
	assert_true(r.route.hop[0].onlink);
	assert_true(ip_is_set(&r.route.src));
	r = route("to = \"2001:db8::/32\"; dev = \"eth0\"; pref = \"low\";");
	assert_int_equal(r.route.pref, 3);
	r = route("to = \"10.0.0.0/8\"; type = \"throw\"; table = 9;");
	assert_int_equal(r.route.type, FIB_THROW);
	assert_int_equal(r.route.n_hops, 0);
}

static void a_rule_and_its_settings(void **state)
{
	struct fib_item r = rule("priority = 100; table = 7;");

	(void)state;
	says(&r, "100: from all lookup 7");
	assert_int_equal(r.family, IP_V4);
	assert_int_equal(r.rule.suppress_prefixlength, FIB_NONE);
	assert_int_equal(r.rule.suppress_ifgroup, FIB_NONE);
	r = rule("priority = 4294967295L; from = \"2001:db8::/32\"; to = \"2001:db8:1::/48\"; "
		 "iif = \"eth0\"; oif = \"eth1\"; fwmark = \"0x10/0xf0\"; tos = 16; "
		 "ipproto = \"tcp\"; sport = 80; dport = \"8000-8099\"; uidrange = \"0-9\"; "
		 "invert = true; table = \"main\"; suppress_prefixlength = 0; "
		 "suppress_ifgroup = 3;");
	assert_int_equal(r.family, IP_V6);
	assert_int_equal(r.rule.priority, UINT32_MAX);
	assert_int_equal(r.rule.mark, 0x10);
	assert_int_equal(r.rule.mask, 0xf0);
	assert_int_equal(r.rule.ipproto, 6);
	assert_int_equal(r.rule.sport[0] + r.rule.sport[1], 160);
	assert_int_equal(r.rule.dport[1], 8099);
	assert_true(r.rule.uids && r.rule.invert);
	assert_int_equal(r.rule.uid[1], 9);
	assert_int_equal(r.rule.suppress_prefixlength, 0);
	assert_int_equal(r.rule.suppress_ifgroup, 3);
	r = rule("priority = 1; action = \"goto\"; target = 2; fwmark = 7; family = \"ipv6\";");
	assert_int_equal(r.family, IP_V6);
	assert_int_equal(r.rule.action, FIB_GOTO);
	assert_int_equal(r.rule.mask, UINT32_MAX);
	r = rule("priority = 1; action = \"prohibit\"; ipproto = 255; from = \"0.0.0.0/0\";");
	assert_int_equal(r.rule.action, FIB_RULE_PROHIBIT);
	assert_false(ip_is_set(&r.rule.from.addr)); /* that is all */
	r = rule("priority = 1; l3mdev = true;");
	assert_true(r.rule.l3mdev);
}

#define AT(setting) "vrrp.instances[0].routes[0]" setting ": "

static void routes_that_make_no_sense(void **state)
{
	static const char *const row[][2] = {
		{ "to = \"10.0.0.1/8\"; dev = \"eth0\";",
		  AT(".to") "has bits set behind its length; did you mean \"10.0.0.0/8\"?\n" },
		{ "to = \"2001:db8::1/64\"; dev = \"eth0\";",
		  AT(".to") "has bits set behind its length; did you mean \"2001:db8::/64\"?\n" },
		{ "to = \"all\"; dev = \"eth0\";", AT(".to") "not a prefix; write " },
		{ "via = \"192.0.2.1\";", AT(".to") },
		{ "to = \"10.0.0.0/8\";",
		  AT("") "needs via, dev or both: where do the packets go?\n" },
		{ "to = \"2001:db8::/32\"; via = \"192.0.2.1\";",
		  AT(".via") "is IPv4: an IPv6 route has an IPv6 next hop\n" },
		{ "to = \"2001:db8::/32\"; via = \"fe80::1\";",
		  AT(".via") "is link-local, which every link has: say the interface with dev\n" },
		{ "to = \"10.0.0.0/8\"; via = \"192.0.2.1\"; onlink = true;",
		  AT(".onlink") "needs both via and dev\n" },
		{ "to = \"10.0.0.0/8\"; via = \"0.0.0.0\";",
		  AT(".via") "not an address that a host can have on a network\n" },
		{ "to = \"10.0.0.0/8\"; via = \"192.0.2.1/24\";", AT(".via") "not an address" },
		{ "to = \"10.0.0.0/8\"; type = \"blackhole\"; dev = \"eth0\";",
		  AT(".type") "blackhole leads nowhere: leave out via, dev, hops, onlink and "
			      "src\n" },
		{ "to = \"10.0.0.0/8\"; type = \"throw\"; src = \"10.0.0.1\";",
		  AT(".type") "throw leads nowhere" },
		{ "to = \"10.0.0.0/8\"; via = \"192.0.2.1\"; hops = ( { via = \"192.0.2.2\"; }, "
		  "{ via = \"192.0.2.3\"; } );",
		  AT(".hops") "replaces via, dev and onlink: put them into the list\n" },
		{ "to = \"10.0.0.0/8\"; hops = ( { via = \"192.0.2.2\"; } );",
		  AT(".hops") "has one next hop only: use via and dev\n" },
		{ "to = \"10.0.0.0/8\"; hops = ( { via = \"192.0.2.2\"; }, { weight = 3; } );",
		  AT(".hops[1]") "needs via, dev or both: where do the packets go?\n" },
		{ "to = \"10.0.0.0/8\"; hops = ( { via = \"192.0.2.2\"; }, "
		  "{ via = \"192.0.2.2\"; } );",
		  AT(".hops[1]") "is the same next hop as hops[0]: give that a weight instead\n" },
		{ "to = \"10.0.0.0/8\"; dev = \"eth0\"; src = \"2001:db8::1\";",
		  AT(".src") "is not of the family of the destination\n" },
		{ "to = \"2001:db8::/32\"; dev = \"eth0\"; tos = 4;",
		  AT(".tos") "is for IPv4 only; IPv6 uses a rule with tos\n" },
		{ "to = \"10.0.0.0/8\"; dev = \"eth0\"; tos = 5;",
		  AT(".tos") "must be a multiple of 4: the last two bits are ECN\n" },
		{ "to = \"2001:db8::/32\"; dev = \"eth0\"; scope = \"link\";",
		  AT(".scope") "is for IPv4 only\n" },
		{ "to = \"10.0.0.0/8\"; dev = \"eth0\"; pref = \"high\";",
		  AT(".pref") "is for IPv6 only\n" },
		{ "to = \"10.0.0.0/8\"; dev = \"eth0\"; rtt = \"1500us\";",
		  AT(".rtt") "must be whole milliseconds\n" },
		{ "to = \"10.0.0.0/8\"; dev = \"eth/0\";", AT(".dev") "not an interface name\n" },
		{ "to = \"10.0.0.0/8\"; dev = \"eth0\"; mtu = 65536;", AT(".mtu") "must be " },
		{ "to = \"10.0.0.0/8\"; dev = \"eth0\"; hoplimit = 256;", AT(".hoplimit") },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(row); i++)
		refuse(with_route(row[i][0]), row[i][1]);
}

#undef AT
#define AT(setting) "vrrp.instances[0].rules[0]" setting ": "

static void rules_that_make_no_sense(void **state)
{
	static const char *const row[][2] = {
		{ "table = 7;", AT(".priority") },
		{ "priority = 0; table = 7;", AT(".priority") "must be " },
		{ "priority = 1;", AT(".table") "is needed: the table to look in\n" },
		{ "priority = 1; table = 7; l3mdev = true;",
		  AT(".l3mdev") "finds the table itself: leave out table\n" },
		{ "priority = 1; table = 7; action = \"blackhole\";",
		  AT(".action") "blackhole looks in no table" },
		{ "priority = 1; suppress_prefixlength = 0; action = \"prohibit\";",
		  AT(".action") "prohibit looks in no table" },
		{ "priority = 5; action = \"goto\"; target = 5;",
		  AT(".target") "must be a priority behind that of this rule" },
		{ "priority = 5; table = 7; target = 6;",
		  AT(".target") "is for action \"goto\" only\n" },
		{ "priority = 5; table = 7; from = \"10.0.0.0/8\"; to = \"2001:db8::/32\";",
		  AT(".to") "is not of the family of the rule\n" },
		{ "priority = 5; table = 7; from = \"10.0.0.0/8\"; family = \"ipv6\";",
		  AT(".from") "is not of the family of the rule\n" },
		{ "priority = 5; table = 7; invert = true;",
		  AT(".invert") "of a rule for all packets leaves none\n" },
		{ "priority = 5; table = 7; suppress_prefixlength = 33;",
		  AT(".suppress_prefixlength") "is longer than an address\n" },
		{ "priority = 5; table = 7; tos = 3;", AT(".tos") "must be a multiple of 4" },
		{ "priority = 5; table = 7; fwmark = \"0x11/0xf0\";",
		  AT(".fwmark") "the mark has bits that its mask has not: it would never match\n" },
		{ "priority = 5; table = 7; fwmark = \"1/0\";", AT(".fwmark") "write a mark" },
		{ "priority = 5; table = 7; sport = 0;", AT(".sport") "write a port" },
		{ "priority = 5; table = 7; dport = \"9-8\";", AT(".dport") "write a port" },
		{ "priority = 5; table = 7; dport = 65535;", AT(".dport") "write a port" },
		{ "priority = 5; table = 7; ipproto = \"tpc\";",
		  AT(".ipproto") "write a protocol" },
		{ "priority = 5; table = 7; ipproto = 256;", AT(".ipproto") "write a protocol" },
		{ "priority = 5; table = 7; uidrange = \"a\";", AT(".uidrange") "write a user" },
		{ "priority = 5; table = 7; suppress_ifgroup = -1;",
		  AT(".suppress_ifgroup") "write a number, 0 or more\n" },
		{ "priority = 5; table = 7; from = \"10.0.0.1/8\";",
		  AT(".from") "has bits set behind its length; did you mean \"10.0.0.0/8\"?\n" },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(row); i++)
		refuse(with_rule(row[i][0]), row[i][1]);
}

#define SAME "{ to = \"10.0.0.0/8\"; dev = \"eth0\"; "

static void the_kernel_would_take_two_for_one(void **state)
{
	(void)state;
	refuse(file("", "routes = ( " SAME "}, " SAME "mtu = 1400; } );"),
	       "vrrp.instances[0].routes[1].to: a route with this destination, table, metric and "
	       "tos is in instance \"web\" already; give this one another metric\n");
	refuse(file("static_routes = ( " SAME "} );", "routes = ( " SAME "table = \"main\"; } );"),
	       "vrrp.instances[0].routes[0].to: a route with this destination, table, metric and "
	       "tos is among the static ones already; give this one another metric\n");
	take(file("static_routes = ( " SAME "} );",
		  "routes = ( " SAME "metric = 1; }, " SAME "table = 1; }, " SAME "tos = 4; } );"));
	refuse(file("", "rules = ( { priority = 5; table = 7; }, { priority = 5; table = \"7\"; "
			"} );"),
	       "vrrp.instances[0].rules[1]: the same rule is in instance \"web\" already\n");
	take(file("", "rules = ( { priority = 5; table = 7; }, { priority = 5; table = 7; "
		      "family = \"ipv6\"; }, { priority = 5; table = 7; tos = 4; } );"));
}

static void a_dump_loads_to_the_same(void **state)
{
	char *dump = NULL;
	struct cf_model before;
	size_t len;
	FILE *f;

	(void)state;
	take(file("static_routes = ( { to = \"::/0\"; dev = \"eth0\"; table = \"local\"; }, "
		  "{ to = \"0.0.0.0/0\"; via = \"192.0.2.1\"; table = 99; } ); "
		  "static_rules = ( { priority = 1; from = \"default\"; table = 9; "
		  "fwmark = \"1/0xf\"; ipproto = \"udp\"; dport = 53; sport = \"1-9\"; "
		  "uidrange = 7; suppress_prefixlength = 0; suppress_ifgroup = 0; } );",
		  "routes = ( { to = \"default\"; hops = ( { via = \"10.0.0.1\"; weight = 9; }, "
		  "{ dev = \"eth1\"; } ); rtt = \"7ms\"; track = false; } ); "
		  "rules = ( { priority = 3; action = \"goto\"; target = 9; family = \"ipv6\"; } "
		  ");"));
	before = model;
	model = (struct cf_model){ 0 };
	f = open_memstream(&dump, &len);
	assert_non_null(f);
	cf_dump(&trivet_schema, &before, f);
	assert_int_equal(fclose(f), 0);
	take(dump);
	assert_int_equal(model.len, before.len);
	assert_memory_equal(model.bytes, before.bytes, before.len);
	cf_model_free(&before);
	free(dump);
}

static void there_is_a_limit_for_all_together(void **state)
{
	enum { EACH = 9000, SIZE = EACH * 60 * 2 + 2000 };
	char *text = malloc(SIZE);
	struct text t;

	(void)state;
	assert_non_null(text);
	t = text_open(text, SIZE);
	text_put(&t, "vrrp = { static_routes = (");
	for (unsigned i = 0; i < EACH; i++)
		text_fmt(&t, "%s{to=\"10.%u.%u.0/24\";dev=\"e\";}", i > 0 ? "," : "", i >> 8,
			 i & 255);
	text_put(&t, "); static_rules = (");
	for (unsigned i = 0; i < EACH; i++)
		text_fmt(&t, "%s{priority=%u;table=1;}", i > 0 ? "," : "", i + 1);
	text_put(&t, "); };");
	assert_false(t.cut);
	refuse(text, "vrrp: 18000 routes and rules in all are more than 16384\n");
	free(text);
}

/* ---- static addresses --------------------------------------------------------------------- */

#define FIX "vrrp.static_addresses[0]"

static void static_addresses_and_what_they_are_not(void **state)
{
	static const char *const row[][2] = {
		{ "\"10.1.0.1/24\"", FIX ".dev: is needed: the interface of the address\n" },
		{ "{ address = \"10.1.0.1/24\"; dev = \"eth1\"; advertise = false; }",
		  FIX ".advertise: is for virtual addresses only\n" },
		{ "{ address = \"10.1.0.1/24\"; dev = \"eth1\"; track = false; }",
		  FIX ".track: is for virtual addresses only\n" },
		{ "{ address = \"2001:db8::1/64\"; dev = \"eth1\"; label = \"x\"; }",
		  FIX ".label: only IPv4 addresses have a label\n" },
		{ "{ address = \"192.0.2.10/32\"; dev = \"eth0\"; }",
		  FIX ".address: 192.0.2.10 on eth0 belongs to instance \"web\"\n" },
		{ "{ address = \"10.1.0.1/24\"; dev = \"e\"; }, "
		  "{ address = \"10.1.0.1/25\"; dev = \"e\"; }",
		  "vrrp.static_addresses[1].address: 10.1.0.1 on e is listed twice\n" },
	};
	char text[500];

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(row); i++) {
		snprintf(text, sizeof text, "static_addresses = ( %s );", row[i][0]);
		refuse(file(text, ""), row[i][1]);
	}
	take(file("static_addresses = ( { address = \"10.1.0.1/24\"; dev = \"eth1\"; }, "
		  "{ address = \"10.1.0.1/24\"; dev = \"eth2\"; label = \"eth2:x\"; } );", ""));
	assert_int_equal(vrrp()->static_addresses.n, 2);
	assert_string_equal(vrrp_cf_static_address(&model, vrrp(), 1)->dev, "eth2");
}

#define C(test) cmocka_unit_test_teardown(test, clean)

UNIT_MAIN(
	C(a_route_and_its_defaults),
	C(default_is_of_some_family),
	C(tables_have_numbers_and_names),
	C(everything_arrives),
	C(a_rule_and_its_settings),
	C(routes_that_make_no_sense),
	C(rules_that_make_no_sense),
	C(the_kernel_would_take_two_for_one),
	C(a_dump_loads_to_the_same),
	C(there_is_a_limit_for_all_together),
	C(static_addresses_and_what_they_are_not)
)
