#include "dacache/app/live.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/base/map.h"
#include "dacache/domain/ttl_model.h"
#include "internal.h"

enum {
	WINDOW_S = 1000,
	ACTIONS_MAX = 2000, /* with windows and a histogram: about 10 KiB each */
	EVENTS_MAX = 20000,
	CALLS_MAX = 1024,
	FORECAST_MIN = 50,
	RATE_S = 10
};

struct live_action {
	struct hit_windows *windows;
	struct histogram latency;
	int64_t last_s;
};

struct live_event {
	uint64_t action_hash;
	struct ttl_event event;
};

struct live_call {
	int64_t at_s;
	int64_t us;
};

struct live_endpoint {
	struct histogram latency;
	struct live_call calls[CALLS_MAX]; /* a ring */
	uint64_t count;
	uint64_t failures;
	uint64_t first; /* count at the reset */
};

struct live {
	struct clock clock;
	struct map *actions; /* id -> struct live_action * */
	struct live_action tenant;
	struct live_event *events; /* a ring */
	uint64_t events_added;
	struct live_endpoint endpoints[ENDPOINTS];
	int64_t reset_us;
	struct live_source source;
	bool by_hand;
	char header[64];
	uint64_t lines_at[RATE_S]; /* lines a second, a ring by second */
	int64_t lines_second;
	int64_t feed_since_s; /* when the feed began */
};

static int64_t now_s(const struct live *live)
{
	return clock_monotonic_us(&live->clock) / 1000000;
}

/* --- one action --- */

static enum err_code live_action_init(struct live_action *action)
{
	histogram_reset(&action->latency);
	return hit_windows_new(WINDOW_S, &action->windows);
}

static void free_live_action(void *value)
{
	struct live_action *live_action = value;

	hit_windows_free(&live_action->windows);
	free(live_action);
}

static int compare_age(const void *a, const void *b)
{
	const struct live_action *const *left = a;
	const struct live_action *const *right = b;

	return ((*left)->last_s > (*right)->last_s) - ((*left)->last_s < (*right)->last_s);
}

/* Too many actions: forget the quarter that was quiet the longest. */
static void forget_quiet(struct live *live)
{
	size_t n = map_count(live->actions);
	struct live_action **by_age = calloc(n ? n : 1, sizeof(struct live_action *));
	int64_t limit_s;
	const char *id;
	void *value;
	size_t cursor = 0;
	size_t i = 0;

	if (!by_age)
		return;
	while (map_next(live->actions, &cursor, &id, &value))
		by_age[i++] = value;
	qsort(by_age, n, sizeof(struct live_action *), compare_age);
	limit_s = by_age[n / 4]->last_s;
	free(by_age);
	/* The map must not change while it is walked: start anew after each removal. */
	for (cursor = 0; map_count(live->actions) > n - n / 4 &&
			 map_next(live->actions, &cursor, &id, &value);) {
		if (((struct live_action *)value)->last_s > limit_s)
			continue;
		map_remove(live->actions, id);
		free_live_action(value);
		cursor = 0;
	}
}

static struct live_action *find_or_add(struct live *live, const char *id)
{
	struct live_action *action = map_get(live->actions, id);

	if (action)
		return action;
	if (map_count(live->actions) >= ACTIONS_MAX)
		forget_quiet(live);
	action = calloc(1, sizeof(*action));
	if (!action)
		return NULL;
	if (live_action_init(action) || map_put(live->actions, id, action)) {
		free_live_action(action);
		return NULL;
	}
	return action;
}

static const struct live_action *find(const struct live *live, const char *id)
{
	return id ? map_get(live->actions, id) : &live->tenant;
}

/* --- life --- */

enum err_code live_new(struct clock clock, struct live **out)
{
	struct live *live = calloc(1, sizeof(*live));
	int i;

	if (!live)
		return ERR_NO_MEMORY;
	live->clock = clock;
	live->reset_us = clock_monotonic_us(&clock);
	live->events = calloc(EVENTS_MAX, sizeof(*live->events));
	for (i = 0; i < ENDPOINTS; i++)
		histogram_reset(&live->endpoints[i].latency);
	if (!live->events || map_new(&live->actions) || live_action_init(&live->tenant)) {
		live_free(&live);
		return ERR_NO_MEMORY;
	}
	*out = live;
	return ERR_OK;
}

void live_free(struct live **live)
{
	const char *id;
	void *value;
	size_t cursor = 0;

	if (!*live)
		return;
	while ((*live)->actions && map_next((*live)->actions, &cursor, &id, &value))
		free_live_action(value);
	map_free(&(*live)->actions);
	hit_windows_free(&(*live)->tenant.windows);
	free((*live)->events);
	free(*live);
	*live = NULL;
}

void live_reset(struct live *live)
{
	const char *id;
	void *value;
	size_t cursor = 0;
	int i;

	while (map_next(live->actions, &cursor, &id, &value)) {
		struct live_action *action = value;

		hit_windows_reset(action->windows);
		histogram_reset(&action->latency);
	}
	hit_windows_reset(live->tenant.windows);
	histogram_reset(&live->tenant.latency);
	for (i = 0; i < ENDPOINTS; i++) {
		struct live_endpoint *endpoint = &live->endpoints[i];

		histogram_reset(&endpoint->latency);
		endpoint->first = endpoint->count;
		endpoint->failures = 0;
	}
	live->reset_us = clock_monotonic_us(&live->clock);
}

int64_t live_age_s(const struct live *live)
{
	return (clock_monotonic_us(&live->clock) - live->reset_us) / 1000000;
}

/* --- look-ups come --- */

static void count(struct live_action *action, int64_t second, bool hit, int64_t latency_us)
{
	hit_windows_add(action->windows, second, hit);
	if (latency_us >= 0)
		histogram_add(&action->latency, latency_us);
	action->last_s = second;
}

void live_add_lookup(struct live *live, const struct lookup *lookup)
{
	struct live_action *action = find_or_add(live, lookup->action_id);
	int64_t second = now_s(live);
	struct live_event *event;

	if (action)
		count(action, second, lookup->hit, lookup->latency_us);
	count(&live->tenant, second, lookup->hit, lookup->latency_us);
	if (!lookup->has_key)
		return;
	event = &live->events[live->events_added++ % EVENTS_MAX];
	event->action_hash = ttl_model_hash(lookup->action_id);
	event->event.key_hash = lookup->key_hash;
	event->event.at_us = lookup->wall_us >= 0 ? lookup->wall_us : clock_wall_us(&live->clock);
}

void live_add_hits(struct live *live, const char *action_id, bool hit, int64_t n)
{
	struct live_action *action = find_or_add(live, action_id);
	int64_t second = now_s(live);

	live->by_hand = true;
	for (; n > 0; n--) {
		if (action)
			count(action, second, hit, -1);
		count(&live->tenant, second, hit, -1);
	}
}

/* --- asked for --- */

void live_hits(const struct live *live, const char *action_id, struct live_hits *out)
{
	const struct live_action *action = find(live, action_id);
	int64_t second = now_s(live);

	memset(out, 0, sizeof(*out));
	if (!action)
		return;
	out->last_10 = hit_windows_sum(action->windows, second, 10);
	out->last_100 = hit_windows_sum(action->windows, second, 100);
	out->last_1000 = hit_windows_sum(action->windows, second, WINDOW_S);
	out->since_reset = hit_windows_total(action->windows);
}

void live_hit_chart(const struct live *live, const char *action_id, int span_s, double *out,
		    size_t n)
{
	const struct live_action *action = find(live, action_id);
	int64_t second = now_s(live);
	size_t i;

	for (i = 0; i < n; i++) {
		int end = (int)((int64_t)span_s * (int64_t)(n - 1 - i) / (int64_t)n);
		int begin = (int)((int64_t)span_s * (int64_t)(n - i) / (int64_t)n);
		int width = begin > end ? begin - end : 1;

		out[i] = action ? hit_rate(hit_windows_slice(action->windows, second, end, width))
				: -1;
	}
}

double live_row_rate(const struct live *live, const char *action_id)
{
	const struct live_action *action = find(live, action_id);

	if (!action)
		return -1;
	return hit_rate(hit_windows_sum(action->windows, now_s(live), WINDOW_S));
}

const struct histogram *live_lookup_latency(const struct live *live, const char *action_id)
{
	const struct live_action *action = find(live, action_id);

	return action && action->latency.total ? &action->latency : NULL;
}

int64_t live_row_p95_us(const struct live *live, const char *action_id)
{
	const struct histogram *latency = live_lookup_latency(live, action_id);

	return latency ? histogram_quantile(latency, 0.95) : -1;
}

/* --- our own calls --- */

void live_add_call(struct live *live, const struct exchange *exchange)
{
	struct live_endpoint *endpoint = &live->endpoints[exchange->endpoint];
	struct live_call *call = &endpoint->calls[endpoint->count++ % CALLS_MAX];

	call->at_s = now_s(live);
	call->us = exchange->times.total;
	if (exchange->status == 0 || exchange->status >= 400)
		endpoint->failures++;
	histogram_add(&endpoint->latency, exchange->times.total);
}

const struct histogram *live_call_latency(const struct live *live, enum endpoint endpoint)
{
	return &live->endpoints[endpoint].latency;
}

uint64_t live_call_count(const struct live *live, enum endpoint endpoint)
{
	return live->endpoints[endpoint].count - live->endpoints[endpoint].first;
}

uint64_t live_call_failures(const struct live *live, enum endpoint endpoint)
{
	return live->endpoints[endpoint].failures;
}

void live_call_chart(const struct live *live, enum endpoint which, int span_s, int64_t *out,
		     size_t n)
{
	const struct live_endpoint *endpoint = &live->endpoints[which];
	uint64_t kept = endpoint->count < CALLS_MAX ? endpoint->count : CALLS_MAX;
	int64_t second = now_s(live);
	uint64_t k;
	size_t i;

	for (i = 0; i < n; i++)
		out[i] = -1;
	for (k = 0; k < kept; k++) {
		const struct live_call *call =
			&endpoint->calls[(endpoint->count - 1 - k) % CALLS_MAX];
		int64_t age = second - call->at_s;
		int64_t column = (int64_t)n - 1 - age * (int64_t)n / span_s;

		if (column < 0)
			break;
		if (call->us > out[column])
			out[column] = call->us;
	}
}

/* --- what another TTL would do -------------------------------------------------------------------
 */

bool live_forecast(const struct live *live, const char *action_id, int64_t now_ttl_s, int64_t ttl_s,
		   struct hit_count *now, struct hit_count *then)
{
	uint64_t kept = live->events_added < EVENTS_MAX ? live->events_added : EVENTS_MAX;
	uint64_t hash = ttl_model_hash(action_id);
	struct ttl_event *events = malloc((kept ? kept : 1) * sizeof(*events));
	size_t n = 0;
	uint64_t k;
	bool done;

	if (!events)
		return false;
	for (k = live->events_added - kept; k < live->events_added; k++)
		if (live->events[k % EVENTS_MAX].action_hash == hash)
			events[n++] = live->events[k % EVENTS_MAX].event;
	done = n >= FORECAST_MIN && ttl_model_replay(events, n, now_ttl_s, now) == ERR_OK &&
	       ttl_model_replay(events, n, ttl_s, then) == ERR_OK;
	free(events);
	return done;
}

/* --- where they come from --- */

void live_set_feed(struct live *live, const char *name)
{
	snprintf(live->source.text, sizeof(live->source.text), "%s", name);
	live->source.has_feed = true;
	live->feed_since_s = now_s(live);
}

void live_feed_ended(struct live *live)
{
	live->source.feed_ended = true;
}

void live_set_header_source(struct live *live, const char *header)
{
	snprintf(live->header, sizeof(live->header), "%s", header);
}

/* Seconds without a line count as none. */
static void turn_line_ring(struct live *live)
{
	int64_t second = now_s(live);

	if (second - live->lines_second >= RATE_S) {
		memset(live->lines_at, 0, sizeof(live->lines_at));
		live->lines_second = second;
	}
	while (live->lines_second < second)
		live->lines_at[++live->lines_second % RATE_S] = 0;
}

void live_feed_line(struct live *live, bool good, const char *why)
{
	turn_line_ring(live);
	live->source.lines++;
	live->lines_at[live->lines_second % RATE_S]++;
	if (good)
		return;
	if (live->source.bad_lines++ == 0)
		snprintf(live->source.first_bad, sizeof(live->source.first_bad), "line %llu: %s",
			 (unsigned long long)live->source.lines, why);
}

void live_feed_dropped(struct live *live, uint64_t lines)
{
	live->source.dropped += lines;
}

static void add_source(struct live_source *source, const char *text)
{
	size_t len = strlen(source->text);

	snprintf(source->text + len, sizeof(source->text) - len, "%s%s", len ? ", " : "", text);
}

void live_source(const struct live *live, struct live_source *out)
{
	int64_t second = now_s(live) - RATE_S + 1;
	int64_t age_s = now_s(live) - live->feed_since_s + 1;
	uint64_t lines = 0;

	*out = live->source;
	if (live->by_hand)
		add_source(out, "dacache hit");
	if (live->header[0])
		add_source(out, live->header);
	for (; second <= live->lines_second; second++)
		lines += live->lines_at[second % RATE_S];
	/* A feed that just began is not slower for the seconds before it. */
	out->lines_per_s = (double)lines / (double)(age_s < RATE_S ? age_s : RATE_S);
}
