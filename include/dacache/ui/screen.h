/* A stack of screens. Handlers return reactions; one place (screen_stack.c)
 * applies them. Recalculating (an event), laying out (reflow) and painting are
 * apart: a handler marks panes dirty, and only those are painted, before the
 * loop sleeps. */
#ifndef DACACHE_UI_SCREEN_H
#define DACACHE_UI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/app/command.h"
#include "dacache/app/event.h"
#include "dacache/app/session.h"
#include "dacache/loop/loop.h"
#include "dacache/ui/draw.h"
#include "dacache/ui/keys.h"

struct ui;
struct ui_screen;

enum reaction {
	REACT_NONE = 0, /* not mine: others may try */
	REACT_HANDLED = 1,
	REACT_REDRAW = 2, /* every pane of this screen */
	REACT_REFLOW = 4, /* lay out again, then redraw */
	REACT_CLOSE = 8,  /* pop and free this screen */
	REACT_FRAME = 16, /* line 1, message line, key bar */
	REACT_QUIT = 32   /* end the program, by the quit rules */
};

enum mouse_kind { MOUSE_PRESS, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

/* row and col relative to the screen, or to the part it is handed on to. */
struct mouse {
	enum mouse_kind kind;
	int row, col;
};

struct mouse mouse_within(const struct mouse *mouse, const struct rect *part);

/* NULL is fine for every function but draw and end. */
struct ui_screen_ops {
	/* Most special first; at most KEY_CONTEXTS_MAX. Returns how many. */
	size_t (*contexts)(const struct ui_screen *screen, enum key_context *out);
	/* Whether the key bar tells of that action now; without it of all that have a label. */
	bool (*offers)(const struct ui_screen *screen, enum key_action action);
	/* A pop-up's place in the body; without it the screen fills the body. */
	void (*place)(const struct ui_screen *screen, int rows, int cols, struct rect *out);
	/* rows and cols of the screen changed (or REFLOW). */
	void (*layout)(struct ui_screen *screen);
	/* Paint the panes whose bits are set in dirty; the canvas is the screen. */
	void (*draw)(struct ui_screen *screen, const struct canvas *canvas, unsigned dirty);
	/* Asked before the key table: text entry. Returns reactions. */
	unsigned (*key)(struct ui_screen *screen, const struct key *key);
	/* From the key table. REACT_NONE: the default (CLOSE and BACK close, …). */
	unsigned (*action)(struct ui_screen *screen, enum key_action action);
	unsigned (*mouse)(struct ui_screen *screen, const struct mouse *mouse);
	/* Every screen of the stack gets every event, hidden ones too. */
	unsigned (*event)(struct ui_screen *screen, const struct event *event);
	/* Once a second while something moves (see ui_is_live), not while frozen. */
	unsigned (*tick)(struct ui_screen *screen);
	/* Before each frame: what must not be behind what it shows, as the draft of a key. */
	void (*settle)(struct ui_screen *screen);
	/* Where the terminal's cursor stands; false: hidden. */
	bool (*cursor)(const struct ui_screen *screen, int *row, int *col);
	/* Keep what was typed: the program ends (quit, SIGTERM, SIGHUP). */
	enum err_code (*save)(struct ui_screen *screen, struct err *err);
	/* Free the screen and all it owns. */
	void (*end)(struct ui_screen *screen);
};

/* The first member of each screen. The stack owns window and place. */
struct ui_screen {
	const struct ui_screen_ops *ops;
	struct ui *ui;
	const char *name; /* of help: "Edit form" */
	WINDOW *window;
	void *panel;
	struct rect at; /* on the terminal */
	unsigned dirty; /* a bit a pane */
	bool needs_layout;
};

enum { SCREEN_ALL = ~0 };

/* Push a malloc'd screen; the stack frees it by ops->end (also when this fails:
 * ERR_NO_MEMORY). Safe inside any handler. */
enum err_code screen_push(struct ui *ui, struct ui_screen *screen);
/* Apply reactions outside a handler (a fetch's callback, a timer). The screen
 * may be gone after REACT_CLOSE: touch it no more. */
void screen_react(struct ui_screen *screen, unsigned reactions);
void screen_dirty(struct ui_screen *screen, unsigned panes);
bool screen_is_top(const struct ui_screen *screen);
/* The topmost screen with these ops, or NULL. */
struct ui_screen *screen_find(struct ui *ui, const struct ui_screen_ops *ops);

/* --- what screens ask of the whole ------------------------------------------ */
struct session *ui_session(struct ui *ui);
struct loop *ui_loop(struct ui *ui);
bool ui_is_utf8(const struct ui *ui);
/* Something moves by itself: a feed, a demo, calls under way, a wait. */
bool ui_is_live(const struct ui *ui);
/* Id of the action under the cursor of the main screen, "" when there is none.
 * Valid until the loop turns. */
const char *ui_selected(const struct ui *ui);
/* Put the main screen's cursor on an action. */
void ui_select(struct ui *ui, const char *action_id);
/* A `:` command, as if typed: F2 in the review runs "apply", so that read-only
 * is checked in one place. Errors go to the message line. */
void ui_command(struct ui *ui, const char *line);
/* A key that a screen kept back, as if it came now. The screen may be closed then. */
void ui_take_key(struct ui *ui, const struct key *key);
/* To the message line and the list of errors. */
void ui_say(struct ui *ui, enum severity severity, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void ui_say_err(struct ui *ui, const struct err *err);
/* What was said no longer holds: notes leave the message line, errors stay. A screen
 * that opens or closes does the same to what was said before the last key. */
void ui_unsay(struct ui *ui);
void ui_copy(struct ui *ui, const char *what, const char *text); /* OSC 52, and says so */

#endif
