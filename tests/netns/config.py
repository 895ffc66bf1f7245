# SPDX-License-Identifier: BSD-2-Clause
"""The command line, the configuration file and its reload, on the real daemon."""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import lab
import packets
import tap
from routers import VIRTUAL, VRID, config, instance, one, own_address, settled, state_of, stays


# ---- the command line ---------------------------------------------------------------------------

def vrrpd(*args):
    """Runs it to its end; status, standard output, standard error."""
    done = subprocess.run([lab.VRRPD, *args], text=True, check=False, capture_output=True,
                          timeout=lab.PATIENCE)
    return done.returncode, done.stdout, done.stderr


def check(text, name="it.conf", others=()):
    """Checks a file of this text, with others beside it, as --check does."""
    with tempfile.TemporaryDirectory(prefix="trivet-check-") as where:
        for path, content in ((name, text), *others):
            if content is None:
                os.mkdir(os.path.join(where, path))
                continue
            with open(os.path.join(where, path), "wb") as f:
                f.write(content if isinstance(content, bytes) else content.encode())
        status, out, err = vrrpd("-f", os.path.join(where, name), "--check")
        return status, out.replace(where + "/", ""), err.replace(where + "/", "")


@tap.test
def help_and_version(t):
    """--help and --version say so on standard output and exit with 0."""
    status, out, err = vrrpd("--version")
    t.equal((status, err), (0, ""), "status and errors of --version")
    t.expect(re.fullmatch(r"vrrpd \(Trivet\) \d+\.\d+\.\d+\S*\n", out), f"a version in {out!r}")
    status, out, err = vrrpd("--help")
    t.equal((status, err), (0, ""), "status and errors of --help")
    for option in ("--file", "--check", "--runtime-dir", "--log", "--log-level"):
        t.expect(option in out, f"{option} is explained")


@tap.test
def bad_usage(t):
    """Bad usage exits with 2 and says how it is done."""
    for args in ((), ("--check",), ("-f",), ("--colour", "-f", "x"), ("-f", "x", "y"),
                 ("-f", "x", "--log", "xml"), ("-f", "x", "--log-level", "loud")):
        status, out, err = vrrpd(*args)
        t.equal((status, out), (2, ""), f"status and output of {args}")
        t.expect("usage: vrrpd" in err, f"usage after {args}")


@tap.test
def check_says_ok(t):
    """--check of a good file exits with 0, of a bad or missing one with 2."""
    status, out, err = check(one("ipv4"))
    t.equal((status, out, err), (0, "it.conf: ok, virtual routers: 1\n", ""), "of a good one")
    status, out, err = vrrpd("-f", "/nonexistent/it.conf", "--check")
    t.equal((status, out), (2, ""), "of a missing one")
    t.expect("/nonexistent/it.conf" in err and "No such file" in err, f"why, in {err!r}")


def bad_instances(*instances):
    """A file with an instance on each line from 3 on."""
    return "vrrp = {\n  instances = (\n" + ",\n".join(
        "    { " + i + " }" for i in instances) + "\n  );\n};\n"


def messages_of(t, text):
    """The lines of its file that messages are about, in order."""
    status, out, err = check(text)
    t.note(err)
    t.equal((status, out), (2, ""), "status and output")
    t.expect(all(re.match(r"it\.conf:\d+: \S", line) for line in err.splitlines()),
             "each message begins with file and line")
    return [int(line.split(":")[1]) for line in err.splitlines()]


@tap.test
def ten_mistakes_ten_messages(t):
    """Each mistake is reported, with the line it is on, at once."""
    right = [f'interface = "e0"; vrid = {k}; addresses = ("192.0.2.{k}/24");' for k in range(10)]
    text = bad_instances(
        f'name = "a b"; {right[1]}',
        'name = "b"; interface = "e0"; vrid = 256; addresses = ("192.0.2.2/24");',
        f'name = "c"; priority = 0; {right[3]}',
        f'name = "d"; interval = "5ms"; {right[4]}',
        'name = "e"; interface = "e0"; vrid = 5; addresses = ("192.0.2.500/24");',
        f'name = "f"; preempt = "maybe"; {right[6]}',
        f'name = "g"; colour = "blue"; {right[7]}',
        'name = "h"; interface = "e0"; vrid = 8; addresses = ();',
        'name = "i"; interface = "e0"; addresses = ("192.0.2.9/24");',
        'name = "j"; interface = "a/b"; vrid = 10; addresses = ("192.0.2.10/24");')
    t.equal(messages_of(t, text), list(range(3, 13)), "lines that messages are about")


@tap.test
def mistakes_between_settings(t):
    """What is wrong only in combination is reported, too."""
    text = bad_instances(
        'name = "a"; interface = "e0"; vrid = 1; addresses = ("192.0.2.1/24");',
        'name = "a"; interface = "e0"; vrid = 2; addresses = ("192.0.2.2/24");',
        'name = "b"; interface = "e0"; vrid = 1; addresses = ("192.0.2.3/24");',
        'name = "c"; interface = "e0"; vrid = 4; addresses = ("192.0.2.1/24");',
        'name = "d"; interface = "e0"; vrid = 5; interval = "15ms"; addresses = ("192.0.2.5");',
        'name = "e"; interface = "e0"; vrid = 6; version = 2; interval = "1500ms"; '
        'addresses = ("192.0.2.6");',
        'name = "f"; interface = "e0"; vrid = 7; addresses = ("2001:db8::7/64");',
        'name = "g"; interface = "e0"; vrid = 8; addresses = ("192.0.2.8", "fe80::8/64");')
    t.equal(sorted(set(messages_of(t, text))), [4, 5, 6, 7, 8, 9, 10], "lines with messages")


@tap.test
def a_bad_file_does_not_start(t):
    """Started with a bad file it exits with 2, and has not touched anything."""
    net = t.lab("r1")
    r = net.r1.vrrpd(one("ipv4", priority=300))
    t.equal(r.p.wait(lab.PATIENCE), 2, "exit status")
    t.expect(r.event("configuration"), "a line that says why")
    t.equal(r.events("started", "state"), [], "what it did")


@tap.test
def a_missing_interface_does_not_start(t):
    """A name that is no interface, at start: exit 1, and a line that says which."""
    net = t.lab("r1")
    r = net.r1.vrrpd(one("ipv4", interface="e7"))
    t.equal(r.p.wait(lab.PATIENCE), 1, "exit status")
    t.expect("e7" in t.expect(r.event("cannot-run"), "a line that says why")["text"], "which")
    # The kernel would take it for e0, but calls the interface by its proper name in all it says.
    net.r1.run("ip", "link", "property", "add", "dev", "e0", "altname", "uplink")
    r = net.r1.vrrpd(one("ipv4", interface="uplink"))
    t.equal(r.p.wait(lab.PATIENCE), 1, "exit status")
    t.expect("altname" in t.expect(r.event("cannot-run"), "a line that says why")["text"], "why")


# ---- traps in files (S07) -----------------------------------------------------------------------

TRAPS = {
    "comment": ("version = 1; /* never closed\n" + one("ipv4"), "never closed"),
    "missing": ('@include "other.conf"\n', "No such file"),
    "directory": ('@include "a-directory"\n', "is a directory"),
    "fifo": ('@include "a-fifo"\n', "FIFO"),
    "self": ('@include "it.conf"\n', "include"),
    "deep": ("a = " + "( " * 200 + ") " * 200 + ";\n", "it.conf:1:"),
    "twice": (one("ipv4") + one("ipv4"), "vrrp"),
    "overflow": (one("ipv4", vrid=5000000000), "vrid"),
    "nul": (one("ipv4") + "\0", "NUL"),
    "huge": (one("ipv4") + "# " + "x" * (17 << 20) + "\n", "MiB"),
    "empty list": ("vrrp = { instances = ( { } ); };\n", "missing"),
    "syntax": ("vrrp = {\n", "it.conf:"),
}


@tap.test
def s07_traps_on_check(t):
    """Files that are traps are refused with exit 2 and a message, never a crash or a hang."""
    for name, (text, says) in TRAPS.items():
        if name == "fifo":
            continue
        status, _, err = check(text, others=[("a-directory", None)])
        t.equal(status, 2, f"exit status for {name}: {err[:300]}")
        t.expect(says in err, f"{says!r} in the message for {name}: {err[:300]!r}")


@tap.test
def s07_harmless_oddities(t):
    """CRLF and a byte order mark are taken."""
    text = one("ipv4").replace("\n", "\r\n")
    t.equal(check(b"\xef\xbb\xbf" + text.encode())[0], 0, "exit status")


@tap.test
def s07_traps_on_reload(t):
    """A running daemon refuses each of them, says why, and goes on as it was."""
    net = t.lab("r1", "client")
    os.mkdir(net.path("a-directory"))
    os.mkfifo(net.path("a-fifo"))
    sniffer = packets.Sniffer(net.client)
    r = net.r1.vrrpd(one("ipv4", priority=255), file=net.path("it.conf"))
    t.expect(r.state("active"), "it is Active")
    watch = AddressWatch(net.r1)
    for name, (text, says) in TRAPS.items():
        mark = r.mark()
        got = r.reload(text)
        t.equal(got and got["event"], "reload-refused", f"what became of {name}")
        said = [e["text"] for e in map(r.parse, (line for _, line in r.lines[mark:]))
                if e and e["event"] == "configuration"]
        t.expect(any(says in s for s in said), f"{says!r} is said of {name}: {said}")
    os.unlink(r.file)
    t.equal(r.reload()["event"], "reload-refused", "what became of no file at all")
    stays(t, sniffer, "192.0.2.1", 3)
    t.equal(len(r.events("state")), 1, "changes of state")
    t.equal(watch.about(VIRTUAL["ipv4"]), [], "changes of the address")
    t.equal({p.priority for p in sniffer.adverts()}, {255}, "priorities on the wire")


# ---- reload, by difference ----------------------------------------------------------------------

class AddressWatch:
    """What the kernel reports about the addresses of a node from now on."""

    def __init__(self, node):
        self.p = node.spawn("ip", "monitor", "address")
        # It says nothing when it begins to listen: make changes until it has seen one.
        while not self.p.wait_for(lambda line: "203.0.113.1" in line, patience=0.1):
            node.run("ip", "address", "add", "203.0.113.1/32", "dev", "lo")
            node.run("ip", "address", "del", "203.0.113.1/32", "dev", "lo")

    def about(self, address):
        return [line for _, line in list(self.p.lines) if f" {address}/" in line]


def cadence(t, sniffer, vrid, since):
    """Adverts of a router of 500 ms go on in their rhythm, with none between."""
    at = [p.at for p in sniffer.adverts(vrid=vrid, since=since)]
    t.expect(len(at) > 3, "there are adverts")
    gaps = [y - x for x, y in zip(at, at[1:])]
    t.note(f"vrid {vrid}: {min(gaps) * 1e3:.1f} to {max(gaps) * 1e3:.1f} ms apart")
    # One that is late is followed sooner, but one too many makes two gaps of one.
    t.expect(all(x + y > 0.625 for x, y in zip(gaps, gaps[1:])), f"none between: {gaps}")


@tap.test
def v27_what_did_not_change_sees_nothing(t):
    """Others change, come and go: a router that did not has no event, packet or address change."""
    net = t.lab("r1", "client")
    sniffer = packets.Sniffer(net.client)

    web = instance("ipv4", priority=255, garp={"delay": "0s"}, interval="500ms")

    def others(*instances):
        return config(web, *instances)

    b = {"name": "b", "vrid": 60, "addresses": ["192.0.2.60/24"], "priority": 255}
    r = net.r1.vrrpd(others(instance("ipv4", **b)))
    t.expect(r.state("active", vrrp="web") and r.state("active", vrrp="b"), "both are Active")
    t.expect(sniffer.announcement(VIRTUAL["ipv4"], count=5), "the burst of the beginning")
    watch, since = AddressWatch(net.r1), time.time()
    changes = [
        ("another priority", others(instance("ipv4", **{**b, "priority": 250})), "changed"),
        ("one more", others(instance("ipv4", **b),
                            instance("ipv4", name="c", vrid=61, addresses=["192.0.2.61/24"])),
         "state"),
        ("one removed", others(instance("ipv4", **b)), "state"),
        ("another VRID", others(instance("ipv4", **{**b, "vrid": 62})), "state"),
        ("another order", config(instance("ipv4", **{**b, "vrid": 62}), web), "configured"),
        ("all others gone", others(), "state"),
        ("nothing", others(), "configured"),
    ]
    for what, text, event in changes:
        mark = r.mark()
        t.equal(r.reload(text)["event"], "configured", f"reload with {what}")
        t.expect(r.event(event, start=mark), f"{event} after {what}")
        t.expect(sniffer.advert(vrid=VRID, since=time.time()), "it goes on")
    t.equal([e for e in r.events("state", "changed") if e["vrrp"] == "web"][1:], [], "events of it")
    t.equal(watch.about(VIRTUAL["ipv4"]), [], "changes of its address")
    t.expect(watch.about("192.0.2.60"), "changes of the other's")
    t.equal(sniffer.announcements(VIRTUAL["ipv4"], since=since), [], "announcements of it")
    t.equal(sniffer.adverts(vrid=VRID, priority=0), [], "adverts of priority 0")
    cadence(t, sniffer, VRID, since)


@tap.test
def v27_addresses_come_and_go(t):
    """A new address is set and announced, a removed one is removed, the role does not change."""
    net = t.lab("r1", "client")
    sniffer = packets.Sniffer(net.client)
    two = [f"{VIRTUAL['ipv4']}/24", "192.0.2.101/24"]
    r = net.r1.vrrpd(one("ipv4", priority=255, garp={"delay": "0s"}))
    t.expect(r.state("active"), "it is Active")
    t.expect(sniffer.announcement(VIRTUAL["ipv4"], count=5), "the burst of the beginning")
    watch = AddressWatch(net.r1)
    r.reload(one("ipv4", priority=255, garp={"delay": "0s"}, addresses=two))
    t.expect(net.r1.wait_has("192.0.2.101"), "the new address is set")
    t.expect(sniffer.announcement("192.0.2.101"), "and announced")
    t.expect(sniffer.wait(lambda p: len(p.addresses) == 2, kind="vrrp"), "and advertised")
    r.reload(one("ipv4", priority=255, garp={"delay": "0s"}))
    t.expect(net.r1.wait_has("192.0.2.101", False), "it is removed")
    t.expect(sniffer.wait(lambda p: len(p.addresses) == 1, kind="vrrp", since=time.time()),
             "and no longer advertised")
    t.equal(watch.about(VIRTUAL["ipv4"]), [], "changes of the other address")
    t.equal(len(r.events("state")), 1, "changes of state")


@tap.test
def v27_another_vrid_is_another_router(t):
    """A changed VRID ends the old router with priority 0 and starts a new one."""
    net = t.lab("r1", "client")
    sniffer = packets.Sniffer(net.client)
    r = net.r1.vrrpd(one("ipv4", priority=200))
    t.expect(r.state("active"), "it is Active")
    r.reload(one("ipv4", priority=200, vrid=77))
    t.expect(sniffer.advert(vrid=VRID, priority=0), "the old one leaves")
    t.expect(r.state("initialize", why="changed"), "and says why")
    t.expect(sniffer.advert(vrid=77, priority=200), "the new one advertises")
    t.equal(len(sniffer.adverts(priority=0)), 1, "adverts of priority 0")


@tap.test
def v27_a_name_is_only_a_name(t):
    """Renamed, a router goes on: it is known by interface, VRID and family."""
    net = t.lab("r1", "client")
    sniffer = packets.Sniffer(net.client)
    r = net.r1.vrrpd(one("ipv4", priority=255))
    t.expect(r.state("active"), "it is Active")
    t.expect(net.r1.wait_has(VIRTUAL["ipv4"]), "its address is there")
    watch = AddressWatch(net.r1)
    t.equal(r.reload(one("ipv4", priority=255, name="shop"))["event"], "configured", "reload")
    t.expect(sniffer.advert(since=time.time(), count=2), "it goes on")
    t.equal(len(r.events("state")), 1, "changes of state")
    t.equal(watch.about(VIRTUAL["ipv4"]), [], "changes of its address")
    t.equal(r.counters()["shop"]["state"], "active", "its state by its new name")


@tap.test
def row_096_new_priority_decides_from_now_on(t):
    """Lowered on the Active, the priority lets the other take over; no timer is set anew."""
    net = t.lab("r1", "r2", "client")
    sniffer = packets.Sniffer(net.client)
    r1, r2 = net.r1.vrrpd(one("ipv4", priority=200)), net.r2.vrrpd(one("ipv4", priority=100))
    settled(t, "ipv4", r1, [r2])
    t.equal(r1.reload(one("ipv4", priority=50))["event"], "configured", "reload")
    t.expect(sniffer.advert(priority=50, src="192.0.2.1"), "the wire says so")
    t.expect(r2.state("active", why="preempt"), "r2 takes over")
    settled(t, "ipv4", r2, [r1])


@tap.test
def a_missing_interface_refuses_the_reload(t):
    """An interface that does not exist makes a reload fail as a whole."""
    net = t.lab("r1")
    r = net.r1.vrrpd(one("ipv4", priority=255))
    t.expect(r.state("active"), "it is Active")
    got = r.reload(config(instance("ipv4", priority=20),
                          instance("ipv6", name="b", interface="e7")))
    t.equal(got["event"], "reload-refused", "what became of it")
    t.expect(any("e7" in e["text"] for e in r.events("configuration")), "it says which")
    t.equal(state_of(r), "active", "the state")


# ---- what went wrong with others ----------------------------------------------------------------

@tap.test
def r1_out_of_range_vrid_on_reload(t):
    """R1: a bad file on the Active neither ends the daemon nor disturbs it."""
    net = t.lab("r1", "r2", "client")
    sniffer = packets.Sniffer(net.client)
    r1, r2 = net.r1.vrrpd(one("ipv4", priority=200)), net.r2.vrrpd(one("ipv4", priority=100))
    settled(t, "ipv4", r1, [r2])
    t.equal(r1.reload(one("ipv4", priority=200, vrid=256))["event"], "reload-refused", "reload")
    stays(t, sniffer, "192.0.2.1", 5)
    settled(t, "ipv4", r1, [r2])
    t.equal(sniffer.adverts(priority=0), [], "adverts of priority 0")
    t.equal(r1.p.poll(), None, "exit status")


def reload_until(t, daemon, texts, done):
    """Reloads these files in turn, without a pause, until something is so; how often."""
    end, n = time.monotonic() + lab.PATIENCE, 0
    while not done():
        t.expect(time.monotonic() < end, f"it comes although {n} reloads go on")
        t.equal(daemon.reload(texts[n % len(texts)])["event"], "configured", "reload")
        n += 1
    return n


@tap.test("unchanged", "changed")
def r2_reloads_do_not_delay_a_takeover(t, what):
    """R2: a Backup that is reloaded again and again takes over as if it was not."""
    net = t.lab("r1", "r2", "client")
    sniffer = packets.Sniffer(net.client)
    texts = [one("ipv4", priority=p) for p in ((100,) if what == "unchanged" else (101, 100))]
    r1, r2 = net.r1.vrrpd(one("ipv4", priority=200)), net.r2.vrrpd(texts[-1])
    settled(t, "ipv4", r1, [r2])
    r1.kill()
    n = reload_until(t, r2, texts, lambda: state_of(r2) == "active")
    first = sniffer.advert(src="192.0.2.2")
    last = sniffer.adverts(src="192.0.2.1")[-1]
    t.note(f"{first.at - last.at:.3f} s after the last advert, with {n} reloads; 0.722 s without")
    t.expect(n >= 3, "there were reloads")


@tap.test
def r2_reloads_do_not_silence_an_active(t):
    """R2: an Active that is reloaded again and again advertises as if it was not."""
    net = t.lab("r1", "client")
    sniffer = packets.Sniffer(net.client)
    texts = [one("ipv4", priority=p) for p in (199, 200)]
    r = net.r1.vrrpd(texts[-1])
    t.expect(r.state("active"), "it is Active")
    since = time.time()
    n = reload_until(t, r, texts, lambda: len(sniffer.adverts(since=since)) >= 8)
    gaps = [p.at for p in sniffer.adverts(since=since)]
    t.note(f"{len(gaps)} adverts in {gaps[-1] - since:.3f} s, with {n} reloads")
    t.equal(len(r.events("state")), 2, "changes of state")


@tap.test
def r3_many_instances_are_not_taken_over(t):
    """R3: the reload of an Active with many instances makes no Backup take over."""
    many = [(k, "ipv4", [f"10.0.{k}.1/32"]) for k in range(1, 251)] + \
        [(k, "ipv6", [f"fe80::9:{k:x}/64"]) for k in range(1, 251)]

    def text(priority, repeat=1):
        return config(*(instance(kind, name=f"{kind}-{k}", vrid=k, addresses=a, interval="1s",
                                 priority=priority, garp={"repeat": repeat, "delay": "0s"})
                        for k, kind, a in many))
    net = t.lab("r1", "r2")
    r1, r2 = net.r1.vrrpd(text(255)), net.r2.vrrpd(text(100))

    def backups():
        return sum(e["to"] == "backup" for e in r2.events("state"))
    t.expect(lab.wait_until(lambda: backups() >= len(many)), "r2 has all of them as Backup")
    t.expect(lab.wait_until(lambda: sum(e["to"] == "active" for e in r1.events("state")) ==
                            len(many)), "r1 has all of them as Active")
    before = len(r2.events("state"))
    sniffer = packets.Sniffer(net.r2)
    for repeat in (1, 2, 1):
        since = time.time()
        t.equal(r1.reload(text(255, repeat))["event"], "configured", "reload")
        t.note(f"{len(many)} instances reloaded in {time.time() - since:.3f} s")
        for k in (1, 250):
            t.expect(sniffer.advert(vrid=k, since=time.time(), count=2), f"vrid {k} goes on")
    t.equal(len(r2.events("state")), before, "changes of state on the Backup")
    t.equal(len(r1.events("state")), len(many), "changes of state on the Active")


@tap.test
def s08_what_is_applied_is_what_was_read(t):
    """Written again while it is loaded, a file is taken whole: one version or the other."""
    net = t.lab("r1", "client")
    texts = {p: one("ipv4", priority=p) + "# " + "x" * 200000 + "\n" for p in (210, 220)}
    r = net.r1.vrrpd(texts[210])
    hashes = {r.event("configured")["hash"]: 210}
    hashes[r.reload(texts[220])["hash"]] = 220
    t.equal(len(hashes), 2, "hashes of two files")
    for k in range(20):
        with open(net.path("new"), "w", encoding="utf-8") as f:
            f.write(texts[210 + 10 * (k % 2)])
        mark = r.mark()
        r.send_signal(signal.SIGHUP)
        os.rename(net.path("new"), r.file)
        got = t.expect(r.event("configured", "reload-refused", start=mark), "an outcome")
        if got["event"] == "configured":
            t.expect(got["hash"] in hashes, "what was applied is one of the two files")
    got = r.reload(texts[220])
    t.equal(hashes[got["hash"]], 220, "the last one")
    sniffer = packets.Sniffer(net.client)
    t.expect(sniffer.advert(priority=220), "the wire says so")


@tap.test
def s10_a_storm_of_reloads(t):
    """A hundred reloads at once: they are merged, and the last file is what counts."""
    net = t.lab("r1", "client")
    sniffer = packets.Sniffer(net.client)
    r = net.r1.vrrpd(one("ipv4", priority=254, interval="500ms"))
    t.expect(r.state("active"), "it is Active")
    since = time.time()
    for p in range(101, 201):
        new = net.path("new")
        with open(new, "w", encoding="utf-8") as f:
            f.write(one("ipv4", priority=p, interval="500ms"))
        os.rename(new, r.file)
        r.send_signal(signal.SIGHUP)
    t.expect(sniffer.advert(priority=200, since=since), "the last file is in force")
    settled_at = time.time()
    stays(t, sniffer, "192.0.2.1", 3)
    t.equal({p.priority for p in sniffer.adverts(since=settled_at)}, {200}, "and stays so")
    t.equal(len(r.events("state")), 2, "changes of state")
    t.equal(r.events("reload-refused"), [], "refusals")
    t.note(f"{len(r.events('configured')) - 1} reloads for 100 signals")
    cadence(t, sniffer, VRID, since)


@tap.test(*range(3))
def s11_stopped_during_a_reload(t, _):
    """SIGTERM while a reload goes on: priority 0, no address, exit 0."""
    net = t.lab("r1", "client")
    sniffer = packets.Sniffer(net.client)
    r = net.r1.vrrpd(one("ipv4", priority=255))
    t.expect(r.state("active"), "it is Active")
    t.expect(net.r1.wait_has(VIRTUAL["ipv4"]), "it has the address")
    r.configure(one("ipv4", priority=254) + "# " + "x" * (8 << 20) + "\n")
    r.send_signal(signal.SIGHUP)
    t.equal(r.stop(), 0, "exit status")
    t.expect(sniffer.advert(priority=0), "it said that it leaves")
    t.expect(not net.r1.has(VIRTUAL["ipv4"]), "the address is gone")
    t.note(f"{len(r.events('configured')) - 1} reloads were done before it stopped")


@tap.test
def s11_stopped_during_a_takeover(t):
    """SIGTERM at the moment of becoming Active: no address stays."""
    net = t.lab("r1", "client")
    sniffer = packets.Sniffer(net.client)
    r = net.r1.vrrpd(one("ipv4", priority=200, addresses=[f"192.0.2.{k}/24"
                                                           for k in range(100, 200)]))
    t.expect(sniffer.advert(), "the first advert is out")
    t.equal(r.stop(), 0, "exit status")
    t.expect(sniffer.advert(priority=0), "it said that it leaves")
    left = [a for a in net.r1.addresses() if a not in ("192.0.2.1/24",) and "." in a]
    t.equal(left, [], "addresses left")


# ---- what it says -------------------------------------------------------------------------------

@tap.test
def log_json(t):
    """With --log json each line is an object with time, level and event."""
    net = t.lab("r1")
    r = net.r1.vrrpd(one("ipv4", priority=255))
    t.expect(r.state("active"), "it is Active")
    t.expect(r.counters(), "counters")
    r.stop()
    for _, line in r.lines:
        got = json.loads(line)
        t.expect(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", got["time"]), "a time")
        t.expect(got["level"] in ("error", "warning", "info", "debug"), "a level")
        t.expect(re.fullmatch(r"[a-z-]+", got["event"]), "an event")
    t.expect({"started", "configured", "state", "counters", "totals", "stopping"} <=
             {e["event"] for e in r.events()}, "the events of a short life")


@tap.test
def log_text(t):
    """Without it, a line is time, level, event and key=value; --log-level leaves out the rest."""
    net = t.lab("r1")
    file = net.path("it.conf")
    with open(file, "w", encoding="utf-8") as f:
        f.write(one("ipv4", priority=255))
    p = net.r1.spawn(lab.VRRPD, "-f", file, "--runtime-dir", net.path("run"))
    t.expect(p.wait_for(lambda line: " state vrrp=web from=initialize to=active" in line), "state")
    p.stop()
    for _, line in p.lines:
        t.expect(re.fullmatch(r'\S+Z (error|warning|info|debug) [a-z-]+( \w+=(\S*|"[^"]*"))*',
                              line), f"form of {line!r}")
    p = net.r1.spawn(lab.VRRPD, "-f", file, "--runtime-dir", net.path("run"),
                     "--log-level", "error")
    t.expect(net.r1.wait_has(VIRTUAL["ipv4"]), "it is Active")
    t.equal(p.stop(), 0, "exit status")
    t.equal(p.lines, [], "lines, when nothing went wrong")


@tap.test("ipv4", "ipv6")
def row_060_counters_add_up(t, kind):
    """SIGUSR1 logs counters; accepted, ignored and refused packets make up all that were seen."""
    net = t.lab("r1", "client")
    sniffer = packets.Sniffer(net.client)
    src = own_address(net.client, kind)
    r = net.r1.vrrpd(one(kind, priority=200))
    t.expect(sniffer.announcement(VIRTUAL[kind]), "it is Active and announces its address")

    def send(n, vrid=VRID, **fault):
        for _ in range(n):
            sniffer.inject(packets.advert(src, vrid, 100, [VIRTUAL[kind]], interval=0.2, **fault))
    send(5)
    send(4, ttl=1)
    send(3, damage=7)
    send(2, vrid=99)
    t.expect(lab.wait_until(lambda: r.counters()[None]["seen"] >= 14), "all are seen")
    got = r.counters()
    web, totals = got["web"], got[None]
    t.equal((web["adverts_received"], web["ttl"], web["checksum"], totals["vrid"],
             totals["seen"]), (5, 4, 3, 2, 14), "counters")
    t.equal((web["state"], web["became_active"]), ("active", 1), "the state")
    t.expect(web["adverts_sent"] >= 1 and web["announced"] >= 1, "what was sent")


if __name__ == "__main__":
    tap.main()
