/* Lines in colours that fold. */
#include "fold_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"

enum { MARK_COLS = 2, WRAP_INDENT = 2, COLS_LEAST = 8, WHEEL_ROWS = 3, PART_SIZE = 4096 };

void fold_view_init(struct fold_view *view)
{
	memset(view, 0, sizeof *view);
	vec_init(&view->lines, sizeof(struct fold_line));
	vec_init(&view->rows, sizeof(struct fold_row));
}

void fold_view_free(struct fold_view *view)
{
	for (size_t i = 0; i < view->lines.len; i++) {
		struct fold_line *line = vec_at(&view->lines, i);
		free(line->text);
		free(line->tail);
	}
	vec_free(&view->lines);
	vec_free(&view->rows);
	free(view->sought);
	view->sought = NULL;
}

static struct fold_line *line_at(const struct fold_view *view, size_t i)
{
	return vec_at(&view->lines, i);
}

static const struct fold_row *row_at(const struct fold_view *view, size_t i)
{
	return vec_at(&view->rows, i);
}

/* --- filling --- */

struct fold_line *fold_view_add(struct fold_view *view, int level, int indent, const char *text,
				size_t len)
{
	struct fold_line line = {
		.level = level, .indent = indent, .hang = WRAP_INDENT, .last = view->lines.len};

	view->cols = 0;
	line.text = malloc(len + 1);
	if (line.text) {
		memcpy(line.text, text, len);
		line.text[len] = '\0';
	}
	if (!line.text || vec_push(&view->lines, &line) != ERR_OK) {
		free(line.text);
		view->failed = true;
		return NULL;
	}
	return line_at(view, view->lines.len - 1);
}

void fold_view_span(struct fold_view *view, size_t len, enum role role)
{
	struct fold_line *line = view->lines.len > 0 ? line_at(view, view->lines.len - 1) : NULL;
	int i = 0;

	while (line && i < FOLD_SPANS && line->spans[i].len > 0)
		i++;
	if (line && i < FOLD_SPANS)
		line->spans[i] = (struct fold_span){len, role};
}

void fold_view_under(struct fold_view *view, size_t first)
{
	if (first < view->lines.len)
		line_at(view, first)->last = view->lines.len - 1;
}

/* --- rows --- */

static void add_row(struct fold_view *view, size_t line, size_t at, size_t len)
{
	struct fold_row row = {line, at, len};

	if (vec_push(&view->rows, &row) != ERR_OK)
		view->failed = true;
}

static void wrap_line(struct fold_view *view, size_t i, int cols)
{
	const struct fold_line *line = line_at(view, i);
	int room = cols - MARK_COLS - line->indent;
	size_t at = 0;
	size_t skip;

	if (room < COLS_LEAST)
		room = COLS_LEAST;
	do {
		size_t len = draw_wrap_next(line->text + at, room, &skip);

		add_row(view, i, at, len);
		if (at == 0 && room - line->hang >= COLS_LEAST)
			room -= line->hang;
		at += len + skip;
	} while (line->text[at] != '\0' && !line->folded);
}

/* The cursor stays with its line. */
static void make_rows(struct fold_view *view, int cols)
{
	size_t kept = view->cursor < view->rows.len ? row_at(view, view->cursor)->line : 0;
	size_t above = view->cursor - view->top;

	vec_clear(&view->rows);
	view->cols = cols;
	view->cursor = 0;
	for (size_t i = 0; i < view->lines.len; i++) {
		const struct fold_line *line = line_at(view, i);

		if (i <= kept)
			view->cursor = view->rows.len;
		wrap_line(view, i, cols);
		if (line->folded)
			i = line->last;
	}
	view->top = view->cursor > above ? view->cursor - above : 0;
}

static void keep_in_sight(struct fold_view *view)
{
	size_t visible = view->visible > 0 ? (size_t)view->visible : 1;

	if (view->cursor >= view->rows.len)
		view->cursor = view->rows.len > 0 ? view->rows.len - 1 : 0;
	if (view->cursor < view->top)
		view->top = view->cursor;
	if (view->cursor >= view->top + visible)
		view->top = view->cursor - visible + 1;
	if (view->top + visible > view->rows.len)
		view->top = view->rows.len > visible ? view->rows.len - visible : 0;
}

/* --- drawing --- */

static enum role role_at(const struct fold_line *line, size_t at, size_t *end)
{
	*end = 0;
	for (int i = 0; i < FOLD_SPANS && line->spans[i].len > 0; i++) {
		*end += line->spans[i].len;
		if (at < *end)
			return line->spans[i].role;
	}
	*end = SIZE_MAX;
	return ROLE_TEXT;
}

static int draw_part(const struct canvas *c, int row, int col, enum role role, const char *text,
		     size_t len)
{
	char part[PART_SIZE];
	size_t n = len < sizeof part ? len : sizeof part - 1;

	if (col >= c->at.cols)
		return 0;
	memcpy(part, text, n);
	part[n] = '\0';
	return draw_text(c, row, col, 0, role, part);
}

static const char *mark_of(const struct canvas *c, const struct fold_line *line)
{
	if (line->folded)
		return c->utf8 ? "▸" : "+";
	return c->utf8 ? "▾" : "-";
}

static void draw_row(const struct fold_view *view, const struct canvas *c, int at,
		     const struct fold_row *row)
{
	const struct fold_line *line = line_at(view, row->line);
	size_t behind = row->at + row->len;
	int col = MARK_COLS + line->indent + (row->at > 0 ? line->hang : 0);

	if (line->last > row->line && row->at == 0)
		draw_text(c, at, MARK_COLS + line->indent - MARK_COLS, 1, ROLE_DIM,
			  mark_of(c, line));
	for (size_t from = row->at; from < behind;) {
		size_t end;
		enum role role = role_at(line, from, &end);

		if (end > behind)
			end = behind;
		col += draw_part(c, at, col, role, line->text + from, end - from);
		from = end;
	}
	if (line->folded && line->tail)
		draw_part(c, at, col, ROLE_DIM, line->tail, strlen(line->tail));
}

void fold_view_draw(struct fold_view *view, const struct canvas *c)
{
	if (view->cols != c->at.cols)
		make_rows(view, c->at.cols);
	view->visible = c->at.rows;
	keep_in_sight(view);
	draw_clear(c);
	for (int i = 0; i < c->at.rows && view->top + (size_t)i < view->rows.len; i++) {
		draw_row(view, c, i, row_at(view, view->top + (size_t)i));
		if (view->top + (size_t)i == view->cursor)
			draw_highlight(c, i, 0, 0, ROLE_SELECTED);
	}
}

/* --- folding --- */

/* Without a place on the screen yet: as wide as can be. */
static void ready(struct fold_view *view)
{
	if (view->cols == 0)
		make_rows(view, PART_SIZE);
}

static void changed(struct fold_view *view)
{
	make_rows(view, view->cols);
	keep_in_sight(view);
}

/* The line that folds the cursor's one away; itself when it folds something. */
static size_t folding_line(const struct fold_view *view)
{
	size_t at = row_at(view, view->cursor)->line;

	for (size_t i = at + 1; i-- > 0;)
		if (line_at(view, i)->last >= at && line_at(view, i)->last > i)
			return i;
	return at;
}

static void go_to_line(struct fold_view *view, size_t line)
{
	for (size_t i = 0; i < view->rows.len; i++) {
		if (row_at(view, i)->line == line) {
			view->cursor = i;
			keep_in_sight(view);
			return;
		}
	}
}

/* As much of what was unfolded under the cursor as there is room for. */
static void show_unfolded(struct fold_view *view, size_t last)
{
	size_t end = view->cursor;
	size_t visible = view->visible > 0 ? (size_t)view->visible : 1;

	while (end + 1 < view->rows.len && row_at(view, end + 1)->line <= last)
		end++;
	if (end >= view->top + visible)
		view->top = end - visible + 1;
	if (view->top > view->cursor)
		view->top = view->cursor;
}

static void fold_here(struct fold_view *view)
{
	size_t at = folding_line(view);
	struct fold_line *line = line_at(view, at);

	if (line->last == at)
		return;
	line->folded = !line->folded;
	go_to_line(view, at);
	changed(view);
	if (!line->folded)
		show_unfolded(view, line->last);
}

/* The deepest level that is open all over: headings are 0. */
static int open_level(const struct fold_view *view, int *most)
{
	int level = -1;

	*most = 0;
	for (size_t i = 0; i < view->lines.len; i++) {
		const struct fold_line *line = line_at(view, i);

		if (line->last == i)
			continue;
		if (line->level > *most)
			*most = line->level;
		if (line->folded && (level < 0 || line->level < level))
			level = line->level;
	}
	return level < 0 ? *most + 1 : level;
}

/* Everything of that level and deeper is folded, the rest open. */
static void fold_from(struct fold_view *view, int level)
{
	for (size_t i = 0; i < view->lines.len; i++) {
		struct fold_line *line = line_at(view, i);

		line->folded = line->last > i && line->level >= level;
	}
	changed(view);
}

static void change_level(struct fold_view *view, int by)
{
	int most;
	int level = open_level(view, &most) + by;

	fold_from(view, level < 0 ? 0 : level);
}

/* --- moving --- */

static void move_by(struct fold_view *view, long rows)
{
	size_t last = view->rows.len > 0 ? view->rows.len - 1 : 0;

	if (rows < 0)
		view->cursor = view->cursor > (size_t)-rows ? view->cursor - (size_t)-rows : 0;
	else
		view->cursor =
			last - view->cursor > (size_t)rows ? view->cursor + (size_t)rows : last;
	keep_in_sight(view);
}

bool fold_view_action(struct fold_view *view, enum key_action action)
{
	long page = view->visible > 1 ? view->visible - 1 : 1;

	ready(view);
	if (view->rows.len == 0)
		return false;
	switch (action) {
	case ACT_UP:
	case ACT_DOWN:
		move_by(view, action == ACT_UP ? -1 : 1);
		return true;
	case ACT_PAGE_UP:
	case ACT_PAGE_DOWN:
		move_by(view, action == ACT_PAGE_UP ? -page : page);
		return true;
	case ACT_FIRST:
	case ACT_LAST:
		view->cursor = action == ACT_FIRST ? 0 : view->rows.len - 1;
		keep_in_sight(view);
		return true;
	case ACT_FOLD:
		fold_here(view);
		return true;
	case ACT_WIDER:
	case ACT_NARROWER:
		change_level(view, action == ACT_WIDER ? 1 : -1);
		return true;
	default:
		return false;
	}
}

bool fold_view_mouse(struct fold_view *view, const struct mouse *mouse)
{
	size_t row = view->top + (size_t)(mouse->row < 0 ? 0 : mouse->row);

	ready(view);
	if (mouse->kind != MOUSE_PRESS) {
		move_by(view, mouse->kind == MOUSE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
		return true;
	}
	if (mouse->row < 0 || row >= view->rows.len)
		return false;
	/* A second click on what folds. */
	if (view->cursor == row)
		fold_here(view);
	view->cursor = row < view->rows.len ? row : view->cursor;
	keep_in_sight(view);
	return true;
}

/* --- searching --- */

static bool holds(const struct fold_line *line, const char *lowered)
{
	char *text = text_lower(line->text);
	bool found = text && strstr(text, lowered);

	free(text);
	return found;
}

static void unfold_around(struct fold_view *view, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (line_at(view, i)->last >= at)
			line_at(view, i)->folded = false;
	changed(view);
}

static void show_around(struct fold_view *view)
{
	size_t half = view->visible > 0 ? (size_t)view->visible / 2 : 0;

	view->top = view->cursor > half ? view->cursor - half : 0;
	keep_in_sight(view);
}

bool fold_view_search(struct fold_view *view, const char *words, bool backwards)
{
	size_t n = view->lines.len;
	size_t at;

	if (words) {
		free(view->sought);
		view->sought = text_lower(words);
	}
	ready(view);
	if (!view->sought || !view->sought[0] || view->rows.len == 0)
		return false;
	at = row_at(view, view->cursor)->line;
	for (size_t i = 0; i < n; i++) {
		at = backwards ? (at + n - 1) % n : (at + 1) % n;
		if (holds(line_at(view, at), view->sought)) {
			unfold_around(view, at);
			go_to_line(view, at);
			show_around(view);
			return true;
		}
	}
	return false;
}
