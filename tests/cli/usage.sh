#!/bin/sh
# Options, help, settings, and files that are closed, full or not to be written.
. "$(dirname "$0")/lib.sh"
tenant

run --version
is "--version" "$CODE $(sed 's/[0-9.]*$/N/' "$work/stdout")" "0 dacache N"
run --help
is "--help" "$CODE $(head -n 1 "$work/stdout")" "0 dacache: the cache settings of NICE CXone Data Actions"
for command in list show set check export plan apply fire hit audit webhooks requests report bundle doctor; do
	is "--help names $command" "$(grep -c "^  $command " "$work/stdout")" 1
done
cp "$work/stdout" "$work/help"
run -h
is "-h" "$CODE $(cmp "$work/help" "$work/stdout")" "0 "
for command in list show set check export plan apply fire hit audit webhooks requests report bundle doctor; do
	run $command --help
	is "$command --help" "$CODE $(sed -n "1s/ .*/ /p" "$work/stdout" | head -c 8) $(awk 'length > 79' "$work/stdout")" "0 dacache  "
	is "$command -h" "$("$DACACHE" $command -h | cmp - "$work/stdout")" ""
done
# The manual page names the same words
page=${TOP_SRCDIR:-$(dirname "$0")/../..}/doc/dacache.1
for command in list show set check export plan apply fire hit audit webhooks requests report bundle doctor; do
	"$DACACHE" $command --help | sed '/^$/,$d' | tr -s ' []' '\n' | sort -u >"$work/words"
	sed -n "s/^\.BI \"$command\" \"\(.*\)\"$/dacache $command \1/p" "$page" | tr -d '\\' |
		tr -s ' []' '\n' | sort -u >"$work/manual"
	is "the manual page has $command" "$(diff "$work/words" "$work/manual")" ""
done
run set --help
prints "help of a command" 0 <<'END'
dacache set ID [--key KEY] [--tier TIER] [--ttl SECONDS] [--enable|--disable]
        [--directive SOURCE,EVENT,ACTION]... [--no-directives] [--payload-kb N]
        [--dry-run] [--yes] [--rebase] [--json]

Change one action by one PUT with If-Match.
END
for command in check export plan apply; do
	run $command --help
	is "help of $command has exit codes" "$CODE $(grep -c '^Exit' "$work/stdout")" "0 1"
	for option in $("$DACACHE" $command --help | sed '/^$/,$d' | grep -o -e '--*[a-z-]*' | sort -u); do
		is "help of $command tells of $option" "$(sed '1,/^$/d' "$work/stdout" | grep -c -e "^  .*$option")" 1
	done
done

# usage WORDS MESSAGE
usage() {
	# shellcheck disable=SC2086 # words they are
	run $1
	is "$1" "$CODE $(cat "$work/stdout" "$work/stderr")" "2 dacache: $2"
}
usage 'lst' "no command 'lst'; did you mean 'list'?"
usage 'frobnicate' "no command 'frobnicate'; see dacache --help"
usage 'lst --help' "no command 'lst'; did you mean 'list'?"
usage '--prfile x' "unknown option '--prfile'; did you mean '--profile'?; see dacache --help"
usage '--profile' '--profile needs a value'
usage '--profile= list' '--profile needs a value'
usage '--demo=yes list' '--demo takes no value'
usage 'list extra' "list: one word too many: 'extra'"
usage 'list --fliter x' "list: unknown option '--fliter'; did you mean '--filter'?; see dacache list --help"
usage 'list --filter' '--filter needs a value'
usage 'list --json=1' '--json takes no value'
usage 'show' 'show needs the ID of an action'
usage 'set --yes' 'set needs the ID of an action'
usage 'fire ani' 'fire needs the ID of an action and an event type'
usage 'audit --since yesterday' "audit: --since: 'yesterday' is neither a time (2026-01-31T14:02:09Z), a date (2026-01-31) nor a span (90s, 15m, 2h, 7d, 4w)"
usage 'audit --until 2026-02-30' "audit: --until: '2026-02-30' is neither a time (2026-01-31T14:02:09Z), a date (2026-01-31) nor a span (90s, 15m, 2h, 7d, 4w)"
usage 'audit --outcome done' "audit: --outcome 'done' is none of: applied, unchanged, conflict, refused, not applied, unknown"
usage 'audit --status 2xx' "audit: --status '2xx' is neither an HTTP status (100-599) nor none"
usage 'audit --limit -1' "audit: --limit '-1' is no number"
usage 'audit --head 1:0' 'audit: --head is for --verify'
usage 'audit --verify --id ani' 'audit: --verify checks all entries: it takes no filter'
usage 'audit --verify --head x' "'x' is no head: it must be SEQ:HASH, as --verify gives it"
usage 'webhooks --retry x --all' 'webhooks: --retry and --all exclude each other'
usage '--url ftp://x list' '--url: base_url must begin with http:// or https://'
usage '--url http://example.com list' '--url: base_url must be https:// (http:// is for loopback alone)'
usage '--theme pink list' "--theme must be auto, dark, light or mono, not 'pink'"
usage '--profile other list' "$work/config/dacache/config.ini has no profile 'other'"
run -- list --json
is "-- ends the options" "$CODE $(json length)" "0 6"
run list --json --profile test
is "the program's options may come later" "$CODE $(json length)" "0 6"
run show -- nope --json
complains "behind -- there are words alone" 2 <<'END'
dacache: show: one word too many: '--json'
END
run show -- ani
is "an id behind --" "$CODE" 0

# Flag beats environment beats profile
settings 'base_url = https://no-such-host.invalid'
run list --json
is "the environment beats the profile" "$CODE" 0
CXONE_BASE_URL=https://no-such-host.invalid run --url "$URL" list --json
is "a flag beats the environment" "$CODE" 0
CXONE_BASE_URL='' run list
is "empty counts as unset" "$CODE" 8
printf '[profile a]\nbas_url = x\n' >"$work/config/dacache/config.ini"
run list
complains "a key that is none, with its line" 2 <<'END'
dacache: WORK/config/dacache/config.ini:2: unknown key 'bas_url'; did you mean 'base_url'?
END
printf '[profile a]\n[profile b]\n' >"$work/config/dacache/config.ini"
(
	unset CXONE_BASE_URL
	run list
	complains "two profiles, none chosen" 2 <<'END'
dacache: WORK/config/dacache/config.ini has 2 profiles: choose one with --profile NAME, or with 'profile = NAME' at its top
END
	[ "$failures" -eq 0 ]
)
failures=$((failures + $?))
tests=$((tests + 1))
settings

# A file that is closed, full, or read no more
"$DACACHE" list >/dev/full 2>"$work/stderr"
is "a full disk" "$? $(cat "$work/stderr")" "1 dacache: the answer could not be written: No space left on device"
"$DACACHE" --help >/dev/full 2>"$work/stderr"
is "a full disk, for help too" "$? $(cat "$work/stderr")" "1 dacache: the answer could not be written: No space left on device"
"$DACACHE" doctor >/dev/full 2>"$work/stderr"
is "a full disk, for doctor too" "$? $(cat "$work/stderr")" "1 dacache: the answer could not be written: No space left on device"
"$DACACHE" --version >/dev/full 2>/dev/null
is "a full disk, for the version too" "$?" 1
"$DACACHE" list >&- 2>"$work/stderr"
is "closed" "$? $(cat "$work/stderr")" "1 dacache: the answer could not be written: Bad file descriptor"
"$DACACHE" audit --json >&- 2>&- <&-
is "all closed" "$?" 1
"$DACACHE" list --json 2>&- <&- >"$work/stdout"
is "the others closed" "$? $(json length)" "0 6"
mkfifo "$work/gone"
"$DACACHE" list --json >"$work/gone" 2>"$work/stderr" &
pid=$!
head -c 0 "$work/gone"
wait $pid
is "nobody reads: silence" "$? $(cat "$work/stderr")" "1 "

# The store
is "the store is its owner's" "$(stat -c %a "$work/state/dacache" "$work/state/dacache/dacache.db" | paste -sd' ')" "700 600"
echo junk >"$work/in_the_way"
XDG_STATE_HOME="$work/in_the_way" run list
is "a state directory that can't be" "$CODE $(cat "$work/stdout" "$work/stderr" | grep -c "in_the_way.* cannot be made: Not a directory")" "1 1"
mkdir -p "$work/bad/dacache"
echo "this is no database, and it is longer than a header of one would be: ................................" >"$work/bad/dacache/dacache.db"
XDG_STATE_HOME="$work/bad" run list
is "a store that is none" "$CODE $(wc -c <"$work/stdout") $(grep -c 'bad/dacache/dacache.db is damaged, or no store of dacache' "$work/stderr")" "1 0 1"
is "it is left alone" "$(cut -c 1-10 "$work/bad/dacache/dacache.db")" "this is no"
(
	unset HOME XDG_STATE_HOME
	run list
	complains "nowhere to keep things" 1 <<'END'
dacache: no place for dacache's files: set HOME or XDG_STATE_HOME to a full path
END
	[ "$failures" -eq 0 ]
)
failures=$((failures + $?))
tests=$((tests + 1))
done_testing
