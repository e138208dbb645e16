# What the contract tests of the simulator share: start one, call it by curl,
# say ok or not ok. Sourced; a test ends with `done_testing`.

SIM=${DACACHE_SIM:-./dacache-sim}
DATA=${TEST_DATA_DIR:-$(dirname "$0")/../data}
work=$(mktemp -d) || exit 1
sim_pid=
tests=0
failures=0
TOKEN=

cleanup() {
	[ -z "$sim_pid" ] || kill "$sim_pid" 2>/dev/null
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM HUP

for tool in curl jq "$SIM"; do
	command -v "$tool" >/dev/null || {
		echo "Bail out! $tool is missing"
		exit 1
	}
done

# is WHAT ACTUAL EXPECTED
is() {
	tests=$((tests + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $tests - $1"
		return
	fi
	failures=$((failures + 1))
	echo "not ok $tests - $1"
	echo "#   got      $2" | head -c 2000
	echo "#   expected $3" | head -c 2000
}

# like WHAT ACTUAL PATTERN (of the shell)
like() {
	# shellcheck disable=SC2254 # the pattern is meant to match
	case $2 in
	$3) is "$1" matched matched ;;
	*) is "$1" "$2" "$3" ;;
	esac
}

done_testing() {
	[ -z "$sim_pid" ] || sim_stop
	echo "1..$tests"
	[ "$failures" -eq 0 ]
	exit
}

# sim_start OPTION...: URL is set once it listens.
sim_start() {
	rm -f "$work/out"
	mkfifo "$work/out"
	"$SIM" "$@" >"$work/out" 2>"$work/err" &
	sim_pid=$!
	URL=
	read -r line <"$work/out"
	URL=${line#listening on }
	TOKEN=
	[ -n "$URL" ] && return
	echo "Bail out! dacache-sim $* does not start: $(cat "$work/err")"
	exit 1
}

# Every simulator must end well, with nothing on its standard error (where the
# sanitizers report).
sim_stop() {
	kill "${1:--TERM}" "$sim_pid"
	wait "$sim_pid"
	is "the simulator stops cleanly" "$? $(cat "$work/err")" "0 "
	sim_pid=
}

# call METHOD PATH [CURL OPTION...]: sets STATUS; body and head are kept.
call() {
	call_method=$1
	call_path=$2
	shift 2
	[ "$call_method" != HEAD ] || set -- -I "$@"
	[ "$call_method" = HEAD ] || set -- -X "$call_method" "$@"
	[ -z "$TOKEN" ] || set -- -H "Authorization: Bearer $TOKEN" "$@"
	: >"$work/body"
	STATUS=$(curl -s -o "$work/body" -D "$work/head" -w '%{http_code}' \
		--path-as-is "$@" "$URL$call_path")
	CURL=$?
}

# answer JQ-FILTER: of the last body.
answer() {
	jq -r "$1" "$work/body" 2>&1
}

# header NAME: of the last head.
header() {
	tr -d '\r' <"$work/head" | awk -v name="$1" '
		BEGIN { n = length(name) + 1 }
		tolower(substr($0, 1, n)) == tolower(name ":") { print substr($0, n + 2) }'
}

# fails WHAT STATUS CODE: the last answer is this error, whole.
fails() {
	is "$1" "$STATUS $(answer '"\(.code) \(.status) \(.contextId) \(.details|type) \(.errors|type)"')" \
		"$2 $3 $2 $(header ININ-Correlation-Id) array array"
}

# login CLIENT [SCOPE]: TOKEN is used from now on.
login() {
	TOKEN=
	call POST /oauth/token -d grant_type=client_credentials -d "client_id=$1" \
		-d "client_secret=$1-secret" -d "scope=${2:-dataaction:read dataaction:write}"
	TOKEN=$(answer .access_token)
}

ACTIONS=/api/v2/dataactions

# put ID IF-MATCH BODY [CURL OPTION...]
put() {
	put_id=$1
	put_match=$2
	put_body=$3
	shift 3
	call PUT "$ACTIONS/$put_id" -H "If-Match: $put_match" -H 'Content-Type: application/json' \
		-d "$put_body" "$@"
}

# The first action of the list, and its ETag.
first_action() {
	call GET "$ACTIONS?pageSize=1"
	ID=$(answer '.entities[0].id')
	call GET "$ACTIONS/$ID"
	ETAG=$(header ETag)
}

# control NAME [BODY]
control() {
	if [ $# -eq 2 ]; then
		curl -s -d "$2" "$URL/__sim/$1"
	else
		curl -s "$URL/__sim/$1"
	fi
}
