#!/bin/sh
# A conflict at the shell: the table, its JSON, and set --rebase.
. "$(dirname "$0")/lib.sh"
tenant

# changed_by WHO MEMBERS [MORE]: someone else is quicker, at the next PUT.
changed_by() {
	fault "{\"method\":\"PUT\",\"touch\":{\"set\":$2,\"by\":\"$1\"}${3:+,$3}}"
}
puts() {
	control requests | jq -c '[.[] | select(.method == "PUT") | [.status, .if_match]]'
}
# on_stderr WHAT CODE <<EXPECTED
on_stderr() {
	cp "$work/stderr" "$work/stdout"
	prints "$@"
}

run set ani --directive "$URL/webhooks/a,crm.updated,invalidate" --yes
changed_by j.doe '{"cacheTtl":90}'
run set ani --ttl 100 --enable --yes
is "both changed it" "$CODE $(cat "$work/stdout")" \
	"4 conflict: the action changed since it was read; this request wrote nothing"
on_stderr "the table, who, when, and both ETags" 4 <<'END'
~ cacheTtl               60 -> 100
409 conflict: Get Customer by ANI was changed after it was read, by j.doe at TIME. This request wrote nothing.
FIELD         BASE                        SERVER                      MINE                        RESULT
cacheTtl      60                          90                          100                         ? both changed it
version       3                           4                           3                           4                           auto
modifiedBy    "ops-emea"                  "j.doe"                     "ops-emea"                  "j.doe"                     auto
dateModified  "TIME"  "TIME"  "TIME"  "TIME"  auto
and 10 members that nobody changed
  If-Match that was sent: "3"; ETag on the server: "4"
  Correlation id: CORRELATION
  do: look at what the other change was for, and decide; the same command sent again would undo it.
END
is "nothing of it is there, and no webhook left" "$(tenant_has ani .cacheTtl) $(control webhooks)" "90 []"

changed_by j.doe '{"cacheEnabled":false,"name":"Two \u001b[31m\nlines"}'
run set ani --ttl 100 --yes --json
is "as JSON: what it was all about" \
	"$CODE $(json '[.outcome, .status, .if_match, (.conflict | .base_etag, .server_etag, .modified_by, (.date_modified | length), (.correlation_id | length))]')" \
	'4 ["conflict",409,"\"4\"","\"4\"","\"5\"","j.doe",24,36]'
is "every member of the document is a row" \
	"$(json '[.conflict.rows[].name] | sort')" "$(tenant_has ani '[keys[]] | sort')"
is "the rows" "$(json '[.conflict.rows[] | select(.name | startswith("cache")) | [.name, .state, .base, .server, .mine, .result]]')" \
	'[["cacheEnabled","auto",true,false,true,false],["cacheKey","unchanged","customer_{contactId}_profile","customer_{contactId}_profile","customer_{contactId}_profile","customer_{contactId}_profile"],["cacheTtl","auto",90,90,100,100]]'
is "nothing overlaps: it says what to do" \
	"$(grep -c '^  do: nothing overlaps; the same command with --rebase merges it.$' "$work/stderr")" 1
is "a name can't write to the terminal" "$(grep -c '^409 conflict: Two .x1b.31m.nlines was' "$work/stderr")" 1

# Each way a tenant says it
for answer in '"status":412' '"status":428' \
	'"status":400,"body":{"code":"bad.request","message":"Version mismatch"}'; do
	changed_by ops-apac "{\"cacheTtl\":$((tests + 200))}" "$answer"
	run set ani --ttl 100 --yes --json
	is "$answer" "$CODE $(json '[.outcome, .conflict.modified_by, [.conflict.rows[] | select(.state == "open") | .name]]')" \
		'4 ["conflict","ops-apac",["cacheTtl"]]'
done
before=$(puts | jq length)
fault '{"method":"PUT","status":412}'
run set ani --ttl 100 --yes --rebase
is "the condition is refused, though nobody changed it: not sent again" \
	"$CODE $(cat "$work/stdout") $(grep -c 'not merged: the tenant refuses the condition itself' "$work/stderr") $(($(puts | jq length) - before))" \
	"4 conflict: the tenant did not take If-Match, though the action is as it was read; this request wrote nothing 1 1"
fault '{"method":"PUT","status":409}' '{"method":"GET","path":"/api/v2/dataactions/ani","delay":0}' \
	'{"method":"GET","path":"/api/v2/dataactions/ani","status":404}'
run set ani --ttl 100 --yes --rebase --json
is "reading again fails: no table, a card" \
	"$CODE $(json '[.outcome, .conflict, .rebases]') $(grep -c '^  do: ' "$work/stderr")" '4 ["conflict",null,0] 1'
control faults '[]' >/dev/null

# --rebase
control reset '' >/dev/null
changed_by j.doe '{"cacheEnabled":false,"unknownMember":{"kept":"theirs"}}'
run set ani --ttl 100 --yes --rebase
is "nothing overlaps: merged" "$CODE $(cat "$work/stdout")" \
	"0 applied: the server's document holds what was sent"
on_stderr "it says so, and shows the change again" 0 <<'END'
~ cacheTtl               60 -> 100
409 conflict: Get Customer by ANI was changed after it was read, by j.doe at TIME. This request wrote nothing.
FIELD          BASE                        SERVER                      MINE                        RESULT
cacheEnabled   true                        false                       true                        false                       auto
cacheTtl       60                          60                          100                         100                         auto
version        3                           4                           3                           4                           auto
unknownMember  {"kept":[1,2.5,"x"]}        {"kept":"theirs"}           {"kept":[1,2.5,"x"]}        {"kept":"theirs"}           auto
modifiedBy     "ops-emea"                  "j.doe"                     "ops-emea"                  "j.doe"                     auto
dateModified   "TIME"  "TIME"  "TIME"  "TIME"  auto
and 8 members that nobody changed
  If-Match that was sent: "3"; ETag on the server: "4"
  Correlation id: CORRELATION
  nothing overlaps: merged on the new base (1 of at most 3)
~ cacheTtl               60 -> 100
END
is "both changes are there" "$(tenant_has ani '[.cacheEnabled, .cacheTtl, .unknownMember]')" \
	'[false,100,{"kept":"theirs"}]'
is "one PUT more, on the new ETag" "$(puts)" '[[409,"\"3\""],[200,"\"4\""]]'
is "each has its entry" "$(audit '[.[] | select(.action == "cache_update") | [.outcome, .if_match, .payload.cacheEnabled]][:2]')" \
	'[["applied","\"4\"",false],["conflict","\"3\"",true]]'
is "the webhook left once" "$(control webhooks | jq length)" 1
changed_by j.doe '{"cacheTtl":90}'
run set ani --ttl 200 --key 'v2_{contactId}' --yes --rebase --json
is "where one member overlaps, nothing is merged" \
	"$CODE $(json '[.outcome, .rebases, [.conflict.rows[] | select(.state == "open") | .name]]') $(grep -c '^  not merged: --rebase merges only what does not overlap$' "$work/stderr")" \
	'4 ["conflict",0,["cacheTtl"]] 1'
is "and nothing sent" "$(tenant_has ani '[.cacheTtl, .cacheKey]')" '[90,"customer_{contactId}_profile"]'
changed_by j.doe '{"cacheTtl":300}'
run set ani --ttl 300 --yes --rebase
is "the other one made the same change" "$CODE $(cat "$work/stdout")" "0 unchanged: nothing to send"
fault '{"method":"PUT","times":2,"touch":{"set":{"secure":true},"by":"j.doe"}}'
run set ani --ttl 400 --yes --rebase --json
is "changed again meanwhile" "$CODE $(json '[.outcome, .rebases, .attempts]')" '0 ["applied",2,1]'
before=$(puts | jq length)
fault '{"method":"PUT","times":9,"touch":{"set":{"secure":true},"by":"j.doe"}}'
run set ani --ttl 500 --yes --rebase --json
is "changed again each time: it ends" \
	"$CODE $(json '[.outcome, .rebases]') $(($(puts | jq length) - before)) $(grep -c '^  not merged: it was changed again each time it was merged$' "$work/stderr")" \
	'4 ["conflict",3] 4 1'
control faults '[]' >/dev/null
changed_by j.doe '{"cacheTtl":86400}'
run set ani --payload-kb 20 --enable --yes --rebase
is "what is local is kept through it" "$CODE $("$DACACHE" show ani --json | jq -c '[.payload_kb, .document.cacheTtl, .document.cacheEnabled]')" \
	'0 [20,86400,true]'
changed_by j.doe '{"cacheKey":null}'
run set ani --ttl 501 --yes --rebase
is "a merged change that validation refuses ends there" "$CODE $(cut -d : -f 1 "$work/stdout") $(tenant_has ani .cacheTtl)" \
	"3 refused 86400"
control reset '' >/dev/null
run set ani --dry-run --ttl 3 --rebase --json
is "a dry run is one" "$CODE $(json '[.outcome, .rebases]')" '0 ["not applied",0]'
control faults '[]' >/dev/null

# On a terminal each base has its own question
changed_by j.doe '{"secure":false}'
on_terminal 'y\ny\n' set ani --ttl 600 --rebase
is "it asks again" "$CODE $(grep -c 'Apply this change' "$work/stdout") $(tenant_has ani .cacheTtl)" "0 2 600"
changed_by j.doe '{"secure":true}'
on_terminal 'y\nn\n' set ani --ttl 700 --rebase
is "and takes no" "$CODE $(grep -c 'not confirmed: nothing was sent' "$work/stdout") $(tenant_has ani .cacheTtl)" "4 1 600"
is "the audit is whole" "$("$DACACHE" audit --verify | sed -n 's/.*: whole$/whole/p')" whole
done_testing
