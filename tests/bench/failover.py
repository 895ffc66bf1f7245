# SPDX-License-Identifier: BSD-2-Clause
"""How long users are without the virtual address when its router goes: our vrrpd beside keepalived.

usage: tests/bench/failover.py [--rounds N] [--interval SECONDS]...
Two pairs of routers at the same time on one link, with the same settings (version 3, IPv4,
priorities 200 and 100): ours (VRID 51) and keepalived's (VRID 52). In each round the Active of both
pairs is killed (SIGKILL, and its cable pulled) or stopped (SIGTERM), by turns which pair is first,
at a random moment between two adverts. A client pings both addresses. Needs root and keepalived,
and Trivet built in build/.
"""
import argparse
import json
import os
import random
import statistics
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import lab
import packets
from peers import Group, Keepalived, Ours

PING = 0.005                # s
HIGH, LOW = 200, 100
HOW = ("SIGKILL", "clean stop")


class Pair:
    """Two routers of one kind in nodes of their own."""

    def __init__(self, net, kind, group, nodes):
        self.net, self.group, self.name = net, group, kind.name
        self.nodes = [net.nodes[n] for n in nodes]
        self.routers = [kind(n, group) for n in self.nodes]
        self.running = [None, None]
        self.pinger = None
        self.outages = {how: [] for how in HOW}
        self.waits = {how: [] for how in HOW}

    def start(self, k):
        mark = self.running[1 - k].mark() if self.running[1 - k] else 0
        self.running[k] = self.routers[k].start((HIGH, LOW)[k])
        if k == 0:
            assert self.running[0].state("active"), self.running[0].lines
            if self.running[1]:
                assert self.running[1].state("backup", start=mark), self.running[1].lines

    def ping(self):
        self.pinger = self.net.client.spawn(
            sys.executable, os.path.join(lab.SRC, "tests/lab/pinger.py"), self.group.address,
            str(PING))

    def fail(self, how):
        if how == HOW[0]:
            self.net.sw.run("ip", "link", "set", self.net.port(self.nodes[0].name), "down")
            self.running[0].kill()
        else:
            self.running[0].send_signal(15)

    def recover(self, how):
        self.running[0].stop()
        if how == HOW[0]:
            for address in self.nodes[0].addresses():
                if address.split("/")[0] == self.group.address:
                    self.nodes[0].run("ip", "address", "del", address, "dev", "e0")
            self.net.sw.run("ip", "link", "set", self.net.port(self.nodes[0].name), "up")

    def measure(self, how, wire):
        """The longest time between two answers; and that from the last word of the Active to the
        first answer of the other, which does not depend on the moment of the failure."""
        self.pinger.stop()
        answers = [a for _, a in json.loads(self.pinger.lines[-1][1])["answers"] if a]
        gap, end = max((b - a, b) for a, b in zip(answers, answers[1:]))
        adverts = wire.adverts(vrid=self.group.vrid, until=end)
        last = max(p.at for p in adverts if p.priority == (HIGH if how == HOW[0] else 0))
        self.outages[how].append(gap)
        self.waits[how].append(end - last)


def one_round(pairs, how, interval, wire):
    begin = time.time()
    for p in pairs:
        p.ping()
    for p in pairs:  # a ping that is answered
        assert wire.wait(since=begin, src=p.group.address, proto=1)
    time.sleep(2 * interval + random.uniform(0, interval))
    since = time.time()
    for p in random.sample(pairs, len(pairs)):
        p.fail(how)
    for p in pairs:
        assert p.running[1].state("active", start=p.mark), p.running[1].lines
        assert wire.advert(since=since, vrid=p.group.vrid, priority=LOW, count=3)
    time.sleep(0.1)
    for p in pairs:
        p.measure(how, wire)
    for p in pairs:
        p.recover(how)
        p.start(0)


def bench(interval, rounds):
    net = lab.Lab("a1", "a2", "b1", "b2", "client")
    pairs = [Pair(net, Ours, Group(51, 3, "192.0.2.100/24"), ("a1", "a2")),
             Pair(net, Keepalived, Group(52, 3, "192.0.2.110/24"), ("b1", "b2"))]
    wire = packets.Sniffer(net.client)
    for p in pairs:
        p.group.interval = interval
        for k in (1, 0):
            p.start(k)
    for n in range(rounds):
        for how in HOW:
            for p in pairs:
                p.mark = p.running[1].mark()
            one_round(pairs, how, interval, wire)
        print(f"# interval {interval:g} s, round {n + 1} of {rounds}", file=sys.stderr, flush=True)
    skew = (256 - LOW) / 256 * interval
    for how, bound in zip(HOW, (3 * interval + skew, skew)):
        for p in pairs:
            o, w = p.outages[how], p.waits[how]
            print(f"{interval:6g}  {how:10}  {p.name:10}  {min(o):7.3f}  "
                  f"{statistics.median(o):7.3f}  {max(o):7.3f}    {min(w):7.3f}  "
                  f"{statistics.median(w):7.3f}  {max(w):7.3f}    {bound:.3f}")
        ours, theirs = (statistics.median(p.waits[how]) - bound for p in pairs)
        print(f"        {how}: beyond the bound, vrrpd {ours * 1e3:.1f} ms, keepalived "
              f"{theirs * 1e3:.1f} ms; ratio of the waits, vrrpd to keepalived: "
              f"{(ours + bound) / (theirs + bound):.3f}", flush=True)
    net.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--interval", type=float, action="append")
    options = parser.parse_args()
    lab.become_root(lambda: sys.exit("needs root, or user namespaces"))
    why = Keepalived.missing()
    if why:
        sys.exit(why)
    print("All in seconds: without an answer (least, median, most); from the last advert of the "
          "Active (for\na clean stop, its priority 0) to the first answer of the other (the same); "
          "what RFC 9568 says of that.")
    for interval in options.interval or (1.0, 0.1):
        bench(interval, options.rounds)


main()
