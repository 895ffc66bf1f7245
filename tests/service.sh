#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What systemd itself says of vrrpd.service: that it is sound, and how much it exposes.
set -u
unit=$top_builddir/vrrpd/vrrpd.service
# What systemd-analyze says of a service, from 0 to 10; of keepalived, BIRD and FRR 9.6 to 9.8.
limit=2.5
echo 1..4

n=0
point() {
	n=$((n + 1))
	[ "$1" -eq 0 ] && echo "ok $n - $2" || echo "not ok $n - $2"
}

skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

! grep -q '@[a-z]*@' "$unit"
point $? "s19 the directories have been filled in"
grep -q '^ExecStart=/.*/vrrpd -f /.*/trivet.conf$' "$unit"
point $? "s19 it starts vrrpd with an absolute path and the configuration"

verified="s19 systemd finds no fault with it"
exposed="s19 it exposes no more than $limit"
if ! command -v systemd-analyze >/dev/null; then
	skip "$verified" "there is no systemd-analyze; ./check --peers installs it"
	skip "$exposed" "there is no systemd-analyze; ./check --peers installs it"
	exit 0
fi
# With a program that exists and without manual pages: they are not installed yet.
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
sed -e 's|^ExecStart=/.*/vrrpd |ExecStart=/bin/true |' -e '/^Documentation=/d' "$unit" \
	>"$dir/vrrpd.service"
found=$(systemd-analyze verify --man=no "$dir/vrrpd.service" 2>&1 | grep 'vrrpd[.]service')
[ -z "$found" ]
point $? "$verified"
[ -z "$found" ] || echo "$found" | sed 's/^/# /'

if ! systemd-analyze security --help 2>&1 | grep -q -e --offline; then
	skip "$exposed" "this systemd-analyze has no --offline (it is older than 250)"
	exit 0
fi
said=$(systemd-analyze security --no-pager --offline=true --threshold="$(echo $limit | tr -d .)" \
	"$dir/vrrpd.service" 2>&1)
point $? "$exposed"
echo "$said" | tail -n 1 | sed 's/^[^A-Za-z]*/# /'
echo "$said" | grep '^✗' | cut -c1-150 | sed 's/^/# /'
