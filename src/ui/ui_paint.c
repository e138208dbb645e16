/* Painting: before the loop sleeps, and nowhere else. */
#include <panel.h>
#include <stdio.h>

#include <string.h>

#include "internal.h"

static void put_cursor(struct ui *ui)
{
	struct ui_screen *top = stack_top(ui);
	WINDOW *window = NULL;
	int row = 0;
	int col = ui->frame.cursor_col;
	bool on;

	if (col >= 0)
		window = ui->frame.line;
	else if (top && top->ops->cursor && top->ops->cursor(top, &row, &col))
		window = top->window;
	on = window != NULL;
	if (on != ui->cursor_on)
		curs_set(on ? 1 : 0);
	ui->cursor_on = on;
	if (!on)
		return;
	wmove(window, row, col);
	wnoutrefresh(window);
}

static void paint_small(struct ui *ui)
{
	int row = ui->term.rows / 2;
	char needed[40];
	char here[40];

	snprintf(needed, sizeof needed, "dacache needs %dx%d;", TERM_MIN_COLS, TERM_MIN_ROWS);
	snprintf(here, sizeof here, "this terminal is %dx%d", ui->term.cols, ui->term.rows);
	werase(stdscr);
	mvwaddnstr(stdscr, row, 0, needed, ui->term.cols);
	if ((int)(strlen(needed) + 1 + strlen(here)) <= ui->term.cols)
		mvwaddstr(stdscr, row, (int)strlen(needed) + 1, here);
	else if (row + 1 < ui->term.rows)
		mvwaddnstr(stdscr, row + 1, 0, here, ui->term.cols);
	redrawwin(stdscr);
	wnoutrefresh(stdscr);
	doupdate();
}

static void settle(struct ui *ui)
{
	for (size_t i = 0; i < ui->depth; i++)
		if (ui->stack[i]->ops->settle)
			ui->stack[i]->ops->settle(ui->stack[i]);
}

/* Before the loop sleeps: the one place that paints. */
void ui_paint(void *context)
{
	struct ui *ui = context;
	bool painted;

	stack_sweep(ui, false);
	if (ui->ending || !ui->term.on)
		return;
	settle(ui);
	if (!ui->tick && ui_is_live(ui))
		loop_timer_start(ui->loop, TICK_US, ui_tick, ui, &ui->tick);
	if (term_is_too_small(&ui->term)) {
		if (!ui->warned_small || ui->frame.dirty)
			paint_small(ui);
		ui->warned_small = true;
		ui->frame.dirty = false;
		return;
	}
	if (ui->warned_small) {
		ui->warned_small = false;
		werase(stdscr);
		clearok(curscr, TRUE);
		stack_relayout(ui);
		frame_resize(ui);
	}
	painted = stack_paint(ui);
	if (!painted && !ui->frame.dirty)
		return;
	frame_draw(ui);
	update_panels();
	put_cursor(ui);
	doupdate();
}
