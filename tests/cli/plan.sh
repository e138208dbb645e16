#!/bin/sh
# export, plan, apply: a change of many actions by a file.
. "$(dirname "$0")/lib.sh"
tenant
cd "$work" || exit 1

# As on_stderr, but of what else there is to say.
tells() {
	cp stderr stdout
	prints "$@"
}
puts() {
	control 'requests?method=PUT' | jq -c "$1"
}
# The last line of a terminal, behind its progress.
last_line() {
	tail -n 1 stdout | sed 's/.*\^\[\[K//; s/.*\[y.N\] //; s/.*to apply: //'
}
# Times in words
paced() {
	sed -i -E 's/about [0-9]+(ms|s|m)/about TIME/' "$@"
}

# ---- export, and a plan of it ----

run export
cp stdout all.jsonl
prints "export: an entry a line, by id; nothing in it hides or turns text" 0 <<'END'
{"id":"ani","name":"Get Customer by ANI","cacheKey":"customer_{contactId}_profile","cacheEnabled":true,"tier":"high_priority","ttlMatrix":{"default":300,"high_priority":60,"static_reference":3600},"payloadKb":12,"directives":[],"etag":"\"3\""}
{"id":"cases","name":"Count Open Cases","cacheKey":"cases_{queueId}","cacheEnabled":true,"tier":"default","ttlMatrix":{"default":300,"high_priority":60,"static_reference":3600},"payloadKb":12,"directives":[],"etag":"\"7\""}
{"id":"evil","name":"Evil \u001b]0;pwned\u0007\u001b[31mred\u009b31m \u202egnp","cacheKey":"evil\u001b[2J","cacheEnabled":true,"tier":"high_priority","ttlMatrix":{"default":300,"high_priority":60,"static_reference":3600},"payloadKb":12,"directives":[],"etag":"\"1\""}
{"id":"invoice","name":"Look up Invoice","cacheKey":"invoice_{invoiceId}","cacheEnabled":false,"cacheTtl":120,"ttlMatrix":{"default":300,"high_priority":60,"static_reference":3600},"payloadKb":12,"directives":[],"etag":"\"2\""}
{"id":"odd","cacheKey":null,"cacheEnabled":false,"ttlMatrix":{"default":300,"high_priority":60,"static_reference":3600},"payloadKb":12,"directives":[],"etag":"\"1\""}
{"id":"ref/ä b?c#d%25","name":"Größe 日本語 😀","cacheKey":"größe_{id}","cacheEnabled":true,"tier":"static_reference","ttlMatrix":{"default":300,"high_priority":60,"static_reference":3600},"payloadKb":12,"directives":[],"etag":"\"1\""}
END
run plan all.jsonl
prints "a plan of it changes nothing" 0 <<'END'
Plan: 0 to change, 6 unchanged
END
run set ani --directive "$URL/webhooks/a,crm.updated,refresh" --payload-kb 20 --yes
run export -o some.json tier:high_priority customer
is "to a file, for its owner alone" "$CODE $(cat stderr) $(stat -c %a some.json)" \
	"0 1 Data Action written to some.json 600"
cp some.json stdout
prints "one document" 0 <<'END'
{"actions": [
  {
    "id": "ani",
    "name": "Get Customer by ANI",
    "cacheKey": "customer_{contactId}_profile",
    "cacheEnabled": true,
    "tier": "high_priority",
    "ttlMatrix": {"default": 300, "high_priority": 60, "static_reference": 3600},
    "payloadKb": 20,
    "directives": [
      {"source": "http://HOST/webhooks/a", "event_type": "crm.updated", "action": "refresh"}
    ],
    "etag": "\"3\""
  }
]}
END
run plan some.json
is "what is kept here goes with it" "$CODE $(cat stdout)" "0 Plan: 0 to change, 1 unchanged"
run export -o some.json
is "no file is replaced" "$CODE $(cat stderr) $(jq '.actions | length' some.json)" \
	"1 dacache: some.json is there already: --force replaces it 1"
run export --force --output some.json --format lines
is "but where it is asked for" "$CODE $(wc -l <some.json)" "0 6"
run export 'tier:nope'
is "a filter that is none" "$CODE $(wc -c <stdout) $(grep -c tier stderr)" "2 0 1"
run export --format yaml
complains "a format nobody knows" 2 <<'END'
dacache: export: --format takes lines or document, not 'yaml'
END
fault '{"method":"GET","path":"/api/v2/dataactions/ani","status":403}'
run export -o half.jsonl
is "what cannot be read is not left out: no file" "$CODE $(ls half* 2>&1 | grep -c 'No such')" "6 1"
"$DACACHE" set ani --no-directives --payload-kb 12 --yes >/dev/null 2>&1

# ---- plan ----

cat >edit.jsonl <<END
{"id": "ani", "cacheKey": "cases_{queueId}", "tier": "default", "etag": "\"3\"", "directives": [{"source": "$URL/webhooks/a", "event_type": "changed", "action": "refresh"}, {"source": "$URL/webhooks/n", "event_type": "changed", "action": "noop"}]}
{"id": "cases", "cacheKey": "open_{queueId}"}
{"id": "invoice", "payloadKb": 24}
{"id": "ref/ä b?c#d%25", "cacheEnabled": true}
END
run plan edit.jsonl
paced stdout
prints "changes, what follows from them, and what it takes; a key changes hands" 2 <<'END'
~ changed  + added  - removed  ? warning  > side effect

~ ani  Get Customer by ANI  (line 1)
    ~ cacheKey   "customer_{contactId}_profile" -> "cases_{queueId}"
    ~ cacheTtl   60 -> 300
    + directive  http://HOST/webhooks/a,changed,refresh  (kept here)
    + directive  http://HOST/webhooks/n,changed,noop  (kept here)
    ? cacheKey: placeholder {queueId} is not an input of the action's contract
    > entries under the old key "customer_{contactId}_profile" are not read any more; they stay until their TTL ends (60 s)
    > webhook: POST http://HOST/webhooks/a on changed (refresh)
~ cases  Count Open Cases  (line 2)
    ~ cacheKey  "cases_{queueId}" -> "open_{queueId}"
    > entries under the old key "cases_{queueId}" are not read any more; they stay until their TTL ends (300 s)
~ invoice  Look up Invoice  (line 3)
    ~ payloadKb  12 -> 24  (kept here)

Plan: 3 to change (1 only here), 1 unchanged, 1 warning
Side effects: 1 webhook, 2 keys that are not read any more
Requests: 5 GETs, 2 PUTs, about TIME
END
run plan edit.jsonl --json
is "as JSON" "$CODE $(json '[.file, (.sha256 | length), .errors, .totals, .requests]')" \
	'2 ["edit.jsonl",64,[],{"change":3,"unchanged":1,"refused":0,"conflict":0,"unreadable":0,"warnings":1,"webhooks":1,"old_keys":2},{"reads":5,"puts":2}]'
is "values have the types they have in the file" "$(json '[.entries[0] | (.changes[] | [.member, .before, (.after | type)]), [.webhooks[] | .event_type, .action]]')" \
	'[["cacheKey","customer_{contactId}_profile","string"],["cacheTtl",60,"number"],["directives",[],"array"],["changed","refresh"]]'
is "an entry of it" "$(json '.entries[1]')" \
	'{"line":2,"id":"cases","name":"Count Open Cases","verdict":"change","etag":"\"7\"","plan_etag":null,"changes":[{"member":"cacheKey","before":"cases_{queueId}","after":"open_{queueId}","local":false}],"webhooks":[],"findings":[]}'
"$DACACHE" plan - <edit.jsonl >stdout 2>stderr
is "from standard input" "$? $(grep -c '^Plan: 3 to change' stdout)" "2 1"

cat >bad.jsonl <<'END'
{"id": "ani", "cacheKey": "Cases_{queueId} "}
{"id": "cases", "cacheTtl": "60"}

{"id": "invoice", "cacheKey": "x_{invoiceId}", "cacheTtl": 90000}
{"id": "evil", "cacheKey": "X_{invoiceId}"}
{"id": "nope", "cacheTtl": 3}
END
run plan bad.jsonl
prints "all that is refused, by file and line; collisions in the plan too" 3 <<'END'
bad.jsonl:1: ani: error: cacheKey: Key collision detected: Cases_{queueId}  (the key of cases, Count Open Cases)
bad.jsonl:2: cases: error: cacheTtl must be an integer, without quotes
bad.jsonl:4: invoice: error: cacheKey: Key collision detected: x_{invoiceId} (line 5 of this plan wants it too, for evil)
bad.jsonl:4: invoice: error: cacheTtl: TTL exceeds maximum allowed value of 86400 seconds
bad.jsonl:5: evil: error: cacheKey: Key collision detected: X_{invoiceId} (line 4 of this plan wants it too, for invoice)
bad.jsonl:6: nope: error: the tenant has no Data Action of this id

Plan: 0 to change, 0 unchanged, 5 refused
END
run plan bad.jsonl --json
is "as JSON" "$CODE $(json '[.errors, [.entries[] | [.line, .verdict]], .totals.refused]') $(json '.entries[1].findings')" \
	'3 [[],[[1,"refused"],[2,"refused"],[4,"refused"],[5,"refused"],[6,"not found"]],5] [{"severity":"error","line":2,"field":null,"message":"cacheTtl must be an integer, without quotes"}]'
run apply bad.jsonl --yes
is "such a plan is not begun" "$CODE $(tail -n 1 stderr) $(puts length)" \
	"3 dacache: 5 entries are refused: nothing was sent; mend or remove them 0"
cat >faults.jsonl <<'END'
{"id": "ani", "cacheTtl": 60.9, "cacheEnabled": "yes", "payloadKb": -1, "cacheKey": "cases_{queueId}"}
{"id": "cases", "ttlMatrix": {"default": -5, "high_priority": 3601, "static_reference": "x", "gold": 1}}
{"id": "invoice", "tier": null, "cacheTtl": null,
 "directives": [{"source": "ftp://x", "event_type": "", "action": "zap"}, 7]}
{"id": "nope", "payloadKb": -1}
{"id": "ani", "cacheTtl": -1}
END
run plan faults.jsonl
prints "all that is wrong in an entry at once, each entry counted once" 3 <<'END'
faults.jsonl:1: ani: error: cacheTtl must be an integer
faults.jsonl:1: ani: error: cacheEnabled must be true or false
faults.jsonl:1: ani: error: cacheKey: Key collision detected: cases_{queueId} (the key of cases, Count Open Cases)
faults.jsonl:1: ani: error: payloadKb must be 0 or more
faults.jsonl:2: cases: error: ttlMatrix.static_reference must be an integer, without quotes
faults.jsonl:2: cases: error: ttlMatrix: unknown member 'gold'
faults.jsonl:2: cases: error: ttlMatrix.default must be 0-86400 seconds
faults.jsonl:2: cases: error: ttlMatrix.high_priority must be 0-3600 seconds
faults.jsonl:3: invoice: error: tier must be default, high_priority or static_reference, not null (left out, it stays as it is)
faults.jsonl:3: invoice: error: cacheTtl must be an integer, not null (left out, it stays as it is)
faults.jsonl:4: invoice: error: directive 1: action must be invalidate, refresh or noop, not "zap"
faults.jsonl:4: invoice: error: directive 2: it must be an object
faults.jsonl:4: invoice: error: directive 1: source must begin with http:// or https://
faults.jsonl:4: invoice: error: directive 1: event_type is empty
faults.jsonl:5: nope: error: the tenant has no Data Action of this id
faults.jsonl:5: nope: error: payloadKb must be 0 or more
faults.jsonl:6: ani: error: the action is in line 1 already
faults.jsonl:6: ani: error: cacheTtl must be an integer of 0-86400

Plan: 0 to change, 0 unchanged, 5 refused
END
run export -o whole.json
sed '/"payloadKb": 12,/{s/,$//;:a;n;ba}' whole.json >comma.json
run plan comma.json
is "a comma that is missing: one error, where it is" "$CODE $(cat stdout)" \
	"3 comma.json:$(grep -n '"payloadKb": 12$' comma.json | head -n 1 | cut -d: -f1):20: error: not JSON: a comma is missing

Plan: none: the file cannot be read as JSON"
run plan comma.json --json
is "as JSON" "$CODE $(json '[.entries, .errors[0].column, .errors[0].message, .totals.refused]')" \
	'3 [[],20,"not JSON: a comma is missing",1]'
run apply comma.json --yes
is "and nothing is sent" "$CODE $(tail -n 1 stderr)" "3 dacache: nothing was sent; mend the file"
head -n 20 whole.json >cut.json
run plan cut.json
is "a file that was cut" "$CODE $(wc -l <stdout) $(grep -c '^cut.json:20:[0-9]*: error: not JSON: it ends too early$' stdout)" "3 3 1"
jq -c '.actions[] | .cacheEnabled = false' whole.json | jq . >pretty.jsonl
run plan pretty.jsonl
is "as jq lays it out" "$CODE $(grep -c '^~ .*(line' stdout) $(grep -c 'error:' stdout)" "3 3 1"
{ printf '\357\273\277'; cat whole.json; } >bom.json
run plan bom.json
is "a byte order mark" "$CODE $(cat stdout)" "0 Plan: 0 to change, 6 unchanged"
run export no-such-action -o none.jsonl
run plan none.jsonl
prints "nothing exported is nothing to change" 0 <<'END'
Plan: 0 to change, 0 unchanged (the file has no entries)
END
printf '%s\n' '{"id": "ani", "cacheKey": " customer_{contactId}_profile "}' >blanks.jsonl
run plan blanks.jsonl
is "blanks of a key are seen" "$(grep ' cacheKey[: ]' stdout)" '    ~ cacheKey  "customer_{contactId}_profile" -> " customer_{contactId}_profile "
    ? cacheKey: has blanks around it: they are part of the key'
printf '%s\n' '{"id": "cases", "cacheTtl": 61, "etag": "\"1\""}' >stale.jsonl
run plan stale.jsonl
is "a conflict tells what differs" "$CODE $(sed -n 2p stdout)" "4     cacheTtl: 300 at the tenant, 61 in the plan"
cat >circle.jsonl <<'END'
{"id": "ani", "cacheKey": "cases_{queueId}"}
{"id": "cases", "cacheKey": "customer_{contactId}_profile"}
END
run plan circle.jsonl
is "keys in a circle" "$CODE $(grep -c 'error: keys would change hands in a circle: give one' stdout)" "3 2"
run plan
complains "an error of usage is no change" 1 <<'END'
dacache: plan needs a FILE
END
run plan nothing.json
complains "no such file" 1 <<'END'
dacache: nothing.json: No such file or directory
END
is "nothing was changed by all this" "$(puts length)" 0

# ---- apply ----

run apply edit.jsonl
complains "without a terminal it must be asked for" 2 <<'END'
dacache: apply asks before it writes: without a terminal give --yes, or look only, by plan
END
run apply edit.jsonl --yes --parallel 9
complains "not too many at once" 2 <<'END'
dacache: apply: --parallel takes 1 to 8, not '9'
END
run apply edit.jsonl --resume --yes
complains "nothing to go on with" 2 <<'END'
dacache: apply: no run of edit.jsonl, as it stands now, is on record: leave --resume out
END
on_terminal 'n\n' apply edit.jsonl
is "not confirmed" "$CODE $(grep -c 'Apply these changes? \[y/N\]' stdout) $(puts length)" "1 1 0"
on_terminal 'y\n' apply edit.jsonl
is "confirmed" "$CODE $(last_line)" "0 applied 2, changed here alone 1, unchanged 1"
is "a key is taken after it was given away" "$(puts '[.[] | [.path | ltrimstr("/api/v2/dataactions/")][0]]')" \
	'["cases","ani"]'
is "what is kept here is saved" "$("$DACACHE" show invoice --json | jq -c .payload_kb)" 24
is "the webhook left, once; the noop is noted" \
	"$(control webhooks | jq -c '[.[] | [.path, (.body | if type == "string" then fromjson else . end | .data.target_key)]]') $(audit '[.[] | select(.action == "webhook") | .outcome]')" \
	'[["/webhooks/a","cases_{queueId}"]] ["applied","unchanged"]'
is "each is in the audit" "$(audit '[.[] | select(.action != "webhook") | [.action, .data_action_id, .outcome]] | .[0:3] | sort')" \
	'[["cache_update","ani","applied"],["cache_update","cases","applied"],["local_update","invoice","unchanged"]]'
run audit --verify
is "and its chain is whole" "$CODE" 0
run apply edit.jsonl --yes
is "again: nothing to do" "$CODE $(cat stdout) $(puts length)" "0 applied 0, unchanged 4 2"
run apply edit.jsonl --yes --resume --json
is "as JSON: what an earlier run did is not counted as done by this one" \
	"$(json '[.id, .outcome]' | sort | paste -sd' ')" \
	'["ani","applied earlier"] ["cases","applied earlier"] ["invoice","applied earlier"] ["ref/ä b?c#d%25","unchanged"]'
run apply edit.jsonl --yes --resume
is "gone on with: nothing is even read" \
	"$CODE $(cat stdout)" "0 applied 0, applied by an earlier run 3, unchanged 1"

# Someone else changes an action between export and plan, and between plan and PUT
run export -o base.jsonl
sed 's/"cacheEnabled":[a-z]*/"cacheEnabled":false/; /"id":"\(evil\|odd\)"/d' base.jsonl >off.jsonl
control touch '{"id":"cases","set":{"cacheTtl":77}}' >/dev/null
fault '{"method":"PUT","path":"/api/v2/dataactions/ani","touch":{"set":{"cacheTtl":78}}}'
run apply off.jsonl --yes --json
is "conflicts are left alone, the others go on" "$CODE $(jq -c '[.line, .id, .outcome, .status, .attempts]' stdout | sort | paste -sd' ')" \
	'4 [1,"ani","conflict",409,1] [2,"cases","conflict",null,0] [3,"invoice","unchanged",null,0] [4,"ref/ä b?c#d%25","applied",200,1]'
is "nothing of theirs is overwritten" "$(tenant_has cases '[.cacheEnabled, .cacheTtl]') $(tenant_has ani '[.cacheEnabled, .cacheTtl]')" \
	'[true,77] [true,78]'
is "the plan told which" "$(grep -c '^off.jsonl:2: cases: conflict: the action changed since the entry was written, by .* at 2[^ ]*: its ETag is "9", not "8"; it is left alone$' stderr)" 1
is "who was first meanwhile is told, and what changed" "$(json 'select(.id == "ani") | .findings[0].message' | sed -E 's/ by .* at [^ ]+:/ by WHO at TIME:/')" \
	'"conflict: the action changed since it was read; this request wrote nothing; it was changed by WHO at TIME: cacheTtl 300 -> 78"'
run plan off.jsonl
is "a conflict stays one" "$CODE $(tail -n 1 stdout)" "4 Plan: 0 to change, 2 unchanged, 2 conflicts"

# What goes wrong on the way
cat >all.jsonl <<'END'
{"id": "ani", "cacheTtl": 501}
{"id": "cases", "cacheTtl": 502}
{"id": "invoice", "cacheTtl": 503}
{"id": "ref/ä b?c#d%25", "cacheTtl": 504}
END
fault '{"method":"PUT","path":"/api/v2/dataactions/ani","drop":"after"}' \
	'{"method":"PUT","path":"/api/v2/dataactions/cases","status":400,"body":{"message":"no","code":"invalid.value","status":400,"details":[]}}' \
	'{"method":"PUT","path":"/api/v2/dataactions/invoice","status":503}'
run apply all.jsonl --yes
steady stdout | sort >got
cat >expected <<'END'
all.jsonl:2: cases: refused: 400 invalid.value: no (correlation id CORRELATION)
applied 3, refused 1
END
is "lost, refused, failed once: each is settled by itself" "$CODE $(diff got expected)" "3 "
is "none took effect twice" "$(puts '[.[] | select(.effect == "applied" and .asked.cacheTtl > 500 and .asked.cacheTtl < 510) | .asked.cacheTtl] | sort')" '[501,503,504]'
run apply all.jsonl --yes --resume
is "gone on with: what was not done" "$CODE $(cat stdout)" "0 applied 1, applied by an earlier run 3"

fault '{"method":"PUT","path":"/api/v2/dataactions/cases","times":0,"status":503}'
sed 's/"cacheTtl": 50/"cacheTtl": 55/' all.jsonl >five.jsonl
run apply five.jsonl --yes
is "what was not applied can be tried again: it says how" "$CODE $(tail -n 1 stdout) $(tail -n 1 stderr)" \
	"1 applied 3, not applied 1 to go on: dacache apply --resume --yes five.jsonl"
control faults '[]' >/dev/null
run apply five.jsonl --yes --resume
is "and it is applied then" "$CODE $(cat stdout)" "0 applied 1, applied by an earlier run 3"

fault '{"method":"PUT","path":"/api/v2/dataactions/cases","status":400,"body":{"message":"no","code":"invalid.value","status":400,"details":[]}}'
key=$(tenant_has cases .cacheKey | tr -d '"')
printf '%s\n' "{\"id\":\"ani\",\"cacheKey\":\"$key\"}" '{"id":"cases","cacheKey":"moved_{queueId}"}' >chain.jsonl
run apply chain.jsonl --yes --json
is "a key that was not given away is not taken: whose it stays is told" "$CODE $(json 'select(.id == "ani") | [.outcome, .findings[0].message]')" \
	"3 [\"refused\",\"refused: Key collision detected: $key (the key of Count Open Cases)\"]"

sed 's/"cacheTtl": 50/"cacheTtl": 60/' all.jsonl >six.jsonl
fault '{"method":"PUT","path":"/api/v2/dataactions/cases","status":400,"body":{"message":"no","code":"invalid.value","status":400,"details":[]}}'
run apply six.jsonl --yes --stop-on-error --parallel 1
steady stderr | tail -n 2 >stdout.end
is "the first that fails ends it" "$CODE $(tail -n 1 stdout) $(cat stdout.end)" \
	"3 applied 1, refused 1, not sent 2 ended early: the first that did not go through ends it: Count Open Cases, refused
to go on: dacache apply --resume --yes six.jsonl"
run apply six.jsonl --yes
is "it says what an earlier run did" "$CODE $(head -n 1 stderr)" \
	"0 An earlier run of this file was interrupted, with 1 of 4 done. What it did is found done; --resume does not even look at it."

# Ctrl-C while the second PUT is on its way
sed 's/"cacheTtl": 50/"cacheTtl": 70/' all.jsonl >seven.jsonl
fault '{"method":"PUT","path":"/api/v2/dataactions/cases","delay":4}'
mkfifo lines
"$DACACHE" apply seven.jsonl --yes --parallel 1 --json >lines 2>stderr </dev/null &
applying=$!
exec 3<lines
read -r first <&3
kill -INT $applying
cat <&3 >rest
exec 3<&-
wait $applying
is "interrupted: what is in flight ends" "$? $( (echo "$first"; cat rest) | jq -c '[.id, .outcome]' | paste -sd' ')" \
	'1 ["ani","applied"] ["cases","applied"] ["invoice","not applied"] ["ref/ä b?c#d%25","not applied"]'
is "and it says how to go on" "$(tail -n 1 stderr)" "to go on: dacache apply --resume --yes seven.jsonl"
is "nothing is left open" "$(sqlite3 "$XDG_STATE_HOME/dacache/dacache.db" 'SELECT count(*) FROM intent')" 0
run apply seven.jsonl --yes --resume
is "it goes on" "$CODE $(cat stdout)" "0 applied 2, applied by an earlier run 2"

# Who may
run --read-only apply all.jsonl --yes
is "read-only: refused" "$CODE $(grep -c read-only stderr)" "6 1"
CXONE_CLIENT_ID=viewer CXONE_CLIENT_SECRET=viewer-secret run apply all.jsonl --yes
is "without the scope: refused before it is asked" "$CODE $(grep -c dataaction:write stderr) $(wc -c <stdout)" "6 1 0"
settings 'protected = yes'
on_terminal 'y\n' apply all.jsonl
is "a protected tenant wants the number" "$CODE $(grep -c 'Type the number of actions to be changed, 4, to apply:' stdout)" "1 1"
on_terminal '4\n' apply all.jsonl
is "typed" "$CODE $(last_line)" "0 applied 4"
sim_stop

# ---- quota ----

tenant --rate 40/2
sed -i 's/max_wait = 0/max_wait = 9/' "$work/config/dacache/config.ini"
run export --format lines
i=0
while [ $i -lt 5 ]; do
	i=$((i + 1))
	sed -E 's/,"(tier|etag)":"[^}]*}$/}/; s/"cacheTtl":[0-9]*,//; /"id":"odd"|"id":"evil"/d; s/"id":/"cacheTtl":'$((800 + i))',"id":/; s/"ttlMatrix".*/"payloadKb":12}/; s/"tier":"[a-z_]*",//' stdout >"round$i.jsonl"
done
for i in 1 2 3 4 5; do
	run apply "round$i.jsonl" --yes
	[ "$CODE $(cat stdout)" = "0 applied 4" ] || is "round $i" "$CODE $(cat stdout stderr)" "0 applied 4"
done
is "paced by the quota: the tenant refused nothing" "$(control requests | jq '[.[] | select(.status == 429)] | length')" 0
fault '{"method":"PUT","status":429,"headers":{"Retry-After":"1"}}'
sed 's/80[0-9]/900/' round1.jsonl >nine.jsonl
run apply nine.jsonl --yes
is "a 429 holds all of them, and they go on" "$CODE $(cat stdout)" "0 applied 4"
fault '{"method":"PUT","times":0,"status":429,"headers":{"Retry-After":"300"}}'
sed 's/80[0-9]/901/' round1.jsonl >ten.jsonl
run apply ten.jsonl --yes --parallel 1
is "one that asks for too long ends it" "$CODE $(tail -n 1 stdout) $(grep -c '^ended early: 429' stderr) $(tail -n 1 stderr)" \
	"5 applied 0, not applied 1, not sent 3 1 to go on: dacache apply --resume --yes ten.jsonl"
control faults '[]' >/dev/null
run apply ten.jsonl --yes --resume
is "and goes on" "$CODE $(cat stdout)" "0 applied 4"
done_testing
