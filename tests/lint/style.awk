# SPDX-License-Identifier: BSD-2-Clause
# style.awk - reads paths of files and prints "RULE<tab>what is wrong". Variables: levels, root.

function say(rule, text) {
	printf "%s\t%s\n", rule, text
}

# Columns of a line, tabs to the next multiple of eight; a character of UTF-8 counts once.
function columns(line,    n, parts, i, width) {
	gsub(/[\200-\277]/, "", line)
	n = split(line, parts, "\t")
	for (i = 1; i < n; i++)
		width = (int((width + length(parts[i])) / 8) + 1) * 8
	return width + length(parts[n])
}

function is_guard(line, path,    name) {
	name = path
	sub(/.*\//, "", name)
	gsub(/[^A-Za-z0-9]/, "_", name)
	return line ~ ("^#ifndef " toupper(name) "$") || line ~ /^#ifdef __cplusplus$/
}

# In a .c or .h file: `where` is PATH:LINE.
function check_c(path, where, line, n) {
	if (line ~ /^[ \t]*#[ \t]*(if|ifdef|ifndef|elif)([^a-z]|$)/ && path !~ /^tests\// &&
	    level_of(path) < 5 && !is_guard(line, path))
		say("if", where ": " line)
	if (line == "{")
		opened = n
	if (line ~ /^}/) {
		if (opened && n - opened + 1 > 80)
			say("function", path ":" opened ": " (n - opened + 1) " lines")
		opened = 0
	}
}

function check(path,    file, line, n, where, is_c, tabbed, measured, words, licensed) {
	file = root "/" path
	is_c = path ~ /[.][ch]$/
	tabbed = path ~ /[.]([ch]|sh|awk)$/
	measured = path ~ /[.]([ch]|sh|awk|py)$/ # in build files there is no good place to break
	# Not spelled out, or this file would have one.
	words = "(^|[^A-Za-z0-9_])(FIX" "ME|TO" "DO|X" "XX)([^A-Za-z0-9_]|$)"
	opened = 0
	for (n = 0; (getline line < file) > 0;) {
		n++
		where = path ":" n
		if (n <= 2 && line ~ /SPDX-License-Identifier: BSD-2-Clause/)
			licensed = 1
		if (measured && columns(line) > 100)
			say("columns", where ": " columns(line) " columns")
		if (line ~ /[ \t\r]$/)
			say("blanks", where)
		if (line ~ words)
			say("words", where ": " line)
		if (is_c)
			check_c(path, where, line, n)
		if (tabbed && (line ~ /^ / && line !~ /^ \*/ || line ~ /^\t* +\t/))
			say("tabs", where)
	}
	close(file)
	if (n > 0 && !licensed)
		say("licence", path)
	if (is_c && n > 800 && path !~ /^tests\//)
		say("file", path ": " n " lines")
}

{ check($0) }
