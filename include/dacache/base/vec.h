/* A growing array of items of one size. */
#ifndef DACACHE_BASE_VEC_H
#define DACACHE_BASE_VEC_H

#include <stddef.h>

#include "dacache/base/err.h"

struct vec {
	void *items;
	size_t len;
	size_t cap;
	size_t item_size; /* bytes */
};

void vec_init(struct vec *vec, size_t item_size);
void vec_free(struct vec *vec); /* the array, not what its items own */
void vec_clear(struct vec *vec);

/* Append a copy of *item. ERR_NO_MEMORY leaves the array as it was. */
enum err_code vec_push(struct vec *vec, const void *item);
enum err_code vec_reserve(struct vec *vec, size_t items);
/* Grow (new items zeroed) or cut to exactly `items`. */
enum err_code vec_resize(struct vec *vec, size_t items);

/* Pointer to item i; i must be below len. Valid until the array grows. */
void *vec_at(const struct vec *vec, size_t i);

void vec_remove(struct vec *vec, size_t i);
void vec_drop(struct vec *vec, size_t n); /* the first n, at most len */
enum err_code vec_insert(struct vec *vec, size_t i, const void *item);

#endif
