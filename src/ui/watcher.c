/* nothing ── :watch ──> reading (a fetch) ── read ──> watching (app/watch.h)
 *    ^                     └ failed ─┐                  │ another state: told
 *    └── :watch off, gone (404) <────┴──────────────────┘
 */
#include "watcher.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "changes.h"
#include "dacache/app/fetch.h"
#include "dacache/app/watch.h"
#include "internal.h"
#include "main_screen.h"

enum { TEXT_MAX = 200, NAME_SIZE = 100, GONE = 404 };

struct watcher {
	struct ui *ui;
	char id[LIST_ID_SIZE];
	int every_s;
	struct fetch *fetch;
	struct watch *watch;
	struct action *known;
	bool failing; /* its last read failed, and that was told */
};

enum err_code watcher_new(struct ui *ui, struct watcher **out)
{
	*out = calloc(1, sizeof **out);
	if (!*out)
		return ERR_NO_MEMORY;
	(*out)->ui = ui;
	return ERR_OK;
}

void watcher_stop(struct watcher *watcher)
{
	fetch_cancel(&watcher->fetch);
	watch_stop(&watcher->watch);
	action_free(&watcher->known);
	watcher->id[0] = '\0';
	watcher->failing = false;
	watcher->ui->frame.dirty = true;
	if (watcher->ui->main)
		detail_pane_touch(&watcher->ui->main->detail);
}

void watcher_free(struct watcher **watcher)
{
	if (!*watcher)
		return;
	watcher_stop(*watcher);
	free(*watcher);
	*watcher = NULL;
}

const char *watcher_id(const struct watcher *watcher)
{
	return watcher->id;
}

int watcher_every_s(const struct watcher *watcher)
{
	return watcher->every_s;
}

/* --- a change ---------------------------------------------------------------------- */

struct own {
	const struct cache_members *members;
	bool found;
};

static bool is_own_entry(void *context, const struct audit_entry *entry)
{
	struct own *own = context;

	if (entry->outcome != OUTCOME_APPLIED || !entry->has_payload)
		return true;
	own->found = cache_members_equal(&entry->payload, own->members);
	return false;
}

/* What was applied from here was told then. */
static bool is_own(const struct watcher *watcher, const struct action *now)
{
	struct own own = {.members = &now->members};
	struct err err = {0};

	if (cache_members_equal(&watcher->known->members, &now->members))
		return false;
	session_audit_each(watcher->ui->session, now->id, 0, 5, is_own_entry, &own, &err);
	return own.found;
}

static void tell(const struct watcher *watcher, const struct action *now)
{
	struct buf what;
	const char *by = now->modified_by;

	buf_init(&what, TEXT_MAX);
	changes_tell(&what, &watcher->known->members, &now->members, false,
		     !watcher->ui->term.utf8);
	messages_add(session_messages(watcher->ui->session), SEVERITY_WARNING, now->id,
		     "%.100s changed: %s, by %.60s", now->name,
		     what.len > 0 ? buf_str(&what) : "no cache member", *by ? by : "someone");
	buf_free(&what);
}

static void changed(void *context, const struct action *now)
{
	struct watcher *watcher = context;
	struct action *known;

	if (!is_own(watcher, now))
		tell(watcher, now);
	if (action_copy(now, &known) == ERR_OK) {
		action_free(&watcher->known);
		watcher->known = known;
	}
	detail_pane_take(&watcher->ui->main->detail, now);
}

/* --- reads ------------------------------------------------------------------------- */

/* A read that fails is told once, until one succeeds. */
static bool looked(void *context, const struct failure *failure)
{
	struct watcher *watcher = context;
	bool fails = failure->kind != FAILURE_NONE;

	if (failure->kind == FAILURE_CANCELLED)
		return true;
	if (fails && !watcher->failing)
		session_report_failure(watcher->ui->session, watcher->id, failure);
	watcher->failing = fails;
	if (failure->status != GONE)
		return true;
	ui_say(watcher->ui, SEVERITY_WARNING, "The action is gone: it is not watched any more.");
	watcher_stop(watcher);
	return false;
}

static void came(void *context, const struct failure *failure, const struct action *action)
{
	struct watcher *watcher = context;
	struct watch_options options = {.every_s = watcher->every_s,
					.changed = changed,
					.looked = looked,
					.context = watcher};

	watcher->fetch = NULL;
	(void)failure; /* told by the fetch */
	if (!action || action_copy(action, &watcher->known) != ERR_OK ||
	    watch_start(watcher->ui->session, action, &options, &watcher->watch) != ERR_OK) {
		watcher_stop(watcher);
		return;
	}
	detail_pane_take(&watcher->ui->main->detail, action);
	ui_say(watcher->ui, SEVERITY_INFO, "Watching %.100s every %d s; :watch off ends it.",
	       action->name, watcher->every_s);
}

enum err_code watcher_start(struct watcher *watcher, const char *id, int every_s, struct err *err)
{
	enum err_code code;

	watcher_stop(watcher);
	code = fetch_start(watcher->ui->session, id, came, watcher, &watcher->fetch, err);
	if (code)
		return code;
	snprintf(watcher->id, sizeof watcher->id, "%s", id);
	watcher->every_s = every_s;
	return ERR_OK;
}
