#!/bin/sh
# A plan killed (SIGKILL) at points all over its run, counted in system calls, and gone on
# with by --resume, with a tenant that throttles, fails, is late and loses requests and
# answers. Then its record, the tenant's and the plan are held against each other: nothing
# twice, nothing forgotten.
#
# PLAN_ACTIONS, PLAN_ROUNDS and PLAN_KILLS make it larger: 1000 2 20 takes some minutes.
lib=$(dirname "$0")/../cli
. "$lib/lib.sh"
KILL_AT=${KILL_AT:-${TOP_BUILDDIR:-.}/tests/crash/kill_at}
for tool in sqlite3 "$KILL_AT"; do
	command -v "$tool" >/dev/null || {
		echo "Bail out! $tool is missing"
		exit 1
	}
done
ACTIONS_IN_PLAN=${PLAN_ACTIONS:-16}
ROUNDS=${PLAN_ROUNDS:-6}
KILLS=${PLAN_KILLS:-4} # of each round, at most
RUNS_MAX=40            # to its end, once nothing kills it any more

sim_start --actions "$ACTIONS_IN_PLAN" --rate 0
export CXONE_BASE_URL="$URL"
settings 'webhook_secret = whsec_c2VjcmV0LW9mLXRoZS1jcmFzaC10ZXN0' 'webhook_allow = 127.0.0.1'
sed -i 's/max_wait = 0/max_wait = 5/' "$work/config/dacache/config.ini"
store=$XDG_STATE_HOME/dacache/dacache.db
cd "$work" || exit 1
last_calls=$work/calls
: >asked
: >claimed

# Those alone whose keys the tenant takes back as they are.
"$DACACHE" export --format lines 2>/dev/null | jq -c 'select((.cacheKey // "") != "") | {id}' >ids
COUNT=$(wc -l <ids)
is "a plan of so many actions" "$([ "$COUNT" -gt $((ACTIONS_IN_PLAN / 2)) ] && echo enough)" enough

# make_plan ROUND: each with a TTL of this round alone; every third with a webhook.
make_plan() {
	jq -c --argjson ttl $((1000 + $1)) --arg hook "$URL/webhooks/$1" '
		. + {cacheTtl: $ttl} + if input_line_number % 3 == 0
		then {directives: [{source: ($hook + "-" + (input_line_number | tostring)),
			event_type: "plan.tested", action: "refresh"}]}
		else {directives: []} end' ids >"plan$1.jsonl"
	jq -c --argjson round "$1" '{id, ttl: .cacheTtl, round: $round, hook: (.directives[0].source // null)}' \
		"plan$1.jsonl" >>asked
}

# bad_day SEED: for some PUTs of each hundred. Waits are what such a tenant takes most of
# the time of this test by, so a 429 and a 503 come seldom.
bad_day() {
	control faults "$(awk -v seed="$1" -v n="$COUNT" 'BEGIN {
		srand(seed)
		m = 2 + n / 25
		printf "["
		for (i = 0; i < m; i++) {
			kind = int(rand() * 9)
			printf "%s{\"method\":\"PUT\",", (i ? "," : "")
			if (kind < 3) printf "\"drop\":\"after\"}"
			else if (kind < 5) printf "\"drop\":\"before\"}"
			else if (kind < 7) printf "\"delay\":0.0%d}", 1 + rand() * 8
			else if (kind < 8) printf "\"status\":429,\"headers\":{\"Retry-After\":\"1\"}}"
			else printf "\"status\":503}"
		}
		printf "]"
	}')" >/dev/null
}

# apply_plan ROUND POINT: the first time without --resume, as nothing is on record.
apply_plan() {
	resume=--resume
	[ -n "$(sqlite3 -readonly "$store" "SELECT 1 FROM plan_run WHERE file = 'plan$1.jsonl'" 2>/dev/null)" ] || resume=
	# shellcheck disable=SC2086 # none, or one word
	ASAN_OPTIONS=detect_leaks=0:${ASAN_OPTIONS-} "$KILL_AT" "$2" "$DACACHE" apply "plan$1.jsonl" \
		--yes $resume </dev/null >stdout 2>stderr 9>"$last_calls"
	CODE=$?
}

# Deliveries under way when their program was killed may be repeated. Read without write
# access: the next run has to find the log of the store as it was left.
note_claimed() {
	[ ! -e "$store" ] || sqlite3 -readonly "$store" \
		"SELECT id FROM outbox WHERE state = 'pending' AND owner IS NOT NULL" >>claimed
}

# ---- whole, for the number of calls ----

make_plan 0
apply_plan 0 0
is "a whole run" "$CODE $(cat stdout)" "0 applied $COUNT"
CALLS=$(cat "$last_calls")

# Of them, what it takes to read all that is to be changed.
"$KILL_AT" 0 "$DACACHE" plan plan0.jsonl </dev/null >stdout 2>stderr 9>"$last_calls"
READS=$(cat "$last_calls")

# point ROUND PLACE: behind the reading of what is left, and then so far (of 100) into a
# part of the changes that leaves some for the kills to come; 0 to 9: while it reads.
point() {
	left=$((COUNT - $(sqlite3 -readonly "$store" "SELECT count(*) FROM plan_item JOIN plan_run ON id = run_id
		WHERE file = 'plan$1.jsonl' AND outcome = 'applied'" 2>/dev/null || echo 0)))
	reads=$((READS * left / COUNT))
	if [ "$2" -lt 10 ]; then
		echo $((reads * (2 + $2) / 12 + 1))
	else
		echo $((reads + (CALLS - READS) * 2 * ($2 - 9) / 91 / KILLS + 1))
	fi
}

# ---- killed ----

killed=0
odd=0
unended=0
round=0
while [ $round -lt "$ROUNDS" ]; do
	round=$((round + 1))
	make_plan $round
	kill=0
	while [ $kill -lt "$KILLS" ]; do
		place=$(((round * KILLS + kill) * 37 % 100))
		bad_day $((round * 100 + kill))
		apply_plan $round "$(point $round $place)"
		kill=$((kill + 1))
		case $CODE in
		137) killed=$((killed + 1)) ; note_claimed ;;
		0) break ;;
		1 | 3 | 4 | 5 | 8 | 9) ;; # it ended, and said what was left
		*) odd=$((odd + 1)); echo "# round $round, $kill: exit $CODE"; sed 's/^/# /' stderr ;;
		esac
	done
	control faults '[]' >/dev/null
	runs=0
	while [ $runs -lt $RUNS_MAX ]; do
		apply_plan $round 0
		runs=$((runs + 1))
		[ $CODE -ne 0 ] || break
	done
	open=$(sqlite3 "$store" 'SELECT count(*) FROM intent')
	[ "$CODE $open" = "0 0" ] || {
		unended=$((unended + 1))
		echo "# round $round: exit $CODE, open $open"
		sed 's/^/# /' stderr
	}
done
is "every round comes to its end, and leaves nothing open" "$unended, odd $odd" "0, odd 0"
is "most of them were killed on the way" "$([ $killed -ge $((ROUNDS * KILLS / 3)) ] && echo yes || echo $killed)" yes

# ---- the records ----

control 'requests?method=PUT' >puts
control webhooks >posts
"$DACACHE" audit --json >entries 2>stderr
jq -cs --slurpfile puts puts --slurpfile entries entries --slurpfile posts posts --arg base "$URL" '
	def grouped(f): group_by(f) | map({key: (.[0] | f), value: .}) | from_entries;
	($puts[0] | map(select(.asked.cacheTtl)) | grouped((.path | sub(".*/"; "")) + " " + (.asked.cacheTtl | tostring))) as $put |
	(($entries | flatten(1)) | map(select(.action == "cache_update"))
		| grouped((.data_action_id | @uri) + " " + (.payload.cacheTtl | tostring))) as $entry |
	($posts[0] | grouped($base + .path)) as $post |
	.[] | ((.id | @uri) + " " + (.ttl | tostring)) as $key | . + {
		puts: ($put[$key] // [] | length),
		effects: [$put[$key] // [] | .[] | select(.effect == "applied")] | length,
		ends: [$entry[$key] // [] | .[] | .outcome] | sort,
		post_ids: [if .hook then $post[.hook] // [] else [] end | .[] | .headers | with_entries(.key |= ascii_downcase) | .["webhook-id"]]
	}' asked >accounts
none() {
	is "$1" "$(jq -c "select($2)" accounts | head -n 5)" ""
}
all_of() {
	jq -s "$1" accounts
}
is "every change is accounted for" "$(wc -l <accounts)" $((COUNT * (ROUNDS + 1)))
none "nothing is forgotten" '.effects == 0'
none "nothing took effect twice" '.effects > 1'
none "each is in the audit as applied, once" '[.ends[] | select(. == "applied")] | length != 1'
none "what else it says of one is that it was not applied" '[.ends[] | select(. != "applied" and . != "not applied")] | length > 0'
is "the audit tells of no other change" "$(all_of '[.[].ends | length] | add')" \
	"$(jq -s '[flatten(1)[] | select(.action == "cache_update")] | length' entries)"
is "the tenant knows of no other effect" "$(all_of '[.[].effects] | add')" \
	"$(jq '[.[] | select(.effect == "applied")] | length' puts)"
none "a webhook for each change that has one" '(.hook != null) != (.post_ids | length > 0)'
none "posted again only under its id" '.post_ids | unique | length > 1'
jq -r '.post_ids[]' accounts | sort >posted
sort -u posted >once
sort claimed >allowed_again
is "and only where a kill left it under way" "$(sort -m once allowed_again | sort | comm -13 - posted)" ""
is "each run of the plan says so too" \
	"$(sqlite3 "$store" "SELECT count(*) FROM plan_item WHERE outcome = 'applied'; SELECT count(*) FROM plan_run WHERE ended_us IS NULL" | paste -sd' ')" \
	"$((COUNT * (ROUNDS + 1))) 0"
run audit --verify
is "the audit's chain is whole" "$CODE" 0
is "the store is sound" "$(sqlite3 "$store" 'PRAGMA integrity_check')" ok
cat <<END
# actions $COUNT, rounds $ROUNDS, killed $killed; a whole run makes $CALLS calls
# changes $(all_of length), PUTs $(jq length puts), took effect $(all_of '[.[].effects] | add'), entries $(all_of '[.[].ends | length] | add')
# webhooks posted $(wc -l <posted), of them again $(($(wc -l <posted) - $(wc -l <once)))
END
done_testing
