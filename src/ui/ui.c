/* The screen's life: take the terminal, run the loop, give it back. */
#include "dacache/ui/ui.h"

#include <stdlib.h>
#include <string.h>

#include "bulk.h"
#include "commands.h"
#include "internal.h"
#include "lists.h"
#include "main_screen.h"
#include "trouble.h"
#include "watcher.h"

/* --- commands, actions ------------------------------------------------------------------ */

void ui_command(struct ui *ui, const char *line)
{
	const struct command *command;
	struct err err;
	char **words = NULL;
	int n = 0;
	enum err_code code = command_split(line, &words, &n, &err);

	if (!code && n > 0)
		code = command_find(words[0], AT_PROMPT, &command, &err);
	if (!code && n > 0)
		code = command_dispatch(ui->session, command, ui_command_handlers(), ui, n, words,
					&err);
	if (code)
		ui_say_err(ui, &err);
	ui->frame.dirty = true;
	free(words);
}

static void command_typed(void *context, const char *text)
{
	if (text)
		ui_command(context, text);
}

void ui_open_command(struct ui *ui, const char *initial)
{
	struct prompt_request request = {
		.kind = PROMPT_COMMAND,
		.label = ":",
		.initial = initial,
		.done = command_typed,
		.context = ui,
	};

	prompt_open(ui->prompt, &request);
}

void ui_set_frozen(struct ui *ui, bool frozen)
{
	ui->frozen = frozen;
	ui->frozen_us = clock_wall_us(loop_clock(ui->loop));
	actions_pane_freeze(&ui->main->actions, frozen);
	requests_pane_freeze(&ui->main->requests, frozen);
	live_pane_freeze(&ui->main->live, frozen);
	if (!frozen) {
		actions_pane_refresh(&ui->main->actions);
	}
	ui->frame.dirty = true;
	screen_dirty(&ui->main->base, (unsigned)SCREEN_ALL);
}

void ui_redraw(struct ui *ui)
{
	term_resize(&ui->term);
	frame_resize(ui);
	stack_relayout(ui);
	clearok(curscr, TRUE);
}

/* Ctrl-C: what waits ends, and the reading of the list; a second one in a row ends the program. */
void ui_cancel(struct ui *ui)
{
	size_t n;

	if (ui->after_ctrl_c) {
		ui_quit(ui);
		return;
	}
	if (bulk_job_runs(ui))
		bulk_job_stop(ui->bulk);
	n = session_cancel_waiting(ui->session);
	if (!main_screen_stop_reading(ui, " Ctrl-C again quits."))
		ui_say(ui, SEVERITY_INFO, "%s Ctrl-C again quits.",
		       n > 0 ? "Cancelled what was waiting." : "Nothing was waiting.");
	ui->after_ctrl_c = true;
}

static unsigned default_action(struct ui *ui, struct ui_screen *screen, enum key_action action)
{
	switch (action) {
	case ACT_HELP:
		help_screen_open(ui, screen);
		return REACT_HANDLED;
	case ACT_COMMAND:
		ui_open_command(ui, NULL);
		return REACT_HANDLED;
	case ACT_GO_ERRORS:
		errors_screen_open(ui);
		return REACT_HANDLED;
	case ACT_REDRAW:
		ui_redraw(ui);
		return REACT_HANDLED;
	case ACT_SUSPEND:
		ui_suspend(ui);
		return REACT_HANDLED;
	case ACT_CANCEL:
		ui_cancel(ui);
		return REACT_HANDLED;
	case ACT_CLOSE:
	case ACT_BACK:
		return screen == &ui->main->base ? REACT_NONE : REACT_CLOSE;
	default:
		return REACT_NONE;
	}
}

/* What nobody sees nobody decides: in a terminal that is too small only moving, and the
 * way out. */
static bool may_act(const struct ui *ui, const struct ui_screen *screen, enum key_action action)
{
	if (!term_is_too_small(&ui->term))
		return true;
	switch (action) {
	case ACT_UP:
	case ACT_DOWN:
	case ACT_PAGE_UP:
	case ACT_PAGE_DOWN:
	case ACT_FIRST:
	case ACT_LAST:
	case ACT_CANCEL:
	case ACT_SUSPEND:
	case ACT_REDRAW:
		return true;
	case ACT_CLOSE:
		return screen == &ui->main->base;
	default:
		return false;
	}
}

void ui_action(struct ui *ui, struct ui_screen *screen, enum key_action action)
{
	unsigned done = REACT_NONE;

	if (!may_act(ui, screen, action))
		return;
	if (screen->ops->action)
		done = screen->ops->action(screen, action);
	if (!done)
		done = default_action(ui, screen, action);
	screen_react(screen, done);
}

/* --- the loop's callbacks ------------------------------------------------------------------------
 */

void throttle_run(struct ui *ui, struct throttle *throttle, loop_fn *fn, void *context)
{
	int64_t now = clock_monotonic_us(loop_clock(ui->loop));
	int64_t due = throttle->last_us + SOON_US;

	if (throttle->timer)
		return;
	throttle->last_us = now >= due || throttle->last_us == 0 ? now : due;
	if (throttle->last_us == now)
		fn(context);
	else
		loop_timer_start(ui->loop, due - now, fn, context, &throttle->timer);
}

static void on_event(void *context, const struct event *event)
{
	struct ui *ui = context;

	if (ui->ending)
		return;
	if (event->type == EVENT_STATUS || event->type == EVENT_INDEX)
		frame_dirty_soon(ui);
	if (event->type == EVENT_MESSAGE)
		ui->frame.dirty = true;
	for (size_t i = 0; i < ui->depth; i++) {
		struct ui_screen *screen = ui->stack[i];
		if (screen->ops->event)
			screen_react(screen, screen->ops->event(screen, event));
	}
	if (event->type == EVENT_MESSAGE || event->type == EVENT_STATUS)
		credentials_offer(ui);
}

void ui_tick(void *context)
{
	struct ui *ui = context;

	ui->frame.dirty = true;
	for (size_t i = 0; i < ui->depth && !ui->frozen; i++) {
		struct ui_screen *screen = ui->stack[i];
		if (screen->ops->tick)
			screen_react(screen, screen->ops->tick(screen));
	}
}

/* --- entry
 * ------------------------------------------------------------------------------------------ */

static enum err_code begin(struct ui *ui, struct err *err)
{
	const struct ui_options *options = ui->options;
	enum err_code code;

	ui_take_signals(ui, true);
	code = term_begin(&ui->term, options->no_mouse, err);
	if (code)
		return code;
	theme_load(&ui->theme, options->theme, options->no_color);
	code = frame_begin(ui);
	if (code)
		return err_set(err, code, "no memory for the screen");
	code = prompt_new(ui, options->history_path, &ui->prompt, err);
	if (!code && watcher_new(ui, &ui->watcher))
		code = err_set(err, ERR_NO_MEMORY, "no memory for the screen");
	if (!code)
		code = main_screen_open(ui, err);
	if (!code)
		code = loop_watch(ui->loop, ui->term.in_fd, LOOP_READ, ui_input, ui, &ui->input);
	if (!code)
		code = session_subscribe(ui->session, on_event, ui);
	if (!code)
		loop_watch_urgent(ui->input);
	return code;
}

static void finish(struct ui *ui)
{
	ui->ending = true;
	bulk_job_free(&ui->bulk);
	loop_before_sleep(ui->loop, NULL, NULL);
	loop_unwatch(&ui->input);
	loop_timer_stop(&ui->tick);
	loop_timer_stop(&ui->frame_soon.timer);
	loop_timer_stop(&ui->note_timer);
	memset(&ui->ask.fn, 0, sizeof ui->ask.fn);
	free(ui->ask.expected);
	watcher_free(&ui->watcher);
	stack_sweep(ui, true);
	prompt_free(&ui->prompt);
	frame_end(ui);
	term_end(&ui->term);
	ui_take_signals(ui, false);
	free(ui);
}

enum err_code ui_run(struct loop *loop, struct session *session, const struct ui_options *options,
		     struct err *err)
{
	struct ui *ui = calloc(1, sizeof *ui);
	enum err_code code;

	if (!ui)
		return err_set(err, ERR_NO_MEMORY, "no memory for the screen");
	ui->loop = loop;
	ui->session = session;
	ui->options = options;
	code = begin(ui, err);
	if (!code) {
		loop_before_sleep(loop, ui_paint, ui);
		index_keep(session_index(session));
		index_start(session_index(session));
		bulk_find_left(ui);
		if (options->action_id && options->action_id[0])
			list_select(&ui->main->actions.list, options->action_id);
		code = loop_run(loop, err);
		if (code)
			ui_save(ui);
	}
	finish(ui);
	return code;
}
