/* The caches in front of the Data Actions: entries live for a fixed time from
 * the miss that made them. */
#ifndef SIM_CACHE_H
#define SIM_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/base/err.h"

struct cache;

/* An action's present time to live in microseconds; 0 when nothing is kept. */
typedef int64_t cache_ttl_fn(void *context, size_t slot);

enum err_code cache_new(cache_ttl_fn *ttl, void *context, struct cache **out);
void cache_free(struct cache **cache);
void cache_clear(struct cache *cache);

/* Look a key up at a time (microseconds, never going back): true for a hit; a
 * miss keeps it from now on. An age equal to the time to live is a miss.
 * Entries that are over are dropped when room is needed; past two million the
 * oldest go. *expired: a miss, and the key was there and had come to its end (NULL:
 * not asked). */
bool cache_look_up(struct cache *cache, size_t slot, uint64_t key, int64_t now_us, bool *expired);

/* Entries kept, those included that are over but not yet dropped. */
size_t cache_count(const struct cache *cache);

#endif
