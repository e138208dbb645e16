/* Changes of actions that others made, as a read showed them: the audit has none of
 * them. The newest SEEN_CHANGES_MAX are kept. */
#ifndef DACACHE_STORE_SEEN_CHANGES_H
#define DACACHE_STORE_SEEN_CHANGES_H

#include <stddef.h>

#include "dacache/domain/members.h"
#include "dacache/store/store.h"

enum { SEEN_CHANGES_MAX = 10000 };

/* Texts are borrowed; who and name may be NULL. */
struct seen_change {
	int64_t wall_us;
	const char *action_id;
	const char *name;
	const char *who;
	struct cache_members before;
	struct cache_members after;
};

/* Nothing is added where another program saw the same within the last hour. */
enum err_code seen_change_add(struct store *store, const struct seen_change *change,
			      struct err *err);
/* As they are, for a store that has none of its own. All or nothing. */
enum err_code seen_change_import(struct store *store, const struct seen_change *changes, size_t n,
				 struct err *err);
/* Not older than since_us, oldest first. Valid during the call alone. */
enum err_code seen_change_each(struct store *store, int64_t since_us,
			       void (*fn)(void *context, const struct seen_change *change),
			       void *context, struct err *err);

#endif
