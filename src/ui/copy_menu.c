/* What can be copied: a small menu. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "lists.h"
#include "main_screen.h"

enum { MENU_ROWS = 7, MENU_COLS = 48, CURL_MAX = 1024 * 1024 };

/* The call that is shown, the selected one of the Requests pane, else the newest that
 * concerned the action. */
static const struct exchange *call_of(struct ui *ui, const char *id)
{
	const struct exchange *exchange = request_screen_exchange(ui);

	if (exchange)
		return exchange;
	if (ui->main->focus == PANE_REQUESTS)
		return requests_pane_exchange(&ui->main->requests);
	for (size_t i = 0; (exchange = session_exchange(ui->session, i)) != NULL; i++)
		if (exchange->action_id && strcmp(exchange->action_id, id) == 0)
			return exchange;
	return NULL;
}

enum err_code copy_exchange(struct ui *ui, const struct exchange *exchange, struct err *err)
{
	struct buf curl;
	enum err_code code;

	buf_init(&curl, CURL_MAX);
	code = session_exchange_curl(exchange, &curl, err);
	if (!code)
		ui_copy(ui, "the curl command", buf_str(&curl));
	buf_free(&curl);
	return code;
}

static enum err_code copy_curl(struct ui *ui, const char *id, struct err *err)
{
	const struct exchange *exchange = call_of(ui, id);

	if (!exchange && ui->main->focus == PANE_REQUESTS)
		return err_set(err, ERR_NOT_FOUND, "no request is selected");
	if (!exchange)
		return err_set(err, ERR_NOT_FOUND, "no call of this action is in the log yet");
	return copy_exchange(ui, exchange, err);
}

enum err_code copy_menu_copy(struct ui *ui, const char *what, struct err *err)
{
	const char *id = ui_selected(ui);
	const struct index_row *row = index_find(session_index(ui->session), id);
	const struct action *action = ui->main->detail.action;

	if (strcmp(what, "curl") == 0)
		return copy_curl(ui, id, err);
	if (!row)
		return err_set(err, ERR_NOT_FOUND, "no action is selected");
	if (strcmp(what, "id") == 0) {
		ui_copy(ui, "the id", id);
		return ERR_OK;
	}
	if (strcmp(what, "key") == 0) {
		if (!row->key)
			return err_set(err, ERR_NOT_FOUND, "the action has no cache key");
		ui_copy(ui, "the key", row->key);
		return ERR_OK;
	}
	if (strcmp(what, "etag") == 0) {
		if (!action || strcmp(action->id, id) != 0 || !action->etag[0])
			return err_set(err, ERR_NOT_FOUND,
				       "the ETag is not known: open the action");
		ui_copy(ui, "the ETag", action->etag);
		return ERR_OK;
	}
	return err_set(err, ERR_USAGE, "copy what? curl, key, id or etag");
}

static size_t contexts(const struct ui_screen *screen, enum key_context *out)
{
	(void)screen;
	out[0] = KEYS_COPY;
	out[1] = KEYS_COMMON;
	return 2;
}

static void place(const struct ui_screen *screen, int rows, int cols, struct rect *out)
{
	(void)screen;
	*out = (struct rect){(rows - MENU_ROWS) / 2, (cols - MENU_COLS) / 2, MENU_ROWS, MENU_COLS};
}

static void draw(struct ui_screen *screen, const struct canvas *c, unsigned dirty)
{
	bool requests = screen->ui->main->focus == PANE_REQUESTS;
	const char *const rows[][2] = {
		{"c", requests ? "the selected request as a curl command"
			       : "the last call as a curl command"},
		{"k", "the cache key"},
		{"i", "the id"},
		{"e", "the ETag"},
	};

	(void)dirty;
	draw_clear(c);
	draw_frame(c, ROLE_TITLE, "Copy to the clipboard");
	for (int i = 0; i < 4; i++) {
		draw_text(c, i + 1, 3, 1, ROLE_KEY, rows[i][0]);
		draw_text(c, i + 1, 6, c->at.cols - 8, ROLE_TEXT, rows[i][1]);
	}
	draw_text(c, MENU_ROWS - 2, 3, c->at.cols - 6, ROLE_DIM, "Esc leaves");
}

static const char *word_for(enum key_action action)
{
	switch (action) {
	case ACT_COPY_CURL:
		return "curl";
	case ACT_COPY_KEY:
		return "key";
	case ACT_COPY_ID:
		return "id";
	case ACT_COPY_ETAG:
		return "etag";
	default:
		return NULL;
	}
}

static unsigned action(struct ui_screen *screen, enum key_action what)
{
	const char *word = word_for(what);
	struct err err;

	if (!word)
		return REACT_NONE;
	if (copy_menu_copy(screen->ui, word, &err) != ERR_OK)
		ui_say_err(screen->ui, &err);
	return REACT_CLOSE;
}

static void end(struct ui_screen *screen)
{
	free(screen);
}

static const struct ui_screen_ops ops = {
	.contexts = contexts,
	.place = place,
	.draw = draw,
	.action = action,
	.end = end,
};

void copy_menu_open(struct ui *ui)
{
	struct ui_screen *menu = calloc(1, sizeof *menu);

	if (!menu)
		return;
	menu->ops = &ops;
	menu->name = "Copy menu";
	screen_push(ui, menu);
}
