/* The terminal a program runs on: a pty with libvterm behind it. */
#ifndef TUI_TERMINAL_H
#define TUI_TERMINAL_H

#include <stdbool.h>
#include <termios.h>
#include <vterm.h>

#include "dacache/base/buf.h"
#include "split.h"
#include "stream.h"

struct terminal {
	VTerm *vt;
	VTermScreen *screen;
	int master;
	int slave; /* kept open here: the modes can be read after the program's end */
	int rows;
	int cols;
	struct termios modes; /* before the program ran */
	struct buf out;       /* keys and answers on their way to the program */
	struct stream stream;
	struct split split;
	struct buf in; /* output of the program, as libvterm takes it */
	bool altscreen;
	bool cursor_visible;
	bool mouse;
};

struct terminal *terminal_new(int rows, int cols);
void terminal_free(struct terminal **terminal);
/* The terminal goes away, as when its window is closed. */
void terminal_hang_up(struct terminal *terminal);
/* Both the emulator and the pty; the kernel sends SIGWINCH. */
void terminal_resize(struct terminal *terminal, int rows, int cols);

/* Queue bytes as if typed; terminal_pump writes them. */
void terminal_type(struct terminal *terminal, const char *data, size_t len);
/* A key such as "Enter", "S-Tab", "C-c", "M-x" in xterm's encoding; false when
 * the name is unknown. */
bool terminal_key(struct terminal *terminal, const char *name);
void terminal_paste(struct terminal *terminal, const char *data, size_t len);
/* Columns and rows from 0; button 1 to 3, 4 and 5 are the wheel. */
void terminal_mouse(struct terminal *terminal, int row, int col, int button);

/* Wait at most timeout_ms for output of the program (or for wake_fd to become
 * readable) and feed it to the emulator. True when there was output. */
bool terminal_pump(struct terminal *terminal, int wake_fd, int timeout_ms);
/* Is something still on its way, in either direction? */
bool terminal_is_idle(struct terminal *terminal);
bool terminal_input_taken(const struct terminal *terminal);

/* What a program that has ended should have put back, as a phrase for the
 * failure; NULL when all is well. */
const char *terminal_left_over(const struct terminal *terminal);

#endif
