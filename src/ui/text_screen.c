/* A screen of text. */
#include "dacache/ui/text_screen.h"

#include <stdio.h>
#include <stdlib.h>

struct text_screen {
	struct ui_screen base;
	char title[256];
	struct text_view view;
};

static struct text_screen *of(struct ui_screen *screen)
{
	return (struct text_screen *)screen;
}

static size_t contexts(const struct ui_screen *screen, enum key_context *out)
{
	(void)screen;
	out[0] = KEYS_TEXT;
	out[1] = KEYS_MOVE;
	out[2] = KEYS_COMMON;
	return 3;
}

static void draw(struct ui_screen *screen, const struct canvas *c, unsigned dirty)
{
	struct text_screen *text = of(screen);
	struct rect at = {1, 1, c->at.rows - 1, c->at.cols - 2};
	struct canvas body = canvas_part(c, &at);
	char place[64] = "";

	(void)dirty;
	draw_clear(c);
	text_view_draw(&text->view, &body);
	if (text->view.rows > (size_t)text->view.visible)
		snprintf(place, sizeof place, "%zu-%zu of %zu", text->view.top + 1,
			 text->view.top + (size_t)text->view.visible, text->view.rows);
	draw_rule(c, 0, ROLE_FOCUS, text->title, place);
}

static unsigned action(struct ui_screen *screen, enum key_action what)
{
	return text_view_action(&of(screen)->view, what) ? REACT_REDRAW | REACT_HANDLED
							 : REACT_NONE;
}

static unsigned mouse(struct ui_screen *screen, const struct mouse *event)
{
	return text_view_mouse(&of(screen)->view, event) ? REACT_REDRAW | REACT_HANDLED
							 : REACT_NONE;
}

static void end(struct ui_screen *screen)
{
	text_view_free(&of(screen)->view);
	free(screen);
}

static const struct ui_screen_ops ops = {
	.contexts = contexts,
	.draw = draw,
	.action = action,
	.mouse = mouse,
	.end = end,
};

struct text_view *text_screen_open(struct ui *ui, const char *title, int label_cols)
{
	struct text_screen *text = calloc(1, sizeof *text);

	if (!text)
		return NULL;
	text->base.ops = &ops;
	text->base.name = "Text";
	snprintf(text->title, sizeof text->title, "%s", title);
	text_view_init(&text->view, label_cols, true);
	return screen_push(ui, &text->base) == ERR_OK ? &text->view : NULL;
}
