/* Changes whose outcome is not known yet. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/app/recover.h"
#include "dacache/base/text.h"
#include "dacache/base/vec.h"
#include "dacache/ui/list.h"
#include "dacache/ui/text_screen.h"
#include "internal.h"
#include "trouble.h"

enum { AGO_COLS = 9, NAME_COLS = 24, STATE_COLS = 17, LABEL_COLS = 16, WORDS_SIZE = 200 };

struct recover_screen {
	struct ui_screen base;
	struct list list;
	struct vec rows; /* struct intent, owned */
	struct rect at;
	char row_id[32];
};

static const struct ui_screen_ops ops;

static const struct intent *row_at(const struct recover_screen *recover, size_t i)
{
	return i < recover->rows.len ? vec_at(&recover->rows, i) : NULL;
}

static size_t row_count(const void *context)
{
	return ((const struct recover_screen *)context)->rows.len;
}

static const char *row_id(const void *context, size_t i)
{
	struct recover_screen *recover = (struct recover_screen *)(uintptr_t)context;
	const struct intent *intent = row_at(recover, i);

	if (!intent)
		return NULL;
	snprintf(recover->row_id, sizeof recover->row_id, "%lld", (long long)intent->id);
	return recover->row_id;
}

/* --- words --------------------------------------------------------------------- */

static int64_t wall_us(struct ui *ui)
{
	return clock_wall_us(loop_clock(ui->loop));
}

static void span_words(int64_t us, char out[CLOCK_TEXT_SIZE])
{
	clock_format_span(us > 0 ? us / 1000000 * 1000000 : 0, out);
}

static const char *name_of(const struct intent *intent)
{
	return intent->name && *intent->name ? intent->name : intent->action_id;
}

static void state_words(const struct recover_screen *recover, const struct intent *intent,
			char out[WORDS_SIZE])
{
	char time[CLOCK_TEXT_SIZE];

	if (intent->owner == INTENT_OTHERS) {
		snprintf(out, WORDS_SIZE, "another program's");
	} else if (recover_busy(recover->base.ui->session) > 0) {
		snprintf(out, WORDS_SIZE, "checking now");
	} else if (!intent->unknown && !intent->recovered) {
		snprintf(out, WORDS_SIZE, "under way");
	} else {
		clock_format_time(intent->next_check_us, time);
		snprintf(out, WORDS_SIZE, "again %sZ", time);
	}
}

static void change_words(struct ui *ui, const struct intent *intent, char out[WORDS_SIZE])
{
	const char *arrow = ui_is_utf8(ui) ? "→" : "->";
	const struct cache_members *from = &intent->base;
	const struct cache_members *to = &intent->wanted;
	size_t used = 0;

	out[0] = '\0';
	if (from->enabled != to->enabled)
		used += (size_t)snprintf(out, WORDS_SIZE, "cacheEnabled %s %s  ", arrow,
					 to->enabled ? "true" : "false");
	if (from->ttl_s != to->ttl_s)
		used += (size_t)snprintf(out + used, WORDS_SIZE - used, "cacheTtl %lld %s %lld  ",
					 (long long)from->ttl_s, arrow, (long long)to->ttl_s);
	if (from->key && to->key ? strcmp(from->key, to->key) != 0 : from->key != to->key)
		snprintf(out + used, WORDS_SIZE - used, "cacheKey %s %.100s", arrow,
			 to->key ? to->key : "(none)");
}

static void draw_row(const void *context, const struct canvas *c, size_t i, bool selected)
{
	const struct recover_screen *recover = context;
	const struct intent *intent = row_at(recover, i);
	struct ui *ui = recover->base.ui;
	char span[CLOCK_TEXT_SIZE];
	char words[WORDS_SIZE];
	int col = 2;

	if (selected)
		draw_text(c, 0, 0, 1, ROLE_TEXT, ">");
	span_words(wall_us(ui) - intent->wall_us, span);
	draw_format(c, 0, col, AGO_COLS - 1, ROLE_DIM, "%s ago", span);
	col += AGO_COLS;
	draw_text(c, 0, col, NAME_COLS - 1, ROLE_TEXT, name_of(intent));
	col += NAME_COLS;
	state_words(recover, intent, words);
	draw_text(c, 0, col, STATE_COLS - 1, ROLE_WARN, words);
	col += STATE_COLS;
	change_words(ui, intent, words);
	draw_text(c, 0, col, 0, ROLE_TEXT, words);
}

/* --- reading ------------------------------------------------------------------------ */

static void take(void *context, const struct intent *intent)
{
	struct recover_screen *recover = context;
	struct intent copy;

	if (intent_copy(intent, &copy) == ERR_OK && vec_push(&recover->rows, &copy))
		intent_clear(&copy);
}

static void drop_rows(struct recover_screen *recover)
{
	for (size_t i = 0; i < recover->rows.len; i++)
		intent_clear(vec_at(&recover->rows, i));
	vec_clear(&recover->rows);
}

static void load(struct recover_screen *recover)
{
	struct ui *ui = recover->base.ui;
	struct err err = {0};

	drop_rows(recover);
	if (recover_each(ui->session, take, recover, &err))
		ui_say_err(ui, &err);
	list_follow(&recover->list);
}

/* --- keys ---------------------------------------------------------------------------- */

static void check_again(struct recover_screen *recover)
{
	struct ui *ui = recover->base.ui;
	size_t n = recover_now(ui->session);

	if (n > 0)
		ui_say(ui, SEVERITY_INFO, "Reading %zu action%s again.", n, n == 1 ? "" : "s");
	else if (recover_busy(ui->session) == 0)
		ui_say(ui, SEVERITY_INFO, "No change of this program is of unknown outcome.");
	load(recover);
}

static void add_members(struct text_view *view, const char *title,
			const struct cache_members *members)
{
	text_view_heading(view, title);
	text_view_pair(view, "cacheEnabled", ROLE_TEXT, members->enabled ? "true" : "false");
	text_view_pair(view, "cacheKey", ROLE_TEXT, members->key ? members->key : "- (none)");
	text_view_pairf(view, "cacheTtl", ROLE_TEXT, "%lld s", (long long)members->ttl_s);
}

static void open_details(struct recover_screen *recover)
{
	const struct intent *intent = row_at(recover, recover->list.cursor);
	struct text_view *view;
	char text[WORDS_SIZE];

	if (!intent)
		return;
	view = text_screen_open(recover->base.ui, "CHANGE OF UNKNOWN OUTCOME", LABEL_COLS);
	if (!view)
		return;
	text_view_pair(view, "action", ROLE_TEXT, name_of(intent));
	text_view_pair(view, "id", ROLE_TEXT, intent->action_id);
	clock_format_rfc3339(intent->wall_us, text);
	text_view_pair(view, "begun", ROLE_TEXT, text);
	text_view_pair(view, "by", ROLE_TEXT, intent->who ? intent->who : "-");
	state_words(recover, intent, text);
	text_view_pair(view, "state", ROLE_WARN, text);
	text_view_pairf(view, "checks", ROLE_TEXT, "%lld", (long long)intent->checks);
	text_view_pair(view, "why", ROLE_TEXT, intent->message ? intent->message : "-");
	text_view_pairf(view, "attempts", ROLE_TEXT, "%lld", (long long)intent->attempt);
	text_view_pair(view, "If-Match", ROLE_TEXT, intent->if_match);
	add_members(view, "Before", &intent->base);
	add_members(view, "Wanted", &intent->wanted);
}

static unsigned action(struct ui_screen *screen, enum key_action what)
{
	struct recover_screen *recover = (struct recover_screen *)screen;

	if (list_action(&recover->list, what))
		return REACT_REDRAW;
	if (what == ACT_RETRY)
		check_again(recover);
	else if (what == ACT_OPEN)
		open_details(recover);
	else
		return REACT_NONE;
	return REACT_REDRAW;
}

static size_t contexts(const struct ui_screen *screen, enum key_context *out)
{
	(void)screen;
	out[0] = KEYS_RECOVER;
	out[1] = KEYS_MOVE;
	out[2] = KEYS_COMMON;
	return 3;
}

static void draw(struct ui_screen *screen, const struct canvas *c, unsigned dirty)
{
	struct recover_screen *recover = (struct recover_screen *)screen;
	struct canvas rows;
	char right[64];

	(void)dirty;
	recover->at = (struct rect){1, 0, c->at.rows - 1, c->at.cols};
	rows = canvas_part(c, &recover->at);
	snprintf(right, sizeof right, "%zu", recover->rows.len);
	draw_rule(c, 0, ROLE_FOCUS, "UNKNOWN OUTCOMES", right);
	if (recover->rows.len > 0) {
		list_draw(&recover->list, &rows, true);
		return;
	}
	draw_clear(&rows);
	draw_text(&rows, 0, 2, 0, ROLE_DIM, "The outcome of every change is known.");
}

static unsigned mouse(struct ui_screen *screen, const struct mouse *at)
{
	struct recover_screen *recover = (struct recover_screen *)screen;

	return list_mouse_in(&recover->list, &recover->at, at) ? REACT_REDRAW : REACT_NONE;
}

static unsigned event(struct ui_screen *screen, const struct event *happened)
{
	if (happened->type != EVENT_STATUS && happened->type != EVENT_AUDIT &&
	    happened->type != EVENT_ACTION)
		return REACT_NONE;
	load((struct recover_screen *)screen);
	return REACT_REDRAW;
}

static void end(struct ui_screen *screen)
{
	struct recover_screen *recover = (struct recover_screen *)screen;

	drop_rows(recover);
	vec_free(&recover->rows);
	free(recover);
}

static const struct ui_screen_ops ops = {
	.contexts = contexts,
	.draw = draw,
	.action = action,
	.mouse = mouse,
	.event = event,
	.end = end,
};

enum err_code recover_screen_open(struct ui *ui, struct err *err)
{
	struct recover_screen *recover = (struct recover_screen *)screen_find(ui, &ops);

	if (recover) {
		check_again(recover);
		screen_react(&recover->base, REACT_REDRAW);
		return ERR_OK;
	}
	recover = calloc(1, sizeof *recover);
	if (!recover)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	recover->base.ops = &ops;
	recover->base.name = "Changes of unknown outcome";
	recover->base.ui = ui;
	vec_init(&recover->rows, sizeof(struct intent));
	list_init(&recover->list,
		  &(struct list_source){row_count, row_id, NULL, draw_row, recover});
	check_again(recover);
	return screen_push(ui, &recover->base);
}

/* --- what the review asks ---------------------------------------------------------------- */

struct search {
	const char *id;
	bool found;
};

static void look(void *context, const struct intent *intent)
{
	struct search *search = context;

	search->found = search->found || strcmp(intent->action_id, search->id) == 0;
}

bool recover_is_open(struct ui *ui, const char *action_id)
{
	struct search search = {action_id, false};
	struct err err = {0};

	return recover_each(ui->session, look, &search, &err) || search.found;
}

struct newest {
	enum outcome outcome;
	char *message;
	bool found;
};

static bool take_newest(void *context, const struct audit_entry *entry)
{
	struct newest *newest = context;

	if (!entry->action || strcmp(entry->action, "cache_update") != 0)
		return true;
	newest->found = true;
	newest->outcome = entry->outcome;
	snprintf(newest->message, RECOVER_MESSAGE_SIZE, "%s", entry->message ? entry->message : "");
	return false;
}

enum err_code recover_outcome(struct ui *ui, const char *action_id, enum outcome *out,
			      char *message)
{
	struct newest newest = {.message = message};
	struct err err = {0};

	if (recover_is_open(ui, action_id))
		return ERR_NOT_FOUND;
	if (session_audit_each(ui->session, action_id, 0, 20, take_newest, &newest, &err))
		return err.code;
	*out = newest.outcome;
	return newest.found ? ERR_OK : ERR_NOT_FOUND;
}
