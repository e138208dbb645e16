/* What keeps the limit from being met: the reserve, and the pace before it. */
#include "dacache/domain/quota_ledger.h"

enum { US_PER_S = 1000000, RESERVE_MIN = 5, RESERVE_PART = 10, FREE_PART = 2 };

int64_t quota_reserve(const struct quota *quota)
{
	int64_t part = quota->allowed > 0 ? quota->allowed / RESERVE_PART : 0;

	if (!quota->known)
		return 0;
	return part < RESERVE_MIN ? RESERVE_MIN : part;
}

int64_t quota_pace_us(const struct quota *quota, int64_t now_us, int64_t in_flight)
{
	int64_t left = quota_left(quota, now_us);
	int64_t rest_us = quota->seen_us + quota->reset_s * US_PER_S - now_us;
	int64_t free_calls;

	if (left == INT64_MAX || quota->allowed <= 0 || quota->reset_s < 0 || rest_us <= 0)
		return 0;
	left -= in_flight;
	free_calls = left - quota_reserve(quota);
	if (left > quota->allowed / FREE_PART || free_calls <= 0)
		return 0;
	/* One part more than there are calls, so that the last one is not at the very end. */
	return rest_us / (free_calls + 1);
}
