/* A member's value by hand: one field, checked as it is typed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conflict.h"
#include "dacache/base/text.h"
#include "dacache/domain/canonical.h"

enum { BOX_ROWS = 8, BOX_COLS = 76, LABEL_COLS = 13, VALUE_MAX = 64 * 1024, NUMBER_COLS = 10 };

struct value_screen {
	struct ui_screen screen;
	struct conflict_screen *conflict;
	enum field field;
	char name[16]; /* of the member */
	struct form form;
	struct form_line line;
	int enabled;
	size_t errors;
};

static const struct ui_screen_ops value_ops;

static enum field field_of(const char *name)
{
	if (strcmp(name, "cacheEnabled") == 0)
		return FIELD_ENABLED;
	return strcmp(name, "cacheKey") == 0 ? FIELD_KEY : FIELD_TTL;
}

/* --- checks ----------------------------------------------------------------------- */

static void complain(struct value_screen *value, bool is_error, const char *text)
{
	form_note(&value->form, (int)value->field, -1, is_error ? ROLE_ERROR : ROLE_WARN, text);
	value->errors += is_error;
}

/* The wish with the typed value in place of its own. false: it is no value. */
static bool make_wish(const struct value_screen *value, struct proposal *wish)
{
	const char *text = form_line_text(&value->line);
	struct cache_members *members = &wish->members;
	int64_t ttl_s = members->ttl_s;

	if (value->field == FIELD_TTL && text_parse_int(text, INT64_MIN, INT64_MAX, &ttl_s))
		return false;
	if (value->field == FIELD_TTL)
		wish->tier = TIER_CUSTOM;
	members->ttl_s = ttl_s;
	if (value->field == FIELD_ENABLED)
		members->enabled = value->enabled;
	return value->field != FIELD_KEY ||
	       cache_members_set(members, members->enabled, text, ttl_s) == ERR_OK;
}

static void check_wish(struct value_screen *value, const struct proposal *wish)
{
	struct key_lookup keys = session_key_lookup(ui_session(value->screen.ui));
	struct findings *findings = calloc(1, sizeof *findings);

	if (!findings)
		return;
	validate_proposal(wish, value->conflict->now, &keys, findings);
	for (size_t i = 0; i < findings->len; i++)
		if (findings->items[i].field == value->field)
			complain(value, findings->items[i].is_error, findings->items[i].text);
	free(findings);
}

static void check(struct value_screen *value)
{
	struct proposal wish;

	form_clear_notes(&value->form);
	value->errors = 0;
	if (proposal_copy(&value->conflict->wanted, &wish))
		return;
	if (make_wish(value, &wish))
		check_wish(value, &wish);
	else
		complain(value, true, "cacheTtl must be a whole number of seconds");
	proposal_clear(&wish);
}

/* --- taking it ---------------------------------------------------------------------- */

static enum err_code put_json(const struct value_screen *value, struct buf *out)
{
	const char *text = form_line_text(&value->line);
	int64_t ttl_s;

	if (value->field == FIELD_ENABLED)
		return buf_puts(out, value->enabled ? "true" : "false");
	if (value->field == FIELD_KEY)
		return canonical_string(text, strlen(text), out);
	if (text_parse_int(text, INT64_MIN, INT64_MAX, &ttl_s))
		return ERR_PARSE;
	return buf_printf(out, "%lld", (long long)ttl_s);
}

static unsigned take(struct value_screen *value)
{
	struct conflict_screen *conflict = value->conflict;
	struct merge_row *row = merge_find(&conflict->merge, value->name);
	struct err err = {0};
	struct buf json;
	enum err_code code;

	check(value);
	if (value->errors > 0)
		return REACT_REDRAW;
	buf_init(&json, 8 * VALUE_MAX);
	code = put_json(value, &json);
	if (code)
		err_set(&err, code, "out of memory");
	else if (row)
		code = merge_choose(row, MERGE_BY_HAND, buf_str(&json), &err);
	buf_free(&json);
	if (code)
		ui_say_err(value->screen.ui, &err);
	conflict_refresh(conflict);
	return REACT_CLOSE;
}

/* --- the screen ---------------------------------------------------------------------- */

static void value_place(const struct ui_screen *screen, int rows, int cols, struct rect *out)
{
	(void)screen;
	out->rows = rows < BOX_ROWS ? rows : BOX_ROWS;
	out->cols = cols - 2 < BOX_COLS ? cols - 2 : BOX_COLS;
	out->row = (rows - out->rows) / 2;
	out->col = (cols - out->cols) / 2;
}

static void value_draw(struct ui_screen *screen, const struct canvas *c, unsigned dirty)
{
	struct value_screen *value = (struct value_screen *)screen;
	struct rect inside = {2, 1, c->at.rows - 3, c->at.cols - 2};
	struct canvas body = canvas_part(c, &inside);
	char title[48];

	(void)dirty;
	draw_clear(c);
	snprintf(title, sizeof title, "%s by hand", value->name);
	draw_frame(c, ROLE_FOCUS, title);
	form_draw(&value->form, &body);
	draw_text(c, c->at.rows - 1, 2, c->at.cols - 4, ROLE_KEY, " Enter takes it  Esc leaves ");
}

static size_t value_contexts(const struct ui_screen *screen, enum key_context *out)
{
	(void)screen;
	out[0] = KEYS_VALUE;
	return 1;
}

static unsigned value_key(struct ui_screen *screen, const struct key *key)
{
	struct value_screen *value = (struct value_screen *)screen;
	enum form_took took = form_key(&value->form, key);

	if (took == FORM_NOT_MINE)
		return REACT_NONE;
	if (took == FORM_CHANGED)
		check(value);
	return REACT_REDRAW;
}

static unsigned value_action(struct ui_screen *screen, enum key_action action)
{
	return action == ACT_TAKE ? take((struct value_screen *)screen) : REACT_NONE;
}

static bool value_cursor(const struct ui_screen *screen, int *row, int *col)
{
	const struct value_screen *value = (const struct value_screen *)screen;

	if (value->form.cursor_row < 0)
		return false;
	*row = 2 + value->form.cursor_row;
	*col = 1 + value->form.cursor_col;
	return true;
}

static void value_end(struct ui_screen *screen)
{
	struct value_screen *value = (struct value_screen *)screen;

	form_free(&value->form);
	form_line_free(&value->line);
	free(value);
}

static const struct ui_screen_ops value_ops = {
	.contexts = value_contexts,
	.place = value_place,
	.draw = value_draw,
	.key = value_key,
	.action = value_action,
	.cursor = value_cursor,
	.end = value_end,
};

/* It begins as what the member would be now. */
static enum err_code fill(struct value_screen *value, const struct merge_row *row)
{
	bool is_check = value->field == FIELD_ENABLED;
	struct form_field field = {.kind = is_check ? FORM_CHECK : FORM_TEXT,
				   .id = (int)value->field,
				   .row = -1,
				   .label = value->name,
				   .line = &value->line,
				   .value = &value->enabled};
	const char *json = merge_is_resolved(row) ? merge_result(row) : row->mine;
	struct buf text;
	enum err_code code;

	buf_init(&text, VALUE_MAX);
	conflict_words(row, json, &text);
	if (strcmp(buf_str(&text), "null") == 0)
		buf_reset(&text);
	value->enabled = strcmp(buf_str(&text), "true") == 0;
	code = form_line_set(&value->line, buf_str(&text));
	buf_free(&text);
	if (value->field == FIELD_TTL)
		field.cols = NUMBER_COLS;
	if (is_check)
		snprintf(field.words, sizeof field.words, "Space changes it");
	form_add(&value->form, &field);
	form_settle(&value->form);
	return code ? code : value->form.failed ? ERR_NO_MEMORY : ERR_OK;
}

enum err_code conflict_value_open(struct conflict_screen *conflict, struct merge_row *row)
{
	struct value_screen *value = calloc(1, sizeof *value);

	if (!value)
		return ERR_NO_MEMORY;
	value->screen.ops = &value_ops;
	value->screen.ui = conflict->screen.ui;
	value->screen.name = "A value by hand";
	value->conflict = conflict;
	value->field = field_of(row->name);
	snprintf(value->name, sizeof value->name, "%s", row->name);
	form_init(&value->form, LABEL_COLS);
	form_line_init(&value->line, VALUE_MAX);
	if (fill(value, row)) {
		value_ops.end(&value->screen);
		return ERR_NO_MEMORY;
	}
	check(value);
	return screen_push(conflict->screen.ui, &value->screen);
}

void conflict_value_close(struct ui *ui)
{
	struct ui_screen *screen = screen_find(ui, &value_ops);

	if (screen)
		screen_react(screen, REACT_CLOSE);
}
