#include "settle.h"

#include <string.h>

enum settled settle(const struct action *now, const struct cache_members *wanted,
		    const char *if_match)
{
	char present[ETAG_SIZE];

	if (cache_members_equal(&now->members, wanted))
		return SETTLED_APPLIED;
	if (action_if_match(now, present) == ERR_OK && strcmp(present, if_match) == 0)
		return SETTLED_STANDS;
	return SETTLED_CHANGED;
}
