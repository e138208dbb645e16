#include "dacache/base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

enum { CHUNK_BYTES = 256 * 1024 };

struct arena_chunk {
	struct arena_chunk *next;
	size_t size;
	alignas(max_align_t) unsigned char bytes[];
};

void arena_init(struct arena *arena)
{
	*arena = (struct arena){0};
}

void arena_free(struct arena *arena)
{
	while (arena->chunks) {
		struct arena_chunk *next = arena->chunks->next;

		free(arena->chunks);
		arena->chunks = next;
	}
	arena->left = 0;
}

static struct arena_chunk *new_chunk(size_t size)
{
	struct arena_chunk *chunk = calloc(1, sizeof(*chunk) + size + ARENA_BEHIND);

	if (chunk)
		chunk->size = size;
	return chunk;
}

/* Behind the first chunk, which goes on to be used. */
static void *take_large(struct arena *arena, size_t size)
{
	struct arena_chunk *chunk = new_chunk(size);

	if (!chunk)
		return NULL;
	if (!arena->chunks) {
		arena->chunks = chunk;
		return chunk->bytes;
	}
	chunk->next = arena->chunks->next;
	arena->chunks->next = chunk;
	return chunk->bytes;
}

/* size is a whole number of steps. */
static void *take(struct arena *arena, size_t size)
{
	struct arena_chunk *chunk;

	if (size > CHUNK_BYTES)
		return take_large(arena, size);
	if (arena->left < size) {
		chunk = new_chunk(CHUNK_BYTES);
		if (!chunk)
			return NULL;
		chunk->next = arena->chunks;
		arena->chunks = chunk;
		arena->left = CHUNK_BYTES;
	}
	arena->left -= size;
	return arena->chunks->bytes + (arena->chunks->size - arena->left - size);
}

void *arena_take(struct arena *arena, size_t size)
{
	size_t step = alignof(max_align_t);

	return size > SIZE_MAX / 2 ? NULL : take(arena, (size + step - 1) / step * step);
}

char *arena_take_bytes(struct arena *arena, size_t size)
{
	return size > SIZE_MAX / 2 ? NULL : take(arena, size);
}
