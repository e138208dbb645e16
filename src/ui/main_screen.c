/* The main screen: life, layout, drawing, events, mouse. */
#include "main_screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"

enum { FOCUSABLE = PANES_FOCUS };

static struct main_screen *of(struct ui_screen *screen)
{
	return (struct main_screen *)screen;
}

static size_t contexts(const struct ui_screen *screen, enum key_context *out)
{
	static const enum key_context own[FOCUSABLE] = {
		[PANE_ACTIONS] = KEYS_ACTIONS,   [PANE_DETAIL] = KEYS_DETAIL,
		[PANE_LIVE] = KEYS_LIVE,         [PANE_AUDIT] = KEYS_AUDIT,
		[PANE_REQUESTS] = KEYS_REQUESTS,
	};
	const struct main_screen *main = (const struct main_screen *)screen;

	out[0] = own[main->focus];
	out[1] = KEYS_MAIN;
	out[2] = KEYS_MOVE;
	out[3] = KEYS_COMMON;
	return 4;
}

static bool offers(const struct ui_screen *screen, enum key_action action)
{
	return !main_screen_why_not(screen->ui, action);
}

static bool is_shown(const struct main_screen *main, enum pane_id pane)
{
	return main->layout.at[pane].rows > 0;
}

/* --- layout and drawing ------------------------------------------------------------ */

static void layout(struct ui_screen *screen)
{
	struct main_screen *main = of(screen);

	main_layout_make(&main->layout, screen->at.rows, screen->at.cols, main->focus, main->full);
}

static void draw_pane(struct main_screen *main, const struct canvas *c, enum pane_id pane)
{
	bool focused = main->focus == pane;

	switch (pane) {
	case PANE_ACTIONS:
		actions_pane_draw(&main->actions, c, focused);
		break;
	case PANE_DETAIL:
		detail_pane_draw(&main->detail, c, focused);
		break;
	case PANE_LIVE:
		live_pane_draw(&main->live, c, focused);
		break;
	case PANE_AUDIT:
		audit_pane_draw(&main->audit, c, focused);
		break;
	case PANE_REQUESTS:
		requests_pane_draw(&main->requests, c, focused);
		break;
	default:
		summary_draw(&main->detail, &main->live, c, main->actions.list.cursor + 1,
			     index_view_len(main->actions.view));
		break;
	}
}

static void draw(struct ui_screen *screen, const struct canvas *c, unsigned dirty)
{
	struct main_screen *main = of(screen);

	for (int i = 0; i < PANES; i++) {
		struct canvas pane = canvas_part(c, &main->layout.at[i]);

		if (!is_shown(main, (enum pane_id)i) || !(dirty & pane_bit((enum pane_id)i)))
			continue;
		draw_pane(main, &pane, (enum pane_id)i);
	}
	if (main->layout.wide && dirty == (unsigned)SCREEN_ALL)
		draw_line_down(c, main->layout.divider_col, 0, main->layout.divider_rows, ROLE_DIM);
}

/* --- selection, focus ---------------------------------------------------------------- */

const char *ui_selected(const struct ui *ui)
{
	return ui->main ? ui->main->actions.list.id : "";
}

static bool reads_detail(const struct main_screen *main)
{
	return is_shown(main, PANE_DETAIL) || is_shown(main, PANE_SUMMARY);
}

void main_screen_selection(struct main_screen *main)
{
	const char *id = main->actions.list.id;

	if (reads_detail(main))
		detail_pane_show(&main->detail, id, main->focus == PANE_DETAIL);
	if (strcmp(main->selected, id) == 0)
		return;
	snprintf(main->selected, sizeof main->selected, "%s", id);
	audit_pane_select_action(&main->audit, id);
	live_pane_touch(&main->live, true);
	screen_dirty(&main->base, (unsigned)SCREEN_ALL & ~pane_bit(PANE_REQUESTS));
}

void main_screen_focus(struct main_screen *main, enum pane_id pane)
{
	main->focus = pane;
	screen_react(&main->base, REACT_REFLOW);
	layout(&main->base);
	main_screen_selection(main);
	if (pane == PANE_DETAIL)
		detail_pane_show(&main->detail, main->actions.list.id, true);
}

void main_screen_set_full(struct main_screen *main, bool full)
{
	main->full = full;
	screen_react(&main->base, REACT_REFLOW);
}

void ui_select(struct ui *ui, const char *action_id)
{
	if (!ui->main)
		return;
	list_select(&ui->main->actions.list, action_id);
	main_screen_selection(ui->main);
	screen_dirty(&ui->main->base, (unsigned)SCREEN_ALL);
}

bool main_screen_esc_cancels(const struct main_screen *main)
{
	return main && screen_is_top(&main->base) && main->focus == PANE_ACTIONS && !main->full &&
	       !index_view_filter_text(main->actions.view)[0];
}

/* --- filter, sort, edit ------------------------------------------------------------- */

static void list_changed(struct main_screen *main)
{
	actions_pane_refresh(&main->actions);
	main_screen_selection(main);
	screen_react(&main->base, REACT_REDRAW | REACT_FRAME);
}

enum err_code main_screen_filter(struct main_screen *main, const char *words, struct err *err)
{
	enum err_code code = index_view_filter(main->actions.view, words, err);

	if (code)
		return code;
	main->actions.filter_error[0] = '\0';
	list_changed(main);
	return ERR_OK;
}

void main_screen_sort(struct main_screen *main, enum index_column column, bool reverse)
{
	index_view_sort(main->actions.view, column, reverse);
	list_changed(main);
}

/* While typed, a word that is wrong, or not whole yet, is told of, and those before it
 * count. */
static void filter_typed(void *context, const char *text)
{
	struct main_screen *main = context;
	const char *last = strrchr(text, ' ');
	char *before;
	struct err err;
	struct err ignored;

	if (main_screen_filter(main, text, &err) == ERR_OK)
		return;
	before = strndup(text, last ? (size_t)(last - text) : 0);
	if (before)
		main_screen_filter(main, before, &ignored);
	free(before);
	snprintf(main->actions.filter_error, sizeof(main->actions.filter_error), "%.120s",
		 err.text);
	screen_react(&main->base, REACT_REDRAW | REACT_FRAME);
}

static void filter_done(void *context, const char *text)
{
	struct main_screen *main = context;
	const char *words = text ? text : main->filter_before;
	struct err err;

	main->actions.filter_error[0] = '\0';
	if (main_screen_filter(main, words ? words : "", &err) != ERR_OK) {
		ui_say_err(main->base.ui, &err);
		main_screen_filter(main, main->filter_before ? main->filter_before : "", &err);
	}
	free(main->filter_before);
	main->filter_before = NULL;
}

void main_screen_open_filter(struct main_screen *main)
{
	struct prompt_request request = {
		.kind = PROMPT_FILTER,
		.label = "/",
		.changed = filter_typed,
		.done = filter_done,
		.context = main,
	};

	prompt_cancel(main->base.ui->prompt);
	free(main->filter_before);
	main->filter_before = text_dup(index_view_filter_text(main->actions.view));
	request.initial = main->filter_before;
	prompt_open(main->base.ui->prompt, &request);
}

/* --- events -------------------------------------------------------------------------- */

static bool is_sorted_by_figures(const struct main_screen *main)
{
	bool reverse;
	enum index_column column = index_view_sorted_by(main->actions.view, &reverse);

	return column == INDEX_BY_HIT_RATE || column == INDEX_BY_P95 || column == INDEX_BY_ERRORS;
}

static void come_due(void *context)
{
	struct main_screen *main = context;
	unsigned panes = main->pending;

	main->pending = 0;
	if (panes & (pane_bit(PANE_ACTIONS) | pane_bit(PANE_SUMMARY))) {
		if (!main->base.ui->frozen || !is_sorted_by_figures(main))
			actions_pane_refresh(&main->actions);
		detail_pane_check(&main->detail);
		main_screen_selection(main);
	}
	if (panes & (pane_bit(PANE_LIVE) | pane_bit(PANE_SUMMARY)))
		live_pane_touch(&main->live, false);
	screen_dirty(&main->base, panes);
}

void main_screen_soon(struct main_screen *main, unsigned panes)
{
	main->pending |= panes;
	throttle_run(main->base.ui, &main->soon, come_due, main);
}

static unsigned event(struct ui_screen *screen, const struct event *happened)
{
	struct main_screen *main = of(screen);
	bool frozen = screen->ui->frozen;
	const unsigned rows = pane_bit(PANE_ACTIONS) | pane_bit(PANE_SUMMARY);

	switch (happened->type) {
	case EVENT_INDEX:
		/* The first rows are not to wait. */
		if (index_view_len(main->actions.view) == 0) {
			main->pending |= rows;
			come_due(main);
		}
		main_screen_soon(main, rows | pane_bit(PANE_DETAIL));
		break;
	case EVENT_ACTION:
	case EVENT_DRAFT:
		if (happened->action_id && strcmp(happened->action_id, main->detail.id) == 0)
			main->detail.built = false;
		main_screen_soon(main, rows | pane_bit(PANE_DETAIL));
		break;
	case EVENT_EXCHANGE:
		if (!frozen)
			main_screen_soon(main, pane_bit(PANE_REQUESTS) | pane_bit(PANE_LIVE));
		break;
	case EVENT_AUDIT:
		audit_pane_touch(&main->audit);
		if (!frozen)
			main_screen_soon(main, pane_bit(PANE_AUDIT));
		break;
	case EVENT_LIVE:
		/* With a tick under way it will come by that. */
		if (!frozen && !screen->ui->tick)
			main_screen_soon(main, rows | pane_bit(PANE_LIVE));
		break;
	default:
		break;
	}
	return REACT_HANDLED;
}

static unsigned tick(struct ui_screen *screen)
{
	main_screen_soon(of(screen),
			 pane_bit(PANE_ACTIONS) | pane_bit(PANE_SUMMARY) | pane_bit(PANE_LIVE));
	return REACT_HANDLED;
}

/* --- mouse ---------------------------------------------------------------------------- */

static bool mouse_in_list(struct main_screen *main, enum pane_id pane, const struct mouse *at)
{
	struct list *lists[FOCUSABLE] = {
		[PANE_ACTIONS] = &main->actions.list,
		[PANE_AUDIT] = &main->audit.list,
		[PANE_REQUESTS] = &main->requests.list,
	};
	const struct rect *rows[FOCUSABLE] = {
		[PANE_ACTIONS] = &main->actions.rows,
		[PANE_AUDIT] = &main->audit.rows,
		[PANE_REQUESTS] = &main->requests.rows,
	};
	struct mouse within;
	bool clicked;

	if ((int)pane >= FOCUSABLE || !lists[pane])
		return false;
	within = mouse_within(at, rows[pane]);
	return list_mouse(lists[pane], &within, &clicked);
}

static unsigned mouse_in_pane(struct main_screen *main, enum pane_id pane, const struct mouse *at)
{
	bool on_title = at->kind == MOUSE_PRESS && at->row == 0;

	if (pane == PANE_SUMMARY)
		return REACT_HANDLED;
	if (on_title || (at->kind == MOUSE_PRESS && pane != main->focus))
		main_screen_focus(main, pane);
	if (on_title)
		return REACT_HANDLED;
	if (pane == PANE_LIVE)
		live_pane_mouse(&main->live, at, main->layout.at[pane].cols);
	else if (pane == PANE_DETAIL)
		text_view_mouse(&main->detail.view, at);
	else if (mouse_in_list(main, pane, at) && pane == PANE_ACTIONS)
		main_screen_selection(main);
	return REACT_REDRAW | REACT_HANDLED;
}

static unsigned mouse(struct ui_screen *screen, const struct mouse *at)
{
	struct main_screen *main = of(screen);

	for (int i = 0; i < PANES; i++) {
		const struct rect *pane = &main->layout.at[i];
		if (pane->rows > 0 && rect_has(pane, at->row, at->col)) {
			struct mouse within = mouse_within(at, pane);
			return mouse_in_pane(main, (enum pane_id)i, &within);
		}
	}
	return REACT_NONE;
}

/* --- life ------------------------------------------------------------------------------ */

static void end(struct ui_screen *screen)
{
	struct main_screen *main = of(screen);

	loop_timer_stop(&main->soon.timer);
	screen->ui->main = NULL;
	detail_pane_end(&main->detail);
	live_pane_end(&main->live);
	audit_pane_end(&main->audit);
	requests_pane_end(&main->requests);
	actions_pane_end(&main->actions);
	free(main->filter_before);
	free(main);
}

static const struct ui_screen_ops ops = {
	.contexts = contexts,
	.offers = offers,
	.layout = layout,
	.draw = draw,
	.action = main_screen_action,
	.mouse = mouse,
	.event = event,
	.tick = tick,
	.end = end,
};

enum err_code main_screen_open(struct ui *ui, struct err *err)
{
	struct main_screen *main = calloc(1, sizeof *main);
	enum err_code code;

	if (!main)
		return err_set(err, ERR_NO_MEMORY, "no memory for the screen");
	main->base.ops = &ops;
	main->base.name = "Main screen";
	main->base.ui = ui;
	code = actions_pane_begin(&main->actions, ui, err);
	if (code) {
		free(main);
		return code;
	}
	detail_pane_begin(&main->detail, &main->base,
			  pane_bit(PANE_DETAIL) | pane_bit(PANE_SUMMARY));
	live_pane_begin(&main->live, ui);
	audit_pane_begin(&main->audit, ui);
	requests_pane_begin(&main->requests, ui);
	code = screen_push(ui, &main->base);
	if (code)
		return err_set(err, code, "no memory for the screen");
	ui->main = main;
	return ERR_OK;
}
