# SPDX-License-Identifier: BSD-2-Clause
"""Programs outside are told what virtual routers are, and the last they are told is what is."""
import os
import pwd
import select
import stat
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import lab
import tap
from peers import Group, Keepalived
from routers import config, cut_one_way, heal, instance, settled, state_of

WORD = {"active": "MASTER", "backup": "BACKUP", "initialize": "FAULT"}


class Reader:
    """Reads a FIFO from now on, line by line, and may go before the writer does."""

    def __init__(self, path, wait=True):
        self.lines, self.rest = [], b""
        if wait:
            assert lab.wait_until(lambda: os.path.exists(path)), f"there is no {path}"
        self.fd = os.open(path, os.O_RDWR)  # the writer may come and go
        self.changed = threading.Condition()
        threading.Thread(target=self._read, args=(self.fd,), daemon=True).start()

    def _read(self, fd):
        while True:
            got = os.read(fd, 65536)
            with self.changed:
                *lines, self.rest = (self.rest + got).split(b"\n")
                self.lines += [line.decode() for line in lines]
                self.changed.notify_all()

    def wait(self, condition, patience=lab.PATIENCE):
        with self.changed:
            return self.changed.wait_for(lambda: condition(self.lines), patience)

    def last(self, name):
        """The state told last of a router."""
        return next((line.split()[2] for line in reversed(self.lines)
                     if line.startswith(f'INSTANCE "{name}" ')), None)


def fifo(net, **more):
    return {"path": net.path("fifo"), **more}


def read_some(path, n):
    """The next n lines in a FIFO, and what came with them. It is opened for that."""
    lines, got = [], b""
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    while len(lines) < n and select.select([fd], [], [], lab.PATIENCE)[0]:
        got += os.read(fd, 65536)
        lines = got.decode().splitlines()
    os.close(fd)
    return lines


def memory(daemon):
    with open(f"/proc/{daemon.pid}/status", encoding="ascii") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("VmRSS"))


def write(path, text):
    with open(path, "w", encoding="ascii") as f:
        f.write(text)


@tap.test
def i20_a_life_in_lines(t):
    """Start, takeover, fault, return, stop: a line for each, as keepalived writes it."""
    net = t.lab("r1", "r2")
    one = net.r1.vrrpd(config(instance(priority=150), notify_fifo=fifo(net)))
    reader = Reader(net.path("fifo"))
    t.equal(stat.filemode(os.stat(net.path("fifo")).st_mode), "prw-------", "mode of the FIFO")
    settled(t, "ipv4", one, [])
    two = net.r2.vrrpd(config(instance(priority=200)))
    settled(t, "ipv4", two, [one])
    t.equal(two.stop(), 0, "exit status of the other")
    settled(t, "ipv4", one, [])
    net.r1.run("ip", "link", "set", "e0", "down")
    t.expect(one.state("initialize"), "it stops when its link is down")
    mark = one.mark()
    net.r1.run("ip", "link", "set", "e0", "up")
    t.expect(one.state("active", start=mark), "and starts again")
    begun = time.monotonic()
    t.equal(one.stop(), 0, "exit status")
    t.note(f"stopped in {(time.monotonic() - begun) * 1e3:.0f} ms")
    t.expect(reader.wait(lambda lines: lines and lines[-1].split()[2] == "STOP"), "STOP comes")
    words = ["BACKUP", "MASTER", "BACKUP", "MASTER", "FAULT", "BACKUP", "MASTER", "STOP"]
    t.equal(reader.lines, [f'INSTANCE "web" {word} 150' for word in words], "lines")
    t.expect(not os.path.exists(net.path("fifo")), "the FIFO is removed by who made it")


class KeepalivedFifo(Keepalived):
    """One that writes into a FIFO."""
    path = None

    def config(self, *args, **more):  # pylint: disable=arguments-differ
        return super().config(*args, **more).replace(
            "router_id peer\n", f"router_id peer\n    vrrp_notify_fifo {self.path}\n")


@tap.test
def the_lines_of_keepalived(t):
    """The same life in ours and in keepalived gives the same lines, byte for byte."""
    if KeepalivedFifo.missing():
        t.skip(KeepalivedFifo.missing())
    got = {}
    for which in ("ours", "keepalived"):
        net = t.lab("r1", "r2")
        group = Group(51, 3, "192.0.2.100/24")
        if which == "ours":
            one = net.r1.vrrpd(config({"name": "vr", "interface": "e0", "vrid": 51,
                                       "interval": "500ms", "priority": 150,
                                       "addresses": ["192.0.2.100/24"]}, notify_fifo=fifo(net)))
        else:
            host = KeepalivedFifo(net.r1, group)
            host.path = net.path("fifo")
            one = host.start(150)
        reader = Reader(net.path("fifo"))

        def says(word, reader=reader):
            t.expect(reader.wait(lambda lines: lines and lines[-1].split()[2] == word), word)
        says("MASTER")
        two = Keepalived(net.r2, group).start(200)
        says("BACKUP")
        two.stop()
        says("MASTER")
        net.r1.run("ip", "link", "set", "e0", "down")
        says("FAULT")
        net.r1.run("ip", "link", "set", "e0", "up")
        says("MASTER")
        t.equal(one.stop(), 0, "exit status")
        says("STOP")
        got[which] = reader.lines
        net.close()
    t.equal(got["ours"], got["keepalived"], "lines")
    t.note("; ".join(got["ours"]))


@tap.test
def s06_a_path_that_is_something_else(t):
    """A file or a link in its place is refused, by name; a reload with it changes nothing."""
    net = t.lab("r1")
    write(net.path("file"), "precious")
    os.symlink(net.path("elsewhere"), net.path("link"))
    for name, what in (("file", "a file"), ("link", "a symbolic link")):
        r = net.r1.vrrpd(config(instance(), notify_fifo={"path": net.path(name)}))
        said = t.expect(r.event("configuration", level="error"), "it says why")
        t.expect(net.path(name) in said["text"] and what in said["text"], f"all of it, in {said}")
        t.equal(r.p.wait(lab.PATIENCE), 1, "exit status")
    r = net.r1.vrrpd(config(instance(), notify_fifo=fifo(net)))
    reader = Reader(net.path("fifo"))
    t.expect(r.state("active"), "with a FIFO it runs")
    for name in ("file", "link", "no/such"):
        t.equal(r.reload(config(instance(priority=7), notify_fifo={"path": net.path(name)}))
                ["event"], "reload-refused", "the reload")
    t.equal(r.stop(), 0, "exit status")
    t.expect(reader.wait(lambda lines: len(lines) == 3), "three lines")
    t.equal(reader.lines[-1], 'INSTANCE "web" STOP 100', "the last, with the priority as it was")
    with open(net.path("file"), encoding="ascii") as f:
        t.equal(f.read(), "precious", "what is in the file")
    t.expect(os.path.islink(net.path("link")), "the link is still there")


def flapping(net, n, path):
    """n routers that are at fault while the file says so."""
    tracks = [{"name": "f", "type": "file", "path": net.path("flap")}]
    routers = [instance(name=f"router-{i:02}", vrid=i + 1, tracks=["f"],
                        addresses=[f"192.0.2.{100 + i}/24"]) for i in range(n)]
    return config(*routers, tracks=tracks, notify_fifo={"path": path})


@tap.test
def i20_a_fifo_that_nobody_reads(t):
    """A flood without a reader: memory stays flat, it is said once, and who comes learns it all."""
    net = t.lab("r1")
    n, path = 40, net.path("fifo")
    write(net.path("flap"), "0")
    r = net.r1.vrrpd(flapping(net, n, path))
    names = [f"router-{i:02}" for i in range(n)]
    t.expect(lab.wait_until(lambda: all(state_of(r, name) == "active" for name in names)),
             "all are Active")
    before = memory(r)
    for k in range(60):
        mark = r.mark()
        write(net.path("flap"), str((k + 1) % 2))
        t.expect(r.state("backup" if k % 2 else "initialize", start=mark, vrrp=names[-1]),
                 "all have changed")
    full = r.events("notify-fifo")
    t.equal(len(full), 1, "lines about it, in less than ten seconds of flood")
    t.expect("nobody reads it" in full[0]["text"] and full[0]["path"] == path, "what it says")
    t.note(f"{before} KiB before, {memory(r)} KiB after {n * 60} changes")
    # A build with sanitizers, which has no sandbox, keeps what it has freed for a while.
    room = 512 if r.events("started")[0]["sandbox"] == "on" else 65536
    t.expect(memory(r) < before + room, "memory is flat")
    t.expect(lab.wait_until(lambda: all(state_of(r, name) == "active" for name in names)),
             "all are Active again")
    reader = Reader(path)
    t.expect(reader.wait(lambda _: all(reader.last(name) == "MASTER" for name in names)),
             "the last line of each is what it is")
    counted = t.expect(r.counters() and r.events("notify-fifo")[-1], "counters")
    t.note(f"{counted['told']} told, {counted['merged']} merged, {len(reader.lines)} read")
    t.expect(int(counted["merged"]) > 0, "some were merged")
    t.equal(int(counted["told"]), len(reader.lines), "lines told and read")
    states = sum(1 for e in r.events("state"))
    # All once more, if this machine was so slow that it was full for long.
    t.expect(int(counted["told"]) + int(counted["merged"]) in (states, states + n),
             f"told and merged: all {states} changes")
    t.equal(r.stop(), 0, "exit status")


@tap.test
def i20_a_fifo_full_of_history(t):
    """One that was full for long is read by somebody new, who is told all states."""
    net = t.lab("r1")
    path = net.path("fifo")
    r = net.r1.vrrpd(config(instance(), instance(name="old", vrid=7, addresses=["192.0.2.7/24"]),
                            notify_fifo=fifo(net)))
    for name in ("web", "old"):
        t.expect(r.state("active", vrrp=name), f"{name} is Active")
    t.expect('INSTANCE "old" MASTER 100' in read_some(path, 4), "the first reader reads it")
    filler = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    try:
        while True:
            os.write(filler, b"x" * 4095 + b"\n")
    except BlockingIOError:
        pass
    try:
        while True:
            os.write(filler, b"\n")
    except BlockingIOError:
        pass
    os.close(filler)
    r.reload(config(instance(), instance(name="old", vrid=7, addresses=["192.0.2.7/24"]),
                    instance(name="new", vrid=8, addresses=["192.0.2.8/24"]),
                    notify_fifo=fifo(net)))
    t.expect(r.event("notify-fifo"), "it is full")
    time.sleep(5.5)
    reader = Reader(path)
    t.expect(reader.wait(lambda _: [reader.last(n) for n in ("web", "old", "new")] ==
                         ["MASTER"] * 3), "all states come, that of old too")


@tap.test
def readers_come_and_go(t):
    """What is told while a reader restarts waits for it, and comes once."""
    net = t.lab("r1", "r2")
    one = net.r1.vrrpd(config(instance(priority=150), notify_fifo=fifo(net)))
    settled(t, "ipv4", one, [])
    t.equal(read_some(net.path("fifo"), 2),
            ['INSTANCE "web" BACKUP 150', 'INSTANCE "web" MASTER 150'], "what waited")
    two = net.r2.vrrpd(config(instance(priority=200)))
    settled(t, "ipv4", two, [one])
    t.equal(read_some(net.path("fifo"), 1), ['INSTANCE "web" BACKUP 150'], "the next")
    # As a shell script does it: a line, and open it again.
    two.stop()
    settled(t, "ipv4", one, [])
    out = net.r1.run("sh", "-c", f"read line < {net.path('fifo')}; echo \"$line\"")
    t.equal(out, 'INSTANCE "web" MASTER 150\n', "a line that a shell reads")


@tap.test
def another_fifo_by_reload(t):
    """Another path: the old one goes, the new one is told everything. None: it goes."""
    net = t.lab("r1")
    r = net.r1.vrrpd(config(instance()))
    t.expect(r.state("active"), "Active without a FIFO")
    t.equal(r.reload(config(instance(), notify_fifo={"path": net.path("a"), "mode": "0640"}))
            ["event"], "configured", "reload")
    t.equal(stat.filemode(os.stat(net.path("a")).st_mode), "prw-r-----", "mode of the FIFO")
    reader = Reader(net.path("a"))
    t.expect(reader.wait(lambda lines: lines == ['INSTANCE "web" MASTER 100']), "its state")
    r.reload()
    t.equal(reader.lines, ['INSTANCE "web" MASTER 100'], "after a reload that changes nothing")
    os.mkfifo(net.path("b"), 0o600)
    r.reload(config(instance(), notify_fifo={"path": net.path("b")}))
    t.expect(not os.path.exists(net.path("a")), "the old one is gone")
    reader = Reader(net.path("b"))
    t.expect(reader.wait(lambda lines: lines == ['INSTANCE "web" MASTER 100']), "its state")
    r.reload(config(instance(), notify_fifo={"path": net.path("b"), "on_reload": True}))
    t.expect(reader.wait(lambda lines: lines == ['INSTANCE "web" MASTER 100'] * 2), "once more")
    r.reload(config(instance()))
    t.expect(os.path.exists(net.path("b")), "the one that was there is still there")
    t.equal([e["from"] for e in r.events("state")], ["initialize", "backup"], "its changes")
    t.equal(r.stop(), 0, "exit status")


@tap.test
def one_that_is_removed_under_us(t):
    """Somebody removes the FIFO: it is made again with the next change, and told everything."""
    net = t.lab("r1", "r2")
    other = {"name": "other", "vrid": 8, "addresses": ["192.0.2.108/24"]}
    r = net.r1.vrrpd(config(instance(priority=150), instance(**other), notify_fifo=fifo(net)))
    for name in ("web", "other"):
        t.expect(r.state("active", vrrp=name), f"{name} is Active")
    read_some(net.path("fifo"), 4)
    os.unlink(net.path("fifo"))
    two = net.r2.vrrpd(config(instance(priority=200)))
    settled(t, "ipv4", two, [r])
    reader = Reader(net.path("fifo"))
    t.expect(reader.wait(lambda lines: sorted(lines) == ['INSTANCE "other" MASTER 100',
                                                         'INSTANCE "web" BACKUP 150']),
             "both states")
    os.unlink(net.path("fifo"))
    write(net.path("fifo"), "precious")
    two.stop()
    settled(t, "ipv4", r, [])
    t.expect(any("is a file" in e["text"] for e in r.events("notify-fifo")) or
             r.event("notify-fifo", patience=1), "it says so")
    t.equal(r.stop(), 0, "exit status")
    with open(net.path("fifo"), encoding="ascii") as f:
        t.equal(f.read(), "precious", "what is in the file")


@tap.test
def v01_killed_and_started_again(t):
    """The FIFO of one that was killed is used by the next, which tells its states anew."""
    net = t.lab("r1")
    text = config(instance(), notify_fifo=fifo(net))
    r = net.r1.vrrpd(text)
    t.expect(r.state("active"), "Active")
    reader = Reader(net.path("fifo"))
    r.kill()
    t.expect(os.path.exists(net.path("fifo")), "it stays")
    r = net.r1.vrrpd(text)
    t.expect(r.state("active"), "Active again")
    second = Reader(net.path("fifo"))
    t.expect(lab.wait_until(lambda: "MASTER" in (reader.last("web"), second.last("web"))),
             "its state")
    t.equal(r.stop(), 0, "exit status")
    t.expect(os.path.exists(net.path("fifo")), "whose it is it does not know: it stays")


@tap.test
def v08_the_winner_has_the_last_word(t):
    """After a split that is healed the winner says MASTER again, after the loser said BACKUP."""
    net = t.lab("r1", "r2")
    path = net.path("fifo")
    os.mkfifo(path)
    reader = Reader(path)
    one = net.r1.vrrpd(config(instance(name="one", priority=200),
                              notify_fifo=fifo(net, lower_active=True)))
    two = net.r2.vrrpd(config(instance(name="two", priority=150), notify_fifo=fifo(net)))
    t.expect(one.state("active") and two.state("backup"), "one is Active, two Backup")
    t.expect(reader.wait(lambda lines: len(lines) == 3), "and both have said so")
    mark = 3
    cut_one_way(net, deaf=net.r2, unheard=net.r1)
    t.expect(one.event("rival"), "one hears that two is Active as well")
    t.expect(reader.wait(lambda lines: len(lines) == mark + 2), "both say so")
    t.equal(sorted(reader.lines[mark:]),
            ['INSTANCE "one" MASTER_RX_LOWER_PRI 200', 'INSTANCE "two" MASTER 150'], "lines")
    heal(net)
    t.expect(one.event("rival-gone"), "it is over")
    t.expect(reader.wait(lambda lines: len(lines) == mark + 4), "both say so")
    t.equal(reader.lines[mark + 2:],
            ['INSTANCE "two" BACKUP 150', 'INSTANCE "one" MASTER 200'], "lines after the split")


@tap.test
def as_another_user(t):
    """The FIFO works without any right of root's, at the start and after a reload."""
    net = t.lab("r1")
    os.chmod(net.dir, 0o711)
    user = pwd.getpwnam("nobody")
    base = net.path("r1.run")
    os.mkdir(base)
    os.chown(base, user.pw_uid, user.pw_gid)
    path = os.path.join(base, "fifo")
    r = net.r1.vrrpd(config(instance(), notify_fifo={"path": path}), "--user", "nobody")
    if not r.event("started"):
        t.skip("nobody cannot run the built vrrpd here")
    reader = Reader(path)
    t.equal(os.stat(path).st_uid, user.pw_uid, "whose it is")
    t.expect(reader.wait(lambda _: reader.last("web") == "MASTER"), "it says MASTER")
    t.equal(r.reload(config(instance(), notify_fifo={"path": path + "2"}))["event"], "configured",
            "reload")
    t.expect(os.path.exists(path + "2") and not os.path.exists(path), "the FIFO has moved")
    t.equal(r.stop(), 0, "exit status")
    t.expect(not os.path.exists(path + "2"), "and is removed")


if __name__ == "__main__":
    tap.main()
