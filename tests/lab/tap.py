# SPDX-License-Identifier: BSD-2-Clause
"""Runs the tests of a file and prints the Test Anything Protocol.

A test is a function that got @test; its name is its point, so it says which row or fault it is
about, and its docstring says what must be. It gets a Test, with which it makes its network, expects
things, takes notes and skips. What it raises is its failure, and nobody else's: each test runs in a
process of its own, a few at a time, because they mostly wait. The logs of all programs in the
networks of a failed test are printed as comments.

	@tap.test
	def v01_active_killed(t):
		\"\"\"The Active dies; another takes over.\"\"\"
		net = t.lab("r1", "r2")
		t.expect(net.r1.vrrpd(CONFIG).state("active"), "r1 becomes Active")

	@tap.test("ipv4", "ipv6")            # two points; the variant is the second argument
	def row_105_each_address_is_announced(t, family):
		...

	if __name__ == "__main__":
		tap.main()

A file runs all its tests, or those whose names contain one of its arguments.
"""
import os
import signal
import sys
import tempfile
import time
import traceback

import lab

JOBS = 8      # tests at a time
LIMIT = 150   # s; a test that takes longer hangs
LOG_TAIL = 150
_tests = []


class Failed(Exception):
    """What was expected did not come."""


class Skipped(Exception):
    """The test cannot run here; why."""


class Test:
    """What a test function works with."""

    def __init__(self, name):
        self.name = name

    @staticmethod
    def lab(*nodes):
        """A network of these nodes. It goes when the test ends."""
        return lab.Lab(*nodes)

    @staticmethod
    def note(text):
        for line in str(text).splitlines():
            print(f"# {line}")

    @staticmethod
    def expect(value, what):
        """The value, if there is something in it; otherwise the test fails because not `what`."""
        if not value:
            raise Failed(f"not so: {what}")
        return value

    @staticmethod
    def equal(got, wanted, what):
        if got != wanted:
            raise Failed(f"{what}: got {got!r}, not {wanted!r}")

    @staticmethod
    def skip(why):
        raise Skipped(why)


def test(*variants):
    """Marks a test function; with variants, it is a test for each, called with it."""
    def mark(function):
        for v in variants or [None]:
            _tests.append((function, v))
        return function
    if len(variants) == 1 and callable(variants[0]):
        function, variants = variants[0], ()
        return mark(function)
    return mark


def _name(function, variant):
    return function.__name__ + (f" {variant}" if variant is not None else "")


def _point(function, variant):
    says = (function.__doc__ or "").strip().splitlines()
    return _name(function, variant) + (f": {says[0]}" if says else "")


def _print_logs():
    for net in list(lab.Lab.open):
        for p in net.processes:
            print(f"# ---- {p.node.name}: {' '.join(p.argv)} (pid {p.pid}, status {p.p.poll()})")
            for at, line in list(p.lines)[-LOG_TAIL:]:
                print(f"# {at % 1000:8.3f} {line}")


def _expect_no_refusals():
    """S19: whatever a test made a daemon do, its sandbox had it in its list."""
    for net in list(lab.Lab.open):
        for p in net.processes:
            if isinstance(p, lab.Vrrpd) and not p.refusals_expected:
                refused = [e["syscall"] for e in p.events("sandbox-refused")]
                Test.equal(refused, [], f"system calls that {p.node.name} was refused")


def _hang(*_):
    raise Failed(f"it took longer than {LIMIT} s")


def _run(function, variant):
    """In the process of the test: prints its point."""
    point = _point(function, variant)
    t = Test(function.__name__)
    begun = time.monotonic()
    signal.signal(signal.SIGALRM, _hang)
    signal.alarm(LIMIT)
    try:
        function(t, *([variant] if variant is not None else []))
        _expect_no_refusals()
        print(f"ok @ - {point}")
    except Skipped as e:
        print(f"ok @ - {point} # SKIP {e}")
    except Exception:  # pylint: disable=broad-except
        print(f"not ok @ - {point}")
        for line in traceback.format_exc().splitlines():
            print(f"# {line}")
        _print_logs()
    signal.alarm(0)
    for net in list(lab.Lab.open):
        net.close()
    print(f"# {_name(function, variant)}: {time.monotonic() - begun:.1f} s")
    sys.stdout.flush()


def _start(function, variant):
    out = tempfile.TemporaryFile("w+", encoding="utf-8")
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            lab.die_with_parent(signal.SIGTERM)
            os.dup2(out.fileno(), 1)
            _run(function, variant)
            status = 0
        finally:
            for net in list(lab.Lab.open):
                net.close()
            os._exit(status)
    return pid, out


def _report(out, number, function, variant):
    """Prints what a test has printed, with its number; whether it was fine."""
    good = None
    out.seek(0)
    for line in out:
        begins = line.split(" @ - ", 1)
        if len(begins) == 2 and begins[0] in ("ok", "not ok"):
            good = begins[0] == "ok"
            line = f"{begins[0]} {number} - {begins[1]}"
        elif not line.startswith("#"):
            line = "# " + line
        sys.stdout.write(line)
    if good is None:
        print(f"not ok {number} - {_point(function, variant)}\n# its process died")
    out.close()
    sys.stdout.flush()
    return bool(good)


def skip_all(why):
    print(f"1..0 # SKIP {why}")
    sys.exit(0)


def _chosen(words):
    return [(f, v) for f, v in _tests
            if not words or any(w in _name(f, v) for w in words)]


def main():
    """Runs the tests of the file, in the order in which they stand in it."""
    lab.become_root(lambda: skip_all("needs root, or user namespaces, to make network namespaces"))
    tests = _chosen(sys.argv[1:])
    waiting = list(enumerate(tests))
    running, done = {}, {}
    printed, failed = 0, 0

    def end(*_):
        for pid in running:
            os.kill(pid, signal.SIGTERM)
        os._exit(143)
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    print(f"1..{len(tests)}", flush=True)
    while printed < len(tests):
        while waiting and len(running) < JOBS:
            i, (function, variant) = waiting.pop(0)
            pid, out = _start(function, variant)
            running[pid] = i, out
        pid, _ = os.wait()
        if pid in running:
            i, out = running.pop(pid)
            done[i] = out
        while printed in done:
            failed += not _report(done.pop(printed), printed + 1, *tests[printed])
            printed += 1
    # A failure is a line already; a bad exit status would count it once more under automake.
    sys.exit(0 if os.environ.get("TRIVET_UNDER_DRIVER") else failed != 0)
