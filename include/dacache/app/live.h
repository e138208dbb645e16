/* Live figures: hit rates from look-ups, latencies of look-ups and of our own
 * calls. */
#ifndef DACACHE_APP_LIVE_H
#define DACACHE_APP_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/domain/exchange.h"
#include "dacache/domain/histogram.h"
#include "dacache/domain/hits.h"
#include "dacache/domain/lookup.h"

struct live;

struct live_hits {
	struct hit_count last_10;
	struct hit_count last_100;
	struct hit_count last_1000;
	struct hit_count since_reset;
};

/* action_id NULL: the whole tenant. Zeroes where nothing is known. */
void live_hits(const struct live *live, const char *action_id, struct live_hits *out);
/* n columns over the last span_s seconds, oldest first: hit rate in [0,1], -1
 * where a column had no look-ups. */
void live_hit_chart(const struct live *live, const char *action_id, int span_s, double *out,
		    size_t n);
/* For the list: rate over 1000 s, -1 without look-ups; p95 in microseconds of the
 * action's look-ups, -1 without. Cheap. */
double live_row_rate(const struct live *live, const char *action_id);
int64_t live_row_p95_us(const struct live *live, const char *action_id);
/* Latency of look-ups, hits and misses together; NULL when none. */
const struct histogram *live_lookup_latency(const struct live *live, const char *action_id);

/* Our own calls, by endpoint, since the reset. */
const struct histogram *live_call_latency(const struct live *live, enum endpoint endpoint);
/* n columns over span_s: the highest latency of the calls in it, microseconds, -1
 * where there was none. */
void live_call_chart(const struct live *live, enum endpoint endpoint, int span_s, int64_t *out,
		     size_t n);
uint64_t live_call_count(const struct live *live, enum endpoint endpoint);
uint64_t live_call_failures(const struct live *live, enum endpoint endpoint);

/* Where the look-ups come from, in words ("feed lookups.jsonl, dacache hit"; ""
 * when there is no source), and how the feed fares. */
struct live_source {
	char text[160];
	bool has_feed;
	bool feed_ended; /* standard input or a pipe came to its end */
	uint64_t lines;
	uint64_t bad_lines;
	char first_bad[160]; /* "line 12: hit is missing" */
	uint64_t dropped;
	double lines_per_s; /* over the last 10 s */
};
void live_source(const struct live *live, struct live_source *out);

/* What another TTL would do to this action: its newest recorded look-ups (with
 * keys, up to 20,000 of the tenant) replayed. false: not enough of them (under
 * 50). *now is the replay at now_ttl_s, so that like is compared with like. */
bool live_forecast(const struct live *live, const char *action_id, int64_t now_ttl_s, int64_t ttl_s,
		   struct hit_count *now, struct hit_count *then);

void live_reset(struct live *live); /* key 0 */
/* Seconds since the reset or the start. */
int64_t live_age_s(const struct live *live);

#endif
