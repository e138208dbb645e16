/* One cause of errors: how often, the newest card, and the calls that met it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/domain/card.h"
#include "dacache/ui/card_screen.h"
#include "dacache/ui/chart.h"
#include "dacache/ui/list.h"
#include "dacache/ui/text_view.h"
#include "errors.h"
#include "internal.h"

enum { HEAD_ROWS = 4, MINUTES_SHOWN = 60, TOP = 3, LIST_PART = 3, LABEL_COL = 12, SPAN_SIZE = 96 };

struct group_screen {
	struct ui_screen base;
	struct message_rows messages; /* of the cause */
	struct list list;
	struct text_view view; /* the newest card */
	bool in_list;          /* the focus */
	struct rect text_at;
	struct rect rows;
};

static const struct error_group *group_of(const struct group_screen *self)
{
	return errors_find(messages_errors(session_messages(self->base.ui->session)),
			   &self->messages.cause);
}

const char *errors_action_name(struct ui *ui, const char *action_id)
{
	const struct index_row *row = index_find(session_index(ui->session), action_id);

	return row && row->name[0] ? row->name : action_id;
}

void errors_cause_text(const struct error_group *group, char *out, size_t size)
{
	if (group->cause.kind == FAILURE_NONE)
		snprintf(out, size, "other causes");
	else
		cause_text(&group->cause, out, size);
}

static void fill(struct group_screen *self)
{
	const struct profile *profile = session_profile(self->base.ui->session);
	const struct error_group *group = group_of(self);
	struct card card;

	if (!group)
		return;
	card_make(&group->newest, profile->name, profile->base_url, &card);
	text_view_clear(&self->view);
	card_screen_fill(&self->view, &card);
}

/* --- drawing ------------------------------------------------------------------------ */

static void put_times(const struct group_screen *self, const struct error_group *group, char *out,
		      size_t size)
{
	uint64_t here = error_group_times(group, self->messages.scope);
	int n = 0;

	if (self->messages.scope[0])
		n = snprintf(out, size, "%llu of this action; all: ", (unsigned long long)here);
	n += snprintf(out + n, size - (size_t)n, "%llu call%s failed",
		      (unsigned long long)group->failed, group->failed == 1 ? "" : "s");
	if (group->retried > 0)
		snprintf(out + n, size - (size_t)n, ", %llu attempt%s tried again",
			 (unsigned long long)group->retried, group->retried == 1 ? "" : "s");
}

static void put_actions(const struct group_screen *self, const struct error_group *group, char *out,
			size_t size)
{
	const char *ids[TOP];
	uint64_t times[TOP];
	size_t n = error_group_top(group, ids, times, TOP);
	size_t all = error_group_actions(group);
	int len = 0;

	snprintf(out, size, "none in particular");
	for (size_t i = 0; i < n && len >= 0 && (size_t)len < size; i++)
		len += snprintf(out + len, size - (size_t)len, "%s%.60s %llux", i ? ", " : "",
				errors_action_name(self->base.ui, ids[i]),
				(unsigned long long)times[i]);
	if (all > n && len >= 0 && (size_t)len < size)
		snprintf(out + len, size - (size_t)len, ", and %zu more", all - n);
}

static void draw_label(const struct canvas *c, int row, const char *label, const char *text)
{
	draw_blank(c, row, 0, 0, ROLE_TEXT);
	draw_text(c, row, 1, LABEL_COL - 2, ROLE_LABEL, label);
	draw_text(c, row, LABEL_COL, 0, ROLE_TEXT, text);
}

static void draw_minutes(const struct group_screen *self, const struct canvas *c, int row,
			 const struct error_group *group)
{
	double minutes[MINUTES_SHOWN];
	int cols = MINUTES_SHOWN / (c->utf8 ? 2 : 1);
	double max = 1;

	error_group_minutes(group, clock_wall_us(loop_clock(self->base.ui->loop)), minutes,
			    MINUTES_SHOWN);
	for (size_t i = 0; i < MINUTES_SHOWN; i++)
		if (minutes[i] > max)
			max = minutes[i];
	draw_label(c, row, "last hour", "");
	draw_text(c, row, LABEL_COL, 1, ROLE_DIM, "[");
	chart_spark(c, row, LABEL_COL + 1, cols, ROLE_CHART, minutes, MINUTES_SHOWN, max);
	draw_format(c, row, LABEL_COL + 1 + cols, 0, ROLE_DIM, "] a minute each, %.0f at most",
		    max);
}

static void draw_head(const struct group_screen *self, const struct canvas *c,
		      const struct error_group *group)
{
	char title[160];
	char text[320];
	char first[CLOCK_TEXT_SIZE];
	char last[CLOCK_TEXT_SIZE];

	errors_cause_text(group, title, sizeof title);
	snprintf(text, sizeof text, "%llux", (unsigned long long)error_group_times(group, NULL));
	draw_rule(c, 0, self->in_list ? ROLE_TITLE : ROLE_FOCUS, title, text);
	clock_format_time(group->first_us, first);
	clock_format_time(group->last_us, last);
	put_times(self, group, text, sizeof text - SPAN_SIZE);
	snprintf(text + strlen(text), SPAN_SIZE, "; %s to %s", first, last);
	draw_label(c, 1, "times", text);
	put_actions(self, group, text, sizeof text);
	draw_label(c, 2, "actions", text);
	draw_minutes(self, c, 3, group);
}

static int list_rows(const struct canvas *c, size_t n)
{
	int most = (c->at.rows - HEAD_ROWS) / LIST_PART;

	return n < (size_t)most ? (int)n : most;
}

static void draw_list(struct group_screen *self, const struct canvas *c)
{
	const struct error_group *group = group_of(self);
	size_t n = message_rows_len(&self->messages);
	struct canvas rows = canvas_part(c, &self->rows);
	char right[64];

	if (!self->messages.scope[0] && group && group->failed > n)
		snprintf(right, sizeof right, "%zu kept of %llu", n,
			 (unsigned long long)group->failed);
	else
		snprintf(right, sizeof right, "%zu", n);
	draw_rule(c, self->rows.row - 1, self->in_list ? ROLE_FOCUS : ROLE_TITLE,
		  "CALLS  that failed so, newest first", right);
	list_follow(&self->list);
	self->messages.focused = self->in_list;
	list_draw(&self->list, &rows, self->in_list);
}

static void draw(struct ui_screen *screen, const struct canvas *c, unsigned dirty)
{
	struct group_screen *self = (struct group_screen *)screen;
	const struct error_group *group = group_of(self);
	size_t n = message_rows_len(&self->messages);
	int below = n > 0 ? list_rows(c, n) : 0;
	struct canvas text;

	(void)dirty;
	draw_clear(c);
	if (!group)
		return;
	self->rows = (struct rect){c->at.rows - below, 0, below, c->at.cols};
	self->text_at = (struct rect){HEAD_ROWS, 1, c->at.rows - HEAD_ROWS - below - (below > 0),
				      c->at.cols - 2};
	draw_head(self, c, group);
	text = canvas_part(c, &self->text_at);
	text_view_draw(&self->view, &text);
	if (below > 0)
		draw_list(self, c);
}

/* --- keys ----------------------------------------------------------------------------- */

static size_t contexts(const struct ui_screen *screen, enum key_context *out)
{
	(void)screen;
	out[0] = KEYS_ERRORS;
	out[1] = KEYS_MOVE;
	out[2] = KEYS_COMMON;
	return 3;
}

static unsigned action(struct ui_screen *screen, enum key_action what)
{
	struct group_screen *self = (struct group_screen *)screen;
	size_t n = message_rows_len(&self->messages);

	if ((what == ACT_NEXT_PANE || what == ACT_PREVIOUS_PANE) && n > 0) {
		self->in_list = !self->in_list;
		return REACT_REDRAW;
	}
	if (self->in_list && list_action(&self->list, what))
		return REACT_REDRAW;
	if (!self->in_list && text_view_action(&self->view, what))
		return REACT_REDRAW;
	if (what != ACT_OPEN)
		return REACT_NONE;
	if (n > 0)
		message_open(screen->ui, message_rows_at(&self->messages, self->list.cursor));
	return REACT_HANDLED;
}

static unsigned mouse(struct ui_screen *screen, const struct mouse *at)
{
	struct group_screen *self = (struct group_screen *)screen;
	struct mouse within = mouse_within(at, &self->rows);
	bool clicked;

	if (rect_has(&self->text_at, at->row, at->col))
		return text_view_mouse(&self->view, at) ? REACT_REDRAW : REACT_NONE;
	if (!list_mouse(&self->list, &within, &clicked))
		return REACT_NONE;
	self->in_list = true;
	return REACT_REDRAW;
}

static unsigned event(struct ui_screen *screen, const struct event *happened)
{
	if (happened->type != EVENT_MESSAGE)
		return REACT_NONE;
	fill((struct group_screen *)screen);
	return REACT_REDRAW;
}

static unsigned tick(struct ui_screen *screen)
{
	(void)screen;
	return REACT_REDRAW;
}

static void end(struct ui_screen *screen)
{
	struct group_screen *self = (struct group_screen *)screen;

	text_view_free(&self->view);
	free(self);
}

static const struct ui_screen_ops ops = {
	.contexts = contexts,
	.draw = draw,
	.action = action,
	.mouse = mouse,
	.event = event,
	.tick = tick,
	.end = end,
};

void error_group_open(struct ui *ui, const struct error_group *group, const char *scope)
{
	struct group_screen *self;

	/* One call alone, its own attempts with it, has no more to show than its card. */
	if (group->failed == 1 && (int64_t)group->retried < group->newest.attempts) {
		card_screen_show(ui, &group->newest);
		return;
	}
	self = calloc(1, sizeof *self);
	if (!self)
		return;
	self->base.ops = &ops;
	self->base.name = "Errors of one cause";
	self->base.ui = ui;
	self->messages.ui = ui;
	self->messages.of_cause = true;
	self->messages.cause = group->cause;
	self->messages.shown = UINT64_MAX;
	snprintf(self->messages.scope, sizeof self->messages.scope, "%s", scope);
	text_view_init(&self->view, 0, true);
	list_init(&self->list,
		  &(struct list_source){message_rows_len, message_rows_id, message_rows_find,
					message_rows_draw, &self->messages});
	fill(self);
	screen_push(ui, &self->base);
}
