# SPDX-License-Identifier: BSD-2-Clause
"""The virtual MAC: what leaves from it, who answers with it, and the device that has it."""
import json
import os
import re
import signal
import socket
import struct
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import lab
import packets
import tap
from routers import PREFIX, VIRTUAL, VRID, config, instance, one, own_address, settled, state_of

KINDS = ("ipv4", "ipv6")
LOWER = {"arp_ignore": 1, "arp_filter": 1, "arp_announce": 2}
# Beside the link-local one, one that needs no scope to be used.
GLOBAL6 = "2001:db8::100"


def mac_of(kind, vrid=VRID):
    return f"00:00:5e:00:{2 if kind == 'ipv6' else 1:02x}:{vrid:02x}"


def device_of(kind, vrid=VRID):
    return f"vrrp{6 if kind == 'ipv6' else 4}-{vrid}-e0"


def with_vmac(kind, **settings):
    more = {"virtual_mac": True, **settings}
    if kind == "ipv6":
        more.setdefault("addresses", [f"{VIRTUAL['ipv6']}/64", f"{GLOBAL6}/64"])
    return one(kind, **more)


def user_address(kind):
    return GLOBAL6 if kind == "ipv6" else VIRTUAL[kind]


class Device:
    """The device of a router on a node, as ip(8) shows it; None when there is none."""

    def __init__(self, node, name):
        self.node, self.name = node, name

    def show(self):
        out = self.node.run("ip", "-j", "-d", "link", "show", "dev", self.name, check=False)
        try:
            return json.loads(out)[0]
        except (ValueError, IndexError):
            return None

    def is_up(self):
        shown = self.show()
        return bool(shown) and "UP" in shown["flags"]

    def setting(self, name, family="ipv4", dev=None):
        return int(self.node.run("cat", f"/proc/sys/net/{family}/conf/{dev or self.name}/{name}"))


class Pair:
    """Two routers with a virtual MAC, and a client that listens."""

    def __init__(self, t, kind, start=True, **settings):
        self.t, self.kind, self.mac, self.name = t, kind, mac_of(kind), device_of(kind)
        self.address = user_address(kind)
        self.net = t.lab("r1", "r2", "client")
        self.r1, self.r2, self.client = self.net.r1, self.net.r2, self.net.client
        self.sniffer = packets.Sniffer(self.client)
        self.config = [with_vmac(kind, priority=p, **settings) for p in (200, 100)]
        self.device = [Device(n, self.name) for n in (self.r1, self.r2)]
        if start:
            self.d1, self.d2 = self.r1.vrrpd(self.config[0]), self.r2.vrrpd(self.config[1])
            self.is_active(self.d1, self.d2)

    def is_active(self, active, *backups):
        """One is Active, with its device up and the address on it; the others are not."""
        def good(daemon, up):
            device = Device(daemon.node, self.name)
            return (state_of(daemon) == ("active" if up else "backup") and device.is_up() == up and
                    device.show() and daemon.node.has(self.address, self.name) == up)
        self.t.expect(lab.wait_until(lambda: good(active, True) and
                                     all(good(b, False) for b in backups)),
                      f"{active.node.name} alone is Active, and its device alone is up")

    def ask(self):
        """The client asks for the address; the answers, once there was time for all of them."""
        since, mine = time.time(), self.client.mac()
        frame = packets.solicitation(mine, own_address(self.client, "ipv6"), self.address) \
            if self.kind == "ipv6" else \
            packets.who_has(mine, own_address(self.client, "ipv4"), self.address)
        self.sniffer.inject(frame)
        kind = {"kind": "na", "solicited": True, "target": self.address} if self.kind == "ipv6" \
            else {"kind": "arp", "op": 2, "sender": self.address}
        first = self.sniffer.wait(since=since, patience=5, **kind)
        time.sleep(0.1)
        return self.sniffer.all(since=since, **kind) if first else []

    def entry(self):
        """What the client has learned of the address."""
        found = re.search(r"lladdr (\S+)", self.client.run("ip", "neigh", "show", self.address))
        return found and found.group(1)

    def answered(self):
        """Whether the client's questions are answered, and with the virtual MAC only."""
        answers = self.ask()
        for p in answers:
            self.t.equal(p.sender_mac if self.kind == "ipv4" else p.lladdr, self.mac,
                         "the MAC in the answer")
        return answers

    def ping(self):
        pinger = os.path.join(lab.SRC, "tests", "lab", "pinger.py")
        return self.client.spawn(sys.executable, pinger, self.address, "0.01")

    def pinged(self, pinger):
        """Ends it; the longest time without an answer, in seconds, and its own noise."""
        pinger.stop()
        said = json.loads(pinger.lines[-1][1])
        at = [answer for _, answer in said["answers"] if answer]
        self.t.expect(len(at) > 10, "pings are answered")
        return max(b - a for a, b in zip(at, at[1:])), said["stall"]


def from_vmac(sniffer, mac, since=0.0):
    """What left the node of this sniffer from that MAC."""
    return sniffer.all(since=since, outgoing=True, eth_src=mac)


def describe(frames):
    return [f"{p.kind} to {p.eth_dst} {p.frame[14:74].hex()}" for p in frames]


# ---- frames -------------------------------------------------------------------------------------

@tap.test("ipv4", "ipv6", "version2")
def row_023_adverts_have_the_virtual_mac(t, kind):
    """Adverts leave from the virtual MAC, with the address of the interface as their source."""
    p = Pair(t, kind)
    for _ in range(2):
        advert = p.sniffer.advert(since=p.sniffer.now(), vrid=VRID, priority=200)
        t.equal(advert.eth_src, p.mac, "Ethernet source")
        t.equal(advert.eth_dst, packets.GROUP_MAC[6 if kind == "ipv6" else 4], "destination")
        t.equal(advert.src, own_address(p.r1, kind), "IP source")
        t.equal((advert.ttl, advert.tos >> 2), (255, packets.CS6), "TTL and DSCP")
        t.expect(advert.csum and advert.ip_csum_ok if kind != "ipv6" else advert.csum, "checksums")
    for a in ([VIRTUAL["ipv6"], GLOBAL6] if kind == "ipv6" else [p.address]):
        said = p.sniffer.announcement(a)
        t.equal(said.eth_src, p.mac, "Ethernet source of the announcement")
        t.equal(said.sender_mac if kind != "ipv6" else said.lladdr, p.mac, "what it says")
    others = [a for a in p.sniffer.adverts(vrid=VRID) if a.eth_src != p.mac]
    t.equal(others, [], "adverts from another MAC")
    p.d1.stop()
    t.equal(p.sniffer.advert(priority=0).eth_src, p.mac, "Ethernet source of the last one")


@tap.test
def row_025_no_address_is_made_of_the_virtual_mac(t):
    """The device has the virtual addresses and no others, even if the network offers prefixes."""
    p = Pair(t, "ipv6")
    has = {a.split("/")[0] for a in p.r1.addresses(p.name)}
    t.equal(has, {VIRTUAL["ipv6"], GLOBAL6}, "addresses")
    t.equal(p.device[0].show()["inet6_addr_gen_mode"], "none", "addr_gen_mode")
    # A Router Advertisement with a prefix to make addresses in.
    option = struct.pack("!BBBBIII", 3, 4, 64, 0xC0, 3600, 3600, 0) + \
        socket.inet_pton(socket.AF_INET6, "2001:db8:1::")
    m = struct.pack("!BBHBBHII", 134, 0, 0, 64, 0, 1800, 0, 0) + option
    src = own_address(p.client, "ipv6")
    csum = ~packets.total(packets.pseudo_header(src, "ff02::1", 58, len(m)) + m) & 0xFFFF
    m = m[:2] + struct.pack("!H", csum) + m[4:]
    p.sniffer.inject(packets.ethernet(p.client.mac(), "33:33:00:00:00:01", packets.ETH_IP6,
                                      packets.ip6(src, "ff02::1", 58, m)))
    t.expect(lab.wait_until(lambda: any(a.startswith("2001:db8:1:")
                                        for a in p.r2.addresses())), "others follow it")
    t.equal({a.split("/")[0] for a in p.r1.addresses(p.name)}, has, "addresses after that")


# ---- who answers --------------------------------------------------------------------------------

@tap.test(*KINDS)
def row_107_answers_have_the_virtual_mac(t, kind):
    """One answer to each question, from and with the virtual MAC; and none with another."""
    p = Pair(t, kind)
    p.net.make_hub()
    for _ in range(3):
        answers = t.expect(p.answered(), "an answer")
        t.equal(len(answers), 1, "answers")
        t.equal(answers[0].eth_src, p.mac, "Ethernet source")
        if kind == "ipv6":  # row 109
            t.equal((answers[0].router, answers[0].solicited, answers[0].override),
                    (True, True, True), "R, S, O")
    # What the machine is asked for itself, it answers for itself.
    mine, own = p.client.mac(), own_address(p.r1, kind)
    since = time.time()
    p.sniffer.inject(packets.solicitation(mine, own_address(p.client, "ipv6"), own)
                     if kind == "ipv6" else
                     packets.who_has(mine, own_address(p.client, "ipv4"), own))
    field = {"kind": "na", "target": own} if kind == "ipv6" else {"kind": "arp", "sender": own,
                                                                  "op": 2}
    said = t.expect(p.sniffer.wait(since=since, **field), "it answers for its own address")
    t.equal(said.lladdr if kind == "ipv6" else said.sender_mac, p.r1.mac(), "with its own MAC")


@tap.test(*KINDS)
def row_112_questions_do_not_betray_the_physical_mac(t, kind):
    """Whoever it has to find to answer from a virtual address: nobody learns another MAC of it."""
    p = Pair(t, kind)
    wire = packets.Sniffer(p.r1)
    pinger = p.ping()
    for _ in range(5):
        p.r1.run("ip", "neigh", "flush", "all")
        time.sleep(0.1)
    p.pinged(pinger)
    if kind == "ipv4":
        asked = wire.all(kind="arp", op=1, outgoing=True)
        bad = [a for a in asked if (a.sender == p.address) != (a.sender_mac == p.mac)]
    else:
        asked = wire.all(kind="ns", outgoing=True)
        virtual = (VIRTUAL["ipv6"], GLOBAL6)
        bad = [a for a in asked if a.src != "::" and a.lladdr and
               (a.src in virtual) != (a.lladdr == p.mac)]
    t.note(f"{kind}: {len(asked)} questions of the Active")
    t.equal(describe(bad), [], "questions that say what is not so")
    t.equal(p.entry(), p.mac, "what the client has learned")


@tap.test(*KINDS)
def row_114_backup_takes_nothing(t, kind):
    """Frames to the virtual MAC reach the Backup, which neither takes nor answers them."""
    p = Pair(t, kind)
    p.net.make_hub()
    wire = packets.Sniffer(p.r2)
    t.expect(p.answered(), "the Active answers")
    pinger = p.ping()
    t.expect(wire.wait(eth_dst=p.mac, count=20), "the Backup sees what is sent to the MAC")
    p.pinged(pinger)
    t.equal(describe(from_vmac(wire, p.mac)), [], "frames of the Backup from the MAC")
    group = [x for x in p.r2.run("ip", "maddr", "show", "dev", "e0").split() if x == p.mac]
    t.equal(group, [], "the MAC among those that its interface takes")
    t.equal([f.eth_src for f in wire.all(outgoing=True) if f.kind in ("na", "arp")
             and p.address in (getattr(f, "sender", ""), getattr(f, "target", ""))
             and f.announces is None and getattr(f, "op", 2) == 2], [], "answers of the Backup")


@tap.test(*KINDS)
def row_130_its_own_traffic_stays_its_own(t, kind):
    """What the machine sends goes by the interface, from the address there, also after a flap that
    makes the route there the younger one."""
    p = Pair(t, kind, start=False, link_down_delay="10s")
    p.d1 = p.r1.vrrpd(p.config[0])
    p.is_active(p.d1)
    other, own = ("2001:db8::3", "2001:db8::1") if kind == "ipv6" else ("192.0.2.3", "192.0.2.1")
    for what in ("at first", "after a flap"):
        route = p.r1.run("ip", "route", "get", other)
        t.expect(" dev e0 " in route and f" src {own} " in route + " ", f"{what}: {route}")
        p.r1.run("ip", "link", "set", "e0", "down")
        p.r1.run("ip", "link", "set", "e0", "up")
        if kind == "ipv6":
            p.r1.run("ip", "address", "replace", f"{own}/64", "dev", "e0", "nodad")
        p.is_active(p.d1)
    pinger = p.ping()
    time.sleep(0.5)
    p.pinged(pinger)
    # Where it has no address in the subnet, the device is the way.
    p.r1.run("ip", "address", "del", f"{own}/{PREFIX[kind]}", "dev", "e0")
    p.r1.run("ip", "address", "add", "198.51.100.1/24", "dev", "e0")
    t.expect(lab.wait_until(lambda: f" dev {p.name} " in p.r1.run("ip", "route", "get", other,
                                                                 check=False)), "the device")


# ---- the silence of a Backup --------------------------------------------------------------------

def mld_query(mac, src):
    m = struct.pack("!BBHHH", 130, 0, 0, 100, 0) + bytes(16) + struct.pack("!BBH", 2, 125, 0)
    csum = ~packets.total(packets.pseudo_header(src, "ff02::1", 58, len(m)) + m) & 0xFFFF
    m = m[:2] + struct.pack("!H", csum) + m[4:]
    alert = bytes([58, 0, 5, 2, 0, 0, 1, 0])
    return packets.ethernet(mac, "33:33:00:00:00:01", packets.ETH_IP6,
                            packets.ip6(src, "ff02::1", 0, alert + m, ttl=1))


def igmp_query(mac, src):
    m = struct.pack("!BBH4sBBH", 0x11, 10, 0, bytes(4), 2, 125, 0)
    m = m[:2] + struct.pack("!H", ~packets.total(m) & 0xFFFF) + m[4:]
    return packets.ethernet(mac, "01:00:5e:00:00:01", packets.ETH_IP4,
                            packets.ip4(src, "224.0.0.1", 2, m, ttl=1, options=b"\x94\4\0\0"))


@tap.test(*KINDS)
def i05_backup_is_silent(t, kind):
    """Whatever happens to a Backup, nothing leaves from the virtual MAC: start, flaps, queries,
    a device set up or removed by hand, a reload, a kill, a stop."""
    p = Pair(t, kind, start=False)
    wire = packets.Sniffer(p.r2)
    p.d1 = p.r1.vrrpd(p.config[0])
    t.expect(p.d1.state("active"), "r1 is Active")
    d2 = p.r2.vrrpd(p.config[1])
    p.is_active(p.d1, d2)
    device = p.device[1]

    def backup_again(what, mark):
        t.expect(lab.wait_until(lambda: state_of(d2) == "backup" and device.show() and
                                not device.is_up()), f"Backup, with its device down: {what}")
        t.equal(d2.event("state", to="active", patience=0, start=mark), None, what)

    for k in range(3):
        mark = d2.mark()
        p.net.sw.run("ip", "link", "set", p.net.port("r2"), "down")
        t.expect(d2.state("initialize", start=mark), "link down")
        p.net.sw.run("ip", "link", "set", p.net.port("r2"), "up")
        t.expect(d2.state("backup", start=mark), "link up")
        mark = d2.mark()
        p.r2.run("ip", "link", "set", "e0", "down")
        t.expect(d2.state("initialize", start=mark), "interface down")
        p.r2.run("ip", "link", "set", "e0", "up")
        t.expect(d2.state("backup", start=mark), "interface up")
        p.sniffer.inject(mld_query(p.client.mac(), own_address(p.client, "ipv6")))
        p.sniffer.inject(igmp_query(p.client.mac(), own_address(p.client, "ipv4")))
        backup_again(f"flap {k}", mark)
    mark = d2.mark()
    p.r2.run("ip", "link", "del", p.name)
    t.expect(d2.event("virtual-mac-changed", start=mark), "it is said in the log")
    backup_again("removed", mark)
    mark = d2.mark()
    t.equal(d2.reload(with_vmac(kind, priority=90))["event"], "configured", "reload")
    backup_again("reload", mark)
    d2.kill()
    d2 = p.r2.vrrpd(p.config[1])
    t.expect(d2.state("backup"), "Backup after a kill")
    backup_again("killed", 0)
    # For an instant it is up, with no addresses, before it is set down again.
    mark = d2.mark()
    p.r2.run("ip", "link", "set", p.name, "up")
    t.expect(d2.event("virtual-mac-changed", start=mark), "it is said in the log")
    backup_again("set up by hand", mark)
    t.equal(d2.stop(), 0, "exit status")
    t.equal(device.show(), None, "the device")
    t.equal(describe(from_vmac(wire, p.mac)), [], "frames from the virtual MAC")
    t.note(f"{kind}: {len(wire.all(outgoing=True))} frames left, none of them from {p.mac}")


@tap.test(*KINDS)
def i05_who_yields_falls_silent(t, kind):
    """An Active that yields: nothing leaves from the virtual MAC after that but from the winner."""
    p = Pair(t, kind)
    wire = packets.Sniffer(p.r1)
    t.equal(p.d2.reload(with_vmac(kind, priority=250))["event"], "configured", "reload")
    t.expect(p.d2.state("active", why="preempt"), "r2 takes over")
    p.is_active(p.d2, p.d1)
    heard = t.expect(wire.advert(vrid=VRID, priority=250, outgoing=False), "r1 hears r2")
    p.sniffer.inject(mld_query(p.client.mac(), own_address(p.client, "ipv6")))
    t.expect(p.sniffer.advert(since=time.time(), priority=250, count=10), "r2 goes on")
    after = from_vmac(wire, p.mac, heard.at)
    t.equal(describe(after), [], "frames of the loser from the virtual MAC")
    last = wire.adverts(since=heard.at, outgoing=True)
    t.equal([(a.priority, a.eth_src) for a in last], [(200, p.r1.mac())] if last else [],
            "its last word: from its own MAC")


# ---- failover -----------------------------------------------------------------------------------

@tap.test(*KINDS)
def v01_a_client_notices_nothing_but_the_time(t, kind):
    """The Active is killed: the entry of the client stays as it is, and it goes on where it was."""
    p = Pair(t, kind)
    pinger = p.ping()
    t.expect(lab.wait_until(lambda: p.entry() == p.mac), "the client has learned the virtual MAC")
    port = port_of(p, "r1")
    p.client.run("ip", "neigh", "replace", p.address, "lladdr", p.mac, "dev", "e0", "nud",
                 "permanent")  # not even a gratuitous ARP changes it
    since = time.time()
    p.d1.kill()
    t.expect(p.d2.state("active"), "r2 takes over")
    t.expect(lab.wait_until(lambda: p.r2.has(p.address, p.name)), "it has the address")
    t.expect(p.sniffer.announcement(p.address, since=since), "and says so")
    time.sleep(0.3)
    outage, stall = p.pinged(pinger)
    t.equal(p.entry(), p.mac, "the entry")
    t.expect(port_of(p, "r2") != port, "the bridge has learned that the MAC is elsewhere")
    t.note(f"{kind}: outage {outage * 1e3:.1f} ms, with an entry that never changed; noise of the "
           f"client {stall * 1e3:.1f} ms")


def port_of(p, name):
    """The port that the bridge finds the virtual MAC at: that of this node."""
    def at():
        found = re.search(rf"{p.mac} dev (\S+)", p.net.sw.run("bridge", "fdb", "show", "br", "br0"))
        return found and found.group(1)
    p.t.expect(lab.wait_until(lambda: at() == p.net.port(name)), f"the bridge learns: {name}")
    return at()


@tap.test(*KINDS)
def v02_stop_hands_over(t, kind):
    """The Active is stopped: its device goes, with its addresses, and the other takes over."""
    p = Pair(t, kind)
    pinger = p.ping()
    time.sleep(0.3)
    t.equal(p.d1.stop(), 0, "exit status")
    t.equal(p.device[0].show(), None, "the device of r1")
    p.is_active(p.d2)
    time.sleep(0.3)
    outage, stall = p.pinged(pinger)
    t.note(f"{kind}: outage {outage * 1e3:.1f} ms; noise of the client {stall * 1e3:.1f} ms")


# ---- the lease ----------------------------------------------------------------------------------

class Asker(threading.Thread):
    """Asks for the address every few milliseconds."""

    def __init__(self, p):
        super().__init__(daemon=True)
        self.p, self.over = p, threading.Event()
        mine = p.client.mac()
        self.frame = packets.solicitation(mine, own_address(p.client, "ipv6"), p.address) \
            if p.kind == "ipv6" else packets.who_has(mine, own_address(p.client, "ipv4"), p.address)
        self.start()

    def run(self):
        while not self.over.wait(0.004):
            self.p.sniffer.inject(self.frame)

    def close(self):
        self.over.set()
        self.join()


@tap.test(*KINDS)
def f11_frozen_active_does_not_answer(t, kind):
    """The lease holds with a virtual MAC too: frozen, the Active answers and sends nothing once
    the other has taken over."""
    p = Pair(t, kind, lease=True)
    if "trivet_vrrpd" not in p.r1.run("nft", "list", "tables", check=False):
        if not lab.wait_until(lambda: "trivet_vrrpd" in p.r1.run("nft", "list", "tables",
                                                                 check=False), 3):
            t.skip("no netdev egress hook in this kernel, or no nft")
    wires = [packets.Sniffer(n) for n in (p.r1, p.r2)]
    p.net.make_hub()
    asker = Asker(p)
    field = {"kind": "na", "solicited": True, "target": p.address} if kind == "ipv6" else \
        {"kind": "arp", "op": 2, "sender": p.address}
    t.expect(wires[0].wait(outgoing=True, count=20, **field), "r1 answers")
    p.d1.send_signal(signal.SIGSTOP)
    t.expect(p.d2.state("active"), "r2 takes over")
    t.expect(wires[1].wait(outgoing=True, count=50, **field), "r2 answers")
    p.sniffer.inject(mld_query(p.client.mac(), own_address(p.client, "ipv6")))
    t.expect(wires[1].wait(outgoing=True, since=time.time(), count=50, **field), "and goes on")
    asker.close()
    first, second = ([f.at for f in w.all(outgoing=True, **field)] for w in wires)
    t.equal(sum(at >= second[0] for at in first), 0, "answers of r1 after the first of r2")
    stray = from_vmac(wires[0], p.mac, second[0])
    t.equal(describe(stray), [], "frames of r1 from the virtual MAC since then")
    t.note(f"{kind}: {len(first)} answers of r1, then {len(second)} of r2, "
           f"{(second[0] - first[-1]) * 1e3:.1f} ms nobody")
    p.d1.send_signal(signal.SIGCONT)
    p.is_active(p.d1, p.d2)
    t.expect(wires[0].wait(outgoing=True, since=time.time(), patience=1, **field) is None or True,
             "thawed")
    t.expect(p.answered(), "r1 answers again")


# ---- settings -----------------------------------------------------------------------------------

def check_settings(t, p, node, device):
    wanted = {"arp_ignore": 1, "arp_announce": 2, "arp_filter": 0, "accept_local": 1,
              "rp_filter": 0, "promote_secondaries": 1}
    t.equal({k: device.setting(k) for k in wanted}, wanted, f"IPv4 settings of {node.name}'s")
    if p.kind == "ipv6":
        wanted = {"accept_ra": 0, "autoconf": 0, "forwarding": 1, "disable_ipv6": 0,
                  "keep_addr_on_down": 0, "addr_gen_mode": 1}
    else:
        wanted = {"disable_ipv6": 1, "addr_gen_mode": 1}
    t.equal({k: device.setting(k, "ipv6") for k in wanted}, wanted, "IPv6 settings")


def lower_settings(device):
    return {k: device.setting(k, dev="e0") for k in LOWER}


@tap.test("ipv4", "ipv6", "as another user")
def settings_are_made_and_taken_back(t, how):
    """What the device and the interface below need is set; what the interface had comes back, also
    when the run that changed it was killed."""
    kind = "ipv6" if how == "ipv6" else "ipv4"
    p = Pair(t, kind, start=False)
    options = []
    if how == "as another user":
        os.chmod(p.net.dir, 0o711)
        options = ["--user", "nobody"]
    before = {"arp_ignore": 0, "arp_filter": 0, "arp_announce": 1}
    p.r1.run("sysctl", "-qw", *(f"net.ipv4.conf.e0.{k}={v}" for k, v in before.items()))
    for _ in range(2):
        p.d1 = p.r1.vrrpd(p.config[0], *options)
        if options and not p.d1.event("started", patience=5):
            t.skip("cannot become another user here")
        p.is_active(p.d1)
        check_settings(t, p, p.r1, p.device[0])
        t.equal(lower_settings(p.device[0]), LOWER if kind == "ipv4" else before, "below")
        t.equal(p.d1.events("setting-failed"), [], "what could not be set")
        p.d1.kill()
    # Somebody changes them meanwhile; and when it becomes Active they are put right.
    p.r1.run("sysctl", "-qw", f"net/ipv4/conf/{p.name}/arp_ignore=0",
             f"net/ipv4/conf/{p.name}/accept_local=0")
    p.d1 = p.r1.vrrpd(p.config[0], *options)
    p.is_active(p.d1)
    check_settings(t, p, p.r1, p.device[0])
    # One more on the same interface, and one less: it stays as it must be until the last has gone.
    both = config(instance(kind, virtual_mac=True, priority=200),
                  instance("ipv4", name="more", vrid=7, virtual_mac=True, priority=200,
                           addresses=["192.0.2.107/24"]))
    t.equal(p.d1.reload(both)["event"], "configured", "reload")
    t.expect(p.d1.state("active", vrrp="more"), "the second is Active")
    t.expect(lab.wait_until(lambda: p.r1.has("192.0.2.107", device_of("ipv4", 7))), "address")
    t.equal(lower_settings(p.device[0]), LOWER, "below, with two")
    t.equal(p.d1.reload(p.config[0])["event"], "configured", "reload")
    t.expect(lab.wait_until(lambda: Device(p.r1, device_of("ipv4", 7)).show() is None), "one less")
    below = LOWER if kind == "ipv4" else before
    t.expect(lab.wait_until(lambda: lower_settings(p.device[0]) == below), "below, with one")
    t.equal(p.d1.stop(), 0, "exit status")
    t.equal(lower_settings(p.device[0]), before, "below, after the stop")


@tap.test
def strict_everywhere_is_loose_here(t):
    """With net.ipv4.conf.all.rp_filter = 1 packets to the virtual addresses are taken all the
    same: the device is loose."""
    p = Pair(t, "ipv4", start=False)
    p.r1.run("sysctl", "-qw", "net.ipv4.conf.all.rp_filter=1")
    p.d1 = p.r1.vrrpd(p.config[0])
    p.is_active(p.d1)
    t.equal(p.device[0].setting("rp_filter"), 2, "rp_filter")
    pinger = p.ping()
    time.sleep(0.5)
    p.pinged(pinger)


@tap.test
def a_setting_that_cannot_be_made_is_said_once(t):
    """arp_filter of all interfaces keeps the device from answering: the log names it, once."""
    p = Pair(t, "ipv4", start=False)
    p.r1.run("sysctl", "-qw", "net.ipv4.conf.all.arp_filter=1")
    p.d1 = p.r1.vrrpd(p.config[0])
    said = t.expect(p.d1.event("setting-failed"), "it is said")
    t.equal(said["setting"], "net.ipv4.conf.all.arp_filter", "which")
    t.expect("not answered" in said["text"], "what it means")
    p.is_active(p.d1)
    t.equal(len(p.d1.events("setting-failed")), 1, "times")


# ---- what others do -----------------------------------------------------------------------------

@tap.test(*KINDS)
def v18_what_others_do_to_the_device_is_undone(t, kind):
    """Somebody sets it down, removes it, renames it, gives it another MAC: it is put right, and
    the router stays Active."""
    p = Pair(t, kind)
    pinger = p.ping()
    for what in (("set", p.name, "down"), ("del", p.name), ("set", p.name, "address",
                                                            "02:00:00:00:00:99"),
                 ("set", p.name, "name", "other")):
        mark = p.d1.mark()
        p.r1.run("ip", "link", *what)
        t.expect(p.d1.event("virtual-mac-changed", "leftover", start=mark), f"said: {what}")
        p.is_active(p.d1, p.d2)
        t.equal(p.device[0].show()["address"], p.mac, "its MAC")
        t.expect(p.answered(), f"an answer after {what}")
        time.sleep(1)  # one line a second in the log
    t.equal(Device(p.r1, "other").show(), None, "what was renamed")
    t.equal([e["to"] for e in p.d1.events("state")], ["backup", "active"], "states of r1")
    outage, stall = p.pinged(pinger)
    t.note(f"{kind}: longest time without an answer {outage * 1e3:.1f} ms; noise {stall * 1e3:.1f}")


@tap.test(*KINDS)
def v14_it_follows_the_interface(t, kind):
    """The interface flaps, is taken down, goes and comes back with another index: the device goes
    with it and comes back."""
    p = Pair(t, kind)
    for how in ("carrier", "down"):
        mark = p.d1.mark()
        where, dev = (p.net.sw, p.net.port("r1")) if how == "carrier" else (p.r1, "e0")
        where.run("ip", "link", "set", dev, "down")
        t.expect(p.d1.state("initialize", start=mark), f"r1 gives up: {how}")
        t.expect(lab.wait_until(lambda: not p.device[0].is_up()), "its device goes down")
        p.is_active(p.d2)
        where.run("ip", "link", "set", dev, "up")
        t.expect(p.d1.state("active", start=mark), "r1 is Active again")
        p.is_active(p.d1, p.d2)
        t.expect(p.answered(), "an answer")
    mark, index = p.d1.mark(), p.r1.index()
    p.net.sw.run("ip", "link", "del", p.net.port("r1"))
    t.expect(p.d1.state("initialize", start=mark), "r1 gives up")
    t.equal(p.device[0].show(), None, "its device")
    p.is_active(p.d2)
    p.r1.run("ip", "link", "add", "other", "type", "veth", "peer", "name", "other2")
    p.net.connect(p.r1, 1)
    t.expect(p.r1.index() != index, "it has another index")
    t.expect(p.d1.state("active", start=mark), "r1 is Active again")
    p.is_active(p.d1, p.d2)
    t.expect(p.answered(), "an answer")
    t.equal(p.d1.events("virtual-mac-failed"), [], "failures")


@tap.test(*KINDS)
def v01_a_killed_run_is_adopted(t, kind):
    """SIGKILL and a new start: the device goes on, and one that nobody has any more is removed."""
    p = Pair(t, kind, start=False)
    more = instance("ipv4", name="more", vrid=7, virtual_mac=True, priority=200,
                    addresses=["192.0.2.107/24"])
    p.d1 = p.r1.vrrpd(config(instance(kind, virtual_mac=True, priority=200), more))
    for name in ("web", "more"):
        t.expect(p.d1.state("active", vrrp=name), f"{name} is Active")
    other = Device(p.r1, device_of("ipv4", 7))
    t.expect(lab.wait_until(lambda: other.is_up() and p.device[0].is_up()), "both are up")
    index = p.r1.index(p.name)
    p.d1.kill()
    t.expect(p.device[0].is_up(), "it stays as it was")
    wire = packets.Sniffer(p.r1)
    p.d1 = p.r1.vrrpd(p.config[0])
    t.expect(p.d1.state("backup"), "the new run is Backup")
    t.expect(p.d1.event("leftover"), "what is left is said in the log")
    t.expect(lab.wait_until(lambda: other.show() is None), "the other device goes")
    p.is_active(p.d1)
    t.equal(p.r1.index(p.name), index, "its index")
    mine = wire.adverts(outgoing=True, vrid=VRID)[0].at
    early = [f for f in from_vmac(wire, p.mac) if f.at < mine]
    t.equal(describe(early), [], "what left from the virtual MAC before it was Active")
    t.expect(p.answered(), "an answer")


@tap.test
def a_name_that_is_taken(t):
    """An interface of that name that is somebody else's: it is left alone, and the router waits."""
    p = Pair(t, "ipv4", start=False)
    p.r1.run("ip", "link", "add", p.name, "type", "veth", "peer", "name", "x")
    p.r1.run("ip", "link", "set", p.name, "up")
    shown = p.device[0].show()
    p.d1 = p.r1.vrrpd(p.config[0])
    said = t.expect(p.d1.event("virtual-mac-failed"), "it is said in the log")
    t.expect("not ours" in said["error"], "why")
    t.expect(p.d1.event("waiting", why="virtual-mac"), "it waits")
    now = p.device[0].show()
    t.equal((now["ifindex"], now["flags"], now["address"]),
            (shown["ifindex"], shown["flags"], shown["address"]), "what was there")
    t.equal(p.d1.reload(with_vmac("ipv4", priority=200, virtual_mac_device="vm.51"))["event"],
            "configured", "reload with another name")
    t.expect(p.d1.state("active"), "it is Active")
    t.expect(lab.wait_until(lambda: p.r1.has(p.address, "vm.51")), "with the address")
    t.equal(Device(p.r1, "vm.51").setting("arp_ignore"), 1, "a setting, in spite of the dot")
    t.equal(p.d1.stop(), 0, "exit status")
    t.expect(p.device[0].show(), "somebody else's is there still")


# ---- together with other settings ---------------------------------------------------------------

@tap.test(*KINDS)
def row_122_owner(t, kind):
    """An owner with a virtual MAC: its address is not on the interface, which would answer with its
    own MAC; there, it is an obstacle."""
    p = Pair(t, kind, start=False)
    p.d1 = p.r1.vrrpd(with_vmac(kind, priority=255))
    t.expect(p.d1.state("active", why="owner"), "it is Active")
    p.is_active(p.d1)
    t.expect(p.answered(), "an answer")
    t.equal(p.sniffer.advert(priority=255).src, own_address(p.r1, kind), "source")
    t.equal(p.d1.stop(), 0, "exit status")
    p.r1.run("ip", "address", "add", f"{p.address}/{PREFIX[kind]}", "dev", "e0",
             *(["nodad"] if kind == "ipv6" else []))
    p.d1 = p.r1.vrrpd(with_vmac(kind, priority=255))
    t.expect(p.d1.event("waiting", why="address-foreign"), "it waits")
    p.r1.run("ip", "address", "del", f"{p.address}/{PREFIX[kind]}", "dev", "e0")
    t.expect(p.d1.state("active"), "until the address has gone")


@tap.test
def unicast_peers(t):
    """With peers adverts leave with the MAC of the interface; the address has the virtual one."""
    p = Pair(t, "ipv4", start=False)
    p.d1, p.d2 = (n.vrrpd(with_vmac("ipv4", priority=priority, garp={"refresh": "1s"},
                                    unicast={"peers": [own_address(peer, "ipv4")]}))
                  for n, peer, priority in ((p.r1, p.r2, 200), (p.r2, p.r1, 100)))
    p.net.make_hub()
    p.is_active(p.d1, p.d2)
    advert = t.expect(p.sniffer.advert(priority=200, dst=own_address(p.r2, "ipv4")), "an advert")
    t.equal(advert.eth_src, p.r1.mac(), "Ethernet source")
    t.expect(p.answered(), "an answer")


@tap.test
def both_families_share_an_interface(t):
    """IPv4 and IPv6 with one VRID, and a router without virtual MAC: each has its own."""
    net = t.lab("r1", "client")
    sniffer = packets.Sniffer(net.client)
    d = net.r1.vrrpd(config(
        instance("ipv4", virtual_mac=True, priority=200),
        instance("ipv6", name="six", virtual_mac=True, priority=200),
        instance("ipv4", name="plain", vrid=52, priority=200, addresses=["192.0.2.152/24"])))
    for name in ("web", "six", "plain"):
        t.expect(d.state("active", vrrp=name), f"{name} is Active")
    for kind in KINDS:
        t.equal(sniffer.advert(vrid=VRID, ip=6 if kind == "ipv6" else 4).eth_src, mac_of(kind),
                f"MAC of {kind}")
        t.expect(lab.wait_until(lambda k=kind: net.r1.has(VIRTUAL[k], device_of(k))), "address")
    t.equal(sniffer.advert(vrid=52).eth_src, net.r1.mac(), "MAC of the one without")
    t.expect(net.r1.wait_has("192.0.2.152"), "its address is on the interface")
    t.equal(d.stop(), 0, "exit status")
    left = re.findall(r"vrrp\S*", net.r1.run("ip", "-br", "link"))
    t.equal(left, [], "devices after the stop")


@tap.test
def a_hundred(t):
    """A hundred virtual MACs on an interface come and go."""
    net = t.lab("r1", "client")
    many = [instance("ipv4", name=f"v{i}", vrid=i, virtual_mac=True, priority=200, interval="1s",
                     addresses=[f"192.0.2.{100 + i}/24"]) for i in range(1, 101)]
    begun = time.monotonic()
    d = net.r1.vrrpd(config(*many))
    t.expect(lab.wait_until(lambda: len(d.events("state")) >= 200, 60), "all are Active")
    count = lambda: len(re.findall(r"vrrp4-\S+ +UP", net.r1.run("ip", "-br", "link")))
    t.expect(lab.wait_until(lambda: count() == 100), "all are up")
    t.note(f"100 Active, {time.monotonic() - begun:.2f} s after the start, of which 3.2 s are the "
           "protocol's")
    totals = d.counters()[None]
    begun = time.monotonic()
    t.equal(d.stop(), 0, "exit status")
    t.note(f"stopped within {time.monotonic() - begun:.2f} s; stalls before {totals['stalls']}")
    t.equal(count(), 0, "devices left")


if __name__ == "__main__":
    tap.main()
