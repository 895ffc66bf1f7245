# SPDX-License-Identifier: BSD-2-Clause
"""VRRP routers in nodes of the lab, to run against each other: ours, keepalived, and FRR's vrrpd.

Those of others do not touch the machine: all their files are in the lab's directory (for FRR, which
has fixed paths, in mounts that only it sees), their network is the node's, and they end with the
lab. Each kind has a host class, which prepares a node, and whose start() starts a router there and
returns its process:

	peer = Keepalived(net.r2, Group(51, 3, "192.0.2.100/24"))
	p = peer.start(priority=150)
	p.state("active")                # waits
	p.kill()                         # as if the machine had died;  p.stop() stops it in order
"""
import os
import pwd
import re
import shutil
import signal

import lab
import routers

FRR_DIR = "/usr/lib/frr"


class Group:
    """A virtual router: what its members have in common."""

    def __init__(self, vrid, version, *addresses, unicast=False, auth=None, vmac=False):
        self.vrid, self.version, self.addresses = vrid, version, addresses
        self.unicast = unicast
        self.auth = auth  # of all members: PASS or AH, as keepalived calls them
        self.six = ":" in addresses[0]
        # All have the virtual MAC; otherwise None.
        self.vmac = f"00:00:5e:00:0{2 if self.six else 1}:{vrid:02x}" if vmac else None
        # As short as a busy machine allows without false alarms.
        self.interval = 1.0 if version == 2 else 0.5
        # The one that users have: of IPv6 the second, as the first is link-local.
        self.address = addresses[-1].split("/")[0]


def unicast_addresses(node, group):
    """The address by which the others know this node, and those of the others; none without
    unicast. The one that watches is no member."""
    if not group.unicast:
        return None, []
    base = "2001:db8::" if group.six else "192.0.2."
    known = {n: f"{base}{k}" for k, n in enumerate(node.lab.nodes, 1) if n != "client"}
    return known.pop(node.name), list(known.values())


class Peer(lab.Process):
    """A router of somebody else. Its log is on its standard output; it logs each change of state
    with a line that `words` of the host matches."""

    def __init__(self, host, argv):
        self.host = host
        super().__init__(host.node, argv)

    def state(self, state, patience=lab.PATIENCE, start=0):
        """Waits until it logs that it has entered this state, from line `start` on."""
        return self.wait_for(self.host.words(state).search, patience, start)

    def mark(self):
        return len(self.lines)

    def entered(self, state):
        """How often it has entered this state."""
        return sum(1 for _, line in list(self.lines) if self.host.words(state).search(line))

    def signalled(self):
        """The processes that signals go to."""
        return [self.pid]

    def send_signal(self, number):
        for pid in self.signalled() if self.p.poll() is None else []:
            os.kill(pid, number)

    def kill(self):
        status = self.stop(signal.SIGKILL)
        remove_leftovers(self.node, self.host.group)
        if self.host.group.vmac:  # of keepalived
            self.node.run("ip", "link", "del", f"vr{self.host.group.vrid}", check=False)
        return status


def remove_leftovers(node, group, dev="e0"):
    """Removes the addresses that a killed router could not remove."""
    ours = {a.split("/")[0] for a in group.addresses}
    for address in node.addresses(dev):
        if address.split("/")[0] in ours:
            node.run("ip", "address", "del", address, "dev", dev)


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
        return [int(child) for child in f.read().split()]


# ---- ours ------------------------------------------------------------------------------------

class Ours:
    name = "vrrpd"

    def __init__(self, node, group):
        self.node, self.group = node, group
        # Where its addresses are.
        self.dev = f"vrrp{6 if group.six else 4}-{group.vrid}-e0" if group.vmac else "e0"

    def config(self, priority, interval=None, **settings):
        g = self.group
        source, others = unicast_addresses(self.node, g)
        if others:
            settings = {"source": source, "unicast": {"peers": others}, **settings}
        if g.auth:
            settings = {"auth": {"type": {"PASS": "text", "AH": "ah"}[g.auth],
                                 "password": "secret"}, **settings}
        if g.vmac:
            settings = {"virtual_mac": True, **settings}
        return routers.config({
            "name": "vr", "interface": "e0", "vrid": g.vrid, "version": g.version,
            "addresses": g.addresses, "priority": priority,
            "interval": f"{round((interval or g.interval) * 1000)}ms", **settings})

    def start(self, priority, **settings):
        return self.node.vrrpd(self.config(priority, **settings))


# ---- keepalived ------------------------------------------------------------------------------

class Keepalived:
    name = "keepalived"

    def __init__(self, node, group):
        self.node, self.group, self.count = node, group, 0

    @staticmethod
    def missing():
        """Why it cannot be run here; None when it can."""
        return None if shutil.which("keepalived") else "keepalived is not installed"

    @staticmethod
    def words(state):
        word = {"active": "MASTER", "backup": "BACKUP"}[state]
        return re.compile(rf"\(vr\) Entering {word} STATE")

    def config(self, priority, interval=None, preempt=True, auth=None, ttl=255):
        source, others = unicast_addresses(self.node, self.group)
        more = "" if preempt else "    nopreempt\n"
        if others:
            more += (f"    unicast_src_ip {source}\n    unicast_peer {{\n" +
                     "".join(f"        {a}\n" for a in others) + "    }\n")
            more += f"    unicast_ttl {ttl}\n" if ttl else ""
        if self.group.six:
            more += "    native_ipv6\n"
        if self.group.vmac:
            more += f"    use_vmac vr{self.group.vrid}\n"
        auth = auth or self.group.auth
        if auth:
            more += f"    authentication {{\n        auth_type {auth}\n"
            more += "        auth_pass secret\n    }\n"
        return ("global_defs {\n    router_id peer\n}\n"
                f"vrrp_instance vr {{\n    version {self.group.version}\n    state BACKUP\n"
                f"    interface e0\n    virtual_router_id {self.group.vrid}\n"
                f"    priority {priority}\n    advert_int {interval or self.group.interval:g}\n"
                f"    garp_master_delay 0\n    garp_master_repeat 1\n{more}"
                "    virtual_ipaddress {\n"
                + "".join(f"        {a}\n" for a in self.group.addresses) + "    }\n}\n")

    def start(self, priority, **settings):
        # A directory for each: a killed one leaves pid files, which would stop the next.
        self.count += 1
        base = self.node.lab.path(f"{self.node.name}-keepalived-{self.count}")
        os.mkdir(base)
        conf = os.path.join(base, "conf")
        with open(os.open(conf, os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="utf-8") as f:
            f.write(self.config(priority, **settings))
        return KeepalivedProcess(self, [
            "keepalived", "--dont-fork", "--log-console", "--log-detail", "--vrrp", "-f", conf,
            "-p", os.path.join(base, "pid"), "-r", os.path.join(base, "vrrp.pid"),
            "-c", os.path.join(base, "checkers.pid")])


class KeepalivedProcess(Peer):
    def kill(self):
        # What speaks VRRP is a child. It must get no time to say goodbye, as it does when it loses
        # its parent; and the parent none to start a new one.
        victims = children(self.pid) + [self.pid]
        for pid in reversed(victims):
            os.kill(pid, signal.SIGSTOP)
        for pid in victims:
            os.kill(pid, signal.SIGKILL)
        return super().kill()


# ---- FRR -------------------------------------------------------------------------------------

class Frr:
    """What FRR needs around it: directories at its fixed paths, zebra, and a macvlan interface with
    the virtual router's MAC address and the virtual addresses."""

    name = "FRR"

    def __init__(self, node, group):
        self.node, self.group = node, group
        self.etc = self._own_paths()
        self._add_macvlan()
        self._write("zebra.conf", "")
        self.zebra = self._daemon("zebra")
        if not lab.wait_until(lambda: os.path.exists(os.path.join(self.run, "zserv.api"))):
            raise RuntimeError(f"zebra does not start: {self.zebra.lines}")

    @staticmethod
    def missing():
        if not os.path.exists(os.path.join(FRR_DIR, "vrrpd")):
            return "FRR is not installed"
        try:
            pwd.getpwnam("frr")
        except KeyError:
            return "there is no user frr"
        with open("/proc/self/uid_map", encoding="ascii") as f:
            if f.read().split() != ["0", "0", "4294967295"]:
                return "FRR changes to a user of its own, which a user namespace does not have"
        return None

    def words(self, state):
        word = {"active": "Master", "backup": "Backup"}[state]
        family = 6 if self.group.six else 4
        return re.compile(rf"\[VRID {self.group.vrid}\] \[IPv{family}\] \w+ -> {word}$")

    def _own_paths(self):
        base, user = self.node.lab.path(f"{self.node.name}-frr"), pwd.getpwnam("frr")
        mounts = {"run": "/var/run/frr", "etc": "/etc/frr", "tmp": "/var/tmp"}
        for name in mounts:
            os.makedirs(f"{base}/{name}")
            os.chown(f"{base}/{name}", user.pw_uid, user.pw_gid)
        # FRR's daemons change their user, by which they lose the tie to their parent. In a process
        # namespace they end with its first process, whatever happens.
        script = "".join(f"mount --bind {base}/{k} {v} && " for k, v in mounts.items())
        self.holder = self.node.spawn("unshare", "--mount", "--pid", "--fork", "--kill-child",
                                      "sh", "-c", script + "echo ready && exec sleep infinity")
        if not self.holder.wait_for(lambda line: line == "ready"):
            raise RuntimeError(f"no mounts for FRR: {self.holder.lines}")
        self.init = children(self.holder.pid)[0]
        self.run = f"{base}/run"
        return f"{base}/etc"

    def _add_macvlan(self):
        g, run = self.group, self.node.run
        dev = f"vrrp{6 if g.six else 4}-{g.vrid}"
        run("ip", "link", "add", dev, "link", "e0", "type", "macvlan", "mode", "bridge")
        run("ip", "link", "set", dev, "addrgenmode", "none")
        run("ip", "link", "set", dev, "address", f"00:00:5e:00:0{2 if g.six else 1}:{g.vrid:02x}")
        for a in g.addresses:
            run("ip", "address", "add", a, "dev", dev, *(["nodad"] if g.six else []))
        run("ip", "link", "set", dev, "up")

    def _write(self, name, text):
        path = os.path.join(self.etc, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(path, 0o644)

    def _daemon(self, name):
        return FrrProcess(self, [
            "nsenter", "--target", str(self.init), "--mount", "--pid", os.path.join(FRR_DIR, name),
            "-f", f"/etc/frr/{name}.conf", "--log", "stdout", "--log-level", "debug", "-P", "0"])

    def config(self, priority, interval=None, preempt=True):
        g = self.group
        settings = [f"version {g.version}", f"priority {priority}",
                    f"advertisement-interval {round((interval or g.interval) * 1000)}"]
        settings += [f"{'ipv6' if g.six else 'ip'} {a.split('/')[0]}" for a in g.addresses]
        lines = [f" vrrp {g.vrid} {s}" for s in settings]
        if not preempt:
            lines.append(f" no vrrp {g.vrid} preempt")
        return "\n".join(["debug vrrp protocol", "interface e0"] + lines) + "\n"

    def start(self, priority, **settings):
        self._write("vrrpd.conf", self.config(priority, **settings))
        return self._daemon("vrrpd")


class FrrProcess(Peer):
    def signalled(self):
        return children(self.pid)  # self.pid is nsenter's, which waits for the daemon
