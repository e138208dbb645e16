/* Lines in colours that fold, with a cursor: a request and its bodies. */
#ifndef FOLD_VIEW_H
#define FOLD_VIEW_H

#include "dacache/base/vec.h"
#include "dacache/ui/draw.h"
#include "dacache/ui/keys.h"
#include "dacache/ui/screen.h"

enum { FOLD_SPANS = 8 };

/* Some bytes of a line in one role. */
struct fold_span {
	size_t len;
	enum role role;
};

struct fold_line {
	int level;  /* of folding: 0 headings, 1 what stands under them, 2 … */
	int indent; /* columns */
	int hang;   /* columns that wrapped rows are indented further */
	char *text; /* owned */
	struct fold_span spans[FOLD_SPANS]; /* in the order of the text; a rest is ROLE_TEXT */
	size_t last; /* the last line of what folds under it; itself: nothing does */
	char *tail;  /* owned; said behind the text while folded, NULL: nothing */
	bool folded;
};

/* A row of the screen: some bytes of a line. */
struct fold_row {
	size_t line;
	size_t at, len;
};

struct fold_view {
	struct vec lines; /* struct fold_line */
	struct vec rows;  /* struct fold_row; of the lines that are not folded away */
	size_t cursor;    /* row */
	size_t top;
	int visible;
	int cols;    /* as the rows are wrapped; 0: not yet */
	bool failed; /* out of memory: lines are missing */
	char *sought;
};

void fold_view_init(struct fold_view *view);
void fold_view_free(struct fold_view *view);

/* A line, its text copied; NULL without memory. Valid until the next. */
struct fold_line *fold_view_add(struct fold_view *view, int level, int indent, const char *text,
				size_t len);
/* The last one's next span. */
void fold_view_span(struct fold_view *view, size_t len, enum role role);
/* What was added since line `first` folds under it. */
void fold_view_under(struct fold_view *view, size_t first);

void fold_view_draw(struct fold_view *view, const struct canvas *c);
/* Moving, FOLD, WIDER (a level more is open), NARROWER: true when it was one of them. */
bool fold_view_action(struct fold_view *view, enum key_action action);
bool fold_view_mouse(struct fold_view *view, const struct mouse *mouse);
/* To the next line behind the cursor that holds the words, case ignored; unfolds what hides
 * it. words NULL: the last ones. false: there is none. */
bool fold_view_search(struct fold_view *view, const char *words, bool backwards);

#endif
