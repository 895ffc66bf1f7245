# SPDX-License-Identifier: BSD-2-Clause
# pure.sh - what the objects of the build need from outside, and whether they keep something to
# themselves: levels 0 to 2 are pure, level 4 acts through its ops alone.
. "$(dirname "$0")/lint.sh"

# Each line begins with the directory and the name of the library.
symbols()
{
	for dir in common vrrpd bfdd checkd sim; do
		for lib in "$build/$dir"/*.a; do
			[ -f "$lib" ] || continue
			"${NM:-nm}" -A --format=sysv "$lib" 2>/dev/null | grep '|' |
				sed "s|^.*/\([^/|]*[.]a:\)|$dir/\1|"
		done
	done
}

files=$(leveled)
[ -n "$files" ] || bail "no sources under $root"
objects=$(symbols)
[ -n "$objects" ] || bail "no objects under $build, or no nm"
found=$(printf '%s\n' "$files" "$objects" | "$awk" -v levels="$levels" \
	-f "$here/levels.awk" -f "$here/pure.awk") || bail "pure.awk failed"

point "every pure source is in a library" "$(of_rule unseen "$found")"
point "objects of levels 0 to 2 call memory moves and check_fail only" "$(of_rule call "$found")"
point "objects of levels 0 to 2 have no writable data" "$(of_rule data "$found")"
point "objects of level 4 act through their ops only" "$(of_rule effect "$found")"
point "no object needs a symbol of a higher level" "$(of_rule up "$found")"
plan
