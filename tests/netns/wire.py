# SPDX-License-Identifier: BSD-2-Clause
"""What real daemons put on the wire, and what they make of what others put there.

The packets are read by tests/lab/packets.py, which knows the RFCs and nothing of our C code. The
router is mostly an owner (priority 255), because that one need not wait to become Active.
"""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import lab
import packets
import tap
from routers import SECONDS, VIRTUAL, VRID, config, instance, one, own_address, settled, state_of

KINDS = ("ipv4", "ipv6", "version2")
FAMILIES = ("ipv4", "ipv6")
MORE = {"ipv4": ["192.0.2.101/24", "192.0.2.9/24"], "ipv6": ["2001:db8::51/64", "fe80::5:2/64"]}
STRANGER = {"ipv4": "192.0.2.77", "ipv6": "fe80::77", "version2": "192.0.2.77"}


class Alone:
    """A router that is Active, and who listens to it."""

    def __init__(self, t, kind, **settings):
        self.t, self.kind, self.net = t, kind, t.lab("r1", "client")
        self.sniffer, self.node = packets.Sniffer(self.net.client), self.net.r1
        self.src, self.mac = own_address(self.node, kind), self.node.mac()
        self.daemon = self.node.vrrpd(one(kind, **{"priority": 255, **settings}))
        t.expect(self.daemon.state("active"), "it is Active")

    def advert(self, **fields):
        return self.t.expect(self.sniffer.advert(**fields), f"an advert with {fields}")

    def inject(self, src=None, **fields):
        """An advert from a stranger; everything in it is right unless told otherwise."""
        right = {"vrid": VRID, "priority": 250, "addresses": [VIRTUAL[self.kind]],
                 "interval": SECONDS[self.kind], "version": 2 if self.kind == "version2" else 3}
        right.update(fields)
        self.sniffer.inject(packets.advert(src or STRANGER[self.kind], right.pop("vrid"),
                                           right.pop("priority"), right.pop("addresses"), **right))

    def counts(self, who="web"):
        return self.daemon.counters().get(who, {})

    def counted(self, key, number, who="web"):
        """Waits until a counter has this value."""
        self.t.expect(lab.wait_until(lambda: self.counts(who).get(key, 0) >= number),
                      f"{key} is counted")
        self.t.equal(self.counts(who).get(key, 0), number, f"the counter {key}")


# ---- adverts, as they are sent ------------------------------------------------------------------

@tap.test(*KINDS)
def row_001_first_byte(t, kind):
    """Version and type (row 1), VRID (3), priority (4), count (5)."""
    p = Alone(t, kind).advert()
    t.equal((p.version, p.type), (2 if kind == "version2" else 3, 1), "version and type")
    t.equal((p.vrid, p.priority, p.count), (VRID, 255, 1), "VRID, priority and count")


@tap.test(*KINDS)
def row_007_interval(t, kind):
    """The interval as configured, in centiseconds (row 7) or seconds (row 6); no reserved bits."""
    p = Alone(t, kind, interval="3s").advert()
    t.equal(p.interval, 3.0, "the interval in it")
    t.equal(p.payload[4:6].hex(), "0003" if kind == "version2" else "012c", "bytes 4 and 5")


@tap.test(*FAMILIES)
def row_010_addresses(t, kind):
    """All addresses, in the order of the file (rows 10, 14), and no byte more (row 12)."""
    addresses = [f"{VIRTUAL[kind]}/24", *MORE[kind]]
    p = Alone(t, kind, addresses=addresses).advert()
    t.equal(p.addresses, [a.split("/")[0] for a in addresses], "the addresses")
    t.equal(p.length, 8 + 3 * (16 if kind == "ipv6" else 4), "bytes of the message")


@tap.test
def row_011_version2_authentication_data(t):
    """Eight bytes of zero follow the addresses in version 2; type 0."""
    p = Alone(t, "version2").advert()
    t.equal((p.length, p.auth_type, p.payload[12:]), (20, 0, bytes(8)), "length, type and data")


@tap.test
def row_013_first_address_is_link_local(t):
    """The first address over IPv6 is the virtual link-local address."""
    p = Alone(t, "ipv6", addresses=[f"{VIRTUAL['ipv6']}/64", "2001:db8::51/64"]).advert()
    t.equal(p.addresses[0], VIRTUAL["ipv6"], "the first address")


@tap.test("ipv4", "version2")
def row_017_source_is_the_primary_address(t, kind):
    """Adverts come from the primary address, also when the interface has more, and virtual ones."""
    a = Alone(t, kind)
    t.expect(a.node.wait_has(VIRTUAL[kind]), "the virtual address is there")
    a.node.run("ip", "address", "add", "192.0.2.201/24", "dev", "e0")
    since = time.time()
    t.equal(a.advert(since=since, count=2).src, "192.0.2.1", "the source")


@tap.test
def row_018_source_is_link_local(t):
    """Over IPv6 adverts come from the interface's own link-local address, not the virtual one."""
    a = Alone(t, "ipv6")
    p = a.advert(count=2)
    t.expect(p.src.startswith("fe80::"), "a link-local source")
    t.equal(p.src, a.src, "the source")


@tap.test(*KINDS)
def row_019_destination(t, kind):
    """To the group, at its link-layer address."""
    p = Alone(t, kind).advert()
    group = packets.GROUP6 if kind == "ipv6" else packets.GROUP4
    t.equal((p.dst, p.eth_dst), (group, packets.GROUP_MAC[p.ip]), "the destination")


@tap.test(*KINDS)
def row_021_hop_limit(t, kind):
    """TTL or Hop Limit is 255; protocol 112 (row 22); DSCP CS6 (row 26)."""
    p = Alone(t, kind).advert()
    t.equal((p.ttl, p.proto, p.tos >> 2), (255, 112, packets.CS6), "TTL, protocol and DSCP")
    if p.ip == 4:
        t.expect(p.ip_csum_ok, "the checksum of the IP header is right")


@tap.test("version2 message", "ipv6 pseudo-header", "ipv4 message", "ipv4 pseudo-header")
def row_031_checksum(t, case):
    """The checksum: version 2 (row 29), IPv6 (row 30), IPv4 of RFC 9568 and of others (row 36)."""
    kind, form = case.split()
    settings = {"checksum": form} if kind == "ipv4" else {}
    t.equal(Alone(t, kind, **settings).advert().csum, {form}, "the form whose checksum holds")


@tap.test
def row_036_checksum_follows_the_peer(t):
    """`auto` sends the form of RFC 9568 until a router is heard that uses the other."""
    a = Alone(t, "ipv4")
    t.equal(a.advert().csum, {"message"}, "the form to begin with")
    a.inject(priority=100, form="pseudo-header")
    t.expect(a.daemon.event("checksum", form="pseudo-header"), "it is said in the log")
    t.expect(a.sniffer.wait(lambda p: p.csum == {"pseudo-header"}, kind="vrrp"),
             "adverts carry the other form")


@tap.test("message", "pseudo-header")
def row_035_either_checksum_is_accepted(t, form):
    """A router hears both forms, and only one of them when told so."""
    a = Alone(t, "ipv4", checksum="message")
    a.inject(priority=100, form=form)
    a.counted("adverts_received", 1)
    other = "message" if form == "pseudo-header" else "pseudo-header"
    strict = one("ipv4", priority=255, checksum="message", checksum_accept=other)
    t.expect(a.daemon.reload(strict), "it reloads")
    a.inject(priority=100, form=form)
    a.counted("checksum", 1)
    a.inject(priority=100, form=other)
    a.counted("adverts_received", 2)


@tap.test(*KINDS)
def row_084_adverts_follow_each_other(t, kind):
    """An Active advertises once in an interval."""
    a = Alone(t, kind)
    n = 4 if kind == "version2" else 12
    a.advert(count=n)
    at = [p.at for p in a.sniffer.adverts()[:n]]
    gaps = [y - x for x, y in zip(at, at[1:])]
    t.note(f"{kind}: {min(gaps) * 1e3:.1f} ms to {max(gaps) * 1e3:.1f} ms apart, "
           f"{SECONDS[kind] * 1e3:.0f} ms configured")
    # One that is late is followed sooner: so the mean.
    t.expect((at[-1] - at[0]) / (n - 1) > 0.75 * SECONDS[kind], "not more often")


# ---- announcements ------------------------------------------------------------------------------

@tap.test
def row_101_gratuitous_arp(t):
    """ARP: a broadcast; sender and target are the address, both at our MAC address."""
    a = Alone(t, "ipv4")
    p = t.expect(a.sniffer.announcement(VIRTUAL["ipv4"]), "it is announced")
    t.equal((p.kind, p.op, p.eth_src, p.eth_dst), ("arp", 1, a.mac, "ff:ff:ff:ff:ff:ff"), "frame")
    t.equal((p.sender, p.target), (VIRTUAL["ipv4"], VIRTUAL["ipv4"]), "whose address")
    t.equal((p.sender_mac, p.target_mac), (a.mac, a.mac), "where it is")


@tap.test
def row_104_neighbor_advertisement(t):
    """NA: to all nodes, Router and Override, not Solicited, our MAC address, Hop Limit 255."""
    a = Alone(t, "ipv6")
    p = t.expect(a.sniffer.announcement(VIRTUAL["ipv6"]), "it is announced")
    t.equal((p.eth_src, p.eth_dst), (a.mac, "33:33:00:00:00:01"), "frame")
    t.equal((p.src, p.dst, p.ttl), (VIRTUAL["ipv6"], "ff02::1", 255), "source, destination, limit")
    t.equal((p.router, p.solicited, p.override), (True, False, True), "flags")
    t.equal((p.target, p.lladdr), (VIRTUAL["ipv6"], a.mac), "whose address, and where it is")
    t.expect(p.csum_ok, "its checksum is right")


@tap.test(*FAMILIES)
def row_105_each_address_is_announced(t, kind):
    """Every address, as often as configured: two bursts of three, and then no more."""
    # The kernel reports a new IPv6 address only after a while, and then it joins its burst.
    a = Alone(t, kind, addresses=[f"{VIRTUAL[kind]}/24", *MORE[kind]],
              garp={"repeat": 3, "interval": "250ms", "delay": "1s"})
    addresses = [VIRTUAL[kind], *(m.split("/")[0] for m in MORE[kind])]
    for address in addresses:
        t.expect(a.sniffer.announcement(address, count=6), f"{address} is announced six times")
    a.advert(since=time.time(), count=4)
    begun = a.sniffer.adverts()[0].at
    for address in addresses:
        at = [p.at - begun for p in a.sniffer.announcements(address)]
        t.note(f"{address} at " + ", ".join(f"{x * 1e3:.1f}" for x in at) + " ms")
        t.equal(len(at), 6, f"announcements of {address}")
        # Counted from when the first left, which may have been late.
        t.expect(at[3] > 0.75, "the second burst comes after the delay")


@tap.test(*FAMILIES)
def advert_comes_before_announcement(t, kind):
    """A new Active advertises first (row 77), and announces only what its kernel has."""
    a = Alone(t, kind)
    announced = t.expect(a.sniffer.announcement(VIRTUAL[kind]), "it is announced")
    t.expect(a.advert().at < announced.at, "the advert is first")


# ---- what others send ---------------------------------------------------------------------------

REFUSED = {
    "ttl": {"ttl": 254},
    "length": {"count": 5},
    "version": {"version": 7},
    "type": {"kind": 2},
    "checksum": {"damage": 1},
    "count": {"addresses": [], "count": 0},
}
REFUSED_BY = {
    "ipv4": {"interval-zero": {"interval": 0}},
    "ipv6": {"interval-zero": {"interval": 0}, "not-link-local": {"addresses": ["2001:db8::51"]}},
    "version2": {"auth-type-invalid": {"auth_type": 9}, "auth-type-mismatch": {"auth_type": 1},
                 "address-list": {"addresses": ["192.0.2.55"]},
                 "interval-mismatch": {"interval": 2}},
}


@tap.test(*KINDS)
def v13_refused_for_the_right_reason(t, kind):
    """What is wrong with a packet is counted by name, and changes nothing (I-16)."""
    a = Alone(t, kind, priority=100 if kind != "version2" else 255)
    faults = {**REFUSED, **REFUSED_BY[kind]}
    for fields in faults.values():
        a.inject(**fields)
    a.inject(vrid=99)
    for reason in faults:
        a.counted(reason, 1)
    a.counted("vrid", 1, None)
    t.equal(a.counts()["adverts_received"], 0, "accepted")
    t.equal(state_of(a.daemon), "active", "the state")
    t.equal(len(a.daemon.events("drop")), len(faults), "lines in the log")


@tap.test(*FAMILIES)
def v13_accepted_though_odd(t, kind):
    """Padding behind the packet (row 28a), IP options (row 27), reserved bits (row 8)."""
    a = Alone(t, kind)
    a.inject(priority=100, trailer=b"\xee" * 40)
    if kind == "ipv4":
        a.inject(priority=100, options=b"\x94\x04\x00\x00" + b"\x01" * 8)
    else:
        a.inject(priority=100)
    a.inject(priority=100, interval=SECONDS[kind] + 0xF000 / 100)
    a.counted("adverts_received", 3)
    t.equal(a.daemon.events("drop"), [], "refusals")
    t.equal(a.counts()["interval_differs"], 0, "intervals that differ")


@tap.test
def row_062_carp(t):
    """A frame of CARP, which has the same protocol number and group, is refused."""
    a = Alone(t, "version2")
    carp = bytes([0x21, VRID, 100, 7, 0, 1]) + bytes(30)
    a.sniffer.inject(packets.ethernet("02:00:00:00:00:fe", packets.GROUP_MAC[4], packets.ETH_IP4,
                                      packets.ip4("192.0.2.77", packets.GROUP4, 112, carp)))
    a.counted("length", 1)


@tap.test
def row_057_own_packets_reflected(t):
    """Our own adverts, come back over a loop in the network, are no reason to yield."""
    a = Alone(t, "ipv6", priority=100)
    p = a.advert()
    for _ in range(3):
        a.sniffer.inject(p.frame)
    a.counted("self", 3)
    t.equal(state_of(a.daemon), "active", "the state")


@tap.test
def row_138_other_version(t):
    """A router of version 3 drops version 2, and the reverse."""
    for kind, version in (("ipv4", 2), ("version2", 3)):
        a = Alone(t, kind)
        a.inject(version=version)
        a.counted("version", 1)
        a.daemon.stop()


@tap.test(*FAMILIES)
def row_090_lower_priority_is_answered_from_a_budget(t, kind):
    """Each lower priority is answered at once (RFC 9568), but a flood of them not with a flood."""
    a = Alone(t, kind, interval="1s")
    since = time.time()
    a.inject(priority=100, interval=1)
    first = a.advert(since=since)
    t.note(f"{kind}: answered after {(first.at - since) * 1e3:.1f} ms")
    for _ in range(300):
        a.inject(priority=100, interval=1)
    a.counted("adverts_received", 301)
    until = time.time()
    sent = len(a.sniffer.adverts(since=since, until=until, src=a.src))
    t.note(f"{kind}: {sent} adverts in {until - since:.2f} s")
    t.expect(sent <= 4 + 2 * (until - since) + 1, "four at once, then one for each interval")


@tap.test(*FAMILIES)
def row_086_priority_zero_is_answered(t, kind):
    """An Active that hears another leave advertises at once, and does not go."""
    a = Alone(t, kind, interval="40s")
    a.advert()
    since = time.time()
    a.inject(priority=0, interval=40)
    t.expect(a.sniffer.advert(since=since, src=a.src), "it answers long before its interval")
    t.equal(state_of(a.daemon), "active", "the state")


@tap.test
def row_015_families_are_independent(t):
    """IPv4 and IPv6 with one VRID on one interface are two virtual routers."""
    net = t.lab("r1", "r2")
    both = [[instance("ipv4", name="four", priority=p), instance("ipv6", name="six", priority=q)]
            for p, q in ((200, 100), (100, 200))]
    r1, r2 = net.r1.vrrpd(config(*both[0])), net.r2.vrrpd(config(*both[1]))
    t.expect(r1.state("active", vrrp="four"), "r1 has IPv4")
    t.expect(r2.state("active", vrrp="six"), "r2 has IPv6")
    # One that starts much later than the other finds it Active first.
    t.expect(lab.wait_until(lambda: state_of(r1, "six") == state_of(r2, "four") == "backup"),
             "the others are Backups")
    t.expect(net.r1.wait_has(VIRTUAL["ipv4"]) and net.r2.wait_has(VIRTUAL["ipv6"]), "addresses")


@tap.test
def row_067_interval_is_learned(t):
    """A Backup of version 3 follows the interval of its Active, and says that it differs."""
    net = t.lab("r1", "r2")
    r1 = net.r1.vrrpd(one("ipv4", priority=200, interval="600ms"))
    t.expect(r1.state("active"), "r1 is Active")
    r2 = net.r2.vrrpd(one("ipv4", priority=100, interval="100ms"))
    settled(t, "ipv4", r1, [r2])
    sniffer = packets.Sniffer(net.r2)
    t.expect(sniffer.advert(since=time.time(), count=5), "r1 goes on")
    t.equal(state_of(r2), "backup", "the state of r2, which would have waited for 360 ms alone")
    t.expect(r2.event("interval-differs"), "it is said in the log")
    t.equal(len(r2.events("state")) <= 3, True, "at most one takeover before the first was heard")


if __name__ == "__main__":
    tap.main()
