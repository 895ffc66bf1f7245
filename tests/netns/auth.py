# SPDX-License-Identifier: BSD-2-Clause
"""Authentication with real daemons and packets: passwords, Authentication Headers, HMAC trailers,
keys that are replaced, and adverts that somebody recorded and sends again."""
import hashlib
import hmac
import ipaddress
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import lab
import packets
import tap
from routers import SECONDS, VIRTUAL, config, instance, own_address, settled, state_of, stays

KEY1, KEY2 = bytes(range(32)), bytes(range(0x40, 0x80))
FIRST = {"id": 1, "hex": KEY1.hex()}
SECOND = {"id": 2, "hex": KEY2.hex()}
KINDS = ("ipv4", "ipv6")


class Pair:
    """r1, of priority 200, is Active, and r2 of priority 150 Backup."""

    def __init__(self, t, kind, auth, keys=(), second=None, start=True, **more):
        self.t, self.kind, self.net = t, kind, t.lab("r1", "r2", "client")
        self.sniffer = packets.Sniffer(self.net.client)
        self.nodes = [self.net.r1, self.net.r2]
        self.src = [own_address(n, kind) for n in self.nodes]
        self.more = more
        self.daemons = [self.nodes[0].vrrpd(self.config(0, auth, keys))]
        t.expect(self.daemons[0].state("active"), "the first becomes Active")
        self.daemons.append(self.nodes[1].vrrpd(self.config(1, *(second or (auth, keys)))))
        if start:
            self.settled(0)

    def config(self, k, auth, keys=()):
        return config(instance(self.kind, priority=200 - 50 * k, auth=auth, **self.more), keys=keys)

    def settled(self, active):
        settled(self.t, self.kind, self.daemons[active], [self.daemons[1 - active]])

    def reload(self, k, auth, keys=()):
        e = self.daemons[k].reload(self.config(k, auth, keys))
        self.t.equal(e["event"], "configured", "the reload")

    def counter(self, k, name):
        return self.daemons[k].counters()["web"].get(name, 0)

    def counts(self, k, name, least):
        self.t.expect(lab.wait_until(lambda: self.counter(k, name) >= least),
                      f"{name} of r{k + 1} counts {least}")


def trailer_is_right(p, key, key_id):
    """The trailer, computed here from the description of the format."""
    m = p.payload
    src = ipaddress.ip_address(p.src)
    pseudo = bytes([src.version, p.version, p.vrid, 0]) + src.packed.ljust(16, b"\0")
    covered = pseudo + m[:6] + b"\0\0" + m[8:-16] + bytes(16)
    mac = hmac.new(key, covered, hashlib.sha256).digest()[:16]
    sent = int.from_bytes(m[-24:-20], "big")
    return m[-28:-24] == bytes([1, key_id, 0, 0]) and m[-16:] == mac and abs(p.at - sent) < 60


@tap.test(*KINDS)
def row_147_failover_with_trailers(t, kind):
    """Trailers on the wire are as the draft has them; failover and return."""
    pair = Pair(t, kind, {"hmac_key": 1}, [FIRST])
    for k in (0, 1):
        p = t.expect(pair.sniffer.advert(src=pair.src[k], since=time.time()) if k == 0 else
                     pair.sniffer.advert(src=pair.src[1]), f"an advert of r{k + 1}")
        t.expect(p.trailer and trailer_is_right(p, KEY1, 1), f"its trailer is right: {p}")
        t.expect(p.csum, "its checksum")
        if k == 0:
            pair.daemons[0].kill()
            t.expect(pair.daemons[1].state("active", why="timeout"), "the second takes over")
    pair.daemons[0] = pair.nodes[0].vrrpd(pair.config(0, {"hmac_key": 1}, [FIRST]))
    pair.settled(0)
    t.equal([pair.counter(k, c) for k in (0, 1) for c in ("auth-failed", "auth-missing")],
            [0] * 4, "what was refused")


@tap.test
def row_147_with_peers(t):
    """To unicast peers."""
    net = t.lab("r1", "r2")
    daemons = []
    for k, node in enumerate((net.r1, net.r2), 1):
        daemons.append(node.vrrpd(config(instance(
            priority=250 - 50 * k, source=f"192.0.2.{k}", auth={"hmac_key": 1},
            unicast={"peers": [f"192.0.2.{3 - k}"], "ttl_min": 254}), keys=[FIRST])))
    settled(t, "ipv4", daemons[0], [daemons[1]])
    t.equal([e for e in daemons[0].events("warning")], [], "warnings")
    daemons[0].kill()
    t.expect(daemons[1].state("active", why="timeout"), "the second takes over")


@tap.test(*KINDS)
def v07_recorded_adverts(t, kind):
    """Recorded adverts are sent again, to an Active and to a Backup, and after a reload."""
    pair = Pair(t, kind, {"hmac_key": 1}, [FIRST])
    pair.daemons[0].stop()
    t.expect(pair.daemons[1].state("active", why="active-left"), "the second takes over")
    pair.daemons[0] = pair.nodes[0].vrrpd(pair.config(0, {"hmac_key": 1}, [FIRST]))
    pair.settled(0)
    recorded = pair.sniffer.adverts()
    for again in range(2):
        before = [len(d.events("state")) for d in pair.daemons]
        for p in recorded:
            pair.sniffer.inject(p.frame)
        pair.counts(1, "auth-replay", (again + 1) * 3)
        t.equal([len(d.events("state")) for d in pair.daemons], before, "changes of state")
        if again == 0:
            pair.reload(1, {"hmac_key": 1, "window": "9s"}, [FIRST])
    t.expect(pair.daemons[1].event("drop", reason="auth-replay", src=pair.src[0]), "a line of log")


def forged(pair, k, priority):
    """What r1 sends, with another priority and a checksum to go with it."""
    p = pair.sniffer.advert(src=pair.src[k], since=time.time())
    m = bytearray(p.payload)
    m[2] = priority
    m[6] = m[7] = 0
    whole = bytes(m) if p.ip == 6 else bytes(m[:-28])
    if p.ip == 6:
        whole = packets.pseudo_header(p.src, p.dst, packets.PROTO_VRRP, len(m)) + whole
    m[6:8] = (0xFFFF ^ packets.total(whole)).to_bytes(2, "big")
    return p.frame[:len(p.frame) - len(m)] + bytes(m)


@tap.test(*KINDS)
def row_147_forged_adverts(t, kind):
    """Without the key nobody becomes Active, nor makes the Active leave."""
    pair = Pair(t, kind, {"hmac_key": 1}, [FIRST])
    plain = packets.advert("fe80::77" if kind == "ipv6" else "192.0.2.77", 51, 255,
                           [VIRTUAL[kind]], interval=SECONDS[kind])
    for n in range(1, 4):
        for priority in (0, 255):
            pair.sniffer.inject(forged(pair, 0, priority))
        pair.sniffer.inject(plain)
        pair.counts(1, "auth-failed", 2 * n)
        pair.counts(0, "auth-missing", n)
        pair.counts(1, "auth-missing", n)
    t.equal([state_of(d) for d in pair.daemons], ["active", "backup"], "states")
    t.expect(pair.daemons[1].event("drop", reason="auth-failed", src=pair.src[0]), "a line of log")


@tap.test
def row_147_a_key_is_introduced_and_replaced(t):
    """Without a key, receive-only, permissive, enforce; two keys, the other, the new one: nobody
    takes over, and no advert is refused."""
    steps = [({"hmac_key": 1, "mode": "receive-only"}, [FIRST]),
             ({"hmac_key": 1, "mode": "permissive"}, [FIRST]),
             ({"hmac_key": 1}, [FIRST]), ({"hmac_key": 1}, [FIRST, SECOND]),
             ({"hmac_key": 2}, [FIRST, SECOND]), ({"hmac_key": 2}, [SECOND])]
    pair = Pair(t, "ipv4", {"type": "none"})
    before = [len(d.events("state")) for d in pair.daemons]
    for n, step in enumerate(steps):
        for k in ((0, 1), (1, 0))[n % 2]:
            pair.reload(k, *step)
            stays(t, pair.sniffer, pair.src[0], 3)
    t.equal([len(d.events("state")) for d in pair.daemons], before, "changes of state")
    p = t.expect(pair.sniffer.advert(src=pair.src[0], since=time.time()), "an advert")
    t.expect(trailer_is_right(p, KEY2, 2), "it has the new key")
    refused = {k: v for d in pair.daemons for k, v in d.counters()["web"].items()
               if k.startswith("auth-")}
    t.equal(refused, {}, "what was refused")


@tap.test
def row_144_two_keys_two_actives(t):
    """Routers with different keys do not hear each other: both are Active, and say why."""
    other = {"id": 1, "hex": KEY2.hex()}
    pair = Pair(t, "ipv4", {"hmac_key": 1}, [FIRST], second=({"hmac_key": 1}, [other]), start=False)
    t.expect(pair.daemons[1].state("active", why="timeout"), "the second is Active too")
    for k in (0, 1):
        e = t.expect(pair.daemons[k].event("drop", reason="auth-failed"), f"r{k + 1} says so")
        t.equal(e["src"], pair.src[1 - k], "and names the other")
    # Set right, one of them yields.
    pair.reload(1, {"hmac_key": 1}, [FIRST])
    t.expect(pair.daemons[1].state("backup", why="higher-priority"), "it yields")


@tap.test
def row_140_a_password(t):
    """A password in each advert; without it nobody is heard."""
    auth = {"type": "text", "password": "s3cr3t"}
    pair = Pair(t, "version2", auth)
    p = t.expect(pair.sniffer.advert(src=pair.src[0], since=time.time()), "an advert")
    t.equal((p.auth_type, p.payload[-8:]), (1, b"s3cr3t\0\0"), "type and data")
    pair.sniffer.inject(packets.advert("192.0.2.77", 51, 255, [VIRTUAL["version2"]], version=2))
    pair.counts(0, "auth-type-mismatch", 1)
    pair.daemons[0].kill()
    t.expect(pair.daemons[1].state("active", why="timeout"), "the second takes over")


@tap.test
def row_141_an_authentication_header(t):
    """In an Authentication Header; what was recorded, and what is not in one, is refused."""
    auth = {"type": "ah", "password": "s3cr3t"}
    pair = Pair(t, "version2", auth)
    p = t.expect(pair.sniffer.advert(src=pair.src[0], since=time.time()), "an advert")
    t.equal((p.proto, p.auth_type, p.payload[:2], p.payload[24 + 12:]),
            (51, 2, b"\x70\x04", bytes(8)), "protocol, type, header, data")
    t.equal(p.frame[14 + 4:14 + 8], b"\0\0\x40\0", "identification and flags")
    for seen in pair.sniffer.adverts(src=pair.src[0])[:4]:
        pair.sniffer.inject(seen.frame)
    pair.counts(1, "auth-replay", 1)
    pair.sniffer.inject(packets.advert("192.0.2.77", 51, 255, [VIRTUAL["version2"]], version=2))
    pair.counts(1, "auth-type-mismatch", 1)
    pair.daemons[0].kill()
    t.expect(pair.daemons[1].state("active", why="timeout"), "the second takes over")
    pair.daemons[0] = pair.nodes[0].vrrpd(pair.config(0, auth))
    pair.settled(0)
    # Off and on again on a reload, on both: the socket comes and goes with it.
    for k in (1, 0):
        pair.reload(k, {"type": "none"})
    pair.settled(0)
    for k in (1, 0):
        pair.reload(k, auth)
    pair.settled(0)


@tap.test
def keys_in_files(t):
    """A key in a file, of a mode that lets others read it: refused; then not. And no MD5."""
    net = t.lab("r1")
    path = net.path("key")
    with open(path, "w", encoding="ascii") as f:
        f.write("hex:" + KEY1.hex() + "\n")
    text = config(instance(auth={"hmac_key": 9}), keys=[{"id": 9, "file": path}])
    conf = net.path("check.conf")
    vrrpd = os.path.join(os.environ["top_builddir"], "vrrpd", "vrrpd")

    def check(content, **env):
        with open(conf, "w", encoding="ascii") as f:
            f.write(content)
        r = subprocess.run([vrrpd, "-f", conf, "--check"], capture_output=True, text=True,
                           env={**os.environ, **env}, check=False)
        return r.returncode, r.stdout + r.stderr
    os.chmod(path, 0o644)
    status, said = check(text)
    t.equal(status, 2, "exit status")
    t.expect("may be read or written by others" in said, f"why: {said}")
    os.chmod(path, 0o600)
    t.equal(check(text)[0], 0, "exit status")
    d = net.r1.vrrpd(text)
    t.expect(d.state("active"), "it runs")
    with open(net.path("openssl.cnf"), "w", encoding="ascii") as f:
        f.write("openssl_conf = a\n[a]\nalg_section = b\n[b]\ndefault_properties = fips=yes\n")
    ah = config(instance("version2", auth={"type": "ah", "password": "x"}))
    t.equal(check(ah)[0], 0, "exit status with MD5")
    status, said = check(ah, OPENSSL_CONF=net.path("openssl.cnf"))
    t.equal(status, 2, "exit status without")
    t.expect("\"ah\" cannot be had: OpenSSL offers no MD5 here" in said, f"why: {said}")
    everything = "".join(line for _, line in d.lines)
    t.expect(KEY1.hex()[:16] not in everything + said, "no key in any line")


if __name__ == "__main__":
    tap.main()
