/* Messages and errors, newest first; Enter shows the card. */
#include <stdio.h>
#include <stdlib.h>

#include "dacache/ui/card_screen.h"
#include "dacache/ui/list.h"
#include "dacache/ui/text_screen.h"
#include "internal.h"
#include "lists.h"

enum { TIME_COLS = 10 };

struct errors_screen {
	struct ui_screen base;
	struct list list;
	struct rect rows;
	char row_id[32];
};

static const struct messages *messages_of(const struct errors_screen *errors)
{
	return session_messages(errors->base.ui->session);
}

static size_t row_count(const void *context)
{
	return messages_count(messages_of(context));
}

static const char *row_id(const void *context, size_t i)
{
	struct errors_screen *errors = (struct errors_screen *)(uintptr_t)context;
	const struct message *message = messages_at(messages_of(errors), i);

	if (!message)
		return NULL;
	snprintf(errors->row_id, sizeof errors->row_id, "%llu",
		 (unsigned long long)message->number);
	return errors->row_id;
}

static long row_find(const void *context, const char *id)
{
	unsigned long long number = strtoull(id, NULL, 10);
	size_t n = row_count(context);

	for (size_t i = 0; i < n; i++) {
		const struct message *message = messages_at(messages_of(context), i);
		if (message && message->number == number)
			return (long)i;
	}
	return -1;
}

static void draw_row(const void *context, const struct canvas *c, size_t i, bool selected)
{
	static const enum role roles[] = {ROLE_TEXT, ROLE_WARN, ROLE_ERROR};
	const struct message *message = messages_at(messages_of(context), i);
	char time[CLOCK_TEXT_SIZE];
	char text[MESSAGE_SIZE];

	if (!message)
		return;
	clock_format_time(message->wall_us, time);
	if (selected)
		draw_text(c, 0, 0, 1, ROLE_TEXT, ">");
	draw_text(c, 0, 2, TIME_COLS, ROLE_DIM, time);
	if (message->severity != SEVERITY_INFO)
		draw_text(c, 0, TIME_COLS + 2, 1, roles[message->severity], "!");
	draw_text(c, 0, TIME_COLS + 4, 0, roles[message->severity],
		  ui_message_text(((const struct errors_screen *)context)->base.ui, message, text,
				  sizeof text));
}

static size_t contexts(const struct ui_screen *screen, enum key_context *out)
{
	(void)screen;
	out[0] = KEYS_LIST;
	out[1] = KEYS_MOVE;
	out[2] = KEYS_COMMON;
	return 3;
}

static void draw(struct ui_screen *screen, const struct canvas *c, unsigned dirty)
{
	struct errors_screen *errors = (struct errors_screen *)screen;
	struct canvas rows;
	char right[64];

	(void)dirty;
	errors->rows = (struct rect){1, 0, c->at.rows - 1, c->at.cols};
	rows = canvas_part(c, &errors->rows);
	snprintf(right, sizeof right, "%zu", row_count(errors));
	draw_rule(c, 0, ROLE_FOCUS, "ERRORS  and messages, newest first", right);
	list_follow(&errors->list);
	if (row_count(errors) > 0) {
		list_draw(&errors->list, &rows, true);
		return;
	}
	draw_clear(&rows);
	draw_text(&rows, 0, 2, 0, ROLE_DIM, "Nothing happened yet.");
}

static void open_message(struct errors_screen *errors)
{
	struct ui *ui = errors->base.ui;
	const struct message *message = messages_at(messages_of(errors), errors->list.cursor);
	struct text_view *view;
	char when[CLOCK_TEXT_SIZE];

	if (!message)
		return;
	if (message->has_failure) {
		card_screen_show(ui, &message->failure);
		return;
	}
	view = text_screen_open(ui, "MESSAGE", 12);
	if (!view)
		return;
	clock_format_rfc3339(message->wall_us, when);
	text_view_pair(view, "time", ROLE_TEXT, when);
	if (message->action_id[0])
		text_view_pair(view, "Data Action", ROLE_TEXT, message->action_id);
	text_view_blank(view);
	text_view_add(view, ROLE_TEXT, 0, message->text);
}

static unsigned action(struct ui_screen *screen, enum key_action what)
{
	struct errors_screen *errors = (struct errors_screen *)screen;

	if (list_action(&errors->list, what))
		return REACT_REDRAW;
	if (what != ACT_OPEN)
		return REACT_NONE;
	open_message(errors);
	return REACT_HANDLED;
}

static unsigned mouse(struct ui_screen *screen, const struct mouse *at)
{
	struct errors_screen *errors = (struct errors_screen *)screen;
	struct mouse within = mouse_within(at, &errors->rows);
	bool clicked;

	return list_mouse(&errors->list, &within, &clicked) ? REACT_REDRAW : REACT_NONE;
}

static unsigned event(struct ui_screen *screen, const struct event *happened)
{
	(void)screen;
	return happened->type == EVENT_MESSAGE ? REACT_REDRAW : REACT_NONE;
}

static void end(struct ui_screen *screen)
{
	free(screen);
}

static const struct ui_screen_ops ops = {
	.contexts = contexts,
	.draw = draw,
	.action = action,
	.mouse = mouse,
	.event = event,
	.end = end,
};

void errors_screen_open(struct ui *ui)
{
	struct errors_screen *errors;

	messages_mark_read(session_messages(ui->session));
	ui->frame.dirty = true;
	if (screen_find(ui, &ops))
		return;
	errors = calloc(1, sizeof *errors);
	if (!errors)
		return;
	errors->base.ops = &ops;
	errors->base.name = "Errors";
	errors->base.ui = ui;
	list_init(&errors->list,
		  &(struct list_source){row_count, row_id, row_find, draw_row, errors});
	screen_push(ui, &errors->base);
}
