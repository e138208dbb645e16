/* A virtual list whose cursor follows an id. */
#include "dacache/ui/list.h"

#include <stdio.h>
#include <string.h>

enum { WHEEL_ROWS = 3 };

void list_init(struct list *list, const struct list_source *source)
{
	memset(list, 0, sizeof *list);
	list->source = *source;
	list->rows = 1;
}

static size_t list_len(const struct list *list)
{
	return list->source.len(list->source.context);
}

/* Keep the cursor in the list and the cursor's row on the screen. */
static void clamp(struct list *list)
{
	size_t len = list_len(list);
	size_t rows = list->rows > 0 ? (size_t)list->rows : 1;

	if (list->cursor >= len)
		list->cursor = len > 0 ? len - 1 : 0;
	if (list->cursor < list->top)
		list->top = list->cursor;
	if (list->cursor >= list->top + rows)
		list->top = list->cursor - rows + 1;
	if (list->top + rows > len)
		list->top = len > rows ? len - rows : 0;
}

static void take_id(struct list *list)
{
	const char *id = NULL;

	if (list->cursor < list_len(list))
		id = list->source.id(list->source.context, list->cursor);
	snprintf(list->id, sizeof list->id, "%s", id ? id : "");
}

static void put_cursor(struct list *list, size_t row)
{
	list->cursor = row;
	clamp(list);
	take_id(list);
}

void list_go(struct list *list, size_t row)
{
	list->wanted[0] = '\0';
	put_cursor(list, row);
}

/* The list's own ids may be cut. */
static long find(const struct list *list, const char *id)
{
	const struct list_source *source = &list->source;

	if (source->find)
		return source->find(source->context, id);
	for (size_t i = 0; i < list_len(list); i++) {
		const char *at = source->id(source->context, i);

		if (at && strncmp(at, id, LIST_ID_SIZE - 1) == 0)
			return (long)i;
	}
	return -1;
}

bool list_select(struct list *list, const char *id)
{
	long at = id[0] ? find(list, id) : -1;

	snprintf(list->wanted, sizeof list->wanted, "%s", id);
	if (at < 0)
		return false;
	list_go(list, (size_t)at);
	return true;
}

void list_follow(struct list *list)
{
	size_t offset = list->cursor - list->top;
	long at;

	if (list->wanted[0] && list_select(list, list->wanted))
		return;
	at = list->id[0] ? find(list, list->id) : -1;
	if (at >= 0 && (size_t)at != list->cursor) {
		list->cursor = (size_t)at;
		list->top = list->cursor > offset ? list->cursor - offset : 0;
	}
	clamp(list);
	if (at < 0)
		take_id(list);
}

static void move_by(struct list *list, long rows)
{
	size_t len = list_len(list);
	size_t last = len > 0 ? len - 1 : 0;

	if (rows < 0)
		list_go(list, list->cursor > (size_t)-rows ? list->cursor - (size_t)-rows : 0);
	else
		list_go(list,
			last - list->cursor > (size_t)rows ? list->cursor + (size_t)rows : last);
}

/* A page turns the rows as well as the cursor. */
static void page_by(struct list *list, int direction)
{
	size_t page = list->rows > 1 ? (size_t)list->rows - 1 : 1;

	if (direction > 0)
		list->top += page;
	else
		list->top = list->top > page ? list->top - page : 0;
	move_by(list, direction * (long)page);
}

bool list_action(struct list *list, enum key_action action)
{
	switch (action) {
	case ACT_UP:
		move_by(list, -1);
		return true;
	case ACT_DOWN:
		move_by(list, 1);
		return true;
	case ACT_PAGE_UP:
		page_by(list, -1);
		return true;
	case ACT_PAGE_DOWN:
		page_by(list, 1);
		return true;
	case ACT_FIRST:
		list_go(list, 0);
		return true;
	case ACT_LAST:
		list_go(list, list_len(list));
		return true;
	default:
		return false;
	}
}

bool list_mouse(struct list *list, const struct mouse *mouse, bool *clicked)
{
	size_t row = list->top + (size_t)(mouse->row < 0 ? 0 : mouse->row);

	*clicked = false;
	switch (mouse->kind) {
	case MOUSE_WHEEL_UP:
		move_by(list, -WHEEL_ROWS);
		return true;
	case MOUSE_WHEEL_DOWN:
		move_by(list, WHEEL_ROWS);
		return true;
	case MOUSE_PRESS:
		if (mouse->row < 0 || mouse->row >= list->rows || row >= list_len(list))
			return false;
		list_go(list, row);
		*clicked = true;
		return true;
	}
	return false;
}

bool list_mouse_in(struct list *list, const struct rect *part, const struct mouse *mouse)
{
	struct mouse within = mouse_within(mouse, part);
	bool clicked;

	return list_mouse(list, &within, &clicked);
}

void list_visible(const struct list *list, size_t *first, size_t *end)
{
	size_t len = list_len(list);

	*first = list->top < len ? list->top : len;
	*end = list->top + (size_t)list->rows;
	if (*end > len)
		*end = len;
}

void list_draw(struct list *list, const struct canvas *c, bool focused)
{
	size_t first;
	size_t end;

	list->rows = c->at.rows > 0 ? c->at.rows : 1;
	clamp(list);
	if (!list->id[0])
		take_id(list);
	list_visible(list, &first, &end);
	draw_clear(c);
	for (size_t i = first; i < end; i++) {
		struct rect at = {(int)(i - first), 0, 1, c->at.cols};
		struct canvas row = canvas_part(c, &at);
		bool selected = i == list->cursor;

		list->source.draw(list->source.context, &row, i, selected);
		if (selected)
			draw_highlight(&row, 0, 0, 0, focused ? ROLE_SELECTED : ROLE_SELECTED_DIM);
	}
}
