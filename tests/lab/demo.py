# SPDX-License-Identifier: BSD-2-Clause
"""The main job, for real: two routers elect an Active, it dies, the other takes over.

Builds a small network in namespaces - two routers and a client on a bridge - starts a vrrpd on each
router, pings the virtual address every 10 ms from the client, kills the Active with SIGKILL, later
brings it back, and prints what happened and when, with the bound of RFC 9568 beside it.
"""
import json
import os
import signal
import sys
import textwrap
import time

import lab

VIRTUAL = "192.0.2.100"
INTERVAL = 1.0           # s, the default
PRIORITY = {"r1": 200, "r2": 100}
PING = 0.010             # s
CONFIG = """vrrp = {{ instances = (
  {{ name = "web"; interface = "e0"; vrid = 51; priority = {priority};
     addresses = ( "{virtual}/24" ); }}
); }};
"""


def simulate():
    """Without the right to make namespaces: the same scenario in virtual time."""
    print("This user may not make network namespaces: the same scenario, in the simulator.\n",
          flush=True)
    scenario = os.path.join(lab.SRC, "sim/scenarios/crash.conf")
    os.execv(lab.TRIVET, [lab.TRIVET, "sim", "run", scenario, "--verbose"])


class Timeline:
    def __init__(self):
        self.zero, self.entries = time.time(), []

    def add(self, at, who, what):
        self.entries.append((at - self.zero, who, what))

    def say(self, who, what):
        self.add(time.time(), who, what)

    def print(self):
        for at, who, what in sorted(self.entries):
            print(f"{at:9.3f} s  {who:6} {what}")


def explain(event):
    words = {"timeout": "it heard no advert for its Active_Down_Interval",
             "preempt": "it heard only lower priorities for its Active_Down_Interval",
             "higher-priority": "it heard a higher priority", "startup": "it has just started"}
    why = words.get(event["why"], event["why"])
    return f"{event['from']} -> {event['to']}: {why}"


def collect_states(timeline, daemons):
    for who, d in daemons:
        for at, line in d.lines:
            event = d.parse(line)
            if event and event["event"] == "state":
                timeline.add(at, who, explain(event))
            elif event and event["event"] in ("leftover", "waiting"):
                timeline.add(at, who, f"{event['event']}: {event['text']}")


def outages(answers, begin, end):
    """Gaps between answered pings that are longer than two intervals: (from, to, lost pings)."""
    gaps, last, lost = [], None, 0
    for sent, answered in answers:
        if not begin <= sent <= end:
            continue
        if answered is None:
            lost += 1
            continue
        if last is not None and answered - last > 2.5 * PING:
            gaps.append((last, answered, lost))
        last, lost = answered, 0
    return gaps


def skew(priority):
    return (256 - priority) / 256 * INTERVAL


def main():
    lab.become_root(simulate)
    print(f"Two routers and a client on a bridge; the virtual address is {VIRTUAL}.", flush=True)
    net = lab.Lab("r1", "r2", "client")
    timeline = Timeline()

    def start(name):
        timeline.say(name, f"vrrpd starts with priority {PRIORITY[name]}")
        return net.nodes[name].vrrpd(CONFIG.format(priority=PRIORITY[name], virtual=VIRTUAL))

    r1, r2 = start("r1"), start("r2")
    daemons = [("r1", r1), ("r2", r2)]
    assert r1.state("active"), "r1 did not become Active:\n" + "\n".join(l for _, l in r1.lines)
    pinger = net.client.spawn(sys.executable, os.path.join(lab.SRC, "tests/lab/pinger.py"), VIRTUAL,
                              str(PING))
    time.sleep(2.5)
    timeline.say("demo", "r1 dies: its vrrpd is killed (SIGKILL) and its cable pulled")
    killed = time.time()
    r1.send_signal(signal.SIGKILL)
    net.sw.run("ip", "link", "set", net.port("r1"), "down")
    r1.stop()
    assert r2.state("active"), "r2 did not take over"
    time.sleep(2.5)
    # Its kernel still has the virtual address. vrrpd removes it before the cable is back.
    r1 = start("r1")
    daemons.append(("r1", r1))
    assert r1.event("waiting"), "r1 does not wait for its link"
    timeline.say("demo", "r1 is back: its cable is plugged in")
    returned = time.time()
    net.sw.run("ip", "link", "set", net.port("r1"), "up")
    assert r1.state("active"), "r1 did not take back its role"
    time.sleep(2)
    pinger.stop()
    measured = json.loads(pinger.lines[-1][1])
    collect_states(timeline, daemons)

    fine = judge(timeline, measured, killed, returned)
    for d in (r1, r2):
        d.stop()
    net.close()
    sys.exit(0 if fine else 1)


def judge(timeline, measured, killed, returned):
    takeover = outages(measured["answers"], killed - 1, returned)
    giveback = outages(measured["answers"], returned, time.time())
    for name, gaps in (("takeover", takeover), ("giving back", giveback)):
        for begin, end, lost in gaps:
            timeline.add(end, "client", f"answers again: {end - begin:.3f} s without, "
                                        f"{lost} pings lost ({name})")
    timeline.print()

    # The dead Active sent its last advert up to one interval before; r2 waits 3 and its Skew.
    longest = 3 * INTERVAL + skew(PRIORITY["r2"])
    shortest = longest - INTERVAL
    # What the machine explains: a ping in flight at either end, and how late it wakes processes.
    noise = 2 * PING + 0.020 + 2 * measured["stall"]
    outage = max((end - begin for begin, end, _ in takeover), default=0)
    back = max((end - begin for begin, end, _ in giveback), default=0)
    fine = len(takeover) >= 1 and shortest - noise < outage < longest + noise and back < 0.1 + noise
    said = (f"The client was without an answer for {outage:.3f} s after the crash, and for "
            f"{back:.3f} s when r1 came back. RFC 9568 allows {shortest:.3f} s to {longest:.3f} s "
            f"after a crash: the Active_Down_Interval of priority {PRIORITY['r2']}, less up to one "
            "interval that had passed since the last advert; and none when a higher priority takes "
            f"its role back. This machine was up to {measured['stall'] * 1e3:.1f} ms late in "
            f"waking a process; {noise * 1e3:.0f} ms are allowed for that and for the pings.")
    print("\n" + textwrap.fill(said, 96))
    print("All is as it should be." if fine else "THIS IS OUTSIDE THE BOUND.")
    return fine


main()
