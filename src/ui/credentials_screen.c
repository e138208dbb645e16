/* New credentials, for a secret that was revoked while the program runs. They stay
 * in memory: what is typed goes to no history, log or file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/app/recover.h"
#include "dacache/base/text.h"
#include "dacache/ui/form.h"
#include "internal.h"
#include "main_screen.h"
#include "trouble.h"

enum {
	BOX_COLS = 76,
	BOX_ROWS = 13,
	WORDS_ROWS = 5,
	LABEL_COLS = 14,
	TEXT_MAX = 1024,
	LOOK_BACK = 8
};

enum { CLIENT_ID, CLIENT_SECRET };

struct credentials_screen {
	struct ui_screen base;
	struct form form;
	struct form_line id;
	struct form_line secret;
	char words[400];
};

static const struct ui_screen_ops ops;

bool credentials_are_refused(const struct failure *failure)
{
	return failure->kind == FAILURE_UNAUTHENTICATED && failure->at_token;
}

/* --- taking them ------------------------------------------------------------------ */

/* What had failed is made again; what is open and typed stays as it is. */
static void go_on(struct ui *ui)
{
	struct index *index = session_index(ui->session);
	struct index_progress progress;

	index_progress(index, &progress);
	if (progress.failed || (!progress.whole && !progress.reading))
		index_start(index);
	detail_pane_reread(&ui->main->detail);
	recover_now(ui->session);
}

static void complain(struct credentials_screen *credentials, int id)
{
	form_clear_notes(&credentials->form);
	form_note(&credentials->form, id, -1, ROLE_ERROR, "it is empty");
	form_go(&credentials->form, id, -1);
}

static unsigned use(struct credentials_screen *credentials)
{
	const char *id = form_line_text(&credentials->id);
	const char *secret = form_line_text(&credentials->secret);
	struct ui *ui = credentials->base.ui;
	struct err err = {0};

	if (!*id || !*secret) {
		complain(credentials, *id ? CLIENT_SECRET : CLIENT_ID);
		return REACT_REDRAW;
	}
	if (session_set_credentials(ui->session, id, secret, &err)) {
		ui_say_err(ui, &err);
		return REACT_HANDLED;
	}
	ui->credentials_declined = false;
	ui_say(ui, SEVERITY_INFO, "New credentials, for this run.");
	go_on(ui);
	return REACT_CLOSE;
}

/* --- keys ------------------------------------------------------------------------- */

static unsigned take(struct credentials_screen *credentials)
{
	const struct form_field *field = form_focused(&credentials->form);

	if (!field || field->id == CLIENT_SECRET)
		return use(credentials);
	form_action(&credentials->form, ACT_NEXT_FIELD);
	return REACT_REDRAW;
}

static unsigned action(struct ui_screen *screen, enum key_action what)
{
	struct credentials_screen *credentials = (struct credentials_screen *)screen;

	if (what == ACT_TAKE)
		return take(credentials);
	if (what == ACT_BACK || what == ACT_CLOSE) {
		screen->ui->credentials_declined = true;
		return REACT_CLOSE;
	}
	return form_action(&credentials->form, what) ? REACT_REDRAW : REACT_NONE;
}

static unsigned key(struct ui_screen *screen, const struct key *pressed)
{
	struct credentials_screen *credentials = (struct credentials_screen *)screen;

	return form_key(&credentials->form, pressed) == FORM_NOT_MINE ? REACT_NONE : REACT_REDRAW;
}

static size_t contexts(const struct ui_screen *screen, enum key_context *out)
{
	(void)screen;
	out[0] = KEYS_CREDENTIALS;
	return 1;
}

/* --- drawing ------------------------------------------------------------------------ */

static void place(const struct ui_screen *screen, int rows, int cols, struct rect *out)
{
	(void)screen;
	out->rows = rows < BOX_ROWS ? rows : BOX_ROWS;
	out->cols = cols - 2 < BOX_COLS ? cols - 2 : BOX_COLS;
	out->row = (rows - out->rows) / 2;
	out->col = (cols - out->cols) / 2;
}

static int form_row(const struct credentials_screen *credentials)
{
	return 2 + WORDS_ROWS < credentials->base.at.rows - 3 ? 2 + WORDS_ROWS : 1;
}

static void draw(struct ui_screen *screen, const struct canvas *c, unsigned dirty)
{
	struct credentials_screen *credentials = (struct credentials_screen *)screen;
	struct rect inside = {form_row(credentials), 1, 0, c->at.cols - 2};
	struct canvas body;

	(void)dirty;
	draw_clear(c);
	draw_frame(c, ROLE_WARN, "CREDENTIALS");
	if (inside.row > 1)
		draw_paragraph(c, 1, 2, c->at.cols - 4, WORDS_ROWS, ROLE_TEXT, credentials->words);
	inside.rows = c->at.rows - inside.row - 1;
	body = canvas_part(c, &inside);
	form_draw(&credentials->form, &body);
	draw_text(c, c->at.rows - 1, 2, c->at.cols - 4, ROLE_KEY,
		  " Tab next  Enter uses them  Esc later (:credentials) ");
}

static bool cursor(const struct ui_screen *screen, int *row, int *col)
{
	const struct credentials_screen *credentials = (const struct credentials_screen *)screen;

	if (credentials->form.cursor_row < 0)
		return false;
	*row = form_row(credentials) + credentials->form.cursor_row;
	*col = 1 + credentials->form.cursor_col;
	return true;
}

static void end(struct ui_screen *screen)
{
	struct credentials_screen *credentials = (struct credentials_screen *)screen;
	struct buf *secret = &credentials->secret.text;

	if (secret->data)
		explicit_bzero(secret->data, secret->len);
	form_line_free(&credentials->secret);
	form_line_free(&credentials->id);
	form_free(&credentials->form);
	free(credentials);
}

static const struct ui_screen_ops ops = {
	.contexts = contexts,
	.place = place,
	.draw = draw,
	.key = key,
	.action = action,
	.cursor = cursor,
	.end = end,
};

/* --- opening ------------------------------------------------------------------------ */

static void fill(struct credentials_screen *credentials)
{
	const struct profile *profile = session_profile(credentials->base.ui->session);
	struct form_field id = {.kind = FORM_TEXT,
				.id = CLIENT_ID,
				.row = -1,
				.label = "Client id",
				.line = &credentials->id};
	struct form_field secret = {.kind = FORM_TEXT,
				    .id = CLIENT_SECRET,
				    .row = -1,
				    .label = "Client secret",
				    .hidden = true,
				    .line = &credentials->secret};

	form_line_set(&credentials->id, profile->client_id ? profile->client_id : "");
	form_add(&credentials->form, &id);
	form_add(&credentials->form, &secret);
	form_settle(&credentials->form);
	if (profile->client_id && *profile->client_id)
		form_go(&credentials->form, CLIENT_SECRET, -1);
}

static void tell(struct credentials_screen *credentials, const struct failure *failure)
{
	const char *what = "New credentials for the tenant.";
	char line[200];

	if (failure) {
		failure_line(failure, line, sizeof line);
		what = line;
	}
	snprintf(
		credentials->words, sizeof credentials->words,
		"%s%s\nThey are kept in memory for this run alone; the profile keeps its own. What "
		"is open and typed stays as it is.",
		failure && failure->status > 0 ? "The token endpoint refused the credentials: "
					       : "",
		what);
}

void credentials_screen_open(struct ui *ui, const struct failure *failure)
{
	struct credentials_screen *credentials;

	if (screen_find(ui, &ops))
		return;
	credentials = calloc(1, sizeof *credentials);
	if (!credentials)
		return;
	credentials->base.ops = &ops;
	credentials->base.name = "Credentials";
	credentials->base.ui = ui;
	form_init(&credentials->form, LABEL_COLS);
	form_line_init(&credentials->id, TEXT_MAX);
	form_line_init(&credentials->secret, TEXT_MAX);
	fill(credentials);
	tell(credentials, failure);
	screen_push(ui, &credentials->base);
}

/* The newest refusal that no card told of. */
static const struct message *find_refusal(struct ui *ui)
{
	const struct messages *messages = session_messages(ui->session);
	const struct message *message;

	for (size_t i = 0; i < LOOK_BACK; i++) {
		message = messages_at(messages, i);
		if (!message || message->number <= ui->credentials_told)
			return NULL;
		if (message->has_failure && credentials_are_refused(&message->failure))
			return message;
	}
	return NULL;
}

/* Who is typing is not to type into the card. */
static bool is_typing(struct ui *ui)
{
	const struct ui_screen *top = stack_top(ui);

	return !top || top->ops->key || prompt_is_open(ui->prompt) || ui->ask.kind != ASK_NOTHING;
}

void credentials_offer(struct ui *ui)
{
	const struct message *refusal;
	struct session_status status;

	session_status(ui->session, &status);
	if (status.replay_of_us) /* there is nobody to give them to */
		return;
	if (status.has_token) {
		ui->credentials_declined = false;
		return;
	}
	refusal = find_refusal(ui);
	if (!refusal || ui->credentials_declined || is_typing(ui))
		return;
	ui->credentials_told = refusal->number;
	credentials_screen_open(ui, &refusal->failure);
}
