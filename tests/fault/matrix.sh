#!/bin/sh
# The matrix of failures: each cell of matrix.tsv is run by cell.sh, several at a time,
# and must end as it stands there, with audit and simulator in agreement.
# matrix.sh [PATTERN]: only the cells whose "call fault times" begins so.
here=$(dirname "$0")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
AT_ONCE=8 # most of them wait for something
TAB=$(printf '\t')

for tool in curl jq sqlite3 script xargs; do
	command -v $tool >/dev/null || {
		echo "Bail out! $tool is missing"
		exit 1
	}
done
grep -v '^#' "$here/matrix.tsv" | sed 1d | grep "^$(echo "${1-}" | tr ' ' "$TAB")" >"$work/cells"
cut -f 1-3 "$work/cells" | nl -n ln -w 1 | tac |
	xargs -P $AT_ONCE -L 1 sh -c 'sh "$0/cell.sh" "$3" "$4" "$5" >"$1/$2.got" 2>"$1/$2.err"' "$here" "$work"

number=0
failures=0
while IFS=$TAB read -r call fault times exit_code outcome calls effects audit later said; do
	number=$((number + 1))
	wanted="exit $exit_code, $outcome, $calls calls, $effects effects, audit $audit, later $later, agree"
	IFS=$TAB read -r g_exit g_outcome g_calls g_effects g_audit g_later g_agree g_said <"$work/$number.got"
	got="exit $g_exit, $g_outcome, $g_calls calls, $g_effects effects, audit $g_audit, later $g_later, $g_agree"
	# shellcheck disable=SC2254 # the pattern is meant to match
	case $g_said in
	$said) told=yes ;;
	*) told=no ;;
	esac
	if [ "$got" = "$wanted" ] && [ $told = yes ] && [ ! -s "$work/$number.err" ]; then
		echo "ok $number - $call $fault $times"
		continue
	fi
	failures=$((failures + 1))
	echo "not ok $number - $call $fault $times"
	printf '#   got      %s\n#   expected %s\n' "$got" "$wanted"
	[ $told = yes ] || printf '#   said     %s\n#   expected %s\n' "$g_said" "$said"
	sed 's/^/#   /' "$work/$number.err"
done <"$work/cells"
echo "# cells $number, passed $((number - failures))"
echo "1..$number"
[ $failures -eq 0 ]
