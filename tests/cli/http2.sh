#!/bin/sh
# HTTP/2, which nghttpx speaks before the simulator: one connection for all calls, PUTs
# among them, and what can happen to it.
. "$(dirname "$0")/lib.sh"
PATH=$PATH:/usr/sbin # where Debian has it
command -v nghttpx >/dev/null || {
	echo "Bail out! nghttpx is missing: apt-get install nghttp2-proxy"
	exit 1
}
proxy_pid=
trap '[ -z "$proxy_pid" ] || kill -KILL "$proxy_pid" 2>/dev/null; cleanup' EXIT

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=loopback \
	-addext subjectAltName=IP:127.0.0.1 -keyout "$work/key.pem" -out "$work/ca.pem" 2>/dev/null

# wait_for COMMAND...: until it succeeds, 60 s at most
wait_for() {
	deadline=$(($(date +%s) + 60))
	until "$@" >"$work/waited" 2>&1 || [ "$(date +%s)" -ge "$deadline" ]; do
		:
	done
}

# A port that the system picks, free again; nghttpx does not let it pick.
free_port() {
	mkfifo "$work/port"
	"$SIM" >"$work/port" &
	read -r line <"$work/port"
	kill $! && wait $!
	rm "$work/port"
	echo "${line##*:}"
}

# proxy_run PORT OPTION...: false when it does not listen.
proxy_run() {
	proxy_port=$1
	shift
	rm -f "$work/log"
	mkfifo "$work/log"
	nghttpx --single-process --workers=1 --conf=/dev/null --no-ocsp -L NOTICE \
		--frontend="127.0.0.1,$proxy_port" --backend="127.0.0.1,${URL##*:}" \
		--accesslog-file="$work/access" --accesslog-format='$remote_port $alpn $status' \
		"$@" "$work/key.pem" "$work/ca.pem" 2>"$work/log" &
	proxy_pid=$!
	exec 4<"$work/log"
	while read -r line <&4; do
		case $line in
		*Listening*) return 0 ;;
		esac
	done
	wait $proxy_pid
	proxy_pid=
	return 1
}

# proxy_start OPTION...: somebody may take the port meanwhile.
proxy_start() {
	: >"$work/access"
	for try in 1 2 3 4 5 6 7 8 9 10; do
		proxy_run "$(free_port)" "$@" || continue
		export CXONE_BASE_URL="https://127.0.0.1:$proxy_port"
		return
	done
	echo "Bail out! nghttpx does not start: $line ($try times)"
	exit 1
}

proxy_stop() {
	kill "-${1:-TERM}" "$proxy_pid"
	wait "$proxy_pid" 2>/dev/null
	proxy_pid=
	exec 4<&-
}

# connections: how many there were, and what was spoken over them.
connections() {
	cut -d ' ' -f 1,2 "$work/access" | sort -u | cut -d ' ' -f 2 | sort | uniq -c | xargs
}

# calls FILTER: of the last run's requests.
calls() {
	"$DACACHE" requests --json </dev/null 2>/dev/null | jq -c "$1"
}

puts() {
	control requests | jq '[.[] | select(.method == "PUT")] | length'
}

# ---- a list and a plan over one connection each ----

sim_start --data "$DATA/cli-tenant.json" --rate 0
settings 'page_size = 1' 'ca_file = ../../ca.pem' 'max_attempts = 10' 'parallel = 4'
proxy_start
fault '{"method":"GET","path":"/api/v2/dataactions","times":0,"delay":2}'
run list --json
is "six pages" "$CODE $(json '[.[].id] | unique | length')" "0 6"
is "on one connection" "$(connections)" "1 h2"
# One of them is looked at once more at the end.
is "four at a time" "$(calls '[[.[] | select(.path | test("page=[2-5]&"))] | group_by(.path)[] | min_by(.time)
	| ((.time[0:19] + "Z" | fromdate) + (.time[19:23] | tonumber)) as $from
	| {$from, to: ($from + .total_ms / 1000)}] | [length, (map(.from) | max) < (map(.to) | min)]')" "[4,true]"
is "the log says so" "$(calls '[.[].http_version] | unique')" '["2"]'
run requests --har "$work/h2.har"
is "and a HAR file" "$(jq -c '[.log.entries[] | .request.httpVersion, .response.httpVersion] | unique' "$work/h2.har")" \
	'["HTTP/2"]'
control faults '[]' >/dev/null

: >"$work/access"
proxy_stop && proxy_start
"$DACACHE" list --json </dev/null 2>/dev/null |
	jq -c '.[] | select(.cacheKey and .id != "odd" and .id != "evil") | {id, cacheTtl: 71}' >"$work/plan.jsonl"
: >"$work/access"
proxy_stop && proxy_start
run apply "$work/plan.jsonl" --yes
is "changes" "$CODE $(tail -n 1 "$work/stdout")" "0 applied 4"
is "on one connection, PUTs as well" "$(connections) $(puts)" "1 h2 4"

# ---- the proxy wants a new connection every third call (GOAWAY) ----

proxy_stop && proxy_start --frontend-max-requests=3
run list --json
is "told to go away: all pages come" "$CODE $(json '[.[].id] | unique | length')" "0 6"
like "over more connections" "$(connections)" "[2-7] h2"
sed 's/71/72/' "$work/plan.jsonl" >"$work/next.jsonl"
run apply "$work/next.jsonl" --yes
is "changes as well" "$CODE $(tail -n 1 "$work/stdout") $(tenant_has ani .cacheTtl)" "0 applied 4 72"

# ---- fewer streams than calls ----

proxy_stop && proxy_start --frontend-http2-max-concurrent-streams=1
run list --json
is "one stream a connection" "$CODE $(json '[.[].id] | unique | length')" "0 6"

# ---- an answer that breaks off, and a connection that dies ----

sed -i 's/max_wait = 0/max_wait = 30/' "$work/config/dacache/config.ini"
proxy_stop && proxy_start
before=$(puts)
fault '{"method":"PUT","truncate":60}'
run set ani --ttl 81 --yes --json
is "a stream is reset in the middle of a PUT's answer" \
	"$CODE $(audit '.[0] | [.message, .attempts]') $(tenant_has ani .cacheTtl) $(($(puts) - before))" \
	'0 ["applied: the answer was lost; seen by reading again",1] 81 1'

a_put_is_there() {
	[ "$(puts)" -gt "$before" ]
}
before=$(puts)
fault '{"method":"PUT","delay":90}'
"$DACACHE" set ani --ttl 82 --yes --json >"$work/stdout" 2>"$work/stderr" </dev/null &
setting=$!
wait_for a_put_is_there
proxy_stop KILL
proxy_run "$proxy_port"
is "it listens again" "$?" 0
wait $setting
is "the connection dies under a PUT" \
	"$? $(audit '.[0] | [.message, .attempts]') $(tenant_has ani .cacheTtl) $(($(puts) - before))" \
	'0 ["applied: the answer was lost; seen by reading again",1] 82 1'

proxy_stop
done_testing
