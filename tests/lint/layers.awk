# SPDX-License-Identifier: BSD-2-Clause
# layers.awk - reads paths of sources, looks at what they include, and prints "RULE<tab>what is
# wrong". Variables: levels, root.

function dir_of(path) {
	return path ~ /\// ? substr(path, 1, index(path, "/") - 1) : ""
}

function say(rule, where, text) {
	printf "%s\t%s: %s\n", rule, where, text
}

function on_system(where, path, header) {
	if (level[path] <= 2 && !allowed("system", path, header))
		say("system", where, "level " level[path] " includes <" header ">")
	if (header == "libconfig.h" && path != "common/cf.c")
		say("libconfig", where, "includes <libconfig.h>")
	if (level[path] <= 4 && header ~ backend && !allowed("system", path, header))
		say("backend", where, "level " level[path] " includes <" header ">")
}

function on_own(where, path, header,    to, from_dir, to_dir) {
	if (!(header in path_of)) {
		say("known", where, "includes \"" header "\", which is no file of ours")
		return
	}
	to = path_of[header]
	from_dir = dir_of(path)
	to_dir = dir_of(to)
	if (to_dir == "tests") {
		if (from_dir != "fuzz")
			say("tests", where, "includes " to)
		return
	}
	if (level[to] > level[path])
		say("up", where, "level " level[path] " includes " to " of level " level[to])
	if (to_dir in daemon && from_dir in daemon && to_dir != from_dir)
		say("daemon", where, "includes " to)
	if (from_dir == "common" && to_dir != "common")
		say("common", where, "includes " to)
	if (to_dir == "sim" && from_dir != "sim" && from_dir != "ctl" && from_dir != "fuzz")
		say("sim", where, "includes " to)
}

BEGIN {
	daemon["vrrpd"] = daemon["bfdd"] = daemon["checkd"] = 1
	backend = "^(sys/(socket|epoll|ioctl)|net|netinet|linux|netlink|openssl|pcap)[/.]"
}

{
	base = $0
	sub(/.*\//, "", base)
	path_of[base] = $0
}

$0 !~ /^tests\// {
	path[++n_paths] = $0
	level[$0] = level_of($0)
	if (level[$0] < 0)
		say("level", $0, "has no level in tests/lint/levels")
}

END {
	for (i = 1; i <= n_paths; i++) {
		file = root "/" path[i]
		for (n = 1; (getline line < file) > 0; n++) {
			if (line !~ /^[ \t]*#[ \t]*include/)
				continue
			if (level[path[i]] < 0)
				break # said already
			where = path[i] ":" n
			if (match(line, /<[^>]*>/))
				on_system(where, path[i], substr(line, RSTART + 1, RLENGTH - 2))
			else if (match(line, /"[^"]*"/))
				on_own(where, path[i], substr(line, RSTART + 1, RLENGTH - 2))
			else
				say("known", where, "includes what cannot be told")
		}
		close(file)
	}
}
