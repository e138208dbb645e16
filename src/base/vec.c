#include "dacache/base/vec.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 8 };

void vec_init(struct vec *vec, size_t item_size)
{
	assert(item_size > 0);
	*vec = (struct vec){.item_size = item_size};
}

void vec_free(struct vec *vec)
{
	free(vec->items);
	*vec = (struct vec){.item_size = vec->item_size};
}

void vec_clear(struct vec *vec)
{
	vec->len = 0;
}

static char *item_at(const struct vec *vec, size_t i)
{
	return (char *)vec->items + i * vec->item_size;
}

enum err_code vec_reserve(struct vec *vec, size_t items)
{
	if (items <= vec->cap)
		return ERR_OK;
	if (items > SIZE_MAX / vec->item_size)
		return ERR_NO_MEMORY;
	void *grown = realloc(vec->items, items * vec->item_size);
	if (!grown)
		return ERR_NO_MEMORY;
	vec->items = grown;
	vec->cap = items;
	return ERR_OK;
}

static enum err_code make_room(struct vec *vec)
{
	if (vec->len < vec->cap)
		return ERR_OK;
	if (vec->cap > SIZE_MAX / 2)
		return ERR_NO_MEMORY;
	return vec_reserve(vec, vec->cap > 0 ? vec->cap * 2 : FIRST_CAPACITY);
}

enum err_code vec_push(struct vec *vec, const void *item)
{
	return vec_insert(vec, vec->len, item);
}

/* Much that is zero need not be written: the system gives it when it is looked at. */
static bool take_zeros(struct vec *vec, size_t items)
{
	if (vec->items || items == 0)
		return false;
	vec->items = calloc(items, vec->item_size);
	if (!vec->items)
		return false;
	vec->cap = vec->len = items;
	return true;
}

enum err_code vec_resize(struct vec *vec, size_t items)
{
	enum err_code code;

	if (take_zeros(vec, items))
		return ERR_OK;
	code = vec_reserve(vec, items);

	if (code)
		return code;
	if (items > vec->len)
		memset(item_at(vec, vec->len), 0, (items - vec->len) * vec->item_size);
	vec->len = items;
	return ERR_OK;
}

void *vec_at(const struct vec *vec, size_t i)
{
	assert(i < vec->len);
	return item_at(vec, i);
}

void vec_remove(struct vec *vec, size_t i)
{
	assert(i < vec->len);
	memmove(item_at(vec, i), item_at(vec, i + 1), (vec->len - i - 1) * vec->item_size);
	vec->len--;
}

void vec_drop(struct vec *vec, size_t n)
{
	assert(n <= vec->len);
	if (n > 0)
		memmove(vec->items, item_at(vec, n), (vec->len - n) * vec->item_size);
	vec->len -= n;
}

enum err_code vec_insert(struct vec *vec, size_t i, const void *item)
{
	assert(i <= vec->len);
	enum err_code code = make_room(vec);

	if (code)
		return code;
	memmove(item_at(vec, i + 1), item_at(vec, i), (vec->len - i) * vec->item_size);
	memcpy(item_at(vec, i), item, vec->item_size);
	vec->len++;
	return ERR_OK;
}
