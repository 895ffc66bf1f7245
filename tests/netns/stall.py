# SPDX-License-Identifier: BSD-2-Clause
"""A Backup that does not run for a while, with real daemons: what it makes of what it missed."""
import os
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import lab
import tap
from group import pair
from routers import cut_one_way, heal

HALF = {"interval": "500ms"}  # a Backup of priority 100 waits for 1805 ms


@tap.test("ipv4", "ipv6")
def v02_frozen_backup_hears_what_waits(t, kind):
    """A Backup is frozen for longer than it waits: the adverts are in its socket, and count."""
    g = pair(t, kind, HALF, HALF)
    g.daemons[1].send_signal(signal.SIGSTOP)
    g.stays(0, 7)
    g.daemons[1].send_signal(signal.SIGCONT)
    t.expect(g.daemons[1].event("stall"), "it says that it was stopped")
    g.stays(0, 4)
    t.equal(len(g.daemons[1].events("state")), 1, "changes of state of r2")
    t.equal(g.daemons[1].counters()["web"]["woke_late"], 0, "times that it had heard nothing")


@tap.test("ipv4", "ipv6")
def v05_suspended_backup_listens_first(t, kind):
    """Its socket is empty when it wakes, as on a machine that was suspended: it listens."""
    g = pair(t, kind, HALF, HALF)
    g.daemons[1].send_signal(signal.SIGSTOP)
    cut_one_way(g.net, deaf=g.nodes[1], unheard=g.nodes[0])
    g.stays(0, 7)
    heal(g.net)
    g.daemons[1].send_signal(signal.SIGCONT)
    woke = t.expect(g.daemons[1].event("woke-late"), "it says so")
    t.note(f"{kind}: listens for {woke['listens_ms']} ms")
    g.stays(0, 4)
    t.equal(len(g.daemons[1].events("state")), 1, "changes of state of r2")


@tap.test
def v03_the_active_dies_while_the_backup_is_frozen(t):
    """Then the Backup takes over when it has listened once more."""
    g = pair(t, "ipv4", HALF, HALF)
    g.daemons[1].send_signal(signal.SIGSTOP)
    g.stays(0, 7)
    g.daemons[0].kill()
    # Late by more than an interval: only time tells. What is asserted holds if it is more.
    t.expect(not lab.wait_until(lambda: g.daemons[1].events("woke-late"), patience=3),
             "frozen, it says nothing")
    g.daemons[1].send_signal(signal.SIGCONT)
    t.expect(g.daemons[1].event("woke-late"), "it says that it listens")
    g.becomes(1, "active", "timeout")


if __name__ == "__main__":
    tap.main()
