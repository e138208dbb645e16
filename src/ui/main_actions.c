/* What the keys of the main screen do. */
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/ui/edit.h"
#include "lists.h"
#include "main_screen.h"

static struct main_screen *of(struct ui_screen *screen)
{
	return (struct main_screen *)screen;
}

void main_screen_edit(struct main_screen *main)
{
	const char *id = main->actions.list.id;
	struct err err;

	if (!id[0])
		ui_say(main->base.ui, SEVERITY_INFO, "No action is selected.");
	else if (edit_screen_open(main->base.ui, id, &err) != ERR_OK)
		ui_say_err(main->base.ui, &err);
}

static void undo(struct main_screen *main)
{
	const struct audit_entry *entry = audit_pane_entry(&main->audit);
	struct err err;

	if (!entry)
		ui_say(main->base.ui, SEVERITY_INFO, "No audit entry is selected.");
	else if (edit_screen_undo(main->base.ui, entry, &err) != ERR_OK)
		ui_say_err(main->base.ui, &err);
}

static const char *why_not_in_replay(enum key_action action)
{
	switch (action) {
	case ACT_EDIT:
	case ACT_UNDO:
		return "A bundle is replayed: nothing can be changed.";
	case ACT_RESET:
		return "A bundle is replayed: what it holds stays as it is.";
	case ACT_FREEZE:
		return "A bundle is replayed: nothing moves.";
	default:
		return NULL;
	}
}

const char *main_screen_why_not(const struct ui *ui, enum key_action action)
{
	const char *why = why_not_in_replay(action);
	struct session_status status;

	if (!why)
		return NULL;
	session_status(ui->session, &status);
	return status.replay_of_us ? why : NULL;
}

static void mark(struct main_screen *main)
{
	const struct index_row *row = actions_pane_row(&main->actions);

	if (!row)
		return;
	index_mark(session_index(main->base.ui->session), row->id, !row->marked);
	list_action(&main->actions.list, ACT_DOWN);
	main_screen_selection(main);
}

static void sort_next(struct main_screen *main, bool reversed)
{
	bool reverse;
	enum index_column column = index_view_sorted_by(main->actions.view, &reverse);

	if (reversed)
		main_screen_sort(main, column, !reverse);
	else
		main_screen_sort(main, (enum index_column)((column + 1) % INDEX_COLUMNS), false);
}

bool main_screen_stop_reading(struct ui *ui, const char *more)
{
	struct index *index = session_index(ui->session);
	struct index_progress progress;
	char fresh[32];
	char total[32];

	if (!index_stop(index))
		return false;
	index_progress(index, &progress);
	text_format_count((int64_t)progress.fresh, fresh);
	text_format_count((int64_t)progress.total, total);
	ui_say(ui, SEVERITY_INFO, "Reading stopped at %s of %s; R goes on.%s", fresh, total, more);
	return true;
}

/* Esc takes back one thing at a time. A message that is only told does not stand in
 * front of the reading. */
static void back(struct main_screen *main)
{
	struct ui *ui = main->base.ui;
	const struct message *message = messages_current(session_messages(ui->session));
	struct index_progress progress;
	struct err err;

	index_progress(session_index(ui->session), &progress);

	if (main->full) {
		main_screen_set_full(main, false);
	} else if (main->focus != PANE_ACTIONS) {
		main_screen_focus(main, PANE_ACTIONS);
	} else if (index_view_filter_text(main->actions.view)[0]) {
		main_screen_filter(main, "", &err);
	} else if (session_cancel_waiting(ui->session) > 0) {
		ui_say(ui, SEVERITY_INFO, "Cancelled what was waiting.");
	} else if (message && !message->read &&
		   (message->severity != SEVERITY_INFO || !progress.reading)) {
		messages_mark_read(session_messages(ui->session));
		ui->frame.dirty = true;
	} else if (progress.reading) {
		main_screen_stop_reading(ui, "");
	}
}

static void close_or_quit(struct main_screen *main)
{
	if (main->full)
		main_screen_set_full(main, false);
	else if (main->focus != PANE_ACTIONS)
		main_screen_focus(main, PANE_ACTIONS);
	else
		ui_quit(main->base.ui);
}

static void fetch_again(struct main_screen *main)
{
	struct messages *messages = session_messages(main->base.ui->session);

	/* That it stopped is past by now. */
	if (messages_count(messages) > 0)
		messages_drop_notes(messages, messages_at(messages, 0)->number);
	index_start(session_index(main->base.ui->session));
	detail_pane_reread(&main->detail);
	main->base.ui->frame.dirty = true;
}

/* What the focused pane does with a key of its own. */
static unsigned pane_action(struct main_screen *main, enum key_action action)
{
	unsigned done = REACT_NONE;

	switch (main->focus) {
	case PANE_ACTIONS:
		if (list_action(&main->actions.list, action)) {
			main_screen_selection(main);
			screen_dirty(&main->base, pane_bit(PANE_ACTIONS) | pane_bit(PANE_SUMMARY));
			return REACT_HANDLED;
		}
		return REACT_NONE;
	case PANE_DETAIL:
		return detail_pane_action(&main->detail, action);
	case PANE_LIVE:
		done = live_pane_action(&main->live, action);
		break;
	case PANE_AUDIT:
		done = audit_pane_action(&main->audit, action);
		break;
	case PANE_REQUESTS:
		done = requests_pane_action(&main->requests, action);
		break;
	default:
		break;
	}
	if (done)
		screen_dirty(&main->base, pane_bit(main->focus));
	return done;
}

static unsigned go_action(struct main_screen *main, enum key_action action)
{
	switch (action) {
	case ACT_PANE_ACTIONS:
	case ACT_PANE_DETAIL:
	case ACT_PANE_LIVE:
	case ACT_PANE_AUDIT:
	case ACT_PANE_REQUESTS:
		main_screen_focus(main, (enum pane_id)(action - ACT_PANE_ACTIONS));
		return REACT_HANDLED;
	case ACT_NEXT_PANE:
		main_screen_focus(main, (enum pane_id)((main->focus + 1) % PANES_FOCUS));
		return REACT_HANDLED;
	case ACT_PREVIOUS_PANE:
		main_screen_focus(main,
				  (enum pane_id)((main->focus + PANES_FOCUS - 1) % PANES_FOCUS));
		return REACT_HANDLED;
	case ACT_GO_REQUESTS:
		main_screen_focus(main, PANE_REQUESTS);
		return REACT_HANDLED;
	case ACT_GO_AUDIT:
		main_screen_focus(main, PANE_AUDIT);
		return REACT_HANDLED;
	case ACT_OPEN:
		main_screen_focus(main, PANE_DETAIL);
		return REACT_HANDLED;
	case ACT_FULL:
		main_screen_set_full(main, !main->full);
		return REACT_HANDLED;
	default:
		return REACT_NONE;
	}
}

static unsigned list_action_of(struct main_screen *main, enum key_action action)
{
	switch (action) {
	case ACT_FILTER:
		main_screen_open_filter(main);
		return REACT_HANDLED;
	case ACT_SORT:
	case ACT_REVERSE:
		sort_next(main, action == ACT_REVERSE);
		return REACT_HANDLED;
	case ACT_MARK:
		mark(main);
		return REACT_REDRAW;
	case ACT_EDIT:
		main_screen_edit(main);
		return REACT_HANDLED;
	case ACT_UNDO:
		undo(main);
		return REACT_HANDLED;
	case ACT_COPY:
		copy_menu_open(main->base.ui);
		return REACT_HANDLED;
	case ACT_FETCH:
		fetch_again(main);
		return REACT_REDRAW;
	default:
		return REACT_NONE;
	}
}

static unsigned live_action_of(struct main_screen *main, enum key_action action)
{
	switch (action) {
	case ACT_FREEZE:
		ui_set_frozen(main->base.ui, !main->base.ui->frozen);
		return REACT_REDRAW;
	case ACT_RESET:
		live_reset(session_live(main->base.ui->session));
		live_pane_touch(&main->live, false);
		ui_say(main->base.ui, SEVERITY_INFO, "%s",
		       main->base.ui->frozen
			       ? "What stands under reset begins anew: seen when Z lets it move."
			       : "What stands under reset begins anew; the windows go on.");
		return REACT_REDRAW;
	case ACT_WIDER:
	case ACT_NARROWER:
		live_pane_widen(&main->live, action == ACT_WIDER ? 1 : -1);
		return REACT_REDRAW;
	case ACT_BACK:
		back(main);
		return REACT_REDRAW;
	case ACT_CLOSE:
		close_or_quit(main);
		return REACT_HANDLED;
	default:
		return REACT_NONE;
	}
}

unsigned main_screen_action(struct ui_screen *screen, enum key_action action)
{
	struct main_screen *main = of(screen);
	const char *why_not = main_screen_why_not(screen->ui, action);
	unsigned done;

	/* The form opens all the same: to be looked at. */
	if (why_not && action != ACT_EDIT) {
		ui_say(screen->ui, SEVERITY_INFO, "%s", why_not);
		return REACT_HANDLED;
	}
	done = pane_action(main, action);

	if (!done)
		done = go_action(main, action);
	if (!done)
		done = list_action_of(main, action);
	if (!done)
		done = live_action_of(main, action);
	return done;
}
