# SPDX-License-Identifier: BSD-2-Clause
"""Scripts as trackers: real ones, that fail, hang, flood, and are not to be trusted."""
import os
import signal
import stat
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import lab
import packets
import tap
from routers import config, instance, settled, state_of, stays

HERE = "cd \"$(dirname \"$0\")\"\n"  # what a script may only do if it is run by its path


def network(t, *nodes):
    """Others than root may look into its directory, and write into one below."""
    net = t.lab(*nodes)
    os.chmod(net.dir, 0o711)
    os.mkdir(net.path("out"))
    os.chmod(net.path("out"), 0o777)
    return net


def script(net, name, text):
    path = net.path(name)
    with open(path + ".new", "w", encoding="utf-8") as f:
        f.write(f"#!/bin/sh\n{text}\n")
    os.chmod(path + ".new", 0o755)
    os.rename(path + ".new", path)
    return path


def tracker(path, *arguments, **more):
    """An array of strings is written as a list: both are allowed."""
    return {"name": "probe", "type": "script", "exec": [path, *arguments], "interval": "200ms",
            **more}


def tracked(*trackers, on_down="priority -100", **more):
    uses = [{"ref": t["name"], "on_down": on_down} for t in trackers]
    return config(instance(priority=200, tracks=uses, **more), tracks=list(trackers))


def runner_of(daemon):
    """The process that runs its scripts."""
    with open(f"/proc/{daemon.pid}/task/{daemon.pid}/children", encoding="ascii") as f:
        for pid in map(int, f.read().split()):
            with open(f"/proc/{pid}/comm", encoding="ascii") as comm:
                if comm.read().strip() == "trivet-runner":
                    return pid
    return None


def gone(pid):
    return lab.wait_until(lambda: not os.path.exists(f"/proc/{pid}"))


def number_in(net, name):
    """The process that a script has written down."""
    path = net.path("out/" + name)
    lab.wait_until(lambda: os.path.exists(path) and os.path.getsize(path) > 0)
    with open(path, encoding="ascii") as f:
        return int(f.read().split()[0])


def changed(t, daemon, mark, to):
    t.expect(daemon.event("priority", to=to, start=mark), f"its priority becomes {to}")


# ---- what they are for --------------------------------------------------------------------------

@tap.test
def a_script_lowers_the_priority(t):
    """A script that fails lowers an Active, the other takes over, and gives back afterwards."""
    net = network(t, "r1", "r2", "client")
    sniffer = packets.Sniffer(net.client)
    script(net, "probe", HERE + "id -un >out/user; echo \"$TRIVET_TRACKER $*\" >out/said\n"
           "test ! -e out/bad || { echo it is bad; exit 3; }")
    one = net.r1.vrrpd(tracked(tracker(net.path("probe"), "-a", "b c", user="daemon")))
    two = net.r2.vrrpd(config(instance(priority=150)))
    settled(t, "ipv4", one, [two])
    mark = one.mark()
    with open(net.path("out/bad"), "w", encoding="ascii"):
        pass
    changed(t, one, mark, 100)
    said = t.expect(one.event("tracker", start=mark), "it says why")
    t.equal((said["state"], said["why"], said["output"]), ("down", "exit-3", "it is bad"), "why")
    t.expect(sniffer.advert(src="192.0.2.1", priority=100), "it is advertised")
    settled(t, "ipv4", two, [one])
    os.unlink(net.path("out/bad"))
    settled(t, "ipv4", one, [two])
    for name, want in (("user", "daemon\n"), ("said", "probe -a b c\n")):
        with open(net.path("out/" + name), encoding="ascii") as f:
            t.equal(f.read(), want, name)
    runner = runner_of(one)
    t.equal(one.stop(), 0, "exit status")
    t.expect(gone(runner), "the runner has gone")


@tap.test
def nothing_starts_before_it_has_said_something(t):
    """A router waits for the first result; with initial = "up" it does not."""
    net = network(t, "r1", "r2")
    script(net, "probe", HERE + "until test -e out/go; do sleep 0.1; done")
    slow = tracker(net.path("probe"), interval="60s")
    one = net.r1.vrrpd(tracked(slow))
    two = net.r2.vrrpd(tracked({**slow, "initial": "up"}))
    said = t.expect(one.event("waiting"), "it waits")
    t.equal((said["why"], said["tracker"]), ("tracker-unknown", "probe"), "why")
    t.expect(two.state("active"), "the other does not")
    t.equal(state_of(one), None, "the state of the one that waits")
    with open(net.path("out/go"), "w", encoding="ascii"):
        pass
    t.expect(one.state("backup"), "it starts")


# ---- those that misbehave -----------------------------------------------------------------------

@tap.test
def c08_hanging_flooding_and_forking(t):
    """All are ended with what they have started, count as bad, and disturb nothing."""
    net = network(t, "r1", "client")
    sniffer = packets.Sniffer(net.client)
    script(net, "hangs", HERE + "trap '' TERM\n(trap '' TERM; echo $$ >out/hangs; sleep 1000) &\n"
           "sleep 1000")
    script(net, "floods", HERE + "echo $$ >out/floods; yes")
    script(net, "forks", HERE + "sleep 1000 >&- 2>&- &\necho $! >out/forks; sleep 1000 & exit 1")
    script(net, "crashes", "kill -SEGV $$")
    names = ("hangs", "floods", "forks", "crashes")
    one = net.r1.vrrpd(tracked(*(tracker(net.path(n), name=n) for n in names),
                               on_down="priority -10"))
    whys = {}
    for name in names:
        said = t.expect(one.event("tracker", tracker=name, state="down"), f"{name} is down")
        whys[name] = said["why"]
    t.equal(whys, {"hangs": "timeout", "floods": "timeout", "forks": "exit-1",
                   "crashes": "signal-11"}, "why")
    t.expect(one.state("active"), "it is Active")
    stays(t, sniffer, "192.0.2.1", adverts=15)
    forked = number_in(net, "forks")
    counters = {}
    one.send_signal(signal.SIGUSR1)
    for name in names:
        counters[name] = t.expect(one.event("counters", tracker=name), "counters")
    t.note("runs: " + ", ".join(f"{n} {c['runs']}" for n, c in counters.items()))
    t.expect(counters["hangs"]["late"] > 0 and counters["crashes"]["killed"] > 0, "are counted")
    runner = runner_of(one)
    with open(f"/proc/{runner}/status", encoding="ascii") as f:
        rss = next(line.split()[1] for line in f if line.startswith("VmRSS"))
    t.note(f"the runner takes {rss} kB")
    one.send_signal(signal.SIGKILL)
    one.p.wait()
    t.expect(gone(runner), "the runner goes with its daemon")
    for pid in (number_in(net, "hangs"), number_in(net, "floods"), forked):
        t.expect(gone(pid), "and what it ran")


@tap.test
def c08_not_to_be_trusted(t):
    """What others could write is not run, neither at first nor later, and --check says so."""
    net = network(t, "r1")
    path = script(net, "probe", "exit 0")
    text = tracked(tracker(path))
    one = net.r1.vrrpd(text)
    t.expect(one.state("active"), "it is Active")
    with open(net.path("checked"), "w", encoding="ascii") as f:
        f.write(text)
    check = [lab.VRRPD, "-f", net.path("checked"), "--check"]
    t.equal(subprocess.run(check, check=False, stdout=subprocess.DEVNULL).returncode, 0, "--check")
    ways = (("can be written by everybody", lambda: os.chmod(path, 0o757)),
            ("is setuid", lambda: os.chmod(path, 0o4755)),
            ("cannot be executed", lambda: os.chmod(path, 0o644)),
            ("belongs to user", lambda: os.chown(path, 12345, 12345)),
            ("No such file", lambda: os.unlink(path)))
    for why, spoil in ways:
        mark = one.mark()
        spoil()
        said = t.expect(one.event("tracker", state="down", why="not-run", start=mark),
                        f"it is not run: {why}")
        t.expect(why in said["text"], f"{why} in {said}")
        done = subprocess.run(check, check=False, stderr=subprocess.PIPE, text=True)
        t.equal(done.returncode, 2, "--check then")
        t.expect(why in done.stderr and path in done.stderr, f"{why} in {done.stderr}")
        mark = one.mark()
        script(net, "probe", "exit 0")
        t.expect(one.event("tracker", state="up", start=mark), "it is run again")
    os.chmod(net.dir, stat.S_IMODE(os.stat(net.dir).st_mode) | stat.S_IWGRP)
    t.expect(one.event("tracker", why="not-run", start=mark), "nor below such a directory")


# ---- reload -------------------------------------------------------------------------------------

@tap.test
def a_reload_brings_another_script(t):
    """The runner reads the new file itself; what did not change keeps its state."""
    net = network(t, "r1", "client")
    sniffer = packets.Sniffer(net.client)
    bad = tracker(script(net, "bad", "exit 1"), name="bad")
    one = net.r1.vrrpd(tracked(bad, on_down="priority -10"))
    t.expect(one.event("priority", to=190), "it is lowered")
    t.expect(one.state("active"), "it is Active")
    mark = one.mark()
    more = tracker(script(net, "new", "exit 1"), name="new", initial="up")
    t.equal(one.reload(tracked(bad, more, on_down="priority -10"))["event"], "configured", "reload")
    changed(t, one, mark, 180)
    t.equal([e["to"] for e in map(one.parse, [line for _, line in one.lines[mark:]])
             if e["event"] == "priority"], [180], "priorities after the reload")
    for _ in range(3):
        one.reload()
    stays(t, sniffer, "192.0.2.1")
    t.equal([e["to"] for e in one.events("state")], ["backup", "active"], "its states")


# ---- who may what -------------------------------------------------------------------------------

@tap.test
def the_runner_dies(t):
    """What was said last counts, the log says so, and the router goes on."""
    net = network(t, "r1", "client")
    sniffer = packets.Sniffer(net.client)
    one = net.r1.vrrpd(tracked(tracker(script(net, "probe", "exit 1"))))
    t.expect(one.event("priority", to=100), "it is lowered")
    t.expect(one.state("active"), "it is Active")
    os.kill(runner_of(one), signal.SIGKILL)
    t.equal(t.expect(one.event("scripts-lost"), "it says so")["level"], "error", "how")
    stays(t, sniffer, "192.0.2.1")
    t.equal(one.reload()["event"], "configured", "reload")
    stays(t, sniffer, "192.0.2.1")
    t.equal(one.events("priority")[-1]["to"], 100, "its priority")
    t.equal(one.stop(), 0, "exit status")


@tap.test
def s19_the_runner_has_three_capabilities(t):
    """And no more; what it runs has none, and the daemon is another user."""
    net = network(t, "r1")
    script(net, "probe", HERE + "cat /proc/self/status >out/status.$$; mv out/status.$$ out/status")
    one = net.r1.vrrpd(tracked(tracker(net.path("probe"), user="daemon")), "--user", "nobody")
    t.expect(one.state("active"), "it is Active")

    def sets(path):
        with open(path, encoding="ascii") as f:
            return {k: int(v, 16) for k, v in (line.rstrip("\n").split(":\t") for line in f
                                               if line.startswith("Cap"))}
    three = (1 << 5) | (1 << 6) | (1 << 7)  # CAP_KILL, CAP_SETGID, CAP_SETUID
    t.equal({k: v for k, v in sets(f"/proc/{runner_of(one)}/status").items() if k != "CapBnd"},
            {"CapInh": 0, "CapPrm": three, "CapEff": three, "CapAmb": 0}, "of the runner")
    t.equal({k: v for k, v in sets(net.path("out/status")).items() if k != "CapBnd"},
            {"CapInh": 0, "CapPrm": 0, "CapEff": 0, "CapAmb": 0}, "of a script")


@tap.test
def without_the_right_to_become_another(t):
    """Root without capabilities runs nothing: a script would have root's files."""
    net = network(t, "r1")
    one = net.r1.vrrpd(tracked(tracker(script(net, "probe", "exit 0"))), before=[
        "setpriv", "--inh-caps=-all,+net_admin,+net_raw", "--ambient-caps=-all,+net_admin,+net_raw",
        "--bounding-set=-all,+net_admin,+net_raw"])
    said = t.expect(one.event("tracker", state="down", why="not-run"), "it is not run")
    t.expect("CAP_SETUID" in said["text"], f"what it takes, in {said}")
    t.expect(one.state("active"), "the router runs, with less priority")


if __name__ == "__main__":
    tap.main()
