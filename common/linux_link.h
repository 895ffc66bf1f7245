/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linux_link.h - interfaces, one at a time: what one is like, making one with a MAC address of its
 * own on top of another (macvlan), and settings of it.
 *
 * Everything here waits for the kernel's answer, and so is for what happens seldom. Functions
 * return 0 or an errno. Where it can be, a setting is made by netlink, which asks for CAP_NET_ADMIN
 * only; those of IPv6 the kernel takes below /proc/sys and nowhere else, with the same right, but
 * not where that is mounted read-only, as in most containers.
 */
#ifndef LINUX_LINK_H
#define LINUX_LINK_H

#include <stdbool.h>
#include <stdint.h>

enum { LINK_NAME_SIZE = 16, LINK_MARK_SIZE = 256, LINK_IPV4_MAX = 40 };

struct link_info {
	uint32_t ifindex;
	char name[LINK_NAME_SIZE];
	uint8_t mac[6];
	bool enabled;  /* administratively up */
	bool macvlan;  /* in the mode that link_make() gives it... */
	uint32_t lower; /* ...on top of this one */
	char mark[LINK_MARK_SIZE];     /* IFLA_IFALIAS, "" for none */
	uint32_t ipv4[LINK_IPV4_MAX];  /* settings, by IPV4_DEVCONF_... of <linux/ip.h> */
	bool has_ipv6;
	uint8_t addr_gen_mode; /* of IPv6 */
};

struct links;

/* NULL with errno. */
struct links *links_new(void);
void links_free(struct links *l);

/* By index, or by name when that is 0. ENODEV when there is none. */
int link_get(struct links *l, uint32_t ifindex, const char *name, struct link_info *info);

/*
 * A macvlan that is down and has no addresses. Its mode is vepa: in private mode the kernel takes
 * every multicast frame that has this source address, whoever sent it, away from the interface
 * below while the macvlan is up; in bridge mode macvlans exchange frames without the network.
 */
int link_make(struct links *l, uint32_t lower, const char *name, const uint8_t mac[6]);
int link_remove(struct links *l, uint32_t ifindex);
int link_enable(struct links *l, uint32_t ifindex, bool on);
int link_mark(struct links *l, uint32_t ifindex, const char *mark);

/* A setting of net.ipv4.conf.INTERFACE, by IPV4_DEVCONF_... */
int link_ipv4(struct links *l, uint32_t ifindex, unsigned setting, uint32_t value);
/* No link-local IPv6 address of the kernel's own making (addr_gen_mode none). */
int link_no_own_address(struct links *l, uint32_t ifindex);

/* A setting of net.FAMILY.conf.INTERFACE; whatever the interface is called. */
int link_sysctl_get(const char *family, const char *ifname, const char *setting, int32_t *value);
/* Written only where it is not so, and read again: EIO when the kernel did not keep it. */
int link_sysctl_set(const char *family, const char *ifname, const char *setting, int32_t value);

#endif
