# SPDX-License-Identifier: BSD-2-Clause
"""Trackers: real files, links and routers change the priority of a router, or end it."""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import lab
import packets
import tap
from routers import config, instance, settled, state_of, stays


def use(ref, on_down="fault", **more):
    return {"ref": ref, "on_down": on_down, **more}


def pair(t, tracks, uses, **more):
    """r1, of priority 200 and with these trackers, is Active, and r2 of priority 150 Backup."""
    net = t.lab("r1", "r2", "client")
    net.sniffer = packets.Sniffer(net.client)
    tracks = [{k: v.replace("DIR", net.dir) if isinstance(v, str) else v for k, v in e.items()}
              for e in tracks]
    net.settings = (tracks, {"priority": 200, "tracks": uses, **more})
    net.one = net.r1.vrrpd(config(instance(**net.settings[1]), tracks=tracks))
    net.two = net.r2.vrrpd(config(instance(priority=150)))
    settled(t, "ipv4", net.one, [net.two])
    return net


def second_link(net, node):
    """An interface u0 whose other end is in the switch, not on the bridge."""
    net.sw.run("ip", "link", "add", "far", "type", "veth", "peer", "name", "u0", "netns",
               str(node.holder.pid))
    net.sw.run("ip", "link", "set", "far", "up")
    node.run("ip", "link", "set", "u0", "up")


def put(path, text):
    """Writes a file; the time before: what follows may be seen before this returns."""
    before = time.time()
    with open(path, "w", encoding="ascii") as f:
        f.write(text)
    return before


def changed(t, daemon, mark, to, tracker):
    event = t.expect(daemon.event("priority", to=to, start=mark), f"its priority becomes {to}")
    t.equal(event.get("tracker"), tracker, "because of")
    return event


DRAIN = {"name": "drain", "type": "file", "path": "DIR/drain"}


@tap.test
def row_096_a_file_lowers_the_priority(t):
    """A file that says 1 lowers an Active; the other takes over, and gives back when it is gone."""
    net = pair(t, [DRAIN], [use("drain", "priority -60")])
    path = net.path("drain")
    mark, since = net.one.mark(), put(path, "1\n")
    changed(t, net.one, mark, 140, "drain")
    advert = t.expect(net.sniffer.advert(src="192.0.2.1", priority=140, since=since), "an advert")
    t.note(f"advertised {(advert.at - since) * 1e3:.0f} ms after the file was written, "
           "with an interval of 200 ms")
    settled(t, "ipv4", net.two, [net.one])
    t.equal([e["why"] for e in net.one.events("state")][-1], "higher-priority", "why it yielded")
    mark = net.one.mark()
    os.unlink(path)
    changed(t, net.one, mark, 200, "drain")
    settled(t, "ipv4", net.one, [net.two])


@tap.test
def a_file_in_every_way_it_can_change(t):
    """Written, replaced, emptied, made nonsense of, removed, with its directory, and back."""
    net = pair(t, [{"name": "f", "type": "file", "path": "DIR/a/b/f", "missing": 5}],
               [use("f", "priority -2")])
    t.equal(net.one.events("priority")[0]["to"], 190, "the priority while the file is missing")
    os.makedirs(net.path("a/b"))
    path = net.path("a/b/f")

    def becomes(priority, what):
        mark = net.one.mark()
        what()
        changed(t, net.one, mark, priority, "f")
    becomes(198, lambda: put(path, "1"))
    becomes(196, lambda: (put(path + ".new", "2"), os.rename(path + ".new", path)))
    becomes(206, lambda: put(path, "-3\n"))
    becomes(200, lambda: put(path, ""))
    mark = net.one.mark()
    put(path, "many")
    t.expect(net.one.event("tracker", tracker="f", start=mark), "it is said in the log")
    t.equal([line for _, line in net.one.lines[mark:] if '"priority"' in line], [],
            "what nonsense changed")
    becomes(180, lambda: put(path, "10"))
    becomes(190, lambda: (os.unlink(path), os.rmdir(net.path("a/b")), os.rmdir(net.path("a"))))
    becomes(198, lambda: (os.makedirs(net.path("a/b")), put(path, "1")))
    t.equal(state_of(net.one), "active", "its state after all that")
    t.equal([e["to"] for e in net.one.events("state")], ["backup", "active"], "its states")


@tap.test
def a_file_as_a_fault(t):
    """A fault: the router leaves, saying so, keeps no address, and comes back."""
    net = pair(t, [DRAIN], [use("drain")])
    since = put(net.path("drain"), "1")
    goodbye = t.expect(net.sniffer.advert(src="192.0.2.1", priority=0, since=since), "a farewell")
    t.note(f"said {(goodbye.at - since) * 1e3:.1f} ms after the file was written")
    t.expect(net.one.state("initialize", why="tracker-down"), "it is in Initialize")
    t.expect(net.one.event("waiting", why="tracker-down", tracker="drain"), "and says why")
    settled(t, "ipv4", net.two, [])
    t.expect(net.r1.wait_has("192.0.2.100", present=False), "it keeps no address")
    t.equal([e["why"] for e in net.two.events("state")][-1], "active-left", "why r2 took over")
    put(net.path("drain"), "0")
    settled(t, "ipv4", net.one, [net.two])


@tap.test
def a_fault_from_the_start(t):
    """A router whose tracker is down when it starts takes no address and says nothing."""
    net = t.lab("r1", "client")
    sniffer = packets.Sniffer(net.client)
    put(net.path("drain"), "1")
    tracks = [dict(DRAIN, path=net.path("drain"))]
    one = net.r1.vrrpd(config(instance(tracks=["drain"]), tracks=tracks))
    t.expect(one.event("waiting", why="tracker-down"), "it waits")
    put(net.path("drain"), "0")
    t.expect(one.state("active"), "it becomes Active once the file allows it")
    t.equal([e["to"] for e in one.events("state")], ["backup", "active"], "its states")
    t.equal([p for p in sniffer.adverts() if p.priority == 0], [], "farewells")
    t.equal(one.stop(), 0, "exit status")


@tap.test
def an_interface_goes_and_comes(t):
    """A link without carrier, set down, removed, and made again: up only when it is whole."""
    net = pair(t, [{"name": "uplink", "type": "interface", "interface": "u0"}],
               [use("uplink", "priority -5")])
    t.equal(net.one.events("priority")[0]["to"], 195, "the priority without such an interface")

    def becomes(priority, what):
        mark = net.one.mark()
        what()
        changed(t, net.one, mark, priority, "uplink")
    becomes(200, lambda: second_link(net, net.r1))
    becomes(195, lambda: net.sw.run("ip", "link", "set", "far", "down"))
    becomes(200, lambda: net.sw.run("ip", "link", "set", "far", "up"))
    becomes(195, lambda: net.r1.run("ip", "link", "set", "u0", "down"))
    becomes(200, lambda: net.r1.run("ip", "link", "set", "u0", "up"))
    becomes(195, lambda: net.r1.run("ip", "link", "del", "u0"))
    becomes(200, lambda: second_link(net, net.r1))
    t.equal([e["to"] for e in net.one.events("state")], ["backup", "active"], "its states")


@tap.test
def an_interface_that_needs_an_address(t):
    """With needs = "ipv4" a link alone is not enough; a fault follows, and ends."""
    net = t.lab("r1")
    second_link(net, net.r1)
    tracks = [{"name": "uplink", "type": "interface", "interface": "u0", "needs": "ipv4"}]
    one = net.r1.vrrpd(config(instance(tracks=["uplink"]), tracks=tracks))
    t.expect(one.event("waiting", why="tracker-down"), "it waits")
    net.r1.run("ip", "address", "add", "198.51.100.1/24", "dev", "u0")
    t.expect(one.state("active"), "it becomes Active with an address there")
    net.r1.run("ip", "address", "del", "198.51.100.1/24", "dev", "u0")
    t.expect(one.state("initialize", why="tracker-down"), "and leaves without")


@tap.test
def a_router_follows_another(t):
    """A router that tracks another goes where that goes."""
    net = t.lab("r1", "r2")
    tracks = [{"name": "lead", "type": "router", "router": "web"},
              dict(DRAIN, path=net.path("drain"))]
    second = {"name": "db", "vrid": 52, "addresses": ["192.0.2.101/24"]}
    one = net.r1.vrrpd(config(instance(priority=200, tracks=[use("drain", "priority -100")]),
                              instance(priority=200, tracks=[use("lead", "priority -100")],
                                       **second), tracks=tracks))
    two = net.r2.vrrpd(config(instance(priority=150), instance(priority=150, **second)))

    def all_at(active, backup):
        return (all(state_of(active, n) == "active" and state_of(backup, n) == "backup"
                    for n in ("web", "db")) and active.node.has("192.0.2.101"))
    t.expect(lab.wait_until(lambda: all_at(one, two)), "r1 is Active for both")
    put(net.path("drain"), "1")
    t.expect(lab.wait_until(lambda: all_at(two, one)), "r2 is Active for both")
    put(net.path("drain"), "0")
    t.expect(lab.wait_until(lambda: all_at(one, two)), "r1 is Active for both again")


@tap.test
def a_reload_keeps_the_state_of_trackers(t):
    """A reload with nothing new about a tracker changes no priority and no state."""
    net = pair(t, [DRAIN], [use("drain", "priority -20")])
    mark = net.one.mark()
    put(net.path("drain"), "1")
    changed(t, net.one, mark, 180, "drain")
    mark = net.one.mark()
    tracks, settings = net.settings
    for _ in range(5):
        t.equal(net.one.reload()["event"], "configured", "the outcome of a reload")
    more = tracks + [{"name": "other", "type": "file", "path": net.path("other")}]
    net.one.reload(config(instance(**settings), tracks=more))
    stays(t, net.sniffer, "192.0.2.1")
    t.equal([e for e in map(net.one.parse, [line for _, line in net.one.lines[mark:]])
             if e["event"] in ("priority", "state", "changed")], [], "what the reloads changed")
    put(net.path("drain"), "2")
    changed(t, net.one, mark, 160, "drain")
    net.one.reload(config(instance(**{**settings, "tracks": []}), tracks=more))
    t.expect(net.sniffer.advert(src="192.0.2.1", priority=200), "without it: its own priority")


@tap.test
def what_is_wrong_with_trackers(t):
    """--check names file, line and setting, and what may have been meant."""
    net = t.lab("r1")
    path = net.path("bad.conf")
    with open(path, "w", encoding="ascii") as f:
        f.write(config(instance(tracks=["drian"]), tracks=[dict(DRAIN, path="/run/drain")]))
    out = net.r1.run(lab.VRRPD, "-f", path, "--check", check=False)
    t.equal(out, f'{path}:4: vrrp.instances[0].tracks[0]: there is no tracker "drian"; '
                 'did you mean "drain"?\n', "the message")


if __name__ == "__main__":
    tap.main()
