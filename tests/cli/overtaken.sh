#!/bin/sh
# A change that was applied unseen, and then changed by someone else before it was read
# again: nothing may say that it wrote nothing.
. "$(dirname "$0")/lib.sh"
tenant
settings

ANI='"path":"/api/v2/dataactions/ani"'
OWN_READ="{\"method\":\"GET\",$ANI,\"delay\":0}" # that the change starts from
# theirs MEMBERS: at that call someone else changes the action
theirs() {
	printf '"touch":{"set":%s,"by":"j.doe"}' "$1"
}
last_entry() {
	audit '[.[] | select(.action == "cache_update")][0] | [.outcome, .attempts, .message]'
}
# told WHAT CODE OUTCOME MESSAGE FAULT...: a change of key and TTL, as the shell and the
# audit tell it.
told() {
	what=$1 code=$2 message=$3
	shift 3
	control reset '' >/dev/null
	fault "$@"
	run set ani --key 'mine_{contactId}' --ttl 100 --yes
	is "$what" "$CODE $(cat "$work/stdout")" "$code $message"
	control faults '[]' >/dev/null
	is "$what: so the audit" "$(last_entry | jq -r '.[2]')" "$message"
}

told "a 5xx that was applied, then another's change of the TTL" 0 \
	"applied: seen by reading again; then changed by j.doe, and is now at version 5: cacheTtl is not as it was sent" \
	"{\"method\":\"PUT\",$ANI,\"status\":500,\"effect\":\"applied\"}" \
	"{\"method\":\"PUT\",$ANI,$(theirs '{"cacheTtl":5}')}"
told "a lost answer, then another's change of the TTL" 0 \
	"applied: seen by reading again; then changed by j.doe, and is now at version 5: cacheTtl is not as it was sent" \
	"$OWN_READ" "{\"method\":\"PUT\",$ANI,\"drop\":\"after\"}" \
	"{\"method\":\"GET\",$ANI,$(theirs '{"cacheTtl":5}')}"
UNKNOWN="the action was changed by j.doe, and is now at version 5; whether this change was applied before can't be known"
told "a 5xx that was applied, then another's change of both" 4 "conflict: the tenant failed; $UNKNOWN" \
	"{\"method\":\"PUT\",$ANI,\"status\":500,\"effect\":\"applied\"}" \
	"{\"method\":\"PUT\",$ANI,$(theirs '{"cacheTtl":5,"cacheKey":"theirs"}')}"
is "the shell's table says so too" "$(grep -c "Whether an attempt of this request was applied before can't be known" "$work/stderr") $(grep -c 'wrote nothing' "$work/stderr")" "1 0"
told "a lost answer, then another's change of both" 4 "conflict: the answer was lost; $UNKNOWN" \
	"$OWN_READ" "{\"method\":\"PUT\",$ANI,\"drop\":\"after\"}" \
	"{\"method\":\"GET\",$ANI,$(theirs '{"cacheTtl":5,"cacheKey":"theirs"}')}"
told "lost before it was applied: one change, and not ours" 4 \
	"conflict: the action changed since it was read; this request wrote nothing" \
	"{\"method\":\"PUT\",$ANI,\"drop\":\"before\",$(theirs '{"cacheTtl":5}')}"
told "503 twice without effect, then another's" 4 \
	"conflict: the action changed since it was read; this request wrote nothing" \
	"{\"method\":\"PUT\",$ANI,\"status\":503,\"times\":2}" \
	"{\"method\":\"PUT\",$ANI,$(theirs '{"cacheTtl":5}')}"

# As JSON
control reset '' >/dev/null
fault "{\"method\":\"PUT\",$ANI,\"status\":500,\"effect\":\"applied\"}" \
	"{\"method\":\"PUT\",$ANI,$(theirs '{"cacheTtl":5,"cacheKey":"theirs"}')}"
run set ani --key 'mine_{contactId}' --ttl 100 --yes --json
is "as JSON: it may have written" "$CODE $(json '[.outcome, .conflict.may_have_written]')" '4 ["conflict",true]'
fault "{\"method\":\"PUT\",$ANI,$(theirs '{"cacheTtl":6}')}"
run set ani --ttl 101 --yes --json
is "as JSON: it surely did not" "$CODE $(json '[.outcome, .conflict.may_have_written]')" '4 ["conflict",false]'

# A webhook follows what was applied, though another's change came on top.
control reset '' >/dev/null
fault "{\"method\":\"PUT\",$ANI,\"status\":500,\"effect\":\"applied\"}" \
	"{\"method\":\"PUT\",$ANI,$(theirs '{"cacheTtl":5}')}"
settings 'webhook_allow = 127.0.0.1'
run set ani --key 'mine_{contactId}' --ttl 100 --directive "$URL/webhooks/a,crm.updated,invalidate" --yes
is "the webhook of what was applied leaves" "$CODE $(control webhooks | jq length)" "0 1"

# What came of it is found by the next start: read again too late.
control reset '' >/dev/null
fault "$OWN_READ" "{\"method\":\"PUT\",$ANI,\"drop\":\"after\"}" "{\"method\":\"GET\",$ANI,\"status\":404}"
run set ani --key 'next_{contactId}' --ttl 200 --no-directives --yes
is "nobody knows" "$CODE" 9
control touch '{"id":"ani","set":{"cacheTtl":7},"by":"j.doe"}' >/dev/null
run show ani
is "the next start finds it applied, and changed since" "$(last_entry)" \
	'["applied",1,"applied (resolved later): then changed by j.doe, and is now at version 5: cacheTtl is not as it was sent"]'
control reset '' >/dev/null
fault "$OWN_READ" "{\"method\":\"PUT\",$ANI,\"drop\":\"after\"}" "{\"method\":\"GET\",$ANI,\"status\":404}"
run set ani --key 'next_{contactId}' --ttl 200 --yes
control touch '{"id":"ani","set":{"cacheTtl":7,"cacheKey":"theirs"},"by":"j.doe"}' >/dev/null
run show ani
is "or that it can't be known" "$(last_entry)" \
	"[\"conflict\",1,\"conflict (resolved later): $UNKNOWN\"]"
control reset '' >/dev/null
fault "$OWN_READ" "{\"method\":\"PUT\",$ANI,\"drop\":\"before\",$(theirs '{"cacheTtl":7}')}" \
	"{\"method\":\"GET\",$ANI,\"status\":404}"
run set ani --key 'next_{contactId}' --ttl 200 --yes
run show ani
is "or that it wrote nothing" "$(last_entry)" \
	'["conflict",1,"conflict (resolved later): someone else changed the action first; this request wrote nothing"]'

# Many at once on a bad day on which others are at work, too.
sim_stop >/dev/null
sim_start --actions 60 --rate 0
export CXONE_BASE_URL="$URL"
run export --format lines -o "$work/all.jsonl"
before=$(audit 'length')
jq -cs 'to_entries[] | {id: .value.id, cacheKey: "n\(.key)_q", cacheTtl: 4321}' "$work/all.jsonl" >"$work/plan.jsonl"
jq -cs '[to_entries[] | (.key % 6) as $kind | "/api/v2/dataactions/\(.value.id)" as $path |
	({method: "PUT", path: $path, touch: {set: (
		if .key % 4 < 2 then {cacheTtl: 5} else {cacheTtl: 5, cacheKey: "theirs_\(.key)"} end)}}) as $theirs |
	if $kind == 0 then {method: "PUT", path: $path, status: 500, effect: "applied"}, $theirs
	elif $kind == 1 then {method: "PUT", path: $path, status: 503}, $theirs
	elif $kind == 2 then {method: "GET", path: $path, delay: 0}, {method: "GET", path: $path, delay: 0},
		{method: "PUT", path: $path, drop: "after"}, ($theirs + {method: "GET"})
	elif $kind == 3 then $theirs + {drop: "before"}
	elif $kind == 4 then $theirs
	else empty end]' "$work/plan.jsonl" >"$work/faults"
control faults "$(cat "$work/faults")" >/dev/null
run apply "$work/plan.jsonl" --yes
is "the plan goes as far as others let it" "$CODE" 4
control requests | jq -c '[.[] | select(.method == "PUT" and .effect == "applied") | .path | split("/") | last] | sort' >"$work/effective"
audit "[.[] | select(.action == \"cache_update\")][: length - $before]" >"$work/entries"
may='((.outcome == "applied") or (.message | contains("be known")))'
is "what may have been applied in the audit is at least what the tenant applied" \
	"$(jq -c --slurpfile applied "$work/effective" "\$applied[0] - [.[] | select($may) | .data_action_id]" "$work/entries")" '[]'
is "and no more: each that took effect, once" \
	"$(jq -c "[.[] | select($may) | .data_action_id] | sort" "$work/entries")" "$(cat "$work/effective")"
is "what says that it wrote nothing did not" \
	"$(jq -c --slurpfile applied "$work/effective" '[.[] | select(.message | contains("wrote nothing")) | .data_action_id] | . - (. - $applied[0])' "$work/entries")" '[]'
is "each way it can end was there" \
	"$(jq -c '[.[] | if .message | contains("then changed by") then "overtaken" elif .message | contains("be known") then "may"
		elif .message | contains("wrote nothing") then "nothing" else .outcome end] | unique' "$work/entries")" \
	'["applied","may","nothing","overtaken"]'
done_testing
