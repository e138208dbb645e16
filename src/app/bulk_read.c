/* Reading many actions: some at once, each that ends makes room for the next.
 *
 *   next ──> GET ── read: what it is, and what is wanted of it ──> told
 *             │── gone, failed ──> told
 *             └── failed as all others would ──> stopped: no further one begins
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bulk_internal.h"
#include "dacache/app/fetch.h"
#include "dacache/base/text.h"

static void pump(struct bulk *bulk);
static void begin(void *context);

/* --- one that was read --- */

static enum err_code make_wanted(struct bulk_item *item)
{
	struct local_settings local = {0};
	struct err err = {0};
	enum err_code code = session_local_load(item->bulk->session, item->base->id, &local, &err);

	if (!code)
		code = proposal_from_action(item->base, &local, &item->before);
	if (!code)
		code = proposal_copy(&item->before, &item->wanted);
	if (!code && item->bulk->edit)
		code = bulk_edit_apply(item->bulk->edit, &item->wanted);
	else if (!code)
		code = plan_entry_apply(item->entry, &item->wanted);
	local_settings_clear(&local);
	return code;
}

static enum err_code take_action(struct bulk_item *item, const struct action *action)
{
	char etag[ETAG_SIZE];

	action_free(&item->base);
	proposal_clear(&item->before);
	proposal_clear(&item->wanted);
	free(item->name);
	free(item->present);
	item->name = item->present = NULL;
	if (action_copy(action, &item->base) || action_if_match(action, etag))
		return ERR_NO_MEMORY;
	item->name = text_dup(*action->name ? action->name : action->id);
	item->present = text_dup(etag);
	return item->name && item->present ? make_wanted(item) : ERR_NO_MEMORY;
}

/* bulk_judge decides what to do with it. */
static void take_failure(struct bulk_item *item, const struct failure *failure)
{
	char line[256];

	bulk_keep_failure(item, failure);
	item->verdict = failure->kind == FAILURE_NOT_FOUND ? BULK_MISSING : BULK_UNREADABLE;
	if (failure->kind == FAILURE_CANCELLED)
		item->verdict = BULK_UNREAD;
	if (!bulk_is_for_all(failure))
		return;
	failure_line(failure, line, sizeof(line));
	bulk_stop_because(item->bulk, line, failure);
}

static void fetched(void *context, const struct failure *failure, const struct action *action)
{
	struct bulk_item *item = context;
	struct bulk *bulk = item->bulk;
	struct failure memory;

	item->fetch = NULL;
	bulk->flying--;
	bulk->ended++;
	item->verdict = BULK_SAME;
	if (action && take_action(item, action)) {
		failure_init(&memory);
		memory.kind = FAILURE_LOCAL;
		snprintf(memory.message, sizeof(memory.message), "out of memory");
		take_failure(item, &memory);
	} else if (!action) {
		take_failure(item, failure);
	}
	bulk_tell_item(bulk, (size_t)(item - bulk->items));
	pump(bulk);
}

/* --- all of them --- */

static void begin_one(struct bulk_item *item)
{
	struct bulk *bulk = item->bulk;
	struct err err = {0};

	if (fetch_start_bulk(bulk->session, item->entry->id, fetched, item, &item->fetch, &err))
		bulk_stop_because(bulk, err.text, NULL);
	else
		bulk->flying++;
}

static void ended(struct bulk *bulk)
{
	bulk->reading = false;
	if (bulk->listener.done)
		bulk->listener.done(bulk->listener.context);
}

static void pump(struct bulk *bulk)
{
	while (!bulk->stopping && bulk->flying < bulk->parallel && bulk->next < bulk->len) {
		struct bulk_item *item = &bulk->items[bulk->next++];

		if (item->verdict != BULK_DONE)
			begin_one(item);
	}
	if (bulk->reading && bulk->flying == 0)
		ended(bulk);
}

void bulk_read_cancel(struct bulk *bulk)
{
	size_t i;

	for (i = 0; i < bulk->len; i++)
		fetch_cancel(&bulk->items[i].fetch);
	bulk->flying = 0;
	/* Told from the loop: who stops it may be about to free what listens. */
	loop_timer_stop(&bulk->timer);
	loop_timer_start(session_loop(bulk->session), 0, begin, bulk, &bulk->timer);
}

static void begin(void *context)
{
	pump(context);
}

enum err_code bulk_read(struct bulk *bulk, size_t parallel, const struct bulk_listener *listener,
			struct err *err)
{
	size_t total = 0;
	size_t i;

	for (i = 0; i < bulk->len; i++)
		total += bulk->items[i].verdict != BULK_DONE;
	bulk_stage_begin(bulk, listener, total);
	bulk->reading = true;
	bulk->parallel = parallel;
	/* done is never called before this returned. */
	if (loop_timer_start(session_loop(bulk->session), 0, begin, bulk, &bulk->timer)) {
		bulk->reading = false;
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	}
	return ERR_OK;
}
