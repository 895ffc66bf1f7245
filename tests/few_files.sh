# SPDX-License-Identifier: BSD-2-Clause
# few_files.sh - a vrrpd that may open only a few files either runs what it is configured to run, or
# says that it lacks files and ends: it neither runs on with less nor puts it down to anything else.
set -u
LC_ALL=C
export LC_ALL

vrrpd=${top_builddir:?}/vrrpd/vrrpd
command -v prlimit >/dev/null && command -v unshare >/dev/null || {
	echo "1..0 # SKIP no prlimit or unshare (util-linux)"
	exit 0
}
space="unshare --net"
$space true 2>/dev/null || space="unshare --user --map-root-user --net"
$space true 2>/dev/null || {
	echo "1..0 # SKIP needs root, or user namespaces, to make network namespaces"
	exit 0
}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cat >"$work/it.conf" <<-EOT
	vrrp = { instances = (
	  { name = "web"; interface = "lo"; vrid = 51; addresses = ( "192.0.2.10/24" ); }
	); };
EOT

n=0
ran=0
for files in 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	log=$work/log.$files
	: >"$log"
	# It ends by itself, or is stopped as soon as it has said that it is configured.
	$space prlimit --nofile=$files "$vrrpd" -f "$work/it.conf" --runtime-dir "$work/run" \
		2>"$log" &
	pid=$!
	naps=0
	while kill -0 "$pid" 2>/dev/null && ! grep -q ' info configured ' "$log" &&
		[ "$naps" -lt 1000 ]; do
		naps=$((naps + 1))
		sleep 0.02
	done
	kill "$pid" 2>/dev/null
	wait "$pid"
	status=$?
	n=$((n + 1))
	if grep -q ' info configured ' "$log" && [ "$status" -eq 0 ]; then
		ran=$((ran + 1))
		echo "ok $n - it runs with $files files"
	elif [ "$status" -ne 0 ] && grep -q 'Too many open files\|while loading shared' "$log"; then
		echo "ok $n - it says that $files files are too few, and ends"
	else
		echo "not ok $n - with $files files it ended with $status, and said:"
		sed 's/^/# /' "$log"
	fi
done
n=$((n + 1))
[ "$ran" -gt 0 ] && echo "ok $n - some are enough" || echo "not ok $n - some are enough"
echo "1..$n"
