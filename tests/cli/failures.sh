#!/bin/sh
# What each failure comes to: outcome, exit code, words; and that the audit agrees
# with what the simulator saw.
. "$(dirname "$0")/lib.sh"
tenant

ttl=100
# put_ends WHAT EXIT OUTCOME STATUS ATTEMPTS ERRORS FAULT...: a set that meets the faults.
put_ends() {
	what=$1
	wanted="exit $2 $3 $4 $5 $6"
	shift 6
	ttl=$((ttl + 1))
	fault "$@"
	run set ani --ttl $ttl --yes --json
	is "$what" "exit $CODE $(json '.outcome, .status, .attempts, [.errors[] | [.field, .code]]' | paste -sd' ')" \
		"$wanted"
	control faults '[]' >/dev/null
}

# The first GET is the command's own: let it through.
own='{"method":"GET","path":"/api/v2/dataactions/ani","delay":0}'
lost='{"method":"GET","path":"/api/v2/dataactions/ani","status":404}'

put_ends "400 on a field" 3 '"refused"' 400 1 '[["cacheTtl","invalid.value"]]' \
	'{"method":"PUT","status":400,"body":{"code":"invalid.value","message":"no","details":[{"errorCode":"range","fieldName":"cacheTtl"}]}}'
put_ends "400 that is a conflict" 4 '"conflict"' 400 1 '[[null,"bad.request"]]' \
	'{"method":"PUT","status":400,"body":{"code":"bad.request","message":"version mismatch"}}'
put_ends "401 once: a new token" 0 '"applied"' 200 2 '[]' '{"method":"PUT","status":401}'
put_ends "401 twice" 6 '"refused"' 401 2 '[[null,"bad.credentials"]]' \
	'{"method":"PUT","status":401,"times":2}'
put_ends "403" 6 '"refused"' 403 1 '[[null,"missing.permissions"]]' \
	'{"method":"PUT","status":403,"body":{"code":"missing.permissions","message":"no"}}'
put_ends "404" 7 '"refused"' 404 1 '[[null,"not.found"]]' '{"method":"PUT","status":404}'
put_ends "409: someone else was quicker" 4 '"conflict"' 409 1 '[[null,"conflict"]]' \
	'{"method":"PUT","touch":{"set":{"cacheTtl":90},"by":"ops-emea"}}'
put_ends "412" 4 '"conflict"' 412 1 '[[null,"precondition.failed"]]' '{"method":"PUT","status":412}'
put_ends "428" 4 '"conflict"' 428 1 '[[null,"precondition.required"]]' '{"method":"PUT","status":428}'
put_ends "a conflict, and reading again fails" 4 '"conflict"' 412 1 '[[null,"precondition.failed"]]' \
	'{"method":"PUT","status":412}' "$own" "$lost"
put_ends "413" 1 '"refused"' 413 1 '[[null,"request.too.large"]]' '{"method":"PUT","status":413}'
put_ends "415" 1 '"refused"' 415 1 '[[null,"unsupported.media.type"]]' '{"method":"PUT","status":415}'
put_ends "429, longer than max_wait" 5 '"not applied"' 429 1 '[[null,"too.many.requests"]]' \
	'{"method":"PUT","status":429,"headers":{"Retry-After":"500"}}'
put_ends "429, then taken" 0 '"applied"' 200 2 '[]' \
	'{"method":"PUT","status":429,"headers":{"Retry-After":"0"}}'
put_ends "503, then taken" 0 '"applied"' 200 2 '[]' '{"method":"PUT","status":503}'
put_ends "503 three times, without effect" 1 '"not applied"' 503 3 '[[null,"service.unavailable"]]' \
	'{"method":"PUT","status":503,"times":3}'
put_ends "504 that took effect, then 409" 0 '"applied"' 409 2 '[]' \
	'{"method":"PUT","status":504,"effect":"applied"}'
put_ends "504 three times, with effect" 0 '"applied"' 504 3 '[]' \
	'{"method":"PUT","status":504,"effect":"applied","times":3}'
put_ends "503 three times, and reading again fails" 9 '"unknown"' 503 3 '[[null,"service.unavailable"]]' \
	'{"method":"PUT","status":503,"times":3}' "$own" "$lost"
put_ends "the answer lost, taken" 0 '"applied"' null 1 '[]' '{"method":"PUT","drop":"after"}'
put_ends "the answer lost, not taken: sent again" 0 '"applied"' 200 2 '[]' '{"method":"PUT","drop":"before"}'
put_ends "the answer lost, never taken" 8 '"not applied"' null 3 '[[null,null]]' \
	'{"method":"PUT","drop":"before","times":3}'
put_ends "the answer lost, and reading again fails" 9 '"unknown"' null 1 '[[null,null]]' \
	'{"method":"PUT","drop":"after"}' "$own" "$lost"
put_ends "the answer lost, and someone else came" 4 '"conflict"' null 1 '[[null,null]]' \
	'{"method":"PUT","drop":"before","touch":{"set":{"cacheTtl":91}}}'
put_ends "the answer cut off" 0 '"applied"' null 1 '[]' '{"method":"PUT","truncate":30}'
put_ends "an answer that is no JSON" 0 '"applied"' 200 1 '[]' \
	'{"method":"PUT","raw":"<html>gateway</html>","content_type":"text/html"}'
put_ends "204" 0 '"applied"' 204 1 '[]' '{"method":"PUT","no_content":true}'
put_ends "the answer is another action" 0 '"applied"' 200 1 '[]' \
	'{"method":"PUT","status":200,"effect":"applied","body":{"id":"other"}}'
put_ends "other values than were sent" 0 '"applied"' 200 1 '[[null,null]]' \
	'{"method":"PUT","status":200,"effect":"applied","body":{"id":"ani","cacheTtl":1}}'

# The audit against the simulator's own record: every PUT that was answered stands in
# the audit with its status, If-Match and members; no attempt more or less.
control requests | jq -c '[.[] | select(.method == "PUT")]' >"$work/puts"
"$DACACHE" audit --json </dev/null |
	jq -c '[.[] | select(.action == "cache_update")] | reverse' >"$work/all_entries"
# Two ended unknown, and were settled by the next command.
settled='(.message | contains("(resolved later)"))'
is "what was unknown was settled later" \
	"$(jq -c "[.[] | select($settled) | .outcome]" "$work/all_entries") $(jq -c '[.[] | select(.outcome == "unknown")] | length' "$work/all_entries")" \
	'["not applied","applied"] 2'
jq -c "[.[] | select($settled | not)]" "$work/all_entries" >"$work/entries"
is "an audit entry for every change" "$(jq length "$work/entries")" $((ttl - 100))
jq -c --slurpfile puts "$work/puts" '
	($puts[0] | map({key: .correlation_id, value: .}) | from_entries) as $seen |
	[.[] | select(.status != null) | . as $entry | $seen[.correlation_id] |
	{status: (.status == $entry.status), if_match: (.if_match == $entry.if_match),
	payload: (.asked == null or .asked == $entry.payload)}]' "$work/entries" >"$work/compared"
is "what was answered is the same on both sides" \
	"$(jq -c unique "$work/compared")" '[{"status":true,"if_match":true,"payload":true}]'
is "and it is most of them" "$(jq 'length >= 20' "$work/compared")" true
is "the attempts add up" "$(jq '[.[].attempts] | add' "$work/entries")" "$(jq length "$work/puts")"
is "what was before is what the tenant had" \
	"$(jq -c '[.[] | select(.before.cacheTtl == null)]' "$work/entries")" '[]'
is "the etag is the hash of the payload" "$(jq -r '.[0].etag' "$work/entries")" \
	"$(jq -cj '.[0].payload' "$work/entries" | openssl dgst -sha256 -r | cut -d ' ' -f 1)"
is "who" "$(jq -r '[.[].who] | unique | .[]' "$work/entries")" "$(id -un)@$(hostname)"

# Reading
fault '{"method":"GET","raw":"{nope"}'
run show ani
complains "a reply that is no JSON" 1 <<'END'
200 broken reply: The tenant answered success, but not with what was asked for.
  why: What is wrong with the answer: not JSON: quoted object property name expected at byte 1; Request: GET /api/v2/dataactions/ani; Base URL: http://HOST
  do: Check base_url of profile test: a login page or a proxy may answer in its place.
  Correlation id: CORRELATION
END
fault '{"method":"GET","status":200,"body":{"id":"cases","name":"x"}}'
run show ani
is "a reply that is another action" "$CODE $(grep -c 'the reply is another Data Action' "$work/stderr")" "1 1"
fault '{"method":"GET","status":502,"raw":"<html><h1>Bad \u001b[31mGateway</h1>","content_type":"text/html","times":3}'
run list
is "502, HTML" "$CODE $(grep -c 'The tenant said: Bad .x1b.31mGateway; Attempts: 3' "$work/stderr")" "1 1"
fault '{"method":"GET","query":"*page=2*","status":429,"headers":{"Retry-After":"500"}}'
settings 'page_size = 2'
run list
is "429 on the second page: no half list" "$CODE $(wc -c <"$work/stdout") $(grep -c 'Retry-After: 500 s' "$work/stderr")" "5 0 1"
settings
fault '{"method":"POST","path":"/oauth/token","status":400,"body":{"error":"invalid_scope","errorDescription":"no such scope"}}'
run list
is "a token that is refused" "$CODE $(grep -c 'no such scope' "$work/stderr")" "6 1"
CXONE_CLIENT_SECRET=wrong run list
is "a secret that is wrong" "$CODE $(sed -n 1p "$work/stderr")" \
	"6 401 not authenticated (token): The client's credentials are wrong: the token endpoint did not accept them."
CXONE_CLIENT_SECRET='' run list
is "no secret" "$CODE $(wc -c <"$work/stdout")" "6 0"

# Without an answer
sim_stop
run show ani
is "refused" "$CODE $(sed -n 's/:.*//p' "$work/stderr" | head -n 1)" "8 connection refused (token)"
CXONE_BASE_URL=https://no-such-host.invalid run show ani
is "a name that is not found" "$CODE $(sed -n 's/:.*//p' "$work/stderr" | head -n 1)" "8 name not found (token)"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
	-keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
sim_start --data "$DATA/cli-tenant.json" --tls "$work/cert.pem" "$work/key.pem"
export CXONE_BASE_URL="$URL"
run show ani
is "a certificate that nobody signed" "$CODE $(sed -n 's/:.*//p' "$work/stderr" | head -n 1)" "8 TLS failure (token)"
done_testing
