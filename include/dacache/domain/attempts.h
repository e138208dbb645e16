/* The attempts of one call, in their order, for the timeline of its error card. */
#ifndef DACACHE_DOMAIN_ATTEMPTS_H
#define DACACHE_DOMAIN_ATTEMPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/domain/retry.h"

enum { ATTEMPTS_KEPT = 8 };

struct call_attempt {
	int64_t wall_us;       /* when it left */
	int32_t number;        /* from 1 */
	int32_t waited_ms;     /* on our side before it left: queue, hold, back-off */
	int32_t took_ms;       /* until it ended */
	int32_t retry_after_s; /* -1: none */
	int32_t next_ms;       /* what was waited, at least, before the next; -1: there is none */
	int16_t status;        /* 0: no answer */
	uint8_t transport;     /* enum transport */
};

/* A value: copy by assignment. The first and the newest ones are kept. */
struct attempts {
	struct call_attempt items[ATTEMPTS_KEPT];
	int32_t len;
	int32_t dropped; /* after the first */
};

void attempts_add(struct attempts *attempts, const struct call_attempt *attempt);
/* Those of a later call of the same change, behind these, numbered on. */
void attempts_join(struct attempts *attempts, const struct attempts *later);

#endif
