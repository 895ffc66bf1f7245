# SPDX-License-Identifier: BSD-2-Clause
# rows.awk - reads "have NAME" for each test there is, "row FUNCTION" for each test named after a
# row, and then the lines of the conformance table. Prints "RULE<tab>what is wrong".
#
# The tables: | row | requirement | how it is met | tests |. The first cell is the number of the
# row, with a letter if it has one (28a). The last cell names its tests, each in `backquotes`: a
# function of a C or Python test, or a scenario or test file by name; without any, the cell before
# says why. Rows with other names (V01, I-11) are looked at only for tests that do not exist.

function say(rule, text) {
	printf "%s\t%s\n", rule, text
}

function trim(text) {
	gsub(/^[ \t]+|[ \t]+$/, "", text)
	return text
}

# row_028a_padding... is of row 28a.
function row_of(name) {
	sub(/^(test_)?row_0*/, "", name)
	sub(/_.*/, "", name)
	return name
}

$1 == "have" {
	have[$2] = 1
	next
}

$1 == "row" {
	named[++n_named] = $2
	next
}

/^\|/ {
	n = split($0, cell, "|")
	row = trim(cell[2])
	if (row !~ /^[0-9]+[a-z]?$/ && row !~ /^[A-Z]-?[0-9]+$/)
		next
	if (row in seen)
		say("rows", "row " row " is there twice")
	seen[row] = 1
	tests = cell[n - 1]
	if (trim(tests) == "" && (n < 5 || trim(cell[n - 2]) == ""))
		say("rows", "row " row " has neither a test nor a reason")
	while (match(tests, /`[^`]*`/)) {
		name = substr(tests, RSTART + 1, RLENGTH - 2)
		tests = substr(tests, RSTART + RLENGTH)
		cited[row, name] = 1
		if (!(name in have))
			say("exist", "row " row " cites " name ", which is no test")
	}
}

END {
	for (i = 1; i <= 100; i++)
		if (!(i in seen))
			say("rows", "row " i " is missing")
	for (i = 1; i <= n_named; i++)
		if (!((row_of(named[i]), named[i]) in cited))
			say("cited", named[i] " is not cited under row " row_of(named[i]))
}
