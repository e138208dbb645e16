/* The audit in the store: append-only (triggers refuse update and delete), each
 * entry chained to the one before it by its hash. */
#ifndef DACACHE_STORE_AUDIT_H
#define DACACHE_STORE_AUDIT_H

#include <stddef.h>

#include "dacache/domain/audit_entry.h"
#include "dacache/domain/audit_query.h"
#include "dacache/domain/audit_verdict.h"
#include "dacache/store/store.h"

/* Durable when it returns ERR_OK; sets entry->seq, which grows and is never used
 * again, prev_hash and hash. entry->action must not be NULL. The head file (the
 * store's path and ".head", mode 0600) follows at once. */
enum err_code audit_append(struct store *store, struct audit_entry *entry, struct err *err);

/* Entries of a bundle, as they are: with their seq, which rises, and their hashes. For a store
 * that has none of its own. All or nothing. */
enum err_code audit_import(struct store *store, const struct audit_entry *entries, size_t n,
			   struct err *err);

/* Why the head file could not follow the last entry, a text that says what to do;
 * NULL when it did. The entry itself is safe. */
const char *audit_head_problem(const struct store *store);

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

/* Hold this tenant's audit against its chain of hashes and against a head:
 * "SEQ:HASH", NULL for the line of the head file, if there is one. fn (may be
 * NULL) gets each fault, in the order of the entries; it must not write to the
 * store. ERR_OK however many faults there are; ERR_USAGE when head is no head,
 * ERR_PARSE when the head file holds something else. Some 10 s for a million. */
enum err_code audit_verify(struct store *store, const char *head,
			   void (*fn)(void *context, const struct audit_fault *fault),
			   void *context, struct audit_verdict *out, struct err *err);

#endif
