/* The stack of screens: the one place where reactions are applied. */
#include <panel.h>
#include <stdlib.h>

#include "internal.h"

struct mouse mouse_within(const struct mouse *mouse, const struct rect *part)
{
	struct mouse out = *mouse;

	out.row -= part->row;
	out.col -= part->col;
	return out;
}

struct canvas ui_canvas(const struct ui *ui, WINDOW *window)
{
	struct canvas c = {.window = window, .theme = &ui->theme, .utf8 = ui->term.utf8};

	getmaxyx(window, c.at.rows, c.at.cols);
	return c;
}

/* Between line 1 and the message line. */
static struct rect body_of(const struct ui *ui)
{
	struct rect body = {1, 0, ui->term.rows - 3, ui->term.cols};

	if (body.rows < 1)
		body.rows = 1;
	return body;
}

static bool is_popup(const struct ui_screen *screen)
{
	return screen->ops->place != NULL;
}

static struct rect place_of(struct ui *ui, const struct ui_screen *screen)
{
	struct rect body = body_of(ui);
	struct rect at = {0, 0, body.rows, body.cols};

	if (is_popup(screen))
		screen->ops->place(screen, body.rows, body.cols, &at);
	at.rows = at.rows < 1 ? 1 : at.rows > body.rows ? body.rows : at.rows;
	at.cols = at.cols < 1 ? 1 : at.cols > body.cols ? body.cols : at.cols;
	if (at.row < 0 || at.row + at.rows > body.rows)
		at.row = (body.rows - at.rows) / 2;
	if (at.col < 0 || at.col + at.cols > body.cols)
		at.col = (body.cols - at.cols) / 2;
	at.row += body.row;
	at.col += body.col;
	return at;
}

struct ui_screen *stack_top(struct ui *ui)
{
	return ui->depth > 0 ? ui->stack[ui->depth - 1] : NULL;
}

bool screen_is_top(const struct ui_screen *screen)
{
	return stack_top(screen->ui) == screen;
}

struct ui_screen *screen_find(struct ui *ui, const struct ui_screen_ops *ops)
{
	for (size_t i = ui->depth; i > 0; i--)
		if (ui->stack[i - 1]->ops == ops)
			return ui->stack[i - 1];
	return NULL;
}

/* The lowest screen that can be seen. */
static size_t lowest_shown(const struct ui *ui)
{
	size_t i = ui->depth;

	while (i > 0 && is_popup(ui->stack[i - 1]))
		i--;
	return i > 0 ? i - 1 : 0;
}

enum err_code screen_push(struct ui *ui, struct ui_screen *screen)
{
	struct rect at;

	screen->ui = ui;
	screen->needs_layout = true;
	screen->dirty = (unsigned)SCREEN_ALL;
	at = place_of(ui, screen);
	if (ui->depth < STACK_MAX)
		screen->window = newwin(at.rows, at.cols, at.row, at.col);
	if (screen->window)
		screen->panel = new_panel(screen->window);
	if (!screen->panel) {
		if (screen->window)
			delwin(screen->window);
		screen->window = NULL;
		screen->ops->end(screen);
		return ERR_NO_MEMORY;
	}
	screen->at = at;
	ui->stack[ui->depth++] = screen;
	messages_drop_notes(session_messages(ui->session), ui->heard);
	ui->frame.dirty = true;
	return ERR_OK;
}

static void bury(struct ui *ui, struct ui_screen *screen)
{
	size_t i = 0;

	while (i < ui->depth && ui->stack[i] != screen)
		i++;
	if (i == ui->depth)
		return;
	for (; i + 1 < ui->depth; i++)
		ui->stack[i] = ui->stack[i + 1];
	ui->depth--;
	hide_panel(screen->panel);
	if (ui->dead_len == STACK_MAX)
		stack_sweep(ui, false);
	ui->dead[ui->dead_len++] = screen;
	messages_drop_notes(session_messages(ui->session), ui->heard);
	ui->frame.dirty = true;
}

static void destroy(struct ui_screen *screen)
{
	WINDOW *window = screen->window;

	del_panel(screen->panel);
	screen->ops->end(screen);
	delwin(window);
}

void stack_sweep(struct ui *ui, bool all)
{
	while (ui->dead_len > 0)
		destroy(ui->dead[--ui->dead_len]);
	while (all && ui->depth > 0)
		destroy(ui->stack[--ui->depth]);
}

void screen_dirty(struct ui_screen *screen, unsigned panes)
{
	screen->dirty |= panes;
}

void screen_react(struct ui_screen *screen, unsigned reactions)
{
	struct ui *ui = screen->ui;

	if (reactions & REACT_REFLOW)
		screen->needs_layout = true;
	if (reactions & (REACT_REDRAW | REACT_REFLOW))
		screen->dirty = (unsigned)SCREEN_ALL;
	if (reactions & (REACT_FRAME | REACT_REFLOW))
		ui->frame.dirty = true;
	if (reactions & REACT_CLOSE)
		bury(ui, screen);
	if (reactions & REACT_QUIT)
		ui_quit(ui);
}

void stack_relayout(struct ui *ui)
{
	for (size_t i = 0; i < ui->depth; i++) {
		ui->stack[i]->needs_layout = true;
		ui->stack[i]->dirty = (unsigned)SCREEN_ALL;
	}
}

/* Move and size the window; sub-windows of a body screen stay within it. */
static void lay_out(struct ui *ui, struct ui_screen *screen)
{
	struct rect at = place_of(ui, screen);

	/* On a terminal of one row ncurses itself moves windows, off the screen even. */
	if (is_popup(screen) || getbegy(screen->window) != at.row ||
	    getbegx(screen->window) != at.col) {
		wresize(screen->window, 1, 1);
		move_panel(screen->panel, at.row, at.col);
	}
	wresize(screen->window, at.rows, at.cols);
	replace_panel(screen->panel, screen->window);
	screen->at = at;
	screen->needs_layout = false;
	screen->dirty = (unsigned)SCREEN_ALL;
	if (screen->ops->layout)
		screen->ops->layout(screen);
}

bool stack_paint(struct ui *ui)
{
	bool painted = false;

	/* Covered ones as well: a window of the old size would lie over the frame. */
	for (size_t i = 0; i < ui->depth; i++)
		if (ui->stack[i]->needs_layout)
			lay_out(ui, ui->stack[i]);
	for (size_t i = lowest_shown(ui); i < ui->depth; i++) {
		struct ui_screen *screen = ui->stack[i];
		struct canvas c;
		unsigned dirty;

		if (!screen->dirty)
			continue;
		dirty = screen->dirty;
		screen->dirty = 0;
		c = ui_canvas(ui, screen->window);
		screen->ops->draw(screen, &c, dirty);
		painted = true;
	}
	return painted;
}

struct ui_screen *stack_at(struct ui *ui, int row, int col)
{
	for (size_t i = ui->depth; i > lowest_shown(ui); i--)
		if (rect_has(&ui->stack[i - 1]->at, row, col))
			return ui->stack[i - 1];
	return NULL;
}
