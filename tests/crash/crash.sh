#!/bin/sh
# Changes killed (SIGKILL) at points spread over the whole run, counted in system
# calls: by hand of the tenant's own record every change is accounted for afterwards,
# once, and every webhook of a change that took effect is delivered.
lib=$(dirname "$0")/../cli
. "$lib/lib.sh"
KILL_AT=${KILL_AT:-${TOP_BUILDDIR:-.}/tests/crash/kill_at}
for tool in sqlite3 "$KILL_AT"; do
	command -v "$tool" >/dev/null || {
		echo "Bail out! $tool is missing"
		exit 1
	}
done
POINTS=200     # of them every second one with a directive
DENSE_POINTS=40 # more of each kind, in the part of the run that begins before the PUT
BATCH=20       # runs until what is open is settled and looked at

tenant
settings 'webhook_secret = whsec_c2VjcmV0LW9mLXRoZS1jcmFzaC10ZXN0' 'webhook_allow = 127.0.0.1'
store=$XDG_STATE_HOME/dacache/dacache.db
last_calls=$work/calls
: >"$work/plan"
: >"$work/claimed"
killed=0
TTL=1000

# killed_set POINT FAULT DIRECTIVE: one change, with a TTL of its own; POINT 0: whole.
# FAULT is one of the simulator's or "none", DIRECTIVE yes or no. CODE is set.
killed_set() {
	point=$1 with_fault=$2 with_directive=$3
	TTL=$((TTL + 1))
	set -- --no-directives
	[ "$with_directive" = no ] ||
		set -- "$@" --directive "$URL/webhooks/$TTL,crash.tested,refresh" \
			--directive "$URL/webhooks/$TTL,crash.noted,noop"
	[ "$with_fault" = none ] || fault "$with_fault"
	echo "{\"ttl\":$TTL,\"point\":$point,\"directive\":\"$with_directive\"}" >>"$work/plan"
	ASAN_OPTIONS=detect_leaks=0:${ASAN_OPTIONS-} "$KILL_AT" "$point" "$DACACHE" set ani \
		--ttl "$TTL" --yes "$@" </dev/null >"$work/stdout" 2>"$work/stderr" 9>"$last_calls"
	CODE=$?
}

# Deliveries that were under way when their program was killed may be repeated. Read
# without write access: the next run has to find the log of the store as it was left.
note_claimed() {
	[ ! -e "$store" ] || sqlite3 -readonly "$store" \
		"SELECT id FROM outbox WHERE state = 'pending' AND owner IS NOT NULL" >>"$work/claimed"
}

# kill_one POINT FAULT DIRECTIVE: the number of calls differs a little from run to run;
# where a run came to its end before the point, another is killed somewhat earlier.
kill_one() {
	at=$1
	killed_set "$at" "$2" "$3"
	while [ $CODE -eq 0 ] && [ $at -gt $(($1 - 100)) ]; do
		at=$((at - 10))
		killed_set "$at" "$2" "$3"
	done
	if [ $CODE -eq 137 ]; then
		killed=$((killed + 1))
		note_claimed
		return
	fi
	echo "# point $1, $2, directive $3: exit $CODE"
	sed 's/^/# /' "$work/stderr"
	odd=$((odd + 1))
}

# What the next start finds and mends: nothing stays open, and what is kept locally is
# that of the change the tenant has.
settle() {
	run show ani --json
	settled=$((settled + 1))
	open=$(sqlite3 "$store" 'SELECT count(*) FROM intent')
	tenants=$(json '[.document.cacheTtl, ([.directives[].source | ltrimstr("'"$URL"'/webhooks/") | tonumber] | unique)]')
	wanted=$(jq -cs --argjson ttl "$(json .document.cacheTtl)" \
		'[$ttl, [.[] | select(.ttl == $ttl and .directive == "yes") | .ttl]]' "$work/plan")
	[ "exit $CODE, open $open, $tenants" = "exit 0, open 0, $wanted" ] || {
		echo "# after $TTL: exit $CODE, open $open, $tenants instead of $wanted"
		sed 's/^/# /' "$work/stderr"
		unsettled=$((unsettled + 1))
	}
}

odd=0
settled=0
unsettled=0

# The calls of whole runs, and what they are taken for.
first_run() {
	killed_set 0 "$1" "$2"
	is "a whole run: $3" "$CODE $(cat "$work/stderr" | grep -c 'dacache:')" "0 0"
	CALLS=$(cat "$last_calls")
}

AFTER='{"method":"PUT","drop":"after"}'
BEFORE='{"method":"PUT","drop":"before"}'
LATE='{"method":"PUT","delay":0.05}'
first_run none no "a change"
first_run none no "a change on a store that is there"
plain_calls=$CALLS
first_run none yes "a change with a directive"
directive_calls=$CALLS
first_run "$AFTER" yes "its answer lost"
after_calls=$CALLS
first_run "$BEFORE" yes "lost before it took effect"
before_calls=$CALLS
first_run "$LATE" yes "its answer late"
late_calls=$CALLS
settle

# Neighbours far apart, so that what a run finds open differs from run to run.
i=0
while [ $i -lt $POINTS ]; do
	place=$((i * 67 % POINTS))
	if [ $((place % 2)) -eq 0 ]; then
		kill_one $((1 + place * plain_calls / POINTS)) none no
	else
		kill_one $((1 + place * directive_calls / POINTS)) none yes
	fi
	i=$((i + 1))
	[ $((i % BATCH)) -ne 0 ] || settle
done
is "killed at $POINTS points" "$killed, odd ends $odd" "$POINTS, odd ends 0"

# dense_points FAULT CALLS
dense_points() {
	i=0
	while [ $i -lt $DENSE_POINTS ]; do
		place=$((i * 7 % DENSE_POINTS))
		kill_one $(($2 * 2 / 3 + place * $2 / 3 / DENSE_POINTS)) "$1" yes
		i=$((i + 1))
		[ $((i % BATCH)) -ne 0 ] || settle
	done
	control faults '[]' >/dev/null
}
dense_points none "$directive_calls"
dense_points "$AFTER" "$after_calls"
dense_points "$BEFORE" "$before_calls"
dense_points "$LATE" "$late_calls"
is "killed at every point besides" "$killed, odd ends $odd" "$((POINTS + 4 * DENSE_POINTS)), odd ends 0"
is "after every batch nothing is open, and what is local fits the tenant" "$unsettled of $settled" "0 of $settled"

# Both records side by side, a line a change.
control 'requests?method=PUT' >"$work/puts"
control webhooks >"$work/posts"
run audit --json
jq -cs 'flatten(1)' "$work/stdout" >"$work/entries"
jq -cs --slurpfile puts "$work/puts" --slurpfile entries "$work/entries" \
	--slurpfile posts "$work/posts" --arg hooks "$URL/webhooks/" '
	def grouped(f): group_by(f) | map({key: (.[0] | f | tostring), value: .}) | from_entries;
	($puts[0] | grouped(.asked.cacheTtl)) as $put |
	($entries[0] | map(select(.action == "cache_update")) | grouped(.payload.cacheTtl)) as $entry |
	($entries[0] | map(select(.action == "webhook" and .outcome == "applied"))
		| grouped(.message | capture("/webhooks/(?<ttl>[0-9]+)").ttl)) as $told |
	($entries[0] | map(select(.action == "webhook" and .outcome == "unchanged"))
		| grouped(.message | capture("/webhooks/(?<ttl>[0-9]+)").ttl)) as $noted |
	($posts[0] | grouped(.path | ltrimstr("/webhooks/"))) as $post |
	.[] | (.ttl | tostring) as $ttl | . + {
		puts: ($put[$ttl] // [] | length),
		effects: [$put[$ttl] // [] | .[] | select(.effect == "applied")] | length,
		ends: [$entry[$ttl] // [] | .[] | .outcome],
		told: ($told[$ttl] // [] | length),
		noted: ($noted[$ttl] // [] | length),
		post_ids: [$post[$ttl] // [] | .[] | .headers | with_entries(.key |= ascii_downcase) | .["webhook-id"]]
	}' "$work/plan" >"$work/accounts"

# none WHAT FILTER: no change that the filter finds.
none() {
	is "$1" "$(jq -c "select($2)" "$work/accounts")" ""
}
# all_of FILTER: over all changes.
all_of() {
	jq -s "$1" "$work/accounts"
}
none "no change took effect twice" '.effects > 1'
none "no change has two ends in the audit" '.ends | length > 1'
none "what took effect is told as applied" '.effects == 1 and .ends != ["applied"]'
none "what did not is told as such" '.effects == 0 and (.ends | index("applied"))'
none "no PUT is forgotten" '.puts > 0 and (.ends | length) != 1'
is "what the tenant cannot say whose it was had no effect" \
	"$(jq -c '[.[] | select(.asked == null) | .effect] | unique' "$work/puts")" '["none"]'
is "every intent has its end" "$(all_of '[.[].ends | length] | add')" \
	"$(sqlite3 "$store" "SELECT seq FROM sqlite_sequence WHERE name = 'intent'")"
is "every entry is of a change that was asked for" \
	"$(all_of '[.[].ends | length] | add')" \
	"$(jq '[.[] | select(.action == "cache_update")] | length' "$work/entries")"
none "a webhook for each change that took effect" \
	'(.effects == 1 and .directive == "yes") != (.post_ids | length > 0)'
none "the audit tells its delivery once" \
	'(if .effects == 1 and .directive == "yes" then 1 else 0 end) != .told'
none "its noop is noted once, and only there" \
	'(if .effects == 1 and .directive == "yes" then 1 else 0 end) != .noted'
none "posted again only under its id" '.post_ids | unique | length > 1'
jq -r '.post_ids[]' "$work/accounts" | sort >"$work/posted"
sort -u "$work/posted" >"$work/once"
sort "$work/claimed" >"$work/allowed_again"
is "posted again only where a kill left it under way" \
	"$(sort -m "$work/once" "$work/allowed_again" | sort | comm -13 - "$work/posted")" ""
is "the outbox has nothing left to send" \
	"$(sqlite3 "$store" 'SELECT DISTINCT state FROM outbox')" delivered
is "each entry of the audit names the one before it" \
	"$(sqlite3 "$store" 'SELECT count(*) FROM (SELECT prev_hash, lag(hash) OVER (ORDER BY seq) AS before FROM audit) WHERE before IS NOT NULL AND prev_hash IS NOT before')" 0
run audit --verify
is "the audit's chain is whole" "$CODE" 0
is "the store is sound" "$(sqlite3 "$store" 'PRAGMA integrity_check')" ok

cat <<END
# points: $((POINTS + 4 * DENSE_POINTS)), killed $killed; a run makes $plain_calls calls, $directive_calls with a directive
# changes $(all_of length), PUTs $(jq length "$work/puts"), took effect $(all_of '[.[].effects] | add'), intents $(all_of '[.[].ends | length] | add')
# in agreement $(all_of '[.[] | select((.effects == 1) == (.ends == ["applied"]))] | length') of $(all_of length)
# webhooks posted $(wc -l <"$work/posted"), of them again $(($(wc -l <"$work/posted") - $(wc -l <"$work/once")))
END
done_testing
