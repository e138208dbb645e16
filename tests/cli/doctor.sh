#!/bin/sh
# doctor, line by line: all well, and each thing that may fail.
. "$(dirname "$0")/lib.sh"
tenant

doctor() {
	run doctor
	steady -e 's/ \([0-9]+ ms\)$//' "$work/stdout" >"$work/steady"
	mv "$work/steady" "$work/stdout"
}

doctor
prints "all is well" 0 <<'END'
settings  ok       profile test, http://HOST
store     ok       0 audit entries
name      ok       HOST
tcp       ok       connected
tls       skipped  http on loopback
token     ok       good for 3599 s
scopes    ok       granted: dataaction:read dataaction:write
clock     ok       0 s apart from the server's
list      ok       6 Data Actions
action    ok       ani (Get Customer by ANI), with an ETag
END
run doctor --json
is "as JSON" "$CODE $(json '[.[] | [.check, .state, .mend]]')" \
	'0 [["settings","ok",null],["store","ok",null],["name","ok",null],["tcp","ok",null],["tls","skipped",null],["token","ok",null],["scopes","ok",null],["clock","ok",null],["list","ok",null],["action","ok",null]]'
is "its members" "$(json '[.[] | keys_unsorted] | unique')" '[["check","state","text","mend","ms"]]'

CXONE_CLIENT_ID=viewer CXONE_CLIENT_SECRET=viewer-secret doctor
is "a client that may only read" "$CODE $(sed -n '/^scopes/,/^clock/p' "$work/stdout" | head -n 2)" \
	"0 scopes    warning  granted: dataaction:read
                   To save changes, grant dataaction:write to this OAuth client."
CXONE_CLIENT_SECRET=wrong doctor
is "a wrong secret" "$CODE $(sed -n '/^token/,$p' "$work/stdout" | sed -n '1p;3,$p')" \
	"6 token     FAILED   401 not authenticated (token): The client's credentials are wrong: the token endpoint did not accept them.
scopes    skipped  not checked: what it needs failed
clock     skipped  not checked: what it needs failed
list      skipped  not checked: what it needs failed
action    skipped  not checked: what it needs failed"
is "it says what to do, in whole sentences" "$(sed -n '/^token/,$p' "$work/stdout" | sed -n 2p | grep -c '^ *Check CXONE_CLIENT_ID.*\.$')" 1
CXONE_CLIENT_ID='' doctor
is "no credentials" "$CODE $(head -n 2 "$work/stdout")" \
	"6 settings  FAILED   no client id
                   Set CXONE_CLIENT_ID and CXONE_CLIENT_SECRET, or client_id and client_secret_file in config.ini."
CXONE_DATA_ACTION_ID=nope doctor
is "the action that was named is not there" "$CODE $(grep -c '^action    FAILED   404 not found' "$work/stdout")" "7 1"
CXONE_DATA_ACTION_ID=cases doctor
is "the action that was named" "$CODE $(grep '^action' "$work/stdout")" \
	"0 action    ok       cases (Count Open Cases), with an ETag"
fault '{"method":"GET","path":"/api/v2/dataactions","status":403}'
doctor
is "a list that is not permitted" "$CODE $(grep -c '^list      FAILED   403 not permitted' "$work/stdout") $(grep -c '^action    skipped' "$work/stdout")" "6 1 1"
fault '{"method":"POST","path":"/oauth/token","headers":{"Date":"Thu, 01 Jan 2026 00:00:00 GMT"}}'
doctor
is "a clock that is off" "$CODE $(grep -A 1 '^clock' "$work/stdout" | sed 's/[0-9]* s apart/N s apart/')" \
	"0 clock     warning  N s apart from the server's
                   Set this machine's clock (timedatectl set-ntp true)."

sim_stop
doctor
is "nobody listens" "$CODE $(sed -n '/^name/,/^tls/p' "$work/stdout")" \
	"8 name      ok       HOST
tcp       FAILED   Connection refused
                   Check the port, the firewall and the proxy (https_proxy).
tls       skipped  not checked: what it needs failed"
CXONE_BASE_URL=https://no-such-host.invalid doctor
is "a name that is not there" "$CODE $(grep -c '^name      FAILED   no-such-host.invalid: ' "$work/stdout") $(grep -c skipped "$work/stdout")" "8 1 7"

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
	-keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
tenant --tls "$work/cert.pem" "$work/key.pem"
doctor
is "a certificate that nobody signed" "$CODE $(sed -n '/^tcp/,$p' "$work/stdout" | cut -c 1-27)" \
	"8 tcp       ok       connecte
tls       FAILED   TLS fail
                   If the s
token     skipped  not chec
scopes    skipped  not chec
clock     skipped  not chec
list      skipped  not chec
action    skipped  not chec"
done_testing
