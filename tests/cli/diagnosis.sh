#!/bin/sh
# What the shell says of waits, wrong ids, sessions that may not write, and the quota.
. "$(dirname "$0")/lib.sh"
tenant
settings 'max_wait = 5'
sed -i '/^max_wait = 0/d' "$work/config/dacache/config.ini"

# A wait is told also where nobody watches a terminal, a line a wait
fault '{"method":"GET","path":"/api/v2/dataactions/ani","status":429,"headers":{"Retry-After":"1"}}'
run show ani --json
is "a wait is told once" "$CODE $(cat "$work/stderr")" "0 429 too many requests: waiting 1s"
run show ani --json
is "without a wait nothing is said" "$CODE $(cat "$work/stderr")" "0 "

# A name where an id is wanted
run set "Get Customer by ANI" --ttl 90 --yes
like "a name is no id" "$CODE $(cat "$work/stderr")" "7 *dacache list --filter NAME*An id is wanted here, not a name.*"

# hit: no network, but a word where the id was never met
sed -i 's/^max_wait.*/max_wait = 0/' "$work/config/dacache/config.ini"
before=$(control requests | jq length)
run hit anni --hit
is "a strange id is noted" "$CODE $(cat "$work/stdout") $(cat "$work/stderr")" \
	'0  note: "anni" was not met here before; whether it is the id of an action was not checked (hit --check does)'
run hit anni --hit
is "once" "$CODE $(cat "$work/stderr")" "0 "
is "the tenant was not asked" "$(control requests | jq length)" "$before"
run hit annie --hit --check
like "asked, and there is none" "$CODE $(cat "$work/stderr")" "7 404 not found*"
run report --json --id annie
is "then nothing is recorded" "$(json .current_hit_rate)" null
run hit ani --hit --check
is "asked, and there is one" "$CODE $(cat "$work/stderr")" "0 "
run report --json --id ani
is "and it is recorded" "$(json .current_hit_rate)" 1

# A session that may not write: --json is the same object as ever
run --read-only set ani --ttl 90 --yes --json
is "read-only, as JSON" "$CODE $(json '.id, .outcome, .status, .attempts, .errors[0].message' | paste -sd' ')" \
	'6 "ani" "refused" null 0 "the program was started with --read-only"'
is "read-only, in words" "$(cat "$work/stderr")" "dacache: the program was started with --read-only"
run --read-only set ani --ttl 90 --yes
is "read-only, without --json" "$CODE $(cat "$work/stdout")" "6 "

# A reply that is none: the words are ours, and so it says
fault '{"method":"GET","path":"/api/v2/dataactions/ani","raw":"{nope"}'
run show ani
like "a broken reply" "$CODE $(cat "$work/stderr")" "1 *why: What is wrong with the answer: not JSON*"

# The quota, where the tenant tells of it
sim_stop
tenant --rate 50/600
run doctor
like "the quota is told" "$CODE $(grep '^quota' "$work/stdout")" \
	"0 quota     ok       2 of 50 calls used, 0 of them by others; the window ends in * s"
control rate '{"allowed":50,"seconds":600,"used":46}' >/dev/null
run doctor
like "nearly spent, by others" "$CODE $(grep -A 1 '^quota' "$work/stdout" | tr -s ' ')" \
	"0 quota warning 48 of 50 calls used, 46 of them by others*Look for other programs*"

# A 429 by a tenant that says which limit it is
fault '{"method":"GET","path":"/api/v2/dataactions/ani","status":429,"body":{"code":"too.many.requests","message":"Too many concurrent requests."},"headers":{"Retry-After":"9"}}'
run show ani
like "which limit, on the short card" "$CODE $(cat "$work/stderr")" \
	"5 429 concurrency limit: *why: Which limit: concurrency limit (by its own words); Retry-After: 9 s; *"

done_testing
