# SPDX-License-Identifier: BSD-2-Clause
"""Processes as trackers: real ones, that come and go.

In a network namespace the kernel does not tell of them, so /proc is looked through; what it tells
is tested in linux_proc_test.
"""
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import lab
import tap
from routers import config, instance, settled


class Some:
    """Processes with a name that nobody else has."""

    def __init__(self, net):
        self.name = "p" + os.path.basename(net.dir)[-8:]
        self.path = net.path(self.name)
        shutil.copy("/bin/sleep", self.path)
        self.running = []

    def start(self, *arguments):
        self.running.append(subprocess.Popen([self.path, *(arguments or ("1000",))]))

    def end(self, n=1):
        for _ in range(n):
            p = self.running.pop()
            p.kill()
            p.wait()


def tracked(name, on_down="priority -100", **more):
    tracker = {"name": "some", "type": "process", "process": name, **more}
    return config(instance(priority=200, tracks=[{"ref": "some", "on_down": on_down}]),
                  tracks=[tracker])


def changed(t, daemon, mark, to):
    t.expect(daemon.event("priority", to=to, start=mark), f"its priority becomes {to}")


@tap.test
def a_process_that_ends_lowers_the_priority(t):
    """The other takes over; when it is there again, it gives back."""
    net = t.lab("r1", "r2")
    some = Some(net)
    some.start()
    try:
        one = net.r1.vrrpd(tracked(some.name))
        two = net.r2.vrrpd(config(instance(priority=150)))
        settled(t, "ipv4", one, [two])
        mark = one.mark()
        some.end()
        changed(t, one, mark, 100)
        said = one.event("tracker", state="down", start=mark)
        t.equal((said["process"], said["count"]), (some.name, 0), "why")
        settled(t, "ipv4", two, [one])
        some.start()
        settled(t, "ipv4", one, [two])
        t.equal(one.stop(), 0, "exit status")
    finally:
        some.end(len(some.running))


@tap.test
def so_many_of_them(t):
    """No fewer than two and no more than three, with these arguments; and what a reload keeps."""
    net = t.lab("r1")
    some = Some(net)
    some.start("1000")
    some.start("1001")
    try:
        text = tracked(some.name, at_least=2, at_most=3, arguments=["100"],
                       arguments_match="partial")
        one = net.r1.vrrpd(text)
        t.expect(one.state("active"), "it is Active")
        for change, to in ((lambda: some.start("2000"), None), (lambda: some.start("1002"), None),
                           (lambda: some.start("1003"), 100), (some.end, 200),
                           (lambda: some.end(2), None), (some.end, 100)):
            mark = one.mark()
            change()
            if to:
                changed(t, one, mark, to)
        mark = one.mark()
        t.equal(one.reload()["event"], "configured", "reload")
        some.start("1004")
        changed(t, one, mark, 200)
        t.equal([e["to"] for e in map(one.parse, [line for _, line in one.lines[mark:]])
                 if e["event"] == "priority"], [200], "priorities since the reload")
    finally:
        some.end(len(some.running))


@tap.test
def one_that_is_not_there_from_the_start(t):
    """A fault: the router waits, saying why."""
    net = t.lab("r1")
    some = Some(net)
    one = net.r1.vrrpd(tracked(some.name, on_down="fault"))
    said = t.expect(one.event("waiting", why="tracker-down"), "it waits")
    t.equal(said["tracker"], "some", "for what")
    some.start()
    try:
        t.expect(one.state("active"), "it becomes Active with it")
    finally:
        some.end()


if __name__ == "__main__":
    tap.main()
