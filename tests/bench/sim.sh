#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# How fast the simulator is: events a second and virtual seconds a second, on one core, with the
# oracle and without. usage: tests/bench/sim.sh [TRIVET]
cd "$(dirname "$0")/../.." || exit 1
trivet=${1:-build/ctl/trivet}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# The scenario of three routers that run for a long time, and crash once.
sed -e 's/^length = .*/length = "1000000s";/' -e '/^clients/d' -e '/client = /d' \
	sim/scenarios/crash.conf >"$work/long.conf"

measure() {
	printf '%-52s' "$1"
	shift
	"$trivet" sim run "$@" --speed | sed -n 's/^# speed: //p'
}

measure "three routers, 1 s adverts, judged" "$work/long.conf" --once
measure "three routers, 1 s adverts, not judged" "$work/long.conf" --once --unjudged
measure "chaos: 4 hosts, 5 virtual routers each, judged" sim/scenarios/chaos.conf --seeds 50
measure "crash with a client that pings every 1 ms, judged" sim/scenarios/crash.conf --seeds 200
