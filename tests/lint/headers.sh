# SPDX-License-Identifier: BSD-2-Clause
# headers.sh - every header compiles alone and declares no variable, every source proves it by
# including its own first, and a name says which file is meant. CC and LINT_CPPFLAGS come from make.
. "$(dirname "$0")/lint.sh"

dirs="common vrrpd bfdd checkd sim ctl fuzz tests"
files=$(found_in "$dirs" -name '*.[ch]')
[ -n "$files" ] || bail "no sources under $root"

flags="-D_GNU_SOURCE -I$root ${LINT_CPPFLAGS-}"
for dir in $dirs; do
	flags="$flags -I$root/$dir"
done

# The compiler's own words are shown for a header that does not compile.
compile_alone()
{
	cd "$root" || bail "no $root" # a quoted name is looked for here first
	for path in $(printf '%s\n' "$files" | grep '[.]h$'); do
		printf '#include "%s"\n' "$path" |
			${CC:-cc} $flags -fsyntax-only -x c - 2>&1 ||
			echo "$path: does not compile alone"
	done
}

echo 'int x;' | ${CC:-cc} -fsyntax-only -x c - || bail "no C compiler"
found=$(printf '%s\n' "$files" | "$awk" -v root="$root" -f "$here/headers.awk") ||
	bail "headers.awk failed"

point "every header compiles alone" "$(compile_alone)"
point "every source includes its own header first" "$(of_rule own "$found")"
point "no header declares a variable that can be written to" "$(of_rule extern "$found")"
point "no two directories have files of one name" "$(of_rule name "$found")"
plan
