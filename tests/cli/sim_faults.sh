#!/bin/sh
# Faults: answers that go wrong on purpose.
. "$(dirname "$0")/sim_lib.sh"

good='{"cacheEnabled":true,"cacheKey":"fault_{contactId}","cacheTtl":300}'

sim_start --rate 0
login demo
first_action
version=$(control "state?id=$ID" | jq .version)

# faults JSON: these and no others from now on
faults() {
	is "taken: $1" "$(control faults "$1" | jq -c .)" '{"ok":true}'
}
version_now() {
	control "state?id=$ID" | jq .version
}
last() {
	control requests | jq -c ".[-1] | [$1]"
}

# Which requests, and how often
faults '[{"status":503}]'
call GET "$ACTIONS?pageSize=1"
fails "any request" 503 service.unavailable
call GET "$ACTIONS?pageSize=1"
is "once" "$STATUS" 200
faults '[{"method":"PUT","status":500},{"path":"/oauth/*","status":502},{"path":"/api/v2/dataactions","query":"*page=2*","status":504,"times":2}]'
call GET "$ACTIONS?page=1"
is "another method, path and query" "$STATUS" 200
put "$ID" "$ETAG" "$good"
fails "by method" 500 internal.server.error
is "by method: no effect" "$(version_now) $(last .effect,.status)" "$version [\"none\",500]"
call POST /oauth/token
fails "by path" 502 bad.gateway
for n in 1 2; do
	call GET "$ACTIONS?page=2"
	fails "by query, time $n" 504 gateway.timeout
done
call GET "$ACTIONS?page=2"
is "by query, used up" "$STATUS $(control faults | jq -c .)" "200 []"
faults '[{"path":"/api/*","status":429,"headers":{"Retry-After":"7","X-More":"1"}},{"path":"/api/*","status":400,"body":{"code":"my.own","message":"m"}}]'
call GET "$ACTIONS"
fails "the first that matches" 429 too.many.requests
is "headers" "$(header Retry-After) $(header X-More)" "7 1"
call GET "$ACTIONS"
is "then the second, with its own body" "$STATUS $(cat "$work/body") $(header Content-Type)" '400 {"code":"my.own","message":"m"} application/json'
faults '[{"status":503,"times":0}]'
for n in 1 2 3; do
	call GET "$ACTIONS"
	is "for ever, time $n" "$STATUS" 503
done
faults '[]'
call GET "$ACTIONS"
is "none" "$STATUS" 200
faults '[{"status":503},{"times":3,"status":500}]'
is "what is left" "$(control faults | jq -c .)" '[{"status":503,"left":1},{"times":3,"status":500,"left":3}]'
call GET "$ACTIONS"
is "what is left after one" "$(control faults | jq -c .)" '[{"times":3,"status":500,"left":3}]'

# The connection goes
faults '[{"method":"PUT","drop":"before"},{"method":"PUT","drop":"after"}]'
put "$ID" "$ETAG" "$good"
is "dropped before: no answer" "$CURL $STATUS" "52 000"
is "dropped before: no effect" "$(version_now) $(last .effect,.status)" "$version [\"none\",0]"
put "$ID" "$ETAG" "$good"
is "dropped after: no answer" "$CURL $STATUS" "52 000"
is "dropped after: an effect" "$(version_now) $(last .effect,.status,.version)" "$((version + 1)) [\"applied\",0,$((version + 1))]"
is "dropped after: what was asked" "$(last .asked)" "[$good]"
faults '[{"drop":"after"}]'
put "$ID" '"0"' "$good"
is "dropped after a refusal: no effect" "$CURL $(version_now)" "52 $((version + 1))"

# The answer lies
faults '[{"method":"PUT","status":504,"effect":"applied"},{"raw":"not json"},{"raw":"<html>","content_type":"text/html"},{"no_content":true}]'
put "$ID" '*' "$good"
fails "504, and it took effect" 504 gateway.timeout
is "504: the effect" "$(version_now) $(last .effect,.status)" "$((version + 2)) [\"applied\",504]"
put "$ID" '*' "$good"
is "raw" "$STATUS $(cat "$work/body") $(header Content-Type) $(version_now)" "200 not json application/json $((version + 3))"
put "$ID" '*' "$good"
is "raw, of another type" "$STATUS $(cat "$work/body") $(header Content-Type) $(version_now)" "200 <html> text/html $((version + 4))"
put "$ID" '*' "$good"
is "no content" "$STATUS $(wc -c <"$work/body") [$(header ETag)$(header Content-Type)] $(version_now)" "204 0 [] $((version + 5))"
faults '[{"no_content":true}]'
put "$ID" '"0"' "$good"
fails "no content is for a success alone" 409 conflict

faults '[{"truncate":100},{"truncate":0},{"truncate":100000000}]'
call GET "$ACTIONS"
is "cut short: curl misses the rest" "$CURL $STATUS $(wc -c <"$work/body")" "18 200 100"
is "cut short: the length promised" "$([ "$(header Content-Length)" -gt 1000 ] && echo long)" long
call GET "$ACTIONS"
is "cut at once" "$CURL $STATUS $(wc -c <"$work/body")" "18 200 0"
call GET "$ACTIONS"
is "cut past the end" "$CURL $STATUS" "0 200"

faults '[{"headers":{"ETag":null,"X-Cache":"Hit from cloudfront","inin-ratelimit-allowed":"7"}}]'
call GET "$ACTIONS/$ID"
is "headers taken away, added, replaced" "$STATUS [$(header ETag)] $(header X-Cache)" "200 [] Hit from cloudfront"
faults '[{"status":401,"headers":{"ININ-Correlation-Id":"mine"}}]'
call GET "$ACTIONS/$ID"
is "a correlation id of one's choice" "$STATUS $(header ININ-Correlation-Id)" "401 mine"

# Another admin is quicker
version=$(version_now)
faults "[{\"method\":\"PUT\",\"touch\":{\"set\":{\"cacheTtl\":77},\"by\":\"ops-apac\"}}]"
put "$ID" "\"$version\"" "$good"
fails "touched just before" 409 conflict
is "the other's change" "$(control "state?id=$ID" | jq -c '[.cacheTtl, .modifiedBy, .version]')" "[77,\"ops-apac\",$((version + 1))]"
other=$(control state | jq -r .changed[0].id)
faults "[{\"method\":\"GET\",\"touch\":{\"id\":\"$other\",\"set\":{\"name\":\"Moved\"}},\"status\":500}]"
call GET "$ACTIONS"
fails "touch and a status together" 500 internal.server.error
is "the change is there" "$(control "state?id=$other" | jq -r .name)" Moved

# Delay, with anything
faults '[{"delay":0.05,"status":503},{"delay":0.05,"drop":"after"}]'
is "delay" "$(curl -s -o "$work/none" -w '%{http_code} %{time_total}' "$URL/x" | awk '{ print $1, ($2 >= 0.05) }')" "503 1"
call GET "$ACTIONS"
is "delay, then nothing" "$CURL" 52

# Faults that are none
# refused MEMBER FAULTS
refused() {
	before=$(control faults | jq -c .)
	got=$(control faults "$2")
	like "refused: $2" "$(echo "$got" | jq -r '"\(.status) \(.message)"')" "400 *$1*"
	is "refused: those there stay" "$(control faults | jq -c .)" "$before"
}
faults '[{"status":503}]'
refused 'fault 1: unknown member "stauts"; did you mean "status"?' '[{"stauts":500}]'
refused 'fault 2: "status" must be' '[{"status":500},{"status":"500"}]'
refused '"status" must be' '[{"status":600}]'
refused '"status" must be' '[{"status":100}]'
refused '"times" must be' '[{"times":-1}]'
refused '"method" must be' '[{"method":1}]'
refused '"path" must be' '[{"path":null}]'
refused '"drop" must be' '[{"drop":"during"}]'
refused '"delay" must be' '[{"delay":-1}]'
refused '"delay" must be' '[{"delay":"1"}]'
refused '"raw" must be' '[{"raw":{}}]'
refused '"truncate" must be' '[{"truncate":-1}]'
refused '"headers" must be' '[{"headers":["a"]}]'
refused '"headers" must be' '[{"headers":{"a":1}}]'
refused '"touch" must be' '[{"touch":"x"}]'
refused '"touch" must be' '[{"touch":{"set":1}}]'
refused '"no_content" must be' '[{"no_content":1}]'
refused '"effect" must be' '[{"effect":"some","status":500}]'
refused '"drop" answers nothing' '[{"drop":"after","status":500}]'
refused '"raw" or "body"' '[{"raw":"a","body":"b"}]'
refused 'a fault must be an object' '[1]'
refused 'the body must be an array' '{"status":500}'
refused 'not JSON' '[{"status":500}'
sim_stop

# From a file, and back to it by a reset
echo '[{"path":"/oauth/token","status":503}]' >"$work/faults.json"
sim_start --faults "$work/faults.json"
for n in 1 2; do
	call POST /oauth/token
	is "from a file, time $n" "$STATUS" 503
	control reset '' >"$work/none"
done
sim_stop
sim_start --faults "${TEST_DATA_DIR:-$(dirname "$0")/../data}/../../data/faults-sample.json"
is "the sample is good" "$(control faults | jq length)" "$(jq length "$(dirname "$0")/../../data/faults-sample.json")"
done_testing
