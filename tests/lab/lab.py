# SPDX-License-Identifier: BSD-2-Clause
"""A small network in namespaces, and programs in it. For the tests in tests/netns and the demo.

The namespaces have no names: each lives in a process that sleeps, and is gone when that process is.
So nothing is left behind, whatever happens to the test, and two labs cannot get into each other's
way.
Nothing here touches the machine's own network.
"""
import atexit
import ctypes
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

SRC = os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BUILD = os.environ.get("top_builddir") or os.path.join(SRC, "build")
VRRPD = os.path.join(BUILD, "vrrpd", "vrrpd")
TRIVET = os.path.join(BUILD, "ctl", "trivet")
# Generous: these machines are shared, and no test is about how fast they are.
PATIENCE = 30

_libc = ctypes.CDLL(None)


def die_with_parent(number=signal.SIGKILL):
    _libc.prctl(1, number)  # PR_SET_PDEATHSIG


def can_make_namespaces():
    """Whether this process may make a user namespace and a network in it."""
    return subprocess.run(["unshare", "--user", "--map-root-user", "--net", "true"],
                          stderr=subprocess.DEVNULL, check=False).returncode == 0


def become_root(otherwise):
    """Goes on as root: as it is, or in a user namespace of its own; or calls otherwise()."""
    if os.geteuid() == 0:
        return
    if can_make_namespaces():
        os.execvp("unshare", ["unshare", "--user", "--map-root-user", "--net", "--mount",
                              sys.executable] + sys.argv)
    otherwise()


class Process:
    """A program in a node. Its standard error is read line by line as it comes."""

    def __init__(self, node, argv, **popen):
        self.node, self.argv, self.lines = node, argv, []
        self.changed = threading.Condition()
        self.p = subprocess.Popen(node.enter(argv), stdin=subprocess.DEVNULL, text=True,
                                  stdout=popen.pop("stdout", subprocess.PIPE),
                                  stderr=subprocess.STDOUT, preexec_fn=die_with_parent, **popen)
        self.pid = self.p.pid
        node.lab.processes.append(self)
        if self.p.stdout:
            # A daemon does not wait for who reads its log: what does not fit is lost.
            try:
                fcntl.fcntl(self.p.stdout, fcntl.F_SETPIPE_SZ, 1 << 20)
            except OSError:
                pass
            self.reader = threading.Thread(target=self._read, daemon=True)
            self.reader.start()

    def _read(self):
        for line in self.p.stdout:
            with self.changed:
                self.lines.append((time.time(), line.rstrip("\n")))
                self.changed.notify_all()
        with self.changed:
            self.changed.notify_all()

    def wait_for(self, matches, patience=PATIENCE, start=0):
        """The first line from number `start` on that matches(line) accepts; None if none comes."""
        end = time.monotonic() + patience
        at = start
        with self.changed:
            while True:
                for i in range(at, len(self.lines)):
                    if matches(self.lines[i][1]):
                        return self.lines[i]
                at = len(self.lines)
                left = end - time.monotonic()
                if left <= 0 or (self.p.poll() is not None and not self.reader.is_alive()):
                    return None
                self.changed.wait(min(left, 0.5))

    def send_signal(self, number):
        if self.p.poll() is None:
            os.kill(self.pid, number)

    def stop(self, number=signal.SIGTERM, patience=PATIENCE):
        """Ends it; its exit status, negative for a signal."""
        self.send_signal(number)
        try:
            self.p.wait(patience)
        except subprocess.TimeoutExpired:
            self.p.kill()
            self.p.wait()
        if self.p.stdout:
            self.reader.join(5)
        return self.p.returncode

    def kill(self):
        return self.stop(signal.SIGKILL)


class Vrrpd(Process):
    """A vrrpd with JSON log; `before` is a program that runs it, with its arguments."""

    count = 0
    refusals_expected = False  # by the sandbox: otherwise each is a failure of the test

    def __init__(self, node, config, *options, file=None, before=(), **popen):
        Vrrpd.count += 1
        name = f"{node.name}-{Vrrpd.count}"
        self.file = file or node.lab.path(name + ".conf")
        self.configure(config)
        super().__init__(node, [*before, VRRPD, "-f", self.file, "--log", "json",
                                "--runtime-dir", node.lab.path(node.name + ".run"), *options],
                         **popen)

    def configure(self, config):
        with open(self.file, "w", encoding="utf-8") as f:
            f.write(config)

    def reload(self, config=None):
        """Loads the file again, with new contents if given; the outcome's log event."""
        if config is not None:
            self.configure(config)
        mark = len(self.lines)
        self.send_signal(signal.SIGHUP)
        return self.event("configured", "reload-refused", start=mark)

    def events(self, *names):
        return [e for e in (self.parse(line) for _, line in list(self.lines))
                if e and (not names or e["event"] in names)]

    @staticmethod
    def parse(line):
        try:
            return json.loads(line)
        except ValueError:
            return None

    def event(self, *names, patience=PATIENCE, start=0, **fields):
        """The first event of one of these names with these fields, from line `start` on."""
        def matches(line):
            e = self.parse(line)
            return (e and e["event"] in names and
                    all(e.get(k) == v for k, v in fields.items()))
        found = self.wait_for(matches, patience, start)
        return self.parse(found[1]) if found else None

    def state(self, state, patience=PATIENCE, start=0, **fields):
        """Waits until a router enters this state; its log event."""
        return self.event("state", to=state, patience=patience, start=start, **fields)

    def mark(self):
        return len(self.lines)

    def counters(self):
        """The counters of each router, by name, and those of the daemon under None."""
        mark = self.mark()
        self.send_signal(signal.SIGUSR1)
        if not self.event("totals", start=mark):
            return {}
        return {e.get("vrrp"): e for e in (self.parse(line) for _, line in self.lines[mark:])
                if e and e["event"] in ("counters", "totals")}


class Node:
    """A machine: a network namespace with an interface e0 on the lab's bridge."""

    def __init__(self, lab, name):
        self.lab, self.name = lab, name
        self.holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"],
                                       stdin=subprocess.DEVNULL, preexec_fn=die_with_parent)
        mine = os.readlink("/proc/self/ns/net")
        while os.readlink(f"/proc/{self.holder.pid}/ns/net") == mine:
            time.sleep(0.002)
        self.run("ip", "link", "set", "lo", "up")

    def enter(self, argv):
        return ["nsenter", "--target", str(self.holder.pid), "--net", *argv]

    def run(self, *argv, check=True, stdin=None):
        """Runs a program to its end; what it printed."""
        done = subprocess.run(self.enter(argv), text=True, input=stdin, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if check and done.returncode != 0:
            raise RuntimeError(f"{self.name}: {' '.join(argv)}: {done.stdout.strip()}")
        return done.stdout

    def spawn(self, *argv, **popen):
        return Process(self, list(argv), **popen)

    def vrrpd(self, config, *options, **more):
        return Vrrpd(self, config, *options, **more)

    def addresses(self, dev="e0"):
        """{ "192.0.2.1/24": {...} } of an interface, as `ip -j` has it."""
        out = self.run("ip", "-j", "-d", "address", "show", "dev", dev, check=False)
        try:
            links = json.loads(out)
        except ValueError:
            return {}
        return {f"{a['local']}/{a['prefixlen']}": a for link in links
                for a in link.get("addr_info", []) if "local" in a}

    def has(self, address, dev="e0"):
        return any(a.split("/")[0] == address for a in self.addresses(dev))

    def mac(self, dev="e0"):
        words = self.run("ip", "-o", "link", "show", "dev", dev).split()
        return words[words.index("link/ether") + 1]

    def index(self, dev="e0"):
        return int(self.run("ip", "-o", "link", "show", "dev", dev).split(":")[0])

    def wait_has(self, address, present=True, patience=PATIENCE, dev="e0"):
        return wait_until(lambda: self.has(address, dev) == present, patience)

    def nft(self, rules):
        self.run("nft", "-f", "-", stdin=rules)


def wait_until(condition, patience=PATIENCE):
    """Whether the condition came true in time."""
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


class Lab:
    """Nodes on one bridge. Node number k (from 1) has 192.0.2.k/24 and 2001:db8::k/64 on e0."""

    open = []  # those that have not been closed

    def __init__(self, *nodes):
        self.processes, self.nodes = [], {}
        Lab.open.append(self)
        self.dir = tempfile.mkdtemp(prefix="trivet-lab-")
        atexit.register(self.close)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        self.sw = Node(self, "sw")
        self.sw.run("ip", "link", "add", "br0", "type", "bridge", "mcast_snooping", "0",
                    "stp_state", "0", "forward_delay", "0")
        self.sw.run("ip", "link", "set", "br0", "up")
        for k, name in enumerate(nodes, 1):
            self.nodes[name] = self.add_node(name, k)
        self.settle()

    def add_node(self, name, k):
        node = Node(self, name)
        # No wait for duplicate address detection: the addresses are known to be unique.
        for dev in ("all", "default"):
            node.run("sysctl", "-qw", f"net.ipv6.conf.{dev}.accept_dad=0")
        self.connect(node, k)
        return node

    def connect(self, node, k, dev="e0"):
        """Gives a node an interface on the bridge, with addresses."""
        port = f"p-{node.name}-{dev}"[:15]
        self.sw.run("ip", "link", "add", port, "type", "veth", "peer", "name", dev, "netns",
                    str(node.holder.pid))
        self.sw.run("ip", "link", "set", port, "master", "br0", "up")
        node.run("ip", "address", "add", f"192.0.2.{k}/24", "dev", dev)
        node.run("ip", "address", "add", f"2001:db8::{k}/64", "dev", dev, "nodad")
        node.run("ip", "link", "set", dev, "up")

    def settle(self):
        """Waits until every interface is up and has its link-local address."""
        for node in self.nodes.values():
            wait_until(lambda n=node: any(a.startswith("fe80:") and not i.get("tentative")
                                          for a, i in n.addresses().items()))

    def make_hub(self):
        """Has the bridge forget who is where, so that every node sees every frame."""
        self.sw.run("ip", "link", "set", "br0", "type", "bridge", "ageing_time", "0")

    def port(self, name, dev="e0"):
        """The name of the bridge's port that leads to a node."""
        return f"p-{name}-{dev}"[:15]

    def path(self, name):
        return os.path.join(self.dir, name)

    def __getattr__(self, name):
        try:
            return self.__dict__["nodes"][name]
        except KeyError:
            raise AttributeError(name) from None

    def close(self):
        for p in self.processes:
            if p.p.poll() is None:
                p.p.kill()
                p.p.wait()
        for node in [*self.nodes.values(), *([self.sw] if "sw" in self.__dict__ else [])]:
            if node.holder.poll() is None:
                node.holder.kill()
                node.holder.wait()
        self.processes, self.nodes = [], {}
        if self in Lab.open:
            Lab.open.remove(self)
        shutil.rmtree(self.dir, ignore_errors=True)
