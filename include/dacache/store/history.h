/* What look-ups came to, kept: for each action, and for the tenant as a whole, by the
 * minute for HISTORY_MINUTES_US, then by the hour for HISTORY_HOURS_US. Several programs
 * add to the same rows, each what it counted itself.
 *
 * A row is a slice of time: it begins at a full minute (or hour), or at a change of the
 * action in between, and ends where the next one begins or the minute (hour) ends. So
 * that what was before a change and what came after it never stand in one row.
 *
 * Bounded: HISTORY_ROWS_MAX rows and HISTORY_BYTES_MAX bytes of a store. Past that,
 * minutes become hours sooner, the oldest first, but for those of the last day; then
 * the oldest rows go. */
#ifndef DACACHE_STORE_HISTORY_H
#define DACACHE_STORE_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/domain/hits.h"
#include "dacache/domain/sparse_histogram.h"
#include "dacache/store/store.h"

#define HISTORY_MINUTE_US  INT64_C(60000000)
#define HISTORY_HOUR_US    INT64_C(3600000000)
#define HISTORY_MINUTES_US (7 * 24 * HISTORY_HOUR_US)
#define HISTORY_HOURS_US   (90 * 24 * HISTORY_HOUR_US)

enum { HISTORY_ROWS_MAX = 1000000, HISTORY_BYTES_MAX = 128 * 1024 * 1024 };

/* action_id "": of the whole tenant. */
struct history_slice {
	const char *action_id;
	int64_t start_us; /* wall */
	bool is_hour;     /* of hours, not of minutes */
	struct hit_count count;
	struct sparse_histogram of_hits; /* latencies, as far as they were told */
	struct sparse_histogram of_misses;
};

void history_slice_clear(struct history_slice *slice); /* not action_id */

/* Add these to what is there, in one transaction that waits for no disk; what is older
 * than HISTORY_HOURS_US is left out. Then some of what is too old, or too much, is rolled
 * up or deleted: a piece of it each time, so that the transaction stays short. */
enum err_code history_add(struct store *store, const struct history_slice *slices, size_t n,
			  int64_t now_us, struct err *err);

/* The slices that begin in [from_us, to_us), in order; action_id NULL: the whole tenant.
 * The slice is valid during the call alone. with_latencies false: they are left out,
 * which is faster. */
enum err_code history_each(struct store *store, const char *action_id, int64_t from_us,
			   int64_t to_us, bool with_latencies,
			   void (*fn)(void *context, const struct history_slice *slice),
			   void *context, struct err *err);

/* Where the tenant's newest slice that begins before that time ends, at most there; 0:
 * there is none. */
enum err_code history_newest(struct store *store, int64_t before_us, int64_t *end_us,
			     struct err *err);

/* Of which actions there are look-ups, those with the newest first, at most limit. */
enum err_code history_actions(struct store *store, size_t limit,
			      void (*fn)(void *context, const char *action_id), void *context,
			      struct err *err);

/* Rows and bytes (of their contents) in the whole store. */
enum err_code history_size(struct store *store, int64_t *rows, int64_t *bytes, struct err *err);

/* Of several programs that follow one file only one adds its look-ups: *ours is whether
 * it is this one. It stays ours until the program ends. */
enum err_code history_claim(struct store *store, const char *source, bool *ours, struct err *err);
enum err_code history_disclaim(struct store *store, const char *source, struct err *err);

#endif
