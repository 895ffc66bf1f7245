# SPDX-License-Identifier: BSD-2-Clause
"""Version 2 and version 3 at once (RFC 9568 8.4.2): a group on its way from one to the other."""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import lab
import packets
import peers
import tap
from routers import VRID, one, settled, state_of

BOTH, OLD, NEW = {"with_version2": True}, {"version": 2}, {}
ADDRESS = "192.0.2.100"


def group(t, *settings):
    """Routers r1, r2... of falling priority, the first of them running as Active."""
    net = t.lab(*(f"r{k}" for k in range(1, len(settings) + 1)), "client")
    sniffer = packets.Sniffer(net.client)
    daemons = []
    for k, more in enumerate(settings):
        daemons.append(net.nodes[f"r{k + 1}"].vrrpd(
            one(priority=200 - 50 * k, **{"interval": "1s", **more})))
        t.expect(daemons[k].state("backup" if k else "active"), f"r{k + 1} has started")
    return net, sniffer, daemons


@tap.test
def row_131_each_advert_is_sent_in_both_versions(t):
    """An Active sends twice, and says when it leaves in both versions too."""
    net, sniffer, (daemon,) = group(t, {**BOTH, "interval": "250ms"})
    t.expect(sniffer.advert(version=3, count=8) and sniffer.advert(version=2, count=8),
             "adverts of both versions")
    old, new = sniffer.adverts(version=2), sniffer.adverts(version=3)
    t.equal({p.interval for p in old}, {1.0}, "the interval said in version 2")
    t.equal({p.interval for p in new}, {0.25}, "the interval said in version 3")
    t.equal({(p.vrid, p.priority, p.count, p.src) for p in old + new},
            {(VRID, 200, 1, "192.0.2.1")}, "the rest of both")
    t.note("from one to its copy: " +
           ", ".join(f"{(o.at - n.at) * 1e6:.0f} us" for o, n in list(zip(old, new))[:5]))
    t.equal(daemon.stop(), 0, "exit status")
    for version in (2, 3):
        t.expect(sniffer.advert(version=version, priority=0), f"it leaves in version {version}")
    t.expect(not net.r1.has(ADDRESS), "the address is gone")


@tap.test
def row_133_the_old_and_the_new_follow_who_speaks_both(t):
    """Routers of one version each are Backup of it, and the next in line takes over."""
    net, sniffer, daemons = group(t, BOTH, OLD, NEW)
    settled(t, "ipv4", daemons[0], daemons[1:])
    daemons[0].send_signal(9)
    t.expect(daemons[1].state("active"), "the old one takes over")
    t.expect(daemons[2].state("active"), "and the new one, which cannot hear it")
    t.note("two routers of different versions do not hear each other: both are Active")


@tap.test
def row_134_who_speaks_both_hears_either(t):
    """Two that speak both are not confused by copies; an old Active is followed, and preempted."""
    net, sniffer, daemons = group(t, BOTH, BOTH)
    settled(t, "ipv4", daemons[0], daemons[1:])
    t.expect(sniffer.advert(version=2, count=4, since=time.time()), "more copies")
    t.expect(daemons[1].counters()["web"]["older-copy"] >= 4, "copies are counted as such")
    t.equal(len(daemons[1].events("state")), 1, "changes of state of r2")
    daemons[0].send_signal(9)
    t.expect(daemons[1].state("active"), "r2 takes over")
    net, sniffer, daemons = group(t, OLD, BOTH)
    settled(t, "ipv4", daemons[0], daemons[1:])
    t.equal(state_of(daemons[1]), "backup", "r2 beside an old Active")
    t.expect(daemons[1].reload(one(priority=250, interval="1s", **BOTH)), "r2 gets more priority")
    t.expect(daemons[1].state("active"), "r2 preempts the old one")
    settled(t, "ipv4", daemons[1], daemons[:1])


@tap.test
def row_135_an_active_without_version_2_is_reported(t):
    """Whoever waits for old routers to be served wants to know why they are not."""
    net, sniffer, daemons = group(t, NEW, BOTH)
    said = t.expect(daemons[1].event("no-version2"), "r2 says so")
    t.equal(said["src"], "192.0.2.1", "of whom")


@tap.test
def a_reload_begins_and_ends_it(t):
    """The version that is spoken in addition is no reason to start anew."""
    net, sniffer, daemons = group(t, NEW)
    changes = len(daemons[0].events("state"))
    t.equal(daemons[0].reload(one(priority=200, interval="1s", **BOTH))["event"], "configured",
            "reload")
    t.expect(sniffer.advert(version=2), "version 2 is sent too")
    t.equal(daemons[0].reload(one(priority=200, interval="1s"))["event"], "configured", "reload")
    since = time.time()
    t.expect(sniffer.advert(version=3, since=since, count=3), "version 3 goes on")
    t.equal(sniffer.adverts(version=2, since=since), [], "of version 2 since then")
    t.equal(len(daemons[0].events("state")), changes, "changes of state")


@tap.test
def row_133_keepalived_of_version_2_follows(t):
    """A keepalived that was not moved yet is Backup of ours, and ours of it."""
    why = peers.Keepalived.missing()
    if why:
        t.skip(why)
    net, sniffer, daemons = group(t, BOTH, BOTH)
    old = peers.Keepalived(net.client, peers.Group(VRID, 2, f"{ADDRESS}/24")).start(
        priority=120, interval=1)
    t.expect(old.state("backup"), "keepalived is Backup")
    for daemon in daemons:
        daemon.send_signal(9)
    t.expect(old.state("active"), "keepalived takes over")
    for node in (net.r1, net.r2):
        if node.has(ADDRESS):
            node.run("ip", "address", "del", f"{ADDRESS}/24", "dev", "e0")
    back = net.r1.vrrpd(one(priority=100, interval="1s", **BOTH))
    t.expect(back.state("backup"), "ours is Backup of keepalived")
    t.expect(lab.wait_until(lambda: back.counters()["web"]["adverts_received"] >= 5),
             "and hears it")
    t.equal(state_of(back), "backup", "the state of ours")
    t.expect("interval-mismatch" not in back.counters()["web"], "none is refused")


if __name__ == "__main__":
    tap.main()
