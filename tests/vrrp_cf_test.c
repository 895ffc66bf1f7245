/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The vrrp section of the file: what is taken and with which defaults, what is refused and in which
 * words.
 */
#include "vrrp_cf.h"

#include <string.h>

#include "cf_agree.h"
#include "ip_text.h"
#include "unit.h"
#include "vrrp_track_script.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))
#define MS           UINT64_C(1000000)
#define SEC          UINT64_C(1000000000)

/* ---- loading text --------------------------------------------------------------------------- */

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

static void take(const char *text)
{
	load(text);
	assert_string_equal(report.text, "");
	assert_int_equal(report.errors + report.warnings, 0);
	assert_true(cf_model_good(&trivet_schema, &model));
}

static void refuse(const char *text, const char *want)
{
	assert_false(load(text));
	assert_string_equal(report.text, want);
	assert_null(model.bytes);
}

static uint32_t instances(void)
{
	return trivet_cf_root(&model)->vrrp.instances.n;
}

static const struct vrrp_cf_instance *instance(uint32_t i)
{
	assert_true(i < instances());
	return vrrp_cf_instance(&model, &trivet_cf_root(&model)->vrrp, i);
}

static void assert_address(const struct vrrp_cf_instance *cf, uint32_t i, const char *want)
{
	char text[IP_TEXT_SIZE];

	assert_true(i < cf->addresses.n);
	assert_string_equal(ip_prefix_string(&vrrp_cf_address(&model, cf, i)->address, text), want);
}

/* Appends an instance: on a new line its settings, and what is required and not among them. */
static void put_instance(char *text, size_t size, const char *settings)
{
	static const char *const base[][2] = {
		{ "name =", "name = \"a\";" }, { "interface =", "interface = \"eth0\";" },
		{ "vrid =", "vrid = 51;" }, { "addresses =", "addresses = ( \"192.0.2.10/24\" );" },
	};
	size_t n = strlen(text);

	n += (size_t)snprintf(text + n, size - n, "{\n%s", settings);
	for (unsigned i = 0; i < ARRAY_LEN(base); i++)
		if (strstr(settings, base[i][0]) == NULL)
			n += (size_t)snprintf(text + n, size - n, " %s", base[i][1]);
	n += (size_t)snprintf(text + n, size - n, " }");
	assert_true(n < size - 1);
}

/* A file with one or two instances; those of the first on line 2, of the second on line 3. */
static const char *file(const char *first, const char *second)
{
	static char text[32768];

	snprintf(text, sizeof text, "vrrp = { instances = ( ");
	put_instance(text, sizeof text - 16, first);
	if (second != NULL) {
		strcat(text, ", ");
		put_instance(text, sizeof text - 16, second);
	}
	return strcat(text, " ); };");
}

static const struct vrrp_cf_instance *take_one(const char *settings)
{
	take(file(settings, NULL));
	return instance(0);
}

/* `want` without "f:2: vrrp.instances[0]." */
static void refuse_one(const char *settings, const char *want)
{
	char full[512];

	snprintf(full, sizeof full, "f:2: vrrp.instances[0].%s\n", want);
	refuse(file(settings, NULL), full);
}

/* The same of the second. */
static void refuse_second(const char *first, const char *second, const char *want)
{
	char full[512];

	snprintf(full, sizeof full, "f:3: vrrp.instances[1].%s\n", want);
	refuse(file(first, second), full);
}

/* A list of so many addresses of a family, the first of IPv6 link-local. */
static const char *many(unsigned n, bool v6)
{
	static char text[16384];
	size_t len = (size_t)snprintf(text, sizeof text, "addresses = ( ");

	for (unsigned i = 0; i < n; i++)
		len += (size_t)snprintf(text + len, sizeof text - len,
					!v6 ? "%s\"10.0.%u.%u\"" :
					i == 0 ? "%s\"fe80::%u:%u\"" : "%s\"2001:db8::%u:%u\"",
					i == 0 ? "" : ", ", i / 250, 1 + i % 250);
	snprintf(text + len, sizeof text - len, " );");
	return text;
}

/* ---- what is taken -------------------------------------------------------------------------- */

static void a_file_may_have_no_virtual_routers(void **state)
{
	(void)state;
	take("version = 1;");
	assert_int_equal(trivet_cf_root(&model)->version, 1);
	assert_int_equal(instances(), 0);
	take("version = 1; vrrp = { };");
	assert_int_equal(instances(), 0);
	assert_int_equal(trivet_cf_root(&model)->vrrp.garp_rate, 250);
	assert_int_equal(trivet_cf_root(&model)->vrrp.garp_burst, 256);
	take("vrrp = { instances = ( ); };");
	assert_int_equal(instances(), 0);
}

/* Rows 4 and 63: priority 100, an interval of one second. */
static void row_063_the_smallest_file_gets_every_default(void **state)
{
	const struct vrrp_cf_instance *cf;

	(void)state;
	take("vrrp = { instances = ( { name = \"web\"; interface = \"eth0\"; vrid = 51;\n"
	     "addresses = ( \"192.0.2.10/24\" ); } ); };\n");
	assert_int_equal(instances(), 1);
	cf = instance(0);
	assert_string_equal(cf->name, "web");
	assert_string_equal(cf->interface, "eth0");
	assert_int_equal(cf->vrid, 51);
	assert_int_equal(cf->version, 3);
	assert_int_equal(cf->priority, 100);
	assert_true(cf->preempt);
	assert_int_equal(cf->interval.ns, SEC);
	assert_int_equal(cf->interval_cs, 100);
	assert_int_equal(cf->checksum, VRRP_CF_CSUM_AUTO);
	assert_int_equal(cf->checksum_accept, VRRP_CSUM_ACCEPT_ANY);
	assert_int_equal(cf->lease, VRRP_CF_LEASE_AUTO);
	assert_int_equal(cf->link_down_delay.ns, 0);
	assert_int_equal(cf->preempt_delay.ns, 0);
	assert_int_equal(cf->down_adverts, 3);
	assert_int_equal(cf->learned_interval_max.ns, 0);
	assert_int_equal(cf->learned_interval_max_cs, 0);
	assert_int_equal(trivet_cf_root(&model)->vrrp.start_delay.ns, 0);
	assert_int_equal(cf->garp.repeat, 5);
	assert_int_equal(cf->garp.interval.ns, 50 * MS);
	assert_int_equal(cf->garp.delay.ns, 5 * SEC);
	assert_int_equal(cf->garp.refresh.ns, 0);
	assert_int_equal(cf->garp.refresh_repeat, 1);
	assert_int_equal(cf->family, IP_V4);
	assert_int_equal(cf->addresses.n, 1);
	assert_address(cf, 0, "192.0.2.10/24");
}

static void defaults_stand_in_for_what_is_left_out(void **state)
{
	(void)state;
	take("vrrp = { defaults = { interface = \"eth7\"; priority = 150; preempt = false;\n"
	     "  interval = \"100ms\"; garp = { repeat = 2; delay = \"0s\"; }; };\n"
	     "instances = ( { name = \"a\"; vrid = 1; addresses = ( \"192.0.2.1\" ); },\n"
	     "  { name = \"b\"; vrid = 2; addresses = ( \"192.0.2.2\" ); priority = 7;\n"
	     "    interface = \"eth8\"; garp = { repeat = 9; }; } ); };");
	assert_string_equal(instance(0)->interface, "eth7");
	assert_int_equal(instance(0)->priority, 150);
	assert_int_equal(instance(0)->interval_cs, 10);
	assert_int_equal(instance(0)->garp.repeat, 2);
	assert_string_equal(instance(1)->interface, "eth8");
	assert_int_equal(instance(1)->priority, 7);
	assert_false(instance(1)->preempt);
	assert_int_equal(instance(1)->garp.repeat, 9);
	assert_int_equal(instance(1)->garp.delay.ns, 0);
	assert_int_equal(instance(1)->garp.interval.ns, 50 * MS);
}

static void parameters_of_the_state_machine_follow(void **state)
{
	struct vrrp_params p;

	(void)state;
	p = vrrp_cf_params(take_one("version = 2; priority = 254; preempt = false; "
				    "interval = \"7s\";"));
	assert_int_equal(p.version, 2);
	assert_int_equal(p.priority, 254);
	assert_false(p.preempt);
	assert_int_equal(p.interval_cs, 700);
	p = vrrp_cf_params(take_one("interval = \"40.95s\";"));
	assert_int_equal(p.version, 3);
	assert_int_equal(p.priority, 100);
	assert_true(p.preempt);
	assert_int_equal(p.interval_cs, 4095);
	assert_int_equal(p.preempt_delay.ns, 0);
	assert_int_equal(p.down_adverts, 3);
	assert_int_equal(p.learned_interval_max_cs, 0);
	p = vrrp_cf_params(take_one("preempt_delay = \"4.12s\"; down_adverts = 7; "
				    "learned_interval_max = \"2s\";"));
	assert_int_equal(p.preempt_delay.ns, 4120 * MS);
	assert_int_equal(p.down_adverts, 7);
	assert_int_equal(p.learned_interval_max_cs, 200);
}

static void a_fifo_has_a_path_and_a_mode(void **state)
{
	const struct vrrp_cf_fifo *fifo;

	(void)state;
	take("vrrp = { instances = (); };");
	assert_string_equal(trivet_cf_root(&model)->vrrp.notify_fifo.path, "");
	take("vrrp = { notify_fifo = { path = \"/run/trivet/vrrp\"; }; };");
	fifo = &trivet_cf_root(&model)->vrrp.notify_fifo;
	assert_string_equal(fifo->path, "/run/trivet/vrrp");
	assert_int_equal(fifo->mode, 0600);
	assert_false(fifo->lower_active || fifo->on_reload);
	take("vrrp = { notify_fifo = { path = \"/f\"; mode = \"0644\"; lower_active = true;"
	     " on_reload = true; }; };");
	fifo = &trivet_cf_root(&model)->vrrp.notify_fifo;
	assert_int_equal(fifo->mode, 0644);
	assert_true(fifo->lower_active && fifo->on_reload);
	refuse("vrrp = { notify_fifo = { mode = \"0600\"; }; };",
	       "f:1: vrrp.notify_fifo.path: is missing\n");
	refuse("vrrp = { notify_fifo = { path = \"f\"; }; };",
	       "f:1: vrrp.notify_fifo.path: must be the whole path of a file, beginning with "
	       "'/'\n");
}

static void the_mode_of_a_fifo(void **state)
{
	static const char *const bad[] = { "0700", "0400", "1600", "600x", "", "-1", "rw", "0800" };
	char text[200];

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(bad); i++) {
		snprintf(text, sizeof text,
			 "vrrp = { notify_fifo = { path = \"/f\"; mode = \"%s\"; }; };", bad[i]);
		refuse(text,
		       "f:1: vrrp.notify_fifo.mode: not a mode; write \"0600\", \"0640\" or "
		       "\"0644\": the owner can read and write, and nobody can execute it\n");
	}
}

static void what_an_instance_has_told_of_it(void **state)
{
	const struct vrrp_cf_instance *cf = take_one("");

	(void)state;
	assert_false(cf->notify.priority_changes || cf->notify.deleted);
	assert_true(cf->notify.confirm);
	cf = take_one("notify_priority_changes = true; notify_deleted = true; "
		      "notify_confirm = false;");
	assert_true(cf->notify.priority_changes && cf->notify.deleted);
	assert_false(cf->notify.confirm);
}

#define NO_PROGRAM \
	"begins with the whole path of a program, for example [ \"/usr/local/lib/trivet/check\", " \
	"\"--fast\" ]"

static void programs_to_tell(void **state)
{
	const struct vrrp_cf_instance *cf;
	char args[VRRP_EXEC_SIZE];

	(void)state;
	cf = take_one("");
	for (unsigned i = 0; i < VRRP_PROGRAM_N; i++)
		assert_int_equal(cf->notify.program[i].n, 0);
	assert_int_equal(trivet_cf_root(&model)->vrrp.notify_timeout.ns, 30 * SEC);
	assert_string_equal(trivet_cf_root(&model)->vrrp.notify_user, "");
	cf = take_one("notify = [ \"/n\", \"a b\" ]; notify_stop = ( \"/s\" );");
	assert_int_equal(vrrp_cf_exec(&model, cf->notify.program[VRRP_PROGRAM_ANY], args), 7);
	assert_memory_equal(args, "/n\0a b", 7);
	assert_int_equal(cf->notify.program[VRRP_PROGRAM_STOP].n, 1);
	assert_int_equal(cf->notify.program[VRRP_PROGRAM_FAULT].n, 0);
	refuse_one("notify = [ \"n\" ];", "notify: " NO_PROGRAM);
	refuse_one("notify_active = [ \"\" ];", "notify_active: " NO_PROGRAM);
	refuse_one("notify_fault = [ \"/\" ];", "notify_fault: " NO_PROGRAM);
	refuse("vrrp = { notify_timeout = \"99ms\"; };",
	       "f:1: vrrp.notify_timeout: must be 100ms..1h, not \"99ms\"\n");
	refuse("vrrp = { notify_user = \"-x\"; };",
	       "f:1: vrrp.notify_user: not the name of a user\n");
}

static void the_start_delay_is_one_for_all(void **state)
{
	(void)state;
	take("vrrp = { start_delay_after_boot = \"24h\"; };");
	assert_int_equal(trivet_cf_root(&model)->vrrp.start_delay_after_boot.ns, 86400 * SEC);
	refuse("vrrp = { start_delay_after_boot = \"86400001ms\"; };",
	       "f:1: vrrp.start_delay_after_boot: must be 0s..24h, not \"86400001ms\"\n");
	take("vrrp = { start_delay = \"1h\"; };");
	assert_int_equal(trivet_cf_root(&model)->vrrp.start_delay_after_boot.ns, 0);
	assert_int_equal(trivet_cf_root(&model)->vrrp.start_delay.ns, 3600 * SEC);
	refuse("vrrp = { start_delay = \"3600001ms\"; };",
	       "f:1: vrrp.start_delay: must be 0s..1h, not \"3600001ms\"\n");
}

/* Lint: taken, with a word about what it will not do. */
static void what_cannot_work_well_is_taken_with_a_warning(void **state)
{
	static const struct { const char *settings, *want; } rows[] = {
		{ "preempt_delay = \"1s\"; preempt = false;",
		  "preempt_delay: has no effect: with preempt = false the router does not preempt "
		  "at all" },
		{ "preempt_delay = \"1s\"; priority = 255;",
		  "preempt_delay: has no effect: with priority 255, that of the address owner, "
		  "the router is Active from the start" },
		{ "down_adverts = 1;",
		  "down_adverts: with 1, a single advertisement that is lost or late makes a "
		  "Backup take over" },
		{ "learned_interval_max = \"1s\"; version = 2;",
		  "learned_interval_max: has no effect: in version 2 no interval is learned" },
		{ "virtual_mac_device = \"vm\";",
		  "virtual_mac_device: has no effect without virtual_mac = true" },
		{ "virtual_mac = true; unicast = { peers = ( \"192.0.2.3\" ); };",
		  "virtual_mac: with unicast peers advertisements do not carry the virtual MAC, "
		  "and switches forget where it is: set garp = { refresh = \"60s\"; }" },
	};
	char want[512];

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		assert_true(load(file(rows[i].settings, NULL)));
		snprintf(want, sizeof want, "f:2: vrrp.instances[0].%.*swarning:%s\n",
			 (int)(strchr(rows[i].want, ' ') - rows[i].want) + 1, rows[i].want,
			 strchr(rows[i].want, ' '));
		assert_string_equal(report.text, want);
		assert_int_equal(report.warnings, 1);
		assert_int_equal(report.errors, 0);
	}
}

/* What only decides between an address and others is kept: host bits, order. */
static void row_014_addresses_keep_their_order(void **state)
{
	const struct vrrp_cf_instance *cf;

	(void)state;
	cf = take_one("addresses = ( \"192.0.2.30/24\", { address = \"192.0.2.10\"; }, "
		      "\"192.0.2.20/25\" );");
	assert_int_equal(cf->addresses.n, 3);
	assert_address(cf, 0, "192.0.2.30/24");
	assert_address(cf, 1, "192.0.2.10/32");
	assert_address(cf, 2, "192.0.2.20/25");
	cf = take_one("addresses = [ \"fe80::1/64\", \"2001:db8::2/64\", \"2001:db8::1\" ];");
	assert_int_equal(cf->family, IP_V6);
	assert_address(cf, 0, "fe80::1/64");
	assert_address(cf, 1, "2001:db8::2/64");
	assert_address(cf, 2, "2001:db8::1/128");
}

/* Row 93: an owner preempts anyway, so it may say what it likes. */
static void an_owner_without_preempt_is_taken(void **state)
{
	(void)state;
	assert_false(take_one("priority = 255; preempt = false;")->preempt);
}

static void names_and_interfaces_that_are_taken(void **state)
{
	static const char *const good[] = {
		"a", "Z", "0", "web-1.example:v4_x", "a.", "9:",
		"a23456789012345678901234567890123456789012345678901234567890123",
	};
	static const char *const interfaces[] = {
		"e", "eth0", "eth0.100", "vlan-7@x", "a23456789012345", "...", "-x", "\xc3\xa9th0",
	};
	char text[128];

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(good); i++) {
		snprintf(text, sizeof text, "name = \"%s\";", good[i]);
		assert_string_equal(take_one(text)->name, good[i]);
	}
	for (unsigned i = 0; i < ARRAY_LEN(interfaces); i++) {
		snprintf(text, sizeof text, "interface = \"%s\";", interfaces[i]);
		assert_string_equal(take_one(text)->interface, interfaces[i]);
	}
}

/* ---- ranges --------------------------------------------------------------------------------- */

/* What stands at the ends of each range is taken; what stands next to them is not. */
static void ranges_end_where_they_say(void **state)
{
	static const struct { const char *good, *bad, *want; } rows[] = {
		{ "vrid = 1;", "vrid = 0;", "vrid: must be 1..255, not 0" },
		{ "vrid = 255;", "vrid = 256;", "vrid: must be 1..255, not 256" },
		{ "version = 2;", "version = 1;", "version: must be 2..3, not 1" },
		{ "version = 3;", "version = 4;", "version: must be 2..3, not 4" },
		{ "priority = 1;", "priority = 0;", "priority: must be 1..255, not 0" },
		{ "priority = 255;", "priority = 256;", "priority: must be 1..255, not 256" },
		{ "preempt = true;", "preempt = 1;",
		  "preempt: expected true or false; found the integer 1" },
		{ "preempt = false;", "preempt = \"no\";",
		  "preempt: expected true or false; found the string \"no\"" },
		{ "interval = \"10ms\";", "interval = \"9999999ns\";",
		  "interval: must be 10ms..255s, not \"9999999ns\"" },
		{ "interval = \"20ms\";", "interval = \"0s\";",
		  "interval: must be 10ms..255s, not \"0s\"" },
		{ "interval = \"40.95s\";", "interval = \"40.96s\";",
		  "interval: version 3 goes up to 40.95s" },
		{ "interval = \"40950ms\";", "interval = \"255s\";",
		  "interval: version 3 goes up to 40.95s" },
		{ "version = 2; interval = \"255s\";", "version = 2; interval = \"256s\";",
		  "interval: must be 10ms..255s, not \"256s\"" },
		{ "version = 2; interval = \"1s\";", "version = 2; interval = \"990ms\";",
		  "interval: version 2 knows whole seconds only, 1s to 255s" },
		{ "version = 2; interval = \"1000ms\";", "version = 2; interval = \"10ms\";",
		  "interval: version 2 knows whole seconds only, 1s to 255s" },
		{ "version = 2; interval = \"2s\";", "version = 2; interval = \"1.5s\";",
		  "interval: version 2 knows whole seconds only, 1s to 255s" },
		{ "interval = \"0.01s\";", "interval = \"15ms\";",
		  "interval: must be a multiple of 10ms (the protocol counts centiseconds)" },
		{ "interval = \"1.01s\";", "interval = \"10000001ns\";",
		  "interval: must be a multiple of 10ms (the protocol counts centiseconds)" },
		{ "checksum = \"auto\";", "checksum = \"any\";",
		  "checksum: must be \"auto\", \"message\" or \"pseudo-header\", not \"any\"" },
		{ "checksum = \"pseudo-header\";", "checksum = 1;",
		  "checksum: expected \"auto\", \"message\" or \"pseudo-header\"; found the "
		  "integer 1" },
		{ "checksum_accept = \"pseudo-header\";", "checksum_accept = \"auto\";",
		  "checksum_accept: must be \"any\", \"message\" or \"pseudo-header\", not "
		  "\"auto\"" },
		{ "link_down_delay = \"0s\";", "link_down_delay = \"-1s\";",
		  "link_down_delay: must be a number with one of the units ns, us, ms, s, m, h, "
		  "such as \"250ms\", not \"-1s\"" },
		{ "link_down_delay = \"60s\";", "link_down_delay = \"60.000000001s\";",
		  "link_down_delay: must be 0s..1m, not \"60.000000001s\"" },
		{ "garp = { repeat = 1; };", "garp = { repeat = 0; };",
		  "garp.repeat: must be 1..100, not 0" },
		{ "garp = { repeat = 100; };", "garp = { repeat = 101; };",
		  "garp.repeat: must be 1..100, not 101" },
		{ "garp = { interval = \"1ms\"; };", "garp = { interval = \"999999ns\"; };",
		  "garp.interval: must be 1ms..10s, not \"999999ns\"" },
		{ "garp = { interval = \"10s\"; };", "garp = { interval = \"10.000000001s\"; };",
		  "garp.interval: must be 1ms..10s, not \"10.000000001s\"" },
		{ "garp = { delay = \"0s\"; };", "garp = { delay = 5; };",
		  "garp.delay: expected a length of time with its unit, such as delay = \"5s\"; "
		  "found the integer 5" },
		{ "garp = { delay = \"1h\"; };", "garp = { delay = \"3600.000000001s\"; };",
		  "garp.delay: must be 0s..1h, not \"3600.000000001s\"" },
		{ "unicast = { peers = ( \"192.0.2.2\" ); ttl_min = 255; };",
		  "unicast = { peers = ( \"192.0.2.2\" ); ttl_min = 0; };",
		  "unicast.ttl_min: must be 1..255, not 0" },
		{ "unicast = { peers = ( \"192.0.2.2\" ); ttl_min = 255; };",
		  "unicast = { peers = ( \"192.0.2.2\" ); ttl_min = 256; };",
		  "unicast.ttl_min: must be 1..255, not 256" },
		{ "unicast = { peers = [ \"192.0.2.2\", \"192.0.2.3\" ]; };",
		  "unicast = { peers = [ ]; };",
		  "unicast.peers: must have 1..64 elements, not 0" },
		{ "source = \"192.0.2.1\";", "source = \"192.0.2.1/24\";",
		  "source: not an address; write \"192.0.2.2\" or \"2001:db8::2\"" },
		{ "addresses = ( \"192.0.2.1\" );", "addresses = ( );",
		  "addresses: must have 1..4096 elements, not 0" },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		take_one(rows[i].good);
		refuse_one(rows[i].bad, rows[i].want);
	}
}

static void ranges_of_waiting_and_leases_end_where_they_say(void **state)
{
	static const struct { const char *good, *bad, *want; } rows[] = {
		{ "lease = false;", "lease = \"no\";",
		  "lease: must be \"auto\", true or false, not \"no\"" },
		{ "lease = \"auto\";", "lease = 1;",
		  "lease: expected \"auto\", true or false; found the integer 1" },
		{ "checksum = \"message\";", "checksum = true;",
		  "checksum: expected \"auto\", \"message\" or \"pseudo-header\"; found "
		  "true" },
		{ "preempt_delay = \"0s\";", "preempt_delay = \"-1s\";",
		  "preempt_delay: must be a number with one of the units ns, us, ms, s, m, h, "
		  "such as \"250ms\", not \"-1s\"" },
		{ "preempt_delay = \"1000s\";", "preempt_delay = \"1000.001s\";",
		  "preempt_delay: must be 0s..1000s, not \"1000.001s\"" },
		{ "down_adverts = 2;", "down_adverts = 0;",
		  "down_adverts: must be 1..100, not 0" },
		{ "down_adverts = 100;", "down_adverts = 101;",
		  "down_adverts: must be 1..100, not 101" },
		{ "learned_interval_max = \"1s\";", "learned_interval_max = \"990ms\";",
		  "learned_interval_max: is shorter than the interval: an Active that is "
		  "configured like this router would be taken for silent" },
		{ "learned_interval_max = \"40.95s\";", "learned_interval_max = \"40.96s\";",
		  "learned_interval_max: must be 0s..40950ms, not \"40.96s\"" },
		{ "learned_interval_max = \"1010ms\";", "learned_interval_max = \"1015ms\";",
		  "learned_interval_max: must be a multiple of 10ms (the protocol counts "
		  "centiseconds)" },
		{ "with_version2 = true;", "with_version2 = true; version = 2;",
		  "with_version2: is for instances of version 3, which then speak version 2 as "
		  "well" },
		{ "with_version2 = true;", "with_version2 = true; addresses = ( \"fe80::1/64\" );",
		  "with_version2: version 2 does not know IPv6" },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		take_one(rows[i].good);
		refuse_one(rows[i].bad, rows[i].want);
	}
}

static void checksum_names_mean_what_they_say(void **state)
{
	(void)state;
	assert_int_equal(take_one("checksum = \"auto\";")->checksum, VRRP_CF_CSUM_AUTO);
	assert_int_equal(take_one("checksum = \"message\";")->checksum, VRRP_CF_CSUM_MESSAGE);
	assert_int_equal(take_one("checksum = \"pseudo-header\";")->checksum, VRRP_CF_CSUM_PSEUDO);
	assert_int_equal(take_one("lease = true;")->lease, VRRP_CF_LEASE_ON);
	assert_int_equal(take_one("lease = \"true\";")->lease, VRRP_CF_LEASE_ON);
	assert_int_equal(take_one("lease = false;")->lease, VRRP_CF_LEASE_OFF);
	assert_int_equal(take_one("lease = \"auto\";")->lease, VRRP_CF_LEASE_AUTO);
	assert_int_equal(take_one("checksum_accept = \"any\";")->checksum_accept,
			 VRRP_CSUM_ACCEPT_ANY);
	assert_int_equal(take_one("checksum_accept = \"message\";")->checksum_accept,
			 VRRP_CSUM_ACCEPT_MESSAGE);
	assert_int_equal(take_one("checksum_accept = \"pseudo-header\";")->checksum_accept,
			 VRRP_CSUM_ACCEPT_PSEUDO);
}

/* Every interval of either version arrives as the centiseconds it is. */
static void row_063_every_interval_is_taken(void **state)
{
	char text[64];

	(void)state;
	for (unsigned cs = 1; cs <= 4095; cs += cs < 200 ? 1 : 41) {
		snprintf(text, sizeof text, "interval = \"%ums\";", cs * 10);
		assert_int_equal(take_one(text)->interval_cs, cs);
	}
	for (unsigned s = 1; s <= 255; s++) {
		snprintf(text, sizeof text, "version = 2; interval = \"%us\";", s);
		assert_int_equal(take_one(text)->interval_cs, s * 100);
	}
}

/* What fits in the count, and in an Ethernet frame. */
static void row_016_as_many_addresses_as_an_advert_holds(void **state)
{
	(void)state;
	assert_int_equal(take_one(many(255, false))->addresses.n, 255);
	refuse_one(many(256, false),
		   "addresses: 256 IPv4 addresses do not fit in an advertisement, which holds 255: "
		   "add advertise = false to the others (on all routers of the group), or use a "
		   "second instance with a vrid of its own");
	assert_int_equal(take_one(many(90, true))->addresses.n, 90);
	refuse_one(many(91, true), "addresses: 91 IPv6 addresses do not fit in an advertisement, "
				   "which holds 90: add advertise = false to the others (on all "
				   "routers of the group), or use a second instance with a vrid of "
				   "its own");
}

/* Those that are not advertised are not counted, and may be of either family. */
static void row_016_not_advertised_addresses_are_beside_the_limit(void **state)
{
	static char text[VRRP_VIPS_MAX * 64];
	const struct vrrp_cf_instance *cf;
	struct text t = text_open(text, sizeof text);

	(void)state;
	text_put(&t, "vrrp = { instances = ( { name = \"a\"; interface = \"eth0\"; vrid = 1; "
		     "addresses = ( { address = \"2001:db8::1/64\"; advertise = false; }");
	for (unsigned i = 1; i <= 255; i++)
		text_fmt(&t, ", \"10.0.0.%u/24\"", i);
	for (unsigned i = 256; i < VRRP_VIPS_MAX; i++)
		text_fmt(&t, ", { address = \"10.1.%u.%u/24\"; advertise = false; }", i / 256,
			 i % 256);
	text_put(&t, " ); } ); };");
	assert_false(t.cut);
	take(text);
	cf = instance(0);
	assert_int_equal(cf->addresses.n, VRRP_VIPS_MAX);
	assert_int_equal(cf->n_advertised, 255);
	assert_int_equal(cf->family, IP_V4);
	refuse_one("addresses = ( { address = \"10.0.0.1\"; advertise = false; } );",
		   "addresses: none of them is advertised, but an advertisement must carry one at "
		   "least (RFC 9568 5.2.5): leave out advertise = false for one");
	cf = take_one("addresses = ( { address = \"10.0.0.9\"; advertise = false; }, \"fe80::1\" "
		      ");");
	assert_int_equal(cf->family, IP_V6);
}

static void an_address_is_given_as_its_group_says(void **state)
{
	const struct vrrp_cf_address *a;
	struct ip_attr attr;
	const struct vrrp_cf_instance *cf = take_one(
		"addresses = ( \"10.0.0.1/24\", { address = \"10.0.1.1/32\"; dev = \"lo\"; "
		"track = false; advertise = false; label = \"lo:one\"; scope = \"link\"; "
		"prefix_route = false; deprecated = true; broadcast = \"10.0.1.255\"; "
		"peer = \"10.0.1.2\"; } );");

	(void)state;
	a = vrrp_cf_address(&model, cf, 0);
	attr = vrrp_cf_attr(a);
	assert_true(a->advertise && a->track);
	assert_memory_equal(&attr, &(struct ip_attr){ 0 }, sizeof attr);
	assert_string_equal(vrrp_cf_dev(cf, a), cf->interface);
	a = vrrp_cf_address(&model, cf, 1);
	attr = vrrp_cf_attr(a);
	assert_false(a->advertise || a->track);
	assert_string_equal(vrrp_cf_dev(cf, a), "lo");
	assert_string_equal(attr.label, "lo:one");
	assert_int_equal(attr.scope, IP_SCOPE_LINK);
	assert_true(attr.no_prefix_route && attr.deprecated);
	assert_true(ip_eq(&attr.broadcast, &(struct ip_addr){ IP_V4, { 10, 0, 1, 255 } }));
	assert_true(ip_eq(&attr.peer, &(struct ip_addr){ IP_V4, { 10, 0, 1, 2 } }));
}

static void mistakes_in_an_address(void **state)
{
	static const struct { const char *address, *want; } rows[] = {
		{ "address = \"fe80::2\"; label = \"x\";",
		  "label: only IPv4 addresses have a label" },
		{ "address = \"fe80::2\"; scope = \"link\";",
		  "scope: that of an IPv6 address follows from the address" },
		{ "address = \"fe80::2\"; broadcast = \"10.0.0.1\";",
		  "broadcast: IPv6 knows no broadcast" },
		{ "address = \"fe80::2\"; peer = \"10.0.0.1\";",
		  "peer: is not IPv6 like the address" },
		{ "address = \"fe80::2\"; broadcast = \"fe80::3\";",
		  "broadcast: not an IPv4 address; write \"192.0.2.255\"" },
		{ "address = \"fe80::2\"; label = \"a b\";",
		  "label: a label has no blanks, for example \"eth0:vip\"" },
		{ "address = \"fe80::2\"; label = \"a234567890123456\";",
		  "label: is 16 bytes long; at most 15 fit" },
		{ "address = \"fe80::2\"; dev = \"a b\";", "dev: not an interface name" },
		{ "address = \"fe80::1\"; advertise = false;",
		  "address: fe80::1 is listed twice" },
	};
	char text[200], want[120];

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		snprintf(text, sizeof text, "addresses = ( \"fe80::1\", { %s } );",
			 rows[i].address);
		snprintf(want, sizeof want, "addresses[1].%s", rows[i].want);
		refuse_one(text, want);
	}
	take_one("addresses = ( \"fe80::1\", { address = \"fe80::1\"; advertise = false; "
		 "dev = \"lo\"; } );");
	refuse_one("addresses = ( \"10.0.0.1/24\", { address = \"10.0.0.9/24\"; scope = \"link\"; "
		   "} );",
		   "addresses[1].scope: is not that of 10.0.0.1/24: all addresses of a subnet on "
		   "an interface have one scope");
	take_one("addresses = ( \"10.0.0.1/24\", { address = \"10.0.1.9/24\"; scope = \"link\"; } "
		 ");");
}

/* Two routers may not have an address in one place, whichever way they say where. */
static void an_address_belongs_to_one_router_on_each_device(void **state)
{
	(void)state;
	refuse("vrrp = { instances = ( { name = \"a\"; interface = \"eth0\"; vrid = 1;\n"
	       "addresses = ( \"10.0.0.1\", { address = \"10.0.0.2\"; dev = \"eth1\"; } ); },\n"
	       "{ name = \"b\"; interface = \"eth1\"; vrid = 1;\n"
	       "addresses = ( \"10.0.0.2\" ); } ); };",
	       "f:4: vrrp.instances[1].addresses[0]: 10.0.0.2 on eth1 belongs to instance \"a\" "
	       "already\n");
	take("vrrp = { instances = ( { name = \"a\"; interface = \"eth0\"; vrid = 1;\n"
	     "addresses = ( \"10.0.0.1\", { address = \"10.0.0.2\"; dev = \"eth2\"; } ); },\n"
	     "{ name = \"b\"; interface = \"eth1\"; vrid = 1;\n"
	     "addresses = ( \"10.0.0.2\" ); } ); };");
}

static void as_many_instances_as_the_cap(void **state)
{
	enum { MANY = VRRP_INSTANCES_MAX };
	static char text[(MANY + 1) * 110];

	(void)state;
	for (unsigned n = MANY; n <= MANY + 1; n++) {
		size_t len = (size_t)snprintf(text, sizeof text, "vrrp = { instances = (");

		for (unsigned i = 0; i < n; i++)
			len += (size_t)snprintf(text + len, sizeof text - len,
						"%s\n{ name = \"n%u\"; interface = \"e%u\"; vrid = "
						"%u; addresses = ( \"10.0.%u.%u\" ); }",
						i == 0 ? "" : ",", i, i / 255, 1 + i % 255, i / 256,
						i % 256);
		snprintf(text + len, sizeof text - len, " ); };");
		if (n == MANY) {
			take(text);
			assert_int_equal(instances(), MANY);
		} else {
			refuse(text, "f:1: vrrp.instances: must have at most 32768 elements, not "
				     "32769\n");
		}
	}
}

static void refreshing_and_pace_have_their_ranges(void **state)
{
	static const struct { const char *good, *bad, *want;
	} rows[] = {
		{ "garp = { refresh = \"24h\"; };", "garp = { refresh = \"86400.000000001s\"; };",
		  "garp.refresh: must be 0s..24h, not \"86400.000000001s\"" },
		{ "garp = { refresh_repeat = 1; };", "garp = { refresh_repeat = 0; };",
		  "garp.refresh_repeat: must be 1..100, not 0" },
		{ "garp = { refresh_repeat = 100; };", "garp = { refresh_repeat = 101; };",
		  "garp.refresh_repeat: must be 1..100, not 101" },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		take_one(rows[i].good);
		refuse_one(rows[i].bad, rows[i].want);
	}
	take("vrrp = { garp_rate = 1; garp_burst = 1; };");
	assert_int_equal(trivet_cf_root(&model)->vrrp.garp_rate, 1);
	assert_int_equal(trivet_cf_root(&model)->vrrp.garp_burst, 1);
	take("vrrp = { garp_rate = 100000; garp_burst = 100000; };");
	assert_int_equal(trivet_cf_root(&model)->vrrp.garp_rate, 100000);
	assert_int_equal(trivet_cf_root(&model)->vrrp.garp_burst, 100000);
	refuse("vrrp = { garp_rate = 0; };", "f:1: vrrp.garp_rate: must be 1..100000, not 0\n");
	refuse("vrrp = { garp_rate = 100001; };",
	       "f:1: vrrp.garp_rate: must be 1..100000, not 100001\n");
	refuse("vrrp = { garp_burst = 0; };", "f:1: vrrp.garp_burst: must be 1..100000, not 0\n");
	refuse("vrrp = { garp_burst = 100001; };",
	       "f:1: vrrp.garp_burst: must be 1..100000, not 100001\n");
}

static void only_version_1_of_the_format_is_known(void **state)
{
	(void)state;
	refuse("version = 0;", "f:1: version: must be 1..1, not 0\n");
	refuse("version = 2;", "f:1: version: must be 1..1, not 2\n");
}

/* ---- names and addresses that are none ------------------------------------------------------- */

static void odd_names_are_refused(void **state)
{
	static const char *const bad[] = {
		"a b", " a", "a/b", "-a", ".", ".a", ":a", "_a", "a\\n", "a\\t", "\xc3\xa4",
		"a\\\"",
		"a$", "a;", "a,", "a@b", "a\\x7f",
	};
	char text[160];

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(bad); i++) {
		snprintf(text, sizeof text, "name = \"%s\";", bad[i]);
		refuse_one(text, "name: a name has letters, digits, '-', '_', '.' and ':', and "
				 "begins with a letter or digit");
	}
	refuse_one("name = \"\";", "name: must not be empty");
	snprintf(text, sizeof text, "name = \"%064d\";", 1);
	refuse_one(text, "name: is 64 bytes long; at most 63 fit");
}

/* What the kernel does not take as a name, and what it would take but nobody has meant. */
static void odd_interfaces_are_refused(void **state)
{
	static const char *const bad[] = {
		".", "..", "/", "eth0/1", "../../x", "eth0:1", "eth 0", " eth0", "eth0 ", "eth\\t0",
		"eth\\n0", "\\r", "e\\x0b", "e\\f", "e\\x01", "e\\x7f", "\xc3\xa0",
	};
	char text[160];

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(bad); i++) {
		snprintf(text, sizeof text, "interface = \"%s\";", bad[i]);
		refuse_one(text, "interface: not an interface name");
	}
	refuse_one("interface = \"\";", "interface: must not be empty");
	refuse_one("interface = \"a234567890123456\";",
		   "interface: is 16 bytes long; at most 15 fit");
}

static void addresses_no_host_can_have_are_refused(void **state)
{
	static const char *const bad[] = {
		"224.0.0.18", "224.0.0.0/4", "239.255.255.255", "127.0.0.1/8", "127.255.255.254",
		"0.0.0.0", "0.0.0.0/0", "::", "::/0", "::1", "::1/128", "ff02::12", "ff00::/8",
		"255.255.255.255", "255.255.255.255/0",
	};
	static const char *const good[] = {
		"223.255.255.255", "128.0.0.1", "126.255.255.255", "0.0.0.1", "255.255.255.254",
		"255.255.0.255/16", "192.0.2.255/24",
	};
	char text[160];

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(bad); i++) {
		snprintf(text, sizeof text, "addresses = ( \"%s\" );", bad[i]);
		refuse_one(text, "addresses[0]: not an address that a host can have on a network");
		snprintf(text, sizeof text, "addresses = ( \"192.0.2.1\", { address = \"%s\"; } );",
			 bad[i]);
		refuse_one(text, "addresses[1].address: not an address that a host can have on a "
				 "network");
	}
	for (unsigned i = 0; i < ARRAY_LEN(good); i++) {
		snprintf(text, sizeof text, "addresses = ( \"%s\" );", good[i]);
		take_one(text);
	}
}

static void what_is_no_address_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "x", "192.0.2", "192.0.2.256", "192.0.2.1/33", "192.0.2.1/", "192.0.2.1/-1",
		"192.0.2.1/24 ", " 192.0.2.1", "192.0.2.1/2x", "2001:db8::1/129", "2001:db8:::1",
		"fe80::1%eth0", "www.example.net", "192.0.2.1/255.255.255.0",
	};
	char text[160];

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(bad); i++) {
		snprintf(text, sizeof text, "addresses = ( \"%s\" );", bad[i]);
		refuse_one(text, "addresses[0]: not an address; write \"192.0.2.10/24\" or "
				 "\"2001:db8::10/64\"");
	}
}

/* ---- settings that do not go together ------------------------------------------------------- */

static void row_010_addresses_are_of_one_family(void **state)
{
	(void)state;
	refuse_one("addresses = ( \"192.0.2.1\", \"192.0.2.2\", \"2001:db8::1\" );",
		   "addresses[2]: is not IPv4 like the first address: IPv4 and IPv6 are two "
		   "virtual routers, write an instance for each (they may have the same vrid), or "
		   "add advertise = false to this address");
	refuse_one("addresses = ( \"fe80::1\", \"192.0.2.1\" );",
		   "addresses[1]: is not IPv6 like the first address: IPv4 and IPv6 are two "
		   "virtual routers, write an instance for each (they may have the same vrid), or "
		   "add advertise = false to this address");
}

static void row_013_the_first_ipv6_address_is_link_local(void **state)
{
	(void)state;
	take_one("addresses = ( \"febf::1\", \"2001:db8::1\", \"fe80::2\" );");
	refuse_one("addresses = ( \"2001:db8::1/64\", \"fe80::1\" ); vrid = 254;",
		   "addresses[0]: the first IPv6 address must be link-local, in fe80::/10 (RFC "
		   "9568 5.2.9), for example \"fe80::fe/64\"");
	refuse_one("addresses = ( \"fec0::1\" );",
		   "addresses[0]: the first IPv6 address must be link-local, in fe80::/10 (RFC "
		   "9568 5.2.9), for example \"fe80::33/64\"");
}

static void version_2_does_not_know_ipv6(void **state)
{
	(void)state;
	refuse_one("version = 2; addresses = ( \"fe80::1\" );",
		   "version: version 2 does not know IPv6; use version 3");
}

static void an_address_is_listed_once(void **state)
{
	(void)state;
	refuse_one("addresses = ( \"192.0.2.1/24\", \"192.0.2.2\", \"192.0.2.1/32\" );",
		   "addresses[2]: 192.0.2.1 is listed twice");
	refuse_one("addresses = ( \"fe80::1\", \"2001:db8::1\", \"2001:DB8:0::0:1/64\" );",
		   "addresses[2]: 2001:db8::1 is listed twice");
}

static void a_name_is_used_once(void **state)
{
	(void)state;
	take(file("vrid = 1; addresses = ( \"192.0.2.1\" );", "name = \"A\"; vrid = 2;"));
	refuse_second("vrid = 1; addresses = ( \"192.0.2.1\" );", "vrid = 2;",
		      "name: \"a\" names another instance already");
}

/* Row 15: the same VRID of the other family, or on another interface, is another virtual router. */
static void row_015_a_vrid_is_used_once_for_an_interface_and_family(void **state)
{
	(void)state;
	take(file("", "name = \"b\"; addresses = ( \"fe80::1\" );"));
	assert_int_equal(instance(0)->vrid, instance(1)->vrid);
	take(file("", "name = \"b\"; interface = \"eth1\";"));
	refuse_second("", "name = \"b\"; addresses = ( \"192.0.2.11\" );",
		      "vrid: 51 on eth0 is used by instance \"a\" already");
	refuse_second("", "name = \"b\"; version = 2; addresses = ( \"192.0.2.11\" );",
		      "vrid: 51 on eth0 is used by instance \"a\" already");
	refuse_second("addresses = ( \"fe80::1\" );", "name = \"b\"; addresses = ( \"fe80::2\" );",
		      "vrid: 51 on eth0 is used by instance \"a\" already");
}

static void an_address_belongs_to_one_virtual_router_of_an_interface(void **state)
{
	(void)state;
	take(file("vrid = 1;", "name = \"b\"; vrid = 2; interface = \"eth1\";"));
	refuse_second("vrid = 1;", "name = \"b\"; vrid = 2; addresses = ( \"192.0.2.10/32\" );",
		      "addresses[0]: 192.0.2.10 on eth0 belongs to instance \"a\" already");
	refuse_second("vrid = 1; addresses = ( \"fe80::1\", \"2001:db8::1\" );",
		      "name = \"b\"; vrid = 2; addresses = ( \"fe80::2\", \"2001:db8::1/64\" );",
		      "addresses[1]: 2001:db8::1 on eth0 belongs to instance \"a\" already");
}

/* ---- several mistakes ----------------------------------------------------------------------- */

static void a_file_with_ten_mistakes_gets_ten_messages(void **state)
{
	(void)state;
	refuse("version = 2;\n"
	       "vrrp = {\n"
	       " instances = (\n"
	       "  { name = \"a b\"; interface = \"eth0\";\n"
	       "    vrid = 300;\n"
	       "    priority = \"high\";\n"
	       "    interval = 1;\n"
	       "    prempt = true;\n"
	       "    addresses = ( \"192.0.2.1\",\n"
	       "      \"192.0.2.500\" ); },\n"
	       "  { name = \"b\";\n"
	       "    garp = { repeat = 0; };\n"
	       "    addresses = ( \"ff02::1\" );\n"
	       "    vrid = 2; } ); };\n",
	       "f:1: version: must be 1..1, not 2\n"
	       "f:4: vrrp.instances[0].name: a name has letters, digits, '-', '_', '.' and ':', "
	       "and begins with a letter or digit\n"
	       "f:5: vrrp.instances[0].vrid: must be 1..255, not 300\n"
	       "f:6: vrrp.instances[0].priority: expected an integer, such as priority = 100; "
	       "found the string \"high\"\n"
	       "f:7: vrrp.instances[0].interval: expected a length of time with its unit, such as "
	       "interval = \"1s\"; found the integer 1\n"
	       "f:8: vrrp.instances[0].prempt: unknown setting; did you mean preempt?\n"
	       "f:10: vrrp.instances[0].addresses[1]: not an address; write \"192.0.2.10/24\" or "
	       "\"2001:db8::10/64\"\n"
	       "f:11: vrrp.instances[1].interface: is missing\n"
	       "f:12: vrrp.instances[1].garp.repeat: must be 1..100, not 0\n"
	       "f:13: vrrp.instances[1].addresses[0]: not an address that a host can have on a "
	       "network\n");
	assert_int_equal(report.errors, 10);
}

/* Also of those that only show when settings are looked at together. */
static void ten_contradictions_get_ten_messages(void **state)
{
	(void)state;
	refuse("vrrp = { defaults = { interface = \"eth0\"; }; instances = (\n"
	       "{ name = \"a\"; vrid = 1; interval = \"15ms\"; addresses = (\n"
	       "  \"192.0.2.1\",\n"
	       "  \"192.0.2.1\" ); },\n"
	       "{ name = \"a\"; vrid = 1; addresses = ( \"192.0.2.1\" ); },\n"
	       "{ name = \"b\"; vrid = 2; version = 2; interval = \"10ms\";\n"
	       "  addresses = ( \"2001:db8::1\", \"192.0.2.9\" ); },\n"
	       "{ name = \"b\"; vrid = 2; interval = \"41s\"; addresses = ( \"fe80::1\" ); } ); };",
	       "f:2: vrrp.instances[0].interval: must be a multiple of 10ms (the protocol counts "
	       "centiseconds)\n"
	       "f:4: vrrp.instances[0].addresses[1]: 192.0.2.1 is listed twice\n"
	       "f:5: vrrp.instances[1].name: \"a\" names another instance already\n"
	       "f:5: vrrp.instances[1].vrid: 1 on eth0 is used by instance \"a\" already\n"
	       "f:5: vrrp.instances[1].addresses[0]: 192.0.2.1 on eth0 belongs to instance \"a\" "
	       "already\n"
	       "f:6: vrrp.instances[2].interval: version 2 knows whole seconds only, 1s to 255s\n"
	       "f:7: vrrp.instances[2].addresses[1]: is not IPv6 like the first address: IPv4 and "
	       "IPv6 are two virtual routers, write an instance for each (they may have the same "
	       "vrid), or add advertise = false to this address\n"
	       "f:8: vrrp.instances[3].interval: version 3 goes up to 40.95s\n"
	       "f:8: vrrp.instances[3].name: \"b\" names another instance already\n"
	       "f:8: vrrp.instances[3].vrid: 2 on eth0 is used by instance \"b\" already\n");
	assert_int_equal(report.errors, 10);
}

/* What was refused by itself is no part of a contradiction, and hides none. */
static void mistakes_of_both_kinds_are_told_at_once(void **state)
{
	(void)state;
	refuse("vrrp = { instances = (\n"
	       "{ name = \"a\"; interface = \"e0\"; vrid = 1; addresses = ( \"192.0.2.1\" );\n"
	       "  priority = 256; },\n"
	       "{ name = \"a\"; interface = \"e0\"; vrid = 1; addresses = ( \"192.0.2.1\" ); }\n"
	       "); };",
	       "f:3: vrrp.instances[0].priority: must be 1..255, not 256\n"
	       "f:4: vrrp.instances[1].name: \"a\" names another instance already\n"
	       "f:4: vrrp.instances[1].vrid: 1 on e0 is used by instance \"a\" already\n"
	       "f:4: vrrp.instances[1].addresses[0]: 192.0.2.1 on e0 belongs to instance \"a\" "
	       "already\n");
	assert_false(load("vrrp = { defaults = { name = \"?\"; vrid = 0; interval = \"0s\";\n"
			  "version = 4; addresses = ( \"x\" ); }; instances = ( { }, { } ); };"));
	assert_null(strstr(report.text, "already"));
}

static void an_unknown_name_gets_a_suggestion(void **state)
{
	static const struct { const char *bad, *want; } rows[] = {
		{ "prioritty = 1;", "prioritty: unknown setting; did you mean priority?" },
		{ "Priority = 1;", "Priority: unknown setting; did you mean priority?" },
		{ "intervall = \"1s\";", "intervall: unknown setting; did you mean interval?" },
		{ "link_down_dealy = \"1s\";",
		  "link_down_dealy: unknown setting; did you mean link_down_delay?" },
		{ "garp = { repeats = 1; };",
		  "garp.repeats: unknown setting; did you mean repeat?" },
		{ "repeat = 1;",
		  "repeat: unknown setting here; there is one in vrrp.instances[].garp" },
		{ "quux = 1;", "quux: unknown setting" },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++)
		refuse_one(rows[i].bad, rows[i].want);
	refuse("vrrpd = { };", "f:1: vrrpd: unknown setting; did you mean vrrp?\n");
	refuse("vrrp = { instance = ( ); };",
	       "f:1: vrrp.instance: unknown setting; did you mean instances?\n");
}

static void what_is_required_is_missed(void **state)
{
	(void)state;
	refuse("vrrp = { instances = ( { } ); };",
	       "f:1: vrrp.instances[0].name: is missing\n"
	       "f:1: vrrp.instances[0].interface: is missing\n"
	       "f:1: vrrp.instances[0].vrid: is missing\n"
	       "f:1: vrrp.instances[0].addresses: is missing\n");
}

/* ---- unicast and the source ------------------------------------------------------------------ */

#define PEERS(list) "unicast = { peers = ( " list " ); };"
#define SIX         "addresses = ( \"fe80::1/64\", \"2001:db8::1\" ); "

static void assert_peer(const struct vrrp_cf_instance *cf, uint32_t i, const char *want)
{
	char text[IP_TEXT_SIZE];

	assert_true(i < cf->unicast.peers.n);
	assert_string_equal(ip_string(&vrrp_cf_peer(&model, cf, i)->address, text), want);
}

static void row_145_peers_and_their_ttl(void **state)
{
	const struct vrrp_cf_instance *cf = take_one(PEERS("\"192.0.2.3\", \"10.9.9.9\""));

	(void)state;
	assert_int_equal(cf->unicast.peers.n, 2);
	assert_peer(cf, 0, "192.0.2.3");
	assert_peer(cf, 1, "10.9.9.9");
	assert_int_equal(cf->unicast.ttl_min, 255);
	assert_false(ip_is_set(&cf->source));
	/* Taken, with a warning: see vrrp_cf_auth_test.c. */
	assert_true(load(file("unicast = { peers = ( { address = \"192.0.2.3\"; } ); "
			      "ttl_min = 1; };", NULL)));
	assert_int_equal(instance(0)->unicast.ttl_min, 1);
	cf = take_one("");
	assert_int_equal(cf->unicast.peers.n, 0);
	take_one("source = \"192.0.2.9\"; " PEERS("\"192.0.2.3\""));
	take_one(SIX "source = \"fe80::9\";");
	take_one(SIX "source = \"fe80::9\"; " PEERS("\"fe80::2\", \"fe80::3\""));
	take_one(SIX PEERS("\"fe80::2\""));
	take_one(SIX "source = \"2001:db8::9\"; " PEERS("\"2001:db8::2\""));
	take_one("priority = 255; source = \"192.0.2.10\";");
}

static void peers_that_cannot_be(void **state)
{
	static const struct { const char *bad, *want; } rows[] = {
		{ "unicast = { };", "unicast.peers: is missing" },
		{ "unicast = { ttl_min = 64; };", "unicast.peers: is missing" },
		{ PEERS("\"192.0.2.2\", \"192.0.2.3\", \"192.0.2.2\""),
		  "unicast.peers[2]: 192.0.2.2 is listed twice" },
		{ PEERS("\"fe80::2\""),
		  "unicast.peers[0]: is not IPv4 like the virtual addresses" },
		{ SIX PEERS("\"192.0.2.2\""),
		  "unicast.peers[0]: is not IPv6 like the virtual addresses" },
		{ "source = \"192.0.2.2\"; " PEERS("\"192.0.2.3\", \"192.0.2.2\""),
		  "unicast.peers[1]: is our own source: list the other routers without this one" },
		{ PEERS("\"192.0.2.10\""),
		  "unicast.peers[0]: is one of the virtual addresses: list an address that the "
		  "peer always has" },
		{ PEERS("\"224.0.0.18\""),
		  "unicast.peers[0]: not an address that a host can have on a network" },
		{ PEERS("\"255.255.255.255\""),
		  "unicast.peers[0]: not an address that a host can have on a network" },
		{ SIX PEERS("\"ff02::12\""),
		  "unicast.peers[0]: not an address that a host can have on a network" },
		{ PEERS("\"192.0.2.2/24\""),
		  "unicast.peers[0]: not an address; write \"192.0.2.2\" or \"2001:db8::2\"" },
		{ SIX PEERS("\"2001:db8::2\""),
		  "unicast.peers[0]: is not link-local: set source to the address of this "
		  "machine that the peer knows, for example source = \"2001:db8::1\"" },
		{ SIX "source = \"2001:db8::9\"; " PEERS("\"fe80::2\""),
		  "unicast.peers[0]: is link-local, but the source is not" },
		{ SIX "source = \"fe80::9\"; " PEERS("\"2001:db8::2\""),
		  "unicast.peers[0]: is not link-local, but the source is" },
		{ "source = \"fe80::9\";", "source: is not IPv4 like the addresses" },
		{ SIX "source = \"192.0.2.2\";", "source: is not IPv6 like the addresses" },
		{ SIX "source = \"2001:db8::9\";",
		  "source: must be link-local, in fe80::/10 (RFC 9568 5.1.2.1); only with unicast "
		  "peers may it be another" },
		{ "source = \"192.0.2.10\";",
		  "source: is one of the virtual addresses, which only their owner (priority 255) "
		  "sends from" },
		{ "source = \"224.0.0.1\";",
		  "source: not an address that a host can have on a network" },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++)
		refuse_one(rows[i].bad, rows[i].want);
}

/* What follows from a mistake is no mistake. */
static void mistakes_beside_peers(void **state)
{
	(void)state;
	refuse_one(PEERS("\"192.0.2.2\", \"x\", \"y\""),
		   "unicast.peers[1]: not an address; write \"192.0.2.2\" or \"2001:db8::2\"\n"
		   "f:2: vrrp.instances[0].unicast.peers[2]: not an address; write "
		   "\"192.0.2.2\" or \"2001:db8::2\"");
	refuse_one("addresses = ( ); source = \"fe80::1\"; " PEERS("\"192.0.2.2\""),
		   "addresses: must have 1..4096 elements, not 0");
	refuse_one("priority = 0; source = \"x\"; " PEERS("\"192.0.2.2\""),
		   "priority: must be 1..255, not 0\n"
		   "f:2: vrrp.instances[0].source: not an address; write \"192.0.2.2\" or "
		   "\"2001:db8::2\"");
}

static void as_many_peers_as_the_cap(void **state)
{
	char text[8192];
	size_t len;

	(void)state;
	for (unsigned n = VRRP_PEERS_MAX; n <= VRRP_PEERS_MAX + 1; n++) {
		len = (size_t)snprintf(text, sizeof text, "unicast = { peers = ( \"10.0.0.1\"");
		for (unsigned i = 1; i < n; i++)
			len += (size_t)snprintf(text + len, sizeof text - len,
						", \"10.0.0.%u\"", 1 + i);
		snprintf(text + len, sizeof text - len, " ); };");
		if (n == VRRP_PEERS_MAX)
			assert_int_equal(take_one(text)->unicast.peers.n, n);
		else
			refuse_one(text, "unicast.peers: must have 1..64 elements, not 65");
	}
}

/* ---- virtual MAC ---------------------------------------------------------------------------- */

/* One for each family and VRID of an interface, whatever else is in the file. */
static void a_device_is_named_after_its_router(void **state)
{
	static const struct { const char *settings, *want; } rows[] = {
		{ "", "" },
		{ "virtual_mac = true;", "vrrp4-51-eth0" },
		{ "virtual_mac = true; vrid = 255; interface = \"eth10\";", "vrrp4-255-eth10" },
		{ "virtual_mac = true; addresses = ( \"fe80::1\" );", "vrrp6-51-eth0" },
		{ "virtual_mac = true; virtual_mac_device = \"a.name-to-see-12\";", NULL },
		{ "virtual_mac = true; virtual_mac_device = \"a.name-to-see-1\";",
		  "a.name-to-see-1" },
	};
	char first[16];

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].want)
			assert_string_equal(take_one(rows[i].settings)->vmac_device, rows[i].want);
		else
			assert_false(load(file(rows[i].settings, NULL)));
	}
	/* Where the name of the interface does not fit. */
	strcpy(first, take_one("virtual_mac = true; vrid = 255; interface = \"enp129s0f1\";")
			      ->vmac_device);
	assert_int_equal(strlen(first), 15);
	assert_int_equal(strncmp(first, "vrrp4-255-", 10), 0);
	take(file("virtual_mac = true; vrid = 255; interface = \"enp129s0f1\";",
		  "name = \"b\"; virtual_mac = true; vrid = 255; interface = \"enp129s0f2\";"));
	assert_string_equal(instance(0)->vmac_device, first);
	assert_string_not_equal(instance(1)->vmac_device, first);
}

static void devices_that_cannot_be(void **state)
{
	(void)state;
	refuse_second("virtual_mac = true; virtual_mac_device = \"vm\";",
		      "name = \"b\"; vrid = 52; addresses = ( \"192.0.2.11\" ); "
		      "virtual_mac = true; virtual_mac_device = \"vm\";",
		      "virtual_mac: its device would be called vm, as that of instance \"a\": set "
		      "virtual_mac_device");
	refuse_second("interface = \"eth1\";",
		      "name = \"b\"; vrid = 52; addresses = ( \"192.0.2.11\" ); "
		      "virtual_mac = true; virtual_mac_device = \"eth1\";",
		      "virtual_mac: its device would be called eth1, as the interface of instance "
		      "\"a\": set virtual_mac_device");
	refuse_one("virtual_mac_device = \"a/b\";", "virtual_mac_device: not an interface name");
}

/* ---- what a reload and a dump make of it ---------------------------------------------------- */

static void note_name(void *ctx, const struct cf_field *f)
{
	strcat(ctx, f->name);
	strcat(ctx, " ");
}

/* What makes another virtual router of it, and nothing else, needs a new start. */
static void a_reload_restarts_no_more_than_it_must(void **state)
{
	static const struct { const char *settings, *changed; int class; } rows[] = {
		{ "", "", -1 },
		{ "name = \"b\";", "name ", CF_LIVE },
		{ "interface = \"eth1\";", "interface ", CF_RESTART_OBJECT },
		{ "vrid = 52;", "vrid ", CF_RESTART_OBJECT },
		{ "version = 2;", "version ", CF_RESTART_OBJECT },
		{ "priority = 7;", "priority ", CF_LIVE },
		{ "preempt = false;", "preempt ", CF_LIVE },
		{ "interval = \"2s\";", "interval ", CF_LIVE },
		{ "checksum = \"message\";", "checksum ", CF_LIVE },
		{ "checksum_accept = \"message\";", "checksum_accept ", CF_LIVE },
		{ "link_down_delay = \"1s\";", "link_down_delay ", CF_LIVE },
		{ "lease = true;", "lease ", CF_LIVE },
		{ "preempt_delay = \"1s\";", "preempt_delay ", CF_LIVE },
		{ "down_adverts = 4;", "down_adverts ", CF_LIVE },
		{ "learned_interval_max = \"1s\";", "learned_interval_max ", CF_LIVE },
		{ "with_version2 = true;", "with_version2 ", CF_LIVE },
		{ "accept = false;", "accept ", CF_LIVE },
		{ "promote_secondaries = true;", "promote_secondaries ", CF_LIVE },
		{ "source = \"192.0.2.3\";", "source ", CF_LIVE },
		{ "strict = true;", "checksum checksum_accept strict ", CF_LIVE },
		{ "virtual_mac = true;", "virtual_mac ", CF_RESTART_OBJECT },
		{ "virtual_mac = true; virtual_mac_device = \"vm\";",
		  "virtual_mac virtual_mac_device ", CF_RESTART_OBJECT },
		{ PEERS("\"192.0.2.3\""), "", -1 }, /* lists and groups aside */
		{ "version = 2; priority = 7;", "version priority ", CF_RESTART_OBJECT },
	};
	struct vrrp_cf_instance before = *take_one("");

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		struct vrrp_cf_instance after = *take_one(rows[i].settings);
		char changed[200] = "";

		assert_int_equal(cf_diff(&vrrp_instance_schema, &before, &after, note_name,
					 changed),
				 rows[i].class);
		assert_string_equal(changed, rows[i].changed);
	}
}

static void a_dump_loads_to_the_same(void **state)
{
	char *dump = NULL;
	struct cf_model before;
	size_t len;
	FILE *f;

	(void)state;
	take(file("version = 2; interval = \"3s\"; priority = 255; preempt = false; "
		  "garp = { repeat = 1; interval = \"1ms\"; delay = \"0s\"; refresh = \"1m\"; "
		  "refresh_repeat = 3; }; "
		  "checksum = \"pseudo-header\"; checksum_accept = \"message\"; "
		  "source = \"192.0.2.7\"; "
		  "unicast = { peers = ( \"192.0.2.8\", \"10.1.1.1\" ); ttl_min = 255; }; "
		  "link_down_delay = \"250ms\"; lease = false; "
		  "addresses = ( \"192.0.2.1/24\", \"10.0.0.1\" );",
		  "name = \"b\"; addresses = ( \"fe80::1/64\", \"2001:db8::1/128\" ); "
		  "preempt_delay = \"7ms\"; down_adverts = 9; learned_interval_max = \"3s\"; "
		  "with_version2 = false; virtual_mac = true; virtual_mac_device = \"vm\";"));
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

/* ---- trackers ------------------------------------------------------------------------------- */

/* A file with these trackers on line 1, and instances as file() has them. */
static const char *tracked(const char *tracks, const char *first, const char *second)
{
	static char text[34000];

	snprintf(text, sizeof text, "tracks = ( %s ); %s", tracks, file(first, second));
	return text;
}

static const struct vrrp_cf_tracker *tracker(uint32_t i)
{
	const struct vrrp_cf *vrrp = &trivet_cf_root(&model)->vrrp;

	assert_true(i < vrrp->tracks.n);
	return vrrp_cf_tracker(&model, vrrp, i);
}

#define UPLINK "{ name = \"uplink\"; type = \"interface\"; interface = \"eth1\"; }"
#define DRAIN  "{ name = \"drain\"; type = \"file\"; path = \"/run/drain\"; }"
#define OTHER  "{ name = \"other\"; type = \"router\"; router = \"b\"; }"

static void trackers_and_their_defaults(void **state)
{
	const struct vrrp_cf_use *use;

	(void)state;
	take(tracked(UPLINK ", " DRAIN ", " OTHER,
		     "tracks = ( \"uplink\", { ref = \"drain\"; on_down = \"priority -60\"; }, "
		     "{ ref = \"other\"; on_down = \"priority +7\"; invert = true; } );",
		     "name = \"b\"; vrid = 52; addresses = ( \"192.0.2.11/24\" );"));
	assert_int_equal(trivet_cf_root(&model)->vrrp.tracks.n, 3);
	assert_string_equal(tracker(0)->name, "uplink");
	assert_int_equal(tracker(0)->type, VRRP_TRACK_INTERFACE);
	assert_string_equal(tracker(0)->interface, "eth1");
	assert_int_equal(tracker(0)->needs, VRRP_TRACK_NEEDS_LINK);
	assert_int_equal(tracker(1)->type, VRRP_TRACK_FILE);
	assert_string_equal(tracker(1)->path, "/run/drain");
	assert_int_equal(tracker(1)->missing, 0);
	assert_int_equal(tracker(2)->type, VRRP_TRACK_ROUTER);
	assert_string_equal(tracker(2)->router, "b");
	assert_int_equal(instance(0)->tracks.n, 3);
	assert_int_equal(instance(1)->tracks.n, 0);
	use = vrrp_cf_use(&model, instance(0), 0);
	assert_string_equal(use->ref, "uplink");
	assert_int_equal(use->on_down, 0);
	assert_false(use->invert);
	use = vrrp_cf_use(&model, instance(0), 1);
	assert_int_equal(use->on_down, -60);
	use = vrrp_cf_use(&model, instance(0), 2);
	assert_int_equal(use->on_down, 7);
	assert_true(use->invert);
}

static void weights_end_where_they_say(void **state)
{
	static const struct { const char *text; int weight; } good[] = {
		{ "fault", 0 }, { "priority -253", -253 }, { "priority +253", 253 },
		{ "priority -1", -1 }, { "priority +1", 1 },
	};
	static const char *const bad[] = {
		"", "none", "fault ", "priority", "priority ", "priority 5", "priority -0",
		"priority -254", "priority +254", "priority - 5", "priority -5x", "priority --5",
		"priority +99999999999999999999", "Fault",
	};
	char settings[200];

	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(good); i++) {
		snprintf(settings, sizeof settings,
			 "tracks = ( { ref = \"drain\"; on_down = \"%s\"; } );", good[i].text);
		take(tracked(DRAIN, settings, NULL));
		assert_int_equal(vrrp_cf_use(&model, instance(0), 0)->on_down, good[i].weight);
	}
	for (unsigned i = 0; i < ARRAY_LEN(bad); i++) {
		snprintf(settings, sizeof settings,
			 "tracks = ( { ref = \"drain\"; on_down = \"%s\"; } );", bad[i]);
		assert_false(load(tracked(DRAIN, settings, NULL)));
		assert_int_equal(report.errors, 1);
		assert_non_null(strstr(report.text, "vrrp.instances[0].tracks[0].on_down: "));
		assert_non_null(strstr(report.text, "write \"fault\", or \"priority -60\""));
	}
}

/* `want` without "f:1: " */
static void refuse_tracks(const char *tracks, const char *want)
{
	char full[512];

	snprintf(full, sizeof full, "f:1: %s\n", want);
	refuse(tracked(tracks, "", NULL), full);
}

static void a_tracker_has_the_settings_of_its_type(void **state)
{
	(void)state;
	refuse_tracks("{ name = \"t\"; type = \"interface\"; }",
		      "tracks[0].interface: is needed with type \"interface\"");
	refuse_tracks("{ name = \"t\"; type = \"file\"; }",
		      "tracks[0].path: is needed with type \"file\"");
	refuse_tracks("{ name = \"t\"; type = \"router\"; }",
		      "tracks[0].router: is needed with type \"router\"");
	refuse_tracks("{ name = \"t\"; type = \"file\"; path = \"/a\"; interface = \"e\"; "
		      "}",
		      "tracks[0].interface: is for type \"interface\" only");
	refuse_tracks("{ name = \"t\"; interface = \"e\"; type = \"interface\"; "
		      "path = \"/a\"; }",
		      "tracks[0].path: is for type \"file\" only");
	refuse_tracks("{ name = \"t\"; type = \"file\"; path = \"/a\"; needs = \"ipv4\"; }",
		      "tracks[0].needs: is for type \"interface\" only");
	refuse_tracks("{ name = \"t\"; type = \"interface\"; interface = \"e\"; missing = 1; "
		      "}",
		      "tracks[0].missing: is for type \"file\" only");
	refuse_tracks("{ name = \"t\"; type = \"file\"; path = \"run/a\"; }",
		      "tracks[0].path: must be the whole path of a file, beginning with '/'");
	refuse_tracks("{ name = \"t\"; type = \"files\"; path = \"/a\"; }",
		      "tracks[0].type: must be \"interface\", \"file\", \"router\", "
		      "\"script\" or \"process\", not \"files\"");
	refuse_tracks(UPLINK ", " UPLINK,
		      "tracks[1].name: \"uplink\" names another tracker already");
	refuse_tracks("{ name = \"t\"; type = \"router\"; router = \"aa\"; }",
		      "tracks[0].router: there is no instance \"aa\"; did you mean \"a\"?");
	refuse_tracks("{ name = \"t\"; type = \"router\"; router = \"zebra\"; }",
		      "tracks[0].router: there is no instance \"zebra\"");
}

/* ---- scripts ------------------------------------------------------------------------------ */

#define SCRIPT_WITH(more) \
	"{ name = \"t\"; type = \"script\"; exec = [ \"/bin/true\", \"-x\", \"a b\" ]; " more " }"

static void scripts_and_their_defaults(void **state)
{
	char args[VRRP_EXEC_SIZE];

	(void)state;
	take(tracked(SCRIPT_WITH(""), "", NULL));
	assert_int_equal(tracker(0)->type, VRRP_TRACK_SCRIPT);
	assert_int_equal(vrrp_cf_exec(&model, tracker(0)->exec, args), 17);
	assert_memory_equal(args, "/bin/true\0-x\0a b", 17);
	assert_int_equal(tracker(0)->interval.ns, SPAN_S(1).ns);
	assert_int_equal(tracker(0)->timeout.ns, 0);
	assert_int_equal(tracker(0)->rise, 1);
	assert_int_equal(tracker(0)->fall, 1);
	assert_int_equal(tracker(0)->initial, VRRP_SCRIPT_UNKNOWN);
	assert_string_equal(tracker(0)->user, "");
	assert_int_equal(tracker(0)->up_delay.ns + tracker(0)->down_delay.ns, 0);
	assert_string_equal(trivet_cf_root(&model)->scripts.user, "");
	assert_int_equal(trivet_cf_root(&model)->scripts.max_parallel, 32);
	take(tracked(SCRIPT_WITH("interval = \"10ms\"; timeout = \"1h\"; rise = 255; fall = 2; "
				 "user = \"www-data\"; initial = \"down\"; up_delay = \"1h\"; "
				 "down_delay = \"1ns\";"), "", NULL));
	assert_int_equal(tracker(0)->initial, VRRP_SCRIPT_DOWN);
	assert_string_equal(tracker(0)->user, "www-data");
	take(tracked("{ name = \"t\"; type = \"interface\"; interface = \"e\"; up_delay = \"2s\"; "
		     "down_delay = \"500ms\"; }", "", NULL));
	assert_int_equal(tracker(0)->down_delay.ns, SPAN_MS(500).ns);
}

static void ranges_of_scripts_end_where_they_say(void **state)
{
	static const struct { const char *setting, *want;
	} bad[] = {
		{ "interval = \"9ms\";", "interval: must be 10ms..1h, not \"9ms\"" },
		{ "interval = \"61m\";", "interval: must be 10ms..1h, not \"61m\"" },
		{ "timeout = \"61m\";", "timeout: must be 0s..1h, not \"61m\"" },
		{ "rise = 0;", "rise: must be 1..255, not 0" },
		{ "fall = 256;", "fall: must be 1..255, not 256" },
		{ "initial = \"good\";",
		  "initial: must be \"unknown\", \"up\" or \"down\", not \"good\"" },
		{ "up_delay = \"61m\";", "up_delay: must be 0s..1h, not \"61m\"" },
		{ "down_delay = \"61m\";", "down_delay: must be 0s..1h, not \"61m\"" },
		{ "user = \"a b\";", "user: not the name of a user" },
		{ "user = \"-a\";", "user: not the name of a user" },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
		char tracks[300], want[300];

		snprintf(tracks, sizeof tracks, SCRIPT_WITH("%s"), bad[i].setting);
		snprintf(want, sizeof want, "tracks[0].%s", bad[i].want);
		refuse_tracks(tracks, want);
	}
}

static void what_a_script_tracker_needs(void **state)
{
	static const char *const of_scripts[] = {
		"user = \"daemon\";", "interval = \"2s\";", "timeout = \"2s\";", "rise = 2;",
		"fall = 2;", "initial = \"up\";",
	};

	(void)state;
	refuse_tracks("{ name = \"t\"; type = \"script\"; }",
		      "tracks[0].exec: is needed with type \"script\"");
	refuse_tracks("{ name = \"t\"; type = \"file\"; path = \"/a\"; exec = [ \"/b\" ]; }",
		      "tracks[0].exec: is for type \"script\" only");
	refuse_tracks("{ name = \"t\"; type = \"script\"; exec = [ \"true\" ]; }",
		      "tracks[0].exec: begins with the whole path of a program, for example "
		      "[ \"/usr/local/lib/trivet/check\", \"--fast\" ]");
	for (unsigned i = 0; i < sizeof of_scripts / sizeof *of_scripts; i++) {
		char tracks[200], want[100];

		snprintf(tracks, sizeof tracks,
			 "{ name = \"t\"; type = \"file\"; path = \"/a\"; %s }", of_scripts[i]);
		snprintf(want, sizeof want, "tracks[0].%.*s: is for type \"script\" only",
			 (int)strcspn(of_scripts[i], " "), of_scripts[i]);
		refuse_tracks(tracks, want);
	}
}

static void who_runs_scripts_and_how_many(void **state)
{
	(void)state;
	take("scripts = { user = \"daemon\"; max_parallel = 1; };\n");
	assert_string_equal(trivet_cf_root(&model)->scripts.user, "daemon");
	take("scripts = { max_parallel = 256; };\n");
	refuse("scripts = { max_parallel = 0; };\n",
	       "f:1: scripts.max_parallel: must be 1..256, not 0\n");
	refuse("scripts = { max_parallel = 257; };\n",
	       "f:1: scripts.max_parallel: must be 1..256, not 257\n");
}

/* ---- processes ---------------------------------------------------------------------------- */

#define PROCESS_WITH(more) "{ name = \"t\"; type = \"process\"; process = \"named\"; " more " }"

static void processes_and_their_defaults(void **state)
{
	char args[VRRP_EXEC_SIZE];

	(void)state;
	take(tracked(PROCESS_WITH(""), "", NULL));
	assert_int_equal(tracker(0)->type, VRRP_TRACK_PROCESS);
	assert_string_equal(tracker(0)->process, "named");
	assert_int_equal(tracker(0)->arguments.n, 0);
	assert_int_equal(tracker(0)->at_least, 1);
	assert_int_equal(tracker(0)->at_most, 0);
	take(tracked(PROCESS_WITH("arguments = [ \"-u\", \"bind\" ]; arguments_match = "
				  "\"partial\"; at_least = 0; at_most = 65535;"), "", NULL));
	assert_int_equal(vrrp_cf_exec(&model, tracker(0)->arguments, args), 8);
	assert_int_equal(tracker(0)->arguments_match, VRRP_TRACK_MATCH_PARTIAL);
}

static void what_a_process_tracker_needs(void **state)
{
	static const char *const of_processes[] = {
		"arguments = [ \"a\" ];", "arguments_match = \"initial\";", "at_least = 2;",
		"at_most = 2;",
	};

	(void)state;
	refuse_tracks("{ name = \"t\"; type = \"process\"; }",
		      "tracks[0].process: is needed with type \"process\"");
	refuse_tracks("{ name = \"t\"; type = \"process\"; process = \"/usr/sbin/named\"; }",
		      "tracks[0].process: the name without its path, for example \"haproxy\"");
	refuse_tracks(PROCESS_WITH("at_least = 65536;"),
		      "tracks[0].at_least: must be 0..65535, not 65536");
	refuse_tracks(PROCESS_WITH("at_most = 65536;"),
		      "tracks[0].at_most: must be 0..65535, not 65536");
	refuse_tracks(PROCESS_WITH("at_least = 3; at_most = 2;"),
		      "tracks[0].at_most: is less than at_least: it would never be up");
	refuse_tracks(PROCESS_WITH("at_least = 0;"),
		      "tracks[0].at_least: with 0, and at_most = 0, it is always up");
	refuse_tracks(PROCESS_WITH("arguments_match = \"initial\";"),
		      "tracks[0].arguments_match: there are no arguments");
	for (unsigned i = 0; i < sizeof of_processes / sizeof *of_processes; i++) {
		char tracks[200], want[100];

		snprintf(tracks, sizeof tracks,
			 "{ name = \"t\"; type = \"file\"; path = \"/a\"; %s }", of_processes[i]);
		snprintf(want, sizeof want, "tracks[0].%.*s: is for type \"process\" only",
			 (int)strcspn(of_processes[i], " "), of_processes[i]);
		refuse_tracks(tracks, want);
	}
}

static void a_use_names_a_tracker_once(void **state)
{
	(void)state;
	refuse(tracked(UPLINK, "tracks = ( \"uplnik\" );", NULL),
	       "f:2: vrrp.instances[0].tracks[0]: there is no tracker \"uplnik\"; did you mean "
	       "\"uplink\"?\n");
	refuse(tracked(UPLINK, "tracks = ( \"bfd7\" );", NULL),
	       "f:2: vrrp.instances[0].tracks[0]: there is no tracker \"bfd7\" in the list "
	       "tracks of the file\n");
	refuse(tracked(UPLINK ", " DRAIN, "tracks = ( \"uplink\", \"drain\", \"uplink\" );",
		       NULL),
	       "f:2: vrrp.instances[0].tracks[2]: tracker \"uplink\" is listed twice\n");
}

static void an_owner_is_told_that_weights_do_nothing(void **state)
{
	(void)state;
	assert_true(load(tracked(DRAIN, "priority = 255; tracks = ( { ref = \"drain\"; "
					"on_down = \"priority -6\"; } );", NULL)));
	assert_string_equal(report.text,
			    "f:2: vrrp.instances[0].tracks[0].on_down: warning: an owner's "
			    "priority stays 255: only \"fault\" concerns it\n");
	take(tracked(DRAIN, "priority = 255; tracks = ( \"drain\" );", NULL));
}

static void no_router_depends_on_itself(void **state)
{
	static const char both[] = OTHER ", { name = \"back\"; type = \"router\"; "
					 "router = \"a\"; }";
	static const char second[] = "name = \"b\"; vrid = 52; "
				     "addresses = ( \"192.0.2.11/24\" );";
	char with[200];

	(void)state;
	take(tracked(both, "tracks = ( \"other\" );", second));
	refuse(tracked("{ name = \"me\"; type = \"router\"; router = \"a\"; }",
		       "tracks = ( \"me\" );", NULL),
	       "f:2: vrrp.instances[0].tracks[0]: tracker \"me\" is about this instance "
	       "itself\n");
	snprintf(with, sizeof with, "tracks = ( \"back\" ); %s", second);
	refuse(tracked(both, "tracks = ( \"other\" );", with),
	       "f:3: vrrp.instances[1].tracks[0]: goes round in a circle: instance \"a\", which "
	       "tracker \"back\" is about, depends on this one\n");
}

static void trackers_are_dumped_too(void **state)
{
	char *dump = NULL;
	struct cf_model before;
	size_t len;
	FILE *f;

	(void)state;
	take(tracked("{ name = \"u\"; type = \"interface\"; interface = \"e\"; "
		     "needs = \"ipv6\"; }, "
		     "{ name = \"f\"; type = \"file\"; path = \"/a b\"; missing = 9; }",
		     "tracks = ( \"u\", { ref = \"f\"; on_down = \"priority +3\"; "
		     "invert = true; } );",
		     NULL));
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

UNIT_MAIN(
	cmocka_unit_test_teardown(trackers_and_their_defaults, clean),
	cmocka_unit_test_teardown(weights_end_where_they_say, clean),
	cmocka_unit_test_teardown(a_tracker_has_the_settings_of_its_type, clean),
	cmocka_unit_test_teardown(scripts_and_their_defaults, clean),
	cmocka_unit_test_teardown(ranges_of_scripts_end_where_they_say, clean),
	cmocka_unit_test_teardown(what_a_script_tracker_needs, clean),
	cmocka_unit_test_teardown(who_runs_scripts_and_how_many, clean),
	cmocka_unit_test_teardown(processes_and_their_defaults, clean),
	cmocka_unit_test_teardown(what_a_process_tracker_needs, clean),
	cmocka_unit_test_teardown(a_use_names_a_tracker_once, clean),
	cmocka_unit_test_teardown(an_owner_is_told_that_weights_do_nothing, clean),
	cmocka_unit_test_teardown(no_router_depends_on_itself, clean),
	cmocka_unit_test_teardown(trackers_are_dumped_too, clean),
	cmocka_unit_test_teardown(a_file_may_have_no_virtual_routers, clean),
	cmocka_unit_test_teardown(row_063_the_smallest_file_gets_every_default, clean),
	cmocka_unit_test_teardown(defaults_stand_in_for_what_is_left_out, clean),
	cmocka_unit_test_teardown(parameters_of_the_state_machine_follow, clean),
	cmocka_unit_test_teardown(a_fifo_has_a_path_and_a_mode, clean),
	cmocka_unit_test_teardown(the_mode_of_a_fifo, clean),
	cmocka_unit_test_teardown(what_an_instance_has_told_of_it, clean),
	cmocka_unit_test_teardown(programs_to_tell, clean),
	cmocka_unit_test_teardown(the_start_delay_is_one_for_all, clean),
	cmocka_unit_test_teardown(what_cannot_work_well_is_taken_with_a_warning, clean),
	cmocka_unit_test_teardown(row_014_addresses_keep_their_order, clean),
	cmocka_unit_test_teardown(an_owner_without_preempt_is_taken, clean),
	cmocka_unit_test_teardown(names_and_interfaces_that_are_taken, clean),
	cmocka_unit_test_teardown(ranges_end_where_they_say, clean),
	cmocka_unit_test_teardown(ranges_of_waiting_and_leases_end_where_they_say, clean),
	cmocka_unit_test_teardown(checksum_names_mean_what_they_say, clean),
	cmocka_unit_test_teardown(row_063_every_interval_is_taken, clean),
	cmocka_unit_test_teardown(row_016_as_many_addresses_as_an_advert_holds, clean),
	cmocka_unit_test_teardown(row_016_not_advertised_addresses_are_beside_the_limit, clean),
	cmocka_unit_test_teardown(an_address_is_given_as_its_group_says, clean),
	cmocka_unit_test_teardown(mistakes_in_an_address, clean),
	cmocka_unit_test_teardown(an_address_belongs_to_one_router_on_each_device, clean),
	cmocka_unit_test_teardown(as_many_instances_as_the_cap, clean),
	cmocka_unit_test_teardown(refreshing_and_pace_have_their_ranges, clean),
	cmocka_unit_test_teardown(only_version_1_of_the_format_is_known, clean),
	cmocka_unit_test_teardown(odd_names_are_refused, clean),
	cmocka_unit_test_teardown(odd_interfaces_are_refused, clean),
	cmocka_unit_test_teardown(addresses_no_host_can_have_are_refused, clean),
	cmocka_unit_test_teardown(what_is_no_address_is_refused, clean),
	cmocka_unit_test_teardown(row_010_addresses_are_of_one_family, clean),
	cmocka_unit_test_teardown(row_013_the_first_ipv6_address_is_link_local, clean),
	cmocka_unit_test_teardown(version_2_does_not_know_ipv6, clean),
	cmocka_unit_test_teardown(an_address_is_listed_once, clean),
	cmocka_unit_test_teardown(a_name_is_used_once, clean),
	cmocka_unit_test_teardown(row_015_a_vrid_is_used_once_for_an_interface_and_family, clean),
	cmocka_unit_test_teardown(an_address_belongs_to_one_virtual_router_of_an_interface, clean),
	cmocka_unit_test_teardown(a_file_with_ten_mistakes_gets_ten_messages, clean),
	cmocka_unit_test_teardown(mistakes_of_both_kinds_are_told_at_once, clean),
	cmocka_unit_test_teardown(ten_contradictions_get_ten_messages, clean),
	cmocka_unit_test_teardown(an_unknown_name_gets_a_suggestion, clean),
	cmocka_unit_test_teardown(what_is_required_is_missed, clean),
	cmocka_unit_test_teardown(row_145_peers_and_their_ttl, clean),
	cmocka_unit_test_teardown(peers_that_cannot_be, clean),
	cmocka_unit_test_teardown(mistakes_beside_peers, clean),
	cmocka_unit_test_teardown(as_many_peers_as_the_cap, clean),
	cmocka_unit_test_teardown(a_device_is_named_after_its_router, clean),
	cmocka_unit_test_teardown(devices_that_cannot_be, clean),
	cmocka_unit_test_teardown(a_reload_restarts_no_more_than_it_must, clean),
	cmocka_unit_test_teardown(a_dump_loads_to_the_same, clean))
