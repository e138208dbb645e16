/* Memory that is given back all at once: for many small things that live as long
 * as their owner. Chunks are large, so that they don't cut up the heap. */
#ifndef DACACHE_BASE_ARENA_H
#define DACACHE_BASE_ARENA_H

#include <stddef.h>

struct arena_chunk;
struct arena {
	struct arena_chunk *chunks;
	size_t left; /* bytes left in the first chunk */
};

void arena_init(struct arena *arena);
void arena_free(struct arena *arena);

/* Zeroed and aligned for any type; NULL without memory. */
void *arena_take(struct arena *arena, size_t size);

/* Bytes without a gap between them, aligned for nothing; ARENA_BEHIND more can be read
 * behind them. An arena gives these or the others. NULL without memory. */
enum { ARENA_BEHIND = 8 };
char *arena_take_bytes(struct arena *arena, size_t size);

#endif
