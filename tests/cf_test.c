/* SPDX-License-Identifier: BSD-2-Clause */
#include "cf.h"

#include <string.h>

#include "cf_agree.h"
#include "mono.h"
#include "unit.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))

/* ---- a schema with everything */

struct prefix {
	uint8_t b[4], len;
};

struct address {
	struct prefix prefix;
	bool advertise;
};

struct garp {
	uint8_t repeat;
	span_t interval;
};

struct auth {
	char key[9];
	uint8_t mode;
	uint16_t pin;
};

struct instance {
	struct garp garp; /* at the address of the instance itself */
	char name[16];
	uint8_t vrid, priority, family;
	bool preempt;
	uint16_t port;
	uint32_t mark;
	span_t interval;
	struct auth auth;
	struct cf_list addresses, peers;
};

struct vrrp {
	struct cf_list instances;
};

struct config {
	char node[16];
	uint64_t cookie;
	struct vrrp vrrp;
};

static bool parse_prefix(const char *from, void *to, struct text *why)
{
	struct prefix *p = to;
	char end;

	if (sscanf(from, "%hhu.%hhu.%hhu.%hhu/%hhu%c", &p->b[0], &p->b[1], &p->b[2], &p->b[3],
		   &p->len, &end) == 5 &&
	    p->len <= 32)
		return true;
	text_put(why, "not an address with a prefix length, such as \"192.0.2.1/24\"");
	return false;
}

static void print_prefix(const void *from, struct text *to)
{
	const struct prefix *p = from;

	text_fmt(to, "%u.%u.%u.%u/%u", p->b[0], p->b[1], p->b[2], p->b[3], p->len);
}

static bool accept_node(const char *from, struct text *why)
{
	if (strchr(from, ' ') == NULL)
		return true;
	text_put(why, "must not have a blank in it");
	return false;
}

static const char *const FAMILY[] = { "ipv4", "ipv6", NULL };
static const char *const MODE[] = { "off", "permit", "enforce", NULL };

static const struct cf_field ADDRESS_FIELDS[] = {
	CF(struct address, prefix, CF_VALUE, .required = true, .parse = parse_prefix,
	   .print = print_prefix),
	CF(struct address, advertise, CF_BOOL, .def = "true"),
};
static const struct cf_schema ADDRESS = {
	.name = "address",
	.size = sizeof(struct address),
	.field = ADDRESS_FIELDS,
	.n = ARRAY_LEN(ADDRESS_FIELDS),
	.shorthand = "prefix",
};

static const struct cf_field GARP_FIELDS[] = {
	CF(struct garp, repeat, CF_UINT, .min = 1, .max = 10, .def = "5", .doc = "How often."),
	CF(struct garp, interval, CF_SPAN, .def = "50ms"),
};
static const struct cf_schema GARP = {
	.name = "garp",
	.size = sizeof(struct garp),
	.field = GARP_FIELDS,
	.n = ARRAY_LEN(GARP_FIELDS),
};

static const struct cf_field AUTH_FIELDS[] = {
	CF(struct auth, key, CF_TEXT, .required = true, .secret = true),
	CF(struct auth, mode, CF_ENUM, .names = MODE, .def = "enforce"),
	CF(struct auth, pin, CF_UINT, .max = 9999, .secret = true),
};
static const struct cf_schema AUTH = {
	.name = "auth",
	.size = sizeof(struct auth),
	.field = AUTH_FIELDS,
	.n = ARRAY_LEN(AUTH_FIELDS),
};

static const struct cf_field INSTANCE_FIELDS[] = {
	CF(struct instance, name, CF_TEXT, .required = true,
	   .doc = "Its name in logs and commands."),
	CF(struct instance, vrid, CF_UINT, .min = 1, .max = 255, .required = true,
	   .reload = CF_RESTART_OBJECT, .doc = "Virtual router identifier."),
	CF(struct instance, priority, CF_UINT, .min = 1, .max = 254, .def = "100",
	   .doc = "The highest wins.\n.A line that begins with a dot, and a back\\slash."),
	CF(struct instance, family, CF_ENUM, .names = FAMILY, .reload = CF_RESTART_DAEMON),
	CF(struct instance, preempt, CF_BOOL, .def = "true"),
	CF(struct instance, port, CF_UINT),
	CF(struct instance, mark, CF_UINT),
	CF(struct instance, interval, CF_SPAN, .min = 10000000, .max = UINT64_C(40950000000),
	   .def = "1s"),
	CF(struct instance, garp, CF_GROUP, .of = &GARP),
	CF(struct instance, auth, CF_GROUP, .of = &AUTH),
	CF(struct instance, addresses, CF_LIST, .of = &ADDRESS, .min = 1, .max = 4),
	CF(struct instance, peers, CF_LIST, .of = &ADDRESS, .max = 100),
};
static const struct cf_schema INSTANCE = {
	.name = "instance",
	.size = sizeof(struct instance),
	.field = INSTANCE_FIELDS,
	.n = ARRAY_LEN(INSTANCE_FIELDS),
};

static const struct cf_field VRRP_FIELDS[] = {
	CF(struct vrrp, instances, CF_LIST, .of = &INSTANCE, .defaults = "defaults",
	   .doc = "The virtual routers."),
};
static const struct cf_schema VRRP = {
	.name = "vrrp",
	.size = sizeof(struct vrrp),
	.field = VRRP_FIELDS,
	.n = ARRAY_LEN(VRRP_FIELDS),
};

static const struct cf_field CONFIG_FIELDS[] = {
	CF(struct config, node, CF_TEXT, .def = "lb1", .accept = accept_node),
	CF(struct config, cookie, CF_UINT),
	CF(struct config, vrrp, CF_GROUP, .of = &VRRP, .required = true),
};
static const struct cf_schema CONFIG = {
	.name = "trivet.conf",
	.doc = "The file.",
	.size = sizeof(struct config),
	.field = CONFIG_FIELDS,
	.n = ARRAY_LEN(CONFIG_FIELDS),
};

/* ---- loading text */

static struct cf_source source;
static struct cf_model model;
static struct cf_report report;
static char *dumped;

static char *no_file(void *ctx, const char *path, size_t *len, char *why, size_t why_size)
{
	(void)ctx, (void)path, (void)len;
	snprintf(why, why_size, "No such file or directory");
	return NULL;
}

/* Loads what is in `source`. */
static bool load_source(void (*check)(struct cf_load *))
{
	cf_model_free(&model);
	return cf_load(&source, &CONFIG, check, &model, &report);
}

static bool load_checked(const char *text, void (*check)(struct cf_load *))
{
	cf_source_free(&source);
	cf_source_text(&source, "f", text, strlen(text), &(struct cf_reader){ .read = no_file });
	return load_source(check);
}

static bool load(const char *text)
{
	return load_checked(text, NULL);
}

/* The report of a text that is refused. */
static const char *refuse(const char *text)
{
	assert_false(load(text));
	assert_null(model.bytes);
	assert_true(report.errors > 0);
	assert_int_equal(report.len, strlen(report.text));
	return report.text;
}

/* The model of a text that is taken without a word. */
static const struct config *take(const char *text)
{
	load(text);
	assert_string_equal(report.text, "");
	assert_int_equal(report.errors + report.warnings, 0);
	assert_true(cf_model_good(&CONFIG, &model));
	return model.bytes;
}

static const struct instance *instance(uint32_t i)
{
	const struct config *c = model.bytes;

	assert_true(i < c->vrrp.instances.n);
	return cf_at(&model, c->vrrp.instances, sizeof(struct instance), i);
}

/* An instance with these settings, on line 1. */
static const struct instance *take_instance(const char *settings)
{
	char text[1024];

	snprintf(text, sizeof text, "vrrp = { instances = ( { name = \"a\"; vrid = 1; %s } ); };",
		 settings);
	take(text);
	return instance(0);
}

static const char *refuse_instance(const char *settings)
{
	char text[1024];

	snprintf(text, sizeof text, "vrrp = { instances = ( { name = \"a\"; vrid = 1;\n%s } ); };",
		 settings);
	return refuse(text);
}

static const char *dump(void)
{
	size_t len;
	FILE *f;

	free(dumped);
	f = open_memstream(&dumped, &len);
	assert_non_null(f);
	cf_dump(&CONFIG, &model, f);
	assert_int_equal(fclose(f), 0);
	return dumped;
}

static int clean(void **state)
{
	(void)state;
	cf_source_free(&source);
	cf_model_free(&model);
	free(dumped);
	dumped = NULL;
	return 0;
}

/* ---- what is good */

static const char FULL[] =
	"node = \"lb \" \"2\";\n"
	"cookie = 0x123456789abL;\n"
	"vrrp : {\n"
	"  instances : (\n"
	"    { name = \"a\"; vrid = 51, priority : 254 preempt = false;\n"
	"      family = \"ipv6\"; port = 0xffff; mark = 4294967295L; interval = \"1.5s\";\n"
	"      garp = { repeat = 1; };\n"
	"      auth = { key = \"12345678\"; mode = \"permit\" };\n"
	"      addresses = ( \"192.0.2.1/24\", { prefix = \"192.0.2.2/32\"; advertise = false; } "
	");\n"
	"      peers = [ \"10.0.0.1/8\", \"10.0.0.2/8\" ]; },\n"
	"    { name = \"b\"; vrid = 7; addresses = ( \"1.2.3.4/5\" ); }\n"
	"  );\n"
	"};\n";

static void loads_every_type(void **state)
{
	const struct config *c;
	const struct instance *a, *b;
	const struct address *address, *peer;

	(void)state;
	load(FULL);
	assert_string_equal(report.text, "f:1: node: must not have a blank in it\n");
	c = take(strstr(FULL, "cookie"));
	assert_string_equal(c->node, "lb1");
	assert_int_equal(c->cookie, 0x123456789ab);
	assert_int_equal(c->vrrp.instances.n, 2);
	a = instance(0);
	assert_string_equal(a->name, "a");
	assert_int_equal(a->vrid, 51);
	assert_int_equal(a->priority, 254);
	assert_int_equal(a->family, 1);
	assert_false(a->preempt);
	assert_int_equal(a->port, 65535);
	assert_int_equal(a->mark, 4294967295);
	assert_int_equal(a->interval.ns, 1500000000);
	assert_int_equal(a->garp.repeat, 1);
	assert_int_equal(a->garp.interval.ns, 50000000);
	assert_string_equal(a->auth.key, "12345678");
	assert_int_equal(a->auth.mode, 1);
	assert_int_equal(a->addresses.n, 2);
	address = cf_at(&model, a->addresses, sizeof *address, 0);
	assert_memory_equal(&address[0].prefix, ((uint8_t[]){ 192, 0, 2, 1, 24 }), 5);
	assert_true(address[0].advertise);
	assert_memory_equal(&address[1].prefix, ((uint8_t[]){ 192, 0, 2, 2, 32 }), 5);
	assert_false(address[1].advertise);
	assert_int_equal(a->peers.n, 2);
	peer = cf_at(&model, a->peers, sizeof *peer, 1);
	assert_memory_equal(&peer->prefix, ((uint8_t[]){ 10, 0, 0, 2, 8 }), 5);
	b = instance(1);
	assert_int_equal(b->priority, 100);
	assert_int_equal(b->interval.ns, 1000000000);
	assert_int_equal(b->auth.mode, 2);
	assert_string_equal(b->auth.key, "");
	assert_int_equal(b->garp.repeat, 5);
	assert_int_equal(b->peers.n, 0);
}

/* ---- what is wrong */

static void ten_mistakes_get_ten_messages(void **state)
{
	(void)state;
	assert_string_equal(
		refuse("node = \"a name that is too long\";\n"
		       "cookie = 3000000000;\n"
		       "vrrp = {\n"
		       "  instances = (\n"
		       "    { name = \"a\"; vrid = 256;\n"
		       "      priority = \"200\";\n"
		       "      prioritty = 200;\n"
		       "      preempt = yes;\n"
		       "      interval = 10ms; },\n"
		       "    { name = \"b\";\n"
		       "      interval = \"5ms\";\n"
		       "      family = \"inet\";\n"
		       "      family = \"ipv4\"; },\n"
		       "  );\n"
		       "};\n"),
		"f:1: node: is 23 bytes long; at most 15 fit\n"
		"f:2: cookie: 3000000000 needs an L at its end: write 3000000000L. Without it "
		"only 32 bits are read\n"
		"f:5: vrrp.instances[0].vrid: must be 1..255, not 256\n"
		"f:6: vrrp.instances[0].priority: expected an integer, such as priority = 100; "
		"found the string "
		"\"200\"\n"
		"f:7: vrrp.instances[0].prioritty: unknown setting; did you mean priority?\n"
		"f:8: vrrp.instances[0].preempt: yes is not a truth value: write true\n"
		"f:9: vrrp.instances[0].interval: write a length of time as a string with a unit: "
		"\"10ms\"\n"
		"f:10: vrrp.instances[1].vrid: is missing\n"
		"f:11: vrrp.instances[1].interval: must be 10ms..40950ms, not \"5ms\"\n"
		"f:12: vrrp.instances[1].family: must be \"ipv4\" or \"ipv6\", not \"inet\"\n"
		"f:13: vrrp.instances[1].family: set twice in this group; the first is at f:12\n"
		"f:13: vrrp.instances: remove this ',': no other element follows\n");
	assert_int_equal(report.errors, 12);
}

static void says_what_type_was_expected(void **state)
{
	static const struct {
		const char *setting, *error;
	} wrong[] = {
		{ "preempt = 1;", "preempt: expected true or false; found the integer 1" },
		{ "preempt = \"yes\";",
		  "preempt: expected true or false; found the string \"yes\"" },
		{ "port = true;", "port: expected an integer, such as port = 0; found true" },
		{ "port = 1.5;",
		  "port: expected an integer, such as port = 0; found the number 1.5" },
		{ "interval = 10;",
		  "interval: expected a length of time with its unit, such as interval = \"1s\"; "
		  "found the "
		  "integer 10" },
		{ "interval = \"10\";",
		  "interval: must be a number with one of the units ns, us, ms, s, m, h, such as "
		  "\"250ms\", not \"10\"" },
		{ "interval = [ ];",
		  "interval: expected a length of time with its unit, such as interval = \"1s\"; "
		  "found an "
		  "array [ ]" },
		{ "family = 4;", "family: expected \"ipv4\" or \"ipv6\"; found the integer 4" },
		{ "family = \"v\\\"4\";", "family: must be \"ipv4\" or \"ipv6\", not \"v\\x224\"" },
		{ "garp = 5;", "garp: expected a group: garp = { ... }; found the integer 5" },
		{ "garp = ( );", "garp: expected a group: garp = { ... }; found a list ( )" },
		{ "addresses = \"1.2.3.4/5\";",
		  "addresses: expected a list: addresses = ( ... ); found the string "
		  "\"1.2.3.4/5\"" },
		{ "addresses = { };",
		  "addresses: expected a list: addresses = ( ... ); found a group { }" },
		{ "addresses = ( ( ) );",
		  "addresses[0]: expected a group { ... } or a plain value; found a list ( )" },
		{ "addresses = ( 5 );",
		  "addresses[0]: expected a string, such as prefix = \"...\"; found the integer "
		  "5" },
		{ "addresses = ( \"x\" );",
		  "addresses[0]: not an address with a prefix length, such as \"192.0.2.1/24\"" },
		{ "addresses = ( { prefix = \"x\"; } );",
		  "addresses[0].prefix: not an address with a prefix length, such as "
		  "\"192.0.2.1/24\"" },
		{ "auth = { key = 12345; };",
		  "auth.key: expected a string, such as key = \"...\"; found an integer" },
	};
	char expected[300];

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(wrong); i++) {
		snprintf(expected, sizeof expected, "f:2: vrrp.instances[0].%s\n", wrong[i].error);
		assert_string_equal(refuse_instance(wrong[i].setting), expected);
	}
	assert_string_equal(
		refuse("vrrp = { instances = [ 1 ]; };"),
		"f:1: vrrp.instances: expected a list: instances = ( { ... }, { ... } ); found an "
		"array [ ]\n");
	assert_string_equal(
		refuse("vrrp = { instances = ( \"a\" ); };"),
		"f:1: vrrp.instances[0]: expected a group { ... }; found the string \"a\"\n");
}

static void holds_numbers_to_their_range(void **state)
{
	static const struct {
		const char *setting, *error;
	} wrong[] = {
		{ "priority = 0;", "priority: must be 1..254, not 0" },
		{ "priority = -1;", "priority: must be 1..254, not -1" },
		{ "priority = 255;", "priority: must be 1..254, not 255" },
		{ "port = 65536;", "port: must be 0..65535, not 65536" },
		{ "mark = 4294967296L;", "mark: must be 0..4294967295, not 4294967296" },
		{ "mark = -5;", "mark: must be 0..4294967295, not -5" },
		{ "interval = \"9999us\";", "interval: must be 10ms..40950ms, not \"9999us\"" },
		{ "interval = \"41s\";", "interval: must be 10ms..40950ms, not \"41s\"" },
		{ "addresses = ( );", "addresses: must have 1..4 elements, not 0" },
		{ "addresses = [ \"x\", \"x\", \"x\", \"x\", \"x\" ];",
		  "addresses: must have 1..4 elements, not 5" },
	};
	char expected[300];

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(wrong); i++) {
		snprintf(expected, sizeof expected, "f:2: vrrp.instances[0].%s\n", wrong[i].error);
		assert_string_equal(refuse_instance(wrong[i].setting), expected);
	}
	assert_string_equal(refuse("cookie = -1; vrrp = { };"),
			    "f:1: cookie: must not be negative, not -1\n");
	assert_int_equal(take("cookie = 9223372036854775807L; vrrp = { };")->cookie, INT64_MAX);
	assert_int_equal(take_instance("priority = 1;")->priority, 1);
	assert_int_equal(take_instance("priority = 254L;")->priority, 254);
	assert_int_equal(take_instance("interval = \"10ms\";")->interval.ns, 10000000);
	assert_int_equal(take_instance("interval = \"40.95s\";")->interval.ns,
			 UINT64_C(40950000000));
}

static void suggests_the_name_that_was_meant(void **state)
{
	static const struct {
		const char *setting, *error;
	} wrong[] = {
		{ "Priority = 5;", "Priority: unknown setting; did you mean priority?" },
		{ "PRIORITY = 5;", "PRIORITY: unknown setting; did you mean priority?" },
		{ "vird = 5;", "vird: unknown setting; did you mean vrid?" },
		{ "mode = 5;",
		  "mode: unknown setting here; there is one in vrrp.instances[].auth" },
		{ "pre-empt = true;", "pre-empt: unknown setting; did you mean preempt?" },
		{ "adresses = ( );", "adresses: unknown setting; did you mean addresses?" },
		{ "repeat = 5;",
		  "repeat: unknown setting here; there is one in vrrp.instances[].garp" },
		{ "instances = 5;", "instances: unknown setting here; there is one in vrrp" },
		{ "zzz = 5;", "zzz: unknown setting" },
	};
	char expected[300];

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(wrong); i++) {
		snprintf(expected, sizeof expected, "f:2: vrrp.instances[0].%s\n", wrong[i].error);
		assert_string_equal(refuse_instance(wrong[i].setting), expected);
	}
	assert_string_equal(refuse("vrrp = { default = { }; };"),
			    "f:1: vrrp.default: unknown setting; did you mean defaults?\n");
	assert_string_equal(refuse("vrpr = { };"),
			    "f: vrrp: is missing\n"
			    "f:1: vrpr: unknown setting; did you mean vrrp?\n");
}

/* What is left of a file that was cut off must not end on reload whatever runs. */
static void S07_a_file_without_a_setting_is_refused(void **state)
{
	static const char said[] = "f: there is not one setting in it: was the file cut off?\n";

	(void)state;
	assert_string_equal(refuse(""), said);
	assert_string_equal(refuse("\n \t\n# a comment\n/* and another */ // and a third\n"), said);
}

static void misses_what_is_required(void **state)
{
	(void)state;
	assert_string_equal(refuse("x = 1;"), "f: vrrp: is missing\nf:1: x: unknown setting\n");
	assert_string_equal(
		refuse("vrrp = {\n instances = ( {\n },\n\n { name = \"\"; vrid = 1; } ); };"),
		"f:2: vrrp.instances[0].name: is missing\n"
		"f:2: vrrp.instances[0].vrid: is missing\n"
		"f:5: vrrp.instances[1].name: must not be empty\n");
	assert_string_equal(refuse_instance("auth = { };"),
			    "f:2: vrrp.instances[0].auth.key: is missing\n");
	assert_string_equal(refuse_instance("addresses = ( { advertise = true; } );"),
			    "f:2: vrrp.instances[0].addresses[0].prefix: is missing\n");
}

/* What has an error of its own is there: it is not missing, and not of a wrong type. */
static void one_mistake_gets_one_message(void **state)
{
	(void)state;
	assert_string_equal(
		refuse("vrrp = { instances = ( { name = a; vrid = no; auth = { key = \"open; } } "
		       "); };\n"),
		"f:1: vrrp.instances[0].name: the value must stand in double quotes, unless it is "
		"a number, true "
		"or false\n"
		"f:1: vrrp.instances[0].vrid: no is not a truth value: write false\n"
		"f:1: vrrp.instances[0].auth.key: the string opened here is not closed on its "
		"line (a line break "
		"inside a string is written \\n)\n");
	assert_string_equal(
		refuse_instance("priority = 3000000000;"),
		"f:2: vrrp.instances[0].priority: 3000000000 needs an L at its end: write "
		"3000000000L. Without it only 32 bits are read\n");
	assert_string_equal(refuse("vrrp = no;"),
			    "f:1: vrrp: no is not a truth value: write false\n");
	assert_string_equal(
		refuse_instance("auth = 5;"),
		"f:2: vrrp.instances[0].auth: expected a group: auth = { ... }; found the integer "
		"5\n");
	assert_string_equal(
		refuse_instance("addresses = ( \"1.1.1.1/1\", no );"),
		"f:2: vrrp.instances[0].addresses[1]: no is not a truth value: write false\n");
}

static void does_not_print_secrets(void **state)
{
	(void)state;
	assert_null(strstr(refuse_instance("auth = { key = \"123456789\"; };"), "12345"));
	assert_null(strstr(refuse_instance("auth = { key = 123456789; };"), "12345"));
	assert_null(strstr(refuse_instance("auth = { key = 1234.5; };"), "1234"));
	assert_null(strstr(refuse_instance("auth = { key = \"k\"; pin = 12345; };"), "12345"));
	assert_null(strstr(refuse_instance("auth = { key = \"k\"; pin = \"1234\"; };"), "1234"));
}

/* libconfig puts a string in a list on the line of what follows it. */
static void names_the_line_of_a_string_in_a_list(void **state)
{
	(void)state;
	assert_string_equal(
		refuse_instance("addresses = [\n\"1.2.3.4/5\",\n\"x\"\n,\n\"y\"\n\n];"),
		"f:4: vrrp.instances[0].addresses[1]: not an address with a prefix length, such as "
		"\"192.0.2.1/24\"\n"
		"f:6: vrrp.instances[0].addresses[2]: not an address with a prefix length, such as "
		"\"192.0.2.1/24\"\n");
}

/* A comma that was forgotten makes one string of two. */
static void warns_of_strings_that_become_one(void **state)
{
	(void)state;
	assert_string_equal(
		refuse_instance("addresses = [ \"1.2.3.4/5\"\n\"1.2.3.4/5\" ];"),
		"f:2: vrrp.instances[0].addresses[0]: warning: strings side by side are read as "
		"one; is a comma "
		"missing?\n"
		"f:2: vrrp.instances[0].addresses[0]: not an address with a prefix length, such as "
		"\"192.0.2.1/24\"\n");
	assert_true(load(
		"vrrp = { instances = ( { name = \"a\" \"b\"; vrid = 1; addresses = ( \"1.2.3.4\" "
		"\"/5\" ); } ); };"));
	assert_string_equal(
		report.text,
		"f:1: vrrp.instances[0].addresses[0]: warning: strings side by side are read as "
		"one; is a comma missing?\n");
	assert_int_equal(report.warnings, 1);
}

/* ---- defaults groups */

static void defaults_reach_into_groups_and_lists(void **state)
{
	const struct instance *a, *b;
	const struct address *peer;

	(void)state;
	take("vrrp = {\n"
	     "  instances = ( { name = \"a\"; garp = { repeat = 2; }; },\n"
	     "                { name = \"b\"; vrid = 9; priority = 9; auth = { key = \"k\"; }; "
	     "peers = ( ); } );\n"
	     "  defaults = { vrid = 7; priority = 50; garp = { interval = \"9ms\"; repeat = 9; };\n"
	     "               peers = [ \"1.2.3.4/5\", \"6.7.8.9/10\" ]; };\n"
	     "};");
	a = instance(0);
	b = instance(1);
	assert_int_equal(a->vrid, 7);
	assert_int_equal(a->priority, 50);
	assert_int_equal(a->garp.repeat, 2);
	assert_int_equal(a->garp.interval.ns, 9000000);
	assert_int_equal(a->peers.n, 2);
	peer = cf_at(&model, a->peers, sizeof *peer, 1);
	assert_memory_equal(&peer->prefix, ((uint8_t[]){ 6, 7, 8, 9, 10 }), 5);
	assert_int_equal(b->vrid, 9);
	assert_int_equal(b->priority, 9);
	assert_int_equal(b->garp.repeat, 9);
	assert_int_equal(b->peers.n, 0);
}

/* What the defaults have of a group, the element may complete; it is demanded only there. */
static void defaults_need_not_be_complete(void **state)
{
	(void)state;
	take("vrrp = { instances = ( { name = \"a\"; vrid = 1; auth = { key = \"k\"; }; } );\n"
	     "  defaults = { auth = { mode = \"off\"; }; }; };");
	assert_int_equal(instance(0)->auth.mode, 0);
	assert_string_equal(instance(0)->auth.key, "k");
	assert_string_equal(refuse("vrrp = {\n  instances = ( { name = \"a\"; vrid = 1; } );\n"
				   "  defaults = { auth = { mode = \"off\"; }; }; };"),
			    "f:3: vrrp.instances[0].auth.key: is missing\n");
	take("vrrp = { defaults = { priority = 5; }; };");
}

static void tells_an_error_in_defaults_once(void **state)
{
	(void)state;
	assert_string_equal(
		refuse("vrrp = {\n"
		       "  defaults = { priority = 0;\n"
		       "    prioritty = 5;\n"
		       "    garp = { repeat = 11; };\n"
		       "    auth = 5;\n"
		       "    peers = ( \"x\",\n"
		       "              { bogus = 5; } );\n"
		       "    interval = 5s; };\n"
		       "  instances = ( { name = \"a\"; vrid = 1; }, { name = \"b\"; vrid = 2; },\n"
		       "                { name = \"c\"; vrid = 0; } ); };"),
		"f:2: vrrp.defaults.priority: must be 1..254, not 0\n"
		"f:3: vrrp.defaults.prioritty: unknown setting; did you mean priority?\n"
		"f:4: vrrp.defaults.garp.repeat: must be 1..10, not 11\n"
		"f:5: vrrp.defaults.auth: expected a group: auth = { ... }; found the integer 5\n"
		"f:6: vrrp.defaults.peers[0]: not an address with a prefix length, such as "
		"\"192.0.2.1/24\"\n"
		"f:7: vrrp.defaults.peers[1].bogus: unknown setting\n"
		"f:7: vrrp.defaults.peers[1].prefix: is missing\n"
		"f:8: vrrp.defaults.interval: write a length of time as a string with a unit: "
		"\"5s\"\n"
		"f:10: vrrp.instances[2].vrid: must be 1..255, not 0\n");
	assert_string_equal(
		refuse("vrrp = { defaults = ( ); };"),
		"f:1: vrrp.defaults: expected a group: defaults = { ... }; found a list ( )\n");
}

/* ---- cross checks */

static void check_everything(struct cf_load *l)
{
	const struct config *c = cf_load_model(l)->bytes;

	for (uint32_t i = 0; i < c->vrrp.instances.n; i++) {
		struct instance *in = cf_at(cf_load_model(l), c->vrrp.instances, sizeof *in, i);
		const struct address *a;

		if (in->vrid == 1)
			cf_error(l, in, "vrid", "%d is taken", in->vrid);
		if (in->priority == 2)
			cf_error(l, in, "priority", "no good");
		if (in->port == 3)
			cf_error(l, in, NULL, "will not do");
		if (in->garp.repeat == 4)
			cf_error(l, &in->garp, "repeat", "unlucky");
		if (in->port == 5)
			cf_warning(l, in, "port", "is odd");
		for (uint32_t k = 0; k < in->addresses.n; k++) {
			a = cf_at(cf_load_model(l), in->addresses, sizeof *a, k);
			if (a->prefix.len == 0)
				cf_error(l, a, "prefix", "length 0");
			if (!a->advertise)
				cf_error(l, a, NULL, "silent");
		}
		in->mark = 99;
	}
	if (c->cookie == 6)
		cf_error(l, c, NULL, "all wrong");
	if (c->cookie == 7)
		cf_error(l, c, "node", "left out");
}

static void cross_checks_name_the_place(void **state)
{
	static const struct {
		const char *text, *error;
	} wrong[] = {
		{ "{ name = \"a\";\nvrid = 1;\n}", "f:2: vrrp.instances[0].vrid: 1 is taken\n" },
		{ "{ name = \"a\"; vrid = 2; },\n{ name = \"a\"; vrid = 2; port = 3; }",
		  "f:2: vrrp.instances[1].garp: will not do\n" },
		{ "{ name = \"a\"; vrid = 2;\ngarp = {\nrepeat = 4; } }",
		  "f:3: vrrp.instances[0].garp.repeat: unlucky\n" },
		{ "{ name = \"a\"; vrid = 2;\naddresses = ( \"1.1.1.1/1\",\n\"1.1.1.1/0\",\n"
		  "{ prefix = \"1.1.1.1/1\"; advertise = "
		  "false; } ); }",
		  "f:3: vrrp.instances[0].addresses[1]: length 0\n"
		  "f:4: vrrp.instances[0].addresses[2]: silent\n" },
		{ "{ name = \"a\";\nvrid = 1; },\n{ name = \"a\"; vrid = 2; port = 5; },\n"
		  "{ name = \"a\"; vrid = 1; }",
		  "f:2: vrrp.instances[0].vrid: 1 is taken\n"
		  "f:3: vrrp.instances[1].port: warning: is odd\n"
		  "f:4: vrrp.instances[2].vrid: 1 is taken\n" },
	};
	char text[512];

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(wrong); i++) {
		snprintf(text, sizeof text, "vrrp = { instances = ( %s ); };", wrong[i].text);
		assert_false(load_checked(text, check_everything));
		assert_string_equal(report.text, wrong[i].error);
	}
	assert_false(load_checked("vrrp = { defaults = { vrid = 9;\npriority = 2; };\n"
				  "instances = ( { name = \"a\"; } ); };",
				  check_everything));
	assert_string_equal(report.text, "f:2: vrrp.instances[0].priority: no good\n");
	assert_false(load_checked("vrrp = { };\ncookie = 6;", check_everything));
	assert_string_equal(report.text, "f: all wrong\n");
	assert_false(load_checked("vrrp = { };\ncookie = 7;", check_everything));
	assert_string_equal(report.text, "f: node: left out\n");
}

static void cross_checks_may_complete_the_model(void **state)
{
	(void)state;
	assert_true(
		load_checked("vrrp = { instances = ( { name = \"a\"; vrid = 2; port = 5; } ); };",
			     check_everything));
	assert_int_equal(instance(0)->mark, 99);
	assert_int_equal(report.warnings, 1);
	assert_string_equal(report.text, "f:1: vrrp.instances[0].port: warning: is odd\n");
}

static void check_as_if_good(struct cf_load *l)
{
	if (cf_load_clean(l))
		check_everything(l);
}

/* One load tells all that is wrong; a cross check that relies on good settings can ask. */
static void cross_checks_see_what_was_refused_as_zero(void **state)
{
	static const char text[] =
		"vrrp = { instances = ( { name = \"a\"; vrid = 1;\nport = -1; } ); };";

	(void)state;
	assert_false(load_checked(text, check_everything));
	assert_string_equal(report.text,
			    "f:1: vrrp.instances[0].vrid: 1 is taken\n"
			    "f:2: vrrp.instances[0].port: must be 0..65535, not -1\n");
	assert_false(load_checked(text, check_as_if_good));
	assert_string_equal(report.text, "f:2: vrrp.instances[0].port: must be 0..65535, not -1\n");
	assert_false(load_checked("vrrp = { instances = ( { name = \"a\"; vrid = 1; };",
				  check_everything));
	assert_null(strstr(report.text, "taken"));
}

static void check_too_much(struct cf_load *l)
{
	for (unsigned i = 0; i < 2 * CF_ERRORS_MAX; i++) {
		cf_error(l, cf_load_model(l)->bytes, "node", "error %u", i);
		cf_warning(l, cf_load_model(l)->bytes, "node", "warning %u", i);
	}
}

static unsigned lines(const char *s)
{
	unsigned n = 0;

	for (; *s != '\0'; s++)
		n += *s == '\n';
	return n;
}

static void counts_the_errors_it_does_not_tell(void **state)
{
	(void)state;
	assert_false(load_checked("vrrp = { };", check_too_much));
	assert_int_equal(report.errors, 2 * CF_ERRORS_MAX);
	assert_int_equal(report.warnings, 2 * CF_ERRORS_MAX);
	assert_int_equal(lines(report.text), 2 * CF_ERRORS_MAX + 1);
	assert_non_null(strstr(report.text, "\n... and 200 more\n"));
}

static void counts_mistakes_it_does_not_tell(void **state)
{
	static char text[CF_ERRORS_MAX * 64];
	struct text t = text_open(text, sizeof text);

	(void)state;
	for (unsigned i = 0; i < CF_ERRORS_MAX + 50; i++)
		text_fmt(&t, "zz%u = 1;\n", i);
	refuse(text);
	assert_int_equal(report.errors, CF_ERRORS_MAX + 51);
	assert_int_equal(lines(report.text), CF_ERRORS_MAX + 1);
	assert_non_null(strstr(report.text, "\n... and 51 more\n"));
	t = text_open(text, sizeof text);
	for (unsigned i = 0; i < CF_ERRORS_MAX + 50; i++)
		text_fmt(&t, "vrrp = no;\n");
	refuse(text);
	assert_int_equal(report.errors, 2 * (CF_ERRORS_MAX + 50) - 1);
	assert_non_null(strstr(report.text, "\n... and 199 more\n"));
}

/* Wherever the end falls, the last line tells how many are missing. */
static void cuts_a_long_report_at_a_line(void **state)
{
	static char text[CF_ERRORS_MAX * 32];
	char name[1000], last[64];
	struct text t = text_open(text, sizeof text);

	(void)state;
	for (unsigned i = 0; i < 80; i++)
		text_fmt(&t, "zz%u = no;\n", i);
	for (unsigned len = sizeof name - 200; len < sizeof name; len++) {
		memset(name, 'n', len);
		name[len] = '\0';
		cf_source_free(&source);
		cf_source_text(&source, name, text, strlen(text),
			       &(struct cf_reader){ .read = no_file });
		assert_false(load_source(NULL));
		assert_int_equal(report.errors, 161);
		assert_in_range(report.len, CF_REPORT_MAX - 2048, CF_REPORT_MAX - 1);
		assert_int_equal(report.len, strlen(report.text));
		t = text_open(last, sizeof last);
		text_fmt(&t, "\n... and %u more\n", 161 - lines(report.text) + 1);
		assert_string_equal(report.text + report.len - t.len, last);
	}
}

/* ---- libconfig in doubt */

/* cf_source.h should let no such text pass; if it does, libconfig's word counts. */
static void takes_the_word_of_libconfig(void **state)
{
	(void)state;
	load("vrrp = { };\n\tcookie = 5;\n");
	*strchr(source.text, '5') = '@';
	assert_false(load_source(NULL));
	assert_string_equal(report.text, "f:2: syntax error near: cookie = @;\n");
}

static void S07_refuses_what_is_read_in_two_ways(void **state)
{
	static const char expected[] =
		"f: libconfig reads this file in another way than it is meant; is it a version "
		"that "
		"was never tried?\n";

	(void)state;
	load("vrrp = { };\ncookie = 5;\n");
	source.text[strlen("vrrp = { };")] = '\0';
	assert_false(load_source(NULL));
	assert_string_equal(report.text, expected);
	load("vrrp = { };\ncookie = 5;\n");
	source.value[1].kind = CF_IS_INT64;
	assert_false(load_source(NULL));
	assert_string_equal(report.text, expected);
}

static void S07_tells_why_a_file_cannot_be_read(void **state)
{
	(void)state;
	cf_source_free(&source);
	assert_false(cf_source_read(&source, "/no\nwhere", &(struct cf_reader){ .read = no_file }));
	assert_false(load_source(NULL));
	assert_string_equal(report.text,
			    "/no\\x0awhere: cannot read it: No such file or directory\n");
}

static void S07_a_model_has_a_limit(void **state)
{
	static const char expected[] = "f: the configuration is too large for the model\n";
	size_t n = CF_MODEL_MAX / sizeof(struct instance), size = n * 3 + 1000;
	char *text = malloc(size), *p;

	(void)state;
	assert_non_null(text);
	for (unsigned more = 0; more < 2; more++) {
		/* one list that is too large, and one that leaves no room for another */
		p = text + sprintf(text, "vrrp = { defaults = { name = \"a\"; vrid = 1; };\n"
					 "instances = ( { peers = ( \"1.1.1.1/1\"");
		for (unsigned i = 0; i < 80; i++)
			p = stpcpy(p, ",{}");
		p = stpcpy(p, ") }");
		for (size_t i = 0; i < n - 2 + 2 * more; i++)
			p = stpcpy(p, ",{}");
		strcpy(p, " ); };");
		assert_non_null(strstr(refuse(text), expected));
		assert_int_equal(report.errors, 1);
	}
	free(text);
}

/* ---- from the model */

static void cf_defaults_gives_what_an_empty_group_gives(void **state)
{
	struct instance in;

	(void)state;
	memset(&in, 0xaa, sizeof in);
	cf_defaults(&INSTANCE, &in);
	assert_int_equal(in.priority, 100);
	assert_int_equal(in.garp.repeat, 5);
	assert_int_equal(in.auth.mode, 2);
	take_instance("");
	strcpy(in.name, "a");
	in.vrid = 1;
	assert_memory_equal(&in, instance(0), sizeof in);
}

static void dumps_the_file(void **state)
{
	(void)state;
	take_instance(
		"addresses = [ \"1.2.3.4/5\" ]; mark = 3000000000L; auth = { key = \"k\"; };");
	assert_string_equal(dump(), "node = \"lb1\";\n"
				    "vrrp = {\n"
				    "\tinstances = (\n"
				    "\t\t{\n"
				    "\t\t\tname = \"a\";\n"
				    "\t\t\tvrid = 1;\n"
				    "\t\t\tpriority = 100;\n"
				    "\t\t\tpreempt = true;\n"
				    "\t\t\tmark = 3000000000L;\n"
				    "\t\t\tinterval = \"1s\";\n"
				    "\t\t\tgarp = {\n"
				    "\t\t\t\trepeat = 5;\n"
				    "\t\t\t\tinterval = \"50ms\";\n"
				    "\t\t\t};\n"
				    "\t\t\tauth = {\n"
				    "\t\t\t\t# key is not shown\n"
				    "\t\t\t\tmode = \"enforce\";\n"
				    "\t\t\t};\n"
				    "\t\t\taddresses = (\n"
				    "\t\t\t\t{\n"
				    "\t\t\t\t\tprefix = \"1.2.3.4/5\";\n"
				    "\t\t\t\t\tadvertise = true;\n"
				    "\t\t\t\t}\n"
				    "\t\t\t);\n"
				    "\t\t}\n"
				    "\t);\n"
				    "};\n");
}

/* load . dump . load = load, as long as there are no secrets */
static void what_is_dumped_loads_to_the_same_model(void **state)
{
	static const char *const text[] = {
		"vrrp = { };",
		"vrrp = { instances = ( ); }; node = \"\"; cookie = 5000000000L;",
		"node = \"a\\\"\\\\\\n\\t\\x01\\x7f\xc3\xa9\"; vrrp = { };",
		"vrrp = { instances = ( { name = \"a\"; vrid = 1; }, { name = \"b\"; vrid = 2; "
		"preempt = false;\n"
		"  interval = \"1234567us\"; family = \"ipv6\"; garp = { interval = \"0s\"; };\n"
		"  addresses = ( \"0.0.0.0/0\", { prefix = \"1.2.3.4/5\"; advertise = false; } ); "
		"} ); };",
		"vrrp = { defaults = { vrid = 5; peers = [ \"1.1.1.1/1\", \"2.2.2.2/2\" ]; garp = "
		"{ repeat = 7; }; };\n"
		"  instances = ( { name = \"a\"; }, { name = \"b\"; addresses = ( \"1.1.1.1/1\" "
		"); }, { name = \"c\"; } ); };",
	};
	struct cf_model first;

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(text); i++) {
		take(text[i]);
		first = model;
		for (const char *p = dump(); *p != '\0'; p++)
			assert_true(*p == '\n' || *p == '\t' || (*p & 0x80) != 0 ||
				    (*p >= ' ' && *p < 0x7f));
		model = (struct cf_model){ 0 };
		take(dumped);
		assert_int_equal(model.len, first.len);
		assert_memory_equal(model.bytes, first.bytes, first.len);
		cf_model_free(&first);
	}
}

static void note_change(void *ctx, const struct cf_field *f)
{
	text_fmt(ctx, "%s ", f->name);
}

static void tells_which_settings_differ(void **state)
{
	struct instance a, b;
	char buf[100];
	struct text t = text_open(buf, sizeof buf);

	(void)state;
	cf_defaults(&INSTANCE, &a);
	b = a;
	b.peers.n = 5;
	b.garp.repeat = 1;
	b.name[5] = 'x';
	assert_int_equal(cf_diff(&INSTANCE, &a, &b, note_change, &t), -1);
	b.priority = 5;
	assert_int_equal(cf_diff(&INSTANCE, &a, &b, NULL, NULL), CF_LIVE);
	b.vrid = 5;
	assert_int_equal(cf_diff(&INSTANCE, &a, &b, NULL, NULL), CF_RESTART_OBJECT);
	b.family = 1;
	b.name[0] = 'n';
	b.interval.ns++;
	assert_int_equal(cf_diff(&INSTANCE, &a, &b, note_change, &t), CF_RESTART_DAEMON);
	assert_string_equal(buf, "name vrid priority family interval ");
}

static void writes_the_manual(void **state)
{
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	(void)state;
	assert_non_null(f);
	cf_manual(&CONFIG, f);
	assert_int_equal(fclose(f), 0);
	assert_string_equal(
		text,
		".SS trivet.conf\nThe file.\n"
		".TP\n.B node\n(string, at most 15 bytes, default \"lb1\")\n"
		".TP\n.B cookie\n(integer)\n"
		".TP\n.B vrrp\n(group, required)\nSee vrrp below.\n"
		".SS vrrp\n"
		".TP\n.B instances\n(list)\nThe virtual routers.\nSee vrrp.instances[] below.\n"
		"What an element leaves out is taken from the group defaults beside the list, if "
		"there is "
		"one.\n"
		".SS vrrp.instances[]\n"
		".TP\n.B name\n(string, at most 15 bytes, required)\n"
		"Its name in logs and commands.\n"
		".TP\n.B vrid\n(integer 1..255, required)\nVirtual router identifier.\n"
		"A change stops what it belongs to and starts it anew.\n"
		".TP\n.B priority\n(integer 1..254, default 100)\nThe highest wins.\n"
		"\\&.A line that begins with a dot, and a back\\eslash.\n"
		".TP\n.B family\n(one of \"ipv4\" or \"ipv6\")\n"
		"A change is refused on reload: it needs a restart.\n"
		".TP\n.B preempt\n(true or false, default true)\n"
		".TP\n.B port\n(integer 0..65535)\n"
		".TP\n.B mark\n(integer 0..4294967295)\n"
		".TP\n.B interval\n(length of time 10ms..40950ms, default \"1s\")\n"
		".TP\n.B garp\n(group)\nSee vrrp.instances[].garp below.\n"
		".TP\n.B auth\n(group)\nSee vrrp.instances[].auth below.\n"
		".TP\n.B addresses\n(list, 1..4 elements)\n"
		"See vrrp.instances[].addresses[] below.\n"
		"A plain value stands for the element\\(aqs prefix.\n"
		".TP\n.B peers\n(list, at most 100 elements)\n"
		"See vrrp.instances[].addresses[] below.\n"
		"A plain value stands for the element\\(aqs prefix.\n"
		".SS vrrp.instances[].garp\n"
		".TP\n.B repeat\n(integer 1..10, default 5)\nHow often.\n"
		".TP\n.B interval\n(length of time, default \"50ms\")\n"
		".SS vrrp.instances[].auth\n"
		".TP\n.B key\n(string, at most 8 bytes, required)\n"
		".TP\n.B mode\n(one of \"off\", \"permit\" or \"enforce\", default \"enforce\")\n"
		".TP\n.B pin\n(integer 0..9999)\n"
		".SS vrrp.instances[].addresses[]\n"
		".TP\n.B prefix\n(string, required)\n"
		".TP\n.B advertise\n(true or false, default true)\n");
	free(text);
}

/* What comes over a pipe from a child that may have gone mad. */
static void knows_a_model_from_other_bytes(void **state)
{
	struct config *c;
	struct instance *in;

	(void)state;
	load(strstr(FULL, "cookie"));
	assert_true(cf_model_good(&CONFIG, &model));
	c = model.bytes;
	in = cf_at(&model, c->vrrp.instances, sizeof *in, 0);
#define BAD(member, value) \
	do { \
		__typeof__(member) was = (member); \
		(member) = (value); \
		assert_false(cf_model_good(&CONFIG, &model)); \
		(member) = was; \
		assert_true(cf_model_good(&CONFIG, &model)); \
	} while (0)
	BAD(model.len, sizeof *c - 1);
	BAD(model.len, sizeof *c);
	BAD(model.len, model.len - 1);
	BAD(model.len, CF_MODEL_MAX + 1);
	BAD(in->family, 2);
	BAD(in->addresses.n, UINT32_MAX);
	BAD(in->addresses.n, 5);
	BAD(in->addresses.at, in->addresses.at + 4);
	BAD(in->addresses.at, UINT32_MAX & ~7U);
	BAD(in[1].peers.at, 8);
	BAD(in[1].peers, c->vrrp.instances);
#undef BAD
	memset(in->name, 'x', sizeof in->name);
	assert_false(cf_model_good(&CONFIG, &model));
	strcpy(in->name, "a");
	*(unsigned char *)&in->preempt = 2;
	assert_false(cf_model_good(&CONFIG, &model));
}

/* ---- lengths of time */

static void reads_and_writes_lengths_of_time(void **state)
{
	static const struct {
		const char *text;
		uint64_t ns;
		const char *printed;
	} good[] = {
		{ "0s", 0, "0s" },
		{ "0h", 0, "0s" },
		{ "1ns", 1, "1ns" },
		{ "999us", 999000, "999us" },
		{ "1000us", 1000000, "1ms" },
		{ "1.5s", 1500000000, "1500ms" },
		{ "0.001ms", 1000, "1us" },
		{ "2.000000001s", 2000000001, "2000000001ns" },
		{ "1.0000000000s", 1000000000, "1s" },
		{ "60s", UINT64_C(60000000000), "1m" },
		{ "90m", UINT64_C(5400000000000), "90m" },
		{ "0.5h", UINT64_C(1800000000000), "30m" },
		{ "24h", UINT64_C(86400000000000), "24h" },
		{ "250 ms", 250000000, "250ms" },
		{ "007s", UINT64_C(7000000000), "7s" },
		{ "9223372036854775807ns", INT64_MAX, "9223372036854775807ns" },
	};
	static const char *const bad[] = {
		"",
		"s",
		"5",
		"5 ",
		"-1s",
		"+1s",
		"1.s",
		".5s",
		"1,5s",
		"1 m s",
		"1x",
		"1S",
		"5 s ",
		" 5s",
		"1s1",
		"1e3s",
		"0.5ns",
		"0.0000000001s",
		"9223372036854775808ns",
		"18446744073709551616ns",
		"9223372037s",
		"2562048h",
		"99999999999999999999h",
		"1min",
		"1d",
		"0x5s",
	};
	char buf[32];
	struct text t;
	uint64_t ns;

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(good); i++) {
		assert_true(cf_parse_span(good[i].text, &ns));
		assert_int_equal(ns, good[i].ns);
		t = text_open(buf, sizeof buf);
		cf_print_span(ns, &t);
		assert_string_equal(buf, good[i].printed);
	}
	for (unsigned i = 0; i < ARRAY_LEN(bad); i++)
		if (cf_parse_span(bad[i], &ns))
			fail_msg("%s", bad[i]);
}

#define F(name) cmocka_unit_test_teardown(name, clean)

UNIT_MAIN(F(loads_every_type), F(ten_mistakes_get_ten_messages), F(says_what_type_was_expected),
	  F(holds_numbers_to_their_range), F(suggests_the_name_that_was_meant),
	  F(S07_a_file_without_a_setting_is_refused), F(misses_what_is_required),
	  F(one_mistake_gets_one_message), F(does_not_print_secrets),
	  F(names_the_line_of_a_string_in_a_list), F(warns_of_strings_that_become_one),
	  F(defaults_reach_into_groups_and_lists), F(defaults_need_not_be_complete),
	  F(tells_an_error_in_defaults_once), F(cross_checks_name_the_place),
	  F(cross_checks_may_complete_the_model), F(cross_checks_see_what_was_refused_as_zero),
	  F(counts_the_errors_it_does_not_tell), F(counts_mistakes_it_does_not_tell),
	  F(cuts_a_long_report_at_a_line), F(takes_the_word_of_libconfig),
	  F(S07_refuses_what_is_read_in_two_ways), F(S07_tells_why_a_file_cannot_be_read),
	  F(S07_a_model_has_a_limit), F(cf_defaults_gives_what_an_empty_group_gives),
	  F(dumps_the_file), F(what_is_dumped_loads_to_the_same_model),
	  F(tells_which_settings_differ), F(writes_the_manual), F(knows_a_model_from_other_bytes),
	  F(reads_and_writes_lengths_of_time))
