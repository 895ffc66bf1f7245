/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrp_cf.h"

#include <stdlib.h>

#include "ip_text.h"
#include "vrrp_cf_keepalived.h"
#include "vrrp_cf_vmac.h"

static const char *const csum_names[] = { "auto", "message", "pseudo-header", NULL };
static const char *const lease_names[] = { "auto", "true", "false", NULL };
static const char *const csum_accept_names[] = { "any", "message", "pseudo-header", NULL };

/* Names appear in the log and in commands: no blanks, nothing that a shell or a terminal takes
 * amiss. */
static bool accept_name(const char *text, struct text *why)
{
	for (const char *p = text; *p; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
		      (*p >= '0' && *p <= '9') || (p > text && strchr("-_.:", *p)))) {
			text_put(why, "a name has letters, digits, '-', '_', '.' and ':', and "
				      "begins with a letter or digit");
			return false;
		}
	return true;
}

/* What the kernel takes (dev_valid_name), to which 0xa0 is a blank too; that excludes what would
 * break a path below /proc/sys. And no control characters, which a terminal would act on. */
static bool accept_interface(const char *text, struct text *why)
{
	bool good = strcmp(text, ".") != 0 && strcmp(text, "..") != 0;

	for (const char *p = text; *p; p++) {
		unsigned char c = (unsigned char)*p;

		if (c <= ' ' || c == 0x7f || c == 0xa0 || c == '/' || c == ':')
			good = false;
	}
	if (!good)
		text_put(why, "not an interface name");
	return good;
}

/* For other tables. */
bool vrrp_cf_accept_name(const char *text, struct text *why)
{
	return accept_name(text, why);
}

bool vrrp_cf_accept_interface(const char *text, struct text *why)
{
	return accept_interface(text, why);
}

bool vrrp_cf_accept_host(const struct ip_addr *addr, struct text *why)
{
	static const struct ip_addr broadcast = { IP_V4, { 255, 255, 255, 255 } };

	if (ip_is_multicast(addr) || ip_is_unspecified(addr) || ip_is_loopback(addr) ||
	    ip_eq(addr, &broadcast)) {
		text_put(why, "not an address that a host can have on a network");
		return false;
	}
	return true;
}

/* The address of a router: it has no prefix length. */
bool vrrp_cf_parse_host(const char *from, void *to, struct text *why)
{
	struct ip_addr addr;

	if (!ip_parse(from, &addr)) {
		text_put(why, "not an address; write \"192.0.2.2\" or \"2001:db8::2\"");
		return false;
	}
	if (!vrrp_cf_accept_host(&addr, why))
		return false;
	memcpy(to, &addr, sizeof addr);
	return true;
}

void vrrp_cf_print_host(const void *from, struct text *to)
{
	struct ip_addr addr;

	memcpy(&addr, from, sizeof addr);
	ip_print(&addr, to);
}

static const struct cf_field garp_fields[] = {
	CF(struct vrrp_announce_params, repeat, CF_UINT, .min = 1, .max = 100, .def = "5",
	   .doc = "Announcements of each address in a burst."),
	CF(struct vrrp_announce_params, interval, CF_SPAN, .min = 1000000, .max = 10000000000,
	   .def = "50ms", .doc = "Time between two announcements of a burst."),
	CF(struct vrrp_announce_params, delay, CF_SPAN, .min = 0, .max = 3600000000000, .def = "5s",
	   .doc = "Time from the beginning of the first burst to the second; 0s for no second "
		  "burst."),
	CF(struct vrrp_announce_params, refresh, CF_SPAN, .min = 0, .max = 86400000000000,
	   .def = "0s",
	   .doc = "While Active, announce each address again this often, for hosts that believed "
		  "another Active which we never heard; 0s for never."),
	CF(struct vrrp_announce_params, refresh_repeat, CF_UINT, .min = 1, .max = 100, .def = "1",
	   .doc = "Announcements of each address in a refreshing."),
};

static const struct cf_schema garp_schema = {
	.name = "garp",
	.doc = "How addresses are announced on becoming Active, and again when another Active was "
	       "heard: by gratuitous ARP for IPv4, by unsolicited Neighbor Advertisement for IPv6. "
	       "How fast, garp_rate says, for all of an interface together.",
	.size = sizeof(struct vrrp_announce_params),
	.field = garp_fields,
	.n = sizeof garp_fields / sizeof *garp_fields,
};

static const struct cf_field peer_fields[] = {
	CF(struct vrrp_cf_peer, address, CF_VALUE, .required = true, .parse = vrrp_cf_parse_host,
	   .print = vrrp_cf_print_host, .doc = "The address that the peer sends from."),
};

static const struct cf_schema peer_schema = {
	.name = "peer",
	.doc = "Another router of the group. A string alone stands for its address setting.",
	.size = sizeof(struct vrrp_cf_peer),
	.field = peer_fields,
	.n = sizeof peer_fields / sizeof *peer_fields,
	.shorthand = "address",
};

static const struct cf_field unicast_fields[] = {
	CF(struct vrrp_cf_unicast, peers, CF_LIST, .of = &peer_schema, .min = 1,
	   .max = VRRP_PEERS_MAX, .required = true,
	   .doc = "All other routers of the group, without this one: adverts are sent to each of "
		  "them, and taken from none but them. Of the same family as the addresses; of "
		  "IPv6 all link-local, or none."),
	CF(struct vrrp_cf_unicast, ttl_min, CF_UINT, .min = 1, .max = 255, .def = "255",
	   .doc = "The least TTL or Hop Limit of adverts that are taken. They are sent with 255, "
		  "and each router on the way takes one off: 255 lets in only who is on the same "
		  "link, 254 also who is behind one router. This is all that protects VRRP from "
		  "adverts forged elsewhere (RFC 9568 9, RFC 5082): with less than 255, any host "
		  "within so many hops can send what seems to come from a peer. Keepalived sends "
		  "IPv6 with 64 unless it is told: unicast_ttl 255."),
};

static const struct cf_schema unicast_schema = {
	.name = "unicast",
	.doc = "Adverts to and from listed routers instead of to the multicast group, where a "
	       "network does not carry multicast. Adverts that come to another address than the "
	       "source of ours, or from somebody else, are refused.",
	.size = sizeof(struct vrrp_cf_unicast),
	.field = unicast_fields,
	.n = sizeof unicast_fields / sizeof *unicast_fields,
};

static const struct cf_field instance_fields[] = {
	CF(struct vrrp_cf_instance, name, CF_TEXT, .required = true, .accept = accept_name,
	   .doc = "What the virtual router is called in the log and in commands. Unique."),
	CF(struct vrrp_cf_instance, interface, CF_TEXT, .required = true,
	   .accept = accept_interface, .reload = CF_RESTART_OBJECT,
	   .doc = "The network interface that advertisements and addresses use."),
	CF(struct vrrp_cf_instance, vrid, CF_UINT, .min = 1, .max = 255, .required = true,
	   .reload = CF_RESTART_OBJECT,
	   .doc = "The Virtual Router Identifier: the same on all routers of a group, and used by "
		  "no other group of the same address family on the network."),
	CF(struct vrrp_cf_instance, version, CF_UINT, .min = 2, .max = 3, .def = "3",
	   .reload = CF_RESTART_OBJECT,
	   .doc = "The protocol version: 3 (RFC 9568), or 2 (RFC 3768), which knows IPv4 and whole "
		  "seconds only."),
	CF(struct vrrp_cf_instance, priority, CF_UINT, .min = 1, .max = 255, .def = "100",
	   .doc = "The highest becomes Active. 255 says that the addresses are this machine's own "
		  "(it is their owner), and is for one router of the group at most."),
	CF(struct vrrp_cf_instance, preempt, CF_BOOL, .def = "true",
	   .doc = "Whether to take over from an Active of lower priority. An owner always does."),
	CF(struct vrrp_cf_instance, interval, CF_SPAN, .min = 10000000, .max = 255000000000,
	   .def = "1s",
	   .doc = "Time between advertisements: 10ms to 40.95s in steps of 10ms in version 3, 1s "
		  "to 255s in whole seconds in version 2. A Backup takes over after about three "
		  "and a half of them."),
	CF(struct vrrp_cf_instance, addresses, CF_LIST, .of = &vrrp_address_schema,
	   .min = 1, .max = VRRP_VIPS_MAX, .required = true,
	   .doc = "The virtual addresses. Those that are advertised are all of one family, in the "
		  "same order on all routers, and the first of IPv6 is link-local; an "
		  "advertisement holds 255 of IPv4, 90 of IPv6."),
	CF(struct vrrp_cf_instance, checksum, CF_ENUM, .names = csum_names, .def = "auto",
	   .doc = "The checksum sent in version 3 over IPv4. RFC 9568 sums the message alone "
		  "(message); older routers, and keepalived and FRR as they come, include a "
		  "pseudo-header (pseudo-header). auto: message, until a router is heard that "
		  "uses the other."),
	CF(struct vrrp_cf_instance, checksum_accept, CF_ENUM, .names = csum_accept_names,
	   .def = "any",
	   .doc = "The checksum accepted in version 3 over IPv4: either, or only one of them."),
	CF(struct vrrp_cf_instance, link_down_delay, CF_SPAN, .min = 0, .max = 60000000000,
	   .def = "0s",
	   .doc = "How long the interface must be down, or without carrier, before the router "
		  "gives up. A shorter interruption has no consequences."),
	CF(struct vrrp_cf_instance, lease, CF_ENUM, .names = lease_names, .def = "auto",
	   .doc = "Whether the kernel stops answering for the addresses when no advertisement has "
		  "left for three intervals (down_adverts), which is before a Backup takes over: "
		  "so a vrrpd that is frozen or was killed does not go on answering beside its "
		  "successor. auto: where the kernel can (Linux 5.16, nftables), except with "
		  "priority 255 and with intervals below 100ms, where a busy machine may send "
		  "too late. With down_adverts = 1 there is none. See vrrpd(8)."),
	CF(struct vrrp_cf_instance, preempt_delay, CF_SPAN, .min = 0, .max = 1000000000000,
	   .def = "0s",
	   .doc = "How much later than it could a Backup takes over from an Active of lower "
		  "priority, so that a router that has just come back is ready when it does. One "
		  "that falls silent or leaves is replaced without this delay, and an owner has "
		  "none."),
	CF(struct vrrp_cf_instance, down_adverts, CF_UINT, .min = 1, .max = 100, .def = "3",
	   .doc = "After how many advertisements in a row that did not come (and a fraction of "
		  "another, the smaller the higher the priority) a Backup takes over. The RFC says "
		  "3; the same on all routers of the group."),
	CF(struct vrrp_cf_instance, learned_interval_max, CF_SPAN, .min = 0, .max = 40950000000,
	   .def = "0s",
	   .doc = "In version 3 a Backup waits by the interval that its Active says it has, "
		  "whatever its own is: after an advertisement that says 40.95s, for more than two "
		  "minutes. An interval longer than this counts as this; 0s for no limit. An "
		  "Active that really is slower is then taken for silent."),
	CF(struct vrrp_cf_instance, with_version2, CF_BOOL, .def = "false",
	   .doc = "With version 3 over IPv4, speak version 2 as well, for as long as it takes to "
		  "move a group from one to the other: each advertisement is sent in both "
		  "versions, and both are taken. In version 2 the interval is said in whole "
		  "seconds, rounded up; routers of that version must be set to that. A router that "
		  "is heard in version 3 is not listened to in version 2. Not for ever (RFC 9568 "
		  "8.4.2), and with intervals below 1s give routers of version 2 the lower "
		  "priorities: as Active they would be too slow for the others."),
	CF(struct vrrp_cf_instance, source, CF_VALUE, .parse = vrrp_cf_parse_host,
	   .print = vrrp_cf_print_host,
	   .doc = "The address that adverts come from. It must be on the interface: as long as it "
		  "is not, the router waits (no-source). Not said: the primary IPv4 address of "
		  "the interface, or its link-local IPv6 address. Another IPv6 address than a "
		  "link-local one is for unicast only, and needed with peers that are not "
		  "link-local. Between equal priorities the higher source wins."),
	CF(struct vrrp_cf_instance, unicast, CF_GROUP, .of = &unicast_schema,
	   .doc = "Adverts to listed routers instead of to the multicast group."),
	CF(struct vrrp_cf_instance, tracks, CF_LIST, .of = &vrrp_use_schema, .max = VRRP_USES_MAX,
	   .doc = "The trackers that change the priority of this router or keep it from "
		  "running."),
	CF(struct vrrp_cf_instance, auth, CF_GROUP, .of = &vrrp_auth_schema,
	   .doc = "How adverts prove that they come from a router of the group."),
	CF(struct vrrp_cf_instance, routes, CF_LIST, .of = &vrrp_route_schema, .max = VRRP_FIB_MAX,
	   .doc = "Routes that are there while this router is Active: set after its addresses, "
		  "removed before them, and put back when somebody removes them or the kernel does "
		  "because a link was down."),
	CF(struct vrrp_cf_instance, rules, CF_LIST, .of = &vrrp_rule_schema, .max = VRRP_FIB_MAX,
	   .doc = "Policy rules that are there while this router is Active."),
	CF(struct vrrp_cf_instance, virtual_mac, CF_BOOL, .def = "false",
	   .reload = CF_RESTART_OBJECT,
	   .doc = "Whether the addresses have the virtual MAC of the RFC, 00:00:5e:00:01:VRID for "
		  "IPv4 and 00:00:5e:00:02:VRID for IPv6, so that hosts notice nothing when "
		  "another router takes over. They then live on a device of their own, a macvlan "
		  "on the interface, which vrrpd makes and removes, and must not be on the "
		  "interface, even where this router is their owner. Switches must let frames "
		  "through that come from another MAC than the machine's. See vrrpd(8)."),
	CF(struct vrrp_cf_instance, virtual_mac_device, CF_TEXT, .def = "",
	   .accept = accept_interface, .reload = CF_RESTART_OBJECT,
	   .doc = "What the device of virtual_mac is called. Not said: vrrp4-51-eth0, for VRID 51 "
		  "of IPv4 on eth0; where that is too long, five letters and digits stand for the "
		  "interface."),
	VRRP_CF_NOTIFY_FIELDS(struct vrrp_cf_instance),
	VRRP_CF_NOTIFY_ROUTER_FIELDS(struct vrrp_cf_instance),
	CF(struct vrrp_cf_instance, strict, CF_BOOL, .def = "false",
	   .doc = "Whether settings that lead beyond RFC 9568 or, in version 2, RFC 3768 are "
		  "refused: unicast, auth, preempt_delay, learned_interval_max, down_adverts other "
		  "than 3, addresses that are not advertised, and the checksum with a "
		  "pseudo-header. `auto' and `any' then mean `message'. "
		  "For all virtual routers, set it in `defaults'."),
	CF(struct vrrp_cf_instance, promote_secondaries, CF_BOOL, .def = "false",
	   .doc = "Whether the kernel is told, for the interfaces of the addresses, to let another "
		  "IPv4 address of a subnet take the place of its first when that is removed "
		  "(net.ipv4.conf, promote_secondaries). Otherwise it removes the others as well, "
		  "and those that are virtual are set anew. What was set before comes back when "
		  "vrrpd stops."),
	CF(struct vrrp_cf_instance, accept, CF_BOOL, .def = "true",
	   .doc = "Whether packets to the addresses reach this machine (RFC 9568's Accept_Mode, "
		  "which is false there, and does not concern an owner). false: the kernel "
		  "refuses them (nftables), but for ARP and Neighbor Discovery, so that the "
		  "addresses are gateways and nothing else; what is forwarded or redirected to "
		  "another address passes. Where the kernel cannot, the router does not run "
		  "(not-refusing)."),
	CF(struct vrrp_cf_instance, garp, CF_GROUP, .of = &garp_schema,
	   .doc = "Announcement of the addresses."),
};

const struct cf_schema vrrp_instance_schema = {
	.name = "instance",
	.doc = "A virtual router: one VRID and one address family on one interface.",
	.size = sizeof(struct vrrp_cf_instance),
	.field = instance_fields,
	.n = sizeof instance_fields / sizeof *instance_fields,
};

static const struct cf_field vrrp_fields[] = {
	CF(struct vrrp_cf, instances, CF_LIST, .of = &vrrp_instance_schema,
	   .max = VRRP_INSTANCES_MAX, .defaults = "defaults",
	   .doc = "The virtual routers. A group `defaults' beside the list holds settings for "
		  "those that leave them out."),
	CF(struct vrrp_cf, keys, CF_LIST, .of = &vrrp_key_schema, .max = VRRP_KEYS_MAX,
	   .doc = "The keys that adverts are authenticated with, for instances to refer to."),
	CF(struct vrrp_cf, garp_rate, CF_UINT, .min = 1, .max = 100000, .def = "250",
	   .doc = "Announcements a second on each interface, of all its virtual routers and "
		  "addresses together; what is more waits for its turn, the first announcement of "
		  "each address before the second of any. Switches and routers drop ARP beyond "
		  "some rate, or shut the port: stay below it (Cisco's Dynamic ARP Inspection "
		  "allows 15 a second unless told otherwise)."),
	CF(struct vrrp_cf, garp_burst, CF_UINT, .min = 1, .max = 100000, .def = "256",
	   .doc = "Announcements that may be sent at once on an interface that has been quiet."),
	CF(struct vrrp_cf, start_delay, CF_SPAN, .min = 0, .max = 3600000000000, .def = "0s",
	   .doc = "How long after the start of the daemon no virtual router starts, for switches "
		  "and links to become ready. What is heard in that time is ignored. A reload goes "
		  "on with what is left of it."),
	CF(struct vrrp_cf, start_delay_after_boot, CF_SPAN, .min = 0, .max = 86400000000000,
	   .def = "0s",
	   .doc = "The same, counted from when the machine was booted: for what takes long after "
		  "a power failure, and not when the daemon alone is started again. With both, the "
		  "later one counts."),
	CF(struct vrrp_cf, static_addresses, CF_LIST, .of = &vrrp_address_schema,
	   .max = VRRP_VIPS_MAX,
	   .doc = "Addresses that are on their interface (dev, which must be said) as long as the "
		  "daemon runs, whatever its virtual routers do, which may send from them. They "
		  "are not announced; advertise and track are not for them."),
	CF(struct vrrp_cf, static_routes, CF_LIST, .of = &vrrp_route_schema, .max = VRRP_FIB_MAX,
	   .doc = "Routes that are there as long as the daemon runs, whatever its virtual routers "
		  "do; put back as those are."),
	CF(struct vrrp_cf, static_rules, CF_LIST, .of = &vrrp_rule_schema, .max = VRRP_FIB_MAX,
	   .doc = "Policy rules that are there as long as the daemon runs."),
	CF(struct vrrp_cf, sync_groups, CF_LIST, .of = &vrrp_group_schema, .max = VRRP_GROUPS_MAX,
	   .doc = "Instances that are Active together, or not at all."),
	CF(struct vrrp_cf, notify_fifo, CF_GROUP, .of = &vrrp_fifo_schema,
	   .doc = "Changes of state for programs to read."),
	CF(struct vrrp_cf, notify_timeout, CF_SPAN, .min = 100000000, .max = 3600000000000,
	   .def = "30s",
	   .doc = "How long a program of notify may run. Then it is ended, and counts as failed; "
		  "while it runs, changes of its router wait."),
	CF(struct vrrp_cf, notify_user, CF_TEXT, .accept = vrrp_cf_accept_user,
	   .doc = "As whom programs of notify run, if not as all scripts do."),
};

const struct cf_schema vrrp_schema = {
	.name = "vrrp",
	.doc = "What vrrpd does.",
	.size = sizeof(struct vrrp_cf),
	.field = vrrp_fields,
	.n = sizeof vrrp_fields / sizeof *vrrp_fields,
};

static const struct cf_field trivet_fields[] = {
	CF(struct trivet_cf, version, CF_UINT, .min = 1, .max = 1, .def = "1",
	   .reload = CF_RESTART_DAEMON, .doc = "The version of this file format."),
	CF(struct trivet_cf, tracks, CF_LIST, .of = &vrrp_tracker_schema, .max = VRRP_TRACKERS_MAX,
	   .doc = "The trackers, for instances to refer to."),
	CF(struct trivet_cf, scripts, CF_GROUP, .of = &vrrp_scripts_schema,
	   .doc = "Programs that are run."),
	CF(struct trivet_cf, vrrp, CF_GROUP, .of = &vrrp_schema, .doc = "Virtual routers."),
};

const struct cf_schema trivet_schema = {
	.name = "trivet",
	.doc = "The file.",
	.size = sizeof(struct trivet_cf),
	.field = trivet_fields,
	.n = sizeof trivet_fields / sizeof *trivet_fields,
	.foreign = vrrp_cf_keepalived,
};

struct vrrp_params vrrp_cf_params(const struct vrrp_cf_instance *cf)
{
	return (struct vrrp_params){
		.version = cf->version, .priority = cf->priority, .preempt = cf->preempt,
		.interval_cs = cf->interval_cs,
		.learned_interval_max_cs = cf->learned_interval_max_cs,
		.down_adverts = cf->down_adverts,
		.preempt_delay = cf->preempt_delay,
	};
}

/* ---- cross checks: a setting that was refused by itself is zero, which none of these may be - */

static void check_interval(struct cf_load *l, struct vrrp_cf_instance *cf)
{
	const uint64_t cs = 10000000, second = 1000000000;

	if (cf->version == 0 || cf->interval.ns == 0)
		return;
	cf->interval_cs = (uint32_t)(cf->interval.ns / cs);
	if (cf->version == 2 && cf->interval.ns % second != 0)
		cf_error(l, cf, "interval", "version 2 knows whole seconds only, 1s to 255s");
	else if (cf->version == 3 && cf->interval.ns % cs != 0)
		cf_error(l, cf, "interval",
			 "must be a multiple of 10ms (the protocol counts centiseconds)");
	else if (cf->version == 3 && cf->interval_cs > VRRP_INTERVAL_MAX_CS)
		cf_error(l, cf, "interval", "version 3 goes up to 40.95s");
}

static void check_learned_interval_max(struct cf_load *l, struct vrrp_cf_instance *cf)
{
	const uint64_t cs = 10000000;

	cf->learned_interval_max_cs = (uint32_t)(cf->learned_interval_max.ns / cs);
	if (cf->learned_interval_max.ns % cs != 0)
		cf_error(l, cf, "learned_interval_max",
			 "must be a multiple of 10ms (the protocol counts centiseconds)");
	else if (cf->version == 3 && cf->learned_interval_max.ns > 0 &&
		 cf->learned_interval_max.ns < cf->interval.ns)
		cf_error(l, cf, "learned_interval_max",
			 "is shorter than the interval: an Active that is configured like this "
			 "router would be taken for silent");
}

/* Lint: what is taken, and will not do what was hoped for. */
static void check_timing(struct cf_load *l, const struct vrrp_cf_instance *cf)
{
	bool owner = cf->priority == VRRP_PRIORITY_OWNER;

	if (cf->preempt_delay.ns > 0 && (owner || !cf->preempt))
		cf_warning(l, cf, "preempt_delay", "has no effect: %s",
			   owner ? "with priority 255, that of the address owner, the router is "
				   "Active from the start"
				 : "with preempt = false the router does not preempt at all");
	if (cf->down_adverts == 1)
		cf_warning(l, cf, "down_adverts",
			   "with 1, a single advertisement that is lost or late makes a Backup "
			   "take over");
	if (cf->down_adverts == 1 && cf->lease == VRRP_CF_LEASE_ON)
		cf_warning(l, cf, "lease",
			   "has no effect: with down_adverts = 1 it would end whenever an "
			   "advertisement is late");
	if (owner && !cf->accept)
		cf_warning(l, cf, "accept",
			   "has no effect: with priority 255 the addresses are this machine's own, "
			   "and it always accepts packets to them");
	if (cf->version == 2 && cf->learned_interval_max.ns > 0)
		cf_warning(l, cf, "learned_interval_max",
			   "has no effect: in version 2 no interval is learned");
}

static void check_with_version2(struct cf_load *l, const struct vrrp_cf_instance *cf)
{
	if (!cf->with_version2 || cf->version == 0 || cf->family == IP_NONE)
		return;
	if (cf->version == 2)
		cf_error(l, cf, "with_version2",
			 "is for instances of version 3, which then speak version 2 as well");
	else if (cf->family == IP_V6)
		cf_error(l, cf, "with_version2", "version 2 does not know IPv6");
}

static const char *family_name(uint8_t family)
{
	return family == IP_V4 ? "IPv4" : "IPv6";
}

static bool is_virtual(const struct cf_model *m, const struct vrrp_cf_instance *cf,
		       const struct ip_addr *addr)
{
	for (uint32_t i = 0; i < cf->addresses.n; i++)
		if (ip_eq(&vrrp_cf_address(m, cf, i)->address.addr, addr))
			return true;
	return false;
}

static void check_source(struct cf_load *l, const struct vrrp_cf_instance *cf)
{
	const struct cf_model *m = cf_load_model(l);

	if (!ip_is_set(&cf->source) || cf->family == IP_NONE)
		return;
	if (cf->source.family != cf->family)
		cf_error(l, cf, "source", "is not %s like the addresses", family_name(cf->family));
	else if (cf->family == IP_V6 && cf->unicast.peers.n == 0 &&
		 !ip_is_link_local6(&cf->source))
		cf_error(l, cf, "source",
			 "must be link-local, in fe80::/10 (RFC 9568 5.1.2.1); only with unicast "
			 "peers may it be another");
	else if (cf->priority != VRRP_PRIORITY_OWNER && is_virtual(m, cf, &cf->source))
		cf_error(l, cf, "source",
			 "is one of the virtual addresses, which only their owner (priority 255) "
			 "sends from");
}

/* A router sends from one address to all of its peers, and they know it by that. */
static void check_scope(struct cf_load *l, const struct vrrp_cf_instance *cf,
			const struct vrrp_cf_peer *peer)
{
	bool local = ip_is_link_local6(&peer->address);

	if (ip_is_set(&cf->source) && local != ip_is_link_local6(&cf->source))
		cf_error(l, peer, "address",
			 local ? "is link-local, but the source is not"
			       : "is not link-local, but the source is");
	else if (!ip_is_set(&cf->source) && !local)
		cf_error(l, peer, "address",
			 "is not link-local: set source to the address of this machine that the "
			 "peer knows, for example source = \"2001:db8::1\"");
}

static void check_peers(struct cf_load *l, const struct vrrp_cf_instance *cf)
{
	const struct cf_model *m = cf_load_model(l);
	char text[IP_TEXT_SIZE];

	for (uint32_t i = 0; i < cf->unicast.peers.n; i++) {
		const struct vrrp_cf_peer *p = vrrp_cf_peer(m, cf, i);

		if (!ip_is_set(&p->address) || cf->family == IP_NONE)
			continue;
		ip_string(&p->address, text);
		for (uint32_t k = 0; k < i; k++)
			if (ip_eq(&vrrp_cf_peer(m, cf, k)->address, &p->address))
				cf_error(l, p, "address", "%s is listed twice", text);
		if (p->address.family != cf->family)
			cf_error(l, p, "address", "is not %s like the virtual addresses",
				 family_name(cf->family));
		else if (ip_eq(&p->address, &cf->source))
			cf_error(l, p, "address",
				 "is our own source: list the other routers without this one");
		else if (is_virtual(m, cf, &p->address))
			cf_error(l, p, "address",
				 "is one of the virtual addresses: list an address that the peer "
				 "always has");
		else if (cf->family == IP_V6)
			check_scope(l, cf, p);
	}
}

/* Sorts instances so that those in conflict stand side by side: a file may hold thousands. */
static int by_name(const void *a, const void *b)
{
	const struct vrrp_cf_instance *const *x = a, *const *y = b;
	int c = strcmp((*x)->name, (*y)->name);

	return c != 0 ? c : *x < *y ? -1 : 1; /* in the order of the file */
}

static int same_router(const struct vrrp_cf_instance *a, const struct vrrp_cf_instance *b)
{
	int c = strcmp(a->interface, b->interface);

	if (c == 0)
		c = a->vrid - b->vrid;
	return c != 0 ? c : a->family - b->family;
}

static bool is_placed(const struct vrrp_cf_instance *cf)
{
	return cf->interface[0] && cf->vrid != 0 && cf->family != IP_NONE;
}

static int by_router(const void *a, const void *b)
{
	const struct vrrp_cf_instance *const *x = a, *const *y = b;
	int c = same_router(*x, *y);

	return c != 0 ? c : *x < *y ? -1 : 1;
}

static void check_pairs(struct cf_load *l, const struct vrrp_cf_instance **all, uint32_t n)
{
	qsort(all, n, sizeof *all, by_name);
	for (uint32_t i = 1; i < n; i++)
		if (all[i]->name[0] && strcmp(all[i - 1]->name, all[i]->name) == 0)
			cf_error(l, all[i], "name", "\"%s\" names another instance already",
				 all[i]->name);
	qsort(all, n, sizeof *all, by_router);
	for (uint32_t i = 1; i < n; i++)
		if (is_placed(all[i]) && same_router(all[i - 1], all[i]) == 0)
			cf_error(l, all[i], "vrid", "%u on %s is used by instance \"%s\" already",
				 all[i]->vrid, all[i]->interface, all[i - 1]->name);
}

void vrrp_cf_check(struct cf_load *l, const struct vrrp_cf *vrrp)
{
	const struct cf_model *m = cf_load_model(l);
	uint32_t n = vrrp->instances.n;
	const struct vrrp_cf_instance **all = calloc(n + 1, sizeof *all);

	if (!all) {
		cf_error(l, vrrp, NULL, "out of memory");
		return;
	}
	for (uint32_t i = 0; i < n; i++) {
		struct vrrp_cf_instance *cf = vrrp_cf_instance(m, vrrp, i);

		all[i] = cf;
		check_interval(l, cf);
		check_learned_interval_max(l, cf);
		check_timing(l, cf);
		vrrp_cf_check_addresses(l, cf);
		vrrp_cf_notify_check(l, cf, &cf->notify);
		check_with_version2(l, cf);
		check_source(l, cf);
		check_peers(l, cf);
		vrrp_cf_strict_check(l, cf);
	}
	check_pairs(l, all, n);
	free(all);
	if (!vrrp_cf_check_claims(l, vrrp))
		cf_error(l, vrrp, NULL, "out of memory");
	vrrp_cf_group_check(l, vrrp);
	vrrp_cf_track_check(l, vrrp);
	vrrp_cf_auth_check(l, vrrp);
	vrrp_cf_static_check(l, vrrp);
	vrrp_cf_route_check(l, vrrp);
	vrrp_cf_vmac_check(l, vrrp);
}

void trivet_cf_check(struct cf_load *l)
{
	vrrp_cf_check(l, trivet_cf_vrrp(cf_load_model(l)));
}
