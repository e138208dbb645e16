#!/bin/sh
# webhooks: what becomes of deliveries, over several runs; the list, --retry; signatures
# checked by OpenSSL; where no webhook may go.
. "$(dirname "$0")/lib.sh"
for tool in sqlite3 openssl; do
	command -v "$tool" >/dev/null || {
		echo "Bail out! $tool is missing"
		exit 1
	}
done
tenant
db=$work/state/dacache/dacache.db
key=$(printf 'a key of 24 bytes, noted.' | head -c 24 | base64)
settings "webhook_secret = whsec_$key"

ttl=100
# change: applied each time, with the webhooks that the action has
change() {
	ttl=$((ttl + 1))
	run set ani --ttl $ttl --yes
}
# listed FILTER: of the newest delivery
listed() {
	run webhooks --all --json
	json ".[0] | $1"
}
# Its time has come, or is far away.
due() {
	sqlite3 "$db" "UPDATE outbox SET next_us = 0"
}
not_due() {
	sqlite3 "$db" "UPDATE outbox SET next_us = next_us + 86400000000"
}
posted() {
	control webhooks | jq -c "$1"
}

run webhooks
is "none yet" "$CODE $(cat "$work/stdout" "$work/stderr")" "0 no webhook waits or failed; 0 delivered"
run webhooks --json
prints "none yet, as JSON" 0 <<'END'
[]
END
run set ani --directive "$URL/webhooks/a,crm.updated,invalidate" --yes
change
is "delivered" "$CODE $(listed '[.state, .attempts, .next_try, .status, .data_action_id, .event_type, .action, .target_key, .error]')" \
	'0 ["delivered",1,null,200,"ani","crm.updated","invalidate","customer_{contactId}_profile",null]'
run webhooks
is "what was delivered is not in the way" "$CODE $(cat "$work/stdout" "$work/stderr")" \
	"0 no webhook waits or failed; 1 delivered (--all lists them)"

# head N NAME: a header of the N-th post; signed N: what its signature must be
head_of() {
	posted ".[$1].headers | with_entries(.key |= ascii_downcase)[\"$2\"]" | jq -r .
}
signed() {
	control webhooks | jq -j ".[$1].body" >"$work/posted"
	{
		printf '%s.%s.' "$(head_of "$1" webhook-id)" "$(head_of "$1" webhook-timestamp)"
		cat "$work/posted"
	} | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$(printf %s "$key" | base64 -d | od -An -tx1 | tr -d ' \n')" -binary |
		base64
}
is "the signature is OpenSSL's" "$(head_of 0 webhook-signature)" "v1,$(signed 0)"
is "the id is the list's" "$(head_of 0 webhook-id)" "$(listed .id | jq -r .)"
is "the body is the contract's" "$(posted '.[0].json | [keys, .event, .directive.event_type, .action, .data]')" \
	'[["action","data","directive","event","timestamp"],"cache_invalidation","crm.updated","invalidate",{"target_key":"customer_{contactId}_profile"}]'

# A redirect is a failure, and not followed
fault "{\"method\":\"POST\",\"path\":\"/webhooks/a\",\"status\":307,\"effect\":\"applied\",\"headers\":{\"Location\":\"$URL/webhooks/elsewhere\"}}"
change
is "the change stands, and the failure is told" \
	"$CODE $(cat "$work/stdout") $(grep -c '^dacache: applied; webhook not delivered to 127.0.0.1:[0-9]*: 307.*redirects are not followed.*; tried again in 5s' "$work/stderr")" \
	"0 applied: the server's document holds what was sent 1"
is "3xx is a failure" "$(listed '[.state, .attempts, .status, (.next_try | type)]')" '["pending",1,307,"string"]'
is "and nobody went there" "$(posted '[.[] | select(.path != "/webhooks/a")]')" '[]'
run webhooks
steady "$work/stdout" | sed 's/msg_[0-9a-f]*/ID/' >"$work/lines"
cp "$work/lines" "$work/stdout"
prints "the list, for people" 0 <<'END'
ID  pending  ani  crm.updated invalidate http://HOST/webhooks/a
    made TIME, 1 attempt, status 307, next TIME: redirects are not followed: it names http://HOST/webhooks/elsewhere
END
not_due
before=$(posted length)
run list
is "before its time nothing is sent" "$CODE $(posted length)" "0 $before"
due
run --read-only list
is "nor by who may only read" "$CODE $(posted length)" "0 $before"
run list
is "at the next start it is" "$CODE $(listed '[.state, .attempts, .status]') $(posted length)" \
	"0 [\"delivered\",2,200] $((before + 1))"
is "the same id and body, signed anew" \
	"$(posted "[.[-2:][] | .headers | with_entries(.key |= ascii_downcase)[\"webhook-id\"]] | unique | length") $(posted '[.[-2:][].body] | unique | length') $(head_of "$before" webhook-signature)" \
	"1 1 v1,$(signed "$before")"

# Four tries, then dead
fault '{"method":"POST","path":"/webhooks/a","status":503,"times":4}'
change
for try in 2 3 4; do
	is "pending after try $((try - 1))" "$(listed '[.state, .attempts, .status]')" "[\"pending\",$((try - 1)),503]"
	due
	run list
done
told=$(grep -c '^dacache: webhook not delivered to 127.0.0.1:[0-9]*: 503.*; given up, webhooks lists it' "$work/stderr")
is "dead after the fourth" "$(listed '[.state, .attempts, .next_try, .status]')" '["dead",4,null,503]'
is "which is told" "$told" 1
due
before=$(posted length)
run list
is "and sent no more" "$(listed '[.state, .attempts]') $(posted length)" "[\"dead\",4] $before"
id=$(listed .id | jq -r .)
run --read-only webhooks
is "who may only read sees it" "$CODE $(grep -c "^$id  dead  ani " "$work/stdout")" "0 1"
run --read-only webhooks --retry "$id"
is "and can't send it" "$CODE $(cat "$work/stderr") $(posted length)" \
	"6 dacache: the program was started with --read-only $before"
fault '{"method":"POST","path":"/webhooks/a","status":500}'
run webhooks --retry "$id" --json
is "--retry that fails begins anew" "$CODE $(json '[.id, .state, .attempts, .status]')" "1 [\"$id\",\"pending\",1,500]"
is "and says so, and nothing of a change" "$(grep -c '^dacache: sent again: webhook not delivered to 127.0.0.1:[0-9]*: 500.*; tried again in 5s' "$work/stderr") $(grep -c applied "$work/stderr")" "1 0"
run webhooks --retry "$id"
is "--retry that works" "$CODE $(sed -n '1s/ http.*//p' "$work/stdout")" "0 $id  delivered  ani  crm.updated invalidate"
run webhooks --retry "$id"
is "what is delivered stays so" "$CODE $(cat "$work/stdout") $(wc -l <"$work/stderr")" "1  1"
run webhooks --retry msg_nope
is "no such delivery" "$CODE $(cat "$work/stdout") $(grep -c msg_nope "$work/stderr")" "7  1"

# 410: the receiver wants no more
fault '{"method":"POST","path":"/webhooks/a","status":410}'
change
is "410 stops it" "$(listed '[.state, .attempts, .next_try, .status]')" '["stopped",1,null,410]'
due
before=$(posted length)
run list
is "for good" "$(listed .state) $(posted length)" "\"stopped\" $before"

# A program that is killed while it sends
fault '{"method":"POST","path":"/webhooks/a","delay":60}'
ttl=$((ttl + 1))
"$DACACHE" set ani --ttl $ttl --yes >"$work/stdout" 2>"$work/stderr" </dev/null &
pid=$!
until [ "$(sqlite3 "$db" "SELECT count(*) FROM outbox WHERE owner IS NOT NULL")" = 1 ]; do :; done
is "meanwhile it is being sent" "$(listed .state)" '"sending"'
run webhooks --retry "$(json '.[0].id' | jq -r .)"
is "and left to who sends it" "$CODE $(wc -l <"$work/stderr")" "1 1"
kill -9 $pid
wait $pid
run list
is "the next start sends it" "$CODE $(listed '[.state, .attempts, .status]')" '0 ["delivered",1,200]'

# Where no webhook may go
settings 'webhook_allow = 203.0.113.7'
before=$(posted length)
for source in "$URL/webhooks/a" "http://localhost:${URL##*:}/webhooks/a" 'https://[::1]/x' \
	'https://10.1.2.3/x' 'https://169.254.169.254/latest' 'https://[fd00::1]/x' 'http://192.0.2.1/x'; do
	run set ani --no-directives --directive "$source,crm.updated,refresh" --yes
	change
	told=$(grep -c '^dacache: applied; webhook not delivered to .*: URL not allowed' "$work/stderr")
	is "$source is refused" "$told $CODE $(listed '[.state, .status]')" '1 0 ["pending",null]'
done
is "nothing came of these" "$(posted length)" "$before"
settings "webhook_allow = 127.0.0.0/8"
run set ani --no-directives --directive "$URL/webhooks/a,crm.updated,refresh" --yes
change
is "a CIDR allows it; without a secret nothing is signed" \
	"$(listed .state) $(posted '.[-1].headers | keys | map(ascii_downcase) | map(select(startswith("webhook")))')" '"delivered" []'
is "every try is in the audit, but for the one whose program was killed" "$(audit '[.[] | select(.action == "webhook" and .status != null)] | length')" \
	"$(control requests | jq '[.[] | select(.path | startswith("/webhooks/"))] | length - 1')"
is "the audit is whole" "$("$DACACHE" audit --verify | sed -n 's/.*: whole$/whole/p')" whole
done_testing
