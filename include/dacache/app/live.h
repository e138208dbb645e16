/* Live figures: hit rates and latencies of look-ups, latencies of our own calls,
 * and what each change of an action did to them.
 *
 * A look-up counts at its `ts`; one without, when it came. The windows end where
 * the feed is: at the newest `ts`, moved on by the time since it came. For a feed
 * of now that is now; for one that is late, or replayed, it is as long ago as
 * live_source.behind_s says. A `ts` of the future (over 5 s ahead of this clock)
 * counts as now. */
#ifndef DACACHE_APP_LIVE_H
#define DACACHE_APP_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/domain/exchange.h"
#include "dacache/domain/histogram.h"
#include "dacache/domain/hits.h"
#include "dacache/domain/lookup.h"
#include "dacache/domain/members.h"

struct live;

/* --- hit rates ---------------------------------------------------------------- */

struct live_hits {
	struct hit_count last_10;
	struct hit_count last_100;
	struct hit_count last_1000;
	struct hit_count since_reset;
};

/* action_id NULL: the whole tenant. Zeroes where nothing is known. */
void live_hits(const struct live *live, const char *action_id, struct live_hits *out);

/* Where a chart lies in time: n columns of step_us each; the last one ends at end_us
 * (wall, where the feed is). */
struct live_axis {
	int64_t end_us;
	int64_t step_us;
	size_t n;
};

enum { LIVE_SPAN_MIN_S = 60, LIVE_SPAN_MAX_S = 86400 };

/* The look-ups of the last span_s seconds (LIVE_SPAN_MIN_S to LIVE_SPAN_MAX_S), in as
 * many columns of one width as there are figures for, at most `max` of them, oldest
 * first. A column is 1 s wide at least up to 5 minutes, 10 s up to 15, a minute
 * beyond, and in a replay. Over 15 minutes the stored history is in it, of earlier runs too; up to
 * 15 minutes only what this run saw. */
void live_hit_columns(const struct live *live, const char *action_id, int span_s,
		      struct hit_count *out, size_t max, struct live_axis *axis);

/* For the list: rate over 1000 s, -1 without look-ups; p95 in microseconds of the
 * action's look-ups, -1 without. Cheap. */
double live_row_rate(const struct live *live, const char *action_id);
int64_t live_row_p95_us(const struct live *live, const char *action_id);

/* --- latencies of look-ups ---------------------------------------------------- */

enum live_kind { LIVE_ALL, LIVE_OF_HITS, LIVE_OF_MISSES };

/* Since the reset; *out is reset first. false: none, as the feed tells no latency. The
 * quantiles are at most 0.8 % off (histogram.h). */
bool live_latency(const struct live *live, const char *action_id, enum live_kind kind,
		  struct histogram *out);

/* --- our own calls, by endpoint ----------------------------------------------- */

/* Since the reset. */
const struct histogram *live_call_latency(const struct live *live, enum endpoint endpoint);
uint64_t live_call_count(const struct live *live, enum endpoint endpoint);
uint64_t live_call_failures(const struct live *live, enum endpoint endpoint);

/* Microseconds, exact; -1 without a call. */
struct live_call_column {
	uint64_t n;
	uint64_t failures;
	int64_t p50_us;
	int64_t p95_us;
	int64_t max_us;
};

/* n columns over the last span_s seconds, oldest first, to now. */
void live_call_columns(const struct live *live, enum endpoint endpoint, int span_s,
		       struct live_call_column *out, size_t n, struct live_axis *axis);

/* --- changes: the markers on the charts --------------------------------------- */

enum live_change_by {
	LIVE_CHANGE_HERE,      /* this program applied it */
	LIVE_CHANGE_ELSEWHERE, /* another dacache on this store did */
	LIVE_CHANGE_SEEN       /* someone else's: a read found other values than the last one */
};

/* Texts belong to live and stay until the loop turns. */
struct live_change {
	int64_t seq;     /* of its entry in the audit; 0: it has none */
	int64_t wall_us; /* when it was applied; of SEEN: when the tenant says, else when read */
	const char *action_id;
	const char *name; /* of the action; "" unknown */
	const char *who;  /* "user@host", or what the tenant names; "" unknown */
	enum live_change_by by;
	bool has_before;
	struct cache_members before;
	struct cache_members after;
};

/* The newest first, not older than since_us (wall; 0: all that are known, the newest
 * 2,000 of the last 7 days), at most `max`; action_id NULL: of all actions. Returns
 * how many were filled in. */
size_t live_changes(const struct live *live, const char *action_id, int64_t since_us,
		    struct live_change *out, size_t max);
/* "cacheTtl 300 → 60, cacheKey a → b" (UTF-8), cut to size; "" when nothing differs. */
void live_change_words(const struct live_change *change, char *out, size_t size);

/* Look-ups on one side of a change. */
struct live_side {
	int64_t from_us; /* wall */
	int64_t to_us;
	struct hit_count count;
	uint64_t latency_n; /* those of them that tell a latency */
	int64_t p50_us;     /* -1 without */
	int64_t p95_us;
	bool enough; /* n >= LIVE_ENOUGH: else "not enough yet" */
};

enum {
	LIVE_ENOUGH = 50,        /* look-ups on a side before it is worth comparing */
	LIVE_EFFECT_SPAN_S = 900 /* what to look at unless there is a reason */
};

/* Before: up to span_s seconds ahead of it, not across an earlier change of the
 * action. After: since it, for as long, up to a later change of the action or now. */
struct live_effect {
	struct live_side before;
	struct live_side after;
	bool after_ended; /* the side after it grows no more: its time is over */
};
void live_change_effect(const struct live *live, const struct live_change *change, int span_s,
			struct live_effect *out);

/* --- where the look-ups come from --------------------------------------------- */

struct live_source {
	char text[240]; /* "feed lookups.jsonl, header X-Cache, recorded by hand"; "": none */
	bool has_feed;
	bool feed_ended; /* standard input or a pipe came to its end */
	uint64_t lines;
	uint64_t bad_lines;
	char first_bad[160]; /* "line 12: hit is missing" */
	uint64_t dropped;    /* lines, the oldest of what waited: too many at once */
	double lines_per_s;  /* over the last 10 s */
	bool is_socket;
	unsigned writers; /* of a socket: connected now */
	char waits[160];  /* for the file: "no such file yet"; "": it is open */
	bool is_replay;   /* of a bundle, which holds no feed */
	int64_t run_s;    /* since this run began */
	/* Where the history of earlier runs ends (wall), which charts over 15 minutes show;
	 * 0: there is none. */
	int64_t stored_to_us;
	int64_t behind_s;     /* how long ago the windows end; 0: now */
	uint64_t ahead;       /* look-ups with a ts of the future: counted as now */
	uint64_t ahead_ms;    /* those of them whose ts is milliseconds, as it seems */
	char no_history[160]; /* why nothing goes into the history; "": it does */
};
void live_source(const struct live *live, struct live_source *out);

/* --- and ---------------------------------------------------------------------- */

/* What another TTL would do to this action: its newest recorded look-ups (with
 * keys, up to 20,000 of the tenant) replayed. false: not enough of them (under
 * 50). *now is the replay at now_ttl_s, so that like is compared with like. */
bool live_forecast(const struct live *live, const char *action_id, int64_t now_ttl_s, int64_t ttl_s,
		   struct hit_count *now, struct hit_count *then);

/* Key 0: what counts since the reset begins anew; windows, changes, history stay. */
void live_reset(struct live *live);
/* Seconds since the reset or the start. */
int64_t live_age_s(const struct live *live);

#endif
