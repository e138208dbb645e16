/* Hit windows: look-ups over the last seconds, and since a reset. */
#ifndef DACACHE_DOMAIN_HITS_H
#define DACACHE_DOMAIN_HITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/base/err.h"

/* expired: those of the misses whose entry was there and had outlived its TTL, as
 * far as the source tells. */
struct hit_count {
	uint64_t hits;
	uint64_t misses;
	uint64_t expired;
};

/* Counts of the last `seconds` (given at creation). Seconds in which nothing
 * happened take no room: about 100 bytes for a quiet action, 6 KB for a busy one
 * over 1000 s. Spans that lie within the last HIT_WINDOWS_EXACT_S are exact;
 * beyond that seconds are kept in slots of HIT_WINDOWS_COARSE_S, and the older
 * end of a span may be off by one of them. */
struct hit_windows;

enum { HIT_WINDOWS_EXACT_S = 300, HIT_WINDOWS_COARSE_S = 10 };

/* ERR_INVALID when seconds is below 1. */
enum err_code hit_windows_new(int seconds, struct hit_windows **out);
void hit_windows_free(struct hit_windows **windows);
/* at_s: whole seconds from any start. One that is earlier than the newest goes to
 * its own second; one that is older than the windows to the total alone. */
void hit_windows_add(struct hit_windows *windows, int64_t at_s, struct hit_count added);
/* Sum over the last `span` seconds up to and with now_s. */
struct hit_count hit_windows_sum(const struct hit_windows *windows, int64_t now_s, int span);
/* The sum of seconds (now_s - age - span, now_s - age]: for charts. */
struct hit_count hit_windows_slice(const struct hit_windows *windows, int64_t now_s, int age,
				   int span);
struct hit_count hit_windows_total(const struct hit_windows *windows);
size_t hit_windows_bytes(const struct hit_windows *windows); /* that they take */
/* The total begins anew; the windows go on. */
void hit_windows_reset(struct hit_windows *windows);

/* hits / (hits + misses) in [0,1]; -1 without look-ups, shown as "-". */
double hit_rate(struct hit_count count);
/* hits + misses */
uint64_t hit_count_n(struct hit_count count);
void hit_count_add(struct hit_count *into, struct hit_count added);

#endif
