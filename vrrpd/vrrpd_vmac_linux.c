/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which settings a device needs, and the interface below it, stands in tables; each is read before
 * it is written, and again after that. They are looked at whenever a device is made or set up:
 * others (udev, a sysctl.conf loaded late) change them behind our back.
 *
 * What is on the interface below was somebody's choice: it is put back when the last device of IPv4
 * that stands on it goes, if it is still what we had made it.
 */
#include "vrrpd_vmac_linux.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <time.h>

#include "linux_link.h"

enum { TURN_NS = 2000000, LOWER_SETTINGS = 3 };

/* Something that waits. */
struct waiting {
	STAILQ_ENTRY(waiting) line;
	struct vrrpd_device what;
	char name[LINK_NAME_SIZE];
};

/* A device that is ours. */
struct device {
	LIST_ENTRY(device) all;
	char name[LINK_NAME_SIZE];
	uint32_t ifindex, lower;
	uint8_t family;
	bool before_known;
	uint32_t before[LOWER_SETTINGS]; /* of the interface below, IPv4 */
	uint64_t complained;             /* bits: settings that could not be made, and were said */
};

struct vmac_linux {
	const struct vmac_events *events;
	void *ctx;
	struct links *links;
	STAILQ_HEAD(, waiting) line;
	LIST_HEAD(, device) devices;
	struct log_line log; /* scratch */
};

/* ---- settings ----------------------------------------------------------------------------- */

struct setting {
	const char *name;
	unsigned ipv4;   /* IPV4_DEVCONF_...; 0: by sysctl */
	uint32_t value;
	const char *text; /* what it means when it is not so */
};

static const struct setting lower_settings[LOWER_SETTINGS] = {
	{ "arp_ignore", IPV4_DEVCONF_ARP_IGNORE, 1,
	  "the interface answers ARP requests for virtual addresses too, with its own MAC" },
	{ "arp_filter", IPV4_DEVCONF_ARPFILTER, 1,
	  "the interface may answer ARP requests that are for another one" },
	{ "arp_announce", IPV4_DEVCONF_ARP_ANNOUNCE, 2,
	  "ARP requests of the interface may say that a virtual address has its MAC" },
};

static const struct setting ipv4_settings[] = {
	{ "arp_ignore", IPV4_DEVCONF_ARP_IGNORE, 1,
	  "the virtual MAC answers ARP requests for other addresses of this machine" },
	{ "arp_filter", IPV4_DEVCONF_ARPFILTER, 0,
	  "ARP requests for virtual addresses are not answered" },
	{ "arp_announce", IPV4_DEVCONF_ARP_ANNOUNCE, 2,
	  "ARP requests may say that another address of this machine has the virtual MAC" },
	{ "accept_local", IPV4_DEVCONF_ACCEPT_LOCAL, 1,
	  "packets from an address of this machine are not taken" },
	{ "promote_secondaries", IPV4_DEVCONF_PROMOTE_SECONDARIES, 1,
	  "when one virtual address goes, others of its subnet go for a moment" },
};

static const struct setting ipv6_settings[] = {
	{ "disable_ipv6", 0, 0, "virtual addresses cannot be set" },
	{ "accept_ra", 0, 0, "the machine may learn routes and addresses from its virtual MAC" },
	{ "autoconf", 0, 0, "the machine may make an address of the virtual MAC (RFC 9568 7.4)" },
	{ "forwarding", 0, 1, "Neighbor Advertisements do not say that a router answers" },
	{ "keep_addr_on_down", 0, 0, "virtual addresses stay on a Backup" },
};

#define N(list) (sizeof(list) / sizeof *(list))

/* Once for each setting of a device, until it has been made after all. */
static void judge(struct vmac_linux *x, struct device *d, unsigned bit, const char *family,
		  const char *ifname, const struct setting *s, int error)
{
	uint64_t mask = UINT64_C(1) << bit;

	if (error == 0)
		d->complained &= ~mask;
	if (error == 0 || (d->complained & mask) != 0)
		return;
	d->complained |= mask;
	log_begin(&x->log, LOG_LEVEL_WARNING, "setting-failed");
	log_fmt(&x->log, "setting", "net.%s.conf.%s.%s", family, ifname, s->name);
	log_uint(&x->log, "wanted", s->value);
	log_text(&x->log, "error", strerror(error));
	log_text(&x->log, "text", s->text);
	x->events->log(x->ctx, &x->log);
}

/* Makes settings of IPv4, and reads them back. */
static void set_ipv4(struct vmac_linux *x, struct device *d, unsigned first, uint32_t ifindex,
		     const struct setting *s, unsigned n)
{
	int error[16] = { 0 };
	struct link_info is;

	if (link_get(x->links, ifindex, NULL, &is) != 0)
		return; /* gone: that is reported otherwise */
	for (unsigned i = 0; i < n; i++)
		if (is.ipv4[s[i].ipv4] != s[i].value)
			error[i] = link_ipv4(x->links, ifindex, s[i].ipv4, s[i].value);
	if (link_get(x->links, ifindex, NULL, &is) != 0)
		return;
	for (unsigned i = 0; i < n; i++) {
		if (error[i] == 0 && is.ipv4[s[i].ipv4] != s[i].value)
			error[i] = EIO;
		judge(x, d, first + i, "ipv4", is.name, &s[i], error[i]);
	}
}

/* Those whose value depends on others: of all interfaces, or of the one below. */
static void set_depending(struct vmac_linux *x, struct device *d)
{
	struct setting s[2] = {
		{ "rp_filter", IPV4_DEVCONF_RP_FILTER, 0,
		  "packets to virtual addresses are dropped, since answers leave otherwise" },
		{ "forwarding", IPV4_DEVCONF_FORWARDING, 0,
		  "packets to the virtual MAC are not treated as those to the interface are" },
	};
	static const struct setting all_filter = {
		"arp_filter", 0, 0, "ARP requests for virtual addresses are not answered"
	};
	struct link_info lower;
	int32_t all = 0;

	/* The larger of the two counts: where all are strict (1), this one can be loose (2). */
	if (link_sysctl_get("ipv4", "all", "rp_filter", &all) == 0 && all == 1)
		s[0].value = 2;
	if (link_get(x->links, d->lower, NULL, &lower) == 0)
		s[1].value = lower.ipv4[IPV4_DEVCONF_FORWARDING];
	set_ipv4(x, d, 10, d->ifindex, s, N(s));
	/* Nothing of ours can undo this one. */
	all = 0;
	link_sysctl_get("ipv4", "all", "arp_filter", &all);
	judge(x, d, 12, "ipv4", "all", &all_filter, all == 0 ? 0 : EEXIST);
}

static void set_ipv6(struct vmac_linux *x, struct device *d)
{
	static const struct setting own = {
		"addr_gen_mode", 0, 1,
		"the machine makes an address of the virtual MAC (RFC 9568 7.4)"
	};
	static const struct setting off = {
		"disable_ipv6", 0, 1, "the virtual MAC of IPv4 takes part in IPv6"
	};
	struct link_info is;

	if (link_get(x->links, d->ifindex, NULL, &is) != 0 || !is.has_ipv6)
		return; /* gone, or no IPv6 here at all */
	if (is.addr_gen_mode != IN6_ADDR_GEN_MODE_NONE)
		judge(x, d, 20, "ipv6", d->name, &own, link_no_own_address(x->links, d->ifindex));
	if (d->family == IP_V4) {
		judge(x, d, 21, "ipv6", d->name, &off,
		      link_sysctl_set("ipv6", d->name, off.name, (int32_t)off.value));
		return;
	}
	for (unsigned i = 0; i < N(ipv6_settings); i++)
		judge(x, d, 22 + i, "ipv6", d->name, &ipv6_settings[i],
		      link_sysctl_set("ipv6", d->name, ipv6_settings[i].name,
				      (int32_t)ipv6_settings[i].value));
}

static void set_all(struct vmac_linux *x, struct device *d)
{
	set_ipv4(x, d, 0, d->ifindex, ipv4_settings, N(ipv4_settings));
	set_depending(x, d);
	set_ipv6(x, d);
	if (d->family == IP_V4)
		set_ipv4(x, d, 30, d->lower, lower_settings, LOWER_SETTINGS);
}

/* ---- the interface below ------------------------------------------------------------------ */

static void write_mark(const struct device *d, char *mark)
{
	struct text t = text_open(mark, LINK_MARK_SIZE);

	text_put(&t, VMAC_MARK ": has a virtual MAC");
	if (!d->before_known)
		return;
	text_put(&t, "; before, the interface below had");
	for (unsigned i = 0; i < LOWER_SETTINGS; i++)
		text_fmt(&t, " %s=%u", lower_settings[i].name, d->before[i]);
}

/* What the settings were, from the mark of a device that a killed run has left. */
static bool read_mark(struct device *d, const char *mark)
{
	for (unsigned i = 0; i < LOWER_SETTINGS; i++) {
		const char *at = strstr(mark, lower_settings[i].name);

		if (!at || sscanf(at + strlen(lower_settings[i].name), "=%u", &d->before[i]) != 1)
			return false;
	}
	return true;
}

/* Another device of IPv4 on the same interface, or NULL. */
static struct device *sibling(struct vmac_linux *x, const struct device *d)
{
	struct device *o;

	LIST_FOREACH(o, &x->devices, all)
		if (o != d && o->lower == d->lower && o->before_known)
			return o;
	return NULL;
}

static void remember(struct vmac_linux *x, struct device *d, const char *mark)
{
	const struct device *o = sibling(x, d);
	struct link_info lower;

	if (d->family != IP_V4 || d->before_known)
		return;
	if (o)
		memcpy(d->before, o->before, sizeof d->before);
	else if (!read_mark(d, mark) && link_get(x->links, d->lower, NULL, &lower) == 0)
		for (unsigned i = 0; i < LOWER_SETTINGS; i++)
			d->before[i] = lower.ipv4[lower_settings[i].ipv4];
	d->before_known = true;
}

static void restore(struct vmac_linux *x, const struct device *d)
{
	struct link_info lower;

	if (!d->before_known || sibling(x, d) ||
	    link_get(x->links, d->lower, NULL, &lower) != 0)
		return;
	for (unsigned i = 0; i < LOWER_SETTINGS; i++)
		if (lower.ipv4[lower_settings[i].ipv4] == lower_settings[i].value &&
		    d->before[i] != lower_settings[i].value)
			link_ipv4(x->links, d->lower, lower_settings[i].ipv4, d->before[i]);
}

/* ---- devices ------------------------------------------------------------------------------ */

static struct device *find(struct vmac_linux *x, const char *name)
{
	struct device *d;

	LIST_FOREACH(d, &x->devices, all)
		if (strcmp(d->name, name) == 0)
			return d;
	return NULL;
}

static void forget(struct device *d)
{
	if (d) {
		LIST_REMOVE(d, all);
		free(d);
	}
}

/* The one of this name; NULL without memory. */
static struct device *note(struct vmac_linux *x, const struct vrrpd_device *what)
{
	struct device *d = find(x, what->name);

	if (d && d->lower != what->lower) { /* it stood on something else */
		restore(x, d);
		forget(d);
		d = NULL;
	}
	if (!d) {
		d = calloc(1, sizeof *d);
		if (!d)
			return NULL;
		snprintf(d->name, sizeof d->name, "%s", what->name);
		LIST_INSERT_HEAD(&x->devices, d, all);
	}
	d->lower = what->lower;
	d->family = what->family;
	return d;
}

static bool fits(const struct link_info *is, const struct vrrpd_device *what)
{
	return is->macvlan && is->lower == what->lower && memcmp(is->mac, what->mac, 6) == 0;
}

static void report(struct vmac_linux *x, const struct link_info *is)
{
	struct netlink_link link = {
		.ifindex = is->ifindex, .name = is->name, .up = is->enabled,
		.enabled = is->enabled,
		.lower = is->lower, .mark = is->mark,
	};

	memcpy(link.mac, is->mac, sizeof link.mac);
	x->events->link(x->ctx, &link);
}

/* What is there under the name is used if it is as it must be, and goes if it is ours. */
static int clear_name(struct vmac_linux *x, const struct vrrpd_device *what, struct link_info *is)
{
	int error = link_get(x->links, 0, what->name, is);

	if (error != 0)
		*is = (struct link_info){ 0 };
	if (error == ENODEV || (error == 0 && fits(is, what)))
		return 0;
	if (error == 0 && !vmac_linux_is_ours(is->mark))
		return EEXIST;
	if (error == 0)
		error = link_remove(x->links, is->ifindex);
	*is = (struct link_info){ 0 };
	return error;
}

static int make(struct vmac_linux *x, const struct vrrpd_device *what)
{
	char mark[LINK_MARK_SIZE];
	struct link_info is;
	struct device *d = NULL;
	int error = clear_name(x, what, &is);

	if (error == 0 && is.ifindex == 0) {
		error = link_make(x->links, what->lower, what->name, what->mac);
		if (error == 0)
			error = link_get(x->links, 0, what->name, &is);
	}
	if (error == 0 && !(d = note(x, what)))
		error = ENOMEM;
	if (error != 0)
		return error;
	d->ifindex = is.ifindex;
	remember(x, d, is.mark);
	write_mark(d, mark);
	if (strcmp(mark, is.mark) != 0)
		error = link_mark(x->links, is.ifindex, mark);
	if (error != 0)
		return error;
	set_all(x, d);
	error = link_get(x->links, is.ifindex, NULL, &is);
	if (error == 0)
		report(x, &is);
	return error;
}

static int set_up(struct vmac_linux *x, const struct vrrpd_device *what)
{
	struct device *d = find(x, what->name);

	if (d && d->ifindex == what->ifindex)
		set_all(x, d);
	return link_enable(x->links, what->ifindex, true);
}

static int take_away(struct vmac_linux *x, const struct vrrpd_device *what)
{
	struct device *d = find(x, what->name), left = { .family = IP_V4 };
	struct link_info is;
	int error = link_get(x->links, what->ifindex, NULL, &is);

	/* One that a killed run has left, and nobody is to have any more. */
	if (!d && error == 0 && read_mark(&left, is.mark)) {
		left.lower = is.lower;
		left.before_known = true;
	}
	if (error == 0)
		error = link_remove(x->links, what->ifindex);
	if (d && d->ifindex != what->ifindex)
		return error;
	restore(x, d ? d : &left);
	forget(d);
	return error;
}

static int act(struct vmac_linux *x, const struct vrrpd_device *what)
{
	switch (what->op) {
	case VRRPD_DEVICE_MAKE:
		return make(x, what);
	case VRRPD_DEVICE_UP:
		return set_up(x, what);
	case VRRPD_DEVICE_DOWN:
		return link_enable(x->links, what->ifindex, false);
	case VRRPD_DEVICE_REMOVE:
		break;
	}
	return take_away(x, what);
}

/* ---- the line ----------------------------------------------------------------------------- */

bool vmac_linux_is_ours(const char *mark)
{
	return strncmp(mark, VMAC_MARK, sizeof VMAC_MARK - 1) == 0;
}

bool vmac_linux_has(const struct vmac_linux *x, uint32_t ifindex)
{
	const struct device *d;

	LIST_FOREACH(d, &x->devices, all)
		if (d->ifindex == ifindex)
			return true;
	return false;
}

/* Without memory it is not done; the daemon asks again after the next complete report. */
void vmac_linux_device(struct vmac_linux *x, const struct vrrpd_device *device)
{
	struct waiting *w = calloc(1, sizeof *w);

	if (!w)
		return;
	w->what = *device;
	snprintf(w->name, sizeof w->name, "%s", device->name);
	w->what.name = w->name;
	STAILQ_INSERT_TAIL(&x->line, w, line);
}

static int64_t clock_ns(void)
{
	struct timespec ts = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static const char *explain(const struct vrrpd_device *what, int error)
{
	if (what->op == VRRPD_DEVICE_MAKE && error == EEXIST)
		return "there is an interface of that name that is not ours: set "
		       "virtual_mac_device, or remove it";
	if (what->op == VRRPD_DEVICE_MAKE && error == EOPNOTSUPP)
		return "this kernel has no macvlan";
	if (what->op == VRRPD_DEVICE_MAKE && (error == EBUSY || error == EINVAL))
		return "the interface cannot carry a macvlan: it is a port of a bridge or bond, a "
		       "loopback, or has no Ethernet";
	return strerror(error);
}

void vmac_linux_turn(struct vmac_linux *x)
{
	int64_t until;
	struct waiting *w;

	if (STAILQ_EMPTY(&x->line))
		return;
	until = clock_ns() + TURN_NS;
	do {
		int error;

		w = STAILQ_FIRST(&x->line);
		STAILQ_REMOVE_HEAD(&x->line, line);
		error = act(x, &w->what);
		/* One that has gone is reported as such. */
		if (error != 0 && (error != ENODEV || w->what.op == VRRPD_DEVICE_MAKE))
			x->events->failed(x->ctx, w->name, w->what.op, explain(&w->what, error));
		free(w);
	} while (!STAILQ_EMPTY(&x->line) && clock_ns() < until);
}

bool vmac_linux_waiting(const struct vmac_linux *x)
{
	return !STAILQ_EMPTY(&x->line);
}

/* ---- life --------------------------------------------------------------------------------- */

struct vmac_linux *vmac_linux_new(const struct vmac_events *events, void *ctx)
{
	struct vmac_linux *x = calloc(1, sizeof *x);

	if (!x)
		return NULL;
	x->events = events;
	x->ctx = ctx;
	STAILQ_INIT(&x->line);
	LIST_INIT(&x->devices);
	x->links = links_new();
	if (!x->links) {
		free(x);
		return NULL;
	}
	return x;
}

void vmac_linux_free(struct vmac_linux *x)
{
	if (!x)
		return;
	while (!STAILQ_EMPTY(&x->line)) {
		struct waiting *w = STAILQ_FIRST(&x->line);

		STAILQ_REMOVE_HEAD(&x->line, line);
		free(w);
	}
	while (!LIST_EMPTY(&x->devices))
		forget(LIST_FIRST(&x->devices));
	links_free(x->links);
	free(x);
}
