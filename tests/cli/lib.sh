# What the scenarios of the shell share: a simulator with a small tenant, and
# dacache with directories and settings of its own. Sourced; a scenario ends with
# `done_testing`. See sim_lib.sh for is, like, control and the rest. A scenario elsewhere
# says in lib where this is.
. "${lib:-$(dirname "$0")}/sim_lib.sh"

DACACHE=${DACACHE:-./dacache}
command -v "$DACACHE" >/dev/null || {
	echo "Bail out! $DACACHE is missing"
	exit 1
}
unset CXONE_BASE_URL CXONE_DATA_ACTION_ID NO_COLOR
export HOME="$work/home" XDG_CONFIG_HOME="$work/config" XDG_STATE_HOME="$work/state" \
	XDG_CACHE_HOME="$work/cache" CXONE_CLIENT_ID=demo CXONE_CLIENT_SECRET=demo-secret

# settings LINE...: config.ini, of one profile; without retries that take long, and
# with webhooks on loopback, where the simulator takes them.
settings() {
	mkdir -p "$work/config/dacache"
	case " $*" in
	*webhook_allow*) ;;
	*) set -- 'webhook_allow = 127.0.0.1' "$@" ;;
	esac
	printf '%s\n' '[profile test]' 'max_wait = 0' "$@" >"$work/config/dacache/config.ini"
	chmod 600 "$work/config/dacache/config.ini"
}

# tenant OPTION...: the simulator with that small tenant, and settings that lead to it.
tenant() {
	sim_start --data "$DATA/cli-tenant.json" --rate 0 "$@"
	export CXONE_BASE_URL="$URL"
	settings
}

# run ARGUMENT...: CODE is the exit code; what it wrote is kept in files.
run() {
	"$DACACHE" "$@" >"$work/stdout" 2>"$work/stderr" </dev/null
	CODE=$?
}

# on_terminal INPUT ARGUMENT...: the same, on a terminal; what the terminal got is in
# stdout, with the escape character as ^[ and without carriage returns.
on_terminal() {
	terminal_input=$1
	shift
	for word; do
		printf " '%s'" "$word"
	done >"$work/command"
	printf '%b' "$terminal_input" |
		script -qec "$DACACHE$(cat "$work/command")" /dev/null >"$work/raw"
	CODE=$?
	: >"$work/stderr"
	tr -d '\r' <"$work/raw" | sed 's/\x1b/^[/g' >"$work/stdout"
}

# What differs from run to run, made the same.
steady() {
	sed -E -e 's/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/CORRELATION/g' \
		-e 's/after [0-9]+ ms/after 0 ms/g' -e 's/127\.0\.0\.1:[0-9]+/HOST/g' -e 's/127\.0\.0\.1 port [0-9]+/HOST/g' \
		-e 's/"latency_ms": ?[0-9.]+/"latency_ms":MS/g' \
		-e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/TIME/g' \
		-e "s|$work|WORK|g" "$@"
}

# prints WHAT CODE <<EXPECTED: the last run ended so, and stdout is that, whole.
prints() {
	steady "$work/stdout" >"$work/got"
	cat >"$work/expected"
	same_output "$1" "$2"
}

# complains WHAT CODE <<EXPECTED: the same of stderr; nothing came to stdout.
complains() {
	steady "$work/stderr" >"$work/got"
	cat >"$work/expected"
	if [ -s "$work/stdout" ]; then
		is "$1: nothing on stdout" "$(cat "$work/stdout")" ""
		return
	fi
	same_output "$1" "$2"
}

same_output() {
	if cmp -s "$work/got" "$work/expected"; then
		is "$1" "exit $CODE" "exit $2"
		return
	fi
	is "$1" "exit $CODE; $(diff "$work/expected" "$work/got"; steady "$work/stderr")" \
		"exit $2, as written"
}

# json FILTER: of stdout.
json() {
	jq -c "$1" "$work/stdout" 2>&1
}

# The newest entries of the audit, one a line, as FILTER gives them.
audit() {
	"$DACACHE" audit --json </dev/null 2>/dev/null | jq -c "$1"
}

# fault JSON...: what goes wrong next.
fault() {
	control faults "[$(printf '%s\n' "$@" | paste -sd,)]" >/dev/null
}

# tenant_has ID FILTER: of the action as the tenant holds it.
tenant_has() {
	login demo
	call GET "$ACTIONS/$1"
	answer "$2 | tojson"
}
