/* The newest exchanges of this run. */
#include "exchange_ring.h"

#include <stdlib.h>
#include <string.h>

static struct exchange *slot_of(const struct exchange_ring *ring, uint64_t number)
{
	return &ring->items[(number - 1) % EXCHANGES_KEPT];
}

static void drop_oldest(struct exchange_ring *ring)
{
	struct exchange *oldest = slot_of(ring, ++ring->dropped);

	ring->bytes -= exchange_weight(oldest);
	exchange_clear(oldest);
}

void exchange_ring_add(struct exchange_ring *ring, struct exchange *exchange)
{
	/* What was never written takes no memory yet. */
	if (!ring->items)
		ring->items = calloc(EXCHANGES_KEPT, sizeof(*ring->items));
	if (!ring->items) {
		exchange_clear(exchange);
		return;
	}
	exchange->number = ++ring->added;
	ring->bytes += exchange_weight(exchange);
	while (ring->added - ring->dropped > EXCHANGES_KEPT ||
	       (ring->bytes > EXCHANGES_BYTES_KEPT && ring->added - ring->dropped > 1))
		drop_oldest(ring);
	*slot_of(ring, ring->added) = *exchange;
	memset(exchange, 0, sizeof(*exchange));
}

size_t exchange_ring_count(const struct exchange_ring *ring)
{
	return (size_t)(ring->added - ring->dropped);
}

const struct exchange *exchange_ring_numbered(const struct exchange_ring *ring, uint64_t number)
{
	return number > ring->dropped && number <= ring->added ? slot_of(ring, number) : NULL;
}

const struct exchange *exchange_ring_at(const struct exchange_ring *ring, size_t i)
{
	return i < exchange_ring_count(ring) ? slot_of(ring, ring->added - i) : NULL;
}

void exchange_ring_free(struct exchange_ring *ring)
{
	while (ring->dropped < ring->added)
		drop_oldest(ring);
	free(ring->items);
	ring->items = NULL;
}
