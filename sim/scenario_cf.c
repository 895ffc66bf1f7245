/* SPDX-License-Identifier: BSD-2-Clause */
#include "scenario_cf.h"

#include <stdlib.h>

#include "ip_text.h"

#define N(table) (sizeof(table) / sizeof *(table))

const char *const scenario_do_names[] = {
	"nothing", "start", "stop", "kill", "crash", "pause", "resume", "reload",
	"cut", "heal", "loss", "burst", "duplicate", "reorder", "corrupt", "delay",
	"link-down", "link-up", "remove-interface", "restore-interface",
	"address-add", "address-remove", "refuse-addresses", "clock-rate", "inject", "measure",
	"chaos", "track", "reader-gone", "reader-back", "wall-clock", "replay", "forge",
	"route-remove", "refuse-routes", "device-down", "device-up", "device-remove", NULL,
};

const char *const scenario_expect_names[] = {
	"nothing", "state",   "becomes", "never",   "actives",
	"outage",  "doubles", "counter", "changes", NULL,
};

static const char *const state_names[] = { "initialize", "backup", "active", NULL };

/* "10%", "0.01%": parts per million. */
static bool parse_chance(const char *from, void *to, struct text *why)
{
	uint32_t ppm;
	double value;
	char *end;

	value = strtod(from, &end);
	if (end == from || strcmp(end, "%") != 0 || !(value >= 0 && value <= 100)) {
		text_put(why, "not a chance; write \"10%\"");
		return false;
	}
	ppm = (uint32_t)(value * 10000 + 0.5);
	memcpy(to, &ppm, sizeof ppm);
	return true;
}

static void print_chance(const void *from, struct text *to)
{
	uint32_t ppm;

	memcpy(&ppm, from, sizeof ppm);
	text_fmt(to, "%u.%04u%%", ppm / 10000, ppm % 10000);
}

static bool parse_prefix(const char *from, void *to, struct text *why)
{
	struct ip_prefix prefix;

	if (!ip_parse_prefix(from, &prefix)) {
		text_put(why, "not an address");
		return false;
	}
	memcpy(to, &prefix, sizeof prefix);
	return true;
}

static void print_prefix(const void *from, struct text *to)
{
	struct ip_prefix prefix;

	memcpy(&prefix, from, sizeof prefix);
	if (ip_is_set(&prefix.addr))
		ip_print_prefix(&prefix, to);
}

static bool parse_addr(const char *from, void *to, struct text *why)
{
	struct ip_addr addr;

	if (!ip_parse(from, &addr)) {
		text_put(why, "not an address");
		return false;
	}
	memcpy(to, &addr, sizeof addr);
	return true;
}

static void print_addr(const void *from, struct text *to)
{
	struct ip_addr addr;

	memcpy(&addr, from, sizeof addr);
	ip_print(&addr, to);
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* An Ethernet frame in hexadecimal; blanks are for the eye. */
static bool parse_bytes(const char *from, void *to, struct text *why)
{
	struct scenario_bytes *b = to;

	b->len = 0;
	for (const char *p = from; *p; p++) {
		if (*p == ' ')
			continue;
		if (digit(p[0]) < 0 || digit(p[1]) < 0 || b->len == sizeof b->bytes) {
			text_put(why, "not a frame; write its bytes in hexadecimal, in pairs");
			return false;
		}
		b->bytes[b->len++] = (uint8_t)(digit(p[0]) << 4 | digit(p[1]));
		p++;
	}
	return true;
}

static void print_bytes(const void *from, struct text *to)
{
	const struct scenario_bytes *b = from;

	for (unsigned i = 0; i < b->len; i++)
		text_fmt(to, "%02x", b->bytes[i]);
}

#define SPAN_MAX UINT64_C(4000000000000000) /* some 46 days: beyond 2^32 ms */

static const struct cf_field link_fields[] = {
	CF(struct scenario_link, name, CF_TEXT, .required = true, .doc = "Its name."),
	CF(struct scenario_link, delay, CF_SPAN, .max = SPAN_MAX, .def = "50us",
	   .doc = "How long a frame is under way."),
	CF(struct scenario_link, jitter, CF_SPAN, .max = SPAN_MAX, .def = "0s",
	   .doc = "Up to this much more, at random."),
};

static const struct cf_schema link_schema = {
	.name = "link", .doc = "A segment.", .size = sizeof(struct scenario_link),
	.field = link_fields, .n = N(link_fields),
};

static const struct cf_field clock_fields[] = {
	CF(struct scenario_clock, start, CF_SPAN, .max = UINT64_C(9223372036854775807),
	   .def = "1000s", .doc = "What the clock shows when the world begins."),
	CF(struct scenario_clock, rate, CF_UINT, .max = 100000,
	   .doc = "By how many parts per million it runs wrong."),
	CF(struct scenario_clock, fast, CF_BOOL, .def = "true",
	   .doc = "Too fast; or else too slow."),
};

static const struct cf_schema clock_schema = {
	.name = "clock", .doc = "A host's clock.", .size = sizeof(struct scenario_clock),
	.field = clock_fields, .n = N(clock_fields),
};

static const struct cf_field host_addr_fields[] = {
	CF(struct vrrp_cf_address, address, CF_VALUE, .required = true, .parse = parse_prefix,
	   .print = print_prefix, .doc = "Address and prefix length."),
};

static const struct cf_schema host_addr_schema = {
	.name = "address", .doc = "An address of the host.", .size = sizeof(struct vrrp_cf_address),
	.field = host_addr_fields, .n = N(host_addr_fields), .shorthand = "address",
};

static const struct cf_field host_fields[] = {
	CF(struct scenario_host, name, CF_TEXT, .required = true, .doc = "Its name."),
	CF(struct scenario_host, link, CF_TEXT,
	   .doc = "The link of its interface, eth0; the first if not said."),
	CF(struct scenario_host, second_link, CF_TEXT,
	   .doc = "The link of a second interface, eth1; it has none if not said."),
	CF(struct scenario_host, addresses, CF_LIST, .of = &host_addr_schema, .max = 64,
	   .doc = "The addresses of its interface."),
	CF(struct scenario_host, second_addresses, CF_LIST, .of = &host_addr_schema, .max = 64,
	   .doc = "Those of the second."),
	CF(struct scenario_host, priority, CF_UINT, .max = 255,
	   .doc = "In place of the priority in its vrrp section."),
	CF(struct scenario_host, clock, CF_GROUP, .of = &clock_schema, .doc = "Its clock."),
	CF(struct scenario_host, late, CF_SPAN, .max = SPAN_MAX, .def = "0s",
	   .doc = "Its timers are served late by up to this, at random."),
	CF(struct scenario_host, kernel_delay, CF_SPAN, .max = SPAN_MAX, .def = "0s",
	   .doc = "How long its kernel takes to answer."),
	CF(struct scenario_host, reads_every, CF_SPAN, .max = SPAN_MAX, .def = "0s",
	   .doc = "How often the reader of its FIFO reads; 0s for at once."),
	CF(struct scenario_host, programs_take, CF_SPAN, .max = SPAN_MAX, .def = "0s",
	   .doc = "Programs of notify run for up to this, at random."),
	CF(struct scenario_host, tracks, CF_LIST, .of = &vrrp_tracker_schema, .max = 16,
	   .doc = "The trackers of its configuration."),
	CF(struct scenario_host, vrrp, CF_GROUP, .of = &vrrp_schema,
	   .doc = "The configuration of its vrrpd."),
};

static const struct cf_schema host_schema = {
	.name = "host", .doc = "A machine that runs vrrpd.", .size = sizeof(struct scenario_host),
	.field = host_fields, .n = N(host_fields),
};

static const struct cf_field client_fields[] = {
	CF(struct scenario_client, name, CF_TEXT, .required = true, .doc = "Its name."),
	CF(struct scenario_client, link, CF_TEXT, .doc = "Its link; the first if not said."),
	CF(struct scenario_client, target, CF_VALUE, .required = true, .parse = parse_addr,
	   .print = print_addr, .doc = "The address it probes."),
	CF(struct scenario_client, every, CF_SPAN, .min = 1000, .max = SPAN_MAX, .def = "10ms",
	   .doc = "The time between two probes."),
};

static const struct cf_schema client_schema = {
	.name = "client", .doc = "A machine that uses a virtual address.",
	.size = sizeof(struct scenario_client), .field = client_fields, .n = N(client_fields),
};

static const struct cf_field name_fields[] = {
	CF(struct scenario_name, name, CF_TEXT, .required = true, .doc = "A name."),
};

static const struct cf_schema name_schema = {
	.name = "name",
	.doc = "A name.",
	.size = sizeof(struct scenario_name),
	.field = name_fields,
	.n = N(name_fields),
	.shorthand = "name",
};

static const struct cf_field gateway_fields[] = {
	CF(struct scenario_gateway, name, CF_TEXT, .required = true, .doc = "Its name."),
	CF(struct scenario_gateway, links, CF_LIST, .of = &name_schema, .min = 2, .max = 16,
	   .required = true, .doc = "The links it connects."),
};

static const struct cf_schema gateway_schema = {
	.name = "gateway", .doc = "A router between links, that takes one off the TTL.",
	.size = sizeof(struct scenario_gateway), .field = gateway_fields,
	.n = N(gateway_fields),
};

#define STEP(member, kind, ...) CF(struct scenario_step, member, kind, __VA_ARGS__)

static const struct cf_field step_fields[] = {
	STEP(at, CF_SPAN, .max = SPAN_MAX, .def = "0s",
	     .doc = "When, from the beginning or from `after'."),
	STEP(spread, CF_SPAN, .max = SPAN_MAX, .def = "0s",
	     .doc = "Later by up to this, at random; for several hosts each by itself."),
	STEP(times, CF_UINT, .min = 1, .max = 1000000, .def = "1",
	     .doc = "It is done so many times..."),
	STEP(every, CF_SPAN, .max = SPAN_MAX, .def = "1s", .doc = "...with this between."),
	STEP(after, CF_TEXT, .doc = "Another step: time counts from there."),
	STEP(as, CF_TEXT, .doc = "A name for this step, for others to refer to."),
	{ .name = "do",
	  .type = CF_ENUM,
	  .offset = offsetof(struct scenario_step, what),
	  .size = 1,
	  .names = scenario_do_names,
	  .def = "nothing",
	  .doc = "What is done." },
	STEP(expect, CF_ENUM, .names = scenario_expect_names, .def = "nothing",
	     .doc = "What is expected."),
	STEP(host, CF_TEXT, .doc = "To or of which host."),
	STEP(hosts, CF_LIST, .of = &name_schema, .max = 64, .doc = "To or of several hosts."),
	STEP(from, CF_LIST, .of = &name_schema, .max = 64,
	     .doc = "Paths from these hosts or clients; all if not said."),
	STEP(to, CF_LIST, .of = &name_schema, .max = 64, .doc = "Paths to these; all if not said."),
	STEP(both_ways, CF_BOOL, .def = "true", .doc = "Also the paths back."),
	STEP(link, CF_TEXT, .doc = "Paths on this link only; on all if not said."),
	STEP(chance, CF_VALUE, .parse = parse_chance, .print = print_chance,
	     .doc = "How likely, for each frame."),
	STEP(chance_end, CF_VALUE, .parse = parse_chance, .print = print_chance,
	     .doc = "burst: how likely it ends, at each frame."),
	STEP(delay, CF_SPAN, .max = SPAN_MAX, .def = "0s",
	     .doc = "delay, reorder: how long; wall-clock: how much ahead, or behind with "
		    "both_ways = false; track: how long a script takes."),
	STEP(jitter, CF_SPAN, .max = SPAN_MAX, .def = "0s", .doc = "delay: up to this much more."),
	STEP(address, CF_VALUE, .parse = parse_prefix, .print = print_prefix,
	     .doc = "address-add, address-remove: which; route-remove: to where."),
	STEP(count, CF_UINT, .max = 1000000,
	     .doc = "refuse-addresses, refuse-routes: how many; clock-rate: parts per million."),
	STEP(packet, CF_VALUE, .parse = parse_bytes, .print = print_bytes,
	     .doc = "inject: an Ethernet frame, sent to all from a port of its own, `from' a "
		    "host's place."),
	STEP(interface, CF_TEXT,
	     .doc = "link-down, link-up, remove-interface, restore-interface, address-add, "
		    "address-remove: which; eth0 if not said."),
	STEP(track, CF_TEXT, .doc = "track: the name of a tracker of type file or script..."),
	STEP(value, CF_UINT, .max = 255,
	     .doc = "...and what its file holds, or its script ends with, from now on."),
	STEP(tracks, CF_LIST, .of = &vrrp_tracker_schema, .max = 16,
	     .doc = "reload: the trackers of the new configuration."),
	STEP(priority, CF_UINT, .max = 255,
	     .doc = "reload: in place of the priority in its vrrp section."),
	STEP(vrrp, CF_GROUP, .of = &vrrp_schema,
	     .doc = "reload: the new configuration; that of the host if not said."),
	STEP(router, CF_TEXT, .doc = "Of which virtual router; any if not said."),
	STEP(client, CF_TEXT, .doc = "outage, doubles, measure: of which client."),
	STEP(state, CF_ENUM, .names = state_names, .def = "initialize", .doc = "Which state."),
	STEP(why, CF_TEXT, .doc = "becomes: why; for any reason if not said."),
	STEP(counter, CF_TEXT, .doc = "counter: which, as in the log."),
	STEP(earliest, CF_SPAN, .max = SPAN_MAX, .def = "0s",
	     .doc = "becomes, never: not before, from the step's time."),
	STEP(latest, CF_SPAN, .max = SPAN_MAX, .def = "0s", .doc = "becomes, never: not after."),
	STEP(min, CF_SPAN, .max = SPAN_MAX, .def = "0s", .doc = "outage: at least."),
	STEP(max, CF_SPAN, .max = SPAN_MAX, .def = "0s", .doc = "outage: at most."),
	STEP(least, CF_UINT, .max = UINT32_MAX,
	     .doc = "actives, doubles, counter, changes: at least."),
	STEP(most, CF_UINT, .max = UINT32_MAX, .def = "4294967295", .doc = "The same: at most."),
};

static const struct cf_schema step_schema = {
	.name = "step", .doc = "Something that is done, or expected, at a time.",
	.size = sizeof(struct scenario_step), .field = step_fields, .n = N(step_fields),
};

#define TOP(member, kind, ...) CF(struct scenario_cf, member, kind, __VA_ARGS__)

static const struct cf_field scenario_fields[] = {
	TOP(name, CF_TEXT, .required = true, .doc = "What the scenario is called."),
	TOP(about, CF_TEXT, .doc = "What it shows."),
	TOP(length, CF_SPAN, .min = 1, .max = SPAN_MAX, .required = true,
	    .doc = "How long it runs."),
	TOP(links, CF_LIST, .of = &link_schema, .min = 1, .max = 16, .required = true,
	    .doc = "The segments."),
	TOP(hosts, CF_LIST, .of = &host_schema, .min = 1, .max = 64, .required = true,
	    .defaults = "defaults",
	    .doc = "The machines. A group `defaults' beside the list holds what they have in "
		   "common."),
	TOP(clients, CF_LIST, .of = &client_schema, .max = 16, .doc = "The users."),
	TOP(gateways, CF_LIST, .of = &gateway_schema, .max = 16,
	    .doc = "Routers between links."),
	TOP(timeline, CF_LIST, .of = &step_schema, .max = SCENARIO_STEPS_MAX, .required = true,
	    .doc = "What happens, in any order."),
};

const struct cf_schema scenario_schema = {
	.name = "scenario",
	.doc = "A scenario for trivet sim run.",
	.size = sizeof(struct scenario_cf),
	.field = scenario_fields,
	.n = N(scenario_fields),
};

/* ---- cross checks ------------------------------------------------------------------------- */

static const struct scenario_cf *root(const struct cf_model *m)
{
	return m->bytes;
}

static bool names(const struct cf_model *m, struct cf_list list, size_t size, const char *name)
{
	for (uint32_t i = 0; i < list.n; i++)
		if (strcmp(cf_at(m, list, size, i), name) == 0) /* the name comes first in each */
			return true;
	return false;
}

static bool is_host(const struct cf_model *m, const char *name)
{
	return names(m, root(m)->hosts, sizeof(struct scenario_host), name);
}

static bool is_client(const struct cf_model *m, const char *name)
{
	return names(m, root(m)->clients, sizeof(struct scenario_client), name);
}

static bool is_gateway(const struct cf_model *m, const char *name)
{
	return names(m, root(m)->gateways, sizeof(struct scenario_gateway), name);
}

static bool is_link(const struct cf_model *m, const char *name)
{
	return *name == '\0' || names(m, root(m)->links, sizeof(struct scenario_link), name);
}

static bool is_label(const struct cf_model *m, const char *name)
{
	for (uint32_t i = 0; i < root(m)->timeline.n; i++) {
		const struct scenario_step *s = cf_at(m, root(m)->timeline, sizeof *s, i);

		if (strcmp(s->as, name) == 0 && *s->after == '\0')
			return true;
	}
	return false;
}

static void check_names(struct cf_load *l, struct cf_list list, bool clients_too)
{
	const struct cf_model *m = cf_load_model(l);

	for (uint32_t i = 0; i < list.n; i++) {
		const struct scenario_name *n = cf_at(m, list, sizeof *n, i);

		if (!is_host(m, n->name) &&
		    !(clients_too && (is_client(m, n->name) || is_gateway(m, n->name))))
			cf_error(l, n, "name", "there is no host \"%s\"", n->name);
	}
}

static bool is_why(const char *name)
{
	for (unsigned i = 0; i < VRRP_WHY_N; i++)
		if (strcmp(vrrp_why_name((enum vrrp_why)i), name) == 0)
			return true;
	return false;
}

static void check_step(struct cf_load *l, struct scenario_step *s)
{
	const struct cf_model *m = cf_load_model(l);
	bool window = s->expect == EXPECT_BECOMES || s->expect == EXPECT_NEVER;
	bool client =
		s->expect == EXPECT_OUTAGE || s->expect == EXPECT_DOUBLES || s->what == DO_MEASURE;

	if ((s->what == DO_NOTHING) == (s->expect == EXPECT_NOTHING) && *s->as == '\0')
		cf_error(l, s, NULL, "a step has either \"do\" or \"expect\"");
	if (*s->after && !is_label(m, s->after))
		cf_error(l, s, "after",
			 "no step is called \"%s\" (one that has no \"after\" itself)", s->after);
	if (*s->host && !is_host(m, s->host))
		cf_error(l, s, "host", "there is no host \"%s\"", s->host);
	if (client ? !is_client(m, s->client) : *s->client != '\0')
		cf_error(l, s, "client",
			 client ? "must name a client" : "only for outage, doubles and measure");
	if (window && s->latest.ns <= s->earliest.ns)
		cf_error(l, s, "latest", "the window must end after it begins");
	if (s->what == DO_CHAOS && s->latest.ns == 0)
		cf_error(l, s, "latest", "must say how long the chaos lasts");
	if (*s->why && !is_why(s->why))
		cf_error(l, s, "why", "there is no reason \"%s\"", s->why);
	if (*s->interface && strcmp(s->interface, "eth0") != 0 && strcmp(s->interface, "eth1") != 0)
		cf_error(l, s, "interface", "must be \"eth0\" or \"eth1\"");
	if ((s->what == DO_TRACK) != (*s->track != '\0'))
		cf_error(l, s, "track", *s->track ? "only for track" : "must name a tracker");
	if (!is_link(m, s->link))
		cf_error(l, s, "link", "there is no link \"%s\"", s->link);
	check_names(l, s->hosts, false);
	check_names(l, s->from, true);
	check_names(l, s->to, true);
	s->vrrp.tracks = s->tracks;
	vrrp_cf_check(l, &s->vrrp);
}

static void check_gateways(struct cf_load *l)
{
	const struct cf_model *m = cf_load_model(l);

	for (uint32_t i = 0; i < root(m)->gateways.n; i++) {
		const struct scenario_gateway *g = cf_at(m, root(m)->gateways, sizeof *g, i);

		for (uint32_t k = 0; k < g->links.n; k++) {
			const struct scenario_name *n = cf_at(m, g->links, sizeof *n, k);

			if (!is_link(m, n->name))
				cf_error(l, n, "name", "there is no link \"%s\"", n->name);
		}
	}
}

void scenario_cf_check(struct cf_load *l)
{
	const struct cf_model *m = cf_load_model(l);

	if (!cf_load_clean(l))
		return;
	for (uint32_t i = 0; i < root(m)->hosts.n; i++) {
		struct scenario_host *h = cf_at(m, root(m)->hosts, sizeof *h, i);

		if (!is_link(m, h->link))
			cf_error(l, h, "link", "there is no link \"%s\"", h->link);
		if (!is_link(m, h->second_link))
			cf_error(l, h, "second_link", "there is no link \"%s\"", h->second_link);
		h->vrrp.tracks = h->tracks;
		vrrp_cf_check(l, &h->vrrp);
	}
	for (uint32_t i = 0; i < root(m)->clients.n; i++) {
		const struct scenario_client *c = cf_at(m, root(m)->clients, sizeof *c, i);

		if (!is_link(m, c->link))
			cf_error(l, c, "link", "there is no link \"%s\"", c->link);
	}
	check_gateways(l);
	for (uint32_t i = 0; i < root(m)->timeline.n; i++)
		check_step(l, cf_at(m, root(m)->timeline, sizeof(struct scenario_step), i));
}
