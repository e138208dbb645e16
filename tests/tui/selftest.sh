#!/bin/sh
# Does the driver fail where it must? Runs each scenario of selftest.txt, which
# are all wrong in one thing, and looks for the reason in the driver's answer.
# Then: the fall-back without /proc/PID/syscall, and golden files written.
set -u
src=${TOP_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
: "${TOP_BUILDDIR:?}"
drive=$TOP_BUILDDIR/tests/tui/drive
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
# The limits of these scenarios are met on purpose.
unset DACACHE_TUI_TIMEOUT DACACHE_GOLDEN_WRITE
export TOP_BUILDDIR

awk -v dir="$dir" '
/^=== / {
	file = sprintf("%s/%03d.tui", dir, ++count)
	print substr($0, 5) >(file ".wants")
	next
}
!file { next }
$0 == "begin" {
	print "env TUI_SELFTEST_DIR=" dir >file
	print "program ${TOP_BUILDDIR}/tests/tui/fixture" >file
	print "start" >file
	print "expect \"last row\" row -1" >file
	next
}
$0 == "soon" { $0 = "timeout 0.2" }
{ print >file }' "$src/tests/tui/selftest.txt"

failed=0
count=0
for file in "$dir"/*.tui; do
	wants=$(cat "$file.wants")
	count=$((count + 1))
	"$drive" "$file" >"$dir/out" 2>&1
	code=$?
	if [ $code -ne 1 ] || ! grep -q '^not ok ' "$dir/out" || ! grep -qE "$wants" "$dir/out"; then
		echo "wanted a failure with: $wants"
		echo "exit status $code, and the driver said:"
		cat "$dir/out"
		failed=$((failed + 1))
	fi
done
echo "$count scenarios that must fail, $failed that did not as they should"
[ $count -ge 80 ] || failed=$((failed + 1))

"$drive" --no-proc "$src/tests/tui/driver_screen.tui" || failed=$((failed + 1))

# Golden files: written beside the scenario, then equal, then not.
cp "$src/tests/tui/driver_quiet.tui" "$dir/golden.tui"
DACACHE_GOLDEN_WRITE=1 "$drive" "$dir/golden.tui" || failed=$((failed + 1))
"$drive" "$dir/golden.tui" || failed=$((failed + 1))
for name in "$src"/tests/tui/golden/driver_quiet*.txt; do
	cmp "$name" "$dir/golden/$(basename "$name")" || failed=$((failed + 1))
done

"$drive" >"$dir/out" 2>&1
[ $? -eq 2 ] && grep -q '^usage: drive' "$dir/out" || {
	echo "no usage without arguments"
	failed=$((failed + 1))
}
[ $failed -eq 0 ]
