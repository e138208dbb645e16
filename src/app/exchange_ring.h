/* The newest exchanges of this run: as many, and as many bytes, as the store keeps. */
#ifndef DACACHE_SRC_APP_EXCHANGE_RING_H
#define DACACHE_SRC_APP_EXCHANGE_RING_H

#include <stddef.h>

#include "dacache/domain/exchange.h"
#include "dacache/store/exchanges.h"

struct exchange_ring {
	struct exchange *items; /* EXCHANGES_KEPT of them; NULL before the first */
	uint64_t added;         /* also the newest one's number */
	uint64_t dropped;       /* of these, the oldest, which are gone */
	size_t bytes;
};

/* Takes over what *exchange owns and numbers it. Without memory it is let go. */
void exchange_ring_add(struct exchange_ring *ring, struct exchange *exchange);
size_t exchange_ring_count(const struct exchange_ring *ring);
const struct exchange *exchange_ring_at(const struct exchange_ring *ring, size_t i); /* 0: newest */
/* NULL: it is gone, or there is none yet. */
const struct exchange *exchange_ring_numbered(const struct exchange_ring *ring, uint64_t number);
void exchange_ring_free(struct exchange_ring *ring);

#endif
