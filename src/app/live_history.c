/* Look-ups on their way into the store.
 *
 *   counted ──> slices of minutes, with each action
 *      minute over (a timer, started by the first look-up) ──> queue ──> store
 *
 * A timer runs only while something waits: without look-ups there is none. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
#include "live_internal.h"

enum {
	SLICES_MAX = 20000, /* that wait: sooner than the minute's end past half of it */
	BATCH = 100,        /* of one transaction: some 10 ms, so that keys are answered between */
	AFTER_MINUTE_US = 2000000,
	BETWEEN_BATCHES_US = 50000,
	RETRY_US = 60000000
};

static void write_some(void *context);

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
	live->history = history;
	return ERR_OK;
}

static void free_queued(struct vec *queue, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct history_slice *slice = vec_at(queue, i);

		free((void *)(uintptr_t)slice->action_id);
		history_slice_clear(slice);
	}
	if (n == 0)
		return;
	memmove(queue->items, (char *)queue->items + n * queue->item_size,
		(queue->len - n) * queue->item_size);
	queue->len -= n;
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
	live_history_collect(live, INT64_MAX);
	if (history->queue.len > 0)
		history_add(history->of.store, history->queue.items, history->queue.len,
			    wall_us(live), &err);
	free_queued(&history->queue, history->queue.len);
	vec_free(&history->queue);
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
	if (!history->timer)
		loop_timer_start(history->of.loop, delay_us, write_some, live, &history->timer);
}

static void wait_for_minute(struct live *live)
{
	int64_t now_us = wall_us(live);
	int64_t left_us = HISTORY_MINUTE_US - now_us % HISTORY_MINUTE_US;

	start_timer(live->history, left_us + AFTER_MINUTE_US, live);
}

void live_history_soon(struct live *live)
{
	struct live_history *history = live->history;

	if (!history)
		return;
	live_history_collect(live, INT64_MAX);
	loop_timer_stop(&history->timer);
	start_timer(history, 0, live);
}

static void collect_action(struct live_history *history, const char *id, struct live_action *action,
			   int64_t before_us)
{
	size_t kept = 0;
	size_t i;

	for (i = 0; i < action->slices_len; i++) {
		struct history_slice *slice = &action->slices[i];

		if (slice->start_us >= before_us) {
			action->slices[kept++] = *slice;
			continue;
		}
		slice->action_id = text_dup(id);
		if (!slice->action_id || vec_push(&history->queue, slice)) {
			free((void *)(uintptr_t)slice->action_id);
			history_slice_clear(slice);
		}
		history->waiting--;
	}
	action->slices_len = (uint16_t)kept;
	if (kept > 0)
		return;
	free(action->slices);
	action->slices = NULL;
	action->slices_cap = 0;
}

void live_history_collect(struct live *live, int64_t before_us)
{
	struct live_history *history = live->history;
	const char *id;
	void *value;
	size_t cursor = 0;

	if (!history || history->waiting == 0)
		return;
	while (map_next(live->actions, &cursor, &id, &value))
		collect_action(history, id, value, before_us);
	collect_action(history, "", &live->tenant, before_us);
	/* A store that takes nothing for long: the oldest go. */
	if (history->queue.len > SLICES_MAX)
		free_queued(&history->queue, history->queue.len - SLICES_MAX);
}

static void write_some(void *context)
{
	struct live *live = context;
	struct live_history *history = live->history;
	int64_t now_us = wall_us(live);
	struct err err = {0};
	size_t n;

	live_history_collect(live, history->waiting > SLICES_MAX / 2
					   ? INT64_MAX
					   : now_us - now_us % HISTORY_MINUTE_US);
	n = history->queue.len < BATCH ? history->queue.len : BATCH;
	if (n > 0 && history_add(history->of.store, history->queue.items, n, now_us, &err)) {
		tell(history, &err);
		start_timer(history, RETRY_US, live);
		return;
	}
	history->failing = false;
	history->minutes_from_us = 0; /* what was read is out of date */
	free_queued(&history->queue, n);
	if (history->queue.len > 0)
		start_timer(history, BETWEEN_BATCHES_US, live);
	else if (history->waiting > 0)
		wait_for_minute(live);
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
	if (slice)
		history->waiting++;
	return slice;
}

void live_history_count(struct live *live, struct live_action *action, int64_t at_us,
			struct hit_count added, int64_t latency_us)
{
	struct live_history *history = live->history;
	struct history_slice *slice;

	if (!history)
		return;
	slice = slice_for(history, action, at_us);
	if (!slice) /* without memory the history misses it */
		return;
	hit_count_add(&slice->count, added);
	if (latency_us >= 0)
		sparse_histogram_add(added.hits ? &slice->of_hits : &slice->of_misses, latency_us);
	if (history->waiting > SLICES_MAX / 2 && history->waiting % BATCH == 0) {
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
	const struct vec *queue = &live->history->queue;
	size_t i;

	for (i = 0; i < queue->len; i++) {
		const struct history_slice *slice = vec_at(queue, i);

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
