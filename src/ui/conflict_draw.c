/* How the CONFLICT screen looks: how it came about, the table, and below it the
 * row under the cursor with its values whole. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "conflict.h"
#include "dacache/base/clock.h"
#include "excerpt.h"

enum {
	MARK_COLS = 2,
	NAME_COLS = 14,
	HOW_COLS = 8,
	VALUES = 4,
	LABEL_COLS = 8,
	WORD_COLS = 8, /* a line may end so much earlier */
	INFO_ROWS = 5,
	DETAIL_MAX = 13,
	TEXT_MAX = 1 << 20,
};

/* --- the table ------------------------------------------------------------------------ */

static const char *how_of(const struct merge_row *row)
{
	switch (row->choice) {
	case MERGE_MINE:
		return "mine";
	case MERGE_SERVER:
		return "server";
	case MERGE_BY_HAND:
		return "by hand";
	default:
		break;
	}
	if (row->state == MERGE_AUTO)
		return "auto";
	return row->state == MERGE_OPEN ? "open" : "same";
}

static enum role role_of(const struct merge_row *row)
{
	if (!merge_is_resolved(row))
		return ROLE_ERROR;
	return row->state == MERGE_UNCHANGED || !conflict_is_ours(row) ? ROLE_DIM : ROLE_TEXT;
}

static int value_cols(int cols)
{
	return (cols - MARK_COLS - NAME_COLS - HOW_COLS) / VALUES;
}

static void draw_value(const struct canvas *c, int col, int cols, enum role role,
		       const struct merge_row *row, const char *json)
{
	struct buf text;

	buf_init(&text, TEXT_MAX);
	conflict_words(row, json, &text);
	draw_text(c, 0, col, cols - 1, json ? role : ROLE_DIM, json ? buf_str(&text) : "(absent)");
	buf_free(&text);
}

void conflict_draw_row(const void *context, const struct canvas *c, size_t i, bool selected)
{
	const struct conflict_screen *conflict = context;
	const size_t *index = vec_at(&conflict->shown, i);
	const struct merge_row *row = &conflict->merge.rows[*index];
	const char *values[VALUES - 1] = {row->base, row->server, row->mine};
	enum role role = role_of(row);
	int cols = value_cols(c->at.cols);
	int col = MARK_COLS;

	if (selected)
		draw_text(c, 0, 0, 1, ROLE_TEXT, ">");
	draw_text(c, 0, col, NAME_COLS - 1, role, row->name);
	col += NAME_COLS;
	for (int v = 0; v < VALUES - 1; v++, col += cols)
		draw_value(c, col, cols, role, row, values[v]);
	draw_text(c, 0, col, HOW_COLS - 1, merge_is_resolved(row) ? ROLE_OK : ROLE_ERROR,
		  how_of(row));
	if (merge_is_resolved(row))
		draw_value(c, col + HOW_COLS, 0, role, row, merge_result(row));
	else
		draw_text(c, 0, col + HOW_COLS, 0, ROLE_ERROR, "m, s or e");
}

static void draw_header(const struct canvas *c, int row)
{
	static const char *const names[VALUES] = {"BASE", "SERVER", "MINE", "RESULT"};
	int cols = value_cols(c->at.cols);

	draw_text(c, row, MARK_COLS, 0, ROLE_HEADER, "FIELD");
	for (int v = 0; v < VALUES; v++)
		draw_text(c, row, MARK_COLS + NAME_COLS + v * cols, 0, ROLE_HEADER, names[v]);
}

/* --- above: how it came about ----------------------------------------------------------- */

static bool is_as_it_was(const struct conflict_screen *conflict)
{
	const struct action *base = conflict->edit->base;
	const struct action *now = conflict->now;

	return now && strcmp(now->etag, base->etag) == 0 &&
	       cache_members_equal(&now->members, &base->members);
}

static void draw_what(const struct conflict_screen *conflict, const struct canvas *c)
{
	const struct conflict_cause *cause = &conflict->cause;

	if (cause->was_put && is_as_it_was(conflict))
		draw_format(c, 1, 1, 0, ROLE_ERROR,
			    "%d conflict, yet the action is as it was. This request wrote nothing.",
			    cause->status);
	else if (!cause->was_put)
		draw_text(c, 1, 1, 0, ROLE_ERROR,
			  "You and someone else changed the same member. Nothing was sent yet.");
	else if (cause->failure.conflict.may_have_written)
		draw_text(c, 1, 1, 0, ROLE_ERROR,
			  "Someone else changed it. Whether yours was applied first can't be "
			  "known.");
	else
		draw_format(c, 1, 1, 0, ROLE_ERROR,
			    "%d conflict: someone else changed it first. This request wrote "
			    "nothing.",
			    cause->status);
}

static void draw_who(const struct conflict_screen *conflict, const struct canvas *c)
{
	const struct action *now = conflict->now;
	int64_t at_us;
	int64_t wall_us = clock_wall_us(loop_clock(ui_loop(conflict->screen.ui)));
	char when[CLOCK_TEXT_SIZE];
	char span[CLOCK_TEXT_SIZE] = "";

	if (clock_parse_rfc3339(now->date_modified, &at_us)) {
		snprintf(when, sizeof when, "%.30s", now->date_modified);
	} else {
		clock_format_rfc3339(at_us, when);
		snprintf(when + strlen("2026-01-31T14:02:09"), 2, "Z");
		conflict_age(wall_us - at_us, span);
	}
	draw_format(c, 2, 1, 0, ROLE_TEXT, "changed by %s  %s%s%s%s",
		    now->modified_by[0] ? now->modified_by : "(the server does not say)",
		    when[0] ? when : "(nor when)", span[0] ? "  (" : "", span,
		    span[0] ? " ago)" : "");
}

static bool changed_again(const struct conflict_screen *conflict)
{
	const struct action *theirs = conflict->edit->theirs;

	return conflict->now && theirs && strcmp(theirs->etag, conflict->now->etag) != 0;
}

static void draw_etags(const struct conflict_screen *conflict, const struct canvas *c)
{
	const struct conflict_cause *cause = &conflict->cause;
	const char *now = conflict->now->etag[0] ? conflict->now->etag : "none";

	if (cause->was_put)
		draw_format(c, 3, 1, 0, ROLE_TEXT, "If-Match sent %s, the server has %s",
			    cause->if_match[0] ? cause->if_match : "none", now);
	else
		draw_format(c, 3, 1, 0, ROLE_TEXT, "read with ETag %s, the server has %s",
			    conflict->edit->base->etag[0] ? conflict->edit->base->etag : "none",
			    now);
	if (changed_again(conflict))
		draw_text(c, 4, 1, 0, ROLE_WARN, "It changed again meanwhile: R compares anew.");
	else if (cause->correlation_id[0])
		draw_format(c, 4, 1, 0, ROLE_TEXT, "correlation id %s", cause->correlation_id);
}

/* --- below: the row, whole --------------------------------------------------------------- */

/* Half of the room, and what the table leaves. */
static int detail_rows(const struct conflict_screen *conflict, const struct canvas *c)
{
	int room = c->at.rows - INFO_ROWS - 1;
	int rows = room / 2 > DETAIL_MAX ? DETAIL_MAX : room / 2;
	int left = room - (int)conflict->shown.len - 1;

	if (rows < left)
		rows = left;
	return rows < VALUES + 1 ? VALUES + 1 : rows;
}

/* One side of the row under the cursor. */
struct side {
	const char *label;
	const char *json;
	const char *against; /* a long value is shown where it differs from that */
	int rows;            /* at most */
};

static void put_side(const struct merge_row *row, const struct side *side, int cols, bool ascii,
		     struct buf *out)
{
	struct buf words;
	struct buf other;
	struct excerpt shared;

	buf_init(&words, TEXT_MAX);
	buf_init(&other, TEXT_MAX);
	conflict_words(row, side->json, &words);
	conflict_words(row, side->against, &other);
	shared = excerpt_between(buf_str(&words), buf_str(&other));
	excerpt_fit(out, buf_str(&words), &shared, cols * side->rows - (side->rows - 1) * WORD_COLS,
		    ascii);
	buf_free(&other);
	buf_free(&words);
}

static int draw_side(const struct canvas *c, int at, const struct merge_row *row,
		     const struct side *side)
{
	int cols = c->at.cols - LABEL_COLS - 2;
	struct buf text;
	int used;

	buf_init(&text, TEXT_MAX);
	put_side(row, side, cols, !c->utf8, &text);
	draw_text(c, at, 1, LABEL_COLS, ROLE_LABEL, side->label);
	used = draw_paragraph(c, at, 1 + LABEL_COLS, cols, side->rows, ROLE_TEXT,
			      side->json ? buf_str(&text) : "(absent)");
	buf_free(&text);
	return at + (used > 0 ? used : 1);
}

static void draw_detail(const struct conflict_screen *conflict, const struct canvas *c, int at)
{
	const struct merge_row *row = conflict_row(conflict);
	int each = (c->at.rows - at - 1) / VALUES;
	size_t open = merge_open_count(&conflict->merge);
	char right[80];

	if (!row)
		return;
	if (open > 0)
		snprintf(right, sizeof right, "%zu open", open);
	else
		snprintf(right, sizeof right, "none open; F2 reviews");
	draw_rule(c, at++, ROLE_TITLE, row->name, right);
	at = draw_side(c, at, row, &(struct side){"base", row->base, row->server, each});
	at = draw_side(c, at, row, &(struct side){"server", row->server, row->mine, each});
	at = draw_side(c, at, row, &(struct side){"mine", row->mine, row->server, each});
	if (merge_is_resolved(row))
		draw_side(c, at, row, &(struct side){"result", merge_result(row), row->base, each});
}

/* --- the whole ------------------------------------------------------------------------------ */

static void draw_reading(const struct conflict_screen *conflict, const struct canvas *c)
{
	struct rect rest = {2, 1, c->at.rows - 2, c->at.cols - 2};
	struct canvas body = canvas_part(c, &rest);

	if (conflict->fetch)
		draw_text(&body, 0, 0, 0, ROLE_DIM,
			  c->utf8 ? "reading the action again…" : "reading the action again...");
	else
		draw_paragraph(&body, 0, 0, body.at.cols, 4, ROLE_WARN, conflict->why);
	if (conflict->cause.correlation_id[0])
		draw_format(&body, 5, 0, 0, ROLE_TEXT, "correlation id %s",
			    conflict->cause.correlation_id);
}

void conflict_draw(struct ui_screen *screen, const struct canvas *c, unsigned dirty)
{
	struct conflict_screen *conflict = (struct conflict_screen *)screen;
	int below = c->at.rows - detail_rows(conflict, c);
	char title[256];
	struct canvas rows;

	(void)dirty;
	draw_clear(c);
	snprintf(title, sizeof title, "CONFLICT  %s", conflict->edit->name);
	draw_rule(c, 0, ROLE_FOCUS, title, conflict->fetch ? "reading" : NULL);
	draw_what(conflict, c);
	if (!conflict->now) {
		draw_reading(conflict, c);
		return;
	}
	draw_who(conflict, c);
	draw_etags(conflict, c);
	draw_header(c, INFO_ROWS);
	conflict->rows_at = (struct rect){INFO_ROWS + 1, 0, below - INFO_ROWS - 1, c->at.cols};
	rows = canvas_part(c, &conflict->rows_at);
	list_draw(&conflict->list, &rows, true);
	draw_detail(conflict, c, below);
}
