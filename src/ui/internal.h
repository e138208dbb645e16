/* What the parts of the toolkit share; screens see include/dacache/ui alone. */
#ifndef UI_INTERNAL_H
#define UI_INTERNAL_H

#include "dacache/app/command.h"
#include "dacache/ui/ask.h"
#include "dacache/ui/prompt.h"
#include "dacache/ui/screen.h"
#include "dacache/ui/term.h"
#include "dacache/ui/theme.h"
#include "dacache/ui/ui.h"

enum { STACK_MAX = 16, TICK_US = 1000000, SOON_US = 100000 };

/* A repaint at most ten times a second: at once where the last one is long ago,
 * else by a timer. */
struct throttle {
	struct loop_timer *timer;
	int64_t last_us;
};

/* Line 1, the message line, the key bar. */
struct frame {
	WINDOW *bar;
	WINDOW *line;
	WINDOW *keys;
	WINDOW *matches; /* completions above the message line, else NULL */
	void *panels[3]; /* of bar, line, keys */
	void *matches_panel;
	bool dirty;
	int cursor_col; /* on the message line, -1: not there */
	int quota_col;  /* where it stands on line 1, and one past it */
	int quota_end;
};

enum ask_kind { ASK_NOTHING, ASK_YES_NO, ASK_NAME };

struct ask {
	enum ask_kind kind;
	char question[200];
	char *expected;
	ask_fn *fn;
	void *context;
};

struct main_screen;
struct watcher;
struct bulk_job;

struct ui {
	struct loop *loop;
	struct session *session;
	const struct ui_options *options;
	struct term term;
	struct theme theme;
	struct frame frame;
	struct ask ask;
	struct prompt *prompt;
	struct main_screen *main;
	struct watcher *watcher;
	struct bulk_job *bulk; /* the last change of many; NULL: none was begun */
	char unfinished[200];  /* a change of many that :resume goes on with; "": none */
	struct ui_screen *stack[STACK_MAX];
	size_t depth;
	struct ui_screen *dead[STACK_MAX]; /* popped, to be freed before the loop sleeps */
	size_t dead_len;
	struct loop_watch *input;
	struct loop_timer *tick;
	struct throttle frame_soon;
	bool frozen;
	int64_t frozen_us; /* since when, wall */
	bool after_ctrl_c;
	uint64_t heard;                /* the newest message when the last key came */
	struct loop_timer *note_timer; /* a note leaves the message line */
	bool ending;
	bool cursor_on;
	bool warned_small;
	bool credentials_declined;
	uint64_t credentials_told; /* the message that a card told of */
};

/* --- screen_stack.c ------------------------------------------------------------ */
struct ui_screen *stack_top(struct ui *ui);
/* Free what was popped; all: the whole stack too. */
void stack_sweep(struct ui *ui, bool all);
void stack_relayout(struct ui *ui);
/* Lay out and draw what needs it; true when something was drawn. */
bool stack_paint(struct ui *ui);
/* The shown screen at a place of the terminal, topmost first; NULL: none. */
struct ui_screen *stack_at(struct ui *ui, int row, int col);
struct canvas ui_canvas(const struct ui *ui, WINDOW *window);

/* --- frame.c --------------------------------------------------------------------- */
enum err_code frame_begin(struct ui *ui);
void frame_end(struct ui *ui);
void frame_resize(struct ui *ui);
void frame_draw(struct ui *ui);
/* Repaint line 1 and the message line before long. */
void frame_dirty_soon(struct ui *ui);
/* --- frame_line.c: what stands on the message line ------------------------------ */
void frame_draw_line(struct ui *ui, const struct canvas *c);
/* When what stands behind a fresh message comes forth, wall; 0: nothing does. */
int64_t frame_line_behind_us(struct ui *ui);

/* --- ui.c ------------------------------------------------------------------------ */
void ui_action(struct ui *ui, struct ui_screen *screen, enum key_action action);
void ui_open_command(struct ui *ui, const char *initial);
void ui_set_frozen(struct ui *ui, bool frozen);
void ui_redraw(struct ui *ui);
void ui_cancel(struct ui *ui); /* Ctrl-C */
void ui_tick(void *context);
/* Calls fn now, or soon, so that it runs at most every SOON_US. */
void throttle_run(struct ui *ui, struct throttle *throttle, loop_fn *fn, void *context);

/* --- ui_ask.c -------------------------------------------------------------------- */
enum { MESSAGE_SIZE = 512 };
void ui_heard(struct ui *ui); /* a key comes */
/* The message with the name of its action in front, where it isn't told yet. */
const char *ui_message_text(struct ui *ui, const struct message *message, char *out, size_t size);

/* --- ui_end.c -------------------------------------------------------------------- */
void ui_quit(struct ui *ui); /* asks where something would be lost */
void ui_end_by_signal(void *context, int number);
/* Put on disk what was typed, now; what goes wrong is said. */
void ui_save(struct ui *ui);

/* --- ui_signals.c ---------------------------------------------------------------- */
void ui_take_signals(struct ui *ui, bool take);
void ui_suspend(struct ui *ui);

/* --- ui_input.c, ui_paint.c ------------------------------------------------------ */
void ui_input(void *context, int fd, int events);
void ui_paint(void *context);

/* --- ask.c ----------------------------------------------------------------------- */
bool ask_is_open(const struct ui *ui);
void ask_key(struct ui *ui, const struct key *key);
void ask_draw(struct ui *ui, const struct canvas *c);
void ask_cancel(struct ui *ui);

#endif
