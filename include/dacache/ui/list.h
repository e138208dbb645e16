/* A virtual list: the rows are the owner's; only those on the screen are asked
 * for. The cursor follows an id, never a row number. */
#ifndef DACACHE_UI_LIST_H
#define DACACHE_UI_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "dacache/ui/draw.h"
#include "dacache/ui/keys.h"
#include "dacache/ui/screen.h"

enum { LIST_ID_SIZE = 128 };

struct list_source {
	size_t (*len)(const void *context);
	/* The id of row i, or NULL while the row is not known. */
	const char *(*id)(const void *context, size_t i);
	/* Where the id is, -1: nowhere. NULL: each row's id is asked for. */
	long (*find)(const void *context, const char *id);
	/* Draw row i into one row of the canvas, its highlight excepted. */
	void (*draw)(const void *context, const struct canvas *row, size_t i, bool selected);
	void *context;
};

struct list {
	struct list_source source;
	char id[LIST_ID_SIZE];     /* of the row under the cursor, "" while unknown */
	char wanted[LIST_ID_SIZE]; /* to be gone to as soon as it is there, "": none */
	size_t cursor;
	size_t top;
	int rows; /* visible; set by list_draw */
};

void list_init(struct list *list, const struct list_source *source);
/* Find the cursor's id again after the rows changed, keeping its row on the
 * screen where it was. Gone: the row that took its place. */
void list_follow(struct list *list);
/* true when the id is there, or will be followed as soon as it is. */
bool list_select(struct list *list, const char *id);
void list_go(struct list *list, size_t row);
/* UP, DOWN, PAGE_*, FIRST, LAST: true when it was one of these. */
bool list_action(struct list *list, enum key_action action);
/* Wheel and click; *clicked tells that a row was clicked. mouse is relative to
 * the canvas of list_draw. */
bool list_mouse(struct list *list, const struct mouse *mouse, bool *clicked);
/* The same in that part of the mouse's canvas where the list was drawn. */
bool list_mouse_in(struct list *list, const struct rect *part, const struct mouse *mouse);
/* Draws source rows and the highlight. focused: the highlight's role. */
void list_draw(struct list *list, const struct canvas *c, bool focused);
/* Rows on the screen: first and one past the last. */
void list_visible(const struct list *list, size_t *first, size_t *end);

#endif
