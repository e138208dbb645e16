/* E: errors by their cause, and below them all messages, newest first. Enter opens the
 * cause, or the message's card. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/ui/chart.h"
#include "dacache/ui/list.h"
#include "errors.h"
#include "internal.h"
#include "lists.h"
#include "main_screen.h"

enum {
	CAUSE_COL = 4,
	CAUSE_COLS = 34,
	TIMES_COLS = 8,
	TIME_COLS = 8,
	SPARK_COLS = 12,
	SPARK_WIDE = 30,
	WIDE = 110,
	EVIDENCE_ROWS = 2,
	MINUTES_SHOWN = 60
};

struct errors_screen {
	struct ui_screen base;
	struct list causes;
	struct list list; /* of messages */
	struct message_rows messages;
	bool in_messages; /* the focus */
	struct rect causes_at;
	struct rect rows;
	char scope[ERRORS_ID_SIZE]; /* "": all */
	char row_id[192];
};

static struct errors *errors_of(const struct errors_screen *self)
{
	return messages_errors(session_messages(self->base.ui->session));
}

static const char *scope_of(const struct errors_screen *self)
{
	return self->scope[0] ? self->scope : NULL;
}

/* --- rows of causes ----------------------------------------------------------------- */

static const struct error_group *cause_at(const struct errors_screen *self, size_t i)
{
	const struct error_group *group;

	for (size_t k = 0; (group = errors_at(errors_of(self), k)); k++)
		if (error_group_times(group, scope_of(self)) > 0 && i-- == 0)
			return group;
	return NULL;
}

static size_t cause_count(const void *context)
{
	size_t n = 0;

	while (cause_at(context, n))
		n++;
	return n;
}

static void put_id(const struct error_group *group, char *out, size_t size)
{
	snprintf(out, size, "%d|%d|%d|%s|%s", (int)group->cause.kind, group->cause.status,
		 (int)group->cause.limit, group->cause.place, group->cause.code);
}

static const char *cause_id(const void *context, size_t i)
{
	struct errors_screen *self = (struct errors_screen *)(uintptr_t)context;
	const struct error_group *group = cause_at(self, i);

	if (!group)
		return NULL;
	put_id(group, self->row_id, sizeof self->row_id);
	return self->row_id;
}

static long cause_find(const void *context, const char *id)
{
	const struct error_group *group;
	char own[192];

	for (size_t i = 0; (group = cause_at(context, i)); i++) {
		put_id(group, own, sizeof own);
		if (strncmp(own, id, LIST_ID_SIZE - 1) == 0)
			return (long)i;
	}
	return -1;
}

static void draw_spark(const struct errors_screen *self, const struct canvas *c, int col, int cols,
		       const struct error_group *group)
{
	double minutes[MINUTES_SHOWN];
	size_t n = chart_points(c, cols);
	double max = 1;

	n = n < MINUTES_SHOWN ? n : MINUTES_SHOWN;
	error_group_minutes(group, clock_wall_us(loop_clock(self->base.ui->loop)), minutes, n);
	for (size_t i = 0; i < n; i++)
		if (minutes[i] > max)
			max = minutes[i];
	chart_spark(c, 0, col, cols, ROLE_CHART, minutes, n, max);
}

static void draw_cause(const void *context, const struct canvas *c, size_t i, bool selected)
{
	const struct errors_screen *self = context;
	const struct error_group *group = cause_at(self, i);
	int spark = c->at.cols >= WIDE ? SPARK_WIDE : SPARK_COLS;
	char text[160];
	int col = CAUSE_COL + CAUSE_COLS;

	if (!group)
		return;
	if (selected && !self->in_messages)
		draw_text(c, 0, 0, 1, ROLE_TEXT, ">");
	if (group->fresh > 0)
		draw_text(c, 0, 1, 1, ROLE_STRONG, "*");
	draw_text(c, 0, 2, 1, ROLE_ERROR, "!");
	errors_cause_text(group, text, sizeof text);
	draw_text(c, 0, CAUSE_COL, CAUSE_COLS, ROLE_ERROR, text);
	snprintf(text, sizeof text, "%llux",
		 (unsigned long long)error_group_times(group, scope_of(self)));
	draw_right(c, 0, col, TIMES_COLS - 1, ROLE_STRONG, text);
	clock_format_time(group->last_us, text);
	col += TIMES_COLS;
	draw_text(c, 0, col, TIME_COLS, ROLE_DIM, text);
	col += TIME_COLS + 2;
	draw_spark(self, c, col, spark, group);
	if (c->at.cols >= WIDE)
		draw_text(c, 0, col + spark + 2, 0, ROLE_TEXT, group->newest.message);
}

/* --- drawing ------------------------------------------------------------------------ */

static void draw_causes_title(const struct errors_screen *self, const struct canvas *c, size_t n)
{
	char title[160] = "ERRORS  by cause";
	char right[64];
	uint64_t times = 0;

	for (size_t i = 0; i < n; i++)
		times += error_group_times(cause_at(self, i), scope_of(self));
	if (self->scope[0])
		snprintf(title, sizeof title, "ERRORS  of %.80s",
			 errors_action_name(self->base.ui, self->scope));
	snprintf(right, sizeof right, "%zu cause%s, %llu time%s", n, n == 1 ? "" : "s",
		 (unsigned long long)times, times == 1 ? "" : "s");
	draw_rule(c, 0, self->in_messages ? ROLE_TITLE : ROLE_FOCUS, title, right);
}

/* The newest of the selected cause: what was said, where, and under which number. */
static void draw_evidence(const struct errors_screen *self, const struct canvas *c, int row)
{
	const struct error_group *group = cause_at(self, self->causes.cursor);
	const struct failure *newest;
	int col = CAUSE_COL;

	draw_blank(c, row, 0, 0, ROLE_TEXT);
	draw_blank(c, row + 1, 0, 0, ROLE_TEXT);
	if (!group)
		return;
	newest = &group->newest;
	col += draw_text(c, row, col, 0, ROLE_LABEL, "newest  ");
	if (group->newest_action[0])
		col += draw_format(c, row, col, 0, ROLE_TEXT,
				   "%s: ", errors_action_name(self->base.ui, group->newest_action));
	draw_text(c, row, col, 0, ROLE_TEXT,
		  newest->message[0] ? newest->message : "no words came with it");
	col = CAUSE_COL;
	col += draw_text(c, row + 1, col, 0, ROLE_LABEL, "        ");
	if (newest->correlation_id[0])
		draw_format(c, row + 1, col, 0, ROLE_DIM, "correlation id %s",
			    newest->correlation_id);
	else
		draw_text(c, row + 1, col, 0, ROLE_DIM, "no correlation id came with it");
}

/* Rows for the causes: at most half of what there is. */
static int causes_rows(const struct canvas *c, size_t n)
{
	int most = (c->at.rows - EVIDENCE_ROWS - 2) / 2;

	if (most < 1)
		most = 1;
	return n < (size_t)most ? (int)n : most;
}

static int draw_causes(struct errors_screen *self, const struct canvas *c, size_t n)
{
	struct canvas part;

	draw_causes_title(self, c, n);
	self->causes_at = (struct rect){1, 0, causes_rows(c, n), c->at.cols};
	part = canvas_part(c, &self->causes_at);
	list_follow(&self->causes);
	list_draw(&self->causes, &part, !self->in_messages);
	draw_evidence(self, c, 1 + self->causes_at.rows);
	return 1 + self->causes_at.rows + EVIDENCE_ROWS;
}

static void draw_messages(struct errors_screen *self, const struct canvas *c, int row)
{
	size_t n = message_rows_len(&self->messages);
	struct canvas rows;
	char right[64];

	self->rows = (struct rect){row + 1, 0, c->at.rows - row - 1, c->at.cols};
	rows = canvas_part(c, &self->rows);
	snprintf(right, sizeof right, "%zu", n);
	draw_rule(c, row, self->in_messages ? ROLE_FOCUS : ROLE_TITLE,
		  row > 0          ? "MESSAGES  newest first"
		  : self->scope[0] ? "ERRORS  and messages of this action, newest first"
				   : "ERRORS  and messages, newest first",
		  right);
	list_follow(&self->list);
	self->messages.focused = self->in_messages;
	if (n > 0) {
		list_draw(&self->list, &rows, self->in_messages);
		return;
	}
	draw_clear(&rows);
	draw_text(&rows, 0, 2, 0, ROLE_DIM,
		  self->scope[0] ? "Nothing happened to this action yet."
				 : "Nothing happened yet.");
}

static void draw(struct ui_screen *screen, const struct canvas *c, unsigned dirty)
{
	struct errors_screen *self = (struct errors_screen *)screen;
	size_t n = cause_count(self);
	int row = 0;

	(void)dirty;
	self->causes_at = (struct rect){0};
	if (n == 0)
		self->in_messages = true;
	else
		row = draw_causes(self, c, n);
	draw_messages(self, c, row);
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

static void open_row(struct errors_screen *self)
{
	struct ui *ui = self->base.ui;
	const struct error_group *group;

	if (self->in_messages) {
		message_open(ui, message_rows_at(&self->messages, self->list.cursor));
		return;
	}
	group = cause_at(self, self->causes.cursor);
	if (!group)
		return;
	error_group_open(ui, group, self->scope);
	errors_seen(errors_of(self), group);
}

/* Past the last cause the messages begin, and back. */
static bool cross(struct errors_screen *self, enum key_action what)
{
	size_t causes = cause_count(self);
	bool down = what == ACT_DOWN && !self->in_messages && self->causes.cursor + 1 >= causes;
	bool up = what == ACT_UP && self->in_messages && self->list.cursor == 0;

	if (causes == 0 || !(down || up || what == ACT_NEXT_PANE || what == ACT_PREVIOUS_PANE))
		return false;
	self->in_messages = !self->in_messages;
	return true;
}

static unsigned action(struct ui_screen *screen, enum key_action what)
{
	struct errors_screen *self = (struct errors_screen *)screen;

	if (cross(self, what))
		return REACT_REDRAW;
	if (list_action(self->in_messages ? &self->list : &self->causes, what))
		return REACT_REDRAW;
	if (what != ACT_OPEN)
		return REACT_NONE;
	open_row(self);
	return REACT_REDRAW;
}

static unsigned mouse(struct ui_screen *screen, const struct mouse *at)
{
	struct errors_screen *self = (struct errors_screen *)screen;
	bool in_messages = !rect_has(&self->causes_at, at->row, at->col);
	struct mouse within = mouse_within(at, in_messages ? &self->rows : &self->causes_at);
	bool clicked;

	if (!list_mouse(in_messages ? &self->list : &self->causes, &within, &clicked))
		return REACT_NONE;
	self->in_messages = in_messages;
	return REACT_REDRAW;
}

static unsigned event(struct ui_screen *screen, const struct event *happened)
{
	(void)screen;
	return happened->type == EVENT_MESSAGE ? REACT_REDRAW : REACT_NONE;
}

static unsigned tick(struct ui_screen *screen)
{
	(void)screen;
	return REACT_REDRAW;
}

static void end(struct ui_screen *screen)
{
	struct errors_screen *self = (struct errors_screen *)screen;

	errors_seen(errors_of(self), NULL);
	messages_set_shown(session_messages(screen->ui->session));
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

static void set_scope(struct errors_screen *self, const char *scope)
{
	snprintf(self->scope, sizeof self->scope, "%s", scope);
	snprintf(self->messages.scope, sizeof self->messages.scope, "%s", scope);
	list_go(&self->causes, 0);
	list_go(&self->list, 0);
	self->in_messages = cause_count(self) == 0;
	screen_dirty(&self->base, (unsigned)SCREEN_ALL);
}

void errors_screen_open_scope(struct ui *ui, const char *scope)
{
	struct errors_screen *self = (struct errors_screen *)screen_find(ui, &ops);

	messages_mark_read(session_messages(ui->session));
	ui->frame.dirty = true;
	if (self) {
		set_scope(self, scope);
		return;
	}
	self = calloc(1, sizeof *self);
	if (!self)
		return;
	self->base.ops = &ops;
	self->base.name = "Errors";
	self->base.ui = ui;
	self->messages.ui = ui;
	self->messages.shown = messages_shown(session_messages(ui->session));
	list_init(&self->causes,
		  &(struct list_source){cause_count, cause_id, cause_find, draw_cause, self});
	list_init(&self->list,
		  &(struct list_source){message_rows_len, message_rows_id, message_rows_find,
					message_rows_draw, &self->messages});
	set_scope(self, scope);
	screen_push(ui, &self->base);
}

void errors_screen_open(struct ui *ui)
{
	errors_screen_open_scope(ui, "");
}
