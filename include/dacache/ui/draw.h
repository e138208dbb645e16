/* Drawing into a rectangle of a curses window. All text is made safe and cut to
 * its columns; nothing from outside is ever a format. */
#ifndef DACACHE_UI_DRAW_H
#define DACACHE_UI_DRAW_H

#include <stdbool.h>
#include <stddef.h>

#include "dacache/ui/curses.h"
#include "dacache/ui/theme.h"

struct rect {
	int row, col, rows, cols;
};

bool rect_has(const struct rect *rect, int row, int col);

/* Rows and columns below count from the canvas' upper left corner; what is
 * outside it is not drawn. A value: copy freely. */
struct canvas {
	WINDOW *window;
	struct rect at; /* within the window */
	const struct theme *theme;
	bool utf8; /* else ASCII signs alone, and ? for other characters */
};

struct canvas canvas_part(const struct canvas *canvas, const struct rect *part);

void draw_clear(const struct canvas *c);
/* Blank the rest of a row from col, in the role. */
void draw_blank(const struct canvas *c, int row, int col, int cols, enum role role);
/* Text cut to cols columns (<= 0: to the end of the canvas). Returns the columns
 * used. */
int draw_text(const struct canvas *c, int row, int col, int cols, enum role role, const char *text);
int draw_format(const struct canvas *c, int row, int col, int cols, enum role role,
		const char *format, ...) __attribute__((format(printf, 6, 7)));
/* Flush right within cols columns; nothing where the canvas ends before them. */
void draw_right(const struct canvas *c, int row, int col, int cols, enum role role,
		const char *text);
/* Wrapped at blanks, at most rows rows; returns the rows used. */
int draw_paragraph(const struct canvas *c, int row, int col, int cols, int rows, enum role role,
		   const char *text);
/* "── title ─────── right ──" over the whole width. right may be NULL. */
void draw_rule(const struct canvas *c, int row, enum role role, const char *title,
	       const char *right);
void draw_line_down(const struct canvas *c, int col, int row, int rows, enum role role);
/* A frame around the whole canvas with a title in its upper edge. */
void draw_frame(const struct canvas *c, enum role role, const char *title);
/* Change the look of what is drawn already: the selected row. */
void draw_highlight(const struct canvas *c, int row, int col, int cols, enum role role);
/* Progress: part in [0,1]. */
void draw_bar(const struct canvas *c, int row, int col, int cols, enum role role, double part);

/* The next row of a paragraph: bytes of text that fit in cols columns, broken at
 * a blank where there is one. *skip: blanks to leave out after them. 0 at the
 * end. A newline ends a row. */
size_t draw_wrap_next(const char *text, int cols, size_t *skip);

#endif
