#!/bin/sh
# Made-up look-ups: their form, and that a cache's settings show in them.
. "$(dirname "$0")/sim_lib.sh"

# wait_for COMMAND...: until it succeeds, 30 s at most
wait_for() {
	deadline=$(($(date +%s) + 30))
	until "$@" >"$work/waited" 2>&1 || [ "$(date +%s)" -ge "$deadline" ]; do
		:
	done
}

sim_start --feed "$work/feed" --lookups-rate 2000 --rate 0
login demo
first_action

# enough NAME N: N look-ups with keys that begin so, from the file
enough() {
	jq -cR --arg id "$ID" --arg name "$1" \
		'fromjson? | select(.dataActionId == $id and (.key | startswith($name)))' \
		"$work/feed" | head -n "$2" >"$work/$1"
	[ "$(wc -l <"$work/$1")" -eq "$2" ]
}
# take NAME N TTL ENABLED: set the first action so, and take its next look-ups
take() {
	put "$ID" '*' "{\"cacheKey\":\"$1_{contactId}\",\"cacheTtl\":$3,\"cacheEnabled\":$4}"
	is "set to $1 $3 $4" "$STATUS" 200
	wait_for enough "$1" "$2"
	is "$2 look-ups of $1" "$(wc -l <"$work/$1")" "$2"
}

take one 400 3600 true
is "each line has these members" "$(jq -c 'del(.status) | keys' "$work/one" | sort -u)" '["dataActionId","hit","key","latencyMs","ts"]'
is "of these types" "$(jq -c '[.ts, .dataActionId, .key, .hit, .latencyMs] | map(type)' "$work/one" | sort -u)" '["string","string","string","boolean","number"]'
is "keys are the template filled in" "$(jq -r '.key | test("^one_[0-9]{6}$")' "$work/one" | sort -u)" true
is "a key is a miss the first time, a hit later" \
	"$(jq -sc 'group_by(.key) | map([.[0].hit, (.[1:] | map(.hit) | all)]) | unique' "$work/one")" "[[false,true]]"
is "some keys come far more often than others" "$(jq -s 'group_by(.key) | (map(length) | max > 20) and length > 10' "$work/one")" true
is "hits are quick, misses are slow" "$(jq -s 'map(if .hit then .latencyMs <= 8 else .latencyMs >= 40 end) | all' "$work/one")" true
is "there are hits" "$(jq -s 'map(select(.hit)) | length > 100' "$work/one")" true

take zero 100 0 true
is "TTL 0: no hits" "$(jq -c .hit "$work/zero" | sort -u)" false
take off 100 3600 false
is "caching off: no hits" "$(jq -c .hit "$work/off" | sort -u)" false
take short 1200 1 true
is "a TTL of 1 s: kept keys come to their end" \
	"$(jq -s 'group_by(.key) | max_by(length) | map(select(.hit | not)) | length > 1' "$work/short")" true
is "which is told" "$(jq -c 'select(.status) | [.status, .hit]' "$work/short" | sort -u)" '["expired",false]'
is "of a key that was there before" \
	"$(jq -sc 'group_by(.key) | map(.[0].status) | unique' "$work/short")" '[null]'
take again 400 3600 true
is "a long TTL: only the first of each is a miss" \
	"$(jq -sc 'group_by(.key) | map([.[0].hit, (.[1:] | map(.hit) | all)]) | unique' "$work/again")" "[[false,true]]"
is "none expired" "$(jq -c 'select(.status)' "$work/again")" ""
put "$ID" '*' '{"cacheKey":"plain","cacheTtl":3600,"cacheEnabled":true}'
wait_for enough plain 20
is "a key without placeholder is one key" "$(jq -sc '[(map(.key) | unique), map(.hit)[0], (map(.hit)[1:] | all)]' "$work/plain")" '[["plain"],false,true]'
sim_stop

# A FIFO: read or not, nothing waits, and what is read is whole lines.
mkfifo "$work/fifo"
sim_start --feed "$work/fifo" --lookups-rate 4000
login demo
is "served while nobody reads" "$STATUS" 200
counted() {
	[ "$(control state | jq .counts.lookups)" -gt 400 ]
}
wait_for counted
is "look-ups go on" "$(counted && echo counted)" counted
is "and fill the caches" "$(control state | jq '.counts | .cached > 0 and .cached <= .lookups')" true
for n in 1 2; do
	is "reader $n gets whole lines" "$(head -n 300 <"$work/fifo" | jq -c 'del(.status) | keys' | sort | uniq -c | tr -s ' ')" \
		' 300 ["dataActionId","hit","key","latencyMs","ts"]'
done
sim_stop

# A file grows; its lines are whole.
echo '{"was":"there"}' >"$work/file"
sim_start --feed "$work/file" --lookups-rate 2000 --busy-admin 1
busy() {
	[ "$(control state | jq '.counts.lookups > 200 and (.changed | length) > 0')" = true ]
}
wait_for busy
is "the busy admin changed something" "$(control state | jq '.changed | length > 0')" true
sim_stop
is "the file is appended to" "$(head -n 1 "$work/file")" '{"was":"there"}'
is "every line is JSON" "$(jq -c . "$work/file" | wc -l)" "$(wc -l <"$work/file")"
is "many of them" "$([ "$(wc -l <"$work/file")" -gt 200 ] && echo many)" many

# The sample trace is of this form, and of the demo's tenant.
top=$(dirname "$0")/../../data
is "the sample's members" "$(jq -c keys "$top/lookups-sample.jsonl" | sort -u)" '["dataActionId","hit","key","latencyMs","ts"]'
is "the sample's actions are the demo's" \
	"$(jq -sc --slurpfile demo "$top/demo-tenant.json" '(map(.dataActionId) | unique) - ($demo[0].actions | map(.id))' "$top/lookups-sample.jsonl")" "[]"
is "the demo's tenant has 140 actions" "$(jq '.actions | length' "$top/demo-tenant.json")" 140
done_testing
