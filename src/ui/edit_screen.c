/* The edit form: keys and events. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conflict.h"
#include "dacache/ui/ask.h"
#include "review_internal.h"

enum { AHEAD_MAX = 4096 };

struct session *edit_session(const struct edit_screen *edit)
{
	return ui_session(edit->screen.ui);
}

struct edit_screen *edit_find(struct ui *ui)
{
	return (struct edit_screen *)screen_find(ui, &edit_ops);
}

size_t edit_errors(const struct edit_screen *edit)
{
	return findings_errors(&edit->findings) + edit->server_notes.len;
}

bool edit_has_changed(const struct edit_screen *edit)
{
	return edit->base && !edit_fields_equal(&edit->fields, &edit->base_fields);
}

void edit_refresh(struct edit_screen *edit)
{
	struct key_lookup keys = session_key_lookup(edit_session(edit));
	struct proposal proposal;

	if (!edit->base)
		return;
	if (edit_fields_check(&edit->fields, edit->base, &keys, &proposal, &edit->findings))
		ui_say(edit->screen.ui, SEVERITY_ERROR, "out of memory");
	else
		proposal_clear(&proposal);
	edit_build_form(edit);
	edit_build_notes(edit);
	if (edit->form.failed)
		ui_say(edit->screen.ui, SEVERITY_ERROR, "out of memory: fields are missing");
	screen_react(&edit->screen, REACT_REDRAW);
}

void edit_typed(struct edit_screen *edit)
{
	ui_unsay(edit->screen.ui);
	edit_refresh(edit);
	edit_save_soon(edit);
}

static bool is_of_ttl(int field)
{
	return field == FIELD_TTL || (field >= FIELD_TIER && field <= FIELD_TTL_STATIC_REFERENCE);
}

/* The server's words stand until what they are about is changed. */
static void drop_server_words(struct edit_screen *edit, int field)
{
	for (size_t i = edit->server_notes.len; i > 0; i--) {
		const struct form_note *note = vec_at(&edit->server_notes, i - 1);
		if (note->id == field || (is_of_ttl(note->id) && is_of_ttl(field)))
			vec_remove(&edit->server_notes, i - 1);
	}
}

bool edit_server_words(struct edit_screen *edit, const struct failure *failure)
{
	bool found = false;

	for (size_t i = 0; i < failure->details_len; i++) {
		enum field field = field_from_server_name(failure->details[i].field_name);
		struct form_note note = {.id = (int)field, .row = -1, .role = ROLE_ERROR};

		if (field == FIELD_NONE)
			continue;
		snprintf(note.text, sizeof note.text, "the server: %.60s: %.300s",
			 failure->details[i].error_code, failure->message);
		found = vec_push(&edit->server_notes, &note) == ERR_OK || found;
	}
	edit_refresh(edit);
	if (found && !form_go_to_note(&edit->form, ROLE_ERROR))
		form_go(&edit->form, FIELD_TTL_DEFAULT + edit->fields.tier, -1);
	return found;
}

/* --- keys ------------------------------------------------------------------------------- */

static unsigned read_only_said(struct edit_screen *edit)
{
	ui_say(edit->screen.ui, SEVERITY_INFO, "View only: %s", edit->read_only_reason);
	return REACT_HANDLED;
}

static void changed_field(struct edit_screen *edit, int tier_before)
{
	const struct form_field *field = form_focused(&edit->form);

	if (field)
		drop_server_words(edit, field->id);
	if (edit_fields_tier_chosen(&edit->fields, tier_before))
		ui_say(edit->screen.ui, SEVERITY_ERROR, "out of memory");
	edit_typed(edit);
}

static unsigned after(struct edit_screen *edit, enum form_took took, int tier_before)
{
	switch (took) {
	case FORM_NOT_MINE:
		return REACT_NONE;
	case FORM_CHANGED:
		changed_field(edit, tier_before);
		return REACT_HANDLED;
	case FORM_DROPPED:
		if (edit->read_only)
			return read_only_said(edit);
		edit->dropped++;
		edit_build_notes(edit);
		return REACT_REDRAW;
	case FORM_FULL:
		ui_say(edit->screen.ui, SEVERITY_INFO, "The field is full.");
		return REACT_HANDLED;
	case FORM_MOVED:
		break;
	}
	return REACT_REDRAW;
}

static void forget_dropped(struct edit_screen *edit)
{
	if (edit->dropped == 0)
		return;
	edit->dropped = 0;
	edit_build_notes(edit);
}

/* Where no text can be typed, ? is what it is elsewhere. */
static bool asks_for_help(const struct edit_screen *edit, const struct key *key)
{
	const struct form_field *field = form_focused(&edit->form);

	return key->code == '?' && !key->pasted &&
	       (edit->read_only || !field || field->kind != FORM_TEXT);
}

/* What is meant for the form waits for it; what is not is done at once. */
static unsigned keep_for_form(struct edit_screen *edit, const struct key *key)
{
	bool at_once = key->code == K_ESC || key->code == K_F1 || key->code == K_CTRL('C') ||
		       key->code == K_CTRL('L') || key->code == K_CTRL('X') ||
		       key->code == K_CTRL('Z');

	if (at_once && !key->pasted)
		return REACT_NONE;
	if (edit->ahead.len == AHEAD_MAX || vec_push(&edit->ahead, key))
		ui_say(edit->screen.ui, SEVERITY_INFO,
		       "The form is still being read: that was too much to keep.");
	return REACT_HANDLED;
}

void edit_take_ahead(struct edit_screen *edit)
{
	struct ui *ui = edit->screen.ui;
	struct vec keys = edit->ahead;

	/* By F2 they may go on elsewhere, and the form may be gone. */
	vec_init(&edit->ahead, sizeof(struct key));
	for (size_t i = 0; i < keys.len; i++)
		ui_take_key(ui, vec_at(&keys, i));
	vec_free(&keys);
}

static unsigned edit_key(struct ui_screen *screen, const struct key *key)
{
	struct edit_screen *edit = (struct edit_screen *)screen;
	int tier = edit->fields.tier;

	if (!edit->base)
		return keep_for_form(edit, key);
	if (asks_for_help(edit, key))
		return REACT_NONE;
	if (!key->pasted)
		forget_dropped(edit);
	return after(edit, form_key(&edit->form, key), tier);
}

static unsigned edit_mouse(struct ui_screen *screen, const struct mouse *mouse)
{
	struct edit_screen *edit = (struct edit_screen *)screen;
	struct rect part = {edit_form_row(edit), 0, 0, 0};
	struct mouse inside = mouse_within(mouse, &part);
	int tier = edit->fields.tier;

	if (!edit->base)
		return REACT_NONE;
	forget_dropped(edit);
	return after(edit, form_mouse(&edit->form, &inside), tier);
}

static unsigned add_row(struct edit_screen *edit)
{
	if (edit_fields_add(&edit->fields)) {
		ui_say(edit->screen.ui, SEVERITY_INFO, "%d directives are the most.",
		       DIRECTIVES_MAX);
		return REACT_HANDLED;
	}
	edit_typed(edit);
	form_go(&edit->form, FIELD_DIRECTIVE_SOURCE, (int)edit->fields.directives_len - 1);
	return REACT_REDRAW;
}

static unsigned remove_row(struct edit_screen *edit)
{
	const struct form_field *field = form_focused(&edit->form);

	if (!field || field->row < 0) {
		ui_say(edit->screen.ui, SEVERITY_INFO,
		       "Go to the directive first, then F8 removes it.");
		return REACT_HANDLED;
	}
	edit_fields_remove(&edit->fields, (size_t)field->row);
	edit_typed(edit);
	return REACT_REDRAW;
}

static void discard_answered(void *context, bool yes)
{
	struct edit_screen *edit = context;

	if (!yes)
		return;
	ui_unsay(edit->screen.ui);
	edit_reset(edit);
}

static unsigned ask_discard(struct edit_screen *edit)
{
	if (!edit_has_changed(edit))
		ui_say(edit->screen.ui, SEVERITY_INFO, "Nothing to discard.");
	else
		ask_yes_no(edit->screen.ui, "Discard what was typed, and the draft?",
			   discard_answered, edit);
	return REACT_HANDLED;
}

static void leave_answered(void *context, bool yes)
{
	struct edit_screen *edit = context;

	if (yes)
		screen_react(&edit->screen, REACT_CLOSE);
}

static unsigned leave(struct edit_screen *edit)
{
	struct err err = {0};

	if (edit_save(edit, &err)) {
		err_prefix(&err, "the draft was not saved");
		ui_say_err(edit->screen.ui, &err);
		ask_yes_no(edit->screen.ui, "The draft can't be saved. Leave and lose it?",
			   leave_answered, edit);
		return REACT_HANDLED;
	}
	if (edit_has_changed(edit))
		ui_say(edit->screen.ui, SEVERITY_INFO, "The draft stays.");
	return REACT_CLOSE;
}

static unsigned change_action(struct edit_screen *edit, enum key_action action)
{
	if (edit->read_only)
		return read_only_said(edit);
	if (action == ACT_ADD)
		return add_row(edit);
	return action == ACT_DELETE ? remove_row(edit) : ask_discard(edit);
}

static unsigned call_action(struct edit_screen *edit, enum key_action action)
{
	struct err err = {0};
	enum err_code code = action == ACT_FETCH   ? edit_read(edit, &err)
			     : action == ACT_MERGE ? edit_merge(edit, false, &err)
						   : edit_to_review(edit, &err);

	if (code == ERR_INVALID || code == ERR_READ_ONLY || code == ERR_USAGE)
		ui_say(edit->screen.ui, SEVERITY_INFO, "%s", err.text);
	else if (code)
		ui_say_err(edit->screen.ui, &err);
	return REACT_REDRAW;
}

static unsigned edit_action(struct ui_screen *screen, enum key_action action)
{
	struct edit_screen *edit = (struct edit_screen *)screen;

	if (action == ACT_BACK || action == ACT_CLOSE)
		return leave(edit);
	if (!edit->base)
		return REACT_NONE;
	switch (action) {
	case ACT_REVIEW:
	case ACT_FETCH:
	case ACT_MERGE:
		return call_action(edit, action);
	case ACT_ADD:
	case ACT_DELETE:
	case ACT_DISCARD:
		return change_action(edit, action);
	default:
		return form_action(&edit->form, action) ? REACT_REDRAW : REACT_NONE;
	}
}

enum err_code edit_to_review(struct edit_screen *edit, struct err *err)
{
	size_t errors;

	if (!edit->base)
		return err_set(err, ERR_USAGE, "The action is not read yet.");
	if (edit->read_only)
		return err_set(err, ERR_READ_ONLY, "View only: %s", edit->read_only_reason);
	if (edit_save(edit, err))
		return err_prefix(err, "no review, for the draft can't be saved");
	edit_refresh(edit);
	errors = edit_errors(edit);
	if (errors == 0)
		return review_open(edit, err);
	if (!form_go_to_note(&edit->form, ROLE_ERROR))
		form_go(&edit->form, FIELD_TTL_DEFAULT + edit->fields.tier, -1);
	screen_react(&edit->screen, REACT_REDRAW);
	return err_set(err, ERR_INVALID,
		       "Review refused: %zu error%s left; the cursor is on the first.", errors,
		       errors == 1 ? "" : "s");
}

/* --- the rest of a screen ------------------------------------------------------------------ */

static size_t edit_contexts(const struct ui_screen *screen, enum key_context *out)
{
	(void)screen;
	out[0] = KEYS_EDIT;
	return 1;
}

static unsigned edit_event(struct ui_screen *screen, const struct event *event)
{
	struct edit_screen *edit = (struct edit_screen *)screen;
	bool mine = event->action_id && strcmp(event->action_id, edit->id) == 0;

	if (!edit->base)
		return REACT_NONE;
	switch (event->type) {
	case EVENT_STATUS:
		edit_look_at_access(edit);
		if (edit->form.read_only == edit->read_only)
			return REACT_NONE;
		edit_refresh(edit);
		return REACT_HANDLED;
	case EVENT_ACTION:
		if (!mine)
			return REACT_NONE;
		/* fall through */
	case EVENT_INDEX:
		/* A call of our own is about to change the base itself. */
		if (!edit->fetch)
			edit_look_for_change(edit);
		edit_refresh(edit);
		return REACT_HANDLED;
	default:
		return REACT_NONE;
	}
}

static bool edit_cursor(const struct ui_screen *screen, int *row, int *col)
{
	const struct edit_screen *edit = (const struct edit_screen *)screen;

	if (!edit->base || edit->form.cursor_row < 0)
		return false;
	*row = edit_form_row(edit) + edit->form.cursor_row;
	*col = edit->form.cursor_col;
	return true;
}

static enum err_code save_screen(struct ui_screen *screen, struct err *err)
{
	return edit_save((struct edit_screen *)screen, err);
}

static void edit_end(struct ui_screen *screen)
{
	struct edit_screen *edit = (struct edit_screen *)screen;

	ask_forget(screen->ui, edit);
	loop_timer_stop(&edit->save_timer);
	edit_forget_overlaps(edit);
	fetch_cancel(&edit->fetch);
	edit_watch_end(edit);
	form_free(&edit->form);
	vec_free(&edit->server_notes);
	vec_free(&edit->moved_notes);
	vec_free(&edit->ahead);
	edit_fields_free(&edit->fields);
	edit_fields_free(&edit->base_fields);
	proposal_clear(&edit->base_proposal);
	local_settings_clear(&edit->local);
	cache_members_clear(&edit->undo);
	action_free(&edit->base);
	free(edit->name);
	free(edit->id);
	free(edit);
}

const struct ui_screen_ops edit_ops = {
	.contexts = edit_contexts,
	.draw = edit_draw,
	.key = edit_key,
	.action = edit_action,
	.mouse = edit_mouse,
	.event = edit_event,
	.cursor = edit_cursor,
	.settle = edit_settle,
	.save = save_screen,
	.end = edit_end,
};
