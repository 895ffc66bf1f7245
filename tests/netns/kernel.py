# SPDX-License-Identifier: BSD-2-Clause
"""What the kernel, or somebody with ip(8), does to a running daemon: links, addresses, reports."""
import os
import signal
import socket
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import lab
import packets
import tap
from routers import (PREFIX, VIRTUAL, config, instance, one, own_address, settled, state_of, stays)

FAMILIES = ("ipv4", "ipv6")
MARK = 112         # IFA_PROTO of our addresses
NODAD, DADFAILED, TENTATIVE = 0x02, 0x08, 0x40


class Alone:
    """A router, Active unless told otherwise, and who listens to it."""

    def __init__(self, t, kind, run=True, **settings):
        self.t, self.kind, self.address = t, kind, VIRTUAL[kind]
        self.net = t.lab("r1", "client")
        self.node, self.sniffer = self.net.r1, packets.Sniffer(self.net.client)
        self.settings = {"priority": 200, "interval": "100ms", "garp": {"delay": "0s"}, **settings}
        self.daemon = None
        if run:
            self.start()
            self.active()

    def start(self, **settings):
        self.daemon = self.node.vrrpd(one(self.kind, **{**self.settings, **settings}))
        return self.daemon

    def active(self, start=0):
        self.t.expect(self.daemon.state("active", start=start), "it is Active")
        self.t.expect(self.node.wait_has(self.address), "it has the address")

    def ip(self, *args):
        return self.node.run("ip", *args)

    def with_prefix(self):
        return f"{self.address}/{PREFIX[self.kind]}"

    def link(self, how):
        """Pulls or plugs in the cable."""
        self.net.sw.run("ip", "link", "set", self.net.port("r1"), how)

    def announced(self, since, **fields):
        return self.t.expect(self.sniffer.announcement(self.address, since=since, **fields),
                             "the address is announced")

    def advertises(self, since, **fields):
        return self.t.expect(self.sniffer.advert(since=since, **fields), f"an advert, {fields}")

    def waits(self, why, start=0):
        return self.t.expect(self.daemon.event("waiting", why=why, start=start),
                             f"it waits because of {why}")

    def changes(self):
        """The states it entered."""
        return [e["to"] for e in self.daemon.events("state")]


def marks(node):
    """{ address: (IFA_PROTO, flags) } of a node, from the kernel: ip(8) may be older than that."""
    found = {}
    with packets.socket_in(node, socket.AF_NETLINK, socket.SOCK_RAW, 0) as s:
        s.send(struct.pack("=IHHIIB3x", 20, 22, 0x301, 1, 0, 0))  # RTM_GETADDR, dump
        while True:
            data = s.recv(1 << 17)
            while data:
                length, kind = struct.unpack("=IH", data[:6])
                if kind == 3:  # NLMSG_DONE
                    return found
                _note_mark(data[16:length], found)
                data = data[(length + 3) & ~3:]


def _note_mark(message, found):
    attributes, at = {}, 8
    while at + 4 <= len(message):
        length, kind = struct.unpack("=HH", message[at:at + 4])
        attributes[kind] = message[at + 4:at + length]
        at += (length + 3) & ~3
    address = packets.ipaddress.ip_address(attributes.get(2) or attributes[1])
    found[str(address)] = (attributes.get(11, b"\0")[0], struct.unpack("=I", attributes[8])[0])


# ---- addresses ----------------------------------------------------------------------------------

@tap.test(*FAMILIES)
def addresses_bear_our_mark(t, kind):
    """Virtual addresses have IFA_PROTO 112; others do not, and are left alone."""
    a = Alone(t, kind)
    found = marks(a.node)
    t.equal(found[a.address][0], MARK, "the mark of the virtual address")
    t.equal(found[own_address(a.node, kind)][0] in (0, 2, 3), True, "no mark of ours on others")
    before = set(a.node.addresses()) - {a.with_prefix()}
    t.equal(a.daemon.stop(), 0, "exit status")
    t.equal(set(a.node.addresses()), before, "addresses afterwards")


@tap.test
def row_123_no_duplicate_address_detection(t):
    """An IPv6 virtual address is usable at once: a former Active may still answer for it."""
    a = Alone(t, "ipv6", run=False)
    for dev in ("all", "e0"):
        a.node.run("sysctl", "-qw", f"net.ipv6.conf.{dev}.accept_dad=1",
                   f"net.ipv6.conf.{dev}.dad_transmits=3")
    a.net.client.run("ip", "address", "add", a.with_prefix(), "dev", "e0", "nodad")
    a.start()
    a.active()
    flags = marks(a.node)[a.address][1]
    t.equal(flags & (NODAD | TENTATIVE | DADFAILED), NODAD, "flags")
    shown = a.node.addresses()[a.with_prefix()]
    t.expect(shown.get("nodad") and not shown.get("tentative"), "ip(8) shows that")


@tap.test(*FAMILIES)
def v18_removed_address_is_put_back(t, kind):
    """Somebody removes the address: it is put back and announced, and the role does not change."""
    a = Alone(t, kind)
    since = time.time()
    a.ip("address", "del", a.with_prefix(), "dev", "e0")
    t.expect(a.daemon.event("address-removed"), "it is said in the log")
    t.expect(a.node.wait_has(a.address), "it is back")
    t.note(f"{kind}: announced {(a.announced(since).at - since) * 1e3:.1f} ms after the removal")
    t.equal(marks(a.node)[a.address][0], MARK, "its mark")
    t.equal(a.changes(), ["backup", "active"], "states")
    t.equal(a.daemon.counters()["web"]["addr_removed"], 1, "the counter")


@tap.test
def v18_all_addresses_flushed(t):
    """`ip address flush`, and the network set up anew: the router is what it was."""
    a = Alone(t, "ipv4")
    a.ip("address", "flush", "dev", "e0", "scope", "global")
    a.waits("no-source")
    mark = a.daemon.mark()
    a.ip("address", "add", "192.0.2.1/24", "dev", "e0")
    a.active(mark)
    t.equal(marks(a.node)[a.address][0], MARK, "its mark")


@tap.test(*FAMILIES)
def v19_foreign_address_on_a_backup(t, kind):
    """The address is there and not ours: the router does not run, says why, and leaves it."""
    a = Alone(t, kind, run=False)
    a.ip("address", "add", a.with_prefix(), "dev", "e0", "nodad")
    a.start()
    said = a.waits("address-foreign")
    t.expect(a.with_prefix() in said["text"], "it says which")
    t.equal(a.daemon.stop(), 0, "exit status")
    t.expect(a.node.has(a.address), "the address is left alone")
    a.start()
    a.waits("address-foreign")
    t.equal(a.sniffer.adverts(), [], "adverts meanwhile")
    a.ip("address", "del", a.with_prefix(), "dev", "e0")
    a.active()


@tap.test(*FAMILIES)
def v19_foreign_address_on_an_active(t, kind):
    """Our address is replaced by one of somebody else: it serves, and is not ours to remove."""
    a = Alone(t, kind)
    a.daemon.send_signal(signal.SIGSTOP)
    a.ip("address", "del", a.with_prefix(), "dev", "e0")
    a.ip("address", "add", a.with_prefix(), "dev", "e0", "nodad")
    a.daemon.send_signal(signal.SIGCONT)
    t.expect(a.daemon.event("address-foreign"), "it is said in the log")
    t.equal(a.daemon.stop(), 0, "exit status")
    t.expect(a.node.has(a.address), "the address is left alone")


@tap.test("as it was", "without the address")
def v01_leftover_of_a_killed_run(t, then):
    """What a killed run left is removed by the next, whether it is configured there or not."""
    a = Alone(t, "ipv4")
    a.ip("address", "add", "192.0.2.55/24", "dev", "e0")
    a.daemon.kill()
    t.expect(a.node.has(a.address), "the kernel still has it")
    if then == "as it was":
        # Not Active for a long time: it is not left for then.
        a.start(interval="10s")
    else:
        a.start(addresses=["192.0.2.101/24"])
    t.expect(a.node.wait_has(a.address, False), "it is removed")
    t.expect(a.daemon.event("leftover"), "it is said in the log")
    t.expect(a.node.has("192.0.2.55"), "what somebody else has set is not")
    if then != "as it was":
        t.expect(a.node.wait_has("192.0.2.101"), "the new one is set")


@tap.test
def stop_removes_everything(t):
    """After a stop there is no address of ours, of many routers of both families."""
    net = t.lab("r1")
    text = config(*(instance("ipv4", name=f"four{k}", vrid=k, priority=255,
                             addresses=[f"10.0.{k}.{i}/24" for i in range(1, 21)])
                    for k in range(1, 21)),
                  *(instance("ipv6", name=f"six{k}", vrid=k, priority=255,
                             addresses=[f"fe80::9:{k:x}/64"] +
                             [f"2001:db8:{k:x}::{i:x}/64" for i in range(1, 20)])
                    for k in range(1, 21)))
    before = set(marks(net.r1))
    r = net.r1.vrrpd(text)
    t.expect(lab.wait_until(lambda: len(marks(net.r1)) == len(before) + 800), "800 addresses")
    since = time.time()
    t.equal(r.stop(), 0, "exit status")
    t.note(f"stopped and 800 addresses removed in {time.time() - since:.3f} s")
    t.equal(set(marks(net.r1)), before, "addresses afterwards")


# ---- the address that adverts come from ---------------------------------------------------------

@tap.test
def v17_primary_address_removed(t):
    """The primary address goes, and the virtual one with it: another source, and no other role."""
    a = Alone(t, "ipv4")
    a.ip("address", "add", "198.51.100.1/24", "dev", "e0")
    since = time.time()
    a.ip("address", "del", "192.0.2.1/24", "dev", "e0")
    a.advertises(since, src="198.51.100.1")
    t.expect(a.node.wait_has(a.address), "the virtual address is put back")
    a.announced(since)
    since = time.time()
    a.advertises(since, src="198.51.100.1", count=3)
    t.equal({p.src for p in a.sniffer.adverts(since=since)}, {"198.51.100.1"}, "sources")
    t.equal(a.changes(), ["backup", "active"], "states")


@tap.test
def v17_starts_without_an_address(t):
    """Without an address on the interface it waits; it never sends from a virtual address."""
    a = Alone(t, "ipv4", run=False)
    a.ip("address", "flush", "dev", "e0", "scope", "global")
    a.start()
    a.waits("no-source")
    t.equal(a.sniffer.adverts(), [], "adverts without a source")
    a.ip("address", "add", "192.0.2.7/24", "dev", "e0")
    a.active()
    a.advertises(0, src="192.0.2.7")


@tap.test
def v17_link_local_comes_later(t):
    """Over IPv6 it waits for a link-local address, and until that is no longer tentative."""
    a = Alone(t, "ipv6", run=False, interval="20ms")
    a.ip("-6", "address", "flush", "dev", "e0")
    a.start()
    a.waits("no-source")
    a.node.run("sysctl", "-qw", "net.ipv6.conf.all.accept_dad=1", "net.ipv6.conf.e0.accept_dad=1")
    watch = a.node.spawn("ip", "-6", "-t", "monitor", "address", "dev", "e0")
    a.ip("address", "add", "fe80::77/64", "dev", "e0")
    tentative = a.node.addresses().get("fe80::77/64", {}).get("tentative")
    t.note(f"tentative at first: {tentative}")
    a.active()
    first = a.advertises(0)
    t.equal(first.src, "fe80::77", "the source")
    probe = a.sniffer.wait(kind="ns", src="::", target="fe80::77", patience=0)
    if probe:
        # The kernel waits for a second after its probe before the address is no longer tentative.
        t.expect(first.at - probe.at > 0.9, "no advert while it was tentative")
    watch.stop()


@tap.test
def s16_ipv6_disabled(t):
    """Where IPv6 is switched off, its routers wait and say so, and others run; later they do."""
    net = t.lab("r1")
    net.r1.run("sysctl", "-qw", "net.ipv6.conf.e0.disable_ipv6=1")
    r = net.r1.vrrpd(config(instance("ipv4", name="four", priority=255),
                            instance("ipv6", name="six", priority=255)))
    t.expect(r.state("active", vrrp="four"), "IPv4 is Active")
    t.expect(r.event("waiting", vrrp="six"), "IPv6 waits")
    net.r1.run("sysctl", "-qw", "net.ipv6.conf.e0.disable_ipv6=0")
    t.expect(r.state("active", vrrp="six"), "IPv6 is Active")
    t.expect(net.r1.wait_has(VIRTUAL["ipv6"]), "and has its address")


@tap.test(*FAMILIES)
def row_113_backup_does_not_answer(t, kind):
    """A Backup answers neither ARP nor Neighbor Solicitations for the address."""
    a = Alone(t, kind, run=False, interval="40s")
    a.start()
    t.expect(a.daemon.state("backup"), "it is Backup")
    client, six = a.net.client, kind == "ipv6"
    index = client.index()
    with packets.socket_in(client, socket.AF_INET6 if six else socket.AF_INET,
                           socket.SOCK_DGRAM) as s:
        s.sendto(b"", (a.address, 9, 0, index) if six else (a.address, 9))
    asked = a.sniffer.wait(kind="ns" if six else "arp", target=a.address, outgoing=True)
    t.expect(asked, "the client asks")
    t.expect(lab.wait_until(lambda: "FAILED" in client.run("ip", "neigh", "show", a.address)),
             "the client gives up")
    t.equal(a.sniffer.all(kind="na", target=a.address), [], "answers (NA)")
    t.equal(a.sniffer.all(kind="arp", sender=a.address), [], "answers (ARP)")


# ---- links --------------------------------------------------------------------------------------

@tap.test(*FAMILIES)
def row_098_carrier_lost(t, kind):
    """The cable is pulled: Initialize, no address, no word; plugged in, it starts anew."""
    a = Alone(t, kind)
    a.link("down")
    t.expect(a.daemon.state("initialize", why="link-down"), "it gives up")
    t.expect(a.node.wait_has(a.address, False), "the address is gone")
    mark, since = a.daemon.mark(), time.time()
    a.link("up")
    a.active(mark)
    a.advertises(since)
    a.announced(since)
    t.equal(a.sniffer.adverts(priority=0), [], "adverts of priority 0")


@tap.test(*FAMILIES)
def v16_set_down_and_up(t, kind):
    """The interface is set down, which takes IPv6 addresses with it, and up again."""
    a = Alone(t, kind)
    a.ip("link", "set", "e0", "down")
    t.expect(a.daemon.state("initialize"), "it gives up")
    mark, since = a.daemon.mark(), time.time()
    a.ip("link", "set", "e0", "up")
    a.active(mark)
    a.announced(since)
    t.equal(marks(a.node)[a.address][0], MARK, "its mark")


@tap.test
def v16_up_and_down_again_and_again(t):
    """Whatever the moment in which IPv6 addresses go with the link: at last it has its address."""
    a = Alone(t, "ipv6", interval="10ms")
    for k in range(30):
        a.ip("link", "set", "e0", "down")
        if k % 2:
            t.expect(lab.wait_until(lambda: state_of(a.daemon) == "initialize"), "it gives up")
        a.ip("link", "set", "e0", "up")
        if k % 3:
            t.expect(a.node.wait_has(a.address), "it has the address again")
    t.expect(a.node.wait_has(a.address), "it has the address")
    a.advertises(time.time(), count=3)


@tap.test
def v16_short_interruption(t):
    """Shorter than link_down_delay, an interruption costs no role; hosts are told anew."""
    a = Alone(t, "ipv4", link_down_delay="30s")
    for _ in range(3):
        a.link("down")
        t.expect(lab.wait_until(lambda: "NO-CARRIER" in a.ip("link", "show", "dev", "e0")), "down")
        since = time.time()
        a.link("up")
        a.advertises(since)
    a.announced(since)
    t.equal(a.changes(), ["backup", "active"], "states")


@tap.test
def v16_long_interruption(t):
    """Longer than link_down_delay, it costs the role once."""
    a = Alone(t, "ipv4", link_down_delay="300ms")
    a.link("down")
    t.expect(a.daemon.state("initialize", why="link-down"), "it gives up")
    mark = a.daemon.mark()
    a.link("up")
    a.active(mark)
    t.equal(a.changes(), ["backup", "active", "initialize", "backup", "active"], "states")


@tap.test(*FAMILIES)
def v14_interface_removed_and_made_anew(t, kind):
    """The interface goes and comes back with another index: the router follows, and hears."""
    a = Alone(t, kind)
    index = a.node.index()
    a.net.sw.run("ip", "link", "del", a.net.port("r1"))
    t.expect(a.daemon.state("initialize"), "it gives up")
    a.waits("no-interface")
    mark, since = a.daemon.mark(), time.time()
    a.ip("link", "add", "other", "type", "veth", "peer", "name", "other2")  # takes the index
    a.net.connect(a.node, 1)
    t.expect(a.node.index() != index, "it has another index")
    a.active(mark)
    a.advertises(since)
    a.announced(since)
    # The socket is bound to the new one, and a member of the group there.
    a.sniffer.inject(packets.advert("fe80::77" if kind == "ipv6" else "192.0.2.77", 51, 250,
                                    [a.address], interval=0.1))
    t.expect(a.daemon.state("backup", why="higher-priority"), "it hears")


@tap.test
def v15_interface_renamed(t):
    """Renamed, the interface is no longer ours, and has no address of ours; named back, it is."""
    a = Alone(t, "ipv4")
    a.ip("link", "set", "e0", "name", "e9")
    t.expect(a.daemon.state("initialize"), "it gives up")
    t.expect(a.node.wait_has(a.address, False, dev="e9"), "the address is gone")
    mark, since = a.daemon.mark(), time.time()
    a.ip("link", "set", "e9", "name", "e0")
    a.active(mark)
    a.advertises(since)


@tap.test
def v15_another_takes_the_name(t):
    """The interface is renamed, and another gets its name: the router goes to that."""
    a = Alone(t, "ipv4")
    a.net.connect(a.node, 9, "e1")
    a.ip("link", "set", "e0", "name", "e9")
    a.ip("link", "set", "e1", "down")
    a.ip("link", "set", "e1", "name", "e0")
    since = time.time()
    a.ip("link", "set", "e0", "up")
    a.advertises(since, src="192.0.2.9")
    t.expect(a.node.wait_has(a.address), "the new e0 has the address")
    t.expect(a.node.wait_has(a.address, False, dev="e9"), "the old one has not")
    a.announced(since, eth_src=a.node.mac())


@tap.test(*FAMILIES)
def mac_address_changed(t, kind):
    """The interface gets another MAC address: hosts are told, and nothing else happens."""
    a = Alone(t, kind, garp={"repeat": 1, "delay": "0s"})
    t.expect(a.sniffer.announcement(a.address), "that of the beginning")
    since = time.time()
    a.ip("link", "set", "e0", "address", "02:11:22:33:44:55")
    p = a.announced(since, eth_src="02:11:22:33:44:55")
    t.equal(p.sender_mac if kind == "ipv4" else p.lladdr, "02:11:22:33:44:55", "where it is")
    a.advertises(since, eth_src="02:11:22:33:44:55")
    t.equal(a.changes(), ["backup", "active"], "states")


@tap.test
def v20_reports_lost(t):
    """So many reports that some get lost: all is read anew, and right afterwards."""
    a = Alone(t, "ipv4")
    a.ip("link", "add", "other", "type", "veth", "peer", "name", "other2")
    a.ip("link", "set", "other", "up")
    a.daemon.send_signal(signal.SIGSTOP)
    a.node.run("ip", "-batch", "-", stdin="".join(
        f"address {op} 10.0.0.1/32 dev other\n" for _ in range(10000) for op in ("add", "del")))
    a.ip("address", "del", a.with_prefix(), "dev", "e0")  # of this it gets no report
    lost = dropped_reports(a.node, a.daemon.pid)
    t.note(f"{lost} reports were lost")
    t.expect(lost > 0, "reports were lost")
    since = time.time()
    a.daemon.send_signal(signal.SIGCONT)
    t.expect(a.node.wait_has(a.address), "the address is put back")
    t.note(f"put back {time.time() - since:.3f} s after it went on")
    a.advertises(since, count=3)
    t.equal(state_of(a.daemon), "active", "the state")


def dropped_reports(node, pid):
    """How many messages the kernel could not give to the sockets of a process."""
    inodes = set()
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            inodes.add(os.readlink(f"/proc/{pid}/fd/{fd}").strip("socket:[]"))
        except OSError:
            continue
    lines = node.run("cat", f"/proc/{pid}/net/netlink").splitlines()
    return sum(int(w[8]) for w in (line.split() for line in lines[1:]) if w[9] in inodes)


@tap.test
def bridge_events_are_not_ours(t):
    """A port that leaves a bridge is reported as a deleted link: it is not."""
    a = Alone(t, "ipv4")
    a.ip("link", "add", "br1", "type", "bridge")
    for _ in range(3):
        a.ip("link", "set", "e0", "master", "br1")
        a.ip("link", "set", "e0", "nomaster")
    a.advertises(time.time(), count=3)
    t.equal(a.changes(), ["backup", "active"], "states")


# ---- the process --------------------------------------------------------------------------------

@tap.test
def not_permitted(t):
    """As nobody: exit 1, and a line that says what is needed."""
    net = t.lab("r1")
    file = net.path("it.conf")
    with open(file, "w", encoding="utf-8") as f:
        f.write(one("ipv4"))
    # In a user namespace of its own where it is nobody; its capabilities go when it is executed.
    p = net.r1.spawn("unshare", "--user", lab.VRRPD, "-f", file, "--runtime-dir", net.path("run"))
    t.equal(p.p.wait(lab.PATIENCE), 1, "exit status")
    t.expect(p.wait_for(lambda line: "not permitted" in line and "CAP_NET_ADMIN" in line), "why")
    t.equal(len(p.lines), 1, "lines")


def refused(t, net, node, run, says):
    file = net.path("second.conf")
    with open(file, "w", encoding="utf-8") as f:
        f.write(one("ipv4", name="second", vrid=99, addresses=["192.0.2.99/24"]))
    p = node.spawn(lab.VRRPD, "-f", file, "--runtime-dir", run)
    t.equal(p.p.wait(lab.PATIENCE), 1, "exit status")
    t.expect(p.wait_for(lambda line: says in line), f"{says!r} in the log")


@tap.test
def one_for_each_namespace(t):
    """A second one in the namespace is refused, whatever its runtime directory."""
    a = Alone(t, "ipv4")
    refused(t, a.net, a.node, a.net.path("elsewhere"), f"another vrrpd (pid {a.daemon.pid})")
    stays(t, a.sniffer, "192.0.2.1", 3)
    t.expect(a.node.has(a.address), "the first goes on")
    a.daemon.kill()
    a.start()
    a.active()


@tap.test
def one_for_each_runtime_directory(t):
    """Two namespaces need two runtime directories."""
    a = Alone(t, "ipv4")
    refused(t, a.net, a.net.client, a.net.path("r1.run"),
            f"another vrrpd (pid {a.daemon.pid}) uses the runtime directory")
    stays(t, a.sniffer, "192.0.2.1", 3)


@tap.test
def no_runtime_directory(t):
    """A runtime directory that cannot be made, or is none: exit 1, and which."""
    net = t.lab("r1")
    with open(net.path("a-file"), "w", encoding="utf-8") as f:
        f.write("x")
    refused(t, net, net.r1, net.path("a/b/c"), net.path("a/b/c"))
    refused(t, net, net.r1, net.path("a-file"), net.path("a-file"))


if __name__ == "__main__":
    tap.main()
