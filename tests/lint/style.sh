# SPDX-License-Identifier: BSD-2-Clause
# style.sh - what a formatter would not say: CONTRIBUTING.md has the rules.
. "$(dirname "$0")/lint.sh"

files=$(
	found_in "common vrrpd bfdd checkd sim ctl fuzz tests pcaps doc" -type f \( -name '*.[ch]' \
		-o -name '*.sh' -o -name '*.awk' -o -name '*.py' -o -name '*.mk' \)
	for path in Makefile.am configure.ac check demo .ci/run; do
		[ -f "$root/$path" ] && echo "$path"
	done
)
[ -n "$files" ] || bail "no sources under $root"
found=$(printf '%s\n' "$files" | "$awk" -v levels="$levels" -v root="$root" \
	-f "$here/levels.awk" -f "$here/style.awk") || bail "style.awk failed"

point "no line is longer than 100 columns" "$(of_rule columns "$found")"
point "no line ends in a blank" "$(of_rule blanks "$found")"
point "lines are indented with tabs" "$(of_rule tabs "$found")"
point "every source file names its licence" "$(of_rule licence "$found")"
point "nothing is left to be fixed later" "$(of_rule words "$found")"
point "no conditional compilation below level 5" "$(of_rule if "$found")"
point "no function is longer than 80 lines" "$(of_rule function "$found")"
point "no file is longer than 800 lines" "$(of_rule file "$found")"
plan
