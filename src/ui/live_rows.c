/* The tables of the Live pane: lines, some of them rows that the cursor goes to. */
#include <stdio.h>
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/ui/chart.h"
#include "internal.h"
#include "live_pane.h"

enum {
	LINES_MAX = LIVE_ROWS + LIVE_CHANGES_MAX + LIVE_NOTES_MAX + 8,
	NAME_COLS = 13,
	RATE_COLS = 7,
	COUNT_COLS = 9,
	NARROW_NAME_COLS = 6,
	NARROW_RATE_COLS = 6,
	NARROW_COUNT_COLS = 6,
	MS_COLS = 7,
	SHORT_COUNT_COLS = 7,
	CHANGE_COLS = 12, /* mark, letter, time */
	EFFECT_COLS = 48,
	DAY_S = 86400
};

enum live_line_kind {
	LINE_BLANK,
	LINE_NOTE,
	LINE_RATES_HEAD,
	LINE_COUNTS,
	LINE_LOOKUPS_HEAD,
	LINE_CALLS_HEAD,
	LINE_CHANGES_HEAD,
	LINE_NO_CHANGES,
	LINE_EFFECT, /* of the change above, where one line has no room for it */
	LINE_ROW
};

struct live_line {
	enum live_line_kind kind;
	int i; /* of a row: enum live_row */
};

struct lines {
	struct live_line line[LINES_MAX];
	int n;
};

static bool is_wide(int cols)
{
	return cols >= LIVE_WIDE_COLS;
}

/* --- which lines ------------------------------------------------------------------------ */

static void add(struct lines *lines, enum live_line_kind kind, int i)
{
	if (lines->n < LINES_MAX)
		lines->line[lines->n++] = (struct live_line){kind, i};
}

static void add_rates(struct lines *lines, const struct live_shot *shot)
{
	for (size_t i = 0; i < shot->note_count; i++)
		add(lines, LINE_NOTE, (int)i);
	add(lines, LINE_RATES_HEAD, 0);
	add(lines, LINE_ROW, LIVE_ROW_RATES + LIVE_THIS);
	add(lines, LINE_ROW, LIVE_ROW_RATES + LIVE_TENANT);
	if (!shot->is_replay)
		add(lines, LINE_COUNTS, 0);
}

static void add_rows(struct lines *lines, enum live_line_kind head, int from, int to)
{
	add(lines, head, 0);
	for (int row = from; row < to; row++)
		add(lines, LINE_ROW, row);
}

static void add_changes(struct lines *lines, const struct live_shot *shot, int cols)
{
	add(lines, LINE_CHANGES_HEAD, 0);
	if (shot->change_count == 0)
		add(lines, LINE_NO_CHANGES, 0);
	for (int i = 0; i < (int)shot->change_count; i++) {
		add(lines, LINE_ROW, LIVE_ROW_CHANGES + i);
		if (!is_wide(cols))
			add(lines, LINE_EFFECT, i);
	}
}

/* In one column changes stand before our own calls, and only where there are any. */
static void build(struct lines *lines, const struct live_shot *shot, int cols, unsigned parts)
{
	bool all = parts == LIVE_PARTS;

	lines->n = 0;
	if (parts & LIVE_PART_RATES)
		add_rates(lines, shot);
	if (parts & LIVE_PART_LATENCIES)
		add_rows(lines, LINE_LOOKUPS_HEAD, LIVE_ROW_LATENCIES, LIVE_ROW_CALLS);
	if ((parts & LIVE_PART_RATES) && !all)
		add(lines, LINE_BLANK, 0);
	if ((parts & LIVE_PART_RATES) && (!all || shot->change_count > 0))
		add_changes(lines, shot, cols);
	if (parts & LIVE_PART_LATENCIES)
		add_rows(lines, LINE_CALLS_HEAD, LIVE_ROW_CALLS, LIVE_ROW_CHANGES);
}

int live_rows_count(const struct live_pane *pane, int cols, unsigned parts)
{
	struct lines lines;

	build(&lines, &pane->shot, cols, parts);
	return lines.n;
}

static int add_order(const struct lines *lines, int *out, int n)
{
	for (int i = 0; i < lines->n; i++)
		if (lines->line[i].kind == LINE_ROW)
			out[n++] = lines->line[i].i;
	return n;
}

int live_rows_order(const struct live_pane *pane, int out[LIVE_ROWS])
{
	struct lines lines;
	int n;

	build(&lines, &pane->shot, 0, pane->two_tables ? LIVE_PART_RATES : LIVE_PARTS);
	n = add_order(&lines, out, 0);
	if (!pane->two_tables)
		return n;
	build(&lines, &pane->shot, 0, LIVE_PART_LATENCIES);
	return add_order(&lines, out, n);
}

/* --- hit rates --------------------------------------------------------------------------- */

/* The spans of struct live_hits, in order. */
static struct hit_count count_of(const struct live_hits *hits, int span)
{
	switch (span) {
	case 0:
		return hits->last_10;
	case 1:
		return hits->last_100;
	case 2:
		return hits->last_1000;
	default:
		return hits->since_reset;
	}
}

enum { RATE_SPANS = 4 };

static void draw_rates_head(const struct canvas *c, int row)
{
	static const char *const wide[RATE_SPANS] = {"10 s", "100 s", "1000 s", "reset"};
	static const char *const narrow[RATE_SPANS] = {"10s", "100s", "1000s", "reset"};
	bool whole = is_wide(c->at.cols);
	int rate_cols = whole ? RATE_COLS : NARROW_RATE_COLS;
	int count_cols = whole ? COUNT_COLS : NARROW_COUNT_COLS;
	int col = whole ? NAME_COLS : NARROW_NAME_COLS;

	draw_text(c, row, 1, 0, ROLE_HEADER, whole ? "HIT RATE" : "HIT%");
	for (int i = 0; i < RATE_SPANS; i++) {
		draw_right(c, row, col, rate_cols, ROLE_HEADER, whole ? wide[i] : narrow[i]);
		draw_right(c, row, col + rate_cols, count_cols, ROLE_HEADER, "n");
		col += rate_cols + count_cols;
	}
}

static int put_rate(const struct canvas *c, int row, int col, struct hit_count count)
{
	bool whole = is_wide(c->at.cols);
	int rate_cols = whole ? RATE_COLS : NARROW_RATE_COLS;
	int count_cols = whole ? COUNT_COLS : NARROW_COUNT_COLS;
	double rate = hit_rate(count);
	char text[32] = "-";

	if (rate >= 0)
		snprintf(text, sizeof text, whole ? "%.1f%%" : "%.1f", rate * 100);
	draw_right(c, row, col, rate_cols, rate >= 0 ? ROLE_STRONG : ROLE_DIM, text);
	text_format_count((int64_t)hit_count_n(count), text);
	if (!whole || text_width(text) >= count_cols)
		chart_format_count(hit_count_n(count), text, sizeof text);
	draw_right(c, row, col + rate_cols, count_cols, rate >= 0 ? ROLE_TEXT : ROLE_DIM, text);
	return col + rate_cols + count_cols;
}

static void draw_rates(const struct live_shot *shot, const struct canvas *c, int row, int scope)
{
	static const char *const wide[LIVE_SCOPES] = {"this action", "all actions"};
	static const char *const narrow[LIVE_SCOPES] = {"this", "all"};
	bool whole = is_wide(c->at.cols);
	int col = whole ? NAME_COLS : NARROW_NAME_COLS;

	draw_text(c, row, 1, col - 1, ROLE_TEXT, whole ? wide[scope] : narrow[scope]);
	for (int i = 0; i < RATE_SPANS; i++)
		col = put_rate(c, row, col, count_of(&shot->hits[scope], i));
}

/* Hits, misses and expired of this action since the reset. */
static void draw_counts(const struct live_shot *shot, const struct canvas *c, int row)
{
	const struct hit_count *count = &shot->hits[LIVE_THIS].since_reset;
	char age[CLOCK_TEXT_SIZE] = "0s";
	char hits[32];
	char misses[32];
	char expired[32];
	int col = 1;

	if (shot->age_s > 0)
		clock_format_span(shot->age_s * 1000000, age);
	text_format_count((int64_t)count->hits, hits);
	text_format_count((int64_t)count->misses, misses);
	text_format_count((int64_t)count->expired, expired);
	col += draw_format(c, row, col, 0, ROLE_LABEL,
			   "%s %s ago:", shot->was_reset ? "reset" : "started", age) +
	       1;
	col += draw_format(c, row, col, 0, ROLE_HIT, "%s hit%s", hits,
			   count->hits == 1 ? "" : "s") +
	       2;
	col += draw_format(c, row, col, 0, ROLE_MISS, "%s miss%s", misses,
			   count->misses == 1 ? "" : "es") +
	       2;
	if (count->expired > 0)
		draw_format(c, row, col, 0, ROLE_WARN, "(%s expired)", expired);
}

/* --- latencies ---------------------------------------------------------------------------- */

static void draw_latency_head(const struct canvas *c, int row, const char *title, bool calls)
{
	static const char *const heads[] = {"p50", "p95", "p99", "max"};
	int col = NAME_COLS;

	draw_text(c, row, 1, 0, ROLE_HEADER, title);
	for (int i = 0; i < 4; i++, col += MS_COLS)
		draw_right(c, row, col, MS_COLS, ROLE_HEADER, heads[i]);
	draw_right(c, row, col, SHORT_COUNT_COLS, ROLE_HEADER, "n");
	if (calls)
		draw_right(c, row, col + SHORT_COUNT_COLS, MS_COLS, ROLE_HEADER, "failed");
}

static int put_ms(const struct canvas *c, int row, int col, int64_t us)
{
	char text[32] = "-";

	if (us >= 0)
		chart_format_ms(us, text, sizeof text);
	draw_right(c, row, col, MS_COLS, us >= 0 ? ROLE_TEXT : ROLE_DIM, text);
	return col + MS_COLS;
}

static const char *latency_name(int row)
{
	static const char *const names[] = {"this: hits", "this: misses", "all: hits",
					    "all: misses"};

	if (row < LIVE_ROW_CALLS)
		return names[row - LIVE_ROW_LATENCIES];
	return endpoint_name((enum endpoint)(row - LIVE_ROW_CALLS));
}

static void draw_latency(const struct live_shot *shot, const struct canvas *c, int row, int which)
{
	const struct live_latency *latency = &shot->latencies[which - LIVE_ROW_LATENCIES];
	char count[32];
	int col = NAME_COLS;

	draw_text(c, row, 1, NAME_COLS - 1, ROLE_TEXT, latency_name(which));
	col = put_ms(c, row, col, latency->p50_us);
	col = put_ms(c, row, col, latency->p95_us);
	col = put_ms(c, row, col, latency->p99_us);
	col = put_ms(c, row, col, latency->max_us);
	chart_format_count(latency->n, count, sizeof count);
	draw_right(c, row, col, SHORT_COUNT_COLS, latency->n ? ROLE_TEXT : ROLE_DIM, count);
	if (which < LIVE_ROW_CALLS)
		return;
	chart_format_count(latency->failures, count, sizeof count);
	draw_right(c, row, col + SHORT_COUNT_COLS, MS_COLS,
		   latency->failures ? ROLE_ERROR : ROLE_DIM, count);
}

/* --- changes -------------------------------------------------------------------------------- */

static const char *arrow(const struct canvas *c)
{
	return c->utf8 ? "→" : "->";
}

static void draw_changes_head(const struct canvas *c, int row)
{
	draw_text(c, row, 1, 0, ROLE_HEADER, "CHANGES");
	if (is_wide(c->at.cols))
		draw_format(c, row, c->at.cols - EFFECT_COLS, 0, ROLE_HEADER,
			    "HIT RATE before %s after (n), p95 ms", arrow(c));
}

/* Which of the two sides' p95 are told: of a side that has too few look-ups none. */
static bool tells_p95(const struct live_side *side)
{
	return side->enough && side->p95_us >= 0;
}

static void tell_rate(const struct live_side *side, bool with_p95, const char *unit, char *out,
		      size_t size)
{
	char n[32];
	char ms[32];
	int used;

	chart_format_count(hit_count_n(side->count), n, sizeof n);
	used = snprintf(out, size, "%.1f%% (%s)", hit_rate(side->count) * 100, n);
	if (!with_p95 || !tells_p95(side))
		return;
	chart_format_ms(side->p95_us, ms, sizeof ms);
	snprintf(out + used, size - (size_t)used, ", p95 %s%s", ms, unit);
}

/* How much of the words there is room for. */
enum brevity { EFFECT_WHOLE, EFFECT_NO_UNIT, EFFECT_NO_LIMIT, EFFECT_BREVITIES };

static const char *unit(enum brevity brevity)
{
	return brevity == EFFECT_WHOLE ? " ms" : "";
}

/* One side's p95 stands beside its rate, both of them behind it all. */
static void tell_side(const struct live_effect *effect, bool after, enum brevity brevity, char *out,
		      size_t size)
{
	const struct live_side *side = after ? &effect->after : &effect->before;
	bool both = tells_p95(&effect->before) && tells_p95(&effect->after);
	char n[32];

	chart_format_count(hit_count_n(side->count), n, sizeof n);
	if (side->enough)
		tell_rate(side, !both, unit(brevity), out, size);
	else if (!after || effect->after_ended)
		snprintf(out, size, "too few (%s)", n);
	else if (brevity < EFFECT_NO_LIMIT)
		snprintf(out, size, "not enough yet (%s of %d)", n, LIVE_ENOUGH);
	else
		snprintf(out, size, "not enough yet (%s)", n);
}

static void tell_both_p95(const struct canvas *c, const struct live_effect *effect,
			  enum brevity brevity, char *out, size_t size)
{
	char before[32];
	char after[32];

	out[0] = '\0';
	if (!tells_p95(&effect->before) || !tells_p95(&effect->after))
		return;
	chart_format_ms(effect->before.p95_us, before, sizeof before);
	chart_format_ms(effect->after.p95_us, after, sizeof after);
	snprintf(out, size, "  p95 %s %s %s%s", before, arrow(c), after, unit(brevity));
}

static bool has_lookups(const struct live_effect *effect)
{
	return hit_count_n(effect->before.count) + hit_count_n(effect->after.count) > 0;
}

static void draw_effect(const struct live_shot *shot, const struct live_change_row *change,
			const struct canvas *c, int row, int col)
{
	char before[64];
	char after[64];
	char p95[80];
	char text[256];

	if (shot->is_replay && !shot->stored_to_us && !has_lookups(&change->effect)) {
		draw_text(c, row, col, 0, ROLE_DIM, "a bundle holds no look-ups");
		return;
	}
	for (int brevity = EFFECT_WHOLE; brevity < EFFECT_BREVITIES; brevity++) {
		tell_side(&change->effect, false, (enum brevity)brevity, before, sizeof before);
		tell_side(&change->effect, true, (enum brevity)brevity, after, sizeof after);
		tell_both_p95(c, &change->effect, (enum brevity)brevity, p95, sizeof p95);
		snprintf(text, sizeof text, "%s %s %s%s", before, arrow(c), after, p95);
		if (text_width(text) <= c->at.cols - col)
			break;
	}
	draw_text(c, row, col, 0, ROLE_TEXT, text);
}

/* "14:02:09" of today, else how long ago. */
static void tell_when(const struct live_shot *shot, int64_t wall_us, char out[CLOCK_TEXT_SIZE])
{
	int64_t age_us = shot->taken_us - wall_us;

	if (age_us < (int64_t)DAY_S * 1000000) {
		clock_format_time(wall_us, out);
		return;
	}
	snprintf(out, CLOCK_TEXT_SIZE, "%lldd ago", (long long)(age_us / DAY_S / 1000000));
}

static void draw_change(const struct live_shot *shot, const struct canvas *c, int row, int i)
{
	const struct live_change_row *change = &shot->changes[i];
	int cols = c->at.cols - CHANGE_COLS - 1 - (is_wide(c->at.cols) ? EFFECT_COLS : 0);
	char time[CLOCK_TEXT_SIZE];
	char text[sizeof change->words + sizeof change->who + 8];

	tell_when(shot, change->wall_us, time);
	draw_format(c, row, 1, 1, ROLE_STRONG, "%c", change->letter);
	draw_text(c, row, 3, CHANGE_COLS - 4, ROLE_LABEL, time);
	snprintf(text, sizeof text, "%s, by %s", change->words, change->who);
	draw_text(c, row, CHANGE_COLS, cols, ROLE_TEXT,
		  change->who[0] && text_width(text) <= cols ? text : change->words);
	if (is_wide(c->at.cols))
		draw_effect(shot, change, c, row, c->at.cols - EFFECT_COLS);
}

/* --- lines ------------------------------------------------------------------------------------ */

static void draw_row(const struct live_shot *shot, const struct canvas *c, int row, int which)
{
	if (which < LIVE_ROW_LATENCIES)
		draw_rates(shot, c, row, which - LIVE_ROW_RATES);
	else if (which < LIVE_ROW_CHANGES)
		draw_latency(shot, c, row, which);
	else
		draw_change(shot, c, row, which - LIVE_ROW_CHANGES);
}

/* The end of a text that fits: of a path that is what tells it from others. */
static const char *end_of(const char *text, int cols)
{
	while (*text && text_width(text) > cols)
		do
			text++;
		while (((unsigned char)*text & 0xc0) == 0x80);
	return text;
}

/* How a feed fares is told, however long its name. */
static void draw_note(const struct live_note *note, const struct canvas *c, int row)
{
	int room = c->at.cols - 1 - text_width(note->tail);
	const char *more = c->utf8 ? "…" : "~";
	int col = 1;

	if (!note->tail[0] || room <= 1) {
		draw_text(c, row, col, 0, note->role, note->text);
		return;
	}
	if (text_width(note->text) <= room)
		col += draw_text(c, row, col, room, note->role, note->text);
	else
		col += draw_format(c, row, col, room, note->role, "%s%s", more,
				   end_of(note->text, room - 1));
	draw_text(c, row, col, 0, note->role, note->tail);
}

static void draw_line(const struct live_shot *shot, const struct canvas *c, int row,
		      struct live_line line)
{
	switch (line.kind) {
	case LINE_NOTE:
		draw_note(&shot->notes[line.i], c, row);
		break;
	case LINE_RATES_HEAD:
		draw_rates_head(c, row);
		break;
	case LINE_COUNTS:
		draw_counts(shot, c, row);
		break;
	case LINE_LOOKUPS_HEAD:
		draw_latency_head(c, row, "LOOK-UPS ms", false);
		break;
	case LINE_CALLS_HEAD:
		draw_latency_head(c, row, "OWN CALLS ms", true);
		break;
	case LINE_CHANGES_HEAD:
		draw_changes_head(c, row);
		break;
	case LINE_NO_CHANGES:
		draw_text(c, row, 1, 0, ROLE_DIM, "none is known of this action");
		break;
	case LINE_EFFECT:
		draw_effect(shot, &shot->changes[line.i], c, row, CHANGE_COLS);
		break;
	case LINE_ROW:
		draw_row(shot, c, row, line.i);
		break;
	default:
		break;
	}
}

/* Keep the chosen row on the screen, its heading too where that is just above. */
static int follow(const struct lines *lines, int chosen, int rows, int top)
{
	int at = -1;
	int head;

	for (int i = 0; i < lines->n; i++)
		if (lines->line[i].kind == LINE_ROW && lines->line[i].i == chosen)
			at = i;
	head = at;
	while (head > 0 && lines->line[head - 1].kind != LINE_ROW)
		head--;
	if (at >= 0 && head < top)
		top = head;
	if (at >= 0 && at + 1 < lines->n && lines->line[at + 1].kind == LINE_EFFECT)
		at++;
	if (at >= top + rows)
		top = at - rows + 1;
	if (top > lines->n - rows)
		top = lines->n - rows;
	return top < 0 ? 0 : top;
}

static void draw_chosen(const struct canvas *c, int row, bool focused)
{
	draw_text(c, row, 0, 1, ROLE_KEY, ">");
	if (focused)
		draw_highlight(c, row, 0, 0, ROLE_SELECTED);
}

static bool is_head(enum live_line_kind kind)
{
	return kind == LINE_LOOKUPS_HEAD || kind == LINE_CALLS_HEAD || kind == LINE_CHANGES_HEAD;
}

/* A heading whose rows have no room says nothing. */
static bool is_bare_head(const struct lines *lines, int at, int last)
{
	return at == last && at + 1 < lines->n && is_head(lines->line[at].kind);
}

int live_rows_draw(struct live_pane *pane, const struct canvas *c, unsigned parts, bool focused)
{
	bool second = parts == LIVE_PART_LATENCIES;
	int *top = &pane->tops[second];
	struct lines lines;

	build(&lines, &pane->shot, c->at.cols, parts);
	memset(pane->shown[second], 0, sizeof pane->shown[second]);
	*top = follow(&lines, pane->chosen, c->at.rows, *top);
	for (int row = 0; row < c->at.rows && *top + row < lines.n; row++) {
		struct live_line line = lines.line[*top + row];

		if (!is_bare_head(&lines, *top + row, *top + c->at.rows - 1))
			draw_line(&pane->shot, c, row, line);
		if (line.kind == LINE_ROW && row < LIVE_SHOWN_MAX)
			pane->shown[second][row] = (unsigned char)(line.i + 1);
		if (line.kind == LINE_ROW && line.i == pane->chosen)
			draw_chosen(c, row, focused);
	}
	return lines.n > *top + c->at.rows ? lines.n - *top - c->at.rows : 0;
}
