# SPDX-License-Identifier: BSD-2-Clause
"""Reload under fire: another configuration ten times a second, for a minute (TRIVET_FIRE: seconds).

Whatever changes, at whatever moment: an address that all configurations have is never gone, and no
Backup takes over.
"""
import os
import random
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import lab
import tap
from group import Group
from routers import config, instance, state_of

SECONDS = float(os.environ.get("TRIVET_FIRE", "60"))
EVERY = 0.1
FAMILIES = ("ipv4", "ipv6")
# Whatever may be different about a router without making it another one, and without making it
# one that its peer cannot hear. Absent is always one of the choices.
SETTINGS = {
    "priority": (150, 151, 200, 254),
    "preempt": (False, True),
    "interval": ("1s", "1010ms", "1500ms"),
    "preempt_delay": ("0s", "3s", "1000s"),
    "down_adverts": (2, 3, 7),
    "learned_interval_max": ("0s", "1500ms", "40.95s"),
    "link_down_delay": ("0s", "1s"),
    "lease": (True, False, "auto"),
    "garp": ({"repeat": 1}, {"repeat": 3, "interval": "10ms", "delay": "1s"},
             {"refresh": "1s", "refresh_repeat": 2}),
    "tracks": ([{"ref": "here", "on_down": "fault"}],
               [{"ref": "here", "on_down": "priority -20"}, {"ref": "drain", "on_down": "fault"}],
               [{"ref": "drain", "on_down": "priority +20", "invert": True}]),
}
# Of IPv4 only.
SETTINGS4 = {
    "checksum": ("auto", "message", "pseudo-header"),
    "checksum_accept": ("any",),
    "with_version2": (True, False),
    "source": ("192.0.2.1",),
}
MORE = {"ipv4": ["192.0.2.101/24", "192.0.2.102/32", "198.51.100.1/24"],
        "ipv6": ["2001:db8::51/64", "2001:db8::52/128", "fe80::5:2/64"]}
SECTION = ("garp_rate = 100;", "garp_burst = 10;", "start_delay = \"2s\";", "")
TRACKS = [{"name": "here", "type": "interface", "interface": "e0"},
          {"name": "drain", "type": "file", "path": "/nonexistent/drain"}]


def some(dice, kind, address):
    """A configuration with the address, drawn by lot."""
    choices = {**SETTINGS, **(SETTINGS4 if kind == "ipv4" else {})}
    drawn = {name: dice.choice(values) for name, values in choices.items() if dice.random() < 0.4}
    drawn.setdefault("priority", 200)
    drawn.setdefault("interval", "1s")
    more = dice.sample(MORE[kind], dice.randrange(len(MORE[kind]) + 1))
    if drawn.get("with_version2"):
        drawn.pop("learned_interval_max", None)
    if "learned_interval_max" in drawn and drawn["interval"] == "1500ms":
        drawn["learned_interval_max"] = "0s"
    drawn["addresses"] = [address, *more]
    others = [instance(kind, name=f"other{k}", vrid=100 + k, addresses=[
        f"192.0.2.{150 + k}/24" if kind == "ipv4" else f"fe80::{k + 1}:9/64"])
        for k in range(3) if dice.random() < 0.3]
    all_of_them = [instance(kind, **drawn), *others]
    dice.shuffle(all_of_them)
    text = config(*all_of_them, tracks=TRACKS)
    return text.replace("vrrp = {\n", f"vrrp = {{\n  {dice.choice(SECTION)}\n", 1)


def put(daemon, text):
    """As a careful operator does: the file is there whole at any moment."""
    with open(daemon.file + ".new", "w", encoding="utf-8") as f:
        f.write(text)
    os.replace(daemon.file + ".new", daemon.file)


@tap.test(*FAMILIES)
def reload_under_fire(t, kind):
    """Ten reloads a second: no address is lost that all have, and nobody takes over."""
    g = Group(t, kind, {"priority": 200, "interval": "1s"}, {"priority": 100, "interval": "1s"})
    for k in (0, 1):
        g.start(k)
        g.settled(0)
    seed = random.randrange(1 << 32)
    dice = random.Random(seed)
    t.note(f"seed {seed}")
    address = f"{g.address}/{24 if kind == 'ipv4' else 64}"
    watch = g.nodes[0].spawn("ip", "-o", "monitor", "address")
    time.sleep(0.2)
    changes = [len(d.events("state")) for d in g.daemons]
    n, begun = 0, time.monotonic()
    while time.monotonic() < begun + SECONDS:
        put(g.daemons[0], some(dice, kind, address))
        g.daemons[0].send_signal(1)
        n += 1
        time.sleep(max(0.0, begun + n * EVERY - time.monotonic()))
        t.expect(g.nodes[0].has(g.address) if n % 10 == 0 else True, "the address is there")
        t.equal(g.daemons[0].events("reload-refused"), [], "reloads that were refused")
    last = g.daemons[0].reload()
    t.expect(last and last["event"] == "configured", "the last reload")
    watch.stop()
    gone = [line for _, line in watch.lines if "Deleted" in line and f" {address} " in line]
    t.equal(gone, [], "removals of the address")
    t.equal([state_of(d) for d in g.daemons], ["active", "backup"], "states in the end")
    t.equal([len([e for e in d.events("state") if e["vrrp"] == "web"]) for d in g.daemons],
            changes, "changes of state")
    t.note(f"{n} signals, {len(g.daemons[0].events('configured')) - 1} reloads, "
           f"{len(watch.lines)} reports about addresses")


if __name__ == "__main__":
    tap.main()
