/* A hash table from strings to pointers. */
#ifndef DACACHE_BASE_MAP_H
#define DACACHE_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "dacache/base/err.h"

struct map;

enum err_code map_new(struct map **out);
/* Keys are the caller's, and must stay as long as their entries. */
enum err_code map_new_borrowing(struct map **out);
void map_free(struct map **map); /* keys are the map's own copies; values the caller's */

/* Room for so many entries in all, so that it need not grow on the way there: to grow is
 * to move all of them. */
enum err_code map_reserve(struct map *map, size_t entries);
/* Insert or replace. ERR_NO_MEMORY leaves the map as it was. */
enum err_code map_put(struct map *map, const char *key, void *value);
/* The value, or NULL when the key is not there. */
void *map_get(const struct map *map, const char *key);
bool map_has(const struct map *map, const char *key);
/* Returns the value that was removed, or NULL. */
void *map_remove(struct map *map, const char *key);
size_t map_count(const struct map *map);

/* Walk in no particular order: *cursor starts at 0; false at the end. The map
 * must not be changed meanwhile. */
bool map_next(const struct map *map, size_t *cursor, const char **key, void **value);

#endif
