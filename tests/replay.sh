# SPDX-License-Identifier: BSD-2-Clause
# replay.sh - `trivet replay` of the captures of real routers says what was reviewed: of each as one
# who listens (NAME.expected), and as one who would be Active in place of the lower of the two
# (NAME.contender.expected). And what cannot be read is refused with a reason.
set -u
LC_ALL=C
export LC_ALL

trivet=${top_builddir:?}/ctl/trivet pcaps=${top_srcdir:?}/pcaps
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
n=0

# ok STATUS NAME [FILE]: a point; when it failed, FILE says why.
ok()
{
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		sed 's/^/# /' "${3:-/dev/null}"
	fi
}

# same NAME EXPECTED CAPTURE [OPTION...]
same()
{
	point=$1 expected=$2
	shift 2
	{
		"$trivet" replay "$@" >"$work/said" && diff -u "$expected" "$work/said"
	} >"$work/why" 2>&1
	ok $? "$point" "$work/why"
}

for capture in "$pcaps"/*.pcap; do
	name=$(basename "$capture" .pcap)
	same "$name, listening" "$pcaps/$name.expected" "$capture"
	same "$name, contending" "$pcaps/$name.contender.expected" "$capture" --priority 120 \
		--preempt --quiet
done

# refused NAME STATUS PATTERN ARGUMENT...: the exit status, and a pattern of standard error.
refused()
{
	point=$1 status=$2 pattern=$3
	shift 3
	"$trivet" replay "$@" >"$work/said" 2>"$work/why" </dev/null
	got=$?
	echo "exit status $got, not $status, or not \"$pattern\" above" >>"$work/why"
	[ "$got" -eq "$status" ] && sed '$d' "$work/why" | grep -q "$pattern"
	ok $? "$point" "$work/why"
}

some=$pcaps/keepalived-v3-ipv4.pcap
head -c 1000 "$some" >"$work/cut.pcap"
head -c 24 "$some" >"$work/header.pcap"
: >"$work/empty.pcap"
echo 'addresses = ( "192.0.2.100/24" );' >"$work/text.pcap"
# The link type, 32 bits in the byte order of the writer, made to be 147, which means anything.
{ head -c 20 "$some"; printf '\223\0\0\0'; tail -c +25 "$some"; } >"$work/link.pcap"

refused "a file that is not there" 2 "^$work/absent.pcap: No such file" "$work/absent.pcap"
refused "a file of no bytes" 2 "^$work/empty.pcap: .*truncated" "$work/empty.pcap"
refused "a file that is no capture" 2 "^$work/text.pcap: unknown file format" "$work/text.pcap"
refused "a capture without packets" 1 "there is no packet in it" "$work/header.pcap"
refused "a capture that was cut off" 1 "after packet [0-9]*: truncated" "$work/cut.pcap"
grep -q ': accepted$' "$work/said"
ok $? "what is before the cut is judged" "$work/said"
refused "a kind of link that is not known" 2 "link type 147 are not understood" "$work/link.pcap"
refused "a pipe" 2 "must be a regular file" /dev/stdin
refused "standard input by its usual name" 2 "must be a regular file" -
refused "a directory" 2 "must be a regular file" "$work"
refused "no file" 2 "^usage: trivet replay"
refused "two files" 2 "^usage: trivet replay" "$some" "$some"
refused "a priority that there is not" 2 "^usage: trivet replay" "$some" --priority 256
refused "a source that is no address" 2 "^usage: trivet replay" "$some" --source here
refused "a configuration that is not there" 2 "$work/absent.conf" "$some" -f "$work/absent.conf"

# As a router of a configuration: what is not in it belongs to nobody.
cat >"$work/trivet.conf" <<-EOT
	vrrp = { instances = (
	  { name = "other"; interface = "e0"; vrid = 9; addresses = ( "192.0.2.9/24" ); },
	  { name = "web"; interface = "e0"; vrid = 52; interval = "500ms"; priority = 255;
	    addresses = ( "192.0.2.100/24", "192.0.2.101/24" ); }
	); };
EOT
"$trivet" replay "$some" -f "$work/trivet.conf" --source 192.0.2.77 >"$work/said" 2>&1 &&
	grep -q 'web: initialize -> active (owner)' "$work/said" &&
	grep -q '^web: active at the end' "$work/said" &&
	grep -q '^other: active at the end' "$work/said"
ok $? "as an owner, nobody takes the role away" "$work/said"
sed -i 's/vrid = 52/vrid = 54/; s/priority = 255/priority = 100/' "$work/trivet.conf"
"$trivet" replay "$some" -f "$work/trivet.conf" >"$work/said" 2>&1 &&
	grep -q '#1 192.0.2.2 .*: vrid (VRID not configured on this interface)' "$work/said"
ok $? "a group that is not in the configuration" "$work/said"

# Unicast, as the second of three routers has it: what is for it, and what is not.
cat >"$work/trivet.conf" <<-EOT
	vrrp = { instances = ( { name = "web"; interface = "eth0"; vrid = 51;
	  addresses = ( "10.0.0.100/24" ); source = "10.0.0.2";
	  unicast = { peers = ( "10.0.0.11" ); }; } ); };
EOT
"$trivet" sim run "$top_srcdir/sim/scenarios/unicast.conf" --once --pcap "$work/unicast.pcap" \
	>/dev/null &&
	"$trivet" replay "$work/unicast.pcap" -f "$work/trivet.conf" >"$work/said" 2>&1 &&
	grep -q ' 10.0.0.11 > 10.0.0.2 .* prio 200 every 1.00s .*: accepted' "$work/said" &&
	grep -q ' 10.0.0.3 > 10.0.0.2 ttl 255 v3 vrid 51 prio 50.*: peer ' "$work/said" &&
	grep -q ' 10.0.0.11 > 10.0.0.3 .*: destination ' "$work/said" &&
	grep -q 'web: backup -> active (timeout)' "$work/said"
ok $? "a unicast peer" "$work/said"

# Authenticated: with the key, with another, and by whoever does not care.
cat >"$work/trivet.conf" <<-EOT
	vrrp = { keys = ( { id = 1;
	      hex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"; } );
	  instances = ( { name = "web"; interface = "eth0"; vrid = 51; auth = { hmac_key = 1; };
	    addresses = ( "10.0.0.100/24" ); } ); };
EOT
"$trivet" sim run "$top_srcdir/sim/scenarios/auth-hmac.conf" --once --pcap "$work/hmac.pcap" \
	>/dev/null &&
	"$trivet" replay "$work/hmac.pcap" -f "$work/trivet.conf" --source 10.0.0.77 \
		>"$work/said" 2>&1 &&
	grep -q ' 10.0.0.1 > 224.0.0.18 .* prio 200 .* trailer with key 1: accepted' "$work/said" &&
	grep -q ': auth-replay (' "$work/said" && grep -q ': auth-failed (' "$work/said"
ok $? "with an HMAC trailer" "$work/said"
sed -i 's/hex = "0001/hex = "0002/' "$work/trivet.conf"
"$trivet" replay "$work/hmac.pcap" -f "$work/trivet.conf" --source 10.0.0.77 >"$work/said" 2>&1 &&
	grep -q ': auth-failed (' "$work/said" && ! grep -q ': accepted' "$work/said"
ok $? "with another key" "$work/said"
"$trivet" replay "$work/hmac.pcap" >"$work/said" 2>&1 &&
	grep -q ' trailer with key 1: accepted' "$work/said"
ok $? "without a key" "$work/said"
cat >"$work/trivet.conf" <<-EOT
	vrrp = { instances = ( { name = "vr"; interface = "e0"; vrid = 51; version = 2;
	    auth = { type = "ah"; password = "secret"; };
	    addresses = ( "192.0.2.100/24" ); } ); };
EOT
"$trivet" replay "$pcaps/keepalived-v2-ipv4-auth-ah.pcap" -f "$work/trivet.conf" \
	>"$work/said" 2>&1 &&
	grep -q ' 192.0.2.2 .* in an Authentication Header: accepted' "$work/said"
ok $? "keepalived's Authentication Header" "$work/said"

# The first packet once more, in 2038: nobody waits for all the adverts until then.
len=$(($(od -An -tu4 -j32 -N4 "$some") + 16))
{ head -c $((24 + len)) "$some"; printf '\377\377\377\177'
	tail -c +29 "$some" | head -c $((len - 4)); } >"$work/leap.pcap"
"$trivet" replay "$work/leap.pcap" --priority 100 --preempt >"$work/said" 2>&1 &&
	grep -q 'more than a day without a packet' "$work/said" &&
	grep -q '#2 192.0.2.2 .*: accepted' "$work/said"
ok $? "a leap in time" "$work/said"

echo "1..$n"
