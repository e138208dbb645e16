/* The review: nothing is written without it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conflict.h"
#include "dacache/ui/ask.h"
#include "review_internal.h"
#include "trouble.h"

static const struct ui_screen_ops review_ops;

struct review_screen *review_find(struct ui *ui)
{
	return (struct review_screen *)screen_find(ui, &review_ops);
}

bool review_is_sending(struct ui *ui)
{
	const struct review_screen *review = review_find(ui);

	return review && review->state == REVIEW_SENDING;
}

void review_close(struct ui *ui)
{
	struct review_screen *review = review_find(ui);

	if (review)
		screen_react(&review->screen, REACT_CLOSE);
}

bool review_must_read(const struct review_screen *review)
{
	return review->state == REVIEW_ENDED && (review->ended.outcome == OUTCOME_CONFLICT ||
						 review->ended.outcome == OUTCOME_UNKNOWN);
}

void review_read_again(struct review_screen *review)
{
	struct edit_screen *edit = review->edit;
	struct err err = {0};

	screen_react(&review->screen, REACT_CLOSE);
	if (edit_read(edit, &err))
		ui_say_err(edit->screen.ui, &err);
}

void review_forecast(struct review_screen *review)
{
	int64_t now_s = review->before.members.ttl_s;
	int64_t then_s = review->wanted.members.ttl_s;

	if (now_s >= 0 && then_s >= 0 && now_s != then_s)
		review->has_forecast =
			live_forecast(session_live(ui_session(review->screen.ui)), review->edit->id,
				      now_s, then_s, &review->now, &review->then);
}

void review_refresh(struct review_screen *review)
{
	struct key_lookup keys = session_key_lookup(ui_session(review->screen.ui));

	validate_proposal(&review->wanted, review->edit->base, &keys, &review->findings);
	review_build_text(review);
	screen_react(&review->screen, REACT_REDRAW);
}

/* What is compared: the members as the server sent them, not as the form filled
 * them in. */
static enum err_code fill(struct review_screen *review)
{
	struct edit_screen *edit = review->edit;
	enum err_code code;

	code = edit_fields_proposal(&edit->fields, &edit->base->members, &review->wanted,
				    &review->findings);
	if (code)
		local_settings_init(&review->wanted.local);
	else
		code = proposal_copy(&edit->base_proposal, &review->before);
	if (!code)
		review->before.members.ttl_s = edit->base->members.ttl_s;
	return code ? code : diff_proposals(&review->before, &review->wanted, &review->diff);
}

enum err_code review_open(struct edit_screen *edit, struct err *err)
{
	struct ui *ui = edit->screen.ui;
	struct review_screen *review;
	enum err_code code;

	review_close(ui);
	review = calloc(1, sizeof *review);
	if (!review)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	review->screen.ops = &review_ops;
	review->screen.ui = ui;
	review->screen.name = "Review";
	review->edit = edit;
	local_settings_init(&review->before.local);
	text_view_init(&review->view, 0, true);
	code = fill(review);
	if (code) {
		review_ops.end(&review->screen);
		return err_set(err, code, "out of memory");
	}
	code = screen_push(ui, &review->screen);
	if (code)
		return err_set(err, code, "out of memory");
	review_forecast(review);
	review_refresh(review);
	return ERR_OK;
}

/* --- keys --------------------------------------------------------------------------- */

static unsigned leave(struct review_screen *review)
{
	if (review->state == REVIEW_SENDING) {
		if (session_cancel_waiting(ui_session(review->screen.ui)) == 0)
			ui_say(review->screen.ui, SEVERITY_INFO,
			       review->phase == UPDATE_READING_AGAIN
				       ? "The PUT was sent; what came of it will stand here."
				       : "The PUT is on its way and can't be called back; its "
					 "outcome will stand here.");
		return REACT_HANDLED;
	}
	if (!review_must_read(review))
		return REACT_CLOSE;
	review_read_again(review);
	return REACT_HANDLED;
}

static void merge(struct review_screen *review)
{
	struct ui *ui = review->screen.ui;
	struct err err = {0};

	if (review->state == REVIEW_SENDING)
		return;
	if (edit_merge(review->edit, true, &err))
		ui_say(ui, SEVERITY_INFO, "%s", err.text);
}

static unsigned review_action(struct ui_screen *screen, enum key_action action)
{
	struct review_screen *review = (struct review_screen *)screen;

	switch (action) {
	case ACT_APPLY:
		ui_command(screen->ui, "apply");
		return REACT_HANDLED;
	case ACT_FOLD:
		review->shows_same = !review->shows_same;
		review_refresh(review);
		return REACT_HANDLED;
	case ACT_FETCH:
		if (review->state != REVIEW_SENDING)
			review_read_again(review);
		return REACT_HANDLED;
	case ACT_MERGE:
		merge(review);
		return REACT_HANDLED;
	case ACT_BACK:
	case ACT_CLOSE:
		return leave(review);
	default:
		return text_view_action(&review->view, action) ? REACT_REDRAW : REACT_NONE;
	}
}

static size_t review_contexts(const struct ui_screen *screen, enum key_context *out)
{
	(void)screen;
	out[0] = KEYS_REVIEW;
	out[1] = KEYS_MOVE;
	out[2] = KEYS_COMMON;
	return 3;
}

/* What F2 would do something with. */
static bool is_change(const struct review_screen *review)
{
	return diff_server_changes(&review->diff) + diff_local_changes(&review->diff) > 0;
}

static bool review_offers(const struct ui_screen *screen, enum key_action action)
{
	return action != ACT_APPLY || is_change((const struct review_screen *)screen);
}

static unsigned review_mouse(struct ui_screen *screen, const struct mouse *mouse)
{
	struct review_screen *review = (struct review_screen *)screen;

	return text_view_mouse(&review->view, mouse) ? REACT_REDRAW : REACT_NONE;
}

/* --- the rest ------------------------------------------------------------------------ */

static void review_draw(struct ui_screen *screen, const struct canvas *c, unsigned dirty)
{
	struct review_screen *review = (struct review_screen *)screen;
	struct rect part = {1, 1, c->at.rows - 1, c->at.cols - 2};
	struct canvas body = canvas_part(c, &part);
	char title[256];

	(void)dirty;
	draw_clear(c);
	snprintf(title, sizeof title, "REVIEW  %s", review->edit->name);
	draw_rule(c, 0, ROLE_FOCUS, title,
		  review->state == REVIEW_SENDING ? "applying"
		  : is_change(review)             ? "F2 applies"
						  : "nothing to apply");
	text_view_draw(&review->view, &body);
}

/* The check in the background came to an end. */
static unsigned look_for_outcome(struct review_screen *review)
{
	char message[RECOVER_MESSAGE_SIZE];
	enum outcome outcome;

	if (review->state != REVIEW_ENDED || review->ended.outcome != OUTCOME_UNKNOWN ||
	    recover_outcome(review->screen.ui, review->edit->id, &outcome, message))
		return REACT_NONE;
	if (outcome == OUTCOME_APPLIED) {
		review_took_effect(review);
		return REACT_HANDLED;
	}
	review->ended.outcome = outcome;
	snprintf(review->ended.message, sizeof review->ended.message, "%s", message);
	review_refresh(review);
	return REACT_HANDLED;
}

static unsigned review_event(struct ui_screen *screen, const struct event *event)
{
	struct review_screen *review = (struct review_screen *)screen;
	bool mine = event->action_id && strcmp(event->action_id, review->edit->id) == 0;

	if (event->type == EVENT_ACTION && mine && look_for_outcome(review))
		return REACT_HANDLED;
	if (event->type == EVENT_INDEX || event->type == EVENT_ACTION ||
	    (event->type == EVENT_STATUS && review->state == REVIEW_SENDING)) {
		review_refresh(review);
		return REACT_HANDLED;
	}
	return REACT_NONE;
}

static unsigned review_tick(struct ui_screen *screen)
{
	struct review_screen *review = (struct review_screen *)screen;

	if (!review->has_forecast)
		review_forecast(review);
	if (review->state == REVIEW_SENDING || review->has_forecast)
		review_refresh(review);
	return REACT_HANDLED;
}

static void review_end(struct ui_screen *screen)
{
	struct review_screen *review = (struct review_screen *)screen;

	ask_forget(screen->ui, review);
	proposal_clear(&review->before);
	proposal_clear(&review->wanted);
	diff_clear(&review->diff);
	text_view_free(&review->view);
	free(review);
}

static const struct ui_screen_ops review_ops = {
	.contexts = review_contexts,
	.offers = review_offers,
	.draw = review_draw,
	.action = review_action,
	.mouse = review_mouse,
	.event = review_event,
	.tick = review_tick,
	.end = review_end,
};
