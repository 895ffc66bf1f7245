# SPDX-License-Identifier: BSD-2-Clause
"""Our vrrpd and FRR's as routers of one group."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import interop
import tap
from peers import Frr, Group

ALL = {
    "v2-ipv4": Group(51, 2, "192.0.2.100/24"),
    "v3-ipv4": Group(52, 3, "192.0.2.100/24", "192.0.2.101/24"),
    "v3-ipv6": Group(53, 3, "fe80::35/64", "2001:db8::100/64"),
}
V3 = [name for name in ALL if name.startswith("v3")]


@tap.test(*ALL)
def frr_active_first(t, which):
    """failover to us by SIGKILL and by priority 0, and it preempts"""
    interop.peer_active_first(t, ALL[which], Frr)


@tap.test(*ALL)
def ours_active_first(t, which):
    """failover to FRR by SIGKILL and by priority 0, and we preempt"""
    interop.ours_active_first(t, ALL[which], Frr)


@tap.test(*V3)
def row_080_nobody_preempts(t, which):
    """without preemption, ours or FRR's, the lower priority keeps its role"""
    interop.nobody_preempts(t, ALL[which], Frr)


@tap.test("ours", "peer")
def row_088_heal_after_partition(t, winner):
    """two Actives of equal priority meet: the one with the higher address remains"""
    interop.heal_after_partition(t, ALL["v3-ipv4"], Frr, winner)


@tap.test
def row_036_checksum_auto(t):
    """we change to the checksum that FRR sends, as soon as it is heard"""
    interop.checksum_auto(t, ALL["v3-ipv4"], Frr)


@tap.test(*V3)
def row_067_we_follow_its_interval(t, which):
    """as Backup we time FRR out by its interval, not by ours, which is longer"""
    interop.we_follow_its_interval(t, ALL[which], Frr)


# Not with IPv6, where FRR 8.4 loses the first advert it sends as Active ("Failed to find address to
# bind"), and sends the next one by its own interval: 40 s later.
@tap.test
def row_067_it_follows_our_interval(t):
    """FRR as Backup times us out by our interval"""
    interop.it_follows_our_interval(t, ALL["v3-ipv4"], Frr)


@tap.test
def row_036_heal_before_first_contact(t):
    """two Actives meet that have never heard each other, and send different checksums"""
    interop.heal_before_first_contact(t, ALL["v3-ipv4"], Frr)


if __name__ == "__main__":
    tap.main()
