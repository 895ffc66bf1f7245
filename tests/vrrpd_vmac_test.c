/* SPDX-License-Identifier: BSD-2-Clause */
/* The device that has the virtual MAC: when it is there, and when it is up. */
#include "vrrpd_rig.h"

#define VMAC RIG_WEB_WITH("virtual_mac = true;")
#define VMAC6 RIG_ROUTER("six", "eth0", 51, "virtual_mac = true;", "\"" RIG_SIX_ADDR "\"")
static const uint8_t mac4[6] = { 0x00, 0x00, 0x5e, 0x00, 0x01, 51 };
static const uint8_t mac6[6] = { 0x00, 0x00, 0x5e, 0x00, 0x02, 51 };

/* The index of a link; 0 when there is none. */
static uint32_t find(const struct rig *r, const char *name)
{
	for (uint32_t i = 1; i < RIG_LINKS_MAX; i++)
		if (r->link[i].present && strcmp(r->link[i].name, name) == 0)
			return i;
	return 0;
}

static bool is_up(const struct rig *r, const char *name)
{
	uint32_t i = find(r, name);

	return i > 0 && r->link[i].l.enabled;
}

/* How often this was asked of devices. */
static size_t asked(const struct rig *r, enum vrrpd_device_op op)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_ops; i++)
		n += r->op[i].kind == RIG_DEVICE && r->op[i].device.op == op;
	return n;
}

/* Frames with an advert of this priority, sent on eth0 from this MAC address. */
static size_t adverts(const struct rig *r, const uint8_t mac[6], uint8_t priority)
{
	size_t n = 0, head = mac[4] == 2 ? 14 + 40 : 14 + 20;

	for (size_t i = 0; i < r->n_ops; i++)
		n += r->op[i].kind == RIG_FRAME && r->op[i].ifindex == ETH0 &&
		     memcmp(r->op[i].bytes + 6, mac, 6) == 0 &&
		     r->op[i].bytes[head + 2] == priority;
	return n;
}

static void it_is_there_and_up_while_the_router_is_active(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(VMAC));
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	assert_true(find(&r, "vrrp4-51-eth0") > 0);
	assert_false(is_up(&r, "vrrp4-51-eth0"));
	assert_memory_equal(r.link[find(&r, "vrrp4-51-eth0")].l.mac, mac4, 6);
	rig_activate(&r);
	assert_true(is_up(&r, "vrrp4-51-eth0"));
	assert_true(rig_has(&r, find(&r, "vrrp4-51-eth0"), RIG_WEB_ADDR));
	assert_false(rig_has(&r, ETH0, RIG_WEB_ADDR));
	rig_hear(&r, 200);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	assert_false(is_up(&r, "vrrp4-51-eth0"));
	assert_false(rig_has(&r, find(&r, "vrrp4-51-eth0"), RIG_WEB_ADDR));
	vrrpd_stop(r.d, r.now);
	rig_obey(&r);
	assert_int_equal(find(&r, "vrrp4-51-eth0"), 0);
	assert_true(vrrpd_settled(r.d));
	rig_close(&r);
}

/* Neither a start before the device is there, nor a wait for one that never comes. */
static void the_router_waits_for_it(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH0, "eth0", true);
	rig_set(&r, ETH0, "10.0.0.1/24", 0, true);
	rig_apply(&r, RIG_FILE(VMAC));
	rig_sync(&r);
	for (size_t i = 0; i < r.n_ops; i++)
		r.op[i].done = r.op[i].kind == RIG_SYNC; /* that was it */
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_int_equal(asked(&r, VRRPD_DEVICE_MAKE), 1);
	assert_int_equal(rig_lines(&r, "waiting"), 0);
	r.no_devices = true;
	rig_obey(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_true(rig_says(&r, "waiting", "why=virtual-mac"));
	assert_true(rig_says(&r, "virtual-mac-failed", "op=make device=vrrp4-51-eth0"));
	assert_int_equal(rig_counters(&r, "web")->device_failures, 1);
	r.no_devices = false;
	rig_run(&r, SPAN_S(31));
	assert_int_equal(asked(&r, VRRPD_DEVICE_MAKE), 2);
	assert_int_not_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	rig_close(&r);
}

/* Row 23; and the last word of one that yields must not lead switches here. */
static void row_023_adverts_of_the_active_come_from_the_virtual_mac(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(VMAC ", " VMAC6));
	rig_activate(&r);
	rig_run(&r, SPAN_S(5));
	assert_int_equal(adverts(&r, mac4, 100), 5);
	assert_int_equal(adverts(&r, mac6, 100), 5);
	assert_int_equal(rig_count(&r, RIG_SEND), 0);
	rig_forget(&r);
	rig_hear(&r, 200);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	assert_int_equal(adverts(&r, mac4, 100), 0);
	assert_int_equal(rig_sent(&r, 100), 1); /* from the interface */
	rig_forget(&r);
	vrrpd_stop(r.d, r.now);
	assert_int_equal(adverts(&r, mac6, 0), 1); /* "I leave", as the Active it still is */
	assert_int_equal(adverts(&r, mac4, 0), 0);
	rig_close(&r);
}

/* Row 103, 121: announced from the virtual MAC, and not before it is up. */
static void row_121_announced_when_the_device_is_up(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(VMAC));
	rig_run(&r, SPAN_S(1));
	r.idle = true;
	rig_run(&r, SPAN_S(4));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_int_equal(asked(&r, VRRPD_DEVICE_UP), 1);
	assert_int_equal(rig_asked(&r, RIG_WEB_ADDR, true), 0);
	assert_int_equal(rig_announced(&r, "10.0.0.100"), 0);
	r.idle = false;
	rig_obey(&r);
	assert_int_equal(rig_announced(&r, "10.0.0.100"), 1);
	for (size_t i = 0; i < r.n_ops; i++) {
		struct garp garp;

		if (r.op[i].kind == RIG_FRAME && garp_decode(r.op[i].bytes, r.op[i].len, &garp)) {
			assert_memory_equal(garp.mac, mac4, 6);
			assert_memory_equal(r.op[i].bytes + 6, mac4, 6);
			assert_int_equal(r.op[i].ifindex, find(&r, "vrrp4-51-eth0"));
		}
	}
	rig_close(&r);
}

/* The kernel would tell the network that the address goes, from the virtual MAC. */
static void i05_ipv6_addresses_go_with_the_device(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(VMAC6));
	rig_activate(&r);
	rig_rx(&r, (struct rig_advert){ .priority = 200, .src = "fe80::2" });
	assert_int_equal(rig_state(&r, "six"), VRRP_BACKUP);
	assert_int_equal(asked(&r, VRRPD_DEVICE_DOWN), 1);
	assert_int_equal(rig_asked(&r, RIG_SIX_ADDR, false), 0);
	assert_false(rig_has(&r, find(&r, "vrrp6-51-eth0"), RIG_SIX_ADDR));
	rig_close(&r);
}

static void what_others_do_to_it_is_undone(void **state)
{
	struct rig r;
	uint32_t i;

	(void)state;
	rig_start(&r, RIG_FILE(VMAC));
	i = find(&r, "vrrp4-51-eth0");
	r.link[i].l.enabled = r.link[i].l.up = true; /* while Backup */
	rig_report_link(&r, i);
	vrrpd_evaluate(r.d, r.now);
	rig_obey(&r);
	assert_false(is_up(&r, "vrrp4-51-eth0"));
	assert_true(rig_says(&r, "virtual-mac-changed", "not Active up"));
	rig_activate(&r);
	r.link[i].l.enabled = r.link[i].l.up = false;
	rig_report_link(&r, i);
	vrrpd_evaluate(r.d, r.now);
	rig_obey(&r);
	assert_true(is_up(&r, "vrrp4-51-eth0"));
	rig_run(&r, SPAN_S(2));
	rig_link_gone(&r, i);
	assert_true(is_up(&r, "vrrp4-51-eth0"));
	assert_true(rig_says(&r, "virtual-mac-changed", "removed the device"));
	assert_true(rig_has(&r, find(&r, "vrrp4-51-eth0"), RIG_WEB_ADDR));
	r.link[i].l.mac[5]++;
	rig_report_link(&r, i);
	vrrpd_evaluate(r.d, r.now);
	rig_obey(&r);
	assert_memory_equal(r.link[find(&r, "vrrp4-51-eth0")].l.mac, mac4, 6);
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_int_equal(rig_counters(&r, "web")->became_active, 1);
	rig_close(&r);
}

/* Somebody who does not stop is not fought at the speed of the machine. */
static void a_fight_is_slow(void **state)
{
	struct rig r;
	uint32_t i;

	(void)state;
	rig_start(&r, RIG_FILE(VMAC));
	rig_activate(&r);
	i = find(&r, "vrrp4-51-eth0");
	for (unsigned k = 0; k < 100; k++) {
		if (r.link[i].l.enabled) {
			r.link[i].l.enabled = r.link[i].l.up = false;
			rig_report_link(&r, i);
			vrrpd_evaluate(r.d, r.now);
			rig_obey(&r);
		}
		rig_run(&r, SPAN_MS(100));
	}
	assert_in_range(asked(&r, VRRPD_DEVICE_UP), 4, 7);
	rig_close(&r);
}

static void row_098_it_comes_and_goes_with_the_interface(void **state)
{
	struct rig r;
	uint32_t i;

	(void)state;
	rig_start(&r, RIG_FILE(VMAC));
	rig_activate(&r);
	i = find(&r, "vrrp4-51-eth0");
	r.link[i].present = false;
	for (size_t k = 0; k < r.n_addrs; k++)
		r.addr[k].present = false;
	r.link[ETH0].present = false;
	rig_report_link(&r, i);
	rig_report_link(&r, ETH0);
	vrrpd_evaluate(r.d, r.now);
	rig_obey(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_int_equal(rig_lines(&r, "virtual-mac-changed"), 0);
	rig_set(&r, ETH1, "10.0.0.1/24", 0, true);
	rig_link(&r, ETH1, "eth0", true);
	rig_run(&r, SPAN_S(10));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_int_equal(r.link[find(&r, "vrrp4-51-eth0")].l.lower, ETH1);
	rig_close(&r);
}

/* A killed run has left it, up and with the address: a Backup must not answer meanwhile. */
static void a_leftover_is_adopted_or_goes(void **state)
{
	struct vrrpd_device made = { .lower = ETH0 };
	struct rig r;
	uint32_t ours, other;

	(void)state;
	memcpy(made.mac, mac4, 6);
	rig_open(&r);
	rig_write_link(&r, ETH0, "eth0", true);
	rig_set(&r, ETH0, "10.0.0.1/24", 0, true);
	ours = rig_device(&r, &made, "vrrp4-51-eth0");
	other = rig_device(&r, &made, "vrrp4-52-eth0");
	r.link[ours].l.enabled = r.link[ours].l.up = true;
	rig_set(&r, ours, RIG_WEB_ADDR, RIG_OURS, true);
	rig_apply(&r, RIG_FILE(VMAC));
	rig_obey(&r);
	assert_int_equal(rig_op(&r, RIG_DEVICE, 0)->device.op, VRRPD_DEVICE_REMOVE);
	assert_int_equal(rig_op(&r, RIG_DEVICE, 0)->ifindex, other);
	assert_int_equal(rig_op(&r, RIG_DEVICE, 1)->device.op, VRRPD_DEVICE_DOWN);
	assert_true(rig_says(&r, "leftover", "virtual") || rig_lines(&r, "leftover") > 0);
	assert_int_equal(find(&r, "vrrp4-52-eth0"), 0);
	assert_int_equal(find(&r, "vrrp4-51-eth0"), ours);
	assert_false(rig_has(&r, ours, RIG_WEB_ADDR));
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	rig_close(&r);
}

/* One of that name that is not ours is left alone. */
static void somebody_elses_is_not_touched(void **state)
{
	struct rig r;
	uint32_t i;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH0, "eth0", true);
	rig_set(&r, ETH0, "10.0.0.1/24", 0, true);
	rig_write_link(&r, ETH1, "vrrp4-51-eth0", true);
	r.link[ETH1].l.enabled = true;
	r.no_devices = true; /* the backend refuses to make what is there */
	rig_apply(&r, RIG_FILE(VMAC));
	rig_obey(&r);
	rig_run(&r, SPAN_S(40));
	for (i = 0; rig_op(&r, RIG_DEVICE, i); i++)
		assert_int_equal(rig_op(&r, RIG_DEVICE, i)->device.op, VRRPD_DEVICE_MAKE);
	rig_apply(&r, RIG_FILE(RIG_WEB_WITH("virtual_mac = true; virtual_mac_device = \"vm\";")));
	rig_obey(&r);
	vrrpd_stop(r.d, r.now);
	rig_obey(&r);
	for (i = 0; rig_op(&r, RIG_DEVICE, i); i++)
		assert_int_equal(rig_op(&r, RIG_DEVICE, i)->device.op, VRRPD_DEVICE_MAKE);
	assert_true(vrrpd_settled(r.d));
	rig_close(&r);
}

/* Row 122: on the interface itself its MAC would answer for it, whoever owns it. */
static void row_122_an_address_on_the_interface_is_an_obstacle(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB_WITH("virtual_mac = true; priority = 255;")));
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	rig_apply(&r, RIG_FILE(RIG_SIX));
	rig_obey(&r);
	rig_addr(&r, ETH0, "10.0.0.100/32", 0, true);
	rig_apply(&r, RIG_FILE(RIG_WEB_WITH("virtual_mac = true; priority = 255;")));
	rig_obey(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_INITIALIZE);
	assert_true(rig_says(&r, "waiting", "why=address-foreign"));
	rig_addr(&r, ETH0, "10.0.0.100/32", 0, false);
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_string_equal(ip_string(&rig_router(&r, "web")->source, (char[IP_TEXT_SIZE]){ 0 }),
			    "10.0.0.1");
	rig_close(&r);
}

static void a_reload_makes_and_removes_it(void **state)
{
	struct rig r;
	uint32_t i;

	(void)state;
	rig_start(&r, RIG_FILE(VMAC));
	rig_activate(&r);
	i = find(&r, "vrrp4-51-eth0");
	rig_apply(&r, RIG_FILE(RIG_WEB_WITH("virtual_mac = true; priority = 150;")));
	rig_obey(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_ACTIVE);
	assert_int_equal(find(&r, "vrrp4-51-eth0"), i);
	assert_int_equal(rig_count(&r, RIG_DEVICE), 0);
	rig_apply(&r, RIG_FILE(RIG_WEB));
	rig_obey(&r);
	assert_int_equal(rig_state(&r, "web"), VRRP_BACKUP);
	assert_int_equal(find(&r, "vrrp4-51-eth0"), 0);
	rig_activate(&r);
	assert_true(rig_has(&r, ETH0, RIG_WEB_ADDR));
	rig_apply(&r, RIG_FILE(RIG_WEB_WITH("virtual_mac = true; virtual_mac_device = \"vm\";")));
	rig_obey(&r);
	rig_activate(&r);
	assert_true(is_up(&r, "vm"));
	assert_true(rig_has(&r, find(&r, "vm"), RIG_WEB_ADDR));
	assert_false(rig_has(&r, ETH0, RIG_WEB_ADDR));
	rig_close(&r);
}

/* What goes to a peer may be routed. The addresses have the virtual MAC all the same. */
static void unicast_adverts_come_from_the_interface(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB_WITH("virtual_mac = true; unicast = { peers = "
					    "( \"10.0.0.2\" ); };")));
	rig_activate(&r);
	rig_run(&r, SPAN_S(3));
	assert_int_equal(rig_sent(&r, 100), 3);
	assert_int_equal(adverts(&r, mac4, 100), 0);
	assert_true(rig_has(&r, find(&r, "vrrp4-51-eth0"), RIG_WEB_ADDR));
	rig_close(&r);
}

UNIT_MAIN(T(it_is_there_and_up_while_the_router_is_active),
	  T(the_router_waits_for_it),
	  T(row_023_adverts_of_the_active_come_from_the_virtual_mac),
	  T(row_121_announced_when_the_device_is_up),
	  T(i05_ipv6_addresses_go_with_the_device),
	  T(what_others_do_to_it_is_undone),
	  T(a_fight_is_slow),
	  T(row_098_it_comes_and_goes_with_the_interface),
	  T(a_leftover_is_adopted_or_goes),
	  T(somebody_elses_is_not_touched),
	  T(row_122_an_address_on_the_interface_is_an_obstacle),
	  T(a_reload_makes_and_removes_it),
	  T(unicast_adverts_come_from_the_interface))
