#!/bin/sh
# POST /oauth/token, and what a token is good for.
. "$(dirname "$0")/sim_lib.sh"

sim_start --token-ttl 1800

# token [CURL OPTION...]
token() {
	call POST /oauth/token "$@"
}
error() {
	echo "$STATUS $(answer '.error') $(answer '.error_description | length > 0') $(header Cache-Control)"
}
grant='grant_type=client_credentials'

token -d "$grant&client_id=demo&client_secret=demo-secret&scope=dataaction:read dataaction:write"
is "a token" "$STATUS $(answer '[.token_type, .expires_in, .scope] | join(" ")')" \
	"200 bearer 1800 dataaction:read dataaction:write"
is "it is not to be stored" "$(header Cache-Control)" no-store
is "it is JSON" "$(header Content-Type)" application/json
like "it has a correlation id" "$(header ININ-Correlation-Id)" "????????-????-4???-????-????????????"
first=$(answer .access_token)
token -d "$grant&client_id=demo&client_secret=demo-secret"
is "all scopes when none is named" "$(answer .scope)" "dataaction:read dataaction:write"
is "another token each time" "$([ "$first" = "$(answer .access_token)" ] || echo another)" another
token -d "$grant" -d client_id=viewer -d client_secret=viewer-secret --data-urlencode "scope=dataaction:read dataaction:write"
is "the viewer gets what it may" "$STATUS $(answer .scope)" "200 dataaction:read"
token -u demo:demo-secret -d "$grant&scope=dataaction:write"
is "Basic credentials" "$STATUS $(answer .scope)" "200 dataaction:write"
token -u demo:demo-secret -d "$grant&scope=openid%20dataaction:read"
is "a scope nobody knows is left out" "$STATUS $(answer .scope)" "200 dataaction:read"
token -u 'dem%6f:demo%2dsecret' -d "$grant"
is "Basic credentials, form-encoded" "$STATUS" 200

token -d "$grant&client_id=demo&client_secret=wrong"
is "a wrong secret" "$(error)" "401 invalid_client true no-store"
token -d "$grant&client_id=nobody&client_secret=demo-secret"
is "an unknown client" "$(error)" "401 invalid_client true no-store"
token -d "$grant"
is "no credentials" "$(error)" "401 invalid_client true no-store"
token -d "$grant&client_id=demo"
is "no secret" "$(error)" "401 invalid_client true no-store"
token -u demo:wrong -d "$grant"
is "a wrong secret in the header" "$(error) $(header WWW-Authenticate)" \
	'401 invalid_client true no-store Basic realm="dacache-sim"'
token -H 'Authorization: Basic !!!!' -d "$grant"
is "a header that is no Base64" "$(error)" "401 invalid_client true no-store"
token -d "client_id=demo&client_secret=demo-secret"
is "no grant type" "$(error)" "400 invalid_request true no-store"
token -d "grant_type=password&client_id=demo&client_secret=demo-secret"
is "another grant type" "$(error)" "400 unsupported_grant_type true no-store"
token -d "$grant&client_id=demo&client_secret=demo-secret&scope=openid"
is "no scope of this client's" "$(error)" "400 invalid_scope true no-store"
token -d "$grant&client_id=viewer&client_secret=viewer-secret&scope=dataaction:write"
is "a scope beyond the client" "$(error)" "400 invalid_scope true no-store"
token -d "$grant&client_id=demo&client_id=demo&client_secret=demo-secret"
is "a thing said twice" "$(error)" "400 invalid_request true no-store"
token -d "$grant&client_id=%zz&client_secret=demo-secret"
is "a broken escape" "$(error)" "400 invalid_request true no-store"
token -u demo:demo-secret -d "$grant&client_secret=demo-secret"
is "credentials in both places" "$(error)" "400 invalid_request true no-store"
token -H 'Content-Type: application/json' -d '{"grant_type":"client_credentials"}'
is "a body that is no form" "$(error)" "400 invalid_request true no-store"
call GET /oauth/token
fails "GET is refused" 405 method.not.allowed
is "with what is allowed" "$(header Allow)" POST

# What a token is good for.
first_action
TOKEN=
call GET "$ACTIONS"
fails "no token" 401 authentication.required
is "no token: a challenge" "$(header WWW-Authenticate)" 'Bearer realm="dacache-sim"'
call GET "$ACTIONS" -H 'Authorization: Basic ZGVtbzpkZW1v'
fails "no bearer token" 401 authentication.required
TOKEN=never-given
call GET "$ACTIONS"
fails "a token nobody gave" 401 bad.credentials
login demo
first_action
given=$TOKEN
TOKEN=
call GET "$ACTIONS" -H "authorization: bEARER $given"
is "the scheme in any case" "$STATUS" 200
TOKEN=$given
control expire '' >"$work/none"
call GET "$ACTIONS"
fails "an expired token" 401 credentials.expired
like "an expired token: a challenge" "$(header WWW-Authenticate)" 'Bearer *error="invalid_token"*'
login viewer
call GET "$ACTIONS/$ID"
is "the viewer reads" "$STATUS" 200
put "$ID" "$(header ETag)" '{"cacheEnabled":true,"cacheKey":"k","cacheTtl":1}'
fails "and does not write" 403 missing.permissions
like "the message says what is missing" "$(answer .message)" "*dataaction:write"
login demo dataaction:write
call GET "$ACTIONS/$ID"
fails "a token to write alone does not read" 403 missing.permissions
sim_stop

# In its own time a token expires, too.
sim_start --token-ttl 1 --rate 0
login demo
is "a short life" "$(answer .expires_in)" 1
deadline=$(($(date +%s) + 20))
STATUS=200
while [ "$STATUS" = 200 ] && [ "$(date +%s)" -lt "$deadline" ]; do
	call GET "$ACTIONS?pageSize=1"
done
fails "it expires by itself" 401 credentials.expired
done_testing
