# SPDX-License-Identifier: BSD-2-Clause
"""Sync groups on two networks: real links fail, machines die and come back, and both sides of a
group go together; against our own, and against keepalived's vrrp_sync_group."""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import lab
import peers
import tap
from routers import config, heal, instance, state_of

INSIDE, OUTSIDE = "192.0.2.100", "198.51.100.100"
GROUP = [{"name": "edge", "members": ["inside", "outside"]}]


def two_networks(t, *nodes):
    """A lab with a second network: its bridge br1, and e1 of each node, 198.51.100.k."""
    net = t.lab(*nodes)
    net.sw.run("ip", "link", "add", "br1", "type", "bridge", "mcast_snooping", "0", "stp_state",
               "0", "forward_delay", "0")
    net.sw.run("ip", "link", "set", "br1", "up")
    for k, name in enumerate(nodes, 1):
        node = net.nodes[name]
        net.connect(node, k, dev="e1")
        net.sw.run("ip", "link", "set", net.port(name, "e1"), "master", "br1")
        node.run("ip", "address", "flush", "dev", "e1", "scope", "global")
        node.run("ip", "address", "add", f"198.51.100.{k}/24", "dev", "e1")
    return net


def sides(priority, inside=None, **more):
    return [instance(name="inside", priority=inside or priority, **more),
            instance(name="outside", interface="e1", vrid=52, priority=priority,
                     addresses=[f"{OUTSIDE}/24"], **more)]


def grouped(priority, inside=None, **more):
    return config(*sides(priority, inside, **more), sync_groups=GROUP)


def has_both(node):
    return node.has(INSIDE) and node.has(OUTSIDE, dev="e1")


def has_any(node):
    return node.has(INSIDE) or node.has(OUTSIDE, dev="e1")


def together(t, active, backup):
    """One has both addresses, the other none, and their states say so."""
    def so():
        return (has_both(active.node) and not has_any(backup.node) and
                all(state_of(active, n) == "active" for n in ("inside", "outside")))
    t.expect(lab.wait_until(so), f"{active.node.name} alone has both addresses")


def pair(t, first=200, second=100, **more):
    net = two_networks(t, "r1", "r2")
    net.one = net.r1.vrrpd(grouped(first, **more))
    together(t, net.one, net.one) if False else t.expect(
        lab.wait_until(lambda: has_both(net.r1)), "r1 has both addresses")
    net.two = net.r2.vrrpd(grouped(second, **more))
    t.expect(net.two.event("group", to="backup"), "r2 is Backup")
    return net


def goes_on(t, daemon, adverts=15):
    """Waits until it has sent so many more adverts on each side: others would have taken over."""
    def sent():
        counters = daemon.counters()
        return min(counters[name]["adverts_sent"] for name in ("inside", "outside"))
    end = sent() + adverts
    t.expect(lab.wait_until(lambda: sent() >= end), f"{daemon.node.name} goes on advertising")


def changes(daemon, mark):
    """The lines since then about states."""
    return [line for _, line in daemon.lines[mark:] if '"event":"state"' in line.replace(" ", "")]


def half_states(daemon):
    """After each line about the group, the states its members were last said to have."""
    seen, found = {}, []
    for e in daemon.events("state", "group"):
        if e["event"] == "state":
            seen[e["vrrp"]] = e["to"]
        elif len(set(seen.values())) > 1:
            found.append((e, dict(seen)))
    return found


@tap.test
def v24_a_link_takes_the_other_along(t):
    """The outer link fails: both sides are taken over, the inner at a word, and come back."""
    net = pair(t)
    since = time.time()
    net.sw.run("ip", "link", "set", net.port("r1", "e1"), "down")
    event = t.expect(net.one.event("group", to="initialize"), "r1 gives up both")
    t.equal((event["why"], event["member"]), ("link-down", "outside"), "why, and because of whom")
    t.expect(net.one.state("initialize", vrrp="inside", why="group-fault", member="outside"),
             "the inside says why")
    t.expect(lab.wait_until(lambda: has_both(net.r2)), "r2 has both addresses")
    t.note(f"both addresses were on r2 {time.time() - since:.2f} s after the link failed; three "
           "intervals and the Skew_Time are 0.72 s")
    t.expect(lab.wait_until(lambda: not has_any(net.r1)), "r1 has none")
    net.sw.run("ip", "link", "set", net.port("r1", "e1"), "up")
    together(t, net.one, net.two)
    t.equal(half_states(net.one) + half_states(net.two), [], "half states in the log")


@tap.test
def v24_killed_and_stopped(t):
    """SIGKILL and SIGTERM: r2 follows on both sides."""
    net = pair(t)
    net.one.kill()
    t.expect(lab.wait_until(lambda: has_both(net.r2)), "r2 has both addresses")
    net.one = net.r1.vrrpd(grouped(200))
    together(t, net.one, net.two)
    net.one.stop()
    t.expect(lab.wait_until(lambda: has_both(net.r2)), "r2 has both addresses again")
    t.equal([e["why"] for e in net.two.events("group")][-1], "active-left", "why it took over")
    t.equal(has_any(net.r1), False, "whether r1 kept an address")


@tap.test
def i28_half_a_partition(t):
    """The outside is cut: the lower one stays Backup on both sides, and goes on doing so."""
    net = pair(t)
    net.sw.nft("table bridge cut\ndelete table bridge cut\ntable bridge cut {\n"
               "chain forward { type filter hook forward priority 0;\n"
               f'iifname "{net.port("r1", "e1")}" drop\n}}\n}}\n')
    mark = net.two.mark()
    goes_on(t, net.one)
    t.equal(changes(net.two, mark), [], "what r2 changed")
    t.equal(has_any(net.r2), False, "whether r2 has an address")
    heal(net)
    together(t, net.one, net.two)


@tap.test
def i28_groups_that_cross(t):
    """Each is higher on one side by its settings: one of them is Active on both, and stays so."""
    net = two_networks(t, "r1", "r2")
    net.one = net.r1.vrrpd(grouped(100, inside=200))
    net.two = net.r2.vrrpd(grouped(200, inside=100))
    t.expect(lab.wait_until(lambda: has_both(net.r1) != has_both(net.r2)), "one has both")
    active, backup = (net.one, net.two) if has_both(net.r1) else (net.two, net.one)
    together(t, active, backup)
    marks = [d.mark() for d in (active, backup)]
    goes_on(t, active)
    t.equal([line for d, m in zip((active, backup), marks) for line in changes(d, m)], [],
            "what changed after that")
    t.equal(half_states(active) + half_states(backup), [], "half states in the log")


@tap.test
def a_reload_groups_and_ungroups(t):
    """What is Active is grouped and ungrouped by reloads: no address goes, nobody changes."""
    net = two_networks(t, "r1", "r2")
    net.one = net.r1.vrrpd(config(*sides(200)))
    t.expect(lab.wait_until(lambda: has_both(net.r1)), "r1 has both addresses")
    net.two = net.r2.vrrpd(config(*sides(100)))
    t.expect(net.two.state("backup", vrrp="outside"), "r2 is Backup")
    marks = [d.mark() for d in (net.one, net.two)]
    for text in (grouped(200), config(*sides(200)), grouped(200)):
        t.expect(net.one.reload(text), "r1 has loaded it")
        t.equal(has_both(net.r1), True, "whether r1 has both addresses")
    for text in (grouped(100), config(*sides(100)), grouped(100)):
        t.expect(net.two.reload(text), "r2 has loaded it")
    t.equal([line for d, m in zip((net.one, net.two), marks) for line in changes(d, m)], [],
            "what changed")
    net.one.kill()
    t.expect(lab.wait_until(lambda: has_both(net.r2)), "r2 follows on both sides")


class SyncGroup(peers.Keepalived):
    """keepalived with the two sides in a vrrp_sync_group; `vr` is the inside."""

    def config(self, priority, **_):
        def one(name, dev, vrid, address):
            return (f"vrrp_instance {name} {{\n    version 3\n    state BACKUP\n"
                    f"    interface {dev}\n    virtual_router_id {vrid}\n"
                    f"    priority {priority}\n    advert_int 0.2\n"
                    "    garp_master_delay 0\n    garp_master_repeat 1\n"
                    f"    virtual_ipaddress {{\n        {address}/24\n    }}\n}}\n")
        return ("global_defs {\n    router_id peer\n}\n"
                "vrrp_sync_group edge {\n    group {\n        vr\n        out\n    }\n}\n" +
                one("vr", "e0", 51, INSIDE) + one("out", "e1", 52, OUTSIDE))


def beside_keepalived(t):
    why = SyncGroup.missing()
    if why:
        t.skip(why)
    net = two_networks(t, "r1", "r2")
    return net, SyncGroup(net.r2, peers.Group(51, 3, f"{INSIDE}/24"))


OURS = {"checksum": "pseudo-header"}


@tap.test
def keepalived_follows_us(t):
    """We are Active on both sides; our link fails, keepalived takes both; we come back."""
    net, host = beside_keepalived(t)
    one = net.r1.vrrpd(grouped(200, **OURS))
    t.expect(lab.wait_until(lambda: has_both(net.r1)), "r1 has both addresses")
    peer = host.start(100)
    t.expect(peer.state("backup"), "keepalived is Backup")
    since = time.time()
    net.sw.run("ip", "link", "set", net.port("r1", "e1"), "down")
    t.expect(lab.wait_until(lambda: has_both(net.r2)), "keepalived has both addresses")
    t.note(f"both addresses were on keepalived {time.time() - since:.2f} s after the link failed")
    t.expect(lab.wait_until(lambda: not has_any(net.r1)), "we have none")
    net.sw.run("ip", "link", "set", net.port("r1", "e1"), "up")
    t.expect(lab.wait_until(lambda: has_both(net.r1) and not has_any(net.r2)), "we have both again")
    t.equal(half_states(one), [], "half states in our log")


@tap.test
def we_follow_keepalived(t):
    """keepalived is Active on both sides; its link fails, and we take both; it comes back."""
    net, host = beside_keepalived(t)
    peer = host.start(200)
    t.expect(lab.wait_until(lambda: has_both(net.r2)), "keepalived has both addresses")
    one = net.r1.vrrpd(grouped(100, **OURS))
    t.expect(one.event("group", to="backup"), "we are Backup")
    net.sw.run("ip", "link", "set", net.port("r2", "e0"), "down")
    t.expect(lab.wait_until(lambda: has_both(net.r1)), "we have both addresses")
    net.sw.run("ip", "link", "set", net.port("r2", "e0"), "up")
    t.expect(lab.wait_until(lambda: has_both(net.r2) and not has_any(net.r1)),
             "keepalived has both again")
    peer.stop()
    t.expect(lab.wait_until(lambda: has_both(net.r1)), "we follow when it stops")
    t.equal(half_states(one), [], "half states in our log")


@tap.test
def i28_equals_beside_keepalived_come_to_rest(t):
    """Equal priorities, addresses that cross, both Active after a partition: one remains."""
    net, host = beside_keepalived(t)
    # Inside keepalived has the higher address, 192.0.2.2; outside we have.
    net.r1.run("ip", "address", "del", "198.51.100.1/24", "dev", "e1")
    net.r1.run("ip", "address", "add", "198.51.100.3/24", "dev", "e1")
    for dev in ("e0", "e1"):
        net.sw.run("ip", "link", "set", net.port("r2", dev), "nomaster")
    one, _ = net.r1.vrrpd(grouped(150, **OURS)), host.start(150)
    t.expect(lab.wait_until(lambda: has_both(net.r1) and has_both(net.r2)), "both become Active")
    for dev, bridge in (("e0", "br0"), ("e1", "br1")):
        net.sw.run("ip", "link", "set", net.port("r2", dev), "master", bridge)
    t.expect(lab.wait_until(lambda: has_both(net.r1) != has_both(net.r2) and
                            not (has_any(net.r1) and has_any(net.r2))), "one of them has both")
    t.note(f"we changed our state {len(one.events('group'))} times, start and all")


if __name__ == "__main__":
    tap.main()
