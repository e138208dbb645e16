/* The newest 500 exchanges of this run. */
#ifndef DACACHE_SRC_APP_EXCHANGE_RING_H
#define DACACHE_SRC_APP_EXCHANGE_RING_H

#include <stddef.h>

#include "dacache/domain/exchange.h"

enum { EXCHANGES_MAX = 500 };

struct exchange_ring {
	struct exchange items[EXCHANGES_MAX];
	uint64_t added;
};

/* Takes over what *exchange owns and numbers it. */
void exchange_ring_add(struct exchange_ring *ring, struct exchange *exchange);
size_t exchange_ring_count(const struct exchange_ring *ring);
const struct exchange *exchange_ring_at(const struct exchange_ring *ring, size_t i); /* 0: newest */
void exchange_ring_free(struct exchange_ring *ring);

#endif
