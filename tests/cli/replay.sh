#!/bin/sh
# --replay: what a bundle shows again, without the tenant; and what hostile ones come to.
. "$(dirname "$0")/lib.sh"
tenant

run set ani --ttl 30 --yes
run set cases --ttl 40 --yes
fault '{"method":"PUT","status":412}'
run set ani --ttl 31 --yes
run hit ani --hit --count 30
run hit ani --miss --count 10
run bundle "$work/b.tar.gz" --id ani
audit '[.[] | select(.data_action_id == "ani")]' >"$work/audit.json"
run show ani --json
json '[.id, .name, .cacheTtl, .etag]' >"$work/shown.json"
asked=$(control requests | jq length)
mkdir "$work/tmp"

# From here on: no settings, no credentials, a state directory that nobody may touch.
replay() {
	env -u CXONE_CLIENT_ID -u CXONE_CLIENT_SECRET -u CXONE_BASE_URL HOME="$work/nobody" \
		XDG_STATE_HOME="$work/nobody/state" XDG_CONFIG_HOME="$work/nobody/config" \
		TMPDIR="$work/tmp" "$DACACHE" --replay "$@" >"$work/stdout" 2>"$work/stderr" </dev/null
	CODE=$?
}
replay "$work/b.tar.gz" list --json
is "the list" "$CODE $(json '[.[] | [.id, .cacheTtl]]')" '0 [["ani",30]]'
replay "$work/b.tar.gz" show ani --json
is "the action at its ETag" "$CODE $(json '[.id, .name, .cacheTtl, .etag]')" "0 $(cat "$work/shown.json")"
replay "$work/b.tar.gz" audit --json
is "its audit, with the hashes" "$CODE $(json .)" "0 $(cat "$work/audit.json")"
replay "$work/b.tar.gz" requests --json
is "the requests" "$CODE $(json '[.[] | select(.method == "PUT") | .status]')" '0 [200,200,412]'
replay "$work/b.tar.gz" report
is "the report" "$CODE $(json '[.total_log_entries, .outcomes.applied, .outcomes.conflict, .current_hit_rate, .lookups.hits, .changes[0].hit_rate_after]')" \
	'0 [2,1,1,0.75,30,{"rate":0.75,"n":40}]'
replay "$work/b.tar.gz" show ent
is "what it does not hold" "$CODE $(grep -c 'the bundle does not hold this action' "$work/stderr")" "7 1"
for command in 'set ani --ttl 5 --yes' 'fire ani x --yes' 'hit ani --hit'; do
	# shellcheck disable=SC2086 # words they are
	replay "$work/b.tar.gz" $command
	is "$command" "$CODE $(cat "$work/stdout" "$work/stderr")" "6 dacache: a bundle is replayed: nothing can be changed"
done
replay "$work/b.tar.gz" doctor
is "doctor" "$CODE $(cat "$work/stderr")" "6 dacache: a bundle is replayed: there is no tenant"
replay "$work/b.tar.gz" bundle "$work/again.tar.gz"
is "a bundle of a bundle" "$CODE $(cat "$work/stderr")" "6 dacache: a bundle is replayed: copy its file"
replay "$work/b.tar.gz" --url "$URL" list
is "not with another tenant" "$CODE" 2
is "the tenant heard nothing of it" "$(control requests | jq length)" "$asked"
is "nothing was written, nothing is left" "$(ls "$work/nobody" 2>&1 | grep -c 'No such') $(ls -A "$work/tmp")" "1 "

# --- what may come by mail ---
mkdir "$work/open"
tar xzf "$work/b.tar.gz" -C "$work/open"
folder=$(ls "$work/open")
# unpacked: a copy to be tampered with, in $work/evil
unpacked() {
	rm -rf "$work/evil"
	cp -r "$work/open" "$work/evil"
}
# sealed FILE: its hash in the manifest is made right again
sealed() {
	hash=$(sha256sum "$work/evil/$folder/$1" | cut -d' ' -f1)
	jq -c --arg name "$1" --arg hash "$hash" \
		'(.files[] | select(.name == $name) | .sha256) = $hash' \
		"$work/open/$folder/manifest.json" >"$work/evil/$folder/manifest.json"
}
# packed OPTION...: as a bundle again
packed() {
	tar czf "$work/evil.tar.gz" --format=ustar --owner=0 --group=0 -C "$work/evil" "$@"
}
# refused WHAT WORDS: exit 1, one line that says so, nothing on stdout or on disk
refused() {
	replay "$work/evil.tar.gz" list
	is "$1" "$CODE $(wc -l <"$work/stderr") $(grep -c "evil.tar.gz: .*$2" "$work/stderr") $(cat "$work/stdout")$(ls -A "$work/tmp")" "1 1 1 "
}
unpacked
packed "$folder"/action.json "$folder"/actions.json "$folder"/audit.json "$folder"/requests.har "$folder"/messages.json "$folder"/others.json "$folder"/history.json "$folder"/doctor.json "$folder"/environment.json "$folder"/settings.json "$folder"/status.json "$folder"/manifest.json
replay "$work/evil.tar.gz" list --json
is "packed by another tar it is the same" "$CODE $(json length)" "0 1"
all="$folder/action.json $folder/actions.json $folder/audit.json $folder/requests.har $folder/messages.json $folder/others.json $folder/history.json $folder/doctor.json $folder/environment.json $folder/settings.json $folder/status.json $folder/manifest.json"
again() {
	# shellcheck disable=SC2086 # files they are
	packed $all
}
sed -i 's/"cacheTtl": 30/"cacheTtl": 31/' "$work/evil/$folder/action.json"
again
refused "a file that was changed" 'action.json: it is not as it was written: its SHA-256 is another'
unpacked
echo '[{"seq":' >"$work/evil/$folder/audit.json"
sealed audit.json
again
refused "JSON that is none" 'audit.json: not JSON'
unpacked
echo '{}' >"$work/evil/$folder/requests.har"
sealed requests.har
again
refused "a HAR that is none" 'requests.har: no HAR'
unpacked
jq -c '[.[0], .[0]]' "$work/open/$folder/audit.json" >"$work/evil/$folder/audit.json"
sealed audit.json
again
refused "entries out of their order" 'audit.json: its entries are not in their order'
unpacked
jq -c '.[0].slices[0][5] = "zz"' "$work/open/$folder/history.json" >"$work/evil/$folder/history.json"
sealed history.json
again
refused "a history that is none" 'history.json: a slice of the history is none'
unpacked
echo '[{"at":"2026-01-01T00:00:00Z","data_action_id":"ani","before":1}]' >"$work/evil/$folder/others.json"
sealed others.json
again
refused "a change that is none" 'others.json: a change is none'
unpacked
jq -c 'del(.files[] | select(.name == "history.json"))' "$work/open/$folder/manifest.json" >"$work/evil/$folder/manifest.json"
again
refused "a history that nobody vouches for" 'history.json: the manifest does not list it'
rm "$work/evil/$folder/history.json" "$work/evil/$folder/others.json"
jq -c 'del(.files[] | select(.name == "history.json" or .name == "others.json"))' "$work/open/$folder/manifest.json" >"$work/evil/$folder/manifest.json"
# shellcheck disable=SC2046 # files they are
packed $(echo "$all" | tr ' ' '\n' | grep -v 'history\|others')
replay "$work/evil.tar.gz" report
is "a bundle of before there were any" "$CODE $(json '[.total_log_entries, .current_hit_rate]')" '0 [2,null]'
unpacked
rm "$work/evil/$folder/doctor.json"
all_but=$(echo "$all" | sed "s|$folder/doctor.json||")
# shellcheck disable=SC2086
packed $all_but
refused "a file that is missing" 'doctor.json: it is missing'
unpacked
jq -c 'del(.files[] | select(.name == "audit.json"))' "$work/open/$folder/manifest.json" >"$work/evil/$folder/manifest.json"
again
refused "a file that nobody vouches for" 'audit.json: the manifest does not list it'
unpacked
jq -c '.format_version = 2' "$work/open/$folder/manifest.json" >"$work/evil/$folder/manifest.json"
again
refused "a form of the future" 'update dacache'
unpacked
jq -c '.base_url = "file:///etc/passwd"' "$work/open/$folder/manifest.json" >"$work/evil/$folder/manifest.json"
again
replay "$work/evil.tar.gz" list
is "a tenant that is none" "$CODE $(grep -c 'names no tenant' "$work/stderr") $(ls -A "$work/tmp")" "1 1 "
unpacked
# shellcheck disable=SC2086
packed --transform 's|.*/manifest.json|../../manifest.json|' $all
refused "a path that leads out" 'a file whose path is more than a folder and a name'
ln -sf /etc/passwd "$work/evil/$folder/status.json"
again
refused "a link" 'something else than regular files'
head -c 2000 "$work/b.tar.gz" >"$work/evil.tar.gz"
refused "cut off" 'it is cut off'
echo hello >"$work/evil.tar.gz"
refused "no archive" 'it is no gzip, or damaged'
: >"$work/evil.tar.gz"
refused "empty" 'it is cut off'
head -c 140000000 /dev/zero | gzip -1 >"$work/evil.tar.gz"
refused "a bomb" 'larger than 128 MiB'
replay "$work/none.tar.gz" list
is "a file that is not there" "$CODE $(grep -c 'none.tar.gz: No such file' "$work/stderr")" "1 1"
replay "$work" list
is "a folder" "$CODE $(grep -c 'is no regular file' "$work/stderr")" "1 1"

# An entry that someone forged, with the file's own hash made right
unpacked
jq -c '.[0].payload.cacheTtl = 7' "$work/open/$folder/audit.json" >"$work/evil/$folder/audit.json"
sealed audit.json
again
replay "$work/evil.tar.gz" audit --json
is "a forged entry is shown, and told" "$CODE $(json '.[-1].payload.cacheTtl') $(cat "$work/stderr")" \
	"0 7 dacache: 1 of the bundle's 2 audit entries is not what its hash says"
done_testing
