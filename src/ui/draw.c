/* Safe text and lines on a canvas. */
#include "dacache/ui/draw.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "dacache/base/buf.h"
#include "dacache/base/text.h"

enum { DRAW_BYTES_MAX = 64 * 1024, FORMAT_SIZE = 1024, CHUNK = 128, TITLE_LEAST = 16 };

bool rect_has(const struct rect *rect, int row, int col)
{
	return row >= rect->row && row < rect->row + rect->rows && col >= rect->col &&
	       col < rect->col + rect->cols;
}

struct canvas canvas_part(const struct canvas *canvas, const struct rect *part)
{
	struct canvas out = *canvas;
	int rows = canvas->at.rows - part->row;
	int cols = canvas->at.cols - part->col;

	out.at.row += part->row;
	out.at.col += part->col;
	out.at.rows = part->rows < rows ? part->rows : rows;
	out.at.cols = part->cols < cols ? part->cols : cols;
	return out;
}

static void set_role(const struct canvas *c, enum role role)
{
	wattr_set(c->window, c->theme->attributes[role], c->theme->pairs[role], NULL);
}

/* How many of cols columns from col lie on the canvas; 0: none. */
static int clip(const struct canvas *c, int row, int col, int cols)
{
	int room = c->at.cols - col;

	if (row < 0 || row >= c->at.rows || col < 0 || room <= 0)
		return 0;
	return cols <= 0 || cols > room ? room : cols;
}

void draw_blank(const struct canvas *c, int row, int col, int cols, enum role role)
{
	int n = clip(c, row, col, cols);

	if (n <= 0)
		return;
	set_role(c, role);
	mvwhline(c->window, c->at.row + row, c->at.col + col, ' ', n);
}

void draw_clear(const struct canvas *c)
{
	for (int row = 0; row < c->at.rows; row++)
		draw_blank(c, row, 0, 0, ROLE_TEXT);
}

/* One character as the terminal can show it; how many columns a character takes
 * that is shown as question marks. */
static int unshowable_columns(const char *text, size_t bytes)
{
	char one[8] = "";
	int columns;

	memcpy(one, text, bytes < sizeof one ? bytes : sizeof one - 1);
	columns = text_width(one);
	return columns == 2 ? 2 : columns == 1 ? 1 : 0;
}

/* Text that text_fit made, at the window's cursor. */
static void put_fitted(const struct canvas *c, const char *text)
{
	wchar_t chunk[CHUNK + 2];
	size_t n = 0;
	uint32_t ucs;

	for (size_t bytes; (bytes = text_next(text, &ucs)) > 0; text += bytes) {
		if (c->utf8 || ucs < 0x80) {
			chunk[n++] = (wchar_t)ucs;
		} else {
			for (int i = unshowable_columns(text, bytes); i > 0; i--)
				chunk[n++] = L'?';
		}
		if (n >= CHUNK && ucs < 0x80) {
			waddnwstr(c->window, chunk, (int)n);
			n = 0;
		} else if (n >= CHUNK) {
			/* Keep the last character back: marks may follow it. */
			waddnwstr(c->window, chunk, (int)n - 1);
			chunk[0] = chunk[n - 1];
			n = 1;
		}
	}
	if (n > 0)
		waddnwstr(c->window, chunk, (int)n);
}

int draw_text(const struct canvas *c, int row, int col, int cols, enum role role, const char *text)
{
	int room = clip(c, row, col, cols);
	int used = 0;
	struct buf fitted;

	if (room <= 0 || !text || !*text)
		return 0;
	buf_init(&fitted, DRAW_BYTES_MAX);
	if (text_fit(&fitted, text, room, !c->utf8, &used) == ERR_OK) {
		set_role(c, role);
		wmove(c->window, c->at.row + row, c->at.col + col);
		put_fitted(c, buf_str(&fitted));
	}
	buf_free(&fitted);
	return used;
}

int draw_format(const struct canvas *c, int row, int col, int cols, enum role role,
		const char *format, ...)
{
	char text[FORMAT_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	return draw_text(c, row, col, cols, role, text);
}

void draw_right(const struct canvas *c, int row, int col, int cols, enum role role,
		const char *text)
{
	int room = clip(c, row, col, cols);
	int width = text_width(text);

	if (room < cols)
		return;
	draw_text(c, row, col + (width < room ? room - width : 0), width < room ? width : room,
		  role, text);
}

int draw_paragraph(const struct canvas *c, int row, int col, int cols, int rows, enum role role,
		   const char *text)
{
	int room = clip(c, row, col, cols);
	int used = 0;
	size_t skip;

	while (room > 0 && used < rows && *text) {
		size_t bytes = draw_wrap_next(text, room, &skip);
		char line[FORMAT_SIZE];
		size_t n = bytes < sizeof line ? bytes : sizeof line - 1;

		if (bytes + skip == 0)
			break;
		memcpy(line, text, n);
		line[n] = '\0';
		draw_text(c, row + used++, col, room, role, line);
		text += bytes + skip;
	}
	return used;
}

void draw_rule(const struct canvas *c, int row, enum role role, const char *title,
	       const char *right)
{
	enum role line = role == ROLE_FOCUS ? ROLE_TITLE : ROLE_DIM;
	int width = right && *right ? text_width(right) + 2 : 0;
	/* A long title makes room for the words on the right. */
	int room = c->at.cols - width - 9;
	int used;

	if (clip(c, row, 0, 0) <= 0)
		return;
	set_role(c, line);
	if (c->utf8)
		mvwhline_set(c->window, c->at.row + row, c->at.col, WACS_HLINE, c->at.cols);
	else
		mvwhline(c->window, c->at.row + row, c->at.col, '-', c->at.cols);
	draw_text(c, row, 2, 1, role, " ");
	used = draw_text(c, row, 3, room > TITLE_LEAST ? room : c->at.cols - 6, role, title);
	draw_text(c, row, 3 + used, 1, role, " ");
	if (width > 0 && used + width + 8 <= c->at.cols) {
		int col = c->at.cols - width - 2;
		draw_blank(c, row, col, width, ROLE_DIM);
		draw_text(c, row, col + 1, width - 2, ROLE_DIM, right);
	}
}

void draw_line_down(const struct canvas *c, int col, int row, int rows, enum role role)
{
	for (int i = row; i < row + rows; i++)
		draw_text(c, i, col, 1, role, c->utf8 ? "│" : "|");
}

static void draw_edge(const struct canvas *c, int row, enum role role, const char *left,
		      const char *middle, const char *right)
{
	for (int col = 1; col < c->at.cols - 1; col++)
		draw_text(c, row, col, 1, role, middle);
	draw_text(c, row, 0, 1, role, left);
	draw_text(c, row, c->at.cols - 1, 1, role, right);
}

void draw_frame(const struct canvas *c, enum role role, const char *title)
{
	int last = c->at.rows - 1;

	if (c->utf8) {
		draw_edge(c, 0, role, "┌", "─", "┐");
		draw_edge(c, last, role, "└", "─", "┘");
	} else {
		draw_edge(c, 0, role, "+", "-", "+");
		draw_edge(c, last, role, "+", "-", "+");
	}
	draw_line_down(c, 0, 1, last - 1, role);
	draw_line_down(c, c->at.cols - 1, 1, last - 1, role);
	if (title && *title) {
		int used = draw_text(c, 0, 3, c->at.cols - 6, ROLE_FOCUS, title);
		draw_text(c, 0, 2, 1, role, " ");
		draw_text(c, 0, 3 + used, 1, role, " ");
	}
}

void draw_highlight(const struct canvas *c, int row, int col, int cols, enum role role)
{
	int n = clip(c, row, col, cols);

	if (n > 0)
		mvwchgat(c->window, c->at.row + row, c->at.col + col, n, c->theme->attributes[role],
			 c->theme->pairs[role], NULL);
}

void draw_bar(const struct canvas *c, int row, int col, int cols, enum role role, double part)
{
	int n = clip(c, row, col, cols);
	int full = (int)((part < 0 ? 0 : part > 1 ? 1 : part) * n + 0.5);

	for (int i = 0; i < n; i++) {
		const char *sign = i < full ? (c->utf8 ? "━" : "#") : (c->utf8 ? "─" : "-");
		draw_text(c, row, col + i, 1, i < full ? role : ROLE_DIM, sign);
	}
}

/* Columns of one character by itself. */
static int columns_of(const char *text, size_t bytes)
{
	char one[8] = "";

	if ((unsigned char)*text >= 0x20 && (unsigned char)*text < 0x7f)
		return 1;
	memcpy(one, text, bytes < sizeof one ? bytes : sizeof one - 1);
	return text_width(one);
}

size_t draw_wrap_next(const char *text, int cols, size_t *skip)
{
	size_t at = 0;
	size_t blank = 0; /* where the last blank is */
	size_t bar = 0;   /* behind the last |, where choices can be parted */
	int used = 0;
	uint32_t ucs;
	size_t bytes;

	*skip = 0;
	while ((bytes = text_next(text + at, &ucs)) > 0) {
		if (ucs == '\n') {
			*skip = 1;
			return at;
		}
		used += columns_of(text + at, bytes);
		if (used > cols)
			break;
		if (ucs == ' ')
			blank = at;
		at += bytes;
		if (ucs == '|')
			bar = at;
	}
	if (bytes == 0)
		return at;
	if (text[at] != ' ' && (blank > 0 || bar > 0))
		at = blank > 0 ? blank : bar;
	if (at == 0)
		at = bytes; /* a character wider than the row: go on all the same */
	while (text[at + *skip] == ' ')
		++*skip;
	return at;
}
