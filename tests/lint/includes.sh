#!/bin/sh
# Each layer includes only what the table of layers allows.
. "$(dirname "$0")/common.sh"

find src include -mindepth 2 -type f -name '*.[ch]' | LC_ALL=C sort |
	xargs awk -f tests/lint/layers.awk >"$list" || exit 1
finish
