/* What the form stands on: the action, read before anything is typed; the draft,
 * saved soon after each key.
 *
 *   READING ── failed ──> card, closed (a form that was read stays)
 *      │ first time ──> the draft, where there is one, moved onto this base
 *      └ again ───────> what was typed stays, what was not edited follows
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conflict.h"
#include "dacache/base/text.h"
#include "dacache/ui/card_screen.h"

enum { SAVE_DELAY_US = 500 * 1000, SHOWN_COLS = 60, FORM_TEXT_MAX = 1024 * 1024 };

/* --- drafts ---------------------------------------------------------------------------- */

static enum err_code save_form(struct edit_screen *edit, bool quick, struct err *err)
{
	const char *etag = edit->overlaps ? edit->draft_etag : edit->base->etag;
	const struct proposal *base = edit->overlaps ? &edit->draft_base : &edit->base_proposal;
	struct buf text;
	enum err_code code;

	buf_init(&text, FORM_TEXT_MAX);
	code = edit_fields_to_text(&edit->fields, &text);
	if (code)
		err_set(err, code, "the draft is too large");
	else
		code = session_draft_save(edit_session(edit), edit->id, edit->name, buf_str(&text),
					  etag, base, quick, err);
	buf_free(&text);
	return code;
}

enum err_code edit_save(struct edit_screen *edit, struct err *err)
{
	loop_timer_stop(&edit->save_timer);
	edit->keep_due = false;
	if (!edit->base || edit->read_only)
		return ERR_OK;
	if (edit_has_changed(edit))
		return save_form(edit, false, err);
	return edit_forget_draft(edit, err);
}

static void save_now(void *context)
{
	struct edit_screen *edit = context;
	struct err err = {0};

	if (edit_save(edit, &err))
		ui_say_err(edit->screen.ui, &err);
}

/* Where it can't be kept now, it is saved before long, and told then. */
void edit_settle(struct ui_screen *screen)
{
	struct edit_screen *edit = (struct edit_screen *)screen;
	struct err err = {0};

	if (!edit->keep_due)
		return;
	edit->keep_due = false;
	if (edit->base && !edit->read_only && edit_has_changed(edit))
		save_form(edit, true, &err);
}

/* Before the frame that shows the key: a crash a moment later loses nothing. */
void edit_save_soon(struct edit_screen *edit)
{
	edit->keep_due = true;
	if (!edit->save_timer && loop_timer_start(ui_loop(edit->screen.ui), SAVE_DELAY_US, save_now,
						  edit, &edit->save_timer))
		save_now(edit);
}

enum err_code edit_forget_draft(struct edit_screen *edit, struct err *err)
{
	loop_timer_stop(&edit->save_timer);
	edit->keep_due = false;
	edit->draft_us = 0;
	edit->base_banner[0] = '\0';
	edit_forget_overlaps(edit);
	if (!session_has_draft(edit_session(edit), edit->id))
		return ERR_OK;
	return session_draft_delete(edit_session(edit), edit->id, err);
}

void edit_forget_overlaps(struct edit_screen *edit)
{
	if (edit->overlaps)
		proposal_clear(&edit->draft_base);
	edit->overlaps = false;
}

void edit_reset(struct edit_screen *edit)
{
	struct err err = {0};

	if (edit_forget_draft(edit, &err))
		ui_say_err(edit->screen.ui, &err);
	vec_clear(&edit->server_notes);
	vec_clear(&edit->moved_notes);
	if (edit_fields_from_proposal(&edit->base_proposal, &edit->fields))
		ui_say(edit->screen.ui, SEVERITY_ERROR, "out of memory");
	edit_refresh(edit);
}

/* --- what changed under the draft ---------------------------------------------------------- */

/* A value as a note shows it. */
static void shown(const char *value, char *out, size_t size)
{
	struct buf fitted;

	buf_init(&fitted, size - 1);
	if (!value)
		buf_puts(&fitted, "(none)");
	else
		text_fit(&fitted, value, SHOWN_COLS, true, NULL);
	snprintf(out, size, "%s", buf_str(&fitted));
	buf_free(&fitted);
}

static const char *ttl_words(int64_t ttl_s, char out[32])
{
	if (ttl_s == CACHE_TTL_ABSENT)
		return NULL;
	if (ttl_s == CACHE_TTL_INVALID)
		return "no integer of 0-86400";
	snprintf(out, 32, "%lld", (long long)ttl_s);
	return out;
}

/* true: the server changed what was typed too. */
static bool note_moved(struct edit_screen *edit, enum field field, const char *before,
		       const char *after, bool edited)
{
	struct form_note note = {.id = (int)field, .row = -1, .role = ROLE_WARN};
	char old[160];
	char now[160];

	if (before && after ? strcmp(before, after) == 0 : before == after)
		return false;
	shown(before, old, sizeof old);
	shown(after, now, sizeof now);
	snprintf(note.text, sizeof note.text, "the server has %s now, it was %s: %s", now, old,
		 edited ? "what you typed stays" : "taken over");
	if (vec_push(&edit->moved_notes, &note))
		ui_say(edit->screen.ui, SEVERITY_ERROR, "out of memory");
	return edited;
}

/* stands: what the form stands on now; it goes back to `before` where both changed it. */
static enum err_code note_all_moved(struct edit_screen *edit, const struct proposal *old_base,
				    const struct edit_fields *old, struct proposal *stands)
{
	const struct cache_members *before = &old_base->members;
	const struct cache_members *now = &edit->base->members;
	const struct edit_fields *mine = &edit->fields;
	char ttl_before[32];
	char ttl_now[32];

	/* What was typed and is there already needs no words. */
	if (mine->enabled == old->enabled)
		note_moved(edit, FIELD_ENABLED, before->enabled ? "true" : "false",
			   now->enabled ? "true" : "false", false);
	if (strcmp(form_line_text(&mine->key), now->key ? now->key : "") != 0 &&
	    note_moved(edit, FIELD_KEY, before->key, now->key,
		       strcmp(form_line_text(&mine->key), form_line_text(&old->key)) != 0)) {
		edit->overlaps = true;
		if (cache_members_set(&stands->members, now->enabled, before->key, now->ttl_s))
			return ERR_NO_MEMORY;
	}
	if (edit_fields_ttl_edited(mine, &edit->base_fields) &&
	    note_moved(edit, FIELD_TTL, ttl_words(before->ttl_s, ttl_before),
		       ttl_words(now->ttl_s, ttl_now), edit_fields_ttl_edited(mine, old))) {
		edit->overlaps = true;
		stands->members.ttl_s = before->ttl_s;
		stands->tier = old_base->tier;
	}
	return ERR_OK;
}

/* Move what was typed on the base `old` onto the base that was read. */
static enum err_code move_to_base(struct edit_screen *edit, const struct proposal *old,
				  const char *old_etag)
{
	struct edit_fields old_fields;
	struct proposal stands;
	enum err_code code = proposal_copy(&edit->base_proposal, &stands);

	if (code)
		return code;
	edit_forget_overlaps(edit);
	vec_clear(&edit->moved_notes);
	edit_fields_init(&old_fields);
	code = edit_fields_from_proposal(old, &old_fields);
	if (!code)
		code = note_all_moved(edit, old, &old_fields, &stands);
	if (!code)
		code = edit_fields_rebase(&edit->fields, &old_fields, &edit->base_fields);
	edit_fields_free(&old_fields);
	if (!edit->overlaps || code) {
		edit->overlaps = false;
		proposal_clear(&stands);
		return code;
	}
	edit->draft_base = stands;
	snprintf(edit->draft_etag, sizeof edit->draft_etag, "%s", old_etag);
	return ERR_OK;
}

/* --- the action is there ---------------------------------------------------------------------- */

static enum err_code take_draft(struct edit_screen *edit, struct err *err)
{
	char *text = NULL;
	char *etag = NULL;
	struct proposal old = {0};
	enum err_code code = session_draft_load(edit_session(edit), edit->id, &text, &etag, &old,
						&edit->draft_us, err);

	if (code)
		return code == ERR_NOT_FOUND ? ERR_OK : code;
	code = edit_fields_from_text(text, &edit->fields, err);
	if (!code && (strcmp(etag, edit->base->etag) != 0 ||
		      !cache_members_equal(&old.members, &edit->base_proposal.members)))
		snprintf(edit->base_banner, sizeof edit->base_banner,
			 "The action has changed since.");
	if (!code)
		code = move_to_base(edit, &old, etag);
	proposal_clear(&old);
	free(text);
	free(etag);
	return code;
}

static enum err_code take_undo(struct edit_screen *edit)
{
	struct cache_members *undo = &edit->undo;
	struct proposal wanted;
	enum err_code code = proposal_copy(&edit->base_proposal, &wanted);

	if (code)
		return code;
	code = cache_members_set(&wanted.members, undo->enabled, undo->key, undo->ttl_s);
	wanted.tier = tier_of_ttl(&wanted.local.matrix, undo->ttl_s);
	if (!code)
		code = edit_fields_from_proposal(&wanted, &edit->fields);
	proposal_clear(&wanted);
	edit->has_undo = false;
	if (code)
		return code;
	if (edit_has_changed(edit))
		edit_save_soon(edit);
	else
		ui_say(edit->screen.ui, SEVERITY_INFO, "The action holds these values already.");
	return ERR_OK;
}

/* A draft that cannot be read is told of, and the form opens without it; it is
 * replaced only when something is typed. */
static enum err_code fill_first(struct edit_screen *edit)
{
	struct err err = {0};
	enum err_code code = edit_fields_from_proposal(&edit->base_proposal, &edit->fields);

	if (code)
		return code;
	if (edit->has_undo)
		return take_undo(edit);
	if (take_draft(edit, &err) == ERR_OK)
		return ERR_OK;
	ui_say(edit->screen.ui, SEVERITY_ERROR, "The draft could not be opened: %s", err.text);
	edit->draft_us = 0;
	return edit_fields_from_proposal(&edit->base_proposal, &edit->fields);
}

static enum err_code set_base(struct edit_screen *edit, const struct action *action)
{
	struct action *copy = NULL;
	struct proposal proposal;
	enum err_code code = action_copy(action, &copy);

	if (code)
		return code;
	code = proposal_from_action(copy, &edit->local, &proposal);
	if (code) {
		action_free(&copy);
		return code;
	}
	action_free(&edit->base);
	proposal_clear(&edit->base_proposal);
	edit->base = copy;
	edit->base_proposal = proposal;
	free(edit->name);
	edit->name = text_dup(*copy->name ? copy->name : copy->id);
	code = edit_fields_from_proposal(&edit->base_proposal, &edit->base_fields);
	return edit->name ? code : ERR_NO_MEMORY;
}

enum err_code edit_take_action(struct edit_screen *edit, const struct action *action)
{
	bool first = !edit->base;
	char old_etag[ETAG_SIZE] = "";
	struct proposal old = {0};
	enum err_code code = ERR_OK;

	if (!first) {
		snprintf(old_etag, sizeof old_etag, "%s",
			 edit->overlaps ? edit->draft_etag : edit->base->etag);
		code = proposal_copy(edit->overlaps ? &edit->draft_base : &edit->base_proposal,
				     &old);
	}
	if (!code)
		code = set_base(edit, action);
	if (!code)
		code = first ? fill_first(edit) : move_to_base(edit, &old, old_etag);
	if (!first)
		proposal_clear(&old);
	if (!code) {
		edit_watch(edit);
		edit_look_for_change(edit);
	}
	return code;
}

static void not_read(struct edit_screen *edit, const struct failure *failure)
{
	struct ui *ui = edit->screen.ui;

	edit->merge_when_read = false;
	if (!edit->base)
		screen_react(&edit->screen, REACT_CLOSE);
	else
		edit_refresh(edit);
	if (failure->kind == FAILURE_CANCELLED)
		ui_say(ui, SEVERITY_INFO, "Reading was cancelled.");
	else
		card_screen_open(ui, failure);
}

static void action_read(void *context, const struct failure *failure, const struct action *action)
{
	struct edit_screen *edit = context;
	bool again = edit->base != NULL;
	struct err err = {0};

	edit->fetch = NULL;
	if (!action) {
		not_read(edit, failure);
		return;
	}
	if (edit->merge_when_read) {
		edit_merge_read(edit, action);
		return;
	}
	if (edit_take_action(edit, action)) {
		ui_say(edit->screen.ui, SEVERITY_ERROR, "out of memory");
		screen_react(&edit->screen, REACT_CLOSE);
		return;
	}
	edit_look_at_access(edit);
	edit_refresh(edit);
	if (again) {
		edit_save_soon(edit);
		ui_say(edit->screen.ui, SEVERITY_INFO, "Read again; what you typed stays.");
	}
	if (edit->review_when_read && edit_to_review(edit, &err))
		ui_say_err(edit->screen.ui, &err);
	edit->review_when_read = false;
	edit_take_ahead(edit);
}

enum err_code edit_read(struct edit_screen *edit, struct err *err)
{
	if (edit->fetch)
		return ERR_OK;
	return fetch_start(edit_session(edit), edit->id, action_read, edit, &edit->fetch, err);
}

/* --- what happens meanwhile ---------------------------------------------------------------------
 */

static bool row_differs(const struct index_row *row, const struct cache_members *base)
{
	if (row->enabled != base->enabled || row->ttl_s != base->ttl_s)
		return true;
	if (!row->key || !base->key)
		return row->key != base->key;
	return strcmp(row->key, base->key) != 0;
}

void edit_look_for_change(struct edit_screen *edit)
{
	const struct index_row *row = index_find(session_index(edit_session(edit)), edit->id);

	edit->changed = edit->base && row && row_differs(row, &edit->base->members);
}

void edit_look_at_access(struct edit_screen *edit)
{
	struct session_status status;

	session_status(edit_session(edit), &status);
	edit->read_only = status.read_only;
	snprintf(edit->read_only_reason, sizeof edit->read_only_reason, "%s",
		 status.read_only_reason);
}
