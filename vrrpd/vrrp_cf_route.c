/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrp_cf_route.h"

#include <dirent.h>
#include <stdlib.h>

#include "fib_text.h"
#include "ip_text.h"
#include "vrrp_cf.h"

const char *const vrrp_route_types[] = {
	"unicast", "blackhole", "unreachable", "prohibit", "throw", NULL
};
static const char *const scope_names[] = { "auto", "global", "link", "host", NULL };
static const char *const pref_names[] = { "medium", "high", "low", NULL };
static const char *const family_names[] = { "auto", "ipv4", "ipv6", NULL };
const char *const vrrp_rule_actions[] = {
	"lookup", "goto", "blackhole", "unreachable", "prohibit", NULL
};

static const struct { const char *name; uint8_t number;
} protocols[] = {
	{ "icmp", 1 }, { "tcp", 6 }, { "udp", 17 }, { "dccp", 33 }, { "gre", 47 }, { "esp", 50 },
	{ "ah", 51 }, { "ipv6-icmp", 58 }, { "ospf", 89 }, { "vrrp", 112 }, { "sctp", 132 },
	{ "udplite", 136 },
};

/* ---- values ------------------------------------------------------------------------------- */

/* A number without a sign, decimal or hexadecimal, up to `max`; *end is what follows it. */
static bool number(const char *from, uint64_t max, uint64_t *value, const char **end)
{
	char *after;

	if (*from < '0' || *from > '9')
		return false;
	*value = strtoull(from, &after, from[0] == '0' && from[1] == 'x' ? 16 : 10);
	*end = after;
	return after - from <= 20 && *value <= max;
}

static bool parse_net(const char *from, void *to, struct text *why)
{
	struct vrrp_cf_net net;
	struct ip_prefix meant;
	char text[IP_TEXT_SIZE];

	memset(&net, 0, sizeof net);
	net.any = strcmp(from, "default") == 0;
	if (!net.any && !ip_parse_prefix(from, &net.prefix)) {
		text_put(why, "not a prefix; write \"198.51.100.0/24\", \"2001:db8::/32\" or "
			      "\"default\"");
		return false;
	}
	meant = fib_network(&net.prefix);
	if (!ip_eq(&meant.addr, &net.prefix.addr)) {
		text_fmt(why, "has bits set behind its length; did you mean \"%s\"?",
			 ip_prefix_string(&meant, text));
		return false;
	}
	memcpy(to, &net, sizeof net);
	return true;
}

static void print_net(const void *from, struct text *to)
{
	struct vrrp_cf_net net;

	memcpy(&net, from, sizeof net);
	if (net.any)
		text_put(to, "default");
	else
		ip_print_prefix(&net.prefix, to);
}

static bool parse_host(const char *from, void *to, struct text *why)
{
	struct ip_addr addr;

	memset(&addr, 0, sizeof addr);
	if (!ip_parse(from, &addr)) {
		text_put(why, "not an address; write \"192.0.2.254\" or \"fe80::1\"");
		return false;
	}
	if (ip_is_multicast(&addr) || ip_is_unspecified(&addr) || ip_is_loopback(&addr)) {
		text_put(why, "not an address that a host can have on a network");
		return false;
	}
	memcpy(to, &addr, sizeof addr);
	return true;
}

static void print_host(const void *from, struct text *to)
{
	struct ip_addr addr;

	memcpy(&addr, from, sizeof addr);
	ip_print(&addr, to);
}

/* A line "100 name" of a file of ip(8). */
static bool look_in(const char *path, const char *name, uint32_t *table)
{
	FILE *f = fopen(path, "re");
	char line[256], word[64];
	bool found = false;
	unsigned n;

	while (f && !found && fgets(line, sizeof line, f))
		if ((sscanf(line, " 0x%x %63s", &n, word) == 2 ||
		     sscanf(line, " %u %63s", &n, word) == 2) &&
		    strcmp(word, name) == 0) {
			*table = n;
			found = n != 0;
		}
	if (f)
		fclose(f);
	return found;
}

static bool find_table(const char *name, uint32_t *table)
{
	static const char dir[] = "/etc/iproute2/rt_tables.d";
	struct dirent *entry;
	bool found = false;
	char path[512];
	DIR *d;

	if (look_in("/etc/iproute2/rt_tables", name, table) ||
	    look_in("/usr/share/iproute2/rt_tables", name, table))
		return true;
	d = opendir(dir);
	while (d && !found && (entry = readdir(d))) {
		snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
		found = entry->d_name[0] != '.' && look_in(path, name, table);
	}
	if (d)
		closedir(d);
	return found;
}

static bool parse_table(const char *from, void *to, struct text *why)
{
	uint32_t table = strcmp(from, "main") == 0      ? FIB_TABLE_MAIN
			 : strcmp(from, "local") == 0   ? FIB_TABLE_LOCAL
			 : strcmp(from, "default") == 0 ? FIB_TABLE_DEFAULT
							: 0;
	const char *end;
	uint64_t n;

	if (table == 0 && number(from, UINT32_MAX, &n, &end) && *end == '\0' && n > 0) {
		table = (uint32_t)n;
	} else if (table == 0 && ((*from >= '0' && *from <= '9') || *from == '-')) {
		text_fmt(why, "must be 1..%u, or a name", UINT32_MAX);
		return false;
	} else if (table == 0 && !find_table(from, &table)) {
		text_put(why, "not a number, and no table of this name is in "
			      "/etc/iproute2/rt_tables");
		return false;
	}
	memcpy(to, &table, sizeof table);
	return true;
}

static void print_table(const void *from, struct text *to)
{
	uint32_t table;

	memcpy(&table, from, sizeof table);
	fib_print_table(table, to);
}

static bool parse_mark(const char *from, void *to, struct text *why)
{
	struct vrrp_cf_mark m = { .mask = UINT32_MAX };
	uint64_t mark, mask = UINT32_MAX;
	const char *end = from;
	bool ok = number(from, UINT32_MAX, &mark, &end);

	if (ok && *end == '/')
		ok = number(end + 1, UINT32_MAX, &mask, &end) && mask != 0;
	if (!ok || *end != '\0') {
		text_put(why, "write a mark such as 7, or a mark and a mask such as "
			      "\"0x10/0xff\"");
		return false;
	}
	m.mark = (uint32_t)mark;
	m.mask = (uint32_t)mask;
	if ((m.mark & ~m.mask) != 0) {
		text_put(why, "the mark has bits that its mask has not: it would never match");
		return false;
	}
	memcpy(to, &m, sizeof m);
	return true;
}

static void print_mark(const void *from, struct text *to)
{
	struct vrrp_cf_mark m;

	memcpy(&m, from, sizeof m);
	text_fmt(to, "0x%x/0x%x", m.mark, m.mask);
}

/* "7" or "7-9". */
static bool range(const char *from, uint64_t max, uint64_t r[2])
{
	const char *end = from;

	if (!number(from, max, &r[0], &end))
		return false;
	r[1] = r[0];
	if (*end == '-' && !number(end + 1, max, &r[1], &end))
		return false;
	return *end == '\0' && r[0] <= r[1];
}

static bool parse_ports(const char *from, void *to, struct text *why)
{
	uint16_t port[2];
	uint64_t r[2];

	if (!range(from, 65534, r) || r[0] == 0) { /* the kernel takes no 65535 */
		text_put(why, "write a port such as 80, or a range such as \"8000-8099\", of "
			      "1 to 65534");
		return false;
	}
	port[0] = (uint16_t)r[0];
	port[1] = (uint16_t)r[1];
	memcpy(to, port, sizeof port);
	return true;
}

static void print_ports(const void *from, struct text *to)
{
	uint16_t port[2];

	memcpy(port, from, sizeof port);
	text_fmt(to, port[0] == port[1] ? "%u" : "%u-%u", port[0], port[1]);
}

static bool parse_uids(const char *from, void *to, struct text *why)
{
	struct vrrp_cf_uids uids;
	uint64_t r[2];

	memset(&uids, 0, sizeof uids);
	if (!range(from, UINT32_MAX - 1, r)) {
		text_put(why, "write a user's number such as 1000, or a range such as "
			      "\"1000-1999\"");
		return false;
	}
	uids.from = (uint32_t)r[0];
	uids.to = (uint32_t)r[1];
	uids.said = true;
	memcpy(to, &uids, sizeof uids);
	return true;
}

static void print_uids(const void *from, struct text *to)
{
	struct vrrp_cf_uids uids;

	memcpy(&uids, from, sizeof uids);
	text_fmt(to, "%u-%u", uids.from, uids.to);
}

static bool parse_ipproto(const char *from, void *to, struct text *why)
{
	uint8_t proto = 0;
	const char *end;
	uint64_t n;

	for (unsigned i = 0; i < sizeof protocols / sizeof *protocols; i++)
		if (strcmp(from, protocols[i].name) == 0)
			proto = protocols[i].number;
	if (proto == 0 && number(from, 255, &n, &end) && *end == '\0')
		proto = (uint8_t)n;
	if (proto == 0) {
		text_put(why, "write a protocol such as \"tcp\", or its number, 1 to 255");
		return false;
	}
	memcpy(to, &proto, sizeof proto);
	return true;
}

static void print_ipproto(const void *from, struct text *to)
{
	uint8_t proto;

	memcpy(&proto, from, sizeof proto);
	text_fmt(to, "%u", proto);
}

/* A number that may be 0; kept as one more. */
static bool parse_suppress(const char *from, void *to, struct text *why)
{
	const char *end;
	uint32_t one_more;
	uint64_t n;

	if (!number(from, INT32_MAX - 1, &n, &end) || *end != '\0') {
		text_put(why, "write a number, 0 or more");
		return false;
	}
	one_more = (uint32_t)n + 1;
	memcpy(to, &one_more, sizeof one_more);
	return true;
}

static void print_suppress(const void *from, struct text *to)
{
	uint32_t one_more;

	memcpy(&one_more, from, sizeof one_more);
	text_fmt(to, "%u", one_more - 1);
}

/* ---- tables ------------------------------------------------------------------------------- */

static const struct cf_field hop_fields[] = {
	CF(struct vrrp_cf_hop, via, CF_VALUE, .parse = parse_host, .print = print_host,
	   .doc = "The address of the next router."),
	CF(struct vrrp_cf_hop, dev, CF_TEXT, .accept = vrrp_cf_accept_interface,
	   .doc = "The interface that leads there."),
	CF(struct vrrp_cf_hop, weight, CF_UINT, .min = 1, .max = 256, .def = "1",
	   .doc = "Its share of the traffic, in proportion to those of the others."),
	CF(struct vrrp_cf_hop, onlink, CF_BOOL, .def = "false",
	   .doc = "Take via to be on the link of dev, whatever addresses that has."),
};

static const struct cf_schema hop_schema = {
	.name = "hop",
	.doc = "A next hop of a route that has several.",
	.size = sizeof(struct vrrp_cf_hop),
	.field = hop_fields,
	.n = sizeof hop_fields / sizeof *hop_fields,
};

static const struct cf_field route_fields[] = {
	CF(struct vrrp_cf_route, to, CF_VALUE, .required = true, .parse = parse_net,
	   .print = print_net,
	   .doc = "The destination: a prefix, or \"default\" for all of the family of via, or else "
		  "of the instance."),
	CF(struct vrrp_cf_route, via, CF_VALUE, .parse = parse_host, .print = print_host,
	   .doc = "The address of the next router. That of an IPv4 route may be an IPv6 address."),
	CF(struct vrrp_cf_route, dev, CF_TEXT, .accept = vrrp_cf_accept_interface,
	   .doc = "The interface that leads there. Not said: the kernel finds it by via. Said: the "
		  "route is set while that is up, and with track the router runs only then."),
	CF(struct vrrp_cf_route, hops, CF_LIST, .of = &hop_schema, .max = FIB_HOPS_MAX,
	   .doc = "Several next hops that share the traffic, instead of via and dev."),
	CF(struct vrrp_cf_route, src, CF_VALUE, .parse = parse_host, .print = print_host,
	   .doc = "The source address of what this machine itself sends along the route; it may be "
		  "a virtual address."),
	CF(struct vrrp_cf_route, table, CF_VALUE, .number = true, .parse = parse_table,
	   .print = print_table,
	   .doc = "The routing table: a number, or a name that ip(8) knows. Not said: main."),
	CF(struct vrrp_cf_route, metric, CF_UINT, .max = UINT32_MAX, .def = "0",
	   .doc = "Among routes to one destination the lowest counts. 0: what the kernel gives, 0 "
		  "for IPv4 and 1024 for IPv6."),
	CF(struct vrrp_cf_route, type, CF_ENUM, .names = vrrp_route_types, .def = "unicast",
	   .doc = "unicast: the packets are sent on. blackhole: they are dropped; unreachable, "
		  "prohibit: also the sender is told. throw: the lookup in this table ends, and "
		  "goes on with the next rule."),
	CF(struct vrrp_cf_route, scope, CF_ENUM, .names = scope_names, .def = "auto",
	   .doc = "Of IPv4: how far the destination is. auto: link without via, else global."),
	CF(struct vrrp_cf_route, tos, CF_UINT, .max = 255, .def = "0",
	   .doc = "Of IPv4: the TOS or DS field of packets that the route is for; a multiple of "
		  "4."),
	CF(struct vrrp_cf_route, pref, CF_ENUM, .names = pref_names, .def = "medium",
	   .doc = "Of IPv6: the preference among routers (RFC 4191)."),
	CF(struct vrrp_cf_route, onlink, CF_BOOL, .def = "false",
	   .doc = "Take via to be on the link of dev, whatever addresses that has."),
	CF(struct vrrp_cf_route, mtu, CF_UINT, .min = 0, .max = 65535, .def = "0",
	   .doc = "The MTU of the path; 0, as with all that follow: as the kernel finds."),
	CF(struct vrrp_cf_route, advmss, CF_UINT, .max = 65535, .def = "0",
	   .doc = "TCP: the maximum segment size to advertise."),
	CF(struct vrrp_cf_route, initcwnd, CF_UINT, .max = 65535, .def = "0",
	   .doc = "TCP: the congestion window to begin with, in segments."),
	CF(struct vrrp_cf_route, initrwnd, CF_UINT, .max = 65535, .def = "0",
	   .doc = "TCP: the receive window to begin with, in segments."),
	CF(struct vrrp_cf_route, cwnd, CF_UINT, .max = 65535, .def = "0",
	   .doc = "TCP: the largest congestion window, in segments."),
	CF(struct vrrp_cf_route, ssthresh, CF_UINT, .max = UINT32_MAX, .def = "0",
	   .doc = "TCP: the slow start threshold to begin with."),
	CF(struct vrrp_cf_route, window, CF_UINT, .max = UINT32_MAX, .def = "0",
	   .doc = "TCP: the largest window to advertise, in bytes."),
	CF(struct vrrp_cf_route, reordering, CF_UINT, .max = 300, .def = "0",
	   .doc = "TCP: so many segments out of order are not taken for a loss."),
	CF(struct vrrp_cf_route, hoplimit, CF_UINT, .max = 255, .def = "0",
	   .doc = "The TTL or Hop Limit of what this machine sends along the route."),
	CF(struct vrrp_cf_route, rtt, CF_SPAN, .max = 3600000000000, .def = "0s",
	   .doc = "TCP: the round trip time to begin with, in whole milliseconds."),
	CF(struct vrrp_cf_route, rttvar, CF_SPAN, .max = 3600000000000, .def = "0s",
	   .doc = "TCP: its variance to begin with, in whole milliseconds."),
	CF(struct vrrp_cf_route, rto_min, CF_SPAN, .max = 3600000000000, .def = "0s",
	   .doc = "TCP: the shortest retransmission timeout, in whole milliseconds."),
	CF(struct vrrp_cf_route, quickack, CF_BOOL, .def = "false",
	   .doc = "TCP: acknowledge at once."),
	CF(struct vrrp_cf_route, fastopen_no_cookie, CF_BOOL, .def = "false",
	   .doc = "TCP: Fast Open without a cookie."),
	CF(struct vrrp_cf_route, congctl, CF_TEXT,
	   .doc = "TCP: the congestion control, for example \"bbr\"; the kernel must have it "
		  "loaded."),
	CF(struct vrrp_cf_route, track, CF_BOOL, .def = "true",
	   .doc = "Of an instance: whether its router gives up being Active, for another to try, "
		  "when the kernel refuses the route three times, and does not run while an "
		  "interface of the route is down. A static one is just tried again."),
};

const struct cf_schema vrrp_route_schema = {
	.name = "route",
	.doc = "A route. The kernel shows it with protocol 112, and with this mark it is "
	       "recognised after a crash. Two of one destination, table, metric and tos cannot be "
	       "in one file; one of somebody else is never replaced.",
	.size = sizeof(struct vrrp_cf_route),
	.field = route_fields,
	.n = sizeof route_fields / sizeof *route_fields,
};

static const struct cf_field rule_fields[] = {
	CF(struct vrrp_cf_rule, priority, CF_UINT, .min = 1, .max = UINT32_MAX, .required = true,
	   .doc = "Rules are looked at in this order, the lowest first. The kernel's own are 0 "
		  "(local), 32766 (main) and 32767 (default)."),
	CF(struct vrrp_cf_rule, from, CF_VALUE, .parse = parse_net, .print = print_net,
	   .doc = "For packets with such a source; a prefix."),
	CF(struct vrrp_cf_rule, to, CF_VALUE, .parse = parse_net, .print = print_net,
	   .doc = "For packets with such a destination; a prefix."),
	CF(struct vrrp_cf_rule, iif, CF_TEXT, .accept = vrrp_cf_accept_interface,
	   .doc = "For packets that come in there; \"lo\" for those of this machine itself."),
	CF(struct vrrp_cf_rule, oif, CF_TEXT, .accept = vrrp_cf_accept_interface,
	   .doc = "For packets of sockets that are bound to this interface."),
	CF(struct vrrp_cf_rule, fwmark, CF_VALUE, .number = true, .parse = parse_mark,
	   .print = print_mark,
	   .doc = "For packets with this mark: 7, or \"0x10/0xff\" with a mask."),
	CF(struct vrrp_cf_rule, tos, CF_UINT, .max = 255, .def = "0",
	   .doc = "For packets with this TOS or DS field; a multiple of 4; 0 for any."),
	CF(struct vrrp_cf_rule, ipproto, CF_VALUE, .number = true, .parse = parse_ipproto,
	   .print = print_ipproto, .doc = "For packets of this protocol: \"tcp\", or a number."),
	CF(struct vrrp_cf_rule, sport, CF_VALUE, .number = true, .parse = parse_ports,
	   .print = print_ports, .doc = "For packets from this port, or a range, \"8000-8099\"."),
	CF(struct vrrp_cf_rule, dport, CF_VALUE, .number = true, .parse = parse_ports,
	   .print = print_ports, .doc = "For packets to this port, or a range."),
	CF(struct vrrp_cf_rule, uidrange, CF_VALUE, .number = true, .parse = parse_uids,
	   .print = print_uids,
	   .doc = "For packets of sockets of these users: 1000, or \"1000-1999\"."),
	CF(struct vrrp_cf_rule, invert, CF_BOOL, .def = "false",
	   .doc = "For all packets but those."),
	CF(struct vrrp_cf_rule, action, CF_ENUM, .names = vrrp_rule_actions, .def = "lookup",
	   .doc = "lookup: in table, or with l3mdev. goto: go on with the rule of the priority "
		  "target. blackhole, unreachable, prohibit: as with routes."),
	CF(struct vrrp_cf_rule, table, CF_VALUE, .number = true, .parse = parse_table,
	   .print = print_table,
	   .doc = "The routing table to look in: a number, or a name that ip(8) knows."),
	CF(struct vrrp_cf_rule, target, CF_UINT, .max = UINT32_MAX, .def = "0",
	   .doc = "Of goto: a priority behind that of this rule."),
	CF(struct vrrp_cf_rule, l3mdev, CF_BOOL, .def = "false",
	   .doc = "Look in the table of the VRF that the interface belongs to."),
	CF(struct vrrp_cf_rule, suppress_prefixlength, CF_VALUE, .number = true,
	   .parse = parse_suppress, .print = print_suppress,
	   .doc = "Of lookup: routes of this prefix length and shorter do not count; 0 leaves out "
		  "default routes."),
	CF(struct vrrp_cf_rule, suppress_ifgroup, CF_VALUE, .number = true, .parse = parse_suppress,
	   .print = print_suppress,
	   .doc = "Of lookup: routes over interfaces of this group do not count."),
	CF(struct vrrp_cf_rule, family, CF_ENUM, .names = family_names, .def = "auto",
	   .doc = "auto: that of from or to; or else of the instance, and of a static rule ipv4."),
	CF(struct vrrp_cf_rule, track, CF_BOOL, .def = "true",
	   .doc = "Of an instance: whether its router gives up being Active, for another to try, "
		  "when the kernel refuses the rule three times."),
};

const struct cf_schema vrrp_rule_schema = {
	.name = "rule",
	.doc = "A rule that says in which table packets find their route. It is marked as routes "
	       "are.",
	.size = sizeof(struct vrrp_cf_rule),
	.field = rule_fields,
	.n = sizeof rule_fields / sizeof *rule_fields,
};
