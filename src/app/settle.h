/* What became of a PUT whose answer nobody saw, told from reading again. */
#ifndef DACACHE_SRC_APP_SETTLE_H
#define DACACHE_SRC_APP_SETTLE_H

#include "dacache/domain/action.h"
#include "dacache/domain/put_verdict.h"

/* The state an action was read in; tag holds its If-Match as long as the state is used.
 * NULL: it was not read. */
void settle_state(const struct action *action, char tag[ETAG_SIZE], struct put_state *out);

#endif
