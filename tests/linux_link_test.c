/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux_link.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

/* In a namespace of its own: see main(). */
static const uint8_t mac[6] = { 0x00, 0x00, 0x5e, 0x00, 0x01, 0x33 };

static uint32_t make(struct links *l, struct link_info *info)
{
	assert_non_null(l);
	assert_int_equal(link_get(l, 0, "e0", info), 0);
	assert_int_equal(link_make(l, info->ifindex, "vm.4", mac), 0);
	assert_int_equal(link_get(l, 0, "vm.4", info), 0);
	return info->ifindex;
}

static void what_there_is_not_is_ENODEV(void **state)
{
	struct links *l = links_new();
	struct link_info info;

	(void)state;
	assert_non_null(l);
	assert_int_equal(link_get(l, 0, "nothing", &info), ENODEV);
	assert_int_equal(link_get(l, 0x7ffffff0, NULL, &info), ENODEV);
	assert_int_equal(link_remove(l, 0x7ffffff0), ENODEV);
	assert_int_equal(link_enable(l, 0x7ffffff0, true), ENODEV);
	assert_int_equal(link_make(l, 0x7ffffff0, "vm.4", mac), ENODEV);
	links_free(l);
}

static void one_is_made_marked_and_removed(void **state)
{
	struct links *l = links_new();
	struct link_info info;
	uint32_t index = make(l, &info);

	(void)state;
	assert_true(info.macvlan);
	assert_false(info.enabled);
	assert_memory_equal(info.mac, mac, 6);
	assert_string_equal(info.mark, "");
	assert_int_equal(link_make(l, info.lower, "vm.4", mac), EEXIST);
	assert_int_equal(link_mark(l, index, "a mark"), 0);
	assert_int_equal(link_enable(l, index, true), 0);
	assert_int_equal(link_get(l, index, NULL, &info), 0);
	assert_true(info.enabled);
	assert_string_equal(info.mark, "a mark");
	assert_string_equal(info.name, "vm.4");
	assert_int_equal(link_enable(l, index, false), 0);
	assert_int_equal(link_remove(l, index), 0);
	assert_int_equal(link_get(l, index, NULL, &info), ENODEV);
	links_free(l);
}

static void settings_are_made_and_read_back(void **state)
{
	struct links *l = links_new();
	struct link_info info;
	uint32_t index = make(l, &info);
	int32_t value = -1;

	(void)state;
	assert_int_equal(link_ipv4(l, index, IPV4_DEVCONF_ARP_IGNORE, 1), 0);
	assert_int_equal(link_ipv4(l, index, IPV4_DEVCONF_ARP_ANNOUNCE, 2), 0);
	assert_int_equal(link_no_own_address(l, index), 0);
	assert_int_equal(link_get(l, index, NULL, &info), 0);
	assert_int_equal(info.ipv4[IPV4_DEVCONF_ARP_IGNORE], 1);
	assert_int_equal(info.ipv4[IPV4_DEVCONF_ARP_ANNOUNCE], 2);
	assert_int_equal(info.ipv4[IPV4_DEVCONF_ARPFILTER], 0);
	assert_true(info.has_ipv6);
	assert_int_equal(info.addr_gen_mode, IN6_ADDR_GEN_MODE_NONE);
	/* The name has a dot. */
	assert_int_equal(link_sysctl_get("ipv4", "vm.4", "arp_ignore", &value), 0);
	assert_int_equal(value, 1);
	assert_int_equal(link_sysctl_set("ipv6", "vm.4", "accept_ra", 0), 0);
	assert_int_equal(link_sysctl_get("ipv6", "vm.4", "accept_ra", &value), 0);
	assert_int_equal(value, 0);
	assert_int_equal(link_sysctl_set("ipv6", "vm.4", "no_such_thing", 0), ENOENT);
	/* What the kernel does not take as it is. */
	assert_int_equal(link_sysctl_set("ipv6", "vm.4", "addr_gen_mode", 77), EINVAL);
	assert_int_equal(link_remove(l, index), 0);
	links_free(l);
}

int main(void)
{
	const struct CMUnitTest unit_tests[] = {
		T(what_there_is_not_is_ENODEV),
		T(one_is_made_marked_and_removed),
		T(settings_are_made_and_read_back),
	};

	int failed;

	if ((unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0) ||
	    system("ip link add e0 type veth peer name e1") != 0) {
		puts("1..0 # SKIP needs root, or user namespaces, to make network namespaces");
		return 0;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	failed = cmocka_run_group_tests(unit_tests, NULL, NULL);
	return failed != 0 && getenv("TRIVET_UNDER_DRIVER") == NULL;
}
