#!/bin/sh
# The domain is pure: it opens no socket, no database and no screen, and it
# gets the time and random numbers as parameters.
. "$(dirname "$0")/common.sh"
need nm binutils

library=${TOP_BUILDDIR:-build}/libdomain.a
symbols=$(nm -u "$library") || exit 1

sockets='socket|connect|bind|listen|accept4?|send(to|msg)?|recv(from|msg)?|getaddrinfo|p?poll|p?select|epoll_.*'
screens='initscr|newterm|newwin|new_panel|new_form|[a-z]*getn?_?wch|[a-z]*getn?w?str|doupdate|wrefresh|readline|rl_.*'
times='time|clock|gettimeofday|clock_gettime|timespec_get|ftime|sleep|usleep|nanosleep|clock_system|clock_wall_us|clock_monotonic_us'
random='s?rand|rand_r|s?random|[dlm]rand48|arc4random.*|getrandom|getentropy|RAND_.*'
others='sqlite3_.*|curl_.*|MHD_.*|ini_.*'

printf '%s\n' "$symbols" | awk -v forbidden="^($sockets|$screens|$times|$random|$others)\$" '
	/^[^ ].*:$/ { member = $0; next }
	{ sub(/@.*/, "", $2) }
	$2 ~ forbidden {
		print "libdomain.a(" substr(member, 1, length(member) - 1) "): calls " $2 \
			": take the value as a parameter, or move the call to net, store, ui or app"
	}' >"$list"
finish
