/* The message line: prompt, question, wait, error, progress or message. */
#include <stdio.h>

#include "bulk.h"
#include "dacache/app/recover.h"
#include "dacache/app/webhooks.h"
#include "dacache/base/text.h"
#include "internal.h"
#include "main_screen.h"

enum { BAR_COLS = 20, NOTE_COLS = 16, STOPS_COLS = 11, FRESH_US = 5 * 1000000 };

/* What stops what waits: Esc, where nothing else comes first. The reading of the
 * list is no call of the user's: it goes on by itself when the wait is over. */
static const char *cancel_note(struct ui *ui)
{
	struct index_progress progress;

	index_progress(session_index(ui->session), &progress);
	if (!ui->main->detail.fetch)
		return progress.reading && main_screen_esc_cancels(ui->main) ? "Esc stops" : "";
	return main_screen_esc_cancels(ui->main) ? "Esc cancels" : "Ctrl-C cancels";
}

static void draw_note(const struct canvas *c, const char *note)
{
	draw_right(c, 0, c->at.cols - NOTE_COLS, NOTE_COLS - 1, ROLE_DIM, note);
}

static bool draw_held(struct ui *ui, const struct canvas *c)
{
	struct session_status status;

	session_status(ui->session, &status);
	if (!status.held || status.queued == 0)
		return false;
	draw_format(c, 0, 1, c->at.cols - NOTE_COLS - 1, ROLE_WARN,
		    "! %s: waiting %llds, %zu call%s queued", status.held_because,
		    (long long)((status.held_for_ms + 999) / 1000), status.queued,
		    status.queued == 1 ? "" : "s");
	draw_note(c, cancel_note(ui));
	return true;
}

/* Nothing waits now, but the next call would. */
static bool draw_closed(struct ui *ui, const struct canvas *c)
{
	struct session_status status;

	session_status(ui->session, &status);
	if (!status.held)
		return false;
	draw_format(c, 0, 1, c->at.cols - 2, ROLE_WARN, "! %s: no call for %llds",
		    status.held_because, (long long)((status.held_for_ms + 999) / 1000));
	return true;
}

static bool is_trouble(const struct message *message)
{
	return message && message->severity != SEVERITY_INFO && !message->read;
}

/* It stands until the outcome is known, whatever else was said since. */
static bool draw_unknown(struct ui *ui, const struct canvas *c, const struct message *message)
{
	size_t n = recover_open(ui->session);
	if (n == 0)
		return false;
	draw_format(c, 0, 1, c->at.cols - NOTE_COLS - 1, ROLE_WARN,
		    "! %zu change%s of unknown outcome: :recover checks again", n,
		    n == 1 ? "" : "s");
	if (is_trouble(message))
		draw_note(c, "E errors");
	return true;
}

static bool draw_trouble(struct ui *ui, const struct canvas *c, const struct message *message)
{
	char time[CLOCK_TEXT_SIZE];
	char text[MESSAGE_SIZE];

	if (!is_trouble(message))
		return false;
	clock_format_time(message->wall_us, time);
	draw_format(c, 0, 1, c->at.cols - NOTE_COLS - 1,
		    message->severity == SEVERITY_ERROR ? ROLE_ERROR : ROLE_WARN, "! %.5s %s", time,
		    ui_message_text(ui, message, text, sizeof text));
	draw_note(c, "E errors");
	return true;
}

/* So does this, until it is gone on with or forgotten. */
static bool draw_unfinished(struct ui *ui, const struct canvas *c, const struct message *message)
{
	if (!ui->unfinished[0] || bulk_job_is_open(ui))
		return false;
	draw_format(c, 0, 1, c->at.cols - NOTE_COLS - 1, ROLE_WARN, "! %s", ui->unfinished);
	if (is_trouble(message))
		draw_note(c, "E errors");
	return true;
}

/* A change of many goes on behind other screens. */
static bool draw_bulk(struct ui *ui, const struct canvas *c)
{
	struct bulk_progress progress;
	char ended[32];
	char total[32];

	if (!bulk_job_runs(ui) || bulk_screen_find(ui))
		return false;
	bulk_progress(ui->bulk->bulk, &progress);
	text_format_count((int64_t)progress.ended, ended);
	text_format_count((int64_t)progress.total, total);
	draw_format(c, 0, 1, 0, ROLE_STRONG, "Applying %s of %s; :resume shows it", ended, total);
	return true;
}

static bool draw_writing(struct ui *ui, const struct canvas *c)
{
	struct session_status status;
	size_t webhooks = webhooks_busy(ui->session);

	session_status(ui->session, &status);
	if (status.puts_in_flight == 0 && webhooks == 0)
		return false;
	if (status.puts_in_flight > 0)
		draw_text(c, 0, 1, 0, ROLE_STRONG, "Sending the change (PUT)");
	else
		draw_format(c, 0, 1, 0, ROLE_STRONG, "Applied; delivering %zu webhook%s", webhooks,
			    webhooks == 1 ? "" : "s");
	return true;
}

static bool draw_reading(struct ui *ui, const struct canvas *c)
{
	struct index_progress progress;
	struct session_status status;
	char loaded[32];
	char total[32];
	char rate[32];
	char left[CLOCK_TEXT_SIZE] = "";
	int col = 1;

	index_progress(session_index(ui->session), &progress);
	if (!progress.reading || !progress.total_known || progress.total == 0)
		return false;
	session_status(ui->session, &status);
	text_format_count((int64_t)progress.fresh, loaded);
	text_format_count((int64_t)progress.total, total);
	text_format_count((int64_t)progress.rows_per_s, rate);
	if (progress.left_s > 0)
		clock_format_span(progress.left_s * 1000000, left);
	col += draw_text(c, 0, col, 0, ROLE_TEXT, "Reading ");
	draw_bar(c, 0, col, BAR_COLS, ROLE_CHART, (double)progress.fresh / (double)progress.total);
	col += BAR_COLS + 1;
	draw_format(c, 0, col, c->at.cols - STOPS_COLS - col, ROLE_TEXT, "%s of %s  %s/s%s%s%s%s",
		    loaded, total, rate, left[0] ? "  " : "", left, left[0] ? " left" : "",
		    status.pace_us > 0 ? "  slowed" : "");
	if (main_screen_esc_cancels(ui->main))
		draw_note(c, "Esc stops");
	return true;
}

static bool is_fresh(struct ui *ui, const struct message *message)
{
	return message && clock_wall_us(loop_clock(ui->loop)) - message->wall_us < FRESH_US;
}

static bool draw_message(const struct canvas *c, const struct message *message)
{
	if (!message)
		return false;
	draw_text(c, 0, 1, c->at.cols - 2, ROLE_TEXT, message->text);
	return true;
}

int64_t frame_line_behind_us(struct ui *ui)
{
	const struct message *message = messages_current(session_messages(ui->session));
	bool waits = recover_open(ui->session) > 0 || (ui->unfinished[0] && !bulk_job_is_open(ui));

	return waits && is_fresh(ui, message) ? message->wall_us + FRESH_US : 0;
}

void frame_draw_line(struct ui *ui, const struct canvas *c)
{
	const struct message *message = messages_current(session_messages(ui->session));

	if (prompt_is_open(ui->prompt)) {
		prompt_draw(ui->prompt, c, 0, &ui->frame.cursor_col);
		return;
	}
	if (ask_is_open(ui)) {
		ask_draw(ui, c);
		return;
	}
	if (is_fresh(ui, message) && message->severity == SEVERITY_INFO && draw_message(c, message))
		return;
	if (draw_held(ui, c))
		return;
	if (!is_fresh(ui, message) &&
	    (draw_unknown(ui, c, message) || draw_bulk(ui, c) || draw_unfinished(ui, c, message)))
		return;
	if (draw_trouble(ui, c, message))
		return;
	if (is_fresh(ui, message) && draw_message(c, message))
		return;
	if (draw_writing(ui, c) || draw_reading(ui, c) || draw_closed(ui, c))
		return;
	draw_message(c, message);
}
