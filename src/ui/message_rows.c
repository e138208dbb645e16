/* Messages as rows of a list, newest first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/ui/card_screen.h"
#include "dacache/ui/text_screen.h"
#include "errors.h"
#include "internal.h"

enum { TIME_COLS = 10, LABEL_COLS = 12 };

static bool is_shown(const struct message_rows *rows, const struct message *message)
{
	struct cause cause;

	if (rows->scope[0] && strcmp(rows->scope, message->action_id) != 0)
		return false;
	if (!rows->of_cause)
		return true;
	if (!message->has_failure)
		return false;
	cause_of(&message->failure, &cause);
	return cause_equal(&cause, &rows->cause);
}

const struct message *message_rows_at(const struct message_rows *rows, size_t i)
{
	const struct messages *messages = session_messages(rows->ui->session);
	const struct message *message;

	for (size_t k = 0; (message = messages_at(messages, k)); k++)
		if (is_shown(rows, message) && i-- == 0)
			return message;
	return NULL;
}

size_t message_rows_len(const void *context)
{
	const struct message_rows *rows = context;
	const struct messages *messages = session_messages(rows->ui->session);
	size_t n = 0;

	for (size_t i = 0; i < messages_count(messages); i++)
		n += is_shown(rows, messages_at(messages, i));
	return n;
}

const char *message_rows_id(const void *context, size_t i)
{
	struct message_rows *rows = (struct message_rows *)(uintptr_t)context;
	const struct message *message = message_rows_at(rows, i);

	if (!message)
		return NULL;
	snprintf(rows->row_id, sizeof rows->row_id, "%llu", (unsigned long long)message->number);
	return rows->row_id;
}

long message_rows_find(const void *context, const char *id)
{
	const struct message_rows *rows = context;
	unsigned long long number = strtoull(id, NULL, 10);
	const struct messages *messages = session_messages(rows->ui->session);
	const struct message *message;
	long row = 0;

	for (size_t i = 0; (message = messages_at(messages, i)); i++) {
		if (!is_shown(rows, message))
			continue;
		if (message->number == number)
			return row;
		row++;
	}
	return -1;
}

void message_rows_draw(const void *context, const struct canvas *c, size_t i, bool selected)
{
	static const enum role roles[] = {ROLE_TEXT, ROLE_WARN, ROLE_ERROR};
	const struct message_rows *rows = context;
	const struct message *message = message_rows_at(rows, i);
	char time[CLOCK_TEXT_SIZE];
	char text[MESSAGE_SIZE];
	enum role role;

	if (!message)
		return;
	role = roles[message->severity];
	clock_format_time(message->wall_us, time);
	if (selected && rows->focused)
		draw_text(c, 0, 0, 1, ROLE_TEXT, ">");
	if (message->number > rows->shown && message->severity != SEVERITY_INFO)
		draw_text(c, 0, 1, 1, ROLE_STRONG, "*");
	draw_text(c, 0, 2, TIME_COLS, ROLE_DIM, time);
	if (message->severity != SEVERITY_INFO)
		draw_text(c, 0, TIME_COLS + 2, 1, role, "!");
	draw_text(c, 0, TIME_COLS + 4, 0, role,
		  ui_message_text(rows->ui, message, text, sizeof text));
}

void message_open(struct ui *ui, const struct message *message)
{
	struct text_view *view;
	char when[CLOCK_TEXT_SIZE];

	if (!message)
		return;
	if (message->has_failure) {
		card_screen_show(ui, &message->failure);
		return;
	}
	view = text_screen_open(ui, "MESSAGE", LABEL_COLS);
	if (!view)
		return;
	clock_format_rfc3339(message->wall_us, when);
	text_view_pair(view, "time", ROLE_TEXT, when);
	if (message->action_id[0])
		text_view_pair(view, "Data Action", ROLE_TEXT, message->action_id);
	text_view_blank(view);
	text_view_add(view, ROLE_TEXT, 0, message->text);
}
