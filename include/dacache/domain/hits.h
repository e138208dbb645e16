/* Hit windows: hits and misses over the last seconds, and since a reset. */
#ifndef DACACHE_DOMAIN_HITS_H
#define DACACHE_DOMAIN_HITS_H

#include <stdbool.h>
#include <stdint.h>

#include "dacache/base/err.h"

struct hit_count {
	uint64_t hits;
	uint64_t misses;
};

/* Counts of the last `seconds` (given at creation). Seconds in which nothing
 * happened take no room: about 100 bytes for a quiet action, 3 KB for a busy one
 * over 1000 s. Spans that lie within the last HIT_WINDOWS_EXACT_S are exact;
 * beyond that seconds are kept in slots of HIT_WINDOWS_COARSE_S, and the older
 * end of a span may be off by one of them. */
struct hit_windows;

enum { HIT_WINDOWS_EXACT_S = 120, HIT_WINDOWS_COARSE_S = 10 };

/* ERR_INVALID when seconds is below 1. */
enum err_code hit_windows_new(int seconds, struct hit_windows **out);
void hit_windows_free(struct hit_windows **windows);
/* now_s: any monotonic whole seconds, not going back (earlier: counted in the
 * newest second). */
void hit_windows_add(struct hit_windows *windows, int64_t now_s, bool hit);
/* Sum over the last `span` seconds up to and with now_s. */
struct hit_count hit_windows_sum(const struct hit_windows *windows, int64_t now_s, int span);
/* The sum of seconds (now_s - age - span, now_s - age]: for charts. */
struct hit_count hit_windows_slice(const struct hit_windows *windows, int64_t now_s, int age,
				   int span);
struct hit_count hit_windows_total(const struct hit_windows *windows);
void hit_windows_reset(struct hit_windows *windows);

/* hits / (hits + misses) in [0,1]; -1 without look-ups, shown as "-". */
double hit_rate(struct hit_count count);

#endif
