/* Lines of text with roles, to be scrolled: help, details, cards, reviews. */
#ifndef DACACHE_UI_TEXT_VIEW_H
#define DACACHE_UI_TEXT_VIEW_H

#include "dacache/base/vec.h"
#include "dacache/ui/draw.h"
#include "dacache/ui/keys.h"
#include "dacache/ui/screen.h"

struct text_line {
	enum role role;
	int indent;  /* columns; wrapped rows are indented as far */
	char *label; /* owned; NULL: none. Drawn in ROLE_LABEL, label_cols wide */
	char *text;  /* owned */
};

struct text_view {
	struct vec lines; /* struct text_line */
	int label_cols;   /* width of the label column */
	bool wrap;
	size_t top;  /* in rows as they are drawn */
	size_t rows; /* as drawn, all of them; set by text_view_draw */
	int visible;
	int cols;    /* as drawn last; 0: not yet */
	bool stale;  /* lines came or went since rows was counted */
	bool failed; /* out of memory: lines are missing */
};

void text_view_init(struct text_view *view, int label_cols, bool wrap);
void text_view_clear(struct text_view *view); /* lines alone; the place is kept */
void text_view_free(struct text_view *view);
void text_view_add(struct text_view *view, enum role role, int indent, const char *text);
void text_view_addf(struct text_view *view, enum role role, int indent, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void text_view_pair(struct text_view *view, const char *label, enum role role, const char *text);
void text_view_pairf(struct text_view *view, const char *label, enum role role, const char *format,
		     ...) __attribute__((format(printf, 4, 5)));
void text_view_blank(struct text_view *view);
void text_view_heading(struct text_view *view, const char *text);
/* Many lines at once, split at newlines. */
void text_view_add_lines(struct text_view *view, enum role role, int indent, const char *text);
bool text_view_action(struct text_view *view, enum key_action action);
bool text_view_mouse(struct text_view *view, const struct mouse *mouse);
void text_view_draw(struct text_view *view, const struct canvas *c);

#endif
