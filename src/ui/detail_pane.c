/* The selected action. States: nothing → resting (a timer) → reading (a fetch) →
 * read or failed; another action begins anew. */
#include "detail_pane.h"

#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "watcher.h"

enum { REST_US = 300000, LABEL_COLS = 14 };

void detail_pane_begin(struct detail_pane *pane, struct ui_screen *screen, unsigned panes)
{
	pane->screen = screen;
	pane->ui = screen->ui;
	pane->panes = panes;
	failure_init(&pane->failure);
	text_view_init(&pane->view, LABEL_COLS, true);
}

static void forget(struct detail_pane *pane)
{
	loop_timer_stop(&pane->rest);
	fetch_cancel(&pane->fetch);
	action_free(&pane->action);
	failure_init(&pane->failure);
	pane->put_off = false;
	pane->built = false;
}

void detail_pane_end(struct detail_pane *pane)
{
	forget(pane);
	text_view_free(&pane->view);
}

void detail_pane_touch(struct detail_pane *pane)
{
	pane->built = false;
	screen_dirty(pane->screen, pane->panes);
}

static void came(void *context, const struct failure *failure, const struct action *action)
{
	struct detail_pane *pane = context;

	pane->fetch = NULL;
	pane->failure = *failure;
	if (action) {
		action_free(&pane->action);
		if (action_copy(action, &pane->action) != ERR_OK)
			pane->failure.kind = FAILURE_LOCAL;
	}
	detail_pane_touch(pane);
}

static void start(struct detail_pane *pane)
{
	struct err err;

	pane->put_off = false;
	failure_init(&pane->failure);
	if (fetch_start(pane->ui->session, pane->id, came, pane, &pane->fetch, &err) != ERR_OK)
		ui_say_err(pane->ui, &err);
	detail_pane_touch(pane);
}

/* A rest of the cursor is no reason to spend the last of the quota. */
static bool must_save(const struct detail_pane *pane)
{
	struct session_status status;
	const struct quota *quota = &status.quota;

	session_status(pane->ui->session, &status);
	return status.held || (quota->known && quota->allowed > 0 && quota->used >= 0 &&
			       (quota->allowed - quota->used) * 10 < quota->allowed &&
			       status.quota_reset_in_s > 0);
}

static void rested(void *context)
{
	struct detail_pane *pane = context;

	if (must_save(pane)) {
		pane->put_off = true;
		detail_pane_touch(pane);
		return;
	}
	start(pane);
}

void detail_pane_show(struct detail_pane *pane, const char *id, bool now)
{
	bool same = strcmp(pane->id, id) == 0;

	if (!same) {
		forget(pane);
		snprintf(pane->id, sizeof pane->id, "%s", id);
		pane->view.top = 0;
		detail_pane_touch(pane);
	}
	if (!id[0] || pane->action || pane->fetch)
		return;
	if (now && (!same || pane->rest || pane->put_off)) {
		loop_timer_stop(&pane->rest);
		start(pane);
	} else if (!same) {
		loop_timer_start(pane->ui->loop, REST_US, rested, pane, &pane->rest);
	}
}

void detail_pane_reread(struct detail_pane *pane)
{
	if (!pane->id[0] || pane->fetch)
		return;
	loop_timer_stop(&pane->rest);
	start(pane);
}

void detail_pane_take(struct detail_pane *pane, const struct action *action)
{
	struct action *copy;

	if (strcmp(pane->id, action->id) != 0 || pane->fetch ||
	    action_copy(action, &copy) != ERR_OK)
		return;
	forget(pane);
	pane->action = copy;
	detail_pane_touch(pane);
}

static bool texts_equal(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

void detail_pane_check(struct detail_pane *pane)
{
	const struct index_row *row = index_find(session_index(pane->ui->session), pane->id);
	const struct cache_members *members;

	if (!row || !pane->action || pane->fetch || pane->rest)
		return;
	members = &pane->action->members;
	if (row->enabled == members->enabled && row->ttl_s == members->ttl_s &&
	    texts_equal(row->key, members->key))
		return;
	loop_timer_start(pane->ui->loop, REST_US, rested, pane, &pane->rest);
}

static void draw_title(struct detail_pane *pane, const struct canvas *c, bool focused)
{
	const struct index_row *row = index_find(session_index(pane->ui->session), pane->id);
	char title[256];
	char place[96] = "";

	snprintf(title, sizeof title, "2 Detail%s%s", row ? "  " : "", row ? row->name : "");
	if (pane->view.rows > (size_t)(c->at.rows > 1 ? c->at.rows - 1 : 1))
		snprintf(place, sizeof place, "%zu-%zu of %zu", pane->view.top + 1,
			 pane->view.top + (size_t)pane->view.visible, pane->view.rows);
	if (pane->id[0] && strcmp(watcher_id(pane->ui->watcher), pane->id) == 0)
		snprintf(place + strlen(place), sizeof place - strlen(place),
			 "%swatched every %d s", place[0] ? "  " : "",
			 watcher_every_s(pane->ui->watcher));
	draw_rule(c, 0, focused ? ROLE_FOCUS : ROLE_TITLE, title, place);
}

static void build(struct detail_pane *pane)
{
	if (!pane->built)
		detail_text_build(pane);
	pane->built = true;
}

void detail_pane_draw(struct detail_pane *pane, const struct canvas *c, bool focused)
{
	struct rect at = {1, 1, c->at.rows - 1, c->at.cols - 2};
	struct canvas body = canvas_part(c, &at);

	build(pane);
	draw_clear(c);
	text_view_draw(&pane->view, &body);
	draw_title(pane, c, focused);
}

unsigned detail_pane_action(struct detail_pane *pane, enum key_action action)
{
	if (action == ACT_FOLD) {
		if (pane->action) {
			pane->unfolded = !pane->unfolded;
			detail_pane_touch(pane);
		} else {
			detail_pane_reread(pane);
		}
		return REACT_HANDLED;
	}
	build(pane);
	if (!text_view_action(&pane->view, action))
		return REACT_NONE;
	screen_dirty(pane->screen, pane->panes);
	return REACT_HANDLED;
}
