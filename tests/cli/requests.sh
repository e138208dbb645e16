#!/bin/sh
# requests: what a run asked for, afterwards: the table, JSON, HAR held against a schema;
# a ring on disk; and no secret in any of it.
. "$(dirname "$0")/lib.sh"
for tool in sqlite3 openssl; do
	command -v "$tool" >/dev/null || {
		echo "Bail out! $tool is missing"
		exit 1
	}
done
here=$(dirname "$0")
tenant
db=$XDG_STATE_HOME/dacache/dacache.db

# What differs from run to run in the table
table() {
	sed -E -e 's/ +[0-9]+\.[0-9] +[0-9]+\.[0-9] +[0-9]+  / QUEUE TOTAL BYTES  /' \
		-e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/TIME/' "$work/stdout"
}
# faults FILE: what the schema has against it
faults() {
	jq -r --slurpfile schema "$DATA/har-1.2.schema.json" -f "$here/schema.jq" "$1" 2>&1
}

# --- nothing yet ---
run requests
is "no run yet" "$CODE $(cat "$work/stdout" "$work/stderr")" "0 the log has no request of this tenant"
run requests --json
is "no run yet, as JSON" "$CODE $(cat "$work/stdout" "$work/stderr")" "0 []"
run requests --har "$work/none.har"
is "no run yet: no file" "$CODE $(cat "$work/stderr") $(ls "$work/none.har" 2>&1 | grep -c 'No such')" \
	"7 dacache: the log has no request of this tenant 1"

# --- the last run ---
run show ani
run show gone
run requests
is "the last run, in its order" "$CODE $(table | tail -n +2)" "0 TIME  POST      200   1 QUEUE TOTAL BYTES  /oauth/token
TIME  GET       404   1 QUEUE TOTAL BYTES  /api/v2/dataactions/gone"
is "the columns" "$(head -n 1 "$work/stdout" | tr -s ' ')" "TIME METHOD STATUS TRY QUEUE_MS TOTAL_MS BYTES PATH"
run requests
is "looking is no run" "$(table | tail -n 1 | cut -c 1-19)" "TIME  GET       404"
run requests --json
is "as JSON" "$(json '[.[] | .status, .attempt, .endpoint, .action_id, .path, .transport]')" \
	'[200,1,"token",null,"/oauth/token","answered",404,1,"get","gone","/api/v2/dataactions/gone","answered"]'
is "its parts add up" "$(json '[.[] | .name_ms + .connect_ms + .tls_ms + .wait_ms + .transfer_ms - .total_ms | fabs < 0.0005] | all')" true
is "all headers of the request" "$(json '.[1].request.headers | map(.name)')" \
	'["Host","User-Agent","Accept-Encoding","Authorization","Accept"]'
is "and of the answer" "$(json '.[1].response.headers | map(.name) | contains(["Content-Type","ININ-Correlation-Id"])')" true
is "its body" "$(json '.[1].response.body | fromjson | .code')" '"not.found"'
run requests --run all --json
is "all runs" "$(json '[.[] | [.run, .status]]')" '[[1,200],[1,200],[2,200],[2,404]]'
run requests --run 1 --json
is "one run" "$(json '[.[] | .action_id]')" '[null,"ani"]'
run requests --run 99
is "a run that is none" "$CODE $(cat "$work/stdout" "$work/stderr")" "7 dacache: the log has no run 99 of this tenant"
run requests --run all --limit 3 --json
is "the newest of all" "$(json '[.[] | .status]')" '[200,200,404]'
run requests --run all
is "which run each is of" "$(table | cut -c 1-12 | tail -n +2 | tr -s ' ')" " 1 TIME
 1 TIME
 2 TIME
 2 TIME"

# --- filters ---
picks() {
	what=$1
	want=$2
	shift 2
	run requests --run all --json "$@"
	is "$what" "$CODE $(json '[.[] | .path[-5:]]')" "0 $want"
}
picks "by status" '["/gone"]' --status 4xx
picks "by status and action" '["s/ani"]' --status 200 --action ani
picks "by path" '["token","token"]' --path /OAUTH
picks "of no action" '["token","token"]' --action none
picks "nothing matches" '[]' --status 500
picks "the newest that matches" '["token"]' --path oauth --limit 1
run requests --status 500
is "nothing matches, in words" "$CODE $(cat "$work/stdout" "$work/stderr")" "0 no request matches"

# --- HAR ---
run requests --har "$work/one.har"
is "a HAR file" "$CODE $(cat "$work/stdout" "$work/stderr") $(stat -c %a "$work/one.har")" \
	"0 2 requests written to $work/one.har, secrets masked 600"
is "it keeps to the schema" "$(faults "$work/one.har")" ""
cp "$work/one.har" "$work/kept.har"
run requests --har "$work/one.har" --run all
is "a file that is there stays" "$CODE $(cat "$work/stderr") $(cmp "$work/one.har" "$work/kept.har")" \
	"1 dacache: $work/one.har is there already; --force writes over it "
run requests --har "$work/one.har" --run all --force
is "unless that is asked for" "$CODE $(jq '.log.entries | length' "$work/one.har")" "0 4"
run requests --har "$work"
is "never a directory" "$CODE $(ls -d "$work")" "1 $work"
run requests --har "$work/no/such.har"
is "nor where there is none" "$CODE $(cat "$work/stdout")" "1 "
run requests --har -
is "to standard output" "$CODE $(jq '.log.entries | length' "$work/stdout") $(cat "$work/stderr")" "0 2 "
is "the parts add up to the whole" "$(jq '[.log.entries[] | (.time - (.timings | [.blocked, .dns, .connect, .send, .wait, .receive] | map(select(. >= 0)) | add)) | fabs < 0.0005] | all' "$work/one.har")" true
is "ssl lies within connect" "$(jq '[.log.entries[].timings | .ssl <= .connect] | all' "$work/one.har")" true

# The check itself finds what is wrong
broken() {
	jq "$2" "$work/kept.har" >"$work/broken.har"
	is "the schema refuses $1" "$(faults "$work/broken.har")" "$3"
}
broken "another version" '.log.version = "1.1"' ".log.version: is not 1.2"
broken "a missing member" 'del(.log.entries[0].request.headers)' ".log.entries[0].request: headers is missing"
broken "a member of our own" '.log.entries[1].extra = 1' ".log.entries[1]: extra does not belong there"
broken "a text for a number" '.log.entries[0].time = "1"' ".log.entries[0].time: is no number"
broken "a time that is none" '.log.entries[0].startedDateTime = "yesterday"' \
	".log.entries[0].startedDateTime: does not match $(jq -r .definitions.time.pattern "$DATA/har-1.2.schema.json")"
broken "a negative part" '.log.entries[0].timings.wait = -1' ".log.entries[0].timings.wait: is below 0"
broken "a part of -2" '.log.entries[0].timings.dns = -2' ".log.entries[0].timings.dns: is none of the kinds allowed"

# --- calls that fail, changes, webhooks: all are in the log, and all keep to the schema ---
run set ani --ttl 61 --directive "$URL/webhooks/a,data.changed,refresh" --yes
is "a change" "$CODE" 0
run requests --json
is "a change and its webhook" "$(json '[.[] | .method + " " + .endpoint]')" \
	'["POST token","GET get","PUT put","POST webhook"]'
is "what was sent" "$(json '.[2].request.body | fromjson | .cacheTtl')" 61
run requests --har "$work/change.har"
is "a change keeps to the schema" "$(faults "$work/change.har")" ""
is "what was sent, in HAR" "$(jq '.log.entries[2].request.postData.text | fromjson | .cacheTtl' "$work/change.har")" 61
settings 'max_attempts = 1'
fault '{"method":"GET","path":"/api/v2/dataactions/ani","truncate":20}'
run show ani
is "a lost call" "$CODE" 8
run requests --har "$work/lost.har"
is "a lost call keeps to the schema" "$(faults "$work/lost.har")" ""
is "and says so" "$(jq -c '.log.entries[1] | .response.status, ._dacache.transport, (._error | length > 0)' "$work/lost.har" | paste -sd' ')" \
	'0 "reply cut off" true'
run requests --status none
is "no answer, in the table" "$(table | tail -n 1 | sed 's/.*BYTES//')" "  /api/v2/dataactions/ani  (reply cut off)"
fault '{"method":"GET","path":"/api/v2/dataactions/ani","status":200,"raw":"gr\u00fc\u00df\u0000e"}'
run show ani
run requests --har "$work/raw.har"
is "a body that is no JSON keeps to the schema" "$(faults "$work/raw.har")" ""

# --- secrets: in no table, no export, no file ---
secret='s3cr3t/+ "quoted"\back %41'
export CXONE_CLIENT_SECRET="$secret"
form=$(jq -rn --arg s "$secret" '$s | @uri')
escaped=$(jq -n --arg s "$secret" '$s' | sed 's/^"//; s/"$//')
fault "$(jq -nc --arg s "$secret" '{method: "POST", path: "/oauth/token", status: 401,
	body: {error: "invalid_client", error_description: ("no client with " + $s)}}')"
run show ani
is "a secret that the tenant says again" "$CODE" 6
settings 'auth_style = basic'
run show ani
basic=$(printf 'demo:%s' "$(printf '%s' "$form" | sed 's/%20/+/g')" | base64 -w0)
is "the same by the basic scheme" "$CODE" 6
export CXONE_CLIENT_SECRET=demo-secret
settings "webhook_secret = whsec_$(printf 'a key of 24 bytes, noted.' | head -c 24 | base64)"
fault '{"method":"GET","path":"/api/v2/dataactions/ani","status":500,"headers":{"Set-Cookie":"session=abc123def","X-Api-Key":"k-998877","Location":"http://u:pw5566@h/?access_token=tk4455"},"body":{"password":"pw1122","nested":{"clientSecret":"cs3344"}}}'
run show ani
run set ani --ttl 62 --directive "$URL/webhooks/b?access_token=url7788,data.changed,refresh" --yes
is "a change with a webhook that holds a token" "$CODE" 0
run requests --run all --har "$work/all.har"
is "all of it keeps to the schema" "$CODE $(faults "$work/all.har")" "0 "
"$DACACHE" requests --run all --json >"$work/all.json"
"$DACACHE" requests --run all >"$work/all.txt"
cat "$db" "$db-wal" >"$work/bytes" 2>/dev/null
hidden() {
	for file in all.har all.json all.txt bytes; do
		is "$1 is not in $file" "$(grep -acF -- "$2" "$work/$file")" 0
	done
}
hidden "the secret" "$secret"
hidden "the secret in a form" "$form"
hidden "the secret in a form, with +" "$(printf '%s' "$form" | sed 's/%20/+/g')"
hidden "the secret in JSON" "$escaped"
hidden "the secret in base64" "$basic"
hidden "the good secret" demo-secret
hidden "a cookie" abc123def
hidden "a key in a header" k-998877
hidden "a password in a URL" pw5566
hidden "a token in a URL" tk4455
hidden "a password in JSON" pw1122
hidden "a secret in nested JSON" cs3344
hidden "the key of webhooks" "$(printf 'a key of 24 bytes, noted.' | head -c 24 | base64)"
is "the bearer is masked" "$(jq -r '.log.entries[].request.headers[] | select(.name == "Authorization") | .value' "$work/all.har" | sort -u)" 'Basic ***
Bearer ***'
is "the token is masked" "$(jq -r '.log.entries[] | select(.request.url | endswith("/oauth/token")) | select(.response.status == 200) | .response.content.text | fromjson | .access_token' "$work/all.har" | sort -u)" '***'
is "a webhook's token, too" "$(grep -c 'webhooks/b?access_token=\*\*\*' "$work/all.txt")" 1

# --- a ring of 5,000 ---
sqlite3 "$db" "INSERT INTO request SELECT NULL, tenant_id, run_id, bytes, number, wall_us, endpoint, method,
	url || '/copy', action_id, status, transport, attempt, queue_us, name_us, connect_us, tls_us, wait_us,
	transfer_us, total_us, bytes_sent, bytes_received, header_bytes_received, request_size, response_size,
	flags, http_version, error, request_headers, response_headers, request_body, response_body
	FROM (SELECT * FROM request LIMIT 1), (WITH RECURSIVE i(n) AS
	(SELECT 1 UNION ALL SELECT n + 1 FROM i LIMIT 5000) SELECT n FROM i)"
run show ani
run requests --run all --json
is "5,000 stay" "$(json 'length, ([.[-2:][].path])' | paste -sd' ')" '5000 ["/oauth/token","/api/v2/dataactions/ani"]'
is "and no run without calls" "$(sqlite3 "$db" 'SELECT count(*) FROM request_run WHERE id NOT IN (SELECT run_id FROM request)')" 0

# --- another program in between ---
fault '{"method":"GET","path":"/api/v2/dataactions/cases","delay":2}'
"$DACACHE" show cases >/dev/null 2>&1 &
pid=$!
run requests --limit 1
is "while another runs" "$CODE $(table | tail -n 1 | sed 's/.*BYTES//')" "0   /api/v2/dataactions/ani"
wait $pid
is "the other one's calls come when it ends" "$("$DACACHE" requests --json | jq -c '[.[].action_id]')" '[null,"cases"]'

# --- what is held against a log that cannot be written: nothing ---
mkfifo "$work/to_holder" "$work/from_holder"
sqlite3 "$db" <"$work/to_holder" >"$work/from_holder" &
holder=$!
exec 8>"$work/to_holder" 7<"$work/from_holder"
echo 'BEGIN IMMEDIATE; SELECT 1;' >&8
read -r _ <&7
run show ani
is "the answer comes" "$CODE $(sed -n 's/^TTL *//p' "$work/stdout")" "0 62 s (custom)"
like "the log that is not written is told" "$(cat "$work/stderr")" \
	"warning: the requests of this run are not in the log: * is being written by another program"
exec 8>&- 7<&-
wait $holder

# --- words ---
usage() {
	# shellcheck disable=SC2086 # words they are
	run requests $1
	is "requests $1" "$CODE $(cat "$work/stdout" "$work/stderr")" "2 dacache: $2"
}
usage '--run x' "requests: --run 'x' is neither last, all nor a run's number"
usage '--run 0' "requests: --run '0' is neither last, all nor a run's number"
usage '--status 6xx' "requests: status:6xx: a status is wanted, as 429, 4xx, >=400, or none (no answer)"
usage '--limit x' "requests: --limit 'x' is no number"
usage '--har a --json' "requests: --har and --json exclude each other"
usage '--force' "requests: --force is for --har"
usage 'word' "requests: one word too many: 'word'"
done_testing
