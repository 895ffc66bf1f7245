# SPDX-License-Identifier: BSD-2-Clause
"""The main job with real daemons: who is Active, when that changes, and what hosts are told."""
import os
import signal
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import lab
import packets
import tap
from group import Group, pair
from routers import PREFIX, SECONDS, cut, cut_one_way, down_interval, heal, lose, state_of

KINDS = ("ipv4", "ipv6", "version2")
FAMILIES = ("ipv4", "ipv6")
SLACK = 0.02  # s, between the clocks of two observers of one packet


# ---- the Active goes, and comes back ------------------------------------------------------------

@tap.test(*KINDS)
def v01_active_killed(t, kind):
    """The Active dies; the Backup takes over; restarted, it clears up and takes its role back."""
    g = pair(t, kind)
    since = time.time()
    g.daemons[0].kill()
    g.becomes(1, "active", "timeout")
    took = g.first_advert(1, since)
    announced = g.announced(1, since)
    t.expect(g.nodes[1].wait_has(g.address), "r2 has the address")
    waited = took.at - g.last_advert(0, took.at).at
    t.note(f"{kind}: {waited:.3f} s from the last advert to the first of the Backup, announced "
           f"after {(announced.at - took.at) * 1e3:.1f} ms")
    t.expect(waited > down_interval(kind, 100) - SLACK, "no takeover before its time")
    t.expect(g.nodes[0].has(g.address), "the kernel of the dead still has the address")
    since = time.time()
    g.start(0)
    t.expect(g.nodes[0].wait_has(g.address, False), "what the dead left behind is removed")
    g.becomes(0, "active", "preempt")
    g.becomes(1, "backup", "higher-priority")
    g.settled(0)
    g.announced(0, since)


@tap.test(*KINDS)
def row_085_stop_says_so_once(t, kind):
    """Stopped cleanly, the Active removes the address, says priority 0 once, and is followed."""
    g = pair(t, kind)
    since = time.time()
    t.equal(g.daemons[0].stop(), 0, "exit status")
    t.expect(not g.nodes[0].has(g.address), "the address is gone when the daemon is")
    g.becomes(1, "active", "active-left")
    t.equal(len(g.sniffer.adverts(since=since, src=g.src[0], priority=0)), 1,
            "adverts of priority 0")
    left = g.sniffer.advert(since=since, priority=0)
    took = g.first_advert(1, since)
    t.expect(left.at < took.at, "the Backup waits to be told")
    t.equal(g.sniffer.adverts(src=g.src[0], since=left.at + 1e-6), [], "adverts after the last")
    t.note(f"{kind}: {(took.at - left.at) * 1e3:.1f} ms from priority 0 to the first advert, "
           f"Skew_Time is {(down_interval(kind, 100) - 3 * SECONDS[kind]) * 1e3:.1f} ms")
    g.announced(1, since)
    g.settled(1)


@tap.test(*FAMILIES)
def row_076_backup_stops_silently(t, kind):
    """A Backup that is stopped sends nothing."""
    g = pair(t, kind)
    t.equal(g.daemons[1].stop(), 0, "exit status")
    g.stays(0, 3)
    t.equal(g.sniffer.adverts(src=g.src[1]), [], "adverts of the Backup")


@tap.test(*KINDS)
def row_081_preempts_a_lower_priority(t, kind):
    """A router of higher priority that starts later takes over, and the other yields at once."""
    g = Group(t, kind, {"priority": 200}, {"priority": 100})
    g.start(1)
    g.settled(1)
    since = time.time()
    g.start(0)
    g.becomes(0, "active", "preempt")
    g.becomes(1, "backup", "higher-priority")
    g.settled(0)
    first = g.first_advert(0, since)
    # It says so once more, so that the other announces: a last advert may follow the first.
    last = g.last_advert(1, time.time())
    announced = g.announced(0, since)
    t.note(f"{kind}: both for {(last.at - first.at) * 1e3:.1f} ms, announced after "
           f"{(announced.at - first.at) * 1e3:.1f} ms")
    g.stays(0, 4)


@tap.test(*FAMILIES)
def row_080_nopreempt_leaves_it(t, kind):
    """With preempt = false a higher priority waits (row 80), and takes over on silence (row 95)."""
    g = Group(t, kind, {"priority": 200, "preempt": False}, {"priority": 100})
    g.start(1)
    g.settled(1)
    g.start(0)
    t.expect(g.daemons[0].state("backup"), "r1 starts as Backup")
    g.stays(1, 12)
    t.equal(state_of(g.daemons[0]), "backup", "the state of r1")
    g.daemons[1].kill()
    g.becomes(0, "active", "timeout")


@tap.test(*FAMILIES)
def row_073_owner_starts_active(t, kind):
    """An owner is Active from the start."""
    g = Group(t, kind, {"priority": 255})
    g.start(0)
    g.becomes(0, "active", "owner")
    t.expect(g.nodes[0].wait_has(g.address), "it has the address")
    g.first_advert(0, 0)
    g.announced(0, 0)
    t.equal([e["from"] for e in g.daemons[0].events("state")], ["initialize"], "states it left")


@tap.test(*FAMILIES)
def row_093_owner_takes_its_address_back(t, kind):
    """An owner loses its link and returns: preempt = false is not for it. Its address stays."""
    g = Group(t, kind, {"priority": 255, "preempt": False}, {"priority": 100})
    g.nodes[0].run("ip", "address", "add", f"{g.address}/{PREFIX[kind]}", "dev", "e0", "nodad")
    g.start(0, 1)
    g.settled(0)
    g.net.sw.run("ip", "link", "set", g.net.port("r1"), "down")
    g.becomes(0, "initialize", "link-down")
    g.becomes(1, "active", "timeout")
    t.expect(g.nodes[1].wait_has(g.address), "r2 serves the owner's address")
    t.expect(g.nodes[0].has(g.address), "the owner's own address is not ours to remove")
    g.net.sw.run("ip", "link", "set", g.net.port("r1"), "up")
    g.settled(0)
    t.equal(g.daemons[0].stop(), 0, "exit status")
    t.expect(g.nodes[0].has(g.address), "it outlives the daemon")


def accepts_local(node):
    return node.run("cat", "/proc/sys/net/ipv4/conf/e0/accept_local").strip()


@tap.test
def row_017_owner_without_another_address(t):
    """An owner advertises from the virtual address itself, which is local to the Backup that serves
    it: it is heard nevertheless, and what that needs is put back at the end."""
    g = Group(t, "ipv4", {"priority": 255}, {"priority": 100})
    g.nodes[0].run("ip", "address", "del", f"{g.src[0]}/24", "dev", "e0")
    g.nodes[0].run("ip", "address", "add", f"{g.address}/24", "dev", "e0")
    g.start(0, 1)
    g.settled(0)
    g.net.sw.run("ip", "link", "set", g.net.port("r1"), "down")
    g.becomes(1, "active", "timeout")
    t.expect(g.nodes[1].wait_has(g.address), "r2 serves the owner's address")
    g.net.sw.run("ip", "link", "set", g.net.port("r1"), "up")
    g.settled(0)
    t.equal(accepts_local(g.nodes[1]), "1", "accept_local while r2 listens")
    t.equal(g.daemons[1].stop(), 0, "exit status")
    t.equal(accepts_local(g.nodes[1]), "0", "accept_local afterwards")


@tap.test(*FAMILIES)
def three_routers(t, kind):
    """One after the other dies; the next in line follows."""
    g = Group(t, kind, *({"priority": p} for p in (254, 150, 20)))
    g.start(0, 1, 2)
    g.settled(0)
    since = time.time()
    g.daemons[0].kill()
    g.settled(1)
    g.stays(1)
    t.note(f"{kind}: r3 advertised {len(g.sniffer.adverts(src=g.src[2], since=since))} times "
           "meanwhile")
    g.daemons[1].stop()
    g.becomes(2, "active", "active-left")
    g.settled(2)


# ---- doubt --------------------------------------------------------------------------------------

@tap.test(True, False)
def v03_frozen_for_long(t, preempt):
    """An Active that is frozen and replaced: when it runs again, one of the two gives way."""
    g = pair(t, "ipv4", {"preempt": preempt})
    since = time.time()
    g.daemons[0].send_signal(signal.SIGSTOP)
    g.becomes(1, "active", "timeout")
    g.stays(1)
    resumed = time.time()
    g.daemons[0].send_signal(signal.SIGCONT)
    winner = 0 if preempt else 1
    if preempt:
        g.becomes(1, "backup", "higher-priority")
    else:
        g.becomes(0, "backup", "stalled")
    g.settled(winner)
    g.stays(winner)
    g.announced(1, since)
    if preempt:
        g.announced(0, resumed)
    t.note(f"preempt {preempt}: the one that gave way sent "
           f"{len(g.sniffer.adverts(src=g.src[1 - winner], since=resumed))} adverts more")


@tap.test(*FAMILIES)
def v03_frozen_for_short(t, kind):
    """An Active that is frozen for less than its Backup waits stays Active."""
    g = pair(t, kind, {"interval": "500ms"}, {"interval": "500ms"})
    stopped = g.first_advert(0, time.time())
    g.daemons[0].send_signal(signal.SIGSTOP)
    time.sleep(0.7)  # how long it is frozen: one advert is late, the Backup waits for three
    g.daemons[0].send_signal(signal.SIGCONT)
    resumed = g.sniffer.advert(src=g.src[0], since=stopped.at, count=2)
    t.expect(resumed, "it advertises again")
    g.stays(0, 4)
    t.equal(len(g.daemons[1].events("state")), 1, "changes of state of r2")
    t.note(f"{kind}: adverts {resumed.at - stopped.at:.3f} s apart over the stop")


@tap.test(*KINDS)
def v10_equal_priority(t, kind):
    """Equal priorities: the higher address wins a duel (row 88), and nobody oscillates."""
    g = Group(t, kind, {"priority": 100}, {"priority": 100})
    cut(g.net, [g.nodes[0]], [g.nodes[1], g.net.client])
    g.start(0, 1)
    for d in g.daemons:
        t.expect(d.state("active"), f"{d.node.name} is Active on its side")
    higher = int(packets.ipaddress.ip_address(g.src[1]) > packets.ipaddress.ip_address(g.src[0]))
    heal(g.net)
    g.becomes(1 - higher, "backup", "higher-address")
    g.settled(higher)
    g.stays(higher)
    for k, d in enumerate(g.daemons):
        t.equal(len(d.events("state")), 2 if k == higher else 3, f"changes of state of r{k + 1}")


@tap.test(*FAMILIES)
def row_082_equal_priority_without_a_duel(t, kind):
    """A Backup of equal priority stays Backup whatever its address."""
    g = Group(t, kind, {"priority": 100}, {"priority": 100})
    order = sorted((0, 1), key=lambda k: packets.ipaddress.ip_address(g.src[k]))
    g.start(order[0])
    t.expect(g.daemons[order[0]].state("active"), "the lower address is Active")
    g.start(order[1])
    t.expect(g.daemons[order[1]].state("backup"), "the higher address is Backup")
    g.stays(order[0], 6)
    g.settled(order[0])


@tap.test(*KINDS)
def v09_partition_and_heal(t, kind):
    """Two halves each have an Active; healed, one remains, and tells all hosts anew."""
    g = pair(t, kind, {"garp": {"repeat": 2, "delay": "0s"}})
    cut(g.net, [g.nodes[0]], [g.nodes[1], g.net.client])
    g.becomes(1, "active", "timeout")
    g.announced(1, 0)
    healed = time.time()
    heal(g.net)
    g.becomes(1, "backup", "higher-priority")
    g.settled(0)
    fresh = g.announced(0, healed)
    first = g.first_advert(0, healed)
    last = g.last_advert(1, time.time())
    t.note(f"{kind}: both for {max(0, last.at - first.at) * 1e3:.1f} ms after the first advert "
           f"across; announced {(fresh.at - first.at) * 1e3:.1f} ms after it")
    t.expect(g.sniffer.announcement(g.address, since=healed, eth_src=g.mac[0], count=2),
             "a burst, not one frame")
    t.expect(g.daemons[0].event("rival"), "the winner says that there was another")
    g.stays(0, 4)


@tap.test
def v09_three_parts(t):
    """Three parts, three Actives; healed, the highest is alone."""
    g = Group(t, "ipv4", *({"priority": p} for p in (200, 150, 100)))
    cut(g.net, *([n] for n in g.nodes), [g.net.client])
    g.start(0, 1, 2)
    for d in g.daemons:
        t.expect(d.state("active"), f"{d.node.name} is Active in its part")
    cut(g.net, [g.nodes[0]], [g.nodes[1], g.nodes[2], g.net.client])
    g.becomes(2, "backup", "higher-priority")
    heal(g.net)
    g.becomes(1, "backup", "higher-priority")
    g.settled(0)
    g.stays(0)


@tap.test(*FAMILIES)
def v08_one_way(t, kind):
    """The Backup is deaf to the Active: both are, and one says so; healed, one gives way."""
    g = pair(t, kind)
    cut_one_way(g.net, deaf=g.nodes[1], unheard=g.nodes[0])
    g.becomes(1, "active", "timeout")
    rival = t.expect(g.daemons[0].event("rival"), "the one that hears the other says so")
    t.equal(rival["src"], g.src[1], "whom it heard")
    since = time.time()
    t.expect(g.sniffer.advert(src=g.src[1], since=since, count=8), "r2 goes on")
    until = time.time()
    sent = [len(g.sniffer.adverts(since=since, until=until, src=s)) for s in g.src]
    t.note(f"{kind}: {sent[0]} adverts of r1 while r2 sent {sent[1]}")
    t.expect(sent[0] <= 3 * sent[1] + 6, "answering does not become a storm")
    healed = time.time()
    heal(g.net)
    g.becomes(1, "backup", "higher-priority")
    g.settled(0)
    g.announced(0, healed)
    g.stays(0)


@tap.test
def v06_two_of_three_adverts_lost(t):
    """Two adverts in a row may get lost, again and again."""
    g = pair(t, "ipv4", {"interval": "400ms"}, {"interval": "400ms", "priority": 1})
    lose(g.net, g.nodes[1], "ip protocol 112 numgen inc mod 3 < 2")
    g.stays(0, 12)
    t.equal(len(g.daemons[1].events("state")), 1, "changes of state of r2")


@tap.test
def v11_two_owners(t):
    """Two owners both say so; the higher address stays Active (row 94)."""
    g = Group(t, "ipv4", {"priority": 255}, {"priority": 255})
    g.start(0, 1)
    g.settled(1)
    t.expect(g.daemons[0].event("two-owners"), "it is said in the log")
    g.stays(1)


@tap.test
def v12_foreign_router(t):
    """Another group uses our VRID for other addresses: it is noticed, once."""
    g = pair(t, "ipv4")
    for _ in range(5):
        g.sniffer.inject(packets.advert("192.0.2.77", 51, 1, ["198.51.100.1"], interval=0.2))
    note = t.expect(g.daemons[0].event("addresses-differ"), "it is said in the log")
    t.equal(note["src"], "192.0.2.77", "who it is")
    g.stays(0)
    t.equal(len(g.daemons[0].events("addresses-differ")), 1, "lines about it")
    t.equal(g.daemons[0].counters()["web"]["addresses_differ"], 5, "how often it was counted")


@tap.test(*FAMILIES)
def clients_are_told(t, kind):
    """A host that had learned the address from one router has it at the other after a takeover."""
    g = pair(t, kind)
    client = g.net.client
    index = client.index()

    def known():
        # A datagram makes the kernel ask for the neighbour.
        with packets.socket_in(client, socket.AF_INET6 if kind == "ipv6" else socket.AF_INET,
                               socket.SOCK_DGRAM) as s:
            to = socket.getaddrinfo(g.address, 9, proto=socket.IPPROTO_UDP)[0][4]
            s.sendto(b"", to if kind != "ipv6" else (*to[:3], index))
        for line in client.run("ip", "neigh", "show", g.address, "dev", "e0").splitlines():
            words = line.split()
            if "lladdr" in words:
                return words[words.index("lladdr") + 1]
        return None
    t.expect(lab.wait_until(lambda: known() == g.mac[0]), "the client knows it at r1")
    g.daemons[0].kill()
    since = time.time()
    t.expect(g.daemons[1].state("active"), "r2 takes over")
    t.expect(lab.wait_until(lambda: known() == g.mac[1]), "the client knows it at r2")
    t.note(f"{kind}: known {time.time() - since:.3f} s after the crash")
    t.expect(g.sniffer.announcements(g.address, since=since, eth_src=g.mac[1]), "it was told")


if __name__ == "__main__":
    tap.main()
