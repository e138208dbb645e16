#!/bin/sh
# cell.sh CALL FAULT TIMES: one cell of the matrix, with a simulator and a store of its
# own. Prints, tab-separated, what came of it: exit code, outcome, how often the call was
# made, changes that took effect, the audit, the audit after the next start, and what
# was said; and at last whether audit and simulator agree.
lib=$(dirname "$0")/../cli
. "$lib/lib.sh"
CALL=$1 FAULT=$2 TIMES=$3
TTL=100
PATH_ANI=/api/v2/dataactions/ani

# ---- the fault ----

# The date is two seconds on, for the header has whole seconds.
UNTIL=$(($(date +%s) + 2))
fault_members() {
	case $1 in
	429-seconds) echo '"status":429,"headers":{"Retry-After":"1"}' ;;
	429-date) echo '"status":429,"headers":{"Retry-After":"'"$(LC_ALL=C date -u -d "@$UNTIL" '+%a, %d %b %Y %H:%M:%S GMT')"'"}' ;;
	429-none) echo '"status":429' ;;
	500 | 503 | 401) echo "\"status\":$1" ;;
	reset-before) echo '"drop":"before"' ;;
	reset-after) echo '"drop":"after"' ;;
	timeout-before) echo "\"status\":500,\"delay\":$LATE" ;;
	timeout-after) echo "\"delay\":$LATE" ;;
	truncated) echo '"truncate":5' ;;
	not-json) echo '"raw":"not json"' ;;
	204) echo '"no_content":true' ;;
	wrong-type) echo '"content_type":"text/html"' ;;
	login-page) echo '"raw":"<html><title>Log in</title></html>","content_type":"text/html"' ;;
	over-cap) echo '"raw":"'"$(head -c 9437184 /dev/zero | tr '\0' x)"'"' ;;
	*) echo '"status":"no such fault"' ;;
	esac
}

# Which requests it is for; what goes before it.
fault_place() {
	case $CALL in
	token) echo '"method":"POST","path":"/oauth/token"' ;;
	list) echo '"method":"GET","path":"/api/v2/dataactions"' ;;
	get | reread) echo '"method":"GET","path":"'$PATH_ANI'"' ;;
	put) echo '"method":"PUT"' ;;
	webhook) echo '"method":"POST","path":"/webhooks/*"' ;;
	esac
}

write_faults() {
	echo '['
	# The answer to the PUT is lost; the first GET is the command's own.
	[ "$CALL" != reread ] ||
		echo '{"method":"PUT","drop":"after"},{"method":"GET","path":"'$PATH_ANI'","delay":0},'
	printf '{%s,"times":%d,' "$(fault_place)" "$([ "$TIMES" = always ]; echo $?)"
	fault_members "$FAULT"
	echo '}]'
}

# ---- the run ----

LATE=4
[ "$CALL" != webhook ] || LATE=6 # deliveries have 5 s
good_settings() {
	set -- 'max_attempts = 2' 'webhook_allow = 127.0.0.1'
	# Elsewhere the time is the usual, for a machine may be busy.
	case $FAULT in
	timeout*) set -- "$@" 'call_timeout = 2' ;;
	esac
	settings "$@"
	sed -i 's/^max_wait = 0$/max_wait = 2/' "$XDG_CONFIG_HOME/dacache/config.ini"
}

# addresses BASE TOKEN: of the API, and of the token endpoint.
addresses() {
	unset CXONE_BASE_URL
	printf 'base_url = %s\ntoken_url = %s/oauth/token\n' "$1" "$2" >>"$XDG_CONFIG_HOME/dacache/config.ini"
}

if [ "$FAULT" = refused ]; then
	tenant
else
	write_faults >"$work/faults"
	tenant --faults "$work/faults"
fi
good_settings
HOOK=$URL/webhooks/a
case $CALL-$FAULT in
token-refused) addresses "$URL" http://127.0.0.1:1 ;;
list-refused | get-refused) addresses http://127.0.0.1:1 "$URL" ;;
webhook-refused) HOOK=http://127.0.0.1:1/webhooks/a ;;
esac

# The tenant goes away between the question and its answer: the next call is the PUT.
run_refused_put() {
	mkfifo "$work/keys" "$work/shown"
	script -qec "'$DACACHE' set ani --ttl $TTL --json" /dev/null <"$work/keys" >"$work/shown" &
	terminal=$!
	exec 8>"$work/keys" 7<"$work/shown"
	seen=
	while byte=$(dd bs=1 count=1 <&7 2>/dev/null | od -An -c) && [ -n "$byte" ]; do
		seen="$seen$(echo $byte)"
		case $seen in
		*'[y/N]') break ;;
		esac
	done
	control requests >"$work/seen_before"
	port=${URL##*:}
	sim_stop >/dev/null
	echo y >&8
	tr -d '\r' <&7 >"$work/terminal"
	wait "$terminal"
	CODE=$?
	exec 8>&- 7<&-
	grep '^{' "$work/terminal" >"$work/stdout"
	sed 's/^y$//' "$work/terminal" | grep -v '^{' >"$work/stderr"
	sim_start --data "$DATA/cli-tenant.json" --rate 0 --port "$port"
}

case $CALL-$FAULT in
list-*) run list --json ;;
put-refused) run_refused_put ;;
webhook-*) run set ani --ttl $TTL --directive "$HOOK,fault.tested,invalidate" --yes --json ;;
*) run set ani --ttl $TTL --yes --json ;;
esac

# ---- what came of it ----

# entries NAME: the audit, oldest first, kept in that file; in words: "applied, webhook
# applied".
entries() {
	"$DACACHE" audit --json </dev/null >"$work/$1"
	jq -rs 'flatten(1) | reverse | map((if .action == "webhook" then "webhook " else "" end) + .outcome) |
		join(", ") | if . == "" then "-" else . end' "$work/$1"
}
# requests NAME: what the tenant was asked, kept in that file.
requests() {
	[ -e "$work/seen_before" ] || echo '[]' >"$work/seen_before"
	control requests | jq -c --slurpfile before "$work/seen_before" '$before[0] + .' >"$work/$1"
}
# How often the call in question was made, and how many changes took effect.
count() {
	jq -r --arg call "$CALL" --arg path "$PATH_ANI" '
		(map(select(
			if $call == "token" then .path == "/oauth/token"
			elif $call == "list" then .path | startswith("/api/v2/dataactions?")
			elif $call == "put" then .method == "PUT"
			elif $call == "webhook" then .path | startswith("/webhooks/")
			else .method == "GET" and .path == $path end)) | length) as $n |
		"\(if $call == "reread" then $n - 1 else $n end)\t\(map(select(.method == "PUT" and .effect == "applied")) | length)"' \
		"$work/requests"
}

exit_code=$CODE
outcome=-
[ "$CALL" = list ] || [ ! -s "$work/stdout" ] || outcome=$(jq -r .outcome "$work/stdout")
said=$(sed '/^~ /d; /: waiting [0-9.]*m*s$/d; /^+ directive/d' "$work/stderr" | paste -sd' ')
said=${said:--}
[ "$CALL" != list ] || [ $exit_code -eq 0 ] || [ ! -s "$work/stdout" ] || said="half a list; $said"
requests requests
counts=$(count)
audit=$(entries audit)

# The next start, with nothing wrong any more.
control faults '[]' >/dev/null
good_settings
export CXONE_BASE_URL="$URL"
run list --json
later_exit=$CODE
for id in $("$DACACHE" webhooks --json 2>/dev/null | jq -rs 'flatten(1) | .[] | select(.state != "delivered") | .id'); do
	run webhooks --retry "$id"
done
later=$(entries later)

# Audit and simulator: each change that took effect is told as applied, once, each that
# did not is not; each attempt was a PUT there; what was answered is the same here; and
# after a 429 nothing at all was asked before its time.
disagreement() {
	requests all_requests
	[ $later_exit -eq 0 ] || echo "the next start exits $later_exit"
	[ "$(sqlite3 "$XDG_STATE_HOME/dacache/dacache.db" 'SELECT count(*) FROM intent')" = 0 ] || echo "open intents"
	jq -rs --slurpfile requests "$work/all_requests" --slurpfile first "$work/requests" --arg fault "$FAULT" --arg call "$CALL" --argjson until "$UNTIL" '
		def ms: capture("^(?<s>.*)[.](?<ms>[0-9]{3})[0-9]*Z$") | (.s + "Z" | fromdate) * 1000 + (.ms | tonumber);
		def floor($from): if $fault == "429-seconds" then $from + 1000
			elif $fault == "429-date" then $until * 1000
			elif $fault == "429-none" then $from + 2000 else $from end;
		$requests[0] as $all | $first[0] as $asked |
		[$all[] | select(.method == "PUT")] as $puts |
		[$all[] | select(.path | startswith("/webhooks/"))] as $posts |
		(flatten(1) | reverse) as $entries |
		[$entries[] | select(.action == "cache_update")] as $changes |
		[$entries[] | select(.action == "webhook")] as $deliveries |
		[$changes[] | select(.message | contains("(resolved ") | not)] as $own |
		($puts | map({key: .correlation_id, value: .}) | from_entries) as $by_id |
		[
			(if ([$puts[] | select(.effect == "applied")] | length) != ([$changes[] | select(.outcome == "applied")] | length)
				then "applied" else empty end),
			(if $fault != "refused" and ([$own[].attempts] | add // 0) != ($puts | length)
				then "attempts" else empty end),
			($own[] | select(.status != null) | . as $e | $by_id[.correlation_id] |
				select(. != null and (.status != $e.status or .if_match != $e.if_match)) | "status or If-Match"),
			(if $fault != "refused" and ($deliveries | length) != ($posts | length)
				then "deliveries" else empty end),
			(if $call == "webhook" then empty else
				range(0; ($asked | length) - 1) as $i | select($asked[$i].status == 429
					and ($asked[$i + 1].ts | ms) < floor($asked[$i].ts | ms) - 10) | "sooner than told" end)
		] | unique | .[]' "$work/later"
}
printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$exit_code" "$outcome" "$counts" "$audit" "$later" \
	"$(disagreement | paste -sd, | sed 's/^$/agree/')" "$said"
