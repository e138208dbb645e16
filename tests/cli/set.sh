#!/bin/sh
# set: what it changes, what it refuses, what it asks.
. "$(dirname "$0")/lib.sh"
tenant

run set ani --ttl 100
complains "without a terminal it wants --yes" 2 <<'END'
dacache: set asks before it writes: without a terminal give --yes, or --dry-run to look only
END
run set ani --ttl 100 --dry-run
prints "a dry run" 0 <<'END'
dry run: nothing was sent
END
is "it shows the change" "$(cat "$work/stderr")" '~ cacheTtl               60 -> 100'
run set ani --ttl 60 --dry-run --json
prints "a dry run of nothing" 0 <<'END'
{"id":"ani","outcome":"unchanged","status":null,"etag":null,"if_match":null,"latency_ms":null,"attempts":0,"errors":[]}
END
is "neither sent anything" "$(control requests | jq -c '[.[] | select(.method == "PUT")]') $(audit length)" "[] 0"

run set ani --ttl 100 --yes
prints "a change" 0 <<'END'
applied: the server's document holds what was sent
END
run set ani --tier high_priority --yes --json
prints "a change, as JSON" 0 <<'END'
{"id":"ani","outcome":"applied","status":200,"etag":"\"5\"","if_match":"\"4\"","latency_ms":MS,"attempts":1,"errors":[]}
END
run set ani --tier high_priority --yes --json
prints "nothing to change" 0 <<'END'
{"id":"ani","outcome":"unchanged","status":null,"etag":null,"if_match":null,"latency_ms":null,"attempts":0,"errors":[]}
END
is "its members, and no other" "$(json keys)" \
	'["attempts","errors","etag","id","if_match","latency_ms","outcome","status"]'

hook="$URL/webhooks"
run set ani --key 'customer_{contactId}_v2' --disable --ttl 7 --payload-kb 24 \
	--directive "$hook/a,crm.updated,invalidate" --directive "$hook/b,crm.viewed,noop" --yes
prints "everything at once" 0 <<'END'
applied: the server's document holds what was sent
END
steady "$work/stderr" >"$work/stdout"
prints "it shows the change whole" 0 <<'END'
~ cacheEnabled           true -> false
~ cacheKey               customer_{contactId}_profile -> customer_{contactId}_v2
~ cacheTtl               60 -> 7
~ payload_kb             12 -> 24  (local)
+ directive              http://HOST/webhooks/a,crm.updated,invalidate  (local)
+ directive              http://HOST/webhooks/b,crm.viewed,noop  (local)
END
is "the tenant has it, and the rest as it was" \
	"$(tenant_has ani '[.cacheEnabled, .cacheKey, .cacheTtl, .unknownMember, .name]')" \
	'[false,"customer_{contactId}_v2",7,{"kept":[1,2.5,"x"]},"Get Customer by ANI"]'
is "one directive was posted: noop is not" \
	"$(control webhooks | jq -c '[.[] | [.path, .json.event, .json.directive.event_type, .json.action, .json.data.target_key]]')" \
	'[["/webhooks/a","cache_invalidation","crm.updated","invalidate","customer_{contactId}_v2"]]'
run show ani --json
is "what is local was kept" "$(json '[.payload_kb, [.directives[].event_type]]')" '[24,["crm.updated","crm.viewed"]]'
run set ani --no-directives --yes
prints "what is local alone: no PUT" 0 <<'END'
unchanged on the server; what is local was saved
END
run show ani --json
is "the directives are gone" "$(json .directives)" '[]'
is "the audit has each, the newest first" "$(audit '[.[] | [.action, .outcome, .status]]')" \
	'[["local_update","unchanged",null],["webhook","applied",200],["webhook","unchanged",null],["cache_update","applied",200],["cache_update","applied",200],["cache_update","applied",200]]'

# Refused before anything leaves
run set ani --key INVOICE_{invoiceId} --payload-kb 10240 --ttl 86401 --yes
prints "the tutorial's refusal" 3 <<'END'
refused: Validation failed: Key collision detected: INVOICE_{invoiceId}; Memory footprint 11534638 exceeds CXone limit of 10485760; TTL exceeds maximum allowed value of 86400 seconds
END
run set ani --ttl 86401 --yes --json
prints "a refusal as JSON" 3 <<'END'
{"id":"ani","outcome":"refused","status":null,"etag":null,"if_match":null,"latency_ms":null,"attempts":0,"errors":[{"field":"cacheTtl","code":null,"message":"TTL exceeds maximum allowed value of 86400 seconds","correlation_id":null}]}
END
run set ani --key '' --dry-run
is "a dry run tells too" "$CODE $(cat "$work/stdout")" "3 dry run: Validation failed: $(sed -n 's/^! cacheKey: //p' "$work/stderr")"
run set ani --key '{a}' --yes
is "a placeholder alone will do" "$CODE" 0
run set ani --key 'cases_{other}' --dry-run
is "a key that differs in placeholder names alone is a warning" \
	"$CODE $(grep -c '^? cacheKey: differs in placeholder names alone from the key of Count Open Cases' "$work/stderr")" "0 1"
for ttl in 60.9 '"60"' true '' 1e3 -1 99999999999999999999; do
	run set ani --ttl "$ttl" --yes
	is "--ttl $ttl" "$CODE $(wc -c <"$work/stderr" | sed 's/[1-9][0-9]*/some/')" "3 some"
done
run set ani --tier high_prority --yes
complains "a tier that is none" 3 <<'END'
dacache: unknown tier "high_prority": did you mean high_priority?
END
run set ani --tier custom --yes
complains "custom is no tier to choose" 2 <<'END'
dacache: set: give a custom TTL by --ttl SECONDS
END
run set ani --tier default --ttl 3 --yes
complains "tier or TTL" 2 <<'END'
dacache: set: --tier and --ttl exclude each other: the tier gives the TTL
END
run set ani --enable --disable --yes
complains "on or off" 2 <<'END'
dacache: set: --enable and --disable exclude each other
END
run set ani --directive 'https://x.example/,crm.updated' --yes
is "half a directive" "$CODE $(wc -l <"$work/stderr")" "3 1"
run set ani --directive 'https://x.example/,crm.updated,refrsh' --yes
is "an action that is none" "$CODE $(grep -c 'did you mean refresh' "$work/stderr")" "3 1"
run set ani --payload-kb 1.5 --yes
complains "half a kilobyte" 3 <<'END'
dacache: --payload-kb: '1.5' is not a whole number
END
puts=$(control requests | jq '[.[] | select(.method == "PUT")] | length')
is "none of these was sent" "$puts" 4

# Read-only, by flag, profile and scope
run --read-only set ani --ttl 3 --yes
complains "--read-only" 6 <<'END'
dacache: the program was started with --read-only
END
settings 'read_only = yes'
run set ani --ttl 3 --yes
complains "a profile that is read-only" 6 <<'END'
dacache: the profile 'test' says read_only
END
settings
CXONE_CLIENT_ID=viewer CXONE_CLIENT_SECRET=viewer-secret run set ani --ttl 3 --yes
complains "a client that may only read" 6 <<'END'
dacache: the token lacks the scope dataaction:write (granted: dataaction:read)
END
CXONE_CLIENT_ID=viewer CXONE_CLIENT_SECRET=viewer-secret run set ani --ttl 3 --dry-run
is "it may look, though" "$CODE $(cat "$work/stdout")" "0 dry run: nothing was sent"

# On a terminal
on_terminal 'n\n' set ani --ttl 3
is "n is no" "$CODE $(grep -c 'dacache: not confirmed: nothing was sent' "$work/stdout")" "1 1"
on_terminal '\n' set ani --ttl 3
is "Enter is no" "$CODE $(grep -c 'dacache: not confirmed: nothing was sent' "$work/stdout")" "1 1"
on_terminal 'y\n' set ani --ttl 3
is "y is yes" "$CODE $(grep -c 'applied: ' "$work/stdout")" "0 1"
settings 'protected = yes'
on_terminal 'y\n' set ani --ttl 4
is "a protected tenant wants the name" "$CODE $(grep -c 'Type the action.s name to apply:' "$work/stdout")" "1 1"
on_terminal 'Get Customer by ANI\n' set ani --ttl 4
is "and takes it" "$CODE $(grep -c 'applied: ' "$work/stdout")" "0 1"
is "those two were sent" "$(control requests | jq '[.[] | select(.method == "PUT")] | length')" $((puts + 2))

# The tutorial's body: the three members alone
settings 'put_body = fields'
run set ani --ttl 5 --yes
is "put_body = fields" "$CODE $(control requests | jq -c '[.[] | select(.method == "PUT")] | last.asked')" \
	'0 {"cacheEnabled":false,"cacheKey":"{a}","cacheTtl":5}'
done_testing
