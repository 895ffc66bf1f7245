# SPDX-License-Identifier: BSD-2-Clause
# rows.sh - doc/conformance-vrrp.md says which test proves which row, and what it says is so.
. "$(dirname "$0")/lint.sh"

table=doc/conformance-vrrp.md
exist="every test that the table cites exists"
rows="every row from 1 to 100 is in the table, with a test or a reason"
cited="every test named after a row is cited under it"

if [ ! -f "$root/$table" ]; then
	for name in "$exist" "$rows" "$cited"; do
		skip "$name" "there is no $table yet"
	done
	plan
	exit 0
fi

# Names of test functions in C and Python, wherever the definition begins its line.
functions()
{
	found_in "tests sim fuzz" -type f -name '*.[ch]' | while read -r path; do
		sed -n 's/^static void \([A-Za-z0-9_]*\)(void \*\*.*/\1/p
			s/^[A-Z]*(\(row_[A-Za-z0-9_]*\),.*/\1/p' "$root/$path"
	done
	found_in "tests sim" -type f -name '*.py' | while read -r path; do
		sed -n 's/^[ 	]*def \([A-Za-z0-9_]*\)(.*/\1/p' "$root/$path"
	done
}

# Files may be cited by path, by name, and without what comes after the dot.
files()
{
	found_in "tests sim" -type f \( -name '*.conf' -o -name '*.py' -o -name '*.sh' \) |
	while read -r path; do
		name=${path##*/}
		printf '%s\n' "$path" "$name" "${name%.*}"
	done
}

have=$(functions && files)
[ -n "$have" ] || bail "no tests under $root"
found=$(
	{
		printf '%s\n' "$have" | sed 's/^/have /'
		printf '%s\n' "$have" | sort -u |
			grep -E '^(test_)?row_[0-9]{3}[a-z]?_' | sed 's/^/row /'
		cat "$root/$table"
	} | "$awk" -f "$here/rows.awk"
) || bail "rows.awk failed"

# Faults have a document of their own.
faults=$(
	{
		printf '%s\n' "$have" | sed 's/^/have /'
		cat "$root/doc/faults-vrrp.md"
	} | "$awk" -f "$here/rows.awk"
) || bail "rows.awk failed"

point "$exist" "$(of_rule exist "$found"; of_rule exist "$faults")"
point "$rows" "$(of_rule rows "$found")"
point "$cited" "$(of_rule cited "$found")"
plan
