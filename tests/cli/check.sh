#!/bin/sh
# check: an action, and a file of proposals.
. "$(dirname "$0")/lib.sh"
tenant
cd "$work" || exit 1

run check ani
prints "an action that is well" 0 <<'END'
ani: footprint 13829 of 10485760 bytes
0 errors, 0 warnings
END
run check ani --json
prints "as JSON" 0 <<'END'
{"id":"ani","name":"Get Customer by ANI","footprint_bytes":13829,"findings":[]}
END
run check odd
prints "an action that is not" 3 <<'END'
odd: warning: cacheKey is missing: the tenant may refuse the change
odd: error: cacheTtl must be an integer of 0-86400
odd: footprint 13798 of 10485760 bytes
1 error, 1 warning
END
run check evil --json
is "as JSON, with its findings" "$CODE $(json '[.findings[] | [.severity, .field, .message]]')" \
	'3 [["error","cacheKey","cacheKey must not contain control characters"]]'
run check nope
is "an action that is not there" "$CODE $(wc -c <"$work/stdout")" "7 0"
run check
complains "nothing to check" 2 <<'END'
dacache: check needs the ID of an action, a FILE of proposals, or --tenant
END

cat >good.json <<'END'
{"actions": [
  {"id": "ani", "name": "Get Customer by ANI", "cacheKey": "cases_{contactId}", "etag": "\"3\"",
   "tier": "high_priority", "ttlMatrix": {"high_priority": 30}, "payloadKb": 24,
   "directives": [{"source": "https://x.example/", "event_type": "e", "action": "noop"}]},
  {"id": "cases", "cacheKey": "open_{queueId}"}
]}
END
run check good.json
prints "a file that is well: keys may change hands within it" 0 <<'END'
good.json:2: ani: footprint 27333 of 10485760 bytes
good.json:5: cases: footprint 13813 of 10485760 bytes
0 errors, 0 warnings
END
run check good.json --json
prints "as JSON" 0 <<'END'
{"file":"good.json","tenant_asked":true,"entries":[{"line":2,"id":"ani","name":"Get Customer by ANI","footprint_bytes":27333,"findings":[]},
 {"line":5,"id":"cases","name":"Count Open Cases","footprint_bytes":13813,"findings":[]}],"errors":[]}
END
run check "$TOP_SRCDIR/data/sample-plan.json" --json
is "the sample is a plan, of another tenant" \
	"$CODE $(json '[.errors, ([.entries[].findings[].message] | unique)]')" \
	'3 [[],["the tenant has no Data Action of this id"]]'

cat >bad.jsonl <<'END'
{"id": "ani", "cacheKey": "Invoice_{invoiceId} ", "cacheTtl": 86401, "payloadKb": 10240}

{"id": "cases", "cacheTtl": "60", "cacheTTL": 3}
{"id": "invoice", "tier": "high_prority", "cacheTtl": 60.9}
{"id": "evil", "cacheKey": "same_{a}", "name": "Evil", "etag": "\"9\""}
{"id": "odd", "cacheKey": "SAME_{a}", "tier": "default", "directives": [{"source": "ftp://x", "event_type": "e", "action": "noop"}]}
{"id": "nope", "cacheTtl": 3}
{"id": "ani"}
{"cacheTtl": true}
{"id":
END
run check bad.jsonl
prints "all that is wrong, by line" 3 <<'END'
bad.jsonl:1: ani: warning: cacheKey: has blanks around it: they are part of the key
bad.jsonl:1: ani: error: cacheKey: Key collision detected: Invoice_{invoiceId}  (the key of invoice, Look up Invoice)
bad.jsonl:1: ani: warning: cacheKey: placeholder {invoiceId} is not an input of the action's contract
bad.jsonl:1: ani: error: cacheTtl: TTL exceeds maximum allowed value of 86400 seconds
bad.jsonl:1: ani: error: payloadKb: Memory footprint 11534639 exceeds CXone limit of 10485760
bad.jsonl:1: ani: footprint 11534639 of 10485760 bytes
bad.jsonl:3: cases: error: cacheTtl must be an integer, without quotes
bad.jsonl:3: cases: error: unknown member 'cacheTTL'; did you mean 'cacheTtl'?
bad.jsonl:4: invoice: error: unknown tier 'high_prority'; did you mean 'high_priority'?
bad.jsonl:4: invoice: error: cacheTtl must be an integer
bad.jsonl:4: invoice: error: tier and cacheTtl exclude each other
bad.jsonl:4: invoice: error: cacheKey: Key collision detected: invoice_{invoiceId} (line 1 of this file wants it too, for ani)
bad.jsonl:5: evil: error: cacheKey: Key collision detected: same_{a} (line 6 of this file wants it too, for odd)
bad.jsonl:5: evil: warning: the tenant names it Evil \x1b]0;pwned\x07\x1b[31mred\x9b31m \u202egnp
bad.jsonl:5: evil: error: the action changed since: its ETag is "1", not "9"
bad.jsonl:5: evil: footprint 13807 of 10485760 bytes
bad.jsonl:6: odd: error: cacheKey: Key collision detected: SAME_{a} (line 5 of this file wants it too, for evil)
bad.jsonl:6: odd: error: directive 1: source must begin with http:// or https://
bad.jsonl:6: odd: footprint 13807 of 10485760 bytes
bad.jsonl:7: nope: error: the tenant has no Data Action of this id
bad.jsonl:7: nope: footprint 13798 of 10485760 bytes
bad.jsonl:8: ani: error: the action is in line 1 already
bad.jsonl:9: error: cacheTtl must be an integer
bad.jsonl:9: error: id is missing
bad.jsonl:10:7: error: not JSON: it ends too early
18 errors, 3 warnings
END
run check bad.jsonl --json
is "as JSON" "$CODE $(json '[.tenant_asked, ([.entries[].line]), ([.errors[] | [.line, .id]] | unique)]')" \
	'3 [true,[1,3,4,5,6,7],[[3,"cases"],[4,"invoice"],[8,"ani"],[9,null],[10,null]]]'
is "nothing was changed by any of it" "$(control requests | jq '[.[] | select(.method == "PUT")] | length') $(audit length)" "0 0"

: >empty.json
run check empty.json
prints "an empty file" 0 <<'END'
0 errors, 0 warnings (the file has no entries)
END
"$DACACHE" check - <good.json >"$work/stdout" 2>"$work/stderr"
is "standard input" "$? $(head -n 1 "$work/stdout")" "0 -:2: ani: footprint 27333 of 10485760 bytes"
run check missing.json
complains "a file that is not there" 1 <<'END'
dacache: missing.json: No such file or directory
END
run check "$work/"
complains "a directory" 1 <<'END'
dacache: WORK/: Is a directory
END
cp good.json plain
run check plain
is "a file by any name" "$CODE $(tail -n 1 "$work/stdout")" "0 0 errors, 0 warnings"

# Actions that can't be read, and no tenant at all
fault '{"method":"GET","path":"/api/v2/dataactions/cases","status":500,"times":3}'
run check good.json
is "an action that can't be read is checked without" "$CODE $(grep -c 'cases: warning: the action could not be read: 500' "$work/stdout")" "0 1"
sim_stop
run check good.json
is "without the tenant" "$CODE $(tail -n 1 "$work/stdout") $(grep -c '^dacache: the tenant was not asked (connection refused' "$work/stderr")" \
	"0 0 errors, 0 warnings 1"
printf '[{"id":"a","cacheKey":"k"},{"id":"b","cacheKey":"K"},{"id":"c"}]' >two.json
run check two.json
prints "the file against itself" 3 <<'END'
two.json:1: a: error: cacheKey: Key collision detected: k (line 1 of this file wants it too, for b)
two.json:1: a: footprint 13799 of 10485760 bytes
two.json:1: b: error: cacheKey: Key collision detected: K (line 1 of this file wants it too, for a)
two.json:1: b: footprint 13799 of 10485760 bytes
two.json:1: c: footprint 13798 of 10485760 bytes
2 errors, 0 warnings
END
done_testing
