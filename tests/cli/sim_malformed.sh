#!/bin/sh
# What is no HTTP, or hardly: a JSON error, and the server lives on.
. "$(dirname "$0")/sim_lib.sh"

sim_start --rate 0
address=${URL#http://}

# raw WHAT STATUS CODE: the answer to the bytes in $work/bytes
raw() {
	curl -s --max-time 20 "telnet://$address" <"$work/bytes" >"$work/raw"
	got=$(tr -d '\r' <"$work/raw")
	status=$(printf '%s\n' "$got" | sed -n '1s/^HTTP\/1.1 \([0-9]*\) .*/\1/p')
	body=$(printf '%s\n' "$got" | sed '1,/^$/d')
	id=$(printf '%s\n' "$got" | sed -n 's/^ININ-Correlation-Id: //p')
	is "$1" "$status $(printf %s "$body" | jq -r '"\(.code) \(.status) \(.contextId)"' 2>&1)" "$2 $3 $2 $id"
}

printf 'GARBAGE\r\n\r\n' >"$work/bytes"
raw "one word" 400 bad.request
printf '\026\003\001\002\000\001\r\n\r\n' >"$work/bytes"
raw "TLS on a plain port" 400 bad.request
printf 'GET /\r\n\r\n' >"$work/bytes"
raw "HTTP/0.9" 400 bad.request
printf '/ HTTP/1.1\r\nHost: a\r\n\r\n' >"$work/bytes"
raw "no method" 400 bad.request
printf 'GET / x HTTP/1.1\r\nHost: a\r\n\r\n' >"$work/bytes"
raw "a blank in the target" 400 bad.request
printf 'GET /\001 HTTP/1.1\r\nHost: a\r\n\r\n' >"$work/bytes"
raw "a control character in the target" 400 bad.request
printf 'GET / HTTP/2.0\r\nHost: a\r\n\r\n' >"$work/bytes"
raw "another version" 505 http.version.not.supported
printf 'GET / HTTP/1.1\r\nno colon\r\n\r\n' >"$work/bytes"
raw "a field without colon" 400 bad.request
printf 'GET / HTTP/1.1\r\nA : b\r\n\r\n' >"$work/bytes"
raw "a blank before the colon" 400 bad.request
printf 'GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n' >"$work/bytes"
raw "a folded field" 400 bad.request
printf 'GET / HTTP/1.1\r\nA: \001\r\n\r\n' >"$work/bytes"
raw "a control character in a field" 400 bad.request
printf 'POST / HTTP/1.1\r\nContent-Length: abc\r\n\r\n' >"$work/bytes"
raw "a length that is none" 400 bad.request
printf 'POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n' >"$work/bytes"
raw "a length below 0" 400 bad.request
printf 'POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n' >"$work/bytes"
raw "two lengths" 400 bad.request
printf 'POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n' >"$work/bytes"
raw "length and chunks" 400 bad.request
printf 'POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n' >"$work/bytes"
raw "another encoding" 501 not.implemented
{
	printf 'GET /'
	head -c 100000 /dev/zero | tr '\0' a
	printf ' HTTP/1.1\r\n\r\n'
} >"$work/bytes"
raw "a target without end" 414 uri.too.long
{
	printf 'GET /'
	head -c 20000 /dev/zero | tr '\0' a
	printf ' HTTP/1.1\r\n\r\n'
} >"$work/bytes"
raw "a long target" 414 uri.too.long
{
	printf 'GET / HTTP/1.1\r\nA: '
	head -c 100000 /dev/zero | tr '\0' a
	printf '\r\n\r\n'
} >"$work/bytes"
raw "a head without end" 431 request.header.too.large
printf '\r\n\r\nGET /x HTTP/1.1\r\nConnection: close\r\n\r\n' >"$work/bytes"
raw "empty lines before are forgiven" 404 not.found
printf 'BREW /pot HTTP/1.1\r\nConnection: close\r\n\r\n' >"$work/bytes"
raw "a method nobody knows" 404 not.found
printf 'BREW %s HTTP/1.1\r\nConnection: close\r\n\r\n' "$ACTIONS" >"$work/bytes"
raw "the same where there is something" 405 method.not.allowed
printf 'GET %s?page=%%zz HTTP/1.1\r\nConnection: close\r\n\r\n' "$ACTIONS" >"$work/bytes"
raw "an escape that is none, unauthorised" 401 authentication.required
printf 'GET //%%ff%%00/..//?&&==&%%%% HTTP/1.1\r\nConnection: close\r\n\r\n' >"$work/bytes"
raw "a target of leftovers" 404 not.found

# Half a request holds nobody up.
mkfifo "$work/half"
curl -s "telnet://$address" <"$work/half" >"$work/none" &
half=$!
exec 3>"$work/half"
printf 'GET / HT' >&3
login demo
call GET "$ACTIONS?pageSize=1"
is "served beside half a request" "$STATUS" 200
exec 3>&-
kill "$half" 2>/dev/null
wait "$half" 2>/dev/null

# Odd, but good
call GET "$ACTIONS?pageSize=1" -H "X-Long: $(head -c 20000 /dev/zero | tr '\0' a)"
is "a long header" "$STATUS" 200
call GET "$ACTIONS?pageSize=1" --http1.0
is "HTTP/1.0" "$STATUS" 200
first_action
printf '{"cacheEnabled":true,"cacheKey":"k","cacheTtl":5}' >"$work/body.json"
put "$ID" "$ETAG" "@$work/body.json" -H 'Transfer-Encoding: chunked'
is "a body in chunks" "$STATUS $(answer .cacheTtl)" "200 5"
put "$ID" '*' "@$work/body.json" -H 'Expect: 100-continue'
is "Expect: 100-continue" "$STATUS" 200
call GET "$ACTIONS/$ID" -d 'a body nobody asked for'
is "a GET with a body" "$STATUS" 200
call GET "$ACTIONS" -H "Authorization: $(head -c 30000 /dev/zero | tr '\0' b)"
is "a monstrous Authorization" "$STATUS" 401
deep=$(awk 'BEGIN { for (i = 0; i < 5000; i++) printf "["; for (i = 0; i < 5000; i++) printf "]" }')
put "$ID" '*' "{\"cacheKey\":\"k\",\"x\":$deep}"
fails "JSON too deep" 400 bad.request
put "$ID" '*' "$deep"
fails "JSON too deep, and no object" 400 bad.request
is "it still counts" "$(control state | jq -r .counts.actions)" 140
done_testing
