#!/bin/sh
# bundle: what is in it, and what is not.
. "$(dirname "$0")/lib.sh"
tenant
settings 'webhook_secret = whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

run set ani --ttl 30 --yes
run set cases --ttl 40 --yes
fault '{"method":"PUT","status":412}'
run set ani --ttl 31 --yes
run hit ani --hit --count 30
run hit ani --miss --count 10
run hit cases --miss --count 5
run fire ani no.such --yes
before=$(audit 'length')
run bundle "$work/b.tar.gz" --id ani
is "it says what it wrote" "$CODE $(cat "$work/stderr") $(sed "s|$work|WORK|; s/[0-9][0-9]* bytes/N bytes/" "$work/stdout")" \
	"0  WORK/b.tar.gz: N bytes, without secrets"
is "its owner's alone" "$(stat -c %a "$work/b.tar.gz")" 600
is "the audit did not grow" "$(audit 'length')" "$before"
is "regular files alone" "$(tar tvzf "$work/b.tar.gz" | awk '{ print $1, $2 }' | sort -u)" "-rw------- 0/0"
is "of one folder" "$(tar tzf "$work/b.tar.gz" | cut -d/ -f1 | sort -u | sed 's/[0-9]/N/g')" \
	"dacache-bundle-NNNNNNNN-NNNNNN"
is "these" "$(tar tzf "$work/b.tar.gz" | cut -d/ -f2- | sort | paste -sd' ')" \
	"action.json actions.json audit.json doctor.json environment.json history.json manifest.json messages.json others.json requests.har settings.json status.json"
mkdir "$work/open"
tar xzf "$work/b.tar.gz" -C "$work/open" --strip-components=1
cd "$work/open" || exit 1
is "all is JSON" "$(for file in *; do jq -e . "$file" >"$work/parsed" || echo "$file"; done)" ""
is "the manifest has each hash" \
	"$(jq -r '.files[] | "\(.sha256)  \(.name)"' manifest.json | sha256sum -c --quiet 2>&1)" ""
is "and each file" "$(jq -r '.files[].name' manifest.json | sort | paste -sd' ')" \
	"$(ls | grep -v manifest.json | sort | paste -sd' ')"
is "no secret" "$(grep -lE 'demo-secret|whsec_MfKQ|Bearer [A-Za-z0-9]' ./* | paste -sd' ')" ""
is "no token where one stood" "$(jq -c '[.log.entries[] | .request.headers[] | select(.name == "Authorization") | .value] | unique' requests.har)" \
	'["Bearer ***"]'
is "nor where it came" "$(jq -c '[.log.entries[] | select(._dacache.endpoint == "token") | .response.content.text | fromjson | .access_token] | unique' requests.har)" \
	'["***"]'
is "the action at its ETag" "$(jq -c '[.id, .document.cacheTtl, .document.unknownMember.kept, (.etag | test("^\"[^\"]+\"$"))]' action.json)" \
	'["ani",30,[1,2.5,"x"],true]'
is "its slice of the audit, whole" "$(jq -c 'map([.data_action_id, .outcome])' audit.json)" \
	'[["ani","applied"],["ani","conflict"]]'
is "as the audit has it" "$(jq -c 'reverse' audit.json)" "$(audit 'map(select(.data_action_id == "ani"))')"
is "requests of the runs before, too" "$(jq -c '[.log.version, ([.log.entries[] | select(.request.method == "PUT") | .response.status])]' requests.har)" \
	'["1.2",[200,200,412]]'
is "errors of the runs before" "$(jq -c '[.[] | [.severity, .data_action_id, .failure.status, .failure.conflict.told, (.failure.timeline.attempts | length)]]' messages.json)" \
	'[["error","ani",412,true,1]]'
is "the history of the tenant and of the action" \
	"$(jq -c '[.[] | [.data_action_id, (.slices | map(.[2]) | add), (.slices | map(.[3]) | add), (.slices | map(.[1]) | unique)]]' history.json)" \
	'[[null,30,15,[60]],["ani",30,10,[60]]]'
is "nobody else changed anything" "$(jq -c . others.json)" '[]'
is "doctor" "$(jq -c '[.exit, (.checks | map(.state) | unique)]' doctor.json)" '[0,["ok","skipped"]]'
is "versions and system" "$(jq -c '[.dacache, (.net | test("^libcurl/")), (.store | test("^SQLite 3.*zlib")), (.kernel | length > 5), .terminal.utf8]' environment.json)" \
	"[\"$("$DACACHE" --version | cut -d' ' -f2)\",true,true,true,true]"
is "settings: secrets by name alone" "$(jq -c '[.profile, .set_and_withheld, .max_wait]' settings.json)" \
	'["test",["client_id","client_secret","webhook_secret"],0]'
is "status" "$(jq -c '[.has_token, .scope]' status.json)" '[true,"dataaction:read dataaction:write"]'
cd - >/dev/null || exit 1

run bundle "$work/b.tar.gz"
complains "nothing is written over" 1 <<'END'
dacache: WORK/b.tar.gz is there already: name another file, or remove it
END
ln -s nowhere "$work/link.tar.gz"
run bundle "$work/link.tar.gz"
is "nor through a link" "$CODE $(ls "$work" | grep -c nowhere)" "1 0"
run bundle
complains "no name" 2 <<'END'
dacache: bundle needs the name of a file to write
END
run bundle "$work/none/b.tar.gz"
is "a folder that is not there" "$CODE $(grep -c 'cannot be written: No such file' "$work/stderr")" "1 1"

# When things are wrong it is needed most
run bundle "$work/gone.tar.gz" --id nope --since 1h
is "an action that is gone" "$CODE $(tar xzOf "$work/gone.tar.gz" --wildcards '*/action.json' | jq -c '[.id, .document, (.why_not | test("404"))]')" \
	'0 [null,null,true]'
is "the error is among the messages" "$(tar xzOf "$work/gone.tar.gz" --wildcards '*/messages.json' | jq -c '[.[] | [.severity, .failure.status]]')" \
	'[["error",412],["error",404]]'
sim_stop
run bundle "$work/down.tar.gz" --id ani
is "a tenant that is down" "$CODE $(tar xzOf "$work/down.tar.gz" --wildcards '*/doctor.json' | jq -c '[.exit, (.checks | map(select(.state == "failed") | .check))]')" \
	'0 [8,["tcp"]]'
is "what is known stays" "$(tar xzOf "$work/down.tar.gz" --wildcards '*/audit.json' | jq length)" 2
done_testing
