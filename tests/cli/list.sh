#!/bin/sh
# list and show: text, JSON, filter, sort; names that would harm a terminal.
. "$(dirname "$0")/lib.sh"
tenant

run list
prints "the list" 0 <<'END'
ID             NAME                               CATEGORY       ON  TIER                TTL  KEY
ani            Get Customer by ANI                CRM            on  high_priority        60  customer_{contactId}_profile
cases          Count Open Cases                   CRM            on  default             300  cases_{queueId}
invoice        Look up Invoice                    Billing        off custom              120  invoice_{invoiceId}
ref/ä b?c#d%25 Größe 日本語 😀                    Stammdaten     on  static_reference   3600  größe_{id}
evil           Evil \x1b]0;pwned\x07\x1b[31mred…  A\nB           on  high_priority        60  evil\x1b[2J
odd                                                              off custom                ?  -
END
is "nothing on stderr without a terminal" "$(cat "$work/stderr")" ""

run list --json
prints "the list as JSON" 0 <<'END'
[{"id":"ani","name":"Get Customer by ANI","category":"CRM","cacheEnabled":true,"cacheKey":"customer_{contactId}_profile","cacheTtl":60,"tier":"high_priority"},
 {"id":"cases","name":"Count Open Cases","category":"CRM","cacheEnabled":true,"cacheKey":"cases_{queueId}","cacheTtl":300,"tier":"default"},
 {"id":"invoice","name":"Look up Invoice","category":"Billing","cacheEnabled":false,"cacheKey":"invoice_{invoiceId}","cacheTtl":120,"tier":"custom"},
 {"id":"ref/\u00e4 b?c#d%25","name":"Gr\u00f6\u00dfe \u65e5\u672c\u8a9e \ud83d\ude00","category":"Stammdaten","cacheEnabled":true,"cacheKey":"gr\u00f6\u00dfe_{id}","cacheTtl":3600,"tier":"static_reference"},
 {"id":"evil","name":"Evil \u001b]0;pwned\u0007\u001b[31mred\u009b31m \u202egnp","category":"A\nB","cacheEnabled":true,"cacheKey":"evil\u001b[2J","cacheTtl":60,"tier":"high_priority"},
 {"id":"odd","name":"","category":"","cacheEnabled":false,"cacheKey":null,"cacheTtl":null,"tier":"custom"}]
END
is "its members, and no other" "$(json '[.[] | keys] | unique')" \
	'[["cacheEnabled","cacheKey","cacheTtl","category","id","name","tier"]]'

# filtered WORDS IDS
filtered() {
	run list --json --filter "$1"
	is "--filter $1" "$CODE $(json '[.[].id]')" "0 $2"
}
filtered crm '["ani","cases"]'
filtered 'crm !count' '["ani"]'
filtered 'tier:static' '["ref/ä b?c#d%25"]'
filtered 'ttl:>100 ttl:<=300' '["cases","invoice"]'
filtered 'key:none' '["odd"]'
filtered 'key:QUEUE' '["cases"]'
filtered 'enabled:no' '["invoice","odd"]'
filtered 'GRÖSSE' '[]'
filtered 'GRÖßE' '["ref/ä b?c#d%25"]'
filtered 'nothing-like-it' '[]'
run list --filter 'ttl:>x'
complains "a filter that is wrong" 2 <<'END'
dacache: ttl:>x: a number is wanted, as in ttl:>300
END

run list --json --sort name
is "--sort name" "$CODE $(json '[.[].id]')" '0 ["odd","cases","evil","ani","ref/ä b?c#d%25","invoice"]'
run list --json --sort ttl --reverse
is "--sort ttl --reverse; equal ones keep their order" "$CODE $(json '[.[].id]')" \
	'0 ["ref/ä b?c#d%25","cases","invoice","ani","evil","odd"]'
run list --json --reverse
is "--reverse alone" "$(json '.[0].id')" '"odd"'
run list --sort colour
complains "a column that is none" 2 <<'END'
dacache: list: no column 'colour'; there are name, category, tier, ttl, errors, key
END

settings 'page_size = 2'
run list --json
is "in pages of two" "$(json length)" 6
settings

run show ani
prints "one action" 0 <<'END'
id           ani
name         Get Customer by ANI
category     CRM
enabled      yes
key          customer_{contactId}_profile
TTL          60 s (high_priority)
matrix       default 300, high_priority 60, static_reference 3600 s
payload      12 KB, footprint 13829 of 10485760 bytes
ETag         "3"
If-Match     "3"
version      3
modified     TIME
by           ops-emea
END
run show ani --json
is "one action as JSON" "$CODE $(json 'del(.document)')" \
	'0 {"id":"ani","name":"Get Customer by ANI","category":"CRM","etag":"\"3\"","if_match":"\"3\"","tier":"high_priority","ttl_matrix":{"default":300,"high_priority":60,"static_reference":3600},"payload_kb":12,"directives":[]}'
is "the document is there whole, what nobody knows included" \
	"$(json '[.document | .unknownMember, .config, .cacheTtl, .id]')" \
	'[{"kept":[1,2.5,"x"]},{"request":{"requestType":"GET"}},60,"ani"]'
run show odd
prints "an action with hardly anything" 0 <<'END'
id           odd
name         
category     -
enabled      no
key          -
TTL          no integer of 0-86400: see --json
matrix       default 300, high_priority 60, static_reference 3600 s
payload      12 KB, footprint 13798 of 10485760 bytes
ETag         "1"
If-Match     "1"
version      1
modified     TIME
by           m.ito
END
run show 'ref/ä b?c#d%25'
is "an id that has to be escaped" "$CODE $(head -n 1 "$work/stdout")" "0 id           ref/ä b?c#d%25"
run show evil
is "no escape sequence gets out" "$(tr -d '[:print:]\n' <"$work/stdout" | wc -c)" 0
run show nope
complains "an id that is not there" 7 <<'END'
404 not found: The tenant has no Data Action of that id: it was deleted, or it is another tenant's.
  why: The tenant said: No Data Action has the id "nope". (not.found); Request: GET /api/v2/dataactions/nope; Base URL: http://HOST
  do: Look for its id by its name: dacache list --filter NAME, or / on the screen. An id is wanted here, not a name.
  Correlation id: CORRELATION
END

# On a terminal
on_terminal '' list
is "progress on a terminal" "$(grep -c 'reading 6 of 6 Data Actions' "$work/stdout")" 1
is "and it goes away" "$(grep -c '^\(reading.*\)*^[[]\[KID  ' "$work/stdout")" 1
sed 's/.*\^\[\[KID  /ID  /' "$work/stdout" >"$work/stripped"
is "nothing but that escapes" "$(grep -c '\^\[' "$work/stripped")" 0
on_terminal '' show evil --json
is "JSON on a terminal is tame too" "$(grep -c '\^\[' "$work/stdout") $(grep -cF 'red\x9b31m \u202egnp' "$work/stdout")" "0 1"
LC_ALL=C on_terminal '' show 'ref/ä b?c#d%25'
is "a terminal that is not UTF-8" "$(sed -n 2p "$work/stdout")" \
	'name         Gr\u00f6\u00dfe \u65e5\u672c\u8a9e \ud83d\ude00'
LC_ALL=C run list --filter ttl:3600
is "elsewhere bytes stay as they are" "$(grep -c 'Größe 日本語 😀' "$work/stdout")" 1

# Without an ETag of the server
sim_stop
tenant --etag none
run show ani --json
hash=$(printf '{"cacheEnabled":true,"cacheKey":"customer_{contactId}_profile","cacheTtl":60}' |
	openssl dgst -sha256 -r | cut -d ' ' -f 1)
is "If-Match is the hash of the three members" "$(json '[.etag, .if_match]')" "[null,\"\\\"$hash\\\"\"]"
done_testing
