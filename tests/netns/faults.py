# SPDX-License-Identifier: BSD-2-Clause
"""Faults of the machine around vrrpd, by their number in doc/faults-vrrp.md."""
import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import lab
import packets
import tap
from group import pair
from routers import SECONDS, VIRTUAL, config, one, stays


@tap.test
def s01_a_log_on_a_full_disk(t):
    """Every line of the log fails with ENOSPC: the router does its work, and stops cleanly."""
    net = t.lab("r1", "client")
    sniffer = packets.Sniffer(net.client)
    r = net.r1.vrrpd(one("ipv4", priority=200), "--log-level", "debug",
                     before=("sh", "-c", 'exec "$@" >/dev/full 2>&1', "sh"))
    t.expect(net.r1.wait_has(VIRTUAL["ipv4"]), "it is Active")
    stays(t, sniffer, "192.0.2.1", 4)
    for number in (signal.SIGHUP, signal.SIGUSR1):
        r.send_signal(number)
        stays(t, sniffer, "192.0.2.1", 4)
    t.equal(r.stop(), 0, "exit status")
    t.expect(sniffer.advert(priority=0), "it leaves")
    t.equal(r.lines, [], "what it could say")


def size_of(daemon):
    """How many files it has open, and how many kilobytes of memory."""
    with open(f"/proc/{daemon.pid}/status", encoding="ascii") as f:
        rss = [line.split()[1] for line in f if line.startswith("VmRSS:")]
    # Those at rest: it may be reading an answer just now.
    files = []
    for _ in range(10):
        files.append(len(os.listdir(f"/proc/{daemon.pid}/fd")))
        time.sleep(0.05)
    return min(files), int(rss[0])


@tap.test
def s12_reloads_leak_nothing(t):
    """After many reloads that add and remove routers it has the same files and the same memory."""
    net = t.lab("r1", "client")
    texts = [one("ipv4", priority=200),
             config({"name": "web", "interface": "e0", "vrid": 51,
                     "addresses": [VIRTUAL["ipv4"] + "/24"], "priority": 201},
                    {"name": "six", "interface": "e0", "vrid": 7,
                     "addresses": ["fe80::7/64", "2001:db8::7/64"]})]
    r = net.r1.vrrpd(texts[0])
    t.expect(r.state("active"), "it is Active")

    def reloads(n):
        for k in range(n):
            t.equal(r.reload(texts[(k + 1) % 2])["event"], "configured", "reload")

    reloads(40)
    before = size_of(r)
    reloads(160)
    after = size_of(r)
    t.note(f"files, and kB of memory: {before} after 40 reloads, {after} after 200")
    t.equal(after[0], before[0], "open files")
    # A build with sanitizers, which has no sandbox, keeps what it has freed for a while.
    room = 400 if r.events("started")[0]["sandbox"] == "on" else 40000
    t.expect(after[1] < before[1] + room, "memory does not grow")


@tap.test
def v22_many_routers_start_at_once(t):
    """Hundreds start together, beside a Backup with as many: nobody takes over from anybody."""
    n = 300
    net = t.lab("r1", "r2", "client")

    def many(priority):
        return config(*({"name": f"r{k}", "interface": "e0", "vrid": k % 255 + 1,
                         "addresses": ([f"10.{k}.0.1/24"] if k < 255 else
                                       [f"fe80::{k:x}/64", f"2001:db8:1::{k:x}/64"]),
                         "priority": priority, "garp": {"repeat": 1, "delay": "0s"}}
                        for k in range(n)))
    began = time.monotonic()
    first = net.r1.vrrpd(many(200))
    t.expect(lab.wait_until(lambda: len([e for e in first.events("state")
                                         if e["to"] == "active"]) == n), "all are Active")
    t.note(f"{n} routers are Active after {time.monotonic() - began:.3f} s, of which they wait "
           f"3.219")
    second = net.r2.vrrpd(many(100))
    t.expect(lab.wait_until(lambda: len(second.events("state")) == n), "all have started")
    time.sleep(8)  # twice as long as a Backup waits
    t.equal({(e["from"], e["to"]) for e in second.events("state")}, {("initialize", "backup")},
            "changes of state of the second")
    t.equal(len(first.events("state")), 2 * n, "changes of state of the first")


@tap.test(*SECONDS)
def s20_a_restart_is_one_takeover(t, kind):
    """An upgrade: the Active is stopped and started. Without preempt the address moves once."""
    g = pair(t, kind, {"preempt": False}, {"preempt": False})
    t.equal(g.daemons[0].stop(), 0, "exit status")
    g.becomes(1, "active", "active-left")
    g.start(0)
    g.settled(1)
    g.stays(1)
    for daemon, moves in zip(g.daemons, (["backup"], ["backup", "active"])):
        t.equal([e["to"] for e in daemon.events("state")], moves, "changes of state")


if __name__ == "__main__":
    tap.main()
