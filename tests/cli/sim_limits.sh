#!/bin/sh
# The rate limit, its headers, and answers that take their time.
. "$(dirname "$0")/sim_lib.sh"

quota() {
	echo "$(header inin-ratelimit-allowed) $(header inin-ratelimit-count) $(header inin-ratelimit-reset)"
}

sim_start
login demo
is "300 a minute unless told; a token costs nothing" "$(quota)" "300 0 60"
call GET "$ACTIONS?pageSize=1"
like "a request counts" "$(quota)" "300 1 *"
call GET "$ACTIONS/none"
like "a 404 too" "$(quota)" "300 2 *"
TOKEN=
call GET "$ACTIONS"
is "nobody's request has nobody's quota" "$STATUS $(quota)" "401 300 0 60"
sim_stop

sim_start --rate 3/1000
login demo
for n in 1 2 3; do
	call GET "$ACTIONS?pageSize=1"
	like "request $n of 3" "$STATUS $(quota)" "200 3 $n *"
done
call GET "$ACTIONS?pageSize=1"
fails "one too many" 429 too.many.requests
wait=$(header Retry-After)
is "Retry-After is the time to the window's end" "$([ "$wait" -gt 900 ] && [ "$wait" -le 1000 ] && echo good)" good
is "the count stays at what is allowed" "$(quota)" "3 3 $wait"
call PUT "$ACTIONS/x" -d x
fails "a PUT meets the limit before anything else" 429 too.many.requests
login viewer
call GET "$ACTIONS?pageSize=1"
like "another client has its own" "$STATUS $(quota)" "200 3 1 *"
login demo
is "a token is still to be had" "$STATUS" 200
call GET "$ACTIONS?pageSize=1"
fails "and does not help" 429 too.many.requests
is "controls are not counted" "$(control state | jq -c '.clients[0] | [.id, .quota_count]')" '["demo",3]'
control rate '{"allowed":5}' >"$work/none"
call GET "$ACTIONS?pageSize=1"
like "the quota may be changed" "$STATUS $(quota)" "200 5 1 *"
control rate '{"allowed":300,"seconds":20,"used":300}' >"$work/none"
call GET "$ACTIONS?pageSize=1"
fails "throttled at once" 429 too.many.requests
control rate '{"allowed":0}' >"$work/none"
call GET "$ACTIONS?pageSize=1"
fails "nothing is allowed" 429 too.many.requests
control rate '{"allowed":-1}' >"$work/none"
call GET "$ACTIONS?pageSize=1"
is "no limit: no headers" "$STATUS [$(header inin-ratelimit-allowed)]" "200 []"
for body in '{"allowed":-2}' '{"allowed":"5"}' '{"seconds":0}' '{"used":1.5}' '[]' ''; do
	is "a rate that is none: $body" "$(control rate "$body" | jq -r .status)" 400
done
control reset '' >"$work/none"
login demo
call GET "$ACTIONS?pageSize=1"
like "a reset brings the first limit back" "$STATUS $(quota)" "200 3 1 1000"
sim_stop

sim_start --rate 0
login demo
call GET "$ACTIONS?pageSize=1"
is "--rate 0: no limit" "$STATUS [$(header inin-ratelimit-allowed)]" "200 []"
sim_stop

# The window ends by itself.
sim_start --rate 1/1
login demo
call GET "$ACTIONS?pageSize=1"
deadline=$(($(date +%s) + 20))
seen=
while [ "$seen" != "429 200" ] && [ "$(date +%s)" -lt "$deadline" ]; do
	call GET "$ACTIONS?pageSize=1"
	case "$seen $STATUS" in
	" 429") seen=429 ;;
	"429 200") seen="429 200" ;;
	esac
done
is "refused, then let in again" "$seen" "429 200"
sim_stop

# A slow answer holds nobody else up, and a stop does not wait for it.
sim_start
login demo
control faults '[{"path":"/api/v2/dataactions","query":"*slow*","delay":600}]' >"$work/none"
curl -s -H "Authorization: Bearer $TOKEN" "$URL$ACTIONS?slow" >"$work/slow" &
slow=$!
deadline=$(($(date +%s) + 20))
while [ "$(control requests | jq '[.[] | select(.path | endswith("slow"))] | length')" != 1 ] &&
	[ "$(date +%s)" -lt "$deadline" ]; do
	:
done
call GET "$ACTIONS?pageSize=1"
is "another is answered meanwhile" "$STATUS $(kill -0 "$slow" && echo waiting)" "200 waiting"
sim_stop
wait "$slow" 2>/dev/null
is "the slow one was not answered" "$(wc -c <"$work/slow")" 0

sim_start --latency 50
login demo
is "--latency" "$(curl -s -o "$work/none" -w '%{time_total}' "$URL/x" | awk '{ print ($1 >= 0.05) }')" 1
is "but for controls" "$(control state | jq -r .options.latency_ms)" 50
done_testing
