/* Our own calls: every one is kept, 8 bytes each, so that figures of any window are
 * exact. */
#include <stdlib.h>
#include <string.h>

#include "live_internal.h"

enum {
	/* At 300 calls a minute, the usual quota, this is a day and more. */
	CALLS_MAX = 1 << 19,
	CALLS_FIRST = 64,
	US_MAX = (1U << 31) - 1,
	REPLAY_AGE_S = 1 << 30 /* longer than any bundle reaches back */
};

void live_calls_init(struct live *live)
{
	int i;

	for (i = 0; i < ENDPOINTS; i++)
		histogram_reset(&live->endpoints[i].latency);
}

void live_calls_free(struct live *live)
{
	int i;

	for (i = 0; i < ENDPOINTS; i++)
		free(live->endpoints[i].calls);
}

void live_calls_reset(struct live *live)
{
	int i;

	for (i = 0; i < ENDPOINTS; i++) {
		struct live_endpoint *endpoint = &live->endpoints[i];

		histogram_reset(&endpoint->latency);
		endpoint->first = endpoint->count;
		endpoint->failures = 0;
	}
}

/* The ring is a plain array until it has its greatest size. */
static bool make_room(struct live_endpoint *endpoint)
{
	size_t cap = endpoint->cap ? endpoint->cap * 2 : CALLS_FIRST;
	struct live_call *calls;

	if (endpoint->count < endpoint->cap || endpoint->cap == CALLS_MAX)
		return true;
	calls = realloc(endpoint->calls, cap * sizeof(*calls));
	if (!calls)
		return false;
	endpoint->calls = calls;
	endpoint->cap = cap;
	return true;
}

/* In a replay the time stands: at the bundle's. */
static uint32_t age_s(const struct live *live)
{
	if (live->replay_of_us)
		return REPLAY_AGE_S;
	return (uint32_t)((clock_monotonic_us(&live->clock) - live->start_us) / 1000000);
}

/* A replayed call was made before the bundle was. */
static uint32_t call_age_s(const struct live *live, const struct exchange *exchange)
{
	int64_t before_s = (live->replay_of_us - exchange->wall_us) / 1000000;

	if (!live->replay_of_us || before_s < 0)
		return age_s(live);
	return before_s > REPLAY_AGE_S ? 0 : (uint32_t)(REPLAY_AGE_S - before_s);
}

void live_add_call(struct live *live, const struct exchange *exchange)
{
	struct live_endpoint *endpoint = &live->endpoints[exchange->endpoint];
	int64_t us = exchange->times.total;
	bool failed = exchange->status == 0 || exchange->status >= 400;

	endpoint->failures += failed;
	histogram_add(&endpoint->latency, us);
	if (!make_room(endpoint)) /* without memory the charts miss it */
		return;
	endpoint->calls[endpoint->count++ % endpoint->cap] = (struct live_call){
		.at_s = call_age_s(live, exchange),
		.us = us < 0                 ? 0
		      : us > (int64_t)US_MAX ? US_MAX
					     : (uint32_t)us,
		.failed = failed,
	};
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

/* --- windows --- */

static uint64_t calls_kept(const struct live_endpoint *endpoint)
{
	return endpoint->count < endpoint->cap ? endpoint->count : endpoint->cap;
}

/* k from 0, the newest. */
static const struct live_call *call_at(const struct live_endpoint *endpoint, uint64_t k)
{
	return &endpoint->calls[(endpoint->count - 1 - k) % endpoint->cap];
}

/* How many of the newest calls are not older than this many seconds. */
static uint64_t calls_within(const struct live *live, const struct live_endpoint *endpoint,
			     int64_t span_s)
{
	int64_t from_s = (int64_t)age_s(live) - span_s;
	uint64_t low = 0;
	uint64_t high = calls_kept(endpoint);

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (call_at(endpoint, middle)->at_s > from_s)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* --- columns --- */

static int compare_us(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a;
	uint32_t right = *(const uint32_t *)b;

	return (left > right) - (left < right);
}

static int64_t rank_us(const uint32_t *sorted, size_t n, double q)
{
	return sorted[histogram_rank(q, n) - 1];
}

/* The calls from k on that lie in the column, which are its newest first. */
static uint64_t fill_column(const struct live_endpoint *endpoint, uint64_t k, uint64_t n,
			    int64_t from_s, uint32_t *room, struct live_call_column *out)
{
	size_t len = 0;

	for (; k < n && call_at(endpoint, k)->at_s > from_s; k++) {
		room[len++] = call_at(endpoint, k)->us;
		out->failures += call_at(endpoint, k)->failed;
	}
	if (len == 0)
		return k;
	qsort(room, len, sizeof(*room), compare_us);
	out->n = len;
	out->p50_us = rank_us(room, len, 0.50);
	out->p95_us = rank_us(room, len, 0.95);
	out->max_us = room[len - 1];
	return k;
}

void live_call_columns(const struct live *live, enum endpoint which, int span_s,
		       struct live_call_column *out, size_t n, struct live_axis *axis)
{
	const struct live_endpoint *endpoint = &live->endpoints[which];
	uint64_t within = calls_within(live, endpoint, span_s);
	uint32_t *room = malloc((within ? within : 1) * sizeof(*room));
	int64_t now_s = age_s(live);
	uint64_t k = 0;
	size_t i;

	*axis = (struct live_axis){.end_us = live->replay_of_us ? live->replay_of_us
								: clock_wall_us(&live->clock),
				   .step_us = n ? span_s * INT64_C(1000000) / (int64_t)n : 0,
				   .n = n};
	for (i = n; i-- > 0;) {
		int64_t from_s = now_s - (int64_t)span_s * (int64_t)(n - i) / (int64_t)n;

		out[i] = (struct live_call_column){.p50_us = -1, .p95_us = -1, .max_us = -1};
		if (room)
			k = fill_column(endpoint, k, within, from_s, room, &out[i]);
	}
	free(room);
}
