#!/bin/sh
# Every C file is as .clang-format has it.
. "$(dirname "$0")/common.sh"
need clang-format clang-format

c_files | xargs clang-format --dry-run -Werror 2>&1 |
	grep -E '^[^ ].*: (error|warning): ' |
	sort -t: -k1,1 -u |
	sed 's/: error: code should be.*/: not as .clang-format has it: run clang-format -i on it/' >"$list"
finish
