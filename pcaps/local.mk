# SPDX-License-Identifier: BSD-2-Clause
# Captures of real routers: NAME.pcap, and what trivet replay says of it (tests/replay.sh).
CAPTURES = \
	pcaps/frr-v3-ipv4 \
	pcaps/frr-v3-ipv6 \
	pcaps/keepalived-v2-ipv4 \
	pcaps/keepalived-v2-ipv4-auth-ah \
	pcaps/keepalived-v2-ipv4-auth-pass \
	pcaps/keepalived-v3-ipv4 \
	pcaps/keepalived-v3-ipv4-first-contact \
	pcaps/keepalived-v3-ipv6
EXTRA_DIST += $(CAPTURES:=.pcap) $(CAPTURES:=.expected) $(CAPTURES:=.contender.expected) \
	pcaps/README.md pcaps/record.py
