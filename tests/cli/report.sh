#!/bin/sh
# report: its figures counted again by jq, its three forms, and its page as a browser
# shows it.
. "$(dirname "$0")/lib.sh"
for program in chromium pdftotext; do
	command -v $program >/dev/null || {
		echo "Bail out! $program is missing: apt-get install chromium poppler-utils"
		exit 1
	}
done
tenant

run report
is "nothing yet" "$CODE $(json '[.total_log_entries, .average_latency_ms, .current_hit_rate, .entries]')" \
	"0 [0,null,null,[]]"
is "the tutorial's keys come first" "$(json 'keys_unsorted[:5]')" \
	'["generated_at","total_log_entries","average_latency_ms","current_hit_rate","entries"]'
run report --text
is "nothing yet, in words" "$CODE $(sed -n '/^entries/,$p' "$work/stdout" | tr -s ' ' | paste -sd,)" \
	"0 entries 0,average latency -,hit rate -"
run report --html -
is "nothing yet, as a page" "$CODE $(grep -c 'Hit rate <b>-</b>' "$work/stdout")" "0 1"

evil='<script>document.title="run"</script><img src=x onerror=y> &amp; "quoted"'
control touch "$(jq -nc --arg name "$evil" '{id: "ani", set: {name: ($name + "\u202etxt")}}')" >/dev/null
run set ani --ttl 30 --yes
run set cases --ttl 40 --yes
run set cases --ttl 50 --yes
run set ani --ttl 86401 --yes
fault '{"method":"PUT","status":412}'
run set ani --ttl 31 --yes
fault '{"method":"PUT","status":403}'
run set cases --ttl 51 --yes
run hit ani --hit --count 1234
run hit cases --miss --count 66

"$DACACHE" audit --json </dev/null >"$work/audit.json"
# counted FILTER: of the audit
counted() {
	jq -c "$1" "$work/audit.json"
}
run report --json
is "entries" "$CODE $(json .total_log_entries)" "0 $(counted length)"
is "all of them" "$(json '.entries | map(.seq)')" "$(counted 'map(.seq)')"
mean=$(counted 'map(.latency_ms | numbers) | add / length')
is "the mean of what was answered" "$(json "(.average_latency_ms - $mean) | fabs < 0.002")" true
is "percentiles are values that came" "$(json '[.latency_ms.n, .latency_ms.p50, .latency_ms.max]')" \
	"$(counted 'map(.latency_ms | numbers) | sort | [length, .[((length * 0.5) | ceil) - 1], max]')"
is "the hit rate" "$(json '[.current_hit_rate, .lookups.hits, .lookups.misses]')" '[0.949231,1234,66]'
is "what it covers" "$(json '[.generated_at - .lookups.from < 600, .lookups.from % 60, .lookups.to <= .generated_at + 1, .lookups.to > .lookups.from]')" '[true,0,true,true]'
is "outcomes" "$(json '.outcomes | with_entries(select(.value > 0))')" \
	"$(counted 'group_by(.outcome) | map({(.[0].outcome): length}) | add | {applied, conflict, refused}')"
is "by action" "$(json '[.by_action[] | [.data_action_id, .changes, .outcomes.applied]] | sort')" \
	"$(counted 'group_by(.data_action_id) | map([.[0].data_action_id, length, (map(select(.outcome == "applied")) | length)])')"
is "by person" "$(json '[.by_person[] | [.who, .changes]]')" \
	"$(counted 'group_by(.who) | map([.[0].who, length])')"
is "changes" "$(json '[.changes[] | [.seq, .before.cacheTtl, .payload.cacheTtl]]')" \
	"$(counted '[.[] | select(.outcome == "applied") | [.seq, .before.cacheTtl, .payload.cacheTtl]]')"
is "errors by cause" "$(json '[.errors[] | [.cause, .count]]')" \
	'[["conflict (412)",1],["not permitted (403)",1],["refused by validation",1]]'
run report --id cases
is "--id" "$CODE $(json '[.total_log_entries, .lookups.misses, .period.data_action_id]')" '0 [3,66,"cases"]'
run report --until 1h
is "--until" "$CODE $(json '[.total_log_entries, .changes, .current_hit_rate, .lookups.from]')" '0 [0,[],null,null]'
run report --since 1h
is "--since" "$CODE $(json '[.total_log_entries, (.period.since | type)]')" "0 [$(counted length),\"number\"]"

run report --text
is "for people" "$CODE $(grep -cE '^hit rate         94.9 % of 1,300 look-ups, from [0-9]{4}-[0-9-]{5} [0-9:]{8} to [0-9]{4}-[0-9-]{5} [0-9:]{8} UTC$' "$work/stdout") $(grep -c '^changes          6: 3 applied, 1 conflict, 2 refused$' "$work/stdout")" "0 1 1"
is "what changed" "$(grep -c 'Count Open Cases: cacheTtl 40 -> 50, by ' "$work/stdout")" 1

# The page
run report --html "$work/report.html"
is "--html FILE is silent" "$CODE $(cat "$work/stdout" "$work/stderr")" "0 "
is "it is its owner's" "$(stat -c %a "$work/report.html")" 600
cp "$work/report.html" "$work/first.html"
run report --html "$work/report.html"
is "once more, in its place" "$CODE $(ls "$work" | grep -c '^report\.html')" "0 1"
run report --html -
is "--html - is the same" "$CODE $(sed 's/Made [0-9: -]*UTC//; s/ to [0-9: -]*UTC//' "$work/stdout" >"$work/a"; sed 's/Made [0-9: -]*UTC//; s/ to [0-9: -]*UTC//' "$work/report.html" | cmp - "$work/a")" "0 "
run report --html "$work/none/report.html"
is "a folder that is not there" "$CODE $(grep -c 'none/report.html cannot be written: No such file' "$work/stderr")" "1 1"
run report --html "$work"
is "a folder in its place" "$CODE $(grep -c 'is no regular file' "$work/stderr")" "1 1"
"$DACACHE" report --html "$work/full/report.html" </dev/null >/dev/null 2>&1
is "nothing is left behind" "$(ls "$work" | grep -c 'report\.html\.')" 0

page=$work/report.html
is "no script" "$(grep -ic '<script\|javascript:\|<[a-z]*[^>]* on[a-z]*=' "$page")" 0
is "nothing from elsewhere" "$(grep -Eic '<(link|img|iframe|object|embed|base|form|audio|video)|@import|url\(|<[^>]*[[:space:]](src|href|xlink:href|action|data)=' "$page")" 0
is "it says so itself" "$(grep -c "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\"" "$page")" 1
is "charts have titles" "$(grep -o '<svg[^>]*aria-labelledby' "$page" | wc -l) $(grep -o '<title id=' "$page" | wc -l)" "3 3"

# What a browser shows of it, as text; the name is shown and not run
mkdir "$work/browser"
timeout 240 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-quic \
	--no-first-run --disable-background-networking --disable-component-update --disable-sync \
	--host-resolver-rules='MAP * ~NOTFOUND' --user-data-dir="$work/browser" \
	--no-pdf-header-footer --print-to-pdf="$work/report.pdf" "file://$page" >"$work/chromium.log" 2>&1
is "a browser opens it" "$? $(head -c 5 "$work/report.pdf")" "0 %PDF-"
pdftotext -layout "$work/report.pdf" - | tr -d '\f' >"$work/shown"
tr -s ' \n' '  ' <"$work/shown" >"$work/flat"
# shows WHAT TEXT
shows() {
	is "shown: $1" "$(grep -cF -- "$2" "$work/flat")" 1
}
shows "the title" "Cache report"
shows "the tenant" "$URL"
shows "the hit rate" "94.9 %"
shows "its n" "of 1,300 look-ups"
shows "changes tried" "Changes tried"
shows "a change" "cacheTtl 40 → 50"
shows "a heading" "Changes by person"
shows "a cause" "conflict (412)"
shows "an axis" "changes"
shows "markup as text" '<script>'
shows "markup as text, further" 'onerror=y'
shows "a control made visible" '\u202e'
is "shown: each outcome in its row" "$(grep -cE 'Count Open Cases +3 +2 +0 +1' "$work/shown")" 1
is "the number of entries in the log" \
	"$(sed -n '/^ *Log$/,$p' "$work/shown" | grep -cE '[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}')" "$(counted length)"

# The hit rate around a change, of look-ups that other runs recorded in the same minute
run hit invoice --hit --count 30
run hit invoice --miss --count 70
run set invoice --ttl 45 --yes
run hit invoice --hit --count 80
run hit invoice --miss --count 20
run report --id invoice
is "the hit rate before and after a change" "$CODE $(json '.changes | map([.hit_rate_before, .hit_rate_after])')" \
	'0 [[{"rate":0.3,"n":100},{"rate":0.8,"n":100}]]'
is "API calls of the runs before" "$(json '.api_calls | map([.endpoint, .calls, .failed])')" '[["get",1,0],["put",1,0]]'
run report --id invoice --html -
is "and on the page" "$CODE $(grep -c '30.0 % <span class="soft">n=100</span>.*80.0 % <span class="soft">n=100</span>.*+50.0' "$work/stdout")" "0 1"
done_testing
