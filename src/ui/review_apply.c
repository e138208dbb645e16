/* F2 in the review, and the outcome.
 *
 *   READY ── (protected: the name is typed) ──> SENDING
 *   SENDING ── applied, unchanged ──> draft deleted, review and form closed
 *           ── conflict ──> CONFLICT, over the form
 *           ── 400 on a field, or a check of ours ──> the form, at that field
 *           ── anything else ──> ENDED, with its card
 *   ENDED ── conflict, unknown: R, Esc ──> the form, which reads again
 *         ── else: F2 ──> SENDING, Esc ──> the form
 */
#include <stdio.h>
#include <string.h>

#include "conflict.h"
#include "dacache/base/text.h"
#include "dacache/ui/ask.h"
#include "dacache/ui/card_screen.h"
#include "internal.h"
#include "review_internal.h"

void review_took_effect(struct review_screen *review)
{
	struct edit_screen *edit = review->edit;
	struct err err = {0};

	if (edit_forget_draft(edit, &err))
		ui_say_err(edit->screen.ui, &err);
	screen_react(&review->screen, REACT_CLOSE);
	screen_react(&edit->screen, REACT_CLOSE);
}

static void keep_outcome(struct review_screen *review, const struct update_result *result)
{
	struct review_outcome *ended = &review->ended;

	review->state = REVIEW_ENDED;
	ended->outcome = result->outcome;
	ended->status = result->status;
	ended->latency_ms = result->latency_ms;
	ended->attempts = result->attempts;
	ended->may_have_written = result->failure.conflict.may_have_written;
	snprintf(ended->message, sizeof ended->message, "%s", result->message);
	snprintf(ended->if_match, sizeof ended->if_match, "%s", result->if_match);
	snprintf(ended->server_etag, sizeof ended->server_etag, "%s", result->failure.server_etag);
	snprintf(ended->correlation_id, sizeof ended->correlation_id, "%s",
		 result->failure.correlation_id);
	review->view.top = 0;
	review_refresh(review);
}

/* Refused where the form can show it: by our own checks, or by name of a field. */
static bool back_to_form(struct review_screen *review, const struct update_result *result)
{
	struct edit_screen *edit = review->edit;

	if (result->outcome != OUTCOME_REFUSED)
		return false;
	if (findings_errors(&result->findings) > 0) {
		edit_refresh(edit);
		form_go_to_note(&edit->form, ROLE_ERROR);
		return true;
	}
	return result->failure.kind == FAILURE_BAD_REQUEST &&
	       edit_server_words(edit, &result->failure);
}

/* What the server has now, beside the form's own. false: out of memory, or what came
 * can't be compared; the outcome then stands in the review. */
static bool to_conflict(struct review_screen *review, const struct update_result *result)
{
	struct edit_screen *edit = review->edit;
	struct conflict_cause cause = {
		.was_put = true, .status = result->status, .failure = result->failure};
	struct err err = {0};

	snprintf(cause.if_match, sizeof cause.if_match, "%s", result->if_match);
	snprintf(cause.correlation_id, sizeof cause.correlation_id, "%s",
		 result->failure.correlation_id);
	if (result->action)
		edit_saw(edit, result->action);
	if (conflict_open(edit, &review->wanted, result->action, &cause, &err)) {
		ui_say_err(edit->screen.ui, &err);
		return false;
	}
	screen_react(&review->screen, REACT_CLOSE);
	return true;
}

/* A command went elsewhere meanwhile: the message has been logged; the draft has
 * done its work. */
static void ended_unseen(struct ui *ui, const struct update_result *result)
{
	struct err err = {0};

	if (result->outcome == OUTCOME_APPLIED && result->action &&
	    session_draft_delete(ui_session(ui), result->action->id, &err))
		ui_say_err(ui, &err);
}

static void ended(void *context, const struct update_result *result)
{
	struct ui *ui = context;
	struct review_screen *review = review_find(ui);

	if (!review || review->state != REVIEW_SENDING) {
		ended_unseen(ui, result);
		return;
	}
	review->state = REVIEW_READY;
	if (result->outcome == OUTCOME_APPLIED || result->outcome == OUTCOME_UNCHANGED) {
		review_took_effect(review);
		return;
	}
	if (result->failure.kind == FAILURE_NONE) /* else it has been said, with its card */
		ui_say(ui, SEVERITY_ERROR, "%s", result->message);
	if (result->outcome == OUTCOME_CONFLICT && to_conflict(review, result))
		return;
	if (back_to_form(review, result)) {
		screen_react(&review->screen, REACT_CLOSE);
		return;
	}
	keep_outcome(review, result);
	if (result->failure.kind != FAILURE_NONE && result->failure.kind != FAILURE_CANCELLED)
		card_screen_open(ui, &result->failure);
}

static void goes_on(void *context, enum update_phase phase, const char *why)
{
	struct ui *ui = context;
	struct review_screen *review = review_find(ui);

	if (!review || review->state != REVIEW_SENDING)
		return;
	review->phase = phase;
	snprintf(review->phase_why, sizeof review->phase_why, "%s", why);
	review_refresh(review);
}

static enum err_code start(struct review_screen *review, struct err *err)
{
	struct edit_screen *edit = review->edit;
	struct update_request request = {edit->base, &edit->local, &review->wanted, goes_on};
	struct ui *ui = review->screen.ui;
	enum err_code code = update_start(ui_session(ui), &request, ended, ui, err);

	if (code)
		return code;
	review->state = REVIEW_SENDING;
	review->phase = UPDATE_SENDING;
	review->view.top = 0;
	review_refresh(review);
	return ERR_OK;
}

static void name_typed(void *context, bool yes)
{
	struct review_screen *review = context;
	struct err err = {0};

	if (!yes)
		return;
	if (review->state == REVIEW_SENDING)
		return;
	if (start(review, &err))
		ui_say_err(review->screen.ui, &err);
}

/* A name that nobody can type is asked for by its id. */
static void ask_for_name(struct review_screen *review)
{
	const struct action *base = review->edit->base;
	const char *name = *base->name && !text_has_control(base->name) ? base->name : base->id;

	ask_name(review->screen.ui,
		 name == base->id ? "Type the action's id to apply: "
				  : "Type the action's name to apply: ",
		 name, name_typed, review);
}

enum err_code review_apply(struct review_screen *review, struct err *err)
{
	struct session_status status;

	if (review->state == REVIEW_SENDING)
		return err_set(err, ERR_USAGE, "It is under way already.");
	if (term_is_too_small(&review->screen.ui->term))
		return err_set(err, ERR_USAGE, "The terminal is too small to show the review.");
	if (review_must_read(review))
		return err_set(err, ERR_USAGE, "Read the action again first (R).");
	if (review->edit->theirs)
		return err_set(err, ERR_USAGE,
			       "The action changed on the server: M merges it first.");
	if (diff_server_changes(&review->diff) + diff_local_changes(&review->diff) == 0)
		return err_set(err, ERR_USAGE, "Nothing changed: there is nothing to apply.");
	review_refresh(review);
	if (findings_errors(&review->findings) > 0)
		return err_set(err, ERR_INVALID, "An error stands: back to the form (Esc).");
	session_status(ui_session(review->screen.ui), &status);
	if (!status.is_protected)
		return start(review, err);
	ask_for_name(review);
	return ERR_OK;
}
