# SPDX-License-Identifier: BSD-2-Clause
"""accept = false, in a real kernel: what reaches a virtual address, and what does not."""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import lab
import packets
import tap
from routers import PREFIX, VIRTUAL, one, settled

FAMILIES = ("ipv4", "ipv6")
TABLE = ("inet", "trivet_vrrpd")
SETTINGS = {"priority": 200, "interval": "200ms", "accept": False}


def tables(node):
    return node.run("nft", "list", "tables")


def has_table(node):
    return " ".join(("table",) + TABLE) in tables(node)


def is_refused(node, address):
    listed = node.run("nft", "list", "table", *TABLE, check=False)
    return address in listed


def router(t, kind, **settings):
    """r1, Active, and a client."""
    net = t.lab("r1", "client")
    net.kind, net.sniffer = kind, packets.Sniffer(net.client)
    net.settings = {**SETTINGS, **settings}
    net.daemon = net.r1.vrrpd(one(kind, **net.settings))
    settled(t, kind, net.daemon, [])
    return net


def reachable(net, address, node=None):
    """Whether a program on the client that pings gets an answer: of some hundred, any."""
    dev = "" if node or not address.startswith("fe80") else "%e0"
    argv = [sys.executable, os.path.join(lab.SRC, "tests/lab/pinger.py"), address + dev, "0.005"]
    since = net.sniffer.now()
    ping = (node or net.client).spawn(*argv)
    if node:
        lab.wait_until(lambda: False, 0.5)
    else:
        net.sniffer.wait(proto=58 if ":" in address else 1, dst=address, count=20, since=since)
    ping.stop()
    answers = json.loads(ping.lines[-1][1])["answers"]
    return len(answers) > 0 and any(a[1] is not None for a in answers)


@tap.test(*FAMILIES)
def row_117_packets_are_refused_and_neighbours_are_answered(t, kind):
    """A ping to the address gets no answer, but who has it is said; without the setting it does."""
    net = router(t, kind)
    address = VIRTUAL[kind]
    t.expect(is_refused(net.r1, address), "the kernel has it among what it refuses")
    t.equal(reachable(net, address), False, "whether a ping is answered")
    neighbour = net.client.run("ip", "neigh", "show", address)
    t.expect(net.r1.mac() in neighbour, "the client knows its MAC address")
    t.expect("counter packets 0 bytes 0 drop" not in
             next(line for line in net.r1.run("nft", "list", "table", *TABLE).splitlines()
                  if {"ipv4": "@refused4", "ipv6": "@local6"}[kind] in line), "it was counted")
    net.daemon.reload(one(kind, **{**net.settings, "accept": True}))
    t.expect(lab.wait_until(lambda: not has_table(net.r1)), "after a reload nothing is refused")
    t.equal(reachable(net, address), True, "whether a ping is answered")
    net.daemon.reload(one(kind, **net.settings))
    t.expect(lab.wait_until(lambda: has_table(net.r1)), "after another, it is again")
    t.equal(reachable(net, address), False, "whether a ping is answered")
    t.equal([e["to"] for e in net.daemon.events("state")], ["backup", "active"], "its states")
    t.equal(net.daemon.stop(), 0, "exit status")
    t.equal(tables(net.r1), "", "what is left of it")


@tap.test(*FAMILIES)
def row_111_neighbours_are_answered_afresh(t, kind):
    """A client that has forgotten the router asks, and is told, while all else is refused."""
    net = router(t, kind)
    net.client.run("ip", "neigh", "flush", "dev", "e0")
    t.equal(reachable(net, VIRTUAL[kind]), False, "whether a ping is answered")
    t.expect(net.r1.mac() in net.client.run("ip", "neigh", "show", VIRTUAL[kind]),
             "the client has asked, and was told")
    # A client that knows it, and wants to know whether it is still there, asks it directly.
    net.client.run("ip", "neigh", "replace", VIRTUAL[kind], "lladdr", net.r1.mac(), "dev", "e0",
                   "nud", "probe")
    t.expect(lab.wait_until(lambda: "REACHABLE" in
                            net.client.run("ip", "neigh", "show", VIRTUAL[kind])),
             "it is told that too")


@tap.test
def row_116_what_is_forwarded_passes(t):
    """The address as a gateway: packets to others go through, and this machine may use it too."""
    net = router(t, "ipv4")
    net.r1.run("sysctl", "-qw", "net.ipv4.ip_forward=1")
    net.r1.run("ip", "link", "add", "d0", "type", "veth", "peer", "name", "d0p")
    far = net.r1.spawn("unshare", "-n", "sh", "-c", "echo $$; exec sleep 60")
    t.expect(far.wait_for(lambda line: line.strip().isdigit()), "a network behind it")
    pid = far.lines[0][1].strip()
    net.r1.run("ip", "link", "set", "d0p", "netns", pid)
    net.r1.run("ip", "address", "add", "203.0.113.1/24", "dev", "d0")
    net.r1.run("ip", "link", "set", "d0", "up")
    for argv in (("ip", "link", "set", "d0p", "up"),
                 ("ip", "address", "add", "203.0.113.2/24", "dev", "d0p"),
                 ("ip", "route", "add", "default", "via", "203.0.113.1")):
        net.r1.run("nsenter", "-t", pid, "-n", *argv)
    net.client.run("ip", "route", "add", "203.0.113.0/24", "via", VIRTUAL["ipv4"])
    t.equal(reachable(net, "203.0.113.2"), True, "whether who is behind it is reached")
    t.equal(reachable(net, VIRTUAL["ipv4"]), False, "whether it is reached itself")
    net.r1.run("ip", "link", "set", "lo", "up")
    t.equal(reachable(net, VIRTUAL["ipv4"], node=net.r1), True, "by a program on it")
    far.stop()


@tap.test
def v28_a_killed_daemon_goes_on_refusing(t):
    """What it has left is taken over without a gap, or, by one that accepts, removed."""
    net = router(t, "ipv4")
    net.daemon.kill()
    t.expect(is_refused(net.r1, VIRTUAL["ipv4"]), "the table outlives the daemon")
    net.daemon = net.r1.vrrpd(one("ipv4", **net.settings))
    settled(t, "ipv4", net.daemon, [])
    t.expect(is_refused(net.r1, VIRTUAL["ipv4"]), "the next one refuses as well")
    net.daemon.kill()
    net.daemon = net.r1.vrrpd(one("ipv4", **{**net.settings, "accept": True}))
    settled(t, "ipv4", net.daemon, [])
    t.expect(lab.wait_until(lambda: not has_table(net.r1)), "one that accepts removes it")
    t.equal(reachable(net, VIRTUAL["ipv4"]), True, "whether a ping is answered")


@tap.test
def what_a_firewall_script_flushes_is_made_again(t):
    """All of it, or our table alone, on an Active, which stays so."""
    net = router(t, "ipv4")
    for what in (("flush", "ruleset"), ("delete", "table") + TABLE):
        mark = net.daemon.mark()
        net.r1.run("nft", *what)
        t.expect(net.daemon.event("accept-removed", start=mark) or
                 is_refused(net.r1, VIRTUAL["ipv4"]), "it is noticed")
        t.expect(lab.wait_until(lambda: is_refused(net.r1, VIRTUAL["ipv4"])), "and made again")
    t.equal(reachable(net, VIRTUAL["ipv4"]), False, "whether a ping is answered")
    t.equal([e["to"] for e in net.daemon.events("state")], ["backup", "active"], "its states")


@tap.test
def beside_the_leases_of_another_router(t):
    """The two tables do not disturb each other, whichever comes and goes."""
    net = router(t, "ipv4")
    net.daemon.reload(one("ipv4", **{**net.settings, "lease": False}))
    t.expect(lab.wait_until(lambda: "netdev" not in tables(net.r1)), "no lease any more")
    t.expect(is_refused(net.r1, VIRTUAL["ipv4"]), "but still refused")
    net.daemon.reload(one("ipv4", **{**net.settings, "lease": True, "accept": True}))
    t.expect(lab.wait_until(lambda: "netdev" in tables(net.r1) and not has_table(net.r1)),
             "a lease, and nothing refused")
    t.equal(reachable(net, VIRTUAL["ipv4"]), True, "whether a ping is answered")


if __name__ == "__main__":
    tap.main()
