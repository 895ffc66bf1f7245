# SPDX-License-Identifier: BSD-2-Clause
# levels.awk - reads the file `levels`. For awk -f levels.awk -f PROGRAM -v levels=FILE.

function pattern_fits(glob, path,    re) {
	re = glob
	gsub(/[.]/, "[.]", re)
	gsub(/\*/, "[^/]*", re)
	return glob == "*" || path ~ ("^" re "$")
}

# The level of a path, or -1.
function level_of(path,    i) {
	for (i = 1; i <= n_levels; i++)
		if (pattern_fits(level_pattern[i], path))
			return level_number[i]
	return -1
}

# Whether a row of this kind ("system", "call", "exempt") allows `what` to a path.
function allowed(kind, path, what,    i) {
	for (i = 1; i <= n_allow; i++)
		if (allow_kind[i] == kind && allow_what[i] == what &&
		    pattern_fits(allow_pattern[i], path))
			return 1
	return 0
}

function read_levels(file,    line, f, got) {
	while ((got = (getline line < file)) > 0) {
		if (line ~ /^[ \t]*(#|$)/)
			continue
		split(line, f, /[ \t]+/)
		if (f[1] == "level" && f[3] ~ /^[0-6]$/) {
			level_pattern[++n_levels] = f[2]
			level_number[n_levels] = f[3] + 0
		} else if (f[1] == "system" || f[1] == "call" || f[1] == "exempt") {
			allow_kind[++n_allow] = f[1]
			allow_pattern[n_allow] = f[2]
			allow_what[n_allow] = f[3]
		} else {
			print "levels: what is this: " line
		}
	}
	if (got < 0 || n_levels == 0)
		print "levels: cannot read " file
}

BEGIN { read_levels(levels) }
