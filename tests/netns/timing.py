# SPDX-License-Identifier: BSD-2-Clause
"""Routers that wait: before they preempt, before they start, for more adverts than three.

What comes before what is tested here; how long it takes exactly in virtual time (sim/scenarios).
"""
import os
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import lab
import packets
import tap
from group import Group, pair
from routers import config, down_interval, instance, lose, one, state_of

KINDS = ("ipv4", "ipv6", "version2")
FAMILIES = ("ipv4", "ipv6")
LONG = "1000s"  # no test waits for the end of it


def delayed(start_delay, *instances):
    """A configuration with a start_delay."""
    return config(*instances).replace("{\n", f'{{\n  start_delay = "{start_delay}";\n', 1)


def patient(t, kind, delay=LONG):
    """r2 of priority 100 is Active, and r1 of priority 200 has begun to put up with it."""
    g = Group(t, kind, {"priority": 200, "preempt_delay": delay}, {"priority": 100})
    g.start(1)
    g.settled(1)
    g.start(0)
    said = t.expect(g.daemons[0].event("preempt-delay"), "r1 says that it waits")
    t.equal((said["active"], said["active_prio"], said["prio"]), (g.src[1], 100, 200),
            "whom it waits for")
    return g


@tap.test(*KINDS)
def row_081_preempts_after_the_delay(t, kind):
    """A higher priority comes back, waits, and then takes over; the address is at one of them."""
    g = patient(t, kind, "1500ms")
    g.becomes(0, "active", "preempt")
    g.becomes(1, "backup", "higher-priority")
    g.settled(0)
    names = [e["event"] for e in g.daemons[0].events("preempt-delay", "state")]
    t.equal(names, ["state", "preempt-delay", "state"], "what it said in which order")
    t.equal(len(g.daemons[1].events("state")), 3, "changes of state of r2")
    backup, active = (e["time"] for e in g.daemons[0].events("state"))
    t.note(f"{kind}: Backup at {backup}, Active at {active}; Active_Down_Interval and delay are "
           f"{down_interval(kind, 200) + 1.5:.3f} s")


@tap.test(*FAMILIES)
def preempt_delay_leaves_a_living_active_alone(t, kind):
    """While the delay runs the lower one serves, also over reloads."""
    g = patient(t, kind)
    for _ in range(5):
        t.equal(g.daemons[0].reload()["event"], "configured", "reload")
    g.stays(1, 12)
    t.equal(state_of(g.daemons[0]), "backup", "the state of r1")
    t.equal(len(g.daemons[0].events("preempt-delay")), 1, "how often it says that it waits")


@tap.test(*KINDS)
def preempt_delay_is_not_for_a_dead_active(t, kind):
    """The lower one dies meanwhile, or is stopped: it is replaced at once."""
    g = patient(t, kind)
    g.daemons[1].kill()
    g.becomes(0, "active", "timeout")
    g = patient(t, kind)
    t.equal(g.daemons[1].stop(), 0, "exit status")
    g.becomes(0, "active", "active-left")
    g.settled(0)


@tap.test
def preempt_delay_is_ended_by_a_reload(t):
    """Without the delay, the next advert of the lower one is one too many."""
    g = patient(t, "ipv4")
    t.equal(g.daemons[0].reload(one("ipv4", priority=200, preempt_delay="1ms"))["event"],
            "configured", "reload")
    g.becomes(0, "active", "preempt")
    g.settled(0)


@tap.test(*FAMILIES)
def start_delay_keeps_routers_from_starting(t, kind):
    """Nothing is sent and no address set before the delay is over, whatever else happens."""
    g = Group(t, kind, {"priority": 255}, {"priority": 100})
    g.configs[0] = delayed(LONG, instance(kind, priority=255))
    g.start(1)
    g.settled(1)
    g.start(0)
    waits = t.expect(g.daemons[0].event("waiting"), "it says that it waits")
    t.equal(waits["why"], "start-delay", "for what")
    g.stays(1)
    t.equal(g.daemons[0].reload()["event"], "configured", "reload")
    g.stays(1)
    t.equal(g.sniffer.adverts(src=g.src[0]), [], "adverts of the one that waits")
    t.equal(state_of(g.daemons[0]), None, "the state it has entered")
    t.expect(g.daemons[0].counters()["web"]["ignored"] >= 16, "it ignored what it heard")
    t.equal(g.daemons[0].reload(delayed("1ms", instance(kind, priority=255)))["event"],
            "configured", "reload")
    g.becomes(0, "active", "owner")
    g.becomes(1, "backup", "higher-priority")
    g.settled(0)
    # It is over.
    t.equal(g.daemons[0].reload(g.configs[0])["event"], "configured", "reload")
    g.stays(0)


@tap.test
def start_delay_ends(t):
    """It ends by itself."""
    g = Group(t, "ipv4", {"priority": 200})
    g.configs[0] = delayed("700ms", instance("ipv4", priority=200))
    g.start(0)
    g.becomes(0, "active", "timeout")
    names = [e["event"] for e in g.daemons[0].events("waiting", "state")]
    t.equal(names, ["waiting", "state", "state"], "what it said in which order")
    t.note(f"waiting, Backup, Active at "
           f"{', '.join(e['time'] for e in g.daemons[0].events('waiting', 'state'))}")


@tap.test
def start_delay_after_boot(t):
    """It counts from when the machine was booted."""
    g = Group(t, "ipv4", {"priority": 200})
    with open("/proc/uptime", encoding="ascii") as f:
        up = float(f.read().split()[0])
    if up > 86000:
        t.skip("this machine has been up for longer than the longest delay")
    for k, delay in enumerate((max(up - 5, 0), up + 2)):
        g.configs[0] = delayed("0s", instance("ipv4", priority=200)).replace(
            'start_delay = "0s"', f'start_delay_after_boot = "{int(delay * 1000)}ms"')
        g.start(0)
        g.becomes(0, "active", "timeout")
        names = [e["event"] for e in g.daemons[0].events("waiting", "state")]
        t.equal(names, ["waiting"] * k + ["state", "state"], "what it said in which order")
        g.daemons[0].stop()


@tap.test
def row_065_many_adverts_may_be_lost(t):
    """With down_adverts = 25, seven lost in a row, again and again, are no reason to take over."""
    g = pair(t, "ipv4", {"down_adverts": 25}, {"down_adverts": 25})
    lose(g.net, g.nodes[1], "ip protocol 112 numgen inc mod 8 < 7")
    g.stays(0, 24)
    t.equal(len(g.daemons[1].events("state")), 1, "changes of state of r2")
    g.daemons[0].kill()
    g.becomes(1, "active", "timeout")


@tap.test(*FAMILIES)
def i_24_forged_interval_is_not_believed(t, kind):
    """Adverts of 40.95 s and the highest priority depose an Active for a moment, not minutes."""
    g = pair(t, kind, {"learned_interval_max": "200ms"}, {"learned_interval_max": "200ms"})
    own = g.daemons[0].mark()
    src = "192.0.2.77" if kind == "ipv4" else "fe80::77"
    since = time.time()
    for _ in range(3):
        g.sniffer.inject(packets.advert(src, 51, 255, [g.address], interval=40.95))
    t.expect(g.daemons[0].state("backup", start=own, why="higher-priority"), "r1 yields")
    # By the letter it would wait for longer than any test: 132 s.
    t.expect(g.daemons[0].state("active", start=own), "r1 takes its role back")
    t.note(f"{kind}: {time.time() - since:.3f} s without r1")
    g.settled(0)


@tap.test
def what_cannot_work_well_is_said_by_check(t):
    """--check takes what has no effect or cannot work well, and says so."""
    with tempfile.TemporaryDirectory(prefix="trivet-check-") as where:
        path = os.path.join(where, "it.conf")
        with open(path, "w", encoding="utf-8") as f:
            f.write(one("ipv4", preempt=False, preempt_delay="5s", down_adverts=1))
        for argv in ([lab.VRRPD, "-f", path, "--check"], [lab.TRIVET, "check", path]):
            done = lab.subprocess.run(argv, text=True, check=False, capture_output=True,
                                      timeout=lab.PATIENCE)
            said = done.stdout + done.stderr
            t.equal(done.returncode, 0, f"exit status of {argv}")
            t.expect("preempt_delay: warning: has no effect" in said, f"preempt_delay in {said}")
            t.expect("down_adverts: warning: with 1" in said, f"down_adverts in {said}")


if __name__ == "__main__":
    tap.main()
