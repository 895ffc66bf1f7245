# SPDX-License-Identifier: BSD-2-Clause
# headers.awk - reads paths of C files and prints "RULE<tab>what is wrong" about their names, the
# first include of each .c, and variables that a header declares. Variables: root.

function say(rule, text) {
	printf "%s\t%s\n", rule, text
}

function base_of(path) {
	sub(/.*\//, "", path)
	return path
}

function dir_of(path) {
	sub(/\/[^\/]*$/, "", path)
	return path
}

function stem_of(path) {
	path = base_of(path)
	sub(/[.][ch]$/, "", path)
	return path
}

# Without its comments, as far as they begin and end in one line or go over whole lines.
function uncommented(line) {
	if (in_comment) {
		if (line !~ /\*\//)
			return ""
		sub(/^.*\*\//, "", line)
		in_comment = 0
	}
	while (match(line, /\/\*([^*]|\*+[^*\/])*\*+\//))
		line = substr(line, 1, RSTART - 1) " " substr(line, RSTART + RLENGTH)
	if (line ~ /\/\*/) {
		sub(/\/\*.*/, "", line)
		in_comment = 1
	}
	sub(/\/\/.*/, "", line)
	return line
}

# A declaration, whole and in one line: is it a variable that can be written to? A function has a
# parenthesis that no star follows; what a pointer points to may be const while the pointer is not.
function is_writable(text) {
	if (text ~ /\(/ && text !~ /\([ \t]*\*/)
		return 0
	if (text ~ /\([ \t]*\*/ && text ~ /^[^(]*[A-Za-z0-9_][ \t]*\([^*]/)
		return 0
	if (text ~ /\*/)
		return text !~ /\*[ \t]*const[^*]*$/
	return text !~ /(^|[^A-Za-z0-9_])const([^A-Za-z0-9_]|$)/
}

function read_header(path,    file, line, n, text, start) {
	file = root "/" path
	in_comment = 0
	for (n = 1; (getline line < file) > 0; n++) {
		line = uncommented(line)
		if (text == "" && line ~ /^[ \t]*extern[ \t]/)
			start = n
		else if (text == "")
			continue
		text = text " " line
		if (line !~ /;/)
			continue
		if (text !~ /extern[ \t]+"C"/ && is_writable(text))
			say("extern", path ":" start ":" text)
		text = ""
	}
	close(file)
}

function read_source(path,    file, line, n, own) {
	file = root "/" path
	own = stem_of(path) ".h"
	if (!(dir_of(path) "/" own in paths))
		return
	for (n = 1; (getline line < file) > 0; n++)
		if (line ~ /^[ \t]*#[ \t]*include/) {
			if (line !~ ("\"" own "\""))
				say("own", path ":" n ": \"" own "\" does not come first")
			close(file)
			return
		}
	close(file)
	say("own", path ": does not include \"" own "\"")
}

{
	order[NR] = $0
	paths[$0] = 1
	stem = stem_of($0)
	dir = dir_of($0)
	if (stem != "main" && stem in where && where[stem] != dir)
		say("name", $0 ": there is a " stem " in " where[stem] "/ too")
	where[stem] = dir
}

END {
	for (i = 1; i <= NR; i++)
		if (order[i] ~ /[.]h$/)
			read_header(order[i])
		else
			read_source(order[i])
}
