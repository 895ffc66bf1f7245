# SPDX-License-Identifier: BSD-2-Clause
"""Announcements of many addresses: all of them, in turn, at a pace; and other Actives, as told.

What is announced is read from the wire by tests/lab/packets.py. Times are printed; what is asserted
is order and number.
"""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import lab
import packets
import tap
from routers import (VIRTUAL, config, cut, cut_one_way, heal, instance, one, own_address, settled,
                     state_of)

FAMILIES = ("ipv4", "ipv6")
MANY = {"ipv4": 255, "ipv6": 90}


def addresses(kind, n, group=0):
    """So many addresses, the first one link-local where it has to be."""
    if kind == "ipv4":
        return [f"10.51.{group}.{i}" for i in range(1, n + 1)]
    return [f"fe80::5:{group + 1}", *(f"2001:db8:51:{group + 1:x}::{i:x}" for i in range(1, n))]


def with_length(kind, some):
    return [f"{a}/{16 if kind == 'ipv4' else 64}" for a in some]


def paced(text, rate, burst):
    return text.replace("vrrp = {", f"vrrp = {{ garp_rate = {rate}; garp_burst = {burst};")


def words(sniffer, of, mac, since=0.0):
    """The announcements of these addresses, in order, as (address, when)."""
    of = set(of)
    return [(p.announces, p.at) for p in sniffer.all(since=since)
            if p.announces in of and p.eth_src == mac]


def first_words_come_first(t, said, of):
    """Each address is announced once before any is announced twice."""
    t.equal({a for a, _ in said[:len(of)]}, set(of), "who had the first words")


def tell(t, kind, said, n, rate, burst):
    """Notes how fast it was. A busy machine may send in a lump what it was late with, so that only
    a rate far beyond the pace is a failure."""
    took = said[-1][1] - said[0][1]
    t.note(f"{kind}: {len(said)} announcements of {n} addresses in {took:.2f} s, the first words "
           f"in {said[n - 1][1] - said[0][1]:.2f} s; at most {rate} a second after {burst} at once")
    t.expect(took > 0.5 * (len(said) - burst) / rate, "they are paced")


@tap.test(*FAMILIES)
def v23_i_19_many_addresses_of_one_router(t, kind):
    """As many addresses as an advert holds: all are announced, in turn, and no more often than they
    are to be."""
    net, n = t.lab("r1", "client"), MANY[kind]
    sniffer, of = packets.Sniffer(net.client), addresses(kind, n)
    r = net.r1.vrrpd(paced(one(kind, priority=255, addresses=with_length(kind, of),
                               garp={"repeat": 3, "delay": "0s"}), 200, 20))
    t.expect(r.state("active"), "it is Active")
    for a in of:
        t.expect(sniffer.announcement(a, count=3), f"{a} is announced three times")
    t.expect(sniffer.advert(since=time.time(), count=3), "a while later")
    said = words(sniffer, of, net.r1.mac())
    t.equal(len(said), 3 * n, "announcements")
    first_words_come_first(t, said, of)
    tell(t, kind, said, n, 200, 20)
    web = r.counters()["web"]
    t.equal(web["announced"], 3 * n, "the counter")
    t.expect(web["announced_late"] > 0, "some had to wait")


@tap.test
def v23_i_19_many_routers_fail_over_at_once(t):
    """50 routers fail over together: each has its first word before any has its second."""
    net, groups = t.lab("r1", "r2", "client"), range(50)
    sniffer = packets.Sniffer(net.client)
    of = [a for g in groups for a in addresses("ipv4", 2, g)]

    def text(priority):
        return paced(config(*(instance("ipv4", name=f"v{g}", vrid=g + 1, priority=priority,
                                       interval="500ms", garp={"repeat": 2, "delay": "0s"},
                                       addresses=with_length("ipv4", addresses("ipv4", 2, g)))
                              for g in groups)), 100, 10)

    daemons = [net.r1.vrrpd(text(200))]
    t.expect(lab.wait_until(lambda: all(state_of(daemons[0], f"v{g}") == "active"
                                        for g in groups)), "r1 is Active for all")
    daemons.append(net.r2.vrrpd(text(100)))
    t.expect(lab.wait_until(lambda: all(state_of(daemons[1], f"v{g}") == "backup"
                                        for g in groups)), "r2 is Backup for all")
    since = time.time()
    daemons[0].kill()
    for a in of:
        t.expect(sniffer.announcement(a, since=since, eth_src=net.r2.mac(), count=2),
                 f"r2 announces {a} twice")
    said = words(sniffer, of, net.r2.mac(), since)
    t.equal(len(said), 2 * len(of), "announcements")
    first_words_come_first(t, said, of)
    tell(t, "ipv4", said, len(of), 100, 10)


@tap.test(*FAMILIES)
def refresh_goes_on_while_active(t, kind):
    """With garp.refresh an Active announces again and again, and a Backup does not."""
    net = t.lab("r1", "r2", "client")
    sniffer = packets.Sniffer(net.client)
    garp = {"repeat": 1, "delay": "0s", "refresh": "200ms", "refresh_repeat": 2}
    r1 = net.r1.vrrpd(one(kind, priority=200, garp=garp))
    r2 = net.r2.vrrpd(one(kind, priority=100, garp=garp))
    settled(t, kind, r1, [r2])
    t.expect(sniffer.announcement(VIRTUAL[kind], eth_src=net.r1.mac(), count=11),
             "one announcement, and five times two")
    t.equal(sniffer.announcements(VIRTUAL[kind], eth_src=net.r2.mac()), [], "those of the Backup")
    r1.reload(one(kind, priority=200, garp={**garp, "refresh": "0s"}))
    t.expect(r1.event("changed"), "the setting changes")
    since = time.time()
    t.expect(sniffer.advert(src=own_address(net.r1, kind), since=since, count=5), "a while later")
    t.equal(sniffer.announcements(VIRTUAL[kind], since=since), [], "announcements after that")


@tap.test(*FAMILIES)
def v09_each_address_is_announced_again_after_a_heal(t, kind):
    """After a split each address of the winner is announced anew."""
    net, of = t.lab("r1", "r2", "client"), addresses(kind, 20)
    sniffer = packets.Sniffer(net.client)
    settings = {"addresses": with_length(kind, of), "garp": {"repeat": 2, "delay": "0s"}}
    r1 = net.r1.vrrpd(one(kind, priority=200, **settings))
    r2 = net.r2.vrrpd(one(kind, priority=100, **settings))
    settled(t, kind, r1, [r2], of[0])
    cut(net, [net.r1], [net.r2, net.client])
    t.expect(r2.state("active"), "r2 is Active on its side")
    for a in of:
        t.expect(sniffer.announcement(a, eth_src=net.r2.mac()), f"r2 announces {a}")
    healed = time.time()
    heal(net)
    settled(t, kind, r1, [r2], of[0])
    for a in of:
        t.expect(sniffer.announcement(a, since=healed, eth_src=net.r1.mac(), count=2),
                 f"r1 announces {a} again")


@tap.test(*FAMILIES)
def v08_other_active_is_an_episode(t, kind):
    """An Active that hears another says so once, counts it, and says when it is over."""
    net = t.lab("r1", "r2", "client")
    sniffer = packets.Sniffer(net.client)
    r1 = net.r1.vrrpd(one(kind, priority=200))
    r2 = net.r2.vrrpd(one(kind, priority=100))
    settled(t, kind, r1, [r2])
    src = own_address(net.r2, kind)
    cut_one_way(net, deaf=net.r2, unheard=net.r1)
    rival = t.expect(r1.event("rival"), "r1 hears another Active")
    t.equal((rival["src"], rival["rival_prio"]), (src, 100), "which")
    t.expect(sniffer.advert(src=src, since=time.time(), count=10), "it goes on")
    web = r1.counters()["web"]
    t.equal((web["rival_episodes"], web["rivals_here"]), (1, 1), "episodes, and who is here now")
    t.equal(r1.event("rival-here")["src"], src, "who that is")
    t.equal(len(r1.events("rival")), 1, "lines about it")
    heal(net)
    gone = t.expect(r1.event("rival-gone"), "it is over")
    t.equal((gone["src"], gone["why"]), (src, "silent"), "who has gone, and how")
    t.expect(gone["adverts"] >= 10, "its adverts were counted")
    t.note(f"{kind}: {gone['adverts']} adverts in {gone['duration']}")
    t.equal(r1.counters()["web"]["rivals_here"], 0, "who is here after that")


if __name__ == "__main__":
    tap.main()
