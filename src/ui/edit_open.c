/* What the rest of the screen asks of form and review. */
#include <stdlib.h>
#include <string.h>

#include "conflict.h"
#include "dacache/base/text.h"
#include "review_internal.h"

enum { LABEL_COLS = 19 };

static struct edit_screen *make(struct ui *ui, const char *action_id)
{
	const struct index_row *row = index_find(session_index(ui_session(ui)), action_id);
	struct edit_screen *edit = calloc(1, sizeof *edit);

	if (!edit)
		return NULL;
	edit->screen.ops = &edit_ops;
	edit->screen.ui = ui;
	edit->screen.name = "Edit form";
	edit->id = text_dup(action_id);
	edit->name = text_dup(row && *row->name ? row->name : action_id);
	local_settings_init(&edit->local);
	local_settings_init(&edit->base_proposal.local);
	edit_fields_init(&edit->fields);
	edit_fields_init(&edit->base_fields);
	form_init(&edit->form, LABEL_COLS);
	vec_init(&edit->server_notes, sizeof(struct form_note));
	vec_init(&edit->moved_notes, sizeof(struct form_note));
	vec_init(&edit->ahead, sizeof(struct key));
	return edit;
}

/* Leave the form that is open, with its review. */
static enum err_code close_open(struct ui *ui, struct err *err)
{
	struct edit_screen *edit = edit_find(ui);
	enum err_code code;

	if (!edit)
		return ERR_OK;
	if (review_is_sending(ui))
		return err_set(err, ERR_USAGE, "A change is under way: wait for its outcome.");
	code = edit_save(edit, err);
	if (code)
		return code;
	conflict_close(ui);
	review_close(ui);
	screen_react(&edit->screen, REACT_CLOSE);
	return ERR_OK;
}

static enum err_code open_form(struct ui *ui, const char *action_id,
			       const struct cache_members *undo, bool review, struct err *err)
{
	struct edit_screen *edit;
	enum err_code code = close_open(ui, err);

	if (code)
		return code;
	edit = make(ui, action_id);
	if (!edit)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	edit->review_when_read = review;
	edit->has_undo = undo != NULL;
	if (!edit->id || !edit->name || (undo && cache_members_copy(undo, &edit->undo)))
		code = err_set(err, ERR_NO_MEMORY, "out of memory");
	if (!code)
		code = session_local_load(ui_session(ui), action_id, &edit->local, err);
	edit_look_at_access(edit);
	if (!code)
		code = edit_read(edit, err);
	if (code) {
		edit_ops.end(&edit->screen);
		return code;
	}
	code = screen_push(ui, &edit->screen);
	return code ? err_set(err, code, "out of memory") : ERR_OK;
}

enum err_code edit_screen_open(struct ui *ui, const char *action_id, struct err *err)
{
	struct edit_screen *edit = edit_find(ui);

	if (!action_id || !*action_id)
		return err_set(err, ERR_USAGE, "No action is selected.");
	if (edit && strcmp(edit->id, action_id) == 0)
		return ERR_OK;
	return open_form(ui, action_id, NULL, false, err);
}

static bool may_have_changed(const struct audit_entry *entry)
{
	return entry->outcome == OUTCOME_APPLIED || entry->outcome == OUTCOME_UNKNOWN;
}

enum err_code edit_screen_undo(struct ui *ui, const struct audit_entry *entry, struct err *err)
{
	if (!entry->has_before || !entry->data_action_id || !may_have_changed(entry))
		return err_set(err, ERR_USAGE, "This entry changed nothing that can be undone.");
	if (session_has_draft(ui_session(ui), entry->data_action_id))
		return err_set(err, ERR_USAGE,
			       "The action has a draft: apply or discard it first.");
	return open_form(ui, entry->data_action_id, &entry->before, false, err);
}

enum err_code edit_screen_review(struct ui *ui, struct err *err)
{
	struct edit_screen *edit = edit_find(ui);
	struct conflict_screen *conflict = conflict_find(ui);
	const char *id = ui_selected(ui);

	if (edit && review_find(ui))
		return ERR_OK;
	if (conflict)
		return conflict_to_review(conflict, err);
	if (edit)
		return edit_to_review(edit, err);
	if (!*id || !session_has_draft(ui_session(ui), id))
		return err_set(err, ERR_USAGE, "The selected action has no draft: e edits it.");
	return open_form(ui, id, NULL, true, err);
}

enum err_code edit_screen_apply(struct ui *ui, struct err *err)
{
	struct review_screen *review = review_find(ui);

	if (!review)
		return err_set(err, ERR_USAGE, "apply works in the review alone (F2 in the form).");
	return review_apply(review, err);
}

enum err_code edit_screen_discard(struct ui *ui, const char *action_id, struct err *err)
{
	struct edit_screen *edit = edit_find(ui);

	if (!edit || strcmp(edit->id, action_id) != 0) {
		if (!session_has_draft(ui_session(ui), action_id))
			return err_set(err, ERR_NOT_FOUND, "The action has no draft.");
		return session_draft_delete(ui_session(ui), action_id, err);
	}
	if (review_is_sending(ui))
		return err_set(err, ERR_USAGE, "A change is under way: wait for its outcome.");
	conflict_close(ui);
	review_close(ui);
	screen_react(&edit->screen, REACT_CLOSE);
	return edit_forget_draft(edit, err);
}
