#!/bin/sh
# audit: its filters, its stream, and what --verify finds in a store that was tampered
# with.
. "$(dirname "$0")/lib.sh"
command -v sqlite3 >/dev/null || {
	echo "Bail out! sqlite3 is missing"
	exit 1
}
tenant

run audit
is "nothing yet" "$CODE $(cat "$work/stdout" "$work/stderr")" "0 "
run audit --json
prints "nothing yet, as JSON" 0 <<'END'
[]
END
run audit --verify
prints "nothing to verify" 0 <<'END'
0 entries checked: whole
END

run set ani --ttl 1 --yes
run set cases --ttl 2 --yes
fault '{"method":"PUT","status":412}'
run set ani --ttl 3 --yes
fault '{"method":"PUT","status":403}'
run set ani --ttl 4 --yes
run set ani --ttl 86401 --yes
fault '{"method":"PUT","drop":"before","times":3}'
run set cases --ttl 6 --yes

# entries ARGUMENT...: [id, outcome, status] of each
entries() {
	run audit --json "$@"
	echo "$CODE $(json '[.[] | [.data_action_id, .outcome, .status]]')"
}
is "all, the newest first" "$(entries)" \
	'0 [["cases","not applied",null],["ani","refused",null],["ani","refused",403],["ani","conflict",412],["cases","applied",200],["ani","applied",200]]'
is "--id" "$(entries --id cases)" '0 [["cases","not applied",null],["cases","applied",200]]'
is "--outcome" "$(entries --outcome refused)" '0 [["ani","refused",null],["ani","refused",403]]'
is "--outcome 'not applied'" "$(entries --outcome 'not applied')" '0 [["cases","not applied",null]]'
is "--outcome not-applied" "$(entries --outcome not-applied)" '0 [["cases","not applied",null]]'
is "--status" "$(entries --status 412)" '0 [["ani","conflict",412]]'
is "--status none" "$(entries --status none)" '0 [["cases","not applied",null],["ani","refused",null]]'
is "--limit" "$(entries --limit 2)" '0 [["cases","not applied",null],["ani","refused",null]]'
is "several" "$(entries --id ani --outcome applied --status 200 --limit 5 --since 1h)" '0 [["ani","applied",200]]'
is "none" "$(entries --id nope)" '0 []'
run audit --id cases
is "for people" "$CODE $(steady "$work/stdout" | sed -n 2p)" \
	"0 TIME  applied      cache_update 200  cases  applied: the server's document holds what was sent"

db=$work/state/dacache/dacache.db
newest=$(audit '.[0].seq')

# tampered SQL: a copy of the store, changed by someone who knows SQLite; without its
# head file, unless that is kept by name
tampered() {
	rm -rf "$work/other"
	cp -r "$work/state" "$work/other"
	sqlite3 "$work/other/dacache/dacache.db" "
		DROP TRIGGER audit_delete; DROP TRIGGER audit_update; DROP TRIGGER audit_replace;
		$1"
}
verify() {
	XDG_STATE_HOME="$work/other" run audit --verify "$@"
}
# finds WHAT KIND FIRST LAST: that fault and no other, exit 1
finds() {
	verify --json
	is "$1" "$CODE $(json '[.whole, [.faults[] | [.kind, .first_seq, .last_seq]]]')" \
		"1 [false,[[\"$2\",$3,$4]]]"
	verify
	is "$1, in words" "$CODE $(grep -c "$3.* w[a-z]* $2: " "$work/stdout") $(grep -c ' entr.* checked: 1 fault$' "$work/stdout")" "1 1 1"
}

run audit --verify
is "whole" "$CODE $(sed 's/[0-9a-f]\{64\}/HASH/' "$work/stdout" | paste -sd' ')" \
	"0 $newest entries checked: whole head: $newest:HASH"
head=$(sed -n 's/^head: //p' "$work/stdout")
run audit --verify --head "$head"
is "against the head that it gave" "$CODE" 0
run audit --verify --json
is "as JSON" "$CODE $(json .)" \
	"0 {\"faults\":[],\"whole\":true,\"entries\":$newest,\"head_known\":true,\"past_head\":0,\"head\":\"$head\"}"
# The chain, followed without this program: sorted members without blanks, SHA-256
"$DACACHE" audit --json | jq -c 'reverse[]' >"$work/chain"
prev=0000000000000000000000000000000000000000000000000000000000000000
while read -r entry; do
	[ "$(echo "$entry" | jq -r .prev_hash)" = $prev ] || break
	prev=$(echo "$entry" | jq -ajcS 'del(.hash)' | openssl dgst -sha256 -r | cut -d ' ' -f 1)
	[ "$(echo "$entry" | jq -r .hash)" = $prev ] || break
done <"$work/chain"
is "the hashes are those of the entries" $prev "${head#*:}"

tampered "UPDATE audit SET payload_ttl_s = 7 WHERE seq = 2;"
finds "a changed entry" changed 2 2
tampered "DELETE FROM audit WHERE seq IN (2, 3);"
finds "removed ones" removed 2 3
tampered "DELETE FROM audit WHERE seq = 1;"
finds "the first removed" removed 1 1
tampered "DELETE FROM audit WHERE seq > 4;"
finds "the newest cut off" truncated 5 $newest
tampered "DELETE FROM audit WHERE seq > 4; UPDATE sqlite_sequence SET seq = 4 WHERE name = 'audit';"
finds "cut off, and SQLite's count too: the head file tells" truncated 5 $newest
rm "$work/other/dacache/dacache.db.head"
verify
is "without a head nobody can tell; it says so" \
	"$CODE $(grep -c 'there is no head to hold them against' "$work/stdout")" "0 1"
verify --head "$head"
is "but with a head that was kept elsewhere" \
	"$CODE $(grep -c "^entries 5 to $newest were truncated: " "$work/stdout")" "1 1"
tampered "INSERT INTO audit SELECT NULL, tenant_id, wall_us, action, data_action_id, name,
	payload_enabled, payload_key, 9, before_enabled, before_key, before_ttl_s, etag, if_match,
	status, latency_ms, who, outcome, attempts, correlation_id, message, prev_hash, hash
	FROM audit WHERE seq = 2;"
finds "an inserted one" inserted $((newest + 1)) $((newest + 1))
tampered "UPDATE audit SET outcome = 'glorious' WHERE seq = 2;"
finds "an outcome that is none" changed 2 2
XDG_STATE_HOME="$work/other" run audit --json
is "the list of such a store ends with an error" "$CODE $(grep -c 'see .dacache audit --verify' "$work/stderr")" "1 1"
tampered "UPDATE audit SET payload_ttl_s = 7 WHERE seq = 2; DELETE FROM audit WHERE seq = 4;"
verify --json
is "two faults, each by its name" "$CODE $(json '[.faults[] | [.kind, .first_seq]]')" '1 [["changed",2],["removed",4]]'

# A head that is no longer true stays, and the next entry says so
tampered "DELETE FROM audit WHERE seq > 4;"
XDG_STATE_HOME="$work/other" run set ani --ttl 50 --yes
is "writing goes on, with a warning" \
	"$CODE $(grep -c "^dacache: audit: the audit does not hold entry $newest as .*head has it" "$work/stderr")" "0 1"
verify --json
is "and what was cut off is named whole, behind it" "$CODE $(json '[.faults[] | [.kind, .first_seq, .last_seq]]')" \
	"1 [[\"removed\",5,$newest]]"
is "the old head is still there" "$(grep -c "^$head " "$work/other/dacache/dacache.db.head")" 1

# Times
tampered "UPDATE audit SET wall_us = 1767571200000000 + 1800000000 * seq; DELETE FROM audit_hour;
	INSERT INTO audit_hour SELECT tenant_id, wall_us / 3600000000, min(seq), max(seq) FROM audit
	GROUP BY 1, 2;"
within() {
	XDG_STATE_HOME="$work/other" run audit --json "$@"
	echo "$CODE $(json '[.[].seq] | reverse')"
}
is "--since a time" "$(within --since 2026-01-05T02:00:00Z)" '0 [4,5,6]'
is "--until a time, itself included" "$(within --until 2026-01-05T02:00:00Z)" '0 [1,2,3,4]'
is "between" "$(within --since 2026-01-05T02:30:00.001+01:00 --until 2026-01-05T02:00:00Z)" '0 [4]'
is "--since a date" "$(within --since 2026-01-05)" '0 [1,2,3,4,5,6]'
is "--until a date is the whole day" "$(within --until 2026-01-05)" '0 [1,2,3,4,5,6]'
is "--until the day before" "$(within --until 2026-01-04)" '0 []'
is "a span back" "$(within --since 7d)" '0 []'
is "and up to there" "$(within --until 90s --limit 1)" '0 [6]'

# More than a page, and who reads stops
sqlite3 "$work/other/dacache/dacache.db" "
	WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1700)
	INSERT INTO audit SELECT NULL, tenant_id, wall_us, action, data_action_id, name,
	payload_enabled, payload_key, i, before_enabled, before_key, before_ttl_s, etag, if_match,
	status, latency_ms, who, outcome, attempts, correlation_id, message, prev_hash, hash
	FROM audit, n WHERE seq = 1;"
XDG_STATE_HOME="$work/other" run audit --json
is "pages follow each other without a gap" "$CODE $(json '[length, (map(.seq) | . == (sort | unique | reverse))]')" "0 [1706,true]"
for limit in 499 500 501 1000 1706 5000; do
	XDG_STATE_HOME="$work/other" run audit --limit $limit
	is "--limit $limit" "$CODE $(wc -l <"$work/stdout")" "0 $((limit < 1706 ? limit : 1706))"
done
XDG_STATE_HOME="$work/other" "$DACACHE" audit 2>"$work/stderr" | head -n 3 >"$work/stdout"
is "who reads no more is left alone" "$(wc -l <"$work/stdout") $(cat "$work/stderr")" "3 "
XDG_STATE_HOME="$work/other" "$DACACHE" audit >/dev/full 2>"$work/stderr"
is "a full disk is told once" "$? $(cat "$work/stderr")" \
	"1 dacache: the answer could not be written: No space left on device"
done_testing
