/* An error card, over whatever screen there is. */
#include "dacache/ui/card_screen.h"

#include <stdlib.h>

#include "dacache/domain/card.h"
#include "dacache/ui/text_view.h"
#include "trouble.h"

enum { CARD_COLS = 78, FRAME_ROWS = 2 };

struct card_screen {
	struct ui_screen screen;
	struct card card;
	struct text_view view;
};

static int paragraph_rows(const char *text, int cols)
{
	int rows = 0;
	size_t skip;

	while (*text) {
		text += draw_wrap_next(text, cols, &skip);
		text += skip;
		rows++;
	}
	return rows;
}

/* As high as its text needs; what the screen has no room for is scrolled. */
static void card_place(const struct ui_screen *screen, int rows, int cols, struct rect *out)
{
	const struct card_screen *self = (const struct card_screen *)screen;
	int height = FRAME_ROWS;

	out->cols = cols - 2 < CARD_COLS ? cols - 2 : CARD_COLS;
	for (size_t i = 0; i < self->view.lines.len; i++) {
		const struct text_line *line = vec_at(&self->view.lines, i);
		int used = paragraph_rows(line->text, out->cols - 4 - line->indent);
		height += used > 0 ? used : 1;
	}
	out->rows = height < rows ? height : rows;
	out->row = (rows - out->rows) / 2;
	out->col = (cols - out->cols) / 2;
}

static void add_part(struct text_view *view, const char *heading, const char (*lines)[256],
		     size_t len)
{
	if (len == 0)
		return;
	text_view_heading(view, heading);
	for (size_t i = 0; i < len; i++)
		text_view_addf(view, ROLE_TEXT, 2, "%s", lines[i]);
}

void card_screen_fill(struct text_view *view, const struct card *card)
{
	text_view_add(view, ROLE_TEXT, 0, card->happened);
	add_part(view, "Why", (const char(*)[256])card->why, card->why_len);
	add_part(view, "What to do", (const char(*)[256])card->todo, card->todo_len);
	add_part(view, "Timeline, UTC", (const char(*)[256])card->events, card->events_len);
}

static void card_draw(struct ui_screen *screen, const struct canvas *c, unsigned dirty)
{
	struct card_screen *self = (struct card_screen *)screen;
	struct rect inside = {1, 2, c->at.rows - 2, c->at.cols - 4};
	struct canvas body = canvas_part(c, &inside);
	bool more;

	(void)dirty;
	draw_clear(c);
	draw_frame(c, ROLE_ERROR, self->card.title);
	text_view_draw(&self->view, &body);
	more = self->view.rows > (size_t)self->view.visible;
	draw_text(c, c->at.rows - 1, 2, c->at.cols - 4, ROLE_KEY,
		  more ? " j k scroll  Esc closes " : " Esc closes ");
}

static size_t card_contexts(const struct ui_screen *screen, enum key_context *out)
{
	(void)screen;
	out[0] = KEYS_CARD;
	out[1] = KEYS_MOVE;
	out[2] = KEYS_COMMON;
	return 3;
}

static unsigned card_action(struct ui_screen *screen, enum key_action action)
{
	struct card_screen *self = (struct card_screen *)screen;

	if (action == ACT_CLOSE || action == ACT_BACK)
		return REACT_CLOSE;
	return text_view_action(&self->view, action) ? REACT_REDRAW : REACT_NONE;
}

static unsigned card_mouse(struct ui_screen *screen, const struct mouse *mouse)
{
	struct card_screen *self = (struct card_screen *)screen;

	return text_view_mouse(&self->view, mouse) ? REACT_REDRAW : REACT_NONE;
}

static void card_end(struct ui_screen *screen)
{
	struct card_screen *self = (struct card_screen *)screen;

	text_view_free(&self->view);
	free(self);
}

static const struct ui_screen_ops card_ops = {
	.contexts = card_contexts,
	.place = card_place,
	.draw = card_draw,
	.action = card_action,
	.mouse = card_mouse,
	.end = card_end,
};

enum err_code card_screen_open(struct ui *ui, const struct failure *failure)
{
	if (!credentials_are_refused(failure))
		return card_screen_show(ui, failure);
	credentials_screen_open(ui, failure);
	return ERR_OK;
}

enum err_code card_screen_show(struct ui *ui, const struct failure *failure)
{
	const struct profile *profile = session_profile(ui_session(ui));
	struct card_screen *self = calloc(1, sizeof *self);

	if (!self)
		return ERR_NO_MEMORY;
	self->screen.ops = &card_ops;
	self->screen.ui = ui;
	self->screen.name = "Error card";
	card_make(failure, profile->name, profile->base_url, &self->card);
	text_view_init(&self->view, 0, true);
	card_screen_fill(&self->view, &self->card);
	return screen_push(ui, &self->screen);
}
