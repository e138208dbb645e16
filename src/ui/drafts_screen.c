/* The drafts: changes begun and not applied. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/base/vec.h"
#include "dacache/ui/ask.h"
#include "dacache/ui/edit.h"
#include "dacache/ui/list.h"
#include "internal.h"
#include "lists.h"

enum { AGO_COLS = 10, NAME_COLS = 40, SECOND_US = 1000000 };

struct draft_row {
	char *id;
	char *name;
	int64_t wall_us;
};

struct drafts_screen {
	struct ui_screen base;
	struct list list;
	struct vec rows; /* struct draft_row */
	struct rect at;
	char asked[LIST_ID_SIZE]; /* the draft that is to be discarded */
};

static const struct draft_row *row_at(const struct drafts_screen *drafts, size_t i)
{
	return i < drafts->rows.len ? vec_at(&drafts->rows, i) : NULL;
}

static size_t row_count(const void *context)
{
	return ((const struct drafts_screen *)context)->rows.len;
}

static const char *row_id(const void *context, size_t i)
{
	const struct draft_row *row = row_at(context, i);

	return row ? row->id : NULL;
}

static void draw_row(const void *context, const struct canvas *c, size_t i, bool selected)
{
	const struct drafts_screen *drafts = context;
	const struct draft_row *row = row_at(drafts, i);
	int64_t now = clock_wall_us(loop_clock(drafts->base.ui->loop));
	char span[CLOCK_TEXT_SIZE];

	clock_format_span(now - row->wall_us > SECOND_US ? now - row->wall_us : SECOND_US, span);
	if (selected)
		draw_text(c, 0, 0, 1, ROLE_TEXT, ">");
	draw_format(c, 0, 2, AGO_COLS - 1, ROLE_DIM, "%s ago", span);
	draw_text(c, 0, 2 + AGO_COLS, NAME_COLS - 1, ROLE_TEXT, row->name);
	draw_text(c, 0, 2 + AGO_COLS + NAME_COLS, 0, ROLE_DIM, row->id);
}

static void take(void *context, const char *id, const char *name, int64_t wall_us)
{
	struct drafts_screen *drafts = context;
	struct draft_row row = {text_dup(id), text_dup(name ? name : ""), wall_us};

	if (row.id && row.name && vec_push(&drafts->rows, &row) == ERR_OK)
		return;
	free(row.id);
	free(row.name);
}

static void drop_rows(struct drafts_screen *drafts)
{
	for (size_t i = 0; i < drafts->rows.len; i++) {
		struct draft_row *row = vec_at(&drafts->rows, i);
		free(row->id);
		free(row->name);
	}
	vec_clear(&drafts->rows);
}

static void load(struct drafts_screen *drafts)
{
	struct err err;

	drop_rows(drafts);
	if (session_draft_each(drafts->base.ui->session, take, drafts, &err) != ERR_OK)
		ui_say_err(drafts->base.ui, &err);
	list_follow(&drafts->list);
}

static size_t contexts(const struct ui_screen *screen, enum key_context *out)
{
	(void)screen;
	out[0] = KEYS_DRAFTS;
	out[1] = KEYS_MOVE;
	out[2] = KEYS_COMMON;
	return 3;
}

static void draw(struct ui_screen *screen, const struct canvas *c, unsigned dirty)
{
	struct drafts_screen *drafts = (struct drafts_screen *)screen;
	struct canvas rows;
	char right[64];

	(void)dirty;
	drafts->at = (struct rect){1, 0, c->at.rows - 1, c->at.cols};
	rows = canvas_part(c, &drafts->at);
	snprintf(right, sizeof right, "%zu", drafts->rows.len);
	draw_rule(c, 0, ROLE_FOCUS, "DRAFTS", right);
	if (drafts->rows.len > 0) {
		list_draw(&drafts->list, &rows, true);
		return;
	}
	draw_clear(&rows);
	draw_text(&rows, 0, 2, 0, ROLE_DIM, "There are no drafts. e on an action begins one.");
}

static void discard_answered(void *context, bool yes)
{
	struct drafts_screen *drafts = context;
	struct err err;

	if (yes && edit_screen_discard(drafts->base.ui, drafts->asked, &err) != ERR_OK)
		ui_say_err(drafts->base.ui, &err);
	load(drafts);
	screen_dirty(&drafts->base, (unsigned)SCREEN_ALL);
}

static void discard(struct drafts_screen *drafts)
{
	const struct draft_row *row = row_at(drafts, drafts->list.cursor);
	char question[160];

	if (!row)
		return;
	snprintf(drafts->asked, sizeof drafts->asked, "%s", row->id);
	snprintf(question, sizeof question, "Discard the draft of %.100s?", row->name);
	ask_yes_no(drafts->base.ui, question, discard_answered, drafts);
}

static void open_draft(struct drafts_screen *drafts)
{
	const struct draft_row *row = row_at(drafts, drafts->list.cursor);
	struct ui *ui = drafts->base.ui;
	struct err err;

	if (!row)
		return;
	ui_select(ui, row->id);
	if (edit_screen_open(ui, row->id, &err) != ERR_OK)
		ui_say_err(ui, &err);
}

static unsigned action(struct ui_screen *screen, enum key_action what)
{
	struct drafts_screen *drafts = (struct drafts_screen *)screen;

	if (list_action(&drafts->list, what))
		return REACT_REDRAW;
	if (what == ACT_DELETE) {
		discard(drafts);
		return REACT_HANDLED;
	}
	if (what == ACT_OPEN) {
		open_draft(drafts);
		return REACT_HANDLED;
	}
	return REACT_NONE;
}

static unsigned mouse(struct ui_screen *screen, const struct mouse *at)
{
	struct drafts_screen *drafts = (struct drafts_screen *)screen;

	return list_mouse_in(&drafts->list, &drafts->at, at) ? REACT_REDRAW : REACT_NONE;
}

static unsigned event(struct ui_screen *screen, const struct event *happened)
{
	if (happened->type != EVENT_DRAFT)
		return REACT_NONE;
	load((struct drafts_screen *)screen);
	return REACT_REDRAW;
}

static void end(struct ui_screen *screen)
{
	struct drafts_screen *drafts = (struct drafts_screen *)screen;

	ask_forget(screen->ui, drafts);
	drop_rows(drafts);
	vec_free(&drafts->rows);
	free(drafts);
}

static const struct ui_screen_ops ops = {
	.contexts = contexts,
	.draw = draw,
	.action = action,
	.mouse = mouse,
	.event = event,
	.end = end,
};

void drafts_screen_open(struct ui *ui)
{
	struct drafts_screen *drafts;

	if (screen_find(ui, &ops))
		return;
	drafts = calloc(1, sizeof *drafts);
	if (!drafts)
		return;
	drafts->base.ops = &ops;
	drafts->base.name = "Drafts";
	drafts->base.ui = ui;
	vec_init(&drafts->rows, sizeof(struct draft_row));
	list_init(&drafts->list, &(struct list_source){row_count, row_id, NULL, draw_row, drafts});
	load(drafts);
	screen_push(ui, &drafts->base);
}
