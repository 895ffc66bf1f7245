# SPDX-License-Identifier: BSD-2-Clause
"""What must be true between our vrrpd and any other router: the stories that the interoperability
tests of each peer tell.

Who is Active is judged on the wire, by a third node. The two routers of a story have different
priorities, by which their adverts are told apart.
"""
import packets
import peers

HIGH, LOW = 150, 100
# Counters of refused packets: the names of VRRP_DROPS in vrrpd/vrrp_wire.h.
DROPS = {"ip-header", "fragment", "ttl", "destination", "length", "version", "type", "checksum",
         "vrid", "self", "peer", "count", "interval-zero", "not-link-local", "auth-type-invalid",
         "auth-type-mismatch", "auth-missing", "auth-trailer", "auth-key", "auth-failed",
         "auth-stale", "auth-replay", "address-list", "interval-mismatch"}


class Story:
    """A network with our node, the peer's, and one that watches."""

    def __init__(self, t, group, kind, nodes=("ours", "peer", "client")):
        why = kind.missing()
        if why:
            t.skip(why)
        self.t, self.group = t, group
        self.net = t.lab(*nodes)
        if group.unicast:
            self.net.make_hub()
        self.wire = packets.Sniffer(self.net.client)
        self.ours, self.peer = peers.Ours(self.net.ours, group), kind(self.net.peer, group)

    def both_active(self, theirs, ours, **settings):
        """Both become Active with these priorities while they cannot hear each other; then they
        can: the processes, and the time when that was."""
        port = self.net.port("peer")
        self.net.sw.run("ip", "link", "set", port, "nomaster")
        p, o = self.peer.start(theirs), self.ours.start(ours, **settings)
        self.t.expect(p.state("active") and o.state("active"), "both become Active, alone")
        since = self.wire.now()
        self.net.sw.run("ip", "link", "set", port, "master", "br0")
        return p, o, since

    def sole_active(self, priority, count=3):
        """From now on, until `count` adverts of this priority are seen, nobody else sends any."""
        since = self.wire.now()
        last = self.t.expect(
            self.wire.advert(since=since, vrid=self.group.vrid, priority=priority, count=count),
            f"the router with priority {priority} goes on advertising")
        others = [p for p in self.wire.adverts(since, last.at, vrid=self.group.vrid)
                  if p.priority != priority]
        self.t.equal(others, [], f"adverts of others while {priority} is Active")
        for p in self.wire.adverts(since, last.at, vrid=self.group.vrid):
            if self.group.vmac:
                self.t.equal(p.eth_src, self.group.vmac, "Ethernet source")
            self.t.expect(p.csum and not p.short and p.ttl == 255, f"{p} is sound")

    def taken_over(self, before, after, since, what):
        """The router with priority `after` has taken over: it announces the address; a note of how
        long that took."""
        first = self.t.expect(self.wire.advert(since=since, vrid=self.group.vrid, priority=after),
                              f"{after} advertises after: {what}")
        said = self.t.expect(self.wire.announcement(self.group.address, since=since),
                             f"{self.group.address} is announced after: {what}")
        if self.group.vmac:
            self.t.equal(said.eth_src, self.group.vmac, "Ethernet source of the announcement")
        heard = self.wire.adverts(until=first.at, vrid=self.group.vrid)
        last = [p for p in heard if p.priority == before][-1]
        left = [p for p in heard if p.priority == 0 and p.at >= since]
        self.t.note(f"{what}: first advert {first.at - since:.3f} s after, "
                    f"{first.at - last.at:.3f} s after the last advert of the other"
                    + (f", {first.at - left[-1].at:.3f} s after its priority 0" if left else "")
                    + f"; address announced {said.at - since:.3f} s after")

    def no_drops(self, ours, expected=()):
        """Nothing was refused but under the expected counters; and what was seen adds up."""
        counters = self.t.expect(ours.counters(), "vrrpd says its counters")
        totals, router = counters[None], counters["vr"]
        drops = {k: v for c in (totals, router) for k, v in c.items() if k in DROPS}
        self.t.equal(set(drops), set(expected), "counters of refused packets")
        self.t.equal(totals["seen"], router["adverts_received"] + router["ignored"] +
                     sum(drops.values()), "packets seen")
        return router


def peer_active_first(t, group, kind):
    """The peer has the higher priority: it dies, comes back, stops, each time heard by us."""
    s = Story(t, group, kind)
    theirs = s.peer.start(HIGH)
    t.expect(theirs.state("active"), "the peer becomes Active, alone")
    t.expect(s.wire.advert(vrid=group.vrid, priority=HIGH), "the peer advertises")
    ours = s.ours.start(LOW)
    t.expect(ours.state("backup"), "we become Backup")
    s.sole_active(HIGH, count=5)

    since = s.wire.now()
    theirs.kill()
    t.expect(ours.state("active", why="timeout"), "we take over when the peer has died")
    t.expect(s.net.ours.wait_has(group.address, dev=s.ours.dev), "we have the address")
    s.taken_over(HIGH, LOW, since, f"SIGKILL of {kind.name}")
    s.sole_active(LOW)

    mark = ours.mark()
    theirs = s.peer.start(HIGH)
    t.expect(ours.state("backup", why="higher-priority", start=mark), "we yield to its return")
    t.expect(theirs.state("active"), "it is Active again")
    t.expect(s.net.ours.wait_has(group.address, False, dev=s.ours.dev),
             "we no longer have the address")
    s.sole_active(HIGH)

    since, mark = s.wire.now(), ours.mark()
    theirs.send_signal(15)
    t.expect(ours.state("active", why="active-left", start=mark), "we take over when it stops")
    s.taken_over(HIGH, LOW, since, f"clean stop of {kind.name}")
    theirs.stop()
    s.sole_active(LOW)
    router = s.no_drops(ours)
    t.equal((router["became_active"], router["became_backup"], router["rivals"]), (2, 2, 0),
            "times we became Active, Backup, and heard a rival of lower priority")
    t.equal(router["prio_zero_received"], 1, "adverts with priority 0 received")
    t.equal(ours.stop(), 0, "exit status")


def known_checksum(group):
    """What we must be told where we speak first: keepalived 2.2 and FRR know the pseudo-header
    alone."""
    return {"checksum": "pseudo-header"} if group.version == 3 and not group.six else {}


def ours_active_first(t, group, kind):
    """We have the higher priority: we die, come back, stop, each time heard by the peer."""
    s = Story(t, group, kind)
    ours = s.ours.start(HIGH, **known_checksum(group))
    t.expect(ours.state("active"), "we become Active, alone")
    theirs = s.peer.start(LOW)
    t.expect(theirs.state("backup"), "the peer becomes Backup")
    s.sole_active(HIGH, count=5)
    t.equal(theirs.entered("active"), 0, "times the peer became Active while we were")

    since, mark = s.wire.now(), theirs.mark()
    ours.kill()
    t.expect(theirs.state("active", start=mark), "the peer takes over when we have died")
    s.taken_over(HIGH, LOW, since, f"SIGKILL of vrrpd, {kind.name} takes over")
    s.sole_active(LOW)

    mark = theirs.mark()
    ours = s.ours.start(HIGH, **known_checksum(group))
    t.expect(s.net.ours.wait_has(group.address, False, dev=s.ours.dev),
             "we remove what we left when we died")
    t.expect(ours.state("active", why="preempt"), "we take our role back")
    t.expect(theirs.state("backup", start=mark), "the peer yields")
    s.sole_active(HIGH)
    router = s.no_drops(ours)
    t.equal(router["became_active"], 1, "times we became Active")

    since, mark = s.wire.now(), theirs.mark()
    t.equal(ours.stop(), 0, "exit status")
    t.expect(theirs.state("active", start=mark), "the peer takes over when we stop")
    s.taken_over(HIGH, LOW, since, f"clean stop of vrrpd, {kind.name} takes over")
    t.equal(len(s.wire.adverts(since, vrid=group.vrid, priority=0)), 1,
            "adverts with priority 0 sent")
    s.sole_active(LOW)
    theirs.stop()


def nobody_preempts(t, group, kind):
    """Rows 80 and 95: the lower priority keeps its role; until it dies."""
    s = Story(t, group, kind)
    theirs = s.peer.start(LOW)
    t.expect(theirs.state("active"), "the peer becomes Active, alone")
    t.expect(s.wire.advert(vrid=group.vrid, priority=LOW), "the peer advertises")
    ours = s.ours.start(HIGH, preempt=False)
    t.expect(ours.state("backup"), "we become Backup")
    s.sole_active(LOW, count=5)
    since = s.wire.now()
    theirs.kill()
    t.expect(ours.state("active", why="timeout"), "we take over when the peer has died")
    s.taken_over(LOW, HIGH, since, f"SIGKILL of {kind.name}")
    theirs = s.peer.start(HIGH + 1, preempt=False)
    t.expect(theirs.state("backup"), "the peer becomes Backup")
    s.sole_active(HIGH, count=5)
    t.equal(theirs.entered("active"), 0, "times the peer became Active while we were")
    s.no_drops(ours)


def heal_after_partition(t, group, kind, winner):
    """Rows 88 and 89: with equal priority the higher address remains Active, on either side."""
    s = Story(t, group, kind, ("ours", "peer", "client") if winner == "peer" else
              ("peer", "ours", "client"))
    theirs, ours, since = s.both_active(HIGH, HIGH, **known_checksum(group))
    if winner == "peer":
        t.expect(ours.state("backup", why="higher-address"), "we yield")
    else:
        t.expect(theirs.state("backup", start=theirs.lines.index(theirs.state("active"))),
                 "the peer yields")
    src = "2001:db8::2" if group.six else "192.0.2.2"  # by IPv6 with unicast alone
    t.expect(s.wire.advert(since=s.wire.now(), vrid=group.vrid, src=src, count=3),
             "the higher address goes on advertising")
    seen = s.wire.adverts(since, vrid=group.vrid)
    last = max([p.at for p in seen if p.src != src], default=since)
    t.note(f"the other fell silent {last - since:.3f} s after the cut was healed")
    t.equal({p.src for p in seen[-3:]}, {src}, "who is Active in the end")
    # Where the peer has heard us first, it has yielded without a word.
    if winner == "ours" and last > since:
        t.expect(ours.event("rival"), "we have noticed that there was another")
        t.expect(s.wire.announcement(group.address, since=last, eth_src=seen[-1].eth_src),
                 "we announce the address again")
    s.no_drops(ours)


def we_follow_its_interval(t, group, kind):
    """Row 67: our own interval is 40 s; we take over by the Active's."""
    s = Story(t, group, kind)
    theirs = s.peer.start(HIGH)
    t.expect(s.wire.advert(vrid=group.vrid, priority=HIGH), "the peer advertises")
    ours = s.ours.start(LOW, interval=40)
    t.expect(ours.event("interval-differs"), "we notice the difference")
    since = s.wire.now()
    theirs.kill()
    # By our own we would wait for more than two minutes.
    t.expect(ours.state("active", why="timeout"), "we take over by the interval we learned")
    s.taken_over(HIGH, LOW, since, f"SIGKILL of {kind.name}, interval learned")
    s.no_drops(ours)
    p = s.wire.advert(since=since, vrid=group.vrid, priority=LOW)
    t.equal(p.interval, 40.0, "interval we advertise as Active: our own")


def its_slow_adverts_do_not_alarm_us(t, group, kind):
    """Row 67: our own interval is 50 ms, the Active's 1 s; we stay Backup."""
    s = Story(t, group, kind)
    s.peer.start(HIGH, interval=1)
    t.expect(s.wire.advert(vrid=group.vrid, priority=HIGH), "the peer advertises")
    ours = s.ours.start(LOW, interval=0.05, **known_checksum(group))
    # It may become Active before it hears the first (row 100), and yields when it does.
    t.expect(ours.event("interval-differs"), "we hear the peer")
    t.expect(s.wire.advert(since=s.wire.now(), vrid=group.vrid, priority=HIGH), "it goes on")
    s.sole_active(HIGH)
    s.no_drops(ours)


def it_follows_our_interval(t, group, kind):
    """Row 67: the peer's own interval is 40 s; it takes over by ours."""
    s = Story(t, group, kind)
    ours = s.ours.start(HIGH, **known_checksum(group))
    t.expect(ours.state("active"), "we become Active, alone")
    theirs = s.peer.start(LOW, interval=40)
    t.expect(theirs.state("backup"), "the peer becomes Backup")
    s.sole_active(HIGH, count=5)
    since = s.wire.now()
    ours.kill()
    t.expect(theirs.state("active"), "it takes over by the interval it learned")
    s.taken_over(HIGH, LOW, since, f"SIGKILL of vrrpd, {kind.name} takes over, interval learned")


def checksum_auto(t, group, kind):
    """Rows 35, 36: Active first, with checksum auto, we send what the RFC says until the peer is
    heard, who refuses that; then what it sends."""
    s = Story(t, group, kind)
    ours = s.ours.start(HIGH)
    t.expect(ours.state("active"), "we become Active, alone")
    p = s.wire.advert(vrid=group.vrid, priority=HIGH)
    t.equal(p.csum, {"message"}, "the checksum before a peer is heard")
    theirs = s.peer.start(LOW)
    t.expect(ours.event("checksum", form="pseudo-header"), "we hear which one it uses")
    t.expect(theirs.state("active"), "it became Active, as it did not hear us")
    t.expect(theirs.state("backup", start=theirs.lines.index(theirs.state("active"))),
             "it yields at once")
    p = s.wire.advert(since=s.wire.now(), vrid=group.vrid, priority=HIGH)
    t.equal(p.csum, {"pseudo-header"}, "the checksum from then on")
    s.sole_active(HIGH, count=5)
    t.equal(theirs.entered("active"), 1, "times the peer became Active")
    theirs_said = [a.at for a in s.wire.announcements(group.address) if a.eth_src != p.eth_src]
    t.expect(s.wire.announcement(group.address, since=max(theirs_said, default=0.0),
                                 eth_src=p.eth_src),
             "we have the last word on where the address is")
    dual = [p for p in s.wire.adverts(vrid=group.vrid) if p.priority == LOW]
    t.note(f"adverts of {kind.name} in the meantime: {len(dual)}")
    s.no_drops(ours)


def heal_before_first_contact(t, group, kind):
    """Rows 35, 36: as checksum_auto(), but the peer is Active already when it hears the first
    advert with the checksum it refuses."""
    s = Story(t, group, kind)
    theirs, ours, since = s.both_active(LOW, HIGH)
    if not ours.event("checksum", form="pseudo-header", patience=10 * group.interval):
        heard = s.wire.adverts(since, vrid=group.vrid, priority=LOW)
        t.equal(heard, [], "adverts of the peer that we should have heard")
        t.skip(f"known: {kind.name} sends nothing while it hears adverts whose checksum it "
               "refuses, so we cannot learn which it wants; set checksum = \"pseudo-header\"")
    t.expect(theirs.state("backup", start=theirs.lines.index(theirs.state("active"))),
             "the peer yields")
    s.sole_active(HIGH)
    s.no_drops(ours)


def authentication(t, group, kind, auth):
    """Rows 51, 141, 142: the peer authenticates. We refuse what it sends, and it what we send, so
    both are Active: that is said in the log."""
    s = Story(t, group, kind)
    theirs = s.peer.start(HIGH, auth=auth)
    t.expect(theirs.state("active"), "the peer becomes Active")
    ours = s.ours.start(LOW)
    t.expect(ours.state("active", why="timeout"), "we hear nobody that counts")
    # keepalived falls silent when it hears adverts that it refuses; until then it has advertised.
    t.expect(s.wire.wait(eth_dst=packets.GROUP_MAC[4], count=3, src="192.0.2.2",
                         proto=112 if auth == "PASS" else 51), "the peer advertises, in its way")
    if auth == "PASS":
        t.expect(ours.event("drop", reason="auth-type-mismatch"), "we say what we refuse")
        s.no_drops(ours, ["auth-type-mismatch"])
    else:
        # Another IP protocol, which does not reach who listens to VRRP.
        t.equal(ours.counters()[None]["seen"], 0, "packets seen")
    t.equal(theirs.entered("backup"), 1, "times the peer became Backup: at its start")


def low_hop_limit(t, group, kind):
    """Row 145: as it comes, we refuse what has less than 255; with ttl_min = 64 we take it."""
    s = Story(t, group, kind)
    theirs = s.peer.start(HIGH, ttl=None)
    t.expect(theirs.state("active"), "the peer becomes Active, alone")
    p = t.expect(s.wire.advert(vrid=group.vrid, priority=HIGH), "the peer advertises")
    t.note(f"{kind.name} sends Hop Limit {p.ttl}")
    if p.ttl == 255:
        t.skip(f"{kind.name} sends 255")
    ours = s.ours.start(LOW)
    t.expect(ours.event("drop", reason="ttl"), "we refuse it, and say so")
    t.expect(ours.state("active", why="timeout"), "we hear nobody that counts")
    source, others = peers.unicast_addresses(s.net.ours, group)
    ours.reload(s.ours.config(LOW, source=source, unicast={"peers": others, "ttl_min": 64}))
    t.expect(ours.state("backup", why="higher-priority"), "told to take it, we yield")
    router = s.no_drops(ours, ["ttl"])
    t.expect(router["ttl"] > 0, "what was refused is counted")
