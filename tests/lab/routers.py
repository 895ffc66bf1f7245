# SPDX-License-Identifier: BSD-2-Clause
"""What tests with virtual routers have in common: configurations, and who holds the address.

A kind is one of "ipv4", "ipv6" (version 3) and "version2" (over IPv4).
"""
import time

import lab

VRID = 51
# Quick, and still three intervals are longer than what a busy machine makes a process wait.
INTERVAL = {"ipv4": "200ms", "ipv6": "200ms", "version2": "1s"}
SECONDS = {"ipv4": 0.2, "ipv6": 0.2, "version2": 1.0}
VIRTUAL = {"ipv4": "192.0.2.100", "ipv6": "fe80::5:1", "version2": "192.0.2.100"}
PREFIX = {"ipv4": 24, "ipv6": 64, "version2": 24}


def _value(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{ " + " ".join(f"{k} = {_value(v)};" for k, v in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "( " + ", ".join(_value(v) for v in value) + " )"
    return str(value) if isinstance(value, int) else f'"{value}"'


def instance(kind="ipv4", **settings):
    """The settings of an instance. What is not given is as all tests have it."""
    all_of_it = {"name": "web", "interface": "e0", "vrid": VRID, "interval": INTERVAL[kind],
                 "addresses": [f"{VIRTUAL[kind]}/{PREFIX[kind]}"]}
    if kind == "version2":
        all_of_it["version"] = 2
    return {**all_of_it, **settings}


def config(*instances, tracks=(), **vrrp):
    """A file of these instances; more settings are of its vrrp section."""
    listed = f"tracks = {_value(tracks)};\n" if tracks else ""
    more = "".join(f"  {k} = {_value(v)};\n" for k, v in vrrp.items())
    return f"{listed}vrrp = {{\n{more}  instances = (\n    " + \
        ",\n    ".join(_value(i) for i in instances) + "\n  );\n};\n"


def one(kind="ipv4", **settings):
    """A configuration of one instance."""
    return config(instance(kind, **settings))


def down_interval(kind, priority):
    """How long a Backup of this priority waits for its Active, in seconds."""
    return (3 + (256 - priority) / 256) * SECONDS[kind]


def state_of(daemon, name="web"):
    """The state that a router entered last; None before its first."""
    states = [e["to"] for e in daemon.events("state") if e["vrrp"] == name]
    return states[-1] if states else None


def settled(t, kind, active, backups, address=None):
    """Waits until one router is Active and has the address, and the others are Backup without."""
    address = address or VIRTUAL[kind]

    def so():
        return (state_of(active) == "active" and active.node.has(address) and
                all(state_of(b) == "backup" and not b.node.has(address) for b in backups))
    t.expect(lab.wait_until(so), f"{active.node.name} alone is Active and has {address}")


def stays(t, sniffer, src, adverts=8):
    """Waits for some more adverts of this source: whoever would take over has had the time."""
    since = time.time()
    t.expect(sniffer.advert(src=src, since=since, count=adverts), f"{src} goes on advertising")
    others = {p.src for p in sniffer.adverts(since=since)} - {src}
    t.equal(others, set(), f"who else advertised while {src} did")


def own_address(node, kind):
    """The address that adverts of this node come from."""
    if kind != "ipv6":
        return next(a.split("/")[0] for a, i in node.addresses().items()
                    if i["family"] == "inet" and not i.get("secondary"))
    return next(a.split("/")[0] for a, i in node.addresses().items()
                if a.startswith("fe80:") and not a.startswith("fe80::5:"))


def cut(net, *sides):
    """Lets nothing pass between these groups of nodes, replacing what was cut before."""
    rules = []
    for side in sides:
        for other in sides:
            if side is not other:
                rules += [f'iifname "{net.port(a.name)}" oifname "{net.port(b.name)}" drop'
                          for a in side for b in other]
    _filter(net, rules)


def cut_one_way(net, deaf, unheard):
    """What `unheard` sends does not reach `deaf`."""
    _filter(net, [f'iifname "{net.port(unheard.name)}" oifname "{net.port(deaf.name)}" drop'])


def lose(net, node, rule):
    """Drops what goes to a node and matches the rule of nftables."""
    _filter(net, [f'oifname "{net.port(node.name)}" {rule} drop'])


def heal(net):
    _filter(net, [])


def _filter(net, rules):
    net.sw.nft("table bridge cut\ndelete table bridge cut\ntable bridge cut {\n"
               "chain forward { type filter hook forward priority 0;\n" +
               "\n".join(rules) + "\n}\n}\n")
