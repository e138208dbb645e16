/* The audit in the store: append-only, triggers refuse update and delete. */
#ifndef DACACHE_STORE_AUDIT_H
#define DACACHE_STORE_AUDIT_H

#include <stddef.h>

#include "dacache/domain/audit_entry.h"
#include "dacache/store/store.h"

/* Durable when it returns ERR_OK; sets entry->seq, which grows and is never used
 * again. entry->action must not be NULL. */
enum err_code audit_append(struct store *store, struct audit_entry *entry, struct err *err);

struct audit_query {
	const char *data_action_id; /* NULL: all */
	int64_t before_seq;         /* entries older than this; 0: from the newest */
	int64_t since_us;           /* wall; 0: no bound */
	int64_t until_us;           /* 0: no bound */
	int outcome;                /* enum outcome, -1: any */
	int status;                 /* -1: any */
	bool oldest_first;
	int64_t after_seq; /* with oldest_first: entries newer than this */
};

/* fn returns false to stop; it must not write to the store. The entry is valid
 * during the call alone. Newest first unless oldest_first; at most limit (0:
 * all). This tenant's alone. */
enum err_code audit_each(struct store *store, const struct audit_query *query, size_t limit,
			 bool (*fn)(void *context, const struct audit_entry *entry), void *context,
			 struct err *err);
enum err_code audit_count(struct store *store, const struct audit_query *query, int64_t *out,
			  struct err *err);
/* The newest seq of this tenant, 0 when empty: to notice another program's
 * entries. */
enum err_code audit_newest(struct store *store, int64_t *out, struct err *err);

#endif
