/* The deliveries of webhooks: what was sent, what waits, what was given up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/app/webhooks.h"
#include "dacache/base/text.h"
#include "dacache/base/vec.h"
#include "dacache/ui/ask.h"
#include "dacache/ui/list.h"
#include "dacache/ui/text_screen.h"
#include "internal.h"
#include "trouble.h"

enum {
	STATE_COLS = 11,
	TRIES_COLS = 4,
	NEXT_COLS = 11,
	STATUS_COLS = 5,
	EVENT_COLS = 19,
	LABEL_COLS = 12,
	WORDS_SIZE = 160,
	ROWS_MAX = 1000 /* the newest */
};

struct webhooks_screen {
	struct ui_screen base;
	struct list list;
	struct vec rows; /* struct outbox_item, owned */
	size_t total;
	struct rect at;
	char asked[LIST_ID_SIZE]; /* the delivery that is to be sent again */
};

static const struct ui_screen_ops ops;

static const struct outbox_item *row_at(const struct webhooks_screen *webhooks, size_t i)
{
	return i < webhooks->rows.len ? vec_at(&webhooks->rows, i) : NULL;
}

static size_t row_count(const void *context)
{
	return ((const struct webhooks_screen *)context)->rows.len;
}

static const char *row_id(const void *context, size_t i)
{
	const struct outbox_item *row = row_at(context, i);

	return row ? row->id : NULL;
}

/* --- drawing --------------------------------------------------------------------- */

static enum role state_role(enum delivery_state state)
{
	switch (state) {
	case DELIVERY_DELIVERED:
		return ROLE_OK;
	case DELIVERY_PENDING:
		return ROLE_WARN;
	default:
		return ROLE_ERROR;
	}
}

static void next_words(const struct outbox_item *row, char out[CLOCK_TEXT_SIZE])
{
	char time[CLOCK_TEXT_SIZE];

	if (row->state != DELIVERY_PENDING) {
		snprintf(out, CLOCK_TEXT_SIZE, "-");
	} else if (row->is_sending) {
		snprintf(out, CLOCK_TEXT_SIZE, "now");
	} else {
		clock_format_time(row->next_us, time);
		snprintf(out, CLOCK_TEXT_SIZE, "%.8sZ", time);
	}
}

static void draw_row(const void *context, const struct canvas *c, size_t i, bool selected)
{
	const struct outbox_item *row = row_at(context, i);
	char next[CLOCK_TEXT_SIZE];
	int source =
		(c->at.cols - 2 - STATE_COLS - TRIES_COLS - NEXT_COLS - STATUS_COLS - EVENT_COLS) *
		2 / 3;
	int col = 2;

	if (selected)
		draw_text(c, 0, 0, 1, ROLE_TEXT, ">");
	draw_text(c, 0, col, STATE_COLS - 1, state_role(row->state),
		  delivery_state_name(row->state));
	col += STATE_COLS;
	draw_format(c, 0, col, TRIES_COLS - 1, ROLE_TEXT, "%lld", (long long)row->attempts);
	col += TRIES_COLS;
	next_words(row, next);
	draw_text(c, 0, col, NEXT_COLS - 1, ROLE_TEXT, next);
	col += NEXT_COLS;
	if (row->status > 0)
		draw_format(c, 0, col, STATUS_COLS - 1, ROLE_TEXT, "%d", row->status);
	else
		draw_text(c, 0, col, STATUS_COLS - 1, ROLE_DIM, "-");
	col += STATUS_COLS;
	draw_text(c, 0, col, EVENT_COLS - 1, ROLE_TEXT, row->event_type);
	col += EVENT_COLS;
	draw_text(c, 0, col, source - 1, ROLE_TEXT, row->source);
	draw_text(c, 0, col + source, 0, ROLE_ERROR, row->error);
}

static void draw_header(const struct canvas *c)
{
	int source =
		(c->at.cols - 2 - STATE_COLS - TRIES_COLS - NEXT_COLS - STATUS_COLS - EVENT_COLS) *
		2 / 3;
	int col = 2;

	draw_text(c, 1, col, 0, ROLE_HEADER, "STATE");
	draw_text(c, 1, col += STATE_COLS, 0, ROLE_HEADER, "N");
	draw_text(c, 1, col += TRIES_COLS, 0, ROLE_HEADER, "NEXT TRY");
	draw_text(c, 1, col += NEXT_COLS, 0, ROLE_HEADER, "HTTP");
	draw_text(c, 1, col += STATUS_COLS, 0, ROLE_HEADER, "EVENT");
	draw_text(c, 1, col += EVENT_COLS, 0, ROLE_HEADER, "SOURCE");
	draw_text(c, 1, col + source, 0, ROLE_HEADER, "ERROR");
}

static void draw(struct ui_screen *screen, const struct canvas *c, unsigned dirty)
{
	struct webhooks_screen *webhooks = (struct webhooks_screen *)screen;
	struct canvas rows;
	char right[64];

	(void)dirty;
	webhooks->at = (struct rect){2, 0, c->at.rows - 2, c->at.cols};
	rows = canvas_part(c, &webhooks->at);
	if (webhooks->total > webhooks->rows.len)
		snprintf(right, sizeof right, "the newest %zu of %zu", webhooks->rows.len,
			 webhooks->total);
	else
		snprintf(right, sizeof right, "%zu", webhooks->total);
	draw_clear(c);
	draw_rule(c, 0, ROLE_FOCUS, "WEBHOOKS", right);
	draw_header(c);
	if (webhooks->rows.len > 0)
		list_draw(&webhooks->list, &rows, true);
	else
		draw_text(&rows, 0, 2, 0, ROLE_DIM, "No webhook was to be delivered yet.");
}

/* --- reading ------------------------------------------------------------------------ */

/* item is a plain copy; its strings become copies of their own. */
static bool own_strings(struct outbox_item *item)
{
	char **strings[] = {&item->id,         &item->action_id, &item->source, &item->event_type,
			    &item->target_key, &item->body,      &item->error};
	bool whole = true;

	for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
		*strings[i] = text_dup(*strings[i] ? *strings[i] : "");
		whole = whole && *strings[i];
	}
	return whole;
}

static void take(void *context, const struct outbox_item *item)
{
	struct webhooks_screen *webhooks = context;
	struct outbox_item copy = *item;

	webhooks->total++;
	if (webhooks->rows.len == ROWS_MAX)
		return;
	if (!own_strings(&copy) || vec_push(&webhooks->rows, &copy))
		outbox_item_clear(&copy);
}

static void drop_rows(struct webhooks_screen *webhooks)
{
	for (size_t i = 0; i < webhooks->rows.len; i++)
		outbox_item_clear(vec_at(&webhooks->rows, i));
	vec_clear(&webhooks->rows);
	webhooks->total = 0;
}

static void load(struct webhooks_screen *webhooks)
{
	struct ui *ui = webhooks->base.ui;
	struct err err = {0};

	drop_rows(webhooks);
	if (webhooks_each(ui->session, take, webhooks, &err))
		ui_say_err(ui, &err);
	list_follow(&webhooks->list);
}

/* --- keys ---------------------------------------------------------------------------- */

static void retry_answered(void *context, bool yes)
{
	struct webhooks_screen *webhooks = context;
	struct ui *ui = webhooks->base.ui;
	struct err err = {0};

	if (!yes)
		return;
	if (webhooks_retry(ui->session, webhooks->asked, &err))
		ui_say_err(ui, &err);
	else
		ui_say(ui, SEVERITY_INFO, "Delivering again.");
	load(webhooks);
	screen_react(&webhooks->base, REACT_REDRAW);
}

/* It goes out: no single key is to do that. */
static void ask_retry(struct webhooks_screen *webhooks)
{
	const struct outbox_item *row = row_at(webhooks, webhooks->list.cursor);
	struct ui *ui = webhooks->base.ui;
	char question[200];
	struct err err = {0};

	if (!row)
		return;
	if (session_may_write(ui->session, &err)) {
		ui_say_err(ui, &err);
		return;
	}
	snprintf(webhooks->asked, sizeof webhooks->asked, "%s", row->id);
	snprintf(question, sizeof question, "Deliver %.40s to %.100s again?", row->event_type,
		 row->source);
	ask_yes_no(ui, question, retry_answered, webhooks);
}

static void open_details(struct webhooks_screen *webhooks)
{
	const struct outbox_item *row = row_at(webhooks, webhooks->list.cursor);
	struct text_view *view;
	char text[CLOCK_TEXT_SIZE];

	if (!row)
		return;
	view = text_screen_open(webhooks->base.ui, "WEBHOOK", LABEL_COLS);
	if (!view)
		return;
	text_view_pair(view, "id", ROLE_TEXT, row->id);
	text_view_pair(view, "state", state_role(row->state), delivery_state_name(row->state));
	text_view_pairf(view, "attempts", ROLE_TEXT, "%lld", (long long)row->attempts);
	next_words(row, text);
	text_view_pair(view, "next try", ROLE_TEXT, text);
	if (row->status > 0)
		text_view_pairf(view, "status", ROLE_TEXT, "%d", row->status);
	text_view_pair(view, "error", row->error[0] ? ROLE_ERROR : ROLE_DIM,
		       row->error[0] ? row->error : "-");
	clock_format_rfc3339(row->created_us, text);
	text_view_pair(view, "since", ROLE_TEXT, text);
	text_view_pair(view, "Data Action", ROLE_TEXT, row->action_id);
	text_view_pair(view, "source", ROLE_TEXT, row->source);
	text_view_pair(view, "event", ROLE_TEXT, row->event_type);
	text_view_pair(view, "action", ROLE_TEXT, directive_action_name(row->action));
	text_view_pair(view, "key", ROLE_TEXT, row->target_key);
	text_view_heading(view, "Body, the same in every try");
	text_view_add_lines(view, ROLE_TEXT, 0, row->body);
}

static unsigned action(struct ui_screen *screen, enum key_action what)
{
	struct webhooks_screen *webhooks = (struct webhooks_screen *)screen;

	if (list_action(&webhooks->list, what))
		return REACT_REDRAW;
	if (what == ACT_RETRY)
		ask_retry(webhooks);
	else if (what == ACT_OPEN)
		open_details(webhooks);
	else
		return REACT_NONE;
	return REACT_HANDLED;
}

static size_t contexts(const struct ui_screen *screen, enum key_context *out)
{
	(void)screen;
	out[0] = KEYS_WEBHOOKS;
	out[1] = KEYS_MOVE;
	out[2] = KEYS_COMMON;
	return 3;
}

static unsigned mouse(struct ui_screen *screen, const struct mouse *at)
{
	struct webhooks_screen *webhooks = (struct webhooks_screen *)screen;

	return list_mouse_in(&webhooks->list, &webhooks->at, at) ? REACT_REDRAW : REACT_NONE;
}

/* Each try ends with its audit entry, and begins with a call. */
static unsigned event(struct ui_screen *screen, const struct event *happened)
{
	if (happened->type != EVENT_STATUS && happened->type != EVENT_AUDIT)
		return REACT_NONE;
	load((struct webhooks_screen *)screen);
	return REACT_REDRAW;
}

static void end(struct ui_screen *screen)
{
	struct webhooks_screen *webhooks = (struct webhooks_screen *)screen;

	ask_forget(screen->ui, webhooks);
	drop_rows(webhooks);
	vec_free(&webhooks->rows);
	free(webhooks);
}

static const struct ui_screen_ops ops = {
	.contexts = contexts,
	.draw = draw,
	.action = action,
	.mouse = mouse,
	.event = event,
	.end = end,
};

enum err_code webhooks_screen_open(struct ui *ui, struct err *err)
{
	struct webhooks_screen *webhooks;

	if (screen_find(ui, &ops))
		return ERR_OK;
	webhooks = calloc(1, sizeof *webhooks);
	if (!webhooks)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	webhooks->base.ops = &ops;
	webhooks->base.name = "Webhooks";
	webhooks->base.ui = ui;
	vec_init(&webhooks->rows, sizeof(struct outbox_item));
	list_init(&webhooks->list,
		  &(struct list_source){row_count, row_id, NULL, draw_row, webhooks});
	load(webhooks);
	return screen_push(ui, &webhooks->base);
}
