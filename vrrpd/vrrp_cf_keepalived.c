/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The words of keepalived's configuration that people know by heart, and what they are here.
 *
 * A row that names a setting says so only if there is that setting: the schema is asked. So the
 * table may know more than this version does.
 */
#include "vrrp_cf_keepalived.h"

#include <string.h>

#include "vrrp_cf.h"

#define I  "vrrp.instances[]"
#define AT "vrrp.instances[].addresses[]"
#define USE \
	"a list of trackers by name, such as ( { ref = \"uplink\"; on_down = \"priority -20\"; } )"
#define NO_SERVERS "vrrpd knows nothing of servers behind an address; that is for checkd"
#define NO_MAIL    "nothing sends mail; watch the log"
#define BY_SYSTEMD "that is for the service manager, see vrrpd.service"
#define NO_SNMP    "SIGUSR1 writes the counters to the log"

struct word {
	const char *word;
	const char *here; /* the path of the setting; NULL: there is none */
	const char *text; /* how it is written; why there is none */
};

static const struct word words[] = {
	/* Blocks. */
	{ "vrrp_instance", I, "an element of this list, with name = \"...\"" },
	{ "vrrp_sync_group", "vrrp.sync_groups[]", "an element of this list, with name = \"...\"" },
	{ "group", "vrrp.sync_groups[].members", NULL },
	{ "global_defs", NULL, "what concerns VRRP stands in vrrp, or in its defaults" },
	{ "static_ipaddress", NULL, "addresses that do not move are for the network manager" },
	{ "vrrp_track_file", "tracks[]", "a tracker with type = \"file\"" },
	{ "vrrp_script", "tracks[].exec", "a tracker with type = \"script\"" },
	{ "vrrp_track_process", "tracks[].process", "a tracker with type = \"process\"" },
	{ "bfd_instance", NULL, "there is no BFD yet" },
	{ "virtual_server", NULL, NO_SERVERS },
	{ "virtual_server_group", NULL, NO_SERVERS },
	{ "real_server", NULL, NO_SERVERS },
	{ "lb_algo", NULL, NO_SERVERS },
	{ "lvs_sched", NULL, NO_SERVERS },
	{ "lb_kind", NULL, NO_SERVERS },
	{ "lvs_method", NULL, NO_SERVERS },
	/* A virtual router. */
	{ "state", NULL, "priority alone decides who is Active; 255 is for the address owner" },
	{ "virtual_router_id", I ".vrid", NULL },
	{ "vrrp_version", I ".version", NULL },
	{ "advert_int", I ".interval", "a time with its unit, such as interval = \"1s\"" },
	{ "nopreempt", I ".preempt", "preempt = false" },
	{ "virtual_ipaddress", I ".addresses", "a list, such as ( \"192.0.2.10/24\" )" },
	{ "virtual_ipaddress_excluded", AT ".advertise", "an address with advertise = false" },
	{ "no_virtual_ipaddress", NULL, "a virtual router has one address at least" },
	{ "virtual_routes", I ".routes", NULL },
	{ "virtual_rules", I ".rules", NULL },
	{ "default_interface", NULL, "set interface in defaults" },
	{ "dynamic_interfaces", NULL, "an interface may always appear later" },
	{ "dont_track_primary", NULL,
	  "a router needs its interface; link_down_delay bridges interruptions" },
	{ "timer_expired_backup", NULL, "who runs that late listens first, or steps down" },
	{ "thread_timer_expired", NULL, "who runs that late listens first, or steps down" },
	/* Between routers. */
	{ "unicast_peer", I ".unicast.peers", "a list, such as ( \"192.0.2.2\" )" },
	{ "unicast_src_ip", I ".source", NULL },
	{ "mcast_src_ip", I ".source", NULL },
	{ "min_ttl", I ".unicast.ttl_min", NULL },
	{ "unicast_ttl", NULL, "adverts always leave with TTL 255" },
	{ "unicast_fault_no_peer", NULL, "a list of peers has one at least" },
	{ "check_unicast_src", NULL, "nobody but the listed peers is ever heard" },
	{ "vrrp_check_unicast_src", NULL, "nobody but the listed peers is ever heard" },
	{ "track_src_ip", NULL, "a router always waits for its source" },
	{ "mcast_dst_ip", NULL, "the group is that of the RFC" },
	{ "vrrp_mcast_group4", NULL, "the group is that of the RFC" },
	{ "vrrp_mcast_group6", NULL, "the group is that of the RFC" },
	{ "v3_checksum_as_v2", I ".checksum", "checksum = \"message\"" },
	{ "old_unicast_checksum", NULL, "checksums are of the real destination" },
	{ "skip_check_adv_addr", NULL, "every advert is checked" },
	{ "vrrp_skip_check_adv_addr", NULL, "every advert is checked" },
	{ "lower_prio_no_advert", NULL, "a lower priority is answered, as RFC 9568 6.4.3 asks" },
	{ "vrrp_lower_prio_no_advert", NULL,
	  "a lower priority is answered, as RFC 9568 6.4.3 asks" },
	{ "higher_prio_send_advert", NULL, "who yields always sends one more advert" },
	{ "vrrp_higher_prio_send_advert", NULL, "who yields always sends one more advert" },
	{ "owner_ignore_adverts", NULL, "two owners settle it by their addresses (erratum 8298)" },
	{ "vrrp_owner_ignore_adverts", NULL,
	  "two owners settle it by their addresses (erratum 8298)" },
	{ "down_timer_adverts", I ".down_adverts", NULL },
	{ "vrrp_down_timer_adverts", I ".down_adverts", NULL },
	{ "strict_mode", I ".strict", NULL },
	{ "vrrp_strict", I ".strict", "set it in defaults for all" },
	{ "vrrp_startup_delay", "vrrp.start_delay", "a time with its unit, such as \"10s\"" },
	{ "vrrp_delay_after_boot", "vrrp.start_delay_after_boot",
	  "a time with its unit, such as \"60s\"" },
	{ "authentication", I ".auth", NULL },
	{ "auth_type", I ".auth.type", NULL },
	{ "auth_pass", I ".auth.password", NULL },
	{ "auth_hmac", I ".auth", NULL },
	{ "log_unknown_vrids", NULL, "they are logged at level debug" },
	/* The virtual MAC, and addresses. */
	{ "use_vmac", I ".virtual_mac", "virtual_mac = true" },
	{ "use_vmac_addr", NULL, "the virtual MAC is for one interface" },
	{ "vmac_xmit_base", NULL, "adverts leave with the virtual MAC, as the RFC asks" },
	{ "vmac_prefix", I ".virtual_mac_device", NULL },
	{ "use_ipvlan", NULL, "an ipvlan has no MAC of its own" },
	{ "brd", AT ".broadcast", NULL },
	{ "noprefixroute", AT ".prefix_route", "prefix_route = false" },
	{ "preferred_lft", AT ".deprecated", "deprecated = true" },
	{ "no_track", AT ".track", "track = false" },
	{ "no_accept", I ".accept", "accept = false" },
	/* Announcements. */
	{ "garp_master_delay", I ".garp.delay", "a time with its unit, such as \"5s\"" },
	{ "vrrp_garp_master_delay", I ".garp.delay", "a time with its unit, such as \"5s\"" },
	{ "garp_master_repeat", I ".garp.repeat", NULL },
	{ "vrrp_garp_master_repeat", I ".garp.repeat", NULL },
	{ "garp_master_refresh", I ".garp.refresh", "a time with its unit, such as \"60s\"" },
	{ "vrrp_garp_master_refresh", I ".garp.refresh", "a time with its unit, such as \"60s\"" },
	{ "garp_master_refresh_repeat", I ".garp.refresh_repeat", NULL },
	{ "vrrp_garp_master_refresh_repeat", I ".garp.refresh_repeat", NULL },
	{ "garp_lower_prio_delay", NULL, "another Active is always answered by a whole burst" },
	{ "garp_lower_prio_repeat", NULL, "another Active is always answered by a whole burst" },
	{ "vrrp_garp_lower_prio_delay", NULL,
	  "another Active is always answered by a whole burst" },
	{ "vrrp_garp_lower_prio_repeat", NULL,
	  "another Active is always answered by a whole burst" },
	{ "vrrp_garp_interval", "vrrp.garp_rate", "announcements a second on each interface" },
	{ "vrrp_gna_interval", "vrrp.garp_rate", "announcements a second on each interface" },
	{ "vrrp_min_garp", I ".garp.repeat", "repeat = 1, delay = \"0s\"" },
	{ "garp_extra_if", NULL, "addresses are announced on their own interface" },
	{ "vrrp_garp_extra_if", NULL, "addresses are announced on their own interface" },
	/* Trackers. */
	{ "track_interface", I ".tracks", USE },
	{ "track_script", I ".tracks", USE },
	{ "track_file", I ".tracks", USE },
	{ "track_process", I ".tracks", USE },
	{ "track_bfd", NULL, "there is no BFD yet" },
	{ "weight", I ".tracks[].on_down", "such as on_down = \"priority -20\", or \"fault\"" },
	{ "reverse", I ".tracks[].invert", "invert = true" },
	{ "script", "tracks[].exec", "the program and its arguments, as a list" },
	{ "init_fail", "tracks[].initial", "initial = \"down\"" },
	{ "script_user", "scripts.user", NULL },
	{ "enable_script_security", NULL, "there is no way to turn that off" },
	/* Notification. */
	{ "vrrp_notify_fifo", "vrrp.notify_fifo", NULL },
	{ "vrrp_notify_fifo_script", NULL, "start the reader of the FIFO as a service of its own" },
	{ "notify_fifo_script", NULL, "start the reader of the FIFO as a service of its own" },
	{ "notify_master", I ".notify", NULL },
	{ "notify_backup", I ".notify", NULL },
	{ "notify_fault", I ".notify", NULL },
	{ "notify_stop", I ".notify", NULL },
	{ "notify_deleted", I ".notify", NULL },
	{ "notify_master_rx_lower_pri", I ".notify", NULL },
	{ "smtp_alert", NULL, NO_MAIL },
	{ "smtp_alert_vrrp", NULL, NO_MAIL },
	{ "smtp_server", NULL, NO_MAIL },
	{ "notification_email", NULL, NO_MAIL },
	{ "notification_email_from", NULL, NO_MAIL },
	{ "router_id", NULL, NO_MAIL },
	/* The process. */
	{ "vrrp_priority", NULL, BY_SYSTEMD },
	{ "vrrp_rt_priority", NULL, BY_SYSTEMD },
	{ "vrrp_no_swap", NULL, BY_SYSTEMD },
	{ "vrrp_cpu_affinity", NULL, BY_SYSTEMD },
	{ "reload_check_config", NULL, "a file with a mistake never changes anything" },
	{ "enable_snmp_vrrp", NULL, NO_SNMP },
	{ "enable_snmp_rfc", NULL, NO_SNMP },
	{ "enable_dbus", NULL, NO_SNMP },
	{ "vrrp_iptables", NULL, "no firewall rules are set for addresses" },
	{ "net_namespace", NULL, "start vrrpd in the namespace; " BY_SYSTEMD },
};

/* Whether there is a setting "vrrp.instances[].interval". */
static bool exists(const struct cf_schema *s, const char *path)
{
	size_t len = strcspn(path, ".["), list = path[len] == '[' ? 2 : 0;

	for (unsigned i = 0; i < s->n; i++) {
		const struct cf_field *f = &s->field[i];

		if (strlen(f->name) != len || memcmp(f->name, path, len) != 0)
			continue;
		if (path[len + list] == '\0')
			return true;
		return f->of && exists(f->of, path + len + list + 1);
	}
	return false;
}

bool vrrp_cf_keepalived(const char *word, struct text *to)
{
	for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
		const struct word *w = &words[i];

		if (strcmp(w->word, word) != 0)
			continue;
		if (!w->here)
			text_fmt(to, "keepalived's %s does not exist here: %s", word, w->text);
		else if (!exists(&trivet_schema, w->here))
			text_fmt(to, "keepalived's %s does not exist here", word);
		else
			text_fmt(to, "keepalived's %s is %s here%s%s", word, w->here,
				 w->text ? ": " : "", w->text ? w->text : "");
		return true;
	}
	return false;
}
