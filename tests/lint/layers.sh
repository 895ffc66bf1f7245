# SPDX-License-Identifier: BSD-2-Clause
# layers.sh - who includes whom: the table of levels, and the walls between the daemons.
. "$(dirname "$0")/lint.sh"

files=$(leveled)
[ -n "$files" ] || bail "no sources under $root"
test_headers=$(found_in tests -name '*.h')
found=$(printf '%s\n' "$files" $test_headers | "$awk" -v levels="$levels" -v root="$root" \
	-f "$here/levels.awk" -f "$here/layers.awk") || bail "layers.awk failed"

point "the table of levels can be read" "$(printf '%s\n' "$found" | grep '^levels: ')"
point "every source file has a level" "$(of_rule level "$found")"
point "no file includes one of a higher level" "$(of_rule up "$found")"
point "what is included in quotes is ours" "$(of_rule known "$found")"
point "no daemon includes another's files" "$(of_rule daemon "$found")"
point "common/ includes nothing but common/" "$(of_rule common "$found")"
point "sim/ is included by sim, ctl and fuzz only" "$(of_rule sim "$found")"
point "tests/ is included by fuzz only" "$(of_rule tests "$found")"
point "levels 0 to 2 include freestanding headers only" "$(of_rule system "$found")"
point "no system interface below level 5" "$(of_rule backend "$found")"
point "libconfig is included by common/cf.c only" "$(of_rule libconfig "$found")"
plan
