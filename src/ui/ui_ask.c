/* What screens ask of the whole. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

struct session *ui_session(struct ui *ui)
{
	return ui->session;
}

struct loop *ui_loop(struct ui *ui)
{
	return ui->loop;
}

bool ui_is_utf8(const struct ui *ui)
{
	return ui->term.utf8;
}

bool ui_is_live(const struct ui *ui)
{
	const struct live *live = session_live(ui->session);
	struct session_status status;
	struct live_source source;
	struct live_hits hits;

	session_status(ui->session, &status);
	if (status.is_demo || status.held || status.in_flight > 0 || status.queued > 0)
		return true;
	live_source(live, &source);
	if (source.has_feed && !source.feed_ended)
		return true;
	live_hits(live, NULL, &hits);
	return hits.last_1000.hits + hits.last_1000.misses > 0;
}

void ui_say(struct ui *ui, enum severity severity, const char *format, ...)
{
	char text[320];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	messages_add(session_messages(ui->session), severity, NULL, "%s", text);
	ui->frame.dirty = true;
}

void ui_unsay(struct ui *ui)
{
	messages_drop_notes(session_messages(ui->session), UINT64_MAX);
	ui->frame.dirty = true;
}

void ui_heard(struct ui *ui)
{
	const struct message *newest = messages_at(session_messages(ui->session), 0);

	ui->heard = newest ? newest->number : 0;
}

/* What the user's own words brought about is no error to be kept. */
static enum severity severity_of(enum err_code code)
{
	switch (code) {
	case ERR_USAGE:
	case ERR_PARSE:
	case ERR_INVALID:
	case ERR_NOT_FOUND:
		return SEVERITY_INFO;
	case ERR_READ_ONLY:
	case ERR_CANCELLED:
		return SEVERITY_WARNING;
	default:
		return SEVERITY_ERROR;
	}
}

void ui_say_err(struct ui *ui, const struct err *err)
{
	ui_say(ui, severity_of(err->code), "%s", err->text);
}

const char *ui_message_text(struct ui *ui, const struct message *message, char *out, size_t size)
{
	const struct index_row *row = NULL;

	if (message->action_id[0])
		row = index_find(session_index(ui->session), message->action_id);
	if (!row || strstr(message->text, row->name))
		return message->text;
	snprintf(out, size, "%s: %s", row->name, message->text);
	return out;
}

void ui_copy(struct ui *ui, const char *what, const char *text)
{
	if (term_copy(&ui->term, text) == ERR_OK)
		ui_say(ui, SEVERITY_INFO, "Copied %s to the terminal's clipboard (OSC 52).", what);
	else
		ui_say(ui, SEVERITY_INFO, "%s is too large for the terminal's clipboard.", what);
}
