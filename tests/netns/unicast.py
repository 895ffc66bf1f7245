# SPDX-License-Identifier: BSD-2-Clause
"""Unicast peers and chosen source addresses, with real daemons and packets."""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import lab
import packets
import tap
from routers import INTERVAL, SECONDS, VIRTUAL, VRID, one, settled, stays, state_of

KINDS = ("ipv4", "ipv6", "version2")
FAMILIES = ("ipv4", "ipv6")


def address(kind, k, net=""):
    """Of node number k, by which its peers know it."""
    return f"2001:db8{':' + net if net else ''}::{k}" if kind == "ipv6" else \
        f"{'198.51.100' if net else '192.0.2'}.{k}"


def settings(kind, k, n=3, **more):
    """Those of node number k of n."""
    others = [address(kind, i) for i in range(1, n + 1) if i != k]
    return one(kind, source=address(kind, k), **{"unicast": {"peers": others}, **more})


class Three:
    """Three routers of falling priority, and who looks on: the bridge is a hub."""

    def __init__(self, t, kind, **more):
        self.t, self.kind, self.net = t, kind, t.lab("r1", "r2", "r3", "client")
        self.net.make_hub()
        self.sniffer = packets.Sniffer(self.net.client)
        self.nodes = [self.net.r1, self.net.r2, self.net.r3]
        self.daemons = [node.vrrpd(settings(kind, k, priority=200 - 50 * k, **more))
                        for k, node in enumerate(self.nodes, 1)]

    def settled(self, active):
        """Waits until the daemon of this number is the only Active of those that run."""
        running = [d for d in self.daemons if d.p.poll() is None]
        settled(self.t, self.kind, self.daemons[active],
                [d for d in running if d is not self.daemons[active]])


@tap.test(*KINDS)
def unicast_to_each_peer(t, kind):
    """Adverts go to each peer, as they would to the group; and nothing goes to the group."""
    three = Three(t, kind)
    three.settled(0)
    since, macs = time.time(), [n.mac() for n in three.nodes]
    for k in (2, 3):
        p = t.expect(three.sniffer.advert(since=since, src=address(kind, 1),
                                          dst=address(kind, k)), f"an advert to node {k}")
        t.equal((p.ttl, p.tos >> 2, p.proto), (255, packets.CS6, 112), "TTL, DSCP, protocol")
        t.equal((p.eth_src, p.eth_dst), (macs[0], macs[k - 1]), "Ethernet addresses")
        t.equal((p.vrid, p.priority, p.short), (VRID, 150, False), "VRID and priority")
        t.expect(("pseudo-header" if kind == "ipv6" else "message") in p.csum, "its checksum")
    group = [p for p in three.sniffer.adverts() if p.dst in (packets.GROUP4, packets.GROUP6)]
    t.equal(group, [], "adverts to the group")
    counters = three.daemons[1].counters()
    t.equal({k for k in counters["web"] if k in ("peer", "ttl", "destination", "checksum")}, set(),
            "what was refused")


@tap.test(*FAMILIES)
def row_038_pseudo_header_of_each_peer(t, kind):
    """With the pseudo-header: each peer gets the sum over its own address."""
    three = Three(t, kind, checksum="pseudo-header")
    three.settled(0)
    since = time.time()
    for k in (2, 3):
        p = t.expect(three.sniffer.advert(since=since, src=address(kind, 1),
                                          dst=address(kind, k)), f"an advert to node {k}")
        t.equal(p.csum, {"pseudo-header"}, "the checksum")


@tap.test(*KINDS)
def v01_active_killed_among_peers(t, kind):
    """The Active is killed; the next takes over; it returns and is Active again; it stops."""
    three = Three(t, kind)
    three.settled(0)
    stays(t, three.sniffer, address(kind, 1))
    since = time.time()
    three.daemons[0].kill()
    t.expect(three.daemons[1].state("active", why="timeout"), "the second takes over")
    first = t.expect(three.sniffer.advert(since=since, src=address(kind, 2)), "it advertises")
    t.note(f"first advert {first.at - since:.3f} s after SIGKILL, interval {SECONDS[kind]} s")
    three.daemons[0] = three.nodes[0].vrrpd(settings(kind, 1, priority=150))
    three.settled(0)
    since = time.time()
    t.equal(three.daemons[0].stop(), 0, "exit status")
    # An advert of priority 0 for each peer.
    left = {p.dst for p in three.sniffer.adverts(since=since, priority=0)}
    t.equal(left, {address(kind, 2), address(kind, 3)}, "who was told that it leaves")
    three.settled(1)


@tap.test(*FAMILIES)
def v09_partition_of_peers(t, kind):
    """The Active is cut off; both sides serve; one is left after the heal."""
    three = Three(t, kind)
    three.settled(0)
    port = three.net.port("r1")
    three.net.sw.run("ip", "link", "set", port, "nomaster")
    t.expect(three.daemons[1].state("active", why="timeout"), "the other side has an Active")
    t.equal(state_of(three.daemons[0]), "active", "this side")
    since = time.time()
    three.net.sw.run("ip", "link", "set", port, "master", "br0")
    three.settled(0)
    said = t.expect(three.sniffer.announcement(VIRTUAL[kind], since=since,
                                               eth_src=three.nodes[0].mac()),
                    "the winner announces the address again")
    t.note(f"announced {said.at - since:.3f} s after the heal")


def stranger(kind, three, k=1, src=None, dst=None, **more):
    """An advert of priority 255 to node k, of which all else is right."""
    return packets.advert(src or address(kind, 77), VRID, 255, [VIRTUAL[kind]],
                          dst=dst or address(kind, k), dst_mac=three.nodes[k - 1].mac(),
                          interval=SECONDS[kind], version=2 if kind == "version2" else 3, **more)


@tap.test(*KINDS)
def row_145_who_is_no_peer_is_refused(t, kind):
    """Each refusal has its counter: no peer, forwarded, to another address, to the group."""
    three = Three(t, kind)
    three.settled(0)
    other = "2001:db8::99" if kind == "ipv6" else "192.0.2.99"
    three.nodes[0].run("ip", "address", "add", other + ("/64" if kind == "ipv6" else "/24"),
                       "dev", "e0", *(["nodad"] if kind == "ipv6" else []))
    # With IPv6 packets to it are taken only some time after the address is there.
    t.expect(lab.wait_until(lambda: f"local {other} " in three.nodes[0].run(
        "ip", "-6" if kind == "ipv6" else "-4", "route", "show", "table", "local")), "its route")
    peer, group = address(kind, 2), packets.GROUP6 if kind == "ipv6" else packets.GROUP4
    mac = packets.GROUP_MAC[6 if kind == "ipv6" else 4]
    for n in range(1, 4):
        three.sniffer.inject(stranger(kind, three))
        three.sniffer.inject(stranger(kind, three, src=peer, ttl=254))
        three.sniffer.inject(stranger(kind, three, src=peer, dst=other))
        three.sniffer.inject(packets.advert(peer, VRID, 255, [VIRTUAL[kind]], dst=group,
                                            dst_mac=mac, interval=SECONDS[kind],
                                            version=2 if kind == "version2" else 3))
        wanted = {"peer": n, "ttl": n, "destination": 2 * n}  # in all

        def counted(wanted=wanted):
            got = three.daemons[0].counters().get("web", {})
            return {k: got.get(k, 0) for k in wanted} == wanted
        t.expect(lab.wait_until(counted), f"counters of refused packets: {wanted}")
    t.expect(three.daemons[0].event("drop", reason="peer", src=address(kind, 77)), "a line of log")
    t.equal(state_of(three.daemons[0]), "active", "the router")
    # From a peer, with 255: it counts.
    three.sniffer.inject(stranger(kind, three, src=address(kind, 3)))
    t.expect(three.daemons[0].state("backup", why="higher-priority"), "a peer is believed")


@tap.test(*FAMILIES)
def peers_change_on_reload(t, kind):
    """Who is peer changes while it runs: no state changes, and each advert comes in time."""
    three = Three(t, kind)
    three.settled(0)
    before = [len(d.events("state")) for d in three.daemons]
    for peers in ([2], [2, 3], [3, 2], [2]):
        since, mark = time.time(), three.daemons[0].mark()
        e = three.daemons[0].reload(settings(
            kind, 1, priority=150, unicast={"peers": [address(kind, k) for k in peers]}))
        t.equal(e["event"], "configured", "the reload")
        t.expect(three.daemons[0].event("changed", start=mark, settings="unicast.peers"),
                 "a line of log")
        for k in peers:
            t.expect(three.sniffer.advert(since=since, src=address(kind, 1),
                                          dst=address(kind, k), count=2), f"adverts to node {k}")
    t.equal([len(d.events("state")) for d in three.daemons[:2]], before[:2], "changes of state")
    t.expect(three.daemons[2].state("active", why="timeout"), "who is told nothing takes over")
    t.equal(state_of(three.daemons[0]), "active", "and is not heard by the first")
    at = [p.at for p in three.sniffer.adverts(src=address(kind, 1), dst=address(kind, 2))]
    gaps = sorted(b - a for a, b in zip(at, at[1:]))
    t.note(f"longest gap between adverts {gaps[-1]:.3f} s, interval {INTERVAL[kind]}")


@tap.test(*FAMILIES)
def v17_source_of_choice(t, kind):
    """Waits for its source, starts when it is there, stops when it goes."""
    net = t.lab("r1", "client")
    chosen = address(kind, 201)
    with_length = chosen + ("/64" if kind == "ipv6" else "/24")
    more = {"unicast": {"peers": [address(kind, 2)]}} if kind == "ipv6" else {}
    sniffer = packets.Sniffer(net.client)
    d = net.r1.vrrpd(one(kind, source=chosen, priority=255, **more))
    e = t.expect(d.event("waiting", why="no-source"), "it waits")
    t.equal(e["source"], chosen, "for this address")
    t.equal(sniffer.adverts(), [], "adverts")
    net.r1.run("ip", "address", "add", with_length, "dev", "e0",
               *(["nodad"] if kind == "ipv6" else []))
    t.expect(d.state("active"), "it starts when the address is there")
    t.expect(sniffer.advert(src=chosen), "it sends from that address")
    t.equal({p.src for p in sniffer.adverts()}, {chosen}, "sources of all adverts")
    net.r1.run("ip", "address", "del", with_length, "dev", "e0")
    t.expect(d.state("initialize", why="no-source"), "it stops when the address has gone")
    t.expect(net.r1.wait_has(VIRTUAL[kind], False), "the virtual address is removed")


class Routed:
    """r1 and r2 on two links, with a router between them."""

    def __init__(self, t, kind, hops):
        self.t, self.kind, self.net = t, kind, t.lab("r1", "r2", "gw")
        net, six = self.net, kind == "ipv6"
        net.sw.run("ip", "link", "add", "br1", "type", "bridge", "mcast_snooping", "0",
                   "stp_state", "0", "forward_delay", "0")
        net.sw.run("ip", "link", "set", "br1", "up")
        net.connect(net.gw, 9, "e1")
        for node, dev, k in ((net.r2, "e0", 2), (net.gw, "e1", 9)):
            net.sw.run("ip", "link", "set", net.port(node.name, dev), "master", "br1")
            node.run("ip", "-4", "address", "flush", "dev", dev)
            node.run("ip", "-6", "address", "flush", "dev", dev, "scope", "global")
            node.run("ip", "address", "add", address("ipv4", k, "2") + "/24", "dev", dev)
            node.run("ip", "address", "add", address("ipv6", k, "2") + "/64", "dev", dev, "nodad")
        net.gw.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
        family = "-6" if six else "-4"
        net.r1.run("ip", family, "route", "add", "default", "via", address(kind, 3))
        net.r2.run("ip", family, "route", "add", "default", "via", address(kind, 9, "2"))
        near, far = address(kind, 1), address(kind, 2, "2")
        self.sniffer = packets.Sniffer(net.r2)
        self.near, self.far = near, far
        self.d1 = net.r1.vrrpd(one(kind, source=near, priority=200,
                                   unicast={"peers": [far], "ttl_min": hops}))
        self.d2 = net.r2.vrrpd(one(kind, source=far, priority=100,
                                   unicast={"peers": [near], "ttl_min": hops}))


@tap.test(*KINDS)
def row_145_routed_peer(t, kind):
    """A peer behind a router is heard with ttl_min = 254, and takes over."""
    r = Routed(t, kind, 254)
    settled(t, kind, r.d1, [r.d2])
    p = t.expect(r.sniffer.advert(src=r.near, dst=r.far), "an advert from behind the router")
    t.equal(p.ttl, 254, "its TTL")
    r.d1.kill()
    t.expect(r.d2.state("active", why="timeout"), "the peer takes over")


@tap.test(*FAMILIES)
def row_145_routed_peer_is_refused(t, kind):
    """With ttl_min = 255, the default, what has been forwarded is refused."""
    r = Routed(t, kind, 255)
    t.expect(r.d2.event("drop", reason="ttl"), "a line of log")
    t.expect(r.d2.state("active"), "it hears nobody")
    t.expect(lab.wait_until(lambda: r.d2.counters()["web"].get("ttl", 0) > 3), "it is counted")


if __name__ == "__main__":
    tap.main()
