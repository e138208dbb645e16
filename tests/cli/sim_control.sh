#!/bin/sh
# The controls under /__sim/, webhooks, and the server's log.
. "$(dirname "$0")/sim_lib.sh"

good='{"cacheEnabled":true,"cacheKey":"control_{contactId}","cacheTtl":300}'

sim_start --seed 4 --rate 0
login demo
first_action
version=$(answer .version)

# State
is "state" "$(control state | jq -c '[.options.seed, .options.put, .counts.actions, .counts.tokens, (.clients | map(.id))]')" \
	'[4,"merge",140,1,["demo","viewer"]]'
is "one action's state" "$(control "state?id=$ID" | jq -c .)" "$(jq -c . "$work/body")"
is "an unknown action's state" "$(control "state?id=none" | jq -r .code)" not.found
is "nothing changed yet" "$(control state | jq -c .changed)" "[]"

# The log
put "$ID" "$ETAG" "$good"
is "the log has the PUT" "$(control requests | jq -c '.[-1] | [.method, .path, .status, .if_match, .client, .effect, .version, .asked]')" \
	"[\"PUT\",\"$ACTIONS/$ID\",200,$(printf %s "$ETAG" | jq -R .),\"demo\",\"applied\",$((version + 1)),$good]"
is "with its correlation id" "$(control requests | jq -r '.[-1].correlation_id')" "$(header ININ-Correlation-Id)"
put "$ID" "$ETAG" '{"cacheKey":"_","more":1}'
is "and a refused one" "$(control requests | jq -c '.[-1] | [.status, .effect, .version, .asked]')" \
	"[400,\"none\",$((version + 1)),{\"cacheKey\":\"_\"}]"
is "a token is logged, with its client" "$(control requests | jq -c '.[0] | [.n, .method, .path, .status, .client]')" \
	'[1,"POST","/oauth/token",200,"demo"]'
is "controls are not logged" "$(control requests | jq '[.[] | select(.path | startswith("/__sim"))] | length')" 0
total=$(control state | jq .counts.requests)
is "after=N" "$(control "requests?after=$((total - 1))" | jq -c 'map(.n)')" "[$total]"
is "method=PUT" "$(control "requests?method=PUT" | jq -c 'map(.method) | unique')" '["PUT"]'
is "after=x" "$(control "requests?after=x" | jq -r .code)" invalid.value
is "counts" "$(control state | jq -c '.counts | [.puts, .applied, .changed]')" "[2,1,1]"
is "what changed" "$(control state | jq -c '.changed[0] | [.id, .version, .modifiedBy, .cacheTtl]')" "[\"$ID\",$((version + 1)),\"demo\",300]"

# The ring keeps the newest 10000, and every PUT. One curl, one connection.
awk -v url="$URL/x" 'BEGIN { for (i = 0; i < 10050; i++) print "url=" url "\noutput=/dev/null" }' >"$work/many"
curl -s -K "$work/many"
is "the ring is bounded, PUTs stay" "$(control requests | jq -c '[length, (map(select(.method == "PUT")) | length), (map(.n) == (map(.n) | sort))]')" "[10002,2,true]"

# Another admin
is "touch" "$(control touch "{\"id\":\"$ID\",\"set\":{\"cacheTtl\":61,\"name\":\"N\"}}" | jq -c .)" \
	"{\"id\":\"$ID\",\"version\":$((version + 2)),\"etag\":\"\\\"$((version + 2))\\\"\"}"
call GET "$ACTIONS/$ID"
is "touched" "$(header ETag) $(answer '[.cacheTtl, .name, .modifiedBy] | tojson')" "\"$((version + 2))\" [61,\"N\",\"ops-emea\"]"
is "touch without saying what" "$(control touch "{\"id\":\"$ID\"}" | jq .version)" $((version + 3))
call GET "$ACTIONS/$ID"
is "it has another TTL" "$([ "$(answer .cacheTtl)" != 61 ] && echo another)" another
is "touch by whom" "$(control touch "{\"id\":\"$ID\",\"by\":\"svc-terraform\"}" >"$work/none"; control "state?id=$ID" | jq -r .modifiedBy)" svc-terraform
is "touch of nobody" "$(control touch '{"id":"none"}' | jq -r .code)" not.found
is "touch of nothing" "$(control touch '{}' | jq -r .code)" not.found
is "touch with what is no object" "$(control touch "{\"id\":\"$ID\",\"set\":5}" | jq -r .status)" 400
is "touch that is no JSON" "$(control touch 'x' | jq -r .status)" 400
is "touch that is no object" "$(control touch '[]' | jq -r .status)" 400

# The tenant moves
call GET "$ACTIONS?pageSize=2"
second=$(answer '.entities[1].id')
is "remove" "$(control remove "{\"id\":\"$ID\"}" | jq -c .)" '{"ok":true}'
call GET "$ACTIONS/$ID"
fails "removed" 404 not.found
put "$ID" '*' "$good"
fails "removed: no PUT" 404 not.found
call GET "$ACTIONS?pageSize=1"
is "the list closes up" "$(answer '[.total, .entities[0].id] | tojson')" "[139,\"$second\"]"
is "removed once" "$(control remove "{\"id\":\"$ID\"}" | jq -r .status)" 404
is "add" "$(control add '{"id":"fresh one","name":"Fresh","cacheTtl":1}' | jq -c .)" '{"ok":true}'
call GET "$ACTIONS/fresh%20one"
is "added" "$STATUS $(answer .name)" "200 Fresh"
call GET "$ACTIONS?pageSize=1&page=140"
is "at the end of the list" "$(answer '[.total, .entities[0].id] | tojson')" '[140,"fresh one"]'
is "add it again" "$(control add '{"id":"fresh one"}' | jq -r .message)" 'the id "fresh one" is there already'
is "add a removed one's id" "$(control add '{"name":"no id"}' | jq -r .status)" 400

# Webhooks
hook='{"event":"cache_invalidation","data":{"target_key":"k"}}'
STATUS=$(curl -s -o "$work/body" -w '%{http_code}' -H 'Content-Type: application/json' -H 'X-Two: 2' -d "$hook" "$URL/webhooks/crm/a?b=1")
is "a webhook is taken" "$STATUS $(cat "$work/body")" '200 {"received":true}'
is "and kept" "$(control webhooks | jq -c '.[0] | [.n, .path, .headers["Content-Type"], .headers["X-Two"], .body, .json.event]')" \
	"[1,\"/webhooks/crm/a\",\"application/json\",\"2\",$(printf %s "$hook" | jq -R .),\"cache_invalidation\"]"
printf '\377\000x' | curl -s -o "$work/body" --data-binary @- "$URL/webhooks/"
is "any bytes" "$(control webhooks | jq -c '.[1] | [.body, .json]')" '["�\u0000x",null]'
call GET /webhooks/crm
fails "GET of a webhook" 405 method.not.allowed
control faults '[{"path":"/webhooks/*","status":500}]' >"$work/none"
call POST /webhooks/x -d '{}'
is "a webhook may fail" "$STATUS $(control webhooks | jq length)" "500 2"

# The way back
login demo
put "$second" '*' "$good"
is "reset" "$(control reset '' | jq -c .)" '{"ok":true}'
is "as at the start" "$(control state | jq -c '[.counts.actions, .counts.changed, .counts.requests, .counts.webhooks, .counts.tokens, .faults, .changed]')" "[140,0,0,0,0,[],[]]"
call GET "$ACTIONS"
fails "tokens are gone too" 401 bad.credentials
login demo
first_action
is "the first action is back" "$ETAG $(answer .cacheKey)" "\"$version\" customer_{contactId}_profile_v2"
call GET "$ACTIONS/fresh%20one"
fails "the added one is gone" 404 not.found

# Controls that are none
call GET /__sim/none
fails "an unknown control" 404 not.found
call GET /__sim/touch
fails "GET of touch" 405 method.not.allowed
is "what is allowed" "$(header Allow)" POST
call PUT /__sim/faults
fails "PUT of faults" 405 method.not.allowed
is "what is allowed of faults" "$(header Allow)" "GET, POST"
done_testing
