/* What became of a PUT whose answer nobody saw, told from reading again (API.md
 * "Conflicts and lost answers"). */
#ifndef DACACHE_SRC_APP_SETTLE_H
#define DACACHE_SRC_APP_SETTLE_H

#include "dacache/domain/action.h"

enum settled {
	SETTLED_APPLIED, /* the wanted members are there */
	SETTLED_STANDS,  /* the old ETag still stands: not applied */
	SETTLED_CHANGED  /* someone else changed it */
};

/* if_match as it was sent. */
enum settled settle(const struct action *now, const struct cache_members *wanted,
		    const char *if_match);

#endif
