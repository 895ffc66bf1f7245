# SPDX-License-Identifier: BSD-2-Clause
"""What is on the wire of a lab: a sniffer, and a reader of VRRP, ARP and Neighbor Discovery.

Written from the RFCs (9568, 3768, 826, 4861) and not from our C code, which it is to judge. It
decodes what is there and says whether checksums hold; what must be there is for the test to say.

	sniffer = packets.Sniffer(net.client)             # e0 of that node
	p = sniffer.advert(vrid=51, priority=0)           # waits for the first such
	since = sniffer.now()
	sniffer.announcement("192.0.2.100", since=since)  # gratuitous ARP or unsolicited NA
"""
import ctypes
import ipaddress
import os
import select
import socket
import struct
import threading
import time

import lab

ETH_ARP, ETH_IP4, ETH_IP6 = 0x0806, 0x0800, 0x86DD
PROTO_VRRP, PROTO_ICMP6, PROTO_AH = 112, 58, 51
GROUP4, GROUP6 = "224.0.0.18", "ff02::12"
GROUP_MAC = {4: "01:00:5e:00:00:12", 6: "33:33:00:00:00:12"}
CS6 = 48
_libc = ctypes.CDLL(None, use_errno=True)


# ---- reading ------------------------------------------------------------------------------------

def total(data):
    """The one's complement sum of 16-bit words; 0xFFFF when data holds its right checksum."""
    if len(data) % 2:
        data += b"\0"
    s = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while s >> 16:
        s = (s & 0xFFFF) + (s >> 16)
    return s


def pseudo_header(src, dst, proto, length):
    return (ipaddress.ip_address(src).packed + ipaddress.ip_address(dst).packed +
            struct.pack("!II", length, proto))


def mac_text(raw):
    return ":".join(f"{b:02x}" for b in raw)


class Packet:
    """A frame, taken apart as far as it is understood.

    at           when the kernel saw it, in seconds of the wall clock
    outgoing     sent by the node that the sniffer is in
    eth_src, eth_dst, eth_type
    ip           4 or 6; None for other than IP
    src, dst, ttl, tos, proto, ip_csum_ok (IPv4), ip_options (bytes of them), payload
    kind         "vrrp", "arp", "na", "ns" or "other"
    VRRP:  version, type, vrid, priority, count, interval (seconds), addresses, auth_type,
           length (bytes of the message), trailer (the 28 bytes behind it, or None), csum: the
           forms whose checksum holds, of "message" and "pseudo-header"; short: the message does
           not hold what its header says
    ARP:   op, sender_mac, sender, target_mac, target
    NA/NS: target, router, solicited, override, lladdr (of the option, or None), csum_ok
    announces    the address that a gratuitous ARP or unsolicited NA announces; or None
    """

    def __init__(self, frame, at=0.0, outgoing=False):
        self.frame, self.at, self.outgoing = frame, at, outgoing
        self.kind, self.announces, self.ip = "other", None, None
        self.eth_dst, self.eth_src = mac_text(frame[:6]), mac_text(frame[6:12])
        self.eth_type, = struct.unpack("!H", frame[12:14])
        body = frame[14:]
        try:
            if self.eth_type == ETH_ARP:
                self._read_arp(body)
            elif self.eth_type == ETH_IP4:
                self._read_ip4(body)
            elif self.eth_type == ETH_IP6:
                self._read_ip6(body)
        except (struct.error, IndexError, ValueError):
            self.kind = "other"  # cut off: not what it claims to be

    def _read_arp(self, b):
        hw, proto, hw_len, proto_len, self.op = struct.unpack("!HHBBH", b[:8])
        if (hw, proto, hw_len, proto_len) != (1, ETH_IP4, 6, 4) or len(b) < 28:
            return
        self.kind = "arp"
        self.sender_mac, self.target_mac = mac_text(b[8:14]), mac_text(b[18:24])
        self.sender = str(ipaddress.IPv4Address(b[14:18]))
        self.target = str(ipaddress.IPv4Address(b[24:28]))
        if self.sender == self.target:
            self.announces = self.sender

    def _read_ip4(self, b):
        words = (b[0] & 15) * 4
        length, = struct.unpack("!H", b[2:4])
        self.ip, self.tos, self.ttl, self.proto = 4, b[1], b[8], b[9]
        self.ip_options, self.ip_csum_ok = b[20:words], total(b[:words]) == 0xFFFF
        self.src, self.dst = (str(ipaddress.IPv4Address(a)) for a in (b[12:16], b[16:20]))
        self.payload = b[words:length]
        if self.proto == PROTO_VRRP:
            self._read_vrrp(self.payload)
        elif self.proto == PROTO_AH and self.payload[0] == PROTO_VRRP:
            self._read_vrrp(self.payload[24:])

    def _read_ip6(self, b):
        first, length, self.proto, self.ttl = struct.unpack("!IHBB", b[:8])
        self.ip, self.tos = 6, first >> 20 & 0xFF
        self.src, self.dst = (str(ipaddress.IPv6Address(a)) for a in (b[8:24], b[24:40]))
        self.payload = b[40:40 + length]
        if self.proto == PROTO_VRRP:
            self._read_vrrp(self.payload)
        elif self.proto == PROTO_ICMP6 and self.payload[0] in (135, 136):
            self._read_nd(self.payload)

    def _read_vrrp(self, b):
        self.kind, self.length = "vrrp", len(b)
        self.version, self.type = b[0] >> 4, b[0] & 15
        self.vrid, self.priority, self.count = b[1], b[2], b[3]
        self.auth_type = b[4] if self.version == 2 else None
        self.interval = float(b[5]) if self.version == 2 else \
            (struct.unpack("!H", b[4:6])[0] & 0xFFF) / 100
        size = 16 if self.ip == 6 else 4
        end = 8 + size * self.count
        self.short = len(b) < end + (8 if self.version == 2 else 0)
        self.addresses = [str(ipaddress.ip_address(b[i:i + size]))
                          for i in range(8, min(end, len(b) - size + 1), size)]
        self.trailer = b[-28:] if len(b) == end + (8 if self.version == 2 else 0) + 28 else None
        if self.trailer and self.ip == 4:  # the checksum ends before it
            b = b[:-28]
        pseudo = pseudo_header(self.src, self.dst, PROTO_VRRP, len(b))
        self.csum = {form for form, data in (("message", b), ("pseudo-header", pseudo + b))
                     if total(data) == 0xFFFF}

    def _read_nd(self, b):
        self.kind = "na" if b[0] == 136 else "ns"
        self.router, self.solicited, self.override = (b[4] >> n & 1 == 1 for n in (7, 6, 5))
        self.target = str(ipaddress.IPv6Address(b[8:24]))
        self.csum_ok = total(pseudo_header(self.src, self.dst, PROTO_ICMP6, len(b)) + b) == 0xFFFF
        self.lladdr, options = None, b[24:]
        while len(options) >= 8 and options[1] > 0:
            if options[0] == (2 if self.kind == "na" else 1):
                self.lladdr = mac_text(options[2:8])
            options = options[options[1] * 8:]
        if self.kind == "na" and self.dst == "ff02::1" and not self.solicited:
            self.announces = self.target

    def __repr__(self):
        known = {k: v for k, v in vars(self).items() if k not in ("frame", "payload")}
        return f"Packet({known})"


# ---- writing ------------------------------------------------------------------------------------

def ethernet(src_mac, dst_mac, eth_type, payload):
    raw = [bytes.fromhex(m.replace(":", "")) for m in (dst_mac, src_mac)]
    frame = b"".join(raw) + struct.pack("!H", eth_type) + payload
    return frame + bytes(max(0, 60 - len(frame)))  # short frames are padded on real networks


def ip4(src, dst, proto, payload, ttl=255, tos=CS6 << 2, options=b""):
    words = 5 + len(options) // 4
    head = struct.pack("!BBHHHBBH4s4s", 0x40 | words, tos, words * 4 + len(payload), 0, 0, ttl,
                       proto, 0, ipaddress.IPv4Address(src).packed,
                       ipaddress.IPv4Address(dst).packed) + options
    return head[:10] + struct.pack("!H", ~total(head) & 0xFFFF) + head[12:] + payload


def ip6(src, dst, proto, payload, ttl=255, tos=CS6 << 2):
    return struct.pack("!IHBB", 6 << 28 | tos << 20, len(payload), proto, ttl) + \
        ipaddress.IPv6Address(src).packed + ipaddress.IPv6Address(dst).packed + payload


def message(src, dst, vrid, priority, addresses, interval=1.0, version=3, kind=1, count=None,
            auth_type=0, form="message", damage=0):
    """A VRRP message with its checksum, to which `damage` is added."""
    count = len(addresses) if count is None else count
    if version == 2:
        middle = struct.pack("!BB", auth_type, int(interval))
    else:
        middle = struct.pack("!H", round(interval * 100))
    m = struct.pack("!BBBB", version << 4 | kind, vrid, priority, count) + middle + b"\0\0"
    m += b"".join(ipaddress.ip_address(a).packed for a in addresses)
    m += bytes(8) if version == 2 else b""
    covered = m if form == "message" else pseudo_header(src, dst, PROTO_VRRP, len(m)) + m
    return m[:6] + struct.pack("!H", (~total(covered) + damage) & 0xFFFF) + m[8:]


def advert(src, vrid, priority, addresses, src_mac="02:00:00:00:00:fe", dst=None, dst_mac=None,
           ttl=255, options=b"", trailer=b"", **more):
    """A whole frame with an advert; `more` as for message(). IPv6 when src is."""
    family = ipaddress.ip_address(src).version
    dst = dst or (GROUP6 if family == 6 else GROUP4)
    dst_mac = dst_mac or GROUP_MAC[family]
    if family == 6:
        m = message(src, dst, vrid, priority, addresses, form="pseudo-header", **more)
        return ethernet(src_mac, dst_mac, ETH_IP6, ip6(src, dst, PROTO_VRRP, m, ttl)) + trailer
    m = message(src, dst, vrid, priority, addresses, **more)
    return ethernet(src_mac, dst_mac, ETH_IP4,
                    ip4(src, dst, PROTO_VRRP, m, ttl, options=options)) + trailer


def solicitation(mac, src, target):
    """A frame: a Neighbor Solicitation as a host sends it to find an address."""
    wanted = ipaddress.IPv6Address(target).packed
    dst = bytes.fromhex("ff0200000000000000000001ff") + wanted[13:]
    to = str(ipaddress.IPv6Address(dst))
    own = bytes.fromhex(mac.replace(":", ""))
    m = struct.pack("!BBHI", 135, 0, 0, 0) + wanted + b"\1\1" + own
    csum = ~total(pseudo_header(src, to, PROTO_ICMP6, len(m)) + m) & 0xFFFF
    m = m[:2] + struct.pack("!H", csum) + m[4:]
    return ethernet(mac, "33:33:" + mac_text(dst[12:]), ETH_IP6,
                            ip6(src, to, PROTO_ICMP6, m, tos=0))


def who_has(mac, src, target):
    """A frame: an ARP request for an address."""
    own = bytes.fromhex(mac.replace(":", ""))
    m = struct.pack("!HHBBH", 1, ETH_IP4, 6, 4, 1) + own + socket.inet_aton(src) + \
        bytes(6) + socket.inet_aton(target)
    return ethernet(mac, "ff:ff:ff:ff:ff:ff", ETH_ARP, m)


# ---- the sniffer --------------------------------------------------------------------------------

def _setns(path):
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if _libc.setns(fd, 0x40000000) != 0:  # CLONE_NEWNET, of this thread alone
            raise OSError(ctypes.get_errno(), f"setns {path}")
    finally:
        os.close(fd)


def socket_in(node, *args):
    """A socket in the namespace of a node."""
    here = f"/proc/self/task/{threading.get_native_id()}/ns/net"
    fd = os.open(here, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _setns(f"/proc/{node.holder.pid}/ns/net")
        try:
            return socket.socket(*args)
        finally:
            _setns(f"/proc/self/fd/{fd}")
    finally:
        os.close(fd)


def _matches(packet, fields):
    return all(getattr(packet, k, None) == v for k, v in fields.items())


class Sniffer:
    """Keeps every frame that an interface of a node sees from now on, in both directions."""

    def __init__(self, node, dev="e0"):
        self.packets, self.changed = [], threading.Condition()
        self.sock = socket_in(node, socket.AF_PACKET, socket.SOCK_RAW, 0)
        for option in (33, socket.SO_RCVBUF):  # SO_RCVBUFFORCE, if we may
            try:
                self.sock.setsockopt(socket.SOL_SOCKET, option, 8 << 20)
                break
            except PermissionError:
                continue
        self.sock.setsockopt(socket.SOL_SOCKET, 35, 1)  # SO_TIMESTAMPNS
        self.sock.bind((dev, 3))  # ETH_P_ALL
        self.wake, self.end = os.pipe()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        while True:
            ready, _, _ = select.select([self.sock, self.wake], [], [])
            if self.wake in ready:
                return
            try:
                frame, control, _, address = self.sock.recvmsg(65536, 256)
            except OSError:
                continue  # the interface went down; it may come back
            at = time.time()
            for level, kind, data in control:
                if level == socket.SOL_SOCKET and kind == 35:
                    seconds, nanoseconds = struct.unpack("ll", data[:16])
                    at = seconds + nanoseconds / 1e9
            with self.changed:
                self.packets.append(Packet(frame, at, address[2] == 4))  # PACKET_OUTGOING
                self.changed.notify_all()

    def close(self):
        os.write(self.end, b"x")
        self.reader.join()
        self.sock.close()
        os.close(self.wake)
        os.close(self.end)

    def inject(self, frame):
        """Sends a frame from the interface."""
        self.sock.send(frame)

    @staticmethod
    def now():
        """An instant to give to `since`."""
        return time.time()

    def all(self, since=0.0, until=float("inf"), **fields):
        """The packets seen so far with these fields."""
        with self.changed:
            return [p for p in self.packets if since <= p.at <= until and _matches(p, fields)]

    def wait(self, accept=lambda p: True, since=0.0, patience=lab.PATIENCE, count=1, **fields):
        """The count-th packet with these fields that is accepted; None if it does not come."""
        end, at, found = time.monotonic() + patience, 0, 0
        with self.changed:
            while True:
                for p in self.packets[at:]:
                    if p.at >= since and _matches(p, fields) and accept(p):
                        found += 1
                        if found == count:
                            return p
                at = len(self.packets)
                left = end - time.monotonic()
                if left <= 0:
                    return None
                self.changed.wait(min(left, 0.5))

    def advert(self, since=0.0, patience=lab.PATIENCE, count=1, **fields):
        """Waits for an advert with these fields."""
        return self.wait(since=since, patience=patience, count=count, kind="vrrp", **fields)

    def adverts(self, since=0.0, until=float("inf"), **fields):
        return self.all(since, until, kind="vrrp", **fields)

    def announcement(self, address, since=0.0, patience=lab.PATIENCE, count=1, **fields):
        """Waits for a gratuitous ARP or unsolicited Neighbor Advertisement for the address."""
        return self.wait(since=since, patience=patience, count=count, announces=address, **fields)

    def announcements(self, address, since=0.0, until=float("inf"), **fields):
        return self.all(since, until, announces=address, **fields)
