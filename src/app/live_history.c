/* Look-ups on their way into the store.
 *
 *   counted ──> slices of minutes, with each action
 *      minute over (a timer, started by the first look-up) ──> queue ──> store, some at
 *      a time, in pauses between keys
 *
 * A timer runs only while something waits: without look-ups there is none. The newest
 * minutes are the first thing a crash takes anyway, so they wait for no disk. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
#include "live_internal.h"

enum {
	SLICES_MAX = 20000, /* that wait: sooner than the minute's end past half of it */
	BATCH = 25, /* of one transaction: a millisecond, so that keys are answered between */
	AFTER_MINUTE_US = 2000000,
	BETWEEN_BATCHES_US = 12500,
	QUIET_US = 300000, /* a pause between keys */
	RETRY_US = 60000000
};

static void write_some(void *context);
static void collect(struct live_history *history, int64_t before_us, size_t most);

static int64_t wall_us(const struct live *live)
{
	return clock_wall_us(&live->clock);
}

/* --- life --- */

enum err_code live_history_begin(struct live *live, const struct live_history_of *of)
{
	struct live_history *history = calloc(1, sizeof(*history));

	if (!history)
		return ERR_NO_MEMORY;
	history->of = *of;
	history->began_us = wall_us(live);
	history->stored_to_us = -1;
	vec_init(&history->queue, sizeof(struct history_slice));
	vec_init(&history->hashes, sizeof(uint64_t));
	live->history = history;
	return ERR_OK;
}

static size_t queued(const struct live_history *history)
{
	return history->queue.len - history->done;
}

static struct history_slice *queued_at(const struct live_history *history, size_t i)
{
	return vec_at(&history->queue, history->done + i);
}

/* They stay where they are until half of what is there is gone: all would have to move. */
static void free_queued(struct live_history *history, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct history_slice *slice = queued_at(history, i);

		free((void *)(uintptr_t)slice->action_id);
		history_slice_clear(slice);
	}
	history->done += n;
	if (history->done < queued(history))
		return;
	vec_drop(&history->queue, history->done);
	vec_drop(&history->hashes, history->done);
	history->done = 0;
}

static void tell(struct live_history *history, const struct err *err)
{
	if (!history->failing)
		history->of.tell(history->of.context, err->text);
	history->failing = true;
}

/* At the end of the program: all that waits. */
void live_history_end(struct live *live)
{
	struct live_history *history = live->history;
	struct err err = {0};

	if (!history)
		return;
	loop_timer_stop(&history->timer);
	collect(history, INT64_MAX, SIZE_MAX);
	if (queued(history) > 0)
		history_add(history->of.store, queued_at(history, 0), queued(history),
			    wall_us(live), &err);
	free_queued(history, queued(history));
	vec_free(&history->queue);
	vec_free(&history->hashes);
	if (history->source && history->is_ours)
		history_disclaim(history->of.store, history->source, &err);
	free(history->source);
	free(history->minutes);
	free(history->minutes_of);
	free(history);
	live->history = NULL;
}

/* --- into the store --- */

static void start_timer(struct live_history *history, int64_t delay_us, struct live *live)
{
	history->is_at_rest = false;
	if (!history->timer)
		loop_timer_start(history->of.loop, delay_us, write_some, live, &history->timer);
}

static void wait_for_minute(struct live *live)
{
	int64_t now_us = wall_us(live);
	int64_t left_us = HISTORY_MINUTE_US - now_us % HISTORY_MINUTE_US;

	start_timer(live->history, left_us + AFTER_MINUTE_US, live);
	live->history->is_at_rest = true;
}

static void join_line(struct live_history *history, struct live_action *action)
{
	if (action->in_line)
		return;
	action->in_line = true;
	action->before = history->last;
	action->behind = NULL;
	if (history->last)
		history->last->behind = action;
	else
		history->first = action;
	history->last = action;
}

static void leave_line(struct live_history *history, struct live_action *action)
{
	if (!action->in_line)
		return;
	action->in_line = false;
	if (action->before)
		action->before->behind = action->behind;
	else
		history->first = action->behind;
	if (action->behind)
		action->behind->before = action->before;
	else
		history->last = action->before;
}

/* False without memory. */
static bool push(struct live_history *history, const char *id, const struct history_slice *slice)
{
	struct history_slice copy = *slice;
	uint64_t hash = ttl_model_hash(id);

	copy.action_id = text_dup(id);
	if (copy.action_id && vec_push(&history->hashes, &hash) == ERR_OK) {
		if (vec_push(&history->queue, &copy) == ERR_OK)
			return true;
		history->hashes.len--;
	}
	free((void *)(uintptr_t)copy.action_id);
	return false;
}

/* The slices that begin before then go into the queue. False: there are none. */
static bool collect_action(struct live_history *history, struct live_action *action,
			   int64_t before_us)
{
	size_t had = action->slices_len;
	size_t kept = 0;
	size_t i;

	for (i = 0; i < had; i++) {
		struct history_slice *slice = &action->slices[i];

		if (slice->start_us >= before_us)
			action->slices[kept++] = *slice;
		else if (!push(history, action->id ? action->id : "", slice))
			history_slice_clear(slice);
	}
	history->waiting -= had - kept;
	action->slices_len = (uint16_t)kept;
	if (kept == had)
		return false;
	leave_line(history, action);
	if (kept > 0) {
		join_line(history, action);
		return true;
	}
	free(action->slices);
	action->slices = NULL;
	action->slices_cap = 0;
	return true;
}

/* Until so many are queued. Where the first in line has none the others have none. */
static void collect(struct live_history *history, int64_t before_us, size_t most)
{
	while (queued(history) < most && history->first)
		if (!collect_action(history, history->first, before_us))
			return;
}

void live_history_let_go(struct live *live, struct live_action *action)
{
	if (live->history && action->slices_len > 0)
		collect_action(live->history, action, INT64_MAX);
}

void live_history_soon(struct live *live, struct live_action *action)
{
	struct live_history *history = live->history;

	if (!history)
		return;
	if (action)
		live_history_let_go(live, action);
	live_history_let_go(live, &live->tenant);
	history->is_told = true;
	loop_timer_stop(&history->timer);
	start_timer(history, 0, live);
}

static size_t unwritten(const struct live_history *history)
{
	return history->waiting + queued(history);
}

/* A store that takes nothing for long, or not as fast as they come: the oldest go. */
static void drop_surplus(struct live_history *history)
{
	while (unwritten(history) >= SLICES_MAX) {
		collect(history, INT64_MAX, 1);
		if (queued(history) > 0)
			free_queued(history, 1);
	}
}

static bool is_behind(const struct live_history *history)
{
	return unwritten(history) > SLICES_MAX / 2;
}

/* What was read for a chart is out of date. */
static void forget_minutes(struct live_history *history, size_t n)
{
	size_t i;

	for (i = 0; i < n && history->minutes_of; i++)
		if (strcmp(queued_at(history, i)->action_id, history->minutes_of) == 0)
			history->minutes_from_us = 0;
}

/* False: none was to be written, or they can't be. */
static bool write_batch(struct live *live)
{
	struct live_history *history = live->history;
	int64_t now_us = wall_us(live);
	struct err err = {0};
	size_t n;

	collect(history, is_behind(history) ? INT64_MAX : now_us - now_us % HISTORY_MINUTE_US,
		BATCH);
	n = queued(history) < BATCH ? queued(history) : BATCH;
	if (n > 0 && history_add(history->of.store, queued_at(history, 0), n, now_us, &err)) {
		tell(history, &err);
		start_timer(history, RETRY_US, live);
		return false;
	}
	history->failing = false;
	forget_minutes(history, n);
	free_queued(history, n);
	history->is_told = history->is_told && queued(history) > 0;
	return n > 0;
}

static void write_some(void *context)
{
	struct live *live = context;
	struct live_history *history = live->history;
	int64_t busy_us = loop_until_quiet_us(history->of.loop, QUIET_US);

	if (busy_us > 0 && !is_behind(history) && !history->is_told)
		start_timer(history, busy_us, live);
	else if (write_batch(live))
		start_timer(history, BETWEEN_BATCHES_US, live);
	else if (!history->timer && history->waiting > 0)
		wait_for_minute(live);
}

void live_history_flush(struct live *live)
{
	struct live_history *history = live->history;
	struct err err = {0};

	if (!history)
		return;
	collect(history, INT64_MAX, SIZE_MAX);
	if (queued(history) == 0)
		return;
	if (history_add(history->of.store, queued_at(history, 0), queued(history), wall_us(live),
			&err)) {
		tell(history, &err);
		return;
	}
	history->failing = false;
	forget_minutes(history, queued(history));
	free_queued(history, queued(history));
}

/* --- whose the feed's look-ups are --- */

void live_history_feed(struct live *live, const char *source)
{
	if (!live->history)
		return;
	free(live->history->source);
	live->history->source = text_dup(source);
	live->history->next_claim_us = 0;
}

/* Of a file that several programs follow, one writes the history. It is asked for
 * again now and then, for that one may have ended. */
bool live_history_takes_feed(struct live *live)
{
	struct live_history *history = live->history;
	struct err err = {0};

	if (!history || !history->source || history->is_ours)
		return true;
	if (wall_us(live) < history->next_claim_us)
		return false;
	history->next_claim_us = wall_us(live) + HISTORY_MINUTE_US;
	if (history_claim(history->of.store, history->source, &history->is_ours, &err))
		tell(history, &err);
	snprintf(live->source.no_history, sizeof(live->source.no_history), "%s",
		 history->is_ours ? ""
				  : "another dacache follows this file, and keeps its history");
	return history->is_ours;
}

/* --- counting --- */

void live_history_cut(struct live_action *action, int64_t at_us)
{
	if (at_us > action->cut_us)
		action->cut_us = at_us;
}

static int64_t slice_start(const struct live_action *action, int64_t at_us)
{
	int64_t minute_us = at_us - at_us % HISTORY_MINUTE_US;

	return action->cut_us > minute_us && action->cut_us <= at_us ? action->cut_us : minute_us;
}

static struct history_slice *new_slice(struct live_action *action, int64_t start_us)
{
	if (action->slices_len == action->slices_cap) {
		uint16_t cap = action->slices_cap ? (uint16_t)(action->slices_cap * 2) : 1;
		struct history_slice *slices =
			cap > action->slices_cap && cap <= SLICES_MAX
				? realloc(action->slices, cap * sizeof(*slices))
				: NULL;

		if (!slices)
			return NULL;
		action->slices = slices;
		action->slices_cap = cap;
	}
	action->slices[action->slices_len] = (struct history_slice){.start_us = start_us};
	return &action->slices[action->slices_len++];
}

static struct history_slice *slice_for(struct live_history *history, struct live_action *action,
				       int64_t at_us)
{
	int64_t start_us = slice_start(action, at_us);
	struct history_slice *slice;
	size_t i;

	for (i = action->slices_len; i-- > 0;)
		if (action->slices[i].start_us == start_us)
			return &action->slices[i];
	slice = new_slice(action, start_us);
	if (!slice)
		return NULL;
	history->waiting++;
	join_line(history, action);
	return slice;
}

void live_history_count(struct live *live, struct live_action *action, int64_t at_us,
			struct hit_count added, int64_t latency_us)
{
	struct live_history *history = live->history;
	struct history_slice *slice;

	if (!history)
		return;
	drop_surplus(history);
	slice = slice_for(history, action, at_us);
	if (!slice) /* without memory the history misses it */
		return;
	hit_count_add(&slice->count, added);
	if (latency_us >= 0)
		sparse_histogram_add(added.hits ? &slice->of_hits : &slice->of_misses, latency_us);
	if (history->is_at_rest && is_behind(history)) {
		loop_timer_stop(&history->timer);
		start_timer(history, 0, live);
	}
	if (!history->timer)
		wait_for_minute(live);
}

/* --- reading: the store, what is queued, and what still counts --- */

typedef void slice_fn(void *context, const struct history_slice *slice);

struct reading {
	int64_t from_us;
	int64_t to_us;
	slice_fn *fn;
	void *context;
};

static void tell_if_within(const struct reading *reading, const struct history_slice *slice)
{
	if (slice->start_us >= reading->from_us && slice->start_us < reading->to_us)
		reading->fn(reading->context, slice);
}

static void read_memory(const struct live *live, const char *id, const struct reading *reading)
{
	const struct live_action *action = live_find(live, id);
	const struct live_history *history = live->history;
	const uint64_t *hashes = history->hashes.items;
	uint64_t hash = ttl_model_hash(id ? id : "");
	size_t i;

	for (i = 0; i < queued(history); i++) {
		const struct history_slice *slice;

		if (hashes[history->done + i] != hash)
			continue;
		slice = queued_at(history, i);
		if (strcmp(slice->action_id, id ? id : "") == 0)
			tell_if_within(reading, slice);
	}
	for (i = 0; action && i < action->slices_len; i++)
		tell_if_within(reading, &action->slices[i]);
}

static void read_store(const struct live *live, const char *id, const struct reading *reading,
		       bool with_latencies)
{
	struct err err = {0};

	if (history_each(live->history->of.store, id, reading->from_us, reading->to_us,
			 with_latencies, reading->fn, reading->context, &err))
		tell(live->history, &err);
}

static void add_slice(void *context, const struct history_slice *slice)
{
	struct history_slice *sum = context;

	hit_count_add(&sum->count, slice->count);
	sparse_histogram_merge(&sum->of_hits, &slice->of_hits);
	sparse_histogram_merge(&sum->of_misses, &slice->of_misses);
}

void live_history_sum(const struct live *live, const char *id, int64_t from_us, int64_t to_us,
		      struct history_slice *sum)
{
	const struct reading reading = {from_us, to_us, add_slice, sum};

	read_store(live, id, &reading, true);
	read_memory(live, id, &reading);
}

void live_history_each(const struct live *live, const char *id, int64_t from_us, int64_t to_us,
		       void (*fn)(void *context, const struct history_slice *slice), void *context)
{
	const struct reading reading = {from_us, to_us, fn, context};

	if (!live->history)
		return;
	read_store(live, id, &reading, false);
	read_memory(live, id, &reading);
}

int64_t live_history_stored_to(const struct live *live)
{
	struct live_history *history = live->history;
	struct err err = {0};

	if (!history)
		return 0;
	if (history->stored_to_us < 0 &&
	    history_newest(history->of.store, history->began_us, &history->stored_to_us, &err)) {
		history->stored_to_us = 0;
		tell(history, &err);
	}
	return history->stored_to_us;
}

struct minutes {
	int64_t from_us;
	size_t n;
	struct hit_count *counts;
};

static void add_to_minute(void *context, const struct history_slice *slice)
{
	struct minutes *minutes = context;
	size_t i = (size_t)((slice->start_us - minutes->from_us) / HISTORY_MINUTE_US);

	if (!slice->is_hour && i < minutes->n)
		hit_count_add(&minutes->counts[i], slice->count);
}

/* What the store has of these minutes, kept until the next minute or action. */
static bool read_minutes(struct live_history *history, const struct live *live, const char *id,
			 const struct reading *reading, size_t n)
{
	struct minutes minutes = {reading->from_us, n, NULL};
	struct reading stored = *reading;

	if (history->minutes_from_us == reading->from_us && history->minutes_n == n &&
	    strcmp(history->minutes_of, id ? id : "") == 0)
		return true;
	free(history->minutes);
	free(history->minutes_of);
	history->minutes_from_us = 0;
	history->minutes = minutes.counts = calloc(n, sizeof(struct hit_count));
	history->minutes_of = text_dup(id ? id : "");
	if (!history->minutes || !history->minutes_of)
		return false;
	stored.fn = add_to_minute;
	stored.context = &minutes;
	read_store(live, id, &stored, false);
	history->minutes_from_us = reading->from_us;
	history->minutes_n = n;
	return true;
}

void live_history_minutes(const struct live *live, const char *id, int64_t from_us,
			  struct hit_count *out, size_t n)
{
	struct minutes minutes = {from_us, n, out};
	const struct reading reading = {from_us, from_us + (int64_t)n * HISTORY_MINUTE_US,
					add_to_minute, &minutes};

	memset(out, 0, n * sizeof(*out));
	if (n > 0 && read_minutes(live->history, live, id, &reading, n))
		memcpy(out, live->history->minutes, n * sizeof(*out));
	read_memory(live, id, &reading);
}
