/* Open addressing with linear probing; a removal moves later entries back, so
 * that there are no tombstones to sweep. */
#include "dacache/base/map.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 16 }; /* a power of two, as every later size */

struct slot {
	char *key; /* NULL: free */
	uint64_t hash;
	void *value;
};

struct map {
	struct slot *slots;
	size_t size;
	size_t count;
	bool borrows; /* keys are the caller's */
};

static uint64_t stir(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ (hash >> 32);
}

/* Eight bytes at a time: ids are long, and each row of a large list is looked up. */
static uint64_t hash_key(const char *key)
{
	size_t len = strlen(key);
	uint64_t hash = len;
	uint64_t word;

	for (; len >= sizeof(word); len -= sizeof(word), key += sizeof(word)) {
		memcpy(&word, key, sizeof(word));
		hash = stir(hash, word);
	}
	word = 0;
	memcpy(&word, key, len);
	hash = stir(hash, word) * UINT64_C(0xff51afd7ed558ccd);
	return hash ^ (hash >> 33);
}

enum err_code map_new(struct map **out)
{
	struct map *map = calloc(1, sizeof(*map));

	*out = NULL;
	if (!map)
		return ERR_NO_MEMORY;
	map->slots = calloc(FIRST_SLOTS, sizeof(*map->slots));
	if (!map->slots) {
		free(map);
		return ERR_NO_MEMORY;
	}
	map->size = FIRST_SLOTS;
	*out = map;
	return ERR_OK;
}

enum err_code map_new_borrowing(struct map **out)
{
	enum err_code code = map_new(out);

	if (!code)
		(*out)->borrows = true;
	return code;
}

void map_free(struct map **map)
{
	if (!*map)
		return;
	for (size_t i = 0; i < (*map)->size && !(*map)->borrows; i++)
		free((*map)->slots[i].key);
	free((*map)->slots);
	free(*map);
	*map = NULL;
}

/* The slot that holds the key, or the free one where it would go. */
static struct slot *find_slot(const struct map *map, const char *key, uint64_t hash)
{
	size_t i = hash & (map->size - 1);

	while (map->slots[i].key &&
	       (map->slots[i].hash != hash || strcmp(map->slots[i].key, key) != 0))
		i = (i + 1) & (map->size - 1);
	return &map->slots[i];
}

static void place(struct slot *slots, size_t size, const struct slot *entry)
{
	size_t i = entry->hash & (size - 1);

	while (slots[i].key)
		i = (i + 1) & (size - 1);
	slots[i] = *entry;
}

/* At least a third of the slots stays free. */
enum err_code map_reserve(struct map *map, size_t entries)
{
	size_t size = map->size;

	if (entries > SIZE_MAX / 4)
		return ERR_NO_MEMORY;
	while (entries * 3 > size * 2)
		size *= 2;
	if (size == map->size)
		return ERR_OK;
	struct slot *slots = calloc(size, sizeof(*slots));

	if (!slots)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < map->size; i++) {
		if (map->slots[i].key)
			place(slots, size, &map->slots[i]);
	}
	free(map->slots);
	map->slots = slots;
	map->size = size;
	return ERR_OK;
}

enum err_code map_put(struct map *map, const char *key, void *value)
{
	uint64_t hash = hash_key(key);
	struct slot *slot = find_slot(map, key, hash);
	size_t size = map->size;

	if (slot->key) {
		slot->value = value;
		return ERR_OK;
	}
	char *kept = map->borrows ? (char *)(uintptr_t)key : strdup(key);
	if (!kept || map_reserve(map, map->count + 1)) {
		if (!map->borrows)
			free(kept);
		return ERR_NO_MEMORY;
	}
	if (map->size != size)
		slot = find_slot(map, key, hash);
	*slot = (struct slot){.key = kept, .hash = hash, .value = value};
	map->count++;
	return ERR_OK;
}

void *map_get(const struct map *map, const char *key)
{
	const struct slot *slot;

	if (map->count == 0)
		return NULL;
	slot = find_slot(map, key, hash_key(key));
	return slot->key ? slot->value : NULL;
}

bool map_has(const struct map *map, const char *key)
{
	return map->count > 0 && find_slot(map, key, hash_key(key))->key != NULL;
}

/* Move back the entries behind `hole` that a search would no longer reach. */
static void close_hole(struct map *map, size_t hole)
{
	size_t mask = map->size - 1;

	for (size_t i = (hole + 1) & mask; map->slots[i].key; i = (i + 1) & mask) {
		size_t home = map->slots[i].hash & mask;
		if (((i - home) & mask) >= ((i - hole) & mask)) {
			map->slots[hole] = map->slots[i];
			hole = i;
		}
	}
	map->slots[hole] = (struct slot){0};
}

void *map_remove(struct map *map, const char *key)
{
	struct slot *slot = find_slot(map, key, hash_key(key));

	if (!slot->key)
		return NULL;
	void *value = slot->value;
	if (!map->borrows)
		free(slot->key);
	close_hole(map, (size_t)(slot - map->slots));
	map->count--;
	return value;
}

size_t map_count(const struct map *map)
{
	return map->count;
}

bool map_next(const struct map *map, size_t *cursor, const char **key, void **value)
{
	while (*cursor < map->size) {
		const struct slot *slot = &map->slots[(*cursor)++];
		if (!slot->key)
			continue;
		if (key)
			*key = slot->key;
		if (value)
			*value = slot->value;
		return true;
	}
	return false;
}
