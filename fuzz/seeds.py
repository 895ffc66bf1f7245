#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes the seeds of the corpora, but those of fuzz_config: fuzz/seeds.py [CORPUS-DIRECTORY].

Each target says at its top what its input looks like; this says it again for Python. What a fuzzer
found is not from here: such files are called found_WHAT and stay as they are.
"""
import os
import struct
import sys

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus")


def ip4(text):
	return bytes(int(part) for part in text.split("."))


def total(data, start=0):
	data = data + b"\0" * (len(data) % 2)
	value = start + sum(struct.unpack(">%dH" % (len(data) // 2), data))
	while value > 0xffff:
		value = (value >> 16) + (value & 0xffff)
	return value


def pseudo(src, dst, proto, length):
	return total(src + dst + struct.pack(">II", length, proto))


def put(data, at, value):
	return data[:at] + struct.pack(">H", value) + data[at + 2:]


GROUP4 = ip4("224.0.0.18")
GROUP6 = bytes.fromhex("ff02" + "00" * 13 + "12")
SRC4 = ip4("192.0.2.251")
SRC6 = bytes.fromhex("fe80" + "00" * 13 + "c8")
ADDRS4 = ip4("192.0.2.1") + ip4("192.0.2.2")
ADDRS6 = bytes.fromhex("fe80" + "00" * 13 + "01" + "20010db8" + "00" * 11 + "01")

# The worked examples of the requirements, and what keepalived and FRR send.
V2 = bytes.fromhex("210ac802000192edc0000201c00002020000000000000000")
V3 = bytes.fromhex("310ac8020064828ac0000201c0000202")
V3_PSEUDO = bytes.fromhex("310ac8020064defbc0000201c0000202")
V6 = bytes.fromhex("310a640200643f5dfe80000000000000000000000000000120010db8" + "00" * 11 + "01")
FRAMES = {
	"keepalived_v2": "01005e0000127e5d2d3e8d2c080045c0002800010000ff70d0910a000001e0000012"
		"21339601000135c90a0009010000000000000000",
	"keepalived_v2_leaving": "01005e0000127e5d2d3e8d2c080045c0002800030000ff70d08f0a000001"
		"e0000012213300010001cbc90a0009010000000000000000",
	"keepalived_v2_password": "01005e000012661d3078ba98080045c0002800010000ff70d0910a000001"
		"e00000122133960101012aaf0a0009017333637233740000",
	"keepalived_v2_ah": "01005e000012a2d4642e9b09080045c0004000010000ff33d0b60a000001e0000012"
		"700400000a000001000000011e4c2c5d772843b9639ab58321339601020133c90a000901"
		"0000000000000000",
	"keepalived_v3": "01005e0000124a08537cbac1080045c0002000010000ff70d0990a000001e0000012"
		"3133960100643ad60a000901",
	"keepalived_v3_ip6": "3333000000122af2a16c7b7f86dd6c02aa09002870fffe8000000000000028f2a1ff"
		"fe6c7b7fff020000000000000000000000000012313396020064f9c3fe80000000000000"
		"0000000000090001fd000000000000000000000000090001",
	"frr_v3": "01005e00001200005e000133080045c00020c58e4000ff70cb0b0a000001e0000012"
		"3133960100643ad60a000901",
	"frr_v3_leaving": "01005e00001200005e000133080045c00020c6ac4000ff70c9ed0a000001e0000012"
		"313300010064d0d60a000901",
	"frr_v3_ip6": "33330000001200005e00023386dd6c05f218002870fffe800000000000000000000000090001"
		"ff0200000000000000000000000000123133960200643e98fe80000000000000"
		"0000000000090001fd000000000000000000000000090001",
}


def seal(msg, src=None, dst=None):
	"""With the right checksum; with the pseudo-header if src and dst are given."""
	start = pseudo(src, dst, 112, len(msg)) if src else 0
	return put(msg, 6, 0xffff ^ total(put(msg, 6, 0), start))


def packet4(payload, src=SRC4, dst=GROUP4, ttl=255, proto=112, flags=0, options=b"", length=None):
	header = 20 + len(options)
	ip = struct.pack(">BBHHHBBH", 0x40 | header // 4, 0xc0,
		header + len(payload) if length is None else length, 1, flags, ttl, proto, 0)
	ip += src + dst + options
	return put(ip, 10, 0xffff ^ total(ip)) + payload


def packet6(payload, src=SRC6, dst=GROUP6, ttl=255, proto=112, length=None):
	return struct.pack(">IHBB", 0x6c000000, len(payload) if length is None else length, proto,
		ttl) + src + dst + payload


def frame(payload, ethertype, dst="01005e000012", src="00005e00010a", tags=b""):
	return bytes.fromhex(dst + src) + tags + struct.pack(">H", ethertype) + payload


# ---- fuzz_vrrp

MESSAGE, PACKET, FRAME = range(3)
LOCAL, SEAL, PSEUDO, SENT, IPV6, MIRROR, SELF, UNICAST = (1 << i for i in range(8))
ETHERNET, RAW, SLL, SLL2, UNKNOWN = range(5)


def vrrp(kind, flags, data, version=3, priority=100, accept=0, interval=99, ttl=255, addrs=(),
		src=None, dst=None):
	size = 16 if flags & IPV6 else 4
	head = struct.pack(">BBBBBHBB", kind, flags, version, priority, accept, interval,
		len(addrs), ttl)
	body = b"".join(addrs).ljust(16 * len(addrs), b"\0")
	return head + (src or SRC6[:size] if size == 16 else src or SRC4) + \
		(dst or (GROUP6 if size == 16 else GROUP4)) + body + data


def vrrp_messages():
	yield "empty", b""
	yield "message_none", vrrp(MESSAGE, LOCAL | SENT, b"")
	ours4 = (ADDRS4[:4], ADDRS4[4:])
	ours6 = (ADDRS6[:16], ADDRS6[16:])
	on4, on6 = LOCAL | SENT, LOCAL | SENT | IPV6
	yield "v2", vrrp(MESSAGE, on4, V2, version=2, interval=0, addrs=ours4)
	yield "v2_interval", vrrp(MESSAGE, on4, V2, version=2, interval=1, addrs=ours4)
	yield "v2_other_addresses", vrrp(MESSAGE, on4, V2, version=2, interval=0, addrs=ours4[:1])
	yield "v2_owner_addresses", vrrp(MESSAGE, on4, seal(V2[:2] + b"\xff" + V2[3:]), version=2,
		interval=0, addrs=ours4[:1])
	for auth in 1, 2, 3:
		yield "v2_auth_%d" % auth, vrrp(MESSAGE, on4 | MIRROR,
		seal(V2[:4] + bytes([auth]) + V2[5:]), version=2,
		interval=0)
	password = seal(V2[:4] + b"\1" + V2[5:-8] + b"password")
	yield "v2_password", vrrp(MESSAGE, on4 | MIRROR, password, version=2 + 16, interval=0)
	yield "v2_password_other", vrrp(MESSAGE, on4 | MIRROR, seal(password[:-1] + b"D"),
		version=2 + 16 + 128, interval=0)
	for in_ah in 0, 64:
		yield "v2_ah_%d" % in_ah, vrrp(MESSAGE, on4 | MIRROR, seal(V2[:4] + b"\2" + V2[5:]),
			version=2 + 32 + in_ah, interval=0)
	trailer = bytes.fromhex("010100006800000080000000") + 16 * b"m"
	yield "v2_hmac", vrrp(MESSAGE, on4 | MIRROR, V2 + trailer, version=2 + 48, interval=0)
	yield "v3_hmac", vrrp(MESSAGE, on4 | MIRROR, V3 + trailer, version=3 + 48)
	yield "v3_hmac_pseudo", vrrp(MESSAGE, on4 | MIRROR, V3_PSEUDO + trailer, version=3)
	yield "v3_hmac_summed", vrrp(MESSAGE, on4 | MIRROR | SEAL, V3 + trailer, version=3 + 48)
	yield "v3_hmac_ip6", vrrp(MESSAGE, on6 | MIRROR | SEAL | PSEUDO, V6 + trailer,
		version=3 + 48)
	yield "v2_no_auth_data", vrrp(MESSAGE, on4 | MIRROR, seal(V2[:-8]), version=2, interval=0)
	yield "v2_over_ip6", vrrp(MESSAGE, on6 | SEAL | PSEUDO, V2, version=2)
	yield "v3", vrrp(MESSAGE, on4, V3, addrs=ours4)
	yield "v3_pseudo", vrrp(MESSAGE, on4, V3_PSEUDO, addrs=ours4)
	yield "v3_pseudo_refused", vrrp(MESSAGE, on4, V3_PSEUDO, accept=1, addrs=ours4)
	yield "v3_message_refused", vrrp(MESSAGE, on4, V3, accept=2, addrs=ours4)
	yield "v3_ip6", vrrp(MESSAGE, on6, V6, addrs=ours6)
	yield "v3_mirror", vrrp(MESSAGE, on4 | MIRROR, V3)
	yield "v3_to_owner", vrrp(MESSAGE, on4 | MIRROR, V3, priority=255)
	yield "v3_other_interval", vrrp(MESSAGE, on4 | MIRROR, V3, interval=9)
	yield "v3_unknown", vrrp(MESSAGE, SENT, V3)
	yield "v3_to_v2", vrrp(MESSAGE, on4, V3, version=2)
	yield "v3_self", vrrp(MESSAGE, on4 | MIRROR | SELF, V3)
	yield "v3_ttl", vrrp(MESSAGE, LOCAL | MIRROR, V3, ttl=254)
	yield "v3_destination", vrrp(MESSAGE, LOCAL | MIRROR, V3, dst=SRC4)
	yield "v3_cut", vrrp(MESSAGE, on4, V3[:-1])
	yield "v3_header_cut", vrrp(MESSAGE, on4, V3[:7])
	yield "v3_odd", vrrp(MESSAGE, on4 | SEAL, V3 + b"\x01")
	yield "v3_trailer", vrrp(MESSAGE, on4 | SEAL, V3 + bytes(range(20)))
	yield "v3_none", vrrp(MESSAGE, on4 | SEAL, V3[:3] + b"\0" + V3[4:8])
	yield "v3_interval_zero", vrrp(MESSAGE, on4 | SEAL, V3[:4] + b"\0\0" + V3[6:])
	yield "v3_reserved", vrrp(MESSAGE, on4 | SEAL, V3[:4] + b"\xff\xff" + V3[6:])
	yield "v3_type", vrrp(MESSAGE, on4 | SEAL, b"\x32" + V3[1:])
	yield "v3_leaving", vrrp(MESSAGE, on4 | SEAL, V3[:2] + b"\0" + V3[3:])
	yield "v3_twice", vrrp(MESSAGE, on4 | SEAL, V3[:12] + V3[8:12], addrs=ours4)
	yield "v2_twice", vrrp(MESSAGE, on4 | SEAL, V2[:12] + V2[8:12] + V2[16:], version=2,
		interval=0, addrs=ours4)
	yield "v3_ip6_not_local", vrrp(MESSAGE, on6 | SEAL | PSEUDO,
		V6[:8] + ADDRS6[16:] + ADDRS6[:16])
	yield "v3_ip6_no_pseudo", vrrp(MESSAGE, on6 | SEAL, V6)
	yield "v3_checksum", vrrp(MESSAGE, on4, V3[:6] + b"\0\0" + V3[8:])
	yield "v3_255", vrrp(MESSAGE, on4 | SEAL | MIRROR,
		V3[:3] + b"\xff" + V3[4:8] + b"".join(bytes([10, 0, 0, i]) for i in range(255)))
	yield "v4", vrrp(MESSAGE, on4 | SEAL, b"\x41" + V3[1:])


def vrrp_unicast():
	"""A third of `accept` is a choice: how many peers, ttl_min, who, source."""
	on4, host4 = LOCAL | MIRROR | SEAL | UNICAST, bytes([10, 0, 0, 9])
	on6, host6 = on4 | PSEUDO | IPV6, ADDRS6[16:]
	yield "unicast_v2", vrrp(MESSAGE, on4 | SENT, V2, version=2, interval=0, dst=host4)
	yield "unicast_v3", vrrp(MESSAGE, on4 | SENT, V3, dst=host4)
	yield "unicast_v3_pseudo", vrrp(MESSAGE, on4 | SENT | PSEUDO, V3, dst=host4)
	yield "unicast_ip6", vrrp(MESSAGE, on6 | SENT, V6, dst=host6)
	yield "unicast_ip6_64", vrrp(MESSAGE, on6, V6, dst=host6, ttl=64, accept=3 * 8)
	yield "unicast_ttl", vrrp(MESSAGE, on4, V3, dst=host4, ttl=254)
	yield "unicast_ttl_254", vrrp(MESSAGE, on4, V3, dst=host4, ttl=254, accept=3 * 4)
	yield "unicast_ttl_253", vrrp(MESSAGE, on4, V3, dst=host4, ttl=253, accept=3 * 4)
	yield "unicast_peer", vrrp(MESSAGE, on4 | SENT, V3, dst=host4, accept=3 * 18)
	yield "unicast_no_source", vrrp(MESSAGE, on4 | SENT, V3, dst=host4, accept=3 * 32)
	yield "unicast_group", vrrp(MESSAGE, on4 | SENT, V3)
	yield "unicast_self", vrrp(MESSAGE, on4 | SENT | SELF, V3, dst=SRC4)
	yield "unicast_packet", vrrp(PACKET, on4, packet4(V3, dst=host4))
	yield "unicast_unknown", vrrp(MESSAGE, SENT | SEAL | UNICAST, V3, dst=host4)


def vrrp_packets():
	on = LOCAL | MIRROR
	yield "packet_none", vrrp(PACKET, on, b"")
	yield "packet_v2", vrrp(PACKET, on, packet4(V2), version=2, interval=0)
	yield "packet_v3", vrrp(PACKET, on, packet4(V3))
	yield "packet_v3_ip6", vrrp(PACKET, on, packet6(V6))
	yield "packet_padded", vrrp(PACKET, on, packet4(V3) + b"\0" * 10)
	yield "packet_options", vrrp(PACKET, on, packet4(V3, options=b"\x94\x04\0\0"))
	yield "packet_long", vrrp(PACKET, on, packet4(V3, length=1000))
	yield "packet_short", vrrp(PACKET, on, packet4(V3, length=19))
	yield "packet_header", vrrp(PACKET, on, b"\x4f" + packet4(V3)[1:])
	tiny = packet4(V3)
	tiny = put(put(b"\x42" + tiny[1:], 6, 0), 4, 0xffff ^ total(b"\x42" + tiny[1:4]))
	yield "packet_header_tiny", vrrp(PACKET, on, tiny)
	yield "packet_more_fragments", vrrp(PACKET, on, packet4(V3, flags=0x2000))
	yield "packet_offset", vrrp(PACKET, on, packet4(V3, flags=1))
	yield "packet_ttl", vrrp(PACKET, on, packet4(V3, ttl=64))
	yield "packet_ip6_long", vrrp(PACKET, on, packet6(V6, length=200))
	yield "packet_hop_by_hop", vrrp(PACKET, on,
		packet6(b"\x70\0\x05\x02\0\0\0\0" + V6, proto=0))
	yield "packet_atomic", vrrp(PACKET, on, packet6(b"\x70\0\0\0\0\0\0\x01" + V6, proto=44))
	yield "packet_fragment6", vrrp(PACKET, on,
		packet6(b"\x70\0\0\x01\0\0\0\x01" + V6, proto=44))
	yield "packet_extensions", vrrp(PACKET, on, packet6(b"\x3c\0\x01\x04\0\0\0\0" * 8 +
		b"\x70\0\x01\x04\0\0\0\0" + V6, proto=60))
	yield "packet_sealed", vrrp(PACKET, on | SEAL, put(packet4(put(V3, 6, 1)), 10, 1))
	yield "packet_icmp", vrrp(PACKET, on, packet4(b"\x08\0\0\0", proto=1))
	yield "packet_version", vrrp(PACKET, on, b"\x55" + packet4(V3)[1:])


def vrrp_frames():
	for name, text in FRAMES.items():
		yield name, vrrp(FRAME, LOCAL | MIRROR, bytes.fromhex(text), ttl=ETHERNET,
		version=2 if "v2" in name else 3, interval=0 if "v2" in name else 99)
	yield "frame_none", vrrp(FRAME, LOCAL, b"", ttl=ETHERNET)
	yield "frame_vlan", vrrp(FRAME, LOCAL, frame(packet4(V3), 0x0800,
		tags=b"\x88\xa8\0\x07\x81\0\0\x08"), ttl=ETHERNET)
	yield "frame_raw", vrrp(FRAME, LOCAL, packet4(V3), ttl=RAW)
	yield "frame_sll", vrrp(FRAME, LOCAL, b"\0\1\0\1\0\6\x02\0\0\0\0\1\0\0\x08\0" + packet4(V3),
		ttl=SLL)
	yield "frame_sll2", vrrp(FRAME, LOCAL, b"\x86\xdd\0\0\0\0\0\2\0\1\0\6\x02\0\0\0\0\1\0\0" +
		packet6(V6), ttl=SLL2)
	yield "frame_unknown", vrrp(FRAME, LOCAL, packet4(V3), ttl=UNKNOWN)


# ---- fuzz_garp

ENCODE, GARP_IPV6, GARP_SEAL = 1, 2, 4
MAC = bytes.fromhex("00005e00010a")
ALL_NODES = bytes.fromhex("ff02" + "00" * 13 + "01")


def arp(op=1, sender=ADDRS4[:4], target=ADDRS4[:4], head=b"\0\1\x08\0\6\4", to="f" * 12, tags=b""):
	return frame(head + struct.pack(">H", op) + MAC + sender + MAC + target, 0x0806, dst=to,
		     tags=tags)


def na(target=ADDRS6[:16], flags=0xa0, option=b"\2\1" + MAC, code=0, ttl=255, dst=ALL_NODES, bad=0,
       before=b""):
	msg = struct.pack(">BBHI", 136, code, 0, flags << 24) + target + option
	msg = put(msg, 2, bad ^ 0xffff ^ total(msg, pseudo(target, dst, 58, len(msg))))
	proto = 0 if before else 58
	return frame(packet6(before + msg, src=target, dst=dst, ttl=ttl, proto=proto), 0x86dd,
		     dst="333300000001")


def garp():
	yield "empty", b""
	yield "none", b"\0"
	yield "encode_ip4", bytes([ENCODE]) + ADDRS4[:4] + MAC
	yield "encode_ip4_none", bytes([ENCODE]) + bytes(10)
	yield "encode_ip6", bytes([ENCODE | GARP_IPV6]) + ADDRS6[:16] + MAC
	yield "encode_ip6_multicast", bytes([ENCODE | GARP_IPV6]) + ALL_NODES + MAC
	frames = {
		"request": arp(), "reply": arp(op=2), "rarp": arp(op=3), "cut": arp()[:-1],
		"probe": arp(sender=bytes(4)), "unspecified": arp(sender=bytes(4), target=bytes(4)),
		"question": arp(target=ADDRS4[4:]), "padded": arp() + bytes(18),
		"unicast": arp(op=2, to="020000000001"), "vlan": arp(tags=b"\x81\0\0\7"),
		"tags": arp(tags=b"\x88\xa8\0\7\x81\0\0\x08"),
		"token_ring": arp(head=b"\0\6\x08\0\6\4"),
		"not_ip": arp(head=b"\0\1\x08\1\6\4"), "long_mac": arp(head=b"\0\1\x08\0\x08\4"),
		"long_address": arp(head=b"\0\1\x08\0\6\x10"),
		"na": na(), "na_no_router": na(flags=0x20), "na_solicited": na(flags=0xe0),
		"na_no_override": na(flags=0x80), "na_no_option": na(option=b""),
		"na_option_zero": na(option=b"\2\0" + MAC),
		"na_option_long": na(option=b"\2\2" + MAC),
		"na_option_zero_first": na(option=b"\1\0\2\1" + MAC),
		"na_options": na(option=b"\1\1" + MAC + b"\2\1" + MAC),
		"na_option_cut": na(option=b"\2\1" + MAC + b"\5"), "na_code": na(code=1),
		"na_hop_limit": na(ttl=64), "na_to_one": na(dst=ADDRS6[16:]),
		"na_checksum": na(bad=1),
		"na_multicast": na(target=ALL_NODES), "na_global": na(target=ADDRS6[16:]),
		"na_extension": na(before=b"\x3a\0\5\2\0\0\0\0"), "na_cut": na()[:-1],
		"na_padded": na() + bytes(4), "advert": bytes.fromhex(FRAMES["frr_v3"]),
	}
	for name, data in frames.items():
		yield name, b"\0" + data
	yield "na_sealed", bytes([GARP_SEAL]) + na(bad=1)


# ---- fuzz_vrrp_events

TO_DEADLINE, TO_DEADLINE_MS, TO_PATIENCE, PASS_MS, PASS_LONG, PASS_INTERVALS, TIMER, STARTUP, \
	SHUTDOWN, ADVERT, LEAVING, CONFIGURE, SOURCE = range(13)
OURS, LOW, HIGH = 100, 50, 200


def settings(priority=100, preempt=1, interval=99):
	return struct.pack(">BBH", priority, preempt, interval)


def ev(kind, *args):
	return bytes((kind,) + args)


def advert(priority, src=HIGH, interval=99, version=3):
	head = ev(ADVERT, priority, src) if priority else ev(LEAVING, src)
	return head + (struct.pack(">H", interval) if version == 3 else b"")


def passing(ms):
	return struct.pack(">BH", PASS_MS, ms)


def late(ms):
	return struct.pack(">BH", TO_DEADLINE_MS, ms) + ev(TIMER)


START, STOP, MUTE = ev(STARTUP, OURS), ev(SHUTDOWN, 0), ev(SHUTDOWN, 1)
DUE = ev(TO_DEADLINE, 0) + ev(TIMER)
EARLY, AFTER = ev(TO_DEADLINE, 0xff) + ev(TIMER), ev(TO_DEADLINE, 1) + ev(TIMER)
TAKE_OVER = START + DUE


def stories(version):
	def hear(*args, **kwargs):
		return advert(*args, version=version, **kwargs)

	one = 0 if version == 2 else 99
	yield "start", settings(), START + EARLY + DUE + EARLY + DUE + AFTER + STOP
	yield "twice", settings(), STOP + TAKE_OVER + MUTE + ev(STARTUP, HIGH) + DUE + STOP
	yield "owner", settings(255), START + DUE + hear(255) + hear(255, LOW) + hear(200) + STOP
	yield "listen", settings(), START + 3 * (passing(1000) + hear(200)) + DUE
	yield "tie", settings(), TAKE_OVER + hear(100, LOW) + hear(100) + DUE + hear(100, OURS)
	yield "yield", settings(), TAKE_OVER + hear(101, LOW) + passing(900) + hear(101, LOW) + DUE
	yield "lower", settings(), START + 4 * (passing(900) + hear(50)) + DUE + hear(50)
	yield "no_preempt", settings(preempt=0), START + 4 * (passing(900) + hear(50)) + DUE
	yield "owner_no_preempt", settings(255, 0), START + late(60000)
	yield "leaving", settings(), START + hear(200) + hear(0) + passing(100) + hear(0) + DUE
	yield "leaving_late", settings(), START + ev(TO_DEADLINE, 0xff) + hear(0) + DUE
	yield "budget", settings(), TAKE_OVER + 7 * hear(0) + 7 * hear(50) + passing(2000) + \
		4 * hear(50) + hear(200)
	yield "stalled", settings(preempt=0), TAKE_OVER + late(5000) + DUE
	yield "stalled_heard", settings(preempt=0), TAKE_OVER + \
		struct.pack(">BH", TO_DEADLINE_MS, 5000) + hear(50) + DUE + ev(TIMER)
	yield "stalled_just", settings(preempt=0), TAKE_OVER + ev(TO_PATIENCE, 0) + ev(TIMER)
	yield "stalled_barely", settings(preempt=0), TAKE_OVER + ev(TO_PATIENCE, 1) + hear(50)
	edge = ev(PASS_INTERVALS, 1, 0xff), ev(PASS_INTERVALS, 0, 1)
	yield "budget_just", settings(), TAKE_OVER + 7 * hear(50) + \
		3 * (edge[0] + 2 * hear(50) + edge[1] + 2 * hear(50))
	yield "stalled_not", settings(), TAKE_OVER + late(60000) + DUE
	yield "late", settings(), TAKE_OVER + late(300) + DUE + late(1000) + DUE
	yield "quicker", settings(interval=one), TAKE_OVER + ev(CONFIGURE) + \
		settings(interval=9 if version == 3 else 0) + DUE + DUE
	yield "slower", settings(interval=one), START + hear(200) + ev(CONFIGURE) + \
		settings(interval=999 if version == 3 else 9) + hear(200) + DUE + DUE
	yield "promoted", settings(), START + hear(200) + ev(CONFIGURE) + settings(255) + \
		hear(200) + DUE + ev(CONFIGURE) + settings(1) + hear(50)
	yield "source", settings(), TAKE_OVER + hear(100) + DUE + ev(SOURCE, 250) + hear(100)
	yield "far", settings(), TAKE_OVER + ev(PASS_LONG, 0xff, 0xff, 0xff, 0xff) + ev(TIMER) + DUE
	# Beside preempt, in the bits above it, stands what goes beyond the RFC.
	delay, adverts, cap = 2 << 1, 3 << 3, 1 << 5
	yield "patient", settings(preempt=1 | delay), START + 3 * (passing(900) + hear(50)) + \
		DUE + DUE + DUE
	yield "patient_silent", settings(preempt=1 | delay), START + passing(3500) + hear(50) + DUE
	yield "patient_leaving", settings(preempt=1 | delay), START + passing(3500) + hear(50) + \
		hear(0) + hear(50) + DUE
	yield "patient_higher", settings(preempt=1 | delay), START + passing(3500) + hear(50) + \
		hear(200) + hear(50) + DUE
	yield "patient_reload", settings(preempt=1 | delay), START + passing(3600) + hear(50) + \
		passing(1000) + ev(CONFIGURE) + settings(preempt=1 | 1 << 1) + hear(50) + ev(TIMER)
	yield "many_adverts", settings(preempt=adverts), TAKE_OVER + late(50000) + hear(200) + DUE
	yield "few_adverts", settings(preempt=1 << 3), TAKE_OVER + late(500) + hear(50)
	if version == 3:
		yield "capped", settings(preempt=1 | cap), START + hear(200, interval=4094) + \
			hear(0) + DUE + hear(200, interval=4094) + DUE
		yield "learned", settings(), START + hear(200, interval=4094) + \
			hear(200, interval=0) + hear(0) + DUE + STOP + START


def vrrp_events():
	for version, name in (2, "v2"), (3, "v3"), (3, "v3_ip6"):
		for story, begin, events in stories(version):
			kind = ("v2", "v3", "v3_ip6").index(name)
			yield name + "_" + story, struct.pack(">BI", kind, 2000) + begin + events


# ---- fuzz_capture

LINK_ETHERNET, LINK_RAW, LINK_SLL, LINK_SLL2 = 1, 101, 113, 276
FRR = bytes.fromhex(FRAMES["frr_v3"])


def pcap(records, order="<", magic=0xa1b23c4d, link=LINK_ETHERNET, snaplen=65535, version=(2, 4)):
	data = struct.pack(order + "IHHiIII", magic, *version, 0, 0, snaplen, link)
	for sec, sub, frame_bytes, *lengths in records:
		captured, wire = lengths or (len(frame_bytes),) * 2
		data += struct.pack(order + "IIII", sec, sub, captured, wire) + frame_bytes
	return data


def block(kind, body, order="<", length=None):
	body += b"\0" * (-len(body) % 4)
	size = struct.pack(order + "I", len(body) + 12 if length is None else length)
	return struct.pack(order + "I", kind) + size + body + size


def pcapng(blocks, order="<", options=b"", link=LINK_ETHERNET, snaplen=0):
	section = struct.pack(order + "IHHq", 0x1a2b3c4d, 1, 0, -1)
	interface = struct.pack(order + "HHI", link, 0, snaplen) + options
	return block(0x0a0d0d0a, section, order) + block(1, interface, order) + b"".join(blocks)


def enhanced(data, when=10 ** 15, order="<", interface=0, captured=None):
	head = struct.pack(order + "IIIII", interface, when >> 32, when & 0xffffffff,
		len(data) if captured is None else captured, len(data))
	return block(6, head + data, order)


def captures():
	one = (1700000000, 999999999, FRR)
	v6 = bytes.fromhex(FRAMES["keepalived_v3_ip6"])
	sll = b"\0\1\0\1\0\6\x02\0\0\0\0\1\0\0\x08\0" + FRR[14:]
	nanoseconds = struct.pack("<HHI", 9, 1, 9) + struct.pack("<HH", 0, 0)
	binary = struct.pack("<HHI", 9, 1, 0x80 | 20) + struct.pack("<HH", 0, 0)
	yield "byte", b"\xa1"
	yield "none", pcap([])
	yield "nanoseconds", pcap([one, (1700000001, 0, v6)])
	yield "microseconds", pcap([(1, 999999, FRR)], magic=0xa1b2c3d4)
	yield "big_endian", pcap([one], order=">")
	yield "modified", pcap([(1, 2, bytes(8) + FRR, len(FRR), len(FRR))], magic=0xa1b2cd34)
	yield "raw", pcap([(1, 2, FRR[14:])], link=LINK_RAW)
	yield "raw_dlt", pcap([(1, 2, FRR[14:])], link=12)
	yield "sll", pcap([(1, 2, sll)], link=LINK_SLL)
	yield "sll2", pcap([(1, 2, b"\x08\0" + bytes(18) + FRR[14:])], link=LINK_SLL2)
	yield "unknown", pcap([one], link=147)
	yield "garp", pcap([(1, 2, arp()), (2, 0, na())])
	yield "header_cut", pcap([])[:-1]
	yield "record_cut", pcap([one])[:-1]
	yield "record_header_cut", pcap([one]) + b"\0\0\0"
	yield "snapped", pcap([(1, 2, FRR[:40], 40, len(FRR))])
	yield "empty_record", pcap([(1, 2, b"")])
	yield "huge_record", pcap([(1, 2, FRR, 0x7fffffff, 0x7fffffff)])
	yield "negative_record", pcap([(1, 2, FRR, 0xffffffff, 0xffffffff)])
	yield "beyond_snaplen", pcap([one, one], snaplen=20)
	yield "snaplen_zero", pcap([one], snaplen=0)
	yield "last_second", pcap([(0xffffffff, 0xffffffff, FRR)])
	yield "after_2038", pcap([(0xcb0b0203, 5, FRR)])
	yield "after_2038_big_endian", pcap([(0xcb0b0203, 5, FRR)], order=">")
	yield "version", pcap([one], version=(543, 0))
	yield "old_version", pcap([one], version=(2, 2))
	yield "ng", pcapng([enhanced(FRR), enhanced(v6, 10 ** 15 + 5)])
	yield "ng_big_endian", pcapng([enhanced(FRR, order=">")], order=">")
	yield "ng_nanoseconds", pcapng([enhanced(FRR, 10 ** 18)], options=nanoseconds)
	yield "ng_binary", pcapng([enhanced(FRR, 1 << 50)], options=binary)
	yield "ng_late", pcapng([enhanced(FRR, (1 << 64) - 1)])
	yield "ng_simple", pcapng([block(3, struct.pack("<I", len(FRR)) + FRR)])
	old = struct.pack("<HHIIII", 0, 0, 0, 1, len(FRR), len(FRR))
	yield "ng_old", pcapng([block(2, old + FRR)])
	yield "ng_other", pcapng([block(0xbad, b"abc"), enhanced(FRR)])
	yield "ng_no_interface", pcapng([enhanced(FRR, interface=1)])
	yield "ng_claims", pcapng([enhanced(FRR, captured=1000)])
	yield "ng_block_long", pcapng([block(6, bytes(20), length=0x01000004)])
	yield "ng_block_odd", pcapng([block(6, bytes(20), length=13)])
	yield "ng_two_sections", pcapng([enhanced(FRR)]) + pcapng([enhanced(v6)])
	yield "ng_cut", pcapng([enhanced(FRR)])[:-3]


# ---- fuzz_vrrpd

RUN_DUE, PASS, HEAR, HEAR_BYTES, HEAR_BAD, LINK, ADDRESS, ANSWER, REFUSE, LOSE, DROP, SYNC, \
	SYNC_BEGIN, APPLY, LISTEN_FAILED, EVALUATE, STOP_ALL, LIE, LOG, WALL = range(20)
WEB, OWNER, TWO, VERSION2, MANY, NONE, MOVED, RENAMED, SWAPPED = range(9)
HMAC, PERMISSIVE, AH, TEXT = range(14, 18)
GONE, DOWN, UP = 0, 1, 2
FOREIGN, MARKED, REMOVED, NOT_TOLD, NOT_LOOKED = 1, 3, 0, 0x40, 0x80
HOST4, HOST6, VIP, VIP_OTHER, VIP_TWO, VIP6 = 0, 2, 5, 6, 7, 8


def configure(which, failing=255):
	return ev(APPLY, which, failing)


def heard(priority, router=0, flags=0, src=9, late_by=0, interval=b""):
	return ev(HEAR, router, priority, flags) + interval + ev(src, late_by)


def signed(priority, seconds=8, key=0, fraction=0, src=9, flags=16):
	return ev(HEAR, 0, priority, flags, src, seconds, key, fraction, 0)


def wrapped(priority, number, src=9):
	return ev(HEAR, 0, priority, 16, src, number, 0)


def heard_bytes(data, flags=2, link=0):
	return ev(HEAR_BYTES, flags, len(data), link, 9) + data + b"\0"


def waiting(ms):
	return struct.pack(">BH", PASS, ms)


def daemon():
	def started(which, routers=1):
		return configure(which) + ev(SYNC) + routers * ev(RUN_DUE)

	def active(which, routers=1, answers=1):
		return started(which, routers) + ev(ANSWER) * answers

	due = ev(RUN_DUE)
	yield "empty", b""
	yield "idle", due + ev(SYNC) + ev(STOP_ALL) + due
	for name, which, routers, answers in (
			("web", WEB, 1, 1), ("owner", OWNER, 0, 1), ("two", TWO, 1, 2),
			("version2", VERSION2, 1, 1), ("many", MANY, 3, 4), ("moved", MOVED, 1, 1),
			("renamed", RENAMED, 1, 1), ("swapped", SWAPPED, 2, 2)):
		yield name, active(which, routers, answers) + 3 * due + heard(200, late_by=3) + \
			ev(ANSWER) + heard(0) + due + ev(LOG)
	yield "rival", active(WEB) + heard(50) + heard(100, src=0) + heard(0) + due
	yield "refused_packets", active(WEB) + heard(200, flags=8) + heard(200, flags=2) + \
		heard_bytes(V3) + heard_bytes(V3, 0) + heard_bytes(V3[:5]) + heard_bytes(V6, 3) + \
		heard_bytes(V2) + heard_bytes(V3, link=77) + ev(HEAR_BAD, 0, 0) + due
	yield "version2_mismatch", started(VERSION2, 0) + heard(200) + heard(200, flags=1) + \
		heard_bytes(V2) + due
	yield "ignored", configure(WEB) + heard(200) + ev(SYNC) + heard(200) + due
	yield "learned", started(WEB, 0) + heard(200, flags=4, interval=b"\x0f\xfe") + due
	yield "link_down", active(WEB) + ev(LINK, 0, DOWN) + waiting(5000) + ev(LINK, 0, UP) + due
	yield "link_down_delay", active(RENAMED) + ev(LINK, 0, DOWN) + waiting(1000) + \
		ev(LINK, 0, UP) + ev(LINK, 0, DOWN) + due + due + due
	yield "link_gone", active(WEB) + ev(LINK, 0, GONE) + due + ev(LINK, 0, UP) + due + ev(SYNC)
	yield "link_gone_unseen", active(WEB) + ev(LINK, 0, 0x80 | GONE) + due + due + ev(EVALUATE)
	yield "link_gone_reload", active(WEB) + ev(LINK, 0, 0x80 | GONE) + configure(NONE)
	yield "no_source", active(WEB) + ev(ADDRESS, 0, HOST4, REMOVED) + due + \
		ev(ADDRESS, 0, 1, FOREIGN) + due
	yield "tentative", active(MANY, 3, 4) + ev(ADDRESS, 0, HOST6, REMOVED) + \
		ev(ADDRESS, 0, 3, FOREIGN | 4) + due
	yield "foreign", ev(ADDRESS, 0, VIP, FOREIGN) + started(WEB) + due + \
		ev(ADDRESS, 0, VIP, REMOVED) + due
	yield "foreign_owner", ev(ADDRESS, 0, VIP, FOREIGN) + started(OWNER) + due
	yield "foreign_owner_only", ev(ADDRESS, 0, HOST4, REMOVED) + \
		ev(ADDRESS, 0, VIP, FOREIGN) + started(OWNER) + due + due
	yield "foreign_while_active", active(WEB) + ev(ADDRESS, 0, VIP_OTHER, FOREIGN) + due + \
		heard(200) + due
	yield "leftover", ev(ADDRESS, 0, VIP_TWO, MARKED) + started(WEB) + ev(ANSWER) + due
	yield "leftover_vip", ev(ADDRESS, 0, VIP, MARKED) + started(WEB) + due + heard(200)
	yield "removed", active(WEB) + 7 * (ev(ADDRESS, 0, VIP, REMOVED) + ev(ANSWER)) + due
	yield "refused", started(WEB) + 4 * (ev(REFUSE, 0) + due + waiting(1000)) + waiting(40000)
	yield "refused_exists", started(WEB) + ev(LOSE) + ev(REFUSE, 1) + ev(SYNC) + due
	yield "refused_removal", active(WEB) + heard(200) + ev(REFUSE, 0) + waiting(2000)
	yield "lost", started(WEB) + ev(LOSE) + due + due + ev(SYNC) + due
	yield "dropped", started(WEB) + ev(DROP) + due + ev(SYNC) + due
	yield "sync_long", active(WEB) + ev(SYNC_BEGIN) + due + heard(200) + \
		ev(ADDRESS, 0, VIP, REMOVED) + ev(LINK, 0, DOWN) + ev(SYNC) + due
	yield "reload", active(WEB) + configure(TWO) + due + configure(OWNER) + ev(SYNC) + \
		configure(RENAMED) + due + configure(NONE) + ev(SYNC) + due
	yield "reload_version", active(WEB) + configure(VERSION2) + ev(SYNC) + due
	yield "reload_moved", active(WEB) + configure(MOVED) + ev(SYNC) + due + due
	yield "reload_swapped", active(WEB) + configure(SWAPPED) + ev(SYNC) + due + due + due
	yield "reload_swapped_back", active(SWAPPED, 2, 2) + configure(WEB) + ev(SYNC) + due
	yield "reload_while_adding", started(WEB) + configure(NONE) + ev(ANSWER) + ev(ANSWER) + \
		configure(WEB) + ev(SYNC) + due
	yield "reload_syncing", active(WEB) + ev(SYNC_BEGIN) + configure(MANY) + ev(SYNC) + due
	for failing in 0, 3, 7:
		yield "no_memory_%d" % failing, active(WEB) + configure(MANY, failing) + due
	yield "not_receiving", active(WEB) + ev(LISTEN_FAILED, 0, 0) + due + ev(LINK, 0, DOWN) + \
		ev(LINK, 0, UP) + due
	yield "stop", active(MANY, 3, 4) + ev(STOP_ALL) + heard(200) + configure(WEB) + due
	yield "stop_refused", active(WEB) + ev(STOP_ALL) + ev(REFUSE, 0) + due + ev(SYNC)
	yield "lies", active(WEB) + ev(LIE, 0, 0, 0x41) + due + ev(LIE, 1, 0, 0x40) + \
		ev(LIE, 2, 3 * VIP, 1) + ev(LIE, 3, 3 * VIP, 1) + ev(EVALUATE) + due
	yield "signed", started(HMAC, 0) + signed(200) + signed(200) + signed(200, 9) + \
		heard(200) + signed(0, 10, src=10) + due + signed(200, 10, 1)
	yield "signed_stepped", active(HMAC) + ev(WALL, 5) + signed(200) + due + ev(WALL, 6) + \
		waiting(60000) + 12 * (waiting(60000) + ev(WALL, 6)) + signed(200) + ev(WALL, 0) + \
		signed(200, 9) + due
	yield "signed_reload", started(HMAC, 0) + signed(200) + configure(PERMISSIVE) + \
		signed(200) + heard(200) + signed(200, 9, 1) + configure(WEB) + \
		signed(200, 10) + due
	yield "signed_by_many", started(HMAC, 0) + b"".join(
		signed(200, 8, src=10 + i) for i in range(18)) + due
	yield "wrapped", started(AH, 0) + wrapped(200, 1) + wrapped(200, 1) + wrapped(200, 2) + \
		heard(200) + due + due + wrapped(0, 200) + due + configure(VERSION2) + \
		wrapped(200, 250)
	yield "password", started(TEXT, 0) + signed(200) + heard(200) + due + due
	yield "renamed_link", active(MANY, 3, 4) + ev(LIE, 0, 1, 1) + ev(EVALUATE) + due + ev(SYNC)


# ---- fuzz_scenario

LAN = 'name = "s"; length = "%s"; links = ( { name = "lan"; } );'
WEB_TEXT = '{ name = "web"; interface = "eth0"; vrid = 51; %s addresses = ( "10.0.0.100/24" ); }'
HOSTS = 'hosts = ( { name = "r1"; addresses = ( "10.0.0.1/24", "fe80::1/64" ); priority = 200; },' \
	' { name = "r2"; addresses = ( "10.0.0.2/24", "fe80::2/64" ); } );'


def scenario(steps, length="5s", router=WEB_TEXT % "", more=""):
	return "\n".join((
		LAN % length, "defaults = { vrrp = { instances = ( %s ); }; };" % router, HOSTS,
		more, "timeline = ( %s );" % ",\n".join("{ %s; }" % step for step in steps), ""))


def scenarios():
	start = 'do = "start"; hosts = [ "r1", "r2" ]; spread = "100ms"'
	client = 'clients = ( { name = "c"; target = "10.0.0.100"; every = "100ms"; } );'
	six = '{ name = "six"; interface = "eth0"; vrid = 1; addresses = ( "fe80::100/64" ); }'
	cases = {
		"none": ([], {}),
		"start": ([start, 'expect = "actives"; at = "4s"; least = 1'], {}),
		"stop": ([start, 'at = "4s"; do = "stop"; host = "r1"', 'as = "x"; at = "1s"; '
			'do = "nothing"', 'after = "x"; at = "2s"; expect = "state"; host = "r2"; '
			'router = "web"; state = "backup"'], {}),
		"crash": ([start, 'at = "3900ms"; do = "crash"; host = "r1"', 'at = "4s"; '
			'do = "start"; host = "r1"'], {"more": client}),
		"outage": ([start, 'expect = "outage"; client = "c"; max = "4s"',
			'at = "1s"; do = "measure"; client = "c"',
			'expect = "doubles"; client = "c"; most = 0'], {"more": client}),
		"pause": ([start, 'at = "4s"; do = "pause"; host = "r1"',
			'at = "4500ms"; do = "resume"; host = "r1"'], {}),
		"reload": ([start, 'at = "4s"; do = "reload"; host = "r1"; priority = 50',
			'at = "4200ms"; do = "reload"; host = "r2"; '
			'vrrp = { instances = ( %s ); }' % six], {}),
		"cut": ([start, 'at = "1s"; do = "cut"; from = [ "r1" ]; both_ways = false',
			'at = "4s"; do = "heal"'], {}),
		"faults": ([start] + ['at = "2s"; do = "%s"; chance = "30%%"; chance_end = "10%%"; '
			'delay = "5ms"; jitter = "1ms"' % fault for fault in
			("loss", "burst", "duplicate", "reorder", "corrupt", "delay")], {}),
		"chance": ([start, 'at = "1s"; do = "loss"; chance = "0.05%"'], {}),
		"link": ([start, 'at = "4s"; do = "link-down"; host = "r1"',
			'at = "4100ms"; times = 3; every = "200ms"; do = "link-up"; host = "r1"',
			'at = "4900ms"; do = "remove-interface"; host = "r2"',
			'at = "4950ms"; do = "restore-interface"; host = "r2"'], {}),
		"address": ([start, 'at = "4s"; do = "address-remove"; host = "r1"; '
			'address = "10.0.0.100/24"', 'at = "3s"; do = "refuse-addresses"; '
			'host = "r1"; count = 2', 'at = "4s"; do = "address-add"; host = "r2"; '
			'address = "10.0.0.100/32"'], {}),
		"clock": ([start, 'at = "1s"; do = "clock-rate"; host = "r1"; count = 500'], {}),
		"inject": ([start, 'at = "4s"; do = "inject"; from = [ "r2" ]; packet = "%s"' %
			FRR.hex()], {}),
		"chaos": ([start, 'at = "1s"; do = "chaos"; count = 3; latest = "3s"'], {}),
		"chaos_endless": ([start, 'at = "1s"; do = "chaos"; count = 3'], {}),
		"changes": ([start, 'expect = "changes"; latest = "3s"; most = 9',
			'expect = "never"; host = "r2"; state = "active"; latest = "9s"',
			'expect = "becomes"; host = "r1"; state = "active"; why = "timeout"; '
			'earliest = "3s"; latest = "4s"',
			'expect = "counter"; counter = "adverts_sent"; host = "r1"; least = 1'],
			{}),
		"version2": ([start], {"router": WEB_TEXT % "version = 2; preempt = false;"}),
		"six": ([start], {"router": six}),
		"both": ([start], {"router": six + ", " + WEB_TEXT % 'interval = "100ms";'}),
		"kill": ([start, 'at = "4s"; do = "kill"; host = "r1"'], {"length": "4100ms"}),
		"unknown_host": (['do = "start"; host = "r3"'], {}),
		"unknown_after": (['after = "x"; do = "heal"'], {}),
		"nothing_done": (['at = "1s"'], {}),
	}
	for name, (steps, kwargs) in cases.items():
		yield name, scenario(steps, **kwargs).encode()
	yield "empty", b""


def configurations():
	cases = {
		"none": "", "version": "version = 1;", "other_version": "version = 2;", "web": "",
		"owner": "priority = 255;", "v2": 'version = 2; interval = "3s"; preempt = false;',
		"v2_fraction": 'version = 2; interval = "1500ms";',
		"interval": 'interval = "40950ms";', "interval_long": 'interval = "41s";',
		"interval_odd": 'interval = "15ms";', "checksum": 'checksum = "pseudo-header"; '
		'checksum_accept = "message";', "garp": 'garp = { repeat = 1; interval = "1s"; '
		'delay = "0s"; };', "delay": 'link_down_delay = "60s";', "vrid_twice": "vrid = 52;",
	}
	for name, settings in cases.items():
		text = settings
		if "version" not in name and name != "none":
			text = "vrrp = { instances = ( %s ); };" % (WEB_TEXT % settings)
		yield "cf_" + name, b"\0" + text.encode()
	peers = 'unicast = { peers = ( "10.0.0.2", "10.0.0.3" ); ttl_min = 64; }; '
	for name, settings in {
		"unicast": peers, "unicast_source": 'source = "10.0.0.9"; ' + peers,
		"unicast_none": "unicast = { }; ", "unicast_self": 'source = "10.0.0.2"; ' + peers,
		"unicast_group": 'unicast = { peers = ( "224.0.0.18" ); }; ',
		"unicast_six": 'unicast = { peers = ( "fe80::2" ); }; ',
	}.items():
		text = "vrrp = { instances = ( %s ); };" % (WEB_TEXT % settings)
		yield "cf_" + name, b"\0" + text.encode()
	six = '{ name = "six"; interface = "eth0"; vrid = 51; %s }'
	both = WEB_TEXT % "" + ", " + six
	lists = {
		"six": '"fe80::51/64", "2001:db8::51/64"', "six_global": '"2001:db8::51/64"',
		"mixed": '"fe80::51/64", "10.0.0.1/24"', "twice": '"fe80::51/64", "fe80::51/128"',
		"claimed": '"10.0.0.100/24"', "group": '"224.0.0.18/32"', "zero": '"0.0.0.0/0"',
	}
	for name, addresses in lists.items():
		instances = both % ("addresses = ( %s );" % addresses)
		text = "vrrp = { instances = ( %s ); };" % instances
		yield "cf_" + name, b"\0" + text.encode()
	yield "cf_defaults", b'\0vrrp = { defaults = { interface = "eth1"; interval = "2s"; }; ' \
		b'instances = ( { name = "a"; vrid = 1; addresses = ( "10.0.0.1/24" ); } ); };'


# ----

CORPORA = {
	"capture": (captures,),
	"garp": (garp,),
	"scenario": (scenarios, configurations),
	"vrrp": (vrrp_messages, vrrp_unicast, vrrp_packets, vrrp_frames),
	"vrrp_events": (vrrp_events,),
	"vrrpd": (daemon,),
}


def main():
	top = sys.argv[1] if len(sys.argv) > 1 else TOP
	for name, makers in CORPORA.items():
		directory = os.path.join(top, name)
		os.makedirs(directory, exist_ok=True)
		for seed, data in (pair for make in makers for pair in make()):
			with open(os.path.join(directory, seed), "wb") as to:
				to.write(data)


if __name__ == "__main__":
	main()
