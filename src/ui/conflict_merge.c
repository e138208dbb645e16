/* The form and a change by someone else.
 *
 *   WATCHED ── another state ──> SEEN (banner)
 *   SEEN ── F6, M ── nothing overlaps ──> the form, on the new base
 *                 └ a member changed on both sides ──> CONFLICT
 */
#include "conflict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "changes.h"
#include "dacache/app/rebase.h"
#include "dacache/app/watch.h"
#include "dacache/base/clock.h"
#include "dacache/base/text.h"
#include "review_internal.h"

enum { WHO_COLS = 20, SECOND_US = 1000000, YOUNG_US = 60 * SECOND_US };

/* --- seeing it ------------------------------------------------------------------ */

static int64_t wall_us(const struct edit_screen *edit)
{
	return clock_wall_us(loop_clock(ui_loop(edit->screen.ui)));
}

static bool is_base(const struct edit_screen *edit, const struct action *now)
{
	return strcmp(now->etag, edit->base->etag) == 0 &&
	       cache_members_equal(&now->members, &edit->base->members);
}

static void draw_again(struct edit_screen *edit)
{
	struct review_screen *review = review_find(edit->screen.ui);
	struct conflict_screen *conflict = conflict_find(edit->screen.ui);

	screen_react(&edit->screen, REACT_REDRAW | REACT_FRAME);
	if (review)
		review_refresh(review);
	if (conflict)
		screen_react(&conflict->screen, REACT_REDRAW);
}

/* How long ago it was is told anew while that is seconds, then minutes. */
static void grow_older(void *context)
{
	struct edit_screen *edit = context;
	bool young = wall_us(edit) - edit->theirs_us < YOUNG_US;

	if (!edit->theirs)
		return;
	loop_timer_start(ui_loop(edit->screen.ui), young ? SECOND_US : YOUNG_US, grow_older, edit,
			 &edit->age_timer);
	draw_again(edit);
}

void edit_saw(struct edit_screen *edit, const struct action *now)
{
	action_free(&edit->theirs);
	loop_timer_stop(&edit->age_timer);
	if (now && edit->base && !is_base(edit, now) && action_copy(now, &edit->theirs) == ERR_OK) {
		if (clock_parse_rfc3339(now->date_modified, &edit->theirs_us))
			edit->theirs_us = wall_us(edit);
		grow_older(edit);
	}
	draw_again(edit);
}

void conflict_age(int64_t age_us, char out[CLOCK_TEXT_SIZE])
{
	clock_format_span(age_us > SECOND_US ? age_us / SECOND_US * SECOND_US : SECOND_US, out);
}

static void watched(void *context, const struct action *now)
{
	edit_saw(context, now);
}

void edit_watch(struct edit_screen *edit)
{
	struct watch_options options = {
		.every_s = WATCH_EVERY_S, .changed = watched, .context = edit};

	edit_saw(edit, NULL);
	if (edit->watch)
		watch_know(edit->watch, edit->base);
	else if (!edit->read_only)
		watch_start(edit_session(edit), edit->base, &options, &edit->watch);
}

void edit_watch_end(struct edit_screen *edit)
{
	watch_stop(&edit->watch);
	loop_timer_stop(&edit->age_timer);
	action_free(&edit->theirs);
}

/* --- saying it -------------------------------------------------------------------- */

static void tell_theirs(const struct edit_screen *edit, const char *key, bool brief, char *out,
			size_t size)
{
	bool ascii = !ui_is_utf8(edit->screen.ui);
	const char *by = edit->theirs->modified_by;
	char span[CLOCK_TEXT_SIZE];
	struct buf changes;
	struct buf who;

	conflict_age(wall_us(edit) - edit->theirs_us, span);
	buf_init(&who, size);
	buf_init(&changes, size);
	text_fit(&who, *by ? by : "someone", WHO_COLS, ascii, NULL);
	changes_tell(&changes, &edit->base->members, &edit->theirs->members, brief, ascii);
	if (changes.len == 0)
		buf_puts(&changes, "no cache member");
	snprintf(out, size, "%s changed this action %s ago: %s; %s merges", buf_str(&who), span,
		 buf_str(&changes), key);
	buf_free(&changes);
	buf_free(&who);
}

bool edit_banner(const struct edit_screen *edit, const char *key, int cols, char *out, size_t size)
{
	if (!edit->theirs) {
		snprintf(out, size, "The action changed on the server. %s merges it.", key);
		return edit->changed;
	}
	tell_theirs(edit, key, false, out, size);
	if (cols > 0 && text_width(out) > cols)
		tell_theirs(edit, key, true, out, size);
	return true;
}

/* --- merging it --------------------------------------------------------------------- */

enum err_code edit_take_merged(struct edit_screen *edit, const struct action *now,
			       const struct proposal *wish)
{
	enum err_code code = edit_take_action(edit, now);

	if (!code)
		code = edit_fields_from_proposal(wish, &edit->fields);
	edit_forget_overlaps(edit);
	vec_clear(&edit->moved_notes);
	vec_clear(&edit->server_notes);
	edit_refresh(edit);
	edit_save_soon(edit);
	return code;
}

/* Nothing overlaps, or what was typed is no value yet: what was typed stays, and a
 * note under each field says what the server has. */
static enum err_code move_form(struct edit_screen *edit, const struct action *now, struct err *err)
{
	enum err_code code = edit_take_action(edit, now);

	if (code)
		return err_set(err, code, "out of memory");
	edit_refresh(edit);
	edit_save_soon(edit);
	ui_say(edit->screen.ui, SEVERITY_INFO, "Merged; what you typed stays.");
	return ERR_OK;
}

static enum err_code overlap(struct edit_screen *edit, const struct action *now,
			     const struct proposal *mine, size_t *out, struct err *err)
{
	struct merge merge;
	enum err_code code = rebase_compare(edit->base, now, mine, &merge, err);

	*out = code ? 0 : merge_open_count(&merge);
	merge_clear(&merge);
	return code;
}

static enum err_code merge_with(struct edit_screen *edit, const struct action *now, bool review,
				struct err *err)
{
	struct conflict_cause cause = {.was_put = false};
	struct findings *findings = calloc(1, sizeof *findings);
	struct proposal mine;
	size_t open = 0;
	enum err_code code;

	if (!findings)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	code = edit_fields_proposal(&edit->fields, &edit->base->members, &mine, findings);
	if (code) {
		free(findings);
		return err_set(err, code, "out of memory");
	}
	if (findings->len == 0)
		code = overlap(edit, now, &mine, &open, err);
	if (!code && open > 0)
		code = conflict_open(edit, &mine, now, &cause, err);
	else if (!code)
		code = move_form(edit, now, err);
	if (!code && open == 0 && review)
		code = edit_to_review(edit, err);
	proposal_clear(&mine);
	free(findings);
	return code;
}

enum err_code edit_merge(struct edit_screen *edit, bool review, struct err *err)
{
	struct action *now = NULL;
	enum err_code code;

	if (!edit->base || edit->fetch)
		return err_set(err, ERR_USAGE, "The action is being read.");
	if (!edit->theirs && !edit->changed)
		return err_set(err, ERR_USAGE, "Nothing changed on the server since it was read.");
	review_close(edit->screen.ui);
	if (!edit->theirs) {
		edit->merge_when_read = true;
		edit->review_when_merged = review;
		return edit_read(edit, err);
	}
	/* The copy that was seen goes as soon as the base moves. */
	code = action_copy(edit->theirs, &now);
	if (code)
		return err_set(err, code, "out of memory");
	code = merge_with(edit, now, review, err);
	action_free(&now);
	return code;
}

void edit_merge_read(struct edit_screen *edit, const struct action *now)
{
	struct err err = {0};

	edit->merge_when_read = false;
	edit_saw(edit, now);
	if (merge_with(edit, now, edit->review_when_merged, &err))
		ui_say_err(edit->screen.ui, &err);
}
