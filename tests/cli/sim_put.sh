#!/bin/sh
# PUT: what is taken, what is refused and why, and what a change looks like.
. "$(dirname "$0")/sim_lib.sh"

good='{"cacheEnabled":true,"cacheKey":"customer_{contactId}_v3","cacheTtl":300}'

sim_start --rate 0
login demo
first_action
cp "$work/body" "$work/before"
before=$(answer .version)

put "$ID" "$ETAG" "$good"
is "a change" "$STATUS $(answer '[.cacheEnabled, .cacheKey, .cacheTtl] | tojson')" \
	'200 [true,"customer_{contactId}_v3",300]'
is "the version went up by one" "$(answer .version)" $((before + 1))
is "the new ETag" "$(header ETag)" "\"$((before + 1))\""
is "who" "$(answer .modifiedBy)" demo
like "when" "$(answer .dateModified)" "2???-??-??T??:??:??.???Z"
is "nothing else" "$(answer 'del(.cacheEnabled, .cacheKey, .cacheTtl, .version, .modifiedBy, .dateModified) | tojson')" \
	"$(jq -c 'del(.cacheEnabled, .cacheKey, .cacheTtl, .version, .modifiedBy, .dateModified)' "$work/before")"
cp "$work/body" "$work/after"
call GET "$ACTIONS/$ID"
is "it stays" "$STATUS $(cmp "$work/body" "$work/after" && echo same)" "200 same"
call GET "$ACTIONS?pageSize=1"
is "the list has it" "$(answer '.entities[0] | tojson')" "$(jq -c . "$work/after")"

# If-Match: strong, byte for byte
now="\"$((before + 1))\""
for tag in "$ETAG" "W/$now" "$((before + 1))" "\"0$((before + 1))\"" '""' "$now-" ''; do
	put "$ID" "$tag" "$good"
	if [ -n "$tag" ]; then
		fails "If-Match: $tag" 409 conflict
	else
		fails "If-Match, empty (curl leaves it out)" 428 precondition.required
	fi
done
call GET "$ACTIONS/$ID"
is "a conflict changes nothing" "$(header ETag)" "$now"
put "$ID" "\"x\", $now" "$good"
is "one of a list" "$STATUS" 200
put "$ID" '*' "$good"
is "If-Match: *" "$STATUS $(answer .version)" "200 $((before + 3))"
call PUT "$ACTIONS/$ID" -H 'Content-Type: application/json' -d "$good"
fails "no If-Match" 428 precondition.required

# What the body must be
# invalid WHAT FIELD BODY
invalid() {
	put "$ID" '*' "$3"
	fails "$1" 400 invalid.value
	is "$1: the field" "$(answer '.details | map(.fieldName) | join(" ")')" "$2"
	is "$1: its code" "$(answer '.details[0].errorCode')" invalid.value
}
invalid "no key" cacheKey '{"cacheEnabled":true,"cacheTtl":60}'
invalid "a null key" cacheKey '{"cacheEnabled":true,"cacheKey":null,"cacheTtl":60}'
invalid "a key that is a number" cacheKey '{"cacheKey":5}'
invalid "an empty key" cacheKey '{"cacheKey":""}'
invalid "a key without letter or digit" cacheKey '{"cacheKey":"_-{}"}'
invalid "a key of blanks" cacheKey '{"cacheKey":"   "}'
invalid "a brace not closed" cacheKey '{"cacheKey":"k_{a"}'
invalid "a brace not opened" cacheKey '{"cacheKey":"k_a}"}'
invalid "braces nested" cacheKey '{"cacheKey":"k_{a{b}}"}'
invalid "a placeholder without name" cacheKey '{"cacheKey":"k_{}"}'
invalid "a control character" cacheKey '{"cacheKey":"k\u0007"}'
invalid "a NUL" cacheKey '{"cacheKey":"k\u0000x"}'
invalid "a TTL that is text" cacheTtl '{"cacheKey":"k","cacheTtl":"60"}'
invalid "a TTL with a fraction" cacheTtl '{"cacheKey":"k","cacheTtl":60.9}'
invalid "a TTL that is true" cacheTtl '{"cacheKey":"k","cacheTtl":true}'
invalid "a TTL that is null" cacheTtl '{"cacheKey":"k","cacheTtl":null}'
invalid "a TTL below 0" cacheTtl '{"cacheKey":"k","cacheTtl":-1}'
invalid "a TTL above a day" cacheTtl '{"cacheKey":"k","cacheTtl":86401}'
invalid "a TTL beyond any integer" cacheTtl '{"cacheKey":"k","cacheTtl":99999999999999999999}'
invalid "enabled by text" cacheEnabled '{"cacheKey":"k","cacheEnabled":"true"}'
invalid "another action's id" id '{"id":"other","cacheKey":"k"}'
invalid "all of it" "id cacheEnabled cacheKey cacheTtl" '{"id":1,"cacheEnabled":1,"cacheKey":1,"cacheTtl":"1"}'
for body in '' '{' '[]' '"k"' 'null' '{"cacheKey":"k"} x' '{"cacheKey":"k",}' '{"cacheTtl":NaN,"cacheKey":"k"}' "{'cacheKey':'k'}"; do
	put "$ID" '*' "$body"
	fails "the body $body" 400 bad.request
done
printf '{"cacheKey":"\377"}' >"$work/latin1"
put "$ID" '*' "@$work/latin1"
fails "a body that is not UTF-8" 400 bad.request
call PUT "$ACTIONS/$ID" -H 'If-Match: *' -H 'Content-Type: text/plain' -d "$good"
fails "a body that is not JSON by its type" 415 unsupported.media.type
call PUT "$ACTIONS/$ID" -H 'If-Match: *' -H 'Content-Type:' -d "$good"
fails "a body of no type" 415 unsupported.media.type
call PUT "$ACTIONS/$ID" -H 'If-Match: *' -H 'Content-Type: Application/JSON; charset=utf-8' -d "$good"
is "the type in any case, with parameters" "$STATUS" 200
put "$ID-not" '*' "$good"
fails "an unknown action" 404 not.found

# 512,000 bytes and not one more
fill() { # BYTES: a body as long as that
	awk -v n="$1" 'BEGIN {
		head = "{\"cacheKey\":\"k\",\"note\":\""
		printf "%s", head
		for (i = length(head) + 2; i < n; i++) printf "x"
		printf "\"}"
	}'
}
fill 512000 >"$work/most"
fill 512001 >"$work/more"
put "$ID" '*' "@$work/most"
is "512000 bytes" "$STATUS $(answer '.note | length')" "200 $((512000 - 26))"
put "$ID" '*' "@$work/more"
fails "512001 bytes" 413 request.too.large
head -c 20000000 /dev/zero | tr '\0' x >"$work/huge"
put "$ID" '*' "@$work/huge"
fails "20 MB" 413 request.too.large

# The edges that are good
for body in '{"cacheKey":"k","cacheTtl":0}' '{"cacheKey":"ü","cacheTtl":86400}' '{"cacheKey":"客"}' \
	'{"cacheKey":" k ","cacheEnabled":false}' '{"cacheKey":"{a}{b}1"}'; do
	put "$ID" '*' "$body"
	is "good: $body" "$STATUS" 200
	is "good: $body: kept" "$(answer .cacheKey)" "$(echo "$body" | jq -r .cacheKey)"
done

# merge: members sent replace, others stay; the server's own cannot be set
put "$ID" '*' '{"cacheKey":"k","name":"New","version":99,"modifiedBy":"x","selfUri":"/x","dateModified":"x","more":{"a":[1,2.50]}}'
is "merge" "$(answer '[.name, .modifiedBy, .selfUri, (.version < 99), has("contract")] | tojson')" \
	"[\"New\",\"demo\",\"$ACTIONS/$ID\",true,true]"
like "a number is kept as it was written" "$(cat "$work/body")" '*"more":{"a":?1,2.50?}*'
sim_stop

sim_start --put replace --conflict 412
login demo
first_action
put "$ID" '"0"' "$good"
fails "--conflict 412" 412 precondition.failed
put "$ID" "$ETAG" '{"cacheKey":"k"}'
fails "replace needs all three" 400 invalid.value
is "replace needs all three: the fields" "$(answer '.details | map(.fieldName) | join(" ")')" "cacheEnabled cacheTtl"
jq -c 'del(.ownerTeam, .cacheKey) + {"cacheKey":"k"}' "$work/before" >"$work/document"
put "$ID" "$ETAG" "@$work/document"
is "replace: a missing member disappears" "$STATUS $(answer '[has("ownerTeam"), has("contract"), .cacheKey] | tojson')" \
	'200 [false,true,"k"]'
put "$ID" '*' "$good"
is "replace: nothing but what is the server's is left" "$STATUS $(answer 'keys | join(" ")')" \
	"200 cacheEnabled cacheKey cacheTtl dateModified id modifiedBy selfUri version"
sim_stop

# --if-match payload: the tutorial's reading, the hash of the body's members
hash() {
	printf %s "$1" | openssl dgst -sha256 -r | cut -d ' ' -f 1
}
canonical='{"cacheEnabled":true,"cacheKey":"customer_{contactId}_profile_v2","cacheTtl":3600}'
vector=$(jq -r '.cases[0].sha256' "$DATA/etag.json")
is "the vector is the hash of that" "$(hash "$canonical")" "$vector"
sim_start --if-match payload
login demo
first_action
put "$ID" "$ETAG" "$canonical"
fails "payload: the ETag of the state" 409 conflict
put "$ID" "$vector" '{"cacheTtl":3600, "cacheKey":"customer_{contactId}_profile_v2", "cacheEnabled":true}'
is "payload: the bare hash" "$STATUS" 200
put "$ID" "\"$vector\"" "$canonical"
is "payload: the hash in quotes" "$STATUS" 200
jq -c --argjson new "$canonical" '. + $new' "$work/before" >"$work/document"
put "$ID" "\"$vector\"" "@$work/document"
is "payload: a whole document's three members" "$STATUS" 200
call PUT "$ACTIONS/$ID" -H 'Content-Type: application/json' -d "$canonical"
fails "payload: no If-Match" 428 precondition.required
put "$ID" "$vector" "$good"
fails "payload: the hash of another body" 409 conflict
sim_stop

sim_start --if-match ignore
login demo
first_action
call PUT "$ACTIONS/$ID" -H 'Content-Type: application/json' -d "$good"
is "ignore: no If-Match" "$STATUS" 200
put "$ID" '"0"' "$good"
is "ignore: any If-Match" "$STATUS" 200
sim_stop

sim_start --etag hash
login demo
first_action
put "$ID" "$ETAG" "$good"
is "hash: a change" "$STATUS" 200
next=$(header ETag)
put "$ID" "$ETAG" "$good"
fails "hash: the old one" 409 conflict
put "$ID" "$next" "$good"
is "hash: the one of the answer" "$STATUS" 200
sim_stop

# Without ETags If-Match is the hash of the members that were fetched.
sim_start --etag none
login demo
first_action
old=$(jq -cS '{cacheEnabled, cacheKey, cacheTtl}' "$work/body")
put "$ID" "\"$(hash "$old")\"" "$good"
is "none: the members fetched" "$STATUS [$(header ETag)]" "200 []"
put "$ID" "\"$(hash "$old")\"" "$good"
fails "none: members that are no more" 409 conflict
done_testing
