#include "cache.h"

#include <stdlib.h>

#include "random.h"

enum { FIRST_CAPACITY = 1024, CAPACITY_MAX = 1 << 22 };

struct entry {
	uint64_t id; /* of slot and key; 0: free */
	int64_t stored_us;
	uint32_t slot;
};

/* Open addressing; entries are taken out by building the table anew. */
struct cache {
	cache_ttl_fn *ttl;
	void *context;
	struct entry *entries;
	size_t capacity; /* a power of two */
	size_t count;
};

enum err_code cache_new(cache_ttl_fn *ttl, void *context, struct cache **out)
{
	struct cache *cache = calloc(1, sizeof(*cache));

	if (!cache)
		return ERR_NO_MEMORY;
	cache->ttl = ttl;
	cache->context = context;
	cache->capacity = FIRST_CAPACITY;
	cache->entries = calloc(cache->capacity, sizeof(*cache->entries));
	if (!cache->entries)
		cache_free(&cache);
	*out = cache;
	return cache ? ERR_OK : ERR_NO_MEMORY;
}

void cache_free(struct cache **cache)
{
	if (!*cache)
		return;
	free((*cache)->entries);
	free(*cache);
	*cache = NULL;
}

void cache_clear(struct cache *cache)
{
	for (size_t i = 0; i < cache->capacity; i++)
		cache->entries[i].id = 0;
	cache->count = 0;
}

size_t cache_count(const struct cache *cache)
{
	return cache->count;
}

/* The entry with this id, or the free one where it belongs. */
static struct entry *find(struct entry *entries, size_t capacity, uint64_t id)
{
	size_t at = (size_t)id & (capacity - 1);

	while (entries[at].id != 0 && entries[at].id != id)
		at = (at + 1) & (capacity - 1);
	return &entries[at];
}

static bool is_live(const struct cache *cache, const struct entry *entry, int64_t now_us)
{
	return entry->id != 0 &&
	       now_us - entry->stored_us < cache->ttl(cache->context, entry->slot);
}

static size_t count_live(const struct cache *cache, int64_t now_us)
{
	size_t live = 0;

	for (size_t i = 0; i < cache->capacity; i++)
		live += is_live(cache, &cache->entries[i], now_us);
	return live;
}

static int64_t oldest_of(const struct cache *cache, int64_t now_us)
{
	int64_t oldest = now_us;

	for (size_t i = 0; i < cache->capacity; i++)
		if (is_live(cache, &cache->entries[i], now_us) &&
		    cache->entries[i].stored_us < oldest)
			oldest = cache->entries[i].stored_us;
	return oldest;
}

/* Without those that are over, and with room for as many again; at the
 * greatest size the older half (by time) goes as well. */
static void rebuild(struct cache *cache, int64_t now_us)
{
	size_t live = count_live(cache, now_us);
	size_t capacity = FIRST_CAPACITY;
	int64_t keep_from = INT64_MIN;
	struct entry *fresh;

	while (capacity < 4 * live && capacity < CAPACITY_MAX)
		capacity *= 2;
	if (2 * live > capacity) {
		int64_t oldest = oldest_of(cache, now_us);
		keep_from = oldest + (now_us - oldest) / 2;
	}
	fresh = calloc(capacity, sizeof(*fresh));
	if (!fresh) {
		cache_clear(cache);
		return;
	}
	cache->count = 0;
	for (size_t i = 0; i < cache->capacity; i++) {
		const struct entry *entry = &cache->entries[i];
		if (!is_live(cache, entry, now_us) || entry->stored_us < keep_from)
			continue;
		*find(fresh, capacity, entry->id) = *entry;
		cache->count++;
	}
	free(cache->entries);
	cache->entries = fresh;
	cache->capacity = capacity;
}

bool cache_look_up(struct cache *cache, size_t slot, uint64_t key, int64_t now_us, bool *expired)
{
	uint64_t id = random_hash(slot, key) | 1;
	struct entry *entry = find(cache->entries, cache->capacity, id);
	bool live = is_live(cache, entry, now_us);

	if (expired)
		*expired = !live && entry->id != 0 && cache->ttl(cache->context, slot) > 0;
	if (live)
		return true;
	if (cache->ttl(cache->context, slot) <= 0)
		return false;
	if (entry->id == 0) {
		if (2 * (cache->count + 1) > cache->capacity) {
			rebuild(cache, now_us);
			entry = find(cache->entries, cache->capacity, id);
		}
		cache->count++;
	}
	*entry = (struct entry){.id = id, .stored_us = now_us, .slot = (uint32_t)slot};
	return false;
}
