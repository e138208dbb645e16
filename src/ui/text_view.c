/* Lines of text, wrapped and scrolled. */
#include "dacache/ui/text_view.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"

enum { LINE_SIZE = 2048, WHEEL_ROWS = 3 };

void text_view_init(struct text_view *view, int label_cols, bool wrap)
{
	memset(view, 0, sizeof *view);
	vec_init(&view->lines, sizeof(struct text_line));
	view->label_cols = label_cols;
	view->wrap = wrap;
}

void text_view_clear(struct text_view *view)
{
	for (size_t i = 0; i < view->lines.len; i++) {
		struct text_line *line = vec_at(&view->lines, i);
		free(line->label);
		free(line->text);
	}
	vec_clear(&view->lines);
	view->failed = false;
	view->stale = true;
}

void text_view_free(struct text_view *view)
{
	text_view_clear(view);
	vec_free(&view->lines);
}

static void push(struct text_view *view, enum role role, int indent, const char *label,
		 const char *text, size_t len)
{
	struct text_line line = {.role = role, .indent = indent};

	view->stale = true;
	line.text = strndup(text, len);
	if (label)
		line.label = text_dup(label);
	if (line.text && (!label || line.label) && vec_push(&view->lines, &line) == ERR_OK)
		return;
	free(line.text);
	free(line.label);
	view->failed = true;
}

void text_view_add(struct text_view *view, enum role role, int indent, const char *text)
{
	push(view, role, indent, NULL, text, strlen(text));
}

void text_view_addf(struct text_view *view, enum role role, int indent, const char *format, ...)
{
	char text[LINE_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	text_view_add(view, role, indent, text);
}

void text_view_pair(struct text_view *view, const char *label, enum role role, const char *text)
{
	push(view, role, 0, label, text, strlen(text));
}

void text_view_pairf(struct text_view *view, const char *label, enum role role, const char *format,
		     ...)
{
	char text[LINE_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	text_view_pair(view, label, role, text);
}

void text_view_blank(struct text_view *view)
{
	text_view_add(view, ROLE_TEXT, 0, "");
}

void text_view_heading(struct text_view *view, const char *text)
{
	if (view->lines.len > 0)
		text_view_blank(view);
	text_view_add(view, ROLE_STRONG, 0, text);
}

void text_view_add_lines(struct text_view *view, enum role role, int indent, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		push(view, role, indent, NULL, text, len);
		text += len;
		if (*text == '\n')
			text++;
	}
}

static int column_of(const struct text_view *view, const struct text_line *line)
{
	return line->label ? view->label_cols : line->indent;
}

/* Rows a line takes in cols columns; at least one. */
static size_t rows_of(const struct text_view *view, const struct text_line *line, int cols)
{
	const char *text = line->text;
	int room = cols - column_of(view, line);
	size_t rows = 0;
	size_t skip;

	if (!view->wrap || room < 8 || !*text)
		return 1;
	while (*text) {
		text += draw_wrap_next(text, room, &skip);
		text += skip;
		rows++;
	}
	return rows;
}

static void draw_row(const struct canvas *c, int row, int col, enum role role, const char *text,
		     size_t len)
{
	char part[LINE_SIZE];
	size_t n = len < sizeof part ? len : sizeof part - 1;

	memcpy(part, text, n);
	part[n] = '\0';
	draw_text(c, row, col, 0, role, part);
}

/* Draw a line whose first row is at `row` (may be above the canvas). */
static void draw_line(const struct text_view *view, const struct canvas *c, long row,
		      const struct text_line *line)
{
	const char *text = line->text;
	int col = column_of(view, line);
	int room = c->at.cols - col;
	size_t skip;

	if (line->label && row >= 0)
		draw_text(c, (int)row, 0, view->label_cols - 1, ROLE_LABEL, line->label);
	if (!view->wrap || room < 8) {
		draw_text(c, (int)row, col, 0, line->role, text);
		return;
	}
	for (; *text && row < c->at.rows; row++) {
		size_t len = draw_wrap_next(text, room, &skip);
		if (row >= 0)
			draw_row(c, (int)row, col, line->role, text, len);
		text += len + skip;
	}
}

static void count_rows(struct text_view *view, int cols)
{
	if (!view->stale && view->cols == cols)
		return;
	view->rows = 0;
	for (size_t i = 0; i < view->lines.len; i++)
		view->rows += rows_of(view, vec_at(&view->lines, i), cols);
	view->cols = cols;
	view->stale = false;
}

void text_view_draw(struct text_view *view, const struct canvas *c)
{
	size_t visible = c->at.rows > 0 ? (size_t)c->at.rows : 1;
	long row;

	count_rows(view, c->at.cols);
	view->visible = (int)visible;
	if (view->top + visible > view->rows)
		view->top = view->rows > visible ? view->rows - visible : 0;
	draw_clear(c);
	row = -(long)view->top;
	for (size_t i = 0; i < view->lines.len && row < c->at.rows; i++) {
		const struct text_line *line = vec_at(&view->lines, i);
		long rows = (long)rows_of(view, line, c->at.cols);

		if (row + rows > 0)
			draw_line(view, c, row, line);
		row += rows;
	}
}

/* The last row that may be on top. Keys may come before new lines were drawn: they
 * go by what is there now; before the first time, drawing sets the limit. */
static size_t last_top(struct text_view *view)
{
	size_t visible = view->visible > 0 ? (size_t)view->visible : 1;

	if (view->cols == 0)
		return LONG_MAX;
	count_rows(view, view->cols);
	return view->rows > visible ? view->rows - visible : 0;
}

static void scroll_by(struct text_view *view, long rows)
{
	size_t most = last_top(view);
	if (rows < 0)
		view->top = view->top > (size_t)-rows ? view->top - (size_t)-rows : 0;
	else
		view->top = view->top + (size_t)rows < most ? view->top + (size_t)rows : most;
}

bool text_view_action(struct text_view *view, enum key_action action)
{
	long page = view->visible > 1 ? view->visible - 1 : 1;

	switch (action) {
	case ACT_UP:
		scroll_by(view, -1);
		return true;
	case ACT_DOWN:
		scroll_by(view, 1);
		return true;
	case ACT_PAGE_UP:
		scroll_by(view, -page);
		return true;
	case ACT_PAGE_DOWN:
		scroll_by(view, page);
		return true;
	case ACT_FIRST:
		view->top = 0;
		return true;
	case ACT_LAST:
		scroll_by(view, LONG_MAX / 2);
		return true;
	default:
		return false;
	}
}

bool text_view_mouse(struct text_view *view, const struct mouse *mouse)
{
	if (mouse->kind == MOUSE_PRESS)
		return false;
	scroll_by(view, mouse->kind == MOUSE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
	return true;
}
