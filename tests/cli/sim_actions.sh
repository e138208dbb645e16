#!/bin/sh
# Listing and reading Data Actions.
. "$(dirname "$0")/sim_lib.sh"

sim_start --actions 140 --seed 1 --rate 0
login demo

# Pages
call GET "$ACTIONS"
is "a page" "$STATUS $(answer '[(.entities | length), .pageSize, .pageNumber, .total, .pageCount] | map(tostring) | join(" ")')" \
	"200 20 20 1 140 7"
is "it is JSON" "$(header Content-Type)" application/json
is "the first page's neighbours" "$(answer '[.selfUri, .nextUri, .previousUri] | tojson')" \
	'["/api/v2/dataactions?page=1&pageSize=20","/api/v2/dataactions?page=2&pageSize=20",null]'
call GET "$ACTIONS?page=3&pageSize=50"
is "the last page is short" "$(answer '[(.entities | length), .pageNumber, .pageCount] | tojson')" "[40,3,3]"
is "the last page's neighbours" "$(answer '[.nextUri, .previousUri] | tojson')" \
	'[null,"/api/v2/dataactions?page=2&pageSize=50"]'
call GET "$ACTIONS?page=4&pageSize=50"
is "past the end" "$STATUS $(answer '[(.entities | length), .pageNumber, .total] | tojson')" "200 [0,4,140]"
is "past the end there is a way back" "$(answer '[.nextUri, .previousUri] | tojson')" \
	'[null,"/api/v2/dataactions?page=3&pageSize=50"]'
call GET "$ACTIONS?page=9223372036854775807&pageSize=100"
is "far past the end" "$STATUS $(answer '.entities | length')" "200 0"
call GET "$ACTIONS?other=1&pageSize=%33"
is "other parameters are ignored, escapes undone" "$(answer .pageSize)" 3
for query in page=0 page=-1 page=abc page= page=1.5 page=99999999999999999999 page=%zz; do
	call GET "$ACTIONS?$query"
	fails "$query" 400 invalid.value
	is "$query: the field" "$(answer '.details[0].fieldName')" page
done
for query in pageSize=0 pageSize=101 pageSize=ten; do
	call GET "$ACTIONS?$query"
	fails "$query" 400 invalid.value
	is "$query: the field" "$(answer '.details[0].fieldName')" pageSize
done

# Following nextUri meets every action once.
next="$ACTIONS?pageSize=33"
: >"$work/ids"
while [ "$next" != null ]; do
	call GET "$next"
	answer '.entities[].id' >>"$work/ids"
	next=$(answer .nextUri)
done
is "nextUri leads through the tenant" "$(sort -u "$work/ids" | wc -l) $(wc -l <"$work/ids")" "140 140"

# One action
first_action
is "an action" "$STATUS $(answer .id) $(answer .name)" "200 $ID Get Customer by ANI"
is "its members" "$(answer '[has("id","name","category","integrationId","version","secure","contract","config","cacheEnabled","cacheKey","cacheTtl","modifiedBy","dateModified","selfUri")] | all')" true
is "its contract" "$(answer '.contract.input.properties | has("contactId")')" true
is "its key" "$(answer .cacheKey)" "customer_{contactId}_profile_v2"
is "its ETag is its version, quoted" "$ETAG" "\"$(answer .version)\""
is "its own address" "$(answer .selfUri)" "$ACTIONS/$ID"
cp "$work/body" "$work/got"
call GET "$ACTIONS?pageSize=1"
is "the list says the same" "$(answer '.entities[0] | tojson')" "$(jq -c . "$work/got")"
call HEAD "$ACTIONS/$ID"
is "HEAD" "$STATUS $(header ETag) $(header Content-Length)" "200 $ETAG $(wc -c <"$work/got")"
for tag in "$ETAG" "W/$ETAG" '*' "\"0\", $ETAG"; do
	call GET "$ACTIONS/$ID" -H "If-None-Match: $tag"
	is "If-None-Match: $tag" "$STATUS $(header ETag) $(wc -c <"$work/body")" "304 $ETAG 0"
done
call GET "$ACTIONS/$ID" -H 'If-None-Match: "0"'
is "If-None-Match with another tag" "$STATUS" 200

call GET "$ACTIONS/$ID-not"
fails "an unknown id" 404 not.found
call GET "$ACTIONS/%41%zz"
fails "an id with a broken escape" 400 bad.request
call GET "$ACTIONS/a%00b"
fails "an id with a NUL" 400 bad.request
for path in / /api/v2 "$ACTIONS/" "$ACTIONS/$ID/" "$ACTIONS/$ID/x" /api/v2/dataActions; do
	call GET "$path"
	fails "nothing at $path" 404 not.found
done
for method in POST DELETE PATCH OPTIONS PUT; do
	call "$method" "$ACTIONS"
	fails "$method of the list" 405 method.not.allowed
	is "$method of the list: what is allowed" "$(header Allow)" "GET, HEAD"
done
call DELETE "$ACTIONS/$ID"
fails "DELETE of an action" 405 method.not.allowed
is "DELETE of an action: what is allowed" "$(header Allow)" "GET, HEAD, PUT"
sim_stop

# Ids that need escapes, names that mean harm, members nobody knows.
cat >"$work/odd.json" <<'END'
[{"id": "a b/c?d%e+f", "name": "\u001b[31m<b>\u202e", "cacheTtl": 60, "cacheKey": null, "x": [1.50, null]},
 {"id": "Größe-客户", "name": "n", "version": 7, "cacheEnabled": true}]
END
sim_start --data "$work/odd.json"
login demo
call GET "$ACTIONS/a%20b%2Fc%3Fd%25e%2Bf"
is "an escaped id" "$STATUS $(answer .id)" "200 a b/c?d%e+f"
like "unknown members are as they came" "$(cat "$work/body")" '*"x":?1.50,null?*'
call GET "$ACTIONS/a%20b%2fc%3fd%25e+f"
is "a plus is a plus in a path" "$STATUS" 200
call GET "$ACTIONS/Gr%C3%B6%C3%9Fe-%E5%AE%A2%E6%88%B7"
is "an id past ASCII" "$STATUS $(answer .id) $(header ETag)" '200 Größe-客户 "7"'
call GET "$ACTIONS?pageSize=1&page=2"
is "the list of a file's tenant" "$(answer '[.total, .entities[0].id] | tojson')" '[2,"Größe-客户"]'
sim_stop

# ETags by hash, and none
sim_start --etag hash
login demo
first_action
like "the ETag is a hash" "$ETAG" '"????????????????????????????????????????????????????????????????"'
call GET "$ACTIONS/$ID"
is "the hash stays while the state does" "$(header ETag)" "$ETAG"
control touch "{\"id\":\"$ID\",\"set\":{\"name\":\"New\"}}" >"$work/none"
call GET "$ACTIONS/$ID"
is "and goes with it" "$([ "$(header ETag)" = "$ETAG" ] || echo another)" another
sim_stop
sim_start --etag none
login demo
first_action
is "no ETag" "$STATUS [$ETAG]" "200 []"
sim_stop

# A million is no slower to start than to say so.
sim_start --actions 1000000 --seed 5
login demo
call GET "$ACTIONS?page=10000&pageSize=100"
is "the last page of a million" "$(answer '[.total, .pageCount, (.entities | length)] | tojson')" "[1000000,10000,100]"
id=$(answer '.entities[99].id')
call GET "$ACTIONS/$id"
is "the last action of a million" "$STATUS $(answer .id)" "200 $id"
done_testing
