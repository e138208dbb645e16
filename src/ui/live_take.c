/* The figures of the Live pane, taken at one moment. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "changes.h"
#include "dacache/base/text.h"
#include "internal.h"
#include "live_pane.h"

enum {
	BEHIND_S = 5,
	LETTERS = 26,
	DATE_COLS = 10,
	SECOND_US = 1000000,
	HISTORY_OVER_S = 900, /* charts of more than this show it */
	LONGEST_RATE_S = 1000
};

static const char *id_of(const struct live_shot *shot, int scope)
{
	return scope == LIVE_THIS ? shot->id : NULL;
}

/* --- hit rates, latencies ------------------------------------------------------------- */

static void take_hits(struct live_shot *shot, const struct live *live)
{
	for (int scope = 0; scope < LIVE_SCOPES; scope++) {
		memset(&shot->hits[scope], 0, sizeof shot->hits[scope]);
		if (scope == LIVE_TENANT || shot->id[0])
			live_hits(live, id_of(shot, scope), &shot->hits[scope]);
	}
}

static void read_quantiles(struct live_latency *out)
{
	bool any = out->of.total > 0;

	out->n = out->of.total;
	out->p50_us = any ? histogram_quantile(&out->of, 0.50) : -1;
	out->p95_us = any ? histogram_quantile(&out->of, 0.95) : -1;
	out->p99_us = any ? histogram_quantile(&out->of, 0.99) : -1;
	out->max_us = any ? out->of.max_us : -1;
}

static void take_lookups(struct live_shot *shot, const struct live *live)
{
	for (int i = 0; i < LIVE_ROW_CALLS - LIVE_ROW_LATENCIES; i++) {
		struct live_latency *out = &shot->latencies[i];
		int scope = i / 2;

		histogram_reset(&out->of);
		if (scope == LIVE_TENANT || shot->id[0])
			live_latency(live, id_of(shot, scope),
				     i % 2 == 0 ? LIVE_OF_HITS : LIVE_OF_MISSES, &out->of);
		read_quantiles(out);
	}
}

static void take_calls(struct live_shot *shot, const struct live *live)
{
	for (int i = 0; i < ENDPOINTS; i++) {
		struct live_latency *out =
			&shot->latencies[LIVE_ROW_CALLS - LIVE_ROW_LATENCIES + i];

		out->of = *live_call_latency(live, (enum endpoint)i);
		read_quantiles(out);
		out->n = live_call_count(live, (enum endpoint)i);
		out->failures = live_call_failures(live, (enum endpoint)i);
	}
}

/* --- changes --------------------------------------------------------------------------- */

/* Which letters the changes had: they keep them as long as their action is looked at. */
struct letters {
	int64_t wall_us[LIVE_CHANGES_MAX];
	char letter[LIVE_CHANGES_MAX];
	size_t n;
};

static void read_letters(const struct live_shot *shot, struct letters *out)
{
	out->n = shot->change_count;
	for (size_t i = 0; i < out->n; i++) {
		out->wall_us[i] = shot->changes[i].wall_us;
		out->letter[i] = shot->changes[i].letter;
	}
}

static char letter_at(const struct letters *letters, int64_t wall_us)
{
	for (size_t i = 0; i < letters->n; i++)
		if (letters->wall_us[i] == wall_us)
			return letters->letter[i];
	return '\0';
}

static void give_letters(struct live_shot *shot, const struct letters *before)
{
	int last = -1;

	for (size_t i = shot->change_count; i-- > 0;) {
		struct live_change_row *row = &shot->changes[i];
		char kept = letter_at(before, row->wall_us);

		row->letter = kept ? kept : (char)('a' + (last + 1) % LETTERS);
		last = row->letter - 'a';
	}
}

static void tell_change(struct live_change_row *row, const struct live_change *change, bool utf8)
{
	struct buf words;

	buf_init(&words, sizeof row->words);
	if (change->has_before)
		changes_tell(&words, &change->before, &change->after, false, !utf8);
	snprintf(row->words, sizeof row->words, "%s", buf_str(&words));
	if (!row->words[0])
		live_change_words(change, row->words, sizeof row->words);
	buf_free(&words);
}

static void take_changes(struct live_shot *shot, const struct live *live, bool utf8)
{
	struct live_change changes[LIVE_CHANGES_MAX];
	struct letters before;

	read_letters(shot, &before);
	shot->change_count = 0;
	if (shot->id[0])
		shot->change_count = live_changes(live, shot->id, 0, changes, LIVE_CHANGES_MAX);
	for (size_t i = 0; i < shot->change_count; i++) {
		struct live_change_row *row = &shot->changes[i];
		const struct live_change *change = &changes[i];

		row->wall_us = change->wall_us;
		tell_change(row, change, utf8);
		snprintf(row->who, sizeof row->who, "%s",
			 change->by == LIVE_CHANGE_HERE ? "" : change->who);
		live_change_effect(live, change, LIVE_EFFECT_SPAN_S, &row->effect);
		/* To a replay nothing comes any more. */
		row->effect.after_ended = row->effect.after_ended || shot->is_replay;
	}
	give_letters(shot, &before);
}

static char letter_of(const struct live_shot *shot, const struct live_change *change)
{
	struct letters letters;
	char letter = '\0';

	read_letters(shot, &letters);
	if (strcmp(change->action_id, shot->id) == 0)
		letter = letter_at(&letters, change->wall_us);
	return letter ? letter : '*';
}

static void take_marks(struct live_shot *shot, const struct live *live, int64_t since_us)
{
	struct live_change changes[LIVE_MARKS_MAX];

	for (int scope = 0; scope < LIVE_SCOPES; scope++) {
		size_t n = 0;

		if (scope == LIVE_TENANT || shot->id[0])
			n = live_changes(live, id_of(shot, scope), since_us, changes,
					 LIVE_MARKS_MAX);
		shot->mark_counts[scope] = n;
		for (size_t i = 0; i < n; i++) {
			shot->marks[scope][i].wall_us = changes[i].wall_us;
			shot->marks[scope][i].letter = letter_of(shot, &changes[i]);
		}
	}
}

/* --- where they come from ---------------------------------------------------------------- */

static void note(struct live_shot *shot, enum role role, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void note(struct live_shot *shot, enum role role, const char *format, ...)
{
	struct live_note *out = &shot->notes[shot->note_count];
	va_list args;

	if (shot->note_count >= LIVE_NOTES_MAX)
		return;
	shot->note_count++;
	out->role = role;
	out->tail[0] = '\0';
	va_start(args, format);
	vsnprintf(out->text, sizeof out->text, format, args);
	va_end(args);
}

static void note_troubles(struct live_shot *shot, const struct live_source *source)
{
	char count[32];

	text_format_count((int64_t)source->bad_lines, count);
	if (source->bad_lines > 0)
		note(shot, ROLE_WARN, "! %s bad line%s, the first: %s", count,
		     source->bad_lines == 1 ? "" : "s", source->first_bad);
	text_format_count((int64_t)source->dropped, count);
	if (source->dropped > 0)
		note(shot, ROLE_WARN, "! %s line%s dropped: too many at once", count,
		     source->dropped == 1 ? "" : "s");
	text_format_count((int64_t)source->ahead, count);
	if (source->ahead > 0)
		note(shot, ROLE_WARN, "! %s look-up%s of the future count%s as now%s", count,
		     source->ahead == 1 ? "" : "s", source->ahead == 1 ? "s" : "",
		     source->ahead_ms ? ": ts seems to be in ms, not s" : "");
	if (source->no_history[0])
		note(shot, ROLE_WARN, "! no history is kept: %s", source->no_history);
}

/* "20:31Z", or of another day "2026-07-28 20:31Z". */
static void tell_minute(int64_t wall_us, int64_t now_us, char *out, size_t size)
{
	char text[CLOCK_TEXT_SIZE];
	char today[CLOCK_TEXT_SIZE];

	clock_format_rfc3339(wall_us, text);
	clock_format_rfc3339(now_us, today);
	if (strncmp(text, today, DATE_COLS) == 0)
		snprintf(out, size, "%.5sZ", text + DATE_COLS + 1);
	else
		snprintf(out, size, "%.*s %.5sZ", DATE_COLS, text, text + DATE_COLS + 1);
}

/* That the charts of long windows hold more than this run saw; where nothing else is
 * told, or one may look for it in vain. */
static bool tells_history(const struct live_pane *pane, const struct live_source *source)
{
	int64_t age_s = (pane->shot.taken_us - source->stored_to_us) / SECOND_US;
	int span_s = live_pane_span_s(pane);

	if (source->stored_to_us == 0)
		return false;
	return !source->text[0] || (span_s > HISTORY_OVER_S && age_s < span_s) ||
	       (source->run_s < LONGEST_RATE_S && age_s < LONGEST_RATE_S);
}

static void tell_feed(const struct live_source *source, bool behind, char *out, size_t size)
{
	char lines[32];
	char pace[32];
	char span[CLOCK_TEXT_SIZE];
	char writers[48] = "";

	if (source->waits[0] && source->lines == 0) {
		snprintf(out, size, "  %s", source->waits);
		return;
	}
	text_format_count((int64_t)source->lines, lines);
	text_format_count((int64_t)(source->lines_per_s + 0.5), pace);
	clock_format_span(source->behind_s * SECOND_US, span);
	if (source->is_socket)
		snprintf(writers, sizeof writers, "  %u writer%s", source->writers,
			 source->writers == 1 ? "" : "s");
	snprintf(out, size, "%s  %s line%s  %s/s%s%s%s%s", writers, lines,
		 source->lines == 1 ? "" : "s", pace, source->feed_ended ? "  ended" : "",
		 behind ? "  " : "", behind ? span : "", behind ? " behind" : "");
}

static void take_source(struct live_pane *pane, const struct live *live)
{
	struct live_shot *shot = &pane->shot;
	struct live_source source;
	struct live_note *first = &shot->notes[0];
	char until[48];

	live_source(live, &source);
	shot->note_count = 0;
	shot->behind = source.behind_s > BEHIND_S;
	shot->is_replay = source.is_replay;
	shot->was_reset = live_age_s(live) < source.run_s;
	shot->stored_to_us = source.stored_to_us;
	tell_minute(source.stored_to_us, shot->taken_us, until, sizeof until);
	if (source.is_replay && source.stored_to_us)
		note(shot, ROLE_WARN, "REPLAY: calls, changes and look-ups by the minute, to %s",
		     until);
	else if (source.is_replay)
		note(shot, ROLE_WARN, "REPLAY: calls and changes of a bundle, which holds no feed");
	if (source.is_replay && !source.text[0])
		return;
	if (source.text[0])
		note(shot, source.waits[0] ? ROLE_WARN : ROLE_TEXT, "%s", source.text);
	else if (source.stored_to_us)
		note(shot, ROLE_TEXT, "No look-ups in this run (--feed FILE, :hit)");
	else
		note(shot, ROLE_DIM, "No look-ups: start with --feed FILE, or :hit some");
	if (source.has_feed)
		tell_feed(&source, shot->behind, first->tail, sizeof first->tail);
	if (tells_history(pane, &source))
		note(shot, ROLE_TEXT, "History to %s: in latency charts, hit charts over 15m",
		     until);
	if (source.waits[0] && source.lines > 0)
		note(shot, ROLE_WARN, "! %s", source.waits);
	note_troubles(shot, &source);
}

/* --- everything ----------------------------------------------------------------------- */

/* In a replay it is always then. */
static int64_t now_of(const struct ui *ui)
{
	struct session_status status;

	session_status(ui->session, &status);
	return status.replay_of_us ? status.replay_of_us : clock_wall_us(loop_clock(ui->loop));
}

void live_pane_take(struct live_pane *pane)
{
	struct ui *ui = pane->ui;
	const struct live *live = session_live(ui->session);
	struct live_shot *shot = &pane->shot;
	int64_t now_us = now_of(ui);
	const int64_t longest_us = (int64_t)LIVE_SPAN_MAX_S * 1000000;

	if (pane->taken)
		return;
	pane->taken = true;
	shot->taken_us = now_us;
	shot->age_s = live_age_s(live);
	take_source(pane, live);
	if (strcmp(shot->id, ui_selected(ui)) != 0) {
		shot->change_count = 0;
		live_series_forget(pane);
		snprintf(shot->id, sizeof shot->id, "%s", ui_selected(ui));
	}
	take_hits(shot, live);
	shot->p95_us = shot->id[0] ? live_row_p95_us(live, shot->id) : -1;
	take_lookups(shot, live);
	take_calls(shot, live);
	take_changes(shot, live, ui->term.utf8);
	take_marks(shot, live, now_us - longest_us);
	live_series_take(pane, live);
}
