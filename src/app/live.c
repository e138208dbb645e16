/* Look-ups: counted into windows of seconds, by action and for the tenant. */
#include "dacache/app/live.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live_internal.h"

enum {
	WEIGH_EVERY = 64, /* look-ups of an action */
	FORECAST_MIN = 50,
	AHEAD_MAX_US = 5000000,
	EXACT_SPAN_S = HIT_WINDOWS_EXACT_S,
	WINDOW_SPAN_S = 900
};
#define MS_WITHIN_US (INT64_C(366) * 24 * HISTORY_HOUR_US)

int64_t live_monotonic_s(const struct live *live)
{
	return clock_monotonic_us(&live->clock) / 1000000;
}

int64_t live_end_us(const struct live *live)
{
	int64_t now_us = clock_wall_us(&live->clock);
	int64_t late_us = live->newest_came_us - live->newest_us;

	if (live->replay_of_us)
		return live->replay_of_us;
	return live->newest_us > 0 && late_us > 0 ? now_us - late_us : now_us;
}

static int64_t end_s(const struct live *live)
{
	return live_end_us(live) / 1000000;
}

const struct live_action *live_find(const struct live *live, const char *id)
{
	return id ? map_get(live->actions, id) : &live->tenant;
}

/* --- life --- */

enum err_code live_new(struct clock clock, struct live **out)
{
	struct live *live = calloc(1, sizeof(*live));

	*out = live;
	if (!live)
		return ERR_NO_MEMORY;
	live->clock = clock;
	live->start_us = clock_monotonic_us(&clock);
	live->reset_us = live->start_us;
	live->events = calloc(LIVE_EVENTS_MAX, sizeof(*live->events));
	live_calls_init(live);
	live->changes = live_changes_new();
	if (!live->events || !live->changes || map_new_borrowing(&live->actions) ||
	    hit_windows_new(LIVE_WINDOW_S, &live->tenant.windows)) {
		live_free(out);
		return ERR_NO_MEMORY;
	}
	return ERR_OK;
}

void live_free(struct live **out)
{
	struct live *live = *out;

	if (!live)
		return;
	live_history_end(live);
	live_actions_free(live);
	live_calls_free(live);
	live_changes_free(&live->changes);
	free(live->events);
	free(live);
	*out = NULL;
}

static void reset_live_action(struct live_action *action)
{
	hit_windows_reset(action->windows);
	sparse_histogram_clear(&action->of_hits);
	sparse_histogram_clear(&action->of_misses);
}

void live_reset(struct live *live)
{
	const char *id;
	void *value;
	size_t cursor = 0;

	while (map_next(live->actions, &cursor, &id, &value))
		reset_live_action(value);
	reset_live_action(&live->tenant);
	live_calls_reset(live);
	live->reset_us = clock_monotonic_us(&live->clock);
}

int64_t live_age_s(const struct live *live)
{
	return (clock_monotonic_us(&live->clock) - live->reset_us) / 1000000;
}

/* --- look-ups come --- */

/* The feed is here, as of now: whatever comes after it, the windows don't end before it. */
static int64_t feed_is_at(struct live *live, int64_t at_us)
{
	live->newest_us = at_us;
	live->newest_came_us = clock_wall_us(&live->clock);
	return at_us;
}

/* What has no ts is of now, as the feed has it. */
static int64_t place_untimed(struct live *live)
{
	int64_t end_us = live_end_us(live);

	return live->newest_us > 0 ? feed_is_at(live, end_us) : end_us;
}

/* Milliseconds, taken for seconds: within this of now they mean something. */
static bool looks_like_ms(int64_t wall_us, int64_t now_us)
{
	int64_t apart_us = wall_us / 1000 - now_us;

	return apart_us > -MS_WITHIN_US && apart_us < MS_WITHIN_US;
}

/* Where it belongs in time, wall; moves the feed's end on. */
static int64_t place_in_time(struct live *live, const struct lookup *lookup)
{
	int64_t now_us = clock_wall_us(&live->clock);

	if (lookup->wall_us < 0)
		return place_untimed(live);
	if (lookup->wall_us > now_us + AHEAD_MAX_US) {
		live->source.ahead++;
		live->source.ahead_ms += looks_like_ms(lookup->wall_us, now_us);
		return feed_is_at(live, now_us);
	}
	return lookup->wall_us > live->newest_us ? feed_is_at(live, lookup->wall_us)
						 : lookup->wall_us;
}

static void add_latency(struct live_action *action, bool hit, int64_t us)
{
	if (us >= 0)
		sparse_histogram_add(hit ? &action->of_hits : &action->of_misses, us);
}

static void keep_for_forecast(struct live *live, const struct lookup *lookup, int64_t at_us)
{
	struct live_event *event = &live->events[live->events_added++ % LIVE_EVENTS_MAX];

	event->action_hash = ttl_model_hash(lookup->action_id);
	event->event.key_hash = lookup->key_hash;
	event->event.at_us = at_us;
}

static void count_up(struct live_action *action, int64_t at_us, struct hit_count one,
		     int64_t latency_us)
{
	hit_windows_add(action->windows, at_us / 1000000, one);
	add_latency(action, one.hits > 0, latency_us);
}

void live_add_lookup(struct live *live, const struct lookup *lookup, bool from_feed)
{
	struct live_action *action = live_find_or_add(live, lookup->action_id);
	int64_t at_us = place_in_time(live, lookup);
	bool keeps = !from_feed || live_history_takes_feed(live);
	struct hit_count one = {
		.hits = lookup->hit, .misses = !lookup->hit, .expired = lookup->expired};

	if (action) {
		count_up(action, at_us, one, lookup->latency_us);
		if (keeps)
			live_history_count(live, action, at_us, one, lookup->latency_us);
		if (hit_count_n(hit_windows_total(action->windows)) % WEIGH_EVERY <= 1)
			live_action_weigh(live, action);
	}
	count_up(&live->tenant, at_us, one, lookup->latency_us);
	if (keeps)
		live_history_count(live, &live->tenant, at_us, one, lookup->latency_us);
	if (lookup->has_key)
		keep_for_forecast(live, lookup, at_us);
}

void live_history_hits(struct live *live, const char *action_id, bool hit, int64_t n)
{
	struct live_action *action = live_find_or_add(live, action_id);
	struct hit_count added = {.hits = hit ? (uint64_t)n : 0, .misses = hit ? 0 : (uint64_t)n};
	int64_t now_us = clock_wall_us(&live->clock);

	if (action)
		live_history_count(live, action, now_us, added, -1);
	live_history_count(live, &live->tenant, now_us, added, -1);
	live_history_soon(live, action);
}

void live_add_hits(struct live *live, const char *action_id, bool hit, int64_t n)
{
	struct live_action *action = live_find_or_add(live, action_id);
	struct hit_count added = {.hits = hit ? (uint64_t)n : 0, .misses = hit ? 0 : (uint64_t)n};
	int64_t at_s;

	if (n <= 0)
		return;
	at_s = place_untimed(live) / 1000000;
	live->by_hand = true;
	if (action)
		hit_windows_add(action->windows, at_s, added);
	hit_windows_add(live->tenant.windows, at_s, added);
}

/* --- asked for --- */

void live_hits(const struct live *live, const char *action_id, struct live_hits *out)
{
	const struct live_action *action = live_find(live, action_id);
	int64_t second = end_s(live);

	memset(out, 0, sizeof(*out));
	if (!action)
		return;
	out->last_10 = hit_windows_sum(action->windows, second, 10);
	out->last_100 = hit_windows_sum(action->windows, second, 100);
	out->last_1000 = hit_windows_sum(action->windows, second, LIVE_WINDOW_S);
	out->since_reset = hit_windows_total(action->windows);
}

/* The narrowest column there are figures for. */
static int least_step_s(const struct live *live, int span_s)
{
	if (live->replay_of_us && live_history_stored_to(live) > 0)
		return 60; /* a replay has the stored history, and nothing else */
	if (span_s <= EXACT_SPAN_S)
		return 1;
	return span_s <= WINDOW_SPAN_S ? HIT_WINDOWS_COARSE_S : 60;
}

/* As many columns as there is room and are figures for; the first may begin before
 * the span does. */
static void make_axis(const struct live *live, int span_s, size_t max, struct live_axis *axis)
{
	int64_t least_s = least_step_s(live, span_s);
	int64_t step_s = max ? (span_s + (int64_t)max - 1) / (int64_t)max : span_s;
	int64_t end = end_s(live) + 1;

	step_s = (step_s + least_s - 1) / least_s * least_s;
	axis->step_us = step_s * 1000000;
	axis->n = (size_t)((span_s + step_s - 1) / step_s);
	if (axis->n > max)
		axis->n = max;
	/* Slots of ten seconds and minutes begin at multiples of themselves. */
	axis->end_us = (end + least_s - 1) / least_s * least_s * 1000000;
}

static void columns_of_windows(const struct live *live, const char *action_id,
			       const struct live_axis *axis, struct hit_count *out)
{
	const struct live_action *action = live_find(live, action_id);
	int64_t last_s = axis->end_us / 1000000 - 1;
	int64_t step_s = axis->step_us / 1000000;
	size_t i;

	memset(out, 0, axis->n * sizeof(*out));
	for (i = 0; action && i < axis->n; i++)
		out[i] = hit_windows_slice(action->windows, last_s,
					   (int)((int64_t)(axis->n - 1 - i) * step_s), (int)step_s);
}

static void columns_of_history(const struct live *live, const char *action_id,
			       const struct live_axis *axis, struct hit_count *out)
{
	size_t step = (size_t)(axis->step_us / HISTORY_MINUTE_US);
	size_t n = axis->n * step;
	struct hit_count *minutes = calloc(n ? n : 1, sizeof(*minutes));
	size_t i;

	memset(out, 0, axis->n * sizeof(*out));
	if (!minutes)
		return;
	live_history_minutes(live, action_id, axis->end_us - (int64_t)n * HISTORY_MINUTE_US,
			     minutes, n);
	for (i = 0; i < n; i++)
		hit_count_add(&out[i / step], minutes[i]);
	free(minutes);
}

void live_hit_columns(const struct live *live, const char *action_id, int span_s,
		      struct hit_count *out, size_t max, struct live_axis *axis)
{
	make_axis(live, span_s, max, axis);
	if (live->history && axis->step_us % HISTORY_MINUTE_US == 0)
		columns_of_history(live, action_id, axis, out);
	else
		columns_of_windows(live, action_id, axis, out);
}

double live_row_rate(const struct live *live, const char *action_id)
{
	const struct live_action *action = live_find(live, action_id);

	if (!action)
		return -1;
	return hit_rate(hit_windows_sum(action->windows, end_s(live), LIVE_WINDOW_S));
}

bool live_latency(const struct live *live, const char *action_id, enum live_kind kind,
		  struct histogram *out)
{
	const struct live_action *action = live_find(live, action_id);

	histogram_reset(out);
	if (action && kind != LIVE_OF_MISSES)
		sparse_histogram_expand(&action->of_hits, out);
	if (action && kind != LIVE_OF_HITS)
		sparse_histogram_expand(&action->of_misses, out);
	return out->total > 0;
}

int64_t live_row_p95_us(const struct live *live, const char *action_id)
{
	const struct live_action *action = live_find(live, action_id);

	return action ? sparse_histogram_pair_quantile(&action->of_hits, &action->of_misses, 0.95)
		      : -1;
}

/* --- what another TTL would do --- */

bool live_forecast(const struct live *live, const char *action_id, int64_t now_ttl_s, int64_t ttl_s,
		   struct hit_count *now, struct hit_count *then)
{
	uint64_t kept = live->events_added < LIVE_EVENTS_MAX ? live->events_added : LIVE_EVENTS_MAX;
	uint64_t hash = ttl_model_hash(action_id);
	struct ttl_event *events = malloc((kept ? kept : 1) * sizeof(*events));
	size_t n = 0;
	uint64_t k;
	bool done;

	if (!events)
		return false;
	for (k = live->events_added - kept; k < live->events_added; k++)
		if (live->events[k % LIVE_EVENTS_MAX].action_hash == hash)
			events[n++] = live->events[k % LIVE_EVENTS_MAX].event;
	done = n >= FORECAST_MIN && ttl_model_replay(events, n, now_ttl_s, now) == ERR_OK &&
	       ttl_model_replay(events, n, ttl_s, then) == ERR_OK;
	free(events);
	return done;
}
