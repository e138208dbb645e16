#!/bin/sh
# A store that cannot be written: the disk is full, or it is read-only. Nothing leaves
# before the intent is on disk; where the room ends after that, what came of the PUT is
# told, and put on record once there is room again.
lib=$(dirname "$0")/../cli
. "$lib/lib.sh"
for tool in sqlite3 prlimit setpriv; do
	command -v "$tool" >/dev/null || {
		echo "Bail out! $tool is missing"
		exit 1
	}
done
FRAME=4120 # what a page takes in SQLite's log
STEPS=100  # more pages than a change writes

tenant
store=$XDG_STATE_HOME/dacache/dacache.db

puts() {
	control 'requests?method=PUT' | jq length
}
posts() {
	control webhooks | jq length
}
open_intents() {
	sqlite3 "$store" 'SELECT count(*) FROM intent'
}
# The newest message that is the program's own.
said() {
	sed -n 's/^dacache: //p' "$work/stderr" | tail -n 1
}
# run_limited BYTES ARGUMENT...: no file may grow past that; a write that would, fails.
run_limited() {
	limit=$1
	shift
	(
		trap '' XFSZ
		exec prlimit --fsize="$limit" "$DACACHE" "$@"
	) >"$work/stdout" 2>"$work/stderr" </dev/null
	CODE=$?
}

# No room at all
run_limited 4096 set ani --ttl 100 --yes
like "no room to make the store" "$CODE $(said)" "1 $store*"
is "nothing was asked for" "$(control requests)" '[]'
rm -rf "$XDG_STATE_HOME"

# The room ends somewhere in a change. A reader keeps the store's log from being written
# back, so that this file grows from change to change, and no other.
run set ani --ttl 101 --directive "$URL/webhooks/room,room.tested,refresh" --yes
is "a change, with room" "$CODE $(posts)" "0 1"
mkfifo "$work/to_reader" "$work/from_reader"
sqlite3 "$store" <"$work/to_reader" >"$work/from_reader" &
exec 8>"$work/to_reader" 7<"$work/from_reader"
echo 'BEGIN; SELECT count(*) FROM audit;' >&8
read -r entries <&7
is "a reader of the store" "$entries" 2
run set ani --ttl 102 --yes # the log is now longer than the other files that grow
TTL=102

# one_more_page PAGES: a change with room for so many pages of the log. PHASE is set.
one_more_page() {
	TTL=$((TTL + 1))
	sent=$(puts) posted=$(posts)
	log=$(stat -c %s "$store-wal")
	run_limited $((log + $1 * FRAME)) set ani --ttl $TTL --yes
	sent=$(($(puts) - sent)) posted=$(($(posts) - posted))
	PHASE=after
	[ $sent -eq 1 ] || PHASE=before
	[ "$(open_intents)" -ne 0 ] || [ $sent -eq 0 ] || PHASE=closed
}

pages=0
intent=
while [ $pages -lt $STEPS ]; do
	one_more_page $pages
	what="room for $pages pages"
	echo "$PHASE" >>"$work/phases"
	case $PHASE in
	before)
		like "$what: full before the PUT" "$CODE $(open_intents) $(said)" \
			"1 0 nothing was sent: $store*check the disk*"
		;;
	after)
		total=$(puts)
		intent=${intent:-$pages} # the pages it takes
		is "$what: full after the PUT" "$CODE $(cut -d : -f 1 "$work/stdout")" "1 applied"
		like "$what: it is told" "$(said)" "the audit entry was not written: $store*check the disk*"
		is "$what: its webhook waits for its record" "$posted" 0
		is "$what: its intent stays open" "$(open_intents)" 1
		reads=$(control requests | jq length)
		run_limited $((log + (intent + 1) * FRAME)) show ani
		is "$what: still full, the answer comes" "$CODE $(sed -n 's/^TTL *//p' "$work/stdout")" "0 $TTL s (custom)"
		is "$what: still full, one read for the open change and one for the answer, after the token" \
			"$(($(control requests | jq length) - reads))" 3
		run_limited $((log + (2 * intent + 1) * FRAME)) set ani --ttl 99 --yes
		like "$what: no other change hides what came of it" "$CODE $(open_intents) $(puts) $(said)" \
			"1 1 $total nothing was sent: what came of an earlier change * is not on record yet*"
		run show ani
		like "$what: settled once there is room" "$CODE $(open_intents) $(cat "$work/stderr")" \
			"0 0 *applied (resolved after a crash): the action holds what was sent*"
		is "$what: its webhook goes out then" "$(posts)" $((before_posts + 1))
		;;
	closed) break ;;
	esac
	before_posts=$(posts)
	pages=$((pages + 1))
done
is "the room ended before the PUT, and after it, and not at all" \
	"$(uniq "$work/phases" | paste -sd' ')" "before after closed"
echo "# $(sort "$work/phases" | uniq -c | paste -sd,)"
exec 8>&- 7<&-
run audit --json
is "one entry for each PUT, and it says applied" \
	"$(jq -cs 'flatten(1) | [.[] | select(.action == "cache_update")] | [length, ([.[].outcome] | unique)]' "$work/stdout")" \
	"[$(puts),[\"applied\"]]"
is "in the order in which they came" \
	"$(jq -cs 'flatten(1) | [.[] | select(.action == "cache_update") | .payload.cacheTtl] | reverse' "$work/stdout")" \
	"$(control 'requests?method=PUT' | jq -c '[.[].asked.cacheTtl]')"
run audit --verify
is "the chain is whole" "$CODE" 0

# Read-only: for root nothing is, so it must be somebody else who runs it.
cp "$DACACHE" "$work/dacache"
other=
[ "$(id -u)" -ne 0 ] || other=65534
run_other() {
	(cd / && exec ${other:+setpriv --reuid=$other --regid=$other --clear-groups} \
		"$work/dacache" "$@") >"$work/stdout" 2>"$work/stderr" </dev/null
	CODE=$?
}
[ -z "$other" ] || {
	chmod 755 "$work"
	chown -R "$other:$other" "$work/config" "$XDG_STATE_HOME"
}
run_other show ani
is "somebody with a store of their own" "$CODE" 0
sent=$(control requests | jq length)

# reads WHAT ARGUMENT...: the command works, and says once that nothing is recorded
reads() {
	what=$1
	shift
	run_other "$@"
	is "$what: $1" "$CODE $([ -s "$work/stdout" ] && echo answered) $(wc -l <"$work/stderr") $(grep -c "^dacache: nothing is recorded, and nothing can be changed: $store is read-only; " "$work/stderr")" \
		"0 answered 1 1"
}

# read_only WHAT FILE-MODE DIRECTORY-MODE WORDS
read_only() {
	chmod "$2" "$store"
	chmod "$3" "$XDG_STATE_HOME/dacache"
	sum=$(cat "$XDG_STATE_HOME"/dacache/* | cksum)
	reads "$1" list --json
	reads "$1" show ani
	reads "$1" audit --json
	is "$1: what the audit holds" "$(json 'length > 0 and (map(.outcome) | index("applied") != null)')" true
	reads "$1" audit --verify
	reads "$1" report --text
	reads "$1" requests
	reads "$1" check --tenant
	is "$1: the store is as it was" "$(cat "$XDG_STATE_HOME"/dacache/* | cksum)" "$sum"
	run_other hit ani --hit
	is "$1: a look-up cannot be recorded" "$CODE $(said | grep -c 'is read-only')" "1 1"
	sent=$(control requests | jq length)
	run_other set ani --ttl 999 --yes
	chmod 700 "$XDG_STATE_HOME/dacache"
	chmod 600 "$store"
	like "$1" "$CODE $(said)" "6 $4"
	is "$1: nothing was asked for" "$(control requests | jq length)" "$sent"
}
read_only "a store that is read-only" 400 700 "$store is read-only; check its owner and mode*"
read_only "a directory that is read-only" 600 500 "$store*check*"
read_only "both" 400 500 "$store*"
rm -rf "$work/bare"
mkdir -m 555 "$work/bare"
state=$XDG_STATE_HOME
export XDG_STATE_HOME="$work/bare"
store=$work/bare/dacache/dacache.db
reads "no store, and nowhere to make one" list --json
run_other audit --json
is "which has no entries" "$CODE $(json .)" '0 []'
sent=$(control requests | jq length)
run_other set ani --ttl 999 --yes
like "nor is anything changed" "$CODE $(said)" "6 $store is read-only*"
is "or asked for" "$(control requests | jq length)" "$sent"
export XDG_STATE_HOME="$state"
store=$state/dacache/dacache.db
run_other set ani --ttl 999 --yes
is "writable again" "$CODE" 0
done_testing
