# SPDX-License-Identifier: BSD-2-Clause
# counters.sh - whatever vrrpd counts is explained in vrrpd(8), under COUNTERS, and each rule by
# which trivet check compares files in trivet(1); each of these has a test.
. "$(dirname "$0")/lint.sh"

section=$(sed -n '/^\.SH COUNTERS/,/^\.SH EXIT/p' "$root/doc/vrrpd.8" | sed 's/\\-/-/g')
[ -n "$section" ] || bail "vrrpd(8) has no section COUNTERS"

# Those of standard input that the section does not name.
missing()
{
	while read -r name; do
		printf '%s\n' "$section" | grep -qE "(^|[^A-Za-z_-])$name([^A-Za-z_-]|\$)" ||
			echo "$name is missing"
	done
}

drops=$(sed -n \
	'/define VRRP_DROPS/,/^$/s/.*X([A-Z_0-9]*, "\([a-z-]*\)".*/\1/p' \
	"$root/vrrpd/vrrp_wire.h")
counts=$(sed -n \
	'/^static void log_vr_counters/,/^}/s/.*{ "\([a-z_0-9]*\)",.*/\1/p' \
	"$root/vrrpd/vrrpd.c")
[ "$(printf '%s\n' "$drops" | wc -l)" -ge 18 ] || bail "reasons to refuse a packet: not found"
[ "$(printf '%s\n' "$counts" | wc -l)" -ge 19 ] || bail "counters: not found"

point "each reason to refuse a packet is explained" "$(printf '%s\n' "$drops" | missing)"
point "each counter is explained" "$(printf '%s\n' "$counts" | missing)"

rules=$(sed -n 's/^	{ [A-Z_]*, [a-z]*, "\([a-z0-9-]*\)",.*/\1/p' "$root/vrrpd/vrrp_lint.c")
[ "$(printf '%s\n' "$rules" | wc -l)" -ge 20 ] || bail "rules of the check: not found"
section=$(sed 's/\\-/-/g' "$root/doc/trivet.1")
point "each rule of trivet check is explained" "$(printf '%s\n' "$rules" | missing)"
section=$(cat "$root/tests/vrrp_lint_test.c")
point "each rule of trivet check is tested" "$(printf '%s\n' "$rules" | missing)"
plan
