# SPDX-License-Identifier: BSD-2-Clause
# usage.sh - whoever calls vrrpd or trivet wrongly is told what is wrong, not only what is right.
set -u
LC_ALL=C
export LC_ALL

vrrpd=${top_builddir:?}/vrrpd/vrrpd trivet=$top_builddir/ctl/trivet
n=0

# said STATUS PATTERN PROGRAM ARGUMENT...: a point: exit status, and a pattern of the first line.
said()
{
	status=$1 pattern=$2
	shift 2
	first=$("$@" 2>&1 </dev/null; echo "$?")
	got=$(printf '%s\n' "$first" | tail -n 1)
	first=$(printf '%s\n' "$first" | head -n 1)
	n=$((n + 1))
	point="$(basename "$1")"
	shift
	if [ "$got" -eq "$status" ] && printf '%s\n' "$first" | grep -q "$pattern"; then
		echo "ok $n - $point $*"
	else
		echo "not ok $n - $point $*"
		echo "# exit status $got, not $status, or no \"$pattern\" in: $first"
	fi
}

said 0 '^usage: vrrpd ' "$vrrpd" --help
said 2 '^vrrpd: no configuration file' "$vrrpd"
said 2 '^vrrpd: "x" is no option' "$vrrpd" x
said 2 '^vrrpd: "y" is no option' "$vrrpd" -f x y
said 2 '^vrrpd: --log is text or json, not "xml"' "$vrrpd" -f x --log xml
said 2 '^vrrpd: --log-level is error, warning, info or debug, not "loud"' \
	"$vrrpd" -f x --log-level loud
said 2 "unrecognized option '--bogus'" "$vrrpd" --bogus

said 2 '^usage: trivet ' "$trivet"
said 0 '^usage: trivet ' "$trivet" --help
said 2 '^trivet: there is no verb "bogus"' "$trivet" bogus
said 2 '^usage: trivet check ' "$trivet" check
said 0 '^usage: trivet check ' "$trivet" check --help
said 2 "unrecognized option '--bogus'" "$trivet" check x --bogus
said 2 '^trivet check: --delay is a time up to 1h, such as 500us, not "soon"' \
	"$trivet" check x --delay soon

said 0 '^usage: trivet replay ' "$trivet" replay --help
said 0 '^usage: trivet replay ' "$trivet" replay x --help
said 2 '^trivet replay: which capture' "$trivet" replay
said 2 '^trivet replay: one capture at a time' "$trivet" replay x y
said 2 "^trivet replay: unrecognized option '--bogus'" "$trivet" replay x --bogus
said 2 '^trivet replay: --priority is 1 to 255, not "256"' "$trivet" replay x --priority 256
said 2 '^trivet replay: --priority is 1 to 255, not "-1"' "$trivet" replay x --priority -1
said 2 '^trivet replay: --source is an address, not "here"' "$trivet" replay x --source here
said 2 '^trivet replay: --source is link-local' "$trivet" replay x --source 2001:db8::1
said 2 "^trivet replay: --interface is the name" \
	"$trivet" replay x -f y --interface abcdefghijklmnop
said 2 '^trivet replay: --interface chooses from' "$trivet" replay x --interface e0
said 2 '^trivet replay: with -f, priority and preempt' "$trivet" replay x -f y --priority 1
said 2 '^trivet replay: with -f, priority and preempt' "$trivet" replay x -f y --preempt

said 0 '^usage: trivet sim run ' "$trivet" sim --help
said 0 '^usage: trivet sim run ' "$trivet" sim run --help
said 2 '^usage: trivet sim run ' "$trivet" sim walk
said 2 '^trivet sim run: which scenario' "$trivet" sim run
said 2 '^trivet sim run: one scenario at a time' "$trivet" sim run x y
said 2 "^trivet sim run: unrecognized option '--bogus'" "$trivet" sim run x --bogus
said 2 '^trivet sim run: --seed is a number, not "x"' "$trivet" sim run x --seed x
said 2 '^trivet sim run: --seeds is 1 or more' "$trivet" sim run x --seeds 0

echo "1..$n"
