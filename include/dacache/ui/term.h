/* The terminal: curses on and off, size, keys, mouse, clipboard. */
#ifndef DACACHE_UI_TERM_H
#define DACACHE_UI_TERM_H

#include <stdbool.h>
#include <stdio.h>

#include "dacache/base/err.h"
#include "dacache/ui/draw.h"
#include "dacache/ui/keys.h"
#include "dacache/ui/screen.h"

enum { TERM_MIN_ROWS = 24, TERM_MIN_COLS = 80 };

struct term {
	int rows, cols;
	int in_fd; /* standard input, or /dev/tty where that is no terminal */
	bool utf8;
	bool mouse;
	bool pasting; /* between the marks of a bracketed paste */
	bool on;      /* curses has the terminal */
	FILE *tty;    /* /dev/tty, when it was opened */
	SCREEN *curses;
	WINDOW *input; /* a pad: reading from it never paints */
};

/* Takes the terminal. Signal handlers (SIGWINCH, SIGTSTP, SIGINT, SIGTERM) must
 * be there already, else curses installs its own. ERR_IO. */
enum err_code term_begin(struct term *term, bool no_mouse, struct err *err);
/* Gives it back; fine when it was never taken. */
void term_end(struct term *term);
bool term_is_too_small(const struct term *term);
/* Ask the terminal's size and tell curses; true when it changed. */
bool term_resize(struct term *term);
/* Before the process stops, and after it goes on. */
void term_pause(struct term *term);
void term_resume(struct term *term);

enum term_input { TERM_NOTHING, TERM_KEY, TERM_MOUSE };
/* The next key or mouse event, in the terminal's rows and columns; call until
 * TERM_NOTHING at every wake-up: curses reads ahead where poll cannot see. */
enum term_input term_read(struct term *term, struct key *key, struct mouse *mouse);

enum { TERM_COPY_MAX = 74994 }; /* bytes; what terminals take at most */
/* To the terminal's clipboard by OSC 52. ERR_LIMIT over TERM_COPY_MAX bytes. */
enum err_code term_copy(struct term *term, const char *text);

#endif
