# SPDX-License-Identifier: BSD-2-Clause
"""Programs that are run when a virtual router changes: one at a time, and the last for what is."""
import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import lab
import tap
from routers import config, instance, settled, state_of

# A script notes that it begins, with what it was given, and that it ends.
RECORD = """#!/bin/sh
cd "$(dirname "$0")/out"
note() { echo "$$ $*" >>log; }
note begin "$1" "$TRIVET_EVENT $TRIVET_STATE $TRIVET_FROM $TRIVET_WHY" "$@"
"""


def network(t, *nodes):
    """Others than root may look into its directory, and write into one below."""
    net = t.lab(*nodes)
    os.chmod(net.dir, 0o711)
    os.mkdir(net.path("out"))
    os.chmod(net.path("out"), 0o777)
    return net


def script(net, name, text="", mode=0o755):
    path = net.path(name)
    with open(path + ".new", "w", encoding="utf-8") as f:
        f.write(RECORD + text + "\nnote end\n")
    os.chmod(path + ".new", mode)
    os.rename(path + ".new", path)
    return path


def log(net):
    """What scripts have noted: [pid, "begin" or "end", ...]"""
    try:
        with open(net.path("out/log"), encoding="utf-8") as f:
            return [line.split() for line in f.read().splitlines()]
    except FileNotFoundError:
        return []


def begun(net):
    """What each was begun with: its arguments."""
    return [" ".join(words[2:]) for words in log(net) if words[1] == "begin"]


def states(net, kind="any"):
    """The states, in keepalived's words, that the program for all was run for."""
    return [words[-2] for words in log(net) if words[1] == "begin" and words[2] == kind]


def waits_for(t, net, n, what):
    """Waits until n scripts have ended, each before the next began."""
    t.expect(lab.wait_until(lambda: sum(w[1] == "end" for w in log(net)) >= n), what)
    return begun(net)


def one_at_a_time(t, net):
    running = None
    for words in log(net):
        t.expect((words[1] == "begin") == (running is None) and running in (None, words[0]),
                 f"one at a time, in {words}")
        running = words[0] if words[1] == "begin" else None


def programs(path, **more):
    return {"notify": [path, "any"], **{f"notify_{s}": [path, s] for s in (
        "active", "backup", "fault", "stop", "lower_active")}, **more}


@tap.test
def i20_a_life_in_programs(t):
    """Start, takeover, fault, stop: the program for the state, then the one for all; as nobody."""
    net = network(t, "r1", "r2")
    path = script(net, "hook", 'id -un >user; env | sort >env')
    one = net.r1.vrrpd(config(instance(priority=150, **programs(path))))
    settled(t, "ipv4", one, [])
    waits_for(t, net, 4, "backup and active, each twice")
    with open(net.path("out/env"), encoding="utf-8") as f:
        env = dict(line.split("=", 1) for line in f.read().splitlines() if "=" in line)
    for name, want in (("EVENT", "state"), ("TYPE", "instance"), ("NAME", "web"),
                       ("STATE", "active"), ("FROM", "backup"), ("WHY", "timeout"),
                       ("PRIORITY", "150"), ("VRID", "51"), ("INTERFACE", "e0"),
                       ("FAMILY", "ipv4"), ("ADDRESSES", "192.0.2.100/24")):
        t.equal(env.get("TRIVET_" + name), want, f"TRIVET_{name}")
    with open(net.path("out/user"), encoding="utf-8") as f:
        t.expect(f.read().strip() in ("nobody", "trivet-script"), "who runs it")
    net.r1.run("ip", "link", "set", "e0", "down")
    waits_for(t, net, 6, "fault")
    begin = time.monotonic()
    t.equal(one.stop(), 0, "exit status")
    t.note(f"stopped in {(time.monotonic() - begin) * 1e3:.0f} ms with two programs to run")
    got = waits_for(t, net, 8, "stop")
    t.equal(got, ["backup state backup startup backup",
                  "any state backup startup any INSTANCE web BACKUP 150",
                  "active state active backup timeout active",
                  "any state active backup timeout any INSTANCE web MASTER 150",
                  "fault state fault active link-down fault",
                  "any state fault active link-down any INSTANCE web FAULT 150",
                  "stop state stop fault stop stop",
                  "any state stop fault stop any INSTANCE web STOP 150"], "what was run")
    one_at_a_time(t, net)


@tap.test
def i20_slow_programs_and_a_flapping_router(t):
    """While one runs, changes are merged; never two at a time; the last is for what is."""
    net = network(t, "r1")
    path = script(net, "hook", "sleep 0.3")
    tracks = [{"name": "f", "type": "file", "path": net.path("flap")}]

    def flap(value):
        with open(net.path("flap"), "w", encoding="ascii") as f:
            f.write(str(value))
    flap(0)
    r = net.r1.vrrpd(config(instance(tracks=["f"], notify=[path, "any"]), tracks=tracks))
    t.expect(r.state("active"), "Active")
    for k in range(30):
        mark = r.mark()
        flap((k + 1) % 2)
        t.expect(r.state("backup" if k % 2 else "initialize", start=mark), "it changes")
    t.expect(lab.wait_until(lambda: state_of(r) == "active"), "Active again")
    t.expect(lab.wait_until(lambda: states(net)[-1:] == ["MASTER"] and log(net)[-1][1] == "end"),
             "the last program is for MASTER")
    time.sleep(0.5)
    t.equal(states(net)[-1], "MASTER", "and stays the last")
    one_at_a_time(t, net)
    t.expect(r.counters(), "counters")
    counted = r.events("notify-programs")[-1]
    changes = len(r.events("state"))
    t.note(f"{changes} changes, {counted['run']} programs, {counted['merged']} merged")
    t.expect(int(counted["merged"]) > 0, "some were merged")
    t.equal(int(counted["run"]) + int(counted["merged"]), changes, "run and merged: all changes")
    t.equal(int(counted["failed"]), 0, "failed")
    t.equal(r.stop(), 0, "exit status")
    t.equal(states(net)[-1], "STOP", "the last of all")


@tap.test
def programs_that_fail(t):
    """One that fails, never ends, or can be written by others: it is said, and life goes on."""
    net = network(t, "r1")
    bad = script(net, "bad", "echo it is bad; exit 3")
    r = net.r1.vrrpd(config(instance(notify=[bad, "any"]), notify_timeout="500ms"))
    said = t.expect(r.event("notify-failed"), "it says so")
    t.expect("exit status 3: it is bad" in said["text"] and said["vrrp"] == "web", f"how: {said}")
    t.expect(r.state("active"), "Active all the same")
    hangs = script(net, "hangs", "sleep 1000")
    r.reload(config(instance(notify=[hangs, "any"], priority=90), notify_timeout="500ms"))
    net.r1.run("ip", "link", "set", "e0", "down")
    t.expect(lab.wait_until(lambda: "FAULT" in states(net)), "it is begun")
    net.r1.run("ip", "link", "set", "e0", "up")
    t.expect(lab.wait_until(lambda: states(net)[-1] == "MASTER"), "the next one comes all the same")
    begin = time.monotonic()
    t.equal(r.stop(), 0, "exit status")
    t.note(f"stopped in {time.monotonic() - begin:.1f} s with programs that hang for 0.5 s each")
    loose = script(net, "loose", "", 0o777)
    r = net.r1.vrrpd(config(instance(notify=[loose, "any"])))
    said = t.expect(r.event("notify-failed"), "it says so")
    t.expect("not run" in said["text"], f"how: {said}")
    t.expect(r.state("active"), "Active all the same")
    t.equal(r.stop(), 0, "exit status")


@tap.test
def a_reload_changes_programs(t):
    """Nothing is run because of a reload alone; what comes then is told the new program."""
    net = network(t, "r1", "r2")
    old, new = script(net, "old"), script(net, "new")
    one = net.r1.vrrpd(config(instance(priority=150, notify=[old, "old"])))
    settled(t, "ipv4", one, [])
    waits_for(t, net, 2, "two programs")
    t.equal(one.reload(config(instance(priority=150, notify=[new, "new"])))["event"],
            "configured", "reload")
    two = net.r2.vrrpd(config(instance(priority=200)))
    settled(t, "ipv4", two, [one])
    waits_for(t, net, 3, "a third")
    t.equal([words[2] for words in log(net) if words[1] == "begin"], ["old", "old", "new"], "which")
    # One that is removed is told of with the program it had.
    one.reload(config(instance(name="other", vrid=9, addresses=["192.0.2.9/24"])))
    waits_for(t, net, 4, "a fourth")
    t.expect(begun(net)[-1].endswith("new INSTANCE web FAULT 150"), begun(net)[-1])
    t.expect("deleted" in begun(net)[-1], "that it was removed")
    t.equal(one.events("notify-failed"), [], "what failed")


@tap.test
def v01_killed_while_a_program_runs(t):
    """What has begun is brought to its end by the runner; the next vrrpd tells anew."""
    net = network(t, "r1")
    path = script(net, "hook", "sleep 1")
    text = config(instance(notify=[path, "any"]))
    r = net.r1.vrrpd(text)
    t.expect(lab.wait_until(lambda: states(net) == ["BACKUP"]), "a program has begun")
    r.kill()
    waits_for(t, net, 1, "it ends by itself")
    r = net.r1.vrrpd(text)
    t.expect(lab.wait_until(lambda: states(net)[-1] == "MASTER"), "the next one tells its state")
    t.equal(r.stop(), 0, "exit status")
    t.equal(states(net)[-1], "STOP", "the last")


@tap.test
def the_runner_is_killed(t):
    """Without its runner vrrpd goes on, and stops at once."""
    net = network(t, "r1")
    path = script(net, "hook")
    r = net.r1.vrrpd(config(instance(notify=[path, "any"])))
    t.expect(r.state("active"), "Active")
    waits_for(t, net, 2, "two programs")
    with open(f"/proc/{r.pid}/task/{r.pid}/children", encoding="ascii") as f:
        for pid in map(int, f.read().split()):
            with open(f"/proc/{pid}/comm", encoding="ascii") as comm:
                if comm.read().strip() == "trivet-runner":
                    os.kill(pid, signal.SIGKILL)
    net.r1.run("ip", "link", "set", "e0", "down")
    t.expect(r.state("initialize"), "it goes on")
    t.equal(r.stop(), 0, "exit status")
    t.equal(len(begun(net)), 2, "programs")


@tap.test
def a_group_has_a_program(t):
    """A sync group is told of as GROUP, with a priority of 0, through both ways."""
    net = network(t, "r1")
    path = script(net, "hook")
    r = net.r1.vrrpd(config(
        instance(), instance(name="db", vrid=52, addresses=["192.0.2.101/24"]),
        sync_groups=[{"name": "G1", "members": ["web", "db"], "notify": [path, "any"]}],
        notify_fifo={"path": net.path("fifo")}))
    t.expect(lab.wait_until(lambda: states(net) == ["BACKUP", "MASTER"]), "two programs")
    t.expect(begun(net)[-1].endswith("any GROUP G1 MASTER 0"), begun(net)[-1])
    t.equal(r.stop(), 0, "exit status")
    t.equal(states(net), ["BACKUP", "MASTER", "STOP"], "all")


if __name__ == "__main__":
    tap.main()
