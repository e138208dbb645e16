/* The terminal: curses on and off, size, keys, mouse, clipboard, signals. */
#ifndef DACACHE_UI_TERM_H
#define DACACHE_UI_TERM_H

#include <stdbool.h>

#include "dacache/base/err.h"
#include "dacache/ui/draw.h"
#include "dacache/ui/keys.h"
#include "dacache/ui/screen.h"

enum { TERM_MIN_ROWS = 24, TERM_MIN_COLS = 80 };

struct term {
	int rows, cols;
	bool utf8;
	bool mouse;
	bool pasting; /* between the marks of a bracketed paste */
	bool on;      /* curses has the terminal */
};

/* Takes the terminal (standard input and output). From here on it is restored
 * at exit, by whatever way the program ends. */
enum err_code term_begin(struct term *term, bool no_mouse, struct err *err);
void term_end(struct term *term);
bool term_is_too_small(const struct term *term);
/* After SIGWINCH. */
void term_resize(struct term *term);
/* Ctrl-Z: give the terminal back, stop, and take it again. */
void term_suspend(struct term *term);
/* After SIGCONT, or Ctrl-L. */
void term_resume(struct term *term);
enum term_input { TERM_NOTHING, TERM_KEY, TERM_MOUSE };
/* The next key or mouse event; call until TERM_NOTHING at every wake-up. */
enum term_input term_read(struct term *term, struct key *key, struct mouse *mouse);

/* To the terminal's clipboard by OSC 52. ERR_LIMIT over 74,994 bytes. */
enum err_code term_copy(struct term *term, const char *text);

#endif
