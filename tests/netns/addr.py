# SPDX-License-Identifier: BSD-2-Clause
"""Addresses as they are given: label, scope, route, device; those that no advert carries."""
import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import lab
import packets
import tap
from routers import config, instance, one, settled, state_of, stays

MINE = "192.0.2.100/24"
PRIORITY = {"priority": 200, "interval": "100ms", "garp": {"delay": "0s"}}


def router(t, addresses, devices=(), **settings):
    """r1 with these addresses, and a client that listens."""
    net = t.lab("r1", "client")
    net.sniffer = packets.Sniffer(net.client)
    for dev in devices:
        add_device(net.r1, dev)
    net.settings = {**PRIORITY, **settings}
    net.daemon = net.r1.vrrpd(one(addresses=addresses, **net.settings))
    return net


def add_device(node, dev):
    """An interface with nobody behind it but this machine."""
    node.run("ip", "link", "add", dev, "type", "veth", "peer", "name", dev + "p")
    node.run("ip", "link", "set", dev + "p", "up")
    node.run("ip", "link", "set", dev, "up")


def pinging(t, net, address):
    """A client that pings, and has begun to."""
    argv = [sys.executable, os.path.join(lab.SRC, "tests/lab/pinger.py"), address, "0.005"]
    ping = net.client.spawn(*argv)
    t.expect(net.sniffer.wait(proto=1, dst=address, count=10), f"{address} is pinged")
    return ping


def answered(t, ping, since=0.0):
    """Ends it; how many were sent, how many answered."""
    ping.stop()
    tried = [a for a in json.loads(ping.lines[-1][1])["answers"] if a[0] >= since]
    return len(tried), sum(a[1] is not None for a in tried)


def active(t, net, start=0):
    t.expect(net.daemon.state("active", start=start), "it is Active")
    t.expect(net.r1.wait_has(MINE.split("/")[0]), "it has its address")


def shown(net, address, dev="e0"):
    """What ip(8) shows of an address, or None."""
    return net.r1.addresses(dev).get(address)


def appears(t, net, address, dev="e0"):
    t.expect(lab.wait_until(lambda: shown(net, address, dev)), f"{address} is on {dev}")
    return shown(net, address, dev)


def routes(net, *args):
    return net.r1.run("ip", *args, "route", "show")


# ---- how they are given -------------------------------------------------------------------------

@tap.test
def an_address_is_given_as_the_file_says(t):
    """Label, scope, broadcast, peer, deprecated, and no route: as ip(8) shows them."""
    net = router(t, [
        MINE, {"address": "198.51.100.1/24", "label": "e0:shop", "scope": "link",
               "broadcast": "198.51.100.255"},
        {"address": "203.0.113.1/24", "prefix_route": False, "deprecated": True},
        {"address": "203.0.113.9/32", "peer": "203.0.113.8"},
        {"address": "2001:db8:1::1/64", "prefix_route": False, "deprecated": True,
         "advertise": False}])
    active(t, net)
    plain, shop = shown(net, MINE), appears(t, net, "198.51.100.1/24")
    t.equal((plain["label"], plain["scope"], plain.get("broadcast"), plain.get("noprefixroute"),
             plain.get("deprecated")), ("e0", "global", None, None, None), "one without settings")
    t.equal((shop["label"], shop["scope"], shop["broadcast"]),
            ("e0:shop", "link", "198.51.100.255"), "label, scope and broadcast")
    for address in ("203.0.113.1/24", "2001:db8:1::1/64"):
        there = appears(t, net, address)
        t.equal((there.get("noprefixroute"), there.get("deprecated")), (True, True),
                f"{address} has")
    t.equal(appears(t, net, "203.0.113.9/32").get("address"), "203.0.113.8", "the other end")
    t.equal("203.0.113.0/24" in routes(net), False, "a route where there is to be none")
    t.equal("198.51.100.0/24" in routes(net), True, "a route where there is to be one")
    t.equal("2001:db8:1::/64" in routes(net, "-6"), False, "a route of IPv6")
    t.equal(net.daemon.events("address-odd"), [], "what the kernel gave otherwise")
    t.equal(net.daemon.stop(), 0, "exit status")
    t.equal([a for a in net.r1.addresses() if a.startswith(("198.51", "203.0", "2001:db8:1:"))],
            [], "what is left behind")


@tap.test
def v15_a_reload_changes_how_an_address_is_given(t):
    """Adding, removing and changing: nobody takes over, and the others are not touched."""
    keep = {"address": "198.51.100.9/24", "label": "e0:keep"}
    net = router(t, [MINE, keep, {"address": "198.51.100.1/24", "advertise": False}])
    active(t, net)
    appears(t, net, "198.51.100.1/24")
    watch = net.r1.spawn("ip", "-o", "monitor", "address")
    net.client.run("ip", "route", "add", "198.51.100.0/24", "dev", "e0")
    ping = pinging(t, net, "198.51.100.1")
    net.daemon.reload(one(**net.settings, addresses=[
        MINE, keep, {"address": "198.51.100.1/24", "advertise": False, "label": "e0:new"},
        {"address": "2001:db8:5::5/64", "advertise": False}]))
    t.expect(lab.wait_until(lambda: (shown(net, "198.51.100.1/24") or {}).get("label") ==
                            "e0:new"), "it has its label")
    appears(t, net, "2001:db8:5::5/64")
    sent, back = answered(t, ping)
    t.expect(back > 0, "the client is answered")
    t.note(f"while it was given another label, {back} of {sent} pings were answered")
    net.daemon.reload(one(**net.settings, addresses=[MINE, keep]))
    t.expect(lab.wait_until(lambda: not shown(net, "198.51.100.1/24") and
                            not shown(net, "2001:db8:5::5/64")), "those that are gone are gone")
    t.equal([e["to"] for e in net.daemon.events("state")], ["backup", "active"], "its states")
    for address in (MINE, "198.51.100.9/24"):
        t.equal([line for _, line in watch.lines if address in line], [],
                f"what happened to {address}")
    t.equal(net.daemon.events("address-removed", "address-odd"), [], "complaints")


# ---- not advertised -----------------------------------------------------------------------------

@tap.test
def row_016_hundreds_of_addresses_that_no_advert_carries(t):
    """Of either family; all are set, announced and removed, and no packet grows by them."""
    v4 = [f"198.51.{100 + i // 250}.{1 + i % 250}/16" for i in range(300)]
    v6 = [f"2001:db8:5::{i:x}/64" for i in range(1, 101)]
    net = router(t, [MINE] + [{"address": a, "advertise": False} for a in v4 + v6],
                 garp={"delay": "0s", "repeat": 1})
    began = time.time()
    active(t, net)
    t.expect(lab.wait_until(lambda: len(net.r1.addresses()) >= 401), "all of them are there")
    t.note(f"401 addresses were there {(time.time() - began) * 1e3:.0f} ms after the start")
    for address in (v4[0], v4[299], v6[0], v6[99]):
        t.expect(net.sniffer.announcement(address.split("/")[0]), f"{address} is announced")
    advert = t.expect(net.sniffer.advert(priority=200, count=3), "an advert")
    t.equal((advert.count, list(advert.addresses)), (1, ["192.0.2.100"]), "what it carries")
    t.equal(net.daemon.stop(), 0, "exit status")
    t.expect(len(net.r1.addresses()) < 10, "none is left behind")


# ---- on another device --------------------------------------------------------------------------

@tap.test
def an_address_lives_on_its_device(t):
    """On another interface, and on the loopback, where the router's interface speaks for it."""
    net = router(t, [MINE, {"address": "203.0.113.1/32", "dev": "d0"},
                     {"address": "203.0.113.2/32", "dev": "lo"}], devices=["d0"])
    there = packets.Sniffer(net.r1, "d0p")
    active(t, net)
    for dev, address in (("d0", "203.0.113.1/32"), ("lo", "203.0.113.2/32")):
        appears(t, net, address, dev)
        t.equal(shown(net, address), None, "the same on e0")
    t.expect(net.sniffer.announcement("203.0.113.2", eth_src=net.r1.mac()), "it is announced")
    t.expect(there.announcement("203.0.113.1", eth_src=net.r1.mac("d0")), "and on the device")
    t.equal(net.sniffer.announcements("203.0.113.1"), [], "the same on e0")
    net.client.run("ip", "route", "add", "203.0.113.2/32", "dev", "e0")
    ping = pinging(t, net, "203.0.113.2")
    t.expect(answered(t, ping)[1] > 0, "a client is answered")
    for dev, address in (("d0", "203.0.113.1/32"), ("lo", "203.0.113.2/32")):
        net.r1.run("ip", "address", "del", address, "dev", dev)
        appears(t, net, address, dev)
    t.expect(net.daemon.event("address-removed", interface="d0"), "that is noticed")
    t.equal(net.daemon.stop(), 0, "exit status")
    for dev, address in (("d0", "203.0.113.1/32"), ("lo", "203.0.113.2/32")):
        t.equal(shown(net, address, dev), None, "what is left behind")


@tap.test
def a_router_needs_the_device_of_an_address(t):
    """Missing, down, made anew; and one that does not need it."""
    net = t.lab("r1", "r2", "client")
    there = {"address": "203.0.113.1/32", "dev": "d0"}
    extra = instance(name="extra", vrid=52, priority=200, interval="100ms", addresses=[
        "192.0.2.101/24", {"address": "203.0.113.2/32", "dev": "d0", "track": False}])
    net.daemon = net.r1.vrrpd(config(instance(addresses=[MINE, there], **PRIORITY), extra))
    two = net.r2.vrrpd(config(instance(addresses=[MINE, "203.0.113.1/32"], interval="100ms")))
    t.expect(net.daemon.event("waiting", why="address-interface", interface="d0",
                              address="203.0.113.1/32"), "it waits, and says for what")
    settled(t, "ipv4", two, [])
    t.expect(lab.wait_until(lambda: state_of(net.daemon, "extra") == "active"),
             "who does not need it runs")
    add_device(net.r1, "d0")
    settled(t, "ipv4", net.daemon, [two])
    for address in ("203.0.113.1/32", "203.0.113.2/32"):
        appears(t, net, address, "d0")
    mark = two.mark()
    net.r1.run("ip", "link", "set", "d0", "down")
    t.expect(net.daemon.state("initialize", why="address-interface"), "it leaves")
    t.expect(two.state("active", start=mark, why="active-left"), "and has told the other")
    t.equal(net.r1.has("192.0.2.100"), False, "whether it still has its other address")
    net.r1.run("ip", "link", "set", "d0", "up")
    settled(t, "ipv4", net.daemon, [two])
    mark = two.mark()
    net.r1.run("ip", "link", "del", "d0")
    t.expect(two.state("active", start=mark, why="active-left"), "the other takes over")
    t.equal([e["to"] for e in net.daemon.events("state") if e["vrrp"] == "extra"],
            ["backup", "active"], "the states of who does not need it")


@tap.test
def v28_addresses_of_a_killed_daemon_are_taken_over(t):
    """On whatever device, however given: nothing is set twice, and nothing is left."""
    lists = [MINE, {"address": "203.0.113.1/32", "dev": "d0", "label": "d0:x"},
             {"address": "2001:db8:5::7/64", "advertise": False}]
    net = router(t, lists, devices=["d0"])
    active(t, net)
    appears(t, net, "203.0.113.1/32", "d0")
    net.daemon.kill()
    t.expect(shown(net, "203.0.113.1/32", "d0"), "a killed daemon leaves its address")
    net.daemon = net.r1.vrrpd(one(addresses=lists[:2], **net.settings))
    active(t, net)
    appears(t, net, "203.0.113.1/32", "d0")
    t.expect(lab.wait_until(lambda: not shown(net, "2001:db8:5::7/64")), "a leftover is removed")
    t.equal(net.daemon.stop(), 0, "exit status")
    t.equal(shown(net, "203.0.113.1/32", "d0"), None, "what is left behind")


# ---- secondary addresses ------------------------------------------------------------------------

@tap.test("left", "told")
def the_first_address_of_a_subnet_goes(t, how):
    """By a reload. The kernel removes the others with it, unless it is told to promote one; then
    they are set anew, and a client hardly notices."""
    pool = [f"198.51.100.{i}/24" for i in range(1, 9)]
    net = t.lab("r1", "client")
    net.sniffer = packets.Sniffer(net.client)
    conf = "net.ipv4.conf.e0.promote_secondaries"
    for name in ("all", "e0"):
        net.r1.run("sysctl", "-qw", f"net.ipv4.conf.{name}.promote_secondaries=0")
    net.settings = {**PRIORITY, "promote_secondaries": how == "told"}
    net.daemon = net.r1.vrrpd(one(addresses=[MINE] + pool, **net.settings))
    active(t, net)
    for address in pool:
        appears(t, net, address)
    t.equal(net.r1.run("sysctl", "-n", conf).strip(), "1" if how == "told" else "0", conf)
    watch = net.r1.spawn("ip", "-o", "monitor", "address")
    net.client.run("ip", "route", "add", "198.51.100.0/24", "dev", "e0")
    ping = pinging(t, net, "198.51.100.8")
    net.daemon.reload(one(addresses=[MINE] + pool[1:], **net.settings))
    t.expect(lab.wait_until(lambda: any("Deleted" in line and " 198.51.100.1/24" in line
                                        for _, line in watch.lines)), "the first has gone")
    t.expect(lab.wait_until(lambda: all(shown(net, a) for a in pool[1:])), "the others are there")
    sent, back = answered(t, ping)
    t.note(f"{back} of {sent} pings to another address were answered")
    gone = {a for a in pool[1:] for _, line in watch.lines
            if "Deleted" in line and f" {a} " in line}
    t.equal(sorted(gone), [] if how == "told" else pool[1:], "which others had gone for a moment")
    t.equal([e["to"] for e in net.daemon.events("state")], ["backup", "active"], "its states")
    t.equal(net.daemon.stop(), 0, "exit status")
    t.equal(net.r1.run("sysctl", "-n", conf).strip(), "0", f"{conf} afterwards")


if __name__ == "__main__":
    tap.main()
