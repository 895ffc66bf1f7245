# SPDX-License-Identifier: BSD-2-Clause
"""What a running vrrpd may do, as whom it runs, and what it tells a service manager."""
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import lab
import packets
import tap
from routers import VIRTUAL, one, settled, state_of, stays

TWO = (1 << 12) | (1 << 13)  # CAP_NET_ADMIN, CAP_NET_RAW
OTHER = "nobody"
SETPRIV = ["setpriv", "--inh-caps=-all,+net_admin,+net_raw",
           "--ambient-caps=-all,+net_admin,+net_raw", "--bounding-set=-all,+net_admin,+net_raw"]


def status_of(daemon):
    """{ "CapEff": "0000000000003000", ... }"""
    with open(f"/proc/{daemon.pid}/status", encoding="ascii") as f:
        return dict(line.rstrip("\n").split(":\t", 1) for line in f if ":\t" in line)


def has_only_two(t, daemon):
    """It has the two capabilities and no way to others."""
    status = status_of(daemon)
    for name, wanted in (("CapPrm", TWO), ("CapEff", TWO), ("CapInh", 0), ("CapAmb", 0)):
        t.equal(int(status[name], 16), wanted, name)
    t.equal(int(status["CapBnd"], 16) & ~TWO, 0, "CapBnd, but for the two")
    t.equal(status["NoNewPrivs"], "1", "NoNewPrivs")
    return status


def sandboxed(t, daemon):
    """Whether it has a sandbox: a build with sanitizers has none."""
    on = daemon.event("started")["sandbox"] == "on"
    t.equal(status_of(daemon)["Seccomp"], "2" if on else "0", "Seccomp")
    return on


def needs_other_user(t):
    """The numbers of another user, who must be able to run vrrpd."""
    user = pwd.getpwnam(OTHER)
    tried = subprocess.run(["setpriv", "--reuid", str(user.pw_uid), "--regid", str(user.pw_gid),
                            "--clear-groups", "test", "-x", lab.VRRPD], check=False,
                           stderr=subprocess.PIPE, text=True)
    if tried.returncode:
        t.skip(f"cannot become {OTHER} here, or {OTHER} cannot run the built vrrpd: "
               f"{tried.stderr.strip()}")
    return user


def network(t, *nodes):
    """Others than root may look into its directory."""
    net = t.lab(*nodes)
    os.chmod(net.dir, 0o711)
    return net


def serves(t, net, daemon, sniffer):
    """It advertises and has the address, takes a new file, and leaves properly."""
    settled(t, "ipv4", daemon, [])
    t.equal(daemon.reload(one("ipv4", priority=220))["event"], "configured", "reload")
    t.expect(sniffer.advert(priority=220), "the new priority is advertised")
    t.equal(daemon.stop(), 0, "exit status")
    t.expect(sniffer.advert(priority=0), "it said that it leaves")
    t.expect(not net.r1.has(VIRTUAL["ipv4"]), "the address is gone")


# ---- capabilities -------------------------------------------------------------------------------

@tap.test
def s19_root_keeps_two_capabilities(t):
    """Started as root it keeps CAP_NET_ADMIN and CAP_NET_RAW for good, and all goes on."""
    net = network(t, "r1", "client")
    sniffer = packets.Sniffer(net.client)
    r = net.r1.vrrpd(one("ipv4", priority=200))
    t.expect(r.state("active"), "it is Active")
    status = has_only_two(t, r)
    sandboxed(t, r)
    t.equal(int(status["CapBnd"], 16), 0, "CapBnd")
    serves(t, net, r, sniffer)


@tap.test
def s19_as_another_user(t):
    """With --user it runs as that user, in its groups, and takes a new file all the same."""
    user = needs_other_user(t)
    net = network(t, "r1", "client")
    sniffer = packets.Sniffer(net.client)
    r = net.r1.vrrpd(one("ipv4", priority=200), "--user", OTHER)
    t.expect(r.state("active"), "it is Active")
    status = has_only_two(t, r)
    t.equal(status["Uid"].split(), [str(user.pw_uid)] * 4, "Uid")
    t.equal(status["Gid"].split(), [str(user.pw_gid)] * 4, "Gid")
    sandboxed(t, r)
    made = os.stat(net.path("r1.run"))
    t.equal((made.st_uid, made.st_gid), (user.pw_uid, user.pw_gid), "whose the directory is")
    serves(t, net, r, sniffer)


@tap.test
def s19_with_just_two_capabilities(t):
    """Started by a user who has just the two, it runs."""
    user = needs_other_user(t)
    net = network(t, "r1", "client")
    sniffer = packets.Sniffer(net.client)
    os.mkdir(net.path("r1.run"))
    os.chown(net.path("r1.run"), user.pw_uid, user.pw_gid)
    r = net.r1.vrrpd(one("ipv4", priority=200), before=[
        *SETPRIV, "--reuid", str(user.pw_uid), "--regid", str(user.pw_gid), "--clear-groups"])
    t.expect(r.state("active"), "it is Active")
    t.equal(has_only_two(t, r)["Uid"].split()[0], str(user.pw_uid), "Uid")
    sandboxed(t, r)
    serves(t, net, r, sniffer)


@tap.test
def s19_root_with_just_two_capabilities(t):
    """Started as root without the other capabilities, as by a service manager, it runs."""
    net = network(t, "r1", "client")
    sniffer = packets.Sniffer(net.client)
    r = net.r1.vrrpd(one("ipv4", priority=200), before=SETPRIV)
    t.expect(r.state("active"), "it is Active")
    has_only_two(t, r)
    sandboxed(t, r)
    serves(t, net, r, sniffer)


@tap.test("net_admin", "net_raw")
def s16_without_one_of_the_capabilities(t, missing):
    """Without one of them it says which it needs, and exits with 1."""
    net = network(t, "r1")
    has = {"net_admin": "net_raw", "net_raw": "net_admin"}[missing]
    r = net.r1.vrrpd(one("ipv4"), before=["setpriv", f"--bounding-set=-all,+{has}",
                                          "--inh-caps=-all"])
    said = t.expect(r.event("cannot-run"), "it says why")
    t.expect("CAP_NET_ADMIN and CAP_NET_RAW" in said["text"], f"what it needs, in {said}")
    t.equal(r.p.wait(lab.PATIENCE), 1, "exit status")


@tap.test
def users_that_cannot_be(t):
    """--user with one who does not exist, or with root, is refused with a reason."""
    net = network(t, "r1")
    for name, why in (("no-such-user", "no user"), ("root", "leave out --user")):
        r = net.r1.vrrpd(one("ipv4"), "--user", name)
        said = t.expect(r.event("cannot-run"), "it says why")
        t.expect(name in said["text"] and why in said["text"], f"name and reason in {said}")
        t.equal(r.p.wait(lab.PATIENCE), 1, "exit status")


@tap.test
def a_file_that_cannot_be_read_again_is_not_read_at_all(t):
    """With --user, a file that the user cannot read keeps it from starting, not from reloading."""
    user = needs_other_user(t)
    net = network(t, "r1")
    file = net.path("it.conf")
    text = one("ipv4", priority=200)
    with open(file, "w", encoding="utf-8") as f:
        f.write(text)
    os.chmod(file, 0o600)
    r = net.r1.vrrpd(text, "--user", OTHER, file=file)
    t.expect(any("Permission denied" in e["text"] for e in
                 [r.event("configuration")]), "it says why")
    t.equal(r.p.wait(lab.PATIENCE), 2, "exit status")
    os.chown(file, 0, user.pw_gid)
    os.chmod(file, 0o640)
    r = net.r1.vrrpd(text, "--user", OTHER, file=file)
    t.expect(r.state("active"), "it is Active once its group may read it")
    t.equal(r.reload()["event"], "configured", "reload")
    os.chmod(file, 0o600)
    t.equal(r.reload()["event"], "reload-refused", "reload of what it may no longer read")
    t.equal(state_of(r), "active", "the state")


@tap.test
def a_lock_that_is_a_link_is_not_given_away(t):
    """Who owns the runtime directory does not get a file of root's by way of it."""
    user = needs_other_user(t)
    net = network(t, "r1")
    os.mkdir(net.path("r1.run"))
    os.chown(net.path("r1.run"), user.pw_uid, user.pw_gid)
    with open(net.path("secret"), "w", encoding="ascii"):
        pass
    for plant in (os.link, os.symlink):
        plant(net.path("secret"), net.path("r1.run/vrrpd.lock"))
        r = net.r1.vrrpd(one("ipv4"), "--user", OTHER)
        said = t.expect(r.event("cannot-run"), "it says why")
        t.expect("vrrpd.lock" in said["text"], f"which file, in {said}")
        t.equal(r.p.wait(lab.PATIENCE), 1, "exit status")
        t.equal(os.stat(net.path("secret")).st_uid, 0, "whose the file is")
        os.unlink(net.path("r1.run/vrrpd.lock"))


# ---- life after it ------------------------------------------------------------------------------

@tap.test("root", OTHER)
def v14_an_interface_is_made_anew_after_the_drop(t, who):
    """Sockets can still be opened when an interface comes back with another index."""
    if who != "root":
        needs_other_user(t)
    net = network(t, "r1", "client")
    sniffer = packets.Sniffer(net.client)
    r = net.r1.vrrpd(one("ipv4", priority=200), *(["--user", who] if who != "root" else []))
    settled(t, "ipv4", r, [])
    was = net.r1.index()
    mark = r.mark()
    net.r1.run("ip", "link", "delete", "e0")
    t.expect(r.event("waiting", why="no-interface", start=mark), "it waits")
    mark = r.mark()
    net.connect(net.r1, 1)
    t.expect(net.r1.index() != was, "another index")
    t.expect(r.state("active", start=mark), "it is Active again")
    settled(t, "ipv4", r, [])
    stays(t, sniffer, "192.0.2.1")
    has_only_two(t, r)


# ---- the sandbox --------------------------------------------------------------------------------

MISCHIEF = """
#define _GNU_SOURCE
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

static void on_signal(int sig)
{
	static char path[] = "/bin/true", *const argv[] = { path, 0 };

	(void)sig;
	syscall(SYS_personality, 0xffffffff);
	execve("/nonexistent", argv, argv);
}

__attribute__((constructor)) static void begin(void)
{
	signal(SIGUSR2, on_signal);
}
"""


def mischief(t, net):
    """The environment of a vrrpd that on SIGUSR2 does what it should not."""
    compiler = (os.environ.get("CC") or "cc").split()
    if not shutil.which(compiler[0]):
        t.skip("there is no C compiler to make a vrrpd misbehave")
    with open(net.path("mischief.c"), "w", encoding="ascii") as f:
        f.write(MISCHIEF)
    subprocess.run([*compiler, "-shared", "-fPIC", "-o", net.path("mischief.so"),
                    net.path("mischief.c")], check=True)
    # AddressSanitizer wants to be first; here it need not.
    return {**os.environ, "LD_PRELOAD": net.path("mischief.so"),
            "ASAN_OPTIONS": "verify_asan_link_order=0"}


@tap.test
def s19_a_call_that_is_not_in_the_list(t):
    """It fails, and stands in the log by its name; vrrpd goes on and keeps its address."""
    net = network(t, "r1", "r2", "client")
    sniffer = packets.Sniffer(net.client)
    r = net.r1.vrrpd(one("ipv4", priority=200), env=mischief(t, net))
    r.refusals_expected = True
    if not sandboxed(t, r):
        t.skip("this build has no sandbox")
    r2 = net.r2.vrrpd(one("ipv4", priority=100))
    settled(t, "ipv4", r, [r2])
    r.send_signal(signal.SIGUSR2)
    for name in ("personality", "execve"):
        said = t.expect(r.event("sandbox-refused", syscall=name), f"it says that of {name}")
        t.equal((said["level"], said["times"]), ("error", 1), "how")
    stays(t, sniffer, "192.0.2.1")
    settled(t, "ipv4", r, [r2])
    t.equal(r.stop(), 0, "exit status")


@tap.test
def s19_without_the_sandbox(t):
    """--no-sandbox allows every call, and takes no capability back."""
    net = network(t, "r1", "client")
    sniffer = packets.Sniffer(net.client)
    r = net.r1.vrrpd(one("ipv4", priority=200), "--no-sandbox", env=mischief(t, net))
    t.expect(r.state("active"), "it is Active")
    t.equal(r.event("started")["sandbox"], "off", "what it says of it")
    t.equal(has_only_two(t, r)["Seccomp"], "0", "Seccomp")
    r.send_signal(signal.SIGUSR2)
    serves(t, net, r, sniffer)
    t.equal(r.events("sandbox-refused"), [], "refusals")


# ---- the service manager ------------------------------------------------------------------------

class Manager:
    """Hears what a daemon says of itself."""

    def __init__(self, t, path):
        self.t, self.heard = t, []
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        os.chmod(path, 0o777)
        self.socket.settimeout(lab.PATIENCE)

    def next(self, begins):
        """The next message that begins so, as { "READY": "1", "STATUS": ... }."""
        while True:
            try:
                self.heard.append(self.socket.recv(4096).decode())
            except TimeoutError:
                self.t.expect(False, f"{begins} is said; heard {self.heard}")
            if self.heard[-1].startswith(begins):
                return dict(line.split("=", 1) for line in self.heard[-1].splitlines())

    def is_silent(self, seconds):
        self.socket.settimeout(seconds)
        try:
            self.heard.append(self.socket.recv(4096).decode())
            return False
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(lab.PATIENCE)

    def drain(self):
        while not self.is_silent(0.05):
            pass


@tap.test("root", OTHER)
def service_manager_hears_how_it_goes(t, who):
    """READY=1, STATUS, RELOADING=1 and READY=1 around each reload, STOPPING=1."""
    if who != "root":
        needs_other_user(t)
    net = network(t, "r1")
    manager = Manager(t, net.path("notify"))
    r = net.r1.vrrpd(one("ipv4", priority=200), *(["--user", who] if who != "root" else []),
                     env={**os.environ, "NOTIFY_SOCKET": net.path("notify")})
    t.equal(manager.next("READY=1")["STATUS"], "0 Active, 0 Backup, 1 not running", "at first")
    t.expect(r.state("active"), "it is Active")
    while manager.next("STATUS=")["STATUS"] != "1 Active, 0 Backup":
        pass
    r.reload(one("ipv4", priority=210))
    t.expect(int(manager.next("RELOADING=1")["MONOTONIC_USEC"]) > 0, "when")
    t.equal(manager.next("READY=1")["STATUS"], "1 Active, 0 Backup", "after a reload")
    r.reload("nonsense")
    manager.next("RELOADING=1")
    t.expect("refused" in manager.next("READY=1")["STATUS"], "after a reload that was refused")
    t.equal(r.stop(), 0, "exit status")
    manager.next("STOPPING=1")


@tap.test
def service_manager_hears_nothing_of_the_frozen(t):
    """WATCHDOG=1 comes as long as the loop turns, and not from a process that is stopped."""
    net = network(t, "r1")
    manager = Manager(t, net.path("notify"))
    r = net.r1.vrrpd(one("ipv4", priority=200), env={
        **os.environ, "NOTIFY_SOCKET": net.path("notify"), "WATCHDOG_USEC": "400000"})
    manager.next("READY=1")
    for _ in range(5):
        manager.next("WATCHDOG=1")
    r.send_signal(signal.SIGSTOP)
    manager.drain()
    t.expect(manager.is_silent(1), "nothing is said while it is stopped")
    r.send_signal(signal.SIGCONT)
    manager.next("WATCHDOG=1")
    t.expect(r.event("stall"), "it says that it was late")
    totals = r.counters()[None]
    t.expect(totals["stalls"] >= 1, "stalls are counted")
    t.note(f"longest gap {totals['longest_gap_us']} us, {totals['stalls']} stalls")
    t.equal(r.stop(), 0, "exit status")


if __name__ == "__main__":
    tap.main()
