# SPDX-License-Identifier: BSD-2-Clause
"""Our vrrpd and keepalived as routers of one group."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import interop
import tap
from peers import Group, Keepalived

ALL = {
    "v2-ipv4": Group(51, 2, "192.0.2.100/24"),
    "v3-ipv4": Group(52, 3, "192.0.2.100/24", "192.0.2.101/24"),
    "v3-ipv6": Group(53, 3, "fe80::35/64", "2001:db8::100/64"),
}
V3 = [name for name in ALL if name.startswith("v3")]
UNICAST = {
    "v2-ipv4": Group(61, 2, "192.0.2.100/24", unicast=True),
    "v3-ipv4": Group(62, 3, "192.0.2.100/24", "192.0.2.101/24", unicast=True),
    "v3-ipv6": Group(63, 3, "fe80::35/64", "2001:db8::100/64", unicast=True),
}

AUTH = {
    "pass": Group(71, 2, "192.0.2.100/24", auth="PASS"),
    "ah": Group(72, 2, "192.0.2.100/24", auth="AH"),
    "ah-unicast": Group(73, 2, "192.0.2.100/24", auth="AH", unicast=True),
}


VMAC = {
    "v2-ipv4": Group(81, 2, "192.0.2.100/24", vmac=True),
    "v3-ipv4": Group(82, 3, "192.0.2.100/24", "192.0.2.101/24", vmac=True),
    "v3-ipv6": Group(83, 3, "fe80::53/64", "2001:db8::100/64", vmac=True),
}


@tap.test(*VMAC)
def row_023_keepalived_active_first(t, which):
    """virtual MACs: failover to us by SIGKILL and by priority 0, and it preempts"""
    interop.peer_active_first(t, VMAC[which], Keepalived)


@tap.test(*VMAC)
def row_023_ours_active_first(t, which):
    """virtual MACs: failover to keepalived by SIGKILL and by priority 0, and we preempt"""
    interop.ours_active_first(t, VMAC[which], Keepalived)


@tap.test(*AUTH)
def row_140_141_keepalived_active_first(t, which):
    """authenticated: failover to us by SIGKILL and by priority 0, and it preempts"""
    interop.peer_active_first(t, AUTH[which], Keepalived)


@tap.test(*AUTH)
def row_140_141_ours_active_first(t, which):
    """authenticated: failover to keepalived by SIGKILL and by priority 0, and we preempt"""
    interop.ours_active_first(t, AUTH[which], Keepalived)


@tap.test(*ALL)
def keepalived_active_first(t, which):
    """failover to us by SIGKILL and by priority 0, and it preempts"""
    interop.peer_active_first(t, ALL[which], Keepalived)


@tap.test(*ALL)
def ours_active_first(t, which):
    """failover to keepalived by SIGKILL and by priority 0, and we preempt"""
    interop.ours_active_first(t, ALL[which], Keepalived)


@tap.test(*V3)
def row_080_nobody_preempts(t, which):
    """without preemption, ours or keepalived's, the lower priority keeps its role"""
    interop.nobody_preempts(t, ALL[which], Keepalived)


@tap.test("ours", "peer")
def row_088_heal_after_partition(t, winner):
    """two Actives of equal priority meet: the one with the higher address remains"""
    interop.heal_after_partition(t, ALL["v3-ipv4"], Keepalived, winner)


@tap.test
def row_036_checksum_auto(t):
    """we change to the checksum that keepalived sends, as soon as it is heard"""
    interop.checksum_auto(t, ALL["v3-ipv4"], Keepalived)


@tap.test(*V3)
def row_067_we_follow_its_interval(t, which):
    """as Backup we time keepalived out by its interval, not by ours, which is longer"""
    interop.we_follow_its_interval(t, ALL[which], Keepalived)


@tap.test
def row_067_its_slow_adverts_do_not_alarm_us(t):
    """as Backup we wait by keepalived's interval, not by ours, which is shorter"""
    interop.its_slow_adverts_do_not_alarm_us(t, ALL["v3-ipv4"], Keepalived)


@tap.test(*V3)
def row_067_it_follows_our_interval(t, which):
    """keepalived as Backup times us out by our interval"""
    interop.it_follows_our_interval(t, ALL[which], Keepalived)


@tap.test
def row_051_text_authentication_is_refused(t):
    """keepalived with a password, which RFC 3768 has removed, is no member of our group"""
    interop.authentication(t, ALL["v2-ipv4"], Keepalived, "PASS")


@tap.test
def row_141_ip_ah_is_not_heard(t):
    """keepalived with an Authentication Header, likewise"""
    interop.authentication(t, ALL["v2-ipv4"], Keepalived, "AH")


@tap.test
def row_036_heal_before_first_contact(t):
    """two Actives meet that have never heard each other, and send different checksums"""
    interop.heal_before_first_contact(t, ALL["v3-ipv4"], Keepalived)


@tap.test(*UNICAST)
def unicast_keepalived_active_first(t, which):
    """unicast: failover to us by SIGKILL and by priority 0, and it preempts"""
    interop.peer_active_first(t, UNICAST[which], Keepalived)


@tap.test(*UNICAST)
def unicast_ours_active_first(t, which):
    """unicast: failover to keepalived by SIGKILL and by priority 0, and we preempt"""
    interop.ours_active_first(t, UNICAST[which], Keepalived)


@tap.test("v3-ipv4", "v3-ipv6")
def row_088_unicast_heal_after_partition(t, which):
    """unicast: two Actives of equal priority meet: the one with the higher address remains"""
    interop.heal_after_partition(t, UNICAST[which], Keepalived, "peer")


@tap.test("v3-ipv4")
def row_036_unicast_checksum_auto(t, which):
    """unicast: we change to the checksum that keepalived sends, as soon as it is heard"""
    interop.checksum_auto(t, UNICAST[which], Keepalived)


@tap.test
def row_145_unicast_hop_limit_of_keepalived(t):
    """unicast: as it comes, keepalived sends Hop Limit 64, which we must be told to take"""
    interop.low_hop_limit(t, UNICAST["v3-ipv6"], Keepalived)


if __name__ == "__main__":
    tap.main()
