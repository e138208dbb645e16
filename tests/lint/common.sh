# What the checks share. Each fault is one line: its place, what is wrong, what
# to do. Sourced with the working directory set to the top of the sources.

cd "${TOP_SRCDIR:-$(dirname "$0")/../..}" || exit 1
list=$(mktemp) || exit 1
trap 'rm -f "$list"' EXIT

# C files of the tree, one a line.
c_files() {
	find src include tests -type f -name '*.[ch]' | LC_ALL=C sort
}

need() {
	command -v "$1" >/dev/null 2>&1 && return
	echo "$1 is missing: apt-get install $2"
	exit 1
}

# Show the fault lines that were gathered in $list; the check fails by them.
finish() {
	[ -s "$list" ] || exit 0
	cat "$list"
	echo "$(wc -l <"$list") faults"
	exit 1
}
