# SPDX-License-Identifier: BSD-2-Clause
"""What many virtual routers cost: our vrrpd, keepalived, and the kernel alone, in one run.

usage: tests/bench/vrrp.py [--seconds N] [--kills N] [--load N:INTERVAL]... [--only PART]...
An Active and a Backup, each in a namespace, joined by up to four links of 255 virtual routers
(version 3, IPv4, an address each). For each load, by turns:
  cost   CPU of the Active and of the Backup, adverts on the wire, memory (PSS)
  fail   the Active is killed (SIGKILL) N times; how much later than RFC 9568 says the other
         advertises, for the median and for the slowest of the virtual routers; and adverts of the
         Backup while the Active lived
  start  from exec to the first advert, and to the first of each; from SIGTERM to the end
The floor (tests/bench/wire.c) is a bare loop that sends, and one that receives, as many of the same
packets: what is left is the daemon's own. Needs root and keepalived, and a ./check
--peers before.
"""
import argparse
import glob
import json
import os
import random
import signal
import statistics
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import lab
import peers
import routers

WIRE = os.path.join(lab.BUILD, "tests/bench/wire")
LOADS = ("100:1", "255:1", "1000:1", "100:0.1", "255:0.1", "1000:0.1", "100:0.01", "255:0.01",
         "1000:0.01")
HIGH, LOW, OWNER = 200, 100, 255
SETTLE = 2.0  # s, before anything is measured
PER_LINK = 250


def spread(n):
    """How many virtual routers each link has."""
    links = 1 if n <= 255 else (n + PER_LINK - 1) // PER_LINK
    return [n // links + (k < n % links) for k in range(links)]


class Side:
    """A machine with an end of each link."""

    def __init__(self, net, name, k):
        self.net, self.node, self.k = net, net.nodes[name], k

    def source(self, link):
        return f"10.{link}.255.{self.k}"


def connect(net, sides, links):
    for link in range(links):
        a, b = (s.node for s in sides)
        a.run("ip", "link", "add", f"v{link}", "type", "veth", "peer", "name", f"v{link}", "netns",
              str(b.holder.pid))
        for s in sides:
            s.node.run("ip", "address", "add", f"{s.source(link)}/16", "dev", f"v{link}")
            s.node.run("ip", "link", "set", f"v{link}", "up")


def virtual_routers(n):
    for link, count in enumerate(spread(n)):
        for v in range(1, count + 1):
            yield link, v, f"10.{link}.0.{v}"


# ---- the three kinds -------------------------------------------------------------------------

class Ours:
    name = "vrrpd"

    @staticmethod
    def start(side, n, interval, priority):
        return side.node.vrrpd(routers.config(*(
            {"name": f"r{link}-{v}", "interface": f"v{link}", "vrid": v, "priority": priority,
             "interval": f"{round(interval * 1000)}ms", "addresses": [f"{address}/32"],
             "garp": {"repeat": 1, "delay": "0s"}}
            for link, v, address in virtual_routers(n))))


class Keepalived:
    name = "keepalived"
    count = 0

    @classmethod
    def start(cls, side, n, interval, priority):
        cls.count += 1
        base = side.net.path(f"keepalived-{cls.count}")
        os.mkdir(base)
        with open(os.open(f"{base}/conf", os.O_CREAT | os.O_WRONLY, 0o600), "w",
                  encoding="utf-8") as f:
            f.write("global_defs {\n router_id bench\n vrrp_garp_master_repeat 1\n"
                    " vrrp_garp_master_delay 0\n}\n")
            for link, v, address in virtual_routers(n):
                state = "MASTER" if priority == OWNER else "BACKUP"
                f.write(f"vrrp_instance r{link}-{v} {{\n version 3\n state {state}\n"
                        f" interface v{link}\n virtual_router_id {v}\n priority {priority}\n"
                        f" advert_int {interval:g}\n virtual_ipaddress {{\n  {address}/32\n }}\n"
                        "}\n")
        host = peers.Keepalived(side.node, peers.Group(1, 3, "10.0.0.1/32"))
        return peers.KeepalivedProcess(host, [
            "keepalived", "--dont-fork", "--log-console", "--vrrp", "-f", f"{base}/conf",
            "-p", f"{base}/pid", "-r", f"{base}/vrrp.pid", "-c", f"{base}/checkers.pid"])


class Floor:
    name = "floor"

    @staticmethod
    def start(side, n, interval, priority):
        links = spread(n)
        if priority == LOW:
            return side.node.spawn(WIRE, "receive", *(f"v{k}" for k in range(len(links))))
        return side.node.spawn(WIRE, "send", str(round(interval * 1e6)), str(links[0]),
                               *(f"v{k}={side.source(k)}" for k in range(len(links))))


# ---- what is measured ------------------------------------------------------------------------

def family(pid):
    """A process and all below it."""
    return [pid] + [p for child in peers.children(pid) for p in family(child)]


def cpu(process):
    """CPU time in seconds."""
    total = 0
    for pid in family(process.pid):
        for task in glob.glob(f"/proc/{pid}/task/*/schedstat"):
            try:
                with open(task, encoding="ascii") as f:
                    total += int(f.read().split()[0])
            except OSError:
                pass
    return total / 1e9


def pss(process):
    """Memory in MB, shared pages by shares."""
    total = 0
    for pid in family(process.pid):
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as f:
            total += next(int(line.split()[1]) for line in f if line.startswith("Pss:"))
    return total / 1024


def packets_in(side, n):
    links = json.loads(side.node.run("ip", "-j", "-s", "link"))
    names = {f"v{k}" for k in range(len(spread(n)))}
    return sum(link["stats64"]["rx"]["packets"] for link in links if link["ifname"] in names)


def start_both(kind, sides, n, interval):
    """First the Active, then the Backup, as soon as adverts come at their rate, or as many as ever
    will."""
    active = kind.start(sides[0], n, interval, HIGH)
    before, end = 0, time.monotonic() + 4 * interval + 30
    while time.monotonic() < end:
        begun = packets_in(sides[1], n)
        time.sleep(max(1.0, interval))
        came = packets_in(sides[1], n) - begun
        if came > 0.6 * n and abs(came - before) < 0.05 * came:
            break
        before = came
    backup = kind.start(sides[1], n, interval, LOW)
    time.sleep(4 * interval + SETTLE)
    return [active, backup]


def cost(kind, sides, n, interval, seconds):
    running = start_both(kind, sides, n, interval)
    memory = [pss(p) for p in running]
    at, used, came = time.monotonic(), [cpu(p) for p in running], packets_in(sides[1], n)
    time.sleep(seconds)
    used = [cpu(p) - u for p, u in zip(running, used)]
    came, span = packets_in(sides[1], n) - came, time.monotonic() - at
    for p in running:
        p.stop()
    return {"cpu": [u / span for u in used], "sent": came * interval / n / span, "pss": memory}


def start_watch(sides, n):
    watch = sides[1].node.spawn(WIRE, "watch", *(f"v{k}" for k in range(len(spread(n)))))
    assert watch.wait_for(lambda line: line == "ready"), watch.lines
    return watch


def witness(watch):
    mark = len(watch.lines)
    watch.send_signal(signal.SIGUSR1)
    line = watch.wait_for(lambda text: text.startswith("["), start=mark)
    return json.loads(line[1])


def remove_leftovers(side, n):
    """What a killed keepalived leaves; ours would find its own."""
    for link in range(len(spread(n))):
        for address in list(side.node.addresses(f"v{link}")):
            if not address.startswith(side.source(link)):
                side.node.run("ip", "address", "del", address, "dev", f"v{link}", check=False)


def wait_advertised(watch, n, column):
    """Until each virtual router has been heard from the Active (2) or the Backup (3)."""
    heard, end = set(), time.monotonic() + 60
    while len(heard) < n and time.monotonic() < end:
        time.sleep(0.2)
        heard |= {(r[0], r[1]) for r in witness(watch) if r[column] > 0}
    return len(heard)


def kill_once(kind, sides, running, n, interval, watch):
    """The virtual routers' times from the last advert of the Active to the first of the other."""
    witness(watch)
    time.sleep(max(20 * interval, 0.5) + random.uniform(0, interval))
    running[0].kill()
    time.sleep(4 * interval + 1)
    rows = witness(watch)
    waits = [r[6] - r[5] for r in rows if r[2] > 0 and r[3] > 0 and r[4] == 0]
    second = sum(r[4] for r in rows)
    remove_leftovers(sides[0], n)
    running[0] = kind.start(sides[0], n, interval, HIGH)
    wait_advertised(watch, n, 2)
    time.sleep(5 * interval)
    return waits, second, n - len(rows)


def fail(kind, sides, n, interval, kills):
    watch = start_watch(sides, n)
    running = start_both(kind, sides, n, interval)
    assert wait_advertised(watch, n, 2) == n, running[0].lines[-5:]
    time.sleep(5 * interval + 1)
    median, worst, second, lost = [], [], 0, 0
    bound = (3 + (256 - LOW) / 256) * interval
    for _ in range(kills):
        waits, both, silent = kill_once(kind, sides, running, n, interval, watch)
        second, lost = second + both, lost + silent
        if waits:
            median.append(statistics.median(waits) - bound)
            worst.append(max(waits) - bound)
    for p in running:
        p.stop()
    remove_leftovers(sides[0], n)
    remove_leftovers(sides[1], n)
    watch.kill()
    return {"median": median, "worst": worst, "second": second, "lost": lost}


def start(kind, sides, n):
    """As the owner, who does not wait for others."""
    watch = start_watch(sides, n)
    begun = time.time()
    daemon = kind.start(sides[0], n, 1.0, OWNER)
    first, heard = [], set()
    while len(heard) < n and time.time() < begun + 60:
        time.sleep(0.05)
        for row in witness(watch):
            if (row[0], row[1]) not in heard:
                heard.add((row[0], row[1]))
                first.append(row[7] - begun)
    time.sleep(1)
    at = time.monotonic()
    daemon.stop()
    ended = time.monotonic() - at
    remove_leftovers(sides[0], n)
    watch.kill()
    return {"first": min(first), "each": max(first), "heard": len(heard), "stop": ended}


# ---- the tables ------------------------------------------------------------------------------

def percentile(values, p):
    values = sorted(values)
    return values[min(len(values) - 1, int(p * len(values)))] if values else float("nan")


def print_cost(kinds, sides, n, interval, seconds):
    results = {}
    for kind in kinds:
        r = results[kind.name] = cost(kind, sides, n, interval, seconds)
        print(f"cost   {n:5}  {interval:5g}  {kind.name:10}  {100 * r['sent']:6.1f} %   "
              f"{100 * r['cpu'][0]:7.2f} %  {100 * r['cpu'][1]:7.2f} %   "
              f"{r['pss'][0]:5.1f} MB  {r['pss'][1]:5.1f} MB", flush=True)
    ours = results["vrrpd"]
    for other in ("floor", "keepalived"):
        r = results.get(other)
        if r:
            # By advert: a daemon that sends fewer is not cheaper.
            each = [o / max(ours["sent"], 1e-9) / (u / max(r["sent"], 1e-9)) if u else 0
                    for o, u in zip(ours["cpu"], r["cpu"])]
            print(f"       vrrpd to {other}: CPU by advert {each[0]:.2f} (Active) "
                  f"{each[1]:.2f} (Backup); adverts {ours['sent'] / r['sent']:.3f}", flush=True)


def print_fail(kinds, sides, n, interval, kills):
    for kind in kinds:
        if kind is Floor:
            continue
        r = fail(kind, sides, n, interval, kills)
        ms = [[1e3 * percentile(r[k], p) for p in (0, .5, .9, 1)] for k in ("median", "worst")]
        print(f"fail   {n:5}  {interval:5g}  {kind.name:10}  "
              + "   ".join(" ".join(f"{v:7.2f}" for v in row) for row in ms)
              + f"   {r['second']:5}  {r['lost']:4}", flush=True)


def print_start(kinds, sides, n):
    for kind in kinds:
        if kind is Floor:
            continue
        r = start(kind, sides, n)
        print(f"start  {n:5}         {kind.name:10}  first {1e3 * r['first']:7.1f} ms, "
              f"each {1e3 * r['each']:7.1f} ms ({r['heard']}); SIGTERM to end "
              f"{1e3 * r['stop']:7.1f} ms", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--load", action="append", help="N:INTERVAL")
    parser.add_argument("--only", action="append", choices=("cost", "fail", "start"))
    options = parser.parse_args()
    only = options.only or ["cost", "fail", "start"]
    lab.become_root(lambda: sys.exit("needs root, or user namespaces"))
    why = peers.Keepalived.missing()
    if why or not os.path.exists(WIRE):
        sys.exit(why or f"{WIRE} is not there: run ./check --peers")
    kinds = [Ours, Keepalived, Floor]
    loads = [(int(n), float(i)) for n, i in (x.split(":") for x in options.load or LOADS)]
    net = lab.Lab("a", "b")
    sides = [Side(net, "a", 1), Side(net, "b", 2)]
    connect(net, sides, max(len(spread(n)) for n, _ in loads))
    print("cost: adverts of those due; CPU of Active and Backup; memory of both\n"
          "fail: later than RFC 9568 says, in ms (least, median, 90 %, most): median router, then "
          "slowest; adverts\n      of the Backup while the Active lived; routers not taken over")
    for n, interval in loads:
        if "cost" in only:
            print_cost(kinds, sides, n, interval, options.seconds)
        if "fail" in only:
            print_fail(kinds, sides, n, interval, options.kills)
    for n in sorted({n for n, _ in loads}) if "start" in only else ():
        print_start(kinds, sides, n)
    net.close()


main()
