# SPDX-License-Identifier: BSD-2-Clause
"""Records the captures of this directory again: our vrrpd and a router of somebody else on a link.

usage: pcaps/record.py [--expected] [NAME...]
Writes NAME.pcap, and what `trivet replay` says of it: NAME.expected, and NAME.contender.expected
for a router that would be Active in place of the one with priority 100. They are to be read, line
by line, before they are committed; --expected writes them alone, of the captures that are there.
Needs root, tcpdump, keepalived and FRR (./check --peers installs them), and Trivet in build/.
"""
import os
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "lab"))
import lab
from peers import Frr, Group, Keepalived, Ours

FILTER = ("ip proto 112 or ip proto 51 or ip6 proto 112 or arp or "
          "(icmp6 and ip6[40] == 136)")  # neighbor advertisements
V2 = Group(51, 2, "192.0.2.100/24")
V3_IPV4 = Group(52, 3, "192.0.2.100/24", "192.0.2.101/24")
V3_IPV6 = Group(53, 3, "fe80::35/64", "2001:db8::100/64")
QUIET = {"garp": {"repeat": 1, "delay": "0s"}}


class Link:
    """Our node and the peer's, and tcpdump on the peer's port of the bridge."""

    def __init__(self, name, group, kind):
        self.net = lab.Lab("ours", "peer")
        self.file = os.path.join(HERE, f"{name}.pcap")
        self.ours, self.peer = Ours(self.net.ours, group), kind(self.net.peer, group)
        self.group = group
        self.dump = self.net.sw.spawn("tcpdump", "-i", self.net.port("peer"), "-Z", "root", "-U",
                                      "--immediate-mode", "-w", self.file, FILTER)
        assert self.dump.wait_for(lambda line: "listening" in line), self.dump.lines

    def adverts(self, n):
        time.sleep(n * self.group.interval + 0.05)

    def finish(self):
        time.sleep(0.2)  # for tcpdump to read what is on its way
        self.dump.stop(signal.SIGINT)
        self.net.close()


def failover(link):
    """The peer is Active and dies; we take over; it returns; it stops; we stop."""
    theirs = link.peer.start(150)
    assert theirs.state("active")
    ours = link.ours.start(100, **QUIET)
    link.adverts(2)
    theirs.kill()
    assert ours.state("active")
    mark = ours.mark()
    theirs = link.peer.start(150)
    assert ours.state("backup", start=mark)
    link.adverts(2)
    theirs.stop()
    assert ours.state("active", start=mark)
    link.adverts(2)
    ours.stop()


def first_contact(link):
    """We are Active, with checksum = auto, when the peer starts, which refuses what we send until
    we hear what it sends; then we die."""
    ours = link.ours.start(150, **QUIET)
    assert ours.state("active")
    theirs = link.peer.start(100)
    assert ours.event("checksum")
    link.adverts(4)
    mark = theirs.mark()
    ours.kill()
    assert theirs.state("active", start=mark)
    link.adverts(2)
    theirs.stop()


def refused(auth):
    """The peer authenticates, we do not: both become Active, and it falls silent."""
    def story(link):
        theirs = link.peer.start(150, auth=auth)
        assert theirs.state("active")
        ours = link.ours.start(100, **QUIET)
        assert ours.state("active")
        link.adverts(2)
        ours.stop()
        theirs.stop()
    return story


CAPTURES = {
    "keepalived-v2-ipv4": (V2, Keepalived, failover),
    "keepalived-v3-ipv4": (V3_IPV4, Keepalived, failover),
    "keepalived-v3-ipv4-first-contact": (V3_IPV4, Keepalived, first_contact),
    "keepalived-v3-ipv6": (V3_IPV6, Keepalived, failover),
    "keepalived-v2-ipv4-auth-pass": (V2, Keepalived, refused("PASS")),
    "keepalived-v2-ipv4-auth-ah": (V2, Keepalived, refused("AH")),
    "frr-v3-ipv4": (V3_IPV4, Frr, failover),
    "frr-v3-ipv6": (V3_IPV6, Frr, failover),
}


def record(name):
    group, kind, story = CAPTURES[name]
    why = kind.missing()
    if why:
        sys.exit(f"{name}: {why}")
    link = Link(name, group, kind)
    story(link)
    link.finish()


def replay(name):
    for suffix, options in (("", []),
                            (".contender", ["--priority", "120", "--preempt", "--quiet"])):
        said = subprocess.run([lab.TRIVET, "replay", f"{HERE}/{name}.pcap", *options], check=True,
                              text=True, stdout=subprocess.PIPE).stdout
        with open(f"{HERE}/{name}{suffix}.expected", "w", encoding="utf-8") as f:
            f.write(said)


def main():
    lab.become_root(lambda: sys.exit("needs root"))
    names = [a for a in sys.argv[1:] if a != "--expected"] or CAPTURES
    for name in names:
        if "--expected" not in sys.argv:
            record(name)
        replay(name)
        print(f"{name}: {os.path.getsize(f'{HERE}/{name}.pcap')} bytes", flush=True)


main()
