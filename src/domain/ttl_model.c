/* What a TTL would do: a fixed-TTL cache replayed over look-ups. */
#include "dacache/domain/ttl_model.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { US_PER_S = 1000000, ENTRIES_FIRST = 64 };

static const int64_t never_stored = INT64_MIN;
static const int64_t ttl_limit_s = (int64_t)1 << 40;

struct entry {
	uint64_t key_hash;
	int64_t expiry_us; /* never_stored: the place is free */
};

/* Open addressing; cap is a power of two, at most half of it taken. */
struct table {
	struct entry *entries;
	size_t cap;
	size_t len;
};

uint64_t ttl_model_hash_add(uint64_t hash, const void *data, size_t len)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ bytes[i]) * UINT64_C(1099511628211);
	return hash;
}

uint64_t ttl_model_hash(const char *key)
{
	return ttl_model_hash_add(TTL_MODEL_HASH_START, key, strlen(key));
}

/* The entry of that key, or the free place for it. */
static struct entry *table_find(const struct table *table, uint64_t key_hash)
{
	/* The high bits of a product depend on all bits of the hash. */
	size_t i = (size_t)((key_hash * UINT64_C(11400714819323198485)) >> 32) & (table->cap - 1);

	while (table->entries[i].expiry_us != never_stored &&
	       table->entries[i].key_hash != key_hash)
		i = (i + 1) & (table->cap - 1);
	return &table->entries[i];
}

static enum err_code table_alloc(struct table *table, size_t cap)
{
	table->entries = malloc(cap * sizeof(*table->entries));
	if (table->entries == NULL)
		return ERR_NO_MEMORY;
	table->cap = cap;
	for (size_t i = 0; i < cap; i++)
		table->entries[i].expiry_us = never_stored;
	return ERR_OK;
}

static enum err_code table_grow(struct table *table)
{
	struct table bigger = {.len = table->len};

	if (table_alloc(&bigger, table->cap * 2) != ERR_OK)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < table->cap; i++) {
		if (table->entries[i].expiry_us != never_stored)
			*table_find(&bigger, table->entries[i].key_hash) = table->entries[i];
	}
	free(table->entries);
	*table = bigger;
	return ERR_OK;
}

/* One look-up; *hit says how it ended. */
static enum err_code look_up(struct table *table, const struct ttl_event *event, int64_t ttl_us,
			     bool *hit)
{
	struct entry *entry = table_find(table, event->key_hash);

	*hit = entry->expiry_us != never_stored && event->at_us < entry->expiry_us;
	if (*hit)
		return ERR_OK;
	if (entry->expiry_us == never_stored)
		table->len++;
	*entry = (struct entry){event->key_hash, event->at_us + ttl_us};
	return table->len * 2 > table->cap ? table_grow(table) : ERR_OK;
}

enum err_code ttl_model_replay(const struct ttl_event *events, size_t n, int64_t ttl_s,
			       struct hit_count *out)
{
	struct table table = {0};
	enum err_code code = ERR_OK;

	*out = (struct hit_count){0};
	if (ttl_s <= 0) {
		out->misses = n;
		return ERR_OK;
	}
	if (ttl_s > ttl_limit_s)
		ttl_s = ttl_limit_s;
	code = table_alloc(&table, ENTRIES_FIRST);
	for (size_t i = 0; i < n && code == ERR_OK; i++) {
		bool hit = false;

		code = look_up(&table, &events[i], ttl_s * US_PER_S, &hit);
		if (hit)
			out->hits++;
		else
			out->misses++;
	}
	free(table.entries);
	return code;
}
