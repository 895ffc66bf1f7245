# SPDX-License-Identifier: BSD-2-Clause
# planted.sh - each lint notices what it is for: a small tree of its own is clean, and one violation
# planted in it fails the one point that is about it.
. "$(dirname "$0")/lint.sh"

work=$build/planted.$$
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# put PATH: a file of the tree, with its licence, from standard input.
put()
{
	mkdir -p "$tree/$(dirname "$1")"
	case $1 in
	*.c | *.h) echo '/* SPDX-License-Identifier: BSD-2-Clause */' ;;
	*) echo '# SPDX-License-Identifier: BSD-2-Clause' ;;
	esac > "$tree/$1"
	cat >> "$tree/$1"
}

# plant PATH TEXT: the same from an argument, printf's way.
plant()
{
	printf "$2\n" | put "$1"
}

module()
{
	plant "$1.h" "int ${1##*/}_do(int x);"
	plant "$1.c" "#include \"${1##*/}.h\"\nint ${1##*/}_do(int x)\n{\n\treturn x;\n}"
}

# compile PATH: into the library of its directory.
compile()
{
	dir=${1%/*} name=${1##*/}
	mkdir -p "$tree/build/$dir"
	${CC:-cc} -w -I"$tree/$dir" -c "$tree/$1" -o "$tree/build/${name%.c}.o" ||
		bail "the planted $1 does not compile"
	ar cr "$tree/build/$dir/lib$dir.a" "$tree/build/${name%.c}.o"
}

# The tree that is clean, with its objects; each test begins with a copy.
tree=$work/clean
mkdir -p "$tree"
{ cat "$levels" && echo 'level bfdd/bfd_wire.* 1'; } > "$tree/levels"
for path in common/csum common/ip_wire vrrpd/vrrp_wire vrrpd/vrrp_core vrrpd/vrrpd \
	bfdd/bfd_wire sim/world; do
	module $path
	compile $path.c
done
plant vrrpd/main.c '#include <stdio.h>\n#include "vrrpd.h"\n#include "ip_wire.h"'
plant tests/csum_test.c 'static void row_001_sums(void **state)\n{\n}'
tree=$work/tree

fresh()
{
	rm -rf "$tree"
	cp -R "$work/clean" "$tree"
}

run()
{
	LEVELS=$tree/levels top_srcdir=$tree top_builddir=$tree/build "$SHELL" "$here/$1" 2>&1
}

# clean LINT: nothing is wrong with the tree.
clean()
{
	fresh
	point "$1: nothing is wrong with a clean tree" \
		"$(run "$1" | grep -v -E '^(ok [0-9]|1[.][.])')"
}

# noticed LINT POINT: this point fails, and no other.
noticed()
{
	failed=$(run "$1" | sed -n 's/^not ok [0-9]* - //p')
	if [ "$failed" = "$2" ]; then
		point "$1: $2" ""
	else
		point "$1: $2" "failed instead: ${failed:-nothing}"
	fi
	fresh
}

SHELL=${SHELL:-sh}
export SHELL

# ---- layers
clean layers.sh
echo 'level common/csum.c nine' >> "$tree/levels"
noticed layers.sh "the table of levels can be read"
module common/stranger
noticed layers.sh "every source file has a level"
plant common/csum.c '#include "csum.h"\n  #  include   "ip_wire.h"'
noticed layers.sh "no file includes one of a higher level"
plant vrrpd/vrrp_core.c '#include "vrrp_core.h"\n#include "vrrpd.h"'
noticed layers.sh "no file includes one of a higher level"
plant common/csum.c '#include "csum.h"\n#include "config.h"'
noticed layers.sh "what is included in quotes is ours"
plant bfdd/bfd_wire.c '#include "bfd_wire.h"\n#include "vrrp_wire.h"'
noticed layers.sh "no daemon includes another's files"
plant common/ip_wire.c '#include "ip_wire.h"\n#include "vrrp_wire.h"'
noticed layers.sh "common/ includes nothing but common/"
plant vrrpd/main.c '#include "world.h"'
noticed layers.sh "sim/ is included by sim, ctl and fuzz only"
plant tests/unit.h ''
plant fuzz/fuzz_csum.c '#include "unit.h"'
plant sim/world.c '#include "world.h"\n#include "unit.h"'
noticed layers.sh "tests/ is included by fuzz only"
plant vrrpd/vrrp_core.c '#include "vrrp_core.h"\n#include <time.h>'
noticed layers.sh "levels 0 to 2 include freestanding headers only"
plant vrrpd/vrrpd.c '#include "vrrpd.h"\n#include <sys/socket.h>'
noticed layers.sh "no system interface below level 5"
plant vrrpd/vrrpd.c '#include "vrrpd.h"\n#include <libconfig.h>'
noticed layers.sh "libconfig is included by common/cf.c only"

# ---- pure
clean pure.sh
module common/mono
noticed pure.sh "every pure source is in a library"
for text in 'void *malloc(unsigned long);\nvoid *f(void) { return malloc(9); }' \
	'long time(long *);\nlong f(void) { return time(0); }' \
	'extern _Thread_local int err;\nint f(void) { return err; }'; do
	plant vrrpd/vrrp_core.c "$text"
	compile vrrpd/vrrp_core.c
	noticed pure.sh "objects of levels 0 to 2 call memory moves and check_fail only"
done
for text in 'int n;' 'int n = 1;' 'int f(void) { static int n; return n++; }' \
	'static const char *p = "x"; const char *f(void) { return p++; }' '_Thread_local int n;'; do
	plant common/csum.c "$text"
	compile common/csum.c
	noticed pure.sh "objects of levels 0 to 2 have no writable data"
done
for call in clock_gettime gettimeofday time rand getrandom socket sendmsg recvfrom open read write \
	fork execve printf fprintf __printf_chk; do
	plant vrrpd/vrrpd.c "int $call();\nint f(void) { return $call(); }"
	compile vrrpd/vrrpd.c
	noticed pure.sh "objects of level 4 act through their ops only"
done
plant common/csum.c 'int ip_wire_do(int);\nint f(void) { return ip_wire_do(1); }'
compile common/csum.c
noticed pure.sh "no object needs a symbol of a higher level"

# ---- headers
clean headers.sh
plant common/csum.h 'uint32_t csum_do(int x);'
noticed headers.sh "every header compiles alone"
plant common/csum.c '#include <stddef.h>\n#include "csum.h"'
noticed headers.sh "every source includes its own header first"
plant common/csum.c 'int csum_do(int x);'
noticed headers.sh "every source includes its own header first"
for text in 'extern int n;' 'extern const char *name;' 'extern int\n\tn;' \
	'extern int (*hook)(int);' 'extern const char *const *names;'; do
	plant common/csum.h "$text"
	noticed headers.sh "no header declares a variable that can be written to"
done
plant common/csum.h '/* extern int n; */\nextern const int n;\nextern const char *const name;
extern int f(int (*g)(int));\nextern const struct { int x; } t[];'
point "headers.sh: constants and functions may be extern" "$(run headers.sh | grep '^not ok')"
fresh
module sim/csum
noticed headers.sh "no two directories have files of one name"

# ---- style
clean style.sh
plant common/csum.c "#include \"csum.h\"\n/* $(printf '%0100d' 0) */"
noticed style.sh "no line is longer than 100 columns"
plant common/csum.c "#include \"csum.h\"\n\t\t\t\t\t\t\t\t\t\t\t\t\tint x;"
noticed style.sh "no line is longer than 100 columns"
plant common/csum.c '#include "csum.h" '
noticed style.sh "no line ends in a blank"
plant common/csum.c '#include "csum.h"\n    int x;'
noticed style.sh "lines are indented with tabs"
echo 'int x;' > "$tree/common/csum.c"
noticed style.sh "every source file names its licence"
echo '# no licence' > "$tree/common/local.mk"
noticed style.sh "every source file names its licence"
for word in FIX''ME TO''DO X''XX; do
	plant common/csum.c "#include \"csum.h\"\n/* $word: later */"
	noticed style.sh "nothing is left to be fixed later"
done
for text in '#if 0' '#ifdef __linux__' '#ifndef OTHER_H' '# if X' '#elif X'; do
	plant vrrpd/vrrpd.c "$text"
	noticed style.sh "no conditional compilation below level 5"
done
plant common/csum.h '#ifndef CSUM_H\n#define CSUM_H\n#ifdef __cplusplus\n#endif\n#endif'
plant sim/world.c '#if 1\n#endif'
point "style.sh: guards and backends may have conditions" "$(run style.sh | grep '^not ok')"
fresh
{ printf 'int f(void)\n{\n' && yes '	;' | head -n 79 && echo '}'; } | put common/csum.c
noticed style.sh "no function is longer than 80 lines"
yes 'int f(void);' | head -n 800 | put common/csum.c
noticed style.sh "no file is longer than 800 lines"

# ---- rows
table()
{
	mkdir -p "$tree/doc"
	"$awk" -v skip="$1" -v cite="$2" -v how="${3-plainly}" 'BEGIN {
		print "| # | what | how | tests |"
		for (i = 1; i <= 100; i++)
			if (i != skip)
				print "| " i " | what | " how " | " (i == 1 ? cite : "") " |"
	}' > "$tree/doc/conformance-vrrp.md"
}

fresh
point "rows.sh: without a table it says so" "$(run rows.sh | grep -v -e '# SKIP' -e '^1[.][.]')"
table 0 '`row_001_sums`'
point "rows.sh: nothing is wrong with a whole table" "$(run rows.sh | grep '^not ok')"
table 0 '`row_001_sums`, `row_001_multiplies`'
noticed rows.sh "every test that the table cites exists"
table 0 '`row_001_sums`, `nowhere.conf`'
noticed rows.sh "every test that the table cites exists"
table 77 '`row_001_sums`'
noticed rows.sh "every row from 1 to 100 is in the table, with a test or a reason"
table 0 '`row_001_sums`' ''
noticed rows.sh "every row from 1 to 100 is in the table, with a test or a reason"
table 0 ''
noticed rows.sh "every test named after a row is cited under it"
table 0 '`row_001_sums`'
plant tests/other_test.c 'ORDER(row_028a_pads, 1)'
noticed rows.sh "every test named after a row is cited under it"
table 0 '`row_001_sums`'
plant tests/other.py 'def test_row_002_drops():\n\tpass'
noticed rows.sh "every test named after a row is cited under it"

plan
