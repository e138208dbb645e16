#include "dacache/domain/attempts.h"

#include <string.h>

void attempts_add(struct attempts *attempts, const struct call_attempt *attempt)
{
	if (attempts->len == ATTEMPTS_KEPT) {
		memmove(&attempts->items[1], &attempts->items[2],
			(ATTEMPTS_KEPT - 2) * sizeof(attempts->items[0]));
		attempts->len--;
		attempts->dropped++;
	}
	attempts->items[attempts->len++] = *attempt;
}

void attempts_join(struct attempts *attempts, const struct attempts *later)
{
	int32_t before = attempts->len > 0 ? attempts->items[attempts->len - 1].number : 0;

	for (int32_t i = 0; i < later->len; i++) {
		struct call_attempt attempt = later->items[i];

		attempt.number += before;
		attempts_add(attempts, &attempt);
	}
	attempts->dropped += later->dropped;
}
