/* Forms: fields under one another, notes under each field.
 *
 * This is not ncurses' libform: tried with 6.4, a field's buffer loses trailing
 * blanks and all after a newline, turns an escape character into "^[", lets bidi
 * controls through to the terminal, and has NUL cells in it once a field with
 * wide characters grew. A cache key must come out byte for byte. */
#ifndef DACACHE_UI_FORM_H
#define DACACHE_UI_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "dacache/base/buf.h"
#include "dacache/base/vec.h"
#include "dacache/ui/draw.h"
#include "dacache/ui/keys.h"
#include "dacache/ui/screen.h"

/* What became of a key. */
enum form_took {
	FORM_NOT_MINE,
	FORM_MOVED,   /* taken; the value is as it was */
	FORM_CHANGED, /* the value changed */
	FORM_DROPPED, /* pasted, and left out: no field takes it */
	FORM_FULL     /* left out: the field holds its most */
};

/* --- one line of text ---------------------------------------------------------- */

/* Positions are bytes, always between characters as they are shown (a base with
 * its marks is one). */
struct form_line {
	struct buf text; /* UTF-8, byte for byte as it was typed or came */
	size_t cursor;
	size_t left; /* the first character shown */
};

void form_line_init(struct form_line *line, size_t max_bytes);
void form_line_free(struct form_line *line);
/* The cursor goes to the end. Text over the maximum is taken, too: what the
 * server holds must be seen. ERR_NO_MEMORY leaves the line as it was. */
enum err_code form_line_set(struct form_line *line, const char *text);
const char *form_line_text(const struct form_line *line);
/* Typing, Left, Right, Home, End, Backspace, Delete, Ctrl-A E U K W. */
enum form_took form_line_key(struct form_line *line, const struct key *key);
/* Scroll so that the cursor is within cols columns; returns its column. */
int form_line_scroll(struct form_line *line, int cols);
/* Put the cursor on the character at that column of what is shown. */
void form_line_point(struct form_line *line, int col);

/* --- the form -------------------------------------------------------------------- */

enum form_kind {
	FORM_STATIC, /* words alone; takes no focus */
	FORM_TEXT,
	FORM_CHECK, /* [x] */
	FORM_CHOICE /* one of some words */
};

/* Names and values are the owner's and outlive the field. */
struct form_field {
	enum form_kind kind;
	int id;
	int row;         /* of a table, -1: none */
	bool same_line;  /* right of the field before */
	bool in_columns; /* of a table: the choice shows its value alone */
	bool hidden;     /* TEXT: a sign for each character is shown */
	int cols;        /* of the value; 0: what is left of the line (STATIC: its
			  * words' own, and -1: what is left) */
	const char *label;
	char words[120]; /* STATIC: what stands there; else a hint behind the value */
	struct form_line *line;
	int *value;
	const char *const *choices;
	int choices_len;
};

/* Shown under the line of its field. */
struct form_note {
	int id;
	int row;
	enum role role;
	char text[400];
};

struct form {
	struct vec fields; /* struct form_field */
	struct vec notes;  /* struct form_note */
	size_t focus;
	size_t top; /* rows scrolled off */
	int rows;   /* of the canvas, as drawn last */
	int label_cols;
	bool read_only; /* fields are for reading */
	bool failed;    /* out of memory: fields are missing */
	int cursor_row; /* on the canvas, as drawn last; -1: none */
	int cursor_col;
	struct vec places; /* of the fields on the canvas, as drawn last */
};

void form_init(struct form *form, int label_cols);
void form_free(struct form *form);
/* The fields anew: clear, add each, then settle, which keeps the focus on the
 * field it was on, or on the one that took its place. */
void form_clear(struct form *form);
void form_add(struct form *form, const struct form_field *field);
void form_settle(struct form *form);
void form_clear_notes(struct form *form);
void form_note(struct form *form, int id, int row, enum role role, const char *text);

const struct form_field *form_focused(const struct form *form); /* NULL: none */
/* false when there is no such field that takes the focus. */
bool form_go(struct form *form, int id, int row);
/* The first field, from the top, with a note of this role; false: none. */
bool form_go_to_note(struct form *form, enum role role);
/* Takes every printable or pasted character, whatever field has the focus. */
enum form_took form_key(struct form *form, const struct key *key);
/* NEXT_FIELD, PREVIOUS_FIELD, UP, DOWN, PAGE_*: true when it was one of these. */
bool form_action(struct form *form, enum key_action action);
/* Relative to the canvas of form_draw. */
enum form_took form_mouse(struct form *form, const struct mouse *mouse);
/* Scrolls so that the focused field and its notes are seen. */
void form_draw(struct form *form, const struct canvas *c);

#endif
