#!/bin/sh
# fire, hit, audit, report.
. "$(dirname "$0")/lib.sh"
tenant
hook="$URL/webhooks"

run fire ani crm.updated --yes
complains "an action without directives" 7 <<'END'
dacache: the action has no directives; add one with e or set --directive
END
run set ani --directive "$hook/a,crm.updated,invalidate" --directive "$hook/b,crm.updated,refresh" \
	--directive "$hook/c,crm.viewed,noop" --directive 'http://127.0.0.1:1/d,crm.down,refresh' --yes
is "directives alone post nothing" "$CODE $(control webhooks)" "0 []"

run fire ani crm.update --yes
complains "an event that none has: it lists those there are" 7 <<'END'
dacache: no directive has the event type 'crm.update'; it has: crm.updated, crm.viewed, crm.down
END
run fire ani crm.updated
complains "without a terminal it wants --yes" 2 <<'END'
dacache: fire asks before it posts: without a terminal give --yes
END
run fire ani crm.updated --yes
prints "two are delivered" 0 <<'END'
2 delivered, 0 failed, 0 noop
END
is "to whom" "$(control webhooks | jq -c '[.[] | [.path, .json.action, .json.data.target_key]] | sort')" \
	'[["/webhooks/a","invalidate","customer_{contactId}_profile"],["/webhooks/b","refresh","customer_{contactId}_profile"]]'
run fire ani crm.viewed --yes --json
prints "noop is noted alone" 0 <<'END'
{"id":"ani","delivered":0,"failed":0,"noop":1}
END
run fire ani crm.down --yes --json
prints "one that fails" 1 <<'END'
{"id":"ani","delivered":0,"failed":1,"noop":0}
END
is "with its reason" "$(head -n 1 "$work/stderr" | cut -d : -f 1)" "connection refused"
fault '{"method":"POST","path":"/webhooks/*","status":500}'
run fire ani crm.updated --yes
is "one of two refused by its receiver" "$CODE $(cat "$work/stdout")" "1 1 delivered, 1 failed, 0 noop"
posted=$(control webhooks | jq length)
settings 'webhook_allow = 10.0.0.1'
run fire ani crm.updated --yes
is "an address that the profile does not allow" \
	"$CODE $(cat "$work/stdout"); $(head -n 1 "$work/stderr" | cut -d : -f 1); $(control webhooks | jq length)" \
	"1 0 delivered, 2 failed, 0 noop; URL not allowed; $posted"
settings
run fire nope crm.updated --yes
is "no such action" "$CODE" 7
CXONE_CLIENT_ID=viewer CXONE_CLIENT_SECRET=viewer-secret run fire ani crm.updated --yes
complains "who may only read posts nothing" 6 <<'END'
dacache: the token lacks the scope dataaction:write (granted: dataaction:read)
END
is "the audit has every delivery" "$(audit '[.[] | [.outcome, .status]] | sort')" \
	'[["applied",200],["applied",200],["applied",200],["not applied",null],["not applied",null],["not applied",null],["not applied",500],["unchanged",null],["unchanged",null]]'
is "as many posts as the audit says" "$(audit '[.[] | select(.action == "webhook" and .status != null)] | length')" \
	"$(control requests | jq '[.[] | select(.path | startswith("/webhooks/"))] | length')"

# A change delivers; one that fails is told, and the change stands
run set ani --ttl 77 --yes
is "a change whose delivery fails" "$CODE $(cat "$work/stdout"); $(grep -c '^dacache: applied; webhook not delivered to 127.0.0.1:[0-9]*: connection refused' "$work/stderr")" \
	"0 applied: the server's document holds what was sent; 1"

# hit and report
run report
is "no look-ups: null, never 0.0" "$CODE $(json .current_hit_rate)" "0 null"
run hit ani --hit --count 3
is "hits" "$CODE $(cat "$work/stdout" "$work/stderr")" "0 "
run hit ani --miss
run hit cases --miss --count 4
run report
is "the report's keys" "$(json 'keys_unsorted[:5]')" \
	'["generated_at","total_log_entries","average_latency_ms","current_hit_rate","entries"]'
is "the hit rate is of all look-ups" "$(json .current_hit_rate)" 0.375
is "the entries are the audit's" "$(json '.entries | length')" "$(audit length)"
is "and their number" "$(json '.total_log_entries == (.entries | length)')" true
is "the mean is over those with a latency" \
	"$(json '([.entries[].latency_ms | values] | add / length * 1000 | round) == (.average_latency_ms * 1000 | round)')" true
is "an entry's members are all there" "$(json '[.entries[] | ["timestamp","action","data_action_id","payload","etag","if_match","status","latency_ms","who","outcome","attempts","correlation_id","before","message"] - keys] | unique')" \
	'[[]]'
run report --id ani
is "of one action" "$(json '[.current_hit_rate, ([.entries[].data_action_id] | unique)]')" '[0.75,["ani"]]'
run report --id nothing
is "of none" "$CODE $(json '[.total_log_entries, .average_latency_ms, .current_hit_rate, .entries]')" '0 [0,null,null,[]]'
run report --text
is "for reading" "$CODE $(sed -n 's/^hit rate  *\(.*\), from .* UTC$/\1/p' "$work/stdout")" "0 37.5 % of 8 look-ups"
for words in 'ani' 'ani --hit --miss' '--hit' 'ani --hit --count 0' 'ani --hit --count x' 'ani more --hit'; do
	# shellcheck disable=SC2086 # words they are
	run hit $words
	is "hit $words" "$CODE $(wc -l <"$work/stderr")" "2 1"
done

run audit --limit 2 --json
is "audit --limit" "$CODE $(json length)" "0 2"
run audit --id cases
prints "the audit of an action that has none" 0 </dev/null
run audit --id cases --json
is "and as JSON" "$CODE $(cat "$work/stdout")" "0 []"
run audit --limit x
complains "a limit that is none" 2 <<'END'
dacache: audit: --limit 'x' is no number
END
run audit
steady "$work/stdout" | grep crm.down | head -n 1 >"$work/one"
is "a line of the audit" "$(cat "$work/one")" \
	'TIME  not applied  webhook        -  ani  crm.down refresh http://HOST/d: Failed to connect to HOST after 0 ms: Couldn'"'"'t connect to server'
is "audit and report need no tenant" "$(CXONE_CLIENT_SECRET='' "$DACACHE" audit --json </dev/null | jq 'length > 5')" true
done_testing
