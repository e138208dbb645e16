/* The CONFLICT screen: base, server and mine, a row a member of the document.
 *
 *   READING ── failed ──> why, R reads again
 *      └ read ──> OPEN ── m, s, e: every member resolved ──> F2: review, on the new base
 *                      └─ Esc ──> the form, as it was typed
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conflict.h"
#include "dacache/app/rebase.h"
#include "dacache/ui/card_screen.h"
#include "review_internal.h"

static const struct ui_screen_ops conflict_ops;

enum { WORDS_MAX = 1 << 20 };

struct conflict_screen *conflict_find(struct ui *ui)
{
	return (struct conflict_screen *)screen_find(ui, &conflict_ops);
}

void conflict_close(struct ui *ui)
{
	struct conflict_screen *conflict = conflict_find(ui);

	conflict_value_close(ui);
	if (conflict)
		screen_react(&conflict->screen, REACT_CLOSE);
}

/* --- rows ------------------------------------------------------------------------- */

bool conflict_is_ours(const struct merge_row *row)
{
	return strcmp(row->name, "cacheEnabled") == 0 || strcmp(row->name, "cacheKey") == 0 ||
	       strcmp(row->name, "cacheTtl") == 0;
}

static struct merge_row *row_at(const struct conflict_screen *conflict, size_t i)
{
	const size_t *row = vec_at(&conflict->shown, i);

	return &conflict->merge.rows[*row];
}

static size_t row_count(const void *context)
{
	return ((const struct conflict_screen *)context)->shown.len;
}

static const char *row_id(const void *context, size_t i)
{
	return i < row_count(context) ? row_at(context, i)->name : NULL;
}

struct merge_row *conflict_row(const struct conflict_screen *conflict)
{
	size_t i = conflict->list.cursor;

	return i < conflict->shown.len ? row_at(conflict, i) : NULL;
}

void conflict_words(const struct merge_row *row, const char *json, struct buf *out)
{
	struct cache_members members = {0};
	struct buf document;
	struct err err = {0};

	buf_reset(out);
	if (!json)
		return;
	if (strcmp(row->name, "cacheKey") != 0 || *json != '"') {
		merge_put_compact(out, json);
		return;
	}
	buf_init(&document, WORDS_MAX);
	buf_printf(&document, "{\"cacheKey\":%s}", json);
	if (!document.failed &&
	    cache_members_from_json(buf_str(&document), &members, &err) == ERR_OK && members.key)
		buf_puts(out, members.key);
	else
		buf_puts(out, json);
	cache_members_clear(&members);
	buf_free(&document);
}

void conflict_refresh(struct conflict_screen *conflict)
{
	const struct merge *merge = &conflict->merge;

	vec_clear(&conflict->shown);
	for (size_t i = 0; i < merge->len; i++)
		if (conflict->shows_same || merge->rows[i].state != MERGE_UNCHANGED)
			if (vec_push(&conflict->shown, &i))
				ui_say(conflict->screen.ui, SEVERITY_ERROR, "out of memory");
	list_follow(&conflict->list);
	screen_react(&conflict->screen, REACT_REDRAW);
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* What was chosen stays where the server's value is the same as before. */
static void keep_choices(const struct merge *old, struct merge *fresh)
{
	for (size_t i = 0; i < old->len; i++) {
		const struct merge_row *was = &old->rows[i];
		struct merge_row *row = merge_find(fresh, was->name);
		struct err err = {0};

		if (row && was->choice != MERGE_UNCHOSEN && same_text(was->server, row->server))
			merge_choose(row, was->choice, was->by_hand, &err);
	}
}

static enum err_code compare(struct conflict_screen *conflict, const struct action *now,
			     struct err *err)
{
	struct edit_screen *edit = conflict->edit;
	struct action *copy = NULL;
	struct merge fresh;
	enum err_code code = rebase_compare(edit->base, now, &conflict->wanted, &fresh, err);

	if (!code && action_copy(now, &copy)) {
		merge_clear(&fresh);
		code = err_set(err, ERR_NO_MEMORY, "out of memory");
	}
	if (code)
		return code;
	keep_choices(&conflict->merge, &fresh);
	merge_clear(&conflict->merge);
	action_free(&conflict->now);
	conflict->merge = fresh;
	conflict->now = copy;
	conflict->why[0] = '\0';
	conflict_refresh(conflict);
	return ERR_OK;
}

/* --- reading the action ------------------------------------------------------------- */

static void was_read(void *context, const struct failure *failure, const struct action *action)
{
	struct conflict_screen *conflict = context;
	struct err err = {0};
	char line[200];

	conflict->fetch = NULL;
	if (action) {
		edit_saw(conflict->edit, action);
		if (compare(conflict, action, &err))
			snprintf(conflict->why, sizeof conflict->why, "%.300s", err.text);
	} else {
		failure_line(failure, line, sizeof line);
		snprintf(conflict->why, sizeof conflict->why,
			 "The action could not be read again: %s. R tries again.", line);
	}
	screen_react(&conflict->screen, REACT_REDRAW);
}

static enum err_code read_again(struct conflict_screen *conflict, struct err *err)
{
	if (conflict->fetch)
		return ERR_OK;
	return fetch_start(ui_session(conflict->screen.ui), conflict->edit->id, was_read, conflict,
			   &conflict->fetch, err);
}

/* --- opening ------------------------------------------------------------------------ */

static struct conflict_screen *make(struct edit_screen *edit, const struct conflict_cause *cause)
{
	struct conflict_screen *conflict = calloc(1, sizeof *conflict);

	if (!conflict)
		return NULL;
	conflict->screen.ops = &conflict_ops;
	conflict->screen.ui = edit->screen.ui;
	conflict->screen.name = "Conflict";
	conflict->edit = edit;
	conflict->cause = *cause;
	local_settings_init(&conflict->wanted.local);
	vec_init(&conflict->shown, sizeof(size_t));
	list_init(&conflict->list,
		  &(struct list_source){row_count, row_id, NULL, conflict_draw_row, conflict});
	return conflict;
}

/* The cursor begins on the first member that waits for a choice. */
static void go_to_open(struct conflict_screen *conflict)
{
	for (size_t i = 0; i < conflict->shown.len; i++) {
		if (merge_is_resolved(row_at(conflict, i)))
			continue;
		list_go(&conflict->list, i);
		return;
	}
}

enum err_code conflict_open(struct edit_screen *edit, const struct proposal *wanted,
			    const struct action *now, const struct conflict_cause *cause,
			    struct err *err)
{
	struct conflict_screen *conflict;
	enum err_code code;

	conflict_close(edit->screen.ui);
	conflict = make(edit, cause);
	if (!conflict)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	code = proposal_copy(wanted, &conflict->wanted);
	if (code) {
		local_settings_init(&conflict->wanted.local);
		err_set(err, code, "out of memory");
	} else {
		code = now ? compare(conflict, now, err) : read_again(conflict, err);
	}
	if (code) {
		conflict_ops.end(&conflict->screen);
		return code;
	}
	go_to_open(conflict);
	code = screen_push(edit->screen.ui, &conflict->screen);
	return code ? err_set(err, code, "out of memory") : ERR_OK;
}

/* Read again since, it tells of what is there now. */
void conflict_explain(const struct conflict_screen *conflict)
{
	struct failure failure = conflict->cause.failure;
	struct conflict_story *story = &failure.conflict;
	char etag[ETAG_SIZE];

	if (!conflict->cause.was_put) {
		failure_init(&failure);
		failure.kind = FAILURE_CONFLICT;
		action_sight(conflict->edit->base, &story->base);
	}
	story->told = true;
	if (conflict->now)
		action_sight(conflict->now, &story->server);
	/* R may have read it once more since. */
	if (conflict->now && action_if_match(conflict->now, etag) == ERR_OK)
		snprintf(failure.server_etag, sizeof failure.server_etag, "%s", etag);
	card_screen_show(conflict->screen.ui, &failure);
}

/* --- keys --------------------------------------------------------------------------- */

static void choose(struct conflict_screen *conflict, enum merge_choice choice)
{
	struct merge_row *row = conflict_row(conflict);
	struct err err = {0};

	if (!row)
		return;
	if (!conflict_is_ours(row)) {
		ui_say(conflict->screen.ui, SEVERITY_INFO,
		       "%.60s is not changed by this program: the server's value stays.",
		       row->name);
		return;
	}
	if (choice == MERGE_BY_HAND ? conflict_value_open(conflict, row)
				    : merge_choose(row, choice, NULL, &err))
		ui_say(conflict->screen.ui, SEVERITY_ERROR, "out of memory");
	conflict_refresh(conflict);
}

enum err_code conflict_to_review(struct conflict_screen *conflict, struct err *err)
{
	struct edit_screen *edit = conflict->edit;
	size_t open = merge_open_count(&conflict->merge);
	struct proposal result;
	enum err_code code;

	if (!conflict->now)
		return err_set(err, ERR_INVALID, "The action is not read again yet.");
	if (open > 0) {
		go_to_open(conflict);
		screen_react(&conflict->screen, REACT_REDRAW);
		return err_set(err, ERR_INVALID,
			       "Review refused: %zu member%s still open: m mine, s server, e by "
			       "hand.",
			       open, open == 1 ? " is" : "s are");
	}
	code = rebase_proposal(&conflict->merge, &conflict->wanted, &result, err);
	if (code)
		return code;
	code = edit_take_merged(edit, conflict->now, &result);
	proposal_clear(&result);
	if (code)
		return err_set(err, code, "out of memory");
	screen_react(&conflict->screen, REACT_CLOSE);
	return edit_to_review(edit, err);
}

static void review(struct conflict_screen *conflict)
{
	struct err err = {0};

	if (conflict_to_review(conflict, &err))
		ui_say(conflict->screen.ui, SEVERITY_INFO, "%s", err.text);
}

static void fetch(struct conflict_screen *conflict)
{
	struct err err = {0};

	if (read_again(conflict, &err))
		ui_say_err(conflict->screen.ui, &err);
}

static unsigned conflict_action(struct ui_screen *screen, enum key_action action)
{
	struct conflict_screen *conflict = (struct conflict_screen *)screen;

	switch (action) {
	case ACT_MINE:
		choose(conflict, MERGE_MINE);
		return REACT_REDRAW;
	case ACT_SERVER:
		choose(conflict, MERGE_SERVER);
		return REACT_REDRAW;
	case ACT_BY_HAND:
		choose(conflict, MERGE_BY_HAND);
		return REACT_REDRAW;
	case ACT_FOLD:
		conflict->shows_same = !conflict->shows_same;
		conflict_refresh(conflict);
		return REACT_REDRAW;
	case ACT_REVIEW:
		review(conflict);
		return REACT_HANDLED;
	case ACT_WHY:
		conflict_explain(conflict);
		return REACT_HANDLED;
	case ACT_FETCH:
		fetch(conflict);
		return REACT_REDRAW;
	default:
		return list_action(&conflict->list, action) ? REACT_REDRAW : REACT_NONE;
	}
}

static size_t conflict_contexts(const struct ui_screen *screen, enum key_context *out)
{
	(void)screen;
	out[0] = KEYS_CONFLICT;
	out[1] = KEYS_MOVE;
	out[2] = KEYS_COMMON;
	return 3;
}

static unsigned conflict_mouse(struct ui_screen *screen, const struct mouse *mouse)
{
	struct conflict_screen *conflict = (struct conflict_screen *)screen;

	return list_mouse_in(&conflict->list, &conflict->rows_at, mouse) ? REACT_REDRAW
									 : REACT_NONE;
}

static void conflict_end(struct ui_screen *screen)
{
	struct conflict_screen *conflict = (struct conflict_screen *)screen;

	fetch_cancel(&conflict->fetch);
	merge_clear(&conflict->merge);
	proposal_clear(&conflict->wanted);
	action_free(&conflict->now);
	vec_free(&conflict->shown);
	free(conflict);
}

static const struct ui_screen_ops conflict_ops = {
	.contexts = conflict_contexts,
	.draw = conflict_draw,
	.action = conflict_action,
	.mouse = conflict_mouse,
	.end = conflict_end,
};
