#!/bin/sh
# Tests do not sleep, nothing is left to do, nothing built is tracked, and no
# source or test is forgotten by the makefile.
. "$(dirname "$0")/common.sh"


find tests -type f -name '*.[ch]' | LC_ALL=C sort |
	xargs grep -nHE '\b(sleep|usleep|nanosleep|clock_nanosleep)[[:space:]]*\(' |
	sed 's/^\([^:]*:[0-9]*\):.*/\1: a test may not sleep: wait for the event itself/' >>"$list"
find tests -type f \( -name '*.sh' -o -name '*.tui' \) ! -path 'tests/lint/*' | LC_ALL=C sort |
	xargs grep -nHE '(^|[;&|({`[:space:]])sleep[[:space:]]+[0-9.$"]' |
	sed 's/^\([^:]*:[0-9]*\):.*/\1: a test may not sleep: wait for the event itself/' >>"$list"

find src include tests data doc configure.ac Makefile.am bootstrap README HACKING -type f \
	! -path 'tests/lint/*' ! -path 'tests/data/*' 2>/dev/null | LC_ALL=C sort |
	xargs grep -nHE '\b(TODO|FIXME|XXX)\b' |
	sed 's/^\([^:]*:[0-9]*\):.*/\1: something is left to do: do it, or file an issue/' >>"$list"

if [ -e .git ]; then
	tracked=$(git -c safe.directory='*' ls-files) || exit 1
	printf '%s\n' "$tracked" | grep -E \
		'\.(o|a|so|lo|la|gcda|gcno|log|trs|tar\.xz)$|^(configure|aclocal\.m4|Makefile(\.in)?|config\.status)$|^(build[^/]*|autom4te\.cache)/' |
		sed 's/$/: a build product is tracked: git rm --cached it/' >>"$list"
fi

find src tests/unit tests/tui -type f \( -name '*.c' -o -name '*.tui' \) -o \
	-path 'tests/cli/*.sh' -type f | LC_ALL=C sort | while read -r file; do
	name=${file%.c}
	grep -qE "(^|[[:space:]])($file|$name)([[:space:]]|\$)" Makefile.am ||
		echo "$file: Makefile.am does not name it: add it to the list of its layer"
done >>"$list"

finish
