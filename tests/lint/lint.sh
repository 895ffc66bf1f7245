# SPDX-License-Identifier: BSD-2-Clause
# lint.sh - what the lint tests share; they source it. They run under make check, or by hand with
# top_srcdir and top_builddir set.
set -u
LC_ALL=C
export LC_ALL

here=$(cd "$(dirname "$0")" && pwd)
root=${top_srcdir:?} build=${top_builddir:?}
awk=${AWK:-awk} levels=${LEVELS:-$here/levels}
points=0

# point NAME FOUND: one TAP point, which fails if FOUND says anything, and then says it too.
point()
{
	points=$((points + 1))
	if [ -z "$2" ]; then
		echo "ok $points - $1"
	else
		echo "not ok $points - $1"
		printf '%s\n' "$2" | sed 's/^/# /'
	fi
}

# skip NAME REASON
skip()
{
	points=$((points + 1))
	echo "ok $points - $1 # SKIP $2"
}

# of_rule RULE REPORT: what a report of "RULE<tab>text" lines says of one rule.
of_rule()
{
	printf '%s\n' "$2" | sed -n "s/^$1	//p"
}

# found_in DIRS FIND-EXPRESSION: paths of files, relative to the root.
found_in()
{
	dirs=
	for dir in $1; do
		[ -d "$root/$dir" ] && dirs="$dirs $dir"
	done
	shift
	(cd "$root" && find $dirs "$@" | sort)
}

# The C files that have a level.
leveled()
{
	found_in "common vrrpd bfdd checkd sim ctl fuzz" -name '*.[ch]'
}

# bail REASON: the lint itself is broken, which must not look like nothing found.
bail()
{
	echo "Bail out! $1"
	exit 1
}

plan()
{
	echo "1..$points"
}
