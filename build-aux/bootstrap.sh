#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What ./demo and ./check have in common: install the packages that are missing, and build in
# build/. To be sourced from the top of the source tree; each function ends the script when it fails.

# What the build, the demo and the tests need, as Debian names it.
PACKAGES="autoconf automake make pkg-config gcc libc6-dev
	libnl-3-dev libnl-route-3-dev libnl-genl-3-dev libpcap-dev libssl-dev libconfig-dev
	libjansson-dev libcap-ng-dev libseccomp-dev libnftables-dev libcmocka-dev
	iproute2 nftables util-linux procps python3 tcpdump"
# Routers of others, for the interoperability tests.
PEERS="keepalived frr frr-pythontools"
# Programs that some test asks for a second opinion.
JUDGES="systemd"

say() {
	printf '# %s\n' "$*"
}

die() {
	printf '%s: %s\n' "$(basename "$0")" "$*" >&2
	exit 1
}

missing_packages() {
	for package in "$@"; do
		state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || state=none
		[ "$state" = installed ] || printf '%s ' "$package"
	done
}

# Installs what is missing of the named packages. Where there is no dpkg, configure says what is
# missing.
install_packages() {
	command -v dpkg-query >/dev/null || return 0
	missing=$(missing_packages "$@")
	[ -n "$missing" ] || return 0
	say "installing: $missing"
	sudo=
	if [ "$(id -u)" -ne 0 ]; then
		command -v sudo >/dev/null ||
			die "not root, and no sudo: install these first: apt-get install $missing"
		sudo=sudo
	fi
	# A service that a package brings is not to be started: the tests start their own. What keeps
	# it from starting must go again, also when this is interrupted: no service would ever start.
	$sudo sh -c "
		export DEBIAN_FRONTEND=noninteractive
		policy=/usr/sbin/policy-rc.d made=
		trap '[ -z \"\$made\" ] || rm -f \$policy' EXIT
		trap 'exit 1' HUP INT TERM
		[ -e \$policy ] || { made=1; printf '#!/bin/sh\nexit 101\n' >\$policy; chmod +x \$policy; }
		apt-get update -q >/dev/null && apt-get install -q -y --no-install-recommends $missing >/dev/null
		" || die "apt-get could not install: $missing"
}

# Builds in the given directory, with the given arguments for configure.
build() {
	dir=$1
	shift
	# From a tarball, configure is there; from a clone it is made.
	if [ ! -x configure ] || [ configure.ac -nt configure ]; then
		say "autoreconf"
		autoreconf -i >"${TMPDIR:-/tmp}/trivet-autoreconf.$$" 2>&1 || {
			cat "${TMPDIR:-/tmp}/trivet-autoreconf.$$" >&2
			die "autoreconf failed"
		}
		rm -f "${TMPDIR:-/tmp}/trivet-autoreconf.$$"
	fi
	mkdir -p "$dir" || die "cannot make $dir"
	if [ ! -f "$dir/Makefile" ] || [ configure -nt "$dir/config.status" ]; then
		say "configure in $dir"
		(cd "$dir" && ../configure -q "$@") || die "configure failed"
	fi
	say "make in $dir"
	make -s -C "$dir" -j "$(nproc)" >/dev/null || die "the build failed"
}
