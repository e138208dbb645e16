/* libvterm 0.1 heeds the first mode alone of a sequence that sets several, such
 * as ncurses' "\e[?1006;1000h" for the mouse. This filter gives each mode a
 * sequence of its own; all else passes as it is. */
#ifndef TUI_SPLIT_H
#define TUI_SPLIT_H

#include "dacache/base/buf.h"

enum { SPLIT_MAX = 64 };

struct split {
	char held[SPLIT_MAX]; /* the beginning of a sequence that may be one */
	size_t len;
};

void split_feed(struct split *split, const char *data, size_t len, struct buf *out);

#endif
