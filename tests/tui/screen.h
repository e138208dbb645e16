/* The screen as text with attributes: looking for things on it, showing it. */
#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

#include "terminal.h"

struct row {
	char *text; /* UTF-8, a space for each empty cell */
	int *col;   /* the column (from 0) of each byte; col[len]: where the row ends */
	size_t len;
	size_t trimmed; /* len without the spaces at the end */
};

struct screen {
	int rows;
	int cols;
	struct row *row;
	VTermScreenCell *cell; /* rows * cols */
	VTermPos cursor;
};

struct screen *screen_take(const struct terminal *terminal);
void screen_free(struct screen **screen);

/* A colour asked for; COLOUR_ANY asks for nothing. */
enum { COLOUR_ANY = -1, COLOUR_DEFAULT = -2, COLOUR_RGB = 1 << 24 };
/* "default", "red", "bright-red", "0" to "255", "#rrggbb"; false: no such. */
bool colour_parse(const char *text, long *out);

enum {
	ATTR_BOLD = 1,
	ATTR_REVERSE = 2,
	ATTR_UNDERLINE = 4,
	ATTR_ITALIC = 8,
	ATTR_BLINK = 16,
	ATTR_STRIKE = 32
};
int attr_named(const char *name); /* 0: no such */

/* What is looked for. Without text and regex: all cells of the rows. */
struct want {
	const char *text;
	const regex_t *regex; /* tried on the row without the spaces at its end */
	int first_row;        /* from 1; negative: from the bottom, -1 is the last */
	int last_row;
	int col; /* from 1, where it begins; 0: anywhere */
	int attrs_on;
	int attrs_off;
	long fg;
	long bg;
};

/* How often it is there. The first place goes to *at (may be NULL). */
int screen_count(const struct screen *screen, const struct want *want, VTermPos *at);

/* Matches of text or regex in any text, row by row not considered. */
int text_count(const char *text, const char *wanted, const regex_t *regex);

/* Append the rows, spaces at the end cut. */
void screen_text(const struct screen *screen, struct buf *out);
/* Append a line for each run of cells that has attributes or colours. */
void screen_attrs(const struct screen *screen, struct buf *out);
/* Print it for people, each line behind "# ". */
void screen_print(const struct screen *screen, bool attrs);

#endif
