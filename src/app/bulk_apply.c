/* Many changes on their way:
 *
 *   next ── journal ──> ready ──> PUT … (update.c) ──> closed ── journal ──> ended
 *               └ nothing to send ───────────────────────^
 *
 * The journal is written when fewer intents are ready than calls may be under way: some
 * ahead, so that none has to wait for the disk. What ended is written with it, or after
 * a moment where nothing else is to be written.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bulk_internal.h"
#include "dacache/base/text.h"
#include "dacache/store/plans.h"

/* One commit opens the intents of what leaves in the next fifth of a second: a fast
 * tenant is not kept waiting for the disk, and of a slow one not more than a few have to
 * be read again after a crash: AHEAD_MIN to AHEAD_MAX for each call at a time. What ended
 * waits a little longer than that, to be written with them. */
enum { AHEAD_US = 200000, AHEAD_MIN = 8, AHEAD_MAX = 32, FLUSH_US = 250000 };

static void pump(struct bulk *bulk);

/* --- one that ended --- */

static void keep_text(char **to, const char *text)
{
	free(*to);
	*to = text && *text ? text_dup(text) : NULL;
}

static void keep_end(struct bulk_item *item, const struct update_result *result)
{
	struct bulk_end *end = &item->end;

	end->outcome = result->outcome;
	end->status = result->status;
	end->latency_ms = result->latency_ms;
	end->attempts = result->attempts;
	end->verified = result->verified;
	end->local_saved = result->local_saved;
	end->webhooks = result->webhooks;
	keep_text(&end->message, result->message);
	keep_text(&end->if_match, result->if_match);
	keep_text(&end->etag, result->etag);
	keep_text(&end->correlation_id, result->failure.correlation_id);
	if (result->failure.kind != FAILURE_NONE)
		bulk_keep_failure(item, &result->failure);
	if (result->outcome == OUTCOME_CONFLICT)
		bulk_keep_conflict(item, result);
}

static bool went_well(enum outcome outcome)
{
	return outcome == OUTCOME_APPLIED || outcome == OUTCOME_UNCHANGED;
}

static void look_whether_to_stop(struct bulk *bulk, const struct bulk_item *item,
				 const struct update_result *result)
{
	char line[256];

	if (went_well(result->outcome))
		return;
	failure_line(&result->failure, line, sizeof(line));
	if (result->outcome != OUTCOME_CONFLICT && bulk_is_for_all(&result->failure)) {
		bulk_stop_because(bulk, line, &result->failure);
		return;
	}
	if (!bulk->stop_on_error)
		return;
	snprintf(line, sizeof(line), "the first that did not go through ends it: %.100s, %s",
		 item->name, outcome_name(result->outcome));
	bulk_stop_because(bulk, line, NULL);
}

void bulk_update_done(void *context, const struct update_result *result)
{
	struct bulk_item *item = context;
	struct bulk *bulk = item->bulk;

	/* Taken back while it waited: it may be sent another time; not so while nobody knows
	 * what came of an earlier attempt. */
	if (result->failure.kind != FAILURE_CANCELLED || result->outcome == OUTCOME_UNKNOWN) {
		keep_end(item, result);
		item->ended = true;
		bulk->ended++;
		if (result->outcome == OUTCOME_APPLIED)
			action_free(&item->base);
		look_whether_to_stop(bulk, item, result);
	}
	bulk_tell_item(bulk, (size_t)(item - bulk->items));
}

static void put_ended(void *context, struct update *update)
{
	struct bulk *bulk = context;
	size_t i;

	/* The next one may be about to leave: not only once this is on disk. */
	if (update->result.failure.kind != FAILURE_CANCELLED)
		look_whether_to_stop(bulk, update->context, &update->result);
	for (i = 0; i < bulk->sent.len; i++) {
		if (*(struct update **)vec_at(&bulk->sent, i) != update)
			continue;
		vec_remove(&bulk->sent, i);
		bulk->flying--;
		break;
	}
	vec_push(&bulk->closed, &update); /* the journal reserved room */
	pump(bulk);
}

/* --- sending --- */

static void send_one(struct bulk *bulk, struct update *update)
{
	struct err err = {0};

	if (update_send(update, &err) == ERR_OK) {
		vec_push(&bulk->sent, &update);
		bulk->flying++;
		return;
	}
	update->result.outcome = OUTCOME_NOT_APPLIED;
	snprintf(update->result.message, sizeof(update->result.message),
		 "not applied: nothing was sent: %.200s", err.text);
	vec_push(&bulk->closed, &update);
}

static void send_ready(struct bulk *bulk)
{
	while (!bulk->stopping && bulk->flying < bulk->parallel && bulk->ready.len > 0) {
		struct update *update = *(struct update **)vec_at(&bulk->ready, 0);

		vec_remove(&bulk->ready, 0);
		send_one(bulk, update);
	}
}

/* What waits in the queue is taken back, and ends by its callback. */
static void take_back(struct bulk *bulk)
{
	size_t i;

	for (i = 0; i < bulk->sent.len; i++) {
		struct update *update = *(struct update **)vec_at(&bulk->sent, i);

		if (update->call)
			tenant_cancel_queued(update->call);
	}
}

static void its_time(void *context)
{
	struct bulk *bulk = context;

	if (bulk->closed.len > 0)
		bulk_journal_turn(bulk, 0);
	pump(bulk);
}

void bulk_end_run(struct bulk *bulk)
{
	struct bulk_progress progress;
	struct err err = {0};

	bulk_progress(bulk, &progress);
	if (bulk->plan_run && progress.left == 0 &&
	    plan_run_end(session_store(bulk->session), bulk->plan_run,
			 clock_wall_us(loop_clock(session_loop(bulk->session))), &err))
		messages_add(session_messages(bulk->session), SEVERITY_ERROR, NULL, "%.300s",
			     err.text);
}

static void finish(struct bulk *bulk)
{
	loop_timer_stop(&bulk->timer);
	bulk->applying = false;
	bulk_end_run(bulk);
	if (bulk->listener.done)
		bulk->listener.done(bulk->listener.context);
}

/* Whether the journal has something to do now, not in a moment. */
static bool is_due(const struct bulk *bulk)
{
	bool is_idle = bulk->flying == 0 && (bulk->stopping || bulk->ready.len == 0);

	if (bulk_has_next(bulk) && bulk->ready.len < bulk->parallel)
		return true;
	return bulk->closed.len > 0 && is_idle;
}

static size_t ahead(const struct bulk *bulk)
{
	int64_t now_us = clock_monotonic_us(loop_clock(session_loop(bulk->session)));
	int64_t took_us = now_us - bulk->began_us;
	size_t least = bulk->parallel * AHEAD_MIN;
	size_t most = bulk->parallel * AHEAD_MAX;
	size_t n = took_us > 0 ? bulk->ended * AHEAD_US / (size_t)took_us : 0;

	if (n > most)
		n = most;
	return n > least ? n : least;
}

static void pump_all(struct bulk *bulk)
{
	for (;;) {
		send_ready(bulk);
		if (!is_due(bulk))
			break;
		bulk_journal_turn(bulk, bulk->stopping ? 0 : ahead(bulk) - bulk->ready.len);
	}
	if (!bulk->stopping)
		return;
	take_back(bulk);
	if (bulk->ready.len > 0)
		bulk_journal_withdraw(bulk);
}

static void pump(struct bulk *bulk)
{
	if (bulk->pumping || !bulk->applying)
		return;
	bulk->pumping = true;
	pump_all(bulk);
	bulk->pumping = false;
	if (bulk->flying == 0 && bulk->closed.len == 0 && bulk->ready.len == 0 &&
	    !bulk_has_next(bulk))
		finish(bulk);
	else if (bulk->closed.len == 0)
		loop_timer_stop(&bulk->timer); /* a turn was faster */
	else if (!bulk->timer)
		/* Without memory for a timer the next that ends writes it. */
		loop_timer_start(session_loop(bulk->session), FLUSH_US, its_time, bulk,
				 &bulk->timer);
}

/* --- public --- */

enum err_code bulk_apply(struct bulk *bulk, const struct bulk_apply_options *options,
			 const struct bulk_listener *listener, struct err *err)
{
	enum err_code code = session_may_write(bulk->session, err);
	struct bulk_progress progress;

	if (code)
		return code;
	bulk_progress(bulk, &progress);
	bulk_stage_begin(bulk, listener, progress.left);
	bulk->applying = true;
	bulk->parallel = options->parallel;
	bulk->stop_on_error = options->stop_on_error;
	bulk->journal = (struct update_journal){put_ended, bulk};
	loop_timer_stop(&bulk->timer);
	/* done is never called before this returned. */
	if (loop_timer_start(session_loop(bulk->session), 0, its_time, bulk, &bulk->timer)) {
		bulk->applying = false;
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	}
	return ERR_OK;
}

void bulk_stop(struct bulk *bulk)
{
	if (!bulk->reading && !bulk->applying)
		return;
	bulk_stop_because(bulk, "interrupted", NULL);
	if (bulk->reading)
		bulk_read_cancel(bulk);
	else
		pump(bulk);
}
