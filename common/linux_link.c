/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux_link.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/inet.h>
#include <netlink/route/link/inet6.h>
#include <netlink/route/link/macvlan.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "linux_file.h"

struct links {
	struct nl_sock *sock;
	int refused; /* the kernel's answer to what was asked last */
};

/* libnl keeps no errno of an answer: this does. */
static int on_answer(struct sockaddr_nl *who, struct nlmsgerr *err, void *arg)
{
	struct links *l = arg;

	(void)who;
	l->refused = -err->error;
	return NL_STOP;
}

struct links *links_new(void)
{
	struct links *l = calloc(1, sizeof *l);

	if (!l)
		return NULL;
	l->sock = nl_socket_alloc();
	if (!l->sock || nl_connect(l->sock, NETLINK_ROUTE) < 0) {
		int error = l->sock ? errno : ENOMEM;

		links_free(l);
		errno = error;
		return NULL;
	}
	nl_socket_modify_err_cb(l->sock, NL_CB_CUSTOM, on_answer, l);
	return l;
}

void links_free(struct links *l)
{
	if (l) {
		nl_socket_free(l->sock);
		free(l);
	}
}

/* ---- what there is ------------------------------------------------------------------------ */

static void read_link(struct rtnl_link *link, struct link_info *info)
{
	struct nl_addr *mac = rtnl_link_get_addr(link);

	*info = (struct link_info){
		.ifindex = (uint32_t)rtnl_link_get_ifindex(link),
		.enabled = (rtnl_link_get_flags(link) & IFF_UP) != 0,
		.lower = (uint32_t)rtnl_link_get_link(link),
	};
	snprintf(info->name, sizeof info->name, "%s", rtnl_link_get_name(link));
	snprintf(info->mark, sizeof info->mark, "%s",
		 rtnl_link_get_ifalias(link) ? rtnl_link_get_ifalias(link) : "");
	if (mac && nl_addr_get_len(mac) == sizeof info->mac)
		memcpy(info->mac, nl_addr_get_binary_addr(mac), sizeof info->mac);
	info->macvlan = rtnl_link_is_macvlan(link) &&
			rtnl_link_macvlan_get_mode(link) == MACVLAN_MODE_VEPA;
	for (unsigned i = 1; i < LINK_IPV4_MAX && i <= IPV4_DEVCONF_MAX; i++)
		if (rtnl_link_inet_get_conf(link, i, &info->ipv4[i]) < 0)
			info->ipv4[i] = 0;
	info->has_ipv6 = rtnl_link_inet6_get_addr_gen_mode(link, &info->addr_gen_mode) == 0;
}

int link_get(struct links *l, uint32_t ifindex, const char *name, struct link_info *info)
{
	struct rtnl_link *link = NULL;
	int error;

	l->refused = 0;
	error = rtnl_link_get_kernel(l->sock, (int)ifindex, ifindex > 0 ? NULL : name, &link);
	if (error == 0 && link)
		read_link(link, info);
	rtnl_link_put(link);
	if (error == 0 && link)
		return 0;
	return l->refused > 0 ? l->refused : error == -NLE_NOMEM ? ENOMEM : ENODEV;
}

/* ---- changes ------------------------------------------------------------------------------ */

/* A message about an interface; NULL without memory. */
static struct nl_msg *message(int type, int flags, uint32_t ifindex, unsigned iff, unsigned change)
{
	struct ifinfomsg ifi = { .ifi_family = AF_UNSPEC, .ifi_index = (int)ifindex,
				 .ifi_flags = iff, .ifi_change = change };
	struct nl_msg *msg = nlmsg_alloc_simple(type, NLM_F_REQUEST | flags);

	if (msg && nlmsg_append(msg, &ifi, sizeof ifi, NLMSG_ALIGNTO) < 0) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return msg;
}

/* Sends it, complete or not, and waits. */
static int ask(struct links *l, struct nl_msg *msg, bool complete)
{
	int error;

	if (!msg || !complete) {
		nlmsg_free(msg);
		return ENOMEM;
	}
	l->refused = 0;
	error = nl_send_sync(l->sock, msg); /* which frees it */
	return error == 0 ? 0 : l->refused > 0 ? l->refused : EIO;
}

int link_make(struct links *l, uint32_t lower, const char *name, const uint8_t mac[6])
{
	struct nl_msg *msg = message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0, 0, 0);
	struct nlattr *info, *data;
	bool good = msg && nla_put_string(msg, IFLA_IFNAME, name) == 0 &&
		    nla_put_u32(msg, IFLA_LINK, lower) == 0 &&
		    nla_put(msg, IFLA_ADDRESS, 6, mac) == 0;

	info = good ? nla_nest_start(msg, IFLA_LINKINFO) : NULL;
	good = info && nla_put_string(msg, IFLA_INFO_KIND, "macvlan") == 0;
	data = good ? nla_nest_start(msg, IFLA_INFO_DATA) : NULL;
	good = data && nla_put_u32(msg, IFLA_MACVLAN_MODE, MACVLAN_MODE_VEPA) == 0;
	if (good) {
		nla_nest_end(msg, data);
		nla_nest_end(msg, info);
	}
	return ask(l, msg, good);
}

int link_remove(struct links *l, uint32_t ifindex)
{
	return ask(l, message(RTM_DELLINK, 0, ifindex, 0, 0), true);
}

int link_enable(struct links *l, uint32_t ifindex, bool on)
{
	return ask(l, message(RTM_SETLINK, 0, ifindex, on ? IFF_UP : 0, IFF_UP), true);
}

int link_mark(struct links *l, uint32_t ifindex, const char *mark)
{
	struct nl_msg *msg = message(RTM_SETLINK, 0, ifindex, 0, 0);

	return ask(l, msg, msg && nla_put(msg, IFLA_IFALIAS, (int)strlen(mark), mark) == 0);
}

/* Opens the settings of a family; NULL when there is no room. */
static struct nlattr *open_family(struct nl_msg *msg, int family, struct nlattr **spec)
{
	*spec = msg ? nla_nest_start(msg, IFLA_AF_SPEC) : NULL;
	return *spec ? nla_nest_start(msg, family) : NULL;
}

int link_ipv4(struct links *l, uint32_t ifindex, unsigned setting, uint32_t value)
{
	struct nl_msg *msg = message(RTM_SETLINK, 0, ifindex, 0, 0);
	struct nlattr *spec, *inet = open_family(msg, AF_INET, &spec);
	struct nlattr *conf = inet ? nla_nest_start(msg, IFLA_INET_CONF) : NULL;
	bool good = conf && nla_put_u32(msg, (int)setting, value) == 0;

	if (good) {
		nla_nest_end(msg, conf);
		nla_nest_end(msg, inet);
		nla_nest_end(msg, spec);
	}
	return ask(l, msg, good);
}

int link_no_own_address(struct links *l, uint32_t ifindex)
{
	struct nl_msg *msg = message(RTM_SETLINK, 0, ifindex, 0, 0);
	struct nlattr *spec, *inet6 = open_family(msg, AF_INET6, &spec);
	bool good = inet6 &&
		    nla_put_u8(msg, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE) == 0;

	if (good) {
		nla_nest_end(msg, inet6);
		nla_nest_end(msg, spec);
	}
	return ask(l, msg, good);
}

/* ---- settings below /proc/sys ------------------------------------------------------------- */

/* A component of the path each: sysctl(8) would take the dots of a name for slashes. */
static void path_of(char *path, size_t size, const char *family, const char *ifname,
		    const char *setting)
{
	snprintf(path, size, "/proc/sys/net/%s/conf/%s/%s", family, ifname, setting);
}

int link_sysctl_get(const char *family, const char *ifname, const char *setting, int32_t *value)
{
	char path[128];

	path_of(path, sizeof path, family, ifname, setting);
	switch (file_read_number(path, value)) {
	case FILE_NUMBER:
		return 0;
	case FILE_NUMBER_MISSING:
		return errno;
	case FILE_NUMBER_BAD:
		break;
	}
	return EIO;
}

static int write_number(const char *path, int32_t value)
{
	char text[16];
	int len = snprintf(text, sizeof text, "%d\n", value), error = 0;
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return errno;
	if (write(fd, text, (size_t)len) != len)
		error = errno;
	close(fd);
	return error;
}

int link_sysctl_set(const char *family, const char *ifname, const char *setting, int32_t value)
{
	int32_t is;
	char path[128];
	int error = link_sysctl_get(family, ifname, setting, &is);

	if (error != 0 || is == value)
		return error;
	path_of(path, sizeof path, family, ifname, setting);
	error = write_number(path, value);
	if (error == 0)
		error = link_sysctl_get(family, ifname, setting, &is);
	return error != 0 ? error : is == value ? 0 : EIO;
}
