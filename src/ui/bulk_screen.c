/* The review of a change of many, and how it goes: one row an action. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bulk.h"
#include "dacache/base/text.h"
#include "dacache/ui/list.h"

enum {
	HEAD_ROWS = 5,
	NAME_COL = 4,
	NAME_COLS = 25,
	WIDE_NAME_COLS = 38,
	WIDE = 120,
	BAR_COLS = 20,
	WORDS_MAX = 1 << 20
};

struct bulk_screen {
	struct ui_screen base;
	struct list list;
	struct rect at;
};

static const struct ui_screen_ops ops;

static struct bulk_job *job_of(const struct bulk_screen *screen)
{
	return screen->base.ui->bulk;
}

/* --- rows --- */

static size_t row_count(const void *context)
{
	const struct bulk_job *job = job_of(context);

	return job ? bulk_len(job->bulk) : 0;
}

static const char *row_id(const void *context, size_t i)
{
	const struct bulk_job *job = job_of(context);

	return i < row_count(context) ? bulk_item(job->bulk, job->order[i])->entry->id : NULL;
}

static const char *mark_of(const struct bulk_job *job, const struct bulk_item *item)
{
	if (job->state == BULK_READING)
		return " ";
	if (item->ended)
		return item->end.outcome == OUTCOME_APPLIED     ? "+"
		       : item->end.outcome == OUTCOME_UNCHANGED ? "="
								: "!";
	switch (item->verdict) {
	case BULK_CHANGE:
		return "~";
	case BULK_SAME:
	case BULK_DONE:
		return "=";
	case BULK_UNREAD:
		return " ";
	default:
		return "!";
	}
}

static const char *name_of(const struct bulk_item *item)
{
	if (item->name)
		return item->name;
	return item->entry->name ? item->entry->name : item->entry->id;
}

static void draw_row(const void *context, const struct canvas *c, size_t i, bool selected)
{
	const struct bulk_job *job = job_of(context);
	size_t at = job->order[i];
	const struct bulk_item *item = bulk_item(job->bulk, at);
	int name_cols = c->at.cols >= WIDE ? WIDE_NAME_COLS : NAME_COLS;
	enum role role = ROLE_TEXT;
	struct buf words;

	if (selected)
		draw_text(c, 0, 0, 1, ROLE_TEXT, ">");
	buf_init(&words, WORDS_MAX);
	if (item->hidden)
		buf_puts(&words, "(hidden) ");
	bulk_row_words(job, at, &words, &role);
	draw_text(c, 0, 2, 1, role, mark_of(job, item));
	draw_text(c, 0, NAME_COL, name_cols - 1, ROLE_TEXT, name_of(item));
	draw_text(c, 0, NAME_COL + name_cols, 0, role, buf_str(&words));
	buf_free(&words);
}

/* --- what stands above them --- */

static void put_part(struct buf *out, size_t n, const char *words)
{
	char text[32];

	if (n == 0)
		return;
	text_format_count((int64_t)n, text);
	buf_printf(out, "%s%s %s", out->len ? ", " : "", text, words);
}

/* Whatever came of them: who is changed and not seen in the list. */
static void put_hidden(const struct bulk_job *job, struct buf *out)
{
	size_t len = bulk_len(job->bulk);
	size_t hidden = 0;
	char text[32];
	char total[32];

	for (size_t i = 0; i < len; i++)
		hidden += bulk_item(job->bulk, i)->hidden;
	if (hidden == 0)
		return;
	text_format_count((int64_t)hidden, text);
	text_format_count((int64_t)len, total);
	buf_printf(out, "; the filter hides %s of all %s", text, total);
}

static void put_verdicts(const struct bulk_job *job, const struct bulk_totals *totals,
			 struct buf *out)
{
	char text[32];

	text_format_count((int64_t)totals->verdicts[BULK_CHANGE], text);
	buf_printf(out, "%s to change", text);
	put_part(out, totals->verdicts[BULK_SAME] + totals->verdicts[BULK_DONE], "unchanged");
	put_part(out, totals->verdicts[BULK_REFUSED] + job->plan.rejected, "refused");
	put_part(out, totals->verdicts[BULK_CONFLICT], "in conflict");
	put_part(out, totals->verdicts[BULK_MISSING], "not there");
	put_part(out, totals->verdicts[BULK_UNREADABLE] + totals->verdicts[BULK_UNREAD],
		 "not read");
	put_part(out, totals->warnings, totals->warnings == 1 ? "warning" : "warnings");
	put_hidden(job, out);
}

static void put_effects(const struct bulk_job *job, const struct bulk_totals *totals,
			struct buf *out)
{
	int64_t took_s = bulk_estimate_s(job->ui->session, totals->puts, 0);
	struct session_status status;
	char span[CLOCK_TEXT_SIZE];

	session_status(job->ui->session, &status);
	put_part(out, totals->puts, totals->puts == 1 ? "PUT" : "PUTs");
	if (totals->puts > 0 && status.quota.known && status.quota.allowed > 0)
		buf_printf(out, " under the quota of %lld", (long long)status.quota.allowed);
	if (took_s > 0) {
		clock_format_span(took_s * 1000000, span);
		buf_printf(out, ", about %s", span);
	}
	put_part(out, totals->local_only, "only here");
	put_part(out, totals->webhooks, totals->webhooks == 1 ? "webhook" : "webhooks");
	put_part(out, totals->old_keys,
		 totals->old_keys == 1 ? "key not read any more" : "keys not read any more");
}

static size_t left_out(const struct bulk_totals *totals)
{
	return totals->verdicts[BULK_REFUSED] + totals->verdicts[BULK_CONFLICT] +
	       totals->verdicts[BULK_MISSING] + totals->verdicts[BULK_UNREADABLE];
}

static void put_refusals(size_t refusals, struct buf *out)
{
	char text[32];

	text_format_count((int64_t)refusals, text);
	buf_printf(out, "%s entr%s refused: nothing is sent until the file is mended.", text,
		   refusals == 1 ? "y is" : "ies are");
}

static void put_first_error(const struct plan *plan, struct buf *out)
{
	char text[32];

	if (plan->errors_len == 0)
		return;
	text_format_count((int64_t)plan->errors_len, text);
	if (plan->errors_len > 1)
		buf_printf(out, "%s errors, the first: ", text);
	buf_printf(out, "line %zu: %s", plan->errors[0].line, plan->errors[0].text);
}

/* Of a file all is sent or nothing; of marked actions those that can be. */
static void put_what_f2_does(const struct bulk_job *job, const struct bulk_totals *totals,
			     struct buf *out, enum role *role)
{
	size_t refusals = bulk_job_refusals(job);
	char changed[32];
	char rest[32];

	text_format_count((int64_t)totals->verdicts[BULK_CHANGE], changed);
	text_format_count((int64_t)left_out(totals), rest);
	*role = ROLE_WARN;
	if (refusals > 0)
		put_first_error(&job->plan, out);
	else if (totals->verdicts[BULK_UNREAD] > 0)
		buf_puts(out, "Not all of it was read: begin again, or apply what was.");
	else if (job->keys_unknown)
		buf_puts(out,
			 "Not all keys of the tenant are known yet: collisions may be missed.");
	else if (totals->verdicts[BULK_CHANGE] == 0)
		buf_printf(out, "Nothing changes.%s",
			   job->edit.key_old ? " OLD in key=s/OLD/NEW/ is a plain text." : "");
	else if (left_out(totals) > 0)
		buf_printf(out, "F2 applies %s; %s %s left out.", changed, rest,
			   left_out(totals) == 1 ? "is" : "are");
}

static void draw_review(const struct bulk_job *job, const struct canvas *c)
{
	size_t refusals = bulk_job_refusals(job);
	struct bulk_totals totals;
	enum role role = ROLE_TEXT;
	struct buf text;

	bulk_totals(job->bulk, &totals);
	buf_init(&text, WORDS_MAX);
	put_verdicts(job, &totals, &text);
	draw_text(c, 1, 1, 0, ROLE_STRONG, buf_str(&text));
	buf_reset(&text);
	if (refusals > 0)
		put_refusals(refusals, &text);
	else
		put_effects(job, &totals, &text);
	draw_text(c, 2, 1, 0, refusals > 0 ? ROLE_WARN : ROLE_TEXT, buf_str(&text));
	buf_reset(&text);
	put_what_f2_does(job, &totals, &text, &role);
	draw_text(c, 3, 1, 0, role, buf_str(&text));
	buf_free(&text);
}

/* "applying 120 of 1,000  40/s  22s left" */
static void put_progress(const struct bulk_job *job, const struct bulk_progress *now,
			 struct buf *out)
{
	char ended[32];
	char total[32];
	char span[CLOCK_TEXT_SIZE];

	text_format_count((int64_t)now->ended, ended);
	text_format_count((int64_t)now->total, total);
	buf_printf(out, "%s %s of %s", job->state == BULK_READING ? "reading" : "applying", ended,
		   total);
	if (now->per_s > 0)
		buf_printf(out, now->per_s < 10 ? "  %.1f/s" : "  %.0f/s", now->per_s);
	if (now->left_s > 0 && now->ended < now->total) {
		clock_format_span(now->left_s * 1000000, span);
		buf_printf(out, "  %s left", span);
	}
	buf_printf(out, "  %zu in flight", now->in_flight);
}

static void put_outcomes(const struct bulk_progress *now, struct buf *out)
{
	for (int outcome = 0; outcome < OUTCOMES; outcome++)
		put_part(out, now->outcomes[outcome], outcome_name((enum outcome)outcome));
}

static void draw_hold(const struct bulk_job *job, const struct bulk_progress *now,
		      const struct canvas *c)
{
	struct session_status status;

	session_status(job->ui->session, &status);
	if (now->stopping)
		draw_text(c, 3, 1, 0, ROLE_WARN, "Ending: what is in flight is waited for.");
	else if (status.held)
		draw_format(c, 3, 1, 0, ROLE_WARN, "waiting: %s, goes on in %lld s",
			    status.held_because, (long long)((status.held_for_ms + 999) / 1000));
}

static void draw_progress(const struct bulk_job *job, const struct canvas *c)
{
	struct bulk_progress now;
	struct buf text;

	bulk_progress(job->bulk, &now);
	buf_init(&text, WORDS_MAX);
	put_progress(job, &now, &text);
	draw_bar(c, 1, 1, BAR_COLS, ROLE_CHART,
		 now.total ? (double)now.ended / (double)now.total : 0);
	draw_text(c, 1, BAR_COLS + 2, 0, ROLE_STRONG, buf_str(&text));
	buf_reset(&text);
	put_outcomes(&now, &text);
	draw_text(c, 2, 1, 0, ROLE_TEXT, buf_str(&text));
	draw_hold(job, &now, c);
	buf_free(&text);
}

static void draw_end(const struct bulk_job *job, const struct canvas *c)
{
	struct bulk_progress now;
	struct bulk_totals totals;
	struct buf text;

	bulk_progress(job->bulk, &now);
	bulk_totals(job->bulk, &totals);
	buf_init(&text, WORDS_MAX);
	put_outcomes(&now, &text);
	put_part(&text, now.left, "not sent");
	put_part(&text, left_out(&totals), "left out");
	draw_text(c, 1, 1, 0, ROLE_STRONG, buf_str(&text));
	if (now.stopped)
		draw_format(c, 2, 1, 0, ROLE_WARN, "ended early: %s", now.stopped);
	if (now.left > 0)
		draw_text(c, 3, 1, 0, ROLE_TEXT, "F2, or :resume, goes on with what was not sent.");
	buf_free(&text);
}

static const char *state_words(const struct bulk_job *job, char words[64])
{
	size_t left = bulk_job_left(job);
	char count[32];

	if (job->state == BULK_READING)
		return "Esc ends it";
	if (job->state == BULK_APPLYING)
		return "Esc ends it; q: back, it goes on";
	if (left == 0)
		return job->state == BULK_ENDED ? "done" : "nothing to apply";
	if (bulk_job_refusals(job) > 0)
		return "refused";
	text_format_count((int64_t)left, count);
	snprintf(words, 64, job->state == BULK_ENDED ? "F2 goes on with %s" : "F2 applies %s",
		 count);
	return words;
}

static void draw(struct ui_screen *screen, const struct canvas *c, unsigned dirty)
{
	struct bulk_screen *bulk = (struct bulk_screen *)screen;
	const struct bulk_job *job = job_of(bulk);
	int name_cols = c->at.cols >= WIDE ? WIDE_NAME_COLS : NAME_COLS;
	struct canvas rows;
	char title[256];
	char words[64];

	(void)dirty;
	draw_clear(c);
	if (!job)
		return;
	snprintf(title, sizeof title, "%s  %s",
		 job->state == BULK_APPLYING ? "APPLY"
		 : job->state == BULK_ENDED  ? "ENDED"
					     : "REVIEW",
		 job->title);
	draw_rule(c, 0, ROLE_FOCUS, title, state_words(job, words));
	if (job->state == BULK_READY)
		draw_review(job, c);
	else if (job->state == BULK_ENDED)
		draw_end(job, c);
	else
		draw_progress(job, c);
	draw_text(c, HEAD_ROWS - 1, NAME_COL, 0, ROLE_HEADER, "NAME");
	draw_text(c, HEAD_ROWS - 1, NAME_COL + name_cols, 0, ROLE_HEADER, "CHANGE");
	bulk->at = (struct rect){HEAD_ROWS, 0, c->at.rows - HEAD_ROWS, c->at.cols};
	rows = canvas_part(c, &bulk->at);
	list_draw(&bulk->list, &rows, true);
}

/* --- keys --- */

static bool moves(const struct bulk_job *job)
{
	return job && (job->state == BULK_APPLYING || job->state == BULK_READING);
}

static bool is_stopping(const struct bulk_job *job)
{
	struct bulk_progress progress;

	bulk_progress(job->bulk, &progress);
	return progress.stopping;
}

static unsigned leave(struct bulk_job *job)
{
	if (job->state == BULK_APPLYING) {
		bulk_job_stop(job);
		return REACT_REDRAW;
	}
	if (job->state == BULK_READING)
		bulk_job_stop(job);
	return REACT_CLOSE;
}

static unsigned action(struct ui_screen *screen, enum key_action what)
{
	struct bulk_screen *bulk = (struct bulk_screen *)screen;
	struct bulk_job *job = job_of(bulk);

	if (!job)
		return REACT_NONE;
	if (list_action(&bulk->list, what))
		return REACT_REDRAW;
	switch (what) {
	case ACT_APPLY:
		ui_command(screen->ui, "apply"); /* so that read-only is checked in one place */
		return REACT_HANDLED;
	case ACT_OPEN:
		if (bulk->list.cursor < row_count(bulk) && job->state != BULK_READING)
			bulk_details_open(job, job->order[bulk->list.cursor]);
		return REACT_HANDLED;
	case ACT_CANCEL: /* once: the next one quits */
		if (!moves(job) || is_stopping(job))
			return REACT_NONE;
		bulk_job_stop(job);
		return REACT_REDRAW;
	case ACT_BACK:
		return leave(job);
	case ACT_CLOSE: /* what applies goes on; the message line tells how far it is */
		return job->state == BULK_APPLYING ? (unsigned)REACT_CLOSE : leave(job);
	default:
		return REACT_NONE;
	}
}

static bool offers(const struct ui_screen *screen, enum key_action what)
{
	const struct bulk_job *job = screen->ui->bulk;

	return what != ACT_APPLY || (job && job->state != BULK_APPLYING &&
				     job->state != BULK_READING && bulk_job_left(job) > 0);
}

static size_t contexts(const struct ui_screen *screen, enum key_context *out)
{
	(void)screen;
	out[0] = KEYS_BULK;
	out[1] = KEYS_MOVE;
	out[2] = KEYS_COMMON;
	return 3;
}

static unsigned mouse(struct ui_screen *screen, const struct mouse *at)
{
	struct bulk_screen *bulk = (struct bulk_screen *)screen;

	return list_mouse_in(&bulk->list, &bulk->at, at) ? REACT_REDRAW : REACT_NONE;
}

static unsigned event(struct ui_screen *screen, const struct event *happened)
{
	/* What concerns its items comes by bulk_screen_changed, at a pace. */
	return happened->type == EVENT_STATUS && moves(screen->ui->bulk) ? REACT_REDRAW
									 : REACT_NONE;
}

static unsigned tick(struct ui_screen *screen)
{
	return moves(screen->ui->bulk) ? REACT_REDRAW : REACT_NONE;
}

static void end(struct ui_screen *screen)
{
	free(screen);
}

static const struct ui_screen_ops ops = {
	.contexts = contexts,
	.offers = offers,
	.draw = draw,
	.action = action,
	.mouse = mouse,
	.event = event,
	.tick = tick,
	.end = end,
};

/* --- opening --- */

struct ui_screen *bulk_screen_find(struct ui *ui)
{
	return screen_find(ui, &ops);
}

void bulk_screen_changed(struct ui *ui)
{
	struct ui_screen *screen = bulk_screen_find(ui);

	ui->frame.dirty = true;
	if (!screen)
		return;
	list_follow(&((struct bulk_screen *)screen)->list);
	screen_react(screen, REACT_REDRAW);
}

void bulk_screen_top(struct ui *ui)
{
	struct ui_screen *screen = bulk_screen_find(ui);

	if (!screen)
		return;
	list_go(&((struct bulk_screen *)screen)->list, 0);
	screen_react(screen, REACT_REDRAW | REACT_FRAME);
}

void bulk_screen_open(struct ui *ui)
{
	struct bulk_screen *bulk;

	if (bulk_screen_find(ui)) {
		bulk_screen_changed(ui);
		return;
	}
	bulk = calloc(1, sizeof *bulk);
	if (!bulk)
		return;
	bulk->base.ops = &ops;
	bulk->base.name = "Change of many";
	bulk->base.ui = ui;
	list_init(&bulk->list, &(struct list_source){row_count, row_id, NULL, draw_row, bulk});
	screen_push(ui, &bulk->base);
}
