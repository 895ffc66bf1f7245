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
        self.silences = {how: [] for how in HOW}

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

    def measure(self, how, since, wire):
        """The longest time between two answers, and between two adverts."""
        self.pinger.stop()
        answers = [a for _, a in json.loads(self.pinger.lines[-1][1])["answers"] if a]
        self.outages[how].append(max(b - a for a, b in zip(answers, answers[1:])))
        adverts = wire.adverts(vrid=self.group.vrid)
        last = max(p.at for p in adverts if p.at < since and p.priority == HIGH)
        first = min(p.at for p in adverts if p.at > since and p.priority == LOW)
        self.silences[how].append(first - last)


def one_round(pairs, how, interval, wire):
    for p in pairs:
        p.ping()
    time.sleep(2 * interval + random.uniform(0, interval))
    since = time.time()
    for p in random.sample(pairs, len(pairs)):
        p.fail(how)
    for p in pairs:
        assert p.running[1].state("active", start=p.mark), p.running[1].lines
        assert wire.advert(since=since, vrid=p.group.vrid, priority=LOW)
    time.sleep(0.3)
    for p in pairs:
        p.measure(how, since, wire)
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
    bounds = {HOW[0]: f"{2 * interval + skew:.3f} to {3 * interval + skew:.3f}",
              HOW[1]: f"{skew:.3f}"}
    for how in HOW:
        medians = []
        for p in pairs:
            o = p.outages[how]
            medians.append(statistics.median(o))
            print(f"{interval:7g} s  {how:10}  {p.name:10}  {min(o):.3f}  {medians[-1]:.3f}  "
                  f"{max(o):.3f}   {statistics.median(p.silences[how]):.3f}   {bounds[how]}")
        print(f"{'':11}{how:10}  ratio of the medians, keepalived to vrrpd: "
              f"{medians[1] / medians[0]:.2f}", flush=True)
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
    print("Without an answer (least, median, most), without an advert (median), what RFC 9568 "
          "says; all in s:")
    for interval in options.interval or (1.0, 0.1):
        bench(interval, options.rounds)


main()
