# SPDX-License-Identifier: BSD-2-Clause
"""The addresses as a lease that the kernel enforces: who answers for them, and when no more."""
import json
import os
import signal
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import lab
import packets
import tap
from routers import PREFIX, VIRTUAL, config, instance, one, own_address, settled

KINDS = ("ipv4", "ipv6", "version2")
TABLE = "trivet_vrrpd"
EVERY = 0.004  # s, between two questions


def has_egress():
    """Whether this kernel has what a lease needs."""
    net = lab.Lab("probe")
    try:
        net.probe.nft("add table netdev probe\nadd chain netdev probe out "
                      "{ type filter hook egress device \"lo\" priority 0; }\n")
        return True
    except RuntimeError:
        return False
    finally:
        net.close()


def need_egress(t):
    if not has_egress():
        t.skip("no netdev egress hook in this kernel (Linux 5.16, CONFIG_NETFILTER_EGRESS), or "
               "no nft")


class Asker(threading.Thread):
    """Asks for an address again and again, from the client."""

    def __init__(self, net, sniffer, *addresses):
        super().__init__(daemon=True)
        self.sniffer, self.over, self.asked = sniffer, threading.Event(), 0
        mac = net.client.mac()
        self.frames = [packets.solicitation(mac, own_address(net.client, "ipv6"), a) if ":" in a
                       else packets.who_has(mac, own_address(net.client, "ipv4"), a)
                       for a in addresses]
        self.start()

    def run(self):
        while not self.over.wait(EVERY):
            for frame in self.frames:
                self.sniffer.inject(frame)
                self.asked += 1

    def close(self):
        self.over.set()
        self.join()


def answers(sniffer, node, address, since=0.0, until=float("inf")):
    """The answers of a node to who asks for the address."""
    kind = {"kind": "na", "solicited": True, "target": address} if ":" in address else \
        {"kind": "arp", "op": 2, "sender": address}
    return [p.at for p in sniffer.all(since, until, eth_src=node.mac(), **kind)]


def overlap(first, second):
    """How many answers there are between the first of the second and the last of the first."""
    if not first or not second or first[-1] < second[0]:
        return 0
    return sum(at >= second[0] for at in first) + sum(at <= first[-1] for at in second)


class Pair:
    """Two routers whose waits are as short as they can be, and a client that asks."""

    def __init__(self, t, kind, start=True, **settings):
        need_egress(t)
        self.t, self.kind, self.address = t, kind, VIRTUAL[kind]
        self.net = t.lab("r1", "r2", "client")
        self.r1, self.r2 = self.net.r1, self.net.r2
        self.sniffer = packets.Sniffer(self.net.client)
        self.config = [one(kind, priority=p, **settings) for p in (254, 253)]
        if start:
            self.start()
            self.asker = Asker(self.net, self.sniffer, self.address)
            t.expect(lab.wait_until(
                lambda: len(answers(self.sniffer, self.r1, self.address)) > 20), "r1 answers")

    def start(self):
        self.d1, self.d2 = self.r1.vrrpd(self.config[0]), self.r2.vrrpd(self.config[1])
        settled(self.t, self.kind, self.d1, [self.d2])
        for node in (self.r1, self.r2):
            self.t.expect(lab.wait_until(lambda n=node: table(n)), f"{node.name} has a table")

    def taken_over(self, since):
        """Waits until r2 has taken over and has answered for some time."""
        t = self.t
        t.expect(self.d2.state("active"), "r2 becomes Active")
        t.expect(lab.wait_until(
            lambda: len(answers(self.sniffer, self.r2, self.address, since)) > 200),
            "r2 answers")

    def judge(self, since, until=float("inf")):
        """Who answered from then on; never both."""
        one, two = (answers(self.sniffer, n, self.address, since, until)
                    for n in (self.r1, self.r2))
        both = overlap(one, two)
        gap = (two[0] - one[-1]) * 1e3 if one and not both else float("nan")
        self.t.note(f"{self.kind}: asked every {EVERY * 1e3:.0f} ms: {len(one)} answers of r1, "
                    f"then {len(two)} of r2, {both} while the other answers, {gap:.1f} ms nobody")
        return both


def table(node):
    """What nftables has of ours, as JSON; nothing when there is none."""
    try:
        return json.loads(node.run("nft", "-j", "list", "table", "netdev", TABLE))["nftables"]
    except (RuntimeError, ValueError):
        return []


def count_of(node, chain):
    """The counter of a chain."""
    rules = [r["rule"] for r in table(node) if "rule" in r and r["rule"]["chain"] == chain]
    found = [e["counter"]["packets"] for r in rules for e in r["expr"] if "counter" in e]
    return found[0] if found else None


def names(node, kind):
    return sorted(o[kind]["name"] for o in table(node) if kind in o)


def elements(node, name):
    """The keys of a map or set."""
    for o in table(node):
        for kind in ("map", "set"):
            if kind in o and o[kind]["name"] == name:
                return [e[0] if isinstance(e, list) else e for e in o[kind].get("elem", [])]
    return []


# ---- the Active does not run --------------------------------------------------------------------

@tap.test(*KINDS)
def v03_frozen_active_stops_answering(t, kind):
    """A frozen Active answers no more when its Backup takes over; thawed, it is Active again."""
    g = Pair(t, kind)
    since = time.time()
    g.d1.send_signal(signal.SIGSTOP)
    g.taken_over(since)
    thawed = time.time()
    t.equal(g.judge(since, thawed), 0, "answers of one while the other answers")
    g.d1.send_signal(signal.SIGCONT)
    e = t.expect(g.d1.event("lease-expired"), "r1 says that its lease had expired")
    t.note(f"noticed {e['ms']} ms after its end")
    settled(t, kind, g.d1, [g.d2])
    t.equal(g.d1.counters()["web"]["lease_expired"], 1, "expiries counted by r1")
    t.equal(g.d2.counters()["web"]["lease_expired"], 0, "expiries counted by r2")
    g.asker.close()


@tap.test
def v03_without_a_lease_both_answer(t):
    """The same without a lease: both answer. So the other test can fail."""
    g = Pair(t, "ipv4", start=False, lease=False)
    g.d1, g.d2 = g.r1.vrrpd(g.config[0]), g.r2.vrrpd(g.config[1])
    settled(t, "ipv4", g.d1, [g.d2])
    t.equal([table(g.r1), table(g.r2)], [[], []], "tables")
    g.asker = Asker(g.net, g.sniffer, g.address)
    since = time.time()
    g.d1.send_signal(signal.SIGSTOP)
    g.taken_over(since)
    t.expect(g.judge(since) > 0, "both answer")
    g.asker.close()


@tap.test(*KINDS)
def v01_killed_active_stops_answering(t, kind):
    """So does one that was killed; started again, it clears up and takes its role back."""
    g = Pair(t, kind)
    since = time.time()
    g.d1.kill()
    g.taken_over(since)
    t.expect(g.r1.has(g.address), "the kernel of the dead still has the address")
    t.expect(table(g.r1), "and the table")
    again = time.time()
    t.equal(g.judge(since, again), 0, "answers of one while the other answers")
    g.d1 = g.r1.vrrpd(g.config[0])
    settled(t, kind, g.d1, [g.d2])
    t.expect(lab.wait_until(lambda: len(answers(g.sniffer, g.r1, g.address, again)) > 20),
             "r1 answers again")
    g.asker.close()
    t.equal(g.d1.counters()["web"]["lease_expired"], 0, "expiries of the new run")
    t.equal(g.d1.stop(), 0, "exit status")
    t.equal(table(g.r1), [], "what is left of the table")


# ---- the table ----------------------------------------------------------------------------------

FOREIGN = """
table inet firewall {
  set bad { type ipv4_addr; flags interval; elements = { 198.51.100.0/24 } }
  chain input { type filter hook input priority 0; policy accept; ip saddr @bad drop; }
}
table netdev trivet_other {
  chain in { type filter hook ingress device "e0" priority 0; policy accept; }
}
"""


@tap.test
def stop_leaves_nothing_and_others_alone(t):
    """A clean stop removes our table; those of others are as they were, all the time."""
    need_egress(t)
    net = t.lab("r1", "client")
    net.r1.nft(FOREIGN)
    before = net.r1.run("nft", "list", "ruleset")
    d = net.r1.vrrpd(one("ipv4"))
    t.expect(d.state("active"), "Active")
    t.expect(lab.wait_until(lambda: table(net.r1)), "the table is there")
    t.equal(net.r1.run("nft", "list", "tables"),
            net.r1.run("nft", "list", "tables").replace(f"table netdev {TABLE}\n", "") +
            f"table netdev {TABLE}\n", "the tables")
    # As the first line of many a firewall script does.
    net.r1.nft("flush ruleset\n" + FOREIGN)
    t.expect(d.event("lease-removed"), "that it has gone is noticed")
    t.expect(lab.wait_until(lambda: elements(net.r1, "live")), "it is back, with its lease")
    t.equal(d.counters()["web"]["lease_expired"], 0, "expiries")
    t.equal(len(d.events("lease-removed")), 1, "our own transactions do not count")
    t.equal(d.stop(), 0, "exit status")
    t.equal(net.r1.run("nft", "list", "ruleset"), before, "all tables after the stop")


@tap.test
def several_routers_and_reloads(t):
    """Routers of one interface have a lease each; a reload changes what differs."""
    need_egress(t)
    net = t.lab("r1", "client")
    many = [f"192.0.2.{n}/24" for n in range(100, 200)]
    first = [instance("ipv4", addresses=many),
             instance("ipv4", name="other", vrid=52, addresses=["192.0.2.200/24"]),
             instance("ipv6", name="six", addresses=["fe80::5:1/64", "2001:db8::5:1/64"])]
    k = net.r1.index()
    d = net.r1.vrrpd(config(*first))
    for name in ("web", "other", "six"):
        t.expect(d.state("active", vrrp=name), f"{name} is Active")
    t.expect(lab.wait_until(lambda: len(elements(net.r1, "live")) == 3), "three leases")
    t.equal(len(elements(net.r1, f"addr4_{k}")), 101, "addresses of IPv4")
    t.equal(len(elements(net.r1, f"nd_{k}")), 2, "addresses of IPv6")
    sniffer = packets.Sniffer(net.client)
    asker = Asker(net, sniffer, "192.0.2.199", "192.0.2.200", "2001:db8::5:1")
    # A longer interval, one router less, an address that goes and one that comes.
    second = [instance("ipv4", interval="1s", addresses=many[1:] + ["192.0.2.201/24"]),
              instance("ipv6", name="six", addresses=["fe80::5:1/64"])]
    t.equal(d.reload(config(*second))["event"], "configured", "reload")
    t.expect(lab.wait_until(lambda: elements(net.r1, f"vrid4_{k}") == [51]), "one VRID of IPv4")
    t.expect(lab.wait_until(lambda: "192.0.2.201" in elements(net.r1, f"addr4_{k}")),
             "the new address is guarded")
    t.expect("192.0.2.100" not in elements(net.r1, f"addr4_{k}"), "the old one is not")
    t.equal(len(elements(net.r1, f"nd_{k}")), 1, "addresses of IPv6")
    since = time.time()
    t.expect(lab.wait_until(lambda: time.time() > since + 2.5), "time passes")
    seen = answers(sniffer, net.r1, "192.0.2.199")
    asker.close()
    longest = max(b - a for a, b in zip(seen, seen[1:]))
    t.note(f"192.0.2.199: {len(seen)} answers, at most {longest * 1e3:.0f} ms apart, across the "
           "reload")
    t.equal(answers(sniffer, net.r1, "2001:db8::5:1", since), [], "answers for what has gone")
    for name in ("web", "six"):
        t.equal(d.counters()[name]["lease_expired"], 0, f"expiries of {name}")
    # Off, and on again while Active: it goes on answering.
    off = [{**s, "lease": False} for s in second]
    t.equal(d.reload(config(*off))["event"], "configured", "reload")
    t.expect(lab.wait_until(lambda: not names(net.r1, "chain")), "nothing is guarded")
    t.equal(d.reload(config(*second))["event"], "configured", "reload")
    t.expect(lab.wait_until(lambda: len(elements(net.r1, "live")) == 2), "both at once")
    t.equal(d.stop(), 0, "exit status")
    t.equal(table(net.r1), [], "what is left of the table")


@tap.test
def v14_interface_made_anew(t):
    """The interface goes and comes back with another index: so does the lease."""
    g = Pair(t, "ipv4")
    g.r1.run("ip", "link", "delete", "e0")
    g.t.expect(g.d2.state("active"), "r2 becomes Active")
    before = g.d1.mark()
    g.net.connect(g.r1, 1)
    t.expect(g.d1.state("active", start=before), "r1 becomes Active again")
    settled(t, "ipv4", g.d1, [g.d2])
    k = g.r1.index()
    t.expect(lab.wait_until(lambda: f"in_{k}" in names(g.r1, "chain")), "the new one is guarded")
    t.equal([n for n in names(g.r1, "chain") if n.startswith("in_")], [f"in_{k}"], "chains")
    since = time.time()
    mark = g.d2.mark()
    g.d1.send_signal(signal.SIGSTOP)
    t.expect(g.d2.state("active", start=mark), "r2 becomes Active")
    t.expect(lab.wait_until(lambda: len(answers(g.sniffer, g.r2, g.address, since)) > 100),
             "r2 answers")
    t.equal(g.judge(since), 0, "answers of one while the other answers")
    g.asker.close()
    g.d1.send_signal(signal.SIGCONT)


@tap.test("auto", "true")
def kernel_refuses(t, lease):
    """Where there can be no lease, it is said once, and VRRP goes on."""
    need_egress(t)
    net = t.lab("r1")
    net.connect(net.r1, 7, 'e"1')
    lease = True if lease == "true" else lease
    d = net.r1.vrrpd(config({**instance("ipv4"), "lease": lease, "interface": 'e"1'}).replace(
        'e"1', 'e\\"1'))
    t.expect(d.state("active"), "Active all the same")
    said = t.expect(d.event("lease-failed"), "it says so")
    t.equal(said["level"], "error" if lease is True else "warning", "how loud")
    t.expect(lab.wait_until(lambda: d.counters()[None]["lease_failures"] >= 2), "tried again")
    t.equal(len(d.events("lease-failed")), 1, "lines about it")
    t.equal(d.stop(), 0, "exit status")


@tap.test
def owner_is_asked_first(t):
    """The addresses of an owner are the machine's own: guarded only if that was asked for."""
    need_egress(t)
    net = t.lab("r1")
    d = net.r1.vrrpd(one("ipv4", priority=255))
    t.expect(d.state("active"), "Active")
    t.equal(names(net.r1, "chain"), [], "chains")
    t.equal(d.reload(one("ipv4", priority=255, lease=True))["event"], "configured", "reload")
    t.expect(lab.wait_until(lambda: elements(net.r1, "live")), "a lease, at once")
    t.equal(d.stop(), 0, "exit status")


# ---- no false alarm -----------------------------------------------------------------------------

@tap.test
def lease_lasts_while_adverts_leave(t):
    """At 10 ms, on a busy machine: no lease ends unless adverts were late."""
    g = Pair(t, "ipv4", start=False, interval="10ms", preempt=False, lease=True)
    want = int(os.environ.get("LEASE_ADVERTS", "1500"))
    d = g.r1.vrrpd(g.config[0])
    t.expect(d.state("active"), "r1 is Active")
    t.expect(lab.wait_until(lambda: elements(g.r1, "live")), "a lease")
    try:  # as an operator would who wants 10 ms on a busy machine
        os.sched_setscheduler(d.pid, os.SCHED_FIFO, os.sched_param(50))
    except PermissionError:
        t.note("no real-time priority for the daemon")
    load = [g.r1.spawn("sh", "-c", "while :; do :; done") for _ in range(2)]
    t.expect(g.sniffer.advert(count=want, patience=120), f"{want} adverts")
    for p in load:
        p.kill()
    begun = count_of(g.r1, f"hold4_{g.r1.index()}_51")
    at = [p.at for p in g.sniffer.adverts()]
    gaps = sorted((b - a) * 1e3 for a, b in zip(at, at[1:]))
    # 30 ms are at least 5 whole jiffies of 4 ms, or 2 of 10 ms.
    late = sum(gap > 20 for gap in gaps)
    noticed = d.counters()["web"]["lease_expired"]
    t.note(f"{len(at)} adverts, the longest gap {gaps[-1]:.1f} ms, {late} over 20 ms, "
           f"{sum(gap > 30 for gap in gaps)} over 30 ms; leases ended in the kernel: {begun - 1}, "
           f"noticed by the daemon: {noticed}")
    t.expect(begun - 1 <= late, "a lease ended although the adverts were in time")
    t.equal(d.stop(), 0, "exit status")


if __name__ == "__main__":
    tap.main()
