#!/bin/sh
# The command line of dacache-sim: what it takes, what it refuses, how it ends.
. "$(dirname "$0")/sim_lib.sh"

# refused WHAT MESSAGE OPTION...
refused() {
	what=$1
	message=$2
	shift 2
	got=$("$SIM" "$@" 2>&1 </dev/null)
	is "$what" "$? $got" "2 dacache-sim: $message"
}

like "--help" "$("$SIM" --help)" "Usage: dacache-sim*--port N*--faults FILE*"
like "--version" "$("$SIM" --version)" "dacache-sim [0-9]*"
"$SIM" --help >/dev/null
is "--help ends well" $? 0

refused "an unknown option" "unknown option --prot; did you mean --port?" --prot 1
refused "an option unlike any" "unknown option --zzzzzzzzzz; --help lists them" --zzzzzzzzzz
refused "a stray word" '"serve" is no option; --help lists them' serve
refused "a value missing" "--port needs a value" --port
refused "a port too high" '--port takes a whole number from 0 to 65535, not "65536"' --port 65536
refused "no actions" '--actions takes a whole number from 1 to 1000000, not "0"' --actions=0
refused "too many actions" '--actions takes a whole number from 1 to 1000000, not "1000001"' --actions 1000001
refused "a rate without seconds" '--rate takes N/SECONDS, as 300/60, or 0, not "300"' --rate 300
refused "a rate in no seconds" '--rate takes N/SECONDS, as 300/60, or 0, not "3/0"' --rate 3/0
refused "a mode misspelt" '--if-match takes one of state, payload, ignore, not "stat"; did you mean state?' --if-match stat
refused "a conflict that is none" '--conflict takes one of 409, 412, not "500"' --conflict 500
refused "half a key pair" "--tls needs two files, CERT and KEY" --tls cert.pem
refused "a value for a flag" "--help takes no value" --help=1
refused "no data file" "--data $work/none: No such file or directory" --data "$work/none"
refused "no faults file" "--faults $work/none: No such file or directory" --faults "$work/none"
refused "a feed that cannot be" "--feed $work/no/feed: No such file or directory" --feed "$work/no/feed"

echo '{"actions": [{"id": "a"}, {"id": "a"}]}' >"$work/twice.json"
refused "an id twice" "--data $work/twice.json: action 2: the id \"a\" is there already" --data "$work/twice.json"
echo '[{"name": "a"}]' >"$work/noid.json"
refused "an action without id" "--data $work/noid.json: action 1: an action needs an \"id\", a string" --data "$work/noid.json"
echo '[{"id": "a"}' >"$work/broken.json"
like "broken JSON" "$("$SIM" --data "$work/broken.json" 2>&1)" "dacache-sim: --data $work/broken.json: not JSON near byte *"
echo '[{"metod": "GET"}]' >"$work/faults.json"
refused "a fault misspelt" "--faults $work/faults.json: fault 1: unknown member \"metod\"; did you mean \"method\"?" --faults "$work/faults.json"

# A tenant is the same for the same seed, and can be written down.
"$SIM" --actions 300 --seed 7 --dump >"$work/a.json"
"$SIM" --actions 300 --seed 7 --dump >"$work/b.json"
"$SIM" --actions 300 --seed 8 --dump >"$work/c.json"
is "300 actions" "$(jq '.actions | length' "$work/a.json")" 300
is "no id twice" "$(jq '[.actions[].id] | unique | length' "$work/a.json")" 300
is "the same seed, the same tenant" "$(cmp "$work/a.json" "$work/b.json" && echo same)" same
is "another seed, another tenant" "$(cmp -s "$work/a.json" "$work/c.json" || echo other)" other
"$SIM" --data "$work/a.json" --dump >"$work/again.json"
is "--data reads what --dump wrote" "$(cmp "$work/a.json" "$work/again.json" && echo same)" same
is "some have no key" "$(jq '[.actions[] | select(has("cacheKey") | not)] | length > 0' "$work/a.json")" true
is "some keys are null" "$(jq '[.actions[] | select(has("cacheKey") and .cacheKey == null)] | length > 0' "$work/a.json")" true
is "some keys collide" "$(jq '[.actions[].cacheKey // empty | ascii_downcase | ltrimstr(" ") | ltrimstr(" ") | rtrimstr(" ")] | length > (unique | length)' "$work/a.json")" true
is "some are past ASCII" "$(jq '[.actions[].name | select(explode | max > 127)] | length > 0' "$work/a.json")" true
is "some have TTLs of no tier" "$(jq '[.actions[].cacheTtl | select(. != 60 and . != 300 and . != 3600)] | length > 0' "$work/a.json")" true

# Listening, and ending.
sim_start --port 0
like "the first line" "$URL" "http://127.0.0.1:[0-9]*"
port=${URL##*:}
got=$("$SIM" --port "$port" 2>&1)
is "a port that is taken" "$? $got" "1 dacache-sim: port $port on 127.0.0.1: Address already in use"
sim_stop -INT
sim_start --port "$port"
is "a port of one's choice" "$URL" "http://127.0.0.1:$port"
is "140 actions unless told" "$(control state | jq .counts.actions)" 140
sim_stop -TERM

sim_start --data "$work/a.json" --seed 3
is "a tenant from a file" "$(control state | jq -c '[.counts.actions, .options.seed]')" "[300,3]"
sim_stop

# The child of a shell that is killed goes with it. Its standard error ends with
# it.
mkfifo "$work/said" "$work/gone"
sh -c '"$1" --exit-with-parent >"$2" 2>"$3" & read -r line <"$2"; kill -KILL $$' \
	sh "$SIM" "$work/said" "$work/gone" 2>/dev/null &
killer=$!
is "it ends with its parent" "$(cat "$work/gone")" ""
wait "$killer" 2>/dev/null

# HTTPS
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
	-addext subjectAltName=IP:127.0.0.1 -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
sim_start --tls "$work/cert.pem" "$work/key.pem"
like "https in the first line" "$URL" "https://127.0.0.1:[0-9]*"
call GET /nothing --cacert "$work/cert.pem"
fails "an answer over TLS" 404 not.found
call GET /nothing
is "an unknown certificate is refused by curl" "$CURL" 60
sim_stop
is "a key that is none" "$("$SIM" --tls "$work/cert.pem" "$work/cert.pem" 2>&1)" \
	"dacache-sim: the HTTP server does not start: certificate or key unusable"
done_testing
