#!/bin/sh
# Functions of 100 lines at most (95 % of 60, half of 15), files of 700.
. "$(dirname "$0")/common.sh"
need ctags universal-ctags
ctags --version | grep -q Universal || {
	echo "ctags is not Universal Ctags: apt-get install universal-ctags"
	exit 1
}

c_files | ctags -L - -f - --languages=C --langmap=C:.c.h --kinds-C=f --fields=+ne |
	awk -F '\t' -f tests/lint/sizes.awk >"$list"
find src include tests -type f \( -name '*.[ch]' -o -name '*.def' -o -name '*.sh' \) |
	LC_ALL=C sort | while read -r file; do
	lines=$(wc -l <"$file")
	[ "$lines" -le 700 ] || echo "$file: $lines lines, 700 is the most: split it by concept"
done >>"$list"
finish
