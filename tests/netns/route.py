# SPDX-License-Identifier: BSD-2-Clause
"""Routes and policy rules: of an Active, and static ones, in a real kernel."""
import json
import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import lab
import tap
from routers import VIRTUAL, _value, instance, settled, state_of

OURS = "112"
TO = {"ipv4": "198.51.100.0/24", "ipv6": "2001:db8:51::/48"}
GATEWAY = {"ipv4": "192.0.2.254", "ipv6": "2001:db8::ffff"}
NET = {"ipv4": "10.5.0.0/16", "ipv6": "2001:db8:5::/48"}
FAMILIES = ("ipv4", "ipv6")


def file(*instances, **section):
    """A configuration with settings of the section."""
    return f"vrrp = {_value({**section, 'instances': instances})};\n"


def flag(kind):
    return "-6" if kind == "ipv6" else "-4"


def routes(node, kind="ipv4", ours=True, table="all"):
    """{ destination: {...} } of those with our mark, or of all, as `ip -j` has it."""
    out = node.run("ip", flag(kind), "-j", "-N", "-d", "route", "show", "table", table,
                   *(["proto", OURS] if ours else []), check=False)
    try:
        return {r["dst"]: r for r in json.loads(out)}
    except ValueError:
        return {}


def rules(node, kind="ipv4"):
    """{ priority: {...} } of those with our mark."""
    out = json.loads(node.run("ip", flag(kind), "-j", "-N", "rule", "show") or "[]")
    return {r["priority"]: r for r in out if r.get("protocol") == OURS}


def has(node, kind="ipv4", to=None):
    return (to or TO[kind]) in routes(node, kind)


def wait_route(t, node, what, kind="ipv4", to=None, present=True):
    t.expect(lab.wait_until(lambda: has(node, kind, to) == present), what)


def usual(kind, **more):
    """An instance with a route and a rule."""
    return instance(kind, routes=[{"to": TO[kind], "via": GATEWAY[kind]}],
                    rules=[{"priority": 100, "from": NET[kind], "table": 100}], **more)


def alone(t, text, node="r1"):
    """A router that is Active."""
    net = t.lab(node)
    net.d = net.nodes[node].vrrpd(text)
    t.expect(net.d.state("active"), "it is Active")
    return net


@tap.test(*FAMILIES)
def failover_moves_them(t, kind):
    """Route and rule are with the Active, whoever that is, and with nobody else."""
    net = t.lab("r1", "r2")
    one = net.r1.vrrpd(file(usual(kind, priority=200)))
    two = net.r2.vrrpd(file(usual(kind, priority=100)))

    def with_one(active, backup):
        settled(t, kind, active, [backup])
        wait_route(t, active.node, "the Active has the route", kind)
        t.expect(lab.wait_until(lambda: 100 in rules(active.node, kind)), "and the rule")
        wait_route(t, backup.node, "the Backup has none", kind, present=False)
        t.equal(rules(backup.node, kind), {}, "its rules")
    with_one(one, two)
    r = routes(net.r1, kind)[TO[kind]]
    t.equal((r["gateway"], r["dev"]), (GATEWAY[kind], "e0"), "the route")
    rule = rules(net.r1, kind)[100]
    t.equal((rule["src"], rule["srclen"], rule["table"]),
            (*NET[kind].split("/")[:1], int(NET[kind].split("/")[1]), "100"), "the rule")
    t.equal(one.stop(), 0, "exit status")
    t.equal((routes(net.r1, kind), rules(net.r1, kind)), ({}, {}), "what is left after the stop")
    t.expect(two.state("active"), "the other takes over")
    wait_route(t, net.r2, "and has the route", kind)
    one = net.r1.vrrpd(file(usual(kind, priority=200)))
    with_one(one, two)


@tap.test
def routes_go_before_addresses(t):
    """When a router leaves, routes go first: what the kernel says, in its order."""
    net = t.lab("r1")
    text = file(usual("ipv4"))
    monitor = net.r1.spawn("stdbuf", "-oL", "ip", "monitor", "address", "route", "rule")
    one = net.r1.vrrpd(text)
    settled(t, "ipv4", one, [])
    wait_route(t, net.r1, "the route is there")
    mark = len(monitor.lines)
    t.equal(one.stop(), 0, "exit status")
    t.expect(monitor.wait_for(lambda line: line.startswith("Deleted") and "192.0.2.100/24" in line,
                              start=mark), "the address goes")
    gone = [line for _, line in monitor.lines[mark:] if line.startswith("Deleted")]
    order = [next((i for i, line in enumerate(gone) if word in line), -1)
             for word in ("lookup 100", "198.51.100.0/24", "192.0.2.100/24")]
    t.expect(-1 not in order and order == sorted(order), f"rule, route, address: {gone}")


@tap.test(*FAMILIES)
def a_source_that_is_virtual(t, kind):
    """A route whose source is a virtual address comes once that is there, and goes with it."""
    where = {"ipv4": ["192.0.2.100/24"], "ipv6": ["fe80::5:1/64", "2001:db8::100/64"]}[kind]
    src = where[-1].split("/")[0]
    net = alone(t, file(instance(kind, addresses=where, routes=[
        {"to": TO[kind], "via": GATEWAY[kind], "src": src}])))
    wait_route(t, net.r1, "it is there", kind)
    t.equal(routes(net.r1, kind)[TO[kind]]["prefsrc"], src, "its source")
    t.equal(net.d.counters()["web"]["route_failures"], 0, "refusals")
    t.equal(net.d.stop(), 0, "exit status")
    t.equal(routes(net.r1, kind), {}, "afterwards")


@tap.test(*FAMILIES)
def v19_left_by_a_killed_run(t, kind):
    """What a run that was killed has left is recognised by its mark; others' are left alone."""
    net = t.lab("r1", "r2")
    static = [{"to": TO[kind].replace("51", "52", 1), "via": GATEWAY[kind]}]
    old = net.r1.vrrpd(file(usual(kind, lease=False), static_routes=static, static_rules=[
        {"priority": 50, "from": NET[kind], "table": 7},
        {"priority": 51, "from": NET[kind], "table": 7}]))
    settled(t, kind, old, [])
    wait_route(t, net.r1, "the route is there", kind)
    wait_route(t, net.r1, "the static one too", kind, to=static[0]["to"])
    t.expect(lab.wait_until(lambda: len(rules(net.r1, kind)) == 3), "and the rules")
    net.r1.run("ip", flag(kind), "route", "add", TO[kind], "via", GATEWAY[kind], "table", "9")
    net.r1.run("ip", flag(kind), "rule", "add", "priority", "60", "lookup", "9")
    old.kill()
    t.equal((len(routes(net.r1, kind)), len(rules(net.r1, kind))), (2, 3), "what it left")
    other = net.r2.vrrpd(file(usual(kind, priority=200)))
    settled(t, kind, other, [])
    monitor = net.r1.spawn("stdbuf", "-oL", "ip", flag(kind), "monitor", "route", "rule")
    time.sleep(0.2)  # until it listens; too short, and what follows sees less
    new = net.r1.vrrpd(file(usual(kind, priority=100), static_routes=static, static_rules=[
        {"priority": 50, "from": NET[kind], "table": 7}]))
    settled(t, kind, other, [new])
    wait_route(t, net.r1, "the Backup gives its route back", kind, present=False)
    t.expect(lab.wait_until(lambda: list(rules(net.r1, kind)) == [50]), "what is left of rules")
    t.expect(new.event("leftover"), "it is said in the log")
    t.expect(has(net.r1, kind, static[0]["to"]), "the static route is there")
    t.equal([line for _, line in monitor.lines if static[0]["to"] in line], [],
            "what was done to the static route")
    t.equal(new.stop(), 0, "exit status")
    t.equal((routes(net.r1, kind), rules(net.r1, kind)), ({}, {}), "afterwards")
    t.expect(TO[kind] in routes(net.r1, kind, ours=False, table="9"), "another's route is there")
    t.expect("lookup 9" in net.r1.run("ip", flag(kind), "rule"), "and its rule")


@tap.test(*FAMILIES)
def v18_removed_by_others(t, kind):
    """Somebody removes route and rule: they are put back, counted, and the role stays."""
    static = {"ipv4": "203.0.113.0/24", "ipv6": "2001:db8:77::/48"}[kind]
    net = alone(t, file(usual(kind), static_routes=[{"to": static, "type": "blackhole"}]))
    wait_route(t, net.r1, "the route is there", kind)
    since = time.time()
    net.r1.run("ip", flag(kind), "route", "del", TO[kind])
    t.expect(net.d.event("route-removed"), "it is said in the log")
    wait_route(t, net.r1, "it is back", kind)
    t.note(f"{kind}: back {(time.time() - since) * 1e3:.0f} ms after the removal began")
    net.r1.run("ip", flag(kind), "rule", "del", "priority", "100")
    t.expect(lab.wait_until(lambda: 100 in rules(net.r1, kind)), "it is back")
    net.r1.run("ip", flag(kind), "route", "del", "blackhole", static)
    t.expect(lab.wait_until(lambda: len(routes(net.r1, kind)) == 2), "the static one too")
    counters = net.d.counters()
    t.equal(counters["web"]["route_removed"], 2, "the counter")
    t.equal(counters[None]["static_removed"], 1, "that of static ones")
    t.equal([e["to"] for e in net.d.events("state")], ["backup", "active"], "its states")


@tap.test(*FAMILIES)
def a_route_of_somebody_else(t, kind):
    """One that is there already is left alone; a router that needs its own gives up."""
    net = t.lab("r1")
    net.r1.run("ip", flag(kind), "route", "add", TO[kind], "via", GATEWAY[kind],
               *(["metric", "1024"] if kind == "ipv6" else []))
    d = net.r1.vrrpd(file(usual(kind)))
    failed = t.expect(d.event("route-failed"), "it is said in the log")
    t.expect("somebody else" in failed["error"], "and why")
    t.expect(d.state("initialize", why="route-failed"), "it gives up")
    said = t.expect(d.event("waiting", why="route-failed"), "and says why it waits")
    t.expect(TO[kind] in said["route"], "with the route")
    t.expect(net.r1.wait_has(VIRTUAL[kind], present=False), "it keeps no address")
    t.equal(routes(net.r1, kind), {}, "its routes")
    t.expect(TO[kind] in routes(net.r1, kind, ours=False), "that of the other is left alone")
    t.expect(d.counters()["web"]["route_failures"] >= 3, "it is counted")


@tap.test
def a_route_that_is_not_needed(t):
    """With track = false the router stays, and the route comes when it can."""
    net = t.lab("r1")
    net.r1.run("ip", "route", "add", TO["ipv4"], "via", GATEWAY["ipv4"])
    d = net.r1.vrrpd(file(instance(routes=[
        {"to": TO["ipv4"], "via": GATEWAY["ipv4"], "track": False}])))
    t.expect(d.state("active"), "it is Active")
    t.expect(lab.wait_until(lambda: d.counters()["web"]["route_failures"] >= 3), "three refusals")
    t.equal(state_of(d), "active", "its state")
    net.r1.run("ip", "route", "del", TO["ipv4"], "via", GATEWAY["ipv4"])
    wait_route(t, net.r1, "it comes")
    # And one that takes its place is not ours to remove.
    net.r1.run("ip", "route", "replace", TO["ipv4"], "via", "192.0.2.253")
    t.expect(d.event("route-removed"), "the loss is noticed")
    t.equal(d.stop(), 0, "exit status")
    t.equal(routes(net.r1, ours=False)[TO["ipv4"]]["gateway"], "192.0.2.253", "it is left alone")


def second_link(net, node):
    """An interface u0 with addresses, whose other end is in the switch."""
    net.sw.run("ip", "link", "add", "far", "type", "veth", "peer", "name", "u0", "netns",
               str(node.holder.pid))
    net.sw.run("ip", "link", "set", "far", "up")
    node.run("ip", "address", "add", "10.7.0.1/24", "dev", "u0")
    node.run("sysctl", "-qw", "net.ipv6.conf.u0.keep_addr_on_down=1")
    node.run("ip", "address", "add", "2001:db8:7::1/64", "dev", "u0", "nodad")
    node.run("ip", "link", "set", "u0", "up")


FAR = {"ipv4": "10.7.0.254", "ipv6": "2001:db8:7::ffff"}


@tap.test(*FAMILIES)
def a_link_that_flaps(t, kind):
    """The kernel takes routes away with a link, of IPv4 without a word: they come back with it."""
    net = t.lab("r1")
    second_link(net, net.r1)
    other = TO[kind].replace("51", "52", 1)
    d = net.r1.vrrpd(file(instance(kind, routes=[
        {"to": TO[kind], "via": FAR[kind], "track": False},
        {"to": other, "via": FAR[kind], "dev": "u0", "track": False}]),
        static_routes=[{"to": NET[kind], "via": FAR[kind], "dev": "u0"}]))
    t.expect(d.state("active"), "it is Active")
    for to in (TO[kind], other, NET[kind]):
        wait_route(t, net.r1, f"{to} is there", kind, to=to)
    for _ in range(3):
        net.r1.run("ip", "link", "set", "u0", "down")
        t.equal(routes(net.r1, kind), {}, "routes while the link is down")
        net.r1.run("ip", "link", "set", "u0", "up")
        for to in (TO[kind], other, NET[kind]):
            wait_route(t, net.r1, f"{to} is back", kind, to=to)
    counters = d.counters()
    t.equal(state_of(d), "active", "its state")
    t.equal(counters[None]["static_removed"], 0, "taken for removed by somebody")
    t.equal([e["to"] for e in d.events("state")], ["backup", "active"], "its states")


@tap.test(*FAMILIES)
def its_own_link_flaps(t, kind):
    """The interface of the router itself: it leaves, comes back, and has its route."""
    net = alone(t, file(usual(kind)))
    wait_route(t, net.r1, "the route is there", kind)
    mark = net.d.mark()
    net.r1.run("ip", "link", "set", "e0", "down")
    t.expect(net.d.state("initialize", why="link-down", start=mark), "it leaves")
    net.r1.run("ip", "link", "set", "e0", "up")
    if kind == "ipv6":
        net.r1.run("ip", "address", "add", "2001:db8::1/64", "dev", "e0", "nodad", check=False)
    t.expect(net.d.state("active", start=mark), "it is Active again")
    wait_route(t, net.r1, "the route is there again", kind)
    t.equal(net.d.counters()["web"]["route_removed"], 0, "taken for removed by somebody")


@tap.test
def a_needed_interface_is_down(t):
    """The interface of a route that the router needs: it does not run while that is down."""
    net = t.lab("r1", "r2")
    second_link(net, net.r1)
    with_far = instance(priority=200, routes=[
        {"to": TO["ipv4"], "via": FAR["ipv4"], "dev": "u0"}])
    one = net.r1.vrrpd(file(with_far))
    two = net.r2.vrrpd(file(instance(priority=100)))
    settled(t, "ipv4", one, [two])
    wait_route(t, net.r1, "the route is there")
    net.r1.run("ip", "link", "set", "u0", "down")
    t.expect(one.state("initialize", why="route-failed"), "it leaves")
    t.equal(one.event("waiting", why="route-failed")["dev"], "u0", "because of")
    settled(t, "ipv4", two, [])
    net.r1.run("ip", "link", "set", "u0", "up")
    settled(t, "ipv4", one, [two])
    wait_route(t, net.r1, "the route is there again")


@tap.test
def an_interface_that_comes_later(t):
    """A static route over an interface that does not exist yet, comes, goes and comes anew."""
    net = alone(t, file(instance(), static_routes=[
        {"to": TO["ipv4"], "via": FAR["ipv4"], "dev": "u0", "onlink": True}]))
    for _ in range(2):
        second_link(net, net.r1)
        wait_route(t, net.r1, "it is there")
        net.r1.run("ip", "link", "del", "u0")
        t.equal(routes(net.r1), {}, "with the interface it goes")
    t.equal(net.d.counters()[None]["static_removed"], 0, "taken for removed by somebody")


@tap.test
def a_source_address_that_goes(t):
    """The kernel takes a route away with its source address, maybe without a word."""
    net = t.lab("r1")
    net.r1.run("ip", "address", "add", "10.8.0.1/32", "dev", "lo")
    d = net.r1.vrrpd(file(instance(), static_routes=[
        {"to": TO["ipv4"], "via": GATEWAY["ipv4"], "src": "10.8.0.1"}]))
    wait_route(t, net.r1, "it is there")
    net.r1.run("ip", "address", "del", "10.8.0.1/32", "dev", "lo")
    t.expect(d.event("route-failed"), "without its source it is refused")
    net.r1.run("ip", "address", "add", "10.8.0.1/32", "dev", "lo")
    wait_route(t, net.r1, "with it, it is back")


@tap.test(*FAMILIES)
def static_addresses(t, kind):
    """They are there whatever the state, come back, survive a crash, and go with the daemon."""
    net = t.lab("r1")
    net.sw.run("ip", "link", "add", "far", "type", "veth", "peer", "name", "u0", "netns",
               str(net.r1.holder.pid))
    net.sw.run("ip", "link", "set", "far", "up")
    address = {"ipv4": "10.7.0.1/24", "ipv6": "2001:db8:7::1/64"}[kind]
    bare = address.split("/")[0]
    text = file(instance(kind),
                static_addresses=[{"address": address, "dev": "u0"}],
                static_routes=[{"to": TO[kind], "via": FAR[kind], "src": bare}])
    d = net.r1.vrrpd(text)
    net.r1.run("ip", "link", "set", "u0", "up")

    def there(what):
        t.expect(net.r1.wait_has(bare, dev="u0"), what)
        wait_route(t, net.r1, f"{what}, with the route from it", kind)
    there("it is there")
    net.r1.run("ip", "address", "del", address, "dev", "u0")
    t.expect(d.event("address-removed", interface="u0"), "it is said in the log")
    there("it is put back")
    net.r1.run("ip", "link", "set", "u0", "down")
    net.r1.run("ip", "link", "set", "u0", "up")
    there("it is there again after a flap")
    t.equal(d.counters()[None]["static_removed"] in (1, 2), True, "counted")
    d.kill()
    t.expect(net.r1.has(bare, dev="u0"), "the kernel keeps it")
    monitor = net.r1.spawn("stdbuf", "-oL", "ip", flag(kind), "monitor", "address")
    time.sleep(0.2)
    d = net.r1.vrrpd(text)
    t.expect(d.state("active"), "it is Active")
    there("it is there")
    t.equal([line for _, line in monitor.lines if bare in line], [], "what was done to it")
    t.equal(d.reload(file(instance(kind)))["event"], "configured", "a reload without it")
    t.expect(net.r1.wait_has(bare, present=False, dev="u0"), "it goes")
    t.equal(d.reload(text)["event"], "configured", "a reload with it")
    there("it is back")
    t.equal(d.stop(), 0, "exit status")
    t.equal((net.r1.has(bare, dev="u0"), routes(net.r1, kind)), (False, {}), "afterwards")


@tap.test
def a_static_address_to_send_from(t):
    """The only address of an interface may be a static one: adverts come from it."""
    net = t.lab("r1")
    net.r1.run("ip", "address", "flush", "dev", "e0", "scope", "global")
    d = net.r1.vrrpd(file(instance(), static_addresses=[
        {"address": "192.0.2.77/24", "dev": "e0"}]))
    t.expect(d.state("active"), "it is Active")
    t.expect(net.r1.wait_has(VIRTUAL["ipv4"]), "it has its address")
    t.equal(d.stop(), 0, "exit status")
    t.equal(net.r1.has("192.0.2.77"), False, "the static address afterwards")


@tap.test
def all_that_can_be_said(t):
    """Tables, types, metrics, next hops: what `ip` shows is what was configured."""
    net = t.lab("r1")
    net.r1.run("ip", "address", "add", "2001:db8::a/64", "dev", "e0", "nodad")
    hops = [{"via": "192.0.2.10", "weight": 3}, {"via": "192.0.2.11", "dev": "e0"}]
    net.d = net.r1.vrrpd(file(instance(routes=[
        {"to": "default", "via": "192.0.2.254", "metric": 500},
        {"to": "10.1.0.0/16", "hops": hops},
        {"to": "10.2.0.0/16", "type": "blackhole"},
        {"to": "10.3.0.0/16", "type": "unreachable"},
        {"to": "10.4.0.0/16", "type": "prohibit", "table": 70000},
        {"to": "10.5.0.0/16", "type": "throw", "table": "70001"},
        {"to": "10.6.0.0/16", "dev": "e0"},
        {"to": "10.7.0.0/16", "via": "10.99.0.1", "dev": "e0", "onlink": True},
        {"to": "10.8.0.0/16", "via": "2001:db8::ffff", "dev": "e0"},
        {"to": "10.9.0.0/16", "via": "192.0.2.254", "mtu": 1400, "advmss": 1300, "initcwnd": 20,
         "initrwnd": 30, "rtt": "200ms", "rto_min": "40ms", "quickack": True, "hoplimit": 9,
         "congctl": "reno", "window": 5000},
        {"to": "10.10.0.0/16", "via": "192.0.2.254", "tos": 16},
    ], rules=[
        {"priority": 200, "fwmark": 7, "table": 70000},
        {"priority": 201, "fwmark": "0x10/0xf0", "ipproto": "tcp", "dport": "80-90",
         "table": "main", "suppress_prefixlength": 0},
        {"priority": 202, "iif": "e0", "oif": "x9", "action": "prohibit"},
        {"priority": 203, "from": "10.0.0.0/8", "to": "10.9.0.0/16", "invert": True,
         "action": "goto", "target": 300},
        {"priority": 204, "uidrange": "1000-1999", "tos": 16, "action": "blackhole"},
        {"priority": 205, "l3mdev": True},
        {"priority": 206, "family": "ipv6", "from": "2001:db8::/32", "table": 5},
    ])))
    t.expect(net.d.state("active"), "it is Active")
    t.expect(lab.wait_until(lambda: len(routes(net.r1)) == 11), "all routes are there")
    t.expect(lab.wait_until(lambda: len(rules(net.r1)) == 6), "all rules are there")
    t.expect(lab.wait_until(lambda: len(rules(net.r1, "ipv6")) == 1), "that of IPv6 too")
    t.equal(net.d.counters()["web"]["route_failures"], 0, "refusals")
    r = routes(net.r1)
    t.equal(r["default"]["metric"], 500, "metric")
    t.equal([(h["gateway"], h["weight"]) for h in r["10.1.0.0/16"]["nexthops"]],
            [("192.0.2.10", 3), ("192.0.2.11", 1)], "next hops")
    t.equal([r[f"10.{k}.0.0/16"]["type"] for k in (2, 3, 4, 5)],
            ["6", "7", "8", "9"], "types")
    t.equal([r[f"10.{k}.0.0/16"]["table"] for k in (4, 5)], ["70000", "70001"], "tables")
    t.equal(r["10.6.0.0/16"]["scope"], "253", "scope without a gateway")
    t.equal(r["10.7.0.0/16"]["flags"], ["onlink"], "onlink")
    t.equal(r["10.8.0.0/16"]["via"]["host"], "2001:db8::ffff", "an IPv6 next hop")
    shown = net.r1.run("ip", "-d", "route", "show", "10.9.0.0/16")
    for words in ("mtu 1400", "window 5000", "rtt 200ms", "advmss 1300", "hoplimit 9",
                  "initcwnd 20", "initrwnd 30", "quickack 1", "rto_min 40ms", "congctl reno"):
        t.expect(words in shown, f"{words} in {shown.strip()}")
    shown = net.r1.run("ip", "rule")
    for words in ("200:\tfrom all fwmark 0x7 lookup 70000", "fwmark 0x10/0xf0", "dport 80-90",
                  "suppress_prefixlength 0", "iif e0 oif x9", "prohibit", "not from 10.0.0.0/8",
                  "goto 300", "uidrange 1000-1999", "l3mdev"):
        t.expect(words in shown, f"{words} in {shown}")
    # Read back after a loss of reports, nothing is taken for another.
    mark = net.d.mark()
    t.expect(net.d.reload(), "a reload")
    time.sleep(0.5)
    t.equal([line for _, line in net.d.lines[mark:] if "leftover" in line or "removed" in line],
            [], "what a complete report made it do")
    t.equal(net.d.stop(), 0, "exit status")
    t.equal((routes(net.r1), rules(net.r1), rules(net.r1, "ipv6")), ({}, {}, {}), "afterwards")


@tap.test(*FAMILIES)
def a_reload_touches_what_changed(t, kind):
    """A route more, one less, one that is another: the rest is not touched."""
    def text(**second):
        return file(instance(kind, routes=[
            {"to": TO[kind], "via": GATEWAY[kind]},
            {"to": TO[kind].replace("51", "52", 1), "via": GATEWAY[kind], **second}]),
            static_rules=[{"priority": 77, "from": NET[kind], "table": 7}])
    net = alone(t, text())
    other = TO[kind].replace("51", "52", 1)
    wait_route(t, net.r1, "the second is there", kind, to=other)
    t.expect(lab.wait_until(lambda: 77 in rules(net.r1, kind)), "the rule is there")
    monitor = net.r1.spawn("stdbuf", "-oL", "ip", flag(kind), "monitor", "route", "rule")
    time.sleep(0.2)
    t.equal(net.d.reload(text(mtu=1400))["event"], "configured", "the reload")
    t.expect(lab.wait_until(lambda: "mtu 1400" in net.r1.run("ip", flag(kind), "route")),
             "the change is there")
    changed = t.expect(net.d.event("changed"), "it is said in the log")
    t.equal(changed["settings"], "routes or rules", "what changed")
    more = file(usual(kind, name="web"), static_rules=[
        {"priority": 78, "from": NET[kind], "table": 7}])
    t.equal(net.d.reload(more)["event"], "configured", "another reload")
    wait_route(t, net.r1, "what is no longer configured goes", kind, to=other, present=False)
    t.expect(lab.wait_until(lambda: sorted(rules(net.r1, kind)) == [78, 100]), "rules")
    t.equal([line for _, line in monitor.lines if TO[kind] in line], [],
            "what was done to the first route")
    # Both gone: the instance, and what is static.
    t.equal(net.d.reload(file(instance(kind, name="x", vrid=9)))["event"], "configured", "another")
    t.expect(lab.wait_until(lambda: not routes(net.r1, kind) and not rules(net.r1, kind)),
             "nothing is left")


@tap.test(*FAMILIES)
def a_thousand_routes(t, kind):
    """A router with a thousand routes takes over and leaves, and keeps its time."""
    def to(i):
        return f"10.{i >> 8}.{i & 255}.0/24" if kind == "ipv4" else f"2001:db8:{i + 256:x}::/48"
    many = [{"to": to(i), "via": GATEWAY[kind]} for i in range(1000)]
    net = t.lab("r1")
    d = net.r1.vrrpd(file(instance(kind, interval="100ms", routes=many)))
    t.expect(d.state("active"), "it is Active")
    since = time.time()
    t.expect(lab.wait_until(lambda: len(routes(net.r1, kind)) == 1000), "all are there")
    t.note(f"{kind}: a thousand routes seen {(time.time() - since) * 1e3:.0f} ms after it was "
           "Active")
    mark = d.mark()
    t.equal(d.reload()["event"], "configured", "a reload")
    counters = d.counters()
    t.equal((counters["web"]["route_failures"], counters["web"]["route_removed"]), (0, 0),
            "refused, removed")
    t.equal([line for _, line in d.lines[mark:] if "leftover" in line], [], "taken for leftovers")
    since = time.time()
    d.send_signal(signal.SIGTERM)
    t.equal(d.stop(), 0, "exit status")
    t.note(f"{kind}: gone {(time.time() - since) * 1e3:.0f} ms after SIGTERM; longest stall "
           f"{counters[None]['longest_gap_us'] / 1e3:.1f} ms")
    t.equal(routes(net.r1, kind), {}, "afterwards")


if __name__ == "__main__":
    tap.main()
